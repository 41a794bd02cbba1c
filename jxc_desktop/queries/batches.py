"""The batches of products, with what is left of each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import func, or_, select
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


@dataclass(frozen=True, slots=True)
class Lot:
    """A batch that a line may name: ``on_hand`` in base units by warehouse, where it is not 0."""

    number: str
    produced: str | None
    expiry: str | None
    on_hand: Mapping[int, Decimal]


NEWEST = 20
"""Batches of which nothing is left that may still be named: goods come back, or more of them comes in."""


def lots_of(session: Session, ids: Sequence[int]) -> dict[int, tuple[Lot, ...]]:
    """The batches of these products of which something is there, and the newest ones, first expired first."""
    there = select(StockBalance.batch_id).where(StockBalance.product_id.in_(ids), raw(StockBalance.quantity) != 0)
    place = func.row_number().over(partition_by=Batch.product_id, order_by=Batch.id.desc())
    counted = select(Batch.id, place.label("place")).where(Batch.product_id.in_(ids)).subquery()
    newest = select(counted.c.id).where(counted.c.place <= NEWEST)
    rows = session.execute(
        select(Batch.id, Batch.product_id, Batch.number, Batch.produced, Batch.expiry)
        .where(Batch.product_id.in_(ids), or_(Batch.id.in_(there), Batch.id.in_(newest)))
        .order_by(Batch.product_id, Batch.expiry.is_(None), Batch.expiry, Batch.id)
    ).all()
    places = select(StockBalance.batch_id, StockBalance.warehouse_id, raw(StockBalance.quantity))
    held: dict[int, dict[int, Decimal]] = defaultdict(dict)
    for batch, warehouse, quantity in session.execute(places.where(StockBalance.product_id.in_(ids), StockBalance.batch_id != 0)):
        if quantity:
            held[batch][warehouse] = pieces(int(quantity))
    found: dict[int, tuple[Lot, ...]] = {}
    for row in rows:
        lot = Lot(row.number, row.produced, row.expiry, held[row.id])
        found[row.product_id] = (*found.get(row.product_id, ()), lot)
    return found


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
