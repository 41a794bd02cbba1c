"""How long a five-line sale takes through the service, beside the bare SQLite driver writing the very same rows."""

from __future__ import annotations

import random
import shutil
import statistics
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from sqlalchemy import text  # noqa: E402

from jxc_desktop.db import fast  # noqa: E402
from jxc_desktop.db.engine import Database  # noqa: E402
from jxc_desktop.db.upgrade import create_book  # noqa: E402
from jxc_desktop.domain.acts import Act  # noqa: E402
from jxc_desktop.domain.documents import Draft, DraftLine  # noqa: E402
from jxc_desktop.services.posting import post_document  # noqa: E402
from tests.bench.bench_reports import TODAY, fill  # noqa: E402

ACT = Act(1, datetime(2026, 3, 10, 12), TODAY)
ROUNDS, SALES, WARM = 12, 40, 6
LIMIT, PROMISED = 3.0, 0.4
WRITTEN = ("documents", "document_lines", "stock_ledger", "money_ledger", "pools", "stock_balances", "stock_months", "audit")


def drafts(products: int) -> Iterator[Draft]:
    """Retail sales of five products each, the same ones every time."""
    rng = random.Random(5)
    while True:
        lines = [DraftLine(p, Decimal(1), price=Decimal("5.00")) for p in rng.sample(range(1, products + 1), 5)]
        yield Draft("retail_sale", "2026-03-10T23:59:00", lines=lines)


def sell(database: Database, draft: Draft) -> float:
    """Seconds of a sale in its own transaction."""
    begun = time.perf_counter()
    with database.write() as session:
        post_document(session, draft, ACT)
    return time.perf_counter() - begun


Statement = tuple[str, Any, bool]
"""(SQL, parameters, many) as the driver gets it."""


class _Recorder:
    """A cursor that notes what is executed."""

    def __init__(self, cursor: Any, seen: list[Statement]) -> None:
        self._cursor, self._seen = cursor, seen

    def execute(self, statement: str, parameters: Any) -> Any:
        self._seen.append((statement, parameters, False))
        return self._cursor.execute(statement, parameters)

    def executemany(self, statement: str, parameters: Any) -> Any:
        self._seen.append((statement, list(parameters), True))
        return self._cursor.executemany(statement, parameters)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._cursor, name)


@contextmanager
def recording(seen: list[Statement]) -> Iterator[None]:
    """Note the statements between BEGIN and COMMIT."""
    cursor = fast._cursor
    fast._cursor = lambda connection: _Recorder(cursor(connection), seen)
    try:
        yield
    finally:
        fast._cursor = cursor


def recorded(path: Path, products: int, count: int) -> list[list[Statement]]:
    """All statements of each of the first ``count`` sales in the book at ``path``."""
    database, found = Database.sqlite(path, label="recorded"), []
    for draft in islice(drafts(products), count):
        seen: list[Statement] = []
        with recording(seen):
            sell(database, draft)
        found.append(seen)
    database.close()
    return found


def bare_connection(path: Path) -> Any:
    """The driver alone, with the settings of the program that cost or save time."""
    from pysqlite3 import dbapi2

    connection = dbapi2.connect(path, isolation_level=None)
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "wal_autocheckpoint=0",
        "cache_size=-32768",
        "recursive_triggers=ON",
    ):
        connection.execute(f"PRAGMA {pragma}").fetchall()
    return connection


def write(connection: Any, statements: list[Statement]) -> float:
    """Seconds in which the driver writes what ``statements`` wrote, in one transaction; it reads nothing first."""
    writing = [one for one in statements if not one[0].startswith("SELECT")]
    begun = time.perf_counter()
    connection.execute("BEGIN IMMEDIATE")
    for statement, given, many in writing:
        (connection.executemany if many else connection.execute)(statement, given)
    connection.execute("COMMIT")
    return time.perf_counter() - begun


