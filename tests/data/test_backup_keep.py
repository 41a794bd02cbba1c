"""Which backups are kept: the rule on its own, and what is deleted from a folder."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from jxc_desktop.backup.archive import Manifest, write_archive
from jxc_desktop.backup.keep import BackupRow, kept, last_backup, list_backups, prune

NOW = datetime(2026, 3, 10, 21, 0)
_EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def manifest(counter: int, created: datetime, **changes: Any) -> Manifest:
    said: dict[str, Any] = {
        "format": 1,
        "program": "0",
        "schema": 1,
        "shop": "小店",
        "book_id": "one",
        "counter": counter,
        "serial": counter,
        "created": created.isoformat(),
        "documents": 0,
        "products": 0,
        "last_document": "",
        "last_moment": "",
        "audit_seq": 0,
        "audit_hash": "",
        "book_bytes": 0,
        "book_sha256": _EMPTY,
    }
    return Manifest(**said | changes)


def row(counter: int, created: datetime, **changes: Any) -> BackupRow:
    return BackupRow(Path(f"{changes.get('serial', counter)}-{counter}"), 0, manifest(counter, created, **changes))


def put(folder: Path, counter: int, created: datetime, **changes: Any) -> Path:
    path, nothing = folder / f"shop-{created:%Y%m%d-%H%M%S}-{counter:08}.jxcbak", folder / "nothing"
    nothing.write_bytes(b"")
    with path.open("wb") as out:
        write_archive(nothing, out, manifest(counter, created, **changes))
    nothing.unlink()
    return path


def test_two_days_are_kept_whole_then_one_a_day_then_one_a_month() -> None:
    rows = [row(n, NOW - timedelta(hours=4 * (3000 - n))) for n in range(1, 3001)]
    stay = kept(rows, NOW)
    ages = sorted((NOW - r.created for r in rows if r.path in stay), reverse=False)
    assert [age for age in ages if age <= timedelta(hours=48)] == [timedelta(hours=4 * n) for n in range(13)]
    days = {r.created.date() for r in rows if r.path in stay}
    assert {NOW.date() - timedelta(days=n) for n in range(30)} <= days
    months = {d.strftime("%Y-%m") for d in days}
    assert len(months) == 12
    assert "2025-04" in months
    assert len(stay) == 13 + 27 + 10  # 13 in 48 hours on 3 days, 27 further days, 10 further months
    by_day = {day: max(r.manifest.counter for r in rows if r.created.date() == day) for day in days}
    assert all(any(r.manifest.counter == top and r.path in stay for r in rows) for top in by_day.values() if top > 2700)


def test_a_clock_that_was_ahead_a_year_drives_no_true_backup_out() -> None:
    rows = [row(n, NOW - timedelta(days=60 - n)) for n in range(1, 60)]
    ahead = [row(30 * 1000 + n, NOW + timedelta(days=365 + n)) for n in range(3)]
    true = [row(31 * 1000 + n, NOW - timedelta(hours=n)) for n in range(3)]
    stay = kept(rows + ahead + true, NOW)
    assert {r.path for r in true} <= stay
    assert sum(r.path in stay for r in rows) >= 26


def test_after_a_restore_the_new_backups_are_kept_though_their_counters_are_lower() -> None:
    before = [row(1000 + n, NOW - timedelta(days=100 - n), serial=n) for n in range(60)]
    after = [row(500 + n, NOW - timedelta(days=40 - n), serial=60 + n) for n in range(41)]
    stay = kept(before + after, NOW)
    assert {r.path for r in after[-30:]} <= stay
    assert {r.path for r in before[-30:]} <= stay


def test_pruning_deletes_only_our_own_surplus(tmp_path: Path) -> None:
    for n in range(1, 101):
        put(tmp_path, n, NOW - timedelta(hours=6 * (100 - n)))
    for name in ("shop.db", "notes.txt", "shop-20200101-000000-00000001.jxcbak.bak", "shop-20200101-000000-00000001.jxcbak"):
        (tmp_path / name).write_text("不是我们的")
    (tmp_path / "shop-20200101-000000-00000002.jxcbak").mkdir()
    before = {row.path for row in list_backups(tmp_path)}
    deleted = prune(tmp_path, NOW)
    left = {row.path for row in list_backups(tmp_path)}
    assert left == before - set(deleted)
    assert len(left) == 9 + 22  # 9 in 48 hours on 3 of the 25 days
    assert {p.name for p in tmp_path.iterdir()} - {p.name for p in left} == {
        "shop.db",
        "notes.txt",
        "shop-20200101-000000-00000001.jxcbak.bak",
        "shop-20200101-000000-00000001.jxcbak",
        "shop-20200101-000000-00000002.jxcbak",
    }
    assert prune(tmp_path, NOW) == []


@pytest.mark.parametrize("harm", ["flip", "findings"])
def test_nothing_is_deleted_while_the_newest_backup_is_not_whole(tmp_path: Path, harm: str) -> None:
    for n in range(1, 21):
        put(tmp_path, n, NOW - timedelta(hours=1000 + n))
    newest = put(tmp_path, 99, NOW, findings=("cache",) if harm == "findings" else ())
    if harm == "flip":
        data = bytearray(newest.read_bytes())
        data[-40] ^= 1
        newest.write_bytes(data)
    assert prune(tmp_path, NOW) == []
    assert len(list_backups(tmp_path)) == 21
    put(tmp_path, 100, NOW)
    assert len(prune(tmp_path, NOW)) > 0


def test_the_books_of_two_shops_on_one_stick_do_not_crowd_each_other_out(tmp_path: Path) -> None:
    ours = [put(tmp_path, n, NOW - timedelta(days=n)) for n in range(1, 6)]
    theirs = [put(tmp_path, n + 1000, NOW - timedelta(days=n, hours=1), book_id="two") for n in range(1, 60)]
    assert set(prune(tmp_path, NOW)) < set(theirs)
    assert all(path.exists() for path in ours)
    last = last_backup(tmp_path, "one")
    assert last is not None
    assert last.path == ours[4]


def test_an_empty_or_missing_folder_has_no_backups(tmp_path: Path) -> None:
    assert list_backups(tmp_path) == []
    assert list_backups(tmp_path / "nowhere") == []
    assert last_backup(tmp_path) is None
    assert prune(tmp_path, NOW) == []
