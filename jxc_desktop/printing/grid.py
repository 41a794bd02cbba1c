"""The grid of a document: its columns and wrapped rows, and which rows stand on which page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from jxc_desktop.columns import word
from jxc_desktop.domain.documents import kind_of
from jxc_desktop.i18n import _
from jxc_desktop.printing import text as words
from jxc_desktop.printing.pen import POINTS, Align, Pen
from jxc_desktop.printing.values import DocumentPaper, PaperLine
from jxc_desktop.printing.wording import goods_name, money, together

PAD = 1.2
"""Millimetres between a frame and what it holds."""

WIDEST_FIGURES = 32.0


@dataclass(frozen=True, slots=True)
class Frame:
    """One column: ``x`` and ``width`` in mm; figures are never cut, text wraps into ``lines``. ``role`` names the total."""

    title: str
    role: str
    align: Align
    values: Sequence[str]
    x: float
    width: float
    lines: int
    figures: bool

    @property
    def room(self) -> float:
        return self.width - 2 * PAD

    @property
    def anchor(self) -> float:
        return self.x + {"left": PAD, "center": self.width / 2, "right": self.width - PAD}[self.align]


@dataclass(frozen=True, slots=True)
class _Wanted:
    title: str
    role: str
    align: Align
    least: float
    values: Sequence[str]
    lines: int = 1
    most: float = WIDEST_FIGURES
    figures: bool = False
    flexible: bool = False


def frames(paper: DocumentPaper, left: float, width: float, size: float, name_lines: int) -> list[Frame]:
    """The columns of ``paper`` over ``width`` mm: only those that say something, the name taking what the others leave."""
    wanted = _goods(paper, size, name_lines, width) if paper.lines else _money(paper)
    widths = [_natural(each, size) for each in wanted]
    flexible = next(i for i, each in enumerate(wanted) if each.flexible)
    rest = width - sum(widths) + widths[flexible]
    spare = [max(wide - each.least, 0.0) for wide, each in zip(widths, wanted, strict=True)]
    if rest < wanted[flexible].least and any(spare):
        # Wide figures give way first: they are made smaller, never cut.
        share = min(1.0, (wanted[flexible].least - rest) / sum(spare))
        widths = [wide - share * more for wide, more in zip(widths, spare, strict=True)]
        rest = width - sum(widths) + widths[flexible]
    if rest < wanted[flexible].least - 0.01:
        scale = (width - wanted[flexible].least) / (sum(widths) - widths[flexible])
        widths = [each * scale for each in widths]
        rest = wanted[flexible].least
    widths[flexible] = rest
    made, x = [], left
    for each, wide in zip(wanted, widths, strict=True):
        made.append(Frame(each.title, each.role, each.align, each.values, x, wide, each.lines, each.figures))
        x += wide
    return made


def _natural(wanted: _Wanted, size: float) -> float:
    if not wanted.figures:
        return wanted.least
    longest = max((words.width(value, size) for value in wanted.values), default=0.0)
    title = words.width(wanted.title, size, bold=True)
    return min(max(wanted.least, max(longest, title) / POINTS + 2 * PAD), max(wanted.most, wanted.least))


def _goods(paper: DocumentPaper, size: float, name_lines: int, width: float) -> list[_Wanted]:
    lines = paper.lines
    unit = size / 9

    def column(title: str, role: str, align: Align, least: float, value: Callable[[PaperLine], str], count: int = 1) -> _Wanted:
        return _Wanted(title, role, align, least * unit, [words.clean(value(line)) for line in lines], count)

    def figures(title: str, role: str, least: float, value: Callable[[PaperLine], str]) -> _Wanted:
        return _Wanted(title, role, "right", least * unit, [value(line) for line in lines], figures=True)

    def whole(title: str, role: str, least: float, most: float, value: Callable[[PaperLine], str]) -> _Wanted:
        texts = [words.clean(value(line)) for line in lines]
        return _Wanted(title, role, "center", least * unit, texts, most=most * unit, figures=True)

    # A narrow sheet says batch and expiry behind the name, where columns of their own would squeeze everything.
    narrow = width < 140
    names = [
        words.clean(together(goods_name(line.name, line.spec), *((line.batch, line.expiry) if narrow else ()))) for line in lines
    ]
    made = [
        whole(_("No."), "no", 8, 10, lambda line: str(line.no)),
        column(_("Product code"), "code", "left", 28, lambda line: line.code, 2),
        _Wanted(_("Name and spec"), "name", "left", 34 * unit, names, name_lines, flexible=True),
    ]
    if width > 180 and any(line.barcode and line.barcode != line.code for line in lines):
        made.insert(2, column(_("Barcode"), "barcode", "left", 27, lambda line: line.barcode, 2))
    if not narrow and any(line.batch for line in lines):
        made.append(column(_("Batch"), "batch", "left", 20, lambda line: line.batch, 2))
    if not narrow and any(line.expiry for line in lines):
        made.append(whole(_("Expiry"), "expiry", 19, 20, lambda line: line.expiry))
    made.append(whole(_("Unit"), "unit", 10, 15, lambda line: line.unit))
    if any(line.counted is not None for line in lines):
        made.append(figures(_("Booked"), "booked", 15, lambda line: word(line.booked, "quantity")))
        made.append(figures(_("Counted"), "counted", 15, lambda line: word(line.counted, "quantity")))
        made.append(figures(_("Difference"), "quantity", 15, lambda line: word(line.quantity, "quantity")))
    elif not kind_of(paper.kind).sets_cost:
        made.append(figures(_("Quantity"), "quantity", 15, lambda line: word(line.quantity, "quantity")))
    if paper.money:
        title = _("New unit cost") if kind_of(paper.kind).sets_cost else _("Price")
        made.append(figures(title, "price", 17, lambda line: word(line.price, "price")))
        if any(line.discount for line in lines):
            made.append(
                figures(_("Discount rate"), "discount", 12, lambda line: word(line.discount, "percent") if line.discount else "")
            )
        made.append(figures(_("Amount"), "amount", 20, lambda line: word(line.amount, "money")))
    taken = sum(each.least for each in made)
    if taken + 22 * unit <= width:
        made.append(
            column(
                _("Note"),
                "note",
                "left",
                22 if width > 200 or any(line.note for line in lines) else 16,
                lambda line: line.note,
                2,
            )
        )
    return made


def _money(paper: DocumentPaper) -> list[_Wanted]:
    """Of a document without goods: money by account, then what it settles."""
    kind = kind_of(paper.kind)
    account = _("Received into") if kind.money > 0 else _("Paid from")
    if kind.raises_receipts:  # what was paid of it stands below
        rows = [(_("Belongs to"), each) for each in paper.settles]
    else:
        rows = [(account, each) for each in paper.payments] + [(_("Settles"), each) for each in paper.settles]
    return [
        _Wanted(_("No."), "no", "center", 10, [str(number) for number in range(1, len(rows) + 1)]),
        _Wanted(_("Entry"), "what", "left", 34, [what for what, each in rows]),
        _Wanted(_("Account or document"), "name", "left", 40, [words.clean(each.name) for what, each in rows], 2, flexible=True),
        _Wanted(_("Amount"), "amount", "right", 40, [money(each.amount) for what, each in rows], figures=True),
    ]


@dataclass(frozen=True, slots=True)
class Row:
    """One wrapped row: the lines of each cell, and the height it needs in mm."""

    cells: tuple[tuple[str, ...], ...]
    height: float


def rows_of(columns: Sequence[Frame], size: float, least: float) -> list[Row]:
    """Every row, wrapped; ``least`` is the height of a row of one line."""
    made = []
    for place in range(len(columns[0].values)):
        cells: list[tuple[str, ...]] = []
        for column in columns:
            value = column.values[place]
            if column.figures or _nearly_fits(value, size, column):
                cells.append((value,))
            else:
                cells.append(tuple(words.wrap(value, size, column.room * POINTS, lines=column.lines)))
        most = max(len(cell) for cell in cells)
        made.append(Row(tuple(cells), max(least, most * leading(size) + 2 * PAD)))
    return made


def _nearly_fits(value: str, size: float, column: Frame) -> bool:
    """Whether a code is better read whole in a smaller size than broken in two."""
    return column.role in ("code", "barcode", "batch") and words.width(value, size) * 0.72 <= column.room * POINTS


def leading(size: float) -> float:
    """From one base line to the next, in mm."""
    return size * 1.3 / POINTS


def paginate(rows: Sequence[Row], room: float, tail: float) -> list[list[Row]]:
    """The rows of each page: ``room`` mm on every page, less ``tail`` mm on the last. The tail never stands alone."""
    pages: list[list[Row]] = [[]]
    used = 0.0
    for row in rows:
        if pages[-1] and used + row.height > room:
            pages.append([])
            used = 0.0
        pages[-1].append(row)
        used += row.height
    if used + tail > room and len(pages[-1]) > 1:
        last = pages[-1]
        moved = 1
        while moved < len(last) - 1 and sum(row.height for row in last[:-moved]) > room:
            moved += 1
        pages[-1:] = [last[:-moved], last[-moved:]]
    return pages


def draw_headings(pen: Pen, columns: Sequence[Frame], y: float, height: float, size: float) -> None:
    for column in columns:
        pen.box(column.x, y, column.width, height)
        base = y + height / 2 + words.CAPITAL * size / 2 / POINTS
        pen.text(column.x + column.width / 2, base, column.title, size, bold=True, align="center", room=column.room, shrink=True)


def draw_row(pen: Pen, columns: Sequence[Frame], row: Row, y: float, size: float) -> None:
    for column, cell in zip(columns, row.cells, strict=True):
        pen.box(column.x, y, column.width, row.height)
        base = y + row.height / 2 - (len(cell) - 1) * leading(size) / 2 + words.CAPITAL * size / 2 / POINTS
        for line in cell:
            pen.text(column.anchor, base, line, size, align=column.align, room=column.room, shrink=True)
            base += leading(size)
