"""Looking before opening: a book that is gone, foreign, empty, newer or in a dangerous place is named and not touched."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
from datetime import date, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from pysqlite3 import dbapi2

from jxc_desktop.db import safety, schema, upgrade
from jxc_desktop.db.engine import sqlite_engine
from jxc_desktop.db.locks import FileLock
from jxc_desktop.domain.errors import JxcError
from jxc_desktop.domain.troubles import BookMissing, DamagedFile, DiskFull, ForeignFile, NewerBook, ReadOnlyBook, StorageTrouble
from jxc_desktop.paths import ShopPaths
from tests.helpers.shop import TODAY

pytestmark = pytest.mark.sqlite_only


@pytest.fixture
def paths(tmp_path: Path, empty_book: Path) -> ShopPaths:
    found = ShopPaths(tmp_path / "data")
    found.make()
    shutil.copyfile(empty_book, found.book)
    return found


def set_schema(book: Path, number: int) -> None:
    engine = sqlite_engine(book)
    with engine.begin() as connection:
        connection.exec_driver_sql(f"PRAGMA user_version = {number}")
    engine.dispose()


def test_an_empty_folder_has_no_shop_and_a_book_is_ready(tmp_path: Path, paths: ShopPaths) -> None:
    assert safety.look(ShopPaths(tmp_path / "nowhere")) == "none"
    assert safety.look(paths) == "ready"
    set_schema(paths.book, 0)
    assert safety.look(paths) == "older"


def test_a_book_that_is_gone_is_missed_where_a_shop_was_known(paths: ShopPaths) -> None:
    safety.remember_shop(paths, "小店")
    assert safety.known_shop(paths) == "小店"
    paths.book.unlink()
    with pytest.raises(BookMissing) as refused:
        safety.look(paths)
    assert str(paths.backups) in str(refused.value)
    assert not paths.book.exists()


def test_a_log_without_its_book_is_a_book_that_is_gone(paths: ShopPaths) -> None:
    paths.book.unlink()
    paths.book.with_name("shop.db-wal").write_bytes(b"sales")
    with pytest.raises(BookMissing):
        safety.look(paths)


@pytest.mark.parametrize(
    ("content", "refusal"),
    [(b"", ForeignFile), (b"PK\3\4" * 50, ForeignFile), (b"SQLite format 3\0" + bytes(84), DamagedFile)],
)
def test_a_file_that_is_no_book_is_named_and_left_untouched(paths: ShopPaths, content: bytes, refusal: type[JxcError]) -> None:
    paths.book.write_bytes(content)
    with pytest.raises(refusal):
        safety.look(paths)
    assert paths.book.read_bytes() == content


def test_another_programs_database_and_a_newer_book_are_refused(paths: ShopPaths) -> None:
    set_schema(paths.book, schema.SCHEMA + 1)
    with pytest.raises(NewerBook):
        safety.look(paths)
    engine = sqlite_engine(paths.book)
    with engine.begin() as connection:
        connection.exec_driver_sql("PRAGMA application_id = 1")
    engine.dispose()
    with pytest.raises(ForeignFile):
        safety.look(paths)


def test_a_book_that_cannot_be_written_is_named(paths: ShopPaths, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: False if Path(path) == paths.book else real(path, mode))
    with pytest.raises(ReadOnlyBook):
        safety.look(paths)


@pytest.mark.parametrize(
    "name", ["OneDrive", "OneDrive - 公司", "我的坚果云", "Dropbox", "Nutstore", "BaiduSyncdisk", "百度网盘"]
)
def test_sync_folders_are_recognised_by_their_names(tmp_path: Path, name: str) -> None:
    folder = tmp_path / name / "店" / "data"
    folder.mkdir(parents=True)
    assert safety.sync_folder_of(folder) == name
    said = safety.cautions(ShopPaths(folder))
    assert [caution.code for caution in said] == ["sync_folder"]
    assert name in said[0].message


def test_an_ordinary_folder_is_not_warned_about(paths: ShopPaths) -> None:
    assert safety.sync_folder_of(Path("/home/onedriver/dropboxes/小店")) is None
    assert safety.cautions(paths) == []


def test_little_space_is_warned_about_below_500_mib(paths: ShopPaths, monkeypatch: pytest.MonkeyPatch) -> None:
    for free, expected in (((500 << 20) - 1, ["low_space"]), (500 << 20, [])):
        monkeypatch.setattr(shutil, "disk_usage", lambda _path, free=free: SimpleNamespace(free=free))
        assert [caution.code for caution in safety.cautions(paths)] == expected


@pytest.mark.skipif(sys.platform == "win32", reason="asks Windows itself there")
def test_network_drives_are_found_in_the_list_of_mounts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    share = tmp_path / "我的 share"
    (share / "data").mkdir(parents=True)
    mounts = tmp_path / "mounts"
    point = str(share).replace(" ", "\\040")
    mounts.write_text(
        f"/dev/sda1 / ext4 rw 0 0\n//server/x {point} cifs rw 0 0\nshort\n/dev/sdb1 {point}x vfat rw 0 0\n", encoding="utf-8"
    )
    assert safety.filesystem_of(share / "data", mounts) == "cifs"
    assert safety.filesystem_of(tmp_path, mounts) == "ext4"
    assert safety.filesystem_of(tmp_path, tmp_path / "none") == ""
    assert safety.is_network(Path("//server/share/data"))
    monkeypatch.setattr(safety, "filesystem_of", lambda _folder: "nfs4")
    assert [caution.code for caution in safety.cautions(ShopPaths(tmp_path))] == ["network_drive"]


def test_damage_is_looked_for_once_a_day_and_wholly_once_a_week(paths: ShopPaths) -> None:
    assert safety.check_due(paths, TODAY) == "full"
    safety.note_check(paths, "full", TODAY)
    assert safety.check_due(paths, TODAY) == ""
    assert safety.check_due(paths, date(2026, 3, 11)) == "quick"
    safety.quick_check(paths, date(2026, 3, 11))
    assert safety.check_due(paths, date(2026, 3, 11)) == ""
    assert safety.check_due(paths, date(2026, 3, 17)) == "full"
    assert safety.check_due(paths, date(2025, 1, 1)) == "full"
    (paths.root / "checked.json").write_text("[1")
    assert safety.check_due(paths, TODAY) == "full"


def test_damage_is_found_and_the_book_set_aside_with_its_logs(paths: ShopPaths) -> None:
    data = bytearray(paths.book.read_bytes())
    for page in range(4, len(data) // 4096, 2):
        data[page * 4096 : page * 4096 + 48] = b"\xee" * 48
    paths.book.write_bytes(data)
    paths.book.with_name("shop.db-wal").write_bytes(b"")
    with pytest.raises(DamagedFile):
        safety.quick_check(paths, TODAY)
    assert safety.check_due(paths, TODAY) == "full"
    folders = [safety.set_aside(paths, datetime(2026, 3, 10, 9, 0, 0))]
    assert folders[0].name == "damaged-20260310-090000"
    assert (folders[0] / "shop.db").read_bytes() == bytes(data)
    assert not paths.book.with_name("shop.db-wal").exists()
    upgrade.create_book(paths.book)
    folders.append(safety.set_aside(paths, datetime(2026, 3, 10, 9, 0, 0)))
    assert folders[1].name == "damaged-20260310-090000-2"


def test_a_process_is_known_to_live_or_to_be_gone() -> None:
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()
    assert safety.process_alive(os.getpid())
    assert not safety.process_alive(child.pid)


@pytest.mark.parametrize(
    ("said", "code", "free", "named"),
    [
        ("disk I/O error", 4874, 0, DiskFull),  # SQLITE_IOERR_SHMSIZE: no room for the log's index, already on opening
        ("disk I/O error", 4874, 1 << 30, StorageTrouble),
        ("attempt to write a readonly database", 520, 1 << 30, ReadOnlyBook),  # SQLITE_READONLY_CANTINIT
        ("database disk image is malformed", 11, 1 << 30, DamagedFile),
    ],
)
def test_a_place_that_is_full_or_read_only_is_not_called_a_damaged_book(
    paths: ShopPaths, monkeypatch: pytest.MonkeyPatch, said: str, code: int, free: int, named: type[JxcError]
) -> None:
    failure = dbapi2.OperationalError(said)
    failure.sqlite_errorcode = code

    def fail(*_words: object, **_more: object) -> object:
        raise failure

    monkeypatch.setattr(dbapi2, "connect", fail)
    monkeypatch.setattr(shutil, "disk_usage", lambda _place: SimpleNamespace(free=free))
    with pytest.raises(named):
        safety.look(paths)


def test_a_lock_that_cannot_note_its_holder_is_held_and_given_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_handle: int, _data: bytes) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    lock = FileLock(tmp_path / "write.lock", "test")
    with monkeypatch.context() as patch:
        patch.setattr(os, "write", full)
        assert lock.acquire(1)
        lock.release()
    assert lock.acquire(1)
    lock.release()
    lock.close()
