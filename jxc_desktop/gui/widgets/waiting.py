"""A note over nothing while work is done that needs the program for itself: it cannot be closed, and it ends by itself."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from jxc_desktop.gui.widgets.dialogs import Dialog
from jxc_desktop.gui.widgets.surface import label
from jxc_desktop.i18n import _

LOOK_MS = 40


class Waiting(Dialog):
    """Says what is done; Esc does nothing. The work runs on a thread of its own."""

    def __init__(self, parent: QWidget | None, words: str, work: Callable[[], Any]) -> None:
        super().__init__(parent, words, icon="hourglass", icon_tone="primary")
        self.note = label(_("Please do not switch the computer off."), "secondary", wrap=True)
        self.body.addWidget(self.note)
        self.answer: Any = None
        self.error: BaseException | None = None
        self._said = ""
        self._thread = threading.Thread(target=self._work, args=(work,), name="waiting", daemon=True)
        self._look = QTimer(self, interval=LOOK_MS)
        self._look.timeout.connect(self._looked)

    def say(self, text: str) -> None:
        """How far the work is. May be called from its thread."""
        self._said = text

    def run(self) -> Any:
        """Wait until the work is done, and answer what it answered. Raises what it raised."""
        self._thread.start()
        self._look.start()
        self.exec()
        self._thread.join()
        self.deleteLater()
        if self.error is not None:
            raise self.error
        return self.answer

    def reject(self) -> None:
        """Esc and the window's cross do not end it."""

    def _work(self, work: Callable[[], Any]) -> None:
        try:
            self.answer = work()
        except BaseException as error:  # noqa: BLE001 - raised again on the thread that waits
            self.error = error

    def _looked(self) -> None:
        if self._said:
            self.note.setText(self._said)
        if not self._thread.is_alive():
            self._look.stop()
            self.accept()


def wait_for(words: str, work: Callable[[], Any], parent: QWidget | None = None) -> Any:
    """Do ``work`` on a thread while ``words`` are shown; answers what it answers and raises what it raises."""
    return Waiting(parent, words, work).run()
