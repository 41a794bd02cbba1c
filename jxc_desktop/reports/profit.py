"""Profit by month: from revenue to net profit."""

from __future__ import annotations

from sqlalchemy.orm import Session

from jxc_desktop.columns import Column
from jxc_desktop.domain.settings import ShopSettings
from jxc_desktop.i18n import N_
from jxc_desktop.queries.money import profit
from jxc_desktop.queries.stock import unknown_rows
from jxc_desktop.reports.base import BY, FROM, GOODS, KEY_COLUMNS, TO, Answer, Chart, Filters, Report, unknown_note


def _run(session: Session, filters: Filters, _settings: ShopSettings) -> Answer:
    period, scope = filters.period(session), filters.scope(session)
    return Answer(
        profit(session, period, scope=scope), notes=unknown_note(unknown_rows(session, scope, until=period.last.isoformat()))
    )


REPORT = Report(
    name="profit",
    title=N_("Profit"),
    about=N_("Revenue less cost of sales, losses and expenses, month by month."),
    filters=(FROM, TO, BY, *GOODS),
    by=("month",),
    columns=(
        *KEY_COLUMNS,
        Column("revenue", N_("Revenue"), "money", total=True),
        Column("cost_of_sales", N_("Cost of sales"), "money", total=True),
        Column("gross_profit", N_("Gross profit"), "money", total=True),
        Column("cost_differences", N_("Return and cost differences"), "money", priority=2, total=True),
        Column("shrinkage", N_("Shrinkage"), "money", total=True),
        Column("expenses", N_("Expenses"), "money", total=True),
        Column("other_income", N_("Other income"), "money", priority=2, total=True),
        Column("net_profit", N_("Net profit"), "money", total=True),
    ),
    run=_run,
    chart=Chart("bars", "key", ("gross_profit", "net_profit")),
    group="money",
)
