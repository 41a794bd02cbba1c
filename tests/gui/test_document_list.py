"""Documents once they are there: listed, exported, printed, voided, changed, copied."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from jxc_desktop.domain.documents import Draft, DraftLine
from jxc_desktop.gui import prompts
from jxc_desktop.gui.print_preview import PrintPreview
from jxc_desktop.gui.screen import Desk, Target
from jxc_desktop.gui.screens.document_editor import DocumentEditor
from jxc_desktop.gui.screens.documents import Documents, factory
from jxc_desktop.services.drafts import load_draft
from tests.gui.hand import form_of, settle, shown
from tests.gui.shops import ClerkShop


@pytest.fixture
def shop(clerk_shop: ClerkShop) -> ClerkShop:
    return clerk_shop


def test_voiding_asks_for_a_reason_and_changing_opens_a_copy(
    page: Callable[..., DocumentEditor], shop: ClerkShop, went: list[Target]
) -> None:
    receipt = shop.detail(kinds=("purchase_receipt",)).head.id
    made = page(id=receipt)
    assert made.detail is not None
    with prompts.answering(lambda _asked: prompts.Answer(False)):
        made.acts.void(made.detail.head)
    settle(made)
    assert shop.on_hand(shop.water) == 5
    with prompts.answering(lambda _asked: prompts.Answer(True, "重复录入")) as seen:
        made.acts.change(made.detail.head)
    settle(made)
    assert isinstance(seen[0], prompts.Question)
    assert "JH-20261124-001" in seen[0].title
    assert shop.on_hand(shop.water) == 0
    assert made.header.badge.text == "已作废"
    assert went[-1].name == "document"
    with shop.book.read() as session:
        draft = load_draft(session, went[-1].arguments["id"])
    assert [(line.product_id, line.quantity) for line in draft.lines] == [(shop.water, Decimal(5))]


def test_a_copy_has_the_lines_and_no_number(page: Callable[..., DocumentEditor], shop: ClerkShop) -> None:
    receipt = shop.detail(kinds=("purchase_receipt",)).head.id
    made = page(copy_of=receipt, kind="purchase_receipt")
    assert made.header.badge.text == "草稿"
    assert [line.product.code for line in form_of(made).grid.lines] == ["W1"]
    made.post_button.click()
    settle(made)
    assert shop.on_hand(shop.water) == 10


@pytest.fixture
def listed(shop: ClerkShop, shop_desk: Desk) -> Documents:
    shop.post(Draft("sale", partner_id=shop.customer, lines=[DraftLine(shop.water, Decimal(2), price=Decimal(10))]))
    return shown(factory("sales")(shop_desk), 1180, 660)


def test_the_list_shows_and_opens_documents_and_fills_a_receipt_from_checked_ones(
    listed: Documents, went: list[Target], shop: ClerkShop
) -> None:
    assert "1 单" in listed.header.subtitle.text()
    assert listed.preview.detail is not None
    assert listed.preview.detail.lines[0].code == "W1"
    listed.table.view.setFocus()
    QTest.keyClick(listed.table.view, Qt.Key.Key_Space)
    listed._settle_checked()
    sale = shop.detail(kinds=("sale",)).head
    assert (went[-1].name, went[-1].arguments) == ("document", {"kind": "receipt", "settles": (sale.id,)})
    listed.new_button.click()
    assert went[-1].arguments == {"kind": "sale"}
    listed.search.setText("没有这张")
    listed.search._tell()
    settle(listed)
    assert listed.table.model.rowCount() == 0
    listed.clear_filters()
    settle(listed)
    assert listed.table.model.rowCount() == 1


def test_the_list_is_exported_as_a_spreadsheet(listed: Documents, tmp_path: Path) -> None:
    target = tmp_path / "销售.csv"
    with prompts.answering(lambda _asked: target):
        listed.export()
        settle(listed)
    text = target.read_text("utf-8-sig")
    assert "XS-20261124-001" in text
    assert "20.00" in text


def test_the_preview_shows_the_very_pages_and_saves_them(
    listed: Documents, shop: ClerkShop, tmp_path: Path, preferences: Any
) -> None:
    sale = shop.detail(kinds=("sale",)).head
    dialog = PrintPreview(listed, listed.desk, [sale.id], "销售出库单", "sale")
    dialog.show()
    settle(listed)
    assert dialog._shown is not None
    assert len(dialog._shown.pages) == 1
    dialog.paper.set_value("80")
    dialog.paper.chosen.emit("80")
    settle(listed)
    assert preferences.text("print/paper/sale") == "80"
    target = tmp_path / "slip.pdf"
    with prompts.answering(lambda _asked: target):
        dialog.save_pdf()
        settle(listed)
    assert target.read_bytes().startswith(b"%PDF")
