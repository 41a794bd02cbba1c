"""A sale of goods that were missing, brought back whole: nothing is missing any more, so that no receipt trues it up.

Rule 3.5: what is missing leaves at the last known cost and is trued up by the goods that cover it. A return that names the
sale takes the sale's cost (3.3) and closes the gap itself. Goods that come later are other goods; those that were there, only
their paper was late, are dated back to when they came (3.4), and then the sale has their cost.
"""

from __future__ import annotations

from decimal import Decimal
from itertools import permutations

import pytest
from sqlalchemy import select

from jxc_desktop.db.models import StockRow
from jxc_desktop.queries.proof import prove
from jxc_desktop.services.posting import Posted
from tests.helpers.shop import Shop, line

Costs = list[tuple[Decimal | None, bool]]


def costs(shop: Shop, *documents: Posted) -> Costs:
    """(value, provisional) of the one row of each; the book is proved."""
    with shop.book.read() as session:
        assert prove(session) == []
        found = {row.document_id: (row.value, bool(row.provisional)) for row in session.scalars(select(StockRow))}
    return [found[one.document_id] for one in documents]


def told(*values: str) -> Costs:
    return [(Decimal(value), False) for value in values]


def sold_at_ten(shop: Shop) -> int:
    """Goods that cost 10.00 last, of which nothing is left."""
    shop.settings(negative="allow")
    tea = shop.product("TEA")
    shop.buy(1, tea, "1", "10")
    shop.sell(1, tea, "1")
    return tea


def bring_back(shop: Shop, day: int, tea: int, sale: Posted, quantity: str) -> Posted:
    return shop.post("sales_return", day, line(tea, quantity, against=(sale.document_id, 1)), partner="C")


@pytest.mark.parametrize("method", ["average", "fifo"])
def test_it_keeps_the_last_known_cost_and_what_comes_later_its_own(shop: Shop, method: str) -> None:
    shop.settings(costing=method)
    tea = sold_at_ten(shop)
    sale = shop.sell(2, tea, "5")
    assert costs(shop, sale) == [(Decimal("-50.00"), True)]
    back = bring_back(shop, 3, tea, sale, "5")
    assert costs(shop, sale, back) == told("-50.00", "50.00"), "nothing is missing: it waits for nothing"
    late = shop.buy(4, tea, "5", "12")
    assert late.restated == ()
    assert costs(shop, sale, back, late) == told("-50.00", "50.00", "60.00")
    assert [shop.on_hand(tea), shop.value(tea)] == [5, 60]


def test_goods_that_were_there_are_dated_back_and_then_it_has_their_cost(shop: Shop) -> None:
    tea = sold_at_ten(shop)
    sale = shop.sell(3, tea, "5")
    back = bring_back(shop, 4, tea, sale, "5")
    shop.buy(2, tea, "5", "12")
    assert costs(shop, sale, back) == told("-60.00", "60.00")


def test_as_long_as_a_piece_is_missing_the_goods_that_cover_it_decide(shop: Shop) -> None:
    tea = sold_at_ten(shop)
    sale = shop.sell(2, tea, "5")
    back = bring_back(shop, 3, tea, sale, "4")
    receipt = shop.buy(4, tea, "5", "12")
    assert costs(shop, sale, back, receipt) == told("-60.00", "48.00", "60.00")


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_the_order_of_entry_makes_no_difference(shop: Shop, order: tuple[int, ...]) -> None:
    """Sale, its return and the later receipt; a return cannot be entered before its sale, so it then comes right after it."""
    tea = sold_at_ten(shop)
    made: dict[int, Posted] = {}
    for act in order:
        if act == 0:
            made[0] = shop.sell(2, tea, "5")
        elif act == 2:
            made[2] = shop.buy(4, tea, "5", "12")
        if 0 in made and 1 not in made and (act == 1 or 1 in order[: order.index(0)]):
            made[1] = bring_back(shop, 3, tea, made[0], "5")
    assert costs(shop, made[0], made[1], made[2]) == told("-50.00", "50.00", "60.00")
