"""Money accounts: what came in and went out, with the balance after each, and what the shop earned by month."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from jxc_desktop.db.models import Account, AccountBalance, DayTotal, Document, DocumentLine, MoneyRow, StockRow
from jxc_desktop.db.types import raw
from jxc_desktop.domain.documents import KINDS
from jxc_desktop.domain.money import yuan
from jxc_desktop.queries.periods import Period, months
from jxc_desktop.queries.scope import ALL, Scope

FREIGHT = {kind.code: kind.partner for kind in KINDS if kind.bucket in ("sold", "returned")}
"""The kinds in which customers are charged freight (+1), or get it back (-1)."""


@dataclass(frozen=True, slots=True)
class MoneyLine:
    """One row of the money ledger; ``balance`` runs per account."""

    document_id: int
    account: str
    account_name: str
    date: str
    number: str
    kind: str
    partner_id: int | None
    part: int
    amount: Decimal
    balance: Decimal


@dataclass(frozen=True, slots=True)
class AccountLine:
    """An account and what is in it now."""

    account_id: int
    code: str
    name: str
    balance: Decimal


@dataclass(frozen=True, slots=True)
class ProfitLine:
    """A month. ``shrinkage``: what was lost (gains negative); ``cost_differences``: what supplier returns brought above cost."""

    key: str
    name: str
    revenue: Decimal
    cost_of_sales: Decimal
    gross_profit: Decimal
    cost_differences: Decimal
    shrinkage: Decimal
    expenses: Decimal
    other_income: Decimal
    net_profit: Decimal


def account_balances(session: Session) -> list[AccountLine]:
    """All active accounts in the shop's order."""
    rows = session.execute(
        select(Account.id, Account.code, Account.name, func.coalesce(raw(AccountBalance.balance), 0))
        .outerjoin(AccountBalance, AccountBalance.account_id == Account.id)
        .where(Account.active == 1)
        .order_by(Account.position, Account.id)
    )
    return [AccountLine(id, code, name, yuan(int(balance))) for id, code, name, balance in rows]


def money_ledger(session: Session, day_from: str | None, day_to: str, *, scope: Scope = ALL) -> list[MoneyLine]:
    """The money ledger of a period, account by account, oldest first (of one partner only: their part of it)."""
    balances: dict[int, int] = defaultdict(int)
    narrowed = [] if scope.partner_id is None else [Document.partner_id == scope.partner_id]
    if day_from is not None:
        before = select(MoneyRow.account_id, func.sum(raw(MoneyRow.amount))).join(Document, Document.id == MoneyRow.document_id)
        for account_id, amount in session.execute(before.where(MoneyRow.day < day_from, *narrowed).group_by(MoneyRow.account_id)):
            balances[account_id] = int(amount)
    rows = session.execute(
        select(
            MoneyRow.document_id, Account.code, Account.name, MoneyRow.moment, Document.number, Document.kind,
            Document.partner_id, MoneyRow.part, MoneyRow.account_id,
            raw(MoneyRow.amount),
        )
        .join(Account, Account.id == MoneyRow.account_id)
        .join(Document, Document.id == MoneyRow.document_id)
        .where(MoneyRow.day >= (day_from or ""), MoneyRow.day <= day_to, *narrowed)
        .order_by(Account.position, Account.id, MoneyRow.moment, MoneyRow.seq, MoneyRow.part)
    )  # fmt: skip
    found = []
    for row in rows:
        account_id, amount = row[-2:]
        balances[account_id] += amount
        values: list[Any] = [*row[:-2], yuan(amount), yuan(balances[account_id])]
        found.append(MoneyLine(*values))
    return found


def profit(session: Session, period: Period, *, scope: Scope = ALL) -> list[ProfitLine]:
    """Profit by month. Freight charged on sales is other income; goods returned to suppliers count with what they credit,
    cost adjustments with what they make the goods on hand worth more or less.

    Of some products only: from the ledger, and without freight, which belongs to whole documents.
    """
    sums: dict[str, list[int]] = defaultdict(lambda: [0] * 5)
    parts = _of_products(session, period, scope) if scope.narrows_products else _of_shop(session, period, scope)
    for day, place, figure in parts:
        sums[day[:7]][place] += figure
    found = []
    for month in months(period):
        key = month.first.isoformat()[:7]
        revenue, cost, shrinkage, differences, income = sums[key]
        net = revenue - cost + differences + shrinkage + income
        line = (revenue, cost, revenue - cost, differences, -shrinkage, 0, income, net)
        found.append(ProfitLine(key, key, *(yuan(figure) for figure in line)))
    return found


_REVENUE, _COST, _SHRINKAGE, _DIFFERENCE, _INCOME = range(5)


