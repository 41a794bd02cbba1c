"""The broad button of a way out: what it does in bold, what that means below it, full width, one below the other."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFocusEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from jxc_desktop.gui.icons import paint_icon
from jxc_desktop.gui.theme import theme
from jxc_desktop.gui.widgets.buttons import KeyboardRing
from jxc_desktop.gui.widgets.paint import draw_text, fill_round, focus_ring


class WayButton(QPushButton, KeyboardRing):
    """``words`` name the act, ``note`` its effect; pressed with a click, Space or Enter."""

    def __init__(self, words: str, note: str = "", icon: str = "", parent: QWidget | None = None) -> None:
        super().__init__(words, parent)
        self.note, self._icon = note, icon
        self.setAutoDefault(False)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(f"{words}, {note}" if note else words)
        self.setToolTip(note)

    def sizeHint(self) -> QSize:
        return QSize(240, theme.px(54 if self.note else 40))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.note_focus(event)
        super().focusInEvent(event)

    def keyPressEvent(self, event) -> None:  # type: ignore[no-untyped-def]
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
            return
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            event.ignore()  # the dialog walks from one to the next
            return
        super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, box = QPainter(self), QRectF(self.rect())
        fill = "bg_sunken" if self.isDown() else "bg_hover" if self.underMouse() else "bg_surface"
        fill_round(painter, box, fill, 6, "border_default")
        if self.hasFocus() and self.ringed:
            focus_ring(painter, box, 6)
        left = 14.0
        if self._icon:
            paint_icon(painter, left, self.height() / 2 - 9, self._icon, "primary_text", 18)
            left += 30
        room = self.width() - left - 34
        upper = QRectF(left, 7 if self.note else 0, room, theme.line("body") if self.note else self.height())
        draw_text(painter, upper, self.text(), "text_primary", theme.font("section"))
        if self.note:
            below = QRectF(left, 7 + theme.line("body"), room, theme.line("caption"))
            draw_text(painter, below, self.note, "text_secondary", theme.font("caption"))
        paint_icon(painter, self.width() - 26, self.height() / 2 - 8, "chevron-right", "text_tertiary", 16)
