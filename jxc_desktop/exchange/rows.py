"""Rows of a spreadsheet as products, partners and opening stock: parsed, checked, with a list of what was wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import chain, islice
from pathlib import Path
from typing import Any, Generic, TypeVar

from jxc_desktop.domain.errors import BadValue, Duplicate, JxcError, Missing
from jxc_desktop.domain.goods import BASE_UNIT, DAYS_LIMIT, rule, title
from jxc_desktop.domain.money import MONEY_PLACES, PRICE_PLACES, QUANTITY_PLACES, TOTAL_LIMIT
from jxc_desktop.domain.text import NOTE_LIMIT
from jxc_desktop.exchange import fields as f
from jxc_desktop.exchange.cells import Cell, shown
from jxc_desktop.exchange.fields import SKIP, Reader, Reading, RowProblem
from jxc_desktop.exchange.headings import FIELDS, LOOK_AT, Explicit, Recognition, recognise
from jxc_desktop.exchange.sheets import open_sheet
from jxc_desktop.i18n import N_, _

Tick = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class ProductRow:
    """One product as a row says it. ``given`` names the fields the row speaks of: an update touches no other.

    A field whose column is there but whose cell is empty is given and empties the product's (``None``, ``""``, ``()``),
    except ``unit``, ``batches``, ``weighed`` and ``active``, which then are as for a new product and not given.
    ``name`` is ``""`` only where the list has no names: enough to update, not to create.
    """

    row: int
    given: frozenset[str]
    code: str
    name: str = ""
    spec: str = ""
    barcodes: tuple[str, ...] = ()
    unit: str = BASE_UNIT
    units: tuple[tuple[str, Fraction], ...] = ()
    unit_barcodes: tuple[f.UnitCode, ...] = ()
    unit_prices: tuple[f.UnitPrice, ...] = ()
    category: str = ""
    brand: str = ""
    supplier: str = ""
    supplier_name: str = ""
    purchase_price: Decimal | None = None
    sale_price: Decimal | None = None
    wholesale_price: Decimal | None = None
    member_price: Decimal | None = None
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    lead_days: int | None = None
    pack_size: Decimal | None = None
    shelf_life_days: int | None = None
    weight: Decimal | None = None
    batches: bool = False
    weighed: bool = False
    costing: str | None = None
    negative: str | None = None
    shelf: str = ""
    note: str = ""
    active: bool = True


@dataclass(frozen=True, slots=True)
class PartnerRow:
    """One partner as a row says it; ``type`` is ``customer``, ``supplier`` or ``both``. ``given`` as of a product."""

    row: int
    given: frozenset[str]
    code: str
    name: str = ""
    type: str = "customer"
    phone: str = ""
    region: str = ""
    price_level: str = "sale"
    credit_limit: Decimal | None = None
    terms_days: int | None = None
    note: str = ""
    active: bool = True


@dataclass(frozen=True, slots=True)
class OpeningStockRow:
    """Goods that were there at the start: quantity in base units (0: none), ``unit_cost`` ``None`` where unknown."""

    row: int
    given: frozenset[str]
    product: str
    quantity: Decimal
    warehouse: str = ""
    batch: str = ""
    expiry: date | None = None
    unit_cost: Decimal | None = None


@dataclass(frozen=True, slots=True)
class RecipeRow:
    """One part of a recipe: ``quantity`` base units of it; ``makes``: of how many of the product, ``None`` where not said."""

    row: int
    given: frozenset[str]
    product: str
    part: str
    quantity: Decimal
    makes: Decimal | None = None
    kit: bool = False


AnyRow = TypeVar("AnyRow", ProductRow, PartnerRow, OpeningStockRow, RecipeRow)


@dataclass(slots=True)
class Parsed(Generic[AnyRow]):
    """A file as it was understood: the good rows, what was wrong, and how many rows of goods there were at all.

    ``refused``: the number of each row that is not among the good ones, with what could be read of it.
    """

    sheet: str
    recognition: Recognition
    rows: list[AnyRow] = field(default_factory=list)
    problems: list[RowProblem] = field(default_factory=list)
    total: int = 0
    refused: list[tuple[int, dict[str, Any]]] = field(default_factory=list)

    @property
    def errors(self) -> list[RowProblem]:
        return [p for p in self.problems if p.level == "error"]

    @property
    def warnings(self) -> list[RowProblem]:
        return [p for p in self.problems if p.level == "warning"]


def read_products(
    path: Path | str, sheet: str | None = None, explicit: Explicit | None = None, tick: Tick | None = None
) -> Parsed[ProductRow]:
    """The products of a spreadsheet. ``explicit`` is what ``--map`` said (``headings.parse_map``); ``tick`` is called
    with the count of rows now and then and may raise to give up.

    Raises what ``open_sheet`` and ``recognise`` raise; what is wrong with a single row stands in ``problems``.
    """
    return _read("products", path, sheet, explicit, tick, _Products())


def read_partners(
    path: Path | str, sheet: str | None = None, explicit: Explicit | None = None, tick: Tick | None = None
) -> Parsed[PartnerRow]:
    """The partners of a spreadsheet; as :func:`read_products`."""
    return _read("partners", path, sheet, explicit, tick, _partner)


def read_opening_stock(
    path: Path | str, sheet: str | None = None, explicit: Explicit | None = None, tick: Tick | None = None
) -> Parsed[OpeningStockRow]:
    """The opening stock of a spreadsheet; as :func:`read_products`."""
    return _read("opening_stock", path, sheet, explicit, tick, _opening_stock)


def read_recipes(
    path: Path | str, sheet: str | None = None, explicit: Explicit | None = None, tick: Tick | None = None
) -> Parsed[RecipeRow]:
    """The recipes of a spreadsheet, a row for each part; as :func:`read_products`."""
    return _read("recipes", path, sheet, explicit, tick, _recipe)


# --- from a file to rows -------------------------------------------------------------------------------------------

_TOTALS = ("合计", "总计", "小计", "本页合计", "total", "sum")
_KEYS = {"products": "code", "partners": "code", "opening_stock": "product", "recipes": "product"}
_TICK_EVERY = 500


@dataclass(slots=True)
class _Draft:
    """A row on its way: the values read so far and what was wrong with it."""

    kind: str
    number: int
    found: Recognition
    values: dict[str, Any] = field(default_factory=dict)
    problems: list[RowProblem] = field(default_factory=list)

    def reading(self, name: str, cell: Cell = None) -> Reading:
        label = next(_(w.title) for w in FIELDS[self.kind] if w.name == name)
        return Reading(self.number, name, label, cell, self.problems)

    def refuse_missing(self, name: str) -> None:
        reading = self.reading(name)
        reading.refuse(Missing(field=reading.label))

    @property
    def refused(self) -> bool:
        return any(problem.level == "error" for problem in self.problems)


_Build = Callable[[_Draft], AnyRow | None]


def _read(
    kind: str, path: Path | str, sheet: str | None, explicit: Explicit | None, tick: Tick | None, build: _Build[AnyRow]
) -> Parsed[AnyRow]:
    with open_sheet(path, sheet) as opened:
        head = list(islice(opened.rows, LOOK_AT))
        found = recognise(kind, head, explicit, path=Path(path).name)
        parsed: Parsed[AnyRow] = Parsed(opened.name, found)
        plans = _plans(kind, found)
        for number, cells in chain((row for row in head if row[0] > found.row), opened.rows):
            if _is_total(kind, cells, found):
                continue
            parsed.total += 1
            draft = _Draft(kind, number, found)
            _fill(draft, plans, cells)
            row = None if draft.refused else build(draft)
            if row is not None and not draft.refused:
                parsed.rows.append(row)
            else:
                parsed.refused.append((number, draft.values))
            parsed.problems += draft.problems
            if tick is not None and parsed.total % _TICK_EVERY == 0:
                tick(parsed.total)
    return parsed


def _is_total(kind: str, cells: list[Cell], found: Recognition) -> bool:
    """Whether this is the sum under a list and no goods: 合计 in front, and neither code nor name of anything else."""
    first = next((c for c in cells if c is not None and shown(c).strip()), None)
    if not isinstance(first, str) or first.strip().strip(":：").replace(" ", "").lower() not in _TOTALS:
        return False
    places = found.columns[_KEYS[kind]] + found.columns.get("name", ())
    told = [shown(cells[p]).strip() for p in places if p < len(cells)]
    return all(text in ("", first.strip()) for text in told)


@dataclass(frozen=True, slots=True)
class _Plan:
    """How one field of the sheet is read: worked out once, used for every row."""

    name: str
    label: str
    places: tuple[int, ...]
    read: Reader
    needed: bool


def _plans(kind: str, found: Recognition) -> list[_Plan]:
    needed = (_KEYS[kind], "name")
    return [
        _Plan(w.name, _(w.title), found.columns[w.name], _READERS[kind].get(w.name, f.code), w.name in needed)
        for w in FIELDS[kind]
        if w.name in found.columns
    ]


def _fill(draft: _Draft, plans: list[_Plan], cells: list[Cell]) -> None:
    """Read every field the sheet has, so that all that is wrong with a row is told at once."""
    for plan in plans:
        own = [cells[p] if p < len(cells) else None for p in plan.places]
        reading = Reading(draft.number, plan.name, plan.label, own[0], draft.problems)
        try:
            value = f.barcodes(own, reading) if plan.name == "barcode" else plan.read(reading)
        except JxcError as error:
            reading.refuse(error)
            continue
        if value == "" and plan.needed:
            draft.refuse_missing(plan.name)
        elif value is not SKIP:
            draft.values[plan.name] = value


def _activity(values: dict[str, Any]) -> None:
    """A column 停用 says the opposite of ``active``; the stricter word counts."""
    if "stopped" in values:
        values["active"] = values.get("active", True) and not values.pop("stopped")


class _Products:
    """Builds product rows and remembers the codes and barcodes of the file."""

    def __init__(self) -> None:
        self._codes: dict[str, int] = {}
        self._barcodes: dict[str, str] = {}

    def __call__(self, draft: _Draft) -> ProductRow:
        values = draft.values
        _activity(values)
        if "barcode" in values:
            values["barcodes"] = values.pop("barcode")
        given = frozenset(name for name, value in values.items() if name != "unit" or value)
        values["unit"] = values.get("unit") or BASE_UNIT
        self._check_units(draft)
        self._check_limits(draft)
        self._check_doubles(draft)
        return ProductRow(row=draft.number, given=given, **values)

    def _check_units(self, draft: _Draft) -> None:
        base, units = draft.values["unit"], draft.values.get("units", ())
        for name, size in units:
            if name == base and size != 1:
                reading = draft.reading("units", f"{name}={size}")
                hint = _("{unit} is the base unit; a further unit needs a name of its own.").format(unit=name)
                reading.refuse(BadValue(field=reading.label, value=reading.cell, hint=hint))
        if units:
            draft.values["units"] = tuple(unit for unit in units if unit[0] != base)

    def _check_limits(self, draft: _Draft) -> None:
        """What the row's own fields must agree on; what it does not speak of is compared when it meets the book."""
        values = draft.values
        try:
            rule(values.get("minimum"), values.get("maximum"), batches=values.get("batches", True), costing=values.get("costing"))
        except BadValue as error:
            name = "maximum" if error.facts["field"] == title("maximum") else "costing"
            draft.reading(name).refuse(error, str(error.facts["value"]))

    def _check_doubles(self, draft: _Draft) -> None:
        """The same code again updates what the file itself said; a barcode can mean one product only."""
        code = draft.values["code"]
        named = [("barcode", barcode) for barcode in draft.values.get("barcodes", ())]
        named += [("unit_barcodes", one.code) for one in draft.values.get("unit_barcodes", ())]
        for name, barcode in named:
            if (owner := self._barcodes.get(barcode, code)) != code:
                reading = draft.reading(name, barcode)
                reading.refuse(Duplicate(what=reading.label, key=barcode, owner=owner))
        if draft.refused:
            return
        self._barcodes.update(dict.fromkeys((barcode for _name, barcode in named), code))
        first = self._codes.setdefault(code, draft.number)
        if first != draft.number:
            message = _("Row {row} has the same code; this row updates it.").format(row=first)
            draft.reading("code", code).warn("duplicate_code", message)


