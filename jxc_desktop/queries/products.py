"""Questions about products: one by its code, its card, its form, its list price; the category tree; lists of choices.

Search stands in ``product_search``, the list of the products screen in ``product_list``; both are offered here too.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from jxc_desktop.db.models import (
    Batch,
    Category,
    DocumentLine,
    Partner,
    Picture,
    Pool,
    Product,
    ProductUnit,
    StockBalance,
    Warehouse,
)
from jxc_desktop.db.types import raw
from jxc_desktop.domain.errors import UnknownProduct
from jxc_desktop.domain.goods import PRICES, ProductForm
from jxc_desktop.domain.money import pieces, round_half_up, unit_cost, yuan
from jxc_desktop.domain.settings import ShopSettings
from jxc_desktop.domain.units import BASE, Factor
from jxc_desktop.i18n import _
from jxc_desktop.queries.orders import OrderKind, open_statement
from jxc_desktop.queries.product_forms import product_form
from jxc_desktop.queries.product_list import (
    STATUSES,
    ProductFilter,
    ProductRow,
    ProductTotals,
    product_list,
    product_statuses,
    product_totals,
)
from jxc_desktop.queries.product_search import CodeHit, ProductHit, find_by_code, product_hits, search_products
from jxc_desktop.queries.recipes import Recipe, could_be_made, recipe_of
from jxc_desktop.queries.settings import Named

__all__ = [
    "STATUSES",
    "BatchOnHand",
    "CategoryNode",
    "CodeHit",
    "ProductCard",
    "ProductFilter",
    "ProductHit",
    "ProductRow",
    "ProductTotals",
    "UnitRow",
    "brands",
    "category_tree",
    "find_by_code",
    "list_price",
    "product_card",
    "product_choices",
    "product_form",
    "product_hits",
    "product_id",
    "product_list",
    "product_picture",
    "product_statuses",
    "product_totals",
    "search_products",
    "suppliers",
    "units_of",
]

LEVELS = {"sale": "sale_price", "wholesale": "wholesale_price", "member": "member_price", "purchase": "purchase_price"}


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A unit of a product with its list prices (worked out from the base unit's where it has none of its own)."""

    id: int | None
    name: str
    factor: Factor
    purchase_price: Decimal | None
    sale_price: Decimal | None
    wholesale_price: Decimal | None
    member_price: Decimal | None


@dataclass(frozen=True, slots=True)
class BatchOnHand:
    """What is on hand of a product in one warehouse (and of one batch)."""

    warehouse_id: int
    warehouse: str
    batch: str | None
    expiry: str | None
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class ProductCard:
    """All about one product. ``average_cost`` is None where no cost is known; ``moved``: documents use it already.

    ``available`` is on hand less reserved and less what is under way between warehouses.
    ``recipe``: what it is put together from, with ``could`` of it that the parts on hand suffice for; ``available`` of a kit is
    that.
    """

    id: int
    form: ProductForm
    supplier_code: str | None
    supplier_name: str | None
    units: tuple[UnitRow, ...]
    stock: tuple[BatchOnHand, ...]
    quantity: Decimal
    on_order: Decimal
    reserved: Decimal
    available: Decimal
    value: Decimal
    average_cost: Decimal | None
    status: str
    picture: bool
    moved: bool
    recipe: Recipe | None = None
    could: int | None = None

    @property
    def kit(self) -> bool:
        return self.recipe is not None and self.recipe.kit


@dataclass(frozen=True, slots=True)
class CategoryNode:
    """A category with the number of products in use in it and in all below it, in order of path."""

    id: int
    parent_id: int | None
    name: str
    path: str
    level: int
    products: int


def product_id(session: Session, code: str) -> int:
    """The id of the product with this code or barcode. Raises :class:`UnknownProduct`."""
    found = find_by_code(session, code)
    if found is None:
        raise UnknownProduct(what=_("product"), key=code)
    return found.product_id


def product_card(session: Session, product_id: int, *, today: date, settings: ShopSettings | None = None) -> ProductCard:
    """Everything the product's page shows. Raises :class:`UnknownProduct`."""
    form = product_form(session, product_id)
    supplier = session.execute(select(Partner.code, Partner.name).where(Partner.id == form.supplier_id)).first()
    stock = _on_hand(session, product_id)
    quantity = sum((row.quantity for row in stock), Decimal(0))
    between = set(session.scalars(select(Warehouse.id).where(Warehouse.transit == 1)))
    free = sum((row.quantity for row in stock if row.warehouse_id not in between), Decimal(0))
    on_order, reserved = _open(session, product_id, "purchase_order"), _open(session, product_id, "sales_order")
    value, cost = _worth(session, product_id)
    recipe = recipe_of(session, product_id)
    could = None if recipe is None else could_be_made(session, [product_id]).get(product_id, 0)
    return ProductCard(
        id=product_id,
        form=form,
        supplier_code=supplier.code if supplier else None,
        supplier_name=supplier.name if supplier else None,
        units=tuple(units_of(session, product_id)),
        stock=tuple(stock),
        quantity=quantity,
        on_order=on_order,
        reserved=reserved,
        available=Decimal(could) if recipe is not None and recipe.kit and could is not None else free - reserved,
        value=value,
        average_cost=cost,
        status=product_statuses(session, [product_id], today=today, settings=settings)[product_id],
        picture=session.execute(select(Picture.product_id).where(Picture.product_id == product_id)).first() is not None,
        moved=session.execute(select(DocumentLine.line).where(DocumentLine.product_id == product_id).limit(1)).first()
        is not None,
        recipe=recipe,
        could=could,
    )


