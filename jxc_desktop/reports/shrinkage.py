"""Shrinkage: write-offs, overages and the differences of counts."""

from __future__ import annotations

from sqlalchemy.orm import Session

from jxc_desktop.columns import Column
from jxc_desktop.domain.documents import KIND_TITLES
from jxc_desktop.domain.settings import ShopSettings
from jxc_desktop.i18n import N_
from jxc_desktop.queries.warnings import shrinkage
from jxc_desktop.reports.base import FROM, GOODS, TO, Answer, Filters, Report


def _run(session: Session, filters: Filters, _settings: ShopSettings) -> Answer:
    return Answer(shrinkage(session, filters.period(session), scope=filters.scope(session)))


REPORT = Report(
    name="shrinkage",
    title=N_("Shrinkage"),
    about=N_("What was lost or found outside sales, at cost; losses are negative."),
    filters=(FROM, TO, *GOODS),
    columns=(
        Column("kind", N_("Kind"), "choice", choices=KIND_TITLES),
        Column("number", N_("Number"), "code", width=150),
        Column("date", N_("Date"), "moment", width=140),
        Column("product", N_("Item code"), "code"),
        Column("name", N_("Name"), "text", width=200),
        Column("quantity", N_("Quantity"), "quantity"),
        Column("value", N_("Value"), "money", total=True),
        Column("reason", N_("Reason"), "text", priority=2),
    ),
    run=_run,
)
