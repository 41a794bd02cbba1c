"""The lock date as it stands, and who set it when and why."""

from __future__ import annotations

import json
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from jxc_desktop.db.models import AuditRow, User
from jxc_desktop.queries.settings import shop_settings


@dataclass(frozen=True, slots=True)
class LockAct:
    """One closing or reopening: from which lock date to which ("" = none)."""

    at: str
    user: str
    before: str
    after: str
    reason: str


@dataclass(frozen=True, slots=True)
class LockState:
    """The lock date ("" = none) and the latest acts, newest first."""

    until: str
    acts: tuple[LockAct, ...]


def lock_state(session: Session, *, limit: int = 3) -> LockState:
    """The lock date now and the last ``limit`` times it was changed."""
    rows = session.execute(
        select(AuditRow.at, User.name, AuditRow.detail)
        .outerjoin(User, User.id == AuditRow.user_id)
        .where(AuditRow.action.in_(("lock.set", "lock.lift")))
        .order_by(AuditRow.seq.desc())
        .limit(limit)
    )
    acts = []
    for at, user, text in rows:
        detail = json.loads(text)
        acts.append(LockAct(at, user or "", detail["before"], detail["after"], detail["reason"]))
    return LockState(shop_settings(session).lock_until, tuple(acts))
