"""Stock on any day: a row per product with what lies in each warehouse, below it the movements of the marked one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from functools import partial
from typing import Any

from PySide6.QtCore import QPoint, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QMenu, QVBoxLayout

from jxc_desktop.columns import word
from jxc_desktop.domain.changes import Changes
from jxc_desktop.domain.errors import JxcError
from jxc_desktop.gui.row_table import RowTable
from jxc_desktop.gui.screen import Desk, Screen
from jxc_desktop.gui.screens.document_add import Wanted, spoilt_goods
from jxc_desktop.gui.screens.stock_columns import CODES, LEDGER, LEDGER_LOOKS, PlaceColumn, stock_columns, stock_looks
from jxc_desktop.gui.screens.stock_data import Shown, look, page, sums
from jxc_desktop.gui.screens.table_paper import Sheet, export_menu, export_sheet, preview_sheet
from jxc_desktop.gui.screens.why_cells import MOVEMENTS, STOCK, movement_key, stock_key, stock_total
from jxc_desktop.gui.screens.why_keys import Answer
from jxc_desktop.gui.theme import theme
from jxc_desktop.gui.widgets import Button, CheckBox, Combo, DateEdit, SearchEdit, ShortLabel, label, row
from jxc_desktop.gui.widgets.row_model import Fetch
from jxc_desktop.i18n import N_, _
from jxc_desktop.queries.batches import lots_of
from jxc_desktop.queries.periods import month_start
from jxc_desktop.queries.scope import find_scope
from jxc_desktop.queries.settings import Named, categories, warehouses
from jxc_desktop.queries.stock_view import (
    Movement,
    StockLook,
    StockQuestion,
    StockRow,
    StockTotals,
    product_movements,
)


class StockScreen(Screen):
    """``open(product=id or code)`` marks a product; ``warehouse``, ``category`` (codes), ``as_of``, ``low`` narrow the list."""

    title = N_("Stock on hand")
    follows = Changes.STOCK | Changes.PRODUCTS | Changes.DOCUMENTS | Changes.SETTINGS
    hints = (("↑+↓", N_("Another product")), ("Enter", N_("Open")), ("F6", N_("Why this number")), ("Ctrl+F", N_("Find")))

    def __init__(self, desk: Desk) -> None:
        self.shown: Shown | None = None
        self.totals: StockTotals | None = None
        self.table: RowTable | None = None
        self._wanted: int | str | None = None
        self._from_top = False
        self._places: tuple[Named, ...] = ()
        self._width, self._narrow = "", False
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
        line.setStretch(0, 20)  # the search takes what it may before anything stays empty
        self._filters = line
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
        self.ledger.set_explained(list(MOVEMENTS), self.explain)
        self.ledger_title = ShortLabel("", "section")  # a long name is cut before the buttons are
        self.ledger_note, self.place_note = ShortLabel("", "caption"), ShortLabel("", "caption")
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
        if old is not None and old.model.sort_key in [c.key for c in self.table.model.columns]:
            self.table.model.sort_key, self.table.model.descending = old.model.sort_key, old.model.descending
        own = [c.key for c in self.table.model.columns if isinstance(c, PlaceColumn)]
        self.table.set_explained((*STOCK, *own, "minimum"), self.explain, self.explain_total)
        self.table.current_changed.connect(self._moved)
        self.table.opened.connect(lambda _found: self._open_product())
        self.table.sort_requested.connect(lambda _key, _descending: self._put_in_order())
        self.table.set_menu(self._menu)
        self._table_place.addWidget(self.table)
        self.setFocusProxy(self.table)
        if old is None or (focus is not None and old.isAncestorOf(focus)):
            self.table.setFocus()
        while (item := self._columns_place.takeAt(0)) is not None:
            if (button := item.widget()) is not None:
                button.deleteLater()
        self._columns_place.addWidget(self.table.columns_button())
        self._put_places_away(self.why_host is not None)
        self._fit_filters()
        if old is not None:
            old.hide()
            old.deleteLater()

    def lay_out(self, width: str, height: str) -> None:
        self._width = width
        self.make_room(self.why_host is not None)

    def make_room(self, on: bool) -> None:
        self._narrow = on and self._width != "wide"
        for box in (self.with_stock, self.low):
            box.setVisible(not self._narrow)
        self._fit_filters()
        self._put_places_away(on)

    def _put_places_away(self, on: bool) -> None:
        """Beside the explanation there is no room for a column of each warehouse; the line below names them.

        In wide windows there is, and in narrow ones the explanation lies over the list anyway.
        """
        on = on and self._width != "wide" and self.window().width() >= theme.breakpoint("drawer_lt")
        if self.table is not None:
            marked = self.table.figure_column()
            places = [c.key for c in self.table.model.columns if isinstance(c, PlaceColumn) and c.key != marked]
            self.table.put_away(places if on else ())

    def _fit_filters(self) -> None:
        """The two shortcuts to days stand where the line has room for them, and come back with it."""
        own = (self.start_button, self.end_button)
        shown = not own[0].isHidden()
        needed = self._filters.minimumSize().width() + theme.px(44)  # the button of the columns may come later
        if not shown:
            needed += sum(button.sizeHint().width() + self._filters.spacing() for button in own)
        fits = self._width != "compact" and not self._narrow and needed <= self.width() - 32
        if fits != shown:
            for button in own:
                button.setVisible(fits)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_filters()

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
        self._wanted, self._from_top = arguments.get("product"), False
        self.refresh()

    def question(self) -> StockQuestion:
        """What is asked for. Raises :class:`BadDate` for a day that is none."""
        return StockQuestion(
            self.search.text().strip(), str(self.warehouse.value or "") or None, str(self.category.value or "") or None,
            self.day.value(), self.with_stock.isChecked(), self.low.isChecked(),
        )  # fmt: skip

    def _put_in_order(self) -> None:
        """Whoever orders a long list wants to see what is now at its top."""
        self._from_top = True
        self.refresh()

    def reload(self) -> None:
        try:
            wanted = self.question()
        except JxcError as error:
            self.day.set_error(str(error))
            return
        if self.table is None:
            self.show_loading()
        else:
            words = (
                _("Putting {count} products in order…")
                if self.table.model.sort_key
                else _("Reading the stock of {count} products…")
            )
            self.table.set_loading(words.format(count=f"{self.table.model.rowCount():,}"))
        before = self.current()
        mark = self._wanted if self._wanted is not None or before is None or self._from_top else before.id
        key, descending = (self.table.model.sort_key, self.table.model.descending) if self.table is not None else ("", False)
        self.tasks.read(self, "lists", lambda s: (warehouses(s), categories(s)), self._fill)
        self.tasks.read(self, "rows", lambda s: look(s, wanted, mark, key, descending), self._show, self.show_error)

    def _fill(self, lists: tuple[list[Named], list[Named]]) -> None:
        places, groups = lists
        self.warehouse.set_options([("", _("All warehouses")), *((p.code, p.name) for p in places)], self.warehouse.value)
        self.category.set_options([("", _("All categories")), *((c.code, c.code) for c in groups)], self.category.value)

    # --- showing -------------------------------------------------------------------------------------------------

    def _show(self, shown: Shown) -> None:
        self.show_content()
        self.shown, wanted, head = shown, shown.wanted, shown.head
        places = head.warehouses if wanted.warehouse is None else ()
        if self.table is None or self._places != places:
            self._set_table(places)
        assert self.table is not None
        if self._wanted is not None and shown.place is None and self.with_stock.isChecked():
            self.with_stock.setChecked(False)  # what is gone is looked for among what is gone
            return
        self._say_nothing(wanted)
        if shown.whole:
            self.table.set_rows(shown.rows)
        else:
            self.table.set_pages(head.count, self._fetcher(shown))
        self.table.mark(shown.product, shown.place)
        if self._from_top:
            self.table.view.scrollToTop()
        self._wanted, self._from_top = None, False
        if not head.count:
            self.table.set_total(None)
        self.tasks.read(self, "totals", lambda s: StockLook(s, wanted).totals(), self._show_totals)
        where = next((p.name for p in head.warehouses if p.code == wanted.warehouse), _("all warehouses"))
        now = self.desk.now()
        when = wanted.as_of.isoformat() if head.past and wanted.as_of else f"{now.date().isoformat()} {now:%H:%M}"
        self.set_subtitle(_("{when}, {where}").format(when=when, where=where))
        for button in (self.print_button, self.export_button):
            button.setEnabled(bool(head.count))

    def _fetcher(self, shown: Shown) -> Fetch:
        """Pages as they scroll into view."""
        wanted, order = shown.wanted, shown.order

        def fetch(offset: int, limit: int, answer: Callable[[Sequence[Any]], None]) -> None:
            if offset == 0:  # at hand already; the table may not be told while it asks
                QTimer.singleShot(0, self, lambda: answer(shown.rows))
                return
            self.tasks.read(self, f"page {offset}", lambda s: page(StockLook(s, wanted), order, offset, limit), answer)

        return fetch

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

    def _show_totals(self, totals: StockTotals) -> None:
        if self.table is None or self.shown is None or not self.shown.head.count:
            return
        self.totals = totals
        found = sums(totals, self.table.model.columns)
        said = {column.key: word(found[column.key], column.shape) for column in self.table.model.columns if column.key in found}
        count = _("Total {count} products").format(count=f"{self.shown.head.count:,}")
        self.table.set_total({"name": count, **said})

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
        places = {p.code: p.name for p in self.shown.head.warehouses} if self.shown is not None else {}
        said = [f"{places.get(code, code)} {word(quantity, 'quantity')}" for code, quantity in found.places.items()]
        self.place_note.setText(_(", ").join(said))
        wanted = self.question() if self.shown is None else self.shown.wanted
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

    def _write_off(self) -> None:
        """A write-off of the marked product: of what is past its date there, where something is."""
        found, today = self.current(), self.desk.today()
        if found is None:
            self._begin("write_off")
            return
        place = str(self.warehouse.value or "") or next((code for code, there in found.places.items() if there > 0), None)

        def look(session: Any) -> list[Wanted]:
            here = find_scope(session, warehouse=place).warehouse_id
            lots = lots_of(session, [found.id]).get(found.id, ())
            return spoilt_goods(found.id, lots, here, today)

        def begin(spoilt: list[Wanted]) -> None:
            if spoilt:
                self.navigate("document", kind="write_off", warehouse=place, wanted=tuple(spoilt))
            else:
                self._begin("write_off")

        self.tasks.read(self, "spoilt", look, begin)

    def _choose_adjustment(self) -> None:
        menu = QMenu(self)
        for words, act in self._adjustments():
            menu.addAction(words).triggered.connect(lambda _on=False, act=act: act())
        menu.exec(self.adjust_button.mapToGlobal(QPoint(0, self.adjust_button.height() + 4)))
        menu.deleteLater()

    def _adjustments(self) -> list[tuple[str, Any]]:
        return [
            (_("Write off what is spoilt or lost"), self._write_off),
            (_("Record what is over"), partial(self._begin, "overage")),
            (_("Move to another warehouse"), partial(self._begin, "transfer")),
        ]

    def _menu(self, _found: StockRow) -> list[tuple[str, Any]]:
        return [(_("Open the product"), self._open_product), *self._adjustments()]

    def _open_product(self) -> None:
        found = self.current()
        if found is not None:
            self.navigate("products", id=found.id)

    def why(self) -> Answer:
        """The marked figure of the list, or that of the marked movement."""
        found = self.current()
        if found is None or self.table is None or self.shown is None:
            return None
        asked, moved = self.shown.wanted, self.ledger.figure()
        if self.ledger.view.hasFocus() and moved is not None:
            return movement_key(found.id, *moved, asked)
        figure = self.table.figure()
        return stock_key(found, figure[1] if figure is not None else "value", asked, self._past())

    def why_total(self) -> Answer:
        if self.table is None or self.shown is None or self.totals is None:
            return None
        column = self.table.figure_column()
        known = column is not None and (column in STOCK or column.startswith("at_"))
        return stock_total(self.totals, column if known and column is not None else "value", self.shown.wanted, self._past())

    def _past(self) -> date | None:
        """The day that is asked for, where it is a past one."""
        return self.shown.wanted.as_of if self.shown is not None and self.shown.head.past else None

    # --- out -----------------------------------------------------------------------------------------------------

    def _with_sheet(self, act: Callable[[Sheet], None]) -> None:
        """Read the whole list as it is exported and printed, and hand it over."""
        if self.shown is None or self.table is None or not self.shown.head.count:
            return
        wanted, columns = self.shown.wanted, (*CODES, *self.table.model.columns[1:])
        title, said = _("Stock on hand"), self.header.subtitle.text()

        def read(session: Any) -> Sheet:
            look = StockLook(session, wanted)
            return Sheet(title, said, columns, look.rows(), sums(look.totals(), columns))

        self.tasks.read(self, "sheet", read, act, self.refuse)

    def _choose_format(self) -> None:
        export_menu(self.export_button, self.export)

    def export(self, ending: str) -> None:
        """Write the list as ``xlsx``, ``csv`` or ``pdf``."""
        self._with_sheet(lambda sheet: export_sheet(self, sheet, ending, self.export_button))

    def print(self) -> None:
        """Look at the pages, then print them."""
        self._with_sheet(lambda sheet: preview_sheet(self, sheet))
