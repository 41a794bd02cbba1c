"""Bars: a code as dark and light modules that every printer draws as whole dots."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from jxc_desktop.domain.barcodes import Symbology, require_printable, symbology
from jxc_desktop.printing.pen import DOT, POINTS, Pen

MODULE_DOTS = 2
"""Dots of a module: 2/203 inch = 0.25 mm."""

INSET = 0.02
"""Dots taken off each side of a bar: a filled shape blackens every dot it touches, and must not touch the next one."""

_QUIET = {"ean13": (11, 7), "ean8": (7, 7), "code128": (10, 10)}
_GUARDS = {"ean13": ((0, 3), (45, 50), (92, 95)), "ean8": ((0, 3), (31, 36), (64, 67)), "code128": ()}


@dataclass(frozen=True, slots=True)
class Bars:
    """The modules of ``code`` (``1`` = bar), without and with the light margins its symbology asks for."""

    code: str
    symbology: Symbology
    modules: str

    @property
    def quiet(self) -> tuple[int, int]:
        return _QUIET[self.symbology]

    @property
    def dots(self) -> int:
        """Dots from the start of the left light margin to the end of the right one."""
        return (sum(self.quiet) + len(self.modules)) * MODULE_DOTS

    @property
    def width(self) -> float:
        """The same in millimetres."""
        return self.dots * DOT / POINTS


def bars_of(code: str) -> Bars:
    """How ``code`` is printed: EAN-13 or EAN-8 where it is one, else Code 128. Raises :class:`BadBarcode`."""
    from barcode.codex import Code128
    from barcode.ean import EAN8, EAN13

    require_printable(code)
    wanted = symbology(code)
    if wanted != "code128":
        made = (EAN13 if wanted == "ean13" else EAN8)(code)
        # The library mends a wrong check digit in silence; what is printed must be what was asked.
        if made.get_fullcode() == code:
            return Bars(code, wanted, made.build()[0])
    return Bars(code, "code128", Code128(code).build()[0])


def draw_bars(pen: Pen, bars: Bars, x: float, y: float, height: float, size: float = 8, caption: bool = True) -> None:
    """Draw ``bars`` with the left end of its light margin at ``x`` and its top at ``y``, all on whole dots.

    ``height`` is in millimetres and holds the caption too (``size`` points), under the bars or between the guards.
    """
    left = round(x * POINTS / DOT)
    top = round(y * POINTS / DOT)
    words = round(size * (1.15 if bars.symbology == "code128" else 0.9) / DOT) if caption else 0
    full = round(height * POINTS / DOT)
    first = left + bars.quiet[0] * MODULE_DOTS
    guards = _GUARDS[bars.symbology] if caption else ()
    at = 0
    for dark, same in groupby(bars.modules):
        count = len(list(same))
        if dark == "1":
            guard = any(start <= at < end for start, end in guards)
            tall = full - words + (round(words * 0.55) if guard else 0)
            _bar(pen, first + at * MODULE_DOTS, top, count * MODULE_DOTS, tall)
        at += count
    if caption:
        _caption(pen, bars, first, top + full, size)


def _bar(pen: Pen, left: int, top: int, wide: int, tall: int) -> None:
    page = pen.height * POINTS
    pen.canvas.rect((left + INSET) * DOT, page - (top + tall) * DOT, (wide - 2 * INSET) * DOT, tall * DOT, stroke=0, fill=1)


def _caption(pen: Pen, bars: Bars, first: int, base: int, size: float) -> None:
    """The code in figures a person can key in: between the guard bars of an EAN, under a Code 128."""
    unit = DOT / POINTS
    y = base * unit - size * 0.08 / POINTS

    def middle(start: int, end: int, text: str) -> None:
        centre = (first + (start + end) / 2 * MODULE_DOTS) * unit
        pen.text(centre, y, text, size, align="center", room=(end - start) * MODULE_DOTS * unit, shrink=True)

    if bars.symbology == "ean13":
        pen.text((first - 3 * MODULE_DOTS) * unit, y, bars.code[0], size, align="right")
        middle(4, 45, bars.code[1:7])
        middle(50, 91, bars.code[7:])
    elif bars.symbology == "ean8":
        middle(4, 31, bars.code[:4])
        middle(36, 63, bars.code[4:])
    else:
        middle(0, len(bars.modules), bars.code)
