"""What the owner should look at: running low, expiring, not selling, lying long, out of stock, lost."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_CEILING, Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from jxc_desktop.db.models import Document, DocumentLine, Product, StockRow
from jxc_desktop.db.types import raw
from jxc_desktop.domain.money import milli, pieces, yuan
from jxc_desktop.domain.settings import ShopSettings
from jxc_desktop.queries.inventory import ratio
from jxc_desktop.queries.periods import Period
from jxc_desktop.queries.scope import ALL, Scope
from jxc_desktop.queries.stock import StockLine, share, stock_on_hand

DEMAND_DAYS = 30
FEW = 50
MEANT_TO_BE_THERE_DAYS = 90
ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class LowLine:
    """A product below its minimum. ``days_left``: available / mean daily sales of the last 30 days, None without sales."""

    product_id: int
    product: str
    name: str
    warehouse: str | None
    unit: str
    quantity: Decimal
    available: Decimal
    on_order: Decimal
    minimum: Decimal
    days_left: Decimal | None
    suggested: Decimal


@dataclass(frozen=True, slots=True)
class SlowLine:
    """A product on hand that has not been sold for long; never sold: counted from the day it first came in."""

    product_id: int
    product: str
    name: str
    quantity: Decimal
    value: Decimal | None
    last_sale: str | None
    days_without_sale: int


@dataclass(frozen=True, slots=True)
class AgeLine:
    """Value of what is on hand by the age of the goods: what came in last is taken to be there last."""

    product_id: int
    product: str
    name: str
    quantity: Decimal
    value: Decimal | None
    d0_30: Decimal
    d31_60: Decimal
    d61_90: Decimal
    d91_180: Decimal
    d181: Decimal


@dataclass(frozen=True, slots=True)
class ExpiringLine:
    """A batch on hand near its expiry; ``days_left`` below 0 once expired."""

    product_id: int
    product: str
    name: str
    warehouse: str | None
    batch: str | None
    expiry: str
    days_left: int
    quantity: Decimal
    value: Decimal | None


@dataclass(frozen=True, slots=True)
class OutLine:
    """On how many days a product that is meant to be there was not, at the end of the day."""

    product_id: int
    product: str
    name: str
    days_out: int
    days: int
    rate: Decimal | None


@dataclass(frozen=True, slots=True)
class ShrinkageLine:
    """A loss (-) or surplus (+) outside sales: write-offs, overages, differences of a count."""

    document_id: int
    kind: str
    number: str
    date: str
    product: str
    name: str
    quantity: Decimal
    value: Decimal | None
    reason: str
    product_id: int
    line: int
    part: int


def low_stock(session: Session, as_of: date, *, scope: Scope = ALL, settings: ShopSettings | None = None) -> list[LowLine]:
    """Active products whose available stock lies below their minimum, the most urgent first.

    Suggested: up to the maximum (or twice the minimum) from what is there and on order, in whole packs.
    """
    lines = {line.product_id: line for line in stock_on_hand(session, scope, as_of=as_of, settings=settings)}
    wanted = select(
        Product.id, Product.code, Product.name, Product.unit, Product.minimum, Product.maximum, Product.pack_size
    ).where(Product.active == 1, Product.kit == 0, Product.minimum.is_not(None), *scope.products())
    low = [row for row in session.execute(wanted) if (lines[row.id].available if row.id in lines else ZERO) < row.minimum]
    demand = daily_sales(session, as_of, [row.id for row in low], scope=scope)
    found = [_low(row, lines.get(row.id), demand.get(row.id, 0)) for row in low]
    return sorted(found, key=lambda one: (one.days_left is None, one.days_left or ZERO, one.product))


def _low(of: Any, line: StockLine | None, sold: int) -> LowLine:
    """``sold``: thousandths in the last :data:`DEMAND_DAYS` days."""
    quantity, available = (line.quantity, line.available) if line else (ZERO, ZERO)
    on_order, reserved = ((line.on_order or ZERO), (line.reserved or ZERO)) if line else (ZERO, ZERO)
    target = of.maximum if of.maximum is not None else of.minimum * 2
    suggested = whole_packs(target - (quantity + on_order - reserved), of.pack_size)
    left = ratio(milli(available) * DEMAND_DAYS, sold) if sold > 0 else None
    return LowLine(
        of.id,
        of.code,
        of.name,
        line.warehouse if line else None,
        of.unit,
        quantity,
        available,
        on_order,
        of.minimum,
        left,
        suggested,
    )


def whole_packs(quantity: Decimal, pack: Decimal | None) -> Decimal:
    """``quantity`` rounded up to whole packs; nothing below zero."""
    if quantity <= 0:
        return ZERO
    return (quantity / pack).to_integral_value(ROUND_CEILING) * pack if pack else quantity


def daily_sales(
    session: Session, as_of: date, products: Sequence[int], *, days: int = DEMAND_DAYS, scope: Scope = ALL
) -> dict[int, int]:
    """Thousandths sold less returned in the ``days`` up to ``as_of``, per product (to be divided by ``days``).

    A few products are found one by one, many in one pass over the days (which may name others, too).
    """
    first = (as_of - timedelta(days=days - 1)).isoformat()
    sums = select(StockRow.product_id, func.sum(raw(StockRow.quantity))).where(
        StockRow.day.between(first, as_of.isoformat()), StockRow.bucket.in_(("sold", "returned")), StockRow.void == 0
    )
    if scope.warehouse_id is not None:
        sums = sums.where(StockRow.warehouse_id == scope.warehouse_id)
    if len(products) <= FEW:
        sums = sums.where(StockRow.product_id.in_(products))
    return {product: -int(quantity) for product, quantity in session.execute(sums.group_by(StockRow.product_id))}


def slow_movers(
    session: Session, as_of: date, days: int, *, scope: Scope = ALL, settings: ShopSettings | None = None
) -> list[SlowLine]:
    """Products on hand that nobody bought for at least ``days`` days, the longest first."""
    recent = (as_of - timedelta(days=days - 1)).isoformat()
    until = as_of.isoformat()
    busy = set(
        session.scalars(
            select(StockRow.product_id)
            .where(StockRow.day.between(recent, until), StockRow.bucket == "sold", StockRow.void == 0)
            .distinct()
        )
    )
    lines = [
        s for s in stock_on_hand(session, scope, as_of=as_of, settings=settings) if s.quantity > 0 and s.product_id not in busy
    ]
    ids = [line.product_id for line in lines]
    last = _day_of(session, ids, func.max(StockRow.day), until, sold=True)
    first = _day_of(session, ids, func.min(StockRow.day), until, sold=False)
    found = []
    for line in lines:
        since = last.get(line.product_id) or first[line.product_id]
        idle = (as_of - date.fromisoformat(since)).days
        if idle >= days:
            found.append(
                SlowLine(line.product_id, line.product, line.name, line.quantity, line.value, last.get(line.product_id), idle)
            )
    return sorted(found, key=lambda slow: (-slow.days_without_sale, slow.product))


def _day_of(session: Session, products: list[int], which: Any, until: str, *, sold: bool) -> dict[int, str]:
    found: dict[int, str] = {}
    for chunk in (products[i : i + 500] for i in range(0, len(products), 500)):
        days = select(StockRow.product_id, which).where(StockRow.product_id.in_(chunk), StockRow.void == 0, StockRow.day <= until)
        if sold:
            days = days.where(StockRow.bucket == "sold")
        found |= {row[0]: row[1] for row in session.execute(days.group_by(StockRow.product_id))}
    return found


def stock_ageing(session: Session, as_of: date, *, scope: Scope = ALL, settings: ShopSettings | None = None) -> list[AgeLine]:
    """Value on hand by age, in order of product code. Each part of the value goes with what its goods came in for."""
    lines = [s for s in stock_on_hand(session, scope, as_of=as_of, settings=settings) if s.quantity > 0]
    ids = [line.product_id for line in lines]
    came: dict[int, list[tuple[str, int]]] = defaultdict(list)
    for chunk in (ids[i : i + 500] for i in range(0, len(ids), 500)):
        rows = select(StockRow.product_id, StockRow.day, raw(StockRow.quantity)).where(
            StockRow.product_id.in_(chunk), StockRow.void == 0, raw(StockRow.quantity) > 0, StockRow.day <= as_of.isoformat()
        )
        rows = (
            rows.where(StockRow.cost != "transfer_in")
            if scope.warehouse_id is None
            else rows.where(StockRow.warehouse_id == scope.warehouse_id)
        )
        for product, day, quantity in session.execute(rows.order_by(StockRow.moment.desc(), StockRow.seq.desc())):
            came[product].append((day, quantity))
    return [_aged(line, came[line.product_id], as_of) for line in lines]


def _aged(line: StockLine, came: list[tuple[str, int]], as_of: date) -> AgeLine:
    buckets = [0] * 5
    left, last = milli(line.quantity), 4
    for day, quantity in came:
        if not left:
            break
        last = _age_bucket((as_of - date.fromisoformat(day)).days)
        taken = min(left, quantity)
        buckets[last] += taken
        left -= taken
    buckets[last] += left
    values = share(int((line.value or ZERO) * 100), buckets)
    return AgeLine(line.product_id, line.product, line.name, line.quantity, line.value, *(yuan(v) for v in values))


def _age_bucket(days: int) -> int:
    return 0 if days <= 30 else 1 if days <= 60 else 2 if days <= 90 else 3 if days <= 180 else 4


def expiring(
    session: Session, as_of: date, days: int, *, scope: Scope = ALL, settings: ShopSettings | None = None
) -> list[ExpiringLine]:
    """Batches on hand that expire within ``days`` days of ``as_of`` or have expired, the first to go first."""
    last = (as_of + min(timedelta(days=days), date.max - as_of)).isoformat()
    lines = stock_on_hand(session, scope, by="batch", as_of=as_of, settings=settings)
    found = [
        ExpiringLine(
            s.product_id,
            s.product,
            s.name,
            s.warehouse,
            s.batch,
            s.expiry,
            (date.fromisoformat(s.expiry) - as_of).days,
            s.quantity,
            s.value,
        )
        for s in lines
        if s.expiry is not None and s.expiry <= last and s.quantity > 0
    ]
    return sorted(found, key=lambda line: (line.expiry, line.product, line.batch or ""))


def stock_outs(session: Session, period: Period, *, scope: Scope = ALL) -> list[OutLine]:
    """Days without stock of active products that have a minimum or were sold in the period or the 90 days before it."""
    sold_from = (period.first - timedelta(days=MEANT_TO_BE_THERE_DAYS)).isoformat()
    first, last = period.iso
    sold = select(StockRow.product_id).where(StockRow.day.between(sold_from, last), StockRow.bucket == "sold", StockRow.void == 0)
    meant = select(Product.id, Product.code, Product.name).where(
        Product.active == 1, Product.kit == 0, Product.minimum.is_not(None) | Product.id.in_(sold), *scope.products()
    )  # fmt: skip
    where = [*scope.of_product(StockRow.product_id)]
    if scope.warehouse_id is not None:
        where.append(StockRow.warehouse_id == scope.warehouse_id)
    quantity = func.sum(raw(StockRow.quantity))
    before = select(StockRow.product_id, quantity).where(StockRow.day < first, *where).group_by(StockRow.product_id)
    opening = {product: int(sum) for product, sum in session.execute(before)}
    days = select(StockRow.product_id, StockRow.day, quantity).where(StockRow.day.between(first, last), *where)
    changes: dict[int, dict[str, int]] = defaultdict(dict)
    for product, day, change in session.execute(days.group_by(StockRow.product_id, StockRow.day)):
        changes[product][day] = int(change)
    found = []
    for id, code, name in session.execute(meant.order_by(Product.code)):
        out = _days_out(opening.get(id, 0), changes[id], period)
        found.append(OutLine(id, code, name, out, period.days, ratio(out, period.days)))
    return found


def _days_out(quantity: int, changes: dict[str, int], period: Period) -> int:
    """End-of-day balances at or below zero, from one pass over the days with changes."""
    out, since = 0, period.first
    for day in sorted(changes):
        at = date.fromisoformat(day)
        out += (at - since).days if quantity <= 0 else 0
        quantity += changes[day]
        since = at
    return out + ((period.last - since).days + 1 if quantity <= 0 and period.days else 0)


def shrinkage(session: Session, period: Period, *, scope: Scope = ALL) -> list[ShrinkageLine]:
    """Every living row of shrinkage in the order of the ledger; counts that found no difference are left out."""
    rows = (
        select(
            StockRow.document_id, Document.kind, Document.number, StockRow.moment, Product.code, Product.name,
            raw(StockRow.quantity), raw(StockRow.value),
            DocumentLine.reason, Document.reason, StockRow.product_id, StockRow.line, StockRow.part,
        )
        .join(Document, Document.id == StockRow.document_id)
        .join(Product, Product.id == StockRow.product_id)
        .join(DocumentLine, (DocumentLine.document_id == StockRow.document_id) & (DocumentLine.line == StockRow.line))
        .where(StockRow.day.between(*period.iso), StockRow.bucket == "shrinkage", StockRow.void == 0,
        *scope.of_product(StockRow.product_id))
        .order_by(StockRow.moment, StockRow.seq, StockRow.line, StockRow.part)
    )  # fmt: skip
    if scope.warehouse_id is not None:
        rows = rows.where(StockRow.warehouse_id == scope.warehouse_id)
    return [
        ShrinkageLine(
            document_id,
            kind,
            number,
            moment,
            code,
            name,
            pieces(quantity),
            None if value is None else yuan(value),
            reason or of_document,
            *place,
        )
        for document_id, kind, number, moment, code, name, quantity, value, reason, of_document, *place in session.execute(rows)
        if quantity or value
    ]
