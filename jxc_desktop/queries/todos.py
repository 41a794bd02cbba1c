"""What waits to be done: drafts, late orders, receipts without a price, customers who are late with paying."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from typing import Any, Literal

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import Session

from jxc_desktop.db.models import Document, DocumentLine, OpenLine, Pool, StockRow

UNPRICED_DAYS = 90
LATE_PAYERS = 3


@dataclass(frozen=True, slots=True)
class Todo:
    """One thing to do: how many of it, or (``receivable``) how much and by whom. ``id``: the document or partner, if one."""

    code: Literal["drafts", "late_orders", "unpriced", "receivable"]
    count: int
    amount: Decimal | None = None
    name: str = ""
    id: int | None = None


def todos(session: Session, today: date, late: list[tuple[int, str, Decimal]]) -> tuple[Todo, ...]:
    """What waits at ``today``; ``late``: (partner, name, overdue amount), the worst first."""
    found = []
    drafts = session.execute(select(func.count()).select_from(Document).where(Document.seq.is_(None))).scalar_one()
    if drafts:
        found.append(Todo("drafts", int(drafts)))
    for code, ids in (("late_orders", late_orders(session, today)), ("unpriced", unpriced(session, today))):
        if ids:
            found.append(Todo(code, len(ids), id=ids[0] if len(ids) == 1 else None))  # type: ignore[arg-type]
    found += [Todo("receivable", 1, amount, name, id) for id, name, amount in late[:LATE_PAYERS]]
    return tuple(found)


def late_orders(session: Session, today: date) -> list[int]:
    """Open orders whose goods were expected before ``today``, the oldest first."""
    return list(session.scalars(_late(), {"today": today.isoformat()}))


@cache
def _late() -> Select[Any]:
    late = select(Document.id).where(
        Document.id.in_(select(OpenLine.document_id).distinct()), Document.expected < bindparam("today")
    )
    return late.order_by(Document.expected, Document.id)


def unpriced(session: Session, today: date) -> list[int]:
    """Documents that brought goods in without a price: of the last 90 days, and any older one whose goods never had a cost."""
    since = (today - timedelta(days=UNPRICED_DAYS)).isoformat()
    return sorted({*session.scalars(_RECENT, {"since": since}), *session.scalars(_OLDER)})


_RECENT = (
    select(Document.id)
    .join(DocumentLine, DocumentLine.document_id == Document.id)
    .where(
        Document.kind.in_(("purchase_receipt", "opening_stock")),
        Document.status == "posted",
        Document.moment >= bindparam("since"),
        DocumentLine.net.is_(None),
    )
    .distinct()
)
_OLDER = select(StockRow.document_id).where(
    StockRow.product_id.in_(select(Pool.product_id).where(Pool.clean == 0)),
    StockRow.cost == "given",
    StockRow.given.is_(None),
    StockRow.void == 0,
)
