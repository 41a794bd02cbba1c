"""A long stock list in the order of a column: it begins at its top, whatever was marked, and goes on page by page."""

from __future__ import annotations

import pytest

from jxc_desktop.gui.screen import Desk
from jxc_desktop.gui.screens import stock_data
from jxc_desktop.gui.screens.stock import StockScreen
from tests.gui.hand import settle, shown, until
from tests.helpers.shop import Shop


@pytest.fixture
def page(shop_desk: Desk, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> StockScreen:
    """Ten products in two warehouses, P00 … P09 with 1 … 10 pieces each, in pages of four; P09 is marked."""
    monkeypatch.setattr(stock_data, "AT_ONCE", 3)
    monkeypatch.setattr(stock_data, "PAGE", 4)
    monkeypatch.setattr("jxc_desktop.gui.widgets.row_model.PAGE", 4)
    goods = [shop.product(f"P{number:02}", name=f"货{number}") for number in range(10)]
    for number, product in enumerate(goods):
        shop.buy(1, product, str(number + 1), "2", warehouse="B" if number % 2 else "MAIN")
    made = shown(StockScreen(shop_desk), 1180, 680, product=goods[9])
    until(made.current)
    return made


def codes(page: StockScreen) -> list[str]:
    """What is listed, every page read."""
    assert page.table is not None
    model = page.table.model
    assert model.paged, "the whole list was read"
    for number in range(model.rowCount()):
        until(lambda number=number: model.row(number))
    return [row.code for row in model.loaded()]


def test_an_ordered_list_begins_at_its_top_and_goes_on_page_by_page(page: StockScreen) -> None:
    assert page.table is not None
    for descending in (False, True):
        page.table.model.sort_by("value", descending)
        settle(page)
        until(page.current)
        assert page.table.view.currentIndex().row() == 0
        assert page.table.view.verticalScrollBar().value() == 0
        assert codes(page) == sorted((f"P{number:02}" for number in range(10)), reverse=descending)


def test_the_mark_and_the_order_stay_when_the_list_is_read_again_and_when_its_columns_change(page: StockScreen) -> None:
    assert page.table is not None
    page.table.model.sort_by("quantity", True)
    settle(page)
    page.open(product="P03")
    settle(page)
    until(page.current)
    found = page.current()
    assert found is not None
    assert (found.code, page.table.view.currentIndex().row()) == ("P03", 6)
    page.warehouse.set_value("B")
    page.refresh()
    settle(page)
    model = page.table.model
    assert (model.sort_key, model.descending) == ("quantity", True)
    assert codes(page) == ["P09", "P07", "P05", "P03", "P01"]


def test_who_orders_the_list_and_at_once_looks_for_a_product_sees_the_product(page: StockScreen) -> None:
    """The page is opened for it before the list in its new order has come."""
    assert page.table is not None
    view = page.table.view
    page.resize(1180, 460)
    page.table.model.sort_by("quantity", True)
    page.open(product="P00")
    settle(page)
    until(page.current)
    assert view.currentIndex().row() == 9
    assert view.verticalScrollBar().maximum() > 0
    assert view.viewport().rect().contains(view.visualRect(view.currentIndex()).center())
