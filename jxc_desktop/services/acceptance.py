"""Accepting a transfer that is under way: what arrived, what arrived broken, what was never on the cart - in one act."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from jxc_desktop.db.models import ArrivalCheck, Document
from jxc_desktop.domain import errors
from jxc_desktop.domain.acts import Act
from jxc_desktop.domain.arrivals import Received
from jxc_desktop.domain.changes import Changes
from jxc_desktop.domain.documents import Draft, DraftLine
from jxc_desktop.i18n import _
from jxc_desktop.queries.orders import open_order_lines
from jxc_desktop.services.posting import Posted, post_document


@dataclass(frozen=True, slots=True)
class Accepted:
    """The documents that were posted: the arrival, a write-off, a transfer back; each only where there was something to say."""

    arrived: Posted | None
    written_off: Posted | None
    sent_back: Posted | None

    @property
    def changes(self) -> Changes:
        return Changes.DOCUMENTS | Changes.STOCK

    @property
    def numbers(self) -> tuple[str, ...]:
        return tuple(one.number for one in (self.arrived, self.written_off, self.sent_back) if one is not None)


def accept_transfer(session: Session, transfer_id: int, received: Sequence[Received], act: Act) -> Accepted:
    """Post what became of a transfer under way. Lines that are not named stay under way, as does a difference without a way.

    Raises :class:`NotAnOrder` for a transfer that is not under way, :class:`MoreThanSent` for more than is open on a line,
    :class:`NoLines` when nothing at all was said.
    """
    sent = _under_way(session, transfer_id)
    lines = {line.line: line for line in open_order_lines(session, transfer_id)}
    arrived, broken, back = [], [], []
    for one in received:
        line = lines[one.line]
        if one.quantity > line.open:
            facts = {"wanted": f"{one.quantity.normalize():f}", "left": f"{line.open.normalize():f}"}
            raise errors.MoreThanSent(line=one.line, product=line.name, number=sent.number, **facts)
        there = DraftLine(line.product_id, one.quantity, order_line=(transfer_id, one.line), note=one.note)
        missing = replace(there, quantity=line.open - one.quantity)
        if there.quantity:
            arrived.append(there)
        if missing.quantity and one.way == "damaged":
            broken.append(replace(missing, reason=_("Damaged on the way")))
        elif missing.quantity and one.way == "short":
            back.append(missing)
    if not (arrived or broken or back):
        raise errors.NoLines()
    _forget(session, transfer_id)
    note = _("Of {number}").format(number=sent.number)
    return Accepted(
        _post(session, Draft("transfer", order_id=transfer_id, lines=arrived, note=note), act),
        _post(session, Draft("write_off", order_id=transfer_id, lines=broken, reason=_("Damaged on the way"), note=note), act),
        _post(session, Draft("transfer", order_id=transfer_id, to_warehouse_id=sent.warehouse_id, lines=back, note=note), act),
    )


def keep_checks(session: Session, transfer_id: int, received: Sequence[Received]) -> Changes:
    """Keep what is checked off so far, in place of what was kept before; it moves nothing.

    Raises :class:`NotAnOrder` for a transfer that is not under way.
    """
    _under_way(session, transfer_id)
    _forget(session, transfer_id)
    rows = [{"document_id": transfer_id, "line": r.line, "found": r.quantity, "way": r.way, "note": r.note} for r in received]
    if rows:
        session.execute(insert(ArrivalCheck), rows)
    return Changes.NOTHING


def _under_way(session: Session, transfer_id: int) -> Document:
    sent = session.get(Document, transfer_id)
    if sent is None or not sent.transit or sent.status != "posted":
        raise errors.NotAnOrder(document=(sent.number if sent else None) or str(transfer_id))
    return sent


def _forget(session: Session, transfer_id: int) -> None:
    session.execute(delete(ArrivalCheck).where(ArrivalCheck.document_id == transfer_id))


def _post(session: Session, draft: Draft, act: Act) -> Posted | None:
    return post_document(session, draft, act) if draft.lines else None
