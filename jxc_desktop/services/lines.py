"""A line on its way from the draft to the ledgers, and the products it is about."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session

from jxc_desktop.db import fast
from jxc_desktop.db.models import Product
from jxc_desktop.db.types import BigInt, raw
from jxc_desktop.domain.documents import ZERO, DraftLine
from jxc_desktop.domain.units import Factor
from jxc_desktop.queries.orders import OrderLine


@dataclass(slots=True)
class Line:
    """A line ready to be posted. ``given``: the value the document fixes for the stock it brings in, None = unknown.

    ``agreed``: the order lines that it fulfils, each with the base units it brings of it, whose price it takes where it has
    none.
    ``made``: the product that an assembly puts together or a disassembly takes apart. ``parts``: of a kit, (product, base
    units of it in one kit). ``returned_before``: base units that came back of the line it returns before it.
    ``rows``: what it moves where it says so itself: (product, batch, thousandths, original).
    """

    line: int
    product: Any
    unit: str
    factor: Factor
    quantity: Decimal
    base_quantity: Decimal
    price: Decimal | None
    discount: Decimal
    amount: Decimal | None
    draft: DraftLine
    net: Decimal | None = None
    given: Decimal | None = None
    batch_id: int | None = None
    against: tuple[int, int] | None = None
    order_line: tuple[int, int] | None = None
    counted: Decimal | None = None
    counted_at: str | None = None
    agreed: tuple[tuple[OrderLine, Decimal], ...] = ()
    made: bool = False
    kit: bool = False
    parts: tuple[tuple[Any, Decimal], ...] = ()
    rows: list[tuple[Any, int | None, int, tuple[int, int, int] | None]] = field(default_factory=list)
    returned_before: Decimal = ZERO
    original_quantity: Decimal = ZERO


@cache
def _products_of(count: int) -> Select[Any]:
    """Prices come as ten-thousandths: they are turned into decimals only where one is needed."""
    ids = [bindparam(f"i{n}", type_=BigInt) for n in range(count)]
    prices = [
        raw(column).label(column.key)
        for column in (Product.purchase_price, Product.sale_price, Product.wholesale_price, Product.member_price)
    ]
    columns = (
        Product.id,
        Product.code,
        Product.name,
        Product.unit,
        Product.batches,
        Product.costing,
        Product.negative,
        Product.shelf_life_days,
        Product.kit,
    )
    return select(*columns, *prices).where(Product.id.in_(ids))


def products_by_id(session: Session, ids: Iterable[int]) -> dict[int, Any]:
    """What posting must know of each product; prices in ten-thousandths."""
    wanted = list(ids)
    found = fast.run(session.connection(), _products_of(len(wanted)), fast.numbered(wanted)) if wanted else ()
    return {row.id: row for row in found}
