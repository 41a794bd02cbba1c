"""What open sales orders promise of products: to whom, by which order, how much is still to go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from jxc_desktop.db.models import Document, Partner
from jxc_desktop.domain.money import pieces
from jxc_desktop.queries.orders import open_lines_of


@dataclass(frozen=True, slots=True)
class Promise:
    """What one order still wants of a product out of a warehouse: ``quantity`` in base units, above 0."""

    product_id: int
    warehouse_id: int
    document_id: int
    number: str
    partner: str
    quantity: Decimal


def promises(session: Session, products: Sequence[int]) -> tuple[Promise, ...]:
    """What is promised of ``products``, the oldest order first; an order of a kit promises its parts."""
    line = open_lines_of("sales_order", products=products).subquery()
    left = func.sum(line.c.left)
    rows = session.execute(
        select(line.c.product_id, line.c.warehouse_id, Document.id, Document.number, Partner.name, left)
        .select_from(line)
        .join(Document, Document.id == line.c.document_id)
        .outerjoin(Partner, Partner.id == Document.partner_id)
        .where(line.c.left > 0)
        .group_by(line.c.product_id, line.c.warehouse_id, Document.id, Document.number, Document.seq, Partner.name)
        .order_by(Document.seq, line.c.product_id)
    )
    return tuple(
        Promise(product, warehouse, document, number, partner or "", pieces(int(quantity)))
        for product, warehouse, document, number, partner, quantity in rows
    )
