"""What can be done with a product from the list: another code, merging, taking out of use, in-store barcode, ordering."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from jxc_desktop.columns import quantity_text
from jxc_desktop.domain.acts import Act
from jxc_desktop.domain.changes import Changes
from jxc_desktop.domain.documents import Draft, DraftLine
from jxc_desktop.domain.errors import JxcError
from jxc_desktop.domain.goods import BarcodeForm, title
from jxc_desktop.gui import prompts
from jxc_desktop.gui.screen import Desk, Screen
from jxc_desktop.gui.screens.master_parts import act_of
from jxc_desktop.gui.widgets import Choice, Dialog, Field, LineEdit, Picker, label
from jxc_desktop.i18n import _
from jxc_desktop.queries.documents import DocumentFilter, document_list
from jxc_desktop.queries.products import ProductCard, product_card, product_form, search_products
from jxc_desktop.queries.warnings import whole_packs

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


def product_search(desk: Desk, owner: QWidget, *, without: int | None = None) -> Callable[..., None]:
    """The search of a picker of products; ``without`` leaves one out."""

    def find(text: str, answer: Callable[[Sequence[Choice]], None]) -> None:
        def look(session: Session) -> list[Choice]:
            return [
                Choice(p.id, p.name, p.barcode or p.code, f"{quantity_text(p.quantity)} {p.unit}")
                for p in search_products(session, text)
                if p.id != without
            ]

        desk.tasks.read(owner, "products", look, answer)

    return find


class CodeDialog(Dialog):
    """Asks for another code and stays open until the book takes it."""

    def __init__(self, screen: Screen, card: ProductCard) -> None:
        super().__init__(screen, _("Change the code of {product}").format(product=card.form.name), icon="barcode")
        self._screen, self._card = screen, card
        self.code = LineEdit(card.form.code)
        self.code.setProperty("takes_scans", True)
        self.field = Field(title("code"), self.code, required=True)
        said = _("Documents keep the code they were made with; they stay this product’s.")
        self.body.addWidget(label(said, "secondary", wrap=True))
        self.body.addWidget(self.field)
        self.add_button(_("Cancel"), key="Esc", reject=True)
        self.act = self.add_button(_("Change the code"), "primary", key="Ctrl+Return")
        self.act.clicked.connect(self.change)
        self.code.setFocus()
        self.code.selectAll()

    def change(self) -> None:
        from jxc_desktop.services.products import change_code

        product, code, act = self._card.id, self.code.text(), act_of(self._screen.desk)
        self.act.set_busy(True)
        self._screen.tasks.write(self, lambda s: change_code(s, product, code, act), lambda _saved: self.accept(), self._refused)

    def _refused(self, error: JxcError) -> None:
        self.act.set_busy(False)
        self.field.set_error(str(error))
        self.fit()
        self.code.setFocus()


class MergeDialog(Dialog):
    """Asks into which product this one goes, says what happens, and does it."""

    def __init__(self, screen: Screen, card: ProductCard) -> None:
        super().__init__(
            screen, _("Merge {product} into another").format(product=card.form.name), icon="git-compare", icon_tone="warning"
        )
        self._screen, self._card = screen, card
        self.picker = Picker(product_search(screen.desk, self, without=card.id), _("Barcode / pinyin initials / name"))
        self.field = Field(_("Keep this product"), self.picker, required=True)
        self.said = label(self._words(None), "secondary", wrap=True)
        self.body.addWidget(self.field)
        self.body.addWidget(self.said)
        self.add_button(_("Cancel"), key="Esc", reject=True).setFocus()
        self.act = self.add_button(_("Merge"), "danger")
        self.act.clicked.connect(self.merge)
        self.act.setEnabled(False)
        self.picker.picked.connect(self._picked)
        self.picker.setFocus()

    def _words(self, keep: str | None) -> str:
        form = self._card.form
        return _(
            "{quantity} {unit} go over to {keep} at cost, with posted documents; {codes} barcodes move along. "
            "{product} is no longer in use then. What it did before stays its own. This cannot be undone."
        ).format(
            quantity=quantity_text(self._card.quantity),
            unit=form.unit,
            keep=keep or "…",
            codes=len(form.barcodes),
            product=form.name,
        )

    def _picked(self, choice: Choice | None) -> None:
        self.said.setText(self._words(choice.name if choice else None))
        self.act.setEnabled(choice is not None)
        self.fit()

    def merge(self) -> None:
        from jxc_desktop.services.merging import merge_products

        keep, gone, act = self.picker.value, self._card.id, act_of(self._screen.desk)
        if not isinstance(keep, int):
            return
        self.act.set_busy(True)
        self._screen.tasks.write(self, lambda s: merge_products(s, keep, gone, act), lambda _merged: self.accept(), self._refused)

    def _refused(self, error: JxcError) -> None:
        self.act.set_busy(False)
        self.field.set_error(str(error))
        self.fit()


@dataclass(frozen=True, slots=True)
class Ordered:
    """The purchase order draft that now names the product."""

    document_id: int
    changes: Changes = Changes.DOCUMENTS


def add_to_order(session: Session, product_id: int, act: Act) -> Ordered:
    """Put the product on the open purchase order draft of its supplier, or on a new one, with the quantity that fills it up."""
    from jxc_desktop.services.drafts import load_draft, save_draft

    card = product_card(session, product_id, today=act.today)
    form = card.form
    filters = DocumentFilter(kinds=("purchase_order",), status="draft", partner_id=form.supplier_id, limit=20)
    there = [found for found in document_list(session, filters).rows if form.supplier_id is not None or found.partner is None]
    draft_id = there[0].id if there else None
    draft = load_draft(session, draft_id) if draft_id is not None else Draft("purchase_order", partner_id=form.supplier_id)
    if all(line.product_id != product_id for line in draft.lines):
        lines = [line for line in draft.lines if line.product_id is not None]
        draft.lines = [*lines, DraftLine(product_id, wanted(card), price=form.purchase_price)]
    return Ordered(save_draft(session, draft, act, draft_id=draft_id).document_id)


def wanted(card: ProductCard) -> Decimal:
    """What fills the stock up to its maximum (else twice the minimum), in whole packs; at least one pack."""
    form = card.form
    target = form.maximum if form.maximum is not None else 2 * form.minimum if form.minimum is not None else Decimal(0)
    least = form.pack_size or Decimal(1)
    return max(whole_packs(target - card.available - card.on_order, form.pack_size), least)


class ProductActs:
    """The acts of a screen on one product; each ends with a toast or an answer in place."""

    def __init__(self, screen: Screen) -> None:
        self._screen = screen

    def change_code(self, card: ProductCard) -> None:
        dialog = CodeDialog(self._screen, card)
        dialog.exec()
        dialog.deleteLater()

    def recipe(self, card: ProductCard) -> None:
        """Show and change what it is put together from."""
        from jxc_desktop.gui.screens.recipe_dialog import ask_recipe
        from jxc_desktop.queries.recipes import recipe_of

        def known(recipe):  # type: ignore[no-untyped-def]
            if ask_recipe(self._screen, card, recipe):
                self._said(_("The recipe of {product} is kept").format(product=card.form.name))

        self._screen.tasks.read(self._screen, "recipe", lambda s: recipe_of(s, card.id), known, self._screen.refuse)

    def merge(self, card: ProductCard) -> None:
        dialog = MergeDialog(self._screen, card)
        if dialog.exec():
            self._said(_("{product} is merged").format(product=card.form.name))
        dialog.deleteLater()

    def end(self, card: ProductCard) -> None:
        """Take it out of use; what is still on hand is said first."""
        from jxc_desktop.services.products import end_product

        left = (
            _("{quantity} {unit} are still on hand and can still be sold by their code.").format(
                quantity=quantity_text(card.quantity), unit=card.form.unit
            )
            if card.quantity
            else _("Nothing is on hand.")
        )
        text = _("It disappears from lists and search; its documents stay. {left} You can take it into use again.").format(
            left=left
        )
        if not prompts.confirm(self._screen, _("Stop using {product}?").format(product=card.form.name), text, _("Stop using")):
            return
        product, act, force = card.id, act_of(self._screen.desk), bool(card.quantity)
        self._screen.tasks.write(
            self._screen,
            lambda s: end_product(s, product, act, force=force),
            lambda _changes: self._said(_("{product} is no longer in use").format(product=card.form.name)),
        )

    def resume(self, card: ProductCard) -> None:
        from jxc_desktop.services.products import resume_product

        product, act = card.id, act_of(self._screen.desk)
        self._screen.tasks.write(
            self._screen,
            lambda s: resume_product(s, product, act),
            lambda _changes: self._said(_("{product} is in use again").format(product=card.form.name)),
        )

    def in_store_code(self, card: ProductCard) -> None:
        """Give it a barcode of the shop's own."""
        product, act = card.id, act_of(self._screen.desk)
        self._screen.tasks.write(self._screen, lambda s: give_own_code(s, product, act), self._coded)

    def _coded(self, coded: Coded) -> None:
        words = _("Barcode {code} made").format(code=coded.code)
        again = (_("Print the label"), lambda: self._screen.navigate("labels", products=[coded.product_id]))
        self._screen.desk.toasts.show(words, tone="success", action=again)

    def order(self, card: ProductCard) -> None:
        """On to the purchase order draft of its supplier, with this product on it."""
        product, act = card.id, act_of(self._screen.desk)
        self._screen.tasks.write(
            self._screen,
            lambda s: add_to_order(s, product, act),
            lambda made: self._screen.navigate("document", id=made.document_id),
        )

    def _said(self, words: str) -> None:
        self._screen.desk.toasts.show(words, tone="success")


@dataclass(frozen=True, slots=True)
class Coded:
    """A new in-store barcode."""

    product_id: int
    code: str
    changes: Changes = Changes.PRODUCTS


def give_own_code(session: Session, product_id: int, act: Act) -> Coded:
    """The next free in-store barcode goes to the product."""
    from jxc_desktop.services.products import make_in_store_code, update_product

    code, form = make_in_store_code(session), product_form(session, product_id)
    update_product(session, product_id, replace(form, barcodes=(*form.barcodes, BarcodeForm(code))), act)
    return Coded(product_id, code)
