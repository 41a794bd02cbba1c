"""Loading many rows at once: the garbage collector would go through all of them again and again, and find nothing."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_lock = threading.Lock()
_resting = 0
_was_enabled = False


@contextmanager
def at_rest() -> Iterator[None]:
    """Hold the collector for a moment; what is not in a circle goes without it. Halves the time of a long replay."""
    global _resting, _was_enabled
    with _lock:
        if not _resting:
            _was_enabled = gc.isenabled()
            gc.disable()
        _resting += 1
    try:
        yield
    finally:
        with _lock:
            _resting -= 1
            if not _resting and _was_enabled:
                gc.enable()


def resting() -> bool:
    """Whether somebody loads many rows just now."""
    return _resting > 0
