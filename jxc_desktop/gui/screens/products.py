"""商品: the list of products of any size, filtered and searched as you type, with all about the marked one beside it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from PySide6.QtCore import QPoint, QTimer
from PySide6.QtWidgets import QMenu

from jxc_desktop.columns import Column
from jxc_desktop.domain.changes import Changes
from jxc_desktop.domain.why import WhyKey
from jxc_desktop.gui.row_table import Look, RowTable
from jxc_desktop.gui.screen import Desk, Screen
from jxc_desktop.gui.screens.batch_dialog import open_batch
from jxc_desktop.gui.screens.master_parts import yuan_words
from jxc_desktop.gui.screens.product_acts import ProductActs
from jxc_desktop.gui.screens.product_detail import TONES, ProductDetail, product_detail
from jxc_desktop.gui.screens.product_panel import ProductPanel
from jxc_desktop.gui.screens.why_cells import PRODUCTS, product_figure, product_key
from jxc_desktop.gui.screens.why_keys import Answer
from jxc_desktop.gui.theme import theme
from jxc_desktop.gui.widgets import Button, Combo, ListAndDetail, NoticeBar, SearchEdit, row
from jxc_desktop.i18n import N_, _
from jxc_desktop.queries.product_lines import ProductLine, ProductPage, product_lines, product_page
from jxc_desktop.queries.products import (
    STATUSES,
    CategoryNode,
    ProductFilter,
    ProductTotals,
    category_tree,
    find_by_code,
    product_totals,
    suppliers,
)
from jxc_desktop.queries.settings import Named

Fetch = Callable[[int, int, Callable[[Sequence[Any]], None]], None]
AT_ONCE = 1000
"""So many products are read whole and sorted by any column; more are fetched while scrolling."""
SORTS = {"code", "name", "category", "unit", "purchase_price", "sale_price", "quantity"}

COLUMNS = (
    Column("name", N_("Product / barcode")),
    Column("category", N_("Category"), priority=2, width=80),
    Column("unit", N_("Unit")),
    Column("supplier", N_("Supplier"), priority=3, width=130),
    Column("purchase_price", N_("Purchase price"), "price"),
    Column("sale_price", N_("Retail price"), "price"),
    Column("margin", N_("Margin"), "percent", priority=3),
    Column("quantity", N_("Stock"), "quantity"),
    Column("sold", N_("Sold in 30 days"), "quantity", priority=3),
    Column("days", N_("Days it lasts"), "days", priority=3),
    Column("status", N_("State"), "choice", choices=STATUSES, width=86),
)


@dataclass(frozen=True, slots=True)
class Choices:
    """What the filters offer."""

    categories: tuple[CategoryNode, ...]
    suppliers: tuple[Named, ...]


def _stock_tone(line: ProductLine) -> str | None:
    """Red: below nothing, about to run out, or a kit that lacks a part."""
    return "danger" if line.quantity < 0 or line.status == "out_risk" or (line.status == "kit" and not line.quantity) else None


class Products(Screen):
    """``open(product=id)`` marks a product; ``open(status=…)`` filters by a key of ``STATUSES``; ``open(text=…)`` searches."""

    title = N_("Products")
    follows = Changes.PRODUCTS | Changes.STOCK | Changes.DOCUMENTS
    hints = (("↑+↓", N_("Move")), ("F4", N_("Edit")), ("Ctrl+N", N_("New")))

    def __init__(self, desk: Desk) -> None:
        self._sort: tuple[str, bool] = ("code", False)
        self._wanted: int | None = None
        self._shown: ProductFilter | None = None
        super().__init__(desk)

    def build(self) -> None:
        self.acts = ProductActs(self)
        self.add_action(Button(_("Import"), icon="file-import", on_click=lambda: self.navigate("import", kind="products")))
        self.add_action(Button(_("Print labels"), icon="printer", on_click=self.print_labels))
        self.add_action(Button(_("New product"), "primary", "plus", key="Ctrl+N", on_click=self.new))
        self._build_filters()
        self.table = RowTable(
            COLUMNS,
            {
                "name": Look(second="second", stretch=True),
                "category": Look(muted=True),
                "unit": Look(muted=True),
                "supplier": Look(muted=True),
                "quantity": Look(bold=True, tone=_stock_tone),
                "status": Look(kind="badge", tone=lambda r: TONES.get(r.status, "neutral")),
            },
            name="products",
            preferences=self.desk.preferences,
            select_first=True,
        )
        self.table.set_foot("")  # its place is kept, so that the marked row stays in view when the sums arrive
        self.more = Button("", "default", "dots", tip=_("More"), on_click=self._more)
        self.edit_button = Button(_("Edit"), icon="pencil", key="F4", bind_key=False, on_click=self.edit)
        self.order_button = Button(_("Add to an order"), icon="shopping-cart-plus", on_click=self._order)
        self.adjust_button = Button(_("Adjust the stock"), icon="adjustments-horizontal", on_click=self._adjust)
        self.panel = ProductPanel(self.more, self.edit_button, (self.order_button, self.adjust_button))
        self.panel.document_opened.connect(lambda document: self.navigate("document", id=document))
        self.panel.batch_opened.connect(self._batch)
        self.table.current_changed.connect(self._marked)
        self.table.opened.connect(self._opened)
        self.table.sort_requested.connect(self._sorted)
        self.table.set_menu(self._row_menu)
        self.table.set_explained(PRODUCTS, self.explain)
        self.panel.figures.set_explained(range(4))
        self.panel.figures.asked.connect(lambda place: self.explain(self._figure(place)))
        self.split = ListAndDetail(self.table, self.panel)
        refresh = Button("", "default", "refresh", tip=_("Refresh"), on_click=self.refresh)
        self.add(row(self.search, self.category, self.status, self.supplier, 1, self.table.columns_button(), refresh))
        self.add(self.notice)
        self.add(self.split, 1)
        self.setFocusProxy(self.table)
        self.shortcut("F4", self.edit)  # the panel with the button may be a closed drawer

    def _build_filters(self) -> None:
        self.search = SearchEdit(_("Barcode / pinyin initials / name"))
        self.search.setFixedWidth(theme.px(260))
        self.search.searched.connect(lambda _text: self._filtered())
        self.category = Combo([(None, _("All categories"))], width=theme.px(130))
        states = [(None, _("All states")), *((key, _(words)) for key, words in STATUSES.items())]
        self.status = Combo(states, width=theme.px(120))
        self.supplier = Combo([(None, _("All suppliers"))], width=theme.px(160))
        for combo in (self.category, self.status, self.supplier):
            combo.chosen.connect(lambda _value: self._filtered())
        self.notice = NoticeBar()

    def lay_out(self, width: str, height: str) -> None:
        self.panel.lay_out(width)

    # --- reading -------------------------------------------------------------------------------------------------

    def open(self, **arguments: Any) -> None:
        product = arguments.get("product", arguments.get("id"))
        if product is not None:
            self._wanted = int(product)
            self._clear_filters()
        if "status" in arguments:
            self.status.set_value(arguments["status"])
        if "text" in arguments:
            self.search.setText(str(arguments["text"]))
        self.refresh()

    def filters(self) -> ProductFilter:
        """What is asked for now."""
        category, supplier, status = self.category.value, self.supplier.value, self.status.value
        sort, descending = self._sort
        return ProductFilter(
            text=self.search.text(),
            category_id=category if isinstance(category, int) else None,
            supplier_id=supplier if isinstance(supplier, int) else None,
            status=status if isinstance(status, str) else None,
            sort=sort,  # type: ignore[arg-type]  # one of SORTS
            descending=descending,
        )

    def reload(self) -> None:
        self.table.set_loading()
        filters, today = self.filters(), self.desk.today()

        def first(session: Any) -> ProductPage:
            found = product_page(session, filters, limit=200, today=today)
            if 200 < found.count <= AT_ONCE:
                rest = product_lines(session, filters, offset=200, limit=AT_ONCE, today=today)
                return replace(found, rows=(*found.rows, *rest))
            return found

        self.tasks.read(self, "rows", first, lambda page: self._show_page(filters, page), self.show_error)

    def _show_page(self, filters: ProductFilter, page: ProductPage) -> None:
        self.show_content()
        self._show_empty(filters)
        if self._wanted is not None:
            self.table.select_key(self._wanted)
        if page.count <= AT_ONCE:
            self.table.set_rows(page.rows)
        else:
            self._show_paged(filters, page)
        self._shown = filters
        self._read_rest(filters)
        if self._wanted is not None and not self.table.select_key(self._wanted):
            self._find_wanted(self._wanted)
        self._wanted = None

    def _show_paged(self, filters: ProductFilter, page: ProductPage) -> None:
        """Pages as they scroll into view. Read again for the same question, the list stays where it is."""
        view = self.table.view
        number, top = view.currentIndex().row(), view.verticalScrollBar().value()
        self.table.set_pages(page.count, self._fetcher(filters, page))
        if filters == self._shown and 0 <= number < page.count:
            view.setCurrentIndex(self.table.model.index(number, 0))
            view.verticalScrollBar().setValue(top)

    def _read_rest(self, filters: ProductFilter) -> None:
        """What may come a moment after the rows: the sums, and what the filters offer."""
        today = self.desk.today()
        self.tasks.read(self, "totals", lambda s: product_totals(s, filters, today=today), self._show_totals)
        self.tasks.read(self, "choices", lambda s: Choices(tuple(category_tree(s)), tuple(suppliers(s))), self._show_choices)

    def _find_wanted(self, product: int) -> None:
        """A product beyond the pages at hand, or out of use: its card is shown all the same."""
        today = self.desk.today()
        self.tasks.read(self, "wanted", lambda s: product_detail(s, product, today), self._show_apart)

    def _show_apart(self, detail: ProductDetail) -> None:
        self.search.setText(detail.card.form.code)
        if not detail.card.form.active:
            self.status.set_value("inactive")

    def _fetcher(self, filters: ProductFilter, first: ProductPage) -> Fetch:
        today = self.desk.today()

        def fetch(offset: int, limit: int, answer: Callable[[Sequence[Any]], None]) -> None:
            if offset == 0:  # at hand already; the table may not be told while it asks
                QTimer.singleShot(0, self, lambda: answer(first.rows))
                return
            self.tasks.read(
                self,
                f"page {offset}",
                lambda s: product_lines(s, filters, offset=offset, limit=limit, today=today),
                answer,
            )

        return fetch

    def _show_totals(self, totals: ProductTotals) -> None:
        low = _("{count} products, {low} of them low").format(count=totals.count, low=totals.low)
        self.set_subtitle(low if totals.low else _("{count} products").format(count=totals.count))
        self.table.set_foot(_("{count} products").format(count=totals.count), [(_("Stock at cost"), yuan_words(totals.value))])

    def _show_choices(self, choices: Choices) -> None:
        nodes = [(node.id, "　" * node.level + node.name) for node in choices.categories]
        self.category.set_options([(None, _("All categories")), *nodes], self.category.value)
        named = [(one.id, one.name) for one in choices.suppliers]
        self.supplier.set_options([(None, _("All suppliers")), *named], self.supplier.value)

    def _show_empty(self, filters: ProductFilter) -> None:
        narrowed = filters.text or filters.category_id or filters.supplier_id or filters.status
        if not narrowed:
            buttons = [
                Button(_("New product"), "primary", key="Ctrl+N", bind_key=False, on_click=self.new),
                Button(_("Import"), on_click=lambda: self.navigate("import", kind="products")),
            ]
            self.table.set_empty(
                "box", _("No products yet"), _("Type the first one, or bring your list from a spreadsheet."), buttons
            )
            return
        new = Button(_("New product"), on_click=lambda: self.new(filters.text))
        clear = Button(_("Clear the filters"), "primary", on_click=self._unfiltered)
        words = _("No product holds “{text}”.").format(text=filters.text) if filters.text else _("No product is in this state.")
        self.table.set_empty("search", _("No match"), words, [clear, new] if filters.text else [clear])

    def _clear_filters(self) -> None:
        self.search.setText("")
        for combo in (self.category, self.status, self.supplier):
            combo.set_value(None)

    def _unfiltered(self) -> None:
        self._clear_filters()
        self._filtered()

    def _filtered(self) -> None:
        self.notice.clear()
        self.table.view.scrollToTop()
        self.refresh()

    def _sorted(self, key: str, descending: bool) -> None:
        if key in SORTS:
            self._sort = (key, descending)
            self.refresh()

    # --- the marked product --------------------------------------------------------------------------------------

    def _marked(self, line: ProductLine | None) -> None:
        if line is None or self.panel.detail is None or self.panel.detail.card.id != line.id:
            self.panel.show_line(line)
        if line is not None:
            product, today = line.id, self.desk.today()
            self.tasks.read(self, "detail", lambda s: product_detail(s, product, today), self._show_detail)

    def _show_detail(self, detail: ProductDetail) -> None:
        current = self.table.current()
        if current is not None and current.id == detail.card.id:
            self.panel.show_detail(detail)

    def _opened(self, _line: ProductLine) -> None:
        if not self.split.open_drawer():
            self.edit()

    def why(self) -> Answer:
        """The marked figure of the list, or the one that is marked in the panel."""
        figure, place = self.table.figure(), self.panel.figures.marked
        if place is not None:
            return self._figure(place)
        if (said := self.panel.marked) is not None:
            return said
        return None if figure is None else product_key(*figure, self.desk.today())

    def _figure(self, place: int) -> Answer:
        """A key figure of the panel."""
        detail = self.panel.detail
        if detail is None:
            return None
        return product_figure(detail.card, detail.insight.daily, detail.insight.days_left, place, self.desk.today())

    def _explain(self, figure: str) -> None:
        """A figure of the marked product, as the panel shows it."""
        detail = self.panel.detail
        if detail is not None:
            card = detail.card
            shown = {"available": card.available, "on_order": card.on_order, "stock_value": card.value}.get(figure)
            self.explain(WhyKey(figure, card.id, shown=shown))

    def edit(self) -> None:
        if (line := self.table.current()) is not None:
            self.navigate("product", product=line.id)

    def new(self, text: str = "") -> None:
        said = text.strip()
        if said.isascii() and said.isalnum() and said:
            self.navigate("product", barcode=said)
        else:
            self.navigate("product", **({"name": said} if said else {}))

    def print_labels(self) -> None:
        line = self.table.current()
        self.navigate("labels", **({"products": [line.id]} if line is not None else {}))

    def _more(self) -> None:
        detail = self.panel.detail
        if detail is None:
            return
        menu = QMenu(self.more)
        for words, act in self._menu_of(detail):
            menu.addAction(words).triggered.connect(lambda _checked=False, act=act: act())
        menu.exec(self.more.mapToGlobal(QPoint(0, self.more.height() + 4)))
        menu.deleteLater()

    def _row_menu(self, line: ProductLine) -> list[tuple[str, Callable[[], object]]]:
        detail = self.panel.detail
        if detail is None or detail.card.id != line.id:
            return [(_("Edit"), lambda: self.navigate("product", product=line.id))]
        return [(_("Edit"), self.edit), *self._menu_of(detail)]

    def _menu_of(self, detail: ProductDetail) -> list[tuple[str, Callable[[], object]]]:
        card = detail.card
        in_use = (
            (_("Stop using…"), lambda: self.acts.end(card))
            if card.form.active
            else (_("Take into use again"), lambda: self.acts.resume(card))
        )
        return [
            (_("Why this unit cost…"), lambda: self._explain("unit_cost")),
            (_("Why this stock value…"), lambda: self._explain("stock_value")),
            (_("Print a label"), self.print_labels),
            (_("Make an in-store barcode"), lambda: self.acts.in_store_code(card)),
            (_("Change the code…"), lambda: self.acts.change_code(card)),
            (_("What it is put together from…"), lambda: self.acts.recipe(card)),
            (_("Merge into another…"), lambda: self.acts.merge(card)),
            (_("Copy as a new product"), lambda: self.navigate("product", copy_of=card.id)),
            in_use,
        ]

    def _batch(self, number: object) -> None:
        if self.panel.detail is not None:
            open_batch(self, self.panel.detail.card.id, str(number))

    def _order(self) -> None:
        if self.panel.detail is not None:
            self.acts.order(self.panel.detail.card)

    def _adjust(self) -> None:
        detail = self.panel.detail
        if detail is None:
            return
        menu = QMenu(self.adjust_button)
        product = detail.card.id
        for words, kind in ((_("Too few on the shelf: write off"), "write_off"), (_("More than booked: overage"), "overage")):
            menu.addAction(words).triggered.connect(
                lambda _checked=False, kind=kind: self.navigate("document", kind=kind, products=[product])
            )
        menu.exec(self.adjust_button.mapToGlobal(QPoint(0, self.adjust_button.height() + 4)))
        menu.deleteLater()

    # --- scanning ------------------------------------------------------------------------------------------------

    def handle_scan(self, code: str) -> bool:
        """A known code marks its product, an unknown one is offered as a new product."""
        self.tasks.read(self, "scan", lambda s: find_by_code(s, code), lambda hit: self._scan_found(code, hit))
        return True

    def _scan_found(self, code: str, hit: Any) -> None:
        if hit is not None:
            self.notice.clear()
            if not self.table.select_key(hit.product_id):
                self._clear_filters()
                self.search.setText(hit.code)
                self._wanted = hit.product_id
                self.refresh()
            return
        self.notice.show_notice(
            _("“{code}” was not found").format(code=code),
            "warning",
            [(_("New product"), lambda: self.navigate("product", barcode=code)), (_("Scan again"), self.notice.clear)],
        )
