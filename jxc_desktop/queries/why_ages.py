"""Derivations of what lies in stock by its arrivals: the value by age, and the layers of goods that leave in order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from jxc_desktop.domain.costing import Layer
from jxc_desktop.domain.errors import NotFound
from jxc_desktop.domain.money import pieces, yuan
from jxc_desktop.domain.why import Derivation, Term, WhyGroup, WhyKey, WhyRow
from jxc_desktop.i18n import _
from jxc_desktop.queries.layers import arrivals_left
from jxc_desktop.queries.scope import Scope
from jxc_desktop.queries.stock import latest_day, share
from jxc_desktop.queries.warnings import stock_ageing
from jxc_desktop.queries.why_parts import QUANTITY_AND_VALUE, STOCK_AGES, capped, headings, said, told
from jxc_desktop.queries.why_pools import Goods, Moved, average, cost_words, counted_again
from jxc_desktop.queries.why_stock import held_of_places, is_here, rows_of, stock_subject

LAST_DAY: dict[str, int] = {"d0_30": 30, "d31_60": 60, "d61_90": 90, "d91_180": 180, "d181": 10**6}
"""The oldest day of each column of stock by age."""


@dataclass(frozen=True, slots=True)
class Lot:
    """What is left of an arrival (None: of goods that never came, so that they have no document). Thousandths."""

    row: Moved | None
    age: str
    left: int


def aged(session: Session, key: WhyKey) -> Derivation:
    """The value of what came in so many days ago: what came last is taken to be there last, and has its share of the value."""
    goods, rows = rows_of(session, key)
    day = key.last or date.fromisoformat(latest_day(session) or date.max.isoformat())
    quantity, value = held_of_places(goods, rows, key)
    lots = _lots(goods, rows, key, quantity, day)
    by_age = {age: sum(lot.left for lot in lots if lot.age == age) for age in LAST_DAY}
    shares = dict(zip(LAST_DAY, share(value or 0, list(by_age.values())), strict=True))
    result = yuan(shares[key.age])
    terms = (
        Term("=", None if value is None else yuan(value), "money", _("value on hand"), key.about("stock_value")),
        Term("×", pieces(by_age[key.age]), "quantity", _("of this age ({unit})").format(unit=goods.unit)),
        Term("÷", pieces(quantity), "quantity", _("on hand ({unit})").format(unit=goods.unit), key.about("on_hand")),
    )
    groups = [
        WhyGroup(
            _(words), pieces(by_age[age]), yuan(shares[age]),
            tuple(_arrivals(lots, age, day)) if age == key.age else (),
            key=None if age == key.age else key.about("aged", age=age),
        )
        for age, words in STOCK_AGES.items()
        if by_age[age] or age == key.age
    ]  # fmt: skip
    groups.append(WhyGroup(_("On hand"), pieces(quantity), None if value is None else yuan(value), result=True))
    scope = Scope(product_id=goods.id, warehouse_id=goods.warehouse_id(key.warehouse))
    kept = stock_ageing(session, day, scope=scope, settings=goods.settings)
    stored = getattr(kept[0], key.age) if kept else None
    subject = said(stock_subject(session, goods, key), _("what came in last is taken to be there last"))
    return told(key, subject, result, terms, groups, headings(*QUANTITY_AND_VALUE), stored=stored)


def _lots(goods: Goods, rows: Sequence[Moved], key: WhyKey, quantity: int, day: date) -> list[Lot]:
    """The arrivals that are left, the newest first. Goods that changed their warehouse came with their purchase, unless a
    single warehouse is asked for."""
    found, left, age = [], max(quantity, 0), "d181"
    for row in reversed(rows):
        if not left:
            break
        if row.quantity <= 0 or not is_here(goods, key, row) or (row.cost == "transfer_in" and key.warehouse is None):
            continue
        days = (day - date.fromisoformat(row.day)).days
        age = next(name for name, last in LAST_DAY.items() if days <= last)
        taken = min(left, row.quantity)
        found.append(Lot(row, age, taken))
        left -= taken
    return [*found, Lot(None, age, left)] if left else found


def _arrivals(lots: Sequence[Lot], age: str, day: date) -> list[WhyRow]:
    rows = []
    for lot in lots:
        if lot.age == age:
            row = lot.row
            if row is None:
                rows.append(WhyRow(_("without an arrival in the book"), pieces(lot.left)))
            else:
                note = _("{days} days ago").format(days=(day - date.fromisoformat(row.day)).days)
                if lot.left < row.quantity:
                    note = said(note, _("of {quantity}").format(quantity=f"{pieces(row.quantity).normalize():f}"))
                rows.append(WhyRow(row.number, pieces(lot.left), None, row.document_id, note=note))
    return list(capped(rows))


# --- layers ----------------------------------------------------------------------------------------------------------


def layer_quantity(session: Session, key: WhyKey) -> Derivation:
    """What is left of an arrival whose goods leave in order: all on hand less what came later, at most what came with it."""
    found = _layer(session, key)
    younger = sum(layer.quantity for layer in found.layers if layer.key > found.layer.key)
    older = sum(layer.quantity for layer in found.layers if layer.key < found.layer.key)
    held, left = sum(layer.quantity for layer in found.layers), found.layer.quantity
    terms = [
        Term("=", pieces(held), "quantity", _("on hand ({unit})").format(unit=found.goods.unit)),
        Term("−", pieces(younger), "quantity", _("in younger layers")),
    ]
    if older:
        terms.append(Term("−", pieces(older), "quantity", _("in older layers")))
    groups = [_came(found), WhyGroup(_("gone since, the oldest first"), pieces(left - found.came), None)]
    groups.append(WhyGroup(_("Left of the layer"), pieces(left), yuan(found.layer.value), result=True))
    groups.append(WhyGroup(_("All layers on hand"), pieces(held), rows=capped(_others(found))))
    subject = said(stock_subject(session, found.goods, key), found.words)
    return told(key, subject, pieces(held - younger - older), terms, groups, headings(*QUANTITY_AND_VALUE))


def layer_cost(session: Session, key: WhyKey) -> Derivation:
    """What one piece of a layer costs: what is left of its value by what is left of its quantity."""
    found = _layer(session, key)
    result = average(found.layer.value, found.layer.quantity) if found.known else None
    terms = (
        Term("=", yuan(found.layer.value), "money", _("value of the layer")),
        Term("÷", pieces(found.layer.quantity), "quantity", _("left of it ({unit})").format(unit=found.goods.unit)),
    )
    groups = (_came(found), WhyGroup(_("Left of the layer"), pieces(found.layer.quantity), yuan(found.layer.value), result=True))
    subject = said(stock_subject(session, found.goods, key), cost_words(found.goods), found.words)
    return told(key, subject, result, terms, groups, headings(*QUANTITY_AND_VALUE), known=result is not None)


@dataclass(frozen=True, slots=True)
class _Found:
    """A layer among those of its pool; ``came``: thousandths that came with it; ``row``: the row it came with."""

    goods: Goods
    layer: Layer
    layers: tuple[Layer, ...]
    row: Moved | None
    came: int
    known: bool
    words: str


def _layer(session: Session, key: WhyKey) -> _Found:
    """Replayed from the facts. Raises :class:`NotFound` when nothing is left of it."""
    goods, rows = rows_of(session, key)
    states, _results = counted_again(session, goods, until=key.last.isoformat() if key.last is not None else None)
    source = next((row for row in rows if row.order == key.layer), None)
    for pool, state in states.items():
        came_in = [
            (row.order, row.quantity)
            for row in rows
            if goods.pool(row) == pool and not (row.cost == "transfer_in" and pool[1] == 0)  # inside a pool nothing came
        ]
        layers = tuple(state.layers or arrivals_left(state, came_in))
        if state.layers is None and state.quantity > 0:  # a batch costed by itself is one layer, of the day it first came
            first = next(row for row in rows if goods.pool(row) == pool)
            layers = (Layer(first.order, state.quantity, state.value),)
        layer = next((one for one in layers if one.key == key.layer and _fits(goods, key, pool)), None)
        if layer is not None:
            came = sum(r.quantity for r in rows if goods.pool(r) == pool and r.quantity > 0) if state.layers is None else 0
            came = came or (source.quantity if source is not None else layer.quantity)
            words = _("came {day}").format(day=layer.key[0][:10])
            return _Found(goods, layer, layers, source, max(came, layer.quantity), state.last is not None, words)
    raise NotFound(what=_("layer"), key=str(key.layer and key.layer[0]))


def _fits(goods: Goods, key: WhyKey, pool: tuple[int, int, int]) -> bool:
    place, batch = goods.warehouse_id(key.warehouse), goods.batch_id(key.batch)
    return pool[1] in (0, place or pool[1]) and pool[2] in (0, batch or pool[2])


def _came(found: _Found) -> WhyGroup:
    row = found.row
    if row is None:
        return WhyGroup(_("Came in"), pieces(found.came))
    source = WhyKey("row_value", found.goods.id, document_id=row.document_id, line=row.line, part=row.part)
    value = None if row.value is None else yuan(row.value)
    arrival = WhyRow(row.number, pieces(row.quantity), value, row.document_id, source, row.moment[5:16].replace("T", " "))
    return WhyGroup(_("Came in"), pieces(found.came), value if row.quantity == found.came else None, (arrival,))


def _others(found: _Found) -> list[WhyRow]:
    rows = []
    for layer in found.layers:
        cost = average(layer.value, layer.quantity)
        note = _("{day}, {cost} each").format(day=layer.key[0][:10], cost=f"{cost:,.4f}" if cost is not None else "—")
        words = _("this layer") if layer.key == found.layer.key else layer.key[0][:10]
        rows.append(WhyRow(words, pieces(layer.quantity), yuan(layer.value), note=note))
    return rows
