"""A new shop is furnished: its warehouses and money accounts as they are called here, and the categories of its trade."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from jxc_desktop.db.models import Account, Warehouse
from jxc_desktop.domain.acts import Act
from jxc_desktop.domain.changes import Changes
from jxc_desktop.services import places
from jxc_desktop.services.categories import create_category


@dataclass(frozen=True, slots=True)
class Furnishing:
    """``warehouses``: names, the preset one first (none: as the shop was opened).

    ``accounts``: the codes of those in use (None: all); ``categories``: paths.
    """

    warehouses: tuple[str, ...] = ()
    accounts: Collection[str] | None = None
    categories: tuple[str, ...] = ()


def furnish(session: Session, wanted: Furnishing, act: Act) -> Changes:
    """Furnish a shop that was just opened. Raises :class:`Duplicate`, :class:`BadText`, :class:`StillInUse`."""
    for number, name in enumerate(wanted.warehouses):
        if number == 0:
            first = session.execute(select(Warehouse.id).order_by(Warehouse.position, Warehouse.id)).scalars().first()
            assert first is not None
            places.rename_warehouse(session, first, name, act)
        else:
            places.create_warehouse(session, f"WH{number + 1}", name, act)
    if wanted.accounts is not None:
        for account_id, code in session.execute(select(Account.id, Account.code).order_by(Account.position)).all():
            if code not in wanted.accounts:
                places.end_account(session, account_id, act)
    for path in wanted.categories:
        create_category(session, path, act)
    return Changes.ALL
