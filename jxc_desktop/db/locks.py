"""Operating-system locks on files: they end with the process, so a killed program never leaves one behind."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
import time
from pathlib import Path

_POLL_FIRST, _POLL_LAST = 0.0005, 0.01

if sys.platform == "win32":
    import msvcrt

    def _try_lock(handle: int) -> bool:
        os.lseek(handle, 0x7FFF0000, os.SEEK_SET)
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def _unlock(handle: int) -> None:
        os.lseek(handle, 0x7FFF0000, os.SEEK_SET)
        msvcrt.locking(handle, msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _try_lock(handle: int) -> bool:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _unlock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_UN)


class FileLock:
    """An exclusive lock on ``path``, between processes and between the threads of this one. Not reentrant."""

    def __init__(self, path: Path, label: str) -> None:
        self.path = path
        self._label = label.encode("utf-8")[:100]
        self._handle: int | None = None
        self._threads = threading.Lock()

    def acquire(self, seconds: float) -> bool:
        """Take the lock, waiting at most ``seconds``; False when somebody else kept it. Raises ``OSError`` on a bad folder."""
        end = time.monotonic() + seconds
        if not self._threads.acquire(timeout=max(seconds, 0.001)):
            return False
        try:
            if self._handle is None:
                self._handle = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o644)
            pause = _POLL_FIRST
            while not _try_lock(self._handle):
                if time.monotonic() >= end:
                    self._threads.release()
                    return False
                time.sleep(pause)
                pause = min(pause * 2, _POLL_LAST)
        except BaseException:
            self._threads.release()
            raise
        with contextlib.suppress(OSError):  # a full disk: the name is a courtesy, and the lock that is held must be given back
            os.lseek(self._handle, 0, os.SEEK_SET)
            os.write(self._handle, f"{os.getpid()} {self._label.decode('utf-8', 'ignore')}".encode().ljust(128))
        return True

    def release(self) -> None:
        """Give the lock back; only after a successful :meth:`acquire`."""
        assert self._handle is not None
        _unlock(self._handle)
        self._threads.release()

    def holder(self) -> str:
        """Who wrote itself into the lock last, as ``program (process 1234)``."""
        try:
            pid, _sep, label = self.path.read_bytes()[:128].decode("utf-8", "ignore").strip().partition(" ")
        except OSError:
            return "?"
        return f"{label} ({pid})"

    def close(self) -> None:
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None
