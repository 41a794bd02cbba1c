"""How things look: colours from the tokens alone, every control in every theme and size, charts, nothing cut."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QPoint
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from jxc_desktop.gui.theme import theme
from jxc_desktop.gui.widgets.axis import Axis, aligned, axis_of, round_steps
from jxc_desktop.gui.widgets.charts import ComboChart, Series
from tests.gui import gallery


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
