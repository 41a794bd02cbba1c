"""Stock ageing: how long the value on hand has been lying there."""

from __future__ import annotations

from sqlalchemy.orm import Session

from jxc_desktop.columns import Column
from jxc_desktop.domain.settings import ShopSettings
from jxc_desktop.i18n import N_
from jxc_desktop.queries.warnings import stock_ageing
from jxc_desktop.reports.base import AS_OF, GOODS, Answer, Filters, Report


def _run(session: Session, filters: Filters, settings: ShopSettings) -> Answer:
    return Answer(stock_ageing(session, filters.day, scope=filters.scope(session), settings=settings))


REPORT = Report(
    name="ageing",
    title=N_("Stock ageing"),
    about=N_("Stock value by the days since the goods came in."),
    filters=(AS_OF, *GOODS),
    columns=(
        Column("product", N_("Item code"), "code", width=120),
        Column("name", N_("Name"), "text", width=220),
        Column("quantity", N_("On hand"), "quantity"),
        Column("value", N_("Stock value"), "money", total=True),
        Column("d0_30", N_("0-30 days"), "money", total=True),
        Column("d31_60", N_("31-60 days"), "money", total=True),
        Column("d61_90", N_("61-90 days"), "money", total=True),
        Column("d91_180", N_("91-180 days"), "money", total=True),
        Column("d181", N_("Over 180 days"), "money", total=True),
    ),
    run=_run,
)
