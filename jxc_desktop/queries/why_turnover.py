"""Derivations of turnover: average inventory from opening and every day's change, cost of sales against it, days, GMROI."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from jxc_desktop.db.models import Document, Product, StockRow, Warehouse
from jxc_desktop.db.types import raw
from jxc_desktop.domain.money import divide_half_up, yuan
from jxc_desktop.domain.settings import ShopSettings
from jxc_desktop.domain.why import Derivation, Term, WhyGroup, WhyKey, WhyRow
from jxc_desktop.i18n import N_, _
from jxc_desktop.queries.inventory import SHARE, Sums, ratio, shop_sums
from jxc_desktop.queries.periods import ONE, Period
from jxc_desktop.queries.settings import shop_settings
from jxc_desktop.queries.stock import share
from jxc_desktop.queries.turnover import turnover
from jxc_desktop.queries.why_parts import (
    QUANTITY_AND_VALUE,
    Change,
    by_kind,
    capped,
    compared,
    headings,
    kind_words,
    leads,
    title_of,
)
from jxc_desktop.queries.why_scope import Narrowed, narrowed

VALUE = func.coalesce(raw(StockRow.value), 0)
SOLD = case((StockRow.bucket.in_(("sold", "returned")), -VALUE), else_=0)
REVENUE = func.coalesce(raw(StockRow.revenue), 0)


@dataclass(slots=True)
class Told:
    """The sums of a period, counted from the ledger. ``days``: change of value by day; ``parts``: sums by product where a
    warehouse has only a share of each product's value."""

    sums: Sums = field(default_factory=Sums)
    days: dict[str, int] = field(default_factory=dict)
    parts: dict[int, Sums] = field(default_factory=dict)
    names: dict[int, str] = field(default_factory=dict)

    def average(self, days: int, how: str) -> tuple[int, int]:
        """Average inventory in fen as an exact ratio."""
        return (self.sums.value_days, days * SHARE) if how == "daily" else (self.sums.opening + self.sums.closing, 2)


def average_inventory(session: Session, key: WhyKey) -> Derivation:
    """The mean of the end-of-day values: the opening counts for all days, each change for the days from its own to the last."""
    asked, told, settings = _told(session, key)
    days = asked.period.days
    over, under = told.average(days, key.average)
    result = yuan(divide_half_up(over, under)) if under else None
    if key.average == "ends":
        terms: tuple[Term, ...] = (
            Term("=", yuan(told.sums.opening), "money", _("value at the start"), _value_key(key, asked, "opening_value")),
            Term("+", yuan(told.sums.closing), "money", _("value at the end"), _value_key(key, asked, "closing_value")),
            Term("÷", Decimal(2), "integer", _("two ends")),
        )
        groups: tuple[WhyGroup, ...] = (
            WhyGroup(_("Value at the start"), yuan(told.sums.opening), None, key=_value_key(key, asked, "opening_value")),
            WhyGroup(_("Value at the end"), yuan(told.sums.closing), None, key=_value_key(key, asked, "closing_value")),
            WhyGroup(_("Average inventory"), None, result, result=True),
        )
    else:
        terms = (
            Term("=", yuan(divide_half_up(over, SHARE)), "money", _("sum of all days' end values")),
            Term("÷", Decimal(days), "integer", _("days")),
        )
        groups = _by_day(key, asked, told, result)
    found = Derivation(
        key, title_of(key), asked.words, result, leads(result, key, *terms),
        headings(N_("Amount (yuan)"), N_("In the average"), ("money", "money")), groups, _notes(asked, settings),
    )  # fmt: skip
    return compared(found, _stored(session, key, asked, settings), known=result is not None)


def turned(session: Session, key: WhyKey) -> Derivation:
    """Turnover, turnover days or GMROI: two sums of the same period against each other."""
    asked, told, settings = _told(session, key)
    days = asked.period.days
    over, under = told.average(days, key.average)
    there, sums = bool(over and days), told.sums
    average = yuan(divide_half_up(over, under)) if under else None
    cost = Term("=", yuan(sums.cost), "money", _("cost of sales"), key.about("cost_of_sales"))
    held = Term("÷", average, "money", _("average inventory"), key.about("average_inventory"))
    terms: tuple[Term, ...] = (cost, held)
    if key.figure == "turnover":
        result = ratio(sums.cost * under, over) if there else None
    elif key.figure == "turnover_days":
        result = ratio(days * over, under * sums.cost) if there else None
        terms = (
            Term("=", Decimal(days), "integer", _("days")),
            Term("×", average, "money", held.words, held.key),
            Term("÷", cost.value, "money", cost.words, cost.key),
        )
    else:
        result = ratio((sums.revenue - sums.cost) * under, over) if there else None
        terms = (Term("=", yuan(sums.revenue - sums.cost), "money", _("gross profit"), key.about("gross_profit")), held)
    groups = (*_selling_groups(session, key, asked, sums), _average_group(key, asked, told, average))
    found = Derivation(
        key, title_of(key), asked.words, result, leads(result, key, *terms), headings("", QUANTITY_AND_VALUE[1]),
        groups, _notes(asked, settings, result),
    )  # fmt: skip
    return compared(found, _stored(session, key, asked, settings), known=result is not None)


