"""Any past day: every report about it answers as if nothing after that day had been entered."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import date, datetime, timedelta
from decimal import Decimal as D
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlalchemy import insert, select, text, update

from jxc_desktop.db.engine import Database
from jxc_desktop.db.models import Document, Product, Warehouse
from jxc_desktop.db.upgrade import upgrade
from jxc_desktop.domain.acts import Act
from jxc_desktop.domain.documents import Draft, DraftLine
from jxc_desktop.domain.errors import JxcError
from jxc_desktop.domain.settings import ShopSettings
from jxc_desktop.exchange.documents import import_documents
from jxc_desktop.exchange.export_documents import export_documents
from jxc_desktop.queries.proof import prove, replay_findings
from jxc_desktop.queries.stock_view import StockQuestion, product_movements, stock_view
from jxc_desktop.reports import REPORTS, Filters, Report, as_json, run_report
from jxc_desktop.services.acceptance import Received, accept_transfer
from jxc_desktop.services.posting import Posted, post_document
from jxc_desktop.services.recipes import save_recipe
from jxc_desktop.services.shop import change_settings, open_shop
from jxc_desktop.services.voiding import close_order, void_document
from tests.helpers.busy_shop import furnish, trade
from tests.helpers.shop import TODAY

GIFT, BASKET = 101, 102
DAYS = (date(2026, 1, 20), date(2026, 2, 14), date(2026, 2, 28), date(2026, 3, 9))
AS_IT_WAS_DONE = ("audit", "cost-differences")
"""These two tell what was done, voids and corrections included: nothing is left out of them."""

NewShop = Callable[[], Database]


@pytest.fixture
def new_shop(tmp_path: Path, empty_book: Path, act: Act) -> Iterator[NewShop]:
    """As many shops as are wanted, each with the same goods and people and nothing done yet."""
    with ExitStack() as stack:
        made: list[Database] = []

        def one(method: str = "average") -> Database:
            if os.environ.get("JXC_TEST_POSTGRES"):
                from tests.helpers import postgres

                database = Database.postgres(stack.enter_context(postgres.fresh_database()))
                upgrade(database.writer)
            else:
                path = tmp_path / f"shop{len(made)}.db"
                shutil.copyfile(empty_book, path)
                database = Database.sqlite(path, label="test")
            made.append(database)
            with database.write() as session:
                open_shop(session, ShopSettings(shop="小店"), act)
                furnish(session)
                change_settings(session, {"costing": method}, act)
                session.execute(
                    insert(Product),
                    [
                        {"id": GIFT, "code": "GIFT", "name": "礼盒", "unit": "盒", "sale_price": D(30)},
                        {"id": BASKET, "code": "BASKET", "name": "果篮", "unit": "篮", "sale_price": D(60)},
                    ],
                )
                session.execute(update(Product).where(Product.id < BASKET).values(minimum=D(25), shelf_life_days=45))
                if os.environ.get("JXC_TEST_POSTGRES"):  # ids were given: what comes next is to be counted on from them
                    session.execute(text("SELECT setval(pg_get_serial_sequence('warehouses', 'id'), 100)"))
                save_recipe(session, GIFT, [(1, D(2)), (2, D(1))], act, kit=True)
                save_recipe(session, BASKET, [(3, D(3)), (6, D(2))], act)
            return database

        yield one
        for database in made:
            database.close()


def busy(book: Database, act: Act) -> None:
    """Everything that :func:`trade` does, and kits, assemblies, landed costs, adjustments, goods under way, orders closed."""
    for product in (*range(1, 7), BASKET):
        enter(book, act, Draft("purchase_receipt", "2026-01-09T08:00:00", 1, 1, lines=[DraftLine(product, D(60), price=D(5))]))
    trade(book, act, seed=3, acts=140)
    random = Random(5)
    for number in range(60):
        at = f"{date(2026, 1, 10) + timedelta(days=number)}T{9 + number % 8:02}:15:00"
        draft = Draft(KINDS[number % len(KINDS)], at, warehouse_id=1, ref=f"M{number}")
        if draft.kind in ("sale", "sales_order"):
            draft.partner_id, draft.lines = 2, [DraftLine(GIFT, D(random.randrange(1, 4)))]
        elif draft.kind == "assembly":
            draft.made = DraftLine(BASKET, D(1))
        elif draft.kind == "cost_adjustment":
            draft.lines = [DraftLine(random.randrange(1, 4), price=D(random.randrange(300, 900)) / 100)]
        elif draft.kind == "transfer":
            draft.to_warehouse_id, draft.transit = 2, True
            draft.lines = [DraftLine(random.randrange(1, 5), D(random.randrange(2, 5)))]
        elif draft.kind == "purchase_receipt":
            draft.partner_id = 1
            draft.lines = [DraftLine(random.randrange(1, 7), D(9), price=D(random.randrange(300, 900)) / 100)]
        posted = enter(book, act, draft)
        if posted is not None and draft.kind == "purchase_receipt":
            enter(book, act, Draft("landed_cost", at, 1, amount=D("7.77"), targets=[posted.document_id], ref=f"L{number}"))
        if posted is not None and draft.transit and number % 3:
            day = min(date.fromisoformat(at[:10]) + timedelta(days=6), act.today)
            with book.write() as session:
                accept_transfer(
                    session, posted.document_id, [Received(1, D(1))], Act(1, datetime.fromisoformat(f"{day}T09:30"), day)
                )


KINDS = ("sale", "assembly", "sales_order", "transfer", "purchase_receipt", "cost_adjustment")


def enter(book: Database, act: Act, draft: Draft) -> Posted | None:
    try:
        with book.write() as session:
            return post_document(session, draft, act)
    except JxcError:
        return None


def lines_of(book: Database, path: Path) -> list[dict[str, Any]]:
    """The documents of a book, as an export writes them; what has no price is given one, so that nothing later fills it in."""
    export_documents(book, path)
    found = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    for one in found:
        for line in one.get("lines", ()):
            if one["kind"] in ("purchase_receipt", "opening_stock") and "price" not in line and "amount" not in line:
                line["price"] = "2.5"
    return [one for one in found if one.get("status") != "voided"]


def until(documents: list[dict[str, Any]], day: date, gone: set[str]) -> list[dict[str, Any]]:
    """Those of up to ``day`` without what is ``gone``; where they name one that is not among them, the name is left out."""
    kept = [json.loads(json.dumps(one)) for one in documents if one["date"][:10] <= str(day) and one["ref"] not in gone]
    refs = {one["ref"] for one in kept}
    for one in kept:
        if one.get("order") not in refs:
            one.pop("order", None)
        one["settles"] = [s for s in one.get("settles", ()) if s["ref"] in refs]
        for line in one.get("lines", ()):
            if line.get("against", {}).get("ref") not in refs:
                line.pop("against", None)
    return kept


def replayed(book: Database, documents: list[dict[str, Any]], act: Act) -> None:
    answers = list(import_documents(book, [json.dumps(one) for one in documents], act))
    assert [answer for answer in answers if not answer["ok"]] == []


def asked(book: Database, report: Report, **filters: Any) -> Any:
    """Rows, totals and notes; numbers, which count voided documents too, and what voided documents left are not compared."""
    with book.read() as session:
        found = run_report(session, report, Filters(today=TODAY, **filters))
        gone = set(session.scalars(select(Document.number).where(Document.status == "voided")))
    rows = [row for row in as_json(found) if row.get("number") not in gone]
    if report.name == "stock":
        rows = [row for row in rows if any(D(row[key] or 0) for key in ("quantity", "on_order", "reserved"))]
    for row in rows:
        row.pop("number", None)
    return rows, found.totals, found.notes


def page(book: Database, day: date) -> Any:
    """The stock page on a day: rows that say something, and the living movements of each product below it."""
    with book.read() as session:
        view = stock_view(session, StockQuestion(as_of=day, with_stock=False))
        rows = [row for row in view.rows if row.quantity or row.on_order or row.reserved]
        moves = {row.code: product_movements(session, row.id, until=day) for row in rows}
    lists = {code: [(m.date, m.kind, m.came, m.went, m.value) for m in each if not m.voided] for code, each in moves.items()}
    return [(r.code, r.quantity, r.on_order, r.reserved, r.available, r.unit_cost, r.value) for r in rows], lists


def questions(report: Report, day: date) -> Iterator[dict[str, Any]]:
    names = {filter.name for filter in report.filters}
    base: dict[str, Any] = {"partner": "C1"} if "partner" in report.needs else {}
    ways = [base | {"by": (by,)} for by in report.by] or [base]
    if "warehouse" in names:
        ways += [base | {"warehouse": "MAIN"}, base | {"product": "P4"}]
    if "days" in names:
        ways.append(base | {"days": 20})
    for way in ways:
        if "as-of" in names:
            yield way | {"as_of": day}
        if "to" in names:
            yield way | {"date_to": day}
            yield way | {"date_from": day - timedelta(days=23), "date_to": day}


@pytest.mark.parametrize("method", ["average", "fifo"])
def test_every_report_about_a_past_day_is_that_of_a_book_in_which_nothing_came_after(
    new_shop: Callable[[str], Database], tmp_path: Path, act: Act, method: str
) -> None:
    first, book = new_shop(method), new_shop(method)
    busy(first, act)
    documents = lines_of(first, tmp_path / "all.jsonl")
    kinds = {one["kind"] for one in documents}
    replayed(book, until(documents, TODAY, set()), act)
    gone = voided(book, act)
    closed = closed_orders(book)
    with book.read() as session:
        assert prove(session) == []
        assert replay_findings(session) == []
        assert session.execute(select(Warehouse.id).where(Warehouse.transit == 1)).first() is not None
    wrong = []
    for day in DAYS:
        past = new_shop(method)
        replayed(past, until(documents, day, gone), act)
        for ref, on in closed.items():
            if on <= day:
                close(past, ref, on)
        if page(book, day) != page(past, day):
            wrong.append(("stock page", str(day), {}))
        for report in REPORTS:
            for way in questions(report, day) if report.name not in AS_IT_WAS_DONE else ():
                if asked(book, report, **way) != asked(past, report, **way):
                    wrong.append((report.name, str(day), way))
    assert wrong == []
    assert {"assembly", "landed_cost", "cost_adjustment", "transfer", "sales_order", "receipt", "stocktake"} <= kinds
    assert gone
    assert closed


def voided(book: Database, act: Act) -> set[str]:
    """Void what can be voided of every ninth document; returns their refs."""
    with book.read() as session:
        wanted = session.execute(select(Document.id, Document.ref).order_by(Document.id)).all()
    gone = set()
    for id, ref in wanted[::9]:
        try:
            with book.write() as session:
                void_document(session, id, act, reason="试")
            gone.add(ref)
        except JxcError:
            continue
    return gone


def closed_orders(book: Database) -> dict[str, date]:
    """Close every second order a week after its day."""
    with book.read() as session:
        orders = session.execute(
            select(Document.ref, Document.day)
            .where(Document.kind.in_(("purchase_order", "sales_order")), Document.status == "posted")
            .order_by(Document.id)
        ).all()
    found = {ref: date.fromisoformat(day) + timedelta(days=7) for ref, day in orders[::2]}
    found = {ref: day for ref, day in found.items() if day <= TODAY}
    for ref, day in found.items():
        close(book, ref, day)
    return found


def close(book: Database, ref: str, day: date) -> None:
    with book.write() as session:
        order = session.execute(select(Document.id).where(Document.ref == ref)).scalar_one()
        close_order(session, order, Act(1, datetime.combine(day, datetime.min.time()), day))
