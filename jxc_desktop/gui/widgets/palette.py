"""The command palette: one box that finds products, documents, partners and pages, and opens them with Enter."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QPoint, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from jxc_desktop.gui.icons import paint_icon
from jxc_desktop.gui.theme import theme
from jxc_desktop.gui.widgets.buttons import KeyChip
from jxc_desktop.gui.widgets.dialogs import Dialog
from jxc_desktop.gui.widgets.paint import RIGHT, chip_width, draw_chip, draw_text, fill_round, key_words, text_width
from jxc_desktop.gui.widgets.surface import column, label, row, rule
from jxc_desktop.i18n import _

PER_GROUP, ROWS = 5, 9


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing found: where it leads is up to who found it (``target``)."""

    name: str
    note: str
    target: object
    icon: str = "box"
    key: str = ""


Ask = Callable[[str, Callable[[str, Sequence[Hit]], None]], None]


class Palette(Dialog):
    """``ask(text, answer)`` starts every search; each calls ``answer(group, hits)``. ``chosen`` carries the target."""

    chosen = Signal(object)

    def __init__(self, parent: QWidget, ask: Ask, groups: Sequence[str]) -> None:
        super().__init__(parent, padding=0)
        self.setAccessibleName(_("Search everything"))
        self.setFixedWidth(680 + self.width() - self.card_width if self.width() > self.card_width else 744)
        self._window, self._ask, self._groups, self._text = parent.window(), ask, groups, ""
        self._found: dict[str, Sequence[Hit]] = {}
        self.edit = QLineEdit()
        self.edit.setProperty("face", "bare")
        self.edit.installEventFilter(self)
        self.list = _Hits()
        self.list.clicked.connect(self._take)
        top = row(
            _Glass(),
            self.edit,
            label(_("Name, barcode, pinyin initials, number, page"), "hint"),
            spacing=12,
            margins=(20, 12, 20, 12),
        )
        foot = row(spacing=6, margins=(20, 9, 20, 9))
        for key, words in (("↑+↓", _("Choose")), ("Return", _("Open")), ("Esc", _("Close"))):
            foot.addWidget(KeyChip(key))
            foot.addWidget(label(words, "caption"))
            foot.addSpacing(12)
        foot.addStretch(1)
        self.body.addLayout(column(top, rule(), self.list, rule(), foot, spacing=0))
        self._wait = QTimer(self, singleShot=True, interval=90)
        self._wait.timeout.connect(self._search)
        self.edit.textEdited.connect(lambda _text: self._wait.start())
        self.edit.setFocus()
        self._search()

    def place(self) -> QPoint:
        area = self._window.size()
        return QPoint((area.width() - self.card().width()) // 2, min(96, area.height() // 8))

    def _search(self) -> None:
        self._text = text = self.edit.text().strip()
        self._ask(text, lambda group, hits: self._answered(text, group, hits))

    def _answered(self, text: str, group: str, hits: Sequence[Hit]) -> None:
        if text == self._text:
            self._found[group] = hits[:PER_GROUP]
            self.list.show_hits([(g, self._found.get(g, ())) for g in self._groups])

    def _take(self, hit: Hit) -> None:
        self.accept()
        self.chosen.emit(hit.target)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_PageDown, Qt.Key.Key_PageUp):
                step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 5, Qt.Key.Key_PageUp: -5}[Qt.Key(event.key())]
                self.list.move_mark(step)
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                if (hit := self.list.marked()) is not None:
                    self._take(hit)
                return True
        return False


class _Glass(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.setFixedSize(20, 32)

    def paintEvent(self, event: QPaintEvent) -> None:
        paint_icon(QPainter(self), 0, 6, "search", "text_secondary", 20)


class _Hits(QWidget):
    """Groups of hits; scrolls with the mark."""

    clicked = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._lines: list[tuple[str, Hit | None]] = []
        self._mark, self._top = -1, 0
        self.setFixedHeight(390)
        self.setMouseTracking(True)

    def sizeHint(self) -> QSize:
        return QSize(600, 390)

    def show_hits(self, groups: Sequence[tuple[str, Sequence[Hit]]]) -> None:
        self._lines = []
        for title, hits in groups:
            if hits:
                self._lines += [(title, None), *((hit.name, hit) for hit in hits)]
        self._mark = next((n for n, (_t, hit) in enumerate(self._lines) if hit), -1)
        self._top = 0
        self.update()

    def marked(self) -> Hit | None:
        return self._lines[self._mark][1] if 0 <= self._mark < len(self._lines) else None

    def move_mark(self, step: int) -> None:
        places = [n for n, (_t, hit) in enumerate(self._lines) if hit]
        if places:
            now = places.index(self._mark) if self._mark in places else 0
            self._mark = places[max(0, min(len(places) - 1, now + step))]
            tops = self._tops()
            while tops[self._mark] + self._height(self._mark) - tops[self._top] > self.height() - 12:
                self._top += 1
            if self._mark <= self._top:
                self._top = max(0, self._mark - 1)
            self.update()

    def _height(self, line: int) -> int:
        return theme.px(48) if self._lines[line][1] else theme.px(30)

    def _tops(self) -> list[int]:
        tops, y = [], 0
        for n in range(len(self._lines)):
            tops.append(y)
            y += self._height(n)
        return tops

    def _at(self, y: float) -> int:
        if not self._lines:
            return -1
        tops = self._tops()
        return next(
            (
                n
                for n in range(self._top, len(self._lines))
                if tops[n] - tops[self._top] <= y - 4 < tops[n] - tops[self._top] + self._height(n) and self._lines[n][1]
            ),
            -1,
        )

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if (line := self._at(event.position().y())) >= 0:
            self._mark = line
            self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if (line := self._at(event.position().y())) >= 0:
            self.clicked.emit(self._lines[line][1])

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if not self._lines:
            draw_text(painter, QRectF(20, 12, self.width() - 40, 24), _("No match"), "text_tertiary")
        y = 4
        for n in range(self._top, len(self._lines)):
            height = self._height(n)
            if y + height > self.height():
                break
            title, hit = self._lines[n]
            if hit is None:
                draw_text(
                    painter, QRectF(20, y + 4, self.width() - 40, height - 4), title, "text_tertiary", theme.font("caption")
                )
            else:
                self._paint_hit(painter, QRectF(8, y, self.width() - 16, height), hit, n == self._mark)
            y += height

    def _paint_hit(self, painter: QPainter, box: QRectF, hit: Hit, marked: bool) -> None:
        if marked:
            fill_round(painter, box, "bg_selected", 6)
        paint_icon(painter, box.left() + 15, box.center().y() - 9, hit.icon, "primary_text" if marked else "text_secondary", 18)
        inner = box.adjusted(48, 0, -12, 0)
        keys = key_words("Return") if marked else key_words(hit.key)
        room = 0.0
        if keys:
            width = chip_width(keys)
            draw_chip(painter, inner.right() - width, inner.center().y(), keys)
            room = width + 8
            if marked:
                draw_text(painter, inner.adjusted(0, 0, -room, 0), _("Open"), "text_secondary", theme.font("caption"), RIGHT)
                room += text_width(_("Open"), theme.font("caption")) + 8
        half = box.height() / 2
        if hit.note:
            draw_text(painter, inner.adjusted(0, 4, -room, -half + 2), hit.name, font=theme.font("body", marked))
            draw_text(painter, inner.adjusted(0, half, -room, -4), hit.note, "text_secondary", theme.font("caption"))
        else:
            draw_text(painter, inner.adjusted(0, 0, -room, 0), hit.name, font=theme.font("body", marked))
