"""The rules by which codes of scales are read: kept, put in use and out of it, taken away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from jxc_desktop.db.models import ScaleRule as Row
from jxc_desktop.domain.acts import Act
from jxc_desktop.domain.changes import Changes
from jxc_desktop.domain.errors import NotFound
from jxc_desktop.domain.scale_codes import DEFAULTS, ScaleRule, checked
from jxc_desktop.i18n import _
from jxc_desktop.queries.scale_codes import scale_rules
from jxc_desktop.services.audit import record


def enter_default_rules(session: Session) -> None:
    """The rules of a new shop."""
    _insert(session, [replace(rule, name=_(rule.name)) for rule in DEFAULTS], first=0)


def save_scale_rule(session: Session, rule: ScaleRule, act: Act) -> Changes:
    """Keep a rule: a new one where it has no ``id``.

    Raises :class:`BadValue`, :class:`Missing`, :class:`Duplicate` as :func:`domain.scale_codes.checked`, :class:`NotFound`.
    """
    known = {one.id: one for one in scale_rules(session)}
    rule = checked(rule, tuple(known.values()))
    before = known.get(rule.id)
    if rule.id is not None and before is None:
        raise NotFound(what=_("rule"), key=rule.name)
    if rule == before:
        return Changes.NOTHING
    if rule.id is None:
        last = session.execute(select(func.coalesce(func.max(Row.position), -1))).scalar_one()
        _insert(session, [rule], first=last + 1)
    else:
        session.execute(update(Row).where(Row.id == rule.id).values(_values(rule)))
    record(session, act, "scale_rule.save", rule.name, before=asdict(before) if before else None, after=asdict(rule))
    return Changes.SETTINGS


def remove_scale_rule(session: Session, rule_id: int, act: Act) -> Changes:
    """Take a rule away. Raises :class:`NotFound`."""
    gone = next((rule for rule in scale_rules(session) if rule.id == rule_id), None)
    if gone is None:
        raise NotFound(what=_("rule"), key=str(rule_id))
    session.execute(delete(Row).where(Row.id == rule_id))
    record(session, act, "scale_rule.remove", gone.name, before=asdict(gone))
    return Changes.SETTINGS


def _insert(session: Session, made: Sequence[ScaleRule], *, first: int) -> None:
    session.execute(insert(Row), [_values(rule) | {"position": first + place} for place, rule in enumerate(made)])


def _values(rule: ScaleRule) -> dict[str, Any]:
    return {
        "name": rule.name,
        "prefixes": ",".join(rule.prefixes),
        "layout": rule.layout,
        "weight_places": rule.weight_places,
        "amount_places": rule.amount_places,
        "active": int(rule.active),
    }
