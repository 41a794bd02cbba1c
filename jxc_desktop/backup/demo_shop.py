"""From the demo shop to the real one: what was practised on goes aside, whole, and the folder is free for a new shop."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path

from jxc_desktop.backup.swap import nobody_writes
from jxc_desktop.db.safety import CHECKED_NAME, KNOWN_NAME, set_aside
from jxc_desktop.db.snapshot import by_name
from jxc_desktop.db.upgrade import sync_folder
from jxc_desktop.paths import ShopPaths


def leave_demo(paths: ShopPaths, now: datetime) -> Path:
    """Move the book of the demo and its backups into a folder ``demo-…`` beside it; returns that folder.

    The window has closed its database. Raises :class:`BookBusy` and storage troubles.
    """
    with nobody_writes(paths):
        folder = set_aside(paths, now, why="demo")
        with by_name(paths.root):
            if paths.backups.exists():
                os.replace(paths.backups, folder / paths.backups.name)
            for note in (KNOWN_NAME, CHECKED_NAME):
                (paths.root / note).unlink(missing_ok=True)
            sync_folder(paths.root)
            paths.make()
    return folder
