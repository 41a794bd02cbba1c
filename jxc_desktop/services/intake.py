"""Many products at once: what a list says is compared with the book, and only what differs is written.

Planning reads, entering writes: a dry run is a plan that nobody enters.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.orm import Session

from jxc_desktop.db.models import Barcode, DocumentLine, Partner, Product, ProductSearch, ProductUnit, table
from jxc_desktop.domain.acts import Act
from jxc_desktop.domain.changes import Changes
from jxc_desktop.domain.errors import Duplicate, JxcError, Missing, UnitLocked, UnknownUnit
from jxc_desktop.domain.goods import TITLES, BarcodeForm, ProductForm, UnitForm, checked, search_text, title
from jxc_desktop.domain.partners import PartnerForm
from jxc_desktop.queries.product_forms import forms_by_code
from jxc_desktop.services.audit import record
from jxc_desktop.services.categories import categories_of
from jxc_desktop.services.partners import next_code
from jxc_desktop.services.partners import values_of as partner_values
from jxc_desktop.services.product_parts import owners, values_of, write_barcodes, write_units
from jxc_desktop.services.products import LOCKED, changed, plain_value

CHUNK = 500
_PLAIN_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,19}")

Tick = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of a list: ``values`` holds the fields it speaks of, by their name; all others stay as they are."""

    row: int
    code: str
    values: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that does not enter, the field that is to blame, and why."""

    row: int
    field: str
    value: str
    error: JxcError


@dataclass(slots=True)
class Planned:
    """A product as it will be. ``product_id`` None: it is new; ``before``: as it stands in the book."""

    form: ProductForm
    product_id: int | None = None
    before: ProductForm | None = None


@dataclass(slots=True)
class ProductPlan:
    """What entering a list would do: rows that create, update and change nothing, the rows refused, the new suppliers."""

    products: dict[str, Planned] = field(default_factory=dict)
    suppliers: list[PartnerForm] = field(default_factory=list)
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: list[Refused] = field(default_factory=list)

    @property
    def new(self) -> list[Planned]:
        return [p for p in self.products.values() if p.product_id is None]

    @property
    def touched(self) -> list[Planned]:
        return [p for p in self.products.values() if p.before is not None and p.form != p.before]


def plan_products(session: Session, entries: Sequence[Entry], tick: Tick | None = None) -> ProductPlan:
    """Compare ``entries`` with the book. A row that cannot enter is refused alone; the same code again updates the first.

    An empty list of barcodes or units takes nothing away, those named are added. ``tick`` is called with the count of rows
    now and then and may raise to give up.
    """
    planner = _Planner(session, entries)
    for count, entry in enumerate(entries, start=1):
        try:
            planner.add(entry)
        except JxcError as error:
            planner.plan.refused.append(_refused(entry, error))
        if tick is not None and count % CHUNK == 0:
            tick(count)
    return planner.plan


def enter_products(session: Session, plan: ProductPlan, act: Act, *, source: str = "") -> Changes:
    """Write what ``plan_products`` found, in the same transaction as the plan was made."""
    new, touched = plan.new, plan.touched
    if not new and not touched:
        return Changes.NOTHING
    suppliers = _enter_suppliers(session, plan.suppliers)
    categories = categories_of(session, sorted({p.form.category for p in (*new, *touched)}))
    for planned in (*new, *touched):
        if planned.form.supplier_id in suppliers:
            planned.form = replace(planned.form, supplier_id=suppliers[planned.form.supplier_id])
    if new:
        _insert(session, new, categories)
    if touched:
        _update(session, touched, categories)
    record(
        session,
        act,
        "product.import",
        source,
        created=[p.form.code for p in new],
        updated={p.form.code: _difference(p) for p in touched},
        suppliers=[s.code for s in plan.suppliers],
    )
    return Changes.PRODUCTS | (Changes.PARTNERS if plan.suppliers else Changes.NOTHING)


def _difference(planned: Planned) -> dict[str, Any]:
    assert planned.before is not None
    after = changed(planned.before, planned.form)
    return {"before": {name: plain_value(planned.before, name) for name in after}, "after": after}


def _refused(entry: Entry, error: JxcError) -> Refused:
    """The name of the field that the refusal speaks of, and what was said there."""
    said = error.facts.get("field", error.facts.get("what"))
    name = next((name for name in TITLES if said in (name, title(name))), "code")
    value = error.facts.get("value", error.facts.get("key", entry.values.get(name, entry.code)))
    return Refused(entry.row, name, str(value), error)


class _Planner:
    """The book as far as a list of products touches it, and what the list made of it so far."""

    def __init__(self, session: Session, entries: Sequence[Entry]) -> None:
        self._session = session
        self.plan = ProductPlan()
        codes = list(dict.fromkeys(entry.code for entry in entries))
        barcodes = dict.fromkeys(code for entry in entries for code in _codes_of(entry))
        self._known = {code: Planned(form, i, form) for code, (i, form) in forms_by_code(session, codes).items()}
        self._moved = _moved(session, [p.product_id for p in self._known.values() if p.product_id is not None])
        self._owners: dict[str, tuple[str, str]] = {}
        for chunk in _chunks([*codes, *(b for b in barcodes if b not in self._known)]):
            for code, (_product_id, name) in owners(session, chunk).items():
                self._owners[code] = (name[name.rindex("(") + 1 : -1], name)
        self._partners: dict[str, int] = {row.code: row.id for row in session.execute(select(Partner.code, Partner.id))}
        self._names: dict[str, int] = {
            row.name: row.id for row in session.execute(select(Partner.name, Partner.id).order_by(Partner.id.desc()))
        }
        self._next = next_code(session, supplier=True)

    def add(self, entry: Entry) -> None:
        """Take one row into the plan. Raises the refusal that keeps it out."""
        planned = self.plan.products.get(entry.code) or self._known.get(entry.code)
        before = planned.form if planned else None
        if before is None and not entry.values.get("name"):
            raise Missing(field=title("name"))
        form = checked(self._merged(before or ProductForm(entry.code, ""), entry))
        self._must_be_free(form, before)
        if before is None:
            self._claim(form)
            self.plan.products[entry.code] = Planned(self._with_supplier(form, entry))
            self.plan.created += 1
            return
        assert planned is not None
        form = self._with_supplier(form, entry)
        if form == before:
            self.plan.unchanged += 1
            return
        if planned.product_id in self._moved:
            locked = [name for name in LOCKED if getattr(form, name) != getattr(planned.before, name)]
            if locked:
                raise UnitLocked(what=title(locked[0]), product=form.name, field=locked[0])
        self._claim(form)
        planned.form = form
        self.plan.products[entry.code] = planned
        self.plan.updated += 1

    def _merged(self, form: ProductForm, entry: Entry) -> ProductForm:
        values = {name: value for name, value in entry.values.items() if name in _SIMPLE}
        if "name" in values and not values["name"]:
            del values["name"]
        unit = values.get("unit", form.unit)
        units = _priced(_united(form.units, entry.values.get("units", ()), unit), entry)
        barcodes = _added(form.barcodes, entry.values.get("barcodes", ()), _meant(entry, units))
        return replace(form, **values, units=units, barcodes=barcodes)

    def _must_be_free(self, form: ProductForm, before: ProductForm | None) -> None:
        known = {b.code for b in before.barcodes} if before else set()
        for code, name in [(form.code, "code"), *((b.code, "barcode") for b in form.barcodes if b.code not in known)]:
            owner = self._owners.get(code)
            if owner is not None and owner[0] != form.code:
                raise Duplicate(what=title(name), key=code, owner=owner[1])

    def _claim(self, form: ProductForm) -> None:
        owner = (form.code, f"{form.name} ({form.code})")
        for code in (form.code, *(b.code for b in form.barcodes)):
            self._owners[code] = owner

    def _with_supplier(self, form: ProductForm, entry: Entry) -> ProductForm:
        if "supplier" not in entry.values:
            return form
        return replace(form, supplier_id=self._supplier(entry.values["supplier"], entry.values.get("supplier_name", "")))

    def _supplier(self, said: str, name: str) -> int | None:
        """A partner's code, else its name; an unknown one will be made and has a number below zero until then."""
        if not said and not name:
            return None
        for found in (self._partners.get(said), self._names.get(said), None if said else self._names.get(name)):
            if found is not None:
                return found
        placeholder = -1 - len(self.plan.suppliers)
        code = said if _PLAIN_CODE.fullmatch(said) else self._free_code()
        self.plan.suppliers.append(PartnerForm(name=name or said, code=code, supplier=True))
        self._partners[code] = self._names[name or said] = placeholder
        if said:
            self._names[said] = placeholder
        return placeholder

    def _free_code(self) -> str:
        while self._next in self._partners:
            self._next = f"S{int(self._next[1:]) + 1:04}"
        return self._next


