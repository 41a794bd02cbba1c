"""The cost difference slip on A4: what it did, which documents from what to what, why, and that it adds up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from jxc_desktop.columns import quantity_text, word
from jxc_desktop.domain.documents import kind_of
from jxc_desktop.i18n import _, clauses
from jxc_desktop.printing import text as words
from jxc_desktop.printing import wording
from jxc_desktop.printing.grid import leading
from jxc_desktop.printing.pen import POINTS, Align, Pen
from jxc_desktop.printing.values import Rendered
from jxc_desktop.queries import difference_words as said
from jxc_desktop.queries.difference_why import ProductWhy, Slip, because
from jxc_desktop.queries.differences import DifferenceRow, sum_of

WIDTH, HEIGHT, SIDE, TOP, BOTTOM = 210.0, 297.0, 12.0, 12.0, 12.0
INNER = WIDTH - 2 * SIDE
SIZE, SMALL, ROW = 8.5, 8.0, 5.8
FOOT = 10.0
"""Millimetres at the foot of every page for shop, moment and page."""


@dataclass(frozen=True, slots=True)
class DifferencePaper:
    """A slip with what every paper of the shop carries."""

    slip: Slip
    shop: str
    printed_at: str
    demo: bool = False


@dataclass(frozen=True, slots=True)
class _Column:
    heading: str
    width: float
    align: Align = "right"


def render(paper: DifferencePaper) -> Rendered:
    """``paper`` on as many A4 pages as it needs; the why stands on the last."""
    return _Paper(paper).render()


class _Paper:
    def __init__(self, paper: DifferencePaper) -> None:
        self.paper, self.slip = paper, paper.slip
        self.pen = Pen(WIDTH, HEIGHT, f"{_('Cost difference slip')} {paper.slip.head.number}", said.subtitle(paper.slip.head))
        self.several = len(paper.slip.products) > 1
        self.columns = self._columns()

    def render(self) -> Rendered:
        rows, tail = list(self.slip.rows), self._tail_height()
        pages: list[list[DifferenceRow]] = []
        while True:
            start = self._start(not pages)
            room = HEIGHT - BOTTOM - FOOT - start - ROW
            fits = max(int(room / ROW), 1)
            if len(rows) * ROW + ROW + tail <= room:
                pages.append(rows)
                break
            take = min(fits, len(rows))
            pages.append(rows[:take])
            rows = rows[take:]
        for number, page in enumerate(pages, 1):
            y = self._head(first=number == 1)
            y = self._table(page, y) if page or number == 1 else y
            if number == len(pages):
                self._tail(self._total(y))
            self._foot(number, len(pages))
            self.pen.next_page()
        return self.pen.finish()

    def _columns(self) -> tuple[_Column, ...]:
        wide = [
            _Column(_("Business time"), 21, "left"),
            _Column(_("Kind"), 22, "left"),
            _Column(_("Document"), 35, "left"),
            *([_Column(_("Product"), 27, "left")] if self.several else []),
            _Column(_("Quantity"), 14),
            _Column(_("Old cost"), 20),
            _Column(_("New cost"), 20),
            _Column(_("Cost difference"), 18),
            _Column(_("Old profit"), 18),
            _Column(_("New profit"), 18),
        ]
        scale = INNER / sum(column.width for column in wide)
        return tuple(_Column(c.heading, c.width * scale, c.align) for c in wide)

    # --- head ----------------------------------------------------------------------------------------------------

    def _start(self, first: bool) -> float:
        return TOP + leading(16) + leading(9) + (26 if first else 4)

    def _head(self, *, first: bool) -> float:
        pen, slip = self.pen, self.slip
        y = TOP + leading(16) * 0.8
        if self.paper.demo:
            pen.text(WIDTH - SIDE, y, _("Demo"), 12, bold=True, align="right")
        pen.text(SIDE, y, _("Cost difference slip"), 16, bold=True)
        y += leading(9) * 1.25
        about = f"{said.subtitle(slip.head)}    {clauses((said.document_count(slip), said.goods_words(slip)))}"
        pen.text(SIDE, y, about, 9, room=INNER)
        if first:
            self._effects(TOP + leading(16) + leading(9) + 4)
        return self._start(first)

    def _effects(self, y: float) -> None:
        """The figures in frames side by side."""
        figures = said.effects(self.slip)
        wide, tall = INNER / len(figures), 19.0
        for place, one in enumerate(figures):
            x = SIDE + place * wide
            self.pen.box(x, y, wide, tall)
            room = wide - 4
            self.pen.text(x + 2, y + 4.6, one.caption, SMALL, room=room)
            self.pen.text(x + 2, y + 11, said.signed(one.amount), 13, bold=True, room=room, shrink=True)
            self.pen.text(x + 2, y + 16.4, one.note, 7.5, room=room, shrink=True)

    # --- the documents -------------------------------------------------------------------------------------------

    def _table(self, rows: Sequence[DifferenceRow], y: float) -> float:
        pen = self.pen
        pen.line(SIDE, y, WIDTH - SIDE, y, 1)
        self._cells([column.heading for column in self.columns], y, bold=True)
        y += ROW
        pen.line(SIDE, y, WIDTH - SIDE, y, 0.7)
        for row in rows:
            self._cells(self._texts(row), y)
            y += ROW
            pen.line(SIDE, y, WIDTH - SIDE, y, 0.25)
        return y

    def _texts(self, row: DifferenceRow) -> list[str]:
        return [
            said.short_moment(row.date),
            kind_of(row.kind).name,
            row.number,
            *([row.name] if self.several else []),
            quantity_text(row.quantity),
            *(word(value, "money") for value in (row.old_cost, row.new_cost)),
            said.signed_figure(row.difference),
            *(word(value, "money") for value in (row.old_profit, row.new_profit)),
        ]

    def _total(self, y: float) -> float:
        rows = self.slip.rows
        whole = sum_of("", rows)
        quantity = "" if self.several else quantity_text(self.slip.products[0].issued_quantity)
        texts = [
            _("Total"), "", said.document_count(self.slip), *([""] if self.several else []), quantity,
            word(whole.old_cost, "money"), word(whole.new_cost, "money"), said.signed_figure(whole.difference),
            word(whole.old_profit, "money"), word(whole.new_profit, "money"),
        ]  # fmt: skip
        self._cells(texts, y, bold=True)
        self.pen.line(SIDE, y + ROW, WIDTH - SIDE, y + ROW, 1)
        return y + ROW

    def _cells(self, texts: Sequence[str], y: float, *, bold: bool = False) -> None:
        x, base = SIDE, y + ROW / 2 + words.CAPITAL * SIZE / 2 / POINTS
        for column, text in zip(self.columns, texts, strict=True):
            figure = column.align == "right"
            place, room = x + column.width - 1.2 if figure else x + 1.2, column.width - 2.4
            self.pen.text(place, base, text, SIZE, bold=bold, align=column.align, room=room, shrink=figure or bold)
            x += column.width

    # --- why -----------------------------------------------------------------------------------------------------

    def _shown(self) -> tuple[ProductWhy, ...]:
        return self.slip.products[:4]

    def _tail_height(self) -> float:
        return 12 + sum(self._block_height(why) for why in self._shown()) + leading(SMALL) * 2 + 16

    def _block_height(self, why: ProductWhy) -> float:
        lines = [said.cause_lines(self.slip, why), said.average_lines(self.slip, why), said.proof_lines(why)]
        name = leading(SIZE) * 1.4 if self.several else 0
        return max(len(some) for some in lines) * leading(SIZE) * 1.25 + leading(SIZE) * 1.5 + name + 3

    def _tail(self, y: float) -> None:
        pen = self.pen
        y += 8
        pen.text(SIDE, y, _("Why it changed"), 11, bold=True)
        wide = words.width(_("Why it changed"), 11, True) / POINTS
        pen.text(SIDE + wide + 4, y, because(self.slip), 9, room=INNER - wide - 4, shrink=True)
        y += 4
        for why in self._shown():
            self._block(why, y)
            y += self._block_height(why)
        rest = len(self.slip.products) - len(self._shown())
        note = said.closing_words(self.slip)
        if rest:
            note = _("{count} more products are on the screen.").format(count=rest) + " " + note
        pen.text(SIDE, y + leading(SMALL), note, SMALL, room=INNER, shrink=True)
        for place, who in enumerate((_("Made out by"), _("Accountant"), _("Approved by"))):
            pen.text(SIDE + place * INNER / 3, y + leading(SMALL) * 2 + 9, f"{who}：", 9)

    def _block(self, why: ProductWhy, y: float) -> None:
        """Cause, average and proof side by side."""
        pen, third = self.pen, INNER / 3
        y += leading(SIZE) * 1.2
        if self.several:
            pen.text(SIDE, y, f"{why.name} {why.code}", SIZE, bold=True, room=INNER)
            y += leading(SIZE) * 1.4
        parts = (
            (said.cause_title(self.slip.head), said.cause_lines(self.slip, why)),
            (_("How the average changed"), said.average_lines(self.slip, why)),
            (_("Does it add up"), said.proof_lines(why)),
        )
        for place, (title, lines) in enumerate(parts):
            x, room = SIDE + place * third, third - 5
            pen.text(x, y, title, SIZE, bold=True, room=room, shrink=True)
            for number, line in enumerate(lines, 1):
                base = y + number * leading(SIZE) * 1.25
                taken = pen.text(x + room, base, line.value, SIZE, bold=line.strong, align="right", room=room * 0.72, shrink=True)
                pen.text(x, base, line.label, SIZE, bold=line.strong, room=room - taken - 1, shrink=True)

    def _foot(self, number: int, pages: int) -> None:
        text = f"{wording.printed(self.paper.printed_at)}    {wording.page_of(number, pages)}"
        wide = self.pen.text(WIDTH - SIDE, HEIGHT - BOTTOM, text, 8, align="right")
        self.pen.text(SIDE, HEIGHT - BOTTOM, self.paper.shop, 8, room=INNER - wide - 4)
