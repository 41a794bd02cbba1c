"""Text as typed: what may stand in a name, a code or a note, and what is refused with a reason."""

from __future__ import annotations

import unicodedata

from jxc_desktop.domain.errors import BadText, Missing
from jxc_desktop.i18n import _

CODE_LIMIT, NAME_LIMIT, NOTE_LIMIT = 64, 200, 2000

_LINE_ENDS = "\n\t\r"


def clean_text(text: str, *, field: str, limit: int = NAME_LIMIT, lines: bool = False) -> str:
    """``text`` without spaces at its ends, otherwise as it was typed; ``field`` is the title shown in a refusal.

    Emoji, zero-width and direction marks stay. Raises :class:`BadText` for control characters (line ends are allowed
    with ``lines``), lone surrogates and more than ``limit`` characters.
    """
    kept = text.strip()
    if kept.isprintable() and len(kept) <= limit:
        return kept
    if len(kept) > limit:
        raise BadText(
            field=field,
            value=kept[:40] + "…",
            why=_("it has {length} characters, at most {limit} fit").format(length=len(kept), limit=limit),
        )
    for char in kept:
        kind = unicodedata.category(char)
        if kind == "Cs":
            raise BadText(field=field, value=_shown(kept), why=_("it holds half of a character"))
        if kind == "Cc" and not (lines and char in _LINE_ENDS):
            raise BadText(
                field=field, value=_shown(kept), why=_("it holds the control character {char}").format(char=f"U+{ord(char):04X}")
            )
    return kept.replace("\r\n", "\n").replace("\r", "\n") if lines else kept


def clean_code(text: str, *, field: str, limit: int = CODE_LIMIT) -> str:
    """A code or barcode: like :func:`clean_text`, and nothing invisible in it, for two codes that look alike must be the same.

    Raises :class:`Missing` when nothing is left, :class:`BadText` for invisible characters and for commas, which part
    several codes in one cell.
    """
    kept = clean_text(text, field=field, limit=limit)
    if not kept:
        raise Missing(field=field)
    for char in kept:
        if char in ",，" or (char != " " and not char.isprintable()):
            shown = char if char.isprintable() else f"U+{ord(char):04X}"
            raise BadText(field=field, value=_shown(kept), why=_("a code cannot hold {char}").format(char=shown))
    return kept


def required(text: str, *, field: str, limit: int = NAME_LIMIT) -> str:
    """Like :func:`clean_text`; raises :class:`Missing` when nothing is left."""
    kept = clean_text(text, field=field, limit=limit)
    if not kept:
        raise Missing(field=field)
    return kept


def _shown(text: str) -> str:
    """The beginning of ``text`` in a form that every screen and log can show."""
    return text[:40].encode("unicode_escape").decode("ascii") if not text[:40].isprintable() else text[:40]
