"""Horizontal bars with names and words, drawn by ourselves."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from jxc_desktop.gui.theme import theme
from jxc_desktop.gui.widgets.charts import Number
from jxc_desktop.gui.widgets.paint import RIGHT, draw_text, fill_round, text_width, tone_text


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
