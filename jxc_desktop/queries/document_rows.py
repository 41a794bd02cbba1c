"""The list of documents as codes and words of the outside world, and one document by its number or outside key."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from jxc_desktop.columns import Column
from jxc_desktop.db.models import Document, DocumentLine, Partner, Warehouse
from jxc_desktop.domain import errors
from jxc_desktop.domain.documents import KIND_TITLES, STATUSES, kind_of
from jxc_desktop.i18n import N_, _
from jxc_desktop.queries.orders import lines_of_orders

DERIVED = {"partly": "posted", "done": "posted", "transit": "posted"}
"""States of an order that follow from what was delivered on it, and what is stored."""

COLUMNS = (
    Column("number", N_("Number"), "code"),
    Column("ref", N_("Outside key"), "code", priority=3),
    Column("kind", N_("Kind"), "choice", choices=KIND_TITLES),
    Column("status", N_("State"), "choice", choices=STATUSES),
    Column("date", N_("Time"), "moment"),
    Column("partner", N_("Partner"), "code"),
    Column("warehouse", N_("Warehouse"), "code", priority=2),
    Column("total", N_("Total"), "money"),
    Column("paid", N_("Paid"), "money"),
    Column("note", N_("Note"), priority=3),
)


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """One document; ``date`` is its business moment, ``partner`` and ``warehouse`` are codes."""

    id: int
    number: str | None
    ref: str | None
    kind: str
    status: str
    date: str
    partner: str | None
    warehouse: str | None
    total: Decimal
    paid: Decimal
    note: str


_ROW = (
    select(
        Document.id, Document.number, Document.ref, Document.kind, Document.status, Document.moment, Partner.code,
        Warehouse.code, Document.total,
        Document.paid, Document.note,
    )
    .outerjoin(Partner, Partner.id == Document.partner_id)
    .outerjoin(Warehouse, Warehouse.id == Document.warehouse_id)
)  # fmt: skip


def document_rows(
    session: Session,
    *,
    kind: str | None = None,
    day_from: str | None = None,
    day_to: str | None = None,
    partner: str | None = None,
    status: str | None = None,
) -> list[DocumentRow]:
    """Documents in the order of their business moment, drafts included; days count both ends.

    Raises :class:`UnknownKind`, :class:`UnknownPartner`.
    """
    where: list[ColumnElement[bool]] = []
    if kind is not None:
        where.append(Document.kind == kind_of(kind).code)
    if day_from is not None:
        where.append(Document.day >= day_from)
    if day_to is not None:
        where.append(Document.day <= day_to)
    if partner is not None:
        found = session.execute(select(Partner.id).where(Partner.code == partner)).scalar()
        if found is None:
            raise errors.UnknownPartner(what=_("partner"), key=partner)
        where.append(Document.partner_id == found)
    if status is not None:
        where.append(Document.status == DERIVED.get(status, status))
    rows = [DocumentRow(*row) for row in session.execute(_ROW.where(*where).order_by(Document.moment, Document.seq, Document.id))]
    told = [row.id for row in rows if row.status == "posted" and (kind_of(row.kind).is_order or row.kind == "transfer")]
    states = order_states(session, told)
    rows = [replace(row, status=states.get(row.id, row.status)) for row in rows]
    return rows if status is None else [row for row in rows if row.status == status]


def order_states(session: Session, orders: Iterable[int]) -> dict[int, str]:
    """``partly`` or ``done`` for those of the posted ``orders`` on which something was delivered.

    Transfers may be among them: those in two steps are ``transit`` until all of it is accepted, others have no state.
    """
    ids, found = list(orders), {}
    for start in range(0, len(ids), 500):
        lines: dict[int, list[tuple[int, int]]] = {}
        of = lines_of_orders(DocumentLine.document_id.in_(ids[start : start + 500])).c
        wanted = select(of.document_id, Document.transit, of.ordered, of.fulfilled).join(Document, Document.id == of.document_id)
        for order, transit, ordered, fulfilled in session.execute(wanted):
            lines.setdefault(order, []).append((ordered, int(fulfilled)))
            if transit:
                found[order] = "transit"
        for order, pairs in lines.items():
            if all(fulfilled >= ordered for ordered, fulfilled in pairs):
                found[order] = "done"
            elif order not in found and any(fulfilled for _ordered, fulfilled in pairs):
                found[order] = "partly"
    return found


def find_document(session: Session, key: str) -> Any:
    """(id, number, ref, kind, status) of the document with this outside key, else number. Raises :class:`UnknownDocument`."""
    wanted = select(Document.id, Document.number, Document.ref, Document.kind, Document.status)
    for column in (Document.ref, Document.number):
        found = session.execute(wanted.where(column == key)).first()
        if found is not None:
            return found
    raise errors.UnknownDocument(what=_("document"), key=key)
