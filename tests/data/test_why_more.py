"""Why a figure is what it is, the figures of single rows, ages, debts, documents and counts: small books worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import update

from jxc_desktop.db.models import Document, Partner
from jxc_desktop.domain import errors
from jxc_desktop.domain.documents import Draft, Paid, Settles
from jxc_desktop.domain.why import WhyKey
from jxc_desktop.queries.differences import difference_slips
from jxc_desktop.queries.why import explain
from jxc_desktop.services.posting import post_document
from jxc_desktop.services.recipes import save_recipe
from tests.helpers.derivations import D, ask, parts, terms
from tests.helpers.shop import Shop, line


def test_what_is_left_after_a_row_is_all_rows_up_to_it(shop: Shop) -> None:
    tea = shop.product("TEA")
    shop.buy(1, tea, "10", "1")
    sale = shop.sell(2, tea, "4")
    shop.void(shop.sell(2, tea, "1"))
    shop.buy(3, tea, "10", "3")
    of: dict[str, Any] = {"document_id": sale.document_id, "line": 1, "part": 1, "warehouse": "MAIN", "batch": ""}
    found = ask(shop, "left_quantity", tea, shown=Decimal(6), **of)
    assert terms(found) == [("", Decimal(6)), ("=", Decimal(10)), ("−", Decimal(4))]
    assert found.checked
    value = ask(shop, "left_value", tea, shown=Decimal("9.00"), **of)
    assert (value.result, value.checked) == (Decimal("6.00"), False), "the screen had another number"


def test_a_row_of_a_transfer_leads_to_where_it_left_and_each_side_has_its_sign(shop: Shop) -> None:
    tea = shop.product("TEA")
    shop.buy(1, tea, "10", "1.50")
    moved = shop.post("transfer", 2, line(tea, "4"), to="B")
    left = ask(shop, "row_value", tea, document_id=moved.document_id, line=1, part=1)
    came = ask(shop, "row_value", tea, document_id=moved.document_id, line=1, part=501, shown=Decimal("6.00"))
    assert (left.result, came.result) == D("-6.00", "6.00")
    assert (left.checked, came.checked) == (True, True)
    way = came.groups[1].rows[0].key
    assert way is not None
    assert (way.figure, way.part) == ("row_value", 1)


def test_a_kit_costs_what_its_parts_cost_each_in_its_own_pool(shop: Shop) -> None:
    tea, cup, gift = shop.product("TEA"), shop.product("CUP"), shop.product("GIFT")
    with shop.book.write() as session:
        save_recipe(session, gift, [(tea, Decimal(2)), (cup, Decimal(1))], shop.act, kit=True)
    shop.buy(1, tea, "10", "6")
    shop.buy(1, cup, "4", "3")
    sold = shop.sell(2, gift, "2", "50")
    cost = ask(shop, "line_cost", gift, document_id=sold.document_id, line=1)
    assert [(group.words.split("，")[0], group.quantity, group.value) for group in cost.groups] == [
        ("TEA", *D("-4", "-24.00")), ("CUP", *D("-2", "-6.00")),
    ]  # fmt: skip
    assert (cost.result, cost.checked) == (Decimal("30.00"), True)
    inner = cost.groups[1].key
    assert inner is not None
    with shop.book.read() as session:
        part = explain(session, inner)
    assert (part.result, part.checked, part.groups[0].value) == (Decimal("-6.00"), True, Decimal("12.00"))
    days: dict[str, Any] = {"first": date(2026, 3, 1), "last": date(2026, 3, 10)}
    of_kits = ask(shop, "sold_quantity", groups=(("kit", "GIFT"),), **days)
    assert (of_kits.result, ask(shop, "revenue", groups=(("kit", None),), **days).result) == (Decimal(2), Decimal("100.00"))
    could = ask(shop, "could_sell", gift)
    assert (could.result, could.checked) == (Decimal(2), True), "2 cups are left, of tea there is enough for 3"
    assert [row.words for row in could.groups[0].rows] == ["CUP", "TEA"]


def test_a_new_unit_cost_tells_what_was_on_hand_and_what_it_was_worth(shop: Shop) -> None:
    tea = shop.product("TEA")
    shop.buy(1, tea, "10", "1")
    changed = shop.post("cost_adjustment", 2, line(tea, None, "1.25"))
    found = ask(shop, "line_cost", tea, document_id=changed.document_id, line=1)
    assert [row[1:] for row in parts(found.groups[1])] == [D("10", "12.50"), (None, Decimal("-10.00"))]
    assert (found.result, found.checked) == (Decimal("2.50"), True)


def test_a_count_is_told_by_what_was_in_the_book_at_that_moment(shop: Shop) -> None:
    """10 bought, 8 counted, then 3 sold the day before come in late: 1 over, not 2 short."""
    tea = shop.product("TEA")
    shop.buy(1, tea, "10", "1")
    counted = shop.post("stocktake", 5, line(tea, None, counted=Decimal(8)))
    assert ask(shop, "difference", tea, document_id=counted.document_id, line=1).result == -2
    shop.sell(4, tea, "3")
    found = ask(shop, "difference", tea, document_id=counted.document_id, line=1)
    assert terms(found)[1:] == [("=", Decimal(8)), ("−", Decimal(7))]
    assert (found.result, found.checked) == (Decimal(1), True)
    right = ask(shop, "value_accuracy", document_id=counted.document_id)
    assert terms(right)[1:] == [("=", Decimal(1)), ("−", Decimal("1.00")), ("÷", Decimal("7.00"))]
    assert right.checked


def test_stock_by_age_takes_the_latest_arrivals_first_and_shares_the_value(shop: Shop) -> None:
    """6 of 70 days ago and 4 of 10 days ago at 2.00 in the mean, 5 sold: 4 young ones and 1 old one are left."""
    tea = shop.product("TEA")
    old = shop.buy("2026-01-01T12:00:00", tea, "6", "1")
    shop.buy(2, tea, "4", "3.50")
    shop.sell(3, tea, "5")
    day = date(2026, 3, 12)
    young = ask(shop, "aged", tea, age="d0_30", last=day)
    assert (young.result, young.checked) == (Decimal("8.00"), True)
    aged = ask(shop, "aged", tea, age="d61_90", last=day, shown=Decimal("2.00"))
    assert (aged.result, aged.checked) == (Decimal("2.00"), True)
    assert [(row.words, row.quantity) for group in aged.groups for row in group.rows] == [(old.number, Decimal(1))]
    assert ask(shop, "aged", tea, age="d31_60", last=day).result == Decimal("0.00")


def test_layers_tell_what_is_left_of_an_arrival(shop: Shop) -> None:
    shop.settings(costing="fifo")
    tea = shop.product("TEA")
    shop.buy(1, tea, "5", "1")
    new = shop.buy(2, tea, "5", "2")
    shop.sell(3, tea, "7")
    with shop.book.read() as session:
        seq = session.get_one(Document, new.document_id).seq or 0
    layer = ("2026-03-02T12:00:00", seq, 1, 1)
    left = ask(shop, "layer_quantity", tea, layer=layer)
    assert (left.result, ask(shop, "layer_cost", tea, layer=layer).result) == (Decimal(3), Decimal("2.0000"))
    assert left.groups[0].quantity == 5
    with pytest.raises(errors.NotFound):
        ask(shop, "layer_cost", tea, layer=("2026-03-01T12:00:00", 1, 1, 1))


def test_a_debt_by_due_day_names_its_documents_and_what_was_paid_ahead(shop: Shop) -> None:
    customer = shop.partners["C"]
    tea = shop.product("TEA")
    shop.buy(1, tea, "10", "1")
    with shop.book.write() as session:
        session.execute(update(Partner).where(Partner.id == customer).values(terms_days=3))
    late = shop.sell(2, tea, "2", "10")
    shop.sell(8, tea, "1", "10")
    draft = Draft("receipt", "2026-03-08T13:00:00", customer, paid=[Paid(1, Decimal("5.00"))])
    with shop.book.write() as session:
        post_document(session, replace(draft, settles=[Settles(late.document_id, Decimal("5.00"))]), shop.act)
    day = date(2026, 3, 10)
    overdue = ask(shop, "due", partner_id=customer, age="overdue", last=day, shown=Decimal("15.00"))
    assert parts(overdue.groups[0]) == [(late.number, None, Decimal("15.00"))]
    assert (overdue.result, overdue.checked) == (Decimal("15.00"), True)
    assert ask(shop, "due", partner_id=customer, age="d1_30", last=day).result == Decimal("15.00")
    assert ask(shop, "due", partner_id=customer, age="not_due", last=day).result == Decimal("10.00")
    with shop.book.write() as session:
        post_document(session, replace(draft, moment="2026-03-09T12:00:00", paid=[Paid(1, Decimal("40.00"))]), shop.act)
    ahead = ask(shop, "due", partner_id=customer, age="not_due", last=day)
    assert (ahead.result, ahead.checked) == (Decimal("-15.00"), True)
    left = ask(shop, "unpaid", document_id=late.document_id)
    assert (left.result, left.checked) == (Decimal("15.00"), True), "only what names it pays off a document by itself"
    assert [group.value for group in left.groups] == [*D("20.00", "0.00", "-5.00", "15.00")]


def test_amounts_of_lines_and_documents_are_counted_from_what_was_typed(shop: Shop) -> None:
    tea = shop.product("TEA")
    shop.buy(1, tea, "10", "1")
    sale = shop.post(
        "sale", 2, line(tea, "3", "9.99", discount=Decimal("0.1")), line(tea, "1", "5", amount=Decimal("4.44")), partner="C",
        discount_amount=Decimal("1.00"), freight=Decimal("2.00"),
    )  # fmt: skip
    counted = ask(shop, "line_amount", document_id=sale.document_id, line=1)
    assert terms(counted)[1:] == [("=", Decimal(3)), ("×", Decimal("9.9900")), ("×", Decimal("0.9"))]
    assert (counted.result, counted.checked) == (Decimal("26.97"), True)
    typed = ask(shop, "line_amount", document_id=sale.document_id, line=2)
    assert (typed.result, len(typed.formula), len(typed.notes)) == (Decimal("4.44"), 1, 1)
    whole = ask(shop, "document_total", document_id=sale.document_id)
    assert terms(whole)[1:] == [("=", Decimal("31.41")), ("−", Decimal("1.00")), ("+", Decimal("2.00"))]
    assert (whole.result, whole.checked) == (Decimal("32.41"), True)
    wrong = ask(shop, "document_total", document_id=sale.document_id, shown=Decimal("99.00"))
    assert (wrong.result, wrong.checked) == (Decimal("32.41"), False)


def test_a_landed_cost_shares_its_amount_over_the_goods_of_its_receipts(shop: Shop) -> None:
    tea, milk = shop.product("TEA"), shop.product("MILK")
    first = shop.post("purchase_receipt", 1, line(tea, "10", "1"), line(milk, "5", "2"), partner="S")
    second = shop.buy(2, tea, "10", "3")
    freight = shop.post("landed_cost", 3, partner="S", amount=Decimal("10.01"), targets=[first.document_id, second.document_id])
    key: dict[str, Any] = {"document_id": freight.document_id, "target_id": first.document_id}
    found = ask(shop, "landed_share", shown=Decimal("4.01"), **key)
    assert terms(found)[1:] == [("=", Decimal("10.01")), ("×", Decimal("20.00")), ("÷", Decimal("50.00"))]
    assert parts(found.groups[0]) == [("TEA", *D("10", "2.00")), ("MILK", *D("5", "2.00"))]
    assert found.result == Decimal("4.00"), "10.01 by 10 : 10 : 30 is 2.00, 2.00 and 6.01"
    assert found.checked is False, "what stood on the screen was another one"
    one = ask(shop, "landed_share", line=2, **key)
    assert (one.result, one.checked) == (Decimal("2.00"), True)


def test_an_order_tells_what_was_delivered_of_it_and_what_is_open(shop: Shop) -> None:
    tea = shop.product("TEA")
    shop.buy(1, tea, "10", "1")
    order = shop.post("sales_order", 2, line(tea, "6", "20"), partner="C")
    sale = shop.post("sale", 3, line(tea, "2", "20", order_line=(order.document_id, 1)), partner="C", order_id=order.document_id)
    shop.post("sales_return", 4, line(tea, "1", against=(sale.document_id, 1)), partner="C")
    of: dict[str, Any] = {"document_id": order.document_id, "line": 1}
    delivered, left = ask(shop, "delivered", **of), ask(shop, "still_open", **of)
    assert (delivered.result, left.result, left.checked) == (Decimal(2), Decimal(4), True)
    assert parts(delivered.groups[0]) == [(sale.number, Decimal(2), None)]
    assert ask(shop, "came_back", document_id=sale.document_id, line=1).result == 1


def test_goods_under_way_are_not_available(shop: Shop) -> None:
    tea = shop.product("TEA")
    shop.buy(1, tea, "10", "1")
    shop.post("transfer", 2, line(tea, "4"), to="B", transit=True)
    found = ask(shop, "available", tea, shown=Decimal(6))
    assert terms(found)[1:] == [("=", Decimal(10)), ("−", Decimal(0)), ("−", Decimal(4))]
    assert found.checked
    everything = ask(shop, "available", shown=Decimal(6))
    assert (everything.result, everything.checked) == (Decimal(6), True)


def test_days_without_stock_are_told_by_their_spells(shop: Shop) -> None:
    """There from day 2, gone on day 4, there again on day 7: of days 1 to 10 the 1st and the 4th to 6th ended without."""
    tea = shop.product("TEA", minimum=Decimal(1))
    shop.buy(2, tea, "5", "1")
    gone = shop.sell(4, tea, "5")
    shop.buy(7, tea, "5", "1")
    days: dict[str, Any] = {"first": date(2026, 3, 1), "last": date(2026, 3, 10), "side": "supplier"}
    found = ask(shop, "days_out", tea, **days)
    assert (found.result, found.checked) == (Decimal(4), True)
    spells = [(row.quantity, row.document_id) for row in found.groups[0].rows]
    assert spells == [(Decimal(3), gone.document_id), (Decimal(1), None)]
    assert ask(shop, "out_rate", tea, **days).result == Decimal("0.400000")
    whole = ask(shop, "days_out", **days)
    assert [row.words for row in whole.groups[0].rows] == ["TEA"]


def test_how_long_stock_lasts_and_what_to_order_come_from_sales_and_orders(shop: Shop) -> None:
    """12 left, 6 sold in 30 days: 60 days. Up to 30 lacks 18: three packs of 8."""
    tea = shop.product("TEA", minimum=Decimal(20), maximum=Decimal(30), pack_size=Decimal(8))
    shop.buy(1, tea, "18", "1")
    last = shop.sell(5, tea, "6")
    day = date(2026, 3, 10)
    assert ask(shop, "days_left", tea, last=day).result == Decimal("60.000000")
    assert ask(shop, "daily_sales", tea, last=day).result == Decimal("0.200000")
    order = ask(shop, "suggested", tea, last=day)
    assert terms(order)[1:] == [("=", Decimal(30)), ("−", Decimal(12)), ("−", Decimal(0)), ("+", Decimal(0))]
    assert order.result == 24
    idle = ask(shop, "idle_days", tea, last=day)
    assert (idle.result, idle.groups[0].rows[0].document_id) == (Decimal(5), last.document_id)


def test_a_changed_cost_follows_the_acts_that_changed_it(shop: Shop) -> None:
    tea = shop.product("TEA")
    shop.buy(1, tea, "10", "1")
    sale = shop.sell(5, tea, "4")
    first = shop.buy(3, tea, "10", "3")
    second = shop.buy(4, tea, "20", "4")
    with shop.book.read() as session:
        acts = [head.seq for head in difference_slips(session)][::-1]
    of: dict[str, Any] = {"document_id": sale.document_id}
    early, late = (ask(shop, "cost_change", tea, act=act, **of) for act in acts)
    assert (early.result, late.result) == D("4.00", "4.00"), "4.00, then 8.00, then 12.00"
    assert (early.checked, late.checked) == (True, True)
    assert [row.document_id for row in late.groups[1].rows] == [second.document_id, first.document_id]
    assert ask(shop, "new_cost", tea, act=acts[1], shown=Decimal("11.00"), **of).checked is False, "the ledger says 12.00"


def test_a_total_is_the_sum_of_what_its_rows_are_counted_to(shop: Shop) -> None:
    tea, milk = shop.product("TEA"), shop.product("MILK")
    shop.buy(1, tea, "10", "1")
    shop.buy(2, milk, "1", "30")
    values = ((milk, Decimal("30.00")), (tea, Decimal("10.00")))
    rows = tuple((str(product), WhyKey("stock_value", product, shown=value)) for product, value in values)
    found = ask(shop, "sum", parts=rows, shown=Decimal("40.00"))
    assert (found.result, found.checked) == (Decimal("40.00"), True)
    more = ask(shop, "sum", parts=rows, rest=(3, Decimal("5.00")), shown=Decimal("45.00"))
    assert (more.result, more.checked) == (Decimal("45.00"), True)
    lied = tuple((name, replace(key, shown=Decimal("1.00"))) for name, key in rows)
    assert ask(shop, "sum", parts=lied, shown=Decimal("2.00")).checked is False


def test_accounts_tell_every_row_up_to_the_one_that_is_asked_about(shop: Shop) -> None:
    tea = shop.product("TEA")
    shop.buy(1, tea, "10", "1", paid="4.00")
    sale = shop.sell(2, tea, "2", "5", paid="10.00")
    shop.sell(3, tea, "1", "5", paid="5.00")
    found = ask(shop, "account_balance", account="cash", document_id=sale.document_id, part=1)
    assert terms(found)[1:] == [("=", Decimal("10.00")), ("−", Decimal("4.00"))]
    now = ask(shop, "account_balance", account="cash")
    assert (found.result, now.result, now.checked) == (Decimal("6.00"), Decimal("11.00"), True)
