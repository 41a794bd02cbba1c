"""Partners: made, changed, taken out of use. Their debts stand in the partner ledger, which nothing here touches."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from jxc_desktop.db.models import Partner, PartnerBalance, Product
from jxc_desktop.domain.acts import Act
from jxc_desktop.domain.changes import Changes
from jxc_desktop.domain.errors import Duplicate, StillInUse, UnknownPartner
from jxc_desktop.domain.partners import PartnerForm, checked, search_text, title
from jxc_desktop.domain.pinyin import initials
from jxc_desktop.i18n import _
from jxc_desktop.queries.partners import form_of
from jxc_desktop.services.audit import record

__all__ = ["PartnerForm", "PartnerSaved", "create_partner", "end_partner", "next_code", "resume_partner", "update_partner"]


@dataclass(frozen=True, slots=True)
class PartnerSaved:
    """The answer to saving a partner. ``warnings`` are sentences to show."""

    partner_id: int
    code: str
    warnings: tuple[str, ...] = ()
    changes: Changes = Changes.PARTNERS


def create_partner(session: Session, form: PartnerForm, act: Act) -> PartnerSaved:
    """A new partner; without a code the next free S0001 or C0001. Raises :class:`Duplicate` and the refusals of the form."""
    form = checked(form)
    if not form.code:
        form = replace(form, code=next_code(session, supplier=form.supplier))
    _must_be_free(session, form.code)
    partner = Partner(**values_of(form))
    session.add(partner)
    session.flush()
    record(session, act, "partner.create", form.code, after=changed(None, form))
    return PartnerSaved(partner.id, form.code, _twins(session, partner))


def update_partner(session: Session, partner_id: int, form: PartnerForm, act: Act) -> PartnerSaved:
    """Change a partner, its code included. Raises :class:`UnknownPartner`, :class:`Duplicate` and the refusals of the form."""
    partner = _get(session, partner_id)
    before = form_of(partner)
    form = checked(form if form.code.strip() else replace(form, code=before.code))
    after = changed(before, form)
    if not after:
        return PartnerSaved(partner_id, form.code, changes=Changes.NOTHING)
    if form.code != before.code:
        _must_be_free(session, form.code)
    for name, value in values_of(form).items():
        setattr(partner, name, value)
    session.flush()
    record(session, act, "partner.change", before.code, before={name: getattr(before, name) for name in after}, after=after)
    return PartnerSaved(partner_id, form.code, _twins(session, partner) if "name" in after else ())


def end_partner(session: Session, partner_id: int, act: Act, *, force: bool = False) -> Changes:
    """Take a partner out of use. Raises :class:`StillInUse` while money is open or products name it, unless ``force``."""
    partner = _get(session, partner_id)
    balance = session.execute(select(PartnerBalance.balance).where(PartnerBalance.partner_id == partner_id)).scalar()
    products = session.execute(
        select(func.count()).select_from(Product).where(Product.supplier_id == partner_id, Product.active == 1)
    ).scalar_one()
    if balance and not force:
        raise StillInUse(what=_("Partner"), key=partner.name, why=_("{amount} are still open").format(amount=f"{balance:.2f}"))
    if products and not force:
        raise StillInUse(
            what=_("Partner"), key=partner.name, why=_("it is the default supplier of {count} products").format(count=products)
        )
    partner.active = 0
    session.flush()
    record(session, act, "partner.end", partner.code, balance=balance, products=products)
    return Changes.PARTNERS


def resume_partner(session: Session, partner_id: int, act: Act) -> Changes:
    """Take a partner into use again."""
    partner = _get(session, partner_id)
    partner.active = 1
    session.flush()
    record(session, act, "partner.resume", partner.code)
    return Changes.PARTNERS


def next_code(session: Session, *, supplier: bool) -> str:
    """The next free code of a supplier (S0001) or customer (C0001): one above the highest of this form."""
    prefix = "S" if supplier else "C"
    codes = session.scalars(select(Partner.code).where(Partner.code.startswith(prefix, autoescape=True)))
    numbers = [int(code[1:]) for code in codes if code[1:].isascii() and code[1:].isdigit() and len(code) <= 10]
    return f"{prefix}{max(numbers, default=0) + 1:04}"


def values_of(form: PartnerForm) -> dict[str, Any]:
    """The columns of the partners table for ``form``."""
    values = asdict(form)
    letters = initials(form.name)
    flags = {name: int(values[name]) for name in ("supplier", "customer", "active")}
    return values | flags | {"initials": letters, "search": search_text(form.code, form.name, form.phone, letters)}


def changed(before: PartnerForm | None, after: PartnerForm) -> dict[str, Any]:
    """The fields of ``after`` that differ; without ``before`` those that say something."""
    empty = before or PartnerForm(name="")
    return {name: value for name, value in asdict(after).items() if value != getattr(empty, name)}


def _get(session: Session, partner_id: int) -> Partner:
    partner = session.get(Partner, partner_id)
    if partner is None:
        raise UnknownPartner(what=_("partner"), key=str(partner_id))
    return partner


def _must_be_free(session: Session, code: str) -> None:
    owner = session.execute(select(Partner.name).where(Partner.code == code)).scalar()
    if owner is not None:
        raise Duplicate(what=title("code"), key=code, owner=owner)


def _twins(session: Session, partner: Partner) -> tuple[str, ...]:
    """Whether somebody else has the same name: allowed, but said."""
    twin = session.execute(select(Partner.code).where(Partner.name == partner.name, Partner.id != partner.id).limit(1)).scalar()
    return () if twin is None else (_("{code} has the same name.").format(code=twin),)
