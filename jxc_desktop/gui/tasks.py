"""The only door between the window and the book: one writer thread, two reader threads, answers on the GUI thread."""

from __future__ import annotations

import itertools
import queue
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, Signal
from shiboken6 import isValid

from jxc_desktop.domain.changes import Changes
from jxc_desktop.domain.errors import JxcError, Stopped
from jxc_desktop.gui import crash, prompts
from jxc_desktop.gui.garbage import GarbageCollection

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

T = TypeVar("T")
OnError = Callable[[JxcError], None]
READERS = 2


class BookDoor(Protocol):
    """What Tasks needs of the database: a session for one reading or one writing."""

    def read(self) -> AbstractContextManager[Session]: ...

    def write(self) -> AbstractContextManager[Session]: ...


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a background job is, for the status bar. ``total`` 0: unknown; ``done`` equal to ``total``: finished.

    ``stop()`` gives it up, where that is possible.
    """

    title: str
    done: int
    total: int
    stop: Callable[[], None] | None = None


@dataclass(slots=True)
class _Job:
    """What the GUI thread keeps of a job under way, so that no worker ever drops the last reference to a widget."""

    owner: QObject
    slot: str | None
    fn: Callable[..., Any]
    on_done: Callable[[Any], None]
    on_error: OnError | None
    writing: bool


class Tasks(QObject):
    """Runs questions and actions off the GUI thread. Callbacks always run on the GUI thread, never for a deleted owner.

    ``changed`` carries the :class:`Changes` of every finished write; ``busy_changed`` says whether a write is under way;
    ``progress`` carries :class:`Progress` (a job may call :meth:`report` from its thread).
    """

    changed = Signal(object)
    busy_changed = Signal(bool)
    progress = Signal(object)
    _answered = Signal(int, object, object)

    def __init__(self, database: BookDoor, *, start: bool = True) -> None:
        super().__init__()
        self._database = database
        self._numbers = itertools.count(1)
        self._jobs: dict[int, _Job] = {}
        self._newest: dict[tuple[int, str], int] = {}
        self._watched: set[int] = set()
        self._reads: queue.SimpleQueue[tuple[int, Callable[..., Any], bool] | None] = queue.SimpleQueue()
        self._writes: queue.SimpleQueue[tuple[int, Callable[..., Any], bool] | None] = queue.SimpleQueue()
        self._garbage = GarbageCollection(lambda: self.idle, self)
        self._answered.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        self._threads = [
            threading.Thread(target=self._work, args=(self._reads, database.read), name=f"reader-{n}", daemon=True)
            for n in range(READERS)
        ]
        self._threads.append(threading.Thread(target=self._work, args=(self._writes, database.write), name="writer", daemon=True))
        if start:
            self.start()

    def start(self) -> None:
        """Begin to work on what is asked for. A window that is still being put up keeps its questions until it is seen."""
        for thread in self._threads:
            if thread.ident is None:
                thread.start()

    # --- asking (GUI thread) -------------------------------------------------------------------------------------

    def read(
        self, owner: QObject, slot: str, fn: Callable[[Session], T], on_done: Callable[[T], None], on_error: OnError | None = None
    ) -> None:
        """Run ``fn(session)`` on a reader thread. Of several reads of one ``(owner, slot)`` only the newest answers."""
        number = self._keep(_Job(owner, slot, fn, on_done, on_error, writing=False))
        self._reads.put((number, fn, True))

    def write(
        self, owner: QObject, fn: Callable[[Session], T], on_done: Callable[[T], None], on_error: OnError | None = None
    ) -> None:
        """Run ``fn(session)`` in one transaction on the writer thread; all is kept, or none.

        ``changed`` is announced when the answer is a ``Changes`` or has one as ``.changes``, even if the owner is gone.
        """
        number = self._keep(_Job(owner, None, fn, on_done, on_error, writing=True))
        self.busy_changed.emit(True)
        self._writes.put((number, fn, True))

    def run(self, owner: QObject, fn: Callable[[], T], on_done: Callable[[T], None], on_error: OnError | None = None) -> None:
        """Run ``fn()`` on a reader thread: work that needs no session, such as rendering a paper or copying a backup."""
        number = self._keep(_Job(owner, None, fn, on_done, on_error, writing=False))
        self._reads.put((number, fn, False))

    def report(self, title: str, done: int, total: int, stop: Callable[[], None] | None = None) -> None:
        """Tell the status bar how far a job is, and how it is given up. May be called from any thread."""
        self.progress.emit(Progress(title, done, total, stop))

    def stoppable(self, title: str) -> Callable[[int, int], None]:
        """A counter for work on another thread: it reports, and raises :class:`Stopped` there once the person gave it up."""
        stop = threading.Event()

        def tell(done: int, total: int) -> None:
            if stop.is_set():
                raise Stopped(what=title)
            self.report(title, done, total, stop.set)

        return tell

    def announce(self, changes: Changes) -> None:
        """Tell every screen that the book changed by other means (a restore, an import in one go)."""
        self.changed.emit(changes)

    @property
    def database(self) -> BookDoor:
        """The book itself, for work in :meth:`run` that opens its own sessions (an import that may be given up)."""
        return self._database

    @property
    def writing(self) -> bool:
        """Whether a write is under way."""
        return any(job.writing for job in self._jobs.values())

    @property
    def idle(self) -> bool:
        """Whether nothing is under way."""
        return not self._jobs

    def wait_idle(self, timeout_ms: int = 5000) -> bool:
        """Spin the event loop until nothing is under way (tests and the tour). False when the time is over."""
        end = time.monotonic() + timeout_ms / 1000
        while time.monotonic() < end:
            QCoreApplication.processEvents()
            QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
            if self.idle:
                QCoreApplication.processEvents()
                if self.idle:
                    return True
            time.sleep(0.002)
        return False

    def close(self) -> None:
        """Finish the writes already asked for and end the threads. Answers still under way are dropped."""
        self.start()
        for thread in self._threads:
            (self._writes if thread.name == "writer" else self._reads).put(None)
        for thread in self._threads:
            thread.join()
        self._garbage.end()
        self._jobs.clear()

    # --- keeping and answering (GUI thread) ----------------------------------------------------------------------

    def _keep(self, job: _Job) -> int:
        number = next(self._numbers)
        self._jobs[number] = job
        if job.slot is not None:
            self._newest[id(job.owner), job.slot] = number
            if id(job.owner) not in self._watched:
                self._watched.add(id(job.owner))
                key = id(job.owner)
                job.owner.destroyed.connect(lambda: self._forget(key))
        return number

    def _forget(self, owner: int) -> None:
        self._watched.discard(owner)
        for key in [k for k in self._newest if k[0] == owner]:
            del self._newest[key]

    def _deliver(self, number: int, answer: object, error: BaseException | None) -> None:
        job = self._jobs.pop(number, None)
        if job is None:
            return
        if job.writing:
            self.busy_changed.emit(self.writing)
        wanted = isValid(job.owner) and (job.slot is None or self._newest.get((id(job.owner), job.slot)) == number)
        try:
            if error is not None:
                self._refused(job, error, wanted)
            elif wanted and answer is not _SKIPPED:
                job.on_done(answer)
        finally:
            changes = answer if isinstance(answer, Changes) else getattr(answer, "changes", None)
            if job.writing and error is None and changes:
                self.changed.emit(changes)

    def _refused(self, job: _Job, error: BaseException, wanted: bool) -> None:
        if not isinstance(error, JxcError):
            crash.report(error)
        elif wanted and job.on_error is not None:
            job.on_error(error)
        elif wanted or job.writing:
            prompts.show_error(job.owner if isValid(job.owner) else None, error)

    # --- working (worker threads) --------------------------------------------------------------------------------

    def _work(
        self,
        jobs: queue.SimpleQueue[tuple[int, Callable[..., Any], bool] | None],
        session: Callable[[], AbstractContextManager[Session]],
    ) -> None:
        while (job := jobs.get()) is not None:
            number, fn, with_session = job
            answer, error = self._answer(number, fn, session if with_session else None)
            del job, fn
            try:
                self._answered.emit(number, answer, error)
            except RuntimeError:  # the window closed while this answer was under way: nobody is left to hear it
                return
            del answer, error

    def _answer(
        self, number: int, fn: Callable[..., Any], session: Callable[[], AbstractContextManager[Session]] | None
    ) -> tuple[object, BaseException | None]:
        kept = self._jobs.get(number)
        if kept is not None and kept.slot is not None and self._newest.get((id(kept.owner), kept.slot)) != number:
            return _SKIPPED, None
        try:
            if session is None:
                return fn(), None
            with session() as opened:
                return fn(opened), None
        except BaseException as error:  # noqa: BLE001 - handed to the GUI thread, which words it or reports it
            return None, error


_SKIPPED = object()
