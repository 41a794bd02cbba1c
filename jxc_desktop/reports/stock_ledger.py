"""The stock ledger: every row with what was there after it."""

from __future__ import annotations

from sqlalchemy.orm import Session

from jxc_desktop.columns import Column
from jxc_desktop.domain.documents import KIND_TITLES
from jxc_desktop.domain.settings import ShopSettings
from jxc_desktop.i18n import N_
from jxc_desktop.queries.stock_ledger import stock_ledger
from jxc_desktop.reports.base import FROM, GOODS, TO, Answer, Filters, Report


def _run(session: Session, filters: Filters, _settings: ShopSettings) -> Answer:
    first = filters.date_from.isoformat() if filters.date_from else None
    return Answer(stock_ledger(session, filters.scope(session), day_from=first, day_to=filters.until.isoformat()))


REPORT = Report(
    name="stock-ledger",
    title=N_("Stock ledger"),
    about=N_("Every movement in its order, with the balance after it."),
    filters=(FROM, TO, *GOODS),
    columns=(
        Column("date", N_("Date"), "moment", width=140),
        Column("number", N_("Number"), "code", width=150),
        Column("kind", N_("Kind"), "choice", choices=KIND_TITLES),
        Column("ref", N_("Reference"), "code", priority=3),
        Column("line", N_("Line"), "integer", priority=3),
        Column("part", N_("Part"), "integer", priority=3),
        Column("product", N_("Item code"), "code", priority=2),
        Column("name", N_("Name"), "text", priority=2, width=200),
        Column("warehouse", N_("Warehouse"), "code", priority=2),
        Column("batch", N_("Batch"), "code", priority=2),
        Column("quantity", N_("Quantity"), "quantity"),
        Column("value", N_("Value"), "money"),
        Column("balance_quantity", N_("Left on hand"), "quantity"),
        Column("balance_value", N_("Balance value"), "money"),
        Column("provisional", N_("Provisional"), "yes_no", priority=2),
        Column("voided", N_("Voided"), "yes_no", priority=3),
    ),
    json=(
        "date",
        "number",
        "kind",
        "ref",
        "line",
        "part",
        "product",
        "warehouse",
        "batch",
        "quantity",
        "value",
        "balance_quantity",
        "balance_value",
        "provisional",
    ),
    run=_run,
)
