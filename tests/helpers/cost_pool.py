"""Rows of a stock ledger and the pools of goods that share one cost, plain and slow: how goods leave and join a pool.

Quantities are thousandths of the base unit, values fen, unit costs fractions. Whatever leaves or is shared is rounded to the
fen, half up, and the last part takes the rest.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from fractions import Fraction
from math import floor
from typing import Any

Key = tuple[str, int, int, int]
Place = tuple[str, str, str]
"""(product, warehouse, batch or ""): where a quantity is kept."""
PoolName = tuple[str, str, str]
"""(product, warehouse or "", batch or "")."""
RowId = tuple[int, int, int]
"""(index of the document, line, part)."""


def half_up(value: Fraction) -> int:
    """The one rounding: half away from zero."""
    return floor(value + Fraction(1, 2)) if value >= 0 else -floor(-value + Fraction(1, 2))


@dataclass
class Row:
    """A row of the stock ledger: facts, and what is found for it."""

    id: RowId
    key: Key
    place: Place
    pool: PoolName
    how: str
    quantity: int
    counted: int | None = None
    given: int | None = None
    price: Fraction | None = None
    original: RowId | None = None
    twin: RowId | None = None
    inside: bool = False
    landed: int = 0
    weight: int | None = None
    sources: list[RowId] = field(default_factory=list)
    share: tuple[int, int, int] | None = None
    value: int | None = 0
    provisional: bool = False
    borrowed: bool = False
    gap: Gap | None = None
    pieces: list[list[Any]] | None = None


@dataclass
class Gap:
    """What left without being there: ``quantity`` still missing, guessed to be worth ``value``."""

    row: Row
    quantity: int
    value: int


@dataclass
class Pool:
    """Goods that share one cost. ``layers`` [key, quantity, value] only where first in goes first out."""

    fifo: bool
    quantity: int = 0
    value: int = 0
    last: Fraction | None = None
    places: dict[Place, int] = field(default_factory=lambda: defaultdict(int))
    layers: list[list[Any]] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    blind: bool = False
    first: Fraction | None = None
    borrowed: bool = False

    def present(self) -> Fraction | None:
        """Unit cost of what is on hand, else the last known one."""
        return Fraction(self.value, self.quantity) if self.quantity > 0 and self.last is not None else self.last

    def come(self, quantity: int, value: int, cost: Fraction | None, key: Key) -> None:
        """Goods join: what is missing is covered first, oldest first, and then has cost what the goods cost."""
        had = self.quantity
        self.quantity += quantity
        self.value += value
        for gap in list(self.gaps) if had < 0 else ():
            part = min(gap.quantity, quantity)
            worth = value if part == quantity else half_up(Fraction(value * part, quantity))
            guess = gap.value if part == gap.quantity else half_up(Fraction(gap.value * part, gap.quantity))
            gap.quantity, gap.value = gap.quantity - part, gap.value - guess
            assert gap.row.value is not None
            gap.row.value += guess - worth
            if gap.row.pieces:
                gap.row.pieces[-1][2] -= guess - worth
            self.value += guess - worth
            quantity, value = quantity - part, value - worth
            if not gap.quantity:
                gap.row.provisional = False
                self.gaps.remove(gap)
            if not quantity:
                break
        if self.fifo:
            if cost is not None:
                self.last = cost
            if quantity:
                self.layers.append([key, quantity, value])
                self.layers.sort(key=lambda layer: layer[0])
        elif had > 0:
            self.last = Fraction(self.value, self.quantity)
        elif cost is not None:
            self.last = cost

    def leave(self, row: Row, quantity: int) -> None:
        """Goods leave: at the average, or oldest first; the last piece takes all that is left; what is missing, at a guess."""
        there = min(quantity, max(0, self.quantity))
        pieces: list[list[Any]] = self._oldest(there) if self.fifo else [[row.key, there, self._share(there)]] if there else []
        if there < quantity:
            assert self.last is not None
            guess = half_up(self.last * (quantity - there))
            pieces.append([row.key, quantity - there, guess])
            row.gap = Gap(row, quantity - there, guess)
            row.provisional = True
            self.gaps.append(row.gap)
        worth = sum(piece[2] for piece in pieces)
        self.quantity -= quantity
        self.value -= worth
        row.value = -worth
        row.pieces = pieces if row.twin else None

    def _share(self, quantity: int) -> int:
        return self.value if quantity == self.quantity else half_up(Fraction(self.value * quantity, self.quantity))

    def _oldest(self, quantity: int) -> list[list[Any]]:
        pieces = []
        while quantity:
            key, there, value = self.layers[0]
            take = min(there, quantity)
            worth = value if take == there else half_up(Fraction(value * take, there))
            pieces.append([key, take, worth])
            if take == there:
                self.layers.pop(0)
            else:
                self.layers[0][1:] = [there - take, value - worth]
            quantity -= take
        return pieces

    def reprice(self, cost: Fraction) -> int:
        """All that is on hand costs ``cost``; returns the change of value."""
        self.last = cost
        if self.quantity <= 0:
            return 0
        before, self.value = self.value, half_up(cost * self.quantity)
        run = done = 0
        for layer in self.layers:
            run += layer[1]
            layer[2] = half_up(cost * run) - done
            done += layer[2]
        return self.value - before


@dataclass
class Costs:
    """Rows and pools with their value; ``unsure``: products whose cost hangs on itself (goods sent round in a circle)."""

    rows: dict[RowId, Row]
    pools: dict[PoolName, Pool]
    unsure: set[str]
