"""What stock did in a period, per product and warehouse: opening, closing, sum over days, cost of sales, revenue.

Whole months come from the monthly summary, the broken ends from the ledger; the result equals a pass over all rows.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, case, func, literal, select
from sqlalchemy.orm import Session

from jxc_desktop.db.models import DayTotal, Product, StockMonth, StockRow
from jxc_desktop.db.types import raw
from jxc_desktop.domain.money import divide_half_up
from jxc_desktop.domain.settings import ShopSettings
from jxc_desktop.queries.periods import ONE, Period, month_end, months
from jxc_desktop.queries.scope import Scope
from jxc_desktop.queries.stock import latest_day, share

SHARE = 10**9
"""Sums over days are kept in 10^-9 fen-days, so that a pool's sum can be shared over warehouses without rounding that shows."""


@dataclass(slots=True)
class Sums:
    """Figures of a period. Quantities in thousandths, values in fen; ``value_days`` the sum of end-of-day values x SHARE."""

    opening_quantity: int = 0
    opening: int = 0
    quantity: int = 0
    change: int = 0
    quantity_days: int = 0
    value_days: int = 0
    cost: int = 0
    revenue: int = 0

    @property
    def closing(self) -> int:
        return self.opening + self.change

    @property
    def empty(self) -> bool:
        return not (self.opening or self.change or self.value_days or self.cost or self.revenue or self.quantity_days)

    def add(self, other: Sums) -> None:
        self.opening_quantity += other.opening_quantity
        self.opening += other.opening
        self.quantity += other.quantity
        self.change += other.change
        self.quantity_days += other.quantity_days
        self.value_days += other.value_days
        self.cost += other.cost
        self.revenue += other.revenue


Cell = tuple[int, int]
"""(product, warehouse); warehouse 0 where warehouses are not told apart."""


def shop_sums(session: Session, period: Period, *, warehouse_id: int | None = None) -> Sums:
    """The whole shop from one pass over the days (a single warehouse only where it is a pool of its own)."""
    first, last = period.iso
    where = [] if warehouse_id is None else [DayTotal.warehouse_id == warehouse_id]
    opening = session.execute(select(func.sum(raw(DayTotal.change))).where(DayTotal.day < first, *where)).scalar()
    days = select(DayTotal.day, func.sum(raw(DayTotal.change)), func.sum(raw(DayTotal.cost)), func.sum(raw(DayTotal.revenue)))
    sums = Sums(opening=int(opening or 0))
    for day, change, cost, revenue in session.execute(
        days.where(DayTotal.day.between(first, last), *where).group_by(DayTotal.day)
    ):
        sums.change += int(change)
        sums.value_days += int(change) * ((period.last - date.fromisoformat(day)).days + 1)
        sums.cost += int(cost)
        sums.revenue += int(revenue)
    sums.value_days = (sums.value_days + sums.opening * period.days) * SHARE
    return sums


def product_sums(
    session: Session, period: Period, scope: Scope, settings: ShopSettings, *, per_warehouse: bool
) -> dict[Cell, Sums]:
    """Per product, or per product and warehouse where ``per_warehouse`` or the scope names one.

    Where the pool is the product, a warehouse has its share of the pool: by quantity at the ends, by quantity-days between.
    """
    split = per_warehouse or scope.warehouse_id is not None
    shared = split and settings.pool == "product"
    only = scope.warehouse_id if split and not shared else None
    cells = _gather(session, period, scope, split=split, warehouse_id=only)
    if shared:
        batch_products = set(session.scalars(select(Product.id).where(Product.costing == "batch", *scope.products())))
        plain = {key: sums for key, sums in cells.items() if key[0] not in batch_products}
        cells = _shared((key[0], key[1], sums) for key, sums in plain.items())
        pools = _by_batch(session, period, batch_products) if batch_products else {}
        shares = _shared(((product, batch), warehouse, sums) for (product, batch, warehouse), sums in pools.items())
        for ((product, _batch), warehouse), sums in shares.items():
            cells.setdefault((product, warehouse), Sums()).add(sums)
        if scope.warehouse_id is not None:
            cells = {key: sums for key, sums in cells.items() if key[1] == scope.warehouse_id}
    return cells


