"""Stock as one looks it up: a row per product with what lies in each warehouse, and the movements of one product."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Select, Subquery, func, join, literal, or_, select
from sqlalchemy.orm import Session

from jxc_desktop.db.models import Barcode, Category, Product, ProductUnit, Warehouse
from jxc_desktop.db.types import raw
from jxc_desktop.domain.money import fen, milli, pieces, unit_cost, yuan
from jxc_desktop.domain.units import Factor, mixed
from jxc_desktop.queries.collector import at_rest
from jxc_desktop.queries.orders import OrderKind, open_statement
from jxc_desktop.queries.product_search import is_called
from jxc_desktop.queries.scope import Scope, find_scope, last_day
from jxc_desktop.queries.settings import Named, shop_settings, warehouses
from jxc_desktop.queries.stock import StockLine, figures, of_product, stock_on_hand
from jxc_desktop.queries.stock_ledger import LedgerLine, stock_ledger
from jxc_desktop.queries.stock_order import in_order, worth

MOVEMENTS = 500
PLACE = "at_"
"""The column of a warehouse: this and its code."""
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
class StockHead:
    """How many products, the warehouses that stand in columns, and whether the day is a past one."""

    count: int
    warehouses: tuple[Named, ...]
    past: bool


@dataclass(frozen=True, slots=True)
class StockTotals:
    """The sums of a list of products; in ``value`` what was never known counts as 0. ``places``: by warehouse code."""

    quantity: Decimal
    on_order: Decimal
    reserved: Decimal
    available: Decimal
    value: Decimal
    places: Mapping[str, Decimal]


@dataclass(frozen=True, slots=True)
class StockView:
    """All rows in order of product code, the warehouses that stand in columns, and whether the day is a past one."""

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
    part: int
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


class StockLook:
    """The products that a question names, looked at in one session: how many, a page of them, where one stands, the sums.

    Raises the refusals of unknown warehouses and categories.
    """

    def __init__(self, session: Session, wanted: StockQuestion) -> None:
        self._session, self._wanted = session, wanted
        self._scope = find_scope(session, warehouse=wanted.warehouse, category=wanted.category)
        self._day = None if wanted.as_of is None else wanted.as_of.isoformat()
        self._held = of_product(session, self._scope.warehouse_id, as_of=self._day)
        self._promised, self._ordered = self._open("sales_order"), self._open("purchase_order")
        self._conditions = self._named()

    def head(self) -> StockHead:
        """What can be said before any row is read."""
        count = self._session.execute(self._of(func.count())).scalar_one()
        last = last_day(self._session)
        past = self._day is not None and last is not None and self._day < last
        places = warehouses(self._session)
        road = self._session.execute(select(Warehouse.id, Warehouse.code, Warehouse.name).where(Warehouse.transit == 1)).first()
        if road is not None and self._code_of(self._held.under_way != 0) is not None:
            places.append(Named(*road))
        return StockHead(int(count), tuple(places), past)

    def rows(self, offset: int = 0, limit: int | None = None) -> list[StockRow]:
        """The rows ``offset`` … ``offset + limit`` in order of code, all that follow without ``limit``."""
        ids = self._by_code(offset, limit)
        return self._rows(ids, self._scope) if limit is None else self.rows_of(ids)

    def rows_of(self, products: Sequence[int]) -> list[StockRow]:
        """The rows of these products (ids), those that are no longer there left out."""
        return self._rows(products, Scope(self._scope.warehouse_id, product_ids=tuple(products)))

    @at_rest()
    def order(self, column: str, *, descending: bool = False) -> tuple[int, ...]:
        """The products (ids) in order of a column of :class:`StockRow`, or ``at_`` and the code of a warehouse.

        Equals stand in order of code; rows that have nothing there come last, whichever way the others go.
        """
        if column in ("value", "unit_cost"):
            known = worth(self._session, self._scope, column, as_of=self._wanted.as_of)
            return in_order(((one, known[one]) for one in self._by_code()), descending=descending)
        there = self._session.execute(self._of(Product.id, self._said(column)).order_by(Product.code)).all()
        return in_order(there, descending=descending)

    def _said(self, column: str) -> ColumnElement[Any]:
        """What a product has in a column that needs no cost: a text, or a number in its smallest unit. Raises ``KeyError``."""
        held = self._held
        if column.startswith(PLACE):
            of_code = select(Warehouse.id).where(Warehouse.code == column.removeprefix(PLACE))
            place = self._session.execute(of_code).scalar_one()
            if self._scope.warehouse_id not in (None, place):
                return literal(0)  # another warehouse is asked about
            return of_product(self._session, place, as_of=self._day).quantity
        promised, ordered = self._on_orders()
        said: dict[str, Any] = {
            "code": Product.code,
            "name": Product.name,
            "unit": Product.unit,
            "category": select(func.coalesce(func.max(Category.path), ""))
            .where(Category.id == Product.category_id)
            .scalar_subquery(),
            "minimum": raw(Product.minimum),
            "quantity": held.quantity,
            "on_order": ordered,
            "reserved": promised,
            "available": held.quantity - held.under_way - promised,
        }
        found: ColumnElement[Any] = said[column]
        return found

    def _by_code(self, offset: int = 0, limit: int | None = None) -> list[int]:
        return list(self._session.execute(self._of(Product.id).order_by(Product.code).offset(offset).limit(limit)).scalars())

    def _rows(self, products: Sequence[int], scope: Scope) -> list[StockRow]:
        lines: dict[int, list[StockLine]] = defaultdict(list)
        for line in stock_on_hand(self._session, scope, by="warehouse", as_of=self._wanted.as_of):
            lines[line.product_id].append(line)
        codes, units = _barcodes(self._session, scope), _units(self._session, scope)
        return [_row(lines[one], codes.get(one, ""), units.get(one, ())) for one in products if one in lines]

    def place(self, product: int) -> int | None:
        """Where a product stands in the order, from 0; None: not among them."""
        code = self._code_of(Product.id == product)
        if code is None:
            return None
        return int(self._session.execute(self._of(func.count()).where(Product.code < code)).scalar_one())

    @at_rest()
    def totals(self) -> StockTotals:
        """What all the rows come to."""
        chosen = set(self._session.execute(self._of(Product.id)).scalars())
        codes = {w.id: w.code for w in self._session.scalars(select(Warehouse))}
        sums, worth, unknown = [0, 0, 0, 0], dict.fromkeys(chosen, 0), set()
        here: dict[str, int] = defaultdict(int)
        held = figures(self._session, self._scope, by="warehouse", as_of=self._wanted.as_of)
        for (product, warehouse, _batch), of in held.items():
            if product not in chosen:
                continue
            free = of.quantity - of.reserved - of.under_way
            sums = [a + b for a, b in zip(sums, (of.quantity, of.on_order, of.reserved, free), strict=True)]
            here[codes[warehouse]] += of.quantity
            worth[product] += of.value or 0
            if of.value is None:
                unknown.add(product)
        value = sum(value for product, value in worth.items() if product not in unknown)
        quantity, on_order, reserved, available = map(pieces, sums)
        return StockTotals(quantity, on_order, reserved, available, yuan(value), {c: pieces(n) for c, n in here.items()})

    def _of(self, *what: Any) -> Select[Any]:
        """``what`` of the products among them."""
        joined = join(Product, self._promised, self._promised.c.product_id == Product.id, isouter=True)
        joined = join(joined, self._ordered, self._ordered.c.product_id == Product.id, isouter=True)
        return select(*what).select_from(joined).where(*self._conditions)

    def _code_of(self, condition: ColumnElement[bool]) -> str | None:
        """The code of one product among them for which ``condition`` holds."""
        return self._session.execute(self._of(Product.code).where(condition).limit(1)).scalar()

    def _open(self, kind: OrderKind) -> Subquery:
        """(product_id, open): thousandths on open orders, in the warehouse that is asked for."""
        each = open_statement(kind, self._scope, as_of=self._day).subquery()
        here = [] if self._scope.warehouse_id is None else [each.c.warehouse_id == self._scope.warehouse_id]
        summed = select(each.c.product_id, func.sum(each.c.open).label("open")).where(each.c.open != 0, *here)
        return summed.group_by(each.c.product_id).subquery()

    def _on_orders(self) -> tuple[ColumnElement[int], ColumnElement[int]]:
        """Thousandths of a product that are promised and that are to come."""
        return func.coalesce(self._promised.c.open, 0), func.coalesce(self._ordered.c.open, 0)

    def _named(self) -> list[ColumnElement[bool]]:
        """The conditions of the question: on the product, and on what is there of it or on order."""
        wanted, held, found = self._wanted, self._held, self._scope.products()
        promised, ordered = self._on_orders()
        if wanted.text.strip():
            found.append(is_called(wanted.text, with_ended=True))
        if wanted.below_minimum:
            found.append(held.quantity - held.under_way - promised < func.coalesce(raw(Product.minimum), 0))
        there = held.ever if wanted.below_minimum or not wanted.with_stock else held.quantity != 0
        return [*found, or_(there, promised != 0, ordered != 0)]


def stock_view(session: Session, wanted: StockQuestion) -> StockView:
    """All rows at once. Raises the refusals of unknown warehouses and categories."""
    look = StockLook(session, wanted)
    head = look.head()
    return StockView(tuple(look.rows()), head.warehouses, head.past)


def _barcodes(session: Session, scope: Scope) -> dict[int, str]:
    """The first code of each product that means one base unit."""
    found: dict[int, str] = {}
    rows = select(Barcode.product_id, Barcode.code).where(Barcode.unit_id.is_(None), *scope.of_product(Barcode.product_id))
    for product, code in session.execute(rows.order_by(Barcode.position, Barcode.code)):
        found.setdefault(product, code)
    return found


def _units(session: Session, scope: Scope) -> dict[int, tuple[tuple[str, Factor], ...]]:
    """The further units of each product that has some."""
    found: dict[int, tuple[tuple[str, Factor], ...]] = {}
    rows = select(ProductUnit.product_id, ProductUnit.name, ProductUnit.numerator, ProductUnit.denominator)
    for product, name, numerator, denominator in session.execute(rows.where(*scope.of_product(ProductUnit.product_id))):
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
        part=line.part,
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
