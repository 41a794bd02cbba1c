"""What happens after a page is gone: themes change, the book changes, and nobody calls what no longer exists."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

from jxc_desktop.domain.changes import Changes
from jxc_desktop.domain.documents import KINDS, Draft
from jxc_desktop.domain.why import WhyKey
from jxc_desktop.gui.main_window import MainWindow
from jxc_desktop.gui.print_preview import PrintPreview
from jxc_desktop.gui.screen import Desk, goto
from jxc_desktop.gui.screens import SCREENS
from jxc_desktop.gui.screens.document_editor import DocumentEditor
from jxc_desktop.gui.screens.document_ways import offer_lock_again
from jxc_desktop.gui.screens.stock import StockScreen
from jxc_desktop.gui.theme import Mode, theme
from jxc_desktop.gui.widgets import Button
from jxc_desktop.gui.widgets.toasts import Toast
from jxc_desktop.queries.locking import lock_state
from jxc_desktop.reports import REPORTS
from jxc_desktop.services.drafts import save_draft
from tests.gui.hand import add, settle, shown
from tests.helpers.shop import Shop, line


@pytest.fixture
def faults(monkeypatch: pytest.MonkeyPatch) -> list[BaseException]:
    """What failed where nobody waits for an answer: in slots, timers and overrides."""
    met: list[BaseException] = []
    monkeypatch.setattr(sys, "excepthook", lambda _kind, error, _trace: met.append(error))
    return met


def world_turns(application: QApplication, desk: Desk) -> None:
    """Another theme, another size of text, another state of the book."""
    turns: tuple[tuple[Mode, int], ...] = (("dark", 100), ("light", 125), ("light", 100))
    for mode, scale in turns:
        theme.apply(application, mode, scale)
    desk.tasks.announce(Changes.STOCK | Changes.DOCUMENTS | Changes.PRODUCTS | Changes.PARTNERS | Changes.SETTINGS)
    settle(desk)


def test_a_panel_that_is_gone_hears_of_no_other_theme(
    application: QApplication, shop_desk: Desk, shop: Shop, faults: list[BaseException]
) -> None:
    water = shop.product("W", name="水")
    page = shown(StockScreen(shop_desk), 1200, 700)
    page.explain(WhyKey("on_hand", product_id=water))
    settle(page)
    page.close()
    page.deleteLater()
    settle(shop_desk)
    assert not isValid(page)
    world_turns(application, shop_desk)
    assert faults == []


def test_pages_that_were_left_in_the_middle_of_their_work_are_not_called(
    application: QApplication, make_window: Callable[..., MainWindow], shop: Shop, faults: list[BaseException]
) -> None:
    """Each is opened and left at once, with its answers, timers and movements still under way."""
    water = shop.product("W", name="水")
    shop.buy(1, water, "10", "2")
    window = make_window(shop)
    targets: list[Any] = [goto("document", kind=kind.code) for kind in KINDS]
    targets += [goto("report", name=report.name) for report in REPORTS]
    targets += [goto(entry.name) for entry in SCREENS if entry.name not in ("document", "report", "difference")]
    for target in targets:
        window.navigate(target, fresh=True)
        QApplication.processEvents()
    settle(window)
    world_turns(application, window.desk)
    assert faults == []


def test_a_window_closed_while_pages_read_and_a_message_stands_is_not_called(
    application: QApplication, make_window: Callable[..., MainWindow], shop: Shop, faults: list[BaseException]
) -> None:
    water = shop.product("W", name="水")
    shop.buy(1, water, "10", "2")
    window = make_window(shop)
    desk = window.desk
    window.navigate(goto("stock"), fresh=True)
    window.toasts.show("已保存", ms=5)
    window.navigate(goto("products", product=water))
    window.navigate(goto("document", kind="retail_sale", products=(water,)))
    window.close()
    window.deleteLater()
    settle(desk)
    assert not isValid(window)
    world_turns(application, desk)
    assert faults == []


# --- what a message offers after its page was left -------------------------------------------------------------------


def press(window: MainWindow, words: str) -> None:
    """The link of the message that stands there."""
    (link,) = [button for toast in window.findChildren(Toast) for button in toast.findChildren(Button) if button.text() == words]
    link.click()
    settle(window)


def left_after(window: MainWindow, act: Callable[[DocumentEditor], object], **opened: Any) -> None:
    """A document is opened over the list of stock, something done in it, and the page left for good."""
    window.navigate(goto("stock"), fresh=True)
    window.navigate(goto("document", **opened))
    settle(window)
    page = window.front
    assert isinstance(page, DocumentEditor)
    act(page)
    settle(window)
    window.back()
    settle(window)
    assert not isValid(page)


def test_a_posted_document_is_printed_from_its_message_after_the_page_was_left(
    make_window: Callable[..., MainWindow], shop: Shop, monkeypatch: pytest.MonkeyPatch, faults: list[BaseException]
) -> None:
    shown_over: list[QWidget] = []
    monkeypatch.setattr(PrintPreview, "exec", lambda dialog: shown_over.append(dialog.parentWidget()))
    water = shop.product("W", name="水")
    shop.buy(1, water, "10", "2")
    window = make_window(shop)

    def post(page: DocumentEditor) -> None:
        add(page, water, "2")
        page.post()

    left_after(window, post, kind="retail_sale")
    press(window, "打印")
    assert (shown_over, faults) == ([window], [])


def test_the_slip_of_a_late_receipt_opens_from_its_message_after_the_page_was_left(
    make_window: Callable[..., MainWindow], shop: Shop, faults: list[BaseException]
) -> None:
    water = shop.product("W", name="水")
    shop.buy(2, water, "10", "2")
    shop.sell(3, water, "4")
    with shop.book.write() as session:
        late = Draft("purchase_receipt", "2026-03-01T12:00:00", shop.partners["S"], shop.warehouses["MAIN"])
        late.lines = [line(water, "10", "4")]
        draft = save_draft(session, late, shop.act).document_id
    window = make_window(shop)
    left_after(window, lambda page: page.post(), id=draft)
    press(window, "看看变了什么")
    assert window.front is not None
    assert (window.front.objectName(), faults) == ("difference", [])


def test_days_are_locked_again_from_the_message_after_the_page_was_left(
    make_window: Callable[..., MainWindow], shop: Shop, faults: list[BaseException]
) -> None:
    window = make_window(shop)
    left_after(window, lambda page: offer_lock_again(page, "2026-03-05"), kind="retail_sale")
    press(window, "重新结账")
    with shop.book.read() as session:
        assert lock_state(session).until == "2026-03-05"
    assert window.toasts.said[-1][1] == "2026-03-05 及以前已结账"
    assert faults == []
