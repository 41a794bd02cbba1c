"""What lies where: the present balance of each place of some products, and the rows that came there later."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session

from jxc_desktop.db import fast
from jxc_desktop.db.models import StockBalance, StockRow
from jxc_desktop.db.types import BigInt, raw

Place = tuple[int, int, int]
"""(product, warehouse, batch or 0): where a quantity is kept."""


@dataclass(frozen=True, slots=True)
class Balance:
    """What is on hand at a place, and the moment of its latest row. ``spoiled``: a batch that is past its date."""

    quantity: int
    last_moment: str
    spoiled: bool = False

    def covers(self, wanted: int, moment: str) -> bool:
        """Whether ``wanted`` may leave at ``moment`` without a look at the rows: nothing came or went later."""
        return self.quantity >= wanted and self.last_moment <= moment


@cache
def _balances_of(count: int) -> Select[Any]:
    ids = [bindparam(f"i{n}", type_=BigInt) for n in range(count)]
    columns = (
        StockBalance.product_id,
        StockBalance.warehouse_id,
        StockBalance.batch_id,
        raw(StockBalance.quantity),
        StockBalance.last_moment,
    )
    return select(*columns).where(StockBalance.product_id.in_(ids))


def balances(session: Session, products: Iterable[int]) -> dict[Place, Balance]:
    """Present balances of ``products``, all places."""
    ids = list(set(products))
    rows = fast.run(session.connection(), _balances_of(len(ids)), fast.numbered(ids)) if ids else ()
    return {(p, w, b): Balance(q, m) for p, w, b, q, m in rows}


_LATER = (
    select(
        StockRow.moment,
        StockRow.seq,
        StockRow.line,
        StockRow.part,
        raw(StockRow.quantity),
        raw(StockRow.counted),
        StockRow.document_id,
    )
    .where(
        StockRow.product_id == bindparam("product"),
        StockRow.warehouse_id == bindparam("warehouse"),
        StockRow.moment >= bindparam("moment"),
        StockRow.void == 0,
    )
    .order_by(StockRow.moment, StockRow.seq, StockRow.line, StockRow.part)
)
_NO_BATCH = _LATER.where(StockRow.batch_id.is_(None))
_OF_BATCH = _LATER.where(StockRow.batch_id == bindparam("batch"))


def later_rows(session: Session, place: Place, moment: str) -> Iterable[Any]:
    """The living rows of a place from ``moment`` on, in order: (moment, seq, line, part, quantity, counted, document)."""
    product, warehouse, batch = place
    values = {"product": product, "warehouse": warehouse, "moment": moment}
    if not batch:
        return session.connection().execute(_NO_BATCH, values)
    return session.connection().execute(_OF_BATCH, values | {"batch": batch})
