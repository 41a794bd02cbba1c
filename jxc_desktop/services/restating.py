"""Costing products anew from a touched point on: what differs is restated, and the differences are recorded."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from jxc_desktop.db import fast
from jxc_desktop.db.models import CostDifference, Document, Product, StockRow, table
from jxc_desktop.db.types import BigInt, raw_insert
from jxc_desktop.domain.costing import Marks, Replay
from jxc_desktop.domain.errors import CostTooLarge
from jxc_desktop.domain.money import MONEY_PLACES, TOTAL_LIMIT
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


_NAME = select(Product.name).where(Product.id == bindparam("product"))
VALUE_LIMIT = int(TOTAL_LIMIT * 100)
"""Fen that a row of the ledger can hold, on either side of zero."""


def too_large(product: str, day: str, value: int) -> CostTooLarge:
    """The refusal of a row of ``product`` on ``day`` that would be worth ``value`` fen."""
    worth = Decimal(abs(value)).scaleb(-MONEY_PLACES)
    return CostTooLarge(product=product, day=day, value=f"{worth:.2f}", limit=f"{TOTAL_LIMIT:f}")


_NOTHING = 0, 0


class _Told(NamedTuple):
    """Documents whose cost changed: for the slip fen before and after by (document, product), and the place in the ledger."""

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
    makes dearer; the slip leaves them out like ``cause_id``, for it is about what followed from that. Returns the numbers
    of all other documents whose cost changed, in the order of the ledger.
    """
    tally, told = Tally(), _Told({}, {})
    with at_rest():
        for group in cost_groups(session, products):
            _replay_group(session, group, settings, since, cause_id, raised, tally, told)
        tally.write(session)
        _record_differences(session, told, seq, cause_id)
        return _numbers(session, told, seq, raised)


def _replay_group(
    session: Session,
    group: Iterable[int],
    settings: ShopSettings,
    since: Place | None,
    cause_id: int,
    raised: frozenset[int],
    tally: Tally,
    told: _Told,
) -> None:
    """Cost the products of ``group`` together. All that was loaded is gone when it ends, before the collector looks again."""
    drop(session, group, since)
    loaded = load_group(session, group, settings, since)
    done = loaded.replay(Marks(checkpoints.EVERY))
    if not (done.direct or loaded.whole):  # values sought by approach depend on all rows
        drop(session, group, None)
        loaded = load_group(session, group, settings)
        done = loaded.replay(Marks(checkpoints.EVERY))
    _restate(session, loaded, done, cause_id, raised, tally, told)
    _replace_pools(session, loaded, done)


def _restate(
    session: Session, loaded: Loaded, done: Replay, cause_id: int, raised: frozenset[int], tally: Tally, told: _Told
) -> None:
    """Write the rows that differ. Changes are added up by day before the cached figures hear of them."""
    updates: list[tuple[Any, ...]] = []
    changes: dict[tuple[Any, ...], list[Any]] = {}
    results, sums, order = done.results, told.sums, told.order
    for old, entry in zip(loaded.stored, loaded.entries, strict=True):
        new = results[entry.row]
        before, after, quantity = old.value, new.value, new.quantity
        if before == after and old.quantity == quantity and old.provisional == new.provisional:
            continue
        document_id, line, part, moment, seq, day, product_id, warehouse_id, batch_id = old[:9]
        if after is not None and abs(after) > VALUE_LIMIT:
            raise too_large(session.execute(_NAME, {"product": product_id}).scalar_one(), day, after)
        updates.append((quantity, after, int(new.provisional), document_id, line, part))
        key = (product_id, warehouse_id, batch_id or 0, day, old.bucket)
        change = changes.get(key)
        if change is None:
            change = changes[key] = ["", 0, 0]
        change[0] = moment
        change[1] += quantity - old.quantity
        change[2] += (after or 0) - (before or 0)
        if before != after and document_id != cause_id:
            order[document_id] = (moment, seq)
            if document_id not in raised:
                of = document_id, product_id
                had, has = sums.get(of, _NOTHING)
                sums[of] = had + (before or 0), has + (after or 0)
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


def _numbers(session: Session, told: _Told, seq: int, raised: frozenset[int]) -> tuple[str, ...]:
    if not told.order:
        return ()
    found = dict(fast.run(session.connection(), _NUMBERS, {"seq": seq}, tuple))
    if raised:
        found |= dict(session.execute(select(Document.id, Document.number).where(Document.id.in_(raised))).all())
    return tuple(found[d] for d in sorted(told.order, key=told.order.__getitem__))
