"""Restoring: the backup's book or the one that was there, whatever happens in between."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from jxc_desktop.backup.check import check_book
from jxc_desktop.backup.make import make_backup
from jxc_desktop.backup.restore import preview, restore
from jxc_desktop.backup.swap import recover_interrupted
from jxc_desktop.db import safety, schema, upgrade
from jxc_desktop.db.engine import Database
from jxc_desktop.db.locks import FileLock
from jxc_desktop.domain.troubles import BackupDamaged, BookBusy, NewerBook, NotABackup, WindowOpen
from jxc_desktop.paths import ShopPaths
from tests.helpers.busy_shop import ACT, trade, write_busy_book

pytestmark = pytest.mark.sqlite_only
NOW = datetime(2026, 3, 11, 8, 0, 0)
STEPS = ("sync", "intent", "aside", "aside-wal", "aside synced", "replace", "replaced", "done")


class Killed(BaseException):
    """Stands for the end of the process: nothing may clean up after it."""


@pytest.fixture(scope="module")
def old_state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a book that went on trading, and ``old.jxcbak`` of its earlier state."""
    folder = tmp_path_factory.mktemp("busy")
    write_busy_book(folder / "shop.db")
    database = Database.sqlite(folder / "shop.db")
    make_backup(database, folder, now=datetime(2026, 3, 10, 21, 0)).path.rename(folder / "old.jxcbak")
    trade(database, ACT, acts=20, seed=99)
    database.close()
    return folder


@pytest.fixture
def paths(tmp_path: Path, old_state: Path) -> ShopPaths:
    root = tmp_path / "小店 data?#%"
    root.mkdir()
    shutil.copyfile(old_state / "shop.db", root / "shop.db")
    return ShopPaths(root)


@pytest.fixture
def backup(old_state: Path) -> Path:
    return old_state / "old.jxcbak"


def counter(book: Path) -> int:
    database = Database.sqlite(book, read_only=True)
    with database.read() as session:
        said = session.execute(text("SELECT value FROM counters")).scalar_one()
    database.close()
    return int(said)


@pytest.fixture
def states(old_state: Path) -> tuple[int, int]:
    """(posting counter in the backup, in the book that is there)."""
    before = preview(old_state / "old.jxcbak", ShopPaths(old_state)).manifest.counter
    return before, counter(old_state / "shop.db")


def test_a_restore_brings_the_backup_and_puts_the_present_book_aside(
    paths: ShopPaths, backup: Path, states: tuple[int, int]
) -> None:
    done = restore(backup, paths, now=NOW)
    assert done.aside == paths.root / "before-restore-20260311-080000"
    assert counter(paths.book) == states[0] < states[1] == counter(done.aside / "shop.db")
    assert (done.shop, done.migrated_from, done.findings) == ("小店", None, ())
    database = Database.sqlite(paths.book)
    assert check_book(database) == []
    with database.read() as session:
        assert session.execute(text("SELECT number FROM documents ORDER BY seq DESC LIMIT 1")).scalar() == done.last_document
    database.close()
    assert safety.look(paths) == "ready"
    assert safety.known_shop(paths) == "小店"
    assert sorted(p.name for p in paths.root.iterdir()) == [
        "backups", "before-restore-20260311-080000", "logs", "shop.db", "shop.known", "window.lock", "write.lock"
    ]  # fmt: skip


def test_the_restored_shop_goes_on_trading(paths: ShopPaths, backup: Path) -> None:
    restore(backup, paths, now=NOW)
    database = Database.sqlite(paths.book)
    assert trade(database, ACT, acts=20, seed=5)
    assert check_book(database) == []
    database.close()


def test_a_clean_machine_gets_the_shop_from_the_stick(tmp_path: Path, backup: Path, states: tuple[int, int]) -> None:
    paths = ShopPaths(tmp_path / "new" / "computer")
    done = restore(backup, paths, now=NOW)
    assert done.aside is None
    assert counter(paths.book) == states[0]
    assert safety.look(paths) == "ready"


