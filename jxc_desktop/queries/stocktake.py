"""Stocktakes: the list of them, and what the form of a new one offers."""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, and_, case, func, select
from sqlalchemy.orm import Session

from jxc_desktop.db.models import CountApproval, CountEntry, Document, Product, StockRow, User, Warehouse
from jxc_desktop.db.types import raw
from jxc_desktop.domain.counting import NO_TOLERANCE, Tolerance
from jxc_desktop.domain.money import yuan
from jxc_desktop.domain.stocktake import parse_plan
from jxc_desktop.queries.settings import Named, categories, shop_settings, warehouses
from jxc_desktop.queries.stocktake_history import Accuracy, accuracy_of

RECENT = 60
"""So many posted stocktakes are listed with their accuracy; the report has all."""


@dataclass(frozen=True, slots=True)
class StocktakeRow:
    """A stocktake in the list. ``gain`` and ``loss`` are values at cost (>= 0, <= 0); None while it is a draft or once voided.

    ``status``: as of a document, and ``waiting`` for one that waits for approval.
    """

    id: int
    number: str
    status: str
    moment: str
    warehouse: str
    scope: str
    lines: int
    different: int | None
    gain: Decimal | None
    loss: Decimal | None
    user: str
    accuracy: Accuracy | None = None

    @property
    def by_lines(self) -> Decimal | None:
        return self.accuracy.by_lines if self.accuracy else None

    @property
    def by_value(self) -> Decimal | None:
        return self.accuracy.by_value if self.accuracy else None

    @property
    def net(self) -> Decimal | None:
        return None if self.gain is None or self.loss is None else self.gain + self.loss


@dataclass(frozen=True, slots=True)
class Choices:
    """Where and what can be counted; ``shelves`` are those that goods stand on, ``tolerance`` is the shop's."""

    warehouses: tuple[Named, ...]
    categories: tuple[str, ...]
    shelves: tuple[str, ...]
    tolerance: Tolerance = NO_TOLERANCE


def stocktakes(session: Session) -> list[StocktakeRow]:
    """All stocktakes: those still counted first, then the newest first."""
    found: list[StocktakeRow] = []
    recent = RECENT
    for head, warehouse, user, different, gain, loss, products, asked in session.execute(_heads()):
        posted, draft = head.status == "posted", head.status == "draft"
        accuracy = None
        if posted and recent:
            recent -= 1
            accuracy = accuracy_of(session, head.id)
        scope, lines = head.note or head.reason, head.line_count
        if draft and head.draft:
            kept = json.loads(head.draft)
            scope = parse_plan(kept["reason"]).words
            lines = products or sum(line["counted"] is not None for line in kept["lines"])
        found.append(
            StocktakeRow(
                head.id,
                head.number or "",
                "waiting" if draft and asked else head.status,
                head.moment,
                warehouse or "",
                scope,
                lines,
                int(different or 0) if posted else None,
                yuan(int(gain or 0)) if posted else None,
                yuan(int(loss or 0)) if posted else None,
                user or "",
                accuracy,
            )
        )
    return found


def _heads() -> Select[Any]:
    """Each stocktake with its place, who did it, what it found (fen), what was counted so far, whether it waits for a yes."""
    sums = (
        select(
            StockRow.document_id.label("id"),
            func.count(case((raw(StockRow.quantity) != 0, 1))).label("different"),
            func.sum(case((raw(StockRow.value) > 0, raw(StockRow.value)), else_=0)).label("gain"),
            func.sum(case((raw(StockRow.value) < 0, raw(StockRow.value)), else_=0)).label("loss"),
        )
        .join(Document, Document.id == StockRow.document_id)
        .where(Document.kind == "stocktake", StockRow.void == 0)
        .group_by(StockRow.document_id)
        .subquery()
    )
    counted = (
        select(CountEntry.document_id.label("id"), func.count(CountEntry.product_id.distinct()).label("products"))
        .join(Document, Document.id == CountEntry.document_id)
        .where(Document.status == "draft", CountEntry.undone == 0, CountEntry.mode != "reason")
        .group_by(CountEntry.document_id)
        .subquery()
    )
    return (
        select(
            Document,
            Warehouse.name,
            User.name,
            sums.c.different,
            sums.c.gain,
            sums.c.loss,
            func.coalesce(counted.c.products, 0),
            CountApproval.asked_at,
        )
        .outerjoin(Warehouse, Warehouse.id == Document.warehouse_id)
        .outerjoin(User, User.id == func.coalesce(Document.posted_by, Document.created_by))
        .outerjoin(sums, sums.c.id == Document.id)
        .outerjoin(counted, counted.c.id == Document.id)
        .outerjoin(CountApproval, and_(CountApproval.document_id == Document.id, CountApproval.approved_at.is_(None)))
        .where(Document.kind == "stocktake")
        .order_by(Document.status != "draft", Document.moment.desc(), Document.id.desc())
    )


def choices(session: Session) -> Choices:
    """What the form of a new stocktake offers."""
    used = select(Product.shelf).where(Product.shelf != "", Product.active == 1).distinct().order_by(Product.shelf)
    settings = shop_settings(session)
    return Choices(
        tuple(warehouses(session)),
        tuple(c.code for c in categories(session)),
        tuple(session.scalars(used)),
        Tolerance(settings.count_percent, settings.count_value),
    )


def warehouse_name(session: Session, warehouse_id: int | None) -> str:
    """The name of a warehouse, "" for none."""
    return session.execute(select(Warehouse.name).where(Warehouse.id == warehouse_id)).scalar() or ""


def warehouse_code(session: Session, warehouse_id: int) -> str:
    """The code of a warehouse, "" for none."""
    return session.execute(select(Warehouse.code).where(Warehouse.id == warehouse_id)).scalar() or ""
