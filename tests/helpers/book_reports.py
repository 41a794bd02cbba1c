"""Stock of a day and turnover of a period, as a day by day walk over the rows of the model of the book has them."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from sqlalchemy.orm import Session

from jxc_desktop.queries.periods import Period
from jxc_desktop.queries.stock import stock_on_hand
from jxc_desktop.queries.turnover import turnover
from tests.helpers.book_model import Book
from tests.helpers.cost_pool import Row, half_up


def same_reports(session: Session, model: Book, rows: list[Row]) -> None:
    """The reports of the book say what ``rows``, those of ``model``, say."""
    for as_of in (date(2026, 3, 10), date(2026, 2, 9)):
        lines = stock_on_hand(session, as_of=as_of)
        have = {line.product: (line.quantity, line.value or 0) for line in lines if line.quantity or line.value}
        assert have == _stock(rows, as_of.isoformat())
    period = Period(date(2026, 1, 20), date(2026, 2, 28))
    for by in ("shop", "product"):
        for line in turnover(session, period, by=(by,)).lines:
            mine = [row for row in rows if by == "shop" or row.place[0] == line.keys[0]]
            _same_turnover(line, model, mine, period)


def _stock(rows: list[Row], day: str) -> dict[str, tuple[Decimal, Decimal]]:
    found = {}
    for product in {row.place[0] for row in rows}:
        mine = [row for row in rows if row.place[0] == product and row.key[0][:10] <= day]
        quantity = sum(row.quantity for row in mine)
        value = sum(row.value or 0 for row in mine)
        if quantity or value:
            found[product] = (Decimal(quantity) / 1000, Decimal(value) / 100)
    return found


def _same_turnover(line: Any, model: Book, rows: list[Row], period: Period) -> None:
    first, last = period.first.isoformat(), period.last.isoformat()
    cost = revenue = 0
    for row in rows:
        doc = model.docs[row.id[0]]
        if doc.kind in ("sale", "retail_sale", "sales_return", "retail_return") and first <= doc.day <= last:
            cost -= row.value or 0
            net = model.revenues(doc.lines[row.id[1] - 1])[row.id[2] - 1]
            revenue += net if row.quantity < 0 else -net
    closing = []
    day = period.first
    while day <= period.last:
        closing.append(sum(row.value or 0 for row in rows if row.key[0][:10] <= day.isoformat()))
        day += timedelta(days=1)
    assert (line.cost_of_sales, line.revenue) == (Decimal(cost) / 100, Decimal(revenue) / 100)
    assert line.average_inventory == Decimal(half_up(Fraction(sum(closing), len(closing)))) / 100
    assert line.closing_value == Decimal(closing[-1]) / 100
