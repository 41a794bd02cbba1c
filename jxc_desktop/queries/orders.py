"""Open orders: what is still to come (on order) and what is promised (reserved).

What is open now stands in the cache ``open_lines``; how it was on a past day is derived from the lines themselves.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from sqlalchemy import CTE, ColumnElement, Select, SelectBase, Subquery, and_, case, func, or_, select, union_all
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
    """Thousandths of posted documents that name the line of an order, or of goods under way, of the enclosing statement."""
    done, head = aliased(DocumentLine), aliased(Document)
    inner = (
        select(func.coalesce(func.sum(raw(done.base_quantity)), 0))
        .join(head, head.id == done.document_id)
        .where(done.order_document_id == line.document_id, done.order_line == line.line, head.status == "posted")
    )
    if as_of is not None:
        inner = inner.where(head.day <= as_of)
    return inner.correlate(line).scalar_subquery()


def lines_of_orders(*where: ColumnElement[bool], as_of: str | None = None) -> Subquery:
    """(document_id, line, product_id, kit, ordered, fulfilled) of the lines of orders, in thousandths.

    What a delivery line brings beyond the order line that it names fulfils the other lines of the same product on that order
    that are still open, the first ones first. ``where``: only of these lines, all of a product on an order together.
    """
    line = DocumentLine
    facts = (line.document_id, line.line, line.product_id, line.kit, raw(line.base_quantity).label("ordered"))
    named = select(*facts, fulfilled_of(as_of=as_of).label("done")).join(Document, Document.id == line.document_id)
    own = named.where(*where).cte().prefix_with("MATERIALIZED")  # each line is looked up once, however often it is asked for
    spilt = _spilt(own)
    joined = (spilt.c.document_id == own.c.document_id) & (spilt.c.line == own.c.line)
    fulfilled = own.c.done + func.coalesce(spilt.c.quantity, 0)
    columns = (own.c.document_id, own.c.line, own.c.product_id, own.c.kit, own.c.ordered)
    return select(*columns, fulfilled.label("fulfilled")).outerjoin(spilt, joined).subquery()


def _spilt(own: CTE) -> Subquery:
    """(document_id, line, quantity) of orders on which some line got too much: what a line takes over, or gives (below 0)."""
    left, over = _above(own.c.ordered - own.c.done), _above(own.c.done - own.c.ordered)
    goods = (own.c.document_id, own.c.product_id)
    sums = (
        select(
            own.c.document_id,
            own.c.line,
            left.label("left"),
            over.label("over"),
            (func.sum(left).over(partition_by=goods, order_by=own.c.line) - left).label("left_before"),
            (func.sum(over).over(partition_by=goods, order_by=own.c.line) - over).label("over_before"),
            func.sum(left).over(partition_by=goods).label("all_left"),
            func.sum(over).over(partition_by=goods).label("all_over"),
        )
        .where(own.c.document_id.in_(select(own.c.document_id).where(own.c.done > own.c.ordered)))
        .subquery()
    )
    of = sums.c
    moved = _least(of.all_left, of.all_over)
    came, went = _above(_least(moved - of.left_before, of.left)), _above(_least(moved - of.over_before, of.over))
    return select(of.document_id, of.line, (came - went).label("quantity")).subquery()


def _above(value: ColumnElement[Any]) -> ColumnElement[Any]:
    return case((value > 0, value), else_=0)


def _least(one: ColumnElement[Any], other: ColumnElement[Any]) -> ColumnElement[Any]:
    return case((one < other, one), else_=other)


def fulfilled_lines(session: Session, document_id: int) -> dict[int, Decimal]:
    """Base units that were delivered on each line of an order, as :func:`lines_of_orders` shares them out."""
    line = lines_of_orders(DocumentLine.document_id == document_id)
    return {number: pieces(int(done)) for number, done in session.execute(select(line.c.line, line.c.fulfilled))}


def open_order_lines(session: Session, order_id: int) -> list[OrderLine]:
    """The lines of an order with what was delivered and what is open, in order of the lines."""
    status = session.execute(select(Document.status).where(Document.id == order_id)).scalar()
    line = DocumentLine
    rows = session.execute(
        select(
            line.line, line.product_id, line.product_code, line.product_name, line.unit, line.factor_num, line.factor_den,
            line.price, line.discount, line.base_quantity,
        ).where(line.document_id == order_id).order_by(line.line)
    )  # fmt: skip
    done, found = fulfilled_lines(session, order_id), []
    for row in rows:
        fulfilled = done[row.line]
        left = max(row.base_quantity - fulfilled, Decimal(0)) if status == "posted" else Decimal(0)
        values: list[Any] = [*row, fulfilled, left]
        found.append(OrderLine(*values))
    return found


def open_now(*where: ColumnElement[bool]) -> Select[Any]:
    """(product_id, document_id, line, quantity in thousandths) of each line of the living orders that is not done.

    ``where``: only of these lines, all of a product on an order together.
    """
    line = lines_of_orders(Document.kind.in_(ORDERS), Document.status == "posted", *where)
    left = line.c.ordered - line.c.fulfilled
    return select(line.c.product_id, line.c.document_id, line.c.line, left.label("quantity")).where(left > 0)


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
    of = lines_of_orders(Document.kind.in_(ORDERS), still_open(as_of), as_of=as_of).c
    return select(of.product_id, of.document_id, of.line, of.kit, (of.ordered - of.fulfilled).label("quantity"))


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
    each = open_lines_of(kind, scope, as_of=as_of, parts=parts, products=products).subquery()
    kept = func.sum(case((each.c.left > 0, each.c.left), else_=0))
    return select(each.c.product_id, each.c.warehouse_id, kept.label("open")).group_by(each.c.product_id, each.c.warehouse_id)


def open_lines_of(
    kind: OrderKind,
    scope: Scope = ALL,
    *,
    as_of: str | None = None,
    parts: bool = True,
    products: Sequence[int] | None = None,
) -> SelectBase:
    """(product_id, warehouse_id, document_id, ``left`` thousandths) of each open line of ``kind``, as :func:`open_statement` sums
    them up; ``left`` may be below 0 on a past day.
    """

    def of(column: Any) -> list[ColumnElement[bool]]:
        return [*scope.of_product(column), *([] if products is None else [column.in_(products)])]

    open_line = _open_on(as_of).subquery()
    joined = Document.id == open_line.c.document_id
    few = as_of is None and (products is not None or scope.narrows_products)
    # what is open now of a few products is found by them: asked by the kind, SQLite goes through all orders there ever were
    wanted = (func.coalesce(Document.kind, "") if few else Document.kind) == kind
    plain = (
        select(open_line.c.product_id, Document.warehouse_id, open_line.c.document_id, open_line.c.quantity.label("left"))
        .join(Document, joined)
        .where(wanted, *of(open_line.c.product_id))
    )
    if not parts or kind != "sales_order":  # nothing else names a kit
        return plain
    of_kits = (
        select(
            RecipeLine.part_id,
            Document.warehouse_id,
            open_line.c.document_id,
            (open_line.c.quantity * raw(RecipeLine.quantity) // 1000).label("left"),
        )
        .select_from(open_line)
        .join(Document, joined)
        .join(RecipeLine, RecipeLine.product_id == open_line.c.product_id)
        .where(wanted, open_line.c.kit == 1, *of(RecipeLine.part_id))
    )
    return union_all(plain.where(open_line.c.kit == 0), of_kits)


def open_quantities(
    session: Session, kind: OrderKind, scope: Scope = ALL, *, as_of: str | None = None
) -> dict[tuple[int, int], int]:
    """Open thousandths by (product, warehouse) of the open orders of ``kind`` that were there at the end of ``as_of``."""
    rows = session.execute(open_statement(kind, scope, as_of=as_of))
    return {(product, warehouse): int(quantity) for product, warehouse, quantity in rows if quantity}
