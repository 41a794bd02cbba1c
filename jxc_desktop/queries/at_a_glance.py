"""Small answers that the window asks often: documents by a few typed letters, and the numbers of the sidebar."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from jxc_desktop.db.models import Account, Document, OpenLine, Partner, Product, StockBalance, StockRow, Warehouse
from jxc_desktop.db.types import raw


@dataclass(frozen=True, slots=True)
class DocumentHit:
    """A document in a list of choices. ``number`` is None of a draft; ``moment`` as it stands on the document."""

    id: int
    kind: str
    number: str | None
    ref: str | None
    status: str
    moment: str
    partner: str | None
    total: Decimal


def search_documents(session: Session, text: str, *, limit: int = 6) -> list[DocumentHit]:
    """The newest documents whose number, outside key or partner holds ``text``, literally. An empty text finds nothing."""
    said = text.strip().lower()
    if not said:
        return []
    columns = (Document.number, Document.ref, Document.external_number, Partner.search, Partner.name)
    rows = session.execute(
        select(
            Document.id,
            Document.kind,
            Document.number,
            Document.ref,
            Document.status,
            Document.moment,
            Partner.name,
            Document.total,
        )
        .outerjoin(Partner, Partner.id == Document.partner_id)
        .where(or_(*(func.lower(column).contains(said, autoescape=True) for column in columns)))
        .order_by(Document.moment.desc(), Document.id.desc())
        .limit(limit)
    )
    return [DocumentHit(*row) for row in rows]


def open_drafts(session: Session) -> dict[str, int]:
    """How many documents of each kind are begun and not posted."""
    rows = session.execute(select(Document.kind, func.count()).where(Document.seq.is_(None)).group_by(Document.kind))
    return {kind: int(count) for kind, count in rows}


def open_orders(session: Session) -> dict[str, int]:
    """How many orders of each kind still wait for goods to come or to go."""
    ids = select(OpenLine.document_id).distinct()
    waiting = select(Document.kind, func.count()).where(Document.id.in_(ids))
    return {kind: int(count) for kind, count in session.execute(waiting.group_by(Document.kind))}


def below_minimum(session: Session) -> int:
    """How many active products lie below their minimum, over all warehouses."""
    on_hand = (
        select(func.coalesce(func.sum(raw(StockBalance.quantity)), 0))
        .where(StockBalance.product_id == Product.id)
        .correlate(Product)
        .scalar_subquery()
    )
    statement = select(func.count()).where(
        Product.active == 1, Product.kit == 0, Product.minimum.is_not(None), on_hand < raw(Product.minimum)
    )
    return int(session.execute(statement).scalar_one())


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """A warehouse or money account on the settings page, in use or not."""

    id: int
    code: str
    name: str
    active: bool


def all_places(session: Session, model: type[Warehouse] | type[Account]) -> list[PlaceRow]:
    """Every one of them, those in use first, in the shop's order."""
    wanted = select(model.id, model.code, model.name, model.active)
    rows = session.execute(wanted.order_by(model.active.desc(), model.position, model.id))
    return [PlaceRow(id, code, name, bool(active)) for id, code, name, active in rows]


def all_warehouses(session: Session) -> list[PlaceRow]:
    """The warehouses, those in use first; the first of them is the one that documents mean when they name none."""
    return all_places(session, Warehouse)


def all_accounts(session: Session) -> list[PlaceRow]:
    """The money accounts, those in use first."""
    return all_places(session, Account)


def goods_moved(session: Session) -> bool:
    """Whether anything was ever posted to the stock ledger: some choices are fixed from then on."""
    return session.execute(select(StockRow.seq).limit(1)).first() is not None
