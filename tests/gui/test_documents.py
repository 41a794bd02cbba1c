"""Documents as a clerk types them: on a real book, with keys, and the effect looked up in the book."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from jxc_desktop.domain.documents import Draft, DraftLine
from jxc_desktop.gui import prompts
from jxc_desktop.gui.document_lines import EditLine, work_out_totals
from jxc_desktop.gui.screens.document_add import Wanted
from jxc_desktop.gui.screens.document_editor import DocumentEditor
from jxc_desktop.gui.screens.document_money import MoneyForm
from jxc_desktop.gui.widgets import Choice
from jxc_desktop.queries.document_detail import document_detail
from jxc_desktop.queries.editing import line_products, returnable_lines
from tests.gui.hand import focus, form_of, keys, settle
from tests.gui.shops import ClerkShop

ENTER = Qt.Key.Key_Return


@pytest.fixture
def shop(clerk_shop: ClerkShop) -> ClerkShop:
    return clerk_shop


def test_a_receipt_is_typed_with_keys_alone_and_posted(page: Callable[..., DocumentEditor], shop: ClerkShop) -> None:
    made = page(kind="purchase_receipt")
    keys(made, "cnyl", ENTER)  # the supplier, by pinyin initials
    assert form_of(made).head.partner_id == shop.supplier
    focus(form_of(made).add_field)
    keys(made, "W1", ENTER, "10", ENTER, "1.1+0.05", ENTER)  # quantity, price worked out; then the add line again
    keys(made, "ywsn", ENTER, "6", ENTER, "3.5", ENTER, "1120", ENTER, ENTER)  # milk: produced on 20 November, expiry follows
    assert form_of(made).add_field.hasFocus()
    assert form_of(made).foot.due.text() == "¥32.50"
    QTest.keyClick(made, ENTER, Qt.KeyboardModifier.ControlModifier)
    settle(made)

    posted = shop.detail(kinds=("purchase_receipt",))
    assert [(line.code, line.quantity, line.price) for line in posted.lines] == [
        ("W1", Decimal(10), Decimal("1.15")),
        ("M1", Decimal(6), Decimal("3.5")),
    ]
    assert posted.lines[1].expiry == "2026-12-11"
    assert posted.head.total == Decimal("32.50")
    assert shop.on_hand(shop.water) == 15
    assert made.header.subtitle.text() == posted.head.number == "JH-20261124-002"
    assert made.header.badge.text == "已过账"
    assert made.view is not None
    assert made.form is None


def test_scans_add_one_to_their_line_however_fast_and_a_box_is_twelve(
    page: Callable[..., DocumentEditor], shop: ClerkShop
) -> None:
    made = page(kind="purchase_receipt")
    for code in ("6908812040006", "6908812040006", "6908812040990", "4006381333931"):
        assert made.handle_scan(code)
    settle(made)
    lines = form_of(made).grid.lines
    assert [(line.unit.name, line.draft.quantity) for line in lines] == [("瓶", Decimal(2)), ("箱", Decimal(1))]
    assert form_of(made).foot.totals.pieces == 14
    assert "4006381333931" in form_of(made).notice.label.text()
    assert form_of(made).add_field.hasFocus()


def test_a_sale_of_more_than_there_is_is_refused_in_place_and_nothing_is_lost(
    page: Callable[..., DocumentEditor], shop: ClerkShop
) -> None:
    made = page(kind="sale", partner=shop.customer)
    made.handle_scan("6908812040006")
    settle(made)
    form = form_of(made)
    form.grid.edit_cell(0, "quantity")
    keys(made, "8", ENTER)
    assert form.grid.lines[0].draft.price == Decimal("1.8000"), "the wholesale price of this customer"
    assert form.notice.tone == "danger"
    assert "少 3 瓶" in form.notice.label.text()
    with prompts.answering(lambda _asked: "") as offered:
        made.post_button.click()
        settle(made)
    assert [type(one) for one in offered] == [prompts.Ways]
    assert shop.count(kinds=("sale",), status="posted") == 0
    assert "W1" not in form.notice.label.text()
    assert "2026-11-24" in form.notice.label.text(), "the refusal names the day"
    assert form.grid.lines[0].draft.quantity == 8
    assert (form.grid.editor.isVisible(), form.grid.key) == (True, "quantity")
    keys(made, "5", ENTER)
    assert not form.notice.isVisible()
    made.post_button.click()
    settle(made)
    assert shop.on_hand(shop.water) == 0
    assert shop.detail(kinds=("sale",)).unpaid == Decimal("9.00")


def test_a_wrong_cell_keeps_what_was_typed_and_says_why(page: Callable[..., DocumentEditor], shop: ClerkShop) -> None:
    made = page(kind="purchase_receipt", partner=shop.supplier)
    made.handle_scan("6908812040006")
    settle(made)
    form = form_of(made)
    form.grid.edit_cell(0, "quantity")
    keys(made, "1.2345", ENTER)
    assert form.grid.editor.hasFocus(), "Enter stays where something is wrong"
    assert form.grid.editor.text() == "1.2345"
    assert "1.2345" in form.notice.label.text()
    made.post()
    settle(made)
    assert shop.count(kinds=("purchase_receipt",)) == 1
    made.may_leave()
    settle(made)
    again = page(id=shop.detail(kinds=("purchase_receipt",), status="draft").head.id)
    line = form_of(again).grid.lines[0]
    assert line.text("quantity") == "1.2345"
    assert line.errors["quantity"]


def test_a_page_that_is_left_comes_back_as_it_was(page: Callable[..., DocumentEditor], shop: ClerkShop) -> None:
    made = page(kind="sale", partner=shop.customer)
    made.handle_scan("6908812040990")
    settle(made)
    form = form_of(made)
    form.head.note.insert("后门卸货")
    focus(form.foot.money["freight"])
    keys(made, "20", ENTER)
    form.grid.edit_cell(0, "price")
    keys(made, "21.6")  # not even confirmed with Enter
    assert made.may_leave()
    settle(made)
    kept = shop.detail(kinds=("sale",), status="draft").head
    again = form_of(page(id=kept.id))
    assert [(line.unit.name, line.draft.quantity, line.draft.price) for line in again.grid.lines] == [
        ("箱", Decimal(1), Decimal("21.6000"))
    ]
    assert again.head.note.text() == "后门卸货"
    assert again.foot.value("freight") == 20
    assert again.head.partner_id == shop.customer
    assert again.foot.due.text() == "¥41.60"


def test_a_draft_that_was_kept_becomes_the_document_and_no_second_one(
    page: Callable[..., DocumentEditor], shop: ClerkShop
) -> None:
    made = page(kind="purchase_receipt", partner=shop.supplier)
    made.handle_scan("6908812040006")
    settle(made)
    made.save()
    made.post()  # while the draft is still being kept
    made.post()
    settle(made)
    assert shop.count(kinds=("purchase_receipt",)) == 2
    assert shop.count(status="draft") == 0


def test_an_order_is_received_in_parts_and_its_rest_closed_by_choice(
    page: Callable[..., DocumentEditor], shop: ClerkShop
) -> None:
    order = shop.post(
        Draft("purchase_order", partner_id=shop.supplier, lines=[DraftLine(shop.water, Decimal(10), shop.box, Decimal(13))])
    )
    first = page(kind="purchase_receipt", order=order)
    form = form_of(first)
    assert form.grid.lines[0].text("quantity") == "10"
    form.grid.edit_cell(0, "quantity")
    keys(first, "4", ENTER)
    assert "6 箱" in form.notice.label.text()
    first.post_button.click()
    settle(first)
    assert shop.detail(kinds=("purchase_order",)).head.status == "partly"
    assert shop.on_hand(shop.water) == 53

    second = page(kind="purchase_receipt", order=order)
    form = form_of(second)
    assert form.grid.lines[0].text("quantity") == "6"
    form.grid.edit_cell(0, "quantity")
    keys(second, "5", ENTER)
    link = next(button for button in form.notice.findChildren(QWidget) if button.accessibleName() == "改为关闭余量")
    QTest.mouseClick(link, Qt.MouseButton.LeftButton)
    second.post_button.click()
    settle(second)
    assert shop.detail(kinds=("purchase_order",)).head.status == "closed"
    assert shop.on_hand(shop.water) == 113


def test_a_return_gives_back_to_the_fen_what_was_paid(page: Callable[..., DocumentEditor], shop: ClerkShop) -> None:
    sale = Draft(
        "sale",
        partner_id=shop.customer,
        lines=[DraftLine(shop.water, Decimal(3), price=Decimal("3.3333"))],
        discount_amount=Decimal("0.01"),
    )
    sold = shop.post(sale)
    made = page(kind="sales_return", partner=shop.customer)
    with shop.book.read() as session:
        form_of(made).sources.take_returns(returnable_lines(session, [sold]))
    settle(made)
    form = form_of(made)
    form.grid.edit_cell(0, "quantity")
    keys(made, "1", ENTER)
    assert form.foot.due.text() == "¥3.33"
    made.post_button.click()
    settle(made)
    assert shop.detail(kinds=("sales_return",)).head.total == Decimal("3.33")
    rest = page(kind="sales_return", partner=shop.customer)
    with shop.book.read() as session:
        form_of(rest).sources.take_returns(returnable_lines(session, [sold]))
    settle(rest)
    assert form_of(rest).foot.due.text() == "¥6.66"
    form_of(rest).grid.edit_cell(0, "quantity")
    keys(rest, "3", ENTER)
    assert "最多还能退 2" in form_of(rest).notice.label.text()


def test_the_totals_while_typing_are_those_of_the_book(page: Callable[..., DocumentEditor], shop: ClerkShop) -> None:
    made = page(kind="purchase_receipt", partner=shop.supplier)
    form = form_of(made)
    typed = ((shop.water, None, "3.333"), (shop.water, shop.box, "7"), (shop.milk, None, "1"))
    form.adding.add([Wanted(product, unit, Decimal(quantity)) for product, unit, quantity in typed], scanned=True)
    settle(made)
    for row, (price, discount) in enumerate((("1.2345", "3.5"), ("13.3333", "12.25"), ("0.05", ""))):
        form.grid.edit_cell(row, "price")
        keys(made, price)
        form.grid.edit_cell(row, "discount")
        keys(made, discount or "0")
    for name, amount in (("discount", "1.11"), ("freight", "8.88"), ("rounding", "0.07"), ("paid", "20")):
        focus(form.foot.money[name])
        keys(made, amount, ENTER)
    said = form.foot.totals
    made.post_button.click()
    settle(made)
    posted = shop.detail(kinds=("purchase_receipt",))
    assert (posted.goods, posted.head.total, posted.head.pieces) == (said.goods, said.total, said.pieces)
    assert [p.amount for p in posted.payments] == [Decimal("-20.00")]


def test_money_received_settles_the_checked_documents_oldest_first(page: Callable[..., DocumentEditor], shop: ClerkShop) -> None:
    sold = [
        shop.post(Draft("sale", partner_id=shop.customer, lines=[DraftLine(shop.water, Decimal(2), price=Decimal(10))]))
        for _n in range(2)
    ]
    made = page(kind="receipt", settles=tuple(sold))
    form = made.form
    assert isinstance(form, MoneyForm)
    assert form.total == Decimal(40), "what is open of both"
    focus(form.amount)
    keys(made, "25", ENTER)
    assert [row.settles for row in form._rows] == [Decimal(20), Decimal(5)]
    made.post_button.click()
    settle(made)
    with shop.book.read() as session:
        assert [document_detail(session, i).unpaid for i in sold] == [Decimal(0), Decimal(15)]
    assert shop.detail(kinds=("receipt",)).payments[0].amount == Decimal(25)


def test_a_retail_document_is_paid_at_once(page: Callable[..., DocumentEditor], shop: ClerkShop) -> None:
    made = page(kind="retail_sale")
    made.handle_scan("6908812040006")
    settle(made)
    assert form_of(made).foot.value("paid") == Decimal("2.00")
    made.post_button.click()
    settle(made)
    sold = shop.detail(kinds=("retail_sale",))
    assert (sold.head.paid, sold.unpaid) == (Decimal("2.00"), Decimal("0.00"))


def test_the_last_part_of_a_return_takes_the_rest(shop: ClerkShop) -> None:
    sold = shop.post(Draft("sale", partner_id=shop.customer, lines=[DraftLine(shop.water, Decimal(3), price=Decimal("3.3333"))]))
    with shop.book.read() as session:
        source = returnable_lines(session, [sold])[0]
        product = line_products(session, [shop.water])[shop.water]
    parts = [EditLine(DraftLine(shop.water, Decimal(q), against=(sold, 1)), product, source) for q in (1, 1, 1)]
    assert work_out_totals(parts).goods == Decimal("10.00")
    assert [part.amount for part in parts] == [Decimal("3.33"), Decimal("3.33"), Decimal("3.34")]


def test_choosing_a_partner_gives_its_prices_to_what_was_not_typed(page: Callable[..., DocumentEditor], shop: ClerkShop) -> None:
    made = page(kind="sale")
    form = form_of(made)
    form.adding.add([Wanted(shop.water, None, Decimal(1)), Wanted(shop.water, shop.box, Decimal(1))], scanned=True)
    settle(made)
    assert [line.draft.price for line in form.grid.lines] == [Decimal("2.0000"), Decimal("24.0000")]
    form.grid.edit_cell(1, "price")
    keys(made, "23", ENTER)
    form.head.partner.pick(Choice(shop.customer, "阳光食堂"))
    settle(made)
    assert [line.draft.price for line in form.grid.lines] == [Decimal("1.8000"), Decimal("23.0000")]
