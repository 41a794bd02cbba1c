"""Computing the cached figures again from the ledgers. Facts and derived cost stay as they are."""

from __future__ import annotations

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from jxc_desktop.db.models import CostCheckpoint, Pool, StockRow, table
from jxc_desktop.domain.acts import Act
from jxc_desktop.domain.changes import Changes
from jxc_desktop.domain.costing import Marks
from jxc_desktop.queries import checkpoints
from jxc_desktop.queries.cached import figures
from jxc_desktop.queries.costing import Loaded, PoolKey, Stored, cost_groups, load_group
from jxc_desktop.queries.settings import shop_settings
from jxc_desktop.services.audit import record
from jxc_desktop.services.checkpoints import keep
from jxc_desktop.services.pools import pool_row, write_pools


def rebuild(session: Session, act: Act) -> Changes:
    """Fill every cached table anew: balances, pools, months, days, partners, accounts, cost checkpoints."""
    settings = shop_settings(session)
    session.execute(delete(CostCheckpoint))
    for figure in figures(settings):
        session.execute(delete(figure.table))
        if figure.table is table(Pool):
            continue
        computed = figure.statement.subquery()
        names = (*figure.keys, *figure.sums, *figure.texts)
        session.execute(insert(figure.table).from_select(list(names), select(*(computed.c[name] for name in names))))
    products = session.scalars(select(StockRow.product_id).distinct().order_by(StockRow.product_id)).all()
    for group in cost_groups(session, products):
        _pools(session, load_group(session, group, settings))
    record(session, act, "book.rebuild", settings.shop)
    return Changes.ALL


def _pools(session: Session, loaded: Loaded) -> None:
    """The pools of products: quantity and value are what stands in the ledger, the last unit cost comes from a replay."""
    standing: dict[PoolKey, list[Stored]] = {}
    for row in loaded.stored:
        method = loaded.methods[row.product_id]
        standing.setdefault(method.pool(row.product_id, row.warehouse_id, row.batch_id), []).append(row)
    done = loaded.replay(Marks(checkpoints.EVERY))
    states, kept = done.states, keep(session, loaded, done.marks)
    pools = []
    for key, rows in standing.items():
        pool = pool_row(key, states[key], *kept.of(key))
        pools.append(pool | {"quantity": sum(row.quantity for row in rows), "value": sum(row.value or 0 for row in rows)})
    write_pools(session, pools)
