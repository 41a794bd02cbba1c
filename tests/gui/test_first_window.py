"""The window is there before anything that takes long is loaded; its first page follows, and what is asked all day is warm."""

from __future__ import annotations

import subprocess
import sys
from datetime import date, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from jxc_desktop import app
from jxc_desktop.backup.new_shop import make_shop
from jxc_desktop.cli.context import Context
from jxc_desktop.cli.output import Output
from jxc_desktop.db.engine import KEPT, Database
from jxc_desktop.domain.acts import Act
from jxc_desktop.domain.settings import ShopSettings
from jxc_desktop.gui.preferences import Preferences
from jxc_desktop.gui.tasks import Tasks
from jxc_desktop.gui.warm import warm
from jxc_desktop.paths import ShopPaths

ROOT = Path(__file__).resolve().parents[2]
ACT = Act(1, datetime(2026, 3, 10, 10), date(2026, 3, 10))

SEEN = """
import os, sys
from PySide6.QtWidgets import QApplication
def seen(app=None):
    QApplication.processEvents()
    shown = [w.windowTitle() for w in QApplication.topLevelWidgets() if w.isVisible()]
    print("小店" in shown[0], *sorted({n.partition(".")[0] for n in sys.modules} & {"sqlalchemy", "alembic", "reportlab"}))
    sys.stdout.flush()
    os._exit(0)
QApplication.exec = seen
from jxc_desktop.app import main
raise SystemExit(main(["--data", sys.argv[1]]))
"""


@pytest.fixture
def paths(tmp_path: Path) -> ShopPaths:
    found = ShopPaths(tmp_path / "shop")
    make_shop(found, ShopSettings(shop="小店"), ACT)
    return found


def test_the_window_is_seen_before_what_asks_the_book_is_loaded(paths: ShopPaths) -> None:
    done = subprocess.run(
        [sys.executable, "-c", SEEN, str(paths.root)], capture_output=True, encoding="utf-8", cwd=ROOT, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["True"]


def test_what_is_asked_before_the_window_is_seen_is_answered_once_it_is(
    qapp: QApplication, paths: ShopPaths, tmp_path: Path
) -> None:
    database = Database.sqlite(paths.book, lock_path=paths.write_lock)
    tasks = Tasks(database, start=False)
    context = Context(paths, Output(sys.stdout, sys.stderr, as_json=False), today_said=ACT.today)
    preferences = Preferences(QSettings(str(tmp_path / "preferences.ini"), QSettings.Format.IniFormat))
    window = app.build_window(context, preferences, database, tasks)
    window.show()
    QTest.qWait(60)
    assert window.front is None
    assert not tasks.idle
    tasks.start()
    tasks.start()  # a second time changes nothing
    assert tasks.wait_idle(20_000)
    assert window.front is not None
    assert window.front.objectName() == "dashboard"
    window.close()
    tasks.close()
    database.close()


def test_the_warm_up_leaves_the_texts_of_the_products_in_memory(paths: ShopPaths) -> None:
    database = Database.sqlite(paths.book, lock_path=paths.write_lock)
    with database.read() as session:
        warm(session, ACT.today)
        assert "product_search" in session.info[KEPT]
    with database.write() as session:
        assert "product_search" in session.info[KEPT]
    database.close()
