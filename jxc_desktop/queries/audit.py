"""The audit trail as a list: who did what to what, when."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from jxc_desktop.db.models import AuditRow, User


@dataclass(frozen=True, slots=True)
class AuditLine:
    """One act. ``detail`` is JSON text: before, after, reason and the like."""

    seq: int
    at: str
    user: str | None
    action: str
    subject: str
    detail: str


def audit_trail(
    session: Session, day_from: str | None = None, day_to: str | None = None, *, limit: int | None = None
) -> list[AuditLine]:
    """Acts from ``day_from`` to ``day_to`` (calendar days of the clock), oldest first; with ``limit`` the latest ones."""
    wanted = select(AuditRow.seq, AuditRow.at, User.name, AuditRow.action, AuditRow.subject, AuditRow.detail).outerjoin(
        User, User.id == AuditRow.user_id
    )
    if day_from is not None:
        wanted = wanted.where(AuditRow.at >= day_from)
    if day_to is not None:
        wanted = wanted.where(AuditRow.at <= day_to + "T99")
    rows = session.execute(wanted.order_by(AuditRow.seq.desc()).limit(limit))
    return [AuditLine(*row) for row in rows][::-1]
