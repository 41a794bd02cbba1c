"""Scans of a stocktake whose meaning must be said: unknown codes, batches, what is not on the list of the second count."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import insert, select

from jxc_desktop.db.models import Product, StockRow
from jxc_desktop.domain.counting import Tolerance
from jxc_desktop.domain.errors import BadValue, Duplicate
from jxc_desktop.domain.stocktake import Plan
from jxc_desktop.queries.stocktake_batches import batch_question
from jxc_desktop.queries.stocktake_entries import pending_codes
from jxc_desktop.queries.stocktake_rows import MANY, count_rows
from jxc_desktop.services.batches import Dates
from jxc_desktop.services.stocktake_codes import NamedBatch, name_batch, remember_code, settle_batch, settle_code
from jxc_desktop.services.stocktake_posting import result_of
from tests.helpers.count import Count
from tests.helpers.shop import Shop, line

D = Decimal
pytestmark = pytest.mark.usefixtures("without_limits")


def test_an_unknown_code_is_kept_and_counts_once_it_is_settled(shop: Shop, cola: int) -> None:
    count = Count(shop)
    assert count.scan("6900000000017", times=3).state == "unknown"
    count.scan("B-COLA")
    with shop.book.read() as session:
        pending = pending_codes(session, count.id)
    assert [(p.code, p.times, p.counters) for p in pending] == [("6900000000017", 3, "早班")]
    with shop.book.write() as session:
        assert settle_code(session, count.id, "6900000000017", cola, shop.act) == 3
    assert count.counted() == {cola: D(4)}
    with shop.book.read() as session:
        assert pending_codes(session, count.id) == []


def test_what_is_not_in_the_scope_is_kept_apart_until_it_is_admitted(shop: Shop, cola: int) -> None:
    soap = shop.product("SOAP", name="香皂", shelf="B-01")
    count = Count(shop, Plan("shelf", "A"))
    taken = count.scan("B-SOAP", times=2)
    assert (taken.state, taken.name) == ("outside", "香皂")
    assert count.counted() == {}
    with shop.book.write() as session:
        assert settle_code(session, count.id, "B-SOAP", soap, shop.act) == 2
    assert count.scan("B-SOAP").state == "counted", "it is within from then on"
    assert count.counted() == {soap: D(3)}


def test_boxes_count_as_their_units_and_a_batch_that_was_named_is_meant(shop: Shop, cola: int) -> None:
    milk = shop.product("MILK", name="牛奶", batches=1)
    for batch, expiry in (("B2", "2026-05-01"), ("B1", "2026-04-01")):
        shop.post("purchase_receipt", 2, line(milk, "5", "3", batch=batch, expiry=expiry), partner="S")
    count = Count(shop)
    count.type(cola, "26", said="2箱2件")
    assert count.scan("B-MILK").state == "batch", "which of the two is not guessed"
    count.batches[milk] = "B2"
    count.scan("B-MILK", times=2)
    with shop.book.read() as session:
        found = {place: f.counted for place, f in result_of(session, count.id).found.items()}
    assert found == {(cola, ""): D(26), (milk, "B2"): D(2)}
    with shop.book.write() as session:
        assert settle_batch(session, count.id, milk, "B1", "早班", shop.act) == 1, "the scan that waited is not lost"
    with shop.book.read() as session:
        assert result_of(session, count.id).found[milk, "B1"].counted == 1


def test_a_batch_is_asked_only_where_it_can_be_several_and_a_new_one_is_made_with_its_dates(shop: Shop) -> None:
    milk = shop.product("MILK", name="牛奶", batches=1, shelf_life_days=21)
    shop.post("purchase_receipt", 2, line(milk, "5", "3", batch="B1", expiry="2026-04-01"), partner="S")
    count = Count(shop, Plan("free", tolerance=Tolerance(value=100)))
    assert count.scan("B-MILK").state == "counted", "only one batch lies there"
    with shop.book.write() as session:
        assert name_batch(session, milk, " B9 ", Dates("2026-03-01"), shop.act) == NamedBatch("B9", "2026-03-22")
        assert name_batch(session, milk, "B1", Dates("2026-01-01"), shop.act).expiry == "2026-04-01", "it keeps its dates"
        with pytest.raises(BadValue):
            name_batch(session, milk, "B8", Dates("2026-03-05", "2026-03-01"), shop.act)
    count.batches[milk] = "B9"
    count.scan("B-MILK", times=2)
    count.batches.clear()
    assert count.scan("B-MILK", who="小李").state == "batch", "another counter knows nothing of it, and two are there by now"
    with shop.book.read() as session:
        asked = batch_question(session, count.id, shop.warehouses["MAIN"], milk)
        pending = pending_codes(session, count.id)
    assert asked is not None
    assert [(o.number, o.book, o.counted) for o in asked.options] == [("B1", D(5), True), ("B9", D(0), True)]
    assert [(p.why, p.product_id) for p in pending] == [("batch", milk)]
    count.post()
    with shop.book.read() as session:
        rows = session.execute(select(StockRow.quantity).where(StockRow.counted.is_not(None)).order_by(StockRow.quantity))
        assert list(rows.scalars()) == [-4, 2]


def test_a_code_that_is_remembered_counts_as_its_unit_and_is_known_from_then_on(shop: Shop, cola: int) -> None:
    count = Count(shop)
    count.scan("16900000000014", times=2)
    with shop.book.write() as session:
        remember_code(session, "16900000000014", cola, "箱", shop.act)
        settle_code(session, count.id, "16900000000014", cola, shop.act)
    assert count.counted() == {cola: D(24)}
    assert count.scan("16900000000014").state == "counted"
    assert count.counted() == {cola: D(36)}
    tea = shop.product("TEA")
    with shop.book.write() as session, pytest.raises(Duplicate):
        remember_code(session, "16900000000014", tea, None, shop.act)


def test_what_is_not_on_the_list_of_the_second_count_keeps_its_count_until_it_is_said(shop: Shop, cola: int) -> None:
    tea = shop.product("TEA")
    shop.buy(1, tea, "10", "2.00")
    count = Count(shop)
    count.type(cola, "4")
    count.type(tea, "10")
    count.due = frozenset({(cola, "")})
    assert count.scan("B-COLA", "12:30", round=2).state == "counted"
    assert count.scan("B-TEA", "12:31", times=3, round=2).state == "again"
    assert count.counted() == {cola: D(1), tea: D(10)}
    with shop.book.read() as session:
        assert [(p.code, p.times, p.why) for p in pending_codes(session, count.id)] == [("B-TEA", 3, "again")]
    with shop.book.write() as session:
        settle_code(session, count.id, "B-TEA", tea, shop.act)
    assert count.counted() == {cola: D(1), tea: D(3)}
    count.scan("B-COLA", "12:40")
    assert count.counted()[cola] == 2, "found after the second count: it adds to that one, which decides"


def test_what_was_admitted_is_listed_however_much_was_counted(shop: Shop, cola: int) -> None:
    with shop.book.write() as session:
        rows = [{"code": f"P{n:04}", "name": f"P{n:04}", "unit": "件", "shelf": "A-01"} for n in range(MANY + 20)]
        session.execute(insert(Product), rows)
        many = set(session.scalars(select(Product.id).where(Product.shelf == "A-01")))
        found = count_rows(session, Plan("shelf", "A"), shop.warehouses["MAIN"], also=many | {cola})
    assert len(found) == MANY + 21
    assert found[-1].product_id == cola, "on no shelf, so behind the others"
