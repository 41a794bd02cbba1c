"""The book as one file: a consistent copy of it, what is in it, and whether the engine finds it whole. SQLite only."""

from __future__ import annotations

import errno
import os
import re
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jxc_desktop.db.locks import FileLock
from jxc_desktop.domain.errors import JxcError
from jxc_desktop.domain.troubles import BookBusy, DamagedFile, DiskFull, FileTrouble, ReadOnlyBook, StorageTrouble

Progress = Callable[[int, int], None]
"""Told (done, whole) in bytes, often; may raise to stop."""

_STEP_PAGES = 2048
_FULL = {errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)}
_DENIED = {errno.EACCES, errno.EPERM, errno.EROFS}
_SQLITE_FULL, _SQLITE_BUSY, _SQLITE_LOCKED, _SQLITE_READONLY = 13, 5, 6, 8
_SQLITE_DAMAGE = {11, 26}

# What is summed up for the control totals: the facts and the derived cost of the ledgers, and what stands on paper.
CONTROLS = (
    ("stock_ledger", "quantity"),
    ("stock_ledger", "value"),
    ("stock_ledger", "revenue"),
    ("partner_ledger", "amount"),
    ("money_ledger", "amount"),
    ("documents", "total"),
    ("documents", "paid"),
    ("document_lines", "amount"),
    ("pools", "quantity"),
    ("pools", "value"),
)


@dataclass(frozen=True, slots=True)
class BookFacts:
    """What a book says of itself. Of an empty book the texts are empty and the numbers 0.

    ``counter`` is the posting sequence; ``documents`` counts posted and voided ones; ``audit_seq`` and ``audit_hash`` are
    the last row of the audit trail; ``book_id`` is taken from its first row, so all copies of one book share it.
    """

    shop: str = ""
    schema: int = 0
    counter: int = 0
    documents: int = 0
    products: int = 0
    last_document: str = ""
    last_moment: str = ""
    audit_seq: int = 0
    audit_hash: str = ""
    book_id: str = ""


def storage_error(path: Path, error: OSError) -> JxcError:
    """What the operating system said about ``path``, by name."""
    why = error.strerror or str(error)
    if error.errno in _FULL:
        return DiskFull(path=str(path), free=free_text(path))
    if error.errno in _DENIED:
        return ReadOnlyBook(path=str(path))
    if error.errno in (errno.ENOENT, errno.ENOTDIR, errno.EISDIR, errno.ENAMETOOLONG):
        return FileTrouble(path=str(path), why=why)
    return StorageTrouble(path=str(path), why=why)


def free_text(path: Path) -> str:
    """The free space where ``path`` is, in whole MiB; ``?`` where it cannot be asked."""
    for folder in (path, *path.parents):
        try:
            return f"{shutil.disk_usage(folder).free // (1 << 20)} MiB"
        except OSError:
            continue
    return "?"


@contextmanager
def by_name(path: Path) -> Iterator[None]:
    """Turn what the disk and SQLite say while working on ``path`` into refusals by name; our own bugs pass as they are."""
    from pysqlite3 import dbapi2

    try:
        yield
    except OSError as error:
        raise storage_error(path, error) from error
    except dbapi2.DatabaseError as error:
        raise _sqlite_error(path, error) from error


def _sqlite_error(path: Path, error: Any) -> JxcError:
    why, code = str(error), getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code == _SQLITE_FULL:
        return DiskFull(path=str(path), free=free_text(path))
    if code in (_SQLITE_BUSY, _SQLITE_LOCKED):
        return BookBusy(holder=FileLock(path.with_name("write.lock"), "").holder(), seconds=10)
    if code == _SQLITE_READONLY:
        return ReadOnlyBook(path=str(path))
    if code in _SQLITE_DAMAGE or "malformed" in why:
        return DamagedFile(path=str(path), why=why)
    return StorageTrouble(path=str(path), why=why)


@contextmanager
def opened(path: Path, *, read_only: bool = True) -> Iterator[Any]:
    """A bare connection to the SQLite file ``path``, distrustful of what stands in it. The file must exist."""
    from pysqlite3 import dbapi2

    name = "file:" + str(path.absolute()).replace("%", "%25").replace("?", "%3f").replace("#", "%23")
    connection = dbapi2.connect(f"{name}?mode={'ro' if read_only else 'rw'}", uri=True, timeout=10, isolation_level=None)
    try:
        for pragma in ("trusted_schema=OFF", "cell_size_check=ON", "mmap_size=0", "temp_store=MEMORY", "synchronous=FULL"):
            connection.execute(f"PRAGMA {pragma}")
        yield connection
    finally:
        connection.close()


def copy_book(source: Path, target: Path, progress: Progress | None = None) -> None:
    """Copy the book ``source`` as it is at one moment, while others may write to it, to the new file ``target``.

    The copy stands alone (no log beside it) and is on the disk when this returns. Raises :class:`DiskFull`,
    :class:`DamagedFile`, :class:`StorageTrouble`; ``target`` may then be left half written.
    """
    from pysqlite3 import dbapi2

    with by_name(source), opened(source) as book:
        # One read transaction around the whole copy: what others write meanwhile neither mixes in nor starts it over.
        book.execute("BEGIN")
        book.execute("SELECT count(*) FROM sqlite_master").fetchone()
        page = book.execute("PRAGMA page_size").fetchone()[0]
        copy = dbapi2.connect(str(target), isolation_level=None)
        try:
            copy.execute("PRAGMA synchronous=OFF")
            step = None if progress is None else lambda _status, left, whole: progress((whole - left) * page, whole * page)
            book.backup(copy, pages=_STEP_PAGES, progress=step, sleep=0)
            copy.execute("PRAGMA journal_mode=DELETE").fetchone()
        finally:
            copy.close()
    with by_name(target):
        sync_file(target)


