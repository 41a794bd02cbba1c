"""Every number of every report can be asked why it is what it is, and what is counted again is what stands there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

import pytest
from sqlalchemy.orm import Session

from jxc_desktop.db.engine import Database
from jxc_desktop.db.upgrade import create_book
from jxc_desktop.domain.acts import Act
from jxc_desktop.domain.documents import kind_of
from jxc_desktop.domain.settings import ShopSettings
from jxc_desktop.domain.why import Derivation, WhyKey
from jxc_desktop.gui.screens.master_parts import SheetRow
from jxc_desktop.gui.screens.product_detail import product_detail
from jxc_desktop.gui.screens.product_sheets import batch_sheet, move_sheet, part_sheet, place_sheet, price_sheet
from jxc_desktop.gui.screens.report_rows import Numbered
from jxc_desktop.gui.screens.why_cells import (
    DIFFERENCES,
    DOCUMENTS,
    LINES,
    MOVEMENTS,
    OF_DRAFT,
    PARTNERS,
    PRODUCTS,
    STOCK,
    TYPED_COLUMNS,
    difference_key,
    difference_total,
    document_key,
    document_total,
    list_of_documents,
    movement_key,
    partner_figure,
    partner_key,
    product_figure,
    product_key,
    statement_keys,
    stock_key,
    stock_total,
)
from jxc_desktop.gui.screens.why_keys import EXPLAINED, PLAIN, Answer, report_key, total_key
from jxc_desktop.i18n import _
from jxc_desktop.queries.difference_why import difference_slip
from jxc_desktop.queries.differences import difference_slips
from jxc_desktop.queries.document_detail import DocumentDetail, document_detail
from jxc_desktop.queries.documents import DocumentFilter, document_list
from jxc_desktop.queries.partner_lines import partner_detail, partners_page
from jxc_desktop.queries.partners import PartnerFilter
from jxc_desktop.queries.product_lines import product_page
from jxc_desktop.queries.product_list import ProductFilter
from jxc_desktop.queries.stock_view import StockLook, StockQuestion, product_movements
from jxc_desktop.queries.transit import under_way
from jxc_desktop.queries.why import explain
from jxc_desktop.reports import REPORTS, report_named, run_report
from jxc_desktop.reports.base import Filters, Report
from jxc_desktop.services.shop import open_shop
from tests.helpers.told_shop import TODAY, told_shop

MOST_PLAIN = 8
"""So few numbers of all reports may come from no sum."""
MOST_STEPS, LEAST_STEPS = 600, 300
"""Derivations that are walked down from, and how many the shop has at least."""


def _shop(folder: Path, pool: Literal["product", "warehouse"]) -> Any:
    path = folder / "shop.db"
    create_book(path)
    database = Database.sqlite(path, label="test")
    with database.write() as session:
        open_shop(session, ShopSettings(shop="小店", pool=pool), Act(1, datetime(2026, 1, 1, 9, 0), date(2026, 1, 1)))
    return told_shop(database)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    told = _shop(tmp_path_factory.mktemp("told"), "product")
    yield told
    told.book.close()


@pytest.fixture(scope="module")
def book(shop: Any) -> Database:
    return shop.book  # type: ignore[no-any-return]


def test_every_number_of_a_report_has_a_derivation_or_a_sentence() -> None:
    for report in REPORTS:
        numbers = {column.key for column in report.columns if column.numeric}
        counted, plain = set(EXPLAINED.get(report.name, ())), set(PLAIN.get(report.name, ()))
        assert numbers == counted | plain, report.name
        assert not counted & plain, report.name
    assert sum(len(columns) for columns in PLAIN.values()) <= MOST_PLAIN


def _asked(report: Report) -> list[Filters]:
    """The report in every grouping, and narrowed in every way it knows."""
    partner = "C2" if report.name in ("statement", "sales", "receivables") else "S"
    whole = Filters(TODAY, partner=partner if report.needs else None)
    fields = {one.field for one in report.filters}
    found = [Filters(TODAY, partner=whole.partner, by=(by,)) for by in report.by] or [whole]
    if report.many:
        found += [Filters(TODAY, by=("month", report.by[0])), Filters(TODAY, by=report.by[-1:] + report.by[:1])]
    for field, value in (("warehouse", "B"), ("category", "饮料"), ("product", "COLA"), ("partner", partner)):
        if field in fields:
            narrowed: dict[str, Any] = {"partner": whole.partner} | {field: value}
            found.append(Filters(TODAY, **narrowed))
    if "date_from" in fields:
        found.append(Filters(TODAY, date_from=date(2026, 3, 5), date_to=date(2026, 3, 20), partner=whole.partner))
    if "as_of" in fields:
        found.append(Filters(TODAY, as_of=date(2026, 3, 12), partner=whole.partner))
    if "average" in fields:
        found.append(Filters(TODAY, average="ends"))
    if "days" in fields:
        found.append(Filters(TODAY, days=20))
    return found


@pytest.mark.parametrize("report", REPORTS, ids=lambda report: report.name)
def test_what_is_counted_again_is_what_stands_in_the_report(book: Database, report: Report) -> None:
    seen: set[str] = set()
    with book.read() as session:
        for filters in _asked(report):
            seen |= _walk(session, report, filters)
    assert seen == set(EXPLAINED.get(report.name, ())), "a column that never had a figure proves nothing"


def test_so_it_is_where_each_warehouse_has_its_own_cost(tmp_path: Path) -> None:
    told = _shop(tmp_path, "warehouse")
    with told.book.read() as session:
        for name in ("stock", "turnover", "ageing", "layers", "stock-ledger", "stocktake-accuracy"):
            report = report_named(name)
            for filters in (Filters(TODAY), Filters(TODAY, warehouse="B"), *(Filters(TODAY, by=(by,)) for by in report.by)):
                _walk(session, report, filters)
    told.book.close()


def _walk(session: Session, report: Report, filters: Filters) -> set[str]:
    """Ask for every cell and every total; the columns that had a figure."""
    result, seen = run_report(session, report, filters), set()
    for place, row in enumerate(result.rows):
        for column in EXPLAINED.get(report.name, ()):
            key = report_key(report, filters, Numbered(place, row), column)
            assert isinstance(key, WhyKey), (report.name, column)
            shown = Numbered(place, row).get(column)
            _explained(session, key, shown, f"{report.name} {filters} {row} {column}")
            seen |= {column} if shown is not None else set()
    for column, total in result.totals.items():
        key = total_key(report, filters, column, result)
        if total is not None and column in EXPLAINED.get(report.name, ()) and (total or isinstance(key, WhyKey)):
            assert isinstance(key, WhyKey), (report.name, column, total)
            _explained(session, key, total, f"{report.name} {filters} total {column}")
    return seen


def _explained(session: Session, key: WhyKey, shown: Decimal | int | None, where: str) -> None:
    found = explain(session, key)
    assert found.result == shown, f"{where}: {found.result} counted, {shown} shown; {key}"
    assert found.checked is not False, f"{where}: {found.check}; {key}"
    if shown is not None:
        assert found.formula[0].value == shown, where
        assert len(found.formula) > 1 or found.groups, f"{where}: says nothing"
    for words, _said, down in _ways(found):
        assert down != key, f"{where}: {words} leads to itself"


def test_every_way_down_tells_the_number_that_led_to_it(book: Database) -> None:
    """From each report's rows down through all parts: what a part is said to be is what its own derivation counts."""
    with book.read() as session:
        waiting = _first_keys(session)
        seen: set[str] = set()
        while waiting:
            key = waiting.pop()
            if repr(replace(key, shown=None)) in seen or len(seen) > MOST_STEPS:
                continue
            seen.add(repr(replace(key, shown=None)))
            found = explain(session, key)
            for words, said, down in _ways(found):
                told = explain(session, down)
                assert told.result is None or any(abs(told.result) == abs(value) for value in said if value is not None), (
                    f"{key.figure} → {down.figure}: {words} says {said}, counted {told.result}\n{key}\n{down}"
                )
                assert told.checked is not False, f"{down}: {told.check}"
                waiting.append(down)
    assert len(seen) > LEAST_STEPS


