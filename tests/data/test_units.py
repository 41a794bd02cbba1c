"""Units with ratios wherever a quantity is entered: bought, sold, ordered, returned, moved, counted, scanned, exported."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from jxc_desktop.db.engine import Database
from jxc_desktop.domain import errors
from jxc_desktop.domain.acts import Act
from jxc_desktop.domain.barcodes import check_digit
from jxc_desktop.domain.documents import Draft, DraftLine
from jxc_desktop.domain.goods import BarcodeForm, ProductForm, UnitForm
from jxc_desktop.domain.scale_codes import ScaleRule
from jxc_desktop.domain.settings import ShopSettings
from jxc_desktop.exchange.documents import enter_document
from jxc_desktop.exchange.export import export_products
from jxc_desktop.exchange.opening import import_opening_stock
from jxc_desktop.exchange.products import import_products
from jxc_desktop.queries.document_detail import document_detail
from jxc_desktop.queries.editing import delivery_of, returnable_lines
from jxc_desktop.queries.product_forms import product_form
from jxc_desktop.queries.product_search import find_by_code
from jxc_desktop.queries.scale_codes import scale_rules, try_code
from jxc_desktop.services.drafts import copy_document
from jxc_desktop.services.posting import post_document
from jxc_desktop.services.products import create_product, update_product
from jxc_desktop.services.scale_codes import remove_scale_rule, save_scale_rule
from jxc_desktop.services.shop import open_shop
from tests.helpers.shop import Shop, line


@pytest.fixture
def twin(tmp_path: Path, empty_book: Path, act: Act) -> Iterator[Database]:
    """Another shop, with nothing in it."""
    shutil.copyfile(empty_book, tmp_path / "twin.db")
    database = Database.sqlite(tmp_path / "twin.db", label="twin")
    with database.write() as session:
        open_shop(session, ShopSettings(shop="分店"), act)
    yield database
    database.close()


@pytest.fixture
def beer(shop: Shop) -> int:
    """Bottles at 3.50, packs of 6 at 20.00, boxes of 24 without a price of their own, thirds of a bottle; a code each."""
    units = (UnitForm("提", 6, sale_price=Decimal("20.00")), UnitForm("箱", 24), UnitForm("杯", 1, 3))
    codes = (BarcodeForm("6901"), BarcodeForm("6902", "提"), BarcodeForm("6903", "箱"), BarcodeForm("6904", None, Decimal(2)))
    form = ProductForm(
        "BEER", "啤酒", "瓶", sale_price=Decimal("3.50"), purchase_price=Decimal("2.00"), units=units, barcodes=codes
    )
    with shop.book.write() as session:
        return create_product(session, form, shop.act).product_id


def enter(shop: Shop, given: dict[str, Any]) -> Any:
    """A document as the outside says it."""
    with shop.book.write() as session:
        return enter_document(session, {"date": "2026-03-05"} | given, shop.act)


def lines_of(shop: Shop, document_id: int) -> list[Any]:
    with shop.book.read() as session:
        return list(document_detail(session, document_id).lines)


def test_a_box_of_thirteen_bought_for_fifteen_is_ordered_by_the_box_and_delivered_by_the_piece_without_losing_a_fen(
    shop: Shop,
) -> None:
    egg = shop.product("EGG", units={"盒": 13})
    box = shop.unit(egg, "盒")
    order = shop.post("purchase_order", 1, line(egg, "7", "15.00", unit_id=box), partner="S")
    got = shop.post("purchase_receipt", 2, line(egg, "91"), partner="S", order_id=order.document_id)
    assert shop.status(order) == "posted"
    assert shop.value(egg) == Decimal("105.00")
    costs = [shop.cost(shop.sell(3, egg, "1")) for _ in range(91)]
    assert sum(c for c in costs if c is not None) == Decimal("-105.00")
    assert (shop.on_hand(egg), shop.value(egg)) == (0, 0)
    (taken,) = lines_of(shop, got.document_id)
    assert (taken.price, taken.amount) == (Decimal("1.1538"), Decimal("105.00"))


def test_a_delivery_without_a_price_takes_the_order_s_price_and_discount_not_the_list(shop: Shop, beer: int) -> None:
    shop.buy(1, beer, "100", "2.00")
    box = shop.unit(beer, "箱")
    ordered = line(beer, "2", "72.00", unit_id=box, discount=Decimal("0.1"))
    order = shop.post("sales_order", 2, ordered, partner="C")
    first = shop.post("sale", 3, line(beer, "10"), partner="C", order_id=order.document_id)
    second = shop.post("sale", 4, line(beer, "1", unit_id=box), partner="C", order_id=order.document_id)
    given = shop.post("sale", 5, line(beer, "1", "5.00"), partner="C", order_id=order.document_id)
    (ten,), (whole,), (own,) = (lines_of(shop, sale.document_id) for sale in (first, second, given))
    assert (ten.price, ten.discount, ten.amount) == (Decimal("3.0000"), Decimal("0.1"), Decimal("27.00"))
    assert (whole.price, whole.amount) == (Decimal("72.00"), Decimal("64.80"))
    assert own.amount == Decimal("5.00")
    with shop.book.read() as session:
        (rest,) = delivery_of(session, order.document_id, "sale").lines
    assert (rest.quantity, rest.unit_id, rest.amount) == (13, None, Decimal("35.10"))


def test_one_bottle_of_a_box_sold_comes_back_for_its_share_and_the_last_takes_the_rest(shop: Shop, beer: int) -> None:
    shop.buy(1, beer, "48", "2.00")
    sale = shop.post("sale", 2, line(beer, "1", "70.00", unit_id=shop.unit(beer, "箱")), partner="C")
    refunds = []
    for _ in range(24):
        back = shop.post("sales_return", 3, line(beer, "1", against=(sale.document_id, 1)), partner="C")
        refunds.append(lines_of(shop, back.document_id)[0].amount)
    assert refunds[0] == Decimal("2.92")
    assert sum(refunds) == Decimal("70.00")
    with pytest.raises(errors.MoreThanOriginal):
        shop.post("sales_return", 3, line(beer, "1", against=(sale.document_id, 1)), partner="C")
    assert (shop.on_hand(beer), shop.value(beer)) == (48, Decimal("96.00"))


def test_three_boxes_and_two_bottles_leave_exactly_what_was_there(shop: Shop, beer: int) -> None:
    box, pack, cup = (shop.unit(beer, name) for name in ("箱", "提", "杯"))
    shop.post("purchase_receipt", 1, line(beer, "4", "48.00", unit_id=box), line(beer, "3", "1.99", unit_id=cup), partner="S")
    assert shop.on_hand(beer) == 97
    shop.post("transfer", 2, line(beer, "3", unit_id=box), line(beer, "2"), to="B")
    assert (shop.on_hand(beer, "B"), shop.on_hand(beer, "MAIN")) == (74, 23)
    shop.post("write_off", 3, line(beer, "1", unit_id=box), warehouse="B")
    counted = [DraftLine(beer, counted=Decimal("8.5"), unit_id=pack)]
    shop.post("stocktake", 4, *counted, warehouse="B")
    assert shop.on_hand(beer, "B") == 51
    with pytest.raises(errors.TooFine):
        shop.post("write_off", 5, line(beer, "1", unit_id=cup), warehouse="B")
    assert (shop.on_hand(beer), shop.value(beer)) == (74, Decimal("197.97") - Decimal("48.98") + Decimal("2.04"))


def test_a_scanned_code_means_its_unit_and_quantity_at_that_unit_s_price(shop: Shop, beer: int) -> None:
    shop.buy(1, beer, "200", "2.00")
    sold = enter(
        shop,
        {
            "kind": "retail_sale",
            "lines": [{"product": code, "qty": "2"} for code in ("6901", "6902", "6903", "6904", "BEER")],
        },
    )
    said = [(each.quantity, each.unit, each.base_quantity, each.amount) for each in lines_of(shop, sold.document_id)]
    assert said == [
        (2, "瓶", 2, Decimal("7.00")),
        (2, "提", 12, Decimal("40.00")),
        (2, "箱", 48, Decimal("168.00")),
        (4, "瓶", 4, Decimal("14.00")),
        (2, "瓶", 2, Decimal("7.00")),
    ]
    assert shop.on_hand(beer) == 200 - 68


def test_opening_stock_is_counted_in_base_units_and_named_by_any_code(shop: Shop, beer: int, tmp_path: Path) -> None:
    path = tmp_path / "期初.csv"
    path.write_text("条码,数量,成本价\n6901,50,2.10\n", encoding="utf-8")
    result = import_opening_stock(shop.book, path, act=shop.act, day="2026-03-01")
    assert not result.errors
    assert (shop.on_hand(beer), shop.value(beer)) == (50, Decimal("105.00"))


def test_an_export_of_products_brings_units_codes_and_prices_into_another_shop(
    shop: Shop, beer: int, tmp_path: Path, twin: Database
) -> None:
    path = tmp_path / "商品.csv"
    assert export_products(shop.book, path) == 1
    result = import_products(twin, path, act=shop.act)
    assert (result.created, result.errors) == (1, [])
    with shop.book.read() as here, twin.read() as there:
        code = find_by_code(there, "6904")
        assert code is not None
        ours, theirs = product_form(here, beer), product_form(there, code.product_id)
    assert theirs == replace(ours, barcodes=theirs.barcodes)
    assert set(theirs.barcodes) == set(ours.barcodes)
    again = import_products(twin, path, act=shop.act)
    assert (again.updated, again.unchanged) == (0, 1)


def test_an_update_of_units_takes_nothing_away_and_says_what_it_does_not_know(shop: Shop, beer: int, tmp_path: Path) -> None:
    path = tmp_path / "商品.csv"
    heads = "code,name,单位条码,unit_prices\n"
    path.write_text(heads + 'BEER,啤酒,箱=6905,"提:零售价=19.50"\n', encoding="utf-8")
    result = import_products(shop.book, path, act=shop.act)
    assert (result.updated, result.errors) == (1, [])
    with shop.book.read() as session:
        form = product_form(session, beer)
    assert {b.code: b.unit for b in form.barcodes} == {"6901": None, "6902": "提", "6903": "箱", "6904": None, "6905": "箱"}
    assert [(u.name, u.factor, u.sale_price) for u in form.units] == [
        ("提", 6, Decimal("19.50")),
        ("箱", 24, None),
        ("杯", Fraction(1, 3), None),
    ]
    path.write_text(heads + 'BEER,啤酒,桶=6906,"桶:零售价=1"\n', encoding="utf-8")
    (problem,) = import_products(shop.book, path, act=shop.act).errors
    assert (problem.code, problem.field) == ("unknown_unit", "unit_prices")


# --- labels of scales ----------------------------------------------------------------------------------------------


def _full(body: str) -> str:
    return body + check_digit(body)


@pytest.fixture
def pork(shop: Shop) -> int:
    """Pork by the kilogram at 25.80, with the code 123 on the scale; 10 kg on hand."""
    product = shop.product("123", name="五花肉", unit="千克", sale_price=Decimal("25.80"), weighed=1)
    shop.buy(1, product, "10", "18.00")
    return product


def test_a_label_with_a_weight_sells_that_weight_at_the_list_price(shop: Shop, pork: int) -> None:
    sold = enter(shop, {"kind": "retail_sale", "lines": [{"product": _full("210012300356"), "qty": "1"}]})
    (said,) = lines_of(shop, sold.document_id)
    assert (said.quantity, said.unit, said.amount) == (Decimal("0.356"), "千克", Decimal("9.18"))
    assert shop.on_hand(pork) == Decimal("9.644")


def test_a_label_with_an_amount_keeps_it_and_says_the_weight(shop: Shop, pork: int) -> None:
    code = _full("220012300999")
    sold = enter(shop, {"kind": "retail_sale", "lines": [{"product": code, "qty": "1"}]})
    (said,) = lines_of(shop, sold.document_id)
    assert (said.quantity, said.amount) == (Decimal("0.387"), Decimal("9.99"))
    bought = enter(shop, {"kind": "purchase_receipt", "partner": "S", "lines": [{"product": code, "qty": "1", "price": "18"}]})
    assert lines_of(shop, bought.document_id)[0].amount == Decimal("6.97")


def test_a_long_label_keeps_its_weight_and_its_amount(shop: Shop, pork: int) -> None:
    sold = enter(shop, {"kind": "retail_sale", "lines": [{"product": _full("28" + "00123" + "00900" + "00356"), "qty": "1"}]})
    (said,) = lines_of(shop, sold.document_id)
    assert (said.quantity, said.amount) == (Decimal("0.356"), Decimal("9.00"))


def test_a_barcode_always_wins_over_a_rule(shop: Shop, pork: int) -> None:
    code = _full("210012300356")
    with shop.book.write() as session:
        gift = create_product(session, ProductForm("GIFT", "礼盒", barcodes=(BarcodeForm(code),)), shop.act).product_id
    with shop.book.read() as session:
        hit = find_by_code(session, code)
        assert hit is not None
        assert (hit.product_id, hit.quantity, hit.label) == (gift, 1, False)
        assert "礼盒" in try_code(session, code).words


def test_a_label_of_goods_by_the_piece_means_nothing(shop: Shop) -> None:
    shop.product("00777")
    with shop.book.read() as session:
        assert find_by_code(session, _full("210077700356")) is None
        trial = try_code(session, _full("210077700356"))
    assert not trial.right


def test_labels_say_what_the_product_lacks(shop: Shop) -> None:
    shop.product("00801", name="散装糖", weighed=1)
    shop.product("00802", name="香菇", unit="斤", weighed=1, sale_price=None)
    with shop.book.read() as session:
        with pytest.raises(errors.NoScaleUnit):
            find_by_code(session, _full("210080100356"))
        with pytest.raises(errors.NoScalePrice):
            find_by_code(session, _full("220080201000"))
        hit = find_by_code(session, _full("210080200356"))
    assert hit is not None
    assert (hit.quantity, hit.unit) == (Decimal("0.712"), "斤")


def test_a_further_unit_of_weight_takes_the_weight(shop: Shop) -> None:
    form = ProductForm("00900", "大米", "袋", sale_price=Decimal(50), weighed=True, units=(UnitForm("斤", 1, 20),))
    with shop.book.write() as session:
        rice = create_product(session, form, shop.act).product_id
    shop.buy(1, rice, "2", "40.00")
    enter(shop, {"kind": "retail_sale", "lines": [{"product": _full("210090001500"), "qty": "1"}]})
    assert shop.on_hand(rice) == Decimal("1.85")


def test_the_rules_are_kept_changed_and_taken_away(shop: Shop, pork: int) -> None:
    code = _full("240012300356")
    with shop.book.write() as session:
        first, *_rest = scale_rules(session)
        save_scale_rule(session, ScaleRule("二号秤", ("24",), "FFWWWWWNNNNNC"), shop.act)
        with pytest.raises(errors.Duplicate):
            save_scale_rule(session, replace(first, prefixes=("21", "24")), shop.act)
    with shop.book.write() as session:
        hit = find_by_code(session, code)
        assert hit is not None
        assert (hit.product_id, hit.quantity) == (pork, Decimal("0.356"))
        mine = scale_rules(session)[-1]
        save_scale_rule(session, replace(mine, active=False), shop.act)
        assert find_by_code(session, code) is None
        remove_scale_rule(session, mine.id or 0, shop.act)
        assert len(scale_rules(session)) == 3


def test_a_draft_with_a_label_comes_back_as_it_was(shop: Shop, pork: int) -> None:
    draft = Draft("retail_sale", "2026-03-05T12:00:00", lines=[DraftLine(pork, Decimal("0.387"), amount=Decimal("9.99"))])
    with shop.book.write() as session:
        posted = post_document(session, draft, shop.act)
        assert document_detail(session, posted.document_id).head.total == Decimal("9.99")


def test_a_box_that_holds_another_number_now_does_not_change_what_was_sold_ordered_or_counted_then(shop: Shop, beer: int) -> None:
    box = shop.unit(beer, "箱")
    shop.buy(1, beer, "100", "2.00")
    sale = shop.post("sale", 2, line(beer, "2", "70.00", unit_id=box), partner="C")
    order = shop.post("sales_order", 2, line(beer, "2", "70.00", unit_id=box), partner="C")
    counted = shop.post("stocktake", 3, DraftLine(beer, counted=Decimal(2), unit_id=box))
    with shop.book.write() as session:
        form = product_form(session, beer)
        units = tuple(replace(unit, numerator=12) if unit.name == "箱" else unit for unit in form.units)
        update_product(session, beer, replace(form, units=units), shop.act)
    with shop.book.read() as session:
        (copied,), (open_line,) = (
            copy_document(session, sale.document_id).lines,
            delivery_of(session, order.document_id, "sale").lines,
        )
        (found,) = copy_document(session, counted.document_id).lines
        (back,) = returnable_lines(session, [sale.document_id])
    assert (copied.quantity, copied.unit_id, copied.price, copied.amount) == (48, None, Decimal("2.9167"), Decimal("140.00"))
    assert (open_line.quantity, open_line.unit_id, open_line.amount) == (48, None, Decimal("140.00"))
    assert (found.counted, found.unit_id) == (48, None)
    assert (back.unit_id, back.left) == (None, 48)


def test_a_copy_keeps_the_amount_of_a_label(shop: Shop, pork: int) -> None:
    sold = enter(shop, {"kind": "retail_sale", "lines": [{"product": _full("220012300999"), "qty": "1"}]})
    with shop.book.read() as session:
        (copied,) = copy_document(session, sold.document_id).lines
    assert (copied.quantity, copied.amount) == (Decimal("0.387"), Decimal("9.99"))
