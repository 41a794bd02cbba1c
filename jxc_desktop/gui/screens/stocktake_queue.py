"""The way of counts into the book: one short write at a time, whatever came meanwhile in the next; nothing is dropped."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from jxc_desktop.domain.errors import JxcError
from jxc_desktop.domain.troubles import BookBusy, DiskFull, ReadOnlyBook, StorageTrouble
from jxc_desktop.gui.tasks import Tasks

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from jxc_desktop.domain.counting import Said
    from jxc_desktop.services.stocktake import Taken

BATCH = 200
AGAIN_MS = 1000
STORAGE = (BookBusy, DiskFull, ReadOnlyBook, StorageTrouble)
"""Troubles that pass, or that somebody can clear away: what was counted waits for it."""

Keep = Callable[[Sequence["Said"]], Callable[["Session"], "tuple[Taken, ...]"]]


class CountQueue(QObject):
    """Counts on their way. ``taken(tuple[Taken])`` when some are kept; ``refused(Said, JxcError)`` for one that cannot be;
    ``waiting_for(JxcError)`` while storage is in trouble (tried again every second); ``idle`` when all are kept.

    ``keep(said)`` makes the write of some counts; it is called on the GUI thread, what it returns runs on the writer's.
    """

    taken = Signal(object)
    refused = Signal(object, object)
    waiting_for = Signal(object)
    idle = Signal()

    def __init__(self, tasks: Tasks, keep: Keep, parent: QObject) -> None:
        super().__init__(parent)
        self._tasks, self._keep = tasks, keep
        self._waiting: deque[Said] = deque()
        self._under_way: list[Said] = []
        self._singly = 0
        self._again = QTimer(self, singleShot=True, interval=AGAIN_MS)
        self._again.timeout.connect(self._next)

    @property
    def busy(self) -> bool:
        """Whether something that was counted is not kept yet."""
        return bool(self._waiting or self._under_way)

    def __len__(self) -> int:
        return len(self._waiting) + len(self._under_way)

    def add(self, said: Said) -> None:
        """Keep this as soon as possible."""
        self._waiting.append(said)
        self._next()

    @property
    def in_trouble(self) -> bool:
        """Whether what was counted cannot be kept at present."""
        return self._again.isActive()

    def hurry(self) -> None:
        """Ask for all that waits to be kept now, because the page closes: the writer finishes what it was asked for."""
        if self._waiting:
            said = tuple(self._waiting)
            self._waiting.clear()
            self._tasks.write(self, self._keep(said), self.taken.emit, lambda error: self.refused.emit(said[0], error))

    def _next(self) -> None:
        if self._under_way or not self._waiting or self._again.isActive():
            return
        count = 1 if self._singly else min(len(self._waiting), BATCH)
        self._under_way = [self._waiting.popleft() for _ in range(count)]
        self._tasks.write(self, self._keep(tuple(self._under_way)), self._done, self._failed)

    def _done(self, answers: tuple[Taken, ...]) -> None:
        self._singly = max(self._singly - 1, 0)
        self._under_way = []
        self._next()
        self.taken.emit(answers)
        if not self.busy:
            self.idle.emit()

    def _failed(self, error: JxcError) -> None:
        """Storage in trouble: wait. A refusal: find out which one it means, and go on with the others."""
        said, self._under_way = self._under_way, []
        if isinstance(error, STORAGE):
            self._waiting.extendleft(reversed(said))
            self._again.start()
            self.waiting_for.emit(error)
            return
        if len(said) > 1:
            self._waiting.extendleft(reversed(said))
            self._singly = len(said)
        else:
            self._singly = max(self._singly - 1, 0)
            self.refused.emit(said[0], error)
        self._next()
        if not self.busy:
            self.idle.emit()
