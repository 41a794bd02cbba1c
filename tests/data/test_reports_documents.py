"""Lists and details of documents, orders, ageing, warnings, the dashboard and the product page."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal as D
from typing import Any

import pytest
from sqlalchemy import insert, select

from jxc_desktop.db.engine import Database
from jxc_desktop.db.models import Account, Category, Partner, Product
from jxc_desktop.domain.acts import Act
from jxc_desktop.domain.documents import Draft, DraftLine, Paid, Settles
from jxc_desktop.domain.errors import UnknownDocument
from jxc_desktop.queries.dashboard import dashboard, spans
from jxc_desktop.queries.document_detail import document_detail
from jxc_desktop.queries.documents import DocumentFilter, document_list, find_document
from jxc_desktop.queries.orders import open_order_lines, open_quantities
from jxc_desktop.queries.partner_ledger import open_documents
from jxc_desktop.queries.periods import Period
from jxc_desktop.queries.product_insight import product_insight
from jxc_desktop.queries.warnings import whole_packs
from jxc_desktop.reports import Filters, as_json, run_report
from jxc_desktop.services.drafts import save_draft
from jxc_desktop.services.posting import post_document
from jxc_desktop.services.voiding import close_order, void_document
from tests.helpers.shop import TODAY

TEA, MILK, SALT = 1, 2, 3
SUPPLIER, CUSTOMER = 1, 2


def ask(database: Database, name: str, **filters: Any) -> list[dict[str, Any]]:
    with database.read() as session:
        return as_json(run_report(session, name, Filters(today=TODAY, **filters)))


class Shop:
    """A book with three products and two partners, and short words to trade in it."""

    def __init__(self, book: Database, act: Act) -> None:
        self.book, self.act = book, act
        with book.write() as session:
            session.execute(insert(Category), [{"id": 1, "name": "饮料", "path": "饮料"}])
            session.execute(insert(Partner), [
                {"id": SUPPLIER, "code": "S1", "name": "山泉水厂", "supplier": 1, "customer": 0, "search": "s1\n山泉水厂",
                "terms_days": 10},
                {"id": CUSTOMER, "code": "C1", "name": "阳光食堂", "supplier": 0, "customer": 1, "search": "c1\n阳光食堂",
                "terms_days": 15},
            ])  # fmt: skip
            session.execute(insert(Product), [
                {"id": TEA, "code": "TEA", "name": "乌龙茶", "unit": "瓶", "minimum": D(20), "maximum": D(50),
                "pack_size": D(12), "category_id": 1,
                 "shelf_life_days": None, "batches": 0},
                {"id": MILK, "code": "MILK", "name": "纯牛奶", "unit": "盒", "minimum": None, "maximum": None,
                "pack_size": None, "category_id": None,
                 "shelf_life_days": 30, "batches": 1},
                {"id": SALT, "code": "SALT", "name": "食盐", "unit": "袋", "minimum": None, "maximum": None, "pack_size": None,
                "category_id": None,
                 "shelf_life_days": None, "batches": 0},
            ])  # fmt: skip
            self.cash = session.execute(select(Account.id).where(Account.code == "cash")).scalar_one()

    def post(self, kind: str, day: str, *lines: DraftLine, partner: int | None = None, **more: Any) -> int:
        with self.book.write() as session:
            draft = Draft(kind, day if "T" in day else f"{day}T12:00:00", partner_id=partner, lines=list(lines), **more)
            return post_document(session, draft, self.act).document_id

    def detail(self, document_id: int) -> Any:
        with self.book.read() as session:
            return document_detail(session, document_id)


@pytest.fixture
def shop(book: Database, act: Act) -> Shop:
    return Shop(book, act)


def line(product: int, quantity: str, price: str | None = None, **more: Any) -> DraftLine:
    return DraftLine(product, D(quantity), price=None if price is None else D(price), **more)


def test_an_order_goes_from_posted_over_partly_done_to_done_and_counts_what_is_open(shop: Shop) -> None:
    order = shop.post(
        "purchase_order", "2026-03-01", line(TEA, "10", "2"), line(SALT, "5", "1"), partner=SUPPLIER, expected="2026-03-05"
    )
    promise = shop.post("sales_order", "2026-03-02", line(TEA, "3", "4"), partner=CUSTOMER)
    assert shop.detail(order).head.status == "posted"
    assert [(r["product"], r["on_order"], r["reserved"], r["available"]) for r in ask(shop.book, "stock")] == [
        ("SALT", "5", "0", "0"),
        ("TEA", "10", "3", "-3"),
    ]
    first = shop.post("purchase_receipt", "2026-03-03", line(TEA, "4", "2"), partner=SUPPLIER, order_id=order)
    detail = shop.detail(order)
    assert (detail.head.status, [(x.fulfilled, x.open) for x in detail.lines]) == ("partly", [(D(4), D(6)), (D(0), D(5))])
    assert [(link.role, link.id) for link in detail.links] == [("fulfilled_by", first)]
    shop.post("purchase_receipt", "2026-03-04", line(TEA, "7", "2"), line(SALT, "5", "1"), partner=SUPPLIER, order_id=order)
    assert shop.detail(order).head.status == "done"
    with shop.book.read() as session:
        assert open_quantities(session, "purchase_order") == {}
        assert open_quantities(session, "purchase_order", as_of="2026-03-03") == {(TEA, 1): 6000, (SALT, 1): 5000}
        assert [x.open for x in open_order_lines(session, promise)] == [D(3)]
    with shop.book.write() as session:
        close_order(session, promise, shop.act)
    with shop.book.read() as session:
        assert open_quantities(session, "sales_order") == {}
        found = document_list(session, DocumentFilter(status="done"))
        everything = document_list(session, DocumentFilter(kinds=("purchase_order", "sales_order")))
    assert [row.id for row in found.rows] == [order]
    assert everything.statuses == {"done": 1, "closed": 1}


def test_the_list_finds_documents_by_any_word_and_adds_up_what_counts(shop: Shop) -> None:
    shop.post("purchase_receipt", "2026-03-01", line(TEA, "20", "2"), line(SALT, "20", "1"), partner=SUPPLIER, note="月初 进货")
    sale = shop.post("sale", "2026-03-02", line(TEA, "5", "4"), partner=CUSTOMER, paid=[Paid(shop.cash, D("8.00"))], ref="web-1")
    shop.post("sales_return", "2026-03-03", line(TEA, "1", against=(sale, 1)), partner=CUSTOMER)
    gone = shop.post("sale", "2026-03-04", line(SALT, "2", "3"), partner=CUSTOMER)
    shop.post("receipt", "2026-03-05", partner=CUSTOMER, paid=[Paid(shop.cash, D("5.00"))], settles=[Settles(sale, D("5.00"))])
    with shop.book.write() as session:
        void_document(session, gone, shop.act, reason="写错了")
        save_draft(session, Draft("sale", "2026-03-06T09:00:00", partner_id=CUSTOMER, lines=[line(TEA, "1", "4")]), shop.act)
    kinds = ("sale", "sales_return")
    with shop.book.read() as session:
        listed = document_list(session, DocumentFilter(kinds=kinds))
        assert [row.status for row in listed.rows] == ["draft", "voided", "posted", "posted"]
        assert (listed.count, listed.total, listed.statuses) == (4, D("16.00"), {"draft": 1, "posted": 2, "voided": 1})
        assert (listed.rows[-1].unpaid, listed.rows[2].signed_total) == (D("7.00"), D("-4.00"))
        assert document_list(session, DocumentFilter(kinds=kinds, limit=1, offset=1)).rows == listed.rows[1:2]
        for text in ("XS-20260302", "WEB-1", "阳光", "乌龙", "tea"):
            assert sale in [row.id for row in document_list(session, DocumentFilter(text=text)).rows], text
        assert [row.kind for row in document_list(session, DocumentFilter(text="月初")).rows] == ["purchase_receipt"]
        assert document_list(session, DocumentFilter(text="100%_")).count == 0
        assert [row.id for row in document_list(session, DocumentFilter(kinds=("sale",), open_only=True)).rows] == [sale]
        assert find_document(session, "web-1") == sale == find_document(session, listed.rows[-1].number or "")
        with pytest.raises(UnknownDocument):
            find_document(session, "nobody")
    detail = shop.detail(sale)
    assert (detail.cost, detail.profit, detail.settled, detail.lines[0].returned) == (D("10.00"), D("10.00"), D("5.00"), D(1))
    assert [(p.account, p.amount) for p in detail.payments] == [("cash", D("8.00"))]
    assert [link.role for link in detail.links] == ["return", "settled_by"]
    voided = shop.detail(gone)
    assert (voided.void_reason, voided.lines[0].cost, voided.head.unpaid) == ("写错了", D("2.00"), D(0))


def test_ageing_pays_the_named_document_first_and_the_oldest_with_the_rest(shop: Shop) -> None:
    shop.post("opening_stock", "2025-11-01", line(SALT, "100", "1"))
    old = shop.post("sale", "2025-11-10", line(SALT, "10", "10"), partner=CUSTOMER)
    shop.post("sale", "2026-01-20", line(SALT, "5", "10"), partner=CUSTOMER)
    shop.post("sale", "2026-02-15", line(SALT, "4", "10"), partner=CUSTOMER)
    new = shop.post("sale", "2026-03-05", line(SALT, "3", "10"), partner=CUSTOMER)
    shop.post("receipt", "2026-03-06", partner=CUSTOMER, paid=[Paid(shop.cash, D("50.00"))], settles=[Settles(new, D("20.00"))])
    assert ask(shop.book, "receivables") == [{
        "partner": "C1", "name": "阳光食堂", "balance": "170.00", "overdue": "160.00", "not_due": "10.00", "d1_30": "40.00",
        "d31_60": "50.00",
        "d61_90": "0.00", "d91": "70.00",
    }]  # fmt: skip
    assert ask(shop.book, "receivables", as_of=date(2026, 1, 31))[0] | {"name": ""} == {
        "partner": "C1", "name": "", "balance": "150.00", "overdue": "100.00", "not_due": "50.00", "d1_30": "0.00",
        "d31_60": "0.00", "d61_90": "100.00",
        "d91": "0.00",
    }  # fmt: skip
    with shop.book.read() as session:
        oldest = open_documents(session, CUSTOMER, "customer", TODAY)[0]
        assert (oldest.document_id, oldest.left) == (old, D("70.00"))
    shop.post("receipt", "2026-03-07", partner=CUSTOMER, paid=[Paid(shop.cash, D("200.00"))])
    assert ask(shop.book, "receivables")[0]["balance"] == "-30.00"
    assert ask(shop.book, "receivables")[0]["not_due"] == "-30.00"


def test_warnings_name_what_runs_low_expires_lies_and_is_lost(shop: Shop) -> None:
    shop.post("purchase_receipt", "2025-12-01", line(SALT, "10", "1.5"), partner=SUPPLIER)
    shop.post(
        "purchase_receipt",
        "2026-03-01",
        line(TEA, "30", "2"),
        line(MILK, "6", "3", batch="B1", produced="2026-02-20"),
        partner=SUPPLIER,
    )
    shop.post("retail_sale", "2026-03-02T18:00:00", line(TEA, "15", "4"))
    shop.post("purchase_order", "2026-03-03", line(TEA, "2", "2"), partner=SUPPLIER)
    shop.post("write_off", "2026-03-04", line(TEA, "1"), reason="打碎")
    low = ask(shop.book, "low-stock")
    # 14 left, 15 sold in 30 days: 28 days; position 16, up to 50 in packs of 12: 36.
    assert [(r["product"], r["quantity"], r["on_order"], r["days_left"], r["suggested"]) for r in low] == [
        ("TEA", "14", "2", "28.000000", "36")
    ]
    assert [(r["product"], r["last_sale"], r["days_without_sale"], r["value"]) for r in ask(shop.book, "slow-movers")] == [
        ("SALT", None, 99, "15.00")
    ]
    assert ask(shop.book, "slow-movers", days=100) == []
    assert [(r["batch"], r["expiry"], r["days_left"], r["quantity"], r["value"]) for r in ask(shop.book, "expiring")] == [
        ("B1", "2026-03-22", 12, "6", "18.00")
    ]
    assert ask(shop.book, "expiring", days=11) == []
    lost = ask(shop.book, "shrinkage")
    assert [(r["kind"], r["product"], r["quantity"], r["value"], r["reason"]) for r in lost] == [
        ("write_off", "TEA", "-1", "-2.00", "打碎")
    ]
    aged = {r["product"]: r for r in ask(shop.book, "ageing")}
    assert (aged["SALT"]["d91_180"], aged["SALT"]["value"], aged["TEA"]["d0_30"]) == ("15.00", "15.00", "28.00")
    assert ask(shop.book, "profit")[-1] | {"key": ""} == {
        "key": "", "name": "2026-03", "revenue": "60.00", "cost_of_sales": "30.00", "gross_profit": "30.00",
        "cost_differences": "0.00", "shrinkage": "2.00",
        "expenses": "0.00", "other_income": "0.00", "net_profit": "28.00",
    }  # fmt: skip


def test_stock_outs_count_the_days_that_ended_empty(shop: Shop) -> None:
    shop.post("purchase_receipt", "2026-03-03", line(TEA, "5", "2"), partner=SUPPLIER)
    shop.post("retail_sale", "2026-03-05T09:00:00", line(TEA, "5", "4"))
    shop.post("purchase_receipt", "2026-03-08", line(TEA, "5", "2"), partner=SUPPLIER)
    found = ask(shop.book, "stock-outs", date_from=date(2026, 3, 1), date_to=TODAY)
    assert found == [{"product": "TEA", "name": "乌龙茶", "days_out": 5, "days": 10, "rate": "0.500000"}]


def test_goods_without_a_price_are_unknown_and_said_to_be(shop: Shop) -> None:
    shop.post("purchase_receipt", "2026-03-01", line(SALT, "10"), partner=SUPPLIER)
    with shop.book.read() as session:
        result = run_report(session, "stock", Filters(today=TODAY))
        assert [todo.code for todo in dashboard(session, TODAY).todos] == ["unpriced"]
    row = as_json(result)[0]
    assert (row["quantity"], row["value"], row["unit_cost"], result.totals["value"]) == ("10", None, None, D(0))
    assert "1" in result.notes[0]


def test_the_dashboard_tells_the_same_as_the_reports(shop: Shop) -> None:
    with shop.book.read() as session:
        assert dashboard(session, TODAY).empty
    shop.post(
        "purchase_receipt",
        "2026-01-05",
        line(TEA, "60", "2"),
        line(SALT, "9", "1"),
        line(MILK, "4", "3", expiry="2026-03-11", batch="M"),
        partner=SUPPLIER,
    )
    shop.post("sale", "2026-02-10", line(TEA, "10", "4"), partner=CUSTOMER)
    shop.post("retail_sale", "2026-03-03T10:00:00", line(TEA, "10", "4"))
    shop.post("retail_sale", "2026-03-10T09:00:00", line(TEA, "12", "4"))
    shop.post("sales_order", "2026-03-10T09:30:00", line(TEA, "10", "4"), partner=CUSTOMER, expected="2026-03-09")
    with shop.book.write() as session:
        save_draft(session, Draft("sale"), shop.act)
    with shop.book.read() as session:
        seen = dashboard(session, TODAY, "today")
        month = dashboard(session, TODAY, "month")
    assert (seen.selling.sales, seen.selling.profit, seen.selling.documents, seen.selling.ticket) == (
        D("48.00"),
        D("24.00"),
        1,
        D("48.00"),
    )
    assert (seen.before.sales, seen.change) == (D("40.00"), D("0.200000"))
    assert (month.selling.sales, month.before.sales) == (D("88.00"), D("40.00"))
    assert (seen.days[-1].sales, seen.days[-8].profit, len(seen.days)) == (D("48.00"), D("20.00"), 30)
    turned = ask(shop.book, "turnover", date_from=date(2026, 2, 9), date_to=TODAY)[0]
    assert (f"{seen.turnover:f}", f"{seen.turnover_days:f}") == (turned["turnover"], turned["turnover_days"])
    by_month = {
        r["key"]: r["turnover_days"] for r in ask(shop.book, "turnover", date_from=date(2026, 1, 1), date_to=TODAY, by=("month",))
    }
    assert {p.month: None if p.days is None else f"{p.days:f}" for p in seen.months[-3:]} == by_month
    assert seen.inventory_value == sum(D(r["value"]) for r in ask(shop.book, "stock"))
    assert (seen.receivables.total, seen.receivables.overdue, seen.receivables.overdue_count) == (D("40.00"), D("40.00"), 1)
    assert seen.low.count == 1
    low = ask(shop.book, "low-stock")
    assert [(r.product, f"{r.available:f}", f"{r.days_left:f}", f"{r.suggested:f}") for r in seen.low.rows] == [
        (r["product"], f"{D(r['available']):.3f}", r["days_left"], f"{D(r['suggested']):.3f}") for r in low
    ]  # fmt: skip
    assert [(r.product, r.days_left, r.value) for r in seen.expiring.rows] == [("MILK", 1, D("12.00"))]
    slow = ask(shop.book, "slow-movers")
    assert [(r.product, r.days_without_sale) for r in seen.slow.rows] == [(r["product"], r["days_without_sale"]) for r in slow]
    assert seen.slow.value == sum(D(r["value"]) for r in slow)
    assert [(todo.code, todo.count, todo.amount) for todo in seen.todos] == [
        ("drafts", 1, None),
        ("late_orders", 1, None),
        ("receivable", 1, D("40.00")),
    ]


def test_the_product_page_shows_weeks_pace_and_places(shop: Shop) -> None:
    shop.post("purchase_receipt", "2026-03-01", line(TEA, "60", "2"), partner=SUPPLIER)
    shop.post("retail_sale", "2026-03-02T10:00:00", line(TEA, "6", "4"))
    shop.post("retail_sale", "2026-03-08T10:00:00", line(TEA, "6", "4"))
    shop.post("retail_sale", "2026-03-09T10:00:00", line(TEA, "3", "4"))
    with shop.book.read() as session:
        seen = product_insight(session, TEA, TODAY, movements=2)
        unmoved = product_insight(session, SALT, TODAY)
    assert (len(seen.weeks), seen.weeks[-2].quantity, seen.weeks[-1].quantity, seen.weeks[-1].first) == (
        12,
        D(12),
        D(3),
        date(2026, 3, 9),
    )
    assert (seen.daily, seen.days_left) == (D("0.5"), D(90))
    assert [(m.kind, m.balance_quantity) for m in seen.movements] == [("retail_sale", D(45)), ("retail_sale", D(48))]
    assert (seen.movement_count, seen.last_sale, seen.last_receipt) == (4, "2026-03-09", "2026-03-01")
    assert (unmoved.stock, unmoved.days_left, unmoved.movements) == (None, None, ())


def test_spans_are_compared_with_their_like() -> None:
    assert spans(TODAY, "today")[1] == Period(date(2026, 3, 3), date(2026, 3, 3))
    assert spans(TODAY, "7") == (Period(date(2026, 3, 4), TODAY), Period(date(2026, 2, 25), date(2026, 3, 3)))
    assert spans(date(2026, 3, 31), "month")[1] == Period(date(2026, 2, 1), date(2026, 2, 28))
    assert spans(TODAY, "30")[1].last == spans(TODAY, "30")[0].first - timedelta(days=1)


def test_suggestions_are_whole_packs() -> None:
    assert (whole_packs(D("12.001"), D(12)), whole_packs(D(12), D(12)), whole_packs(D(-3), D(12)), whole_packs(D(5), None)) == (
        D(24),
        D(12),
        D(0),
        D(5),
    )


def test_a_supplier_return_above_cost_is_a_difference_and_freight_is_income(shop: Shop) -> None:
    receipt = shop.post("purchase_receipt", "2026-03-01", line(TEA, "10", "2"), partner=SUPPLIER)
    shop.post("purchase_receipt", "2026-03-02", line(TEA, "10", "1"), partner=SUPPLIER)
    shop.post("purchase_return", "2026-03-03", line(TEA, "2", against=(receipt, 1)), partner=SUPPLIER)
    shop.post("sale", "2026-03-04", line(TEA, "2", "5"), partner=CUSTOMER, freight=D("3.00"))
    row = ask(shop.book, "profit")[0]
    assert (row["cost_differences"], row["other_income"], row["gross_profit"], row["net_profit"]) == (
        "1.00",
        "3.00",
        "7.00",
        "11.00",
    )
    tea = ask(shop.book, "profit", product="TEA")[0]
    assert (tea["cost_differences"], tea["gross_profit"], tea["other_income"], tea["net_profit"]) == (
        "1.00",
        "7.00",
        "0.00",
        "8.00",
    )
    assert ask(shop.book, "profit", product="SALT")[0]["net_profit"] == "0.00"
    assert replace(Filters(today=TODAY), date_to=date(2026, 3, 20)).until == TODAY
