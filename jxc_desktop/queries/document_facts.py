"""Documents with all that was entered, for the export: heads in posting order, their lines, payments and settlements."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from jxc_desktop.db.models import (
    VOID_PART,
    Account,
    Batch,
    Document,
    DocumentLine,
    LandedShare,
    MoneyRow,
    Partner,
    Product,
    ProductUnit,
    Settlement,
    StockRow,
    Warehouse,
    table,
)  # fmt: skip

AT_ONCE = 500
"""So many documents are read at once."""


@dataclass(frozen=True, slots=True)
class ProductName:
    code: str
    unit: str


@dataclass(frozen=True, slots=True)
class Codes:
    """Codes of the outside world by the ids of the book."""

    products: dict[int, ProductName]
    units: dict[int, str]
    partners: dict[int, str]
    warehouses: dict[int, str]
    accounts: dict[int, str]


@dataclass(frozen=True, slots=True)
class LineFacts:
    """A line as it was entered. ``batch``: the one it names, else the only one that its goods came from or went to.

    ``first_expiry``: the earliest of all batches of its goods.
    """

    line: int
    product_id: int
    unit: str
    factor_num: int
    factor_den: int
    quantity: Decimal
    base_quantity: Decimal
    price: Decimal | None
    discount: Decimal
    amount: Decimal | None
    batch: str | None
    produced: str | None
    expiry: str | None
    against: tuple[int, int] | None
    counted_at: str | None
    reason: str
    note: str
    first_expiry: str | None = None


Facts = tuple[Any, list[LineFacts], list[tuple[int, Decimal]], list[tuple[int, Decimal]], list[int]]
"""(head, lines, payments as (account, amount), settlements as (document, amount), receipts that a landed cost raises)."""


def codes_of(session: Session) -> Codes:
    """All codes, looked up once."""
    products = {i: ProductName(code, unit) for i, code, unit in session.execute(select(Product.id, Product.code, Product.unit))}
    return Codes(
        products,
        dict(session.execute(select(ProductUnit.id, ProductUnit.name)).all()),
        dict(session.execute(select(Partner.id, Partner.code)).all()),
        dict(session.execute(select(Warehouse.id, Warehouse.code)).all()),
        dict(session.execute(select(Account.id, Account.code)).all()),
    )


def numbers_of(session: Session) -> dict[int, str]:
    """The outside key of every document by its id: its ``ref``, else its number; drafts without a ``ref`` have none."""
    rows = session.execute(select(Document.id, Document.ref, Document.number))
    return {row.id: row.ref or row.number for row in rows if row.ref or row.number}


def all_facts(session: Session) -> Iterator[Facts]:
    """Every document that was ever posted, in posting order."""
    ids = list(session.scalars(select(Document.id).where(Document.seq.is_not(None)).order_by(Document.seq)))
    for start in range(0, len(ids), AT_ONCE):
        wanted = ids[start : start + AT_ONCE]
        heads = {row.id: row for row in session.execute(select(*table(Document).columns).where(Document.id.in_(wanted)))}
        lines, payments, settles = _lines(session, wanted), _payments(session, wanted), _settles(session, wanted)
        targets = _targets(session, wanted)
        for i in wanted:
            yield heads[i], lines[i], payments[i], settles[i], targets[i]


def drafts_of(session: Session) -> list[tuple[str | None, str]]:
    """(ref, draft as JSON) of every draft."""
    rows = session.execute(select(Document.ref, Document.draft).where(Document.status == "draft").order_by(Document.id))
    return [(ref, text or "{}") for ref, text in rows if text]


def _lines(session: Session, ids: Sequence[int]) -> dict[int, list[LineFacts]]:
    found: dict[int, list[LineFacts]] = defaultdict(list)
    used = _batches_used(session, ids)
    wanted = (
        select(DocumentLine, Batch.number, Batch.produced, Batch.expiry)
        .outerjoin(Batch, Batch.id == DocumentLine.batch_id)
        .where(DocumentLine.document_id.in_(ids))
        .order_by(DocumentLine.document_id, DocumentLine.line)
    )
    for line, number, produced, expiry in session.execute(wanted):
        batches = used.get((line.document_id, line.line), [])
        if number is None and len(batches) == 1:
            number, produced, expiry = batches[0]
        first = min((end for _number, _made, end in batches if end is not None), default=None)
        against = (line.against_document_id, line.against_line or 1) if line.against_document_id is not None else None
        found[line.document_id].append(
            LineFacts(
                line.line, line.product_id, line.unit, line.factor_num, line.factor_den, line.quantity, line.base_quantity,
                line.price, line.discount, line.amount, number, produced, expiry, against, line.counted_at, line.reason,
                line.note, first,
            )
        )  # fmt: skip
    session.expunge_all()
    return found


def _batches_used(session: Session, ids: Sequence[int]) -> dict[tuple[int, int], list[tuple[str, str | None, str | None]]]:
    """The batches of each line's goods: number, production date, expiry."""
    rows = session.execute(
        select(StockRow.document_id, StockRow.line, Batch.number, Batch.produced, Batch.expiry)
        .join(Batch, Batch.id == StockRow.batch_id)
        .where(StockRow.document_id.in_(ids), StockRow.part < VOID_PART)
        .distinct()
    )
    found: dict[tuple[int, int], list[tuple[str, str | None, str | None]]] = defaultdict(list)
    for document, line, number, produced, expiry in rows:
        found[(document, line)].append((number, produced, expiry))
    return found


def _payments(session: Session, ids: Sequence[int]) -> dict[int, list[tuple[int, Decimal]]]:
    found: dict[int, list[tuple[int, Decimal]]] = defaultdict(list)
    wanted = select(MoneyRow.document_id, MoneyRow.account_id, MoneyRow.amount).where(
        MoneyRow.document_id.in_(ids), MoneyRow.part < VOID_PART
    )
    for document, account, amount in session.execute(wanted.order_by(MoneyRow.document_id, MoneyRow.part)):
        found[document].append((account, amount))
    return found


def _settles(session: Session, ids: Sequence[int]) -> dict[int, list[tuple[int, Decimal]]]:
    found: dict[int, list[tuple[int, Decimal]]] = defaultdict(list)
    wanted = select(Settlement.document_id, Settlement.target_id, Settlement.amount).where(Settlement.document_id.in_(ids))
    for document, target, amount in session.execute(wanted.order_by(Settlement.document_id, Settlement.target_id)):
        found[document].append((target, amount))
    return found


def _targets(session: Session, ids: Sequence[int]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    wanted = select(LandedShare.document_id, LandedShare.target_id).where(LandedShare.document_id.in_(ids)).distinct()
    for document, target in session.execute(wanted.order_by(LandedShare.document_id, LandedShare.target_id)):
        found[document].append(target)
    return found
