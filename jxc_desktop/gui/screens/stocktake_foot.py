"""Under the table of a stocktake: gains, losses, net, and how large the differences are."""

from __future__ import annotations

from decimal import Decimal

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from jxc_desktop.columns import quantity_text, word
from jxc_desktop.domain.stocktake import Tally
from jxc_desktop.gui.screens.stocktake_line import signed
from jxc_desktop.gui.theme import theme
from jxc_desktop.gui.widgets import ShortLabel, label, row, set_tone
from jxc_desktop.i18n import _


class CountFoot(QWidget):
    """The totals bar."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("panel", "foot")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.gain, self.loss, self.net = (
            label("", "section", tone="info"),
            label("", "section", tone="danger"),
            label("", "section"),
        )
        self.rate, self.covered = ShortLabel("", "caption"), label(_("The book is shown once the count is handed in."), "caption")
        self._open = (
            label(_("Gains"), "secondary"),
            self.gain,
            label(_("Losses"), "secondary"),
            self.loss,
            label(_("Net difference"), "secondary"),
            self.net,
            self.rate,
        )
        self.rate.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        groups = [row(*self._open[n : n + 2], spacing=10) for n in (0, 2, 4)]
        captions = row(*groups, self.covered, 1, self.rate, spacing=24, margins=(16, 0, 16, 0))
        self.setLayout(captions)
        self.setFixedHeight(theme.px(46))
        self.set_blind(False)

    def set_blind(self, blind: bool) -> None:
        """Say nothing of what was found while counting blind."""
        for widget in self._open:
            widget.setVisible(not blind)
        self.covered.setVisible(blind)

    def show_sums(self, sums: Tally, rate_limit: int) -> None:
        """Show what the count found so far. ``rate_limit``: differences by value up to so many per mille are usual here."""
        pieces = _("{quantity} pcs")
        self.gain.setText(f"{pieces.format(quantity=signed(sums.gain))}  {signed(sums.gain_value, 'money')}")
        self.loss.setText(f"{pieces.format(quantity=signed(sums.loss))}  {signed(sums.loss_value, 'money')}")
        self.net.setText(signed(sums.net_value, "money"))
        words, tone = "", ""
        if sums.rate is not None:
            percent = f"{sums.rate * 100:.2f}%"
            limit = f"{Decimal(rate_limit) / 10:.2f}%"
            over = sums.rate * 1000 > rate_limit
            high, low = _("Differences {rate}, above the limit of {limit}"), _("Differences {rate}, below the limit of {limit}")
            words, tone = (high if over else low).format(rate=percent, limit=limit), "warning" if over else ""
        set_tone(self.rate, tone)
        self.rate.setText(words)
        if sums.accuracy is not None:
            right = _("{share} of the lines right").format(share=word(sums.accuracy, "percent"))
            self.rate.setToolTip("\n".join(filter(None, (words, right))))
        self.setAccessibleName(f"{quantity_text(sums.gain)} {quantity_text(sums.loss)} {word(sums.net_value, 'money')}")
