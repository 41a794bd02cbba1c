"""How fast stock turns: cost of sales against average inventory, for the shop or any grouping of its goods.

Turnover = cost of sales / average inventory; turnover days = days x average inventory / cost of sales; GMROI = gross
profit / average inventory. The average is the mean of the end-of-day values ("daily") or (opening + closing) / 2 ("ends").
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from jxc_desktop.db.models import Category, Partner, Product, Warehouse
from jxc_desktop.domain.money import divide_half_up, yuan
from jxc_desktop.domain.settings import ShopSettings
from jxc_desktop.i18n import _
from jxc_desktop.queries.inventory import SHARE, Cell, Sums, product_sums, ratio, shop_sums
from jxc_desktop.queries.periods import Period, months
from jxc_desktop.queries.scope import ALL, Scope
from jxc_desktop.queries.settings import shop_settings

Average = Literal["daily", "ends"]
Key = tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class TurnoverLine:
    """The figures of one group. ``keys`` as asked for, ``name`` of the first of them; None where a figure does not apply."""

    keys: Key
    name: str
    cost_of_sales: Decimal
    average_inventory: Decimal | None
    turnover: Decimal | None
    turnover_days: Decimal | None
    opening_value: Decimal
    closing_value: Decimal
    revenue: Decimal
    gross_profit: Decimal
    gmroi: Decimal | None


@dataclass(frozen=True, slots=True)
class Turnover:
    """The lines of a question, what they add up to, and the number of days."""

    lines: tuple[TurnoverLine, ...]
    total: TurnoverLine
    days: int


def turnover(
    session: Session,
    period: Period,
    *,
    by: tuple[str, ...] = ("shop",),
    average: Average = "daily",
    scope: Scope = ALL,
    settings: ShopSettings | None = None,
) -> Turnover:
    """Turnover of ``period`` by any of shop, warehouse, category, supplier, brand, product, month (one or several)."""
    settings = settings or shop_settings(session)
    namer = _Names(session, settings) if set(by) - {"shop", "month"} else None
    lines: list[TurnoverLine] = []
    for part in months(period) if "month" in by else [period]:
        groups = _groups(session, part, by, scope, settings, namer)
        name = {"shop": settings.shop, "month": part.first.isoformat()[:7]}
        for keys, sums in groups.items():
            first = by[0]
            lines.append(_line(keys, name.get(first) or (namer.name(first, keys[0]) if namer else ""), sums, part.days, average))
    if "month" not in by or len(by) > 1:
        lines.sort(key=lambda line: tuple((key is None, key or "") for key in line.keys))
    total = _groups(session, period, ("shop",), scope, settings, None).get(("shop",), Sums())
    return Turnover(tuple(lines), _line(("shop",), settings.shop, total, period.days, average), period.days)


def figures(sums: Sums, days: int, average: Average = "daily") -> TurnoverLine:
    """The figures that follow from ``sums``, for one group without keys."""
    return _line((), "", sums, days, average)


def _groups(
    session: Session, period: Period, by: tuple[str, ...], scope: Scope, settings: ShopSettings, namer: _Names | None
) -> dict[Key, Sums]:
    month = period.first.isoformat()[:7]
    simple = not scope.narrows_products and (scope.warehouse_id is None or settings.pool == "warehouse")
    if namer is None and simple:
        keys = tuple(month if word == "month" else "shop" for word in by)
        return {keys: shop_sums(session, period, warehouse_id=scope.warehouse_id)}
    groups: dict[Key, Sums] = defaultdict(Sums)
    for cell, sums in product_sums(session, period, scope, settings, per_warehouse="warehouse" in by).items():
        groups[tuple(_key(word, cell, month, namer) for word in by)].add(sums)
    if not groups and namer is None:
        groups[tuple(month if word == "month" else "shop" for word in by)] = Sums()
    return dict(groups)


def _key(word: str, cell: Cell, month: str, namer: _Names | None) -> str | None:
    if word == "month":
        return month
    return "shop" if word == "shop" or namer is None else namer.key(word, cell)


class _Names:
    """Keys and names of groups: what a product belongs to today."""

    def __init__(self, session: Session, settings: ShopSettings) -> None:
        self._shop = settings.shop
        rows = session.execute(
            select(
                Product.id, Product.code, Product.name, Category.path, Category.name, Partner.code, Partner.name, Product.brand
            )
            .outerjoin(Category, Category.id == Product.category_id)
            .outerjoin(Partner, Partner.id == Product.supplier_id)
        )
        self._of: dict[int, dict[str, str | None]] = {}
        self._names: dict[tuple[str, str], str] = {}
        for product_id, code, name, path, category, supplier, supplier_name, brand in rows:
            self._of[product_id] = {"product": code, "category": path, "supplier": supplier, "brand": brand or None}
            self._names[("product", code)] = name
            if path:
                self._names[("category", path)] = category
            if supplier:
                self._names[("supplier", supplier)] = supplier_name
        self._warehouses = {
            w: (code, name) for w, code, name in session.execute(select(Warehouse.id, Warehouse.code, Warehouse.name))
        }
        self._names |= {("warehouse", code): name for code, name in self._warehouses.values()}

    def key(self, word: str, cell: Cell) -> str | None:
        return self._warehouses[cell[1]][0] if word == "warehouse" else self._of[cell[0]][word]

    def name(self, word: str, key: str | None) -> str:
        return _("(none)") if key is None else self._names.get((word, key), key)


def _line(keys: Key, name: str, sums: Sums, days: int, average: Average) -> TurnoverLine:
    over, under = (sums.value_days, days * SHARE) if average == "daily" else (sums.opening + sums.closing, 2)
    there = bool(over and days)
    profit = sums.revenue - sums.cost
    return TurnoverLine(
        keys,
        name,
        yuan(sums.cost),
        yuan(divide_half_up(over, under)) if under else None,
        ratio(sums.cost * under, over) if there else None,
        ratio(days * over, under * sums.cost) if there else None,
        yuan(sums.opening),
        yuan(sums.closing),
        yuan(sums.revenue),
        yuan(profit),
        ratio(profit * under, over) if there else None,
    )
