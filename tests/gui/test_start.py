"""Opening the windows: the first shop, one window per shop, the second start, the backup at closing."""

from __future__ import annotations

import subprocess
import sys
import time
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings, QTimer
from PySide6.QtWidgets import QApplication

from jxc_desktop import app
from jxc_desktop.backup.new_shop import make_shop
from jxc_desktop.backup.verify import verify_backup
from jxc_desktop.cli.context import Context
from jxc_desktop.cli.output import Output
from jxc_desktop.db.engine import Database
from jxc_desktop.db.locks import FileLock
from jxc_desktop.db.safety import check_due
from jxc_desktop.domain.acts import Act
from jxc_desktop.domain.documents import Draft, DraftLine
from jxc_desktop.domain.errors import BadText
from jxc_desktop.domain.goods import ProductForm
from jxc_desktop.domain.settings import ShopSettings
from jxc_desktop.domain.troubles import BookMissing
from jxc_desktop.gui import prompts
from jxc_desktop.gui.backups import back_up
from jxc_desktop.gui.first_run import FirstRun
from jxc_desktop.gui.main_window import MainWindow
from jxc_desktop.gui.preferences import Preferences
from jxc_desktop.gui.tasks import Tasks
from jxc_desktop.paths import ShopPaths
from jxc_desktop.queries.at_a_glance import all_accounts, all_warehouses
from jxc_desktop.queries.document_detail import document_detail
from jxc_desktop.queries.settings import shop_settings
from jxc_desktop.services.posting import post_document
from jxc_desktop.services.products import create_product
from jxc_desktop.services.shop import change_settings
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
    dialog.rules.choose("costing", "fifo")
    dialog.kind.cards["hardware"].click()
    dialog.places.names[1].setText("后仓")
    dialog.places.accounts["alipay"].click()
    dialog.open_shop()
    dialog.next.click()
    assert dialog.result() == 1
    found = shop_in(paths)
    assert (found.shop, found.costing, found.slow_days) == ("晨光便利店", "fifo", 120)
    database = Database.sqlite(paths.book, read_only=True)
    with database.read() as session:
        assert [place.name for place in all_warehouses(session)] == ["门店前仓", "后仓"]
        assert [account.code for account in all_accounts(session) if account.active] == ["cash", "bank", "wechat", "card"]
    database.close()


def test_a_shop_whose_places_are_refused_is_not_made_at_all(
    qapp: QApplication, paths: ShopPaths, monkeypatch: pytest.MonkeyPatch
) -> None:
    dialog = FirstRun(paths, ACT)
    dialog.show()
    dialog.name.setText("晨光便利店")
    dialog.places.names[1].setText("后" * 300)
    dialog.open_shop()
    assert dialog.places.fields[1].error
    assert dialog.stack.currentIndex() == dialog.pages.index(dialog.places)
    dialog.places.names[1].setText("门店前仓")
    monkeypatch.setattr(dialog.places, "ready", lambda: True)
    with monkeypatch.context() as patched:
        patched.setattr("jxc_desktop.gui.first_run.furnish", lambda *_given: (_ for _ in ()).throw(BadText(field="仓库", why="")))
        dialog.open_shop()
    assert dialog.named.error
    assert not paths.book.exists()
    dialog.places.names[1].setText("后仓")
    dialog.open_shop()
    assert dialog.made
    assert paths.book.exists()


def test_the_first_start_can_bring_a_backup_back(qapp: QApplication, paths: ShopPaths, tmp_path: Path) -> None:
    other = ShopPaths(tmp_path / "other")
    make_shop(other, ShopSettings(shop="旧店"), ACT)
    database = Database.sqlite(other.book)
    back_up(other, database)
    database.close()
    (backup,) = other.backups.iterdir()
    paths.make()
    dialog = FirstRun(paths, ACT)
    answers = iter([str(backup), True])
    with prompts.answering(lambda _asked: next(answers)):
        dialog.bring_back()
    dialog.next.click()
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


def test_a_second_copy_goes_where_one_is_wanted_and_a_missing_stick_is_no_trouble(paths: ShopPaths, tmp_path: Path) -> None:
    make_shop(paths, ShopSettings(shop="小店"), ACT)
    kept, stick = preferences(tmp_path), tmp_path / "STICK"
    kept.set_text("backup/external", str(stick))
    kept.set_flag("backup/external_auto", True)
    database = Database.sqlite(paths.book, lock_path=paths.write_lock)
    back_up(paths, database, kept)
    assert len(list(paths.backups.iterdir())) == 1
    assert kept.text("backup/external_at") == ""
    stick.mkdir()
    with database.write() as session:
        change_settings(session, {"phone": "021-1"}, ACT)
    back_up(paths, database, kept)
    database.close()
    (copy,) = stick.iterdir()
    assert verify_backup(copy).shop == "小店"
    assert kept.text("backup/external_at")


def test_a_book_that_is_gone_comes_back_from_the_last_good_backup_when_asked(
    qapp: QApplication, paths: ShopPaths, tmp_path: Path
) -> None:
    make_shop(paths, ShopSettings(shop="小店"), ACT)
    database = Database.sqlite(paths.book)
    back_up(paths, database)
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


def test_a_clock_that_went_back_sells_after_the_last_document_of_the_day(
    qapp: QApplication, paths: ShopPaths, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Goods came at 14:00; at 13:00 by the clock they are there all the same, and the next day begins with its own hour."""
    make_shop(paths, ShopSettings(shop="小店"), ACT)
    database = Database.sqlite(paths.book, lock_path=paths.write_lock)
    clock = [datetime(2026, 3, 10, 13, 0)]
    monkeypatch.setattr(Context, "act_of", lambda _self, user, _hour=0: Act(user, clock[0], clock[0].date()))
    with database.write() as session:
        act = Act(1, datetime(2026, 3, 10, 14, 0), date(2026, 3, 10))
        tea = create_product(session, ProductForm(code="T", name="茶", unit="包", sale_price=Decimal(5)), act).product_id
        post_document(session, Draft("opening_stock", lines=[DraftLine(tea, Decimal(3), price=Decimal(2))]), act)
    tasks = Tasks(database)
    window = app.build_window(context(paths), preferences(tmp_path), database, tasks)
    assert tasks.wait_idle()
    assert window.desk.now() == datetime(2026, 3, 10, 14, 0)
    assert context(paths).act(database).at == datetime(2026, 3, 10, 14, 0)
    sale = Draft("retail_sale", lines=[DraftLine(tea, Decimal(1), price=Decimal(5))])
    with database.write() as session:
        sold = post_document(session, sale, Act(1, window.desk.now(), window.desk.today()))
    with database.read() as session:
        assert document_detail(session, sold.document_id).head.date == "2026-03-10T14:00:00"
    clock[0] = datetime(2026, 3, 11, 8, 0)
    assert window.desk.now() == datetime(2026, 3, 11, 8, 0)
    window.close()
    assert tasks.wait_idle()
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
    assert tasks.wait_idle()
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
