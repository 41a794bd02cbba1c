"""What a clerk in a hurry does to the windows: wrong numbers, Enter at the wrong moment, goods sent where they are."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from shiboken6 import delete, isValid

from jxc_desktop.domain.why import WhyKey
from jxc_desktop.gui import prompts
from jxc_desktop.gui.main_window import MainWindow
from jxc_desktop.gui.screen import Desk, goto
from jxc_desktop.gui.screens.accept import Accept
from jxc_desktop.gui.screens.document_acts import DocumentActs
from jxc_desktop.gui.screens.document_editor import DocumentEditor
from jxc_desktop.gui.screens.landed_form import LandedForm
from jxc_desktop.gui.screens.recipe_dialog import RecipeDialog
from jxc_desktop.gui.screens.settings import Settings
from jxc_desktop.gui.screens.stocktaking import Stocktaking
from jxc_desktop.gui.widgets import Choice, LineEdit, Picker
from jxc_desktop.gui.widgets.table_view import RowView
from jxc_desktop.queries.products import product_card
from jxc_desktop.queries.recipes import recipe_of
from jxc_desktop.queries.why import explain
from tests.gui.hand import add, form_of, put, settle, shown, until, wedge
from tests.helpers.shop import TODAY, Shop, line

D = Decimal


def test_a_quantity_of_nothing_is_refused_in_one_clear_sentence(shop_desk: Desk, shop: Shop) -> None:
    water = shop.product("W", name="水")
    page = shown(DocumentEditor(shop_desk), kind="purchase_receipt")
    add(page, water)
    put(page, 0, "quantity", "0")
    assert form_of(page).notice.label.text() == "第 1 行：数量必须大于零，货物进出方向由单据种类决定。"


def test_a_discount_that_leaves_almost_nothing_is_asked_about(shop_desk: Desk, shop: Shop) -> None:
    water = shop.product("W", name="水")
    page = shown(DocumentEditor(shop_desk), kind="purchase_receipt")
    add(page, water)
    put(page, 0, "price", "10")
    put(page, 0, "discount", "95")
    assert form_of(page).notice.label.text() == "第 1 行让利 95%，只收 5%。如果要按 95% 收，请填 5。"
    put(page, 0, "discount", "5")
    assert form_of(page).notice.isHidden()


def test_goods_are_not_transferred_to_where_they_are(shop_desk: Desk, shop: Shop) -> None:
    water = shop.product("W", name="水")
    shop.buy(1, water, "10", "3")
    page = shown(DocumentEditor(shop_desk), kind="transfer")
    add(page, water)
    head = form_of(page).head
    head.to_warehouse.set_value(head.warehouse.value)
    page.post()
    assert page.tasks.wait_idle()
    assert head.fields["to_warehouse"].error == "货本来就在这个仓库，请换一个。"
    assert page.view is None


def test_an_assembly_begins_with_what_is_made_and_takes_no_number_below_zero(shop_desk: Desk, shop: Shop) -> None:
    page = shown(DocumentEditor(shop_desk), kind="assembly")
    head = form_of(page).head
    assert QApplication.focusWidget() is head.made
    head.made_quantity.setFocus()
    QTest.keyClicks(head.made_quantity, "-3")
    QTest.keyClick(head.made_quantity, Qt.Key.Key_Return)
    assert page.tasks.wait_idle()
    assert head.fields["made_quantity"].error
    assert form_of(page).grid.lines == []


def test_the_batch_of_a_receipt_can_be_typed_in_a_narrow_window(shop_desk: Desk, shop: Shop) -> None:
    milk = shop.product("M", name="牛奶", batches=True)
    page = shown(DocumentEditor(shop_desk), kind="purchase_receipt")
    add(page, milk)
    grid = form_of(page).grid
    grid.edit_cell(0, "batch")
    assert grid.key == "batch"


def test_a_changed_value_has_the_same_sign_in_the_document_in_its_derivation_and_in_stock(shop_desk: Desk, shop: Shop) -> None:
    water = shop.product("W", name="水")
    shop.buy(1, water, "2", "7.58")
    page = shown(DocumentEditor(shop_desk), kind="cost_adjustment")
    add(page, water)
    put(page, 0, "price", "25")
    page.post()
    assert page.tasks.wait_idle()
    assert page.detail is not None
    assert page.view is not None
    assert shop.value(water) == D("50.00")
    assert page.detail.cost == D("34.84")
    assert ("金额变动", "¥34.84") in [tuple(found[:2]) for found in page.view._sums(page.detail)]
    with shop.book.read() as session:
        figures = ("document_cost", None), ("line_cost", 1)
        keys = [WhyKey(name, document_id=page.detail.head.id, line=number) for name, number in figures]
        assert [explain(session, key).result for key in keys] == [D("34.84")] * 2


def test_a_cost_that_cannot_go_by_weight_goes_by_value_with_one_click(shop_desk: Desk, shop: Shop) -> None:
    water = shop.product("W", name="水")
    receipt = shop.buy(1, water, "10", "3").document_id
    page = shown(DocumentEditor(shop_desk), kind="landed_cost")
    form = page.form
    assert isinstance(form, LandedForm)
    form.receipts.check_keys([receipt])
    form.amount.set_value(D(10))
    form.spread.set_value("weight")
    form.spread.chosen.emit("weight")
    assert page.tasks.wait_idle()
    assert "重量" in form.notice.label.text()
    form.notice._buttons[0].click()
    assert page.tasks.wait_idle()
    assert form.spread.value == "value"
    page.post()
    assert page.tasks.wait_idle()
    assert shop.value(water) == D("40.00")


def test_a_part_that_is_chosen_is_kept_and_enter_leads_from_part_to_quantity_to_the_next_part(
    shop_desk: Desk, shop: Shop
) -> None:
    tea, cup, kit = (shop.product(code, name=name) for code, name in (("T", "茶"), ("C", "杯"), ("K", "礼盒")))
    page = shown(DocumentEditor(shop_desk), kind="sale")
    with shop.book.read() as session:
        card = product_card(session, kit, today=TODAY)
    dialog = RecipeDialog(page, card, None)
    dialog.show()
    dialog.activateWindow()
    dialog.picker.setFocus()
    dialog.picker.pick(Choice(tea, "茶", "T", "0 件"))
    assert dialog.focusWidget() is dialog.quantity
    dialog.quantity.setText("-1")
    QTest.keyClick(dialog.quantity, Qt.Key.Key_Return)
    settle(shop_desk)
    assert (dialog.parts, dialog.focusWidget()) == ([], dialog.quantity)
    dialog.quantity.setText("2")
    QTest.keyClick(dialog.quantity, Qt.Key.Key_Return)
    assert [(part.id, part.quantity) for part in dialog.parts] == [(tea, D(2))]
    assert dialog.focusWidget() is dialog.picker
    dialog.picker.pick(Choice(cup, "杯", "C", "0 件"))
    dialog.quantity.setText("3")
    dialog.keep()
    settle(shop_desk)
    with shop.book.read() as session:
        kept = recipe_of(session, kit)
    assert kept is not None
    assert [(part.part_id, part.quantity) for part in kept.parts] == [(tea, D(2)), (cup, D(3))]
    dialog.deleteLater()


def test_more_arrived_than_was_sent_is_refused_where_it_is_typed_and_papers_without_money_name_no_amount(
    shop_desk: Desk, shop: Shop
) -> None:
    water = shop.product("W", name="水")
    shop.buy(1, water, "10", "3")
    sent = shop.post("transfer", 2, line(water, "3"), to="B", transit=True).document_id
    page = shown(Accept(shop_desk), 1100, 640, id=sent)
    page.grid.edit_cell(0, "quantity")
    page.grid.editor.setText("5")
    page.grid.commit()
    assert "请填 0 到 3 之间的数" in page.notice.label.text()
    page.grid.editor.setText("1")
    page.grid.commit()
    assert "差 2 件" in page.notice.label.text()
    page.lines[0].way = "damaged"
    page.post()
    settle(shop_desk)
    again = shown(DocumentEditor(shop_desk), id=sent)
    assert again.detail is not None

    def answer(asked: object) -> object:
        return prompts.Answer(True, "录错") if isinstance(asked, prompts.Question) else ""

    with prompts.answering(answer) as seen:
        DocumentActs(again).void(again.detail.head)
        settle(shop_desk)
    ways = next(asked for asked in seen if isinstance(asked, prompts.Ways))
    assert len(ways.ways) == 2
    assert not any("¥" in way.note for way in ways.ways)


def test_enter_does_not_walk_past_the_field_that_the_answer_led_to(shop_desk: Desk, shop: Shop) -> None:
    page = shown(DocumentEditor(shop_desk), kind="sale")
    first, second, third = (LineEdit("", parent=page) for _number in range(3))
    for edit in (first, second, third):
        edit.show()
    first.returnPressed.connect(second.setFocus)
    first.setFocus()
    QTest.keyClick(first, Qt.Key.Key_Return)
    assert page.window().focusWidget() is second


def test_the_keys_of_a_list_work_as_soon_as_its_page_is_shown(make_window: Callable[..., MainWindow], shop: Shop) -> None:
    shop.buy(1, shop.product("W", name="水"), "10", "3")
    window = make_window(shop)
    for name in ("purchases", "products", "partners", "stock"):
        window.navigate(goto(name))
        settle(window)
        assert window.front is not None
        assert isinstance(window.front.focusWidget(), RowView), name


def test_nobody_listens_for_scans_once_the_window_is_gone_even_where_it_did_not_close(
    make_window: Callable[..., MainWindow], shop: Shop
) -> None:
    window = make_window(shop)
    scanner, asked = window.scanner, list[str]()
    scanner.clock = wedge()
    heard = QLineEdit()
    window._takes_scan = lambda _dialog: bool(asked.append("window"))  # type: ignore[method-assign]
    delete(window)
    heard.show()
    heard.setFocus()
    QTest.keyClicks(heard, "690123")
    QTest.keyClick(heard, Qt.Key.Key_Return)
    assert (heard.text(), asked, isValid(scanner)) == ("690123", [], False)


def test_pasted_lines_become_one(shop_desk: Desk, shop: Shop) -> None:
    page = shown(DocumentEditor(shop_desk), kind="purchase_receipt")
    note = form_of(page).head.fields["note"].control
    note.setFocus()
    QApplication.clipboard().setText("放门口\n轻放\r\n")
    QTest.keySequence(note, QKeySequence.StandardKey.Paste)
    assert form_of(page).draft().note == "放门口 轻放"


class Shows(QObject):
    """Which widgets were shown as windows of their own."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            self.seen.append(type(watched).__name__)
        return False


def test_pages_come_without_windows_that_flash_up(shop_desk: Desk, shop: Shop) -> None:
    shows = Shows()
    application = QApplication.instance()
    assert application is not None
    application.installEventFilter(shows)
    pages = [Settings(shop_desk), Stocktaking(shop_desk)]
    pages[0].reload()
    settle(shop_desk)
    application.removeEventFilter(shows)
    for page in pages:
        page.deleteLater()
    assert shows.seen == []


def test_a_list_of_answers_goes_when_a_scan_is_taken_out_of_the_field(shop_desk: Desk, shop: Shop) -> None:
    page = shown(DocumentEditor(shop_desk), kind="sale")
    waiting: list[Callable[[list[Choice]], None]] = []
    picker = Picker(lambda _text, answer: waiting.append(answer), parent=page)
    picker.show()
    picker.setFocus()
    QTest.keyClicks(picker, "690")
    until(lambda: waiting)
    picker.setText("")
    waiting[0]([Choice(1, "水")])
    assert not picker._popup.isVisible()
