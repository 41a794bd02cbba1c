"""The last questions of the first start: printers and the second copy, what the book begins with; and what comes next."""

from __future__ import annotations

import threading
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from jxc_desktop.gui import prompts, sticks
from jxc_desktop.gui.first_run_pages import Page
from jxc_desktop.gui.preferences import Preferences
from jxc_desktop.gui.screens.backup_data import AUTO_EXTERNAL, EXTERNAL
from jxc_desktop.gui.screens.settings_papers import GROUPS, SLIPS, keep_paper
from jxc_desktop.gui.theme import theme
from jxc_desktop.gui.widgets import Button, Combo, Field, FieldGrid, column, label, row
from jxc_desktop.gui.widgets.setting_rows import BigIcon, Step
from jxc_desktop.gui.widgets.wizard import ChoiceCard
from jxc_desktop.i18n import N_, _

BEGINNINGS = (
    ("empty", "square-plus", N_("Start empty"), N_("Add products and partners yourself")),
    ("file", "file-import", N_("Bring a product list"), N_("From Excel, WPS or CSV; the columns are recognised")),
    ("demo", "flask", N_("Practise with a demo shop"), N_("A year of invented trade; your own shop in one step later")),
    ("backup", "history", N_("Restore a backup"), N_("From another computer or a USB stick")),
)
OTHER_FOLDER = "other"


class DevicesPage(Page):
    """Printers with their papers, and where the second copy of the book goes."""

    step = N_("Printing and backup")
    question = N_("Where does it print, and where does the second copy go?")
    why = N_("Remembered on this computer. No printer yet? Papers are saved as PDF meanwhile.")

    def __init__(self) -> None:
        super().__init__()
        from jxc_desktop.gui.screens.label_data import paper_words
        from jxc_desktop.printing import LABELS, PAPERS

        papers = {paper.name: _(paper.title) for paper in PAPERS}
        self.slip = Combo([(name, papers[name]) for name in SLIPS], "80")
        self.sheet = Combo([(name, words) for name, words in papers.items() if name not in SLIPS], "A4")
        self.label = Combo([(name, paper_words(sheet)) for name, sheet in LABELS.items()], "70x38")
        self.printers = {name: Combo(placeholder=_("No printer")) for name in ("slip", "sheet", "label")}
        grid = FieldGrid(columns=3)
        for words, paper in ((_("Slips"), self.slip), (_("Documents"), self.sheet), (_("Price tags"), self.label)):
            grid.add(Field(words, paper))
        for combo in self.printers.values():
            combo.setEnabled(False)
            grid.add(Field(_("Printer"), combo))
        self.copies = Combo(placeholder=_("Not yet"))
        self.copies.chosen.connect(self._folder_chosen)
        self.folder: Path | None = None
        self.show_sticks()
        look = Button(_("Look again"), icon="refresh", on_click=self.show_sticks)
        second = row(self.copies, look, spacing=8)
        second.setStretch(0, 1)
        safe = _(
            "Backups beside the book are made by themselves: at closing and every four hours. A second copy survives the disk."
        )
        inside = column(label(_("Papers and printers"), "section"), grid, spacing=10)
        inside.addSpacing(8)
        inside.addWidget(label(_("Second copy of every backup"), "section"))
        inside.addLayout(second)
        inside.addWidget(label(safe, "hint", wrap=True))
        inside.addStretch(1)
        self.setLayout(inside)
        self._found: list[str] | None = None
        self._asked = False
        self._look = QTimer(self, interval=60)
        self._look.timeout.connect(self._printers_known)

    def first(self) -> QWidget:
        if not self._asked:
            self._asked = True
            threading.Thread(target=self._ask, name="printers", daemon=True).start()
            self._look.start()
        return self.slip

    def _ask(self) -> None:
        from jxc_desktop.printing.system import printers

        self._found = [printer.name for printer in printers()]

    def _printers_known(self) -> None:
        if self._found is None:
            return
        self._look.stop()
        for combo in self.printers.values():
            combo.set_options([(name, name) for name in self._found], self._found[0] if self._found else None)
            combo.setEnabled(bool(self._found))

    def show_sticks(self) -> None:
        """What is plugged in now, and the way to any other folder."""
        words = _("USB stick {name}, {free} free")
        plugged = sticks.sticks()
        options: list[tuple[object, str]] = [
            (str(stick.folder), words.format(name=stick.name, free=sticks.size_words(stick.free))) for stick in plugged
        ]
        if self.folder is not None and str(self.folder) not in dict(options):
            options.append((str(self.folder), str(self.folder)))
        options.append((OTHER_FOLDER, _("Another folder…")))
        chosen = str(self.folder) if self.folder is not None else str(plugged[0].folder) if plugged else None
        self.copies.set_options(options, chosen)
        self.folder = Path(chosen) if chosen else None

    def _folder_chosen(self, value: object) -> None:
        if value == OTHER_FOLDER:
            self.folder = prompts.folder_to_use(self, _("Where should the copy go?"), "") or self.folder
            self.show_sticks()
        else:
            self.folder = Path(str(value))

    def remember(self, preferences: Preferences) -> None:
        """Keep the choices of this computer."""
        for _title, kinds, preset in GROUPS[:4]:
            keep_paper(preferences, kinds, str(self.slip.value if preset in SLIPS else self.sheet.value))
        preferences.set_text("labels/paper", str(self.label.value))
        for name, paper in (("slip", self.slip.value), ("sheet", self.sheet.value), ("label", f"label {self.label.value}")):
            if (printer := self.printers[name].value) is not None:
                preferences.set_text(f"print/printer/{paper}", str(printer))
        if self.folder is not None:
            preferences.set_text(EXTERNAL, str(self.folder))
            preferences.set_flag(AUTO_EXTERNAL, True)

    def note(self) -> str:
        return str(self.printers["slip"].value or _("Slips, documents, USB stick"))


