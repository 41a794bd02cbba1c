"""What products are put together from, and how many could be put together from what is on hand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from jxc_desktop.db.models import Product, RecipeLine, StockBalance, Warehouse
from jxc_desktop.db.types import raw
from jxc_desktop.domain.money import milli


@dataclass(frozen=True, slots=True)
class RecipePart:
    """``quantity`` base units of a part for ``Recipe.makes`` of the product."""

    part_id: int
    code: str
    name: str
    unit: str
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class Recipe:
    """``kit``: sold as one and leaving as its parts; ``makes`` is 1 then."""

    product_id: int
    kit: bool
    makes: Decimal
    parts: tuple[RecipePart, ...]


def recipe_of(session: Session, product_id: int) -> Recipe | None:
    """The recipe of a product, or None where it has none."""
    head = session.execute(select(Product.kit, Product.makes).where(Product.id == product_id)).first()
    rows = session.execute(
        select(RecipeLine.part_id, Product.code, Product.name, Product.unit, RecipeLine.quantity)
        .join(Product, Product.id == RecipeLine.part_id)
        .where(RecipeLine.product_id == product_id)
        .order_by(RecipeLine.position, RecipeLine.part_id)
    ).all()
    if head is None or not rows:
        return None
    return Recipe(product_id, bool(head.kit), head.makes, tuple(RecipePart(*row) for row in rows))


def could_be_made(session: Session, products: Iterable[int], warehouse_id: int | None = None) -> dict[int, int]:
    """How many whole ones could be put together (of a kit: sold) from the parts on hand, by product with a recipe."""
    listed = list(products)
    on_hand = (
        select(StockBalance.product_id, func.sum(raw(StockBalance.quantity)).label("there"))
        .join(Warehouse, Warehouse.id == StockBalance.warehouse_id)
        .where(Warehouse.transit == 0, *([StockBalance.warehouse_id == warehouse_id] if warehouse_id is not None else []))
        .group_by(StockBalance.product_id)
        .subquery()
    )
    rows = session.execute(
        select(RecipeLine.product_id, raw(RecipeLine.quantity), Product.makes, func.coalesce(on_hand.c.there, 0))
        .join(Product, Product.id == RecipeLine.product_id)
        .outerjoin(on_hand, on_hand.c.product_id == RecipeLine.part_id)
        .where(RecipeLine.product_id.in_(listed))
    )
    found: dict[int, int] = {}
    for product_id, each, makes, there in rows:
        could = max(int(there), 0) * milli(makes) // (each * 1000)
        found[product_id] = min(found.get(product_id, could), could)
    return found
