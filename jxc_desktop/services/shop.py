"""Opening a shop: the first rows of a new book, and changing its settings."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from jxc_desktop.db.models import Account, Counter, Setting, StockRow, User, Warehouse, table
from jxc_desktop.db.upsert import upsert
from jxc_desktop.domain.acts import Act
from jxc_desktop.domain.changes import Changes
from jxc_desktop.domain.errors import BadValue, UnitLocked
from jxc_desktop.domain.settings import ShopSettings
from jxc_desktop.i18n import N_, _
from jxc_desktop.queries.settings import shop_settings
from jxc_desktop.services.audit import record
from jxc_desktop.services.locking import set_lock
from jxc_desktop.services.scale_codes import enter_default_rules

ACCOUNTS = (
    ("cash", N_("Cash")),
    ("bank", N_("Bank account")),
    ("wechat", N_("WeChat Pay")),
    ("alipay", N_("Alipay")),
    ("card", N_("Bank card")),
)


def open_shop(session: Session, settings: ShopSettings, act: Act) -> Changes:
    """The first rows of an empty book: settings, owner, warehouse MAIN, money accounts."""
    session.execute(insert(User).values(name=_("Owner"), role="owner"))  # the first one: act.user_id is 1
    session.execute(insert(Warehouse), [{"code": "MAIN", "name": _("Shop floor"), "position": 0}])
    session.execute(insert(Account), [{"code": code, "name": _(name), "position": i} for i, (code, name) in enumerate(ACCOUNTS)])
    session.execute(insert(Counter), [{"name": "posting", "value": 0}])
    session.execute(
        insert(Setting), [{"key": key, "value": json.dumps(value, ensure_ascii=False)} for key, value in asdict(settings).items()]
    )
    enter_default_rules(session)
    record(session, act, "shop.open", settings.shop, **asdict(settings))
    return Changes.ALL


def must_number(pattern: str) -> None:
    """Refuse (:class:`BadValue`) a pattern that would give two documents the same number or cannot be filled in."""
    hint = _("It must contain {parts}, and nothing else in braces.").format(parts="{prefix} {day} {serial}")
    try:
        numbers = {
            pattern.format(prefix=prefix, day=day, serial=serial)
            for prefix in ("A", "B")
            for day in ("20260101", "20260102")
            for serial in (1, 2, 10, 1000)
        }
    except (KeyError, IndexError, ValueError, AttributeError) as error:
        raise BadValue(field=_("Document numbers"), value=pattern[:60], hint=hint) from error
    if len(numbers) < 16 or not all(number.isprintable() and len(number) <= 40 for number in numbers):
        raise BadValue(field=_("Document numbers"), value=pattern[:60], hint=hint)


def change_settings(session: Session, changes: dict[str, Any], act: Act) -> Changes:
    """Set the fields of :class:`ShopSettings` named in ``changes``.

    Raises :class:`UnitLocked` for a choice that is fixed once goods have moved, :class:`BadValue` for a word that is none.
    """
    before = shop_settings(session)
    changes = {key: value for key, value in changes.items() if getattr(before, key) != value}
    described = ShopSettings.__dataclass_fields__
    moved = session.execute(select(StockRow.seq).limit(1)).first() is not None
    locked = set_lock(session, changes.pop("lock_until"), act) if "lock_until" in changes else Changes.NOTHING
    for key, value in changes.items():
        about = described[key].metadata
        title = about["title"]
        if about["locked"] and moved:
            raise UnitLocked(what=_(title), product=before.shop)
        if about["choices"] and value not in about["choices"]:
            raise BadValue(field=_(title), value=str(value), hint=", ".join(about["choices"]))
        if key == "number_pattern":
            must_number(str(value))
    replace(before, **changes)
    statement = upsert(table(Setting), session.connection().dialect.name, replace=("value",))
    for key, value in changes.items():
        session.execute(statement, {"key": key, "value": json.dumps(value, ensure_ascii=False)})
    if changes:
        record(session, act, "settings.change", before.shop, before={k: getattr(before, k) for k in changes}, after=changes)
    return Changes.SETTINGS if changes else locked