def test_a_log_beside_the_present_book_never_mixes_with_the_restored_one(
    paths: ShopPaths, backup: Path, states: tuple[int, int]
) -> None:
    """The book is left as a killed program leaves it: its last sales stand in the log alone."""
    script = (
        "import os, sys, pathlib\nfrom sqlalchemy import text\nfrom jxc_desktop.db.engine import Database\n"
        "book = Database.sqlite(pathlib.Path(sys.argv[1]))\n"
        "with book.write() as session:\n    session.execute(text('UPDATE counters SET value = 4711'))\n"
        "os._exit(1)\n"
    )
    subprocess.run([sys.executable, "-c", script, str(paths.book)], cwd=Path(__file__).parents[2], check=False)
    assert paths.book.with_name("shop.db-wal").stat().st_size > 0
    done = restore(backup, paths, now=NOW)
    assert done.aside is not None
    assert counter(paths.book) == states[0]
    assert counter(done.aside / "shop.db") == 4711


def test_a_damaged_book_goes_aside_with_its_log_as_it_is(paths: ShopPaths, backup: Path, states: tuple[int, int]) -> None:
    paths.book.write_bytes(b"\xff" * 5000)
    paths.book.with_name("shop.db-wal").write_bytes(b"log")
    paths.book.with_name("shop.db-shm").write_bytes(b"shm")
    done = restore(backup, paths, now=NOW)
    assert done.aside is not None
    assert {p.name for p in done.aside.iterdir()} == {"shop.db", "shop.db-wal", "shop.db-shm"}
    assert counter(paths.book) == states[0]


@pytest.mark.parametrize("log", [False, True], ids=["folded", "with a log"])
@pytest.mark.parametrize("at", STEPS)
def test_killed_at_any_step_the_next_start_has_the_old_book_or_the_new_one(
    paths: ShopPaths, backup: Path, states: tuple[int, int], at: str, log: bool
) -> None:
    if log:  # a file that is no whole book keeps its log beside it
        paths.book.write_bytes(b"\xff" * 5000)
        paths.book.with_name("shop.db-wal").write_bytes(b"log")
    seen = []

    def is_old(book: Path) -> bool:
        return book.read_bytes() == b"\xff" * 5000 if log else counter(book) == states[1]

    def step(name: str) -> None:
        seen.append(name)
        if name == at:
            raise Killed

    try:
        restore(backup, paths, now=NOW, step=step)
    except Killed:
        interrupted = True
    else:
        interrupted = False
    assert interrupted == (at in seen) == (at != "aside-wal" or log)
    said = recover_interrupted(paths)
    if at in ("sync", "intent"):
        assert said == ""
        assert is_old(paths.book)
    else:
        assert said == ("finished" if interrupted else "")
        assert counter(paths.book) == states[0]
        aside = paths.root / "before-restore-20260311-080000"
        assert is_old(aside / "shop.db")
        assert not log or (aside / "shop.db-wal").read_bytes() == b"log"
    assert not (paths.root / "replacing").exists()
    assert not (paths.root / "replacing.json").exists()
    assert recover_interrupted(paths) == ""
    done = restore(backup, paths, now=NOW.replace(hour=9))
    assert done.aside is not None
    assert counter(paths.book) == states[0]


def test_a_staged_book_that_rotted_in_between_is_not_put_in_place(
    paths: ShopPaths, backup: Path, states: tuple[int, int]
) -> None:
    def step(name: str) -> None:
        if name == "replace":
            raise Killed

    with pytest.raises(Killed):
        restore(backup, paths, now=NOW, step=step)
    assert not paths.book.exists()
    staged = paths.root / "replacing" / "shop.db"
    staged.write_bytes(staged.read_bytes()[:-4096])
    assert recover_interrupted(paths) == "undone"
    assert counter(paths.book) == states[1]


def test_a_disk_that_fails_in_the_middle_leaves_the_present_book(paths: ShopPaths, backup: Path, states: tuple[int, int]) -> None:
    def step(name: str) -> None:
        if name == "replace":
            raise OSError(5, "Input/output error")

    from jxc_desktop.domain.troubles import StorageTrouble

    with pytest.raises(StorageTrouble):
        restore(backup, paths, now=NOW, step=step)
    assert counter(paths.book) == states[1]
    assert not list(paths.root.glob("before-restore*"))
    assert recover_interrupted(paths) == ""


