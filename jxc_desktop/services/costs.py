"""Putting rows into the stock ledger with their cost: appended at once where nothing comes later, replayed otherwise."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from jxc_desktop.db import fast
from jxc_desktop.db.models import StockRow, table
from jxc_desktop.db.types import raw, raw_insert
from jxc_desktop.domain.costing import Cost, Entry, EntryResult, Known, PoolState, append, unit_cost_of_price
from jxc_desktop.domain.settings import ShopSettings
from jxc_desktop.queries import checkpoints
from jxc_desktop.queries.checkpoints import later_than
from jxc_desktop.queries.costing import TRANSFER_PART, MadeOf, Method, PoolKey, RowId, made_of, method_of
from jxc_desktop.services.checkpoints import END, drop
from jxc_desktop.services.moves import Move, key_of
from jxc_desktop.services.on_hand import Place, balances
from jxc_desktop.services.pools import StoredPool, pool_row, stored_pools, write_pools
from jxc_desktop.services.restating import VALUE_LIMIT, replay_products, too_large
from jxc_desktop.services.tally import Tally

__all__ = ["enter", "replay_products"]

_ROWS = raw_insert(table(StockRow))


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

    Returns the numbers of the earlier documents whose cost changed by it. Raises :class:`CostTooLarge`.
    """
    if not moves:
        return ()
    tally = Tally()
    if sale_kind:
        tally.sale(moves[0].day, warehouse, 1)
    document = _Entering.of(session, moves, seq, document_id, settings)
    slow: list[int] = []
    written: dict[PoolKey, dict[str, Any]] = {}
    for product_id in document.moves:
        appended = _append(document, product_id)
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
    restated: tuple[str, ...] = ()
    if slow:
        restated = replay_products(session, slow, settings, seq=seq, cause_id=document_id, since=document.place)
    due = {pool[0] for pool, row in written.items() if row["unmarked"] >= checkpoints.EVERY}
    if due:
        replay_products(session, due, settings, seq=seq, cause_id=document_id, since=END)
    return restated


class _Entering(NamedTuple):
    """A document on its way into the ledger.

    latest    the moment of the last row or checkpoint of each product
    places    what lies where of the products that it counts
    made      what its made rows take their value from
    results   its rows that were costed so far, in the order of the lines: what is made comes after what it is made of
    """

    session: Session
    seq: int
    document_id: int
    settings: ShopSettings
    moves: dict[int, list[Move]]
    pools: dict[PoolKey, StoredPool]
    latest: dict[int, str]
    places: dict[int, list[tuple[Place, int]]]
    made: MadeOf | None
    results: dict[RowId, EntryResult]

    @classmethod
    def of(cls, session: Session, moves: Sequence[Move], seq: int, document_id: int, settings: ShopSettings) -> _Entering:
        by_product: dict[int, list[Move]] = defaultdict(list)
        for move in moves:
            by_product[move.product.id].append(move)
        places: dict[int, list[tuple[Place, int]]] = defaultdict(list)
        for place, balance in balances(session, {move.product.id for move in moves if move.cost is Cost.COUNT}).items():
            places[place[0]].append((place, balance.quantity))
        pools = stored_pools(session, by_product)
        latest: dict[int, str] = {}
        for pool, stored in pools.items():
            latest[pool[0]] = max(latest.get(pool[0], ""), stored.last_moment, stored.marked or "")
        made = _sources(moves, document_id)
        return cls(session, seq, document_id, settings, by_product, pools, latest, places, made, {})

    @property
    def place(self) -> tuple[str, int]:
        """Where its first row stands in the ledger."""
        return min(move.moment for moves in self.moves.values() for move in moves), self.seq

    def row(self, move: Move) -> RowId:
        return self.document_id, move.line, move.part

    def state(self, pool: PoolKey, method: Method) -> PoolState | None:
        """The pool as it stands before the document; None when that cannot be known without its rows."""
        before = self.pools.get(pool)
        if before is None:
            return PoolState.empty(method.name)
        places: dict[Any, int] = {
            (place[1], place[2]): there for place, there in self.places.get(pool[0], ()) if method.pool(*place) == pool
        }
        return before.state(method.name, places)


def _sources(moves: Sequence[Move], document_id: int) -> MadeOf | None:
    """What the made rows among ``moves`` take their value from; None where nothing is made."""
    if all(move.cost is not Cost.MADE for move in moves):
        return None
    rows = [((document_id, m.line, m.part), m.cost.value, m.given) for m in moves]
    return made_of(rows)


