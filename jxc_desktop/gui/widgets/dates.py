"""Entering a date: typed the short way (1124, 11-24, 今天, +3) or picked from a small calendar."""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable
from datetime import date, timedelta

from PySide6.QtCore import QPoint, QRectF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from jxc_desktop.domain.errors import BadDate, JxcError, WrongDay, WrongMonth
from jxc_desktop.gui.icons import paint_icon
from jxc_desktop.gui.theme import theme
from jxc_desktop.gui.widgets.fields import LineEdit
from jxc_desktop.gui.widgets.paint import CENTER, draw_text, fill_round
from jxc_desktop.i18n import N_, _

_WORDS = {"今天": 0, "今日": 0, "昨天": -1, "前天": -2, "明天": 1, "后天": 2, "today": 0, "yesterday": -1, "tomorrow": 1}
_WEEKDAYS = (N_("Mo"), N_("Tu"), N_("We"), N_("Th"), N_("Fr"), N_("Sa"), N_("Su"))


NEAR = timedelta(days=31)
"""How far on the other side of today a day may lie whose year is not said: goods that expired last week are typed too."""


def read_date(said: str, today: date, *, ahead: bool = False) -> date:
    """The date meant by ``1124``, ``11-24``, ``20261124``, ``2026-11-24``, ``24``, ``今天`` or ``+3``. Raises ``BadDate``.

    A day without its year is the last one there was, or one about to come (which is then refused, not taken for a year ago);
    with ``ahead`` (expiry, expected) the next one, or one just past.
    """
    text = said.strip().translate(
        {ord("０") + n: str(n) for n in range(10)} | {ord("－"): "-", ord("＋"): "+", ord("／"): "/", ord("."): "-"}
    )
    if text.lower() in _WORDS:
        return today + timedelta(days=_WORDS[text.lower()])
    if re.fullmatch(r"[+-]\d{1,4}", text):
        return today + timedelta(days=int(text))
    text = re.sub(r"[年月/.]", "-", text).removesuffix("日").strip("-")
    for pattern in (
        r"(?P<y>\d{4})-?(?P<m>\d{2})-?(?P<d>\d{2})",
        r"(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})",
        r"(?P<m>\d{1,2})-(?P<d>\d{1,2})",
        r"(?P<m>\d{2})(?P<d>\d{2})",
        r"(?P<d>\d{1,2})",
    ):
        if found := re.fullmatch(pattern, text):
            parts = found.groupdict()
            month, day = int(parts.get("m") or today.month), int(parts["d"])
            if parts.get("y") or not parts.get("m"):
                return _checked(int(parts.get("y") or today.year), month, day, said)
            return _in_its_year(month, day, today, said, ahead)
    raise BadDate(value=said[:40])


def _in_its_year(month: int, day: int, today: date, said: str, ahead: bool) -> date:
    """A day of which only month and day are said. Raises :class:`WrongDay` for one that no year near has."""
    found = [date(year, month, day) for year in range(today.year - 1, today.year + 2) if _has(year, month, day)]
    if not found:
        return _checked(today.year, month, day, said)
    if ahead:
        return next((one for one in found if one >= today - NEAR), found[-1])
    return next((one for one in reversed(found) if one <= today + NEAR), found[0])


def _has(year: int, month: int, day: int) -> bool:
    return 1 <= month <= 12 and 1 <= day <= calendar.monthrange(year, month)[1]


def _checked(year: int, month: int, day: int, said: str) -> date:
    if not 1 <= month <= 12:
        raise WrongMonth(value=said, month=month)
    if not 1900 <= year <= 2999:
        raise BadDate(value=said)
    last = calendar.monthrange(year, month)[1]
    if not 1 <= day <= last:
        raise WrongDay(value=said, month=month, year=year, day=day, last=last)
    return date(year, month, day)


