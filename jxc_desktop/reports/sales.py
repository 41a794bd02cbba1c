"""Sales: quantity, revenue, cost and profit by product, category, customer, day and so on."""

from __future__ import annotations

from sqlalchemy.orm import Session

from jxc_desktop.columns import Column
from jxc_desktop.domain.settings import ShopSettings
from jxc_desktop.i18n import N_
from jxc_desktop.queries.sales import BY as GROUPINGS
from jxc_desktop.queries.sales import sales, unknown_sales
from jxc_desktop.reports.base import BY, FROM, GOODS, KEY_COLUMNS, TO, Answer, Chart, Filters, Report, keyed_rows, unknown_note

_COLUMNS = (
    *KEY_COLUMNS,
    Column("quantity", N_("Quantity"), "quantity", total=True),
    Column("revenue", N_("Revenue"), "money", total=True),
    Column("cost", N_("Cost"), "money", total=True),
    Column("gross_profit", N_("Gross profit"), "money", total=True),
    Column("margin", N_("Margin"), "percent", total=True),
    Column("documents", N_("Number of documents"), "integer", total=True),
)


def _run(session: Session, filters: Filters, _settings: ShopSettings) -> Answer:
    period, scope = filters.period(session), filters.scope(session)
    found = sales(session, period, by=filters.by, scope=scope)
    total = {column.key: getattr(found.total, column.key) for column in _COLUMNS[2:]}
    return Answer(keyed_rows(found.lines, filters.by, _COLUMNS), total, unknown_note(unknown_sales(session, period, scope)))


REPORT = Report(
    name="sales",
    title=N_("Sales"),
    about=N_("What was sold, less what came back, and what it earned."),
    filters=(FROM, TO, BY, *GOODS),
    by=GROUPINGS,
    many=True,
    columns=_COLUMNS,
    run=_run,
    chart=Chart("bars", "name", ("revenue", "gross_profit")),
    group="sales",
)
