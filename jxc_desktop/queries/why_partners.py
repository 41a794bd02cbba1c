"""Derivations of debts: what one partner owes, document by document, and what all of a side owe together."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from jxc_desktop.db.models import Document, Partner, PartnerBalance, PartnerRow
from jxc_desktop.db.types import raw
from jxc_desktop.domain.errors import UnknownPartner
from jxc_desktop.domain.money import yuan
from jxc_desktop.domain.why import Derivation, Term, WhyGroup, WhyKey, WhyRow
from jxc_desktop.i18n import N_, _
from jxc_desktop.queries.partner_ledger import ageing
from jxc_desktop.queries.scope import last_day
from jxc_desktop.queries.why_parts import Change, by_kind, capped, compared, day_words, headings, leads, of_whom, said, title_of

WINDOW = 60
ZERO = Decimal(0)


def balance(session: Session, key: WhyKey) -> Derivation:
    """What a partner owes (customers) or is owed (suppliers): every document that charged or paid. Raises
    :class:`UnknownPartner`."""
    assert key.partner_id is not None
    name = session.execute(select(Partner.name).where(Partner.id == key.partner_id)).scalar()
    if name is None:
        raise UnknownPartner(what=_("partner"), key=str(key.partner_id))
    sign = 1 if key.side == "customer" else -1
    changes = _documents(session, key.partner_id, key.last, sign)
    charged = sum(one.value or 0 for one in changes if (one.value or 0) > 0)
    paid = charged - sum(one.value or 0 for one in changes)
    recent = changes[-WINDOW:] if len(changes) > WINDOW else changes
    before = sum(one.value or 0 for one in changes[: len(changes) - len(recent)])
    result = yuan(charged - paid)
    groups = by_kind(recent, quantity=None)
    if len(recent) < len(changes):
        words = _("Opening, at the start of {day}").format(day=recent[0].moment[:10])
        groups.insert(0, WhyGroup(words, None, yuan(before)))
    past = key.last if key.last is not None and key.last.isoformat() < (last_day(session) or "") else None
    groups.append(WhyGroup(_("Left to pay, {when}").format(when=day_words(past)), None, result, result=True))
    terms = (
        Term("=", yuan(charged), "money", _("charged") if sign > 0 else _("delivered")),
        Term("−", yuan(paid), "money", _("received and credited") if sign > 0 else _("paid and returned")),
    )
    found = Derivation(
        key, title_of(key), said(of_whom("balance", name), day_words(past)), result, leads(result, key, *terms),
        headings("", N_("Amount (yuan)")), tuple(groups),
    )  # fmt: skip
    stored = None
    if past is None:
        kept = session.execute(select(PartnerBalance.balance).where(PartnerBalance.partner_id == key.partner_id)).scalar()
        stored = sign * (kept or Decimal("0.00"))
    return compared(found, stored)


def _documents(session: Session, partner_id: int, last: date | None, sign: int) -> list[Change]:
    """What each document left owing, oldest first; paid at once or voided comes to nothing and is left out."""
    amount = func.sum(raw(PartnerRow.amount))
    rows = (
        select(Document.id, Document.kind, Document.number, Document.moment, amount)
        .join(Document, Document.id == PartnerRow.document_id)
        .where(PartnerRow.partner_id == partner_id, *([] if last is None else [PartnerRow.day <= last.isoformat()]))
        .group_by(Document.id, Document.kind, Document.number, Document.moment, Document.seq)
        .having(amount != 0)
        .order_by(Document.moment, Document.seq)
    )
    return [Change(id, kind, number, at, 0, sign * int(owed)) for id, kind, number, at, owed in session.execute(rows)]


def owed(session: Session, key: WhyKey) -> Derivation:
    """What all customers owe us, or we owe all suppliers: those who do, the largest first; paid ahead stands apart."""
    customer = key.side == "customer"
    sign = 1 if customer else -1
    total = func.sum(raw(PartnerRow.amount))
    flag, other = (Partner.customer, Partner.supplier) if customer else (Partner.supplier, Partner.customer)
    rows = (
        select(Partner.id, Partner.name, total, flag, other)
        .join(PartnerRow, PartnerRow.partner_id == Partner.id)
        .where(*([] if key.last is None else [PartnerRow.day <= key.last.isoformat()]))
        .group_by(Partner.id, Partner.name, flag, other)
        .having(total != 0)
    )
    sums = [
        (sign * int(amount), name, id)
        for id, name, amount, is_it, is_other in session.execute(rows)
        if is_it or (not is_other and sign * amount > 0)
    ]
    lines = [
        WhyRow(name, None, yuan(amount), key=key.about("balance", partner_id=id))
        for amount, name, id in sorted(sums, reverse=True)
    ]
    owing = [row for row in lines if (row.value or ZERO) > 0]
    ahead = [row for row in lines if (row.value or ZERO) < 0]
    result = sum((row.value or ZERO for row in owing), Decimal("0.00"))
    words = _("Customers who owe, {count}") if customer else _("Suppliers we owe, {count}")
    groups = [WhyGroup(words.format(count=len(owing)), None, result, capped(owing))]
    if ahead:
        text = _("Paid ahead, not in the sum, {count}").format(count=len(ahead))
        groups.append(WhyGroup(text, None, sum((row.value or ZERO for row in ahead), ZERO), capped(ahead)))
    past = key.last if key.last is not None and key.last.isoformat() < (last_day(session) or "") else None
    terms = (Term("=", result, "money", _("sum of {count} balances above zero").format(count=len(owing))),)
    subject = _("What all customers owe us") if customer else _("What we owe all suppliers")
    found = Derivation(
        key, title_of(key), said(subject, day_words(past)), result, leads(result, key, *terms),
        headings("", N_("Amount (yuan)")), tuple(groups),
    )  # fmt: skip
    stored = ageing(session, key.side, key.last or date.max)
    return compared(found, sum((line.balance for line in stored if line.balance > 0), Decimal("0.00")))
