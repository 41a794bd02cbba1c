"""Voiding: the opposite rows at the original's own place, so that every figure is as if it had never been posted."""

from __future__ import annotations

from typing import Any

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.orm import Session

from jxc_desktop.db.models import (
    VOID_PART,
    Document,
    DocumentLine,
    LandedShare,
    MoneyRow,
    PartnerRow,
    Product,
    Settlement,
    StockRow,
    table,
)
from jxc_desktop.db.types import raw, raw_insert
from jxc_desktop.domain import errors
from jxc_desktop.domain.acts import Act
from jxc_desktop.domain.changes import Changes
from jxc_desktop.domain.costing import Cost
from jxc_desktop.domain.documents import STATUSES, kind_of
from jxc_desktop.domain.money import fen, milli
from jxc_desktop.domain.settings import ShopSettings
from jxc_desktop.i18n import _
from jxc_desktop.queries.locking import restated_behind_lock
from jxc_desktop.queries.settings import shop_settings
from jxc_desktop.services import costs
from jxc_desktop.services.audit import record
from jxc_desktop.services.availability import check_available
from jxc_desktop.services.landed import first_raised, raised_products
from jxc_desktop.services.moves import Move
from jxc_desktop.services.on_hand import balances
from jxc_desktop.services.open_lines import note_open
from jxc_desktop.services.payments import enter_money, enter_partner
from jxc_desktop.services.posting import Posted, next_seq
from jxc_desktop.services.tally import Tally

_ROWS = raw_insert(table(StockRow))
_T = table(StockRow)
_MARK = (
    update(_T).where(_T.c.document_id == bindparam("d"), _T.c.line == bindparam("l"), _T.c.part == bindparam("p")).values(void=1)
)


def void_document(session: Session, document_id: int, act: Act, *, reason: str) -> Posted:
    """Undo a posted document at its own place in time; both stay visible. A voided one answers ``existing``.

    Raises :class:`NotPosted`, :class:`PeriodClosed`, :class:`HasDependents` (returns, landed costs, settlements and
    fulfilments that live), :class:`NotEnoughStock` where later stock would fall below what is allowed, :class:`Missing`
    without a reason, :class:`UnknownDocument`.
    """
    document = session.get(Document, document_id)
    if document is None:
        raise errors.UnknownDocument(what=_("document"), key=str(document_id))
    if document.status == "voided":
        return Posted(document_id, document.number or "", "voided", existing=True)
    if document.status == "draft":
        raise errors.NotPosted(document=document.ref or _("The draft"), status=_(STATUSES["draft"]))
    if not reason.strip():
        raise errors.Missing(field=_("The reason"))
    settings = shop_settings(session)
    if settings.lock_until and document.day <= settings.lock_until:
        raise errors.PeriodClosed(date=document.day, locked=settings.lock_until)
    _refuse_dependents(session, document)
    kind = kind_of(document.kind)
    seq = next_seq(session)
    raised = raised_products(session, document_id) if kind.raises_receipts else []
    _refuse_locked(session, {target for _product, target in raised}, settings)
    restated, warnings = _void_stock(session, document, settings, seq, sale_kind=kind.bucket == "sold")
    _void_money(session, document)
    document.status, document.voided_at, document.voided_by, document.void_reason = (
        "voided",
        act.moment,
        act.user_id,
        reason.strip(),
    )
    session.flush()
    delivered = select(DocumentLine.order_document_id).where(DocumentLine.document_id == document_id)
    note_open(session, {document_id, *session.scalars(delivered.where(DocumentLine.order_document_id.is_not(None)))})
    if raised:  # its shares count no more from here on
        products, receipts = {product for product, _target in raised}, frozenset(target for _product, target in raised)
        since = first_raised(session, receipts)
        restated = costs.replay_products(session, products, settings, seq=seq, cause_id=document_id, raised=receipts, since=since)
    record(session, act, "document.void", document.number or "", kind=document.kind, reason=reason.strip(), seq=seq)
    if restated:
        warnings += restated_behind_lock(session, seq)
    changes = Changes.DOCUMENTS | Changes.STOCK | Changes.PARTNERS | Changes.MONEY
    return Posted(document_id, document.number or "", "voided", restated, tuple(warnings), changes=changes)


def _refuse_locked(session: Session, receipts: set[int], settings: ShopSettings) -> None:
    """A landed cost cannot go when it would change receipts of a locked period."""
    if not receipts or not settings.lock_until:
        return
    first = session.execute(select(func.min(Document.day)).where(Document.id.in_(receipts))).scalar_one()
    if first <= settings.lock_until:
        raise errors.PeriodClosed(date=first, locked=settings.lock_until)


