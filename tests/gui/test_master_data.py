"""Products, partners, labels and import as a shopkeeper works with them: clicks and keys, the effect looked up in the book."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from jxc_desktop.db.engine import Database
from jxc_desktop.domain.acts import Act
from jxc_desktop.domain.documents import Draft, DraftLine
from jxc_desktop.domain.goods import BarcodeForm, ProductForm, UnitForm
from jxc_desktop.domain.partners import PartnerForm
from jxc_desktop.gui import prompts
from jxc_desktop.gui.screen import Desk, Target, goto
from jxc_desktop.gui.screens import product_acts, products
from jxc_desktop.gui.screens.import_page import ImportPage
from jxc_desktop.gui.screens.labels import Labels
from jxc_desktop.gui.screens.partner_form import PartnerDialog
from jxc_desktop.gui.screens.partner_panel import statement_sheet
from jxc_desktop.gui.screens.partners import Partners
from jxc_desktop.gui.screens.product_form import ProductFormPage
from jxc_desktop.gui.screens.product_form_parts import PICTURE_LIMIT, small_jpeg
from jxc_desktop.gui.screens.products import Products
from jxc_desktop.gui.widgets import Choice
from jxc_desktop.queries.product_forms import product_form
from jxc_desktop.queries.product_lines import due_tags, product_page
from jxc_desktop.queries.product_search import find_by_code
from jxc_desktop.queries.products import ProductFilter, product_picture
from jxc_desktop.services.drafts import load_draft
from jxc_desktop.services.partners import create_partner
from jxc_desktop.services.posting import post_document
from jxc_desktop.services.products import create_product, update_product
from tests.gui.hand import settle, shown, until
from tests.gui.shops import TODAY

ACT = Act(user_id=1, at=datetime(2026, 11, 24, 9, 0), today=TODAY)
WATER, BOX, MILK = "6908812040006", "6908812040990", "6901234567892"


@dataclass
class Shop:
    """Water (bought, on hand, below its minimum) and milk (never moved); one supplier, one customer who owes."""

    book: Database
    water: int
    milk: int
    supplier: int
    customer: int
    act: Act = ACT

    def form(self, product: int) -> ProductForm:
        with self.book.read() as session:
            return product_form(session, product)


@pytest.fixture(scope="module")
def stocked(new_book: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = shutil.copyfile(new_book, tmp_path_factory.mktemp("master") / "shop.db")
    book = Database.sqlite(path)
    with book.write() as session:
        supplier = create_partner(session, PartnerForm("城南饮料批发部", "S0001", supplier=True), ACT).partner_id
        terms = PartnerForm("阳光食堂", "C0001", customer=True, terms_days=7, credit_limit=Decimal(10))
        customer = create_partner(session, terms, ACT).partner_id
        water = ProductForm(
            "00001", "清泉饮用天然水", "瓶", category="饮料/水", supplier_id=supplier, minimum=Decimal(24), pack_size=Decimal(12),
            purchase_price=Decimal("1.20"), sale_price=Decimal("2"), units=(UnitForm("箱", 12),),
            barcodes=(BarcodeForm(WATER), BarcodeForm(BOX, "箱")),
        )  # fmt: skip
        water_id = create_product(session, water, ACT).product_id
        milk = ProductForm("00002", "晨牧纯牛奶", "盒", sale_price=Decimal("13"), barcodes=(BarcodeForm(MILK),))
        milk_id = create_product(session, milk, ACT).product_id
        for kind, moment, partner, quantity, price in (
            ("purchase_receipt", "2026-11-01T09:00:00", supplier, 20, "1.20"),
            ("sale", "2026-11-03T09:00:00", customer, 6, "2"),
        ):
            lines = [DraftLine(water_id, Decimal(quantity), price=Decimal(price))]
            post_document(session, Draft(kind, moment, partner, warehouse_id=1, lines=lines), ACT)
    book.close()
    assert (water_id, milk_id, supplier, customer) == (1, 2, 1, 2)
    return path


@pytest.fixture
def shop(stocked: Path, open_copy: Callable[[Path], Database]) -> Shop:
    return Shop(open_copy(stocked), 1, 2, 1, 2)


def press(widget: object, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(widget, key, modifier)  # type: ignore[call-overload]
    QApplication.processEvents()


# --- products -----------------------------------------------------------------------------------------------------------


def test_the_list_finds_as_one_types_and_the_panel_follows(shop_desk: Desk, shop: Shop) -> None:
    page = Products(shop_desk)
    shown(page)
    assert [row.name for row in page.table.model.loaded()] == ["清泉饮用天然水", "晨牧纯牛奶"]
    assert page.panel.title_label.text() == "清泉饮用天然水"
    assert page.panel.badge.text == "低库存"
    assert page.panel.figures.accessibleName().startswith("可用 14 瓶")
    page.search.setText("cmcn")
    press(page.search, Qt.Key.Key_Return)
    settle(shop_desk)
    assert [row.name for row in page.table.model.loaded()] == ["晨牧纯牛奶"]
    assert page.panel.title_label.text() == "晨牧纯牛奶"
    assert page.panel.detail is not None
    assert page.panel.detail.card.id == shop.milk


def test_a_scan_marks_the_product_and_an_unknown_code_offers_a_new_one(shop_desk: Desk, shop: Shop, went: list[Target]) -> None:
    page = Products(shop_desk)
    shown(page)
    assert page.handle_scan(MILK)
    settle(shop_desk)
    assert page.table.current().id == shop.milk
    page.handle_scan("6900000000001")
    settle(shop_desk)
    assert page.notice.label.text() == "未找到 6900000000001"
    QTest.mouseClick(page.notice._buttons[0], Qt.MouseButton.LeftButton)
    assert went == [goto("product", barcode="6900000000001")]


def test_ordering_fills_one_draft_per_supplier_up_to_whole_packs(shop_desk: Desk, shop: Shop, went: list[Target]) -> None:
    page = Products(shop_desk)
    shown(page, product=shop.water)
    for _time in range(2):
        QTest.mouseClick(page.order_button, Qt.MouseButton.LeftButton)
        settle(shop_desk)
    assert [target.name for target in went] == ["document", "document"]
    assert went[0] == went[1], "the second click opens the same draft"
    with shop.book.read() as session:
        draft = load_draft(session, went[0].arguments["id"])
    assert (draft.kind, draft.partner_id) == ("purchase_order", shop.supplier)
    assert [(line.product_id, line.quantity) for line in draft.lines] == [(shop.water, Decimal(36))]  # 48 - 14, in twelves


def test_a_product_goes_out_of_use_after_a_question_that_names_what_is_left(shop_desk: Desk, shop: Shop) -> None:
    page = Products(shop_desk)
    shown(page, product=shop.water)
    assert page.panel.detail is not None
    with prompts.answering(lambda _asked: prompts.Answer(True)) as seen:
        page.acts.end(page.panel.detail.card)
        settle(shop_desk)
    assert isinstance(seen[0], prompts.Question)
    assert "还有库存 14 瓶" in seen[0].text
    assert not shop.form(shop.water).active
    assert [row.id for row in page.table.model.loaded()] == [shop.milk], "the list follows the change"


def test_merging_says_what_moves_and_carries_the_barcode_over(shop_desk: Desk, shop: Shop) -> None:
    with shop.book.write() as session:
        twin = create_product(session, ProductForm("9", "清泉水", "瓶", barcodes=(BarcodeForm("777"),)), ACT).product_id
    page = Products(shop_desk)
    shown(page, product=twin)
    assert page.panel.detail is not None
    dialog = product_acts.MergeDialog(page, page.panel.detail.card)
    dialog.show()
    assert not dialog.act.isEnabled()
    dialog.picker.pick(Choice(shop.water, "清泉饮用天然水"))
    assert "1 个条码" in dialog.said.text()
    QTest.mouseClick(dialog.act, Qt.MouseButton.LeftButton)
    settle(shop_desk)
    assert dialog.result() == 1
    with shop.book.read() as session:
        hit = find_by_code(session, "777")
    assert hit is not None
    assert hit.product_id == shop.water


def test_very_many_products_come_in_pages(shop_desk: Desk, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(products, "AT_ONCE", 300)
    with shop.book.write() as session:
        for number in range(3, 451):
            create_product(session, ProductForm(f"{number:05}", f"商品{number}"), ACT)
    page = Products(shop_desk)
    shown(page)
    assert page.table.model.paged
    assert page.table.model.rowCount() == 450
    page.table.view.scrollToBottom()
    until(lambda: page.table.model.row(449))
    assert page.table.model.row(449).name == "商品450"
    page.open(product=400)
    until(lambda: getattr(page.table.current(), "id", None) == 400)  # beyond the first page it is found by its code
    assert page.table.current().code == "00400"


# --- the form -----------------------------------------------------------------------------------------------------------


def test_a_new_product_is_typed_and_saved_with_units_barcodes_and_picture(
    shop_desk: Desk, shop: Shop, went: list[Target]
) -> None:
    page = ProductFormPage(shop_desk)
    shown(page, barcode="6901234567890")
    assert page.code.text() == "6901234567890"
    assert "校验位" in page.barcodes.warning.text(), "a wrong check digit is said"
    page.name.setText("无糖乌龙茶")
    page.category.setText("饮料/茶")
    page.unit.setText("瓶")
    page.prices["sale_price"].setText("5")
    page.prices["purchase_price"].setText("3*1")
    page.units.add(UnitForm("箱", 15))
    page.barcodes.add(BarcodeForm("690002", "箱"))
    image = QImage(1600, 1200, QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    page.picture.set_picture(small_jpeg(image), touched=True)
    press(page, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    settle(shop_desk)
    assert went == [goto("back")]
    with shop.book.read() as session:
        hit = find_by_code(session, "6901234567890")
        assert hit is not None
        form, picture = product_form(session, hit.product_id), product_picture(session, hit.product_id)
    assert (form.name, form.category, form.sale_price, form.purchase_price) == ("无糖乌龙茶", "饮料/茶", Decimal(5), Decimal(3))
    assert form.units == (UnitForm("箱", 15),)
    assert [(code.code, code.unit) for code in form.barcodes] == [("6901234567890", None), ("690002", "箱")]
    assert picture is not None


def test_a_refusal_stands_under_the_field_and_nothing_is_lost(shop_desk: Desk, shop: Shop, went: list[Target]) -> None:
    page = ProductFormPage(shop_desk)
    shown(page, name="别的水")
    page.code.setText("00001")
    page.save()
    settle(shop_desk)
    assert "清泉饮用天然水" in page.fields["code"].error
    assert page.name.text() == "别的水"
    assert page.keep.isEnabled()
    with prompts.answering(lambda _asked: prompts.Answer(False)) as seen:
        assert not page.may_leave()
    assert isinstance(seen[0], prompts.Question)
    assert went == []


def test_what_documents_rely_on_is_locked_and_said(shop_desk: Desk, shop: Shop) -> None:
    page = ProductFormPage(shop_desk)
    shown(page, product=shop.water)
    assert page.unit.isReadOnly()
    assert not page.batches.isEnabled()
    assert "基本单位" in page.locked.text()
    assert page.may_leave(), "nothing was changed"
    page.prices["sale_price"].setText("2.5")
    page.save()
    settle(shop_desk)
    after = shop.form(shop.water)
    assert after.sale_price == Decimal("2.5")
    assert after.units == (UnitForm("箱", 12),)
    assert [(code.code, code.unit) for code in after.barcodes] == [(WATER, None), (BOX, "箱")]


def test_pictures_are_made_small_enough(qapp: QApplication) -> None:
    noise = QImage(2000, 1500, QImage.Format.Format_RGB32)
    for y in range(0, 1500, 3):
        for x in range(0, 2000, 25):
            noise.setPixelColor(x, y, QColor((x * 7919 + y * 104729) % 0xFFFFFF))
    jpeg = small_jpeg(noise)
    assert jpeg is not None
    assert len(jpeg) <= PICTURE_LIMIT
    assert small_jpeg(QImage()) is None


# --- partners -----------------------------------------------------------------------------------------------------------


def test_who_owes_stands_first_with_what_is_overdue_and_its_statement(shop_desk: Desk, shop: Shop, went: list[Target]) -> None:
    page = Partners(shop_desk)
    shown(page)
    row = page.table.current()
    assert (row.id, row.balance, row.overdue, row.days_overdue) == (shop.customer, Decimal("12.00"), Decimal("12.00"), 14)
    assert page.panel.badge.text == "逾期 14 天"
    assert [line.cells[1:] for line in page.panel.lines.rows] == [("12.00", "—", "12.00")]
    assert page.panel.detail is not None
    sheet = statement_sheet(page.panel.detail)
    assert sheet.totals["balance"] == Decimal("12.00")
    press(page, Qt.Key.Key_F8)
    assert went == [goto("document", kind="receipt", partner=shop.customer)]
    page.open(partner=shop.supplier)
    settle(shop_desk)
    assert page.side == "supplier"
    assert page.table.current().balance == Decimal("24.00"), "what we owe stands as a positive amount"
    assert page.panel.lines.rows[0].cells[1:] == ("24.00", "—", "24.00")


def test_a_new_partner_is_saved_and_a_taken_code_is_refused_in_place(shop_desk: Desk, shop: Shop) -> None:
    page = Partners(shop_desk)
    shown(page)
    dialog = PartnerDialog(page, PartnerForm(name="", customer=True))
    dialog.show()
    QTest.mouseClick(dialog.keep, Qt.MouseButton.LeftButton)
    assert dialog.fields["name"].error
    dialog.name.setText("老街面馆")
    dialog.code.setText("C0001")
    QTest.mouseClick(dialog.keep, Qt.MouseButton.LeftButton)
    settle(shop_desk)
    assert "阳光食堂" in dialog.fields["code"].error
    dialog.code.setText("")
    QTest.mouseClick(dialog.keep, Qt.MouseButton.LeftButton)
    settle(shop_desk)
    assert dialog.saved_id is not None
    assert [row.code for row in page.table.model.loaded()] == ["C0001", "C0002"]


# --- labels -------------------------------------------------------------------------------------------------------------


def test_labels_are_counted_typed_and_saved_as_the_previewed_file(shop_desk: Desk, shop: Shop, tmp_path: Path) -> None:
    page = Labels(shop_desk)
    shown(page, products=[shop.water])
    page.paper.set_value("A4-3x7")
    page._paper_chosen("A4-3x7")
    page.handle_scan(MILK)
    settle(shop_desk)
    page.table.select_key(shop.milk)
    page.table.edit_copies("2")
    QTest.keyClicks(page.table.editor, "1")
    press(page.table.editor, Qt.Key.Key_Return)
    settle(shop_desk)
    assert page.sums.text() == "2 种商品，22 张"
    assert page.made is not None
    assert (page.made.labels, page.made.rendered.pages) == (22, 2)
    page.start.set_value(Decimal(4))
    page._render()
    settle(shop_desk)
    assert (page.made.page.first, page.made.page.count) == (3, 18)
    with prompts.answering(lambda _asked: tmp_path / "labels.pdf"):
        QTest.mouseClick(page.save, Qt.MouseButton.LeftButton)
        settle(shop_desk)
    assert (tmp_path / "labels.pdf").read_bytes() == page.made.rendered.pdf


def test_space_takes_a_product_off_and_receipts_bring_theirs(shop_desk: Desk, shop: Shop) -> None:
    page = Labels(shop_desk)
    shown(page, products=[shop.milk])
    page.table.model.check(0)
    assert page.items[shop.milk].copies == 0
    assert not page.print.isEnabled()
    page._take_receipt(1)
    settle(shop_desk)
    assert {item.id: item.copies for item in page.items.values() if item.copies} == {shop.water: 1}, "one tag for each product"


def test_a_changed_price_is_a_reason_for_a_new_tag(shop: Shop) -> None:
    with shop.book.write() as session:
        for price in ("12", "14.50"):
            update_product(session, shop.milk, _with_price(product_form(session, shop.milk), price), ACT)
    with shop.book.read() as session:
        found = due_tags(session, TODAY)
        assert [(tag.id, tag.reason, tag.source) for tag in found] == [(shop.milk, "changed", "13.00 → 14.50")]
        assert product_page(session, ProductFilter(), today=TODAY).rows[0].margin == Decimal("0.4")


def _with_price(form: ProductForm, price: str) -> ProductForm:
    return replace(form, sale_price=Decimal(price))


# --- import -------------------------------------------------------------------------------------------------------------


def write_list(path: Path, *rows: str) -> Path:
    path.write_text("\n".join(rows) + "\n", "utf-8")
    return path


def test_a_list_is_tried_out_first_and_entered_on_demand(shop_desk: Desk, shop: Shop, tmp_path: Path) -> None:
    file = write_list(tmp_path / "货品.csv", "货号,品名,售价", "00002,晨牧纯牛奶,14", "00003,新茶,5", "00004,,abc")
    page = ImportPage(shop_desk)
    shown(page, kind="products", path=str(file))
    settle(shop_desk)
    assert page.figures.accessibleName() == "行数 3; 新建 1; 更新 1; 未变 0; 不导入 1"
    assert shop.form(shop.milk).sale_price == Decimal(13), "nothing is entered by looking"
    assert page.enter.text().startswith("导入 2 行")
    press(page, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    settle(shop_desk)
    assert shop.form(shop.milk).sale_price == Decimal(14)
    with shop.book.read() as session:
        assert find_by_code(session, "00003") is not None
        assert find_by_code(session, "00004") is None
    assert not page.enter.isEnabled(), "the same rows are not entered twice"


def test_a_column_can_be_told_and_a_foreign_file_is_refused_in_place(shop_desk: Desk, shop: Shop, tmp_path: Path) -> None:
    file = write_list(tmp_path / "list.csv", "编码,品名,一,二", "00002,晨牧纯牛奶,9,15")
    page = ImportPage(shop_desk)
    shown(page, path=str(file))
    assert page.result is not None
    assert page.result.updated == 0
    page._map("sale_price", 3)
    settle(shop_desk)
    assert page.result.updated == 1
    page.enter_rows()
    settle(shop_desk)
    assert shop.form(shop.milk).sale_price == Decimal(15)
    (tmp_path / "x.xlsx").write_bytes(b"%PDF-1.4")
    page.take(tmp_path / "x.xlsx")
    settle(shop_desk)
    assert "PDF" in page.notice.label.text()
    assert not page.enter.isEnabled()


def test_trying_out_the_opening_stock_leaves_the_book_as_it_was(shop_desk: Desk, shop: Shop, tmp_path: Path) -> None:
    file = write_list(tmp_path / "stock.csv", "货号,数量,成本价", "00002,5,9.86")
    page = ImportPage(shop_desk)
    shown(page, kind="opening_stock", path=str(file))
    assert page.result is not None
    assert page.result.created == 1
    with shop.book.read() as session:
        assert product_page(session, ProductFilter(text="00002"), today=TODAY).rows[0].quantity == 0
    page.enter_rows()
    settle(shop_desk)
    with shop.book.read() as session:
        assert product_page(session, ProductFilter(text="00002"), today=TODAY).rows[0].quantity == 5
