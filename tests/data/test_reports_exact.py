"""Reports against a computation of their own: exact fractions, day by day, from the rows of a random year of trade."""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

import pytest
from sqlalchemy import insert, select

from jxc_desktop.db.engine import Database
from jxc_desktop.db.models import Batch, Category, Document, Partner, Product, StockRow, Warehouse
from jxc_desktop.db.types import raw
from jxc_desktop.domain.acts import Act
from jxc_desktop.domain.documents import Draft, DraftLine
from jxc_desktop.domain.errors import JxcError
from jxc_desktop.domain.settings import ShopSettings
from jxc_desktop.reports import Filters, as_json, run_report
from jxc_desktop.services.posting import post_document
from jxc_desktop.services.shop import open_shop
from jxc_desktop.services.voiding import void_document
from tests.helpers.shop import TODAY

START = date(2025, 11, 20)
D = Decimal


@dataclass
class Row:
    day: date
    product: str
    warehouse: str
    batch: str | None
    bucket: str
    quantity: int
    value: int
    revenue: int


GOODS = {  # code: (category, brand, supplier, costing, batches)
    "A": ("饮料", "晨光", "S1", None, 0),
    "B": ("饮料/茶", "", "S1", "fifo", 0),
    "C": ("食品", "晨光", "S2", None, 0),
    "D": ("食品", "山泉", None, "batch", 1),
    "E": (None, "山泉", None, None, 1),
}


def trade(database: Database, act: Act, seed: int, pool: str) -> list[Row]:
    """A random trade in two warehouses: every kind that moves goods, back-dated entries, voids."""
    chance = random.Random(seed)
    with database.write() as session:
        open_shop(session, ShopSettings(shop="小店", pool=pool), act)
        session.execute(insert(Warehouse), [{"code": "BACK", "name": "后仓", "position": 1}])
        session.execute(
            insert(Category),
            [{"id": i, "name": p.split("/")[-1], "path": p} for i, p in enumerate(("饮料", "饮料/茶", "食品"), 1)],
        )
        session.execute(insert(Partner), [{"id": i, "code": f"S{i}", "name": f"供应商{i}", "supplier": 1} for i in (1, 2)])
        session.execute(insert(Partner), [{"id": 9, "code": "C", "name": "客户", "customer": 1, "region": "东城"}])
        paths = {"饮料": 1, "饮料/茶": 2, "食品": 3, None: None}
        session.execute(insert(Product), [
            {"id": i, "code": code, "name": f"商品{code}", "unit": "件", "category_id": paths[category], "brand": brand,
             "supplier_id": {"S1": 1, "S2": 2, None: None}[supplier], "costing": costing, "batches": batches}
            for i, (code, (category, brand, supplier, costing, batches)) in enumerate(GOODS.items(), 1)
        ])  # fmt: skip
    sold: list[tuple[int, int]] = []
    posted: list[int] = []
    for _ in range(170):
        kind = chance.choice(
            ["purchase_receipt"] * 4
            + ["retail_sale", "sale"] * 4
            + ["transfer", "write_off", "stocktake", "sales_return", "void", "purchase_return"]
        )
        try:
            with database.write() as session:
                if kind == "void":
                    void_document(session, chance.choice(posted), act, reason="错了")
                    continue
                draft = _draft(chance, kind, sold)
                document_id = post_document(session, draft, act).document_id
        except (JxcError, IndexError):
            continue
        posted.append(document_id)
        if kind == "sale":
            sold.append((document_id, draft.lines[0].product_id or 0))
    assert len(posted) > 60
    return rows_of(database)


