"""The lines of a document while they are typed: exact values, what is wrong in which cell, totals as posting has them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from jxc_desktop.columns import quantity_text, word
from jxc_desktop.domain.documents import ZERO, DocumentKind, DraftLine
from jxc_desktop.domain.errors import JxcError, NotAboveZero
from jxc_desktop.domain.money import PRICE_PLACES, QUANTITY_PLACES, TOTAL_LIMIT, line_amount, round_half_up
from jxc_desktop.domain.stocktake import read_count
from jxc_desktop.domain.units import Factor, price_in
from jxc_desktop.gui.widgets.dates import read_date
from jxc_desktop.gui.widgets.fields import typed_number
from jxc_desktop.i18n import N_, _
from jxc_desktop.queries.batches import Lot
from jxc_desktop.queries.editing import LEVELS, LineProduct, LineUnit, Returnable
from jxc_desktop.services.batches import Dates, check_dates

TITLES = {
    "quantity": N_("Quantity"),
    "price": N_("Unit price"),
    "discount": N_("Discount"),
    "batch": N_("Batch"),
    "produced": N_("Produced"),
    "expiry": N_("Expiry date"),
    "reason": N_("Reason"),
    "note": N_("Note"),
}
_MIXED = re.compile(r"(\s*[0-9.,]+\s*[^0-9.,\s]+){2,}\s*[0-9.,]*\s*")


def has_price(kind: DocumentKind) -> bool:
    """Whether lines of this kind have a price: transfers and goods that simply leave go at cost."""
    return kind.has_money or kind.sets_cost or (kind.stock > 0 and kind.code != "transfer")


@dataclass(frozen=True, slots=True)
class Part:
    """So many base units out of one batch."""

    lot: Lot
    quantity: Decimal


@dataclass(slots=True)
class EditLine:
    """One line: what is meant (``draft``), the product, what it returns or fulfils, and what is wrong by cell.

    ``priced``: the price that was said, of which unit, and what it became in another one.
    ``kept``: what stood in a cell before it became wrong.
    ``planned``: from which batches posting will take it, while it names none.
    ``ordered``: base units open on the order line. ``by_hand``: cells that were typed, which a new price level leaves alone.
    """

    draft: DraftLine
    product: LineProduct
    original: Returnable | None = None
    ordered: Decimal | None = None
    errors: dict[str, str] = field(default_factory=dict)
    by_hand: set[str] = field(default_factory=set)
    share: Decimal | None = None
    priced: tuple[Decimal, Factor, Decimal] | None = None
    planned: tuple[Part, ...] = ()
    kept: dict[str, str] = field(default_factory=dict)

    @property
    def unit(self) -> LineUnit:
        return self.product.unit(self.draft.unit_id)

    @property
    def base_quantity(self) -> Decimal:
        """In base units; 0 while nothing, or nothing exact, is typed."""
        if self.draft.quantity is None:
            return ZERO
        try:
            return self.unit.factor.to_base(self.draft.quantity, field=_("Quantity"))
        except JxcError:
            return ZERO

    @property
    def lot(self) -> Lot | None:
        """The batch that is named, as far as it is known."""
        said = (self.draft.batch or "").casefold()
        return next((lot for lot in self.product.lots if lot.number.casefold() == said), None)

    def in_unit(self, base: Decimal | None) -> Decimal | None:
        """Base units in the line's unit, to three places, rounded down."""
        if base is None:
            return None
        found = self.unit.factor.from_base(base)
        return Decimal(found.numerator * 1000 // found.denominator).scaleb(-3)

    def said(self, base: Decimal) -> tuple[str, str]:
        """``base`` base units as quantity and unit, exactly: in the line's unit where that says it, else in base units."""
        exact_in = self.unit.factor.from_base(base) * 10**QUANTITY_PLACES
        whole = exact_in.denominator == 1
        shown = self.in_unit(base) if whole else base
        return quantity_text(shown or ZERO), (self.unit if whole else self.product.units[0]).name

    def take_base(self, base: Decimal, kind: DocumentKind) -> None:
        """Let the line mean exactly ``base`` base units: in its unit where that says it, else in base units."""
        exact_in = self.unit.factor.from_base(base) * 10**QUANTITY_PLACES
        if exact_in.denominator != 1:
            self.set_unit(None, kind)
        self.draft.quantity, self.draft.amount = self.in_unit(base), None

    @property
    def amount(self) -> Decimal | None:
        """What the line comes to, as posting works it out; None where it has no price."""
        if self.draft.amount is not None:
            return self.draft.amount
        if self.original is not None and self.draft.price is None:
            return self.share
        if self.draft.quantity is None or self.draft.price is None:
            return None
        return line_amount(self.draft.quantity, self.draft.price, self.draft.discount)

    @property
    def price(self) -> Decimal | None:
        """The price typed, or what a return gives back per unit."""
        if self.draft.price is None and self.original is not None and self.share is not None and self.draft.quantity:
            return round_half_up(self.share / self.draft.quantity, PRICE_PLACES)
        return self.draft.price

    def text(self, key: str) -> str:
        """What stands in a cell: as typed where it is wrong."""
        if key in self.draft.typed:
            return self.draft.typed[key]
        if key == "quantity":
            return "" if self.draft.quantity is None else quantity_text(self.draft.quantity)
        if key == "price":
            return "" if self.price is None else word(self.price, "price").replace(",", "")
        if key == "discount":
            return f"{quantity_text(self.draft.discount * 100)}%" if self.draft.discount else ""
        return str(getattr(self.draft, key) or "")

    def put(self, key: str, text: str, *, kind: DocumentKind, today: date) -> bool:
        """Take what was typed into a cell. A wrong text stays as typed, with the reason in ``errors``; True when it is right."""
        before = self.kept.pop(key, None) if key in self.errors else self.text(key)
        self.by_hand.add(key)
        self.draft.typed.pop(key, None)
        self.errors.pop(key, None)
        try:
            self._take(key, text.strip(), kind, today)
        except JxcError as error:
            self.errors[key] = str(error)
            self.draft.typed[key] = text
            self.kept[key] = before or ""
            if key in ("quantity", "price"):
                setattr(self.draft, key, None)
            return False
        if key in ("quantity", "price", "discount"):
            self.draft.amount = None
        return True

    def _take(self, key: str, text: str, kind: DocumentKind, today: date) -> None:
        title = _(TITLES[key])
        if key == "quantity":
            self._take_quantity(text, title, kind)
        elif key == "price":
            self.draft.price = typed_number(text, title, PRICE_PLACES)
        elif key == "discount":
            self.draft.discount = (typed_number(text.rstrip("%％"), title, 4, high=Decimal(100)) or ZERO) / 100
        elif key in ("produced", "expiry"):
            self._take_day(key, read_date(text, today, ahead=key == "expiry").isoformat() if text else None, today)
        elif key == "batch":
            self._take_batch(text, kind)
        else:
            setattr(self.draft, key, text)

    def _take_batch(self, text: str, kind: DocumentKind) -> None:
        """A batch by its number. Where goods come in, a known one brings its dates, unless they were typed."""
        before = self.lot
        self.draft.batch = text or None
        self.draft.expired_ok, self.draft.expired_reason = False, ""
        lot = self.lot
        if lot is not None:
            self.draft.batch = lot.number
        for key in ("produced", "expiry"):
            if kind.stock > 0 and key not in self.by_hand and (lot is not None or before is not None):
                setattr(self.draft, key, getattr(lot, key, None))

    def _take_day(self, key: str, day: str | None, today: date) -> None:
        """A production date, from which the expiry follows, or an expiry typed directly. Raises :class:`BadValue`."""
        other = "expiry" if key == "produced" else "produced"
        kept = getattr(self.draft, other) if key == "expiry" or "expiry" in self.by_hand else None
        check_dates(Dates(**{key: day, other: kept}), today.isoformat())
        setattr(self.draft, key, day)
        self._follow_shelf_life(key)

    def _take_quantity(self, text: str, title: str, kind: DocumentKind) -> None:
        if (mixed := self._mixed(text, title)) is not None:
            self.set_unit(None, kind)
            self.draft.quantity = mixed
            return
        ends = [u for u in self.product.units if u.name and text.endswith(u.name)]
        named = max(ends, key=lambda unit: len(unit.name), default=None)
        number = text.removesuffix(named.name) if named is not None else text
        value = typed_number(number, title, QUANTITY_PLACES)
        if value is not None and value <= 0:
            raise NotAboveZero(field=title)
        if named is not None and named.id != self.draft.unit_id:
            self.set_unit(named.id, kind)
        if value is not None:
            self.unit.factor.to_base(value, field=title)
        self.draft.quantity = value

    def _mixed(self, text: str, title: str) -> Decimal | None:
        """``3箱2瓶`` in base units; None for a quantity of one unit."""
        names = [unit for unit in self.product.units if unit.name]
        if sum(unit.name in text for unit in names) < 2 or not _MIXED.fullmatch(text):
            return None
        value = read_count(text, [(unit.name, unit.factor) for unit in names], field=title)
        if value is not None and value <= 0:
            raise NotAboveZero(field=title)
        return value

    def _follow_shelf_life(self, key: str) -> None:
        if key == "produced" and self.draft.produced and self.product.shelf_life_days and "expiry" not in self.by_hand:
            made = date.fromisoformat(self.draft.produced)
            self.draft.expiry = (made + timedelta(days=self.product.shelf_life_days)).isoformat()

    def set_unit(self, unit_id: int | None, kind: DocumentKind) -> None:
        """Choose another unit; the price follows it: the list price of the same level, else in proportion to four places.

        What was typed for a box is kept, so that choosing the bottle and then the box again gives back the same price.
        """
        before, price = self.unit, self.draft.price
        self.draft.unit_id, self.draft.amount = unit_id, None
        if price is None:
            return
        if kind.price == "list" and "price" not in self.by_hand:
            levels = [name for name in LEVELS.values() if self.product.list_price(name, before.id) == price]
            own = self.product.list_price(levels[0], unit_id) if levels else None
            if own is not None:
                self.draft.price = own
                return
        if self.priced is None or self.priced[2] != price:
            self.priced = (price, before.factor, price)
        said, factor, _shown = self.priced
        self.draft.price = price_in(Decimal(1), self.unit.factor, said, factor, ZERO)[0]
        self.priced = (said, factor, self.draft.price)

    def check(self, kind: DocumentKind, today: date) -> None:
        """Find out again what is wrong with the texts of a draft that was left unfinished."""
        for key, text in list(self.draft.typed.items()):
            self.put(key, text, kind=kind, today=today)


@dataclass(frozen=True, slots=True)
class Need:
    """Goods that a line takes: ``each`` base units of them in one of its own; ``on_hand`` by warehouse; ``part``: of a kit."""

    product_id: int
    name: str
    unit: str
    negative: str | None
    each: Decimal
    on_hand: Mapping[int, Decimal]
    part: bool


def needs_of(line: EditLine) -> list[Need]:
    """What a line takes where it goes out: its product, of a kit the parts."""
    product = line.product
    if product.parts:
        return [Need(p.id, p.name, p.unit, p.negative, p.each, on_hand, True) for p, on_hand in product.parts]
    return [Need(product.id, product.name, product.units[0].name, product.negative, Decimal(1), product.on_hand, False)]


def first_price(kind: DocumentKind, product: LineProduct, unit_id: int | None, level: str) -> Decimal | None:
    """The price a new line starts with: of the list at the partner's level, or what was paid last."""
    if kind.family == "sales":
        return product.list_price(LEVELS[level], unit_id)
    factor = product.unit(unit_id).factor
    if kind.family == "purchase" or kind.code == "opening_stock":
        if product.last is not None:
            return round_half_up(product.last.price * factor.numerator / factor.denominator, PRICE_PLACES)
        return product.list_price("purchase_price", unit_id)
    return None


@dataclass(frozen=True, slots=True)
class Totals:
    """What a document comes to. ``goods`` after the lines' own discounts; ``off``: discount on the whole and rounding off."""

    lines: int = 0
    pieces: Decimal = ZERO
    goods: Decimal = ZERO
    off: Decimal = ZERO
    freight: Decimal = ZERO
    total: Decimal = ZERO


def work_out_totals(lines: Sequence[EditLine], *, off: Decimal = ZERO, freight: Decimal = ZERO) -> Totals:
    """The totals of ``lines``, as ``services.prepare`` works them out when posting."""
    share_originals(lines)
    goods = sum((line.amount or ZERO for line in lines), ZERO)
    total = goods - off + freight
    pieces = sum((line.base_quantity for line in lines), ZERO)
    return Totals(len(lines), pieces, goods, off, freight, min(total, TOTAL_LIMIT))


def share_originals(lines: Sequence[EditLine]) -> None:
    """Give each line that returns another its share of what was paid: the last part takes the rest, to the fen."""
    taken: dict[tuple[int, int], tuple[Decimal, Decimal]] = defaultdict(lambda: (ZERO, ZERO))
    for line in lines:
        source = line.original
        if source is None or source.net is None:
            continue
        key, base = (source.document_id, source.line), line.base_quantity
        back, refunded = taken[key]
        if not base:
            line.share = None
            continue
        rest = base == source.left - back
        line.share = source.net - source.refunded - refunded if rest else round_half_up(source.net * base / source.base_quantity)
        taken[key] = (back + base, refunded + (line.amount or ZERO))
