"""Goods that customers' orders promise: whoever takes them for something else is told so, and may do it all the same."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import CompoundSelect, bindparam, select, union_all
from sqlalchemy.orm import Session

from jxc_desktop.columns import quantity_text
from jxc_desktop.db import fast
from jxc_desktop.db.models import Document, DocumentLine, OpenLine, RecipeLine, Warehouse
from jxc_desktop.db.types import BigInt, raw
from jxc_desktop.domain.documents import ZERO
from jxc_desktop.domain.money import milli, pieces
from jxc_desktop.i18n import _
from jxc_desktop.services.lines import Line
from jxc_desktop.services.moves import Move
from jxc_desktop.services.on_hand import Balance, Place

Where = tuple[int, int]
"""(product, warehouse): orders name no batch."""

_ANY = select(OpenLine.line).limit(fast.ONE)
_WAREHOUSES = select(Warehouse.id, Warehouse.name)


@cache
def _open_of(count: int) -> CompoundSelect[Any]:
    """(product, warehouse, kind of order, open thousandths) of the open lines of these goods, of a kit for each of its parts.

    The kind is answered, not asked for: asked for, SQLite goes through all orders of that kind that ever were.
    """
    ids = [bindparam(f"i{n}", type_=BigInt) for n in range(count)]
    left, line = raw(OpenLine.quantity), DocumentLine
    goods = (
        select(OpenLine.product_id, Document.warehouse_id, Document.kind, left)
        .join(Document, Document.id == OpenLine.document_id)
        .where(OpenLine.product_id.in_(ids))
    )
    parts = (
        select(RecipeLine.part_id, Document.warehouse_id, Document.kind, left * raw(RecipeLine.quantity) // 1000)
        .select_from(OpenLine)
        .join(Document, Document.id == OpenLine.document_id)
        .join(line, (line.document_id == OpenLine.document_id) & (line.line == OpenLine.line) & (line.kit == 1))
        .join(RecipeLine, RecipeLine.product_id == OpenLine.product_id)
        .where(RecipeLine.part_id.in_(ids))
    )
    return union_all(goods, parts)


def _promised(session: Session, products: list[int]) -> dict[Where, int]:
    """Thousandths that open orders promise, by product and warehouse."""
    found: dict[Where, int] = defaultdict(int)
    rows = fast.run(session.connection(), _open_of(len(products)), fast.numbered(products))
    for product, warehouse, kind, left in rows:
        if kind == "sales_order":
            found[(product, warehouse)] += int(left)
    return found


def check_promised(session: Session, lines: Sequence[Line], moves: Sequence[Move], present: dict[Place, Balance]) -> list[str]:
    """Warn where ``moves`` leave less of a product in a warehouse than is promised there. An order's own delivery takes what
    was promised to it, so that it never makes less of what is free.
    """
    change: dict[Where, int] = defaultdict(int)
    for move in moves:
        change[(move.product.id, move.warehouse_id)] += move.quantity
    leaving = {place for place, quantity in change.items() if quantity < 0}
    if not leaving or fast.scalar(session.connection(), _ANY) is None:
        return []
    promised = _promised(session, list({product for product, _warehouse in leaving}))
    if not promised:
        return []
    kept, here = _kept(lines, moves), _lying(present)
    short: dict[Where, tuple[int, int]] = {}
    for place in leaving & promised.keys():
        left, still = here[place] + change[place], promised[place] - kept[place]
        if still > max(left, 0) and change[place] + kept[place] < 0:
            short[place] = (max(left, 0), still)
    return _said(session, moves, short) if short else []


def _lying(present: dict[Place, Balance]) -> dict[Where, int]:
    """What is on hand, all batches together."""
    here: dict[Where, int] = defaultdict(int)
    for (product, warehouse, _batch), balance in present.items():
        here[(product, warehouse)] += balance.quantity
    return here


def _said(session: Session, moves: Sequence[Move], short: dict[Where, tuple[int, int]]) -> list[str]:
    """The warnings in the order of the document; ``short``: what will be left and what is promised, in thousandths."""
    said = _("Only {left} of {product} are left in {warehouse}, but {promised} are promised to customers by orders.")
    warehouses = dict(fast.run(session.connection(), _WAREHOUSES))
    products = {(move.product.id, move.warehouse_id): move.product for move in moves}
    warnings = []
    for place, product in products.items():
        if place in short:
            left, promised = (quantity_text(pieces(quantity)) for quantity in short[place])
            warnings.append(said.format(product=product.name, warehouse=warehouses[place[1]], left=left, promised=promised))
    return warnings


def _kept(lines: Sequence[Line], moves: Sequence[Move]) -> dict[Where, int]:
    """What the document delivers of what orders promised, by product and warehouse: no more than was open."""
    share = {
        line.line: (milli(sum((quantity for _of, quantity in line.agreed), ZERO)), milli(line.base_quantity))
        for line in lines
        if line.agreed
    }
    kept: dict[Where, int] = defaultdict(int)
    for move in moves:
        if move.line in share and move.quantity < 0:
            part, whole = share[move.line]
            kept[(move.product.id, move.warehouse_id)] += -move.quantity * part // whole
    return kept
