"""Stock on any day: a row per product with what lies in each warehouse, below it the movements of the marked one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from functools import partial
from typing import Any

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QMenu, QVBoxLayout

from jxc_desktop.columns import word
from jxc_desktop.domain.changes import Changes
from jxc_desktop.domain.errors import JxcError
from jxc_desktop.domain.why import WhyKey
from jxc_desktop.gui.row_table import RowTable
from jxc_desktop.gui.screen import Desk, Screen
from jxc_desktop.gui.screens.stock_columns import CODES, LEDGER, LEDGER_LOOKS, ZERO, PlaceColumn, stock_columns, stock_looks
from jxc_desktop.gui.screens.table_paper import Sheet, export_menu, export_sheet, preview_sheet
from jxc_desktop.gui.theme import theme
from jxc_desktop.gui.widgets import Button, CheckBox, Combo, DateEdit, SearchEdit, label, row
from jxc_desktop.i18n import N_, _
from jxc_desktop.queries.periods import month_start
from jxc_desktop.queries.settings import Named, categories, warehouses
from jxc_desktop.queries.stock_view import Movement, StockQuestion, StockRow, StockView, product_movements, stock_view

FIGURES = {
    "value": "stock_value", "quantity": "on_hand", "available": "available", "unit_cost": "unit_cost", "reserved": "reserved",
    "on_order": "on_order",
}  # fmt: skip
"""Columns whose figures can be explained; the first is meant where another is marked."""


class StockScreen(Screen):
    """``open(product=id or code)`` marks a product; ``warehouse``, ``category`` (codes), ``as_of``, ``low`` narrow the list."""

    title = N_("Stock on hand")
    follows = Changes.STOCK | Changes.PRODUCTS | Changes.DOCUMENTS | Changes.SETTINGS
    hints = (("↑+↓", N_("Another product")), ("Enter", N_("Open")), ("F6", N_("Why this number")), ("Ctrl+F", N_("Find")))

    def __init__(self, desk: Desk) -> None:
        self.view: StockView | None = None
        self.table: RowTable | None = None
        self._wanted: int | str | None = None
        self._asked = StockQuestion()
        self._places: tuple[Named, ...] = ()
        self._width = ""
        super().__init__(desk)

    # --- building ------------------------------------------------------------------------------------------------

    def build(self) -> None:
        self.print_button = Button(_("Print"), icon="printer", key="Ctrl+P", on_click=self.print)
        self.export_button = Button(_("Export"), icon="file-export", key="Ctrl+E", on_click=self._choose_format)
        for button in (
            self.print_button,
            self.export_button,
            Button(_("New transfer"), "primary", "arrows-exchange", key="Ctrl+N", on_click=lambda: self._begin("transfer")),
        ):
            self.add_action(button)
        self._build_filters()
        self._table_place = QVBoxLayout()
        self.add(self._table_place, 3)
        self._build_ledger()
        self.add(self.ledger, 2)

    def _build_filters(self) -> None:
        self.search = SearchEdit(_("Barcode / pinyin initials / name"))
        self.search.setMinimumWidth(theme.px(150))
        self.search.setMaximumWidth(theme.px(260))
        self.search.searched.connect(lambda _text: self.refresh())
        self.warehouse = Combo([("", _("All warehouses"))], "", width=theme.px(112))
        self.category = Combo([("", _("All categories"))], "", width=theme.px(124))
        self.with_stock, self.low = CheckBox(_("Hide empty"), True), CheckBox(_("Only low"))
        today = self.desk.today()
        self.day = DateEdit(self.desk.today, today)
        self.day.setFixedWidth(theme.px(126))
        self.start_button = Button(_("Month start"), "ghost", on_click=lambda: self._set_day(month_start(self.desk.today())))
        before = _("Last month end")
        self.end_button = Button(
            before, "ghost", on_click=lambda: self._set_day(month_start(self.desk.today()) - timedelta(days=1))
        )
        for combo in (self.warehouse, self.category):
            combo.chosen.connect(lambda _value: self.refresh())
        for box in (self.with_stock, self.low):
            box.toggled.connect(lambda _on: self.refresh())
        self.day.value_changed.connect(lambda _value: self.refresh())
        self._columns_place = row()
        line = row(self.search, self.warehouse, self.category, self.with_stock, self.low, label(_("On the day"), "secondary"))
        for item in (self.day, self.start_button, self.end_button):
            line.addWidget(item)
        line.addStretch(1)
        line.addLayout(self._columns_place)
        line.setStretch(0, 2)
        self.add(line)

    def _build_ledger(self) -> None:
        self.ledger = RowTable(
            LEDGER,
            LEDGER_LOOKS,
            name="stock-ledger",
            preferences=self.desk.preferences,
            key="key",
        )
        self.ledger.opened.connect(lambda m: self.navigate("document", id=m.document_id))
        self.ledger.set_explained(("value", "unit_cost"), self.explain)
        self.ledger_title, self.ledger_note = label("", "section"), label("", "caption")
        self.place_note = label("", "caption")
        self.adjust_button = Button(_("Adjust"), icon="adjustments", size="sm", menu=True, on_click=self._choose_adjustment)
        self.count_button = Button(
            _("Count it"), icon="clipboard-check", size="sm", on_click=lambda: self.navigate("stocktaking")
        )
        self.product_button = Button(_("Product"), icon="box", size="sm", on_click=self._open_product)
        head = row(self.ledger_title, self.ledger_note, 1, self.place_note, margins=(15, 7, 9, 7))
        for button in (self.adjust_button, self.count_button, self.product_button):
            head.addWidget(button)
        self.ledger.body.insertLayout(0, head)
        self.ledger.set_empty("history", _("No movements"), _("Up to this day nothing moved."))

    def _set_table(self, places: Sequence[Named]) -> None:
        """The columns follow the warehouses of the shop."""
        old, focus = self.table, self.focusWidget()
        self._places = tuple(places)
        self.table = RowTable(
            stock_columns(places),
            stock_looks(places),
            name="stock",
            preferences=self.desk.preferences,
            select_first=True,
        )
        own = [c.key for c in self.table.model.columns if isinstance(c, PlaceColumn)]
        self.table.set_explained((*FIGURES, *own), self.explain)
        self.table.current_changed.connect(self._moved)
        self.table.opened.connect(lambda _found: self._open_product())
        self.table.set_menu(self._menu)
        self._table_place.addWidget(self.table)
        self.setFocusProxy(self.table)
        if old is None or (focus is not None and old.isAncestorOf(focus)):
            self.table.setFocus()
        while (item := self._columns_place.takeAt(0)) is not None:
            if (button := item.widget()) is not None:
                button.deleteLater()
        self._columns_place.addWidget(self.table.columns_button())
        if old is not None:
            old.hide()
            old.deleteLater()

    def lay_out(self, width: str, height: str) -> None:
        self._width = width
        self.make_room(self.why_host is not None)

    def make_room(self, on: bool) -> None:
        for button in (self.start_button, self.end_button):
            button.setVisible(self._width != "compact" and (not on or self._width == "wide"))
        for box in (self.with_stock, self.low):
            box.setVisible(not on or self._width == "wide")

    # --- asking --------------------------------------------------------------------------------------------------

    def open(self, **arguments: Any) -> None:
        """Narrow the list or mark a product; other filters are taken away so that it can be seen."""
        self.search.clear()
        self.warehouse.set_value(arguments.get("warehouse") or "")
        self.category.set_value(arguments.get("category") or "")
        for box, on in ((self.low, bool(arguments.get("low"))), (self.with_stock, True)):
            quiet = box.blockSignals(True)
            box.setChecked(on)
            box.blockSignals(quiet)
        self.day.set_value(arguments.get("as_of") or self.desk.today())
        self._wanted = arguments.get("product")
        self.refresh()

    def question(self) -> StockQuestion:
        """What is asked for. Raises :class:`BadDate` for a day that is none."""
        return StockQuestion(
            self.search.text().strip(), str(self.warehouse.value or "") or None, str(self.category.value or "") or None,
            self.day.value(), self.with_stock.isChecked(), self.low.isChecked(),
        )  # fmt: skip

    def reload(self) -> None:
        try:
            wanted = self.question()
        except JxcError as error:
            self.day.set_error(str(error))
            return
        if self.table is None:
            self.show_loading()
        else:
            self.table.set_loading()
        self.tasks.read(self, "lists", lambda s: (warehouses(s), categories(s)), self._fill)
        self.tasks.read(self, "rows", lambda s: stock_view(s, wanted), lambda view: self._show(wanted, view), self.show_error)

    def _fill(self, lists: tuple[list[Named], list[Named]]) -> None:
        places, groups = lists
        self.warehouse.set_options([("", _("All warehouses")), *((p.code, p.name) for p in places)], self.warehouse.value)
        self.category.set_options([("", _("All categories")), *((c.code, c.code) for c in groups)], self.category.value)

    # --- showing -------------------------------------------------------------------------------------------------

    def _show(self, wanted: StockQuestion, view: StockView) -> None:
        self.show_content()
        self.view, self._asked = view, wanted
        places = view.warehouses if wanted.warehouse is None else ()
        if self.table is None or self._places != places:
            self._set_table(places)
        assert self.table is not None
        if self._wanted is not None and not self._mark(view):
            return
        self._say_nothing(wanted)
        self.table.set_rows(view.rows)
        if self._wanted is not None:
            self.table.select_key(self._wanted)
            self._wanted = None
        self.table.set_total(self._totals(view) if view.rows else None)
        where = next((p.name for p in view.warehouses if p.code == wanted.warehouse), _("all warehouses"))
        now = self.desk.now()
        when = wanted.as_of.isoformat() if view.past and wanted.as_of else f"{now.date().isoformat()} {now:%H:%M}"
        self.set_subtitle(_("{when}, {where}").format(when=when, where=where))
        for button in (self.print_button, self.export_button):
            button.setEnabled(bool(view.rows))

    def _mark(self, view: StockView) -> bool:
        """Find the product that is to be marked; where it is not among the rows, look again with those that are gone."""
        found = next((r.id for r in view.rows if self._wanted in (r.id, r.code)), None)
        if found is None and self.with_stock.isChecked():
            self.with_stock.setChecked(False)
            return False
        self._wanted = found
        return True

    def _say_nothing(self, wanted: StockQuestion) -> None:
        assert self.table is not None
        if wanted.text or wanted.warehouse or wanted.category or wanted.below_minimum:
            clear = Button(_("Clear filters"), "primary", "filter-off", on_click=lambda: self.open())
            self.table.set_empty("search", _("No match"), _("No product in stock fits these filters."), [clear])
        else:
            receive = Button(
                _("New purchase receipt"), "primary", "package-import", on_click=lambda: self._begin("purchase_receipt")
            )
            opening = Button(_("Opening stock"), on_click=lambda: self._begin("opening_stock"))
            self.table.set_empty(
                "packages", _("Nothing in stock"), _("Receive goods, or enter what is there."), [opening, receive]
            )

    def _totals(self, view: StockView) -> dict[str, str]:
        assert self.table is not None
        found = {"name": _("Total {count} products").format(count=f"{len(view.rows):,}")}
        for column in self.table.model.columns:
            if column.total or isinstance(column, PlaceColumn):
                values = [v for v in (column.value(r) for r in view.rows) if v is not None]
                found[column.key] = word(sum(values, ZERO), column.shape)
        return found

    def _moved(self, found: StockRow | None) -> None:
        for button in (self.adjust_button, self.product_button):
            button.setEnabled(found is not None)
        if found is None:
            self.ledger_title.setText(_("Movements"))
            self.ledger_note.setText("")
            self.place_note.setText("")
            self.ledger.set_rows([])
            return
        self.ledger_title.setText(_("Movements of {name}").format(name=found.name))
        places = {p.code: p.name for p in self.view.warehouses} if self.view is not None else {}
        said = [f"{places.get(code, code)} {word(quantity, 'quantity')}" for code, quantity in found.places.items()]
        self.place_note.setText(_(", ").join(said))
        wanted = self._asked
        self.tasks.read(
            self,
            "ledger",
            lambda s: product_movements(s, found.id, warehouse=wanted.warehouse, until=wanted.as_of),
            self._show_movements,
        )

    def _show_movements(self, movements: list[Movement]) -> None:
        self.ledger.set_rows(movements)
        if movements:
            first, last = movements[-1].date[:10], movements[0].date[:10]
            self.ledger_note.setText(_("{first} to {last}, the newest first").format(first=first, last=last))
        else:
            self.ledger_note.setText("")

    # --- acting --------------------------------------------------------------------------------------------------

    def _set_day(self, day: date) -> None:
        self.day.set_value(day)
        self.refresh()

    def handle_scan(self, code: str) -> bool:
        """A scanned code is looked for in the list."""
        self.search.setText(code)
        self.refresh()
        return True

    def current(self) -> StockRow | None:
        """The marked product."""
        found = self.table.current() if self.table is not None else None
        return found if isinstance(found, StockRow) else None

    def _begin(self, kind: str) -> None:
        """A new document, with the marked product in its first line where that is what it is about."""
        found = self.current()
        if found is not None and kind in ("transfer", "write_off", "overage"):
            self.navigate("document", kind=kind, products=(found.id,))
        else:
            self.navigate("document", kind=kind)

    def _choose_adjustment(self) -> None:
        menu = QMenu(self)
        for words, act in self._adjustments():
            menu.addAction(words).triggered.connect(lambda _on=False, act=act: act())
        menu.exec(self.adjust_button.mapToGlobal(QPoint(0, self.adjust_button.height() + 4)))
        menu.deleteLater()

    def _adjustments(self) -> list[tuple[str, Any]]:
        return [
            (_("Write off what is spoilt or lost"), partial(self._begin, "write_off")),
            (_("Record what is over"), partial(self._begin, "overage")),
            (_("Move to another warehouse"), partial(self._begin, "transfer")),
        ]

    def _menu(self, _found: StockRow) -> list[tuple[str, Any]]:
        return [(_("Open the product"), self._open_product), *self._adjustments()]

    def _open_product(self) -> None:
        found = self.current()
        if found is not None:
            self.navigate("products", id=found.id)

    def why(self) -> WhyKey | None:
        """The marked figure of the list, or the cost of the marked movement."""
        found = self.current()
        if found is None or self.table is None:
            return None
        moved = self.ledger.current()
        if self.ledger.view.hasFocus() and isinstance(moved, Movement):
            return WhyKey("line_cost", found.id, document_id=moved.document_id, line=moved.line)
        figure = self.table.figure()
        column = figure[1] if figure is not None else "value"
        asked, past = self._asked, self._asked.as_of if self.view is not None and self.view.past else None
        if column not in FIGURES:
            code = column.removeprefix("at_")
            return WhyKey("on_hand", found.id, warehouse=code, last=past, shown=found.places.get(code, ZERO))
        return WhyKey(FIGURES[column], found.id, asked.warehouse, last=past, shown=getattr(found, column))

    # --- out -----------------------------------------------------------------------------------------------------

    def sheet(self) -> Sheet | None:
        """The list as it is exported and printed."""
        if self.view is None or self.table is None:
            return None
        columns = (*CODES, *self.table.model.columns[1:])
        rows = self.view.rows
        totals = {c.key: sum((c.value(r) or ZERO for r in rows), ZERO) for c in columns if c.total or isinstance(c, PlaceColumn)}
        return Sheet(_("Stock on hand"), self.header.subtitle.text(), columns, rows, totals)

    def _choose_format(self) -> None:
        if self.sheet() is not None:
            export_menu(self.export_button, self.export)

    def export(self, ending: str) -> None:
        """Write the list as ``xlsx``, ``csv`` or ``pdf``."""
        sheet = self.sheet()
        if sheet is not None:
            export_sheet(self, sheet, ending, self.export_button)

    def print(self) -> None:
        """Look at the pages, then print them."""
        sheet = self.sheet()
        if sheet is not None:
            preview_sheet(self, sheet)
