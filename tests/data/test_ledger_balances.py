"""What a place is worth after each row of the stock ledger: its share of its pool, in the report, in F6 and on the stock page."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import pairwise, permutations
from typing import Any

import pytest

from jxc_desktop.domain.why import WhyKey
from jxc_desktop.queries.proof import prove
from jxc_desktop.queries.scope import Scope
from jxc_desktop.queries.stock import stock_on_hand
from jxc_desktop.queries.stock_ledger import LedgerLine, stock_ledger
from jxc_desktop.queries.why import explain
from tests.helpers.shop import Shop, line


def ledger(shop: Shop, product: int, **asked: Any) -> list[LedgerLine]:
    with shop.book.read() as session:
        assert prove(session) == []
        return stock_ledger(session, Scope(product_id=product), **asked)


def left(rows: list[LedgerLine]) -> list[tuple[str | None, Decimal, Decimal]]:
    return [(row.batch or row.warehouse, row.balance_quantity, row.balance_value) for row in rows]


def D(*texts: str) -> tuple[Decimal, ...]:
    return tuple(Decimal(text) for text in texts)


def two_batches(shop: Shop) -> int:
    """3 of B1 for 1.00 and 3 of B2 for 2.26 in one pool of moving average; then all of B1 is sold, one of B2."""
    milk = shop.product("MILK", batches=1)
    shop.post("purchase_receipt", 1, line(milk, "3", batch="B1", amount=Decimal("1.00")), partner="S")
    shop.post("purchase_receipt", 2, line(milk, "3", batch="B2", amount=Decimal("2.26")), partner="S")
    shop.post("sale", 3, line(milk, "3", "9", batch="B1"), partner="C")
    shop.post("sale", 4, line(milk, "1", "9", batch="B2"), partner="C")
    return milk


def test_a_batch_that_is_used_up_is_worth_nothing_and_the_rest_what_the_pool_is(shop: Shop) -> None:
    milk = two_batches(shop)
    assert [row.value for row in ledger(shop, milk)] == list(D("1.00", "2.26", "-1.63", "-0.54"))
    assert left(ledger(shop, milk)) == [
        ("B1", *D("3", "1.00")), ("B2", *D("3", "1.63")), ("B1", *D("0", "0")), ("B2", *D("2", "1.09")),
    ]  # fmt: skip
    assert left(ledger(shop, milk, day_from="2026-03-03")) == left(ledger(shop, milk))[2:]
    assert left(ledger(shop, milk, day_to="2026-03-02")) == left(ledger(shop, milk))[:2]


def explained(shop: Shop, row: LedgerLine) -> Any:
    key = WhyKey(
        "left_value", row.product_id, row.warehouse, row.batch or "", row.document_id, row.line, row.part,
        shown=row.balance_value,
    )  # fmt: skip
    with shop.book.read() as session:
        return explain(session, key)


def test_f6_counts_the_share_again_and_leads_to_the_other_places(shop: Shop) -> None:
    milk = two_batches(shop)
    for row in ledger(shop, milk):
        found = explained(shop, row)
        assert (found.result, found.checked) == (row.balance_value, True)
    rows = found.groups[0].rows
    assert [(one.words, one.quantity, one.value) for one in rows] == [("门店前仓，B2", *D("2", "1.09"))]
    second = explained(shop, ledger(shop, milk)[1])
    terms = [(term.operator, term.value) for term in second.formula]
    assert terms == [("", Decimal("1.63")), ("=", Decimal(3)), ("×", Decimal("0.5433"))]
    assert sum(one.value for one in second.groups[0].rows) == second.groups[0].value == Decimal("3.26")
    with shop.book.read() as session:
        assert second.groups[0].rows[1].key is None, "that is the place that was asked about"
        for one in (second.groups[0].rows[0], second.groups[0]):
            assert one.key is not None
            assert explain(session, one.key).result == one.value


def test_a_transfer_there_and_back_leaves_nothing_behind(shop: Shop) -> None:
    tea = shop.product("TEA")
    shop.buy(1, tea, "3", "1")
    shop.post("transfer", 2, line(tea, "2"), to="B")
    shop.buy(3, tea, "3", "2")
    shop.post("transfer", 4, line(tea, "2"), warehouse="B", to="MAIN")
    rows = ledger(shop, tea)
    assert left(rows)[-2:] == [("B", *D("0", "0")), ("MAIN", *D("6", "9.00"))]
    assert [explained(shop, row).checked for row in rows] == [True] * len(rows)


@pytest.mark.parametrize("pool", ["product", "warehouse"])
@pytest.mark.parametrize("costing", ["average", "fifo", "batch"])
def test_in_any_order_of_entry_the_last_row_of_a_day_is_what_the_stock_of_that_day_says(
    shop: Shop, costing: str, pool: str
) -> None:
    shop.settings(pool=pool, negative="allow")
    for number, order in enumerate(permutations(range(4))):
        milk = shop.product(f"M{number}", batches=1, costing=costing)
        story(shop, milk, order)
        rows = ledger(shop, milk)
        for row in {row.date[:10]: row for row in rows}.values():
            with shop.book.read() as session:
                stock = stock_on_hand(session, Scope(product_id=milk), by="batch", as_of=date.fromisoformat(row.date[:10]))
            told = {(one.warehouse, one.batch): one.value or Decimal(0) for one in stock}
            assert told[(row.warehouse, row.batch)] == row.balance_value, (order, row)
        for row in rows:
            found = explained(shop, row)
            assert found.checked
            whole = found.groups[0]
            if whole.key is not None and whole.key.figure == "left_value":
                with shop.book.read() as session:
                    assert explain(session, whole.key).result == (whole.value or 0), "the pool is shared, and nothing else"


def story(shop: Shop, milk: int, order: tuple[int, ...]) -> None:
    """Two batches come in, one piece is moved to the other warehouse, two are sold."""
    for act in order:
        if act < 2:
            goods = line(milk, ("3", "2")[act], ("0.37", "0.91")[act], batch=("B1", "B2")[act])
            shop.post("purchase_receipt", act + 1, goods, partner="S")
        elif act == 2:
            shop.post("transfer", 3, line(milk, "1"), to="B")
        else:
            shop.sell(4, milk, "2")


def test_a_voided_row_and_what_undoes_it_leave_the_others_as_they_were(shop: Shop) -> None:
    milk = two_batches(shop)
    before = {row.batch: row.balance_value for row in ledger(shop, milk)}
    shop.void(shop.post("sale", 4, line(milk, "1", "9", batch="B2"), partner="C"))
    rows = ledger(shop, milk)
    assert {row.batch: row.balance_value for row in rows} == before
    assert [(one.voided, two.voided) for one, two in pairwise(rows)][-1] == (True, True)
    assert [explained(shop, row).checked for row in rows] == [True] * len(rows)
