"""What the lines of a document do to stock: one or more ledger rows each, and whether they may."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session

from jxc_desktop.columns import quantity_text
from jxc_desktop.db import fast
from jxc_desktop.db.models import Batch, Product, StockBalance, StockRow, Warehouse
from jxc_desktop.db.types import BigInt, raw
from jxc_desktop.domain.acts import business_day
from jxc_desktop.domain.availability import Move as MoveFact
from jxc_desktop.domain.availability import Shortage, lowest_from, shortage
from jxc_desktop.domain.costing import Cost, Key
from jxc_desktop.domain.documents import DocumentKind
from jxc_desktop.domain.errors import Missing, NotEnoughStock
from jxc_desktop.domain.money import fen, milli, myriadth, pieces
from jxc_desktop.domain.settings import ShopSettings
from jxc_desktop.i18n import _
from jxc_desktop.queries.costing import TRANSFER_PART
from jxc_desktop.services.prepare import Line, original_rows


@cache
def _balances_of(count: int) -> Select[Any]:
    ids = [bindparam(f"i{n}", type_=BigInt) for n in range(count)]
    columns = (
        StockBalance.product_id,
        StockBalance.warehouse_id,
        StockBalance.batch_id,
        raw(StockBalance.quantity),
        StockBalance.last_moment,
    )
    return select(*columns).where(StockBalance.product_id.in_(ids))


_LATER = (
    select(
        StockRow.moment,
        StockRow.seq,
        StockRow.line,
        StockRow.part,
        raw(StockRow.quantity),
        raw(StockRow.counted),
        StockRow.document_id,
    )
    .where(StockRow.product_id == bindparam("product"), StockRow.warehouse_id == bindparam("warehouse"), StockRow.void == 0)
    .order_by(StockRow.moment, StockRow.seq, StockRow.line, StockRow.part)
)

Place = tuple[int, int, int]
"""(product, warehouse, batch or 0): where a quantity is kept."""


@dataclass(slots=True)
class Move:
    """A row of the stock ledger about to be written. Quantities in thousandths, values in fen, prices in 10^-4."""

    line: int
    part: int
    moment: str
    day: str
    product: Any
    warehouse_id: int
    batch_id: int | None
    cost: Cost
    bucket: str
    quantity: int
    counted: int | None = None
    given: int | None = None
    given_price: int | None = None
    revenue: int | None = None
    original: tuple[int, int, int] | None = None
    value: int | None = None
    provisional: bool = False

    @property
    def place(self) -> Place:
        return self.product.id, self.warehouse_id, self.batch_id or 0


@dataclass(frozen=True, slots=True)
class Balance:
    """What is on hand at a place, and the moment of its latest row."""

    quantity: int
    last_moment: str


def balances(session: Session, products: Iterable[int]) -> dict[Place, Balance]:
    """Present balances of ``products``, all places."""
    ids = list(set(products))
    rows = fast.run(session.connection(), _balances_of(len(ids)), fast.numbered(ids)) if ids else ()
    return {(p, w, b): Balance(q, m) for p, w, b, q, m in rows}


def moves_of(
    session: Session,
    kind: DocumentKind,
    lines: Sequence[Line],
    *,
    moment: str,
    day: str,
    warehouse: int,
    to_warehouse: int | None,
    settings: ShopSettings,
    present: dict[Place, Balance],
) -> list[Move]:
    """The stock rows of ``lines``. Raises :class:`Missing` for a transfer without destination."""
    if kind.cost is None or kind.bucket is None:
        return []
    if kind.code == "transfer" and (to_warehouse is None or to_warehouse == warehouse):
        raise Missing(field=_("The warehouse that receives the goods"))
    originals = original_rows(session, lines) if kind.is_return else {}
    made: list[Move] = []
    taken = _named(lines) if kind.stock <= 0 else {}
    for line in lines:
        at = line.counted_at or moment
        on = day if at == moment else business_day(at, settings.closing_hour)
        base = milli(line.base_quantity)
        sign = 1 if kind.stock > 0 else -1
        for part, (batch, quantity, original) in enumerate(
            _parts(session, kind, line, base, warehouse, present, originals, moment, taken), start=1
        ):
            move = Move(
                line.line,
                part,
                at,
                on,
                line.product,
                warehouse,
                batch,
                kind.cost,
                kind.bucket,
                sign * quantity,
                original=original,
            )
            if kind.cost is Cost.GIVEN:
                move.given = None if line.given is None else fen(line.given)
                if line.given is None and kind.code in ("stock_in", "overage"):
                    move.cost = Cost.PRESENT
            if kind.cost is Cost.COUNT:
                move.quantity, move.counted = 0, base
                move.given_price = None if line.price is None else myriadth(line.price)
            if kind.bucket in ("sold", "returned") and line.net is not None:
                move.revenue = -sign * fen(line.net) if part == 1 else 0
            made.append(move)
    if kind.code == "transfer":
        assert to_warehouse is not None
        made += [_arrival(out, to_warehouse) for out in made]
        made.sort(key=lambda m: (m.line, m.part))
    return made


def _arrival(out: Move, to_warehouse: int) -> Move:
    """The other side of a transfer: part n + 500, so that every departure of a line stands before its arrivals."""
    return Move(
        out.line,
        out.part + TRANSFER_PART,
        out.moment,
        out.day,
        out.product,
        to_warehouse,
        out.batch_id,
        Cost.TRANSFER_IN,
        out.bucket,
        -out.quantity,
    )


Part = tuple[int | None, int, tuple[int, int, int] | None]


def _parts(
    session: Session,
    kind: DocumentKind,
    line: Line,
    base: int,
    warehouse: int,
    present: dict[Place, Balance],
    originals: dict[Any, list[Any]],
    moment: str,
    taken: dict[int, int],
) -> list[Part]:
    """(batch, quantity, original row) of each row: a return follows its original's rows, an issue the first to expire.

    ``taken`` is what earlier lines of the document took from each batch.
    """
    if line.against is not None and originals.get(line.against):
        return _back(line, base, originals[line.against])
    if not line.product.batches or line.batch_id is not None or kind.stock > 0 or kind.cost is Cost.COUNT:
        return [(line.batch_id, base, None)]
    found: list[Part] = []
    rest = base
    for batch_id in _first_expired(session, line.product.id, warehouse, present):
        free = _free(session, (line.product.id, warehouse, batch_id), present, moment) - taken.get(batch_id, 0)
        take = min(rest, max(free, 0))
        if take:
            taken[batch_id] = taken.get(batch_id, 0) + take
            found.append((batch_id, take, None))
            rest -= take
    if rest:
        found.append((None, rest, None))
    return found


def _back(line: Line, base: int, rows: list[Any]) -> list[Part]:
    """Spread a return over the rows of the line that it names, in their order."""
    found: list[Part] = []
    rest = base
    for row in rows:
        take = min(rest, abs(milli(row.quantity)))
        if take:
            found.append((line.batch_id or row.batch_id, take, (row.document_id, row.line, row.part)))
            rest -= take
    if rest:
        found.append((line.batch_id, rest, None))
    return found


def _first_expired(session: Session, product_id: int, warehouse: int, present: dict[Place, Balance]) -> list[int]:
    """The batches of a product that lie in ``warehouse``, first expired first out (FEFO); those without expiry last."""
    here = [
        batch
        for (p, w, batch), balance in present.items()
        if (p, w) == (product_id, warehouse) and batch and balance.quantity > 0
    ]
    if len(here) < 2:
        return here
    rows = session.execute(select(Batch.id).where(Batch.id.in_(here)).order_by(Batch.expiry.is_(None), Batch.expiry, Batch.id))
    return [row[0] for row in rows]


def _named(lines: Sequence[Line]) -> dict[int, int]:
    """What the lines that name their batch take of it: the others choose from what is left."""
    taken: dict[int, int] = {}
    for line in lines:
        if line.batch_id is not None:
            taken[line.batch_id] = taken.get(line.batch_id, 0) + milli(line.base_quantity)
    return taken


def _free(session: Session, place: Place, present: dict[Place, Balance], moment: str) -> int:
    """What may leave a batch at ``moment``: dated back, what lay there then and was not used later."""
    balance = present[place]
    if balance.last_moment <= moment:
        return balance.quantity
    before, later = 0, []
    product, warehouse, batch = place
    found = session.connection().execute(_LATER.where(StockRow.batch_id == batch), {"product": product, "warehouse": warehouse})
    for at, seq, line, part, quantity, counted, _document in found:
        if at <= moment:
            before += quantity
        else:
            later.append(((at, seq, line, part), quantity, counted))
    return lowest_from(before, later).quantity


def key_of(move: Move, seq: int) -> Key:
    return move.moment, seq, move.line, move.part


def check_available(
    session: Session,
    moves: Sequence[Move],
    seq: int,
    settings: ShopSettings,
    present: dict[Place, Balance],
    *,
    without: int | None = None,
) -> list[str]:
    """Refuse (:class:`NotEnoughStock`) or warn where the lowest balance from a row's place onward would fall below zero.

    ``moves`` are all rows of the document together. ``without``: a document whose own rows are to be left out, because
    it is being voided; ``moves`` are then its rows the other way round. Returns the warnings.
    """
    by_place: dict[Place, list[Move]] = defaultdict(list)
    for move in moves:
        by_place[move.place].append(move)
    warnings = []
    for place, rows in by_place.items():
        wanted = -sum(m.quantity for m in rows if m.quantity < 0)
        counting = any(m.counted is not None for m in rows)  # a count dated back may leave too little for what left later
        policy = rows[0].product.negative or settings.negative
        if not (wanted or counting) or policy == "allow":
            continue
        short = _shortage(session, place, rows, seq, present.get(place), without)
        if short is None:
            continue
        # goods that no batch has left over: the sentence is about all batches together
        beside = [] if place[2] else [m for p, others in by_place.items() if p[:2] == place[:2] and p[2] for m in others]
        elsewhere = -sum(m.quantity for m in beside if m.quantity < 0)
        wanted = wanted or short.available - short.quantity
        refusal = _refusal(session, place, rows[0].product, short, wanted, elsewhere)
        if policy == "forbid":
            raise refusal
        warnings.append(str(refusal))
    return warnings


def _shortage(
    session: Session, place: Place, rows: list[Move], seq: int, balance: Balance | None, without: int | None
) -> Shortage | None:
    """Where the place would first hold too little with ``rows``, or None where there is enough."""
    deltas: list[MoveFact] = sorted((key_of(m, seq), m.quantity, m.counted) for m in rows)
    first = deltas[0][0]
    if without is None and (balance is None or balance.last_moment <= first[0]):
        return shortage([], deltas, before=balance.quantity if balance else 0)
    before, old, new = 0, [], []
    product, warehouse, batch = place
    found = session.connection().execute(
        _LATER.where(StockRow.batch_id == batch) if batch else _LATER.where(StockRow.batch_id.is_(None)),
        {"product": product, "warehouse": warehouse},
    )
    for moment, number, line, part, quantity, counted, document_id in found:
        key = (moment, number, line, part)
        if key < first:
            before += quantity
            continue
        old.append((key, quantity, counted))
        if document_id != without:
            new.append((key, quantity, counted))
    return shortage(old, new if without is not None else sorted(new + deltas), before=before)


def _refusal(session: Session, place: Place, product: Any, short: Shortage, wanted: int, elsewhere: int) -> NotEnoughStock:
    warehouse = session.execute(select(Warehouse.code, Warehouse.name).where(Warehouse.id == place[1])).one()
    facts: dict[str, Any] = {}
    if place[2]:
        facts["batch"] = session.execute(select(Batch.number).where(Batch.id == place[2])).scalar_one()
    name = session.execute(select(Product.name).where(Product.id == place[0])).scalar_one()
    return NotEnoughStock(
        product=product.code,
        name=name,
        warehouse=warehouse.code,
        day=short.key[0][:10],
        available=quantity_text(pieces(short.available + elsewhere)),
        wanted=quantity_text(pieces(wanted + elsewhere)),
        **facts,
    )