def test_an_open_window_is_named_and_nothing_is_touched(paths: ShopPaths, backup: Path, states: tuple[int, int]) -> None:
    lock = FileLock(paths.window_lock, "jxc window")
    assert lock.acquire(1)
    with pytest.raises(WindowOpen, match="jxc window"):
        restore(backup, paths, now=NOW)
    assert counter(paths.book) == states[1]
    assert restore(backup, paths, now=NOW, window_held=True).aside is not None
    lock.release()
    lock.close()


@pytest.fixture
def visitor(paths: ShopPaths) -> Iterator[Database]:
    """Another program that has the book open and does nothing."""
    database = Database.sqlite(paths.book)
    with database.read() as session:
        session.execute(text("SELECT 1 FROM counters"))
    yield database
    database.close()


def test_a_program_that_has_the_book_open_is_not_left_with_the_old_file(
    paths: ShopPaths, backup: Path, states: tuple[int, int], visitor: Database
) -> None:
    """It would go on writing into the file that went aside, and its sales would be lost."""
    with pytest.raises(BookBusy):
        restore(backup, paths, now=NOW)
    assert counter(paths.book) == states[1]
    visitor.close()
    restore(backup, paths, now=NOW)
    assert counter(paths.book) == states[0]


def test_a_file_that_is_no_whole_backup_leaves_no_trace(tmp_path: Path, backup: Path) -> None:
    paths = ShopPaths(tmp_path / "new")
    bad = tmp_path / "bad.jxcbak"
    data = bytearray(backup.read_bytes())
    data[len(data) // 2] ^= 1
    bad.write_bytes(data)
    with pytest.raises(BackupDamaged):
        restore(bad, paths, now=NOW)
    bad.write_bytes(b"PK\3\4")
    with pytest.raises(NotABackup):
        restore(bad, paths, now=NOW)
    assert not paths.root.exists()


def test_a_backup_of_a_newer_program_is_left_alone(
    paths: ShopPaths, backup: Path, states: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schema, "SCHEMA", 0)
    monkeypatch.setattr(upgrade, "SCHEMA", 0)
    with pytest.raises(NewerBook):
        restore(backup, paths, now=NOW)
    monkeypatch.undo()
    assert counter(paths.book) == states[1]
    assert not (paths.root / "replacing").exists()


def test_the_preview_says_what_is_here_and_what_would_go(paths: ShopPaths, backup: Path, states: tuple[int, int]) -> None:
    seen = preview(backup, paths)
    assert (seen.manifest.shop, seen.manifest.counter, seen.same_book) == ("小店", states[0], True)
    assert seen.here is not None
    assert seen.here.counter == states[1]
    database = Database.sqlite(paths.book, read_only=True)
    with database.read() as session:
        newer = session.execute(text("SELECT count(*) FROM documents WHERE seq > :c"), {"c": states[0]}).scalar_one()
    database.close()
    assert seen.newer_documents == newer > 0
    restore(backup, paths, now=NOW)
    assert preview(backup, paths).newer_documents == 0


def test_the_preview_of_another_shops_backup_counts_everything_that_is_here(
    paths: ShopPaths, backup: Path, tmp_path: Path
) -> None:
    other = ShopPaths(tmp_path / "other")
    other.make()
    write_busy_book(other.book, acts=12)
    database = Database.sqlite(other.book)
    with database.write() as session:
        session.execute(text("UPDATE settings SET value = '\"大店\"' WHERE key = 'shop'"))
        for name in ("audit_no_update", "audit_no_delete"):
            session.execute(text(f"DROP TRIGGER {name}"))
        session.execute(text("UPDATE audit SET hash = 'x' || hash"))
    documents = check_counts(database)
    database.close()
    seen = preview(backup, other)
    assert not seen.same_book
    assert seen.newer_documents == documents > 0
    nothing = preview(backup, ShopPaths(tmp_path / "empty"))
    assert (nothing.here, nothing.trouble, nothing.newer_documents) == (None, "", 0)
    other.book.write_bytes(b"\xff" * 200)
    assert preview(backup, other).trouble


def check_counts(database: Database) -> int:
    with database.read() as session:
        return int(session.execute(text("SELECT count(*) FROM documents WHERE seq IS NOT NULL")).scalar_one())
