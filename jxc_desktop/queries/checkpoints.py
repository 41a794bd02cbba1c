"""Cost checkpoints: states of a product's pools from which a replay goes on, so that it need not begin with the first row.

A checkpoint is a cache. It stands between two documents, where no later row can change an earlier one (see
:mod:`jxc_desktop.domain.costing_walk`), and holds per pool, as JSON, in order of the pool:
``[pool, quantity, value, last unit cost, whether that was assumed, places, layers, moment of its last row, of its last sale]``.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections import deque
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from math import gcd
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, func, not_, or_, select
from sqlalchemy.orm import Session, aliased

from jxc_desktop.db import fast
from jxc_desktop.db.models import CostCheckpoint, StockRow
from jxc_desktop.db.types import raw
from jxc_desktop.domain.costing import Known, Layer, Mark, PoolState

if TYPE_CHECKING:
    from jxc_desktop.queries.costing import Method, Stored

EVERY = 500
"""Rows of a product from one checkpoint to the next: what a replay goes through in vain at most."""

RowId = tuple[int, int, int]
PoolKey = tuple[int, int, int]

Place = tuple[str, int]
"""(business moment, posting sequence): the rows of a document at one moment."""

Last = tuple[str, str | None]
"""Of a pool: the moment of its last row, and of its last sale."""

as_json = json.JSONEncoder(separators=(",", ":"), check_circular=False).encode
"""The text of what checkpoints and pools keep: of the same thing always the same."""

_CHUNK = 400
_BARE = PoolState()
_LATEST = (
    select(CostCheckpoint.moment, CostCheckpoint.seq, CostCheckpoint.state)
    .where(CostCheckpoint.product_id == bindparam("product"))
    .order_by(CostCheckpoint.moment.desc(), CostCheckpoint.seq.desc())
    .limit(fast.ONE)
)
_BEFORE = _LATEST.where(
    CostCheckpoint.moment <= bindparam("moment"),
    or_(CostCheckpoint.moment < bindparam("moment"), CostCheckpoint.seq < bindparam("seq")),
)
_ALL = select(CostCheckpoint.product_id, CostCheckpoint.moment, CostCheckpoint.seq, CostCheckpoint.state).order_by(
    CostCheckpoint.product_id, CostCheckpoint.moment, CostCheckpoint.seq
)

BEHIND = and_(StockRow.moment >= bindparam("moment"), or_(StockRow.moment > bindparam("moment"), StockRow.seq > bindparam("seq")))
"""The ledger rows behind the place that :meth:`Start.place` gives the values of."""


@dataclass(slots=True)
class Start:
    """Where a replay of a product begins: with its first row (``at`` None) or behind a checkpoint."""

    at: Place | None = None
    states: dict[PoolKey, PoolState] = field(default_factory=dict)
    last: dict[PoolKey, Last] = field(default_factory=dict)

    def place(self) -> dict[str, Any]:
        """The values of :data:`BEHIND`."""
        moment, seq = self.at or ("", 0)
        return {"moment": moment, "seq": seq}


def start_of(session: Session, product_id: int, before: Place | None = None) -> Start:
    """The last checkpoint of a product before the place ``before``, or its very last one."""
    values = {"product": product_id} | ({} if before is None else {"moment": before[0], "seq": before[1]})
    row = fast.first(session.connection(), _LATEST if before is None else _BEFORE, values)
    return Start() if row is None else decode((row[0], row[1]), row[2])


def all_checkpoints(session: Session) -> dict[int, dict[Place, str]]:
    """The texts of all checkpoints by product and place, in order."""
    found: dict[int, dict[Place, str]] = {}
    for product_id, moment, seq, state in fast.run(session.connection(), _ALL):
        found.setdefault(product_id, {})[(moment, seq)] = state
    return found


def encode(states: Mapping[Any, PoolState | None], last: Mapping[PoolKey, Last], method: str) -> str:
    """The text of a checkpoint; the same state has the same text, however it was come by."""
    pools = [_pool(key, states.get(key) or PoolState.empty(method), last[key]) for key in sorted(last)]
    return as_json(pools)


def _pool(key: PoolKey, state: PoolState, last: Last) -> list[Any]:
    cost = state.last
    places: Any = state.places
    return [
        key,
        state.quantity,
        state.value,
        None if cost is None else [cost[0] // gcd(*cost), cost[1] // gcd(*cost)],
        int(state.assumed),
        sorted([*place, quantity] for place, quantity in places.items() if quantity),
        layers_of(state),
        *last,
    ]


def layers_of(state: PoolState) -> list[Any] | None:
    """FIFO layers as they are kept: moment, sequence, line, part, quantity, value of each."""
    return None if state.layers is None else [[*one.key, one.quantity, one.value] for one in state.layers]


def layers_from(kept: Sequence[Any]) -> deque[Layer]:
    """What :func:`layers_of` kept."""
    return deque([Layer((moment, seq, line, part), left, value) for moment, seq, line, part, left, value in kept])


def decode(at: Place, text: str) -> Start:
    """The start that a checkpoint at ``at`` gives."""
    start = Start(at)
    for key, quantity, value, cost, assumed, places, layers, moment, sale in json.loads(text):
        start.states[tuple(key)] = PoolState(
            quantity,
            value,
            None if cost is None else (cost[0], cost[1]),
            {(warehouse, batch): there for warehouse, batch, there in places},
            None if layers is None else layers_from(layers),
            assumed=bool(assumed),
        )
        start.last[tuple(key)] = moment, sale
    return start


class Course:
    """A product's way through its rows behind ``start``, from mark to mark: how many there are, and the last of each pool."""

    def __init__(self, start: Start, rows: Sequence[Stored], pools: Sequence[PoolKey], method: str) -> None:
        """``pools``: that of each row; ``method``: how the product is costed."""
        self.count, self.last, self._begins = 0, dict(start.last), start.at
        self._rows, self.pools, self._method = rows, pools, method

    def go_to(self, mark: Mark) -> None:
        """On to ``mark``; marks come in order."""
        self._go(bisect_right(self._rows, mark.at, lo=self.count, key=lambda row: (row.moment, row.seq)))

    def finish(self) -> dict[PoolKey, Last]:
        """On to the end: the moments of all pools."""
        self._go(len(self._rows))
        return self.last

    def _go(self, end: int) -> None:
        moments: dict[PoolKey, str] = {}
        sales: dict[PoolKey, str] = {}
        for row, pool in zip(self._rows[self.count : end], self.pools[self.count : end], strict=True):
            moments[pool] = row.moment
            if row.bucket == "sold":
                sales[pool] = row.moment
        for pool, moment in moments.items():
            self.last[pool] = moment, sales.get(pool) or self.last.get(pool, ("", None))[1]
        self.count = end

    def sound(self, mark: Mark) -> bool:
        """Whether all pools of the product are sound at ``mark``, where the course is; before its start nothing is known."""
        if self._begins is not None and mark.at < self._begins:
            return False
        return all(mark.states.get(pool, _BARE) is not None for pool in self.last)

    def text(self, mark: Mark) -> str:
        """The checkpoint of the product at ``mark``, where the course is."""
        return encode(mark.states, self.last, self._method)


