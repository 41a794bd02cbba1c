"""What rows hand on to one another: transfers, returns and assembled goods take their value from rows of any pool."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from jxc_desktop.domain.costing_pool import EntryResult, Key, Known
from jxc_desktop.domain.money import divide_half_up


class Source(NamedTuple):
    """The value another row hands on: fen above zero or None, whether it is a guess, and its layers.

    ``assumed``: it rests on a cost that only became known later, so it must not count as a first known cost itself.
    """

    value: int | None
    provisional: bool
    assumed: bool
    pieces: tuple[tuple[Key, int, int], ...]


# Passes. A chain of links takes one per link; only goods that go in a circle take more. Rows a few fen apart that answer
# each other would take turns for ever, so after a while only the first one moves.
LEAP, _ALONE, _STOP = 6, 24, 60
ABSENT = Source(None, True, False, ())


@dataclass(slots=True)
class Trail:
    """What a row handed on from pass to pass; ``stopped`` when the values would not come to rest."""

    start: Source
    values: list[int] = field(default_factory=list)
    stopped: bool = False


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

    __slots__ = ("carried", "known", "origins", "results", "sought", "torn", "used")

    def __init__(self, known: Mapping[Hashable, Known], carried: dict[Hashable, Source]) -> None:
        self.known, self.carried = known, carried
        self.results: dict[Hashable, EntryResult] = {}
        self.used: dict[Hashable, Source] = {}
        self.origins: dict[Hashable, Origin] = {}
        self.sought: set[Hashable] = set()
        self.torn: set[Hashable] = set()

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
        if self.used.setdefault(row, found) != found:
            self.torn.add(row)
        return found

    def carry(self, trails: dict[Hashable, Trail], passes: int) -> bool:
        """Keep the final value of every row whose handed-on value was another one; True when there was any.

        ``trails`` remembers those values from pass to pass. Now and then the value a row runs towards is kept instead, and
        one that does not come to rest, or leaves the possible, goes back to what it was when first handed on, for good.
        """
        moved = {}
        for row, used in self.used.items():
            result = self.results.get(row)
            final = ABSENT if result is None else _outcome(result)
            trail = trails.setdefault(row, Trail(used)) if final != used or row in self.torn else None
            if trail is not None and not trail.stopped:
                moved[row] = final
        if passes > _ALONE:
            moved = dict(list(moved.items())[:1])
        for row, final in moved.items():
            trail = trails[row]
            trail.values.append(final.value or 0)
            if passes % _STOP == 0 or trail.values[-1] < 0:
                trail.stopped = True
                self.carried[row] = trail.start._replace(provisional=True)
            else:
                self.carried[row] = _ahead(final, trail.values) if passes % LEAP == 0 else final
        return bool(moved)

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
    return Source(None if row.value is None else -row.value, row.provisional, row.assumed, layers)


def _ahead(final: Source, values: list[int]) -> Source:
    """Goods that went in a circle through a gap give a geometric series: its limit by Aitken's delta-squared rule.

    Every second value is looked at: a circle of two links, there and back, goes up and down by turns.
    """
    if final.value is None or len(values) < 5:
        return final
    first, last = values[-3] - values[-5], values[-1] - values[-3]
    if abs(last) >= abs(first):
        return final
    change = divide_half_up(last * last, first - last)
    pieces = final.pieces
    if pieces:
        key, quantity, value = pieces[-1]
        pieces = (*pieces[:-1], (key, quantity, value + change))
    values.clear()
    return final._replace(value=final.value + change, pieces=pieces)
