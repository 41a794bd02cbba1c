"""The cost difference slips, newest first: what each did to profit and stock, and which nobody has looked at yet."""

from __future__ import annotations

from jxc_desktop.columns import Column
from jxc_desktop.domain.changes import Changes
from jxc_desktop.domain.documents import kind_of
from jxc_desktop.gui.row_table import Look, RowTable
from jxc_desktop.gui.screen import Screen
from jxc_desktop.gui.screens.why_cells import OF_SLIP
from jxc_desktop.gui.widgets import Button, Segmented, row
from jxc_desktop.i18n import N_, _
from jxc_desktop.queries.difference_words import short_moment, signed_figure
from jxc_desktop.queries.differences import SlipHead, difference_slips

COLUMNS = (
    Column("at", N_("When"), "moment", width=110),
    Column("number", N_("Caused by"), "code"),
    Column("documents", N_("Documents"), "integer"),
    Column("products", N_("Products"), "integer", priority=2),
    Column("first_day", N_("Changed days"), width=150, priority=2),
    Column("cost_of_sales", N_("Cost of sales"), "money"),
    Column("gross_profit", N_("Gross profit"), "money"),
    Column("shrinkage", N_("Shrinkage"), "money", priority=2),
    Column("stock_value", N_("Stock value"), "money", priority=2),
    Column("user", N_("By"), width=90, priority=3),
    Column("seen_at", N_("State"), width=100),
)


class Differences(Screen):
    """All slips, or those that nobody has looked at."""

    title = N_("Cost difference slips")
    has_back = True
    follows = Changes.DOCUMENTS | Changes.STOCK
    hints = (("↑+↓", N_("Move")), ("Enter", N_("Open")), ("Esc", N_("Back")))

    def build(self) -> None:
        self.set_subtitle(_("Later entries that changed the cost of documents posted before."))
        self.add_action(
            Button(_("Line by line"), icon="report-analytics", on_click=lambda: self.navigate("report", name="cost-differences"))
        )
        self.which = Segmented([("all", _("All")), ("unseen", _("Not seen yet"))], "all")
        self.which.chosen.connect(lambda _value: self.refresh())
        looks = {
            "at": Look(muted=True, words=lambda r: short_moment(r.at)),
            "number": Look(second=_cause_words, stretch=True),
            "first_day": Look(muted=True, words=_days_words),
            "cost_of_sales": Look(words=lambda r: signed_figure(r.cost_of_sales)),
            "gross_profit": Look(
                bold=True, words=lambda r: signed_figure(r.gross_profit), tone=lambda r: "danger" if r.gross_profit < 0 else None
            ),
            "shrinkage": Look(words=lambda r: signed_figure(r.shrinkage)),
            "stock_value": Look(words=lambda r: signed_figure(r.stock_value)),
            "user": Look(muted=True),
            "seen_at": Look(
                kind="badge",
                words=lambda r: _("Seen") if r.seen_at else _("Not seen yet"),
                tone=lambda r: "neutral" if r.seen_at else "warning",
            ),
        }
        self.table = RowTable(COLUMNS, looks, key="seq", select_first=True, name="differences", preferences=self.desk.preferences)
        self.table.set_empty(
            "circle-check",
            _("No cost was worked out again"),
            _("When a document is entered for an earlier day or voided, what it changed in others stands here."),
        )
        self.table.opened.connect(lambda found: self.navigate("difference", seq=found.seq))
        self.add(row(self.which, 1, self.table.columns_button()))
        self.add(self.table, 1)
        self.setFocusProxy(self.table)

    def why(self) -> str | None:
        return None if self.table.current() is None else _(OF_SLIP)

    def reload(self) -> None:
        unseen = self.which.value == "unseen"
        self.table.set_loading()
        self.tasks.read(self, "rows", lambda s: difference_slips(s, unseen=unseen), self._show, self.show_error)

    def _show(self, heads: list[SlipHead]) -> None:
        self.show_content()
        self.table.set_rows(heads)
        self.table.set_foot(_("{count} slips").format(count=len(heads)))
        if self.isVisible() and not self.isAncestorOf(self.window().focusWidget() or self.window()):
            self.table.setFocus()


def _cause_words(head: SlipHead) -> str:
    name = kind_of(head.kind).name
    return _("{kind}, voided").format(kind=name) if head.voided else name


def _days_words(head: SlipHead) -> str:
    if head.first_day == head.last_day:
        return head.first_day[5:]
    return _("{first} to {last}").format(first=head.first_day[5:], last=head.last_day[5:])
