"""Products: made, changed, merged, ended; each refusal names what is in the way."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from jxc_desktop.db.engine import Database
from jxc_desktop.db.models import AuditRow, Product, ProductSearch, ProductUnit
from jxc_desktop.domain import errors
from jxc_desktop.domain.acts import Act
from jxc_desktop.domain.barcodes import has_right_check_digit
from jxc_desktop.domain.changes import Changes
from jxc_desktop.domain.documents import Draft, DraftLine
from jxc_desktop.domain.goods import BarcodeForm, ProductForm, UnitForm
from jxc_desktop.queries.products import find_by_code, list_price, product_card, product_form, search_products
from jxc_desktop.services.merging import merge_products
from jxc_desktop.services.posting import post_document
from jxc_desktop.services.products import (
    change_code,
    create_product,
    end_product,
    make_in_store_code,
    resume_product,
    set_picture,
    update_product,
)

D = Decimal
WATER = ProductForm(
    "P001",
    "清泉饮用天然水",
    "瓶",
    spec="550ml",
    category="食品/饮料",
    sale_price=D("2.00"),
    member_price=D("1.80"),
    minimum=D("20"),
    units=(UnitForm("提", 6), UnitForm("箱", 24, sale_price=D("45.00"))),
    barcodes=(BarcodeForm("6908812040006"), BarcodeForm("16908812040003", "箱"), BarcodeForm("TEN", None, D(10))),
)


def receive(session: Session, act: Act, product_id: int, quantity: str, price: str, batch: str | None = None) -> None:
    line = DraftLine(product_id, D(quantity), price=D(price), batch=batch)
    post_document(session, Draft("opening_stock", lines=[line]), act)


def last_audit(session: Session) -> tuple[str, str, dict]:
    row = session.execute(select(AuditRow).order_by(AuditRow.seq.desc()).limit(1)).scalar_one()
    return row.action, row.subject, json.loads(row.detail)


def test_a_product_comes_back_as_it_was_entered(book: Database, act: Act) -> None:
    with book.write() as session:
        saved = create_product(session, WATER, act)
    assert saved.changes == Changes.PRODUCTS
    with book.read() as session:
        assert product_form(session, saved.product_id) == WATER
        card = product_card(session, saved.product_id, today=act.today)
    assert [(u.name, u.sale_price) for u in card.units] == [("瓶", D("2.00")), ("提", D("12.00")), ("箱", D("45.00"))]
    assert (card.quantity, card.average_cost, card.status, card.moved) == (0, None, "out_risk", False)


def test_a_code_means_product_unit_and_quantity(book: Database, act: Act) -> None:
    with book.write() as session:
        made = create_product(session, WATER, act).product_id
    with book.read() as session:
        case = find_by_code(session, "16908812040003")
        ten = find_by_code(session, "TEN")
        plain = find_by_code(session, "P001")
        assert case is not None
        assert ten is not None
        assert plain is not None
        assert (case.product_id, case.unit, case.factor.numerator, case.quantity) == (made, "箱", 24, 1)
        assert (ten.unit_id, ten.quantity) == (None, 10)
        assert (plain.unit, plain.quantity) == ("瓶", 1)
        assert find_by_code(session, "p001") is None
        assert find_by_code(session, "06908812040006") is None
        assert list_price(session, made, case.unit_id) == D("45.00")
        assert list_price(session, made, case.unit_id, "member") == D("43.2000")
        assert list_price(session, made, None, "wholesale") == D("2.00")
        assert list_price(session, made, None, "purchase") is None


def test_a_code_or_barcode_that_is_taken_is_refused_with_its_owner(book: Database, act: Act) -> None:
    with book.write() as session:
        create_product(session, WATER, act)
    for form in (
        ProductForm("P001", "别的"),
        ProductForm("P002", "别的", barcodes=(BarcodeForm("6908812040006"),)),
        ProductForm("P002", "别的", barcodes=(BarcodeForm("P001"),)),
        ProductForm("6908812040006", "别的"),
    ):
        with pytest.raises(errors.Duplicate) as refused, book.write() as session:
            create_product(session, form, act)
        assert refused.value.facts["owner"] == "清泉饮用天然水 (P001)"
    with book.read() as session:
        assert session.execute(select(func.count()).select_from(Product)).scalar_one() == 1


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"name": "  "}, errors.Missing),
        ({"code": "A\u200b1"}, errors.BadText),
        ({"name": "a\x00b"}, errors.BadText),
        ({"name": "\ud800"}, errors.BadText),
        ({"name": "长" * 100_000}, errors.BadText),
        ({"sale_price": D("1.00001")}, errors.TooFine),
        ({"sale_price": D("-1")}, errors.OutOfRange),
        ({"sale_price": D("NaN")}, errors.BadNumber),
        ({"maximum": D("3")}, errors.BadValue),
        ({"costing": "batch"}, errors.BadValue),
        ({"supplier_id": 99}, errors.UnknownPartner),
        ({"units": (UnitForm("瓶", 2),)}, errors.Duplicate),
        ({"units": (UnitForm("提", 0),)}, errors.OutOfRange),
        ({"barcodes": (BarcodeForm("1", "桶"),)}, errors.UnknownUnit),
        ({"barcodes": (BarcodeForm("1"), BarcodeForm("1"))}, errors.Duplicate),
    ],
)
def test_what_cannot_stay_is_refused_and_leaves_nothing(book: Database, act: Act, change: dict, refusal: type) -> None:
    with pytest.raises(refusal) as refused, book.write() as session:
        create_product(session, replace(WATER, **change), act)
    assert "{" not in str(refused.value)
    with book.read() as session:
        assert session.execute(select(func.count()).select_from(Product)).scalar_one() == 0


def test_strange_but_harmless_text_is_kept_and_found(book: Database, act: Act) -> None:
    name = "🥤 ‮<b>100%_纯</b> 'or' \"1\""
    with book.write() as session:
        made = create_product(session, ProductForm("A-1", name), act).product_id
    with book.read() as session:
        assert product_form(session, made).name == name
        assert [hit.id for hit in search_products(session, "100%_")] == [made]
        assert search_products(session, "100__") == []


def test_a_wrong_check_digit_is_said_and_kept(book: Database, act: Act) -> None:
    with book.write() as session:
        saved = create_product(session, replace(WATER, barcodes=(BarcodeForm("6908812040001"),)), act)
    assert len(saved.warnings) == 1
    assert "6908812040006" in saved.warnings[0]


def test_a_change_is_written_to_the_audit_with_before_and_after(book: Database, act: Act) -> None:
    with book.write() as session:
        made = create_product(session, WATER, act).product_id
        form = replace(WATER, name="清泉水", sale_price=D("2.50"), units=WATER.units[:1], barcodes=WATER.barcodes[:1])
        assert update_product(session, made, form, act).changes == Changes.PRODUCTS
        action, subject, detail = last_audit(session)
        assert (action, subject) == ("product.change", "P001")
        assert (detail["before"]["name"], detail["after"]["name"]) == ("清泉饮用天然水", "清泉水")
        assert set(detail["after"]) == {"name", "sale_price", "units", "barcodes"}
        before = session.execute(select(func.count()).select_from(AuditRow)).scalar_one()
        assert update_product(session, made, form, act).changes == Changes.NOTHING
        assert session.execute(select(func.count()).select_from(AuditRow)).scalar_one() == before
    with book.read() as session:
        assert product_form(session, made) == form
        assert session.execute(select(ProductUnit.name)).scalars().all() == ["提"]
        assert find_by_code(session, "TEN") is None
        assert search_products(session, "饮用") == []


def test_a_unit_keeps_its_id_through_a_change(book: Database, act: Act) -> None:
    with book.write() as session:
        made = create_product(session, WATER, act).product_id
        before = dict(session.execute(select(ProductUnit.name, ProductUnit.id)).all())
        update_product(session, made, replace(WATER, units=(UnitForm("箱", 12), UnitForm("提", 6))), act)
        assert dict(session.execute(select(ProductUnit.name, ProductUnit.id)).all()) == before


@pytest.mark.parametrize("change", [{"unit": "罐", "barcodes": ()}, {"batches": True}, {"costing": "fifo"}])
def test_what_documents_rely_on_is_locked_once_goods_moved(book: Database, act: Act, change: dict) -> None:
    with book.write() as session:
        made = create_product(session, WATER, act).product_id
        update_product(session, made, replace(WATER, **change), act)
        update_product(session, made, WATER, act)
        receive(session, act, made, "10", "1.00")
    with pytest.raises(errors.UnitLocked), book.write() as session:
        update_product(session, made, replace(WATER, **change), act)


def test_a_code_changes_and_the_old_one_is_free(book: Database, act: Act) -> None:
    with book.write() as session:
        made = create_product(session, WATER, act).product_id
        change_code(session, made, "P900", act)
        other = create_product(session, ProductForm("P001", "新品"), act).product_id
    with book.read() as session:
        assert [hit.id for hit in search_products(session, "p900")] == [made]
        assert [hit.id for hit in search_products(session, "P001")] == [other]


def test_a_product_with_stock_ends_only_when_forced_and_is_hidden(book: Database, act: Act) -> None:
    with book.write() as session:
        made = create_product(session, WATER, act).product_id
        receive(session, act, made, "10", "1.00")
    with pytest.raises(errors.StillInUse) as refused, book.write() as session:
        end_product(session, made, act)
    assert refused.value.facts["quantity"] == "10"
    assert "10 瓶" in str(refused.value)
    with book.write() as session:
        end_product(session, made, act, force=True)
        assert search_products(session, "清泉") == []
        assert [hit.active for hit in search_products(session, "清泉", include_inactive=True)] == [False]
        assert find_by_code(session, "P001") is not None
        resume_product(session, made, act)
        assert [hit.quantity for hit in search_products(session, "qqyy")] == [10]


def test_a_picture_is_a_small_whole_jpeg(book: Database, act: Act) -> None:
    good = b"\xff\xd8\xff\xe0" + b"x" * 1000 + b"\xff\xd9"
    with book.write() as session:
        made = create_product(session, WATER, act).product_id
        set_picture(session, made, good, act)
        for bad in (b"\x89PNG" + b"x" * 100, good[:-2], b"\xff\xd8\xff" + b"x" * 65_536 + b"\xff\xd9"):
            with pytest.raises(errors.BadValue):
                set_picture(session, made, bad, act)
        set_picture(session, made, None, act)
        assert not product_card(session, made, today=act.today).picture


def test_in_store_codes_are_valid_and_go_on(book: Database, act: Act) -> None:
    with book.write() as session:
        first = make_in_store_code(session)
        assert first.startswith("29")
        assert has_right_check_digit(first)
        create_product(session, ProductForm(first, "散称糖果"), act)
        second = make_in_store_code(session)
        create_product(session, ProductForm("X", "散称瓜子", barcodes=(BarcodeForm(second),)), act)
        assert len({first, second, make_in_store_code(session)}) == 3


def test_merging_carries_stock_at_cost_and_moves_the_barcodes(book: Database, act: Act) -> None:
    with book.write() as session:
        keep = create_product(session, WATER, act).product_id
        other = ProductForm(
            "P002", "清泉水 重复", "瓶", units=(UnitForm("箱", 12),), barcodes=(BarcodeForm("B2"), BarcodeForm("B12", "箱"))
        )
        gone = create_product(session, other, act).product_id
        receive(session, act, keep, "10", "1.00")
        receive(session, act, gone, "3", "1.3333")
        merged = merge_products(session, keep, gone, act)
    assert len(merged.documents) == 2
    assert merged.changes & Changes.STOCK
    with book.read() as session:
        card = product_card(session, keep, today=act.today)
        assert (card.quantity, card.value) == (13, D("14.00"))
        assert product_card(session, gone, today=act.today).quantity == 0
        case = find_by_code(session, "B12")
        assert case is not None
        assert (case.product_id, case.unit, case.quantity) == (keep, "瓶", 12)
        assert [hit.id for hit in search_products(session, "清泉")] == [keep]
        assert [hit.id for hit in search_products(session, "b2")] == [keep]
        assert session.execute(select(func.count()).select_from(ProductSearch)).scalar_one() == 2


def test_batches_keep_number_and_expiry_through_a_merge(book: Database, act: Act) -> None:
    with book.write() as session:
        keep = create_product(session, ProductForm("A", "酸奶", "杯", batches=True), act).product_id
        gone = create_product(session, ProductForm("B", "酸奶2", "杯", batches=True), act).product_id
        line = DraftLine(gone, D(6), price=D("2"), batch="B1", expiry="2026-04-01")
        post_document(session, Draft("opening_stock", moment="2026-03-10T12:00:00", lines=[line]), act)
        merge_products(session, keep, gone, act)
        stock = product_card(session, keep, today=act.today).stock
    assert [(row.batch, row.expiry, row.quantity) for row in stock] == [("B1", "2026-04-01", 6)]


def test_products_that_are_not_one_are_not_merged(book: Database, act: Act) -> None:
    with book.write() as session:
        keep = create_product(session, WATER, act).product_id
        can = create_product(session, ProductForm("P002", "别的", "罐"), act).product_id
    for gone in (keep, can):
        with pytest.raises(errors.StillInUse), book.write() as session:
            merge_products(session, keep, gone, act)
