"""Codes of a count that nobody knew, or that are not within it: listed, and settled one by one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QScrollArea, QSizePolicy, QWidget

from jxc_desktop.columns import quantity_text
from jxc_desktop.domain.goods import ProductForm
from jxc_desktop.domain.scale_codes import PREFIXES
from jxc_desktop.gui.theme import theme
from jxc_desktop.gui.widgets import Button, CheckBox, Choice, Combo, Dialog, Field, Picker, column, label, row
from jxc_desktop.gui.widgets.paint import draw_text
from jxc_desktop.i18n import N_, _
from jxc_desktop.queries.product_search import ProductHit, search_products
from jxc_desktop.queries.products import product_form
from jxc_desktop.queries.stocktake_entries import Pending

if TYPE_CHECKING:
    from jxc_desktop.gui.screen import Screen


WHY = {
    "unknown": N_("Nobody knows this code"),
    "outside": N_("{name}, not within what is counted"),
    "batch": N_("{name}, which batch is not said"),
    "again": N_("{name}, not on the list of the second count"),
    "known": N_("{name}, known since it was scanned"),
}
"""Why a code counts nothing yet."""


class CodeLine(QWidget):
    """One code: what it is, how often it was scanned and by whom; what to do with it."""

    def __init__(self, found: Pending, *buttons: Button) -> None:
        super().__init__()
        self.found = found
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._buttons = row(1, *buttons, margins=(16, 0, 12, 0))
        self.setLayout(self._buttons)
        self.setFixedHeight(theme.px(52))
        self.setAccessibleName(f"{found.code} {found.name}")

    def sizeHint(self) -> QSize:
        return QSize(300, theme.px(52))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, found = QPainter(self), self.found
        painter.fillRect(QRect(0, self.height() - 1, self.width(), 1), theme.color("border_subtle"))
        room = self.width() - self._buttons.sizeHint().width() - 24
        draw_text(painter, QRect(16, 5, room, theme.px(22)), found.code, font=theme.font("body", True))
        said = _(WHY[found.why]).format(name=found.name)
        said += "·" + _("scanned {times} times, last {time}").format(times=found.times, time=found.moment[11:16])
        if found.counters:
            said += "·" + found.counters
        draw_text(painter, QRect(16, theme.px(27), room, theme.px(18)), said, "text_tertiary", theme.font("caption"))


class CodesTable(QScrollArea):
    """The codes. ``meant(code, product)``: it counts for this product; ``dropped(code)``; ``asked(code)``: which is it?"""

    meant = Signal(str, int)
    dropped = Signal(str)
    asked = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setAutoFillBackground(False)
        self.lines: list[CodeLine] = []

    def show_codes(self, pending: Sequence[Pending]) -> None:
        """Show them, the newest first."""
        if [line.found for line in self.lines] == list(pending):
            return
        self.lines = [self._line(found) for found in pending]
        page = QWidget()
        page.setLayout(column(*self.lines, 1, spacing=0))
        self.setWidget(page)
        page.setAutoFillBackground(False)

    def _line(self, found: Pending) -> CodeLine:
        drop = Button(_("Drop"), "ghost", size="sm", on_click=lambda: self.dropped.emit(found.code))
        if found.product_id is None:
            choose = Button(_("Which product is it…"), size="sm", on_click=lambda: self.asked.emit(found.code))
            return CodeLine(found, drop, choose)
        words = {"batch": _("Which batch is it…"), "again": _("Count it again too")}.get(found.why, _("Count it too"))
        too = Button(words, size="sm", on_click=lambda: self.meant.emit(found.code, found.product_id))
        return CodeLine(found, drop, too)


@dataclass(frozen=True, slots=True)
class Known:
    """A code is to be a barcode of its product from now on: of this further unit, None = of the base unit."""

    unit: str | None


class WhichProduct(Dialog):
    """Which product a code means, and whether it is to be known from now on; ``chosen(product_id, known)`` gets the answer."""

    def __init__(self, screen: Screen, code: str, chosen: Callable[[int, Known | None], object]) -> None:
        super().__init__(screen, _("Which product is {code}?").format(code=code))
        self._screen = screen

        def search(text: str, answer: Callable[[list[Choice]], None]) -> None:
            screen.tasks.read(self, "product", lambda s: [_choice(hit) for hit in search_products(s, text)], answer)

        self.picker = Picker(search, _("Code, barcode, name or initials"))
        self.picker.picked.connect(self._picked)
        self.field = Field(_("Product"), self.picker, required=True)
        self.body.addWidget(label(_("What was scanned so far counts for this product."), "secondary", wrap=True))
        self.body.addWidget(self.field)
        self.remember = CheckBox(_("Also remember this code for the product"), _is_barcode(code))
        self.remember.toggled.connect(lambda _on: self._show_unit())
        self.body.addWidget(self.remember)
        self.unit = Combo()
        self.unit_field = Field(_("One scan is one"), self.unit)
        self.unit_field.hide()
        self.body.addWidget(self.unit_field)
        self.add_button(_("Cancel"), key="Esc", reject=True)
        self.go = self.add_button(_("It is this one"), "primary", key="Ctrl+Return")

        def take() -> None:
            if not isinstance(self.picker.value, int):
                self.field.set_error(_("Choose a product."))
                return
            self.accept()
            unit = self.unit.value
            chosen(self.picker.value, Known(unit if isinstance(unit, str) else None) if self.remember.isChecked() else None)

        self.go.clicked.connect(take)
        self.picker.setFocus()

    def _picked(self, choice: Choice | None) -> None:
        """Its units, where it has several: a code may be that of the box."""
        self.unit.set_options([])
        if choice is not None and isinstance(choice.value, int):
            product = choice.value
            self._screen.tasks.read(self, "units", lambda s: product_form(s, product), self._units_known)
        self._show_unit()

    def _units_known(self, form: ProductForm) -> None:
        further = [(unit.name, f"{unit.name} = {unit.factor} {form.unit}") for unit in form.units]
        self.unit.set_options([(None, form.unit), *further] if further else [])
        self._show_unit()

    def _show_unit(self) -> None:
        self.unit_field.setVisible(self.unit.count() > 1 and self.remember.isChecked())
        self.fit()


def _is_barcode(code: str) -> bool:
    """Whether a code looks like one that stands on the goods: not a word somebody typed, not the label of a scale."""
    return code.isascii() and len(code) >= 4 and code.isalnum() and not (len(code) >= 12 and code.startswith(PREFIXES))


def _choice(hit: ProductHit) -> Choice:
    return Choice(hit.id, hit.name, hit.barcode or hit.code, f"{quantity_text(hit.quantity)} {hit.unit}")
