"""Forms: a label above a control with its error under it, grids of them, and checking before an act."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from jxc_desktop.gui.theme import theme
from jxc_desktop.gui.widgets.numbers import NumberEdit
from jxc_desktop.gui.widgets.paint import draw_text, text_width
from jxc_desktop.gui.widgets.surface import label, set_property
from jxc_desktop.i18n import _


class Field(QWidget):
    """A labelled control. ``required`` adds the red star; a control with a ``problem`` signal words its own errors.

    ``narrow``: too narrow for a sentence, so that whoever holds the field says what is wrong (``error``).
    """

    def __init__(
        self,
        title: str,
        control: QWidget,
        *,
        required: bool = False,
        hint: str = "",
        narrow: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.control, self.required, self.title, self._hint, self._narrow = control, required, title, hint, narrow
        self._name = _FieldLabel(title, required)
        self._message = label(hint, "hint", wrap=True)
        if not hint:  # shown before it has a parent it would be a window of its own for a moment
            self._message.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        for widget in (self._name, control, self._message):
            layout.addWidget(widget)
        layout.addStretch(1)
        control.setAccessibleName(title)
        if isinstance(control, NumberEdit) and not control.name:
            control.name = title
        said: Callable[[Callable[[str], None]], object] | None = getattr(getattr(control, "problem", None), "connect", None)
        if said is not None:
            said(self._show)
        self.setFocusProxy(control)

    def set_error(self, text: str) -> None:
        """Say under the field how to mend it; "" takes it away."""
        mark = getattr(self.control, "set_error", None)
        if mark is not None:
            mark(text)
        self._show(text)

    def set_hint(self, text: str) -> None:
        """A quiet line under the field, where no error stands."""
        self._hint = text
        self._show("")

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._keep_room()

    def _keep_room(self) -> None:
        """A grid gives a row the height of one line; what is said below the control may need more."""
        self._message.setMinimumHeight(max(0, self._message.heightForWidth(self.width())) if self._message.text() else 0)

    def _show(self, text: str) -> None:
        set_property(self._message, "tone", "danger" if text else "")
        self._message.setText(text or self._hint)
        self._keep_room()
        self._message.setVisible(bool(text or self._hint) and not self._narrow)

    @property
    def error(self) -> str:
        """The error shown now."""
        return self._message.text() if self._message.property("tone") == "danger" else ""


class _FieldLabel(QWidget):
    def __init__(self, title: str, required: bool) -> None:
        super().__init__()
        self._title, self._required = title, required
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(text_width(self._title, theme.font("caption")) + 14, theme.line("caption"))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        font = theme.font("caption")
        draw_text(painter, self.rect(), self._title, "text_secondary", font)
        if self._required:
            draw_text(painter, self.rect().adjusted(text_width(self._title, font) + 3, 0, 0, 0), "*", "danger_text", font)

    def changeEvent(self, event: QEvent) -> None:
        self.updateGeometry()
        super().changeEvent(event)


def focus_first_error(*fields: Field) -> bool:
    """Move the focus to the first field with an error; False when there is none."""
    for field in fields:
        if field.error:
            field.control.setFocus(Qt.FocusReason.OtherFocusReason)
            return True
    return False


def require(*fields: Field) -> bool:
    """Mark every empty required field; True when all are filled."""
    filled = True
    for field in fields:
        text = getattr(field.control, "text", lambda: "x")() or getattr(field.control, "currentText", lambda: "")()
        if field.required and not str(text).strip():
            field.set_error(_("Fill this in."))
            filled = False
    return filled


class FieldGrid(QWidget):
    """Fields in equal columns (4 in a document head, fewer when narrow); ``span`` lets one take several."""

    def __init__(self, columns: int = 4, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._columns = columns
        self._fields: list[tuple[QWidget, int]] = []

    def add(self, field: QWidget, span: int = 1) -> None:
        field.setParent(self)
        field.show()
        self._fields.append((field, span))
        self.updateGeometry()
        self._arrange()

    def _count(self, width: int) -> int:
        return max(1, min(self._columns, (width + 16) // 176))

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._place(width, move=False)

    def sizeHint(self) -> QSize:
        return QSize(4 * 176, self._place(max(self.width(), 176), move=False))

    def minimumSizeHint(self) -> QSize:
        return QSize(176, self._place(max(self.width(), 176), move=False))

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._arrange()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()
            self._arrange()
        return super().event(event)

    def _arrange(self) -> None:
        self._place(self.width(), move=True)

    def _place(self, width: int, *, move: bool) -> int:
        count = self._count(width)
        cell = (width - 16 * (count - 1)) / count
        y = used = tallest = 0
        for field, span in self._fields:
            if field.isHidden():
                continue
            span = min(span, count)
            if used + span > count:
                y, used, tallest = y + tallest + 12, 0, 0
            height = field.sizeHint().height()
            if move:
                left, right = round(used * (cell + 16)), round((used + span) * (cell + 16) - 16)
                field.setGeometry(left, y, right - left, height)
            used, tallest = used + span, max(tallest, height)
        return y + tallest
