"""A trading day in the trade's words: what posting, voiding and back-dating do to goods, cost, debts and money."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import func, select, text

from jxc_desktop.db.models import AccountBalance, AuditRow, Document, PartnerBalance, StockMonth, StockRow
from jxc_desktop.domain import errors
from jxc_desktop.domain.acts import Act
from jxc_desktop.domain.documents import Draft, DraftLine, Paid, Settles
from jxc_desktop.services.drafts import change_document, copy_document, load_draft, save_draft
from jxc_desktop.services.posting import post_document
from jxc_desktop.services.voiding import close_order
from tests.helpers.shop import Shop, line


def test_a_back_dated_issue_that_would_empty_a_later_day_is_refused_naming_that_day(shop: Shop) -> None:
    tea = shop.product("TEA")
    shop.buy(1, tea, "10", "1")
    shop.sell(5, tea, "10")
    shop.buy(6, tea, "10", "1")
    with pytest.raises(errors.NotEnoughStock) as refused:
        shop.sell(3, tea, "5")
    assert refused.value.facts["day"] == "2026-03-05"
    assert (refused.value.facts["available"], refused.value.facts["wanted"]) == ("0", "5")
    assert shop.on_hand(tea) == 10


def test_two_lines_of_one_document_count_together(shop: Shop) -> None:
    tea = shop.product("TEA")
    shop.buy(1, tea, "10", "1")
    with pytest.raises(errors.NotEnoughStock) as refused:
        shop.post("sale", 2, line(tea, "6"), line(tea, "6"), partner="C")
    assert (refused.value.facts["available"], refused.value.facts["wanted"]) == ("10", "12")


def test_a_refused_sale_leaves_no_trace_and_burns_no_number(shop: Shop) -> None:
    tea = shop.product("TEA")
    shop.buy(1, tea, "1", "1")
    with pytest.raises(errors.NotEnoughStock):
        shop.sell(2, tea, "2")
    with shop.book.read() as session:
        assert session.scalar(select(func.count()).select_from(Document)) == 1
        assert session.scalar(text("SELECT count(*) FROM serials WHERE kind = 'sale'")) == 0
    assert shop.sell(2, tea, "1").number == "XS-20260302-001"


def test_a_back_dated_receipt_restates_the_sale_as_if_it_had_come_in_time(shop: Shop) -> None:
    tea = shop.product("TEA")
    shop.buy(1, tea, "10", "1")
    sale = shop.sell(5, tea, "4")
    assert shop.cost(sale) == Decimal("-4.00")
    late = shop.buy(3, tea, "10", "3")
    assert late.restated == (sale.number,)
    assert shop.cost(sale) == Decimal("-8.00")
    assert (shop.on_hand(tea), shop.value(tea)) == (16, Decimal("32.00"))


def test_a_box_of_thirteen_sold_as_singles_costs_exactly_what_was_paid(shop: Shop) -> None:
    egg = shop.product("EGG", units={"盒": 13})
    shop.post("purchase_receipt", 1, line(egg, "1", "15.00", unit_id=shop.unit(egg, "盒")), partner="S")
    costs = [shop.cost(shop.sell(2, egg, "1")) for _ in range(13)]
    assert sum(c for c in costs if c is not None) == Decimal("-15.00")
    assert (shop.on_hand(egg), shop.value(egg)) == (0, 0)


def test_each_unit_uses_its_own_factor_and_price(shop: Shop) -> None:
    beer = shop.product("BEER", units={"提": 6, "箱": 24}, sale_price=Decimal("3.00"))
    shop.buy(1, beer, "100", "2")
    sale = shop.post("sale", 2, line(beer, "1", unit_id=shop.unit(beer, "箱")), partner="C")
    assert shop.on_hand(beer) == 76
    with shop.book.read() as session:
        assert session.get_one(Document, sale.document_id).total == Decimal("72.00")


def test_voiding_makes_every_figure_as_if_it_had_never_been(shop: Shop) -> None:
    tea = shop.product("TEA")
    shop.buy(1, tea, "10", "1")
    dear = shop.buy(2, tea, "10", "3")
    sale = shop.sell(4, tea, "5")
    assert shop.cost(sale) == Decimal("-10.00")
    voided = shop.void(dear)
    assert voided.restated == (sale.number,)
    assert shop.cost(sale) == Decimal("-5.00")
    assert (shop.on_hand(tea), shop.value(tea), shop.status(dear)) == (5, Decimal("5.00"), "voided")
    with shop.book.read() as session:
        balance = dict(session.execute(select(PartnerBalance.partner_id, PartnerBalance.balance)).all())
        month = session.scalars(select(StockMonth)).one()
    assert balance[shop.partners["S"]] == Decimal("-10.00")
    assert (month.bought_quantity, month.bought_value, month.sold_value) == (10, Decimal("10.00"), Decimal("5.00"))


def test_voiding_a_receipt_whose_goods_are_sold_is_refused_naming_the_day(shop: Shop) -> None:
    tea = shop.product("TEA")
    receipt = shop.buy(1, tea, "10", "1")
    shop.sell(4, tea, "5")
    with pytest.raises(errors.NotEnoughStock) as refused:
        shop.void(receipt)
    assert refused.value.facts["day"] == "2026-03-04"
    assert shop.status(receipt) == "posted"


def test_two_stocktakes_voided_in_either_order_give_the_same_balances(shop: Shop) -> None:
    for order in ((0, 1), (1, 0)):
        tea = shop.product(f"TEA{order[0]}")
        shop.buy(1, tea, "10", "2")
        counts = [shop.post("stocktake", day, line(tea, None, counted=Decimal(n))) for day, n in ((2, "7"), (3, "12"))]
        assert (shop.on_hand(tea), shop.value(tea)) == (12, Decimal("24.00"))
        for index in order:
            shop.void(counts[index])
        assert (shop.on_hand(tea), shop.value(tea)) == (10, Decimal("20.00"))


def test_a_count_ignores_sales_made_after_its_counting_time(shop: Shop) -> None:
    tea = shop.product("TEA")
    shop.buy(1, tea, "10", "2")
    shop.sell("2026-03-05T15:00:00", tea, "3")
    count = shop.post("stocktake", "2026-03-05T18:00:00", line(tea, None, counted=Decimal(9), counted_at="2026-03-05T14:00:00"))
    assert shop.cost(count) == Decimal("-2.00")
    assert shop.on_hand(tea) == 6


def test_a_paper_that_comes_late_changes_the_difference_not_the_count(shop: Shop) -> None:
    tea = shop.product("TEA")
    shop.buy(1, tea, "10", "2")
    count = shop.post("stocktake", 5, line(tea, None, counted=Decimal(15)))
    late = shop.buy(4, tea, "5", "2")
    assert count.number in late.restated
    assert (shop.on_hand(tea), shop.cost(count)) == (15, Decimal("0.00"))


def test_half_a_discounted_line_returned_twice_refunds_what_was_paid_at_the_original_cost(shop: Shop) -> None:
    cake = shop.product("CAKE")
    shop.buy(1, cake, "3", "3.3333")
    sale = shop.post("sale", 2, line(cake, "3", "9.99", discount=Decimal("0.07")), partner="C", discount_amount=Decimal("0.86"))
    for _ in range(2):
        shop.post("sales_return", 3, line(cake, "1.5", against=(sale.document_id, 1)), partner="C")
    with shop.book.read() as session:
        paid = session.get_one(Document, sale.document_id).total
        back = session.scalars(select(Document.total).where(Document.kind == "sales_return")).all()
        costs = session.scalars(select(StockRow.value).where(StockRow.cost == "return")).all()
    assert sum(back) == paid == Decimal("27.01")
    assert sum(c for c in costs if c is not None) == Decimal("10.00")
    with pytest.raises(errors.MoreThanOriginal):
        shop.post("sales_return", 4, line(cake, "0.001", against=(sale.document_id, 1)), partner="C")


def test_a_return_keeps_its_sale_from_being_voided(shop: Shop) -> None:
    tea = shop.product("TEA")
    shop.buy(1, tea, "10", "1")
    sale = shop.sell(2, tea, "4")
    back = shop.post("sales_return", 3, line(tea, "1", against=(sale.document_id, 1)), partner="C")
    with pytest.raises(errors.HasDependents) as refused:
        shop.void(sale)
    assert back.number in refused.value.facts["dependents"]
    shop.void(back)
    assert shop.void(sale).status == "voided"


def test_a_transfer_moves_goods_at_cost_and_changes_no_value(shop: Shop) -> None:
    tea = shop.product("TEA")
    shop.buy(1, tea, "10", "1.5")
    moved = shop.post("transfer", 2, line(tea, "4"), to="B")
    assert (shop.on_hand(tea, "MAIN"), shop.on_hand(tea, "B"), shop.value(tea), shop.cost(moved)) == (6, 4, Decimal("15.00"), 0)
    with pytest.raises(errors.NotEnoughStock):
        shop.sell(3, tea, "7")
    shop.void(moved)
    assert (shop.on_hand(tea, "MAIN"), shop.on_hand(tea, "B")) == (10, 0)


def test_freight_on_a_receipt_is_part_of_what_the_goods_cost(shop: Shop) -> None:
    a, b = shop.product("A"), shop.product("B")
    shop.post(
        "purchase_receipt",
        1,
        line(a, "10", "3"),
        line(b, "10", "7"),
        partner="S",
        freight=Decimal("10"),
        discount_amount=Decimal("5"),
    )
    assert (shop.value(a), shop.value(b)) == (Decimal("31.50"), Decimal("73.50"))


def test_negative_stock_follows_the_policy(shop: Shop) -> None:
    tea = shop.product("TEA")
    shop.buy(1, tea, "1", "2")
    shop.settings(negative="warn")
    sale = shop.sell(2, tea, "3")
    assert len(sale.warnings) == 1
    assert shop.cost(sale) == Decimal("-6.00")
    arrived = shop.buy(3, tea, "5", "4")
    assert arrived.restated == (sale.number,)
    assert (shop.cost(sale), shop.on_hand(tea), shop.value(tea)) == (Decimal("-10.00"), 3, Decimal("12.00"))
    shop.settings(negative="allow")
    assert shop.sell(4, tea, "9").warnings == ()


def test_unknown_cost_is_told_and_filled_by_the_first_known_one(shop: Shop) -> None:
    tea = shop.product("TEA")
    unpriced = shop.buy(1, tea, "4", None)
    assert len(unpriced.warnings) == 1
    sale = shop.sell(2, tea, "1")
    assert shop.cost(sale) is None
    shop.buy(3, tea, "6", "2.50")
    assert shop.cost(sale) == Decimal("-2.50")
    assert (shop.on_hand(tea), shop.value(tea)) == (9, Decimal("22.50"))


def test_retail_takes_all_in_cash_gives_change_and_needs_a_name_for_a_debt(shop: Shop) -> None:
    tea = shop.product("TEA", sale_price=Decimal("4.50"))
    shop.buy(1, tea, "10", "1", paid="10.00")
    shop.post("retail_sale", 2, line(tea, "2"))
    shop.post("retail_sale", 2, line(tea, "2"), paid="10.00")
    with pytest.raises(errors.PartnerNeeded):
        shop.post("retail_sale", 2, line(tea, "2"), paid="1.00")
    with shop.book.read() as session:
        assert session.get_one(AccountBalance, 1).balance == Decimal("8.00")


def test_orders_are_fulfilled_in_parts_and_closed_by_choice(shop: Shop) -> None:
    tea = shop.product("TEA")
    order = shop.post("purchase_order", 1, line(tea, "10", "2"), partner="S", paid="5.00")
    first = shop.post("purchase_receipt", 2, line(tea, "4", "2"), partner="S", order_id=order.document_id)
    with shop.book.read() as session:
        from jxc_desktop.queries.orders import open_order_lines

        assert [row.open for row in open_order_lines(session, order.document_id)] == [Decimal(6)]
    with pytest.raises(errors.HasDependents) as refused:
        shop.void(order)
    assert first.number in refused.value.facts["dependents"]
    with shop.book.write() as session:
        assert close_order(session, order.document_id, shop.act).status == "closed"


def test_posting_twice_has_the_effect_of_once(shop: Shop) -> None:
    tea = shop.product("TEA")
    first = shop.buy(1, tea, "10", "1", ref="R-1")
    again = shop.buy(1, tea, "99", "9", ref="R-1")
    assert (again.existing, again.number, shop.on_hand(tea)) == (True, first.number, 10)
    draft = Draft("sale", "2026-03-02T12:00:00", shop.partners["C"], lines=[line(tea, "1", "3")])
    with shop.book.write() as session:
        saved = save_draft(session, draft, shop.act)
    numbers = set()
    for _ in range(2):
        with shop.book.write() as session:
            numbers.add(post_document(session, draft, shop.act, draft_id=saved.document_id).number)
    assert (numbers, shop.on_hand(tea)) == ({"XS-20260302-001"}, 9)


def test_a_draft_comes_back_as_it_was_left(shop: Shop, act: Act) -> None:
    typed = Draft(
        "purchase_receipt",
        None,
        None,
        lines=[
            DraftLine(typed={"product": "青岛"}),
            DraftLine(1, Decimal("2.5"), price=Decimal("1.2345"), discount=Decimal("0.05")),
        ],
        paid=[Paid(1, Decimal("3.00"))],
        settles=[Settles(4, Decimal("1.00"))],
        note="等电话",
    )
    with shop.book.write() as session:
        saved = save_draft(session, typed, act)
    with shop.book.read() as session:
        assert load_draft(session, saved.document_id) == typed
        assert session.get_one(Document, saved.document_id).number is None


def test_change_is_void_and_copy(shop: Shop) -> None:
    tea = shop.product("TEA")
    receipt = shop.buy(1, tea, "10", "1.25")
    with shop.book.write() as session:
        voided, draft_id = change_document(session, receipt.document_id, shop.act, reason="数量不对")
    assert (voided.status, shop.on_hand(tea)) == ("voided", 0)
    with shop.book.read() as session:
        draft = load_draft(session, draft_id)
        copied = copy_document(session, receipt.document_id)
    assert (draft.lines[0].quantity, draft.lines[0].price, draft.moment) == (
        Decimal("10.000"),
        Decimal("1.2500"),
        "2026-03-01T12:00:00",
    )
    assert copied.moment is None


@pytest.mark.parametrize("day", ["2026-03-11", "2027-01-01"])
def test_a_date_after_today_is_refused(shop: Shop, day: str) -> None:
    tea = shop.product("TEA")
    with pytest.raises(errors.DateInFuture):
        shop.buy(f"{day}T12:00:00", tea, "1", "1")


def test_a_locked_month_is_closed_to_posting_and_voiding(shop: Shop) -> None:
    tea = shop.product("TEA")
    receipt = shop.buy(1, tea, "10", "1")
    shop.settings(lock_until="2026-03-05")
    with pytest.raises(errors.PeriodClosed):
        shop.sell(5, tea, "1")
    with pytest.raises(errors.PeriodClosed):
        shop.void(receipt)
    assert shop.sell(6, tea, "1").status == "posted"


def test_the_closing_hour_keeps_the_night_in_the_day_before(shop: Shop) -> None:
    tea = shop.product("TEA")
    shop.settings(closing_hour=3)
    shop.buy(1, tea, "10", "1")
    assert shop.sell("2026-03-05T01:30:00", tea, "1").number == "XS-20260304-001"


def test_every_act_is_in_the_audit_trail_and_chained(shop: Shop) -> None:
    tea = shop.product("TEA")
    receipt = shop.buy(1, tea, "10", "1")
    shop.void(receipt)
    with shop.book.read() as session:
        rows = session.scalars(select(AuditRow).order_by(AuditRow.seq)).all()
    assert [r.action for r in rows][-2:] == ["document.post", "document.void"]
    assert [r.seq for r in rows] == list(range(1, len(rows) + 1))
    assert len({r.hash for r in rows}) == len(rows)


def test_first_to_expire_leaves_first(shop: Shop, act: Act) -> None:
    milk = shop.product("MILK", batches=1, shelf_life_days=10)
    for number, produced in (("B2", "2026-03-05"), ("B1", "2026-03-01")):
        shop.post("purchase_receipt", 5, line(milk, "4", "2", batch=number, produced=produced), partner="S")
    sale = shop.sell(6, milk, "6")
    with shop.book.read() as session:
        rows = session.execute(
            text(
                "SELECT b.number, b.expiry, s.quantity FROM stock_ledger s JOIN batches b ON b.id = s.batch_id "
                "WHERE s.document_id = :d ORDER BY part"
            ),
            {"d": sale.document_id},
        ).all()
    assert [tuple(r) for r in rows] == [("B1", "2026-03-11", -4000), ("B2", "2026-03-15", -2000)]
    with pytest.raises(errors.BatchNotAllowed):
        shop.buy(1, shop.product("TEA"), "1", "1", ref=None, lines=[line(1, "1", "1"), line(2, "1", "1", batch="X")])


def test_yesterday_is_not_today(shop: Shop) -> None:
    shop.act = replace(shop.act, today=date(2026, 3, 2))
    tea = shop.product("TEA")
    with pytest.raises(errors.DateInFuture):
        shop.buy(3, tea, "1", "1")
