"""What rows hand on to one another: transfers, returns and assembled goods take their value from rows of any pool."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from jxc_desktop.domain.costing_pool import EntryResult, Key, Known
from jxc_desktop.domain.money import divide_half_up


class Source(NamedTuple):
    """The value another row hands on: fen above zero or None, whether it is a guess, and its layers."""

    value: int | None
    provisional: bool
    pieces: tuple[tuple[Key, int, int], ...]


ABSENT = Source(None, True, ())


@dataclass(slots=True)
class Origin:
    """What came back against one original so far. ``waiting``: returns that closed the original's own gap, not yet valued."""

    quantity: int
    returned_quantity: int = 0
    returned_value: int = 0
    closed: int = 0
    guess: int = 0
    waiting: list[tuple[EntryResult, int]] = field(default_factory=list)


class Pass:
    """What one pass over the entries knows beside the pools: results so far, values handed on, returns per original."""

    __slots__ = ("carried", "known", "origins", "results", "sought", "used")

    def __init__(self, known: Mapping[Hashable, Known], carried: dict[Hashable, Source]) -> None:
        self.known, self.carried = known, carried
        self.results: dict[Hashable, EntryResult] = {}
        self.used: dict[Hashable, Source] = {}
        self.origins: dict[Hashable, Origin] = {}
        self.sought: set[Hashable] = set()

    def source(self, row: Hashable) -> Source:
        """The value that ``row`` hands on: the one the pass before found, else the present one, else the known one."""
        found = self.carried.get(row)
        if found is None:
            result: EntryResult | Known | None = self.results.get(row)
            if result is None:
                outside = self.known.get(row)
                if outside is not None:
                    return _outcome(outside)
                self.sought.add(row)
            found = ABSENT if result is None else _outcome(result)
        self.used[row] = found
        return found

    def carry(self) -> bool:
        """Keep the final value of every row whose handed-on value was another one; True when there was any."""
        moved = False
        for row, used in self.used.items():
            result = self.results.get(row)
            final = ABSENT if result is None else _outcome(result)
            if final != used:
                self.carried[row] = final
                moved = True
        return moved

    def origin(self, row: Hashable) -> Origin | None:
        """The account of returns against ``row``; None when it has not come up (yet)."""
        found = self.origins.get(row)
        if found is None:
            outside = self.known.get(row)
            sold: EntryResult | Known | None = self.results.get(row) or outside
            if sold is None:
                self.sought.add(row)
                return None
            found = self.origins[row] = Origin(abs(sold.quantity))
            if outside is not None:
                found.returned_quantity, found.returned_value = outside.returned_quantity, outside.returned_value
        return found

    def settle(self, row: Hashable) -> None:
        """Value the returns that closed the gap of ``row``: at what the rest of that row cost, piece for piece."""
        origin, result = self.origins[row], self.results[row]
        assert result.value is not None
        rest = origin.quantity - origin.closed
        worth = divide_half_up(-result.value * origin.closed, rest) if rest else origin.guess
        result.value -= worth
        origin.returned_value += worth
        left = origin.closed
        for back, quantity in origin.waiting:
            part = divide_half_up(worth * quantity, left)
            back.value = (back.value or 0) + part
            back.provisional = result.provisional
            worth -= part
            left -= quantity
        origin.closed = origin.guess = 0
        origin.waiting.clear()

    def settle_all(self) -> None:
        for row, origin in self.origins.items():
            if origin.waiting:
                self.settle(row)

    def lost(self) -> set[Hashable]:
        """Rows that entries refer to and that nobody gave."""
        return self.sought - self.results.keys()


def _outcome(row: EntryResult | Known) -> Source:
    layers = tuple((piece.key, piece.quantity, piece.value) for piece in row.pieces or ())
    return Source(None if row.value is None else -row.value, row.provisional, layers)
