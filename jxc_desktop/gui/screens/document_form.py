"""A document with lines while it is typed: head, notice, grid with its add line, foot, and the panel beside them."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from jxc_desktop.columns import quantity_text
from jxc_desktop.domain.documents import DocumentKind, Draft, DraftLine
from jxc_desktop.domain.errors import JxcError
from jxc_desktop.domain.money import PRICE_PLACES, round_half_up
from jxc_desktop.domain.settings import ShopSettings
from jxc_desktop.gui.document_lines import EditLine, first_price, work_out_totals
from jxc_desktop.gui.line_columns import Surroundings, columns_of
from jxc_desktop.gui.line_editor import LineGrid
from jxc_desktop.gui.screen import Desk
from jxc_desktop.gui.screens.document_add import AddField, Wanted, product_choices, wanted_of
from jxc_desktop.gui.screens.document_data import Editing
from jxc_desktop.gui.screens.document_dialogs import ReturnDialog
from jxc_desktop.gui.screens.document_foot import DocumentFoot
from jxc_desktop.gui.screens.document_head import DocumentHead
from jxc_desktop.gui.screens.document_notices import Notice, Situation, find_notice
from jxc_desktop.gui.screens.document_side import DocumentSide
from jxc_desktop.gui.theme import theme
from jxc_desktop.gui.widgets import Card, Choice, KeyChip, NoticeBar, column, label, row, rule
from jxc_desktop.i18n import _
from jxc_desktop.queries.editing import (
    LineProduct,
    Returnable,
    Standing,
    delivery_of,
    line_products,
    ordered_quantities,
    returnable_lines,
    standing,
    title_of,
)
from jxc_desktop.queries.product_search import find_by_code, search_products
from jxc_desktop.queries.settings import Named
from jxc_desktop.services.recipes import lines_of_recipe


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
        self._codes: deque[str] = deque()
        self._unknown = ""
        self._looking = False
        self._refusal: Notice | None = None
        self._filling = False
        self._loaded_titles: dict[int, str] = {}
        self.head = DocumentHead(desk, kind)
        self.notice = NoticeBar()
        self.grid = LineGrid(kind, desk.today())
        self.add_field = AddField(self._search, _("Scan a code, or type a name or its initials, to add a line"))
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
        card.add(self.grid, 1)
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
        head.changed.connect(self._touched)
        head.partner_picked.connect(self._partner_picked)
        head.order_picked.connect(self._order_picked)
        head.original_picked.connect(self._original_picked)
        head.warehouse_chosen.connect(self._arrange_columns)
        head.level_chosen.connect(self._reprice)
        head.made_chosen.connect(self._take_recipe)
        grid.changed.connect(self._touched)
        grid.moved.connect(self._show_side)
        grid.past_end.connect(lambda: self.add_field.setFocus(Qt.FocusReason.OtherFocusReason))
        self.add_field.picked.connect(self._picked)
        self.add_field.up.connect(lambda: self.grid.edit_cell(len(self.grid.lines) - 1, "quantity"))
        self.add_field.not_found.connect(self.say_unknown)
        self.foot.changed.connect(self._touched)
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
        self._arrange_columns()
        self._filling = False
        self._work_out()
        self._show_side()

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
        """Put the focus where typing begins: the partner of a new document, else the add line."""
        if "partner" in self.head.fields and self.kind.has_money and not self.kind.is_retail and self.head.partner_id is None:
            self.head.partner.setFocus()
        else:
            self.add_field.setFocus()

    # --- working out ---------------------------------------------------------------------------------------------

    def _touched(self) -> None:
        if self._filling:
            return
        self._refusal = None
        self._work_out()
        self.changed.emit()

    def _work_out(self) -> None:
        totals = work_out_totals(self.grid.lines, off=self.foot.off, freight=self.foot.value("freight"))
        self.foot.show_totals(totals)
        self.side.show_partner(self.head.standing, totals, self.foot.value("paid"))
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
        elif found.mend == "new":
            code = self._unknown
            links.append((_("New product"), lambda: self.product_wanted.emit(code)))
        elif found.mend in ("close_rest", "keep_rest"):
            words = _("Close the rest instead") if found.mend == "close_rest" else _("Keep the rest open")
            links.append((words, self._turn_rest))
        self.notice.show_notice(found.text, found.tone, links)

    def _situation(self) -> Situation:
        return Situation(
            self.kind, self.grid.lines, self.head.warehouse_id, self.settings, self.head.standing, self.foot.totals,
            self.foot.value("paid"), self.day, self.desk.today(), self.closes_rest,
        )  # fmt: skip

    def _take_base(self, line: EditLine, base: Decimal) -> None:
        line.take_base(base, self.kind)
        line.put("quantity", quantity_text(line.draft.quantity or base), kind=self.kind, today=self.desk.today())

    def _lower(self, place: int, base: Decimal) -> None:
        self._take_base(self.grid.lines[place], base)
        self.grid.editor.hide()
        self._touched()
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
        self._touched()
        place = next((n for n, line in enumerate(self.grid.lines) if line.product.id == product_id), -1)
        if place >= 0:
            self.grid.edit_cell(place, "quantity")

    def confirm_expired(self, place: int, reason: str) -> None:
        """Note that the goods of this line (from 0) are handed over past their date, and why."""
        self.grid.commit()
        self.grid.editor.hide()
        draft = self.grid.lines[place].draft
        draft.expired_ok, draft.expired_reason = True, reason
        self._touched()

    def _turn_rest(self) -> None:
        self.closes_rest = not self.closes_rest
        self._show_notice()

    def _show_side(self) -> None:
        number = self.grid.currentIndex().row() + 1
        self.side.show_line(number, self.grid.current, self.places, self.head.warehouse_id, self.head.price_level)

    def _arrange_columns(self) -> None:
        ordered = any(line.ordered is not None for line in self.grid.lines)
        self.grid.set_columns(columns_of(self.kind, Surroundings(self.head.warehouse_id, ordered, self.desk.today())))
        self._fit_side()
        self._show_side()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_side()

    def _fit_side(self) -> None:
        """The panel stands where the window is wide enough and the lines keep their columns beside it."""
        room = self.width() - self.side.width() - 12
        wide = self.window().width() >= theme.number("breakpoint", "drawer_lt")
        self.side.setVisible(wide and self.kind.family != "stock" and room >= self.grid.needed_width())
        self._hints.setVisible(self.width() - (self.side.width() + 12 if self.side.isVisibleTo(self) else 0) >= theme.px(700))

    # --- adding lines --------------------------------------------------------------------------------------------

    def _search(self, text: str, answer: Callable[[Sequence[Choice]], None]) -> None:
        place, level, sells = self.head.warehouse_id, self.head.price_level, self.kind.family != "purchase"
        self.desk.tasks.read(self, "search", lambda s: product_choices(s, text, place, level, sells), answer)

    def add_products(self, ids: Sequence[int]) -> None:
        """Add one of each of these products."""
        self._add([Wanted(product, None, Decimal(1)) for product in ids], scanned=False)

    def add_wanted(self, wanted: Sequence[tuple[int, Decimal]]) -> None:
        """Add these quantities (base units) of these products."""
        self._add([Wanted(product, None, quantity) for product, quantity in wanted], scanned=False)

    def _picked(self, choice: Choice | None) -> None:
        if choice is not None and isinstance(choice.value, Wanted):
            self._add([choice.value], scanned=False)

    def add_code(self, code: str) -> None:
        """A scan: one more of the line with this product and unit, or a new line. Scans are looked up one after the other."""
        self.grid.commit()
        self.grid.editor.hide()
        self.add_field.setFocus(Qt.FocusReason.OtherFocusReason)
        self._codes.append(code)
        self._next_code()

    def add_awaited(self, text: str, found: Callable[[], None]) -> None:
        """What was not found before: ``found()`` and its line when the product was made in the meantime, else nothing is said."""

        def look(session):  # type: ignore[no-untyped-def]
            hit = find_by_code(session, text)
            named = search_products(session, text, limit=2) if hit is None else []
            return wanted_of(hit) if hit else Wanted(named[0].id, None, Decimal(1)) if len(named) == 1 else None

        def known(wanted: Wanted | None) -> None:
            if wanted is not None:
                found()
                self._refusal = None
                self._add([wanted], scanned=False)

        self.desk.tasks.read(self, "awaited", look, known)

    def _next_code(self) -> None:
        if self._looking or not self._codes:
            return
        self._looking = True
        code = self._codes.popleft()

        def look(session):  # type: ignore[no-untyped-def]
            hit = find_by_code(session, code)
            return code, None if hit is None else wanted_of(hit)

        self.desk.tasks.read(self, "code", look, self._code_found, self._code_failed)

    def _code_failed(self, error: JxcError) -> None:
        self._looking = False
        self.refuse(Notice(str(error), "danger"))

    def _code_found(self, found: tuple[str, Wanted | None]) -> None:
        code, wanted = found
        if wanted is None:
            self._looking = False
            self.say_unknown(code)
            self._next_code()
        elif not self._one_more(wanted):
            self._add([wanted], scanned=True)
        else:
            self._looking = False
            self._next_code()

    def say_unknown(self, code: str) -> None:
        """Nothing has this code or name."""
        self.add_field.clear()
        self.add_field.set_error("")
        self._unknown = code
        text = _("Not found: {code}. Check the code, or create the product first.")
        self.refuse(Notice(text.format(code=code), "warning", "new"))

    def _one_more(self, wanted: Wanted) -> bool:
        """Add to the line with this product and unit; every label of a scale is a line of its own."""
        if wanted.label and not self.kind.sets_cost:
            return False
        for place, line in enumerate(self.grid.lines):
            same = line.product.id == wanted[0] and line.draft.unit_id == wanted[1] and line.original is None
            if same and self.kind.sets_cost:
                self.grid.edit_cell(place, "price")
                return True
            if same and "quantity" not in line.errors:
                line.draft.quantity = (line.draft.quantity or Decimal(0)) + wanted[2]
                line.draft.amount = None
                self.grid.select_row(place)
                self._touched()
                return True
        return False

    def _add(self, wanted: Sequence[Wanted], *, scanned: bool) -> None:
        partner, side = self.head.partner_id, self.kind.side or "supplier"
        ids = [one.product_id for one in wanted]
        self.desk.tasks.read(
            self,
            "add" if scanned else "pick",
            lambda s: line_products(s, ids, partner_id=partner, side=side),
            lambda products: self._arrived(wanted, products, scanned),
        )

    def _arrived(self, wanted: Sequence[Wanted], products: dict[int, LineProduct], scanned: bool) -> None:
        for one in wanted:
            product = products[one.product_id]
            price = first_price(self.kind, product, one.unit_id, self.head.price_level)
            draft = DraftLine(one.product_id, None if self.kind.sets_cost else one.quantity, one.unit_id, price)
            if one.amount is not None and self.kind.family == "sales":
                draft.amount = one.amount  # what the label asks; its unit price is what the customer read on it
                draft.price = price if price is not None else round_half_up(one.amount / one.quantity, PRICE_PLACES)
            line = EditLine(draft, product)
            place = self.grid.append(line)
        self._arrange_columns()
        if scanned:
            self._looking = False
            self._next_code()
        else:
            self.grid.edit_cell(place, "price" if self.kind.sets_cost else "quantity")

    def _take_recipe(self) -> None:
        """The parts that the recipe takes, in place of lines that were not typed by hand."""
        made = self.head.made_line
        if made is None or not made.quantity or any(line.by_hand for line in self.grid.lines):
            return
        product, quantity = made.product_id or 0, made.quantity

        def look(session):  # type: ignore[no-untyped-def]
            lines = lines_of_recipe(session, product, quantity)
            return lines, line_products(session, [line.product_id or 0 for line in lines])

        self.desk.tasks.read(self, "recipe", look, self._recipe_known, self._no_recipe)

    def _no_recipe(self, error: JxcError) -> None:
        """Most products have none; only a recipe that cannot be followed is told."""
        if error.code != "no_recipe":
            self.refuse(Notice(str(error), "warning"))

    def _recipe_known(self, found: tuple[list[DraftLine], dict[int, LineProduct]]) -> None:
        lines, products = found
        self.grid.set_lines([EditLine(line, products[line.product_id or 0]) for line in lines])
        self._arrange_columns()
        self._work_out()

    # --- partner, order, original --------------------------------------------------------------------------------

    def _partner_picked(self, partner_id: int | None) -> None:
        side, today = self.kind.side or "customer", self.desk.today()
        ids = [line.product.id for line in self.grid.lines]

        def look(session):  # type: ignore[no-untyped-def]
            found = standing(session, partner_id, side, today) if partner_id is not None else None
            return found, line_products(session, ids, partner_id=partner_id, side=side)

        self.desk.tasks.read(self, "partner", look, self._partner_known)

    def _partner_known(self, found: tuple[Standing | None, dict[int, LineProduct]]) -> None:
        known, products = found
        self.head.set_standing(known)
        self.update_products(products)
        self._reprice()

    def update_products(self, products: dict[int, LineProduct]) -> None:
        """What is known of the products of the lines is new: stock, cost, last prices."""
        for line in self.grid.lines:
            line.product = products.get(line.product.id, line.product)
        self._work_out()
        self._show_side()

    def _reprice(self) -> None:
        """Give lines whose price was not typed the price of the level (or the last one of the supplier)."""
        for line in self.grid.lines:
            said = "price" in line.by_hand or line.draft.amount is not None  # by a clerk, or by the label of a scale
            if said or line.original is not None or line.draft.order_line is not None:
                continue
            price = first_price(self.kind, line.product, line.draft.unit_id, self.head.price_level)
            if price is not None:
                line.draft.price, line.draft.amount = price, None
        self._touched()
        self._show_side()

    def _order_picked(self, order_id: int | None) -> None:
        if order_id is None:
            for line in self.grid.lines:
                line.draft.order_line, line.ordered = None, None
            self._arrange_columns()
            self._touched()
            return
        kind, today, side = self.kind.code, self.desk.today(), self.kind.side or "supplier"

        def look(session):  # type: ignore[no-untyped-def]
            draft = delivery_of(session, order_id, kind)
            ids = [line.product_id for line in draft.lines if line.product_id is not None]
            products = line_products(session, ids, partner_id=draft.partner_id, side=side)
            known = standing(session, draft.partner_id, side, today) if draft.partner_id is not None else None
            return draft, products, ordered_quantities(session, order_id), known

        self.desk.tasks.read(self, "order", look, self._order_known)

    def _order_known(self, found: tuple[Draft, dict[int, LineProduct], dict[int, Decimal], Standing | None]) -> None:
        draft, products, ordered, known = found
        if known is not None:
            self.head.set_standing(known)
        if draft.warehouse_id is not None:
            self.head.warehouse.set_value(draft.warehouse_id)
        lines = [
            EditLine(d, products[d.product_id or 0], None, ordered.get(d.order_line[1]) if d.order_line else None)
            for d in draft.lines
        ]
        self.grid.set_lines(
            [line for line in self.grid.lines if line.draft.order_line is None and line.product.id not in products] + lines
        )
        self._arrange_columns()
        self._touched()
        self.grid.edit_cell(0, "quantity")

    def _original_picked(self, document_id: int | None) -> None:
        if document_id is None:
            return
        self.desk.tasks.read(
            self,
            "original",
            lambda s: (title_of(s, document_id), returnable_lines(s, [document_id])),
            lambda found: self._ask_returns(*found),
        )

    def _ask_returns(self, number: str, lines: list[Returnable]) -> None:
        dialog = ReturnDialog(self, number, lines)
        chosen = dialog.chosen() if dialog.exec() else []
        dialog.deleteLater()
        if chosen:
            self.take_returns(chosen)

    def take_returns(self, chosen: Sequence[Returnable]) -> None:
        """Add a line for each of these, with all that is left of it."""
        partner, side = self.head.partner_id, self.kind.side or "customer"
        ids = [one.product_id for one in chosen]
        self.desk.tasks.read(
            self,
            "returns",
            lambda s: line_products(s, ids, partner_id=partner, side=side),
            lambda p: self._returns_known(chosen, p),
        )

    def _returns_known(self, chosen: Sequence[Returnable], products: dict[int, LineProduct]) -> None:
        there = {line.draft.against for line in self.grid.lines}
        for source in chosen:
            if (source.document_id, source.line) in there:
                continue
            draft = DraftLine(
                source.product_id, unit_id=source.unit_id, batch=source.batch, against=(source.document_id, source.line)
            )
            line = EditLine(draft, products[source.product_id], source)
            line.take_base(source.left, self.kind)
            self.grid.append(line)
        self._arrange_columns()
        self._touched()
        self.grid.edit_cell(0, "quantity")
