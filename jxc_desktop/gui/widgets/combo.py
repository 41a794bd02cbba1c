"""Choosing from a list: Combo for a short fixed one, Picker for products and partners found while typing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QComboBox, QListView, QSizePolicy, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from jxc_desktop.gui.icons import paint_icon
from jxc_desktop.gui.theme import theme
from jxc_desktop.gui.widgets.fields import LineEdit
from jxc_desktop.gui.widgets.paint import LEFT, RIGHT, draw_text, fill_round, text_width
from jxc_desktop.i18n import _


class Combo(QComboBox):
    """One of a short list. ``options``: (value, words). ``chosen`` carries the value when the person picks one."""

    chosen = Signal(object)
    problem = Signal(str)

    def __init__(
        self,
        options: Sequence[tuple[object, str]] = (),
        value: object = None,
        *,
        placeholder: str = "",
        width: int = 0,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._values: list[object] = []
        self._wrong = False
        self._hint = placeholder
        self._width = width
        view = QListView()
        view.setProperty("popup", "true")
        self.setView(view)
        self.setItemDelegate(_OptionDelegate(self))
        self.setSizePolicy(QSizePolicy.Policy.Fixed if width else QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMaxVisibleItems(12)
        self.set_options(options, value)
        self.activated.connect(self._picked)

    def set_options(self, options: Sequence[tuple[object, str]], value: object = None) -> None:
        """Replace the list; ``value`` is chosen where it is in it, else the first (or none, with a placeholder)."""
        self.clear()
        self._values = [one for one, _words in options]
        self.addItems([words for _one, words in options])
        self.set_value(value if value in self._values else None if self._hint or not self._values else self._values[0])

    @property
    def value(self) -> object:
        """The chosen value, None for none."""
        index = self.currentIndex()
        return self._values[index] if 0 <= index < len(self._values) else None

    def set_value(self, value: object) -> None:
        """Choose without telling."""
        self.setCurrentIndex(self._values.index(value) if value in self._values else -1)

    def set_error(self, text: str) -> None:
        self._wrong = bool(text)
        self.update()
        self.problem.emit(text)

    def _picked(self) -> None:
        self.set_error("")
        self.chosen.emit(self.value)

    def sizeHint(self) -> QSize:
        longest = max((text_width(self.itemText(i), theme.font("body")) for i in range(min(self.count(), 50))), default=60)
        return QSize(self._width or max(longest + 46, 96), theme.px(32))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._width or 72, theme.px(32))

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.focusNextPrevChild(not event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            return
        super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        on = self.isEnabled()
        if self._wrong:
            fill_round(painter, self.rect(), "bg_surface", 6, "danger", 2)
        elif self.hasFocus():
            fill_round(painter, self.rect(), "bg_surface", 6, "focus", 2)
        else:
            fill_round(painter, self.rect(), "bg_surface" if on else "bg_sunken", 6, "border_control" if on else "border_default")
        text = self.currentText() or self._hint
        ink = "text_disabled" if not on else "text_primary" if self.currentText() else "text_tertiary"
        draw_text(painter, self.rect().adjusted(10, 0, -30, 0), text, ink)
        paint_icon(
            painter, self.width() - 25, self.height() / 2 - 8, "chevron-down", "text_secondary" if on else "text_disabled", 16
        )


class _OptionDelegate(QStyledItemDelegate):
    """Paints the options of a combo; the combo's own delegate measures without the style sheet."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(40, theme.px(32))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        painter.save()
        if state & (QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_MouseOver):
            fill_round(painter, rect, "bg_selected" if state & QStyle.StateFlag.State_Selected else "bg_hover", 4)
        draw_text(painter, rect.adjusted(8, 0, -8, 0), str(index.data()))
        painter.restore()


@dataclass(frozen=True, slots=True)
class Choice:
    """One line of a picker: ``value`` is handed out, ``name`` shown; ``note`` stands below, ``right`` at the right."""

    value: object
    name: str
    note: str = ""
    right: str = ""


Search = Callable[[str, Callable[[Sequence[Choice]], None]], None]


NOTHING = "\0"
"""Nobody can have asked for this."""


