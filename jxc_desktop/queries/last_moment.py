"""When the last document of a day was: what is done next may not come before it, even if the clock went back meanwhile."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from jxc_desktop.db.models import Document


def last_moment(session: Session, day: date) -> str | None:
    """The latest moment of a posted document of the business day ``day``; None where there is none."""
    within = (Document.moment >= day.isoformat(), Document.moment < (day + timedelta(days=2)).isoformat())
    wanted = select(Document.moment).where(Document.day == day.isoformat(), Document.seq.is_not(None), *within)
    return session.execute(wanted.order_by(Document.moment.desc()).limit(1)).scalar()
