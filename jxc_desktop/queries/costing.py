"""The facts of the stock ledger as the costing engine takes them: for a posting's replay and for the proof of the book."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any, NamedTuple

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from jxc_desktop.db import fast
from jxc_desktop.db.models import Document, DocumentLine, LandedShare, Product, StockRow
from jxc_desktop.db.types import raw
from jxc_desktop.domain.costing import Cost, Entry, Known, Marks, PoolState, Ratio, Replay, replay, unit_cost_of_price
from jxc_desktop.domain.settings import ShopSettings
from jxc_desktop.queries.checkpoints import BEHIND, Course, Place, Start, known_rows, start_of
from jxc_desktop.queries.collector import at_rest

TRANSFER_PART = 500
"""The arrival of part n of a transfer line is part n + 500: all departures of a line stand before its arrivals."""

RowId = tuple[int, int, int]
"""(document, line, part) of a stock row."""

PoolKey = tuple[int, int, int]
"""(product, warehouse or 0, batch or 0)."""


class Stored(NamedTuple):
    """A ledger row as it stands. Quantities in thousandths, values in fen."""

    document_id: int
    line: int
    part: int
    moment: str
    seq: int
    day: str
    product_id: int
    warehouse_id: int
    batch_id: int | None
    cost: str
    bucket: str
    quantity: int
    counted: int | None
    given: int | None
    given_price: int | None
    original_document_id: int | None
    original_line: int | None
    original_part: int | None
    value: int | None
    provisional: int


_ROWS = (
    select(
        StockRow.document_id,
        StockRow.line,
        StockRow.part,
        StockRow.moment,
        StockRow.seq,
        StockRow.day,
        StockRow.product_id,
        StockRow.warehouse_id,
        StockRow.batch_id,
        StockRow.cost,
        StockRow.bucket,
        raw(StockRow.quantity),
        raw(StockRow.counted),
        raw(StockRow.given),
        raw(StockRow.given_price),
        StockRow.original_document_id,
        StockRow.original_line,
        StockRow.original_part,
        raw(StockRow.value),
        StockRow.provisional,
    )
    .where(StockRow.product_id == bindparam("product"), StockRow.void == 0, BEHIND)
    .order_by(StockRow.moment, StockRow.seq, StockRow.line, StockRow.part)
)
_FACTORS = (
    select(StockRow.document_id, StockRow.line, DocumentLine.factor_num, DocumentLine.factor_den)
    .join(DocumentLine, (DocumentLine.document_id == StockRow.document_id) & (DocumentLine.line == StockRow.line))
    .where(StockRow.product_id == bindparam("product"), StockRow.given_price.is_not(None), BEHIND)
)
_COSTING = select(Product.id, Product.costing).where(Product.id == bindparam("product"))
_MADE = select(StockRow.document_id).where(StockRow.cost == "made", StockRow.void == 0)
_MADE_DOCUMENTS = (
    select(StockRow.document_id, StockRow.product_id).where(StockRow.document_id.in_(_MADE), StockRow.void == 0).distinct()
)
_MADE_ROWS = (
    select(StockRow.document_id, StockRow.line, StockRow.part, StockRow.cost, raw(StockRow.given))
    .where(StockRow.document_id.in_(_MADE.where(StockRow.product_id == bindparam("product"), BEHIND)), StockRow.void == 0)
    .order_by(StockRow.document_id, StockRow.line, StockRow.part)
)
_LANDED = (
    select(LandedShare.target_id, LandedShare.target_line, LandedShare.target_part, func.sum(raw(LandedShare.amount)))
    .join(Document, Document.id == LandedShare.document_id)
    .where(LandedShare.product_id == bindparam("product"), Document.status == "posted")
    .group_by(LandedShare.target_id, LandedShare.target_line, LandedShare.target_part)
)


@dataclass(frozen=True, slots=True)
class Method:
    """How a product is costed: ``average``, ``fifo`` or ``batch``, and whether each warehouse is a pool of its own."""

    name: str
    per_warehouse: bool

    def pool(self, product: int, warehouse: int, batch: int | None) -> PoolKey:
        return product, warehouse if self.per_warehouse else 0, (batch or 0) if self.name == "batch" else 0


def method_of(costing: str | None, settings: ShopSettings) -> Method:
    """The method of a product with the exception ``costing`` (None: the shop's)."""
    return Method(costing or settings.costing, settings.pool == "warehouse")


MadeOf = dict[RowId, tuple[list[RowId], tuple[int, int, int] | None]]
"""Of each made row: the rows it takes its value from, and its share of that as (from, to, of); None = all."""


@dataclass(slots=True)
class Loaded:
    """Products that are costed together: their rows in the order of the ledger of each, and the same as facts.

    starts   where the rows of each begin: with its first one, or behind a checkpoint
    known    the rows before that which rows here refer to
    """

    methods: dict[int, Method]
    stored: list[Stored]
    entries: list[Entry]
    starts: dict[int, Start] = field(default_factory=dict)
    known: dict[Any, Known] = field(default_factory=dict)

    def courses(self) -> dict[int, Course]:
        """The way of each product through its rows."""
        rows: dict[int, tuple[list[Stored], list[PoolKey]]] = {product_id: ([], []) for product_id in self.methods}
        for row, entry in zip(self.stored, self.entries, strict=True):
            stored, pools = rows[row.product_id]
            stored.append(row)
            pools.append(entry.pool)  # type: ignore[arg-type]
        return {p: Course(self.starts[p], *rows[p], method.name) for p, method in self.methods.items()}

    @property
    def whole(self) -> bool:
        """Everything is here, from the first row."""
        return all(start.at is None for start in self.starts.values())

    def replay(self, marks: Marks | None = None) -> Replay:
        """All of it costed, in the order of the ledger of the whole book."""
        empty = {product_id: method.name for product_id, method in self.methods.items()}
        pools: dict[Any, PoolState] = {pool: state for start in self.starts.values() for pool, state in start.states.items()}
        for pool in {entry.pool for entry in self.entries} - pools.keys():
            pools[pool] = PoolState.empty(empty[pool[0]])  # type: ignore[index]
        with at_rest():
            return replay(pools, self.entries, known=self.known, marks=marks)


def product_methods(session: Session, products: Iterable[int], settings: ShopSettings) -> dict[int, Method]:
    """The costing method of each of ``products``."""
    connection = session.connection()
    found = [row for product_id in products for row in fast.run(connection, _COSTING, {"product": product_id})]
    return {row[0]: method_of(row[1], settings) for row in found}


def cost_groups(session: Session, products: Iterable[int]) -> list[list[int]]:
    """``products``, each with all that it is made of or that is made of it, and so on: what has to be costed together."""
    left = dict.fromkeys(products)
    if not left:
        return []
    by_document: dict[int, set[int]] = defaultdict(set)
    of_product: dict[int, set[int]] = defaultdict(set)
    for document_id, product_id in session.connection().execute(_MADE_DOCUMENTS):
        by_document[document_id].add(product_id)
        of_product[product_id].add(document_id)
    groups = []
    while left:
        group, new = set(), {next(iter(left))}
        while new:
            group |= new
            documents = {document for product in new for document in of_product.get(product, ())}
            new = {product for document in documents for product in by_document[document]} - group
        groups.append(sorted(group))
        for product in group:
            left.pop(product, None)
    return groups


def load_group(session: Session, products: Iterable[int], settings: ShopSettings, since: Place | None = None) -> Loaded:
    """What stands for ``products``, ready to be costed together: all, or from the last checkpoint before ``since`` on."""
    loaded = Loaded(product_methods(session, products, settings), [], [])
    for product_id, method in loaded.methods.items():
        start = loaded.starts[product_id] = Start() if since is None else start_of(session, product_id, since)
        stored, entries = load_entries(session, product_id, method, start)
        loaded.stored += stored
        loaded.entries += entries
    if not loaded.whole:
        _find_known(session, loaded)
    return loaded


def _find_known(session: Session, loaded: Loaded) -> None:
    """The rows before the start of each product that rows behind it refer to."""
    here = {entry.row for entry in loaded.entries}
    wanted: dict[int, set[Any]] = {product_id: set() for product_id in loaded.methods}
    for entry in loaded.entries:
        if entry.original is not None and entry.original not in here:
            wanted[entry.pool[0]].add(entry.original)  # type: ignore[index]
        for source in entry.sources:
            if source not in here:
                for rows in wanted.values():
                    rows.add(source)
    for product_id, rows in wanted.items():
        loaded.known |= known_rows(session, rows, product_id, loaded.starts[product_id], loaded.methods[product_id])


def made_of(rows: Iterable[tuple[RowId, str, int | None]]) -> MadeOf:
    """What the made rows among ``rows`` (row, cost, weight of the share) of one or more documents take their value from."""
    sources: dict[int, list[RowId]] = defaultdict(list)
    made: dict[int, list[tuple[RowId, int | None]]] = defaultdict(list)
    for row, cost, weight in rows:
        if cost == Cost.ISSUE:
            sources[row[0]].append(row)
        elif cost == Cost.MADE:
            made[row[0]].append((row, weight))
    found: MadeOf = {}
    for document_id, parts in made.items():
        whole, run = sum(weight or 0 for _row, weight in parts), 0
        for row, weight in parts:
            share = None if weight is None else (run, run + weight, whole)
            run += weight or 0
            found[row] = sources[document_id], share
    return found


def stored_rows(session: Session, product_id: int, start: Start | None = None) -> list[Stored]:
    """The rows of a product in the order of the ledger, without voided pairs; those behind ``start``."""
    values = {"product": product_id} | (start or Start()).place()
    with at_rest():
        return fast.run(session.connection(), _ROWS, values, partial(tuple.__new__, Stored))


def load_entries(
    session: Session, product_id: int, method: Method, start: Start | None = None
) -> tuple[list[Stored], list[Entry]]:
    """What stands for a product (behind ``start``), and the same rows as facts for a replay, both in ledger order."""
    stored = stored_rows(session, product_id, start)
    connection, values = session.connection(), {"product": product_id} | (start or Start()).place()
    prices: dict[tuple[int, int], tuple[int, int]] = {}
    if any(row.given_price is not None for row in stored):
        prices = {(row[0], row[1]): (row[2], row[3]) for row in fast.run(connection, _FACTORS, values)}
    made: MadeOf = {}
    if any(row.cost == "made" for row in stored):
        made = made_of(((row[0], row[1], row[2]), row[3], row[4]) for row in fast.run(connection, _MADE_ROWS, values))
    landed = {tuple(row[:3]): int(row[3]) for row in fast.run(connection, _LANDED, {"product": product_id})}
    with at_rest():
        return stored, list(_entries(stored, method, prices, made, landed))


_COSTS = {cost.value: cost for cost in Cost}


def _entries(
    stored: list[Stored], method: Method, factors: dict[tuple[int, int], tuple[int, int]], made: MadeOf, landed: dict[Any, int]
) -> Iterator[Entry]:
    """A hot loop: 100,000 rows are not rare, so what does not change from row to row is found once."""
    moved = {row[:3]: row.warehouse_id for row in stored if row.cost.startswith("transfer")} if method.per_warehouse else {}
    pools: dict[tuple[int, int | None], tuple[PoolKey, tuple[int, int]]] = {}
    for (
        document_id, line, part, moment, seq, _day, product_id, warehouse_id, batch_id, word, _bucket, quantity, counted, given,
        given_price, original_document_id, original_line, original_part, _value, _provisional,
    ) in stored:  # fmt: skip
        row, cost = (document_id, line, part), _COSTS[word]
        where = pools.get((warehouse_id, batch_id))
        if where is None:
            where = method.pool(product_id, warehouse_id, batch_id), (warehouse_id, batch_id or 0)
            pools[(warehouse_id, batch_id)] = where
        price: Ratio | None = None
        if given_price is not None:
            price = unit_cost_of_price(given_price, *factors[(document_id, line)])
        if cost is Cost.COUNT:
            quantity = 0
        entry = Entry((moment, seq, line, part), row, where[0], where[1], cost, quantity, None, price, counted)
        if cost is Cost.GIVEN:
            entry.given, entry.landed = given, landed.get(row, 0)
        elif cost is Cost.MADE:
            entry.sources, entry.share = made[row]
        elif cost is Cost.RETURN and original_document_id is not None:
            entry.original = original_document_id, original_line, original_part
        elif cost is Cost.TRANSFER_OUT or cost is Cost.TRANSFER_IN:
            twin = (document_id, line, part + (TRANSFER_PART if cost is Cost.TRANSFER_OUT else -TRANSFER_PART))
            entry.twin, entry.inside = twin, not method.per_warehouse or moved[twin] == warehouse_id
        yield entry