_SIMPLE = frozenset(ProductForm.__dataclass_fields__) - {"code", "units", "barcodes", "supplier_id"}


def _united(own: tuple[UnitForm, ...], named: Iterable[tuple[str, Fraction]], base: str) -> tuple[UnitForm, ...]:
    """The units with those of the list: the same name takes the list's size and keeps its prices, a new one is added."""
    sizes = {name: size for name, size in named if name != base}
    kept = [replace(u, numerator=s.numerator, denominator=s.denominator) if (s := sizes.pop(u.name, None)) else u for u in own]
    return (*kept, *(UnitForm(name, size.numerator, size.denominator) for name, size in sizes.items()))


def _priced(units: tuple[UnitForm, ...], entry: Entry) -> tuple[UnitForm, ...]:
    """The units with the prices that a list names: (unit, field, price) each. Raises :class:`UnknownUnit`."""
    prices: dict[str, dict[str, Any]] = {}
    for unit, name, price in entry.values.get("unit_prices", ()):
        if unit not in {u.name for u in units}:
            known = ", ".join(u.name for u in units) or "—"
            raise UnknownUnit(what=title("unit_prices"), product=entry.code, key=unit, known=known)
        prices.setdefault(unit, {})[name] = price
    return tuple(replace(u, **prices.get(u.name, {})) for u in units)


