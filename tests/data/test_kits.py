"""Kits where a clerk meets them, and recipes in and out of spreadsheets."""

from __future__ import annotations

import csv
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from jxc_desktop.domain import errors
from jxc_desktop.domain.why import WhyKey
from jxc_desktop.exchange.export import export_recipes
from jxc_desktop.exchange.recipes import import_recipes
from jxc_desktop.queries.at_a_glance import below_minimum
from jxc_desktop.queries.editing import line_products
from jxc_desktop.queries.periods import Period
from jxc_desktop.queries.product_insight import product_insight
from jxc_desktop.queries.product_lines import product_page
from jxc_desktop.queries.product_list import ProductFilter, product_totals
from jxc_desktop.queries.product_search import search_products
from jxc_desktop.queries.products import product_card
from jxc_desktop.queries.recipes import recipe_of
from jxc_desktop.queries.sales import sales
from jxc_desktop.queries.stock import stock_on_hand
from jxc_desktop.queries.top import low_top
from jxc_desktop.queries.warnings import low_stock
from jxc_desktop.queries.why import explain
from jxc_desktop.services.merging import merge_products
from jxc_desktop.services.recipes import save_recipe
from tests.helpers.shop import TODAY, Shop, line

D = Decimal


@pytest.fixture
def kit(shop: Shop) -> tuple[int, int, int]:
    """A gift of two teas and a cup for 50; ten of each part at 6 and 3. Its own minimum says nothing."""
    tea, cup = shop.product("TEA"), shop.product("CUP", sale_price=D(10))
    gift = shop.product("GIFT", name="礼盒", unit="盒", sale_price=D(50), minimum=D(4))
    with shop.book.write() as session:
        save_recipe(session, gift, [(tea, D(2)), (cup, D(1))], shop.act, kit=True)
    shop.buy(1, tea, "10", "6")
    shop.buy(1, cup, "10", "3")
    return tea, cup, gift


def test_lists_search_and_panel_say_how_many_kits_could_be_sold(shop: Shop, kit: tuple[int, int, int]) -> None:
    tea, cup, gift = kit
    shop.post("sale", 3, line(gift, "2", "50"), partner="C")
    with shop.book.read() as session:
        row = next(r for r in product_page(session, ProductFilter(), today=TODAY).rows if r.id == gift)
        assert (row.quantity, row.status, row.sold) == (3, "kit", 2)
        assert [r.id for r in product_page(session, ProductFilter(status="kit"), today=TODAY).rows] == [gift]
        (hit,) = search_products(session, "GIFT")
        assert (hit.quantity, hit.kit) == (3, True)
        card = product_card(session, gift, today=TODAY)
        assert (card.kit, card.available, card.quantity, card.could, card.status) == (True, 3, 0, 3, "kit")
        assert card.recipe is not None
        assert [(p.part_id, p.quantity) for p in card.recipe.parts] == [(tea, 2), (cup, 1)]
        insight = product_insight(session, gift, TODAY)
        assert (insight.daily * 30, insight.days_left) == (D("2.000010"), D("45.000000"))
        assert sum(week.revenue for week in insight.weeks) == 100


def test_nobody_is_told_to_buy_a_kit(shop: Shop, kit: tuple[int, int, int]) -> None:
    tea, _cup, gift = kit
    with shop.book.read() as session:
        assert product_totals(session, today=TODAY).low == below_minimum(session) == low_top(session, TODAY).count == 0
        assert low_stock(session, TODAY) == []
        assert all(row.product_id != gift for row in stock_on_hand(session))
    assert tea


def test_an_open_order_of_kits_reserves_their_parts_and_the_derivation_says_so(shop: Shop, kit: tuple[int, int, int]) -> None:
    tea, cup, gift = kit
    order = shop.post("sales_order", 2, line(gift, "3", "50"), line(tea, "1"), partner="C")
    shop.post("sale", 3, line(gift, "1", "50"), partner="C", order_id=order.document_id)
    with shop.book.read() as session:
        rows = {row.product_id: row for row in stock_on_hand(session, as_of=TODAY)}
        assert gift not in rows
        assert (rows[tea].reserved, rows[tea].available) == (5, 3)
        assert (rows[cup].reserved, rows[cup].available) == (2, 7)
        assert line_products(session, [gift])[gift].available(1) == 1
        found = explain(session, WhyKey("reserved", product_id=cup))
        assert (found.result, found.checked) == (2, True)
        past = {row.product_id: row for row in stock_on_hand(session, as_of=date(2026, 3, 2))}
        assert (past[tea].reserved, past[cup].reserved) == (7, 3)


