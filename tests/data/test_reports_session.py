"""The literal session of the command line's contract, asked of the reports themselves."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal as D
from typing import Any

import pytest
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from jxc_desktop.db.engine import Database
from jxc_desktop.db.models import Account, Document, Partner, Product
from jxc_desktop.domain.acts import Act
from jxc_desktop.domain.documents import Draft, DraftLine, Paid
from jxc_desktop.domain.errors import BadValue, Missing, NotAvailable, UnknownProduct, UnknownReport
from jxc_desktop.reports import REPORTS, Filters, as_json, report_named, run_report
from jxc_desktop.services.posting import Posted, post_document
from jxc_desktop.services.voiding import void_document
from tests.helpers.shop import TODAY

EMPTY = ("layers", "low-stock", "slow-movers", "expiring", "shrinkage", "cost-differences", "stocktake-accuracy")
"""Reports that have nothing to say of the literal session: nothing was lost, counted or restated in it, nothing expires."""


def ask(database: Database, name: str, **filters: Any) -> list[dict[str, Any]]:
    with database.read() as session:
        return as_json(run_report(session, name, Filters(today=TODAY, **filters)))


def make_people_and_goods(session: Session) -> None:
    session.execute(insert(Partner), [
        {"id": 1, "code": "S1", "name": "S1", "supplier": 1, "customer": 0}, {"id": 2, "code": "C1", "name": "C1",
        "supplier": 0, "customer": 1},
    ])  # fmt: skip
    session.execute(insert(Product), [{"id": 1, "code": "TEA", "name": "TEA", "unit": "件"}])


def account(session: Session, code: str) -> int:
    return session.execute(select(Account.id).where(Account.code == code)).scalar_one()


def post(database: Database, act: Act, draft: Draft) -> Posted:
    with database.write() as session:
        return post_document(session, draft, act)


def receipt(ref: str, day: str, quantity: str, price: str, paid: list[Paid] | None = None) -> Draft:
    return Draft(
        "purchase_receipt", f"{day}T12:00:00", partner_id=1, ref=ref, lines=[DraftLine(1, D(quantity), price=D(price))], paid=paid
    )


@pytest.fixture
def shop(book: Database, act: Act) -> Database:
    """Two receipts, a sale partly paid, and a return of one piece of it."""
    with book.write() as session:
        make_people_and_goods(session)
        cash, wechat = account(session, "cash"), account(session, "wechat")
    post(book, act, receipt("r1", "2026-03-01", "10", "10.00"))
    post(book, act, receipt("r2", "2026-03-02", "10", "14.00", [Paid(cash, D("100.00"))]))
    sale = Draft("sale", "2026-03-04T12:00:00", partner_id=2, ref="s1", paid=[Paid(wechat, D("40.00"))])
    sale.lines = [DraftLine(1, D(5), price=D("18.00"), discount=D("0.1"))]
    posted = post(book, act, sale)
    back = Draft(
        "sales_return", "2026-03-06T12:00:00", partner_id=2, ref="s3", lines=[DraftLine(1, D(1), against=(posted.document_id, 1))]
    )
    post(book, act, back)
    return book


def test_stock_turnover_and_receivables_read_as_in_the_session(shop: Database) -> None:
    assert json.dumps(ask(shop, "stock")) == (
        '[{"product": "TEA", "name": "TEA", "warehouse": null, "batch": null, "expiry": null, "quantity": "16", "unit_cost": '
        '"12.0000", "value": "192.00", "available": "16", "on_order": "0", "reserved": "0"}]'
    )
    assert ask(shop, "turnover", date_from=date(2026, 3, 1), date_to=TODAY) == [{
        "key": "shop", "name": "小店", "cost_of_sales": "48.00", "average_inventory": "190.00", "turnover": "0.252632",
        "turnover_days": "39.583333",
        "opening_value": "0.00", "closing_value": "192.00", "revenue": "64.80", "gross_profit": "16.80", "gmroi": "0.088421",
    }]  # fmt: skip
    assert ask(shop, "receivables") == [{
        "partner": "C1", "name": "C1", "balance": "24.80", "overdue": "0.00", "not_due": "24.80", "d1_30": "0.00",
        "d31_60": "0.00", "d61_90": "0.00",
        "d91": "0.00",
    }]  # fmt: skip


def test_a_back_dated_receipt_restates_the_ledger_and_a_void_leaves_no_trace_in_the_figures(shop: Database, act: Act) -> None:
    post(shop, act, receipt("r3", "2026-03-03", "20", "9.00"))
    rows = ask(shop, "stock-ledger", product="TEA")
    assert json.dumps(rows[0]) == (
        '{"date": "2026-03-01T12:00:00", "number": "JH-20260301-001", "kind": "purchase_receipt", "ref": "r1", "line": 1, '
        '"part": 1, "product": "TEA", "warehouse": "MAIN", "batch": null, "quantity": "10", "value": "100.00", '
        '"balance_quantity": "10", "balance_value": "100.00", "provisional": false}'
    )
    assert [(r["quantity"], r["value"], r["balance_quantity"], r["balance_value"]) for r in rows[1:]] == [
        ("10", "140.00", "20", "240.00"), ("20", "180.00", "40", "420.00"), ("-5", "-52.50", "35", "367.50"), ("1", "10.50",
        "36", "378.00"),
    ]  # fmt: skip
    with shop.write() as session:
        r2 = session.execute(select(Document.id).where(Document.ref == "r2")).scalar_one()
        void_document(session, r2, act, reason="重复录入")
    assert ask(shop, "stock")[0]["quantity"] == "26"
    with shop.read() as session:
        turned = run_report(session, "turnover", Filters(today=TODAY, by=("product",)))
    # 100.00 on day 1 and 2, 280.00 on day 3; 5 of 30 pieces left on day 4, one came back on day 6, both at 280/30.
    assert as_json(turned)[0]["cost_of_sales"] == "37.34"
    assert as_json(turned)[0]["closing_value"] == "242.66"
    assert ask(shop, "payables") == [{
        "partner": "S1", "name": "S1", "balance": "280.00", "overdue": "0.00", "not_due": "280.00", "d1_30": "0.00",
        "d31_60": "0.00",
        "d61_90": "0.00", "d91": "0.00",
    }]  # fmt: skip


def test_the_past_is_shown_as_it_was(shop: Database) -> None:
    assert [(r["quantity"], r["value"]) for r in ask(shop, "stock", as_of=date(2026, 3, 5))] == [("15", "180.00")]
    assert [(r["quantity"], r["value"]) for r in ask(shop, "stock", as_of=date(2026, 3, 1))] == [("10", "100.00")]
    assert ask(shop, "receivables", as_of=date(2026, 3, 5))[0]["balance"] == "41.00"
    assert ask(shop, "stock", as_of=date(2026, 2, 1)) == []


def test_sales_statement_money_and_profit_tell_the_same_story(shop: Database) -> None:
    assert ask(shop, "sales", by=("product",)) == [{
        "key": "TEA", "name": "TEA", "quantity": "4", "revenue": "64.80", "cost": "48.00", "gross_profit": "16.80",
        "margin": "0.259259", "documents": 2,
    }]  # fmt: skip
    by_two = ask(shop, "sales", by=("customer", "day"))
    assert [(r["customer"], r["day"], r["revenue"]) for r in by_two] == [
        ("C1", "2026-03-04", "81.00"),
        ("C1", "2026-03-06", "-16.20"),
    ]
    assert "key" not in by_two[0]
    assert ask(shop, "sales", by=("week",))[0]["key"] == "2026-03-02"
    assert ask(shop, "sales", by=("hour",))[0]["key"] == "12"
    assert ask(shop, "sales", by=("user",))[0]["key"] == ask(shop, "audit")[0]["user"]
    statement = ask(shop, "statement", partner="C1")
    assert [(r["kind"], r["debit"], r["credit"], r["balance"]) for r in statement] == [
        ("sale", "81.00", "40.00", "41.00"), ("sales_return", "0.00", "16.20", "24.80"),
    ]  # fmt: skip
    assert [(r["account"], r["amount"], r["balance"]) for r in ask(shop, "money")] == [
        ("cash", "-100.00", "-100.00"),
        ("wechat", "40.00", "40.00"),
    ]
    profit = ask(shop, "profit")
    assert [(r["key"], r["revenue"], r["cost_of_sales"], r["net_profit"], r["expenses"]) for r in profit] == [
        ("2026-03", "64.80", "48.00", "16.80", "0.00"),
    ]  # fmt: skip


def test_every_report_answers_with_its_declared_columns(shop: Database) -> None:
    for report in REPORTS:
        with shop.read() as session:
            result = run_report(session, report, Filters(today=TODAY, partner="S1" if report.needs else None))
        rows = as_json(result)
        assert rows or report.name in EMPTY, report.name
        keys = [column.key for column in result.columns]
        assert all(list(row) == list(report.json or keys) for row in rows)
        assert set(report.json) <= set(keys)
        assert all(column.text(row) for row in result.rows for column in result.columns)
        assert set(result.totals) <= set(keys)


def test_wrong_questions_are_refused_by_name(shop: Database) -> None:
    with pytest.raises(UnknownReport):
        report_named("nonsense")
    with pytest.raises(NotAvailable):
        report_named("forecast")
    with pytest.raises(BadValue):
        ask(shop, "turnover", by=("weather",))
    with pytest.raises(BadValue):
        ask(shop, "stock", by=("product", "batch"))
    with pytest.raises(UnknownProduct):
        ask(shop, "stock", product="COFFEE")
    with pytest.raises(Missing):
        ask(shop, "statement")


def test_an_empty_shop_has_reports_too(book: Database) -> None:
    for report in REPORTS:
        if not report.needs:
            with book.read() as session:
                assert run_report(session, report, replace(Filters(today=TODAY))) is not None
    assert ask(book, "turnover")[0] | {"name": ""} == {
        "key": "shop", "name": "", "cost_of_sales": "0.00", "average_inventory": "0.00", "turnover": None,
        "turnover_days": None, "opening_value": "0.00",
        "closing_value": "0.00", "revenue": "0.00", "gross_profit": "0.00", "gmroi": None,
    }  # fmt: skip
