"""Every check that needs no running program: `make lint`. `ARGS="types words"` runs only those.

To add one: a function that returns the findings as lines, and its line in CHECKS.
"""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LONGEST = 600

# The one place of each kind; everywhere else asks it.
_THEME = {"jxc_desktop/gui/theme.py"}
_PROMPTS = {"jxc_desktop/gui/prompts.py", "jxc_desktop/gui/crash.py"}
_HEX_COLOUR = re.compile(r"""["']#(?:[0-9a-fA-F]{3,4}|[0-9a-fA-F]{6}|[0-9a-fA-F]{8})["']""")


def _run(*words: str) -> list[str]:
    """The output of a tool of .venv as findings; empty when it is content."""
    answer = subprocess.run([sys.executable, *words], cwd=ROOT, capture_output=True, text=True, encoding="utf-8")
    return [] if answer.returncode == 0 else (answer.stdout + answer.stderr).strip().splitlines()


def style() -> list[str]:
    return _run("-m", "ruff", "check", "--output-format=concise", ".")


def types() -> list[str]:
    return _run("-m", "mypy", "--no-error-summary")


def staircase() -> list[str]:
    words = "import sys; from importlinter.cli import lint_imports_command; sys.exit(lint_imports_command(['--no-logo']))"
    return _run("-c", words)


def words() -> list[str]:
    return _run("-m", "tools.translate", "--check")


def schema() -> list[str]:
    return _run("-m", "tools.check_schema")


def house_rules() -> list[str]:
    """Colours only in the theme, style sheets only in the theme, questions only in prompts."""
    found: list[str] = []
    for name, number, line in _lines("jxc_desktop/gui"):
        here = f"{name}:{number}: {line.strip()[:80]}"
        if name not in _THEME and _HEX_COLOUR.search(line):
            found.append(f"a colour outside gui/theme.py: {here}")
        if name not in _THEME and "setStyleSheet(" in line:
            found.append(f"a style sheet outside gui/theme.py: {here}")
        if name not in _PROMPTS and re.search(r"\bQMessageBox\b", line):
            found.append(f"a question outside gui/prompts.py: {here}")
    return found


def length() -> list[str]:
    """No file of ours is longer than a person can hold in mind."""
    found = []
    for path in _sources("jxc_desktop", "tools", "tests"):
        count = len(path.read_text(encoding="utf-8").splitlines())
        if count > LONGEST:
            found.append(f"{path.relative_to(ROOT).as_posix()} has {count} lines; split it ({LONGEST} at most)")
    return found


def _sources(*folders: str) -> Iterator[Path]:
    for folder in folders:
        yield from sorted((ROOT / folder).rglob("*.py"))


def _lines(folder: str) -> Iterator[tuple[str, int, str]]:
    for path in _sources(folder):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            yield path.relative_to(ROOT).as_posix(), number, line


CHECKS: dict[str, tuple[str, Callable[[], list[str]]]] = {
    "style": ("ruff", style),
    "types": ("mypy --strict", types),
    "staircase": ("who may import whom", staircase),
    "words": ("the catalogue is complete", words),
    "schema": ("models = migrations", schema),
    "house": ("colours, style sheets and questions in their place", house_rules),
    "length": (f"no file over {LONGEST} lines", length),
}


def main(chosen: list[str]) -> int:
    unknown = [name for name in chosen if name not in CHECKS]
    if unknown:
        print(f"There is no check {' '.join(unknown)}. Checks are: {' '.join(CHECKS)}")
        return 2
    failed = []
    for name in chosen or CHECKS:
        title, check = CHECKS[name]
        begun = time.monotonic()
        found = check()
        print(f"{'FAIL' if found else 'ok':<5}{name:<10} {title} ({time.monotonic() - begun:.1f} s)", flush=True)
        for line in found:
            print(f"     {line}")
        if found:
            failed.append(name)
    print(f"lint: {'failed: ' + ' '.join(failed) if failed else 'all clean'}")
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