def ends(session: Session, key: WhyKey) -> Derivation:
    """Stock value at the start or the end of a period."""
    asked, told, settings = _told(session, key)
    result = yuan(told.sums.opening if key.figure == "opening_value" else told.sums.closing)
    if key.figure == "opening_value":
        words = _("value at the end of {day}").format(day=(asked.period.first - ONE).isoformat())
        own = _value_key(key, asked, "opening_value")
        inside = None if own == key else own
        terms: tuple[Term, ...] = (Term("=", result, "money", words, inside),)
        rows = () if inside is not None else capped(_opening_rows(session, asked, told))
        groups: tuple[WhyGroup, ...] = (WhyGroup(words, None, result, rows, key=inside),)
    else:
        change = yuan(told.sums.change)
        terms = (
            Term("=", yuan(told.sums.opening), "money", _("value at the start"), key.about("opening_value")),
            Term("+", change, "money", _("change in the period"), key.about("value_change")),
        )
        groups = (
            WhyGroup(_("Value at the start"), None, yuan(told.sums.opening), key=key.about("opening_value")),
            WhyGroup(_("Change in the period"), None, change, key=key.about("value_change")),
            WhyGroup(_("Value at the end"), None, result, result=True),
        )
    found = Derivation(
        key, title_of(key), asked.words, result, leads(result, key, *terms), headings("", QUANTITY_AND_VALUE[1]),
        groups, _notes(asked, settings),
    )  # fmt: skip
    return compared(found, _stored(session, key, asked, settings))


def _opening_rows(session: Session, asked: Narrowed, told: Told) -> list[WhyRow]:
    """What each product was worth at the start, the most first: its rows before it, or its share where a warehouse has one."""
    day = asked.period.first - ONE
    if asked.warehouse is not None and told.parts:
        sums = {id: part.opening for id, part in told.parts.items()}
    else:
        before = select(StockRow.product_id, func.sum(VALUE)).where(
            StockRow.day <= day.isoformat(), StockRow.void == 0, *asked.rows
        )
        sums = {id: int(value) for id, value in session.execute(before.group_by(StockRow.product_id))}
    names = dict(session.execute(select(Product.id, Product.name)).all())
    return [
        WhyRow(names[id], None, yuan(value), key=WhyKey("stock_value", id, warehouse=asked.warehouse, last=day))
        for id, value in sorted(sums.items(), key=lambda one: (-one[1], one[0]))
        if value
    ]


def value_change(session: Session, key: WhyKey) -> Derivation:
    """What the documents of some days changed of the stock value."""
    asked = narrowed(session, key)
    rows = (
        select(Document.id, Document.kind, Document.number, Document.moment, func.sum(raw(StockRow.quantity)), func.sum(VALUE))
        .join(StockRow, StockRow.document_id == Document.id)
        .where(*asked.in_period)
        .group_by(Document.id, Document.kind, Document.number, Document.moment)
    )
    changes = [Change(id, kind, no, at, int(q), int(v)) for id, kind, no, at, q, v in session.execute(rows) if q or v]
    result = yuan(sum(one.value or 0 for one in changes))
    terms = (Term("=", result, "money", _("came in less went out, at cost")),)
    found = Derivation(
        key, title_of(key), asked.words, result, leads(result, key, *terms), headings(*QUANTITY_AND_VALUE),
        tuple(by_kind(changes)),
    )  # fmt: skip
    if not asked.whole or asked.scope.narrows_products:
        return compared(found)
    return compared(found, yuan(shop_sums(session, asked.period, warehouse_id=asked.scope.warehouse_id).change))


# --- sums of the ledger ----------------------------------------------------------------------------------------------


def _told(session: Session, key: WhyKey) -> tuple[Narrowed, Told, ShopSettings]:
    asked, settings = narrowed(session, key), shop_settings(session)
    if asked.warehouse is not None and settings.pool == "product":
        return asked, _shared(session, asked), settings
    return asked, _plain(session, asked), settings


