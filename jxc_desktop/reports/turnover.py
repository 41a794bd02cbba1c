"""Inventory turnover: how often stock turned in a period, how many days it lasts, and what it earned."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy.orm import Session

from jxc_desktop.columns import Column
from jxc_desktop.domain.settings import ShopSettings
from jxc_desktop.i18n import N_, _
from jxc_desktop.queries.stock import unknown_rows
from jxc_desktop.queries.turnover import turnover
from jxc_desktop.reports.base import (
    AVERAGE,
    BY,
    FROM,
    GOODS,
    KEY_COLUMNS,
    TO,
    Answer,
    Chart,
    Filters,
    Report,
    keyed_rows,
    unknown_note,
)

_AVERAGES = {
    "daily": N_("Average inventory: mean of the stock value at the end of each of {days} days."),
    "ends": N_("Average inventory: (opening + closing) / 2, over {days} days."),
}

_COLUMNS = (
    *KEY_COLUMNS,
    Column("cost_of_sales", N_("Cost of sales"), "money", total=True),
    Column("average_inventory", N_("Average inventory"), "money", total=True),
    Column("turnover", N_("Turnover"), "ratio", total=True),
    Column("turnover_days", N_("Turnover days"), "days", total=True),
    Column("opening_value", N_("Opening value"), "money", priority=2, total=True),
    Column("closing_value", N_("Closing value"), "money", priority=2, total=True),
    Column("revenue", N_("Revenue"), "money", total=True),
    Column("gross_profit", N_("Gross profit"), "money", total=True),
    Column("gmroi", N_("GMROI"), "ratio", priority=2, total=True),
)


def _run(session: Session, filters: Filters, settings: ShopSettings) -> Answer:
    period, scope = filters.period(session), filters.scope(session)
    found = turnover(session, period, by=filters.by, average=filters.average, scope=scope, settings=settings)
    total = {column.key: getattr(found.total, column.key) for column in _COLUMNS[2:]}
    unknown = unknown_rows(session, scope, until=period.last.isoformat())
    notes = (_(_AVERAGES[filters.average]).format(days=found.days), *unknown_note(unknown))
    return Answer(keyed_rows(found.lines, filters.by, _COLUMNS), total, notes, Decimal(settings.target_days))


REPORT = Report(
    name="turnover",
    title=N_("Inventory turnover"),
    about=N_("Turnover = cost of sales / average inventory; days = days of the period / turnover."),
    filters=(FROM, TO, BY, AVERAGE, *GOODS),
    by=("shop", "warehouse", "category", "supplier", "brand", "product", "month"),
    many=True,
    columns=_COLUMNS,
    run=_run,
    chart=Chart("bars", "name", ("turnover_days",)),
)
