"""Which figure stands in a cell of a report: column and row in, the question "why is this the number" out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any, Literal

from jxc_desktop.domain.why import FIGURES, Group, Of, WhyKey
from jxc_desktop.gui.screens.report_rows import Numbered
from jxc_desktop.i18n import N_, _
from jxc_desktop.queries.dashboard import SERIES_DAYS, Dashboard, spans
from jxc_desktop.queries.periods import Period
from jxc_desktop.queries.why import OF_MANY
from jxc_desktop.queries.why_parts import AGES, MOST_ROWS, STOCK_AGES
from jxc_desktop.reports.base import Filters, Report, ReportResult

Answer = WhyKey | str | None
"""A figure that can be explained; a sentence about one that has no derivation; None: there is no figure."""

_TURNOVER = (
    "turnover_days", "turnover", "average_inventory", "cost_of_sales", "gmroi", "opening_value", "closing_value", "revenue",
    "gross_profit",
)  # fmt: skip
_DUE = {"balance": "balance", **dict.fromkeys(AGES, "due")}
EXPLAINED: Mapping[str, Mapping[str, str]] = {
    "turnover": {name: name for name in _TURNOVER},
    "sales": {
        "revenue": "revenue", "gross_profit": "gross_profit", "cost": "cost_of_sales", "margin": "margin",
        "quantity": "sold_quantity", "documents": "documents",
    },
    "profit": {
        "net_profit": "net_profit", "gross_profit": "gross_profit", "revenue": "revenue", "cost_of_sales": "cost_of_sales",
        "shrinkage": "shrinkage", "cost_differences": "cost_differences", "other_income": "freight_income",
    },
    "stock": {
        "value": "stock_value", "quantity": "on_hand", "available": "available", "unit_cost": "unit_cost", "reserved": "reserved",
        "on_order": "on_order",
    },
    "stock-ledger": {
        "value": "row_value", "quantity": "row_quantity", "balance_quantity": "left_quantity", "balance_value": "left_value",
    },
    "layers": {"quantity": "layer_quantity", "unit_cost": "layer_cost"},
    "cost-differences": {
        "difference": "cost_change", "old_cost": "old_cost", "new_cost": "new_cost", "quantity": "quantity_changed",
    },
    "low-stock": {
        "available": "available", "quantity": "on_hand", "on_order": "on_order", "days_left": "days_left",
        "suggested": "suggested",
    },
    "slow-movers": {"value": "stock_value", "quantity": "on_hand", "days_without_sale": "idle_days"},
    "ageing": {"value": "stock_value", "quantity": "on_hand", **dict.fromkeys(STOCK_AGES, "aged")},
    "expiring": {"value": "stock_value", "quantity": "on_hand"},
    "stock-outs": {"rate": "out_rate", "days_out": "days_out", "days": "days_watched"},
    "shrinkage": {"value": "row_value", "quantity": "row_quantity"},
    "stocktake-accuracy": {
        "line_accuracy": "line_accuracy", "value_accuracy": "value_accuracy", "lines": "counted_lines", "right": "counted_right",
        "book_value": "counted_value", "gain": "count_gain", "loss": "count_loss",
    },
    "receivables": _DUE,
    "payables": _DUE,
    "statement": {"balance": "balance", "debit": "charged", "credit": "credited"},
    "money": {"balance": "account_balance", "amount": "account_change"},
}  # fmt: skip
"""By report and column: the figure that stands there. The first column is meant where none is marked."""

PLAIN: Mapping[str, Mapping[str, str]] = {
    "stock-ledger": dict.fromkeys(("line", "part"), N_("This says where in its document the row stands; nothing is counted.")),
    "profit": {"expenses": N_("This program does not book expenses yet, so they count as 0.")},
    "low-stock": {"minimum": N_("This minimum was set on the product; open the product to change it.")},
    "expiring": {"days_left": N_("These are the days from the day asked for to the expiry day of the batch.")},
    "audit": {"seq": N_("Acts are numbered in the order in which they were done; nothing is counted.")},
}
"""By report and column: what is said of a number that comes from no sum. Short on purpose: what is counted belongs above."""

BY_BATCH = ("expiring",)
"""Reports whose rows are batches, whatever they are grouped by."""


def report_figures(report: Report) -> tuple[str, ...]:
    """The columns of ``report`` of which something can be said, those that can be explained first."""
    return (*EXPLAINED.get(report.name, ()), *PLAIN.get(report.name, ()))


def total_figures(report: Report) -> tuple[str, ...]:
    """Those of them whose totals can be explained, too, if the answer has a total of them."""
    return tuple(EXPLAINED.get(report.name, ()))


def report_key(report: Report, filters: Filters, row: Numbered, column: str) -> Answer:
    """What the figure of ``row`` in ``column`` is."""
    if (said := PLAIN.get(report.name, {}).get(column)) is not None:
        return _(said)
    figure, shown = EXPLAINED.get(report.name, {}).get(column), _exact(row.get(column))
    if figure is None:
        return None
    return _KEYS[FIGURES[figure].of](report, filters, row, figure, column, shown)


def total_key(report: Report, filters: Filters, column: str, result: ReportResult) -> Answer:
    """What the total of ``column`` is: a figure of its own, else the rows of the list added up."""
    figure, shown = EXPLAINED.get(report.name, {}).get(column), _exact(result.totals.get(column))
    if figure is None or shown is None:
        said = PLAIN.get(report.name, {}).get(column)
        return None if said is None else _(said)
    of = FIGURES[figure].of
    if of in ("period", "counts") or report.name in ("statement", "money"):
        return _KEYS[of](report, filters, None, figure, column, shown)
    if figure in OF_MANY and report.name == "stock" and (filters.by or report.by)[:1] != ("batch",):
        return WhyKey(
            figure, warehouse=filters.warehouse, category=filters.category, product=filters.product, partner=filters.partner,
            last=filters.day, side="supplier", shown=shown,
        )  # fmt: skip
    rows = [Numbered(place, row) for place, row in enumerate(result.rows)]
    return list_key([(_words(row), report_key(report, filters, row, column)) for row in rows], shown)


def list_key(rows: Sequence[tuple[str, Answer]], shown: Decimal | None) -> WhyKey | None:
    """The sum of the figures of a list, each (words, figure); the largest are listed, the others only added up."""
    known = [(words, key, key.shown) for words, key in rows if isinstance(key, WhyKey) and key.shown]
    parts = sorted(((words, key, value) for words, key, value in known if value), key=lambda one: -abs(one[2]))
    others = parts[MOST_ROWS:]
    rest = (len(others), sum((value for _words, _key, value in others), Decimal(0))) if others else None
    if not parts:
        return None
    return WhyKey("sum", parts=tuple((words, key) for words, key, _value in parts[:MOST_ROWS]), rest=rest, shown=shown)


def _words(row: Numbered) -> str:
    found = [str(row.get(name)) for name in ("number", "name", "account_name") if row.get(name)]
    return " ".join(found[:2])


# --- a row of a report as a key: by what the figure is of ------------------------------------------------------------


def _goods(report: Report, filters: Filters, row: Any, figure: str, column: str, shown: Decimal | None) -> WhyKey:
    by_batch = report.name in BY_BATCH or (filters.by or report.by)[:1] == ("batch",)
    layer = row.get("layer")
    batch = row.get("batch") if layer is not None else (row.get("batch") or "") if by_batch else None
    return WhyKey(
        figure, row.get("product_id"), warehouse=row.get("warehouse") or (None if layer is not None else filters.warehouse),
        batch=batch, layer=layer, age=column if figure == "aged" else "", last=filters.day, shown=shown,
    )  # fmt: skip


def _ledger_row(_report: Report, _filters: Filters, row: Any, figure: str, _column: str, shown: Decimal | None) -> WhyKey:
    warehouse = row.get("warehouse")
    batch = None if warehouse is None else row.get("batch") or ""
    return WhyKey(
        figure, row.get("product_id"), warehouse, batch, row.get("document_id"), row.get("line"), row.get("part"), shown=shown
    )


def _document(_report: Report, _filters: Filters, row: Any, figure: str, _column: str, shown: Decimal | None) -> WhyKey:
    return WhyKey(figure, document_id=row.get("document_id"), shown=shown)


def _partner(report: Report, filters: Filters, row: Any, figure: str, column: str, shown: Decimal | None) -> WhyKey:
    if report.name == "statement":  # seen as the ledger has it: + they owe us
        of, first = (None, filters.date_from) if row is None else (row.get("document_id"), None)
        last = filters.until if row is None else None
        first = None if figure == "balance" else first
        return WhyKey(figure, partner=filters.partner, document_id=of, first=first, last=last, shown=shown)
    side: Literal["customer", "supplier"] = "supplier" if report.name == "payables" else "customer"
    age = column if figure == "due" else ""
    return WhyKey(figure, partner_id=row.get("partner_id"), side=side, age=age, last=filters.day, shown=shown)


def _account(_report: Report, filters: Filters, row: Any, figure: str, _column: str, shown: Decimal | None) -> WhyKey:
    if row is None:
        return WhyKey(figure, partner=filters.partner, first=filters.date_from, last=filters.until, shown=shown)
    return WhyKey(
        figure, account=row.get("account"), document_id=row.get("document_id"), part=row.get("part"), partner=filters.partner,
        shown=shown,
    )  # fmt: skip


def _period(report: Report, filters: Filters, row: Any, figure: str, _column: str, shown: Decimal | None) -> WhyKey:
    by = filters.by or report.by[:1]
    groups: tuple[Group, ...] = () if row is None or not report.keyed else _groups(by, row)
    if row is None and "kit" in by:
        groups = (("kit", None),)
    return WhyKey(
        figure, None if row is None else row.get("product_id"), warehouse=filters.warehouse, category=filters.category,
        product=filters.product, partner=filters.partner, side="customer" if report.name == "sales" else "supplier",
        groups=groups, first=filters.date_from, last=filters.until, average=filters.average, shown=shown,
    )  # fmt: skip


def _counts(_report: Report, filters: Filters, row: Any, figure: str, _column: str, shown: Decimal | None) -> WhyKey:
    of = None if row is None else row.get("document_id")
    groups = (("month", row.get("date")),) if row is not None and of is None else ()
    return WhyKey(
        figure, warehouse=filters.warehouse, document_id=of, category=filters.category, product=filters.product, groups=groups,
        first=filters.date_from, last=filters.until, shown=shown,
    )  # fmt: skip


def _act(_report: Report, _filters: Filters, row: Any, figure: str, _column: str, shown: Decimal | None) -> WhyKey:
    return WhyKey(figure, row.get("product_id"), document_id=row.get("document_id"), act=row.get("slip"), shown=shown)


_KEYS: Mapping[Of, Callable[[Report, Filters, Any, str, str, Decimal | None], WhyKey]] = {
    "goods": _goods, "row": _ledger_row, "document": _document, "partner": _partner, "account": _account, "period": _period,
    "counts": _counts, "act": _act,
}  # fmt: skip


def _groups(by: Sequence[str], row: Numbered) -> tuple[Group, ...]:
    return tuple((word, row.get("key") if len(by) == 1 else row.get(word)) for word in by)


def _exact(shown: Any) -> Decimal | None:
    return shown if isinstance(shown, Decimal) else Decimal(shown) if isinstance(shown, int) else None


# --- pages that are no reports ---------------------------------------------------------------------------------------


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
