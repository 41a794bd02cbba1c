"""Landed cost: freight and the like that raise the value of earlier receipts, as if it had always been there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from jxc_desktop.db.models import Document, LandedShare, Product, StockRow, table
from jxc_desktop.domain import errors
from jxc_desktop.domain.documents import DELIVERIES, SPREADS, STATUSES, ZERO, Draft, kind_of
from jxc_desktop.domain.money import TOTAL_LIMIT, allocate, parse_decimal
from jxc_desktop.domain.settings import ShopSettings
from jxc_desktop.i18n import _
from jxc_desktop.queries.costing import TRANSFER_PART

RAISED = DELIVERIES["supplier"]
"""Kinds whose goods a landed cost may raise."""


def landed_total(draft: Draft) -> Decimal:
    """What the landed cost of ``draft`` comes to. Raises :class:`Missing` without an amount above zero."""
    if not draft.amount:
        raise errors.Missing(field=_("Amount"))
    return parse_decimal(draft.amount, field=_("Amount"), places=2, low=Decimal("0.01"), high=TOTAL_LIMIT)


def landed_shares(session: Session, draft: Draft, settings: ShopSettings) -> list[dict[str, Any]]:
    """Each received row's share of the amount, largest remainder (a tie goes to the first in the ledger, whichever receipt was
    entered first), without the document that is to be posted.

    Raises :class:`Missing` without receipts or where a weight is not known, :class:`NotPosted`, :class:`PeriodClosed` for
    a receipt that is locked, :class:`NothingToShare` where the receipts are worth nothing.
    """
    if not draft.targets:
        raise errors.Missing(field=_("The receipts that the cost belongs to"))
    if draft.spread not in SPREADS:
        raise errors.BadValue(field="by", value=draft.spread, hint=" / ".join(SPREADS))
    numbers = [_receipt(session, target, settings) for target in dict.fromkeys(draft.targets)]
    rows = session.execute(
        select(
            StockRow.document_id, StockRow.line, StockRow.part, StockRow.product_id, StockRow.quantity, StockRow.given,
            Product.name, Product.weight,
        )
        .join(Product, Product.id == StockRow.product_id)
        .where(StockRow.document_id.in_(draft.targets), StockRow.void == 0, StockRow.part < TRANSFER_PART)
        .order_by(StockRow.moment, StockRow.seq, StockRow.line, StockRow.part)
    ).all()  # fmt: skip
    total = landed_total(draft)
    if draft.shares:
        shares = _said(draft, total, [(row.document_id, row.line) for row in rows])
    else:
        weights = [_weight(row, draft.spread) for row in rows]
        if not any(weights):
            raise errors.NothingToShare(amount=f"{total:.2f}", by=_(SPREADS[draft.spread]), receipts=", ".join(numbers))
        shares = allocate(total, weights)
    keys = ("target_id", "target_line", "target_part", "product_id")
    return [dict(zip(keys, row[:4], strict=True)) | {"amount": share} for row, share in zip(rows, shares, strict=True) if share]


def _said(draft: Draft, total: Decimal, lines: list[tuple[int, int]]) -> list[Decimal]:
    """The shares that the document itself says, as an export does. Raises :class:`BadValue` where they do not add up."""
    said = {(share.document_id, share.line): share.amount for share in draft.shares}
    if sum(said.values(), ZERO) != total or len(said) != len(draft.shares) or not said.keys() <= set(lines):
        told = ", ".join(f"{share.line}: {share.amount:.2f}" for share in draft.shares)
        hint = _("The shares must be of lines of the receipts and add up to {amount}.").format(amount=f"{total:.2f}")
        raise errors.BadValue(field="shares", value=told[:80], hint=hint)
    return [said.get(line, ZERO) for line in lines]


def _receipt(session: Session, target: int, settings: ShopSettings) -> str:
    """The number of a receipt that may be raised."""
    head = session.execute(
        select(Document.kind, Document.status, Document.number, Document.ref, Document.day).where(Document.id == target)
    ).first()
    if head is None:
        raise errors.UnknownDocument(what=_("document"), key=str(target))
    named = head.number or head.ref or _("The draft")
    if head.kind not in RAISED:
        hint = _("It is of another kind: {kind}. Cost is spread over goods that were bought.").format(
            kind=kind_of(head.kind).name
        )
        raise errors.BadValue(field=kind_of("purchase_receipt").name, value=named, hint=hint)
    if head.status != "posted":
        raise errors.NotPosted(document=named, status=_(STATUSES[head.status]))
    if settings.lock_until and head.day <= settings.lock_until:
        raise errors.PeriodClosed(date=head.day, locked=settings.lock_until)
    return str(head.number)


def _weight(row: Any, spread: str) -> Decimal:
    if spread == "value":
        return row.given or ZERO
    if spread == "quantity":
        return Decimal(row.quantity)
    if row.weight is None:
        raise errors.Missing(field=_("The weight of {product}").format(product=row.name))
    return Decimal(row.quantity * row.weight)


def write_shares(session: Session, document_id: int, shares: Sequence[dict[str, Any]]) -> None:
    """Record ``shares`` under the landed cost ``document_id``."""
    session.connection().execute(insert(table(LandedShare)), [share | {"document_id": document_id} for share in shares])


def first_raised(session: Session, receipts: Iterable[int]) -> tuple[str, int]:
    """The place in the ledger from which the cost of goods may change when ``receipts`` are raised."""
    first = session.execute(select(func.min(StockRow.moment)).where(StockRow.document_id.in_(list(receipts)))).scalar_one()
    return first or "", 0


def raised_products(session: Session, document_id: int) -> list[tuple[int, int]]:
    """(product, receipt) that a landed cost raises."""
    rows = session.execute(
        select(LandedShare.product_id, LandedShare.target_id).where(LandedShare.document_id == document_id).distinct()
    )
    return [(product, target) for product, target in rows]
