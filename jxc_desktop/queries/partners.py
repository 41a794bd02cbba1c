"""Questions about partners: one by its code, search as you type, the list with balances, the form."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from sqlalchemy import ColumnElement, bindparam, case, func, literal, select
from sqlalchemy.orm import Session

from jxc_desktop.db.functions import position_of
from jxc_desktop.db.models import Partner, PartnerBalance, Product
from jxc_desktop.db.types import raw
from jxc_desktop.domain.errors import UnknownPartner
from jxc_desktop.domain.money import yuan
from jxc_desktop.domain.partners import PartnerForm
from jxc_desktop.i18n import _
from jxc_desktop.queries.product_search import findable, needle, words

Side = Literal["supplier", "customer"]


@dataclass(frozen=True, slots=True)
class PartnerHit:
    """A partner in a list of choices. ``balance``: + owes us, - we owe."""

    id: int
    code: str
    name: str
    phone: str
    supplier: bool
    customer: bool
    price_level: str
    credit_limit: Decimal | None
    terms_days: int | None
    balance: Decimal
    active: bool


@dataclass(frozen=True, slots=True)
class PartnerFilter:
    """Which partners, in which order. ``side`` None = both; ``owing_first`` puts the largest balance of the side on top."""

    text: str = ""
    side: Side | None = None
    price_level: str | None = None
    include_inactive: bool = False
    sort: Literal["code", "name", "balance"] = "name"
    descending: bool = False
    owing_first: bool = False


@dataclass(frozen=True, slots=True)
class PartnerRow:
    """One row of the list. ``balance``: + owes us, - we owe; ``over_limit``: it owes more than its credit limit."""

    id: int
    code: str
    name: str
    phone: str
    region: str
    supplier: bool
    customer: bool
    price_level: str
    credit_limit: Decimal | None
    terms_days: int | None
    balance: Decimal
    over_limit: bool
    active: bool


@dataclass(frozen=True, slots=True)
class PartnerCard:
    """All about one partner; ``products``: how many products it is the default supplier of."""

    id: int
    form: PartnerForm
    balance: Decimal
    credit_left: Decimal | None
    products: int


_BALANCE = func.coalesce(raw(PartnerBalance.balance), 0)


def partner_id(session: Session, code: str) -> int:
    """The id of the partner with this code. Raises :class:`UnknownPartner`."""
    found = session.execute(select(Partner.id).where(Partner.code == code)).scalar()
    if found is None:
        raise UnknownPartner(what=_("partner"), key=code)
    return found


def form_of(partner: Partner) -> PartnerForm:
    """A partner of the book as it would be typed."""
    same = {
        name: getattr(partner, name)
        for name in ("code", "name", "phone", "region", "price_level", "credit_limit", "terms_days", "note")
    }
    return PartnerForm(**same, supplier=bool(partner.supplier), customer=bool(partner.customer), active=bool(partner.active))


def partner_card(session: Session, partner_id: int) -> PartnerCard:
    """Everything the partner's page shows of its own. Raises :class:`UnknownPartner`."""
    partner = session.get(Partner, partner_id)
    if partner is None:
        raise UnknownPartner(what=_("partner"), key=str(partner_id))
    balance = session.execute(select(PartnerBalance.balance).where(PartnerBalance.partner_id == partner_id)).scalar() or Decimal(
        "0.00"
    )
    products = session.execute(
        select(func.count()).select_from(Product).where(Product.supplier_id == partner_id, Product.active == 1)
    ).scalar_one()
    left = None if partner.credit_limit is None else partner.credit_limit - balance
    return PartnerCard(partner.id, form_of(partner), balance, left, products)


def search_partners(
    session: Session, text: str, *, side: Side | None = None, limit: int = 50, include_inactive: bool = False
) -> list[PartnerHit]:
    """Partners whose code, name, phone or pinyin initials hold ``text``, literally; its words may stand apart.

    The partner whose code it is comes first, then what begins with it. An empty text lists all, by name.
    """
    filters = PartnerFilter(text=text, side=side, include_inactive=include_inactive)
    if not findable(text.strip()):
        return []
    phrase = needle(text)
    rank = case(
        (Partner.code == text.strip(), 0),
        (position_of(Partner.search, bindparam("whole")) > 0, 1),
        (position_of(Partner.search, bindparam("begin")) > 0, 2),
        else_=3,
    )
    statement = (
        select(
            Partner.id,
            Partner.code,
            Partner.name,
            Partner.phone,
            Partner.supplier,
            Partner.customer,
            Partner.price_level,
            Partner.credit_limit,
            Partner.terms_days,
            _BALANCE,
            Partner.active,
        )
        .outerjoin(PartnerBalance, PartnerBalance.partner_id == Partner.id)
        .where(*_conditions(filters))
        .order_by(rank, Partner.initials, Partner.name, Partner.id)
        .limit(limit)
    )
    rows = session.connection().execute(statement, {"whole": f"\n{phrase}\n", "begin": f"\n{phrase}"})
    return [
        PartnerHit(i, code, name, phone, bool(s), bool(c), level, credit, terms, yuan(int(balance)), bool(active))
        for i, code, name, phone, s, c, level, credit, terms, balance, active in rows
    ]


def partner_list(
    session: Session, filters: PartnerFilter | None = None, *, offset: int = 0, limit: int = 200
) -> list[PartnerRow]:
    """Rows ``offset`` … ``offset + limit`` of the list of partners, each with its balance now."""
    filters = filters or PartnerFilter()
    columns: dict[str, tuple[Any, ...]] = {
        "code": (Partner.code,),
        "name": (Partner.initials, Partner.name, Partner.id),
        "balance": (_BALANCE, Partner.id),
    }
    order = [column.desc() if filters.descending else column for column in columns[filters.sort]]
    if filters.owing_first:
        order.insert(0, _BALANCE if filters.side == "supplier" else _BALANCE.desc())
    statement = (
        select(Partner, _BALANCE)
        .outerjoin(PartnerBalance, PartnerBalance.partner_id == Partner.id)
        .where(*_conditions(filters))
        .order_by(*order)
        .offset(offset)
        .limit(limit)
    )
    return [_row(partner, yuan(int(balance))) for partner, balance in session.execute(statement)]


def _row(partner: Partner, balance: Decimal) -> PartnerRow:
    over = partner.credit_limit is not None and balance > partner.credit_limit
    return PartnerRow(
        partner.id,
        partner.code,
        partner.name,
        partner.phone,
        partner.region,
        bool(partner.supplier),
        bool(partner.customer),
        partner.price_level,
        partner.credit_limit,
        partner.terms_days,
        balance,
        over,
        bool(partner.active),
    )


def _conditions(filters: PartnerFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [] if filters.include_inactive else [Partner.active == 1]
    if filters.side is not None:
        found.append(getattr(Partner, filters.side) == 1)
    if filters.price_level is not None:
        found.append(Partner.price_level == filters.price_level)
    if not findable(filters.text.strip()):
        found.append(literal(1) == 0)
    elif phrase := needle(filters.text):
        found += [position_of(Partner.search, word) > 0 for word in words(phrase)]
    return found


def all_partners(session: Session) -> list[tuple[int, PartnerForm]]:
    """Id and form of every partner, in order of code."""
    return [(partner.id, form_of(partner)) for partner in session.scalars(select(Partner).order_by(Partner.code))]
