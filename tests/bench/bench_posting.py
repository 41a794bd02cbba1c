"""How long a five-line sale takes through the service, beside the same rows written by the bare SQLite driver."""

from __future__ import annotations

import random
import shutil
import statistics
import sys
import time
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from sqlalchemy import event, text  # noqa: E402

from jxc_desktop.db import fast  # noqa: E402
from jxc_desktop.db.engine import Database  # noqa: E402
from jxc_desktop.db.upgrade import create_book  # noqa: E402
from jxc_desktop.domain.acts import Act  # noqa: E402
from jxc_desktop.domain.documents import Draft, DraftLine  # noqa: E402
from jxc_desktop.services.posting import post_document  # noqa: E402
from tests.bench.bench_reports import TODAY, fill  # noqa: E402

ACT = Act(1, datetime(2026, 3, 10, 12), TODAY)
ROUNDS, SALES, WARM = 12, 40, 6
LIMIT = 3.0


def sales(database: Database, products: int, count: int) -> list[float]:
    """Seconds of each of ``count`` five-line retail sales, each in its own transaction."""
    rng = random.Random(5)
    taken = []
    for _ in range(count):
        lines = [DraftLine(p, Decimal(1), price=Decimal("5.00")) for p in rng.sample(range(1, products + 1), 5)]
        draft = Draft("retail_sale", "2026-03-10T23:59:00", lines=lines)
        begun = time.perf_counter()
        with database.write() as session:
            post_document(session, draft, ACT)
        taken.append(time.perf_counter() - begun)
    return taken


Statement = tuple[str, Any, bool]
"""(SQL, parameters, many) as the driver gets it."""


class _Listener:
    """Stands between the program and the driver for one sale, and notes what is executed."""

    def __init__(self, database: Database) -> None:
        self.seen: list[Statement] = []
        event.listen(database.writer, "before_cursor_execute", self._by_sqlalchemy)
        self._run, self._many = fast.run, fast.run_many
        fast.run, fast.run_many = self._one, self._all
        self._database = database

    def close(self) -> list[Statement]:
        event.remove(self._database.writer, "before_cursor_execute", self._by_sqlalchemy)
        fast.run, fast.run_many = self._run, self._many
        return self.seen

    def _by_sqlalchemy(self, _c: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, many: bool) -> None:
        self.seen.append((statement, parameters, many))

    def _one(self, connection: Any, statement: Any, values: Any = None, make: Any = None) -> Any:
        text_, order, own, _make = fast._ready(statement, connection.dialect)
        given = own | dict(values or {})
        self.seen.append((text_, tuple(given[name] for name in order or ()), False))
        return self._run(connection, statement, values, make)

    def _all(self, connection: Any, statement: Any, rows: Any) -> None:
        text_, order, _own, _make = fast._ready(statement, connection.dialect)
        self.seen.append((text_, [tuple(row[name] for name in order or ()) for row in rows], True))
        self._many(connection, statement, rows)


def recorded(database: Database, products: int) -> list[Statement]:
    """All statements of one sale but BEGIN."""
    listener = _Listener(database)
    sales(database, products, 1)
    return [one for one in listener.close() if not one[0].startswith("BEGIN")]


def bare(path: Path, statements: list[Statement], own: tuple[int, int, str], count: int) -> list[float]:
    """The same writes by the bare driver, one transaction each; ``own`` (document, sequence, number) is counted up."""
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
    document = connection.execute("SELECT max(id) FROM documents").fetchone()[0]
    seq = connection.execute("SELECT value FROM counters WHERE name = 'posting'").fetchone()[0]
    audit = connection.execute("SELECT max(seq) FROM audit").fetchone()[0]
    taken = []
    for i in range(1, count + 1):
        swapped = {own[1]: seq + i, own[0]: document + i, own[2]: f"X-{audit + i}"}
        prepared = [
            (s, [_swap(p, swapped) for p in given] if many else _swap(given, swapped), many) for s, given, many in statements
        ]
        prepared = [
            (s, (audit + i, *given[1:]) if s.startswith("INSERT INTO audit") else given, many) for s, given, many in prepared
        ]
        begun = time.perf_counter()
        connection.execute("BEGIN IMMEDIATE")
        for statement, given, many in prepared:
            (connection.executemany if many else connection.execute)(statement, given)
        connection.execute("COMMIT")
        taken.append(time.perf_counter() - begun)
    connection.close()
    return taken


def _swap(parameters: Any, swapped: dict[Any, Any]) -> tuple[Any, ...]:
    return tuple(swapped.get(p, p) if isinstance(p, int | str) and (isinstance(p, str) or p > 50) else p for p in parameters)


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
        database = prepare(Path(folder), products, rows)
        sales(database, products, 5)
        statements = recorded(database, products)
        writing = [one for one in statements if not one[0].startswith("SELECT")]
        with database.exclusive():
            shutil.copyfile(Path(folder) / "shop.db", Path(folder) / "bare.db")
            shutil.copyfile(Path(folder) / "shop.db-wal", Path(folder) / "bare.db-wal")
        with database.read() as session:
            own = session.execute(text("SELECT id, seq, number FROM documents ORDER BY id DESC LIMIT 1")).one()
        service: list[float] = []
        raw: list[float] = []
        for _ in range(ROUNDS):  # in turns, so that a machine that gets slower meanwhile slows both
            service += sales(database, products, SALES)[WARM:]
            raw += bare(Path(folder) / "bare.db", writing, (own[0], own[1], own[2]), SALES)[WARM:]
        database.close()
        return statistics.median(service) * 1000, statistics.median(raw) * 1000, len(statements)


def main() -> int:
    """Print the table; fails when the service is beyond ``LIMIT`` times the bare driver."""
    small = measure(20_000, 50_000)
    large = measure(20_000, 500_000)
    print("## Posting a sale of five lines\n")
    print(f"The service beside the same rows by the bare driver (WAL, FULL, one transaction); {large[2]} statements a sale.\n")
    print("| book | service p50 | bare driver p50 | ratio | limit |\n|---|---|---|---|---|")
    for words, (service, raw, _count) in (
        ("20,000 products, 10,000 documents", small),
        ("20,000 products, 100,000 documents", large),
    ):
        print(f"| {words} | {service:.2f} ms | {raw:.2f} ms | {service / raw:.2f} | {LIMIT} |")
    return 0 if large[0] / large[1] <= LIMIT else 1


if __name__ == "__main__":
    raise SystemExit(main())
