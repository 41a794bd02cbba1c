"""How right past stocktakes were: lines right of lines counted, and the same by value at the cost of the moment of the count."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from itertools import accumulate
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from jxc_desktop.db.models import VOID_PART, CountEntry, Document, StockMonth, StockRow, User, Warehouse
from jxc_desktop.db.types import raw
from jxc_desktop.domain.money import divide_half_up, yuan
from jxc_desktop.i18n import listed
from jxc_desktop.queries.periods import Period
from jxc_desktop.queries.scope import ALL, Scope
from jxc_desktop.queries.settings import shop_settings


@dataclass(frozen=True, slots=True)
class Accuracy:
    """One stocktake or several: ``off_value`` gains and losses added up, ``book_value`` what the book held of what was counted.

    ``gain`` >= 0, ``loss`` <= 0, both values at cost.
    """

    lines: int = 0
    right: int = 0
    gain: Decimal = Decimal(0)
    loss: Decimal = Decimal(0)
    book_value: Decimal = Decimal(0)

    @property
    def off_value(self) -> Decimal:
        return self.gain - self.loss

    @property
    def by_lines(self) -> Decimal | None:
        """Lines right / lines counted."""
        return Decimal(self.right) / self.lines if self.lines else None

    @property
    def by_value(self) -> Decimal | None:
        """1 - differences / book value, never below 0; None where the book held nothing of value."""
        return max(1 - self.off_value / self.book_value, Decimal(0)) if self.book_value > 0 else None

    def __add__(self, other: Accuracy) -> Accuracy:
        return Accuracy(
            self.lines + other.lines,
            self.right + other.right,
            self.gain + other.gain,
            self.loss + other.loss,
            self.book_value + other.book_value,
        )


@dataclass(frozen=True, slots=True)
class PastCount:
    """A posted stocktake with its accuracy; ``counters``: who counted, where that is known."""

    id: int
    number: str
    moment: str
    warehouse: str
    scope: str
    counters: str
    accuracy: Accuracy

    @property
    def month(self) -> str:
        return self.moment[:7]


def past_counts(session: Session, period: Period, scope: Scope = ALL) -> list[PastCount]:
    """The posted stocktakes of ``period`` that counted goods of ``scope``, the oldest first; only those goods count."""
    first, last = period.iso
    where = [Document.kind == "stocktake", Document.status == "posted", Document.day.between(first, last)]
    if scope.warehouse_id is not None:
        where.append(Document.warehouse_id == scope.warehouse_id)
    rows = session.execute(
        select(Document.id, Document.number, Document.moment, Warehouse.name, Document.note, Document.reason, User.name)
        .outerjoin(Warehouse, Warehouse.id == Document.warehouse_id)
        .outerjoin(User, User.id == func.coalesce(Document.posted_by, Document.created_by))
        .where(*where)
        .order_by(Document.moment, Document.seq)
    ).all()
    counters = _counters(session, [row[0] for row in rows])
    found = []
    for document_id, number, moment, warehouse, note, reason, user in rows:
        accuracy = accuracy_of(session, document_id, scope)
        if accuracy.lines:
            names = counters.get(document_id) or user or ""
            found.append(PastCount(document_id, number or "", moment, warehouse or "", note or reason, names, accuracy))
    return found


def _counters(session: Session, documents: Iterable[int]) -> dict[int, str]:
    found: dict[int, dict[str, None]] = defaultdict(dict)
    ids = list(documents)
    for start in range(0, len(ids), 500):
        rows = session.execute(
            select(CountEntry.document_id, CountEntry.counter, func.min(CountEntry.id))
            .where(CountEntry.document_id.in_(ids[start : start + 500]), CountEntry.undone == 0, CountEntry.counter != "")
            .group_by(CountEntry.document_id, CountEntry.counter)
            .order_by(func.min(CountEntry.id))
        )
        for document_id, counter, _first in rows:
            found[document_id][counter] = None
    return {document_id: listed(names) for document_id, names in found.items()}


def accuracy_of(session: Session, document_id: int, scope: Scope = ALL) -> Accuracy:
    """How right one stocktake was. What was counted is valued at the average cost of its pool just before it was counted."""
    rows = session.execute(
        select(
            StockRow.product_id,
            StockRow.warehouse_id,
            StockRow.moment,
            StockRow.seq,
            raw(StockRow.counted),
            raw(StockRow.quantity),
            func.coalesce(raw(StockRow.value), 0),
        ).where(
            StockRow.document_id == document_id,
            StockRow.counted.is_not(None),
            StockRow.void == 0,
            StockRow.part < VOID_PART,
            *scope.of_product(StockRow.product_id),
        )
    ).all()
    if not rows:
        return Accuracy()
    per_warehouse = shop_settings(session).pool == "warehouse"
    pools = _courses(session, document_id, rows, per_warehouse=per_warehouse)
    right, gain, loss, worth = 0, 0, 0, 0
    for product, warehouse, moment, seq, counted, quantity, value in rows:
        right += not quantity
        gain += max(value, 0)
        loss += min(value, 0)
        course = pools.get((product, warehouse if per_warehouse else 0))
        if course is not None:
            worth += course.worth(counted - quantity, (moment, seq))
    return Accuracy(len(rows), right, yuan(gain), yuan(loss), yuan(worth))


@dataclass(slots=True)
class _Course:
    """The running quantity (thousandths) and value (fen) of a pool, by (moment, seq)."""

    keys: list[tuple[str, int]]
    quantities: list[int]
    values: list[int]

    def worth(self, quantity: int, before: tuple[str, int]) -> int:
        """Fen that ``quantity`` was worth just before ``before``; 0 where that is not known."""
        place = bisect_right(self.keys, (before[0], before[1] - 1)) - 1
        there, value = self.quantities[place], self.values[place]
        return divide_half_up(quantity * value, there) if place >= 0 and there > 0 and value > 0 else 0


def _courses(session: Session, document_id: int, rows: Iterable[Any], *, per_warehouse: bool) -> dict[tuple[int, int], _Course]:
    """The pools of what a stocktake counted: months before its own from the summary, the rest row by row."""
    moments = [row[2] for row in rows]
    month, last = min(moments)[:7], max(moments)
    counted = select(StockRow.product_id).where(StockRow.document_id == document_id)
    steps: dict[tuple[int, int], list[tuple[tuple[str, int], int, int]]] = defaultdict(list)
    change = {
        what: sum(raw(getattr(StockMonth, f"{group}_{what}")) for group in ("bought", "returned", "other", "shrinkage"))
        - raw(getattr(StockMonth, f"sold_{what}"))
        for what in ("quantity", "value")
    }
    before = (
        select(StockMonth.product_id, StockMonth.warehouse_id, func.sum(change["quantity"]), func.sum(change["value"]))
        .where(StockMonth.product_id.in_(counted), StockMonth.month < month)
        .group_by(StockMonth.product_id, StockMonth.warehouse_id)
    )
    for product, warehouse, quantity, value in session.execute(before):
        steps[product, warehouse if per_warehouse else 0].append((("", 0), int(quantity), int(value)))
    since = (
        select(
            StockRow.product_id,
            StockRow.warehouse_id,
            StockRow.moment,
            StockRow.seq,
            raw(StockRow.quantity),
            func.coalesce(raw(StockRow.value), 0),
        )
        .where(StockRow.product_id.in_(counted), StockRow.day >= f"{month}-01", StockRow.moment <= last, StockRow.void == 0)
        .order_by(StockRow.product_id, StockRow.moment, StockRow.seq, StockRow.line, StockRow.part)
    )
    for product, warehouse, moment, seq, quantity, value in session.execute(since):
        steps[product, warehouse if per_warehouse else 0].append(((moment, seq), quantity, value))
    return {
        pool: _Course(
            [key for key, _q, _v in each],
            list(accumulate(q for _k, q, _v in each)),
            list(accumulate(v for _k, _q, v in each)),
        )
        for pool, each in steps.items()
    }
