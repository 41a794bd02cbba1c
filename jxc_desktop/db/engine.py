"""The door to the book: :class:`Database` opens it and gives out sessions, one per act. SQLite or PostgreSQL.

SQLAlchemy takes longer to load than the first window takes to be there, so it is loaded by whoever asks first.
"""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from jxc_desktop.db.locks import FileLock
from jxc_desktop.db.upgrade import NO_ROOM
from jxc_desktop.domain.errors import JxcError
from jxc_desktop.domain.troubles import BookBusy, DamagedFile, DiskFull, ReadOnlyBook, StorageTrouble

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

BUSY_MS = 10_000
LOCK_SECONDS = 10.0
CHECKPOINT_BYTES = 8 << 20
PREPARED = 512
"""Statements that the driver keeps ready: an INSERT of each number of lines is one of its own (see ``fast``)."""
KEPT, READING = "kept", "reading"
"""In ``session.info``: what this process remembers of the book between sessions (a dict; only a session that is READING may
add to it, for what a writer sees may yet be undone)."""
_WRITER_KEY = 0x4A5843  # one advisory lock on PostgreSQL: writers take turns, as on SQLite

_PRAGMAS = (
    f"PRAGMA busy_timeout={BUSY_MS}",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA trusted_schema=OFF",
    "PRAGMA recursive_triggers=ON",
    "PRAGMA cell_size_check=ON",
    "PRAGMA mmap_size=0",
    "PRAGMA wal_autocheckpoint=0",
    "PRAGMA cache_size=-32768",
    "PRAGMA temp_store=MEMORY",
)


def load() -> None:
    """Load the tables and map them: what the first session would do otherwise, while somebody waits."""
    from sqlalchemy.orm import configure_mappers

    import jxc_desktop.db.models  # noqa: F401 - to have them mapped

    configure_mappers()


