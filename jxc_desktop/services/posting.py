"""Posting: the only writer of the three ledgers. One transaction: number, rows, cached figures, audit - all or none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.orm import Session

from jxc_desktop.db import fast
from jxc_desktop.db.models import (
    Account,
    AccountBalance,
    Counter,
    Document,
    DocumentLine,
    MoneyRow,
    Partner,
    PartnerBalance,
    PartnerRow,
    ProductUnit,
    Serial,
    Settlement,
    Warehouse,
    table,
)
from jxc_desktop.db.types import raw_insert
from jxc_desktop.db.upsert import upsert
from jxc_desktop.domain import errors
from jxc_desktop.domain.acts import Act, business_day
from jxc_desktop.domain.changes import Changes
from jxc_desktop.domain.documents import ZERO, DocumentKind, Draft, DraftLine, Paid, kind_of
from jxc_desktop.domain.money import TOTAL_LIMIT, fen, milli, myriadth, parse_decimal
from jxc_desktop.domain.settings import ShopSettings
from jxc_desktop.domain.units import BASE, Factor
from jxc_desktop.i18n import _
from jxc_desktop.queries.settings import shop_settings
from jxc_desktop.services import costs
from jxc_desktop.services.audit import record
from jxc_desktop.services.expired import check_expired
from jxc_desktop.services.landed import first_raised, landed_shares, landed_total, write_shares
from jxc_desktop.services.moves import balances, check_available, moves_of
from jxc_desktop.services.prepare import Line, prepare
from jxc_desktop.services.recipes import lines_of_recipe
from jxc_desktop.services.transit import route_of
from jxc_desktop.services.walk_in import walk_in

_NEXT = update(Counter).where(Counter.name == "posting").values(value=Counter.value + 1).returning(Counter.value)
_SERIAL = select(Serial.last).where(Serial.kind == bindparam("kind"), Serial.day == bindparam("day"))
_LINES = raw_insert(table(DocumentLine))
_MONEY_COLUMNS = ("goods", "discount_amount", "freight", "rounding", "total", "paid")
_HEAD = raw_insert(table(Document), without=("id", "voided_at", "voided_by", "closed_day")).returning(Document.id)
_PARTNER_ROWS = raw_insert(table(PartnerRow))
_MONEY_ROWS = raw_insert(table(MoneyRow))
_WAREHOUSE = (
    select(Warehouse.id).where(Warehouse.active == 1, Warehouse.transit == 0).order_by(Warehouse.position, Warehouse.id).limit(1)
)
_CASH = select(Account.id).where(Account.active == 1).order_by(Account.code != "cash", Account.position, Account.id).limit(1)
_PARTNER = select(Partner.id, Partner.code, Partner.name, Partner.price_level, Partner.terms_days).where(
    Partner.id == bindparam("id")
)


@dataclass(frozen=True, slots=True)
class Posted:
    """The answer to a posting or a void. ``restated``: numbers of the documents whose cost this act changed."""

    document_id: int
    number: str
    status: str
    restated: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    existing: bool = False
    changes: Changes = Changes.NOTHING


@dataclass(slots=True)
class Money:
    """What is paid at once and what is owed, in signed-by-kind amounts that are all >= 0 here."""

    payments: list[Paid] = field(default_factory=list)
    paid: Decimal = ZERO
    total: Decimal = ZERO


def post_document(session: Session, draft: Draft, act: Act, *, draft_id: int | None = None) -> Posted:
    """Number the draft, freeze it and record what it does to the three ledgers - or refuse, leaving no trace.

    ``draft_id`` is the saved draft that becomes the document; posting it a second time answers what is there with
    ``existing``. Raises any refusal of :mod:`jxc_desktop.domain.errors` that concerns documents.
    """
    there = _already(session, draft.ref, draft_id)
    if there is not None:
        return there
    kind = kind_of(draft.kind)
    settings = shop_settings(session)
    moment = draft.moment or act.moment
    day = business_day(moment, settings.closing_hour)
    _check_day(day, act, settings)
    connection = session.connection()
    partner = fast.first(connection, _PARTNER, {"id": draft.partner_id}) if draft.partner_id is not None else None
    route = route_of(session, kind, draft, draft.warehouse_id or fast.scalar(connection, _WAREHOUSE))
    shares = landed_shares(session, draft, settings) if kind.code == "landed_cost" else []
    if kind.makes and not draft.lines and draft.made is not None and draft.made.product_id is not None:
        draft = replace(draft, lines=recipe_lines(session, draft.made))
    prepared = prepare(session, kind, draft, price_level=partner.price_level if partner else "sale", moment=moment)
    for counted in {line.counted_at for line in prepared.lines if line.counted_at and line.counted_at != moment}:
        _check_day(business_day(counted, settings.closing_hour), act, settings)
    money = _money(session, kind, draft, prepared.total)
    if partner is None and (_needs_partner(kind, money) or kind.is_order):
        partner = walk_in(session, kind.side or "customer", act)
    seq: int = fast.scalar(connection, _NEXT)
    present = balances(session, _products_of(prepared.lines)) if kind.cost else {}
    moves = moves_of(
        session,
        kind,
        prepared.lines,
        moment=moment,
        day=day,
        warehouse=route.warehouse,
        to_warehouse=route.arrives,
        settings=settings,
        present=present,
        sent=route.sent,
    )
    prepared.warnings += check_available(session, moves, seq, settings, present)
    said, confirmed = check_expired(session, kind, prepared.lines, moves, settings)
    prepared.warnings += said
    number = _number(session, kind, day, settings)
    head = {
        "kind": kind.code,
        "status": "posted",
        "number": number,
        "ref": draft.ref,
        "seq": seq,
        "moment": moment,
        "utc_offset": act.utc_offset,
        "day": day,
        "partner_id": partner.id if partner else None,
        "warehouse_id": route.warehouse if kind.has_lines else None,
        "to_warehouse_id": route.destination,
        "order_id": draft.order_id,
        "made_line": next((line.line for line in prepared.lines if line.made), None),
        "spread": draft.spread if shares else "",
        "transit": int(route.transit),
        "goods": prepared.goods,
        "discount_amount": draft.discount_amount,
        "freight": draft.freight,
        "rounding": draft.rounding,
        "total": money.total,
        "paid": money.paid,
        "pieces": prepared.pieces,
        "line_count": sum(not line.made for line in prepared.lines),
        "expected": draft.expected,
        "due_day": _due(day, partner),
        "reason": draft.reason,
        "note": draft.note,
        "external_number": draft.external_number,
        "draft": None,
        "posted_at": act.moment,
        "posted_by": act.user_id,
        "void_reason": "",
    }
    document_id = _write_head(session, head, act, draft_id)
    if prepared.lines:
        fast.run_many(connection, _LINES, [_line_row(document_id, line) for line in prepared.lines])
    stamp = {"document_id": document_id, "moment": moment, "seq": seq, "day": day}
    _write_money(session, kind, draft, money, partner.id if partner else None, stamp)
    _settle(session, kind, draft, document_id, money)
    if shares:
        write_shares(session, document_id, shares)
        raised = {share["product_id"] for share in shares}
        receipts, since = frozenset(draft.targets), first_raised(session, draft.targets)
        restated = costs.replay_products(session, raised, settings, seq=seq, cause_id=document_id, raised=receipts, since=since)
    else:
        restated = costs.enter(
            session,
            moves,
            seq=seq,
            document_id=document_id,
            settings=settings,
            sale_kind=kind.bucket == "sold",
            warehouse=route.warehouse,
        )
    more = {"expired": confirmed} if confirmed else {}
    record(session, act, "document.post", number, kind=kind.code, total=str(money.total), ref=draft.ref, **more)
    return Posted(document_id, number, "posted", restated, tuple(prepared.warnings), changes=_changes(kind, restated))


def _products_of(lines: Sequence[Line]) -> set[int]:
    """The products that ``lines`` move: of a kit its parts."""
    return {line.product.id for line in lines} | {product.id for line in lines for product, _each in line.parts}


def recipe_lines(session: Session, made: DraftLine) -> list[DraftLine]:
    """The parts of what is to be made, by its recipe. Raises :class:`Missing` without a quantity, :class:`NoRecipe`."""
    if made.quantity is None:
        raise errors.Missing(field=_("The quantity that is put together or taken apart"))
    assert made.product_id is not None
    unit = session.get(ProductUnit, made.unit_id) if made.unit_id is not None else None
    factor = Factor(unit.numerator, unit.denominator) if unit else BASE
    return lines_of_recipe(session, made.product_id, factor.to_base(made.quantity, field=_("Quantity")))


def _already(session: Session, ref: str | None, draft_id: int | None) -> Posted | None:
    """What stands under this ``ref`` or draft, unless it is a draft that may be posted."""
    if ref is None and draft_id is None:
        return None
    where = Document.id == draft_id if draft_id is not None else Document.ref == ref
    found = session.execute(select(Document.id, Document.number, Document.status).where(where)).first()
    if found is None or found.status == "draft":
        return None
    return Posted(found.id, found.number, found.status, existing=True)


def _check_day(day: str, act: Act, settings: ShopSettings) -> None:
    if day > act.today.isoformat():
        raise errors.DateInFuture(date=day, today=act.today.isoformat())
    if settings.lock_until and day <= settings.lock_until:
        raise errors.PeriodClosed(date=day, locked=settings.lock_until)


def _number(session: Session, kind: DocumentKind, day: str, settings: ShopSettings) -> str:
    """The next number of this kind and day: without gaps, because it is taken in the posting's own transaction."""
    connection = session.connection()
    serial = (fast.scalar(connection, _SERIAL, {"kind": kind.code, "day": day}) or 0) + 1
    fast.run(
        connection,
        upsert(table(Serial), connection.dialect.name, replace=("last",)),
        {"kind": kind.code, "day": day, "last": serial},
    )
    return settings.number_pattern.format(prefix=kind.prefix, day=day.replace("-", ""), serial=serial)


