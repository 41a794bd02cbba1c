"""Costing products anew from a touched point on: what differs is restated, and the differences are recorded."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from jxc_desktop.db import fast
from jxc_desktop.db.models import CostDifference, Document, StockRow, table
from jxc_desktop.db.types import BigInt, raw_insert
from jxc_desktop.domain.costing import Marks, Replay
from jxc_desktop.domain.settings import ShopSettings
from jxc_desktop.queries import checkpoints
from jxc_desktop.queries.checkpoints import Place
from jxc_desktop.queries.collector import at_rest
from jxc_desktop.queries.costing import Loaded, cost_groups, load_group
from jxc_desktop.services.checkpoints import drop, keep
from jxc_desktop.services.pools import forget_pools, pool_row, write_pools
from jxc_desktop.services.tally import Tally

_T = table(StockRow)
_RESTATE = (
    update(_T)
    .where(_T.c.document_id == bindparam("d"), _T.c.line == bindparam("l"), _T.c.part == bindparam("p"))
    .values(quantity=bindparam("q", type_=BigInt), value=bindparam("v", type_=BigInt), provisional=bindparam("g"))
)
_DIFFERENCES = raw_insert(table(CostDifference))
_NUMBERS = (
    select(Document.id, Document.number)
    .join(CostDifference, CostDifference.document_id == Document.id)
    .where(CostDifference.seq == bindparam("seq"))
)


class _Told(NamedTuple):
    """Documents whose cost changed: fen before and after by (document, product), and the place of each in the ledger."""

    sums: dict[tuple[int, int], tuple[int, int]]
    order: dict[int, tuple[str, int]]


def replay_products(
    session: Session,
    products: Iterable[int],
    settings: ShopSettings,
    *,
    seq: int,
    cause_id: int,
    raised: frozenset[int] = frozenset(),
    since: Place | None = None,
) -> tuple[str, ...]:
    """Cost ``products`` anew, restate what differs, and record the differences under ``seq``.

    ``since``: the place of the first row that entered, left or changed; what comes before it stands (None: everything may
    have changed). Products that are made of one another are costed together. ``raised``: receipts that the act itself
    makes dearer; like ``cause_id`` they are not told. Returns the numbers of the other documents whose cost changed, in
    the order of the ledger.
    """
    tally, told = Tally(), _Told({}, {})
    silent = raised | {cause_id}
    with at_rest():
        for group in cost_groups(session, products):
            drop(session, group, since)
            loaded = load_group(session, group, settings, since)
            done = loaded.replay(Marks(checkpoints.EVERY))
            if not (done.direct or loaded.whole):  # values sought by approach depend on all rows
                drop(session, group, None)
                loaded = load_group(session, group, settings)
                done = loaded.replay(Marks(checkpoints.EVERY))
            _restate(session, loaded, done, silent, tally, told)
            _replace_pools(session, loaded, done)
        tally.write(session)
        _record_differences(session, told, seq, cause_id)
        return _numbers(session, told, seq)


def _restate(session: Session, loaded: Loaded, done: Replay, silent: frozenset[int], tally: Tally, told: _Told) -> None:
    """Write the rows that differ. Changes are added up by day before the cached figures hear of them."""
    updates: list[tuple[Any, ...]] = []
    changes: dict[tuple[Any, ...], list[Any]] = {}
    results, sums, order = done.results, told.sums, told.order
    for old, entry in zip(loaded.stored, loaded.entries, strict=True):
        new = results[entry.row]
        before, after = old.value, new.value
        if before == after and old.quantity == new.quantity and old.provisional == new.provisional:
            continue
        document_id, line, part, moment, seq, day, product_id, warehouse_id, batch_id, *_rest = old
        updates.append((new.quantity, after, int(new.provisional), document_id, line, part))
        key = (product_id, warehouse_id, batch_id or 0, day, old.bucket)
        change = changes.get(key)
        if change is None:
            change = changes[key] = ["", 0, 0]
        change[0] = moment
        change[1] += new.quantity - old.quantity
        change[2] += (after or 0) - (before or 0)
        if before != after and document_id not in silent:
            had, has = sums.get((document_id, product_id), (0, 0))
            sums[(document_id, product_id)] = had + (before or 0), has + (after or 0)
            order[document_id] = (moment, seq)
    fast.run_tuples(session.connection(), _RESTATE, ("q", "v", "g", "d", "l", "p"), updates)
    for (product_id, warehouse_id, batch_id, day, bucket), (moment, quantity, value) in changes.items():
        tally.row(product_id, warehouse_id, batch_id, day, moment, bucket, quantity, value)


def _replace_pools(session: Session, loaded: Loaded, done: Replay) -> None:
    """The pools as they stand after the replay, in place of those in the cache."""
    kept = keep(session, loaded, done.marks)
    for product_id in loaded.methods:
        forget_pools(session, product_id)
    write_pools(session, [pool_row(pool, done.states[pool], *kept.of(pool)) for pool in kept.last])


def _record_differences(session: Session, told: _Told, seq: int, cause_id: int) -> None:
    rows = [(seq, d, p, cause_id, old, new) for (d, p), (old, new) in told.sums.items()]
    names = ("seq", "document_id", "product_id", "cause_id", "old_value", "new_value")
    fast.run_tuples(session.connection(), _DIFFERENCES, names, rows)


def _numbers(session: Session, told: _Told, seq: int) -> tuple[str, ...]:
    if not told.order:
        return ()
    found = {row[0]: row[1] for row in fast.run(session.connection(), _NUMBERS, {"seq": seq})}
    return tuple(found[d] for d in sorted(told.order, key=told.order.__getitem__))
