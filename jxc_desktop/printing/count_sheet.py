"""The paper for counting by hand, A4: goods in the order of the shelves, boxes to write into, with or without the book."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from jxc_desktop.columns import word
from jxc_desktop.i18n import _
from jxc_desktop.printing import text as words
from jxc_desktop.printing import wording
from jxc_desktop.printing.grid import leading
from jxc_desktop.printing.pen import POINTS, Align, Pen
from jxc_desktop.printing.values import Rendered

WIDTH, HEIGHT, MARGIN = 210.0, 297.0, 12.0
ROW, HEADING, SHELF = 9.0, 7.0, 7.5
"""Heights in millimetres: a row has room for handwriting."""
SIZE, SMALL = 9.0, 7.5
PAD = 1.5
SIGNATURES = 16.0


@dataclass(frozen=True, slots=True)
class SheetLine:
    """One thing to count. ``units``: how it is said, ``瓶`` or ``箱=12瓶``; ``book`` in base units; ``expiry`` of the batch."""

    code: str
    name: str
    unit: str
    shelf: str
    units: str = ""
    batch: str = ""
    book: Decimal | None = None
    expiry: str = ""


@dataclass(frozen=True, slots=True)
class CountSheet:
    """The sheet. ``what`` is counted ``where``; ``book``: print what the book holds, which whoever counts blind must not see."""

    shop: str
    where: str
    what: str
    lines: Sequence[SheetLine]
    printed_at: str
    book: bool = False
    number: str = ""
    demo: bool = False


@dataclass(frozen=True, slots=True)
class _Column:
    title: str
    width: float
    align: Align = "left"


def render(sheet: CountSheet) -> Rendered:
    """``sheet`` on A4: each shelf under its own heading, which is repeated on the next page."""
    columns = _columns(sheet)
    pages = _paginate(sheet.lines)
    pen = Pen(WIDTH, HEIGHT, _("Count sheet"), sheet.what)
    for number, page in enumerate(pages, 1):
        y = _head(pen, sheet) + 2
        y = _headings(pen, columns, y)
        for shelf, lines in page:
            y = _shelf(pen, shelf, y)
            for place, line in lines:
                y = _row(pen, columns, _cells(sheet, place, line), line, y)
        if not sheet.lines:
            pen.text(WIDTH / 2, y + ROW, _("Nothing to count."), SIZE, align="center")
        _foot(pen, sheet, number, len(pages))
        pen.next_page()
    return pen.finish()


Page = list[tuple[str, list[tuple[int, SheetLine]]]]


def _paginate(lines: Sequence[SheetLine]) -> list[Page]:
    """Lines with their numbers, by shelf, as they fit on pages."""
    room = HEIGHT - 2 * MARGIN - _head_height() - 2 - HEADING - SIGNATURES
    pages: list[Page] = [[]]
    left = room
    for place, line in enumerate(lines, 1):
        page = pages[-1]
        fresh = not page or page[-1][0] != line.shelf
        needed = ROW + (SHELF if fresh else 0)
        if needed > left and page:
            pages.append([])
            page, left, fresh = pages[-1], room, True
        if fresh:
            page.append((line.shelf, []))
            left -= SHELF
        page[-1][1].append((place, line))
        left -= ROW
    return pages


def _columns(sheet: CountSheet) -> list[_Column]:
    unit, counted = 16.0, 24.0
    fixed = [
        _Column(_("No."), 10, "center"),
        _Column(_("Code"), 30),
        _Column(_("Name"), 0),
        _Column(_("Unit"), unit, "center"),
        _Column(_("Shelf mark"), 18, "center"),
    ]
    if sheet.book:
        fixed.append(_Column(_("Book"), 18, "right"))
    fixed += [_Column(_("Counted"), counted, "center"), _Column(_("Second count"), counted, "center")]
    rest = WIDTH - 2 * MARGIN - sum(column.width for column in fixed)
    return [column if column.width else _Column(column.title, rest) for column in fixed]


def _cells(sheet: CountSheet, place: int, line: SheetLine) -> list[str]:
    cells = [str(place), line.code, line.name, line.unit, line.shelf]
    if sheet.book:
        cells.append("" if line.book is None else word(line.book, "quantity"))
    return [*cells, "", ""]


def _head_height() -> float:
    return leading(15) + leading(SIZE)


def _head(pen: Pen, sheet: CountSheet) -> float:
    y, room = MARGIN + leading(15) * 0.75, WIDTH - 2 * MARGIN
    if sheet.demo:
        room -= pen.text(WIDTH - MARGIN, y, _("Demo"), 12, bold=True, align="right") + 4
    pen.text(MARGIN, y, _("Count sheet"), 15, bold=True, room=room)
    said = "    ".join(part for part in (sheet.where, sheet.what, sheet.number) if part)
    count = _("{count} lines").format(count=len(sheet.lines))
    pen.text(MARGIN, y + leading(SIZE) * 1.15, f"{said}    {count}", SIZE, room=WIDTH - 2 * MARGIN)
    return MARGIN + _head_height()


def _headings(pen: Pen, columns: Sequence[_Column], y: float) -> float:
    pen.line(MARGIN, y, WIDTH - MARGIN, y, 1)
    _texts(pen, columns, [column.title for column in columns], y, HEADING, bold=True)
    pen.line(MARGIN, y + HEADING, WIDTH - MARGIN, y + HEADING, 0.7)
    return y + HEADING


def _shelf(pen: Pen, shelf: str, y: float) -> float:
    said = _("Shelf {key}").format(key=shelf) if shelf else _("Without a shelf")
    pen.text(MARGIN + PAD, _base(y, SHELF, SIZE), said, SIZE, bold=True)
    pen.line(MARGIN, y + SHELF, WIDTH - MARGIN, y + SHELF, 0.5)
    return y + SHELF


def _row(pen: Pen, columns: Sequence[_Column], cells: Sequence[str], line: SheetLine, y: float) -> float:
    """One row; below the name stand batch and further units, in small."""
    batch = _("batch {number}").format(number=line.batch) if line.batch else ""
    expires = _("expires {day}").format(day=line.expiry) if line.expiry else ""
    below = "  ".join(part for part in (batch, expires, line.units) if part)
    if not below:
        _texts(pen, columns, cells, y, ROW)
    else:
        plain = [cell if place != 2 else "" for place, cell in enumerate(cells)]
        _texts(pen, columns, plain, y, ROW)
        left = MARGIN + columns[0].width + columns[1].width + PAD
        room = columns[2].width - 2 * PAD
        pen.text(left, _base(y, ROW, SIZE) - 1.7, line.name, SIZE, room=room)
        pen.text(left, _base(y, ROW, SMALL) + 2.1, below, SMALL, room=room)
    pen.line(MARGIN, y + ROW, WIDTH - MARGIN, y + ROW, 0.25)
    x = WIDTH - MARGIN
    for column in reversed(columns[-2:]):
        pen.line(x, y, x, y + ROW, 0.25)
        x -= column.width
    pen.line(x, y, x, y + ROW, 0.25)
    return y + ROW


def _texts(pen: Pen, columns: Sequence[_Column], cells: Sequence[str], y: float, height: float, *, bold: bool = False) -> None:
    x = MARGIN
    for column, cell in zip(columns, cells, strict=True):
        place = {"left": x + PAD, "center": x + column.width / 2, "right": x + column.width - PAD}[column.align]
        shrink = bold or column.align != "left" or cell.isascii()
        pen.text(
            place,
            _base(y, height, SIZE),
            cell,
            SIZE,
            bold=bold,
            align=column.align,
            room=column.width - 2 * PAD,
            shrink=shrink,
        )
        x += column.width


def _base(y: float, height: float, size: float) -> float:
    return y + height / 2 + words.CAPITAL * size / 2 / POINTS


def _foot(pen: Pen, sheet: CountSheet, number: int, pages: int) -> None:
    y = HEIGHT - MARGIN
    third = (WIDTH - 2 * MARGIN) / 3
    for place, said in enumerate((_("Counted by:"), _("Counted again by:"), _("Date and time:"))):
        pen.text(MARGIN + place * third, y - 7, said, SIZE)
    said = f"{wording.printed(sheet.printed_at)}    {wording.page_of(number, pages)}"
    wide = pen.text(WIDTH - MARGIN, y, said, 8, align="right")
    pen.text(MARGIN, y, sheet.shop, 8, room=WIDTH - 2 * MARGIN - wide - 4)
