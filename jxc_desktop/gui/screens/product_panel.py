"""The panel beside the list of products: figures, prices, weekly sales, stock by place and batch, movements."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QWidget

from jxc_desktop.columns import quantity_text, word
from jxc_desktop.gui.screens.master_parts import SheetColumn, SmallTable, yuan_words
from jxc_desktop.gui.screens.product_detail import (
    MOVEMENTS,
    TONES,
    ProductDetail,
    amount,
    days_words,
    mixed_words,
    price_words,
    recipe_words,
    stock_words,
)
from jxc_desktop.gui.screens.product_sheets import batch_sheet, move_sheet, part_sheet, place_sheet, price_sheet
from jxc_desktop.gui.theme import theme
from jxc_desktop.gui.widgets import Button, ComboChart, DetailPanel, Figures, KeyValues, Series, Tabs, column, label, row
from jxc_desktop.i18n import _
from jxc_desktop.queries.product_lines import ProductLine, margin
from jxc_desktop.queries.products import STATUSES

if TYPE_CHECKING:
    from jxc_desktop.gui.screens.why_keys import Answer

RECENT = 5
NORMAL, WIDE = 392, 480


class ProductPanel(DetailPanel):
    """The panel. ``document_opened`` carries the id of a document behind a movement, ``batch_opened`` the number of a batch."""

    document_opened = Signal(object)
    batch_opened = Signal(object)

    def __init__(self, more: Button, edit: Button, foot: tuple[Button, Button]) -> None:
        super().__init__(NORMAL)
        self.detail: ProductDetail | None = None
        self._wide = False
        self.tools.addWidget(more)
        self.tools.addWidget(edit)
        self._buttons = (more, edit, *foot)
        self.figures = Figures()
        self.tabs = Tabs(
            [
                ("overview", _("Overview")),
                ("prices", _("Prices")),
                ("stock", _("Stock, batches")),
                ("moves", _("Movements")),
            ]
        )
        self.tabs.chosen.connect(self._show_tab)
        self.pages: dict[object, QWidget] = {
            "overview": self._overview(),
            "prices": self._prices(),
            "stock": self._stock(),
            "moves": self._moves(),
        }
        self.add(self.figures)
        self.add(self.tabs)
        for page in self.pages.values():
            self.add(page)
        self.content.addStretch(1)
        for button in foot:
            self.add_foot(button)
        self.show_line(None)

    # --- making the pages ----------------------------------------------------------------------------------------

    def _overview(self) -> QWidget:
        self.facts = KeyValues((), 2)
        self.week_note, self.turn_note = label("", "caption"), label("", "caption")
        self.chart = ComboChart()
        self.chart.setFixedHeight(theme.px(118))
        self.recipe_head, self.recipe_note = QWidget(), label("", "caption")
        self.recipe_head.setLayout(row(label(_("Put together from"), "section"), self.recipe_note, 1))
        self.recipe = SmallTable(
            [SheetColumn(_("Component")), SheetColumn(_("Quantity"), 80, True), SheetColumn(_("On hand"), 70, True)], ""
        )
        self.batch_head = QWidget()
        to_moves = Button(_("See movements"), "link", size="sm", on_click=lambda: self.choose_tab("moves"))
        self.batch_title = label(_("Batches"), "section")
        self.batch_head.setLayout(row(self.batch_title, 1, to_moves))
        self.batches = SmallTable(
            [SheetColumn(_("Batch")), SheetColumn(_("Expiry"), 90), SheetColumn(_("Quantity"), 60, True)], _("Nothing on hand")
        )
        self.batches.opened.connect(self.batch_opened)
        self.recent_title = label(_("Latest movements"), "section")
        self.recent = SmallTable(self._move_columns(), _("No movements yet"))
        self.recent.opened.connect(self.document_opened)
        page = QWidget()
        page.setLayout(
            column(
                self.facts,
                row(label(_("Weekly sales"), "section"), self.week_note, 1, self.turn_note),
                self.chart,
                self.recipe_head,
                self.recipe,
                self.batch_head,
                self.batches,
                self.recent_title,
                self.recent,
                spacing=8,
            )
        )
        return page

    def _prices(self) -> QWidget:
        self.price_sheet = SmallTable(
            [
                SheetColumn(_("Unit")),
                SheetColumn(_("Retail price"), 62, True),
                SheetColumn(_("Member price"), 62, True),
                SheetColumn(_("Wholesale price"), 62, True),
                SheetColumn(_("Purchase price"), 62, True),
            ],
            "",
        )
        self.price_facts, self.code_facts = KeyValues((), 1), KeyValues((), 1)
        page = QWidget()
        page.setLayout(column(self.price_sheet, self.price_facts, label(_("Barcodes"), "section"), self.code_facts, spacing=10))
        return page

    def _stock(self) -> QWidget:
        self.places = SmallTable(
            [
                SheetColumn(_("Warehouse")),
                SheetColumn(_("On hand"), 64, True),
                SheetColumn(_("Available"), 64, True),
                SheetColumn(_("Value"), 76, True),
            ],
            _("Nothing on hand"),
        )
        self.all_batches = SmallTable(
            [
                SheetColumn(_("Batch")),
                SheetColumn(_("Expiry"), 90),
                SheetColumn(_("Quantity"), 56, True),
                SheetColumn(_("Value"), 76, True),
            ],
            _("Not kept by batch"),
        )
        self.all_batches.opened.connect(self.batch_opened)
        self.rules = KeyValues((), 2)
        self.picture = label()
        page = QWidget()
        page.setLayout(column(self.places, self.all_batches, self.rules, self.picture, spacing=10))
        return page

    def _moves(self) -> QWidget:
        self.moves = SmallTable(self._move_columns(), _("No movements yet"))
        self.moves.opened.connect(self.document_opened)
        self.moves_note = label("", "caption")
        page = QWidget()
        page.setLayout(column(self.moves, self.moves_note, spacing=8))
        return page

    @staticmethod
    def _move_columns() -> list[SheetColumn]:
        return [
            SheetColumn(_("Document")),
            SheetColumn(_("Quantity"), 40, True),
            SheetColumn(_("Left"), 40, True),
            SheetColumn(_("Time"), 78, True),
        ]

    # --- showing -------------------------------------------------------------------------------------------------

    def lay_out(self, width: str) -> None:
        """A wide window has a wider panel that also shows the latest movements."""
        self._wide = width == "wide"
        self.setFixedWidth(theme.px(WIDE if self._wide else NORMAL))
        self.chart.setFixedHeight(theme.px(150 if self._wide else 118))
        self._show_recent()

    def show_line(self, line: ProductLine | None) -> None:
        """The marked row changed: its head at once, the rest with :meth:`show_detail`."""
        self.detail = None
        for widget in (*self._buttons, self.figures, self.tabs):
            widget.setVisible(line is not None)
        for page in self.pages.values():
            page.hide()
        if line is None:
            self.set_title(_("No product"), _("Choose one in the list to see it here."))
            return
        badge = _(STATUSES[line.status]) if line.status else ""
        sub = "·".join(part for part in (line.second, line.category or "") if part)
        self.set_title(line.name, sub, badge, TONES.get(line.status, "neutral"))
        unit, first = line.unit, _("Could be sold") if line.status == "kit" else _("Available")
        self.figures.set(
            [(first, amount(line.quantity, unit)), (_("On the way"), "…"), (_("Daily sales"), "…"), (_("Lasts"), "…")]
        )

    def show_detail(self, detail: ProductDetail) -> None:
        """Everything of the product."""
        self.detail = detail
        card, form = detail.card, detail.card.form
        first = form.barcodes[0].code if form.barcodes else form.code
        shelf = _("Shelf {shelf}").format(shelf=form.shelf) if form.shelf else ""
        category = form.category.rpartition("/")[2]
        badge = _(STATUSES[card.status]) if card.status else ""
        self.set_title(
            form.name, "·".join(part for part in (first, category, shelf) if part), badge, TONES.get(card.status, "neutral")
        )
        self._show_figures(detail)
        self._show_overview(detail)
        self._show_prices(detail)
        self._show_stock(detail)
        moves = move_sheet(detail, MOVEMENTS)
        self.moves.set(moves)
        count = detail.insight.movement_count
        self.moves_note.setText(
            _("The latest {shown} of {count}").format(shown=len(moves), count=count) if count > len(moves) else ""
        )
        self.tabs.set_count("stock", len(detail.insight.batches) or None)
        self.tabs.set_count("moves", count)
        self._show_tab(self.tabs.value)

    @property
    def marked(self) -> Answer:
        """What is said of the figure that is marked in one of the small tables; None while others have the keys."""
        return next((said for table in self.findChildren(SmallTable) if (said := table.marked) is not None), None)

    def choose_tab(self, value: object) -> None:
        """Show a tab as if it had been clicked."""
        self.tabs.set_value(value)
        self._show_tab(value)

    def _show_tab(self, value: object) -> None:
        for name, page in self.pages.items():
            page.setVisible(name == value and self.detail is not None)

    def _show_figures(self, detail: ProductDetail) -> None:
        card, insight, unit = detail.card, detail.insight, detail.card.form.unit
        tone = "danger" if card.status == "out_risk" else "warning" if card.status == "low_stock" else ""
        days = "—" if insight.days_left is None else _("{days} days").format(days=days_words(insight.days_left))
        self.figures.set(
            [
                (stock_words(detail), amount(card.available, unit), tone),
                (_("On the way"), amount(card.on_order, unit)),
                (_("Daily sales"), f"{insight.daily:.{1 if insight.daily >= 1 or not insight.daily else 2}f} {unit}"),
                (_("Lasts"), days, tone if insight.days_left is not None else ""),
            ]
        )

    def _show_overview(self, detail: ProductDetail) -> None:
        form, insight = detail.card.form, detail.insight
        earned = margin(form.purchase_price, form.sale_price)
        self.facts.set(
            [
                (_("Retail price"), price_words(form.sale_price)),
                (_("Member price"), price_words(form.member_price)),
                (_("Purchase price"), price_words(form.purchase_price)),
                (_("Margin"), "—" if earned is None else word(earned, "percent")),
                (_("Minimum stock"), amount(form.minimum, form.unit)),
                (_("Shelf life"), "—" if form.shelf_life_days is None else _("{days} days").format(days=form.shelf_life_days)),
                *([(_("On hand in units"), mixed_words(detail))] if form.units else []),
            ]
        )
        self.week_note.setText(_("{unit}, last 12 weeks").format(unit=form.unit))
        turned = insight.turnover_days
        self.turn_note.setText("" if turned is None else _("Turns over in {days} days").format(days=days_words(turned)))
        labels = [_("W{week}").format(week=week.first.isocalendar().week) for week in insight.weeks]
        sold = [max(week.quantity, Decimal(0)) for week in insight.weeks]
        self.chart.set(labels, [Series(_("Sold"), sold, words=lambda v: "—" if v is None else word(Decimal(v), "quantity"))])
        batches = bool(insight.batches)
        self.batch_title.setText(_("Batches") if batches else _("Stock"))
        if batches:
            self.batches.set_columns(
                [SheetColumn(_("Batch")), SheetColumn(_("Expiry"), 90), SheetColumn(_("Quantity"), 60, True)]
            )
            self.batches.set(batch_sheet(detail))
        else:
            self.batches.set_columns(
                [SheetColumn(_("Warehouse")), SheetColumn(_("On hand"), 70, True), SheetColumn(_("Available"), 70, True)]
            )
            self.batches.set(place_sheet(detail))
        parts = part_sheet(detail)
        self.recipe.set(parts)
        self.recipe_note.setText(recipe_words(detail))
        for widget in (self.recipe_head, self.recipe):
            widget.setVisible(bool(parts))
        for widget in (self.batch_head, self.batches):
            widget.setVisible(not detail.card.kit)
        for button in self._buttons[2:]:
            button.setVisible(not detail.card.kit)
        self.recent.set(move_sheet(detail, RECENT))
        self._show_recent()

    def _show_recent(self) -> None:
        for widget in (self.recent_title, self.recent):
            widget.setVisible(self._wide)

    def _show_prices(self, detail: ProductDetail) -> None:
        card = detail.card
        self.price_sheet.set(price_sheet(detail))
        self.price_facts.set(
            [
                (_("Average cost"), price_words(card.average_cost)),
                (_("Stock at cost"), yuan_words(card.value)),
                (_("Default supplier"), card.supplier_name or "—"),
            ]
        )
        base = card.form.unit
        self.code_facts.set(
            [
                (code.code, f"{quantity_text(code.quantity)} {code.unit or base}" if code.unit or code.quantity != 1 else base)
                for code in card.form.barcodes
            ]
            or [(_("Code"), card.form.code)]
        )

    def _show_stock(self, detail: ProductDetail) -> None:
        form, insight = detail.card.form, detail.insight
        self.places.set(place_sheet(detail, value=True))
        self.all_batches.setVisible(form.batches)
        self.all_batches.set(batch_sheet(detail, value=True))
        self.rules.set(
            [
                *([(_("On hand in units"), mixed_words(detail))] if form.units else []),
                (_("Reserved"), amount(detail.card.reserved, form.unit)),
                (_("On the way"), amount(detail.card.on_order, form.unit)),
                (_("Minimum stock"), amount(form.minimum, form.unit)),
                (_("Maximum stock"), amount(form.maximum, form.unit)),
                (_("Last sale"), insight.last_sale or "—"),
                (_("Last receipt"), insight.last_receipt or "—"),
            ]
        )
        shown = QPixmap()
        if detail.picture is not None:
            shown.loadFromData(detail.picture)
        self.picture.setVisible(not shown.isNull())
        if not shown.isNull():
            side = theme.px(140)
            self.picture.setPixmap(
                shown.scaled(side, side, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation)
            )
