"""Statements that go to the driver as text: they say the same as SQLAlchemy's own, and posting needs few of them."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import event, insert, select, text
from sqlalchemy.orm import Session

from jxc_desktop.db import fast
from jxc_desktop.db.engine import Database
from jxc_desktop.db.models import Pool, Serial, StockBalance, table
from jxc_desktop.db.types import raw, raw_insert
from jxc_desktop.db.upsert import upsert
from jxc_desktop.domain.errors import NotEnoughStock
from jxc_desktop.queries.orders import open_statement
from jxc_desktop.queries.scope import Scope
from tests.helpers.shop import Shop, line

ROWS = 2 * fast.AT_ONCE + 7


@pytest.fixture
def executed(book: Database, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The hot statements in the order in which SQLite's driver gets them."""
    if book.path is None:
        pytest.skip("says something about SQLite alone")
    seen: list[str] = []
    cursor_of = fast._cursor

    class Cursor:
        def __init__(self, cursor: Any) -> None:
            self._cursor = cursor

        def execute(self, statement: str, values: Any) -> Any:
            seen.append(statement)
            return self._cursor.execute(statement, values)

        def __getattr__(self, name: str) -> Any:
            if name == "executemany":
                raise AssertionError("row by row")
            return getattr(self._cursor, name)

    monkeypatch.setattr(fast, "_cursor", lambda connection: Cursor(cursor_of(connection)))
    return seen


def pool(number: int, **columns: Any) -> dict[str, Any]:
    empty = dict.fromkeys((column.name for column in table(Pool).columns), None)
    return empty | {
        "product_id": number, "warehouse_id": 0, "batch_id": 0, "quantity": 1000 * number, "value": number,
        "last_moment": "2026-03-01T12:00:00", "clean": 1, "unmarked": 0, **columns,
    }  # fmt: skip


def products(shop: Shop, count: int) -> list[int]:
    return [shop.product(f"P{n}") for n in range(count)]


def test_many_rows_at_a_time_are_each_written_once_and_nothing_stays_nothing(shop: Shop) -> None:
    made = products(shop, ROWS)
    with shop.book.write() as session:
        fast.run_many(session.connection(), raw_insert(table(Pool)), [pool(number) for number in made])
        rows = session.execute(select(Pool.product_id, raw(Pool.quantity), Pool.layers, Pool.cost_value)).all()
    assert sorted(rows) == [(number, 1000 * number, None, None) for number in made]


def test_what_is_there_grows_by_each_of_many_rows(shop: Shop) -> None:
    made = products(shop, ROWS)
    names = ("last_moment", "quantity", "product_id", "warehouse_id", "batch_id")  # not in the order of the table
    moments = ("2026-03-05T12:00:00", "2026-03-04T12:00:00")
    with shop.book.write() as session:
        connection = session.connection()
        adding = upsert(table(StockBalance), connection.dialect.name, add=("quantity",), latest=("last_moment",))
        for moment in moments:
            fast.run_tuples(connection, adding, names, [(moment, number, number, 1, 0) for number in made])
        rows = session.execute(select(StockBalance.product_id, raw(StockBalance.quantity), StockBalance.last_moment)).all()
    assert sorted(rows) == [(number, 2 * number, max(moments)) for number in made]


def test_one_row_that_cannot_be_takes_back_all_of_them(shop: Shop) -> None:
    made = products(shop, 3)
    with pytest.raises(Exception, match=r"(?i)constraint"), shop.book.write() as session:
        fast.run_many(session.connection(), raw_insert(table(Pool)), [pool(number) for number in [*made, 10**6]])
    with shop.book.read() as session:
        assert session.execute(select(Pool.product_id)).all() == []


def test_an_insert_answers_what_stands_there_then(book: Database) -> None:
    with book.write() as session:
        connection = session.connection()
        counting = upsert(table(Serial), connection.dialect.name, add=("last",), answer="last")
        given = [fast.scalar(connection, counting, {"kind": "sale", "day": "2026-03-01", "last": 1}) for _ in range(3)]
    assert given == [1, 2, 3]


