"""Stock as one looks it up: a row per product with what lies in each warehouse, and the movements of one product."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from jxc_desktop.db.models import Barcode, ProductUnit, Warehouse
from jxc_desktop.domain.money import fen, milli, unit_cost
from jxc_desktop.domain.units import Factor, mixed
from jxc_desktop.queries.product_search import search_products
from jxc_desktop.queries.scope import Scope, find_scope, last_day
from jxc_desktop.queries.settings import Named, shop_settings, warehouses
from jxc_desktop.queries.stock import StockLine, stock_on_hand
from jxc_desktop.queries.stock_ledger import LedgerLine, stock_ledger

FOUND = 5_000
"""Products that a text may find; more than anybody reads."""
MOVEMENTS = 500
ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class StockQuestion:
    """What is looked for: text, codes of a warehouse and a category, the day, and whether only what is there or is low."""

    text: str = ""
    warehouse: str | None = None
    category: str | None = None
    as_of: date | None = None
    with_stock: bool = True
    below_minimum: bool = False


@dataclass(frozen=True, slots=True)
class StockRow:
    """One product. ``places``: quantity by warehouse code. ``unit_cost`` and ``value`` None: nothing there, or never known.

    ``units``: its further units.
    """

    id: int
    code: str
    name: str
    barcode: str
    unit: str
    category: str
    quantity: Decimal
    on_order: Decimal
    reserved: Decimal
    available: Decimal
    minimum: Decimal | None
    unit_cost: Decimal | None
    value: Decimal | None
    places: Mapping[str, Decimal] = field(default_factory=dict)
    units: tuple[tuple[str, Factor], ...] = ()

    @property
    def mixed(self) -> str:
        """What is on hand in the further units, ``3 箱 2 瓶``; "" where the base unit says it alone."""
        said = mixed(self.quantity, list(self.units), self.unit) if self.units else ""
        return "" if said == mixed(self.quantity, [], self.unit) else said

    @property
    def low(self) -> bool:
        """Whether what is free lies below the minimum, or below nothing."""
        return self.available < (self.minimum or ZERO)


@dataclass(frozen=True, slots=True)
class StockView:
    """The rows in order of product code, the warehouses that stand in columns, and whether the day is a past one."""

    rows: tuple[StockRow, ...]
    warehouses: tuple[Named, ...]
    past: bool


@dataclass(frozen=True, slots=True)
class Movement:
    """One row of the ledger of a product. ``came`` or ``went`` is None; ``balance`` runs over the warehouses asked for.

    ``unit_cost``: value per base unit. ``balance_value`` None where the value is not kept per warehouse.
    """

    key: int
    document_id: int
    line: int
    date: str
    kind: str
    number: str
    warehouse: str
    batch: str | None
    came: Decimal | None
    went: Decimal | None
    balance: Decimal
    unit_cost: Decimal | None
    value: Decimal | None
    balance_value: Decimal | None
    provisional: bool
    voided: bool


def stock_view(session: Session, wanted: StockQuestion) -> StockView:
    """Stock of the products that ``wanted`` names. Raises the refusals of unknown warehouses and categories."""
    scope = find_scope(session, warehouse=wanted.warehouse, category=wanted.category)
    found = None
    if wanted.text.strip():
        found = {hit.id for hit in search_products(session, wanted.text, limit=FOUND, include_inactive=True)}
    lines: dict[int, list[StockLine]] = defaultdict(list)
    for line in stock_on_hand(session, scope, by="warehouse", as_of=wanted.as_of):
        if found is None or line.product_id in found:
            lines[line.product_id].append(line)
    codes, units = (_barcodes(session), _units(session)) if lines else ({}, {})
    rows = [_row(parts, codes.get(product, ""), units.get(product, ())) for product, parts in lines.items()]
    shown = [row for row in rows if _wanted(row, wanted)]
    last = last_day(session)
    past = wanted.as_of is not None and last is not None and wanted.as_of.isoformat() < last
    places = warehouses(session)
    between = session.execute(select(Warehouse.id, Warehouse.code, Warehouse.name).where(Warehouse.transit == 1)).first()
    if between is not None and any(row.places.get(between.code) for row in shown):
        places.append(Named(*between))
    return StockView(tuple(shown), tuple(places), past)


def _wanted(row: StockRow, wanted: StockQuestion) -> bool:
    there = row.quantity or row.on_order or row.reserved
    return (bool(there) or not wanted.with_stock or (wanted.below_minimum and row.low)) and (row.low or not wanted.below_minimum)


def _barcodes(session: Session) -> dict[int, str]:
    """The first code of each product that means one base unit."""
    found: dict[int, str] = {}
    rows = select(Barcode.product_id, Barcode.code).where(Barcode.unit_id.is_(None)).order_by(Barcode.position, Barcode.code)
    for product, code in session.execute(rows):
        found.setdefault(product, code)
    return found


def _units(session: Session) -> dict[int, tuple[tuple[str, Factor], ...]]:
    """The further units of each product that has some."""
    found: dict[int, tuple[tuple[str, Factor], ...]] = {}
    rows = select(ProductUnit.product_id, ProductUnit.name, ProductUnit.numerator, ProductUnit.denominator)
    for product, name, numerator, denominator in session.execute(rows):
        found[product] = (*found.get(product, ()), (name, Factor(numerator, denominator)))
    return found


def _row(parts: Sequence[StockLine], barcode: str, units: tuple[tuple[str, Factor], ...]) -> StockRow:
    of = parts[0]
    quantity = sum((part.quantity for part in parts), ZERO)
    values = [part.value for part in parts]
    value = None if any(v is None for v in values) else sum((v for v in values if v is not None), ZERO)
    cost = None
    if value is not None and quantity:
        cost = unit_cost(fen(value), milli(quantity))
    return StockRow(
        id=of.product_id,
        code=of.product,
        name=of.name,
        barcode=barcode,
        unit=of.unit,
        category=of.category or "",
        quantity=quantity,
        on_order=sum((part.on_order or ZERO for part in parts), ZERO),
        reserved=sum((part.reserved or ZERO for part in parts), ZERO),
        available=sum((part.available for part in parts), ZERO),
        minimum=of.minimum,
        unit_cost=cost,
        value=value,
        places={part.warehouse or "": part.quantity for part in parts},
        units=units,
    )


def product_movements(
    session: Session, product_id: int, *, warehouse: str | None = None, until: date | None = None, limit: int = MOVEMENTS
) -> list[Movement]:
    """The movements of a product up to the day ``until``, the newest first, with what was there after each."""
    scope = Scope(product_id=product_id, warehouse_id=find_scope(session, warehouse=warehouse).warehouse_id)
    valued = warehouse is None or shop_settings(session).pool == "warehouse"
    quantity, value, found = ZERO, ZERO, []
    for key, line in enumerate(stock_ledger(session, scope, day_to=until.isoformat() if until else None)):
        quantity += line.quantity
        value += line.value or ZERO
        found.append(_movement(key, line, quantity, value if valued else None))
    return found[::-1][:limit]


def _movement(key: int, line: LedgerLine, balance: Decimal, balance_value: Decimal | None) -> Movement:
    cost = None
    if line.value is not None and line.quantity:
        cost = unit_cost(fen(line.value), milli(line.quantity))
    return Movement(
        key=key,
        document_id=line.document_id,
        line=line.line,
        date=line.date,
        kind=line.kind,
        number=line.number,
        warehouse=line.warehouse_name,
        batch=line.batch,
        came=line.quantity if line.quantity > 0 else None,
        went=-line.quantity if line.quantity < 0 else None,
        balance=balance,
        unit_cost=cost,
        value=line.value,
        balance_value=balance_value,
        provisional=line.provisional,
        voided=line.voided,
    )
