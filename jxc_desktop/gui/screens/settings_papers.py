"""Which paper each kind of document is printed on, remembered on this computer."""

from __future__ import annotations

from functools import partial

from jxc_desktop.gui.preferences import Preferences
from jxc_desktop.gui.theme import theme
from jxc_desktop.gui.widgets import Card, Combo, rule
from jxc_desktop.gui.widgets.setting_rows import SettingRow
from jxc_desktop.i18n import N_, _

SLIPS = ("80", "58")
GROUPS = (
    (N_("Retail documents"), ("retail_sale", "retail_return"), "80"),
    (N_("Sales documents"), ("sale", "sales_return", "sales_order"), "A4"),
    (N_("Purchase documents"), ("purchase_receipt", "purchase_return", "purchase_order"), "A4"),
    (N_("Transfers and other movements"), ("transfer", "stock_in", "stock_out", "write_off", "overage", "stocktake"), "A4"),
    (N_("Money documents"), ("receipt", "payment"), "A5"),
)
"""What is printed alike: title, kinds, and the paper where nothing else was chosen."""


def keep_paper(preferences: Preferences, kinds: tuple[str, ...], paper: str) -> None:
    """From now on these kinds come on ``paper``."""
    for kind in kinds:
        preferences.set_text(f"print/paper/{kind}", paper)


class PapersCard(Card):
    """One line for each group of documents, and one for price tags."""

    def __init__(self, preferences: Preferences) -> None:
        from jxc_desktop.gui.screens.label_data import paper_words
        from jxc_desktop.printing import LABELS, PAPERS

        super().__init__(_("Which paper for what"), _("the preview can still change it"), spacing=0)
        papers = [(paper.name, _(paper.title)) for paper in PAPERS]
        self.combos: dict[str, Combo] = {}
        for title, kinds, preset in GROUPS:
            combo = Combo(papers, preferences.text(f"print/paper/{kinds[0]}", preset), width=theme.px(240))
            combo.chosen.connect(lambda value, kinds=kinds: keep_paper(preferences, kinds, str(value)))
            self.combos[kinds[0]] = combo
            if len(self.combos) > 1:
                self.add(rule())
            self.add(SettingRow(_(title), "", combo))
        labels = [(name, paper_words(sheet)) for name, sheet in LABELS.items()]
        tags = self.combos["labels"] = Combo(labels, preferences.text("labels/paper", "70x38"), width=theme.px(240))
        tags.chosen.connect(partial(self._keep_labels, preferences))
        self.add(rule())
        self.add(SettingRow(_("Price tags"), "", tags))

    @staticmethod
    def _keep_labels(preferences: Preferences, value: object) -> None:
        preferences.set_text("labels/paper", str(value))
