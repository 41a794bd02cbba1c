"""Settings, backup, palette and the first start, by clicks, on a real book."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QSettings, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from shiboken6 import isValid

from jxc_desktop import app
from jxc_desktop.backup.keep import list_backups
from jxc_desktop.backup.new_shop import make_shop
from jxc_desktop.backup.verify import verify_backup
from jxc_desktop.cli.context import Context
from jxc_desktop.cli.output import Output
from jxc_desktop.db.engine import Database
from jxc_desktop.domain.acts import Act
from jxc_desktop.domain.documents import Draft, DraftLine
from jxc_desktop.domain.goods import ProductForm
from jxc_desktop.domain.settings import ShopSettings
from jxc_desktop.gui import palette_sources as sources
from jxc_desktop.gui import prompts
from jxc_desktop.gui.first_run import FirstRun
from jxc_desktop.gui.preferences import Preferences
from jxc_desktop.gui.screen import Desk
from jxc_desktop.gui.screens import SCREENS
from jxc_desktop.gui.screens.backup import Backup
from jxc_desktop.gui.screens.settings import Settings
from jxc_desktop.gui.widgets import QuantityEdit
from jxc_desktop.paths import ShopPaths
from jxc_desktop.queries.at_a_glance import all_warehouses, below_minimum
from jxc_desktop.queries.product_search import search_products
from jxc_desktop.queries.settings import shop_settings
from jxc_desktop.services.posting import post_document
from jxc_desktop.services.products import create_product
from jxc_desktop.services.shop import change_settings
from tests.gui.hand import shown, until

ACT = Act(user_id=1, at=datetime(2026, 3, 10, 10, 0), today=date(2026, 3, 10))
NAMES = frozenset(entry.name for entry in SCREENS)
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def paths(tmp_path: Path) -> ShopPaths:
    made = ShopPaths(tmp_path)
    make_shop(made, ShopSettings(shop="邻里便利店"), ACT)
    return made


@pytest.fixture
def book(paths: ShopPaths) -> Iterator[Database]:
    database = Database.sqlite(paths.book, lock_path=paths.write_lock)
    yield database
    database.close()


@pytest.fixture
def desk(make_desk: Callable[..., Desk], book: Database) -> Desk:
    return make_desk(book)


def settings_of(book: Database) -> ShopSettings:
    with book.read() as session:
        return shop_settings(session)


def sell_something(book: Database) -> str:
    with book.write() as session:
        product = create_product(
            session, ProductForm(code="P1", name="皮蛋 6 枚装", unit="盒", sale_price=Decimal("9.9"), minimum=Decimal(50)), ACT
        )
        line = DraftLine(product_id=product.product_id, quantity=Decimal(18), price=Decimal(5))
        draft = Draft(kind="opening_stock", lines=[line])
        return str(post_document(session, draft, ACT).number)


def test_a_setting_that_is_clicked_and_saved_is_in_the_book(desk: Desk, book: Database) -> None:
    screen = shown(Settings(desk))
    QTest.mouseClick(screen.list.items["stock"], LEFT)
    screen.list.items["stock"].setFocus()
    QTest.keyClick(screen.list.items["stock"], Qt.Key.Key_Down)
    assert screen.list.items["documents"].isChecked()
    assert screen.header.subtitle.text() == "单据与编号"
    QTest.mouseClick(screen.list.items["stock"], LEFT)
    form = screen.forms["stock"]
    assert not screen.save_button.isEnabled()
    edit = form.controls["slow_days"]
    edit.setFocus()
    edit.selectAll()
    QTest.keyClicks(edit, "45")
    form.controls["negative"].set_value("warn")
    assert screen.save_button.isEnabled()
    QTest.mouseClick(screen.save_button, LEFT)
    assert screen.tasks.wait_idle()
    assert (settings_of(book).slow_days, settings_of(book).negative) == (45, "warn")


def test_what_cannot_be_is_said_under_its_field_and_nothing_is_saved(desk: Desk, book: Database) -> None:
    screen = shown(Settings(desk))
    screen.choose("documents")
    form = screen.forms["documents"]
    form.controls["number_pattern"].setText("{prefix}-{wrong}")
    form.controls["closing_hour"].setText("9")
    screen.save()
    assert form.rows["number_pattern"].error
    assert form.rows["closing_hour"].error
    assert settings_of(book).number_pattern == ShopSettings().number_pattern


def test_choices_that_goods_have_fixed_cannot_be_touched(desk: Desk, book: Database) -> None:
    sell_something(book)
    screen = shown(Settings(desk))
    controls = screen.forms["stock"].controls
    assert not controls["costing"].isEnabled()
    assert controls["negative"].isEnabled()


def test_unsaved_changes_are_asked_about_before_another_section_comes(desk: Desk) -> None:
    screen = shown(Settings(desk))
    screen.forms["shop"].controls["phone"].setText("021-1234")
    with prompts.answering(lambda _asked: prompts.Answer(False)):
        QTest.mouseClick(screen.list.items["look"], LEFT)
    assert screen.list.items["shop"].isChecked()
    assert screen.forms["shop"].controls["phone"].text() == "021-1234"


def test_a_setting_is_found_by_its_words(desk: Desk) -> None:
    screen = shown(Settings(desk))
    screen.seek("滞销")
    assert [name for name, item in screen.list.items.items() if item.isVisible()] == ["stock"]
    assert screen.list.items["stock"].isChecked()
    assert screen.forms["stock"].rows["slow_days"].seek("滞销")
    assert not screen.forms["stock"].rows["target_days"].seek("滞销")
    screen.seek("")
    assert all(item.isVisible() for item in screen.list.items.values())


def test_every_choice_of_the_shop_and_of_this_computer_has_its_line(desk: Desk) -> None:
    screen = shown(Settings(desk))
    lines = {name for form in screen.forms.values() for name in form.controls}
    groups = {name: field.metadata["group"] for name, field in ShopSettings.__dataclass_fields__.items()}
    elsewhere = {"lock_until"}  # a card of its own, for closing says what it closes
    assert lines | elsewhere >= {name for name, group in groups.items() if group != "hidden"}
    screen.choose("look")
    QTest.mouseClick(screen.look.steps, LEFT)
    assert desk.preferences.arrow_keys_step
    edit = QuantityEdit(Decimal(3))
    edit.show()
    QTest.keyClick(edit, Qt.Key.Key_Up)
    assert edit.value() == 4
    QTest.mouseClick(screen.look.steps, LEFT)
    QTest.keyClick(edit, Qt.Key.Key_Up)
    assert edit.value() == 4


def test_the_second_copy_is_switched_on_with_the_folder_it_asks_for(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jxc_desktop.gui.sticks.sticks", list)
    screen = shown(Settings(desk))
    screen.choose("data")
    assert screen.data is not None
    with prompts.answering(lambda _asked: None):
        QTest.mouseClick(screen.data.copies, LEFT)
    assert not screen.data.copies.isChecked()
    with prompts.answering(lambda _asked: str(tmp_path)):
        QTest.mouseClick(screen.data.copies, LEFT)
    assert desk.preferences.flag("backup/external_auto")
    assert desk.preferences.text("backup/external") == str(tmp_path)


def test_a_warehouse_is_added_and_a_code_given_twice_is_refused_in_place(desk: Desk, book: Database, qapp: QApplication) -> None:
    screen = shown(Settings(desk))
    screen.choose("places")
    for code, there in (("WH2", True), ("MAIN", False)):
        screen.warehouses.add_one()
        dialog: Any = next(w for w in qapp.topLevelWidgets() if type(w).__name__ == "PlaceDialog" and w.isVisible())
        dialog.code.setText(code)
        dialog.name.setText("后仓")
        QTest.mouseClick(dialog.save, LEFT)
        assert screen.tasks.wait_idle()
        assert isValid(dialog) is not there
    assert dialog.named.error
    with book.read() as session:
        assert [place.code for place in all_warehouses(session)] == ["MAIN", "WH2"]
    dialog.reject()


def test_the_backup_button_makes_a_file_that_can_be_restored_whole(desk: Desk, paths: ShopPaths, book: Database) -> None:
    number = sell_something(book)
    screen = shown(Backup(desk))
    QTest.mouseClick(screen.now, LEFT)
    assert screen.tasks.wait_idle(20_000)
    (made,) = list_backups(paths.backups)
    assert verify_backup(made.path).last_document == number
    assert screen.table.current().path == made.path
    assert not screen.panel.act.isEnabled()


def test_a_backup_onto_a_stick_is_remembered_and_said(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stick = tmp_path / "STICK"
    stick.mkdir()
    monkeypatch.setattr("jxc_desktop.gui.sticks.sticks", list)
    screen = shown(Backup(desk))
    with prompts.answering(lambda _asked: str(stick)):
        QTest.mouseClick(screen.away, LEFT)
    assert screen.tasks.wait_idle(20_000)
    assert len(list(stick.glob("*.jxcbak"))) == 1
    assert desk.preferences.text("backup/external") == str(stick)
    assert any("U 盘" in text or "stick" in text for _tone, text in desk.toasts.said)


def test_a_damaged_file_is_refused_in_the_panel_and_cannot_be_restored(desk: Desk, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.jxcbak"
    wrong.write_bytes(b"not a backup")
    screen = shown(Backup(desk))
    screen.look(wrong)
    until(screen.panel.warning.label.text)
    assert str(wrong) in screen.panel.warning.label.text()
    assert not screen.panel.act.isEnabled()


def test_a_restore_closes_the_window_and_opens_the_old_state(
    qapp: QApplication, paths: ShopPaths, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Back up, rename the shop, restore by the typed name: the shop has its old name and a window again."""
    context = Context(paths, Output(sys.stdout, sys.stderr, as_json=False), today_said=ACT.today)
    preferences = Preferences(QSettings(str(tmp_path / "preferences.ini"), QSettings.Format.IniFormat))
    windows: list[Any] = []
    build = app.build_window

    def first_then_second(context: Any, preferences: Any, database: Any, tasks: Any, **more: Any) -> Any:
        window = build(context, preferences, database, tasks, **more)
        windows.append(window)
        QTimer.singleShot(50, lambda: play(window, database) if len(windows) == 1 else qapp.exit(0))
        return window

    def play(window: Any, database: Database) -> None:
        screen = shown(Backup(replace(window.desk, shop_name="邻里便利店")))
        screen.back_up()
        assert screen.tasks.wait_idle(20_000)
        with database.write() as session:
            change_settings(session, {"phone": "021-1"}, ACT)

        def named() -> bool:
            screen.panel.typed.setText("邻里便利店")
            return bool(screen.panel.act.isEnabled())

        until(named)
        QTest.mouseClick(screen.panel.act, LEFT)

    monkeypatch.setattr(app, "build_window", first_then_second)
    monkeypatch.setattr(app, "_look_for_damage", lambda *_given: None)
    with prompts.answering(lambda _asked: prompts.Answer(True)):
        assert app._with_lock(qapp, context, preferences) == 0
    assert len(windows) == 2
    database = Database.sqlite(paths.book, read_only=True)
    assert settings_of(database).phone == ""
    database.close()
    assert len(list(paths.root.glob("before-restore-*/shop.db"))) == 1


