"""Choices of this computer (not of the shop): look, text size, remembered columns and window places."""

from __future__ import annotations

import json
from typing import Any

from PySide6.QtCore import QByteArray, QSettings

from jxc_desktop.gui.theme import MODES, SCALES, Mode


class Preferences:
    """Named choices over one ``QSettings``. Unknown or damaged values read as the default."""

    def __init__(self, settings: QSettings) -> None:
        self._settings = settings

    @property
    def mode(self) -> Mode:
        said = str(self._settings.value("look/mode", "system"))
        return next((mode for mode in MODES if mode == said), "system")

    @mode.setter
    def mode(self, mode: Mode) -> None:
        self._settings.setValue("look/mode", mode)

    @property
    def scale(self) -> int:
        """The text size in percent, one of ``SCALES``."""
        said = str(self._settings.value("look/scale", "100"))
        return int(said) if said.isdigit() and int(said) in SCALES else 100

    @scale.setter
    def scale(self, scale: int) -> None:
        self._settings.setValue("look/scale", scale)

    @property
    def reduced_motion(self) -> bool:
        return self.flag("look/reduced_motion")

    @reduced_motion.setter
    def reduced_motion(self, yes: bool) -> None:
        self.set_flag("look/reduced_motion", yes)

    @property
    def high_contrast(self) -> bool:
        return self.flag("look/high_contrast")

    @high_contrast.setter
    def high_contrast(self, yes: bool) -> None:
        self.set_flag("look/high_contrast", yes)

    @property
    def arrow_keys_step(self) -> bool:
        """Whether ↑↓ step the value of a number field."""
        return self.flag("fields/arrow_keys_step")

    @arrow_keys_step.setter
    def arrow_keys_step(self, yes: bool) -> None:
        self.set_flag("fields/arrow_keys_step", yes)

    @property
    def geometry(self) -> QByteArray | None:
        found = self._settings.value("window/geometry")
        return found if isinstance(found, QByteArray) else None

    @geometry.setter
    def geometry(self, geometry: QByteArray | None) -> None:
        self._settings.setValue("window/geometry", geometry)

    def flag(self, key: str, default: bool = False) -> bool:
        """A yes/no choice."""
        return str(self._settings.value(key, "1" if default else "0")) == "1"

    def set_flag(self, key: str, yes: bool) -> None:
        self._settings.setValue(key, "1" if yes else "0")

    def text(self, key: str, default: str = "") -> str:
        """A choice in words, such as the name of a printer."""
        return str(self._settings.value(key, default))

    def set_text(self, key: str, value: str) -> None:
        self._settings.setValue(key, value)

    def layout(self, table: str) -> dict[str, Any]:
        """The remembered columns of a table; empty when there are none."""
        try:
            found = json.loads(str(self._settings.value(f"tables/{table}", "{}")))
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}

    def set_layout(self, table: str, layout: dict[str, Any]) -> None:
        self._settings.setValue(f"tables/{table}", json.dumps(layout))
