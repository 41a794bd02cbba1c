"""What the editor of documents asks of the book: goods with last prices, open orders, what may come back."""

from __future__ import annotations

from decimal import Decimal

from jxc_desktop.db.engine import Database
from jxc_desktop.domain.documents import DraftLine
from jxc_desktop.queries.editing import delivery_of, line_products, ordered_quantities, returnable_lines, standing
from tests.helpers.shop import TODAY, Shop


def test_a_product_knows_stock_cost_and_the_last_price_of_each_partner_per_base_unit(shop: Shop, book: Database) -> None:
    water = shop.product("W", units={"箱": 12})
    box = shop.unit(water, "箱")
    shop.post("purchase_receipt", 1, DraftLine(water, Decimal(2), box, Decimal(24)), partner="S")
    shop.post("sale", 2, DraftLine(water, Decimal(1), box, Decimal(30)), partner="C")
    shop.post("sale", 3, DraftLine(water, Decimal(2), price=Decimal("2.8")), partner="C")
    shop.post("sales_order", 4, DraftLine(water, Decimal(3), price=Decimal(3)), partner="C")
    with book.read() as session:
        product = line_products(session, [water], partner_id=shop.partners["C"], side="customer")[water]
        stranger = line_products(session, [water], partner_id=shop.partners["S"], side="customer")[water]
    main = shop.warehouses["MAIN"]
    assert (product.on_hand[main], product.reserved[main], product.available(main)) == (Decimal(10), Decimal(3), Decimal(7))
    assert product.cost == Decimal("2.0000")
    assert product.last is not None
    assert (product.last.price, product.last.day) == (Decimal("2.8000"), "2026-03-03")
    assert stranger.last is None
    assert product.list_price("wholesale_price", box) == Decimal("240.0000"), "a level without price has the retail one"


def test_a_delivery_takes_over_what_is_open_in_the_unit_of_the_order_where_it_comes_out(shop: Shop, book: Database) -> None:
    water = shop.product("W", units={"箱": 12})
    box = shop.unit(water, "箱")
    order = shop.post("purchase_order", 1, DraftLine(water, Decimal(3), box, Decimal(24)), partner="S").document_id
    shop.post("purchase_receipt", 2, DraftLine(water, Decimal(1), box, Decimal(24)), partner="S", order_id=order)
    with book.read() as session:
        left = delivery_of(session, order, "purchase_receipt").lines
    assert [(line.quantity, line.unit_id, line.price) for line in left] == [(Decimal(2), box, Decimal(24))]
    shop.post("purchase_receipt", 3, DraftLine(water, Decimal(1), price=Decimal(2)), partner="S", order_id=order)
    with book.read() as session:
        draft = delivery_of(session, order, "purchase_receipt")
        assert ordered_quantities(session, order) == {1: Decimal(23)}
    assert [(line.quantity, line.unit_id, line.price) for line in draft.lines] == [(Decimal(23), None, Decimal("2.0000"))]
    assert (draft.partner_id, draft.order_id, draft.lines[0].order_line) == (shop.partners["S"], order, (order, 1))


def test_what_came_back_already_cannot_come_back_again(shop: Shop, book: Database) -> None:
    water = shop.product("W")
    shop.post("purchase_receipt", 1, DraftLine(water, Decimal(10), price=Decimal(2)), partner="S")
    sold = shop.post("sale", 2, DraftLine(water, Decimal(3), price=Decimal("3.3333")), partner="C").document_id
    shop.post("sales_return", 3, DraftLine(water, Decimal(1), against=(sold, 1)), partner="C")
    with book.read() as session:
        line = returnable_lines(session, [sold])[0]
        known = standing(session, shop.partners["C"], "customer", TODAY)
    assert (line.left, line.net, line.refunded) == (Decimal(2), Decimal("10.00"), Decimal("3.33"))
    assert (known.balance, known.overdue_days) == (Decimal("6.67"), 0)
