"""The log of what went wrong in a command: the traceback goes here, never to the screen."""

from __future__ import annotations

import tempfile
import traceback
from datetime import datetime
from pathlib import Path

NAME = "commands.log"
LARGEST = 1_000_000


def write_fault(folder: Path | None, command: str, error: BaseException) -> Path:
    """Add the traceback of ``error`` to the log in ``folder`` (a temporary one where that cannot be written); its path.

    A log that has grown large moves aside to ``commands.log.1`` first.
    """
    lines = "".join(traceback.format_exception(error)).replace("\r", " ").splitlines()
    entry = "\n".join(
        [f"{datetime.now().isoformat(timespec='seconds')} {command}: {type(error).__name__}", *(f"    {line}" for line in lines)]
    )
    for place in (folder, Path(tempfile.gettempdir())):
        if place is None or not place.is_dir():
            continue
        try:
            return _append(place / NAME, entry)
        except OSError:
            continue  # a full or write-protected disk may be the very trouble: the next place is tried
    return Path(NAME)


def _append(path: Path, entry: str) -> Path:
    if path.exists() and path.stat().st_size > LARGEST:
        path.replace(path.with_name(NAME + ".1"))
    with path.open("a", encoding="utf-8", errors="backslashreplace") as file:
        file.write(entry + "\n")
    return path
