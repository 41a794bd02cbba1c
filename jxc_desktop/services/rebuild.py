"""Computing the cached figures again from the ledgers. Facts and derived cost stay as they are."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from jxc_desktop.db.models import Pool, Product, StockRow, table
from jxc_desktop.domain.acts import Act
from jxc_desktop.domain.changes import Changes
from jxc_desktop.domain.costing import replay
from jxc_desktop.queries.cached import figures
from jxc_desktop.queries.costing import Method, PoolKey, Stored, load_entries, method_of
from jxc_desktop.queries.settings import shop_settings
from jxc_desktop.services.audit import record
from jxc_desktop.services.costs import pool_row, write_pools


def rebuild(session: Session, act: Act) -> Changes:
    """Fill every cached table anew: balances, pools, months, days, partners, accounts."""
    settings = shop_settings(session)
    for figure in figures(settings):
        session.execute(delete(figure.table))
        if figure.table is table(Pool):
            continue
        computed = figure.statement.subquery()
        names = (*figure.keys, *figure.sums, *figure.texts)
        session.execute(insert(figure.table).from_select(list(names), select(*(computed.c[name] for name in names))))
    products = session.execute(
        select(Product.id, Product.costing).where(Product.id.in_(select(StockRow.product_id).distinct()))
    ).all()
    for product_id, costing in products:
        _pools(session, product_id, method_of(costing, settings))
    record(session, act, "book.rebuild", settings.shop)
    return Changes.ALL


def _pools(session: Session, product_id: int, method: Method) -> None:
    """The pools of a product: quantity and value are what stands in the ledger, the last unit cost comes from a replay."""
    stored, entries = load_entries(session, product_id, method)
    if not stored:
        return
    standing: dict[PoolKey, list[Stored]] = {}
    for row in stored:
        standing.setdefault(method.pool(row.product_id, row.warehouse_id, row.batch_id), []).append(row)
    states: dict[Any, Any] = replay({}, entries, method.name).states
    pools = []
    for key, rows in standing.items():
        sold = max((row.moment for row in rows if row.bucket == "sold"), default=None)
        pool = pool_row(key, states[key], max(row.moment for row in rows), sold, None)
        pools.append(pool | {"quantity": sum(row.quantity for row in rows), "value": sum(row.value or 0 for row in rows)})
    write_pools(session, pools)