def _first_keys(session: Session) -> list[WhyKey]:
    found: list[WhyKey] = []
    for report in REPORTS:
        filters = Filters(TODAY, partner="C2" if report.needs else None)
        result = run_report(session, report, filters)
        columns = tuple(EXPLAINED.get(report.name, ()))
        keys = [report_key(report, filters, Numbered(n, row), c) for n, row in enumerate(result.rows) for c in columns]
        keys += [total_key(report, filters, column, result) for column in result.totals]
        found += [key for key in keys if isinstance(key, WhyKey)]
    return found


def _ways(found: Derivation) -> list[tuple[str, tuple[Decimal | None, ...], WhyKey]]:
    """The parts of a derivation that lead further down, with the numbers that stand beside them."""
    terms = [(term.words, (term.value,), term.key) for term in found.formula]
    parts = [(part.words, (part.quantity, part.value), part.key) for part in found.rows]
    return [(words, said, key) for words, said, key in (*terms, *parts) if key is not None and any(v is not None for v in said)]


# --- pages that are no reports ---------------------------------------------------------------------------------------


def _asks(session: Session, answer: Answer, where: str) -> int:
    """1 for a figure that is counted again as it is shown; 0 for a sentence."""
    assert answer is not None, where
    if isinstance(answer, str):
        assert answer, where
        return 0
    _explained(session, answer, answer.shown, where)
    return 1


