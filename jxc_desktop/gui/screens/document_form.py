"""A document with lines while it is typed: head, notice, grid with its add line, foot, and the panel beside them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from jxc_desktop.columns import quantity_text
from jxc_desktop.domain.documents import DocumentKind, Draft
from jxc_desktop.domain.errors import JxcError
from jxc_desktop.domain.settings import ShopSettings
from jxc_desktop.gui.document_lines import EditLine, work_out_totals
from jxc_desktop.gui.line_batches import (
    Taken,
    batch_choices,
    left_of,
    more_than_there,
    named_batches,
    plan_batches,
    split_line,
    takes_batches,
)
from jxc_desktop.gui.line_columns import Surroundings, columns_of
from jxc_desktop.gui.line_editor import LineGrid
from jxc_desktop.gui.screen import Desk
from jxc_desktop.gui.screens.document_add import AddField
from jxc_desktop.gui.screens.document_adding import LineAdding
from jxc_desktop.gui.screens.document_data import Editing
from jxc_desktop.gui.screens.document_foot import DocumentFoot
from jxc_desktop.gui.screens.document_head import DocumentHead
from jxc_desktop.gui.screens.document_notices import Notice, Situation, find_notice, today_link
from jxc_desktop.gui.screens.document_promises import Promises
from jxc_desktop.gui.screens.document_side import DocumentSide
from jxc_desktop.gui.screens.document_sources import LineSources
from jxc_desktop.gui.theme import theme
from jxc_desktop.gui.widgets import Card, Choice, KeyChip, NoticeBar, column, label, row, rule
from jxc_desktop.gui.widgets.table_view import WholeRows
from jxc_desktop.i18n import _
from jxc_desktop.queries.editing import (
    LineProduct,
)
from jxc_desktop.queries.settings import Named


class LineForm(QWidget):
    """Everything of a document that can be typed. ``changed`` after anything; :meth:`draft` is what stands there now."""

    changed = Signal()
    statement_wanted = Signal(int)
    product_wanted = Signal(str)

    def __init__(self, desk: Desk, kind: DocumentKind) -> None:
        super().__init__()
        self.desk, self.kind = desk, kind
        self.settings = ShopSettings()
        self.places: tuple[Named, ...] = ()
        self.closes_rest = False
        self._ref: str | None = None
        self.adding, self.sources = LineAdding(self), LineSources(self)
        self.promises = Promises(self, desk.tasks, self._show_notice)
        self._refusal: Notice | None = None
        self._filling = False
        self._loaded_titles: dict[int, str] = {}
        self.head = DocumentHead(desk, kind)
        self.notice = NoticeBar()
        self.grid = LineGrid(kind, desk.today())
        self.add_field = AddField(self.adding.search, _("Scan a code, or type a name or its initials, to add a line"))
        self.foot = DocumentFoot(kind)
        self.side = DocumentSide(kind, desk.today())
        card = Card(padding=1, spacing=0)
        bar = row(self.add_field, 1, spacing=8, margins=(16, 7, 16, 7))
        self._hints = QWidget()
        hints = [(_("Next cell"), "Enter"), (_("Add a line"), "Insert"), (_("Delete the line"), "Ctrl+Del")]
        self._hints.setLayout(row(*[part for words, key in hints for part in (KeyChip(key), label(words, "caption"))], spacing=6))
        bar.addWidget(self._hints)
        self.add_field.setMinimumWidth(theme.px(300))
        self.add_field.setMaximumWidth(theme.px(460))
        card.add(WholeRows(self.grid), 1)
        for part in (rule(), bar, rule(), self.foot):
            card.add(part)
        self._middle = row(card, self.side, spacing=12)
        self._middle.setStretch(0, 1)
        whole = column(self.head, self.notice, spacing=12)
        whole.addLayout(self._middle, 1)
        self.setLayout(whole)
        self._connect()

    def _connect(self) -> None:
        head, grid = self.head, self.grid
        head.changed.connect(self.touched)
        head.partner_picked.connect(self.sources.partner_picked)
        head.order_picked.connect(self.sources.order_picked)
        head.original_picked.connect(self.sources.original_picked)
        head.warehouse_chosen.connect(self.arrange_columns)
        head.level_chosen.connect(self.sources.reprice)
        head.made_chosen.connect(self.adding.take_recipe)
        grid.changed.connect(self.touched)
        grid.moved.connect(self.show_side)
        grid.chosen.connect(self._batch_chosen)
        grid.offered = self._offered
        grid.past_end.connect(lambda: self.add_field.setFocus(Qt.FocusReason.OtherFocusReason))
        self.add_field.picked.connect(self.adding.picked)
        self.add_field.up.connect(lambda: self.grid.edit_cell(len(self.grid.lines) - 1, "quantity"))
        self.add_field.done.connect(self.foot.start)
        self.add_field.not_found.connect(self.adding.say_unknown)
        self.foot.changed.connect(self.touched)
        self.side.statement.clicked.connect(lambda: self.statement_wanted.emit(self.head.partner_id or 0))

    # --- loading and telling -------------------------------------------------------------------------------------

    def show_data(self, data: Editing) -> None:
        """Fill the form from a draft."""
        self._filling = True
        self.settings, self.places, self._ref = data.settings, data.warehouses, data.draft.ref
        self._loaded_titles = dict(data.titles)
        self.head.show_data(data)
        self.foot.show_data(data)
        lines = [line for line in (data.line(draft) for draft in data.draft.lines) if line is not None]
        for line in lines:
            line.check(self.kind, self.desk.today())
        self.grid.empty_words = _("No lines yet. Scan a code or type a name below.")
        self.grid.set_lines(lines)
        self.arrange_columns()
        self._filling = False
        self.work_out()
        self.show_side()

    def draft(self) -> Draft:
        """What is typed, as it stands; wrong cells are kept as typed."""
        self.grid.commit()
        draft = Draft(self.kind.code, ref=self._ref)
        self.head.fill(draft)
        self.foot.fill(draft)
        draft.lines = [line.draft for line in self.grid.lines]
        return draft

    def set_day(self, day: date) -> None:
        """Put another business date; today is now."""
        self.head.set_day(day)

    @property
    def day(self) -> date:
        """The business date, today where it cannot be read."""
        try:
            return self.head.day.value() or self.desk.today()
        except JxcError:
            return self.desk.today()

    @property
    def empty(self) -> bool:
        """Whether nothing is typed that would be missed."""
        draft = self.draft()
        said = (draft.partner_id, draft.order_id, draft.external_number, draft.reason, draft.note, draft.to_warehouse_id)
        return not self.grid.lines and not any(said)

    @property
    def closes_order(self) -> bool:
        """Whether the rest of the order is closed with posting: chosen, and something is left."""
        under = any(line.ordered is not None and line.base_quantity < line.ordered for line in self.grid.lines)
        return self.closes_rest and under

    def complete(self) -> bool:
        """Whether it may be posted; else the focus goes to what is missing or wrong, which says so."""
        self.grid.commit()
        right = self.head.check()
        if self.grid.first_problem():
            return False
        for place, line in enumerate(self.grid.lines):
            wanted = "price" if self.kind.sets_cost else "quantity"
            if getattr(line.draft, wanted) is None:
                text = _("Line {line} has no quantity yet.")
                if self.kind.sets_cost:
                    text = _("Line {line} has no new unit cost yet.")
                self.refuse(Notice(text.format(line=place + 1), "danger", line=place))
                self.grid.edit_cell(place, wanted)
                return False
        if not right:
            self.head.first_error()
            return False
        return self.foot.check()

    def refuse(self, notice: Notice) -> None:
        """Say why it could not be posted, until something is changed."""
        self._refusal = notice
        self._show_notice()

    def refused(self, error: JxcError) -> None:
        """Word a refusal of posting in place: above the lines, with the focus on the line or field it names."""
        facts = error.facts
        place = int(facts["line"]) - 1 if isinstance(facts.get("line"), int) else -1
        if error.code == "expired_goods" and 0 <= place < len(self.grid.lines):
            self.refuse(Notice(str(error), "danger", line=place))
            self.grid.edit_cell(place, "batch")
            return
        if error.code == "not_enough_stock":
            place = next((n for n, line in enumerate(self.grid.lines) if line.product.code == facts.get("product")), -1)
        self.refuse(Notice(str(error), "danger", line=place))
        if 0 <= place < len(self.grid.lines):
            self.grid.edit_cell(place, "price" if error.code == "no_price" else "quantity")
        elif error.code == "partner_needed" and "partner" in self.head.fields:
            self.head.partner.setFocus()
        elif error.code in ("date_in_future", "period_closed"):
            self.head.fields["day"].set_error(str(error))
            self.head.day.setFocus()

    def start(self) -> None:
        """Put the focus where typing begins: the partner or the made product of a new document, else the add line."""
        if "partner" in self.head.fields and self.kind.has_money and not self.kind.is_retail and self.head.partner_id is None:
            self.head.partner.setFocus()
        elif "made" in self.head.fields and self.head.made.value is None:
            self.head.made.setFocus()
        else:
            self.add_field.setFocus()

    # --- working out ---------------------------------------------------------------------------------------------

    def touched(self) -> None:
        """Something was typed or chosen."""
        if self._filling:
            return
        self._refusal = None
        self.work_out()
        self.changed.emit()

    def work_out(self) -> None:
        """Totals and notices anew."""
        plan_batches(self.kind, self.grid.lines, self.head.warehouse_id, self.day, self.desk.today())
        totals = work_out_totals(self.grid.lines, off=self.foot.off, freight=self.foot.value("freight"))
        self.foot.show_totals(totals)
        self.side.show_partner(self.head.standing, totals, self.foot.value("paid"))
        self.promises.look(self.kind, self.grid.lines)
        self._show_notice()
        self.grid.refresh()

    def _show_notice(self) -> None:
        found = self._refusal or find_notice(self._situation())
        if found is None:
            self.notice.clear()
            return
        links: list[tuple[str, Callable[[], object]]] = []
        if found.mend == "lower":
            line = self.grid.lines[found.line]
            most = line.original.left if line.original else line.product.on_hand.get(self.head.warehouse_id or 0, Decimal(0))
            quantity, unit = line.said(most)
            words = _("Make it {quantity} {unit}").format(quantity=quantity, unit=unit)
            links.append((words, lambda: self._lower(found.line, most)))
        elif found.mend == "pay":
            due = self.foot.totals.total
            links.append((_("Make it {amount}").format(amount=f"¥{due:,.2f}"), lambda: self.foot.pay(due)))
        elif found.mend == "today":
            links.append(today_link(self.desk.today(), self.set_day))
        elif found.mend == "split":
            before = named_batches(self.grid.lines[: found.line])
            links.append((_("Take the rest from another batch"), lambda: self._split(found.line, before)))
        elif found.mend == "new":
            code = self.adding.unknown
            links.append((_("New product"), lambda: self.product_wanted.emit(code)))
        elif found.mend in ("close_rest", "keep_rest"):
            words = _("Close the rest instead") if found.mend == "close_rest" else _("Keep the rest open")
            links.append((words, self._turn_rest))
        self.notice.show_notice(found.text, found.tone, links)

    def _situation(self) -> Situation:
        return Situation(
            self.kind, self.grid.lines, self.head.warehouse_id, self.settings, self.head.standing, self.foot.totals,
            self.foot.value("paid"), self.day, self.desk.today(), self.closes_rest,
            self.promises.promised, self.head.order_id,
        )  # fmt: skip

    def _take_base(self, line: EditLine, base: Decimal) -> None:
        line.take_base(base, self.kind)
        line.put("quantity", quantity_text(line.draft.quantity or base), kind=self.kind, today=self.desk.today())

    def _lower(self, place: int, base: Decimal) -> None:
        self._take_base(self.grid.lines[place], base)
        self.grid.editor.hide()
        self.touched()
        self.grid.edit_cell(place, "quantity")

    def take_only(self, product_id: int, available: Decimal) -> None:
        """Lower the lines of a product, the last first, so that together they want no more than ``available`` base units."""
        self.grid.commit()
        self.grid.editor.hide()
        mine = [line for line in self.grid.lines if line.product.id == product_id and line.original is None]
        over = sum((line.base_quantity for line in mine), Decimal(0)) - available
        for line in reversed(mine):
            if over <= 0:
                break
            left = max(line.base_quantity - over, Decimal(0))
            over -= line.base_quantity - left
            if not left:
                self.grid.set_lines([one for one in self.grid.lines if one is not line])
                continue
            self._take_base(line, left)
        self.touched()
        place = next((n for n, line in enumerate(self.grid.lines) if line.product.id == product_id), -1)
        if place >= 0:
            self.grid.edit_cell(place, "quantity")

    def _offered(self, line: EditLine, key: str, text: str) -> Sequence[Choice]:
        """What the cell of a batch may hold."""
        if key != "batch":
            return ()
        return batch_choices(self.kind, line, self._others_take(line), self.head.warehouse_id, self.day, text)

    def _others_take(self, line: EditLine) -> Taken:
        return named_batches(other for other in self.grid.lines if other is not line)

    def _batch_chosen(self, place: int, _lot: object) -> None:
        """A batch was chosen that has less than the line wants, and there are others: they get the rest."""
        line, here = self.grid.lines[place], self.head.warehouse_id
        taken = self._others_take(line)
        more = any(left_of(lot, line, taken, here) > 0 for lot in line.product.lots if lot is not line.lot)
        if takes_batches(self.kind) and more and more_than_there(line, taken, here) is not None:
            self._split(place, taken)

    def _split(self, place: int, taken: Taken) -> None:
        """What the named batch lacks after what is ``taken`` becomes a line of its own, for which another one is chosen next."""
        line = self.grid.lines[place]
        missing = more_than_there(line, taken, self.head.warehouse_id)
        if missing is None or missing >= line.base_quantity:
            return
        self.grid.editor.hide()
        self.grid.insert(place + 1, split_line(line, missing, self.kind))
        self.touched()
        self.grid.edit_cell(place + 1, "batch")

    def confirm_expired(self, place: int, reason: str) -> None:
        """Note that the goods of this line (from 0) are handed over past their date, and why."""
        self.grid.commit()
        self.grid.editor.hide()
        draft = self.grid.lines[place].draft
        draft.expired_ok, draft.expired_reason = True, reason
        self.touched()

    def _turn_rest(self) -> None:
        self.closes_rest = not self.closes_rest
        self._show_notice()

    def show_side(self) -> None:
        """What is known of the current line."""
        number = self.grid.currentIndex().row() + 1
        self.side.show_line(number, self.grid.current, self.places, self.head.warehouse_id, self.head.price_level)

    def arrange_columns(self) -> None:
        """The columns that this document needs now."""
        ordered = any(line.ordered is not None for line in self.grid.lines)
        self.grid.set_columns(columns_of(self.kind, Surroundings(self.head.warehouse_id, ordered, self.desk.today())))
        self._fit_side()
        self.show_side()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_side()

    def _fit_side(self) -> None:
        """The panel stands where the window is wide enough and the lines keep their columns beside it."""
        room = self.width() - self.side.width() - 12
        wide = self.window().width() >= theme.breakpoint("drawer_lt")
        self.side.setVisible(wide and self.kind.family != "stock" and room >= self.grid.needed_width())
        self._hints.setVisible(self.width() - (self.side.width() + 12 if self.side.isVisibleTo(self) else 0) >= theme.px(700))

    def update_products(self, products: dict[int, LineProduct]) -> None:
        """What is known of the products of the lines is new: stock, cost, last prices."""
        for line in self.grid.lines:
            line.product = products.get(line.product.id, line.product)
        self.promises.refresh()
        self.work_out()
        self.show_side()

    def forgive(self) -> None:
        """What was refused last is mended."""
        self._refusal = None
