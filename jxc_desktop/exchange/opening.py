"""Opening stock from a spreadsheet: rows become ``opening_stock`` documents, one per warehouse and thousand rows.

All is one transaction. A row that is in the book already is met again and changes nothing; one that says something else
about the same goods is refused and names the document that stands in its way.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from sqlalchemy.orm import Session

from jxc_desktop.db.engine import Database
from jxc_desktop.domain import errors
from jxc_desktop.domain.acts import Act
from jxc_desktop.domain.changes import Changes
from jxc_desktop.domain.documents import Draft, DraftLine
from jxc_desktop.exchange.fields import RowProblem, short
from jxc_desktop.exchange.headings import Explicit
from jxc_desktop.exchange.intake import ImportResult, Progress
from jxc_desktop.exchange.rows import OpeningStockRow, read_opening_stock
from jxc_desktop.i18n import _
from jxc_desktop.queries.opening import Standing, TrackedProduct, opening_stock_standing, tracked_products, warehouse_codes
from jxc_desktop.queries.settings import shop_settings
from jxc_desktop.services.posting import post_document

LINES = 1000
Key = tuple[int, int, str]
"""(product, warehouse, batch)."""


@dataclass(frozen=True, slots=True)
class _Planned:
    """A good row: what it becomes, and in which warehouse."""

    warehouse_id: int
    line: DraftLine


class _Undone(Exception):
    pass


def import_opening_stock(
    database: Database,
    path: Path | str,
    *,
    act: Act,
    day: str | None = None,
    mapping: Explicit | None = None,
    sheet: str | None = None,
    dry_run: bool = False,
    atomic: bool = False,
    progress: Progress | None = None,
) -> ImportResult:
    """Enter the opening stock of ``day`` (None: today), as it was when that day began.

    Good rows enter, bad ones are listed; ``atomic``: all or none. Raises what reading the file raises, and
    :class:`DateInFuture` or :class:`PeriodClosed` for the day.
    """
    parsed = read_opening_stock(path, sheet, mapping, progress)
    result = ImportResult(rows=parsed.total, errors=parsed.errors, warnings=parsed.warnings, sheet=parsed.sheet)
    try:
        with database.write() as session:
            planned = _plan(session, parsed.rows, result)
            if planned:
                _enter(session, planned, day or act.today.isoformat(), act)
            if dry_run or (atomic and result.errors):
                raise _Undone
    except _Undone:
        if atomic and result.errors:
            result.created = 0
        return result
    result.entered = True
    result.changes = Changes.ALL if planned else Changes.NOTHING
    return result


def _plan(session: Session, rows: Iterable[OpeningStockRow], result: ImportResult) -> list[_Planned]:
    """Sort the rows into new, met again and refused."""
    rows = list(rows)
    warehouses = warehouse_codes(session)
    products = tracked_products(session, {row.product for row in rows})
    standing = opening_stock_standing(session)
    left = Counter(standing.known)
    planned = []
    for row in rows:
        try:
            entry = _row(row, products, warehouses)
            if _met(entry, row, standing, left):
                result.unchanged += 1
                continue
        except errors.JxcError as error:
            field, value = _place(error, row)
            result.errors.append(RowProblem(row.row, field, short(value), error.code, str(error)))
            continue
        if not row.quantity:
            result.unchanged += 1
            continue
        if row.unit_cost is None:
            message = _("{product} has no cost; it is unknown until you enter one.").format(product=row.product)
            result.warnings.append(RowProblem(row.row, "unit_cost", "", "unknown_cost", message, "warning"))
        planned.append(entry)
        result.created += 1
    result.errors.sort(key=lambda problem: problem.row)
    return planned


def _row(row: OpeningStockRow, products: dict[str, TrackedProduct], warehouses: dict[str, int]) -> _Planned:
    product = products.get(row.product)
    if product is None:
        raise errors.UnknownProduct(what=_("product"), key=row.product)
    if row.warehouse and row.warehouse not in warehouses:
        raise errors.UnknownWarehouse(what=_("warehouse"), key=row.warehouse, known=", ".join(warehouses))
    if row.batch and not product.batches:
        raise errors.BatchNotAllowed(product=product.name, line=row.row, batch=row.batch)
    expiry = row.expiry.isoformat() if row.expiry is not None and product.batches else None
    line = DraftLine(product.id, quantity=row.quantity, price=row.unit_cost, batch=row.batch or None, expiry=expiry)
    return _Planned(warehouses[row.warehouse] if row.warehouse else next(iter(warehouses.values())), line)


def _met(entry: _Planned, row: OpeningStockRow, standing: Standing, left: Counter[tuple[Key, Decimal, Decimal | None]]) -> bool:
    """Whether the row is in the book already. Raises :class:`Duplicate` where the book says something else of these goods."""
    assert entry.line.product_id is not None
    batch = entry.line.batch or ""
    keys = [key for key in standing.documents if key[:2] == (entry.line.product_id, entry.warehouse_id)] if not batch else []
    key: Key = (entry.line.product_id, entry.warehouse_id, batch)
    for candidate in [key, *keys]:
        said = (candidate, row.quantity, row.unit_cost)
        if left[said] > 0:
            left[said] -= 1
            return True
    if key in standing.documents:
        raise errors.Duplicate(what=_("Opening stock"), key=row.product, owner=standing.documents[key])
    return False


def _place(error: errors.JxcError, row: OpeningStockRow) -> tuple[str, str]:
    """Which field of the row the refusal is about, and what stood there."""
    if isinstance(error, errors.UnknownWarehouse):
        return "warehouse", row.warehouse
    if isinstance(error, errors.BatchNotAllowed):
        return "batch", row.batch
    return "product", row.product


def _enter(session: Session, planned: list[_Planned], day: str, act: Act) -> None:
    hour = shop_settings(session).closing_hour
    by_warehouse: dict[int, list[DraftLine]] = {}
    for entry in planned:
        by_warehouse.setdefault(entry.warehouse_id, []).append(entry.line)
    for warehouse_id, lines in by_warehouse.items():
        for start in range(0, len(lines), LINES):
            draft = Draft(
                "opening_stock", moment=f"{day}T{hour:02}:00:00", warehouse_id=warehouse_id, lines=lines[start : start + LINES]
            )
            post_document(session, draft, act)
