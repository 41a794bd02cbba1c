"""The pages of the first start, one question each: shop, kind, rules, places, printing and backup, beginning, done."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QGridLayout, QWidget

from jxc_desktop import i18n
from jxc_desktop.domain.errors import JxcError
from jxc_desktop.domain.settings import ShopSettings
from jxc_desktop.domain.shop_kinds import SHOP_KINDS, ShopKind
from jxc_desktop.domain.text import clean_text
from jxc_desktop.gui import prompts, sticks
from jxc_desktop.gui.preferences import Preferences
from jxc_desktop.gui.screens.backup_data import AUTO_EXTERNAL, EXTERNAL
from jxc_desktop.gui.screens.settings_papers import GROUPS, SLIPS, keep_paper
from jxc_desktop.gui.theme import theme
from jxc_desktop.gui.widgets import Button, CheckBox, Combo, Field, FieldGrid, LineEdit, Segmented, column, label, require, row
from jxc_desktop.gui.widgets.setting_rows import BigIcon, Step
from jxc_desktop.gui.widgets.wizard import ChoiceCard
from jxc_desktop.i18n import LANGUAGES, N_, _
from jxc_desktop.services.furnish import Furnishing
from jxc_desktop.services.shop import ACCOUNTS

LANGUAGE_NAMES = {"zh_CN": "简体中文", "en": "English"}
KIND_ICONS = {
    "convenience": "building-store",
    "hardware": "tool",
    "baby": "baby-carriage",
    "clothes": "shirt",
    "stationery": "books",
    "general": "adjustments-horizontal",
}
RULES = (
    (
        "costing",
        N_("What did the goods cost that are sold?"),
        {
            "average": N_("The mean of what was paid. Simple, fits most shops."),
            "fifo": N_("The oldest first. Follows prices that rise and fall."),
        },
    ),
    (
        "pool",
        N_("Is one product worth the same in every warehouse?"),
        {
            "product": N_("Yes. A transfer changes no cost."),
            "warehouse": N_("No. Goods keep the cost of where they lie."),
        },
    ),
    (
        "negative",
        N_("May more be sold than the book says is there?"),
        {
            "forbid": N_("No. The document says what is short."),
            "warn": N_("Yes, but say so each time."),
            "allow": N_("Yes, without a word."),
        },
    ),
)
POOLS = {"product": N_("One cost in the whole shop"), "warehouse": N_("A cost of each warehouse")}
"""What the pools are called where nobody knows the word yet."""
BEGINNINGS = (
    ("empty", "square-plus", N_("Start empty"), N_("Add products and partners yourself")),
    ("file", "file-import", N_("Bring a product list"), N_("From Excel, WPS or CSV; the columns are recognised")),
    ("demo", "flask", N_("Practise with a demo shop"), N_("A year of invented trade; your own shop in one step later")),
    ("backup", "history", N_("Restore a backup"), N_("From another computer or a USB stick")),
)
OTHER_FOLDER = "other"


class Page(QWidget):
    """One question. ``hint`` stands in a notice below it, ``note()`` beside its step when it was answered."""

    step = ""
    question = ""
    why = ""
    hint = ""

    def note(self) -> str:
        """What was answered, in a few words."""
        return ""

    def first(self) -> QWidget:
        """Where the keyboard goes."""
        return self

    def ready(self) -> bool:
        """Whether the answer will do; what is wrong is said in place."""
        return True


class ShopPage(Page):
    """Language, name, address, phone."""

    step = N_("Shop details")
    question = N_("What is your shop called?")
    why = N_("The name stands on the window and on every paper.")

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.name = LineEdit("", _("Such as 晨光便利店"))
        self.named = Field(_("Shop name"), self.name, required=True)
        self.address, self.phone = LineEdit("", _("Optional, printed on slips")), LineEdit("", _("Optional, printed on slips"))
        self.language = Segmented([(code, LANGUAGE_NAMES[code]) for code in LANGUAGES], i18n.language())
        grid = FieldGrid(columns=2)
        grid.add(self.named, 2)
        grid.add(Field(_("Address"), self.address))
        grid.add(Field(_("Phone"), self.phone))
        where = label(_("The book will lie in {folder}.").format(folder=folder), "hint", wrap=True)
        self.setLayout(column(grid, Field(_("Language"), self.language), where, 1, spacing=14))

    def note(self) -> str:
        return self.name.text().strip() or _("Name and language")

    def first(self) -> QWidget:
        return self.name

    def ready(self) -> bool:
        return require(self.named)


class KindPage(Page):
    """What kind of shop it is: categories and days of warning."""

    step = N_("Kind of shop")
    question = N_("What does your shop sell?")
    why = N_("Categories and the days of warnings are preset for it.")
    hint = N_("Only presets: they can be changed in the settings at any time and touch no data.")

    def __init__(self) -> None:
        super().__init__()
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(12)
        self.cards: dict[str, ChoiceCard] = {}
        for place, kind in enumerate(SHOP_KINDS):
            card = self.cards[kind.code] = ChoiceCard(KIND_ICONS[kind.code], _(kind.title), _(kind.note), _tags(kind))
            grid.addWidget(card, place // 2, place % 2)
        self.cards[SHOP_KINDS[0].code].setChecked(True)
        grid.setRowStretch(3, 1)
        self.setLayout(grid)

    @property
    def kind(self) -> ShopKind:
        return next(kind for kind in SHOP_KINDS if self.cards[kind.code].isChecked())

    def note(self) -> str:
        return _(self.kind.title)

    def first(self) -> QWidget:
        return self.cards[self.kind.code]


def _tags(kind: ShopKind) -> list[str]:
    found = [_("{count} categories").format(count=len(kind.categories))] if kind.categories else [_("Empty template")]
    if kind.slow_days:
        found.append(_("slow after {days} days").format(days=kind.slow_days))
    if kind.expiring_days:
        found.append(_("expiry warned {days} days ahead").format(days=kind.expiring_days))
    return found


class RulesPage(Page):
    """How cost is kept, and whether stock may fall below zero: in the words of a shopkeeper."""

    step = N_("Stock and cost")
    question = N_("How does it keep its stock?")
    why = N_("The presets fit most shops.")
    hint = N_("The first two are fixed once goods have moved; the third can change at any time.")

    def __init__(self) -> None:
        super().__init__()
        self.cards: dict[str, dict[str, ChoiceCard]] = {}
        inside = column(spacing=8)
        for field, question, notes in RULES:
            about = ShopSettings.__dataclass_fields__[field]
            line, holder = row(spacing=12), QWidget()
            self.cards[field] = {}
            for value, note in notes.items():
                words = POOLS.get(value) or about.metadata["choices"][value]
                card = self.cards[field][value] = ChoiceCard("", _(words), _(note))
                card.setChecked(value == about.default)
                line.addWidget(card, 1)
            holder.setLayout(line)
            inside.addWidget(label(_(question), "section"))
            inside.addWidget(holder)
            inside.addSpacing(6)
        inside.addStretch(1)
        self.setLayout(inside)

    def choose(self, field: str, value: str) -> None:
        """As a click on that card."""
        self.cards[field][value].setChecked(True)

    def settings(self) -> dict[str, Any]:
        """The fields of :class:`ShopSettings` chosen here."""
        return {field: next(v for v, card in cards.items() if card.isChecked()) for field, cards in self.cards.items()}

    def note(self) -> str:
        chosen = self.settings()
        return self.cards["costing"][chosen["costing"]].text()

    def first(self) -> QWidget:
        return self.cards["costing"][self.settings()["costing"]]


class PlacesPage(Page):
    """Warehouses and money accounts."""

    step = N_("Warehouses and accounts")
    question = N_("Where are the goods, and where is the money?")
    why = N_("More of both can be added in the settings.")

    def __init__(self) -> None:
        super().__init__()
        self.names = [LineEdit(_("Shop floor")), LineEdit("", _("Such as a store room")), LineEdit("", _("Optional"))]
        titles = (_("First warehouse"), _("Second warehouse"), _("Third warehouse"))
        named = enumerate(zip(titles, self.names, strict=True))
        self.fields = [Field(title, edit, required=place == 0) for place, (title, edit) in named]
        grid = FieldGrid(columns=3)
        for field in self.fields:
            grid.add(field)
        self.accounts = {code: CheckBox(_(name), True) for code, name in ACCOUNTS}
        self.accounts["cash"].setEnabled(False)
        self.accounts["cash"].setToolTip(_("A shop always has a till"))
        first = _("Documents that name no warehouse mean the first one.")
        second = _("Each account keeps its own balance; those not used here can be added later.")
        inside = column(label(_("Warehouses"), "section"), grid, label(first, "hint"), spacing=10)
        inside.addSpacing(8)
        inside.addWidget(label(_("Accounts of the shop"), "section"))
        inside.addLayout(row(*self.accounts.values(), 1, spacing=20))
        inside.addWidget(label(second, "hint"))
        inside.addStretch(1)
        self.setLayout(inside)

    def furnishing(self, kind: ShopKind) -> Furnishing:
        """What the new shop gets."""
        names = tuple(edit.text().strip() for edit in self.names if edit.text().strip())
        return Furnishing(names, {c for c, box in self.accounts.items() if box.isChecked()}, tuple(_(c) for c in kind.categories))

    def note(self) -> str:
        return _(", ").join(edit.text().strip() for edit in self.names if edit.text().strip())

    def first(self) -> QWidget:
        return self.names[0]

    def ready(self) -> bool:
        for field, edit in zip(self.fields, self.names, strict=True):
            field.set_error("")
            try:
                clean_text(edit.text(), field=field.title)
            except JxcError as error:
                field.set_error(str(error))
                return False
        return require(self.fields[0])


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
