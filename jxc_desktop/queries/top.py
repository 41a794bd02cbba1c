"""The few worst cases and how many there are: low stock, expiring, slow - from cached balances, for the first screen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from typing import Any, Generic, TypeVar

from sqlalchemy import Select, bindparam, case, func, select
from sqlalchemy.orm import Session

from jxc_desktop.db.models import Batch, Pool, Product, StockBalance, StockRow, Warehouse
from jxc_desktop.db.types import raw
from jxc_desktop.domain.money import pieces, yuan
from jxc_desktop.domain.settings import ShopSettings
from jxc_desktop.queries.inventory import ratio
from jxc_desktop.queries.orders import open_statement
from jxc_desktop.queries.scope import Scope
from jxc_desktop.queries.stock import stock_on_hand
from jxc_desktop.queries.warnings import DEMAND_DAYS, ExpiringLine, LowLine, SlowLine, daily_sales, whole_packs

TOP = 5
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Top(Generic[T]):
    """The first rows of a list, how many rows it has, and the stock value of all of them (where asked)."""

    rows: tuple[T, ...]
    count: int
    value: Decimal


def low_top(session: Session, today: date, *, top: int = TOP) -> Top[LowLine]:
    """Products below their minimum; the rows are those with the smallest part of their minimum left."""
    rows = session.execute(_low()).all()
    worst = sorted(rows, key=lambda row: (ratio(int(row[1]), row[3]) or Decimal(int(row[1])), row[0]))[:top]
    ids = [row[0] for row in worst]
    demand = daily_sales(session, today, ids)
    facts = {row.id: row for row in session.execute(_FACTS, {"ids": ids})}
    coming = {product: int(quantity) for product, quantity in session.execute(_coming(), {"ids": ids})}
    found = []
    for id, free, quantity, minimum, between in worst:
        of, sold = facts[id], demand.get(id, 0)
        target = of.maximum if of.maximum is not None else 2 * pieces(minimum)
        position = pieces(int(free) + int(between) + coming.get(id, 0))
        found.append(
            LowLine(
                id, of.code, of.name, None, of.unit, pieces(int(quantity)), pieces(int(free)), pieces(coming.get(id, 0)),
                pieces(minimum),
                ratio(int(free) * DEMAND_DAYS, sold) if sold > 0 else None, whole_packs(target - position, of.pack_size),
            )
        )  # fmt: skip
    return Top(tuple(found), len(rows), Decimal(0))


_IDS: Any = bindparam("ids", expanding=True)
_FACTS = select(Product.id, Product.code, Product.name, Product.unit, Product.maximum, Product.pack_size).where(
    Product.id.in_(_IDS)
)


@cache
def _low() -> Select[Any]:
    """(product, available, on hand, minimum, under way between warehouses) of every product below its minimum."""
    here = (
        select(
            StockBalance.product_id,
            func.sum(raw(StockBalance.quantity)).label("quantity"),
            func.sum(case((Warehouse.transit == 1, raw(StockBalance.quantity)), else_=0)).label("between"),
        )
        .join(Warehouse, Warehouse.id == StockBalance.warehouse_id)
        .group_by(StockBalance.product_id)
        .subquery()
    )
    promised = open_statement("sales_order").subquery()
    reserved = (
        select(promised.c.product_id, func.sum(promised.c.open).label("quantity")).group_by(promised.c.product_id).subquery()
    )
    between = func.coalesce(here.c.between, 0)
    available = func.coalesce(here.c.quantity, 0) - func.coalesce(reserved.c.quantity, 0) - between
    return (
        select(Product.id, available, func.coalesce(here.c.quantity, 0), raw(Product.minimum), between)
        .outerjoin(here, here.c.product_id == Product.id)
        .outerjoin(reserved, reserved.c.product_id == Product.id)
        .where(Product.active == 1, Product.kit == 0, Product.minimum.is_not(None), available < raw(Product.minimum))
    )


@cache
def _coming() -> Select[Any]:
    lines = open_statement("purchase_order").subquery()
    return select(lines.c.product_id, func.sum(lines.c.open)).where(lines.c.product_id.in_(_IDS)).group_by(lines.c.product_id)


def expiring_top(session: Session, today: date, days: int, settings: ShopSettings, *, top: int = TOP) -> Top[ExpiringLine]:
    """Batches on hand that expire within ``days`` days or have expired, the first to go first."""
    last = (today + timedelta(days=days)).isoformat()
    rows = session.execute(
        select(
            Batch.id,
            Batch.number,
            Batch.expiry,
            Product.id,
            Product.code,
            Product.name,
            Warehouse.code,
            raw(StockBalance.quantity),
        )
        .join(StockBalance, (StockBalance.product_id == Batch.product_id) & (StockBalance.batch_id == Batch.id))
        .join(Product, Product.id == Batch.product_id)
        .join(Warehouse, Warehouse.id == StockBalance.warehouse_id)
        .where(Batch.expiry <= last, raw(StockBalance.quantity) > 0)
        .order_by(Batch.expiry, Product.code, Batch.number)
    ).all()
    found = []
    for _id, batch, expiry, product_id, code, name, warehouse, quantity in rows[:top]:
        held = stock_on_hand(session, Scope(product_id=product_id), by="batch", settings=settings)
        value = next((line.value for line in held if line.batch == batch and line.warehouse == warehouse), None)
        left = (date.fromisoformat(expiry) - today).days
        found.append(ExpiringLine(product_id, code, name, warehouse, batch, expiry, left, pieces(quantity), value))
    return Top(tuple(found), len(rows), Decimal(0))


def slow_top(session: Session, today: date, days: int, *, top: int = TOP) -> Top[SlowLine]:
    """Products on hand without a sale for at least ``days`` days (never sold: since they first came in), the longest first."""
    limit = (today - timedelta(days=days - 1)).isoformat()
    rows = session.execute(_slow(), {"limit": limit}).all()
    worst = sorted(rows, key=lambda row: (row[4], row[0]))[:top]
    names = {id: (code, name) for id, code, name, *_more in session.execute(_FACTS, {"ids": [row[0] for row in worst]})}
    found = [
        SlowLine(
            id,
            *names[id],
            pieces(int(quantity)),
            yuan(int(value)),
            sold[:10] if sold else None,
            (today - date.fromisoformat(at[:10])).days,
        )
        for id, quantity, value, sold, at in worst
    ]
    return Top(tuple(found), len(rows), yuan(sum(int(row[2]) for row in rows)))


@cache
def _slow() -> Select[*tuple[Any, ...]]:
    """(product, quantity, value, last sale, since when it lies) of what is on hand and lay before ``limit``."""
    last = func.max(Pool.last_sale)
    first_in = select(func.min(StockRow.moment)).where(StockRow.product_id == Pool.product_id).correlate(Pool).scalar_subquery()
    since = func.coalesce(last, first_in)
    return (
        select(Pool.product_id, func.sum(raw(Pool.quantity)), func.sum(raw(Pool.value)), last, since)
        .group_by(Pool.product_id)
        .having(func.sum(raw(Pool.quantity)) > 0, since < bindparam("limit"))
    )
