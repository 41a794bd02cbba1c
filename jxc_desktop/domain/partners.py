"""A partner as the owner describes it: supplier, customer or both; what is refused, what it is found by."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from jxc_desktop.domain.errors import BadValue, Missing, OutOfRange
from jxc_desktop.domain.goods import DAYS_LIMIT
from jxc_desktop.domain.money import MONEY_PLACES, TOTAL_LIMIT, parse_decimal
from jxc_desktop.domain.text import NOTE_LIMIT, clean_code, clean_text, required
from jxc_desktop.i18n import N_, _

TITLES: dict[str, str] = {
    "code": N_("Partner code"),
    "name": N_("Partner name"),
    "type": N_("Supplier or customer"),
    "phone": N_("Phone"),
    "region": N_("Region"),
    "price_level": N_("Price level"),
    "credit_limit": N_("Credit limit"),
    "terms_days": N_("Days to pay"),
    "note": N_("Note"),
    "active": N_("In use"),
}
"""The marked title of each field of a partner, for screens, spreadsheets and refusals."""

LEVELS = {"sale": N_("Retail price"), "wholesale": N_("Wholesale price"), "member": N_("Member price")}


def title(field: str) -> str:
    """The title of a partner's field in the language in use."""
    return _(TITLES[field])


@dataclass(frozen=True, slots=True)
class PartnerForm:
    """All of a partner. An empty ``code`` asks for the next free one (S0001, C0001). ``credit_limit`` None = no limit."""

    name: str
    code: str = ""
    supplier: bool = False
    customer: bool = False
    phone: str = ""
    region: str = ""
    price_level: str = "sale"
    credit_limit: Decimal | None = None
    terms_days: int | None = None
    note: str = ""
    active: bool = True


def checked(form: PartnerForm) -> PartnerForm:
    """``form`` put straight. Raises :class:`Missing` (name, side of trade), :class:`BadText`, :class:`BadValue` …"""
    if not (form.supplier or form.customer):
        raise Missing(field=title("type"))
    if form.price_level not in LEVELS:
        raise BadValue(field=title("price_level"), value=form.price_level[:40], hint=", ".join(LEVELS))
    if form.terms_days is not None and not 0 <= form.terms_days <= DAYS_LIMIT:
        raise OutOfRange(field=title("terms_days"), value=str(form.terms_days), low=0, high=DAYS_LIMIT)
    limit = form.credit_limit
    if limit is not None:
        limit = parse_decimal(limit, field=title("credit_limit"), places=MONEY_PLACES, low=Decimal(0), high=TOTAL_LIMIT)
    return replace(
        form,
        code=clean_code(form.code, field=title("code")) if form.code.strip() else "",
        name=required(form.name, field=title("name")),
        phone=clean_text(form.phone, field=title("phone"), limit=60),
        region=clean_text(form.region, field=title("region"), limit=60),
        note=clean_text(form.note, field=title("note"), limit=NOTE_LIMIT, lines=True),
        credit_limit=limit,
    )


def search_text(code: str, name: str, phone: str, initials: str) -> str:
    """What a partner is found by: code, name, phone and initials in lower case, each between line ends."""
    return "\n" + "\n".join(field.lower() for field in (code, name, phone, initials) if field) + "\n"
