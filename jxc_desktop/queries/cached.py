"""What the cached figures must be: each one computed again from the ledgers, in one statement, on both engines."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, Table, and_, case, cast, func, literal, or_, select, type_coerce, union_all
from sqlalchemy.orm import Session

from jxc_desktop.db.models import (
    AccountBalance,
    DayTotal,
    Document,
    MoneyRow,
    OpenLine,
    PartnerBalance,
    PartnerRow,
    Pool,
    Product,
    StockBalance,
    StockMonth,
    StockRow,
    table,
)
from jxc_desktop.db.types import BigInt, raw
from jxc_desktop.domain.documents import BUCKETS, KINDS
from jxc_desktop.domain.settings import ShopSettings
from jxc_desktop.queries.orders import open_now

_SALES = tuple(kind.code for kind in KINDS if kind.bucket == "sold")


@dataclass(frozen=True, slots=True)
class Figure:
    """A cached table and how to compute it: ``statement`` yields ``keys``, ``sums`` (scaled integers) and ``texts``."""

    table: Table
    keys: tuple[str, ...]
    sums: tuple[str, ...]
    texts: tuple[str, ...]
    statement: Select[*tuple[Any, ...]]

    def differences(self, limit: int) -> Select[*tuple[Any, ...]]:
        """The first ``limit`` keys at which the cache is off, with what it lacks (ledger less cache, scaled integers)."""
        computed = self.statement.subquery()
        ours = [computed.c[k] for k in self.keys] + [computed.c[s] for s in self.sums] + [computed.c[t] for t in self.texts]
        cached = [self.table.c[k] for k in self.keys] + [(-raw(self.table.c[s])).label(s) for s in self.sums]
        cached += [func.coalesce(self.table.c[t], "").label(t) for t in self.texts]
        both = union_all(select(*ours), select(*cached)).subquery()
        keys = [both.c[k] for k in self.keys]
        sums = [func.sum(both.c[s]).label(s) for s in self.sums]
        wrong = [func.sum(both.c[s]) != 0 for s in self.sums] + [func.min(both.c[t]) != func.max(both.c[t]) for t in self.texts]
        return select(*keys, *sums).group_by(*keys).having(or_(*wrong)).order_by(*keys).limit(limit)


def figures(settings: ShopSettings) -> tuple[Figure, ...]:
    """Every cached table that is a sum over ledger rows, or over lines."""
    return (_balances(), _pools(settings), _months(), _days(), _partners(), _accounts(), _open_lines())


def _total(column: Any, name: str) -> ColumnElement[int]:
    return func.coalesce(func.sum(raw(column)), 0).label(name)


def _balances() -> Figure:
    keys = (StockRow.product_id, StockRow.warehouse_id, func.coalesce(StockRow.batch_id, 0))
    statement = select(
        keys[0],
        keys[1],
        keys[2].label("batch_id"),
        _total(StockRow.quantity, "quantity"),
        func.max(StockRow.moment).label("last_moment"),
    ).group_by(*keys)
    return Figure(table(StockBalance), ("product_id", "warehouse_id", "batch_id"), ("quantity",), ("last_moment",), statement)


def _pools(settings: ShopSettings) -> Figure:
    """Voided pairs stand outside the pools, as they do outside the replay."""
    warehouse: ColumnElement[int] = (
        literal(0, Integer) if settings.pool == "product" else type_coerce(StockRow.warehouse_id, BigInt)
    )
    by_batch = func.coalesce(Product.costing, settings.costing) == "batch"
    batch = case((by_batch, func.coalesce(StockRow.batch_id, 0)), else_=0)
    rows = (
        select(
            StockRow.product_id,
            warehouse.label("warehouse_id"),
            batch.label("batch_id"),
            raw(StockRow.quantity).label("quantity"),
            raw(StockRow.value).label("value"),
            case((StockRow.bucket == "sold", StockRow.moment), else_="").label("last_sale"),
        )
        .join(Product, Product.id == StockRow.product_id)
        .where(StockRow.void == 0)
        .subquery()
    )
    keys = (rows.c.product_id, rows.c.warehouse_id, rows.c.batch_id)
    statement = select(
        *keys,
        func.sum(rows.c.quantity).label("quantity"),
        func.coalesce(func.sum(rows.c.value), 0).label("value"),
        func.max(rows.c.last_sale).label("last_sale"),
    ).group_by(*keys)
    return Figure(table(Pool), ("product_id", "warehouse_id", "batch_id"), ("quantity", "value"), ("last_sale",), statement)


def _months() -> Figure:
    month = func.substr(StockRow.day, 1, 7)
    weight = days_left(StockRow.day)
    columns: list[Any] = []
    for bucket in BUCKETS:
        for column, name in ((StockRow.quantity, "quantity"), (StockRow.value, "value")):
            here = case((StockRow.bucket == bucket, raw(column)), else_=0)
            columns.append(func.coalesce(func.sum(-here if bucket == "sold" else here), 0).label(f"{bucket}_{name}"))
    columns.append(_total(StockRow.revenue, "revenue"))
    columns.append(func.sum(raw(StockRow.quantity) * weight).label("quantity_days"))
    columns.append(func.coalesce(func.sum(raw(StockRow.value) * weight), 0).label("value_days"))
    statement = select(StockRow.product_id, StockRow.warehouse_id, month.label("month"), *columns).group_by(
        StockRow.product_id, StockRow.warehouse_id, month
    )
    return Figure(table(StockMonth), ("product_id", "warehouse_id", "month"), tuple(c.name for c in columns), (), statement)


def days_left(day: Any) -> ColumnElement[int]:
    """Days from the ISO date ``day`` to the end of its month, both included, as integer arithmetic on its text."""
    year, month, of_month = (cast(func.substr(day, at, length), Integer) for at, length in ((1, 4), (6, 2), (9, 2)))
    leap = and_(year % 4 == 0, or_(year % 100 != 0, year % 400 == 0))
    length = case((month.in_((4, 6, 9, 11)), 30), (and_(month == 2, leap), 29), (month == 2, 28), else_=31)
    result: ColumnElement[int] = length + 1 - of_month
    return result


def _days() -> Figure:
    def signed(buckets: tuple[str, ...], sign: int) -> ColumnElement[int]:
        return case((StockRow.bucket.in_(buckets), sign * raw(StockRow.value)), else_=0)

    nothing = literal(0, Integer)
    rows = select(
        StockRow.day.label("day"),
        StockRow.warehouse_id.label("warehouse_id"),
        raw(StockRow.revenue).label("revenue"),
        signed(("sold", "returned"), -1).label("cost"),
        signed(("shrinkage",), 1).label("shrinkage"),
        raw(StockRow.value).label("change"),
        nothing.label("sales"),
    )
    sales = select(
        Document.day.label("day"),
        Document.warehouse_id.label("warehouse_id"),
        nothing.label("revenue"),
        nothing.label("cost"),
        nothing.label("shrinkage"),
        nothing.label("change"),
        literal(1, Integer).label("sales"),
    ).where(Document.status == "posted", Document.kind.in_(_SALES))
    both = union_all(rows, sales).subquery()
    names = ("revenue", "cost", "shrinkage", "change", "sales")
    sums = [func.coalesce(func.sum(both.c[name]), 0).label(name) for name in names]
    statement = select(both.c.day, both.c.warehouse_id, *sums).group_by(both.c.day, both.c.warehouse_id)
    return Figure(table(DayTotal), ("day", "warehouse_id"), names, (), statement)


def _partners() -> Figure:
    statement = select(PartnerRow.partner_id, _total(PartnerRow.amount, "balance")).group_by(PartnerRow.partner_id)
    return Figure(table(PartnerBalance), ("partner_id",), ("balance",), (), statement)


def _accounts() -> Figure:
    statement = select(MoneyRow.account_id, _total(MoneyRow.amount, "balance")).group_by(MoneyRow.account_id)
    return Figure(table(AccountBalance), ("account_id",), ("balance",), (), statement)


def _open_lines() -> Figure:
    return Figure(table(OpenLine), ("product_id", "document_id", "line"), ("quantity",), (), open_now())


@cache
def _code_of(name: str) -> Any:
    from jxc_desktop.db.models import Account, Partner, Warehouse

    return {"product_id": Product, "warehouse_id": Warehouse, "partner_id": Partner, "account_id": Account}.get(name)


def key_words(session: Session, figure: Figure, row: Any) -> str:
    """The key of a differing row in words: codes in place of ids."""
    words = []
    for name in figure.keys:
        value, owner = getattr(row, name), _code_of(name)
        if owner is not None:
            value = session.execute(select(owner.code).where(owner.id == value)).scalar() or (value or None)
        elif name == "batch_id":
            value = value or None
        words.append(None if value is None else str(value))
    return " · ".join(word for word in words if word)


__all__ = ["BUCKETS", "Figure", "days_left", "figures", "key_words"]
