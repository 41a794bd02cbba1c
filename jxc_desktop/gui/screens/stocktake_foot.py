"""Under the table of a stocktake: gains, losses, net, and how large the differences are."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from jxc_desktop.columns import quantity_text, word
from jxc_desktop.domain.stocktake import Tally
from jxc_desktop.gui.screens.stocktake_grid import signed
from jxc_desktop.gui.theme import theme
from jxc_desktop.gui.widgets import label, row
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
        self.rate, self.covered = label("", "caption"), label(_("The book is shown once the count is handed in."), "caption")
        self._open = (
            label(_("Gains"), "secondary"),
            self.gain,
            label(_("Losses"), "secondary"),
            self.loss,
            label(_("Net difference"), "secondary"),
            self.net,
            self.rate,
        )
        captions = row(*self._open[:2], *self._open[2:4], *self._open[4:6], self.covered, 1, self.rate, margins=(16, 0, 16, 0))
        self.setLayout(captions)
        self.setFixedHeight(theme.px(46))
        self.set_blind(False)

    def set_blind(self, blind: bool) -> None:
        """Say nothing of what was found while counting blind."""
        for widget in self._open:
            widget.setVisible(not blind)
        self.covered.setVisible(blind)

    def show_sums(self, sums: Tally) -> None:
        """Show what the count found so far."""
        self.gain.setText(f"{signed(sums.gain)}  {signed(sums.gain_value, 'money')}")
        self.loss.setText(f"{signed(sums.loss)}  {signed(sums.loss_value, 'money')}")
        self.net.setText(signed(sums.net_value, "money"))
        words = ""
        if sums.rate is not None:
            words = _("Differences {rate} by value").format(rate=f"{sums.rate * 100:.2f}%")
        if sums.accuracy is not None:
            words += ("  ·  " if words else "") + _("{share} of the lines right").format(share=word(sums.accuracy, "percent"))
        self.rate.setText(words)
        self.setAccessibleName(f"{quantity_text(sums.gain)} {quantity_text(sums.loss)} {word(sums.net_value, 'money')}")
