"""A count under way in memory: its lines, the entries they are derived from, their sums, and what is read for it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from jxc_desktop.columns import quantity_text, word
from jxc_desktop.domain.acts import business_day
from jxc_desktop.domain.counting import SECOND, Entry, Said, found_of
from jxc_desktop.domain.settings import ShopSettings
from jxc_desktop.domain.stocktake import Plan, Share, Sums, Tally, parse_plan, share_of
from jxc_desktop.gui.screens.stocktake_line import NOTHING_MOVED, CountLine, Sitting, line_of, signed
from jxc_desktop.i18n import _
from jxc_desktop.queries.settings import shop_settings
from jxc_desktop.queries.stocktake import warehouse_code, warehouse_name
from jxc_desktop.queries.stocktake_entries import Approval, Pending, Pulse, approval_of, entries_of, pending_codes, pulse
from jxc_desktop.queries.stocktake_rows import CountRow, Moved, Place, count_rows, moved_since, with_named
from jxc_desktop.services.drafts import load_draft
from jxc_desktop.services.stocktake import Bearings, Taken

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

LOGGED = 60
"""So many of the newest counts are kept for the log."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What is read of a count: its plan, its entries, what there is to count now, and what moved since each count."""

    plan: Plan
    warehouse_id: int
    warehouse: str
    warehouse_code: str
    started: str
    listed: frozenset[int]
    entries: tuple[Entry, ...]
    rows: tuple[CountRow, ...]
    moved: dict[Place, Moved]
    pending: tuple[Pending, ...]
    approval: Approval | None
    pulse: Pulse
    settings: ShopSettings


@dataclass(frozen=True, slots=True)
class Step:
    """One count for the log: what the line came to by it."""

    entry: Entry
    name: str
    after: Decimal | None


