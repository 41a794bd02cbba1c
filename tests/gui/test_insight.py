"""Dashboard, reports and stock at the window: the figures of a book that was really posted, and where every row leads."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from sqlalchemy import update

from jxc_desktop.db.engine import Database
from jxc_desktop.db.models import Product
from jxc_desktop.gui import prompts
from jxc_desktop.gui.screen import Desk, Target
from jxc_desktop.gui.screens.dashboard import DashboardScreen
from jxc_desktop.gui.screens.report import ReportIndex, ReportScreen
from jxc_desktop.gui.screens.report_filters import preset_days, preset_of
from jxc_desktop.gui.screens.stock import StockScreen
from jxc_desktop.queries.stock_view import StockQuestion, product_movements, stock_view
from jxc_desktop.reports import REPORTS
from tests.gui.hand import shown, until
from tests.gui.shops import TODAY


@pytest.fixture
def shop(autumn: Any) -> Any:
    """Of tea, which was never sold, there are 3 where 5 should be."""
    with autumn.book.write() as session:
        session.execute(update(Product).where(Product.code == "TEA").values(minimum=Decimal(5)))
    return autumn


def texts(table: Any) -> list[list[str]]:
    """What stands in the columns of a table."""
    model = table.model
    return [[model.words(column, row) for column in model.columns] for row in model.loaded()]


# --- dashboard -------------------------------------------------------------------------------------------------------


def test_the_dashboard_shows_what_was_sold_today_and_each_line_leads_to_its_product(shop: Any, show: Any) -> None:
    page, went = show(DashboardScreen)
    assert "¥20.00" in page.sales.accessibleName()
    assert "¥12.00" in page.profit.accessibleName(), "4 x (5.00 - 2.00)"
    assert "¥20.00" in page.owed.accessibleName()
    assert [(r.words, r.right) for r in page.low.rows.rows] == [("绿茶", "3 件")]
    assert [r.words for r in page.slow.rows.rows] == [], "fifty days without a sale are not sixty"
    QTest.mouseClick(page.low.rows, Qt.MouseButton.LeftButton, pos=QPoint(60, 15))
    assert went[-1].name == "stock"
    assert went[-1].arguments == {"product": shop.goods["TEA"]}
    QTest.mouseClick(page.low.link, Qt.MouseButton.LeftButton)
    assert went[-1].name == "report"
    assert went[-1].arguments == {"name": "low-stock"}


def test_another_span_reads_again_and_keys_walk_the_lines(shop: Any, show: Any) -> None:
    page, went = show(DashboardScreen)
    page.span.setFocus()
    QTest.keyClick(page.span, Qt.Key.Key_Right)
    assert page.tasks.wait_idle()
    assert page.board.span == "7"
    page.low.rows.setFocus()
    QTest.keyClick(page.low.rows, Qt.Key.Key_Return)
    assert went[-1].name == "stock"


def test_a_posting_changes_the_dashboard_at_once(shop: Any, show: Any, book: Database) -> None:
    page, _went = show(DashboardScreen)
    posted = shop.sell("2026-11-24T13:00:00", shop.goods["COLA"], "1", "5.00")
    page.tasks.announce(posted.changes)
    assert page.tasks.wait_idle()
    assert "¥25.00" in page.sales.accessibleName()


def test_a_new_shop_sees_its_first_steps(book: Database, make_desk: Callable[..., Desk]) -> None:
    went: list[Target] = []
    page = shown(DashboardScreen(make_desk(book, went=went)))
    assert page.first.isVisible()
    assert not page.content.isVisible()
    page.steps.setFocus()
    QTest.keyClick(page.steps, Qt.Key.Key_Down)
    QTest.keyClick(page.steps, Qt.Key.Key_Return)
    assert went[-1] == Target("document", {"kind": "opening_stock"})


# --- reports ---------------------------------------------------------------------------------------------------------


def test_every_report_opens_with_rows_or_a_word_about_why_there_are_none(shop: Any, show: Any) -> None:
    for report in REPORTS:
        page, _went = show(ReportScreen, name=report.name)
        assert page.table is not None
        asked = bool(report.needs)
        assert (page.answered is None) == asked, report.name
        if page.answered is not None:
            assert page.table.model.rowCount() == len(page.answered.result.rows)
        page.close()


def test_the_turnover_report_counts_the_year_and_narrows_to_a_row(shop: Any, show: Any) -> None:
    page, went = show(ReportScreen, name="turnover", by=("product",), date_from=date(2026, 11, 1), date_to=TODAY)
    rows = {row[0]: row for row in texts(page.table)}
    assert rows["COLA"][2] == "8.00"
    value = next(f.value for f in page.strip.figures if "¥" in f.value and f.value.endswith("8.00"))
    assert value == "¥8.00"
    page.table.select_key(next(r.at_row for r in page.table.model.loaded() if r.get("key") == "COLA"))
    QTest.keyClick(page.table.view, Qt.Key.Key_Return)
    assert went[-1] == Target("stock", {"product": "COLA"})


def test_a_row_of_a_ledger_keeps_its_number_and_leads_to_its_document(shop: Any, show: Any) -> None:
    page, went = show(ReportScreen, name="stock-ledger")
    numbers = [row[1] for row in texts(page.table)]
    assert numbers == [shop.sold.number]
    page.table.select_key(0)
    QTest.keyClick(page.table.view, Qt.Key.Key_Return)
    assert went[-1] == Target("document", {"id": shop.sold.document_id})


def test_presets_choose_days_and_typed_days_unchoose_the_preset(shop: Any, show: Any) -> None:
    page, _went = show(ReportScreen, name="sales")
    bar = page.bar
    assert bar.presets.value == "30"
    assert bar.filters().date_from == date(2026, 10, 26)
    bar.date_from.setFocus()
    bar.date_from.setText("1001")
    QTest.keyClick(bar.date_from, Qt.Key.Key_Return)
    assert page.tasks.wait_idle()
    assert bar.presets.value is None
    assert page.answered.filters.date_from == date(2026, 10, 1)
    assert preset_days("last_month", date(2026, 1, 5)) == (date(2025, 12, 1), date(2025, 12, 31))
    assert preset_of(date(2026, 1, 1), date(2026, 1, 5), date(2026, 1, 5)) == "month"


def test_a_report_goes_into_a_spreadsheet_as_it_stands(shop: Any, show: Any, tmp_path: Path) -> None:
    page, _went = show(ReportScreen, name="stock")
    with prompts.answering(lambda _asked: tmp_path / "stock"):
        for ending in ("xlsx", "csv", "pdf"):
            page.export(ending)
            assert page.tasks.wait_idle(20_000)
    sheet = openpyxl.load_workbook(tmp_path / "stock.xlsx").active
    codes = [row[0].value for row in sheet.iter_rows(min_row=2)]
    with (tmp_path / "stock.csv").open(encoding="utf-8-sig") as file:
        assert [row[0] for row in csv.reader(file)][1:] == codes == ["COLA", "TEA"]
    assert (tmp_path / "stock.pdf").read_bytes().startswith(b"%PDF")
    assert page.export_button.isEnabled()
    assert page.desk.toasts.said[-1][0] == "success"


def test_the_index_opens_a_report_by_keyboard(book: Database, show: Any) -> None:
    page, went = show(ReportIndex)
    assert sum(len(lines.rows) for lines in page.lists) == len(REPORTS)
    page.lists[0].setFocus()
    QTest.keyClick(page.lists[0], Qt.Key.Key_Down)
    QTest.keyClick(page.lists[0], Qt.Key.Key_Return)
    assert went == [Target("report", {"name": page.lists[0].rows[1].target.arguments["name"]})]


# --- stock -----------------------------------------------------------------------------------------------------------


def test_stock_stands_by_warehouse_with_its_cost_on_any_day(shop: Any, book: Database) -> None:
    with book.read() as session:
        now = {r.code: r for r in stock_view(session, StockQuestion()).rows}
        then = {r.code: r for r in stock_view(session, StockQuestion(as_of=date(2026, 10, 2))).rows}
        back = stock_view(session, StockQuestion(warehouse="B"))
        low = stock_view(session, StockQuestion(below_minimum=True))
        moves = product_movements(session, shop.goods["COLA"])
    assert dict(now["COLA"].places) == {"MAIN": Decimal(1), "B": Decimal(5)}
    assert (now["COLA"].quantity, now["COLA"].unit_cost, now["COLA"].value) == (Decimal(6), Decimal("2.0000"), Decimal("12.00"))
    assert then["COLA"].quantity == 10
    assert dict(then["COLA"].places) == {"MAIN": Decimal(10)}
    assert [r.code for r in back.rows] == ["COLA"]
    assert [r.code for r in low.rows] == ["TEA"]
    assert moves[0].balance == 6
    assert moves[0].went == 4
    assert moves[-1].came == 10
    assert moves[0].balance_value == Decimal("12.00")


def test_the_stock_page_marks_the_product_it_was_opened_for_and_follows_the_arrow_keys(shop: Any, show: Any) -> None:
    page, went = show(StockScreen, product=shop.goods["TEA"])
    assert page.current().code == "TEA"
    QTest.keyClick(page.table.view, Qt.Key.Key_Up)
    assert page.tasks.wait_idle()
    assert page.current().code == "COLA"
    assert page.ledger.model.rowCount() == 4, "receipt, two sides of the transfer, sale"
    page.ledger.select_key(page.ledger.model.loaded()[0].key)
    QTest.keyClick(page.ledger.view, Qt.Key.Key_Return)
    assert went[-1] == Target("document", {"id": shop.sold.document_id})
    QTest.keyClick(page, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    assert went[-1] == Target("document", {"kind": "transfer", "products": (shop.goods["COLA"],)})


def test_a_scan_and_a_past_day_narrow_the_stock(shop: Any, show: Any) -> None:
    page, _went = show(StockScreen)
    assert page.handle_scan("TEA")
    assert page.tasks.wait_idle()
    assert [r.code for r in page.table.model.loaded()] == ["TEA"]
    page.search.clear()
    page.day.setFocus()
    page.day.setText("1002")
    QTest.keyClick(page.day, Qt.Key.Key_Return)
    until(lambda: len(page.table.model.loaded()) == 2)
    assert {r.code: r.quantity for r in page.table.model.loaded()} == {"COLA": Decimal(10), "TEA": Decimal(3)}


def test_a_product_that_is_gone_is_found_when_asked_for(shop: Any, show: Any) -> None:
    gone = shop.product("GONE", name="旧货")
    shop.buy("2026-10-05T10:00:00", gone, "1", "3.00")
    shop.sell("2026-10-06T10:00:00", gone, "1", "4.00")
    page, _went = show(StockScreen)
    assert "GONE" not in [r.code for r in page.table.model.loaded()]
    page.open(product="GONE")
    assert page.tasks.wait_idle()
    assert page.current().code == "GONE"
    assert not page.with_stock.isChecked()