def _draft(chance: random.Random, kind: str, sold: list[tuple[int, int]]) -> Draft:
    day = START + timedelta(days=chance.randrange((TODAY - START).days + 1))
    product = chance.randrange(1, 6)
    here, there = chance.sample((1, 2), 2)
    draft = Draft(kind, f"{day.isoformat()}T{chance.randrange(8, 20):02}:00:00", warehouse_id=here)
    quantity = D(chance.randrange(1, 40)) if product != 3 else D(chance.randrange(1, 40000)) / 1000
    line = DraftLine(product, quantity)
    if kind in ("purchase_receipt", "purchase_return"):
        draft.partner_id = 1
        line.price = D(chance.randrange(100, 3000)) / 100
        line.quantity = quantity * (3 if kind == "purchase_receipt" else 1)
        line.batch = chance.choice(["X", "Y", "Z"]) if product >= 4 else None
    elif kind in ("sale", "retail_sale"):
        draft.partner_id = 9
        line.price = D(chance.randrange(500, 5000)) / 100
        draft.paid = None if kind == "retail_sale" else []
    elif kind == "sales_return":
        original, line.product_id = chance.choice(sold)
        draft.partner_id, line.against, line.quantity = 9, (original, 1), D(1)
    elif kind == "transfer":
        draft.to_warehouse_id = there
    elif kind == "stocktake":
        line.quantity, line.counted = None, quantity
        line.batch = chance.choice(["X", "Y"]) if product >= 4 else None
    draft.lines = [line]
    return draft


def rows_of(database: Database) -> list[Row]:
    with database.read() as session:
        found = session.execute(
            select(
                StockRow.day,
                Product.code,
                Warehouse.code,
                Batch.number,
                StockRow.bucket,
                raw(StockRow.quantity),
                raw(StockRow.value),
                raw(StockRow.revenue),
            )
            .join(Product, Product.id == StockRow.product_id)
            .join(Warehouse, Warehouse.id == StockRow.warehouse_id)
            .outerjoin(Batch, Batch.id == StockRow.batch_id)
        )
        return [Row(date.fromisoformat(day), *rest[:-2], rest[-2] or 0, rest[-1] or 0) for day, *rest in found]


def pool_of(row: Row, pool: str) -> tuple[Any, ...]:
    return (row.product, row.warehouse if pool == "warehouse" else None, row.batch if GOODS[row.product][3] == "batch" else None)


def daily(rows: list[Row], pool: str, first: date, last: date) -> dict[tuple[str, str], dict[str, Fraction]]:
    """Per (product, warehouse): average, opening, closing, cost, revenue in fen - one day after the other."""
    cells: dict[tuple[str, str], dict[str, Fraction]] = defaultdict(lambda: defaultdict(Fraction))
    members: dict[tuple[Any, ...], set[str]] = defaultdict(set)
    for row in rows:
        if row.day <= last:
            members[pool_of(row, pool)].add(row.warehouse)
    days = (last - first).days + 1
    for key, warehouses in members.items():
        quantity: dict[str, int] = dict.fromkeys(sorted(warehouses), 0)
        value = value_days = 0
        quantity_days: dict[str, int] = dict.fromkeys(quantity, 0)
        mine = [row for row in rows if pool_of(row, pool) == key]
        for row in mine:
            if row.day < first:
                quantity[row.warehouse] += row.quantity
                value += row.value
        for warehouse, part in split(value, quantity).items():
            cells[(key[0], warehouse)]["opening"] += part
        day = first
        while day <= last:
            for row in mine:
                if row.day == day:
                    quantity[row.warehouse] += row.quantity
                    value += row.value
                    cells[(key[0], row.warehouse)]["revenue"] += row.revenue
                    if row.bucket in ("sold", "returned"):
                        cells[(key[0], row.warehouse)]["cost"] -= row.value
            value_days += value
            for warehouse in quantity:
                quantity_days[warehouse] += quantity[warehouse]
            day += timedelta(days=1)
        for warehouse, part in split(value, quantity).items():
            cells[(key[0], warehouse)]["closing"] += part
        total = sum(quantity_days.values())
        for warehouse in quantity:
            weight = Fraction(quantity_days[warehouse], total) if total else Fraction(len(quantity) == 1)
            cells[(key[0], warehouse)]["average"] += Fraction(value_days, days) * weight
    return cells


def split(value: int, quantity: dict[str, int]) -> dict[str, int]:
    """A warehouse's value: quantity x value / quantity of the pool, half up, the remainder to the largest."""
    total = sum(quantity.values())
    parts = {w: int(exact(Fraction(value * q, total), 0)) if total else 0 for w, q in quantity.items()}
    if value != sum(parts.values()):
        parts[max(quantity, key=lambda w: quantity[w])] += value - sum(parts.values())
    return parts


