"""Putting together, taking apart, kits, landed cost, cost adjustment and goods under way, in the trade's words."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import select

from jxc_desktop.db.models import Document, PartnerBalance, StockRow
from jxc_desktop.domain import errors
from jxc_desktop.domain.documents import Draft, DraftLine
from jxc_desktop.queries.proof import prove, replay_findings
from jxc_desktop.queries.recipes import could_be_made, recipe_of
from jxc_desktop.queries.transit import under_way
from jxc_desktop.services.drafts import as_draft, parse, save_draft
from jxc_desktop.services.posting import Posted
from jxc_desktop.services.recipes import save_recipe
from tests.helpers.shop import Shop, line

D = Decimal


def proved(shop: Shop) -> None:
    with shop.book.read() as session:
        assert prove(session) == []
        assert replay_findings(session) == []


def assemble(shop: Shop, day: int, product: int, quantity: str, *parts: DraftLine, kind: str = "assembly") -> Posted:
    return shop.post(kind, day, *parts, made=line(product, quantity))


def land(shop: Shop, day: int, amount: str, *receipts: Posted, by: str = "value") -> Posted:
    targets = [receipt.document_id for receipt in receipts]
    return shop.post("landed_cost", day, partner="S", amount=D(amount), targets=targets, spread=by)


# --- assembly and disassembly ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["average", "fifo"])
def test_what_is_put_together_costs_to_the_fen_what_its_parts_cost(shop: Shop, method: str) -> None:
    shop.settings(costing=method)
    tea, cup, box = shop.product("TEA"), shop.product("CUP"), shop.product("BOX")
    shop.buy(1, tea, "3", "3.33")
    shop.buy(1, cup, "7", "1.01")
    posted = assemble(shop, 2, box, "2", line(tea, "2"), line(cup, "5"))
    assert posted.number == "ZZ-20260302-001"
    assert (shop.on_hand(tea), shop.on_hand(cup), shop.on_hand(box)) == (1, 2, 2)
    assert shop.cost(posted) == 0  # what left is what came
    assert shop.value(box) == D("6.66") + D("5.05")
    proved(shop)


def test_a_dearer_part_makes_what_was_assembled_and_sold_dearer_back_to_the_sale(shop: Shop) -> None:
    tea, box = shop.product("TEA"), shop.product("BOX")
    shop.buy(2, tea, "10", "2")
    assembled = assemble(shop, 3, box, "5", line(tea, "10"))
    sold = shop.sell(4, box, "5")
    assert shop.cost(sold) == D("-20.00")
    late = shop.buy(1, tea, "10", "4")
    assert late.restated == (assembled.number, sold.number)
    assert shop.cost(sold) == D("-30.00")
    back = shop.void(late)
    assert back.restated == (assembled.number, sold.number)
    assert shop.cost(sold) == D("-20.00")
    proved(shop)


def test_taking_apart_shares_the_cost_by_what_the_parts_are_said_to_be_worth(shop: Shop) -> None:
    pig, meat, bone, skin = (shop.product(code) for code in ("PIG", "MEAT", "BONE", "SKIN"))
    shop.buy(1, pig, "1", "100.01")
    done = assemble(shop, 2, pig, "1", line(meat, "2", "30"), line(bone, "2", "10"), line(skin, "1", "10"), kind="disassembly")
    assert done.number == "CX-20260302-001"
    assert shop.value(pig) == 0
    values = [shop.value(part) for part in (meat, bone, skin)]
    assert sum(values) == D("100.01")
    assert values == [D("66.67"), D("22.23"), D("11.11")]  # 60 : 20 : 10, each boundary rounded half up
    proved(shop)


def test_parts_without_a_worth_share_by_their_prices_and_else_by_quantity(shop: Shop) -> None:
    whole, big, small = shop.product("W"), shop.product("BIG", sale_price=D(30)), shop.product("SMALL", sale_price=D(10))
    plain = shop.product("PLAIN", sale_price=None)
    shop.buy(1, whole, "2", "40")
    assemble(shop, 2, whole, "1", line(big, "1"), line(small, "1"), kind="disassembly")
    assert (shop.value(big), shop.value(small)) == (D("30.00"), D("10.00"))
    assemble(shop, 3, whole, "1", line(plain, "3"), line(small, "1"), kind="disassembly")
    assert (shop.value(plain), shop.value(small)) == (D("30.00"), D("20.00"))
    proved(shop)


def test_assembling_without_parts_on_hand_is_refused_and_an_assembly_whose_goods_are_sold_cannot_go(shop: Shop) -> None:
    tea, box = shop.product("TEA"), shop.product("BOX")
    shop.buy(1, tea, "4", "2")
    with pytest.raises(errors.NotEnoughStock):
        assemble(shop, 2, box, "1", line(tea, "5"))
    made = assemble(shop, 2, box, "1", line(tea, "4"))
    sold = shop.sell(3, box, "1")
    with pytest.raises(errors.NotEnoughStock) as refused:
        shop.void(made)
    assert refused.value.facts["product"] == "BOX"
    shop.void(sold)
    shop.void(made)
    assert (shop.on_hand(tea), shop.on_hand(box), shop.value(tea)) == (4, 0, D("8.00"))
    proved(shop)


def test_a_product_cannot_be_a_part_of_itself(shop: Shop) -> None:
    tea = shop.product("TEA")
    with pytest.raises(errors.PartOfItself):
        assemble(shop, 1, tea, "1", line(tea, "1"))
    with pytest.raises(errors.Missing):
        shop.post("assembly", 1, line(tea, "1"))


def test_with_negative_stock_allowed_an_assembly_is_trued_up_when_its_parts_arrive(shop: Shop) -> None:
    shop.settings(negative="allow")
    tea, box = shop.product("TEA"), shop.product("BOX")
    shop.buy(1, tea, "1", "2")
    assemble(shop, 2, box, "1", line(tea, "3"))
    sold = shop.sell(3, box, "1")
    assert shop.cost(sold) == D("-6.00")
    arrived = shop.buy(4, tea, "5", "5")
    assert sold.number in arrived.restated
    assert shop.cost(sold) == D("-12.00")  # 1 at 2.00 and 2 at 5.00
    proved(shop)


def test_the_recipe_fills_in_the_parts(shop: Shop) -> None:
    flour, cake = shop.product("FLOUR"), shop.product("CAKE")
    shop.buy(1, flour, "10", "3")
    with shop.book.write() as session:
        save_recipe(session, cake, [(flour, D("2.5"))], shop.act, makes=D(10))
    shop.post("assembly", 2, made=line(cake, "20"))
    assert (shop.on_hand(flour), shop.on_hand(cake), shop.value(cake)) == (5, 20, D("15.00"))
    with shop.book.read() as session:
        recipe = recipe_of(session, cake)
        assert recipe is not None
        assert [part.code for part in recipe.parts] == ["FLOUR"]
        assert could_be_made(session, [cake]) == {cake: 20}
    with pytest.raises(errors.TooFine):
        shop.post("assembly", 3, made=line(cake, "0.001"))


def test_a_recipe_cannot_go_in_a_circle(shop: Shop) -> None:
    a, b, c = (shop.product(code) for code in "ABC")
    with shop.book.write() as session:
        save_recipe(session, a, [(b, D(1))], shop.act)
        save_recipe(session, b, [(c, D(1))], shop.act)
    with pytest.raises(errors.PartOfItself), shop.book.write() as session:
        save_recipe(session, c, [(a, D(1))], shop.act)


# --- kits ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def kit(shop: Shop) -> tuple[int, int, int]:
    """A gift of two teas and a cup, sold for 50; tea alone sells for 20, a cup for 10."""
    tea, cup = shop.product("TEA"), shop.product("CUP", sale_price=D(10))
    gift = shop.product("GIFT", sale_price=D(50))
    with shop.book.write() as session:
        save_recipe(session, gift, [(tea, D(2)), (cup, D(1))], shop.act, kit=True)
    shop.buy(1, tea, "10", "6")
    shop.buy(1, cup, "10", "3")
    return tea, cup, gift


def test_a_kit_is_sold_as_one_and_leaves_as_its_parts(shop: Shop, kit: tuple[int, int, int]) -> None:
    tea, cup, gift = kit
    sold = shop.post("sale", 2, line(gift, "3"), partner="C")
    assert (shop.on_hand(tea), shop.on_hand(cup), shop.on_hand(gift)) == (4, 7, 0)
    assert shop.cost(sold) == D("-45.00")
    with shop.book.read() as session:
        rows = session.execute(
            select(StockRow.product_id, StockRow.revenue).order_by(StockRow.part).where(StockRow.bucket == "sold")
        )
        assert rows.all() == [(tea, D("120.00")), (cup, D("30.00"))]  # 150 as 40 to 10
        assert could_be_made(session, [gift]) == {gift: 2}
    proved(shop)


def test_a_kit_comes_back_as_what_left_even_when_its_recipe_has_changed(shop: Shop, kit: tuple[int, int, int]) -> None:
    tea, cup, gift = kit
    sold = shop.post("sale", 2, line(gift, "3"), partner="C")
    with shop.book.write() as session:
        save_recipe(session, gift, [(cup, D(5))], shop.act, kit=True)
    one = shop.post("sales_return", 3, line(gift, "1", against=(sold.document_id, 1)), partner="C")
    assert (shop.on_hand(tea), shop.on_hand(cup)) == (6, 8)
    assert shop.cost(one) == D("15.00")
    shop.post("sales_return", 4, line(gift, "2", against=(sold.document_id, 1)), partner="C")
    assert (shop.on_hand(tea), shop.on_hand(cup), shop.value(tea), shop.value(cup)) == (10, 10, D("60.00"), D("30.00"))
    with pytest.raises(errors.MoreThanOriginal):
        shop.post("sales_return", 5, line(gift, "1", against=(sold.document_id, 1)), partner="C")
    proved(shop)


def test_a_kit_that_lacks_a_part_is_refused_naming_the_part(shop: Shop, kit: tuple[int, int, int]) -> None:
    _tea, _cup, gift = kit
    with pytest.raises(errors.NotEnoughStock) as refused:
        shop.post("retail_sale", 2, line(gift, "6"))
    assert (refused.value.facts["product"], refused.value.facts["wanted"]) == ("TEA", "12")


def test_a_kit_cannot_be_bought_counted_or_put_into_another_one(shop: Shop, kit: tuple[int, int, int]) -> None:
    _tea, _cup, gift = kit
    other = shop.product("OTHER")
    with pytest.raises(errors.KitHasNoStock):
        shop.buy(2, gift, "1", "10")
    with pytest.raises(errors.KitHasNoStock):
        shop.post("stocktake", 2, line(gift, None, counted=D(1)))
    with pytest.raises(errors.KitHasNoStock), shop.book.write() as session:
        save_recipe(session, other, [(gift, D(1))], shop.act)
    tea = shop.product("MOVED")
    shop.buy(2, tea, "1", "1")
    with pytest.raises(errors.UnitLocked), shop.book.write() as session:
        save_recipe(session, tea, [(other, D(1))], shop.act, kit=True)


# --- landed cost and cost adjustment ---------------------------------------------------------------------------------


def test_freight_raises_the_receipt_as_if_it_had_always_been_there(shop: Shop) -> None:
    tea = shop.product("TEA")
    received = shop.buy(1, tea, "10", "10")
    sold = shop.sell(2, tea, "4")
    freight = land(shop, 5, "20.40", received)
    assert freight.number == "FY-20260305-001"
    assert freight.restated == (received.number, sold.number)
    assert (shop.cost(received), shop.cost(sold), shop.value(tea)) == (D("120.40"), D("-48.16"), D("72.24"))
    with shop.book.read() as session:
        assert session.execute(select(PartnerBalance.balance).order_by(PartnerBalance.balance)).scalars().all() == [
            D("-120.40"),
            D("80.00"),
        ]
    proved(shop)


def test_landed_cost_is_shared_by_value_quantity_or_weight_to_the_fen(shop: Shop) -> None:
    a, b = shop.product("A", weight=D("0.5")), shop.product("B", weight=D(2))
    received = shop.post("purchase_receipt", 1, line(a, "30", "1"), line(b, "10", "6"), partner="S")
    land(shop, 2, "10", received)
    assert (shop.value(a), shop.value(b)) == (D("33.33"), D("66.67"))
    land(shop, 3, "10", received, by="quantity")
    assert (shop.value(a), shop.value(b)) == (D("40.83"), D("69.17"))
    land(shop, 4, "7", received, by="weight")
    assert (shop.value(a), shop.value(b)) == (D("43.83"), D("73.17"))
    proved(shop)


def test_a_receipt_cannot_go_while_a_landed_cost_hangs_on_it_and_the_cost_goes_without_a_trace(shop: Shop) -> None:
    tea = shop.product("TEA")
    first, second = shop.buy(1, tea, "10", "10"), shop.buy(2, tea, "10", "30")
    sold = shop.sell(3, tea, "10")
    freight = land(shop, 4, "40", first, second)
    assert shop.cost(sold) == D("-220.00")
    with pytest.raises(errors.HasDependents) as refused:
        shop.void(first)
    assert freight.number in str(refused.value)
    assert shop.void(freight).restated == (first.number, second.number, sold.number)
    assert (shop.cost(sold), shop.cost(first)) == (D("-200.00"), D("100.00"))
    proved(shop)


def test_a_landed_cost_on_gifts_says_how_to_share_it_and_one_on_a_locked_receipt_is_refused(shop: Shop) -> None:
    tea = shop.product("TEA")
    gift = shop.buy(1, tea, "10", "0")
    with pytest.raises(errors.NothingToShare):
        land(shop, 2, "5", gift)
    with pytest.raises(errors.Missing) as refused:
        land(shop, 2, "5", gift, by="weight")
    assert "TEA" in str(refused.value)
    landed = land(shop, 2, "5", gift, by="quantity")
    assert shop.value(tea) == D("5.00")
    shop.settings(lock_until="2026-03-01")
    for act in (lambda: land(shop, 3, "5", gift, by="quantity"), lambda: shop.void(landed)):
        with pytest.raises(errors.PeriodClosed):
            act()


@pytest.mark.parametrize("method", ["average", "fifo"])
def test_a_cost_adjustment_fixes_the_unit_cost_and_is_replayed(shop: Shop, method: str) -> None:
    shop.settings(costing=method)
    tea = shop.product("TEA")
    shop.buy(1, tea, "10", "10")
    adjusted = shop.post("cost_adjustment", 3, line(tea, None, "12.5"))
    assert adjusted.number == "TJ-20260303-001"
    assert (shop.cost(adjusted), shop.value(tea), shop.on_hand(tea)) == (D("25.00"), D("125.00"), 10)
    sold = shop.sell(4, tea, "4")
    late = shop.sell(2, tea, "2")
    assert adjusted.number in late.restated
    assert (shop.cost(adjusted), shop.cost(sold), shop.value(tea)) == (D("20.00"), D("-50.00"), D("50.00"))
    shop.void(adjusted)
    assert shop.value(tea) == D("40.00")
    proved(shop)


def test_a_cost_adjustment_in_boxes_and_one_without_a_price(shop: Shop) -> None:
    tea = shop.product("TEA", units={"箱": 12})
    shop.buy(1, tea, "24", "1")
    shop.post("cost_adjustment", 2, line(tea, None, "30", unit_id=shop.unit(tea, "箱")))
    assert shop.value(tea) == D("60.00")
    with pytest.raises(errors.Missing):
        shop.post("cost_adjustment", 3, line(tea, None))
    proved(shop)


# --- goods under way -------------------------------------------------------------------------------------------------


def send(shop: Shop, day: int, product: int, quantity: str) -> Posted:
    return shop.post("transfer", day, line(product, quantity), to="B", transit=True)


@pytest.mark.parametrize("pool", ["product", "warehouse"])
def test_goods_are_under_way_until_they_are_accepted(shop: Shop, pool: str) -> None:
    shop.settings(pool=pool)
    tea = shop.product("TEA")
    shop.buy(1, tea, "10", "3")
    sent = send(shop, 2, tea, "6")
    assert (shop.on_hand(tea, "MAIN"), shop.on_hand(tea, "B"), shop.on_hand(tea)) == (4, 0, 10)
    with pytest.raises(errors.NotEnoughStock):
        shop.sell(3, tea, "1", warehouse="B")
    shop.post("transfer", 4, line(tea, "4"), order_id=sent.document_id)
    assert shop.on_hand(tea, "B") == 4
    with pytest.raises(errors.MoreThanSent) as refused:
        shop.post("transfer", 5, line(tea, "3"), order_id=sent.document_id)
    assert refused.value.facts["left"] == "2"
    shop.post("write_off", 5, line(tea, "1"), order_id=sent.document_id, reason="破损")
    shop.post("transfer", 5, line(tea, "1"), order_id=sent.document_id, to="MAIN")  # was never put on the cart
    assert (shop.on_hand(tea, "MAIN"), shop.on_hand(tea, "B"), shop.on_hand(tea)) == (5, 4, 9)
    assert shop.value(tea) == D("27.00")
    with pytest.raises(errors.HasDependents):
        shop.void(sent)
    proved(shop)


def test_the_unit_cost_of_what_is_under_way_is_rounded_half_up(shop: Shop) -> None:
    tea = shop.product("TEA")
    shop.post("purchase_receipt", 1, line(tea, "32", amount=D("1.00")), partner="S")
    sent = send(shop, 2, tea, "6")
    with shop.book.read() as session:
        assert under_way(session, sent.document_id).lines[0].cost == D("0.0313")  # 0.03125


def test_batches_arrive_as_they_were_sent(shop: Shop) -> None:
    milk = shop.product("MILK", batches=1)
    shop.post(
        "purchase_receipt", 1,
        line(milk, "5", "3", batch="OLD", expiry="2026-04-01"), line(milk, "5", "3", batch="NEW", expiry="2026-05-01"),
        partner="S",
    )  # fmt: skip
    new = shop.post("transfer", 2, line(milk, "3", batch="NEW"), to="B", transit=True)
    old = shop.post("transfer", 2, line(milk, "3", batch="OLD"), to="B", transit=True)
    shop.post("transfer", 3, line(milk, "3"), order_id=new.document_id)
    with shop.book.read() as session:
        arrived = select(StockRow.batch_id).where(StockRow.warehouse_id == shop.warehouses["B"])
        named = select(StockRow.batch_id).where(StockRow.document_id == new.document_id).limit(1)
        assert session.execute(arrived).scalars().all() == [session.execute(named).scalar_one()]
    shop.post("transfer", 3, line(milk, "3"), order_id=old.document_id)
    assert shop.on_hand(milk, "B") == 6
    proved(shop)


def test_only_a_transfer_that_is_under_way_can_be_accepted(shop: Shop) -> None:
    tea = shop.product("TEA")
    shop.buy(1, tea, "10", "3")
    at_once = shop.post("transfer", 2, line(tea, "1"), to="B")
    with pytest.raises(errors.NotAnOrder):
        shop.post("transfer", 3, line(tea, "1"), order_id=at_once.document_id)
    sent = send(shop, 3, tea, "2")
    shop.void(sent)
    with pytest.raises(errors.OrderClosed):
        shop.post("transfer", 4, line(tea, "1"), order_id=sent.document_id)


# --- drafts ----------------------------------------------------------------------------------------------------------


def test_what_was_meant_comes_back_from_a_posted_document_and_from_a_draft(shop: Shop) -> None:
    tea, box = shop.product("TEA"), shop.product("BOX")
    received = shop.buy(1, tea, "9", "2")
    made = assemble(shop, 2, box, "2", line(tea, "4"))
    landed = land(shop, 3, "9", received, by="quantity")
    draft = Draft("assembly", made=line(box, "2"), lines=[line(tea, "4")], transit=True, targets=[1], spread="weight")
    with shop.book.write() as session:
        saved = save_draft(session, draft, shop.act).document_id
        assert parse(session.execute(select(Document.draft).where(Document.id == saved)).scalar_one()) == draft
        again = as_draft(session, made.document_id)
        assert again.made is not None
        assert (again.made.product_id, again.made.quantity) == (box, D(2))
        assert [(part.product_id, part.quantity) for part in again.lines] == [(tea, D(4))]
        cost = as_draft(session, landed.document_id)
        assert (cost.targets, cost.spread, cost.amount) == ([received.document_id], "quantity", D(9))
