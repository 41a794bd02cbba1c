"""Labels of scales, further units, batches and goods past their date in the windows: on a real book, with keys and scans."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from sqlalchemy import select

from jxc_desktop.db.engine import Database
from jxc_desktop.db.models import AuditRow
from jxc_desktop.domain.acts import Act
from jxc_desktop.domain.barcodes import check_digit
from jxc_desktop.domain.documents import Draft, DraftLine, kind_of
from jxc_desktop.domain.goods import BarcodeForm, ProductForm, UnitForm
from jxc_desktop.domain.partners import PartnerForm
from jxc_desktop.gui import prompts
from jxc_desktop.gui.document_lines import EditLine
from jxc_desktop.gui.screen import Desk, Target
from jxc_desktop.gui.screens.batch_dialog import BatchDialog
from jxc_desktop.gui.screens.document_editor import DocumentEditor
from jxc_desktop.gui.screens.product_form import ProductFormPage
from jxc_desktop.gui.screens.product_form_parts import FactorEdit
from jxc_desktop.gui.screens.settings import Settings
from jxc_desktop.gui.screens.settings_scales import RuleDialog
from jxc_desktop.gui.screens.stock import StockScreen
from jxc_desktop.gui.widgets import Button
from jxc_desktop.queries.batches import batch_card
from jxc_desktop.queries.document_detail import DocumentDetail, document_detail
from jxc_desktop.queries.documents import DocumentFilter, document_list
from jxc_desktop.queries.editing import line_products, returnable_lines
from jxc_desktop.queries.product_search import find_by_code
from jxc_desktop.queries.scale_codes import scale_rules
from jxc_desktop.services.drafts import load_draft
from jxc_desktop.services.partners import create_partner
from jxc_desktop.services.posting import post_document
from jxc_desktop.services.products import create_product
from tests.gui.hand import form_of, keys, settle
from tests.gui.shops import TODAY

ACT = Act(user_id=1, at=datetime(2026, 11, 24, 9, 0), today=TODAY)
ENTER = Qt.Key.Key_Return


def full(body: str) -> str:
    return body + check_digit(body)


@dataclass
class Shop:
    """Pork by the kilogram, beer by bottle, pack and box, milk by batch (10 of OLD, which expired yesterday, 5 of NEW)."""

    book: Database
    pork: int
    beer: int
    milk: int
    buyer: int
    act: Act = ACT

    def newest(self, kind: str) -> DocumentDetail:
        with self.book.read() as session:
            found = document_list(session, DocumentFilter(kinds=(kind,)))
            return document_detail(session, found.rows[0].id)

    def on_hand(self, product: int) -> Decimal:
        with self.book.read() as session:
            return sum(line_products(session, [product])[product].on_hand.values(), Decimal(0))


@pytest.fixture(scope="module")
def stocked(new_book: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, tuple[int, int, int, int]]:
    """The file of the book, and the ids that :class:`Shop` wants."""
    path = shutil.copyfile(new_book, tmp_path_factory.mktemp("scales") / "shop.db")
    book = Database.sqlite(path)
    with book.write() as session:
        pork = ProductForm("00123", "五花肉", "千克", sale_price=Decimal("25.80"), weighed=True)
        units = (UnitForm("提", 6, wholesale_price=Decimal("17.00")), UnitForm("箱", 24))
        codes = (BarcodeForm("6901"), BarcodeForm("6903", "箱"))
        beer = ProductForm(
            "BEER", "啤酒", "瓶", sale_price=Decimal("3.50"), wholesale_price=Decimal("3.00"), units=units, barcodes=codes
        )
        milk = ProductForm("MILK", "鲜牛奶", "盒", sale_price=Decimal("6"), batches=True, shelf_life_days=7)
        made = [create_product(session, form, ACT).product_id for form in (pork, beer, milk)]
        buyer = create_partner(session, PartnerForm("阳光食堂", customer=True, price_level="wholesale"), ACT).partner_id
        goods = [DraftLine(made[0], Decimal(10), price=Decimal(18)), DraftLine(made[1], Decimal(80), price=Decimal(2))]
        for batch, quantity, expiry in (("OLD", 10, "2026-11-23"), ("NEW", 5, "2026-11-30")):
            goods.append(DraftLine(made[2], Decimal(quantity), price=Decimal(3), batch=batch, expiry=expiry))
        post_document(session, Draft("opening_stock", "2026-11-20T08:00:00", lines=goods), ACT)
    book.close()
    return path, (made[0], made[1], made[2], buyer)


@pytest.fixture
def shop(stocked: tuple[Path, tuple[int, int, int, int]], open_copy: Callable[[Path], Database]) -> Shop:
    path, ids = stocked
    return Shop(open_copy(path), *ids)


def scan(page: DocumentEditor, *codes: str) -> None:
    for code in codes:
        assert page.handle_scan(code)
    settle(page)


# --- labels --------------------------------------------------------------------------------------------------------


def test_every_label_is_a_line_with_its_weight_or_its_amount(page: Callable[..., DocumentEditor], shop: Shop) -> None:
    made = page(kind="sale", partner=shop.buyer)
    scan(made, full("210012300356"), full("220012300999"), full("210012300356"))
    form = form_of(made)
    told = [(line.draft.quantity, line.unit.name, line.amount) for line in form.grid.lines]
    assert told == [
        (Decimal("0.356"), "千克", Decimal("9.18")),
        (Decimal("0.387"), "千克", Decimal("9.99")),
        (Decimal("0.356"), "千克", Decimal("9.18")),
    ]
    form.head.partner_picked.emit(shop.buyer)
    settle(made)
    assert form.grid.lines[1].amount == Decimal("9.99"), "another customer does not change what the label asks"
    made.post_button.click()
    settle(made)
    assert shop.newest("sale").head.total == Decimal("28.35")
    assert shop.on_hand(shop.pork) == Decimal("8.901")


def test_a_label_is_found_by_typing_too(page: Callable[..., DocumentEditor], shop: Shop) -> None:
    made = page(kind="sale", partner=shop.buyer)
    form_of(made).add_field.setFocus()
    QApplication.processEvents()
    keys(made, full("210012301250"), ENTER)
    (line,) = form_of(made).grid.lines
    assert line.draft.quantity == Decimal("1.25")


def test_a_label_that_is_bought_has_its_weight_but_not_its_amount(page: Callable[..., DocumentEditor], shop: Shop) -> None:
    made = page(kind="purchase_receipt")
    scan(made, full("220012300999"))
    (line,) = form_of(made).grid.lines
    assert (line.draft.quantity, line.draft.amount) == (Decimal("0.387"), None)


def test_rules_are_listed_tried_changed_and_put_out_of_use_on_the_settings_page(shop_desk: Desk, shop: Shop) -> None:
    made = Settings(shop_desk)
    made.resize(1180, 700)
    made.show()
    made.open(section="scales")
    settle(shop_desk)
    card = made.scales
    assert len(card.rows) == 3
    for code, words, tone in (
        (full("210012300356"), "五花肉，0.356 千克", ""),
        (full("240012300356"), "24", "warning"),
        (full("210099900356"), "没有称重商品", "warning"),
    ):
        card.code.setText(code)
        settle(shop_desk)
        assert words in card.said.text()
        assert (card.said.property("tone") or "") == tone
    dialog = RuleDialog(made, None)
    dialog.open()
    for edit, text in ((dialog.name, "二号秤"), (dialog.prefixes, "21，24"), (dialog.layout_edit, "FFWWWWWNNNNNC")):
        edit.setText(text)
    dialog.save.click()
    settle(shop_desk)
    assert "“21”" in dialog.fields["prefixes"].error, "another rule reads these codes"
    dialog.prefixes.setText("24")
    dialog.save.click()
    settle(shop_desk)
    assert dialog.result() == 1
    card.read()
    settle(shop_desk)
    card.code.setText(full("240012300356"))
    settle(shop_desk)
    assert "五花肉" in card.said.text()
    with shop.book.read() as session:
        mine = scale_rules(session)[-1]
    card._turn(mine)
    settle(shop_desk)
    with shop.book.read() as session:
        assert find_by_code(session, full("240012300356")) is None
    dialog.deleteLater()


# --- units ---------------------------------------------------------------------------------------------------------


def test_mixed_units_may_be_typed_and_the_stock_page_says_them(page: Callable[..., DocumentEditor], shop: Shop) -> None:
    made = page(kind="sale", partner=shop.buyer)
    scan(made, "6903")
    line = form_of(made).grid.lines[0]
    assert (line.unit.name, line.draft.price) == ("箱", Decimal("72.0000"))
    for typed, unit, quantity, price in (
        ("2提", "提", Decimal(2), Decimal("17.00")),
        ("3箱2瓶", "瓶", Decimal(74), Decimal("3.00")),
        ("1箱", "箱", Decimal(1), Decimal("72.00")),
    ):
        assert line.put("quantity", typed, kind=kind_of("sale"), today=TODAY)
        assert (line.unit.name, line.draft.quantity, line.draft.price) == (unit, quantity, price)
    assert not line.put("quantity", "3箱2桶", kind=kind_of("sale"), today=TODAY)
    stock = StockScreen(made.desk)
    stock.show()
    settle(made)
    assert stock.table is not None
    rows = {row.code: row.mixed for row in stock.shown.rows} if stock.shown else {}
    assert rows == {"00123": "", "BEER": "3 箱 1 提 2 瓶", "MILK": ""}


def test_a_typed_price_of_a_box_comes_back_after_a_look_at_the_bottle(shop: Shop) -> None:
    with shop.book.read() as session:
        product = line_products(session, [shop.beer])[shop.beer]
    box = next(unit.id for unit in product.units if unit.name == "箱")
    line = EditLine(DraftLine(shop.beer, Decimal(1), box), product)
    assert line.put("price", "70", kind=kind_of("sale"), today=TODAY)
    line.set_unit(None, kind_of("sale"))
    assert line.draft.price == Decimal("2.9167")
    line.set_unit(box, kind_of("sale"))
    assert line.draft.price == Decimal("70.0000")


@pytest.mark.usefixtures("qapp")
def test_a_unit_may_hold_a_ratio() -> None:
    edit = FactorEdit(Fraction(1, 3))
    assert (edit.text(), edit.value()) == ("1/3", Fraction(1, 3))
    for text, value in (("24", Fraction(24)), ("0.5", Fraction(1, 2)), ("２５/２", Fraction(25, 2)), ("", None)):
        edit.setText(text)
        assert edit.value() == value
    for wrong in ("1/0", "abc", "1/3/2", "2000000", "-1"):
        edit.setText(wrong)
        QTest.keyClick(edit, ENTER)
        assert edit.property("error") or edit.text() == wrong
        with pytest.raises(Exception):  # noqa: B017 - any refusal of the field
            edit.value()


# --- a code nobody knows -------------------------------------------------------------------------------------------


def test_an_unknown_code_becomes_a_product_and_comes_back_to_its_line(
    page: Callable[..., DocumentEditor], shop: Shop, went: list[Target]
) -> None:
    made = page(kind="purchase_receipt")
    scan(made, "6901", "6934567890125")
    form = form_of(made)
    assert "6934567890125" in form.notice.label.text()
    (link,) = form.notice.findChildren(Button)
    link.click()
    settle(made)
    assert (went[-1].name, went[-1].arguments) == ("product", {"barcode": "6934567890125"})
    product = ProductFormPage(made.desk)
    product.open(**went[-1].arguments)
    product.show()
    settle(made)
    product.name.setText("苏打水 500ml")
    made.hide()
    product.keep.click()
    settle(made)
    made.show()
    made.refresh()
    settle(made)
    assert [line.product.name for line in form.grid.lines] == ["啤酒", "苏打水 500ml"]
    assert not form.notice.isVisible()
    made.refresh()
    settle(made)
    assert len(form.grid.lines) == 2


# --- batches -------------------------------------------------------------------------------------------------------


def test_goods_past_their_date_are_sold_only_after_a_reason(page: Callable[..., DocumentEditor], shop: Shop) -> None:
    made = page(kind="retail_sale")
    scan(made, "MILK")
    line = form_of(made).grid.lines[0]
    assert line.put("batch", "OLD", kind=kind_of("retail_sale"), today=TODAY)
    with prompts.answering(lambda _asked: "batch") as offered:
        made.post_button.click()
        settle(made)
    (ways,) = [one for one in offered if isinstance(one, prompts.Ways)]
    assert [way.name for way in ways.ways] == ["batch", "off", "sell"]
    assert (form_of(made).grid.key, form_of(made).grid.editor.isVisible()) == ("batch", True)
    assert "2026-11-23" in form_of(made).notice.label.text()
    assert not line.draft.expired_ok

    answers: list[object] = ["sell", prompts.Answer(True, "员工自用")]
    with prompts.answering(lambda _asked: answers.pop(0)):
        made.post_button.click()
        settle(made)
    sold = shop.newest("retail_sale")
    assert (sold.head.status, sold.lines[0].batch) == ("posted", "OLD")
    with shop.book.read() as session:
        detail = json.loads(session.scalars(select(AuditRow.detail).where(AuditRow.subject == sold.head.number)).one())
    assert detail["expired"][0]["reason"] == "员工自用"


def test_another_batch_takes_the_confirmation_back_and_a_draft_keeps_it(page: Callable[..., DocumentEditor], shop: Shop) -> None:
    made = page(kind="retail_sale")
    scan(made, "MILK")
    form = form_of(made)
    form.confirm_expired(0, "已说明")
    made.save_button.click()
    settle(made)
    with shop.book.read() as session:
        assert load_draft(session, made.draft_id or 0).lines[0].expired_reason == "已说明"
    line = form.grid.lines[0]
    assert line.put("batch", "NEW", kind=kind_of("retail_sale"), today=TODAY)
    assert (line.draft.expired_ok, line.draft.expired_reason) == (False, "")


def test_dates_are_typed_either_way_and_impossible_ones_are_marked(shop: Shop) -> None:
    with shop.book.read() as session:
        product = line_products(session, [shop.milk])[shop.milk]
    kind = kind_of("purchase_receipt")
    line = EditLine(DraftLine(shop.milk, Decimal(1)), product)
    assert line.put("produced", "1120", kind=kind, today=TODAY)
    assert line.draft.expiry == "2026-11-27"
    assert not line.put("produced", "2026-11-25", kind=kind, today=TODAY)
    assert line.put("produced", "1121", kind=kind, today=TODAY)
    assert not line.put("expiry", "2026-11-19", kind=kind, today=TODAY)
    assert line.put("expiry", "2026-12-31", kind=kind, today=TODAY)
    assert line.put("produced", "1122", kind=kind, today=TODAY)
    assert line.draft.expiry == "2026-12-31", "typed by hand, so it stays"


def test_the_dates_of_a_batch_are_put_right_in_a_dialog(shop_desk: Desk, shop: Shop) -> None:
    from jxc_desktop.gui.screens.products import Products

    screen = Products(shop_desk)
    screen.show()
    settle(shop_desk)
    with shop.book.read() as session:
        card = batch_card(session, shop.milk, "OLD")
    assert (card.expiry, card.quantity) == ("2026-11-23", 10)
    dialog = BatchDialog(screen, card)
    dialog.open()
    dialog.produced.setText("1126")
    dialog.reason.setText("箱上看错")
    dialog.save.click()
    settle(shop_desk)
    assert "2026-11-24" in dialog.fields["生产日期"].error
    dialog.produced.setText("1120")
    QTest.keyClick(dialog.produced, ENTER)
    assert dialog.expiry.text() == "2026-11-27"
    dialog.save.click()
    settle(shop_desk)
    assert dialog.result() == 1
    with shop.book.read() as session:
        card = batch_card(session, shop.milk, "OLD")
    assert (card.produced, card.expiry) == ("2026-11-20", "2026-11-27")
    dialog.deleteLater()


def test_a_bottle_of_a_box_sold_comes_back_in_the_window_and_then_the_rest_exactly(
    page: Callable[..., DocumentEditor], shop: Shop
) -> None:
    with shop.book.write() as session:
        box = line_products(session, [shop.beer])[shop.beer].units[2].id
        sold = Draft("sale", partner_id=shop.buyer, lines=[DraftLine(shop.beer, Decimal(1), box, Decimal(70))])
        sale = post_document(session, sold, ACT).document_id
    for typed, due in (("1瓶", "¥2.92"), ("", "¥67.08")):
        made = page(kind="sales_return", partner=shop.buyer)
        form = form_of(made)
        with shop.book.read() as session:
            form.sources.take_returns(returnable_lines(session, [sale]))
        settle(made)
        (line,) = form.grid.lines
        if typed:
            form.grid.editor.setText(typed)
            assert form.grid.commit()
        assert (line.unit.name, line.base_quantity) == ("瓶", Decimal(1 if typed else 23))
        assert form.foot.due.text() == due
        made.post_button.click()
        settle(made)
    assert shop.on_hand(shop.beer) == 80
