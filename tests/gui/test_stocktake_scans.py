"""Scans and numbers of a count: how fast, in which order and wherever the focus is, none is lost or put on other goods."""

from __future__ import annotations

import time
from collections.abc import Callable
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from jxc_desktop.db.engine import Database
from jxc_desktop.domain.troubles import BookBusy
from jxc_desktop.gui.main_window import MainWindow
from jxc_desktop.gui.screen import Desk, goto
from jxc_desktop.gui.screens import stocktaking
from jxc_desktop.gui.screens.stocktake_data import read_standing
from jxc_desktop.gui.screens.stocktaking import Stocktaking
from jxc_desktop.queries.stocktake_entries import entries_of
from tests.gui import counting
from tests.gui.counting import DRINKS, counts, goods_to_count, press, resume, scan, type_in
from tests.gui.hand import settle, until, wedge
from tests.helpers.shop import Shop

Start = Callable[..., Stocktaking]


@pytest.fixture
def shop(book: Database) -> Shop:
    return goods_to_count(book)


@pytest.fixture
def start(shop: Shop, shop_desk: Desk) -> Start:
    """The page of a count that was just begun."""
    return partial(counting.start, shop, shop_desk)


def test_a_storm_of_scans_through_the_window_is_counted_to_the_last_one_whatever_has_the_focus(
    make_window: Callable[..., MainWindow], start: Start, shop: Shop
) -> None:
    begun = start(DRINKS)
    begun.hide()
    window = make_window(shop)
    window.navigate(goto("stocktaking", document_id=begun.draft_id))
    settle(window)
    page = window.front
    assert isinstance(page, Stocktaking)
    codes = ("B-COLA", "B-TEA", "B-COLA", "B-WATER", "B-COLA") * 24
    window.scanner.clock = wedge()
    took, started = list[float](), time.monotonic()
    for number, code in enumerate(codes):
        if number == 40:
            page.grid.edit_cell(2, "quantity")
        before = time.monotonic()
        QTest.keyClicks(QApplication.focusWidget() or window, code)
        QTest.keyClick(QApplication.focusWidget() or window, Qt.Key.Key_Return)
        took.append(time.monotonic() - before)
        while time.monotonic() - started < (number + 1) * 0.02:
            QApplication.processEvents()
    settle(page)
    assert counts(page) == {"COLA": Decimal(72), "TEA": Decimal(24), "WATER": Decimal(24)}
    assert sorted(took)[-4] < 0.25, "fifty scans a second do not hold the window up, but for three that met a busy computer"
    with shop.book.read() as session:
        kept = [e for e in entries_of(session, page.draft_id or 0) if e.mode == "add"]
    assert [e.code for e in kept] == list(codes), "in the order in which they came"


