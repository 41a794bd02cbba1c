"""The choices of the shop as lines of a form, built from the fields of :class:`ShopSettings`."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from jxc_desktop.domain.errors import BadValue, JxcError
from jxc_desktop.domain.settings import ShopSettings
from jxc_desktop.domain.text import clean_text
from jxc_desktop.gui.theme import theme
from jxc_desktop.gui.widgets import Card, Combo, LineEdit, QuantityEdit, Switch, column, rule
from jxc_desktop.gui.widgets.setting_rows import SettingRow
from jxc_desktop.i18n import N_, _

RANGES = {
    "closing_hour": (0, 6),
    "target_days": (1, 999),
    "slow_days": (1, 999),
    "expiring_days": (1, 999),
    "count_percent": (0, 100),
    "count_value": (0, 1_000_000),
    "count_approval": (0, 100_000_000),
    "count_rate": (0, 1000),
}
WIDE = ("shop", "address", "number_pattern")
SAMPLE = {"prefix": "XS", "day": "20260310", "serial": 1}


CHAPTERS = {
    "costing": N_("Cost"),
    "pool": N_("Cost"),
    "negative": N_("Selling"),
    "expired": N_("Selling"),
    "target_days": N_("Turnover and warnings"),
    "slow_days": N_("Turnover and warnings"),
    "expiring_days": N_("Turnover and warnings"),
    "count_percent": N_("Stocktake"),
    "count_value": N_("Stocktake"),
    "count_approval": N_("Stocktake"),
    "count_rate": N_("Stocktake"),
}
"""Fields that stand on a card of their own within their group."""


class SettingsForm(QWidget):
    """The fields of one group, a card for each chapter. ``touched`` tells of every change that a person makes."""

    touched = Signal()

    def __init__(self, title: str, group: str) -> None:
        super().__init__()
        self._title = title
        self._cards: dict[str, Card] = {}
        self._column = column(spacing=12)
        self.setLayout(self._column)
        self.controls: dict[str, QWidget] = {}
        self.rows: dict[str, SettingRow] = {}
        self._before = ShopSettings()
        for name, field in ShopSettings.__dataclass_fields__.items():
            if field.metadata["group"] == group:
                self._add(name, field)

    def _add(self, name: str, field: Any) -> None:
        about = field.metadata
        control = self.controls[name] = self._control(name, field)
        card = self._card_of(name)
        if card.body.count() > 1:
            card.add(rule())
        title, hint = about["title"], about["hint"]
        self.rows[name] = SettingRow(_(title), _(hint) if hint else "", control)
        card.add(self.rows[name])

    def _card_of(self, name: str) -> Card:
        said = CHAPTERS.get(name, "")
        title = _(said) if said else self._title
        if title not in self._cards:
            self._cards[title] = Card(title, spacing=0)
            self._column.addWidget(self._cards[title])
        return self._cards[title]

    def _control(self, name: str, field: Any) -> QWidget:
        about, default = field.metadata, field.default
        if about["choices"]:
            combo = Combo([(value, _(words)) for value, words in about["choices"].items()], default, width=theme.px(200))
            combo.chosen.connect(lambda _value: self.touched.emit())
            return combo
        if isinstance(default, bool):
            switch = Switch(default)
            switch.toggled.connect(lambda _on: self.touched.emit())
            return switch
        edit: LineEdit
        if isinstance(default, int):
            low, high = RANGES[name]
            title = about["title"]
            edit = QuantityEdit(Decimal(default), name=_(title), low=Decimal(low), high=Decimal(high), places=0)
            edit.setFixedWidth(theme.px(96))
        else:
            edit = LineEdit(str(default))
            edit.setFixedWidth(theme.px(320 if name in WIDE else 200))
        edit.textEdited.connect(lambda _text: self.touched.emit())
        return edit

    def fill(self, settings: ShopSettings, moved: bool) -> None:
        """Show what the book says; ``moved``: goods have moved, so some choices are fixed."""
        self._before = settings
        for name, control in self.controls.items():
            value = getattr(settings, name)
            if isinstance(control, Combo):
                control.set_value(value)
            elif isinstance(control, Switch):
                control.setChecked(bool(value))
            elif isinstance(control, QuantityEdit):
                control.set_value(Decimal(value))
            elif isinstance(control, LineEdit):
                control.setText(str(value))
            about = ShopSettings.__dataclass_fields__[name].metadata
            if about["locked"]:
                control.setEnabled(not moved)
                self.rows[name].set_hint(_("Fixed since goods have moved") if moved else _("Fixed once goods have moved"))
            elif name == "number_pattern":
                hint = about["hint"]
                self.rows[name].set_hint(_(hint) + " " + _("Such as {sample}").format(sample=_number_like(str(value))))
            else:
                self.rows[name].set_error("")

    def changes(self) -> dict[str, Any] | None:
        """What differs from the book; None where a field cannot be read, which is then said under it."""
        found: dict[str, Any] = {}
        wrong = False
        for name in self.controls:
            self.rows[name].set_error("")
            try:
                value = self._value(name)
            except JxcError as error:
                self.rows[name].set_error(str(error))
                wrong = True
                continue
            if value != getattr(self._before, name):
                found[name] = value
        return None if wrong else found

    def _value(self, name: str) -> Any:
        control, said = self.controls[name], ShopSettings.__dataclass_fields__[name].metadata["title"]
        title = _(said)
        if isinstance(control, Combo):
            return control.value
        if isinstance(control, Switch):
            return control.isChecked()
        if isinstance(control, QuantityEdit):
            number = control.value()
            if number is None:
                raise BadValue(field=title, value="", hint=_("Write a number."))
            return int(number)
        assert isinstance(control, LineEdit)
        text = clean_text(control.text(), field=title, limit=100)
        if name == "shop" and not text:
            raise BadValue(field=title, value="", hint=_("Give the shop a name."))
        if name == "number_pattern":
            _number_of(text, title)
        return text


def _number_of(pattern: str, title: str) -> str:
    """A document number of this pattern. Raises :class:`BadValue` for one that cannot number documents."""
    try:
        first, second = (pattern.format(**{**SAMPLE, "serial": serial}) for serial in (1, 2))
    except (KeyError, IndexError, ValueError, AttributeError) as error:
        raise BadValue(field=title, value=pattern, hint=_("Write it like {prefix}-{day}-{serial:03}.")) from error
    if first == second or "{prefix}" not in pattern or "{day}" not in pattern:
        raise BadValue(field=title, value=pattern, hint=_("Write it like {prefix}-{day}-{serial:03}."))
    return first


def _number_like(pattern: str) -> str:
    """As :func:`_number_of`; the pattern itself where it is none."""
    try:
        return _number_of(pattern, "")
    except BadValue:
        return pattern
