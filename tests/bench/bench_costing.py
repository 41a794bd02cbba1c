"""How long dated-back documents take: costing from the touched point on, beside the same row updates by the bare driver.

Moving average, first in first out, and a pool for each warehouse. Fails when a target is missed.
"""

from __future__ import annotations

import json
import random
import statistics
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from sqlalchemy import insert, text, update  # noqa: E402

from jxc_desktop.db.engine import Database  # noqa: E402
from jxc_desktop.db.models import (  # noqa: E402
    Counter,
    Document,
    DocumentLine,
    Partner,
    Pool,
    Product,
    StockRow,
    Warehouse,
    table,
)  # fmt: skip
from jxc_desktop.db.types import raw_insert  # noqa: E402
from jxc_desktop.db.upgrade import create_book  # noqa: E402
from jxc_desktop.domain.acts import Act  # noqa: E402
from jxc_desktop.domain.costing import Cost, Entry, replay  # noqa: E402
from jxc_desktop.domain.documents import Draft, DraftLine  # noqa: E402
from jxc_desktop.domain.settings import ShopSettings  # noqa: E402
from jxc_desktop.queries.costing import Method  # noqa: E402
from jxc_desktop.queries.proof import replay_findings  # noqa: E402
from jxc_desktop.services.posting import post_document  # noqa: E402
from jxc_desktop.services.shop import open_shop  # noqa: E402
from jxc_desktop.services.tally import Tally  # noqa: E402
from tests.bench._book_of_products import blank  # noqa: E402

TODAY = date(2026, 3, 10)
ACT = Act(1, datetime(2026, 3, 10, 12), TODAY)
MANY, USUAL, LATER = 100_000, 500, 5_000
PER_DAY = 140
KINDS = (("average", "product"), ("fifo", "product"), ("average", "warehouse"))
WORDS = {("average", "product"): "average", ("fifo", "product"): "FIFO", ("average", "warehouse"): "average per warehouse"}


@dataclass(slots=True)
class Fact:
    """One movement of the product, as the shop knows it. Quantities in thousandths, ``given`` in fen."""

    number: int
    moment: str
    part: int
    warehouse: int
    cost: Cost
    bucket: str
    kind: str
    quantity: int
    given: int | None = None
    original: tuple[int, int, int] | None = None

    @property
    def row(self) -> tuple[int, int, int]:
        return self.number, 1, self.part


