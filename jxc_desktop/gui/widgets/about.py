"""Two quiet pages of the window itself: what every key does, and what to do when the program failed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QGridLayout, QWidget

from jxc_desktop.gui import keys
from jxc_desktop.gui.widgets.buttons import KeyChip
from jxc_desktop.gui.widgets.dialogs import Dialog
from jxc_desktop.gui.widgets.surface import column, label, row
from jxc_desktop.i18n import _


class KeyListDialog(Dialog):
    """Every key in groups: those of the page in front, those of the window, those of fields."""

    def __init__(self, parent: QWidget, own: Sequence[tuple[str, str]], pages: Sequence[tuple[str, str]]) -> None:
        super().__init__(parent, _("All keys"), size="md")
        groups = [(_(title), [(key.sequence, _(key.words)) for key in listed]) for title, listed in keys.GROUPS]
        if pages:
            groups.append((_("Pages"), list(pages)))
        if own:
            groups.append((_("This page"), list(own)))
        left = [_grid(*group) for group in groups[:1]]
        right = [_grid(*group) for group in groups[1:]]
        self.body.addLayout(row(column(*left, 1, spacing=16), column(*right, 1, spacing=16), spacing=32))
        self.add_button(_("Close"), key="Esc", reject=True).setFocus()


def _grid(title: str, pairs: Sequence[tuple[str, str]]) -> QWidget:
    block = QWidget()
    grid = QGridLayout(block)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(12)
    grid.setVerticalSpacing(5)
    grid.addWidget(label(title, "section"), 0, 0, 1, 2)
    for line, (key, words) in enumerate(pairs, 1):
        grid.addWidget(KeyChip(key), line, 0)
        grid.addWidget(label(words, "secondary"), line, 1)
    grid.setColumnStretch(1, 1)
    return block


class CrashDialog(Dialog):
    """Our fault: the data is safe, where the log is, and go on."""

    def __init__(self, parent: QWidget | None, reference: str, log: Path | None) -> None:
        super().__init__(parent, _("The program made a mistake"), icon="lifebuoy", icon_tone="info")
        text = _(
            "Your data is safe: what was posted is kept, and what was being saved when it happened was not saved by halves. "
            "You can go on working."
        )
        self.body.addWidget(label(text, "secondary", wrap=True))
        if log is not None:
            words = _("If it happens again, send this file to whoever looks after the program: {path}").format(path=log)
            self.body.addWidget(label(words, "caption", wrap=True, selectable=True))
        self.body.addWidget(label(_("Fault {reference}").format(reference=reference), "hint", selectable=True))
        if log is not None:
            self.add_button(_("Open the log")).clicked.connect(lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(log))))
        self.add_button(_("Go on"), "primary", reject=True).setFocus()
