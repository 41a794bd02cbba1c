"""What dashboard, reports and stock share: a legend, rows that lead somewhere, a strip of key figures."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from jxc_desktop.gui.icons import paint_icon
from jxc_desktop.gui.screen import Target
from jxc_desktop.gui.theme import theme
from jxc_desktop.gui.widgets import Button, Card, label, row, rule
from jxc_desktop.gui.widgets.buttons import BY_KEYBOARD
from jxc_desktop.gui.widgets.paint import RIGHT, draw_text, fill_round, focus_ring, text_width, tone_text
from jxc_desktop.i18n import _

TOO_SLOW = 2
"""So many times the target of turnover days is too slow; anything over the target is slow."""


def yuan_words(amount: Decimal | None) -> str:
    """``¥1,234.50`` outside tables, the sign in front; — for none."""
    return "—" if amount is None else f"{'-' if amount < 0 else ''}¥{abs(amount):,.2f}"


def pace_tone(days: Decimal | None, target: Decimal | int) -> str:
    """How turnover days stand to the target: "" reached or not known, warning above it, danger above twice of it."""
    if days is None or days <= target:
        return ""
    return "danger" if days > target * TOO_SLOW else "warning"


def pace_badge(days: Decimal | None, target: Decimal | int) -> tuple[str, str] | None:
    """The same as a badge; None when the days are not known."""
    if days is None:
        return None
    return {"": (_("On target"), "success"), "warning": (_("Slowish"), "warning"), "danger": (_("Too slow"), "danger")}[
        pace_tone(days, target)
    ]


class Icon(QWidget):
    """An icon in a tone, beside a title."""

    def __init__(self, name: str, token: str = "text_secondary", size: int = 16) -> None:
        super().__init__()
        self._name, self._token, self._size = name, token, size
        self.setFixedSize(size, size)

    def paintEvent(self, event: QPaintEvent) -> None:
        paint_icon(QPainter(self), 0, 0, self._name, self._token, self._size)


class Legend(QWidget):
    """What the marks of a chart mean. Items: (words, token, bar | line | dash)."""

    def __init__(self, items: Sequence[tuple[str, str, str]] = ()) -> None:
        super().__init__()
        self.items: Sequence[tuple[str, str, str]] = ()
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.set(items)

    def set(self, items: Sequence[tuple[str, str, str]]) -> None:
        self.items = tuple(items)
        self.setAccessibleName(", ".join(words for words, _token, _kind in items))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        widths = [text_width(words, theme.font("caption")) + (16 if kind == "bar" else 20) for words, _token, kind in self.items]
        return QSize(sum(widths) + 16 * max(0, len(widths) - 1) + 2, theme.px(20))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, font, x, middle = QPainter(self), theme.font("caption"), 0.0, self.height() / 2
        for words, token, kind in self.items:
            mark = 10 if kind == "bar" else 14
            if kind == "bar":
                fill_round(painter, QRectF(x, middle - 5, 10, 10), token, 2)
            else:
                style = Qt.PenStyle.DashLine if kind == "dash" else Qt.PenStyle.SolidLine
                painter.setPen(QPen(theme.color(token), 2 if kind == "line" else 1.5, style))
                painter.drawLine(round(x), round(middle), round(x + 14), round(middle))
            width = text_width(words, font)
            draw_text(painter, QRectF(x + mark + 6, 0, width + 2, self.height()), words, "text_secondary", font)
            x += mark + 6 + width + 16


@dataclass(frozen=True, slots=True)
class LinkRow:
    """One line that leads to ``target``: words at the left (``note`` below them), a figure at the right in its tone."""

    words: str
    right: str = ""
    tone: str = ""
    target: Target | None = None
    note: str = ""
    icon: str = ""
    icon_tone: str = ""


class LinkRows(QWidget):
    """Lines that lead somewhere: click, or ↑↓ and Enter. As many are shown as fit, at most ``limit``."""

    chosen = Signal(object)

    def __init__(self, height: int = 36) -> None:
        super().__init__()
        self._rows: list[LinkRow] = []
        self._line, self._mark, self._hover, self._ringed = height, 0, -1, False
        self.limit = 5
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def rows(self) -> list[LinkRow]:
        """The lines that are shown."""
        return self._rows[: self.limit]

    def set(self, rows: Sequence[LinkRow]) -> None:
        self._rows, self._hover = list(rows), -1
        self._mark = min(self._mark, max(0, len(self.rows) - 1))
        self.setAccessibleName("; ".join(f"{r.words} {r.right}" for r in self.rows))
        self.updateGeometry()
        self.update()

    def set_line(self, height: int) -> None:
        """How high a line is."""
        if height != self._line:
            self._line = height
            self.updateGeometry()
            self.update()

    def set_limit(self, limit: int) -> None:
        """Show at most so many lines, and keep the room for them."""
        self.limit = limit
        self.updateGeometry()
        self.update()

    def _height(self) -> int:
        return theme.px(self._line)

    def sizeHint(self) -> QSize:
        return QSize(220, self._height() * self.limit)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, self._height() * self.limit)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, height = QPainter(self), self._height()
        for place, one in enumerate(self.rows):
            box = QRectF(0, place * height, self.width(), height)
            if place == self._hover:
                painter.fillRect(box.adjusted(1, 0, -1, -1), theme.color("bg_hover"))
            if place:
                painter.fillRect(QRectF(1, box.top(), self.width() - 2, 1), theme.color("border_subtle"))
            self._paint_line(painter, box.adjusted(17, 1, -17, 0), one)
        if self.hasFocus() and self._ringed and self.rows:
            focus_ring(painter, QRectF(3, self._mark * height + 3, self.width() - 6, height - 5), 4)

    def _paint_line(self, painter: QPainter, box: QRectF, one: LinkRow) -> None:
        if one.icon:
            ink = tone_text(one.icon_tone) if one.icon_tone else "text_secondary"
            paint_icon(painter, box.left(), box.center().y() - 9, one.icon, ink, 18)
            box = box.adjusted(30, 0, 0, 0)
        taken = text_width(one.right, theme.font("body")) + 14 if one.right else 0
        words = box.adjusted(0, 0, -taken, 0)
        if one.note and box.height() < theme.px(38):
            width = theme.px(112)
            draw_text(painter, words.adjusted(0, 0, width - words.width(), 0), one.words, "text_primary", theme.font("section"))
            draw_text(painter, words.adjusted(width + 8, 0, 0, 0), one.note, "text_tertiary", theme.font("caption"))
        elif one.note:
            upper, lower = words.adjusted(0, 6, 0, -words.height() / 2), words.adjusted(0, words.height() / 2, 0, -7)
            draw_text(painter, upper, one.words, "text_primary", theme.font("section"))
            draw_text(painter, lower, one.note, "text_tertiary", theme.font("caption"))
        else:
            draw_text(painter, words, one.words)
        if one.right:
            draw_text(painter, box, one.right, tone_text(one.tone), align=RIGHT)

    def _at(self, y: float) -> int:
        place = int(y // self._height())
        return place if 0 <= place < len(self.rows) else -1

    def _choose(self, place: int) -> None:
        if 0 <= place < len(self.rows) and self.rows[place].target is not None:
            self.chosen.emit(self.rows[place].target)

    def _hovered(self, place: int) -> None:
        if place != self._hover:
            self._hover = place
            leads = place >= 0 and self.rows[place].target is not None
            self.setCursor(Qt.CursorShape.PointingHandCursor if leads else Qt.CursorShape.ArrowCursor)
            self.update()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            place = self._at(event.pos().y())
            QToolTip.showText(event.globalPos(), f"{self.rows[place].words} {self.rows[place].right}" if place >= 0 else "", self)
            return True
        return super().event(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hovered(self._at(event.position().y()))

    def leaveEvent(self, event: QEvent) -> None:
        self._hovered(-1)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._choose(self._at(event.position().y()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()))
        if step is not None and self.rows:
            self._mark = max(0, min(len(self.rows) - 1, self._mark + step))
            self.update()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._choose(self._mark)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._ringed = event.reason() in BY_KEYBOARD
        self.update()
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.update()
        super().focusOutEvent(event)


class Note(QWidget):
    """Quiet words that take the room that is left, shortened where it is too little."""

    def __init__(self) -> None:
        super().__init__()
        self.text = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)

    def say(self, text: str) -> None:
        self.text = text
        self.setToolTip(text)
        self.setAccessibleName(text)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        draw_text(QPainter(self), self.rect(), self.text, "text_secondary", theme.font("caption"))


class LinkCard(Card):
    """A card of lines that lead somewhere: icon, title, a quiet count, a link at the right of the head."""

    chosen = Signal(object)

    def __init__(self, icon: str, token: str, title: str, link: str, target: Target) -> None:
        super().__init__(padding=0, spacing=0)
        self.note = Note()
        self.target = target
        self.link = Button(link, "link", size="sm", on_click=lambda: self.chosen.emit(self.target))
        self.head = row(Icon(icon, token), label(title, "section"), spacing=6, margins=(17, 7, 9, 7))
        self.head.addWidget(self.note, 1)
        self.head.addWidget(self.link)
        self.rows, self.nothing = LinkRows(), label("", "hint", wrap=True)
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.rows.chosen.connect(self.chosen)
        for item in (self.head, rule(), self.nothing, self.rows):
            self.add(item)
        self.body.addStretch(1)
        self.nothing.hide()

    def set(self, rows: Sequence[LinkRow], note: str, nothing: str) -> None:
        """Show ``rows``; where there are none, say that in the words of ``nothing``."""
        self.note.say(note)
        self.rows.set(rows)
        self.nothing.setText(nothing)
        self.nothing.setVisible(not rows)
        self.rows.setVisible(bool(rows))
        self.nothing.setMinimumHeight(self.rows.sizeHint().height())

    def set_limit(self, limit: int) -> None:
        self.rows.set_limit(limit)
        self.nothing.setMinimumHeight(self.rows.sizeHint().height())


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of a strip: caption, value in words, unit, and a quiet line below (``tone`` where a limit is crossed).

    ``whole``: the fen are written as large as the yuan.
    """

    caption: str
    value: str
    unit: str = ""
    note: str = ""
    tone: str = ""
    key: str = ""
    whole: bool = False


