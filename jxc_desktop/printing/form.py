"""A document as a form: A4, A5 and 241 mm continuous paper share one grid and differ in size, margins and copies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from jxc_desktop.columns import word
from jxc_desktop.domain.barcodes import symbology
from jxc_desktop.domain.documents import kind_of
from jxc_desktop.domain.errors import BadBarcode
from jxc_desktop.i18n import _
from jxc_desktop.printing import text as words
from jxc_desktop.printing import wording
from jxc_desktop.printing.bars import Bars, bars_of, draw_bars
from jxc_desktop.printing.grid import PAD, Frame, Row, draw_headings, draw_row, frames, leading, paginate, rows_of
from jxc_desktop.printing.pen import POINTS, Pen
from jxc_desktop.printing.values import DocumentPaper, Rendered


@dataclass(frozen=True, slots=True)
class Format:
    """A sheet, in mm and points. ``row`` is the height of a row of one line, ``field`` from
    one line of the head to the next; ``copies`` names the carbon copies."""

    width: float
    height: float
    side: float
    top: float
    bottom: float
    size: float
    title: float
    row: float
    name_lines: int
    field: float
    fields: int = 4
    copies: bool = False

    @property
    def inner(self) -> float:
        return self.width - 2 * self.side


A4 = Format(210, 297, 12, 12, 12, 10, 17, 8, 3, 6.2)
A5 = Format(210, 148, 12, 8, 8, 9, 14, 7, 2, 5.2)
A5_UPRIGHT = Format(148, 210, 9, 9, 9, 9, 14, 7, 3, 5.2, fields=2)
FORM_140 = Format(241, 140, 13, 6, 8, 9, 13, 6.8, 2, 5.4, copies=True)
FORM_93 = Format(241, 93, 13, 4.5, 5, 9, 12, 5.8, 2, 4.4, copies=True)

_FIELD_STOPS = {4: (0.0, 0.34, 0.56, 0.79), 2: (0.0, 0.56)}


def render(paper: DocumentPaper, sheet: Format) -> Rendered:
    """``paper`` on as many sheets as it needs; the head is on each, the totals on the last."""
    return _Form(paper, sheet).render()


class _Form:
    def __init__(self, paper: DocumentPaper, sheet: Format) -> None:
        self.paper, self.sheet = paper, sheet
        self.kind = kind_of(paper.kind)
        self.pen = Pen(sheet.width, sheet.height, wording.shown_number(paper), self.kind.name)
        self.columns = frames(paper, sheet.side, sheet.inner, sheet.size, sheet.name_lines)
        self.small = sheet.size - 1
        self.bars = _bars(paper, sheet)
        self.fields = self._field_rows()
        self.sentences = self._sentences()

    def render(self) -> Rendered:
        sheet = self.sheet
        start = self._head_height()
        room = sheet.height - sheet.bottom - leading(self.small) * 1.4 - start - sheet.row
        rows = rows_of(self.columns, sheet.size, sheet.row)
        pages = paginate(rows, room, self._tail_height())
        for number, page in enumerate(pages, 1):
            self._head()
            y = self._body(page, start)
            if number == len(pages):
                self._tail(y)
            self._foot(number, len(pages))
            self.pen.next_page()
        return self.pen.finish()

    # --- the head, on every page

    def _head_height(self) -> float:
        return self.sheet.top + self._title_height() + len(self.fields) * self.sheet.field + 2.0

    def _title_height(self) -> float:
        return leading(self.sheet.title) + leading(self.sheet.title - 3) + 0.3 * self.sheet.field

    def _head(self) -> None:
        sheet, paper, pen = self.sheet, self.paper, self.pen
        middle = sheet.width / 2
        reserved = max(self.bars.width if self.bars else 0, 46) * 2 + 4
        room = max(sheet.inner - reserved, 40)
        y = sheet.top + sheet.title * 0.95 / POINTS
        pen.text(middle, y, paper.shop, sheet.title, bold=True, align="center", room=room)
        y += leading(sheet.title - 3) + 0.3 * sheet.field
        pen.text(middle, y, self.kind.name, sheet.title - 3, bold=True, align="center", room=room - 8, shrink=True, spacing=2.2)
        self._number()
        _stamps(pen, wording.marks(paper), sheet.side, sheet.top, sheet.size + 1)
        y = sheet.top + self._title_height()
        for row in self.fields:
            y += sheet.field
            for (label, value), x, wide in row:
                self._field(x, y - 0.2 * sheet.field, wording.labelled(label, value), wide)

    def _field(self, x: float, y: float, said: str, room: float) -> None:
        """Somewhat smaller where it is a little too long, cut only beyond that."""
        size = max(words.shrunk(words.clean(said), self.sheet.size, room * POINTS), self.sheet.size * 0.75)
        self.pen.text(x, y, said, size, room=room)

    def _number(self) -> None:
        """The number at the top right, under its bars where it has them."""
        sheet, pen = self.sheet, self.pen
        right = sheet.width - sheet.side
        height = self._title_height()
        if self.bars:
            tall = height - leading(self.small) - 0.6
            draw_bars(pen, self.bars, right - self.bars.width + 2.5, sheet.top, tall, caption=False)
            pen.text(right, sheet.top + height - 0.4, wording.shown_number(self.paper), self.small, align="right", room=46)
        else:
            shown = wording.labelled(_("Number"), wording.shown_number(self.paper))
            pen.text(right, sheet.top + leading(sheet.title), shown, sheet.size, align="right", room=46, shrink=True)

    def _field_rows(self) -> list[list[tuple[tuple[str, str], float, float]]]:
        """Label and value of each field with its place and room, row by row; empty ones are left out."""
        paper, sheet = self.paper, self.sheet
        partner = wording.partner_word(self.kind)
        from_word = _("From warehouse") if paper.to_warehouse else _("Warehouse")
        fields = [
            (partner, paper.partner),
            (_("Phone"), paper.partner_phone),
            (_("Date"), paper.day),
            (from_word, paper.warehouse),
            (_("Address"), paper.partner_address),
            (_("To warehouse"), paper.to_warehouse),
            (_("Put together") if self.kind.makes > 0 else _("Taken apart"), paper.made),
            (_("Handled by"), paper.operator),
        ]
        shown = [field for field in fields if field[1]]
        stops = (*_FIELD_STOPS[sheet.fields], 1.0)
        rows = []
        for first in range(0, len(shown), sheet.fields):
            row = []
            for place, field in enumerate(shown[first : first + sheet.fields]):
                wide = (stops[place + 1] - stops[place]) * sheet.inner - 2
                row.append((field, sheet.side + stops[place] * sheet.inner, wide))
            rows.append(row)
        return rows

    # --- the grid

    def _body(self, page: Sequence[Row], y: float) -> float:
        draw_headings(self.pen, self.columns, y, self.sheet.row, self.sheet.size)
        y += self.sheet.row
        for row in page:
            draw_row(self.pen, self.columns, row, y, self.sheet.size)
            y += row.height
        return y

    # --- the tail, on the last page

    def _tail_height(self) -> float:
        totals = len(self._totals()) * self.sheet.row
        said = (0.35 + len(self.sentences) * 1.15) * leading(self.sheet.size)
        return totals + said + self._signature_height()

    def _signature_height(self) -> float:
        return leading(self.sheet.size) * (2.0 if self.sheet.height < 120 else 2.6)

    def _totals(self) -> list[tuple[str, Decimal | None, str]]:
        """Rows under the lines: what is said on the left, the sum of quantities, the amount as worded."""
        paper = self.paper
        said = wording.amount_in_words(paper)
        quantity = sum((line.quantity for line in paper.lines), Decimal(0)) if paper.lines else None
        if not paper.money:
            return [(_("Total"), quantity, "")]
        extras = wording.adjustments(paper)
        in_words = _(" (in words): {words}").format(words=said) if said else ""
        if not extras:
            return [(_("Total") + in_words, quantity, wording.yuan(paper.total))]
        listed = "    ".join(f"{label} {wording.money(value)}" for label, value in extras)
        due = wording.due_words(self.kind).total
        return [
            (_("Total") + "    " + listed, quantity, wording.yuan(paper.goods)),
            (due + in_words, None, wording.yuan(paper.total)),
        ]

    def _tail(self, y: float) -> None:
        sheet, pen = self.sheet, self.pen
        for said, quantity, amount in self._totals():
            self._total_row(y, said, quantity, amount)
            y += sheet.row
        y += leading(sheet.size) * 0.35
        for sentence in self.sentences:
            y += leading(sheet.size) * 1.15
            pen.text(sheet.side, y, sentence, sheet.size, room=sheet.inner)
        y += self._signature_height() - leading(sheet.size) * 0.6
        labels = wording.signatures(self.kind)
        step = sheet.inner / len(labels)
        for place, label in enumerate(labels):
            x = sheet.side + place * step
            wide = pen.text(x, y, wording.labelled(label, ""), sheet.size, room=step - 12, shrink=True)
            pen.line(x + wide + 1, y + 0.8, x + max(step - 5, wide + 8), y + 0.8)

    def _total_row(self, y: float, said: str, quantity: Decimal | None, amount: str) -> None:
        sheet, pen = self.sheet, self.pen
        pen.box(sheet.side, y, sheet.inner, sheet.row)
        base = y + sheet.row / 2 + words.CAPITAL * sheet.size / 2 / POINTS
        limit = sheet.side + sheet.inner - PAD
        money = self._column("amount")
        if amount and money:
            wide = min(money.width * 1.9, 44)
            pen.text(money.anchor, base, amount, sheet.size, bold=True, align="right", room=wide - PAD, shrink=True)
            limit = money.x + money.width - max(wide, self._points_wide(amount)) - PAD
        column = self._column("quantity")
        if quantity is not None and column:
            shown = word(quantity, "quantity")
            place = min(column.anchor, limit)
            wide = pen.text(place, base, shown, sheet.size, bold=True, align="right", room=column.room, shrink=True)
            limit = place - wide - 2
        pen.text(sheet.side + PAD, base, said, sheet.size, room=limit - sheet.side - PAD, shrink=True)

    def _points_wide(self, amount: str) -> float:
        return min(words.width(amount, self.sheet.size, bold=True) / POINTS + PAD, 44)

    def _column(self, role: str) -> Frame | None:
        return next((column for column in self.columns if column.role == role), None)

    def _sentences(self) -> list[str]:
        """The lines under the grid: money, note, the words of the shop; each as wide as the sheet."""
        sheet, paper = self.sheet, self.paper
        room = sheet.inner * POINTS
        money = "      ".join(wording.settlement(paper))
        lines = words.wrap(money, sheet.size, room, lines=2) if money else []
        if paper.note:
            lines += words.wrap(words.clean(wording.labelled(_("Note"), paper.note)), sheet.size, room, lines=2)
        if paper.footer:
            lines += words.wrap(words.clean(paper.footer), sheet.size, room, lines=1)
        return lines

    # --- the foot, on every page

    def _foot(self, page: int, pages: int) -> None:
        sheet, paper, pen = self.sheet, self.paper, self.pen
        y = sheet.height - sheet.bottom
        right = f"{wording.printed(paper.printed_at)}    {wording.page_of(page, pages)}"
        wide = pen.text(sheet.width - sheet.side, y, right, self.small, align="right")
        tax = wording.labelled(_("Tax no."), paper.shop_tax_no) if paper.shop_tax_no else ""
        shop = wording.together(paper.shop_address, wording.phone(paper.shop_phone), tax)
        left = wording.together(wording.copies(self.kind), shop) if sheet.copies else shop
        pen.text(sheet.side, y, left, self.small, room=sheet.inner - wide - 4)


def _bars(paper: DocumentPaper, sheet: Format) -> Bars | None:
    """The number as bars, where it can be bars and leaves room for the title."""
    if paper.number is None or symbology(paper.number) != "code128":
        return None
    try:
        bars = bars_of(paper.number)
    except BadBarcode:  # a number pattern with Chinese characters: the number stands there in text
        return None
    return bars if bars.width <= sheet.inner * 0.3 else None


def _stamps(pen: Pen, marks: Sequence[str], x: float, y: float, size: float) -> None:
    for mark in marks:
        wide = words.width(mark, size, bold=True) / POINTS + 4
        tall = leading(size) + 1.6
        pen.box(x, y, wide, tall, line=1.2)
        pen.text(x + wide / 2, y + tall / 2 + words.CAPITAL * size / 2 / POINTS, mark, size, bold=True, align="center")
        x += wide + 2
