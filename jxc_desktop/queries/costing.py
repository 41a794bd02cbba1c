"""The facts of the stock ledger as the costing engine takes them: for a posting's replay and for the proof of the book."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from jxc_desktop.db.models import DocumentLine, Product, StockRow
from jxc_desktop.db.types import raw
from jxc_desktop.domain.costing import Cost, Entry, unit_cost_of_price
from jxc_desktop.domain.settings import ShopSettings

TRANSFER_PART = 500
"""The arrival of part n of a transfer line is part n + 500: all departures of a line stand before its arrivals."""

RowId = tuple[int, int, int]
"""(document, line, part) of a stock row."""

PoolKey = tuple[int, int, int]
"""(product, warehouse or 0, batch or 0)."""


class Stored(NamedTuple):
    """A ledger row as it stands. Quantities in thousandths, values in fen."""

    document_id: int
    line: int
    part: int
    moment: str
    seq: int
    day: str
    product_id: int
    warehouse_id: int
    batch_id: int | None
    cost: str
    bucket: str
    quantity: int
    counted: int | None
    given: int | None
    given_price: int | None
    original_document_id: int | None
    original_line: int | None
    original_part: int | None
    value: int | None
    provisional: int


_ROWS = (
    select(
        StockRow.document_id,
        StockRow.line,
        StockRow.part,
        StockRow.moment,
        StockRow.seq,
        StockRow.day,
        StockRow.product_id,
        StockRow.warehouse_id,
        StockRow.batch_id,
        StockRow.cost,
        StockRow.bucket,
        raw(StockRow.quantity),
        raw(StockRow.counted),
        raw(StockRow.given),
        raw(StockRow.given_price),
        StockRow.original_document_id,
        StockRow.original_line,
        StockRow.original_part,
        raw(StockRow.value),
        StockRow.provisional,
    )
    .where(StockRow.product_id == bindparam("product"), StockRow.void == 0)
    .order_by(StockRow.moment, StockRow.seq, StockRow.line, StockRow.part)
)
_FACTORS = (
    select(StockRow.document_id, StockRow.line, DocumentLine.factor_num, DocumentLine.factor_den)
    .join(DocumentLine, (DocumentLine.document_id == StockRow.document_id) & (DocumentLine.line == StockRow.line))
    .where(StockRow.product_id == bindparam("product"), StockRow.given_price.is_not(None))
)


@dataclass(frozen=True, slots=True)
class Method:
    """How a product is costed: ``average``, ``fifo`` or ``batch``, and whether each warehouse is a pool of its own."""

    name: str
    per_warehouse: bool

    def pool(self, product: int, warehouse: int, batch: int | None) -> PoolKey:
        return product, warehouse if self.per_warehouse else 0, (batch or 0) if self.name == "batch" else 0


def method_of(costing: str | None, settings: ShopSettings) -> Method:
    """The method of a product with the exception ``costing`` (None: the shop's)."""
    return Method(costing or settings.costing, settings.pool == "warehouse")


def product_methods(session: Session, products: Iterable[int], settings: ShopSettings) -> dict[int, Method]:
    """The costing method of each of ``products``."""
    rows = session.execute(select(Product.id, Product.costing).where(Product.id.in_(list(products))))
    return {product_id: method_of(costing, settings) for product_id, costing in rows}


def stored_rows(session: Session, product_id: int) -> list[Stored]:
    """The rows of a product in the order of the ledger, without voided pairs."""
    return [Stored._make(row) for row in session.connection().execute(_ROWS, {"product": product_id})]


def load_entries(session: Session, product_id: int, method: Method) -> tuple[list[Stored], list[Entry]]:
    """What stands for a product, and the same rows as facts for a replay, both in ledger order."""
    stored = stored_rows(session, product_id)
    factors: dict[tuple[int, int], Any] = {}
    if any(row.given_price is not None for row in stored):
        factors = {(d, line): (num, den) for d, line, num, den in session.connection().execute(_FACTORS, {"product": product_id})}
    return stored, list(_entries(stored, method, factors))


def _entries(stored: list[Stored], method: Method, factors: dict[tuple[int, int], Any]) -> Iterator[Entry]:
    places = {
        (r.document_id, r.line, r.part): method.pool(r.product_id, r.warehouse_id, r.batch_id)
        for r in stored
        if r.cost.startswith("transfer")
    }
    for r in stored:
        row, cost = (r.document_id, r.line, r.part), Cost(r.cost)
        pool = method.pool(r.product_id, r.warehouse_id, r.batch_id)
        entry = Entry(
            (r.moment, r.seq, r.line, r.part),
            row,
            pool,
            (r.warehouse_id, r.batch_id or 0),
            cost,
            0 if cost is Cost.COUNT else r.quantity,
            counted=r.counted,
        )
        if cost is Cost.GIVEN:
            entry.given = r.given
        elif cost is Cost.RETURN and r.original_document_id is not None:
            entry.original = (r.original_document_id, r.original_line, r.original_part)
        elif cost in (Cost.TRANSFER_OUT, Cost.TRANSFER_IN):
            twin = (r.document_id, r.line, r.part + (TRANSFER_PART if cost is Cost.TRANSFER_OUT else -TRANSFER_PART))
            entry.twin, entry.inside = twin, places[twin] == pool
        if r.given_price is not None:
            entry.price = unit_cost_of_price(r.given_price, *factors[(r.document_id, r.line)])
        yield entry