def _added(
    own: tuple[BarcodeForm, ...], named: Iterable[str], of_units: Iterable[tuple[str, Decimal, str]]
) -> tuple[BarcodeForm, ...]:
    """The barcodes with those of the list: nothing is taken away, a code of a unit means what the list says."""
    said = {code: BarcodeForm(code, unit, quantity) for unit, quantity, code in of_units}
    known = {b.code for b in own}
    fresh = [BarcodeForm(code) for code in dict.fromkeys(named) if code not in known and code not in said]
    return (*(said.pop(b.code, b) for b in own), *fresh, *said.values())


def _meant(entry: Entry, units: tuple[UnitForm, ...]) -> Iterator[tuple[str, Decimal, str]]:
    """(unit, quantity, code) of the codes of units that a row names; ``箱*12`` may be the name of a unit itself."""
    names = {unit.name for unit in units}
    for unit, quantity, code in entry.values.get("unit_barcodes", ()):
        whole = f"{unit}*{quantity.normalize():f}"
        yield (whole, Decimal(1), code) if whole in names else (unit, quantity, code)


def _codes_of(entry: Entry) -> Iterator[str]:
    """All barcodes that a row names."""
    yield from entry.values.get("barcodes", ())
    yield from (code for _unit, _quantity, code in entry.values.get("unit_barcodes", ()))


def _chunks(items: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(items), CHUNK):
        yield items[start : start + CHUNK]


def _moved(session: Session, ids: Sequence[int]) -> set[int]:
    """Those of these products that a document names."""
    found: set[int] = set()
    for chunk in _chunks(ids):
        found |= set(
            session.connection()
            .execute(select(DocumentLine.product_id).where(DocumentLine.product_id.in_(chunk)).distinct())
            .scalars()
        )
    return found


def _enter_suppliers(session: Session, forms: Sequence[PartnerForm]) -> dict[int | None, int]:
    """Make the suppliers of the plan; their ids by the placeholder that stands in the forms."""
    if not forms:
        return {}
    adding = insert(table(Partner)).returning(Partner.id, sort_by_parameter_order=True)
    ids = session.connection().execute(adding, [partner_values(form) for form in forms]).scalars()
    return {-1 - place: made for place, made in enumerate(ids)}


_SEARCHED = ("code", "name", "spec", "barcodes", "active")


def _update(session: Session, touched: Sequence[Planned], categories: dict[str, int]) -> None:
    """The products that differ, many rows a statement; units, barcodes and search rows only where they differ too."""
    rows = [values_of(p.form, categories.get(p.form.category)) | {"this_id": p.product_id} for p in touched]
    columns: dict[str, Any] = {name: bindparam(name) for name in rows[0] if name != "this_id"}
    changing = update(table(Product)).where(table(Product).c.id == bindparam("this_id")).values(columns)
    session.connection().execute(changing, rows)
    texts = []
    for p, row in zip(touched, rows, strict=True):
        assert p.product_id is not None
        assert p.before is not None
        if p.form.units != p.before.units or p.form.barcodes != p.before.barcodes:
            write_barcodes(session, p.product_id, p.form, write_units(session, p.product_id, p.form))
        if any(getattr(p.form, name) != getattr(p.before, name) for name in _SEARCHED):
            texts.append({"this_id": p.product_id, "text": _found_by(p.form, row["initials"])})
    if texts:
        search = table(ProductSearch)
        changing = update(search).where(search.c.product_id == bindparam("this_id")).values(text=bindparam("text"))
        session.connection().execute(changing, texts)


def _found_by(form: ProductForm, letters: str) -> str:
    return search_text(form.code, [b.code for b in form.barcodes], form.name, form.spec, letters, active=form.active)


def _insert(session: Session, new: Sequence[Planned], categories: dict[str, int]) -> None:
    """The new products with units, barcodes and search rows, many rows a statement."""
    connection = session.connection()
    adding = insert(table(Product)).returning(Product.id, sort_by_parameter_order=True)
    rows = [values_of(p.form, categories.get(p.form.category)) for p in new]
    ids = list(connection.execute(adding, rows).scalars())
    units = [(i, unit) for i, p in zip(ids, new, strict=True) for unit in p.form.units]
    unit_ids: dict[tuple[int, str], int] = {}
    if units:
        adding_units = insert(table(ProductUnit)).returning(ProductUnit.id, sort_by_parameter_order=True)
        made = connection.execute(adding_units, [asdict(unit) | {"product_id": i} for i, unit in units]).scalars()
        unit_ids = {(i, unit.name): made_id for (i, unit), made_id in zip(units, made, strict=True)}
    barcodes = [
        {
            "code": b.code,
            "product_id": i,
            "unit_id": unit_ids[(i, b.unit)] if b.unit else None,
            "quantity": b.quantity,
            "position": place,
        }
        for i, p in zip(ids, new, strict=True)
        for place, b in enumerate(p.form.barcodes)
    ]
    if barcodes:
        connection.execute(insert(table(Barcode)), barcodes)
    texts = [{"product_id": i, "text": _found_by(p.form, row["initials"])} for i, p, row in zip(ids, new, rows, strict=True)]
    connection.execute(insert(table(ProductSearch)), texts)
