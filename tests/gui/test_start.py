"""Opening the windows: the first shop, one window per shop, the second start, the backup at closing."""

from __future__ import annotations

import subprocess
import sys
import time
from datetime import date, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings, QTimer
from PySide6.QtWidgets import QApplication

from jxc_desktop import app
from jxc_desktop.backup.new_shop import make_shop
from jxc_desktop.cli.context import Context
from jxc_desktop.cli.output import Output
from jxc_desktop.db.engine import Database
from jxc_desktop.db.locks import FileLock
from jxc_desktop.db.safety import check_due
from jxc_desktop.domain.acts import Act
from jxc_desktop.domain.errors import BookMissing
from jxc_desktop.domain.settings import ShopSettings
from jxc_desktop.gui import prompts
from jxc_desktop.gui.first_run import FirstRun
from jxc_desktop.gui.main_window import MainWindow
from jxc_desktop.gui.preferences import Preferences
from jxc_desktop.gui.tasks import Tasks
from jxc_desktop.paths import ShopPaths
from jxc_desktop.queries.settings import shop_settings
from tests.helpers.commands import ROOT

ACT = Act(user_id=1, at=datetime(2026, 3, 10, 10, 0), today=date(2026, 3, 10))


@pytest.fixture
def paths(tmp_path: Path) -> ShopPaths:
    return ShopPaths(tmp_path / "D")


def context(paths: ShopPaths) -> Context:
    return Context(paths, Output(sys.stdout, sys.stderr, as_json=False), today_said=date(2026, 3, 10))


def preferences(tmp_path: Path) -> Preferences:
    return Preferences(QSettings(str(tmp_path / "preferences.ini"), QSettings.Format.IniFormat))


def shop_in(paths: ShopPaths) -> ShopSettings:
    database = Database.sqlite(paths.book, read_only=True)
    with database.read() as session:
        found = shop_settings(session)
    database.close()
    return found


def test_the_first_start_makes_the_shop_that_was_described(qapp: QApplication, paths: ShopPaths) -> None:
    dialog = FirstRun(paths, ACT)
    dialog.show()
    dialog.open_shop()
    assert not paths.book.exists()
    assert dialog.named.error
    dialog.name.setText("晨光便利店")
    dialog.costing.set_value("fifo")
    dialog.open_shop()
    assert dialog.result() == 1
    assert (shop_in(paths).shop, shop_in(paths).costing) == ("晨光便利店", "fifo")


def test_the_first_start_can_bring_a_backup_back(qapp: QApplication, paths: ShopPaths, tmp_path: Path) -> None:
    other = ShopPaths(tmp_path / "other")
    make_shop(other, ShopSettings(shop="旧店"), ACT)
    database = Database.sqlite(other.book)
    app._back_up(context(other), database)
    database.close()
    (backup,) = other.backups.iterdir()
    paths.make()
    dialog = FirstRun(paths, ACT)
    answers = iter([str(backup), True])
    with prompts.answering(lambda _asked: next(answers)):
        dialog.bring_back()
    assert dialog.result() == 1
    assert shop_in(paths).shop == "旧店"


def test_the_window_opens_the_book_and_closing_it_backs_up_once(qapp: QApplication, paths: ShopPaths, tmp_path: Path) -> None:
    make_shop(paths, ShopSettings(shop="小店"), ACT)
    for _again in range(2):
        QTimer.singleShot(300, qapp.quit)
        assert app._with_lock(qapp, context(paths), preferences(tmp_path)) == 0
    assert len(list(paths.backups.iterdir())) == 1
    lock = FileLock(paths.window_lock, "test")
    assert lock.acquire(0)
    lock.release()
    lock.close()


def test_a_book_that_is_gone_comes_back_from_the_last_good_backup_when_asked(
    qapp: QApplication, paths: ShopPaths, tmp_path: Path
) -> None:
    make_shop(paths, ShopSettings(shop="小店"), ACT)
    database = Database.sqlite(paths.book)
    app._back_up(context(paths), database)
    database.close()
    paths.book.unlink()
    with prompts.answering(lambda _asked: prompts.Answer(False)), pytest.raises(BookMissing):
        app._ready(context(paths))
    assert not paths.book.exists()
    with prompts.answering(lambda _asked: prompts.Answer(True)):
        assert app._ready(context(paths))
    assert shop_in(paths).shop == "小店"


def test_the_book_is_proved_behind_the_window_once_a_week(qapp: QApplication, paths: ShopPaths, tmp_path: Path) -> None:
    make_shop(paths, ShopSettings(shop="小店"), ACT)
    assert check_due(paths, ACT.today) == "full"
    database = Database.sqlite(paths.book, lock_path=paths.write_lock)
    tasks = Tasks(database)
    window = app.build_window(context(paths), preferences(tmp_path), database, tasks)
    app._look_for_damage(context(paths), window, tasks, database)
    assert tasks.wait_idle()
    assert check_due(paths, ACT.today) == ""
    window.close()
    tasks.close()
    database.close()


def test_a_window_says_whose_shop_it_is(qapp: QApplication, paths: ShopPaths, tmp_path: Path) -> None:
    make_shop(paths, ShopSettings(shop="小店"), ACT)
    database = Database.sqlite(paths.book, lock_path=paths.write_lock)
    tasks = Tasks(database)
    window = app.build_window(context(paths), preferences(tmp_path), database, tasks)
    assert isinstance(window, MainWindow)
    assert "小店" in window.windowTitle()
    assert (window.desk.today(), window.desk.by) == (date(2026, 3, 10), "店主")
    window.close()
    tasks.wait_idle()
    tasks.close()
    database.close()


@pytest.mark.skipif(sys.platform == "win32", reason="starts a second program as Unix does")
def test_a_second_start_brings_the_first_window_to_the_front(qapp: QApplication, paths: ShopPaths, tmp_path: Path) -> None:
    make_shop(paths, ShopSettings(shop="小店"), ACT)
    called: list[bool] = []
    server = app._listen(paths, lambda: called.append(True))
    assert server is not None
    lock = FileLock(paths.window_lock, "first window")
    assert lock.acquire(0)
    command = [sys.executable, "-m", "jxc_desktop", "--data", str(paths.root)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as second:
        end = time.monotonic() + 30
        while second.poll() is None and time.monotonic() < end:
            qapp.processEvents()
            time.sleep(0.01)
        assert second.returncode == 0
    assert called == [True]
    server.close()
    lock.release()
    lock.close()
