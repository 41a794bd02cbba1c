"""Text on paper: which face draws which character, how wide it is, how it is cut and wrapped.

Noto Sans SC first, then the fallback face; a character neither has is drawn as 〓 and reported. Everything is drawn as
plain strings: no markup is ever read out of a name.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from functools import cache, lru_cache
from typing import Any, NamedTuple

from jxc_desktop.paths import bundled

FACES = {False: ("NotoSansSC_400Regular", "JxcFallback_400Regular"), True: ("NotoSansSC_600SemiBold", "JxcFallback_600SemiBold")}
GETA = "〓"
ELLIPSIS = "…"
CAPITAL = 0.733
"""Height of a capital letter or digit, as a share of the size."""

LONGEST = 2000
"""Characters of one text that are looked at; no paper has room for more."""

_WORD = re.compile(r"[!-~\u00a1-\u024f]+|.", re.DOTALL)
_NEVER_FIRST = set("，。、；：！？）】》”’…%,.;:!?)]}")
_faces_lock = threading.Lock()


class Run(NamedTuple):
    """Characters that one face draws."""

    font: str
    text: str


class Spelled(NamedTuple):
    """A text as its runs, and the characters that had to be replaced."""

    runs: tuple[Run, ...]
    missing: frozenset[str]


class _Glyph(NamedTuple):
    font: str
    char: str
    width: float  # share of the size
    missing: bool


def clean(text: str) -> str:
    """``text`` on one line: every kind of white space is one blank; control, joining, direction and variation marks go."""
    kept = []
    for char in text[:LONGEST]:
        group = unicodedata.category(char)
        if char in "\t\n\r\v\f" or group in ("Zs", "Zl", "Zp"):
            kept.append(" ")
        elif group not in ("Cc", "Cf") and not 0xFE00 <= ord(char) <= 0xFE0F and not 0xE0100 <= ord(char) <= 0xE01EF:
            kept.append(char)
    return "".join(kept).strip()


def spell(text: str, bold: bool = False) -> Spelled:
    """``text`` (as :func:`clean` leaves it) split by the face that has each character."""
    runs: list[Run] = []
    missing = set()
    for char in text:
        glyph = _glyph(char, bold)
        if glyph.missing:
            missing.add(char)
        if runs and runs[-1].font == glyph.font:
            runs[-1] = Run(glyph.font, runs[-1].text + glyph.char)
        else:
            runs.append(Run(glyph.font, glyph.char))
    return Spelled(tuple(runs), frozenset(missing))


def width(text: str, size: float, bold: bool = False) -> float:
    """How wide ``text`` is, in points."""
    return sum(_glyph(char, bold).width for char in text) * size


def fit(text: str, size: float, room: float, bold: bool = False) -> str:
    """``text``, or as much of it as fits into ``room`` points with an ellipsis behind."""
    if width(text, size, bold) <= room:
        return text
    left = room - width(ELLIPSIS, size, bold)
    for end, char in enumerate(text):
        left -= _glyph(char, bold).width * size
        if left < 0:
            return text[:end].rstrip() + ELLIPSIS if end else ""
    return text


def shrunk(text: str, size: float, room: float, bold: bool = False) -> float:
    """The size at which all of ``text`` fits into ``room`` points, at most ``size``: figures are never cut."""
    needed = width(text, size, bold)
    return size if needed <= room else size * room / needed


def wrap(text: str, size: float, room: float, bold: bool = False, lines: int = 2) -> list[str]:
    """``text`` in at most ``lines`` lines of ``room`` points; what is left over ends in an ellipsis.

    Breaks between words and between Chinese characters; no line starts with a closing mark.
    """
    done: list[str] = []
    rest = text
    while rest and len(done) < lines - 1:
        line = _first_line(rest, size, room, bold)
        done.append(line.rstrip())
        rest = rest[len(line) :].lstrip()
    if rest:
        done.append(fit(rest, size, room, bold))
    return done or [""]


def _first_line(text: str, size: float, room: float, bold: bool) -> str:
    taken, used = "", 0.0
    for word in _WORD.findall(text):
        used += width(word, size, bold)
        if used > room:
            if word in _NEVER_FIRST:
                taken = _without_last(taken)
            return taken if taken.strip() else _first_characters(text, size, room, bold)
        taken += word
    return taken


def _without_last(line: str) -> str:
    """``line`` without the character that a closing mark must not be parted from."""
    end = len(line) - 1
    while end > 0 and line[end] in _NEVER_FIRST:
        end -= 1
    return line[:end] if end > 0 else line


def _first_characters(text: str, size: float, room: float, bold: bool) -> str:
    """At least one character, so that a word wider than the column still moves on."""
    used = 0.0
    for end, char in enumerate(text):
        used += _glyph(char, bold).width * size
        if used > room:
            return text[: max(end, 1)]
    return text


@lru_cache(maxsize=1 << 16)
def _glyph(char: str, bold: bool) -> _Glyph:
    code = ord(char)
    for font in _fonts(bold):
        if code in font.face.charToGlyph:
            return _Glyph(font.fontName, char, font.face.getCharWidth(code) / 1000, False)
    font = _fonts(bold)[0]
    return _Glyph(font.fontName, GETA, font.face.getCharWidth(ord(GETA)) / 1000, True)


def _fonts(bold: bool) -> tuple[Any, ...]:
    with _faces_lock:
        return _load()[bold]


@cache
def _load() -> dict[bool, tuple[Any, ...]]:
    """Both weights of both faces, registered with ReportLab. Raises ``FileNotFoundError`` when a font file is gone."""
    from reportlab.pdfbase import pdfmetrics, ttfonts

    # The library writes characters beyond U+FFFF as five figures, which every reader takes for another character.
    ttfonts.makeToUnicodeCMap = _to_unicode
    folder = bundled("resources/fonts")
    loaded: dict[bool, tuple[Any, ...]] = {}
    for bold, names in FACES.items():
        fonts = tuple(ttfonts.TTFont(name, str(folder / f"{name}.ttf")) for name in names)
        for font in fonts:
            pdfmetrics.registerFont(font)
        loaded[bold] = fonts
    return loaded


def _to_unicode(name: str, subset: list[int]) -> str:
    """The map back from glyphs to text (PDF 32000-1, 9.10.3), so that papers can be searched and copied."""
    rows = [
        f"<{place:02X}> <{chr(code).encode('utf-16-be', 'surrogatepass').hex().upper()}>" for place, code in enumerate(subset)
    ]
    blocks = [rows[start : start + 100] for start in range(0, len(rows), 100)]
    return "\n".join(
        [
            "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap",
            f"/CIDSystemInfo << /Registry ({name}) /Ordering ({name}) /Supplement 0 >> def",
            f"/CMapName /{name} def\n/CMapType 2 def\n1 begincodespacerange\n<00> <FF>\nendcodespacerange",
            *(f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar" for block in blocks),
            "endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend",
        ]
    )
