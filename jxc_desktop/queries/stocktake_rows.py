"""What there is to count: a row for each product or batch with what the book holds, and what moved since it was counted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from jxc_desktop.db.models import Batch, Category, Pool, Product, ProductUnit, StockBalance, StockRow
from jxc_desktop.db.types import raw
from jxc_desktop.domain.money import pieces, unit_cost
from jxc_desktop.domain.stocktake import LISTED, Plan
from jxc_desktop.domain.units import Factor
from jxc_desktop.queries.product_search import FIRST_BARCODE
from jxc_desktop.queries.stocktake_scopes import product_conditions

Place = tuple[int, str]
"""(product, batch number or "")."""

MANY = 900
"""More ids than this are not named one by one in a question."""


@dataclass(frozen=True, slots=True)
class CountUnit:
    """A unit of what is counted; the base unit first."""

    name: str
    factor: Factor


@dataclass(frozen=True, slots=True)
class CountRow:
    """One thing to count: a product, or a batch of it. ``book``: on hand now, in base units; ``cost`` per base unit.

    ``by_batch``: the product is kept by batch; ``expiry`` of the batch, where it is known.
    """

    product_id: int
    batch: str
    code: str
    name: str
    barcode: str
    category: str
    shelf: str
    units: tuple[CountUnit, ...]
    book: Decimal
    cost: Decimal | None
    by_batch: bool = False
    expiry: str | None = None

    @property
    def place(self) -> Place:
        return self.product_id, self.batch


@dataclass(frozen=True, slots=True)
class Moved:
    """What happened to a place after it was counted: ``sold`` (less what came back), ``other`` came (+) or went (-)."""

    sold: Decimal = Decimal(0)
    other: Decimal = Decimal(0)

    @property
    def net(self) -> Decimal:
        """The change of the stock."""
        return self.other - self.sold


def count_rows(session: Session, plan: Plan, warehouse_id: int, *, also: Iterable[int] = ()) -> list[CountRow]:
    """What the plan has to count in a warehouse, by shelf and code, and the products ``also`` (what was counted already).

    Of a listed scope (``LISTED``) only ``also``. Goods with batches have a row for each batch that lies there, and one
    without batch where there is none. Goods that are no longer sold are counted while some of them lie there.
    """
    more = set(also)
    rows = _products(session, _chosen(plan, warehouse_id, more))
    if plan.scope in LISTED and len(more) > MANY:
        rows = [row for row in rows if row.id in more]
    elif len(more) > MANY:
        missing = sorted(more - {row.id for row in rows})
        for start in range(0, len(missing), MANY):
            rows += _products(session, Product.id.in_(missing[start : start + MANY]))
        rows.sort(key=lambda row: (not row.shelf, row.shelf, row.code))
    ids = [row.id for row in rows]
    many = len(ids) > MANY
    units, books, costs = _units(session, ids, many), _books(session, warehouse_id), _costs(session, ids, many)
    dates = expiries(session) if any(row.batches for row in rows) else {}
    found = []
    for row in rows:
        held = books.get(row.id, {})
        all_units = (CountUnit(row.unit, Factor()), *units[row.id])
        for batch in [b for b, q in held.items() if q or not b] or [""] if row.batches else [""]:
            found.append(
                CountRow(
                    row.id,
                    batch,
                    row.code,
                    row.name,
                    row.barcode or "",
                    row.category or "",
                    row.shelf,
                    all_units,
                    pieces(held.get(batch, 0)),
                    costs.get(row.id),
                    bool(row.batches),
                    dates.get((row.id, batch)),
                )
            )
    return found


def with_named(session: Session, rows: list[CountRow], named: Iterable[Place]) -> list[CountRow]:
    """``rows``, and rows for batches that were counted and do not lie there (any more)."""
    places, of_product = {row.place for row in rows}, {row.product_id: row for row in rows}
    missing = [place for place in named if place not in places and place[0] in of_product]
    dates = expiries(session) if missing else {}
    more = [replace(of_product[p], batch=batch, book=Decimal(0), expiry=dates.get((p, batch))) for p, batch in missing]
    return [*rows, *more]


def _products(session: Session, where: ColumnElement[bool]) -> list[Any]:
    columns = (Product.id, Product.code, Product.name, Product.unit, Product.shelf, Product.batches)
    return list(
        session.execute(
            select(*columns, Category.path.label("category"), FIRST_BARCODE.label("barcode"))
            .outerjoin(Category, Category.id == Product.category_id)
            .where(where)
            .order_by(Product.shelf == "", Product.shelf, Product.code)
        )
    )


def expiries(session: Session) -> dict[Place, str]:
    """The expiry date of each batch that has one."""
    rows = session.execute(select(Batch.product_id, Batch.number, Batch.expiry).where(Batch.expiry.is_not(None)))
    return {(product_id, number): expiry for product_id, number, expiry in rows if expiry}


def _chosen(plan: Plan, warehouse_id: int, also: set[int]) -> ColumnElement[bool]:
    """Which products; where very many are listed all are read, and the caller keeps those that are on the list."""
    if plan.scope in LISTED:
        return Product.id.in_(sorted(also)) if len(also) <= MANY else Product.id > 0
    balance = select(StockBalance.product_id).where(StockBalance.warehouse_id == warehouse_id, raw(StockBalance.quantity) != 0)
    wanted = and_(or_(Product.active == 1, Product.id.in_(balance)), Product.kit == 0, *product_conditions(plan))
    extra = sorted(also) if len(also) <= MANY else []
    return or_(wanted, Product.id.in_(extra)) if extra else wanted


def _units(session: Session, ids: list[int], many: bool) -> dict[int, list[CountUnit]]:
    found: dict[int, list[CountUnit]] = defaultdict(list)
    where = () if many else (ProductUnit.product_id.in_(ids),)
    for unit in session.scalars(select(ProductUnit).where(*where).order_by(ProductUnit.id)):
        found[unit.product_id].append(CountUnit(unit.name, Factor(unit.numerator, unit.denominator)))
    return found


def _books(session: Session, warehouse_id: int) -> dict[int, dict[str, int]]:
    """Thousandths on hand in a warehouse, by product and batch number, the first to expire first."""
    found: dict[int, dict[str, int]] = defaultdict(dict)
    rows = session.execute(
        select(StockBalance.product_id, Batch.number, raw(StockBalance.quantity))
        .outerjoin(Batch, Batch.id == StockBalance.batch_id)
        .where(StockBalance.warehouse_id == warehouse_id)
        .order_by(StockBalance.product_id, Batch.expiry.is_(None), Batch.expiry, Batch.id)
    )
    for product_id, batch, quantity in rows:
        found[product_id][batch or ""] = quantity
    return found


def _costs(session: Session, ids: list[int], many: bool) -> dict[int, Decimal]:
    """The present average cost per base unit, else the last known."""
    where = () if many else (Pool.product_id.in_(ids),)
    sums: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    last: dict[int, Decimal] = {}
    rows = session.execute(
        select(Pool.product_id, raw(Pool.quantity), raw(Pool.value), Pool.cost_value, Pool.cost_quantity)
        .where(*where)
        .order_by(Pool.product_id, Pool.last_moment)
    )
    for product_id, quantity, value, cost_value, cost_quantity in rows:
        sums[product_id][0] += quantity
        sums[product_id][1] += value
        if cost_value is not None and cost_quantity:
            last[product_id] = unit_cost(cost_value, cost_quantity)
    return last | {p: unit_cost(value, quantity) for p, (quantity, value) in sums.items() if quantity > 0 and value > 0}


def moved_since(session: Session, warehouse_id: int, counted: Mapping[Place, str]) -> dict[Place, Moved]:
    """What happened at each place after the moment it was counted: book then = book now - the net of this.

    What bears the very second of the count was entered before it, as when posting.
    """
    if not counted:
        return {}
    ids, first = {product for product, _batch in counted}, min(counted.values())
    where: list[Any] = [StockRow.warehouse_id == warehouse_id, StockRow.moment > first, StockRow.void == 0]
    if len(ids) <= MANY:
        where.append(StockRow.product_id.in_(ids))
    sums: dict[Place, list[int]] = defaultdict(lambda: [0, 0])
    rows = session.execute(
        select(StockRow.product_id, Batch.number, StockRow.moment, StockRow.bucket, raw(StockRow.quantity))
        .outerjoin(Batch, Batch.id == StockRow.batch_id)
        .where(*where)
    )
    for product_id, batch, moment, bucket, quantity in rows:
        place = (product_id, batch or "")
        if place in counted and moment > counted[place]:
            if bucket in ("sold", "returned"):
                sums[place][0] -= quantity
            else:
                sums[place][1] += quantity
    return {place: Moved(pieces(sold), pieces(other)) for place, (sold, other) in sums.items()}
