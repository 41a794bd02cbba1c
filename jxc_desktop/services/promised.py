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
from jxc_desktop.db.models import Document, OpenLine, RecipeLine, Warehouse
from jxc_desktop.db.types import BigInt, raw
from jxc_desktop.domain.money import milli, pieces
from jxc_desktop.i18n import _
from jxc_desktop.services.lines import Line
from jxc_desktop.services.moves import Move
from jxc_desktop.services.on_hand import Balance, Place

_ANY = select(OpenLine.line).limit(fast.ONE)


@cache
def _open_of(count: int) -> CompoundSelect[Any]:
    """(product, warehouse, open thousandths) of the open lines of sales orders, of a kit for each of its parts."""
    ids = [bindparam(f"i{n}", type_=BigInt) for n in range(count)]
    left, promises = raw(OpenLine.quantity), Document.kind == "sales_order"
    goods = (
        select(OpenLine.product_id, Document.warehouse_id, left)
        .join(Document, Document.id == OpenLine.document_id)
        .where(promises, OpenLine.product_id.in_(ids))
    )
    parts = (
        select(RecipeLine.part_id, Document.warehouse_id, left * raw(RecipeLine.quantity) // 1000)
        .select_from(OpenLine)
        .join(Document, Document.id == OpenLine.document_id)
        .join(RecipeLine, RecipeLine.product_id == OpenLine.product_id)
        .where(promises, RecipeLine.part_id.in_(ids))
    )
    return union_all(goods, parts)


def _promised(session: Session, products: list[int]) -> dict[tuple[int, int], int]:
    """Thousandths that open orders promise, by product and warehouse."""
    found: dict[tuple[int, int], int] = defaultdict(int)
    for product, warehouse, left in fast.run(session.connection(), _open_of(len(products)), fast.numbered(products)):
        found[(product, warehouse)] += int(left)
    return found


def check_promised(session: Session, lines: Sequence[Line], moves: Sequence[Move], present: dict[Place, Balance]) -> list[str]:
    """Warn where ``moves`` leave less of a product in a warehouse than is promised there. An order's own delivery takes what
    was promised to it, so that it never makes less of what is free.
    """
    change: dict[tuple[int, int], int] = defaultdict(int)
    for move in moves:
        change[(move.product.id, move.warehouse_id)] += move.quantity
    leaving = {place for place, quantity in change.items() if quantity < 0}
    if not leaving or fast.scalar(session.connection(), _ANY) is None:
        return []
    kept = _kept(lines, moves)
    promised = _promised(session, list({product for product, _warehouse in leaving}))
    products = {move.product.id: move.product for move in moves}
    warnings = []
    for place, quantity in promised.items():
        product, warehouse = place
        still = quantity - kept[place]
        left = sum(b.quantity for (p, w, _b), b in present.items() if (p, w) == place) + change[place]
        if place in leaving and still > left and change[place] + kept[place] < 0:
            said = _("Only {left} of {product} are left in {warehouse}, but {promised} are promised to customers by orders.")
            name = session.execute(select(Warehouse.name).where(Warehouse.id == warehouse)).scalar_one()
            numbers = {"left": quantity_text(pieces(left)), "promised": quantity_text(pieces(still))}
            warnings.append(said.format(product=products[product].name, warehouse=name, **numbers))
    return warnings


def _kept(lines: Sequence[Line], moves: Sequence[Move]) -> dict[tuple[int, int], int]:
    """What the document delivers of what orders promised, by product and warehouse: no more than was open of each line."""
    share = {
        line.line: (milli(min(line.base_quantity, line.agreed.open)), milli(line.base_quantity)) for line in lines if line.agreed
    }
    kept: dict[tuple[int, int], int] = defaultdict(int)
    for move in moves:
        if move.line in share and move.quantity < 0:
            part, whole = share[move.line]
            kept[(move.product.id, move.warehouse_id)] += -move.quantity * part // whole
    return kept
