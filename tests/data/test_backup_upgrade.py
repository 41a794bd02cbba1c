"""Upgrading a book: a backup first, on a copy, equal before and after, or not at all."""

from __future__ import annotations

import shutil
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest
from pysqlite3 import dbapi2 as sqlite3
from sqlalchemy import text

from jxc_desktop.backup.make import back_up_file
from jxc_desktop.backup.restore import restore
from jxc_desktop.backup.swap import recover_interrupted
from jxc_desktop.backup.upgrade_book import migrate, status
from jxc_desktop.backup.verify import verify_backup
from jxc_desktop.db import schema, upgrade
from jxc_desktop.db.engine import Database, sqlite_engine
from jxc_desktop.db.locks import FileLock
from jxc_desktop.db.snapshot import schema_of
from jxc_desktop.domain.errors import JxcError
from jxc_desktop.domain.troubles import DamagedFile, ForeignFile, NewerBook, NoShop, UpgradeFailed, WindowOpen
from jxc_desktop.paths import ShopPaths, bundled
from tests.helpers.busy_shop import write_busy_book

pytestmark = pytest.mark.sqlite_only
NOW = datetime(2026, 3, 11, 8, 0, 0)
NEXT = f"""
revision = "{schema.SCHEMA + 1:04}"
down_revision = "{schema.SCHEMA:04}"
branch_labels = depends_on = None


def upgrade():
    from alembic import op

    op.execute("ALTER TABLE warehouses ADD COLUMN remark TEXT NOT NULL DEFAULT ''")
    op.execute("CREATE INDEX ix_warehouses_remark ON warehouses (remark)")
    STEP
    op.execute("PRAGMA user_version = {schema.SCHEMA + 1}")
"""


@pytest.fixture(scope="module")
def busy_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("busy") / "shop.db"
    write_busy_book(path, acts=25)
    return path


@pytest.fixture
def paths(tmp_path: Path, busy_file: Path) -> ShopPaths:
    found = ShopPaths(tmp_path / "data")
    found.make()
    shutil.copyfile(busy_file, found.book)
    return found


def newer_program(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, step: str = "pass") -> None:
    """From here on the program is one schema ahead: a plain new column and an index, and ``step``."""
    scripts = tmp_path / f"migrations{len(list(tmp_path.iterdir()))}"
    shutil.copytree(bundled("migrations"), scripts, ignore=shutil.ignore_patterns("__pycache__"))
    (scripts / "versions" / f"{schema.SCHEMA + 1:04}_remark.py").write_text(NEXT.replace("STEP", step))
    monkeypatch.setattr(upgrade, "bundled", lambda name: scripts if name == "migrations" else bundled(name))
    number = schema.SCHEMA + 1
    monkeypatch.setattr(schema, "SCHEMA", number)
    monkeypatch.setattr(upgrade, "SCHEMA", number)


def dump(book: Path) -> dict[str, list[str]]:
    database = Database.sqlite(book, read_only=True)
    with database.read() as session:
        names = session.scalars(
            text("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT IN ('alembic_version', 'warehouses')")
        ).all()
        found = {name: sorted(map(repr, session.execute(text(f'SELECT * FROM "{name}"')))) for name in names}
    database.close()
    return found


def test_a_book_of_this_program_needs_nothing(paths: ShopPaths) -> None:
    before = paths.book.read_bytes()
    assert status(paths).current
    done = migrate(paths, now=NOW)
    assert (done.before, done.after, done.backup, done.aside) == (schema.SCHEMA, schema.SCHEMA, None, None)
    assert paths.book.read_bytes() == before


