"""Fields for exact numbers: money, prices, quantities, with the small sums people type into them."""

from __future__ import annotations

from decimal import Decimal

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from jxc_desktop.columns import quantity_text
from jxc_desktop.domain.errors import JxcError
from jxc_desktop.domain.money import LIMIT, MONEY_PLACES, PRICE_PLACES, QUANTITY_PLACES
from jxc_desktop.gui.theme import theme
from jxc_desktop.gui.widgets.fields import LineEdit, typed_number
from jxc_desktop.gui.widgets.paint import LEFT, draw_text, text_width
from jxc_desktop.i18n import _


class NumberEdit(LineEdit):
    """An exact number. Sums such as ``12*3+5`` are worked out on leaving; a wrong one is marked then, never while typing.

    ``value_changed`` carries the new ``Decimal | None`` after the field was left or Enter was pressed.
    """

    value_changed = Signal(object)
    steps = False
    """Whether ↑↓ and the wheel step the value: a choice of this computer, for all fields."""

    def __init__(
        self,
        value: Decimal | None = None,
        *,
        places: int,
        name: str = "",
        low: Decimal = -LIMIT,
        high: Decimal = LIMIT,
        unit: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent=parent)
        self._places, self._low, self._high, self._unit = places, low, high, unit
        self.name = name
        self._told: Decimal | None = value
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, False)
        self.editingFinished.connect(self._left)
        if unit:
            self.setTextMargins(0, 0, text_width(unit, theme.font("body")) + 6, 0)
        self.set_value(value)

    def words(self, value: Decimal) -> str:
        """How the value stands in the field."""
        return f"{value:,f}"

    def value(self) -> Decimal | None:
        """The number, None when empty. Raises ``BadNumber``, ``TooFine`` or ``OutOfRange`` with a sentence."""
        return typed_number(self.text(), self.name or _("the number"), self._places, low=self._low, high=self._high)

    def set_value(self, value: Decimal | None) -> None:
        """Show ``value`` without telling."""
        self._told = value
        self.setText("" if value is None else self.words(value))
        self.set_error("")

    @property
    def wrong(self) -> bool:
        """Whether what stands there is no number that it could be."""
        try:
            self.value()
        except JxcError:
            return True
        return False

    def put(self, text: str) -> None:
        """Let ``text`` stand there as if it had been typed; what is wrong with it is said."""
        self.setText(text)
        self._left()

    def _left(self) -> None:
        try:
            value = self.value()
        except JxcError as error:
            self.set_error(str(error))
            return
        before = self._told
        self.set_value(value)
        if value != before:
            self.value_changed.emit(value)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.select_on_focus(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        had = self.hasFocus()
        super().mousePressEvent(event)
        if not had:
            self.selectAll()

    def leads_on(self) -> bool:
        """Enter goes on only from what is right; what is wrong waits, marked, to be typed again."""
        self._left()
        wrong = self.property("error") == "true"
        if wrong:
            self.selectAll()
        return not wrong

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}.get(Qt.Key(event.key()))
        if step is not None and self.steps and not self.isReadOnly():
            self._step(step)
            return
        super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus() and self.steps and not self.isReadOnly():
            self._step(1 if event.angleDelta().y() > 0 else -1)
        else:
            event.ignore()

    def _step(self, step: int) -> None:
        try:
            value = (self.value() or Decimal(0)) + step
        except JxcError as error:
            self.set_error(str(error))
            return
        if self._low <= value <= self._high:
            self.setText(self.words(value))

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._unit:
            width = text_width(self._unit, theme.font("body"))
            draw_text(
                QPainter(self), self.rect().adjusted(self.width() - width - 11, 1, 0, 1), self._unit, "text_secondary", align=LEFT
            )


class MoneyEdit(NumberEdit):
    """An amount of money, two places."""

    def __init__(
        self,
        value: Decimal | None = None,
        *,
        name: str = "",
        low: Decimal = -LIMIT,
        high: Decimal = LIMIT,
        unit: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(value, places=MONEY_PLACES, name=name, low=low, high=high, unit=unit, parent=parent)

    def words(self, value: Decimal) -> str:
        return f"{value:,.2f}"


class PriceEdit(NumberEdit):
    """A unit price, two to four places."""

    def __init__(
        self,
        value: Decimal | None = None,
        *,
        name: str = "",
        low: Decimal = Decimal(0),
        high: Decimal = LIMIT,
        unit: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(value, places=PRICE_PLACES, name=name, low=low, high=high, unit=unit, parent=parent)

    def words(self, value: Decimal) -> str:
        whole, point, rest = f"{value:,.4f}".partition(".")
        return whole + point + rest[:2] + rest[2:].rstrip("0")


class QuantityEdit(NumberEdit):
    """A quantity, up to three places, trailing zeros cut. ``places=0`` for whole things."""

    def __init__(
        self,
        value: Decimal | None = None,
        *,
        name: str = "",
        low: Decimal = -LIMIT,
        high: Decimal = LIMIT,
        unit: str = "",
        places: int = QUANTITY_PLACES,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(value, places=places, name=name, low=low, high=high, unit=unit, parent=parent)

    def words(self, value: Decimal) -> str:
        return quantity_text(value)
