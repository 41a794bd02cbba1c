"""The section of the data: how safe the book is, where it lies, its last backups, the way to another computer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QWidget

from jxc_desktop.backup.demo_shop import leave_demo
from jxc_desktop.columns import Column
from jxc_desktop.db.safety import Caution, cautions
from jxc_desktop.domain.errors import JxcError
from jxc_desktop.gui import prompts, sticks
from jxc_desktop.gui.row_table import Look, RowTable
from jxc_desktop.gui.screens import backup_data as data
from jxc_desktop.gui.theme import theme
from jxc_desktop.gui.widgets import Badge, Button, Card, NoticeBar, Switch, column, label, row, rule
from jxc_desktop.gui.widgets.setting_rows import BigIcon, SettingRow
from jxc_desktop.i18n import _
from jxc_desktop.paths import ShopPaths

if TYPE_CHECKING:
    from jxc_desktop.gui.screens.settings import Settings

SHOWN = 4
COLUMNS = (*data.COLUMNS, Column("key", " "))


@dataclass(frozen=True, slots=True)
class Safety:
    """What the section shows: the backups, and what about the place of the book endangers it."""

    backups: data.Overview
    cautions: tuple[Caution, ...]


class DataSection(QWidget):
    """Safety, place and backups of the book, below each other."""

    def __init__(self, screen: Settings, paths: ShopPaths) -> None:
        super().__init__()
        self._screen, self._paths = screen, paths
        self.now = Button(_("Back up now"), "primary", "database-export", key="Ctrl+B", on_click=self._back_up)
        self.icon = BigIcon("shield-check", "success_text")
        self.state, self.last = label("", "section"), label("", "secondary", wrap=True)
        head = Card()
        line = row(self.icon, column(self.state, self.last, spacing=2), self.now, spacing=14)
        line.setStretch(1, 1)
        head.add(line)
        self.notices = column(spacing=8)
        self.records = Card(_("Backups"), _("unmarked: opened and proved when they were made"), padding=0, spacing=0)
        self.records.head.setContentsMargins(16, 12, 12, 10)  # type: ignore[union-attr]
        every = Button(_("All backups and restore…"), "link", size="sm", on_click=lambda: screen.navigate("backup"))
        self.records.add_tool(every)
        self.table = RowTable(
            COLUMNS,
            {
                "moment": Look(stretch=True),
                "size": Look(align="right"),
                "place": Look(muted=True),
                "state": Look(kind="badge", tone=lambda r: r.tone),
                "key": Look(kind="link", words=lambda _r: _("Restore…"), align="right"),
            },
            name="settings-backups",
            preferences=screen.desk.preferences,
            key="key",
        )
        self.table.set_empty("database", _("No backup yet"), _("One is made at every closing and every four hours."))
        self.table.opened.connect(lambda line: screen.navigate("backup", path=line.key))
        self.table.setFixedHeight(theme.px(36) * SHOWN + theme.px(34) + 4)
        self.records.add(self.table)
        self.setLayout(column(head, self.notices, self._auto_card(), self.records, self._place_card(), 1, spacing=12))

    def _auto_card(self) -> Card:
        card = Card(_("Backup by itself"), spacing=0)
        folder = self._paths.backups
        show = Button(_("Open the folder"), size="sm", on_click=lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder))))
        self.place = SettingRow(_("Place on this computer"), str(folder), show)
        self.plugged = Badge("", parent=card)
        self.choose = Button(_("Choose…"), size="sm", on_click=self.choose_folder)
        self.copies = Switch(self._screen.desk.preferences.flag(data.AUTO_EXTERNAL))
        self.copies.toggled.connect(self._copies_wanted)
        self.second = SettingRow(_("Copy on a USB stick"), "", self.plugged, self.choose, self.copies)
        when = SettingRow(_("At closing"), _("and every four hours"), Badge(_("Always on"), "success"))
        kept = _("48 hours all of them, 30 days one a day, 12 months one a month; older ones go by themselves")
        for number, line in enumerate((when, SettingRow(_("How many are kept"), kept), self.place, self.second)):
            if number:
                card.add(rule())
            card.add(line)
        return card

    def _place_card(self) -> Card:
        card = Card(_("Safety and moving house"), spacing=0)
        self.proof = Button(_("Check now"), size="sm", on_click=self.check)
        proved = _("Every ledger is computed again; once a week by itself.")
        self.proof_row = SettingRow(_("Proof of the book"), proved, self.proof)
        steps = _("Back up to a stick here; on the other computer choose “Restore a backup” at the first start.")
        outside = Button(_("Back up to…"), size="sm", icon="device-usb", on_click=self._outside)
        lines = [self.proof_row, SettingRow(_("To another computer"), steps, outside)]
        if self._screen.desk.is_demo:
            text = _("The demo goes aside into a folder of its own, and an empty shop is opened in one step.")
            self.own = Button(_("Begin my own shop"), size="sm", on_click=self.begin_own)
            lines.insert(0, SettingRow(_("From practice to the real shop"), text, self.own))
        for number, line in enumerate(lines):
            if number:
                card.add(rule())
            card.add(line)
        return card

    # --- the second copy -----------------------------------------------------------------------------------------

    def choose_folder(self) -> None:
        """Where every backup is copied to."""
        plugged = sticks.sticks()
        start = str(plugged[0].folder) if plugged else self._screen.desk.preferences.text(data.EXTERNAL)
        folder = prompts.folder_to_use(self, _("Where should the copy go?"), start)
        if folder is not None:
            self._screen.desk.preferences.set_text(data.EXTERNAL, str(folder))
            self.copies.setChecked(True)
            self._show_second()

    def _copies_wanted(self, on: bool) -> None:
        preferences = self._screen.desk.preferences
        if on and not preferences.text(data.EXTERNAL):
            plugged = sticks.sticks()
            folder = plugged[0].folder if plugged else prompts.folder_to_use(self, _("Where should the copy go?"), "")
            if folder is None:
                self.copies.setChecked(False)
                return
            preferences.set_text(data.EXTERNAL, str(folder))
        preferences.set_flag(data.AUTO_EXTERNAL, on)
        self._show_second()

    def _show_second(self) -> None:
        folder = self._screen.desk.preferences.text(data.EXTERNAL)
        there = bool(folder) and Path(folder).is_dir()
        self.second.set_hint(folder or _("Every backup is copied there while it is plugged in"))
        self.plugged.set((_("Plugged in") if there else _("Not plugged in")) if folder else "", "success" if there else "neutral")

    # --- reading -------------------------------------------------------------------------------------------------

    def read(self) -> None:
        """Look at the backups and the place of the book, off the GUI thread."""
        paths, today = self._paths, self._screen.desk.today()
        external = self._screen.desk.preferences.text(data.EXTERNAL)

        def look() -> Safety:
            return Safety(data.overview(paths, external, today, ()), tuple(cautions(paths)))

        self._screen.tasks.run(self, look, lambda found: self._show(found, today), self._screen.refuse)

    def _show(self, found: Safety, today: date) -> None:
        newest, rows = found.backups.newest, found.backups.rows
        good = sum(line.whole for line in rows)
        self.icon.set("shield-check" if good else "database-x", "success_text" if good else "warning_text")
        self.state.setText(_("{count} backups can be restored").format(count=good) if good else _("There is no backup yet"))
        away, place = data.external_words(self._screen.desk.preferences, today)
        text = _("Last {moment}, opened and proved. Outside this computer: {away}.")
        moment = data.moment_words(newest.created, today) if newest else "—"
        self.last.setText(text.format(moment=moment, away=away) if newest else place)
        self.place.set_hint(
            _("{folder}, {free} free").format(folder=self._paths.backups, free=sticks.size_words(found.backups.free))
        )
        _clear(self.notices)
        for caution in found.cautions:
            bar = NoticeBar(caution.message, "warning")
            bar.label.setWordWrap(True)
            self.notices.addWidget(bar)
        self.table.set_rows(rows[:SHOWN])
        self._show_second()

    # --- acting --------------------------------------------------------------------------------------------------

    def _back_up(self) -> None:
        self._make(None)

    def _outside(self) -> None:
        plugged = sticks.sticks()
        kept = self._screen.desk.preferences.text(data.EXTERNAL)
        folder = plugged[0].folder if plugged else prompts.folder_to_use(self, _("Where should the copy go?"), kept)
        if folder is not None:
            self._make(folder)

    def _make(self, outside: Any) -> None:
        from jxc_desktop.gui.screens.backup import make_in_background

        make_in_background(self._screen, self._paths, outside or self._paths.backups, self.now, lambda _made: self.read())

    def check(self) -> None:
        """Prove the book from end to end."""
        screen, title = self._screen, _("The book is being proved")
        self.proof.set_busy(True)
        screen.tasks.report(title, 0, 0)

        def done(found: list[str]) -> None:
            self.proof.set_busy(False)
            screen.tasks.report(title, 1, 1)
            if found:
                self.proof_row.set_error("\n".join(found[:5]))
            else:
                self.proof_row.set_hint(_("Every ledger agrees."))
                screen.desk.toasts.show(_("The book is proved: every ledger agrees"), tone="success")

        def failed(error: JxcError) -> None:
            self.proof.set_busy(False)
            screen.tasks.report(title, 1, 1)
            self.proof_row.set_error(str(error))

        screen.tasks.read(self, "proof", _proof, done, failed)

    def begin_own(self) -> None:
        """Leave the demo: its book goes aside, and the first start asks for the real shop."""
        paths, now, reopen = self._paths, self._screen.desk.now(), self._screen.desk.reopen
        text = _("The demo book and its backups go into a folder beside it; nothing of them is mixed into your shop.")
        if reopen is not None and prompts.confirm(
            self, _("Begin your own shop?"), text, _("Begin my own shop"), danger=False, keep=_("Go on practising")
        ):
            reopen(lambda: leave_demo(paths, now) and None, _("The demo is put aside…"))


def _proof(session: Any) -> list[str]:
    """What the book's own proof finds, as sentences."""
    from jxc_desktop.queries.proof import prove, replay_findings

    return [finding.message for finding in [*prove(session), *replay_findings(session)]]


def _clear(layout: Any) -> None:
    while (old := layout.takeAt(0)) is not None:
        if (widget := old.widget()) is not None:
            widget.hide()
            widget.deleteLater()
