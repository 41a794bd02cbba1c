"""Where goods and money are: warehouses and money accounts, added, renamed, put in order, taken out of use."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from jxc_desktop.columns import quantity_text
from jxc_desktop.db.models import Account, AccountBalance, StockBalance, Warehouse
from jxc_desktop.db.types import raw
from jxc_desktop.domain.acts import Act
from jxc_desktop.domain.changes import Changes
from jxc_desktop.domain.errors import Duplicate, NotFound, StillInUse
from jxc_desktop.domain.money import pieces
from jxc_desktop.domain.text import clean_code, required
from jxc_desktop.i18n import N_, _
from jxc_desktop.services.audit import record

Place = type[Warehouse] | type[Account]
_WORDS: dict[Place, tuple[str, str, str]] = {
    Warehouse: ("warehouse", N_("Warehouse"), N_("Warehouse code")),
    Account: ("account", N_("Money account"), N_("Account code")),
}


def create_warehouse(session: Session, code: str, name: str, act: Act) -> Changes:
    """A new warehouse, the last in order. Raises :class:`Missing`, :class:`BadText`, :class:`Duplicate`."""
    return _create(session, Warehouse, code, name, act)


def create_account(session: Session, code: str, name: str, act: Act) -> Changes:
    """A new money account, the last in order. Raises :class:`Missing`, :class:`BadText`, :class:`Duplicate`."""
    return _create(session, Account, code, name, act)


def rename_warehouse(session: Session, warehouse_id: int, name: str, act: Act) -> Changes:
    """Another name; the code stays, for files and papers name it. Raises :class:`NotFound`, :class:`Missing`."""
    return _rename(session, Warehouse, warehouse_id, name, act)


def rename_account(session: Session, account_id: int, name: str, act: Act) -> Changes:
    """Another name; the code stays. Raises :class:`NotFound`, :class:`Missing`."""
    return _rename(session, Account, account_id, name, act)


def end_warehouse(session: Session, warehouse_id: int, act: Act) -> Changes:
    """Take a warehouse out of use. Raises :class:`StillInUse` while goods lie there or it is the only one."""
    place = _get(session, Warehouse, warehouse_id)
    held = session.execute(
        select(func.count(), func.sum(raw(StockBalance.quantity))).where(
            StockBalance.warehouse_id == warehouse_id, raw(StockBalance.quantity) != 0
        )
    ).one()
    if held[0]:
        why = _("{products} products lie there, {quantity} in all; transfer them first").format(
            products=held[0], quantity=quantity_text(pieces(int(held[1])))
        )
        raise StillInUse(what=_("Warehouse"), key=place.name, why=why)
    return _end(session, Warehouse, place, act)


def end_account(session: Session, account_id: int, act: Act) -> Changes:
    """Take a money account out of use. Raises :class:`StillInUse` while money is in it or it is the only one."""
    place = _get(session, Account, account_id)
    balance = session.execute(select(AccountBalance.balance).where(AccountBalance.account_id == account_id)).scalar()
    if balance:
        raise StillInUse(
            what=_("Money account"),
            key=place.name,
            why=_("{amount} are in it; pay them out first").format(amount=f"{balance:.2f}"),
        )
    return _end(session, Account, place, act)


def resume_warehouse(session: Session, warehouse_id: int, act: Act) -> Changes:
    """Take a warehouse into use again."""
    return _resume(session, Warehouse, warehouse_id, act)


def resume_account(session: Session, account_id: int, act: Act) -> Changes:
    """Take a money account into use again."""
    return _resume(session, Account, account_id, act)


def put_first(session: Session, warehouse_id: int, act: Act) -> Changes:
    """Make a warehouse the shop's first: the one that documents mean when they name none."""
    place = _get(session, Warehouse, warehouse_id)
    lowest = session.execute(select(func.min(Warehouse.position))).scalar_one()
    session.execute(update(Warehouse).where(Warehouse.id == warehouse_id).values(position=lowest - 1))
    record(session, act, "warehouse.first", place.code)
    return Changes.SETTINGS


def _create(session: Session, model: Place, code: str, name: str, act: Act) -> Changes:
    word, title, code_title = _WORDS[model]
    code, name = clean_code(code, field=_(code_title)), required(name, field=_(title))
    owner = session.execute(select(model.name).where(model.code == code)).scalar()
    if owner is not None:
        raise Duplicate(what=_(code_title), key=code, owner=owner)
    last = session.execute(select(func.coalesce(func.max(model.position), -1))).scalar_one()
    session.add(model(code=code, name=name, position=last + 1))
    session.flush()
    record(session, act, f"{word}.create", code, name=name)
    return Changes.SETTINGS


def _rename(session: Session, model: Place, place_id: int, name: str, act: Act) -> Changes:
    word, title, _code_title = _WORDS[model]
    place = _get(session, model, place_id)
    name = required(name, field=_(title))
    if name == place.name:
        return Changes.NOTHING
    record(session, act, f"{word}.rename", place.code, before=place.name, after=name)
    place.name = name
    session.flush()
    return Changes.SETTINGS


def _end(session: Session, model: Place, place: Warehouse | Account, act: Act) -> Changes:
    word, title, _code_title = _WORDS[model]
    others = session.execute(select(func.count()).select_from(model).where(model.active == 1, model.id != place.id)).scalar_one()
    if not others:
        raise StillInUse(what=_(title), key=place.name, why=_("it is the only one"))
    place.active = 0
    session.flush()
    record(session, act, f"{word}.end", place.code)
    return Changes.SETTINGS


def _resume(session: Session, model: Place, place_id: int, act: Act) -> Changes:
    place = _get(session, model, place_id)
    place.active = 1
    session.flush()
    record(session, act, f"{_WORDS[model][0]}.resume", place.code)
    return Changes.SETTINGS


def _get(session: Session, model: Place, place_id: int) -> Any:
    place: Any = session.get(model, place_id)
    if place is None:
        raise NotFound(what=_(_WORDS[model][1]), key=str(place_id))
    return place
