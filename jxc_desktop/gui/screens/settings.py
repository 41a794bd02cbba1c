"""The settings: the shop's choices that travel with the book, and those of this computer, section by section."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from PySide6.QtWidgets import QFrame, QScrollArea, QStackedWidget, QWidget

from jxc_desktop.domain.acts import Act
from jxc_desktop.domain.changes import Changes
from jxc_desktop.domain.errors import JxcError
from jxc_desktop.domain.settings import ShopSettings
from jxc_desktop.gui import prompts
from jxc_desktop.gui.screen import Desk, Screen
from jxc_desktop.gui.screens.settings_data import DataSection
from jxc_desktop.gui.screens.settings_form import SettingsForm
from jxc_desktop.gui.screens.settings_lock import LockCard
from jxc_desktop.gui.screens.settings_papers import PapersCard
from jxc_desktop.gui.screens.settings_scales import ScalesCard
from jxc_desktop.gui.screens.settings_sections import SECTIONS, AboutCard, LookCard, PlacesCard, PrintersCard
from jxc_desktop.gui.widgets import Button, EmptyState, column, row
from jxc_desktop.gui.widgets.details import FoldedScroll
from jxc_desktop.gui.widgets.setting_rows import SectionList, SettingRow
from jxc_desktop.i18n import N_, _
from jxc_desktop.paths import ShopPaths
from jxc_desktop.queries.at_a_glance import PlaceRow, all_accounts, all_warehouses, goods_moved
from jxc_desktop.queries.settings import owner, shop_settings
from jxc_desktop.services.shop import change_settings

FORMS = ("shop", "stock", "documents")


@dataclass(frozen=True, slots=True)
class Facts:
    """What the page reads from the book in one go."""

    settings: ShopSettings
    moved: bool
    warehouses: tuple[PlaceRow, ...]
    accounts: tuple[PlaceRow, ...]
    user_id: int


def facts(session: Any) -> Facts:
    """The shop's choices and places as they stand."""
    return Facts(
        shop_settings(session),
        goods_moved(session),
        tuple(all_warehouses(session)),
        tuple(all_accounts(session)),
        owner(session).id,
    )


