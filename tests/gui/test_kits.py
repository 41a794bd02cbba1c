"""Kits on the page of products and in the lines of a sale."""

from __future__ import annotations

from decimal import Decimal

import pytest

from jxc_desktop.domain import errors
from jxc_desktop.domain.documents import kind_of
from jxc_desktop.domain.settings import ShopSettings
from jxc_desktop.gui.document_lines import EditLine, Totals
from jxc_desktop.gui.palette_sources import palette_sources
from jxc_desktop.gui.screen import Desk
from jxc_desktop.gui.screens.document_notices import Situation, find_notice
from jxc_desktop.gui.screens.products import Products
from jxc_desktop.queries.editing import line_products
from jxc_desktop.services.recipes import save_recipe
from tests.gui.hand import settle, shown
from tests.helpers.shop import TODAY, Shop, line

D = Decimal


@pytest.fixture
def kit(shop: Shop) -> tuple[int, int]:
    """(gift, tea): a gift of two teas and a cup for 50; ten of each part at 6 and 3."""
    tea, cup = shop.product("TEA", name="茶叶"), shop.product("CUP", name="茶杯", sale_price=D(10))
    gift = shop.product("GIFT", name="礼盒", unit="盒", sale_price=D(50))
    with shop.book.write() as session:
        save_recipe(session, gift, [(tea, D(2)), (cup, D(1))], shop.act, kit=True)
    shop.buy(1, tea, "10", "6")
    shop.buy(1, cup, "10", "3")
    return gift, tea


def test_the_page_of_products_shows_what_a_kit_is_made_of_and_offers_no_order_of_it(
    shop_desk: Desk, shop: Shop, kit: tuple[int, int]
) -> None:
    gift, tea = kit
    page = shown(Products(shop_desk), 1500, 800, product=gift)
    panel = page.panel
    assert panel.detail is not None
    assert panel.detail.card.id == gift
    assert panel.figures.accessibleName().startswith("可卖 5 盒;")
    assert [row.cells for row in panel.recipe.rows] == [("茶叶", "2 件", "10"), ("茶杯", "1 件", "10")]
    assert (panel.recipe.isVisible(), panel.batches.isVisible()) == (True, False)
    assert (page.order_button.isVisible(), page.adjust_button.isVisible()) == (False, False)
    page.open(product=tea)
    settle(page)
    assert (panel.recipe.isVisible(), page.order_button.isVisible()) == (False, True)
    with shop.book.read() as session:
        (hit,) = palette_sources(["products"])[0].search(session, "GIFT")
    assert "可卖 5 盒" in hit.note


def test_the_editor_knows_what_a_kit_could_be_and_names_the_part_that_is_short(shop: Shop, kit: tuple[int, int]) -> None:
    gift, tea = kit
    with shop.book.read() as session:
        products = line_products(session, [gift, tea])
    assert (products[gift].on_hand[1], products[gift].cost) == (5, 15)

    def said(*lines: tuple[int, str]) -> str:
        typed = [EditLine(line(product, quantity, "50"), products[product]) for product, quantity in lines]
        found = find_notice(Situation(kind_of("retail_sale"), typed, 1, ShopSettings(), None, Totals(), D(0), TODAY, TODAY))
        return "" if found is None else found.text

    assert said((gift, "5")) == ""
    assert said((gift, "6")) == "第 1 行：礼盒要用的茶叶只有 10 件，还差 2 件，这样不能过账。"
    assert "茶叶" in said((gift, "4"), (tea, "3"))
    with pytest.raises(errors.NotEnoughStock):
        shop.post("retail_sale", 3, line(gift, "4"), line(tea, "3"))
