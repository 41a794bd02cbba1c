"""Charts drawn by ourselves: sparkline, bars with lines over them, horizontal bars; each also in words."""

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
from jxc_desktop.gui.widgets.paint import LEFT, RIGHT, draw_text, fill_round, focus_ring, text_width, tone_text

Number = Decimal | int | float | None


def round_steps(top: float, lines: int = 4) -> tuple[float, float]:
    """A round step and the axis top that ``lines`` steps reach, for values up to ``top``."""
    if top <= 0:
        return 1.0, float(lines)
    raw = top / lines
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(s * power for s in (1, 1.5, 2, 2.5, 5, 7.5, 10) if s * power >= raw * 0.9999)
    return step, step * lines


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


@dataclass(frozen=True, slots=True)
class Series:
    """One measure over the chart's labels. ``kind`` bar or line; ``words`` says a value in the tooltip; None is a gap."""

    name: str
    values: Sequence[Number]
    kind: str = "bar"
    token: str = ""
    words: Callable[[Number], str] = lambda v: "—" if v is None else f"{v:,.2f}"
    right_axis: bool = False


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

    def _scale(self, right: bool) -> tuple[float, float]:
        values = [float(v) for s in self._series if s.right_axis == right for v in s.values if v is not None]
        if self._target and not right:
            values.append(self._target[0])
        return round_steps(max([*values, 0.0]), 4 if self.height() > 130 else 2)

    def _area(self) -> QRectF:
        font = theme.font("caption")
        step, top = self._scale(False)
        left = max(text_width(_axis(step * n), font) for n in range(round(top / step) + 1)) + 8
        right = 6.0
        if any(s.right_axis for s in self._series):
            step, top = self._scale(True)
            right = max(text_width(_axis(step * n), font) for n in range(round(top / step) + 1)) + 8
        return QRectF(left, 8, max(10.0, self.width() - left - right), max(10.0, self.height() - 8 - theme.px(24)))

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
        step, top = self._scale(False)
        for n in range(round(top / step) + 1):
            y = round(area.bottom() - area.height() * n * step / top)
            painter.fillRect(QRectF(area.left(), y, area.width(), 1), theme.color("border_default" if n == 0 else "chart_grid"))
            draw_text(painter, QRectF(0, y - 9, area.left() - 7, 18), _axis(step * n), "chart_axis", font, RIGHT)
        if any(s.right_axis for s in self._series):
            step, top = self._scale(True)
            for n in range(round(top / step) + 1):
                y = round(area.bottom() - area.height() * n * step / top)
                draw_text(
                    painter,
                    QRectF(area.right() + 7, y - 9, self.width() - area.right() - 7, 18),
                    _axis(step * n),
                    "chart_axis",
                    font,
                )

    def _paint_bars(self, painter: QPainter, area: QRectF) -> None:
        bars = [s for s in self._series if s.kind == "bar"]
        slot = self._slot(area)
        if self._hover >= 0:
            painter.fillRect(QRectF(area.left() + slot * self._hover, area.top(), slot, area.height()), theme.color("bg_hover"))
        width = min(28.0, slot * 0.6 / max(1, len(bars)))
        for place, series in enumerate(bars):
            _step, top = self._scale(series.right_axis)
            for n, value in enumerate(series.values):
                if value is None or value <= 0:
                    continue
                height = area.height() * float(value) / top
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
                painter.drawPath(_bar_path(QRectF(x, area.bottom() - height, width, height)))

    def _paint_line(self, painter: QPainter, area: QRectF, series: Series) -> None:
        _step, top = self._scale(series.right_axis)
        slot = self._slot(area)
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
        for n, value in enumerate([*series.values, None]):
            if value is None:
                painter.drawPolyline(QPolygonF(run))
                run = []
            else:
                run.append(QPointF(area.left() + slot * (n + 0.5), area.bottom() - area.height() * max(0.0, float(value)) / top))

    def _paint_target(self, painter: QPainter, area: QRectF) -> None:
        if self._target is None:
            return
        value, words = self._target
        y = round(area.bottom() - area.height() * value / self._scale(False)[1]) + 0.5
        painter.setPen(QPen(theme.color("text_tertiary"), 1, Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
        width = text_width(words, theme.font("caption")) + 8
        box = QRectF(area.right() - width, y - 19, width, 17)
        painter.fillRect(box, theme.color("bg_surface"))
        draw_text(painter, box.adjusted(4, 0, 0, 0), words, "text_secondary", theme.font("caption"))

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


class HBarChart(QWidget):
    """Horizontal bars with their names at the left and values in words at the right. Items: (name, value, words, tone)."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._items: list[tuple[str, float, str, str | None]] = []
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set(self, items: Sequence[tuple[str, Number, str, str | None]]) -> None:
        self._items = [(name, float(value or 0), words, tone) for name, value, words, tone in items]
        self.setAccessibleDescription("; ".join(f"{name} {words}" for name, _v, words, _t in self._items))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(240, max(1, len(self._items)) * theme.px(30))

    def minimumSizeHint(self) -> QSize:
        return QSize(160, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._items:
            return
        painter = QPainter(self)
        font, height = theme.font("caption"), theme.px(30)
        left = min(max(text_width(i[0], font) for i in self._items) + 10, self.width() // 3)
        right = max(text_width(i[2], font) for i in self._items) + 10
        top = max(max(i[1] for i in self._items), 1e-9)
        for n, (name, value, words, tone) in enumerate(self._items):
            y = n * height
            draw_text(painter, QRectF(0, y, left - 8, height), name, "text_secondary", font)
            room = max(10.0, self.width() - left - right)
            fill_round(painter, QRectF(left, y + height / 2 - 6, room, 12), "bg_sunken", 3)
            if value > 0:
                fill_round(
                    painter,
                    QRectF(left, y + height / 2 - 6, max(3.0, room * value / top), 12),
                    tone if tone in ("warning", "danger") else "chart_1",
                    3,
                )
            draw_text(painter, QRectF(self.width() - right, y, right, height), words, tone_text(tone), font, RIGHT)


def _axis(value: float) -> str:
    return f"{value:,.0f}" if value == int(value) else f"{value:,.2f}".rstrip("0")


def _bar_path(box: QRectF, radius: float = 3) -> QPainterPath:
    """A bar with only its upper corners round."""
    radius = min(radius, box.height(), box.width() / 2)
    path = QPainterPath(box.bottomLeft())
    path.lineTo(box.left(), box.top() + radius)
    path.quadTo(box.topLeft(), QPointF(box.left() + radius, box.top()))
    path.lineTo(box.right() - radius, box.top())
    path.quadTo(box.topRight(), QPointF(box.right(), box.top() + radius))
    path.lineTo(box.bottomRight())
    path.closeSubpath()
    return path
