"""Looking before opening: what stands in the data folder, and what about its place endangers a book."""

from __future__ import annotations

import json
import os
import shutil
import sys
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Literal

from jxc_desktop.db import schema, upgrade
from jxc_desktop.db.snapshot import by_name, engine_check
from jxc_desktop.domain.troubles import BookMissing, ReadOnlyBook
from jxc_desktop.i18n import _
from jxc_desktop.paths import ShopPaths

KNOWN_NAME = "shop.known"
CHECKED_NAME = "checked.json"
LOW_SPACE = 500 << 20
FULL_CHECK_DAYS = 7
BESIDE = ("", "-wal", "-shm", "-journal")
"""What belongs to a SQLite file: itself and the logs beside it, which must never be parted from it."""

# Names of folders that programs keep in step with a server, as they stand in a path; compared in lower case.
SYNC_FOLDERS = (
    "onedrive", "dropbox", "坚果云", "nutstore", "我的坚果云", "baidusyncdisk", "baidunetdisk", "百度网盘", "百度云同步盘",
    "icloud", "mobile documents", "google drive", "googledrive", "weiyun", "微云同步盘",
    "alidrive", "阿里云盘", "wpsdrive", "wps云盘",
)  # fmt: skip
NETWORK_SYSTEMS = {
    "nfs",
    "nfs4",
    "cifs",
    "smb3",
    "smbfs",
    "fuse.sshfs",
    "fuse.rclone",
    "9p",
    "afs",
    "davfs",
    "fuse.davfs2",
    "ncpfs",
}
FAT_SYSTEMS = {"vfat", "msdos", "fat", "fat32"}


@dataclass(frozen=True, slots=True)
class Caution:
    """Something about the place of the book that its owner should know. ``code``: low_space, sync_folder, network_drive."""

    code: str
    message: str


def look(paths: ShopPaths) -> Literal["none", "ready", "older"]:
    """What stands in the data folder: no shop, a book of this program's schema, or one that must be migrated first.

    Writes nothing. Raises :class:`BookMissing` (a shop was kept here), :class:`ForeignFile`, :class:`DamagedFile`,
    :class:`NewerBook`, :class:`ReadOnlyBook`, :class:`FileTrouble`.
    """
    book = paths.book
    if not book.exists() and not book.is_symlink():
        orphan = any(book.with_name(book.name + ending).exists() for ending in BESIDE[1:])
        if known_shop(paths) is not None or orphan:
            raise BookMissing(path=str(book), backups=str(paths.backups))
        return "none"
    found = upgrade.inspect(book)
    if found.schema > schema.SCHEMA:
        upgrade.require_current(book)
    for place in (book, paths.root):
        if not os.access(place, os.W_OK):
            raise ReadOnlyBook(path=str(place))
    return "older" if found.schema < schema.SCHEMA else "ready"


def known_shop(paths: ShopPaths) -> str | None:
    """The name of the shop that was last kept in this folder; None where there never was one."""
    try:
        return (paths.root / KNOWN_NAME).read_text(encoding="utf-8").strip()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, UnicodeDecodeError):
        return ""


def remember_shop(paths: ShopPaths, name: str) -> None:
    """Note that a shop is kept here, so that a book that is gone is missed and never made anew in silence."""
    if known_shop(paths) == name.strip():
        return
    with by_name(paths.root):
        write_note(paths.root / KNOWN_NAME, name)


def cautions(paths: ShopPaths) -> list[Caution]:
    """What about the place of the book endangers it: little space, a sync folder, a network drive."""
    found = []
    free = _free(paths.root)
    if free is not None and free < LOW_SPACE:
        text = _("Only {free} MiB are free where the book is kept. Make room soon, or sales can no longer be saved.")
        found.append(Caution("low_space", text.format(free=free >> 20)))
    synced = sync_folder_of(paths.root)
    if synced is not None:
        text = _(
            "The book lies in the sync folder “{folder}”, which can damage it. "
            "Move the data folder; finished backups may go there."
        )
        found.append(Caution("sync_folder", text.format(folder=synced)))
    if is_network(paths.root):
        text = _(
            "The book lies on a network drive ({folder}), which can damage it. Move the data folder to a disk of this computer."
        )
        found.append(Caution("network_drive", text.format(folder=str(paths.root))))
    return found


def sync_folder_of(folder: Path) -> str | None:
    """The part of the path that belongs to a sync program; None when there is none."""
    places = [folder.absolute(), Path(os.path.realpath(folder))]
    for part in (part for place in places for part in place.parts):
        lower = part.casefold()
        if any(lower == name or lower.startswith((f"{name} ", f"{name}-", f"{name}_")) for name in SYNC_FOLDERS):
            return part
    return None


def is_network(folder: Path) -> bool:
    """Whether the folder lies on another computer: a UNC path, a mapped drive, an NFS or SMB mount."""
    said = str(folder)
    if said.startswith(("\\\\", "//")):
        return True
    return filesystem_of(folder) in NETWORK_SYSTEMS