def _partner(draft: _Draft) -> PartnerRow:
    _activity(draft.values)
    if draft.found.partner_type:
        draft.values.setdefault("type", draft.found.partner_type)
    return PartnerRow(row=draft.number, given=frozenset(draft.values), **draft.values)


def _opening_stock(draft: _Draft) -> OpeningStockRow:
    if draft.values["quantity"] is None:
        draft.refuse_missing("quantity")
    return OpeningStockRow(row=draft.number, given=frozenset(draft.values), **draft.values)


def _recipe(draft: _Draft) -> RecipeRow | None:
    for name in ("part", "quantity"):
        if not draft.values.get(name):
            draft.refuse_missing(name)
    if draft.refused:
        return None
    return RecipeRow(row=draft.number, given=frozenset(draft.values), **draft.values)


# --- what each field is read as ------------------------------------------------------------------------------------

_YES_NO_HINT = N_("Write 1 or 0, 是 or 否.")
_YES_NO = f.choice(f.YES_NO, _YES_NO_HINT)
_PRICE = f.decimal(PRICE_PLACES)
_OLD_PRICE = f.decimal(PRICE_PLACES, zero_is_none=True)
_QUANTITY = f.decimal(QUANTITY_PLACES)
_SIZE = f.decimal(QUANTITY_PLACES, zero_is_none=True)

