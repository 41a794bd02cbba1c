"""Stocktakes: the list of them, what one has to count, and what the book held at the moment of each count."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import Session

from jxc_desktop.db.models import Batch, Category, Document, Pool, Product, ProductUnit, StockBalance, StockRow, User, Warehouse
from jxc_desktop.db.types import raw
from jxc_desktop.domain.money import divide_half_up, pieces
from jxc_desktop.domain.stocktake import Plan, parse_plan
from jxc_desktop.domain.units import Factor
from jxc_desktop.queries.product_search import FIRST_BARCODE
from jxc_desktop.queries.settings import Named, categories, warehouses

Place = tuple[int, str]
"""(product, batch number or "")."""


@dataclass(frozen=True, slots=True)
class CountUnit:
    """A unit of what is counted; the base unit first."""

    name: str
    factor: Factor


@dataclass(frozen=True, slots=True)
class CountRow:
    """One thing to count: a product, or a batch of it. ``book``: on hand now, in base units; ``cost`` per base unit."""

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

    @property
    def place(self) -> Place:
        return self.product_id, self.batch


@dataclass(frozen=True, slots=True)
class StocktakeRow:
    """A stocktake in the list. ``gain`` and ``loss`` are values at cost (>= 0, <= 0); None while it is a draft or once voided."""

    id: int
    number: str
    status: str
    moment: str
    warehouse: str
    scope: str
    lines: int
    different: int | None
    gain: Decimal | None
    loss: Decimal | None
    user: str

    @property
    def net(self) -> Decimal | None:
        return None if self.gain is None or self.loss is None else self.gain + self.loss


@dataclass(frozen=True, slots=True)
class Choices:
    """Where and what can be counted; ``shelves`` are those that goods stand on."""

    warehouses: tuple[Named, ...]
    categories: tuple[str, ...]
    shelves: tuple[str, ...]


def stocktakes(session: Session) -> list[StocktakeRow]:
    """All stocktakes: those still counted first, then the newest first."""
    sums = (
        select(
            StockRow.document_id.label("id"),
            func.count(case((raw(StockRow.quantity) != 0, 1))).label("different"),
            func.sum(case((raw(StockRow.value) > 0, raw(StockRow.value)), else_=0)).label("gain"),
            func.sum(case((raw(StockRow.value) < 0, raw(StockRow.value)), else_=0)).label("loss"),
        )
        .join(Document, Document.id == StockRow.document_id)
        .where(Document.kind == "stocktake", StockRow.void == 0)
        .group_by(StockRow.document_id)
        .subquery()
    )
    rows = session.execute(
        select(Document, Warehouse.name, User.name, sums.c.different, sums.c.gain, sums.c.loss)
        .outerjoin(Warehouse, Warehouse.id == Document.warehouse_id)
        .outerjoin(User, User.id == func.coalesce(Document.posted_by, Document.created_by))
        .outerjoin(sums, sums.c.id == Document.id)
        .where(Document.kind == "stocktake")
        .order_by(Document.status != "draft", Document.moment.desc(), Document.id.desc())
    )
    return [_listed(*row) for row in rows]


def _listed(
    head: Document, warehouse: str | None, user: str | None, different: int | None, gain: int | None, loss: int | None
) -> StocktakeRow:
    living = head.status == "posted"
    scope = (
        parse_plan(json.loads(head.draft)["reason"]).words if head.status == "draft" and head.draft else head.note or head.reason
    )
    return StocktakeRow(
        head.id,
        head.number or "",
        head.status,
        head.moment,
        warehouse or "",
        scope,
        head.line_count,
        int(different or 0) if living else None,
        Decimal(int(gain or 0)).scaleb(-2) if living else None,
        Decimal(int(loss or 0)).scaleb(-2) if living else None,
        user or "",
    )


def choices(session: Session) -> Choices:
    """What the form of a new stocktake offers."""
    used = select(Product.shelf).where(Product.shelf != "", Product.active == 1).distinct().order_by(Product.shelf)
    return Choices(tuple(warehouses(session)), tuple(c.code for c in categories(session)), tuple(session.scalars(used)))


def warehouse_name(session: Session, warehouse_id: int | None) -> str:
    """The name of a warehouse, "" for none."""
    return session.execute(select(Warehouse.name).where(Warehouse.id == warehouse_id)).scalar() or ""


def _within(plan: Plan) -> list[ColumnElement[bool]]:
    """Conditions on ``Product``: in the plan, and sold at all or still lying there."""
    if plan.scope == "category":
        return [
            Product.category_id.in_(
                select(Category.id).where(
                    or_(Category.path == plan.key, Category.path.startswith(plan.key + "/", autoescape=True))
                )
            )
        ]
    if plan.scope == "shelf":
        return [Product.shelf.startswith(plan.key, autoescape=True)]
    return []


def count_size(session: Session, plan: Plan) -> int:
    """How many products the plan has to count; 0 for a free list."""
    if plan.scope == "free":
        return 0
    return int(session.execute(select(func.count()).select_from(Product).where(Product.active == 1, *_within(plan))).scalar_one())


def count_rows(session: Session, plan: Plan, warehouse_id: int, *, also: Iterable[int] = ()) -> list[CountRow]:
    """What the plan has to count in a warehouse, by shelf and code, and the products ``also`` (what was counted already).

    Goods with batches have a row for each batch that lies there, and one without batch where there is none. Goods that are
    no longer sold are counted while some of them lie there.
    """
    balance = select(StockBalance.product_id).where(StockBalance.warehouse_id == warehouse_id, raw(StockBalance.quantity) != 0)
    wanted = and_(or_(Product.active == 1, Product.id.in_(balance)), *_within(plan))
    more = sorted(set(also))
    chosen = Product.id.in_(more) if plan.scope == "free" else or_(wanted, Product.id.in_(more)) if more else wanted
    rows = session.execute(
        select(Product.id, Product.code, Product.name, Product.unit, Product.shelf, Product.batches, Category.path, FIRST_BARCODE)
        .outerjoin(Category, Category.id == Product.category_id)
        .where(chosen)
        .order_by(Product.shelf == "", Product.shelf, Product.code)
    ).all()
    ids = [row[0] for row in rows]
    many = len(ids) > 900
    units, books, costs = _units(session, ids, many), _books(session, warehouse_id), _costs(session, ids, many)
    found = []
    for product_id, code, name, unit, shelf, batches, category, barcode in rows:
        held = books.get(product_id, {})
        all_units = (CountUnit(unit, Factor()), *units[product_id])
        for batch in [b for b, q in held.items() if q or not b] or [""] if batches else [""]:
            found.append(
                CountRow(
                    product_id,
                    batch,
                    code,
                    name,
                    barcode or "",
                    category or "",
                    shelf,
                    all_units,
                    pieces(held.get(batch, 0)),
                    costs.get(product_id),
                )
            )
    return found


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
            last[product_id] = _each(cost_value, cost_quantity)
    return last | {p: _each(value, quantity) for p, (quantity, value) in sums.items() if quantity > 0 and value > 0}


def _each(fen: int, thousandths: int) -> Decimal:
    return Decimal(divide_half_up(fen * 100_000, thousandths)).scaleb(-4)


def moved_since(session: Session, warehouse_id: int, counted: Mapping[Place, str]) -> dict[Place, Decimal]:
    """What came (+) and went (-) at each place after the moment it was counted: book then = book now - this.

    What bears the very second of the count was entered before it, as when posting.
    """
    if not counted:
        return {}
    ids, first = {product for product, _batch in counted}, min(counted.values())
    where: list[Any] = [StockRow.warehouse_id == warehouse_id, StockRow.moment > first, StockRow.void == 0]
    if len(ids) <= 900:
        where.append(StockRow.product_id.in_(ids))
    sums: dict[Place, int] = defaultdict(int)
    rows = session.execute(
        select(StockRow.product_id, Batch.number, StockRow.moment, raw(StockRow.quantity))
        .outerjoin(Batch, Batch.id == StockRow.batch_id)
        .where(*where)
    )
    for product_id, batch, moment, quantity in rows:
        place = (product_id, batch or "")
        if place in counted and moment > counted[place]:
            sums[place] += quantity
    return {place: pieces(quantity) for place, quantity in sums.items()}