class DateEdit(LineEdit):
    """A date field. ``value_changed`` carries the new ``date | None``; ↑↓ step by a day; Alt+↓ opens the calendar.

    ``ahead``: as of :func:`read_date`.
    """

    value_changed = Signal(object)

    def __init__(
        self,
        today: Callable[[], date],
        value: date | None = None,
        *,
        placeholder: str = "",
        ahead: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__("", placeholder, parent=parent)
        self._today, self._told, self._ahead = today, value, ahead
        self._calendar: Calendar | None = None
        self.setTextMargins(0, 0, 22, 0)
        self.editingFinished.connect(self._left)
        self.set_value(value)

    def value(self) -> date | None:
        """The date, None when empty. Raises ``BadDate`` with a sentence."""
        return read_date(self.text(), self._today(), ahead=self._ahead) if self.text().strip() else None

    def set_value(self, value: date | None) -> None:
        """Show ``value`` without telling."""
        self._told = value
        self.setText(value.isoformat() if value else "")
        self.set_error("")

    def _left(self) -> None:
        try:
            value = self.value()
        except JxcError as error:
            self.set_error(str(error))
            return
        self._take(value)

    def _take(self, value: date | None) -> None:
        before = self._told
        self.set_value(value)
        if value != before:
            self.value_changed.emit(value)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.select_on_focus(event)

    def leads_on(self) -> bool:
        """Enter goes on only from what is right; what is wrong waits, marked, to be typed again."""
        self._left()
        wrong = self.property("error") == "true"
        if wrong:
            self.selectAll()
        return not wrong

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down) and not self.isReadOnly():
            if event.modifiers() & Qt.KeyboardModifier.AltModifier:
                self.open_calendar()
            else:
                self._take((self._told or self._today()) + timedelta(days=1 if event.key() == Qt.Key.Key_Up else -1))
            return
        super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        if event.position().x() > self.width() - 28 and not self.isReadOnly() and self.isEnabled():
            self.open_calendar()

    def open_calendar(self) -> None:
        """Show the month around the value."""
        self._calendar = Calendar(self._told or self._today(), self._today(), self)
        self._calendar.picked.connect(self._take)
        self._calendar.move(self.mapToGlobal(QPoint(0, self.height() + 4)))
        self._calendar.show()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        paint_icon(QPainter(self), self.width() - 25, self.height() / 2 - 8, "calendar", "text_secondary", 16)


class Calendar(QWidget):
    """One month to pick a day from. Arrows move by day and week, PageUp / PageDown by month, Enter picks."""

    picked = Signal(object)
    CELL, HEAD = 34, 62

    def __init__(self, day: date, today: date, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._day, self._today = day, today
        self.setFixedSize(7 * self.CELL + 20, self.HEAD + 6 * self.CELL + 10)

    def _days(self) -> list[date]:
        first = self._day.replace(day=1)
        start = first - timedelta(days=first.weekday())
        return [start + timedelta(days=n) for n in range(42)]

    def _cell(self, place: int) -> QRectF:
        return QRectF(10 + place % 7 * self.CELL, self.HEAD + place // 7 * self.CELL, self.CELL, self.CELL)

    def _turn(self, months: int) -> None:
        index = self._day.year * 12 + self._day.month - 1 + months
        year, month = index // 12, index % 12 + 1
        self._day = date(year, month, min(self._day.day, calendar.monthrange(year, month)[1]))
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if not self.rect().contains(event.position().toPoint()):
            self.close()
            return
        if event.position().y() < 38:
            self._turn(-1 if event.position().x() < 40 else 1 if event.position().x() > self.width() - 40 else 0)
            return
        for place, day in enumerate(self._days()):
            if self._cell(place).contains(event.position()):
                self.picked.emit(day)
                self.close()
                return

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: -7, Qt.Key.Key_Down: 7}
        key = Qt.Key(event.key())
        if key in steps:
            self._day += timedelta(days=steps[key])
            self.update()
        elif key in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
            self._turn(-1 if key == Qt.Key.Key_PageUp else 1)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.picked.emit(self._day)
            self.close()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.color("bg_surface"))
        fill_round(painter, self.rect(), "bg_surface", 0, "border_default")
        title = f"{self._day.year}-{self._day.month:02d}"
        draw_text(painter, QRectF(0, 6, self.width(), 30), title, font=theme.font("section"), align=CENTER)
        paint_icon(painter, 16, 13, "chevron-left")
        paint_icon(painter, self.width() - 32, 13, "chevron-right")
        for place, word in enumerate(_WEEKDAYS):
            draw_text(
                painter,
                QRectF(10 + place * self.CELL, 38, self.CELL, 22),
                _(word),
                "text_tertiary",
                theme.font("caption"),
                CENTER,
            )
        for place, day in enumerate(self._days()):
            box = self._cell(place).adjusted(2, 2, -2, -2)
            ink = "text_primary" if day.month == self._day.month else "text_tertiary"
            if day == self._day:
                fill_round(painter, box, "primary", 6)
                ink = "text_on_primary"
            elif day == self._today:
                fill_round(painter, box, None, 6, "primary")
            draw_text(painter, box, str(day.day), ink, align=CENTER)
