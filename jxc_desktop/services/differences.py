"""Marking a cost difference slip as looked at."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from jxc_desktop.db.models import CostDifference, Document, SeenDifference
from jxc_desktop.domain.acts import Act
from jxc_desktop.domain.changes import Changes
from jxc_desktop.domain.errors import NotFound
from jxc_desktop.i18n import _
from jxc_desktop.services.audit import record


def mark_seen(session: Session, seq: int, act: Act) -> Changes:
    """Say that the slip of the act ``seq`` was looked at; a second time changes nothing. Raises :class:`NotFound`."""
    number = session.execute(
        select(Document.number)
        .join(CostDifference, CostDifference.cause_id == Document.id)
        .where(CostDifference.seq == seq)
        .limit(1)
    ).scalar()
    if number is None:
        raise NotFound(what=_("cost difference slip"), key=str(seq))
    if session.get(SeenDifference, seq) is not None:
        return Changes.NOTHING
    session.add(SeenDifference(seq=seq, seen_at=act.moment, seen_by=act.user_id))
    session.flush()
    record(session, act, "difference.seen", number, seq=seq)
    return Changes.DOCUMENTS
