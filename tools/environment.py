"""The working environment: the system's libraries, `.venv` and what is installed into it. Standard library only."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
CONSTRAINTS = ROOT / "packaging" / "constraints.txt"
WINDOWS = sys.platform == "win32"
PYTHON = VENV / ("Scripts/python.exe" if WINDOWS else "bin/python")
STAMP = VENV / "installed.json"

# What Qt needs on Debian and Ubuntu: a desktop has them, a server and a container do not.
OFFSCREEN_LIBRARIES = ("libegl1", "libgl1", "libxkbcommon0", "libdbus-1-3", "libfontconfig1")
X11_LIBRARIES = (
    "libxkbcommon-x11-0",
    "libxcb-cursor0",
    "libxcb-icccm4",
    "libxcb-image0",
    "libxcb-keysyms1",
    "libxcb-randr0",
    "libxcb-render-util0",
    "libxcb-shape0",
    "libxcb-xinerama0",
    "libxcb-xfixes0",
)


class Stop(Exception):
    """The work cannot go on; the text says what to do."""


def has_display() -> bool:
    """Whether a window can appear here."""
    return sys.platform != "linux" or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def say(text: str) -> None:
    print(text, flush=True)


def run(command: Sequence[str | Path], **environment: str) -> None:
    """Run ``command`` in the checkout. Raises :class:`Stop` with its exit code when it fails."""
    code = subprocess.call([str(part) for part in command], cwd=ROOT, env={**os.environ, **environment})
    if code:
        raise Stop(f"{Path(str(command[0])).name} {' '.join(str(part) for part in command[1:4])} … ended with {code}.")


# --- libraries of the system ----------------------------------------------------------------------------------------


def ensure_system(packages: Sequence[str]) -> None:
    """Install what is missing of ``packages`` where this is Debian or Ubuntu and we may; elsewhere do nothing.

    Raises :class:`Stop` naming the exact command when something is missing and we may not install it.
    """
    if not shutil.which("dpkg-query"):
        return
    missing = [name for name in packages if not _installed(name)]
    if not missing:
        return
    prefix = [] if os.geteuid() == 0 else ["sudo"]
    install = [*prefix, "apt-get", "install", "--yes", "--no-install-recommends", *missing]
    if prefix and (not shutil.which("sudo") or subprocess.call(["sudo", "-n", "true"], stderr=subprocess.DEVNULL)):
        raise Stop(f"Some libraries of the system are missing. Install them, then try again:\n\n    {' '.join(install)}\n")
    say(f"Installing {' '.join(missing)} …")
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    if subprocess.run([*install, "--quiet=2"], env={**os.environ, **quiet}, capture_output=True).returncode:
        # A fresh machine has no package lists yet.
        run([*prefix, "apt-get", "update", "--quiet=2"], **quiet)
        run([*install, "--quiet=2"], **quiet)


def _installed(package: str) -> bool:
    """Whether dpkg has ``package``, or its successor of the 64-bit time transition (``libx1`` -> ``libx1t64``)."""
    for name in (package, f"{package}t64"):
        answer = subprocess.run(["dpkg-query", "-W", "-f", "${db:Status-Status}", name], capture_output=True, text=True)
        if answer.stdout == "installed":
            return True
    return False


# --- .venv ----------------------------------------------------------------------------------------------------------


def ensure_venv() -> None:
    """Make `.venv` and install the program with its tools into it; at once when nothing has changed since."""
    wanted = _fingerprint()
    if _stamped() == wanted:
        return
    with _one_setup_at_a_time():
        if _stamped() == wanted:
            return
        if not PYTHON.exists():
            _make_venv()
        say("Installing what the program needs into .venv (the first time takes a minute or two) …")
        pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        run([*pip, "-c", CONSTRAINTS, "-e", ".[dev,postgres]"])
        STAMP.write_text(json.dumps(wanted), encoding="utf-8")


def _make_venv() -> None:
    if not _has_ensurepip() and shutil.which("dpkg-query"):
        ensure_system([f"python{sys.version_info.major}.{sys.version_info.minor}-venv"])
    if not _has_ensurepip():
        raise Stop(f"{sys.executable} lacks the modules venv and ensurepip. Install a complete Python 3.11 or newer.")
    say(f"Making .venv with Python {sys.version.split()[0]} …")
    run([sys.executable, "-m", "venv", VENV])


def _has_ensurepip() -> bool:
    return subprocess.call([sys.executable, "-c", "import venv, ensurepip"], stderr=subprocess.DEVNULL) == 0


def _fingerprint() -> str:
    """Changes with everything that decides what is installed; not with the settings of the tools in pyproject.toml."""
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    parts = {name: project.get(name) for name in ("build-system", "project")}
    parts["constraints"] = CONSTRAINTS.read_text(encoding="utf-8")
    parts["where"] = str(VENV)
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def _stamped() -> str | None:
    if not PYTHON.exists() or not STAMP.exists():
        return None
    try:
        stamp: str = json.loads(STAMP.read_text(encoding="utf-8"))
    except ValueError:  # a set-up that was cut off
        return None
    return stamp


@contextlib.contextmanager
def _one_setup_at_a_time() -> Iterator[None]:
    """Two `make` in one checkout must not install at once. A lock that is an hour old was left by a killed set-up."""
    lock = Path(tempfile.gettempdir()) / f"jxc-setup-{hashlib.sha256(str(ROOT).encode()).hexdigest()[:12]}.lock"
    waiting = False
    while True:
        try:
            os.close(os.open(lock, os.O_CREAT | os.O_EXCL))
            break
        except FileExistsError:
            with contextlib.suppress(FileNotFoundError):  # given back this very moment
                if time.time() - lock.stat().st_mtime > 3600:
                    lock.unlink()
            if not waiting:
                say(f"Another set-up of this checkout is running (else remove {lock}) …")
                waiting = True
            time.sleep(0.5)
    try:
        yield
    finally:
        lock.unlink(missing_ok=True)
