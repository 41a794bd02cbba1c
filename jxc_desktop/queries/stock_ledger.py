"""The stock ledger as a list: every row in its order, with what was there after it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from jxc_desktop.db.models import Batch, Document, Product, StockRow, Warehouse
from jxc_desktop.db.types import raw
from jxc_desktop.domain.money import pieces, yuan
from jxc_desktop.queries.scope import ALL, Scope


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One row of the stock ledger. The balances run per product + warehouse + batch, the latter from the rows' own values."""

    document_id: int
    date: str
    number: str
    kind: str
    ref: str | None
    line: int
    part: int
    product: str
    name: str
    warehouse: str
    warehouse_name: str
    batch: str | None
    quantity: Decimal
    value: Decimal | None
    balance_quantity: Decimal
    balance_value: Decimal
    provisional: bool
    voided: bool
    product_id: int


def stock_ledger(
    session: Session, scope: Scope = ALL, *, day_from: str | None = None, day_to: str | None = None
) -> list[LedgerLine]:
    """Rows from ``day_from`` to ``day_to`` (both count), oldest first; a voided row and the one that undoes it stand together."""
    within = [*scope.of_product(StockRow.product_id)]
    if scope.warehouse_id is not None:
        within.append(StockRow.warehouse_id == scope.warehouse_id)
    balances: dict[tuple[int, int, int | None], list[int]] = {}
    if day_from is not None:
        before = select(
            StockRow.product_id, StockRow.warehouse_id, StockRow.batch_id, func.sum(raw(StockRow.quantity)),
            func.coalesce(func.sum(raw(StockRow.value)), 0)
        ).where(StockRow.day < day_from, *within)  # fmt: skip
        for product, warehouse, batch, quantity, value in session.execute(
            before.group_by(StockRow.product_id, StockRow.warehouse_id, StockRow.batch_id)
        ):
            balances[(product, warehouse, batch)] = [int(quantity), int(value)]
        within.append(StockRow.day >= day_from)
    if day_to is not None:
        within.append(StockRow.day <= day_to)
    return [_line(row, balances) for row in session.execute(_rows().where(*within))]


def last_movements(session: Session, product_id: int, *, limit: int = 20) -> list[LedgerLine]:
    """The latest ``limit`` rows of a product, newest first, with the balances after each."""
    rows = stock_ledger(session, Scope(product_id=product_id))
    return rows[::-1][:limit]


def _rows() -> Any:
    return (
        select(
            StockRow.document_id, StockRow.moment, Document.number, Document.kind, Document.ref, StockRow.line, StockRow.part,
            Product.code, Product.name,
            Warehouse.code, Warehouse.name, Batch.number, StockRow.product_id, StockRow.warehouse_id, StockRow.batch_id,
            raw(StockRow.quantity),
            raw(StockRow.value), StockRow.provisional, StockRow.void,
        )
        .join(Document, Document.id == StockRow.document_id)
        .join(Product, Product.id == StockRow.product_id)
        .join(Warehouse, Warehouse.id == StockRow.warehouse_id)
        .outerjoin(Batch, Batch.id == StockRow.batch_id)
        .order_by(StockRow.moment, StockRow.seq, StockRow.line, StockRow.part)
    )  # fmt: skip


def _line(row: Any, balances: dict[tuple[int, int, int | None], list[int]]) -> LedgerLine:
    product, warehouse, batch, quantity, value, provisional, void = row[12:]
    balance = balances.setdefault((product, warehouse, batch), [0, 0])
    balance[0] += quantity
    balance[1] += value or 0
    worth = None if value is None else yuan(value)
    values: list[Any] = [*row[:12], pieces(quantity), worth, pieces(balance[0]), yuan(balance[1]), bool(provisional), bool(void)]
    values.append(product)
    return LedgerLine(*values)
