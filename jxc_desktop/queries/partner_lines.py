"""The partners page: the list with what is due and overdue, and how long a partner takes to pay."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from jxc_desktop.db.models import Document, DocumentLine, PartnerRow, Product, Settlement
from jxc_desktop.db.types import raw
from jxc_desktop.domain.documents import DELIVERIES
from jxc_desktop.domain.money import round_half_up, yuan
from jxc_desktop.queries.inventory import ratio
from jxc_desktop.queries.partner_ledger import AgeingLine, Side, Statement, ageing, statement
from jxc_desktop.queries.partners import PartnerCard, PartnerFilter, partner_card, partner_list
from jxc_desktop.queries.scope import Scope

MOST = 100_000
YEAR = timedelta(days=365)
QUARTER = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class PartnerLine:
    """A partner of one side. Amounts seen from it (customers: + they owe us; suppliers: + we owe them).

    ``overdue`` with ``days_overdue`` of its oldest unpaid due day; ``last``: day of the latest movement of the account.
    """

    id: int
    code: str
    name: str
    phone: str
    region: str
    price_level: str
    credit_limit: Decimal | None
    terms_days: int | None
    balance: Decimal
    overdue: Decimal
    days_overdue: int
    last: str | None
    over_limit: bool
    active: bool

    @property
    def second(self) -> str:
        """What stands below the name."""
        return " ".join(part for part in (self.phone, self.region) if part) or self.code


@dataclass(frozen=True, slots=True)
class PartnersPage:
    """All partners of a side that match, and the sums of the whole side: what is owed, what of it is late, paid ahead."""

    lines: tuple[PartnerLine, ...]
    customers: int
    suppliers: int
    receivable: Decimal
    payable: Decimal


@dataclass(frozen=True, slots=True)
class Bought:
    """A product that a partner trades often: how many documents, the last price of one base unit, the sum."""

    product_id: int
    name: str
    times: int
    last_price: Decimal | None
    amount: Decimal


@dataclass(frozen=True, slots=True)
class PartnerDetail:
    """All that the panel shows of one partner; ``ageing`` as seen from its side, ``statement`` + they owe us, - we owe."""

    card: PartnerCard
    side: Side
    ageing: AgeingLine | None
    statement: Statement
    pay_days: Decimal | None
    documents: int
    bought: tuple[Bought, ...]


def partners_page(session: Session, filters: PartnerFilter, today: date) -> PartnersPage:
    """The partners that ``filters`` choose (a side must be said), with what is due today."""
    side: Side = filters.side or "customer"
    sign = 1 if side == "customer" else -1
    due = {line.partner_id: line for line in ageing(session, side, today)}
    last = dict(session.execute(select(PartnerRow.partner_id, func.max(PartnerRow.day)).group_by(PartnerRow.partner_id)).all())
    lines = []
    for found in partner_list(session, filters, limit=MOST):
        late = due.get(found.id)
        lines.append(
            PartnerLine(
                found.id, found.code, found.name, found.phone, found.region, found.price_level, found.credit_limit,
                found.terms_days, sign * found.balance + 0,  # no minus before a zero
                 late.overdue if late else yuan(0), late.days_overdue if late else 0,
                last.get(found.id), side == "customer" and found.over_limit, found.active,
            )
        )  # fmt: skip
    customers = _sums(session, "customer")
    suppliers = _sums(session, "supplier")
    return PartnersPage(tuple(lines), customers[0], suppliers[0], customers[1], suppliers[1])


def _sums(session: Session, side: Side) -> tuple[int, Decimal]:
    """How many partners a side has in use, and what is owed on it (debts only; what was paid ahead is none)."""
    found = partner_list(session, PartnerFilter(side=side), limit=MOST)
    sign = 1 if side == "customer" else -1
    return len(found), sum((max(sign * line.balance, Decimal(0)) for line in found), yuan(0))


def partner_detail(session: Session, partner_id: int, side: Side, day_from: str | None, today: date) -> PartnerDetail:
    """What the panel shows of a partner, its statement from ``day_from``. Raises :class:`UnknownPartner`."""
    card = partner_card(session, partner_id)
    found = statement(session, partner_id, day_from, today.isoformat())
    documents = session.execute(select(func.count()).select_from(Document).where(Document.partner_id == partner_id)).scalar_one()
    return PartnerDetail(
        card,
        side,
        next(iter(ageing(session, side, today, scope=Scope(partner_id=partner_id))), None),
        found,
        pay_days(session, partner_id, today),
        int(documents),
        tuple(often_traded(session, partner_id, side, today)),
    )


def pay_days(session: Session, partner_id: int, today: date) -> Decimal | None:
    """Days between a document and its payment over the last year, each weighted by what was paid; None without payments."""
    paying, owed = aliased(Document), aliased(Document)
    rows = session.execute(
        select(owed.day, paying.day, raw(Settlement.amount))
        .join(paying, paying.id == Settlement.document_id)
        .join(owed, owed.id == Settlement.target_id)
        .where(paying.partner_id == partner_id, paying.status == "posted", paying.day >= (today - YEAR).isoformat())
    ).all()
    weighted = sum((date.fromisoformat(paid) - date.fromisoformat(made)).days * int(amount) for made, paid, amount in rows)
    return ratio(weighted, sum(int(amount) for _made, _paid, amount in rows))


def often_traded(session: Session, partner_id: int, side: Side, today: date, *, limit: int = 5) -> Sequence[Bought]:
    """What a customer buys (or a supplier delivers) most often in the last 90 days."""
    rows = session.execute(
        select(
            DocumentLine.product_id,
            Product.name,
            DocumentLine.document_id,
            DocumentLine.price,
            raw(DocumentLine.quantity),
            raw(DocumentLine.base_quantity),
            raw(DocumentLine.amount),
        )
        .join(Document, Document.id == DocumentLine.document_id)
        .join(Product, Product.id == DocumentLine.product_id)
        .where(
            Document.partner_id == partner_id,
            Document.kind.in_(DELIVERIES[side]),
            Document.status == "posted",
            Document.day >= (today - QUARTER).isoformat(),
        )
        .order_by(Document.moment, Document.seq, DocumentLine.line)
    ).all()
    names: dict[int, str] = {}
    times: dict[int, set[int]] = {}
    sums: dict[int, int] = {}
    prices: dict[int, Decimal | None] = {}
    for product, name, document, price, quantity, base, amount in rows:
        names[product] = name
        times.setdefault(product, set()).add(document)
        sums[product] = sums.get(product, 0) + int(amount or 0)
        prices[product] = price * int(quantity) / int(base) if price is not None and base else None
    best = sorted(names, key=lambda product: (-len(times[product]), -sums[product], product))[:limit]
    return [Bought(p, names[p], len(times[p]), _rounded(prices[p]), yuan(sums[p])) for p in best]


def _rounded(price: Decimal | None) -> Decimal | None:
    return None if price is None else round_half_up(price, 4)
