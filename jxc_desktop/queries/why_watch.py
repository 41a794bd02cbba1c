"""Derivations of what an owner watches: how long stock lasts, what to order, idle goods, days without any, kits to be sold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from jxc_desktop.db.models import Product, Warehouse
from jxc_desktop.domain.money import milli, pieces
from jxc_desktop.domain.why import Derivation, Term, WhyGroup, WhyKey, WhyRow
from jxc_desktop.i18n import N_, _
from jxc_desktop.queries.inventory import ratio
from jxc_desktop.queries.periods import ONE, Period
from jxc_desktop.queries.recipes import could_be_made, recipe_of
from jxc_desktop.queries.scope import find_scope
from jxc_desktop.queries.stock import latest_day
from jxc_desktop.queries.warnings import DEMAND_DAYS, OutLine, stock_outs, whole_packs
from jxc_desktop.queries.why_orders import available, promised
from jxc_desktop.queries.why_parts import capped, headings, period_words, product_name, said, told
from jxc_desktop.queries.why_pools import Moved, goods_of, moved
from jxc_desktop.queries.why_sales import selling
from jxc_desktop.queries.why_scope import narrowed
from jxc_desktop.queries.why_stock import is_here, on_hand, rows_of, stock_subject

ZERO = Decimal(0)
Spells = list[tuple[date, date, int]]
"""From, to (both count) and the thousandths on hand at the end of these days."""


def _asked_day(session: Session, key: WhyKey) -> date:
    return key.last or date.fromisoformat(latest_day(session) or date.max.isoformat())


def _sold(session: Session, key: WhyKey) -> Derivation:
    """What was sold less returned in the last :data:`DEMAND_DAYS` days."""
    day = _asked_day(session, key)
    return selling(session, key.about("sold_quantity", first=day - timedelta(days=DEMAND_DAYS - 1), last=day))


def days_left(session: Session, key: WhyKey) -> Derivation:
    """How many days the stock lasts at the pace of the last 30 days: what is free, or all on hand."""
    goods, _rows = rows_of(session, key)
    free = key.figure == "days_left"
    there = _kit_or(session, key, key.about("available" if free else "on_hand"))
    sold = _sold(session, key)
    stock, pace = there.result or ZERO, sold.result or ZERO
    lasts = pace > 0 and (free or stock > 0)
    result = ratio(milli(stock) * DEMAND_DAYS, milli(pace)) if lasts else None
    words = _("available") if free else _("on hand")
    terms = (
        Term("=", stock, "quantity", words, there.key),
        Term("×", Decimal(DEMAND_DAYS), "integer", _("days")),
        Term("÷", pace, "quantity", _("sold in {days} days").format(days=DEMAND_DAYS), sold.key),
    )
    groups = (
        WhyGroup(there.title, stock, key=there.key),
        WhyGroup(sold.title, pace, rows=sold.groups[0].rows if sold.groups else (), key=sold.key),
    )
    notes = () if lasts else (_("Nothing was sold in these days: this figure does not apply."),)
    return told(key, stock_subject(session, goods, key), result, terms, groups, headings(N_("Quantity")), notes=notes,
                known=result is not None)  # fmt: skip


def _kit_or(session: Session, key: WhyKey, plain: WhyKey) -> Derivation:
    """What is there of a product: of a kit, how many could be sold from its parts."""
    recipe = recipe_of(session, key.product_id) if key.product_id is not None else None
    if recipe is not None and recipe.kit:
        return could_sell(session, key.about("could_sell"))
    return (on_hand if plain.figure == "on_hand" else available)(session, plain)


def daily_sales(session: Session, key: WhyKey) -> Derivation:
    """What is sold in a day, the mean of the last 30."""
    goods, _rows = rows_of(session, key)
    sold = _sold(session, key)
    pace = sold.result or ZERO
    result = ratio(milli(pace), DEMAND_DAYS * 1000)
    terms = (
        Term("=", pace, "quantity", _("sold in {days} days").format(days=DEMAND_DAYS), sold.key),
        Term("÷", Decimal(DEMAND_DAYS), "integer", _("days")),
    )
    return told(key, stock_subject(session, goods, key), result, terms, sold.groups, sold.headings)


def suggested(session: Session, key: WhyKey) -> Derivation:
    """How much to order: up to the maximum (or twice the minimum) from what is there and on order, in whole packs."""
    goods, _rows = rows_of(session, key)
    of = session.execute(select(Product.minimum, Product.maximum, Product.pack_size).where(Product.id == key.product_id)).one()
    there = on_hand(session, key.about("on_hand"))
    coming, reserved = (promised(session, key.about(figure)) for figure in ("on_order", "reserved"))
    target = of.maximum if of.maximum is not None else (of.minimum or ZERO) * 2
    parts = [(_("on hand"), there, -1), (_("on order"), coming, -1), (_("reserved"), reserved, 1)]
    lacking = target + sum((sign * (found.result or ZERO) for _words, found, sign in parts), ZERO)
    result = whole_packs(lacking, of.pack_size)
    words = _("maximum stock") if of.maximum is not None else _("twice the minimum")
    terms = [Term("=", target, "quantity", words)]
    terms += [Term("−" if sign < 0 else "+", found.result, "quantity", said, found.key) for said, found, sign in parts]
    groups = [WhyGroup(words, target)]
    groups += [WhyGroup(found.title, sign * (found.result or ZERO), key=found.key) for _words, found, sign in parts]
    groups.append(WhyGroup(_("Lacking"), lacking, result=True))
    notes = []
    if of.pack_size and lacking > 0:
        packs = f"{of.pack_size.normalize():f} {goods.unit}"
        notes.append(_("Rounded up to whole packs of {pack}.").format(pack=packs))
        groups.append(WhyGroup(_("In whole packs"), result, result=True))
    if lacking <= 0:
        notes.append(_("Nothing is lacking, so nothing is suggested."))
    subject = stock_subject(session, goods, key)
    return told(key, subject, result, terms, groups, headings(N_("Quantity")), notes=tuple(notes))


def idle_days(session: Session, key: WhyKey) -> Derivation:
    """Days since the last sale; of goods that were never sold, since they first came in."""
    goods, rows = rows_of(session, key)
    day = _asked_day(session, key)
    sales = [row for row in rows if row.kind in _SOLD]
    last = sales[-1] if sales else rows[0] if rows else None
    since = date.fromisoformat(last.day) if last is not None else day
    words = _("Last sale") if sales else _("Never sold; came in first")
    found = () if last is None else (WhyRow(last.number, None, None, last.document_id, note=last.moment[:16].replace("T", " ")),)
    groups = (WhyGroup(words, rows=found),)
    result = Decimal((day - since).days)
    return told(
        key, said(stock_subject(session, goods, key), _("{first} to {last}").format(first=since, last=day)), result,
        (Term("=", result, "days", _("days since {day}").format(day=since)),), groups, headings(N_("Quantity")),
    )  # fmt: skip


_SOLD = ("sale", "retail_sale")


# --- days without stock ----------------------------------------------------------------------------------------------


def out_of_stock(session: Session, key: WhyKey) -> Derivation:
    """Days that ended with nothing on hand, the days that were looked at, or the one by the other: of a product, or of all
    that are meant to be there."""
    asked = narrowed(session, key)
    scope = replace(asked.scope, product_id=key.product_id) if key.product_id is not None else asked.scope
    lines = stock_outs(session, asked.period, scope=scope)
    if key.product_id is not None:
        return _out_of_one(session, key, asked.period, asked.words, lines)
    rows = [
        WhyRow(
            line.name, Decimal(line.days_out), Decimal(line.days),
            key=key.about("days_out", product_id=line.product_id, first=asked.period.first, last=asked.period.last),
        )
        for line in sorted(lines, key=lambda line: (-line.days_out, line.product))
    ]  # fmt: skip
    out, days = sum(line.days_out for line in lines), sum(line.days for line in lines)
    words = _("Products that are meant to be there, {count}").format(count=len(lines))
    group = WhyGroup(words, Decimal(out), Decimal(days), capped(rows))
    return _out(key, asked.words, out, days, (group,), None)


def _out_of_one(session: Session, key: WhyKey, period: Period, words: str, lines: Sequence[OutLine]) -> Derivation:
    goods = goods_of(session, key.product_id or 0)
    rows = [row for row in moved(session, goods.id) if is_here(goods, key, row)]
    spells = [spell for spell in _spells(rows, period) if spell[2] <= 0]
    out = sum((last - first).days + 1 for first, last, _quantity in spells)
    told_rows = []
    for first, last, quantity in reversed(spells):
        ended = next((row for row in reversed(rows) if row.day <= first.isoformat()), None)
        left = _("left {quantity}").format(quantity=f"{pieces(quantity).normalize():f}")
        note = said(left, ended.number) if ended is not None else left
        document = ended.document_id if ended is not None else None
        told_rows.append(WhyRow(period_words(first, last), Decimal((last - first).days + 1), None, document, note=note))
    group = WhyGroup(_("Without stock at the end of the day, {count} times").format(count=len(spells)), Decimal(out), None,
                     capped(told_rows))  # fmt: skip
    kept = lines[0] if lines else None
    return _out(key, words, out, period.days, (group,), kept)


def _out(key: WhyKey, words: str, out: int, days: int, groups: Sequence[WhyGroup], kept: OutLine | None) -> Derivation:
    over, under = Decimal(out), Decimal(days)
    result = {"days_out": over, "days_watched": under}.get(key.figure, ratio(out, days))
    terms = [Term("=", over, "integer", _("days out of stock")), Term("÷", under, "integer", _("days looked at"))]
    if key.figure != "out_rate":
        terms = [replace(terms[0 if key.figure == "days_out" else 1], operator="=")]
    stored = None
    if kept is not None:
        figures = {"days_out": Decimal(kept.days_out), "days_watched": Decimal(kept.days), "out_rate": kept.rate}
        stored = figures[key.figure]
    columns = headings(N_("Days out"), "" if kept is not None else N_("Days"), ("integer", "integer"))
    return told(key, words, result, terms, groups, columns, stored=stored)


def _spells(rows: Sequence[Moved], period: Period) -> Spells:
    """What was on hand at the end of each day of a period, as runs of days with the same quantity."""
    quantity = sum(row.quantity for row in rows if row.day < period.first.isoformat())
    by_day: dict[str, int] = {}
    for row in rows:
        if period.first.isoformat() <= row.day <= period.last.isoformat():
            by_day[row.day] = by_day.get(row.day, 0) + row.quantity
    found: Spells = []
    since = period.first
    for day in sorted(by_day):
        at = date.fromisoformat(day)
        if at > since:
            found.append((since, at - ONE, quantity))
        quantity, since = quantity + by_day[day], at
    if since <= period.last:
        found.append((since, period.last, quantity))
    return found


# --- kits ------------------------------------------------------------------------------------------------------------


def could_sell(session: Session, key: WhyKey) -> Derivation:
    """How many of a kit could be sold: of each part, what is on hand by what one kit needs; the scarcest decides."""
    assert key.product_id is not None
    recipe = recipe_of(session, key.product_id)
    name, place = product_name(session, key.product_id), _warehouse(session, key)
    between = set(session.scalars(select(Warehouse.code).where(Warehouse.transit == 1)))
    rows, counts = [], []
    for part in recipe.parts if recipe is not None else ():
        own = key.about("on_hand", product_id=part.part_id)
        goods = goods_of(session, part.part_id)
        there = sum(
            row.quantity for row in moved(session, part.part_id)
            if is_here(goods, own, row) and goods.warehouses[row.warehouse_id][0] not in between
        )  # fmt: skip
        could = max(there, 0) * milli(recipe.makes if recipe is not None else Decimal(1)) // (milli(part.quantity) * 1000)
        counts.append((could, part.name, pieces(there), part.quantity))
        note = _("on hand {there}, {each} in one").format(there=_plain(pieces(there)), each=_plain(part.quantity))
        rows.append(WhyRow(part.name, Decimal(could), None, key=own, note=note))
    least = min(counts, default=(0, "", ZERO, ZERO))
    result = Decimal(least[0])
    terms = (
        Term("=", least[2], "quantity", _("on hand of {part}").format(part=least[1])),
        Term("÷", least[3], "quantity", _("in one kit, whole ones")),
    )
    kept = could_be_made(session, [key.product_id], place).get(key.product_id)
    groups = (WhyGroup(_("Parts, each enough for"), rows=tuple(sorted(rows, key=lambda row: row.quantity or ZERO))),)
    title = _("{figure} of {name}").format(figure=_("How many could be sold"), name=name)
    return told(
        key, title, result, terms, groups, headings(N_("Enough for")), stored=None if kept is None else Decimal(kept),
    )  # fmt: skip


def _warehouse(session: Session, key: WhyKey) -> int | None:
    return find_scope(session, warehouse=key.warehouse).warehouse_id


def _plain(quantity: Any) -> str:
    return f"{quantity.normalize():f}"
