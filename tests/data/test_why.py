"""Why a figure is what it is: the sums of small books worked out by hand, and what is said when a stored figure is wrong."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import update

from jxc_desktop.db.models import Pool
from jxc_desktop.domain import errors
from jxc_desktop.domain.documents import Draft, Paid, Settles
from jxc_desktop.domain.why import FIGURES, WhyKey
from jxc_desktop.queries.document_detail import document_detail
from jxc_desktop.queries.why import BUILDERS, explain
from jxc_desktop.queries.why_rows import row_facts
from jxc_desktop.services.posting import post_document
from tests.helpers.derivations import D, ask, parts, sums, terms
from tests.helpers.shop import Shop, line

FIRST, LAST = date(2026, 3, 1), date(2026, 3, 10)


def test_every_figure_has_a_builder_and_every_builder_a_figure() -> None:
    assert set(BUILDERS) == set(FIGURES)


def test_a_restated_stock_value_is_told_by_the_documents_that_made_it(shop: Shop) -> None:
    """10 at 1.00, 4 sold, then 10 at 3.00 dated back between them: the sale cost 4 x 2.00."""
    tea = shop.product("TEA")
    first = shop.buy(1, tea, "10", "1")
    sale = shop.sell(5, tea, "4")
    late = shop.buy(3, tea, "10", "3")
    found = ask(shop, "stock_value", tea, shown=Decimal("32.00"))
    assert terms(found) == [("", Decimal("32.00")), ("=", Decimal(16)), ("×", Decimal("2.0000"))]
    assert sums(found) == [D("20", "40.00"), D("-4", "-8.00"), D("16", "32.00")]
    assert parts(found.groups[0]) == [(late.number, *D("10", "30.00")), (first.number, *D("10", "10.00"))]
    assert found.groups[1].rows[0].document_id == sale.document_id
    assert (found.result, found.checked) == (Decimal("32.00"), True)
    cost = ask(shop, "line_cost", document_id=sale.document_id, line=1)
    assert (cost.result, cost.checked) == (Decimal("8.00"), True)
    assert sums(cost) == [D("20", "40.00"), D("-4", "-8.00"), D("16", "32.00")], "before, the line, after"
    assert [row.document_id for row in cost.groups[0].rows] == [late.document_id, first.document_id]


def test_a_stored_figure_that_is_wrong_is_said_in_a_sentence(shop: Shop) -> None:
    tea = shop.product("TEA")
    shop.buy(1, tea, "10", "1")
    wrong = ask(shop, "on_hand", tea, shown=Decimal(11))
    assert wrong.checked is False
    assert "10" in wrong.check
    assert "11" in wrong.check
    with shop.book.write() as session:
        session.execute(update(Pool).values(value=Decimal("12.34")))
    bad = ask(shop, "stock_value", tea)
    assert (bad.result, bad.checked) == (Decimal("10.00"), False), "the ledger says what is true"


def test_first_in_first_out_tells_the_layers_that_left_and_that_are_left(shop: Shop) -> None:
    shop.settings(costing="fifo")
    tea = shop.product("TEA")
    old = shop.buy(1, tea, "5", "1")
    new = shop.buy(2, tea, "5", "2")
    sale = shop.sell(3, tea, "7")
    cost = ask(shop, "line_cost", document_id=sale.document_id, line=1)
    assert parts(cost.groups[1]) == [(old.number, *D("-5", "-5.00")), (new.number, *D("-2", "-4.00"))]
    assert (cost.result, cost.checked) == (Decimal("9.00"), True)
    value = ask(shop, "stock_value", tea)
    assert parts(value.groups[0]) == [(new.number, *D("3", "6.00"))]
    assert value.groups[0].rows[0].document_id == new.document_id
    assert (value.result, value.checked) == (Decimal("6.00"), True)


def test_a_return_leads_to_the_sale_whose_cost_it_takes_back(shop: Shop) -> None:
    tea = shop.product("TEA")
    shop.buy(1, tea, "10", "1")
    sale = shop.sell(2, tea, "4")
    shop.buy(3, tea, "10", "5")
    back = shop.post("sales_return", 4, line(tea, "2", against=(sale.document_id, 1)), partner="C")
    cost = ask(shop, "line_cost", document_id=back.document_id, line=1)
    assert (cost.result, cost.checked) == (Decimal("2.00"), True)
    origin = cost.groups[1].rows[0]
    assert (origin.words, origin.quantity, origin.value) == (sale.number, *D("4", "4.00"))
    assert origin.key == WhyKey("line_cost", document_id=sale.document_id, line=1)


def test_goods_that_were_not_there_have_a_guess_until_others_come(shop: Shop) -> None:
    shop.settings(negative="allow")
    tea = shop.product("TEA")
    shop.buy(1, tea, "2", "1")
    sale = shop.sell(2, tea, "5")
    guess = ask(shop, "line_cost", document_id=sale.document_id, line=1)
    assert [row[1:] for row in parts(guess.groups[1])] == [D("-2", "-2.00"), D("-3", "-3.00")]
    assert guess.notes, "provisional, and why"
    shop.buy(3, tea, "10", "4")
    known = ask(shop, "line_cost", document_id=sale.document_id, line=1)
    assert [row[1:] for row in parts(known.groups[1])] == [D("-2", "-2.00"), D("-3", "-12.00")]
    assert (known.result, known.checked, known.notes) == (Decimal("14.00"), True, ())


def test_an_unknown_cost_is_no_figure_and_says_so(shop: Shop) -> None:
    tea = shop.product("TEA")
    shop.buy(1, tea, "10", None)
    value = ask(shop, "stock_value", tea)
    assert (value.result, value.checked) == (None, None)
    assert value.notes


def test_landed_costs_and_assembled_goods_lead_to_what_went_into_them(shop: Shop) -> None:
    tea, box, gift = shop.product("TEA"), shop.product("BOX"), shop.product("GIFT")
    receipt = shop.buy(1, tea, "10", "1")
    shop.buy(1, box, "5", "0.50")
    freight = shop.post("landed_cost", 2, partner="S", amount=Decimal("5.00"), targets=[receipt.document_id])
    cost = ask(shop, "line_cost", document_id=receipt.document_id, line=1)
    assert [row[2] for row in parts(cost.groups[1])] == [*D("10.00", "5.00")]
    assert cost.groups[1].rows[1].document_id == freight.document_id
    assert (cost.result, cost.checked) == (Decimal("15.00"), True)
    made = shop.post("assembly", 3, line(tea, "4"), line(box, "2"), made=line(gift, "2"))
    gifts = ask(shop, "line_cost", document_id=made.document_id, line=3)
    assert parts(gifts.groups[1]) == [("TEA", *D("4", "6.00")), ("BOX", *D("2", "1.00"))]
    assert (gifts.result, gifts.checked) == (Decimal("7.00"), True)
    assert ask(shop, "unit_cost", gift).result == Decimal("3.5000")
    assert ask(shop, "stock_value", gift).checked


def test_available_is_on_hand_less_what_open_orders_promise(shop: Shop) -> None:
    tea = shop.product("TEA")
    shop.buy(1, tea, "10", "1")
    order = shop.post("sales_order", 2, line(tea, "6", "20"), partner="C")
    shop.post("sale", 3, line(tea, "2", "20", order_line=(order.document_id, 1)), partner="C", order_id=order.document_id)
    found = ask(shop, "available", tea, shown=Decimal(4))
    assert terms(found) == [("", Decimal(4)), ("=", Decimal(8)), ("−", Decimal(4))]
    assert parts(found.groups[1]) == [(order.number, Decimal(-4), None)]
    assert found.checked
    assert ask(shop, "reserved", tea).result == 4


def test_a_warehouse_has_its_share_of_the_pool_and_a_batch_its_own_cost(shop: Shop) -> None:
    tea = shop.product("TEA")
    shop.buy(1, tea, "10", "1.50")
    shop.post("transfer", 2, line(tea, "4"), to="B")
    here = ask(shop, "stock_value", tea, warehouse="B")
    assert (here.result, here.checked) == (Decimal("6.00"), True)
    assert [row[1:] for row in parts(here.groups[0])] == [D("6", "9.00"), D("4", "6.00")]
    assert here.groups[0].value == Decimal("15.00")
    milk = shop.product("MILK", batches=1, costing="batch")
    shop.post("purchase_receipt", 1, line(milk, "3", "1", batch="A1"), partner="S")
    shop.post("purchase_receipt", 1, line(milk, "3", "2", batch="A2"), partner="S")
    both = ask(shop, "stock_value", milk)
    assert [row[1:] for row in parts(both.groups[0])] == [D("3", "3.00"), D("3", "6.00")]
    inner = both.groups[0].rows[1].key
    assert inner is not None
    with shop.book.read() as session:
        second = explain(session, inner)
    assert (second.result, second.checked) == (Decimal("6.00"), True)


def test_sales_of_a_period_add_up_by_kind_and_returns_come_off(shop: Shop) -> None:
    tea, milk = shop.product("TEA"), shop.product("MILK")
    shop.buy(1, tea, "10", "1")
    shop.buy(1, milk, "10", "2")
    sale = shop.post("sale", 2, line(tea, "4", "5"), line(milk, "1", "9"), partner="C")
    shop.post("sales_return", 3, line(tea, "1", against=(sale.document_id, 1)), partner="C")
    shop.void(shop.sell(4, milk, "5"))
    days: dict[str, Any] = {"first": FIRST, "last": LAST}
    revenue = ask(shop, "revenue", shown=Decimal("24.00"), **days)
    assert sums(revenue) == [D("5", "29.00"), D("-1", "-5.00")]
    assert terms(revenue) == [("", Decimal("24.00")), ("=", Decimal("29.00")), ("−", Decimal("5.00"))]
    assert (revenue.result, revenue.checked) == (Decimal("24.00"), True)
    earned = ask(shop, "gross_profit", **days)
    assert (earned.result, earned.checked) == (Decimal("19.00"), True), "24.00 less 3 x 1.00 and 1 x 2.00"
    assert sums(earned) == [D("29.00", "23.00"), D("-5.00", "-4.00")]
    alone = ask(shop, "gross_profit", groups=(("product", "TEA"),), shown=Decimal("12.00"), **days)
    assert (alone.result, alone.checked) == (Decimal("12.00"), True)
    assert ask(shop, "revenue", groups=(("customer", "C"), ("day", "2026-03-03")), **days).result == Decimal("-5.00")
    whole = ask(shop, "document_profit", document_id=sale.document_id)
    assert [row[2] for row in parts(whole.groups[0])] == [*D("16.00", "7.00")]
    assert (whole.result, whole.checked) == (Decimal("23.00"), True)
    back = ask(shop, "line_profit", document_id=sale.document_id, line=1)
    assert (back.result, back.checked) == (Decimal("16.00"), True)


def test_turnover_is_told_by_the_days_that_each_change_counts(shop: Shop) -> None:
    """100.00 from day 1 of 10, 40.00 of it sold on day 6: average (100 x 10 - 40 x 5) / 10 = 80.00; turned 0.5 times."""
    tea = shop.product("TEA")
    shop.buy(1, tea, "100", "1")
    shop.sell(6, tea, "40", "2")
    days: dict[str, Any] = {"first": FIRST, "last": LAST, "side": "supplier"}
    average = ask(shop, "average_inventory", **days)
    assert (average.result, average.checked) == (Decimal("80.00"), True)
    changes = average.groups[1]
    assert [row[1:] for row in parts(changes)] == [D("-40.00", "-20.00"), D("100.00", "100.00")]
    assert (changes.quantity, changes.value) == D("60.00", "80.00")
    inner = changes.rows[0].key
    assert inner is not None
    with shop.book.read() as session:
        assert explain(session, inner).result == Decimal("-40.00")
    rate = ask(shop, "turnover", **days)
    assert (rate.result, rate.checked) == (Decimal("0.500000"), True)
    assert terms(rate)[1:] == [("=", Decimal("40.00")), ("÷", Decimal("80.00"))]
    assert ask(shop, "turnover_days", **days).result == Decimal("20.000000")
    assert ask(shop, "gmroi", **days).result == Decimal("0.500000"), "80.00 - 40.00 over 80.00"
    ends = ask(shop, "average_inventory", average="ends", **days)
    assert (ends.result, ends.checked) == (Decimal("30.00"), True), "(0.00 + 60.00) / 2"
    quiet = ask(shop, "turnover_days", first=date(2026, 3, 2), last=date(2026, 3, 5), side="supplier")
    assert quiet.result is None
    assert quiet.notes


def test_a_warehouse_turns_its_share_of_the_stock(shop: Shop) -> None:
    """100 at 1.00 on day 1, 50 of them in the back from day 6 on: of 10 days, 50 x 5 of 100 x 10 piece-days are there."""
    tea = shop.product("TEA")
    shop.buy(1, tea, "100", "1")
    shop.post("transfer", 6, line(tea, "50"), to="B")
    found = ask(shop, "average_inventory", warehouse="B", first=FIRST, last=LAST, side="supplier")
    assert (found.result, found.checked) == (Decimal("25.00"), True)
    assert [row[2] for row in parts(found.groups[0])] == [Decimal("25.00")]


def test_net_profit_leads_to_each_of_its_parts(shop: Shop) -> None:
    tea = shop.product("TEA")
    receipt = shop.buy(1, tea, "10", "1")
    shop.post("sale", 2, line(tea, "4", "5"), partner="C", freight=Decimal("3.00"))
    shop.post("write_off", 3, line(tea, "1"))
    shop.post("purchase_return", 4, line(tea, "1", "1.50", against=(receipt.document_id, 1)), partner="S")
    key: dict[str, Any] = {"first": FIRST, "last": LAST, "side": "supplier"}
    found = ask(shop, "net_profit", **key)
    values = {group.key.figure: group.value for group in found.groups if group.key is not None}
    with shop.book.read() as session:
        again = {name: explain(session, WhyKey(name, **key)).result for name in values}
    assert (values["revenue"], values["cost_of_sales"], values["shrinkage"]) == D("20.00", "-4.00", "-1.00")
    assert values["freight_income"] == again["freight_income"] == Decimal("3.00")
    assert again["shrinkage"] == Decimal("1.00")
    assert found.result == sum(value for value in values.values() if value is not None)
    assert found.checked


def test_a_debt_is_told_by_what_was_charged_and_what_was_paid(shop: Shop) -> None:
    tea = shop.product("TEA")
    shop.buy(1, tea, "10", "1")
    sale = shop.sell(2, tea, "4", "5")
    shop.sell(3, tea, "1", "5", paid="5.00")
    draft = Draft("receipt", "2026-03-05T12:00:00", shop.partners["C"], paid=[Paid(1, Decimal("7.00"))])
    with shop.book.write() as session:
        post_document(session, replace(draft, settles=[Settles(sale.document_id, Decimal("7.00"))]), shop.act)
    found = ask(shop, "balance", partner_id=shop.partners["C"], shown=Decimal("13.00"))
    assert terms(found) == [("", Decimal("13.00")), ("=", Decimal("20.00")), ("−", Decimal("7.00"))]
    assert [group.value for group in found.groups] == [*D("20.00", "-7.00", "13.00")], "what was paid at once is left out"
    assert found.checked
    everyone = ask(shop, "owed")
    assert (everyone.result, everyone.checked) == (Decimal("13.00"), True)
    supplier = ask(shop, "balance", partner_id=shop.partners["S"], side="supplier")
    assert (supplier.result, supplier.checked) == (Decimal("10.00"), True)


def test_the_value_of_all_goods_is_the_sum_of_each(shop: Shop) -> None:
    tea, milk = shop.product("TEA"), shop.product("MILK")
    shop.buy(1, tea, "10", "1")
    shop.buy(2, milk, "1", "30")
    now, then = ask(shop, "stock_value"), ask(shop, "stock_value", last=date(2026, 3, 1))
    assert parts(now.groups[0]) == [("MILK", *D("1", "30.00")), ("TEA", *D("10", "10.00"))]
    assert (now.result, now.checked, then.result) == (Decimal("40.00"), True, Decimal("10.00"))
    key = now.groups[0].rows[0].key
    assert key is not None
    assert key.product_id == milk


def test_many_rows_begin_with_an_opening_and_still_add_up(shop: Shop) -> None:
    tea = shop.product("TEA")
    shop.buy("2026-01-01T08:00:00", tea, "500", "1")
    for day in range(1, 32):
        for hour in (9, 12, 15):
            shop.sell(f"2026-01-{day:02}T{hour:02}:00:00", tea, "1")
    found = ask(shop, "stock_value", tea)
    opening, closing = found.groups[0], found.groups[-1]
    assert opening.rows == ()
    assert opening.quantity == Decimal(467), "500 less the sales of the first eleven days"
    assert closing.result
    assert sum((g.quantity or 0 for g in found.groups[:-1]), Decimal(0)) == closing.quantity == Decimal(407)
    assert found.checked


def test_a_row_tells_its_document_and_the_pool_before_and_after_it(shop: Shop) -> None:
    tea = shop.product("TEA")
    shop.buy(1, tea, "10", "1")
    receipt = shop.buy(2, tea, "10", "3", freight=Decimal("5.00"))
    with shop.book.read() as session:
        facts = [fact.value for fact in row_facts(session, WhyKey("stock_value", tea), receipt.document_id)]
    assert facts[0] == "2026-03-02 12:00"
    assert "10 × 3.00 = 30.00" in facts
    assert "5.00" in facts
    assert facts[-1] == "45.00 ÷ 20 = 2.2500"


def test_what_does_not_exist_is_refused(shop: Shop) -> None:
    with pytest.raises(errors.UnknownProduct):
        ask(shop, "on_hand", 999)
    tea = shop.product("TEA")
    with pytest.raises(errors.UnknownWarehouse):
        ask(shop, "on_hand", tea, warehouse="X")
    with pytest.raises(errors.UnknownDocument):
        ask(shop, "line_cost", document_id=shop.buy(1, tea, "1", "1").document_id, line=9)
    with pytest.raises(errors.UnknownPartner):
        ask(shop, "balance", partner_id=999)


def test_a_voided_document_says_that_it_no_longer_counts(shop: Shop) -> None:
    tea = shop.product("TEA")
    shop.buy(1, tea, "10", "1")
    sale = shop.sell(2, tea, "4")
    shop.void(sale)
    with shop.book.read() as session:
        shown = document_detail(session, sale.document_id).lines[0].cost
    found = ask(shop, "line_cost", document_id=sale.document_id, line=1, shown=shown)
    assert found.notes
    assert sums(ask(shop, "stock_value", tea)) == [D("10", "10.00"), D("10", "10.00")]
