"""What is plugged in that a copy of the book can go to: USB sticks and other disks that can be taken away."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QStorageInfo

PLACES = ("/media/", "/run/media/", "/Volumes/")
"""Where Linux and macOS mount what is plugged in."""
MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class Stick:
    """A disk that can be taken away. ``free`` bytes; ``system`` its file system in words (``vfat`` …)."""

    folder: Path
    name: str
    system: str
    free: int


def sticks() -> list[Stick]:
    """The sticks that are plugged in and can be written to, by name."""
    found = []
    for volume in QStorageInfo.mountedVolumes():
        root = volume.rootPath()
        if volume.isValid() and volume.isReady() and not volume.isReadOnly() and _can_be_taken(root):
            name = volume.displayName().strip("/") or root
            system = bytes(volume.fileSystemType().data()).decode("utf-8", "replace")
            found.append(Stick(Path(root), name.rpartition("/")[2] or name, system, volume.bytesAvailable()))
    return sorted(found, key=lambda stick: stick.name)


def _can_be_taken(root: str) -> bool:
    if sys.platform == "win32":
        import ctypes

        return bool(ctypes.windll.kernel32.GetDriveTypeW(root.replace("/", "\\")) == 2)
    return root.startswith(PLACES)


def free_space(folder: Path) -> int:
    """Bytes that are free where ``folder`` lies; 0 where it cannot be asked."""
    volume = QStorageInfo(str(folder))
    return max(volume.bytesAvailable(), 0) if volume.isValid() else 0


def size_words(size: int) -> str:
    """``18.4 MB``, ``86.2 GB``; whole numbers below one MB."""
    if size >= MIB << 10:
        return f"{size / (MIB << 10):,.1f} GB"
    return f"{size / MIB:,.1f} MB" if size >= MIB else f"{max(size >> 10, 1)} KB"
