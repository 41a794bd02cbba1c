"""What a command is given: the data folder, the way to the book, who acts and when, and where to write."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jxc_desktop.cli.output import Output
from jxc_desktop.cli.progress import Tell, progress
from jxc_desktop.domain import acts
from jxc_desktop.domain.errors import BadDate, NotAvailable, WrongUse
from jxc_desktop.domain.troubles import NoShop, OlderBook
from jxc_desktop.i18n import _
from jxc_desktop.paths import ShopPaths

if TYPE_CHECKING:
    from jxc_desktop.db.engine import Database
    from jxc_desktop.domain.acts import Act

LAST_TODAY = "2999-12-31"


@dataclass(slots=True)
class Context:
    """One run of one command. ``today_said`` is what ``--today`` gave; ``tour`` is how the windows are driven, from above."""

    paths: ShopPaths
    output: Output
    url: str | None = None
    user: str | None = None
    today_said: date | None = None
    yes: bool = False
    tour: Callable[..., int] | None = None
    started: datetime = field(default_factory=datetime.now)

    @property
    def today(self) -> date:
        """The day this run takes for today, before a shop's closing hour is known."""
        return self.today_said or self.started.date()

    @contextmanager
    def reading(self) -> Iterator[Database]:
        """The book, opened for reading only."""
        with self._opened(read_only=True) as database:
            yield database

    @contextmanager
    def writing(self) -> Iterator[Database]:
        """The book, opened for reading and writing."""
        with self._opened(read_only=False) as database:
            yield database

    @contextmanager
    def _opened(self, *, read_only: bool) -> Iterator[Database]:
        self._refuse_users()
        database = self.open_url() if self.url else self._open_file(read_only=read_only)
        try:
            yield database
        finally:
            database.close()

    def _open_file(self, *, read_only: bool) -> Database:
        from jxc_desktop.backup.swap import INTENT_NAME, recover_interrupted
        from jxc_desktop.db.engine import Database
        from jxc_desktop.db.safety import look
        from jxc_desktop.db.upgrade import require_current

        if (self.paths.root / INTENT_NAME).exists():
            recover_interrupted(self.paths)
        found = look(self.paths)
        if found == "none":
            raise NoShop(path=str(self.paths.root))
        if found == "older":
            require_current(self.paths.book)
        return Database.sqlite(self.paths.book, lock_path=self.paths.write_lock, label="jxc", read_only=read_only)

    def open_url(self, *, empty_allowed: bool = False) -> Database:
        """The book behind ``--database``. Raises :class:`WrongUse` for no address, :class:`NoShop` for an empty server."""
        from jxc_desktop.db.schema import SCHEMA
        from jxc_desktop.db.server import open_server, server_schema

        assert self.url is not None
        database = open_server(self.url)
        try:
            schema = server_schema(database)
        except BaseException:
            database.close()
            raise
        if schema == SCHEMA or (schema == 0 and empty_allowed):
            return database
        database.close()
        if schema == 0:
            raise NoShop(path=_("the database"))
        if schema > SCHEMA:
            from jxc_desktop.domain.troubles import NewerBook

            raise NewerBook(path=_("The database"), schema=schema, known=SCHEMA)
        raise OlderBook(path=_("The database"), schema=schema, known=SCHEMA)

    def _refuse_users(self) -> None:
        if self.user is not None:
            raise NotAvailable(what=_("Acting as a named user"), user=self.user)

    def act(self, database: Database) -> Act:
        """The act of this run: the owner, now - on the day that ``--today`` names at the present time of day.

        Now is never before the last document of that day: a clock that went back does not sell what was not there yet.
        """
        from jxc_desktop.domain.acts import not_before
        from jxc_desktop.queries.last_moment import last_moment
        from jxc_desktop.queries.settings import owner, shop_settings

        with database.read() as session:
            user, settings = owner(session), shop_settings(session)
            act = self.act_of(user.id, settings.closing_hour)
            return not_before(act, last_moment(session, act.today))

    def act_of(self, user_id: int, closing_hour: int = 0) -> Act:
        from jxc_desktop.domain.acts import Act, business_day

        now = datetime.now()
        offset = now.astimezone().utcoffset()
        minutes = int(offset.total_seconds() // 60) if offset is not None else 0
        if self.today_said is not None:
            return Act(user_id, datetime.combine(self.today_said, now.time()), self.today_said, minutes)
        day = date.fromisoformat(business_day(now.isoformat(timespec="seconds"), closing_hour))
        return Act(user_id, now, day, minutes)

    @contextmanager
    def progress(self, title: str) -> Iterator[Tell]:
        """A bar on a terminal for the length of the block."""
        with progress(self.output, title) as tell:
            yield tell


def parse_today(text: str | None) -> date | None:
    """The day that ``--today`` says; far ahead nothing can be reckoned with days. Raises :class:`WrongUse`."""
    day = parse_day(text, "--today")
    if day is not None and day > LAST_TODAY:
        raise WrongUse(why=_no_date(text or "", "--today"))
    return None if day is None else date.fromisoformat(day)


def parse_day(text: str | None, option: str) -> str | None:
    """A day given by an option, as ``YYYY-MM-DD``. Raises :class:`WrongUse` naming the option."""
    if text is None:
        return None
    try:
        return acts.parse_day(text, field=option)
    except BadDate as error:
        raise WrongUse(why=_no_date(text, option)) from error


def _no_date(text: str, option: str) -> str:
    return option + ": " + _("“{value}” is not a date. Write it as 2026-03-01.").format(value=text[:40])


def target_file(text: str) -> Path:
    """The file an option names, its folder present. Raises :class:`WrongUse` for an empty name."""
    if not text.strip():
        raise WrongUse(why=_("The name of the file is empty."))
    return Path(text)


Options = Any
