"""The stock page in the order of a column: who stands where, and what goods are worth, found without making the rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from operator import itemgetter
from typing import Any

from sqlalchemy.orm import Session

from jxc_desktop.domain.money import unit_cost
from jxc_desktop.queries.scope import Scope
from jxc_desktop.queries.stock import Figures, figures


def in_order(there: Iterable[tuple[int, Any]], *, descending: bool) -> tuple[int, ...]:
    """Products by what is ``there`` of each; equals stay as they came, what has nothing there (None) is last either way."""
    full: list[tuple[int, Any]] = []
    empty: list[tuple[int, Any]] = []
    for pair in there:
        (empty if pair[1] is None else full).append(pair)
    full.sort(key=itemgetter(1), reverse=descending)
    return tuple(product for product, _value in full + empty)


def worth(session: Session, scope: Scope, column: str, *, as_of: date | None) -> dict[int, int | Decimal | None]:
    """``value`` (fen) or ``unit_cost`` of each product in ``scope``, None where its row of the stock page has none."""
    parts: dict[int, list[Figures]] = defaultdict(list)
    for (product, _warehouse, _batch), of in figures(session, scope, by="warehouse", as_of=as_of).items():
        parts[product].append(of)
    found: dict[int, int | Decimal | None] = {}
    for product, several in parts.items():
        value, quantity = 0, 0
        for part in several:
            if part.value is None:
                found[product] = None
                break
            value, quantity = value + part.value, quantity + part.quantity
        else:
            found[product] = value if column == "value" else unit_cost(value, quantity) if quantity else None
    return found
