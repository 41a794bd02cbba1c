"""Labels: goods labels and shelf tags, one a page on a roll, or many on a sheet of A4."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from jxc_desktop.domain.errors import BarcodeDoesNotFit, OutOfRange, UnknownPaper, WrongUse
from jxc_desktop.i18n import _
from jxc_desktop.printing import text as words
from jxc_desktop.printing import wording
from jxc_desktop.printing.bars import Bars, bars_of, draw_bars
from jxc_desktop.printing.grid import leading
from jxc_desktop.printing.pen import POINTS, Pen, whole_dots
from jxc_desktop.printing.values import LabelPaper, Rendered

Layout = Literal["goods", "tag"]

SMALLEST, LARGEST = 15.0, 200.0
MOST_LABELS = 20_000

_ROLL = re.compile(r"([0-9]{2,3})x([0-9]{2,3})")
_SHEET = re.compile(r"A4-([0-9]{1,2})x([0-9]{1,2})")


@dataclass(frozen=True, slots=True)
class LabelSheet:
    """Where labels lie on a page, in mm. A roll has one label a page, which is the page."""

    page: tuple[float, float]
    label: tuple[float, float]
    layout: Layout
    across: int = 1
    down: int = 1
    left: float = 0.0
    top: float = 0.0
    gap: tuple[float, float] = (0.0, 0.0)

    @property
    def positions(self) -> int:
        return self.across * self.down


def _roll(width: float, height: float, layout: Layout) -> LabelSheet:
    return LabelSheet((width, height), (width, height), layout)


def _a4(across: int, down: int, width: float, height: float, layout: Layout, gap_x: float = 0.0) -> LabelSheet:
    """A sheet whose labels stand in the middle of the page."""
    left = (210 - across * width - (across - 1) * gap_x) / 2
    return LabelSheet((210, 297), (width, height), layout, across, down, left, (297 - down * height) / 2, (gap_x, 0))


LABELS: dict[str, LabelSheet] = {
    "40x30": _roll(40, 30, "goods"),
    "50x30": _roll(50, 30, "goods"),
    "60x40": _roll(60, 40, "goods"),
    "70x38": _roll(70, 38, "tag"),
    "A4-2x7": _a4(2, 7, 99.1, 38.1, "tag", 2.5),
    "A4-3x7": _a4(3, 7, 63.5, 38.1, "tag", 2.5),
    "A4-3x8": _a4(3, 8, 70, 37, "tag"),
    "A4-5x13": _a4(5, 13, 38.1, 21.2, "goods", 2.5),
}
"""The papers offered by name. Any other ``WIDTHxHEIGHT`` is a roll of that size, ``A4-ACROSSxDOWN`` an even sheet."""


def sheet_of(paper: str) -> LabelSheet:
    """The sheet named ``paper``. Raises :class:`UnknownPaper` naming the known ones, or for a size no printer takes."""
    if paper in LABELS:
        return LABELS[paper]
    if found := _ROLL.fullmatch(paper):
        width, height = float(found[1]), float(found[2])
        if SMALLEST <= width <= LARGEST and SMALLEST <= height <= LARGEST:
            return _roll(width, height, "tag" if width >= 62 and height >= 34 else "goods")
    if found := _SHEET.fullmatch(paper):
        across, down = int(found[1]), int(found[2])
        if across and down and 210 / across >= 25 and 297 / down >= SMALLEST:
            width, height = 210 / across, 297 / down
            return _a4(across, down, width, height, "tag" if width >= 62 and height >= 34 else "goods")
    raise UnknownPaper(what=_("label paper"), key=paper, known=", ".join(LABELS))


def render_labels(
    labels: Iterable[tuple[LabelPaper, int]],
    paper: str = "40x30",
    *,
    start: int = 1,
    shift: tuple[float, float] = (0.0, 0.0),
) -> Rendered:
    """Labels with their copies on ``paper``, from position ``start`` of the first sheet, moved by ``shift`` mm (x, y).

    Raises :class:`UnknownPaper`, :class:`BarcodeDoesNotFit`, :class:`BadBarcode`, :class:`OutOfRange` and, where there
    is nothing to print, :class:`WrongUse`; nothing is printed of a list with one bad code.
    """
    sheet = sheet_of(paper)
    listed = list(labels)
    _require_sane(listed, sheet, start)
    pen = Pen(whole_dots(sheet.page[0]), whole_dots(sheet.page[1]), _("Labels"))
    draws = [(_face(label, sheet, paper), copies) for label, copies in listed]
    place = start - 1
    for draw in _copies(draws):
        if place == sheet.positions:
            pen.next_page()
            place = 0
        x = sheet.left + (place % sheet.across) * (sheet.label[0] + sheet.gap[0]) + shift[0]
        y = sheet.top + (place // sheet.across) * (sheet.label[1] + sheet.gap[1]) + shift[1]
        draw(pen, whole_dots(x), whole_dots(y))
        place += 1
    pen.next_page()
    return pen.finish()


def _require_sane(listed: Sequence[tuple[LabelPaper, int]], sheet: LabelSheet, start: int) -> None:
    if not 1 <= start <= sheet.positions:
        raise OutOfRange(field=_("Start position"), value=start, low=1, high=sheet.positions)
    for label, copies in listed:
        if copies < 0:
            raise OutOfRange(field=_("Copies of {product}").format(product=label.code), value=copies, low=0, high=MOST_LABELS)
    total = sum(copies for label, copies in listed)
    if not total:
        raise WrongUse(why=_("There is nothing to print: name at least one product with one copy or more."))
    if total > MOST_LABELS:
        raise OutOfRange(field=_("Labels"), value=total, low=1, high=MOST_LABELS)


_Draw = Callable[[Pen, float, float], None]


def _copies(draws: Iterable[tuple[_Draw, int]]) -> Iterator[_Draw]:
    for draw, copies in draws:
        for _copy in range(copies):
            yield draw


def _face(label: LabelPaper, sheet: LabelSheet, paper: str) -> _Draw:
    """How one label is drawn from its upper left corner; its bars are worked out, and refused, before anything is."""
    bars = bars_of(label.barcode) if label.barcode else None
    width, height = sheet.label
    # Light margins may reach the edge of a label: what lies beyond is light too.
    if bars and bars.width > width + 0.1:
        raise BarcodeDoesNotFit(code=label.barcode, paper=paper)
    draw = _draw_tag if sheet.layout == "tag" else _draw_goods
    return lambda pen, x, y: draw(pen, label, bars, (x, y, width, height))


_Area = tuple[float, float, float, float]


def _draw_goods(pen: Pen, label: LabelPaper, bars: Bars | None, area: _Area) -> None:
    """Name, spec and origin, price with its unit, bars: from the top down, sized by the height of the label."""
    x, y, width, height = area
    scale = min(height / 30, width / 40, 1.5)
    side = max(2.0 * scale, 1.2)
    room = width - 2 * side
    size = max(8.2 * scale, 6.0)
    name_lines = 2 if height >= 38 else 1
    base = y + leading(size) * 0.85 + 1.0 * scale
    stamp = pen.text(x + width - side, base, _("Demo"), size * 0.75, bold=True, align="right") + 1 if label.demo else 0
    for line in words.wrap(words.clean(label.name), size, (room - stamp) * POINTS, lines=name_lines):
        pen.text(x + side, base, line, size)
        base += leading(size) * 0.92
    bar_height = height * (0.33 if height >= 26 else 0.38)
    bar_top = y + height - bar_height - 1.2 * scale
    said = _about(label)
    small = max(6.4 * scale, 5.0)
    # On the smallest labels the spec gives way to the price.
    if said and bar_top - base > leading(small) + 4.2 * scale:
        pen.text(x + side, base - leading(size) * 0.92 + leading(small) * 1.12, said, small, room=room)
        base += leading(small)
    bottom = bar_top - 2.4 * scale if bars else y + height - 2 * scale
    free = bottom - (base - leading(size) * 0.92) - 1.6 * scale
    _price(pen, label, x + side, bottom, room, min(free / words.CAPITAL * POINTS, 21 * scale))
    if bars:
        left = x + (0 if bars.width > room else side * 0.4 if bars.width <= width - side * 0.4 else 0)
        draw_bars(pen, bars, min(left, x + width - bars.width), bar_top, bar_height, max(7.4 * scale, 6))


def _about(label: LabelPaper) -> str:
    parts = []
    if label.spec and not label.name.endswith(label.spec):
        parts.append(_("Spec {spec}").format(spec=label.spec))
    if label.origin:
        parts.append(_("Origin {origin}").format(origin=label.origin))
    if label.shelf:
        parts.append(_("Shelf {shelf}").format(shelf=label.shelf))
    return "  ".join(parts)


def _price(pen: Pen, label: LabelPaper, x: float, base: float, room: float, size: float) -> float:
    """¥ at half size, the price, the unit at the right end; answers where the price ends."""
    price = label.member_price if label.member_price is not None else label.price
    if price is None:
        return x
    shown = wording.money(price)
    unit = f"/{label.unit}" if label.unit else ""
    unit_size = max(size * 0.42, 6.0)
    unit_wide = words.width(words.clean(unit), unit_size) / POINTS
    unit_wide = min(unit_wide, room * 0.3)
    needed = words.width(shown, size, bold=True) + words.width("¥", size / 2, bold=True) + size * 0.12
    free = (room - unit_wide - (1 if unit else 0)) * POINTS
    size *= min(1.0, free / needed)
    sign = pen.text(x, base, "¥", size / 2, bold=True)
    end = x + sign + size * 0.12 / POINTS
    end += pen.text(end, base, shown, size, bold=True)
    pen.text(x + room, base, unit, unit_size, align="right", room=max(unit_wide, 1), shrink=True)
    return end


def _draw_tag(pen: Pen, label: LabelPaper, bars: Bars | None, area: _Area) -> None:
    """A shelf tag: inverted band, name, where it lies, the price largest, bars at the lower right."""
    x, y, width, height = area
    side = 3.0
    room = width - 2 * side
    band = height * 0.2
    member = label.member_price is not None
    pen.box(x, y, width, band, filled=True)
    pen.ink(white=True)
    base = y + band / 2 + words.CAPITAL * 10 / 2 / POINTS
    title = _("Member price") if member else _("Retail price")
    if label.demo:
        title += "  " + _("Demo")
    wide = pen.text(x + side, base, title, 10, bold=True)
    pen.text(x + width - side, base, label.shop, 8, align="right", room=room - wide - 3)
    pen.ink(white=False)
    top = y + band + leading(12) * 0.88
    size = words.shrunk(words.clean(label.name), 12, room * POINTS, bold=True)
    if size >= 9:
        pen.text(x + side, top, label.name, size, bold=True)
    else:
        for place, line in enumerate(words.wrap(words.clean(label.name), 8.5, room * POINTS, bold=True)):
            pen.text(x + side, top - 1.2 + place * leading(8.5) * 0.92, line, 8.5, bold=True)
        top += leading(8.5) * 0.55
    beside = bars is None or bars.width <= width * 0.47
    unit = _("Unit {unit}").format(unit=label.unit) if label.unit else ""
    # Long bars leave no room at the foot for the day of the price.
    said = wording.together(unit, _about(label), "" if beside else _updated(label))
    pen.text(x + side, top + leading(7.5), said, 7.5, room=room)
    _tag_foot(pen, label, bars, (x, y, width, height), top + leading(7.5), beside)


def _tag_foot(pen: Pen, label: LabelPaper, bars: Bars | None, area: _Area, top: float, beside: bool) -> None:
    """Price and bars share the lower half: side by side, or the bars under the price where they are long."""
    x, y, width, height = area
    side, bottom = 3.0, y + height
    bar_height = 11.0 if beside else 8.2
    date = _updated(label) if beside else ""
    if bars:
        left = x + width - bars.width - (0 if bars.width > width - 1 else 1)
        draw_bars(pen, bars, max(left, x), bottom - bar_height - 1.2, bar_height, 7.5 if beside else 6.5)
    if beside:
        base = bottom - (5.6 if date else 3.0)
        room = width - side - (bars.width if bars else side) - 1
        pen.text(x + side, bottom - 1.9, date, 6, room=room)
    else:
        base = bottom - bar_height - 3.4
        room = width - 2 * side
    plain = LabelPaper(label.code, "", label.name, price=label.price, member_price=label.member_price)
    size = min((base - top - 1.7) / words.CAPITAL * POINTS, 36)
    old = label.price if label.member_price is not None else None
    old_wide = 0.0
    if old is not None:
        said = _("Retail {price}").format(price=wording.money(old))
        old_wide = words.width(said, 7) / POINTS + 2
    end = _price(pen, plain, x + side, base, max(room - old_wide, room * 0.5), size)
    if old is not None:
        _struck(pen, end + 1.5, base, wording.money(old), x + side + room)


def _updated(label: LabelPaper) -> str:
    return _("Updated {day}").format(day=label.updated) if label.updated else ""


def _struck(pen: Pen, x: float, base: float, price: str, limit: float) -> None:
    """The retail price a member does not pay, struck through; left out where it has no room."""
    label = _("Retail {price}").format(price="")
    wide = (words.width(label + price, 7)) / POINTS
    if x + wide > limit:
        return
    x += pen.text(x, base, label, 7) + 0.8
    struck = pen.text(x, base, price, 7)
    y = base - words.CAPITAL * 7 / 2 / POINTS
    pen.line(x - 0.4, y, x + struck + 0.4, y, 0.7)