def exact(value: Fraction, places: int) -> Decimal:
    scaled = abs(value) * 10**places
    whole = scaled.numerator // scaled.denominator + (1 if 2 * (scaled - scaled.numerator // scaled.denominator) >= 1 else 0)
    return (Decimal(whole) * (1 if value >= 0 else -1)).scaleb(-places)


def expected(cells: dict[tuple[str, str], dict[str, Fraction]], key: Any, days: int, average: str) -> dict[Any, dict[str, Any]]:
    groups: dict[Any, dict[str, Fraction]] = defaultdict(lambda: defaultdict(Fraction))
    for (product, warehouse), figures in cells.items():
        for name, figure in figures.items():
            groups[key(product, warehouse)][name] += figure
    return {group: _figures(figures, days, average) for group, figures in groups.items()}


def _figures(f: dict[str, Fraction], days: int, average: str) -> dict[str, Any]:
    mean = f["average"] if average == "daily" else (f["opening"] + f["closing"]) / 2
    cost, profit = f["cost"], f["revenue"] - f["cost"]
    text = lambda value, places: None if value is None else f"{exact(value, places):.{places}f}"  # noqa: E731
    return {
        "cost_of_sales": text(cost / 100, 2),
        "average_inventory": text(mean / 100, 2),
        "turnover": text(cost / mean if mean else None, 6),
        "turnover_days": text(days * mean / cost if mean and cost else None, 6),
        "opening_value": text(f["opening"] / 100, 2),
        "closing_value": text(f["closing"] / 100, 2),
        "revenue": text(f["revenue"] / 100, 2),
        "gross_profit": text(profit / 100, 2),
        "gmroi": text(profit / mean if mean else None, 6),
    }


KEYS = {
    "shop": lambda p, w: "shop",
    "warehouse": lambda p, w: w,
    "product": lambda p, w: p,
    "category": lambda p, w: GOODS[p][0],
    "brand": lambda p, w: GOODS[p][1] or None,
    "supplier": lambda p, w: GOODS[p][2],
}
ZEROS = {
    "cost_of_sales": "0.00",
    "average_inventory": "0.00",
    "opening_value": "0.00",
    "closing_value": "0.00",
    "revenue": "0.00",
}


@pytest.mark.parametrize(("seed", "pool"), [(1, "product"), (2, "warehouse"), (3, "product"), (4, "warehouse")])
def test_turnover_equals_a_day_by_day_computation_for_any_period_and_grouping(
    bare: Database, act: Act, seed: int, pool: str
) -> None:
    rows = trade(bare, act, seed, pool)
    chance = random.Random(seed)
    periods = [
        (START, TODAY),
        (date(2025, 12, 1), date(2026, 1, 31)),
        (date(2026, 2, 14), date(2026, 2, 14)),
        (date(2025, 10, 1), date(2026, 2, 3)),
    ]
    for _ in range(4):
        first = START + timedelta(days=chance.randrange(100))
        periods.append((first, first + timedelta(days=chance.randrange((TODAY - first).days + 1))))
    for first, last in periods:
        cells = daily(rows, pool, first, last)
        days = (last - first).days + 1
        for by, key in KEYS.items():
            for average in ("daily", "ends"):
                found = ask(bare, "turnover", date_from=first, date_to=last, by=(by,), average=average)
                wanted = {
                    k: v
                    for k, v in expected(cells, key, days, average).items()
                    if by == "shop" or any(v[n] != z for n, z in ZEROS.items())
                }
                got = {row["key"]: {n: v for n, v in row.items() if n not in ("key", "name")} for row in found}
                got = {k: v for k, v in got.items() if by == "shop" or any(v[n] != z for n, z in ZEROS.items())}
                assert got == wanted, (first, last, by, average)


