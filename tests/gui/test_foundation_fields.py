"""Fields and questions: what is typed into them, worked out, refused in words or answered."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from jxc_desktop.domain.errors import BadDate, BadNumber, JxcError
from jxc_desktop.gui import prompts
from jxc_desktop.gui.widgets import (
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
from tests.gui.hand import focus
from tests.gui.shops import TODAY


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
