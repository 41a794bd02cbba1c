"""The pen: draws on PDF pages in millimetres from the top left corner, and keeps account of what it could not write."""

from __future__ import annotations

import io
import math
import threading
from typing import Any, Literal

from jxc_desktop.printing import text as words
from jxc_desktop.printing.values import Rendered

Align = Literal["left", "center", "right"]

POINTS = 72 / 25.4
"""Points in a millimetre."""

DOT = 72 / 203
"""One dot of a 203 dpi printer, in points."""

LINE = 0.5
"""Width of every frame, in points."""

_fonts_in_use = threading.Lock()


def whole_dots(millimetres: float) -> float:
    """The length nearest to ``millimetres`` that is a whole number of 203 dpi dots, in millimetres."""
    return round(millimetres * POINTS / DOT) * DOT / POINTS


def _page(millimetres: float) -> float:
    """A side of a page in points, a hair short: renderers round pages up, and a whole dot must not become one more."""
    return math.floor(millimetres * POINTS * 10_000) / 10_000


class Pen:
    """A PDF being drawn. All lengths in millimetres, ``y`` downwards; text sizes in points, at their base line."""

    def __init__(self, width: float, height: float, title: str, subject: str = "") -> None:
        from reportlab.pdfgen.canvas import Canvas

        self.width, self.height = width, height
        self.pages = 0
        self.missing: set[str] = set()
        self._buffer = io.BytesIO()
        # invariant: the same values give the same bytes, so a reprint can be compared.
        self.canvas: Any = Canvas(self._buffer, pagesize=(_page(width), _page(height)), pageCompression=1, invariant=1)
        self.canvas.setTitle(words.clean(title))
        self.canvas.setSubject(words.clean(subject))
        self.canvas.setCreator("JXC Desktop")

    def text(
        self,
        x: float,
        y: float,
        text: str,
        size: float = 9,
        *,
        bold: bool = False,
        align: Align = "left",
        room: float | None = None,
        shrink: bool = False,
        spacing: float = 0,
    ) -> float:
        """Write one line and answer its width. In ``room`` it is cut with an ellipsis, or made smaller where ``shrink``.

        ``x`` is the left end, the middle or the right end as ``align`` says; ``spacing`` widens the letters, in points.
        """
        shown = words.clean(text)
        if room is not None:
            if shrink:
                size = words.shrunk(shown, size, room * POINTS, bold)
            else:
                shown = words.fit(shown, size, room * POINTS, bold)
        wide = (words.width(shown, size, bold) + spacing * max(len(shown) - 1, 0)) / POINTS
        left = x - wide * {"left": 0, "center": 0.5, "right": 1}[align]
        spelled = words.spell(shown, bold)
        self.missing |= spelled.missing
        for run in spelled.runs:
            self.canvas.setFont(run.font, size)
            self.canvas.drawString(left * POINTS, (self.height - y) * POINTS, run.text, charSpace=spacing)
            left += (words.width(run.text, size, bold) + spacing * len(run.text)) / POINTS
        return wide

    def line(self, x1: float, y1: float, x2: float, y2: float, width: float = LINE, dashed: bool = False) -> None:
        """A straight line, ``width`` in points."""
        self.canvas.saveState()
        self.canvas.setLineWidth(width)
        if dashed:
            self.canvas.setDash(2.2, 1.8)
        self.canvas.line(x1 * POINTS, (self.height - y1) * POINTS, x2 * POINTS, (self.height - y2) * POINTS)
        self.canvas.restoreState()

    def box(self, x: float, y: float, width: float, height: float, *, filled: bool = False, line: float = LINE) -> None:
        """A rectangle with its upper left corner at ``x``, ``y``: a frame, or all black where ``filled``."""
        self.canvas.setLineWidth(line)
        bottom = (self.height - y - height) * POINTS
        self.canvas.rect(x * POINTS, bottom, width * POINTS, height * POINTS, stroke=not filled, fill=filled)

    def ink(self, white: bool) -> None:
        """Write in white (inside a filled box) or in black from now on."""
        self.canvas.setFillGray(1 if white else 0)

    def next_page(self) -> None:
        """End this page; the next stroke is on a new one."""
        self.canvas.showPage()
        self.pages += 1

    def finish(self) -> Rendered:
        """The PDF. The last page must have been ended by :meth:`next_page`."""
        # The font objects are shared by every paper and keep a reading position while subsets are cut.
        with _fonts_in_use:
            self.canvas.save()
        return Rendered(self._buffer.getvalue(), self.pages, frozenset(self.missing))
