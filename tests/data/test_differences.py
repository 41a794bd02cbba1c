"""The cost difference slip: which documents changed, from what to what, and that it adds up to what the cause brought."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from jxc_desktop.db.engine import Database
from jxc_desktop.db.models import AuditRow, CostDifference
from jxc_desktop.domain import errors
from jxc_desktop.domain.acts import Act
from jxc_desktop.domain.settings import ShopSettings
from jxc_desktop.i18n import _
from jxc_desktop.queries.difference_why import Held, Slip, because, difference_slip, slip_of_cause
from jxc_desktop.queries.differences import by_day, by_kind, difference_count, difference_slips
from jxc_desktop.reports import run_report
from jxc_desktop.reports.base import Filters, as_json
from jxc_desktop.services.differences import mark_seen
from jxc_desktop.services.posting import Posted
from jxc_desktop.services.shop import open_shop
from tests.helpers.shop import Shop, line

D = Decimal


def slip_of(shop: Shop, cause: Posted) -> Slip:
    with shop.book.read() as session:
        return slip_of_cause(session, cause.document_id)


def session_of_the_contract(shop: Shop) -> tuple[int, Posted]:
    """20 at 12.00 on average, 5 sold and 1 of them back; then 20 at 9.00 dated before the sale."""
    tea = shop.product("TEA")
    shop.buy(1, tea, "10", "10")
    shop.buy(2, tea, "10", "14")
    sold = shop.sell(4, tea, "5", "18")
    shop.post("sales_return", 6, line(tea, "1", against=(sold.document_id, 1)), partner="C")
    return tea, shop.buy(3, tea, "20", "9")


def test_a_receipt_dated_back_lists_the_sale_and_its_return_from_what_to_what(shop: Shop) -> None:
    tea, late = session_of_the_contract(shop)
    assert late.restated == ("XS-20260304-001", "XT-20260306-001")
    slip = slip_of(shop, late)
    seen = [(r.number, r.quantity, r.old_cost, r.new_cost, r.difference, r.old_profit, r.new_profit) for r in slip.rows]
    assert seen == [
        ("XS-20260304-001", D(5), D("60.00"), D("52.50"), D("-7.50"), D("30.00"), D("37.50")),
        ("XT-20260306-001", D(-1), D("-12.00"), D("-10.50"), D("1.50"), D("-6.00"), D("-7.50")),
    ]
    assert (slip.rows[0].old_unit_cost, slip.rows[0].new_unit_cost) == (D("12.0000"), D("10.5000"))
    head = slip.head
    assert (head.number, head.voided, head.documents, head.user) == (late.number, False, 2, _("Owner"))
    assert (head.cost_of_sales, head.gross_profit, head.shrinkage) == (D("-6.00"), D("6.00"), D(0))
    why = slip.product(tea)
    assert (why.before, why.brought, why.after) == (Held(D(20), D(240)), Held(D(20), D(180)), Held(D(40), D(420)))
    assert (why.before.average, why.after.average) == (D("12.0000"), D("10.5000"))  # type: ignore[union-attr]
    assert (why.issued, why.held_before, why.held) == (D("-6.00"), Held(D(16), D(192)), Held(D(36), D(378)))
    assert slip.adds_up
    assert why.latest
    assert head.stock_value == why.held_change == D("186.00")
    assert because(slip) == _("Goods that came in were entered for an earlier day; what left after them is worked out again.")


def test_a_void_takes_back_what_it_had_done_and_says_so(shop: Shop) -> None:
    tea, late = session_of_the_contract(shop)
    shop.void(late, "重复录入")
    slip = slip_of(shop, late)
    assert slip.head.voided
    assert slip.reason == "重复录入"
    assert [(r.old_cost, r.new_cost) for r in slip.rows] == [(D("52.50"), D("60.00")), (D("-10.50"), D("-12.00"))]
    why = slip.product(tea)
    assert (why.before, why.brought, why.after) == (Held(D(40), D(420)), Held(D(-20), D(-180)), Held(D(20), D(240)))
    assert (why.held_before, why.held) == (Held(D(36), D(378)), Held(D(16), D(192)))
    assert slip.adds_up
    with shop.book.read() as session:
        heads = difference_slips(session, cause_id=late.document_id)
        first = difference_slip(session, heads[1].seq)  # the posting's own slip is what it was
    assert [head.voided for head in heads] == [True, False]
    assert [(r.old_cost, r.new_cost) for r in first.rows] == [(D("60.00"), D("52.50")), (D("-12.00"), D("-10.50"))]
    assert first.adds_up
    assert first.product(tea).held == Held(D(36), D(378))
    assert not first.product(tea).latest


def test_losses_and_supplier_returns_are_told_apart_from_the_cost_of_sales(shop: Shop) -> None:
    tea = shop.product("TEA")
    bought = shop.buy(1, tea, "10", "10")
    shop.sell(4, tea, "2")
    shop.post("write_off", 5, line(tea, "1"))
    shop.post("purchase_return", 6, line(tea, "2", against=(bought.document_id, 1)), partner="S")
    late = shop.buy(2, tea, "10", "20")
    slip = slip_of(shop, late)
    head = slip.head
    assert (head.cost_of_sales, head.shrinkage, head.return_difference) == (D("10.00"), D("5.00"), D("-10.00"))
    assert [(one.key, one.difference, one.profit_change) for one in by_kind(slip.rows)] == [
        ("purchase_return", D("10.00"), None),
        ("sale", D("10.00"), D("-10.00")),
        ("write_off", D("5.00"), None),
    ]
    assert [one.key for one in by_day(slip.rows)] == ["2026-03-04", "2026-03-05", "2026-03-06"]
    assert slip.adds_up
    assert slip.products[0].issued_quantity == 5


def test_a_count_keeps_what_was_counted_and_its_difference_is_told_as_it_was_then(shop: Shop) -> None:
    tea = shop.product("TEA")
    shop.buy(1, tea, "10", "10")
    counted = shop.post("stocktake", 5, line(tea, None, counted=D(8)))
    late = shop.buy(3, tea, "4", "10")
    slip = slip_of(shop, late)
    (row,) = slip.rows
    assert (row.number, row.quantity, row.old_cost, row.new_cost) == (counted.number, D(6), D("20.00"), D("60.00"))
    assert slip.head.shrinkage == D("40.00")
    assert slip.adds_up
    assert slip.products[0].held == Held(D(8), D(80))
    shop.buy(2, tea, "1", "10")
    assert slip_of(shop, late).rows[0].quantity == D(6)


def test_goods_sold_before_they_were_bought_name_the_receipt_as_cause(shop: Shop) -> None:
    shop.settings(negative="allow")
    tea = shop.product("TEA")
    shop.buy(1, tea, "1", "10")
    shop.sell(2, tea, "3")
    late = shop.buy(4, tea, "5", "13")
    slip = slip_of(shop, late)
    assert [(r.old_cost, r.new_cost) for r in slip.rows] == [(D("30.00"), D("36.00"))]
    assert because(slip) == _("Goods that had left before they were bought now have their real cost.")
    assert slip.adds_up


def test_a_transfer_that_only_carries_goods_on_is_counted_and_not_listed(shop: Shop) -> None:
    tea = shop.product("TEA")
    shop.buy(2, tea, "10", "10")
    shop.post("transfer", 3, line(tea, "4"), to="B")
    shop.sell(4, tea, "1", warehouse="B")
    late = shop.buy(1, tea, "10", "20")
    slip = slip_of(shop, late)
    assert [row.kind for row in slip.rows] == ["sale"]
    assert slip.head.documents == 1
    assert slip.adds_up
    assert slip.carried == 1


def test_charges_shared_later_raise_the_receipt_and_what_left_after_it(shop: Shop) -> None:
    eggs = shop.product("EGG")
    bought = shop.buy(1, eggs, "34", "18.60")
    early = shop.buy(2, eggs, "2", "10", warehouse="B")
    shop.sell(3, eggs, "2")
    late = shop.buy("2026-03-01T08:00:00", eggs, "4", "18.60")
    freight = shop.post("landed_cost", 5, partner="S", targets=[bought.document_id], amount=D("20.40"))
    slip = slip_of(shop, freight)
    assert (slip.targets, slip.head.documents) == ((bought.number,), 1)
    why = slip.products[0]
    assert (why.before, why.after) == (Held(D(38), D("706.80")), Held(D(38), D("727.20")))
    assert why.brought == Held(D(0), D("20.40"))
    assert slip.adds_up
    assert slip.head.stock_value == why.held_change
    assert slip_of(shop, late).adds_up, "a slip of before the charges is what it was"
    shop.void(early)
    again = slip_of(shop, early)
    assert again.adds_up
    shop.void(freight)
    for cause in (freight, early, late):
        assert slip_of(shop, cause).adds_up
    assert slip_of(shop, freight).products[0].before == Held(D(38), D("727.20"))


def test_a_receipt_that_was_raised_later_brought_what_it_brought_then(shop: Shop) -> None:
    tea = shop.product("TEA")
    shop.buy(1, tea, "10", "10")
    shop.sell(4, tea, "5")
    late = shop.buy(2, tea, "10", "16")
    shop.post("landed_cost", 6, partner="S", targets=[late.document_id], amount=D("30"))
    slip = slip_of(shop, late)
    assert slip.products[0].brought.value == D("160.00")
    assert slip.adds_up
    assert slip.head.stock_value == slip.products[0].held_change == D("145.00")


def test_goods_made_of_dearer_parts_are_told_though_the_cause_never_moved_them(shop: Shop) -> None:
    tea, box = shop.product("TEA"), shop.product("BOX")
    shop.buy(2, tea, "10", "2")
    made = shop.post("assembly", 3, line(tea, "10"), made=line(box, "5"))
    sold = shop.sell(4, box, "5")
    late = shop.buy(1, tea, "10", "4")
    for cause in (late, shop.void(late)):
        slip = slip_of(shop, cause)
        assert {row.number for row in slip.rows} == {made.number, sold.number}
        assert because(slip)


def test_looking_at_a_slip_is_kept_with_who_and_when(shop: Shop) -> None:
    _tea, late = session_of_the_contract(shop)
    with shop.book.read() as session:
        (head,) = difference_slips(session, unseen=True)
        assert head.seen_at is None
        assert difference_count(session, late.document_id) == 2
    with shop.book.write() as session:
        mark_seen(session, head.seq, shop.act)
        mark_seen(session, head.seq, shop.act)
        assert not difference_slips(session, unseen=True)
        assert difference_slips(session)[0].seen_at == "2026-03-10T10:00:00"
        assert session.scalar(select(func.count()).where(AuditRow.action == "difference.seen")) == 1
        with pytest.raises(errors.NotFound):
            mark_seen(session, 999, shop.act)
        with pytest.raises(errors.NotFound):
            difference_slip(session, 999)


def test_the_report_lists_them_by_the_day_of_the_document(shop: Shop) -> None:
    _tea, late = session_of_the_contract(shop)
    with shop.book.read() as session:
        asked = Filters(today=date(2026, 3, 10), date_from=date(2026, 3, 5), product="TEA")
        rows = as_json(run_report(session, "cost-differences", asked))
        everything = run_report(session, "cost-differences", replace(asked, date_from=None))
    assert rows == [
        {
            "date": "2026-03-06T12:00:00", "cause": late.number, "number": "XT-20260306-001", "kind": "sales_return",
            "product": "TEA", "name": "TEA", "quantity": "-1", "old_cost": "-12.00", "new_cost": "-10.50", "difference": "1.50",
        }
    ]  # fmt: skip
    assert everything.totals["difference"] == D("-6.00")


@pytest.mark.parametrize(("costing", "pool"), [("average", "product"), ("fifo", "product"), ("average", "warehouse")])
def test_every_slip_of_a_busy_year_adds_up_to_what_its_cause_brought(bare: Database, act: Act, costing: str, pool: str) -> None:
    with bare.write() as session:
        open_shop(session, ShopSettings(shop="小店", costing=costing, pool=pool, negative="allow"), act)
    shop, luck = Shop(bare, act), random.Random(7)
    goods = [shop.product(code) for code in ("A", "B")]
    posted: list[Posted] = []
    for _step in range(60):
        product, day = luck.choice(goods), luck.randint(1, 9)
        where = luck.choice(["MAIN", "MAIN", "B"])
        amount, price = str(luck.randint(1, 9)), str(luck.randint(5, 20))
        act_now = luck.random()
        if act_now < 0.35:
            posted.append(shop.buy(day, product, amount, price, warehouse=where))
        elif act_now < 0.65:
            posted.append(shop.sell(day, product, amount, warehouse=where))
        elif act_now < 0.75:
            posted.append(shop.post("write_off", day, line(product, amount), warehouse=where))
        elif act_now < 0.82:
            posted.append(shop.post("stocktake", day, line(product, None, counted=D(amount)), warehouse=where))
        elif act_now < 0.9:
            other = "B" if where == "MAIN" else "MAIN"
            posted.append(shop.post("transfer", day, line(product, amount), warehouse=where, to=other))
        elif posted:
            shop.void(posted.pop(luck.randrange(len(posted))))
    with bare.read() as session:
        slips = [difference_slip(session, head.seq) for head in difference_slips(session, limit=None)]
        assert session.scalar(select(func.count(CostDifference.seq.distinct()))) == len(slips) > 15
    for slip in slips:
        assert [(one.name, one.rest) for one in slip.products if one.rest] == [], slip.head
        assert slip.head.stock_value == sum((one.held_change for one in slip.products), D(0))
    assert any(one.latest for one in slips[0].products)
    if pool == "product":  # with a pool per warehouse a transfer that was restated again hides what it was worth in each
        assert sum(one.before is not None for slip in slips for one in slip.products) > len(slips) * 2 // 3
