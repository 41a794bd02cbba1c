"""What the Makefile calls: `python tools/dev.py TARGET [ARGS…]`, the same on Linux and Windows.

Needs nothing but a Python of the system; the first target that needs more makes `.venv` by itself.
"""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

OLDEST = (3, 11)
NEWEST = (3, 14)


def _newer_python() -> list[str] | None:
    """The command of a Python between OLDEST and NEWEST that is installed beside this one."""
    candidates = [[f"python3.{minor}"] for minor in range(NEWEST[1], OLDEST[1] - 1, -1)]
    candidates += [["py", f"-3.{minor}"] for minor in range(NEWEST[1], OLDEST[1] - 1, -1)]
    for command in candidates:
        if shutil.which(command[0]) and subprocess.call([*command, "--version"], stdout=subprocess.DEVNULL) == 0:
            return command
    return None


if sys.version_info < OLDEST:
    newer = _newer_python()
    if newer:
        raise SystemExit(subprocess.call([*newer, *sys.argv]))
    raise SystemExit(
        f"JXC Desktop needs Python 3.11 or newer; this is {sys.version_info[0]}.{sys.version_info[1]} and none newer was found.\n"
        "On Debian or Ubuntu: apt-get install python3.11 python3.11-venv. Elsewhere: https://www.python.org/downloads/"
    )

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tools import environment  # noqa: E402  (needs the Python checked above)
from tools.environment import PYTHON, ROOT, Stop, run, say  # noqa: E402

DEMO = ROOT / ".shop" / "demo"
DEMO_NAME = "演示便利店"
PICTURES = ROOT / "docs" / "pictures"
TOUR_OUTPUT = ROOT / "tour-output"
OFFSCREEN = {"QT_QPA_PLATFORM": "offscreen"}


def arguments() -> list[str]:
    """What was passed on with `ARGS=…` or behind the target."""
    return shlex.split(os.environ.get("ARGS", ""), posix=not environment.WINDOWS)


def setup() -> None:
    """make .venv and install everything into it (every target does this by itself)"""
    libraries = environment.OFFSCREEN_LIBRARIES + (environment.X11_LIBRARIES if environment.has_display() else ())
    environment.ensure_system(libraries)
    environment.ensure_venv()


def jxc(*words: str | Path) -> None:
    run([PYTHON, "-m", "jxc_desktop", *words], PYTHONUTF8="1")


def tour_of(folder: Path, *words: str) -> None:
    run([PYTHON, "-m", "jxc_desktop", "--data", folder, "tour", "--out", TOUR_OUTPUT, *words], PYTHONUTF8="1", **OFFSCREEN)


def demo_shop() -> Path:
    """The folder of the demo shop, made when it is not there yet."""
    if not (DEMO / "shop.db").exists():
        say(f"Making the demo shop in {DEMO.relative_to(ROOT)} …")
        beginning = DEMO.with_name("demo.part")
        shutil.rmtree(beginning, ignore_errors=True)
        jxc("--data", beginning, "init", "--shop", DEMO_NAME)
        jxc("--data", beginning, "demo")
        shutil.rmtree(DEMO, ignore_errors=True)  # has no book, see above
        beginning.rename(DEMO)
    return DEMO


def run_program() -> None:
    """open the program on a demo shop; SHOP=folder opens that one, ARGS="…" is passed on"""
    setup()
    shop, words = os.environ.get("SHOP"), arguments()
    folder = Path(shop).expanduser().resolve() if shop else demo_shop()
    if environment.has_display() or (words and not words[0].startswith("-")):
        jxc("--data", folder, *words)
        return
    say(f"No display here: showing the demo shop's windows in pictures instead. They go to {TOUR_OUTPUT}")
    tour_of(folder, *words)
    say(f"The pictures and papers of the tour are in {TOUR_OUTPUT}")


def pytest(*words: str, **variables: str) -> None:
    given = arguments()
    workers = ["-n", "2"] if (os.cpu_count() or 1) > 1 and not {"-n", "-x", "--pdb"} & set(given) else []
    run([PYTHON, "-m", "pytest", *workers, *(given or words)], PYTHONUTF8="1", **OFFSCREEN, **variables)


def test() -> None:
    """run every test: rules, book, windows (offscreen), commands; ARGS="tests/unit -k money" narrows"""
    setup()
    if arguments():
        pytest()
        return
    pytest("tests/unit", "tests/data", "tests/e2e", "-n", "2")
    pytest("tests/gui")  # in one process: windows of two test workers would share timers of one slow machine


