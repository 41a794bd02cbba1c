"""What the lines of a document that is typed follow: the partner and their prices, an order, an earlier document."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from jxc_desktop.domain.documents import Draft, DraftLine
from jxc_desktop.gui.document_lines import EditLine, first_price
from jxc_desktop.gui.screens.document_dialogs import ReturnDialog
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

if TYPE_CHECKING:
    from jxc_desktop.gui.screens.document_form import LineForm


class LineSources(QObject):
    """Reads partner, order and original for one form and puts their lines into it."""

    def __init__(self, form: LineForm) -> None:
        super().__init__(form)
        self._form = form

    def partner_picked(self, partner_id: int | None) -> None:
        """Another partner: where the shop stands with them, their prices."""
        side, today = self._form.kind.side or "customer", self._form.desk.today()
        ids = [line.product.id for line in self._form.grid.lines]

        def look(session):  # type: ignore[no-untyped-def]
            found = standing(session, partner_id, side, today) if partner_id is not None else None
            return found, line_products(session, ids, partner_id=partner_id, side=side)

        self._form.desk.tasks.read(self._form, "partner", look, self._partner_known)

    def _partner_known(self, found: tuple[Standing | None, dict[int, LineProduct]]) -> None:
        known, products = found
        self._form.head.set_standing(known)
        self._form.update_products(products)
        self.reprice()

    def reprice(self) -> None:
        """Give lines whose price was not typed the price of the level (or the last one of the supplier)."""
        for line in self._form.grid.lines:
            said = "price" in line.by_hand or line.draft.amount is not None  # by a clerk, or by the label of a scale
            if said or line.original is not None or line.draft.order_line is not None:
                continue
            price = first_price(self._form.kind, line.product, line.draft.unit_id, self._form.head.price_level)
            if price is not None:
                line.draft.price, line.draft.amount = price, None
        self._form.touched()
        self._form.show_side()

    def order_picked(self, order_id: int | None) -> None:
        """The open lines of an order, in place of those of another one; None: the lines stay, on their own."""
        if order_id is None:
            for line in self._form.grid.lines:
                line.draft.order_line, line.ordered = None, None
            self._form.arrange_columns()
            self._form.touched()
            return
        kind, today, side = self._form.kind.code, self._form.desk.today(), self._form.kind.side or "supplier"

        def look(session):  # type: ignore[no-untyped-def]
            draft = delivery_of(session, order_id, kind)
            ids = [line.product_id for line in draft.lines if line.product_id is not None]
            products = line_products(session, ids, partner_id=draft.partner_id, side=side)
            known = standing(session, draft.partner_id, side, today) if draft.partner_id is not None else None
            return draft, products, ordered_quantities(session, order_id), known

        self._form.desk.tasks.read(self._form, "order", look, self._order_known)

    def _order_known(self, found: tuple[Draft, dict[int, LineProduct], dict[int, Decimal], Standing | None]) -> None:
        draft, products, ordered, known = found
        if known is not None:
            self._form.head.set_standing(known)
        if draft.warehouse_id is not None:
            self._form.head.warehouse.set_value(draft.warehouse_id)
        lines = [
            EditLine(d, products[d.product_id or 0], None, ordered.get(d.order_line[1]) if d.order_line else None)
            for d in draft.lines
        ]
        self._form.grid.set_lines(
            [line for line in self._form.grid.lines if line.draft.order_line is None and line.product.id not in products] + lines
        )
        self._form.arrange_columns()
        self._form.touched()
        self._form.grid.edit_cell(0, "quantity")

    def original_picked(self, document_id: int | None) -> None:
        """Ask which lines of an earlier document come back."""
        if document_id is None:
            return
        self._form.desk.tasks.read(
            self._form,
            "original",
            lambda s: (title_of(s, document_id), returnable_lines(s, [document_id])),
            lambda found: self._ask_returns(*found),
        )

    def _ask_returns(self, number: str, lines: list[Returnable]) -> None:
        dialog = ReturnDialog(self._form, number, lines)
        chosen = dialog.chosen() if dialog.exec() else []
        dialog.deleteLater()
        if chosen:
            self.take_returns(chosen)

    def take_returns(self, chosen: Sequence[Returnable]) -> None:
        """Add a line for each of these, with all that is left of it."""
        partner, side = self._form.head.partner_id, self._form.kind.side or "customer"
        ids = [one.product_id for one in chosen]
        self._form.desk.tasks.read(
            self._form,
            "returns",
            lambda s: line_products(s, ids, partner_id=partner, side=side),
            lambda p: self._returns_known(chosen, p),
        )

    def _returns_known(self, chosen: Sequence[Returnable], products: dict[int, LineProduct]) -> None:
        there = {line.draft.against for line in self._form.grid.lines}
        for source in chosen:
            if (source.document_id, source.line) in there:
                continue
            draft = DraftLine(
                source.product_id, unit_id=source.unit_id, batch=source.batch, against=(source.document_id, source.line)
            )
            line = EditLine(draft, products[source.product_id], source)
            line.take_base(source.left, self._form.kind)
            self._form.grid.append(line)
        self._form.arrange_columns()
        self._form.touched()
        self._form.grid.edit_cell(0, "quantity")
