"""Runs tests/bench/*.py and writes what they print into docs/benchmarks.md.

A benchmark is a script that prints Markdown: a heading, one line on what is measured, a table. It fails (exit code) when
a figure misses its limit.
"""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "tests" / "bench"
PAGE = ROOT / "docs" / "benchmarks.md"


def machine() -> str:
    """This computer in one line: the figures mean nothing without it."""
    cpu = platform.processor() or platform.machine()
    information = Path("/proc/cpuinfo")
    if information.exists():
        names = [line.partition(":")[2].strip() for line in information.read_text().splitlines() if line.startswith("model name")]
        cpu = names[0] if names else cpu
    return f"{cpu}, {os.cpu_count()} cores; {platform.system()}; Python {platform.python_version()}"


def main(chosen: list[str]) -> int:
    scripts = [path for path in sorted(FOLDER.glob("*.py")) if not path.name.startswith("_")]
    scripts = [path for path in scripts if not chosen or path.stem in chosen]
    if not scripts:
        print(f"No benchmark {' '.join(chosen)} in {FOLDER.relative_to(ROOT)}.")
        return 2
    sections, failed = [], []
    for script in scripts:
        print(f"{script.stem} …", flush=True)
        begun = time.monotonic()
        answer = subprocess.run([sys.executable, script], cwd=ROOT, stdout=subprocess.PIPE, text=True, encoding="utf-8")
        print(answer.stdout, f"({time.monotonic() - begun:.0f} s)", flush=True)
        sections.append(answer.stdout.strip())
        if answer.returncode:
            failed.append(script.stem)
    if not chosen:
        missed = f"\nBeyond a limit in this run: {', '.join(failed)}.\n" if failed else ""
        head = f"# Benchmarks\n\nMeasured by `make bench` on this machine: {machine()}.\n{missed}"
        PAGE.write_text("\n\n".join([head.rstrip(), *sections]) + "\n", encoding="utf-8")
        print(f"written: {PAGE.relative_to(ROOT)}")
    if failed:
        print(f"beyond a limit: {' '.join(failed)}")
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
