"""The lines of settings pages: what a choice is at the left, its control at the right; the list of sections beside them."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from PySide6.QtCore import QEvent, QObject, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from jxc_desktop.gui.icons import paint_icon
from jxc_desktop.gui.theme import theme
from jxc_desktop.gui.widgets.fields import SearchEdit
from jxc_desktop.gui.widgets.paint import draw_text
from jxc_desktop.gui.widgets.shell import NavItem
from jxc_desktop.gui.widgets.surface import Card, column, label, row, set_property, set_tone
from jxc_desktop.i18n import _


class BigIcon(QWidget):
    """An icon of 32 pixels in a tone."""

    def __init__(self, name: str, token: str) -> None:
        super().__init__()
        self._name, self._token = name, token
        self.setFixedSize(theme.px(32), theme.px(32))

    def set(self, name: str, token: str) -> None:
        self._name, self._token = name, token
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        paint_icon(QPainter(self), 0, 0, self._name, self._token, self.width())


class Upright(QWidget):
    """A vertical hairline."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedWidth(1)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), theme.color("border_subtle"))


class Step(QWidget):
    """One step of something: done, or still to come."""

    def __init__(self, text: str, done: bool = False) -> None:
        super().__init__()
        self.text, self.done = text, done
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set(self, done: bool) -> None:
        self.done = done
        self.setAccessibleName(("✓ " if done else "") + self.text)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, theme.px(22))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        middle = self.height() / 2
        if self.done:
            paint_icon(painter, 0, middle - 8, "circle-check", "success_text", 16)
        else:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(theme.color("text_tertiary"), 1.3, Qt.PenStyle.DashLine))
            painter.drawEllipse(QRectF(2, middle - 6, 12, 12))
        ink = "text_primary" if self.done else "text_secondary"
        draw_text(painter, QRectF(24, 0, self.width() - 24, self.height()), self.text, ink)


class SettingRow(QWidget):
    """A choice: title, one line of what it means, and its control at the right. Errors stand in the second line."""

    def __init__(self, title: str, hint: str, *controls: QWidget) -> None:
        super().__init__()
        self._hint = hint
        self._title = label(title)
        self._note = label(hint, "hint", wrap=True)
        if not hint:  # shown before it has a parent it would be a window of its own for a moment
            self._note.hide()
        words = column(self._title, self._note, spacing=2)
        line = row(spacing=8, margins=(0, 8, 0, 8))
        line.addLayout(words, 1)
        for control in controls:
            if not control.accessibleName():
                control.setAccessibleName(title)
            line.addWidget(control, 0, Qt.AlignmentFlag.AlignVCenter)
        self.setLayout(line)

    def set_error(self, text: str) -> None:
        """Say how to mend it; "" takes it away."""
        self._note.setText(text or self._hint)
        self._note.setVisible(bool(text or self._hint))
        set_tone(self._note, "danger" if text else "")

    def set_hint(self, text: str) -> None:
        self._hint = text
        self.set_error("")

    def seek(self, text: str) -> bool:
        """Mark the line where its words hold ``text``; whether they do. An empty text marks nothing."""
        found = bool(text) and text.lower() in f"{self._title.text()} {self._note.text()}".lower()
        set_tone(self._title, "primary" if found else "")
        set_property(self._title, "role", "section" if found else "body")
        return found

    @property
    def error(self) -> str:
        return self._note.text() if self._note.property("tone") == "danger" else ""


class SectionList(Card):
    """The sections of the settings, one below the other. ``chosen`` tells the name; ↑↓ move."""

    chosen = Signal(str)

    def __init__(self, sections: Sequence[tuple[str, str, str]]) -> None:
        """``sections``: (name, words, icon)."""
        super().__init__(padding=8, spacing=6)
        self.search = SearchEdit(_("Find a setting"))
        self.add(self.search)
        self.items: dict[str, NavItem] = {}
        for name, words, icon in sections:
            item = self.items[name] = NavItem(words, icon)
            item.setMinimumHeight(theme.px(32))
            item.setAutoExclusive(True)
            item.installEventFilter(self)
            item.clicked.connect(lambda _on=False, name=name: self.chosen.emit(name))
            self.add(item)
        self.body.addStretch(1)
        self.setFixedWidth(theme.px(208))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()), 0)
            items = list(self.items.values())
            place = next((n for n, item in enumerate(items) if item is watched), -1)
            if step and 0 <= place + step < len(items):
                items[place + step].setFocus(Qt.FocusReason.TabFocusReason)
                items[place + step].click()
            return bool(step)
        return False

    def narrow(self, names: Collection[str] | None) -> None:
        """Show only these sections; None shows all."""
        for name, item in self.items.items():
            item.setVisible(names is None or name in names)

    def mark(self, name: str) -> None:
        """Show ``name`` as the section in front."""
        self.items[name].setChecked(True)
