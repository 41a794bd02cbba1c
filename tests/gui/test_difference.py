"""Restatement seen and refusals with a way out: on a real book, with clicks and keys, and the effect looked up in the book."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from jxc_desktop.gui import prompts
from jxc_desktop.gui.prompts import WaysDialog
from jxc_desktop.gui.screen import Desk, Target
from jxc_desktop.gui.screens.difference import DifferenceSlip
from jxc_desktop.gui.screens.differences import Differences
from jxc_desktop.gui.screens.document_add import Wanted
from jxc_desktop.gui.screens.document_editor import DocumentEditor
from jxc_desktop.gui.screens.settings_lock import LockCard
from jxc_desktop.gui.widgets import Button
from jxc_desktop.gui.widgets.toasts import Toast
from jxc_desktop.queries.differences import difference_slips
from jxc_desktop.queries.documents import DocumentFilter, document_list
from jxc_desktop.queries.locking import lock_state
from jxc_desktop.queries.settings import shop_settings
from jxc_desktop.services.locking import set_lock
from jxc_desktop.services.posting import Posted
from tests.gui.hand import Busy, form_of, settle, shown
from tests.helpers.shop import Shop, line

LEFT = Qt.MouseButton.LeftButton


def click_toast(desk: Desk, screen: Busy, words: str) -> None:
    """Press the link of a toast."""
    host = desk.toasts.parent()
    assert isinstance(host, QWidget)
    links = [button for toast in host.findChildren(Toast) for button in toast.findChildren(Button)]
    said = {button.text(): button for button in links}
    said[words].click()  # not with the mouse: its host is not on the screen
    settle(screen)


def post(screen: DocumentEditor) -> None:
    QTest.keyClick(screen, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    settle(screen)


def typed(desk: Desk, kind: str, product: int, quantity: str, *, price: str = "", **arguments: Any) -> DocumentEditor:
    """A document page on which one line was typed."""
    made = shown(DocumentEditor(desk), kind=kind, **arguments)
    form = form_of(made)
    form.adding.add([Wanted(product, None, Decimal(quantity))], scanned=False)
    settle(made)
    if price:
        form.grid.edit_cell(0, "price")
        editor = QApplication.focusWidget()
        assert editor is not None
        QTest.keyClicks(editor, price)
        QTest.keyClick(editor, Qt.Key.Key_Return)
    return made


def put_day(screen: DocumentEditor, text: str) -> None:
    """Type a business date as a clerk does."""
    form = form_of(screen)
    form.head.day.setFocus()
    QApplication.processEvents()
    form.head.day.selectAll()
    QTest.keyClicks(form.head.day, text)
    QTest.keyClick(form.head.day, Qt.Key.Key_Return)
    settle(screen)


def newest(shop: Shop, kind: str, status: str = "posted") -> Any:
    with shop.book.read() as session:
        return document_list(session, DocumentFilter(kinds=(kind,), status=status)).rows[0]


def count(shop: Shop, kind: str, status: str = "posted") -> int:
    with shop.book.read() as session:
        return document_list(session, DocumentFilter(kinds=(kind,), status=status)).count


def tea_that_was_sold(shop: Shop) -> tuple[int, Posted]:
    tea = shop.product("TEA", name="龙井茶 250g", unit="盒")
    shop.buy(1, tea, "10", "10")
    return tea, shop.sell(4, tea, "5", "18")


def test_a_receipt_dated_back_says_what_changed_and_its_link_opens_the_slip(
    shop: Shop, shop_desk: Desk, went: list[Target]
) -> None:
    tea, sold = tea_that_was_sold(shop)
    made = typed(shop_desk, "purchase_receipt", tea, "10", price="16", partner=shop.partners["S"])
    put_day(made, "2026-03-02")
    post(made)
    number = newest(shop, "purchase_receipt").number
    assert made.header.subtitle.text() == number == "JH-20260302-001"
    assert shop_desk.toasts.said[-1] == ("success", f"已过账 {number}，另有 1 张单据的成本跟着变了")
    click_toast(shop_desk, made, "看看变了什么")
    assert went[-1].name == "difference"

    slip = shown(DifferenceSlip(shop_desk), **went[-1].arguments)
    assert slip.header.subtitle.text() == f"03-10 14:22，由 {number} 引起"
    assert [(one.caption, one.value) for one in slip.strip.figures][:2] == [("销售成本", "+¥15.00"), ("毛利", "-¥15.00")]
    assert slip.table is not None
    row = slip.table.current()
    assert (row.number, row.old_cost, row.new_cost) == (sold.number, Decimal("50.00"), Decimal("65.00"))
    assert [line.value for line in slip.average.lines] == [
        "10 盒，¥100.00，10.0000", "10 盒，¥160.00", "20 盒，¥260.00，13.0000"
    ]  # fmt: skip
    assert [line.value for line in slip.proof.lines] == ["+¥15.00", "+¥145.00", "+¥160.00"]
    QTest.keyClick(slip.table.view, Qt.Key.Key_Return)
    assert (went[-1].name, went[-1].arguments) == ("document", {"id": sold.document_id})

    for mode, first in (("days", "2026-03-04"), ("kinds", "sale")):
        slip.modes.set_value(mode)
        slip.modes.chosen.emit(mode)
        settle(slip)
        assert slip.table.current().key == first
    QTest.keyClick(slip, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    settle(slip)
    assert not slip.seen_button.isVisible()
    assert slip.header.badge.text.startswith("已看过 03-10 14:22 ")
    with shop.book.read() as session:
        assert difference_slips(session)[0].seen_at == "2026-03-10T14:22:00"


def test_the_document_that_changed_others_leads_to_its_slip_and_the_slip_goes_on_paper(
    shop: Shop, shop_desk: Desk, went: list[Target], tmp_path: Path
) -> None:
    tea, _sold = tea_that_was_sold(shop)
    late = shop.buy(2, tea, "10", "16")
    page = shown(DocumentEditor(shop_desk), id=late.document_id)
    assert page.view is not None
    link = next(button for button in page.view.findChildren(Button) if button.text() == "1 张单据")
    QTest.mouseClick(link, LEFT)
    assert (went[-1].name, went[-1].arguments) == ("difference", {"cause": late.document_id})

    slip = shown(DifferenceSlip(shop_desk), **went[-1].arguments)
    target = tmp_path / "slip.pdf"
    with prompts.answering(lambda _asked: str(target)):
        slip.export("pdf")
        settle(slip)
        slip.export("csv")
        settle(slip)
    assert target.read_bytes()[:5] == b"%PDF-"

    every = shown(Differences(shop_desk))
    assert every.table.current().number == late.number
    QTest.keyClick(every.table.view, Qt.Key.Key_Return)
    assert (went[-1].name, went[-1].arguments) == ("difference", {"seq": every.table.current().seq})


def test_a_locked_day_offers_today_and_what_was_typed_is_posted_today(shop: Shop, shop_desk: Desk) -> None:
    tea, _sold = tea_that_was_sold(shop)
    with shop.book.write() as session:
        set_lock(session, "2026-03-05", shop.act)
    made = typed(shop_desk, "purchase_receipt", tea, "3", price="11", partner=shop.partners["S"])
    put_day(made, "2026-03-05")
    with prompts.answering(lambda _asked: "") as asked:
        post(made)
    assert [way.name for way in asked[0].ways] == ["today", "reopen"]  # type: ignore[union-attr]
    assert made.form is not None
    assert len(made.form.draft().lines) == 1, "nothing typed is lost"
    assert count(shop, "purchase_receipt") == 1
    with prompts.answering(lambda _asked: "today"):
        post(made)
    posted = newest(shop, "purchase_receipt")
    assert (posted.number, posted.date, posted.pieces) == ("JH-20260310-001", "2026-03-10T14:22:00", Decimal(3))


def test_the_owner_reopens_with_a_reason_posts_and_locks_again(shop: Shop, shop_desk: Desk) -> None:
    tea, _sold = tea_that_was_sold(shop)
    with shop.book.write() as session:
        set_lock(session, "2026-03-05", shop.act)
    made = typed(shop_desk, "purchase_receipt", tea, "3", price="10", partner=shop.partners["S"])
    put_day(made, "2026-03-05")
    answers = iter(["reopen", prompts.Answer(True, "供应商的单子来晚了")])
    with prompts.answering(lambda _asked: next(answers)):
        post(made)
    assert newest(shop, "purchase_receipt").number == "JH-20260305-001"
    with shop.book.read() as session:
        state = lock_state(session)
    assert (state.until, state.acts[0].reason, state.acts[0].before) == ("2026-03-04", "供应商的单子来晚了", "2026-03-05")
    click_toast(shop_desk, made, "重新结账")
    with shop.book.read() as session:
        assert shop_settings(session).lock_until == "2026-03-05"


def test_too_little_there_takes_what_is_there_and_the_sale_goes_on(shop: Shop, shop_desk: Desk, went: list[Target]) -> None:
    tea, _sold = tea_that_was_sold(shop)
    shop.buy(6, tea, "4", "10", warehouse="B")
    made = typed(shop_desk, "sale", tea, "8", partner=shop.partners["C"])
    with prompts.answering(lambda _asked: "take") as asked:
        post(made)
    (offer,) = asked
    assert isinstance(offer, prompts.Ways)
    assert all(words in offer.text for words in ("龙井茶 250g", "2026-03-10", "5 盒", "8 盒")), offer.text
    assert "MAIN" not in offer.text, "warehouses have names"
    assert [way.name for way in offer.ways] == ["take", f"from {shop.warehouses['B']}", "receive", "keep"]
    form = form_of(made)
    assert [one.draft.quantity for one in form.grid.lines] == [Decimal(5)]
    post(made)
    assert shop.on_hand(tea, "MAIN") == 0

    second = typed(shop_desk, "sale", tea, "3", partner=shop.partners["C"])
    with prompts.answering(lambda _asked: f"from {shop.warehouses['B']}"):
        post(second)
    assert went[-1].arguments == {
        "kind": "transfer", "warehouse": shop.warehouses["B"], "to_warehouse": shop.warehouses["MAIN"],
        "wanted": (Wanted(tea, None, Decimal(3)),),
    }  # fmt: skip
    assert count(shop, "sale", "draft") == 1, "what was typed is kept meanwhile"
    transfer = shown(DocumentEditor(shop_desk), **went[-1].arguments)
    post(transfer)
    assert shop.on_hand(tea, "MAIN") == 3
    second.post_button.click()
    settle(second)
    assert (shop.on_hand(tea, "MAIN"), count(shop, "sale", "draft")) == (0, 0)


def test_a_past_day_that_was_short_is_posted_today_instead(shop: Shop, shop_desk: Desk) -> None:
    tea, _sold = tea_that_was_sold(shop)
    shop.buy(8, tea, "10", "10")
    made = typed(shop_desk, "sale", tea, "7", partner=shop.partners["C"])
    put_day(made, "2026-03-05")
    with prompts.answering(lambda _asked: "today") as asked:
        post(made)
    assert asked[0].ways[1].name == "today"  # type: ignore[union-attr]
    assert newest(shop, "sale").date == "2026-03-10T14:22:00"


def test_a_void_that_cannot_be_names_what_hangs_on_it_and_offers_a_return(
    shop: Shop, shop_desk: Desk, went: list[Target]
) -> None:
    tea, sold = tea_that_was_sold(shop)
    back = shop.post("sales_return", 6, line(tea, "1", against=(sold.document_id, 1)), partner="C")
    page = shown(DocumentEditor(shop_desk), id=sold.document_id)
    assert page.detail is not None
    answers = iter([prompts.Answer(True, "录错"), f"open {back.document_id}"])
    with prompts.answering(lambda _asked: next(answers)) as asked:
        page.acts.void(page.detail.head)
        settle(page)
    assert back.number in asked[1].ways[0].words  # type: ignore[union-attr]
    assert (went[-1].name, went[-1].arguments) == ("document", {"id": back.document_id})

    shop.void(back)
    with shop.book.write() as session:
        set_lock(session, "2026-03-09", shop.act)
    answers = iter([prompts.Answer(True, "录错"), "return"])
    with prompts.answering(lambda _asked: next(answers)):
        page.acts.void(page.detail.head)
        settle(page)
    assert went[-1].arguments == {"kind": "sales_return", "original": sold.document_id}
    answers = iter([prompts.Answer(True, "录错"), "reopen", prompts.Answer(True, "客户没要货")])
    with prompts.answering(lambda _asked: next(answers)):
        page.acts.void(page.detail.head)
        settle(page)
    assert shop.status(sold) == "voided"
    with shop.book.read() as session:
        assert shop_settings(session).lock_until == "2026-03-03"


def test_the_dialog_of_ways_is_walked_with_arrows_and_taken_with_enter(shop_desk: Desk) -> None:
    host = QWidget()
    host.resize(900, 600)
    host.show()
    ways = prompts.Ways("标题", "说明", (prompts.Way("a", "甲", "注"), prompts.Way("b", "乙")))
    dialog = WaysDialog(host, ways)
    dialog.show()
    dialog.activateWindow()
    QTest.qWaitForWindowActive(dialog)
    assert dialog.buttons["a"].hasFocus()
    QTest.keyClick(dialog.buttons["a"], Qt.Key.Key_Down)
    assert dialog.buttons["b"].hasFocus()
    QTest.keyClick(dialog.buttons["b"], Qt.Key.Key_Return)
    assert (dialog.taken, dialog.result()) == ("b", 1)


def test_the_settings_close_a_month_and_reopen_it_with_a_reason(shop: Shop, shop_desk: Desk) -> None:
    from jxc_desktop.gui.screens.settings import Settings

    page = shown(Settings(shop_desk), section="documents")
    card: LockCard = page.lock
    assert card.state.text() == "没有结账，哪天的单据都可以改"
    with prompts.answering(lambda _asked: True):
        card.day.set_value(date(2026, 3, 5))
        QTest.mouseClick(card.lock_button, LEFT)
        settle(page)
    with shop.book.read() as session:
        assert shop_settings(session).lock_until == "2026-03-05"
    assert "2026-03-05" in card.state.text()
    with prompts.answering(lambda _asked: prompts.Answer(True, "对账有错")):
        QTest.mouseClick(card.unlock_button, LEFT)
        settle(page)
    with shop.book.read() as session:
        assert lock_state(session).acts[0].reason == "对账有错"
        assert shop_settings(session).lock_until == ""
    assert "对账有错" in card.history.text()


def test_closing_days_with_a_guessed_cost_says_which_documents_before_it_does(shop: Shop, shop_desk: Desk) -> None:
    from jxc_desktop.gui.screens.settings import Settings

    short = shop.sell(2, shop.product("TEA", negative="allow"), "2")
    page = shown(Settings(shop_desk), section="documents")
    asked: list[Any] = []
    with prompts.answering(lambda question: bool(asked.append(question))):
        page.lock.day.set_value(date(2026, 3, 5))
        QTest.mouseClick(page.lock.lock_button, LEFT)
        settle(page)
    assert [short.number in question.text for question in asked] == [True]
    with shop.book.read() as session:
        assert shop_settings(session).lock_until == ""
