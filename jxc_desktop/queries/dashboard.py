"""The dashboard: today and the last weeks at one glance, read from the cached figures of days, pools and balances alone."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from jxc_desktop.db.models import DayTotal, Partner, PartnerRow
from jxc_desktop.db.types import raw
from jxc_desktop.domain.money import divide_half_up, yuan
from jxc_desktop.queries.inventory import SHARE, Sums, ratio
from jxc_desktop.queries.partner_ledger import AgeingLine, ageing
from jxc_desktop.queries.periods import ONE, Period, month_end, month_start
from jxc_desktop.queries.scope import first_day
from jxc_desktop.queries.settings import shop_settings
from jxc_desktop.queries.todos import Todo, todos
from jxc_desktop.queries.top import TOP, Top, expiring_top, low_top, slow_top
from jxc_desktop.queries.turnover import figures
from jxc_desktop.queries.warnings import ExpiringLine, LowLine, SlowLine

Span = Literal["today", "7", "30", "month"]
SERIES_DAYS, SERIES_MONTHS, COURSE_DAYS = 30, 12, 14


@dataclass(frozen=True, slots=True)
class Selling:
    """Sales of a span. ``documents``: number of sales; ``ticket`` what one brought on average."""

    sales: Decimal
    profit: Decimal
    margin: Decimal | None
    documents: int
    ticket: Decimal | None


@dataclass(frozen=True, slots=True)
class DayPoint:
    day: date
    sales: Decimal
    profit: Decimal


@dataclass(frozen=True, slots=True)
class MonthPoint:
    """A month's turnover (the present month up to today); None where nothing was sold or nothing was there."""

    month: str
    turnover: Decimal | None
    days: Decimal | None


@dataclass(frozen=True, slots=True)
class Owed:
    """What customers owe: ``total`` of those who do, ``credits`` paid ahead by others, what is ``overdue`` and of how many.

    ``course``: the total at the end of each of the last 14 days, the oldest first.
    """

    total: Decimal
    credits: Decimal
    overdue: Decimal
    overdue_count: int
    course: tuple[Decimal, ...] = ()


@dataclass(frozen=True, slots=True)
class Dashboard:
    """Everything on the first screen. ``selling`` is of the span asked for, ``before`` of what it is compared with.

    ``change``: growth of sales as a ratio, None without sales before. Turnover is of the last 30 days,
    ``turnover_days_before`` of the 30 days before those.
    """

    today: date
    shop: str
    span: Span
    selling: Selling
    before: Selling
    change: Decimal | None
    days: tuple[DayPoint, ...]
    months: tuple[MonthPoint, ...]
    turnover: Decimal | None
    turnover_days: Decimal | None
    turnover_days_before: Decimal | None
    target_days: int
    inventory_value: Decimal
    receivables: Owed
    low: Top[LowLine]
    expiring: Top[ExpiringLine]
    slow: Top[SlowLine]
    todos: tuple[Todo, ...]
    empty: bool
    """Whether nothing was ever posted."""


@dataclass(slots=True)
class _Day:
    revenue: int = 0
    cost: int = 0
    change: int = 0
    sales: int = 0


def dashboard(session: Session, today: date, span: Span = "today", *, top: int = TOP) -> Dashboard:
    """The dashboard at ``today`` for ``span``: today, the last 7 or 30 days, or this month; ``top`` rows of each list."""
    settings = shop_settings(session)
    start = month_start(today, SERIES_MONTHS)
    opening, days = _days(session, start, today)
    value = opening + sum(day.change for day in days.values())
    now, then = spans(today, span)
    selling, before = _selling(days, now), _selling(days, then)
    last = Period(today - timedelta(days=SERIES_DAYS - 1), today)
    turned = figures(_sums(days, opening, start, last), last.days)
    quiet = _Day()
    series = [(at, days.get(at, quiet)) for at in (last.first + i * ONE for i in range(SERIES_DAYS))]
    owed, late = _owed(session, today)
    return Dashboard(
        today=today,
        shop=settings.shop,
        span=span,
        selling=selling,
        before=before,
        change=ratio(int((selling.sales - before.sales) * 100), int(before.sales * 100)) if before.sales > 0 else None,
        days=tuple(DayPoint(at, yuan(day.revenue), yuan(day.revenue - day.cost)) for at, day in series),
        months=tuple(_month(days, opening, start, today, back) for back in range(SERIES_MONTHS - 1, -1, -1)),
        turnover=turned.turnover,
        turnover_days=turned.turnover_days,
        turnover_days_before=figures(_sums(days, opening, start, last.before()), SERIES_DAYS).turnover_days,
        target_days=settings.target_days,
        inventory_value=yuan(value),
        receivables=owed,
        low=low_top(session, today, top=top),
        expiring=expiring_top(session, today, settings.expiring_days, settings, top=top),
        slow=slow_top(session, today, settings.slow_days, top=top),
        todos=todos(session, today, late),
        empty=first_day(session) is None,
    )


