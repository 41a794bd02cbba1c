"""Counting goods at the window: chosen by keys, scanned, typed, kept, posted - and what stands in the book afterwards."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from sqlalchemy import insert, select

from jxc_desktop.db.engine import Database
from jxc_desktop.db.models import Category, StockRow
from jxc_desktop.db.upgrade import create_book
from jxc_desktop.domain.acts import Act
from jxc_desktop.domain.settings import ShopSettings
from jxc_desktop.domain.stocktake import Plan, parse_plan, read_count
from jxc_desktop.domain.units import BASE, Factor
from jxc_desktop.gui import prompts
from jxc_desktop.gui.screen import Desk, Target
from jxc_desktop.gui.screens.stocktake import Stocktakes
from jxc_desktop.gui.screens.stocktaking import Stocktaking
from jxc_desktop.queries.stocktake import stocktakes
from jxc_desktop.services.drafts import load_draft
from jxc_desktop.services.shop import open_shop
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
    page.set_reason(cola, "破损")
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


def test_every_count_is_kept_within_a_second_and_found_again_with_its_time(
    page: Stocktaking, shop: Shop, book: Database, make_desk: Callable[..., Desk]
) -> None:
    count_drinks(page)
    QTest.qWait(700)
    assert page.tasks.wait_idle()
    assert page.draft_id is not None
    with book.read() as session:
        kept = load_draft(session, page.draft_id)
    assert sorted((line.counted, line.counted_at) for line in kept.lines) == [
        (Decimal(9), "2026-11-24T14:22:00"),
        (Decimal(12), "2026-11-24T14:22:00"),
    ]
    again = Stocktaking(make_desk(book))
    again.open(document_id=page.draft_id)
    again.show()
    assert again.tasks.wait_idle()
    assert again.counting is not None
    assert again.counting.plan == Plan("category", "饮料")
    assert [line.counted for line in again.counting.lines.values()] == [Decimal(9), Decimal(12), None]
    QTest.keyClick(again, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
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
    QTest.keyClicks(page.grid.editor, "1x")
    QTest.keyClick(page.grid.editor, Qt.Key.Key_Return)
    assert page.grid.current_line is not None
    assert (page.grid.current_line.counted, page.grid.current_line.text("quantity")) == (None, "1x")
    assert page.notice.isVisible()
    with prompts.answering(lambda _asked: prompts.Answer(True)) as seen:
        page.post()
    assert not seen


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
    plan = Plan("category", "饮料/碳酸;key=1", blind=True)
    assert parse_plan(plan.dump()) == plan
    assert parse_plan("F 区月度盘点") == Plan("free")
