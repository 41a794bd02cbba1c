"""What is open of orders, kept up in the transaction that changes it: posting, voiding, delivering, closing."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from jxc_desktop.db.models import DocumentLine, OpenLine
from jxc_desktop.queries.orders import open_now


def note_open(session: Session, orders: Iterable[int]) -> None:
    """Find anew what is open of ``orders`` (ids; other documents among them do no harm)."""
    ids = set(orders)
    if not ids:
        return
    session.execute(delete(OpenLine).where(OpenLine.document_id.in_(ids)))
    found = open_now(DocumentLine.document_id.in_(ids)).subquery()
    names = ("product_id", "document_id", "line", "quantity")
    session.execute(insert(OpenLine).from_select(list(names), select(*(found.c[name] for name in names))))
