"""Before counting: where, what and how strictly; how many products that is; the sheet for counting on paper."""

from __future__ import annotations

from decimal import Decimal

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QWidget

from jxc_desktop.domain.counting import Tolerance
from jxc_desktop.domain.errors import JxcError
from jxc_desktop.domain.stocktake import DAILY, SCOPES, Plan
from jxc_desktop.gui.theme import theme
from jxc_desktop.gui.widgets import Button, Card, Combo, Field, QuantityEdit, Segmented, Switch, column, label, row, set_tone
from jxc_desktop.gui.widgets.details import FoldedScroll
from jxc_desktop.i18n import N_, _
from jxc_desktop.queries.stocktake import Choices

HINTS = {
    "all": N_("Everything that is sold, and what still lies there of the rest."),
    "category": N_("One category with all below it."),
    "shelf": N_("All goods whose shelf begins with these letters: A finds A-01 and A-02."),
    "abc": N_("By the sales of the last 90 days: A brings in the first 80 %, B the next 15 %, C the rest."),
    "daily": N_("A few products each day, A goods more often; none comes again before all of its class had their turn."),
    "free": N_("The list starts empty; what is scanned is counted. Good for checking a few things while the shop is open."),
}
CLASSES = (("A", "A"), ("B", "B"), ("C", "C"))


