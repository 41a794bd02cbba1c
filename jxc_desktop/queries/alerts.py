"""What the bell says: past their date, late, overdue, low, expiring, without a cost; a few counts that are cheap to ask."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from jxc_desktop.db.models import Batch, StockBalance
from jxc_desktop.db.types import raw
from jxc_desktop.domain.money import yuan
from jxc_desktop.queries.at_a_glance import below_minimum
from jxc_desktop.queries.partner_ledger import ageing
from jxc_desktop.queries.settings import shop_settings
from jxc_desktop.queries.todos import late_orders, unpriced

Code = Literal["expired", "late_orders", "overdue", "low", "expiring", "unpriced"]


@dataclass(frozen=True, slots=True)
class Alert:
    """How many of something need a look; ``amount`` where money is meant, ``id`` of the document if it is only one."""

    code: Code
    count: int
    amount: Decimal | None = None
    days: int | None = None
    id: int | None = None


def alerts(session: Session, today: date) -> tuple[Alert, ...]:
    """Everything that is not as it should be at ``today``, the pressing first; nothing where all is well."""
    days = shop_settings(session).expiring_days
    yesterday = today - timedelta(days=1)
    late = [line.overdue for line in ageing(session, "customer", today) if line.overdue > 0]
    orders, missing = late_orders(session, today), unpriced(session, today)
    found = (
        Alert("expired", _batches(session, None, yesterday)),
        Alert("late_orders", len(orders), id=orders[0] if len(orders) == 1 else None),
        Alert("overdue", len(late), sum(late, yuan(0))),
        Alert("low", below_minimum(session)),
        Alert("expiring", _batches(session, today, today + timedelta(days=days)), days=days),
        Alert("unpriced", len(missing), id=missing[0] if len(missing) == 1 else None),
    )
    return tuple(alert for alert in found if alert.count)


def _batches(session: Session, first: date | None, last: date) -> int:
    """How many batches on hand expire between these days, both included."""
    there = (
        select(func.count(func.distinct(Batch.id)))
        .join(StockBalance, (StockBalance.batch_id == Batch.id) & (StockBalance.product_id == Batch.product_id))
        .where(raw(StockBalance.quantity) > 0, Batch.expiry <= last.isoformat())
    )
    if first is not None:
        there = there.where(Batch.expiry >= first.isoformat())
    return int(session.execute(there).scalar_one())
