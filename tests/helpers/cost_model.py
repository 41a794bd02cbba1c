"""What goods cost, by the rules and from the beginning, each time: rows in, their values out. Plain and slow."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from tests.helpers.cost_pool import Key, Pool, PoolName, Row, RowId, half_up


@dataclass
class Account:
    """What has come back against an original. ``waiting``: returns that closed a gap of their own original."""

    quantity: int
    back: int = 0
    value: int = 0
    closed: int = 0
    guess: int = 0
    waiting: list[tuple[Row, int]] = field(default_factory=list)


@dataclass
class Walked:
    rows: list[Row]
    pools: dict[PoolName, Pool]


Handed = tuple[int | None, bool, bool, tuple[tuple[Key, int, int], ...]]
"""What a row hands on: cost above zero, a guess?, borrowed from later?, layers."""


def walk(rows: list[Row], method: Callable[[PoolName], str]) -> Walked | None:
    """Go over the rows of a product until what they hand on to one another is what they come to; None: it never is."""
    start: dict[Any, Fraction] = {}
    handed: dict[RowId, Handed] = {}
    for times in range(40):
        one = Walk(rows, method, start, handed)
        one.run()
        if times and one.in_a_circle():
            return None
        blind = {name for name, pool in one.pools.items() if pool.blind or name in start}
        firsts = {name: one.pools[name].first for name in blind if one.pools[name].first is not None}
        news = {name: cost for name, cost in firsts.items() if start.get(name) != cost}
        if any(one.pools[name].borrowed and name not in firsts for name in blind):
            return None
        start |= news  # type: ignore[arg-type]
        moved = {row: one.outcome(row) for row, used in one.used.items() if one.outcome(row) != used or row in one.torn}
        handed |= moved
        if not news and not moved:
            return Walked(rows, one.pools)
    return None


class Walk:
    """One time over the rows."""

    def __init__(
        self, rows: list[Row], method: Callable[[PoolName], str], start: dict[Any, Fraction], handed: dict[RowId, Handed]
    ) -> None:
        self.rows, self.handed = rows, handed
        self.found = {row.id: row for row in rows}
        self.pools = {
            row.pool: Pool(method(row.pool) == "fifo", last=start.get(row.pool), borrowed=row.pool in start) for row in rows
        }
        self.seen: set[RowId] = set()
        self.used: dict[RowId, Handed] = {}
        self.torn: set[RowId] = set()
        self.accounts: dict[RowId, Account] = {}

    def run(self) -> None:
        for row in self.rows:
            row.value, row.provisional, row.gap, row.pieces = 0, False, None, None
            if row.counted is not None:
                row.quantity = 0
        for row in self.rows:
            self.step(row, self.pools[row.pool])
            self.seen.add(row.id)
        for original, account in self.accounts.items():
            if account.waiting:
                self.settle(original, account)

    def in_a_circle(self) -> bool:
        """Whether goods that were missing where they left may have come back there: their cost would hang on itself."""
        ways: dict[PoolName, set[PoolName]] = defaultdict(set)
        handing = {name for row in self.rows for name in (*row.sources, row.twin, row.original) if name}
        for row in self.rows:
            for name in (*row.sources, row.original, row.twin if row.how == "arrive" else None):
                if name and self.found[name].pool != row.pool:
                    ways[self.found[name].pool].add(row.pool)
        for start in [row.pool for row in self.rows if row.gap and row.id in handing]:
            reached, new = set(), set(ways[start])
            while new:
                reached |= new
                new = {there for here in new for there in ways[here]} - reached
            if start in reached:
                return True
        return False

    def outcome(self, name: RowId) -> Handed:
        row = self.found[name]
        pieces = tuple((p[0], p[1], p[2]) for p in row.pieces or ())
        return None if row.value is None else -row.value, row.provisional, row.borrowed, pieces

    def use(self, name: RowId) -> Handed:
        """What the row hands on: what it came to the time before, else what it has come to so far."""
        one = self.handed.get(name) or (self.outcome(name) if name in self.seen else (None, True, False, ()))
        if self.used.setdefault(name, one) != one:
            self.torn.add(name)
        return one

    def step(self, row: Row, pool: Pool) -> None:
        if row.counted is not None:
            row.quantity = row.counted - pool.places[row.place]
        row.borrowed = pool.borrowed
        pool.places[row.place] += row.quantity
        if row.how == "count":
            self.count(row, pool)
        elif row.how == "adjust":
            self.adjust(row, pool)
        elif row.how == "given" and row.given is not None:
            value = row.given + row.landed
            self.receive(row, pool, row.quantity, value, Fraction(value, row.quantity), row.key)
        elif row.how == "given":
            self.guess(row, pool, row.quantity, row.landed)
            row.provisional = True
        elif row.how == "made":
            self.make(row, pool)
        elif row.how == "found":
            self.find(row, pool, row.quantity)
        elif row.inside:
            self.stay(row, pool)
        elif row.how == "leave":
            self.take(row, pool, -row.quantity)
        elif row.how == "arrive":
            self.arrive(row, pool)
        else:
            self.bring_back(row, pool)

    def blank(self, row: Row, pool: Pool, quantity: int) -> None:
        """Nothing is known of the cost yet: no value."""
        pool.quantity += quantity
        pool.blind = row.provisional = True
        row.value = None

    def receive(self, row: Row, pool: Pool, quantity: int, value: int, cost: Fraction, key: Key, borrowed: bool = False) -> None:
        if borrowed:
            pool.borrowed = True
        elif pool.first is None:
            pool.first = cost
        if pool.last is None and pool.blind:
            self.blank(row, pool, quantity)
            return
        pool.come(quantity, value, cost, key)
        if row.value is not None:
            row.value += value

    def guess(self, row: Row, pool: Pool, quantity: int, landed: int = 0) -> None:
        cost = pool.present()
        if cost is None:
            self.blank(row, pool, quantity)
            return
        value = half_up(cost * quantity) + landed
        pool.come(quantity, value, None, row.key)
        row.value = (row.value or 0) + value
        row.provisional = True

    def find(self, row: Row, pool: Pool, quantity: int) -> None:
        empty = pool.quantity <= 0
        self.guess(row, pool, quantity)
        row.provisional = empty if row.value is not None else True

    def take(self, row: Row, pool: Pool, quantity: int) -> None:
        if pool.last is None:
            self.blank(row, pool, -quantity)
        else:
            pool.leave(row, quantity)

    def stay(self, row: Row, pool: Pool) -> None:
        """A transfer inside the pool is shown at cost and changes nothing."""
        cost = pool.present()
        quantity = abs(row.quantity)
        if cost is None:
            self.blank(row, pool, 0)
        elif row.how == "arrive":
            assert row.twin is not None
            handed = self.use(row.twin)[0]
            row.value = half_up(cost * quantity) if handed is None else handed
        elif pool.fifo and quantity <= pool.quantity:
            layers = [list(layer) for layer in pool.layers]
            row.value = -sum(piece[2] for piece in pool._oldest(quantity))
            pool.layers = layers
        else:
            row.value = -half_up(cost * quantity)

    def arrive(self, row: Row, pool: Pool) -> None:
        assert row.twin is not None
        value, provisional, borrowed, pieces = self.use(row.twin)
        if value is None:
            self.guess(row, pool, row.quantity)
            row.provisional = True
            return
        whole: tuple[tuple[Key, int, int], ...] = ((row.key, row.quantity, value),)
        for key, quantity, worth in pieces if pool.fifo else whole:
            self.receive(row, pool, quantity, worth, Fraction(worth, quantity), key, borrowed)
        if row.value is not None:
            row.value, row.provisional = value, provisional

    def make(self, row: Row, pool: Pool) -> None:
        """What is put together costs what its parts cost; parts of something share what it cost."""
        parts = [self.use(name) for name in row.sources]
        if all(part[0] is None for part in parts):
            self.guess(row, pool, row.quantity)
            row.provisional = True
            return
        value = sum(part[0] or 0 for part in parts)
        if row.share is not None:
            start, end, whole = row.share
            value = half_up(Fraction(value * end, whole)) - half_up(Fraction(value * start, whole))
        borrowed = any(part[2] for part in parts)
        self.receive(row, pool, row.quantity, value, Fraction(value, row.quantity), row.key, borrowed)
        if row.value is not None:
            row.provisional = any(part[0] is None or part[1] for part in parts)

    def adjust(self, row: Row, pool: Pool) -> None:
        """All that is on hand costs the price from here on."""
        assert row.price is not None
        if pool.first is None:
            pool.first = row.price
        if pool.last is None and pool.blind:
            self.blank(row, pool, 0)
        else:
            row.value = pool.reprice(row.price)

    def bring_back(self, row: Row, pool: Pool) -> None:
        """A customer's return: at the cost of what was sold, the last part with the rest; not linked: at the present cost."""
        if row.original is None:
            self.find(row, pool, row.quantity)
            return
        sold = self.found[row.original]
        account = self.accounts.setdefault(row.original, Account(-sold.quantity))
        quantity = row.quantity
        if sold.gap and sold.gap.quantity and sold.pool == row.pool:
            part = min(quantity, sold.gap.quantity)
            self.close(sold, pool, account, part)
            account.waiting.append((row, part))
            quantity -= part
        if quantity and account.waiting and not (sold.gap and sold.gap.quantity):
            self.settle(row.original, account)
        if not quantity:
            return
        value, provisional, borrowed, _ = self.use(row.original)
        if value is None:
            self.guess(row, pool, quantity)
            row.provisional = True
            return
        left, rest = account.quantity - account.back, value - account.value
        if account.waiting:  # some came back before it was known what they cost: a share of the whole
            left, rest = account.quantity, value
        worth = half_up(Fraction(rest * quantity, left))
        account.back += quantity
        account.value += worth
        self.receive(row, pool, quantity, worth, Fraction(value, account.quantity), row.key, borrowed)
        if row.value is not None:
            row.provisional = row.provisional or provisional

    def close(self, sold: Row, pool: Pool, account: Account, quantity: int) -> None:
        """The very goods that were missing come back: they have never been away."""
        gap = sold.gap
        assert gap is not None
        assert sold.value is not None
        guess = gap.value if quantity == gap.quantity else half_up(Fraction(gap.value * quantity, gap.quantity))
        gap.quantity, gap.value = gap.quantity - quantity, gap.value - guess
        sold.value += guess
        pool.quantity += quantity
        pool.value += guess
        if not gap.quantity:
            sold.provisional = False
            pool.gaps.remove(gap)
        account.back += quantity
        account.closed += quantity
        account.guess += guess

    def settle(self, name: RowId, account: Account) -> None:
        """What closed its own gap costs, piece for piece, what the rest of the sale cost."""
        sold = self.found[name]
        assert sold.value is not None
        rest = account.quantity - account.closed
        worth = half_up(Fraction(-sold.value * account.closed, rest)) if rest else account.guess
        sold.value -= worth
        account.value += worth
        left = account.closed
        for row, quantity in account.waiting:
            part = half_up(Fraction(worth * quantity, left))
            row.value = (row.value or 0) + part
            row.provisional = sold.provisional
            worth, left = worth - part, left - quantity
        account.closed = account.guess = 0
        account.waiting.clear()

    def count(self, row: Row, pool: Pool) -> None:
        """So many were there: the difference is found or missing; with a price, all of it costs that from here on."""
        if row.price is not None and pool.first is None:
            pool.first = row.price
        if row.quantity > 0 and row.price is not None:
            self.receive(row, pool, row.quantity, half_up(row.price * row.quantity), row.price, row.key)
        elif row.quantity > 0:
            self.find(row, pool, row.quantity)
        elif row.quantity < 0:
            self.take(row, pool, -row.quantity)
        if row.price is not None and row.value is not None:
            if pool.last is None and pool.blind:
                self.blank(row, pool, 0)
            else:
                row.value += pool.reprice(row.price)
