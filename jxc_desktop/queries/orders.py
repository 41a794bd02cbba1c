"""Open orders: what is still to come (on order) and what is promised (reserved). Derived from order lines, never stored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select, union_all
from sqlalchemy.orm import Session, aliased

from jxc_desktop.db.models import Document, DocumentLine, RecipeLine
from jxc_desktop.db.types import raw
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


def still_open(as_of: str | None = None) -> ColumnElement[bool]:
    """Whether the order of the enclosing statement is open, or was at the end of ``as_of``: so it was if closed later."""
    now = Document.status == "posted"
    if as_of is None:
        return now
    return and_(Document.day <= as_of, or_(now, and_(Document.status == "closed", Document.closed_day > as_of)))


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

    left = raw(DocumentLine.base_quantity) - fulfilled_of(as_of=as_of)
    joined = Document.id == DocumentLine.document_id
    wanted = (Document.kind == kind, still_open(as_of))
    plain = (
        select(DocumentLine.product_id, Document.warehouse_id, left.label("left"))
        .join(Document, joined)
        .where(*wanted, *of(DocumentLine.product_id))
    )
    each: Any = plain.subquery()
    if parts and kind == "sales_order":  # nothing else names a kit
        # Of a few products: from the recipes they are in to the lines, and not (with the index of the kind) through all orders.
        few = products is not None or scope.product_id is not None
        of_kind = func.coalesce(Document.kind, "") == kind if few else Document.kind == kind
        of_kits = (
            select(RecipeLine.part_id, Document.warehouse_id, (left * raw(RecipeLine.quantity) // 1000).label("left"))
            .select_from(DocumentLine)
            .join(Document, joined)
            .join(RecipeLine, RecipeLine.product_id == DocumentLine.product_id)
            .where(of_kind, still_open(as_of), DocumentLine.kit == 1, *of(RecipeLine.part_id))
        )
        each = union_all(plain.where(DocumentLine.kit == 0), of_kits).subquery()
    kept = func.sum(case((each.c.left > 0, each.c.left), else_=0))
    return select(each.c.product_id, each.c.warehouse_id, kept.label("open")).group_by(each.c.product_id, each.c.warehouse_id)


def open_quantities(
    session: Session, kind: OrderKind, scope: Scope = ALL, *, as_of: str | None = None
) -> dict[tuple[int, int], int]:
    """Open thousandths by (product, warehouse) of the open orders of ``kind`` that were there at the end of ``as_of``."""
    rows = session.execute(open_statement(kind, scope, as_of=as_of))
    return {(product, warehouse): int(quantity) for product, warehouse, quantity in rows if quantity}
