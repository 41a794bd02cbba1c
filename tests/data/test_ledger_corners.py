"""Corners of the ledgers where two rooms of the program have to agree: returns, unknown costs, batches, warehouses."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import insert, text

from jxc_desktop.backup.check import check_book
from jxc_desktop.db.engine import Database
from jxc_desktop.db.models import Warehouse
from jxc_desktop.domain.acts import Act
from jxc_desktop.domain.errors import CostTooLarge, JxcError
from jxc_desktop.domain.settings import ShopSettings
from jxc_desktop.queries.stock import stock_on_hand
from jxc_desktop.services.shop import open_shop
from tests.helpers.shop import Shop, line


@pytest.fixture
def two(bare: Database, act: Act) -> Shop:
    """A shop whose warehouses each have a cost of their own; negative stock allowed."""
    with bare.write() as session:
        open_shop(session, ShopSettings(shop="小店", pool="warehouse", negative="allow"), act)
    return Shop(bare, act)


def test_parts_of_a_sale_come_back_to_two_warehouses_in_any_order_of_entry(two: Shop) -> None:
    tea = two.product("TEA")
    two.post("purchase_receipt", 1, line(tea, "3", amount=Decimal("10.00")), partner="S")
    sale = two.sell(2, tea, "3")
    later = two.post("sales_return", 9, line(tea, "1", against=(sale.document_id, 1)), partner="C", warehouse="B")
    early = two.post("sales_return", 7, line(tea, "1", against=(sale.document_id, 1)), partner="C")
    assert check_book(two.book) == []
    assert (two.cost(early), two.cost(later)) == (Decimal("3.33"), Decimal("3.34"))


def test_nothing_comes_back_before_it_left(shop: Shop) -> None:
    tea = shop.product("TEA")
    shop.buy(1, tea, "10", "10")
    sale = shop.sell(5, tea, "5")
    with pytest.raises(JxcError):
        shop.post("sales_return", 3, line(tea, "1", against=(sale.document_id, 1)), partner="C")
    with pytest.raises(JxcError):
        shop.post("purchase_return", "2026-02-20T12:00:00", line(tea, "1", against=(1, 1)), partner="S")
    assert shop.on_hand(tea) == 5


def test_parts_of_several_batches_come_back_to_the_batches_they_were_of(shop: Shop, book: Database) -> None:
    milk = shop.product("MILK", batches=1, costing="batch")
    for batch, price, expiry in (("A", "10", "2026-05-01"), ("B", "20", "2026-06-01")):
        shop.post("purchase_receipt", 1, line(milk, "3", price, batch=batch, expiry=expiry), partner="S")
    sale = shop.sell(2, milk, "5")
    back = [
        shop.post("sales_return", day, line(milk, quantity, against=(sale.document_id, 1)), partner="C")
        for day, quantity in ((3, "2"), (4, "2"), (5, "1"))
    ]
    assert [shop.cost(one) for one in back] == [Decimal("20.00"), Decimal("30.00"), Decimal("20.00")]
    with book.read() as session:
        held = session.execute(text("SELECT quantity, value FROM pools ORDER BY batch_id")).all()
    assert [tuple(one) for one in held] == [(3000, 3000), (3000, 6000)]


def test_a_cost_adjustment_reaches_goods_whose_batches_share_a_cost(shop: Shop) -> None:
    salt = shop.product("SALT", batches=1)
    shop.post("purchase_receipt", 1, line(salt, "4", "5", batch="A"), line(salt, "1", "5", batch="B"), partner="S")
    shop.post("cost_adjustment", 2, line(salt, None, "8"))
    assert shop.value(salt) == Decimal("40.00")


def test_on_a_past_day_the_value_of_goods_without_a_known_cost_is_unknown(shop: Shop, book: Database) -> None:
    tea, rice = shop.product("TEA"), shop.product("RICE")
    shop.void(shop.buy(1, tea, "1", "10"))
    shop.buy(2, tea, "5", None)
    shop.buy(8, rice, "1", "1")
    with book.read() as session:
        for day in (3, 10):
            found = {row.product: row.value for row in stock_on_hand(session, as_of=date(2026, 3, day))}
            assert found["TEA"] is None, day


def test_a_cost_that_was_only_guessed_from_elsewhere_gives_way_to_a_receipt(two: Shop) -> None:
    """Unknown goods in two warehouses, goods moved on from the one whose cost is learnt first, a receipt in the other."""
    tea = two.product("TEA")
    two.buy(2, tea, "1", None, warehouse="B")
    two.buy(3, tea, "10", None)
    two.post("transfer", 5, line(tea, "2"), to="B")
    two.buy(6, tea, "1", "13")
    two.buy(9, tea, "4", "3", warehouse="B")
    assert check_book(two.book) == []
    with two.book.read() as session:
        first = session.execute(text("SELECT value FROM stock_ledger WHERE document_id = 1")).scalar_one()
    assert first == 300, "the only cost that a receipt of B ever named"


def test_a_second_warehouse_that_begins_later_makes_no_checkpoint_wrong(two: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jxc_desktop.queries.checkpoints.EVERY", 3)
    tea = two.product("TEA")
    two.post("opening_stock", 5, line(tea, "7", "4"))
    two.post("transfer", 9, line(tea, "1"), to="B")
    two.post("stocktake", 2, line(tea, None, counted=Decimal(6)))
    two.post("overage", 7, line(tea, "12", "11"))
    two.buy(10, tea, "13", "1.5", warehouse="B")
    assert check_book(two.book) == []


def test_a_warehouse_is_no_worse_for_being_the_second(two: Shop) -> None:
    """The pool of a warehouse that never had a cost takes the one that goods bring from elsewhere."""
    with two.book.write() as session:
        session.execute(insert(Warehouse).values(code="C", name="三仓", position=2))
    tea = two.product("TEA")
    sale = two.sell(1, tea, "2", warehouse="B")
    two.buy(2, tea, "5", "6")
    two.post("transfer", 3, line(tea, "3"), to="B")
    assert two.cost(sale) == Decimal("-12.00")
    assert check_book(two.book) == []


def test_what_something_was_taken_into_is_restated_with_it_from_any_checkpoint(
    shop: Shop, book: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Goods that were missing are taken apart; what covers them first is overtaken by a receipt that is entered later."""
    monkeypatch.setattr("jxc_desktop.queries.checkpoints.EVERY", 1)
    shop.settings(negative="allow")
    whole, part = shop.product("WHOLE", costing="fifo"), shop.product("PART")
    shop.buy("2026-02-14T12:00:00", whole, "1", "9")
    shop.post("disassembly", "2026-02-15T12:00:00", line(part, "4"), made=line(whole, "3"))
    shop.post("retail_return", "2026-02-25T12:00:00", line(whole, "5", "30"))
    shop.sell("2026-02-20T12:00:00", part, "1", warehouse="B")
    shop.post("overage", "2026-02-15T12:00:00", line(whole, "2", "4"))
    assert check_book(book) == []
    assert shop.value(part) == Decimal("12.75")