def _refuse_dependents(session: Session, document: Document) -> None:
    living = Document.status.in_(("posted", "closed"))
    found = set(session.scalars(select(Document.number).where(Document.order_id == document.id, living)))
    returned = select(Document.number).join(DocumentLine, DocumentLine.document_id == Document.id)
    found |= set(session.scalars(returned.where(DocumentLine.against_document_id == document.id, living)))
    found |= set(session.scalars(returned.where(DocumentLine.order_document_id == document.id, living)))
    settled = select(Document.number).join(Settlement, Settlement.document_id == Document.id)
    found |= set(session.scalars(settled.where(Settlement.target_id == document.id, living)))
    landed = select(Document.number).join(LandedShare, LandedShare.document_id == Document.id)
    found |= set(session.scalars(landed.where(LandedShare.target_id == document.id, living)))
    if found:
        hanging = sorted(n for n in found if n)
        raise errors.HasDependents(number=document.number, dependents=", ".join(hanging), documents=hanging)


def _void_stock(
    session: Session, document: Document, settings: ShopSettings, seq: int, *, sale_kind: bool
) -> tuple[tuple[str, ...], list[str]]:
    """Write the opposite rows, take both out of the replay, and cost the products anew without them."""
    rows = list(
        session.scalars(select(StockRow).where(StockRow.document_id == document.id).order_by(StockRow.line, StockRow.part))
    )
    if not rows:
        return (), []
    products = {p.id: p for p in session.scalars(select(Product).where(Product.id.in_({r.product_id for r in rows})))}
    present = balances(session, products)
    moves = [_opposite(row, products[row.product_id]) for row in rows]
    warnings = check_available(session, moves, document.seq or 0, settings, present, without=document.id)
    opposite = [_opposite_row(row) for row in rows]
    connection = session.connection()
    connection.execute(_ROWS, opposite)
    connection.execute(_MARK, [{"d": r.document_id, "l": r.line, "p": r.part} for r in rows])
    tally = Tally()
    for row, new in zip(rows, opposite, strict=True):
        tally.row(
            row.product_id,
            row.warehouse_id,
            row.batch_id or 0,
            row.day,
            row.moment,
            row.bucket,
            new["quantity"],
            new["value"] or 0,
            new["revenue"] or 0,
        )
    if sale_kind:
        tally.sale(document.day, rows[0].warehouse_id, -1)
    tally.write(session)
    since = min((row.moment, row.seq) for row in rows)
    return costs.replay_products(session, products, settings, seq=seq, cause_id=document.id, since=since), warnings


def _opposite_row(row: StockRow) -> dict[str, Any]:
    """The row that takes ``row`` back, ready to be inserted raw: thousandths and fen."""
    return {column.name: getattr(row, column.key) for column in _T.columns} | {
        "part": row.part + VOID_PART,
        "quantity": -milli(row.quantity),
        "value": None if row.value is None else -fen(row.value),
        "void": 1,
        "counted": None,
        "given": None,
        "given_price": None,
        "revenue": None if row.revenue is None else -fen(row.revenue),
        "original_document_id": row.document_id,
        "original_line": row.line,
        "original_part": row.part,
    }


def _opposite(row: StockRow, product: Any) -> Move:
    return Move(
        row.line,
        row.part,
        row.moment,
        row.day,
        product,
        row.warehouse_id,
        row.batch_id,
        Cost(row.cost),
        row.bucket,
        -milli(row.quantity),
    )


def _void_money(session: Session, document: Document) -> None:
    stamp = {"document_id": document.id, "moment": document.moment, "seq": document.seq, "day": document.day}
    for row in session.execute(
        select(PartnerRow.part, PartnerRow.partner_id, raw(PartnerRow.amount)).where(PartnerRow.document_id == document.id)
    ).all():
        enter_partner(session, row[1], [-row[2]], stamp, first_part=row[0] + VOID_PART)
    for row in session.execute(
        select(MoneyRow.part, MoneyRow.account_id, raw(MoneyRow.amount)).where(MoneyRow.document_id == document.id)
    ).all():
        enter_money(session, [(row[1], -row[2])], stamp, first_part=row[0] + VOID_PART)


def close_order(session: Session, document_id: int, act: Act, *, day: str | None = None) -> Posted:
    """Close what is still open of an order, by choice, on ``day`` (today). Raises :class:`NotAnOrder`."""
    document = session.get(Document, document_id)
    if document is None or not kind_of(document.kind).is_order or document.status not in ("posted", "closed"):
        raise errors.NotAnOrder(document=(document.number if document else None) or str(document_id))
    if document.status == "closed":
        return Posted(document_id, document.number or "", "closed", existing=True)
    document.status, document.closed_day = "closed", day or act.today.isoformat()
    session.flush()
    note_open(session, {document_id})
    record(session, act, "order.close", document.number or "")
    return Posted(document_id, document.number or "", "closed", changes=Changes.DOCUMENTS | Changes.STOCK)
