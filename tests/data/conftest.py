"""A fresh book for each test: copied from one that was made once, on SQLite or (JXC_TEST_POSTGRES) PostgreSQL."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from jxc_desktop.db.engine import Database
from jxc_desktop.db.upgrade import create_book, upgrade
from jxc_desktop.domain.acts import Act
from jxc_desktop.domain.settings import ShopSettings
from jxc_desktop.services.shop import open_shop
from tests.helpers.shop import TODAY, Shop


@pytest.fixture
def act() -> Act:
    """The owner, on 10 March 2026 at ten."""
    return Act(user_id=1, at=datetime(2026, 3, 10, 10, 0), today=TODAY)


@pytest.fixture(scope="session")
def empty_book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("book") / "shop.db"
    create_book(path)
    return path


@pytest.fixture
def bare(tmp_path: Path, empty_book: Path) -> Iterator[Database]:
    """A book with the schema and nothing in it."""
    if os.environ.get("JXC_TEST_POSTGRES"):
        from tests.helpers import postgres

        with postgres.fresh_database() as url:
            database = Database.postgres(url)
            upgrade(database.writer)
            yield database
            database.close()
        return
    shutil.copyfile(empty_book, tmp_path / "shop.db")
    database = Database.sqlite(tmp_path / "shop.db", label="test")
    yield database
    database.close()


@pytest.fixture
def book(bare: Database, act: Act) -> Database:
    """A new shop: warehouse MAIN, accounts, owner; moving average, pool per product, negative stock forbidden."""
    with bare.write() as session:
        open_shop(session, ShopSettings(shop="小店"), act)
    return bare


@pytest.fixture
def shop(book: Database, act: Act) -> Shop:
    """:func:`book` with a supplier, a customer and a second warehouse, told in a few words."""
    return Shop(book, act)


@pytest.fixture
def without_limits(shop: Shop) -> None:
    """No difference of a stocktake is so large that it is counted twice or approved."""
    shop.settings(count_value=0, count_approval=0)


@pytest.fixture
def cola(shop: Shop) -> int:
    """Ten on hand at 2.00, a box holds twelve."""
    product = shop.product("COLA", name="可乐", units={"箱": 12})
    shop.buy(1, product, "10", "2.00")
    return product
