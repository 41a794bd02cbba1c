"""Open orders: what is still to come (on order) and what is promised (reserved).

What is open now stands in the cache ``open_lines``; how it was on a past day is derived from the lines themselves.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select, union_all
from sqlalchemy.orm import Session, aliased

from jxc_desktop.db.models import Document, DocumentLine, OpenLine, RecipeLine
from jxc_desktop.db.types import raw
from jxc_desktop.domain.documents import ORDERS
from jxc_desktop.domain.money import pieces
from jxc_desktop.queries.scope import ALL, Scope

OrderKind = Literal["purchase_order", "sales_order"]


@dataclass(frozen=True, slots=True)
class OrderLine:
    """A line of an order: quantities in base units; ``open`` is 0 once the order is voided or closed, and never negative."""

    line: int
    product_id: int
    code: str
    name: str
    unit: str
    factor_num: int
    factor_den: int
    price: Decimal | None
    discount: Decimal
    ordered: Decimal
    fulfilled: Decimal
    open: Decimal


def fulfilled_of(line: Any = DocumentLine, *, as_of: str | None = None) -> ColumnElement[Any]:
    """Thousandths that posted documents delivered on the order line of the enclosing statement."""
    done, head = aliased(DocumentLine), aliased(Document)
    inner = (
        select(func.coalesce(func.sum(raw(done.base_quantity)), 0))
        .join(head, head.id == done.document_id)
        .where(done.order_document_id == line.document_id, done.order_line == line.line, head.status == "posted")
    )
    if as_of is not None:
        inner = inner.where(head.day <= as_of)
    return inner.correlate(line).scalar_subquery()


def open_order_lines(session: Session, order_id: int) -> list[OrderLine]:
    """The lines of an order with what was delivered and what is open, in order of the lines."""
    status = session.execute(select(Document.status).where(Document.id == order_id)).scalar()
    rows = session.execute(
        select(
            DocumentLine.line, DocumentLine.product_id, DocumentLine.product_code, DocumentLine.product_name, DocumentLine.unit,
            DocumentLine.factor_num,
            DocumentLine.factor_den, DocumentLine.price, DocumentLine.discount, raw(DocumentLine.base_quantity), fulfilled_of(),
        ).where(DocumentLine.document_id == order_id).order_by(DocumentLine.line)
    )  # fmt: skip
    found = []
    for row in rows:
        ordered, fulfilled = row[-2:]
        left = max(ordered - int(fulfilled), 0) if status == "posted" else 0
        values: list[Any] = [*row[:-2], pieces(ordered), pieces(int(fulfilled)), pieces(left)]
        found.append(OrderLine(*values))
    return found


def open_now(*where: ColumnElement[bool]) -> Select[Any]:
    """(product_id, document_id, line, quantity in thousandths) of each line of the living orders that is not done.

    ``where``: only of these lines.
    """
    left = raw(DocumentLine.base_quantity) - fulfilled_of()
    lines = (
        select(DocumentLine.product_id, DocumentLine.document_id, DocumentLine.line, left.label("quantity"))
        .join(Document, Document.id == DocumentLine.document_id)
        .where(Document.kind.in_(ORDERS), Document.status == "posted", *where)
        .subquery()
    )
    return select(lines).where(lines.c.quantity > 0)


def still_open(as_of: str | None = None) -> ColumnElement[bool]:
    """Whether the order of the enclosing statement lives, or did at the end of ``as_of``: so it did if closed later."""
    now = Document.status == "posted"
    if as_of is None:
        return now
    return and_(Document.day <= as_of, or_(now, and_(Document.status == "closed", Document.closed_day > as_of)))


def _open_on(as_of: str | None) -> Select[Any]:
    """(product_id, document_id, line, kit, open thousandths) of orders' lines, now or at the end of ``as_of``."""
    line = DocumentLine
    if as_of is None:
        return (
            select(OpenLine.product_id, OpenLine.document_id, OpenLine.line, line.kit, raw(OpenLine.quantity).label("quantity"))
            .select_from(OpenLine)
            .join(line, (line.document_id == OpenLine.document_id) & (line.line == OpenLine.line))
        )
    left = raw(line.base_quantity) - fulfilled_of(as_of=as_of)
    return (
        select(line.product_id, line.document_id, line.line, line.kit, left.label("quantity"))
        .join(Document, Document.id == line.document_id)
        .where(Document.kind.in_(ORDERS), still_open(as_of))
    )


def open_statement(
    kind: OrderKind,
    scope: Scope = ALL,
    *,
    as_of: str | None = None,
    parts: bool = True,
    products: Sequence[int] | None = None,
) -> Select[Any]:
    """(product_id, warehouse_id, open thousandths) of the open lines of ``kind``, summed per product and warehouse.

    A kit promises its parts, by its present recipe; with ``parts`` False it stands for itself. ``products``: only of these.
    """

    def of(column: Any) -> list[ColumnElement[bool]]:
        return [*scope.of_product(column), *([] if products is None else [column.in_(products)])]

    open_line = _open_on(as_of).subquery()
    joined = Document.id == open_line.c.document_id
    plain = (
        select(open_line.c.product_id, Document.warehouse_id, open_line.c.quantity.label("left"))
        .join(Document, joined)
        .where(Document.kind == kind, *of(open_line.c.product_id))
    )
    each: Any = plain.subquery()
    if parts and kind == "sales_order":  # nothing else names a kit
        of_kits = (
            select(
                RecipeLine.part_id,
                Document.warehouse_id,
                (open_line.c.quantity * raw(RecipeLine.quantity) // 1000).label("left"),
            )
            .select_from(open_line)
            .join(Document, joined)
            .join(RecipeLine, RecipeLine.product_id == open_line.c.product_id)
            .where(Document.kind == kind, open_line.c.kit == 1, *of(RecipeLine.part_id))
        )
        each = union_all(plain.where(open_line.c.kit == 0), of_kits).subquery()
    kept = func.sum(case((each.c.left > 0, each.c.left), else_=0))
    return select(each.c.product_id, each.c.warehouse_id, kept.label("open")).group_by(each.c.product_id, each.c.warehouse_id)


def open_quantities(
    session: Session, kind: OrderKind, scope: Scope = ALL, *, as_of: str | None = None
) -> dict[tuple[int, int], int]:
    """Open thousandths by (product, warehouse) of the open orders of ``kind`` that were there at the end of ``as_of``."""
    rows = session.execute(open_statement(kind, scope, as_of=as_of))
    return {(product, warehouse): int(quantity) for product, warehouse, quantity in rows if quantity}
