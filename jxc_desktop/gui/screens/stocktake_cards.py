"""Beside the table of a stocktake: the scan box, how far the count is, the line just scanned, its keypad."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QGridLayout, QSizePolicy, QWidget

from jxc_desktop.columns import quantity_text, word
from jxc_desktop.domain.stocktake import REASONS, Tally
from jxc_desktop.gui.icons import paint_icon
from jxc_desktop.gui.screens.stocktake_data import Counting
from jxc_desktop.gui.screens.stocktake_line import CountLine, signed, tone_of
from jxc_desktop.gui.theme import theme
from jxc_desktop.gui.widgets import (
    Badge,
    Button,
    Card,
    Chips,
    KeyChip,
    LineEdit,
    ProgressRing,
    ShortLabel,
    column,
    label,
    row,
    rule,
)
from jxc_desktop.gui.widgets.paint import draw_text, text_width, tone_text
from jxc_desktop.gui.widgets.surface import set_property
from jxc_desktop.i18n import _

FLASH_MS = 700
KEYS = ("7", "8", "9", "4", "5", "6", "1", "2", "3", "-", "0", "+")


class ScanBox(LineEdit):
    """The scan box: Enter gives what is typed in ``entered`` and empties it; ``stepped``: + or - in the empty box."""

    entered = Signal(str)
    stepped = Signal(int)

    def __init__(self) -> None:
        super().__init__("", _("Scan a product code"), enter_moves_on=False)
        self.setProperty("face", "lg")
        self.setTextMargins(34, 0, 0, 0)
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, True)
        self.setInputMethodHints(Qt.InputMethodHint.ImhPreferLatin)
        self.setToolTip(_("A scan adds one. A number sets the line, 3箱2瓶 too; 6*code adds six; + and - step by one."))
        self.returnPressed.connect(self._tell)
        self._calm = QTimer(self, singleShot=True, interval=FLASH_MS)
        self._calm.timeout.connect(lambda: set_property(self, "error", "false"))

    def flash(self) -> None:
        """Say that a code was not found, so that it is seen and heard from the shelf."""
        set_property(self, "error", "true")
        self._calm.start()
        QApplication.beep()

    def event(self, event: QEvent) -> bool:
        """While the box is empty, Ctrl+Z means the last count and not the last letter."""
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.matches(QKeySequence.StandardKey.Undo)
            and not self.text()
        ):
            event.ignore()
            return False
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self.text() and event.text() in ("+", "-"):
            self.stepped.emit(1 if event.text() == "+" else -1)
            return
        super().keyPressEvent(event)

    def _tell(self) -> None:
        said = self.text().strip()
        self.clear()
        if said:
            self.entered.emit(said)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        paint_icon(QPainter(self), 12, self.height() / 2 - 11, "scan", "primary_text", 22)


class ProgressCard(Card):
    """Counted of how many, since when."""

    def __init__(self) -> None:
        super().__init__(padding=12)
        self.ring = ProgressRing(0, theme.px(66))
        self.what, self.counted, self.since = label("", "section"), label("", "secondary"), label("", "caption")
        for words in (self.what, self.counted, self.since):
            words.setMinimumWidth(10)
        self.add(row(self.ring, column(self.what, self.counted, self.since, spacing=3), 1, spacing=16))

    def show_progress(self, counting: Counting, sums: Tally, now: datetime) -> None:
        mode = _("blind count") if counting.plan.blind else _("open count")
        self.ring.set(sums.counted / sums.lines if sums.lines else 0.0)
        self.what.setText(f"{counting.plan.words}·{mode}")
        self.counted.setText(_("{counted} of {lines} lines counted").format(counted=f"{sums.counted:,}", lines=f"{sums.lines:,}"))
        minutes = max(int((now - datetime.fromisoformat(counting.started)).total_seconds() // 60), 0)
        spent = (
            _("{hours} h {minutes} min").format(hours=minutes // 60, minutes=minutes % 60)
            if minutes >= 60
            else _("{minutes} min").format(minutes=minutes)
        )
        self.since.setText(_("Begun {time}, {spent} so far").format(time=counting.started[11:16], spent=spent))


class LineFigures(QWidget):
    """Book, difference and its value in a row, captions above: set tight, as beside the large count."""

    def __init__(self) -> None:
        super().__init__()
        self._figures: list[tuple[str, str, str]] = []
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set(self, figures: list[tuple[str, str, str]]) -> None:
        """(caption, value, tone) each."""
        self._figures = figures
        self.setAccessibleName("; ".join(f"{caption} {value}" for caption, value, _tone in figures))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(120, theme.px(44))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, x = QPainter(self), 0.0
        for caption, value, tone in self._figures:
            wide = max(text_width(caption, theme.font("caption")), text_width(value, theme.font("title"))) + 2
            draw_text(painter, QRectF(x, 0, wide, theme.px(19)), caption, "text_secondary", theme.font("caption"))
            draw_text(painter, QRectF(x, theme.px(19), wide, theme.px(24)), value, tone_text(tone), theme.font("title"))
            x += wide + 24


class LineCard(Card):
    """The current line, large: its count with − and +, its difference, who counted it, its reason, in wide windows a keypad."""

    stepped = Signal(int)
    reason_chosen = Signal(str)
    reason_asked = Signal()
    batch_asked = Signal()
    digit = Signal(str)
    confirmed = Signal()

    def __init__(self) -> None:
        super().__init__(spacing=5)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.badge = Badge("", "primary", parent=self)
        self.shelf, self.name, self.code = label("", "caption"), Name(), label("", "caption")
        self.count, self.unit = label("", "pos_total"), label("", "secondary")
        other = _("Another batch…") + " Ctrl+B"
        self.batch = Button("", "link", "calendar-due", size="sm", tip=other, on_click=self.batch_asked.emit)
        self.batch.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.who = label("", "caption")
        self.who.setMinimumWidth(10)
        self.less = Button("", icon="minus", size="lg", tip=_("One less"), on_click=lambda: self.stepped.emit(-1))
        self.more = Button("", icon="plus", size="lg", tip=_("One more"), on_click=lambda: self.stepped.emit(1))
        self.figures = LineFigures()
        self.reasons = [self._chip(_(words)) for words in REASONS.values()]
        self.other = Button("", icon="pencil", size="sm", tip=_("Another reason…"), on_click=self.reason_asked.emit)
        self.keypad = QWidget()
        self.enter = Button(_("OK"), size="sm", on_click=self.confirmed.emit)
        self._lay_keys()
        for button in (self.less, self.more, self.other, self.enter, *self.reasons):
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        caption = label(_("Reason"), "caption")
        caption.setFixedHeight(self.other.sizeHint().height())
        self.reason_row = Chips(caption, *self.reasons, self.other, spacing=6)
        hint = row(ShortLabel(_("Scan again for +1, or type a quantity and"), "caption"), KeyChip("Return"), 1, self.enter)
        for item in (
            row(self.badge, self.batch, 1, self.shelf),
            row(self.name, self.code),
            row(label(_("Counted quantity"), "caption"), 1, self.who),
            row(self.count, self.unit, 1, self.less, self.more),
            self.figures,
            rule(),
            hint,
            self.keypad,
            self.reason_row,
        ):
            self.add(item)
        self.show_keys(wide=False)

    def _chip(self, words: str) -> Button:
        return Button(words, size="sm", on_click=lambda: self.reason_chosen.emit(words))

    def _lay_keys(self) -> None:
        grid = QGridLayout(self.keypad)
        grid.setContentsMargins(0, 4, 0, 4)
        grid.setSpacing(8)
        for place, key in enumerate(KEYS):
            words = {"-": "−1", "+": "+1"}.get(key, key)
            button = Button(words, size="lg", on_click=partial(self._pressed, key))
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            grid.addWidget(button, place // 3, place % 3)

    def _pressed(self, key: str) -> None:
        if key.isdigit():
            self.digit.emit(key)
        else:
            self.stepped.emit(1 if key == "+" else -1)

    def show_keys(self, *, wide: bool) -> None:
        """The keypad has room in wide windows only; there − and + are among its keys."""
        self.keypad.setVisible(wide)
        self.enter.setVisible(wide)

    def show_line(self, line: CountLine | None, *, scanned: bool, blind: bool) -> None:
        """Show a line; None before there is one."""
        self.badge.set(_("Just scanned") if scanned else _("This line"), "primary" if scanned else "neutral")
        for button in (self.less, self.more, self.other, *self.reasons):
            button.setEnabled(line is not None)
        self.figures.setVisible(not blind)
        self.reason_row.setVisible(not blind)
        self.batch.setVisible(line is not None and line.row.by_batch)
        if line is None:
            for one in (self.shelf, self.code, self.unit, self.who):
                one.setText("")
            self.name.say(_("Nothing counted yet"))
            self.count.setText("—")
            set_property(self.count, "role", "kpi")
            self.figures.set([(_("Book"), "—", ""), (_("Difference"), "—", ""), (_("Value of it"), "—", "")])
            return
        self.shelf.setText(_("Shelf {key}").format(key=line.row.shelf) if line.row.shelf else "")
        self.batch.setText(_("batch {number}").format(number=line.row.batch) if line.row.batch else _("no batch yet"))
        self.batch.updateGeometry()
        self.name.say(line.row.name)
        self.code.setText(line.row.barcode or line.row.code)
        self.count.setText("—" if line.shown is None else word(line.shown, "quantity"))
        set_property(self.count, "role", "kpi" if line.shown is None else "pos_total")
        self.unit.setText(line.row.units[0].name if line.shown is not None else _("not counted"))
        self._show_who(line, blind)
        tone = tone_of(line.difference) or ""
        self.figures.set(
            [
                (_("Book"), word(line.book, "quantity"), ""),
                (_("Difference"), signed(line.difference), tone),
                (_("Value of it"), signed(line.value, "money"), tone),
            ]
        )
        for button in (self.other, *self.reasons):
            button.setEnabled(bool(line.difference))
        for button in self.reasons:
            button.set_kind("primary" if line.reason == button.text() else "default")
        own = line.reason and line.reason not in [button.text() for button in self.reasons]
        self.other.set_kind("primary" if own else "default")
        self.other.setToolTip(line.reason if own else _("Another reason…"))

    def _show_who(self, line: CountLine, blind: bool) -> None:
        """What each counter found, where several did, and what happened since; whoever counts blind sees neither."""
        said = "" if blind else line.since
        if len(line.found.by) > 1 and not blind:
            said = " + ".join(f"{name} {quantity_text(quantity)}" for name, quantity in line.found.by)
        self.who.setText(said)
        self.who.setToolTip(said)


class Name(QWidget):
    """A name that gives way: cut with dots where it is too long, whole in its tip."""

    def __init__(self) -> None:
        super().__init__()
        self.text = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def say(self, text: str) -> None:
        """Show ``text``."""
        self.text = text
        self.setToolTip(text)
        self.setAccessibleName(text)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(60, theme.line("title"))

    def paintEvent(self, event: QPaintEvent) -> None:
        draw_text(QPainter(self), self.rect(), self.text, font=theme.font("title"))