def _cells(detail: DocumentDetail) -> list[tuple[Any, str]]:
    """The rows of a document's page with the columns that have a number in them."""
    if not kind_of(detail.head.kind).has_lines:
        rows = [{"line": f"p{place}"} for place in range(len(detail.payments))] + [
            {"line": f"s{link.id}"} for link in detail.links
        ]
        return [(row, "amount") for row in rows]
    of_orders = ("fulfilled", "open")
    names = [name for name in (*LINES, *TYPED_COLUMNS) if name not in of_orders or kind_of(detail.head.kind).is_order]
    return [(line, name) for line in detail.lines for name in names if getattr(line, name) is not None]


def test_every_number_of_every_document_can_be_asked(book: Database) -> None:
    counted: dict[str, int] = {}
    with book.read() as session:
        for head in document_list(session, DocumentFilter()).rows:
            detail = document_detail(session, head.id)
            for column in DOCUMENTS:
                _asks(session, list_of_documents(head, column), f"{head.number} {column}")
            for row, column in _cells(detail):
                counted[column] = counted.get(column, 0) + _asks(session, document_key(detail, row, column), f"{head} {column}")
            for column in ("amount", "cost", "profit"):
                if (total := document_total(detail, column)) is not None:
                    _asks(session, total, f"{head.number} total {column}")
    assert set(counted) == {*LINES, *TYPED_COLUMNS}
    assert all(counted[column] for column in (*LINES, "quantity")), "each was a figure at least once"


def test_every_number_of_stock_and_its_movements_can_be_asked(book: Database) -> None:
    for asked in (StockQuestion(), StockQuestion(warehouse="B"), StockQuestion(as_of=date(2026, 3, 12))):
        with book.read() as session:
            look = StockLook(session, asked)
            last = asked.as_of
            for row in look.rows():
                for column in (*STOCK, "minimum", "at_B"):
                    _asks(session, stock_key(row, column, asked, last), f"{asked} {row.name} {column}")
                for moved in product_movements(session, row.id, warehouse=asked.warehouse, until=asked.as_of):
                    for column in MOVEMENTS:
                        _asks(session, movement_key(row.id, moved, column, asked), f"{asked} {moved} {column}")
            for column in (*STOCK, "at_B"):
                if (answer := stock_total(look.totals(), column, asked, last)) is not None:
                    assert _asks(session, answer, f"{asked} total {column}") or column == "unit_cost"


