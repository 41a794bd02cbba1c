"""The head of a document that is being typed: which fields a kind has, and how they go into a draft and come out of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from jxc_desktop.columns import quantity_text
from jxc_desktop.domain.acts import NOON
from jxc_desktop.domain.documents import DocumentKind, Draft, DraftLine
from jxc_desktop.domain.errors import JxcError
from jxc_desktop.gui.screen import Desk
from jxc_desktop.gui.screens.document_data import Editing
from jxc_desktop.gui.widgets import Card, Choice, Combo, DateEdit, Field, FieldGrid, LineEdit, Picker, QuantityEdit
from jxc_desktop.i18n import N_, _
from jxc_desktop.queries.documents import DocumentFilter, DocumentRow, document_list
from jxc_desktop.queries.editing import Standing
from jxc_desktop.queries.partners import Side, search_partners
from jxc_desktop.queries.product_search import ProductHit, search_products

HEADS: dict[str, tuple[str, ...]] = {
    "purchase_order": ("partner", "warehouse", "day", "expected", "external", "note*3"),
    "purchase_receipt": ("partner", "warehouse", "day", "order", "external", "note*3"),
    "purchase_return": ("partner", "warehouse", "day", "original", "external", "reason", "note*2"),
    "sales_order": ("partner", "warehouse", "day", "expected", "level", "external", "note*2"),
    "sale": ("partner", "warehouse", "day", "order", "level", "external", "note*2"),
    "sales_return": ("partner", "warehouse", "day", "original", "reason", "external", "note*2"),
    "retail_sale": ("partner", "warehouse", "day", "note"),
    "retail_return": ("partner", "warehouse", "day", "original", "reason", "note*3"),
    "transfer": ("warehouse", "to_warehouse", "steps", "day", "note*4"),
    "assembly": ("made*2", "made_quantity", "warehouse", "day", "reason", "note*2"),
    "disassembly": ("made*2", "made_quantity", "warehouse", "day", "reason", "note*2"),
    "opening_stock": ("warehouse", "day", "note*2"),
    "receipt": ("partner", "day", "note*2"),
    "payment": ("partner", "day", "note*2"),
}
OTHER = ("warehouse", "day", "reason", "note")
_DAYS = {
    "purchase_receipt": N_("Received on"),
    "purchase_order": N_("Ordered on"),
    "sales_order": N_("Ordered on"),
}
_NUMBERS = {"purchase": N_("Delivery note number"), "sales": N_("Customer’s number")}
_ORIGINALS = {
    "purchase_return": ("purchase_receipt",),
    "sales_return": ("sale", "retail_sale"),
    "retail_return": ("retail_sale", "sale"),
}
_LEVELS = (("sale", N_("Retail price")), ("wholesale", N_("Wholesale price")), ("member", N_("Member price")))


class HeadGrid(FieldGrid):
    """Four fields in a row, eight in a wide window; in a low one all in one row, where that is possible."""

    dense = False

    def __init__(self) -> None:
        super().__init__(8)
        self._spans: list[tuple[QWidget, int]] = []

    def add(self, field: QWidget, span: int = 1) -> None:
        self._spans.append((field, span))
        super().add(field, span)

    def set_dense(self, dense: bool) -> None:
        """Whether the window is too low for a second row."""
        self.dense = dense
        self.updateGeometry()
        self._arrange()

    def _one_row(self, width: int) -> bool:
        return self.dense and (width + 16) // 140 >= len(self._spans)

    def _count(self, width: int) -> int:
        if self._one_row(width):
            return len(self._spans)
        return min(8 if width >= 1400 else 4, max(1, (width + 16) // 176))

    def _place(self, width: int, *, move: bool) -> int:
        one_row = self._one_row(width)
        self._fields = [(field, 1 if one_row else span) for field, span in self._spans]
        return super()._place(width, move=move)


class DocumentHead(Card):
    """The fields above the lines. ``changed`` after anything; ``…_picked`` with the id of what was picked, None for nothing."""

    changed = Signal()
    partner_picked = Signal(object)
    order_picked = Signal(object)
    original_picked = Signal(object)
    warehouse_chosen = Signal()
    made_chosen = Signal()
    level_chosen = Signal()

    def __init__(self, desk: Desk, kind: DocumentKind) -> None:
        super().__init__(padding=16)
        self.desk, self.kind = desk, kind
        self.fields: dict[str, Field] = {}
        self.standing: Standing | None = None
        self._moment: str | None = None
        self.grid = grid = HeadGrid()
        for said in HEADS.get(kind.code, OTHER):
            name, _star, span = said.partition("*")
            self.fields[name] = getattr(self, f"_make_{name}")()
            grid.add(self.fields[name], int(span or 1))
        self.add(grid)

    # --- making the fields ---------------------------------------------------------------------------------------

    def _make_partner(self) -> Field:
        self.partner = Picker(partner_search(self.desk, self, self.kind.side), _("Name, code, phone or initials"))
        self.partner.picked.connect(self._partner_chosen)
        title = {"supplier": _("Supplier"), "customer": _("Customer")}.get(self.kind.side or "", _("Partner"))
        return Field(title, self.partner, required=not self.kind.is_retail)

    def _make_warehouse(self) -> Field:
        self.warehouse = Combo()
        self.warehouse.chosen.connect(lambda _value: self.warehouse_chosen.emit())
        self.warehouse.chosen.connect(lambda _value: self.changed.emit())
        title = _("From") if self.kind.code == "transfer" else _("Out of warehouse") if self.kind.stock < 0 else _("Warehouse")
        return Field(title, self.warehouse, required=True)

    def _make_to_warehouse(self) -> Field:
        self.to_warehouse = Combo(placeholder=_("Choose a warehouse"))
        self.to_warehouse.chosen.connect(lambda _value: self.changed.emit())
        return Field(_("To"), self.to_warehouse, required=True)

    def _make_steps(self) -> Field:
        self.steps = Combo([(False, _("At once")), (True, _("Under way until accepted"))], False)
        self.steps.chosen.connect(lambda _value: self.changed.emit())
        return Field(_("Arrival"), self.steps)

    def _make_made(self) -> Field:
        self.made = Picker(self._find_products, _("Code, name or initials"))
        self.made.picked.connect(lambda _choice: self._made_changed())
        title = _("Product that is put together") if self.kind.makes > 0 else _("Product that is taken apart")
        return Field(title, self.made, required=True)

    def _make_made_quantity(self) -> Field:
        self.made_quantity = QuantityEdit(name=_("Quantity"), low=Decimal("0.001"))
        self.made_quantity.value_changed.connect(lambda _value: self._made_changed())
        return Field(_("Quantity"), self.made_quantity, required=True)

    def _made_changed(self) -> None:
        self.made_chosen.emit()
        self.changed.emit()

    def _make_day(self) -> Field:
        self.day = DateEdit(self.desk.today)
        self.day.value_changed.connect(self._day_changed)
        return Field(_(_DAYS.get(self.kind.code, N_("Business date"))), self.day, required=True)

    def _make_expected(self) -> Field:
        self.expected = DateEdit(self.desk.today, placeholder=_("Optional"), ahead=True)
        self.expected.value_changed.connect(lambda _value: self.changed.emit())
        return Field(_("Expected on"), self.expected)

    def _make_order(self) -> Field:
        self.order = Picker(self._find_orders, _("Pick an open order"))
        self.order.picked.connect(lambda choice: self.order_picked.emit(choice.value if choice else None))
        title = _("Purchase order") if self.kind.family == "purchase" else _("Sales order")
        return Field(title, self.order)

    def _make_original(self) -> Field:
        self.original = Picker(self._find_originals, _("Pick what is returned"))
        self.original.picked.connect(lambda choice: self.original_picked.emit(choice.value if choice else None))
        return Field(_("Original document"), self.original)

    def _make_level(self) -> Field:
        self.level = Combo([(value, _(words)) for value, words in _LEVELS], "sale")
        self.level.chosen.connect(lambda _value: self.level_chosen.emit())
        return Field(_("Price level"), self.level)

    def _make_external(self) -> Field:
        self.external = self._text(_("Optional, for checking accounts"))
        return Field(_(_NUMBERS.get(self.kind.family, N_("Their number"))), self.external)

    def _make_reason(self) -> Field:
        self.reason = self._text(_("Optional"))
        return Field(_("Reason"), self.reason)

    def _make_note(self) -> Field:
        self.note = self._text(_("Optional, printed on the document"))
        return Field(_("Note"), self.note)

    def _text(self, placeholder: str) -> LineEdit:
        made = LineEdit("", placeholder)
        made.textEdited.connect(lambda _text: self.changed.emit())
        return made

    def _find_products(self, text: str, answer: Callable[[Sequence[Choice]], None]) -> None:
        self.desk.tasks.read(self, "made", lambda s: [_product(hit) for hit in search_products(s, text, limit=20)], answer)

    # --- looking up ----------------------------------------------------------------------------------------------

    def _find_orders(self, text: str, answer: Callable[[Sequence[Choice]], None]) -> None:
        """Open orders of the partner: those partly delivered and those on which nothing came yet."""
        self._find_documents((self.kind.origin or "",), ("partly", "posted"), self.partner_id, text, answer)

    def _find_originals(self, text: str, answer: Callable[[Sequence[Choice]], None]) -> None:
        partner = None if self.kind.is_retail else self.partner_id
        self._find_documents(_ORIGINALS.get(self.kind.code, ()), ("posted",), partner, text, answer)

    def _find_documents(
        self,
        kinds: tuple[str, ...],
        states: tuple[str, ...],
        partner: int | None,
        text: str,
        answer: Callable[[Sequence[Choice]], None],
    ) -> None:
        wanted = [DocumentFilter(kinds=kinds, partner_id=partner, text=text, status=status, limit=30) for status in states]
        self.desk.tasks.read(self, "documents", lambda s: [_choice(r) for w in wanted for r in document_list(s, w).rows], answer)

    # --- values --------------------------------------------------------------------------------------------------

    @property
    def partner_id(self) -> int | None:
        value = self.partner.value if "partner" in self.fields else None
        return value if isinstance(value, int) else None

    @property
    def warehouse_id(self) -> int | None:
        value = self.warehouse.value if "warehouse" in self.fields else None
        return value if isinstance(value, int) else None

    @property
    def order_id(self) -> int | None:
        value = self.order.value if "order" in self.fields else None
        return value if isinstance(value, int) else None

    @property
    def made_line(self) -> DraftLine | None:
        """What is put together or taken apart, as far as it is typed."""
        if "made" not in self.fields or not isinstance(self.made.value, int):
            return None
        try:
            quantity = self.made_quantity.value()
        except JxcError:
            quantity = None
        return DraftLine(self.made.value, quantity)

    @property
    def price_level(self) -> str:
        return str(self.level.value) if "level" in self.fields else self.standing.price_level if self.standing else "sale"

    def _partner_chosen(self, choice: Choice | None) -> None:
        self.partner_picked.emit(choice.value if choice else None)
        self.changed.emit()

    def _day_changed(self, value: date | None) -> None:
        now = self.desk.now()
        self._moment = None if value is None else now.isoformat(timespec="seconds") if value == now.date() else f"{value}T{NOON}"
        self.changed.emit()

    def set_day(self, day: date) -> None:
        """Put another business date; today is now."""
        self.day.set_value(day)
        if "day" in self.fields:
            self.fields["day"].set_error("")
        self._day_changed(day)

    def set_standing(self, standing: Standing | None) -> None:
        """The partner as it stands: name in its field, its price level chosen."""
        self.standing = standing
        if "partner" in self.fields:
            self.partner.set_choice(Choice(standing.id, standing.name) if standing else None)
        if "level" in self.fields:
            self.level.set_value(standing.price_level if standing else "sale")

    def show_data(self, data: Editing) -> None:
        """Fill the fields from a draft."""
        draft = data.draft
        self._moment = draft.moment
        places = [(w.id, w.name) for w in data.warehouses]
        if "warehouse" in self.fields:
            self.warehouse.set_options(places, draft.warehouse_id or (places[0][0] if places else None))
        if "to_warehouse" in self.fields:
            self.to_warehouse.set_options(places, draft.to_warehouse_id)
        self.set_standing(data.partner)
        self.day.set_value(date.fromisoformat(draft.moment[:10]) if draft.moment else self.desk.today())
        if "expected" in self.fields:
            self.expected.set_value(date.fromisoformat(draft.expected) if draft.expected else None)
        for name, value in (("external", draft.external_number), ("reason", draft.reason), ("note", draft.note)):
            if name in self.fields:
                getattr(self, name).setText(value)
        if "steps" in self.fields:
            self.steps.set_value(draft.transit)
        if "made" in self.fields:
            made = draft.made or DraftLine()
            product = data.products.get(made.product_id or 0)
            self.made.set_choice(Choice(product.id, product.name) if product else None)
            self.made_quantity.set_value(made.quantity)
        if "order" in self.fields:
            self.order.set_choice(Choice(draft.order_id, data.titles.get(draft.order_id, "")) if draft.order_id else None)
        if "original" in self.fields:
            self.original.set_choice(
                next((Choice(a, data.titles[a]) for a in (x.against[0] for x in draft.lines if x.against)), None)
            )

    def fill(self, draft: Draft) -> None:
        """Put the fields into ``draft``; a date that is none is left out (its field says why)."""
        draft.moment, draft.partner_id, draft.warehouse_id = self._moment, self.partner_id, self.warehouse_id
        if "to_warehouse" in self.fields:
            draft.to_warehouse_id = self.to_warehouse.value if isinstance(self.to_warehouse.value, int) else None
        if "expected" in self.fields:
            try:
                expected = self.expected.value()
            except JxcError:
                expected = None
            draft.expected = expected.isoformat() if expected else None
        draft.external_number = self.external.text().strip() if "external" in self.fields else ""
        draft.reason = self.reason.text().strip() if "reason" in self.fields else ""
        draft.note = self.note.text().strip() if "note" in self.fields else ""
        if "steps" in self.fields:
            draft.transit = bool(self.steps.value)
        draft.made = self.made_line
        if "order" in self.fields:
            draft.order_id = self.order_id

    def check(self) -> bool:
        """Mark what is missing or wrong; True when all is right."""
        right = True
        for name, field in self.fields.items():
            control: QWidget = field.control
            if isinstance(control, (DateEdit, QuantityEdit)):
                try:
                    missing = control.value() is None and field.required
                except JxcError as error:
                    control.set_error(str(error))
                    right = False
                    continue
            else:
                value = getattr(control, "value", "x")
                missing = field.required and value in (None, "")
            if missing:
                field.set_error(_("Fill this in.") if name in ("day", "made_quantity") else _("Choose one."))
                right = False
        if "to_warehouse" in self.fields and self.to_warehouse.value not in (None, "") and self._goes_nowhere():
            self.fields["to_warehouse"].set_error(_("The goods are there already. Choose another warehouse."))
            right = False
        return right

    def _goes_nowhere(self) -> bool:
        """Whether a transfer would end where it begins."""
        return self.to_warehouse.value == self.warehouse.value

    def first_error(self) -> bool:
        """Go to the first wrong field; False when there is none."""
        for field in self.fields.values():
            if field.error:
                field.control.setFocus()
                return True
        return False


def partner_search(desk: Desk, owner: QWidget, side: Side | None = None) -> Callable[..., None]:
    """The search of a picker of partners."""

    def find(text: str, answer: Callable[[Sequence[Choice]], None]) -> None:
        desk.tasks.read(
            owner,
            "partners",
            lambda s: [Choice(p.id, p.name, p.code, p.phone) for p in search_partners(s, text, side=side)],
            answer,
        )

    return find


def _product(hit: ProductHit) -> Choice:
    return Choice(hit.id, hit.name, hit.barcode or hit.code, f"{quantity_text(hit.quantity)} {hit.unit}")


def _choice(row: DocumentRow) -> Choice:
    return Choice(row.id, row.number or "", f"{row.date[:10]} {row.partner_name or ''}".strip(), f"{row.total:,.2f}")