def test_sales_by_kit_are_what_the_kits_brought_and_the_parts_cost(shop: Shop, kit: tuple[int, int, int]) -> None:
    tea, _cup, gift = kit
    sold = shop.post("sale", 3, line(gift, "3", "50"), line(tea, "1", "20"), partner="C")
    shop.post("sales_return", 4, line(gift, "1", against=(sold.document_id, 1)), partner="C")
    with shop.book.read() as session:
        period = Period(date(2026, 3, 1), TODAY)
        found = sales(session, period, by=("kit",))
        (row,) = found.lines
        assert (row.keys, row.quantity, row.revenue, row.cost, row.documents) == (("GIFT",), 2, D("100.00"), D("30.00"), 2)
        assert (found.total.quantity, found.total.revenue) == (2, D("100.00"))
        everything = sales(session, period, by=("product",)).total
        assert (everything.revenue, everything.cost) == (D("120.00"), D("36.00"))


def test_a_product_that_is_a_part_of_a_recipe_is_not_merged_away(shop: Shop, kit: tuple[int, int, int]) -> None:
    tea, _cup, _gift = kit
    other = shop.product("TEA2")
    with pytest.raises(errors.StillInUse) as refused, shop.book.write() as session:
        merge_products(session, other, tea, shop.act)
    assert "礼盒" in str(refused.value)


# --- spreadsheets ----------------------------------------------------------------------------------------------------


def sheet(path: Path, *rows: str) -> Path:
    path.write_text("\n".join(("商品,配件,数量,产出,套装", *rows)), encoding="utf-8")
    return path


def test_recipes_come_from_a_spreadsheet_and_go_back_into_one(shop: Shop, tmp_path: Path) -> None:
    for code in ("FLOUR", "EGG", "CAKE", "BOX"):
        shop.product(code)
    rows = ("CAKE,FLOUR,2.5,10,", "BOX,CAKE,2,,是", "CAKE,B-EGG,4,10,否", "BOX,EGG,1,,是")
    file = sheet(tmp_path / "a.csv", *rows)
    dry = import_recipes(shop.book, file, act=shop.act, dry_run=True)
    assert (dry.created, dry.errors, dry.entered) == (4, [], False)
    done = import_recipes(shop.book, file, act=shop.act)
    assert (done.rows, done.created, done.updated, done.errors) == (4, 4, 0, [])
    assert import_recipes(shop.book, file, act=shop.act).unchanged == 4
    out = tmp_path / "out.csv"
    assert export_recipes(shop.book, out) == 4
    with out.open(encoding="utf-8-sig", newline="") as stream:
        written = list(csv.DictReader(stream))
    assert [(r["product"], r["part"], D(r["quantity"]), D(r["makes"]), r["kit"]) for r in written] == [
        ("BOX", "CAKE", 2, 1, "1"), ("BOX", "EGG", 1, 1, "1"), ("CAKE", "FLOUR", D("2.5"), 10, "0"), ("CAKE", "EGG", 4, 10, "0"),
    ]  # fmt: skip
    assert import_recipes(shop.book, out, act=shop.act).unchanged == 4
    changed = import_recipes(shop.book, sheet(tmp_path / "b.csv", "CAKE,FLOUR,3,10,"), act=shop.act)
    assert changed.updated == 1
    with shop.book.read() as session:
        recipe = recipe_of(session, shop_id(shop, "CAKE"))
    assert recipe is not None
    assert [(p.code, p.quantity) for p in recipe.parts] == [("FLOUR", 3)]


def test_a_recipe_of_which_one_row_is_wrong_stays_out_whole_and_the_others_enter(shop: Shop, tmp_path: Path) -> None:
    for code in ("A", "B", "C", "D", "E"):
        shop.product(code)
    file = sheet(tmp_path / "a.csv", "A,B,1,,", "A,A,1,,", "C,B,viel,,", "C,D,1,,", "D,B,2,,", "E,B,1,2,", "E,C,1,3,", "B,NO,1,,")
    done = import_recipes(shop.book, file, act=shop.act)
    assert done.created == 1
    assert [(p.row, p.code) for p in done.errors] == [
        (2, "rolled_back"), (3, "part_of_itself"), (4, "bad_number"), (5, "rolled_back"), (7, "rolled_back"), (8, "bad_value"),
        (9, "unknown_product"),
    ]  # fmt: skip
    with shop.book.read() as session:
        recipes = {code: recipe_of(session, shop_id(shop, code)) for code in "ABCDE"}
    assert [code for code, recipe in recipes.items() if recipe is not None] == ["D"]
    assert import_recipes(shop.book, file, act=shop.act, atomic=True).entered is False


def shop_id(shop: Shop, code: str) -> int:
    with shop.book.read() as session:
        (hit,) = [hit for hit in search_products(session, code) if hit.code == code]
        return hit.id
