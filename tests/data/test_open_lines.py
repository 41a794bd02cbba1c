"""What is open of orders: kept up by every act that changes it, proved by the check, and made anew by the rebuild."""

from __future__ import annotations

import re
from decimal import Decimal

from sqlalchemy import delete, select

from jxc_desktop.db.models import OpenLine
from jxc_desktop.queries.at_a_glance import open_orders
from jxc_desktop.queries.proof import prove
from jxc_desktop.services.posting import Posted
from jxc_desktop.services.rebuild import rebuild
from jxc_desktop.services.recipes import save_recipe
from jxc_desktop.services.voiding import close_order
from tests.helpers.shop import Shop, line


def open_of(shop: Shop, order: Posted) -> list[Decimal]:
    """What is open of the order's lines that are not done, and the book's own word on it."""
    with shop.book.read() as session:
        assert prove(session) == []
        rows = select(OpenLine.quantity).where(OpenLine.document_id == order.document_id).order_by(OpenLine.line)
        return list(session.scalars(rows))


def deliver(shop: Shop, day: int, order: Posted, tea: int, quantity: str) -> Posted:
    return shop.post("sale", day, line(tea, quantity, "20"), partner="C", order_id=order.document_id)


def test_it_follows_delivery_void_and_closing(shop: Shop) -> None:
    tea, cup = shop.product("TEA"), shop.product("CUP")
    shop.buy(1, tea, "50", "10")
    order = shop.post("sales_order", 2, line(tea, "10", "20"), line(cup, "4", "5"), partner="C")
    assert open_of(shop, order) == [10, 4]
    first = deliver(shop, 3, order, tea, "6")
    assert open_of(shop, order) == [4, 4]
    more = deliver(shop, 4, order, tea, "7")
    assert open_of(shop, order) == [4], "more than was ordered leaves nothing open"
    shop.void(more)
    assert open_of(shop, order) == [4, 4]
    shop.void(first)
    assert open_of(shop, order) == [10, 4]
    with shop.book.write() as session:
        assert open_orders(session) == {"sales_order": 1}
        close_order(session, order.document_id, shop.act)
    assert open_of(shop, order) == []
    other = shop.post("purchase_order", 2, line(tea, "3", "9"), partner="S")
    assert open_of(shop, other) == [3]
    shop.void(other)
    assert open_of(shop, other) == []
    with shop.book.read() as session:
        assert open_orders(session) == {}


def test_the_check_finds_it_wrong_and_the_rebuild_mends_it(shop: Shop) -> None:
    tea = shop.product("TEA")
    order = shop.post("sales_order", 2, line(tea, "10", "20"), partner="C")
    with shop.book.write() as session:
        session.execute(delete(OpenLine))
        assert [finding.code for finding in prove(session)] == ["cache"]
        rebuild(session, shop.act)
    assert open_of(shop, order) == [10]


def test_who_takes_promised_goods_is_told_and_a_delivered_order_promises_nothing(shop: Shop) -> None:
    tea = shop.product("TEA")
    shop.buy(1, tea, "10", "10")
    order = shop.post("sales_order", 2, line(tea, "8", "20"), partner="C")
    assert len(shop.sell(3, tea, "3").warnings) == 1
    assert deliver(shop, 4, order, tea, "7").warnings == ()
    with shop.book.write() as session:
        close_order(session, order.document_id, shop.act)
    shop.buy(5, tea, "1", "10")
    assert shop.sell(6, tea, "1").warnings == ()


def test_each_promised_product_is_warned_of_once_in_the_order_of_the_document(shop: Shop) -> None:
    goods = [shop.product(code) for code in ("ZINC", "TEA", "CUP")]
    for product in goods:
        shop.buy(1, product, "10", "10")
    for _customer in range(2):
        shop.post("sales_order", 2, *(line(product, "4", "20") for product in reversed(goods)), partner="C")
    warnings = shop.post("retail_sale", 3, *(line(product, "3", "20") for product in goods)).warnings
    assert [re.findall("[A-Z]+|[0-9]+", said) for said in warnings] == [[code, "7", "8"] for code in ("ZINC", "TEA", "CUP")]


def test_an_order_promises_the_parts_of_a_kit_but_not_what_another_product_is_made_of(shop: Shop) -> None:
    flour, cake, box = (shop.product(code) for code in ("FLOUR", "CAKE", "BOX"))
    shop.buy(1, flour, "10", "1")
    with shop.book.write() as session:
        save_recipe(session, cake, [(flour, Decimal(2))], shop.act)
        save_recipe(session, box, [(flour, Decimal(2))], shop.act, kit=True)
    shop.post("sales_order", 2, line(cake, "5", "20"), partner="C")
    shop.post("purchase_order", 2, line(flour, "50", "1"), partner="S")
    assert shop.sell(3, flour, "1").warnings == ()
    shop.post("sales_order", 3, line(box, "4", "20"), partner="C")
    (said,) = shop.sell(4, flour, "2").warnings
    assert re.findall("[A-Z]+|[0-9]+", said) == ["FLOUR", "7", "8"]
