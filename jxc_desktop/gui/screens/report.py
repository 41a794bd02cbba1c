"""One page for every report: its filters, totals, charts and rows come from its declaration. And the page that lists them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QSizePolicy, QVBoxLayout

from jxc_desktop.columns import Column
from jxc_desktop.domain.changes import Changes
from jxc_desktop.domain.errors import JxcError
from jxc_desktop.gui import prompts
from jxc_desktop.gui.row_table import RowTable
from jxc_desktop.gui.screen import Desk, Screen, Target, goto
from jxc_desktop.gui.screens.document_add import Wanted
from jxc_desktop.gui.screens.insight_parts import FigureStrip, Icon, LinkRow, LinkRows
from jxc_desktop.gui.screens.report_charts import TIMES, Pictures, ReportCharts, read_pictures
from jxc_desktop.gui.screens.report_filters import FilterBar
from jxc_desktop.gui.screens.report_rows import (
    FIRST_SORTED,
    Numbered,
    drill,
    figures,
    looks,
    numbered,
    screen_columns,
    totals_words,
)
from jxc_desktop.gui.screens.table_paper import Sheet, export_menu, export_sheet, preview_sheet
from jxc_desktop.gui.screens.why_keys import Answer, report_figures, report_key, total_figures, total_key
from jxc_desktop.gui.theme import theme
from jxc_desktop.gui.widgets import Button, Card, column, label, row, rule
from jxc_desktop.i18n import N_, _
from jxc_desktop.queries.settings import Named, categories, warehouses
from jxc_desktop.reports import REPORTS, report_named, run_report
from jxc_desktop.reports.base import Filters, Report, ReportResult

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

GROUPS = (
    ("stock", N_("Stock"), "building-warehouse"),
    ("sales", N_("Selling"), "shopping-cart"),
    ("money", N_("Money and partners"), "wallet"),
    ("book", N_("The book"), "book"),
)


LEAST_TABLE, LEAST_CHART = 190, 150
"""Pixels that rows and totals need at least, and below which a chart says nothing."""


@dataclass(frozen=True, slots=True)
class Answered:
    """A report as it was asked for: the answer, that of the period before, the pictures."""

    filters: Filters
    result: ReportResult
    before: ReportResult | None
    pictures: Pictures


def ask(session: Session, report: Report, filters: Filters) -> Answered:
    """Run ``report``, what it is compared with, and what its charts need."""
    result = run_report(session, report, filters)
    before = None
    if filters.date_from is not None and result.totals:
        last = filters.period(session).before()
        before = run_report(session, report, replace(filters, date_from=last.first, date_to=last.last))
    return Answered(filters, result, before, read_pictures(session, report, filters, result))


class ReportScreen(Screen):
    """``open(name=…, **filters)`` shows a report; the filters are the fields of :class:`Filters` (dates, codes, ``by``)."""

    title = N_("Report")
    has_back = True
    follows = Changes.ALL
    hints = (("F5", N_("Refresh")), ("Ctrl+E", N_("Export")), ("Enter", N_("Look closer")))

    def __init__(self, desk: Desk) -> None:
        self.report: Report | None = None
        self.bar: FilterBar | None = None
        self.table: RowTable | None = None
        self.answered: Answered | None = None
        self._sorted_for: tuple[str, ...] | None = None
        self._places: dict[str, str] = {}
        super().__init__(desk)

    def build(self) -> None:
        self.explain_button = Button(_("How this is counted"), "link", "help-circle", on_click=self.tell_how)
        self.print_button = Button(_("Print"), icon="printer", key="Ctrl+P", on_click=self.print)
        self.export_button = Button(_("Export"), icon="file-export", key="Ctrl+E", on_click=self._choose_format)
        for button in (self.explain_button, self.print_button, self.export_button):
            self.add_action(button)
        self._bar_place, self._table_place = QVBoxLayout(), QVBoxLayout()
        self.strip, self.charts, self.notes = FigureStrip(), ReportCharts(), label("", "caption", wrap=True)
        self.strip.asked.connect(lambda column: self.explain(self._total_key(column)))
        self.charts.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.add(self._bar_place)
        self.add(self.strip)
        self.add(self.charts)
        self.add(self._table_place, 1)
        self.add(self.notes)
        for part in (self.strip, self.charts, self.notes):
            part.hide()

    # --- opening and reading -------------------------------------------------------------------------------------

    def open(self, **arguments: Any) -> None:
        """Raises :class:`UnknownReport` for a name that is none."""
        report = report_named(str(arguments.pop("name")))
        if report is not self.report:
            self._begin(report)
        if self.bar is not None and arguments:
            self.bar.set(**arguments)
        self.refresh()

    def _begin(self, report: Report) -> None:
        self.report, self.answered = report, None
        self.set_title(_(report.title), _(report.about))
        if self.bar is not None:
            self.bar.hide()
            self.bar.deleteLater()
        self.bar = FilterBar(self.desk, report)
        self.bar.changed.connect(self.refresh)
        self.bar.resized.connect(self._fit)
        self._bar_place.addWidget(self.bar)
        self.tasks.read(self, "lists", lambda s: (warehouses(s), categories(s)), self._fill_bar)
        self._set_table((*report.columns,))

    def _fill_bar(self, lists: tuple[list[Named], list[Named]]) -> None:
        self._places.update((place.code, place.name) for place in lists[0])
        if self.bar is not None:
            self.bar.fill(*lists)

    def reload(self) -> None:
        report = self.report
        if report is None or self.bar is None or self.table is None:
            return
        try:
            filters = self.bar.filters()
        except JxcError as error:
            self.refuse(error)
            return
        missing = next((one for one in report.filters if one.field in report.needs and not getattr(filters, one.field)), None)
        if missing is not None:
            self._ask_for(_(missing.title))
            return
        self.table.set_loading()
        self.tasks.read(self, "report", lambda s: ask(s, report, filters), self._show, self._refused)

    def _ask_for(self, what: str) -> None:
        assert self.table is not None
        self.table.set_empty("users", _("Choose: {what}").format(what=what), _("The report is about one of them."))
        self.table.set_rows([])

    def _refused(self, error: JxcError) -> None:
        assert self.table is not None
        retry = Button(_("Try again"), "primary", "refresh", on_click=self.refresh)
        self.table.set_empty("database-x", _("The report could not be read"), str(error), [retry])
        self.table.set_rows([])

    # --- showing -------------------------------------------------------------------------------------------------

    def _show(self, answered: Answered) -> None:
        assert self.report is not None
        self.answered = answered
        result = answered.result
        columns = screen_columns(result)
        if self.table is None or [(c.key, c.title) for c in self.table.model.columns] != [(c.key, c.title) for c in columns]:
            self._set_table(columns)
        assert self.table is not None
        why = " ".join(result.notes) or _("Choose other days or fewer filters.")
        self.table.set_empty("report-analytics", _("Nothing in this period"), why)
        self._sort_first(self.table, answered.filters)
        self.table.set_rows(numbered(result))
        self.table.set_total(totals_words(result) if result.rows else None)
        strip = figures(self.report, result, answered.before) if result.rows else []
        self.strip.set(strip, total_figures(self.report))
        self.strip.setVisible(len(strip) > 1)
        seen = bool(result.rows) and self.charts.show_pictures(self.report, answered.filters, answered.pictures)
        self.charts.setProperty("seen", seen)
        self._fit()
        self.notes.setText("  ".join((_("{count} rows").format(count=f"{len(result.rows):,}"), *result.notes)))
        self.notes.setVisible(bool(result.rows))
        for button in (self.print_button, self.export_button):
            button.setEnabled(bool(result.rows))

    def _sort_first(self, table: RowTable, filters: Filters) -> None:
        """What matters most stands at the top, until a person sorts otherwise; time stays in its order."""
        assert self.report is not None
        by = (filters.by or self.report.by)[:1]
        first = FIRST_SORTED.get(self.report.name, "")
        if by != self._sorted_for and first in {column.key for column in table.model.columns}:
            in_time = bool(by) and by[0] in TIMES
            table.model.sort_by("" if in_time else first, not in_time)
        self._sorted_for = by

    def _set_table(self, columns: Sequence[Column]) -> None:
        assert self.report is not None
        old, focus, self._sorted_for = self.table, self.focusWidget(), None
        self.table = RowTable(
            columns,
            looks(columns, self._places),
            name=f"report-{self.report.name}",
            preferences=self.desk.preferences,
            key="at_row",
        )
        known = [key for key in report_figures(self.report) if key in {c.key for c in columns}]
        self.table.set_explained(known, self.explain, self.explain_total)
        self.table.opened.connect(self._open_row)
        self.table.set_menu(self._menu)
        self._table_place.addWidget(self.table)
        self.setFocusProxy(self.table)
        if old is None:
            self.table.setFocus()
        else:
            if focus is not None and old.isAncestorOf(focus):
                self.table.setFocus()
            old.hide()
            old.deleteLater()

    def _fit(self) -> None:
        """The charts give way where the window is low, so that rows and totals stay; where it is tall they grow."""
        taken = 32 + theme.px(32) + 12 + theme.px(30) + theme.px(LEAST_TABLE) + 12
        taken += self.bar.height() + 12 if self.bar is not None else 0
        taken += self.strip.height() + 12 if self.strip.isVisibleTo(self) else 0
        room = self.height() - taken
        self.charts.setFixedHeight(max(theme.px(LEAST_CHART), min(room, theme.px(270 if self.height() >= 850 else 200))))
        self.charts.setVisible(bool(self.charts.property("seen")) and room >= theme.px(LEAST_CHART))

    def resizeEvent(self, event: Any) -> None:
        super().resizeEvent(event)
        self._fit()

    # --- going on ------------------------------------------------------------------------------------------------

    def target_of(self, found: Numbered) -> Target | None:
        """Where this row leads."""
        return drill(self.report, self.answered.filters, found) if self.report is not None and self.answered is not None else None

    def _open_row(self, found: Numbered) -> None:
        target = self.target_of(found)
        if target is not None:
            self.open_requested.emit(target)

    def _menu(self, found: Numbered) -> list[tuple[str, Any]]:
        target = self.target_of(found)
        offered: list[tuple[str, Any]] = []
        if target is not None:
            offered.append((_("Look closer"), partial(self.open_requested.emit, target)))
        if found.get("product_id") is not None:
            offered.append((_("Open the product"), partial(self.navigate, "products", id=found.get("product_id"))))
        if found.get("expiry") and found.get("batch") and (found.get("quantity") or 0) > 0:
            offered.append((_("Write off this batch"), partial(self._write_off, found)))
        return offered

    def _write_off(self, found: Numbered) -> None:
        """A write-off of all that lies there of a batch."""
        past = found.expiry < self.desk.today().isoformat()
        reason = _("Expired on {expiry}").format(expiry=found.expiry) if past else ""
        wanted = Wanted(found.product_id, None, found.quantity, batch=found.batch, reason=reason)
        self.navigate("document", kind="write_off", warehouse=found.warehouse, wanted=(wanted,))

    def why(self) -> Answer:
        if self.table is None or self.report is None or self.answered is None:
            return None
        figure = self.table.figure()
        return self.why_total() if figure is None else report_key(self.report, self.answered.filters, *figure)

    def why_total(self) -> Answer:
        if self.table is None or self.report is None or self.answered is None:
            return None
        totals, known = self.answered.result.totals, total_figures(self.report)
        column = self.table.figure_column()
        first = next((name for name in known if name in totals), None)
        wanted = column if column is not None and column in totals else first
        return None if wanted is None else self._total_key(wanted)

    def _total_key(self, column: str) -> Answer:
        if self.report is None or self.answered is None:
            return None
        return total_key(self.report, self.answered.filters, column, self.answered.result)

    def sheet(self) -> Sheet | None:
        """What is exported and printed: all columns of the answer, with the days asked for in the head."""
        if self.answered is None or self.report is None or self.bar is None:
            return None
        result = self.answered.result
        said = "·".join([self._days_words(self.answered.filters), *self.bar.words()])
        return Sheet(_(self.report.title), said, result.columns, result.rows, result.totals)

    def _days_words(self, filters: Filters) -> str:
        assert self.report is not None
        if any(one.field == "date_from" for one in self.report.filters):
            first = filters.date_from.isoformat() if filters.date_from else _("the first posting")
            return _("{first} to {last}").format(first=first, last=filters.until)
        return _("as of {day}").format(day=filters.day)

    def _choose_format(self) -> None:
        if self.sheet() is not None:
            export_menu(self.export_button, self.export)

    def export(self, ending: str) -> None:
        """Write the report as ``xlsx``, ``csv`` or ``pdf``."""
        sheet = self.sheet()
        if sheet is not None:
            export_sheet(self, sheet, ending, self.export_button)

    def print(self) -> None:
        """Look at the pages, then print them."""
        sheet = self.sheet()
        if sheet is not None:
            preview_sheet(self, sheet)

    def tell_how(self) -> None:
        """Say how the figures are counted."""
        if self.report is None:
            return
        result = self.answered.result if self.answered is not None else None
        said = [_(self.report.about), *(result.notes if result is not None else ())]
        if self.report.name == "turnover":
            said.append(_("Slow: more than the target of the shop. Too slow: more than twice of it."))
            said.append(_("Write-offs, counts and own use are not in the cost of sales; they are shown as shrinkage."))
        if self.bar is not None and self.bar.date_from is not None:
            said.append(_("“Before” is the period of the same length directly before."))
        prompts.tell(self, _("How this is counted: {title}").format(title=_(self.report.title)), "\n\n".join(said))


class ReportIndex(Screen):
    """Every report with what it tells, in groups."""

    title = N_("Reports")
    hints = (("↑+↓", N_("Move")), ("Enter", N_("Open")))

    def build(self) -> None:
        self.set_subtitle(_("Choose one; days, goods and places are chosen there."))
        self.lists: list[LinkRows] = []
        cards = [self._card(title, icon, [r for r in REPORTS if r.group == group]) for group, title, icon in GROUPS]
        sides = row(column(cards[0], 1, spacing=12), column(*cards[1:], 1, spacing=12), spacing=12)
        sides.setStretch(0, 1)
        sides.setStretch(1, 1)
        self.add(sides, 1)

    def resizeEvent(self, event: Any) -> None:
        super().resizeEvent(event)
        room = self.height() - 32 - theme.px(32) - 12
        first, *others = self.lists
        fits = min(self._line_height(room, [first]), self._line_height(room, others))
        for lines in self.lists:
            lines.set_line(max(30, min(48, fits)))

    @staticmethod
    def _line_height(room: int, below: Sequence[LinkRows]) -> int:
        """The height of a line (at 100% text) at which these cards below each other fill ``room``."""
        heads = len(below) * (theme.px(42) + 2) + 12 * (len(below) - 1)
        return (room - heads) * 100 // (sum(lines.limit for lines in below) * theme.scale)

    def _card(self, title: str, icon: str, reports: Sequence[Report]) -> Card:
        card = Card(padding=0, spacing=0)
        lines = LinkRows(height=48)
        lines.set_limit(len(reports))
        lines.set([LinkRow(_(r.title), target=goto("report", name=r.name), note=_(r.about)) for r in reports])
        lines.chosen.connect(self.open_requested)
        self.lists.append(lines)
        head = row(Icon(icon), label(_(title), "section"), 1, spacing=8, margins=(17, 9, 17, 9))
        for item in (head, rule(), lines):
            card.add(item)
        return card
