"""Posting: the only writer of the three ledgers. One transaction: number, rows, cached figures, audit - all or none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from jxc_desktop.db import fast
from jxc_desktop.db.models import Counter, Document, DocumentLine, Partner, ProductUnit, Serial, Warehouse, table
from jxc_desktop.db.types import raw_insert
from jxc_desktop.db.upsert import upsert
from jxc_desktop.domain import errors
from jxc_desktop.domain.acts import Act, business_day
from jxc_desktop.domain.changes import Changes
from jxc_desktop.domain.documents import AMOUNTS, DocumentKind, Draft, DraftLine, kind_of
from jxc_desktop.domain.money import fen, milli, myriadth
from jxc_desktop.domain.settings import ShopSettings
from jxc_desktop.domain.units import BASE, Factor
from jxc_desktop.i18n import _
from jxc_desktop.queries.locking import restated_behind_lock
from jxc_desktop.queries.settings import shop_settings
from jxc_desktop.services import costs
from jxc_desktop.services.audit import record
from jxc_desktop.services.availability import check_available
from jxc_desktop.services.expired import check_expired
from jxc_desktop.services.landed import first_raised, landed_shares, write_shares
from jxc_desktop.services.lines import Line
from jxc_desktop.services.moves import Move, moves_of
from jxc_desktop.services.on_hand import balances
from jxc_desktop.services.open_lines import note_open
from jxc_desktop.services.origins import after_originals
from jxc_desktop.services.payments import Money, money_of, needs_partner, settle, write_money
from jxc_desktop.services.prepare import Prepared, prepare
from jxc_desktop.services.promised import check_promised
from jxc_desktop.services.recipes import lines_of_recipe
from jxc_desktop.services.transit import Route, route_of
from jxc_desktop.services.walk_in import walk_in

_NEXT = update(Counter).where(Counter.name == "posting").values(value=Counter.value + 1).returning(Counter.value)
_LINES = raw_insert(table(DocumentLine))
_MONEY_COLUMNS = ("goods", "discount_amount", "freight", "rounding", "total", "paid")
_HEAD = raw_insert(table(Document), without=("id", "voided_at", "voided_by", "closed_day")).returning(Document.id)
_WAREHOUSE = (
    select(Warehouse.id)
    .where(Warehouse.active == 1, Warehouse.transit == 0)
    .order_by(Warehouse.position, Warehouse.id)
    .limit(fast.ONE)
)
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


@dataclass(frozen=True, slots=True)
class _Ready:
    """A document worked out and allowed: what is left to do is to number it and to write it down."""

    draft: Draft
    kind: DocumentKind
    settings: ShopSettings
    moment: str
    day: str
    partner: Any
    route: Route
    prepared: Prepared
    money: Money
    shares: list[dict[str, Any]]
    seq: int
    moves: list[Move]
    confirmed: list[dict[str, str]]

    @property
    def partner_id(self) -> int | None:
        return self.partner.id if self.partner else None


def post_document(session: Session, draft: Draft, act: Act, *, draft_id: int | None = None) -> Posted:
    """Number the draft, freeze it and record what it does to the three ledgers - or refuse, leaving no trace.

    ``draft_id`` is the saved draft that becomes the document; posting it a second time answers what is there with
    ``existing``. Raises any refusal of :mod:`jxc_desktop.domain.errors` that concerns documents.
    """
    there = _already(session, draft.ref, draft_id)
    if there is not None:
        return there
    ready = _work_out(session, draft, act)
    kind, money = ready.kind, ready.money
    number = _number(session, kind, ready.day, ready.settings)
    document_id = _write_head(session, _head(ready, number, act), act, draft_id)
    if ready.prepared.lines:
        fast.run_many(session.connection(), _LINES, [_line_row(document_id, line) for line in ready.prepared.lines])
    stamp = {"document_id": document_id, "moment": ready.moment, "seq": ready.seq, "day": ready.day}
    write_money(session, kind, ready.draft, money, ready.partner_id, stamp)
    ready.prepared.warnings += settle(session, ready.draft, document_id, money)
    ordered = {line.order_line[0] for line in ready.prepared.lines if line.order_line}
    note_open(session, {document_id, *ordered} if kind.is_order else ordered)
    restated = _cost(session, ready, document_id)
    more = {"expired": ready.confirmed} if ready.confirmed else {}
    record(session, act, "document.post", number, kind=kind.code, total=str(money.total), ref=draft.ref, **more)
    warnings = (*ready.prepared.warnings, *(restated_behind_lock(session, ready.seq) if restated else ()))
    return Posted(document_id, number, "posted", restated, warnings, changes=_changes(kind, restated))


def _check_amounts(draft: Draft) -> None:
    """Raises ``BadNumber`` for an amount that was typed and cannot be read: it may not count as nothing."""
    for name, said in draft.typed.items():
        raise errors.BadNumber(field=_(AMOUNTS[name]), value=said)


def _work_out(session: Session, draft: Draft, act: Act) -> _Ready:
    """Look up, price and check all of ``draft``, in the order in which a refusal helps most."""
    kind = kind_of(draft.kind)
    _check_amounts(draft)
    settings = shop_settings(session)
    moment = after_originals(session, kind, draft, draft.moment or act.moment, settings.closing_hour)
    day = business_day(moment, settings.closing_hour)
    _check_day(day, act, settings)
    connection = session.connection()
    partner = fast.first(connection, _PARTNER, {"id": draft.partner_id}) if draft.partner_id is not None else None
    route = route_of(session, kind, draft, draft.warehouse_id or fast.scalar(connection, _WAREHOUSE))
    shares = landed_shares(session, draft, settings) if kind.raises_receipts else []
    if kind.makes and not draft.lines and draft.made is not None and draft.made.product_id is not None:
        draft = replace(draft, lines=_recipe_lines(session, draft.made))
    prepared = prepare(session, kind, draft, price_level=partner.price_level if partner else "sale", moment=moment)
    for counted in {line.counted_at for line in prepared.lines if line.counted_at and line.counted_at != moment}:
        _check_day(business_day(counted, settings.closing_hour), act, settings)
    money = money_of(session, kind, draft, prepared.total)
    if partner is None and (needs_partner(kind, money) or kind.is_order):
        partner = walk_in(session, kind.side or "customer", act)
    seq = next_seq(session)
    present = balances(session, _products_of(prepared.lines)) if kind.cost else {}
    moves = moves_of(session, kind, prepared.lines, route, moment=moment, day=day, settings=settings, present=present)
    prepared.warnings += check_available(session, moves, seq, settings, present, moving_in=draft.moving_in)
    prepared.warnings += check_promised(session, prepared.lines, moves, present)
    said, confirmed = check_expired(session, kind, prepared.lines, moves, settings)
    prepared.warnings += said
    return _Ready(draft, kind, settings, moment, day, partner, route, prepared, money, shares, seq, moves, confirmed)


def _head(ready: _Ready, number: str, act: Act) -> dict[str, Any]:
    """The columns of the document itself."""
    draft, kind, route, prepared, money = ready.draft, ready.kind, ready.route, ready.prepared, ready.money
    return {
        "kind": kind.code,
        "status": "posted",
        "number": number,
        "ref": draft.ref,
        "seq": ready.seq,
        "moment": ready.moment,
        "utc_offset": act.utc_offset,
        "day": ready.day,
        "partner_id": ready.partner_id,
        "warehouse_id": route.warehouse if kind.has_lines else None,
        "to_warehouse_id": route.destination,
        "order_id": draft.order_id,
        "made_line": next((line.line for line in prepared.lines if line.made), None),
        "spread": draft.spread if ready.shares else "",
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
        "due_day": _due(ready.day, ready.partner),
        "reason": draft.reason,
        "note": draft.note,
        "external_number": draft.external_number,
        "draft": None,
        "posted_at": act.moment,
        "posted_by": act.user_id,
        "void_reason": "",
    }


def _cost(session: Session, ready: _Ready, document_id: int) -> tuple[str, ...]:
    """Write the stock rows with their cost, or raise the receipts; the numbers of the documents whose cost changed."""
    if ready.shares:
        write_shares(session, document_id, ready.shares)
        targets = ready.draft.targets
        return costs.replay_products(
            session,
            {share["product_id"] for share in ready.shares},
            ready.settings,
            seq=ready.seq,
            cause_id=document_id,
            raised=frozenset(targets),
            since=first_raised(session, targets),
        )
    return costs.enter(
        session,
        ready.moves,
        seq=ready.seq,
        document_id=document_id,
        settings=ready.settings,
        sale_kind=ready.kind.bucket == "sold",
        warehouse=ready.route.warehouse,
    )


def _products_of(lines: Sequence[Line]) -> set[int]:
    """The products that ``lines`` move: of a kit its parts."""
    return {line.product.id for line in lines} | {product.id for line in lines for product, _each in line.parts}


def _recipe_lines(session: Session, made: DraftLine) -> list[DraftLine]:
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
    counting = upsert(table(Serial), connection.dialect.name, add=("last",), answer="last")
    serial = fast.scalar(connection, counting, {"kind": kind.code, "day": day, "last": 1})
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


def next_seq(session: Session) -> int:
    """The next place in the order in which documents were posted and voided."""
    return int(fast.scalar(session.connection(), _NEXT))


def _changes(kind: DocumentKind, restated: Sequence[str]) -> Changes:
    changes = Changes.DOCUMENTS
    if kind.cost or kind.is_order or restated:
        changes |= Changes.STOCK
    if kind.partner:
        changes |= Changes.PARTNERS
    if kind.money:
        changes |= Changes.MONEY
    return changes
