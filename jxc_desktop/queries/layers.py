"""Cost layers: of what arrival the goods on hand are, oldest first, for products costed first in, first out or by batch."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from jxc_desktop.db.models import Batch, Product, StockRow, Warehouse
from jxc_desktop.domain.acts import business_day
from jxc_desktop.domain.costing import Layer, PoolState, replay
from jxc_desktop.domain.money import pieces
from jxc_desktop.domain.settings import ShopSettings
from jxc_desktop.queries.costing import Method, PoolKey, Stored, load_entries, method_of
from jxc_desktop.queries.scope import Scope
from jxc_desktop.queries.stock import unit_cost


@dataclass(frozen=True, slots=True)
class LayerLine:
    """One layer. ``warehouse`` and ``batch`` are None where the pool is not told apart by them; ``unit_cost`` None = unknown."""

    product: str
    name: str
    warehouse: str | None
    batch: str | None
    date: str
    quantity: Decimal
    unit_cost: Decimal | None


def cost_layers(session: Session, scope: Scope, *, as_of: date, settings: ShopSettings) -> list[LayerLine]:
    """The layers at the end of ``as_of``, in order of product, warehouse, batch and age.

    A product with the batch's own cost has one layer a batch, of the day it first came; one of moving average has none.
    """
    costing = func.coalesce(Product.costing, settings.costing)
    products = session.execute(
        select(Product.id, Product.code, Product.name, Product.costing)
        .where(costing != "average", Product.id.in_(select(StockRow.product_id).distinct()), *scope.products())
        .order_by(Product.code)
    ).all()
    warehouses = dict(session.execute(select(Warehouse.id, Warehouse.code)).all())
    found = []
    for product_id, code, name, own in products:
        method = method_of(own, settings)
        batches = dict(session.execute(select(Batch.id, Batch.number).where(Batch.product_id == product_id)).all())
        for key, layer, known in _layers(session, product_id, method, as_of):
            if scope.warehouse_id is not None and key[1] not in (0, scope.warehouse_id):
                continue
            day = business_day(layer.key[0], settings.closing_hour)
            cost = unit_cost(layer.value, layer.quantity) if known else None
            found.append(LayerLine(code, name, warehouses.get(key[1]), batches.get(key[2]), day, pieces(layer.quantity), cost))
    return found


def _layers(session: Session, product_id: int, method: Method, as_of: date) -> Iterator[tuple[PoolKey, Layer, bool]]:
    """(pool, layer, whether its cost is known), replayed from the facts up to the day: layers are not kept anywhere."""
    stored, entries = load_entries(session, product_id, method)
    until = as_of.isoformat()
    days: dict[Any, str] = {(row.document_id, row.line, row.part): row.day for row in stored}
    states: Any = replay({}, [entry for entry in entries if days[entry.row] <= until], method.name).states  # keyed by PoolKey
    for key in sorted(states):
        state: PoolState = states[key]
        for layer in _of(state, key, stored, method):
            yield key, layer, state.last is not None


def _of(state: PoolState, key: object, stored: list[Stored], method: Method) -> list[Layer]:
    if state.layers is not None:
        return list(state.layers)
    if state.quantity <= 0:
        return []
    first = next(row for row in stored if method.pool(row.product_id, row.warehouse_id, row.batch_id) == key)
    return [Layer((first.moment, first.seq, first.line, first.part), state.quantity, state.value)]
