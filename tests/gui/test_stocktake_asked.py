"""Counting at the window where something must be asked: which batch, whose code, a second count, a posting that is refused."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import partial

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from sqlalchemy import select

from jxc_desktop.db.engine import Database
from jxc_desktop.db.models import Barcode, Document, StockRow
from jxc_desktop.domain.counting import Tolerance
from jxc_desktop.domain.stocktake import Plan
from jxc_desktop.gui import prompts
from jxc_desktop.gui.screen import Desk, Target
from jxc_desktop.gui.screens.document_add import Wanted
from jxc_desktop.gui.screens.stocktake_codes import WhichProduct
from jxc_desktop.gui.screens.stocktaking import Stocktaking
from jxc_desktop.services.locking import set_lock
from jxc_desktop.services.stocktake_posting import result_of
from tests.gui import counting
from tests.gui.counting import COUNTED_AT, DRINKS, counts, goods_to_count, press, resume, scan, type_in
from tests.gui.hand import settle
from tests.gui.shops import TODAY
from tests.helpers.shop import Shop

Start = Callable[..., Stocktaking]


@pytest.fixture
def shop(book: Database) -> Shop:
    return goods_to_count(book)


@pytest.fixture
def start(shop: Shop, shop_desk: Desk) -> Start:
    """The page of a count that was just begun."""
    return partial(counting.start, shop, shop_desk)


def test_what_is_not_in_the_scope_is_asked_about_and_an_unknown_code_says_so(start: Start, shop: Shop) -> None:
    page = start(DRINKS)
    assert page.counting is not None
    type_in(page, "B-SOAP")
    assert page.counting.tally().counted == 0
    assert "香皂" in page.notice.label.text()
    page.notice._buttons[0].click()
    settle(page)
    assert [line.row.code for line in page.counting.lines.values() if line.counted == 1] == ["SOAP"]
    type_in(page, "NOWHERE-9")
    assert "NOWHERE-9" in page.notice.label.text()
    type_in(page, "3*B-TEA")
    assert page.counting.tally().counted == 2
    QTest.keyClick(page.scan, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    settle(page)
    assert page.counting.tally().counted == 1


def test_an_unknown_code_becomes_the_barcode_of_the_box_if_wished(start: Start, shop: Shop, book: Database) -> None:
    page = start()
    scan(page, "16901234567890", "16901234567890")
    page.notice._buttons[0].click()
    (dialog,) = page.findChildren(WhichProduct) or [w for w in QApplication.topLevelWidgets() if isinstance(w, WhichProduct)]
    assert dialog.remember.isChecked()
    QTest.keyClicks(dialog.picker, "COLA")
    QTest.keyClick(dialog.picker, Qt.Key.Key_Return)
    settle(page)
    assert dialog.unit_field.isVisible()
    dialog.unit.set_value("箱")
    dialog.go.click()
    settle(page)
    assert counts(page) == {"COLA": Decimal(24)}
    with book.read() as session:
        row = session.execute(select(Barcode.product_id).where(Barcode.code == "16901234567890")).scalar_one()
    assert row == shop.goods["COLA"]
    scan(page, "16901234567890")
    assert counts(page) == {"COLA": Decimal(36)}


def test_a_batch_is_asked_once_by_keys_while_scans_go_on_and_remembered(start: Start) -> None:
    page = start()
    scan(page, "B-MILK", "B-MILK")
    dialog = page.batches.dialog
    assert dialog is not None
    assert [button.text() for button in dialog.buttons.values()][:2] == ["批号 M1", "批号 M2"], "the first to expire comes first"
    assert "2026-12-01" in dialog.buttons["batch M1"].note
    assert dialog.handle_scan("B-MILK")
    assert dialog.handle_scan("B-COLA")
    settle(page)
    press(page, dialog, Qt.Key.Key_Down, Qt.Key.Key_Return)
    assert counts(page) == {"COLA": Decimal(1), "MILKM2": Decimal(3)}
    scan(page, "B-MILK")
    assert page.batches.dialog is None
    assert counts(page)["MILKM2"] == 4
    page.grid.select_row([line.product.code for line in page.grid.lines].index("MILK"))
    page.grid.edit_cell(page.grid.currentIndex().row(), "quantity")
    assert page.grid.current_line is not None
    chosen = page.grid.current_line.row.batch
    scan(page, "B-MILK")
    assert counts(page)["MILK" + chosen] == (5 if chosen == "M2" else 1), "a line that was gone to is the one that is meant"


def test_a_batch_that_is_put_off_loses_no_scan_and_gets_no_number_of_another(start: Start) -> None:
    page = start()
    scan(page, "B-COLA")
    scan(page, "B-MILK", "B-MILK")
    dialog = page.batches.dialog
    assert dialog is not None
    press(page, dialog, Qt.Key.Key_Escape)
    type_in(page, "7")
    assert counts(page) == {"COLA": Decimal(1)}
    assert "B-MILK" in page.notice.label.text()
    with prompts.answering(lambda _asked: prompts.Answer(False)) as seen:
        page.post()
        settle(page)
    assert isinstance(seen[0], prompts.Question)
    assert "1 个待认条码" in seen[0].text, "whoever posts is told what is not in it"
    page.acts.read_codes()
    settle(page)
    page.tabs.set_value("codes")
    page.show_lines()
    (listed,) = page.page.codes.lines
    assert (listed.found.why, listed.found.times) == ("batch", 2)
    page.page.codes.meant.emit(listed.found.code, listed.found.product_id)
    settle(page)
    dialog = page.batches.dialog
    assert dialog is not None
    press(page, dialog, Qt.Key.Key_Return)
    assert counts(page) == {"COLA": Decimal(1), "MILKM1": Decimal(2)}


def test_a_batch_that_nobody_entered_is_typed_with_its_date_and_gets_its_own_line(start: Start, book: Database) -> None:
    page = start()
    scan(page, "B-MILK")
    dialog = page.batches.dialog
    assert dialog is not None
    press(page, dialog, Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Return)
    dialog.go.click()
    assert dialog.number_field.error, "a batch needs its number"
    dialog.number.setText("M9")
    dialog.produced.setText("11-23")
    dialog.go.click()
    settle(page)
    assert counts(page) == {"MILKM9": Decimal(1)}
    assert page.grid.current_line is not None
    assert "2026-12-14" in page.grid.current_line.product.barcode
    with book.read() as session:
        assert {batch for _product, batch in result_of(session, page.draft_id or 0).found} == {"M9"}


def test_what_is_not_on_the_list_of_the_second_count_is_asked_about(start: Start, shop: Shop) -> None:
    page = start(Plan("free", tolerance=Tolerance(percent=20)))
    for code, found in (("B-COLA", "4"), ("B-TEA", "10")):
        scan(page, code)
        type_in(page, found)
    page.recount()
    assert [line.product.code for line in page.grid.lines] == ["COLA"]
    scan(page, "B-TEA", "B-TEA")
    assert counts(page) == {"COLA": Decimal(4), "TEA": Decimal(10)}
    assert "绿茶" in page.notice.label.text()
    page.notice._buttons[1].click()
    settle(page)
    assert page.counting is not None
    assert (counts(page)["TEA"], page.counting.pending) == (Decimal(10), ())
    scan(page, "B-TEA", "B-TEA")
    page.notice._buttons[0].click()
    settle(page)
    assert counts(page)["TEA"] == 2
    page.tabs.set_value("all")
    page.show_lines()
    tea = next(number for number, line in enumerate(page.grid.lines) if line.product.code == "TEA")
    page.grid.edit_cell(tea, "quantity")
    assert page.grid.editor.text() == "2", "what is typed over is the count that decides"


def test_a_posting_into_closed_days_offers_to_count_again_or_to_reopen(
    start: Start, shop: Shop, book: Database, went: list[Target]
) -> None:
    page = start()
    scan(page, "B-COLA")
    type_in(page, "9")
    with book.write() as session:
        set_lock(session, TODAY.isoformat(), shop.act)
    answers = iter([prompts.Answer(True), "reopen", prompts.Answer(True, "补录")])
    with prompts.answering(lambda _asked: next(answers)) as seen:
        page.post()
        settle(page)
    assert isinstance(seen[1], prompts.Ways)
    assert [way.name for way in seen[1].ways] == ["reopen"]
    assert shop.on_hand(shop.goods["COLA"]) == 9
    assert went[-1] == Target("back")


def test_a_count_on_days_that_were_closed_since_says_so_when_it_is_opened_and_is_counted_again(
    start: Start, shop: Shop, book: Database
) -> None:
    page = start()
    page.hand._stamp = lambda: "2026-11-23T18:00:00"
    scan(page, "B-COLA")
    type_in(page, "10")
    with book.write() as session:
        set_lock(session, "2026-11-23", shop.act)
    again = resume(page.desk, page.draft_id)
    assert "1 行" in again.notice.label.text()
    with prompts.answering(lambda asked: "" if isinstance(asked, prompts.Ways) else prompts.Answer(True)) as seen:
        again.post()
        settle(again)
    assert isinstance(seen[1], prompts.Ways)
    assert [way.name for way in seen[1].ways] == ["again", "reopen"]
    again.recount()
    assert [line.product.code for line in again.grid.lines] == ["COLA"]
    QTest.keyClicks(again.grid.editor, "10")
    QTest.keyClick(again.grid.editor, Qt.Key.Key_Return)
    settle(again)
    with prompts.answering(lambda _asked: prompts.Answer(True)):
        again.post()
        settle(again)
    with book.read() as session:
        moments = session.scalars(select(StockRow.moment).where(StockRow.counted.is_not(None))).all()
    assert moments == [COUNTED_AT]


def test_a_count_below_what_was_sold_since_offers_its_line_or_a_receipt(start: Start, shop: Shop, went: list[Target]) -> None:
    page = start()
    page.hand._stamp = lambda: "2026-11-24T12:00:00"
    scan(page, "B-COLA")
    shop.sell("2026-11-24T13:00:00", shop.goods["COLA"], "4")
    for way in ("again", "receive"):
        with prompts.answering(lambda asked, way=way: way if isinstance(asked, prompts.Ways) else prompts.Answer(True)) as seen:
            page.post()
            settle(page)
        assert isinstance(seen[1], prompts.Ways)
        if way == "again":
            assert page.grid.editor.isVisible()
            page.grid.editor.hide()
    wanted = (Wanted(shop.goods["COLA"], None, Decimal(3)),)
    assert went[-1].name == "document"
    assert went[-1].arguments["wanted"] == wanted


def test_a_posting_that_changes_the_cost_of_others_links_to_the_slip(start: Start, shop: Shop, book: Database) -> None:
    cola: int = shop.goods["COLA"]
    page = start()
    page.hand._stamp = lambda: "2026-11-21T12:00:00"
    scan(page, "B-COLA")
    type_in(page, "5")
    shop.buy("2026-11-22T10:00:00", cola, "10", "5.00")
    shop.sell("2026-11-23T10:00:00", cola, "2")
    with prompts.answering(lambda _asked: prompts.Answer(True)):
        page.post()
        settle(page)
    with book.read() as session:
        number = session.execute(select(Document.number).where(Document.id == page.draft_id)).scalar_one()
    assert page.desk.toasts.said[-1] == ("success", f"已过账 {number}，另有 1 张单据的成本跟着变了")
