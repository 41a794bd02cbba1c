"""The filter bar of a report, built from its ``Filter`` declarations: presets, days, places, goods, partners, grouping."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any, Literal

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from jxc_desktop.domain.errors import WrongUse
from jxc_desktop.gui.screen import Desk
from jxc_desktop.gui.theme import theme
from jxc_desktop.gui.widgets import (
    Button,
    Choice,
    Combo,
    DateEdit,
    FlowLayout,
    Picker,
    QuantityEdit,
    Segmented,
    column,
    label,
    row,
)
from jxc_desktop.i18n import N_, _
from jxc_desktop.queries.partners import Side, search_partners
from jxc_desktop.queries.periods import month_end, month_start
from jxc_desktop.queries.product_search import search_products
from jxc_desktop.queries.settings import Named
from jxc_desktop.reports.base import BY_TITLES, Filters, Report

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

Preset = Literal["today", "7", "30", "month", "last_month", "year"]
PRESETS: tuple[tuple[Preset, str], ...] = (
    ("today", N_("Today")),
    ("7", N_("Last 7 days")),
    ("30", N_("Last 30 days")),
    ("month", N_("This month")),
    ("last_month", N_("Last month")),
    ("year", N_("This year")),
)
FOUND = 20
_MORE = ("category", "product", "partner", "days")
_SIDES: dict[str, Side] = {"sales": "customer", "receivables": "customer", "payables": "supplier"}
"""Which partners a report is narrowed to; elsewhere suppliers of the goods, or all."""


def preset_days(preset: Preset, today: date) -> tuple[date, date]:
    """The first and the last day that a preset means at ``today``."""
    if preset == "last_month":
        first = month_start(today, 1)
        return first, month_end(first)
    starts = {
        "today": today,
        "7": today - timedelta(days=6),
        "30": today - timedelta(days=29),
        "month": month_start(today),
        "year": date(today.year, 1, 1),
    }
    return starts[preset], today


def preset_of(first: date | None, last: date | None, today: date) -> Preset | None:
    """Which preset these days are, if any."""
    return next((name for name, _words in PRESETS if preset_days(name, today) == (first, last)), None)


class FilterBar(QWidget):
    """The controls a report declares. ``changed`` when a person chose something; :meth:`filters` says what is asked for."""

    changed = Signal()
    resized = Signal()

    def __init__(self, desk: Desk, report: Report) -> None:
        super().__init__()
        self._desk, self.report = desk, report
        self._has = {one.field for one in report.filters}
        self._kept: dict[str, Any] = {}
        self.presets: Segmented | None = None
        self.date_from: DateEdit | None = None
        self.date_to: DateEdit | None = None
        self.as_of: DateEdit | None = None
        self.average: Combo | None = None
        first, second = FlowLayout(), FlowLayout()
        self._add_days(first)
        self.warehouse = self._combo(_("All warehouses"), 112)
        self.by = Combo([(word, _("By {group}").format(group=_(BY_TITLES[word]))) for word in report.by])
        self.then = Combo(
            [("", _("No further split")), *((word, _("then by {group}").format(group=_(BY_TITLES[word]))) for word in report.by)]
        )
        self.category = self._combo(_("All categories"), 132)
        self.product = self._picker(_("All products"), self._find_products)
        self.partner = self._picker(_("Choose a partner") if report.needs else _("All partners"), self._find_partners)
        self.days = QuantityEdit(None, name=_("Days"), low=Decimal(1), high=Decimal(36_500), places=0, unit=_("days"))
        self.days.setFixedWidth(theme.px(88))
        self.days.value_changed.connect(lambda _value: self.changed.emit())
        self._add_choices(first)
        self._more = QWidget()
        few = len(self._has & set(_MORE)) == 1 or bool(report.needs)
        self._add_more(first if few else second)
        if not few and second.count():
            self.more = Button(_("Filter"), "default", "adjustments-horizontal", on_click=self._toggle)
            first.addWidget(self.more)
        self._more.setLayout(second)
        self._more.hide()
        top = QWidget()
        top.setLayout(first)
        self._lay_out(top)

    def _lay_out(self, top: QWidget) -> None:
        for part in (self, top, self._more):
            policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
            policy.setHeightForWidth(True)
            part.setSizePolicy(policy)
        self.setLayout(column(top, self._more, spacing=8))

    def sizeHint(self) -> QSize:
        """As high as the lines that the present width makes of it."""
        least = super().minimumSizeHint().width()
        return QSize(least, self.heightForWidth(max(self.width(), least)))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()
        self.resized.emit()

    # --- building ------------------------------------------------------------------------------------------------

    def _add_days(self, line: FlowLayout) -> None:
        today = self._desk.today()
        if "date_from" in self._has:
            first, last = preset_days("30", today)
            self.presets = Segmented([(name, _(words)) for name, words in PRESETS], "30")
            self.presets.chosen.connect(self._preset)
            since, until = self.date_from, self.date_to = self._day(first), self._day(last)
            line.addWidget(self.presets)
            line.addWidget(_together(since, label(_("to (day)"), "secondary"), until))
        elif "as_of" in self._has:
            day_edit = self.as_of = self._day(today)
            places = (
                (_("Now"), today),
                (_("Month start"), month_start(today)),
                (_("Last month end"), month_start(today) - timedelta(days=1)),
            )
            buttons = [Button(words, "ghost", on_click=partial(self._set_day, day)) for words, day in places]
            line.addWidget(_together(label(_("As of"), "secondary"), day_edit, *buttons))

    def _day(self, value: date) -> DateEdit:
        edit = DateEdit(self._desk.today, value)
        edit.setFixedWidth(theme.px(126))
        edit.value_changed.connect(lambda _value: self._days_typed())
        return edit

    def _combo(self, everything: str, width: int) -> Combo:
        combo = Combo([("", everything)], "", width=theme.px(width))
        combo.chosen.connect(lambda _value: self.changed.emit())
        return combo

    def _picker(self, everything: str, find: Callable[[str, Callable[[Sequence[Choice]], None]], None]) -> Picker:
        picker = Picker(find, everything)
        picker.setFixedWidth(theme.px(190))
        picker.picked.connect(lambda _choice: self.changed.emit())
        return picker

    def _add_choices(self, line: FlowLayout) -> None:
        if "warehouse" in self._has:
            line.addWidget(self.warehouse)
        if len(self.report.by) > 1 and "by" in self._has:
            self.by.chosen.connect(lambda _value: self.changed.emit())
            self.by.setFixedWidth(self.by.sizeHint().width())
            line.addWidget(self.by)
        choices = next((one.choices for one in self.report.filters if one.field == "average"), ())
        if choices:
            self.average = Combo([(value, _(words)) for value, words in choices])
            self.average.setFixedWidth(self.average.sizeHint().width())
            self.average.setToolTip(_("Average inventory"))
            self.average.chosen.connect(lambda _value: self.changed.emit())
            line.addWidget(self.average)

    def _add_more(self, line: FlowLayout) -> None:
        for name in _MORE:
            if name in self._has:
                widget: QWidget = getattr(self, name)
                line.addWidget(_together(label(_("Days"), "secondary"), widget) if name == "days" else widget)
        if self.report.many and "by" in self._has:
            self.then.setFixedWidth(self.then.sizeHint().width())
            self.then.chosen.connect(lambda _value: self.changed.emit())
            line.addWidget(self.then)

    def fill(self, warehouses: Sequence[Named], categories: Sequence[Named]) -> None:
        """The lists that stand in the book; what is chosen stays chosen."""
        for combo, everything, options in (
            (self.warehouse, _("All warehouses"), [(w.code, w.name) for w in warehouses]),
            (self.category, _("All categories"), [(c.code, c.code) for c in categories]),
        ):
            combo.set_options(
                [("", everything), *options], self._kept.get("warehouse" if combo is self.warehouse else "category", combo.value)
            )
        self._kept.clear()

    # --- searching -----------------------------------------------------------------------------------------------

    def _find_products(self, text: str, answer: Callable[[Sequence[Choice]], None]) -> None:
        def found(session: Session) -> list[Choice]:
            return [Choice(p.code, p.name, p.barcode or p.code, p.unit) for p in search_products(session, text, limit=FOUND)]

        self._desk.tasks.read(self, "products", found, answer)

    def _find_partners(self, text: str, answer: Callable[[Sequence[Choice]], None]) -> None:
        side = _SIDES.get(self.report.name, "supplier" if "product" in self._has else None)

        def found(session: Session) -> list[Choice]:
            hits = search_partners(session, text, side=side, limit=FOUND)
            return [Choice(p.code, p.name, p.code, p.phone) for p in hits]

        self._desk.tasks.read(self, "partners", found, answer)

    # --- saying and asking ---------------------------------------------------------------------------------------

    def set(self, **filters: Any) -> None:
        """Show these values of :class:`Filters` (dates, codes, ``by``) without telling."""
        if self.date_from is not None and self.date_to is not None and ("date_from" in filters or "date_to" in filters):
            self.date_from.set_value(filters.get("date_from"))
            self.date_to.set_value(filters.get("date_to", self._desk.today()))
            self._mark_preset()
        if self.as_of is not None and filters.get("as_of"):
            self.as_of.set_value(filters["as_of"])
        by = tuple(filters.get("by", ()))
        if by:
            self.by.set_value(by[0])
            self.then.set_value(by[1] if len(by) > 1 else "")
        for name, combo in (("warehouse", self.warehouse), ("category", self.category)):
            if name in filters:
                self._kept[name] = filters[name] or ""
                combo.set_value(filters[name] or "")
        for name, picker in (("product", self.product), ("partner", self.partner)):
            if name in filters:
                code = filters[name]
                picker.set_choice(Choice(code, str(filters.get(f"{name}_name") or code), str(code)) if code else None)
        if self.average is not None and filters.get("average"):
            self.average.set_value(filters["average"])
        if filters.get("days"):
            self.days.set_value(Decimal(filters["days"]))
        layout = self._more.layout()
        if layout is not None and layout.count() and (any(filters.get(name) for name in _MORE) or len(by) > 1):
            self._more.show()

    def filters(self) -> Filters:
        """What is asked for. Raises :class:`BadDate` and its kin for a wrong day, :class:`WrongUse` for days turned round."""
        found = Filters(self._desk.today(), by=self._groups())
        if self.date_from is not None and self.date_to is not None:
            found = replace(found, date_from=self.date_from.value(), date_to=self.date_to.value())
            if found.date_from and found.date_to and found.date_from > found.date_to:
                raise WrongUse(why=_("The first day lies after the last."))
        if self.as_of is not None:
            found = replace(found, as_of=self.as_of.value())
        average = self.average.value if self.average is not None else "daily"
        days = self.days.value() if "days" in self._has else None
        return replace(
            found,
            warehouse=self._chosen("warehouse", self.warehouse),
            category=self._chosen("category", self.category),
            product=str(self.product.value) if self.product.value else None,
            partner=str(self.partner.value) if self.partner.value else None,
            average="ends" if average == "ends" else "daily",
            days=None if days is None else int(days),
        )

    def _groups(self) -> tuple[str, ...]:
        words = (str(self.by.value or ""), str(self.then.value or "") if self.report.many else "")
        return tuple(dict.fromkeys(word for word in words if word))

    def _chosen(self, name: str, combo: Combo) -> str | None:
        return str(self._kept.get(name) or combo.value or "") or None

    def words(self) -> list[str]:
        """What the list was narrowed to, for the head of a paper."""
        said = [combo.currentText() for combo in (self.warehouse, self.category) if combo.value]
        return said + [picker.text() for picker in (self.product, self.partner) if picker.value]

    # --- reacting ------------------------------------------------------------------------------------------------

    def _toggle(self) -> None:
        self._more.setVisible(self._more.isHidden())

    def _preset(self, value: object) -> None:
        first, last = preset_days(value, self._desk.today())  # type: ignore[arg-type]
        if self.date_from is not None and self.date_to is not None:
            self.date_from.set_value(first)
            self.date_to.set_value(last)
        self.changed.emit()

    def _days_typed(self) -> None:
        self._mark_preset()
        self.changed.emit()

    def _set_day(self, day: date) -> None:
        if self.as_of is not None:
            self.as_of.set_value(day)
            self.changed.emit()

    def _mark_preset(self) -> None:
        if self.presets is not None and self.date_from is not None and self.date_to is not None:
            self.presets.set_value(preset_of(self.date_from.value(), self.date_to.value(), self._desk.today()))


def _together(*parts: QWidget) -> QWidget:
    """Controls that must not be torn apart when the line wraps."""
    holder = QWidget()
    holder.setLayout(row(*parts, spacing=6))
    holder.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
    return holder