def _plain(session: Session, asked: Narrowed) -> Told:
    """Where values are the rows' own: opening, and what each day changed."""
    first = asked.period.first.isoformat()
    told, sums = Told(), Sums()
    living = (*asked.rows, StockRow.void == 0)
    sums.opening = int(session.execute(select(func.sum(VALUE)).where(StockRow.day < first, *living)).scalar() or 0)
    rows = select(StockRow.day, func.sum(VALUE), func.sum(SOLD), func.sum(REVENUE)).where(*asked.in_period).group_by(StockRow.day)
    for day, change, cost, revenue in session.execute(rows):
        told.days[day] = int(change)
        _add(sums, int(change), int(cost), int(revenue), _left(asked.period, day))
    sums.value_days = (sums.value_days + sums.opening * asked.period.days) * SHARE
    told.sums = sums
    return told


def _add(sums: Sums, change: int, cost: int, revenue: int, left: int) -> None:
    sums.change += change
    sums.value_days += change * left
    sums.cost += cost
    sums.revenue += revenue


def _left(period: Period, day: str) -> int:
    return (period.last - date.fromisoformat(day)).days + 1


def _shared(session: Session, asked: Narrowed) -> Told:
    """A warehouse of a shop whose pools are products: its share of each, by quantity at the ends, by quantity-days between."""
    batched = set(session.scalars(select(Product.id).where(Product.costing == "batch")))
    wanted = session.execute(select(Warehouse.id).where(Warehouse.code == asked.warehouse)).scalar()
    cells = _cells(session, asked, batched)
    pools: dict[tuple[int, int], list[tuple[int, Sums]]] = defaultdict(list)
    for (product, batch, warehouse), sums in cells.items():
        pools[(product, batch)].append((warehouse, sums))
    told = Told()
    for (product, _batch), members in pools.items():
        rows = [sums for _warehouse, sums in members]
        opening = share(sum(s.opening for s in rows), [s.opening_quantity for s in rows])
        closing = share(sum(s.closing for s in rows), [s.opening_quantity + s.quantity for s in rows])
        days = share(sum(s.value_days for s in rows), [s.quantity_days for s in rows])
        for (warehouse, own), at_start, at_end, over_days in zip(members, opening, closing, days, strict=True):
            if warehouse == wanted:
                mine = Sums(opening=at_start, change=at_end - at_start, value_days=over_days, cost=own.cost, revenue=own.revenue)
                told.parts.setdefault(product, Sums()).add(mine)
                told.sums.add(mine)
    told.names = dict(session.execute(select(Product.id, Product.name)).all())
    return told


def _cells(session: Session, asked: Narrowed, batched: set[int]) -> dict[tuple[int, int, int], Sums]:
    """(product, batch or 0, warehouse), of every warehouse: a pool is shared by all."""
    first, last = asked.period.iso
    batch = func.coalesce(StockRow.batch_id, 0).label("batch")
    head = (StockRow.product_id, batch, StockRow.warehouse_id)
    living = (*asked.products, StockRow.void == 0)
    cells: dict[tuple[int, int, int], Sums] = defaultdict(Sums)
    before = select(*head, func.sum(raw(StockRow.quantity)), func.sum(VALUE)).where(StockRow.day < first, *living)
    for product, number, warehouse, quantity, value in session.execute(before.group_by(*head)):
        cell = cells[(product, number if product in batched else 0, warehouse)]
        cell.opening_quantity += int(quantity)
        cell.opening += int(value)
    rows = select(
        *head, StockRow.day, func.sum(raw(StockRow.quantity)), func.sum(VALUE), func.sum(SOLD), func.sum(REVENUE)
    ).where(StockRow.day.between(first, last), *living)
    for product, number, warehouse, day, quantity, value, cost, revenue in session.execute(rows.group_by(*head, StockRow.day)):
        cell, left = cells[(product, number if product in batched else 0, warehouse)], _left(asked.period, day)
        cell.quantity += int(quantity)
        cell.quantity_days += int(quantity) * left
        _add(cell, int(value), int(cost), int(revenue), left)
    for cell in cells.values():
        cell.quantity_days += cell.opening_quantity * asked.period.days
        cell.value_days = (cell.value_days + cell.opening * asked.period.days) * SHARE
    return {place: cell for place, cell in cells.items() if not cell.empty}


# --- what is shown ---------------------------------------------------------------------------------------------------


