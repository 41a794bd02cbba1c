"""A new shop in a data folder: its book is put together beside its place and moved there whole."""

from __future__ import annotations

import os
from collections.abc import Callable

from sqlalchemy.orm import Session

from jxc_desktop.backup.swap import nobody_writes
from jxc_desktop.db.engine import Database
from jxc_desktop.db.safety import BESIDE, look, remember_shop
from jxc_desktop.db.snapshot import by_name, stand_alone
from jxc_desktop.db.upgrade import create_book, sync_folder
from jxc_desktop.domain.acts import Act
from jxc_desktop.domain.settings import ShopSettings
from jxc_desktop.domain.troubles import ShopExists
from jxc_desktop.paths import ShopPaths
from jxc_desktop.services.shop import open_shop

BEGUN = "shop.db.begun"


Furnish = Callable[[Session], object]


def make_shop(paths: ShopPaths, settings: ShopSettings, act: Act, furnish: Furnish | None = None) -> None:
    """Make the data folder and the book of a new shop; an interruption leaves no half shop behind.

    ``furnish(session)`` adds what the shop begins with in the same transaction; what it refuses leaves no shop.

    Raises :class:`ShopExists`, :class:`BookMissing` (a shop was kept here and its book is gone), :class:`ForeignFile`,
    :class:`BookBusy`, storage troubles.
    """
    if look(paths) != "none":
        raise ShopExists(path=str(paths.root))
    with by_name(paths.root):
        paths.make()
    with nobody_writes(paths):
        if look(paths) != "none":  # somebody else was faster
            raise ShopExists(path=str(paths.root))
        _make_book(paths, settings, act, furnish)
    remember_shop(paths, settings.shop)


def _make_book(paths: ShopPaths, settings: ShopSettings, act: Act, furnish: Furnish | None) -> None:
    begun, lock = paths.root / BEGUN, paths.root / "begun.lock"
    with by_name(paths.book):
        for ending in BESIDE:
            begun.with_name(begun.name + ending).unlink(missing_ok=True)
        create_book(begun)
    database = Database.sqlite(begun, lock_path=lock, label="jxc init")
    try:
        with database.write() as session:
            open_shop(session, settings, act)
            if furnish is not None:
                furnish(session)
    finally:
        database.close()
    stand_alone(begun)
    with by_name(paths.book):
        os.replace(begun, paths.book)
        sync_folder(paths.root)
        lock.unlink(missing_ok=True)
