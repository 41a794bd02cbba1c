"""A product as the owner describes it: the form with units and barcodes, what is refused, what it is found by."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from jxc_desktop.domain.errors import BadValue, Duplicate, OutOfRange, UnknownUnit
from jxc_desktop.domain.money import LIMIT, PRICE_PLACES, QUANTITY_PLACES, parse_decimal
from jxc_desktop.domain.text import NOTE_LIMIT, clean_code, clean_text, required
from jxc_desktop.i18n import N_, _

ZERO, ONE = Decimal(0), Decimal(1)
PRICES = ("purchase_price", "sale_price", "wholesale_price", "member_price")
BASE_UNIT = "件"
"""The unit of a product for which none was given."""
FACTOR_LIMIT = 10**6
DAYS_LIMIT = 36_500
CATEGORY_DEPTH = 8

TITLES: dict[str, str] = {
    "code": N_("Product code"),
    "name": N_("Product name"),
    "spec": N_("Specification"),
    "barcode": N_("Barcode"),
    "unit": N_("Base unit"),
    "units": N_("Further units"),
    "unit_barcodes": N_("Barcodes of units"),
    "unit_prices": N_("Prices of units"),
    "category": N_("Category"),
    "brand": N_("Brand"),
    "supplier": N_("Default supplier"),
    "purchase_price": N_("Purchase price"),
    "sale_price": N_("Retail price"),
    "wholesale_price": N_("Wholesale price"),
    "member_price": N_("Member price"),
    "minimum": N_("Minimum stock"),
    "maximum": N_("Maximum stock"),
    "lead_days": N_("Lead time in days"),
    "pack_size": N_("Pack size"),
    "weight": N_("Weight"),
    "shelf_life_days": N_("Shelf life in days"),
    "batches": N_("Kept by batch"),
    "weighed": N_("Sold by weight"),
    "costing": N_("Costing of the product"),
    "negative": N_("Negative stock of the product"),
    "shelf": N_("Place on the shelf"),
    "note": N_("Note"),
    "active": N_("In use"),
}
"""The marked title of each field of a product, for screens, spreadsheets and refusals."""

CHOICES: dict[str, tuple[str, ...]] = {"costing": ("average", "fifo", "batch"), "negative": ("forbid", "warn", "allow")}


def title(field: str) -> str:
    """The title of a product's field in the language in use."""
    return _(TITLES[field])


@dataclass(frozen=True, slots=True)
class UnitForm:
    """A further unit: ``numerator / denominator`` base units. A price left out follows from the base unit's."""

    name: str
    numerator: int = 1
    denominator: int = 1
    purchase_price: Decimal | None = None
    sale_price: Decimal | None = None
    wholesale_price: Decimal | None = None
    member_price: Decimal | None = None

    @property
    def factor(self) -> Fraction:
        return Fraction(self.numerator, self.denominator)


@dataclass(frozen=True, slots=True)
class BarcodeForm:
    """A barcode: it means ``quantity`` of ``unit`` (None = the base unit)."""

    code: str
    unit: str | None = None
    quantity: Decimal = ONE


@dataclass(frozen=True, slots=True)
class ProductForm:
    """All of a product. Prices per base unit, None = not set; ``category`` is a path ``食品/饮料``, made where it is new."""

    code: str
    name: str
    unit: str = BASE_UNIT
    spec: str = ""
    brand: str = ""
    category: str = ""
    supplier_id: int | None = None
    purchase_price: Decimal | None = None
    sale_price: Decimal | None = None
    wholesale_price: Decimal | None = None
    member_price: Decimal | None = None
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    lead_days: int | None = None
    pack_size: Decimal | None = None
    weight: Decimal | None = None
    shelf_life_days: int | None = None
    batches: bool = False
    weighed: bool = False
    costing: str | None = None
    negative: str | None = None
    shelf: str = ""
    note: str = ""
    active: bool = True
    units: tuple[UnitForm, ...] = ()
    barcodes: tuple[BarcodeForm, ...] = ()


def checked(form: ProductForm) -> ProductForm:
    """``form`` with its texts and numbers put straight, or the refusal of the first thing that cannot stay.

    Raises :class:`Missing`, :class:`BadText`, :class:`BadNumber`, :class:`TooFine`, :class:`OutOfRange`, :class:`BadValue`,
    :class:`Duplicate` (unit or barcode twice), :class:`UnknownUnit` (barcode of a unit there is not).
    """
    unit = clean_text(form.unit, field=title("unit"), limit=20) or BASE_UNIT
    units = _units(form, unit)
    done = replace(
        form,
        code=clean_code(form.code, field=title("code")),
        name=required(form.name, field=title("name")),
        unit=unit,
        spec=clean_text(form.spec, field=title("spec")),
        brand=clean_text(form.brand, field=title("brand")),
        category=category_path(form.category),
        purchase_price=price(form.purchase_price, "purchase_price"),
        sale_price=price(form.sale_price, "sale_price"),
        wholesale_price=price(form.wholesale_price, "wholesale_price"),
        member_price=price(form.member_price, "member_price"),
        minimum=quantity(form.minimum, "minimum"),
        maximum=quantity(form.maximum, "maximum"),
        pack_size=quantity(form.pack_size, "pack_size"),
        weight=quantity(form.weight, "weight"),
        lead_days=days(form.lead_days, "lead_days"),
        shelf_life_days=days(form.shelf_life_days, "shelf_life_days"),
        costing=choice(form.costing, "costing"),
        negative=choice(form.negative, "negative"),
        shelf=clean_text(form.shelf, field=title("shelf")),
        note=clean_text(form.note, field=title("note"), limit=NOTE_LIMIT, lines=True),
        units=units,
        barcodes=_barcodes(form, unit, units),
    )
    rule(done.minimum, done.maximum, batches=done.batches, costing=done.costing)
    return done