def _by_day(key: WhyKey, asked: Narrowed, told: Told, result: Decimal | None) -> tuple[WhyGroup, ...]:
    """The opening, then what each day changed with how much of it is in the average."""
    days, sums = asked.period.days, told.sums
    closing = WhyGroup(_("Average inventory"), None, result, result=True)
    if told.parts or (asked.warehouse is not None and not told.days):
        return (_by_product(key, told, days), closing)
    if not days:
        return (closing,)
    opening = WhyGroup(
        _("Value at the start, counts {days} days").format(days=days), yuan(sums.opening), yuan(sums.opening),
        key=_value_key(key, asked, "opening_value"),
    )  # fmt: skip
    rows = []
    for day in sorted(told.days, reverse=True):
        change, left = told.days[day], _left(asked.period, day)
        if change:
            at = date.fromisoformat(day)
            words = _("{day}, counts {days} days").format(day=day[5:], days=left)
            part = yuan(divide_half_up(change * left, days))
            rows.append(WhyRow(words, yuan(change), part, key=key.about("value_change", first=at, last=at)))
    in_average = yuan(divide_half_up(sums.value_days // SHARE - sums.opening * days, days))
    words = _("Changes of the period, {count} days").format(count=len(rows))
    return opening, WhyGroup(words, yuan(sums.change), in_average, capped(rows)), closing


def _by_product(key: WhyKey, told: Told, days: int) -> WhyGroup:
    """What each product has in the average of a warehouse, the most first."""
    ordered = sorted(told.parts.items(), key=lambda one: -one[1].value_days)
    rows = [
        WhyRow(
            told.names.get(id, ""), yuan(sums.closing), yuan(divide_half_up(sums.value_days, days * SHARE)),
            key=key.about("average_inventory", product_id=id),
        )
        for id, sums in ordered
        if sums.value_days
    ]  # fmt: skip
    whole = yuan(divide_half_up(told.sums.value_days, days * SHARE)) if days else None
    words = _("Products, each shared by quantity and days, {count}").format(count=len(rows))
    return WhyGroup(words, yuan(told.sums.closing), whole, capped(rows))


def _selling_groups(session: Session, key: WhyKey, asked: Narrowed, sums: Sums) -> list[WhyGroup]:
    """The cost of sales by kind of document, or revenue and cost of a gross profit."""
    if key.figure == "gmroi":
        return [
            WhyGroup(_("Revenue"), None, yuan(sums.revenue), key=key.about("revenue")),
            WhyGroup(_("less cost of sales"), None, yuan(-sums.cost), key=key.about("cost_of_sales")),
        ]
    rows = (
        select(Document.kind, func.count(StockRow.document_id.distinct()), func.sum(SOLD))
        .join(Document, Document.id == StockRow.document_id)
        .where(*asked.in_period, StockRow.bucket.in_(("sold", "returned")))
        .group_by(Document.kind)
        .order_by(func.sum(SOLD).desc())
    )
    kinds = [
        WhyRow(kind_words(kind, int(count), int(cost)), None, yuan(int(cost))) for kind, count, cost in session.execute(rows)
    ]
    return [WhyGroup(_("Cost of sales"), None, yuan(sums.cost), tuple(kinds), key=key.about("cost_of_sales"))]


def _average_group(key: WhyKey, asked: Narrowed, told: Told, average: Decimal | None) -> WhyGroup:
    rows = (
        WhyRow(_("value at the start"), None, yuan(told.sums.opening), key=_value_key(key, asked, "opening_value")),
        WhyRow(_("value at the end"), None, yuan(told.sums.closing), key=_value_key(key, asked, "closing_value")),
    )
    words = _("Average inventory, {days} days").format(days=asked.period.days)
    return WhyGroup(words, None, average, rows, key=key.about("average_inventory"))


def _value_key(key: WhyKey, asked: Narrowed, figure: str) -> WhyKey:
    """The stock value on one day, where that can be told of what is asked; else the sum of the period's start or end."""
    if any(what not in ("shop", "product", "warehouse", "month") for what, _name in key.groups) or key.product_id is not None:
        return key.about(figure)
    product = next((name for what, name in key.groups if what == "product"), key.product)
    day = asked.period.first - ONE if figure == "opening_value" else asked.period.last
    return WhyKey(
        "stock_value", warehouse=asked.warehouse, category=key.category, product=product,
        partner=key.partner if key.side == "supplier" else None, last=day,
    )  # fmt: skip


def _notes(asked: Narrowed, settings: ShopSettings, result: Decimal | None = Decimal(1)) -> tuple[str, ...]:
    notes = []
    if asked.warehouse is not None and settings.pool == "product":
        notes.append(_("Cost is kept per product: a warehouse has its share of each product's value, by quantity and days."))
    if result is None:
        notes.append(_("Nothing was sold or nothing was there: this figure does not apply."))
    return tuple(notes)


def _stored(session: Session, key: WhyKey, asked: Narrowed, settings: ShopSettings) -> Decimal | None:
    """The same from the cached days and months; None for a row of a report, whose own figure is compared instead."""
    if not asked.whole:
        return None
    total = turnover(session, asked.period, average=key.average, scope=asked.scope, settings=settings).total
    found: Decimal | None = getattr(total, key.figure)
    return found
