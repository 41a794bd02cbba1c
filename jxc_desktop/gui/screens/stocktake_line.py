"""One line of a count as it is shown and typed: what was found of it, what the book held then, what moved since."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from jxc_desktop.columns import EMPTY, quantity_text, word
from jxc_desktop.domain.counting import FIRST, SECOND, Found
from jxc_desktop.domain.documents import DocumentKind, DraftLine
from jxc_desktop.domain.errors import JxcError
from jxc_desktop.domain.stocktake import read_count, value_of
from jxc_desktop.gui.document_lines import EditLine
from jxc_desktop.i18n import _, clauses, listed
from jxc_desktop.queries.editing import LineProduct, LineUnit
from jxc_desktop.queries.stocktake_rows import CountRow, Moved

NOTHING_MOVED = Moved()
NOT_FOUND = Found()


@dataclass(slots=True)
class Sitting:
    """Who counts at this window: his name, which count it is, and the newest entry there was when he sat down.

    ``batches``: the batch that is meant where goods kept by batch are scanned, by product.
    """

    counter: str
    round: int = FIRST
    floor: int = 0
    batches: dict[int, str] = field(default_factory=dict)


@dataclass(slots=True)
class CountLine(EditLine):
    """One thing to count. ``typed(line, quantity, text)`` is told of a count that was typed into its cell.

    ``found``: what all counters found; ``moved``: what was sold, came and went after it was counted last.
    """

    row: CountRow = field(kw_only=True)
    sitting: Sitting = field(kw_only=True)
    typed: Callable[[CountLine, Decimal | None, str], object] = field(kw_only=True)
    found: Found = NOT_FOUND
    moved: Moved = NOTHING_MOVED

    @property
    def counted(self) -> Decimal | None:
        return self.found.counted

    @property
    def book(self) -> Decimal:
        """What the book held when this was counted; what it holds now while it is not."""
        return self.row.book - self.moved.net if self.counted is not None else self.row.book

    @property
    def difference(self) -> Decimal | None:
        return None if self.counted is None else self.counted - self.book

    @property
    def value(self) -> Decimal | None:
        return value_of(self.difference, self.row.cost)

    @property
    def reason(self) -> str:
        return self.found.reason

    @property
    def round(self) -> int:
        """Which count a change of this line belongs to: what was counted a second time goes by that count."""
        return SECOND if self.found.second is not None else self.sitting.round

    @property
    def own(self) -> Decimal | None:
        """What this counter found in the count that a change belongs to."""
        return self.found.own(self.sitting.counter, self.round)

    @property
    def counters(self) -> str:
        """Who counted it."""
        return listed(name for name, _quantity in self.found.by if name)

    @property
    def shown(self) -> Decimal | None:
        """What stands in the cell: while counting a second time only what the second count found."""
        return self.counted if self.sitting.round == FIRST else self.found.second

    def words(self) -> str:
        """The cell as it is painted: what all counters found, or what was typed and is wrong."""
        wrong = self.draft.typed.get("quantity")
        return wrong if wrong is not None else "" if self.shown is None else quantity_text(self.shown)

    def text(self, key: str) -> str:
        """What is typed over: one's own count."""
        if key != "quantity":
            return self.reason if key == "reason" else ""
        wrong = self.draft.typed.get(key)
        return wrong if wrong is not None else "" if self.own is None else quantity_text(self.own)

    def put(self, key: str, text: str, *, kind: DocumentKind, today: date) -> bool:
        """Take a typed count: ``12``, ``3箱2瓶``, nothing for not counted. What is wrong stays as typed and is no count."""
        self.errors.pop(key, None)
        self.draft.typed.pop(key, None)
        try:
            quantity = self.read(text)
        except JxcError as error:
            self.errors[key] = str(error)
            self.draft.typed[key] = text
            return False
        self.typed(self, quantity, text)
        return True

    def read(self, text: str) -> Decimal | None:
        """A count in the units of this product, in base units. Raises what :func:`read_count` raises."""
        return read_count(text, [(u.name, u.factor) for u in self.row.units], field=_("Counted"))

    @property
    def since(self) -> str:
        """``盘后已售 2``: what happened after it was counted; "" where nothing did."""
        if self.counted is None:
            return ""
        parts = []
        if self.moved.sold:
            parts.append(_("{quantity} sold since").format(quantity=quantity_text(self.moved.sold)))
        if self.moved.other > 0:
            parts.append(_("{quantity} came in since").format(quantity=quantity_text(self.moved.other)))
        if self.moved.other < 0:
            parts.append(_("{quantity} went out since").format(quantity=quantity_text(-self.moved.other)))
        return clauses(parts)


def line_of(row: CountRow, sitting: Sitting, typed: Callable[[CountLine, Decimal | None, str], object]) -> CountLine:
    """The line of something to count."""
    return CountLine(DraftLine(row.product_id, batch=row.batch or None), product_of(row), row=row, sitting=sitting, typed=typed)


def product_of(row: CountRow) -> LineProduct:
    """The two lines of the name cell: product, and its code or, of goods kept by batch, the batch."""
    units = tuple(LineUnit(None if n == 0 else n, u.name, u.factor, (None, None, None, None)) for n, u in enumerate(row.units))
    below = batch_words(row.batch, row.expiry) if row.batch else row.barcode or row.code
    return LineProduct(row.product_id, row.code, row.name, "", below, bool(row.batch), None, None, units)


def batch_words(number: str, expiry: str | None) -> str:
    """A batch as counters know it from the packing: by its number and the day it expires."""
    said = _("batch {number}").format(number=number)
    return said if expiry is None else said + "  " + _("expires {day}").format(day=expiry)


def signed(value: Decimal | None, shape: str = "quantity") -> str:
    """``+3``, ``-¥10.80``, ``0``; a dash for none."""
    if value is None:
        return EMPTY
    words = word(abs(value), "money" if shape == "money" else "quantity")
    if not value:
        return words
    return ("+" if value > 0 else "-") + ("¥" if shape == "money" else "") + words


def tone_of(value: Decimal | None) -> str | None:
    """Gains are info, losses danger, nothing is ink."""
    return None if not value else "info" if value > 0 else "danger"