class Picker(LineEdit):
    """Type a name, code, barcode or pinyin initials and pick from what was found.

    ``search(text, answer)`` looks it up off the GUI thread and calls ``answer(choices)``. ``picked`` carries the
    :class:`Choice` (None when emptied); ``not_found`` the text when Enter found nothing.
    """

    picked = Signal(object)
    not_found = Signal(str)

    def __init__(
        self,
        search: Search,
        placeholder: str = "",
        *,
        new_words: str = "",
        clear_on_pick: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__("", placeholder, enter_moves_on=False, parent=parent)
        self._search, self._clears = search, clear_on_pick
        self._choice: Choice | None = None
        self._asked = ""
        self._answered: str | None = None
        self._wants = self._by_hand = False
        self._popup = ChoiceList(self)
        self._popup.chosen.connect(self.pick)
        self._wait = QTimer(self, singleShot=True, interval=120)
        self._wait.timeout.connect(self._ask)
        self.setTextMargins(0, 0, 22, 0)
        self.textEdited.connect(self._typed)
        self.textChanged.connect(self._changed)

    @property
    def choice(self) -> Choice | None:
        return self._choice

    @property
    def value(self) -> object:
        """The value of what is picked, None for none."""
        return self._choice.value if self._choice else None

    def set_choice(self, choice: Choice | None) -> None:
        """Show a choice without telling."""
        self._choice = choice
        self.setText(choice.name if choice else "")
        self.setToolTip(choice.note if choice else "")
        self.set_error("")

    def _typed(self, text: str) -> None:
        self._by_hand = True
        self.set_error("")
        if not text and self._choice is not None:
            self._choice = None
            self.picked.emit(None)
        self._wants = False
        self._wait.start()

    def _changed(self, text: str) -> None:
        """Emptied, but not by hand (a scan was taken out of it): what was being looked for is not shown any more."""
        if not text and not self._by_hand:
            self._wait.stop()
            self._asked, self._wants = NOTHING, False
            self._popup.hide()
        self._by_hand = False

    def _ask(self) -> None:
        self._wait.stop()
        self._asked = self.text().strip()
        asked = self._asked
        self._search(asked, lambda found: self._found(asked, found))

    def _found(self, asked: str, found: Sequence[Choice]) -> None:
        if asked != self._asked or not (self.hasFocus() or self._wants):
            return
        self._answered = asked
        self._popup.show_choices(found)
        if self._wants:
            self._wants = False
            self._enter()

    def _enter(self) -> None:
        """Enter: take the marked line; ask first when the answer for this text is still out."""
        text = self.text().strip()
        if self._choice is not None and text == self._choice.name:
            self._popup.hide()
            self.focusNextPrevChild(True)
        elif self._answered != text:
            self._wants = True
            self._ask()
        elif (marked := self._popup.marked()) is not None:
            self.pick(marked)
        elif text:
            self.set_error(_("Nothing is called “{text}”.").format(text=text))
            self.not_found.emit(text)
        else:
            self.focusNextPrevChild(True)

    def pick(self, choice: Choice) -> None:
        """Take ``choice`` as if the person had chosen it."""
        self._popup.hide()
        self._answered = None
        self.set_choice(None if self._clears else choice)
        self.picked.emit(choice)
        if not self._clears and self.window().focusWidget() is self:  # unless whoever took it led on elsewhere
            self.focusNextPrevChild(True)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
                self.focusNextPrevChild(False)
            else:
                self._enter()
        elif key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            if self._popup.isVisible():
                self._popup.move_mark(1 if key == Qt.Key.Key_Down else -1)
            else:
                self._ask()
        elif key == Qt.Key.Key_Escape and self._popup.isVisible():
            self._popup.hide()
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        if event.position().x() > self.width() - 28:
            self._asked = ""
            self._search("", lambda found: self._found("", found))

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.select_on_focus(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._popup.hide()
        if self._choice is not None and self.text() != self._choice.name:
            self.setText(self._choice.name)
        elif self._choice is None and self.text().strip() and not self._clears:
            self.set_error(_("Pick one from the list."))

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        paint_icon(QPainter(self), self.width() - 25, self.height() / 2 - 8, "chevron-down", "text_secondary", 16)


class ChoiceList(QWidget):
    """The list below a field. It never takes the focus, so typing goes on. ``chosen`` carries the choice that is clicked."""

    chosen = Signal(object)

    ROWS = 8
    WIDEST = 420

    def __init__(self, owner: QWidget) -> None:
        super().__init__(owner, Qt.WindowType.ToolTip | Qt.WindowType.FramelessWindowHint)
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setMouseTracking(True)
        self._owner, self._choices, self._mark, self._top = owner, list[Choice](), 0, 0

    def show_choices(self, choices: Sequence[Choice], mark: int = 0) -> None:
        """Show these with one marked; -1: none, until ↓ marks the first."""
        self._choices, self._mark, self._top = list(choices), mark, 0
        shown = max(1, min(len(self._choices), self.ROWS))
        self.resize(max(self._owner.width(), 300, min(self._needed(), self.WIDEST)), shown * self._row() + 10)
        self.move(self._place())
        self.show()
        self.raise_()
        self.update()

    def _needed(self) -> int:
        """How wide it must be so that no choice is cut."""
        caption, body = theme.font("caption"), theme.font("body")

        def wide(choice: Choice) -> float:
            right = text_width(choice.right, caption) + 8 if choice.right else 0
            return max(text_width(choice.name, body), text_width(choice.note, caption)) + right + 30

        return int(max((wide(choice) for choice in self._choices[:50]), default=0))

    def _place(self) -> QPoint:
        """Below the field, above it where the screen ends; never over the edge of the screen at the right."""
        screen, below = self._owner.screen().availableGeometry(), self._owner.mapToGlobal(QPoint(0, self._owner.height() + 4))
        right, bottom = screen.x() + screen.width() - self.width(), screen.y() + screen.height() - self.height()
        above = self._owner.mapToGlobal(QPoint(0, -4 - self.height())).y()
        y = above if below.y() > bottom and above >= screen.y() else below.y()
        return QPoint(max(screen.x(), min(below.x(), right)), y)

    def _row(self) -> int:
        return theme.px(46) if any(c.note for c in self._choices) else theme.px(34)

    def marked(self) -> Choice | None:
        return self._choices[self._mark] if self._choices and self._mark >= 0 else None

    def move_mark(self, step: int) -> None:
        if self._choices:
            self._mark = max(0, min(len(self._choices) - 1, self._mark + step))
            self._top = min(max(self._top, self._mark - self.ROWS + 1), self._mark)
            self.update()

    def _at(self, y: float) -> int:
        return self._top + int((y - 5) // self._row())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if 0 <= self._at(event.position().y()) < len(self._choices):
            self._mark = self._at(event.position().y())
            self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if 0 <= self._at(event.position().y()) < len(self._choices):
            self.chosen.emit(self._choices[self._at(event.position().y())])

    def wheelEvent(self, event: QWheelEvent) -> None:
        self.move_mark(-1 if event.angleDelta().y() > 0 else 1)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.color("bg_surface"))
        fill_round(painter, self.rect(), "bg_surface", 0, "border_default")
        if not self._choices:
            draw_text(painter, self.rect().adjusted(12, 0, -12, 0), _("No match"), "text_tertiary")
        height = self._row()
        for place, choice in enumerate(self._choices[self._top : self._top + self.ROWS]):
            box = QRectF(5, 5 + place * height, self.width() - 10, height)
            if self._top + place == self._mark:
                fill_round(painter, box, "bg_selected", 4)
            inner = box.adjusted(9, 0, -9, 0)
            right = text_width(choice.right, theme.font("caption")) + 8 if choice.right else 0
            name = inner.adjusted(0, 3, -right, -height / 2 + 2) if choice.note else inner.adjusted(0, 0, -right, 0)
            draw_text(painter, name, choice.name, align=LEFT)
            if choice.note:
                draw_text(painter, inner.adjusted(0, height / 2, -right, -3), choice.note, "text_tertiary", theme.font("caption"))
            if choice.right:
                draw_text(painter, inner, choice.right, "text_secondary", theme.font("caption"), RIGHT)