def sync_file(path: Path) -> None:
    """Make the contents of ``path`` durable. Raises ``OSError``; a failed sync must not be tried again."""
    handle = os.open(path, os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def stand_alone(path: Path) -> bool:
    """Fold the log into the book ``path``, so that it is one file; False when another program has the book open.

    Raises :class:`DamagedFile` and the like for what cannot be folded.
    """
    with by_name(path), opened(path, read_only=False) as book:
        book.execute("PRAGMA busy_timeout=2000")
        from pysqlite3 import dbapi2

        try:
            return bool(book.execute("PRAGMA journal_mode=DELETE").fetchone()[0] == "delete")
        except dbapi2.OperationalError as error:
            if "locked" in str(error):
                return False
            raise


def engine_check(path: Path, *, quick: bool = False) -> None:
    """Let SQLite look through the whole file. Raises :class:`DamagedFile` with the first things it found."""
    with by_name(path), opened(path) as book:
        rows = book.execute("PRAGMA quick_check(5)" if quick else "PRAGMA integrity_check(5)").fetchall()
    if rows != [("ok",)]:
        raise DamagedFile(path=str(path), why="; ".join(str(row[0]) for row in rows)[:300])


def broken_references(path: Path) -> list[tuple[str, str]]:
    """(table, table it points to) of each row whose foreign key points nowhere."""
    with by_name(path), opened(path) as book:
        return [(str(row[0]), str(row[2])) for row in book.execute("PRAGMA foreign_key_check")]


def schema_of(path: Path) -> frozenset[tuple[str, str, str, str]]:
    """Everything the schema of ``path`` declares: (type, name, table, SQL with spaces evened out)."""
    with by_name(path), opened(path) as book:
        rows = book.execute(
            "SELECT type, name, tbl_name, coalesce(sql, '') FROM sqlite_master WHERE name NOT LIKE 'sqlite_stat%'"
        ).fetchall()
    return frozenset((str(t), str(n), str(b), re.sub(r"\s+", " ", str(s)).strip()) for t, n, b, s in rows)


def count_rows(connection: Any) -> dict[str, int]:
    """The number of rows of each table."""
    names = [
        row[0]
        for row in connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
        )
    ]
    return {name: int(connection.execute(f"SELECT count(*) FROM {_quoted(name)}").fetchone()[0]) for name in names}  # noqa: S608 - names of the schema itself, quoted


def control_totals(connection: Any, controls: Sequence[tuple[str, str]] = CONTROLS) -> dict[str, int]:
    """The sums of ``controls`` as the scaled integers that stand in the table; what an older schema lacks is left out."""
    totals = {}
    for table, column in controls:
        if any(row[1] == column for row in connection.execute(f"PRAGMA table_info({_quoted(table)})")):
            said = connection.execute(f"SELECT coalesce(sum({_quoted(column)}), 0) FROM {_quoted(table)}").fetchone()  # noqa: S608 - names of CONTROLS
            totals[f"{table}.{column}"] = int(said[0])
    return totals


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def facts_of(connection: Any) -> BookFacts:
    """What the book behind ``connection`` says of itself."""
    import json

    tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}

    def one(table: str, sql: str) -> Any:
        return connection.execute(sql).fetchone() if table in tables else None

    shop = one("settings", "SELECT value FROM settings WHERE key = 'shop'")
    counter = one("counters", "SELECT value FROM counters WHERE name = 'posting'")
    documents = one("documents", "SELECT count(*) FROM documents WHERE status <> 'draft'")
    products = one("products", "SELECT count(*) FROM products")
    last = one("documents", "SELECT number, moment FROM documents WHERE seq IS NOT NULL ORDER BY seq DESC LIMIT 1")
    first_act = one("audit", "SELECT hash FROM audit ORDER BY seq LIMIT 1")
    last_act = one("audit", "SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1")
    return BookFacts(
        shop=str(json.loads(shop[0])) if shop else "",
        schema=int(connection.execute("PRAGMA user_version").fetchone()[0]),
        counter=int(counter[0]) if counter else 0,
        documents=int(documents[0]) if documents else 0,
        products=int(products[0]) if products else 0,
        last_document=str(last[0]) if last else "",
        last_moment=str(last[1]) if last else "",
        audit_seq=int(last_act[0]) if last_act else 0,
        audit_hash=str(last_act[1]) if last_act else "",
        book_id=str(first_act[0])[:16] if first_act else "",
    )


def at_the_door(connection: Any) -> tuple[dict[str, Any], int, str]:
    """What the window says before anything is asked of the book: the shop's choices, and its owner's id and name."""
    import json

    choices = {str(key): json.loads(value) for key, value in connection.execute("SELECT key, value FROM settings")}
    user, name = connection.execute("SELECT id, name FROM users ORDER BY id LIMIT 1").fetchone()
    return choices, int(user), str(name)


def act_hash(connection: Any, seq: int) -> str | None:
    """The hash of row ``seq`` of the audit trail; None where there is none."""
    row = connection.execute("SELECT hash FROM audit WHERE seq = ?", (seq,)).fetchone()
    return str(row[0]) if row else None


def documents_after(connection: Any, counter: int) -> dict[str, int]:
    """How many documents of each kind were posted after the posting sequence stood at ``counter``."""
    rows = connection.execute(
        "SELECT kind, count(*) FROM documents WHERE seq > ? GROUP BY kind ORDER BY count(*) DESC, kind", (counter,)
    ).fetchall()
    return {str(kind): int(number) for kind, number in rows}
