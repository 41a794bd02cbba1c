"""Whether stock rows may be written: nothing may leave that is not there, now or - dated back - at any later moment."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from jxc_desktop.columns import quantity_text
from jxc_desktop.db.models import Batch, Product, Warehouse
from jxc_desktop.domain.availability import Move as MoveFact
from jxc_desktop.domain.availability import Shortage, shortage
from jxc_desktop.domain.errors import NotEnoughStock
from jxc_desktop.domain.money import pieces
from jxc_desktop.domain.settings import ShopSettings
from jxc_desktop.services.moves import Move, key_of
from jxc_desktop.services.on_hand import Balance, Place, later_rows


def check_available(
    session: Session,
    moves: Sequence[Move],
    seq: int,
    settings: ShopSettings,
    present: dict[Place, Balance],
    *,
    without: int | None = None,
    moving_in: bool = False,
) -> list[str]:
    """Refuse (:class:`NotEnoughStock`) or warn where the lowest balance from a row's place onward would fall below zero.

    ``moves`` are all rows of the document together. ``without``: a document whose own rows are to be left out, because
    it is being voided; ``moves`` are then its rows the other way round. ``moving_in``: nothing is refused, because documents
    that covered it once were voided later, or come after it. Returns the warnings.
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
        balance = present.get(place)
        if balance and not (counting or without) and balance.covers(wanted, min(m.moment for m in rows)):
            continue
        short = _shortage(session, place, rows, seq, balance, without)
        if short is None:
            continue
        # goods that no batch has left over: the sentence is about all batches together
        beside = [] if place[2] else [m for p, others in by_place.items() if p[:2] == place[:2] and p[2] for m in others]
        elsewhere = -sum(m.quantity for m in beside if m.quantity < 0)
        wanted = wanted or short.available - short.quantity
        refusal = _refusal(session, place, rows[0].product, short, wanted, elsewhere)
        if policy == "forbid" and not moving_in:
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
    for moment, number, line, part, quantity, counted, document_id in later_rows(session, place, first[0]):
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
