"""Circles of objects are collected on the GUI thread only: a worker that collected them would destroy widgets on its own."""

from __future__ import annotations

import gc
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimerEvent

from jxc_desktop.queries import collector

TICK_MS = 1000
YOUNG = 700
"""So many new objects make a look at the young ones worth it; the interpreter's own measure."""
PATIENCE = 10
"""Ticks in a row for which a busy window is left alone: what a worker is just loading is all young, and none of it is garbage."""
FULL_AFTER = 50
"""Looks at the young ones before one at all: about a minute of work."""


class GarbageCollection(QObject):
    """Takes the collector from the interpreter, which runs it on whatever thread makes an object, and runs it by a timer.

    Made on the GUI thread before the first worker; :meth:`end` gives it back once the workers are gone. A full collection waits
    until ``idle()``. What stands when the window first has nothing to do stays as long as the window: no collection goes through
    it, which would hold the window up just when it has come, and later once a minute for twice as long.
    """

    _running = 0

    def __init__(self, idle: Callable[[], bool], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._idle = idle
        self._looks = self._waited = 0
        self._settled = False
        self._timer = self.startTimer(TICK_MS)
        GarbageCollection._running += 1
        gc.disable()

    def end(self) -> None:
        """Stop; the last one to stop gives the collector back to the interpreter. May be called twice."""
        if not self._timer:
            return
        self.killTimer(self._timer)
        self._timer = 0
        gc.unfreeze()  # the window that goes may be garbage soon
        GarbageCollection._running -= 1
        if not GarbageCollection._running:
            gc.enable()

    def timerEvent(self, _event: QTimerEvent) -> None:
        if collector.resting() or gc.get_count()[0] < YOUNG:
            return
        idle = self._idle()
        if not idle and self._waited < PATIENCE:
            self._waited += 1
            return
        self._waited = 0
        if idle and not self._settled:
            self._settled = True
            gc.freeze()
            return
        self._looks += 1
        if idle and self._looks >= FULL_AFTER:
            self._looks = 0
            gc.collect()
        else:
            gc.collect(1)
