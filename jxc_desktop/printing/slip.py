"""A document as a till slip: 80 and 58 mm paper, as long as it needs, black only."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from jxc_desktop.columns import word
from jxc_desktop.domain.documents import kind_of
from jxc_desktop.domain.errors import BadBarcode
from jxc_desktop.domain.money import line_amount
from jxc_desktop.i18n import _
from jxc_desktop.printing import text as words
from jxc_desktop.printing import wording
from jxc_desktop.printing.bars import bars_of, draw_bars
from jxc_desktop.printing.grid import leading
from jxc_desktop.printing.pen import POINTS, Pen, whole_dots
from jxc_desktop.printing.values import DocumentPaper, PaperLine, Rendered

LONGEST_PAGE = 2000.0
"""Millimetres of one page; a longer slip goes on on the next (PDF viewers give up at 5,080)."""


@dataclass(frozen=True, slots=True)
class Roll:
    """A paper roll: width and margin in mm, sizes in points. ``columns``: price, quantity, amount below each name."""

    width: float
    margin: float
    body: float
    shop: float
    due: float
    columns: bool

    @property
    def inner(self) -> float:
        return whole_dots(self.width) - 2 * self.margin


ROLL_80 = Roll(80, 4, 8.5, 14, 17, True)
ROLL_58 = Roll(58, 2.5, 8, 13, 16, False)

_PRICE, _QUANTITY = 0.585, 0.74
"""Right ends of the price and quantity columns, as a share of the inner width."""


@dataclass(frozen=True, slots=True)
class _Block:
    """A strip of the slip: its height and how it is drawn from its upper edge."""

    height: float
    draw: Callable[[Pen, float], None]


def render(paper: DocumentPaper, roll: Roll) -> Rendered:
    """``paper`` on one page of the length it needs (more pages past ``LONGEST_PAGE``)."""
    blocks = _Slip(paper, roll).blocks()
    pages: list[list[_Block]] = [[]]
    used = 0.0
    for block in blocks:
        if used + block.height > LONGEST_PAGE:
            pages.append([])
            used = 0.0
        pages[-1].append(block)
        used += block.height
    foot = leading(roll.body - 1.5) + 4
    tallest = max(sum(block.height for block in page) for page in pages)
    height = whole_dots(math.ceil(tallest + foot + 7))
    pen = Pen(whole_dots(roll.width), height, wording.shown_number(paper), kind_of(paper.kind).name)
    for number, page in enumerate(pages, 1):
        y = 4.0
        for block in page:
            block.draw(pen, y)
            y += block.height
        said = f"{wording.printed(paper.printed_at)}    {wording.page_of(number, len(pages))}"
        pen.text(pen.width / 2, y + foot - 3, said, roll.body - 1.5, align="center", room=roll.inner)
        pen.next_page()
    return pen.finish()


class _Slip:
    def __init__(self, paper: DocumentPaper, roll: Roll) -> None:
        self.paper, self.roll = paper, roll
        self.kind = kind_of(paper.kind)
        self.left, self.right = roll.margin, whole_dots(roll.width) - roll.margin

    def blocks(self) -> list[_Block]:
        paper = self.paper
        made = [*self._head(), self._dashes()]
        if self.roll.columns and paper.lines and paper.money:
            made.append(self._headings())
        for line in paper.lines:
            made.extend(self._line(line))
        if not paper.lines:
            made += [self._pair(each.name, wording.money(each.amount)) for each in paper.payments]
            made += [self._pair(f"{_('Settles')} {each.name}", wording.money(each.amount)) for each in paper.settles]
        made += [self._dashes(), *self._sums(), *self._end()]
        return made

    # --- parts

    def _head(self) -> list[_Block]:
        paper, roll = self.paper, self.roll
        made = []
        marks = wording.marks(paper)
        if marks:
            made.append(self._band("  ".join(marks)))
        for line in words.wrap(words.clean(paper.shop), roll.shop, roll.inner * POINTS, bold=True):
            made.append(self._middle(line, roll.shop, bold=True))
        contact = wording.together(paper.shop_address, wording.phone(paper.shop_phone))
        if contact:
            for line in words.wrap(words.clean(contact), roll.body - 0.5, roll.inner * POINTS):
                made.append(self._middle(line, roll.body - 0.5))
        if not self.kind.is_retail:
            made.append(self._middle(self.kind.name, roll.body + 2, bold=True))
        made.append(_gap(1.2))
        made.append(self._pair(wording.shown_number(paper), word(paper.moment, "moment")))
        operator = (
            _("Till {name}").format(name=paper.operator)
            if self.kind.is_retail
            else wording.labelled(_("Handled by"), paper.operator)
        )
        partner = wording.labelled(_("Member") if self.kind.is_retail else wording.partner_word(self.kind), paper.partner)
        made.append(self._pair(operator if paper.operator else "", partner if paper.partner else ""))
        if paper.to_warehouse:
            made.append(self._pair(f"{paper.warehouse} → {paper.to_warehouse}", ""))
        return made

    def _headings(self) -> _Block:
        size = self.roll.body

        def draw(pen: Pen, y: float) -> None:
            base = y + leading(size)
            inner = self.roll.inner
            pen.text(self.left, base, _("Name"), size, room=inner * 0.3)
            pen.text(self._stop(_PRICE), base, _("Price"), size, align="right", room=inner * 0.28, shrink=True)
            stop = inner * (_QUANTITY - _PRICE) - 1
            pen.text(self._stop(_QUANTITY), base, _("Quantity"), size, align="right", room=stop, shrink=True)
            pen.text(self.right, base, _("Amount"), size, align="right", room=inner * (1 - _QUANTITY) - 1.5, shrink=True)

        return _Block(leading(size) * 1.2, draw)

    def _line(self, line: PaperLine) -> list[_Block]:
        size, paper = self.roll.body, self.paper
        name = words.clean(wording.goods_name(line.name, line.spec))
        amount = wording.money(_before_discount(line)) if paper.money else ""
        price = word(line.price, "price") if paper.money else ""
        quantity = f"{word(line.quantity, 'quantity')} {line.unit}"
        if line.counted is not None:
            quantity = f"{word(line.booked, 'quantity')} → {word(line.counted, 'quantity')}  ({quantity})"
        made = [self._row(text, "", size) for text in words.wrap(name, size, self.roll.inner * POINTS)]
        if self.roll.columns and self._in_columns(price, quantity, amount):
            made.append(self._figures(line.barcode or line.code, price, quantity, amount))
        else:
            made += self._meeting(f"{price} × {quantity}" if price else quantity, amount, bold_right=True)
        if line.batch or line.expiry:
            made.append(self._row("  " + wording.together(line.batch, line.expiry), "", size - 1))
        saved = _before_discount(line) - (line.amount or 0)
        if paper.money and saved > 0:
            made.append(self._row("  " + _("Member or special price"), wording.money(-saved), size - 0.5))
        return made

    def _in_columns(self, price: str, quantity: str, amount: str) -> bool:
        """Whether the figures can be read in their columns; huge ones take lines of their own."""
        rooms = ((price, _PRICE), (quantity, _QUANTITY - _PRICE), (amount, 1 - _QUANTITY))
        wide = [(words.width(words.clean(text), self.roll.body) / POINTS, share * self.roll.inner) for text, share in rooms]
        return all(needed * 0.8 <= room for needed, room in wide) or not price

    def _figures(self, code: str, price: str, quantity: str, amount: str) -> _Block:
        """Code, price, quantity and amount in their columns; without prices the quantity has the right edge."""
        size, roll = self.roll.body, self.roll

        def draw(pen: Pen, y: float) -> None:
            base = y + leading(size)
            if not price:
                wide = pen.text(self.right, base, quantity, size, align="right", room=roll.inner * 0.5, shrink=True)
                pen.text(self.left, base, code, size - 1.5, room=roll.inner - wide - 2)
                return
            pen.text(
                self.right, base, amount, size, bold=True, align="right", room=roll.inner * (1 - _QUANTITY) - 1.5, shrink=True
            )
            stop = roll.inner * (_QUANTITY - _PRICE) - 1
            pen.text(self._stop(_QUANTITY), base, quantity, size, align="right", room=stop, shrink=True)
            wide = pen.text(self._stop(_PRICE), base, price, size, align="right", room=roll.inner * 0.28, shrink=True)
            pen.text(self.left, base, code, size - 1.5, room=roll.inner * _PRICE - wide - 1.5)

        return _Block(leading(size) * 1.08, draw)

    def _sums(self) -> list[_Block]:
        paper, roll = self.paper, self.roll
        quantity = sum((line.quantity for line in paper.lines), Decimal(0))
        counted = (
            _("{kinds} kinds, {quantity} pieces").format(kinds=len(paper.lines), quantity=word(quantity, "quantity"))
            if paper.lines
            else ""
        )
        if not paper.money:
            return [self._row(counted, "", roll.body)]
        saved = sum((_before_discount(line) - (line.amount or 0) for line in paper.lines), Decimal(0))
        goods = sum((_before_discount(line) for line in paper.lines), Decimal(0)) if paper.lines else paper.total
        made = [self._row(counted, f"{_('Total')} {wording.money(goods)}", roll.body)] if paper.lines else []
        if saved > 0:
            made.append(self._row("", _("You saved {amount}").format(amount=wording.money(-saved)), roll.body))
        for label, value in wording.adjustments(paper):
            made.append(self._row("", f"{label} {wording.money(value)}", roll.body))
        made.append(self._due())
        paid = [(each.name, each.amount) for each in paper.payments] if paper.lines else []
        for place, (name, amount) in enumerate(paid):
            change = _("Change back {amount}").format(amount=wording.money(paper.change)) if paper.change and place == 0 else ""
            made.append(self._row(f"{name} {wording.money(amount)}", change, roll.body))
        if paper.unpaid:
            made.append(self._row(f"{wording.due_words(self.kind).unpaid} {wording.money(paper.unpaid)}", "", roll.body))
        if paper.balance_after is not None and paper.partner:
            said = wording.settlement(paper)[-1]
            made.append(self._row(said, "", roll.body))
        return made

    def _due(self) -> _Block:
        roll, paper = self.roll, self.paper
        label = wording.due_words(self.kind).total

        def draw(pen: Pen, y: float) -> None:
            base = y + leading(roll.due) * 0.95
            wide = pen.text(self.left, base, label, roll.body + 2.5, bold=True)
            room = roll.inner - wide - 2
            pen.text(self.right, base, wording.yuan(paper.total), roll.due, bold=True, align="right", room=room, shrink=True)

        return _Block(leading(roll.due) * 1.12, draw)

    def _end(self) -> list[_Block]:
        paper, roll = self.paper, self.roll
        made = [self._dashes()]
        if paper.note:
            note = words.clean(wording.labelled(_("Note"), paper.note))
            made += [self._row(line, "", roll.body) for line in words.wrap(note, roll.body, roll.inner * POINTS, lines=4)]
        made += self._bars()
        if paper.footer:
            footer = words.clean(paper.footer)
            made += [self._middle(line, roll.body) for line in words.wrap(footer, roll.body, roll.inner * POINTS, lines=3)]
        return made

    def _bars(self) -> list[_Block]:
        """The number as bars for returns, where it fits; it stands as text in the head in any case."""
        if self.paper.number is None:
            return []
        try:
            bars = bars_of(self.paper.number)
        except BadBarcode:  # a number pattern with Chinese characters: the text in the head is all there is
            return []
        full = whole_dots(self.roll.width)
        if bars.width > full:
            return []
        size = self.roll.body - 1
        return [_Block(14.5, lambda pen, y: draw_bars(pen, bars, (full - bars.width) / 2, y + 1.5, 12, size))]

    # --- strips

    def _stop(self, share: float) -> float:
        return self.left + self.roll.inner * share

    def _middle(self, text: str, size: float, bold: bool = False) -> _Block:
        def draw(pen: Pen, y: float) -> None:
            pen.text(
                pen.width / 2, y + leading(size) * 0.95, text, size, bold=bold, align="center", room=self.roll.inner, shrink=True
            )

        return _Block(leading(size) * 1.12, draw)

    def _row(self, left: str, right: str, size: float, bold_right: bool = False) -> _Block:
        """Left and right on one line; what is on the right is whole, the left is cut where they would meet."""

        def draw(pen: Pen, y: float) -> None:
            base = y + leading(size)
            room = self.roll.inner * (0.7 if left else 1)
            wide = pen.text(self.right, base, right, size, bold=bold_right, align="right", room=room, shrink=True)
            # Blanks in front are an indent; cleaning would take them.
            indent = len(left) - len(left.lstrip())
            pen.text(self.left + indent * 0.8, base, left, size, room=self.roll.inner - wide - indent * 0.8 - (2 if right else 0))

        return _Block(leading(size) * 1.08, draw)

    def _pair(self, left: str, right: str) -> _Block:
        """Two texts on one line, or on two where they would meet; nothing where there is nothing."""
        blocks = self._meeting(left, right) if left or right else []
        return _stack(blocks)

    def _meeting(self, left: str, right: str, bold_right: bool = False) -> list[_Block]:
        size = self.roll.body
        needed = words.width(words.clean(left), size) + words.width(words.clean(right), size, bold_right)
        if not left or not right or needed / POINTS + 2 <= self.roll.inner:
            return [self._row(left, right, size, bold_right)]
        if bold_right:
            return [self._row(left, "", size), self._row("", right, size, bold_right)]
        return [self._row(left, "", size), self._row(right, "", size)]

    def _dashes(self) -> _Block:
        return _Block(2.6, lambda pen, y: pen.line(self.left, y + 1.6, self.right, y + 1.6, 0.7, dashed=True))

    def _band(self, text: str) -> _Block:
        """The one inverted band: what must not be overlooked."""
        size = self.roll.body + 4

        def draw(pen: Pen, y: float) -> None:
            pen.box(self.left, y, self.roll.inner, leading(size) + 1, filled=True)
            pen.ink(white=True)
            pen.text(pen.width / 2, y + leading(size) * 0.88 + 0.2, text, size, bold=True, align="center")
            pen.ink(white=False)

        return _Block(leading(size) + 3, draw)


def _stack(blocks: list[_Block]) -> _Block:
    def draw(pen: Pen, y: float) -> None:
        for block in blocks:
            block.draw(pen, y)
            y += block.height

    return _Block(sum(block.height for block in blocks), draw)


def _gap(height: float) -> _Block:
    return _Block(height, lambda *_unused: None)


def _before_discount(line: PaperLine) -> Decimal:
    """What the line would be at its full price; its amount where no discount was given."""
    if line.amount is None or line.price is None or not line.discount:
        return line.amount or Decimal(0)
    return line_amount(line.quantity, line.price)