def test_the_odd_fen_of_a_landed_cost_goes_to_the_first_receipt_of_the_ledger_whichever_was_entered_first(
    shop: Shop, book: Database
) -> None:
    goods = [shop.product(code) for code in ("TEA", "RICE", "MILK")]
    received = [shop.buy(day, one, "1", "1") for day, one in reversed(list(enumerate(goods, start=1)))]
    targets = [one.document_id for one in received]
    shop.post("landed_cost", 4, partner="S", amount=Decimal(10), targets=targets, spread="quantity")
    assert [shop.value(one) for one in goods] == [Decimal("4.34"), Decimal("4.33"), Decimal("4.33")]
    assert check_book(book) == []


def two_batches(shop: Shop, quantity: str = "1") -> int:
    """Milk of batch A at 5.00, the first to expire, and of B at 9.00, each at its own cost."""
    milk = shop.product("MILK", batches=1, costing="batch")
    for batch, price, expiry in (("A", "5", "2026-05-01"), ("B", "9", "2026-06-01")):
        shop.post("purchase_receipt", 1, line(milk, quantity, price, batch=batch, expiry=expiry), partner="S")
    return milk


def lying(book: Database, warehouse: str = "MAIN") -> dict[str, int]:
    """Thousandths per batch."""
    with book.read() as session:
        found = session.execute(
            text(
                "SELECT b.number, s.quantity FROM stock_balances s JOIN batches b ON b.id = s.batch_id"
                " JOIN warehouses w ON w.id = s.warehouse_id WHERE w.code = :code AND s.quantity <> 0"
            ),
            {"code": warehouse},
        )
        return dict(found.all())