def test_the_palette_finds_product_document_partner_and_function(desk: Desk, book: Database) -> None:
    number = sell_something(book)
    groups = {source.title: source for source in sources.palette_sources(NAMES)}
    with book.read() as session:
        (product,) = groups["Products"].search(session, "pd")
        (document,) = groups["Documents"].search(session, number)
    assert "皮蛋" in product.name
    assert "18 盒" in product.note
    assert number in document.name
    found: list[Any] = sources.functions("xjxs", sources.Places(NAMES))
    assert {"kind": "sale"} in [hit.target.arguments for hit in found]
    assert sources.functions("no such thing", sources.Places(NAMES)) == []


def test_a_scan_names_the_product_and_the_sidebar_counts_what_is_low(desk: Desk, book: Database) -> None:
    sell_something(book)
    with book.read() as session:
        hit = sources.scan_hit(session, "P1", NAMES)
        assert hit is not None
        assert hit.target.name == "products"
        assert sources.scan_hit(session, "404", NAMES) is None
        assert below_minimum(session) == 1
        counts = sources.sidebar_counts(session, NAMES)
        assert (counts["sales"].number, counts["stock"].number) == (0, 1)
        assert "1" in counts["stock"].words


def test_the_demo_goes_aside_and_the_folder_is_free_for_the_real_shop(paths: ShopPaths) -> None:
    from jxc_desktop.backup.demo_shop import leave_demo
    from jxc_desktop.db.safety import look

    folder = leave_demo(paths, ACT.at)
    assert (folder / "shop.db").exists()
    assert look(paths) == "none"
    make_shop(paths, ShopSettings(shop="我的店"), ACT)
    assert look(paths) == "ready"


def test_the_first_start_walks_with_enter_and_brings_a_list(qapp: QApplication, tmp_path: Path) -> None:
    goods = tmp_path / "goods.csv"
    goods.write_text("编码,名称,单位,售价\nA1,可乐,瓶,3.5\n", encoding="utf-8")
    shop = ShopPaths(tmp_path / "D")
    dialog = FirstRun(shop, ACT)
    dialog.show()
    dialog.name.setText("新店")
    for _step in range(5):
        QTest.mouseClick(dialog.next, LEFT)
    dialog.beginnings["file"].click()
    answers = iter([str(goods), True])
    with prompts.answering(lambda _asked: next(answers)):
        QTest.mouseClick(dialog.next, LEFT)
    QTest.mouseClick(dialog.next, LEFT)
    assert dialog.result() == 1
    database = Database.sqlite(shop.book, read_only=True)
    with database.read() as session:
        (hit,) = search_products(session, "kl")
    database.close()
    assert (hit.code, hit.sale_price) == ("A1", Decimal("3.5"))
