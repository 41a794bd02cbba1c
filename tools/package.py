"""Builds the wheel into dist/ and looks whether everything the program needs at run time is inside."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DIST = ROOT / "dist"
PACKAGE = "jxc_desktop"


def needed() -> set[str]:
    """Names inside the wheel: every module, every resource but translation sources, every migration."""
    names = {path.relative_to(ROOT).as_posix() for path in (ROOT / PACKAGE).rglob("*.py")}
    for folder in ("resources", "migrations"):
        for path in (ROOT / folder).rglob("*"):
            if path.is_file() and path.suffix not in (".po", ".pyc") and not path.name.startswith("."):
                names.add(f"{PACKAGE}/{path.relative_to(ROOT).as_posix()}")
    return names


def main() -> int:
    for old in DIST.glob("*.whl"):
        old.unlink()
    words = ["-m", "pip", "wheel", "--quiet", "--disable-pip-version-check", "--no-deps", "--wheel-dir", str(DIST), "."]
    code = subprocess.call([sys.executable, *words], cwd=ROOT)
    if code:
        return code
    (wheel,) = DIST.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        missing = sorted(needed() - set(archive.namelist()))
    for name in missing:
        print(f"missing in the wheel: {name}")
    print(f"{wheel.relative_to(ROOT)}: {wheel.stat().st_size / 1e6:.1f} MB, {len(needed()) - len(missing)} files of the program")
    return 1 if missing else 0


if __name__ == "__main__":
    raise SystemExit(main())