class FigureStrip(Card):
    """The totals of a report as key figures side by side on one card; ``asked``: why a figure is what it is (its key).

    ``role``: the font of the values; "title" where they are words.
    """

    asked = Signal(str)

    def __init__(self, role: str = "kpi") -> None:
        super().__init__(padding=0, spacing=0)
        self.figures: tuple[Figure, ...] = ()
        self.explained: tuple[str, ...] = ()
        self._over, self._role = -1, role
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.set(())

    def set(self, figures: Sequence[Figure], explained: Sequence[str] = ()) -> None:
        """``explained``: keys of those that can tell how they come about."""
        self.figures, self.explained = tuple(figures), tuple(explained)
        self.setAccessibleName("; ".join(f"{f.caption} {f.value} {f.unit} {f.note}" for f in figures))
        self.setToolTip("\n".join(f"{f.caption} {f.value} {f.unit}".strip() for f in figures))
        below = theme.line("caption") + 2 if any(f.note for f in figures) else 0
        self.setFixedHeight(20 + theme.line("caption") + theme.line(self._role) + 4 + below)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter, small, big = QPainter(self), theme.font("caption"), theme.font(self._role)
        high = theme.line(self._role)
        cell = self.width() / max(1, len(self.figures))
        for place, one in enumerate(self.figures):
            left = cell * place + 17
            if place:
                painter.fillRect(QRectF(cell * place, 12, 1, self.height() - 24), theme.color("border_subtle"))
            room = cell - 26
            beside = room - 22 if one.key in self.explained else room
            draw_text(painter, QRectF(left, 10, beside, theme.line("caption")), one.caption, "text_secondary", small)
            found = None if one.whole else re.fullmatch(r"(-?¥.*\d)(\.\d+)", one.value)
            whole, rest = (found[1], found[2]) if found else (one.value, "")
            y, width = 10.0 + theme.line("caption"), min(text_width(whole, big) + 2.0, room)
            token = f"{one.tone}_text" if one.tone else "text_primary"
            draw_text(painter, QRectF(left - (self._role == "kpi"), y, width, high), whole, token, big)
            tail = f"{rest} {one.unit}".strip()
            draw_text(
                painter,
                QRectF(left + width + 2, y, max(0.0, room - width - 2), high + 9),
                tail,
                "text_secondary",
                small,
            )
            below = QRectF(left, y + high + 1, room, theme.line("caption"))
            draw_text(painter, below, one.note, "text_secondary", small)
            if one.key in self.explained:
                token = "primary_text" if place == self._over else "text_tertiary"
                paint_icon(painter, cell * (place + 1) - 28, 11, "math-function", token, 16)

    def _at(self, event: QMouseEvent) -> int:
        """The figure whose mark is pointed at."""
        cell = self.width() / max(1, len(self.figures))
        place = int(event.position().x() // cell)
        known = 0 <= place < len(self.figures) and self.figures[place].key in self.explained
        on_mark = QRectF(cell * (place + 1) - 33, 5, 27, 27).contains(event.position())
        return place if known and on_mark else -1

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        place = self._at(event)
        if place != self._over:
            self._over = place
            self.setCursor(Qt.CursorShape.PointingHandCursor if place >= 0 else Qt.CursorShape.ArrowCursor)
            self.update()
            if place >= 0:
                QToolTip.showText(event.globalPosition().toPoint(), _("Why is this the number"), self)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if (place := self._at(event)) >= 0:
            self.asked.emit(self.figures[place].key)