class BeginningPage(Page):
    """What the book begins with."""

    step = N_("Beginning")
    question = N_("What do you begin with?")
    why = N_("Lists and products can be added at any time.")

    def __init__(self) -> None:
        super().__init__()
        self.cards = {name: ChoiceCard(icon, _(title), _(note)) for name, icon, title, note in BEGINNINGS}
        self.cards["empty"].setChecked(True)
        self.setLayout(column(*self.cards.values(), 1, spacing=12))

    @property
    def chosen(self) -> str:
        return next(name for name, card in self.cards.items() if card.isChecked())

    def note(self) -> str:
        return _("Empty, a list, a demo or a backup")

    def first(self) -> QWidget:
        return self.cards[self.chosen]


class DonePage(Page):
    """The shop is there: what was made, and what comes next."""

    def __init__(self) -> None:
        super().__init__()
        self.icon = BigIcon("circle-check", "success_text")
        self.facts = column(spacing=2)
        self.next_steps = column(spacing=8)
        inside = column(spacing=10)
        inside.addLayout(row(self.icon, 1))
        inside.addLayout(self.facts)
        inside.addSpacing(8)
        inside.addWidget(label(_("What comes next"), "section"))
        inside.addLayout(self.next_steps)
        inside.addStretch(1)
        self.setLayout(inside)

    def show_done(self, facts: list[str], steps: list[tuple[str, str]]) -> None:
        """``facts``: what is there now; ``steps``: (what, why) of the first days."""
        for words in facts:
            fact = Step(words)
            fact.set(True)
            self.facts.addWidget(fact)
        for number, (what, why) in enumerate(steps, 1):
            line = column(label(f"{number}. {what}"), label(why, "hint", wrap=True), spacing=0)
            self.next_steps.addLayout(line)
        self.setMinimumHeight(theme.px(240))
