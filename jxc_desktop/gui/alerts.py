"""The bell: what is not as it should be, grouped by how pressing it is, each line leading to where it is mended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from jxc_desktop.gui.screen import Target, goto
from jxc_desktop.gui.screens.insight_parts import LinkRow, LinkRows, yuan_words
from jxc_desktop.gui.widgets.popover import EDGE, Popover
from jxc_desktop.gui.widgets.surface import TONE_ICONS, column, label, rule
from jxc_desktop.i18n import N_, _

if TYPE_CHECKING:
    from jxc_desktop.queries.alerts import Alert

WIDTH = 400
PRESSING = ("backup", "expired", "late_orders", "overdue")
"""What stands under “today” and is counted by the bell."""
MESSAGES = 4


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something about the backups that the owner should know: in words, and what follows from it."""

    words: str
    note: str


_ICONS = {
    "backup": "database-x",
    "expired": "calendar-due",
    "late_orders": "truck-delivery",
    "overdue": "users",
    "low": "alert-triangle",
    "expiring": "calendar-due",
    "unpriced": "receipt",
}
_WORDS = {
    "expired": (N_("Goods past their date"), N_("Take them off the shelf, then write them off")),
    "late_orders": (N_("Orders that are late"), N_("Ask for the goods, or close what is open")),
    "overdue": (N_("Customers who are late with paying"), N_("Print a statement, or enter what was paid")),
    "low": (N_("Products below their minimum"), N_("Order before they are gone")),
    "expiring": (N_("Batches that expire soon"), N_("Sell them first, or mark them down")),
    "unpriced": (N_("Goods that came in without a price"), N_("Their profit is not known until the price is filled in")),
}


def alert_rows(found: Sequence[Alert], backup: Trouble | None) -> tuple[list[LinkRow], list[LinkRow]]:
    """The lines of “today” and those that are good to know."""
    today: list[LinkRow] = []
    if backup is not None:
        today.append(LinkRow(backup.words, target=goto("backup"), note=backup.note, icon=_ICONS["backup"], icon_tone="danger"))
    later: list[LinkRow] = []
    for alert in found:
        words, note = _WORDS[alert.code]
        pressing = alert.code in PRESSING
        right = yuan_words(alert.amount) if alert.amount is not None else f"{alert.count:,}"
        tone = "danger" if pressing else "warning"
        line = LinkRow(_(words), right, tone, _target(alert), _(note), _ICONS[alert.code], tone)
        (today if pressing else later).append(line)
    return today, later


def _target(alert: Alert) -> Target:
    if alert.id is not None:
        return goto("document", id=alert.id)
    return {
        "expired": goto("report", name="expiring"),
        "expiring": goto("report", name="expiring"),
        "late_orders": goto("purchases", kind="purchase_order", status=""),
        "overdue": goto("report", name="receivables"),
        "low": goto("report", name="low-stock"),
        "unpriced": goto("purchases", kind="purchase_receipt", status=""),
    }[alert.code]


class AlertList(Popover):
    """What the bell opens. ``chosen`` tells where to go; ``said`` are the latest messages as (tone, text)."""

    chosen = Signal(object)

    def __init__(
        self, parent: QWidget, today: Sequence[LinkRow], later: Sequence[LinkRow], said: Sequence[tuple[str, str]]
    ) -> None:
        super().__init__(parent, WIDTH)
        self.body.setSpacing(0)
        self.body.setContentsMargins(EDGE, EDGE + 6, EDGE, EDGE + 8)
        self.lists: list[LinkRows] = []
        self._group(_("Today"), today, 54)
        self._group(_("Good to know"), later, 54)
        if not self.lists:
            words = label(_("Nothing waits for you."), "secondary")
            self.body.addLayout(column(words, margins=(16, 10, 16, 10)))
        messages = [LinkRow(text, icon=TONE_ICONS.get(tone, "info-circle"), icon_tone=tone) for tone, text in said]
        self._group(_("Recent messages"), messages[-MESSAGES:][::-1], 34)
        if self.lists:
            self.lists[0].setFocus()

    def _group(self, title: str, rows: Sequence[LinkRow], height: int) -> None:
        if not rows:
            return
        if self.lists:
            self.body.addWidget(rule())
        self.body.addLayout(column(label(title, "caption"), margins=(16, 8, 16, 2)))
        lines = LinkRows(height)
        lines.set_limit(len(rows))
        lines.set(rows)
        lines.chosen.connect(self._go)
        self.body.addWidget(lines)
        self.lists.append(lines)

    def _go(self, target: Target) -> None:
        self.close()
        self.chosen.emit(target)
