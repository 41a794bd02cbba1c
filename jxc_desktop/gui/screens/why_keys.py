"""Which figure of a report or document stands in a cell: column and row in, the question "why is this the number" out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from jxc_desktop.domain.why import Group, WhyKey
from jxc_desktop.gui.screens.report_rows import Numbered
from jxc_desktop.queries.dashboard import SERIES_DAYS, Dashboard, spans
from jxc_desktop.queries.periods import Period
from jxc_desktop.reports.base import Filters, Report

_TURNOVER = (
    "turnover_days", "turnover", "average_inventory", "cost_of_sales", "gmroi", "opening_value", "closing_value", "revenue",
    "gross_profit",
)  # fmt: skip
EXPLAINED: Mapping[str, Mapping[str, str]] = {
    "turnover": {name: name for name in _TURNOVER},
    "sales": {
        "revenue": "revenue", "gross_profit": "gross_profit", "cost": "cost_of_sales", "margin": "margin",
        "quantity": "sold_quantity",
    },
    "profit": {
        "net_profit": "net_profit", "gross_profit": "gross_profit", "revenue": "revenue", "cost_of_sales": "cost_of_sales",
        "shrinkage": "shrinkage", "cost_differences": "cost_differences", "other_income": "freight_income",
    },
    "stock": {
        "value": "stock_value", "quantity": "on_hand", "available": "available", "unit_cost": "unit_cost", "reserved": "reserved",
        "on_order": "on_order",
    },
    "stock-ledger": {"value": "line_cost"},
    "receivables": {"balance": "balance"},
    "payables": {"balance": "balance"},
}  # fmt: skip
"""By report and column: the figure that stands there. The first column is meant where none is marked."""
_DOCUMENT = {"cost": "line_cost", "profit": "line_profit"}


def report_figures(report: Report) -> tuple[str, ...]:
    """The columns of ``report`` whose figures can be explained."""
    return tuple(EXPLAINED.get(report.name, ()))


def total_figures(report: Report) -> tuple[str, ...]:
    """Those of them whose totals can be explained, too."""
    names = {"turnover": None, "sales": None, "profit": None, "stock": ("value",)}
    if report.name not in names:
        return ()
    return names[report.name] or report_figures(report)


def report_key(report: Report, filters: Filters, row: Numbered, column: str) -> WhyKey | None:
    """What the figure of ``row`` in ``column`` is; None where it cannot be told."""
    figure, shown = EXPLAINED.get(report.name, {}).get(column), row.get(column)
    if figure is None or "kit" in filters.by:  # of a kit the ledger knows only the parts
        return None
    if report.name == "stock":
        return _stock(filters, row, figure, shown)
    if report.name == "stock-ledger":
        return WhyKey(figure, product_id=row.get("product_id"), document_id=row.get("document_id"), line=row.get("line"))
    if report.name in ("receivables", "payables"):
        return WhyKey(
            figure, partner_id=row.get("partner_id"), side="customer" if report.name == "receivables" else "supplier",
            last=filters.day, shown=shown,
        )  # fmt: skip
    return _sum(report, filters, figure, _groups(report, filters, row), shown)


def total_key(report: Report, filters: Filters, column: str, shown: Any) -> WhyKey | None:
    """What the total of ``column`` is."""
    figure = EXPLAINED.get(report.name, {}).get(column)
    if figure is None or column not in total_figures(report) or "kit" in filters.by:
        return None
    if report.name == "stock":
        return WhyKey(
            figure, warehouse=filters.warehouse, category=filters.category, product=filters.product, partner=filters.partner,
            last=filters.day, side="supplier", shown=_exact(shown),
        )  # fmt: skip
    return _sum(report, filters, figure, (), shown)


def _sum(report: Report, filters: Filters, figure: str, groups: tuple[Group, ...], shown: Any) -> WhyKey:
    return WhyKey(
        figure, warehouse=filters.warehouse, category=filters.category, product=filters.product, partner=filters.partner,
        side="customer" if report.name == "sales" else "supplier", groups=groups, first=filters.date_from, last=filters.until,
        average=filters.average, shown=_exact(shown),
    )  # fmt: skip


def _stock(filters: Filters, row: Numbered, figure: str, shown: Any) -> WhyKey:
    by_batch = (filters.by or ("product",))[0] == "batch"
    return WhyKey(
        figure, product_id=row.get("product_id"), warehouse=row.get("warehouse") or filters.warehouse,
        batch=(row.get("batch") or "") if by_batch else None, last=_past(filters), shown=_exact(shown),
    )  # fmt: skip


def _past(filters: Filters) -> date | None:
    return filters.day if filters.day < filters.today else None


def _groups(report: Report, filters: Filters, row: Numbered) -> tuple[Group, ...]:
    by = filters.by or report.by[:1]
    return tuple((word, row.get("key") if len(by) == 1 else row.get(word)) for word in by)


def _exact(shown: Any) -> Decimal | None:
    return shown if isinstance(shown, Decimal) else None


def dashboard_keys(board: Dashboard) -> tuple[WhyKey, ...]:
    """The cards of the dashboard in their order: sales, profit, turnover, turnover days, what customers owe."""
    span, last = spans(board.today, board.span)[0], Period(board.today - timedelta(days=SERIES_DAYS - 1), board.today)
    figures = (
        ("revenue", span, board.selling.sales),
        ("gross_profit", span, board.selling.profit),
        ("turnover", last, board.turnover),
        ("turnover_days", last, board.turnover_days),
    )
    sums = tuple(WhyKey(figure, side="supplier", first=p.first, last=p.last, shown=shown) for figure, p, shown in figures)
    return (*sums, WhyKey("owed", shown=board.receivables.total))


def document_key(document_id: int, product_id: int | None, line: int, column: str, shown: Any) -> WhyKey | None:
    """Cost or profit of a line of a document."""
    figure = _DOCUMENT.get(column)
    return None if figure is None else WhyKey(figure, product_id, document_id=document_id, line=line, shown=_exact(shown))
