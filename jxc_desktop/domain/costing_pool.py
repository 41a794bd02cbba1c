"""What the costing engine works on: facts of ledger rows (Entry), what is derived for them (EntryResult), and a pool's state.

Plain integers throughout: quantities in thousandths of the base unit, values in fen, unit costs as exact ratios
(fen, thousandths). See :mod:`jxc_desktop.domain.costing` for the rules.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from jxc_desktop.domain.money import divide_half_up

Key = tuple[str, int, int, int]
"""The order of the ledger: (business moment, posting sequence, line, part)."""

Ratio = tuple[int, int]
"""An exact unit cost: (fen, thousandths of the base unit), the second above zero."""


class Cost(StrEnum):
    """How a ledger row comes by its value."""

    GIVEN = "given"  # comes in at the value the document states; ``given`` None = unknown
    PRESENT = "present"  # comes in without a price, at the pool's present unit cost
    RETURN = "return"  # a customer's return: at the cost of ``original``; without one, at the present cost
    ISSUE = "issue"  # leaves at the pool's cost
    RETURN_OUT = "return_out"  # back to the supplier: leaves like an issue
    TRANSFER_OUT = "transfer_out"  # leaves for ``twin``
    TRANSFER_IN = "transfer_in"  # comes in with the value (and the layers) that ``twin`` took along
    MADE = "made"  # assembled or taken apart: comes in with what ``sources`` cost, or its ``share`` of that
    COUNT = "count"  # ``counted`` is the fact, the difference is derived; with ``price`` also the unit cost of all there is
    ADJUST = "adjust"  # sets the unit cost of what is on hand to ``price``; moves no goods


_INCOMING = frozenset({Cost.GIVEN, Cost.PRESENT, Cost.RETURN, Cost.TRANSFER_IN, Cost.MADE})
_OUTGOING = frozenset({Cost.ISSUE, Cost.RETURN_OUT, Cost.TRANSFER_OUT})


@dataclass(slots=True)
class Entry:
    """The facts of one ledger row. Raises ``ValueError`` when they contradict each other (a bug of the caller).

    quantity    signed; 0 for COUNT and ADJUST
    given       fen of the whole row, GIVEN only; None = unknown, 0 = a gift
    price       unit cost as a ratio, for COUNT and ADJUST: see :func:`unit_cost_of_price`
    landed      fen that landed costs posted later put onto this receipt
    original    the row a RETURN gives back; it may lie in another pool
    twin        the other side of a transfer
    inside      the twin is in the same pool: the transfer changes no value there
    sources     the rows a MADE takes its value from
    share       of a MADE: (from, to, of) on the running sum of weights, so that all the shares add up to the fen
    """

    key: Key
    row: Hashable
    pool: Hashable
    place: Hashable
    cost: Cost
    quantity: int = 0
    given: int | None = None
    price: Ratio | None = None
    counted: int | None = None
    landed: int = 0
    original: Hashable | None = None
    twin: Hashable | None = None
    inside: bool = False
    sources: Sequence[Hashable] = ()
    share: tuple[int, int, int] | None = None

    def __post_init__(self) -> None:
        cost = self.cost
        if cost in _OUTGOING:
            fits = self.quantity < 0
        elif cost in _INCOMING:
            fits = self.quantity > 0
        else:
            fits = self.quantity == 0 and (self.counted is None) == (cost is Cost.ADJUST)
            fits = fits and (cost is Cost.COUNT or self.price is not None)
        if not fits:
            raise ValueError(f"row {self.row!r}: {cost} does not go with quantity {self.quantity}, counted {self.counted}")


@dataclass(slots=True)
class Layer:
    """FIFO: goods of one arrival that are still here. ``value`` in fen is what is left of it, so the layers add up."""

    key: Key
    quantity: int
    value: int


@dataclass(slots=True)
class EntryResult:
    """What is derived for one row.

    quantity     as given; of a COUNT the signed difference
    value        fen, signed like the quantity; None = unknown, counts as 0 in sums
    provisional  the value rests on a guess: goods that were missing and have not come yet, or came without a cost
    pieces       FIFO: the layers a transfer took along, oldest first; what was missing comes last
    assumed      the value rests on a pool's first known cost from a time before it was known
    """

    row: Hashable
    quantity: int
    value: int | None = 0
    provisional: bool = False
    pieces: list[Layer] | None = None
    assumed: bool = field(default=False, repr=False, compare=False)
    deficit: Deficit | None = field(default=None, repr=False, compare=False)

    @property
    def difference(self) -> int:
        """Of a COUNT: what was found more (+) or less (-) than the book had."""
        return self.quantity


class Known(NamedTuple):
    """A row that lies outside a replay but is referred to in it (the original of a return, the twin of a transfer).

    ``quantity`` and ``value`` are the row's own, signed (value None = unknown); ``returned_*`` is what came back against
    it in rows outside the replay, above zero; ``pieces`` as in :class:`EntryResult`.
    """

    quantity: int
    value: int | None
    returned_quantity: int = 0
    returned_value: int = 0
    provisional: bool = False
    pieces: list[Layer] | None = None
    assumed: bool = False


@dataclass(slots=True)
class Deficit:
    """What a row took out of a pool that did not have it: ``quantity`` still missing, guessed to be worth ``value``."""

    result: EntryResult
    state: PoolState = field(repr=False, compare=False)
    quantity: int
    value: int


@dataclass(slots=True)
class PoolState:
    """A pool (goods that share one cost) after some row.

    quantity, value   on hand; ``value`` is always the sum of the pool's row values, and 0 when ``quantity`` is 0
    last              last known unit cost; None = the pool never had one
    places            quantity per place (warehouse, batch); COUNT needs it
    layers            FIFO layers, oldest first; None = moving average
    deficits          what is missing, oldest first
    unknown           how many rows have no value because the pool never had a cost
    first, hint       the first known unit cost met on the way, and the first that itself rests on an assumed one
    assumed           whether goods came in here whose value rests on an assumed cost
    """

    quantity: int = 0
    value: int = 0
    last: Ratio | None = None
    places: dict[Hashable, int] = field(default_factory=dict)
    layers: deque[Layer] | None = None
    deficits: deque[Deficit] = field(default_factory=deque, repr=False)
    unknown: int = 0
    first: Ratio | None = field(default=None, compare=False)
    hint: Ratio | None = field(default=None, compare=False)
    assumed: bool = field(default=False, compare=False)

    def __post_init__(self) -> None:
        if self.last is None and self.quantity > 0 and not self.unknown:
            self.last = (self.value, self.quantity)

    @classmethod
    def empty(cls, method: str) -> PoolState:
        """A pool nothing ever entered, for ``average``, ``batch`` (an average of its own pool) or ``fifo``."""
        if method not in ("average", "batch", "fifo"):
            raise ValueError(f"unknown costing method {method!r}")
        return cls(layers=deque() if method == "fifo" else None)

    @property
    def clean(self) -> bool:
        """Nothing that comes later can change a row that is here: a new latest row may simply be appended."""
        return self.quantity >= 0 and not self.unknown

    @property
    def unit_cost(self) -> Ratio | None:
        """Present unit cost; of an empty pool the last known one; None = never known."""
        return (self.value, self.quantity) if self.quantity > 0 and self.last is not None else self.last

    def copy(self) -> PoolState:
        """An independent state; a state that is not clean cannot be started from and is refused with ``ValueError``."""
        if not self.clean:
            raise ValueError("a replay starts from a clean state or from the pool's first row")
        layers = None if self.layers is None else deque(Layer(one.key, one.quantity, one.value) for one in self.layers)
        places, first, assumed = dict(self.places), self.first, self.assumed
        return PoolState(self.quantity, self.value, self.last, places, layers, first=first, assumed=assumed)


def unit_cost_of_price(price: int, numerator: int = 1, denominator: int = 1) -> Ratio:
    """The exact unit cost of ``price`` (ten-thousandths of a yuan) for a unit of numerator / denominator base units."""
    return price * denominator, 100_000 * numerator


def times(cost: Ratio, quantity: int) -> int:
    """Fen that ``quantity`` thousandths are worth at ``cost``, half up."""
    return divide_half_up(cost[0] * quantity, cost[1])


def cover(state: PoolState, quantity: int, value: int) -> tuple[int, int]:
    """Give arriving goods to what is missing, oldest first; the covered rows take the goods' own cost.

    Returns what is left of (quantity, value). ``state`` must already contain the arriving goods.
    """
    deficits = state.deficits
    while deficits and quantity:
        gap = deficits[0]
        if quantity >= gap.quantity:
            deficits.popleft()
            part, guess = gap.quantity, gap.value
            gap.result.provisional = False
        else:
            part, guess = quantity, divide_half_up(gap.value * quantity, gap.quantity)
        worth = value if part == quantity else divide_half_up(value * part, quantity)
        gap.quantity -= part
        gap.value -= guess
        _restate(gap.result, guess - worth)
        state.value += guess - worth
        quantity -= part
        value -= worth
    if state.quantity >= 0:
        deficits.clear()  # what is left of them was closed by returns
    return quantity, value


def lack(state: PoolState, result: EntryResult, quantity: int) -> int:
    """Let ``quantity`` leave that is not there, at the last known cost; returns the guessed value."""
    assert state.last is not None
    guess = times(state.last, quantity)
    result.provisional = True
    result.deficit = Deficit(result, state, quantity, guess)
    state.deficits.append(result.deficit)
    return guess


def _restate(result: EntryResult, change: int) -> None:
    assert result.value is not None
    result.value += change
    if result.pieces:
        result.pieces[-1].value -= change
