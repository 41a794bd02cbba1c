"""What opening stock stands in the book, so that the same list entered again doubles nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from jxc_desktop.db.models import Barcode, Batch, Document, DocumentLine, Product, Warehouse

AT_ONCE = 5000


@dataclass(frozen=True, slots=True)
class TrackedProduct:
    """A product as far as stock that comes in must know it."""

    id: int
    code: str
    name: str
    batches: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """Opening stock of posted documents: which document each (product, warehouse, batch) stands in, and what each line says."""

    documents: dict[tuple[int, int, str], str]
    known: Counter[tuple[tuple[int, int, str], Decimal, Decimal | None]]


def warehouse_codes(session: Session) -> dict[str, int]:
    """Warehouses in use by code, the shop's first one first."""
    rows = session.execute(
        select(Warehouse.code, Warehouse.id)
        .where(Warehouse.active == 1, Warehouse.transit == 0)
        .order_by(Warehouse.position, Warehouse.id)
    )
    return dict(rows.all())


def tracked_products(session: Session, codes: Iterable[str]) -> dict[str, TrackedProduct]:
    """The products that these codes or barcodes of base units name; a code goes before a barcode."""
    wanted, found = sorted(set(codes)), {}
    columns = (Product.id, Product.code, Product.name, Product.batches)
    for start in range(0, len(wanted), AT_ONCE):
        part = wanted[start : start + AT_ONCE]
        by_barcode = select(Barcode.code, *columns).join(Product, Product.id == Barcode.product_id)
        one = (Barcode.code.in_(part), Barcode.unit_id.is_(None), Barcode.quantity == 1)
        for said, product_id, code, name, batches in session.execute(by_barcode.where(*one)):
            found[said] = TrackedProduct(product_id, code, name, bool(batches))
        for row in session.execute(select(*columns).where(Product.code.in_(part))):
            found[row.code] = TrackedProduct(row.id, row.code, row.name, bool(row.batches))
    return found


def opening_stock_standing(session: Session) -> Standing:
    """All opening stock that is posted and not voided."""
    documents: dict[tuple[int, int, str], str] = {}
    known: Counter[tuple[tuple[int, int, str], Decimal, Decimal | None]] = Counter()
    rows = session.execute(
        select(
            DocumentLine.product_id, Document.warehouse_id, func.coalesce(Batch.number, ""), Document.number,
            DocumentLine.base_quantity, DocumentLine.price
        )
        .join(Document, Document.id == DocumentLine.document_id)
        .outerjoin(Batch, Batch.id == DocumentLine.batch_id)
        .where(Document.kind == "opening_stock", Document.status == "posted")
    )  # fmt: skip
    for product, warehouse, batch, number, quantity, price in rows:
        key = (product, warehouse or 0, batch)
        documents[key] = number or ""
        known[(key, quantity, price)] += 1
    return Standing(documents, known)
