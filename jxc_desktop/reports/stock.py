"""Stock on hand: quantity, value, available, on order, reserved - today or at the end of any past day."""

from __future__ import annotations

from typing import cast

from sqlalchemy.orm import Session

from jxc_desktop.columns import Column
from jxc_desktop.domain.settings import ShopSettings
from jxc_desktop.i18n import N_
from jxc_desktop.queries.stock import StockBy, stock_on_hand, unknown_rows
from jxc_desktop.reports.base import AS_OF, BY, GOODS, Answer, Chart, Filters, Report, unknown_note


def _run(session: Session, filters: Filters, settings: ShopSettings) -> Answer:
    scope = filters.scope(session)
    lines = stock_on_hand(session, scope, by=cast(StockBy, filters.by[0]), as_of=filters.day, settings=settings)
    return Answer(lines, notes=unknown_note(unknown_rows(session, scope, until=filters.day.isoformat())))


REPORT = Report(
    name="stock",
    title=N_("Stock on hand"),
    about=N_("What is there, what it cost, and how much of it is free."),
    filters=(AS_OF, BY, *GOODS),
    by=("product", "warehouse", "batch"),
    columns=(
        Column("product", N_("Item code"), "code", width=120),
        Column("name", N_("Name"), "text", width=220),
        Column("spec", N_("Specification"), "text", priority=3),
        Column("unit", N_("Unit"), "text", priority=2, width=56),
        Column("category", N_("Category"), "text", priority=3),
        Column("warehouse", N_("Warehouse"), "code", priority=2),
        Column("batch", N_("Batch"), "code", priority=2),
        Column("expiry", N_("Expiry"), "date", priority=2),
        Column("quantity", N_("On hand"), "quantity", total=True),
        Column("on_order", N_("On order"), "quantity", priority=2, total=True),
        Column("reserved", N_("Reserved"), "quantity", priority=2, total=True),
        Column("available", N_("Available"), "quantity", total=True),
        Column("unit_cost", N_("Unit cost"), "price"),
        Column("value", N_("Stock value"), "money", total=True),
    ),
    json=(
        "product",
        "name",
        "warehouse",
        "batch",
        "expiry",
        "quantity",
        "unit_cost",
        "value",
        "available",
        "on_order",
        "reserved",
    ),
    run=_run,
    chart=Chart("across", "name", ("value",)),
)
