"""Many partners at once: what a list says is compared with the book, and only what differs is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from jxc_desktop.db.models import Partner, table
from jxc_desktop.domain.acts import Act
from jxc_desktop.domain.changes import Changes
from jxc_desktop.domain.errors import JxcError, Missing
from jxc_desktop.domain.partners import TITLES, PartnerForm, checked, title
from jxc_desktop.queries.partners import form_of
from jxc_desktop.services.audit import record
from jxc_desktop.services.intake import Entry, Refused
from jxc_desktop.services.partners import changed, values_of

_SIMPLE = frozenset(PartnerForm.__dataclass_fields__) - {"code", "supplier", "customer"}


@dataclass(slots=True)
class PlannedPartner:
    """A partner as it will be. ``partner_id`` None: it is new; ``before``: as it stands in the book."""

    form: PartnerForm
    partner_id: int | None = None
    before: PartnerForm | None = None


@dataclass(slots=True)
class PartnerPlan:
    """What entering a list would do: rows that create, update and change nothing, and the rows refused."""

    partners: dict[str, PlannedPartner] = field(default_factory=dict)
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: list[Refused] = field(default_factory=list)


def plan_partners(session: Session, entries: Sequence[Entry], *, add_side: bool = False) -> PartnerPlan:
    """Compare ``entries`` with the book. ``values["type"]`` is supplier, customer or both; with ``add_side`` a partner that
    is there keeps the side it has as well (a list of customers takes nobody's goods away)."""
    known = {p.code: PlannedPartner(form := form_of(p), p.id, form) for p in session.scalars(select(Partner))}
    plan = PartnerPlan()
    for entry in entries:
        try:
            _add(plan, known, entry, add_side)
        except JxcError as error:
            said = error.facts.get("field")
            name = next((name for name in TITLES if said == title(name)), "code")
            plan.refused.append(
                Refused(entry.row, name, str(error.facts.get("value", entry.values.get(name, entry.code))), error)
            )
    return plan


def enter_partners(session: Session, plan: PartnerPlan, act: Act, *, source: str = "") -> Changes:
    """Write what ``plan_partners`` found, in the same transaction as the plan was made."""
    new = [p for p in plan.partners.values() if p.partner_id is None]
    touched = [p for p in plan.partners.values() if p.before is not None and p.form != p.before]
    if not new and not touched:
        return Changes.NOTHING
    if new:
        session.connection().execute(insert(table(Partner)), [values_of(p.form) for p in new])
    for planned in touched:
        session.connection().execute(
            update(table(Partner)).where(Partner.id == planned.partner_id).values(values_of(planned.form))
        )
    session.expire_all()
    record(
        session,
        act,
        "partner.import",
        source,
        created=[p.form.code for p in new],
        updated={p.form.code: _difference(p) for p in touched},
    )
    return Changes.PARTNERS


def _difference(planned: PlannedPartner) -> dict[str, Any]:
    after = changed(planned.before, planned.form)
    return {"before": {name: getattr(planned.before, name) for name in after}, "after": after}


def _add(plan: PartnerPlan, known: dict[str, PlannedPartner], entry: Entry, add_side: bool) -> None:
    planned = plan.partners.get(entry.code) or known.get(entry.code)
    before = planned.form if planned else None
    values = {name: value for name, value in entry.values.items() if name in _SIMPLE and not (name == "name" and not value)}
    if before is None and "name" not in values:
        raise Missing(field=title("name"))
    form = replace(before or PartnerForm(name="", code=entry.code), **values)
    said = entry.values.get("type", None if before else "customer")
    if said is not None:
        keep = add_side and before is not None
        form = replace(
            form,
            supplier=said in ("supplier", "both") or (keep and form.supplier),
            customer=said in ("customer", "both") or (keep and form.customer),
        )
    form = checked(form)
    if planned is None:
        plan.partners[entry.code] = PlannedPartner(form)
        plan.created += 1
    elif form == before:
        plan.unchanged += 1
    else:
        planned.form = form
        plan.partners[entry.code] = planned
        plan.updated += 1
