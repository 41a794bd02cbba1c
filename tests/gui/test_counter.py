"""At the counter: commas, batches, locked days, money beyond what is open."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from jxc_desktop.domain.documents import Settles
from jxc_desktop.gui import prompts
from jxc_desktop.gui.screen import Desk, Target
from jxc_desktop.gui.screens.document_editor import DocumentEditor
from jxc_desktop.gui.screens.document_money import MoneyForm
from jxc_desktop.gui.screens.landed_form import LandedForm
from jxc_desktop.gui.screens.stock import StockScreen
from jxc_desktop.gui.widgets import Button
from jxc_desktop.queries.stock_view import StockQuestion, stock_view
from jxc_desktop.services.locking import set_lock
from tests.gui.hand import add, form_of, keys, put, settle, shown
from tests.helpers.shop import Shop, line

D = Decimal
ENTER, ESC = Qt.Key.Key_Return, Qt.Key.Key_Escape


def receive(shop: Shop, product: int, quantity: str, batch: str, expiry: str, day: int = 1) -> None:
    shop.post("purchase_receipt", day, line(product, quantity, "3", batch=batch, expiry=expiry), partner="S")


@pytest.fixture
def milk(shop: Shop) -> int:
    """Of B1, which expires first, 6; of B2 10."""
    made = shop.product("M", name="牛奶", batches=True)
    receive(shop, made, "10", "B2", "2026-06-01")
    receive(shop, made, "6", "B1", "2026-04-01")
    return made


# --- commas ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("typed", "meant"), [("1,234", D(1234)), ("１，２３４．5", D("1234.5")), ("1,5", None), ("1，5", None)])
def test_a_comma_in_a_cell_parts_thousands_or_is_refused(
    page: Callable[..., DocumentEditor], shop: Shop, typed: str, meant: Decimal | None
) -> None:
    water = shop.product("W", name="水")
    receipt = page(kind="purchase_receipt")
    add(receipt, water, "1")
    put(receipt, 0, "quantity", typed)
    cell = form_of(receipt).grid.lines[0]
    assert cell.draft.quantity == meant
    if meant is None:
        assert form_of(receipt).notice.label.text().startswith(f"第 1 行：“{typed.replace('，', ',')}”不是数量可用的数字：逗号")
        assert cell.text("quantity") == typed


# --- batches ---------------------------------------------------------------------------------------------------------


def test_the_batch_that_leaves_first_stands_in_its_cell_and_is_what_posting_takes(
    page: Callable[..., DocumentEditor], shop: Shop, milk: int
) -> None:
    sale = page(kind="retail_sale")
    form = form_of(sale)
    add(sale, milk, "8")
    column = next(c for c in form.grid.rows.columns if c.key == "batch")
    assert column.hint is not None
    assert (form.grid.lines[0].text("batch"), column.hint(form.grid.lines[0])) == ("", "B1 6 + B2 2")
    sale.post()
    settle(sale)
    assert sale.detail is not None
    with shop.book.read() as session:
        rows = stock_view(session, StockQuestion()).rows
    assert rows[0].quantity == 8


def test_another_batch_is_chosen_with_the_arrow_keys_and_what_it_lacks_becomes_a_line(
    page: Callable[..., DocumentEditor], shop: Shop, milk: int
) -> None:
    sale = page(kind="write_off")
    form = form_of(sale)
    add(sale, milk, "12")
    form.grid.edit_cell(0, "batch")
    choices = form.grid.editor.choices
    assert choices.isVisible()
    keys(sale, Qt.Key.Key_Down, Qt.Key.Key_Down)
    marked = choices.marked()
    assert marked is not None
    assert (marked.name, marked.right) == ("B2", "现存 10 件")
    assert marked.note.startswith("2026-06-01 到期，还有 83 天")
    keys(sale, ENTER)
    lines = form.grid.lines
    assert [(each.draft.batch, each.draft.quantity) for each in lines] == [("B2", D(10)), (None, D(2))]
    assert (form.grid.currentIndex().row(), form.grid.key, choices.isVisible()) == (1, "batch", True)
    keys(sale, "b1", ENTER)
    assert lines[1].draft.batch == "B1"
    sale.post()
    settle(sale)
    with shop.book.read() as session:
        assert stock_view(session, StockQuestion()).rows[0].quantity == 4


def test_escape_takes_the_list_away_and_enter_leaves_the_choice_to_the_program(
    page: Callable[..., DocumentEditor], shop: Shop, milk: int
) -> None:
    transfer = page(kind="transfer")
    grid = form_of(transfer).grid
    add(transfer, milk)
    grid.edit_cell(0, "batch")
    QTest.keyClick(grid.editor, ESC)
    assert not grid.editor.choices.isVisible()
    assert grid.editor.isVisible()
    grid.edit_cell(0, "batch")
    QTest.keyClick(grid.editor, ENTER)
    assert grid.lines[0].draft.batch is None
    assert [part.lot.number for part in grid.lines[0].planned] == ["B1"]


def test_too_little_of_a_batch_is_told_and_mended_with_one_click(
    page: Callable[..., DocumentEditor], shop: Shop, milk: int
) -> None:
    sale = page(kind="retail_sale")
    form = form_of(sale)
    add(sale, milk, "8")
    put(sale, 0, "batch", "B1")
    assert form.notice.label.text() == "第 1 行：牛奶的批号 B1 只有 6 件。"
    form.notice.findChild(Button).click()
    settle(sale)
    assert [(each.draft.batch, each.draft.quantity) for each in form.grid.lines] == [("B1", D(6)), (None, D(2))]
    assert form.notice.isHidden()


def test_a_known_batch_brings_its_dates_when_more_of_it_comes_in(
    page: Callable[..., DocumentEditor], shop: Shop, milk: int
) -> None:
    receipt = page(kind="purchase_receipt")
    add(receipt, milk, "5")
    put(receipt, 0, "batch", "b2")
    draft = form_of(receipt).grid.lines[0].draft
    assert (draft.batch, draft.expiry) == ("B2", "2026-06-01")
    put(receipt, 0, "batch", "NEU")
    assert (draft.batch, draft.expiry) == ("NEU", None)


# --- past their date -------------------------------------------------------------------------------------------------


def test_writing_off_what_is_past_its_date_begins_with_its_batch_all_of_it_and_the_reason(
    page: Callable[..., DocumentEditor], shop: Shop, went: list[Target], monkeypatch: pytest.MonkeyPatch
) -> None:
    milk = shop.product("M", name="牛奶", batches=True)
    receive(shop, milk, "7", "OLD", "2026-03-05")
    sale = page(kind="retail_sale")
    add(sale, milk, "2")
    assert form_of(sale).notice.label.text() == "第 1 行：牛奶的批号 OLD 已于 2026-03-05 过期。"
    monkeypatch.setattr(prompts, "choose", lambda _parent, _ways: "off")
    sale.post()
    settle(sale)
    assert went[-1].name == "document"
    off = page(**went[-1].arguments)
    (found,) = form_of(off).grid.lines
    assert (found.draft.batch, found.draft.quantity, found.draft.reason) == ("OLD", D(7), "已于 2026-03-05 过期")
    off.post()
    settle(off)
    assert shop.on_hand(milk) == 0


def test_the_stock_page_writes_off_what_is_past_its_date(shop_desk: Desk, shop: Shop, went: list[Target]) -> None:
    milk = shop.product("M", name="牛奶", batches=True)
    receive(shop, milk, "7", "OLD", "2026-03-05")
    receive(shop, milk, "3", "NEW", "2026-09-05")
    made = shown(StockScreen(shop_desk), product=milk)
    next(act for words, act in made._adjustments() if words.startswith("报损"))()
    settle(made)
    (wanted,) = went[-1].arguments["wanted"]
    assert (wanted.product_id, wanted.quantity, wanted.batch, wanted.reason) == (milk, D(7), "OLD", "已于 2026-03-05 过期")
    assert went[-1].arguments["warehouse"] == "MAIN"


# --- locked days -----------------------------------------------------------------------------------------------------


def lock(shop: Shop, until: str) -> None:
    with shop.book.write() as session:
        set_lock(session, until, shop.act)


LOCKED = "2026-02-20 已结账：截至 2026-02-28 的账已经报出并锁定，这样不能过账。"


@pytest.mark.parametrize("kind", ["purchase_receipt", "sales_return", "transfer", "cost_adjustment", "receipt", "landed_cost"])
def test_a_locked_day_is_told_when_it_is_typed_with_today_as_the_way_out(
    page: Callable[..., DocumentEditor], shop: Shop, kind: str
) -> None:
    lock(shop, "2026-02-28")
    made = page(kind=kind)
    form: Any = made.form
    day = form.day if isinstance(form, LandedForm) else form.head.day
    day.setFocus()
    day.selectAll()
    keys(made, "0220", ENTER)
    assert form.notice.label.text() == LOCKED
    (link,) = [button for button in form.notice.findChildren(Button) if button.isVisible()]
    assert link.text() == "改为今天的日期"
    link.click()
    settle(made)
    assert (day.text(), form.notice.isHidden()) == ("2026-03-10", True)


def test_a_draft_of_a_day_that_was_locked_meanwhile_says_so_when_it_is_opened(
    page: Callable[..., DocumentEditor], shop: Shop
) -> None:
    water = shop.product("W", name="水")
    receipt = page(kind="purchase_receipt")
    add(receipt, water, "1")
    form_of(receipt).set_day(date(2026, 2, 20))
    receipt.save()
    settle(receipt)
    lock(shop, "2026-02-28")
    again = page(id=receipt.draft_id)
    assert form_of(again).notice.label.text() == LOCKED
    assert form_of(again).notice.isVisible()


def test_a_day_after_today_is_told_at_once(page: Callable[..., DocumentEditor], shop: Shop) -> None:
    receipt = page(kind="purchase_receipt")
    form_of(receipt).set_day(date(2026, 3, 11))
    assert form_of(receipt).notice.label.text().startswith("日期 2026-03-11 晚于今天")


# --- more than is open -----------------------------------------------------------------------------------------------


def test_paying_more_than_is_open_is_told_and_lowered_with_one_click(page: Callable[..., DocumentEditor], shop: Shop) -> None:
    water = shop.product("W", name="水")
    shop.buy(1, water, "10", "3")
    sold = shop.sell(2, water, "2")
    made = page(kind="receipt", partner=shop.partners["C"], settles=(sold.document_id,))
    form: Any = made.form
    assert isinstance(form, MoneyForm)
    form.amount.setFocus()
    form.amount.selectAll()
    keys(made, "70", ENTER)
    assert form.notice.label.text() == "比所选单据的未结金额多 ¥30.00，多出的部分记为“客户”的预收预付款。"
    form.notice.findChild(Button).click()
    settle(made)
    assert (form.total, form.notice.isHidden()) == (D(40), True)


def test_the_book_warns_when_more_is_settled_on_a_document_than_it_has_open(shop: Shop) -> None:
    water = shop.product("W", name="水")
    shop.buy(1, water, "10", "3")
    sold = shop.sell(2, water, "2")
    twice = {"partner": "C", "settles": [Settles(sold.document_id, D(30))]}
    first = shop.post("receipt", 3, **{**twice, "paid": "30"})
    second = shop.post("receipt", 3, **{**twice, "paid": "30"})
    assert first.warnings == ()
    assert second.warnings == (f"{sold.number} 只有 ¥10.00 未结：核销的 ¥30.00 中有 ¥20.00 记为预收预付款。",)


def test_paying_more_than_is_due_is_told_before_it_is_posted(page: Callable[..., DocumentEditor], shop: Shop) -> None:
    water = shop.product("W", name="水")
    receipt = page(kind="purchase_receipt", partner=shop.partners["S"])
    form = form_of(receipt)
    add(receipt, water, "2")
    put(receipt, 0, "price", "10")
    form.foot.money["paid"].setFocus()
    keys(receipt, "50", ENTER)
    assert form.notice.label.text() == "比应收应付金额多 ¥30.00：多出的部分记为“供应商”的预收预付款。"
    form.notice.findChild(Button).click()
    settle(receipt)
    assert (form.foot.value("paid"), form.notice.isHidden()) == (D(20), True)


def test_the_till_says_the_change(page: Callable[..., DocumentEditor], shop: Shop) -> None:
    water = shop.product("W", name="水")
    shop.buy(1, water, "10", "3")
    sale = page(kind="retail_sale")
    form = form_of(sale)
    add(sale, water, "2")
    form.foot.money["paid"].setFocus()
    keys(sale, "100", ENTER)
    assert form.foot.due_caption.text() == "应收，找零 ¥60.00"
    assert form.notice.isHidden()


# --- keys ------------------------------------------------------------------------------------------------------------


def test_a_wrong_cell_is_typed_over_at_once_and_escape_gives_back_what_was_right(
    page: Callable[..., DocumentEditor], shop: Shop
) -> None:
    water = shop.product("W", name="水")
    receipt = page(kind="purchase_receipt")
    add(receipt, water, "7")
    grid = form_of(receipt).grid
    grid.edit_cell(0, "quantity")
    keys(receipt, "0.0005", ENTER)
    assert grid.editor.selectedText() == "0.0005"
    keys(receipt, "-3", ENTER, ESC)
    assert (grid.editor.text(), grid.lines[0].draft.quantity, grid.lines[0].errors) == ("7", D(7), {})


def test_a_wrong_amount_waits_in_its_field_and_says_why_in_one_line(page: Callable[..., DocumentEditor], shop: Shop) -> None:
    sale = page(kind="sale")
    foot = form_of(sale).foot
    foot.money["freight"].setFocus()
    keys(sale, "1,5", ENTER)
    assert QApplication.focusWidget() is foot.money["freight"]
    assert foot.problem.text().startswith("“1,5”不是运费可用的数字：逗号")
    assert foot.problem.isVisible()
    keys(sale, "1.5", ENTER)
    assert QApplication.focusWidget() is foot.money["rounding"]
    assert (foot.value("freight"), foot.problem.isHidden()) == (D("1.5"), True)


def test_enter_in_the_empty_line_goes_to_the_foot_and_never_out_of_the_document(
    page: Callable[..., DocumentEditor], shop: Shop
) -> None:
    sale, off = page(kind="sale"), page(kind="write_off")
    for made, wanted in ((sale, form_of(sale).foot.money["discount"]), (off, form_of(off).add_field)):
        made.activateWindow()
        form_of(made).add_field.setFocus()
        QApplication.processEvents()
        QTest.keyClick(form_of(made).add_field, ENTER)
        assert made.focusWidget() is wanted


def test_an_expiry_typed_without_its_year_is_the_next_one(page: Callable[..., DocumentEditor], shop: Shop, milk: int) -> None:
    receipt = page(kind="purchase_receipt")
    add(receipt, milk, "5")
    put(receipt, 0, "expiry", "0115")
    assert form_of(receipt).grid.lines[0].draft.expiry == "2027-01-15"
