"""Bringing a book to this program's schema, and recognising what a file is before it is touched."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jxc_desktop.db.schema import APPLICATION_ID, SCHEMA
from jxc_desktop.domain.errors import JxcError
from jxc_desktop.domain.troubles import (
    DamagedFile,
    DiskFull,
    FileTrouble,
    ForeignFile,
    NewerBook,
    OlderBook,
    ReadOnlyBook,
    StorageTrouble,
)
from jxc_desktop.paths import bundled

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

TROUBLE_CODES = (5, 6, 10, 13, 14)
"""SQLite's busy, locked, I/O error, full, cannot open: trouble of the place, not of the file."""

READ_ONLY = 8
"""A folder in which SQLite may not make its log: reading a book needs it too."""

NO_ROOM = 1 << 20
"""Bytes: with less free than this an I/O error means a full disk."""


@dataclass(frozen=True, slots=True)
class BookFile:
    """What the file says of itself before anything is opened for writing."""

    path: Path
    schema: int


def inspect(path: Path) -> BookFile:
    """Read the schema number of the SQLite book at ``path`` without writing.

    Raises :class:`FileTrouble` (cannot be read), :class:`ForeignFile` (0 bytes, no SQLite, another program's),
    :class:`DamagedFile`.
    """
    try:
        with path.open("rb") as file:
            head = file.read(100)
        size = path.stat().st_size
    except OSError as error:
        raise FileTrouble(path=str(path), why=error.strerror or str(error)) from error
    if not head:
        raise ForeignFile(path=str(path), why="0 bytes")
    if not head.startswith(b"SQLite format 3\0") or len(head) < 100:
        raise ForeignFile(path=str(path), why="not SQLite")
    page = int.from_bytes(head[16:18], "big")
    if size < (65536 if page == 1 else page):
        raise DamagedFile(path=str(path), why="cut short")
    return BookFile(path, _schema_number(path))


def _schema_number(path: Path) -> int:
    """Ask SQLite itself, because the newest header may still stand in the log beside the file."""
    from pysqlite3 import dbapi2

    name = "file:" + str(path.absolute()).replace("%", "%25").replace("?", "%3f").replace("#", "%23") + "?mode=ro"
    connection = None
    try:
        connection = dbapi2.connect(name, uri=True, timeout=10)
        application = connection.execute("PRAGMA application_id").fetchone()[0]
        schema = connection.execute("PRAGMA user_version").fetchone()[0]
    except dbapi2.DatabaseError as error:
        raise _unreadable(path, error) from error
    finally:
        if connection is not None:
            connection.close()
    if application != APPLICATION_ID:
        raise ForeignFile(path=str(path), why=f"application {application:#x}")
    return int(schema)


def _unreadable(path: Path, error: Exception) -> JxcError:
    """Why SQLite cannot look into the file: a disk without room for its notes beside the book is no damage of the book."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code == READ_ONLY:
        return ReadOnlyBook(path=str(path))
    if code not in TROUBLE_CODES:
        return DamagedFile(path=str(path), why=str(error))
    free = shutil.disk_usage(path.parent).free
    if free < NO_ROOM:
        return DiskFull(path=str(path), free=f"{free >> 20} MiB")
    return StorageTrouble(path=str(path), why=str(error))


def require_current(path: Path) -> None:
    """Refuse a book whose schema is not this program's: :class:`OlderBook` or :class:`NewerBook`."""
    found = inspect(path).schema
    if found > SCHEMA:
        raise NewerBook(path=str(path), schema=found, known=SCHEMA)
    if found < SCHEMA:
        raise OlderBook(path=str(path), schema=found, known=SCHEMA)


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Run the migrations on ``engine`` up to ``revision``, all in one transaction. Works on an empty database as well.

    On SQLite the engine must have been opened with ``foreign_keys=False``: rebuilding a table would otherwise delete
    the rows that point to it.
    """
    with engine.begin() as connection:
        run_migrations(connection, revision)


def run_migrations(connection: Connection, revision: str = "head") -> None:
    """The migrations up to ``revision`` on an open connection, inside its transaction."""
    from alembic import command

    config = alembic_config()
    config.attributes["connection"] = connection
    command.upgrade(config, revision)
    if connection.dialect.name == "sqlite":
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
        if broken:
            raise DamagedFile(path=str(engine_name(connection)), why=f"foreign keys: {len(broken)}")


def alembic_config() -> Any:
    """Alembic's configuration, pointing at the shipped migrations; no ini file is read."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(bundled("migrations")).replace("%", "%%"))
    return config


def engine_name(connection: Connection) -> str:
    return str(connection.engine.url.database)


def current_schema(connection: Connection) -> int:
    """The schema number that a database of either engine is at; 0 for an empty one."""
    if connection.dialect.name == "sqlite":
        return int(connection.exec_driver_sql("PRAGMA user_version").scalar_one())
    known = connection.exec_driver_sql("SELECT to_regclass('alembic_version')").scalar()
    return int(connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar_one()) if known else 0


def create_book(path: Path) -> None:
    """A new, empty SQLite book at ``path``: written beside it and moved there whole. Raises ``FileExistsError``."""
    from jxc_desktop.db.engine import sqlite_engine

    if path.exists():
        raise FileExistsError(path)
    part = path.with_name(path.name + ".new")
    for leftover in (part, part.with_name(part.name + "-wal"), part.with_name(part.name + "-shm")):
        leftover.unlink(missing_ok=True)
    engine = sqlite_engine(part, foreign_keys=False)
    upgrade(engine)
    engine.dispose()
    os.replace(part, path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make the folder's own entries durable, so that a rename survives a power cut; a no-op on Windows."""
    if os.name == "nt":
        return  # Windows has no handle of a folder to sync; the rename is in its journal
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
