"""Backup and restore: where the copies are, one more of them now, and what a restore would bring before it is done."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QTimer, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QSizePolicy, QWidget

from jxc_desktop.backup.make import BackupMade
from jxc_desktop.backup.restore import Preview
from jxc_desktop.backup.verify import Verified
from jxc_desktop.domain.changes import Changes
from jxc_desktop.domain.errors import JxcError, Stopped
from jxc_desktop.gui import prompts, sticks
from jxc_desktop.gui.row_table import Look, RowTable
from jxc_desktop.gui.screen import Screen
from jxc_desktop.gui.screens import backup_data as data
from jxc_desktop.gui.screens.backup_preview import RestorePanel
from jxc_desktop.gui.widgets import Badge, Button, Card, ListAndDetail, column, label, row
from jxc_desktop.gui.widgets.setting_rows import BigIcon, Upright
from jxc_desktop.i18n import N_, _
from jxc_desktop.paths import ShopPaths


class Backup(Screen):
    """The page of the backups. ``open(path=…)`` marks one of them."""

    title = N_("Settings")
    follows = Changes.NOTHING
    has_back = True
    hints = (("Ctrl+B", N_("Back up now")), ("↑+↓", N_("Another backup")), ("Esc", N_("Back to settings")))

    def build(self) -> None:
        self.set_subtitle(_("Backup and restore"))
        self.verified: list[str] = []
        self._wanted = ""
        self._found: data.Overview | None = None
        self.paths = ShopPaths(self.desk.data_dir) if self.desk.data_dir is not None else None
        self.add_action(Button(_("From a file…"), icon="file-import", on_click=self.choose_file))
        self.add_action(Button(_("Open the folder"), icon="folder", on_click=self.open_folder))
        self.panel = RestorePanel(self)
        self.table = RowTable(
            data.COLUMNS,
            {
                "moment": Look(stretch=True),
                "size": Look(align="right"),
                "place": Look(muted=True),
                "state": Look(kind="badge", tone=lambda r: r.tone),
            },
            name="backups",
            preferences=self.desk.preferences,
            key="key",
            select_first=True,
        )
        self.table.set_empty("database", _("No backup yet"), _("One is made at every closing and every four hours."))
        self.split: ListAndDetail
        self.table.current_changed.connect(lambda r: self.look(r.path if r else None))
        self.table.opened.connect(lambda _row: self.split.open_drawer())
        left = QWidget()
        left.setLayout(column(self._target_card(), self._figures_card(), self.table, spacing=12))
        self.split = ListAndDetail(left, self.panel)
        self.add(self.split, 1)
        self._soon = QTimer(self, singleShot=True, interval=150)
        self._soon.timeout.connect(self._preview)
        self._path: Path | None = None

    def _target_card(self) -> Card:
        card = Card(padding=16)
        card.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.target_icon = BigIcon("database", "success_text")
        self.target, self.target_badge = label("", "section"), Badge("", parent=card)
        self.target_note = label("", "secondary")
        self.target_note.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.away = Button(_("Back up to…"), icon="device-usb", on_click=self.back_up_outside)
        self.now = Button(_("Back up now"), "primary", "database-export", key="Ctrl+B", on_click=self.back_up)
        words = column(row(self.target, self.target_badge, 1), self.target_note, spacing=2)
        line = row(self.target_icon, words, self.away, self.now, spacing=14)
        line.setStretch(1, 1)
        card.add(line)
        return card

    def _figures_card(self) -> Card:
        card = Card(padding=12)
        card.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.figures: dict[str, tuple[Any, Any]] = {}
        line = row(spacing=0)
        for name, caption in (
            ("last", _("Last verified backup")),
            ("away", _("Copy outside")),
            ("auto", _("By itself")),
            ("count", _("Kept here")),
        ):
            if self.figures:
                line.addWidget(Upright())
            value, note = label("—", "kpi"), label("", "hint")
            note.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
            self.figures[name] = (value, note)
            left = 4 if name == "last" else 14
            line.addLayout(column(label(caption, "caption"), value, note, spacing=2, margins=(left, 0, 8, 0)), 1)
        card.add(line)
        return card

    # --- reading -------------------------------------------------------------------------------------------------

    def open(self, **arguments: Any) -> None:
        """``path``: the backup to look at."""
        self._wanted = str(arguments.get("path", ""))
        if self._found is not None and self._wanted:
            self.table.select_key(self._wanted)

    def reload(self) -> None:
        if self.paths is None:
            self.show_empty(
                "database", _("The book lies on a database server"), _("Its backups are made there, by whoever looks after it.")
            )
            return
        self.table.set_loading()
        paths, today, verified = self.paths, self.desk.today(), tuple(self.verified)
        external = self.desk.preferences.text(data.EXTERNAL)
        self.tasks.run(self, lambda: data.overview(paths, external, today, verified), self._show, self.show_error)

    def _show(self, found: data.Overview) -> None:
        self._found = found
        self.table.set_rows(found.rows)
        if self._wanted and self.table.select_key(self._wanted):
            self._wanted = ""
        today, newest = self.desk.today(), found.newest
        stick = found.sticks[0] if found.sticks else None
        if stick is not None:
            self.target_icon.set("device-usb", "primary_text")
            self.target.setText(_("USB stick {name} is plugged in").format(name=stick.name))
            note = _("{folder}, {system}, {free} free")
            self._say_target(note.format(folder=stick.folder, system=stick.system, free=sticks.size_words(stick.free)))
            self.away.setText(_("Back up to the stick"))
        elif self.paths is not None:
            good = newest is not None and newest.whole
            self.target_icon.set("shield-check" if good else "database", "success_text" if good else "warning_text")
            self.target.setText(_("{count} backups can be restored").format(count=sum(r.whole for r in found.rows)))
            note = _("{folder}, {free} free")
            self._say_target(note.format(folder=self.paths.backups, free=sticks.size_words(found.free)))
            self.away.setText(_("Back up to…"))
        self.away.updateGeometry()
        self._say("last", data.moment_words(newest.created, today) if newest else "—", self._newest_note(found))
        self._say("away", *data.external_words(self.desk.preferences, today))
        self._say("auto", _("At closing"), _("and every four hours"))
        kept = _("{size}, thinned in time").format(size=sticks.size_words(found.bytes))
        self._say("count", str(len(found.rows)), kept)

    def _newest_note(self, found: data.Overview) -> str:
        if found.newest is None:
            return _("None yet")
        return _("opened and proved") if found.newest.whole else _("its book does not prove itself")

    def _say_target(self, note: str) -> None:
        self.target_note.setText(note)
        self.target_note.setToolTip(note)

    def _say(self, name: str, value: str, note: str) -> None:
        big, small = self.figures[name]
        big.setText(value)
        small.setText(note)
        small.setToolTip(note)

    # --- making --------------------------------------------------------------------------------------------------

    def back_up(self) -> None:
        """One more backup beside the book."""
        if self.paths is not None:
            self._make(self.paths.backups, self.now)

    def back_up_outside(self) -> None:
        """A backup onto the stick that is plugged in, else into a folder that is asked for."""
        stick = self._found.sticks[0] if self._found is not None and self._found.sticks else None
        folder = (
            stick.folder
            if stick is not None
            else prompts.folder_to_use(self, _("Where should the copy go?"), self.desk.preferences.text(data.EXTERNAL))
        )
        if folder is not None:
            self._make(folder, self.away)

    def _make(self, folder: Path, button: Button) -> None:
        if self.paths is not None:
            make_in_background(self, self.paths, folder, button, self._made)

    def _made(self, made: BackupMade) -> None:
        self.verified.append(str(made.path))
        self._wanted = str(made.path)
        self.refresh()

    # --- looking and restoring -----------------------------------------------------------------------------------

    def choose_file(self) -> None:
        """Look at a backup that lies somewhere else."""
        start = self.desk.preferences.text(data.EXTERNAL)
        chosen = prompts.file_to_open(self, _("Restore a backup…"), _("Backups") + f" {data.FILTER}", start)
        if chosen is not None:
            self.look(chosen)
            self.split.open_drawer()

    def look(self, path: Path | None) -> None:
        """Show what a restore of ``path`` would do; nothing is changed."""
        self._path = path
        self.panel.begin(path)
        if path is not None:
            self._soon.start()

    def _preview(self) -> None:
        path, paths = self._path, self.paths
        if path is None or paths is None:
            return

        def seen(found: Preview) -> None:
            if path == self._path:
                self.panel.show_preview(path, found, str(path) in self.verified)

        def failed(error: JxcError) -> None:
            if path == self._path:
                self.panel.show_trouble(path, error)

        self.tasks.run(self, lambda: data.look_into(path, paths), seen, failed)

    def verify(self) -> None:
        """Open the backup that is shown beside the book and prove it."""
        path, paths = self._path, self.paths
        if path is None or paths is None:
            return
        title, report = _("Verifying"), self.tasks.report
        self.panel.check.set_busy(True)

        def done(found: Verified) -> None:
            self.panel.check.set_busy(False)
            report(title, 1, 1)
            self.verified.append(str(path))
            words = _("The backup can be restored whole")
            self.desk.toasts.show(words, note=_("{count} documents, {shop}").format(count=found.documents, shop=found.shop))
            self.refresh()
            self._preview()

        def failed(error: JxcError) -> None:
            self.panel.check.set_busy(False)
            report(title, 1, 1)
            if isinstance(error, Stopped):
                self.desk.toasts.show(str(error), tone="info")
            else:
                self.panel.show_trouble(path, error)

        counter = self.tasks.stoppable(title)
        self.tasks.run(self, lambda: data.prove(path, paths, counter), done, failed)

    def restore(self) -> None:
        """Close the book, put the backup in its place, and open it again."""
        path, paths, reopen = self._path, self.paths, self.desk.reopen
        if path is None or paths is None or reopen is None:
            return
        now = self.desk.now()
        reopen(lambda: data.put_back(path, paths, now), _("The backup is being put in place…"))

    def open_folder(self) -> None:
        """Show the folder of the backups in the system's file manager."""
        if self.paths is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self.paths.backups)))


def make_in_background(
    screen: Screen, paths: ShopPaths, folder: Path, button: Button, then: Callable[[BackupMade], None]
) -> None:
    """Make a backup in ``folder`` off the GUI thread: the status bar counts, a toast says the end, ``then`` goes on."""
    desk, tasks = screen.desk, screen.tasks
    now, title, outside = desk.now(), _("Backing up"), folder != paths.backups
    button.set_busy(True)

    def done(made: BackupMade) -> None:
        button.set_busy(False)
        tasks.report(title, 1, 1)
        words = _("The backup is made and verified")
        if outside:
            data.remember_external(desk.preferences, folder, now)
            words = _("The copy is made and verified; the stick can be taken out")
        desk.toasts.show(words, note=f"{made.path.name}·{sticks.size_words(made.bytes)}", tone="success")
        then(made)
        tasks.announce(Changes.NOTHING)  # the status bar says the last backup

    def failed(error: JxcError) -> None:
        button.set_busy(False)
        tasks.report(title, 1, 1)
        if isinstance(error, Stopped):
            desk.toasts.show(str(error), tone="info")
        else:
            screen.refuse(error)

    counter = tasks.stoppable(title)
    tasks.run(screen, lambda: data.make(paths, folder, now, counter), done, failed)
