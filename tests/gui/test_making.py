"""Assembly, cost adjustment, landed cost, acceptance and recipes, typed in the real pages of a real book."""

from __future__ import annotations

from decimal import Decimal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from sqlalchemy import func, select

from jxc_desktop.db.models import ArrivalCheck, Document, DocumentLine
from jxc_desktop.gui.screen import Desk
from jxc_desktop.gui.screens.accept import Accept
from jxc_desktop.gui.screens.document_editor import DocumentEditor
from jxc_desktop.gui.screens.document_form import LineForm
from jxc_desktop.gui.screens.landed_form import LandedForm
from jxc_desktop.gui.screens.recipe_dialog import RecipeDialog
from jxc_desktop.gui.widgets import Choice
from jxc_desktop.queries.products import product_card
from jxc_desktop.queries.recipes import recipe_of
from jxc_desktop.services.recipes import save_recipe
from tests.gui.hand import settle, shown, until
from tests.helpers.shop import TODAY, Shop, line

D = Decimal


def test_the_recipe_fills_the_lines_of_an_assembly_and_it_posts(shop_desk: Desk, shop: Shop) -> None:
    flour, cake = shop.product("FLOUR", name="面粉"), shop.product("CAKE", name="蛋糕")
    shop.buy(1, flour, "10", "3")
    with shop.book.write() as session:
        save_recipe(session, cake, [(flour, D("2.5"))], shop.act, makes=D(10))
    page = shown(DocumentEditor(shop_desk), kind="assembly")
    assert isinstance(page.form, LineForm)
    head = page.form.head
    head.made.set_choice(Choice(cake, "蛋糕"))
    head.made.picked.emit(Choice(cake, "蛋糕"))
    head.made_quantity.setFocus()
    QTest.keyClicks(head.made_quantity, "20")
    QTest.keyClick(head.made_quantity, Qt.Key.Key_Return)
    settle(shop_desk)
    assert [(one.product.code, one.draft.quantity) for one in page.form.grid.lines] == [("FLOUR", D(5))]
    page.post()
    settle(shop_desk)
    assert (shop.on_hand(flour), shop.on_hand(cake), shop.value(cake)) == (5, 20, D("15.00"))
    assert page.view is not None
    assert page.header.title.text() == "组装单"


def test_a_cost_adjustment_is_typed_as_a_new_unit_cost(shop_desk: Desk, shop: Shop) -> None:
    tea = shop.product("TEA", name="茶")
    shop.buy(1, tea, "10", "10")
    page = shown(DocumentEditor(shop_desk), kind="cost_adjustment")
    assert isinstance(page.form, LineForm)
    page.form.adding.add_code("TEA")
    settle(shop_desk)
    page.post()
    settle(shop_desk)
    assert page.view is None, "without a cost nothing is posted"
    page.form.grid.edit_cell(0, "price")
    page.form.grid.editor.setText("12.5")
    page.post()
    settle(shop_desk)
    assert shop.value(tea) == D("125.00")


def test_a_landed_cost_shows_the_shares_before_it_posts_them(shop_desk: Desk, shop: Shop) -> None:
    a, b = shop.product("A", name="甲"), shop.product("B", name="乙")
    received = shop.post("purchase_receipt", 1, line(a, "30", "1"), line(b, "10", "6"), partner="S")
    page = shown(DocumentEditor(shop_desk), kind="landed_cost")
    form = page.form
    assert isinstance(form, LandedForm)
    form.receipts.check_keys([received.document_id])
    form.amount.setFocus()
    QTest.keyClicks(form.amount, "10")
    until(lambda: [row.amount for row in form.shares.model.loaded()] == [D("3.33"), D("6.67")])
    assert [(row.name, row.amount) for row in form.shares.model.loaded()] == [("甲", D("3.33")), ("乙", D("6.67"))]
    form.partner.set_choice(Choice(shop.partners["S"], "供应商"))
    page.post()
    settle(shop_desk)
    assert (shop.value(a), shop.value(b)) == (D("33.33"), D("66.67"))


def test_a_landed_cost_without_receipts_says_so_and_posts_nothing(shop_desk: Desk, shop: Shop) -> None:
    page = shown(DocumentEditor(shop_desk), kind="landed_cost")
    form = page.form
    assert isinstance(form, LandedForm)
    form.amount.setText("10")
    form.amount.setFocus()
    QTest.keyClick(form.amount, Qt.Key.Key_Return)
    assert not form.complete()
    assert form.notice.isVisible()
    with shop.book.read() as session:
        posted = select(func.count()).select_from(Document).where(Document.status == "posted")
        assert session.execute(posted).scalar_one() == 0


