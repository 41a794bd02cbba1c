"""Putting rows into the stock ledger with their cost: appended at once where nothing comes later, replayed otherwise."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Select, bindparam, delete, func, insert, select, update
from sqlalchemy.orm import Session

from jxc_desktop.db import fast
from jxc_desktop.db.models import CostDifference, Document, Pool, StockRow, table
from jxc_desktop.db.types import BigInt, raw, raw_insert
from jxc_desktop.db.upsert import upsert
from jxc_desktop.domain.costing import Cost, Entry, EntryResult, Known, PoolState, append, replay
from jxc_desktop.domain.money import yuan
from jxc_desktop.domain.settings import ShopSettings
from jxc_desktop.queries.costing import TRANSFER_PART, Method, PoolKey, RowId, Stored, load_entries, method_of, product_methods
from jxc_desktop.services.moves import Move, key_of
from jxc_desktop.services.tally import Tally

_ROWS = raw_insert(table(StockRow))


@cache
def _pools_of(count: int) -> Select[Any]:
    ids = [bindparam(f"i{n}", type_=BigInt) for n in range(count)]
    return select(
        Pool.product_id,
        Pool.warehouse_id,
        Pool.batch_id,
        raw(Pool.quantity),
        raw(Pool.value),
        Pool.cost_value,
        Pool.cost_quantity,
        Pool.last_moment,
        Pool.last_sale,
        Pool.clean,
    ).where(Pool.product_id.in_(ids))


_POOL_COLUMNS = ("quantity", "value", "cost_value", "cost_quantity", "last_moment", "last_sale", "clean")
_T = table(StockRow)
_RESTATE = (
    update(_T)
    .where(_T.c.document_id == bindparam("d"), _T.c.line == bindparam("l"), _T.c.part == bindparam("p"))
    .values(quantity=bindparam("q", type_=BigInt), value=bindparam("v", type_=BigInt), provisional=bindparam("g"))
)


class StoredPool(NamedTuple):
    """A cached pool. Quantity in thousandths, value in fen; the last unit cost as ``cost_value / cost_quantity``."""

    product_id: int
    warehouse_id: int
    batch_id: int
    quantity: int
    value: int
    cost_value: int | None
    cost_quantity: int | None
    last_moment: str
    last_sale: str | None
    clean: int

    def state(self) -> PoolState:
        cost = None if self.cost_value is None or self.cost_quantity is None else (self.cost_value, self.cost_quantity)
        return PoolState(self.quantity, self.value, cost)


def enter(
    session: Session,
    moves: Sequence[Move],
    *,
    seq: int,
    document_id: int,
    settings: ShopSettings,
    sale_kind: bool,
    warehouse: int,
) -> tuple[str, ...]:
    """Write ``moves`` to the stock ledger with their cost, and the cached figures.

    Returns the numbers of the earlier documents whose cost changed by it.
    """
    if not moves:
        return ()
    tally = Tally()
    if sale_kind:
        tally.sale(moves[0].day, warehouse, 1)
    by_product: dict[int, list[Move]] = defaultdict(list)
    for move in moves:
        by_product[move.product.id].append(move)
    pools = _pools(session, by_product)
    written: dict[PoolKey, dict[str, Any]] = {}
    slow: list[int] = []
    for product_id, rows in by_product.items():
        method = method_of(rows[0].product.costing, settings)
        appended = _append(session, rows, seq, document_id, method, pools)
        if appended is None:
            slow.append(product_id)
        else:
            written |= appended
    fast.run_many(session.connection(), _ROWS, [_ledger_row(m, seq, document_id) for m in moves])
    for m in moves:
        tally.row(
            m.product.id, m.warehouse_id, m.batch_id or 0, m.day, m.moment, m.bucket, m.quantity, m.value or 0, m.revenue or 0
        )
    write_pools(session, written.values())
    tally.write(session)
    return replay_products(session, slow, settings, seq=seq, cause_id=document_id) if slow else ()


def _pools(session: Session, products: Iterable[int]) -> dict[PoolKey, StoredPool]:
    ids = list(products)
    rows = fast.run(session.connection(), _pools_of(len(ids)), fast.numbered(ids))
    return {(row[0], row[1], row[2]): StoredPool(*row) for row in rows}


def _append(
    session: Session, rows: list[Move], seq: int, document_id: int, method: Method, pools: dict[PoolKey, StoredPool]
) -> dict[PoolKey, dict[str, Any]] | None:
    """Cost ``rows`` from the cached pools alone; None when that cannot be: something comes later, FIFO, a deficit, a count."""
    if method.name == "fifo":
        return None
    states: dict[PoolKey, PoolState] = {}
    results: dict[RowId, EntryResult] = {}
    for move in rows:
        key = method.pool(*move.place)
        before = pools.get(key)
        if before is not None and (not before.clean or before.last_moment > move.moment):
            return None
        if move.cost is Cost.COUNT or (move.cost in (Cost.TRANSFER_IN, Cost.TRANSFER_OUT) and method.per_warehouse):
            return None
        state = states.setdefault(key, before.state() if before else PoolState.empty(method.name))
        known = _known(session, move)
        if known is not None and known.provisional:
            return None
        entry = _entry(move, seq, document_id, key)
        if move.cost is Cost.TRANSFER_IN:
            out = results[(document_id, move.line, move.part - TRANSFER_PART)]
            known = Known(out.quantity, out.value)
        named = move.original if move.cost is Cost.RETURN else entry.twin
        result = append(state, entry, {named: known} if known is not None else {})
        if not state.clean or result.provisional:
            return None
        results[(document_id, move.line, move.part)] = result
        move.value = result.value
    sold = any(m.bucket == "sold" for m in rows)
    last = max(m.moment for m in rows)
    return {key: pool_row(key, state, last, last if sold else None, pools.get(key)) for key, state in states.items()}


def _entry(move: Move, seq: int, document_id: int, pool: PoolKey) -> Entry:
    entry = Entry(
        key_of(move, seq),
        (document_id, move.line, move.part),
        pool,
        (move.warehouse_id, move.batch_id or 0),
        move.cost,
        move.quantity,
    )
    if move.cost is Cost.GIVEN:
        entry.given = move.given
    elif move.cost is Cost.RETURN:
        entry.original = move.original
    elif move.cost is Cost.TRANSFER_OUT:
        entry.twin, entry.inside = (document_id, move.line, move.part + TRANSFER_PART), True
    elif move.cost is Cost.TRANSFER_IN:
        entry.twin, entry.inside = (document_id, move.line, move.part - TRANSFER_PART), True
    return entry


def _known(session: Session, move: Move) -> Known | None:
    """The original of a return: what it cost, and what has come back of it already."""
    if move.cost is not Cost.RETURN or move.original is None:
        return None
    document_id, line, part = move.original
    original = session.execute(
        select(raw(StockRow.quantity), raw(StockRow.value), StockRow.provisional).where(
            StockRow.document_id == document_id, StockRow.line == line, StockRow.part == part
        )
    ).one()
    back = session.execute(
        select(func.coalesce(func.sum(raw(StockRow.quantity)), 0), func.coalesce(func.sum(raw(StockRow.value)), 0)).where(
            StockRow.original_document_id == document_id,
            StockRow.original_line == line,
            StockRow.original_part == part,
            StockRow.void == 0,
        )
    ).one()
    return Known(original[0], original[1], int(back[0]), int(back[1]), bool(original[2]) or original[1] is None)


def _ledger_row(move: Move, seq: int, document_id: int) -> dict[str, Any]:
    original = move.original or (None, None, None)
    return {
        "document_id": document_id,
        "line": move.line,
        "part": move.part,
        "moment": move.moment,
        "seq": seq,
        "day": move.day,
        "product_id": move.product.id,
        "warehouse_id": move.warehouse_id,
        "batch_id": move.batch_id,
        "cost": move.cost.value,
        "bucket": move.bucket,
        "quantity": move.quantity,
        "counted": move.counted,
        "given": move.given,
        "given_price": move.given_price,
        "revenue": move.revenue,
        "original_document_id": original[0],
        "original_line": original[1],
        "original_part": original[2],
        "value": move.value,
        "provisional": int(move.provisional),
        "void": 0,
    }


def pool_row(key: PoolKey, state: PoolState, moment: str, last_sale: str | None, before: StoredPool | None) -> dict[str, Any]:
    """What the cache keeps of ``state``."""
    cost = state.last
    old_sale = before.last_sale if before else None
    return {
        "product_id": key[0],
        "warehouse_id": key[1],
        "batch_id": key[2],
        "quantity": state.quantity,
        "value": state.value,
        "cost_value": cost[0] if cost else None,
        "cost_quantity": cost[1] if cost else None,
        "last_moment": max(moment, before.last_moment) if before else moment,
        "last_sale": max(filter(None, (last_sale, old_sale)), default=None),
        "clean": int(state.clean),
    }


def write_pools(session: Session, rows: Iterable[dict[str, Any]]) -> None:
    """Put the pools' rows in the cache in place of what it has."""
    listed = list(rows)
    if listed:
        connection = session.connection()
        fast.run_many(connection, upsert(table(Pool), connection.dialect.name, replace=_POOL_COLUMNS), listed)


