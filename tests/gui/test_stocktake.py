"""Counting goods at the window: chosen by keys, counted, kept, handed in, posted - and what stands in the book afterwards."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from sqlalchemy import select

from jxc_desktop.db.engine import Database
from jxc_desktop.db.models import Document, StockRow
from jxc_desktop.domain.counting import Tolerance
from jxc_desktop.domain.stocktake import Plan
from jxc_desktop.gui import prompts
from jxc_desktop.gui.screen import Desk, Target
from jxc_desktop.gui.screens.stocktake import Stocktakes
from jxc_desktop.gui.screens.stocktaking import Stocktaking
from jxc_desktop.queries.stocktake import stocktakes
from jxc_desktop.services.stocktake_posting import result_of
from tests.gui.counting import control, counts, goods_to_count, resume, scan, type_in
from tests.gui.hand import settle, shown
from tests.helpers.shop import Shop


@pytest.fixture
def shop(book: Database) -> Shop:
    return goods_to_count(book)


@pytest.fixture
def page(shop_desk: Desk) -> Stocktaking:
    """Where a count is begun."""
    return shown(Stocktaking(shop_desk), 1180, 660)


def begin(page: Stocktaking, *, scope: int, downs: int = 0) -> None:
    """Choose the scope with the arrow keys, then press Ctrl+Enter."""
    page.setup.scope.setFocus()
    for _step in range(scope):
        QTest.keyClick(page.setup.scope, Qt.Key.Key_Right)
    for _step in range(downs):
        QTest.keyClick(page.setup.category, Qt.Key.Key_Down)
    settle(page)
    control(page, Qt.Key.Key_Return)


def count_drinks(page: Stocktaking) -> None:
    """Scan cola three times, set it to nine, scan tea once and type its count into the table; water is left alone."""
    begin(page, scope=1, downs=1)
    scan(page, "B-COLA", "B-COLA", "B-TEA", "B-COLA")
    type_in(page, "*9")
    assert page.counting is not None
    tea = next(line for line in page.counting.lines.values() if line.row.code == "TEA")
    page.grid.edit_cell(page.grid.lines.index(tea), "quantity")
    QTest.keyClicks(page.grid.editor, "12")
    QTest.keyClick(page.grid.editor, Qt.Key.Key_Return)
    settle(page)


def test_a_category_is_counted_by_keys_and_scans_and_only_what_was_counted_is_posted(
    page: Stocktaking, shop: Shop, book: Database, went: list[Target]
) -> None:
    count_drinks(page)
    goods = shop.goods
    assert page.counting is not None
    assert {line.row.code: line.counted for line in page.counting.lines.values()} == {
        "COLA": Decimal(9),
        "TEA": Decimal(12),
        "WATER": None,
    }
    cola = next(line for line in page.counting.lines.values() if line.row.code == "COLA")
    page.acts.set_reason(cola, "破损")
    settle(page)
    with prompts.answering(lambda _asked: prompts.Answer(True)) as seen:
        control(page, Qt.Key.Key_Return)
    assert isinstance(seen[0], prompts.Question)
    assert all(figure in seen[0].text for figure in ("2", "+¥4.00", "-¥2.00", "1")), seen[0].text
    with book.read() as session:
        rows = session.execute(
            select(StockRow.product_id, StockRow.quantity, StockRow.value).where(StockRow.counted.is_not(None))
        ).all()
        listed = stocktakes(session)[0]
    assert {tuple(row) for row in rows} == {(goods["COLA"], Decimal(-1), Decimal(-2)), (goods["TEA"], Decimal(2), Decimal(4))}
    assert [shop.on_hand(goods[code]) for code in ("COLA", "TEA", "WATER", "SOAP")] == [9, 12, 10, 10]
    assert (listed.status, listed.lines, listed.different, listed.gain, listed.loss, listed.scope) == (
        "posted",
        2,
        2,
        Decimal(4),
        Decimal(-2),
        "饮料",
    )
    assert went[-1] == Target("back")


def test_a_sale_after_a_line_was_counted_does_not_change_its_difference(page: Stocktaking, shop: Shop) -> None:
    count_drinks(page)
    goods = shop.goods
    assert page.counting is not None
    shop.sell("2026-11-24T14:30:00", goods["COLA"], "4")
    page.refresh()
    settle(page)
    cola = next(line for line in page.counting.lines.values() if line.row.code == "COLA")
    assert (cola.row.book, cola.book, cola.difference) == (Decimal(6), Decimal(10), Decimal(-1))
    with prompts.answering(lambda _asked: prompts.Answer(True)):
        page.post()
        settle(page)
    assert shop.on_hand(goods["COLA"]) == 5, "nine were there, four were sold afterwards"


def test_every_count_is_in_the_book_at_once_and_found_again_with_its_time(
    page: Stocktaking, shop: Shop, book: Database, make_desk: Callable[..., Desk]
) -> None:
    count_drinks(page)
    assert page.draft_id is not None
    with book.read() as session:
        found = result_of(session, page.draft_id).counted.values()
    assert sorted((one.counted, one.at, one.by) for one in found) == [
        (Decimal(9), "2026-11-24T14:22:00", (("店长", Decimal(9)),)),
        (Decimal(12), "2026-11-24T14:22:00", (("店长", Decimal(12)),)),
    ]
    again = resume(make_desk(book), page.draft_id)
    assert again.counting is not None
    assert again.counting.plan == Plan("category", "饮料", tolerance=Tolerance(0, 100))
    assert [line.counted for line in again.counting.lines.values()] == [Decimal(9), Decimal(12), None]
    control(again, Qt.Key.Key_Z)
    assert again.counting.tally().counted == 2, "what was counted on another day is not undone by accident"


def test_a_wrong_count_stays_as_typed_and_is_not_posted(page: Stocktaking, shop: Shop) -> None:
    begin(page, scope=1, downs=1)
    assert page.counting is not None
    page.grid.edit_cell(0, "quantity")
    QTest.keyClicks(page.grid.editor, "1z")
    QTest.keyClick(page.grid.editor, Qt.Key.Key_Return)
    assert page.grid.current_line is not None
    assert (page.grid.current_line.counted, page.grid.current_line.text("quantity")) == (None, "1z")
    assert page.notice.isVisible()
    with prompts.answering(lambda _asked: prompts.Answer(True)) as seen:
        page.post()
    assert not seen


def test_each_field_of_the_form_is_reached_with_tab(page: Stocktaking) -> None:
    page.setup.warehouse.setFocus()
    QTest.keyClick(page.setup.warehouse, Qt.Key.Key_Tab)
    assert page.focusWidget() is page.setup.scope
    assert ("Ctrl+Z", "撤销上一次") not in page.key_hints(), "nothing was counted yet"


def test_a_tolerance_that_cannot_be_read_says_so_when_the_count_is_begun(page: Stocktaking, shop: Shop) -> None:
    page.setup.percent.setText("abc")
    page.start_button.click()
    settle(page)
    assert page.counting is None
    assert page.setup.percent.property("error") == "true"


def test_a_class_without_goods_says_so_where_it_is_chosen(page: Stocktaking) -> None:
    page.setup.scope.set_value("abc")
    page.start_button.click()
    settle(page)
    assert page.counting is None
    assert "换一个范围" in page.setup.amount.text()


def test_the_list_opens_a_count_under_way_where_it_is_counted_and_a_posted_one_as_a_document(
    page: Stocktaking, shop_desk: Desk, went: list[Target]
) -> None:
    count_drinks(page)
    screen = shown(Stocktakes(shop_desk), 1100, 600)
    screen._open(screen.table.current())
    assert went[-1] == Target("stocktaking", {"document_id": page.draft_id})
    with prompts.answering(lambda _asked: prompts.Answer(True)):
        page.post()
        settle(page)
    screen.refresh()
    settle(screen)
    screen._open(screen.table.current())
    assert went[-1] == Target("document", {"id": page.draft_id})


def test_what_is_beyond_the_tolerance_is_counted_again_before_it_is_posted(page: Stocktaking, shop: Shop) -> None:
    goods = shop.goods
    page.setup.percent.set_value(Decimal(25))
    begin(page, scope=1, downs=1)
    for code, found in (("B-COLA", "5"), ("B-TEA", "9"), ("B-WATER", "20")):
        type_in(page, code)
        type_in(page, found)
    with prompts.answering(lambda _asked: prompts.Answer(True)) as seen:
        page.post()
        settle(page)
    assert not seen, "nothing is asked while lines must be counted again"
    assert "2" in page.notice.label.text()
    QTest.mouseClick(page.recount_button, Qt.MouseButton.LeftButton)
    assert [line.product.code for line in page.grid.lines] == ["COLA", "WATER"]
    assert page.grid.editor.text() == "", "the second count does not start from the first"
    QTest.keyClicks(page.grid.editor, "4")
    QTest.keyClick(page.grid.editor, Qt.Key.Key_Return)
    QTest.keyClicks(page.grid.editor, "10")
    QTest.keyClick(page.grid.editor, Qt.Key.Key_Return)
    settle(page)
    assert counts(page) == {"COLA": Decimal(4), "TEA": Decimal(9), "WATER": Decimal(10)}
    with prompts.answering(lambda _asked: prompts.Answer(True)):
        page.post()
        settle(page)
    assert [shop.on_hand(goods[code]) for code in ("COLA", "TEA", "WATER")] == [4, 9, 10]


def test_two_windows_count_together_and_see_each_other(
    page: Stocktaking, shop: Shop, book: Database, make_desk: Callable[..., Desk]
) -> None:
    begin(page, scope=1, downs=1)
    other = resume(make_desk(book), page.draft_id)
    other.page.counter.setText("小王")
    other.page.counter.editingFinished.emit()
    type_in(other, "B-COLA")
    type_in(other, "6")
    type_in(page, "B-COLA")
    page._feel()
    settle(page)
    assert counts(page) == {"COLA": Decimal(7)}
    line = page.grid.current_line
    assert line is not None
    assert (line.own, line.counters) == (Decimal(1), "小王、店长")
    assert "小王 6" in page.page.line_card.who.text()
    page.grid.edit_cell(0, "quantity")
    assert page.grid.editor.text() == "1", "whoever types over a line changes his own count"


def test_large_differences_are_handed_in_wait_as_they_are_and_are_approved_with_a_reason(
    page: Stocktaking, shop: Shop, book: Database, make_desk: Callable[..., Desk]
) -> None:
    def kept(what: Any) -> Any:
        with book.read() as session:
            return session.execute(select(what).where(Document.id == page.draft_id)).scalar_one()

    shop.settings(count_approval=5, count_value=0)
    begin(page, scope=1, downs=1)
    type_in(page, "B-COLA")
    type_in(page, "6")
    with prompts.answering(lambda _asked: prompts.Answer(False)) as seen:
        page.post()
        settle(page)
    assert isinstance(seen[0], prompts.Question)
    assert "¥8.00" in seen[0].text
    assert seen[0].reason, "the owner says why"
    assert kept(Document.status) == "draft"
    with prompts.answering(lambda _asked: prompts.Answer(False, other=True)):
        page.post()
        settle(page)
    again = resume(make_desk(book), page.draft_id)
    assert (again.header.badge.text, again.handle_scan("B-COLA")) == ("待审核", False)
    again.grid.edit_cell(0, "quantity")
    assert not again.grid.editor.isVisible()
    assert not again.page.line_card.isEnabled()
    with prompts.answering(lambda _asked: prompts.Answer(True, "搬运时打碎")):
        again.post()
        settle(again)
    assert "搬运时打碎" in kept(Document.reason)
    assert shop.on_hand(shop.goods["COLA"]) == 6


def test_f6_tells_what_the_book_holds_of_the_line_unless_the_count_is_blind(page: Stocktaking, shop: Shop) -> None:
    begin(page, scope=1, downs=1)
    type_in(page, "B-COLA")
    QTest.keyClick(page, Qt.Key.Key_F6)
    settle(page)
    assert page.why_host is not None
    found = page.why_host.panel.found
    assert found is not None
    assert (found.result, found.checked) == (10, True)
    QTest.keyClick(QApplication.focusWidget() or page, Qt.Key.Key_Escape)
    assert page.why_host is None
    type_in(page, "B-COLA")
    assert page.grid.current_line is not None
    assert page.grid.current_line.counted == 2, "scanning goes on"
    with prompts.answering(lambda _asked: prompts.Answer(True)):
        page.switch_blind()
    settle(page)
    assert isinstance(page.why(), str)
