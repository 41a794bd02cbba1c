"""The money side of a document: what is paid and owed, the rows of the partner and the money ledger, what it settles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from jxc_desktop.db import fast
from jxc_desktop.db.models import Account, AccountBalance, Document, MoneyRow, PartnerBalance, PartnerRow, Settlement, table
from jxc_desktop.db.types import raw_insert
from jxc_desktop.db.upsert import upsert
from jxc_desktop.domain import errors
from jxc_desktop.domain.documents import STATUSES, ZERO, DocumentKind, Draft, Paid
from jxc_desktop.domain.money import TOTAL_LIMIT, fen, parse_decimal
from jxc_desktop.i18n import _
from jxc_desktop.queries.documents import head_row
from jxc_desktop.services.landed import landed_total

_PARTNER_ROWS = raw_insert(table(PartnerRow))
_MONEY_ROWS = raw_insert(table(MoneyRow))
_CASH = (
    select(Account.id).where(Account.active == 1).order_by(Account.code != "cash", Account.position, Account.id).limit(fast.ONE)
)


@dataclass(slots=True)
class Money:
    """What is paid at once and what is owed, in signed-by-kind amounts that are all >= 0 here."""

    payments: list[Paid] = field(default_factory=list)
    paid: Decimal = ZERO
    total: Decimal = ZERO


def money_of(session: Session, kind: DocumentKind, draft: Draft, total: Decimal) -> Money:
    """Payments checked and the total settled: of money documents the total is what is paid."""
    if not kind.money and not kind.partner:
        return Money(total=total)
    payments = [
        Paid(p.account_id, parse_decimal(p.amount, field=_("Payment"), places=2, low=ZERO, high=TOTAL_LIMIT))
        for p in (draft.paid or [])
        if p.amount
    ]
    if draft.paid is None and kind.is_retail and total:
        payments = [Paid(fast.scalar(session.connection(), _CASH), total)]
    paid = sum((p.amount for p in payments), ZERO)
    if kind.opens_balance:
        return Money(total=_opening(draft))
    if kind.raises_receipts:
        return Money(payments, paid, landed_total(draft))
    if not kind.has_lines:
        if not paid:
            raise errors.Missing(field=_("The amount and the account"))
        return Money(payments, paid, paid)
    if kind.is_retail and paid > total:
        payments, paid = _give_change(payments, paid - total), total
    return Money(payments, paid, total)


def _opening(draft: Draft) -> Decimal:
    if draft.amount is None:
        raise errors.Missing(field=_("Amount"))
    if (draft.partner_id is None) == (draft.account_id is None):
        raise errors.Missing(field=_("Either a partner or a money account"))
    return parse_decimal(draft.amount, field=_("Amount"), places=2, low=-TOTAL_LIMIT, high=TOTAL_LIMIT)


def _give_change(payments: list[Paid], change: Decimal) -> list[Paid]:
    """Take the change out of what was handed over, the last payment first."""
    kept = [Paid(p.account_id, p.amount) for p in payments]
    for payment in reversed(kept):
        back = min(change, payment.amount)
        payment.amount -= back
        change -= back
    return [p for p in kept if p.amount]


def needs_partner(kind: DocumentKind, money: Money) -> bool:
    """Whether somebody must be named, because something stays unpaid or is paid too much.

    Raises :class:`PartnerNeeded` at the till, :class:`Missing` for money that is received from or paid to nobody.
    """
    if kind.is_retail and money.paid < money.total:
        raise errors.PartnerNeeded(unpaid=f"{money.total - money.paid:.2f}")
    if kind.family == "money" and not kind.opens_balance:
        raise errors.Missing(field=_("Partner"))
    return kind.has_money and money.paid != money.total


def write_money(
    session: Session, kind: DocumentKind, draft: Draft, money: Money, partner_id: int | None, stamp: dict[str, Any]
) -> None:
    """The partner's and the money ledger's rows, and their balances."""
    owed: list[int] = []
    if kind.opens_balance:
        owed = [fen(money.total)] if draft.account_id is None else []
        flows = [(draft.account_id, fen(money.total))] if draft.account_id is not None else []
    else:
        total = 0 if kind.is_order else fen(money.total)
        paid = fen(money.paid) if kind.has_money else 0
        if partner_id is not None and kind.partner and not (kind.is_retail and money.paid == money.total):
            owed = [amount for amount in (kind.partner * total, -kind.partner * paid) if amount]
        flows = [(p.account_id, kind.money * fen(p.amount)) for p in money.payments]
    enter_partner(session, partner_id, owed, stamp)
    enter_money(session, flows, stamp)


def enter_partner(
    session: Session, partner_id: int | None, amounts: Sequence[int], stamp: dict[str, Any], first_part: int = 1
) -> None:
    """Write ``amounts`` (fen, + owes us) to the partner ledger as parts from ``first_part`` on, and the balance."""
    if not amounts:
        return
    connection = session.connection()
    fast.run_many(
        connection,
        _PARTNER_ROWS,
        [stamp | {"partner_id": partner_id, "part": first_part + i, "amount": a} for i, a in enumerate(amounts)],
    )
    fast.run(
        connection,
        upsert(table(PartnerBalance), connection.dialect.name, add=("balance",)),
        {"partner_id": partner_id, "balance": sum(amounts)},
    )


def enter_money(session: Session, flows: Sequence[tuple[int | None, int]], stamp: dict[str, Any], first_part: int = 1) -> None:
    """Write ``flows`` (account, fen, + comes in) to the money ledger, and the balances."""
    if not flows:
        return
    connection = session.connection()
    fast.run_many(
        connection,
        _MONEY_ROWS,
        [stamp | {"account_id": a, "part": first_part + i, "amount": m} for i, (a, m) in enumerate(flows)],
    )
    adding = upsert(table(AccountBalance), connection.dialect.name, add=("balance",))
    for account, amount in flows:
        fast.run(connection, adding, {"account_id": account, "balance": amount})


def settle(session: Session, draft: Draft, document_id: int, money: Money) -> list[str]:
    """Record which documents a receipt or payment pays off. Returns warnings: a document that had less open.

    Raises :class:`PaidTooMuch` for more than is paid, :class:`UnknownDocument`, :class:`NotPosted`, and :class:`BadValue` for
    a document of another partner.
    """
    warnings: list[str] = []
    if not draft.settles:
        return warnings
    settled = sum((s.amount for s in draft.settles), ZERO)
    if settled > money.total:
        raise errors.PaidTooMuch(amount=str(settled), due=str(money.total))
    for one in draft.settles:
        target = session.execute(
            select(Document.number, Document.ref, Document.status, Document.partner_id).where(Document.id == one.document_id)
        ).first()
        if target is None:
            raise errors.UnknownDocument(what=_("document"), key=str(one.document_id))
        if target.status != "posted":
            named = target.number or target.ref or _("The draft")
            raise errors.NotPosted(document=named, status=_(STATUSES[target.status]))
        if target.partner_id != draft.partner_id:
            hint = _("It belongs to another partner; only this partner's documents can be paid off here.")
            raise errors.BadValue(field=_("document"), value=target.number, hint=hint)
        amount = parse_decimal(one.amount, field=_("Amount settled"), places=2, low=Decimal("0.01"), high=TOTAL_LIMIT)
        left = head_row(session, one.document_id).unpaid
        if 0 <= left < amount:
            text = _("{document} had {left} open: {more} of the {amount} settled on it stay as an advance.")
            facts = {"left": f"¥{left:,.2f}", "more": f"¥{amount - left:,.2f}", "amount": f"¥{amount:,.2f}"}
            warnings.append(text.format(document=target.number, **facts))
        session.execute(insert(Settlement).values(document_id=document_id, target_id=one.document_id, amount=amount))
    return warnings
