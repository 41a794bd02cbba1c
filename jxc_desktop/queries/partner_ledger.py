"""What partners owe and are owed: balances, ageing by due day, statements. + they owe us, - we owe them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from jxc_desktop.db.models import Document, Partner, PartnerBalance, PartnerRow, Settlement
from jxc_desktop.db.types import raw
from jxc_desktop.domain.money import yuan
from jxc_desktop.queries.scope import ALL, Scope, last_day

Side = Literal["customer", "supplier"]
FEW = 20


@dataclass(frozen=True, slots=True)
class AgeingLine:
    """The balance of a partner seen from one side (customers: + they owe us; suppliers: + we owe them), by days overdue.

    The buckets add up to the balance; what was paid too much stands as a negative ``not_due``.
    """

    partner_id: int
    partner: str
    name: str
    phone: str
    balance: Decimal
    overdue: Decimal
    not_due: Decimal
    d1_30: Decimal
    d31_60: Decimal
    d61_90: Decimal
    d91: Decimal
    days_overdue: int
    """Days since the oldest unpaid due day; 0 where nothing is overdue."""


@dataclass(frozen=True, slots=True)
class OpenDocument:
    """A document that is not paid in full. Amounts seen from the side asked for."""

    document_id: int
    number: str
    kind: str
    day: str
    due_day: str | None
    amount: Decimal
    left: Decimal


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One document in a partner's statement: ``debit`` they owe more, ``credit`` less, ``balance`` after it."""

    document_id: int
    date: str
    number: str
    kind: str
    debit: Decimal
    credit: Decimal
    balance: Decimal
    note: str


@dataclass(frozen=True, slots=True)
class Statement:
    """A partner's statement of a period; the lines start from ``opening`` and end at ``closing``."""

    partner: str
    name: str
    opening: Decimal
    closing: Decimal
    debit: Decimal
    credit: Decimal
    lines: tuple[StatementLine, ...]


@dataclass(slots=True)
class _Debt:
    document_id: int
    number: str
    kind: str
    day: str
    due_day: str | None
    amount: int
    left: int


def ageing(session: Session, side: Side, as_of: date, *, scope: Scope = ALL) -> list[AgeingLine]:
    """Every customer (or supplier) whose balance is not 0 at the end of ``as_of``, in order of code.

    Settlements count against the documents they name, all other credits pay the oldest first. Without a due day: not due.
    """
    sign = 1 if side == "customer" else -1
    balances = _balances(session, side, as_of, scope)
    debts, credit = _open(session, balances, as_of, sign)
    found = []
    for partner_id, (code, name, phone, balance) in balances.items():
        buckets = [0] * 5
        oldest = 0
        for debt in debts.get(partner_id, ()):
            days = (as_of - date.fromisoformat(debt.due_day)).days if debt.due_day else 0
            buckets[_bucket(days)] += debt.left
            oldest = max(oldest, days if debt.left else 0)
        buckets[0] -= credit.get(partner_id, 0)
        not_due, d1, d31, d61, d91 = (yuan(bucket) for bucket in buckets)
        overdue = d1 + d31 + d61 + d91
        found.append(
            AgeingLine(partner_id, code, name, phone, yuan(sign * balance), overdue, not_due, d1, d31, d61, d91, max(oldest, 0))
        )
    return sorted(found, key=lambda line: line.partner)


def open_documents(session: Session, partner_id: int, side: Side, as_of: date) -> list[OpenDocument]:
    """What a partner has not paid yet (or we have not paid them), oldest first."""
    sign = 1 if side == "customer" else -1
    debts, _credit = _open(session, (partner_id,), as_of, sign)
    return [
        OpenDocument(d.document_id, d.number, d.kind, d.day, d.due_day, yuan(d.amount), yuan(d.left))
        for d in debts.get(partner_id, ())
        if d.left
    ]


def _bucket(late: int) -> int:
    return 0 if late <= 0 else 1 if late <= 30 else 2 if late <= 60 else 3 if late <= 90 else 4


def _balances(session: Session, side: Side, as_of: date, scope: Scope) -> dict[int, tuple[str, str, str, int]]:
    if (last_day(session) or "") <= as_of.isoformat():
        sums = select(PartnerBalance.partner_id, raw(PartnerBalance.balance).label("balance")).where(
            raw(PartnerBalance.balance) != 0
        )
    else:
        total = func.sum(raw(PartnerRow.amount))
        past = select(PartnerRow.partner_id, total.label("balance")).where(PartnerRow.day <= as_of.isoformat())
        sums = past.group_by(PartnerRow.partner_id).having(total != 0)
    totals = sums.subquery()
    flag, other = (Partner.customer, Partner.supplier) if side == "customer" else (Partner.supplier, Partner.customer)
    rows = session.execute(
        select(Partner.id, Partner.code, Partner.name, Partner.phone, totals.c.balance, flag, other)
        .join(totals, totals.c.partner_id == Partner.id)
        .where(*([] if scope.partner_id is None else [Partner.id == scope.partner_id]))
    )
    sign = 1 if side == "customer" else -1
    # Somebody who is neither (a landlord) is listed on the side where the balance is above zero.
    return {
        id: (code, name, phone, int(sum))
        for id, code, name, phone, sum, is_it, is_other in rows
        if is_it or (not is_other and sign * sum > 0)
    }


