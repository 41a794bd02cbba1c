"""The choices of the shop, and the few lists that every screen needs: warehouses, accounts, users, categories."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import select
from sqlalchemy.orm import Session

from jxc_desktop.db import fast
from jxc_desktop.db.models import Account, Category, Setting, User, Warehouse
from jxc_desktop.domain.settings import ShopSettings

_ALL = select(Setting.key, Setting.value)


def shop_settings(session: Session) -> ShopSettings:
    """The shop's settings; fields that an older book does not know have their defaults."""
    return _understood(tuple(fast.run(session.connection(), _ALL, make=tuple)))


@lru_cache(maxsize=8)
def _understood(rows: tuple[tuple[str, str], ...]) -> ShopSettings:
    """Settings seldom change and every act asks for them: the same rows are read as JSON once."""
    known = set(ShopSettings.names())
    return ShopSettings(**{key: json.loads(value) for key, value in rows if key in known})


@dataclass(frozen=True, slots=True)
class Named:
    """A warehouse, account or user in a list of choices."""

    id: int
    code: str
    name: str


def warehouses(session: Session) -> list[Named]:
    """Active warehouses, the shop's first one first."""
    rows = session.execute(
        select(Warehouse.id, Warehouse.code, Warehouse.name)
        .where(Warehouse.active == 1, Warehouse.transit == 0)
        .order_by(Warehouse.position, Warehouse.id)
    )
    return [Named(*row) for row in rows]


def accounts(session: Session) -> list[Named]:
    """Active money accounts in the shop's order."""
    rows = session.execute(
        select(Account.id, Account.code, Account.name).where(Account.active == 1).order_by(Account.position, Account.id)
    )
    return [Named(*row) for row in rows]


def owner(session: Session) -> Named:
    """The owner of the shop: the first user."""
    return Named(*session.execute(select(User.id, User.name, User.name).order_by(User.id).limit(1)).one())


def categories(session: Session) -> list[Named]:
    """All categories; ``code`` is the path ``食品/饮料``."""
    return [Named(*row) for row in session.execute(select(Category.id, Category.path, Category.name).order_by(Category.path))]
