"""The window: pages and their history, reloading, scans, palette, keys, sizes."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication

from jxc_desktop.domain.changes import Changes
from jxc_desktop.domain.errors import Stopped
from jxc_desktop.domain.troubles import BookBusy
from jxc_desktop.gui import prompts
from jxc_desktop.gui.alerts import AlertList, Trouble
from jxc_desktop.gui.main_window import Count, MainWindow, PaletteSource, ScanHit
from jxc_desktop.gui.preferences import Preferences
from jxc_desktop.gui.screen import GROUP_BOTTOM, GROUP_DATA, GROUP_TOP, Desk, Screen, ScreenEntry, goto
from jxc_desktop.gui.tasks import Tasks
from jxc_desktop.gui.theme import theme
from jxc_desktop.gui.widgets import Button, LineEdit
from jxc_desktop.gui.widgets.palette import Hit, Palette
from jxc_desktop.gui.widgets.shell import NavItem
from jxc_desktop.gui.widgets.status_bar import WorkCard
from jxc_desktop.gui.widgets.toasts import Toast
from jxc_desktop.queries.alerts import Alert
from tests.gui.hand import until, wedge
from tests.gui.shops import TODAY, FakeBook


class Page(Screen):
    title = "Page"
    follows = Changes.STOCK
    hints = (("F4", "Edit"),)

    def build(self) -> None:
        self.reads = 0
        self.opened: list[dict[str, Any]] = []
        self.codes: list[str] = []
        self.uses_codes = False
        self.pressed = 0
        self.shape = ("", "")
        self.edit = LineEdit()
        self.add(self.edit)
        self.add_action(Button("New", "primary", key="Ctrl+N", on_click=self.press))

    def press(self) -> None:
        self.pressed += 1

    def reload(self) -> None:
        self.reads += 1

    def open(self, **arguments: Any) -> None:
        self.opened.append(arguments)

    def handle_scan(self, code: str) -> bool:
        self.codes.append(code)
        return self.uses_codes

    def lay_out(self, width: str, height: str) -> None:
        self.shape = (width, height)


class Editor(Page):
    has_back = True
    agrees = True

    def may_leave(self) -> bool:
        return self.agrees


ENTRIES = (
    ScreenEntry("home", "工作台", "home", GROUP_TOP, Page, key="F2"),
    ScreenEntry("products", "商品", "box", GROUP_DATA, Page),
    ScreenEntry("settings", "设置与备份", "settings", GROUP_BOTTOM, Page),
    ScreenEntry("document", "单据", "file-text", "", Editor, single=False),
    ScreenEntry("backup", "备份", "database", "", Page, under="settings"),
    ScreenEntry("report", "报表", "report", "", Page, single=False),
)


@pytest.fixture
def window(qapp: QApplication, make_tasks: Callable[[Any], Tasks], preferences: Preferences) -> MainWindow:
    made = MainWindow(
        make_tasks(FakeBook()),
        preferences,
        today=lambda: TODAY,
        now=lambda: datetime(2026, 11, 24, 14, 22),
        shop_name="邻里便利店",
        entries=ENTRIES,
        is_demo=True,
        by="店长",
        counts=lambda _s: {"products": Count(12, "低库存 12 种")},
        alerts=lambda _s, _today: [Alert("overdue", 2, Decimal("430.99")), Alert("low", 12)],
        backup_words=lambda: ("尚未备份", Trouble("还没有备份", "关闭时会做一份")),
        lookup=lambda _s, code: ScanHit("皮蛋", code, goto("products", id=7)) if code == "6901" else None,
        sources=(PaletteSource("商品", lambda _s, text: [Hit(f"皮蛋 {text}", "库存 18 盒", goto("products", id=7))]),),
    )
    made.resize(1366, 768)
    made.show()
    made.activateWindow()
    QTest.qWaitForWindowActive(made)
    made.navigate(goto("home"))
    assert made.tasks.wait_idle()
    return made


def front(window: MainWindow) -> Page:
    page = window.front
    assert isinstance(page, Page)
    return page


def test_a_page_is_built_once_and_read_when_it_is_shown(window: MainWindow) -> None:
    home = front(window)
    window.navigate(goto("products"))
    window.navigate(goto("home"))
    assert front(window) is home
    assert home.reads == 1


def test_a_hidden_page_reads_again_only_when_it_is_shown(window: MainWindow) -> None:
    home = front(window)
    window.navigate(goto("products"))
    products = front(window)
    window.tasks.announce(Changes.STOCK)
    window.tasks.announce(Changes.STOCK)
    assert (home.reads, products.reads) == (1, 3)
    window.tasks.announce(Changes.PARTNERS)
    assert products.reads == 3
    window.back()
    assert (front(window), home.reads) == (home, 2)


def marked(window: MainWindow) -> str:
    return next(item.text() for item in window.sidebar.findChildren(NavItem) if item.isChecked())


def test_the_sidebar_marks_the_page_that_the_one_in_front_belongs_to(window: MainWindow) -> None:
    window.navigate(goto("document", id=1))
    assert marked(window) == "工作台"
    front(window).set_place("products")
    assert marked(window) == "商品"
    window.navigate(goto("backup"))
    assert marked(window) == "设置与备份"
    window.back()
    assert marked(window) == "商品"


def test_the_bell_counts_what_is_pressing_and_its_list_leads_there(window: MainWindow) -> None:
    bell: Any = next(b for b in window.top.findChildren(Button) if hasattr(b, "count"))
    assert bell.count == 2
    QTest.mouseClick(bell, Qt.MouseButton.LeftButton)
    listed = QApplication.activePopupWidget()
    assert isinstance(listed, AlertList)
    said = [(row.words, row.right) for lines in listed.lists for row in lines.rows]
    assert ("还没有备份", "") in said
    assert ("低于最低库存的商品", "12") in said
    assert ("欠款逾期的客户", "¥430.99") in said
    QTest.keyClick(listed.lists[0], Qt.Key.Key_Down)
    QTest.keyClick(listed.lists[0], Qt.Key.Key_Return)
    assert front(window).opened == [{"name": "receivables"}]


def test_work_in_the_status_bar_says_more_on_a_click_and_can_be_given_up(window: MainWindow) -> None:
    answers: list[object] = []
    counter, going = window.tasks.stoppable("正在备份"), threading.Event()

    def work() -> None:
        for done in range(3000):
            counter(done, 3000)
            going.wait(0.001)

    window.tasks.run(window, work, answers.append, answers.append)
    shown: Any = window.status.findChild(QAbstractButton)
    until(shown.isVisible)
    QTest.mouseClick(shown, Qt.MouseButton.LeftButton)
    card = QApplication.activePopupWidget()
    assert isinstance(card, WorkCard)
    QTest.mouseClick(card.stop, Qt.MouseButton.LeftButton)
    assert window.tasks.wait_idle()
    assert isinstance(answers[0], Stopped)


def test_each_document_has_a_page_of_its_own_and_is_asked_before_it_goes(window: MainWindow) -> None:
    window.navigate(goto("document", id=1))
    first = front(window)
    window.navigate(goto("document", id=2))
    second = front(window)
    assert first is not second
    assert isinstance(second, Editor)
    assert second.opened == [{"id": 2}]
    second.agrees = False
    QTest.keyClick(second, Qt.Key.Key_Escape)
    assert front(window) is second
    window.sidebar.chosen.emit("products")
    assert front(window) is second
    second.agrees = True
    QTest.keyClick(second, Qt.Key.Key_Escape)
    assert front(window) is first
    window.back()
    window.back()
    assert window.front is not None
    assert window.front.objectName() == "home"


def test_the_sidebar_keeps_its_mark_on_the_page_a_document_came_from(window: MainWindow) -> None:
    window.navigate(goto("products"), fresh=True)
    window.navigate(goto("document", id=1))
    marked = [name for name, item in window.sidebar._items.items() if item.isChecked()]
    assert marked == ["products"]
    assert window.sidebar._items["products"].count == 12


def test_a_key_presses_the_button_of_the_page_in_front_only(window: MainWindow) -> None:
    home = front(window)
    window.navigate(goto("products"))
    QTest.keyClick(window, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    assert (home.pressed, front(window).pressed) == (0, 1)
    QTest.keyClick(window, Qt.Key.Key_F2)
    assert front(window) is home
    QTest.keyClick(window, Qt.Key.Key_F5)
    assert home.reads == 2


def test_a_busy_button_cannot_be_pressed_twice(window: MainWindow) -> None:
    button = Button("过账入库", "primary", on_click=lambda: button.set_busy(True))
    width = button.sizeHint().width()
    pressed: list[int] = []
    button.clicked.connect(lambda: pressed.append(1))
    button.click()
    button.click()
    assert pressed == [1]
    button.set_busy(False)
    assert (button.isEnabled(), button.sizeHint().width()) == (True, width)


def test_a_scan_goes_to_the_page_wherever_the_focus_is(window: MainWindow) -> None:
    home = front(window)
    home.uses_codes = True
    window.scanner.clock = wedge()
    home.edit.setText("旧值")
    home.edit.setFocus()
    QApplication.processEvents()
    QTest.keyClicks(home.edit, "6908812040006")
    QTest.keyClick(home.edit, Qt.Key.Key_Return)
    QApplication.processEvents()
    assert home.codes == ["6908812040006"]
    assert home.edit.text() == "旧值"


def test_a_code_the_page_cannot_use_shows_what_it_is(window: MainWindow) -> None:
    window.scanned("6901")
    assert window.tasks.wait_idle()
    window.scanned("0000")
    assert window.tasks.wait_idle()
    assert window.toasts.said == [("info", "皮蛋"), ("warning", "没有商品使用条码 0000")]
    toast = next(toast for toast in window.findChildren(Toast) if toast.text == "皮蛋")
    next(button for button in toast.findChildren(Button) if button.text() == "打开").click()
    assert front(window).opened == [{"id": 7}]


def test_the_palette_finds_pages_by_pinyin_and_products_off_the_gui_thread(window: MainWindow, qapp: QApplication) -> None:
    window.open_palette()
    palette = window.findChild(Palette)
    assert palette is not None
    assert window.tasks.wait_idle()
    palette.edit.setText("sp")
    palette._search()
    assert window.tasks.wait_idle()
    names = [hit.name for _group, hit in palette.list._lines if hit is not None]
    assert names == ["皮蛋 sp", "商品"]
    QTest.keyClick(palette.edit, Qt.Key.Key_Down)
    QTest.keyClick(palette.edit, Qt.Key.Key_Return)
    assert not palette.isVisible()
    assert window.front is not None
    assert window.front.objectName() == "products"


def test_f1_names_every_key(window: MainWindow, qapp: QApplication) -> None:
    window.open_keys()
    from jxc_desktop.gui.widgets.about import KeyListDialog

    dialog = window.findChild(KeyListDialog)
    assert dialog is not None
    from PySide6.QtWidgets import QLabel

    words = {found.text() for found in dialog.findChildren(QLabel)}
    assert {"全部快捷键", "过账 / 提交", "为什么是这个数", "下一格"} <= words
    dialog.reject()


def test_refusals_are_said_in_the_window_and_stay(window: MainWindow, qapp: QApplication) -> None:
    prompts.show_error(window.front, BookBusy(holder="另一窗口", seconds=10))
    assert window.toasts.said[-1][0] == "danger"
    assert "另一窗口" in window.toasts.said[-1][1]
    for n in range(5):
        window.toasts.show(f"第 {n} 条")
    assert len([toast for toast in window.findChildren(Toast) if toast.isVisible()]) == 3


def test_a_page_that_cannot_be_read_says_so_and_can_try_again(window: MainWindow) -> None:
    page = front(window)
    page.show_error(BookBusy(holder="另一窗口", seconds=10))
    retry = next(button for button in page.findChildren(Button) if button.text() == "重试" and button.isVisible())
    reads = page.reads
    retry.click()
    assert page.reads == reads + 1


@pytest.mark.parametrize(
    ("size", "shape", "collapsed"),
    [
        ((1920, 1080), ("wide", "normal"), False),
        ((1366, 697), ("normal", "low"), False),
        ((1280, 650), ("compact", "very_low"), True),
        ((1024, 560), ("compact", "very_low"), True),
    ],
)
def test_the_window_fits_small_screens(
    window: MainWindow, qapp: QApplication, size: tuple[int, int], shape: tuple[str, str], collapsed: bool
) -> None:
    window.resize(*size)
    qapp.processEvents()
    assert (window.width(), window.height()) == size
    assert front(window).shape == shape
    assert window.sidebar.collapsed == collapsed
    hint = window.minimumSizeHint()
    assert hint.width() <= size[0]
    assert hint.height() <= size[1]


def test_the_look_changes_at_run_time(window: MainWindow, qapp: QApplication) -> None:
    light = window.grab().toImage().pixelColor(190, 300)
    try:
        window.switch_theme()
        qapp.processEvents()
        assert theme.dark
        assert window.grab().toImage().pixelColor(190, 300).lightness() < light.lightness() - 100
        assert window.preferences.mode == "dark"
    finally:
        theme.apply(qapp, "light")


def test_the_practice_book_is_marked_on_every_page(window: MainWindow) -> None:
    assert window.top.demo is not None
    assert window.top.demo.text == "演示账套"
    assert window.top.demo.isVisible()
    assert "演示账套" in window.windowTitle()


def test_closing_asks_pages_with_unsaved_work(window: MainWindow) -> None:
    window.navigate(goto("document", id=1))
    page = front(window)
    assert isinstance(page, Editor)
    page.agrees = False
    assert not window.close()
    page.agrees = True
    assert window.close()
    assert window.preferences.geometry is not None


def test_a_desk_is_all_a_screen_needs(desk: Desk) -> None:
    page = Page(desk)
    page.show()
    assert page.reads == 1
    page.set_title("采购入库单", "14:22 自动保存")
    page.set_badge("草稿")
    assert page.header.badge.isVisible()
    page.set_badge("")
    assert not page.header.badge.isVisible()
