"""Batches: dates that are put right or refused, first expired first out, and goods past their date at the counter."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from jxc_desktop.db.models import AuditRow, Batch, Document, DocumentLine, StockRow
from jxc_desktop.domain import errors
from jxc_desktop.domain.acts import Act
from jxc_desktop.domain.documents import DraftLine
from jxc_desktop.exchange.documents import enter_document
from jxc_desktop.exchange.export_documents import export_documents
from jxc_desktop.services.batches import Dates, change_batch
from jxc_desktop.services.drafts import load_draft, save_draft
from jxc_desktop.services.posting import Posted
from tests.helpers.shop import Shop, line


@pytest.fixture
def milk(shop: Shop) -> int:
    """10 of OLD, which expired on 3 March, 10 of NEW, good until the 30th, 10 of EVER, which says nothing."""
    product = shop.product("MILK", batches=1, shelf_life_days=21)
    for batch, expiry in (("OLD", "2026-03-03"), ("NEW", "2026-03-30"), ("EVER", None)):
        shop.post("purchase_receipt", 1, line(product, "10", "3", batch=batch, expiry=expiry), partner="S")
    return product


def left(shop: Shop, product: int) -> dict[str, Decimal]:
    """What the ledger says of each batch."""
    with shop.book.read() as session:
        rows = session.execute(
            select(Batch.number, StockRow.quantity)
            .join(StockRow, StockRow.batch_id == Batch.id)
            .where(Batch.product_id == product)
        )
        found: dict[str, Decimal] = {}
        for number, quantity in rows:
            found[number] = found.get(number, Decimal(0)) + quantity
        return found


def dates(shop: Shop, product: int) -> dict[str, tuple[str | None, str | None]]:
    with shop.book.read() as session:
        rows = session.execute(select(Batch.number, Batch.produced, Batch.expiry).where(Batch.product_id == product))
        return {number: (produced, expiry) for number, produced, expiry in rows}


# --- past their date -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["sale", "retail_sale"])
def test_goods_past_their_date_are_not_sold_until_somebody_confirms_it(shop: Shop, milk: int, kind: str) -> None:
    with pytest.raises(errors.ExpiredGoods) as refused:
        shop.post(kind, 5, line(milk, "1", "5", batch="OLD"), partner="C")
    assert refused.value.as_json()["code"] == "expired_goods"
    assert {k: refused.value.facts[k] for k in ("product", "batch", "expiry", "line")} == {
        "product": "MILK", "batch": "OLD", "expiry": "2026-03-03", "line": 1
    }  # fmt: skip
    sold = shop.post(kind, 5, line(milk, "1", "5", batch="OLD", expired_ok=True, expired_reason="员工自用"), partner="C")
    with shop.book.read() as session:
        detail = json.loads(session.scalars(select(AuditRow.detail).where(AuditRow.subject == sold.number)).one())
    assert detail["expired"] == [{"product": "MILK", "batch": "OLD", "expiry": "2026-03-03", "reason": "员工自用"}]
    assert left(shop, milk)["OLD"] == 9


def test_on_its_last_day_a_batch_is_still_sold_first(shop: Shop, milk: int) -> None:
    shop.sell(3, milk, "4")
    assert left(shop, milk) == {"OLD": 6, "NEW": 10, "EVER": 10}


def test_first_expired_first_out_leaves_out_what_has_expired_while_there_is_other_stock(shop: Shop, milk: int) -> None:
    shop.sell(5, milk, "12")
    assert left(shop, milk) == {"OLD": 10, "NEW": 0, "EVER": 8}
    with pytest.raises(errors.ExpiredGoods):
        shop.sell(6, milk, "9")
    with pytest.raises(errors.NotEnoughStock):
        shop.sell(6, milk, "19")
    assert left(shop, milk) == {"OLD": 10, "NEW": 0, "EVER": 8}
    shop.post("sale", 6, line(milk, "9", "5", expired_ok=True), partner="C")
    assert left(shop, milk) == {"OLD": 9, "NEW": 0, "EVER": 0}


def test_what_has_expired_may_be_written_off_moved_and_sent_back_and_goes_first_there(shop: Shop, milk: int) -> None:
    shop.post("write_off", 5, line(milk, "3"))
    shop.post("transfer", 5, line(milk, "2"), to="B")
    shop.post("purchase_return", 5, line(milk, "1", "3"), partner="S")
    shop.post("stock_out", 5, line(milk, "1"))
    assert left(shop, milk) == {"OLD": 10 - 3 - 1 - 1, "NEW": 10, "EVER": 10}


def test_a_delivery_of_an_order_is_checked_and_the_order_itself_is_not(shop: Shop, milk: int) -> None:
    order = shop.post("sales_order", 5, line(milk, "30", "5"), partner="C")
    with pytest.raises(errors.ExpiredGoods):
        shop.post("sale", 5, line(milk, "30"), partner="C", order_id=order.document_id)
    shop.post("sale", 5, line(milk, "20"), partner="C", order_id=order.document_id)
    assert left(shop, milk)["OLD"] == 10


@pytest.mark.parametrize(("policy", "warned"), [("warn", 1), ("allow", 0)])
def test_the_shop_may_be_warned_or_left_alone_instead(shop: Shop, milk: int, policy: str, warned: int) -> None:
    shop.settings(expired=policy)
    sold = shop.post("sale", 5, line(milk, "1", "5", batch="OLD"), partner="C")
    assert len([w for w in sold.warnings if "2026-03-03" in w]) == warned
    shop.sell(5, milk, "1")
    assert left(shop, milk) == {"OLD": 9, "NEW": 9, "EVER": 10}


def test_a_document_dated_before_the_expiry_sells_the_batch_as_it_was_then(shop: Shop, milk: int) -> None:
    shop.post("sale", 2, line(milk, "1", "5", batch="OLD"), partner="C")
    assert left(shop, milk)["OLD"] == 9


def test_the_outside_confirms_with_a_key_of_the_line_and_an_export_comes_back(
    shop: Shop, milk: int, tmp_path: Path, act: Act
) -> None:
    given: dict[str, Any] = {
        "ref": "X-9",
        "kind": "retail_sale",
        "date": "2026-03-05",
        "lines": [{"product": "MILK", "qty": "1", "batch": "OLD", "expired_ok": True, "expired_reason": "员工自用"}],
    }
    refused = given | {"ref": "X-8", "lines": [given["lines"][0] | {"expired_ok": False}]}
    with pytest.raises(errors.ExpiredGoods), shop.book.write() as session:
        enter_document(session, refused, act)
    with shop.book.write() as session:
        assert enter_document(session, given, act).status == "posted"
        assert session.scalar(select(Document.id).where(Document.ref == "X-8")) is None
    shop.sell(5, milk, "15")
    path = tmp_path / "documents.jsonl"
    export_documents(shop.book, path)
    told = [json.loads(text) for text in path.read_text(encoding="utf-8").splitlines()]
    assert [one["lines"][0].get("expired_ok") for one in told if one["kind"] in ("sale", "retail_sale")] == [True, None]


def test_a_draft_remembers_what_was_confirmed(shop: Shop, milk: int, act: Act) -> None:
    from jxc_desktop.domain.documents import Draft

    draft = Draft("sale", "2026-03-05T12:00:00", lines=[DraftLine(milk, Decimal(1), expired_ok=True, expired_reason="内购")])
    with shop.book.write() as session:
        kept = save_draft(session, draft, act)
        assert load_draft(session, kept.document_id).lines == draft.lines


# --- dates ---------------------------------------------------------------------------------------------------------


def receive(shop: Shop, product: int, day: int, **more: Any) -> Posted:
    return shop.post("purchase_receipt", day, line(product, "1", "3", **more), partner="S")


def test_a_batch_keeps_its_dates_and_says_what_it_did_not_take_over(shop: Shop) -> None:
    tea = shop.product("TEA", batches=1, shelf_life_days=30)
    assert receive(shop, tea, 1, batch="B1").warnings == ()
    assert receive(shop, tea, 1, batch="B1", produced="2026-02-20").warnings == ()
    assert dates(shop, tea) == {"B1": ("2026-02-20", "2026-03-22")}, "what was blank is filled in"
    said = receive(shop, tea, 2, batch="B1", produced="2026-02-20", expiry="2026-04-01").warnings
    assert len(said) == 1
    assert all(word in said[0] for word in ("B1", "2026-03-22", "2026-04-01"))
    assert receive(shop, tea, 2, batch="B1", produced="2026-02-20").warnings == ()
    assert dates(shop, tea) == {"B1": ("2026-02-20", "2026-03-22")}


def test_goods_without_a_batch_are_kept_apart_by_their_dates(shop: Shop) -> None:
    tea = shop.product("TEA", batches=1)
    for expiry in ("2026-05-01", "2026-05-01", "2026-06-01", None):
        receive(shop, tea, 4, expiry=expiry)
    assert dates(shop, tea) == {"2026-03-04": (None, "2026-05-01"), "2026-03-04-2": (None, "2026-06-01")}
    assert left(shop, tea) == {"2026-03-04": 3, "2026-03-04-2": 1}


@pytest.mark.parametrize(
    ("produced", "expiry"), [("2026-03-06", None), ("2026-03-01", "2026-02-28")], ids=["made tomorrow", "expired before made"]
)
def test_dates_that_cannot_be_are_refused_and_leave_no_batch(shop: Shop, produced: str, expiry: str | None) -> None:
    tea = shop.product("TEA", batches=1)
    with pytest.raises(errors.BadValue) as refused:
        receive(shop, tea, 5, batch="B1", produced=produced, expiry=expiry)
    assert refused.value.facts["line"] == 1
    assert dates(shop, tea) == {}


def test_goods_that_come_in_expired_are_taken_and_said(shop: Shop) -> None:
    tea = shop.product("TEA", batches=1)
    (said,) = receive(shop, tea, 5, batch="B1", expiry="2026-03-04").warnings
    assert "2026-03-04" in said


def test_the_dates_of_a_batch_are_put_right_with_a_reason(shop: Shop, milk: int, act: Act) -> None:
    with shop.book.write() as session:
        old = session.scalars(select(Batch.id).where(Batch.number == "OLD")).one()
        with pytest.raises(errors.Missing):
            change_batch(session, old, Dates(None, "2026-05-03"), act, reason=" ")
        for wrong in (Dates("2026-03-11", None), Dates("2026-03-09", "2026-03-08"), Dates("昨天", None)):
            with pytest.raises((errors.BadValue, errors.BadDate)):
                change_batch(session, old, wrong, act, reason="录错")
        change_batch(session, old, Dates("2026-02-01", "2026-05-03"), act, reason="录错")
        row = session.scalars(select(AuditRow).where(AuditRow.action == "batch.change")).one()
        assert json.loads(row.detail)["after"] == ["2026-02-01", "2026-05-03"]
    shop.post("sale", 5, line(milk, "1", "5", batch="OLD"), partner="C")
    assert date.fromisoformat(dates(shop, milk)["OLD"][1] or "") == date(2026, 5, 3)


def test_kits_do_not_hand_over_expired_parts_either(shop: Shop, milk: int) -> None:
    from jxc_desktop.db.models import Product, RecipeLine

    hamper = shop.product("HAMPER")
    with shop.book.write() as session:
        session.execute(update(Product).where(Product.id == hamper).values(kit=1))
        session.add(RecipeLine(product_id=hamper, part_id=milk, quantity=Decimal(5)))
    shop.post("sale", 5, line(hamper, "4", "40"), partner="C")
    assert left(shop, milk)["OLD"] == 10
    with pytest.raises(errors.ExpiredGoods) as refused:
        shop.post("sale", 5, line(hamper, "1", "40"), partner="C")
    assert refused.value.facts["product"] == "MILK"
    shop.post("sale", 5, line(hamper, "1", "40", expired_ok=True), partner="C")
    with shop.book.read() as session:
        assert session.scalars(select(DocumentLine.line).where(DocumentLine.product_id == hamper)).all() == [1, 1]