@dataclass(slots=True)
class Counting:
    """The count. Its lines follow ``entries`` (as kept) and ``assumed`` (said, and not answered yet)."""

    plan: Plan
    warehouse_id: int
    warehouse: str
    warehouse_code: str
    started: str
    listed: frozenset[int]
    sitting: Sitting
    typed: Callable[[CountLine, Decimal | None, str], object]
    lines: dict[Place, CountLine] = field(default_factory=dict)
    entries: dict[Place, list[Entry]] = field(default_factory=dict)
    assumed: list[Said] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    pending: tuple[Pending, ...] = ()
    approval: Approval | None = None
    settings: ShopSettings = field(default_factory=ShopSettings)
    again: set[Place] = field(default_factory=set)
    differing: set[Place] = field(default_factory=set)
    closed: set[Place] = field(default_factory=set)
    """Counted on a day that was closed since: cannot be posted as it is."""
    doubled: bool = False
    """Somebody else counts under the name that is used here: typed counts of the two replace one another."""
    seen: Pulse | None = None
    _own: set[int] = field(default_factory=set)
    _sums: Sums = field(default_factory=Sums)
    _shares: dict[Place, Share] = field(default_factory=dict)

    # --- taking what was read ------------------------------------------------------------------------------------

    def take_standing(self, found: Standing) -> bool:
        """Take all that was read anew; True when there are lines that were not here before."""
        self.pending, self.approval, self.plan, self.seen = found.pending, found.approval, found.plan, found.pulse
        self.settings = found.settings
        younger = [e for each in self.entries.values() for e in each if e.id > found.pulse.newest]
        known = (*found.entries, *sorted(younger, key=lambda e: e.id))  # what was kept here while it was read is not in it
        self.entries = {}
        for entry in known:
            if entry.product_id is not None:
                self.entries.setdefault((entry.product_id, entry.batch), []).append(entry)
        name, floor = self.sitting.counter, self.sitting.floor
        self.doubled = any(e.id > floor and e.counter == name and e.id not in self._own for e in found.entries)
        fresh = self.take_rows(found.rows, found.moved)
        self.steps = [
            Step(entry, self._name(entry), None)
            for entry in known
            if not entry.undone and entry.mode != "reason" and entry.product_id is not None
        ][-LOGGED:]
        self._retell()
        return fresh

    def take_rows(self, rows: Iterable[CountRow], moved: dict[Place, Moved]) -> bool:
        """Take what the book holds now; True when there are lines that were not here before."""
        fresh = False
        for row in rows:
            line = self.lines.get(row.place)
            if line is None:
                line = self.lines[row.place] = line_of(row, self.sitting, self.typed)
                fresh = True
            line.row = row
            line.moved = moved.get(row.place, NOTHING_MOVED)
            if row.place in self.entries or row.place not in self._shares or line.found.by or line.found.reason:
                self.refold(row.place, read=True)
        return fresh

    def add_batch(self, place: Place, expiry: str | None) -> None:
        """A line for a batch that was named and does not lie here by the book, to be typed into."""
        twin = next((line.row for line in self.lines.values() if line.row.product_id == place[0]), None)
        if place not in self.lines and twin is not None:
            self.take_rows([replace(twin, batch=place[1], book=Decimal(0), expiry=expiry)], {})

    def refold(self, place: Place, *, read: bool = False) -> None:
        """Derive a line from its entries, and the sums from the line. ``read``: what moved since was read just now."""
        line = self.lines.get(place)
        if line is None:
            return
        entries = list(self.entries.get(place, ()))
        entries += [_assumed(said) for said in self.assumed if (said.product_id, said.batch) == place]
        before = line.found.at
        line.found = found_of(entries)
        if not read and (line.found.at or "") > (before or ""):
            line.moved = NOTHING_MOVED  # counted just now: nothing has moved since
        share = share_of(line.book, line.counted, line.row.cost)
        self._sums.put(self._shares.get(place), share)
        self._shares[place] = share
        (self.differing.add if line.difference else self.differing.discard)(place)
        beyond = line.found.round != SECOND and self.plan.tolerance.beyond(line.book, line.difference, line.row.cost)
        (self.again.add if beyond else self.again.discard)(place)
        closed = line.found.at is not None and self.is_closed(line.found.at)
        (self.closed.add if closed else self.closed.discard)(place)

    def is_closed(self, moment: str) -> bool:
        """Whether what is counted at a moment lies on a day that is closed."""
        return business_day(moment, self.settings.closing_hour) <= self.settings.lock_until

    @property
    def first_closed(self) -> str | None:
        """The first closed day on which something was counted that still stands; None where nothing was."""
        moments = [self.lines[place].found.at or "" for place in self.closed]
        return business_day(min(moments), self.settings.closing_hour) if moments else None

    # --- what is counted at this window --------------------------------------------------------------------------

    def assume(self, said: Said) -> None:
        """Show a typed count at once; it is kept as soon as its answer comes."""
        self.assumed.append(said)
        if said.product_id is not None:
            self.refold((said.product_id, said.batch))

    def answer(self, taken: Taken) -> Place | None:
        """Take the answer to something said; the place it counted at, None for none."""
        if taken.said in self.assumed:
            self.assumed.remove(taken.said)
        entry = taken.entry
        if entry is None:
            return None
        self._own.add(entry.id)
        if self.seen is not None:
            undone, settled = int(taken.state == "undone"), int(taken.state == "counted")
            self.seen = replace(
                self.seen,
                newest=max(self.seen.newest, entry.id),
                undone=self.seen.undone + undone,
                settled=self.seen.settled + settled,
            )
        if entry.product_id is None:
            return None
        place = (entry.product_id, entry.batch)
        known = self.entries.setdefault(place, [])
        known[:] = [e for e in known if e.id != entry.id]
        if taken.state != "undone":
            known.append(entry)
        self.refold(place)
        if entry.mode != "reason":
            self.steps = [s for s in self.steps if s.entry.id != entry.id][-LOGGED:]
            if taken.state != "undone":
                line = self.lines.get(place)
                self.steps.append(Step(entry, self._name(entry), line.counted if line else None))
        return place

    def refuse(self, said: Said) -> None:
        """What was said was not taken."""
        if said in self.assumed:
            self.assumed.remove(said)
            if said.product_id is not None:
                self.refold((said.product_id, said.batch))

    def move_round(self, round_: int) -> None:
        """First or second count; the cells of lines say what belongs to it."""
        self.sitting.round = round_

    # --- what it comes to ----------------------------------------------------------------------------------------

    def _name(self, entry: Entry) -> str:
        line = self.lines.get((entry.product_id or 0, entry.batch))
        return line.row.name if line is not None else entry.code

    def _retell(self) -> None:
        """The log of a count that was read: names, and what each line came to by each count."""
        told = []
        for step in self.steps:
            place = (step.entry.product_id or 0, step.entry.batch)
            upto = [e for e in self.entries.get(place, ()) if e.id <= step.entry.id]
            told.append(replace(step, name=self._name(step.entry), after=found_of(upto).counted))
        self.steps = told

    @property
    def own_steps(self) -> bool:
        """Whether there is something of this sitting to take back."""
        return any(s.entry.id > self.sitting.floor and s.entry.counter == self.sitting.counter for s in self.steps)

    def shown(self, wanted: str) -> list[CountLine]:
        """The lines that a filter leaves: ``again`` are those to be counted again and those that were."""
        due = self._due()
        tests: dict[str, Callable[[CountLine], bool]] = {
            "all": lambda _line: True,
            "different": lambda line: bool(line.difference),
            "open": lambda line: line.counted is None,
            "counted": lambda line: line.counted is not None,
            "again": lambda line: line.row.place in due or line.found.second is not None,
        }
        return [line for line in self.lines.values() if tests[wanted](line)]

    @property
    def due(self) -> int:
        """How many lines are still to be counted a second time."""
        return len(self._due())

    def _due(self) -> set[Place]:
        """Those beyond tolerance and those counted on closed days; where there are none all that differ, unless blind: that
        would give them away."""
        due = self.again | self.closed
        if due or self.plan.blind:
            return due
        return {place for place in self.differing if self.lines[place].found.round != SECOND}

    @property
    def bearings(self) -> Bearings:
        """What scans are read by."""
        due = frozenset(self._due()) if self.sitting.round == SECOND else frozenset()
        return Bearings(self.plan, self.listed, dict(self.sitting.batches), due)

    def tally(self) -> Tally:
        return self._sums.tally


