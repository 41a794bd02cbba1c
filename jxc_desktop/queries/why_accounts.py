"""Derivations of money accounts: what came in and went out of one, and what was in it after each row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from jxc_desktop.db.models import Account, AccountBalance, Document, MoneyRow
from jxc_desktop.db.types import raw
from jxc_desktop.domain.why import Derivation, WhyKey
from jxc_desktop.i18n import _
from jxc_desktop.queries.scope import find_scope
from jxc_desktop.queries.why_parts import Change, day_words, of_whom, period_words, running, said


def account_balance(session: Session, key: WhyKey) -> Derivation:
    """What was in an account after a row of the money ledger (of one partner only: their part of it), or is in it now."""
    rows = _rows(session, key)
    last = next((place for place, row in enumerate(rows) if (row.document_id, row.part) == (key.document_id, key.part)), None)
    when, stored = day_words(None), None
    if last is not None:
        when = _("after {number}").format(number=rows[last].number)
    elif key.partner is None and key.last is None:
        wanted = select(AccountBalance.balance).join(Account, Account.id == AccountBalance.account_id)
        stored = session.execute(wanted.where(Account.code == key.account)).scalar()
    changes = _changes(rows if last is None else rows[: last + 1])
    subject, end = _said(session, key, when), _("Balance after this row") if last is not None else _("In the account")
    return running(
        key, subject, changes, _in_and_out(), end, stored=stored,
        opening=lambda day: key.about("account_balance", document_id=None, part=None, last=day),
    )  # fmt: skip


def account_change(session: Session, key: WhyKey) -> Derivation:
    """What one row moved, or all rows of a period."""
    rows = _rows(session, key)
    if key.document_id is not None:
        rows = [row for row in rows if row.document_id == key.document_id and key.part in (None, row.part)]
    days = period_words(key.first, key.last) if key.first is not None and key.last is not None else day_words(key.last)
    when = _("of {number}").format(number=rows[0].number) if key.document_id is not None and rows else days
    return running(key, _said(session, key, when), _changes(rows), _in_and_out(), _("In all"))


def _in_and_out() -> tuple[str, str]:
    return _("money in"), _("money out")


def _said(session: Session, key: WhyKey, when: str) -> str:
    name = session.execute(select(Account.name).where(Account.code == key.account)).scalar()
    return said(of_whom(key, name or _("all accounts")), when)


def _rows(session: Session, key: WhyKey) -> Sequence[Any]:
    """The rows of the money ledger in their order. Raises :class:`UnknownPartner`."""
    wanted = (
        select(
            MoneyRow.document_id, MoneyRow.part, MoneyRow.moment, Document.number, Document.kind,
            raw(MoneyRow.amount).label("amount"),
        )
        .join(Document, Document.id == MoneyRow.document_id)
        .join(Account, Account.id == MoneyRow.account_id)
        .order_by(MoneyRow.moment, MoneyRow.seq, MoneyRow.part)
    )  # fmt: skip
    if key.account is not None:
        wanted = wanted.where(Account.code == key.account)
    if key.partner is not None:
        wanted = wanted.where(Document.partner_id == find_scope(session, partner=key.partner).partner_id)
    if key.first is not None:
        wanted = wanted.where(MoneyRow.day >= key.first.isoformat())
    if key.last is not None:
        wanted = wanted.where(MoneyRow.day <= key.last.isoformat())
    return session.execute(wanted).all()


def _changes(rows: Sequence[Any]) -> list[Change]:
    return [Change(row.document_id, row.kind, row.number, row.moment, 0, int(row.amount)) for row in rows]
