"""Stock-outs: on how many days goods that are meant to be there were not."""

from __future__ import annotations

from sqlalchemy.orm import Session

from jxc_desktop.columns import Column
from jxc_desktop.domain.settings import ShopSettings
from jxc_desktop.i18n import N_
from jxc_desktop.queries.inventory import ratio
from jxc_desktop.queries.warnings import stock_outs
from jxc_desktop.reports.base import FROM, GOODS, TO, Answer, Filters, Report


def _run(session: Session, filters: Filters, _settings: ShopSettings) -> Answer:
    lines = stock_outs(session, filters.period(session), scope=filters.scope(session))
    out, days = sum(line.days_out for line in lines), sum(line.days for line in lines)
    return Answer(lines, {"days_out": out, "days": days, "rate": ratio(out, days)} if lines else {})


REPORT = Report(
    name="stock-outs",
    title=N_("Stock-outs"),
    about=N_("Days that ended without stock, of active products that have a minimum or were sold lately."),
    filters=(FROM, TO, *GOODS),
    columns=(
        Column("product", N_("Item code"), "code", width=120),
        Column("name", N_("Name"), "text", width=220),
        Column("days_out", N_("Days out"), "integer", total=True),
        Column("days", N_("Days"), "integer", total=True),
        Column("rate", N_("Stock-out rate"), "percent", total=True),
    ),
    run=_run,
)
