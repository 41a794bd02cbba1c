"""What the eye stumbles over: rows, totals and words that are cut, columns that jump, amounts that vanish."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from jxc_desktop import i18n
from jxc_desktop.columns import Column
from jxc_desktop.domain.documents import Draft, DraftLine
from jxc_desktop.domain.errors import BadNumber
from jxc_desktop.gui.preferences import Preferences
from jxc_desktop.gui.row_table import GroupRow, RowTable
from jxc_desktop.gui.screen import Desk, Screen
from jxc_desktop.gui.screens.document_editor import DocumentEditor
from jxc_desktop.gui.screens.document_families import FAMILIES
from jxc_desktop.gui.screens.document_form import LineForm
from jxc_desktop.gui.screens.document_money import MoneyForm
from jxc_desktop.gui.screens.documents import Documents
from jxc_desktop.gui.screens.report import ReportIndex, ReportScreen
from jxc_desktop.gui.screens.report_rows import figures, screen_columns
from jxc_desktop.gui.screens.stock import StockScreen
from jxc_desktop.gui.screens.stocktake_grid import CountGrid
from jxc_desktop.gui.theme import theme
from jxc_desktop.gui.widgets import Button, Chips, ComboChart, DetailPanel, Field, LineEdit, Series, ShortLabel, Tabs, column
from jxc_desktop.gui.widgets.paint import text_width
from jxc_desktop.gui.widgets.toasts import Toasts
from jxc_desktop.paths import bundled
from jxc_desktop.reports import report_named, run_report
from jxc_desktop.reports.base import Filters
from jxc_desktop.services.drafts import load_draft, save_draft
from jxc_desktop.services.posting import post_document
from tests.gui import gallery
from tests.gui.hand import settle, shown, until
from tests.helpers.shop import TODAY, Shop, line

D = Decimal
SMALL = (1182, 621)
"""What a window of 1366 × 697 leaves a page."""


# --- rows ------------------------------------------------------------------------------------------------------------


def test_whole_rows_fill_the_room_above_the_total(qapp: QApplication) -> None:
    for kind in (gallery.table, lambda rows: RowTable((Column("name", "名"), Column("price", "价", "money")))):
        made = kind([replace(gallery.LINES[0], id=number) for number in range(40)])
        made.set_rows([replace(gallery.LINES[0], id=number) for number in range(40)])
        for height in range(240, 700, 23):
            made.resize(700, height)
            made.show()
            QApplication.processEvents()
            line = made.view.verticalHeader().defaultSectionSize()
            empty = made.view.parentWidget().height() - made.view.height()
            assert abs(line - made.view.line) <= 4
            assert empty < line / 3, (height, line)
            assert made.view.viewport().height() % line <= 1
        made.set_rows(gallery.LINES[:1])
        assert made.view.verticalHeader().defaultSectionSize() == made.view.line


def test_a_heading_between_rows_keeps_its_height(qapp: QApplication) -> None:
    made = gallery.table([GroupRow("饮料"), *(replace(gallery.LINES[0], id=number) for number in range(40))])
    lines = set()
    for height in range(280, 340, 7):
        made.resize(700, height)
        made.show()
        QApplication.processEvents()
        lines.add(made.view.rowHeight(1))
        assert made.view.rowHeight(0) == 34
    assert len(lines) > 1, "the others give way"


def test_the_upper_row_of_a_count_is_never_cut(qapp: QApplication) -> None:
    grid = CountGrid(TODAY)
    grid.verticalScrollBar().setRange(0, 100)
    assert grid.verticalScrollMode() is CountGrid.ScrollMode.ScrollPerItem


def test_a_notice_does_not_push_the_line_away_that_it_is_about(shop_desk: Desk, shop: Shop) -> None:
    goods = [shop.product(f"P{number}", name=f"货{number}") for number in range(12)]
    page = shown(DocumentEditor(shop_desk), *SMALL, kind="sales_order", products=goods)
    form = page.form
    assert isinstance(form, LineForm)
    form.grid.edit_cell(11, "quantity")
    for height in (620, 560, 520):
        page.resize(1182, height)
        settle(page)
        box = form.grid.visualRect(form.grid.currentIndex())
        assert box.top() >= 0
        assert box.bottom() <= form.grid.viewport().height(), height


# --- columns ---------------------------------------------------------------------------------------------------------


def test_a_column_that_is_new_stands_where_it_was_declared(qapp: QApplication, tmp_path: Path) -> None:
    preferences = Preferences(QSettings(str(tmp_path / "p.ini"), QSettings.Format.IniFormat))
    name, first, second, value = (Column(key, key) for key in ("name", "first", "second", "value"))
    before = RowTable((name, first, value), name="list", preferences=preferences)
    for now, then in ((2, 0), (0, 2)):
        before.view.horizontalHeader().moveSection(now, then)
    after = RowTable((name, first, second, value), name="list", preferences=preferences)
    header = after.view.horizontalHeader()
    order = [after.model.columns[header.logicalIndex(place)].key for place in range(4)]
    assert order == ["name", "first", "second", "value"]


def test_beside_an_explanation_the_stock_list_keeps_its_sums_and_puts_the_warehouses_away(shop_desk: Desk, shop: Shop) -> None:
    cola = shop.product("COLA", name="可乐")
    shop.buy(1, cola, "10", "2")
    shop.post("transfer", 2, line(cola, "4"), to="B")
    page = shown(StockScreen(shop_desk), 1210, 621)
    assert page.table is not None
    view = page.table.view

    def seen() -> list[str]:
        return [c.key for c in view.rows.columns if not view.isColumnHidden(view.rows.section(c.key))]

    before = seen()
    assert len([key for key in before if key.startswith("at_")]) == 2
    page.table.setFocus()
    view.setCurrentIndex(view.rows.index(0, view.rows.section("value")))
    page.explain()
    settle(page)
    assert page.why_host is not None
    sums = [key for key in seen() if key not in ("category", "minimum")]
    assert sums == ["name", "unit", "quantity", "on_order", "reserved", "available", "unit_cost", "value"]
    assert not view.user_hidden, "nothing of this is a choice of the person"
    page.why_host.close()
    settle(page)
    assert seen() == before


def test_the_number_of_a_document_is_never_cut(qapp: QApplication) -> None:
    columns = (Column("number", "单据", "code"), *(Column(f"sum{place}", f"金额{place}", "money") for place in range(6)))
    table = RowTable(columns, {"number": gallery.Look(stretch=True)}, key="number")
    table.resize(520, 240)
    table.show()
    table.set_rows([{"number": "LS-20261030-001"} | {f"sum{place}": D("1234.50") for place in range(6)}])
    room = table.view.columnWidth(0) - 16 - 10
    assert room >= text_width("LS-20261030-001", theme.font("body", True))


def test_a_total_stands_at_the_left_edge(qapp: QApplication) -> None:
    columns = (Column("code", "货号", "code"), Column("name", "品名"), Column("value", "金额", "money", total=True))
    table = RowTable(columns, {"name": gallery.Look(stretch=True)}, key="code", totals=True)
    table.set_rows([{"code": "1", "name": "水", "value": D(2)}])
    assert table.total_bar.captioned() == "code"
    table.set_total({"code": "3 种", "value": "2.00"})
    assert table.total_bar.captioned() == "name"


def test_a_long_reading_says_what_it_is_doing(qapp: QApplication) -> None:
    table = gallery.table()
    table.resize(700, 300)
    table.show()
    table.set_loading("正在排序…")
    assert not table.busy.isVisible()
    until(table.busy.isVisible)
    assert table.busy.text == "正在排序…"
    table.set_rows(gallery.LINES)
    assert not table.busy.isVisible()


# --- room ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["turnover", "stocktake-accuracy", "stock", "sales", "ageing", "layers"])
@pytest.mark.parametrize(("width", "height"), [(1182, 621), (1224, 574)])
def test_a_report_fits_with_its_totals(shop_desk: Desk, shop: Shop, name: str, width: int, height: int) -> None:
    for number in range(4):
        product = shop.product(f"P{number}", name=f"货{number}")
        shop.buy(1, product, "10", "2")
        shop.sell(2, product, "1", "3")
    page = shown(ReportScreen(shop_desk), width, height, name=name)
    least = page.minimumSizeHint()
    assert (least.width() <= width, least.height() <= height) == (True, True), least
    assert page.table is not None
    bar = page.table.total_bar
    if bar.isVisible():
        assert bar.height() == bar.visibleRegion().boundingRect().height()


def test_the_list_of_reports_cuts_no_line_in_the_smallest_window(shop_desk: Desk, shop: Shop) -> None:
    window = QWidget()  # by itself the page would not become lower than it asks for
    window.resize(968, 484)
    page = ReportIndex(shop_desk)
    page.setParent(window)
    page.setGeometry(0, 0, 968, 484)
    window.show()
    settle(page)
    assert page.height() == 484
    for lines in page.lists:
        assert lines.height() >= lines.sizeHint().height()
        card = lines.parentWidget()
        assert card.height() >= card.sizeHint().height()
        assert card.mapTo(page, card.rect().bottomLeft()).y() <= page.height() - 16


def test_a_short_label_ends_in_dots_and_tells_all_of_it(qapp: QApplication) -> None:
    made = ShortLabel("麦香手撕面包 2号 400g", "title")
    made.resize(80, 24)
    made.show()
    assert QLabel.text(made) != made.text() == made.toolTip() == "麦香手撕面包 2号 400g"
    assert QLabel.text(made).endswith("…")
    made.resize(400, 24)
    assert QLabel.text(made) == made.text()


def test_the_title_of_a_panel_and_the_line_beside_a_page_title_are_not_cut_without_a_sign(shop_desk: Desk, shop: Shop) -> None:
    panel = DetailPanel(300)
    panel.set_title("非常长的商品名称" * 6, "6908812040006·饮料·货位 A-01" * 3, "低库存", "warning")
    panel.resize(300, 400)
    panel.show()
    assert QLabel.text(panel.title_label).endswith("…")
    assert QLabel.text(panel.sub_label).endswith("…")
    page = shown(Screen(shop_desk, "标题"), 400, 300)
    assert page.header.subtitle.isHidden(), "nothing said, no gap"
    page.set_subtitle("很长的说明" * 20)
    QApplication.processEvents()
    assert QLabel.text(page.header.subtitle).endswith("…")


def test_actions_give_up_their_keys_before_their_words(shop_desk: Desk, shop: Shop) -> None:
    page = Screen(shop_desk, "Stocktake")
    actions = [Button(words, key=key) for words, key in (("Save for later", "Ctrl+S"), ("Post the differences", "Ctrl+Return"))]
    for action in actions:
        page.add_action(action)
    shown(page, 700, 300)
    assert not any(action.short for action in actions)
    shown(page, 480, 300)
    assert all(action.short for action in actions)
    assert actions[1].toolTip() == "Post the differences  Ctrl Enter"
    assert all(action.width() >= action.sizeHint().width() for action in actions)
    shown(page, 700, 300)
    assert [(action.short, action.toolTip()) for action in actions] == [(False, ""), (False, "")]


def test_tabs_in_too_little_room_stay_all_there(qapp: QApplication) -> None:
    words = ("All", "With a difference", "Not counted", "Counted so far", "Second count", "Codes to settle")
    tabs = Tabs([(number, word) for number, word in enumerate(words)])
    for number in range(6):
        tabs.set_count(number, 366)
    tabs.resize(tabs.sizeHint())
    whole = tabs.boxes()[-1].right()
    assert whole <= tabs.width()
    tabs.resize(400, 36)
    boxes = tabs.boxes()
    assert boxes[-1].right() <= 400
    assert all(box.width() >= 25 for box in boxes)
    assert tabs.says_count(0), "the chosen one keeps its count"
    assert not tabs.says_count(1)


def test_chips_wrap_and_ask_for_the_height_of_their_width(qapp: QApplication) -> None:
    made = Chips(*(QLabel("To be looked into") for _number in range(4)), spacing=6)
    holder = QWidget()
    holder.setLayout(column(made, 1))
    holder.resize(900, 300)
    holder.show()
    QApplication.processEvents()
    flat = made.height()
    holder.resize(220, 300)
    QApplication.processEvents()
    assert made.height() > flat
    assert made.childrenRect().bottom() < made.height()


def test_what_is_said_below_a_field_has_room_to_wrap(qapp: QApplication) -> None:
    field = Field("Category", LineEdit(), hint="Levels apart by /; a new one is made when the product is kept.")
    field.resize(160, 60)
    field.show()
    QApplication.processEvents()
    message = next(one for one in field.findChildren(QLabel) if one.wordWrap())
    assert message.height() >= message.heightForWidth(field.width())


def test_a_message_with_a_link_is_as_high_as_its_words(qapp: QApplication) -> None:
    host = QWidget()
    host.resize(900, 600)
    host.show()
    words = "2026-10-31 及以前的结账被放开了"
    toast = Toasts(host).show(words, action=("重新结账", lambda: None), ms=60_000)
    QApplication.processEvents()
    said = next(one for one in toast.findChildren(QLabel) if one.text() == words)
    assert said.height() >= said.heightForWidth(said.width())
    assert said.heightForWidth(said.width()) > theme.line("body"), "it wraps"


# --- words and pictures ----------------------------------------------------------------------------------------------


def test_an_english_apostrophe_is_as_narrow_as_a_comma(qapp: QApplication) -> None:
    before = i18n.language()
    try:
        i18n.use("en", bundled("resources/locale"))
        theme.apply(qapp, "dark")  # the application's own font is now English
        assert text_width("’", theme.font("body")) < text_width("a", theme.font("body"))
        i18n.use("zh_CN", bundled("resources/locale"))
        theme.apply(qapp, "light")
        assert text_width("“", theme.font("body")) == text_width("中", theme.font("body")), (
            "in Chinese a sign has the width of a sign"
        )
    finally:
        i18n.use(before, bundled("resources/locale"))


def test_the_words_of_a_target_cover_no_line(qapp: QApplication) -> None:
    chart = ComboChart()
    chart.resize(600, 130)
    line = Series("周转率", [D("0.8"), D("0.8"), D("0.8"), D("0.8")], "line", right_axis=True)
    chart.set(["9月", "10月", "11月", "12月"], [Series("天数", [D(60), D(60), D(60), D(90)]), line], target=(D(78), "目标 78 天"))
    box = chart.target_box()
    assert box is not None
    assert not chart.crossed(box)


def test_shares_are_marked_in_percent(qapp: QApplication) -> None:
    chart = ComboChart()
    rates = Series("准确率", [D("0.5"), D("0.9")], "line", mark=lambda value: f"{value:.0%}")
    chart.set(["11/5", "11/20"], [rates])
    assert chart.mark(0.25) == "25%"
    chart.set(["11/5"], [Series("金额", [D(5)])])
    assert chart.mark(1500) == "1,500"


def test_the_chart_of_stocktakes_follows_time_and_names_its_days(shop_desk: Desk, shop: Shop) -> None:
    water = shop.product("W", name="水")
    shop.buy(1, water, "10", "2")
    for day, counted in ((3, "9"), (5, "8")):
        shop.post("stocktake", day, DraftLine(water, counted=D(counted)))
    page = shown(ReportScreen(shop_desk), 1182, 760, name="stocktake-accuracy", date_from=date(2026, 3, 1))
    said = page.charts.combo.accessibleDescription()
    assert said.startswith("3/3: ")
    assert "; 3/5: " in said
    assert [kind for _words, _token, kind in page.charts.legend.items] == ["line", "line"]


def test_a_report_shows_what_has_lain_longest_and_no_code_that_says_nothing(shop: Shop) -> None:
    water = shop.product("W", name="水")
    shop.buy(1, water, "10", "2")
    with shop.book.read() as session:
        report = report_named("ageing")
        ages = run_report(session, report, Filters(today=TODAY))
        assert [figure.key for figure in figures(report, ages, None)] == ["value", "d31_60", "d61_90", "d91_180", "d181"]
        turned = run_report(session, report_named("turnover"), Filters(today=TODAY, by=("shop",)))
        assert "key" not in [c.key for c in screen_columns(turned)]
        by_goods = run_report(session, report_named("turnover"), Filters(today=TODAY, by=("product",)))
        assert "key" in [c.key for c in screen_columns(by_goods)]


def test_a_shop_of_moving_average_is_told_why_it_has_no_layers(shop_desk: Desk, shop: Shop) -> None:
    water = shop.product("W", name="水")
    shop.buy(1, water, "10", "2")
    page = shown(ReportScreen(shop_desk), *SMALL, name="layers")
    assert page.table is not None
    words = [one.text() for one in page.table.empty.findChildren(QLabel)]
    assert any("移动加权平均" in text for text in words), words


# --- amounts that cannot be read -------------------------------------------------------------------------------------


def test_a_wrong_amount_is_kept_as_it_was_typed(shop_desk: Desk, shop: Shop) -> None:
    water = shop.product("W", name="水")
    shop.buy(1, water, "10", "2")
    page = shown(DocumentEditor(shop_desk), *SMALL, kind="sale", products=(water,))
    page.form.foot.money["discount"].put("12..5")
    page.form.foot.money["freight"].put("3")
    page.save()
    settle(page)
    assert page.draft_id is not None
    with shop.book.read() as session:
        kept = load_draft(session, page.draft_id)
    assert (kept.typed, kept.freight) == ({"discount": "12..5"}, D(3))
    again = shown(DocumentEditor(shop_desk), *SMALL, id=page.draft_id)
    assert again.form.foot.money["discount"].text() == "12..5"
    assert "12..5" in again.form.foot.problem.text()
    assert again.form.complete() is False
    again.form.foot.money["discount"].put("1")
    again.save()
    settle(again)
    with shop.book.read() as session:
        assert load_draft(session, page.draft_id).typed == {}


def test_an_amount_that_cannot_be_read_marks_the_draft_as_changed_at_once(shop_desk: Desk, shop: Shop) -> None:
    water = shop.product("W", name="水")
    page = shown(DocumentEditor(shop_desk), *SMALL, kind="retail_sale", products=(water,))
    told: list[int] = []
    page.form.foot.changed.connect(lambda: told.append(1))
    page.form.foot.money["paid"].put("5o")
    assert told
    page.form.work_out()
    assert page.form.foot.money["paid"].text() == "5o", "no proposal takes its place"


def test_a_wrong_payment_is_kept_too_and_no_command_posts_it(shop_desk: Desk, shop: Shop) -> None:
    page = shown(DocumentEditor(shop_desk), *SMALL, kind="receipt")
    form = page.form
    assert isinstance(form, MoneyForm)
    form.amount.put("1O0")
    assert form.empty is False
    assert form.complete() is False
    draft = form.draft()
    assert draft.typed == {"paid": "1O0"}
    with shop.book.write() as session:
        kept = save_draft(session, draft, shop.act)
        with pytest.raises(BadNumber, match="1O0"):
            post_document(session, load_draft(session, kept.document_id), shop.act, draft_id=kept.document_id)
    again = shown(DocumentEditor(shop_desk), *SMALL, id=kept.document_id)
    assert isinstance(again.form, MoneyForm)
    assert again.form.amount.text() == "1O0"


def test_pieces_of_a_draft_are_not_said_to_be_none(shop_desk: Desk, shop: Shop) -> None:
    water = shop.product("W", name="水")
    shop.buy(1, water, "10", "2")
    shop.post("transfer", 2, line(water, "4"), to="B")
    with shop.book.write() as session:
        save_draft(session, Draft("transfer", lines=[DraftLine(water, D(3))]), shop.act)
    page = shown(Documents(shop_desk, next(one for one in FAMILIES if one.name == "moves")), *SMALL)
    model = page.table.model
    pieces = model.columns[[c.key for c in model.columns].index("pieces")]
    assert [model.words(pieces, row) for row in model.loaded()] == ["—", "4"]


def test_a_draft_of_before_has_no_wrong_amounts() -> None:
    assert Draft("sale").typed == {}
