"""A report on A4: upright or lying as its columns need, the head on every page, totals on the last."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from jxc_desktop.columns import Column, word
from jxc_desktop.i18n import _
from jxc_desktop.printing import text as words
from jxc_desktop.printing import wording
from jxc_desktop.printing.grid import leading
from jxc_desktop.printing.pen import POINTS, Align, Pen
from jxc_desktop.printing.values import Rendered, TablePaper

SHORT, LONG, MARGIN = 210.0, 297.0, 12.0
SIZES = (9.0, 8.0, 7.0, 6.0)
PAD = 1.5
_LOOKED_AT = 400
"""Rows that decide how wide a column is; figures of later rows shrink where they are wider."""

_WIDEST = 70.0


@dataclass(frozen=True, slots=True)
class _Layout:
    width: float
    height: float
    size: float
    widths: tuple[float, ...]


def render(paper: TablePaper) -> Rendered:
    """``paper`` on A4. Rows of one line each; long texts are cut, figures made smaller."""
    layout = _layout(paper)
    row = leading(layout.size) + 1.7
    top = MARGIN + leading(15) + (leading(9) if paper.subtitle else 0) + 3
    room = layout.height - top - MARGIN - leading(8) - row
    on_page = max(int(room / row), 2)
    pages = _split(len(paper.rows), on_page, bool(paper.totals))
    pen = Pen(layout.width, layout.height, paper.title, paper.subtitle)
    for number, (first, last) in enumerate(pages, 1):
        _head(pen, paper, layout)
        y = _headings(pen, paper.columns, layout, top, row)
        for each in paper.rows[first:last]:
            _row(pen, paper.columns, layout, [column.text(each) for column in paper.columns], y, row)
            y += row
        if not paper.rows:
            pen.text(layout.width / 2, y + row, _("Nothing in this period."), layout.size, align="center")
        if number == len(pages) and paper.totals:
            _totals(pen, paper, layout, y, row)
        said = f"{wording.printed(paper.printed_at)}    {wording.page_of(number, len(pages))}"
        wide = pen.text(layout.width - MARGIN, layout.height - MARGIN, said, 8, align="right")
        pen.text(MARGIN, layout.height - MARGIN, paper.shop, 8, room=layout.width - 2 * MARGIN - wide - 4)
        pen.next_page()
    return pen.finish()


def _split(count: int, on_page: int, totals: bool) -> list[tuple[int, int]]:
    """First and last row of each page; the totals take one row of the last and never stand alone."""
    pages = [(first, min(first + on_page, count)) for first in range(0, count, on_page)] or [(0, 0)]
    first, last = pages[-1]
    if totals and last - first == on_page:
        pages[-1:] = [(first, last - 1), (last - 1, last)]
    return pages


def _layout(paper: TablePaper) -> _Layout:
    """Upright where it fits at 8 points or more, else lying; the largest size whose columns fit, text columns giving way."""
    for width, height, sizes in ((SHORT, LONG, SIZES[:2]), (LONG, SHORT, SIZES)):
        for size in sizes:
            natural = _natural(paper, size)
            if sum(natural) <= width - 2 * MARGIN:
                return _Layout(width, height, size, _spread(paper.columns, natural, width - 2 * MARGIN))
    natural = _natural(paper, SIZES[-1])
    scale = (LONG - 2 * MARGIN) / sum(natural)
    return _Layout(LONG, SHORT, SIZES[-1], tuple(each * scale for each in natural))


def _natural(paper: TablePaper, size: float) -> list[float]:
    widths = []
    looked_at = list(islice(paper.rows, _LOOKED_AT))
    for column in paper.columns:
        texts = [words.clean(column.text(row)) for row in looked_at]
        if paper.totals and column.key in paper.totals:
            texts.append(word(paper.totals[column.key], column.shape, column.choices))
        longest = max((words.width(text, size) for text in texts), default=0.0)
        title = words.width(column.heading, size, bold=True)
        widths.append(min(max(longest * 1.05, title), _WIDEST * POINTS) / POINTS + 2 * PAD)
    return widths


def _spread(columns: Sequence[Column], natural: list[float], width: float) -> tuple[float, ...]:
    """Share what is left over among the columns of text, or among all where there is none."""
    texts = [place for place, column in enumerate(columns) if column.shape == "text"] or list(range(len(columns)))
    extra = (width - sum(natural)) / max(len(texts), 1)
    return tuple(wide + (extra if place in texts else 0) for place, wide in enumerate(natural))


def _head(pen: Pen, paper: TablePaper, layout: _Layout) -> None:
    y = MARGIN + leading(15) * 0.75
    room = layout.width - 2 * MARGIN
    if paper.demo:
        room -= pen.text(layout.width - MARGIN, y, _("Demo"), 12, bold=True, align="right") + 4
    pen.text(MARGIN, y, paper.title, 15, bold=True, room=room)
    if paper.subtitle:
        pen.text(MARGIN, y + leading(9) * 1.25, paper.subtitle, 9, room=layout.width - 2 * MARGIN)


def _headings(pen: Pen, columns: Sequence[Column], layout: _Layout, y: float, row: float) -> float:
    right = layout.width - MARGIN
    pen.line(MARGIN, y, right, y, 1)
    _row(pen, columns, layout, [column.heading for column in columns], y, row, bold=True)
    pen.line(MARGIN, y + row, right, y + row, 0.7)
    return y + row


def _row(
    pen: Pen,
    columns: Sequence[Column],
    layout: _Layout,
    texts: Sequence[str],
    y: float,
    row: float,
    *,
    bold: bool = False,
    rule: bool = True,
) -> None:
    x = MARGIN
    base = y + row / 2 + words.CAPITAL * layout.size / 2 / POINTS
    for column, wide, text in zip(columns, layout.widths, texts, strict=True):
        align: Align = "right" if column.numeric else "left"
        place = x + wide - PAD if column.numeric else x + PAD
        whole = column.numeric or bold
        pen.text(place, base, text, layout.size, bold=bold, align=align, room=wide - 2 * PAD, shrink=whole)
        x += wide
    if rule:
        pen.line(MARGIN, y + row, layout.width - MARGIN, y + row, 0.25)


def _totals(pen: Pen, paper: TablePaper, layout: _Layout, y: float, row: float) -> None:
    totals = paper.totals or {}
    texts = [word(totals[c.key], c.shape, c.choices) if c.key in totals else "" for c in paper.columns]
    if not texts[0]:
        texts[0] = _("Total")
    _row(pen, paper.columns, layout, texts, y, row, bold=True, rule=False)
    pen.line(MARGIN, y + row, layout.width - MARGIN, y + row, 1)