def rule(minimum: Decimal | None, maximum: Decimal | None, *, batches: bool, costing: str | None) -> None:
    """What several fields must agree on. Raises :class:`BadValue`."""
    if minimum is not None and maximum is not None and maximum < minimum:
        raise BadValue(field=title("maximum"), value=f"{maximum:f}", hint=_("It must not be below the minimum stock."))
    if costing == "batch" and not batches:
        raise BadValue(
            field=title("costing"), value=costing, hint=_("Only a product that is kept by batch can be costed by batch.")
        )


def price(value: Decimal | None, field: str) -> Decimal | None:
    """A price as it may stand in the book: 0 … 10^9, four places."""
    return None if value is None else parse_decimal(value, field=title(field), places=PRICE_PLACES, low=ZERO, high=LIMIT)


def quantity(value: Decimal | None, field: str) -> Decimal | None:
    """A stock limit or pack size: 0 … 10^9, three places."""
    return None if value is None else parse_decimal(value, field=title(field), places=QUANTITY_PLACES, low=ZERO, high=LIMIT)


def days(value: int | None, field: str) -> int | None:
    """A number of whole days, up to a hundred years."""
    if value is None:
        return None
    if not 0 <= value <= DAYS_LIMIT:
        raise OutOfRange(field=title(field), value=str(value), low=0, high=DAYS_LIMIT)
    return value


def choice(value: str | None, field: str) -> str | None:
    """One of the words of ``CHOICES``; an empty one means: as the shop does."""
    if not value:
        return None
    if value not in CHOICES[field]:
        raise BadValue(field=title(field), value=value[:40], hint=", ".join(CHOICES[field]))
    return value


def category_path(text: str) -> str:
    """``食品 / 饮料`` as ``食品/饮料``; empty parts are left out."""
    parts = [part for part in (clean_text(p, field=title("category"), limit=60) for p in text.split("/")) if part]
    if len(parts) > CATEGORY_DEPTH:
        raise BadValue(
            field=title("category"),
            value=text[:40],
            hint=_("A category has at most {depth} levels.").format(depth=CATEGORY_DEPTH),
        )
    return "/".join(parts)


def checked_unit(form: UnitForm) -> UnitForm:
    """A further unit with a name, a ratio of integers within ``FACTOR_LIMIT`` and prices that can stay."""
    name = required(form.name, field=title("units"), limit=20)
    if not (1 <= form.numerator <= FACTOR_LIMIT and 1 <= form.denominator <= FACTOR_LIMIT):
        raise OutOfRange(
            field=_("Base units in one {unit}").format(unit=name), value=str(form.numerator), low=1, high=FACTOR_LIMIT
        )
    ratio = form.factor
    return replace(
        form,
        name=name,
        numerator=ratio.numerator,
        denominator=ratio.denominator,
        **{field: price(getattr(form, field), field) for field in PRICES},
    )


def _units(form: ProductForm, base: str) -> tuple[UnitForm, ...]:
    units = tuple(checked_unit(unit) for unit in form.units)
    seen = {base}
    for unit in units:
        if unit.name in seen:
            raise Duplicate(what=title("units"), key=unit.name, owner=form.code)
        seen.add(unit.name)
    return units


def _barcodes(form: ProductForm, base: str, units: tuple[UnitForm, ...]) -> tuple[BarcodeForm, ...]:
    known = {unit.name for unit in units}
    found: dict[str, BarcodeForm] = {}
    for given in form.barcodes:
        code = clean_code(given.code, field=title("barcode"))
        unit = None if given.unit in (None, "", base) else given.unit
        if unit is not None and unit not in known:
            raise UnknownUnit(what=title("units"), product=form.code, key=unit, known=", ".join([base, *known]))
        amount = parse_decimal(given.quantity, field=title("barcode"), places=QUANTITY_PLACES, low=Decimal("0.001"), high=LIMIT)
        if code in found:
            raise Duplicate(what=title("barcode"), key=code, owner=form.code)
        found[code] = BarcodeForm(code, unit, amount)
    return tuple(found.values())


ENDED = "\x1f"
"""The search text of a product that is no longer in use begins with this mark: hidden without a look at the product."""


def search_text(code: str, barcodes: Iterable[str], name: str, spec: str, initials: str, *, active: bool) -> str:
    """What a product is found by: its code, barcodes, name, spec and initials in lower case, each between line ends."""
    fields = [code, *(b for b in barcodes if b != code), name, spec, initials]
    return ("" if active else ENDED) + "\n" + "\n".join(field.lower() for field in fields if field) + "\n"