def test_a_session_asked_again_gives_the_connection_of_its_transaction(book: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    asked, look = [], Session.connection
    monkeypatch.setattr(Session, "connection", lambda *args, **options: asked.append(1) or look(*args, **options))
    with book.write() as session:
        first = session.connection()
        session.execute(insert(Serial).values(kind="sale", day="2026-03-01", last=4))
        assert session.connection() is first
        with session.begin_nested():
            assert session.connection() is first
    assert (first.closed, len(asked)) == (True, 1)
    with book.read() as session:
        assert session.connection().execute(select(Serial.last)).scalar_one() == 4


def test_a_session_that_is_used_after_its_end_gets_a_connection_that_works(book: Database) -> None:
    with book.read() as session:
        first = session.connection()
        session.close()
        assert session.connection() is not first
        assert session.execute(text("SELECT count(*) FROM warehouses")).scalar_one() == 1


def test_a_sale_takes_as_many_statements_with_twelve_lines_as_with_one(shop: Shop, executed: list[str]) -> None:
    made = products(shop, 12)
    for product in made:
        shop.buy(1, product, "5", "3")
    taken = []
    for lines in ([line(made[0], "1", "9")], [line(product, "1", "9") for product in made]):
        executed.clear()
        shop.post("retail_sale", 3, *lines)
        taken.append(len(executed))
    assert taken[0] == taken[1] <= 20


def test_no_hot_statement_of_a_sale_is_planned_anew_at_each_call(shop: Shop, executed: list[str]) -> None:
    product = shop.product("P")
    shop.buy(1, product, "5", "3")
    executed.clear()
    shop.post("retail_sale", 3, line(product, "1", "9"))
    assert [statement for statement in executed if "LIMIT ?" in statement] == []
    assert any("LIMIT 1" in statement for statement in executed)


def plan(session: Session, statement: str, values: tuple[Any, ...]) -> list[str]:
    """The steps by which SQLite answers."""
    return [str(step[3]) for step in session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)]


def test_a_sale_of_promised_goods_takes_as_many_statements_with_twelve_and_never_goes_through_all_orders(
    shop: Shop, executed: list[str]
) -> None:
    made = products(shop, 12)
    for product in made:
        shop.buy(1, product, "20", "3")
    shop.post("sales_order", 2, *(line(product, "20", "9") for product in made), partner="C")
    others: list[str] = []
    event.listen(shop.book.writer, "before_cursor_execute", lambda _connection, _cursor, said, *_more: others.append(said))
    taken = []
    for lines in ([line(made[0], "1", "9")], [line(product, "1", "9") for product in made]):
        executed.clear()
        others.clear()
        assert len(shop.post("retail_sale", 3, *lines).warnings) == len(lines)
        taken.append(len(executed) + len(others))
    assert taken[0] == taken[1]
    with shop.book.read() as session:
        for statement in executed:
            steps = plan(session, statement, (0,) * statement.count("?"))
            assert not [step for step in steps if "ix_documents_kind_moment" in step], statement


@pytest.mark.parametrize("few", [{"products": [1, 2]}, {"scope": Scope(product_ids=(1, 2))}, {"scope": Scope(category_ids=(1,))}])
def test_what_is_open_of_a_few_products_is_found_by_them_and_not_by_way_of_all_orders(book: Database, few: Any) -> None:
    if book.path is None:
        pytest.skip("says something about SQLite alone")
    with book.read() as session:
        dialect = session.connection().dialect
        compiled: Any = open_statement("sales_order", **few).compile(dialect=dialect, compile_kwargs={"render_postcompile": True})
        steps = plan(session, str(compiled), tuple(compiled.params[name] for name in compiled.positiontup))
    assert len([step for step in steps if "SEARCH open_lines USING PRIMARY KEY (product_id=?" in step]) == 2
    assert not [step for step in steps if "ix_documents_kind_moment" in step]


def test_sqlite_is_told_how_to_keep_nothing(book: Database) -> None:
    """Without it the driver looks for a way at each NULL, and a ledger row has seven of them."""
    if book.path is None:
        pytest.skip("says something about SQLite alone")
    from pysqlite3 import dbapi2

    with book.read() as session:
        assert session.execute(text("SELECT :nothing IS NULL"), {"nothing": None}).scalar_one() == 1
    assert (type(None), dbapi2.PrepareProtocol) in dbapi2.adapters


def test_enough_stock_is_known_without_a_look_at_the_rows_only_where_nothing_comes_later(shop: Shop) -> None:
    product = shop.product("P")
    shop.buy(1, product, "10", "3")
    shop.sell(5, product, "10")
    shop.buy(6, product, "10", "3")
    with pytest.raises(NotEnoughStock) as refused:
        shop.sell(3, product, "5")
    assert refused.value.facts["day"] == "2026-03-05"
    assert shop.sell(6, product, "10").number
    with shop.book.read() as session:
        assert session.execute(select(raw(StockBalance.quantity))).scalar_one() == 0
