"""What happens when the program itself is at fault: the log gets everything, the person a calm page."""

from __future__ import annotations

import logging
import logging.handlers
import sys
import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from types import TracebackType

log = logging.getLogger("jxc_desktop")

_ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]

_folder: Path | None = None
_page: Callable[[str, Path | None], None] | None = None
_showing = False


def install(folder: Path, page: Callable[[str, Path | None], None]) -> None:
    """Log to ``folder/jxc.log`` and call ``page(reference, log file)`` on the GUI thread for every fault of ours.

    Raises ``OSError`` when the folder cannot be written.
    """
    global _folder, _page
    handler = logging.handlers.RotatingFileHandler(
        folder / "jxc.log", maxBytes=1_000_000, backupCount=5, encoding="utf-8", delay=True
    )
    handler.setFormatter(_OneLine("%(asctime)s %(levelname)s %(name)s %(message)s"))
    uninstall()
    log.addHandler(handler)
    log.setLevel(logging.INFO)
    _folder, _page = folder, page
    sys.excepthook = _unhandled
    threading.excepthook = lambda args: _in_thread(args.exc_value)


def uninstall() -> None:
    """Let go of the log file, the page and the hooks of the interpreter."""
    global _folder, _page
    for old in [h for h in log.handlers if isinstance(h, logging.handlers.RotatingFileHandler)]:
        log.removeHandler(old)
        old.close()
    _folder = _page = None
    sys.excepthook, threading.excepthook = sys.__excepthook__, threading.__excepthook__


def report(error: BaseException) -> str:
    """Log ``error`` with its traceback and show the page; call it on the GUI thread. The reference also stands in the log."""
    reference = log_fault(error)
    _show(reference)
    return reference


def log_fault(error: BaseException) -> str:
    """Log ``error`` with its traceback; the reference that finds it in the log. May be called on any thread."""
    reference = datetime.now().strftime("%m%d-%H%M%S")
    log.error("fault %s: %s", reference, type(error).__name__, exc_info=(type(error), error, error.__traceback__))
    return reference


def _unhandled(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
        return
    report(error.with_traceback(trace))


def _in_thread(error: BaseException | None) -> None:
    """A fault outside Tasks: a widget must not be touched from here, so it is only logged."""
    if error is not None:
        log_fault(error)


def _show(reference: str) -> None:
    global _showing
    if _page is None or _showing:  # a fault while the page is shown must not stack a second page over it
        return
    _showing = True
    try:
        _page(reference, _folder / "jxc.log" if _folder else None)
    finally:
        _showing = False


class _OneLine(logging.Formatter):
    """A value with line breaks must not look like several log entries; lines of a traceback are marked as such."""

    def formatException(self, ei: _ExcInfo) -> str:
        return "\n".join(f"    | {line}" for line in super().formatException(ei).splitlines())

    def format(self, record: logging.LogRecord) -> str:
        record.msg, record.args = record.getMessage().replace("\r", " ").replace("\n", " "), None
        return super().format(record)
