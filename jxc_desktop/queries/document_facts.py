"""Documents with all that was entered, for the export: heads in posting order, their lines, payments and settlements."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

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
    RecipeLine,
    Settlement,
    StockRow,
    Warehouse,
    table,
)  # fmt: skip
from jxc_desktop.domain.documents import Share
from jxc_desktop.domain.units import Factor
from jxc_desktop.queries.costing import TRANSFER_PART

AT_ONCE = 500
"""So many documents are read at once."""


class Part(NamedTuple):
    """So many base units of a product; what moved also by the number of its batch."""

    product_id: int
    quantity: Decimal
    batch: str | None = None


@dataclass(frozen=True, slots=True)
class ProductName:
    """What another book must know of a product before it can take its documents. ``kit``: the recipe of one, else none."""

    code: str
    unit: str
    batches: bool = False
    costing: str | None = None
    negative: str | None = None
    kit: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True)
class Codes:
    """Codes of the outside world by the ids of the book."""

    products: dict[int, ProductName]
    units: dict[int, Factor]
    partners: dict[int, str]
    warehouses: dict[int, str]
    accounts: dict[int, str]


@dataclass(frozen=True, slots=True)
class LineFacts:
    """A line as it was entered. ``batch``: the one it names, else the only one that its goods came from or went to.

    ``first_expiry``: the earliest of all batches of its goods. ``parts``: what moved for a kit, or where that is not all of
    one batch.
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
    parts: tuple[Part, ...] = ()


Facts = tuple[Any, list[LineFacts], list[tuple[int, Decimal]], list[tuple[int, Decimal]], list[Share]]
"""(head, lines, payments as (account, amount), settlements as (document, amount), what a landed cost puts onto each line)."""


def codes_of(session: Session) -> Codes:
    """All codes, looked up once."""
    recipes: dict[int, list[Part]] = defaultdict(list)
    of_kits = select(RecipeLine.product_id, RecipeLine.part_id, RecipeLine.quantity).join(
        Product, (Product.id == RecipeLine.product_id) & (Product.kit == 1)
    )
    for kit, part, quantity in session.execute(of_kits.order_by(RecipeLine.product_id, RecipeLine.position)):
        recipes[kit].append(Part(part, quantity))
    named = select(Product.id, Product.code, Product.unit, Product.batches, Product.costing, Product.negative)
    products = {
        i: ProductName(code, unit, bool(batches), costing, negative, tuple(recipes.get(i, ())))
        for i, code, unit, batches, costing, negative in session.execute(named)
    }
    return Codes(
        products,
        {
            i: Factor(*ratio)
            for i, *ratio in session.execute(select(ProductUnit.id, ProductUnit.numerator, ProductUnit.denominator))
        },
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
        shares = _shares(session, wanted)
        for i in wanted:
            yield heads[i], lines[i], payments[i], settles[i], shares[i]


def drafts_of(session: Session) -> list[tuple[str | None, str]]:
    """(ref, draft as JSON) of every draft."""
    rows = session.execute(select(Document.ref, Document.draft).where(Document.status == "draft").order_by(Document.id))
    return [(ref, text or "{}") for ref, text in rows if text]


def _lines(session: Session, ids: Sequence[int]) -> dict[int, list[LineFacts]]:
    found: dict[int, list[LineFacts]] = defaultdict(list)
    used = _moved(session, ids)
    wanted = (
        select(DocumentLine, Batch.number, Batch.produced, Batch.expiry)
        .outerjoin(Batch, Batch.id == DocumentLine.batch_id)
        .where(DocumentLine.document_id.in_(ids))
        .order_by(DocumentLine.document_id, DocumentLine.line)
    )
    for line, number, produced, expiry in session.execute(wanted):
        moved = used.get((line.document_id, line.line), [])
        batches = {row.number: row for row in moved if row.number is not None}
        if number is None and not line.kit and len(batches) == 1:
            number, produced, expiry = next((row.number, row.produced, row.expiry) for row in batches.values())
        first = min((row.expiry for row in batches.values() if row.expiry is not None), default=None)
        told = tuple(Part(row.product_id, abs(row.quantity), row.number) for row in moved)
        against = (line.against_document_id, line.against_line or 1) if line.against_document_id is not None else None
        found[line.document_id].append(
            LineFacts(
                line.line, line.product_id, line.unit, line.factor_num, line.factor_den, line.quantity, line.base_quantity,
                line.price, line.discount, line.amount, number, produced, expiry, against, line.counted_at, line.reason,
                line.note, first, told if line.kit or len(told) > 1 or (told and number is None) else (),
            )
        )  # fmt: skip
    session.expunge_all()
    return found


def _moved(session: Session, ids: Sequence[int]) -> dict[tuple[int, int], list[Any]]:
    """The rows of each line, in order: product, quantity, and number, production date and expiry of the batch.

    Of a transfer what left, not what arrived.
    """
    rows = session.execute(
        select(
            StockRow.document_id,
            StockRow.line,
            StockRow.product_id,
            StockRow.quantity,
            Batch.number,
            Batch.produced,
            Batch.expiry,
        )
        .outerjoin(Batch, Batch.id == StockRow.batch_id)
        .where(StockRow.document_id.in_(ids), StockRow.part < TRANSFER_PART)
        .order_by(StockRow.document_id, StockRow.line, StockRow.part)
    )
    found: dict[tuple[int, int], list[Any]] = defaultdict(list)
    for row in rows:
        found[(row.document_id, row.line)].append(row)
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


def _shares(session: Session, ids: Sequence[int]) -> dict[int, list[Share]]:
    found: dict[int, list[Share]] = defaultdict(list)
    of = LandedShare
    wanted = select(of.document_id, of.target_id, of.target_line, of.amount).where(of.document_id.in_(ids))
    for document, target, line, amount in session.execute(wanted.order_by(of.document_id, of.target_id, of.target_line)):
        found[document].append(Share(target, line, amount))
    return found
