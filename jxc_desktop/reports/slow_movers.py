"""Slow movers: goods on hand that nobody has bought for long."""

from __future__ import annotations

from sqlalchemy.orm import Session

from jxc_desktop.columns import Column
from jxc_desktop.domain.settings import ShopSettings
from jxc_desktop.i18n import N_
from jxc_desktop.queries.warnings import slow_movers
from jxc_desktop.reports.base import AS_OF, DAYS, GOODS, Answer, Filters, Report


def _run(session: Session, filters: Filters, settings: ShopSettings) -> Answer:
    days = settings.slow_days if filters.days is None else filters.days
    return Answer(slow_movers(session, filters.day, days, scope=filters.scope(session), settings=settings))


REPORT = Report(
    name="slow-movers",
    title=N_("Slow movers"),
    about=N_("On hand, and not sold for at least this many days."),
    filters=(AS_OF, DAYS, *GOODS),
    columns=(
        Column("product", N_("Item code"), "code", width=120),
        Column("name", N_("Name"), "text", width=220),
        Column("quantity", N_("On hand"), "quantity"),
        Column("value", N_("Stock value"), "money", total=True),
        Column("last_sale", N_("Last sale"), "date"),
        Column("days_without_sale", N_("Days without sale"), "integer"),
    ),
    run=_run,
)
