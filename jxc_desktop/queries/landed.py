"""Receipts that a landed cost may raise, and what was put onto them so far."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, aliased

from jxc_desktop.db.models import Document, LandedShare, Partner, Product
from jxc_desktop.db.types import raw
from jxc_desktop.domain.documents import DELIVERIES
from jxc_desktop.domain.money import yuan


@dataclass(frozen=True, slots=True)
class Receipt:
    """A posted receipt. ``goods`` what its lines come to, ``landed`` what landed costs put onto it so far."""

    id: int
    number: str
    day: str
    partner: str
    pieces: Decimal
    goods: Decimal
    landed: Decimal


@dataclass(frozen=True, slots=True)
class Raised:
    """A document that a landed cost raises (or that raised this receipt): number, day, fen shared, as money."""

    id: int
    number: str
    day: str
    amount: Decimal


def receipts(session: Session, *, text: str = "", since: str = "", keep: tuple[int, ...] = (), limit: int = 200) -> list[Receipt]:
    """Posted receipts from ``since`` on whose number or supplier has ``text`` in it, newest first; those in ``keep`` always."""
    cost = aliased(Document)
    put_on = (
        select(LandedShare.target_id, func.sum(raw(LandedShare.amount)).label("landed"))
        .join(cost, cost.id == LandedShare.document_id)
        .where(cost.status == "posted")
        .group_by(LandedShare.target_id)
        .subquery()
    )
    fits = [Document.day >= since]
    if text:
        fits.append(or_(Document.number.contains(text, autoescape=True), Partner.search.contains(text.lower(), autoescape=True)))
    amount = raw(Document.goods) - raw(Document.discount_amount) - raw(Document.rounding)
    rows = session.execute(
        select(
            Document.id, Document.number, Document.day, func.coalesce(Partner.name, ""), Document.pieces, amount,
            func.coalesce(put_on.c.landed, 0),
        )
        .outerjoin(Partner, Partner.id == Document.partner_id)
        .outerjoin(put_on, put_on.c.target_id == Document.id)
        .where(Document.kind.in_(DELIVERIES["supplier"]), Document.status == "posted")
        .where(or_(Document.id.in_(keep), *[fits[0] if len(fits) == 1 else fits[0] & fits[1]]))
        .order_by(Document.moment.desc(), Document.id.desc())
        .limit(limit)
    )  # fmt: skip
    return [
        Receipt(i, number or "", day, partner, pieces, yuan(int(goods)), yuan(int(landed)))
        for i, number, day, partner, pieces, goods, landed in rows
    ]


def raised_by(session: Session, document_id: int) -> list[Raised]:
    """The receipts that a landed cost raises, with their shares."""
    rows = session.execute(
        select(Document.id, Document.number, Document.day, func.sum(raw(LandedShare.amount)))
        .join(LandedShare, LandedShare.target_id == Document.id)
        .where(LandedShare.document_id == document_id, Document.status == "posted")
        .group_by(Document.id, Document.number, Document.day)
        .order_by(Document.day, Document.id)
    )
    return [Raised(i, number or "", day, yuan(int(fen))) for i, number, day, fen in rows]


def names_of(session: Session, products: list[int]) -> dict[int, tuple[str, str]]:
    """(code, name) by product."""
    rows = session.execute(select(Product.id, Product.code, Product.name).where(Product.id.in_(products)))
    return {i: (code, name) for i, code, name in rows}
