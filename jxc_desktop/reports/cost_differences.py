"""Cost differences: which documents got another cost by a later posting or void, from what to what."""

from __future__ import annotations

from sqlalchemy.orm import Session

from jxc_desktop.columns import Column
from jxc_desktop.domain.documents import KIND_TITLES
from jxc_desktop.domain.settings import ShopSettings
from jxc_desktop.i18n import N_
from jxc_desktop.queries.differences import differences
from jxc_desktop.reports.base import FROM, PRODUCT, TO, Answer, Filters, Report


def _run(session: Session, filters: Filters, _settings: ShopSettings) -> Answer:
    first = filters.date_from.isoformat() if filters.date_from else None
    found = differences(session, first, filters.until.isoformat(), scope=filters.scope(session))
    return Answer(
        [
            {
                "date": row.date, "cause": cause, "number": row.number, "kind": row.kind, "product": row.product,
                "name": row.name, "quantity": row.quantity, "old_cost": row.old_cost, "new_cost": row.new_cost,
                "difference": row.difference, "slip": row.seq,
                "document_id": row.document_id, "product_id": row.product_id,
            }
            for row, cause in found
        ]
    )  # fmt: skip


REPORT = Report(
    name="cost-differences",
    title=N_("Cost differences"),
    about=N_("Which documents got another cost by a later posting or void, from what to what."),
    filters=(FROM, TO, PRODUCT),
    columns=(
        Column("date", N_("Date"), "moment", width=140),
        Column("cause", N_("Caused by"), "code", width=150),
        Column("number", N_("Number"), "code", width=150),
        Column("kind", N_("Kind"), "choice", choices=KIND_TITLES, priority=2),
        Column("product", N_("Item code"), "code", priority=2),
        Column("name", N_("Name"), "text", width=180, priority=2),
        Column("quantity", N_("Quantity"), "quantity"),
        Column("old_cost", N_("Old cost"), "money"),
        Column("new_cost", N_("New cost"), "money"),
        Column("difference", N_("Cost difference"), "money", total=True),
    ),
    run=_run,
    group="money",
)
