"""The frame of the first start: a card with the steps at the left and one question at the right, and cards to choose from."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFocusEvent, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QLayout, QSizePolicy, QWidget

from jxc_desktop.gui.icons import paint_icon
from jxc_desktop.gui.theme import theme
from jxc_desktop.gui.widgets.buttons import KeyboardRing
from jxc_desktop.gui.widgets.paint import CENTER, draw_text, fill_round, focus_ring, text_width
from jxc_desktop.gui.widgets.surface import row

STEP_HEIGHT = 58
RAIL = 281
EDGE = 30
WIDEST, HIGHEST = 1040, 680
"""The card of the wizard; on a smaller window it leaves a margin of 16."""


class StepRail(QWidget):
    """The steps below the brand: done ones ticked, the present one filled. ``steps``: (title, note) pairs."""

    def __init__(self, brand: str, steps: Sequence[tuple[str, str]], promise: str) -> None:
        super().__init__()
        self._brand, self._steps, self._promise, self._now = brand, list(steps), promise, 0
        self.setFixedWidth(theme.px(RAIL))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)

    def set(self, now: int, steps: Sequence[tuple[str, str]]) -> None:
        """``now`` may be one more than there are steps: all are done."""
        self._now, self._steps = now, list(steps)
        self.setAccessibleName(steps[min(now, len(steps) - 1)][0])
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        fill_round(painter, QRectF(EDGE, EDGE, 30, 30), "primary", 8)
        paint_icon(painter, EDGE + 5, EDGE + 5, "packages", "text_on_primary", 20)
        draw_text(painter, QRectF(EDGE + 40, EDGE, self.width() - EDGE - 48, 30), self._brand, font=theme.font("title"))
        room = (self.height() - 2 * EDGE - 30 - 62) / max(len(self._steps), 1)
        step = min(theme.px(STEP_HEIGHT), max(room, 40))
        for number, (title, note) in enumerate(self._steps):
            self._paint_step(painter, number, title, note, EDGE + 60 + number * step, step)
        bottom = self.height() - EDGE - 16
        paint_icon(painter, EDGE, bottom + 3, "lock", "text_secondary", 16)
        words = QRectF(EDGE + 22, bottom, self.width() - EDGE - 28, 22)
        draw_text(painter, words, self._promise, "text_secondary", theme.font("caption"))

    def _paint_step(self, painter: QPainter, number: int, title: str, note: str, y: float, height: float) -> None:
        spot, done, on = QRectF(EDGE, y, 24, 24), number < self._now, number == self._now
        if number + 1 < len(self._steps):
            line = QRectF(EDGE + 11.5, y + 28, 1.5, height - 32)
            painter.fillRect(line, theme.color("primary" if done else "border_default"))
        if on or done:
            fill_round(painter, spot, "primary" if on else "primary_soft", 12)
        else:
            painter.setPen(QPen(theme.color("border_control"), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(spot.adjusted(0.5, 0.5, -0.5, -0.5))
        if done:
            paint_icon(painter, EDGE + 4, y + 4, "check", "primary_text", 16)
        else:
            ink = "text_on_primary" if on else "text_secondary"
            draw_text(painter, spot, str(number + 1), ink, theme.font("body", on), CENTER)
        words = QRectF(EDGE + 36, y + 1, self.width() - EDGE - 48, 22)
        draw_text(painter, words, title, "text_primary" if on or done else "text_secondary", theme.font("body", on))
        if height >= 46:
            draw_text(painter, words.translated(0, 21), note, "text_secondary", theme.font("caption"))


class WizardCard(QWidget):
    """The rail and the question on one card."""

    def __init__(self, rail: StepRail, question: QLayout, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rail = rail
        question.setContentsMargins(32, EDGE, 33, 25)
        whole = row(rail, question, spacing=0)
        whole.setStretch(1, 1)
        self.setLayout(whole)

    def lay_into(self, window: QWidget) -> None:
        """In the middle of ``window``, as large as it may be."""
        width = min(theme.px(WIDEST), window.width() - 32)
        height = min(theme.px(HIGHEST), window.height() - 32)
        self.setGeometry((window.width() - width) // 2, (window.height() - height) // 2, width, height)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        whole = QRectF(self.rect())
        fill_round(painter, whole, "bg_surface", 12)
        edge = QPainterPath()
        edge.addRoundedRect(whole, 12, 12)
        painter.setClipPath(edge)
        left = QRectF(0, 0, self._rail.width(), self.height())
        painter.fillRect(left, theme.color("bg_subtle"))
        painter.fillRect(QRectF(left.right() - 1, 0, 1, self.height()), theme.color("border_subtle"))
        painter.setClipping(False)
        painter.setPen(QPen(theme.color("border_subtle"), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(whole.adjusted(0.5, 0.5, -0.5, -0.5), 12, 12)


class ChoiceCard(QAbstractButton, KeyboardRing):
    """One of a few large choices: title, one line (two without an icon), a round mark; with ``tags`` a line of them below."""

    def __init__(self, icon: str, title: str, note: str, tags: Sequence[str] = ()) -> None:
        super().__init__()
        self._icon, self._note, self._tags = icon, note, tuple(tags)
        self.setText(title)
        self.setAccessibleName(f"{title}. {note}")
        self.setToolTip(note)
        self.setCheckable(True)
        self.setAutoExclusive(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.toggled.connect(lambda _on: self.update())

    def sizeHint(self) -> QSize:
        return QSize(200, theme.px(116 if self._tags else 76 if self._icon else 70))

    def minimumSizeHint(self) -> QSize:
        return QSize(120, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        on = self.isChecked()
        fill_round(painter, QRectF(self.rect()), "bg_selected" if on else "bg_surface", 8, "primary" if on else "border_default")
        if on:
            painter.setPen(QPen(theme.color("primary"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 8, 8)
        if self._tags:
            self._paint_tags(painter, on)
        self._paint_words(painter, on)
        self._paint_mark(painter, on)
        if self.hasFocus() and self.ringed:
            focus_ring(painter, self.rect(), 8)

    def _paint_words(self, painter: QPainter, on: bool) -> None:
        middle = 36.0 if self._tags else self.height() / 2
        ink, caption = "text_secondary", theme.font("caption")
        if self._icon:
            fill_round(painter, QRectF(16, middle - 20, 40, 40), "bg_surface" if on else "bg_sunken", 8)
            paint_icon(painter, 26, middle - 10, self._icon, "primary_text" if on else ink, 20)
            words = QRectF(68, middle - 23, self.width() - 108, 24)
            draw_text(painter, words, self.text(), font=theme.font("title" if self._tags else "section"))
            draw_text(painter, words.translated(0, 22), self._note, ink, caption)
            return
        draw_text(painter, QRectF(14, 8, self.width() - 50, 22), self.text(), font=theme.font("section"))
        painter.setFont(caption)
        painter.setPen(theme.color(ink))
        note = QRectF(14, 31, self.width() - 28, self.height() - 36)
        painter.drawText(note, Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextWordWrap, self._note)

    def _paint_tags(self, painter: QPainter, on: bool) -> None:
        font, x = theme.font("caption"), 16.0
        for tag in self._tags:
            width = text_width(tag, font) + 14
            if x + width > self.width() - 12:
                break
            box = QRectF(x, self.height() - theme.px(38), width, theme.px(22))
            fill_round(painter, box, "bg_surface" if on else "bg_sunken", 4)
            draw_text(painter, box, tag, "text_secondary", font, CENTER)
            x += width + 6

    def _paint_mark(self, painter: QPainter, on: bool) -> None:
        top = 14 if self._tags else 9 if not self._icon else self.height() / 2 - 10
        mark = QRectF(self.width() - 34, top, 20, 20)
        if on:
            fill_round(painter, mark, "primary", 10)
            painter.setPen(QPen(theme.color("text_on_primary"), 2))
            corner = mark.topLeft()
            painter.drawPolyline([corner + QPointF(5.5, 10.5), corner + QPointF(8.7, 13.6), corner + QPointF(14.5, 7)])
        else:
            painter.setPen(QPen(theme.color("border_control"), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(mark.adjusted(0.5, 0.5, -0.5, -0.5))

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.note_focus(event)
        super().focusInEvent(event)
