"""F6 at the window: the marked figure is explained beside it, leads to its documents, and Esc gives the place back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from jxc_desktop.db.engine import Database
from jxc_desktop.gui.main_window import MainWindow
from jxc_desktop.gui.screen import Desk, Target, goto
from jxc_desktop.gui.screens.dashboard import DashboardScreen
from jxc_desktop.gui.screens.document_editor import DocumentEditor
from jxc_desktop.gui.screens.document_families import FAMILIES
from jxc_desktop.gui.screens.documents import Documents
from jxc_desktop.gui.screens.partners import Partners
from jxc_desktop.gui.screens.products import Products
from jxc_desktop.gui.screens.report import ReportScreen
from jxc_desktop.gui.screens.stock import StockScreen
from jxc_desktop.gui.screens.why_cells import OF_DRAFT, TYPED
from jxc_desktop.gui.why_panel import sheet_of
from jxc_desktop.i18n import _
from tests.gui.hand import keys, settle, shown
from tests.gui.shops import TODAY


@pytest.fixture
def shop(autumn: Any) -> Any:
    return autumn


def mark(table: Any, key: object, column: str) -> None:
    """Mark a figure of a table."""
    table.view.setFocus()
    table.view.setCurrentIndex(table.model.index(table.model.find(key), table.model.section(column)))


def test_f6_explains_the_marked_figure_and_escape_gives_the_focus_back(shop: Any, show: Any) -> None:
    page, went = show(StockScreen, product=shop.goods["COLA"])
    mark(page.table, shop.goods["COLA"], "value")
    keys(page, Qt.Key.Key_F6)
    panel = page.why_host.panel
    assert panel.found.key.figure == "stock_value"
    assert (panel.found.result, panel.found.checked) == (Decimal("12.00"), True)
    assert panel.table.hasFocus()
    assert page.key_hints() == page.why_host.hints
    keys(page, Qt.Key.Key_Escape)
    assert page.why_host is None
    assert page.table.view.hasFocus()
    assert went == [], "Esc closed the explanation, not the page"
    keys(page, Qt.Key.Key_Escape)
    assert went == [Target("back")]


def test_arrows_fold_and_enter_opens_the_document(shop: Any, show: Any) -> None:
    page, went = show(StockScreen, product=shop.goods["COLA"])
    mark(page.table, shop.goods["COLA"], "value")
    keys(page, Qt.Key.Key_F6)
    table = page.why_host.panel.table
    assert table.open, "the first sums are unfolded"
    keys(page, Qt.Key.Key_Left)
    assert 0 not in table.open
    keys(page, Qt.Key.Key_Right, Qt.Key.Key_Down)
    assert table.current().document_id == shop.bought.document_id
    keys(page, Qt.Key.Key_Return)
    assert went == [Target("document", {"id": shop.bought.document_id})]
    assert page.why_host is not None, "one comes back to it"


def test_a_part_leads_to_its_own_derivation_and_escape_leads_up_again(shop: Any, show: Any) -> None:
    page, _went = show(StockScreen, product=shop.goods["COLA"])
    mark(page.table, shop.goods["COLA"], "available")
    keys(page, Qt.Key.Key_F6)
    panel = page.why_host.panel
    assert panel.key.figure == "available"
    panel.table.mark(0)
    keys(page, Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Return)
    assert (panel.key.figure, panel.key.warehouse) == ("on_hand", "MAIN")
    assert panel.found.result == 1
    keys(page, Qt.Key.Key_Escape)
    assert panel.key.figure == "available"
    keys(page, Qt.Key.Key_Escape)
    assert page.why_host is None


def test_the_explanation_follows_the_marked_row_and_the_book(shop: Any, show: Any) -> None:
    page, _went = show(StockScreen, product=shop.goods["COLA"])
    mark(page.table, shop.goods["COLA"], "quantity")
    keys(page, Qt.Key.Key_F6)
    mark(page.table, shop.goods["TEA"], "value")
    settle(page)
    panel = page.why_host.panel
    assert (panel.key.product_id, panel.key.figure) == (shop.goods["TEA"], "stock_value")
    posted = shop.sell("2026-11-24T13:00:00", shop.goods["TEA"], "1", "5.00")
    page.tasks.announce(posted.changes)
    assert page.tasks.wait_idle()
    settle(page)
    assert (panel.found.result, panel.found.checked) == (Decimal("2.00"), True)


def test_the_explanation_goes_onto_the_clipboard_and_onto_paper(shop: Any, show: Any) -> None:
    page, _went = show(StockScreen, product=shop.goods["COLA"])
    mark(page.table, shop.goods["COLA"], "value")
    keys(page, Qt.Key.Key_F6)
    panel = page.why_host.panel
    QTest.mouseClick(panel.copy_button, Qt.MouseButton.LeftButton)
    said = QGuiApplication.clipboard().text()
    assert "可乐" in said
    assert shop.sold.number in said, "folded rows, too"
    assert panel.found.check in said
    from jxc_desktop.gui.screens.table_paper import rendered

    sheet = sheet_of(panel.found)
    assert len(sheet.rows) == len(panel.found.rows)
    assert rendered(sheet, "邻里便利店", "2026-11-24T14:22:00", False).pdf.startswith(b"%PDF")


def test_every_card_of_the_dashboard_tells_its_figure(shop: Any, show: Any) -> None:
    page, _went = show(DashboardScreen)
    expected = ("revenue", "gross_profit", "turnover", "turnover_days", "owed")
    for card, figure in zip(page.cards, expected, strict=True):
        card.setFocus()
        keys(page, Qt.Key.Key_F6)
        assert page.why_host.panel.key.figure == figure
        assert page.why_host.panel.found.checked, figure
        keys(page, Qt.Key.Key_Escape)
        assert card.hasFocus()
    QTest.mouseClick(page.sales, Qt.MouseButton.LeftButton, pos=QPoint(page.sales.width() - 18, 18))
    assert page.tasks.wait_idle()
    assert page.why_host.panel.key.figure == "revenue", "a click on the mark, not on the card"


def test_reports_documents_partners_and_products_tell_theirs(shop: Any, show: Any) -> None:
    page, _went = show(ReportScreen, name="turnover", by=("product",), date_from=date(2026, 11, 1), date_to=TODAY)
    row = next(one for one in page.table.model.loaded() if one.get("key") == "COLA")
    mark(page.table, row.at_row, "turnover_days")
    keys(page, Qt.Key.Key_F6)
    assert page.why_host.panel.key.groups == (("product", "COLA"),)
    assert page.why_host.panel.found.checked
    page.strip.asked.emit("cost_of_sales")
    assert page.tasks.wait_idle()
    assert page.why_host.panel.found.result == Decimal("8.00")
    page.close()
    page, _went = show(DocumentEditor, id=shop.sold.document_id)
    mark(page.view.table, 1, "cost")
    keys(page, Qt.Key.Key_F6)
    assert page.why_host.panel.found.result == Decimal("8.00")
    assert not page.view.side.isVisible(), "it makes room"
    keys(page, Qt.Key.Key_Escape)
    assert page.view.side.isVisible()
    QTest.mouseClick(page.view.why_button, Qt.MouseButton.LeftButton)
    assert page.tasks.wait_idle()
    assert page.why_host.panel.found.result == Decimal("12.00")
    page.close()
    page, _went = show(Partners)
    keys(page, Qt.Key.Key_F6)
    assert page.why_host.panel.found.result == Decimal("20.00")
    page.close()
    page, _went = show(Products)
    page.table.select_key(shop.goods["COLA"])
    mark(page.table, shop.goods["COLA"], "quantity")
    keys(page, Qt.Key.Key_F6)
    assert (page.why_host.panel.found.result, page.why_host.panel.found.checked) == (Decimal(6), True)


def test_what_was_typed_is_told_in_a_sentence_and_the_explanation_goes_on_from_there(shop: Any, show: Any) -> None:
    page, _went = show(DocumentEditor, id=shop.sold.document_id)
    mark(page.view.table, 1, "price")
    keys(page, Qt.Key.Key_F6)
    assert page.desk.toasts.said[-1] == ("info", _(TYPED))
    mark(page.view.table, 1, "amount")
    keys(page, Qt.Key.Key_F6)
    panel = page.why_host.panel
    assert (panel.found.result, panel.found.checked) == (Decimal("20.00"), True)
    mark(page.view.table, 1, "quantity")
    settle(page)
    assert panel.trouble.isVisible(), "the panel says it in its place"
    assert panel.trouble.text()
    assert not panel.copy_button.isEnabled()
    mark(page.view.table, 1, "profit")
    settle(page)
    assert panel.found.result == Decimal("12.00")
    assert panel.area.isVisible()


def test_a_draft_says_that_nothing_is_counted_yet(shop: Any, show: Any) -> None:
    page, _went = show(DocumentEditor, kind="sale")
    keys(page, Qt.Key.Key_F6)
    assert page.why_host is None
    assert page.desk.toasts.said[-1][1] == _(OF_DRAFT)


def test_the_total_of_a_column_is_explained_by_its_key_and_by_a_click(shop: Any, show: Any) -> None:
    page, _went = show(StockScreen)
    mark(page.table, shop.goods["TEA"], "quantity")
    QTest.keyClick(QApplication.focusWidget() or page, Qt.Key.Key_F6, Qt.KeyboardModifier.ShiftModifier)
    assert page.tasks.wait_idle()
    panel = page.why_host.panel
    assert (panel.key.figure, panel.key.product_id) == ("on_hand", None)
    assert (panel.found.result, panel.found.checked) == (Decimal(9), True)
    keys(page, Qt.Key.Key_Escape)
    bar, header = page.table.total_bar, page.table.view.horizontalHeader()
    section = page.table.model.section("value")
    middle = header.sectionViewportPosition(section) + header.sectionSize(section) // 2
    QTest.mouseClick(bar, Qt.MouseButton.LeftButton, pos=QPoint(middle, bar.height() // 2))
    assert page.tasks.wait_idle()
    assert (page.why_host.panel.found.result, page.why_host.panel.found.checked) == (Decimal("15.00"), True)


def test_by_keys_alone_into_the_formula_down_and_back_to_the_same_line(shop: Any, show: Any) -> None:
    page, _went = show(StockScreen, product=shop.goods["COLA"])
    mark(page.table, shop.goods["COLA"], "value")
    keys(page, Qt.Key.Key_F6, Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_Up)
    panel = page.why_host.panel
    assert panel.formula.hasFocus()
    keys(page, Qt.Key.Key_Right, Qt.Key.Key_Return)
    assert panel.key.figure == "unit_cost"
    keys(page, Qt.Key.Key_Escape)
    assert panel.key.figure == "stock_value"
    panel.formula.setFocus()
    keys(page, Qt.Key.Key_Down)
    assert panel.table.hasFocus()
    keys(page, Qt.Key.Key_Escape)
    mark(page.table, shop.goods["COLA"], "available")
    keys(page, Qt.Key.Key_F6)
    table = page.why_host.panel.table
    table.mark(0)
    keys(page, Qt.Key.Key_Down, Qt.Key.Key_Down)
    place = table.place()
    keys(page, Qt.Key.Key_Return)
    assert page.why_host.panel.key.warehouse == "B"
    keys(page, Qt.Key.Key_Escape)
    assert table.place() == place, "up again to the line from which one went down"


def test_key_figures_beside_the_list_are_asked_by_keys(shop: Any, show: Any) -> None:
    page, _went = show(Products)
    page.resize(1366, 700)
    page.table.select_key(shop.goods["COLA"])
    settle(page)
    page.panel.figures.setFocus(Qt.FocusReason.TabFocusReason)
    keys(page, Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_F6)
    panel = page.why_host.panel
    assert (panel.key.figure, panel.found.checked) == ("daily_sales", True)
    keys(page, Qt.Key.Key_Escape)
    assert page.panel.figures.hasFocus()
    keys(page, Qt.Key.Key_Right, Qt.Key.Key_Return)
    assert page.why_host.panel.key.figure == "days_left"


def test_lists_of_documents_and_landed_costs_tell_theirs(shop: Any, show: Any) -> None:
    freight = shop.post("landed_cost", "2026-11-24T12:00:00", partner="S", amount=Decimal("5.00"),
                        targets=[shop.bought.document_id])  # fmt: skip
    page, _went = show(lambda desk: Documents(desk, FAMILIES[0]))
    page.table.select_key(shop.sold.document_id)
    mark(page.table, shop.sold.document_id, "unpaid")
    keys(page, Qt.Key.Key_F6)
    assert (page.why_host.panel.found.result, page.why_host.panel.found.checked) == (Decimal("20.00"), True)
    page.close()
    page, _went = show(DocumentEditor, id=freight.document_id)
    page.view.table.view.setFocus()
    page.view.table.select_key(f"s{shop.bought.document_id}")
    keys(page, Qt.Key.Key_F6)
    assert (page.why_host.panel.key.figure, page.why_host.panel.found.result) == ("landed_share", Decimal("5.00"))
    assert page.why_host.panel.found.checked


def test_from_a_document_escape_leads_back_to_the_explanation_and_then_to_the_page(
    shop: Any, make_window: Callable[..., MainWindow]
) -> None:
    window = make_window(shop)
    window.navigate(goto("stock", product=shop.goods["COLA"]))
    settle(window)
    page: Any = window.front
    page.table.view.setFocus()

    def keys(*pressed: Qt.Key) -> None:
        for key in pressed:
            QTest.keyClick(QApplication.focusWidget() or window, key)
            settle(window)

    keys(Qt.Key.Key_F6, Qt.Key.Key_Down, Qt.Key.Key_Return)
    assert isinstance(window.front, DocumentEditor)
    keys(Qt.Key.Key_Escape)
    assert window.front is page
    assert page.why_host is not None
    assert page.why_host.panel.table.hasFocus()
    assert page.why_host.panel.table.mark_at == 1, "on the line that was opened"
    keys(Qt.Key.Key_Escape)
    assert page.why_host is None
    assert page.table.view.hasFocus()
    assert window.front is page
    window.close()


def test_without_a_marked_figure_f6_says_what_to_do(book: Database, make_desk: Callable[..., Desk]) -> None:
    page = shown(StockScreen(make_desk(book)))
    keys(page, Qt.Key.Key_F6)
    assert page.why_host is None
    assert page.desk.toasts.said[-1][0] == "info"
