"""Before counting: where and what; how many products that is."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from jxc_desktop.domain.stocktake import SCOPES, Plan
from jxc_desktop.gui.theme import theme
from jxc_desktop.gui.widgets import Card, Combo, Field, Segmented, Switch, column, label, row
from jxc_desktop.i18n import N_, _
from jxc_desktop.queries.stocktake import Choices

HINTS = {
    "all": N_("Everything that is sold, and what still lies there of the rest."),
    "category": N_("One category with all below it."),
    "shelf": N_("All goods whose shelf begins with these letters: A finds A-01 and A-02."),
    "free": N_("The list starts empty; what is scanned is counted. Good for checking a few things while the shop is open."),
}


class SetupCard(QWidget):
    """The form. ``changed`` after each choice, so that the page can say how many products it means."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.warehouse = Combo()
        self.scope = Segmented([(code, _(words)) for code, words in SCOPES.items()], "all")
        self.category = Combo()
        self.shelf = Combo()
        self.blind = Switch(False, _("Blind count"))
        self.amount = label("", "section")
        self.hint = label("", "secondary", wrap=True)
        card = Card(_("What is counted"), spacing=14)
        self.category_field = Field(_("Category"), self.category, required=True)
        self.shelf_field = Field(_("Shelf begins with"), self.shelf, required=True)
        blind = row(self.blind, label(_("Blind count: whoever counts does not see what the book expects"), "secondary"), 1)
        items: tuple[QWidget | QHBoxLayout, ...] = (
            Field(_("Warehouse"), self.warehouse, required=True),
            Field(_("Scope"), row_of(self.scope)),
            self.hint,
            self.category_field,
            self.shelf_field,
            blind,
            self.amount,
        )
        for item in items:
            card.add(item)
        card.setFixedWidth(theme.px(560))
        self.setLayout(row(column(card, 1), 1))
        for signal in (self.warehouse.chosen, self.scope.chosen, self.category.chosen, self.shelf.chosen):
            signal.connect(lambda _value: self._follow())
        self._follow()

    def fill(self, found: Choices) -> None:
        """Offer what there is."""
        self.warehouse.set_options([(w.id, w.name) for w in found.warehouses])
        self.category.set_options([(path, path) for path in found.categories])
        heads = sorted({shelf.split("-", 1)[0] for shelf in found.shelves} | set(found.shelves))
        self.shelf.set_options([(shelf, shelf) for shelf in heads])
        self._follow()

    def _follow(self) -> None:
        scope = str(self.scope.value)
        self.category_field.setVisible(scope == "category")
        self.shelf_field.setVisible(scope == "shelf")
        self.hint.setText(_(HINTS[scope]))
        self.changed.emit()

    def plan(self) -> Plan | None:
        """What is to be counted; None while a category or shelf is missing."""
        scope = str(self.scope.value)
        key = {"category": self.category, "shelf": self.shelf}.get(scope)
        if key is not None and not key.value:
            return None
        return Plan(scope, str(key.value) if key is not None else "", self.blind.isChecked())

    @property
    def warehouse_id(self) -> int | None:
        return self.warehouse.value if isinstance(self.warehouse.value, int) else None

    def say_size(self, plan: Plan, count: int) -> None:
        """How many products that is."""
        self.amount.setText("" if plan.scope == "free" else _("{count} products to count").format(count=f"{count:,}"))


def row_of(control: QWidget) -> QWidget:
    """A control at its own width in a field."""
    made = QWidget()
    made.setLayout(row(control, 1))
    made.setFocusProxy(control)
    made.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    return made
