"""The partners that stand for everybody who is not named: their debts go somewhere they can be seen and settled."""

from __future__ import annotations

from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from jxc_desktop.db.models import Partner
from jxc_desktop.domain.acts import Act
from jxc_desktop.i18n import N_, _
from jxc_desktop.services.audit import record

_WALK_IN = {"customer": ("WALKIN-C", N_("Walk-in customers")), "supplier": ("WALKIN-S", N_("Sundry suppliers"))}


def walk_in(session: Session, side: str, act: Act) -> Any:
    """The row (id, code, name, price_level, terms_days) of the unnamed ``customer`` or ``supplier``, made when first needed."""
    code, title = _WALK_IN[side]
    wanted = select(Partner.id, Partner.code, Partner.name, Partner.price_level, Partner.terms_days).where(Partner.code == code)
    found = session.execute(wanted).first()
    if found is None:
        name = _(title)
        session.execute(
            insert(Partner).values(
                code=code,
                name=name,
                supplier=int(side == "supplier"),
                customer=int(side == "customer"),
                search=f"{code}\n{name}".lower(),
            )
        )
        record(session, act, "partner.create", code, name=name)
        found = session.execute(wanted).one()
    return found
