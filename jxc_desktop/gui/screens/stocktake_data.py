"""A count under way: its lines in memory, what is read for it, and the draft that it is kept as."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from copy import deepcopy
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from jxc_desktop.columns import quantity_text, word
from jxc_desktop.domain.documents import Draft, DraftLine
from jxc_desktop.domain.stocktake import Plan, Tally, parse_plan, tally
from jxc_desktop.gui.screens.stocktake_grid import CountLine, line_of
from jxc_desktop.i18n import _
from jxc_desktop.queries.product_search import CodeHit, find_by_code, search_products
from jxc_desktop.queries.stocktake import CountRow, Place, count_rows, moved_since, warehouse_name
from jxc_desktop.services.drafts import load_draft

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

FILTERS = ("all", "different", "open", "counted")


@dataclass(frozen=True, slots=True)
class Standing:
    """What is read of a count: its draft, what there is to count now, and what moved since each count."""

    draft: Draft
    warehouse: str
    rows: tuple[CountRow, ...]
    moved: dict[Place, Decimal]


@dataclass(slots=True)
class Step:
    """One count as it was made, so that it can be taken back."""

    line: CountLine
    before: Decimal | None
    before_at: str | None
    after: Decimal | None
    at: str


@dataclass(slots=True)
class Counting:
    """The count: its plan, where, since when, its lines by place, and the steps so far (the newest last)."""

    plan: Plan
    warehouse_id: int
    warehouse: str
    started: str
    lines: dict[Place, CountLine] = field(default_factory=dict)
    steps: list[Step] = field(default_factory=list)

    def take_rows(self, rows: Iterable[CountRow], moved: dict[Place, Decimal], stamp: Callable[[], str]) -> bool:
        """Take what the book holds now; True when there are lines that were not here before."""
        fresh = False
        for row in rows:
            line = self.lines.get(row.place)
            if line is None:
                line = self.lines[row.place] = line_of(row, DraftLine(row.product_id, batch=row.batch or None), stamp)
                fresh = True
            line.row = row
            line.moved = moved.get(row.place, Decimal(0))
        return fresh

    def counted_at(self) -> dict[Place, str]:
        """When each counted place was counted."""
        return {p: line.draft.counted_at for p, line in self.lines.items() if line.counted is not None and line.draft.counted_at}

    def shown(self, wanted: str) -> list[CountLine]:
        """The lines that a filter leaves."""
        tests: dict[str, Callable[[CountLine], bool]] = {
            "all": lambda _line: True,
            "different": lambda line: bool(line.difference),
            "open": lambda line: line.counted is None,
            "counted": lambda line: line.counted is not None,
        }
        return [line for line in self.lines.values() if tests[wanted](line)]

    def tally(self) -> Tally:
        return tally((line.book, line.counted, line.row.cost) for line in self.lines.values())

    def step(self, line: CountLine, quantity: Decimal | None) -> None:
        """Count, and remember what was there before."""
        line.count(quantity)
        self.note(line)

    def note(self, line: CountLine) -> None:
        """Remember the count just made of a line."""
        self.steps.append(Step(line, *line.before, line.counted, line.stamp()))

    def undo(self) -> CountLine | None:
        """Take the newest step back; its line, None where there is none."""
        if not self.steps:
            return None
        last = self.steps.pop()
        last.line.count(last.before)
        last.line.draft.counted_at = last.before_at
        return last.line

    def line_for(self, product_id: int, current: CountLine | None) -> CountLine | None:
        """The line a scan of the product means: the current one where it is of it, else its first (the batch to expire first)."""
        if current is not None and current.row.product_id == product_id:
            return current
        return next((line for line in self.lines.values() if line.row.product_id == product_id), None)

    def draft(self) -> Draft:
        """As it is kept: what was counted, and what is typed but not right yet."""
        kept = [
            deepcopy(line.draft)
            for line in self.lines.values()
            if line.counted is not None or line.draft.typed or self.plan.scope == "free"
        ]
        return Draft("stocktake", self.started, warehouse_id=self.warehouse_id, lines=kept, reason=self.plan.dump())

    def posting(self) -> Draft:
        """As it is posted: only what was counted, each line at its own time, the document itself now."""
        lines = [replace(line.draft, typed={}) for line in self.lines.values() if line.counted is not None]
        return Draft("stocktake", None, warehouse_id=self.warehouse_id, lines=lines, note=self.plan.words)


def read_standing(session: Session, draft_id: int) -> Standing:
    """A saved count. Raises :class:`UnknownDocument`, :class:`AlreadyPosted`."""
    draft = load_draft(session, draft_id)
    counted = {
        (d.product_id, d.batch or ""): d.counted_at
        for d in draft.lines
        if d.product_id and d.counted is not None and d.counted_at
    }
    also = {d.product_id for d in draft.lines if d.product_id}
    plan, warehouse = parse_plan(draft.reason), draft.warehouse_id or 0
    rows, moved = read_book(session, plan, warehouse, also, counted)
    return Standing(draft, warehouse_name(session, warehouse), rows, moved)


def read_book(
    session: Session, plan: Plan, warehouse_id: int, also: set[int], counted: dict[Place, str]
) -> tuple[tuple[CountRow, ...], dict[Place, Decimal]]:
    """What there is to count now, and what moved since each count."""
    return tuple(count_rows(session, plan, warehouse_id, also=also)), moved_since(session, warehouse_id, counted)


def resume(found: Standing, stamp: Callable[[], str]) -> Counting:
    """The count as it was left."""
    counting = Counting(
        parse_plan(found.draft.reason), found.draft.warehouse_id or 0, found.warehouse, found.draft.moment or stamp()
    )
    kept = {(d.product_id or 0, d.batch or ""): d for d in found.draft.lines}
    for row in found.rows:
        draft = kept.get(row.place) or DraftLine(row.product_id, batch=row.batch or None)
        counting.lines[row.place] = line_of(row, draft, stamp)
    counting.take_rows(found.rows, found.moved, stamp)
    return counting


def read_code(session: Session, code: str) -> CodeHit | None:
    """What a scanned or typed code means; a text that finds exactly one product means it too."""
    found = find_by_code(session, code)
    if found is not None:
        return found
    hits = search_products(session, code, limit=2)
    return find_by_code(session, hits[0].code) if len(hits) == 1 else None


def effect_words(sums: Tally) -> str:
    """What posting does, in numbers."""
    parts = [
        _("{counted} lines were counted, {different} of them differ.").format(counted=sums.counted, different=sums.different)
    ]
    if sums.different:
        net = f"{'-' if sums.net_value < 0 else ''}¥{word(abs(sums.net_value), 'money')}"
        parts.append(
            _("Gains {gain} (+¥{gain_value}), losses {loss} (-¥{loss_value}), net {net}.").format(
                gain=quantity_text(sums.gain),
                gain_value=word(sums.gain_value, "money"),
                loss=quantity_text(-sums.loss),
                loss_value=word(-sums.loss_value, "money"),
                net=net,
            )
        )
    if sums.lines > sums.counted:
        parts.append(_("{count} lines that were not counted stay as they are.").format(count=sums.lines - sums.counted))
    return " ".join(parts)
