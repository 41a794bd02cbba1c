"""The scanner: what is a scan, where it goes, and what the field it ran into has afterwards."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from jxc_desktop.gui.scanner import Scanner
from jxc_desktop.gui.widgets import LineEdit, QuantityEdit, column
from tests.gui.hand import focus, wedge


@pytest.fixture
def scans(qapp: QApplication) -> Any:
    heard: list[str] = []
    scanner = Scanner(heard.append, known=lambda code: code == "12", parent=qapp)
    scanner.heard = heard  # type: ignore[attr-defined]
    scanner.clock = wedge()
    scanner.install()
    yield scanner
    scanner.remove()


def field_with_focus(value: str) -> QuantityEdit:
    page = QWidget()
    edit = QuantityEdit(Decimal(value))
    page.setLayout(column(edit))
    focus(edit)
    edit.page = page  # type: ignore[attr-defined]
    return edit


def test_a_scan_into_a_quantity_gives_the_old_value_back(qapp: QApplication, scans: Any) -> None:
    edit = field_with_focus("5")
    QTest.keyClicks(edit, "6908812040006")
    QTest.keyClick(edit, Qt.Key.Key_Return)
    qapp.processEvents()
    assert scans.heard == ["6908812040006"]
    assert edit.text() == "5"


def test_slow_typing_is_no_scan(qapp: QApplication, scans: Any) -> None:
    moments = iter(n * 0.04 for n in range(100))
    scans.clock = lambda: next(moments)
    edit = field_with_focus("5")
    QTest.keyClicks(edit, "1234567")
    QTest.keyClick(edit, Qt.Key.Key_Return)
    qapp.processEvents()
    assert scans.heard == []
    assert edit.value() == Decimal(1234567)


def test_a_short_code_counts_only_when_it_is_known(qapp: QApplication, scans: Any) -> None:
    edit = field_with_focus("5")
    for code in ("12", "13"):
        QTest.keyClicks(edit, code)
        QTest.keyClick(edit, Qt.Key.Key_Tab)
        edit.setFocus()
        qapp.processEvents()
    assert scans.heard == ["12"]


def test_letters_that_come_through_an_input_method_belong_to_the_scan(qapp: QApplication, scans: Any) -> None:
    page, edit = QWidget(), LineEdit("旧")
    page.setLayout(column(edit))
    focus(edit)
    commit = QInputMethodEvent()
    commit.setCommitString("ＡＢ")
    QApplication.sendEvent(edit, commit)
    QTest.keyClicks(edit, "1234")
    QTest.keyClick(edit, Qt.Key.Key_Return)
    qapp.processEvents()
    assert scans.heard == ["AB1234"]
    assert edit.text() == "旧"


def test_a_barcode_field_keeps_what_is_scanned_into_it(qapp: QApplication, scans: Any) -> None:
    edit = field_with_focus("5")
    edit.setProperty("takes_scans", True)
    QTest.keyClicks(edit, "690881")
    QTest.keyClick(edit, Qt.Key.Key_Return)
    qapp.processEvents()
    assert scans.heard == []
    assert edit.value() == Decimal(690881)
