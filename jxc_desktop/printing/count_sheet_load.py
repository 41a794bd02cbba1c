"""From the book to the count sheet: what a plan, or a stocktake under way, has to count."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from jxc_desktop.domain.errors import UnknownDocument
from jxc_desktop.domain.stocktake import Plan, parse_plan
from jxc_desktop.i18n import _
from jxc_desktop.printing.count_sheet import CountSheet, SheetLine
from jxc_desktop.queries.settings import shop_settings
from jxc_desktop.queries.stocktake import warehouse_name
from jxc_desktop.queries.stocktake_rows import CountRow, count_rows
from jxc_desktop.queries.stocktake_scopes import listed_products
from jxc_desktop.services.drafts import as_draft

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy.orm import Session


def sheet_of_plan(session: Session, plan: Plan, warehouse_id: int, *, today: date, book: bool, printed_at: str) -> CountSheet:
    """The sheet of a stocktake that is not begun yet."""
    listed = listed_products(session, plan, warehouse_id, today)
    rows = count_rows(session, plan, warehouse_id, also=listed)
    return _sheet(session, plan.words, warehouse_id, rows, book=book, printed_at=printed_at)


def sheet_of_document(session: Session, document_id: int, *, book: bool, printed_at: str) -> CountSheet:
    """The sheet of a stocktake: all that its plan has to count; of a posted one what was counted.

    Raises :class:`UnknownDocument`.
    """
    draft = as_draft(session, document_id)
    if draft.kind != "stocktake":
        raise UnknownDocument(what=_("stocktake"), key=str(document_id))
    plan = parse_plan(draft.reason)
    also = {line.product_id for line in draft.lines if line.product_id is not None}
    rows = count_rows(session, plan, draft.warehouse_id or 0, also=also)
    what = draft.note or draft.reason if plan.scope == "free" and not draft.reason.startswith("scope=") else plan.words
    return _sheet(session, what, draft.warehouse_id or 0, rows, book=book, printed_at=printed_at)


def _sheet(session: Session, what: str, warehouse_id: int, rows: list[CountRow], *, book: bool, printed_at: str) -> CountSheet:
    settings = shop_settings(session)
    return CountSheet(
        settings.shop,
        warehouse_name(session, warehouse_id),
        what,
        tuple(_line(row) for row in rows),
        printed_at,
        book=book,
        demo=settings.demo,
    )


def _line(row: CountRow) -> SheetLine:
    base = row.units[0].name
    further = [f"{unit.name}={_ratio(unit.factor.numerator, unit.factor.denominator)}{base}" for unit in row.units[1:]]
    code, units = row.barcode or row.code, "  ".join(further)
    return SheetLine(code, row.name, base, row.shelf, units, row.batch, row.book, row.expiry or "")


def _ratio(numerator: int, denominator: int) -> str:
    return str(numerator) if denominator == 1 else f"{Decimal(numerator)}/{denominator}"
