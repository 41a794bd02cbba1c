"""Surfaces and quiet things: labels, rows and columns, cards, badges, notices."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QLabel, QLayout, QLayoutItem, QSizePolicy, QVBoxLayout, QWidget

from jxc_desktop.gui.icons import paint_icon
from jxc_desktop.gui.theme import theme
from jxc_desktop.gui.widgets.buttons import Button
from jxc_desktop.gui.widgets.paint import badge_width, draw_badge, fill_round

TONE_ICONS = {
    "info": "info-circle",
    "warning": "alert-triangle",
    "danger": "circle-x",
    "success": "circle-check",
    "neutral": "info-circle",
}


def label(text: str = "", role: str = "body", *, tone: str = "", selectable: bool = False, wrap: bool = False) -> QLabel:
    """A plain text label in a type role (caption, hint, secondary, section, title, page, kpi) and, if said, a tone."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setProperty("role", role)
    made.setProperty("tone", tone)
    made.setWordWrap(wrap)
    if selectable:
        made.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return made


class ShortLabel(QLabel):
    """A label that ends in … where its line has too little room; the whole text is its tooltip. One that wraps is never cut."""

    def __init__(self, text: str = "", role: str = "body") -> None:
        super().__init__()
        self._whole = ""
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("role", role)
        self.setText(text)

    def text(self) -> str:
        """The whole text, however much of it is seen."""
        return self._whole

    def setText(self, text: str) -> None:
        self._whole = text
        self.setToolTip(text)
        self.setAccessibleName(text)
        self.updateGeometry()
        self._shorten()

    def sizeHint(self) -> QSize:
        if self.wordWrap():
            return super().sizeHint()
        self.ensurePolished()
        return QSize(self.fontMetrics().horizontalAdvance(self._whole) + 1 if self._whole else 0, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        if self.wordWrap():
            return super().minimumSizeHint()
        return QSize(min(self.sizeHint().width(), theme.px(40)), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._shorten()

    def _shorten(self) -> None:
        self.ensurePolished()
        cut = self.fontMetrics().elidedText(self._whole, Qt.TextElideMode.ElideRight, max(self.width(), 1))
        super().setText(self._whole if self.wordWrap() else cut)


def set_property(widget: QWidget, name: str, value: object) -> None:
    """Set a dynamic property and let the style sheet notice."""
    if widget.property(name) != value:
        widget.setProperty(name, value)
        widget.style().unpolish(widget)
        widget.style().polish(widget)


def set_tone(widget: QWidget, tone: str) -> None:
    """Give a label another tone ("" for ink)."""
    set_property(widget, "tone", tone)


def row(*items: QWidget | QLayout | int, spacing: int = 8, margins: tuple[int, int, int, int] = (0, 0, 0, 0)) -> QHBoxLayout:
    """Widgets side by side; an int is a stretch of that factor."""
    layout = QHBoxLayout()
    _place(layout, items, spacing, margins)
    return layout


def column(*items: QWidget | QLayout | int, spacing: int = 8, margins: tuple[int, int, int, int] = (0, 0, 0, 0)) -> QVBoxLayout:
    """Widgets below each other; an int is a stretch of that factor."""
    layout = QVBoxLayout()
    _place(layout, items, spacing, margins)
    return layout


def _place(
    layout: QBoxLayout, items: Sequence[QWidget | QLayout | int], spacing: int, margins: tuple[int, int, int, int]
) -> None:
    layout.setContentsMargins(*margins)
    layout.setSpacing(spacing)
    for item in items:
        if isinstance(item, int):
            layout.addStretch(item)
        elif isinstance(item, QLayout):
            layout.addLayout(item)
        else:
            layout.addWidget(item)


def rule() -> QFrame:
    """A horizontal hairline."""
    line = QFrame()
    line.setProperty("rule", "true")
    return line


class Card(QFrame):
    """A white surface with a hairline edge. ``body`` is its column; give ``title`` for a head with ``tools`` at its right."""

    def __init__(
        self,
        title: str = "",
        note: str = "",
        *,
        kind: str = "true",
        padding: int = 16,
        spacing: int = 8,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setProperty("card", kind)
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(padding, padding, padding, padding)
        self.body.setSpacing(spacing)
        self.head: QHBoxLayout | None = None
        self.title_label = label(title, "section")
        self.note_label = label(note, "caption")
        if title:
            self.head = row(self.title_label, self.note_label, 1)
            self.body.addLayout(self.head)

    def add(self, item: QWidget | QLayout, stretch: int = 0) -> None:
        """Append to the body."""
        if isinstance(item, QLayout):
            self.body.addLayout(item, stretch)
        else:
            self.body.addWidget(item, stretch)

    def add_tool(self, widget: QWidget) -> None:
        """Put a small button or link at the right of the head. The card must have a title."""
        if self.head is None:
            raise ValueError("a card without a title has no head")
        self.head.addWidget(widget)


class Badge(QWidget):
    """A status in words with its tone; ``dot`` only for what is in progress."""

    def __init__(self, text: str = "", tone: str = "neutral", dot: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.set(text, tone, dot)

    def set(self, text: str, tone: str = "neutral", dot: bool = False) -> None:
        """Say something else; an empty text hides the badge."""
        self.text, self.tone, self.dot = text, tone, dot
        self.setAccessibleName(text)
        if not text or self.parent() is not None:
            self.setVisible(bool(text))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(badge_width(self.text, self.dot), theme.px(20))

    def paintEvent(self, event: QPaintEvent) -> None:
        draw_badge(QPainter(self), 0, self.height() / 2, self.text, self.tone, self.dot)


class NoticeBar(QWidget):
    """One line in a soft tone above what it concerns, with at most two links that mend it."""

    def __init__(
        self,
        text: str = "",
        tone: str = "info",
        links: Sequence[tuple[str, Callable[[], object]]] = (),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(12 + 16 + 8, 0, 8, 0)
        self.label = ShortLabel()
        self._row.addWidget(self.label, 1)
        self._buttons: list[Button] = []
        self.setMinimumHeight(theme.px(34))
        self.tone = tone
        if text:
            self.show_notice(text, tone, links)
        else:
            self.hide()

    def show_notice(self, text: str, tone: str = "info", links: Sequence[tuple[str, Callable[[], object]]] = ()) -> None:
        """Say ``text``; earlier links go."""
        for old in self._buttons:
            old.deleteLater()
        self._buttons = [Button(words, "link", size="sm", on_click=act) for words, act in links]
        for button in self._buttons:
            self._row.addWidget(button)
        self.tone = tone
        self.label.setText(text)
        set_tone(self.label, tone)
        self.setAccessibleName(text)
        self.setVisible(True)
        self.update()

    def clear(self) -> None:
        self.hide()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        fill_round(painter, self.rect(), f"{self.tone}_soft", 6)
        paint_icon(painter, 12, self.height() / 2 - 8, TONE_ICONS.get(self.tone, "info-circle"), f"{self.tone}_text", 16)


class FlowLayout(QLayout):
    """Widgets side by side that wrap into the next line."""

    def __init__(self, spacing: int = 8) -> None:
        super().__init__()
        self._items: list[QLayoutItem] = []
        self.setContentsMargins(0, 0, 0, 0)
        self.setSpacing(spacing)

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._arrange(QRect(0, 0, width, 0), move=False)

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        self._arrange(rect, move=True)

    def sizeHint(self) -> QSize:
        return self.minimumSize()

    def minimumSize(self) -> QSize:
        sizes = [item.minimumSize() for item in self._items] or [QSize(0, 0)]
        return QSize(max(s.width() for s in sizes), max(s.height() for s in sizes))

    def _arrange(self, rect: QRect, *, move: bool) -> int:
        x, y, tallest = rect.x(), rect.y(), 0
        for item in self._items:
            hint = item.sizeHint()
            if x > rect.x() and x + hint.width() > rect.right() + 1:
                x, y, tallest = rect.x(), y + tallest + self.spacing(), 0
            if move:
                item.setGeometry(QRect(QPoint(x, y), hint))
            x, tallest = x + hint.width() + self.spacing(), max(tallest, hint.height())
        return y + tallest - rect.y()


class Chips(QWidget):
    """Small things side by side that wrap into the next line; as high as its present width asks for.

    Unlike what has a height for every width it asks for no more room than that, however narrow it might become.
    """

    def __init__(self, *items: QWidget, spacing: int = 8) -> None:
        super().__init__()
        self._flow = FlowLayout(spacing)
        for item in items:
            self._flow.addWidget(item)
        self.setLayout(self._flow)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def hasHeightForWidth(self) -> bool:
        return False

    def sizeHint(self) -> QSize:
        least = self._flow.minimumSize().width()
        return QSize(least, self._flow.heightForWidth(max(self.width(), least)))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()
