"""The cached figures of stock: every change of a ledger row is added to them in the same transaction."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from functools import cache

from sqlalchemy.orm import Session

from jxc_desktop.db import fast
from jxc_desktop.db.models import DayTotal, StockBalance, StockMonth, table
from jxc_desktop.db.upsert import upsert
from jxc_desktop.domain.documents import BUCKETS
from jxc_desktop.queries.costing import Stored

_MONTH_COLUMNS = (*(f"{g}_{w}" for g in BUCKETS for w in ("quantity", "value")), "revenue", "quantity_days", "value_days")
_DAY_COLUMNS = ("revenue", "cost", "shrinkage", "change", "sales")
_BALANCE = ("product_id", "warehouse_id", "batch_id", "quantity", "last_moment")
_MONTH = ("product_id", "warehouse_id", "month", *_MONTH_COLUMNS)
_DAY = ("day", "warehouse_id", *_DAY_COLUMNS)


@cache
def days_left(day: str) -> int:
    """Days from ``day`` to the end of its month, both included: the weight of a change in the month's daily mean."""
    of = date.fromisoformat(day)
    first = date(of.year + of.month // 12, of.month % 12 + 1, 1)
    return (first - of).days


class Tally:
    """Collects changes and writes them at once. Quantities in thousandths, values in fen."""

    def __init__(self) -> None:
        self._months: dict[tuple[int, int, str], list[int]] = defaultdict(lambda: [0] * len(_MONTH_COLUMNS))
        self._days: dict[tuple[str, int], list[int]] = defaultdict(lambda: [0] * len(_DAY_COLUMNS))
        self._balances: dict[tuple[int, int, int], list[int | str]] = {}

    def row(
        self,
        product: int,
        warehouse: int,
        batch: int,
        day: str,
        moment: str,
        bucket: str,
        quantity: int,
        value: int,
        revenue: int = 0,
    ) -> None:
        """A ledger row (or the change of one) of this quantity, value and revenue, signed as in the ledger."""
        sign = -1 if bucket == "sold" else 1
        month = self._months[(product, warehouse, day[:7])]
        at, weight = 2 * BUCKETS.index(bucket), days_left(day)
        month[at] += sign * quantity
        month[at + 1] += sign * value
        month[10] += revenue
        month[11] += quantity * weight
        month[12] += value * weight
        total = self._days[(day, warehouse)]
        total[0] += revenue
        if bucket in ("sold", "returned"):
            total[1] -= value
        elif bucket == "shrinkage":
            total[2] += value
        total[3] += value
        key = (product, warehouse, batch)
        if key in self._balances:
            self._balances[key][0] += quantity  # type: ignore[operator]
            self._balances[key][1] = max(str(self._balances[key][1]), moment)
        else:
            self._balances[key] = [quantity, moment]

    def restate(self, row: Stored, quantity: int, value: int) -> None:
        """A row that stands changes by ``quantity`` (only of a count) and ``value``."""
        self.row(row.product_id, row.warehouse_id, row.batch_id or 0, row.day, row.moment, row.bucket, quantity, value)

    def sale(self, day: str, warehouse: int, count: int) -> None:
        """One more (or, voided, one less) sale on this day."""
        self._days[(day, warehouse)][4] += count

    def write(self, session: Session) -> None:
        """Add everything to the cached tables."""
        connection = session.connection()
        dialect = connection.dialect.name
        balances = [(*place, quantity, moment) for place, (quantity, moment) in self._balances.items()]
        adding = upsert(table(StockBalance), dialect, add=("quantity",), latest=("last_moment",))
        fast.run_tuples(connection, adding, _BALANCE, balances)
        months = [(*key, *figures) for key, figures in self._months.items()]
        fast.run_tuples(connection, upsert(table(StockMonth), dialect, add=_MONTH_COLUMNS), _MONTH, months)
        days = [(*key, *figures) for key, figures in self._days.items()]
        fast.run_tuples(connection, upsert(table(DayTotal), dialect, add=_DAY_COLUMNS), _DAY, days)
