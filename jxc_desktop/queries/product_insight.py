"""One product at a glance: how it sells, how long it lasts, how fast it turns, what happened last."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from jxc_desktop.db.models import Product, StockRow
from jxc_desktop.db.types import raw
from jxc_desktop.domain.money import milli, pieces, yuan
from jxc_desktop.domain.settings import ShopSettings
from jxc_desktop.queries.inventory import Sums, product_sums, ratio
from jxc_desktop.queries.periods import Period, monday
from jxc_desktop.queries.recipes import could_be_made, kit_sales
from jxc_desktop.queries.scope import Scope
from jxc_desktop.queries.settings import shop_settings
from jxc_desktop.queries.stock import StockLine, stock_on_hand
from jxc_desktop.queries.stock_ledger import LedgerLine, last_movements
from jxc_desktop.queries.turnover import figures
from jxc_desktop.queries.warnings import DEMAND_DAYS, daily_sales

WEEKS = 12


@dataclass(frozen=True, slots=True)
class Week:
    """Sales less returns of a week; ``first`` is its Monday."""

    first: date
    quantity: Decimal
    revenue: Decimal


@dataclass(frozen=True, slots=True)
class ProductInsight:
    """What the product page shows. ``daily``, ``days_left`` (None without sales) and turnover are of the last 30 days."""

    stock: StockLine | None
    places: tuple[StockLine, ...]
    batches: tuple[StockLine, ...]
    weeks: tuple[Week, ...]
    daily: Decimal
    days_left: Decimal | None
    turnover: Decimal | None
    turnover_days: Decimal | None
    last_sale: str | None
    last_receipt: str | None
    movements: tuple[LedgerLine, ...]
    movement_count: int


def product_insight(
    session: Session, product_id: int, today: date, *, movements: int = 20, settings: ShopSettings | None = None
) -> ProductInsight:
    """The product with this id, up to and including ``today``."""
    settings = settings or shop_settings(session)
    scope = Scope(product_id=product_id)
    stock = next(iter(stock_on_hand(session, scope, settings=settings)), None)
    places = stock_on_hand(session, scope, by="warehouse", settings=settings)
    batches = [line for line in stock_on_hand(session, scope, by="batch", settings=settings) if line.batch and line.quantity]
    kit = bool(session.execute(select(Product.kit).where(Product.id == product_id)).scalar())
    since = today - timedelta(days=DEMAND_DAYS - 1)
    sold = daily_sales(session, today, [product_id]).get(product_id, 0)
    if kit:
        sold = sum(q for q, _r in kit_sales(session, [product_id], since.isoformat(), today.isoformat()).values())
    period = Period(since, today)
    sums = product_sums(session, period, scope, settings, per_warehouse=False).get((product_id, 0), Sums())
    turned = figures(sums, period.days)
    available = milli(stock.available) if stock else 0
    if kit:
        available = could_be_made(session, [product_id]).get(product_id, 0) * 1000
    living = (StockRow.product_id == product_id, StockRow.void == 0)
    days = {
        bucket: session.execute(select(func.max(StockRow.day)).where(*living, StockRow.bucket == bucket)).scalar()
        for bucket in ("sold", "bought")
    }
    count = session.execute(select(func.count()).select_from(StockRow).where(StockRow.product_id == product_id)).scalar_one()
    return ProductInsight(
        stock, tuple(places), tuple(batches), weekly_sales(session, product_id, today), ratio(sold,
        DEMAND_DAYS * 1000) or Decimal(0),
        ratio(available * DEMAND_DAYS, sold) if sold > 0 else None, turned.turnover, turned.turnover_days, days["sold"],
        days["bought"],
        tuple(last_movements(session, product_id, limit=movements)), int(count),
    )  # fmt: skip


def weekly_sales(session: Session, product_id: int, today: date, weeks: int = WEEKS) -> tuple[Week, ...]:
    """Sales less returns of the last ``weeks`` weeks, the present one last; weeks without sales are 0."""
    first = monday(today) - timedelta(weeks=weeks - 1)
    kit = bool(session.execute(select(Product.kit).where(Product.id == product_id)).scalar())
    if kit:
        found = kit_sales(session, [product_id], first.isoformat(), today.isoformat())
        return _weeks(first, weeks, [(day, -quantity, revenue) for (_kit, day), (quantity, revenue) in found.items()])
    rows = session.execute(
        select(StockRow.day, func.sum(raw(StockRow.quantity)), func.sum(raw(StockRow.revenue)))
        .where(
            StockRow.product_id == product_id, StockRow.void == 0, StockRow.bucket.in_(("sold", "returned")),
            StockRow.day >= first.isoformat(),
            StockRow.day <= today.isoformat(),
        )
        .group_by(StockRow.day)
    )  # fmt: skip
    return _weeks(first, weeks, [tuple(row) for row in rows])


def _weeks(first: date, weeks: int, rows: Sequence[tuple[Any, ...]]) -> tuple[Week, ...]:
    """``rows``: (day, thousandths as in the ledger, fen)."""
    sums = {first + timedelta(weeks=i): [0, 0] for i in range(weeks)}
    for day, quantity, revenue in rows:
        week = sums[monday(date.fromisoformat(day))]
        week[0] -= int(quantity)
        week[1] += int(revenue or 0)
    return tuple(Week(start, pieces(quantity), yuan(revenue)) for start, (quantity, revenue) in sums.items())
