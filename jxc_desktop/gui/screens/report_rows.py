"""The rows of a report on the screen: how they are painted, what an owner should notice, and where each leads."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from jxc_desktop.columns import EMPTY, Column, word
from jxc_desktop.gui.row_table import Look
from jxc_desktop.gui.screen import Target, goto
from jxc_desktop.gui.screens.insight_parts import Figure, pace_tone, yuan_words
from jxc_desktop.gui.screens.stock_columns import cost_words
from jxc_desktop.i18n import N_, _
from jxc_desktop.queries.periods import month_end
from jxc_desktop.reports.base import Filters, Report, ReportResult

MOST_FIGURES = 5
PACES = {"": "", "warning": N_("Slowish"), "danger": N_("Too slow")}
RATING = Column("rating", N_("Assessment"), "choice", choices=PACES)
FIGURES: Mapping[str, tuple[str, ...]] = {
    "turnover": ("turnover", "turnover_days", "average_inventory", "cost_of_sales", "gmroi"),
    "sales": ("revenue", "gross_profit", "margin", "quantity", "documents"),
    "profit": ("revenue", "gross_profit", "shrinkage", "expenses", "net_profit"),
    "stock": ("value", "quantity", "on_order", "reserved", "available"),
    "ageing": ("value", "d31_60", "d61_90", "d91_180", "d181"),
    "statement": ("debit", "credit", "balance"),
}
"""The totals that stand as key figures above a report; elsewhere the first ones."""
FIRST_SORTED: Mapping[str, str] = {"turnover": "turnover_days", "sales": "revenue", "stock": "value"}
"""What stands at the top until a person sorts otherwise: the slowest, the best sold, the most money."""
DANGER_DAYS, WARNING_DAYS = 3, 15


class Numbered:
    """A row with its place in the answer, so that a table can find it again; every other name is the row's own."""

    __slots__ = ("at_row", "rating", "row")

    def __init__(self, at_row: int, row: Any, rating: str = "") -> None:
        self.at_row, self.row, self.rating = at_row, row, rating

    def __getattr__(self, name: str) -> Any:
        row = self.row
        return row[name] if isinstance(row, Mapping) else getattr(row, name)

    def get(self, name: str) -> Any:
        """The value of ``name``, None where this row has no such thing."""
        return self.row.get(name) if isinstance(self.row, Mapping) else getattr(self.row, name, None)


def numbered(result: ReportResult) -> list[Numbered]:
    """The rows with their places; those that have turnover days also with how slow they are."""
    target = result.chart.target if result.chart is not None else None
    if target is None or not any(column.key == "turnover_days" for column in result.columns):
        return [Numbered(n, row) for n, row in enumerate(result.rows)]
    return [Numbered(n, row, pace_tone(row["turnover_days"], target)) for n, row in enumerate(result.rows)]


def screen_columns(result: ReportResult) -> tuple[Column, ...]:
    """The columns of the answer without those that are empty throughout, and an assessment behind turnover days.

    The whole shop has no code that says anything.
    """
    columns = tuple(
        c
        for c in result.columns
        if c.numeric or c.priority < 2 or any(c.value(row) not in (None, "", "shop") for row in result.rows)
    )
    slow = result.chart is not None and result.chart.target is not None
    return (*columns, RATING) if slow and any(c.key == "turnover_days" for c in columns) else columns


def looks(columns: Sequence[Column], places: Mapping[str, str]) -> dict[str, Look]:
    """How the columns are painted: names take the room, what an owner should notice has its tone.

    ``places``: names of the warehouses by code; it may be filled later.
    """
    found: dict[str, Look] = {}
    keys = {column.key for column in columns}
    for column in columns:
        if column.key in (
            "unit",
            "code",
            "product",
            "key",
            "partner",
            "warehouse",
            "category",
            "batch",
            "spec",
            "user",
            "action",
        ):
            found[column.key] = Look(muted=True)
    stretch = next((key for key in ("name", "detail", "account_name", "note") if key in keys), columns[0].key)
    found[stretch] = Look(stretch=True)
    if {"number", "balance"} & keys and "number" in keys:
        found["number"] = Look(kind="link")
    for key, tone in _TONES.items():
        if key in keys:
            found[key] = Look(tone=tone, bold=key in ("turnover_days", "days_left"))
    if "warehouse" in keys:
        found["warehouse"] = Look(muted=True, words=lambda row: places.get(row.get("warehouse"), row.get("warehouse") or EMPTY))
    if "unit_cost" in keys:
        found["unit_cost"] = Look(words=cost_words, muted=True)
    if "rating" in keys:
        found["rating"] = Look(kind="badge", tone=lambda row: row.rating or None, align="right")
    return found


def _left(row: Numbered) -> str | None:
    days = row.get("days_left")
    if days is None:
        return None
    limits = (DANGER_DAYS, WARNING_DAYS) if row.get("expiry") else (1, DANGER_DAYS)
    return "danger" if days <= limits[0] else "warning" if days <= limits[1] else None


