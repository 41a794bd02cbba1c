"""What is on hand: quantity per place, its share of the pool's value, what is on order and reserved, on any day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Literal, NamedTuple

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import Session

from jxc_desktop.db.models import Batch, Category, DayTotal, Pool, Product, StockBalance, StockRow, Warehouse
from jxc_desktop.db.types import raw
from jxc_desktop.domain.money import divide_half_up, pieces, unit_cost, yuan
from jxc_desktop.domain.settings import ShopSettings
from jxc_desktop.queries.collector import at_rest
from jxc_desktop.queries.costing import Method, PoolKey, method_of
from jxc_desktop.queries.orders import OrderKind, open_quantities
from jxc_desktop.queries.scope import ALL, Scope
from jxc_desktop.queries.settings import shop_settings

Place = tuple[int, int, int]
"""(product, warehouse, batch or 0)."""

StockBy = Literal["product", "warehouse", "batch"]


class Figures(NamedTuple):
    """What is there of a product, of it in a warehouse or of a batch: thousandths and fen, ``value`` None = never known.

    ``under_way``: the part of ``quantity`` that lies between warehouses.
    """

    quantity: int
    value: int | None
    on_order: int
    reserved: int
    under_way: int


@dataclass(frozen=True, slots=True)
class StockLine:
    """Stock of a product, of it in a warehouse, or of a batch of it there. ``value`` None: its cost was never known.

    ``available`` is on hand less reserved and less ``under_way`` between warehouses; orders name no batch, so per batch
    nothing is on order or reserved.
    """

    product_id: int
    product: str
    name: str
    spec: str
    unit: str
    category: str | None
    shelf: str
    warehouse: str | None
    warehouse_name: str | None
    batch: str | None
    expiry: str | None
    quantity: Decimal
    unit_cost: Decimal | None
    value: Decimal | None
    available: Decimal
    on_order: Decimal | None
    reserved: Decimal | None
    minimum: Decimal | None
    maximum: Decimal | None
    under_way: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Holding:
    """Quantities (thousandths) per place and values (fen, None = never known) per pool at the end of a day."""

    quantities: dict[Place, int]
    pools: dict[PoolKey, int | None]
    methods: dict[int, Method] = field(default_factory=dict)

    def values(self) -> dict[Place, int | None]:
        """The value of each place: its share of its pool's value."""
        members: dict[PoolKey, list[Place]] = defaultdict(list)
        for place in sorted(self.quantities):  # so that a remainder always falls to the same of equals
            members[self.methods[place[0]].pool(*place)].append(place)
        found: dict[Place, int | None] = {}
        for pool, places in members.items():
            value = self.pools.get(pool, 0)
            if value is None or len(places) == 1:
                found |= dict.fromkeys(places, value)
            else:
                found |= zip(places, share(value, [self.quantities[p] for p in places]), strict=True)
        return found


def share(value: int, quantities: list[int]) -> list[int]:
    """Share a pool's ``value`` by quantity, half up, the remainder to the largest; 0 pieces are worth 0."""
    total = sum(quantities)
    if len(quantities) == 1:
        return [value]
    parts = [divide_half_up(value * q, total) if total else 0 for q in quantities]
    rest = value - sum(parts)
    if rest:
        largest = max(range(len(quantities)), key=lambda i: (abs(quantities[i]), -i))
        parts[largest] += rest
    return parts


def share_of(value: int, quantities: dict[Place, int], total: int, place: Place) -> int:
    """What :func:`share` gives to ``place``, the quantities in order of their places; ``total`` is their sum. The others are
    only worked out where it may take the remainder: with 1,000 batches in a pool that is one row of many.
    """
    own = quantities[place]
    if len(quantities) > 1 and abs(own) < max(map(abs, quantities.values())):
        return divide_half_up(value * own, total) if total else 0
    members = sorted(quantities)
    return share(value, [quantities[one] for one in members])[members.index(place)]


def latest_day(session: Session) -> str | None:
    """The last business day on which stock moved."""
    return session.execute(select(func.max(DayTotal.day))).scalar()


