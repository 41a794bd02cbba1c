"""Low stock: what lies below its minimum, how long it lasts, and how much to order."""

from __future__ import annotations

from sqlalchemy.orm import Session

from jxc_desktop.columns import Column
from jxc_desktop.domain.settings import ShopSettings
from jxc_desktop.i18n import N_
from jxc_desktop.queries.warnings import low_stock
from jxc_desktop.reports.base import AS_OF, GOODS, Answer, Filters, Report


def _run(session: Session, filters: Filters, settings: ShopSettings) -> Answer:
    return Answer(low_stock(session, filters.day, scope=filters.scope(session), settings=settings))


REPORT = Report(
    name="low-stock",
    title=N_("Low stock"),
    about=N_("Available stock below the minimum; days left at the pace of the last 30 days."),
    filters=(AS_OF, *GOODS),
    columns=(
        Column("product", N_("Item code"), "code", width=120),
        Column("name", N_("Name"), "text", width=220),
        Column("warehouse", N_("Warehouse"), "code", priority=3),
        Column("unit", N_("Unit"), "text", priority=2, width=56),
        Column("quantity", N_("On hand"), "quantity"),
        Column("available", N_("Available"), "quantity"),
        Column("on_order", N_("On order"), "quantity", priority=2),
        Column("minimum", N_("Minimum"), "quantity"),
        Column("days_left", N_("Days left"), "days"),
        Column("suggested", N_("Suggested order"), "quantity"),
    ),
    run=_run,
)
