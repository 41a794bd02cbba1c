"""Derivations of debts: what one partner owes, document by document and by due day, and what all of a side owe together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from jxc_desktop.db.models import Document, Partner, PartnerBalance, PartnerRow, Settlement
from jxc_desktop.db.types import raw
from jxc_desktop.domain.errors import UnknownPartner
from jxc_desktop.domain.money import yuan
from jxc_desktop.domain.why import Derivation, Heading, Term, WhyGroup, WhyKey, WhyRow
from jxc_desktop.i18n import N_, _
from jxc_desktop.queries.inventory import ratio
from jxc_desktop.queries.partner_ledger import OpenDocument, ageing, open_documents
from jxc_desktop.queries.partner_lines import YEAR
from jxc_desktop.queries.scope import Scope, last_day
from jxc_desktop.queries.why_parts import (
    AGES,
    Change,
    by_kind,
    capped,
    compared,
    day_words,
    headings,
    leads,
    of_whom,
    period_words,
    running,
    said,
    title_of,
    told,
)

ZERO = Decimal(0)
EVER = 10**6
LATE: dict[str, tuple[int, int]] = {
    "d1_30": (1, 30), "d31_60": (31, 60), "d61_90": (61, 90), "d91": (91, EVER), "overdue": (1, EVER),
}  # fmt: skip
"""First and last day late of each column of what is overdue."""


@dataclass(frozen=True, slots=True)
class Whom:
    """The partner a key is about; ``sign`` turns the ledger (+ they owe us) into the side asked for."""

    id: int
    name: str
    sign: int


def whom(session: Session, key: WhyKey) -> Whom:
    """By id or code. Raises :class:`UnknownPartner`."""
    which = Partner.id == key.partner_id if key.partner_id is not None else Partner.code == key.partner
    found = session.execute(select(Partner.id, Partner.name).where(which)).first()
    if found is None:
        raise UnknownPartner(what=_("partner"), key=str(key.partner_id or key.partner))
    return Whom(found.id, found.name, 1 if key.side == "customer" else -1)


def balance(session: Session, key: WhyKey) -> Derivation:
    """What a partner owes (customers) or is owed (suppliers): every document that charged or paid, up to ``document_id`` or
    the end of a day. Raises :class:`UnknownPartner`."""
    of = whom(session, key)
    changes = _documents(session, of, key)
    past = key.last if key.last is not None and key.last.isoformat() < (last_day(session) or "") else None
    when, stored = day_words(past), None
    end = _("Left to pay, {when}").format(when=when)
    if key.document_id is not None:
        number = session.execute(select(Document.number).where(Document.id == key.document_id)).scalar()
        when, end = _("after {number}").format(number=number), _("Left to pay after it")
    elif past is None:
        kept = session.execute(select(PartnerBalance.balance).where(PartnerBalance.partner_id == of.id)).scalar()
        stored = of.sign * (kept or Decimal("0.00"))
    words = (_("charged"), _("received and credited")) if of.sign > 0 else (_("delivered"), _("paid and returned"))
    return running(
        key, said(of_whom(key, of.name), when), changes, words, end, stored=stored,
        opening=lambda day: key.about("balance", document_id=None, last=day),
    )  # fmt: skip


def _documents(session: Session, of: Whom, key: WhyKey) -> list[Change]:
    """What each document left owing, oldest first; paid at once or voided comes to nothing and is left out."""
    amount = func.sum(raw(PartnerRow.amount))
    rows = (
        select(Document.id, Document.kind, Document.number, Document.moment, amount)
        .join(Document, Document.id == PartnerRow.document_id)
        .where(PartnerRow.partner_id == of.id, *([] if key.last is None else [PartnerRow.day <= key.last.isoformat()]))
        .group_by(Document.id, Document.kind, Document.number, Document.moment, Document.seq)
        .order_by(Document.moment, Document.seq)
    )
    found = []
    for id, kind, number, at, owed in session.execute(rows):
        if owed:
            found.append(Change(id, kind, number, at, 0, of.sign * int(owed)))
        if id == key.document_id:
            break
    return found


def moved(session: Session, key: WhyKey) -> Derivation:
    """What documents charged a partner, or what was paid and credited: of one document, or of a period. Voided ones are left
    out, as in a statement. Raises :class:`UnknownPartner`."""
    of, up = whom(session, key), key.figure == "charged"
    amount = raw(PartnerRow.amount)
    where = [PartnerRow.partner_id == of.id, Document.status != "voided", amount > 0 if up else amount < 0]
    if key.document_id is not None:
        where.append(Document.id == key.document_id)
    if key.first is not None:
        where.append(PartnerRow.day >= key.first.isoformat())
    if key.last is not None:
        where.append(PartnerRow.day <= key.last.isoformat())
    rows = (
        select(
            Document.id, Document.kind, Document.number, Document.moment, func.sum(amount), raw(Document.total),
            raw(Document.paid),
        )
        .join(Document, Document.id == PartnerRow.document_id)
        .where(*where)
        .group_by(Document.id, Document.kind, Document.number, Document.moment, Document.total, Document.paid)
    )  # fmt: skip
    changes, inside = [], {}
    for id, kind, number, at, value, total, paid in session.execute(rows):
        changes.append(Change(id, kind, number, at, 0, abs(int(value))))
        figure = {abs(int(paid)): "document_paid", abs(int(total)): "document_total"}.get(abs(int(value)))
        inside[id] = None if figure is None else WhyKey(figure, document_id=id)
    result = yuan(sum(one.value or 0 for one in changes))
    days = period_words(key.first, key.last) if key.first is not None and key.last is not None else day_words(key.last)
    terms = (Term("=", result, "money", _("sum of {count} documents").format(count=len(changes))),)
    groups = by_kind(changes, quantity=None, key=lambda one: inside[one.document_id])
    subject = said(of_whom(key, of.name), "" if key.document_id is not None else days)
    return told(key, subject, result, terms, groups, headings("", N_("Amount (yuan)")))


def due(session: Session, key: WhyKey) -> Derivation:
    """What is left of a partner's debts by how late they are. Payments count against the documents they name, all others
    against the oldest; what was paid too much stands below *not due*. Raises :class:`UnknownPartner`."""
    of = whom(session, key)
    day = key.last or date.fromisoformat(last_day(session) or date.max.isoformat())
    debts = open_documents(session, of.id, key.side, day)
    wanted = [(late, debt) for debt in debts for late in [_late(debt, day)] if _is_of(key.age, late)]
    rows = [_debt_row(late, debt) for late, debt in sorted(wanted, key=lambda one: (-one[0], one[1].document_id))]
    left = sum((row.value or ZERO for row in rows), Decimal("0.00"))
    ahead = Decimal("0.00")
    if key.age == "not_due":
        owed = sum(one.value or 0 for one in _documents(session, of, key.about("balance", last=day)))
        ahead = sum((debt.left for debt in debts), Decimal("0.00")) - yuan(owed)
    result = left - ahead
    terms = [Term("=", left, "money", _("left of {count} documents").format(count=len(rows)))]
    groups = [WhyGroup(_("Documents that are not paid in full, {count}").format(count=len(rows)), None, left, capped(rows))]
    if ahead:
        terms.append(Term("−", ahead, "money", _("paid ahead")))
        groups.append(WhyGroup(_("Paid ahead, settles nothing yet"), None, -ahead, key=key.about("balance", last=day)))
        groups.append(WhyGroup(_(AGES[key.age]), None, result, result=True))
    kept = ageing(session, key.side, day, scope=Scope(partner_id=of.id))
    stored = getattr(kept[0], key.age) if kept else None
    subject = said(of_whom(key, of.name), _("by due day"), day_words(key.last))
    return told(key, subject, result, terms, groups, headings("", N_("Unpaid (yuan)")), stored=stored)


def _late(debt: OpenDocument, day: date) -> int:
    """Days since the due day; 0 where there is none or it is not reached."""
    return max((day - date.fromisoformat(debt.due_day)).days, 0) if debt.due_day else 0


def _is_of(age: str, late: int) -> bool:
    if age == "not_due":
        return late <= 0
    first, last = LATE[age]
    return first <= late <= last


def _debt_row(late: int, debt: OpenDocument) -> WhyRow:
    note = _("no due day") if debt.due_day is None else _("due {day}").format(day=debt.due_day[5:])
    if late:
        note = _("{days} days late").format(days=late)
    if debt.left != debt.amount:
        note = said(note, _("of {amount}").format(amount=f"{debt.amount:,.2f}"))
    return WhyRow(debt.number, None, debt.left, debt.document_id, None, note)


def credit_left(session: Session, key: WhyKey) -> Derivation:
    """The credit limit of a customer less what they owe; None without a limit. Raises :class:`UnknownPartner`."""
    of = whom(session, key)
    limit = session.execute(select(Partner.credit_limit).where(Partner.id == of.id)).scalar()
    owes = balance(session, key.about("balance", side="customer", last=None))
    result = None if limit is None else limit - (owes.result or ZERO)
    terms = (
        Term("=", limit, "money", _("credit limit, set on the customer")),
        Term("−", owes.result, "money", _("what they owe"), owes.key),
    )
    groups = (
        WhyGroup(_("Credit limit"), None, limit),
        WhyGroup(_("less what they owe"), None, -(owes.result or ZERO), key=owes.key),
        WhyGroup(_("Credit left"), None, result, result=True),
    )
    return told(key, of_whom(key, of.name), result, terms, groups, headings("", N_("Amount (yuan)")), known=result is not None)


def pay_days(session: Session, key: WhyKey) -> Derivation:
    """Days between a document and its payment over the last year, each weighted by what was paid of it."""
    of = whom(session, key)
    day = key.last or date.fromisoformat(last_day(session) or date.max.isoformat())
    paying, debt = aliased(Document), aliased(Document)
    rows = session.execute(
        select(debt.id, debt.number, debt.day, paying.number, paying.day, raw(Settlement.amount))
        .join(paying, paying.id == Settlement.document_id)
        .join(debt, debt.id == Settlement.target_id)
        .where(paying.partner_id == of.id, paying.status == "posted", paying.day >= (day - YEAR).isoformat())
        .order_by(paying.day.desc())
    ).all()
    found, weighted, paid = [], 0, 0
    for id, number, made, by, at, amount in rows:
        days = (date.fromisoformat(at) - date.fromisoformat(made)).days
        weighted, paid = weighted + days * int(amount), paid + int(amount)
        found.append(WhyRow(number, Decimal(days), yuan(int(amount)), id, note=_("paid with {number}").format(number=by)))
    result = ratio(weighted, paid)
    terms = (
        Term("=", yuan(weighted), "money", _("sum of days × amount paid")),
        Term("÷", yuan(paid), "money", _("amount paid")),
    )
    group = WhyGroup(_("Payments that name their document, {count}").format(count=len(found)), None, yuan(paid), capped(found))
    columns = Heading(_("Days"), "integer"), Heading(_("Amount (yuan)"), "money")
    return told(key, of_whom(key, of.name), result, terms, (group,), columns, known=result is not None)


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