def known_rows(session: Session, wanted: Set[RowId], product_id: int, start: Start, method: Method) -> dict[RowId, Known]:
    """What those of the ``wanted`` rows cost that a product has up to ``start``, and what came back against them up to there."""
    documents = sorted({row[0] for row in wanted})
    found: dict[RowId, Known] = {}
    for at in range(0, len(documents), _CHUNK):
        chunk = documents[at : at + _CHUNK]
        back = {tuple(row[:3]): (int(row[3]), int(row[4])) for row in session.execute(_came_back(chunk), start.place())}
        for row in session.execute(_named(chunk)):
            key = (row.document_id, row.line, row.part)
            if key in wanted and row.product_id == product_id:
                state = start.states.get(method.pool(row.product_id, row.warehouse_id, row.batch_id))
                guess = bool(row.provisional) or row.value is None
                assumed = state is not None and state.assumed
                found[key] = Known(row.quantity, row.value, *back.get(key, (0, 0)), guess, None, assumed)
    return found


def _named(documents: Sequence[int]) -> Select[Any]:
    columns = (StockRow.document_id, StockRow.line, StockRow.part, StockRow.product_id, StockRow.warehouse_id, StockRow.batch_id)
    return select(
        *columns, raw(StockRow.quantity).label("quantity"), raw(StockRow.value).label("value"), StockRow.provisional
    ).where(StockRow.document_id.in_(documents), StockRow.void == 0)


def _came_back(documents: Sequence[int]) -> Select[Any]:
    """What was returned against rows of ``documents``; a return dated before its original counts as one without."""
    original = (StockRow.original_document_id, StockRow.original_line, StockRow.original_part)
    sold = aliased(StockRow)
    return (
        select(*original, func.sum(raw(StockRow.quantity)), func.coalesce(func.sum(raw(StockRow.value)), 0))
        .join(sold, and_(sold.document_id == original[0], sold.line == original[1], sold.part == original[2]))
        .where(StockRow.original_document_id.in_(documents), StockRow.void == 0, not_(BEHIND), later_than(sold))
        .group_by(*original)
    )


def later_than(sold: Any) -> ColumnElement[bool]:
    """The ledger rows that stand behind the row ``sold``."""
    return or_(StockRow.moment > sold.moment, and_(StockRow.moment == sold.moment, StockRow.seq > sold.seq))
