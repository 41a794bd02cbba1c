"""What the pages of partners and products ask: what is late, how long somebody takes to pay, what is traded often."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sqlalchemy import update

from jxc_desktop.db.engine import Database
from jxc_desktop.db.models import Partner
from jxc_desktop.domain.documents import Settles
from jxc_desktop.queries.partner_lines import partner_detail, partners_page, pay_days
from jxc_desktop.queries.partners import PartnerFilter
from jxc_desktop.queries.product_lines import arrived_goods, product_page
from jxc_desktop.queries.product_list import ProductFilter
from tests.helpers.shop import TODAY, Shop, line


def test_the_days_to_pay_are_weighted_by_what_was_paid(shop: Shop, book: Database) -> None:
    goods = shop.product("A")
    shop.buy(1, goods, "100", "10")
    first, second = shop.sell(1, goods, "3", "100"), shop.sell(2, goods, "1", "100")
    shop.post("receipt", 3, partner="C", paid="300", settles=[Settles(first.document_id, Decimal(300))])
    shop.post("receipt", 8, partner="C", paid="100", settles=[Settles(second.document_id, Decimal(100))])
    with book.read() as session:
        assert pay_days(session, shop.partners["C"], TODAY) == Decimal(3)  # (300 x 2 days + 100 x 6 days) / 400
        assert pay_days(session, shop.partners["S"], TODAY) is None


def test_a_partner_is_seen_from_its_own_side(shop: Shop, book: Database) -> None:
    goods, other = shop.product("A"), shop.product("B")
    shop.post("purchase_receipt", 1, line(goods, "10", "6"), line(other, "1", "5"), partner="S")
    shop.buy(2, goods, "5", "7")
    with book.write() as session:
        session.execute(update(Partner).where(Partner.code == "C").values(terms_days=2))
    shop.sell(3, goods, "2", "20")
    with book.read() as session:
        owing = partners_page(session, PartnerFilter(side="customer"), TODAY)
        owed = partners_page(session, PartnerFilter(side="supplier"), TODAY)
        detail = partner_detail(session, shop.partners["S"], "supplier", None, TODAY)
        sold = product_page(session, ProductFilter(), today=TODAY).rows[0]
        arrived = arrived_goods(session, date(2026, 3, 2))
    assert [(row.code, row.balance, row.overdue, row.days_overdue) for row in owing.lines] == [("C", Decimal(40), Decimal(40), 5)]
    assert [(row.code, row.balance, row.overdue) for row in owed.lines] == [("S", Decimal(100), Decimal(0))]
    assert (owing.receivable, owing.payable, owing.customers, owing.suppliers) == (Decimal(40), Decimal(100), 1, 1)
    assert [(b.name, b.times, b.last_price, b.amount) for b in detail.bought] == [
        ("A", 2, Decimal(7), Decimal(95)),
        ("B", 1, Decimal(5), Decimal(5)),
    ]
    assert (sold.sold, sold.days) == (Decimal(2), Decimal(195))  # 13 on hand, 2 in 30 days
    assert {product: quantity for product, (_number, quantity) in arrived.items()} == {goods: Decimal(5)}
