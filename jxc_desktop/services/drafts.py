"""Drafts: saved as typed, moving nothing; copying a document into a new draft; changing one (void + copy)."""

from __future__ import annotations

import json
from dataclasses import asdict
from decimal import Decimal
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from jxc_desktop.db.models import VOID_PART, Batch, Document, DocumentLine, LandedShare, MoneyRow, ProductUnit, Settlement
from jxc_desktop.domain import errors
from jxc_desktop.domain.acts import Act, business_day
from jxc_desktop.domain.changes import Changes
from jxc_desktop.domain.documents import (
    STATUSES,
    ZERO,
    DocumentKind,
    Draft,
    DraftLine,
    Paid,
    Portion,
    Settles,
    Share,
    kind_of,
)
from jxc_desktop.domain.money import line_amount
from jxc_desktop.domain.units import BASE, Factor, price_in
from jxc_desktop.i18n import _
from jxc_desktop.queries.settings import shop_settings
from jxc_desktop.services.audit import record
from jxc_desktop.services.posting import Posted
from jxc_desktop.services.voiding import void_document


def save_draft(session: Session, draft: Draft, act: Act, *, draft_id: int | None = None) -> Posted:
    """Keep ``draft`` as it is, however incomplete. ``draft_id`` (or the draft under the same ``ref``) is replaced.

    A document that is posted already is left alone and answered with ``existing``.
    """
    kind = kind_of(draft.kind)
    if draft_id is None and draft.ref is not None:
        draft_id = session.execute(select(Document.id).where(Document.ref == draft.ref)).scalar()
    if draft_id is not None:
        there = session.execute(select(Document.status, Document.number).where(Document.id == draft_id)).first()
        if there is not None and there.status != "draft":
            return Posted(draft_id, there.number, there.status, existing=True)
    moment = draft.moment or act.moment
    total = _estimate(draft)
    values: dict[str, Any] = {
        "kind": kind.code,
        "status": "draft",
        "ref": draft.ref,
        "moment": moment,
        "utc_offset": act.utc_offset,
        "day": business_day(moment, shop_settings(session).closing_hour),
        "partner_id": draft.partner_id,
        "warehouse_id": draft.warehouse_id,
        "to_warehouse_id": draft.to_warehouse_id,
        "order_id": draft.order_id,
        "total": total,
        "goods": total,
        "line_count": len(draft.lines),
        "note": draft.note,
        "draft": dump(draft),
    }
    if draft_id is None:
        draft_id = session.execute(
            insert(Document).values(**values, created_at=act.moment, created_by=act.user_id).returning(Document.id)
        ).scalar_one()
    else:
        session.execute(update(Document).where(Document.id == draft_id).values(**values))
    return Posted(draft_id, "", "draft", changes=Changes.DOCUMENTS)


def load_draft(session: Session, draft_id: int) -> Draft:
    """A saved draft as it was typed. Raises :class:`UnknownDocument`, :class:`AlreadyPosted`."""
    row = session.execute(select(Document.status, Document.draft, Document.number).where(Document.id == draft_id)).first()
    if row is None:
        raise errors.UnknownDocument(what=_("document"), key=str(draft_id))
    if row.status != "draft":
        raise errors.AlreadyPosted(number=row.number)
    return parse(row.draft)


def delete_draft(session: Session, draft_id: int, act: Act) -> Changes:
    """Throw a draft away. Raises :class:`AlreadyPosted` for anything that is none."""
    load_draft(session, draft_id)
    session.execute(delete(Document).where(Document.id == draft_id))
    record(session, act, "draft.delete", str(draft_id))
    return Changes.DOCUMENTS


def copy_document(session: Session, document_id: int) -> Draft:
    """The document as a new draft of today: the same partner, lines and prices; no number, no payment, no links."""
    draft = as_draft(session, document_id)
    draft.moment, draft.paid, draft.ref, draft.order_id, draft.settles = None, None, None, None, []
    for line in draft.lines:
        line.order_line = None
        line.counted_at = None
    return draft


def change_document(session: Session, document_id: int, act: Act, *, reason: str) -> tuple[Posted, int]:
    """Change = void + copy, in one act: the voided document's answer, and the id of the new draft that stands in its place."""
    draft = as_draft(session, document_id)
    draft.ref = None
    voided = void_document(session, document_id, act, reason=reason)
    if voided.existing:
        raise errors.NotPosted(document=voided.number, status=_(STATUSES["voided"]))
    return voided, save_draft(session, draft, act).document_id


