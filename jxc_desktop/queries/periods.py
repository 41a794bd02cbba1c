"""Days, months and periods: plain date arithmetic for questions about a stretch of time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

ONE = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Period:
    """The days from ``first`` to ``last``, both included; no days when ``last`` lies before ``first``."""

    first: date
    last: date

    @property
    def days(self) -> int:
        return max((self.last - self.first).days + 1, 0)

    @property
    def iso(self) -> tuple[str, str]:
        return self.first.isoformat(), self.last.isoformat()

    def before(self) -> Period:
        """The period of the same length directly before."""
        return Period(self.first - timedelta(days=self.days), self.first - ONE)


def month_end(day: date) -> date:
    """The last day of the month of ``day``."""
    return date(day.year + day.month // 12, day.month % 12 + 1, 1) - ONE


def month_start(day: date, back: int = 0) -> date:
    """The first day of the month that lies ``back`` months before the one of ``day``."""
    months = day.year * 12 + day.month - 1 - back
    return date(months // 12, months % 12 + 1, 1)


def months(period: Period) -> Iterator[Period]:
    """The months of ``period`` in order, the first and the last cut to it."""
    first = period.first
    while first <= period.last:
        last = min(month_end(first), period.last)
        yield Period(first, last)
        first = last + ONE


def monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
