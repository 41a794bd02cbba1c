"""The recipe of a product: its parts and quantities, how many it makes, and whether it is a kit."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from PySide6.QtCore import QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from jxc_desktop.columns import Column, quantity_text
from jxc_desktop.domain.errors import JxcError
from jxc_desktop.gui.row_table import Look, RowTable
from jxc_desktop.gui.screen import Screen
from jxc_desktop.gui.screens.master_parts import act_of
from jxc_desktop.gui.screens.product_acts import product_search
from jxc_desktop.gui.theme import theme
from jxc_desktop.gui.widgets import (
    Button,
    Dialog,
    Field,
    NoticeBar,
    Picker,
    QuantityEdit,
    Segmented,
    label,
    row,
)
from jxc_desktop.i18n import N_, _, clauses
from jxc_desktop.queries.products import ProductCard
from jxc_desktop.queries.recipes import Recipe
from jxc_desktop.services.recipes import save_recipe

ONE = Decimal(1)


@dataclass(frozen=True, slots=True)
class PartRow:
    """A part as the dialog lists it; ``quantity`` base units."""

    id: int
    code: str
    name: str
    unit: str
    quantity: Decimal


COLUMNS = (
    Column("name", N_("Component")),
    Column("quantity", N_("Quantity"), "quantity"),
    Column("unit", N_("Unit"), priority=2),
)


class RecipeDialog(Dialog):
    """Stays open until the book takes the recipe."""

    def __init__(self, screen: Screen, card: ProductCard, recipe: Recipe | None) -> None:
        super().__init__(screen, _("What {product} is put together from").format(product=card.form.name), size="md")
        self._screen, self._card = screen, card
        self.parts = [PartRow(p.part_id, p.code, p.name, p.unit, p.quantity) for p in recipe.parts] if recipe else []
        ways = [(False, _("Assembled before it is sold")), (True, _("Kit: leaves as its parts"))]
        self.kind = Segmented(ways, bool(recipe and recipe.kit))
        self.makes = QuantityEdit(
            recipe.makes if recipe else ONE, name=_("What the recipe makes"), unit=card.form.unit, low=Decimal("0.001")
        )
        self.notice = NoticeBar()
        self.table = RowTable(COLUMNS, {"name": Look(second="code", stretch=True), "unit": Look(muted=True)}, select_first=True)
        self.table.setFixedHeight(theme.px(230))
        self.table.set_empty("box", _("No parts yet"), _("Choose a part below, with how much of it is taken."))
        self.picker = Picker(product_search(screen.desk, self, without=card.id), _("Barcode / pinyin initials / name"))
        self.quantity = QuantityEdit(ONE, name=_("Quantity"), low=Decimal("0.001"))
        self.quantity.setFixedWidth(theme.px(110))
        self.add_part = Button(_("Add"), icon="plus", on_click=self._add)
        self.drop_part = Button(_("Take out"), "ghost", "trash", on_click=self._drop)
        self.makes_field = Field(_("What the recipe makes"), self.makes)
        self.body.addLayout(row(self.kind, 1, self.makes_field, spacing=16))
        self.body.addWidget(self.notice)
        self.body.addWidget(self.table)
        self.body.addLayout(row(self.picker, self.quantity, self.add_part, self.drop_part, spacing=8))
        self.body.addWidget(
            label(_("A kit has no stock of its own: selling it takes its parts off the shelf."), "hint", wrap=True)
        )
        self.add_button(_("Cancel"), key="Esc", reject=True)
        self.act = self.add_button(_("Save"), "primary", key="Ctrl+Return")
        self.act.clicked.connect(self.keep)
        self.kind.chosen.connect(lambda _kit: self._shape())
        self.picker.picked.connect(lambda choice: self.quantity.setFocus() if choice else None)
        self.quantity.returnPressed.connect(lambda: self._add())
        QShortcut(QKeySequence("Delete"), self.table, self._drop)
        self._shape()
        self._show()
        self.picker.setFocus()

    def _shape(self) -> None:
        self.makes_field.setVisible(not self.kind.value)

    def _show(self) -> None:
        self.table.set_rows(self.parts)
        self.drop_part.setEnabled(bool(self.parts))
        text = clauses(f"{p.name} {quantity_text(p.quantity)} {p.unit}" for p in self.parts)
        self.table.setAccessibleName(text)

    def _add(self) -> bool:
        """Take the part that was chosen; False, with the focus on what is wrong, when it cannot be taken."""
        product, choice = self.picker.value, self.picker.choice
        try:
            quantity = self.quantity.value()
        except JxcError as error:
            return self._stay(str(error), self.quantity)
        if not isinstance(product, int) or choice is None:
            return self._stay(_("Choose the part first, then how much of it is taken."), self.picker)
        if quantity is None:
            return self._stay(_("Type how much of it is taken."), self.quantity)
        unit = choice.right.rsplit(" ", 1)[-1] if choice.right else ""
        self.parts = [p for p in self.parts if p.id != product] + [PartRow(product, choice.note, choice.name, unit, quantity)]
        self.picker.set_choice(None)
        self.quantity.set_value(ONE)
        self.notice.clear()
        self._show()
        self.picker.setFocus()
        return True

    def _stay(self, why: str, wrong: QWidget) -> bool:
        """Say why a part is not taken; the focus is put where it is typed, after the walk that Enter began."""
        self.notice.show_notice(why, "danger")
        self.fit()
        QTimer.singleShot(0, wrong, wrong.setFocus)
        return False

    def _drop(self) -> None:
        current = self.table.current()
        if current is not None:
            self.parts = [p for p in self.parts if p.id != current.id]
            self._show()

    def keep(self) -> None:
        """Save it, or say what is wrong with it. A part that was chosen and not yet added is added first."""
        if self.picker.value is not None and not self._add():
            return
        kit = bool(self.kind.value)
        try:
            makes = ONE if kit else self.makes.value() or ONE
        except JxcError as error:
            self.notice.show_notice(str(error), "danger")
            return
        product, parts, act = self._card.id, [(p.id, p.quantity) for p in self.parts], act_of(self._screen.desk)
        self.act.set_busy(True)
        self._screen.tasks.write(
            self,
            lambda s: save_recipe(s, product, parts, act, makes=makes, kit=kit),
            lambda _saved: self.accept(),
            self._refused,
        )

    def _refused(self, error: JxcError) -> None:
        self.act.set_busy(False)
        self.notice.show_notice(str(error), "danger")
        self.fit()


def ask_recipe(screen: Screen, card: ProductCard, recipe: Recipe | None) -> bool:
    """Show and change the recipe of a product; True when it was kept."""
    dialog = RecipeDialog(screen, card, recipe)
    kept = bool(dialog.exec())
    dialog.deleteLater()
    return kept
