"""What the stock page reads: the first rows of its list in the order that was chosen, further pages, and the sums."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from jxc_desktop.columns import Column
from jxc_desktop.gui.screens.stock_columns import ZERO, PlaceColumn
from jxc_desktop.gui.widgets.row_model import PAGE
from jxc_desktop.queries.scope import find_scope
from jxc_desktop.queries.stock_view import StockHead, StockLook, StockQuestion, StockRow, StockTotals

AT_ONCE = 1000
"""So many rows are read at once; of more, pages as they scroll into view."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What is in the list: the answer to ``wanted``, its first rows (all of them: ``whole``).

    ``order``: all its products (ids) as the person ordered them; empty: in order of code, or ``whole``.
    ``product``: the one to be marked, at ``place`` (from 0) in that order; None where it is not among them.
    """

    wanted: StockQuestion
    head: StockHead
    rows: tuple[StockRow, ...]
    whole: bool
    order: tuple[int, ...]
    product: int | None
    place: int | None


def look(session: Any, wanted: StockQuestion, mark: int | str | None, key: str, descending: bool) -> Shown:
    """The first rows, all of them where they are few; ``key``: the column the person ordered by, "" for none."""
    there = StockLook(session, wanted)
    head = there.head()
    whole = head.count <= AT_ONCE
    order = there.order(key, descending=descending) if key and not whole else ()
    product = find_scope(session, product=mark).product_id if isinstance(mark, str) else mark
    place = None
    if product is not None and order:
        place = order.index(product) if product in order else None
    elif product is not None:
        place = there.place(product)
    rows = there.rows() if whole else page(there, order, 0, PAGE)
    return Shown(wanted, head, tuple(rows), whole, order, product, place)


def page(there: StockLook, order: Sequence[int], offset: int, limit: int) -> list[StockRow]:
    """The rows ``offset`` … ``offset + limit`` of the list in this order; an empty one: in order of code."""
    return there.rows_of(order[offset : offset + limit]) if order else there.rows(offset, limit)


def sums(totals: StockTotals, columns: Sequence[Column]) -> dict[str, Decimal]:
    """The sums by key of the columns that have one."""
    found = {c.key: totals.places.get(c.code, ZERO) for c in columns if isinstance(c, PlaceColumn)}
    return found | {c.key: getattr(totals, c.key) for c in columns if c.total}