def _shared(cells: Iterable[tuple[Any, int, Sums]]) -> dict[Any, Sums]:
    """Give each warehouse its share of its pool's values: (pool, warehouse, sums of its rows) in, by (pool, warehouse) out."""
    pools: dict[Any, list[tuple[int, Sums]]] = defaultdict(list)
    for pool, warehouse, sums in cells:
        pools[pool].append((warehouse, sums))
    found = {}
    for pool, members in pools.items():
        rows = [sums for _warehouse, sums in members]
        opening = share(sum(s.opening for s in rows), [s.opening_quantity for s in rows])
        closing = share(sum(s.closing for s in rows), [s.opening_quantity + s.quantity for s in rows])
        days = share(sum(s.value_days for s in rows), [s.quantity_days for s in rows])
        for (warehouse, sums), at_start, at_end, over_days in zip(members, opening, closing, days, strict=True):
            sums.opening, sums.change, sums.value_days = at_start, at_end - at_start, over_days
            found[(pool, warehouse)] = sums
    return found


def _gather(session: Session, period: Period, scope: Scope, *, split: bool, warehouse_id: int | None) -> dict[Cell, Sums]:
    cells: dict[Cell, Sums] = defaultdict(Sums)
    whole, ledgers = _pieces(session, period)
    started = period.first.replace(day=1)
    _opening_months(session, cells, started, scope, split, warehouse_id)
    if started < period.first:
        _opening_rows(session, cells, Period(started, period.first - ONE), scope, split, warehouse_id)
    if whole is not None:
        _whole_months(session, cells, whole, period.last, scope, split, warehouse_id)
    for piece in ledgers:
        _rows(session, cells, piece, period.last, scope, split, warehouse_id)
    for sums in cells.values():
        sums.quantity_days += sums.opening_quantity * period.days
        sums.value_days = (sums.value_days + sums.opening * period.days) * SHARE
    return {key: sums for key, sums in cells.items() if not sums.empty}


def _pieces(session: Session, period: Period) -> tuple[Period | None, list[Period]]:
    """The stretch of whole months, and what is left at the ends. The month of today counts as whole: nothing comes after."""
    quiet = (latest_day(session) or "") <= period.last.isoformat()
    whole: list[Period] = []
    broken: list[Period] = []
    for month in months(period):
        complete = month.first.day == 1 and (month.last == month_end(month.first) or quiet)
        (whole if complete else broken).append(month)
    return (Period(whole[0].first, whole[-1].last) if whole else None), broken


_CHANGES = {
    what: raw(getattr(StockMonth, f"bought_{what}")) + raw(getattr(StockMonth, f"returned_{what}")) + raw(getattr(StockMonth,
    f"other_{what}"))
    + raw(getattr(StockMonth, f"shrinkage_{what}")) - raw(getattr(StockMonth, f"sold_{what}"))
    for what in ("quantity", "value")
}  # fmt: skip
"""What a month changed. The summary counts goods sold as a positive figure, all others as in the ledger."""


def _month_where(scope: Scope, warehouse_id: int | None) -> list[ColumnElement[bool]]:
    here = [] if warehouse_id is None else [StockMonth.warehouse_id == warehouse_id]
    return [*scope.of_product(StockMonth.product_id), *here]


def _row_where(scope: Scope, warehouse_id: int | None) -> list[ColumnElement[bool]]:
    here = [] if warehouse_id is None else [StockRow.warehouse_id == warehouse_id]
    return [*scope.of_product(StockRow.product_id), *here]


def _keys(model: Any, split: bool) -> list[ColumnElement[Any]]:
    return [model.product_id, model.warehouse_id] if split else [model.product_id]


def _head(model: Any, split: bool) -> list[ColumnElement[Any]]:
    return [model.product_id, model.warehouse_id if split else literal(0)]


def _opening_months(
    session: Session, cells: dict[Cell, Sums], started: date, scope: Scope, split: bool, warehouse_id: int | None
) -> None:
    sums = select(*_head(StockMonth, split), func.sum(_CHANGES["quantity"]), func.sum(_CHANGES["value"])).where(
        StockMonth.month < started.isoformat()[:7], *_month_where(scope, warehouse_id)
    )
    for row in session.execute(sums.group_by(*_keys(StockMonth, split))):
        cell = cells[(row[0], row[1])]
        cell.opening_quantity += int(row[2])
        cell.opening += int(row[3])


def _opening_rows(
    session: Session, cells: dict[Cell, Sums], days: Period, scope: Scope, split: bool, warehouse_id: int | None
) -> None:
    sums = select(*_head(StockRow, split), func.sum(raw(StockRow.quantity)), func.sum(raw(StockRow.value))).where(
        StockRow.day.between(*days.iso), *_row_where(scope, warehouse_id)
    )
    for row in session.execute(sums.group_by(*_keys(StockRow, split))):
        cell = cells[(row[0], row[1])]
        cell.opening_quantity += int(row[2])
        cell.opening += int(row[3] or 0)


