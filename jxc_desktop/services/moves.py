"""What the lines of a document do to stock: one or more ledger rows each, and whether they may."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
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
from jxc_desktop.domain.errors import Missing, NotEnoughStock, TooFine
from jxc_desktop.domain.money import allocate, fen, milli, myriadth, pieces
from jxc_desktop.domain.settings import ShopSettings
from jxc_desktop.i18n import _
from jxc_desktop.queries.costing import TRANSFER_PART
from jxc_desktop.services.expired import hands_over, spoiled_last
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
    .where(
        StockRow.product_id == bindparam("product"),
        StockRow.warehouse_id == bindparam("warehouse"),
        StockRow.moment >= bindparam("moment"),
        StockRow.void == 0,
    )
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
    factor: tuple[int, int] = (1, 1)
    revenue: int | None = None
    original: tuple[int, int, int] | None = None
    value: int | None = None
    provisional: bool = False

    @property
    def place(self) -> Place:
        return self.product.id, self.warehouse_id, self.batch_id or 0


@dataclass(frozen=True, slots=True)
class Balance:
    """What is on hand at a place, and the moment of its latest row. ``spoiled``: a batch that is past its date."""

    quantity: int
    last_moment: str
    spoiled: bool = False


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
    sent: bool = False,
) -> list[Move]:
    """The stock rows of ``lines``. ``sent``: they take goods that are under way, as the lines they fulfil sent them.

    Raises :class:`Missing` for a transfer without destination.
    """
    if kind.cost is None or kind.bucket is None:
        return []
    if kind.code == "transfer" and (to_warehouse is None or to_warehouse == warehouse):
        raise Missing(field=_("The warehouse that receives the goods"))
    originals = original_rows(session, lines, sent=sent) if kind.is_return or sent else {}
    made: list[Move] = []
    outgoing = [line for line in lines if (kind.stock > 0) == line.made]
    taken = _named(outgoing)
    if hands_over(kind):
        present = spoiled_last(session, present, day)
    for line in lines:
        at = line.counted_at or moment
        on = day if at == moment else business_day(at, settings.closing_hour)
        incoming = (kind.stock > 0) != line.made
        sign = 1 if incoming else -1
        cost = _cost_of(kind, line)
        parts = _line_parts(
            session, line, kind.cost is not Cost.COUNT and not incoming, warehouse, present, originals, moment, taken
        )
        revenues = _revenues(kind, line, parts)
        for part, (product, batch, quantity, original) in enumerate(parts, start=1):
            move = Move(line.line, part, at, on, product, warehouse, batch, cost, kind.bucket, sign * quantity, original=original)
            if cost in (Cost.GIVEN, Cost.MADE):
                move.given = None if line.given is None else fen(line.given)
            if cost is Cost.GIVEN and line.given is None and kind.code in ("stock_in", "overage"):
                move.cost = Cost.PRESENT
            if cost in (Cost.COUNT, Cost.ADJUST):
                move.quantity, move.counted = 0, quantity if cost is Cost.COUNT else None
                move.given_price = None if line.price is None else myriadth(line.price)
                move.factor = line.factor.numerator, line.factor.denominator
            if kind.bucket in ("sold", "returned") and line.net is not None:
                move.revenue = -sign * revenues[part - 1]
            made.append(move)
    if kind.code == "transfer":
        assert to_warehouse is not None
        made += [_arrival(out, to_warehouse) for out in made]
        made.sort(key=lambda m: (m.line, m.part))
    return made


def _cost_of(kind: DocumentKind, line: Line) -> Cost:
    """How the rows of ``line`` come by their value; the product of an assembly has its parts' cost, and the other way round."""
    assert kind.cost is not None
    if not line.made:
        return kind.cost
    return Cost.MADE if kind.makes > 0 else Cost.ISSUE


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
"""(batch, quantity, original row)."""

LinePart = tuple[Any, int | None, int, tuple[int, int, int] | None]
"""(product, batch, quantity, original row)."""


def _line_parts(
    session: Session,
    line: Line,
    leaves: bool,
    warehouse: int,
    present: dict[Place, Balance],
    originals: dict[Any, list[Any]],
    moment: str,
    taken: dict[int, int],
) -> list[LinePart]:
    """The rows of a line: one for each batch that it takes from, and of a kit those of each of its parts."""
    base = milli(line.base_quantity)
    if not line.parts:
        rows = originals.get(line.against or line.order_line or (0, 0), [])
        found = _parts(session, line.product, line.batch_id, base, leaves, warehouse, present, rows, moment, taken)
        if rows and line.order_line is not None:  # of what is under way, the batches in the order in which they were sent
            found = _after(rows, milli(line.returned_before), base)
        return [(line.product, *part) for part in found]
    all_parts: list[LinePart] = []
    sold = originals.get(line.against or (0, 0), [])
    for product, each in line.parts:
        rows = [row for row in sold if row.product_id == product.id]
        wanted = _came_back(line, rows) if sold else exact_milli(line.base_quantity * each, line, product)
        if not wanted:
            continue
        found = _parts(session, product, None, wanted, leaves, warehouse, present, rows, moment, taken)
        all_parts += [(product, *part) for part in found]
    return all_parts


def _came_back(line: Line, rows: Sequence[Any]) -> int:
    """What comes back of a part of a kit: its share of what left then, whatever the recipe says today."""
    whole, before = sum(row.quantity for row in rows), milli(line.returned_before)
    of = milli(line.original_quantity)
    until: int = whole * (before + milli(line.base_quantity)) // of
    return until - whole * before // of