def test_numbers_and_boxes_are_typed_and_plus_and_minus_step_the_line_just_scanned(start: Start, shop: Shop) -> None:
    page = start(DRINKS)
    type_in(page, "B-COLA")
    type_in(page, "14")
    assert counts(page) == {"COLA": Decimal(14)}
    page.scan.setText("3箱2件")
    QTest.keyClick(page.scan, Qt.Key.Key_Return)
    settle(page)
    assert counts(page) == {"COLA": Decimal(38)}
    type_in(page, "2x1j")
    assert counts(page) == {"COLA": Decimal(25)}, "units by their initials"
    QTest.keyClick(page.scan, Qt.Key.Key_Plus)
    QTest.keyClick(page.scan, Qt.Key.Key_Plus)
    QTest.keyClick(page.scan, Qt.Key.Key_Minus)
    settle(page)
    assert counts(page) == {"COLA": Decimal(26)}
    QTest.keyClick(page.scan, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(page.scan, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    settle(page)
    assert counts(page) == {"COLA": Decimal(26)}, "the last two steps, which took each other back"


@pytest.mark.parametrize(("said", "found"), [("5+7", "12"), ("1箱+2", "14"), ("３箱", "36"), ("5+", None), ("+5", None)])
def test_what_lies_in_two_places_is_typed_as_a_sum(start: Start, said: str, found: str | None) -> None:
    page = start()
    scan(page, "B-COLA")
    cola = page.grid.current_line
    assert cola is not None
    page.grid.edit_cell(0, "quantity")
    assert page.grid.editor.isVisible()
    page.grid.editor.setText(said)
    assert page.grid.commit() is (found is not None)
    settle(page)
    assert counts(page) == {"COLA": Decimal(found or 1)}


def test_a_number_behind_an_unknown_code_is_not_put_on_the_product_before_it(start: Start, shop: Shop) -> None:
    page = start(DRINKS)
    type_in(page, "B-COLA")
    page.handle_scan("6999999999998")
    settle(page)
    type_in(page, "55")
    assert counts(page) == {"COLA": Decimal(1)}
    assert "55 没有记" in page.notice.label.text()
    type_in(page, "55")
    assert counts(page) == {"COLA": Decimal(55)}, "said again, it is meant"


def test_a_number_typed_right_behind_a_scan_means_what_was_scanned(start: Start, shop: Shop) -> None:
    page = start(DRINKS)
    type_in(page, "B-COLA")
    page.handle_scan("B-TEA")
    page.scan.entered.emit("7")
    page.handle_scan("B-WATER")
    settle(page)
    assert counts(page) == {"COLA": Decimal(1), "TEA": Decimal(7), "WATER": Decimal(1)}


def test_a_number_behind_a_product_that_is_new_to_the_list_is_about_that_product(start: Start, shop: Shop) -> None:
    page = start()
    scan(page, "B-COLA")
    scan(page, "B-TEA")
    assert page.grid.current_line is not None
    assert page.grid.current_line.row.code == "TEA"
    page.scan.entered.emit("*4")
    settle(page)
    assert counts(page) == {"COLA": Decimal(1), "TEA": Decimal(4)}


def test_the_line_scanned_last_is_the_current_one_even_where_it_was_not_on_the_list(start: Start) -> None:
    page = start()
    scan(page, "B-COLA")
    page.batches.remember(None)
    assert page.handle_scan("MILK")
    page.scan.entered.emit("*4")
    settle(page)
    dialog = page.batches.dialog
    assert dialog is not None
    press(page, dialog, Qt.Key.Key_Return)
    assert counts(page) == {"COLA": Decimal(1), "MILKM1": Decimal(4)}, "the number is about what was scanned before it"


def test_while_the_book_is_busy_counts_wait_and_none_is_lost(start: Start, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    page = start(DRINKS)
    honest, failures = stocktaking.take, iter([True, True])

    def sometimes(*words: Any, **more: Any) -> Any:
        if next(failures, False):
            raise BookBusy(holder="backup", seconds=10)
        return honest(*words, **more)

    monkeypatch.setattr(stocktaking, "take", sometimes)
    page.queue._again.setInterval(20)
    page.handle_scan("B-COLA")
    settle(page)
    page.handle_scan("B-COLA")
    assert len(page.queue) == 2
    assert page.notice.isVisible()
    until(lambda: not page.queue.busy)
    settle(page)
    assert counts(page) == {"COLA": Decimal(2)}


def test_two_windows_under_one_name_are_told(start: Start) -> None:
    page = start()
    scan(page, "B-COLA")
    other = resume(page.desk, page.draft_id)
    scan(other, "B-COLA")
    page._feel()
    settle(page)
    assert "店长" in page.notice.label.text()
    assert counts(page) == {"COLA": Decimal(2)}, "scans add up all the same"


def test_what_was_kept_while_the_page_was_read_is_not_forgotten(start: Start, book: Database) -> None:
    page = start()
    scan(page, "B-COLA")
    with book.read() as session:
        old = read_standing(session, page.draft_id or 0)
    scan(page, "B-COLA", "B-COLA")
    page._opened(old)
    assert counts(page) == {"COLA": Decimal(3)}