def _whole_months(
    session: Session, cells: dict[Cell, Sums], whole: Period, last: date, scope: Scope, split: bool, warehouse_id: int | None
) -> None:
    """A month's sums count to its own end; a change also stays for the days from there to the end of the period."""
    weights = {m.first.isoformat()[:7]: (last - month_end(m.first)).days for m in months(whole)}
    after = case(weights, value=StockMonth.month, else_=0)
    sums = select(
        *_head(StockMonth, split), func.sum(_CHANGES["quantity"]), func.sum(_CHANGES["value"]),
        func.sum(raw(StockMonth.quantity_days) + _CHANGES["quantity"] * after),
        func.sum(raw(StockMonth.value_days) + _CHANGES["value"] * after),
        func.sum(raw(StockMonth.sold_value) - raw(StockMonth.returned_value)), func.sum(raw(StockMonth.revenue)),
    ).where(StockMonth.month.in_(weights), *_month_where(scope, warehouse_id))  # fmt: skip
    for row in session.execute(sums.group_by(*_keys(StockMonth, split))):
        _add(cells[(row[0], row[1])], row[2:])


def _rows(
    session: Session, cells: dict[Cell, Sums], days: Period, last: date, scope: Scope, split: bool, warehouse_id: int | None
) -> None:
    stay = {(days.first + i * ONE).isoformat(): (last - days.first).days + 1 - i for i in range(days.days)}
    weight = case(stay, value=StockRow.day, else_=0)
    value = func.coalesce(raw(StockRow.value), 0)
    sums = select(
        *_head(StockRow, split), func.sum(raw(StockRow.quantity)), func.sum(value), func.sum(raw(StockRow.quantity) * weight),
        func.sum(value * weight),
        func.sum(case((StockRow.bucket.in_(("sold", "returned")), -value), else_=0)),
        func.sum(func.coalesce(raw(StockRow.revenue), 0)),
    ).where(StockRow.day.between(*days.iso), *_row_where(scope, warehouse_id))  # fmt: skip
    for row in session.execute(sums.group_by(*_keys(StockRow, split))):
        _add(cells[(row[0], row[1])], row[2:])


def _add(cell: Sums, figures: Sequence[Any]) -> None:
    quantity, value, quantity_days, value_days, cost, revenue = (int(f) for f in figures)
    cell.quantity += quantity
    cell.change += value
    cell.quantity_days += quantity_days
    cell.value_days += value_days
    cell.cost += cost
    cell.revenue += revenue


def _by_batch(session: Session, period: Period, products: set[int]) -> dict[tuple[int, int, int], Sums]:
    """(product, batch, warehouse) of products whose pool is the batch, from the ledger."""
    first, last = period.iso
    batch = func.coalesce(StockRow.batch_id, 0).label("batch")
    value = func.coalesce(raw(StockRow.value), 0)
    rows = select(
        StockRow.product_id, batch, StockRow.warehouse_id, StockRow.day, func.sum(raw(StockRow.quantity)), func.sum(value),
        func.sum(case((StockRow.bucket.in_(("sold", "returned")), -value), else_=0)),
        func.sum(func.coalesce(raw(StockRow.revenue), 0)),
    ).where(StockRow.product_id.in_(select(Product.id).where(Product.costing == "batch")), StockRow.day <= last)  # fmt: skip
    found: dict[tuple[int, int, int], Sums] = defaultdict(Sums)
    for product, number, warehouse, day, quantity, change, cost, revenue in session.execute(
        rows.group_by(StockRow.product_id, batch, StockRow.warehouse_id, StockRow.day)
    ):
        if product not in products:
            continue
        cell = found[(product, number, warehouse)]
        if day < first:
            cell.opening_quantity += int(quantity)
            cell.opening += int(change)
        else:
            stays = (period.last - date.fromisoformat(day)).days + 1
            _add(cell, [quantity, change, quantity * stays, change * stays, cost, revenue])
    for cell in found.values():
        cell.quantity_days += cell.opening_quantity * period.days
        cell.value_days = (cell.value_days + cell.opening * period.days) * SHARE
    return {key: cell for key, cell in found.items() if not cell.empty}


def ratio(numerator: int, denominator: int, places: int = 6) -> Decimal | None:
    """An exact quotient rounded half up to ``places``; None where there is nothing to divide by."""
    return Decimal(divide_half_up(numerator * 10**places, denominator)).scaleb(-places) if denominator else None