def prepare(folder: Path, products: int, rows: int) -> Database:
    create_book(folder / "shop.db")
    database = Database.sqlite(folder / "shop.db")
    fill(database, products=products, rows=rows)
    with database.write() as session:
        session.execute(
            text(
                "INSERT INTO stock_balances (product_id, warehouse_id, batch_id, quantity, last_moment) "
                "SELECT id, 1, 0, 0, '2026-01-01T12:00:00' FROM products WHERE true "
                "ON CONFLICT DO NOTHING"
            )
        )
        session.execute(text("UPDATE stock_balances SET quantity = quantity + 100000000"))
        session.execute(
            text(
                "INSERT INTO pools (product_id, warehouse_id, batch_id, quantity, value, last_moment, clean) "
                "SELECT id, 0, 0, 0, 0, '2026-01-01T12:00:00', 1 FROM products WHERE true "
                "ON CONFLICT DO NOTHING"
            )
        )
        session.execute(text("UPDATE pools SET quantity = quantity + 100000000, value = value + 100000000"))
        session.execute(text("UPDATE counters SET value = (SELECT max(seq) FROM documents)"))
    return database


def measure(products: int, rows: int) -> tuple[float, float, int]:
    """(service p50, bare p50 in milliseconds, statements of one sale) on a book of this size."""
    with TemporaryDirectory() as folder:
        at = Path(folder)
        prepare(at, products, rows).close()
        for name in ("bare.db", "recorded.db"):
            shutil.copyfile(at / "shop.db", at / name)
        acts = recorded(at / "recorded.db", products, ROUNDS * SALES)
        database, connection, coming = Database.sqlite(at / "shop.db"), bare_connection(at / "bare.db"), drafts(products)
        service: list[float] = []
        raw: list[float] = []
        for first in range(0, len(acts), SALES):  # in turns, so that a machine that gets slower meanwhile slows both
            service += [sell(database, draft) for draft in islice(coming, SALES)][WARM:]
            raw += [write(connection, statements) for statements in acts[first : first + SALES]][WARM:]
        with database.read() as session:
            for name in WRITTEN:  # both have done the same
                rows_of = f"SELECT * FROM {name} ORDER BY 1 DESC, 2, 3 LIMIT 5000"
                assert [tuple(row) for row in session.execute(text(rows_of))] == connection.execute(rows_of).fetchall(), name
        connection.close()
        database.close()
        return statistics.median(service) * 1000, statistics.median(raw) * 1000, max(map(len, acts))


def promised(products: int, orders: int = 1000) -> float:
    """Milliseconds that a sale takes longer at the median where an order promises its goods and ``orders`` others are open."""
    with TemporaryDirectory() as folder:
        prepare(Path(folder), products, 50_000).close()
        shutil.copyfile(Path(folder) / "shop.db", Path(folder) / "orders.db")
        plain, busy = (Database.sqlite(Path(folder) / name, label=name) for name in ("shop.db", "orders.db"))
        with busy.write() as session:
            for draft in [next(drafts(products)), *islice(drafts(products), 1, orders + 1)]:
                post_document(session, replace(draft, kind="sales_order"), ACT)
        sold: tuple[list[float], list[float]] = ([], [])
        for _round in range(ROUNDS * SALES):
            for book, seconds in zip((plain, busy), sold, strict=True):
                seconds.append(sell(book, next(drafts(products))))
        for book in (plain, busy):
            book.close()
        without, with_orders = (statistics.median(seconds[WARM:]) for seconds in sold)
        return (with_orders - without) * 1000


def main() -> int:
    """Print the table; fails when the service is beyond ``LIMIT`` times the bare driver."""
    small = measure(20_000, 50_000)
    large = measure(20_000, 500_000)
    print("## Posting a sale of five lines\n")
    print(f"The service ({large[2]} statements a sale) beside the bare driver that only writes: the same statements, values and")
    print("pages, one transaction a sale, WAL, FULL.\n")
    print("| book | service p50 | bare driver p50 | ratio | limit |\n|---|---|---|---|---|")
    for words, (service, raw, _count) in (
        ("20,000 products, 10,000 documents", small),
        ("20,000 products, 100,000 documents", large),
    ):
        print(f"| {words} | {service:.2f} ms | {raw:.2f} ms | {service / raw:.2f} | {LIMIT} |")
    more = promised(20_000)
    print(f"\nWhere the goods are promised by one of 1,000 open orders a sale takes {more:.2f} ms longer (limit {PROMISED} ms).")
    return 0 if large[0] / large[1] <= LIMIT and more <= PROMISED else 1


if __name__ == "__main__":
    raise SystemExit(main())