def _of_shop(session: Session, period: Period, scope: Scope) -> Iterator[tuple[str, int, int]]:
    """(day, which figure, fen) of the whole shop or a warehouse."""
    first, last = period.iso
    here = [] if scope.warehouse_id is None else [DayTotal.warehouse_id == scope.warehouse_id]
    days = select(DayTotal.day, raw(DayTotal.revenue), raw(DayTotal.cost), raw(DayTotal.shrinkage))
    for day, *figures in session.execute(days.where(DayTotal.day.between(first, last), *here)):
        yield from ((day, place, figure) for place, figure in enumerate(figures))
    for day, difference in _returned_to_suppliers(session, first, last, scope):
        yield day, _DIFFERENCE, difference
    for day, difference in _adjusted(session, first, last, scope):
        yield day, _DIFFERENCE, difference
    for day, freight in _freight(session, first, last, scope):
        yield day, _INCOME, freight


def _of_products(session: Session, period: Period, scope: Scope) -> Iterator[tuple[str, int, int]]:
    """(day, which figure, fen) of the products in ``scope``."""
    where = [StockRow.day.between(*period.iso), StockRow.void == 0, *scope.of_product(StockRow.product_id)]
    if scope.warehouse_id is not None:
        where.append(StockRow.warehouse_id == scope.warehouse_id)
    value, revenue = func.coalesce(func.sum(raw(StockRow.value)), 0), func.coalesce(func.sum(raw(StockRow.revenue)), 0)
    rows = select(StockRow.day, StockRow.bucket, value, revenue).where(*where).group_by(StockRow.day, StockRow.bucket)
    for day, bucket, worth, sold in session.execute(rows):
        if bucket in ("sold", "returned"):
            yield day, _REVENUE, int(sold)
            yield day, _COST, -int(worth)
        elif bucket == "shrinkage":
            yield day, _SHRINKAGE, int(worth)
    adjusted = select(StockRow.day, value).where(StockRow.cost == "adjust", *where).group_by(StockRow.day)
    for day, worth in session.execute(adjusted):
        yield day, _DIFFERENCE, int(worth)
    returned = (
        select(StockRow.day, StockRow.part, raw(StockRow.value), raw(DocumentLine.net))
        .join(DocumentLine, (DocumentLine.document_id == StockRow.document_id) & (DocumentLine.line == StockRow.line))
        .where(StockRow.cost == "return_out", *where)
    )
    for day, part, worth, net in session.execute(returned):
        yield day, _DIFFERENCE, (worth or 0) + ((net or 0) if part == 1 else 0)


def _returned_to_suppliers(session: Session, first: str, last: str, scope: Scope) -> list[tuple[str, int]]:
    """(day, credited less cost) of purchase returns."""
    here = [] if scope.warehouse_id is None else [Document.warehouse_id == scope.warehouse_id]
    heads = select(Document.id, Document.day, raw(Document.total)).where(
        Document.kind == "purchase_return", Document.status == "posted", Document.day.between(first, last), *here
    )
    found = [(id, day, int(total)) for id, day, total in session.execute(heads)]
    costs: dict[int, int] = {}
    ids = [id for id, _day, _total in found]
    for chunk in (ids[i : i + 500] for i in range(0, len(ids), 500)):
        values = select(StockRow.document_id, func.sum(raw(StockRow.value))).where(
            StockRow.document_id.in_(chunk), StockRow.void == 0
        )
        costs |= {id: int(value or 0) for id, value in session.execute(values.group_by(StockRow.document_id))}
    return [(day, total + costs.get(id, 0)) for id, day, total in found]


def _adjusted(session: Session, first: str, last: str, scope: Scope) -> list[tuple[str, int]]:
    """(day, what cost adjustments made the goods on hand worth more or less)."""
    here = [] if scope.warehouse_id is None else [Document.warehouse_id == scope.warehouse_id]
    rows = session.execute(
        select(Document.day, func.coalesce(func.sum(raw(StockRow.value)), 0))
        .join(StockRow, StockRow.document_id == Document.id)
        .where(Document.kind == "cost_adjustment", Document.status == "posted", Document.day.between(first, last), *here)
        .group_by(Document.day)
    )
    return [(day, int(value)) for day, value in rows]


def _freight(session: Session, first: str, last: str, scope: Scope) -> list[tuple[str, int]]:
    """(day, freight charged to customers less freight paid back)."""
    here = [] if scope.warehouse_id is None else [Document.warehouse_id == scope.warehouse_id]
    rows = session.execute(
        select(Document.day, Document.kind, func.sum(raw(Document.freight)))
        .where(
            Document.kind.in_(FREIGHT), Document.status == "posted", Document.day.between(first, last),
            raw(Document.freight) != 0, *here,
        )
        .group_by(Document.day, Document.kind)
    )  # fmt: skip
    return [(day, FREIGHT[kind] * int(freight)) for day, kind, freight in rows]
