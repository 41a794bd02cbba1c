"""The lock date: closing the days up to one, and reopening them. The owner's act, kept in the audit trail with its reason."""

from __future__ import annotations

import json
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from jxc_desktop.db.models import Setting, User, table
from jxc_desktop.db.upsert import upsert
from jxc_desktop.domain.acts import Act, parse_day
from jxc_desktop.domain.changes import Changes
from jxc_desktop.domain.errors import DateInFuture, NotPermitted
from jxc_desktop.i18n import _
from jxc_desktop.queries.settings import shop_settings
from jxc_desktop.services.audit import record


def set_lock(session: Session, until: str, act: Act, *, reason: str = "") -> Changes:
    """Lock the days up to ``until`` (``YYYY-MM-DD``; "" = none), whatever was locked before.

    Raises :class:`NotPermitted` for anybody but an owner, :class:`DateInFuture`, :class:`BadDate`.
    """
    must_own(session, act)
    before = shop_settings(session)
    if until:
        until = parse_day(until, field=_("Lock date"))
        if until > act.today.isoformat():
            raise DateInFuture(date=until, today=act.today.isoformat())
    if until == before.lock_until:
        return Changes.NOTHING
    statement = upsert(table(Setting), session.connection().dialect.name, replace=("value",))
    session.execute(statement, {"key": "lock_until", "value": json.dumps(until)})
    action = "lock.lift" if until < before.lock_until else "lock.set"
    record(session, act, action, until or before.lock_until, before=before.lock_until, after=until, reason=reason.strip())
    return Changes.SETTINGS


def reopen_from(session: Session, day: str, act: Act, *, reason: str) -> Changes:
    """Take the lock back to the day before ``day``, so that this day can change again; what lies before stays locked."""
    return set_lock(session, date.fromordinal(date.fromisoformat(day).toordinal() - 1).isoformat(), act, reason=reason)


def must_own(session: Session, act: Act) -> None:
    """Raises :class:`NotPermitted` where ``act`` is not an owner's."""
    user = session.execute(select(User.name, User.role).where(User.id == act.user_id)).first()
    if user is None or user.role != "owner":
        raise NotPermitted(user=user.name if user else str(act.user_id), right=_("closing and reopening days"))
