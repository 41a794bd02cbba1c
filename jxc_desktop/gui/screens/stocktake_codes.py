"""Codes of a count that nobody knew, or that are not within it: listed, and settled one by one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QScrollArea, QSizePolicy, QWidget

from jxc_desktop.columns import quantity_text
from jxc_desktop.gui.theme import theme
from jxc_desktop.gui.widgets import Button, Choice, Dialog, Field, Picker, column, label, row
from jxc_desktop.gui.widgets.paint import draw_text
from jxc_desktop.i18n import _
from jxc_desktop.queries.product_search import ProductHit, search_products
from jxc_desktop.queries.stocktake_entries import Pending

if TYPE_CHECKING:
    from jxc_desktop.gui.screen import Screen


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
        said = _("{name}, not within what is counted").format(name=found.name) if found.name else _("Nobody knows this code")
        said += " · " + _("scanned {times} times, last {time}").format(times=found.times, time=found.moment[11:16])
        if found.counters:
            said += " · " + found.counters
        draw_text(painter, QRect(16, theme.px(27), room, theme.px(18)), said, "text_tertiary", theme.font("caption"))


class CodesTable(QScrollArea):
    """The codes. ``settled(code, product)``: it means this product, None: it is dropped; ``asked(code)``: which product is it?"""

    settled = Signal(str, object)
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
        drop = Button(_("Drop"), "ghost", size="sm", on_click=lambda: self.settled.emit(found.code, None))
        choose = Button(_("Which product is it…"), size="sm", on_click=lambda: self.asked.emit(found.code))
        if found.product_id is None:
            return CodeLine(found, drop, choose)
        too = Button(_("Count it too"), size="sm", on_click=lambda: self.settled.emit(found.code, found.product_id))
        return CodeLine(found, drop, too)


class WhichProduct(Dialog):
    """Which product a code means; ``chosen(product_id)`` is called with the answer."""

    def __init__(self, screen: Screen, code: str, chosen: Callable[[int], object]) -> None:
        super().__init__(screen, _("Which product is {code}?").format(code=code))

        def search(text: str, answer: Callable[[list[Choice]], None]) -> None:
            screen.tasks.read(self, "product", lambda s: [_choice(hit) for hit in search_products(s, text)], answer)

        self.picker = Picker(search, _("Code, barcode, name or initials"))
        self.field = Field(_("Product"), self.picker, required=True)
        words = _("Its scans count for this product. To let the code be known from now on, add it to the product as a barcode.")
        self.body.addWidget(label(words, "secondary", wrap=True))
        self.body.addWidget(self.field)
        self.add_button(_("Cancel"), key="Esc", reject=True)
        self.go = self.add_button(_("It is this one"), "primary", key="Ctrl+Return")

        def take() -> None:
            if not isinstance(self.picker.value, int):
                self.field.set_error(_("Choose a product."))
                return
            self.accept()
            chosen(self.picker.value)

        self.go.clicked.connect(take)
        self.picker.setFocus()


def _choice(hit: ProductHit) -> Choice:
    return Choice(hit.id, hit.name, hit.barcode or hit.code, f"{quantity_text(hit.quantity)} {hit.unit}")
