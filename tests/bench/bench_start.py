"""How long the program takes to be there, and how much memory it holds, beside a bare Qt window.

What is measured is the program itself as a person starts it; only its event loop is replaced by a look at the window.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from jxc_desktop.db.engine import Database  # noqa: E402
from jxc_desktop.db.upgrade import create_book  # noqa: E402
from jxc_desktop.domain.acts import Act  # noqa: E402
from jxc_desktop.domain.settings import ShopSettings  # noqa: E402
from jxc_desktop.exchange.demo import fill_demo  # noqa: E402
from jxc_desktop.services.shop import open_shop  # noqa: E402

ROUNDS = 5
VERSION_LIMIT, WINDOW_FACTOR, WINDOW_EXTRA, MEMORY_LIMIT = 0.4, 1.5, 0.5, 250
BARE = (
    "from PySide6.QtWidgets import QApplication, QLabel\n"
    "app = QApplication([]); window = QLabel('x'); window.resize(1366, 768); window.show(); app.processEvents()"
)
OURS = """
import os, sys
from pathlib import Path
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication

class Painted(QObject):
    seen = False
    def eventFilter(self, watched, event):
        if event.type() is QEvent.Type.Paint:
            self.seen = True
        return False

def look(app=None):
    \"\"\"In place of the event loop: until the window is painted, or through seven pages.\"\"\"
    app = QApplication.instance()
    (window,) = [w for w in app.topLevelWidgets() if hasattr(w, "front")]
    painted = Painted()
    window.sidebar.installEventFilter(painted)
    while not painted.seen:
        app.processEvents()
    if len(sys.argv) > 2:
        from jxc_desktop.gui.screen import goto
        window.tasks.start()
        for name in ("dashboard", "products", "stock", "partners", "sales", "reports", "stocktake"):
            window.navigate(goto(name))
            window.tasks.wait_idle(10_000)
            app.processEvents()
        print(int(Path("/proc/self/status").read_text().split("VmRSS:")[1].split()[0]) // 1024)
    sys.stdout.flush()
    os._exit(0)

QApplication.exec = look
from jxc_desktop.app import main
raise SystemExit(main(["--data", sys.argv[1], "--today", "2026-11-24"]))
"""


def _environment() -> dict[str, str]:
    """No screen, and none of this computer's own preferences."""
    return os.environ | {"QT_QPA_PLATFORM": "offscreen", "XDG_CONFIG_HOME": tempfile.gettempdir() + "/jxc-bench-config"}


def seconds(*command: str) -> float:
    """Median wall time of the whole process."""
    taken = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        subprocess.run(command, cwd=ROOT, check=True, capture_output=True, env=_environment())
        taken.append(time.perf_counter() - begun)
    return statistics.median(taken)


def main() -> int:
    """Print the table; fails when a figure misses its limit."""
    with TemporaryDirectory() as folder:
        book = Path(folder) / "shop.db"
        create_book(book)
        database = Database.sqlite(book)
        act = Act(1, datetime(2026, 11, 24, 14, 12), datetime(2026, 11, 24).date())
        with database.write() as session:
            open_shop(session, ShopSettings(shop="x"), act)
        fill_demo(database, act, months=12)
        database.close()
        version = seconds(sys.executable, "-m", "jxc_desktop", "--version")
        python = seconds(sys.executable, "-c", "pass")
        bare = seconds(sys.executable, "-c", BARE)
        ours = seconds(sys.executable, "-c", OURS, folder)
        answer = subprocess.run(
            [sys.executable, "-c", OURS, folder, "pages"],
            cwd=ROOT, check=True, capture_output=True, text=True, env=_environment(),
        )  # fmt: skip
        memory = int(answer.stdout.split()[-1])
    allowed = WINDOW_FACTOR * bare + WINDOW_EXTRA
    print("## Being there\n")
    print("Whole processes, median of five; memory on the demo shop after seven pages were opened.\n")
    print("| what | figure | beside | limit |\n|---|---|---|---|")
    print(f"| `jxc --version` | {version:.2f} s | empty Python {python:.2f} s | {VERSION_LIMIT} s |")
    print(f"| first window | {ours:.2f} s | bare Qt window {bare:.2f} s | {allowed:.2f} s |")
    print(f"| memory | {memory} MB | | {MEMORY_LIMIT} MB |")
    return 0 if version < VERSION_LIMIT and ours < allowed and memory < MEMORY_LIMIT else 1


if __name__ == "__main__":
    raise SystemExit(main())
