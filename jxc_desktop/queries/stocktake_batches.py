"""The batches of a product that a count may mean: what lies there, what was counted of it, what there was once."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from jxc_desktop.db.models import Batch, CountEntry, Product, StockBalance
from jxc_desktop.db.types import raw
from jxc_desktop.domain.money import pieces

OFFERED = 6
"""So many batches are offered besides those that lie there and those that were counted."""


@dataclass(frozen=True, slots=True)
class BatchOption:
    """A batch that may be meant: ``book`` is on hand in the warehouse, ``counted`` whether this count has it already."""

    number: str
    produced: str | None
    expiry: str | None
    book: Decimal
    counted: bool

    @property
    def likely(self) -> bool:
        return bool(self.book) or self.counted


@dataclass(frozen=True, slots=True)
class BatchQuestion:
    """Which batch of a product is counted? The first to expire come first. ``nameless``: it was counted without a batch."""

    product_id: int
    name: str
    unit: str
    shelf_life_days: int | None
    options: tuple[BatchOption, ...]
    nameless: bool = False

    @property
    def clear(self) -> str | None:
        """The only batch there can be; None where it must be asked."""
        possible = [option.number for option in self.options if option.likely] + [""] * self.nameless
        return possible[0] if len(possible) == 1 else None


def possible_batches(session: Session, document_id: int, warehouse_id: int, product_id: int) -> list[str]:
    """The batches that lie in a warehouse, the first to expire first, then others that were counted there ("" = no batch)."""
    lying = (
        select(Batch.number)
        .join(StockBalance, StockBalance.batch_id == Batch.id)
        .where(Batch.product_id == product_id, StockBalance.warehouse_id == warehouse_id, raw(StockBalance.quantity) != 0)
        .order_by(Batch.expiry.is_(None), Batch.expiry, Batch.id)
    )
    return list(dict.fromkeys([*session.scalars(lying), *_counted(session, document_id, product_id)]))


def _counted(session: Session, document_id: int, product_id: int) -> list[str]:
    living = (
        CountEntry.document_id == document_id,
        CountEntry.product_id == product_id,
        CountEntry.undone == 0,
        CountEntry.mode != "reason",
    )
    return list(session.scalars(select(CountEntry.batch).where(*living).group_by(CountEntry.batch).order_by(CountEntry.batch)))


def batch_question(session: Session, document_id: int, warehouse_id: int, product_id: int) -> BatchQuestion | None:
    """What to ask before a product is counted; None where it is not kept by batch."""
    product = session.execute(
        select(Product.name, Product.unit, Product.shelf_life_days, Product.batches).where(Product.id == product_id)
    ).one()
    if not product.batches:
        return None
    counted = set(_counted(session, document_id, product_id))
    here = and_(StockBalance.batch_id == Batch.id, StockBalance.warehouse_id == warehouse_id)
    rows = session.execute(
        select(Batch.number, Batch.produced, Batch.expiry, func.coalesce(raw(StockBalance.quantity), 0))
        .outerjoin(StockBalance, here)
        .where(Batch.product_id == product_id)
        .order_by(Batch.id.desc())
    )
    found = [
        BatchOption(number, produced, expiry, pieces(int(quantity)), number in counted)
        for number, produced, expiry, quantity in rows
    ]
    likely = sorted((o for o in found if o.likely), key=lambda o: (not o.book, o.expiry is None, o.expiry or ""))
    others = [o for o in found if not o.likely][:OFFERED]
    return BatchQuestion(product_id, product.name, product.unit, product.shelf_life_days, (*likely, *others), "" in counted)
