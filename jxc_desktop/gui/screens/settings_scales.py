"""The section of scale labels: the rules by which their codes are read, and a field to try a code."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt

from jxc_desktop.domain.changes import Changes
from jxc_desktop.domain.errors import JxcError
from jxc_desktop.domain.scale_codes import PLACES, ScaleRule
from jxc_desktop.gui import prompts
from jxc_desktop.gui.theme import theme
from jxc_desktop.gui.widgets import (
    Badge,
    Button,
    Card,
    Combo,
    Dialog,
    Field,
    FieldGrid,
    LineEdit,
    label,
    require,
    row,
    rule,
    set_tone,
)
from jxc_desktop.gui.widgets.setting_rows import SettingRow
from jxc_desktop.i18n import N_, _, listed
from jxc_desktop.queries.scale_codes import Trial, scale_rules, try_code
from jxc_desktop.services.scale_codes import remove_scale_rule, save_scale_rule

if TYPE_CHECKING:
    from jxc_desktop.gui.screens.settings import Settings

_WEIGHTS = {3: N_("Grams (3 decimals of kg)"), 2: N_("Ten grams (2 decimals of kg)")}
_AMOUNTS = {2: N_("Fen (2 decimals)"), 1: N_("Jiao (1 decimal)"), 0: N_("Yuan (no decimals)")}


class RuleDialog(Dialog):
    """A rule: name, prefixes, layout, decimals. A refusal is said under the field it is about."""

    def __init__(self, screen: Settings, rule: ScaleRule | None) -> None:
        super().__init__(screen, _("Rule for scale labels"), size="md", icon="scale")
        self._screen, self._before = screen, rule
        shown = rule or ScaleRule("", (), "FFWWWWWNNNNNC")
        self.name, self.layout_edit = LineEdit(shown.name), LineEdit(shown.layout)
        self.prefixes = LineEdit(",".join(shown.prefixes), "21,23")
        for edit in (self.prefixes, self.layout_edit):
            edit.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, False)
        self.weights = Combo([(n, _(_WEIGHTS[n])) for n in reversed(PLACES["weight_places"])], shown.weight_places)
        self.amounts = Combo([(n, _(_AMOUNTS[n])) for n in reversed(PLACES["amount_places"])], shown.amount_places)
        letters = _("F prefix, W item, N weight, E amount, V and C check digits, X anything: one letter a digit.")
        self.fields = {
            "name": Field(_("Rule name"), self.name, required=True),
            "prefixes": Field(_("Prefixes"), self.prefixes, required=True, hint=_("Two digits each, 20 to 28, commas between.")),
            "layout": Field(_("Layout"), self.layout_edit, required=True, hint=letters),
        }
        grid = FieldGrid(2)
        grid.add(self.fields["name"])
        grid.add(self.fields["prefixes"])
        grid.add(self.fields["layout"], 2)
        grid.add(Field(_("The weight is in"), self.weights))
        grid.add(Field(_("The amount is in"), self.amounts))
        self.body.addWidget(grid)
        self.add_button(_("Cancel"), key="Esc", reject=True)
        self.save = self.add_button(_("Save"), "primary", key="Ctrl+S")
        self.save.clicked.connect(self._save)
        self.name.setFocus()

    def rule(self) -> ScaleRule:
        """What is typed."""
        said = self.prefixes.text().replace("，", ",").replace("、", ",")
        return replace(
            self._before or ScaleRule("", (), ""),
            name=self.name.text(),
            prefixes=tuple(part.strip() for part in said.split(",") if part.strip()),
            layout=self.layout_edit.text(),
            weight_places=int(str(self.weights.value)),
            amount_places=int(str(self.amounts.value)),
        )

    def _save(self) -> None:
        if not require(*self.fields.values()):
            return
        wanted, act = self.rule(), self._screen.act()
        self.save.set_busy(True)
        self._screen.tasks.write(self, lambda s: save_scale_rule(s, wanted, act), lambda _done: self.accept(), self._refused)

    def _refused(self, error: JxcError) -> None:
        self.save.set_busy(False)
        said = {_("Rule name"): "name", _("Layout"): "layout"}.get(str(error.facts.get("field")), "prefixes")
        self.fields[said].set_error(str(error))
        self.fields[said].control.setFocus()
        self.fit()


class ScalesCard(Card):
    """The rules, one below the other, and the field that tries a code."""

    def __init__(self, screen: Settings) -> None:
        super().__init__(_("Rules for scale labels"), _("a barcode of a product always goes first"), spacing=0)
        self._screen = screen
        self.add_tool(Button(_("Add"), icon="plus", size="sm", on_click=lambda: self.edit(None)))
        self.rows: dict[int, SettingRow] = {}
        self.trial = Card(_("Try a code"), _("scan a label here to see what it means"))
        self.code = LineEdit("", _("Scan or type"))
        self.code.setProperty("takes_scans", True)
        self.code.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, False)
        self.code.setFixedWidth(theme.px(260))
        self.code.textChanged.connect(lambda _text: self._try())
        self.said = label(_("13 or 18 digits, as the scale prints them."), "secondary", wrap=True, selectable=True)
        self.trial.add(row(self.code, 1))
        self.trial.add(self.said)

    def read(self) -> None:
        """Show the rules as they stand."""
        self._screen.tasks.read(self, "rules", scale_rules, self.show_rules, self._screen.refuse)

    def show_rules(self, found: Sequence[ScaleRule]) -> None:
        while self.body.count() > 1:
            item = self.body.takeAt(1)
            if item is not None and (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        self.rows = {}
        for one in found:
            if self.rows:
                self.add(rule())
            self.rows[one.id or 0] = self._line(one)
            self.add(self.rows[one.id or 0])
        if not found:
            self.add(label(_("No rules: labels of scales are read as codes like any other."), "secondary"))
        self._try()

    def _line(self, one: ScaleRule) -> SettingRow:
        note = _("Begins with {prefixes}; {layout}").format(prefixes=listed(one.prefixes), layout=one.layout)
        turn = Button(
            _("Use again") if not one.active else _("Take out of use"), "ghost", size="sm", on_click=partial(self._turn, one)
        )
        controls: list[Any] = [] if one.active else [Badge(_("Out of use"), "neutral")]
        controls.append(Button(_("Edit"), size="sm", on_click=partial(self.edit, one)))
        controls += [turn, Button(_("Remove"), "danger_ghost", size="sm", on_click=partial(self._remove, one))]
        return SettingRow(one.name, note, *controls)

    def edit(self, one: ScaleRule | None) -> None:
        """Change a rule, or make one."""
        dialog = RuleDialog(self._screen, one)
        if dialog.exec():
            self.read()
        dialog.deleteLater()

    def _turn(self, one: ScaleRule) -> None:
        self._write(lambda s, act: save_scale_rule(s, replace(one, active=not one.active), act))

    def _remove(self, one: ScaleRule) -> None:
        text = _("Labels that begin with {prefixes} are not read by it any more. You can add it again.").format(
            prefixes=listed(one.prefixes)
        )
        if prompts.confirm(self, _("Remove the rule {name}?").format(name=one.name), text, _("Remove")):
            self._write(lambda s, act: remove_scale_rule(s, one.id or 0, act))

    def _write(self, change: Any) -> None:
        act = self._screen.act()

        def done(_changes: Changes) -> None:
            self.read()

        self._screen.tasks.write(self, lambda s: change(s, act), done, self._screen.refuse)

    def _try(self) -> None:
        code = self.code.text().strip()
        if not code:
            self._say(Trial(_("13 or 18 digits, as the scale prints them."), True))
            return
        self._screen.tasks.read(self, "trial", lambda s: try_code(s, code), self._say, self._screen.refuse)

    def _say(self, trial: Trial) -> None:
        self.said.setText(trial.words)
        set_tone(self.said, "" if trial.right else "warning")
