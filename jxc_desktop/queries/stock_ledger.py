"""The stock ledger as a list: every row in its order, with what was there after it."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from jxc_desktop.db.models import Batch, Document, Product, StockRow, Warehouse
from jxc_desktop.db.types import raw
from jxc_desktop.domain.money import pieces, yuan
from jxc_desktop.queries.costing import method_of
from jxc_desktop.queries.scope import ALL, Scope
from jxc_desktop.queries.settings import shop_settings
from jxc_desktop.queries.stock import Place, share_of


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One row of the stock ledger. The balances run per product + warehouse + batch; ``balance_value`` is what that place is
    worth then, see :class:`Course`.
    """

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
    within = scope.of_product(StockRow.product_id)
    course = Course(session, scope)
    if day_from is not None:
        before = select(
            StockRow.product_id, StockRow.warehouse_id, func.coalesce(StockRow.batch_id, 0).label("batch"),
            func.sum(raw(StockRow.quantity)), func.coalesce(func.sum(raw(StockRow.value)), 0)
        ).where(StockRow.day < day_from, *within)  # fmt: skip
        for *place, quantity, value in session.execute(before.group_by(StockRow.product_id, StockRow.warehouse_id, "batch")):
            course.enter(tuple(place), int(quantity), int(value))
        within.append(StockRow.day >= day_from)
    if day_to is not None:
        within.append(StockRow.day <= day_to)
    lines = []
    for row in session.execute(_rows().where(*within)):
        product, warehouse, batch, quantity, value = row[12:17]
        balance = course.enter((product, warehouse, batch or 0), quantity, value or 0)
        if scope.warehouse_id in (None, warehouse):
            lines.append(_line(row, *balance))
    return lines


@dataclass(slots=True)
class _Pool:
    value: int = 0
    quantity: int = 0
    places: dict[Place, int] = field(default_factory=dict)
    """What lies where; a place that was emptied is not among them."""
    several: bool = False


class Course:
    """What lies in each place and what that is worth, row by row: thousandths and fen.

    A place is worth its share of its pool (:func:`share_of`), which what happens in other places of the pool changes, too: the
    rows of a place alone do not add up to it. What is unknown counts as 0.
    """

    def __init__(self, session: Session, scope: Scope) -> None:
        settings = shop_settings(session)
        costing = session.execute(select(Product.id, Product.costing).where(*scope.products()))
        self._methods = {product: method_of(own, settings) for product, own in costing}
        self._pools: dict[tuple[int, int, int], _Pool] = {}

    def enter(self, place: Place, quantity: int, value: int) -> tuple[int, int]:
        """(quantity, value) of the place after so much came to it (below 0: went)."""
        pool = self._pools.setdefault(self._methods[place[0]].pool(*place), _Pool())
        pool.several = pool.several or bool(pool.places.keys() - {place})
        pool.value += value
        pool.quantity += quantity
        left = pool.places.pop(place, 0) + quantity
        if left or not pool.several:
            pool.places[place] = left
        return left, self._worth(pool, place)

    @staticmethod
    def _worth(pool: _Pool, place: Place) -> int:
        if not pool.several:
            return pool.value
        if place not in pool.places:
            return 0
        return share_of(pool.value, pool.places, pool.quantity, place)


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


def _line(row: Any, left: int, worth: int) -> LedgerLine:
    product, _warehouse, _batch, quantity, value, provisional, void = row[12:]
    own = None if value is None else yuan(value)
    values: list[Any] = [*row[:12], pieces(quantity), own, pieces(left), yuan(worth), bool(provisional), bool(void), product]
    return LedgerLine(*values)
