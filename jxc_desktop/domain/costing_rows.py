"""How one ledger row is valued, by the way it comes by its cost; see :mod:`jxc_desktop.domain.costing` for the rules."""

from __future__ import annotations

from jxc_desktop.domain import costing_average as average
from jxc_desktop.domain import costing_fifo as fifo
from jxc_desktop.domain.costing_links import Origin, Pass
from jxc_desktop.domain.costing_pool import Cost, Deficit, Entry, EntryResult, Key, PoolState, Ratio, times
from jxc_desktop.domain.money import divide_half_up


def step(state: PoolState, entry: Entry, run: Pass) -> EntryResult:
    """Value ``entry``, the next row of its pool, and move ``state`` on."""
    cost, quantity = entry.cost, entry.quantity
    result = EntryResult(entry.row, quantity)
    if state.assumed:
        result.assumed = True
    if cost is Cost.COUNT:
        _count(state, entry, result)
        return result
    if quantity:
        places = state.places
        places[entry.place] = places.get(entry.place, 0) + quantity
    if cost is Cost.ISSUE or cost is Cost.RETURN_OUT:
        _take(state, -quantity, entry.key, result)
    elif cost is Cost.GIVEN:
        if entry.given is None:
            _guess(state, result, quantity, entry.key, entry.landed)
        else:
            value = entry.given + entry.landed
            _receive(state, result, quantity, value, (value, quantity), entry.key)
    elif entry.inside:
        _inside(state, entry, result, run)
    elif cost is Cost.TRANSFER_OUT:
        _take(state, -quantity, entry.key, result, keep=True)
    elif cost is Cost.RETURN:
        _return(state, entry, result, run)
    elif cost is Cost.TRANSFER_IN:
        _transfer_in(state, entry, result, run)
    elif cost is Cost.MADE:
        _made(state, entry, result, run)
    elif cost is Cost.PRESENT:
        _present(state, result, quantity, entry.key)
    else:
        _adjust(state, entry, result)
    return result


def _unknown(state: PoolState, result: EntryResult, quantity: int) -> None:
    """A row in a pool that never had a cost."""
    state.quantity += quantity
    state.unknown += 1
    result.value = None
    result.provisional = True


def _take(state: PoolState, quantity: int, key: Key, result: EntryResult, keep: bool = False) -> None:
    if state.last is None:
        _unknown(state, result, -quantity)
    elif state.layers is None:
        average.take(state, quantity, result)
    else:
        fifo.take(state, quantity, key, result, keep)


def _put(state: PoolState, quantity: int, value: int, cost: Ratio | None, key: Key) -> None:
    if state.layers is None:
        average.put(state, quantity, value, cost)
    else:
        fifo.put(state, quantity, value, cost, key)


def _receive(
    state: PoolState, result: EntryResult, quantity: int, value: int, cost: Ratio, key: Key, assumed: bool = False
) -> None:
    """Goods of known cost arrive; ``assumed`` when that cost rests on one that was not known yet."""
    if assumed:
        state.assumed = True
    if state.first is None:
        if not assumed:
            state.first = cost
        elif state.hint is None:
            state.hint = cost
    if state.last is None and state.unknown:
        _unknown(state, result, quantity)
        return
    _put(state, quantity, value, cost, key)
    result.value = value


def _guess(state: PoolState, result: EntryResult, quantity: int, key: Key, landed: int = 0) -> None:
    """Goods of unknown cost arrive: present unit cost, else the last known one; marked."""
    cost = state.unit_cost
    if cost is None:
        _unknown(state, result, quantity)
        return
    value = times(cost, quantity) + landed
    _put(state, quantity, value, None, key)
    result.value = value
    result.provisional = True


def _present(state: PoolState, result: EntryResult, quantity: int, key: Key) -> None:
    """Goods without a price arrive at the present unit cost; that is a guess only where nothing is on hand."""
    have = state.quantity
    _guess(state, result, quantity, key)
    if result.value is not None:
        result.provisional = have <= 0


def _inside(state: PoolState, entry: Entry, result: EntryResult, run: Pass) -> None:
    """One side of a transfer inside the pool: shown at cost, and nothing changes for the pool."""
    cost, quantity = state.unit_cost, abs(entry.quantity)
    if cost is None:
        _unknown(state, result, 0)
    elif entry.cost is Cost.TRANSFER_IN:
        handed = run.source(entry.twin).value
        result.value = times(cost, quantity) if handed is None else handed
    elif state.layers is not None and quantity <= state.quantity:
        result.value = -fifo.peek(state, quantity)
    else:
        result.value = -times(cost, quantity)


