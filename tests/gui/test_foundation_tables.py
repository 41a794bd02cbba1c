"""The table of every list: rows in pages, marks, columns, sums, checks."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from jxc_desktop.columns import Column
from jxc_desktop.gui.preferences import Preferences
from jxc_desktop.gui.row_table import GroupRow, Look, RowTable
from jxc_desktop.gui.widgets import (
    Button,
)
from tests.gui.hand import until


@dataclass(frozen=True)
class Row:
    id: int
    name: str
    price: Decimal
    note: str | None = None


COLUMNS = (
    Column("name", "名称"),
    Column("price", "价格", "money", total=True),
    Column("note", "备注", priority=2, width=160),
    Column("id", "编号", "integer", priority=3, width=120),
)


def shown(table: RowTable) -> set[str]:
    return {c.key for c in COLUMNS if not table.view.isColumnHidden(table.model.section(c.key))}


def test_a_hundred_thousand_rows_open_at_once_and_fetch_only_what_is_seen(qapp: QApplication) -> None:
    asked: list[int] = []

    def fetch(offset: int, limit: int, answer: Callable[[Any], None]) -> None:
        asked.append(offset)
        answer([Row(n, f"商品 {n}", Decimal(n)) for n in range(offset, min(offset + limit, 100_000))])

    table = RowTable(COLUMNS)
    table.resize(900, 600)
    table.show()
    start = time.thread_time()
    table.set_pages(100_000, fetch)
    qapp.processEvents()
    assert time.thread_time() - start < 0.15
    assert asked == [0]
    table.view.verticalScrollBar().setValue(table.view.verticalScrollBar().maximum())
    until(lambda: len(asked) > 1)
    assert max(asked) == 99_800
    assert len(asked) <= 3
    assert table.model.row(99_999).name == "商品 99999"


def test_a_page_that_arrives_after_a_new_question_is_dropped(qapp: QApplication) -> None:
    waiting: list[Callable[[Any], None]] = []
    table = RowTable(COLUMNS)
    table.set_pages(10, lambda _o, _l, answer: waiting.append(answer))
    table.model.row(0)
    table.set_pages(5, lambda _o, _l, answer: answer([Row(n, "新", Decimal(1)) for n in range(5)]))
    table.model.row(0)
    waiting[0]([Row(n, "旧", Decimal(1)) for n in range(10)])
    assert table.model.row(0).name == "新"


def test_the_marked_row_stays_marked_when_rows_come_again(qapp: QApplication) -> None:
    table = RowTable(COLUMNS)
    table.set_rows([Row(n, f"甲{n}", Decimal(n)) for n in range(50)])
    followed: list[Any] = []
    table.current_changed.connect(followed.append)
    assert table.select_key(30)
    table.set_rows([Row(n, f"乙{n}", Decimal(n)) for n in range(20, 60)])
    assert table.current().id == 30
    assert table.current().name == "乙30"
    assert followed[-1].name == "乙30"
    table.set_rows([])
    assert table.current() is None
    assert followed[-1] is None


def test_columns_give_way_before_the_name_does(qapp: QApplication) -> None:
    table = RowTable(COLUMNS)
    table.set_rows([Row(1, "原味酸奶 200g", Decimal("99999999.99"), "备注")])
    table.show()
    for width, expected in ((340, {"name", "price"}), (560, {"name", "price", "note"}), (1700, {"name", "price", "note", "id"})):
        table.resize(width, 300)
        qapp.processEvents()
        assert shown(table) == expected
        assert table.view.columnWidth(0) >= 200


def test_hidden_columns_are_remembered_on_this_computer(qapp: QApplication, preferences: Preferences) -> None:
    first = RowTable(COLUMNS, name="t", preferences=preferences)
    first.show_column("note", False)
    second = RowTable(COLUMNS, name="t", preferences=preferences)
    assert second.view.user_hidden == {"note"}
    second.restore_columns()
    assert RowTable(COLUMNS, name="t", preferences=preferences).view.user_hidden == set()


def test_checks_bring_the_batch_bar_and_survive_a_reload(qapp: QApplication) -> None:
    table = RowTable(COLUMNS, checkable=True)
    table.set_batch(lambda rows: (f"已选 {len(rows)} 单", ""), [Button("批量打印")])
    table.set_foot("共 3 单")
    table.set_rows([Row(n, "x", Decimal(n)) for n in range(3)])
    table.show()
    table.view.setFocus()
    table.select_key(1)
    QTest.keyClick(table.view, Qt.Key.Key_Space)
    assert [row.id for row in table.checked()] == [1]
    assert table.batch.isVisible()
    table.set_rows([Row(n, "y", Decimal(n)) for n in range(3)])
    assert [row.name for row in table.checked()] == ["y"]
    table.set_rows([Row(7, "z", Decimal(7))])
    assert table.checked() == []
    assert not table.batch.isVisible()


def test_sorting_is_exact_and_empty_values_come_last(qapp: QApplication) -> None:
    rows = [Row(1, "a", Decimal(10), None), Row(2, "b", Decimal(9), "乙"), Row(3, "c", Decimal(100), "甲")]
    table = RowTable(COLUMNS, totals=True)
    table.set_rows(rows)
    table.model.sort_by("price", True)
    assert [table.model.row(n).id for n in range(3)] == [3, 1, 2]
    table.model.sort_by("note", False)
    assert table.model.row(2).note is None
    assert table.model.totals() == {"price": "119.00"}


def test_a_table_reads_aloud_and_a_group_cannot_be_marked(qapp: QApplication) -> None:
    table = RowTable(COLUMNS, {"name": Look(second="note")}, select_first=True)
    table.set_rows([GroupRow("饮料", "1 种", {"price": "2.00"}), Row(1, "水", Decimal(2), "6901")])
    index = table.model.index(1, 0)
    assert table.model.data(index, Qt.ItemDataRole.AccessibleTextRole) == "名称: 水 6901"
    assert table.model.flags(table.model.index(0, 0)) == Qt.ItemFlag.NoItemFlags
    assert table.current().id == 1


def test_enter_and_a_double_click_open_once(qapp: QApplication) -> None:
    table = RowTable(COLUMNS, select_first=True)
    table.set_rows([Row(1, "水", Decimal(2))])
    table.resize(700, 300)
    table.show()
    opened: list[Any] = []
    table.opened.connect(opened.append)
    QTest.keyClick(table.view, Qt.Key.Key_Return)
    QTest.mouseDClick(table.view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(40, 15))
    assert len(opened) == 2
