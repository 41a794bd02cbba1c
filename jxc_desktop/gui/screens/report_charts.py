"""The picture of a report: bars with lines over them, bars across, and for turnover the course of a year beside the groups."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from jxc_desktop.columns import Column, word
from jxc_desktop.gui.screens.insight_parts import Legend, yuan_words
from jxc_desktop.gui.screens.report_rows import Numbered, numbered
from jxc_desktop.gui.theme import theme
from jxc_desktop.gui.widgets import Card, ComboChart, Series, row
from jxc_desktop.gui.widgets.axis import axis_words
from jxc_desktop.gui.widgets.charts import Number
from jxc_desktop.gui.widgets.paint import draw_text, fill_round, text_width
from jxc_desktop.i18n import _
from jxc_desktop.queries.periods import month_start
from jxc_desktop.reports import run_report
from jxc_desktop.reports.base import BY_TITLES, Filters, Report, ReportResult

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

MONTHS, GROUPS = 12, 8
TIMES = ("hour", "day", "week", "month")
MOST_TIMES = 31


@dataclass(frozen=True, slots=True)
class Pictures:
    """What the charts show: the answer itself, and for turnover a year by month and the period by group."""

    result: ReportResult
    months: ReportResult | None = None
    groups: ReportResult | None = None


def read_pictures(session: Session, report: Report, filters: Filters, result: ReportResult) -> Pictures:
    """The further answers that the charts of ``report`` need."""
    if report.name != "turnover":
        return Pictures(result)
    last = filters.until
    year = replace(filters, date_from=month_start(last, MONTHS - 1), date_to=last, by=("month",))
    by = filters.by[:1] if filters.by and filters.by[0] not in ("shop", "month") else ("category",)
    same = filters.by == by
    groups = result if same else run_report(session, report, replace(filters, by=by))
    return Pictures(result, run_report(session, report, year), groups)


class AcrossBars(QWidget):
    """Bars across with their names at the left and their figures behind them; a dashed rule marks a target.

    Items: (name, value, words, tone). As many as fit are shown.
    """

    def __init__(self) -> None:
        super().__init__()
        self.items: Sequence[tuple[str, Number, str, str]] = ()
        self._target: Number = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def set(self, items: Sequence[tuple[str, Number, str, str]], target: Number = None) -> None:
        self.items, self._target = tuple(items), target
        self.setAccessibleDescription("; ".join(f"{name} {words}" for name, _value, words, _tone in items))
        self.setToolTip("\n".join(f"{name} {words}" for name, _value, words, _tone in items))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(280, 140)

    def minimumSizeHint(self) -> QSize:
        return QSize(160, 40)

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self.items:
            return
        painter, font, bold = QPainter(self), theme.font("caption"), theme.font("caption", True)
        shown = self.items[: max(1, int(self.height() // theme.px(20)))]
        height = min(self.height() / len(shown), float(theme.px(36)))
        left = min(max(text_width(name, font) for name, *_rest in shown) + 12, self.width() // 3)
        right = max(text_width(words, bold) for _n, _v, words, _t in shown) + 10
        top = max([float(value or 0) for _n, value, _w, _t in shown] + [float(self._target or 0) * 1.1, 1e-9])
        room = max(10.0, self.width() - left - right)
        if self._target:
            x = round(left + room * float(self._target) / top) + 0.5
            painter.setPen(QPen(theme.color("text_tertiary"), 1, Qt.PenStyle.DashLine))
            painter.drawLine(round(x), 0, round(x), round(height * len(shown)))
        for place, (name, value, words, tone) in enumerate(shown):
            middle = height * (place + 0.5)
            draw_text(painter, QRectF(0, middle - 10, left - 8, 20), name, "text_secondary", font)
            width = max(2.0, room * max(0.0, float(value or 0)) / top)
            fill_round(painter, QRectF(left, middle - 5, width, 10), tone or "chart_1", 2)
            at = QRectF(left + width + 5, middle - 9, text_width(words, bold) + 4, 18)
            painter.fillRect(at, theme.color("bg_surface"))
            draw_text(painter, at.adjusted(1, 0, 0, 0), words, "text_primary", bold)


class ReportCharts(QWidget):
    """One or two cards of charts side by side. :meth:`show_pictures` answers whether there is anything to see."""

    def __init__(self) -> None:
        super().__init__()
        self.combo, self.across = ComboChart(), AcrossBars()
        self.legend, self.across_note = Legend(), Legend()
        self.left, self.right = Card(" ", padding=16, spacing=6), Card(" ", padding=16, spacing=6)
        self.left.add_tool(self.legend)
        self.right.add_tool(self.across_note)
        self.left.add(self.combo, 1)
        self.right.add(self.across, 1)
        line = row(self.left, self.right, spacing=12)
        line.setStretch(0, 2)
        line.setStretch(1, 1)
        self.setLayout(line)

    def show_pictures(self, report: Report, filters: Filters, pictures: Pictures) -> bool:
        """Show what there is; False where the report has no picture or no rows."""
        result = pictures.result
        if pictures.months is not None and pictures.groups is not None:
            self.left.setVisible(self._show_year(pictures.months))
            self.right.setVisible(self._show_groups(pictures.groups))
            return not (self.left.isHidden() and self.right.isHidden())
        self.left.hide()
        self.right.hide()
        if result.chart is None or len(result.rows) < 2:
            return False
        if result.chart.kind == "across":
            self.right.setVisible(self._show_across(report, result))
            return not self.right.isHidden()
        self.left.setVisible(self._show_bars(report, filters, result))
        return not self.left.isHidden()

    # --- turnover ------------------------------------------------------------------------------------------------

    def _show_year(self, result: ReportResult) -> bool:
        rows = list(result.rows)
        if not any(one["turnover_days"] is not None for one in rows):
            return False
        self._title(self.left, _("Turnover days and turnover"), _("last 12 months"))
        days = Series(_("Turnover days"), [one["turnover_days"] for one in rows], words=_days)
        turned = Series(_("Turnover"), [one["turnover"] for one in rows], "line", words=_times, right_axis=True)
        target = result.chart.target if result.chart is not None else None
        self.combo.set(
            [_("month {number}").format(number=int(str(one["key"])[5:7])) for one in rows],
            [days, turned],
            target=None if target is None else (target, _("target {days} days").format(days=target)),
        )
        self.legend.set(
            [
                (_("Turnover days (left)"), "chart_1", "bar"),
                (_("Turnover (right)"), "chart_3", "line"),
                (_("target"), "text_tertiary", "dash"),
            ]
        )
        return True

    def _show_groups(self, result: ReportResult) -> bool:
        target = result.chart.target if result.chart is not None else None
        rows = [one for one in numbered(result) if one.get("turnover_days") is not None]
        slowest = sorted(rows, key=lambda one: one.get("turnover_days"), reverse=True)[:GROUPS]
        items = [(_name(one), one.get("turnover_days"), _days(one.get("turnover_days")), one.rating) for one in slowest]
        self._title(self.right, _("The slowest"), "")
        self.across_note.set([] if target is None else [(_("target {days} days").format(days=target), "text_tertiary", "dash")])
        self.across.set(items, target)
        return bool(items)

    # --- every other report --------------------------------------------------------------------------------------

    def _show_across(self, report: Report, result: ReportResult) -> bool:
        assert result.chart is not None
        column = next((c for c in result.columns if c.key == result.chart.series[0]), None)
        if column is None:
            return False
        rows = sorted(numbered(result), key=lambda one: one.get(column.key) or Decimal(0), reverse=True)[:GROUPS]
        items = [(_name(one), one.get(column.key), _words(column, one.get(column.key)), "") for one in rows]
        self._title(self.right, column.heading, _("the largest {count}").format(count=len(items)))
        self.across_note.set([])
        self.across.set(items)
        return bool(items)

    def _show_bars(self, report: Report, filters: Filters, result: ReportResult) -> bool:
        assert result.chart is not None
        columns = [c for key in result.chart.series for c in result.columns if c.key == key]
        if not columns:
            return False
        by = (filters.by or report.by[:1])[:1]
        rows = numbered(result)
        lines = result.chart.kind == "lines"
        in_time = lines or (bool(by) and by[0] in TIMES and len(filters.by) < 2)
        if in_time:
            rows = rows[-(result.chart.limit if lines else MOST_TIMES) :]
        else:
            rows = sorted(rows, key=lambda one: one.get(columns[0].key) or Decimal(0), reverse=True)[: result.chart.limit]
        kinds = ["line" if lines or (place and in_time) else "bar" for place in range(len(columns))]
        series = [
            Series(c.heading, [one.get(c.key) for one in rows], kind, _token(place, kinds), _worded(c), mark=_mark(c))
            for place, (c, kind) in enumerate(zip(columns, kinds, strict=True))
        ]
        note = _("yuan") if columns[0].shape == "money" else ""
        if by:
            group = _("by {group}").format(group=_(BY_TITLES[by[0]]))
            said = [note, group, "" if in_time else _("the largest {count}").format(count=len(rows))]
            note = "·".join(part for part in said if part)
        self._title(self.left, _(" and ").join(c.heading for c in columns), note)
        named = next((c for c in result.columns if c.key == result.chart.label), None)
        self.combo.set([_short(_label(one, by, named)) for one in rows], series)
        self.legend.set([(one.name, one.token or "chart_1", one.kind) for one in series])
        return bool(rows)

    @staticmethod
    def _title(card: Card, title: str, note: str) -> None:
        card.title_label.setText(title)
        card.note_label.setText(note)


def _token(place: int, kinds: Sequence[str]) -> str:
    """Bars that stand alone leave their colour to the chart (history soft, the newest full); others have their own."""
    if place:
        return "chart_2"
    return "" if kinds.count("bar") == 1 else "chart_1"


def _mark(column: Column) -> Callable[[float], str]:
    """How the axis of a measure says its marks."""
    return (lambda value: f"{value:.0%}") if column.shape == "percent" else axis_words


def _name(one: Numbered) -> str:
    return str(one.get("name") or one.get("key") or "")


def _label(one: Numbered, by: tuple[str, ...], column: Column | None) -> str:
    key = str(one.get("key") or one.get("date") or "")
    if by and by[0] == "month" and len(key) >= 7:
        return _("month {number}").format(number=int(key[5:7]))
    if len(key) == 10 and (by[:1] == ("day",) or one.get("date") == key):
        day = date.fromisoformat(key)
        return f"{day.month}/{day.day}"
    return _name(one) or key or (column.text(one) if column is not None else "")


def _short(text: str) -> str:
    return text if len(text) <= 10 else text[:9] + "…"


def _words(column: Column, value: Number) -> str:
    return yuan_words(Decimal(value)) if column.shape == "money" and value is not None else word(value, column.shape)


def _worded(column: Column) -> Callable[[Number], str]:
    return lambda value: _words(column, value)


def _days(value: Number) -> str:
    return "—" if value is None else _("{count} days").format(count=word(value, "days"))


def _times(value: Number) -> str:
    return "—" if value is None else _("{count} times").format(count=word(value, "ratio"))
