"""Tabs with counts."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from jxc_desktop.gui.theme import theme
from jxc_desktop.gui.widgets.buttons import BY_KEYBOARD
from jxc_desktop.gui.widgets.paint import CENTER, draw_text, fill_round, focus_ring, text_width

GAP, LEAST_GAP, LEAST_TAB = 24, 8, 40
"""Between two tabs, and where they are too many for the room; what a tab keeps of its words at least."""


class Tabs(QWidget):
    """Tabs with counts under a rule. ``tabs``: (value, words) pairs; ``chosen`` tells the value; ←→ move."""

    chosen = Signal(object)

    def __init__(self, tabs: Sequence[tuple[object, str]], value: object = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tabs = list(tabs)
        self._counts: dict[object, int] = {}
        self._value = value if value is not None else self._tabs[0][0]
        self._ringed = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(" / ".join(words for _, words in self._tabs))

    @property
    def value(self) -> object:
        return self._value

    def set_value(self, value: object) -> None:
        """Choose without telling."""
        self._value = value
        self.update()

    def set_tabs(self, tabs: Sequence[tuple[object, str]]) -> None:
        """Other tabs; the chosen one stays chosen where it is still there, else the first is."""
        if list(tabs) == self._tabs:
            return
        self._tabs = list(tabs)
        if self._value not in [value for value, _words in self._tabs]:
            self._value = self._tabs[0][0]
        self.setAccessibleName(" / ".join(words for _value, words in self._tabs))
        self.updateGeometry()
        self.update()

    def set_count(self, value: object, count: int | None) -> None:
        """The number behind a tab; None takes it away."""
        if count is None:
            self._counts.pop(value, None)
        else:
            self._counts[value] = count
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(sum(self._widths()) + GAP * (len(self._tabs) - 1), theme.px(36))

    def minimumSizeHint(self) -> QSize:
        return QSize((theme.px(LEAST_TAB) + LEAST_GAP) * len(self._tabs), theme.px(36))

    def _count_width(self, value: object) -> int:
        return text_width(str(self._counts[value]), theme.font("caption")) + 12 if value in self._counts else 0

    def _widths(self) -> list[int]:
        """What each tab needs with its count."""
        return [self._words_width(words) + self._behind(value) for value, words in self._tabs]

    @staticmethod
    def _words_width(words: str) -> int:
        return text_width(words, theme.font("body", True))

    def _behind(self, value: object) -> int:
        """What the count of a tab takes behind its words."""
        count = self._count_width(value)
        return count + 8 if count else 0

    @property
    def _short(self) -> bool:
        """Whether there is too little room for the counts of all tabs: then only the chosen one says its own."""
        return sum(self._widths()) + LEAST_GAP * (len(self._tabs) - 1) > self.width()

    def says_count(self, value: object) -> bool:
        """Whether the number behind a tab is shown."""
        return value in self._counts and (value == self._value or not self._short)

    def _shown_widths(self) -> list[int]:
        """The widths in the room there is: without counts, then with the longest words cut, so that none is lost."""
        widths = [self._words_width(words) + (self._behind(v) if self.says_count(v) else 0) for v, words in self._tabs]
        over = sum(widths) + LEAST_GAP * (len(widths) - 1) - self.width()
        while over > 0 and max(widths) > theme.px(LEAST_TAB):
            widths[widths.index(max(widths))] -= 1
            over -= 1
        return widths

    def event(self, event: QEvent) -> bool:
        """The words and the count of a tab that cannot say all of it."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            found = next((tab for tab, box in zip(self._tabs, self.boxes(), strict=True) if box.contains(event.pos())), None)
            said = f"{found[1]} {self._counts.get(found[0], '')}".strip() if found is not None and self._short else ""
            QToolTip.showText(event.globalPos(), said, self)
            return True
        return super().event(event)

    def boxes(self) -> list[QRect]:
        """Where each tab stands."""
        widths = self._shown_widths()
        room = (self.width() - sum(widths)) // max(1, len(widths) - 1)
        boxes, x = [], 0
        for width in widths:
            boxes.append(QRect(x, 0, width, self.height()))
            x += width + max(LEAST_GAP, min(GAP, room))
        return boxes

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(QRect(0, self.height() - 1, self.width(), 1), theme.color("border_subtle"))
        for (value, words), box in zip(self._tabs, self.boxes(), strict=True):
            on = value == self._value
            said = box.adjusted(0, 0, -self._behind(value) if self.says_count(value) else 0, 0)
            draw_text(painter, said, words, "primary_text" if on else "text_secondary", theme.font("body", on))
            if self.says_count(value):
                width = self._count_width(value)
                chip = QRectF(box.right() + 1 - width, box.center().y() - 9, width, 18)
                fill_round(painter, chip, "primary_soft" if on else "bg_sunken", 9)
                draw_text(
                    painter,
                    chip,
                    str(self._counts[value]),
                    "primary_text" if on else "text_secondary",
                    theme.font("caption"),
                    CENTER,
                )
            if on:
                painter.fillRect(QRect(box.left(), self.height() - 2, box.width(), 2), theme.color("primary"))
        if self.hasFocus() and self._ringed:
            chosen = self.boxes()[[value for value, _ in self._tabs].index(self._value)]
            focus_ring(painter, chosen.adjusted(-6, 3, 6, -5))

    def _choose(self, value: object) -> None:
        if value != self._value:
            self._value = value
            self.update()
            self.chosen.emit(value)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        for (value, _words), box in zip(self._tabs, self.boxes(), strict=True):
            if box.adjusted(-8, 0, 8, 0).contains(event.position().toPoint()):
                self._choose(value)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
            return
        values = [value for value, _ in self._tabs]
        self._choose(values[(values.index(self._value) + step) % len(values)])

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._ringed = event.reason() in BY_KEYBOARD
        super().focusInEvent(event)
