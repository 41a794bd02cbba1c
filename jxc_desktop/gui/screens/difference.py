"""The cost difference slip: which documents got another cost, from what to what, why, and that it adds up."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from jxc_desktop.columns import Column, quantity_text, word
from jxc_desktop.domain.changes import Changes
from jxc_desktop.domain.documents import KINDS
from jxc_desktop.domain.why import WhyKey
from jxc_desktop.gui.row_table import Look, RowTable
from jxc_desktop.gui.screen import Desk, Screen
from jxc_desktop.gui.screens.difference_parts import DayProfits, ResultLines, preview_slip, save_slip
from jxc_desktop.gui.screens.document_data import acting
from jxc_desktop.gui.screens.insight_parts import Figure, FigureStrip, Note
from jxc_desktop.gui.screens.table_paper import Sheet, export_menu, export_sheet
from jxc_desktop.gui.screens.why_cells import DIFFERENCES, difference_key, difference_total
from jxc_desktop.gui.theme import theme
from jxc_desktop.gui.widgets import Button, Card, NoticeBar, Segmented, column, label, row, rule
from jxc_desktop.gui.widgets.details import FoldedScroll
from jxc_desktop.i18n import N_, _
from jxc_desktop.printing.difference import DifferencePaper
from jxc_desktop.queries import difference_words as said
from jxc_desktop.queries.difference_why import Slip, because, difference_slip
from jxc_desktop.queries.differences import DifferenceRow, DifferenceSum, by_day, by_kind, difference_slips, sum_of
from jxc_desktop.services.differences import mark_seen

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

KIND_TITLES = {kind.code: kind.title for kind in KINDS}
SEVERAL = Column("name", N_("Product"))
COLUMNS = (
    Column("date", N_("Business time"), "moment", width=104),
    Column("kind", N_("Kind"), "choice", choices=KIND_TITLES, width=98, priority=2),
    Column("number", N_("Document"), "code"),
    Column("partner", N_("Partner"), priority=3, width=120),
    Column("quantity", N_("Quantity"), "quantity"),
    Column("old_unit_cost", N_("Old unit cost"), "price", priority=3),
    Column("new_unit_cost", N_("New unit cost"), "price", priority=3),
    Column("old_cost", N_("Old cost"), "money", width=66),
    Column("new_cost", N_("New cost"), "money", width=66),
    Column("difference", N_("Cost difference"), "money", width=66),
    Column("old_profit", N_("Old profit"), "money", priority=2, width=66),
    Column("new_profit", N_("New profit"), "money", priority=2, width=66),
)
SUM_COLUMNS = (
    Column("documents", N_("Documents"), "integer"),
    Column("old_cost", N_("Old cost"), "money"),
    Column("new_cost", N_("New cost"), "money"),
    Column("difference", N_("Cost difference"), "money"),
    Column("old_profit", N_("Old profit"), "money"),
    Column("new_profit", N_("New profit"), "money"),
    Column("profit_change", N_("Profit difference"), "money", priority=2),
)
PANEL, TALL, LOW = 312, 850, 600
"""Width of the panel; the height of the page from which it has room for the profit of each day, and for its closing note."""


class DifferenceSlip(Screen):
    """``open(seq=…)`` shows the slip of one act, ``open(cause=id)`` the newest one that a document caused."""

    title = N_("Cost difference slip")
    has_back = True
    follows = Changes.NOTHING
    hints = (("↑+↓", N_("Another document")), ("Enter", N_("Open the document")), ("Esc", N_("Back")))

    def __init__(self, desk: Desk) -> None:
        self.slip: Slip | None = None
        self.table: RowTable | None = None
        self._asked = False
        super().__init__(desk)

    def build(self) -> None:
        self.print_button = Button(_("Print"), icon="printer", key="Ctrl+P", on_click=self.print)
        self.export_button = Button(_("Export"), icon="file-export", key="Ctrl+E", on_click=self._choose_format)
        self.seen_button = Button(_("I have seen it"), "primary", "check", key="Ctrl+Return", on_click=self.seen)
        for button in (self.print_button, self.export_button, self.seen_button):
            self.add_action(button)
            button.setEnabled(False)
        self.strip, self.goods = FigureStrip(), Note()
        self.modes = Segmented([("rows", _("One by one")), ("days", _("By day")), ("kinds", _("By kind"))], "rows")
        self.modes.chosen.connect(lambda _mode: self._show_table())
        self.head = QWidget()
        self.head.setLayout(row(label(_("Documents that changed"), "section"), self.goods, self.modes, margins=(16, 5, 10, 5)))
        self._table_place = QVBoxLayout()
        middle = row(spacing=12)
        middle.addLayout(self._table_place, 1)
        middle.addWidget(self._panel())
        self.add(self.strip)
        self.add(middle, 1)
        self.show_loading()

    def _panel(self) -> Card:
        """Why: the cause, the average before and after, the proof."""
        card = Card(padding=16, spacing=10)
        card.setFixedWidth(theme.px(PANEL))
        self.because, self.of_product = label("", "secondary", wrap=True), Note()
        self.cause_title = label("", "section", selectable=True, wrap=True)
        self.cause_button = Button(_("Open"), "link", size="sm", on_click=self._open_cause)
        box = Card(kind="subtle", padding=8, spacing=0)
        words = column(label(_("Cause"), "caption"), self.cause_title, spacing=0)
        line = row(words, self.cause_button, margins=(5, 0, 0, 0))
        line.setStretch(0, 1)
        box.add(line)
        self.cause, self.average, self.proof, self.days = ResultLines(), ResultLines(), ResultLines(), DayProfits()
        self.average_title, self.average_rule = label(_("How the average changed"), "section"), rule()
        self.days_title, self.days_rule = label(_("Profit of each day"), "section"), rule()
        inner = QWidget()
        inner.setProperty("panel", "clear")
        parts = (
            self.because, box, self.cause, self.average_rule, self.average_title, self.average, rule(),
            label(_("Does it add up"), "section"), self.proof, self.days_rule, self.days_title, self.days, 1,
        )  # fmt: skip
        inner.setLayout(column(*parts, spacing=6))
        scroll = FoldedScroll(inner)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.viewport().setAutoFillBackground(False)
        scroll.setWidget(inner)
        inner.setAutoFillBackground(False)
        self.note = NoticeBar()
        self.note.label.setWordWrap(True)
        self.note.setMinimumHeight(theme.px(54))
        card.add(row(label(_("Why it changed"), "title"), self.of_product))
        card.add(scroll, 1)
        card.add(self.note)
        return card

    # --- reading -------------------------------------------------------------------------------------------------

    def open(self, **arguments: Any) -> None:
        """See the class."""
        self._asked = True
        seq, cause = arguments.get("seq"), arguments.get("cause")

        def look(session: Session) -> Slip | None:
            if seq is not None:
                return difference_slip(session, int(seq))
            heads = difference_slips(session, cause_id=cause, limit=1)
            return difference_slip(session, heads[0].seq) if heads else None

        self.tasks.read(self, "slip", look, self._show, self.show_error)

    def reload(self) -> None:
        """A slip says what was done once: only who has seen it can be new. Opened by itself it is the newest."""
        if self.slip is not None:
            self.open(seq=self.slip.head.seq)
        elif not self._asked:
            self.open()

    def _show(self, slip: Slip | None) -> None:
        self.slip = slip
        if slip is None:
            self.show_empty(
                "circle-check",
                _("No cost was worked out again"),
                _("When a document is entered for an earlier day or voided, what it changed in others stands here."),
            )
            return
        self.show_content()
        head = slip.head
        self.set_subtitle(said.subtitle(head))
        figures = [Figure(one.caption, said.signed(one.amount), note=one.note, whole=True) for one in said.effects(slip)]
        self.strip.set(figures)
        self.goods.say(_("{goods}, in yuan").format(goods=said.goods_words(slip)))
        self._show_seen()
        for button in (self.print_button, self.export_button):
            button.setEnabled(True)
        self.because.setText(because(slip))
        self.cause_title.setText(said.cause_title(head))
        self.days.set(by_day(slip.rows))
        self.note.show_notice(said.closing_words(slip), "info")
        self._show_table()
        self._show_why(slip.rows[0].product_id if slip.rows else slip.products[0].product_id)
        self._fit()

    def _show_seen(self) -> None:
        assert self.slip is not None
        head = self.slip.head
        self.seen_button.setVisible(head.seen_at is None)
        self.seen_button.setEnabled(head.seen_at is None)
        words = _("Seen {moment} {user}").format(moment=said.short_moment(head.seen_at or ""), user=head.seen_by or "")
        self.set_badge(words.strip() if head.seen_at else "", "success")

    # --- the table -----------------------------------------------------------------------------------------------

    def _show_table(self) -> None:
        slip, mode = self.slip, str(self.modes.value)
        if slip is None:
            return
        old, focused = self.table, self.table is not None and self.table.isAncestorOf(self.focusWidget() or self)
        self.table = made = RowTable(
            self.columns(), self._looks(mode), key="id" if mode == "rows" else "key", select_first=True,
            name=f"difference-{mode}{'-goods' if len(slip.products) > 1 else ''}", preferences=self.desk.preferences,
        )  # fmt: skip
        made.body.insertWidget(0, self.head)
        made.body.insertWidget(1, rule())
        made.set_explained(list(DIFFERENCES), self.explain, self.explain_total)
        made.opened.connect(self._open_row)
        made.current_changed.connect(self._marked)
        self._table_place.addWidget(made)
        made.set_rows(self.rows())
        made.set_total(self._total(mode))
        self.setFocusProxy(made)
        if old is not None:
            old.hide()
            old.deleteLater()
        if old is None or focused:
            made.setFocus()

    def columns(self) -> tuple[Column, ...]:
        """The columns of the list that is shown."""
        assert self.slip is not None
        if self.modes.value == "days":
            return (Column("key", N_("Date"), "date"), *SUM_COLUMNS)
        if self.modes.value == "kinds":
            return (Column("key", N_("Kind"), "choice", choices=KIND_TITLES), *SUM_COLUMNS)
        return COLUMNS

    def rows(self) -> Sequence[DifferenceRow | DifferenceSum]:
        """The rows of the list that is shown."""
        assert self.slip is not None
        if self.modes.value == "days":
            return by_day(self.slip.rows)
        return by_kind(self.slip.rows) if self.modes.value == "kinds" else self.slip.rows

    def _looks(self, mode: str) -> dict[str, Look]:
        assert self.slip is not None
        looks = {
            "difference": Look(bold=True, words=lambda r: said.signed_figure(r.difference)),
            "old_cost": Look(muted=True),
            "old_profit": Look(muted=True),
            "profit_change": Look(bold=True, words=lambda r: said.signed_figure(r.profit_change)),
        }
        if mode == "rows":
            looks |= {
                "date": Look(muted=True, words=lambda r: said.short_moment(r.date)),
                "number": Look(kind="link", stretch=True, second="name" if len(self.slip.products) > 1 else ""),
                "partner": Look(muted=True),
                "old_unit_cost": Look(muted=True, words=lambda r: _unit_cost(r.old_unit_cost)),
                "new_unit_cost": Look(words=lambda r: _unit_cost(r.new_unit_cost)),
            }
        return looks

    def _total(self, mode: str) -> dict[str, str]:
        assert self.slip is not None
        whole = sum_of("", self.slip.rows)
        found = {
            "old_cost": word(whole.old_cost, "money"),
            "new_cost": word(whole.new_cost, "money"),
            "difference": said.signed_figure(whole.difference),
            "old_profit": word(whole.old_profit, "money"),
            "new_profit": word(whole.new_profit, "money"),
            "profit_change": said.signed_figure(whole.profit_change),
        }
        if mode != "rows":
            return found | {"documents": str(whole.documents)}
        if len(self.slip.products) == 1:
            found["quantity"] = quantity_text(self.slip.products[0].issued_quantity)
        return found | {"date": _("Total"), "number": said.document_count(self.slip)}

    def _marked(self, found: object) -> None:
        if isinstance(found, DifferenceRow):
            self._show_why(found.product_id)

    def _open_row(self, found: object) -> None:
        if isinstance(found, DifferenceRow):
            self.navigate("document", id=found.document_id)

    # --- why -----------------------------------------------------------------------------------------------------

    def why(self) -> WhyKey | None:
        """The marked figure of a document, or of all documents of a day or kind together."""
        figure = self.table.figure() if self.table is not None else None
        if figure is None or self.slip is None:
            return None
        found, column = figure
        if isinstance(found, DifferenceRow):
            return difference_key(found, column)
        return difference_total([row for row in self.slip.rows if found.key in (row.day, row.kind)], column)

    def why_total(self) -> WhyKey | None:
        column = self.table.figure_column() if self.table is not None else None
        if self.slip is None:
            return None
        known = column is not None and column in DIFFERENCES
        return difference_total(self.slip.rows, column if known and column is not None else "difference")

    def _show_why(self, product_id: int) -> None:
        if self.slip is None:
            return
        slip, why = self.slip, self.slip.product(product_id)
        self.of_product.say(why.name if len(slip.products) > 1 else "")
        self.cause.set(said.cause_lines(slip, why))
        self.average.set(said.average_lines(slip, why))
        for part in (self.average_title, self.average_rule):
            part.setVisible(bool(self.average.lines))
        self.proof.set(said.proof_lines(why))

    def _open_cause(self) -> None:
        if self.slip is not None:
            self.navigate("document", id=self.slip.head.cause_id)

    def _fit(self) -> None:
        """What is only told where there is room for it."""
        tall = self.height() >= TALL and bool(self.days.days) and len(self.days.days) <= 12
        for part in (self.because, self.days_rule, self.days_title, self.days):
            part.setVisible(tall)
        low = self.height() < LOW
        self.note.setVisible(not low)
        for lines in (self.cause, self.average, self.proof):
            lines.set_dense(low)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    # --- acting --------------------------------------------------------------------------------------------------

    def seen(self) -> None:
        """Mark the slip as looked at."""
        if self.slip is None:
            return
        seq, act = self.slip.head.seq, acting(self.desk)
        self.seen_button.set_busy(True)
        self.tasks.write(self, lambda s: mark_seen(s, seq, act), lambda _done: self._marked_seen(), self._not_seen)

    def _marked_seen(self) -> None:
        self.seen_button.set_busy(False)
        self.reload()

    def _not_seen(self, error: Any) -> None:
        self.seen_button.set_busy(False)
        self.refuse(error)

    def sheet(self) -> Sheet:
        """What is exported: the list that is shown, all its columns."""
        assert self.slip is not None
        title = f"{_('Cost difference slip')} {self.slip.head.number}"
        whole = sum_of("", self.slip.rows)
        totals = {c.key: getattr(whole, c.key) for c in SUM_COLUMNS if c.shape == "money"}
        columns = self.columns() if self.modes.value != "rows" else (*COLUMNS[:3], SEVERAL, *COLUMNS[3:])
        known = {c.key for c in columns}
        shown = {key: value for key, value in totals.items() if key in known and value is not None}
        return Sheet(title, said.subtitle(self.slip.head), columns, self.rows(), shown)

    def _paper(self) -> DifferencePaper:
        assert self.slip is not None
        return DifferencePaper(self.slip, self.desk.shop_name, self.desk.now().isoformat(timespec="seconds"), self.desk.is_demo)

    def _choose_format(self) -> None:
        if self.slip is not None:
            export_menu(self.export_button, self.export)

    def export(self, ending: str) -> None:
        """Write the list as ``xlsx`` or ``csv``, or the slip as ``pdf``."""
        if self.slip is None:
            return
        if ending == "pdf":
            save_slip(self, self._paper(), self.sheet().title)
        else:
            export_sheet(self, self.sheet(), ending, self.export_button)

    def print(self) -> None:
        """Look at the pages of the slip, then print them."""
        if self.slip is not None:
            preview_slip(self, self.sheet(), self._paper())


def _unit_cost(value: Any) -> str:
    return "—" if value is None else f"{value:,.4f}"