def test_postgres() -> None:
    """run the tests of the book on PostgreSQL (started on a socket in a temporary folder)"""
    setup()
    if not _has_postgres():
        environment.ensure_system(["postgresql"])
    if not _has_postgres():
        raise Stop("PostgreSQL's server programs (initdb, pg_ctl) were not found. Install PostgreSQL 13 or newer.")
    pytest("tests/data", JXC_TEST_POSTGRES="1")


def _has_postgres() -> bool:
    return bool(shutil.which("initdb")) or any(Path("/usr/lib/postgresql").glob("*/bin/initdb"))


def e2e() -> None:
    """run the tests that use the program as a person or a script does"""
    setup()
    pytest("tests/e2e")


def bench() -> None:
    """measure, and write docs/benchmarks.md; ARGS="name" takes one benchmark"""
    setup()
    run([PYTHON, "-m", "tools.bench", *arguments()], PYTHONUTF8="1", **OFFSCREEN)


def lint() -> None:
    """ruff, mypy, the staircase of imports, the catalogue, models = migrations, the house rules"""
    setup()
    run([PYTHON, "-m", "tools.lint", *arguments()], PYTHONUTF8="1")


def fix() -> None:
    """let ruff put right what it can and lay out the code; ARGS="path" narrows"""
    setup()
    paths = arguments() or ["."]
    run([PYTHON, "-m", "ruff", "format", *paths])
    run([PYTHON, "-m", "ruff", "check", "--fix", *paths])


def translate() -> None:
    """gather resources/locale/zh_CN/parts/*.po into the catalogue; ARGS=--prune drops unused ones"""
    environment.ensure_venv()
    run([PYTHON, "-m", "tools.translate", *arguments()], PYTHONUTF8="1")


def migrate() -> None:
    """bring the demo shop (or SHOP=folder) to this program's schema"""
    setup()
    shop = os.environ.get("SHOP")
    jxc("--data", Path(shop).expanduser().resolve() if shop else demo_shop(), "migrate", *arguments())


def revision() -> None:
    """write a new migration from the models: make revision m="what changes" """
    setup()
    message = os.environ.get("m", "").strip()  # noqa: SIM112  (the word of the Makefile)
    if not message:
        raise Stop('Say what changes: make revision m="add shelf to products"')
    code = "import sys; from jxc_desktop.db.revision import write_revision; print(write_revision(sys.argv[1]))"
    run([PYTHON, "-c", code, message], PYTHONUTF8="1")


def tour() -> None:
    """drive the windows through a shop's day in two sizes and themes; docs/pictures gets what the pages show"""
    setup()
    folder = demo_shop()
    for size in ("1366x768", "1920x1080"):
        for theme in ("light", "dark"):
            say(f"Tour {size} {theme} …")
            tour_of(folder, "--size", size, "--theme", theme)
    run([PYTHON, "-m", "tools.pictures", TOUR_OUTPUT, PICTURES], PYTHONUTF8="1")


def package() -> None:
    """build the wheel into dist/ and look whether everything the program needs is inside"""
    setup()
    run([PYTHON, "-m", "tools.package"], PYTHONUTF8="1")


TARGETS = {
    "setup": setup,
    "run": run_program,
    "test": test,
    "test-postgres": test_postgres,
    "e2e": e2e,
    "bench": bench,
    "lint": lint,
    "fix": fix,
    "translate": translate,
    "migrate": migrate,
    "revision": revision,
    "tour": tour,
    "package": package,
}


def help_() -> None:
    """print this"""
    say("JXC Desktop. `make TARGET`, or on Windows `python tools/dev.py TARGET`:\n")
    for name, target in {**TARGETS, "help": help_}.items():
        say(f"  {name:<14} {(target.__doc__ or '').strip()}")
    say('\nFor example:  make run    make run SHOP=~/shop    make run ARGS="report stock"    make test ARGS=tests/unit')


def main(words: list[str]) -> int:
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    target, *rest = words or ["help"]
    for word in rest:
        name, equals, value = word.partition("=")
        if equals and name in ("SHOP", "ARGS", "m"):
            os.environ[name] = value
        else:
            os.environ["ARGS"] = f"{os.environ.get('ARGS', '')} {shlex.quote(word)}".strip()
    chosen = {**TARGETS, "help": help_}.get(target)
    if chosen is None:
        say(f"There is no target {target}.\n")
        help_()
        return 2
    try:
        chosen()
    except Stop as stop:
        print(f"\n{stop}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