def holding(session: Session, scope: Scope = ALL, *, as_of: str | None = None, settings: ShopSettings | None = None) -> Holding:
    """All places of the products in ``scope`` (of every warehouse: a pool is shared by all) at the end of ``as_of``."""
    settings = settings or shop_settings(session)
    costing = session.connection().execute(select(Product.id, Product.costing).where(*scope.products())).all()
    of_each = {name: method_of(name, settings) for name in {name for _product, name in costing}}
    methods = {product: of_each[name] for product, name in costing}
    past = as_of is not None and as_of < (latest_day(session) or "")
    return holding_by_ledger(session, scope, as_of or "", methods) if past else _now(session, scope, methods)


def _now(session: Session, scope: Scope, methods: dict[int, Method]) -> Holding:
    places = select(StockBalance.product_id, StockBalance.warehouse_id, StockBalance.batch_id, raw(StockBalance.quantity))
    connection = session.connection()
    quantities = {(p, w, b): q for p, w, b, q in connection.execute(places.where(*scope.of_product(StockBalance.product_id)))}
    kept = select(Pool.product_id, Pool.warehouse_id, Pool.batch_id, raw(Pool.value), Pool.cost_quantity, raw(Pool.quantity))
    pools = {
        (p, w, b): None if cost is None and quantity else value
        for p, w, b, value, cost, quantity in connection.execute(kept.where(*scope.of_product(Pool.product_id)))
    }
    return Holding(quantities, pools, methods)


def holding_by_ledger(session: Session, scope: Scope, as_of: str, methods: dict[int, Method]) -> Holding:
    """The same, summed up from the ledger rows up to the day ``as_of``, without any cached figure."""
    sums = (
        select(
            StockRow.product_id, StockRow.warehouse_id, func.coalesce(StockRow.batch_id, 0).label("batch"),
            func.sum(raw(StockRow.quantity)),
            func.coalesce(func.sum(raw(StockRow.value)), 0), func.count(StockRow.value),
        )
        .where(StockRow.day <= as_of, StockRow.void == 0, *scope.of_product(StockRow.product_id))
        .group_by(StockRow.product_id, StockRow.warehouse_id, "batch")
    )  # fmt: skip
    quantities: dict[Place, int] = {}
    totals: dict[PoolKey, list[int]] = defaultdict(lambda: [0, 0, 0])
    for product, warehouse, batch, quantity, value, known in session.execute(sums):
        quantities[(product, warehouse, batch)] = int(quantity)
        pool = totals[methods[product].pool(product, warehouse, batch)]
        pool[0] += int(value)
        pool[1] += known
        pool[2] += int(quantity)
    pools = {key: None if not known and quantity else value for key, (value, known, quantity) in totals.items()}
    return Holding(quantities, pools, methods)


@dataclass(frozen=True, slots=True)
class OfProduct:
    """Of the product of the enclosing statement, in thousandths: on hand, the part of it that is under way, and whether it
    ever was there."""

    quantity: ColumnElement[int]
    under_way: ColumnElement[int]
    ever: ColumnElement[bool]


def of_product(session: Session, warehouse_id: int | None = None, *, as_of: str | None = None) -> OfProduct:
    """What lies in a warehouse, or in all, at the end of ``as_of``: for statements about very many products."""
    past = as_of is not None and as_of < (latest_day(session) or "")
    rows: Any = StockRow if past else StockBalance
    here = [rows.product_id == Product.id]
    if warehouse_id is not None:
        here.append(rows.warehouse_id == warehouse_id)
    if past:
        here += [StockRow.day <= as_of, StockRow.void == 0]
    between = rows.warehouse_id.in_(select(Warehouse.id).where(Warehouse.transit == 1))

    def summed(*more: ColumnElement[bool]) -> ColumnElement[int]:
        found = select(func.coalesce(func.sum(raw(rows.quantity)), 0)).where(*here, *more)
        return found.correlate(Product).scalar_subquery()

    return OfProduct(summed(), summed(between), exists(select(rows.product_id).where(*here).correlate(Product)))


@at_rest()
def stock_on_hand(
    session: Session,
    scope: Scope = ALL,
    *,
    by: StockBy = "product",
    as_of: date | None = None,
    settings: ShopSettings | None = None,
) -> list[StockLine]:
    """Stock in order of product code, warehouse and expiry; products that once had stock or have orders, 0 included."""
    return _lines(session, scope, figures(session, scope, by=by, as_of=as_of, settings=settings), by)


