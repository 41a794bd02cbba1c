"""How lines come into a document that is typed: found by name, scanned one after the other, taken from a recipe."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt

from jxc_desktop.domain.documents import DraftLine
from jxc_desktop.domain.errors import JxcError
from jxc_desktop.domain.money import PRICE_PLACES, round_half_up
from jxc_desktop.gui.document_lines import EditLine, first_price
from jxc_desktop.gui.screens.document_add import Wanted, product_choices, wanted_of
from jxc_desktop.gui.screens.document_notices import Notice
from jxc_desktop.gui.widgets import Choice
from jxc_desktop.i18n import _
from jxc_desktop.queries.editing import LineProduct, line_products
from jxc_desktop.queries.product_search import find_by_code, search_products
from jxc_desktop.services.recipes import lines_of_recipe

if TYPE_CHECKING:
    from jxc_desktop.gui.screens.document_form import LineForm


class LineAdding(QObject):
    """Adds lines to one form. ``unknown``: the code or name that nothing was found for."""

    def __init__(self, form: LineForm) -> None:
        super().__init__(form)
        self._form = form
        self._codes: deque[str] = deque()
        self._looking = False
        self.unknown = ""

    def search(self, text: str, answer: Callable[[Sequence[Choice]], None]) -> None:
        """Products for what is typed into the add line."""
        place, level, sells = self._form.head.warehouse_id, self._form.head.price_level, self._form.kind.family != "purchase"
        self._form.desk.tasks.read(self._form, "search", lambda s: product_choices(s, text, place, level, sells), answer)

    def add_products(self, ids: Sequence[int]) -> None:
        """Add one of each of these products."""
        self.add([Wanted(product, None, Decimal(1)) for product in ids], scanned=False)

    def picked(self, choice: Choice | None) -> None:
        """A product was chosen in the add line."""
        if choice is not None and isinstance(choice.value, Wanted):
            self.add([choice.value], scanned=False)

    def add_code(self, code: str) -> None:
        """A scan: one more of the line with this product and unit, or a new line. Scans are looked up one after the other."""
        self._form.grid.commit()
        self._form.grid.editor.hide()
        self._form.add_field.setFocus(Qt.FocusReason.OtherFocusReason)
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
                self._form.forgive()
                self.add([wanted], scanned=False)

        self._form.desk.tasks.read(self._form, "awaited", look, known)

    def _next_code(self) -> None:
        if self._looking or not self._codes:
            return
        self._looking = True
        code = self._codes.popleft()

        def look(session):  # type: ignore[no-untyped-def]
            hit = find_by_code(session, code)
            return code, None if hit is None else wanted_of(hit)

        self._form.desk.tasks.read(self._form, "code", look, self._code_found, self._code_failed)

    def _code_failed(self, error: JxcError) -> None:
        self._looking = False
        self._form.refuse(Notice(str(error), "danger"))

    def _code_found(self, found: tuple[str, Wanted | None]) -> None:
        code, wanted = found
        if wanted is None:
            self._looking = False
            self.say_unknown(code)
            self._next_code()
        elif not self._one_more(wanted):
            self.add([wanted], scanned=True)
        else:
            self._looking = False
            self._next_code()

    def say_unknown(self, code: str) -> None:
        """Nothing has this code or name."""
        self._form.add_field.clear()
        self._form.add_field.set_error("")
        self.unknown = code
        text = _("Not found: {code}. Check the code, or create the product first.")
        self._form.refuse(Notice(text.format(code=code), "warning", "new"))

    def _one_more(self, wanted: Wanted) -> bool:
        """Add to the line with this product and unit; every label of a scale is a line of its own."""
        if wanted.label and not self._form.kind.sets_cost:
            return False
        for place, line in enumerate(self._form.grid.lines):
            same = line.product.id == wanted[0] and line.draft.unit_id == wanted[1] and line.original is None
            if same and self._form.kind.sets_cost:
                self._form.grid.edit_cell(place, "price")
                return True
            if same and "quantity" not in line.errors:
                line.draft.quantity = (line.draft.quantity or Decimal(0)) + wanted[2]
                line.draft.amount = None
                self._form.grid.select_row(place)
                self._form.touched()
                return True
        return False

    def add(self, wanted: Sequence[Wanted], *, scanned: bool) -> None:
        """New lines for these; ``scanned``: the next scan is looked up, else the first cell waits."""
        partner, side = self._form.head.partner_id, self._form.kind.side or "supplier"
        ids = [one.product_id for one in wanted]
        self._form.desk.tasks.read(
            self._form,
            "add" if scanned else "pick",
            lambda s: line_products(s, ids, partner_id=partner, side=side),
            lambda products: self._arrived(wanted, products, scanned),
        )

    def _arrived(self, wanted: Sequence[Wanted], products: dict[int, LineProduct], scanned: bool) -> None:
        for one in wanted:
            product = products[one.product_id]
            price = first_price(self._form.kind, product, one.unit_id, self._form.head.price_level)
            draft = DraftLine(one.product_id, None if self._form.kind.sets_cost else one.quantity, one.unit_id, price)
            draft.batch, draft.reason = one.batch, one.reason
            if one.amount is not None and self._form.kind.family == "sales":
                draft.amount = one.amount  # what the label asks; its unit price is what the customer read on it
                draft.price = price if price is not None else round_half_up(one.amount / one.quantity, PRICE_PLACES)
            line = EditLine(draft, product)
            place = self._form.grid.append(line)
        self._form.arrange_columns()
        if scanned:
            self._looking = False
            self._next_code()
        else:
            self._form.grid.edit_cell(place, "price" if self._form.kind.sets_cost else "quantity")

    def take_recipe(self) -> None:
        """The parts that the recipe takes, in place of lines that were not typed by hand."""
        made = self._form.head.made_line
        if made is None or not made.quantity or any(line.by_hand for line in self._form.grid.lines):
            return
        product, quantity = made.product_id or 0, made.quantity

        def look(session):  # type: ignore[no-untyped-def]
            lines = lines_of_recipe(session, product, quantity)
            return lines, line_products(session, [line.product_id or 0 for line in lines])

        self._form.desk.tasks.read(self._form, "recipe", look, self._recipe_known, self._no_recipe)

    def _no_recipe(self, error: JxcError) -> None:
        """Most products have none; only a recipe that cannot be followed is told."""
        if error.code != "no_recipe":
            self._form.refuse(Notice(str(error), "warning"))

    def _recipe_known(self, found: tuple[list[DraftLine], dict[int, LineProduct]]) -> None:
        lines, products = found
        self._form.grid.set_lines([EditLine(line, products[line.product_id or 0]) for line in lines])
        self._form.arrange_columns()
        self._form.work_out()
