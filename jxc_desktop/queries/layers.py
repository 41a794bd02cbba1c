"""Cost layers: of what arrival the goods on hand are, oldest first, for products costed first in, first out or by batch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from jxc_desktop.db.models import Batch, Product, StockRow, Warehouse
from jxc_desktop.domain.acts import business_day
from jxc_desktop.domain.costing import Cost, Key, Layer, PoolState
from jxc_desktop.domain.money import pieces, unit_cost
from jxc_desktop.domain.settings import ShopSettings
from jxc_desktop.queries.costing import Loaded, Method, PoolKey, Stored, cost_groups, load_group
from jxc_desktop.queries.scope import Scope


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
    product_id: int
    layer: tuple[str, int, int, int]
    """The place in the ledger of the row it came with."""


def cost_layers(session: Session, scope: Scope, *, as_of: date, settings: ShopSettings) -> list[LayerLine]:
    """The layers at the end of ``as_of``, in order of product, warehouse, batch and age.

    A product with the batch's own cost has one layer a batch, of the day it first came; one of moving average has none.
    """
    costing = func.coalesce(Product.costing, settings.costing)
    products = session.execute(
        select(Product.id, Product.code, Product.name)
        .where(costing != "average", Product.id.in_(select(StockRow.product_id).distinct()), *scope.products())
        .order_by(Product.code)
    ).all()
    warehouses = dict(session.execute(select(Warehouse.id, Warehouse.code)).all())
    ids = [row.id for row in products]
    layers: dict[int, list[tuple[PoolKey, Layer, bool]]] = {}
    for group in cost_groups(session, ids):
        layers |= _layers(session, group, as_of, settings)
    found = []
    for product_id, code, name in products:
        batches = dict(session.execute(select(Batch.id, Batch.number).where(Batch.product_id == product_id)).all())
        for key, layer, known in layers.get(product_id, ()):
            if scope.warehouse_id is not None and key[1] not in (0, scope.warehouse_id):
                continue
            day = business_day(layer.key[0], settings.closing_hour)
            cost = unit_cost(layer.value, layer.quantity) if known else None
            place, batch = warehouses.get(key[1]), batches.get(key[2])
            found.append(LayerLine(code, name, place, batch, day, pieces(layer.quantity), cost, product_id, layer.key))
    return found


def _layers(
    session: Session, group: list[int], as_of: date, settings: ShopSettings
) -> dict[int, list[tuple[PoolKey, Layer, bool]]]:
    """(pool, layer, whether its cost is known) by product, replayed from the facts up to the day: layers are not kept anywhere.

    ``group``: products that are costed together. What came back by then of a sale that is dated later came back of nothing.
    """
    loaded = load_group(session, group, settings)
    until = as_of.isoformat()
    pairs = [(row, entry) for row, entry in zip(loaded.stored, loaded.entries, strict=True) if row.day <= until]
    here = {entry.row for _row, entry in pairs}
    for _row, entry in pairs:
        if entry.original not in here:
            entry.original = None
    past = Loaded(loaded.methods, [row for row, _entry in pairs], [entry for _row, entry in pairs], loaded.starts)
    replayed = past.replay()
    states: Any = replayed.states  # keyed by PoolKey
    found: dict[int, list[tuple[PoolKey, Layer, bool]]] = {}
    for key in sorted(states):
        state: PoolState = states[key]
        method = loaded.methods[key[0]]
        if method.name == "average":
            continue
        came = [
            (entry.key, replayed.results[entry.row].quantity)
            for entry in past.entries
            if entry.pool == key and not (entry.cost is Cost.TRANSFER_IN and entry.inside)
        ]
        for layer in arrivals_left(state, came) or _of(state, key, past.stored, method):
            found.setdefault(key[0], []).append((key, layer, state.last is not None))
    return found


def arrivals_left(state: PoolState, came: Sequence[tuple[Key, int]]) -> list[Layer]:
    """What is on hand of a pool that goes by layers and never had a cost, oldest first; no layers for any other pool.

    As the oldest leave first, it is what came in last. ``came``: the rows of the pool in the order of the ledger, their place
    and their thousandths; what leaves (below zero) is passed over.
    """
    found: list[Layer] = []
    left = state.quantity if state.layers is not None and state.last is None else 0
    for place, quantity in reversed(came):
        if left > 0 and quantity > 0:
            found.append(Layer(place, min(left, quantity), 0))
            left -= quantity
    return found[::-1]


def _of(state: PoolState, key: object, stored: list[Stored], method: Method) -> list[Layer]:
    if state.layers is not None:
        return list(state.layers)
    if state.quantity <= 0:
        return []
    first = next(row for row in stored if method.pool(row.product_id, row.warehouse_id, row.batch_id) == key)
    return [Layer((first.moment, first.seq, first.line, first.part), state.quantity, state.value)]
