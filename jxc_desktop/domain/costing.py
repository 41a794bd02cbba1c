"""The costing engine: facts of ledger rows in, values at cost out. Moving average, FIFO, the batch's own cost.

Value travels with quantity, and is kept per *pool* (a product, or product + warehouse, or product + batch). One pass in
ledger order gives each row its value:

* What leaves takes V x q / Q (average) or the oldest layers (FIFO), half up; the last piece carries the remainder.
* What is missing leaves at the last known cost, provisional. Goods that arrive cover it first, oldest gap first, and the
  covered rows then have the arriving goods' cost: the same row's value changes, no row is added.
* A linked customer's return has its original's cost, shared so that the last part takes the rest. When the original
  itself is still missing goods in that pool, the return closes that gap first; the rest of the original then decides the
  cost of both (5 missing, 2 brought back, 3 bought at 12.00: the sale cost 60.00, the return 24.00). Brought back whole,
  nothing of it is missing any more: both keep the last known cost, for what arrives later covers nothing of it.
* Goods of unknown cost take the present unit cost, else the last known one, and stay marked. In a pool that never had a
  cost values are None; the first known cost is taken as known from the pool's start.
* A count states a quantity, so its difference is derived; a price on it, like a cost adjustment, sets the unit cost of
  all the pool holds.

A row may take its value from another pool's row (transfers, returns elsewhere, assembly) that is trued up only later.
Then the pass is repeated with the value found, until nothing moves: as many passes as such links follow one another.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from operator import attrgetter

from jxc_desktop.domain.costing_links import LEAP, Pass, Source, Trail
from jxc_desktop.domain.costing_pool import (
    Cost,
    Entry,
    EntryResult,
    Key,
    Known,
    Layer,
    PoolState,
    Ratio,
    unit_cost_of_price,
)
from jxc_desktop.domain.costing_rows import step
from jxc_desktop.domain.costing_walk import Mark, Marks, walk
from jxc_desktop.domain.money import divide_half_up

__all__ = [
    "Cost",
    "Entry",
    "EntryResult",
    "Key",
    "Known",
    "Layer",
    "Mark",
    "Marks",
    "PoolState",
    "Ratio",
    "Replay",
    "append",
    "place_values",
    "replay",
    "unit_cost_of_price",
]

_PASSES = 1000  # never reached: a value that does not come to rest is stopped long before
_NOTHING: Mapping[Hashable, Known] = {}


@dataclass(slots=True)
class Replay:
    """What a replay found.

    results   per row, in ledger order
    states    per pool, after its last row
    passes    how often the rows were gone through
    circular  rows whose cost would have depended on itself (goods moved on that were missing, and moved back): what they
              handed on keeps its first guess, marked provisional; pools still add up. Empty in an ordinary book.
    marks     the states in between that were asked for
    """

    results: dict[Hashable, EntryResult]
    states: dict[Hashable, PoolState]
    passes: int
    circular: frozenset[Hashable]
    marks: list[Mark] = field(default_factory=list)

    @property
    def direct(self) -> bool:
        """No value had to be sought by approach: going on from a mark before gives the same values as the whole."""
        return self.passes < LEAP


def replay(
    pools: Mapping[Hashable, PoolState],
    entries: Iterable[Entry],
    method: str = "average",
    *,
    known: Mapping[Hashable, Known] = _NOTHING,
    marks: Marks | None = None,
) -> Replay:
    """Value all ``entries`` (any order; sorted by key here) from the states in ``pools``, which stay untouched.

    A pool that is not in ``pools`` starts empty with ``method`` (``average``, ``fifo`` or ``batch``). ``known`` holds the
    rows outside that entries refer to; ``marks`` says where states in between are wanted. Voided rows and their opposites
    are left out by the caller. Raises ``ValueError`` for a starting state that is not clean, a doubled row or an unknown
    method: bugs of the caller, not of the shopkeeper.
    """
    marks = marks or Marks()
    rows = sorted(entries, key=attrgetter("key"))
    names = {entry.pool for entry in rows}
    carried: dict[Hashable, Source] = {}
    assumed: dict[Hashable, Ratio] = {}
    hinted: set[Hashable] = set()
    trails: dict[Hashable, Trail] = {}
    passes = 0
    while True:
        passes += 1
        states = {name: pools[name].copy() if name in pools else PoolState.empty(method) for name in pools.keys() | names}
        for name, cost in assumed.items():
            states[name].last, states[name].assumed = cost, True
        run = Pass(known, carried)
        marks.restart(pools, assumed.keys() - hinted)
        walk(rows, states, run, marks)
        if len(run.results) != len(rows):
            raise ValueError("a row was given twice")
        run.settle_all()
        moved = _learn(states, assumed, hinted)
        if not (run.carry(trails, passes) or moved) or passes == _PASSES:
            break
    if run.lost():
        raise ValueError(f"rows refer to rows that were not given: {sorted(map(repr, run.lost()))[:5]}")
    circular = frozenset(row for row, trail in trails.items() if trail.stopped)
    return Replay(run.results, states, passes, circular, marks.made if marks.at or passes < LEAP else [])


def append(state: PoolState, entry: Entry, known: Mapping[Hashable, Known] = _NOTHING) -> EntryResult:
    """Value one row that is the latest of its pool, in a few microseconds, and move ``state`` on; equals a replay.

    ``known`` must hold the original, twin or sources the entry names. Goods may leave any pool: that changes no row before.
    Raises ``ValueError`` for all else when ``state`` is not clean: earlier rows could change, so the pool has to be replayed.
    """
    if not (state.clean or entry.cost is Cost.ISSUE or entry.cost is Cost.RETURN_OUT):
        raise ValueError("rows that are there may change: replay the pool")
    run = Pass(known, {})
    result = step(state, entry, run)
    if run.sought:
        raise ValueError(f"row {entry.row!r} refers to {sorted(map(repr, run.sought))}, which was not given")
    return result


def _learn(states: Mapping[Hashable, PoolState], assumed: dict[Hashable, Ratio], hinted: set[Hashable]) -> bool:
    """Note the first known cost of pools that needed one before it came; True when that is news.

    A cost that rests on an assumed one is only a hint: it helps a pool that has nothing better, but never moves what is
    assumed already, or two pools that feed each other would drift. A better known pool makes all hints be found anew.
    """
    needed = {name for name, state in states.items() if state.unknown or name in assumed}
    firsts = {name: first for name in needed if (first := states[name].first) is not None and first != assumed.get(name)}
    if firsts:
        for name in hinted:
            del assumed[name]
        hinted.clear()
        assumed.update(firsts)
        return True
    hints = {name: hint for name in needed if name not in assumed and (hint := states[name].hint) is not None}
    assumed.update(hints)
    hinted.update(hints)
    return bool(hints)


def place_values(value: int, quantities: Mapping[Hashable, int]) -> dict[Hashable, int]:
    """Share a pool's ``value`` over its places by quantity: q x V / Q, the remainder to the place that holds most.

    So the parts add up to the pool, and 0 pieces are worth 0. A pool that holds nothing in all has no unit cost: all 0.
    """
    whole = sum(quantities.values())
    if not whole:
        return dict.fromkeys(quantities, 0)
    values = {place: divide_half_up(value * quantity, whole) for place, quantity in quantities.items()}
    most = max(quantities, key=lambda place: abs(quantities[place]))
    values[most] += value - sum(values.values())
    return values