def test_turnover_by_month_of_each_warehouse_and_narrowed_equals_the_months_alone(bare: Database, act: Act) -> None:
    rows = trade(bare, act, 5, "product")
    found = ask(bare, "turnover", date_from=date(2025, 12, 10), date_to=TODAY, by=("warehouse", "month"))
    months = [
        (date(2025, 12, 10), date(2025, 12, 31)),
        (date(2026, 1, 1), date(2026, 1, 31)),
        (date(2026, 2, 1), date(2026, 2, 28)),
        (date(2026, 3, 1), TODAY),
    ]
    for first, last in months:
        wanted = expected(daily(rows, "product", first, last), KEYS["warehouse"], (last - first).days + 1, "daily")
        for warehouse in ("MAIN", "BACK"):
            got = next(row for row in found if (row["warehouse"], row["month"]) == (warehouse, first.isoformat()[:7]))
            assert {k: v for k, v in got.items() if k not in ("warehouse", "month")} == wanted[warehouse]
    drinks = ask(bare, "turnover", date_from=START, date_to=TODAY, category="饮料", warehouse="BACK")
    cells = {
        k: v
        for k, v in daily(rows, "product", START, TODAY).items()
        if (GOODS[k[0]][0] or "").startswith("饮料") and k[1] == "BACK"
    }
    assert {k: v for k, v in drinks[0].items() if k not in ("key", "name")} == expected(
        cells, KEYS["shop"], (TODAY - START).days + 1, "daily"
    )["shop"]


@pytest.mark.parametrize("pool", ["product", "warehouse"])
def test_stock_of_any_day_adds_up_to_the_ledger_in_every_grouping(bare: Database, act: Act, pool: str) -> None:
    rows = trade(bare, act, 6, pool)
    for day in (START + timedelta(days=40), date(2026, 2, 28), TODAY - timedelta(days=1), TODAY):
        value, quantity = sum(r.value for r in rows if r.day <= day), sum(r.quantity for r in rows if r.day <= day)
        for by in ("product", "warehouse", "batch"):
            found = ask(bare, "stock", as_of=day, by=(by,))
            assert sum(D(r["value"] or 0) for r in found) == D(value) / 100
            assert sum(D(r["quantity"]) for r in found) == D(quantity) / 1000
            assert all(r["value"] == "0.00" and r["unit_cost"] is None for r in found if r["quantity"] == "0")
    ledger = ask(bare, "stock-ledger")
    assert len(ledger) == len(rows)
    last = {(r["product"], r["warehouse"], r["batch"]): r["balance_quantity"] for r in ledger}
    now = {(r["product"], r["warehouse"], r["batch"]): r["quantity"] for r in ask(bare, "stock", by=("batch",))}
    assert last == now


def test_sales_in_every_grouping_add_up_to_the_same_whole(bare: Database, act: Act) -> None:
    rows = trade(bare, act, 7, "product")
    revenue = D(sum(r.revenue for r in rows)) / 100
    cost = -D(sum(r.value for r in rows if r.bucket in ("sold", "returned"))) / 100
    with bare.read() as session:
        documents = len(
            session.execute(
                select(Document.id).where(Document.kind.in_(("sale", "retail_sale", "sales_return")), Document.status == "posted")
            ).all()
        )
    for by in ("product", "category", "supplier", "customer", "region", "user", "day", "week", "month", "hour", "warehouse"):
        found = ask(bare, "sales", by=(by,))
        assert sum(D(r["revenue"]) for r in found) == revenue, by
        assert sum(D(r["cost"]) for r in found) == cost, by
        if by in ("day", "week", "month", "hour", "user", "region"):
            assert sum(r["documents"] for r in found) == documents, by
    several = ask(bare, "sales", by=("category", "month"))
    assert sum(D(r["gross_profit"]) for r in several) == revenue - cost
    assert D(ask(bare, "profit")[-1]["revenue"]) == sum(
        (D(r.revenue) / 100 for r in rows if r.day.isoformat()[:7] == "2026-03"), D(0)
    )


def ask(database: Database, name: str, **filters: Any) -> list[dict[str, Any]]:
    with database.read() as session:
        return as_json(run_report(session, name, Filters(today=TODAY, **filters)))


def test_rounding_of_the_oracle_is_half_up() -> None:
    assert exact(Fraction(1, 8), 2) == D("0.13") == (D(1) / 8).quantize(D("0.01"), ROUND_HALF_UP)
    assert exact(Fraction(-1, 8), 2) == D("-0.13")
