"""Making and verifying backups: whole or not at all, and every wrong byte is found."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import struct
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlalchemy import text

from jxc_desktop.backup import archive, make
from jxc_desktop.backup.archive import read_manifest, unpack
from jxc_desktop.backup.keep import list_backups
from jxc_desktop.backup.make import BackupMade, make_backup
from jxc_desktop.backup.verify import verify_backup
from jxc_desktop.db.engine import Database
from jxc_desktop.db.schema import SCHEMA
from jxc_desktop.domain.errors import JxcError, NotAvailable
from jxc_desktop.domain.troubles import (
    BackupDamaged,
    DamagedFile,
    DiskFull,
    FileTooLarge,
    FileTrouble,
    NewerBook,
    NotABackup,
    ReadOnlyBook,
    StorageTrouble,
)
from tests.helpers.busy_shop import write_busy_book

pytestmark = pytest.mark.sqlite_only
NOW = datetime(2026, 3, 10, 21, 30, 5)


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    folder = tmp_path / "stick"
    folder.mkdir()
    return folder


@pytest.fixture(scope="module")
def busy_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("busy") / "shop.db"
    write_busy_book(path)
    return path


@pytest.fixture
def shop(tmp_path: Path, busy_file: Path) -> Iterator[Database]:
    shutil.copyfile(busy_file, tmp_path / "shop.db")
    database = Database.sqlite(tmp_path / "shop.db", label="test")
    yield database
    database.close()


@pytest.fixture
def made(shop: Database, stick: Path) -> BackupMade:
    return make_backup(shop, stick, now=NOW)


def reseal(path: Path, data: bytes) -> None:
    """Write ``data`` with a hash that fits it, as someone who knows the format could."""
    path.write_bytes(data + hashlib.sha256(data).digest())


def test_a_backup_is_one_new_verified_file_with_the_hash_it_says(shop: Database, stick: Path) -> None:
    made = make_backup(shop, stick, now=NOW)
    assert list(stick.iterdir()) == [made.path]
    assert made.path.name == f"shop-20260310-213005-{made.manifest.counter:08}.jxcbak"
    assert made.bytes == made.path.stat().st_size
    assert made.sha256 == hashlib.sha256(made.path.read_bytes()).hexdigest()
    assert made.findings == ()
    seen = verify_backup(made.path)
    with shop.read() as session:
        number, documents = session.execute(
            text("SELECT number, (SELECT count(*) FROM documents) FROM documents ORDER BY seq DESC LIMIT 1")
        ).one()
    assert (seen.ok, seen.shop, seen.schema, seen.last_document, seen.documents, seen.findings) == (
        True,
        "小店",
        SCHEMA,
        number,
        documents,
        (),
    )


def test_the_book_inside_is_the_book_as_it_was(shop: Database, made: BackupMade, tmp_path: Path) -> None:
    unpack(made.path, tmp_path / "out.db")
    copy = Database.sqlite(tmp_path / "out.db", read_only=True)
    with shop.read() as ours, copy.read() as theirs:
        for table in made.manifest.rows:
            sql = text(f'SELECT * FROM "{table}"')
            assert sorted(map(repr, ours.execute(sql))) == sorted(map(repr, theirs.execute(sql))), table
    copy.close()


def test_two_backups_within_one_second_are_two_files_in_order(shop: Database, stick: Path) -> None:
    first, second = (make_backup(shop, stick, now=NOW) for _ in range(2))
    assert first.path != second.path
    assert [row.path for row in list_backups(stick)] == [second.path, first.path]


def test_a_backup_while_another_process_writes_is_one_moment_of_the_book(shop: Database, stick: Path, tmp_path: Path) -> None:
    script = (
        "import sys, pathlib\n"
        "from sqlalchemy import text\n"
        "from jxc_desktop.db.engine import Database\n"
        "book = Database.sqlite(pathlib.Path(sys.argv[1]))\n"
        "print('ready', flush=True)\n"
        "for n in range(100000):\n"
        "    with book.write() as session:\n"
        "        session.execute(text(\"UPDATE counters SET value = value + 1 WHERE name = 'posting'\"))\n"
        '        session.execute(text("UPDATE settings SET value = (SELECT CAST(value AS TEXT) FROM counters) "\n'
        "            \"WHERE key = 'note'\"))\n"
    )
    with shop.write() as session:
        session.execute(text("INSERT INTO settings (key, value) VALUES ('note', (SELECT CAST(value AS TEXT) FROM counters))"))
    writer = subprocess.Popen(
        [sys.executable, "-c", script, str(shop.path)], stdout=subprocess.PIPE, cwd=Path(__file__).parents[2]
    )
    try:
        assert writer.stdout is not None
        assert writer.stdout.readline().strip() == b"ready"
        counters = []
        for number in range(3):
            made = make_backup(shop, stick, now=NOW, progress=lambda _done, _whole: time.sleep(0.02))
            assert made.findings == ()
            copy = tmp_path / f"{number}.db"
            unpack(made.path, copy)
            inside = Database.sqlite(copy, read_only=True)
            with inside.read() as session:
                counter, note = session.execute(
                    text("SELECT c.value, s.value FROM counters c, settings s WHERE s.key = 'note'")
                ).one()
            inside.close()
            assert counter == int(note)
            counters.append(counter)
        assert counters[0] < counters[1] < counters[2]
    finally:
        writer.kill()
        writer.wait()
        assert writer.stdout is not None
        writer.stdout.close()


def test_every_flipped_bit_is_found(made: BackupMade) -> None:
    whole = made.path.read_bytes()
    random = Random(3)
    places = [
        0,
        7,
        8,
        11,
        12,
        len(whole) - 33,
        len(whole) - 32,
        len(whole) - 1,
        *(random.randrange(len(whole)) for _ in range(92)),
    ]
    for place in places:
        flipped = bytearray(whole)
        flipped[place] ^= 1 << random.randrange(8)
        made.path.write_bytes(flipped)
        with pytest.raises((NotABackup, BackupDamaged)) as refused:
            verify_backup(made.path)
        assert refused.value.exit_code == 5, place
    made.path.write_bytes(whole)
    assert verify_backup(made.path).ok


@pytest.mark.parametrize("keep", [0, 1, 7, 8, 11, 100, 4000, -33, -32, -1])
def test_a_backup_cut_short_is_refused(made: BackupMade, keep: int) -> None:
    made.path.write_bytes(made.path.read_bytes()[:keep])
    with pytest.raises((NotABackup, BackupDamaged)):
        verify_backup(made.path)


@pytest.mark.parametrize("more", [b"\0", b"\0" * 4096, b"JXCBAK\r\n"])
def test_a_backup_with_something_behind_it_is_refused(made: BackupMade, more: bytes) -> None:
    made.path.write_bytes(made.path.read_bytes() + more)
    with pytest.raises(BackupDamaged):
        verify_backup(made.path)


def test_foreign_files_are_named_as_such(tmp_path: Path, shop: Database) -> None:
    assert shop.path is not None
    for name, content in (
        ("a.jxcbak", b""),
        ("b.zip", b"PK\3\4" + bytes(100)),
        ("c.db", shop.path.read_bytes()),
        ("d.txt", b"JXC"),
    ):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(NotABackup) as refused:
            verify_backup(tmp_path / name)
        assert refused.value.exit_code == 5
    with pytest.raises(FileTrouble):
        verify_backup(tmp_path / "nowhere.jxcbak")
    with pytest.raises(FileTrouble):
        verify_backup(tmp_path)


def test_a_bomb_is_never_unpacked_beyond_what_the_manifest_says(made: BackupMade, tmp_path: Path) -> None:
    import zlib

    data = made.path.read_bytes()[:-32]
    (length,) = struct.unpack(">I", data[8:12])
    head = data[: 12 + length]
    for size, packed in (
        (1 << 20, zlib.compress(bytes(64 << 20))),
        ((1 << 31), zlib.compress(bytes(100))),
        (100, zlib.compress(bytes(101))),
    ):
        reseal(made.path, head + struct.pack(">II", size, len(packed)) + packed + bytes(8))
        with pytest.raises(BackupDamaged):
            unpack(made.path, tmp_path / f"{size}.db")
        assert (tmp_path / f"{size}.db").stat().st_size <= 1 << 20


@pytest.mark.parametrize(
    ("field", "value", "refusal"),
    [
        ("shop", "别家", BackupDamaged),
        ("counter", 0, BackupDamaged),
        ("documents", 1, BackupDamaged),
        ("rows", {}, BackupDamaged),
        ("totals", {}, BackupDamaged),
        ("schema", "1", BackupDamaged),
        ("book_bytes", 4096, BackupDamaged),
        ("book_sha256", "0" * 64, BackupDamaged),
        ("audit_hash", "0" * 64, BackupDamaged),
        ("format", 2, NewerBook),
        ("format", None, BackupDamaged),
    ],
)
def test_a_manifest_that_lies_is_found_even_with_a_hash_that_fits(
    made: BackupMade, field: str, value: Any, refusal: type[JxcError]
) -> None:
    data = made.path.read_bytes()[:-32]
    (length,) = struct.unpack(">I", data[8:12])
    said = json.dumps(json.loads(data[12 : 12 + length]) | {field: value}).encode()
    reseal(made.path, data[:8] + struct.pack(">I", len(said)) + said + data[12 + length :])
    with pytest.raises(refusal):
        verify_backup(made.path)


def test_a_book_that_was_changed_inside_a_fitting_backup_is_refused(made: BackupMade, tmp_path: Path) -> None:
    """Someone who knows the format: unpacks, takes a trigger away or changes a sum, and packs again with fitting hashes."""
    for number, sql in enumerate(
        ("DROP TRIGGER audit_no_delete", "CREATE VIEW extra AS SELECT 1", "UPDATE partner_balances SET balance = balance + 1")
    ):
        copy = tmp_path / f"{number}.db"
        unpack(made.path, copy)
        inside = Database.sqlite(copy)
        with inside.write() as session:
            session.execute(text(sql))
        inside.close()
        manifest = make.describe(copy, now=NOW)
        honest = archive.Manifest(**{f: getattr(manifest, f) for f in manifest.__dataclass_fields__} | {"findings": ()})
        with made.path.open("wb") as out:
            archive.write_archive(copy, out, honest)
        with pytest.raises(BackupDamaged):
            verify_backup(made.path)


def test_a_book_with_findings_is_backed_up_and_says_so(shop: Database, stick: Path) -> None:
    with shop.write() as session:
        session.execute(text("UPDATE partner_balances SET balance = balance + 1"))
    made = make_backup(shop, stick, now=NOW)
    assert made.findings == ("cache",)
    assert verify_backup(made.path).findings == ("cache",)
    assert not list_backups(stick)[0].whole


def test_a_damaged_book_is_not_backed_up(shop: Database, stick: Path) -> None:
    assert shop.path is not None
    shop.close()
    data = bytearray(shop.path.read_bytes())
    for page in range(8, len(data) // 4096 - 1, 3):
        data[page * 4096 : page * 4096 + 64] = b"\xff" * 64
    shop.path.write_bytes(data)
    damaged = Database.sqlite(shop.path)
    with pytest.raises(DamagedFile):
        make_backup(damaged, stick, now=NOW)
    assert list(stick.iterdir()) == []


def failing(number: int) -> Any:
    def fail(*_args: Any) -> None:
        raise OSError(number, os.strerror(number))

    return fail


@pytest.mark.parametrize("step", ["fsync", "rename", "posix_fadvise"])
@pytest.mark.parametrize(
    ("number", "refusal"),
    [(errno.ENOSPC, DiskFull), (errno.EIO, StorageTrouble), (errno.EROFS, ReadOnlyBook), (errno.ENODEV, StorageTrouble)],
)
def test_a_disk_that_fails_leaves_nothing_behind(
    shop: Database, stick: Path, monkeypatch: pytest.MonkeyPatch, step: str, number: int, refusal: type[JxcError]
) -> None:
    real = getattr(os, step)

    def only_on_the_stick(first: Any, *rest: Any) -> Any:
        at = os.readlink(f"/proc/self/fd/{first}") if isinstance(first, int) and sys.platform == "linux" else str(first)
        return failing(number)() if str(stick) in at else real(first, *rest)

    monkeypatch.setattr(os, step, only_on_the_stick)
    with pytest.raises(refusal):
        make_backup(shop, stick, now=NOW)
    assert list(stick.iterdir()) == []
    assert shop.path is not None
    assert not list(shop.path.parent.glob("making-backup-*"))
    monkeypatch.undo()
    assert make_backup(shop, stick, now=NOW).path.exists()


def test_a_stick_that_keeps_other_bytes_than_were_written_is_found(
    shop: Database, stick: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    forget = make._forget

    def rot(handle: int) -> None:
        forget(handle)
        part = next(stick.glob("*.part"))
        data = bytearray(part.read_bytes())
        data[len(data) // 2] ^= 4
        part.write_bytes(data)

    monkeypatch.setattr(make, "_forget", rot)
    with pytest.raises(BackupDamaged):
        make_backup(shop, stick, now=NOW)
    assert list(stick.iterdir()) == []


def test_a_missing_folder_is_named_and_not_made(shop: Database, tmp_path: Path) -> None:
    with pytest.raises(FileTrouble, match="nowhere"):
        make_backup(shop, tmp_path / "nowhere", now=NOW)
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_cannot_be_written_is_named(shop: Database, stick: Path) -> None:
    stick.chmod(0o500)
    with pytest.raises(ReadOnlyBook):
        make_backup(shop, stick, now=NOW)
    stick.chmod(0o700)


def test_fat32_is_asked_before_the_first_byte_is_written(shop: Database, stick: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(make, "filesystem_of", lambda _folder: "vfat")
    assert make_backup(shop, stick, now=NOW).path.exists()
    monkeypatch.setattr(make, "FAT_LIMIT", 20_000)
    before = set(stick.iterdir())
    with pytest.raises(FileTooLarge, match="FAT32"):
        make_backup(shop, stick, now=NOW)
    assert set(stick.iterdir()) == before


def test_leftovers_of_dead_or_old_backups_go_and_those_of_living_ones_stay(shop: Database, stick: Path, tmp_path: Path) -> None:
    assert shop.path is not None
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()
    here, living = make._node(), os.getppid()
    name = "shop-20260101-000000-00000001.jxcbak"
    dead = stick / f"{name}.{here}-{child.pid}.part"
    alive = stick / f"{name}.{here}-{living}.part"
    elsewhere = stick / f"{name}.00000000-{child.pid}.part"
    old = stick / f"{name}.00000000-1.part"
    other = stick / "somebody.part"
    for file in (dead, alive, elsewhere, old, other):
        file.write_bytes(b"x")
    os.utime(old, (time.time() - 7200,) * 2)
    work = shop.path.parent / f"making-backup-{child.pid}-x"
    work.mkdir()
    make_backup(shop, stick, now=NOW)
    assert {file.name for file in stick.glob("*.part")} == {alive.name, elsewhere.name, other.name}
    assert not work.exists()


def test_a_shop_on_a_server_has_no_file_to_back_up(stick: Path) -> None:
    with pytest.raises(NotAvailable):
        make_backup(Database.postgres("postgresql://nobody@localhost/none"), stick, now=NOW)


def test_a_manifest_is_read_without_the_book(made: BackupMade) -> None:
    assert read_manifest(made.path) == made.manifest
    shutil.copy(made.path, made.path.parent / "renamed.bin")
    assert [row.path for row in list_backups(made.path.parent)] == [made.path]
