"""What is within a stocktake: by category and shelf, by ABC class, on the list of the day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from jxc_desktop.db.models import Category, Document, DocumentLine, Product, StockBalance, StockRow
from jxc_desktop.db.types import raw
from jxc_desktop.domain.classes import ABC_DAYS, abc_classes
from jxc_desktop.domain.daily_list import Candidate, daily_list
from jxc_desktop.domain.stocktake import DAILY, LISTED, Plan


def product_conditions(plan: Plan) -> list[ColumnElement[bool]]:
    """Conditions on ``Product`` for the scopes that follow the master data."""
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


def countable(session: Session, plan: Plan, products: Iterable[int], listed: frozenset[int]) -> set[int]:
    """Which of a few ``products`` the plan has to count. A kit never is: it has no stock of its own."""
    ids = set(products)
    if plan.scope in ("abc", "daily"):
        ids &= listed
    if not ids:
        return ids
    where = [] if plan.scope in LISTED else product_conditions(plan)
    return set(session.scalars(select(Product.id).where(Product.id.in_(ids), Product.kit == 0, *where)))


def classes(session: Session, today: date) -> dict[int, str]:
    """The ABC class of every product that is sold: by its revenue of the last ``ABC_DAYS`` days up to ``today``."""
    since = (today - timedelta(days=ABC_DAYS - 1)).isoformat()
    revenue = (
        select(StockRow.product_id, func.sum(raw(StockRow.revenue)).label("revenue"))
        .where(StockRow.day.between(since, today.isoformat()), StockRow.revenue.is_not(None), StockRow.void == 0)
        .group_by(StockRow.product_id)
        .subquery()
    )
    rows = session.execute(
        select(Product.id, revenue.c.revenue)
        .outerjoin(revenue, revenue.c.product_id == Product.id)
        .where(Product.active == 1, Product.kit == 0)
        .order_by(Product.id)
    )
    return abc_classes({product: int(sum_ or 0) for product, sum_ in rows})


def listed_products(session: Session, plan: Plan, warehouse_id: int, today: date) -> list[int]:
    """The products of a class or of the day's list, fixed as of ``today``; none for the other scopes."""
    if plan.scope == "abc":
        return [product for product, abc in classes(session, today).items() if abc == plan.key]
    if plan.scope != "daily":
        return []
    last = _last_counted(session, warehouse_id, today)
    here = set(
        session.scalars(
            select(StockBalance.product_id).where(StockBalance.warehouse_id == warehouse_id, raw(StockBalance.quantity) != 0)
        )
    )
    candidates = [
        Candidate(product, abc, last.get(product, "")) for product, abc in classes(session, today).items() if product in here
    ]
    return daily_list(candidates, int(plan.key or DAILY), today.isoformat())


def _last_counted(session: Session, warehouse_id: int, today: date) -> dict[int, str]:
    """The day of each product's last count in a warehouse before ``today``."""
    rows = session.execute(
        select(DocumentLine.product_id, func.max(Document.day))
        .join(Document, Document.id == DocumentLine.document_id)
        .where(
            Document.kind == "stocktake",
            Document.status == "posted",
            Document.warehouse_id == warehouse_id,
            Document.day < today.isoformat(),
        )
        .group_by(DocumentLine.product_id)
    )
    return dict(rows.all())


def count_size(session: Session, plan: Plan, warehouse_id: int, today: date) -> int:
    """How many products the plan has to count; 0 for a free list."""
    if plan.scope == "free":
        return 0
    if plan.scope in LISTED:
        return len(listed_products(session, plan, warehouse_id, today))
    wanted = select(func.count()).select_from(Product).where(Product.active == 1, Product.kit == 0, *product_conditions(plan))
    return int(session.execute(wanted).scalar_one())