def _on_hand(session: Session, product_id: int) -> list[BatchOnHand]:
    rows = session.execute(
        select(StockBalance.warehouse_id, Warehouse.name, Batch.number, Batch.expiry, StockBalance.quantity)
        .join(Warehouse, Warehouse.id == StockBalance.warehouse_id)
        .outerjoin(Batch, Batch.id == StockBalance.batch_id)
        .where(StockBalance.product_id == product_id, raw(StockBalance.quantity) != 0)
        .order_by(Warehouse.position, Warehouse.id, func.coalesce(Batch.expiry, "9999"), Batch.number)
    )
    return [BatchOnHand(*row) for row in rows]


def _open(session: Session, product_id: int, kind: OrderKind) -> Decimal:
    """What is still open of a product on orders of ``kind``, all warehouses together."""
    each = open_statement(kind, products=[product_id]).subquery()
    total = session.execute(select(func.coalesce(func.sum(each.c.open), 0))).scalar_one()
    return pieces(int(total))


def _worth(session: Session, product_id: int) -> tuple[Decimal, Decimal | None]:
    """Value of the pools of a product, and its unit cost: the present average, else the last known one."""
    pools = session.execute(
        select(raw(Pool.quantity), raw(Pool.value), Pool.cost_value, Pool.cost_quantity)
        .where(Pool.product_id == product_id)
        .order_by(Pool.last_moment)
    ).all()
    quantity, value = sum(row[0] for row in pools), sum(row[1] for row in pools)
    if quantity > 0 and value > 0:
        return yuan(value), unit_cost(value, quantity)
    known = [(v, q) for _quantity, _value, v, q in pools if v is not None and q]
    return yuan(value), unit_cost(*known[-1]) if known else None


def units_of(session: Session, product_id: int) -> list[UnitRow]:
    """The base unit (id None) and the further units of a product, with list prices. Raises :class:`UnknownProduct`."""
    product = session.get(Product, product_id)
    if product is None:
        raise UnknownProduct(what=_("product"), key=str(product_id))
    rows = [UnitRow(None, product.unit, BASE, *(getattr(product, p) for p in PRICES))]
    for unit in session.scalars(select(ProductUnit).where(ProductUnit.product_id == product_id).order_by(ProductUnit.id)):
        factor = Factor(unit.numerator, unit.denominator)
        rows.append(
            UnitRow(unit.id, unit.name, factor, *(_of_unit(getattr(unit, p), getattr(product, p), factor) for p in PRICES))
        )
    return rows


def _of_unit(own: Decimal | None, base: Decimal | None, factor: Factor) -> Decimal | None:
    if own is not None or base is None:
        return own
    return round_half_up(base * factor.numerator / factor.denominator, 4)


def list_price(session: Session, product_id: int, unit_id: int | None = None, price_level: str = "sale") -> Decimal | None:
    """The list price of one ``unit_id`` (None = base unit) at a level of ``LEVELS``; a level without price has the retail one.

    Raises :class:`UnknownProduct`; None where no price is set, or for a unit that the product does not have.
    """
    unit = next((row for row in units_of(session, product_id) if row.id == unit_id), None)
    if unit is None:
        return None
    price: Decimal | None = getattr(unit, LEVELS[price_level])
    return unit.sale_price if price is None and price_level != "purchase" else price


def product_picture(session: Session, product_id: int) -> bytes | None:
    """The JPEG of a product, None without one."""
    return session.execute(select(Picture.jpeg).where(Picture.product_id == product_id)).scalar()


def category_tree(session: Session) -> list[CategoryNode]:
    """All categories, parents before their children, with the products in use in each branch."""
    own = dict(
        session.execute(select(Product.category_id, func.count()).where(Product.active == 1).group_by(Product.category_id)).all()
    )
    rows = session.execute(select(Category.id, Category.parent_id, Category.name, Category.path)).all()
    counts = {row.path: own.get(row.id, 0) for row in rows}
    totals = dict.fromkeys(counts, 0)
    for path, count in counts.items():
        parts = path.split("/")
        for depth in range(1, len(parts) + 1):
            above = "/".join(parts[:depth])
            if above in totals:
                totals[above] += count
    ordered = sorted(rows, key=lambda row: row.path.split("/"))
    return [CategoryNode(r.id, r.parent_id, r.name, r.path, r.path.count("/"), totals[r.path]) for r in ordered]


def product_choices(session: Session, *, include_inactive: bool = False) -> list[Named]:
    """Id, code and name of all products, in order of code: for lists of choices and matching."""
    statement = select(Product.id, Product.code, Product.name).order_by(Product.code)
    rows = session.connection().execute(statement if include_inactive else statement.where(Product.active == 1))
    return [Named(*row) for row in rows]


def suppliers(session: Session) -> list[Named]:
    """Suppliers in use and those that are some product's default, in order of name."""
    used = select(Product.supplier_id).where(Product.supplier_id.is_not(None))
    statement = select(Partner.id, Partner.code, Partner.name).where(
        or_((Partner.supplier == 1) & (Partner.active == 1), Partner.id.in_(used))
    )
    return [Named(*row) for row in session.execute(statement.order_by(Partner.initials, Partner.name))]


def brands(session: Session) -> list[str]:
    """All brands, in order."""
    return list(session.scalars(select(Product.brand).where(Product.brand != "").distinct().order_by(Product.brand)))
