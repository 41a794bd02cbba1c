"""Random histories against a plain model in fractions, and what must hold for every history whatever."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from jxc_desktop.domain.costing import Cost, Entry, EntryResult, Key, Known, PoolState, append, replay

SCALE = 10**9  # fen are only integers: at this size a rounding no longer shows


@dataclass
class Model:
    """Moving average as one would do it on paper, exact, one pool. Gaps are [row, quantity, guess], oldest first."""

    last: Fraction
    quantity: int = 0
    value: Fraction = Fraction(0)
    places: dict[str, int] = field(default_factory=dict)
    rows: dict[int, Fraction] = field(default_factory=dict)
    gaps: list[list[Any]] = field(default_factory=list)
    closed: dict[int, int] = field(default_factory=dict)
    returns: list[tuple[int, int, int]] = field(default_factory=list)
    sold: dict[int, int] = field(default_factory=dict)

    def enter(self, entry: Entry) -> None:
        row = int(str(entry.row))
        self.rows[row] = Fraction(0)
        quantity = entry.quantity
        if entry.cost is Cost.COUNT:
            quantity = (entry.counted or 0) - self.places.get(str(entry.place), 0)
        self.places[str(entry.place)] = self.places.get(str(entry.place), 0) + quantity
        price = None if entry.price is None else Fraction(*entry.price)
        if entry.cost is Cost.RETURN and entry.original is not None:
            self.bring_back(row, int(str(entry.original)), quantity)
        elif quantity > 0:
            cost = price
            if entry.cost is Cost.GIVEN and entry.given is not None:
                cost = Fraction(entry.given, quantity)
            self.come(row, quantity, cost)
        elif quantity < 0:
            self.leave(row, -quantity)
        if price is not None:
            if self.quantity > 0:
                self.rows[row] += price * self.quantity - self.value
                self.value = price * self.quantity
            self.last = price

    def present(self) -> Fraction:
        return self.value / self.quantity if self.quantity > 0 else self.last

    def come(self, row: int, quantity: int, cost: Fraction | None) -> None:
        worth = self.present() if cost is None else cost
        self.rows[row] += worth * quantity
        while quantity and self.gaps:
            gap = self.gaps[0]
            part = min(quantity, gap[1])
            self.rows[gap[0]] += part * (gap[2] - worth)
            gap[1] -= part
            quantity -= part
            self.quantity += part
            if not gap[1]:
                self.gaps.pop(0)
        self.quantity += quantity
        if self.quantity >= 0:
            self.value = self.value * (self.quantity > quantity) + worth * quantity
        if cost is not None:
            self.last = self.present() if self.quantity > 0 else cost

    def leave(self, row: int, quantity: int) -> None:
        self.sold[row] = quantity
        there = min(quantity, max(self.quantity, 0))
        worth = there * self.present()
        self.value -= worth
        if there < quantity:
            self.gaps.append([row, quantity - there, self.last])
            worth += (quantity - there) * self.last
        self.quantity -= quantity
        self.rows[row] -= worth

    def bring_back(self, row: int, original: int, quantity: int) -> None:
        for gap in [gap for gap in self.gaps if gap[0] == original]:
            part = min(quantity, gap[1])
            gap[1] -= part
            self.rows[original] += part * gap[2]
            self.closed[original] = self.closed.get(original, 0) + part
            self.returns.append((row, original, part))
            self.quantity += part
            quantity -= part
            if part and self.closed[original] == self.sold[original]:
                self.rows[original] = Fraction(0)
        self.gaps = [gap for gap in self.gaps if gap[1]]
        if quantity:
            kept = self.sold[original] - self.closed.get(original, 0)
            self.come(row, quantity, -self.rows[original] / kept)

    def finish(self, guesses: dict[int, Fraction]) -> dict[int, Fraction]:
        """A gap closed by its own goods: sold and brought back as if it had not been, at what the kept pieces cost."""
        unit = {}
        for original, closed in self.closed.items():
            kept = self.sold[original] - closed
            unit[original] = -self.rows[original] / kept if kept else guesses[original]
            self.rows[original] -= unit[original] * closed
        for row, original, part in self.returns:
            self.rows[row] += unit[original] * part
        return self.rows


def modelled(entries: list[Entry]) -> Model | None:
    """The model's rows; None when the history knows no cost at all."""
    ordered = sorted(entries, key=lambda entry: entry.key)
    first: Fraction | None = None
    for entry in ordered:
        if entry.given is not None and first is None:
            first = Fraction(entry.given, entry.quantity)
        elif entry.price is not None and first is None:
            first = Fraction(*entry.price)
    if first is None:
        return None
    model = Model(first)
    guesses: dict[int, Fraction] = {}
    for entry in ordered:
        guesses[int(str(entry.row))] = model.last
        model.enter(entry)
    model.finish(guesses)
    return model


