"""Search and the list of products: what is found, in which order, and in which state products are."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from jxc_desktop.db.engine import Database
from jxc_desktop.domain.acts import Act
from jxc_desktop.domain.documents import Draft, DraftLine
from jxc_desktop.domain.goods import BarcodeForm, ProductForm
from jxc_desktop.queries import haystack
from jxc_desktop.queries.products import (
    ProductFilter,
    category_tree,
    product_choices,
    product_list,
    product_totals,
    search_products,
)
from jxc_desktop.services.places import create_warehouse
from jxc_desktop.services.posting import post_document
from jxc_desktop.services.products import create_product, end_product
from tests.helpers.shop import TODAY

D = Decimal
NAMES = {"A1": "纯牛奶 250ml", "A2": "牛奶糖", "A10": "可乐 330ml", "B7": "水牛奶酪", "C3": "重庆火锅底料", "D4": "50%_折"}


@pytest.fixture
def goods(book: Database, act: Act) -> Database:
    with book.write() as session:
        for number, (code, name) in enumerate(NAMES.items()):
            barcodes = (BarcodeForm(f"690000000000{number}"),)
            create_product(session, ProductForm(code, name, barcodes=barcodes, category="食品/" + code[0]), act)
    return book


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("牛奶", ["A2", "A1", "B7"]),
        ("奶", ["A1", "A2", "B7"]),
        ("a1", ["A1", "A10"]),
        ("A10", ["A10"]),
        ("cqhg", ["C3"]),
        ("6900000000003", ["B7"]),
        ("0003", ["B7"]),
        ("糖 牛", ["A2"]),
        ("  牛奶糖 ", ["A2"]),
        ("%_", ["D4"]),
        ("%", ["D4"]),
        ("_", ["D4"]),
        ("/", []),
        ("0%_折", ["D4"]),
        ("'; DROP", []),
        ("\x1f", []),
        ("\n", []),
        ("", []),
        ("奶" * 10_000, []),
        ("牛 " * 90, ["A1", "A2", "B7"]),
        ("a\x00", []),
        ("牛\ud800", []),
    ],
)
def test_search_is_literal_and_puts_the_best_first(goods: Database, text: str, codes: list[str]) -> None:
    with goods.read() as session:
        assert [hit.code for hit in search_products(session, text)] == codes
        listed = product_list(session, ProductFilter(text=text), today=TODAY)
        assert {row.code for row in listed} == (set(codes) if text.split() else set(NAMES))


def test_what_begins_with_the_text_is_found_among_very_many_hits(goods: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(haystack, "FEW", 2)
    with goods.read() as session:
        found = [hit.code for hit in search_products(session, "奶", limit=2)]
        assert len(found) == 2
        assert [hit.code for hit in search_products(session, "水", limit=1)] == ["B7"]
        assert search_products(session, "牛奶", limit=1)[0].code == "A2"


def test_an_ended_product_is_hidden_unless_asked_for(goods: Database, act: Act) -> None:
    with goods.write() as session:
        milk = search_products(session, "A1", limit=1)[0].id
        end_product(session, milk, act)
        assert [hit.code for hit in search_products(session, "牛奶")] == ["A2", "B7"]
        assert [hit.code for hit in search_products(session, "牛奶", include_inactive=True)] == ["A2", "A1", "B7"]
        assert [named.code for named in product_choices(session)] == ["A10", "A2", "B7", "C3", "D4"]


def test_quantity_is_counted_per_warehouse(goods: Database, act: Act) -> None:
    with goods.write() as session:
        create_warehouse(session, "W2", "后仓", act)
        milk = search_products(session, "A1", limit=1)[0].id
        post_document(session, Draft("opening_stock", warehouse_id=1, lines=[DraftLine(milk, D(3), price=D(2))]), act)
        post_document(session, Draft("opening_stock", warehouse_id=2, lines=[DraftLine(milk, D("4.5"), price=D(2))]), act)
        assert search_products(session, "A1")[0].quantity == D("7.5")
        assert search_products(session, "A1", warehouse_id=2)[0].quantity == D("4.5")


def test_the_state_of_each_product_is_told(book: Database, act: Act) -> None:
    def make(code: str, **more: object) -> int:
        return create_product(session, ProductForm(code, "名" + code, "个", sale_price=D(5), **more), act).product_id  # type: ignore[arg-type]

    def stock(product: int, quantity: str, moment: str, **more: object) -> None:
        line = DraftLine(product, D(quantity), price=D(2), **more)  # type: ignore[arg-type]
        post_document(session, Draft("opening_stock", moment=moment, lines=[line]), act)

    with book.write() as session:
        make("gone", minimum=D(1))
        low = make("low", minimum=D(10))
        fast = make("fast", lead_days=7)
        old = make("old")
        dated = make("dated", batches=True)
        fine = make("fine")
        make("never")
        for product, quantity in ((low, "4"), (fast, "100"), (fine, "9")):
            stock(product, quantity, "2026-03-01T09:00:00")
        stock(old, "5", "2025-12-01T09:00:00")
        stock(dated, "5", "2026-03-01T09:00:00", batch="B1", expiry="2026-03-20")
        post_document(session, Draft("retail_sale", moment="2026-03-08T10:00:00", lines=[DraftLine(fast, D(95))]), act)
        ended = make("ended")
        end_product(session, ended, act)
    today = date(2026, 3, 10)
    with book.read() as session:
        rows = product_list(session, ProductFilter(include_inactive=True), today=today)
        assert {row.code: row.status for row in rows} == {
            "gone": "out_risk",
            "low": "low_stock",
            "fast": "out_risk",
            "old": "slow",
            "dated": "expiring",
            "fine": "",
            "never": "",
            "ended": "inactive",
        }
        for status in ("out_risk", "low_stock", "slow", "expiring", "inactive"):
            chosen = ProductFilter(status=status)
            found = product_list(session, chosen, today=today)
            assert {row.code for row in found} == {row.code for row in rows if row.status == status}
            assert product_totals(session, chosen, today=today).count == len(found)
        totals = product_totals(session, today=today)
        assert (totals.count, totals.low, totals.value) == (7, 2, D("56.00"))


def test_the_list_is_filtered_sorted_and_paged(goods: Database, act: Act) -> None:
    today = act.today
    with goods.read() as session:
        tree = category_tree(session)
        assert [(node.path, node.level, node.products) for node in tree][:2] == [("食品", 0, 6), ("食品/A", 1, 3)]
        branch = next(node.id for node in tree if node.path == "食品/A")
        food = next(node.id for node in tree if node.path == "食品")
        assert [row.code for row in product_list(session, ProductFilter(category_id=branch), today=today)] == ["A1", "A10", "A2"]
        assert product_totals(session, ProductFilter(category_id=food), today=today).count == 6
        by_name = [row.code for row in product_list(session, ProductFilter(sort="name"), today=today)]
        assert by_name == ["D4", "A1", "C3", "A10", "A2", "B7"]
        reverse = ProductFilter(sort="name", descending=True)
        assert [row.code for row in product_list(session, reverse, today=today, offset=2, limit=2)] == ["A10", "C3"]
        found = product_list(session, ProductFilter(text="牛奶"), today=today)
        assert next((row.code, row.category, row.barcode) for row in found) == ("A1", "A", "6900000000000")
        assert product_totals(session, ProductFilter(text="牛奶"), today=today).count == 3
        assert product_list(session, ProductFilter(text="x" * 5000), today=today) == []
        for sort in ("code", "category", "unit", "purchase_price", "sale_price", "quantity", "newest"):
            assert len(product_list(session, ProductFilter(sort=sort), today=today)) == 6
