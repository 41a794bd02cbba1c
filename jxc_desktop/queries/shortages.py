"""What can be done where goods are short: how many lie there now, and which other warehouses have some."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from jxc_desktop.db.models import Product, StockBalance, Warehouse
from jxc_desktop.db.types import raw
from jxc_desktop.domain.errors import UnknownProduct
from jxc_desktop.domain.money import pieces


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Another warehouse that has some. ``quantity`` in base units."""

    warehouse_id: int
    name: str
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class ShortageHelp:
    """A product that is short in a warehouse: what lies there today, and where else there is some, most first."""

    product_id: int
    name: str
    unit: str
    warehouse_id: int
    here: Decimal
    elsewhere: tuple[Elsewhere, ...]


def shortage_help(session: Session, product: str, warehouse: str) -> ShortageHelp:
    """What helps where the product with this code is short in the warehouse with that code. Raises :class:`UnknownProduct`."""
    found = session.execute(select(Product.id, Product.name, Product.unit).where(Product.code == product)).first()
    if found is None:
        raise UnknownProduct(key=product)
    quantity = func.sum(raw(StockBalance.quantity))
    rows = session.execute(
        select(Warehouse.id, Warehouse.name, Warehouse.code, Warehouse.active, Warehouse.transit, func.coalesce(quantity, 0))
        .outerjoin(StockBalance, (StockBalance.warehouse_id == Warehouse.id) & (StockBalance.product_id == found.id))
        .group_by(Warehouse.id, Warehouse.name, Warehouse.code, Warehouse.active, Warehouse.transit)
    ).all()
    (place,) = [row for row in rows if row.code == warehouse]
    others = [
        Elsewhere(row[0], row[1], pieces(int(row[5])))
        for row in rows
        if row[5] > 0 and row[3] and not row[4] and row is not place
    ]
    return ShortageHelp(
        found.id, found.name, found.unit, place[0], pieces(int(place[5])), tuple(sorted(others, key=lambda one: -one.quantity))
    )