def _append(document: _Entering, product_id: int) -> dict[PoolKey, dict[str, Any]] | None:
    """Cost the rows of a product from the cached pools alone; None when that cannot be: something comes later in the pool,
    or goods come in where some are missing or their cost is not known, so that rows change that are there."""
    moves = sorted(document.moves[product_id], key=lambda move: key_of(move, document.seq))
    method = method_of(moves[0].product.costing, document.settings)
    states: dict[PoolKey, PoolState] = {}
    for move in moves:
        pool = method.pool(*move.place)
        before = document.pools.get(pool)
        state = states.get(pool) or document.state(pool, method)
        if state is None or (before is not None and before.last_moment > move.moment):
            return None
        settled = state.clean and (before is None or before.clean)
        if not settled and move.cost not in (Cost.ISSUE, Cost.RETURN_OUT):
            return None
        entry = _entry(document, move, method)
        outside = _outside(document, move, entry)
        if outside is None:
            return None
        states[pool] = state
        result = document.results[document.row(move)] = append(state, entry, outside)
        move.quantity, move.value, move.provisional = result.quantity, result.value, result.provisional
        if result.value is not None and abs(result.value) > VALUE_LIMIT:
            raise too_large(move.product.name, move.day, result.value)
    first = moves[0].moment
    if document.latest.get(product_id, "") > first:  # the last row of its pool, but not of all that a checkpoint holds
        drop(document.session, [product_id], (first, document.seq))
    return _written(document, moves, method, states)


def _written(
    document: _Entering, moves: list[Move], method: Method, states: dict[PoolKey, PoolState]
) -> dict[PoolKey, dict[str, Any]]:
    """The cached pools after ``moves``, which are in order."""
    written = {}
    for pool, state in states.items():
        rows, before = [move for move in moves if method.pool(*move.place) == pool], document.pools.get(pool)
        last_sale, marked, unmarked = (before.last_sale, before.marked, before.unmarked) if before else (None, None, 0)
        for move in rows:  # nothing stands behind them, so the last one is the latest
            if move.bucket == "sold":
                last_sale = move.moment
        written[pool] = pool_row(pool, state, rows[-1].moment, last_sale, marked, unmarked + len(rows))
    return written


def _entry(document: _Entering, move: Move, method: Method) -> Entry:
    entry = Entry(
        key_of(move, document.seq),
        document.row(move),
        method.pool(*move.place),
        (move.warehouse_id, move.batch_id or 0),
        move.cost,
        0 if move.cost is Cost.COUNT else move.quantity,
        price=unit_cost_of_price(move.given_price, *move.factor) if move.given_price is not None else None,
        counted=move.counted,
    )
    if move.cost is Cost.GIVEN:
        entry.given = move.given
    elif move.cost is Cost.RETURN:
        entry.original = move.original
    elif move.cost is Cost.MADE:
        assert document.made is not None
        entry.sources, entry.share = document.made[document.row(move)]
    elif move.cost in (Cost.TRANSFER_OUT, Cost.TRANSFER_IN):
        part = move.part + (TRANSFER_PART if move.cost is Cost.TRANSFER_OUT else -TRANSFER_PART)
        entry.twin, entry.inside = (document.document_id, move.line, part), not method.per_warehouse
    return entry


def _outside(document: _Entering, move: Move, entry: Entry) -> dict[Any, Known] | None:
    """The rows that ``entry`` takes its value from; None when one was not costed, or may yet change."""
    if move.cost is Cost.RETURN and move.original is not None:
        known = _known(document.session, move.original, move.moment)
        if known is None or known.provisional:
            return None
        for row, other in ((document.row(m), m) for m in document.moves[move.product.id]):
            if other.original == move.original and (back := document.results.get(row)) is not None:
                quantity, value = known.returned_quantity + back.quantity, known.returned_value + (back.value or 0)
                known = known._replace(returned_quantity=quantity, returned_value=value)
        return {move.original: known}
    rows = entry.sources if move.cost is Cost.MADE else [entry.twin] if move.cost is Cost.TRANSFER_IN else []
    found = {row: document.results.get(row) for row in rows}  # type: ignore[call-overload]
    if None in found.values():
        return None
    return {row: Known(r.quantity, r.value, 0, 0, r.provisional, r.pieces) for row, r in found.items()}


def _known(session: Session, row: RowId, moment: str) -> Known | None:
    """The original of a return at ``moment``: what it cost, and what came back of it already; None when it lies behind that."""
    document_id, line, part = row
    original = session.execute(
        select(raw(StockRow.quantity), raw(StockRow.value), StockRow.provisional, StockRow.moment, StockRow.seq).where(
            StockRow.document_id == document_id, StockRow.line == line, StockRow.part == part
        )
    ).one()
    if original.moment > moment:
        return None
    sums = (func.coalesce(func.sum(raw(column)), 0) for column in (StockRow.quantity, StockRow.value))
    back = session.execute(
        select(*sums, func.max(StockRow.moment)).where(
            StockRow.original_document_id == document_id,
            StockRow.original_line == line,
            StockRow.original_part == part,
            StockRow.void == 0,
            later_than(original),
        )
    ).one()
    if back[2] is not None and back[2] > moment:  # a later part that takes the rest, and so changes
        return None
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
