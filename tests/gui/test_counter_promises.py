"""At the counter: batches that other lines of the document use up, and goods that customers' orders promise."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from jxc_desktop.gui.screens import document_promises
from jxc_desktop.gui.screens.document_editor import DocumentEditor
from jxc_desktop.gui.screens.document_form import LineForm
from jxc_desktop.gui.widgets import Button, Choice, LineEdit
from jxc_desktop.gui.widgets.combo import ChoiceList
from jxc_desktop.queries.promised import promises
from jxc_desktop.services.recipes import save_recipe
from tests.gui.hand import add, form_of, keys, put, settle
from tests.helpers.shop import Shop, line

D = Decimal
ENTER = Qt.Key.Key_Return
OpenPage = Callable[..., DocumentEditor]


@pytest.fixture
def milk(shop: Shop) -> int:
    """Of B1, which expires first, 6; of B2 10; of B3 5."""
    made = shop.product("M", name="牛奶", batches=True)
    for batch, quantity, expiry in (("B2", "10", "2026-06-01"), ("B1", "6", "2026-04-01"), ("B3", "5", "2026-07-01")):
        shop.post("purchase_receipt", 1, line(made, quantity, "3", batch=batch, expiry=expiry), partner="S")
    return made


def offered(form: LineForm, row: int) -> list[tuple[str, str]]:
    """Name and quantity of the batches that the cell of a line offers."""
    form.grid.edit_cell(row, "batch")
    found = form.grid.offered(form.grid.lines[row], "batch", "")
    return [(choice.name, choice.right) for choice in found if choice.value is not None]


def named(form: LineForm) -> list[tuple[str | None, Decimal | None]]:
    return [(each.draft.batch, each.draft.quantity) for each in form.grid.lines]


# --- batches ---------------------------------------------------------------------------------------------------------


def test_the_rest_of_a_split_line_is_not_offered_the_batch_that_is_used_up(page: OpenPage, milk: int) -> None:
    sale = page(kind="write_off")
    form = form_of(sale)
    add(sale, milk, "12")
    form.grid.edit_cell(0, "batch")
    keys(sale, "b2", ENTER)
    assert named(form) == [("B2", D(10)), (None, D(2))]
    assert offered(form, 1) == [("B1", "现存 6 件"), ("B3", "现存 5 件")]
    assert ("B2", "现存 10 件") in offered(form, 0)


def test_a_batch_that_another_line_uses_in_part_says_so_and_is_split_by_what_is_left(page: OpenPage, milk: int) -> None:
    sale = page(kind="retail_sale")
    form = form_of(sale)
    add(sale, milk, "4")
    put(sale, 0, "batch", "B1")
    add(sale, milk, "5")
    assert offered(form, 1)[0] == ("B1", "还剩 2 件（共 6）")
    form.grid.edit_cell(1, "batch")
    keys(sale, "b1", ENTER)
    assert named(form) == [("B1", D(4)), ("B1", D(2)), (None, D(3))]
    assert "B1" not in [name for name, _right in offered(form, 2)]
    assert form.notice.isHidden()


def test_two_lines_that_want_too_much_of_one_batch_are_told_before_posting(page: OpenPage, shop: Shop, milk: int) -> None:
    sale = page(kind="retail_sale")
    form = form_of(sale)
    for row in range(2):
        add(sale, milk, "4")
        put(sale, row, "batch", "B1")
    assert form.notice.label.text() == "第 2 行：牛奶的批号 B1 被前面的行取用后只剩 2 件。"
    link = form.notice.findChild(Button)
    assert link is not None
    link.click()
    settle(sale)
    assert named(form) == [("B1", D(4)), ("B1", D(2)), (None, D(2))]
    assert form.notice.isHidden()
    sale.post()
    settle(sale)
    assert sale.detail is not None
    assert shop.on_hand(milk) == 13


def test_a_return_to_the_supplier_offers_what_its_other_lines_leave(page: OpenPage, milk: int) -> None:
    back = page(kind="purchase_return")
    add(back, milk, "6")
    put(back, 0, "batch", "B1")
    add(back, milk, "1")
    assert [name for name, _right in offered(form_of(back), 1)] == ["B2", "B3"]


# --- promised --------------------------------------------------------------------------------------------------------


@pytest.fixture
def water(shop: Shop) -> int:
    """Of water 10, of which orders promise 4 and 3; in the back 5 more, of which none are."""
    made = shop.product("W", name="纯净水")
    shop.buy(1, made, "10", "2")
    shop.buy(1, made, "5", "2", warehouse="B")
    for quantity in ("4", "3"):
        shop.post("sales_order", 2, line(made, quantity, "5"), partner="C")
    return made


def orders(shop: Shop, product: int) -> list[tuple[str, Decimal]]:
    with shop.book.read() as session:
        return [(one.number, one.quantity) for one in promises(session, [product])]


def rest(page: DocumentEditor) -> None:
    """The hand rests: what is promised is looked up."""
    QTest.qWait(document_promises.PAUSE + 50)
    settle(page)


@pytest.mark.parametrize("kind", ["sale", "retail_sale", "write_off", "stock_out", "transfer"])
def test_whoever_takes_promised_goods_is_told_to_whom_before_posting(page: OpenPage, shop: Shop, water: int, kind: str) -> None:
    (first, _four), (second, _three) = orders(shop, water)
    taking = page(kind=kind)
    form = form_of(taking)
    add(taking, water, "3")
    rest(taking)
    assert form.notice.isHidden()
    put(taking, 0, "quantity", "5")
    said = f"第 1 行：纯净水过账后只剩 5 件，不够已订未发的 7 件：客户（{first}）、客户（{second}）。"
    assert form.notice.label.text() == said
    assert form.notice.tone == "warning"
    put(taking, 0, "quantity", "3")
    assert form.notice.isHidden()


def test_the_notice_hinders_nothing_and_says_what_the_posted_document_says(page: OpenPage, shop: Shop, water: int) -> None:
    taking = page(kind="retail_sale")
    add(taking, water, "4")
    rest(taking)
    assert "只剩 6 件" in form_of(taking).notice.label.text()
    taking.post()
    settle(taking)
    assert taking.detail is not None
    assert shop.on_hand(water, "MAIN") == 6
    assert taking.view is not None
    assert "只剩 6" in " ".join(label.text() for label in taking.view.findChildren(QLabel))


def test_a_delivery_takes_what_was_promised_to_it_and_is_warned_only_of_others(page: OpenPage, shop: Shop, water: int) -> None:
    with shop.book.read() as session:
        first, second = promises(session, [water])
    delivery = page(kind="sale", order=first.document_id)
    rest(delivery)
    form = form_of(delivery)
    assert form.notice.isHidden()
    put(delivery, 0, "quantity", "8")
    rest(delivery)
    assert form.notice.label.text() == f"第 1 行：纯净水过账后只剩 2 件，不够已订未发的 3 件：客户（{second.number}）。"


def test_what_a_line_delivers_beyond_its_order_line_is_kept_for_the_other_lines_of_the_order(page: OpenPage, shop: Shop) -> None:
    tea = shop.product("TEA", name="茶叶")
    shop.buy(1, tea, "10", "6")
    order = shop.post("sales_order", 2, line(tea, "4", "9"), line(tea, "5", "9"), partner="C")
    delivery = page(kind="sale", order=order.document_id)
    form = form_of(delivery)
    form.grid.select_row(1)
    form.grid.remove_current()
    put(delivery, 0, "quantity", "8")
    rest(delivery)
    assert "过账后只剩" not in form.notice.label.text()
    delivery.post()
    settle(delivery)
    assert delivery.view is not None
    assert "只剩" not in " ".join(label.text() for label in delivery.view.findChildren(QLabel))


def test_an_order_that_gets_its_own_is_not_told_that_others_go_short(page: OpenPage, shop: Shop) -> None:
    tea = shop.product("TEA", name="茶叶")
    shop.buy(1, tea, "5", "6")
    order = shop.post("sales_order", 2, line(tea, "4", "9"), partner="C")
    shop.post("sales_order", 2, line(tea, "3", "9"), partner="C")
    delivery = page(kind="sale", order=order.document_id)
    rest(delivery)
    assert form_of(delivery).notice.isHidden()


def test_goods_that_are_scanned_anew_are_still_for_the_order(page: OpenPage, shop: Shop) -> None:
    """The line of the order was taken away, so that none names it."""
    tea = shop.product("TEA", name="茶叶")
    shop.buy(1, tea, "4", "6")
    order = shop.post("sales_order", 2, line(tea, "4", "9"), partner="C")
    delivery = page(kind="sale", order=order.document_id)
    form = form_of(delivery)
    form.grid.select_row(0)
    form.grid.remove_current()
    add(delivery, tea, "3")
    assert [each.draft.order_line for each in form.grid.lines] == [None]
    rest(delivery)
    assert "过账后只剩" not in form.notice.label.text()


def test_another_warehouse_and_goods_that_nobody_ordered_ask_nothing(
    page: OpenPage, shop: Shop, water: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []

    def note(_session: object, products: object) -> tuple[()]:
        asked.append(products)
        return ()

    monkeypatch.setattr(document_promises, "promises", note)
    cola = shop.product("COLA", name="可乐")
    shop.buy(1, cola, "5", "2")
    sale = page(kind="retail_sale")
    add(sale, cola, "5")
    rest(sale)
    assert asked == []
    add(sale, water, "1")
    for quantity in "123456":
        put(sale, 1, "quantity", quantity)
    rest(sale)
    put(sale, 1, "quantity", "2")
    rest(sale)
    assert asked == [(water,)], "asked once, after the hand rested, and not for each key"


def test_the_back_room_promises_nothing_of_what_was_ordered_in_front(page: OpenPage, shop: Shop, water: int) -> None:
    sale = page(kind="write_off", warehouse="B")
    add(sale, water, "5")
    rest(sale)
    assert form_of(sale).notice.isHidden()


def test_an_order_that_comes_in_while_it_is_typed_is_heard_of(page: OpenPage, shop: Shop, water: int) -> None:
    sale = page(kind="retail_sale")
    add(sale, water, "3")
    rest(sale)
    assert form_of(sale).notice.isHidden()
    shop.post("sales_order", 3, line(water, "1", "5"), partner="C")
    sale.reload()
    settle(sale)
    rest(sale)
    assert "8 件" in form_of(sale).notice.label.text()
    assert "）等 3 张订单。" in form_of(sale).notice.label.text()


def test_the_parts_of_an_ordered_kit_are_promised(page: OpenPage, shop: Shop) -> None:
    tea, cup = shop.product("TEA", name="茶叶"), shop.product("CUP", name="茶杯")
    gift = shop.product("GIFT", name="礼盒", unit="盒")
    with shop.book.write() as session:
        save_recipe(session, gift, [(tea, D(2)), (cup, D(1))], shop.act, kit=True)
    shop.buy(1, tea, "10", "6")
    shop.buy(1, cup, "10", "3")
    order = shop.post("sales_order", 2, line(gift, "3", "50"), partner="C")
    loose = page(kind="retail_sale")
    add(loose, tea, "5")
    rest(loose)
    assert form_of(loose).notice.label.text() == f"第 1 行：茶叶过账后只剩 5 件，不够已订未发的 6 件：客户（{order.number}）。"
    delivery = page(kind="sale", order=order.document_id)
    rest(delivery)
    assert form_of(delivery).notice.isHidden()
    more = page(kind="retail_sale")
    add(more, gift, "3")
    rest(more)
    assert form_of(more).notice.label.text() == f"第 1 行：茶叶过账后只剩 4 件，不够已订未发的 6 件：客户（{order.number}）。"


def test_a_part_that_is_promised_is_told_though_another_part_is_what_the_kit_lacks(page: OpenPage, shop: Shop) -> None:
    """As many kits could be made with what is promised as without, so that none of them counts as reserved."""
    shop.settings(negative="allow")
    tea, cup = shop.product("TEA", name="茶叶"), shop.product("CUP", name="茶杯")
    gift = shop.product("GIFT", name="礼盒", unit="盒")
    with shop.book.write() as session:
        save_recipe(session, gift, [(tea, D(2)), (cup, D(1))], shop.act, kit=True)
    shop.buy(1, cup, "4", "3")
    order = shop.post("sales_order", 2, line(cup, "4", "5"), partner="C")
    sale = page(kind="retail_sale")
    add(sale, gift, "1")
    rest(sale)
    assert form_of(sale).notice.label.text() == f"第 1 行：茶杯过账后只剩 3 件，不够已订未发的 4 件：客户（{order.number}）。"


def test_what_is_typed_while_a_line_arrives_stays_in_its_own_line(page: OpenPage, shop: Shop, milk: int) -> None:
    sale = page(kind="retail_sale")
    form = form_of(sale)
    add(sale, milk, "2")
    form.adding.add_products([milk])
    form.grid.edit_cell(0, "batch")
    form.grid.editor.setText("B2")
    settle(sale)
    assert named(form) == [("B2", D(2)), (None, D(1))]
    assert (form.grid.currentIndex().row(), form.grid.key) == (1, "quantity")


def test_the_list_of_a_cell_at_the_edge_of_the_screen_stays_on_the_screen(qapp: QApplication) -> None:
    field = LineEdit()
    screen = field.screen().availableGeometry()
    for corner in (screen.topLeft(), screen.bottomRight() - QPoint(80, 40)):
        field.setGeometry(QRect(corner, QSize(80, 40)))
        field.show()
        below = ChoiceList(field)
        below.show_choices([Choice(n, f"B2026030{n}", "2026-06-01 到期，还有 83 天", "还剩 200 杯（共 600）") for n in range(4)])
        assert screen.contains(below.geometry())
        assert not below.geometry().intersects(field.geometry())
        assert below.width() > 300, "nothing of it is cut"
