"""What is promised, to whom: it adds up to what is reserved, a kit promises its parts."""

from __future__ import annotations

from decimal import Decimal

from jxc_desktop.queries.orders import open_quantities
from jxc_desktop.queries.promised import Promise, promises
from jxc_desktop.services.recipes import save_recipe
from tests.helpers.shop import Shop, line

D = Decimal


def listed(shop: Shop, *products: int) -> tuple[Promise, ...]:
    with shop.book.read() as session:
        return promises(session, products)


def test_promises_are_listed_by_order_and_add_up_to_what_is_reserved(shop: Shop) -> None:
    water, tea = shop.product("W"), shop.product("TEA")
    shop.buy(1, water, "20", "2")
    first = shop.post("sales_order", 2, line(water, "4", "5"), line(water, "2", "5"), line(tea, "1", "9"), partner="C")
    second = shop.post("sales_order", 3, line(water, "3", "5"), partner="C", warehouse="B")
    shop.post("sale", 4, line(water, "1", "5", order_line=(first.document_id, 1)), partner="C", order_id=first.document_id)
    shop.void(shop.post("sales_order", 5, line(water, "50", "5"), partner="C"))
    shop.post("purchase_order", 5, line(water, "70", "2"), partner="S")
    main, back = shop.warehouses["MAIN"], shop.warehouses["B"]
    assert listed(shop, water) == (
        Promise(water, main, first.document_id, first.number, "客户", D(5)),
        Promise(water, back, second.document_id, second.number, "客户", D(3)),
    )
    with shop.book.read() as session:
        sums = {place: D(quantity) / 1000 for place, quantity in open_quantities(session, "sales_order").items()}
    assert sums == {(p.product_id, p.warehouse_id): p.quantity for p in listed(shop, water, tea)}


def test_an_order_of_a_kit_promises_its_parts(shop: Shop) -> None:
    tea, cup, gift = shop.product("TEA"), shop.product("CUP"), shop.product("GIFT")
    with shop.book.write() as session:
        save_recipe(session, gift, [(tea, D(2)), (cup, D(1))], shop.act, kit=True)
    shop.post("sales_order", 2, line(gift, "3", "50"), line(tea, "1", "9"), partner="C")
    assert [(p.product_id, p.quantity) for p in listed(shop, tea, cup, gift)] == [(tea, D(7)), (cup, D(3))]


def test_goods_that_are_missing_are_not_said_to_be_promised_once_their_order_has_got_all(shop: Shop) -> None:
    """The order wants nothing more: what is missing then is told as missing, or allowed."""
    shop.settings(negative="allow")
    tea = shop.product("TEA")
    shop.buy(1, tea, "4", "6")
    order = shop.post("sales_order", 2, line(tea, "4", "9"), partner="C")
    assert shop.post("sale", 3, line(tea, "5", "9"), partner="C", order_id=order.document_id).warnings == ()


def test_of_goods_that_are_missing_none_are_left_for_those_they_are_promised_to(shop: Shop) -> None:
    shop.settings(negative="allow")
    tea = shop.product("TEA", name="茶叶")
    shop.buy(1, tea, "4", "6")
    shop.post("sales_order", 2, line(tea, "3", "9"), partner="C")
    (said,) = shop.sell(3, tea, "6").warnings
    assert "茶叶只剩 0，" in said
