"""Documents as a clerk types them: on a real book, with keys, and the effect looked up in the book."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from jxc_desktop.db.engine import Database
from jxc_desktop.db.upgrade import create_book
from jxc_desktop.domain.acts import Act
from jxc_desktop.domain.documents import Draft, DraftLine
from jxc_desktop.domain.goods import BarcodeForm, ProductForm, UnitForm
from jxc_desktop.domain.partners import PartnerForm
from jxc_desktop.domain.settings import ShopSettings
from jxc_desktop.gui import prompts
from jxc_desktop.gui.document_lines import EditLine, work_out_totals
from jxc_desktop.gui.print_preview import PrintPreview
from jxc_desktop.gui.screen import Desk, Target
from jxc_desktop.gui.screens.document_add import Wanted
from jxc_desktop.gui.screens.document_editor import DocumentEditor
from jxc_desktop.gui.screens.document_form import LineForm
from jxc_desktop.gui.screens.document_money import MoneyForm
from jxc_desktop.gui.screens.documents import Documents, factory
from jxc_desktop.gui.widgets import Choice
from jxc_desktop.queries.document_detail import DocumentDetail, document_detail
from jxc_desktop.queries.documents import DocumentFilter, document_list
from jxc_desktop.queries.editing import line_products, returnable_lines
from jxc_desktop.services.drafts import load_draft
from jxc_desktop.services.partners import create_partner
from jxc_desktop.services.posting import post_document
from jxc_desktop.services.products import create_product
from jxc_desktop.services.shop import open_shop

TODAY = date(2026, 11, 24)
ACT = Act(user_id=1, at=datetime(2026, 11, 24, 9, 0), today=TODAY)


@dataclass
class Shop:
    """A small shop: water by the bottle and the box of 12, milk by batch, one supplier, one customer; 5 bottles in stock."""

    book: Database
    water: int
    box: int
    milk: int
    supplier: int
    customer: int

    def detail(self, **wanted: Any) -> DocumentDetail:
        """The newest document that fits."""
        with self.book.read() as session:
            found = document_list(session, DocumentFilter(**wanted))
            return document_detail(session, found.rows[0].id)

    def count(self, **wanted: Any) -> int:
        with self.book.read() as session:
            return document_list(session, DocumentFilter(**wanted)).count

    def on_hand(self, product: int) -> Decimal:
        with self.book.read() as session:
            return sum(line_products(session, [product])[product].on_hand.values(), Decimal(0))

    def post(self, draft: Draft) -> int:
        with self.book.write() as session:
            return post_document(session, draft, ACT).document_id


@pytest.fixture(scope="module")
def stocked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("documents") / "shop.db"
    create_book(path)
    book = Database.sqlite(path)
    with book.write() as session:
        open_shop(session, ShopSettings(shop="邻里便利店"), ACT)
        water = ProductForm(
            "W1", "清泉饮用天然水 550ml", "瓶", purchase_price=Decimal("1.20"), sale_price=Decimal("2"),
            wholesale_price=Decimal("1.8"),
            units=(UnitForm("箱", 12, 1),),
            barcodes=(BarcodeForm("6908812040006"), BarcodeForm("6908812040990", "箱")),
        )  # fmt: skip
        milk = ProductForm(
            "M1",
            "原味酸奶 200g",
            "杯",
            purchase_price=Decimal("3.6"),
            sale_price=Decimal("5.5"),
            batches=True,
            shelf_life_days=21,
        )
        made = [create_product(session, form, ACT).product_id for form in (water, milk)]
        supplier = create_partner(session, PartnerForm("城南饮料批发部", supplier=True), ACT).partner_id
        buyer = PartnerForm("阳光食堂", customer=True, price_level="wholesale", credit_limit=Decimal(100), terms_days=30)
        create_partner(session, buyer, ACT)
        opening = [DraftLine(made[0], Decimal(5), price=Decimal("1.20"))]
        post_document(session, Draft("purchase_receipt", partner_id=supplier, lines=opening), ACT)
    book.close()
    return path


@pytest.fixture
def shop(stocked: Path, tmp_path: Path) -> Iterator[Shop]:
    path = tmp_path / "shop.db"
    path.write_bytes(stocked.read_bytes())
    book = Database.sqlite(path)
    with book.read() as session:
        from jxc_desktop.queries.partners import partner_id
        from jxc_desktop.queries.products import product_id, units_of

        water = product_id(session, "W1")
        box = next(unit.id for unit in units_of(session, water) if unit.name == "箱")
        assert box is not None
        yield Shop(book, water, box, product_id(session, "M1"), partner_id(session, "S0001"), partner_id(session, "C0001"))
    book.close()


@pytest.fixture
def went() -> list[Target]:
    return []


@pytest.fixture
def page(shop: Shop, make_desk: Callable[..., Desk], went: list[Target]) -> Callable[..., DocumentEditor]:
    """Opens a document page in a window of its own."""
    desk = make_desk(shop.book, went=went, today=TODAY)

    def open_page(**arguments: Any) -> DocumentEditor:
        made = DocumentEditor(desk)
        made.resize(1180, 700)
        made.open(**arguments)
        made.show()
        made.activateWindow()
        settle(made)
        return made

    return open_page


def settle(page: QWidget) -> None:
    for _turn in range(3):
        assert page.desk.tasks.wait_idle()  # type: ignore[attr-defined]
        QApplication.processEvents()


def keys(page: QWidget, *said: str | Qt.Key) -> None:
    """Type into whatever has the focus."""
    for one in said:
        target = QApplication.focusWidget()
        assert target is not None, "nothing has the focus"
        if isinstance(one, str):
            QTest.keyClicks(target, one)
        else:
            QTest.keyClick(target, one)
        settle(page)


def focus(field: QWidget) -> None:
    """Give a field the focus as Tab would; it selects its text in the next turn."""
    field.setFocus()
    QApplication.processEvents()


def form_of(page: DocumentEditor) -> LineForm:
    assert isinstance(page.form, LineForm)
    return page.form


ENTER = Qt.Key.Key_Return


def test_a_receipt_is_typed_with_keys_alone_and_posted(page: Callable[..., DocumentEditor], shop: Shop) -> None:
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


def test_scans_add_one_to_their_line_however_fast_and_a_box_is_twelve(page: Callable[..., DocumentEditor], shop: Shop) -> None:
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
    page: Callable[..., DocumentEditor], shop: Shop
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


def test_a_wrong_cell_keeps_what_was_typed_and_says_why(page: Callable[..., DocumentEditor], shop: Shop) -> None:
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


def test_a_page_that_is_left_comes_back_as_it_was(page: Callable[..., DocumentEditor], shop: Shop) -> None:
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


def test_a_draft_that_was_kept_becomes_the_document_and_no_second_one(page: Callable[..., DocumentEditor], shop: Shop) -> None:
    made = page(kind="purchase_receipt", partner=shop.supplier)
    made.handle_scan("6908812040006")
    settle(made)
    made.save()
    made.post()  # while the draft is still being kept
    made.post()
    settle(made)
    assert shop.count(kinds=("purchase_receipt",)) == 2
    assert shop.count(status="draft") == 0


def test_an_order_is_received_in_parts_and_its_rest_closed_by_choice(page: Callable[..., DocumentEditor], shop: Shop) -> None:
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


def test_a_return_gives_back_to_the_fen_what_was_paid(page: Callable[..., DocumentEditor], shop: Shop) -> None:
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


def test_the_totals_while_typing_are_those_of_the_book(page: Callable[..., DocumentEditor], shop: Shop) -> None:
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


def test_voiding_asks_for_a_reason_and_changing_opens_a_copy(
    page: Callable[..., DocumentEditor], shop: Shop, went: list[Target]
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


def test_a_copy_has_the_lines_and_no_number(page: Callable[..., DocumentEditor], shop: Shop) -> None:
    receipt = shop.detail(kinds=("purchase_receipt",)).head.id
    made = page(copy_of=receipt, kind="purchase_receipt")
    assert made.header.badge.text == "草稿"
    assert [line.product.code for line in form_of(made).grid.lines] == ["W1"]
    made.post_button.click()
    settle(made)
    assert shop.on_hand(shop.water) == 10


def test_money_received_settles_the_checked_documents_oldest_first(page: Callable[..., DocumentEditor], shop: Shop) -> None:
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


@pytest.fixture
def listed(shop: Shop, make_desk: Callable[..., Desk], went: list[Target]) -> Documents:
    shop.post(Draft("sale", partner_id=shop.customer, lines=[DraftLine(shop.water, Decimal(2), price=Decimal(10))]))
    made = factory("sales")(make_desk(shop.book, went=went, today=TODAY))
    made.resize(1180, 660)
    made.show()
    made.activateWindow()
    settle(made)
    return made


def test_the_list_shows_and_opens_documents_and_fills_a_receipt_from_checked_ones(
    listed: Documents, went: list[Target], shop: Shop
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


def test_the_preview_shows_the_very_pages_and_saves_them(listed: Documents, shop: Shop, tmp_path: Path, preferences: Any) -> None:
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


def test_a_retail_document_is_paid_at_once(page: Callable[..., DocumentEditor], shop: Shop) -> None:
    made = page(kind="retail_sale")
    made.handle_scan("6908812040006")
    settle(made)
    assert form_of(made).foot.value("paid") == Decimal("2.00")
    made.post_button.click()
    settle(made)
    sold = shop.detail(kinds=("retail_sale",))
    assert (sold.head.paid, sold.unpaid) == (Decimal("2.00"), Decimal("0.00"))


def test_the_last_part_of_a_return_takes_the_rest(shop: Shop) -> None:
    sold = shop.post(Draft("sale", partner_id=shop.customer, lines=[DraftLine(shop.water, Decimal(3), price=Decimal("3.3333"))]))
    with shop.book.read() as session:
        source = returnable_lines(session, [sold])[0]
        product = line_products(session, [shop.water])[shop.water]
    parts = [EditLine(DraftLine(shop.water, Decimal(q), against=(sold, 1)), product, source) for q in (1, 1, 1)]
    assert work_out_totals(parts).goods == Decimal("10.00")
    assert [part.amount for part in parts] == [Decimal("3.33"), Decimal("3.33"), Decimal("3.34")]


def test_choosing_a_partner_gives_its_prices_to_what_was_not_typed(page: Callable[..., DocumentEditor], shop: Shop) -> None:
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
