"""The program as processes: what it loads, what survives a kill, several at once, a reader that goes away."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.helpers.commands import ROOT, Shop, jxc, process

HEAVY = (
    "sqlalchemy",
    "PySide6",
    "shiboken6",
    "alembic",
    "reportlab",
    "openpyxl",
    "xlrd",
    "pypinyin",
    "psycopg",
    "numpy",
    "rich",
    "pypdfium2",
    "barcode",
)


LOAD = """
import sys
from jxc_desktop.app import main
code = main(sys.argv[1:])
print()
print(*sorted({name.split(".")[0] for name in sys.modules}))
sys.exit(code)
"""


def loaded_by(*words: str) -> tuple[int, set[str], str]:
    """(exit code, top-level modules, output) of the program called with ``words``."""
    command = [sys.executable, "-c", LOAD, *words]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", cwd=ROOT, check=False, timeout=60)
    return done.returncode, set(done.stdout.splitlines()[-1].split()), done.stdout


def test_the_version_is_told_without_loading_anything_heavy() -> None:
    code, modules, out = loaded_by("--version", "--json")
    said = json.loads(out.splitlines()[0])
    assert code == 0
    assert not modules & set(HEAVY)
    assert set(said) == {"version", "engine", "engine_version", "schema"}
    assert said["engine"] == "SQLite"
    assert tuple(int(part) for part in said["engine_version"].split(".")) >= (3, 51, 3)


def test_the_version_is_told_at_once() -> None:
    took = []
    for _again in range(3):
        began = time.monotonic()
        with process("--version", stdout=subprocess.DEVNULL) as told:
            assert told.wait(30) == 0
        took.append(time.monotonic() - began)
    assert min(took) < 0.4


def test_a_report_loads_no_window_no_paper_and_no_spreadsheet(shop: Shop) -> None:
    code, modules, _out = loaded_by("--data", str(shop.folder), "report", "stock")
    assert code == 0
    assert not modules & {"PySide6", "shiboken6", "reportlab", "openpyxl", "xlrd", "alembic", "numpy", "psycopg"}


def acknowledged(file: Path) -> list[str]:
    """The numbers a worker has told, whole lines only."""
    return [
        line.removeprefix("ACK ").strip()
        for line in file.read_text(encoding="utf-8").splitlines(keepends=True)
        if line.endswith("\n")
    ]


@pytest.mark.skipif(sys.platform == "win32", reason="kills as Unix does")
def test_every_acknowledged_sale_survives_a_kill(shop: Shop, tmp_path: Path) -> None:
    told: list[str] = []
    for again in range(4):
        file = tmp_path / f"acks-{again}.txt"
        with file.open("w", encoding="utf-8") as out:
            worker = process("--data", shop.folder, "worker", "--seconds", "60", "--lines", "2", stdout=out)
            end = time.monotonic() + 30
            while file.stat().st_size < 200 * (again + 1) and time.monotonic() < end:
                time.sleep(0.02)
            os.kill(worker.pid, signal.SIGKILL)
            worker.communicate(timeout=10)
        told += acknowledged(file)
    there = {d["number"] for d in jxc("--data", shop.folder, "documents", "--json").json}
    assert len(told) > 40
    assert set(told) <= there
    assert jxc("--data", shop.folder, "check", "--json").json == {"ok": True, "findings": []}


def test_several_workers_side_by_side_lose_and_double_nothing(shop: Shop) -> None:
    workers = [process("--data", shop.folder, "worker", "--sales", "40", "--lines", "3") for _each in range(3)]
    outputs = [worker.communicate(timeout=120) for worker in workers]
    assert [worker.returncode for worker in workers] == [0, 0, 0], outputs
    numbers = [line.split()[1] for out, _err in outputs for line in out.splitlines()]
    assert len(numbers) == len(set(numbers)) == 120
    sales = jxc("--data", shop.folder, "documents", "--kind", "retail_sale", "--json").json
    assert {d["number"] for d in sales} == set(numbers)
    assert jxc("--data", shop.folder, "check", "--json").json["ok"]


def test_answers_come_line_by_line_while_the_input_is_still_open(shop: Shop) -> None:
    line = {
        "ref": "r1",
        "kind": "purchase_receipt",
        "date": "2026-03-01",
        "partner": "S",
        "create": True,
        "lines": [{"product": "T", "qty": "1", "price": "1"}],
    }
    command = [sys.executable, "-m", "jxc_desktop", "--data", str(shop.folder), "--json", "import", "documents", "-"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8", cwd=ROOT
    ) as running:
        assert running.stdin is not None
        assert running.stdout is not None
        running.stdin.write(json.dumps(line) + "\n")
        running.stdin.flush()
        assert json.loads(running.stdout.readline())["ok"] is True
        running.stdin.close()
        assert running.wait(30) == 0


@pytest.mark.skipif(sys.platform == "win32", reason="pipes as Unix has them")
def test_a_reader_that_goes_away_is_no_traceback_and_no_success(shop: Shop) -> None:
    worker = process("--data", shop.folder, "worker", "--sales", "500", "--lines", "1")
    assert worker.stdout is not None
    assert worker.stderr is not None
    worker.stdout.readline()
    worker.stdout.close()
    error = worker.stderr.read()
    worker.stderr.close()
    assert worker.wait(60) == 4
    assert "Traceback" not in error
    assert "BrokenPipe" not in error


def test_without_a_screen_the_windows_say_so(folder: Path) -> None:
    bare = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")}
    if not sys.platform.startswith("linux"):
        pytest.skip("other systems always have a screen")
    done = subprocess.run(
        [sys.executable, "-m", "jxc_desktop", "--data", str(folder)],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=bare,
        check=False,
        timeout=60,
    )
    assert done.returncode == 4
    assert done.stderr.strip()
    assert "Traceback" not in done.stderr
    assert not folder.exists()