def trade(movements: int, dice: random.Random) -> Iterator[list[Fact]]:
    """Documents of one line until there are ``movements``: mostly sales, now and then a receipt, a transfer, a return."""
    stock, sales, count, number = {1: 0, 2: 0}, [], 0, 0
    start = datetime(2026, 3, 8) - timedelta(days=movements // PER_DAY + 1)
    while count < movements:
        number += 1
        day, at = divmod(number, PER_DAY)
        moment = (start + timedelta(days=day, seconds=28_800 + at * 40_000 // PER_DAY)).isoformat()
        here, roll = dice.choice((1, 1, 2)), dice.random()
        pieces = dice.randrange(1, 4) * 1000
        if stock[here] < 20_000 or roll < 0.04:
            pieces = dice.randrange(20, 80) * 1000
            worth = pieces * dice.randrange(300, 700) // 1000
            facts = [Fact(number, moment, 1, here, Cost.GIVEN, "bought", "purchase_receipt", pieces, worth)]
        elif roll < 0.07:
            facts = [
                Fact(number, moment, 1, here, Cost.TRANSFER_OUT, "other", "transfer", -pieces),
                Fact(number, moment, 501, 3 - here, Cost.TRANSFER_IN, "other", "transfer", pieces),
            ]
        elif roll < 0.09 and sales:
            sold = sales.pop(dice.randrange(len(sales)))
            back = Fact(number, moment, 1, sold.warehouse, Cost.RETURN, "returned", "sales_return", -sold.quantity)
            back.original = sold.row
            facts = [back]
        else:
            facts = [Fact(number, moment, 1, here, Cost.ISSUE, "sold", "sale", -pieces)]
            sales = [*sales[-200:], *facts]
        for fact in facts:
            stock[fact.warehouse] += fact.quantity
        count += len(facts)
        yield facts


def fill(database: Database, movements: int, costing: str, pool: str) -> None:
    """A shop with one much-moved product, consistent, inserted in bulk."""
    with database.write() as session:
        settings = ShopSettings(shop="大店", costing=costing, pool=pool)
        open_shop(session, settings, ACT)
        connection, method = session.connection(), Method(costing, pool == "warehouse")
        connection.execute(insert(table(Warehouse)), [{"id": 2, "code": "B", "name": "后仓", "position": 1}])
        connection.execute(insert(table(Partner)), [{"id": 1, "code": "P", "name": "往来", "supplier": 1, "customer": 1}])
        connection.execute(insert(table(Product)), [{"id": 1, "code": "P1", "name": "商品", "unit": "件"}])
        documents = list(trade(movements, random.Random(3)))
        facts = [fact for document in documents for fact in document]
        entries = [_entry(fact, method) for fact in facts]
        done = replay({}, entries, costing)
        tally = Tally()
        rows = []
        for fact in facts:
            value = done.results[fact.row].value or 0
            revenue = {"sold": -fact.quantity, "returned": -fact.quantity}.get(fact.bucket)
            rows.append(_row(fact, value, revenue))
            day = fact.moment[:10]
            tally.row(1, fact.warehouse, 0, day, fact.moment, fact.bucket, fact.quantity, value, revenue or 0)
        connection.execute(raw_insert(table(Document)), [_head(document[0]) for document in documents])
        connection.execute(raw_insert(table(DocumentLine)), [_line(document[0]) for document in documents])
        connection.execute(raw_insert(table(StockRow)), rows)
        tally.write(session)
        for key, state in done.states.items():
            mine = [fact.moment for fact, entry in zip(facts, entries, strict=True) if entry.pool == key]
            cost, layers = state.last or (None, None), state.layers
            kept = None if layers is None else json.dumps([[*one.key, one.quantity, one.value] for one in layers])
            connection.execute(raw_insert(table(Pool)), [blank(Pool) | {
                "product_id": 1, "warehouse_id": key[1], "batch_id": 0, "quantity": state.quantity,  # type: ignore[index]
                "value": state.value, "cost_value": cost[0], "cost_quantity": cost[1], "last_moment": max(mine),
                "last_sale": max(mine), "clean": 1, "layers": kept,
            }])  # fmt: skip
        session.execute(update(Counter).values(value=len(documents)))


def _entry(fact: Fact, method: Method) -> Entry:
    entry = Entry(
        (fact.moment, fact.number, 1, fact.part),
        fact.row,
        method.pool(1, fact.warehouse, None),
        (fact.warehouse, 0),
        fact.cost,
        fact.quantity,
        given=fact.given,
        original=fact.original,
    )
    if fact.kind == "transfer":
        entry.twin, entry.inside = (fact.number, 1, 502 - fact.part), not method.per_warehouse
    return entry


def _row(fact: Fact, value: int, revenue: int | None) -> dict[str, Any]:
    original = fact.original or (None, None, None)
    return blank(StockRow) | {
        "document_id": fact.number, "line": 1, "part": fact.part, "moment": fact.moment, "seq": fact.number,
        "day": fact.moment[:10], "product_id": 1, "warehouse_id": fact.warehouse, "cost": fact.cost.value,
        "bucket": fact.bucket, "quantity": fact.quantity, "given": fact.given, "revenue": revenue, "value": value,
        "original_document_id": original[0], "original_line": original[1], "original_part": original[2],
    }  # fmt: skip


def _head(fact: Fact) -> dict[str, Any]:
    moved = fact.kind == "transfer"
    return blank(Document) | {
        "id": fact.number, "kind": fact.kind, "status": "posted", "number": f"N{fact.number:07}", "seq": fact.number,
        "moment": fact.moment, "day": fact.moment[:10], "utc_offset": 480, "partner_id": None if moved else 1,
        "warehouse_id": fact.warehouse, "to_warehouse_id": 3 - fact.warehouse if moved else None, "line_count": 1,
        "pieces": abs(fact.quantity), "created_at": fact.moment, "created_by": 1, "posted_at": fact.moment, "posted_by": 1,
    }  # fmt: skip


def _line(fact: Fact) -> dict[str, Any]:
    return blank(DocumentLine) | {
        "document_id": fact.number, "line": 1, "product_id": 1, "product_code": "P1", "product_name": "商品", "unit": "件",
        "factor_num": 1, "factor_den": 1, "quantity": abs(fact.quantity), "base_quantity": abs(fact.quantity),
    }  # fmt: skip


def post(database: Database, kind: str, moment: str, quantity: int) -> tuple[float, int]:
    """(seconds, documents restated) of a document of one line."""
    draft = Draft(kind, moment, 1, 1, lines=[DraftLine(1, Decimal(quantity), price=Decimal("3.33"))])
    begun = time.perf_counter()
    with database.write() as session:
        posted = post_document(session, draft, ACT)
    return time.perf_counter() - begun, len(posted.restated)


def bare(database: Database, count: int) -> float:
    """Seconds in which the bare driver changes ``count`` rows of the ledger, one transaction."""
    from pysqlite3 import dbapi2

    with database.exclusive():
        connection = dbapi2.connect(database.path, isolation_level=None)
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "wal_autocheckpoint=0", "cache_size=-32768"):
            connection.execute(f"PRAGMA {pragma}").fetchall()
        begun = time.perf_counter()
        connection.execute("BEGIN IMMEDIATE")
        columns = "value, provisional, document_id, line, part"
        newest = f"SELECT {columns} FROM stock_ledger WHERE product_id = 1 ORDER BY moment DESC, seq DESC LIMIT ?"
        rows = connection.execute(newest, (count,)).fetchall()
        same = "UPDATE stock_ledger SET value = ?, provisional = ? WHERE document_id = ? AND line = ? AND part = ?"
        connection.executemany(same, rows)
        connection.execute("COMMIT")
        taken = time.perf_counter() - begun
        connection.close()
    return taken


Figure = tuple[str, float, float, float | None]
"""(what, milliseconds, limit, times the bare driver); the best of a few, or the median of many small ones."""


def measure(costing: str, pool: str) -> list[Figure]:
    """The figures of one way of costing."""
    with TemporaryDirectory(prefix="jxc-bench-") as folder:
        books = {}
        for movements in (MANY, USUAL):
            path = Path(folder) / f"{movements}.db"
            create_book(path)
            books[movements] = Database.sqlite(path, label=f"bench-{movements}")
            fill(books[movements], movements, costing, pool)
        many, usual = books[MANY], books[USUAL]
        now, start = "2026-03-10T10:00:00", "2020-01-01T10:00:00"
        figures: list[Figure] = []

        taken, restated = min(post(many, "purchase_receipt", start, 40) for _ in range(3))
        figures.append((f"{MANY:,} movements, a receipt before all of them ({restated:,} documents restated)", taken * 1000,
                        2000, taken / bare(many, max(restated, 1))))  # fmt: skip
        with many.read() as session:
            at = "SELECT moment FROM stock_ledger WHERE product_id = 1 ORDER BY moment DESC, seq DESC LIMIT 1 OFFSET ?"
            moment = str(session.execute(text(at.replace("?", ":n")), {"n": LATER}).scalar_one())
        sold = min(post(many, "sale", moment, 1) for _ in range(5))
        figures.append((f"a sale with {LATER:,} later movements ({sold[1]:,} restated)", sold[0] * 1000, 300,
                        sold[0] / bare(many, LATER)))  # fmt: skip

        post(usual, "sale", now, 1)
        ends: dict[int, Any] = {MANY: [], USUAL: []}
        for _ in range(60):  # in turns, so that a machine that gets slower meanwhile slows both
            for movements, book in books.items():
                ends[movements].append(post(book, "sale", now, 1)[0] * 1000)
        ends = {movements: statistics.median(taken) for movements, taken in ends.items()}
        first = statistics.median(post(usual, "purchase_receipt", start, 1)[0] for _ in range(21)) * 1000
        figures.append((f"{USUAL} movements, a receipt before all of them: more than at the end", first - ends[USUAL], 20, None))
        figures.append((f"a sale at the end of {MANY:,} movements ({USUAL}: {ends[USUAL]:.2f} ms)", ends[MANY],
                        1.5 * ends[USUAL] + 0.5, None))  # fmt: skip
        for book in books.values():
            with book.read() as session:
                assert replay_findings(session) == []
            book.close()
        return figures


def main() -> int:
    """Print the table; fails when a target is missed."""
    print("## Costing dated-back documents\n")
    print("| costing | what | ms | limit | x bare driver |\n|---|---|---:|---:|---:|")
    missed = False
    for kind in KINDS:
        for words, taken, limit, ratio in measure(*kind):
            print(f"| {WORDS[kind]} | {words} | {taken:.1f} | {limit:.1f} | {'' if ratio is None else f'{ratio:.1f}'} |")
            missed = missed or taken > limit
    return int(missed)


if __name__ == "__main__":
    raise SystemExit(main())
