"""A fresh book for each test: copied from one that was made once, on SQLite or (JXC_TEST_POSTGRES) PostgreSQL."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import pytest

from jxc_desktop.db.engine import Database
from jxc_desktop.db.upgrade import create_book, upgrade
from jxc_desktop.domain.acts import Act
from jxc_desktop.domain.settings import ShopSettings
from jxc_desktop.services.shop import open_shop

TODAY = date(2026, 3, 10)


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
