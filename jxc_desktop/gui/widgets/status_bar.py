"""The foot of the window: state of devices and data, work under way, what the keys do."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QProgressBar, QSizePolicy, QWidget

from jxc_desktop.gui.theme import theme
from jxc_desktop.gui.widgets.buttons import Button, KeyboardRing
from jxc_desktop.gui.widgets.paint import chip_width, draw_chip, draw_text, fill_round, focus_ring, key_words, text_width
from jxc_desktop.gui.widgets.popover import Popover
from jxc_desktop.gui.widgets.surface import label, row
from jxc_desktop.i18n import _


class _StatusItem(QWidget):
    def __init__(self, text: str, tone: str) -> None:
        super().__init__()
        self.text, self.tone = text, tone
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)

    def sizeHint(self) -> QSize:
        return QSize(text_width(self.text, theme.font("caption")) + (14 if self.tone else 0) + 2, 20)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self.tone:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color(self.tone))
            painter.drawEllipse(QPointF(4, self.height() / 2), 3.5, 3.5)
        draw_text(
            painter, self.rect().adjusted(14 if self.tone else 0, 0, 2, 0), self.text, "text_secondary", theme.font("caption")
        )


class _Hint(QWidget):
    def __init__(self, key: str, words: str) -> None:
        super().__init__()
        self._keys, self._words = key_words(key), words
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)

    def sizeHint(self) -> QSize:
        return QSize(chip_width(self._keys) + 6 + text_width(self._words, theme.font("caption")) + 2, 20)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        width = draw_chip(painter, 0, self.height() / 2, self._keys)
        draw_text(painter, self.rect().adjusted(int(width) + 6, 0, 2, 0), self._words, "text_secondary", theme.font("caption"))


class _Work(QAbstractButton, KeyboardRing):
    """Work under way: a small bar that fills, and what it is. A click says more."""

    def __init__(self) -> None:
        super().__init__()
        self.share: float | None = None
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def sizeHint(self) -> QSize:
        return QSize(text_width(self.text(), theme.font("caption")) + 64, 20)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, middle = QPainter(self), self.height() / 2
        track = QRectF(4, middle - 2, 48, 4)
        fill_round(painter, track, "border_default", 2)
        share = 1.0 if self.share is None else max(0.06, min(self.share, 1.0))
        fill_round(painter, QRectF(track.x(), track.y(), track.width() * share, 4), "primary", 2)
        ink = "primary_text" if self.underMouse() else "text_secondary"
        draw_text(painter, self.rect().adjusted(60, 0, 0, 0), self.text(), ink, theme.font("caption"))
        if self.hasFocus() and self.ringed:
            focus_ring(painter, self.rect().adjusted(0, 3, 0, -3), 4)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.note_focus(event)
        super().focusInEvent(event)


class StatusBar(QWidget):
    """Device and data state at the left, what the keys do at the right, work under way in between."""

    work_clicked = Signal(QWidget)

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("panel", "statusbar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._items: dict[str, _StatusItem] = {}
        self._left, self._right = row(spacing=18), row(spacing=14)
        self._work = _Work()
        self._work.clicked.connect(lambda: self.work_clicked.emit(self._work))
        self._work.hide()
        holder = QWidget()
        holder.setLayout(self._left)
        holder.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        outer = row(spacing=18, margins=(16, 1, 16, 0))
        outer.addWidget(holder, 1)
        outer.addWidget(self._work)
        outer.addLayout(self._right)
        self.setLayout(outer)
        self._left.addStretch(1)

    def sizeHint(self) -> QSize:
        return QSize(600, theme.px("statusbar"))

    def set_item(self, name: str, text: str, tone: str = "") -> None:
        """A state by name; ``tone`` success, warning or danger gives it a dot; an empty text takes it away."""
        item = self._items.get(name)
        if item is None:
            item = self._items[name] = _StatusItem(text, tone)
            self._left.insertWidget(self._left.count() - 1, item)
        item.text, item.tone = text, tone
        item.setAccessibleName(text)
        item.setVisible(bool(text))
        item.updateGeometry()
        item.update()

    def set_work(self, text: str, share: float | None = None) -> None:
        """Work under way in words and, where it is known, how much of it is done (0 to 1); "" when done."""
        self._work.setText(text)
        self._work.setAccessibleName(text)
        self._work.share = share
        self._work.setVisible(bool(text))
        self._work.updateGeometry()
        self._work.update()

    def set_hints(self, hints: Sequence[tuple[str, str]]) -> None:
        """(key, words) pairs at the right."""
        while (old := self._right.takeAt(0)) is not None:
            if (widget := old.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for key, words in hints:
            self._right.addWidget(_Hint(key, words))


class WorkCard(Popover):
    """What a click on the work shows: how far it is, and the way to give it up where there is one."""

    def __init__(self, parent: QWidget, title: str, done: int, total: int, stop: Callable[[], None] | None) -> None:
        super().__init__(parent, 340, padding=16)
        self.title, self.count, self.bar = label(title, "section"), label("", "caption"), QProgressBar(textVisible=False)
        self.stop = Button(_("Cancel"), size="sm", on_click=lambda: self._give_up(stop))
        self.stop.setVisible(stop is not None)
        self.body.addLayout(row(self.title, 1, self.stop))
        self.body.addWidget(self.bar)
        self.body.addWidget(self.count)
        self.body.addWidget(label(_("You can go on with other things; a message says when it is done."), "hint", wrap=True))
        self.show_progress(title, done, total)

    def show_progress(self, title: str, done: int, total: int) -> None:
        """How far it is now."""
        self.title.setText(title)
        self.bar.setRange(0, total)
        self.bar.setValue(done)
        self.count.setText(f"{done:,} / {total:,}" if total else f"{done:,}" if done else "")

    def _give_up(self, stop: Callable[[], None] | None) -> None:
        if stop is not None:
            stop()
        self.close()
