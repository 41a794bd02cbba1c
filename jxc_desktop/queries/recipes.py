"""What products are put together from, and how many could be put together from what is on hand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import Connection, case, func, select
from sqlalchemy.orm import Session, aliased

from jxc_desktop.db.models import Document, DocumentLine, Product, RecipeLine, StockBalance, Warehouse
from jxc_desktop.db.types import raw
from jxc_desktop.domain.money import milli, pieces


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


@dataclass(frozen=True, slots=True)
class RecipeLineRow:
    """One line of all recipes: codes of product and part."""

    product: str
    part: str
    quantity: Decimal
    makes: Decimal
    kit: int


def all_recipes(session: Session) -> Iterator[RecipeLineRow]:
    """Every recipe in order of product code, a row for each part in its order."""
    part = aliased(Product)
    rows = session.execute(
        select(Product.code, part.code, RecipeLine.quantity, Product.makes, Product.kit)
        .join(RecipeLine, RecipeLine.product_id == Product.id)
        .join(part, part.id == RecipeLine.part_id)
        .order_by(Product.code, RecipeLine.position, RecipeLine.part_id)
    )
    for product, of, quantity, makes, kit in rows:
        yield RecipeLineRow(product, of, quantity, makes, kit)


def could_be_made(session: Session | Connection, products: Iterable[int], warehouse_id: int | None = None) -> dict[int, int]:
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


@dataclass(frozen=True, slots=True)
class Lying:
    """Base units of a product in a warehouse."""

    warehouse: str
    warehouse_name: str
    quantity: Decimal


def parts_on_hand(session: Session, recipe: Recipe) -> dict[int, tuple[Lying, ...]]:
    """What of each part lies in which warehouse, without what is under way between them."""
    rows = session.execute(
        select(StockBalance.product_id, Warehouse.code, Warehouse.name, func.sum(raw(StockBalance.quantity)))
        .join(Warehouse, Warehouse.id == StockBalance.warehouse_id)
        .where(Warehouse.transit == 0, StockBalance.product_id.in_([part.part_id for part in recipe.parts]))
        .group_by(StockBalance.product_id, Warehouse.code, Warehouse.name, Warehouse.position)
        .order_by(Warehouse.position)
    )
    found: dict[int, tuple[Lying, ...]] = {}
    for product, code, name, quantity in rows:
        if quantity:
            found[product] = (*found.get(product, ()), Lying(code, name, pieces(int(quantity))))
    return found


@dataclass(frozen=True, slots=True)
class KitPart:
    """A part of a kit: ``each`` base units of it in one; ``negative``: its own policy."""

    id: int
    name: str
    unit: str
    each: Decimal
    negative: str | None


def kit_parts(session: Session, products: Iterable[int]) -> dict[int, tuple[KitPart, ...]]:
    """The parts of those of ``products`` that are kits."""
    part = aliased(Product)
    rows = session.execute(
        select(RecipeLine.product_id, part.id, part.name, part.unit, RecipeLine.quantity, part.negative)
        .join(Product, Product.id == RecipeLine.product_id)
        .join(part, part.id == RecipeLine.part_id)
        .where(RecipeLine.product_id.in_(list(products)), Product.kit == 1)
        .order_by(RecipeLine.position, RecipeLine.part_id)
    )
    found: dict[int, tuple[KitPart, ...]] = {}
    for kit, part_id, name, unit, each, negative in rows:
        found[kit] = (*found.get(kit, ()), KitPart(part_id, name, unit, each, negative))
    return found


def kit_sales(session: Session, kits: Iterable[int], first: str, last: str) -> dict[tuple[int, str], tuple[int, int]]:
    """(kit, day) -> (thousandths, fen) sold less returned, from the lines of the documents: the ledger knows only the parts."""
    sign = case((Document.kind.in_(("sales_return", "retail_return")), -1), else_=1)
    rows = session.execute(
        select(
            DocumentLine.product_id,
            Document.day,
            func.sum(raw(DocumentLine.base_quantity) * sign),
            func.coalesce(func.sum(raw(DocumentLine.net) * sign), 0),
        )
        .join(Document, Document.id == DocumentLine.document_id)
        .where(
            DocumentLine.product_id.in_(list(kits)),
            DocumentLine.kit == 1,
            Document.status == "posted",
            Document.kind != "sales_order",
            Document.day.between(first, last),
        )
        .group_by(DocumentLine.product_id, Document.day)
    )
    return {(kit, day): (int(quantity), int(revenue)) for kit, day, quantity, revenue in rows}