def sqlite_engine(path: Path, *, read_only: bool = False, foreign_keys: bool = True) -> Engine:
    """An engine on the SQLite file ``path``, with the settings that the promises need. The file is not created when read-only."""
    from pysqlite3 import dbapi2
    from sqlalchemy import URL, create_engine, event

    # a NULL that no adapter is known for costs the driver ten times what a number does, and ledger rows are full of them
    dbapi2.register_adapter(type(None), {None: None}.get)
    query = {"mode": "ro" if read_only else "rwc", "uri": "true"}
    name = "file:" + str(path.absolute()).replace("%", "%25").replace("?", "%3f").replace("#", "%23")
    url, kept = URL.create("sqlite", database=name, query=query), {"cached_statements": PREPARED}
    engine = create_engine(url, module=dbapi2, connect_args=kept)

    @event.listens_for(engine, "connect")
    def _settings(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in _PRAGMAS:
            cursor.execute(pragma)
        if not foreign_keys:
            cursor.execute("PRAGMA foreign_keys=OFF")
        if not read_only:
            mode = cursor.execute("PRAGMA journal_mode=WAL").fetchone()[0]
            if mode != "wal":
                raise StorageTrouble(path=str(path), why=f"journal_mode {mode}")
        cursor.close()

    begin = "BEGIN" if read_only else "BEGIN IMMEDIATE"

    def _begin(dbapi_connection: Any) -> None:
        dbapi_connection.cursor().execute(begin)

    # not by an event "begin": with one, each connection that is opened looks through the events of its engine
    engine.dialect.do_begin = _begin  # type: ignore[method-assign]
    return engine


def _driver_error(dialect: str) -> type[Exception]:
    """What the driver itself raises: hot statements reach it without SQLAlchemy between."""
    if dialect == "sqlite":
        from pysqlite3 import dbapi2

        error: type[Exception] = dbapi2.Error
        return error
    import psycopg

    return psycopg.Error


class _Later:
    """An engine that is made when it is first asked for."""

    def __init__(self, make: Callable[[], Engine]) -> None:
        self._make, self._making = make, Lock()
        self._made: Engine | None = None

    def __call__(self) -> Engine:
        with self._making:
            if self._made is None:
                self._made = self._make()
            return self._made

    def dispose(self) -> None:
        if self._made is not None:
            self._made.dispose()


class Database:
    """An open book. ``read`` and ``write`` are the only ways to a session; a session lives for one call on one thread.

    ``path`` is the SQLite file, None on PostgreSQL. Close it when done: the last writer folds the log into the book.
    """

    def __init__(self, *, reader: _Later, writer: _Later | None, path: Path | None, lock: FileLock | None) -> None:
        self.path = path
        self.lock = lock
        self._reader = reader
        self._writer = writer
        self._kept: dict[str, Any] = {}

    @classmethod
    def sqlite(cls, path: Path, *, lock_path: Path | None = None, label: str = "jxc", read_only: bool = False) -> Database:
        """Open the SQLite book at ``path``; ``lock_path`` is the folder's ``write.lock`` (default beside the book)."""
        reader = _Later(lambda: sqlite_engine(path, read_only=True))
        if read_only:
            return cls(reader=reader, writer=None, path=path, lock=None)
        lock = FileLock(lock_path or path.with_name("write.lock"), label)
        return cls(reader=reader, writer=_Later(lambda: sqlite_engine(path)), path=path, lock=lock)

    @classmethod
    def postgres(cls, url: str) -> Database:
        """Open the book behind a ``postgresql://`` URL (driver psycopg 3)."""
        from sqlalchemy import create_engine, make_url

        address = make_url(url).set(drivername="postgresql+psycopg")
        engine = _Later(lambda: create_engine(address, pool_pre_ping=True))
        return cls(reader=engine, writer=engine, path=None, lock=None)

    @property
    def dialect(self) -> str:
        return "postgresql" if self.path is None else "sqlite"

    @property
    def writer(self) -> Engine:
        """The engine that writes. Raises :class:`ReadOnlyBook` on a book opened for reading only."""
        if self._writer is None:
            raise ReadOnlyBook(path=str(self.path))
        return self._writer()

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session that sees one moment of the book and writes nothing."""
        from jxc_desktop.db.session import BookSession

        with (
            self._said(),
            BookSession(
                self._reader(),
                expire_on_commit=False,
                autoflush=False,
                info={KEPT: self._kept, READING: True},
            ) as session,
        ):
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A session whose work is kept as a whole when the block ends, or not at all when it raises."""
        if self.lock is None:
            from sqlalchemy import text

            with self._said(), self._writing() as session, session.begin():
                session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _WRITER_KEY})
                yield session
            return
        self._acquire(self.lock)
        try:
            with self._said(), self._writing() as session, session.begin():
                yield session
            self._checkpoint_when_long()
        finally:
            self.lock.release()

    def _writing(self) -> Session:
        from jxc_desktop.db.session import BookSession

        return BookSession(self.writer, expire_on_commit=False, autoflush=False, info={KEPT: self._kept})

    @contextmanager
    def exclusive(self) -> Iterator[None]:
        """Hold the write lock without a session, so that nobody else writes meanwhile (restore, migrate)."""
        assert self.lock is not None
        self._acquire(self.lock)
        try:
            yield
        finally:
            self.lock.release()

    def close(self) -> None:
        """Close all connections; the log is folded into the book under the write lock."""
        self._reader.dispose()
        if self._writer is None or self._writer is self._reader:
            return
        if self.lock is not None and self.lock.acquire(LOCK_SECONDS):
            try:
                self._writer.dispose()
            finally:
                self.lock.release()
                self.lock.close()
        else:
            self._writer.dispose()

    def _acquire(self, lock: FileLock) -> None:
        try:
            if not lock.acquire(LOCK_SECONDS):
                raise BookBusy(holder=lock.holder(), seconds=int(LOCK_SECONDS))
        except OSError as error:
            if error.errno == errno.ENOSPC:
                raise DiskFull(path=str(lock.path), free="0 MiB") from error
            raise ReadOnlyBook(path=str(lock.path.parent)) from error

    def _checkpoint_when_long(self) -> None:
        assert self.path is not None
        wal = f"{self.path}-wal"
        if os.path.exists(wal) and os.path.getsize(wal) > CHECKPOINT_BYTES:
            with self.writer.connect() as connection:
                raw_connection = connection.connection.driver_connection
                assert raw_connection is not None
                raw_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()

    @contextmanager
    def _said(self) -> Iterator[None]:
        """Turn what storage says into the world's troubles by name; our own bugs pass as they are."""
        try:
            yield
        except Exception as error:
            from sqlalchemy.exc import DBAPIError

            if not isinstance(error, DBAPIError | _driver_error(self.dialect)):
                raise
            said = error.orig if isinstance(error, DBAPIError) else error
            trouble = self._trouble(str(said), getattr(said, "sqlite_errorcode", None))
            if trouble is None:
                raise
            raise trouble from error

    def _trouble(self, why: str, code: int | None) -> JxcError | None:
        path = str(self.path or "PostgreSQL")
        lower = why.lower()
        free = shutil.disk_usage(self.path.parent).free if self.path and self.path.parent.exists() else NO_ROOM
        # where there is no room for the log's index SQLite speaks of an I/O error
        if "disk is full" in lower or code == 13 or ("disk i/o error" in lower and free < NO_ROOM):
            return DiskFull(path=path, free=f"{free // (1 << 20)} MiB")
        if "locked" in lower and "database" in lower:
            return BookBusy(holder=self.lock.holder() if self.lock else "?", seconds=BUSY_MS // 1000)
        if "readonly" in lower or "read-only" in lower:
            return ReadOnlyBook(path=path)
        if "malformed" in lower or "not a database" in lower:
            return DamagedFile(path=path, why=why)
        if "disk i/o error" in lower or "unable to open" in lower or "connection" in lower:
            return StorageTrouble(path=path, why=why)
        return None