@at_rest()
def figures(
    session: Session,
    scope: Scope = ALL,
    *,
    by: StockBy = "product",
    as_of: date | None = None,
    settings: ShopSettings | None = None,
) -> dict[Place, Figures]:
    """The figures of :func:`stock_on_hand` by (product, warehouse or 0, batch or 0), in no order."""
    day = None if as_of is None else as_of.isoformat()
    held = holding(session, scope, as_of=day, settings=settings)
    values = held.values()
    rows: dict[Place, list[Any]] = defaultdict(lambda: [0, 0, True, 0])
    between = set(session.scalars(select(Warehouse.id).where(Warehouse.transit == 1)))
    for place, quantity in held.quantities.items():
        if scope.warehouse_id in (None, place[1]) and (quantity or place[1] not in between):
            row = rows[_key(place, by)]
            row[0] += quantity
            row[3] += quantity if place[1] in between else 0
            value = values[place]
            row[2] = row[2] and (value is None or not quantity)
            row[1] += value or 0
    orders = _orders(session, scope, held.methods, by, day) if by != "batch" else {}
    for place in orders:
        rows.setdefault(place, [0, 0, True, 0])
    return {
        place: Figures(quantity, None if unknown and quantity else value, *orders.get(place, (0, 0)), under_way)
        for place, (quantity, value, unknown, under_way) in rows.items()
    }


def _key(place: Place, by: StockBy) -> Place:
    if by == "batch":
        return place
    return (place[0], place[1] if by == "warehouse" else 0, 0)


def _orders(
    session: Session, scope: Scope, products: Mapping[int, Method], by: StockBy, as_of: str | None
) -> dict[Place, tuple[int, int]]:
    """(on order, reserved) in thousandths by row."""
    found: dict[Place, list[int]] = defaultdict(lambda: [0, 0])
    kinds: tuple[OrderKind, ...] = ("purchase_order", "sales_order")
    for i, kind in enumerate(kinds):
        for (product, warehouse), quantity in open_quantities(session, kind, scope, as_of=as_of).items():
            if product in products and scope.warehouse_id in (None, warehouse):
                found[_key((product, warehouse, 0), by)][i] += quantity
    return {place: (a, b) for place, (a, b) in found.items()}


def _lines(session: Session, scope: Scope, rows: Mapping[Place, Figures], by: StockBy) -> list[StockLine]:
    products = {
        row.id: row
        for row in session.execute(
            select(
                Product.id,
                Product.code,
                Product.name,
                Product.spec,
                Product.unit,
                Category.path,
                Product.shelf,
                Product.minimum,
                Product.maximum,
            )
            .outerjoin(Category, Category.id == Product.category_id)
            .where(*scope.products())
        )
    }
    places = {row.id: row for row in session.execute(select(Warehouse.id, Warehouse.code, Warehouse.name, Warehouse.position))}
    batches: dict[int, Any] = {}
    if by == "batch":
        listed = select(Batch.id, Batch.number, Batch.expiry).where(*scope.of_product(Batch.product_id))
        batches = {row.id: row for row in session.execute(listed)}
    found = []
    for (product_id, warehouse_id, batch_id), (quantity, value, coming, reserved, under_way) in rows.items():
        of, place, batch = products[product_id], places.get(warehouse_id), batches.get(batch_id)
        line = StockLine(
            product_id, of.code, of.name, of.spec, of.unit, of.path, of.shelf, place.code if place else None,
            place.name if place else None,
            batch.number if batch else None, batch.expiry if batch else None, pieces(quantity),
            None if value is None or not quantity else unit_cost(value, quantity), None if value is None else yuan(value),
            pieces(quantity - reserved - under_way),
            None if by == "batch" else pieces(coming), None if by == "batch" else pieces(reserved), of.minimum, of.maximum,
            pieces(under_way),
        )  # fmt: skip
        found.append(((of.code, place.position if place else 0, warehouse_id, line.expiry or "9999", line.batch or ""), line))
    return [line for _key, line in sorted(found, key=lambda pair: pair[0])]


def unknown_rows(session: Session, scope: Scope = ALL, *, until: str) -> int:
    """How many living stock rows up to the day ``until`` have no value because their cost was never known."""
    missing = select(Pool.product_id).where(Pool.clean == 0, *scope.of_product(Pool.product_id))
    rows = select(func.count()).select_from(StockRow).where(
        StockRow.product_id.in_(missing), StockRow.value.is_(None), StockRow.void == 0, StockRow.day <= until
    )  # fmt: skip
    return int(session.execute(rows).scalar_one())
