"""Scan anywhere: tells the bursts of a keyboard-wedge scanner from typing, wherever the focus is."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QInputMethodEvent, QKeyEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QWidget

from jxc_desktop.gui.theme import theme

MIN_CHARS = 4
_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
_ENDS = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab)
_SILENT = (Qt.Key.Key_Shift, Qt.Key.Key_Control, Qt.Key.Key_Alt, Qt.Key.Key_AltGr, Qt.Key.Key_CapsLock, Qt.Key.Key_Meta)


class Scanner(QObject):
    """An application event filter. ``deliver(code)`` gets every scan.

    A burst is at least four characters (fewer when ``known(code)``) with no more than 35 ms between them and Enter or Tab at the
    end. The end key is swallowed, and the field in which the burst began gets its old value back. ``wants()`` False lets
    everything pass (a dialog is open). A field with the property ``takes_scans`` keeps what is scanned into it. It goes with
    ``parent``: a listener that outlives its window would ask a window that is no more.
    """

    def __init__(
        self,
        deliver: Callable[[str], object],
        known: Callable[[str], bool] | None = None,
        wants: Callable[[], bool] | None = None,
        *,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._deliver, self._known, self._wants = deliver, known, wants
        self._gap = theme.number("scanner", "max_inter_key_ms") / 1000
        self._chars = ""
        self._last = 0.0
        self._field: QLineEdit | QPlainTextEdit | None = None
        self._before: tuple[str, int] = ("", 0)
        self.clock: Callable[[], float] = time.monotonic

    def install(self) -> None:
        """Start to listen."""
        app = QApplication.instance()
        if app is not None:
            app.installEventFilter(self)

    def remove(self) -> None:
        """Stop listening."""
        app = QApplication.instance()
        if app is not None:
            app.removeEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._is_target(watched) and self._key(event)
        if (
            kind == QEvent.Type.InputMethod
            and isinstance(event, QInputMethodEvent)
            and event.commitString()
            and self._is_target(watched)
        ):
            self._add(event.commitString(), self.clock())
        return False

    @staticmethod
    def _is_target(watched: QObject) -> bool:
        """Only where the event arrives first, not on its way up through the parents."""
        focus = QApplication.focusWidget()
        return watched is focus if focus is not None else isinstance(watched, QWidget) and watched.isWindow()

    def _moment(self, event: QKeyEvent) -> float:
        """When the key was pressed: the window system's own time, so that a busy window does not stretch a burst."""
        return event.timestamp() / 1000 if event.timestamp() else self.clock()

    def _key(self, event: QKeyEvent) -> bool:
        if event.key() in _SILENT:
            return False
        now = self._moment(event)
        if event.key() in _ENDS:
            return self._end(now)
        if (
            event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier)
            or not event.text().isprintable()
            or not event.text()
        ):
            self._chars = ""
            return False
        self._add(event.text(), now)
        return False

    def _add(self, text: str, now: float) -> None:
        if not self._chars or now - self._last > self._gap:
            self._chars = ""
            self._begin()
        self._chars += text.translate(_WIDE)
        self._last = now

    def _begin(self) -> None:
        focus = QApplication.focusWidget()
        self._field = focus if isinstance(focus, QLineEdit | QPlainTextEdit) else None
        if isinstance(self._field, QLineEdit):
            self._before = self._field.text(), self._field.cursorPosition()
        elif self._field is not None:
            self._before = self._field.toPlainText(), self._field.textCursor().position()

    def _end(self, now: float) -> bool:
        code, self._chars = self._chars.strip(), ""
        if not code or now - self._last > self._gap or (self._field is not None and self._field.property("takes_scans")):
            return False
        if len(code) < MIN_CHARS and not (self._known and self._known(code)):
            return False
        if self._wants is not None and not self._wants():
            return False
        self._restore()
        QTimer.singleShot(0, self, lambda: self._deliver(code))
        return True

    def _restore(self) -> None:
        field, (text, cursor) = self._field, self._before
        self._field = None
        if isinstance(field, QLineEdit) and field.isVisible():
            field.setText(text)
            field.setCursorPosition(cursor)
            if field.alignment() & Qt.AlignmentFlag.AlignRight:
                field.selectAll()
        elif isinstance(field, QPlainTextEdit) and field.isVisible():
            field.setPlainText(text)
            place = field.textCursor()
            place.setPosition(cursor)
            field.setTextCursor(place)
