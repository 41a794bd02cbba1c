"""Expiring goods: batches on hand near their expiry, or past it."""

from __future__ import annotations

from sqlalchemy.orm import Session

from jxc_desktop.columns import Column
from jxc_desktop.domain.settings import ShopSettings
from jxc_desktop.i18n import N_
from jxc_desktop.queries.warnings import expiring
from jxc_desktop.reports.base import AS_OF, DAYS, GOODS, Answer, Filters, Report


def _run(session: Session, filters: Filters, settings: ShopSettings) -> Answer:
    days = settings.expiring_days if filters.days is None else filters.days
    return Answer(expiring(session, filters.day, days, scope=filters.scope(session), settings=settings))


REPORT = Report(
    name="expiring",
    title=N_("Expiring goods"),
    about=N_("Batches on hand that expire within this many days, or have expired."),
    filters=(AS_OF, DAYS, *GOODS),
    columns=(
        Column("product", N_("Item code"), "code", width=120),
        Column("name", N_("Name"), "text", width=220),
        Column("warehouse", N_("Warehouse"), "code", priority=2),
        Column("batch", N_("Batch"), "code"),
        Column("expiry", N_("Expiry"), "date"),
        Column("days_left", N_("Days left"), "integer"),
        Column("quantity", N_("On hand"), "quantity"),
        Column("value", N_("Stock value"), "money", total=True),
    ),
    run=_run,
)
