"""Cost layers: which arrivals the goods on hand come from, and what each piece of them cost."""

from __future__ import annotations

from sqlalchemy.orm import Session

from jxc_desktop.columns import Column
from jxc_desktop.domain.settings import ShopSettings
from jxc_desktop.i18n import N_, _
from jxc_desktop.queries.layers import cost_layers
from jxc_desktop.reports.base import AS_OF, GOODS, Answer, Filters, Report


def _run(session: Session, filters: Filters, settings: ShopSettings) -> Answer:
    layers = cost_layers(session, filters.scope(session), as_of=filters.day, settings=settings)
    notes = () if layers else (_("Goods costed by moving average have no layers; others have them while they are on hand."),)
    return Answer(layers, notes=notes)


REPORT = Report(
    name="layers",
    title=N_("Cost layers"),
    about=N_("Which arrivals the goods on hand come from, oldest first."),
    filters=(AS_OF, *GOODS),
    columns=(
        Column("product", N_("Item code"), "code", width=120),
        Column("name", N_("Name"), "text", width=220),
        Column("warehouse", N_("Warehouse"), "code", priority=2),
        Column("batch", N_("Batch"), "code", priority=2),
        Column("date", N_("Date"), "date"),
        Column("quantity", N_("Quantity"), "quantity", total=True),
        Column("unit_cost", N_("Unit cost"), "price"),
    ),
    run=_run,
)
