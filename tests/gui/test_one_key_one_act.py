"""A key that two things on a page claim does nothing at all in Qt: on no page of the program may there be one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QMenu

from jxc_desktop.gui.main_window import MainWindow
from jxc_desktop.gui.screen import goto
from jxc_desktop.gui.screens import SCREENS
from jxc_desktop.gui.screens.accept import Accept
from jxc_desktop.gui.screens.accept_line import AcceptGrid
from tests.gui.hand import settle
from tests.helpers.shop import Shop, line

KINDS = ("purchase_receipt", "sale", "retail_sale", "transfer", "assembly", "landed_cost", "cost_adjustment", "receipt")
PAGES = (
    "dashboard", "sales", "purchases", "retail", "moves", "money_documents", "stock", "stocktake", "stocktaking", "products",
    "partners", "reports", "settings", "backup", "labels", "import", "differences",
)  # fmt: skip


@pytest.fixture
def window(make_window: Callable[..., MainWindow], shop: Shop) -> MainWindow:
    tea = shop.product("TEA", name="茶")
    shop.buy(1, tea, "10", "3")
    shop.sell(2, tea, "2")
    return make_window(shop)


def go_to(window: MainWindow, page: str, /, **arguments: Any) -> None:
    window.navigate(goto(page, **arguments))
    settle(window)


def doubled(window: MainWindow) -> list[str]:
    """Keys that more than one thing would answer now, wherever the focus is."""
    keys = [
        short.key().toString()
        for short in window.findChildren(QShortcut)
        if short.isEnabled() and short.context() == Qt.ShortcutContext.WindowShortcut and short.parent().isVisible()
    ]
    keys += [
        button.shortcut().toString()
        for button in window.findChildren(QAbstractButton)
        if button.isVisible() and button.isEnabled() and not button.shortcut().isEmpty()
    ]
    return sorted(key for key, count in Counter(keys).items() if count > 1)


def test_no_key_is_claimed_twice_on_any_page(window: MainWindow, shop: Shop) -> None:
    known = {entry.name for entry in SCREENS}
    assert set(PAGES) <= known, set(PAGES) - known
    found = {}
    for name in PAGES:
        go_to(window, name)
        found[name] = doubled(window)
    for kind in KINDS:
        go_to(window, "document", kind=kind)
        found[kind] = doubled(window)
    for report in ("turnover", "stock", "ageing"):
        go_to(window, "report", name=report)
        found[report] = doubled(window)
    assert {name: keys for name, keys in found.items() if keys} == {}


@pytest.mark.parametrize("name", ["products", "partners", "stock", "sales", "labels"])
def test_ctrl_f_leads_to_the_search(window: MainWindow, name: str) -> None:
    go_to(window, name)
    front = window.front
    assert front is not None
    assert window.isActiveWindow()
    QTest.keyClick(front.focusWidget() or front, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert window.focusWidget() is front.find_field()


def test_ctrl_r_asks_what_becomes_of_a_difference_while_its_number_is_being_typed(window: MainWindow, shop: Shop) -> None:
    sent = shop.post("transfer", "2026-03-09T12:00:00", line(shop.product("CUP", negative="allow"), "4"), to="B", transit=True)
    go_to(window, "accept", id=sent.document_id)
    page = window.front
    assert isinstance(page, Accept)
    menus: list[int] = []

    def look() -> None:
        menu = QApplication.activePopupWidget()
        assert isinstance(menu, QMenu)
        menus.append(len(menu.actions()))
        menu.close()

    for typed in ("3", "2"):  # once with the card of differences not there yet, once with it
        page.grid.edit_cell(0, "quantity")
        page.grid.editor.setText(typed)
        QTimer.singleShot(50, look)
        QTest.keyClick(page.grid.editor, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    assert menus == [3, 3]
    assert isinstance(page.grid, AcceptGrid)
    assert page.lines[0].found == 2
    page.take_rest()
