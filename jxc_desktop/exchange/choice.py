"""Which sheet of a file is meant."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from jxc_desktop.domain.errors import UnknownSheet
from jxc_desktop.domain.troubles import NotASpreadsheet
from jxc_desktop.i18n import _


def choose(path: Path, names: Sequence[str], wanted: str | None, used: Callable[[str], bool]) -> str:
    """``wanted`` as the file spells it, else the first sheet that is ``used``, else the first.

    Raises :class:`UnknownSheet` naming those there are, :class:`NotASpreadsheet` for a file without sheets.
    """
    if not names:
        raise NotASpreadsheet(path=path.name, why=_("it has no sheets"))
    if wanted is not None:
        for name in names:
            if name.strip().lower() == wanted.strip().lower():
                return name
        raise UnknownSheet(path=path.name, key=wanted, known="、".join(names))
    return next((name for name in names if used(name)), names[0])
