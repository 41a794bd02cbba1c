"""The lock date as it stands, who set it when and why, and what in the days up to it is not final or did change."""

from __future__ import annotations

import json
from dataclasses import dataclass

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from jxc_desktop.db.models import AuditRow, CostDifference, Document, StockRow, User
from jxc_desktop.i18n import _
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


def not_final(session: Session, until: str) -> list[str]:
    """Numbers of the documents up to the day ``until`` whose cost is guessed or unknown, in the order of the ledger.

    When the cost comes to be known it is theirs, locked or not: the till is never stopped for a cost. So whoever locks is
    told before.
    """
    rows = (
        select(Document.number)
        .join(StockRow, StockRow.document_id == Document.id)
        .where(StockRow.day <= until, StockRow.void == 0, or_(StockRow.provisional == 1, StockRow.value.is_(None)))
        .group_by(Document.id)
        .order_by(Document.moment, Document.seq)
    )
    return [number for number in session.scalars(rows) if number is not None]


def restated_behind_lock(session: Session, seq: int) -> list[str]:
    """What to warn of where the act ``seq`` changed the cost of documents in locked days; nothing elsewhere.

    No document enters locked days. Their cost changes only by goods that were sold before their receipt was entered, or whose
    price was not known: it was marked as guessed and is made good here.
    """
    until = shop_settings(session).lock_until
    if not until:
        return []
    found = session.execute(
        select(func.count(func.distinct(Document.id)), func.min(Document.day), func.max(Document.day))
        .join(CostDifference, CostDifference.document_id == Document.id)
        .where(CostDifference.seq == seq, Document.day <= until)
    ).one()
    count, first, last = found
    if not count:
        return []
    said = _(
        "The cost of {count} documents of {days} was not final and is now worked out again: figures of days that are locked"
        " (up to {until}) change. The cost difference slip says by how much."
    )
    days = first if first == last else _("{first} to {last}").format(first=first, last=last)
    return [said.format(count=count, days=days, until=until)]


def told_of(numbers: list[str], *, most: int = 5) -> str:
    """What to say before locking days in which ``numbers`` (not empty) have no final cost yet."""
    said = _(
        "{count} documents of these days have a cost that is guessed or unknown: {numbers}. Enter what is missing first, or"
        " their cost, and the profit of these days, will change when it comes."
    )
    more = ", …" if len(numbers) > most else ""
    return said.format(count=len(numbers), numbers=", ".join(numbers[:most]) + more)
