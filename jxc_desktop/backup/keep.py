"""Which backups there are and which are kept: 48 hours all, then one a day for 30 days, one a month for 12 months."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from jxc_desktop.backup.archive import ENDING, Manifest, read_manifest, unpack
from jxc_desktop.db.snapshot import by_name
from jxc_desktop.db.upgrade import sync_folder
from jxc_desktop.domain.errors import JxcError
from jxc_desktop.domain.troubles import DamagedFile, ForeignFile

ALL_HOURS, DAILY, MONTHLY = 48, 30, 12
_NAME = re.compile(r"shop-\d{8}-\d{6}-\d+(?:-\d+)?" + re.escape(ENDING))


@dataclass(frozen=True, slots=True)
class BackupRow:
    """A backup in a folder, by its own description; ``bytes`` is the size of the file."""

    path: Path
    bytes: int
    manifest: Manifest

    @property
    def created(self) -> datetime:
        return datetime.fromisoformat(self.manifest.created)

    @property
    def whole(self) -> bool:
        """Whether the book proved itself when the backup was made."""
        return not self.manifest.findings


def list_backups(folder: Path) -> list[BackupRow]:
    """The backups in ``folder``, newest first (by the order they were made in, not by the clock); an empty list where
    there is no such folder. Files that are no backups, or whose description cannot be read, are left out.
    """
    rows = []
    for path in _ours(folder):
        try:
            row = BackupRow(path, path.stat().st_size, read_manifest(path))
            datetime.fromisoformat(row.manifest.created)
        except (JxcError, OSError, ValueError):
            continue  # not ours, damaged or just gone: it is neither offered nor touched
        rows.append(row)
    return sorted(rows, key=_made, reverse=True)


def last_backup(folder: Path, book_id: str | None = None) -> BackupRow | None:
    """The newest backup in ``folder`` (of one book, when its ``book_id`` is given); None where there is none."""
    return next((row for row in list_backups(folder) if book_id is None or row.manifest.book_id == book_id), None)


def prune(folder: Path, now: datetime) -> list[Path]:
    """Delete the backups in ``folder`` that are no longer kept; returns what was deleted.

    Each book's backups are looked at apart. Nothing of a book is deleted unless its newest backup is whole when read
    now. Raises :class:`StorageTrouble` and the like when a file cannot be deleted.
    """
    by_book: dict[str, list[BackupRow]] = {}
    for row in list_backups(folder):
        by_book.setdefault(row.manifest.book_id, []).append(row)
    deleted = []
    for rows in by_book.values():
        surplus = [row for row in rows if row.path not in kept(rows, now)]
        if not surplus or not _sound(rows[0]):
            continue
        for row in surplus:
            with by_name(row.path):
                row.path.unlink(missing_ok=True)
            deleted.append(row.path)
    if deleted:
        with by_name(folder):
            sync_folder(folder)
    return deleted


def kept(rows: Sequence[BackupRow], now: datetime) -> set[Path]:
    """Which of one book's backups are kept.

    Newer and older go by counters, never by the clock: by the posting counter and by the order of making. The two
    differ once an older backup was restored; what either of them keeps is kept.
    """
    found = {row.path for row in rows if abs(now.replace(tzinfo=None) - row.created) <= timedelta(hours=ALL_HOURS)}
    for order in (_made, _posted):
        ordered = sorted(rows, key=order, reverse=True)
        found |= {row.path for row in ordered[:1]}
        found |= _newest_each(ordered, 10, DAILY) | _newest_each(ordered, 7, MONTHLY)
    return found


def _newest_each(ordered: Sequence[BackupRow], length: int, limit: int) -> set[Path]:
    """The newest backup of each of the ``limit`` last days (10 characters of the date) or months (7)."""
    newest: dict[str, Path] = {}
    for row in ordered:
        newest.setdefault(row.manifest.created[:length], row.path)
    return set(list(newest.values())[:limit])


def _made(row: BackupRow) -> tuple[int, int, str, str]:
    return row.manifest.serial, row.manifest.counter, row.manifest.created, row.path.name


def _posted(row: BackupRow) -> tuple[int, int, str, str]:
    return row.manifest.counter, row.manifest.serial, row.manifest.created, row.path.name


def _sound(row: BackupRow) -> bool:
    """Whether the newest backup is whole, so that older ones may go."""
    if not row.whole:
        return False
    try:
        unpack(row.path, None)
    except (ForeignFile, DamagedFile):
        return False
    return True


def _ours(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    with by_name(folder):
        return [
            path for path in sorted(folder.iterdir()) if _NAME.fullmatch(path.name) and path.is_file() and not path.is_symlink()
        ]
