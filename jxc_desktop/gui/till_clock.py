"""The clock of the window: it never falls behind the last document of the same day, though the computer's clock may."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from jxc_desktop.domain.acts import Act, not_before
from jxc_desktop.domain.changes import Changes

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from jxc_desktop.gui.tasks import Tasks


class TillClock(QObject):
    """``ask()`` is who acts and what the computer's clock says; ``follow(tasks)`` hears of every document that was posted."""

    def __init__(self, ask: Callable[[], Act]) -> None:
        super().__init__()
        self._ask = ask
        self._last: tuple[date, str | None] = date.min, None

    def now(self) -> datetime:
        """The moment of an act that is begun now."""
        act, (day, moment) = self._ask(), self._last
        return not_before(act, moment if day == act.today else None).at

    def today(self) -> date:
        """The business day of now."""
        return self._ask().today

    def follow(self, tasks: Tasks) -> None:
        """Know the last document of the day from now on."""

        def look() -> None:
            day = self.today()
            tasks.read(self, "last", lambda session: _last(session, day), lambda moment: self._heard(day, moment))

        tasks.changed.connect(lambda changes: look() if changes & Changes.DOCUMENTS else None)
        look()

    def _heard(self, day: date, moment: str | None) -> None:
        self._last = day, moment


def _last(session: Session, day: date) -> str | None:
    from jxc_desktop.queries.last_moment import last_moment  # the window opens before what asks the book is loaded

    return last_moment(session, day)