def test_every_number_of_products_and_partners_can_be_asked(book: Database) -> None:
    sides: tuple[Literal["customer", "supplier"], ...] = ("customer", "supplier")
    with book.read() as session:
        for row in product_page(session, ProductFilter(), today=TODAY).rows:
            for column in PRODUCTS:
                _asks(session, product_key(row, column, TODAY), f"{row.name} {column}")
            detail = product_detail(session, row.id, TODAY)
            for place in range(4):
                key = product_figure(detail.card, detail.insight.daily, detail.insight.days_left, place, TODAY)
                assert _asks(session, key, f"{row.name} figure {place}")
        for side in sides:
            for line in partners_page(session, PartnerFilter(side=side), TODAY).lines:
                for column in PARTNERS:
                    _asks(session, partner_key(line, column, side, TODAY), f"{line.name} {column}")
                of = partner_detail(session, line.id, side, None, TODAY)
                for place in range(4 if side == "customer" else 3):
                    _asks(session, partner_figure(of, line, place, TODAY), f"{line.name} figure {place}")


def test_every_number_in_the_small_tables_of_their_panels_can_be_asked(book: Database) -> None:
    counted: dict[str, int] = {}

    def ask(session: Session, name: str, sheet: Sequence[SheetRow]) -> None:
        for row in sheet:
            for place, (text, answer) in enumerate(zip(row.cells, row.answers, strict=True)):
                figure = place > 0 and re.fullmatch(r"[+-]?[\d,]+(\.\d+)?", text) is not None
                assert (answer is not None) or not figure, f"{name}: {row.cells} {place}"
                if answer is not None:
                    counted[name] = counted.get(name, 0) + _asks(session, answer, f"{name} {row.cells} {place}")

    with book.read() as session:
        for found in product_page(session, ProductFilter(), today=TODAY).rows:
            detail = product_detail(session, found.id, TODAY)
            ask(session, "parts", part_sheet(detail))
            ask(session, "prices", price_sheet(detail))
            for value in (False, True):
                ask(session, "batches", batch_sheet(detail, value=value))
                ask(session, "places", place_sheet(detail, value=value))
            ask(session, "moves", move_sheet(detail, 20))
        sides: tuple[Literal["customer", "supplier"], ...] = ("customer", "supplier")
        for side in sides:
            for line in partners_page(session, PartnerFilter(side=side), TODAY).lines:
                of = partner_detail(session, line.id, side, None, TODAY)
                for row in of.statement.lines:
                    for answer in statement_keys(of.statement.partner, row, side):
                        counted[side] = counted.get(side, 0) + _asks(session, answer, f"{line.name} {row.number}")
    assert min(counted.get(name, 0) for name in ("parts", "batches", "places", "moves", *sides)) > 1, counted
    assert counted["prices"] == 0, "prices were set, and a sentence says so"


def test_every_number_of_a_cost_difference_slip_can_be_asked(book: Database) -> None:
    with book.read() as session:
        slips = [difference_slip(session, head.seq) for head in difference_slips(session)]
        for slip in slips:
            for column in DIFFERENCES:
                assert _asks(session, difference_total(slip.rows, column), f"{slip.head.number} total {column}")
                for row in slip.rows:
                    assert _asks(session, difference_key(row, column), f"{slip.head.number} {row.number} {column}")
    assert len(slips) > 2


def test_a_draft_says_that_its_numbers_are_typed(book: Database) -> None:
    with book.read() as session:
        draft = replace(document_list(session, DocumentFilter()).rows[0], status="draft", number=None)
    assert list_of_documents(draft, "signed_total") == _(OF_DRAFT)


def test_what_is_still_to_be_accepted_of_a_transfer_can_be_asked(shop: Any) -> None:
    with shop.book.read() as session:
        sent = under_way(session, shop.sent.document_id)
        for of in sent.lines:
            key = WhyKey("still_open", of.product_id, document_id=sent.id, line=of.line, shown=of.open)
            _explained(session, key, of.open, of.name)
        assert [of.open for of in sent.lines] == [Decimal(6)]
