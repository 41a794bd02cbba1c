"""Circles of objects are collected on the GUI thread only: a worker that collected them would destroy widgets on its own."""

from __future__ import annotations

import gc
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimerEvent

from jxc_desktop.queries import collector

TICK_MS = 1000
YOUNG = 700
"""So many new objects make a look at the young ones worth it; the interpreter's own measure."""
FULL_AFTER = 50
"""Looks at the young ones before one at all (some 60 ms): about a minute of work."""


class GarbageCollection(QObject):
    """Takes the collector from the interpreter, which runs it on whatever thread makes an object, and runs it by a timer.

    Made on the GUI thread before the first worker; :meth:`end` gives it back once the workers are gone. A full collection waits
    until ``idle()``.
    """

    _running = 0

    def __init__(self, idle: Callable[[], bool], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._idle = idle
        self._looks = 0
        self._timer = self.startTimer(TICK_MS)
        GarbageCollection._running += 1
        gc.disable()

    def end(self) -> None:
        """Stop; the last one to stop gives the collector back to the interpreter. May be called twice."""
        if not self._timer:
            return
        self.killTimer(self._timer)
        self._timer = 0
        GarbageCollection._running -= 1
        if not GarbageCollection._running:
            gc.enable()

    def timerEvent(self, _event: QTimerEvent) -> None:
        if collector.resting() or gc.get_count()[0] < YOUNG:
            return
        self._looks += 1
        if self._looks >= FULL_AFTER and self._idle():
            self._looks = 0
            gc.collect()
        else:
            gc.collect(1)
