"""Known ways to be wrong that only windows can show: impatient clicks, fast scanners, every kind of code, input methods."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from decimal import Decimal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit

from jxc_desktop.db.engine import Database
from jxc_desktop.domain.acts import Act
from jxc_desktop.domain.documents import Draft, DraftLine
from jxc_desktop.domain.goods import BarcodeForm, ProductForm
from jxc_desktop.gui.scanner import Scanner
from jxc_desktop.gui.screen import Desk
from jxc_desktop.gui.screens.document_editor import DocumentEditor
from jxc_desktop.queries.documents import DocumentFilter, document_list
from jxc_desktop.services.posting import post_document
from jxc_desktop.services.products import create_product
from tests.gui.hand import form_of, settle, shown, wedge
from tests.gui.shops import TODAY

ACT = Act(user_id=1, at=datetime(2026, 11, 24, 9, 0), today=TODAY)
CODES = {
    "E8": "96385074",
    "E13": "6901234567892",
    "FIVE": "20731",
    "HYPHEN": "AB-12-7",
    "ZEROS": "0012345",
    "NONE": "12345",
}


@pytest.fixture
def page(book: Database, make_desk: Callable[..., Desk]) -> DocumentEditor:
    """A retail sale being typed, of nine bottles under each code."""
    with book.write() as session:
        lines = []
        for code, barcode in CODES.items():
            form = ProductForm(code, code, "瓶", sale_price=Decimal(2), barcodes=(BarcodeForm(barcode),))
            lines.append(DraftLine(create_product(session, form, ACT).product_id, Decimal(9), price=Decimal(1)))
        post_document(session, Draft("stock_in", lines=lines), ACT)
    return shown(DocumentEditor(make_desk(book)), kind="retail_sale")


@pytest.fixture
def scanner(page: DocumentEditor) -> Iterator[Scanner]:
    """A scanner that listens everywhere but where a dialog is open, as the main window's does."""
    made = Scanner(page.handle_scan, wants=lambda: QApplication.activeModalWidget() is None, parent=page)
    made.clock = wedge()
    made.install()
    yield made
    made.remove()


def scanned(page: DocumentEditor) -> dict[str, Decimal | None]:
    return {line.product.code: line.draft.quantity for line in form_of(page).grid.lines}


def scan(code: str) -> None:
    """What a keyboard wedge does: all the keys within a few milliseconds, then Enter, to whatever has the focus."""
    target = QApplication.focusWidget()
    assert target is not None
    QTest.keyClicks(target, code)
    QTest.keyClick(QApplication.focusWidget() or target, Qt.Key.Key_Return)


def test_two_clicks_on_post_within_a_moment_are_one_sale(page: DocumentEditor, book: Database) -> None:
    page.handle_scan(CODES["E13"])
    settle(page)
    QTest.mouseClick(page.post_button, Qt.MouseButton.LeftButton)
    QTest.mouseClick(page.post_button, Qt.MouseButton.LeftButton)
    QTest.mouseDClick(page.post_button, Qt.MouseButton.LeftButton)
    QTest.keyClick(page, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    settle(page)
    with book.read() as session:
        found = document_list(session, DocumentFilter(kinds=("retail_sale",)))
    assert [(row.number, row.status) for row in found.rows] == [("LS-20261124-001", "posted")]


def test_the_same_code_twice_within_a_tenth_of_a_second_is_two_of_it(page: DocumentEditor, scanner: Scanner) -> None:
    form_of(page).add_field.setFocus()
    scan(CODES["E13"])
    scan(CODES["E13"])
    settle(page)
    assert scanned(page) == {"E13": Decimal(2)}


def test_every_kind_of_code_finds_its_own_product_wherever_the_focus_is(page: DocumentEditor, scanner: Scanner) -> None:
    form_of(page).add_field.setFocus()
    for code in CODES.values():
        scan(code)
        settle(page)
    assert scanned(page) == dict.fromkeys(CODES, Decimal(1))


def test_letters_that_pass_through_a_chinese_input_method_are_still_the_code(page: DocumentEditor, scanner: Scanner) -> None:
    field = form_of(page).add_field
    field.setFocus()
    commit = QInputMethodEvent()
    commit.setCommitString("ＡＢ")
    QApplication.sendEvent(QApplication.focusWidget() or field, commit)
    scan("-12-7")
    settle(page)
    assert scanned(page) == {"HYPHEN": Decimal(1)}


def test_a_scan_while_a_dialog_is_open_touches_nothing_behind_it(page: DocumentEditor, scanner: Scanner) -> None:
    page.handle_scan(CODES["E13"])
    settle(page)
    dialog = QDialog(page)
    field = QLineEdit(dialog)
    dialog.setModal(True)
    dialog.show()
    dialog.activateWindow()
    field.setFocus()
    QApplication.processEvents()
    scan(CODES["E8"])
    settle(page)
    assert field.text() == CODES["E8"]
    assert scanned(page) == {"E13": Decimal(1)}
    dialog.close()