def _due(day: str, partner: Any) -> str | None:
    if partner is None or partner.terms_days is None:
        return None
    return (date.fromisoformat(day) + timedelta(days=int(partner.terms_days))).isoformat()


def _write_head(session: Session, head: dict[str, Any], act: Act, draft_id: int | None) -> int:
    if draft_id is None and head["ref"] is not None:
        draft_id = session.execute(select(Document.id).where(Document.ref == head["ref"])).scalar()
    if draft_id is not None:
        session.execute(update(Document).where(Document.id == draft_id).values(**head))
        return draft_id
    scaled = {name: fen(head[name]) for name in _MONEY_COLUMNS} | {"pieces": milli(head["pieces"])}
    return int(fast.scalar(session.connection(), _HEAD, head | scaled | {"created_at": act.moment, "created_by": act.user_id}))


def _line_row(document_id: int, line: Line) -> dict[str, Any]:
    against, order = line.against or (None, None), line.order_line or (None, None)
    return {
        "document_id": document_id,
        "line": line.line,
        "product_id": line.product.id,
        "product_code": line.product.code,
        "product_name": line.product.name,
        "unit": line.unit,
        "factor_num": line.factor.numerator,
        "factor_den": line.factor.denominator,
        "quantity": milli(line.quantity),
        "base_quantity": milli(line.base_quantity),
        "price": None if line.price is None else myriadth(line.price),
        "discount": int(line.discount.scaleb(6)),
        "tax_rate": None,
        "amount": None if line.amount is None else fen(line.amount),
        "net": None if line.net is None else fen(line.net),
        "batch_id": line.batch_id,
        "against_document_id": against[0],
        "against_line": against[1],
        "order_document_id": order[0],
        "order_line": order[1],
        "counted": None if line.counted is None else milli(line.counted),
        "counted_at": line.counted_at,
        "reason": line.draft.reason,
        "note": line.draft.note,
        "kit": int(bool(line.parts)),
    }


