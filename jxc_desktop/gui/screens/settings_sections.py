"""The sections of the settings that are not forms of shop choices: places, printers, look, data."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices

from jxc_desktop import __version__
from jxc_desktop.domain.changes import Changes
from jxc_desktop.domain.errors import JxcError
from jxc_desktop.gui import prompts, sticks
from jxc_desktop.gui.theme import SCALES, theme
from jxc_desktop.gui.widgets import Badge, Button, Card, Combo, Dialog, Field, LineEdit, Segmented, Switch, label, require, rule
from jxc_desktop.gui.widgets.numbers import NumberEdit
from jxc_desktop.gui.widgets.setting_rows import SettingRow
from jxc_desktop.i18n import LANGUAGES, N_, _, language
from jxc_desktop.queries.at_a_glance import PlaceRow
from jxc_desktop.services import places

if TYPE_CHECKING:
    from jxc_desktop.gui.main_window import MainWindow
    from jxc_desktop.gui.screens.settings import Settings
    from jxc_desktop.printing.system import Printer

LANGUAGE_NAMES = {"zh_CN": "简体中文", "en": "English"}
LANGUAGE = "look/language"


class PlaceDialog(Dialog):
    """A name, and of a new place its code. ``write(code, name)`` starts the write; a refusal is said here."""

    def __init__(self, screen: Settings, title: str, row: PlaceRow | None, write: Callable[[str, str, Dialog], None]) -> None:
        super().__init__(screen, title)
        self.code, self.name = LineEdit(row.code if row else ""), LineEdit(row.name if row else "")
        self.coded = Field(_("Code"), self.code, required=True, hint=_("Short, such as WH2. It stays as it is."))
        self.named = Field(_("Name"), self.name, required=True)
        if row is None:
            self.body.addWidget(self.coded)
        self.body.addWidget(self.named)
        self.add_button(_("Cancel"), key="Esc", reject=True)
        self.save = self.add_button(_("Save"), "primary", key="Ctrl+S")

        def go() -> None:
            if require(*([self.named] if row else [self.coded, self.named])):
                self.save.set_busy(True)
                write(self.code.text(), self.name.text(), self)

        self.save.clicked.connect(go)
        (self.name if row else self.code).setFocus()

    def refused(self, error: JxcError) -> None:
        """Say it under the name; what was typed stays."""
        self.save.set_busy(False)
        self.named.set_error(str(error))


class PlacesCard(Card):
    """Warehouses, or money accounts: added, renamed, taken out of use and into it again."""

    def __init__(self, screen: Settings, kind: str) -> None:
        self._warehouses = kind == "warehouse"
        super().__init__(_("Warehouses") if self._warehouses else _("Accounts of the shop"), spacing=0)
        self._screen = screen
        self.add_tool(Button(_("Add"), icon="plus", size="sm", on_click=self.add_one))
        self.rows: dict[str, SettingRow] = {}

    def show_places(self, found: Sequence[PlaceRow]) -> None:
        while self.body.count() > 1:
            item = self.body.takeAt(1)
            if item is not None and (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        self.rows = {}
        for place in found:
            if self.rows:
                self.add(rule())
            self.rows[place.code] = self._line(place, first=not self.rows)
            self.add(self.rows[place.code])

    def _line(self, place: PlaceRow, *, first: bool) -> SettingRow:
        controls: list[Any] = []
        if not place.active:
            controls.append(Badge(_("Out of use"), "neutral"))
            controls.append(Button(_("Use again"), size="sm", on_click=partial(self._resume, place)))
        else:
            if first and self._warehouses:
                controls.append(Badge(_("Preset"), "info"))
            elif self._warehouses:
                controls.append(Button(_("Make it the preset"), "ghost", size="sm", on_click=partial(self._first, place)))
            controls.append(Button(_("Rename"), size="sm", on_click=partial(self.rename, place)))
            controls.append(Button(_("Take out of use"), "danger_ghost", size="sm", on_click=partial(self.end, place)))
        return SettingRow(place.name, place.code, *controls)

    def add_one(self) -> None:
        """A new one, the last in order."""
        create = places.create_warehouse if self._warehouses else places.create_account
        title = _("New warehouse") if self._warehouses else _("New money account")
        self._ask(title, None, lambda s, code, name, act: create(s, code, name, act))

    def rename(self, place: PlaceRow) -> None:
        """Another name; the code stays."""
        change = places.rename_warehouse if self._warehouses else places.rename_account
        self._ask(_("Rename {name}").format(name=place.name), place, lambda s, _code, name, act: change(s, place.id, name, act))

    def end(self, place: PlaceRow) -> None:
        """Out of use, when it is empty."""
        title = _("Take {name} out of use?").format(name=place.name)
        text = _("It can no longer be chosen on documents. What was posted stays, and it can be used again at any time.")
        if prompts.confirm(self, title, text, _("Take out of use")):
            end = places.end_warehouse if self._warehouses else places.end_account
            self._write(lambda session, act: end(session, place.id, act))

    def _resume(self, place: PlaceRow) -> None:
        resume = places.resume_warehouse if self._warehouses else places.resume_account
        self._write(lambda session, act: resume(session, place.id, act))

    def _first(self, place: PlaceRow) -> None:
        self._write(lambda session, act: places.put_first(session, place.id, act))

    def _write(self, change: Callable[..., Changes]) -> None:
        act = self._screen.act()
        self._screen.tasks.write(self._screen, lambda s: change(s, act), lambda _done: None, self._screen.refuse)

    def _ask(self, title: str, row: PlaceRow | None, change: Callable[..., Changes]) -> None:
        screen = self._screen

        def write(code: str, name: str, dialog: Any) -> None:
            act = screen.act()
            screen.tasks.write(dialog, lambda s: change(s, code, name, act), lambda _done: dialog.accept(), dialog.refused)

        dialog = PlaceDialog(screen, title, row, write)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()


class PrintersCard(Card):
    """Which printer takes which paper, remembered on this computer, and a test page for each."""

    def __init__(self, screen: Settings) -> None:
        from jxc_desktop.printing import PAPERS

        super().__init__(_("Printers"), _("remembered on this computer"), spacing=0)
        self._screen = screen
        self.note = label(_("Looking for printers…"), "secondary", wrap=True)
        self.add(self.note)
        self.combos: dict[str, Combo] = {}
        self.tests: dict[str, Button] = {}
        for paper in PAPERS:
            combo = self.combos[paper.name] = Combo(width=theme.px(240), placeholder=_("No printer"))
            combo.chosen.connect(partial(self._chosen, paper.name))
            test = self.tests[paper.name] = Button(_("Test page"), size="sm", on_click=partial(self.test, paper.name))
            if self.tests:
                self.add(rule())
            self.add(SettingRow(_(paper.title), "", combo, test))

    def look(self) -> None:
        """Ask the system which printers there are."""
        from jxc_desktop.printing.system import printers

        self._screen.tasks.run(self, printers, self.show_printers, self._screen.refuse)

    def show_printers(self, found: list[Printer]) -> None:
        names = [printer.name for printer in found]
        words = _("A paper goes to its printer without asking. The printer can still be changed in the preview.")
        if not names:
            words = _("No printer is installed on this computer. Papers are saved as PDF, to be printed from there.")
        self.note.setText(words)
        for paper, combo in self.combos.items():
            kept = self._screen.desk.preferences.text(f"print/printer/{paper}")
            combo.set_options([(n, n) for n in names], kept if kept in names else names[0] if names else None)
            combo.setEnabled(bool(names))
            self.tests[paper].setText(_("Test page") if names else _("Test page (PDF)"))
            self.tests[paper].updateGeometry()

    def _chosen(self, paper: str, value: object) -> None:
        self._screen.desk.preferences.set_text(f"print/printer/{paper}", str(value))

    def test(self, paper: str) -> None:
        """Print a page that shows size, margins and the characters; without a printer it is saved."""
        desk, printer = self._screen.desk, self.combos[paper].value
        target = None
        if not printer:
            target = prompts.file_to_save(self, _("Save as PDF"), f"test-{paper}.pdf", "PDF (*.pdf)")
            if target is None:
                return
        sample, button = test_page(desk.shop_name, desk.now()), self.tests[paper]

        def work() -> str:
            from jxc_desktop.db.snapshot import by_name
            from jxc_desktop.printing import render_document
            from jxc_desktop.printing.system import print_pdf

            pdf = render_document(sample, paper).pdf
            if target is None:
                return print_pdf(pdf, str(printer), title=_("Test page"))
            with by_name(target):
                target.write_bytes(pdf)
            return str(target)

        def done(where: str) -> None:
            button.set_busy(False)
            words = _("The test page is at the printer") if target is None else _("The test page is saved")
            desk.toasts.show(words, note=where[:80], tone="success")

        def failed(error: JxcError) -> None:
            button.set_busy(False)
            self._screen.refuse(error)

        button.set_busy(True)
        self._screen.tasks.run(self, work, done, failed)


def test_page(shop: str, now: datetime) -> Any:
    """A sale that never was, to be printed as a test."""
    from jxc_desktop.printing import DocumentPaper, PaperLine

    moment = now.isoformat(timespec="seconds")
    line = PaperLine(1, "TEST", _("Test page"), "1", Decimal(1), price=Decimal("12.5000"), amount=Decimal("12.50"))
    total = Decimal("12.50")
    return DocumentPaper(
        "sale", "TEST-001", moment, moment[:10], (line,), moment, goods=total, total=total, paid=total, shop=shop, demo=True
    )


class LookCard(Card):
    """Light or dark, text size, language: choices of this computer, at once."""

    def __init__(self, screen: Settings) -> None:
        super().__init__(_("Look"), _("on this computer"), spacing=0)
        self._screen = screen
        preferences = screen.desk.preferences
        self.mode = Segmented([("light", _("Light")), ("dark", _("Dark")), ("system", _("As the system"))], preferences.mode)
        self.scale = Segmented([(scale, f"{scale}%") for scale in SCALES], preferences.scale)
        self.language = Combo([(code, LANGUAGE_NAMES[code]) for code in LANGUAGES], language(), width=theme.px(160))
        self.motion = Switch(preferences.reduced_motion)
        self.contrast = Switch(preferences.high_contrast)
        self.mode.chosen.connect(lambda value: self._dress("mode", value))
        self.scale.chosen.connect(lambda value: self._dress("scale", value))
        self.motion.toggled.connect(lambda on: self._dress("reduced_motion", on))
        self.contrast.toggled.connect(lambda on: self._dress("high_contrast", on))
        self.language.chosen.connect(self._speak)
        self.steps = Switch(preferences.arrow_keys_step)
        self.steps.toggled.connect(self._step)
        for number, line in enumerate(
            (
                SettingRow(_("Theme"), _("Light by day, dark by night, or as the system is"), self.mode),
                SettingRow(_("Text size"), _("On top of the scaling of the system"), self.scale),
                SettingRow(_("Language"), _("Papers have their own choice, under the shop"), self.language),
                SettingRow(_("Fewer animations"), _("Better on slow computers"), self.motion),
                SettingRow(_("Stronger lines"), _("Edges and rules with more contrast"), self.contrast),
                SettingRow(_("↑ ↓ change numbers"), _("In fields for quantities and amounts; the wheel does, too"), self.steps),
            )
        ):
            if number:
                self.add(rule())
            self.add(line)

    def _dress(self, name: str, value: object) -> None:
        setattr(self._screen.desk.preferences, name, value)
        window: MainWindow | Any = self._screen.window()
        apply = getattr(window, "apply_look", None)
        if apply is not None:
            apply()

    def _step(self, on: bool) -> None:
        self._screen.desk.preferences.arrow_keys_step = on
        NumberEdit.steps = on

    def _speak(self, value: object) -> None:
        from jxc_desktop import i18n
        from jxc_desktop.paths import bundled

        self._screen.desk.preferences.set_text(LANGUAGE, str(value))
        i18n.use(str(value), bundled("resources/locale"))
        if self._screen.desk.reopen is not None:
            self._screen.desk.reopen(lambda: None, _("The window is opened in the other language…"))


class AboutCard(Card):
    """Which program this is, and where its files are."""

    def __init__(self, screen: Settings) -> None:
        super().__init__(_("About"), spacing=0)
        folder = screen.desk.data_dir
        text = _("Version {version}. Works without a network; nothing leaves this computer.")
        self.add(SettingRow("JXC Desktop", text.format(version=__version__)))
        if folder is not None:
            note = _("{folder}, {free} free").format(folder=folder, free=sticks.size_words(sticks.free_space(folder)))
            self._folder(_("Data folder"), note, folder)
            logs = folder / "logs"
            self._folder(_("Log"), _("{folder}. What to send along when something goes wrong.").format(folder=logs), logs)
        keys = Button(_("Show the keys"), size="sm", key="F1", bind_key=False, on_click=lambda: self._keys(screen))
        self._line(SettingRow(_("Keys"), _("Everything can be reached without the mouse"), keys))
        free = _("MIT licence. Font Noto Sans SC (OFL 1.1), icons Tabler (MIT), Qt for Python (LGPL 3).")
        self._line(SettingRow(_("Licences"), free))

    def _line(self, line: SettingRow) -> None:
        self.add(rule())
        self.add(line)

    def _folder(self, title: str, note: str, folder: Path) -> None:
        url = QUrl.fromLocalFile(str(folder))
        show = Button(_("Open the folder"), size="sm", on_click=lambda: QDesktopServices.openUrl(url))
        self._line(SettingRow(title, note, show))

    @staticmethod
    def _keys(screen: Settings) -> None:
        window: MainWindow | Any = screen.window()
        window.open_keys()


SECTIONS = (
    ("shop", N_("Shop details"), "building-store"),
    ("stock", N_("Stock and cost"), "box"),
    ("documents", N_("Documents and numbers"), "file-text"),
    ("places", N_("Warehouses and accounts"), "building-warehouse"),
    ("scales", N_("Scale labels"), "scale"),
    ("printers", N_("Printing"), "printer"),
    ("look", N_("Look and text size"), "palette"),
    ("data", N_("Data and backup"), "database"),
    ("about", N_("About"), "info-circle"),
)
