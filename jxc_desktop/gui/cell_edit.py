"""The one editor of a document's grid: it lies over the current cell and hands the keys that move to the grid."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QFocusEvent, QHideEvent, QKeyEvent

from jxc_desktop.gui.widgets.combo import ChoiceList
from jxc_desktop.gui.widgets.fields import LineEdit

if TYPE_CHECKING:
    from jxc_desktop.gui.line_editor import LineGrid


class CellEdit(LineEdit):
    """The one editor of the grid. It lies over the current cell and hands the keys that move to the grid."""

    def __init__(self, grid: LineGrid) -> None:
        super().__init__("", enter_moves_on=False, parent=grid.viewport())
        self.setProperty("face", "cell")
        self._grid = grid
        self.choices = ChoiceList(self)
        self.choices.chosen.connect(grid.choose)
        self.textEdited.connect(grid.show_choices)
        self.hide()

    def event(self, event: QEvent) -> bool:
        if (
            event.type() == QEvent.Type.KeyPress
            and isinstance(event, QKeyEvent)
            and event.key() in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab)
        ):
            self._grid.step(1 if event.key() == Qt.Key.Key_Tab else -1, every=True)
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, grid = event.key(), self._grid
        if self.choices.isVisible() and self._choose(key):
            return
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            if grid.commit():
                grid.step(-1 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1)
            else:
                self.selectAll()  # what is typed next replaces it
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            grid.move_row(-1 if key == Qt.Key.Key_Up else 1)
        elif key == Qt.Key.Key_Escape and grid.can_restore():
            grid.restore()
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right) and self._at_edge(key):
            grid.step(-1 if key == Qt.Key.Key_Left else 1, every=True)
        else:
            super().keyPressEvent(event)

    def _choose(self, key: int) -> bool:
        """Keys while a list stands below the cell: ↑↓ mark, Enter takes what is marked, Esc takes the list away."""
        if key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.choices.move_mark(-1 if key == Qt.Key.Key_Up else 1)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and (marked := self.choices.marked()) is not None:
            self._grid.choose(marked)
        elif key == Qt.Key.Key_Escape:
            self.choices.hide()
        else:
            return False
        return True

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.choices.hide()

    def _at_edge(self, key: int) -> bool:
        if self.text() and self.selectedText() == self.text():
            return True
        return not self.hasSelectedText() and self.cursorPosition() == (0 if key == Qt.Key.Key_Left else len(self.text()))

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.choices.hide()
        if event.reason() not in (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason):
            self._grid.left()