def _open(session: Session, partners: Iterable[int], as_of: date, sign: int) -> tuple[dict[int, list[_Debt]], dict[int, int]]:
    """What is left of each debt, oldest first, and the credit that pays nothing, by partner; fen, seen from ``sign``."""
    wanted = list(partners)
    debts: dict[int, list[_Debt]] = defaultdict(list)
    credit: dict[int, int] = defaultdict(int)
    by_document: dict[int, _Debt] = {}
    owners: dict[int, int] = {}
    for partner_id, document_id, number, kind, day, due, amount in session.execute(_documents(wanted, as_of)):
        owners[document_id] = partner_id
        owed = sign * int(amount)
        if owed > 0:
            by_document[document_id] = _Debt(document_id, number, kind, day, due, owed, owed)
            debts[partner_id].append(by_document[document_id])
        else:
            credit[partner_id] -= owed
    for target_id, amount in _settlements(session, list(by_document), as_of):
        debt, owner = by_document[target_id], owners[target_id]
        taken = min(amount, debt.left, credit[owner])
        debt.left -= taken
        credit[owner] -= taken
    for partner_id, listed in debts.items():
        for debt in listed:
            taken = min(debt.left, credit[partner_id])
            debt.left -= taken
            credit[partner_id] -= taken
    return debts, credit


def _documents(partners: list[int], as_of: date) -> Any:
    """What each document left owing: paid at once or voided comes to nothing and is left out before the heads are read.

    A document has one partner, so grouping by the key of the ledger is enough. Of more than a few partners one pass over
    the whole ledger is the shortest way; the caller takes no notice of others.
    """
    amount = func.sum(raw(PartnerRow.amount))
    owing = (
        select(func.min(PartnerRow.partner_id).label("partner_id"), PartnerRow.document_id, amount.label("amount"))
        .where(PartnerRow.day <= as_of.isoformat(), *([PartnerRow.partner_id.in_(partners)] if len(partners) <= FEW else []))
        .group_by(PartnerRow.document_id)
        .having(amount != 0)
        .subquery()
    )
    return (
        select(
            owing.c.partner_id,
            owing.c.document_id,
            Document.number,
            Document.kind,
            Document.day,
            Document.due_day,
            owing.c.amount,
        )
        .join(Document, Document.id == owing.c.document_id)
        .order_by(Document.moment, Document.seq)
    )


def _settlements(session: Session, targets: list[int], as_of: date) -> list[tuple[int, int]]:
    """(document, fen) of what posted receipts and payments up to ``as_of`` settled by name, in their order."""
    found: list[tuple[str, int, int, int]] = []
    for chunk in (targets[i : i + 500] for i in range(0, len(targets), 500)):
        rows = session.execute(
            select(Document.moment, Document.seq, Settlement.target_id, raw(Settlement.amount))
            .join(Document, Document.id == Settlement.document_id)
            .where(Settlement.target_id.in_(chunk), Document.status == "posted", Document.day <= as_of.isoformat())
        )
        found += [(moment, seq or 0, target, int(amount)) for moment, seq, target, amount in rows]
    return [(target, amount) for _moment, _seq, target, amount in sorted(found)]


def statement(session: Session, partner_id: int, day_from: str | None, day_to: str) -> Statement:
    """The statement of a partner: one line per document that still counts, oldest first."""
    code, name = session.execute(select(Partner.code, Partner.name).where(Partner.id == partner_id)).one()
    living = (PartnerRow.partner_id == partner_id, Document.status != "voided")
    joined = PartnerRow.document_id == Document.id
    opening = 0
    if day_from is not None:
        before = select(func.sum(raw(PartnerRow.amount))).join(Document, joined).where(*living, PartnerRow.day < day_from)
        opening = int(session.execute(before).scalar() or 0)
    rows = (
        select(PartnerRow.document_id, PartnerRow.moment, Document.number, Document.kind, raw(PartnerRow.amount), Document.note)
        .join(Document, joined)
        .where(*living, PartnerRow.day >= (day_from or ""), PartnerRow.day <= day_to)
        .order_by(PartnerRow.moment, PartnerRow.seq, PartnerRow.part)
    )
    sums: dict[int, list[Any]] = {}
    for document_id, moment, number, kind, amount, note in session.execute(rows):
        entry = sums.setdefault(document_id, [moment, number, kind, 0, 0, note])
        entry[3 if amount > 0 else 4] += abs(amount)
    balance, lines = opening, []
    for document_id, (moment, number, kind, debit, credit, note) in sums.items():
        balance += debit - credit
        lines.append(StatementLine(document_id, moment, number, kind, yuan(debit), yuan(credit), yuan(balance), note))
    debits, credits_ = sum((line.debit for line in lines), yuan(0)), sum((line.credit for line in lines), yuan(0))
    return Statement(code, name, yuan(opening), yuan(balance), debits, credits_, tuple(lines))
