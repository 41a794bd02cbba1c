"""The frame of the first start: brand and steps at the left, one question at the right, and cards to choose from."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFocusEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from jxc_desktop.gui.icons import paint_icon
from jxc_desktop.gui.theme import theme
from jxc_desktop.gui.widgets.buttons import KeyboardRing
from jxc_desktop.gui.widgets.paint import CENTER, draw_text, fill_round, focus_ring

STEP_HEIGHT = 58


class StepRail(QWidget):
    """The steps below the brand: done ones ticked, the present one filled. ``steps``: (title, note) pairs."""

    def __init__(self, brand: str, steps: Sequence[tuple[str, str]], promise: str) -> None:
        super().__init__()
        self._brand, self._steps, self._promise, self._now = brand, list(steps), promise, 0
        self.setFixedWidth(theme.px(250))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)

    def set(self, now: int, steps: Sequence[tuple[str, str]]) -> None:
        self._now, self._steps = now, list(steps)
        self.setAccessibleName(steps[now][0])
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(QRectF(self.width() - 1, 0, 1, self.height()), theme.color("border_subtle"))
        fill_round(painter, QRectF(0, 4, 30, 30), "primary", 8)
        paint_icon(painter, 5, 9, "packages", "text_on_primary", 20)
        draw_text(painter, QRectF(40, 4, self.width() - 48, 30), self._brand, font=theme.font("title"))
        for number, (title, note) in enumerate(self._steps):
            self._paint_step(painter, number, title, note, 62 + number * theme.px(STEP_HEIGHT))
        bottom = self.height() - 22
        paint_icon(painter, 0, bottom + 3, "lock", "text_secondary", 16)
        draw_text(painter, QRectF(22, bottom, self.width() - 30, 22), self._promise, "text_secondary", theme.font("caption"))

    def _paint_step(self, painter: QPainter, number: int, title: str, note: str, y: float) -> None:
        spot, done, on = QRectF(0, y, 24, 24), number < self._now, number == self._now
        if number + 1 < len(self._steps):
            line = QRectF(11.5, y + 28, 1.5, theme.px(STEP_HEIGHT) - 32)
            painter.fillRect(line, theme.color("primary" if done else "border_default"))
        if on or done:
            fill_round(painter, spot, "primary" if on else "primary_soft", 12)
        else:
            painter.setPen(QPen(theme.color("border_control"), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(spot.adjusted(0.5, 0.5, -0.5, -0.5))
        if done:
            paint_icon(painter, 4, y + 4, "check", "primary_text", 16)
        else:
            ink = "text_on_primary" if on else "text_secondary"
            draw_text(painter, spot, str(number + 1), ink, theme.font("body", on), CENTER)
        words = QRectF(36, y + 1, self.width() - 48, 22)
        draw_text(painter, words, title, "text_primary" if on or done else "text_secondary", theme.font("body", on))
        draw_text(painter, words.translated(0, 21), note, "text_secondary", theme.font("caption"))


class ChoiceCard(QAbstractButton, KeyboardRing):
    """One of a few large choices: icon, title, one line, a round mark at its upper right."""

    def __init__(self, icon: str, title: str, note: str) -> None:
        super().__init__()
        self._icon, self._note = icon, note
        self.setText(title)
        self.setAccessibleName(f"{title}. {note}")
        self.setToolTip(note)
        self.setCheckable(True)
        self.setAutoExclusive(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.toggled.connect(lambda _on: self.update())

    def sizeHint(self) -> QSize:
        return QSize(280, theme.px(76))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        on = self.isChecked()
        fill_round(painter, QRectF(self.rect()), "bg_selected" if on else "bg_surface", 8, "primary" if on else "border_default")
        if on:
            painter.setPen(QPen(theme.color("primary"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 8, 8)
        middle = self.height() / 2
        fill_round(painter, QRectF(16, middle - 20, 40, 40), "bg_surface" if on else "bg_sunken", 8)
        paint_icon(painter, 26, middle - 10, self._icon, "primary_text" if on else "text_secondary", 20)
        words = QRectF(68, middle - 23, self.width() - 104, 24)
        draw_text(painter, words, self.text(), font=theme.font("section"))
        draw_text(painter, words.translated(0, 22), self._note, "text_secondary", theme.font("caption"))
        mark = QRectF(self.width() - 34, middle - 10, 20, 20)
        if on:
            fill_round(painter, mark, "primary", 10)
            painter.setPen(QPen(theme.color("text_on_primary"), 2))
            corner = mark.topLeft()
            painter.drawPolyline([corner + QPointF(5.5, 10.5), corner + QPointF(8.7, 13.6), corner + QPointF(14.5, 7)])
        else:
            painter.setPen(QPen(theme.color("border_control"), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(mark)
        if self.hasFocus() and self.ringed:
            focus_ring(painter, self.rect(), 8)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.note_focus(event)
        super().focusInEvent(event)