_READERS: dict[str, dict[str, Reader]] = {
    "products": {
        "code": f.code,
        "name": f.text(),
        "spec": f.text(),
        "unit": f.text(20),
        "units": f.units,
        "unit_barcodes": f.unit_barcodes,
        "unit_prices": f.unit_prices,
        "category": f.category,
        "brand": f.text(),
        "supplier": f.text(),
        "supplier_name": f.text(),
        "purchase_price": _PRICE,
        "sale_price": _OLD_PRICE,
        "wholesale_price": _OLD_PRICE,
        "member_price": _OLD_PRICE,
        "minimum": _QUANTITY,
        "maximum": _SIZE,
        "lead_days": f.whole(DAYS_LIMIT),
        "pack_size": _SIZE,
        "shelf_life_days": f.whole(DAYS_LIMIT, zero_is_none=True),
        "weight": _SIZE,
        "batches": _YES_NO,
        "weighed": f.choice(f.WEIGHED, _YES_NO_HINT),
        "costing": f.choice(f.COSTING, N_("Leave it empty, or write average, fifo or batch.")),
        "negative": f.choice(f.NEGATIVE, N_("Leave it empty, or write forbid, warn or allow.")),
        "shelf": f.text(),
        "note": f.text(NOTE_LIMIT, lines=True),
        "active": f.choice(f.ACTIVE, _YES_NO_HINT),
        "stopped": _YES_NO,
    },
    "partners": {
        "code": f.code,
        "name": f.text(),
        "type": f.choice(f.PARTNER_TYPE, N_("Write customer, supplier or both.")),
        "phone": f.text(60),
        "region": f.text(60),
        "price_level": f.choice(f.PRICE_LEVEL, N_("Write sale, wholesale or member.")),
        "credit_limit": f.decimal(MONEY_PLACES, high=TOTAL_LIMIT),
        "terms_days": f.whole(DAYS_LIMIT),
        "note": f.text(NOTE_LIMIT, lines=True),
        "active": f.choice(f.ACTIVE, _YES_NO_HINT),
        "stopped": _YES_NO,
    },
    "opening_stock": {
        "product": f.code,
        "warehouse": f.text(),
        "batch": f.code,
        "expiry": f.day,
        "quantity": _QUANTITY,
        "unit_cost": _PRICE,
    },
    "recipes": {"product": f.code, "part": f.code, "quantity": _SIZE, "makes": _SIZE, "kit": _YES_NO},
}