def _below_zero(key: str) -> Callable[[Numbered], str | None]:
    def tone(row: Numbered) -> str | None:
        value = row.get(key)
        return "danger" if value is not None and value < 0 else None

    return tone


def _above_zero(key: str) -> Callable[[Numbered], str | None]:
    def tone(row: Numbered) -> str | None:
        value = row.get(key)
        return "danger" if value is not None and value > 0 else None

    return tone


_TONES: Mapping[str, Callable[[Numbered], str | None]] = {
    "turnover_days": lambda row: row.rating or None,
    "days_left": _left,
    "available": _below_zero("available"),
    "gross_profit": _below_zero("gross_profit"),
    "net_profit": _below_zero("net_profit"),
    "balance_quantity": _below_zero("balance_quantity"),
    "overdue": _above_zero("overdue"),
    "days_out": _above_zero("days_out"),
}


# --- totals as figures -----------------------------------------------------------------------------------------------


def totals_words(result: ReportResult) -> dict[str, str] | None:
    """The pinned total in words by column key; None where the answer has none."""
    known = {column.key: column for column in result.columns}
    found = {k: word(v, known[k].shape) for k, v in result.totals.items() if k in known and isinstance(v, Decimal | int)}
    return found or None


def figures(report: Report, result: ReportResult, before: ReportResult | None) -> list[Figure]:
    """The totals as key figures, each with what it was in the period before."""
    known = {column.key: column for column in result.columns}
    wanted = FIGURES.get(report.name) or [c.key for c in result.columns if c.key in result.totals]
    shown = [key for key in wanted if key in known and key in result.totals][:MOST_FIGURES]
    target = result.chart.target if result.chart is not None else None
    return [_figure(known[key], result, before, target) for key in shown]


def _figure(column: Column, result: ReportResult, before: ReportResult | None, target: Decimal | None) -> Figure:
    value = result.totals[column.key]
    words = yuan_words(value) if column.shape == "money" else word(value, column.shape)
    unit = _("days") if column.shape == "days" and value is not None else ""
    note = "" if before is None else _against(column, value, before.totals.get(column.key))
    tone = pace_tone(value, target) if column.key == "turnover_days" and target is not None else ""
    return Figure(column.heading, words, unit, note, tone, column.key)


def _against(column: Column, value: Any, old: Any) -> str:
    """``before 1.29, +2.3%``: what it was, and how far it moved in its own measure."""
    if old is None:
        return _("nothing to compare with")
    said = f"¥{old:,.0f}" if column.shape == "money" else word(old, column.shape)
    if value is None:
        moved = ""
    elif column.shape == "days":
        moved = (_("{days} days faster") if value <= old else _("{days} days slower")).format(days=word(abs(value - old), "days"))
    elif column.shape == "percent":
        moved = _("{points} points").format(points=f"{(value - old) * 100:+.1f}")
    else:
        moved = f"{(Decimal(value) - old) / abs(Decimal(old)) * 100:+.1f}%" if old else ""
    return _("before {value}, {moved}").format(value=said, moved=moved) if moved else _("before {value}").format(value=said)


# --- where a row leads -----------------------------------------------------------------------------------------------


def drill(report: Report, filters: Filters, row: Numbered) -> Target | None:
    """The page a row leads to: its document, product or partner, or the same report about it. None: nowhere."""
    if row.get("slip") is not None:
        return goto("difference", seq=row.get("slip"))
    for key, target in (("document_id", "document"), ("partner_id", "partners")):
        if row.get(key) is not None:
            return goto(target, id=row.get(key))
    if row.get("product_id") is not None:
        return goto("stock", product=row.get("product_id"))
    by = (filters.by or report.by[:1])[:1]
    return _narrower(report, filters, by[0], row) if report.keyed and by else None


def _narrower(report: Report, filters: Filters, by: str, row: Numbered) -> Target | None:
    key, name = row.get("key") or row.get(by), row.get("name")
    if not key:
        return None
    if by == "product":
        return goto("stock", product=str(key))
    asked: dict[str, Any] = {name_: getattr(filters, name_) for name_ in _KEPT if getattr(filters, name_)}
    if by in ("warehouse", "category"):
        asked |= {by: str(key)}
    elif by in ("supplier", "customer"):
        if by == "supplier" and report.name == "sales":
            return None
        asked |= {"partner": str(key), "partner_name": name}
    elif by in ("month", "day"):
        first = date.fromisoformat(str(key) + ("-01" if by == "month" else ""))
        asked |= {"date_from": first, "date_to": min(month_end(first) if by == "month" else first, filters.today)}
    elif by != "shop":
        return None
    finer = "category" if by in ("shop", "month", "warehouse") else "product"
    known = finer in report.by
    return goto("report", name=report.name if known else "sales", **(asked | {"by": (finer,)}))


_KEPT = ("date_from", "date_to", "as_of", "warehouse", "category", "product", "partner", "average")
