"""Counting goods at the window: chosen by keys, scanned, typed, kept, posted - and what stands in the book afterwards."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import datetime
from decimal import Decimal
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from sqlalchemy import insert, select

from jxc_desktop.db.engine import Database
from jxc_desktop.db.models import Category, Document, StockRow
from jxc_desktop.db.upgrade import create_book
from jxc_desktop.domain.acts import Act
from jxc_desktop.domain.counting import Tolerance
from jxc_desktop.domain.settings import ShopSettings
from jxc_desktop.domain.stocktake import Plan, parse_plan, read_count
from jxc_desktop.domain.troubles import BookBusy
from jxc_desktop.domain.units import BASE, Factor
from jxc_desktop.gui import prompts
from jxc_desktop.gui.main_window import MainWindow
from jxc_desktop.gui.screen import Desk, Target, goto
from jxc_desktop.gui.screens import SCREENS, stocktaking
from jxc_desktop.gui.screens.stocktake import Stocktakes
from jxc_desktop.gui.screens.stocktaking import Stocktaking
from jxc_desktop.printing.count_sheet import render as render_sheet
from jxc_desktop.printing.count_sheet_load import sheet_of_plan
from jxc_desktop.queries.stocktake import stocktakes
from jxc_desktop.queries.stocktake_entries import entries_of
from jxc_desktop.services.shop import open_shop
from jxc_desktop.services.stocktake_posting import result_of
from tests.gui.conftest import TODAY
from tests.helpers.shop import Shop


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
    """Three drinks on shelf A (10 of each at 2.00, taken in in the morning) and soap, which is none."""
    told = Shop(book, Act(1, datetime(2026, 11, 24, 9, 0), TODAY))
    with book.write() as session:
        drinks = session.execute(insert(Category).values(name="饮料", path="饮料").returning(Category.id)).scalar_one()
        other = session.execute(insert(Category).values(name="日化", path="日化").returning(Category.id)).scalar_one()
    told.goods = {  # type: ignore[attr-defined]
        code: told.product(code, name=name, category_id=category, shelf=shelf, units={"箱": 12})
        for code, name, category, shelf in (
            ("COLA", "可乐", drinks, "A-01"),
            ("TEA", "绿茶", drinks, "A-01"),
            ("WATER", "矿泉水", drinks, "A-02"),
            ("SOAP", "香皂", other, "B-01"),
        )
    }
    for product in told.goods.values():  # type: ignore[attr-defined]
        told.buy("2026-11-24T10:00:00", product, "10", "2.00")
    return told


@pytest.fixture
def page(shop: Shop, book: Database, make_desk: Callable[..., Desk]) -> Stocktaking:
    went: list[Target] = []
    made = Stocktaking(make_desk(book, went=went))
    made.went = went  # type: ignore[attr-defined]
    made.resize(1180, 660)
    made.show()
    made.activateWindow()
    QTest.qWaitForWindowActive(made)
    assert made.tasks.wait_idle()
    return made


def begin(page: Stocktaking, *, scope: int, downs: int = 0) -> None:
    """Choose the scope with the arrow keys, then press Ctrl+Enter."""
    page.setup.scope.setFocus()
    for _step in range(scope):
        QTest.keyClick(page.setup.scope, Qt.Key.Key_Right)
    for _step in range(downs):
        QTest.keyClick(page.setup.category, Qt.Key.Key_Down)
    assert page.tasks.wait_idle()
    QTest.keyClick(page, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert page.tasks.wait_idle()


def type_code(page: Stocktaking, text: str) -> None:
    page.scan.setFocus()
    QTest.keyClicks(page.scan, text)
    QTest.keyClick(page.scan, Qt.Key.Key_Return)
    assert page.tasks.wait_idle()


def count_drinks(page: Stocktaking) -> None:
    """Scan cola three times, set it to nine, scan tea once and type its count into the table; water is left alone."""
    begin(page, scope=1, downs=1)
    for code in ("B-COLA", "B-COLA", "B-TEA", "B-COLA"):
        assert page.handle_scan(code)
        assert page.tasks.wait_idle()
    type_code(page, "*9")
    assert page.counting is not None
    tea = next(line for line in page.counting.lines.values() if line.row.code == "TEA")
    page.grid.edit_cell(page.grid.lines.index(tea), "quantity")
    QTest.keyClicks(page.grid.editor, "12")
    QTest.keyClick(page.grid.editor, Qt.Key.Key_Return)
    assert page.tasks.wait_idle()


def test_a_category_is_counted_by_keys_and_scans_and_only_what_was_counted_is_posted(
    page: Stocktaking, shop: Shop, book: Database
) -> None:
    count_drinks(page)
    goods: dict[str, int] = shop.goods  # type: ignore[attr-defined]
    assert page.counting is not None
    assert {line.row.code: line.counted for line in page.counting.lines.values()} == {
        "COLA": Decimal(9),
        "TEA": Decimal(12),
        "WATER": None,
    }
    cola = next(line for line in page.counting.lines.values() if line.row.code == "COLA")
    page.acts.set_reason(cola, "破损")
    assert page.tasks.wait_idle()
    with prompts.answering(lambda _asked: prompts.Answer(True)) as seen:
        QTest.keyClick(page, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        assert page.tasks.wait_idle()
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
    assert page.went[-1] == Target("back")  # type: ignore[attr-defined]


def test_a_sale_after_a_line_was_counted_does_not_change_its_difference(page: Stocktaking, shop: Shop) -> None:
    count_drinks(page)
    goods: dict[str, int] = shop.goods  # type: ignore[attr-defined]
    assert page.counting is not None
    shop.sell("2026-11-24T14:30:00", goods["COLA"], "4")
    page.refresh()
    assert page.tasks.wait_idle()
    cola = next(line for line in page.counting.lines.values() if line.row.code == "COLA")
    assert (cola.row.book, cola.book, cola.difference) == (Decimal(6), Decimal(10), Decimal(-1))
    with prompts.answering(lambda _asked: prompts.Answer(True)):
        page.post()
        assert page.tasks.wait_idle()
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
    again = Stocktaking(make_desk(book))
    again.open(document_id=page.draft_id)
    again.show()
    assert again.tasks.wait_idle()
    assert again.counting is not None
    assert again.counting.plan == Plan("category", "饮料", tolerance=Tolerance(0, 100))
    assert [line.counted for line in again.counting.lines.values()] == [Decimal(9), Decimal(12), None]
    QTest.keyClick(again, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert again.tasks.wait_idle()
    assert again.counting.tally().counted == 2, "what was counted on another day is not undone by accident"


def test_what_is_not_in_the_scope_is_asked_about_and_an_unknown_code_says_so(page: Stocktaking, shop: Shop) -> None:
    begin(page, scope=1, downs=1)
    assert page.counting is not None
    type_code(page, "B-SOAP")
    assert page.counting.tally().counted == 0
    assert "香皂" in page.notice.label.text()
    page.notice._buttons[0].click()
    assert page.tasks.wait_idle()
    assert [line.row.code for line in page.counting.lines.values() if line.counted == 1] == ["SOAP"]
    type_code(page, "NOWHERE-9")
    assert "NOWHERE-9" in page.notice.label.text()
    type_code(page, "3*B-TEA")
    assert page.counting.tally().counted == 2
    QTest.keyClick(page.scan, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert page.tasks.wait_idle()
    assert page.counting.tally().counted == 1


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


def test_a_tolerance_that_cannot_be_read_says_so_when_the_count_is_begun(page: Stocktaking, shop: Shop) -> None:
    page.setup.percent.setText("abc")
    page.start_button.click()
    assert page.tasks.wait_idle()
    assert page.counting is None
    assert page.setup.percent.property("error") == "true"


def test_the_list_opens_a_count_under_way_where_it_is_counted_and_a_posted_one_as_a_document(
    page: Stocktaking, shop: Shop, book: Database, make_desk: Callable[..., Desk]
) -> None:
    count_drinks(page)
    went: list[Target] = []
    screen = Stocktakes(make_desk(book, went=went))
    screen.resize(1100, 600)
    screen.show()
    assert screen.tasks.wait_idle()
    screen._open(screen.table.current())
    assert went[-1] == Target("stocktaking", {"document_id": page.draft_id})
    with prompts.answering(lambda _asked: prompts.Answer(True)):
        page.post()
        assert page.tasks.wait_idle()
    screen.refresh()
    assert screen.tasks.wait_idle()
    screen._open(screen.table.current())
    assert went[-1] == Target("document", {"id": page.draft_id})


@pytest.mark.parametrize(
    ("said", "found"), [("", None), ("0", 0), ("12", 12), ("3箱2瓶", 38), ("3 箱 2", 38), ("1.5", Decimal("1.5"))]
)
def test_counts_are_typed_as_people_say_them(said: str, found: Decimal | int | None) -> None:
    assert read_count(said, [("瓶", BASE), ("箱", Factor(12))], field="实盘") == found


def test_a_plan_comes_back_from_its_text() -> None:
    plan = Plan("category", "饮料/碳酸;key=1", True, Tolerance(5, 200))
    assert parse_plan(plan.dump()) == plan
    assert parse_plan("F 区月度盘点") == Plan("free")


@pytest.fixture
def window(page: Stocktaking, shop: Shop, book: Database) -> Iterator[MainWindow]:
    """The whole program window on the same book, its scanner listening, a count of the drinks in front."""
    desk = page.desk
    begin(page, scope=1, downs=1)
    page.hide()
    made = MainWindow(
        desk.tasks,
        desk.preferences,
        entries=SCREENS,
        today=desk.today,
        now=desk.now,
        shop_name="邻里便利店",
        data_dir=desk.data_dir,
        by="店长",
    )
    made.resize(1366, 768)
    made.show()
    made.activateWindow()
    QTest.qWaitForWindowActive(made)
    made.navigate(goto("stocktaking", document_id=page.draft_id))
    assert desk.tasks.wait_idle()
    yield made
    assert desk.tasks.wait_idle()
    made.close()


def counts_of(page: Stocktaking) -> dict[str, Decimal | None]:
    assert page.counting is not None
    return {line.row.code: line.counted for line in page.counting.lines.values() if line.counted is not None}


def test_a_storm_of_scans_through_the_window_is_counted_to_the_last_one_whatever_has_the_focus(
    window: MainWindow, shop: Shop, book: Database
) -> None:
    page = window.front
    assert isinstance(page, Stocktaking)
    codes = ("B-COLA", "B-TEA", "B-COLA", "B-WATER", "B-COLA") * 24
    keys = count()
    window.scanner.clock = lambda: next(keys) * 0.005  # the window system's time of each key, which load does not stretch
    slowest, started = 0.0, time.monotonic()
    for number, code in enumerate(codes):
        if number == 40:
            page.grid.edit_cell(2, "quantity")
        before = time.monotonic()
        QTest.keyClicks(QApplication.focusWidget() or window, code)
        QTest.keyClick(QApplication.focusWidget() or window, Qt.Key.Key_Return)
        slowest = max(slowest, time.monotonic() - before)
        while time.monotonic() - started < (number + 1) * 0.02:
            QApplication.processEvents()
    assert page.tasks.wait_idle()
    assert counts_of(page) == {"COLA": Decimal(72), "TEA": Decimal(24), "WATER": Decimal(24)}
    assert slowest < 0.25, "fifty scans a second never hold the window up"
    with book.read() as session:
        kept = [e for e in entries_of(session, page.draft_id or 0) if e.mode == "add"]
    assert [e.code for e in kept] == list(codes), "in the order in which they came"


def test_numbers_and_boxes_are_typed_and_plus_and_minus_step_the_line_just_scanned(page: Stocktaking, shop: Shop) -> None:
    begin(page, scope=1, downs=1)
    type_code(page, "B-COLA")
    type_code(page, "14")
    assert counts_of(page) == {"COLA": Decimal(14)}
    page.scan.setText("3箱2件")
    QTest.keyClick(page.scan, Qt.Key.Key_Return)
    assert page.tasks.wait_idle()
    assert counts_of(page) == {"COLA": Decimal(38)}
    type_code(page, "2x1j")
    assert counts_of(page) == {"COLA": Decimal(25)}, "units by their initials"
    QTest.keyClick(page.scan, Qt.Key.Key_Plus)
    QTest.keyClick(page.scan, Qt.Key.Key_Plus)
    QTest.keyClick(page.scan, Qt.Key.Key_Minus)
    assert page.tasks.wait_idle()
    assert counts_of(page) == {"COLA": Decimal(26)}
    QTest.keyClick(page.scan, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(page.scan, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert page.tasks.wait_idle()
    assert counts_of(page) == {"COLA": Decimal(26)}, "the last two steps, which took each other back"


def test_a_number_behind_an_unknown_code_is_not_put_on_the_product_before_it(page: Stocktaking, shop: Shop) -> None:
    begin(page, scope=1, downs=1)
    type_code(page, "B-COLA")
    page.handle_scan("6999999999998")
    assert page.tasks.wait_idle()
    type_code(page, "55")
    assert counts_of(page) == {"COLA": Decimal(1)}
    assert "55 没有记" in page.notice.label.text()
    type_code(page, "55")
    assert counts_of(page) == {"COLA": Decimal(55)}, "said again, it is meant"


def test_a_number_typed_right_behind_a_scan_means_what_was_scanned(page: Stocktaking, shop: Shop) -> None:
    begin(page, scope=1, downs=1)
    type_code(page, "B-COLA")
    page.handle_scan("B-TEA")
    page.scan.entered.emit("7")
    page.handle_scan("B-WATER")
    assert page.tasks.wait_idle()
    assert counts_of(page) == {"COLA": Decimal(1), "TEA": Decimal(7), "WATER": Decimal(1)}


def test_what_is_beyond_the_tolerance_is_counted_again_before_it_is_posted(page: Stocktaking, shop: Shop) -> None:
    goods: dict[str, int] = shop.goods  # type: ignore[attr-defined]
    page.setup.percent.set_value(Decimal(25))
    begin(page, scope=1, downs=1)
    for code, found in (("B-COLA", "5"), ("B-TEA", "9"), ("B-WATER", "20")):
        type_code(page, code)
        type_code(page, found)
    with prompts.answering(lambda _asked: prompts.Answer(True)) as seen:
        page.post()
        assert page.tasks.wait_idle()
    assert not seen, "nothing is asked while lines must be counted again"
    assert "2" in page.notice.label.text()
    QTest.mouseClick(page.recount_button, Qt.MouseButton.LeftButton)
    assert [line.product.code for line in page.grid.lines] == ["COLA", "WATER"]
    assert page.grid.editor.text() == "", "the second count does not start from the first"
    QTest.keyClicks(page.grid.editor, "4")
    QTest.keyClick(page.grid.editor, Qt.Key.Key_Return)
    QTest.keyClicks(page.grid.editor, "10")
    QTest.keyClick(page.grid.editor, Qt.Key.Key_Return)
    assert page.tasks.wait_idle()
    assert counts_of(page) == {"COLA": Decimal(4), "TEA": Decimal(9), "WATER": Decimal(10)}
    with prompts.answering(lambda _asked: prompts.Answer(True)):
        page.post()
        assert page.tasks.wait_idle()
    assert [shop.on_hand(goods[code]) for code in ("COLA", "TEA", "WATER")] == [4, 9, 10]


def test_two_windows_count_together_and_see_each_other(
    page: Stocktaking, shop: Shop, book: Database, make_desk: Callable[..., Desk]
) -> None:
    begin(page, scope=1, downs=1)
    other = Stocktaking(make_desk(book))
    other.open(document_id=page.draft_id)
    other.show()
    assert other.tasks.wait_idle()
    other.page.counter.setText("小王")
    other.page.counter.editingFinished.emit()
    type_code(other, "B-COLA")
    type_code(other, "6")
    type_code(page, "B-COLA")
    page._feel()
    assert page.tasks.wait_idle()
    assert counts_of(page) == {"COLA": Decimal(7)}
    line = page.grid.current_line
    assert line is not None
    assert (line.own, line.counters) == (Decimal(1), "小王、店长")
    assert "小王 6" in page.page.line_card.who.text()
    page.grid.edit_cell(0, "quantity")
    assert page.grid.editor.text() == "1", "whoever types over a line changes his own count"


def test_large_differences_are_handed_in_and_approved_with_a_reason(
    page: Stocktaking, shop: Shop, book: Database, make_desk: Callable[..., Desk]
) -> None:
    goods: dict[str, int] = shop.goods  # type: ignore[attr-defined]
    shop.settings(count_approval=5)
    begin(page, scope=1, downs=1)
    type_code(page, "B-COLA")
    type_code(page, "6")
    with prompts.answering(lambda _asked: prompts.Answer(False, other=True)) as seen:
        page.post()
        assert page.tasks.wait_idle()
    assert isinstance(seen[0], prompts.Question)
    assert "¥8.00" in seen[0].text
    again = Stocktaking(make_desk(book))
    again.open(document_id=page.draft_id)
    again.show()
    assert again.tasks.wait_idle()
    assert (again.header.badge.text, again.handle_scan("B-COLA")) == ("待审核", False)
    with prompts.answering(lambda _asked: prompts.Answer(True, "搬运时打碎")):
        again.post()
        assert again.tasks.wait_idle()
    with book.read() as session:
        reason = session.execute(select(Document.reason).where(Document.id == page.draft_id)).scalar_one()
    assert "搬运时打碎" in reason
    assert shop.on_hand(goods["COLA"]) == 6


def test_while_the_book_is_busy_counts_wait_and_none_is_lost(
    page: Stocktaking, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin(page, scope=1, downs=1)
    honest, failures = stocktaking.take, iter([True, True])

    def sometimes(*words: Any, **more: Any) -> Any:
        if next(failures, False):
            raise BookBusy(holder="backup", seconds=10)
        return honest(*words, **more)

    monkeypatch.setattr(stocktaking, "take", sometimes)
    page.queue._again.setInterval(20)
    page.handle_scan("B-COLA")
    assert page.tasks.wait_idle()
    page.handle_scan("B-COLA")
    assert len(page.queue) == 2
    assert page.notice.isVisible()
    for _turn in range(100):
        if not page.queue.busy:
            break
        QTest.qWait(20)
    assert page.tasks.wait_idle()
    assert counts_of(page) == {"COLA": Decimal(2)}


def test_the_count_sheet_lists_the_goods_by_shelf_and_hides_the_book_unless_asked(shop: Shop, book: Database) -> None:
    with book.read() as session:
        main = shop.warehouses["MAIN"]
        sheets = [
            sheet_of_plan(session, Plan("shelf", "A"), main, today=TODAY, book=shown, printed_at="2026-11-24T14:00:00")
            for shown in (False, True)
        ]
    assert [(line.shelf, line.name) for line in sheets[0].lines] == [("A-01", "可乐"), ("A-01", "绿茶"), ("A-02", "矿泉水")]
    closed, open_ = (pdf_text(render_sheet(sheet).pdf) for sheet in sheets)
    assert "账面" not in closed
    assert "账面" in open_
    assert all(word in closed for word in ("盘点表", "A-02", "绿茶", "箱=12件"))


def pdf_text(pdf: bytes) -> str:
    import pypdfium2

    pages = pypdfium2.PdfDocument(pdf)
    return "".join(page.get_textpage().get_text_bounded() for page in pages)


def test_f6_tells_what_the_book_holds_of_the_line_unless_the_count_is_blind(page: Stocktaking, shop: Shop) -> None:
    begin(page, scope=1, downs=1)
    type_code(page, "B-COLA")
    QTest.keyClick(page, Qt.Key.Key_F6)
    assert page.tasks.wait_idle()
    assert page.why_host is not None
    found = page.why_host.panel.found
    assert found is not None
    assert (found.result, found.checked) == (10, True)
    QTest.keyClick(QApplication.focusWidget() or page, Qt.Key.Key_Escape)
    assert page.why_host is None
    type_code(page, "B-COLA")
    assert page.grid.current_line is not None
    assert page.grid.current_line.counted == 2, "scanning goes on"
    with prompts.answering(lambda _asked: prompts.Answer(True)):
        page.switch_blind()
    assert page.tasks.wait_idle()
    assert isinstance(page.why(), str)
