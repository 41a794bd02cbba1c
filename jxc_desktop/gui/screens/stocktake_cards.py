"""Beside the table of a stocktake: the scan box, how far the count is, the line just scanned, what was scanned before."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from jxc_desktop.columns import quantity_text, word
from jxc_desktop.domain.stocktake import REASONS, Tally
from jxc_desktop.gui.icons import paint_icon
from jxc_desktop.gui.screens.stocktake_data import Counting, Step
from jxc_desktop.gui.screens.stocktake_grid import CountLine, signed, tone_of
from jxc_desktop.gui.theme import theme
from jxc_desktop.gui.widgets import (
    Badge,
    Button,
    Card,
    Figures,
    KeyChip,
    LineEdit,
    ProgressRing,
    column,
    label,
    row,
    rule,
)
from jxc_desktop.gui.widgets.paint import RIGHT, draw_text
from jxc_desktop.i18n import _


class ScanBox(LineEdit):
    """The scan box: Enter gives what is typed in ``entered`` and empties it."""

    entered = Signal(str)

    def __init__(self) -> None:
        super().__init__("", _("Scan a product code"), enter_moves_on=False)
        self.setProperty("face", "lg")
        self.setTextMargins(34, 0, 0, 0)
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, False)
        self.setToolTip(_("A scan adds one. *6 sets the line to 6; 6*code adds six."))
        self.returnPressed.connect(self._tell)

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
        super().__init__()
        self.ring = ProgressRing(0, theme.px(72))
        self.what, self.counted, self.since = label("", "section"), label("", "secondary"), label("", "caption")
        self.add(row(self.ring, column(self.what, self.counted, self.since, spacing=4), 1, spacing=16))

    def show_progress(self, counting: Counting, sums: Tally, now: datetime) -> None:
        mode = _("blind count") if counting.plan.blind else _("open count")
        self.ring.set(sums.counted / sums.lines if sums.lines else 0.0)
        self.what.setText(f"{counting.plan.words} · {mode}")
        self.counted.setText(_("{counted} of {lines} lines counted").format(counted=f"{sums.counted:,}", lines=f"{sums.lines:,}"))
        minutes = max(int((now - datetime.fromisoformat(counting.started)).total_seconds() // 60), 0)
        spent = (
            _("{hours} h {minutes} min").format(hours=minutes // 60, minutes=minutes % 60)
            if minutes >= 60
            else _("{minutes} min").format(minutes=minutes)
        )
        self.since.setText(_("Begun {time}, {spent} so far").format(time=counting.started[11:16], spent=spent))


class LineCard(Card):
    """The current line, large: its count with − and +, its difference, its reason."""

    stepped = Signal(int)
    reason_chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__(spacing=6)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.badge = Badge("", "primary", parent=self)
        self.shelf, self.name, self.code = label("", "caption"), Name(), label("", "caption")
        self.count = label("", "kpi")
        self.unit = label("", "secondary")
        self.less = Button("", icon="minus", size="lg", tip=_("One less"), on_click=lambda: self.stepped.emit(-1))
        self.more = Button("", icon="plus", size="lg", tip=_("One more"), on_click=lambda: self.stepped.emit(1))
        self.figures = Figures([])
        self.reasons = [self._chip(_(words)) for words in REASONS.values()]
        for button in (self.less, self.more, *self.reasons):
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.reason_row = QWidget()
        self.reason_row.setLayout(row(label(_("Reason"), "caption"), *self.reasons, 1, spacing=6))
        self.add(row(self.badge, 1, self.shelf))
        self.add(row(self.name, self.code))
        self.add(label(_("Counted quantity"), "caption"))
        self.add(row(self.count, self.unit, 1, self.less, self.more))
        self.add(self.figures)
        self.add(rule())
        self.add(row(label(_("Scan again for +1, or type a quantity and"), "caption"), KeyChip("Return"), 1))
        self.add(self.reason_row)

    def _chip(self, words: str) -> Button:
        return Button(words, size="sm", on_click=lambda: self.reason_chosen.emit(words))

    def show_line(self, line: CountLine | None, *, scanned: bool, blind: bool) -> None:
        """Show a line; None before there is one."""
        self.badge.set(_("Just scanned") if scanned else _("This line"), "primary" if scanned else "neutral")
        for button in (self.less, self.more, *self.reasons):
            button.setEnabled(line is not None)
        self.figures.setVisible(not blind)
        self.reason_row.setVisible(not blind)
        if line is None:
            for one in (self.shelf, self.code, self.unit):
                one.setText("")
            self.name.say(_("Nothing counted yet"))
            self.count.setText("—")
            self.figures.set([(_("Book"), "—"), (_("Difference"), "—"), (_("Value of it"), "—")])
            return
        self.shelf.setText(_("Shelf {key}").format(key=line.row.shelf) if line.row.shelf else "")
        self.name.say(line.row.name)
        self.code.setText(line.row.barcode or line.row.code)
        self.count.setText("—" if line.counted is None else word(line.counted, "quantity"))
        self.unit.setText(line.row.units[0].name if line.counted is not None else _("not counted"))
        tone = tone_of(line.difference) or ""
        self.figures.set(
            [
                (_("Book"), word(line.book, "quantity")),
                (_("Difference"), signed(line.difference), tone),
                (_("Value of it"), signed(line.value, "money"), tone),
            ]
        )
        for button in self.reasons:
            chosen = line.draft.reason == button.text()
            button.setEnabled(bool(line.difference))
            button.setDown(chosen)
            button.set_kind("primary" if chosen else "default")


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


class LogCard(Card):
    """The newest counts, and taking the last one back."""

    undone = Signal()

    def __init__(self) -> None:
        super().__init__(_("Scan log"), spacing=4)
        self.body.setContentsMargins(16, 12, 16, 8)
        self.undo = Button(
            _("Undo the last"), "link", "arrow-back-up", size="sm", key="Ctrl+Z", bind_key=False, on_click=self.undone.emit
        )
        self.add_tool(self.undo)
        self.rows = LogRows()
        self.add(self.rows, 1)

    def show_steps(self, steps: Sequence[Step]) -> None:
        """Show them, the newest first."""
        self.undo.setEnabled(bool(steps))
        self.rows.steps = list(reversed(steps[-30:]))
        self.rows.update()


class LogRows(QWidget):
    """Time, product, count; as many as there is room for."""

    def __init__(self) -> None:
        super().__init__()
        self.steps: list[Step] = []
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def sizeHint(self) -> QSize:
        return QSize(100, theme.px(70))

    def minimumSizeHint(self) -> QSize:
        return QSize(100, theme.px(34))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, height = QPainter(self), theme.px(34)
        if not self.steps:
            draw_text(painter, QRect(0, 0, self.width(), height), _("What is counted appears here."), "text_tertiary")
        for number, step in enumerate(self.steps[: self.height() // height]):
            box = QRectF(0, number * height, self.width(), height)
            painter.fillRect(QRect(-16, number * height, self.width() + 32, 1), theme.color("border_subtle"))
            draw_text(painter, box, step.at[11:16], "text_secondary")
            draw_text(painter, box.adjusted(56, 0, -70, 0), step.line.row.name)
            words = "—" if step.after is None else quantity_text(step.after)
            draw_text(painter, box, words, "text_primary", theme.font("body", True), RIGHT)