amounts = st.integers(1, 40)
prices = st.integers(0, 50)


@st.composite
def histories(draw: st.DrawFn, size: int = 14, places: str = "AB") -> list[Entry]:
    entries: list[Entry] = []
    left: dict[int, tuple[Key, int]] = {}
    for number in range(draw(st.integers(1, size))):
        day = draw(st.integers(1, 9))
        verb = draw(st.sampled_from(["buy", "buy", "sell", "sell", "back", "find", "count", "reprice", "unknown"]))
        quantity = draw(amounts)
        price = draw(prices) * SCALE
        common: dict[str, Any] = {"key": (f"d{day}", number, 1, 1), "row": number, "pool": "P"}
        common["place"] = draw(st.sampled_from(places))
        if verb == "back":
            choice = [row for row, (key, rest) in left.items() if rest and key < common["key"]]
            if not choice:
                continue
            original = draw(st.sampled_from(choice))
            quantity = draw(st.integers(1, left[original][1]))
            left[original] = left[original][0], left[original][1] - quantity
            entries.append(Entry(**common, cost=Cost.RETURN, quantity=quantity, original=original))
        elif verb == "sell":
            left[number] = common["key"], quantity
            entries.append(Entry(**common, cost=Cost.ISSUE, quantity=-quantity))
        elif verb == "count":
            set_price = (price, 1) if draw(st.booleans()) else None
            entries.append(Entry(**common, cost=Cost.COUNT, counted=quantity, price=set_price))
        elif verb == "reprice":
            entries.append(Entry(**common, cost=Cost.ADJUST, price=(price, 1)))
        elif verb == "find":
            entries.append(Entry(**common, cost=Cost.PRESENT, quantity=quantity))
        else:
            worth = price * quantity if verb == "buy" else None
            entries.append(Entry(**common, cost=Cost.GIVEN, quantity=quantity, given=worth))
    return entries


def total(entries: list[Entry], results: dict[Any, EntryResult]) -> int:
    return sum(results[entry.row].value or 0 for entry in entries)


@given(histories())
@settings(max_examples=400)
def test_the_engine_agrees_with_the_model_in_fractions(entries: list[Entry]) -> None:
    found, model = replay({}, entries), modelled(entries)
    if model is None:
        assert all(one.value is None or one.value == 0 for one in found.results.values())
        return
    for row, one in found.results.items():
        assert one.value is not None
        assert abs(one.value - model.rows[int(str(row))]) < SCALE // 10**4, row
    assert found.states.get("P", PoolState()).quantity == model.quantity


@given(histories(), st.sampled_from(["average", "fifo"]), st.randoms(use_true_random=False))
def test_the_order_of_entry_makes_no_difference_and_values_add_up(entries: list[Entry], method: str, random: Any) -> None:
    shuffled = list(entries)
    random.shuffle(shuffled)
    found, again = replay({}, entries, method), replay({}, shuffled, method)
    assert found.results == again.results
    for state in found.states.values():
        assert total(entries, found.results) == state.value
        assert state.quantity or not state.value
        assert state.value >= 0 or state.quantity < 0
        if state.layers is not None and state.clean:
            assert sum(layer.quantity for layer in state.layers) == state.quantity
            assert sum(layer.value for layer in state.layers) == state.value


@given(histories(), st.sampled_from(["average", "fifo"]), st.integers(0, 14))
def test_going_on_from_a_clean_state_equals_a_replay_from_the_start(entries: list[Entry], method: str, cut: int) -> None:
    ordered = sorted(entries, key=lambda entry: entry.key)
    before, after = ordered[:cut], ordered[cut:]
    start = replay({}, before, method)
    whole = replay({}, ordered, method)
    if not all(state.clean for state in start.states.values()):
        return
    known = known_rows(before, start.results)
    rest = replay(start.states, after, method, known=known)
    assert {**start.results, **rest.results} == whole.results
    assert rest.states == whole.states