def replay_products(
    session: Session, products: Iterable[int], settings: ShopSettings, *, seq: int, cause_id: int
) -> tuple[str, ...]:
    """Cost ``products`` anew from their first row, restate what differs, and record the differences under ``seq``.

    Returns the numbers of the documents other than ``cause_id`` whose cost changed, in the order of the ledger.
    """
    methods = product_methods(session, products, settings)
    tally = Tally()
    changed: dict[tuple[int, int], list[int]] = {}
    order: dict[int, tuple[str, int]] = {}
    for product_id, method in methods.items():
        stored, entries = load_entries(session, product_id, method)
        done = replay({}, entries, method.name)
        updates = []
        for old in stored:
            new = done.results[(old.document_id, old.line, old.part)]
            if (old.quantity, old.value, old.provisional) == (new.quantity, new.value, int(new.provisional)):
                continue
            updates.append(
                {"d": old.document_id, "l": old.line, "p": old.part, "q": new.quantity, "v": new.value, "g": int(new.provisional)}
            )
            tally.restate(old, new.quantity - old.quantity, (new.value or 0) - (old.value or 0))
            if old.document_id != cause_id and old.value != new.value:
                sums = changed.setdefault((old.document_id, product_id), [0, 0])
                sums[0] += old.value or 0
                sums[1] += new.value or 0
                order[old.document_id] = (old.moment, old.seq)
        if updates:
            fast.run_many(session.connection(), _RESTATE, updates)
        _replace_pools(session, product_id, stored, method, done.states)
    tally.write(session)
    _record_differences(session, changed, seq, cause_id)
    return _numbers(session, sorted(order, key=lambda d: order[d]))


