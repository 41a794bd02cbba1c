"""Beside the table of a stocktake: the newest counts, what each line came to by them, and taking the last one back."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, QRectF, QSize, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from jxc_desktop.columns import quantity_text
from jxc_desktop.gui.screens.stocktake_data import Counting, Step
from jxc_desktop.gui.theme import theme
from jxc_desktop.gui.widgets import Button, Card
from jxc_desktop.gui.widgets.paint import RIGHT, draw_text, text_width
from jxc_desktop.i18n import _

SHOWN = 30


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

    def show_steps(self, counting: Counting, waiting: int) -> None:
        """Show them, the newest first; ``waiting``: how many counts are on their way into the book."""
        self.undo.setEnabled(counting.own_steps or bool(waiting))
        self.title_label.setText(_("Scan log") + (f"  +{waiting}" if waiting else ""))
        self.rows.show_steps(list(reversed(counting.steps[-SHOWN:])), counting.sitting.counter)


class LogRows(QWidget):
    """Time, product, count; as many as there is room for."""

    def __init__(self) -> None:
        super().__init__()
        self.steps: list[Step] = []
        self.own = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def show_steps(self, steps: Sequence[Step], own: str) -> None:
        """Show ``steps``; counters other than ``own`` are named."""
        self.steps, self.own = list(steps), own
        self.setAccessibleName("; ".join(f"{s.entry.moment[11:16]} {s.name} {s.after}" for s in self.steps[:5]))
        self.update()

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
            draw_text(painter, box, step.entry.moment[11:16], "text_secondary")
            words = "—" if step.after is None else quantity_text(step.after)
            who = "" if step.entry.counter == self.own else step.entry.counter
            right = text_width(words, theme.font("body", True)) + 12
            if who:
                place = box.adjusted(0, 0, -right, 0)
                draw_text(painter, place, who, "text_tertiary", theme.font("caption"), RIGHT)
                right += text_width(who, theme.font("caption")) + 10
            draw_text(painter, box.adjusted(56, 0, -right, 0), step.name)
            draw_text(painter, box, words, "text_primary", theme.font("body", True), RIGHT)