def exact_milli(quantity: Decimal, line: Line, product: Any) -> int:
    """``quantity`` in thousandths. Raises :class:`TooFine` where a part of a kit would be finer than that."""
    scaled = quantity * 1000
    if scaled != scaled.to_integral_value():
        field = _("{part} in line {line}").format(part=product.name, line=line.line)
        raise TooFine(field=field, value=f"{quantity.normalize():f}", places=3)
    return int(scaled)


def _revenues(kind: DocumentKind, line: Line, parts: Sequence[LinePart]) -> list[int]:
    """Fen of the line's amount for each row: all for the first; of a kit shared by what its parts sell for alone."""
    if kind.bucket not in ("sold", "returned") or line.net is None:
        return [0] * len(parts)
    if not line.parts:
        return [fen(line.net)] + [0] * (len(parts) - 1)
    weights = [(product.sale_price or 0) * quantity for product, _batch, quantity, _original in parts]
    if not any(weights):
        weights = [quantity for _product, _batch, quantity, _original in parts]
    return [fen(share) for share in allocate(line.net, weights)]


def _parts(
    session: Session,
    product: Any,
    batch_id: int | None,
    base: int,
    leaves: bool,
    warehouse: int,
    present: dict[Place, Balance],
    originals: Sequence[Any],
    moment: str,
    taken: dict[int, int],
) -> list[Part]:
    """(batch, quantity, original row) of each row: a return follows its original's rows, an issue the first to expire.

    ``taken`` is what earlier lines of the document took from each batch.
    """
    if originals:
        return _back(batch_id, base, originals)
    if not product.batches or batch_id is not None or not leaves:
        return [(batch_id, base, None)]
    found: list[Part] = []
    rest = base
    for batch in _first_expired(session, product.id, warehouse, present):
        free = _free(session, (product.id, warehouse, batch), present, moment) - taken.get(batch, 0)
        take = min(rest, max(free, 0))
        if take:
            taken[batch] = taken.get(batch, 0) + take
            found.append((batch, take, None))
            rest -= take
    if rest:
        found.append((None, rest, None))
    return found


def _back(batch_id: int | None, base: int, rows: Sequence[Any]) -> list[Part]:
    """Spread a return over the rows of the line that it names, in their order, as far as they have not come back yet."""
    found: list[Part] = []
    rest = base
    for row in rows:
        take = min(rest, row.left)
        if take > 0:
            found.append((batch_id or row.batch_id, take, (row.document_id, row.line, row.part)))
            rest -= take
    if rest:
        found.append((batch_id, rest, None))
    return found


def _after(rows: Sequence[Any], before: int, base: int) -> list[Part]:
    """``base`` of what lies in ``rows``, in their order, behind the first ``before`` that were taken already."""
    found: list[Part] = []
    for row in rows:
        there = row.left
        skipped = min(before, there)
        before -= skipped
        take = min(base, there - skipped)
        if take:
            found.append((row.batch_id, take, None))
            base -= take
    return found


def _first_expired(session: Session, product_id: int, warehouse: int, present: dict[Place, Balance]) -> list[int]:
    """The batches of a product that lie in ``warehouse``, first expired first out (FEFO); those without expiry last.

    What is past its date stands behind everything else where goods are handed over.
    """
    here = [
        batch
        for (p, w, batch), balance in present.items()
        if (p, w) == (product_id, warehouse) and batch and balance.quantity > 0
    ]
    if len(here) < 2:
        return here
    rows = session.execute(select(Batch.id).where(Batch.id.in_(here)).order_by(Batch.expiry.is_(None), Batch.expiry, Batch.id))
    return sorted((row[0] for row in rows), key=lambda batch: present[(product_id, warehouse, batch)].spoiled)


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
    before, later = balance.quantity, []
    product, warehouse, batch = place
    values = {"product": product, "warehouse": warehouse, "moment": moment}
    for at, seq, line, part, quantity, counted, _document in session.connection().execute(
        _LATER.where(StockRow.batch_id == batch), values
    ):
        if at > moment:
            before -= quantity
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
    before, old, new = balance.quantity if balance else 0, [], []
    product, warehouse, batch = place
    found = session.connection().execute(
        _LATER.where(StockRow.batch_id == batch) if batch else _LATER.where(StockRow.batch_id.is_(None)),
        {"product": product, "warehouse": warehouse, "moment": first[0]},
    )
    for moment, number, line, part, quantity, counted, document_id in found:
        key = (moment, number, line, part)
        if key < first:
            continue
        before -= quantity
        old.append((key, quantity, counted))
        if document_id != without:
            new.append((key, quantity, counted))
    return shortage(old, new if without is not None else sorted(new + deltas), before=before)


def _refusal(session: Session, place: Place, product: Any, short: Shortage, wanted: int, elsewhere: int) -> NotEnoughStock:
    warehouse = session.execute(select(Warehouse.code, Warehouse.name).where(Warehouse.id == place[1])).one()
    facts: dict[str, Any] = {}
    if place[2]:
        facts["batch"] = session.execute(select(Batch.number).where(Batch.id == place[2])).scalar_one()
    name, unit = session.execute(select(Product.name, Product.unit).where(Product.id == place[0])).one()
    return NotEnoughStock(
        product=product.code,
        name=name,
        unit=unit,
        warehouse=warehouse.code,
        warehouse_name=warehouse.name,
        day=short.key[0][:10],
        available=quantity_text(pieces(short.available + elsewhere)),
        wanted=quantity_text(pieces(wanted + elsewhere)),
        **facts,
    )