class SetupCard(QWidget):
    """The form. ``changed`` after each choice, so that the page can say how many products it means; ``sheet_wanted(book)``."""

    changed = Signal()
    sheet_wanted = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        self.warehouse, self.category, self.shelf = Combo(), Combo(), Combo()
        self.scope = Segmented([(code, _(words)) for code, words in SCOPES.items()], "all")
        self.abc = Segmented(list(CLASSES), "A")
        self.number = QuantityEdit(Decimal(DAILY), name=_("Products a day"), low=Decimal(1), high=Decimal(999), places=0)
        self.blind = Switch(False, _("Blind count"))
        self.percent = QuantityEdit(Decimal(0), name=_("Percent of the book"), low=Decimal(0), high=Decimal(100), places=0)
        self.value = QuantityEdit(Decimal(0), name=_("Value (yuan)"), low=Decimal(0), high=Decimal(1_000_000), places=0)
        self.amount = label("", "section")
        self.hint = label("", "secondary", wrap=True)
        self.hint.setMinimumHeight(theme.line())
        self.category_field = Field(_("Category"), self.category, required=True)
        self.shelf_field = Field(_("Shelf begins with"), self.shelf, required=True)
        self.class_field = Field(_("Class"), row_of(self.abc))
        self.number_field = Field(_("Products a day"), narrow(self.number))
        both = row(column(self._plan_card(), 1), column(self._sheet_card(), 1), 1, spacing=12)
        both.setStretch(1, 1000)  # before anything stays empty the sheet is as wide as it may be
        self.setLayout(both)
        for signal in (self.warehouse.chosen, self.scope.chosen, self.category.chosen, self.shelf.chosen, self.abc.chosen):
            signal.connect(lambda _value: self._follow())
        self.number.value_changed.connect(lambda _value: self._follow())
        self._follow()

    def _plan_card(self) -> Card:
        card = Card(_("What is counted"), spacing=12)
        blind = row(self.blind, label(_("Blind count: whoever counts does not see what the book expects"), "secondary"), 1)
        percent = Field(_("Percent of the book"), self.percent, hint=_("0: the quantity is not looked at"))
        value = Field(_("Value (yuan)"), self.value, hint=_("0: the value is not looked at"))
        items: tuple[QWidget | QHBoxLayout, ...] = (
            Field(_("Warehouse"), self.warehouse, required=True),
            Field(_("Scope"), row_of(self.scope)),
            self.hint,
            self.category_field,
            self.shelf_field,
            self.class_field,
            self.number_field,
            blind,
            label(_("Lines that differ by more are counted a second time"), "secondary"),
            row(percent, value, spacing=12),
            self.amount,
        )
        for item in items:
            card.add(item)
        card.setFixedWidth(max(theme.px(600), self.scope.sizeHint().width() + 34))  # the scopes are longer in other languages
        return card

    def _sheet_card(self) -> Card:
        card = Card(_("Count on paper"), spacing=12)
        words = _("The same goods on A4, by shelf, with boxes to write the counts into. They are typed in afterwards.")
        card.add(label(words, "secondary", wrap=True))
        self.with_book = Switch(False, _("Print what the book holds"))
        card.add(row(self.with_book, label(_("Print what the book holds"), "secondary", wrap=True), 1))
        self.sheet_button = Button(
            _("Print the count sheet"), icon="printer", on_click=lambda: self.sheet_wanted.emit(self.with_book.isChecked())
        )
        card.add(row(self.sheet_button, 1))
        card.setMinimumWidth(theme.px(232))
        card.setMaximumWidth(theme.px(320))
        return card

    def fill(self, found: Choices) -> None:
        """Offer what there is; the tolerance is the shop's until another one is typed."""
        self.warehouse.set_options([(w.id, w.name) for w in found.warehouses])
        self.category.set_options([(path, path) for path in found.categories])
        heads = sorted({shelf.split("-", 1)[0] for shelf in found.shelves} | set(found.shelves))
        self.shelf.set_options([(shelf, shelf) for shelf in heads])
        self.percent.set_value(Decimal(found.tolerance.percent))
        self.value.set_value(Decimal(found.tolerance.value))
        self._follow()

    def _follow(self) -> None:
        scope = str(self.scope.value)
        for code, shown in (
            ("category", self.category_field),
            ("shelf", self.shelf_field),
            ("abc", self.class_field),
            ("daily", self.number_field),
        ):
            shown.setVisible(scope == code)
        self.hint.setText(_(HINTS[scope]))
        self.sheet_button.setEnabled(scope != "free")
        self.changed.emit()

    def plan(self) -> Plan | None:
        """What is to be counted; None while a category or shelf is missing, or a number cannot be read."""
        scope = str(self.scope.value)
        keys = {"category": self.category.value, "shelf": self.shelf.value, "abc": self.abc.value}
        try:
            tolerance = Tolerance(int(self.percent.value() or 0), int(self.value.value() or 0))
            keys["daily"] = str(int(self.number.value() or DAILY))
        except JxcError:
            return None
        if scope in keys and not keys[scope]:
            return None
        return Plan(scope, str(keys.get(scope, "")), self.blind.isChecked(), tolerance)

    def say_missing(self) -> None:
        """Mark what is missing or cannot be read."""
        scope = str(self.scope.value)
        missing = {"category": self.category_field, "shelf": self.shelf_field}.get(scope)
        if missing is not None and not {"category": self.category, "shelf": self.shelf}[scope].value:
            missing.set_error(_("Choose one; there is none yet where the list is empty."))
            return
        for number in (self.percent, self.value, *([self.number] if scope == "daily" else [])):
            try:
                number.value()
            except JxcError as error:
                number.set_error(str(error))
                number.setFocus()
                return

    @property
    def warehouse_id(self) -> int | None:
        return self.warehouse.value if isinstance(self.warehouse.value, int) else None

    def say_size(self, plan: Plan, count: int) -> None:
        """How many products that is."""
        set_tone(self.amount, "")
        self.amount.setText("" if plan.scope == "free" else _("{count} products to count").format(count=f"{count:,}"))

    def say_none(self) -> None:
        """No product belongs to the class, or lies there for the daily list."""
        set_tone(self.amount, "danger")
        self.amount.setText(_("Nothing belongs to it in this warehouse now. Choose another scope."))


def row_of(control: QWidget) -> QWidget:
    """A control at its own width in a field."""
    made = QWidget()
    made.setLayout(row(control, 1))
    made.setFocusProxy(control)  # the control keeps its own policy: one set on the frame would become that of its proxy
    return made


def narrow(control: QWidget) -> QWidget:
    """A field for a short number."""
    control.setFixedWidth(theme.px(120))
    return row_of(control)


def scrolling(page: QWidget) -> QScrollArea:
    """The page, which scrolls where the window is too low for it."""
    area = FoldedScroll(page)
    area.setWidgetResizable(True)
    area.setFrameShape(QScrollArea.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.viewport().setAutoFillBackground(False)
    area.setWidget(page)
    page.setAutoFillBackground(False)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    return area