def _replace_pools(session: Session, product_id: int, stored: list[Stored], method: Method, states: dict[Any, PoolState]) -> None:
    session.execute(delete(Pool).where(Pool.product_id == product_id))
    moments: dict[PoolKey, str] = {}
    sales: dict[PoolKey, str] = {}
    for row in stored:
        key = method.pool(row.product_id, row.warehouse_id, row.batch_id)
        moments[key] = row.moment
        if row.bucket == "sold":
            sales[key] = row.moment
    write_pools(
        session, [pool_row(key, state, moments[key], sales.get(key), None) for key, state in states.items() if key in moments]
    )


def _record_differences(session: Session, changed: dict[tuple[int, int], list[int]], seq: int, cause_id: int) -> None:
    rows = [
        {"seq": seq, "document_id": d, "product_id": p, "cause_id": cause_id, "old_value": yuan(old), "new_value": yuan(new)}
        for (d, p), (old, new) in changed.items()
    ]
    if rows:
        session.connection().execute(insert(table(CostDifference)), rows)


def _numbers(session: Session, documents: list[int]) -> tuple[str, ...]:
    found: dict[int, str] = {}
    for chunk in (documents[i : i + 500] for i in range(0, len(documents), 500)):
        found |= {d: n for d, n in session.execute(select(Document.id, Document.number).where(Document.id.in_(chunk))) if n}
    return tuple(found[d] for d in documents)
