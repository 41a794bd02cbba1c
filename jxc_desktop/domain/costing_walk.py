"""One pass of a replay over its rows, and the states on the way that a later replay may start from (marks).

A mark stands between two documents. A pool is sound there when nothing that comes later in it can change a row before: it
is clean, and a cost that was assumed for the time before it was known is settled by a row before the mark. A later replay
may start at a mark with pools that are sound, and that took value only from pools that are.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from jxc_desktop.domain.costing_links import Pass
from jxc_desktop.domain.costing_pool import Entry, EntryResult, PoolState
from jxc_desktop.domain.costing_rows import step

Place = tuple[str, int]
"""A place between documents: (business moment, posting sequence) of the last row before it."""

_AGAIN = 8  # where a mark is due and cannot stand, the next place is looked for after this part of the distance


class Mark(NamedTuple):
    """What stands after the first ``rows`` rows: the ``states`` of the pools that have begun, None of one that is not sound."""

    at: Place
    rows: int
    states: dict[Hashable, PoolState | None]


@dataclass(slots=True)
class Marks:
    """Where marks are wanted: after ``every`` so many rows, or ``at`` given places (in order)."""

    every: int = 0
    at: Sequence[Place] = ()
    made: list[Mark] = field(default_factory=list)
    _sound: int = 0
    _begun: set[Hashable] = field(default_factory=set)
    _started: Mapping[Hashable, PoolState] = field(default_factory=dict)
    _settled: Collection[Hashable] = ()

    def restart(self, started: Mapping[Hashable, PoolState], settled: Collection[Hashable]) -> None:
        """A new pass begins from ``started``; ``settled``: pools whose cost is assumed from a first known one."""
        self.made, self._sound = [], 0
        self._begun = {name for name, state in started.items() if state.places or state.last is not None}
        self._started, self._settled = started, settled

    def stop(self, rows: Sequence[Entry], done: int) -> int:
        """The index of the row before which the next mark may stand, or the end."""
        if len(self.made) < len(self.at):
            return bisect_right(rows, self.at[len(self.made)], lo=done, key=lambda entry: entry.key[:2])
        end = done + (self.every if self._sound == done else max(self.every // _AGAIN, 1))
        if not self.every or end >= len(rows):
            return len(rows)
        return bisect_right(rows, rows[end - 1].key[:2], lo=end, key=lambda entry: entry.key[:2])

    def note(self, rows: Sequence[Entry], before: int, done: int, states: Mapping[Hashable, PoolState]) -> None:
        """Keep what stands after ``done`` rows, if a mark is wanted here."""
        self._begun.update(entry.pool for entry in rows[before:done])
        if len(self.made) < len(self.at):
            self.made.append(Mark(self.at[len(self.made)], done, self._states(states)))
        elif self.every and done - self._sound >= self.every:
            mark = Mark(rows[done - 1].key[:2], done, self._states(states))
            if any(mark.states.values()):
                self.made.append(mark)
            if all(mark.states.values()):
                self._sound = done

    def _states(self, states: Mapping[Hashable, PoolState]) -> dict[Hashable, PoolState | None]:
        begun = ((name, state) for name, state in states.items() if name in self._begun)
        return {name: state.copy() if state.clean and self._settles(name, state) else None for name, state in begun}

    def _settles(self, name: Hashable, state: PoolState) -> bool:
        """Nothing that comes later can move a cost that was assumed here; all rows of such a pool rest on it, or none."""
        if self.at or not state.assumed or (name in self._started and self._started[name].assumed):
            return True
        return name in self._settled and state.first is not None


def walk(rows: Sequence[Entry], states: Mapping[Hashable, PoolState], run: Pass, marks: Marks) -> None:
    """Value ``rows``, in ledger order, into ``run.results``; moves ``states`` on."""
    results: dict[Hashable, EntryResult] = run.results
    done = 0
    while True:
        before, done = done, marks.stop(rows, done)
        for entry in rows[before:done]:
            results[entry.row] = step(states[entry.pool], entry, run)
        marks.note(rows, before, done, states)
        if done == len(rows) and len(marks.made) >= len(marks.at):
            return
