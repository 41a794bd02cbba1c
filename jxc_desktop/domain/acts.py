"""Who does something, and when: asked once per act, at the edge, and passed in. Rules never read the clock."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from jxc_desktop.domain.errors import BadDate

NOON = "12:00:00"
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True, slots=True)
class Act:
    """One act of one user: ``at`` is local time without zone, ``utc_offset`` minutes, ``today`` the business day of now."""

    user_id: int
    at: datetime
    today: date
    utc_offset: int = 480

    @property
    def moment(self) -> str:
        return self.at.isoformat(timespec="seconds")


def business_day(moment: str, closing_hour: int = 0) -> str:
    """The business day of ``moment``: until ``closing_hour`` at night it is still yesterday."""
    if not closing_hour or int(moment[11:13]) >= closing_hour:
        return moment[:10]
    return (date.fromisoformat(moment[:10]) - timedelta(days=1)).isoformat()


def not_before(act: Act, last: str | None) -> Act:
    """``act`` at the moment of the ``last`` document of its day, where the clock went back behind that one."""
    return act if last is None or last <= act.moment else replace(act, at=datetime.fromisoformat(last))


def parse_moment(text: str, *, field: str) -> str:
    """``2026-03-01`` (placed at 12:00) or ``2026-03-01T18:30[:00]`` as ``YYYY-MM-DDTHH:MM:SS``. Raises :class:`BadDate`."""
    said = text.strip()
    if not said.isascii() or len(said) < 10:
        raise BadDate(field=field, value=text[:40], hint="")
    try:
        day = _day(said[:10])
        if len(said) == 10:
            return f"{day.isoformat()}T{NOON}"
        moment = datetime.fromisoformat(said)
    except ValueError as error:
        raise BadDate(field=field, value=text[:40], hint="") from error
    if moment.tzinfo is not None:
        raise BadDate(field=field, value=text[:40], hint="")
    return moment.isoformat(timespec="seconds")


def parse_day(text: str, *, field: str) -> str:
    """``2026-03-01`` as it is. Raises :class:`BadDate`."""
    try:
        return _day(text.strip()).isoformat()
    except ValueError as error:
        raise BadDate(field=field, value=text[:40], hint="") from error


def _day(text: str) -> date:
    """Year, month, day and nothing else: weeks (``2026-W10-1``) are not asked for, and a year before 1900 is a slip."""
    if not _DAY.fullmatch(text):
        raise ValueError(text)
    day = date.fromisoformat(text)
    if day.year < 1900:
        raise ValueError(text)
    return day
