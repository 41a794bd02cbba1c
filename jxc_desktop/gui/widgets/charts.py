"""Charts drawn by ourselves: sparkline, and bars with lines over them; each also in words."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QKeyEvent,
    QLinearGradient,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QPolygonF,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from jxc_desktop.gui.theme import theme
from jxc_desktop.gui.widgets.axis import Axis, aligned, axis_of, axis_words
from jxc_desktop.gui.widgets.paint import LEFT, RIGHT, draw_text, fill_round, focus_ring, text_width

Number = Decimal | int | float | None


class Sparkline(QWidget):
    """The course of a figure without axes; the newest point is marked."""

    def __init__(self, values: Sequence[Number] = (), token: str = "chart_1", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._values, self._token = [float(v or 0) for v in values], token
        self.setFixedSize(64, 34)

    def set(self, values: Sequence[Number], token: str | None = None) -> None:
        self._values = [float(v or 0) for v in values]
        self._token = token or self._token
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if len(self._values) < 2:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        low, high = min(self._values), max(self._values)
        span = (high - low) or 1
        width, height = self.width() - 6, self.height() - 10
        points = [
            QPointF(2 + width * n / (len(self._values) - 1), 4 + height * (1 - (v - low) / span))
            for n, v in enumerate(self._values)
        ]
        color = theme.color(self._token)
        shade = QLinearGradient(0, 0, 0, self.height())
        for place, alpha in ((0.0, 0.18), (1.0, 0.0)):
            tint = color.toRgb()
            tint.setAlphaF(alpha)
            shade.setColorAt(place, tint)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(shade)
        painter.drawPolygon(QPolygonF([*points, QPointF(points[-1].x(), self.height()), QPointF(points[0].x(), self.height())]))
        painter.setPen(QPen(color, 1.5, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolyline(QPolygonF(points))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color)
        painter.drawEllipse(points[-1], 2.5, 2.5)


DOT_ROOM = 20
"""So far apart values stand at least that a line has a dot at each."""


@dataclass(frozen=True, slots=True)
class Series:
    """One measure over the chart's labels. ``kind`` bar or line; None is a gap.

    ``words`` says a value in the tooltip, ``mark`` one at the axis (the first series of a side speaks for it).
    """

    name: str
    values: Sequence[Number]
    kind: str = "bar"
    token: str = ""
    words: Callable[[Number], str] = lambda v: "—" if v is None else f"{v:,.2f}"
    right_axis: bool = False
    mark: Callable[[float], str] = axis_words


class ComboChart(QWidget):
    """Bars with lines over them. Hover or ←→ shows a card; T shows the same as a table; Enter emits ``picked(index)``.

    ``target`` draws a dashed line with its words; ``tones`` may colour single bars (``warning``, ``danger``).
    """

    picked = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._labels: list[str] = []
        self._series: list[Series] = []
        self._target: tuple[float, str] | None = None
        self._tones: Sequence[str | None] = ()
        self._hover = -1
        self._table = False
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def set(
        self,
        labels: Sequence[str],
        series: Sequence[Series],
        *,
        target: tuple[Number, str] | None = None,
        tones: Sequence[str | None] = (),
    ) -> None:
        """Show these series; all have as many values as there are labels."""
        self._labels, self._series, self._tones, self._hover = list(labels), list(series), tones, -1
        self._target = (float(target[0] or 0), target[1]) if target else None
        self.setAccessibleDescription(
            "; ".join(f"{day}: " + ", ".join(f"{s.name} {s.words(s.values[n])}" for s in series) for n, day in enumerate(labels))
        )
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(360, 200)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, 70)

    # --- geometry ------------------------------------------------------------------------------------------------

    def _axes(self) -> tuple[Axis, Axis | None]:
        """The left axis and, where a series wants it, the right one; their zeros are on one line."""
        lines = 4 if self.height() > 130 else 2
        sides: list[list[float]] = [[], []]
        for series in self._series:
            sides[series.right_axis] += [float(v) for v in series.values if v is not None]
        if self._target:
            sides[0].append(self._target[0])
        left = axis_of(sides[0], lines)
        return aligned(left, axis_of(sides[1], lines)) if any(s.right_axis for s in self._series) else (left, None)

    def mark(self, value: float, *, right: bool = False) -> str:
        """A mark of the left or the right axis in words."""
        return next((s.mark for s in self._series if s.right_axis is right), axis_words)(value)

    def _axis_of(self, series: Series) -> Axis:
        left, right = self._axes()
        return right if series.right_axis and right is not None else left

    def _area(self) -> QRectF:
        font = theme.font("caption")
        room = [
            max(text_width(self.mark(mark, right=bool(side)), font) for mark in axis.marks) + 8 if axis else 6.0
            for side, axis in enumerate(self._axes())
        ]
        return QRectF(room[0], 8, max(10.0, self.width() - sum(room)), max(10.0, self.height() - 8 - theme.px(24)))

    def _slot(self, area: QRectF) -> float:
        return area.width() / max(1, len(self._labels))

    # --- painting ------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._table:
            self._paint_table(painter)
        elif self._labels:
            area = self._area()
            self._paint_grid(painter, area)
            self._paint_bars(painter, area)
            for series in self._series:
                if series.kind == "line":
                    self._paint_line(painter, area, series)
            self._paint_target(painter, area)
            self._paint_labels(painter, area)
            if 0 <= self._hover < len(self._labels):
                self._paint_card(painter, area)
        if self.hasFocus():
            focus_ring(painter, self.rect())

    def _paint_grid(self, painter: QPainter, area: QRectF) -> None:
        font = theme.font("caption")
        left, right = self._axes()
        for mark in left.marks:
            y = round(_y(area, left, mark))
            painter.fillRect(QRectF(area.left(), y, area.width(), 1), theme.color("chart_grid" if mark else "border_default"))
            draw_text(painter, QRectF(0, y - 9, area.left() - 7, 18), self.mark(mark), "chart_axis", font, RIGHT)
        if right is not None:
            for mark in right.marks:
                box = QRectF(area.right() + 7, round(_y(area, right, mark)) - 9, self.width() - area.right() - 7, 18)
                draw_text(painter, box, self.mark(mark, right=True), "chart_axis", font)

    def _paint_bars(self, painter: QPainter, area: QRectF) -> None:
        bars = [s for s in self._series if s.kind == "bar"]
        slot = self._slot(area)
        if self._hover >= 0:
            painter.fillRect(QRectF(area.left() + slot * self._hover, area.top(), slot, area.height()), theme.color("bg_hover"))
        width = min(28.0, slot * 0.6 / max(1, len(bars)))
        for place, series in enumerate(bars):
            axis = self._axis_of(series)
            zero = _y(area, axis, 0)
            for n, value in enumerate(series.values):
                if not value:
                    continue
                y = _y(area, axis, float(value))
                x = area.left() + slot * (n + 0.5) + width * (place - len(bars) / 2)
                now = n == len(self._labels) - 1 or n == self._hover
                tone = self._tones[n] if n < len(self._tones) else None
                token = (
                    tone
                    or series.token
                    or (
                        ("chart_1" if now else "chart_1_soft")
                        if len(bars) == 1
                        else ("chart_1_soft", "chart_3", "chart_1")[place % 3]
                    )
                )
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(theme.color(token))
                painter.drawPath(_bar_path(QRectF(x, min(y, zero), width, abs(zero - y)), down=value < 0))

    def _paint_line(self, painter: QPainter, area: QRectF, series: Series) -> None:
        axis, slot = self._axis_of(series), self._slot(area)
        painter.setPen(
            QPen(
                theme.color(series.token or ("chart_3" if series.right_axis else "chart_2")),
                2,
                Qt.PenStyle.SolidLine,
                Qt.PenCapStyle.RoundCap,
                Qt.PenJoinStyle.RoundJoin,
            )
        )
        painter.setBrush(Qt.BrushStyle.NoBrush)
        run: list[QPointF] = []
        points: list[QPointF] = []
        for n, value in enumerate([*series.values, None]):
            if value is None:
                painter.drawPolyline(QPolygonF(run))
                points += run
                run = []
            else:
                run.append(QPointF(area.left() + slot * (n + 0.5), _y(area, axis, float(value))))
        if slot >= DOT_ROOM:
            painter.setPen(QPen(painter.pen().color(), 1.5))
            painter.setBrush(theme.color("bg_surface"))
            for point in points:
                painter.drawEllipse(point, 3, 3)

    def _paint_target(self, painter: QPainter, area: QRectF) -> None:
        if self._target is None:
            return
        value, words = self._target
        y = round(_y(area, self._axes()[0], value)) + 0.5
        painter.setPen(QPen(theme.color("text_tertiary"), 1, Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
        box = self.target_box()
        assert box is not None
        painter.fillRect(box, theme.color("bg_surface"))
        draw_text(painter, box.adjusted(4, 0, 0, 0), words, "text_secondary", theme.font("caption"))

    def target_box(self) -> QRectF | None:
        """Where the words of the target stand: beside it where they cover no line, over it at the right if they can."""
        if self._target is None:
            return None
        value, words = self._target
        area = self._area()
        y = round(_y(area, self._axes()[0], value)) + 0.5
        width = text_width(words, theme.font("caption")) + 8
        sides = (area.right() - width, area.left() + 4)
        places = [QRectF(x, y + over, width, 17) for over in (-19, 2) for x in sides]
        return next((place for place in places if place.bottom() <= area.bottom() and not self.crossed(place)), places[0])

    def crossed(self, box: QRectF) -> bool:
        """Whether a line runs through ``box``."""
        area = self._area()
        slot = self._slot(area)
        for series in self._series:
            if series.kind == "line":
                axis = self._axis_of(series)
                for n, value in enumerate(series.values):
                    x = area.left() + slot * (n + 0.5)
                    beside = box.left() - slot < x < box.right() + slot
                    if value is not None and beside and box.top() <= _y(area, axis, float(value)) <= box.bottom():
                        return True
        return False

    def _paint_labels(self, painter: QPainter, area: QRectF) -> None:
        font, slot = theme.font("caption"), self._slot(area)
        widest = max(text_width(text, font) for text in self._labels) + 14
        every = max(1, math.ceil(widest / slot))
        for n in range(len(self._labels) - 1, -1, -every):
            width = text_width(self._labels[n], font)
            x = min(area.left() + slot * (n + 0.5) - width / 2, self.width() - width - 1)
            draw_text(painter, QRectF(x, area.bottom() + 5, width + 1, 18), self._labels[n], "chart_axis", font)

    def _paint_card(self, painter: QPainter, area: QRectF) -> None:
        font, bold = theme.font("caption"), theme.font("caption", True)
        lines = [(s, s.words(s.values[self._hover])) for s in self._series]
        width = max(
            [text_width(s.name, font) + text_width(words, bold) + 60 for s, words in lines]
            + [text_width(self._labels[self._hover], font) + 24]
        )
        middle = area.left() + self._slot(area) * (self._hover + 0.5)
        x = middle + 18 if middle + 18 + width < self.width() else middle - 18 - width
        box = QRectF(max(0.0, x), area.top() + 4, width, 30 + 20 * len(lines))
        fill_round(painter, box, "bg_surface", 6, "border_default")
        draw_text(painter, QRectF(box.left() + 12, box.top() + 6, width, 18), self._labels[self._hover], "text_secondary", font)
        for n, (series, words) in enumerate(lines):
            line = QRectF(box.left() + 12, box.top() + 26 + 20 * n, width - 24, 18)
            token = series.token or ("chart_1" if series.kind == "bar" else "chart_3" if series.right_axis else "chart_2")
            fill_round(painter, QRectF(line.left(), line.center().y() - 4, 8, 8), token, 2)
            draw_text(painter, line.adjusted(14, 0, 0, 0), series.name, "text_secondary", font)
            draw_text(painter, line, words, "text_primary", bold, RIGHT)

    def _paint_table(self, painter: QPainter) -> None:
        font, height = theme.font("caption"), theme.px(20)
        room = max(1, self.height() // height - 1)
        first = max(0, min(len(self._labels) - room, self._hover if self._hover >= 0 else len(self._labels) - room))
        cell = self.width() / (len(self._series) + 1)
        for place, series in enumerate(self._series):
            draw_text(painter, QRectF(cell * (place + 1), 0, cell - 4, height), series.name, "text_secondary", font, RIGHT)
        for line, n in enumerate(range(first, min(len(self._labels), first + room)), 1):
            draw_text(painter, QRectF(4, line * height, cell, height), self._labels[n], "text_secondary", font, LEFT)
            for place, series in enumerate(self._series):
                draw_text(
                    painter,
                    QRectF(cell * (place + 1), line * height, cell - 4, height),
                    series.words(series.values[n]),
                    font=font,
                    align=RIGHT,
                )

    # --- hand and keys -------------------------------------------------------------------------------------------

    def _point(self, index: int) -> None:
        if index != self._hover:
            self._hover = index
            self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        area = self._area()
        inside = area.left() <= event.position().x() < area.right() and bool(self._labels)
        self._point(int((event.position().x() - area.left()) // self._slot(area)) if inside else -1)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self._hover >= 0:
            self.picked.emit(self._hover)

    def leaveEvent(self, event: QEvent) -> None:
        self._point(-1)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Right) and self._labels:
            start = self._hover if self._hover >= 0 else len(self._labels) - (0 if key == Qt.Key.Key_Left else 1)
            self._point(max(0, min(len(self._labels) - 1, start + (1 if key == Qt.Key.Key_Right else -1))))
        elif key == Qt.Key.Key_T:
            self._table = not self._table
            self.update()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._hover >= 0:
            self.picked.emit(self._hover)
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._point(-1)
        self.update()
        super().focusOutEvent(event)


def _y(area: QRectF, axis: Axis, value: float) -> float:
    return area.bottom() - area.height() * axis.share(value)


def _bar_path(box: QRectF, radius: float = 3, *, down: bool = False) -> QPainterPath:
    """A bar with round corners only where it ends: above, or below when it hangs ``down`` from zero."""
    radius = min(radius, box.height(), box.width() / 2)
    foot, tip, inward = (box.top(), box.bottom(), -radius) if down else (box.bottom(), box.top(), radius)
    path = QPainterPath(QPointF(box.left(), foot))
    path.lineTo(box.left(), tip + inward)
    path.quadTo(QPointF(box.left(), tip), QPointF(box.left() + radius, tip))
    path.lineTo(box.right() - radius, tip)
    path.quadTo(QPointF(box.right(), tip), QPointF(box.right(), tip + inward))
    path.lineTo(box.right(), foot)
    path.closeSubpath()
    return path