class Settings(Screen):
    """``open(section=…)`` shows one of ``SECTIONS``."""

    title = N_("Settings")
    follows = Changes.SETTINGS
    hints = (("↑+↓", N_("Section")), ("Ctrl+S", N_("Save")))

    def __init__(self, desk: Desk) -> None:
        self._facts: Facts | None = None
        self._section = SECTIONS[0][0]
        super().__init__(desk)

    def build(self) -> None:
        self.save_button = Button(_("Save"), "primary", "check", key="Ctrl+S", on_click=self.save)
        self.add_action(self.save_button)
        self.list = SectionList([(name, _(words), icon) for name, words, icon in SECTIONS])
        self.list.chosen.connect(self.choose)
        self.list.search.searched.connect(self.seek)
        self.forms = {name: SettingsForm(_(words), name) for name, words, _icon in SECTIONS if name in FORMS}
        for form in self.forms.values():
            form.touched.connect(self._touched)
        self.warehouses, self.accounts = PlacesCard(self, "warehouse"), PlacesCard(self, "account")
        self.printers, self.look, self.papers = PrintersCard(self), LookCard(self), PapersCard(self.desk.preferences)
        self.lock, self.scales = LockCard(self), ScalesCard(self)
        self.data: DataSection | None = None
        self.pages = QStackedWidget()
        self._places: dict[str, int] = {}
        for name, _words, _icon in SECTIONS:
            self._places[name] = self.pages.addWidget(_scrolled(self._content(name)))
        line = row(self.list, self.pages, spacing=12)
        line.setStretch(1, 1)
        self.add(line, 1)
        self._show_section()

    def _content(self, name: str) -> QWidget:
        if name == "documents":
            return _stacked(self.forms[name], self.lock)
        if name in self.forms:
            return _stacked(self.forms[name])
        if name == "places":
            return _stacked(self.warehouses, self.accounts)
        if name == "data":
            if self.desk.data_dir is None:
                words = _("Its backups are made there, by whoever looks after it.")
                return EmptyState("database", _("The book lies on a database server"), words)
            self.data = DataSection(self, ShopPaths(self.desk.data_dir))
            return self.data
        if name == "scales":
            return _stacked(self.scales, self.scales.trial)
        if name == "printers":
            return _stacked(self.papers, self.printers)
        return _stacked(self.look if name == "look" else AboutCard(self))

    # --- sections ------------------------------------------------------------------------------------------------

    def open(self, **arguments: Any) -> None:
        """Show the section that is named."""
        if arguments.get("section") in self._places:
            self.choose(str(arguments["section"]))

    def choose(self, name: str) -> None:
        """Another section; unsaved changes of the one before are asked about."""
        if name != self._section and not self.may_leave():
            self.list.mark(self._section)
            return
        self._section = name
        self._show_section()
        self._read_section()

    def seek(self, text: str) -> None:
        """Only the sections with lines that hold ``text``, those lines marked, and the first of them in front."""
        said = text.strip()
        found = []
        for name, words, _icon in SECTIONS:
            page = self.pages.widget(self._places[name])
            lines = [line.seek(said) for line in page.findChildren(SettingRow)] if page is not None else []
            if any(lines) or said.lower() in _(words).lower():
                found.append(name)
        self.list.narrow(found if said else None)
        if said and found and self._section not in found:
            self.choose(found[0])

    def _show_section(self) -> None:
        words = {name: words for name, words, _icon in SECTIONS}
        self.list.mark(self._section)
        self.pages.setCurrentIndex(self._places[self._section])
        self.set_subtitle(_(words[self._section]))
        self.save_button.setVisible(self._section in self.forms)
        self._touched()

    def _read_section(self) -> None:
        if self._section == "data" and self.data is not None:
            self.data.read()
        elif self._section == "printers":
            self.printers.look()
        elif self._section == "documents":
            self.lock.read()
        elif self._section == "scales":
            self.scales.read()

    def _touched(self) -> None:
        form = self.forms.get(self._section)
        self.save_button.setEnabled(form is not None and form.changes() != {})

    # --- reading and saving --------------------------------------------------------------------------------------

    def reload(self) -> None:
        self.tasks.read(self, "facts", facts, self._show_facts, self.show_error)
        self._read_section()

    def _show_facts(self, found: Facts) -> None:
        self._facts = found
        self.show_content()
        for form in self.forms.values():
            form.fill(found.settings, found.moved)
        self.warehouses.show_places(found.warehouses)
        self.accounts.show_places(found.accounts)
        self._touched()

    def act(self) -> Act:
        """The act of who works here, now."""
        now = self.desk.now()
        offset = now.astimezone().utcoffset()
        minutes = int(offset.total_seconds() // 60) if offset is not None else 0
        return Act(self._facts.user_id if self._facts is not None else 1, now, self.desk.today(), minutes)

    def save(self) -> None:
        """Write what was changed in this section; what cannot be read is said under its field."""
        form = self.forms.get(self._section)
        changes = form.changes() if form is not None else None
        if not changes:
            return
        act = self.act()
        self.save_button.set_busy(True)
        self.tasks.write(self, lambda s: change_settings(s, changes, act), lambda _done: self._saved(changes), self._refused)

    def _saved(self, changes: dict[str, Any]) -> None:
        self.save_button.set_busy(False)
        again = self.desk.reopen
        if {"shop", "closing_hour"} & changes.keys() and again is not None:
            act = (_("Open again"), lambda: again(lambda: None, _("The window is opened again…")))
            self.desk.toasts.show(_("Saved"), note=_("It holds from when the window is opened again"), action=act)
        else:
            self.desk.toasts.show(_("Saved"), tone="success")

    def _refused(self, error: JxcError) -> None:
        self.save_button.set_busy(False)
        self.refuse(error)

    def may_leave(self) -> bool:
        form = self.forms.get(self._section)
        if form is None or self._facts is None or form.changes() == {}:
            return True
        question = _("The changes in this section are not saved.")
        if not prompts.confirm(self, _("Throw the changes away?"), question, _("Throw away"), keep=_("Go on editing")):
            return False
        form.fill(self._facts.settings, self._facts.moved)
        self._touched()
        return True


def _stacked(*cards: QWidget) -> QWidget:
    page = QWidget()
    page.setLayout(column(*cards, 1, spacing=12))
    return page


def _scrolled(inner: QWidget) -> QScrollArea:
    inner.setProperty("panel", "clear")
    area = FoldedScroll(inner)
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.viewport().setAutoFillBackground(False)
    area.setWidget(inner)
    inner.setAutoFillBackground(False)
    return area