@pytest.fixture
def sent(shop: Shop) -> tuple[int, int, int]:
    """A transfer of 6 tea and 4 cups that is under way; (document, tea, cup)."""
    tea, cup = shop.product("TEA", name="茶"), shop.product("CUP", name="杯")
    shop.post("purchase_receipt", 1, line(tea, "10", "3"), line(cup, "10", "2"), partner="S")
    moment = "2026-03-09T12:00:00"
    posted = shop.post("transfer", moment, line(tea, "6"), line(cup, "4"), to="B", transit=True)
    return posted.document_id, tea, cup


def test_a_transfer_is_accepted_with_a_broken_and_a_missing_piece(
    shop_desk: Desk, shop: Shop, sent: tuple[int, int, int]
) -> None:
    document, tea, cup = sent
    page = shown(Accept(shop_desk), id=document)
    QTest.keyClicks(page.grid.editor, "5")
    QTest.keyClick(page.grid.editor, Qt.Key.Key_Return)
    page.grid.set_way(page.lines[0], "damaged")
    page.handle_scan("B-CUP")
    settle(shop_desk)
    assert page.lines[1].found == 1
    page.grid.edit_cell(1, "quantity")
    page.grid.editor.setText("9")
    page.post()
    assert page.grid.lines[1].errors, "more than was sent is refused in its cell"
    page.grid.editor.setText("3")
    page.grid.commit()
    assert page.notice.isVisible()
    assert page.ways.isVisible()
    page.post()
    settle(shop_desk)
    assert (shop.on_hand(tea, "B"), shop.on_hand(cup, "B")) == (5, 3)
    assert (shop.on_hand(tea), shop.on_hand(cup, "MAIN")) == (9, 7)
    with shop.book.read() as session:
        kinds = session.scalars(select(Document.kind).where(Document.order_id == document).order_by(Document.seq)).all()
        assert kinds == ["transfer", "write_off", "transfer"]
        assert session.execute(select(func.count()).select_from(DocumentLine).where(DocumentLine.reason != "")).scalar_one() == 1


def test_the_rest_arrives_as_sent_with_one_key(shop_desk: Desk, shop: Shop, sent: tuple[int, int, int]) -> None:
    document, tea, cup = sent
    page = shown(Accept(shop_desk), id=document)
    page.take_rest()
    page.post()
    settle(shop_desk)
    assert (shop.on_hand(tea, "B"), shop.on_hand(cup, "B")) == (6, 4)


def checked_off(shop: Shop) -> int:
    """Lines of which the book knows what was found."""
    with shop.book.read() as session:
        return session.execute(select(func.count()).select_from(ArrivalCheck)).scalar_one()


def test_what_is_checked_off_is_there_again_and_gone_once_it_is_posted(
    shop_desk: Desk, shop: Shop, sent: tuple[int, int, int]
) -> None:
    document, tea, _cup = sent

    def opened() -> Accept:
        return shown(Accept(shop_desk), id=document)

    page = opened()
    QTest.keyClicks(page.grid.editor, "5")
    QTest.keyClick(page.grid.editor, Qt.Key.Key_Return)
    page.grid.set_way(page.lines[0], "damaged")
    until(lambda: checked_off(shop) > 0)
    again = opened()  # as after a power cut: the first page was never left
    assert [(one.found, one.way) for one in again.lines] == [(5, "damaged"), (None, "short")]
    assert again.grid.currentIndex().row() == 1, "it goes on with the line that waits"
    QTest.keyClicks(again.grid.editor, "4")  # not entered: leaving takes what stands in the cell
    assert again.may_leave()
    settle(shop_desk)
    last = opened()
    assert [one.found for one in last.lines] == [5, 4]
    assert shop.on_hand(tea, "B") == 0, "nothing has moved yet"
    last.post()
    settle(shop_desk)
    assert shop.on_hand(tea, "B") == 5
    assert checked_off(shop) == 0


def test_a_recipe_is_typed_and_what_is_wrong_with_it_is_said_in_place(shop_desk: Desk, shop: Shop) -> None:
    tea, cup, gift = shop.product("TEA", name="茶"), shop.product("CUP", name="杯"), shop.product("GIFT", name="礼盒")
    page = Accept(shop_desk)  # any page: the dialog only needs its desk
    with shop.book.read() as session:
        card = product_card(session, gift, today=TODAY)
    dialog = RecipeDialog(page, card, None)
    dialog.kind.set_value(True)
    dialog.keep()
    settle(shop_desk)
    assert dialog.notice.isVisibleTo(dialog), "a kit without parts is refused"
    for product, name, quantity in ((tea, "茶", "2"), (cup, "杯", "1")):
        dialog.picker.set_choice(Choice(product, name, name, "0 件"))
        dialog.quantity.setText(quantity)
        dialog._add()
    dialog.keep()
    settle(shop_desk)
    with shop.book.read() as session:
        recipe = recipe_of(session, gift)
        assert recipe is not None
        assert recipe.kit
        assert [(part.part_id, part.quantity) for part in recipe.parts] == [(tea, D(2)), (cup, D(1))]
