"""The stock page in the order of a column is what its own rows, made one by one, are in that order."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from itertools import product
from typing import Any

import pytest
from sqlalchemy import insert

from jxc_desktop.db.models import Category
from jxc_desktop.queries.stock_view import StockLook, StockQuestion, StockRow
from tests.helpers.shop import Shop, line

COLUMNS: dict[str, Callable[[StockRow], Any]] = {
    **{
        name: lambda row, name=name: getattr(row, name)  # type: ignore[misc]  # mypy cannot type a lambda with a default
        for name in (
            "code", "name", "unit", "category", "minimum", "quantity", "on_order", "reserved", "available", "unit_cost", "value",
        )
    },
    "at_MAIN": lambda row: row.places.get("MAIN", Decimal(0)),
    "at_B": lambda row: row.places.get("B", Decimal(0)),
}  # fmt: skip
QUESTIONS = (
    StockQuestion(),
    StockQuestion(with_stock=False),
    StockQuestion(warehouse="B"),
    StockQuestion(as_of=date(2026, 3, 3)),
    StockQuestion(below_minimum=True),
)


@pytest.fixture
def mixed(shop: Shop) -> Shop:
    """Goods in two warehouses, of known, unknown and partly known cost, under way, ordered, promised, sold out, below nothing."""
    shop.settings(pool="warehouse", negative="allow")
    with shop.book.write() as session:
        drinks = session.execute(insert(Category).values(name="饮料", path="饮料").returning(Category.id)).scalar_one()
    tea = shop.product("TEA", name="绿茶", minimum=Decimal(5), category_id=drinks)
    cola = shop.product("COLA", name="Cola", unit="瓶", minimum=Decimal(40))
    half, gift, gone, minus = (shop.product(code, name="同名") for code in ("HALF", "GIFT", "GONE", "MINUS"))
    shop.buy(1, tea, "3", "1.5")
    shop.buy(1, cola, "10", "2")
    shop.post("transfer", 2, line(cola, "4"), to="B")
    shop.buy(3, half, "4", "2")
    shop.buy(3, half, "2", None, warehouse="B")
    shop.buy(3, gift, "5", "0")
    shop.buy(2, gone, "1", "3")
    shop.sell(3, gone, "1", "4")
    shop.sell(4, minus, "2", "4")
    shop.post("sales_order", 4, line(cola, "2", "5"), line(tea, "1", "5"), partner="C")
    shop.post("purchase_order", 5, line(tea, "30", "1"), partner="S")
    return shop


@pytest.mark.parametrize("question", QUESTIONS)
def test_each_column_orders_as_its_rows_say(mixed: Shop, question: StockQuestion) -> None:
    with mixed.book.read() as session:
        look = StockLook(session, question)
        rows = look.rows()
        assert rows
        for (column, value), descending in product(COLUMNS.items(), (False, True)):
            full = sorted((row for row in rows if value(row) is not None), key=value, reverse=descending)
            wanted = [*full, *(row for row in rows if value(row) is None)]
            order = look.order(column, descending=descending)
            assert order == tuple(row.id for row in wanted), column
            assert look.rows_of(order[1:3]) == wanted[1:3]


def test_what_is_gone_meanwhile_is_left_out_and_an_unknown_column_is_our_fault(mixed: Shop) -> None:
    with mixed.book.read() as session:
        look = StockLook(session, StockQuestion())
        assert [row.id for row in look.rows_of([mixed.goods["TEA"], 10**6, mixed.goods["COLA"]])] == [
            mixed.goods["TEA"],
            mixed.goods["COLA"],
        ]
        with pytest.raises(KeyError):
            look.order("nonsense")
