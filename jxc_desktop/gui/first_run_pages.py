"""The first questions of the first start: what the shop is called and sells, how it keeps stock, where goods and money are."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QGridLayout, QWidget

from jxc_desktop import i18n
from jxc_desktop.domain.errors import JxcError
from jxc_desktop.domain.settings import ShopSettings
from jxc_desktop.domain.shop_kinds import SHOP_KINDS, ShopKind
from jxc_desktop.domain.text import clean_text
from jxc_desktop.gui.widgets import CheckBox, Field, FieldGrid, LineEdit, Segmented, column, label, require, row
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