def filesystem_of(folder: Path, mounts: Path = Path("/proc/mounts")) -> str:
    """The file system of the folder in lower case (``ext4``, ``vfat``, ``nfs``, ``ntfs`` …); empty where it cannot be asked."""
    if sys.platform == "win32":
        return _windows_filesystem(folder)
    try:
        lines = mounts.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    place = os.path.realpath(folder)
    best, kind = "", ""
    for line in lines:
        parts = line.split(" ")
        if len(parts) < 3:
            continue
        point = parts[1].replace("\\040", " ").replace("\\011", "\t").replace("\\134", "\\")
        inside = place == point or place.startswith(point.rstrip("/") + "/")
        if inside and len(point) >= len(best):
            best, kind = point, parts[2].lower()
    return kind


if sys.platform == "win32":

    def _windows_filesystem(folder: Path) -> str:
        import ctypes

        drive = os.path.splitdrive(folder.absolute())[0] + "\\"
        if ctypes.windll.kernel32.GetDriveTypeW(drive) == 4:
            return "smbfs"
        name = ctypes.create_unicode_buffer(64)
        asked = ctypes.windll.kernel32.GetVolumeInformationW(drive, None, 0, None, None, None, name, 64)
        return name.value.lower() if asked else ""

else:

    def _windows_filesystem(folder: Path) -> str:  # noqa: ARG001 - never asked elsewhere
        return ""


def check_due(paths: ShopPaths, today: date) -> Literal["", "quick", "full"]:
    """Which look for damage is due today: the quick one daily, the whole one (integrity and proof) every seven days."""
    stamps = _stamps(paths)
    if _older(stamps.get("full"), today, FULL_CHECK_DAYS):
        return "full"
    return "quick" if _older(stamps.get("quick"), today, 1) else ""


def quick_check(paths: ShopPaths, today: date) -> None:
    """Let the engine look for damage, and note the day. Raises :class:`DamagedFile`."""
    engine_check(paths.book, quick=True)
    note_check(paths, "quick", today)


def note_check(paths: ShopPaths, kind: Literal["quick", "full"], today: date) -> None:
    """Note that the book was found whole today; a full check counts as a quick one too."""
    stamps = _stamps(paths) | {"quick": today.isoformat()} | ({"full": today.isoformat()} if kind == "full" else {})
    with by_name(paths.root):
        write_note(paths.root / CHECKED_NAME, json.dumps(stamps))


def _older(said: str | None, today: date, days: int) -> bool:
    """Whether ``said`` lies ``days`` or more before today; a day after today comes from a wrong clock and counts as old."""
    try:
        then = date.fromisoformat(said or "")
    except ValueError:
        return True
    return then > today or today - then >= timedelta(days=days)


def _stamps(paths: ShopPaths) -> dict[str, str]:
    try:
        said = json.loads((paths.root / CHECKED_NAME).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return {str(k): str(v) for k, v in said.items()} if isinstance(said, dict) else {}


def set_aside(paths: ShopPaths, now: datetime, *, why: str = "damaged") -> Path:
    """Move the book with everything that belongs to it into a new folder ``<why>-YYYYMMDD-HHMMSS``; returns the folder.

    Nobody may have the book open. Raises :class:`StorageTrouble` and the like.
    """
    with by_name(paths.root):
        folder = new_folder(paths.root, f"{why}-{now:%Y%m%d-%H%M%S}")
        for ending in BESIDE:
            there = paths.book.with_name(paths.book.name + ending)
            if there.exists():
                os.replace(there, folder / there.name)
        upgrade.sync_folder(folder)
        upgrade.sync_folder(paths.root)
    return folder


def new_folder(parent: Path, name: str) -> Path:
    """Make a folder of this name; where there is one already, ``name-2`` and so on."""
    for number in range(1, 1000):
        folder = parent / (name if number == 1 else f"{name}-{number}")
        try:
            folder.mkdir()
        except FileExistsError:
            continue
        return folder
    raise FileExistsError(parent / name)


def process_alive(pid: int) -> bool:
    """Whether a process of this number runs on this computer."""
    if sys.platform == "win32":
        import ctypes

        handle = ctypes.windll.kernel32.OpenProcess(0x1000, 0, pid)
        if not handle:
            return False
        ctypes.windll.kernel32.CloseHandle(handle)
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True


def _free(folder: Path) -> int | None:
    for place in (folder, *folder.parents):
        if place.exists():
            return shutil.disk_usage(place).free
    return None


def write_note(path: Path, text: str) -> None:
    """Small notes are written beside and renamed, so that one cut short by a power failure is never read."""
    part = path.with_name(path.name + ".new")
    with part.open("w", encoding="utf-8") as file:
        file.write(text + "\n")
        file.flush()
        os.fsync(file.fileno())
    os.replace(part, path)
