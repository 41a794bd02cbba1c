"""Goods past their date: sold last, and only where the shop allows it or the clerk confirms it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from jxc_desktop.db.models import Batch
from jxc_desktop.domain.documents import DocumentKind
from jxc_desktop.domain.errors import ExpiredGoods
from jxc_desktop.domain.settings import ShopSettings
from jxc_desktop.i18n import _

if TYPE_CHECKING:
    from jxc_desktop.services.lines import Line
    from jxc_desktop.services.moves import Move
    from jxc_desktop.services.on_hand import Balance, Place


def spoiled_last(session: Session, present: dict[Place, Balance], day: str) -> dict[Place, Balance]:
    """``present`` with the batches marked that are past their date on ``day``."""
    spoiled = _past(session, {place[2] for place, there in present.items() if place[2] and there.quantity > 0}, day)
    if not spoiled:
        return present
    return {place: replace(balance, spoiled=place[2] in spoiled) for place, balance in present.items()}


def check_expired(
    session: Session, kind: DocumentKind, lines: Sequence[Line], moves: Sequence[Move], settings: ShopSettings
) -> tuple[list[str], list[dict[str, str]]]:
    """Refuse (:class:`ExpiredGoods`), warn of or let pass what ``moves`` would hand over past its date.

    Returns the warnings and, for the audit trail, what was confirmed: ``{"product", "batch", "expiry", "reason"}``.
    """
    if not kind.hands_over or settings.expired == "allow":
        return [], []
    leaving = [move for move in moves if move.quantity < 0 and move.batch_id]
    spoiled = _past(session, {move.batch_id for move in leaving}, leaving[0].day) if leaving else {}
    drafts = {line.line: line.draft for line in lines}
    warnings, confirmed = [], []
    for move in leaving:
        batch = spoiled.get(move.batch_id)
        if batch is None:
            continue
        product = move.product
        facts = {"line": move.line, "product": product.code, "name": product.name, "batch": batch.number, "expiry": batch.expiry}
        if drafts[move.line].expired_ok:
            said = ("product", "batch", "expiry")
            confirmed.append({name: str(facts[name]) for name in said} | {"reason": drafts[move.line].expired_reason})
        elif settings.expired == "block":
            raise ExpiredGoods(**facts)
        else:
            warnings.append(_("Line {line}: batch {batch} of {name} expired on {expiry}.").format(**facts))
    return warnings, confirmed


def _past(session: Session, batches: Iterable[int | None], day: str) -> dict[int | None, Any]:
    """Those of these batches that expired before ``day``, by id: number and expiry."""
    ids = list(batches)
    if not ids:
        return {}
    rows = session.execute(select(Batch.id, Batch.number, Batch.expiry).where(Batch.id.in_(ids), Batch.expiry < day))
    return {row.id: row for row in rows}
