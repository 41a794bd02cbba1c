"""The batches of a product, with what is left of each."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from jxc_desktop.db.models import Batch, Product, StockBalance
from jxc_desktop.db.types import raw
from jxc_desktop.domain.errors import NotFound
from jxc_desktop.domain.money import pieces
from jxc_desktop.i18n import _


@dataclass(frozen=True, slots=True)
class BatchCard:
    """A batch: ``quantity`` is on hand in all warehouses, in the base unit ``unit``."""

    id: int
    product: str
    number: str
    produced: str | None
    expiry: str | None
    shelf_life_days: int | None
    quantity: Decimal
    unit: str


def batch_card(session: Session, product_id: int, number: str) -> BatchCard:
    """The batch of a product with this number. Raises :class:`NotFound`."""
    row = session.execute(
        select(
            Batch.id, Product.name, Batch.number, Batch.produced, Batch.expiry, Product.shelf_life_days, Product.unit
        )
        .join(Product, Product.id == Batch.product_id)
        .where(Batch.product_id == product_id, Batch.number == number)
    ).first()  # fmt: skip
    if row is None:
        raise NotFound(what=_("batch"), key=number)
    there = select(func.coalesce(func.sum(raw(StockBalance.quantity)), 0)).where(StockBalance.batch_id == row.id)
    return BatchCard(*row[:6], pieces(int(session.execute(there).scalar_one())), row.unit)
