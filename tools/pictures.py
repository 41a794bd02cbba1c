"""Copies the pictures that the pages show from a tour's output into docs/pictures: `python -m tools.pictures FROM TO`."""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
_NAMED = re.compile(r"pictures/([\w.-]+\.png)")


def named() -> list[str]:
    """The file names of all pictures that README and docs show."""
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    return sorted({name for page in pages for name in _NAMED.findall(page.read_text(encoding="utf-8"))})


def main(source: Path, target: Path) -> int:
    target.mkdir(parents=True, exist_ok=True)
    missing = [name for name in named() if not (source / name).is_file()]
    for name in named():
        if name not in missing:
            shutil.copyfile(source / name, target / name)
    print(f"{len(named()) - len(missing)} pictures in {target}")
    for name in missing:
        print(f"the pages show {name}, but the tour did not make it")
    return 1 if missing else 0


if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1]), Path(sys.argv[2])))
