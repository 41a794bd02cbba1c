"""Running commands: inside this process (fast), or as a process of their own (kills, pipes, what is loaded)."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jxc_desktop.cli.run import run

ROOT = Path(__file__).resolve().parents[2]
TODAY = "2026-03-10"


@dataclass(frozen=True, slots=True)
class Ran:
    """What a command answered."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one JSON value on the output."""
        return json.loads(self.out)

    @property
    def lines(self) -> list[Any]:
        """The JSON Lines on the output."""
        return [json.loads(line) for line in self.out.splitlines()]


def jxc(*words: str | Path, stdin: str | bytes = "") -> Ran:
    """Run a command in this process; ``stdin`` is what it can read."""
    before = sys.stdin, sys.stdout, sys.stderr
    out, err = io.StringIO(), io.StringIO()
    given = stdin.encode() if isinstance(stdin, str) else stdin
    sys.stdin, sys.stdout, sys.stderr = io.TextIOWrapper(io.BytesIO(given), encoding="utf-8"), out, err
    try:
        code = run([str(word) for word in words])
    finally:
        sys.stdin, sys.stdout, sys.stderr = before
    return Ran(code, out.getvalue(), err.getvalue())


class Shop:
    """A data folder and commands on it, on one day."""

    def __init__(self, folder: Path, today: str = TODAY) -> None:
        self.folder = folder
        self.today = today

    def __call__(self, *words: str | Path, stdin: str | bytes = "", today: str | None = None) -> Ran:
        return jxc("--data", self.folder, "--json", "--today", today or self.today, *words, stdin=stdin)

    def enter(self, *documents: dict[str, Any], options: tuple[str, ...] = ()) -> Ran:
        """Import documents given as objects."""
        return self("import", "documents", "-", *options, stdin="\n".join(json.dumps(d, ensure_ascii=False) for d in documents))


def process(*words: str | Path, **options: Any) -> subprocess.Popen[str]:
    """Start a command as a process of its own; the caller ends it."""
    environment = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}
    return subprocess.Popen(
        [sys.executable, "-m", "jxc_desktop", *map(str, words)],
        stdin=subprocess.DEVNULL, stdout=options.pop("stdout", subprocess.PIPE), stderr=subprocess.PIPE, text=True,
        encoding="utf-8",
        env=environment, **options,
    )  # fmt: skip
