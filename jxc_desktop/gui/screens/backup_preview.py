"""The panel beside the backups: what a restore of one of them would bring and take away, and the typed yes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from jxc_desktop.backup.restore import Preview
from jxc_desktop.domain.errors import JxcError
from jxc_desktop.domain.money import yuan
from jxc_desktop.gui.screens import backup_data as data
from jxc_desktop.gui.theme import theme
from jxc_desktop.gui.widgets import Button, DetailPanel, Field, KeyValues, LineEdit, NoticeBar
from jxc_desktop.gui.widgets.paint import RIGHT, draw_text, fill_round, text_width
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
        self.facts = Compared()
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
        stock, money = ("pools.value", "money_ledger.amount")
        self.facts.set(
            [
                (_("Documents"), f"{manifest.documents:,}", f"{here.documents:,}" if here else "—"),
                (_("Products"), f"{manifest.products:,}", f"{here.products:,}" if here else "—"),
                (_("Stock value"), _fen(manifest.totals.get(stock)), _fen(found.totals.get(stock))),
                (_("Money there is"), _fen(manifest.totals.get(money)), _fen(found.totals.get(money))),
            ]
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

    def _check_typed(self) -> None:
        named = self.typed.text().strip() == self._screen.desk.shop_name.strip()
        self.act.setEnabled(self._found is not None and named and self._screen.desk.reopen is not None)


class Compared(QWidget):
    """What is in the backup beside what is here now, as a small table."""

    def __init__(self) -> None:
        super().__init__()
        self._rows: list[tuple[str, str, str]] = []
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set(self, rows: Sequence[tuple[str, str, str]]) -> None:
        """``rows``: (name, in the backup, now)."""
        self._rows = list(rows)
        self.setAccessibleName("; ".join(f"{name}: {then} → {now}" for name, then, now in rows))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, theme.px(32) * (len(self._rows) + 1) + 1)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, height = QPainter(self), theme.px(32)
        whole = QRectF(self.rect())
        fill_round(painter, whole, "bg_surface", 8, "border_subtle")
        fill_round(painter, QRectF(1, 1, whole.width() - 2, height - 1), "bg_subtle", 7)
        caption, body = theme.font("caption"), theme.font("body")
        captions = ("", _("In the backup"), _("Now"))
        wide = (max(text_width(line[side], body) for line in self._rows) if self._rows else 0 for side in (1, 2))
        widths = [max(width, text_width(captions[side], caption)) + 20 for side, width in enumerate(wide, 1)]
        for number, line in enumerate([captions, *self._rows]):
            box = QRectF(16, number * height, whole.width() - 32, height)
            font = body if number else caption
            if number:
                painter.fillRect(QRectF(1, box.top(), whole.width() - 2, 1), theme.color("border_subtle"))
            ink = "text_primary" if number else "text_secondary"
            draw_text(painter, box, line[2], ink, font, RIGHT)
            draw_text(painter, box.adjusted(0, 0, -widths[1], 0), line[1], ink, font, RIGHT)
            draw_text(painter, box.adjusted(0, 0, -sum(widths), 0), line[0], "text_secondary", font)


def _fen(amount: int | None) -> str:
    return "—" if amount is None else f"{yuan(amount):,.2f}"
