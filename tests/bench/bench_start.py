"""How long the program takes to be there, and how much memory it holds, beside a bare Qt window."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
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
import sys, resource
from datetime import datetime
from pathlib import Path
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication
from jxc_desktop import i18n
from jxc_desktop.paths import bundled
from jxc_desktop.db.engine import Database
from jxc_desktop.gui.main_window import MainWindow
from jxc_desktop.gui.preferences import Preferences
from jxc_desktop.gui.screens import SCREENS
from jxc_desktop.gui.screen import goto
from jxc_desktop.gui.tasks import Tasks
from jxc_desktop.gui.theme import theme
i18n.use("zh_CN", bundled("resources/locale"))
app = QApplication([])
theme.apply(app, "light")
database = Database.sqlite(Path(sys.argv[1]))
tasks = Tasks(database)
now = datetime(2026, 11, 24, 14, 12)
preferences = Preferences(QSettings(sys.argv[1] + ".ini", QSettings.Format.IniFormat))
window = MainWindow(tasks, preferences, entries=SCREENS, today=now.date, now=lambda: now, shop_name="x")
window.resize(1366, 768)
window.show()
app.processEvents()
if len(sys.argv) > 2:
    for name in ("dashboard", "products", "stock", "partners", "sales", "reports", "stocktake"):
        window.navigate(goto(name))
        tasks.wait_idle(10_000)
        app.processEvents()
    print(int(Path("/proc/self/status").read_text().split("VmRSS:")[1].split()[0]) // 1024)
tasks.close()
database.close()
"""


def seconds(*command: str) -> float:
    """Median wall time of the whole process."""
    taken = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        subprocess.run(command, cwd=ROOT, check=True, capture_output=True, env=os.environ | {"QT_QPA_PLATFORM": "offscreen"})
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
        ours = seconds(sys.executable, "-c", OURS, str(book))
        answer = subprocess.run(
            [sys.executable, "-c", OURS, str(book), "pages"],
            cwd=ROOT, check=True, capture_output=True, text=True, env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
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
