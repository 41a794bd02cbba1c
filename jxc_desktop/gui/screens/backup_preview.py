"""The panel beside the backups: what a restore of one of them would bring and take away, and the typed yes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from jxc_desktop.backup.restore import Preview
from jxc_desktop.domain.errors import JxcError
from jxc_desktop.gui.screens import backup_data as data
from jxc_desktop.gui.theme import theme
from jxc_desktop.gui.widgets import Button, Card, DetailPanel, Field, KeyValues, LineEdit, NoticeBar, label, rule
from jxc_desktop.gui.widgets.setting_rows import Step
from jxc_desktop.i18n import _

if TYPE_CHECKING:
    from jxc_desktop.gui.screens.backup import Backup


class RestorePanel(DetailPanel):
    """Nothing here changes anything but its last button, which asks for the name of the shop first."""

    def __init__(self, screen: Backup) -> None:
        super().__init__(352)
        self._screen = screen
        self._found: Preview | None = None
        self.steps = (
            Step(_("Checksum agrees, the file is whole")),
            Step(_("Opened beside the book and proved")),
            Step(_("Copied here, the present book kept aside")),
            Step(_("Put in place and opened again")),
        )
        for step in self.steps:
            self.add(step)
        self.facts = Card(padding=12, spacing=6)
        self._grid = QGridLayout()
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setVerticalSpacing(6)
        self._grid.setColumnStretch(0, 1)
        self.facts.add(self._grid)
        self.warning = NoticeBar(parent=self)
        self.warning.label.setWordWrap(True)
        self.numbers = KeyValues()
        self.add(self.numbers)
        self.add(self.facts)
        self.content.addStretch(1)
        self.typed = LineEdit("", screen.desk.shop_name)
        self.typed.textChanged.connect(lambda _text: self._check_typed())
        self.confirm = Field(_("Type the name of the shop to go on"), self.typed, required=True)
        for widget in (self.warning, self.confirm):  # never scrolled out of sight
            self.body.insertWidget(self.body.count() - 1, widget)
        self.check = Button(_("Verify"), icon="shield-check", on_click=screen.verify)
        self.act = Button(_("Restore"), "danger", on_click=screen.restore)
        for button in (self.check, self.act):
            self.add_foot(button)
        self.begin(None)

    def begin(self, path: Path | None) -> None:
        """Before anything is known of ``path``; None: no backup is marked."""
        self._found = None
        note = path.name if path is not None else _("Mark a backup to see what a restore would bring.")
        self.set_title(_("Restore preview"), note, _("Nothing is changed yet") if path is not None else "", "info")
        self.typed.clear()
        self.warning.clear()
        for step in self.steps:
            step.set(False)
            step.setVisible(path is not None)
        for widget in (self.facts, self.numbers, self.confirm):
            widget.setVisible(False)
        self.check.setVisible(path is not None)
        self.act.setVisible(path is not None)
        self._check_typed()

    def show_preview(self, path: Path, found: Preview, verified: bool) -> None:
        """The backup could be read: what is in it, what is here, what would go."""
        self._found = found
        manifest, here = found.manifest, found.here
        created = manifest.created.replace("T", " ")[:16]
        self.set_title(
            _("Restore preview"),
            _("{created}, {shop}, version {version}").format(created=created, shop=manifest.shop, version=manifest.program),
            _("Nothing is changed yet"),
            "info",
        )
        self.steps[0].set(True)
        self.steps[1].set(verified or not manifest.findings)
        self._fill(
            (
                (_("Documents"), f"{manifest.documents:,}", f"{here.documents:,}" if here else "—"),
                (_("Products"), f"{manifest.products:,}", f"{here.products:,}" if here else "—"),
            )
        )
        last = here.last_document if here else ""
        self.numbers.set(
            ((_("Last document in the backup"), manifest.last_document or "—"), (_("Last document now"), last or "—"))
        )
        for widget in (self.facts, self.numbers):
            widget.setVisible(True)
        self._warn(found)
        self.confirm.setVisible(True)
        self.act.setText(_("Restore to {created}").format(created=created[5:]))
        self.act.updateGeometry()
        self._check_typed()

    def show_trouble(self, path: Path, error: JxcError) -> None:
        """The backup cannot be restored, and why."""
        self.begin(path)
        self.set_title(_("Restore preview"), path.name, _("Cannot be restored"), "danger")
        self.warning.show_notice(str(error), "danger")

    def _warn(self, found: Preview) -> None:
        if found.here is not None and not found.same_book:
            text = _("This is another book: all {count} documents that are here now would go. They are kept aside.")
            self.warning.show_notice(text.format(count=found.here.documents), "danger")
        elif found.newer_documents:
            text = _("{count} later documents would go: {kinds}. The present book is kept aside.")
            self.warning.show_notice(text.format(count=found.newer_documents, kinds=data.newer_words(found)), "danger")
        else:
            self.warning.show_notice(_("No document would go. The present book is kept aside all the same."), "info")

    def _fill(self, rows: tuple[tuple[str, str, str], ...]) -> None:
        while (old := self._grid.takeAt(0)) is not None:
            if (widget := old.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for column, words in enumerate(("", _("In the backup"), _("Now"))):
            self._put(label(words, "caption"), 0, column)
        for line, (name, backup, now) in enumerate(rows):
            self._grid.addWidget(rule(), 2 * line + 1, 0, 1, 3)
            for column, words in enumerate((name, backup, now)):
                self._put(label(words, "secondary" if column == 0 else "body", selectable=column > 0), 2 * line + 2, column)

    def _put(self, words: QWidget, line: int, column: int) -> None:
        side = Qt.AlignmentFlag.AlignLeft if column == 0 else Qt.AlignmentFlag.AlignRight
        self._grid.addWidget(words, line, column, side | Qt.AlignmentFlag.AlignVCenter)
        self._grid.setHorizontalSpacing(theme.px(16))

    def _check_typed(self) -> None:
        named = self.typed.text().strip() == self._screen.desk.shop_name.strip()
        self.act.setEnabled(self._found is not None and named and self._screen.desk.reopen is not None)
