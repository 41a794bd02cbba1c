"""What was sold: quantity, revenue, cost and profit by any grouping, returns taken off at their own date."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, SQLColumnExpression, case, func, select
from sqlalchemy.orm import Session

from jxc_desktop.db.models import Category, Document, DocumentLine, Partner, Pool, Product, StockRow, User, Warehouse
from jxc_desktop.db.types import raw
from jxc_desktop.domain.money import pieces, yuan
from jxc_desktop.i18n import _
from jxc_desktop.queries.inventory import ratio
from jxc_desktop.queries.periods import Period, monday
from jxc_desktop.queries.scope import ALL, Scope

BY = ("product", "category", "supplier", "customer", "region", "user", "day", "week", "month", "hour", "warehouse", "kit")
_TIME = {"day", "week", "month", "hour"}


@dataclass(frozen=True, slots=True)
class SalesLine:
    """The figures of one group. ``documents``: how many sales and returns it comes from. ``margin`` None without revenue."""

    keys: tuple[str | None, ...]
    name: str
    quantity: Decimal
    revenue: Decimal
    cost: Decimal
    gross_profit: Decimal
    margin: Decimal | None
    documents: int


@dataclass(frozen=True, slots=True)
class Sales:
    """The lines of a question and what they add up to (each document counted once)."""

    lines: tuple[SalesLine, ...]
    total: SalesLine


def sales(session: Session, period: Period, *, by: tuple[str, ...] = ("product",), scope: Scope = ALL) -> Sales:
    """Sales and customers' returns of ``period`` by one or several of :data:`BY`; ``scope.partner_id`` is the customer.

    What a kit is sold for belongs to its parts. By ``kit`` only kits are counted, each as one with all that its parts brought.
    """
    columns = [_COLUMNS[word] for word in by]
    groups: dict[tuple[Any, ...], list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for *found, quantity, revenue, cost, documents in session.execute(_statement(period, by, scope).group_by(*columns)):
        _add(
            groups[tuple(_coarse(word, value) for word, value in zip(by, found, strict=True))], quantity, revenue, cost, documents
        )
    names = [_names(session, word) for word in by]
    lines = []
    for found_keys, sums in groups.items():
        said = [names[i].get(key, (None, _("(none)"))) if by[i] not in _TIME else (key, key) for i, key in enumerate(found_keys)]
        lines.append(_line(tuple(code for code, _name in said), said[0][1], sums))
    lines.sort(key=lambda line: tuple((key is None, key or "") for key in line.keys))
    whole = [0, 0, 0, 0]
    _add(whole, *session.execute(_statement(period, (), scope, kits="kit" in by)).one())
    return Sales(tuple(lines), _line((), "", whole))


def unknown_sales(session: Session, period: Period, scope: Scope = ALL) -> int:
    """How many rows of :func:`sales` have no value because their cost was never known."""
    missing = select(Pool.product_id).where(Pool.clean == 0)
    rows = _statement(period, (), scope).with_only_columns(func.count(), maintain_column_froms=True)
    return int(session.execute(rows.where(StockRow.value.is_(None), StockRow.product_id.in_(missing))).scalar_one())


_COLUMNS: dict[str, SQLColumnExpression[Any]] = {
    "product": StockRow.product_id,
    "category": Product.category_id,
    "supplier": Product.supplier_id,
    "customer": Document.partner_id,
    "region": Partner.region,
    "user": Document.posted_by,
    "day": StockRow.day,
    "week": StockRow.day,
    "month": StockRow.day,
    "hour": func.substr(StockRow.moment, 12, 2),
    "warehouse": StockRow.warehouse_id,
    "kit": DocumentLine.product_id,
}
KITS = case(
    (StockRow.part != 1, 0),
    (StockRow.bucket == "sold", -raw(DocumentLine.base_quantity)),
    else_=raw(DocumentLine.base_quantity),
)
"""How many kits a row stands for, signed as in the ledger: the first row of a line stands for all of them."""


def _statement(period: Period, by: tuple[str, ...], scope: Scope, *, kits: bool = False) -> Select[Any]:
    kits = kits or "kit" in by
    quantity = KITS if kits and "product" not in by else raw(StockRow.quantity)
    wanted = select(
        *[_COLUMNS[word] for word in by], func.sum(quantity), func.sum(raw(StockRow.revenue)),
        func.sum(raw(StockRow.value)),
        func.count(StockRow.document_id.distinct()),
    ).where(
        StockRow.day.between(*period.iso), StockRow.bucket.in_(("sold", "returned")), StockRow.void == 0,
        *scope.of_product(StockRow.product_id, supplier=False)
    )  # fmt: skip
    if kits:
        of_row = (DocumentLine.document_id == StockRow.document_id) & (DocumentLine.line == StockRow.line)
        wanted = wanted.join(DocumentLine, of_row).where(DocumentLine.kit == 1)
    if scope.warehouse_id is not None:
        wanted = wanted.where(StockRow.warehouse_id == scope.warehouse_id)
    if {"category", "supplier"} & set(by):
        wanted = wanted.join(Product, Product.id == StockRow.product_id)
    if {"customer", "region", "user"} & set(by) or scope.partner_id is not None:
        wanted = wanted.join(Document, Document.id == StockRow.document_id)
    if "region" in by:
        wanted = wanted.outerjoin(Partner, Partner.id == Document.partner_id)
    if scope.partner_id is not None:
        wanted = wanted.where(Document.partner_id == scope.partner_id)
    return wanted


def _add(sums: list[int], quantity: Any, revenue: Any, cost: Any, documents: int) -> None:
    sums[0] -= int(quantity or 0)
    sums[1] += int(revenue or 0)
    sums[2] -= int(cost or 0)
    sums[3] += documents


def _coarse(word: str, value: Any) -> Any:
    """A day as the week or month it lies in, no region as none; a document lies in one group, so that counts may be added."""
    if word == "week":
        return monday(date.fromisoformat(value)).isoformat()
    if word == "region":  # a customer without a region is in no other group than a sale without a customer
        return value or None
    return value[:7] if word == "month" else value


def _names(session: Session, word: str) -> dict[Any, tuple[str, str]]:
    """(code, name) by what stands in the ledger."""
    if word == "region":
        return {name: (name, name) for name in session.scalars(select(Partner.region).where(Partner.region != "").distinct())}
    columns: dict[str, tuple[Any, Any, Any]] = {
        "product": (Product.id, Product.code, Product.name),
        "kit": (Product.id, Product.code, Product.name),
        "category": (Category.id, Category.path, Category.name),
        "supplier": (Partner.id, Partner.code, Partner.name),
        "customer": (Partner.id, Partner.code, Partner.name),
        "user": (User.id, User.name, User.name),
        "warehouse": (Warehouse.id, Warehouse.code, Warehouse.name),
    }
    return {id: (code, name) for id, code, name in session.execute(select(*columns[word]))} if word in columns else {}


def _line(keys: tuple[str | None, ...], name: str, sums: list[int]) -> SalesLine:
    quantity, revenue, cost, documents = sums
    profit = revenue - cost
    return SalesLine(keys, name, pieces(quantity), yuan(revenue), yuan(cost), yuan(profit), ratio(profit, revenue), documents)