def _assumed(said: Said) -> Entry:
    """As it will be kept; younger than all that is."""
    return Entry(
        id=1 << 62,
        product_id=said.product_id,
        batch=said.batch,
        code=said.code,
        unit="",
        quantity=said.quantity,
        mode=said.mode,
        said=said.said,
        moment=said.moment,
        counter=said.counter,
        round=said.round,
    )


def read_standing(session: Session, document_id: int) -> Standing:
    """A count as it stands. Raises :class:`UnknownDocument`, :class:`AlreadyPosted`."""
    draft = load_draft(session, document_id)
    plan, warehouse = parse_plan(draft.reason), draft.warehouse_id or 0
    entries = entries_of(session, document_id)
    of_place: dict[Place, list[Entry]] = {}
    for entry in entries:
        if entry.product_id is not None:
            of_place.setdefault((entry.product_id, entry.batch), []).append(entry)
    counted = {place: found.at for place, each in of_place.items() if (found := found_of(each)).at}
    listed = frozenset(d.product_id for d in draft.lines if d.product_id)
    also = {product for product, _batch in of_place} | set(listed)
    return Standing(
        plan,
        warehouse,
        warehouse_name(session, warehouse),
        warehouse_code(session, warehouse),
        draft.moment or "",
        listed,
        tuple(entries),
        tuple(with_named(session, count_rows(session, plan, warehouse, also=also), of_place)),
        moved_since(session, warehouse, {place: at for place, at in counted.items() if at}),
        tuple(pending_codes(session, document_id, plan, listed)),
        approval_of(session, document_id),
        pulse(session, document_id),
        shop_settings(session),
    )


def effect_words(sums: Tally) -> str:
    """What posting does, in numbers."""
    parts = [
        _("{counted} lines were counted, {different} of them differ.").format(counted=sums.counted, different=sums.different)
    ]
    if sums.different:
        parts.append(
            _("Gains {gain} ({gain_value}), losses {loss} ({loss_value}), net {net}.").format(
                gain=quantity_text(sums.gain),
                gain_value=_yuan(sums.gain_value),
                loss=quantity_text(-sums.loss),
                loss_value=_yuan(sums.loss_value),
                net=_yuan(sums.net_value),
            )
        )
    if sums.lines > sums.counted:
        parts.append(_("{count} lines that were not counted stay as they are.").format(count=sums.lines - sums.counted))
    return " ".join(parts)


def _yuan(value: Decimal) -> str:
    """``+¥4.00``, ``-¥2.00``, ``¥0.00``."""
    return signed(value, "money") if value else "¥" + word(value, "money")
