"""Counting at the window where something must be asked: which batch, whose code, a second count, a posting that is refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from sqlalchemy import select

from jxc_desktop.db.engine import Database
from jxc_desktop.db.models import Barcode, Document, StockRow
from jxc_desktop.db.upgrade import create_book
from jxc_desktop.domain.acts import Act
from jxc_desktop.domain.counting import Tolerance
from jxc_desktop.domain.settings import ShopSettings
from jxc_desktop.domain.stocktake import Plan
from jxc_desktop.gui import prompts
from jxc_desktop.gui.screen import Desk, Target
from jxc_desktop.gui.screens.document_add import Wanted
from jxc_desktop.gui.screens.stocktake_codes import WhichProduct
from jxc_desktop.gui.screens.stocktaking import Stocktaking
from jxc_desktop.services.locking import set_lock
from jxc_desktop.services.shop import open_shop
from jxc_desktop.services.stocktake import begin
from jxc_desktop.services.stocktake_posting import result_of
from tests.gui.conftest import TODAY
from tests.helpers.shop import Shop, line

COUNTED_AT = "2026-11-24T14:22:00"


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Database]:
    path = tmp_path / "shop.db"
    create_book(path)
    database = Database.sqlite(path, label="test")
    with database.write() as session:
        open_shop(session, ShopSettings(shop="邻里便利店"), Act(1, datetime(2026, 11, 1, 9, 0), TODAY))
    yield database
    database.close()


@pytest.fixture
def shop(book: Database) -> Shop:
    """Ten cola at 2.00, and milk by batch: five of M1, six of M2."""
    told = Shop(book, Act(1, datetime(2026, 11, 24, 14, 0), TODAY))
    told.goods = {  # type: ignore[attr-defined]
        "COLA": told.product("COLA", name="可乐", shelf="A-01", units={"箱": 12}),
        "MILK": told.product("MILK", name="牛奶", shelf="B-01", batches=1, shelf_life_days=21),
    }
    told.buy("2026-11-20T10:00:00", told.goods["COLA"], "10", "2.00")  # type: ignore[attr-defined]
    for batch, quantity, expiry in (("M2", "6", "2026-12-15"), ("M1", "5", "2026-12-01")):
        lines = line(told.goods["MILK"], quantity, "3.00", batch=batch, expiry=expiry)  # type: ignore[attr-defined]
        told.post("purchase_receipt", "2026-11-20T11:00:00", lines, partner="S")
    return told


@pytest.fixture
def start(shop: Shop, book: Database, make_desk: Callable[..., Desk]) -> Callable[..., Stocktaking]:
    """Opens the page of a new count."""

    def opened(plan: Plan | None = None, *, document_id: int | None = None) -> Stocktaking:
        if document_id is None:
            with book.write() as session:
                document_id = begin(session, plan or Plan("free"), shop.warehouses["MAIN"], shop.act).document_id
        went: list[Target] = []
        page = Stocktaking(make_desk(book, went=went))
        page.went = went  # type: ignore[attr-defined]
        page.open(document_id=document_id)
        page.resize(1180, 660)
        page.show()
        page.activateWindow()
        QTest.qWaitForWindowActive(page)
        settle(page)
        return page

    return opened


def settle(page: Stocktaking) -> None:
    """Until nothing is under way: an answer may ask for more."""
    for _turn in range(4):
        assert page.tasks.wait_idle()
        QApplication.processEvents()


def scan(page: Stocktaking, code: str, times: int = 1) -> None:
    for _scan in range(times):
        assert page.handle_scan(code)
    settle(page)


def type_in(page: Stocktaking, text: str) -> None:
    page.scan.setFocus()
    page.scan.setText(text)
    QTest.keyClick(page.scan, Qt.Key.Key_Return)
    settle(page)


def press(page: Stocktaking, widget: QWidget, *keys: Qt.Key) -> None:
    for key in keys:
        focus = widget.focusWidget()
        QTest.keyClick(focus if focus is not None else widget, key)
    settle(page)


def counts(page: Stocktaking) -> dict[str, Decimal | None]:
    """What was counted, by product code and batch."""
    assert page.counting is not None
    return {line.row.code + line.row.batch: line.counted for line in page.counting.lines.values() if line.counted is not None}


def test_the_line_scanned_last_is_the_current_one_even_where_it_was_not_on_the_list(start: Callable[..., Stocktaking]) -> None:
    page = start()
    scan(page, "B-COLA")
    page.batches.remember(None)
    assert page.handle_scan("MILK")
    page.scan.entered.emit("*4")
    settle(page)
    dialog = page.batches.dialog
    assert dialog is not None
    press(page, dialog, Qt.Key.Key_Return)
    assert counts(page) == {"COLA": Decimal(1), "MILKM1": Decimal(4)}, "the number is about what was scanned before it"


def test_a_number_behind_a_product_that_is_new_to_the_list_is_about_that_product(
    start: Callable[..., Stocktaking], shop: Shop
) -> None:
    shop.product("TEA", name="绿茶")
    page = start()
    scan(page, "B-COLA")
    scan(page, "B-TEA")
    assert page.grid.current_line is not None
    assert page.grid.current_line.row.code == "TEA"
    page.scan.entered.emit("*4")
    settle(page)
    assert counts(page) == {"COLA": Decimal(1), "TEA": Decimal(4)}


def test_a_batch_is_asked_once_by_keys_while_scans_go_on_and_remembered(start: Callable[..., Stocktaking]) -> None:
    page = start()
    scan(page, "B-MILK", 2)
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


def test_a_batch_that_is_put_off_loses_no_scan_and_gets_no_number_of_another(start: Callable[..., Stocktaking]) -> None:
    page = start()
    scan(page, "B-COLA")
    scan(page, "B-MILK", 2)
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


def test_a_batch_that_nobody_entered_is_typed_with_its_date_and_gets_its_own_line(
    start: Callable[..., Stocktaking], book: Database
) -> None:
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


def test_an_unknown_code_becomes_the_barcode_of_the_box_if_wished(
    start: Callable[..., Stocktaking], shop: Shop, book: Database
) -> None:
    page = start()
    scan(page, "16901234567890", 2)
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
    assert row == shop.goods["COLA"]  # type: ignore[attr-defined]
    scan(page, "16901234567890")
    assert counts(page) == {"COLA": Decimal(36)}


def test_what_is_not_on_the_list_of_the_second_count_is_asked_about(start: Callable[..., Stocktaking], shop: Shop) -> None:
    shop.buy("2026-11-20T10:00:00", shop.product("TEA", name="绿茶"), "10", "2.00")
    page = start(Plan("free", tolerance=Tolerance(percent=20)))
    for code, found in (("B-COLA", "4"), ("B-TEA", "10")):
        scan(page, code)
        type_in(page, found)
    page.recount()
    assert [line.product.code for line in page.grid.lines] == ["COLA"]
    scan(page, "B-TEA", 2)
    assert counts(page) == {"COLA": Decimal(4), "TEA": Decimal(10)}
    assert "绿茶" in page.notice.label.text()
    page.notice._buttons[1].click()
    settle(page)
    assert page.counting is not None
    assert (counts(page)["TEA"], page.counting.pending) == (Decimal(10), ())
    scan(page, "B-TEA", 2)
    page.notice._buttons[0].click()
    settle(page)
    assert counts(page)["TEA"] == 2
    page.tabs.set_value("all")
    page.show_lines()
    tea = next(number for number, line in enumerate(page.grid.lines) if line.product.code == "TEA")
    page.grid.edit_cell(tea, "quantity")
    assert page.grid.editor.text() == "2", "what is typed over is the count that decides"


def test_a_posting_into_closed_days_offers_to_count_again_or_to_reopen(
    start: Callable[..., Stocktaking], shop: Shop, book: Database
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
    assert shop.on_hand(shop.goods["COLA"]) == 9  # type: ignore[attr-defined]
    assert page.went[-1] == Target("back")  # type: ignore[attr-defined]


def test_a_count_on_days_that_were_closed_since_says_so_when_it_is_opened_and_is_counted_again(
    start: Callable[..., Stocktaking], shop: Shop, book: Database
) -> None:
    page = start()
    page.hand._stamp = lambda: "2026-11-23T18:00:00"
    scan(page, "B-COLA")
    type_in(page, "10")
    with book.write() as session:
        set_lock(session, "2026-11-23", shop.act)
    again = start(document_id=page.draft_id)
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


def test_a_count_below_what_was_sold_since_offers_its_line_or_a_receipt(start: Callable[..., Stocktaking], shop: Shop) -> None:
    page = start()
    page.hand._stamp = lambda: "2026-11-24T12:00:00"
    scan(page, "B-COLA")
    shop.sell("2026-11-24T13:00:00", shop.goods["COLA"], "4")  # type: ignore[attr-defined]
    for way in ("again", "receive"):
        with prompts.answering(lambda asked, way=way: way if isinstance(asked, prompts.Ways) else prompts.Answer(True)) as seen:
            page.post()
            settle(page)
        assert isinstance(seen[1], prompts.Ways)
        if way == "again":
            assert page.grid.editor.isVisible()
            page.grid.editor.hide()
    wanted = (Wanted(shop.goods["COLA"], None, Decimal(3)),)  # type: ignore[attr-defined]
    assert page.went[-1].name == "document"  # type: ignore[attr-defined]
    assert page.went[-1].arguments["wanted"] == wanted  # type: ignore[attr-defined]


def test_a_posting_that_changes_the_cost_of_others_links_to_the_slip(
    start: Callable[..., Stocktaking], shop: Shop, book: Database
) -> None:
    cola: int = shop.goods["COLA"]  # type: ignore[attr-defined]
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


def test_while_a_count_waits_for_approval_nothing_of_it_can_be_changed(
    start: Callable[..., Stocktaking], shop: Shop, book: Database
) -> None:
    shop.settings(count_approval=5, count_value=0)
    page = start()
    scan(page, "B-COLA")
    type_in(page, "4")
    with prompts.answering(lambda _asked: prompts.Answer(False)) as seen:
        page.post()
        settle(page)
    assert isinstance(seen[0], prompts.Question)
    assert seen[0].reason, "the owner says why"
    with book.read() as session:
        assert session.execute(select(Document.status).where(Document.id == page.draft_id)).scalar_one() == "draft"
    with prompts.answering(lambda _asked: prompts.Answer(False, other=True)):
        page.post()
        settle(page)
    again = start(document_id=page.draft_id)
    again.grid.edit_cell(0, "quantity")
    assert not again.grid.editor.isVisible()
    assert not again.page.line_card.isEnabled()


def test_two_windows_under_one_name_are_told(start: Callable[..., Stocktaking]) -> None:
    page = start()
    scan(page, "B-COLA")
    other = start(document_id=page.draft_id)
    scan(other, "B-COLA")
    page._feel()
    settle(page)
    assert "店长" in page.notice.label.text()
    assert counts(page) == {"COLA": Decimal(2)}, "scans add up all the same"


def test_what_was_kept_while_the_page_was_read_is_not_forgotten(start: Callable[..., Stocktaking], book: Database) -> None:
    from jxc_desktop.gui.screens.stocktake_data import read_standing

    page = start()
    scan(page, "B-COLA")
    with book.read() as session:
        old = read_standing(session, page.draft_id or 0)
    scan(page, "B-COLA", 2)
    page._opened(old)
    assert counts(page) == {"COLA": Decimal(3)}


def test_each_field_of_the_form_is_reached_with_tab(make_desk: Callable[..., Desk], shop: Shop, book: Database) -> None:
    page = Stocktaking(make_desk(book))
    page.show()
    page.activateWindow()
    QTest.qWaitForWindowActive(page)
    settle(page)
    page.setup.warehouse.setFocus()
    QTest.keyClick(page.setup.warehouse, Qt.Key.Key_Tab)
    assert page.focusWidget() is page.setup.scope
    assert ("Ctrl+Z", "撤销上一次") not in page.key_hints(), "nothing was counted yet"


def test_a_class_without_goods_says_so_where_it_is_chosen(make_desk: Callable[..., Desk], shop: Shop, book: Database) -> None:
    page = Stocktaking(make_desk(book))
    page.show()
    settle(page)
    page.setup.scope.set_value("abc")
    page.start_button.click()
    settle(page)
    assert page.counting is None
    assert "换一个范围" in page.setup.amount.text()


@pytest.mark.parametrize(("said", "found"), [("5+7", "12"), ("1箱+2", "14"), ("３箱", "36"), ("5+", None), ("+5", None)])
def test_what_lies_in_two_places_is_typed_as_a_sum(start: Callable[..., Stocktaking], said: str, found: str | None) -> None:
    page = start()
    scan(page, "B-COLA")
    cola = page.grid.current_line
    assert cola is not None
    assert page.grid.edit_cell(0, "quantity") is None
    page.grid.editor.setText(said)
    assert page.grid.commit() is (found is not None)
    settle(page)
    assert counts(page) == {"COLA": Decimal(found or 1)}
