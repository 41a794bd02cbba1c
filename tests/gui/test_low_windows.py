"""The smallest window, 1024 by 560, and large text: every page fits, nothing scrolls sideways, no row is cut."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractItemView, QApplication, QScrollArea, QWidget

from jxc_desktop.domain.documents import KINDS
from jxc_desktop.domain.why import WhyKey
from jxc_desktop.gui.line_cells import FIRST, PRODUCT, frame_of
from jxc_desktop.gui.main_window import MainWindow
from jxc_desktop.gui.screen import Desk, goto
from jxc_desktop.gui.screens import SCREENS
from jxc_desktop.gui.screens.document_editor import DocumentEditor
from jxc_desktop.gui.screens.stock import StockScreen
from jxc_desktop.gui.theme import theme
from jxc_desktop.gui.widgets.states import EmptyState
from jxc_desktop.reports import REPORTS
from tests.gui.hand import form_of, settle, shown
from tests.helpers.shop import Shop, line


@pytest.fixture
def lively(shop: Shop) -> Shop:
    """Something in every report that is wide: a cost that changed, a count, documents with long numbers."""
    water = shop.product("690000000001", name="清泉饮用天然水 550ml 整箱装")
    shop.buy(2, water, "10", "12345.67")
    shop.sell(3, water, "4", "20000")
    shop.buy(1, water, "10", "99999.99")
    shop.post("transfer", 4, line(water, "5"), to="B")
    shop.post("stocktake", 5, line(water, None, counted=Decimal(7)))
    return shop


def wrong_with(window: MainWindow) -> list[str]:
    """What does not fit in the page in front."""
    page, said = window.front, []
    assert page is not None
    need = page.minimumSizeHint()
    if need.height() > page.height() or need.width() > page.width():
        said.append(f"needs {need.width()}x{need.height()}, has {page.width()}x{page.height()}")
    for kind in (QAbstractItemView, QScrollArea):
        for view in page.findChildren(kind):
            if view.isVisible() and view.horizontalScrollBar().maximum() > 0:
                said.append(f"{type(view).__name__} scrolls sideways by {view.horizontalScrollBar().maximum()}")
    return said


@pytest.mark.language("en")  # whose words are the longest
def test_every_page_report_and_document_fits_into_the_smallest_window(
    make_window: Callable[..., MainWindow], lively: Shop
) -> None:
    window = make_window(lively)
    window.resize(1024, 560)
    targets = [goto("document", kind=kind.code) for kind in KINDS]
    targets += [goto("report", name=report.name) for report in REPORTS]
    targets += [goto(entry.name) for entry in SCREENS if entry.name not in ("document", "report", "difference")]
    wrong: dict[str, list[str]] = {}
    for target in targets:
        window.navigate(target, fresh=True)
        QTest.qWait(20)  # filters that find no room go a turn later
        settle(window)
        assert (window.width(), window.height()) == (1024, 560), target
        if found := wrong_with(window):
            wrong[" ".join(map(str, (target.name, *target.arguments.values())))] = found
    assert not wrong


def test_an_icon_that_finds_no_room_goes_and_the_sentence_stays(qapp: QApplication) -> None:
    holder = QWidget()
    empty = EmptyState("coins", "还没有可分摊的", "选好入库单，填上费用金额。", parent=holder)
    holder.show()
    for height, icon in ((90, False), (300, True), (90, False)):
        empty.resize(334, height)
        empty.show()
        QApplication.processEvents()
        shown_icon, words = empty._icon, empty._text
        assert shown_icon.isVisible() == icon
        assert words.geometry().bottom() < height
        assert empty._title.geometry().bottom() <= words.geometry().top()
        assert empty.minimumSizeHint().height() <= 100


@pytest.mark.parametrize("height", range(600, 700, 20))
def test_the_explanation_cuts_no_row_in_large_text(application: QApplication, shop_desk: Desk, lively: Shop, height: int) -> None:
    theme.apply(application, "light", 125)
    water = lively.product("TEA", name="绿茶")
    lively.buy(1, water, "90", "2")
    for kind in ("sale", "purchase_return", "write_off", "stock_out", "stock_in", "overage"):
        for day in (2, 3):
            partner = {"sale": "C", "purchase_return": "S"}.get(kind)
            lively.post(kind, day, line(water, "1", "2"), partner=partner)
    page = shown(StockScreen(shop_desk), 1200, height)
    page.explain(WhyKey("on_hand", product_id=water))
    QTest.qWait(30)
    settle(page)
    QTest.qWait(30)
    assert page.why_host is not None
    panel = page.why_host.panel
    room = panel.area.viewport().height()
    assert panel.table.height() > room, "not everything fits, or this shows nothing"
    assert room in panel.table.row_edges()


def test_no_line_of_a_document_is_cut_however_low_the_window(shop_desk: Desk, lively: Shop) -> None:
    water = lively.product("W", name="水")
    page = shown(DocumentEditor(shop_desk), 1180, 600, kind="purchase_receipt", products=(water,) * 9)
    grid = form_of(page).grid
    for height in (560, 573, 591, 700, 733, 900):
        page.resize(1180, height)
        settle(page)
        grid.edit_cell(8, "quantity")
        line, room = grid.rowHeight(0), grid.viewport().height()
        assert room % line == 0 or room >= 9 * line, height
        assert grid.visualRect(grid.rows.index(8, PRODUCT)).bottom() < room
        section = FIRST + [column.key for column in grid.rows.columns].index("quantity")
        assert grid.editor.geometry() == frame_of(grid.visualRect(grid.rows.index(8, section)))
    grid.remove_current()
    assert len(grid.lines) == 8


def test_the_shortcuts_to_days_leave_a_narrow_stock_page_and_come_back_with_the_room(shop_desk: Desk, shop: Shop) -> None:
    page = shown(StockScreen(shop_desk), 1180, 680)
    settle(page)
    seen = []
    for width in (1180, 900, 1180):
        page.window().resize(width, 680)
        settle(page)
        seen.append((page.start_button.isVisible(), page.end_button.isVisible()))
    assert seen == [(True, True), (False, False), (True, True)]
