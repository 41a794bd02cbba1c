"""How long the dashboard and the reports take on a big book: 1,000,000 stock rows, 20,000 products, two years of trade.

Each figure stands beside the same sums asked of the file directly with the SQLite driver.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from sqlalchemy import insert  # noqa: E402

from jxc_desktop.db.engine import Database  # noqa: E402
from jxc_desktop.db.models import (  # noqa: E402
    Category,
    Document,
    DocumentLine,
    Partner,
    PartnerBalance,
    PartnerRow,
    Pool,
    Product,
    StockRow,
    table,
)  # fmt: skip
from jxc_desktop.db.types import raw_insert  # noqa: E402
from jxc_desktop.db.upgrade import create_book  # noqa: E402
from jxc_desktop.domain.acts import Act  # noqa: E402
from jxc_desktop.domain.settings import ShopSettings  # noqa: E402
from jxc_desktop.queries.dashboard import dashboard  # noqa: E402
from jxc_desktop.queries.proof import prove, replay_findings  # noqa: E402
from jxc_desktop.reports import Filters, run_report  # noqa: E402
from jxc_desktop.services.shop import open_shop  # noqa: E402
from jxc_desktop.services.tally import Tally  # noqa: E402
from tests.bench._book_of_products import blank  # noqa: E402

TODAY = date(2026, 3, 10)
PRODUCTS, ROWS, DAYS, PER_DOCUMENT = 20_000, 1_000_000, 730, 5
CUSTOMERS = 200

Figure = tuple[str, float, float, float]
"""(what, milliseconds, times the direct query, target in milliseconds)."""


def fill(database: Database, *, products: int = PRODUCTS, rows: int = ROWS, seed: int = 11) -> None:
    """A consistent big book, inserted in bulk: goods bought once in a while, sold often, some on credit."""
    dice = random.Random(seed)
    with database.write() as session:
        open_shop(session, ShopSettings(shop="大店"), Act(1, datetime(2026, 3, 10), TODAY))
        connection = session.connection()
        connection.execute(insert(table(Category)), [{"id": i, "name": f"类{i}", "path": f"类{i}"} for i in range(1, 41)])
        connection.execute(insert(table(Partner)), [
            {"id": i, "code": f"P{i:04}", "name": f"往来{i}", "supplier": int(i > CUSTOMERS), "customer": int(i <= CUSTOMERS),
            "terms_days": 30}
            for i in range(1, CUSTOMERS + 101)
        ])  # fmt: skip
        connection.execute(raw_insert(table(Product)), [_product(i, dice) for i in range(1, products + 1)])
        ledger = _Ledger(products, dice)
        tally = Tally()
        for chunk in _documents(ledger, rows, products, dice, tally):
            for model, found in chunk.items():
                if found:
                    connection.execute(raw_insert(table(model)), found)
        tally.write(session)
        connection.execute(raw_insert(table(Pool)), ledger.pools())
        connection.execute(
            raw_insert(table(PartnerBalance)),
            [blank(PartnerBalance) | {"partner_id": p, "balance": b} for p, b in ledger.owed.items()],
        )


def _product(number: int, dice: random.Random) -> dict[str, Any]:
    return blank(Product) | {
        "id": number, "code": f"{number:06}", "name": f"商品{number}", "spec": "", "brand": f"牌{number % 50}",
        "category_id": number % 40 + 1,
        "unit": "件", "minimum": dice.randrange(1, 30) * 1000, "supplier_id": CUSTOMERS + 1 + number % 100, "batches": 0,
        "weighed": 0, "shelf": "",
        "note": "", "initials": "", "active": 1,
    }  # fmt: skip


class _Ledger:
    """Stock on hand while the book is written, so that nothing is sold that is not there."""

    def __init__(self, products: int, dice: random.Random) -> None:
        self.cost = {i: dice.randrange(50, 9000) for i in range(1, products + 1)}
        self.stock = dict.fromkeys(self.cost, 0)
        self.last: dict[int, str] = {}
        self.sold: dict[int, str] = {}
        self.owed: dict[int, int] = {}

    def pools(self) -> list[dict[str, Any]]:
        return [
            blank(Pool)
            | {"product_id": p, "warehouse_id": 0, "batch_id": 0, "quantity": q, "value": q * self.cost[p] // 1000,
            "cost_value": self.cost[p],
             "cost_quantity": 1000, "last_moment": self.last[p], "last_sale": self.sold.get(p), "clean": 1}
            for p, q in self.stock.items() if p in self.last
        ]  # fmt: skip


def _documents(
    ledger: _Ledger, rows: int, products: int, dice: random.Random, tally: Tally
) -> Iterator[dict[Any, list[dict[str, Any]]]]:
    start = TODAY - timedelta(days=DAYS - 1)
    documents = rows // PER_DOCUMENT
    chunk: dict[Any, list[dict[str, Any]]] = {Document: [], DocumentLine: [], StockRow: [], PartnerRow: []}
    for number in range(1, documents + 1):
        day = (start + timedelta(days=number * DAYS // (documents + 1))).isoformat()
        _document(chunk, ledger, number, day, products, dice, tally)
        if number % 20_000 == 0:
            yield chunk
            chunk = {model: [] for model in chunk}
    yield chunk


def _document(
    chunk: dict[Any, list[dict[str, Any]]],
    ledger: _Ledger,
    number: int,
    day: str,
    products: int,
    dice: random.Random,
    tally: Tally,
) -> None:
    moment = f"{day}T{8 + number % 12:02}:{number % 60:02}:00"
    chosen = [min(int(products * dice.random() ** 2) + 1, products) for _ in range(PER_DOCUMENT)]
    buying = any(ledger.stock[p] < 5000 for p in chosen)
    total = 0
    lines = []
    for line, product in enumerate(chosen, 1):
        cost = ledger.cost[product]
        quantity = dice.randrange(10, 60) * 1000 if buying else -dice.randrange(1, 2) * 1000
        value, revenue = quantity * cost // 1000, None if buying else -quantity * cost * 14 // 10_000
        total += -revenue if revenue and buying else (value if buying else revenue or 0)
        ledger.stock[product] += quantity
        ledger.last[product] = moment
        if not buying:
            ledger.sold[product] = moment
        bucket = "bought" if buying else "sold"
        tally.row(product, 1, 0, day, moment, bucket, quantity, value, revenue or 0)
        lines.append(_line(number, line, product, quantity, value if buying else revenue or 0))
        chunk[StockRow].append(_row(number, line, moment, day, product, bucket, quantity, value, revenue))
    if not buying:
        tally.sale(day, 1, 1)
    credit = not buying and number % 10 == 0
    partner = CUSTOMERS + 1 + number % 100 if buying else (1 + number % CUSTOMERS if credit else None)
    paid = total if not credit or dice.random() < 0.97 else 0
    chunk[Document].append(
        _head(number, moment, day, "purchase_receipt" if buying else "sale" if credit else "retail_sale", partner, total, paid)
    )
    chunk[DocumentLine] += lines
    if partner is not None:
        sign = -1 if buying else 1
        for part, amount in enumerate((sign * total, -sign * paid), 1):
            if amount:
                chunk[PartnerRow].append(
                    blank(PartnerRow)
                    | {
                        "document_id": number,
                        "part": part,
                        "moment": moment,
                        "seq": number,
                        "day": day,
                        "partner_id": partner,
                        "amount": amount,
                    }
                )
        ledger.owed[partner] = ledger.owed.get(partner, 0) + sign * (total - paid)


def _head(number: int, moment: str, day: str, kind: str, partner: int | None, total: int, paid: int) -> dict[str, Any]:
    due = (date.fromisoformat(day) + timedelta(days=30)).isoformat() if partner else None
    return blank(Document) | {
        "id": number, "kind": kind, "status": "posted", "number": f"N-{number:07}", "seq": number, "moment": moment,
        "utc_offset": 480, "day": day,
        "partner_id": partner, "warehouse_id": 1, "goods": total, "discount_amount": 0, "freight": 0, "rounding": 0,
        "total": total, "paid": paid,
        "pieces": 5000, "line_count": PER_DOCUMENT, "due_day": due, "reason": "", "note": "", "external_number": "",
        "created_at": moment,
        "created_by": 1, "posted_at": moment, "posted_by": 1, "void_reason": "",
    }  # fmt: skip


def _line(number: int, line: int, product: int, quantity: int, amount: int) -> dict[str, Any]:
    return blank(DocumentLine) | {
        "document_id": number, "line": line, "product_id": product, "product_code": f"{product:06}",
        "product_name": f"商品{product}", "unit": "件",
        "factor_num": 1, "factor_den": 1, "quantity": abs(quantity), "base_quantity": abs(quantity), "discount": 0,
        "amount": amount, "net": amount,
        "reason": "", "note": "",
    }  # fmt: skip


def _row(
    number: int, line: int, moment: str, day: str, product: int, bucket: str, quantity: int, value: int, revenue: int | None
) -> dict[str, Any]:
    buying = bucket == "bought"
    return blank(StockRow) | {
        "document_id": number, "line": line, "part": 1, "moment": moment, "seq": number, "day": day, "product_id": product,
        "warehouse_id": 1,
        "cost": "given" if buying else "issue", "bucket": bucket, "quantity": quantity, "given": value if buying else None,
        "revenue": revenue,
        "value": value, "provisional": 0, "void": 0,
    }  # fmt: skip


_YEAR = (date(2025, 3, 11), TODAY)
_LAST_30 = (TODAY - timedelta(days=29)).isoformat()
DIRECT = {
    "dashboard": "SELECT day, SUM(revenue), SUM(cost), SUM(change) FROM day_totals GROUP BY day",
    "stock": "SELECT p.code, p.name, l.quantity, l.value FROM pools l JOIN products p ON p.id = l.product_id ORDER BY p.code",
    "past": "SELECT product_id, SUM(quantity), SUM(value) FROM stock_ledger WHERE day <= '2025-09-15' GROUP BY product_id",
    "shop": "SELECT SUM(change), SUM(cost) FROM day_totals WHERE day BETWEEN '2025-03-11' AND '2026-03-10'",
    "product": "SELECT product_id, SUM(CASE WHEN bucket = 'sold' THEN -value END), SUM(value), SUM(revenue) "
    "FROM stock_ledger GROUP BY product_id",
    "sales": f"SELECT product_id, SUM(quantity), SUM(revenue), SUM(value), COUNT(DISTINCT document_id) FROM stock_ledger "
    f"WHERE day BETWEEN '{_LAST_30}' AND '2026-03-10' AND bucket IN ('sold', 'returned') AND void = 0 GROUP BY product_id",
    "low": "SELECT b.product_id, SUM(b.quantity) q, p.minimum FROM stock_balances b JOIN products p ON p.id = b.product_id "
    "GROUP BY b.product_id HAVING q < p.minimum",
    "receivables": "SELECT partner_id, SUM(amount) FROM partner_ledger GROUP BY partner_id HAVING SUM(amount) <> 0",
}  # fmt: skip


def _questions(database: Database) -> list[tuple[str, str, float, Callable[[], object]]]:
    def report(name: str, **filters: Any) -> Callable[[], object]:
        def ask() -> object:
            with database.read() as session:
                return run_report(session, name, Filters(today=TODAY, **filters))

        return ask

    def first_screen() -> object:
        with database.read() as session:
            return dashboard(session, TODAY)

    year = {"date_from": _YEAR[0], "date_to": _YEAR[1]}
    return [
        ("Dashboard", "dashboard", 150, first_screen),
        ("Stock of all products", "stock", 1000, report("stock")),
        ("Stock on a past day", "past", 3000, report("stock", as_of=date(2025, 9, 15))),
        ("Turnover of a year, shop", "shop", 50, report("turnover", **year)),
        ("Turnover of a year by product", "product", 1500, report("turnover", **year, by=("product",))),
        ("Turnover of a year by category and month", "product", 5000, report("turnover", **year, by=("category", "month"))),
        ("Sales of 30 days by product", "sales", 1000, report("sales", date_from=TODAY - timedelta(days=29))),
        ("Low stock", "low", 1500, report("low-stock")),
        ("Receivables", "receivables", 500, report("receivables")),
    ]


def _timed(ask: Callable[[], object], times: int = 3) -> float:
    best = float("inf")
    for _ in range(times):
        begun = time.perf_counter()
        ask()
        best = min(best, time.perf_counter() - begun)
    return best * 1000


def run(*, products: int = PRODUCTS, rows: int = ROWS) -> list[Figure]:
    """Fill a book in a temporary folder and measure; the best of three runs each."""
    from pysqlite3 import dbapi2

    found = []
    with TemporaryDirectory(prefix="jxc-bench-") as folder:
        path = Path(folder) / "shop.db"
        create_book(path)
        database = Database.sqlite(path, label="bench")
        fill(database, products=products, rows=rows)
        direct = dbapi2.connect(f"file:{path}?mode=ro", uri=True)
        for name, key, target, ask in _questions(database):
            plain = _timed(lambda key=key: direct.execute(DIRECT[key]).fetchall())  # type: ignore[misc]
            figure = _timed(ask)
            found.append((name, figure, figure / max(plain, 0.001), target))
        found.append(_check(database, direct))
        direct.close()
        database.close()
    return found


def _check(database: Database, direct: Any) -> Figure:
    """The proof of the whole book, once, beside the engine's own check of the file. What was bulked in has no money
    behind it, which the proof tells; its cost must be right, or the replay would stop early."""
    plain = _timed(lambda: direct.execute("PRAGMA integrity_check").fetchall(), times=1)

    def prove_all() -> None:
        with database.read() as session:
            prove(session)
            if replay_findings(session):
                raise ValueError("the book of this benchmark has wrong costs")

    return "Check of the whole book", (took := _timed(prove_all, times=1)), took / plain, 60_000


def main() -> int:
    begun = time.monotonic()
    figures = run()
    print(f"## Reports\n\n{ROWS:,} stock rows, {PRODUCTS:,} products, {DAYS} days; best of three, in milliseconds.\n")
    print("| question | ms | x direct SQL | target ms |\n|---|---:|---:|---:|")
    for name, figure, ratio, target in figures:
        print(f"| {name} | {figure:.0f} | {ratio:.1f} | {target:.0f} |")
    print(f"\nFilled and measured in {time.monotonic() - begun:.0f} s.")
    return int(any(figure > target for _name, figure, _ratio, target in figures))


if __name__ == "__main__":
    raise SystemExit(main())
