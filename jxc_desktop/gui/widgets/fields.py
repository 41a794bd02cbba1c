"""Fields for text: a line, a search box, several lines; and working out the sums people type into them."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal, DivisionByZero, InvalidOperation

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QSizePolicy, QWidget

from jxc_desktop.domain.errors import BadNumber
from jxc_desktop.domain.money import LIMIT, parse_decimal, round_half_up, ungrouped
from jxc_desktop.gui.icons import paint_icon
from jxc_desktop.gui.theme import theme
from jxc_desktop.gui.widgets.surface import set_property


class LineEdit(QLineEdit):
    """A line of text. ``problem`` tells what is wrong ("" when it is right again); Enter moves on to the next field."""

    problem = Signal(str)

    def __init__(
        self, text: str = "", placeholder: str = "", *, enter_moves_on: bool = True, parent: QWidget | None = None
    ) -> None:
        super().__init__(text, parent)
        self.setPlaceholderText(placeholder)
        self._moves_on = enter_moves_on
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.textChanged.connect(self._keep_one_line)

    def _keep_one_line(self, text: str) -> None:
        """Lines that are pasted become one: their breaks would be kept unseen, and stand in lists and on paper."""
        lines = text.splitlines()
        if len(lines) > 1 or (lines and lines[0] != text):
            place = self.cursorPosition()
            self.setText(" ".join(lines))
            self.setCursorPosition(place)

    def set_error(self, text: str) -> None:
        """Mark the field as wrong and say why; "" takes the mark away."""
        set_property(self, "error", "true" if text else "false")
        self.problem.emit(text)

    def select_on_focus(self, event: QFocusEvent) -> None:
        """What is typed next replaces what stands there: at once, for keys that are already waiting; a click selects later."""
        if event.reason() == Qt.FocusReason.MouseFocusReason:
            QTimer.singleShot(0, self, self.selectAll)
        else:
            self.selectAll()

    def leads_on(self) -> bool:
        """Whether Enter goes on to the next field."""
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if (
            event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
            and self._moves_on
            and not event.modifiers() & Qt.KeyboardModifier.ControlModifier
        ):
            self.returnPressed.emit()
            if self.window().focusWidget() is self and self.leads_on():  # unless whoever took it led on elsewhere
                self.focusNextPrevChild(not event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            event.accept()
            return
        super().keyPressEvent(event)


class SearchEdit(LineEdit):
    """A search box: ``searched`` comes 150 ms after the last key, at once on Enter; Esc clears it first."""

    searched = Signal(str)

    def __init__(self, placeholder: str = "", *, parent: QWidget | None = None) -> None:
        super().__init__("", placeholder, enter_moves_on=False, parent=parent)
        self.setTextMargins(22, 0, 0, 0)
        self.setClearButtonEnabled(False)
        self._wait = QTimer(self, singleShot=True, interval=150)
        self._wait.timeout.connect(self._tell)
        self._last = ""
        self.textChanged.connect(lambda _text: self._wait.start())
        self.returnPressed.connect(self._tell)

    def _tell(self) -> None:
        self._wait.stop()
        if self.text().strip() != self._last:
            self._last = self.text().strip()
            self.searched.emit(self._last)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
            self._tell()
            event.accept()
            return
        super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        paint_icon(QPainter(self), 8, self.height() / 2 - 8, "search", "text_secondary", 16)


class TextArea(QPlainTextEdit):
    """Several lines of text; Tab moves on."""

    problem = Signal(str)

    def __init__(self, text: str = "", placeholder: str = "", lines: int = 3, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setPlaceholderText(placeholder)
        self.setTabChangesFocus(True)
        self.setFixedHeight(lines * theme.line() + 12)

    def text(self) -> str:
        return self.toPlainText()

    def set_error(self, text: str) -> None:
        set_property(self, "error", "true" if text else "false")
        self.problem.emit(text)


_SIGNS = {ord("×"): "*", ord("÷"): "/", ord("¥"): "", ord("。"): ".", ord("−"): "-", ord(" "): ""}


def typed_number(text: str, name: str, places: int, *, low: Decimal = Decimal(0), high: Decimal = LIMIT) -> Decimal | None:
    """The exact number that a person typed: full-width signs are read as plain ones, sums such as ``12*3+5`` worked out.

    None for nothing. Raises the refusals of ``parse_decimal``.
    """
    said = ungrouped(unicodedata.normalize("NFKC", text).translate(_SIGNS), field=name)
    if not said:
        return None
    if re.search(r"[-+*/()]", said[1:]):
        said = f"{round_half_up(work_out(said, name), places):f}"
    return parse_decimal(said, field=name, places=places, low=low, high=high)


def work_out(said: str, name: str) -> Decimal:
    """The value of a sum of decimals with ``+ - * / ( )``. Raises ``BadNumber``."""
    tokens = re.findall(r"[0-9]+(?:\.[0-9]*)?|\.[0-9]+|[-+*/()]", said)
    if "".join(tokens) != said or len(tokens) > 60:
        raise BadNumber(field=name, value=said[:40])
    try:
        value, rest = _sum(tokens)
    except (IndexError, InvalidOperation, DivisionByZero, ValueError) as error:
        raise BadNumber(field=name, value=said[:40]) from error
    if rest:
        raise BadNumber(field=name, value=said[:40])
    return value


def _sum(tokens: list[str]) -> tuple[Decimal, list[str]]:
    value, rest = _product(tokens)
    while rest and rest[0] in "+-":
        other, after = _product(rest[1:])
        value, rest = (value + other if rest[0] == "+" else value - other), after
    return value, rest


def _product(tokens: list[str]) -> tuple[Decimal, list[str]]:
    value, rest = _factor(tokens)
    while rest and rest[0] in "*/":
        other, after = _factor(rest[1:])
        value, rest = (value * other if rest[0] == "*" else value / other), after
    return value, rest


def _factor(tokens: list[str]) -> tuple[Decimal, list[str]]:
    if tokens[0] in "+-":
        value, rest = _factor(tokens[1:])
        return (-value if tokens[0] == "-" else value), rest
    if tokens[0] == "(":
        value, rest = _sum(tokens[1:])
        if rest[0] != ")":
            raise ValueError(rest[0])
        return value, rest[1:]
    return Decimal(tokens[0]), tokens[1:]
