"""The first page: key figures, the course of sales and turnover, and what needs someone: low, expiring, slow, to do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QGridLayout, QWidget

from jxc_desktop.columns import word
from jxc_desktop.domain.changes import Changes
from jxc_desktop.domain.why import WhyKey
from jxc_desktop.gui.screen import Desk, Screen, Target, goto
from jxc_desktop.gui.screens.dashboard_rows import expiring_rows, low_rows, slow_rows, todo_rows
from jxc_desktop.gui.screens.insight_parts import Legend, LinkCard, LinkRow, LinkRows, pace_badge, yuan_words
from jxc_desktop.gui.screens.why_keys import dashboard_keys
from jxc_desktop.gui.widgets import Button, Card, ComboChart, KpiCard, Segmented, Series, column, label, row, rule
from jxc_desktop.gui.widgets.charts import Number
from jxc_desktop.i18n import N_, _
from jxc_desktop.queries.dashboard import Dashboard, Span, dashboard, spans
from jxc_desktop.queries.documents import DocumentFilter, DocumentList, document_list
from jxc_desktop.queries.periods import month_end
from jxc_desktop.queries.product_list import product_totals

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

MOST = 7
"""Lines of an exception list on the tallest window."""
COURSE = 14
"""Days in the small course beside today's figures."""
WEEKDAYS = (N_("Monday"), N_("Tuesday"), N_("Wednesday"), N_("Thursday"), N_("Friday"), N_("Saturday"), N_("Sunday"))
_TITLES: dict[Span, str] = {"today": N_("Today"), "7": N_("Last 7 days"), "30": N_("Last 30 days"), "month": N_("This month")}
_BEFORE: dict[Span, str] = {
    "today": N_("against this day last week"),
    "7": N_("against the 7 days before"),
    "30": N_("against the 30 days before"),
    "month": N_("against last month so far"),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """The dashboard and how many products the shop has."""

    board: Dashboard
    products: int


def _read(session: Session, today: date, span: Span) -> Shown:
    board = dashboard(session, today, span, top=MOST)
    return Shown(board, product_totals(session, today=today).count if board.empty else 0)


class DashboardScreen(Screen):
    """``open(span=…)`` shows today, the last 7 or 30 days or this month."""

    title = N_("Today")
    follows = Changes.DOCUMENTS | Changes.STOCK | Changes.PARTNERS | Changes.PRODUCTS | Changes.SETTINGS
    hints = (("F5", N_("Refresh")), ("F6", N_("Why this number")))

    def __init__(self, desk: Desk) -> None:
        self.board: Dashboard | None = None
        self._compact = False
        super().__init__(desk)

    # --- building ------------------------------------------------------------------------------------------------

    def build(self) -> None:
        self.span = Segmented([(value, _(words)) for value, words in _TITLES.items()], "today")
        self.span.chosen.connect(lambda _value: self.refresh())
        self.add_action(self.span)
        self.add_action(Button(_("Refresh"), icon="refresh", on_click=self.refresh))
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.content, self.first = QWidget(), self._first_steps()
        self._figures = QGridLayout()
        self._figures.setSpacing(12)
        self._build_figures()
        self._arrange_figures(False)
        charts = row(self._sales_chart(), self._turnover_chart(), spacing=12)
        charts.setStretch(0, 16)
        charts.setStretch(1, 10)
        inside = column(spacing=12)
        inside.addLayout(self._figures)
        inside.addLayout(charts, 1)
        inside.addLayout(self._lists())
        self.content.setLayout(inside)
        for page in (self.content, self.first):
            self.add(page, 1)
            page.hide()

    def _build_figures(self) -> None:
        self.sales = KpiCard(_("Sales today"), leads=True, explains=True)
        self.profit = KpiCard(_("Gross profit today"), leads=True, explains=True)
        self.rate = KpiCard(
            _("Stock turnover"),
            info=_("Cost of sales of the last 30 days / average stock value of these days"),
            leads=True,
            explains=True,
        )
        self.days = KpiCard(
            _("Turnover days"),
            info=_("30 days / turnover: how many days of sales lie in stock"),
            leads=True,
            explains=True,
        )
        self.owed = KpiCard(_("Receivables"), leads=True, explains=True)
        self.cards = (self.sales, self.profit, self.rate, self.days, self.owed)
        for place, card in enumerate(self.cards):
            card.explained.connect(lambda place=place: self.explain(self._key_of(place)))
        self.sales.clicked.connect(lambda: self._go(self._of_span("sales", by=("product",))))
        self.profit.clicked.connect(lambda: self._go(self._of_span("sales", by=("category",))))
        for card in (self.rate, self.days):
            card.clicked.connect(lambda: self._go(goto("report", name="turnover", by=("category",))))
        self.owed.clicked.connect(lambda: self._go(goto("report", name="receivables")))

    def _arrange_figures(self, wrapped: bool) -> None:
        """Five in a row, or three and two."""
        self._compact = wrapped
        for card in self.cards:
            self._figures.removeWidget(card)
        for place, card in enumerate(self.cards):
            if wrapped:
                line, first = divmod(place, 3)
                self._figures.addWidget(card, line, first * (2 if line == 0 else 3), 1, 2 if line == 0 else 3)
            else:
                self._figures.addWidget(card, 0, place)
        for place in range(6):
            self._figures.setColumnStretch(place, 1 if wrapped or place < 5 else 0)

    def _sales_chart(self) -> Card:
        card = Card(_("Sales and gross profit"), _("yuan a day, last 30 days"), padding=16, spacing=6)
        card.add_tool(Legend([(_("Revenue"), "chart_1", "bar"), (_("Gross profit"), "chart_2", "line")]))
        self.sales_chart = ComboChart()
        self.sales_chart.picked.connect(self._open_day)
        card.add(self.sales_chart, 1)
        return card

    def _turnover_chart(self) -> Card:
        card = Card(_("Stock turnover days"), _("last 12 months"), padding=16, spacing=6)
        link = Button(
            _("See the analysis"), "link", size="sm", on_click=lambda: self._go(goto("report", name="turnover", by=("category",)))
        )
        card.add_tool(link)
        self.turnover_chart = ComboChart()
        self.turnover_chart.picked.connect(self._open_month)
        card.add(self.turnover_chart, 1)
        return card

    def _lists(self) -> QGridLayout:
        self.low = LinkCard("alert-triangle", "warning_text", _("Low stock"), _("Restock"), goto("report", name="low-stock"))
        self.expiring = LinkCard(
            "calendar-due", "danger_text", _("Expiring goods"), _("Deal with it"), goto("report", name="expiring")
        )
        self.slow = LinkCard(
            "hourglass", "text_secondary", _("Slow movers"), _("See the list"), goto("report", name="slow-movers")
        )
        self.todo = LinkCard("checklist", "text_secondary", _("To do"), _("Receivables"), goto("report", name="receivables"))
        grid = QGridLayout()
        grid.setSpacing(12)
        for place, card in enumerate((self.low, self.expiring, self.slow, self.todo)):
            card.chosen.connect(self._go)
            grid.addWidget(card, 0, place)
            grid.setColumnStretch(place, 1)
        return grid

    def _first_steps(self) -> QWidget:
        """What a new shop does first."""
        card = Card(padding=0, spacing=0)
        card.setFixedWidth(640)
        head = column(label(_("Three steps to open the shop"), "title"), spacing=2, margins=(17, 14, 17, 14))
        head.addWidget(label(_("After the first document this page shows sales, stock and what needs you."), "secondary"))
        self.steps = LinkRows(height=64)
        self.steps.set_limit(3)
        self.steps.chosen.connect(self._go)
        for item in (head, rule(), self.steps):
            card.add(item)
        page = QWidget()
        page.setLayout(column(2, row(1, card, 1), 3))
        return page

    # --- reading -------------------------------------------------------------------------------------------------

    def open(self, **arguments: object) -> None:
        if arguments.get("span") in _TITLES:
            self.span.set_value(arguments["span"])
        self.refresh()

    def reload(self) -> None:
        today, span = self.desk.today(), cast(Span, self.span.value)
        if self.board is None:
            self.show_loading()
        self.tasks.read(self, "board", lambda s: _read(s, today, span), self._show, self.show_error)

    def _show(self, shown: Shown) -> None:
        self.show_content()
        board = self.board = shown.board
        self.first.setVisible(board.empty)
        self.content.setVisible(not board.empty)
        self.span.setVisible(not board.empty)
        self.set_title(_(_TITLES[board.span]), self._subtitle(board))
        if board.empty:
            self.steps.set(_steps(shown.products))
            self.steps.setFocus()
            return
        self._show_selling(board)
        self._show_turnover(board)
        self._show_charts(board)
        self._show_lists(board)

    @staticmethod
    def _subtitle(board: Dashboard) -> str:
        day = _day_words(board.today)
        if board.empty:
            return day
        first = spans(board.today, board.span)[0].first
        when = (
            day if board.span == "today" else _("{first} to {last}").format(first=first.isoformat(), last=board.today.isoformat())
        )
        if not board.selling.documents:
            return _("{when}, nothing sold yet").format(when=when)
        return _("{when}, {count} sales, {ticket} on average").format(
            when=when, count=f"{board.selling.documents:,}", ticket=yuan_words(board.selling.ticket)
        )

    def _show_selling(self, board: Dashboard) -> None:
        count = {"today": COURSE, "7": 7}.get(board.span, len(board.days))
        course, now, then = board.days[-count:], board.selling, board.before
        change = board.change
        self.sales.set_caption(_("Sales today") if board.span == "today" else _("Revenue"))
        self.profit.set_caption(_("Gross profit today") if board.span == "today" else _("Gross profit"))
        self.sales.set(
            yuan_words(now.sales),
            strong="" if change is None else word(abs(change), "percent"),
            note=_(_BEFORE[board.span]) if change is not None else _("nothing to compare with"),
            trend="" if not change else "up" if change > 0 else "down",
            course=[point.sales for point in course],
        )
        points = None if now.margin is None or then.margin is None else (now.margin - then.margin) * 100
        self.profit.set(
            yuan_words(now.profit),
            strong="" if now.margin is None else _("margin {margin}").format(margin=word(now.margin, "percent")),
            note="" if points is None else _("{points} pts").format(points=f"{points:+.1f}"),
            course=[point.profit for point in course],
            token="chart_2",
        )

    def _show_turnover(self, board: Dashboard) -> None:
        badge = pace_badge(board.turnover_days, board.target_days)
        rate = "—" if board.turnover is None else word(board.turnover, "ratio")
        self.rate.set(
            rate,
            _("times / 30 days") if board.turnover is not None else "",
            badge=badge,
            note=_("target {rate}").format(rate=f"{Decimal(30) / board.target_days:.2f}"),
            course=[month.turnover for month in board.months if month.turnover is not None],
        )
        days, before = board.turnover_days, board.turnover_days_before
        moved = None if days is None or before is None else days - before
        self.days.set(
            "—" if days is None else word(days, "days"),
            _("days") if days is not None else "",
            strong="" if moved is None else _("{count} days").format(count=word(abs(moved), "days")),
            note=_("against the 30 days before") if moved is not None else _("target {days} days").format(days=board.target_days),
            trend="" if moved is None or abs(moved) < Decimal("0.05") else "up" if moved > 0 else "down",
            course=[month.days for month in board.months if month.days is not None],
        )
        owed = board.receivables
        self.owed.set(
            yuan_words(owed.total),
            badge=(_("{count} overdue").format(count=owed.overdue_count), "warning") if owed.overdue_count else None,
            note=yuan_words(owed.overdue) if owed.overdue_count else _("nothing overdue"),
            course=owed.course,
            token="chart_5",
        )

    def _show_charts(self, board: Dashboard) -> None:
        labels = [f"{point.day.month}/{point.day.day}" for point in board.days]
        sales = Series(_("Revenue"), [point.sales for point in board.days], words=_money)
        profit = Series(_("Gross profit"), [point.profit for point in board.days], "line", words=_money)
        self.sales_chart.set(labels, [sales, profit])
        months = [_("month {number}").format(number=int(point.month[5:])) for point in board.months]
        days = Series(_("Turnover days"), [point.days for point in board.months], words=_days)
        self.turnover_chart.set(
            months, [days], target=(board.target_days, _("target {days} days").format(days=board.target_days))
        )

    def _show_lists(self, board: Dashboard) -> None:
        self.low.set(
            low_rows(board.low.rows), _("{count} products").format(count=board.low.count), _("Nothing is below its minimum.")
        )
        self.expiring.set(
            expiring_rows(board.expiring.rows),
            _("{count} batches").format(count=board.expiring.count),
            _("No batch expires soon."),
        )
        note = _("{count} products, {value} tied up").format(count=board.slow.count, value=f"¥{board.slow.value:,.0f}")
        self.slow.set(slow_rows(board.slow.rows), note, _("Everything on hand sells."))
        self.todo.set(todo_rows(board.todos), _("{count} things").format(count=len(board.todos)), _("Nothing waits for you."))

    # --- why is this the number ----------------------------------------------------------------------------------

    def why(self) -> WhyKey | None:
        """The figure that has the focus, else sales."""
        return self._key_of(next((place for place, card in enumerate(self.cards) if card.hasFocus()), 0))

    def _key_of(self, place: int) -> WhyKey | None:
        return dashboard_keys(self.board)[place] if self.board is not None and not self.board.empty else None

    # --- going on ------------------------------------------------------------------------------------------------

    def _of_span(self, name: str, **filters: object) -> Target:
        period = spans(self.desk.today(), cast(Span, self.span.value))[0]
        return goto("report", name=name, date_from=period.first, date_to=period.last, **filters)

    def _open_day(self, place: int) -> None:
        if self.board is not None:
            day = self.board.days[place].day
            self._go(goto("report", name="sales", date_from=day, date_to=day, by=("product",)))

    def _open_month(self, place: int) -> None:
        if self.board is not None:
            first = date.fromisoformat(self.board.months[place].month + "-01")
            last = min(month_end(first), self.board.today)
            self._go(goto("report", name="turnover", date_from=first, date_to=last, by=("category",)))

    def _go(self, target: Target) -> None:
        if target.name == "drafts":
            wanted = DocumentFilter(status="draft", limit=200)
            self.tasks.read(self, "drafts", lambda s: document_list(s, wanted), self._open_drafts)
        else:
            self.open_requested.emit(target)

    def _open_drafts(self, found: DocumentList) -> None:
        """One draft opens itself, several the list that has the newest."""
        from jxc_desktop.gui.screens.document_families import FAMILIES

        if len(found.rows) == 1:
            self.navigate("document", id=found.rows[0].id)
        elif found.rows:
            family = next((f.name for f in FAMILIES if found.rows[0].kind in f.kinds), "sales")
            self.navigate(family, status="draft")

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        QTimer.singleShot(0, self, self._take_focus)

    def _take_focus(self) -> None:
        """No control of this page is what one came for, so none is marked; a new shop begins with its first step."""
        if self.first.isVisible():
            self.steps.setFocus()
        elif self.focusWidget() in (None, self.span):
            self.setFocus()

    # --- room ----------------------------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        height = self.height()
        limit = 7 if height >= 850 else 5 if height >= 640 else 4 if height >= 520 else 3 if height >= 490 else 2
        for card in (self.low, self.expiring, self.slow, self.todo):
            card.set_limit(limit)
        wrapped = self.width() < 1000 and height >= 640
        if wrapped != self._compact:
            self._arrange_figures(wrapped)


def _steps(products: int) -> list[LinkRow]:
    have = _("{count} products").format(count=f"{products:,}") if products else ""
    return [
        LinkRow(
            _("1. Bring in your products"),
            have,
            "muted",
            goto("products"),
            _("From a spreadsheet, or one by one."),
            "file-import",
        ),
        LinkRow(
            _("2. Enter what is on the shelves"),
            target=goto("document", kind="opening_stock"),
            note=_("Opening stock: quantities and what they cost."),
            icon="packages",
        ),
        LinkRow(
            _("3. Receive the first goods"),
            target=goto("document", kind="purchase_receipt"),
            note=_("A purchase receipt brings goods into stock and the supplier’s bill into the book."),
            icon="package-import",
        ),
    ]


def _day_words(day: date) -> str:
    return _("{month}/{day} {weekday}").format(month=day.month, day=day.day, weekday=_(WEEKDAYS[day.weekday()]))


def _money(value: Number) -> str:
    return "—" if value is None else yuan_words(Decimal(value))


def _days(value: Number) -> str:
    return "—" if value is None else _("{count} days").format(count=word(value, "days"))