def as_draft(session: Session, document_id: int) -> Draft:
    """A posted document turned back into what was meant. Raises :class:`UnknownDocument`."""
    head = session.get(Document, document_id)
    if head is None:
        raise errors.UnknownDocument(what=_("document"), key=str(document_id))
    if head.status == "draft":
        return parse(head.draft or "{}")
    kind = kind_of(head.kind)
    rows = list(session.scalars(select(DocumentLine).where(DocumentLine.document_id == document_id).order_by(DocumentLine.line)))
    lines = _lines_as_meant(session, kind, rows)
    made = next((line for line, row in zip(lines, rows, strict=True) if row.line == head.made_line), None)
    targets = select(LandedShare.target_id).where(LandedShare.document_id == head.id).distinct()
    flows = select(MoneyRow.account_id, MoneyRow.amount).where(MoneyRow.document_id == head.id, MoneyRow.part < VOID_PART)
    paid = [Paid(account, abs(amount)) for account, amount in session.execute(flows)]
    settled = select(Settlement.target_id, Settlement.amount).where(Settlement.document_id == head.id)
    return Draft(
        head.kind,
        head.moment,
        head.partner_id,
        head.warehouse_id,
        head.to_warehouse_id,
        [line for line in lines if line is not made],
        head.discount_amount,
        head.freight,
        head.rounding,
        paid,
        head.order_id,
        settles=[Settles(target, amount) for target, amount in session.execute(settled)],
        expected=head.expected,
        reason=head.reason,
        note=head.note,
        external_number=head.external_number,
        account_id=paid[0].account_id if kind.opens_balance and paid else None,
        amount=head.total if kind.opens_balance or kind.raises_receipts else None,
        made=made,
        targets=sorted(session.scalars(targets)),
        spread=head.spread or "value",
        transit=bool(head.transit),
    )


def _lines_as_meant(session: Session, kind: DocumentKind, rows: list[DocumentLine]) -> list[DraftLine]:
    """The lines as they were typed; an amount only where it does not follow from quantity and price."""
    units = {
        (u.product_id, u.name, u.numerator, u.denominator): u.id
        for u in session.scalars(select(ProductUnit).where(ProductUnit.product_id.in_({r.product_id for r in rows})))
    }
    numbers = _batch_numbers(session, rows)
    lines = []
    for row in rows:
        line = DraftLine(
            product_id=row.product_id,
            quantity=None if kind.is_count or kind.sets_cost else row.quantity,
            unit_id=units.get((row.product_id, row.unit, row.factor_num, row.factor_den)),
            price=row.price,
            discount=row.discount,
            batch=numbers.get(row.batch_id or 0),
            against=(row.against_document_id, row.against_line or 1) if row.against_document_id else None,
            order_line=(row.order_document_id, row.order_line or 1) if row.order_document_id else None,
            counted=row.quantity if kind.is_count else None,
            counted_at=row.counted_at,
            reason=row.reason,
            note=row.note,
        )
        if row.price is None or row.amount != line_amount(row.quantity, row.price, row.discount):
            line.amount = row.amount
        if line.unit_id is None and (row.factor_num, row.factor_den) != (1, 1):
            _in_base_units(line, row)
        lines.append(line)
    return lines


def _in_base_units(line: DraftLine, of: DocumentLine) -> None:
    """Say a line in base units: its unit is gone, or holds another quantity now than it did then."""
    line.quantity = None if line.quantity is None else of.base_quantity
    line.counted = None if line.counted is None else of.base_quantity
    if of.price is not None:
        price, amount = price_in(of.base_quantity, BASE, of.price, Factor(of.factor_num, of.factor_den), of.discount)
        line.price, line.amount = price, of.amount if of.amount is not None else amount


def _batch_numbers(session: Session, rows: list[DocumentLine]) -> dict[int, str]:
    ids = {r.batch_id for r in rows if r.batch_id is not None}
    return dict(session.execute(select(Batch.id, Batch.number).where(Batch.id.in_(ids))).all()) if ids else {}


def _estimate(draft: Draft) -> Decimal:
    """What the draft comes to so far, for the list; lines that are not complete count nothing."""
    total = ZERO
    for line in draft.lines:
        if line.amount is not None:
            total += line.amount
        elif line.quantity is not None and line.price is not None:
            total += line_amount(line.quantity, line.price, line.discount)
    if kind_of(draft.kind).raises_receipts:
        return draft.amount or ZERO
    return max(total - draft.discount_amount - draft.rounding + draft.freight, ZERO)


def dump(draft: Draft) -> str:
    """A draft as JSON: decimals as strings, exact."""
    return json.dumps(asdict(draft), ensure_ascii=False, default=str)


def parse(text: str) -> Draft:
    """The draft that :func:`dump` wrote."""
    data = json.loads(text)
    lines = [_parse_line(line) for line in data.pop("lines")]
    paid = data.pop("paid")
    settles = [Settles(s["document_id"], Decimal(s["amount"])) for s in data.pop("settles")]
    for name in ("discount_amount", "freight", "rounding"):
        data[name] = Decimal(data[name])
    data["amount"] = _decimal(data["amount"])
    data["shares"] = [Share(s["document_id"], s["line"], Decimal(s["amount"])) for s in data.get("shares", ())]
    if data.get("made") is not None:  # drafts of before have neither
        data["made"] = _parse_line(data["made"])
    return Draft(
        **data,
        lines=lines,
        settles=settles,
        paid=None if paid is None else [Paid(p["account_id"], Decimal(p["amount"])) for p in paid],
    )


def _parse_line(data: dict[str, Any]) -> DraftLine:
    for name in ("quantity", "price", "amount", "counted"):
        data[name] = _decimal(data[name])
    data["discount"] = Decimal(data["discount"])
    data["portions"] = [Portion(p["product_id"], Decimal(p["quantity"]), p["batch"]) for p in data.get("portions", ())]
    for name in ("against", "order_line"):
        data[name] = tuple(data[name]) if data[name] else None
    return DraftLine(**data)


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
