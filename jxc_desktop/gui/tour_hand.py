"""The hands and eyes of the tour: clicks and keys on the real windows, waiting for answers, pictures of what is seen."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QCoreApplication, QEvent, QPoint, Qt, QTimer
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from jxc_desktop.domain.errors import TROUBLE, JxcError
from jxc_desktop.gui.line_cells import FIRST
from jxc_desktop.gui.line_editor import LineGrid
from jxc_desktop.gui.main_window import MainWindow
from jxc_desktop.gui.screen import Screen
from jxc_desktop.gui.tasks import Tasks
from jxc_desktop.gui.widgets import Combo, picture
from jxc_desktop.gui.widgets.shell import NavItem
from jxc_desktop.i18n import N_, _

PAUSE = 45
"""Milliseconds between typing and Enter: longer than a scanner takes, so that typing is never taken for a scan."""
PATIENCE = 15.0
"""Seconds that a window may take to answer."""
NO_KEY = Qt.KeyboardModifier.NoModifier
CTRL = Qt.KeyboardModifier.ControlModifier

S = TypeVar("S", bound=Screen)


class TourStopped(JxcError):
    """A step of the tour did not have its effect."""

    code = "tour_stopped"
    text = N_("The tour stopped at “{step}”: {why}")
    exit_code = TROUBLE


class Hand:
    """Works one window as a person does. ``step`` is what the person is about, for the sentence when something fails."""

    def __init__(self, out: Path, look: str) -> None:
        self.out, self.look = out, look
        self.step = ""
        self.pictures: list[str] = []
        self.faults: list[str] = []
        self.window: MainWindow | None = None
        self.tasks: Tasks | None = None

    def take(self, window: MainWindow, tasks: Tasks) -> None:
        """Work with this window from now on."""
        self.window, self.tasks = window, tasks

    def let_go(self) -> None:
        """The window is closed."""
        self.window = self.tasks = None

    # --- waiting -------------------------------------------------------------------------------------------------

    def stop(self, why: str) -> TourStopped:
        """What is raised when something is not as it should be."""
        return TourStopped(step=self.step, why=why)

    def settle(self) -> None:
        """Wait until every question asked of the book is answered and shown."""
        QTest.qWait(5)
        if self.tasks is not None and not self.tasks.wait_idle(int(PATIENCE * 1000)):
            raise self.stop(_("the window is still busy after {seconds} seconds.").format(seconds=int(PATIENCE)))
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        QApplication.processEvents()
        if self.faults:
            raise self.stop(_("the program made a mistake: {why}").format(why=self.faults[0]))

    def wait_for(self, true: Callable[[], object], what: str) -> None:
        """Wait until ``true()``; ``what`` names what was waited for."""
        end = time.monotonic() + PATIENCE
        self.settle()
        while not true():
            if time.monotonic() > end:
                raise self.stop(_("waited in vain for {what}.").format(what=what))
            QTest.qWait(10)
            self.settle()

    # --- hands ---------------------------------------------------------------------------------------------------

    def click(self, widget: QWidget) -> None:
        """Press the mouse on a widget that can be seen and used."""
        if not widget.isVisible() or not widget.isEnabled():
            named = getattr(widget, "text", None)
            raise self.stop(_("“{name}” cannot be pressed.").format(name=named() if callable(named) else type(widget).__name__))
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton, NO_KEY, widget.rect().center())
        self.settle()

    def press(self, key: Qt.Key, with_key: Qt.KeyboardModifier = NO_KEY) -> None:
        """Press a key, where the focus is."""
        QTest.keyClick(self._focus(), key, with_key)
        self.settle()

    def write(self, text: str) -> None:
        """Type into the field with the focus, in place of what is selected there; Chinese comes from an input method."""
        focus = self._focus()
        if text.isascii():
            QTest.keyClicks(focus, text)
        else:
            event = QInputMethodEvent()
            event.setCommitString(text)
            QApplication.sendEvent(focus, event)
        QTest.qWait(PAUSE)

    def enter(self, text: str = "") -> None:
        """Type and press Enter."""
        if text:
            self.write(text)
        self.press(Qt.Key.Key_Return)

    def fill(self, field: QWidget, text: str) -> None:
        """Click into a field and type, in place of what stands there."""
        self.click(field)
        self.wake()
        if QApplication.focusWidget() is not field:
            field.setFocus(Qt.FocusReason.MouseFocusReason)
            self.settle()
        self.press(Qt.Key.Key_A, CTRL)
        self.write(text)

    def cell(self, grid: LineGrid, row: int, key: str, text: str = "") -> None:
        """Click a cell of the lines of a document; ``text`` is typed into it and entered."""
        keys = [column.key for column in grid.rows.columns]
        if key not in keys or not 0 <= row < len(grid.lines):
            raise self.stop(_("line {line} has no cell “{name}”.").format(line=row + 1, name=key))
        self.wake()
        box = grid.visualRect(grid.rows.index(row, FIRST + keys.index(key)))
        QTest.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, NO_KEY, box.center())
        self.wait_for(lambda: QApplication.focusWidget() is grid.editor, key)
        if text:
            self.enter(text)

    def pick(self, picker: QWidget, text: str) -> None:
        """Find a name in a picker: type, wait for the list, Enter."""
        self.fill(picker, text)
        QTest.qWait(130)
        self.settle()
        self.press(Qt.Key.Key_Return)
        self.wait_for(lambda: getattr(picker, "value", None) is not None, _("“{text}” to be found").format(text=text))

    def choose(self, combo: Combo, value: object) -> None:
        """Choose from a short list with the arrow keys."""
        combo.setFocus(Qt.FocusReason.TabFocusReason)
        for key in (Qt.Key.Key_Home, *[Qt.Key.Key_Down] * combo.count()):
            if combo.value == value:
                break
            QTest.keyClick(combo, key)
        self.settle()
        if combo.value != value:
            raise self.stop(_("“{value}” cannot be chosen.").format(value=value))

    def scan(self, code: str) -> None:
        """What a barcode scanner sends: all characters at once, then Enter."""
        QTest.keyClicks(self._focus(), code)
        QTest.keyClick(self._focus(), Qt.Key.Key_Return)
        self.settle()

    def menu(self, act: Callable[[], None], words: str) -> None:
        """Open a menu with ``act`` and choose the entry that reads ``words``."""

        def chosen(popup: QWidget) -> None:
            entries = popup.actions() if isinstance(popup, QMenu) else []
            found = next((a for a in entries if a.text() == words), None)
            if not isinstance(popup, QMenu) or found is None:
                raise self.stop(_("the menu has no entry “{words}”.").format(words=words))
            popup.setActiveAction(found)
            QTest.keyClick(popup, Qt.Key.Key_Return)

        self._meet(act, QApplication.activePopupWidget, chosen)

    def dialog(self, act: Callable[[], None], do: Callable[[QWidget], None]) -> None:
        """Open a dialog with ``act`` and work in it with ``do``; whatever happens it does not stay open."""
        self._meet(act, QApplication.activeModalWidget, do)

    def _meet(self, act: Callable[[], None], there: Callable[[], QWidget | None], do: Callable[[QWidget], None]) -> None:
        before, end = there(), time.monotonic() + PATIENCE
        met: list[BaseException | None] = []

        def look() -> None:
            found = there()
            if found is None or found is before:
                if time.monotonic() > end:
                    met.append(self.stop(_("waited in vain for {what}.").format(what=_("a question"))))
                else:
                    QTimer.singleShot(10, look)
                return
            try:
                do(found)
                met.append(None)
            except BaseException as error:  # noqa: BLE001 - raised below, outside of Qt's own loop
                met.append(error)
            finally:
                if there() is found:
                    found.close()

        QTimer.singleShot(0, look)
        act()
        while not met:
            QTest.qWait(10)
        if (error := met[0]) is not None:
            raise error
        self.settle()
        self.wake()

    def wake(self) -> None:
        """Let the window that is on top have the keyboard; a platform without a window manager does not see to that."""
        top = QApplication.activeModalWidget() or self.window
        if top is not None and QApplication.activeWindow() is not top:
            top.activateWindow()
            QTest.qWait(5)

    def _focus(self) -> QWidget:
        if QApplication.focusWidget() is None:
            self.wake()
        found = QApplication.focusWidget() or QApplication.activeModalWidget() or self.window
        if found is None:
            raise self.stop(_("no window is open."))
        return found

    # --- going places --------------------------------------------------------------------------------------------

    def go(self, name: str, kind: type[S]) -> S:
        """Click a page in the sidebar; it, when it is read."""
        assert self.window is not None
        item = self.window.sidebar.findChild(NavItem, f"nav-{name}")
        if not isinstance(item, NavItem):
            raise self.stop(_("the sidebar has no page “{name}”.").format(name=name))
        self.click(item)
        return self.front(kind)

    def front(self, kind: type[S]) -> S:
        """The page in front, which must be a ``kind``."""
        assert self.window is not None
        self.wait_for(lambda: self.window is not None and isinstance(self.window.front, kind), kind.__name__)
        found = self.window.front
        assert isinstance(found, kind)
        return found

    # --- eyes ----------------------------------------------------------------------------------------------------

    def see(self, name: str, window: QWidget | None = None, look: str = "") -> None:
        """Keep a picture of the window with everything that floats over it; ``look`` names its size and theme."""
        shown = window or self.window
        assert shown is not None
        QTest.qWait(30)
        file = f"{name}_{look or self.look}.png"
        if not picture(shown).save(str(self.out / file)):
            raise self.stop(_("the picture {file} cannot be written.").format(file=file))
        if file not in self.pictures:
            self.pictures.append(file)

    def rest(self) -> None:
        """Put the mouse aside and let messages go, for a calm picture."""
        assert self.window is not None
        self.settle()
        self.window.toasts.clear()
        QTest.mouseMove(self.window, QPoint(self.window.width() - 3, 3))
        self.settle()