def test_two_lines_of_a_return_give_back_two_batches_of_one_line(shop: Shop, book: Database) -> None:
    milk = two_batches(shop)
    sold = (shop.sell(2, milk, "2").document_id, 1)
    back = shop.post("sales_return", 3, line(milk, "1", against=sold), line(milk, "1", against=sold), partner="C")
    assert lying(book) == {"A": 1000, "B": 1000}
    assert shop.cost(back) == Decimal("14.00")


def test_a_return_that_names_its_batch_has_the_cost_of_that_batch(shop: Shop, book: Database) -> None:
    milk = two_batches(shop)
    sold = (shop.sell(2, milk, "2").document_id, 1)
    of_b = shop.post("sales_return", 3, line(milk, "1", against=sold, batch="B"), partner="C")
    rest = shop.post("sales_return", 4, line(milk, "1", against=sold), partner="C")
    assert (shop.cost(of_b), shop.cost(rest)) == (Decimal("9.00"), Decimal("5.00"))
    assert lying(book) == {"A": 1000, "B": 1000}
    assert check_book(book) == []


@pytest.mark.parametrize("negative", ["forbid", "allow"])
def test_of_goods_under_way_the_batches_that_are_still_there_are_accepted(shop: Shop, book: Database, negative: str) -> None:
    """An acceptance in the middle is voided: what it took lies on the road again, in front of what the next one took."""
    shop.settings(negative=negative)
    milk = two_batches(shop, "3")
    sent = shop.post("transfer", 2, line(milk, "6"), to="B", transit=True).document_id
    first = shop.post("transfer", 3, line(milk, "3"), to="B", order_id=sent)
    shop.post("transfer", 3, line(milk, "1", batch="B"), line(milk, "1"), to="B", order_id=sent)
    shop.void(first)
    assert lying(book, "TRANSIT") == {"A": 3000, "B": 1000}
    shop.post("transfer", 4, line(milk, "4"), to="B", order_id=sent)
    assert (lying(book, "TRANSIT"), lying(book, "B")) == ({}, {"A": 3000, "B": 3000})
    assert check_book(book) == []


@pytest.mark.parametrize(
    "enter",
    [
        lambda shop, tea: shop.sell(2, tea, "1000000000"),
        lambda shop, tea: shop.post("stocktake", 2, line(tea, None, "1000000000", counted=Decimal(10**9))),
        lambda shop, tea: shop.post("overage", "2026-02-20T12:00:00", line(tea, "1000000000")),
        lambda shop, tea: shop.post("landed_cost", 2, partner="S", amount=Decimal(10**13), targets=[1], spread="quantity"),
    ],
    ids=["sold at the last known cost", "counted with a price", "found before", "landed"],
)
def test_a_cost_that_no_row_can_hold_is_refused_and_leaves_no_trace(shop: Shop, book: Database, enter: Any) -> None:
    shop.settings(negative="allow")
    tea = shop.product("TEA")
    shop.buy(1, tea, "1", "1000000000")
    with pytest.raises(CostTooLarge) as refused:
        enter(shop, tea)
    assert (refused.value.facts["product"], refused.value.facts["limit"]) == ("TEA", "10000000000000")
    assert (shop.on_hand(tea), shop.value(tea)) == (1, Decimal(10**9))
    assert check_book(book) == []
