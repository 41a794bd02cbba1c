"""Goods under way between two warehouses: which transfers, which lines, what is still open of them."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from jxc_desktop.db.models import ArrivalCheck, Barcode, Document, DocumentLine, Pool, User, Warehouse
from jxc_desktop.db.types import raw
from jxc_desktop.domain.arrivals import Received
from jxc_desktop.domain.errors import UnknownDocument
from jxc_desktop.domain.money import unit_cost
from jxc_desktop.i18n import _
from jxc_desktop.queries.orders import open_order_lines


@dataclass(frozen=True, slots=True)
class TransitLine:
    """A line that is under way. Quantities in base units; ``cost`` the present unit cost, None = unknown."""

    line: int
    product_id: int
    code: str
    barcode: str
    name: str
    unit: str
    sent: Decimal
    open: Decimal
    cost: Decimal | None


@dataclass(frozen=True, slots=True)
class UnderWay:
    """A transfer that was sent and is not fully accepted. ``checked``: what is checked off already, by line."""

    id: int
    number: str
    moment: str
    from_name: str
    to_name: str
    by: str
    note: str
    lines: tuple[TransitLine, ...]
    checked: dict[int, Received]


def under_way(session: Session, transfer_id: int) -> UnderWay:
    """The transfer with what is still open of it. Raises :class:`UnknownDocument` for one that is not under way."""
    source, to = aliased(Warehouse), aliased(Warehouse)
    head = session.execute(
        select(Document.number, Document.moment, source.name, to.name, User.name, Document.note)
        .join(source, source.id == Document.warehouse_id)
        .join(to, to.id == Document.to_warehouse_id)
        .outerjoin(User, User.id == Document.posted_by)
        .where(Document.id == transfer_id, Document.transit == 1, Document.status == "posted")
    ).first()
    if head is None:
        raise UnknownDocument(what=_("document"), key=str(transfer_id))
    rows = open_order_lines(session, transfer_id)
    ids = {row.product_id for row in rows}
    base = dict(
        session.execute(
            select(DocumentLine.line, DocumentLine.unit).where(
                DocumentLine.document_id == transfer_id, DocumentLine.factor_num == 1
            )
        ).all()
    )
    costs, codes = _costs(session, ids), _barcodes(session, ids)
    lines = tuple(
        TransitLine(
            row.line, row.product_id, row.code, codes.get(row.product_id, row.code), row.name, base.get(row.line, ""),
            row.ordered, row.open, costs.get(row.product_id),
        )
        for row in rows
    )  # fmt: skip
    number, moment, from_name, to_name, by, note = head
    kept = select(ArrivalCheck.line, ArrivalCheck.found, ArrivalCheck.way, ArrivalCheck.note)
    found = session.execute(kept.where(ArrivalCheck.document_id == transfer_id))
    checked = {line: Received(line, quantity, way, note) for line, quantity, way, note in found}  # type: ignore[arg-type]
    return UnderWay(transfer_id, number or "", moment, from_name, to_name, by or "", note, lines, checked)


def _costs(session: Session, products: set[int]) -> dict[int, Decimal]:
    """The present unit cost over all pools of each product, to four places, half up."""
    rows = session.execute(
        select(Pool.product_id, func.sum(raw(Pool.quantity)), func.sum(raw(Pool.value)))
        .where(Pool.product_id.in_(products))
        .group_by(Pool.product_id)
    )
    return {p: unit_cost(int(v), int(q)) for p, q, v in rows if q > 0}


def _barcodes(session: Session, products: set[int]) -> dict[int, str]:
    rows = session.execute(
        select(Barcode.product_id, Barcode.code).where(Barcode.product_id.in_(products)).order_by(Barcode.position.desc())
    )
    return dict(rows.all())
