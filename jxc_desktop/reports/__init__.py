"""The reports. To add one: a file here with ``REPORT = Report(…)``, one line in ``REPORTS``, its words in the catalogue.

Menu, filter bar, table, chart, CSV, Excel, PDF and the command line all come from that declaration.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from jxc_desktop.domain.errors import BadValue, Missing, NotAvailable, UnknownReport
from jxc_desktop.i18n import N_, _
from jxc_desktop.queries.settings import shop_settings
from jxc_desktop.reports import (
    ageing,
    audit,
    cost_differences,
    expiring,
    layers,
    low_stock,
    money,
    payables,
    profit,
    receivables,
    sales,
    shrinkage,
    slow_movers,
    statement,
    stock,
    stock_ledger,
    stock_outs,
    stocktake_accuracy,
    turnover,
)  # fmt: skip
from jxc_desktop.reports.base import Answer, Chart, Filter, Filters, Report, ReportResult, as_json

REPORTS: tuple[Report, ...] = (
    stock.REPORT,
    stock_ledger.REPORT,
    layers.REPORT,
    turnover.REPORT,
    sales.REPORT,
    profit.REPORT,
    cost_differences.REPORT,
    low_stock.REPORT,
    slow_movers.REPORT,
    ageing.REPORT,
    expiring.REPORT,
    stock_outs.REPORT,
    shrinkage.REPORT,
    stocktake_accuracy.REPORT,
    receivables.REPORT,
    payables.REPORT,
    statement.REPORT,
    money.REPORT,
    audit.REPORT,
)

LATER = {
    "forecast": N_("Forecast"),
    "replenish": N_("Replenishment"),
    "abc-xyz": N_("ABC-XYZ classes"),
}
"""Reports that are planned; asked for, they are refused with a name and not as unknown."""

_BY_NAME = {report.name: report for report in REPORTS}


def report_named(name: str) -> Report:
    """The report called ``name``. Raises :class:`NotAvailable` for a planned one, :class:`UnknownReport` for any other."""
    if name in _BY_NAME:
        return _BY_NAME[name]
    if name in LATER:
        raise NotAvailable(what=_(LATER[name]), report=name)
    raise UnknownReport(what=N_("report"), key=name, known=", ".join(_BY_NAME))


def run_report(session: Session, report: Report | str, filters: Filters) -> ReportResult:
    """Ask ``report`` with ``filters``.

    Raises :class:`BadValue` for a grouping it does not know, :class:`Missing` for a filter it needs, and the refusals of
    unknown warehouses, categories, products and partners.
    """
    asked = report_named(report) if isinstance(report, str) else report
    for name in asked.needs:
        if not getattr(filters, name):
            raise Missing(field=_(next(f.title for f in asked.filters if f.field == name)))
    filters = replace(filters, by=groupings(asked, filters.by))
    answer = asked.run(session, filters, shop_settings(session))
    columns = asked.columns_for(filters)
    totals = answer.totals if answer.totals is not None else _totals(answer.rows, columns)
    chart = asked.chart if asked.chart is None or answer.target is None else replace(asked.chart, target=answer.target)
    return ReportResult(columns, answer.rows, totals, answer.notes, chart, asked.json)


def groupings(report: Report, by: tuple[str, ...]) -> tuple[str, ...]:
    """``by``, or the report's first grouping. Raises :class:`BadValue` for one that it does not know."""
    chosen = tuple(dict.fromkeys(by)) or report.by[:1]
    wrong = [word for word in chosen if word not in report.by]
    if wrong or (len(chosen) > 1 and not report.many):
        raise BadValue(
            field=_("grouping"),
            value=",".join(wrong or chosen),
            hint=_("Choose one of: {known}.").format(known=", ".join(report.by) or "—"),
        )
    return chosen


def _totals(rows: Any, columns: Any) -> dict[str, Decimal]:
    summed = [column for column in columns if column.total]
    if not rows:
        return {}
    return {column.key: sum((column.value(row) or Decimal(0) for row in rows), Decimal(0)) for column in summed}


__all__ = [
    "REPORTS", "Answer", "Chart", "Filter", "Filters", "Report", "ReportResult",
    "as_json", "groupings", "report_named", "run_report",
]  # fmt: skip
