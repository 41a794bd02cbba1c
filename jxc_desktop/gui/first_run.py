"""The first start: a new shop is named and its two lasting choices are made, or a backup is brought back."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog

from jxc_desktop.backup.new_shop import make_shop
from jxc_desktop.backup.restore import restore
from jxc_desktop.domain.acts import Act
from jxc_desktop.domain.errors import JxcError
from jxc_desktop.domain.settings import ShopSettings
from jxc_desktop.domain.text import clean_text
from jxc_desktop.gui import prompts
from jxc_desktop.gui.widgets import Combo, Field, LineEdit, label, require
from jxc_desktop.gui.widgets.dialogs import Dialog
from jxc_desktop.i18n import _
from jxc_desktop.paths import ShopPaths

BACKUPS = "(*.jxcbak)"


class FirstRun(Dialog):
    """Asks for the name of the shop and how it keeps stock. After ``accept`` the shop is there."""

    def __init__(self, paths: ShopPaths, act: Act) -> None:
        super().__init__(None, _("Open a shop"), size="md", icon="building-store", icon_tone="primary")
        self._paths, self._act = paths, act
        self.name = LineEdit("", _("Such as 晨光便利店"))
        self.named = Field(_("Shop name"), self.name, required=True)
        self.costing, self.negative = _choice("costing"), _choice("negative")
        self.body.addWidget(
            label(_("Everything stays on this computer, in {folder}.").format(folder=paths.root), "secondary", wrap=True)
        )
        self.body.addWidget(self.named)
        for field, control in (("costing", self.costing), ("negative", self.negative)):
            self.body.addWidget(Field(_(_title(field)), control))
        self.body.addWidget(
            label(
                _("The cost method is fixed once goods have moved; the other choice can change at any time."), "hint", wrap=True
            )
        )
        self.add_button(_("Restore a backup…")).clicked.connect(self.bring_back)
        self.add_button(_("Quit"), key="Esc", reject=True)
        self.add_button(_("Open the shop"), "primary").clicked.connect(self.open_shop)
        self.name.setFocus()

    def open_shop(self) -> None:
        """Make the shop; what was wrong is said in place and what was typed stays."""
        if not require(self.named):
            return
        try:
            name = clean_text(self.name.text(), field=_("Shop name"), limit=100)
            make_shop(
                self._paths,
                ShopSettings(shop=name, costing=str(self.costing.value), negative=str(self.negative.value)),
                self._act,
            )
        except JxcError as error:
            self.named.set_error(str(error))
            return
        self.accept()

    def bring_back(self) -> None:
        """Choose a backup and put it in place."""
        chosen = prompts.file_to_open(self, _("Restore a backup…"), _("Backups") + f" {BACKUPS}", str(self._paths.backups))
        if chosen is None:
            return
        try:
            done = restore(chosen, self._paths, now=self._act.at, window_held=True)
        except JxcError as error:
            prompts.show_error(self, error)
            return
        text = _("{shop}: {documents} documents, the last is {last}.")
        prompts.tell(
            self,
            _("The backup is restored"),
            text.format(shop=done.shop, documents=done.documents, last=done.last_document or "—"),
            "success",
        )
        self.accept()


def _title(field: str) -> str:
    return str(ShopSettings.__dataclass_fields__[field].metadata["title"])


def _choice(field: str) -> Combo:
    about = ShopSettings.__dataclass_fields__[field]
    return Combo([(value, _(words)) for value, words in about.metadata["choices"].items()], about.default)


def first_run(paths: ShopPaths, act: Act) -> bool:
    """Whether there is a shop now; False when the person gave up."""
    dialog = FirstRun(paths, act)
    there = dialog.exec() == QDialog.DialogCode.Accepted
    dialog.deleteLater()
    return there
