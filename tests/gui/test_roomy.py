"""What lies over a page and how much fits into it: messages that cover nothing, very long lists, headings that are not cut."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest
from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import QApplication, QWidget

from jxc_desktop import i18n
from jxc_desktop.columns import Column
from jxc_desktop.domain.documents import KINDS, DraftLine
from jxc_desktop.domain.units import BASE
from jxc_desktop.gui.document_lines import EditLine
from jxc_desktop.gui.line_cells import FIRST
from jxc_desktop.gui.line_columns import Surroundings, columns_of, heading
from jxc_desktop.gui.line_editor import LineGrid
from jxc_desktop.gui.row_table import RowTable
from jxc_desktop.gui.screen import Desk
from jxc_desktop.gui.screens import stock_data
from jxc_desktop.gui.screens.document_editor import DocumentEditor
from jxc_desktop.gui.screens.stock import StockScreen
from jxc_desktop.gui.theme import theme
from jxc_desktop.gui.widgets import Button, DetailPanel
from jxc_desktop.gui.widgets.paint import text_width
from jxc_desktop.gui.widgets.toasts import Toast, Toasts
from jxc_desktop.paths import bundled
from jxc_desktop.queries.editing import LineProduct, LineUnit
from jxc_desktop.queries.stock_view import StockLook, StockQuestion
from jxc_desktop.reports import REPORTS
from jxc_desktop.reports.base import Report
from tests.gui.hand import form_of, settle, shown, until
from tests.helpers.shop import TODAY, Shop, line

D = Decimal


# --- messages --------------------------------------------------------------------------------------------------------


def test_a_message_lies_over_nothing_that_is_pressed_or_read(shop_desk: Desk, shop: Shop) -> None:
    sale = shown(DocumentEditor(shop_desk), kind="sale")
    toasts = Toasts(sale, bottom=36)
    for number in range(3):
        toasts.show(f"第 {number} 条", note="说明", action=("打印", lambda: None))
    form = form_of(sale)
    seen = [toast.geometry().adjusted(12, 12, -12, -12) for toast in sale.findChildren(Toast) if toast.isVisible()]
    assert len(seen) == 3
    for widget in (form.foot, sale.post_button, form.add_field, form.foot.money["paid"], form.head.partner):
        place = QRect(widget.mapTo(sale, QPoint()), widget.size())
        assert not [one for one in seen if one.intersects(place)], widget
    assert all(sale.rect().contains(one) for one in seen)


def test_a_message_steps_aside_when_a_button_comes_to_stand_under_it(qapp: QApplication) -> None:
    host = QWidget()
    host.resize(800, 500)
    host.show()
    toasts = Toasts(host)
    toast = toasts.show("已保存", ms=60_000)
    low = toast.y()
    button = Button("过账", parent=host)
    button.setGeometry(QRect(toast.x() + 40, toast.y() + 20, 120, 32))
    button.show()
    until(lambda: not toast.geometry().adjusted(12, 12, -12, -12).intersects(button.geometry()))
    assert toast.y() < low


# --- very long lists -------------------------------------------------------------------------------------------------


def test_a_long_stock_list_comes_in_pages_says_its_sums_and_finds_its_place(
    shop_desk: Desk, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stock_data, "AT_ONCE", 3)
    monkeypatch.setattr(stock_data, "PAGE", 4)
    monkeypatch.setattr("jxc_desktop.gui.widgets.row_model.PAGE", 4)
    goods = [shop.product(f"P{number:02}", name=f"货{number}") for number in range(10)]
    for number, product in enumerate(goods):
        shop.buy(1, product, str(number + 1), "2")
    made = shown(StockScreen(shop_desk), 1180, 680, product=goods[9])
    assert made.table is not None
    until(made.current)
    model = made.table.model
    assert (model.paged, model.rowCount()) == (True, 10)
    found = made.current()
    assert found is not None
    assert (found.code, made.table.view.currentIndex().row()) == ("P09", 9)
    assert made.table.total_bar.accessibleName().startswith("合计 10 种")
    assert "110.00" in made.table.total_bar.accessibleName()
    model.sort_by("quantity", True)
    settle(made)
    assert (model.paged, [row.code for row in model.loaded()][:2]) == (True, ["P09", "P08"])
    assert (made.current(), made.table.view.currentIndex().row()) == (found, 0)
    until(lambda: model.row(9))
    assert (model.row(9).code, model.row(8).code) == ("P00", "P01")


def test_what_is_scrolled_past_is_not_read(qapp: QApplication) -> None:
    from jxc_desktop.gui.widgets.row_model import PAGE, RowModel

    asked: list[int] = []
    model = RowModel((Column("name", "Name"),))
    model.set_pages(PAGE * 50, lambda offset, _limit, _answer: asked.append(offset // PAGE))
    for page in range(50):
        model.row(page * PAGE)
    until(lambda: len(asked) > 1)
    assert asked == [0, 48, 49]


def test_the_parts_of_a_stock_list_are_those_of_the_whole(shop: Shop) -> None:
    shop.settings(pool="warehouse")
    tea = shop.product("TEA", name="绿茶 A", minimum=D(5))
    cola = shop.product("COLA", name="可乐")
    gone = shop.product("GONE", name="旧货")
    shop.buy(1, tea, "3", "1.5")
    shop.buy(1, cola, "10", "2")
    shop.post("transfer", 2, line(cola, "4"), to="B")
    shop.buy(2, gone, "1", "3")
    shop.sell(3, gone, "1", "4")
    half = shop.product("HALF", name="半知")
    shop.buy(3, half, "4", "2")
    shop.buy(3, half, "2", None, warehouse="B")
    shop.post("sales_order", 4, line(cola, "2", "5"), partner="C")
    for question in (
        StockQuestion(),
        StockQuestion(with_stock=False),
        StockQuestion(below_minimum=True),
        StockQuestion(warehouse="B"),
        StockQuestion(as_of=date(2026, 3, 2)),
        StockQuestion(text="B-COLA"),
    ):
        with shop.book.read() as session:
            look = StockLook(session, question)
            rows, head, totals = look.rows(), look.head(), look.totals()
            assert [*look.rows(0, 1), *look.rows(1, 10)] == rows
            assert [look.place(row.id) for row in rows] == list(range(len(rows)))
        assert head.count == len(rows)
        assert totals.value == sum((row.value or D(0) for row in rows), D(0)), question
        for name in ("quantity", "on_order", "reserved", "available"):
            assert getattr(totals, name) == sum((getattr(row, name) for row in rows), D(0)), (question, name)


def test_a_panel_cuts_no_line_of_its_table(qapp: QApplication) -> None:
    from jxc_desktop.gui.screens.master_parts import SheetColumn, SheetRow, SmallTable

    panel, table = DetailPanel(400), SmallTable([SheetColumn("单据")], "")
    table.set([SheetRow((f"XS-{number}",), second="11-24  销售出库单") for number in range(20)])
    panel.add(table)
    panel.resize(400, 500)
    panel.show()
    view = panel.findChild(QWidget, "qt_scrollarea_viewport")
    assert view is not None
    until(lambda: view.height() in table.row_edges())
    assert len(table.row_edges()) > 1


# --- headings --------------------------------------------------------------------------------------------------------


@pytest.fixture(params=["zh_CN", "en"])
def language(request: pytest.FixtureRequest) -> Iterator[str]:
    before = i18n.language()
    i18n.use(request.param, bundled("resources/locale"))
    yield request.param
    i18n.use(before, bundled("resources/locale"))


@pytest.mark.parametrize("scale", [100, 125])
def test_no_heading_is_cut_in_any_kind_of_document(application: QApplication, language: str, scale: int) -> None:
    theme.apply(application, "light", scale)
    for kind in (kind for kind in KINDS if kind.has_lines and not kind.is_count):
        grid = LineGrid(kind, TODAY)
        grid.resize(1076 if scale == 100 else 1003, 300)  # in a window 1366 wide; in one of 1093
        grid.set_columns(columns_of(kind, Surroundings(1, True, TODAY)))
        grid.set_lines([EditLine(DraftLine(1, D(2), None, D("9999.99"), batch="B261122"), _goods())])
        grid.show()
        there = [(place, c) for place, c in enumerate(grid.rows.columns) if not grid.isColumnHidden(FIRST + place)]
        for place, column in there:
            inside = grid.columnWidth(FIRST + place) - 2 * (12 if column.editable else 10)
            assert text_width(heading(column), theme.font("caption")) <= inside, (kind.code, heading(column))
        wide = sum(grid.columnWidth(section) for section in range(grid.model().columnCount()) if not grid.isColumnHidden(section))
        assert wide <= grid.viewport().width(), kind.code
        grid.close()
        grid.deleteLater()


def test_a_heading_longer_than_its_column_was_meant_to_be_is_not_cut(qapp: QApplication) -> None:
    long = Column("why", "A heading that is longer than the column", width=60)
    table = RowTable((Column("name", "Name"), long), {}, key="name")
    table.resize(900, 300)
    table.show()
    table.set_rows([{"name": "A", "why": "B"}])
    assert table.view.columnWidth(1) - 2 * 10 >= text_width(long.heading, theme.font("caption"))


def _goods() -> LineProduct:
    unit = LineUnit(None, "件", BASE, (None, None, None, None))
    return LineProduct(1, "M", "牛奶", "", None, True, 20, None, (unit,), on_hand={1: D(20)}, cost=D(3))


@pytest.mark.parametrize("report", REPORTS, ids=lambda report: report.name)
def test_no_heading_is_cut_in_any_report(qapp: QApplication, language: str, report: Report) -> None:
    table = RowTable(report.columns, {}, key="at_row")
    table.resize(1080, 300)
    table.show()
    table.set_rows([dict.fromkeys(c.key for c in report.columns) | {"at_row": 1}])
    view = table.view
    for column in report.columns:
        section = view.rows.section(column.key)
        if not view.isColumnHidden(section):
            room = view.columnWidth(section) - 2 * 10
            assert text_width(column.heading, theme.font("caption")) <= room, column.heading


def test_an_amount_of_eight_digits_fits_as_soon_as_it_is_typed(shop_desk: Desk, shop: Shop) -> None:
    water = shop.product("W", name="水")
    page = shown(DocumentEditor(shop_desk), 1166, 690, kind="sales_order", products=(water,))
    form = form_of(page)
    for key, text in (("quantity", "9"), ("price", "11111111.11")):
        form.grid.edit_cell(0, key)
        form.grid.editor.setText(text)
        form.grid.commit()
    settle(page)
    place = [c.key for c in form.grid.rows.columns].index("amount")
    words = form.grid.rows.columns[place].words(form.grid.lines[0])
    assert words == "99,999,999.99"
    assert text_width(words, theme.font("body")) <= form.grid.columnWidth(FIRST + place) - 2 * 10
    assert form.foot.minimumSizeHint().width() <= form.foot.width()
