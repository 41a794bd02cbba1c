"""What a hand does at a window: opens a page, types, scans, waits until everything that it began has come to an end."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable
from typing import Any, Protocol, TypeVar

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from jxc_desktop.gui.screens.document_editor import DocumentEditor
from jxc_desktop.gui.screens.document_form import LineForm
from jxc_desktop.gui.tasks import Tasks

Shown = TypeVar("Shown", bound=QWidget)
TURNS = 4
"""An answer may ask for more: so often the window is waited for."""


class Busy(Protocol):
    """A page, a window or a desk: whatever has a door to the book."""

    @property
    def tasks(self) -> Tasks: ...


def settle(page: Busy) -> None:
    """Wait until nothing is under way, and nothing that followed from it."""
    for _turn in range(TURNS):
        assert page.tasks.wait_idle(20_000), "it never came to an end"
        QApplication.processEvents()


def until(so: Callable[[], object], ms: int = 5000) -> None:
    """Turn the event loop until ``so`` holds: what a timer of the window brings about takes as long as the computer needs."""
    end = time.monotonic() + ms / 1000
    while not so():
        assert time.monotonic() < end, "it did not come about"
        QTest.qWait(5)


def shown(page: Shown, width: int = 1180, height: int = 700, /, **arguments: Any) -> Shown:
    """``page`` opened with ``arguments`` in a window of its own, which is in front; nothing is under way any more."""
    if arguments:
        page.open(**arguments)  # type: ignore[attr-defined]
    page.resize(width, height)
    page.show()
    page.activateWindow()
    assert QTest.qWaitForWindowActive(page)
    settle(page)  # type: ignore[arg-type]
    return page


def focus(widget: QWidget) -> None:
    """Give ``widget`` the keyboard, as Tab or a click would; it selects its text in the next turn."""
    widget.window().show()
    widget.window().activateWindow()
    assert QTest.qWaitForWindowActive(widget.window())
    widget.setFocus()
    QApplication.processEvents()


def keys(page: Busy, *said: str | Qt.Key) -> None:
    """Type into whatever has the focus."""
    for one in said:
        target = QApplication.focusWidget()
        assert target is not None, "nothing has the focus"
        QTest.keyClicks(target, one) if isinstance(one, str) else QTest.keyClick(target, one)
        settle(page)


def wedge() -> Callable[[], float]:
    """The clock of a scanner whose keys come five milliseconds apart: a busy computer does not stretch them."""
    return itertools.count(0.0, 0.005).__next__


def form_of(page: DocumentEditor) -> LineForm:
    """The form of a document with lines that is being typed."""
    assert isinstance(page.form, LineForm)
    return page.form


def add(page: DocumentEditor, product: int, quantity: str | None = None) -> None:
    """A line more, with ``quantity`` typed into it."""
    form_of(page).adding.add_products([product])
    settle(page)
    if quantity is not None:
        put(page, len(form_of(page).grid.lines) - 1, "quantity", quantity)


def put(page: DocumentEditor, row: int, key: str, text: str) -> None:
    """Type over a cell."""
    grid = form_of(page).grid
    grid.edit_cell(row, key)
    grid.editor.setText(text)
    grid.commit()
