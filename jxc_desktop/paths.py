"""Where things are: the data folder of a shop, and the files that ship with the program."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def bundled(name: str) -> Path:
    """The shipped file or folder ``name`` (``resources/fonts``, ``migrations``): inside the package when installed,
    beside it in a checkout.

    Raises ``FileNotFoundError`` when neither has it.
    """
    for root in (_PACKAGE, _PACKAGE.parent):
        found = root / name
        if found.exists():
            return found
    raise FileNotFoundError(name)


def default_data_dir() -> Path:
    """The platform's folder for application data of this program."""
    import platformdirs

    return Path(platformdirs.user_data_dir("jxc-desktop", appauthor=False))


@dataclass(frozen=True, slots=True)
class ShopPaths:
    """The files of one shop's data folder."""

    root: Path

    @property
    def book(self) -> Path:
        return self.root / "shop.db"

    @property
    def backups(self) -> Path:
        return self.root / "backups"

    @property
    def logs(self) -> Path:
        return self.root / "logs"

    @property
    def write_lock(self) -> Path:
        return self.root / "write.lock"

    @property
    def window_lock(self) -> Path:
        return self.root / "window.lock"

    def make(self) -> None:
        """Create the folders; a no-op where they exist. Raises ``OSError`` when the disk refuses."""
        for folder in (self.root, self.backups, self.logs):
            os.makedirs(folder, exist_ok=True)