def _money(session: Session, kind: DocumentKind, draft: Draft, total: Decimal) -> Money:
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
    if kind.code == "opening_balance":
        return Money(total=_opening(draft))
    if kind.code == "landed_cost":
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


def _needs_partner(kind: DocumentKind, money: Money) -> bool:
    """Whether somebody must be named: something stays unpaid or is paid too much, or the document is about a partner."""
    if kind.is_retail and money.paid < money.total:
        raise errors.PartnerNeeded(unpaid=f"{money.total - money.paid:.2f}")
    if kind.code in ("receipt", "payment"):
        raise errors.Missing(field=_("Partner"))
    return kind.has_money and money.paid != money.total


def _write_money(
    session: Session, kind: DocumentKind, draft: Draft, money: Money, partner_id: int | None, stamp: dict[str, Any]
) -> None:
    """The partner's and the money ledger's rows, and their balances."""
    owed: list[int] = []
    if kind.code == "opening_balance":
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


def _settle(session: Session, kind: DocumentKind, draft: Draft, document_id: int, money: Money) -> None:
    """Record which documents a receipt or payment pays off."""
    if not draft.settles:
        return
    if sum((s.amount for s in draft.settles), ZERO) > money.total:
        raise errors.PaidTooMuch(amount=str(sum((s.amount for s in draft.settles), ZERO)), due=str(money.total))
    for one in draft.settles:
        target = session.execute(
            select(Document.number, Document.status, Document.partner_id).where(Document.id == one.document_id)
        ).first()
        if target is None or target.status != "posted" or target.partner_id != draft.partner_id:
            raise errors.NotPosted(document=target.number if target else str(one.document_id), status=_(kind.title))
        amount = parse_decimal(one.amount, field=_("Amount settled"), places=2, low=Decimal("0.01"), high=TOTAL_LIMIT)
        session.execute(insert(Settlement).values(document_id=document_id, target_id=one.document_id, amount=amount))


def _changes(kind: DocumentKind, restated: Sequence[str]) -> Changes:
    changes = Changes.DOCUMENTS
    if kind.cost or kind.is_order or restated:
        changes |= Changes.STOCK
    if kind.partner:
        changes |= Changes.PARTNERS
    if kind.money:
        changes |= Changes.MONEY
    return changes
