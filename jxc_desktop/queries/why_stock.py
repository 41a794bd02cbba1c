"""Derivations of stock: quantity, value and unit cost of a product, what is free, reserved, to come, and the value of many."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from functools import partial

from sqlalchemy.orm import Session

from jxc_desktop.domain.money import pieces, yuan
from jxc_desktop.domain.why import Derivation, Term, WhyGroup, WhyKey, WhyRow
from jxc_desktop.i18n import _
from jxc_desktop.queries.costing import PoolKey
from jxc_desktop.queries.scope import Scope
from jxc_desktop.queries.stock import Holding, Place, holding
from jxc_desktop.queries.why_parts import (
    QUANTITY_AND_VALUE,
    capped,
    compared,
    course,
    day_words,
    earlier,
    headings,
    leads,
    of_whom,
    running,
    said,
    title_of,
    warehouse_words,
)
from jxc_desktop.queries.why_pools import (
    Goods,
    Moved,
    average,
    changes,
    cost_words,
    counted_again,
    goods_of,
    is_past,
    moved,
    unknown_and_guessed,
)

ZERO = Decimal(0)


def on_hand(session: Session, key: WhyKey) -> Derivation:
    """Quantity of a product, of it in a warehouse, or of a batch: everything that came in and went out."""
    goods, rows = rows_of(session, key)
    here = changes([row for row in rows if is_here(goods, key, row)])
    return running(
        key, stock_subject(session, goods, key), here, (_("came in"), _("went out")), _left(key),
        stored=stored_quantity(session, goods, key), opening=lambda day: key.about("on_hand", last=day),
    )  # fmt: skip


def stock_value(session: Session, key: WhyKey) -> Derivation:
    """Value at cost of a product or of a place of it."""
    goods, rows = rows_of(session, key)
    held = held_of(goods, rows)
    quantity, value = of_places(held, goods, key)
    result = None if value is None else yuan(value)
    unit = average(value, quantity) if value is not None else None
    terms = (
        Term("=", pieces(quantity), "quantity", _("on hand ({unit})").format(unit=goods.unit), key.about("on_hand")),
        Term("×", unit, "price", cost_words(goods), key.about("unit_cost")),
    )
    found = Derivation(
        key, title_of(key), stock_subject(session, goods, key), result, leads(result, key, *terms),
        headings(*QUANTITY_AND_VALUE), _cost_groups(session, goods, rows, held, key), unknown_and_guessed(rows),
    )  # fmt: skip
    return compared(found, _stored_value(session, goods, key), known=value is not None)


def unit_cost(session: Session, key: WhyKey) -> Derivation:
    """What one piece costs: value by quantity, with the changes or layers that made it so."""
    assert key.product_id is not None
    goods, rows = rows_of(session, key)
    held = held_of(goods, rows)
    quantity, value = of_places(held, goods, key)
    result = average(value, quantity) if value is not None else None
    terms = (
        Term("=", None if value is None else yuan(value), "money", _("value at cost"), key.about("stock_value")),
        Term("÷", pieces(quantity), "quantity", _("on hand ({unit})").format(unit=goods.unit), key.about("on_hand")),
    )
    notes = unknown_and_guessed(rows)
    found = Derivation(
        key, title_of(key), said(stock_subject(session, goods, key), cost_words(goods)), result,
        leads(result, key, *terms), headings(*QUANTITY_AND_VALUE), _cost_groups(session, goods, rows, held, key), notes,
    )  # fmt: skip
    stored = _stored_value(session, goods, key)
    known = average(int(stored * 100), quantity) if stored is not None else None
    return compared(found, known, known=result is not None)


# --- the rows of a product -------------------------------------------------------------------------------------------


def rows_of(session: Session, key: WhyKey) -> tuple[Goods, list[Moved]]:
    assert key.product_id is not None
    return goods_of(session, key.product_id), moved(
        session, key.product_id, until=key.last.isoformat() if key.last is not None else None
    )


def is_here(goods: Goods, key: WhyKey, row: Moved) -> bool:
    place, batch = goods.warehouse_id(key.warehouse), goods.batch_id(key.batch)
    return place in (None, row.warehouse_id) and batch in (None, row.batch_id or 0)


def held_of_places(goods: Goods, rows: Sequence[Moved], key: WhyKey) -> tuple[int, int | None]:
    """Thousandths and fen (None: never known) of what ``key`` names, summed up from ``rows``."""
    return of_places(held_of(goods, rows), goods, key)


def held_of(goods: Goods, rows: Sequence[Moved]) -> Holding:
    """Quantities by place and values by pool, summed up from the rows."""
    quantities: dict[Place, int] = {}
    totals: dict[PoolKey, list[int]] = {}
    for row in rows:
        place = (goods.id, row.warehouse_id, row.batch_id or 0)
        quantities[place] = quantities.get(place, 0) + row.quantity
        pool = totals.setdefault(goods.pool(row), [0, 0, 0])
        pool[0] += row.value or 0
        pool[1] += row.value is not None
        pool[2] += row.quantity
    pools = {pool: None if not known and quantity else value for pool, (value, known, quantity) in totals.items()}
    return Holding(quantities, pools, {goods.id: goods.method})


def _places(held: Holding, goods: Goods, key: WhyKey) -> list[Place]:
    place, batch = goods.warehouse_id(key.warehouse), goods.batch_id(key.batch)
    return [p for p in held.quantities if place in (None, p[1]) and batch in (None, p[2])]


def of_places(held: Holding, goods: Goods, key: WhyKey) -> tuple[int, int | None]:
    """Thousandths and fen (None: never known) of what ``key`` names."""
    here, values = _places(held, goods, key), held.values()
    quantity = sum(held.quantities[p] for p in here)
    known = [v for p in here if (v := values[p]) is not None]
    unknown = any(values[p] is None and held.quantities[p] for p in here)
    return quantity, None if unknown else sum(known)


def _left(key: WhyKey) -> str:
    return _("Left, {when}").format(when=day_words(key.last))


def by_place(goods: Goods, rows: Sequence[Moved], key: WhyKey) -> list[WhyRow]:
    """The quantity in each warehouse, where there are several."""
    sums: dict[int, int] = {}
    for row in rows:
        if is_here(goods, key, row):
            sums[row.warehouse_id] = sums.get(row.warehouse_id, 0) + row.quantity
    if len(sums) < 2:
        return []
    return [
        WhyRow(goods.warehouses[place][1], pieces(quantity), key=key.about("on_hand", warehouse=goods.warehouses[place][0]))
        for place, quantity in sums.items()
    ]


# --- cost ------------------------------------------------------------------------------------------------------------


def _cost_groups(session: Session, goods: Goods, rows: Sequence[Moved], held: Holding, key: WhyKey) -> tuple[WhyGroup, ...]:
    """What the value is made of: several pools, a share of one, its layers, and the movements that left it so."""
    method = goods.method
    here = _places(held, goods, key)
    pools = sorted({method.pool(*place) for place in here if held.quantities[place] or held.pools.get(method.pool(*place))})
    if len(pools) > 1:
        return (_pools_group(goods, held, key, pools),)
    if not pools:
        mine = [row for row in rows if is_here(goods, key, row)]
        return course(changes(mine), _left(key))[0]
    pool, found = pools[0], []
    members = [place for place in held.quantities if method.pool(*place) == pool]
    if set(members) - set(here) and any(held.quantities[p] for p in set(members) - set(here)):
        found.append(shared_group(goods, held, key, members))
    if method.name == "fifo":
        found.append(_layers_group(session, goods, rows, pool, key))
    told, _before, _since = course(
        changes([row for row in rows if goods.pool(row) == pool]), _left(key), opening=partial(_pool_before, goods, key, pool)
    )
    return (*found, *told)


def _pool_before(goods: Goods, key: WhyKey, pool: PoolKey, day: date) -> WhyKey:
    """The value of a whole pool at the end of a day."""
    code, _name = goods.warehouses.get(pool[1], (None, ""))
    batch = goods.batches.get(pool[2], "") if goods.method.name == "batch" else None
    return key.about("stock_value", warehouse=code, batch=batch, last=day)


def _pools_group(goods: Goods, held: Holding, key: WhyKey, pools: Sequence[PoolKey]) -> WhyGroup:
    """Each pool with its own derivation: per warehouse or per batch."""
    rows, values, method = [], held.values(), goods.method
    for pool in pools:
        mine = [place for place in _places(held, goods, key) if method.pool(*place) == pool]
        quantity = sum(held.quantities[place] for place in mine)
        known = [v for place in mine if (v := values[place]) is not None]
        value = yuan(sum(known)) if known or not quantity else None
        code, name = goods.warehouses.get(pool[1], (None, ""))
        batch = goods.batches.get(pool[2], "") if method.name == "batch" else None
        narrower = key.about("stock_value", warehouse=code or key.warehouse, batch=batch if batch is not None else key.batch)
        batch_words = "" if batch is None else batch or _("without a batch")
        rows.append(WhyRow(said(name, batch_words), pieces(quantity), value, key=narrower))
    words = _("Cost is kept per batch") if method.name == "batch" else _("Cost is kept per warehouse")
    return earlier(words, rows)


def shared_group(
    goods: Goods, held: Holding, key: WhyKey, members: Sequence[Place], figures: tuple[str, str] = ("on_hand", "stock_value")
) -> WhyGroup:
    """A pool that lies in several places: its value is shared by quantity. ``figures``: what each place and the whole lead to."""
    values = held.values()
    rows = []
    for place in members:
        if held.quantities[place]:
            code, name = goods.warehouses[place[1]]
            batch = goods.batches.get(place[2], "")
            value = values[place]
            own = key.about(figures[0], warehouse=code, batch=batch if goods.batches else None)
            rows.append(
                WhyRow(
                    said(name, batch), pieces(held.quantities[place]), None if value is None else yuan(value),
                    key=None if own == key.about(key.figure) else own,
                )
            )  # fmt: skip
    method = goods.method
    pool = key.about(
        figures[1], warehouse=key.warehouse if method.per_warehouse else None, batch=key.batch if method.name == "batch" else None
    )
    return earlier(_("The product's value, shared by quantity"), rows, key=pool)


def _layers_group(session: Session, goods: Goods, rows: Sequence[Moved], pool: PoolKey, key: WhyKey) -> WhyGroup:
    """The layers that lie in a pool, oldest first, with the document each came with."""
    states, _results = counted_again(session, goods, until=key.last.isoformat() if key.last is not None else None)
    documents = {row.seq: row for row in rows}
    found = []
    for layer in states[pool].layers or ():
        source = documents.get(layer.key[1])
        unit = average(layer.value, layer.quantity)
        note = _("{day}, {cost} each").format(day=layer.key[0][:10], cost=f"{unit:,.4f}" if unit is not None else "—")
        found.append(
            WhyRow(
                source.number if source else layer.key[0][:10], pieces(layer.quantity), yuan(layer.value),
                source.document_id if source else None, None, note,
            )
        )  # fmt: skip
    return earlier(_("Layers on hand, the oldest leaves first"), capped(found))


# --- stored figures --------------------------------------------------------------------------------------------------


def stored_quantity(session: Session, goods: Goods, key: WhyKey) -> Decimal | None:
    """The cached balance; None of a past day, for which none is kept."""
    if is_past(session, key):
        return None
    held = holding(session, Scope(product_id=goods.id), settings=goods.settings)
    return pieces(sum(held.quantities[place] for place in _places(held, goods, key)))


def _stored_value(session: Session, goods: Goods, key: WhyKey) -> Decimal | None:
    if is_past(session, key):
        return None
    held = holding(session, Scope(product_id=goods.id), settings=goods.settings)
    _quantity, value = of_places(held, goods, key)
    return None if value is None else yuan(value)


def stock_subject(session: Session, goods: Goods, key: WhyKey) -> str:
    batch = _("batch {number}").format(number=key.batch) if key.batch else ""
    past = key.last if is_past(session, key) else None
    return said(of_whom(key, goods.name), batch, warehouse_words(session, key.warehouse), day_words(past))
