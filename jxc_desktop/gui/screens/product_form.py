"""新建 / 编辑商品: one page with names, prices, units, barcodes, stock rules and picture; checked in place, kept at once."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QWidget

from jxc_desktop.columns import word
from jxc_desktop.domain.errors import JxcError
from jxc_desktop.domain.goods import BASE_UNIT, DAYS_LIMIT, PRICES, BarcodeForm, ProductForm, title
from jxc_desktop.gui import prompts
from jxc_desktop.gui.screen import Desk, Screen
from jxc_desktop.gui.screens.document_head import partner_search
from jxc_desktop.gui.screens.master_parts import act_of
from jxc_desktop.gui.screens.product_form_data import Kept, Opened, keep_product, open_form
from jxc_desktop.gui.screens.product_form_parts import BarcodeLines, KnownEdit, PictureBox, UnitLines
from jxc_desktop.gui.widgets import (
    Button,
    Card,
    Choice,
    Combo,
    Field,
    FieldGrid,
    LineEdit,
    NoticeBar,
    Picker,
    PriceEdit,
    QuantityEdit,
    Switch,
    TextArea,
    column,
    focus_first_error,
    label,
    require,
    row,
)
from jxc_desktop.i18n import N_, _
from jxc_desktop.queries.product_lines import margin

if TYPE_CHECKING:
    pass

COSTING = (
    (None, N_("As the shop does")),
    ("average", N_("Moving average")),
    ("fifo", N_("First in, first out")),
    ("batch", N_("By batch")),
)
NEGATIVE = ((None, N_("As the shop does")), ("forbid", N_("Forbid")), ("warn", N_("Warn")), ("allow", N_("Allow")))
LIMITS = ("minimum", "maximum", "pack_size", "weight")
WEIGHED_UNIT = "千克"
UNITS = ("件", "瓶", "盒", "袋", "包", "箱", "个", "支", "罐", "桶", "千克", "克", "斤", "米")


class ProductFormPage(Screen):
    """``open(product=id)`` edits, ``open(copy_of=id)`` begins with another's values, ``open(barcode=…, name=…)`` a new one."""

    title = N_("New product")
    has_back = True
    hints = (("Return", N_("Next field")), ("Ctrl+S", N_("Save")), ("Esc", N_("Back")))

    def __init__(self, desk: Desk) -> None:
        self.product_id: int | None = None
        self._before: ProductForm | None = None
        self._ready = False
        self._dirty = False
        super().__init__(desk)

    # --- making the page -----------------------------------------------------------------------------------------

    def build(self) -> None:
        self.again = Button(_("Save and next"), key="Ctrl+Shift+S", on_click=lambda: self.save(again=True))
        self.keep = Button(_("Save"), "primary", "check", key="Ctrl+S", on_click=self.save)
        self.add_action(self.again)
        self.add_action(self.keep)
        self.fields: dict[str, Field] = {}
        self.notice = NoticeBar()
        self._make_controls()
        left = column(self._basics(), self._price_card(), self._unit_card(), self._barcode_card(), 1, spacing=12)
        right = column(self._stock_card(), self._picture_card(), self._note_card(), 1, spacing=12)
        holder = QWidget()
        holder.setProperty("panel", "clear")
        self._columns: QHBoxLayout = row(spacing=12)
        self._columns.addLayout(left, 3)
        self._columns.addLayout(right, 2)
        holder.setLayout(self._columns)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.viewport().setAutoFillBackground(False)
        scroll.setWidget(holder)
        holder.setAutoFillBackground(False)
        self.add(self.notice)
        self.add(scroll, 1)
        self._follow_changes()

    def _make_controls(self) -> None:
        self.code, self.name, self.spec = LineEdit(), LineEdit(), LineEdit("", _("500ml, 12 pieces …"))
        self.code.setProperty("takes_scans", True)
        self.category, self.brand, self.unit = KnownEdit("", _("Food/Drinks")), KnownEdit(), KnownEdit(BASE_UNIT)
        self.unit.set_known(UNITS)
        self.supplier = Picker(partner_search(self.desk, self, "supplier"), _("Name, code, phone or initials"))
        self.prices = {field: PriceEdit(unit=_("yuan")) for field in PRICES}
        self.limits = {field: QuantityEdit(low=Decimal(0), unit=_("kg") if field == "weight" else "") for field in LIMITS}
        self.days = {
            field: QuantityEdit(places=0, low=Decimal(0), high=Decimal(DAYS_LIMIT), unit=_("days"))
            for field in ("lead_days", "shelf_life_days")
        }
        self.shelf, self.note = LineEdit("", "A-01"), TextArea("", "", 3)
        self.batches, self.weighed, self.active = (
            Switch(False, title("batches")),
            Switch(False, title("weighed")),
            Switch(True, title("active")),
        )
        self.costing = Combo([(value, _(words)) for value, words in COSTING])
        self.negative = Combo([(value, _(words)) for value, words in NEGATIVE])
        self.units = UnitLines()
        self.barcodes = BarcodeLines(lambda: [self.unit.text().strip() or BASE_UNIT, *self.units.names()])
        self.picture = PictureBox()

    def _field(self, name: str, control: QWidget, *, required: bool = False, hint: str = "") -> Field:
        self.fields[name] = Field(title(name), control, required=required, hint=hint)
        return self.fields[name]

    def _basics(self) -> Card:
        card, grid = Card(_("Product")), FieldGrid(3)
        grid.add(self._field("name", self.name, required=True), 2)
        grid.add(self._field("code", self.code, required=True))
        grid.add(self._field("spec", self.spec))
        grid.add(self._field("unit", self.unit, required=True))
        grid.add(self._field("category", self.category, hint=_("Levels apart by /; a new one is made.")))
        grid.add(self._field("brand", self.brand))
        grid.add(self._field("supplier", self.supplier), 2)
        card.add(grid)
        return card

    def _price_card(self) -> Card:
        self.margin = label("", "caption")
        card = Card(_("Prices"), _("per base unit"))
        card.add_tool(self.margin)
        card.add(row(*(self._field(field, self.prices[field]) for field in PRICES), spacing=12))
        return card

    def _unit_card(self) -> Card:
        card = Card(_("Further units"), _("a box of 24 bottles: Box, 24"))
        card.add_tool(Button(_("Add a unit"), "link", "plus", size="sm", on_click=self.units.add))
        card.add(self.units)
        return card

    def _barcode_card(self) -> Card:
        card = Card(_("Barcodes"), _("one product may have several"))
        card.add_tool(Button(_("In-store code"), "link", "barcode", size="sm", on_click=self.own_code))
        card.add_tool(Button(_("Add a barcode"), "link", "plus", size="sm", on_click=lambda: self.barcodes.add(focus=True)))
        card.add(self.barcodes)
        card.add(self.barcodes.warning)
        return card

    def _stock_card(self) -> Card:
        card, grid = Card(_("Stock")), FieldGrid(2)
        for field in ("minimum", "maximum"):
            grid.add(self._field(field, self.limits[field]))
        grid.add(self._field("lead_days", self.days["lead_days"]))
        grid.add(self._field("pack_size", self.limits["pack_size"]))
        grid.add(self._field("shelf_life_days", self.days["shelf_life_days"]))
        grid.add(self._field("shelf", self.shelf))
        grid.add(self._field("weight", self.limits["weight"]), 2)
        grid.add(self._field("costing", self.costing))
        grid.add(self._field("negative", self.negative))
        card.add(grid)
        for name, switch in (("batches", self.batches), ("weighed", self.weighed), ("active", self.active)):
            card.add(row(label(title(name)), 1, switch))
        self.locked = label("", "hint", wrap=True)
        self.locked.hide()
        card.add(self.locked)
        return card

    def _picture_card(self) -> Card:
        card = Card(_("Picture"))
        card.add(self.picture)
        return card

    def _note_card(self) -> Card:
        card = Card(title("note"))
        self.fields["note"] = Field("", self.note)
        card.add(self.note)
        return card

    def _follow_changes(self) -> None:
        edits = (self.code, self.name, self.spec, self.category, self.brand, self.unit, self.supplier, self.shelf)
        for edit in (*edits, *self.prices.values(), *self.limits.values(), *self.days.values()):
            edit.textChanged.connect(lambda _text: self._touched())
        for signal in (self.note.textChanged, self.units.changed, self.barcodes.changed, self.picture.changed):
            signal.connect(self._touched)
        for combo in (self.costing, self.negative):
            combo.chosen.connect(lambda _value: self._touched())
        for switch in (self.batches, self.weighed, self.active):
            switch.toggled.connect(lambda _on: self._touched())
        self.weighed.toggled.connect(self._by_weight)
        self.unit.editingFinished.connect(self.barcodes.set_units)
        self.units.changed.connect(self.barcodes.set_units)
        self.name.editingFinished.connect(lambda: self._needed(self.fields["name"]))
        self.code.editingFinished.connect(lambda: self._needed(self.fields["code"]))
        for price in self.prices.values():
            price.value_changed.connect(lambda _value: self._show_margin())

    def _needed(self, field: Field) -> None:
        if self._ready and self._dirty and getattr(field.control, "text", str)().strip():
            field.set_error("")

    # --- opening -------------------------------------------------------------------------------------------------

    def open(self, **arguments: Any) -> None:
        wanted = arguments.get("product", arguments.get("id"))
        self.product_id = None if wanted is None else int(wanted)
        copied = arguments.get("copy_of")
        source = self.product_id if self.product_id is not None or copied is None else int(copied)
        barcode, name, product = str(arguments.get("barcode") or ""), str(arguments.get("name") or ""), self.product_id
        self.show_loading()

        today = self.desk.today()
        self.tasks.read(
            self, "open", lambda s: open_form(s, product, source, barcode, name, today), self._opened, self.show_error
        )

    def _opened(self, found: Opened) -> None:
        self._ready = False
        form = found.form
        self._before = form
        self.show_content()
        self.set_title(
            _("Edit product") if self.product_id is not None else _("New product"), form.name if self.product_id else ""
        )
        self.again.setVisible(self.product_id is None)
        self.category.set_known(found.categories)
        self.brand.set_known(found.brands)
        for name in ("code", "name", "spec", "brand", "category", "unit", "shelf"):
            getattr(self, name).setText(getattr(form, name))
        self.note.setPlainText(form.note)
        self.supplier.set_choice(Choice(form.supplier_id, found.supplier) if form.supplier_id is not None else None)
        for field in PRICES:
            self.prices[field].set_value(getattr(form, field))
        for field, limit in self.limits.items():
            limit.set_value(getattr(form, field))
        for field, edit in self.days.items():
            value = getattr(form, field)
            edit.set_value(None if value is None else Decimal(value))
        self.batches.setChecked(form.batches)
        self.weighed.setChecked(form.weighed)
        self.active.setChecked(form.active)
        self.costing.set_value(form.costing)
        self.negative.set_value(form.negative)
        self.units.clear()
        for unit in form.units:
            self.units.add(unit)
        self.barcodes.clear()
        for barcode in form.barcodes or (BarcodeForm(""),):
            self.barcodes.add(barcode)
        self.picture.set_picture(found.picture)
        self._lock(found.moved)
        self._show_margin()
        for each in self.fields.values():
            each.set_error("")
        self.notice.clear()
        self._ready, self._dirty = True, self.product_id is None and bool(form.barcodes)
        (self.name if not form.name else self.prices["sale_price"] if self.product_id else self.name).setFocus()

    def _lock(self, moved: bool) -> None:
        """What documents rely on cannot change any more: said in a sentence, not found out by trying."""
        self.unit.setReadOnly(moved)
        self.batches.setEnabled(not moved)
        self.costing.setEnabled(not moved)
        self.locked.setVisible(moved)
        self.locked.setText(
            _("Documents use this product: base unit, batches and costing are fixed. Make a new product to change them.")
        )

    def _show_margin(self) -> None:
        try:
            earned = margin(self.prices["purchase_price"].value(), self.prices["sale_price"].value())
        except JxcError:
            earned = None
        self.margin.setText("" if earned is None else _("Margin {share}").format(share=word(earned, "percent")))

    def _by_weight(self, on: bool) -> None:
        """Goods by weight are counted in kilograms, unless another unit was chosen."""
        if on and self._ready and not self.unit.isReadOnly() and self.unit.text().strip() in ("", BASE_UNIT):
            self.unit.setText(WEIGHED_UNIT)
            self.barcodes.set_units()

    def _touched(self) -> None:
        if self._ready:
            self._dirty = True

    # --- keeping -------------------------------------------------------------------------------------------------

    def form(self) -> ProductForm:
        """What is typed. Raises the refusals of the fields."""
        numbers: dict[str, Any] = {field: edit.value() for field, edit in (self.prices | self.limits).items()}
        numbers |= {field: None if (value := edit.value()) is None else int(value) for field, edit in self.days.items()}
        costing, negative, supplier = self.costing.value, self.negative.value, self.supplier.value
        return ProductForm(
            **{
                name: getattr(self, name).text().strip()
                for name in ("code", "name", "spec", "brand", "category", "unit", "shelf")
            },
            supplier_id=supplier if isinstance(supplier, int) else None,
            **numbers,
            batches=self.batches.isChecked(),
            weighed=self.weighed.isChecked(),
            costing=str(costing) if costing else None,
            negative=str(negative) if negative else None,
            note=self.note.text(),
            active=self.active.isChecked(),
            units=self.units.forms(),
            barcodes=self.barcodes.forms(),
        )

    def save(self, *, again: bool = False) -> None:
        """Keep the product; a refusal is said at the field it is about."""
        if not self.keep.isEnabled():
            return
        if not require(self.fields["name"], self.fields["code"], self.fields["unit"]) or focus_first_error(*self.fields.values()):
            focus_first_error(*self.fields.values())
            return
        try:
            form = self.form()
        except JxcError as error:
            self._refused(error)
            return
        product, act = self.product_id, act_of(self.desk)
        picture = (self.picture.touched, self.picture.jpeg)
        self.keep.set_busy(True)
        self.again.setEnabled(False)
        self.tasks.write(
            self,
            lambda s: keep_product(s, product, form, picture, act),
            lambda kept: self._kept(kept, form.name, again),
            self._refused,
        )

    def _kept(self, kept: Kept, name: str, again: bool) -> None:
        self._free()
        self._dirty = False
        note = " ".join(kept.warnings)
        self.desk.toasts.show(_("{product} is saved").format(product=name), note=note, tone="warning" if note else "success")
        if again:
            self.open()
        else:
            self.leave()

    def _refused(self, error: JxcError) -> None:
        self._free()
        said = error.facts.get("field", error.facts.get("what"))
        if said == title("barcode") and self.barcodes.show_error(error):
            self.notice.show_notice(str(error), "danger")
            return
        for name, field in self.fields.items():
            if said is not None and said == title(name) and name != "note":
                field.set_error(str(error))
                field.control.setFocus()
                return
        self.notice.show_notice(str(error), "danger")

    def _free(self) -> None:
        self.keep.set_busy(False)
        self.again.setEnabled(True)

    def own_code(self) -> None:
        """The next in-store barcode, into the form."""
        from jxc_desktop.services.products import make_in_store_code

        self.tasks.read(self, "code", make_in_store_code, self.barcodes.take)

    def handle_scan(self, code: str) -> bool:
        """A scan belongs to the barcodes, wherever the focus is."""
        self.barcodes.take(code)
        return True

    def may_leave(self) -> bool:
        if not self._dirty:
            return True
        name = self.name.text().strip() or _("this product")
        asked = prompts.Question(
            _("Save {product}?").format(product=name),
            _("What you changed is not saved yet."),
            _("Discard"),
            keep=_("Go on editing"),
            other="",
        )
        return prompts.ask(self, asked).yes