@given(histories(), st.sampled_from(["average", "fifo"]), st.data())
@settings(max_examples=150)
def test_goods_moved_between_pools_arrive_with_what_they_took_along(
    entries: list[Entry], method: str, data: st.DataObject
) -> None:
    """The same histories, a pool for each place, with transfers strewn in."""
    rows = [replace(entry, pool=entry.place) for entry in entries]
    for number in range(100, 100 + data.draw(st.integers(1, 6))):
        day, quantity = data.draw(st.integers(1, 9)), data.draw(amounts)
        here, there = data.draw(st.permutations("AB"))
        key = f"d{day}", number, 1, 1
        rows.append(Entry(key, number, here, here, Cost.TRANSFER_OUT, -quantity, twin=-number))
        rows.append(Entry((*key[:3], 2), -number, there, there, Cost.TRANSFER_IN, quantity, twin=number))
    found = replay({}, rows, method)
    for name, state in found.states.items():
        assert total([row for row in rows if row.pool == name], found.results) == state.value
        assert state.quantity or not state.value
        assert state.value >= 0 or state.quantity < 0
    for row in rows:
        if row.cost is Cost.TRANSFER_OUT and row.row not in found.circular:
            out, into = found.results[row.row].value, found.results[row.twin].value
            assert out is None or into is None or out + into == 0


def known_rows(entries: list[Entry], results: dict[Any, EntryResult]) -> dict[Any, Known]:
    known: dict[Any, Known] = {}
    for entry in entries:
        one = results[entry.row]
        back = [results[other.row] for other in entries if other.original == entry.row]
        known[entry.row] = Known(
            one.quantity, one.value, sum(r.quantity for r in back), sum(r.value or 0 for r in back), one.provisional
        )
    return known


class Ledger(RuleBasedStateMachine):
    """A pool kept as a shop keeps it: appended where it can be, replayed where it must be, with voids."""

    method = "average"

    def __init__(self) -> None:
        super().__init__()
        self.entries: list[Entry] = []
        self.results: dict[Any, EntryResult] = {}
        self.state = PoolState.empty(self.method)
        self.number = 0

    def post(self, day: int, cost: Cost, quantity: int = 0, **facts: Any) -> None:
        self.number += 1
        entry = Entry((f"d{day}", self.number, 1, 1), self.number, "P", "A", cost, quantity, **facts)
        latest = all(other.key < entry.key for other in self.entries)
        known = known_rows(self.entries, self.results)
        self.entries.append(entry)
        if latest and self.state.clean:
            self.results[entry.row] = append(self.state, entry, known)
        else:
            self.restate()

    def restate(self) -> None:
        found = replay({}, self.entries, self.method)
        self.results = found.results
        self.state = found.states.get("P", PoolState.empty(self.method))

    @rule(day=st.integers(1, 9), quantity=amounts, amount=st.none() | st.integers(0, 2000))
    def receive(self, day: int, quantity: int, amount: int | None) -> None:
        self.post(day, Cost.GIVEN, quantity, given=amount)

    @rule(day=st.integers(1, 9), quantity=amounts)
    def sell(self, day: int, quantity: int) -> None:
        self.post(day, Cost.ISSUE, -quantity)

    @rule(day=st.integers(1, 9), counted=st.integers(0, 60), price=st.none() | prices)
    def count(self, day: int, counted: int, price: int | None) -> None:
        self.post(day, Cost.COUNT, counted=counted, price=None if price is None else (price, 7))

    @rule(data=st.data())
    @precondition(lambda self: any(entry.cost is Cost.ISSUE for entry in self.entries))
    def bring_back(self, data: st.DataObject) -> None:
        sale = data.draw(st.sampled_from([entry for entry in self.entries if entry.cost is Cost.ISSUE]))
        left = -sale.quantity - sum(entry.quantity for entry in self.entries if entry.original == sale.row)
        if left:
            quantity = data.draw(st.integers(1, left))
            self.post(data.draw(st.integers(int(sale.key[0][1:]), 9)), Cost.RETURN, quantity, original=sale.row)

    @rule(data=st.data())
    @precondition(lambda self: self.entries)
    def void(self, data: st.DataObject) -> None:
        held = {entry.original for entry in self.entries}
        free = [entry for entry in self.entries if entry.row not in held]
        self.entries.remove(data.draw(st.sampled_from(free)))
        self.restate()

    @invariant()
    def equals_a_fresh_replay(self) -> None:
        fresh = replay({}, self.entries, self.method)
        assert self.results == fresh.results
        assert self.state.quantity == sum(one.quantity for one in self.results.values())
        assert self.state.value == total(self.entries, self.results)
        assert self.state.quantity or not self.state.value

    @invariant()
    def all_that_came_back_costs_what_was_sold(self) -> None:
        for sale in self.entries:
            back = [entry for entry in self.entries if entry.original == sale.row]
            sold = self.results[sale.row]
            if back and sum(entry.quantity for entry in back) == -sale.quantity and sold.value is not None:
                assert total(back, self.results) == -sold.value


class FifoLedger(Ledger):
    method = "fifo"


Ledger.TestCase.settings = FifoLedger.TestCase.settings = settings(max_examples=40, stateful_step_count=20, deadline=None)
TestLedger = Ledger.TestCase
TestFifoLedger = FifoLedger.TestCase
