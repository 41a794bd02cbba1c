"""Putting another file in the place of the book, so that an interruption at any point leaves the old book or the new one.

Order of steps: the new file stands complete and synced in ``replacing/``; the intent is written; the old book goes aside
with everything that belongs to it; the new file is renamed into place; the intent is taken away. Whoever finds an intent
finishes the work, or undoes it when the new file is not what the intent says.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

from jxc_desktop.db.locks import FileLock
from jxc_desktop.db.safety import BESIDE, new_folder, write_note
from jxc_desktop.db.snapshot import by_name, stand_alone, sync_file
from jxc_desktop.db.upgrade import inspect, sync_folder
from jxc_desktop.domain.troubles import BookBusy, DamagedFile, ForeignFile, WindowOpen
from jxc_desktop.i18n import _
from jxc_desktop.paths import ShopPaths

INTENT_NAME = "replacing.json"
STAGE_NAME = "replacing"
LOCK_SECONDS = 10.0

Step = Callable[[str], None]
"""Told the name of each step before it is done."""


@contextmanager
def window_closed(paths: ShopPaths, *, held: bool = False) -> Iterator[None]:
    """Hold the window's lock, unless the caller does (``held``). Raises :class:`WindowOpen`."""
    if held:
        yield
        return
    with _locked(paths, paths.window_lock, 0.0, lambda lock: WindowOpen(holder=lock.holder())):
        yield


@contextmanager
def nobody_writes(paths: ShopPaths) -> Iterator[None]:
    """Hold the write lock. Raises :class:`BookBusy`."""
    with _locked(paths, paths.write_lock, LOCK_SECONDS, lambda lock: BookBusy(holder=lock.holder(), seconds=int(LOCK_SECONDS))):
        yield


@contextmanager
def _locked(paths: ShopPaths, file: Path, seconds: float, refusal: Callable[[FileLock], Exception]) -> Iterator[None]:
    lock = FileLock(file, "jxc")
    with by_name(paths.root):
        got = lock.acquire(seconds)
    if not got:
        said = refusal(lock)
        lock.close()
        raise said
    try:
        yield
    finally:
        lock.release()
        lock.close()


def stage(paths: ShopPaths) -> Path:
    """Where the new book is to be put together: a path in an empty folder on the data disk. Hold the window's lock."""
    folder = paths.root / STAGE_NAME
    with by_name(paths.root):
        if folder.exists():
            shutil.rmtree(folder)
        folder.mkdir()
    return folder / paths.book.name


def unstage(paths: ShopPaths) -> None:
    """Throw away what was put together, unless an intent says that it is being put in place."""
    if not (paths.root / INTENT_NAME).exists():
        shutil.rmtree(paths.root / STAGE_NAME, ignore_errors=True)


def swap_in(staged: Path, paths: ShopPaths, aside: str, step: Step | None = None) -> Path | None:
    """Put ``staged`` in the place of the book; the old one goes into a new folder named ``aside``, which is returned.

    None where there was no book. Hold both locks. Raises :class:`BookBusy` when another program has the book open, and
    storage troubles; the old book is then back in its place.
    """
    tell = step or (lambda _name: None)
    _fold_log(paths)
    with by_name(paths.root):
        tell("sync")
        sync_file(staged)
        sync_folder(staged.parent)
        folder = new_folder(paths.root, aside) if _present(paths) else None
        tell("intent")
        said = {"aside": folder.name if folder else None, "sha256": _digest(staged)}
        write_note(paths.root / INTENT_NAME, json.dumps(said))
        sync_folder(paths.root)
        try:
            _move(paths, said, tell)
        except OSError:
            _undo(paths, said)
            raise
    return folder


def recover_interrupted(paths: ShopPaths) -> Literal["", "finished", "undone"]:
    """Finish or undo what an interrupted restore or upgrade began; called at each start before the book is opened.

    Empty where there was nothing to do. Raises storage troubles.
    """
    intent = paths.root / INTENT_NAME
    if not intent.exists() and not (paths.root / STAGE_NAME).exists():
        return ""
    with window_closed(paths), nobody_writes(paths):
        return recover_locked(paths)


def recover_locked(paths: ShopPaths) -> Literal["", "finished", "undone"]:
    """As :func:`recover_interrupted`, for a caller that holds both locks."""
    intent, staged = paths.root / INTENT_NAME, paths.root / STAGE_NAME / paths.book.name
    with by_name(paths.root):
        if not intent.exists():
            unstage(paths)
            return ""
        said = json.loads(intent.read_text(encoding="utf-8"))
        in_place = not staged.exists() and paths.book.exists()
        if in_place or (staged.exists() and _digest(staged) == said["sha256"]):
            _move(paths, said, lambda _name: None)
            return "finished"
        _undo(paths, said)
        return "undone"


def _fold_log(paths: ShopPaths) -> None:
    """Make the live book one file, and find out whether anyone has it open. A file that is no whole book goes as it is."""
    if not paths.book.exists():
        return
    try:
        inspect(paths.book)
        alone = stand_alone(paths.book)
    except (ForeignFile, DamagedFile):
        return
    if not alone:
        raise BookBusy(holder=_("another program of this shop"), seconds=2)


def _move(paths: ShopPaths, said: dict[str, Any], tell: Step) -> None:
    """The steps after the intent; each may have been done before."""
    staged = paths.root / STAGE_NAME / paths.book.name
    if staged.exists():
        if said["aside"] is not None:
            folder = paths.root / said["aside"]
            folder.mkdir(exist_ok=True)
            for ending in BESIDE:
                there = paths.book.with_name(paths.book.name + ending)
                if there.exists():
                    tell(f"aside{ending}")
                    os.replace(there, folder / there.name)
            tell("aside synced")
            sync_folder(folder)
            sync_folder(paths.root)
        tell("replace")
        os.replace(staged, paths.book)
    tell("replaced")
    sync_folder(paths.root)
    tell("done")
    (paths.root / INTENT_NAME).unlink(missing_ok=True)
    sync_folder(paths.root)
    unstage(paths)


def _undo(paths: ShopPaths, said: dict[str, Any]) -> None:
    """Bring back what went aside, where nothing new stands in its place."""
    folder = paths.root / said["aside"] if said["aside"] is not None else None
    if folder is not None and folder.exists():
        for ending in BESIDE:
            there = folder / (paths.book.name + ending)
            if there.exists() and not paths.book.with_name(there.name).exists():
                os.replace(there, paths.book.with_name(there.name))
        sync_folder(paths.root)
        if not any(folder.iterdir()):
            folder.rmdir()
    (paths.root / INTENT_NAME).unlink(missing_ok=True)
    sync_folder(paths.root)
    unstage(paths)


def _present(paths: ShopPaths) -> bool:
    return any(paths.book.with_name(paths.book.name + ending).exists() for ending in BESIDE)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
