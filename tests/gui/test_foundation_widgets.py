"""Fields, tables, scans and looks: what a hand, a keyboard and a scanner do to them."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QInputMethodEvent, QPainter, QPixmap
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget

from jxc_desktop.columns import Column
from jxc_desktop.domain.errors import BadDate, BadNumber, JxcError
from jxc_desktop.gui import prompts
from jxc_desktop.gui.preferences import Preferences
from jxc_desktop.gui.row_table import GroupRow, Look, RowTable
from jxc_desktop.gui.scanner import Scanner
from jxc_desktop.gui.theme import theme
from jxc_desktop.gui.widgets import (
    Button,
    Choice,
    Combo,
    DateEdit,
    Dialog,
    Field,
    MoneyEdit,
    Picker,
    PriceEdit,
    QuantityEdit,
    column,
    read_date,
    require,
)
from jxc_desktop.gui.widgets.axis import Axis, aligned, axis_of, round_steps
from jxc_desktop.gui.widgets.charts import ComboChart, Series
from tests.gui import gallery

TODAY = date(2026, 11, 24)


# --- numbers and dates ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("12*3+5", "41.00"),
        ("１２．５", "12.50"),
        ("1,234.5", "1234.50"),
        ("12，345.60", "12345.60"),
        ("-1,234,567", "-1234567.00"),
        ("1,000*2+1,234.5", "3234.50"),
        ("-3", "-3.00"),
        ("(2+3)*4/8", "2.50"),
        ("¥10", "10.00"),
        ("10/3", "3.33"),
    ],
)
def test_a_money_field_works_sums_out_exactly(qapp: QApplication, typed: str, value: str) -> None:
    edit = MoneyEdit()
    edit.setText(typed)
    assert edit.value() == Decimal(value)


@pytest.mark.parametrize("typed", ["1/0", "12*", "abc", "1e3", "((((", "__import__", "1..2", "٣", "٣+1", "1+2)"])
def test_what_is_no_number_is_refused_in_words(qapp: QApplication, typed: str) -> None:
    edit = QuantityEdit(name="数量")
    edit.setText(typed)
    with pytest.raises(JxcError) as caught:
        edit.value()
    assert isinstance(caught.value, BadNumber)


@pytest.mark.parametrize("typed", "1,5 1，5 1,23 1,2345 1,23,456 0,123 1234,567 1.234,50 ,5 5, 1,5*2".split())
def test_a_comma_that_parts_no_thousands_is_refused_and_never_passed_over(qapp: QApplication, typed: str) -> None:
    page, edit = QWidget(), MoneyEdit(name="金额")
    field = Field("金额", edit)
    page.setLayout(column(field))
    edit.setText(typed)
    edit.editingFinished.emit()
    assert "逗号只能用来隔开千位" in field.error
    assert edit.text() == typed


def test_a_number_is_judged_on_leaving_and_told_once(qapp: QApplication) -> None:
    page, edit, other = QWidget(), MoneyEdit(Decimal(5)), PriceEdit(Decimal("1.2"))
    field = Field("金额", edit, required=True)
    page.setLayout(column(field, other))
    told: list[Any] = []
    edit.value_changed.connect(told.append)
    focus(edit)
    assert edit.selectedText() == "5.00"
    QTest.keyClicks(edit, "7.555")
    assert field.error == ""
    QTest.keyClick(edit, Qt.Key.Key_Return)
    assert field.error != ""
    assert told == []
    edit.setText("3*4")
    other.setFocus()
    edit.editingFinished.emit()
    assert (edit.text(), told, field.error) == ("12.00", [Decimal("12.00")], "")
    assert other.text() == "1.20"


def test_the_wheel_turns_nothing_without_focus(qapp: QApplication) -> None:
    page, combo, edit = QWidget(), Combo([(1, "一"), (2, "二")], 1), QuantityEdit(Decimal(5))
    edit.steps = True
    page.setLayout(column(combo, edit))
    page.show()
    combo.clearFocus()
    from PySide6.QtCore import QPointF
    from PySide6.QtGui import QWheelEvent

    for widget in (combo, edit):
        event = QWheelEvent(
            QPointF(5, 5),
            QPointF(5, 5),
            QPoint(0, -120),
            QPoint(0, -120),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(widget, event)
    assert combo.value == 1
    assert edit.value() == 5


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("1124", "2026-11-24"),
        ("11-24", "2026-11-24"),
        ("20261124", "2026-11-24"),
        ("今天", "2026-11-24"),
        ("+3", "2026-11-27"),
        ("-24", "2026-10-31"),
        ("5", "2026-11-05"),
        ("2026年2月3日", "2026-02-03"),
        ("２０２６－０２－０３", "2026-02-03"),
    ],
)
def test_a_date_can_be_typed_the_short_way(typed: str, day: str) -> None:
    assert read_date(typed, TODAY).isoformat() == day


@pytest.mark.parametrize(
    ("typed", "today", "day", "ahead"),
    [
        ("1231", "2027-01-05", "2026-12-31", "2026-12-31"),
        ("0301", "2026-11-24", "2026-03-01", "2027-03-01"),
        ("1130", "2026-11-24", "2026-11-30", "2026-11-30"),
        ("1120", "2026-11-24", "2026-11-20", "2026-11-20"),
        ("0820", "2026-11-24", "2026-08-20", "2027-08-20"),
        ("0229", "2027-02-10", "2028-02-29", "2028-02-29"),
    ],
)
def test_a_day_without_its_year_is_the_one_that_is_meant(typed: str, today: str, day: str, ahead: str) -> None:
    now = date.fromisoformat(today)
    assert (read_date(typed, now).isoformat(), read_date(typed, now, ahead=True).isoformat()) == (day, ahead)


def test_a_wrong_date_says_how_to_mend_it(qapp: QApplication) -> None:
    edit = DateEdit(lambda: TODAY, TODAY)
    field = Field("日期", edit)
    edit.setText("2026-13-02")
    edit.editingFinished.emit()
    assert field.error == "没有 13 月，请改为 01 至 12。"
    for typed in ("0230", "x", "99999"):
        with pytest.raises(BadDate):
            read_date(typed, TODAY)


def test_an_empty_required_field_is_marked(qapp: QApplication) -> None:
    from jxc_desktop.gui.widgets import LineEdit

    empty, filled = Field("名称", LineEdit(), required=True), Field("编号", LineEdit("A1"), required=True)
    assert not require(empty, filled)
    assert empty.error
    assert not filled.error


# --- picking -------------------------------------------------------------------------------------------------------


def test_a_picker_takes_the_marked_line_with_enter_even_when_the_answer_is_late(qapp: QApplication) -> None:
    answers: list[Callable[[Any], None]] = []
    picker = Picker(lambda _text, answer: answers.append(answer))
    focus(picker)
    taken: list[Any] = []
    picker.picked.connect(taken.append)
    QTest.keyClicks(picker, "cn")
    QTest.keyClick(picker, Qt.Key.Key_Return)
    answers[-1]([Choice(1, "城南饮料批发部"), Choice(2, "城北")])
    assert [choice.value for choice in taken] == [1]
    assert picker.text() == "城南饮料批发部"
    picker.setText("没有的")
    QTest.keyClick(picker, Qt.Key.Key_Return)
    missing: list[str] = []
    picker.not_found.connect(missing.append)
    answers[-1]([])
    assert missing == ["没有的"]


def test_a_question_with_a_reason_is_not_answered_without_one(qapp: QApplication) -> None:
    dialog = prompts.ConfirmDialog(None, prompts.Question("作废？", "将退回库存 696 件", "作废单据", reason="作废原因"))
    dialog.open()
    dialog.act.click()
    assert dialog.isVisible()
    dialog._reason.setText("送错货")
    dialog.act.click()
    assert (dialog.isVisible(), dialog.result(), dialog.reason) == (False, 1, "送错货")


def test_the_name_must_be_typed_before_the_shop_is_replaced(qapp: QApplication) -> None:
    dialog = prompts.ConfirmDialog(None, prompts.Question("恢复？", "会替换全部数据", "恢复", typed="邻里便利店"))
    dialog.open()
    assert not dialog.act.isEnabled()
    dialog._typed.setText("邻里便利店")
    assert dialog.act.isEnabled()
    dialog.reject()


def test_enter_never_submits_a_dialog_and_esc_closes_it(qapp: QApplication) -> None:
    dialog = Dialog(None, "标题")
    dialog.add_button("确定过账", "primary", accept=True)
    dialog.open()
    dialog.setFocus()
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    assert dialog.isVisible()
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


# --- tables --------------------------------------------------------------------------------------------------------


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
    start = time.perf_counter()
    table.set_pages(100_000, fetch)
    qapp.processEvents()
    assert time.perf_counter() - start < 0.15
    assert asked == [0]
    table.view.verticalScrollBar().setValue(table.view.verticalScrollBar().maximum())
    QTest.qWait(80)
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


# --- scanner -------------------------------------------------------------------------------------------------------


@pytest.fixture
def scans(qapp: QApplication) -> Any:
    heard: list[str] = []
    scanner = Scanner(heard.append, known=lambda code: code == "12", parent=qapp)
    scanner.heard = heard  # type: ignore[attr-defined]
    scanner.install()
    yield scanner
    scanner.remove()


def focus(widget: QWidget) -> None:
    """Show the window of ``widget`` and give it the keyboard, as a click would."""
    widget.window().show()
    widget.window().activateWindow()
    QTest.qWaitForWindowActive(widget.window())
    widget.setFocus()
    QTest.qWait(5)


def field_with_focus(value: str) -> QuantityEdit:
    page = QWidget()
    edit = QuantityEdit(Decimal(value))
    page.setLayout(column(edit))
    focus(edit)
    edit.page = page  # type: ignore[attr-defined]
    return edit


def test_a_scan_into_a_quantity_gives_the_old_value_back(qapp: QApplication, scans: Any) -> None:
    edit = field_with_focus("5")
    QTest.keyClicks(edit, "6908812040006")
    QTest.keyClick(edit, Qt.Key.Key_Return)
    qapp.processEvents()
    assert scans.heard == ["6908812040006"]
    assert edit.text() == "5"


def test_slow_typing_is_no_scan(qapp: QApplication, scans: Any) -> None:
    moments = iter(n * 0.04 for n in range(100))
    scans.clock = lambda: next(moments)
    edit = field_with_focus("5")
    QTest.keyClicks(edit, "1234567")
    QTest.keyClick(edit, Qt.Key.Key_Return)
    qapp.processEvents()
    assert scans.heard == []
    assert edit.value() == Decimal(1234567)


def test_a_short_code_counts_only_when_it_is_known(qapp: QApplication, scans: Any) -> None:
    edit = field_with_focus("5")
    for code in ("12", "13"):
        QTest.keyClicks(edit, code)
        QTest.keyClick(edit, Qt.Key.Key_Tab)
        edit.setFocus()
        qapp.processEvents()
    assert scans.heard == ["12"]


def test_letters_that_come_through_an_input_method_belong_to_the_scan(qapp: QApplication, scans: Any) -> None:
    page, edit = QWidget(), gallery.LineEdit("旧")
    page.setLayout(column(edit))
    focus(edit)
    commit = QInputMethodEvent()
    commit.setCommitString("ＡＢ")
    QApplication.sendEvent(edit, commit)
    QTest.keyClicks(edit, "1234")
    QTest.keyClick(edit, Qt.Key.Key_Return)
    qapp.processEvents()
    assert scans.heard == ["AB1234"]
    assert edit.text() == "旧"


def test_a_barcode_field_keeps_what_is_scanned_into_it(qapp: QApplication, scans: Any) -> None:
    edit = field_with_focus("5")
    edit.setProperty("takes_scans", True)
    QTest.keyClicks(edit, "690881")
    QTest.keyClick(edit, Qt.Key.Key_Return)
    qapp.processEvents()
    assert scans.heard == []
    assert edit.value() == Decimal(690881)


# --- looks ---------------------------------------------------------------------------------------------------------


def test_no_colour_value_stands_outside_the_tokens() -> None:
    root = Path(__file__).resolve().parents[2]
    found = [
        f"{file.name}: {line.strip()}"
        for file in [*(root / "jxc_desktop/gui").rglob("*.py"), root / "resources/theme/style.qss"]
        for line in file.read_text("utf-8").splitlines()
        if re.search(
            r"#[0-9A-Fa-f]{6}\b|#[0-9A-Fa-f]{3}\b(?!\w)|rgba?\(\s*\d|QColor\(\s*\d|setStyleSheet\((?!self\.style_sheet)", line
        )
    ]
    assert found == []


@pytest.mark.parametrize(("mode", "scale"), [("light", 100), ("dark", 100), ("light", 125)])
def test_every_control_paints_in_every_look_without_complaint(qapp: QApplication, mode: Any, scale: int) -> None:
    theme.apply(qapp, mode, scale)
    try:
        page = gallery.gallery()
        page.resize(1760, 1050)
        page.show()
        qapp.processEvents()
        shot = page.grab().toImage()
        ground = theme.color("bg_app").name()
        assert shot.pixelColor(4, 4).name() == ground
        assert len({shot.pixelColor(x, y).name() for x in range(0, shot.width(), 9) for y in range(0, shot.height(), 9)}) > 30
    finally:
        theme.apply(qapp, "light")


def test_no_button_or_label_is_cut_at_the_largest_text(qapp: QApplication) -> None:
    theme.apply(qapp, "light", 125)
    try:
        page = gallery.buttons()
        page.show()
        qapp.processEvents()
        for button in page.findChildren(QPushButton):
            assert button.width() >= button.sizeHint().width()
        for words in page.findChildren(QLabel):
            assert words.width() >= words.sizeHint().width()
    finally:
        theme.apply(qapp, "light")


def test_every_icon_the_code_names_is_shipped() -> None:
    root = Path(__file__).resolve().parents[2]
    shipped = {file.stem for file in (root / "resources/icons").glob("*.svg")}
    for call in (r'icon="([a-z0-9-]+)"', r'paint_icon\([^"\n]*"([a-z0-9-]+)"', r'pixmap\("([a-z0-9-]+)"'):
        for file in (root / "jxc_desktop/gui").rglob("*.py"):
            for name in re.findall(call, file.read_text("utf-8")):
                assert name in shipped, f"{file.name}: {name}"


def test_what_is_lost_hangs_below_the_zero_line_and_both_axes_share_it() -> None:
    axis = axis_of([120.0, -40.0])
    assert min(axis.marks) <= -40
    assert max(axis.marks) >= 120
    assert 0.0 in axis.marks
    left, right = aligned(axis_of([8642.0]), axis_of([1.2, -0.4]))
    assert left.share(0) == right.share(0) > 0
    assert 0 <= right.share(-0.4) < right.share(0) < right.share(1.2) <= 1
    assert axis_of([3.0, -0.0]) == Axis(0.75, 0, 4)


def test_a_day_with_a_loss_is_drawn_below_the_line(qapp: QApplication) -> None:
    chart = ComboChart()
    chart.resize(300, 200)
    chart.set(["1", "2", "3"], [Series("毛利", [50, -50, 20], token="danger")])
    chart.show()
    shot = chart.grab().toImage()
    area = chart._area()
    zero = area.bottom() - area.height() * chart._axes()[0].share(0)
    x = round(area.left() + area.width() / 2)
    red = theme.color("danger").rgb()
    assert shot.pixel(x, round(zero) + 12) == red
    assert shot.pixel(x, round(zero) - 12) != red


def test_axis_steps_are_round() -> None:
    assert round_steps(8642) == (2500.0, 10000.0)
    assert round_steps(0) == (1.0, 4.0)
    step, top = round_steps(31.4)
    assert (step, top) == (10.0, 40.0)


def test_painting_tens_of_thousands_of_cells_keeps_the_interpreter_alive(qapp: QApplication) -> None:
    table = gallery.table()
    table.resize(800, 400)
    canvas = QPixmap(800, 400)
    painter = QPainter(canvas)
    for _ in range(150):
        table.view.render(painter, QPoint(0, 0))
    painter.end()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert not canvas.isNull()


def test_no_row_is_cut_at_the_foot_and_what_fits_keeps_its_room(qapp: QApplication) -> None:
    made = gallery.table([replace(gallery.LINES[0], id=number) for number in range(40)])
    for height in (301, 320, 333):
        made.resize(700, height)
        made.show()
        QApplication.processEvents()
        line = made.view.verticalHeader().defaultSectionSize()
        assert made.view.viewport().height() % line <= 1, height
    made.set_rows(gallery.LINES[:2])
    QApplication.processEvents()
    assert made.view.height() == made.view.parentWidget().height()