def _transfer_in(state: PoolState, entry: Entry, result: EntryResult, run: Pass) -> None:
    handed = run.source(entry.twin)
    if handed.value is None:
        _guess(state, result, entry.quantity, entry.key)
        return
    pieces = handed.pieces if state.layers is not None else ()
    if sum(quantity for _, quantity, _ in pieces) != entry.quantity:
        pieces = ((entry.key, entry.quantity, handed.value),)
    for key, quantity, value in pieces:
        _receive(state, result, quantity, value, (value, quantity), key, handed.assumed)
    if result.value is not None:
        result.value = handed.value
        result.provisional = handed.provisional


def _made(state: PoolState, entry: Entry, result: EntryResult, run: Pass) -> None:
    parts = [run.source(row) for row in entry.sources]
    if all(part.value is None for part in parts):
        _guess(state, result, entry.quantity, entry.key)
        return
    value = sum(part.value or 0 for part in parts)
    if entry.share is not None:
        start, end, whole = entry.share
        value = divide_half_up(value * end, whole) - divide_half_up(value * start, whole)
    guessed = any(part.assumed for part in parts)
    _receive(state, result, entry.quantity, value, (value, entry.quantity), entry.key, guessed)
    if result.value is not None:
        result.provisional = any(part.provisional or part.value is None for part in parts)


def _return(state: PoolState, entry: Entry, result: EntryResult, run: Pass) -> None:
    origin = None if entry.original is None else run.origin(entry.original)
    if origin is None:
        _present(state, result, entry.quantity, entry.key)
        return
    sold = run.results.get(entry.original)
    quantity = entry.quantity
    gap = sold.deficit if sold is not None else None
    if gap is not None and gap.state is state and gap.quantity:
        part = min(quantity, gap.quantity)
        _close(state, gap, origin, part)
        origin.waiting.append((result, part))
        quantity -= part
    if quantity and origin.waiting and (gap is None or not gap.quantity):
        run.settle(entry.original)
    if quantity:
        _bring_back(state, entry, quantity, origin, result, run)


def _close(state: PoolState, gap: Deficit, origin: Origin, quantity: int) -> None:
    """The very goods that were missing are brought back: the gap shrinks, and with it what the original is worth."""
    assert gap.result.value is not None
    guess = gap.value if quantity == gap.quantity else divide_half_up(gap.value * quantity, gap.quantity)
    gap.quantity -= quantity
    gap.value -= guess
    gap.result.value += guess
    if not gap.quantity:
        gap.result.provisional = False
    state.quantity += quantity
    state.value += guess
    if not state.quantity:
        state.deficits.clear()
    origin.returned_quantity += quantity
    origin.closed += quantity
    origin.guess += guess


def _bring_back(state: PoolState, entry: Entry, quantity: int, origin: Origin, result: EntryResult, run: Pass) -> None:
    """Goods come into the pool at their share of what the original cost and has not had back yet."""
    sold = run.source(entry.original)
    if sold.value is None:
        _guess(state, result, quantity, entry.key)
        return
    left = origin.quantity - origin.returned_quantity
    if origin.waiting or left < quantity:
        value = divide_half_up(sold.value * quantity, origin.quantity)
    else:
        value = divide_half_up((sold.value - origin.returned_value) * quantity, left)
    origin.returned_quantity += quantity
    origin.returned_value += value
    before = result.value or 0
    _receive(state, result, quantity, value, (sold.value, origin.quantity), entry.key, sold.assumed)
    if result.value is not None:
        result.value += before
        result.provisional = result.provisional or sold.provisional


def _count(state: PoolState, entry: Entry, result: EntryResult) -> None:
    assert entry.counted is not None
    result.quantity = difference = entry.counted - state.places.get(entry.place, 0)
    state.places[entry.place] = entry.counted
    price = entry.price
    if price is not None and state.first is None:
        state.first = price
    if difference > 0:
        if price is None:
            _present(state, result, difference, entry.key)
        else:
            _receive(state, result, difference, times(price, difference), price, entry.key)
    elif difference < 0:
        _take(state, -difference, entry.key, result)
    if price is not None and result.value is not None:
        _reprice(state, price, result)


def _adjust(state: PoolState, entry: Entry, result: EntryResult) -> None:
    assert entry.price is not None
    _reprice(state, entry.price, result)


def _reprice(state: PoolState, price: Ratio, result: EntryResult) -> None:
    """All that is on hand costs ``price`` from here on; what is missing keeps its guess."""
    if state.first is None:
        state.first = price
    if state.last is None and state.unknown:
        _unknown(state, result, 0)
        return
    if state.quantity > 0:
        change = average.revalue(state, price) if state.layers is None else fifo.revalue(state, price)
        result.value = (result.value or 0) + change
    state.last = price