def test_an_older_book_is_backed_up_and_brought_up_with_everything_in_it(
    paths: ShopPaths, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, old = dump(paths.book), schema.SCHEMA
    newer_program(monkeypatch, tmp_path)
    assert (status(paths).schema, status(paths).program_schema, status(paths).current) == (old, old + 1, False)
    done = migrate(paths, now=NOW)
    assert (done.before, done.after) == (old, old + 1)
    assert done.aside == paths.root / "before-migrate-20260311-080000"
    assert status(paths).current
    assert dump(paths.book) == before == dump(done.aside / "shop.db")
    new = tmp_path / "new.db"
    upgrade.create_book(new)
    assert schema_of(paths.book) == schema_of(new)
    assert done.backup is not None
    assert verify_backup(done.backup).schema == old
    assert migrate(paths, now=NOW).backup is None


def test_a_book_of_the_first_schema_is_brought_up(paths: ShopPaths, tmp_path: Path) -> None:
    """The shop as the program of schema 1 kept it: compared with an empty book that its migration made."""
    engine = sqlite_engine(tmp_path / "first.db", foreign_keys=False)
    upgrade.upgrade(engine, "0001")
    engine.dispose()
    waiting = dump(paths.book)["open_lines"]
    assert waiting
    with closing(sqlite3.connect(paths.book)) as book, book:
        book.execute("DROP TABLE arrival_checks")
        book.execute("DROP TABLE open_lines")
        book.execute("UPDATE alembic_version SET version_num = '0001'")
        book.execute("PRAGMA user_version = 1")
    assert schema_of(paths.book) == schema_of(tmp_path / "first.db")
    before = dump(paths.book)
    done = migrate(paths, now=NOW)
    assert (done.before, done.after) == (1, schema.SCHEMA)
    new = tmp_path / "new.db"
    upgrade.create_book(new)
    assert schema_of(paths.book) == schema_of(new)
    after = dump(paths.book)
    assert after.pop("arrival_checks") == []
    assert after.pop("open_lines") == waiting
    assert after == before


def test_a_backup_of_an_older_program_is_upgraded_while_it_is_restored(
    paths: ShopPaths, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, old = dump(paths.book), schema.SCHEMA
    made = back_up_file(paths.book, paths.backups, now=NOW)
    newer_program(monkeypatch, tmp_path)
    clean = ShopPaths(tmp_path / "clean")
    done = restore(made.path, clean, now=NOW)
    assert done.migrated_from == old
    assert status(clean).current
    assert dump(clean.book) == before


def test_an_empty_older_book_gets_its_tables(tmp_path: Path) -> None:
    paths = ShopPaths(tmp_path / "data")
    paths.make()
    engine = sqlite_engine(paths.book)
    with engine.begin() as connection:
        connection.exec_driver_sql(f"PRAGMA application_id = {schema.APPLICATION_ID}")
    engine.dispose()
    assert migrate(paths, now=NOW).before == 0
    assert status(paths).current


@pytest.mark.parametrize(
    ("step", "refusal"),
    [
        ('op.execute("INSERT INTO nowhere VALUES (1)")', UpgradeFailed),
        ("op.execute(\"UPDATE documents SET due_day = 1 / 0, total = total + 1 WHERE status = 'draft' OR 1\")", UpgradeFailed),
        ('op.execute("DROP TRIGGER documents_no_update"); op.execute("UPDATE documents SET paid = paid + 1")', UpgradeFailed),
        ("op.execute(\"INSERT INTO warehouses (code, name) VALUES ('X', 'X')\")", UpgradeFailed),
        ('op.execute("PRAGMA defer_foreign_keys = ON"); op.execute("DELETE FROM users")', DamagedFile),
        ('raise RuntimeError("half way")', RuntimeError),
    ],
)
def test_an_upgrade_that_fails_or_changes_figures_leaves_the_book_and_both_backups(
    paths: ShopPaths, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, refusal: type[Exception]
) -> None:
    before = paths.book.read_bytes()
    newer_program(monkeypatch, tmp_path, step)
    for _attempt in range(2):
        with pytest.raises(refusal):
            migrate(paths, now=NOW)
        assert paths.book.read_bytes() == before
    assert len(list(paths.backups.iterdir())) == 2
    assert {p.name for p in paths.root.iterdir()} <= {
        "shop.db",
        "shop.db-shm",
        "shop.db-wal",
        "backups",
        "logs",
        "window.lock",
        "write.lock",
    }


@pytest.mark.parametrize("at", ["sync", "intent", "aside", "replace", "replaced"])
def test_killed_at_any_step_the_book_is_the_old_or_the_new_one(
    paths: ShopPaths, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: str
) -> None:
    class Killed(BaseException):
        pass

    def step(name: str) -> None:
        if name == at:
            raise Killed

    before = dump(paths.book)
    newer_program(monkeypatch, tmp_path)
    with pytest.raises(Killed):
        migrate(paths, now=NOW, step=step)
    recover_interrupted(paths)
    assert status(paths).current == (at not in ("sync", "intent"))
    assert dump(paths.book) == before
    migrate(paths, now=NOW)
    assert status(paths).current


@pytest.mark.parametrize(
    ("content", "refusal"), [(b"", ForeignFile), (b"text", ForeignFile), (b"SQLite format 3\0" + bytes(84), DamagedFile)]
)
def test_a_file_that_is_no_book_is_left_untouched(tmp_path: Path, content: bytes, refusal: type[JxcError]) -> None:
    paths = ShopPaths(tmp_path)
    paths.book.write_bytes(content)
    for act in (lambda: migrate(paths, now=NOW), lambda: status(paths)):
        with pytest.raises(refusal) as refused:
            act()
        assert refused.value.exit_code == 5
    assert paths.book.read_bytes() == content
    assert [p.name for p in tmp_path.iterdir()] == ["shop.db"]


def test_a_newer_book_and_an_open_window_and_no_shop_are_refused(
    paths: ShopPaths, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(NoShop):
        migrate(ShopPaths(tmp_path / "nowhere"), now=NOW)
    newer_program(monkeypatch, tmp_path)
    lock = FileLock(paths.window_lock, "jxc window")
    assert lock.acquire(1)
    with pytest.raises(WindowOpen):
        migrate(paths, now=NOW)
    lock.release()
    lock.close()
    migrate(paths, now=NOW)
    monkeypatch.undo()
    before = paths.book.read_bytes()
    with pytest.raises(NewerBook):
        migrate(paths, now=NOW)
    assert paths.book.read_bytes() == before
