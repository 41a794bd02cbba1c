"""F6 in the small tables of the panels of products and partners, by keys alone."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from jxc_desktop.domain.why import WhyKey
from jxc_desktop.gui.screen import Desk, Target
from jxc_desktop.gui.screens.master_parts import SmallTable
from jxc_desktop.gui.screens.partners import Partners
from jxc_desktop.gui.screens.products import Products
from tests.gui.hand import keys, settle, shown
from tests.helpers.shop import Shop, line

D = Decimal
DOWN, LEFT, RIGHT, F6, ESC = Qt.Key.Key_Down, Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_F6, Qt.Key.Key_Escape


@pytest.fixture
def milk(shop: Shop) -> int:
    made = shop.product("M", name="牛奶", batches=True)
    shop.post("purchase_receipt", 1, line(made, "6", "3", batch="B1", expiry="2026-04-01"), partner="S")
    shop.post("purchase_receipt", 2, line(made, "10", "4", batch="B2", expiry="2026-06-01"), partner="S")
    return made


def enter(page: Any, table: SmallTable) -> None:
    table.setFocus(Qt.FocusReason.TabFocusReason)
    assert table.hasFocus(), "it can be reached by Tab"
    settle(page)


def explained(page: Any) -> WhyKey:
    """What F6 opens now; Esc closes it again."""
    keys(page, F6)
    assert page.why_host is not None
    found: WhyKey = page.why_host.panel.key
    assert page.why_host.panel.found.checked is not False
    keys(page, ESC)
    assert page.why_host is None
    return found


def test_a_figure_of_a_small_table_is_marked_by_arrows_and_explained(shop_desk: Desk, milk: int) -> None:
    page = shown(Products(shop_desk), 1500, 800, product=milk)
    page.panel.choose_tab("stock")
    settle(page)
    table = page.panel.all_batches
    enter(page, table)
    first = explained(page)
    assert (first.figure, first.batch, first.shown) == ("on_hand", "B1", D(6))
    assert table.hasFocus(), "the focus comes back to the figure"
    keys(page, RIGHT, DOWN)
    worth = explained(page)
    assert (worth.figure, worth.batch) == ("stock_value", "B2")
    keys(page, LEFT)
    assert explained(page).figure == "on_hand"
    enter(page, page.panel.places)
    keys(page, RIGHT)
    assert explained(page).figure == "available"


def test_a_marked_figure_is_no_longer_meant_once_the_list_has_the_keys(shop_desk: Desk, milk: int) -> None:
    page = shown(Products(shop_desk), 1500, 800, product=milk)
    page.panel.choose_tab("moves")
    settle(page)
    enter(page, page.panel.moves)
    moved = explained(page)
    assert (moved.figure, moved.shown, moved.batch) == ("row_quantity", D(10), "B2")
    page.table.setFocus()
    settle(page)
    assert page.panel.marked is None
    assert isinstance(page.why(), WhyKey)


def test_enter_still_opens_the_document_of_a_line(shop_desk: Desk, milk: int, went: list[Target]) -> None:
    page = shown(Products(shop_desk), 1500, 800, product=milk)
    page.panel.choose_tab("moves")
    settle(page)
    enter(page, page.panel.moves)
    keys(page, DOWN, Qt.Key.Key_Return)
    assert went[-1].name == "document"


def test_prices_say_in_a_sentence_that_they_were_set(shop_desk: Desk, milk: int) -> None:
    page = shown(Products(shop_desk), 1500, 800, product=milk)
    page.panel.choose_tab("prices")
    settle(page)
    enter(page, page.panel.price_sheet)
    keys(page, F6)
    assert page.why_host is None
    assert shop_desk.toasts.said[-1][1] == "这是商品资料里设的，要改请打开商品。"


@pytest.mark.parametrize("share", [0.0, 0.5, 1.0])
def test_a_click_marks_a_figure_where_the_line_leads_nowhere(shop_desk: Desk, milk: int, share: float) -> None:
    """Wherever in its column it hits, and were it the first letter of a long number."""
    page = shown(Products(shop_desk), 1500, 800, product=milk)
    page.panel.choose_tab("stock")
    settle(page)
    table = page.panel.places
    (x, wide), head = table._boxes()[3], table.row_edges()[0]
    QTest.mouseClick(table, Qt.MouseButton.LeftButton, pos=QPoint(x + int(wide * share), head + 8))
    settle(page)
    marked = table.marked
    assert isinstance(marked, WhyKey)
    assert (marked.figure, marked.shown) == ("stock_value", D("58.00"))


@pytest.mark.parametrize(
    ("side", "figures"), [("customer", ["charged", "credited", "balance"]), ("supplier", ["credited", "charged", "balance"])]
)
def test_the_lines_of_a_statement_are_explained(shop: Shop, shop_desk: Desk, milk: int, side: str, figures: list[str]) -> None:
    shop.sell(3, milk, "2", "9")
    partner = shop.partners["C" if side == "customer" else "S"]
    page = shown(Partners(shop_desk), 1500, 800, id=partner)
    enter(page, page.panel.lines)
    found = [explained(page)]
    for _more in figures[1:]:
        keys(page, RIGHT)
        found.append(explained(page))
    assert [key.figure for key in found] == figures
    assert found[2].shown == (D("18.00") if side == "customer" else D("-58.00"))
    page.panel.tabs.set_value("documents")
    page.panel._show_tab("documents")
    settle(page)
    enter(page, page.panel.papers)
    assert explained(page).figure == "document_total"