def spans(today: date, span: Span) -> tuple[Period, Period]:
    """The days of ``span`` and those they are compared with: the same weekday last week, the span before, last month so far."""
    if span == "today":
        week = today - timedelta(days=7)
        return Period(today, today), Period(week, week)
    if span == "month":
        first, earlier = month_start(today), month_start(today, 1)
        return Period(first, today), Period(earlier, min(earlier + (today - first), month_end(earlier)))
    period = Period(today - timedelta(days=int(span) - 1), today)
    return period, period.before()


def _days(session: Session, start: date, today: date) -> tuple[int, dict[date, _Day]]:
    """The stock value before ``start``, and what happened on each day since."""
    opening = session.execute(select(func.sum(raw(DayTotal.change))).where(DayTotal.day < start.isoformat())).scalar()
    sums = [func.sum(raw(column)) for column in (DayTotal.revenue, DayTotal.cost, DayTotal.change)]
    rows = select(DayTotal.day, *sums, func.sum(DayTotal.sales)).where(
        DayTotal.day >= start.isoformat(), DayTotal.day <= today.isoformat()
    )
    found = {}
    for day, *said in session.execute(rows.group_by(DayTotal.day)):
        found[date.fromisoformat(day)] = _Day(*(int(figure) for figure in said))
    return int(opening or 0), found


def _sums(days: dict[date, _Day], opening: int, start: date, period: Period) -> Sums:
    sums = Sums(opening=opening + sum(day.change for at, day in days.items() if start <= at < period.first))
    for at, day in days.items():
        if period.first <= at <= period.last:
            sums.change += day.change
            sums.value_days += day.change * ((period.last - at).days + 1)
            sums.cost += day.cost
            sums.revenue += day.revenue
    sums.value_days = (sums.value_days + sums.opening * period.days) * SHARE
    return sums


def _selling(days: dict[date, _Day], period: Period) -> Selling:
    inside = [day for at, day in days.items() if period.first <= at <= period.last]
    revenue, cost, count = (sum(getattr(day, name) for day in inside) for name in ("revenue", "cost", "sales"))
    return Selling(
        yuan(revenue),
        yuan(revenue - cost),
        ratio(revenue - cost, revenue),
        count,
        yuan(divide_half_up(revenue, count)) if count else None,
    )


def _month(days: dict[date, _Day], opening: int, start: date, today: date, back: int) -> MonthPoint:
    first = month_start(today, back)
    period = Period(first, min(month_end(first), today))
    turned = figures(_sums(days, opening, start, period), period.days)
    return MonthPoint(first.isoformat()[:7], turned.turnover, turned.turnover_days)


def _owed(session: Session, today: date) -> tuple[Owed, list[tuple[int, str, Decimal]]]:
    """The sums, and (partner, name, overdue) of the worst payers first."""
    lines = ageing(session, "customer", today)
    late = sorted(((line.partner_id, line.name, line.overdue) for line in lines if line.overdue > 0), key=lambda one: -one[2])
    total = sum((line.balance for line in lines if line.balance > 0), yuan(0))
    credits_ = -sum((line.balance for line in lines if line.balance < 0), yuan(0))
    overdue = sum((amount for _id, _name, amount in late), yuan(0))
    return Owed(total, credits_, overdue, len(late), _course_of(session, lines, today)), late


def _course_of(session: Session, lines: list[AgeingLine], today: date) -> tuple[Decimal, ...]:
    """What customers owed at the end of each of the last days, counted back from what they owe now."""
    balances = {line.partner_id: line.balance for line in lines}
    moved: dict[str, list[tuple[int, Decimal]]] = defaultdict(list)
    since = (today - timedelta(days=COURSE_DAYS - 1)).isoformat()
    # The moment is in the index behind the partner, the day is not; a business day never lies after its moments.
    sums = (
        select(PartnerRow.day, PartnerRow.partner_id, func.sum(raw(PartnerRow.amount)))
        .join(Partner, Partner.id == PartnerRow.partner_id)
        .where(Partner.customer == 1, PartnerRow.moment >= since, PartnerRow.day.between(since, today.isoformat()))
    )
    for day, partner, amount in session.execute(sums.group_by(PartnerRow.day, PartnerRow.partner_id)):
        moved[day].append((partner, yuan(int(amount))))
    course = []
    for back in range(COURSE_DAYS):
        course.append(sum((balance for balance in balances.values() if balance > 0), yuan(0)))
        for partner, amount in moved[(today - timedelta(days=back)).isoformat()]:
            balances[partner] = balances.get(partner, yuan(0)) - amount
    return tuple(reversed(course))
