"""客户与供应商: who owes first, with ageing, statement and documents of the marked one beside it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QMenu, QStackedWidget

from jxc_desktop.columns import Column
from jxc_desktop.domain.changes import Changes
from jxc_desktop.domain.partners import LEVELS, PartnerForm
from jxc_desktop.gui import prompts
from jxc_desktop.gui.row_table import Look, RowTable
from jxc_desktop.gui.screen import Desk, Screen
from jxc_desktop.gui.screens import table_paper
from jxc_desktop.gui.screens.master_parts import act_of, yuan_words
from jxc_desktop.gui.screens.partner_form import PartnerDialog
from jxc_desktop.gui.screens.partner_panel import PartnerPanel, state_badge, statement_sheet
from jxc_desktop.gui.screens.why_cells import PARTNERS, partner_figure, partner_key
from jxc_desktop.gui.screens.why_keys import Answer
from jxc_desktop.gui.theme import theme
from jxc_desktop.gui.widgets import Button, Combo, ListAndDetail, SearchEdit, Segmented, row
from jxc_desktop.i18n import N_, _
from jxc_desktop.queries.documents import DocumentFilter, document_list
from jxc_desktop.queries.partner_lines import PartnerDetail, PartnerLine, PartnersPage, partner_detail, partners_page
from jxc_desktop.queries.partners import PartnerFilter, Side, partner_card

LATEST = 40
ORDERS = (("owing", N_("Largest balance first")), ("name", N_("By name")), ("code", N_("By code")))


def _columns(side: str) -> tuple[Column, ...]:
    owed = N_("Receivable (yuan)") if side == "customer" else N_("Payable (yuan)")
    level = Column("price_level", N_("Price level"), "choice", priority=2, choices=LEVELS)
    limit = Column("credit_limit", N_("Credit limit"), "money", priority=3)
    return (
        Column("name", N_("Name / contact")),
        *((level, limit) if side == "customer" else ()),
        Column("terms_days", N_("Days to pay"), "integer", priority=3 if side == "customer" else 2),
        Column("last", N_("Last movement"), "date", priority=3 if side == "customer" else 2),
        Column("balance", owed, "money"),
        Column("overdue", N_("Overdue (yuan)"), "money"),
        Column("state", N_("State"), width=96),
    )


class _Pair(QStackedWidget):
    """The two lists, one of them in front, each with a button for its columns."""

    def __init__(self, tables: dict[str, RowTable]) -> None:
        super().__init__()
        self._tables = tables
        self._buttons = {side: table.columns_button() for side, table in tables.items()}
        for table in tables.values():
            self.addWidget(table)

    def columns_buttons(self) -> list[Button]:
        return list(self._buttons.values())

    def show_side(self, side: str) -> None:
        self.setCurrentWidget(self._tables[side])
        self.setFocusProxy(self._tables[side])
        for each, button in self._buttons.items():
            button.setVisible(each == side)


class Partners(Screen):
    """``open(partner=id)`` marks a partner on the side it trades on; ``open(side=…)`` shows customers or suppliers."""

    title = N_("Customers and suppliers")
    follows = Changes.PARTNERS | Changes.MONEY | Changes.DOCUMENTS
    hints = (("↑+↓", N_("Move")), ("F4", N_("Edit")), ("F8", N_("Receive or pay")), ("Ctrl+N", N_("New")))

    def __init__(self, desk: Desk) -> None:
        self.side: Side = "customer"
        self._wanted: int | None = None
        super().__init__(desk)

    def build(self) -> None:
        self.add_action(Button(_("Import"), icon="file-import", on_click=lambda: self.navigate("import", kind="partners")))
        self.new_button = Button(_("New customer"), "primary", "plus", key="Ctrl+N", on_click=self.new)
        self.add_action(self.new_button)
        self.sides = Segmented([("customer", _("Customers")), ("supplier", _("Suppliers"))], self.side)
        self.sides.chosen.connect(self._side_chosen)
        self.search = SearchEdit(_("Name / phone / pinyin initials"))
        self.search.setFixedWidth(theme.px(232))
        self.search.searched.connect(lambda _text: self.refresh())
        self.level = Combo([(None, _("All levels")), *((key, _(words)) for key, words in LEVELS.items())], width=theme.px(110))
        self.order = Combo([(key, _(words)) for key, words in ORDERS], "owing", width=theme.px(150))
        self.ended = Combo([(False, _("In use")), (True, _("Also those not in use"))], False, width=theme.px(130))
        for combo in (self.level, self.order, self.ended):
            combo.chosen.connect(lambda _value: self.refresh())
        self.tables = {side: self._table(side) for side in ("customer", "supplier")}
        self.more = Button("", "default", "dots", tip=_("More"), on_click=self._more)
        self.edit_button = Button(_("Edit"), icon="pencil", key="F4", bind_key=False, on_click=self.edit)
        self.print_button = Button(
            _("Print the statement"), icon="printer", key="Ctrl+P", bind_key=False, on_click=self.print_statement
        )
        self.money_button = Button(_("Receive money"), icon="cash", key="F8", bind_key=False, on_click=self.settle)
        self.panel = PartnerPanel(self.more, self.edit_button, (self.print_button, self.money_button))
        self.panel.opened.connect(lambda document: self.navigate("document", id=document))
        self.panel.figures.set_explained(range(4))
        self.panel.figures.asked.connect(lambda place: self.explain(self._figure(place)))
        self.panel.product_opened.connect(lambda product: self.navigate("products", product=product))
        self.panel.period_chosen.connect(self._read_detail)
        self.panel.documents_wanted.connect(self._read_documents)
        self.both = _Pair(self.tables)
        self.split = ListAndDetail(self.both, self.panel)
        self.setFocusProxy(self.both)
        refresh = Button("", "default", "refresh", tip=_("Refresh"), on_click=self.refresh)
        columns = self.both.columns_buttons()
        self.add(row(self.sides, self.search, self.level, self.order, self.ended, 1, *columns, refresh))
        self.add(self.split, 1)
        # The panel with the buttons may be a closed drawer: their keys belong to the page.
        keys = (("F4", self.edit), ("F8", self.settle), ("Ctrl+P", self.print_statement))
        for key, act in keys:
            self.shortcut(key, act)
        self.shortcut("Ctrl+E", self.export_statement)
        self._show_side()

    def _table(self, side: str) -> RowTable:
        table = RowTable(
            _columns(side),
            {
                "name": Look(second="second", stretch=True),
                "price_level": Look(muted=True),
                "last": Look(muted=True),
                "balance": Look(tone=lambda r: None if r.balance else "muted"),
                "overdue": Look(tone=lambda r: "danger" if r.overdue > 0 else "muted"),
                "state": Look(kind="badge", words=lambda r: state_badge(r)[0], tone=lambda r: state_badge(r)[1]),
            },
            name=f"partners_{side}",
            preferences=self.desk.preferences,
            select_first=True,
        )
        table.set_foot("")
        table.current_changed.connect(lambda line: self._marked(side, line))
        table.opened.connect(lambda _line: self._opened())
        known = {column.key for column in _columns(side)}
        table.set_explained([key for key in PARTNERS if key in known], self.explain)
        table.set_menu(lambda _line: [(_("Edit"), self.edit), *self._menu()])
        return table

    @property
    def table(self) -> RowTable:
        """The list of the side shown."""
        return self.tables[self.side]

    def lay_out(self, width: str, height: str) -> None:
        self.panel.lay_out(width)

    # --- reading -------------------------------------------------------------------------------------------------

    def open(self, **arguments: Any) -> None:
        if arguments.get("side") in ("customer", "supplier"):
            self.sides.set_value(arguments["side"])
            self._side_chosen(arguments["side"])
        partner = arguments.get("partner", arguments.get("id"))
        if partner is not None:
            self._wanted = int(partner)
            wanted = self._wanted
            self.tasks.read(self, "wanted", lambda s: partner_card(s, wanted).form, self._side_known)

    def _side_known(self, form: PartnerForm) -> None:
        """The partner asked for: its side, with no filter in its way."""
        self.search.setText("")
        self.level.set_value(None)
        self.ended.set_value(not form.active)
        side = self.side if getattr(form, self.side) else "customer" if form.customer else "supplier"
        self.sides.set_value(side)
        self._side_chosen(side)

    def _side_chosen(self, side: object) -> None:
        self.side = "supplier" if side == "supplier" else "customer"
        self._show_side()
        self.refresh()

    def _show_side(self) -> None:
        customer = self.side == "customer"
        self.both.show_side(self.side)
        self.level.setVisible(customer)
        self.new_button.setText(_("New customer") if customer else _("New supplier"))
        self.new_button.updateGeometry()
        self.money_button.setText(_("Receive money") if customer else _("Pay"))
        self.money_button.updateGeometry()
        self._marked(self.side, self.table.current())

    def filters(self) -> PartnerFilter:
        level, order = self.level.value, self.order.value
        return PartnerFilter(
            text=self.search.text(),
            side=self.side,
            price_level=str(level) if level and self.side == "customer" else None,
            include_inactive=bool(self.ended.value),
            sort="code" if order == "code" else "name",
            owing_first=order == "owing",
        )

    def reload(self) -> None:
        self.table.set_loading()
        filters, today = self.filters(), self.desk.today()
        self.tasks.read(
            self, "rows", lambda s: partners_page(s, filters, today), lambda page: self._show_page(filters, page), self.show_error
        )

    def _show_page(self, filters: PartnerFilter, page: PartnersPage) -> None:
        if filters.side != self.side:
            return
        self.show_content()
        customer = self.side == "customer"
        self.set_subtitle(
            _("Receivable {receivable}, payable {payable}").format(
                receivable=yuan_words(page.receivable), payable=yuan_words(page.payable)
            )
        )
        self._show_empty(bool(filters.text or filters.price_level))
        wanted, self._wanted = self._wanted, None
        self.table.set_rows(page.lines)
        if wanted is not None:
            self.table.select_key(wanted)
        owed = sum((line.balance for line in page.lines if line.balance > 0), start=page.receivable * 0)
        ahead = -sum((line.balance for line in page.lines if line.balance < 0), start=page.receivable * 0)
        late = sum((line.overdue for line in page.lines), start=page.receivable * 0)
        said = _("{count} in all, {open} with a balance").format(
            count=len(page.lines), open=sum(1 for line in page.lines if line.balance)
        )
        if ahead:
            said += "  " + _("{amount} paid ahead").format(amount=yuan_words(ahead))
        total = _("Receivable in all") if customer else _("Payable in all")
        self.table.set_foot(said, [(total, yuan_words(owed)), (_("overdue"), yuan_words(late))])

    def _show_empty(self, narrowed: bool) -> None:
        if narrowed:
            clear = Button(_("Clear the filters"), "primary", on_click=self._clear)
            self.table.set_empty("search", _("No match"), _("Nobody fits what is asked for."), [clear])
        else:
            title = _("No customers yet") if self.side == "customer" else _("No suppliers yet")
            new = Button(self.new_button.text(), "primary", key="Ctrl+N", bind_key=False, on_click=self.new)
            self.table.set_empty("users", title, _("Type the first one, or bring your list from a spreadsheet."), [new])

    def _clear(self) -> None:
        self.search.setText("")
        self.level.set_value(None)
        self.refresh()

    # --- the marked partner --------------------------------------------------------------------------------------

    def _marked(self, side: str, line: PartnerLine | None) -> None:
        if side != self.side:
            return
        if line is None or self.panel.detail is None or self.panel.detail.card.id != line.id or self.panel.detail.side != side:
            self.panel.show_line(line, side)
        self._read_detail()

    def _read_detail(self) -> None:
        line = self.table.current()
        if line is None:
            return
        days, today, side, partner = self.panel.period.value, self.desk.today(), self.side, line.id
        since = (today - timedelta(days=days - 1)).isoformat() if isinstance(days, int) and days else None
        self.tasks.read(self, "detail", lambda s: partner_detail(s, partner, side, since, today), self._show_detail)

    def _show_detail(self, detail: PartnerDetail) -> None:
        line = self.table.current()
        if line is not None and line.id == detail.card.id and detail.side == self.side:
            self.panel.show_detail(detail, line)

    def _read_documents(self) -> None:
        if (line := self.table.current()) is not None:
            filters = DocumentFilter(partner_id=line.id, limit=LATEST)
            self.tasks.read(self, "documents", lambda s: document_list(s, filters).rows, self.panel.show_documents)

    def why(self) -> Answer:
        """The marked figure of the list, or the one that is marked in the panel."""
        figure, place = self.table.figure(), self.panel.figures.marked
        if place is not None:
            return self._figure(place)
        if (said := self.panel.marked) is not None:
            return said
        return None if figure is None else partner_key(*figure, self.side, self.desk.today())

    def _figure(self, place: int) -> Answer:
        """A key figure of the panel."""
        line, detail = self.table.current(), self.panel.detail
        return None if line is None or detail is None else partner_figure(detail, line, place, self.desk.today())

    def _opened(self) -> None:
        if not self.split.open_drawer():
            self.edit()

    def new(self) -> None:
        self._show_form(PartnerForm(name="", supplier=self.side == "supplier", customer=self.side == "customer"), None)

    def edit(self) -> None:
        if (line := self.table.current()) is not None:
            partner = line.id
            self.tasks.read(self, "form", lambda s: partner_card(s, partner), lambda card: self._show_form(card.form, card.id))

    def _show_form(self, form: PartnerForm, partner: int | None) -> None:
        dialog = PartnerDialog(self, form, partner)
        if dialog.exec() and dialog.saved_id is not None:
            self._wanted = dialog.saved_id
            self.refresh()
        dialog.deleteLater()

    def settle(self) -> None:
        """On to a receipt or payment for the marked partner."""
        if (line := self.table.current()) is not None:
            self.navigate("document", kind="receipt" if self.side == "customer" else "payment", partner=line.id)

    def print_statement(self) -> None:
        if self.panel.detail is not None:
            table_paper.preview_sheet(self, statement_sheet(self.panel.detail))

    def export_statement(self) -> None:
        detail = self.panel.detail
        if detail is not None:
            sheet = statement_sheet(detail)
            table_paper.export_menu(self.more, lambda ending: table_paper.export_sheet(self, sheet, ending, self.more))

    def _menu(self) -> Sequence[tuple[str, Callable[[], object]]]:
        line = self.table.current()
        if line is None:
            return []
        kind = ("sale", _("New sale")) if self.side == "customer" else ("purchase_receipt", _("New receipt of goods"))
        active = (_("Stop using…"), self.end) if line.active else (_("Take into use again"), self.resume)
        return [
            (kind[1], lambda: self.navigate("document", kind=kind[0], partner=line.id)),
            (_("Export the statement…"), self.export_statement),
            active,
        ]

    def _more(self) -> None:
        menu = QMenu(self.more)
        for words, act in self._menu():
            menu.addAction(words).triggered.connect(lambda _checked=False, act=act: act())
        menu.exec(self.more.mapToGlobal(QPoint(0, self.more.height() + 4)))
        menu.deleteLater()

    def end(self) -> None:
        """Take the marked partner out of use; what is open is said first."""
        from jxc_desktop.services.partners import end_partner

        line, detail = self.table.current(), self.panel.detail
        if line is None or detail is None:
            return
        parts = [_("It disappears from lists and search; its documents and its account stay.")]
        if line.balance:
            parts.append(_("Its balance of {amount} stays open.").format(amount=yuan_words(line.balance)))
        if detail.card.products:
            parts.append(_("It stays the default supplier of {count} products.").format(count=detail.card.products))
        if not prompts.confirm(self, _("Stop using {partner}?").format(partner=line.name), " ".join(parts), _("Stop using")):
            return
        partner, act, force = line.id, act_of(self.desk), bool(line.balance or detail.card.products)
        self.tasks.write(
            self,
            lambda s: end_partner(s, partner, act, force=force),
            lambda _changes: self._said(_("{partner} is no longer in use").format(partner=line.name)),
        )

    def resume(self) -> None:
        from jxc_desktop.services.partners import resume_partner

        line = self.table.current()
        if line is not None:
            partner, act = line.id, act_of(self.desk)
            self.tasks.write(
                self,
                lambda s: resume_partner(s, partner, act),
                lambda _changes: self._said(_("{partner} is in use again").format(partner=line.name)),
            )

    def _said(self, words: str) -> None:
        self.desk.toasts.show(words, tone="success")
