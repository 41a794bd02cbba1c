"""The list of products: one page of it, how many there are and what they are worth, and what state each is in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Literal

from sqlalchemy import ColumnElement, Row, Select, and_, case, exists, func, literal, or_, select
from sqlalchemy.orm import Session

from jxc_desktop.db.models import Batch, Category, Pool, Product, StockBalance, StockMonth
from jxc_desktop.db.types import raw
from jxc_desktop.domain.money import pieces, yuan
from jxc_desktop.domain.settings import ShopSettings
from jxc_desktop.i18n import N_
from jxc_desktop.queries.product_search import FIRST_BARCODE, is_called, needle
from jxc_desktop.queries.recipes import could_be_made
from jxc_desktop.queries.settings import shop_settings

Status = Literal["", "out_risk", "low_stock", "expiring", "slow", "kit", "inactive"]
Sort = Literal["code", "name", "category", "unit", "purchase_price", "sale_price", "quantity", "newest"]

STATUSES: dict[str, str] = {
    "out_risk": N_("May run out"),
    "low_stock": N_("Low stock"),
    "expiring": N_("Expires soon"),
    "slow": N_("Slow"),
    "kit": N_("Kit"),
    "inactive": N_("Not in use"),
}
"""The badge of each state, the most urgent first; a product in order has none. A kit has no stock that could be out of order."""

LEAD_DAYS = 2
"""Days until goods are there, for a product that does not say."""


@dataclass(frozen=True, slots=True)
class ProductFilter:
    """Which products, in which order. None = all; ``category_id`` includes all below it.

    ``status`` is a badge, or None for everything in use; ``include_inactive`` adds the ended ones.
    """

    text: str = ""
    category_id: int | None = None
    supplier_id: int | None = None
    status: str | None = None
    include_inactive: bool = False
    sort: Sort = "code"
    descending: bool = False


@dataclass(frozen=True, slots=True)
class ProductRow:
    """One row of the list. ``quantity``: on hand in all warehouses, of a kit how many could be sold from its parts.

    ``status``: key of ``STATUSES`` or empty.
    """

    id: int
    code: str
    name: str
    spec: str
    barcode: str | None
    category: str | None
    unit: str
    purchase_price: Decimal | None
    sale_price: Decimal | None
    quantity: Decimal
    status: str
    active: bool
    kit: bool = False


@dataclass(frozen=True, slots=True)
class ProductTotals:
    """Products in the list, those below their minimum, and the value at cost of what is on hand of them."""

    count: int
    low: int
    value: Decimal


def product_list(
    session: Session,
    filters: ProductFilter | None = None,
    *,
    offset: int = 0,
    limit: int = 200,
    today: date,
    settings: ShopSettings | None = None,
) -> list[ProductRow]:
    """Rows ``offset`` … ``offset + limit`` of the list, with the state of each as of ``today``."""
    filters = filters or ProductFilter()
    chosen = Chosen(session, filters, today, settings or shop_settings(session))
    ids = chosen.page(offset, limit)
    return chosen.rows(ids)


def product_totals(
    session: Session, filters: ProductFilter | None = None, *, today: date, settings: ShopSettings | None = None
) -> ProductTotals:
    """How many products the list has, how many of them are low, and their stock value."""
    return Chosen(session, filters or ProductFilter(), today, settings or shop_settings(session)).totals()


def product_statuses(
    session: Session, ids: Sequence[int], *, today: date, settings: ShopSettings | None = None
) -> dict[int, str]:
    """The state of each of these products: a key of ``STATUSES`` or empty."""
    state = status_of(today, settings or shop_settings(session)).label("status")
    rows = session.connection().execute(select(Product.id, state).where(Product.id.in_(list(ids))))
    return dict(rows.all())


_ON_HAND = (
    select(func.coalesce(func.sum(raw(StockBalance.quantity)), 0))
    .where(StockBalance.product_id == Product.id)
    .correlate(Product)
    .scalar_subquery()
)


def status_of(today: date, settings: ShopSettings) -> ColumnElement[str]:
    """The state of the product of the enclosing statement.

    May run out: nothing left of what has a minimum or was sold, or less left than is sold until goods are there (sales
    since the first of last month). Low: below the minimum. Expires soon: a batch on hand within the shop's warning days.
    Slow: on hand, but not sold (or, never sold, not moved) for the shop's slow days.
    """
    first = (today.replace(day=1) - timedelta(days=1)).replace(day=1)
    span = (today - first).days + 1
    sold = (
        select(func.coalesce(func.sum(raw(StockMonth.sold_quantity) - raw(StockMonth.returned_quantity)), 0))
        .where(StockMonth.product_id == Product.id, StockMonth.month >= first.isoformat()[:7])
        .correlate(Product)
        .scalar_subquery()
    )
    last_move = (
        select(func.max(func.coalesce(Pool.last_sale, Pool.last_moment)))
        .where(Pool.product_id == Product.id)
        .correlate(Product)
        .scalar_subquery()
    )
    expires = exists(
        select(StockBalance.product_id)
        .join(Batch, Batch.id == StockBalance.batch_id)
        .where(
            StockBalance.product_id == Product.id,
            raw(StockBalance.quantity) > 0,
            Batch.expiry <= (today + timedelta(days=settings.expiring_days)).isoformat(),
        )
        .correlate(Product)
    )
    minimum, lead = raw(Product.minimum), func.coalesce(Product.lead_days, LEAD_DAYS)
    wanted = or_(func.coalesce(minimum, 0) > 0, sold > 0)
    slow_day = (today - timedelta(days=settings.slow_days)).isoformat()
    return case(
        (Product.active == 0, literal("inactive")),
        (Product.kit == 1, literal("kit")),
        (and_(_ON_HAND <= 0, wanted), literal("out_risk")),
        (and_(sold > 0, _ON_HAND * span < sold * lead), literal("out_risk")),
        (minimum > _ON_HAND, literal("low_stock")),
        (and_(Product.batches == 1, expires), literal("expiring")),
        (and_(_ON_HAND > 0, last_move < slow_day), literal("slow")),
        else_=literal(""),
    )


_SORTS: dict[str, tuple[Any, ...]] = {
    "code": (Product.code,),
    "name": (Product.initials, Product.name, Product.id),
    "category": (func.coalesce(Category.path, ""), Product.code),
    "unit": (Product.unit, Product.code),
    "purchase_price": (raw(Product.purchase_price), Product.id),
    "sale_price": (raw(Product.sale_price), Product.id),
    "quantity": (_ON_HAND, Product.id),
    "newest": (Product.id,),
}


class Chosen:
    """The products that a filter chooses, in one session."""

    def __init__(self, session: Session, filters: ProductFilter, today: date, settings: ShopSettings) -> None:
        self._connection = session.connection()
        self._filters = filters
        self._state = status_of(today, settings)
        self._conditions = self._where()

    def page(self, offset: int, limit: int) -> list[int]:
        """The ids of one page, in order."""
        order = [column.desc() if self._filters.descending else column for column in _SORTS[self._filters.sort]]
        statement = self._from(select(Product.id)).order_by(*order).offset(offset).limit(limit)
        if self._filters.sort == "category":
            statement = statement.outerjoin(Category, Category.id == Product.category_id)
        return list(self._connection.execute(statement).scalars())

    def rows(self, ids: Sequence[int]) -> list[ProductRow]:
        """The rows of these products, in their order."""
        statement = (
            select(
                Product.id,
                Product.code,
                Product.name,
                Product.spec,
                FIRST_BARCODE.label("barcode"),
                Category.name.label("category"),
                Product.unit,
                Product.purchase_price,
                Product.sale_price,
                _ON_HAND.label("quantity"),
                self._state.label("status"),
                Product.active,
                Product.kit,
            )
            .outerjoin(Category, Category.id == Product.category_id)
            .where(Product.id.in_(list(ids)))
        )
        found = {row.id: row for row in self._connection.execute(statement)}
        kits = [row.id for row in found.values() if row.kit]
        could = could_be_made(self._connection, kits) if kits else {}
        return [_row(found[i], could.get(i, 0)) for i in ids if i in found]

    def count(self) -> int:
        """How many there are."""
        return int(self._connection.execute(self._from(select(func.count()))).scalar_one())

    def totals(self) -> ProductTotals:
        """Count, low count and value of all of them."""
        low_of = (Product.active == 1, Product.kit == 0)
        count, low = self._connection.execute(
            self._from(select(func.count(), func.sum(case((and_(*low_of, raw(Product.minimum) > _ON_HAND), 1), else_=0)))),
        ).one()
        worth = select(func.coalesce(func.sum(raw(Pool.value)), 0)).select_from(Pool)
        if self._conditions:
            worth = worth.join(Product, Product.id == Pool.product_id).where(*self._conditions)
        value = self._connection.execute(worth).scalar_one()
        return ProductTotals(int(count), int(low or 0), yuan(int(value)))

    def _from(self, statement: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
        return statement.select_from(Product).where(*self._conditions)

    def _where(self) -> list[ColumnElement[bool]]:
        filters, conditions = self._filters, []
        if filters.status is not None:
            conditions.append(Product.active == int(filters.status != "inactive"))
            if filters.status != "inactive":
                conditions.append(self._state == filters.status)
        elif not filters.include_inactive:
            conditions.append(Product.active == 1)
        if filters.category_id is not None:
            conditions.append(Product.category_id.in_(self._below(filters.category_id)))
        if filters.supplier_id is not None:
            conditions.append(Product.supplier_id == filters.supplier_id)
        if needle(filters.text):
            hidden = filters.include_inactive or filters.status == "inactive"
            conditions.append(is_called(filters.text, with_ended=hidden))
        return conditions

    def _below(self, category_id: int) -> list[int]:
        paths = dict(self._connection.execute(select(Category.id, Category.path)).all())
        top = paths.get(category_id, "")
        return [i for i, path in paths.items() if i == category_id or path.startswith(top + "/")]


def _row(row: Row[Any], could: int) -> ProductRow:
    return ProductRow(
        row.id,
        row.code,
        row.name,
        row.spec,
        row.barcode,
        row.category,
        row.unit,
        row.purchase_price,
        row.sale_price,
        Decimal(could) if row.kit else pieces(int(row.quantity)),
        row.status,
        bool(row.active),
        bool(row.kit),
    )
