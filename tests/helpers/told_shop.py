"""A small shop in which everything has happened once: every way of costing, every kind of document, late entries and voids."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import insert, select, update

from jxc_desktop.db.engine import Database
from jxc_desktop.db.models import Category, Partner
from jxc_desktop.domain.acts import Act
from jxc_desktop.domain.documents import Draft, Paid, Settles
from jxc_desktop.services.posting import post_document
from jxc_desktop.services.recipes import save_recipe
from tests.helpers.shop import Shop, line

TODAY = date(2026, 3, 31)


def told_shop(book: Database) -> Any:
    """The shop on :data:`TODAY`, with the documents that a test may want to name as attributes."""
    shop: Any = Shop(book, Act(1, datetime(2026, 3, 31, 18, 0), TODAY))
    _goods(shop)
    _buying(shop)
    _selling(shop)
    _moving(shop)
    _paying(shop)
    _coming_in_late(shop)
    return shop


def _goods(shop: Any) -> None:
    shop.settings(negative="allow")
    with shop.book.write() as session:
        for number, path in enumerate(("饮料", "饮料/茶", "食品"), 1):
            session.execute(insert(Category).values(id=number, name=path.rsplit("/", 1)[-1], path=path))
        session.execute(insert(Partner).values(code="C2", name="老客户", customer=1, supplier=0, region="东城", terms_days=5))
        session.execute(update(Partner).where(Partner.code == "S").values(terms_days=3))
    with shop.book.read() as session:
        shop.partners |= dict(session.execute(select(Partner.code, Partner.id)).all())
    supplier = shop.partners["S"]
    shop.cola = shop.product("COLA", name="可乐", category_id=1, brand="晨光", supplier_id=supplier, minimum=Decimal(30))
    shop.tea = shop.product("TEA", name="绿茶", units={"箱": 12}, category_id=2, costing="fifo", supplier_id=supplier,
                            minimum=Decimal(60), maximum=Decimal(200), pack_size=Decimal(12))  # fmt: skip
    shop.milk = shop.product("MILK", name="鲜奶", batches=1, costing="batch", category_id=3)
    shop.cup = shop.product("CUP", name="杯子")
    shop.gift = shop.product("GIFT", name="茶礼盒")
    shop.made = shop.product("MADE", name="组合装", minimum=Decimal(2))
    shop.odd = shop.product("ODD", name="来路不明")
    with shop.book.write() as session:
        save_recipe(session, shop.gift, [(shop.tea, Decimal(2)), (shop.cup, Decimal(1))], shop.act, kit=True)


def _buying(shop: Any) -> None:
    shop.post("opening_stock", "2026-01-05T09:00:00", line(shop.cola, "20", "1.80"), line(shop.cup, "15", "0.70"))
    box = shop.unit(shop.tea, "箱")
    shop.order = shop.post("purchase_order", 1, line(shop.tea, "5", "30", unit_id=box), partner="S")
    shop.receipt = shop.post(
        "purchase_receipt", 2, line(shop.tea, "3", "30", unit_id=box, order_line=(shop.order.document_id, 1)),
        line(shop.cola, "50", "2.00", discount=Decimal("0.1")), partner="S", order_id=shop.order.document_id,
        freight=Decimal("12.34"), discount_amount=Decimal("3.33"), paid="40",
    )  # fmt: skip
    shop.post("purchase_receipt", 3, line(shop.milk, "10", "4", batch="A1", expiry="2026-04-10"),
              line(shop.milk, "7", "5", batch="A2", expiry="2026-06-10"), partner="S")  # fmt: skip
    shop.second = shop.buy(8, shop.tea, "20", "3.10")
    shop.buy(9, shop.odd, "4", None)
    shop.landed = shop.post("landed_cost", 10, partner="S", amount=Decimal("10.01"),
                            targets=[shop.receipt.document_id, shop.second.document_id])  # fmt: skip
    shop.post("purchase_return", 12, line(shop.cola, "3", "2.50", against=(shop.receipt.document_id, 2)), partner="S")


def _selling(shop: Any) -> None:
    shop.wanted = shop.post("sales_order", 4, line(shop.cola, "12", "5"), line(shop.gift, "2", "20"), partner="C2")
    shop.sale = shop.post(
        "sale", 5, line(shop.cola, "8", "5", order_line=(shop.wanted.document_id, 1)), line(shop.tea, "25", "6"), partner="C2",
        order_id=shop.wanted.document_id, discount_amount=Decimal("7.77"), freight=Decimal(5), paid="50",
    )  # fmt: skip
    shop.kits = shop.post("sale", 6, line(shop.gift, "3", "19.90"), line(shop.milk, "4", "8", batch="A1"), partner="C")
    shop.till = shop.post("retail_sale", "2026-03-07T18:30:00", line(shop.cola, "4", "5.50"), line(shop.gift, "1", "22"))
    shop.back = shop.post("sales_return", 9, line(shop.tea, "5", against=(shop.sale.document_id, 2)),
                          line(shop.cola, "1", against=(shop.sale.document_id, 1)), partner="C2", paid="5")  # fmt: skip
    shop.post("retail_sale", 11, line(shop.odd, "1", "9"))
    shop.void(shop.sell(13, shop.cola, "2", "5"))


def _moving(shop: Any) -> None:
    shop.post("transfer", 14, line(shop.cola, "10"), line(shop.milk, "2", batch="A2"), to="B")
    shop.sent = shop.post("transfer", 15, line(shop.tea, "6"), to="B", transit=True)
    shop.assembly = shop.post("assembly", 16, line(shop.tea, "4"), line(shop.cup, "2"), made=line(shop.made, "2"))
    shop.post("write_off", 17, line(shop.milk, "1", batch="A1"))
    shop.post("stock_out", 18, line(shop.cup, "1"))
    shop.adjusted = shop.post("cost_adjustment", 19, line(shop.cup, None, "0.90"))
    shop.count = shop.post(
        "stocktake", 20, line(shop.cola, None, counted=Decimal(40)), line(shop.tea, None, counted=Decimal(30)),
        line(shop.milk, None, counted=Decimal(5), batch="A1"), line(shop.cup, None, counted=Decimal(8)),
    )  # fmt: skip


def _paying(shop: Any) -> None:
    customer, supplier = shop.partners["C2"], shop.partners["S"]
    settled = [Settles(shop.sale.document_id, Decimal("20.00"))]
    for draft in (
        Draft("receipt", "2026-03-21T10:00:00", customer, paid=[Paid(1, Decimal("25.00"))], settles=settled),
        Draft("payment", "2026-03-22T10:00:00", supplier, paid=[Paid(1, Decimal("15.00")), Paid(3, Decimal("30.00"))]),
        Draft("opening_balance", "2026-01-05T09:00:00", shop.partners["C"], amount=Decimal("33.00")),
    ):
        with shop.book.write() as session:
            post_document(session, draft, shop.act)


def _coming_in_late(shop: Any) -> None:
    """Documents that were entered after those they come before: costs of the others follow."""
    shop.late = shop.buy("2026-03-03T08:00:00", shop.cola, "10", "3.00")
    shop.void(shop.buy("2026-03-04T08:00:00", shop.tea, "10", "9.00"))
    shop.sell("2026-03-31T10:00:00", shop.made, "3", "15")
