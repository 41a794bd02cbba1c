"""What the frame of the window says by itself: numbers in the sidebar, the bell, the backups, work under way."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from jxc_desktop.domain.changes import Changes
from jxc_desktop.domain.errors import JxcError
from jxc_desktop.gui.alerts import AlertList, Trouble, alert_rows
from jxc_desktop.gui.tasks import Progress
from jxc_desktop.gui.widgets.status_bar import WorkCard
from jxc_desktop.i18n import _

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from jxc_desktop.gui.main_window import MainWindow
    from jxc_desktop.queries.alerts import Alert

FIRST_MS = 300
"""Milliseconds that the first page has the readers for itself before the sidebar and the bell ask."""
LOOK_MS = 400
"""How long after a change the bell is looked after."""


@dataclass(frozen=True, slots=True)
class Count:
    """A number in the sidebar and what it counts."""

    number: int
    words: str = ""


AskCounts = Callable[["Session"], Mapping[str, Count]]
AskAlerts = Callable[["Session", date], Sequence["Alert"]]
AskBackup = Callable[[], tuple[str, Trouble | None]]


class Lookout(QObject):
    """Watches the book for one window. Each of the three questions may be None: that part then stays quiet."""

    def __init__(self, window: MainWindow, counts: AskCounts | None, alerts: AskAlerts | None, backup: AskBackup | None) -> None:
        super().__init__(window)
        self._window, self._tasks = window, window.tasks
        self._counts, self._alerts, self._backup = counts, alerts, backup
        self._found: Sequence[Alert] = ()
        self._trouble: Trouble | None = None
        self._working: Progress | None = None
        self._card: WorkCard | None = None
        self._soon = QTimer(self, singleShot=True, interval=LOOK_MS)
        self._soon.timeout.connect(self.look_around)
        self._tasks.changed.connect(self._changed)  # a method of ours: the book outlives the window, a lambda would too
        self._tasks.progress.connect(self._progress)
        window.status.work_clicked.connect(self.open_work)
        window.top.bell_clicked.connect(self.open_alerts)
        QTimer.singleShot(FIRST_MS, self, self._begin)

    def _changed(self, _changes: Changes) -> None:
        self.count()
        self._soon.start()

    def _begin(self) -> None:
        self.count()
        self.look_around()

    # --- counts --------------------------------------------------------------------------------------------------

    def count(self) -> None:
        """Read the numbers of the sidebar again."""
        if self._counts is not None:
            self._tasks.read(self, "counts", self._counts, self._show_counts, self._refused)

    def _show_counts(self, counts: Mapping[str, Count]) -> None:
        numbers, words = {n: c.number for n, c in counts.items()}, {n: c.words for n, c in counts.items()}
        self._window.sidebar.set_counts(numbers, words)
        self._window.status.set_item("data", _("Data on this computer is fine"), "success")

    def _refused(self, error: JxcError) -> None:
        self._window.status.set_item("data", str(error)[:40], "danger")

    # --- the bell ------------------------------------------------------------------------------------------------

    def look_around(self) -> None:
        """Read what the bell says and how the backups are; dearer than the counts, so a moment after the last change."""
        if self._backup is not None:
            self._tasks.run(self, self._backup, self._show_backup)
        if (ask := self._alerts) is not None:
            today = self._window.desk.today()
            self._tasks.read(self, "alerts", lambda session: ask(session, today), self._show_alerts, self._refused)

    def _show_backup(self, found: tuple[str, Trouble | None]) -> None:
        words, self._trouble = found
        self._window.status.set_item("backup", words)
        self._ring()

    def _show_alerts(self, found: Sequence[Alert]) -> None:
        self._found = found
        self._ring()

    def _ring(self) -> None:
        self._window.top.set_alerts(len(alert_rows(self._found, self._trouble)[0]))

    def open_alerts(self, bell: QWidget) -> None:
        """The list below the bell."""
        opened = AlertList(self._window, *alert_rows(self._found, self._trouble), self._window.toasts.said)
        opened.chosen.connect(self._window.navigate)
        opened.hang(bell)

    # --- work under way ------------------------------------------------------------------------------------------

    def _progress(self, progress: Progress) -> None:
        done = bool(progress.total and progress.done >= progress.total)
        self._working = None if done else progress
        words = progress.title if not progress.total else f"{progress.title} {progress.done:,} / {progress.total:,}"
        self._window.status.set_work("" if done else words, progress.done / progress.total if progress.total else None)
        if self._card is not None and isValid(self._card):
            if done:
                self._card.close()
            else:
                self._card.show_progress(progress.title, progress.done, progress.total)

    def open_work(self, at: QWidget) -> None:
        """More about the work in the status bar, and the way to give it up."""
        if (now := self._working) is not None:
            self._card = WorkCard(self._window, now.title, now.done, now.total, now.stop)
            self._card.hang(at)
