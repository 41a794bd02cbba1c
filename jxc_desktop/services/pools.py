"""The cached pools: what a posting needs to know of a pool to cost a row that comes after all others."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterable
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Select, bindparam, delete, select
from sqlalchemy.orm import Session

from jxc_desktop.db import fast
from jxc_desktop.db.models import Pool, table
from jxc_desktop.db.types import BigInt, raw
from jxc_desktop.db.upsert import upsert
from jxc_desktop.domain.costing import PoolState
from jxc_desktop.queries.checkpoints import as_json, layers_from, layers_of
from jxc_desktop.queries.costing import PoolKey

_COLUMNS = (
    "quantity",
    "value",
    "cost_value",
    "cost_quantity",
    "last_moment",
    "last_sale",
    "clean",
    "layers",
    "marked",
    "unmarked",
)
_FORGET = delete(Pool).where(Pool.product_id == bindparam("product"))


@cache
def _pools_of(count: int) -> Select[Any]:
    ids = [bindparam(f"i{n}", type_=BigInt) for n in range(count)]
    return select(
        Pool.product_id,
        Pool.warehouse_id,
        Pool.batch_id,
        raw(Pool.quantity),
        raw(Pool.value),
        Pool.cost_value,
        Pool.cost_quantity,
        Pool.last_moment,
        Pool.last_sale,
        Pool.clean,
        Pool.layers,
        Pool.marked,
        Pool.unmarked,
    ).where(Pool.product_id.in_(ids))


class StoredPool(NamedTuple):
    """A cached pool. Quantity in thousandths, value in fen; the last unit cost as ``cost_value / cost_quantity``."""

    product_id: int
    warehouse_id: int
    batch_id: int
    quantity: int
    value: int
    cost_value: int | None
    cost_quantity: int | None
    last_moment: str
    last_sale: str | None
    clean: int
    layers: str | None
    marked: str | None
    unmarked: int

    def state(self, method: str, places: dict[Any, int]) -> PoolState | None:
        """The pool as the costing engine takes it, holding ``places``; None when it cannot be known without its rows.

        What is missing in a pool that is not clean is not told apart: it will do for rows that take goods out.
        """
        cost = None if self.cost_value is None or self.cost_quantity is None else (self.cost_value, self.cost_quantity)
        layers = None
        if method == "fifo":
            layers = layers_from(json.loads(self.layers)) if self.layers else deque()
            if self.clean and sum(layer.quantity for layer in layers) != self.quantity:
                return None
        unknown = int(cost is None and not self.clean)
        return PoolState(self.quantity, self.value, cost, places, layers, unknown=unknown)


def stored_pools(session: Session, products: Iterable[int]) -> dict[PoolKey, StoredPool]:
    """The cached pools of ``products``."""
    ids = list(products)
    rows = fast.run(session.connection(), _pools_of(len(ids)), fast.numbered(ids))
    return {(row[0], row[1], row[2]): StoredPool(*row) for row in rows}


def pool_row(
    key: PoolKey, state: PoolState, moment: str, last_sale: str | None, marked: str | None, unmarked: int
) -> dict[str, Any]:
    """What the cache keeps of ``state``: ``moment`` is that of its last row, ``marked`` of the product's last checkpoint.

    A pool whose cost was only guessed from what another one handed on is not clean: the first receipt changes it.
    """
    cost = state.last
    return {
        "product_id": key[0],
        "warehouse_id": key[1],
        "batch_id": key[2],
        "quantity": state.quantity,
        "value": state.value,
        "cost_value": cost[0] if cost else None,
        "cost_quantity": cost[1] if cost else None,
        "last_moment": moment,
        "last_sale": last_sale,
        "clean": int(state.clean and not (state.assumed and state.first is None)),
        "layers": as_json(layers_of(state)) if state.layers is not None and state.clean else None,
        "marked": marked,
        "unmarked": unmarked,
    }


def write_pools(session: Session, rows: Iterable[dict[str, Any]]) -> None:
    """Put the pools' rows in the cache in place of what it has."""
    listed = list(rows)
    if listed:
        connection = session.connection()
        fast.run_many(connection, upsert(table(Pool), connection.dialect.name, replace=_COLUMNS), listed)


def forget_pools(session: Session, product_id: int) -> None:
    """Take the pools of a product out of the cache."""
    fast.run(session.connection(), _FORGET, {"product": product_id})
