"""The page of a count as widgets: scan box and cards at the left, tabs, table and totals at the right. It decides nothing."""

from __future__ import annotations

from datetime import date

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

from jxc_desktop.gui.screens.stocktake_cards import LineCard, ProgressCard, ScanBox
from jxc_desktop.gui.screens.stocktake_codes import CodesTable
from jxc_desktop.gui.screens.stocktake_data import Counting
from jxc_desktop.gui.screens.stocktake_foot import CountFoot
from jxc_desktop.gui.screens.stocktake_grid import CountGrid
from jxc_desktop.gui.screens.stocktake_log import LogCard
from jxc_desktop.gui.theme import theme
from jxc_desktop.gui.widgets import Card, LineEdit, NoticeBar, Tabs, column, label, row
from jxc_desktop.i18n import N_, _

TABS = (
    ("all", N_("All")),
    ("different", N_("With a difference")),
    ("open", N_("Not counted")),
    ("counted", N_("Counted so far")),
)
AGAIN, CODES = ("again", N_("Second count")), ("codes", N_("Codes to settle"))
"""Tabs that are there only while there is something in them."""


class CountDesk(QWidget):
    """The widgets, by name: ``scan progress line_card log`` and ``notice tabs counter grid codes foot``."""

    def __init__(self, today: date, counter: str) -> None:
        super().__init__()
        self._wide = False
        self.scan, self.progress, self.line_card, self.log = ScanBox(), ProgressCard(), LineCard(), LogCard()
        self.side = QWidget()
        beside = column(self.scan, self.progress, self.line_card, self.log, 1, spacing=12)
        beside.setStretch(3, 1000)
        self.side.setLayout(beside)
        self.notice = NoticeBar()
        self.tabs = Tabs([(value, _(words)) for value, words in TABS])
        self.counter = LineEdit(counter, _("Name"), enter_moves_on=False)
        self.counter.setFixedWidth(theme.px(104))
        self.counter.setMaxLength(40)
        self.counter.setAccessibleName(_("Counted by"))
        self.counter.setToolTip(_("Whoever counts here. Several people, at several computers too, count one stocktake together."))
        self.grid, self.codes, self.foot = CountGrid(today), CodesTable(), CountFoot()
        self.tables = QStackedWidget()
        self.tables.addWidget(self.grid)
        self.tables.addWidget(self.codes)
        card = Card(padding=1, spacing=0)
        self.counter_label = label(_("Counted by"), "caption")
        head = row(self.tabs, self.counter_label, self.counter, margins=(16, 2, 12, 0))
        card.add(head)
        card.add(self.tables, 1)
        card.add(self.foot)
        right = column(self.notice, spacing=12)
        right.addWidget(card, 1)
        self.setLayout(row(self.side, right, spacing=12))

    def arrange(self, width: str) -> None:
        """The cards at the left are wider in wide windows, where the table needs less of the room."""
        self._wide = width == "wide"
        self.side.setFixedWidth(theme.px({"compact": 300, "wide": 372}.get(width, 348)))
        self._give_way()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._give_way()

    def _give_way(self) -> None:
        """Where it is low first the keypad goes, then the log, then the ring: the tabs still say how many are counted."""
        height = self.height()
        self.line_card.show_keys(wide=self._wide and height >= theme.px(760))
        self.log.setVisible(height >= theme.px(530))
        self.progress.setVisible(height >= theme.px(425))
        beside = self.width() - self.side.width() - theme.px(104) - self.counter_label.sizeHint().width() - 60
        self.counter_label.setVisible(self.tabs.sizeHint().width() <= beside)  # the field says by itself what it is
        self.foot.rate.setMaximumWidth(0 if self._narrow else 16777215)

    @property
    def _narrow(self) -> bool:
        return self.width() < theme.px(1000)

    @property
    def wanted(self) -> str:
        """The filter that is chosen."""
        return str(self.tabs.value)

    def show_tabs(self, counting: Counting) -> None:
        """Tabs with their counts; whoever counts blind is not told how many differ."""
        sums, blind = counting.tally(), counting.plan.blind
        second = self.wanted == "again" or (bool(counting.due) and not self._narrow)
        shown = [t for t in TABS if not (blind and t[0] == "different")]
        shown += [AGAIN] if second and (not blind or counting.plan.tolerance.set or counting.closed) else []
        shown += [CODES] if counting.pending else []
        self.tabs.set_tabs([(value, _(words)) for value, words in shown])
        for value, number in (
            ("all", sums.lines),
            ("different", sums.different),
            ("open", sums.lines - sums.counted),
            ("counted", sums.counted),
            ("again", counting.due),
            ("codes", len(counting.pending)),
        ):
            self.tabs.set_count(value, number)
        self._give_way()

    def show_table(self, *, codes: bool) -> None:
        """The lines, or the codes that nobody knew."""
        self.tables.setCurrentIndex(int(codes))
