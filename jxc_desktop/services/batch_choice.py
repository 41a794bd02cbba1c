"""Which batches a line takes from or gives back to: the named one, those of its original, else the first to expire."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from jxc_desktop.db.models import Batch
from jxc_desktop.domain.availability import lowest_from
from jxc_desktop.domain.money import milli
from jxc_desktop.services.lines import Line
from jxc_desktop.services.on_hand import Balance, Place, later_rows
from jxc_desktop.services.origins import OriginalRow

Part = tuple[int | None, int, tuple[int, int, int] | None]
"""(batch, quantity, original row)."""


@dataclass(frozen=True, slots=True)
class BatchChoice:
    """From which batches the lines of one document take, one after the other.

    ``present``: what lies where; ``taken``: what the lines took from each batch so far, and those that name theirs will take.
    """

    session: Session
    warehouse: int
    present: dict[Place, Balance]
    moment: str
    taken: dict[int, int]

    def parts(
        self, product: Any, batch_id: int | None, base: int, *, leaves: bool, originals: Sequence[OriginalRow]
    ) -> list[Part]:
        """The rows of ``base`` thousandths: a return follows its original's rows, an issue the first to expire."""
        if originals:
            return _back(batch_id, base, originals)
        if not product.batches or batch_id is not None or not leaves:
            return [(batch_id, base, None)]
        found: list[Part] = []
        rest = base
        for batch in _first_expired(self.session, product.id, self.warehouse, self.present):
            free = _free(self.session, (product.id, self.warehouse, batch), self.present, self.moment) - self.taken.get(batch, 0)
            take = min(rest, max(free, 0))
            if take:
                self.taken[batch] = self.taken.get(batch, 0) + take
                found.append((batch, take, None))
                rest -= take
        if rest:
            found.append((None, rest, None))
        return found


def _back(batch_id: int | None, base: int, rows: Sequence[OriginalRow]) -> list[Part]:
    """Spread a return over the rows of the line that it names, as far as they have not come back yet: first those of the
    batch that it says, then in their order.
    """
    found: list[Part] = []
    rest = base
    for row in sorted(rows, key=lambda row: batch_id is not None and row.batch_id != batch_id):
        take = min(rest, row.left)
        if take > 0:
            found.append((batch_id or row.batch_id, take, (row.document_id, row.line, row.part)))
            row.left -= take
            rest -= take
    if rest:
        found.append((batch_id, rest, None))
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


def named_batches(lines: Sequence[Line]) -> dict[int, int]:
    """What the lines that name their batch take of it: the others choose from what is left."""
    taken: dict[int, int] = {}
    for line in lines:
        if line.batch_id is not None:
            taken[line.batch_id] = taken.get(line.batch_id, 0) + milli(line.base_quantity)
        for _product, batch, quantity, _original in line.rows:
            if batch is not None:
                taken[batch] = taken.get(batch, 0) + quantity
    return taken


def _free(session: Session, place: Place, present: dict[Place, Balance], moment: str) -> int:
    """What may leave a batch at ``moment``: dated back, what lay there then and was not used later."""
    balance = present[place]
    if balance.last_moment <= moment:
        return balance.quantity
    before, later = balance.quantity, []
    for at, seq, line, part, quantity, counted, _document in later_rows(session, place, moment):
        if at > moment:
            before -= quantity
            later.append(((at, seq, line, part), quantity, counted))
    return lowest_from(before, later).quantity
