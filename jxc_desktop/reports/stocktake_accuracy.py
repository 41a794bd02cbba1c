"""Stocktake accuracy: how right each count was, or those of a month together, by lines and by value."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy.orm import Session

from jxc_desktop.columns import Column
from jxc_desktop.domain.settings import ShopSettings
from jxc_desktop.i18n import N_
from jxc_desktop.queries.stocktake_history import Accuracy, PastCount, past_counts
from jxc_desktop.reports.base import BY, CATEGORY, FROM, PRODUCT, TO, WAREHOUSE, Answer, Chart, Filters, Report


@dataclass(frozen=True, slots=True)
class AccuracyRow:
    """One stocktake, or a month of them; ``number`` is then how many there were."""

    date: str
    number: str
    warehouse: str | None
    scope: str | None
    counters: str | None
    accuracy: Accuracy
    document_id: int | None = None

    @property
    def lines(self) -> int:
        return self.accuracy.lines

    @property
    def right(self) -> int:
        return self.accuracy.right

    @property
    def line_accuracy(self) -> Decimal | None:
        return self.accuracy.by_lines

    @property
    def book_value(self) -> Decimal:
        return self.accuracy.book_value

    @property
    def gain(self) -> Decimal:
        return self.accuracy.gain

    @property
    def loss(self) -> Decimal:
        return self.accuracy.loss

    @property
    def value_accuracy(self) -> Decimal | None:
        return self.accuracy.by_value


def _run(session: Session, filters: Filters, _settings: ShopSettings) -> Answer:
    found = past_counts(session, filters.period(session), filters.scope(session))
    rows = _by_month(found) if filters.by == ("month",) else [_row(past) for past in found]
    whole = sum((past.accuracy for past in found), Accuracy())
    totals = {
        "lines": whole.lines,
        "right": whole.right,
        "line_accuracy": whole.by_lines,
        "book_value": whole.book_value,
        "gain": whole.gain,
        "loss": whole.loss,
        "value_accuracy": whole.by_value,
    }
    return Answer(rows, totals if rows else None)


def _row(past: PastCount) -> AccuracyRow:
    return AccuracyRow(past.moment[:10], past.number, past.warehouse, past.scope, past.counters, past.accuracy, past.id)


def _by_month(found: list[PastCount]) -> list[AccuracyRow]:
    months: dict[str, list[Accuracy]] = {}
    for past in found:
        months.setdefault(past.month, []).append(past.accuracy)
    return [AccuracyRow(month, str(len(each)), None, None, None, sum(each, Accuracy())) for month, each in months.items()]


REPORT = Report(
    name="stocktake-accuracy",
    title=N_("Stocktake accuracy"),
    about=N_("How right each stocktake was: lines right of lines counted, and the same by value at the cost of the time."),
    filters=(FROM, TO, WAREHOUSE, CATEGORY, PRODUCT, BY),
    columns=(
        Column("date", N_("Date"), "code", width=110),
        Column("number", N_("Number"), "code", width=150),
        Column("warehouse", N_("Warehouse"), "text", priority=2),
        Column("scope", N_("Scope"), "text", width=160),
        Column("counters", N_("Counted by"), "text", priority=2),
        Column("lines", N_("Lines counted"), "integer"),
        Column("right", N_("Lines found right"), "integer", priority=2),
        Column("line_accuracy", N_("Lines right"), "percent"),
        Column("book_value", N_("Book value of what was counted"), "money", priority=2),
        Column("gain", N_("Gains"), "money"),
        Column("loss", N_("Losses"), "money"),
        Column("value_accuracy", N_("Right by value"), "percent"),
    ),
    by=("stocktake", "month"),
    chart=Chart("lines", "date", ("line_accuracy", "value_accuracy"), limit=24),
    run=_run,
)
