"""The one joint between windows and commands: which of the two is meant, and how the windows are put together.

The windows come up in this order: paths -> the window's lock -> what an interrupted restore left -> a look at the book ->
first shop or upgrade (a verified backup first) -> Database -> Tasks -> MainWindow. At closing a backup is made.
"""

from __future__ import annotations

import hashlib
import logging
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jxc_desktop.cli.context import Context
from jxc_desktop.cli.run import Windows, run
from jxc_desktop.domain.errors import BookMissing, DamagedFile, JxcError, StorageTrouble, WindowOpen
from jxc_desktop.i18n import N_, _

if TYPE_CHECKING:
    from PySide6.QtNetwork import QLocalServer
    from PySide6.QtWidgets import QApplication

    from jxc_desktop.db.engine import Database
    from jxc_desktop.gui.main_window import MainWindow
    from jxc_desktop.gui.preferences import Preferences
    from jxc_desktop.gui.tasks import Tasks
    from jxc_desktop.paths import ShopPaths

log = logging.getLogger("jxc_desktop")

FOUR_HOURS_MS = 4 * 3600 * 1000
ANSWER_MS = 2000
"""How long a second start waits for the first window to answer."""


class NoDisplay(StorageTrouble):
    code = "no_display"
    text = N_("There is no screen to open a window on. Use a command (“jxc --help”), or start it on a desktop.")


def main(words: Sequence[str]) -> int:
    """Do what ``words`` say: a command without a screen, or without one the windows. Returns the exit code."""
    return run(words, Windows(start=open_windows, tour=_tour))


def _tour(*, context: Context, source: Path | None, out: Path, size: tuple[int, int], look: str) -> int:
    """Drive the windows through a day; says what was seen and where it lies."""
    from jxc_desktop.gui.tour import run_tour

    def build(
        paths: ShopPaths,
        preferences: Preferences,
        database: Database,
        tasks: Tasks,
        reopen: Callable[[Callable[[], object], str], None],
    ) -> MainWindow:
        return build_window(replace(context, paths=paths, url=None), preferences, database, tasks, reopen=reopen)

    output = context.output
    toured = run_tour(build=build, source=source, out=out, size=size, look=look, act=context.act_of(1), say=output.say)
    if output.as_json:
        output.value({"out": str(out), "steps": toured.steps, "pictures": toured.pictures, "papers": toured.papers})
    else:
        words = _("{steps} steps had their effect; {pictures} pictures and {papers} papers are in {folder}.")
        output.say(words.format(steps=toured.steps, pictures=len(toured.pictures), papers=len(toured.papers), folder=out))
    return 0


def open_windows(context: Context) -> int:
    """Open the windows of the shop in ``context`` and stay until they are closed."""
    _require_display()
    from PySide6.QtCore import QSettings
    from PySide6.QtWidgets import QApplication

    from jxc_desktop.gui.preferences import Preferences
    from jxc_desktop.gui.theme import theme

    app = QApplication([sys.argv[0]])
    app.setApplicationName("JXC Desktop")
    app.setDesktopFileName("jxc-desktop")
    preferences = Preferences(QSettings("jxc-desktop", "jxc-desktop"))
    _speak(preferences)
    theme.apply(
        app,
        preferences.mode,
        preferences.scale,
        reduced_motion=preferences.reduced_motion,
        high_contrast=preferences.high_contrast,
    )
    try:
        return _with_lock(app, context, preferences)
    except JxcError as error:
        from jxc_desktop.gui import prompts

        prompts.tell(None, _("The shop cannot be opened"), str(error), "danger")
        raise


def _speak(preferences: Preferences) -> None:
    """The language that was chosen on this computer, unless the command line says one."""
    from jxc_desktop import i18n
    from jxc_desktop.paths import bundled

    said = preferences.text("look/language")
    if said in i18n.LANGUAGES and not any(word.partition("=")[0] == "--lang" for word in sys.argv[1:]):
        i18n.use(said, bundled("resources/locale"))


def _require_display() -> None:
    """On Linux Qt ends the process without a word where there is no screen. Raises :class:`NoDisplay`."""
    if sys.platform.startswith("linux") and not any(
        os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    ):
        raise NoDisplay(path="", why="")


def _with_lock(app: QApplication, context: Context, preferences: Preferences) -> int:
    """One window per shop: a second start brings the first to the front and ends."""
    from jxc_desktop.db.locks import FileLock
    from jxc_desktop.db.snapshot import by_name
    from jxc_desktop.gui import crash

    paths = context.paths
    lock = FileLock(paths.window_lock, _("the window"))
    with by_name(paths.root):
        paths.make()
        first = lock.acquire(0)
    if not first:
        if _bring_to_front(paths):
            return 0
        raise WindowOpen(holder=lock.holder())
    try:
        _recover(paths)
        return _open_book(app, context, preferences)
    finally:
        crash.uninstall()
        lock.release()
        lock.close()


def _recover(paths: ShopPaths) -> None:
    """Finish or undo a restore or an upgrade that was cut short; the window's lock is held."""
    from jxc_desktop.backup.swap import INTENT_NAME, nobody_writes, recover_locked

    if (paths.root / INTENT_NAME).exists():
        with nobody_writes(paths):
            recover_locked(paths)


def _open_book(app: QApplication, context: Context, preferences: Preferences) -> int:
    from jxc_desktop.db.engine import Database
    from jxc_desktop.gui import crash
    from jxc_desktop.gui.tasks import Tasks
    from jxc_desktop.gui.widgets.about import CrashDialog

    crash.install(context.paths.logs, lambda reference, file: _show_crash(CrashDialog(None, reference, file)))
    while True:
        if context.url:
            database = context.open_url()
        else:
            if not _ready(context, preferences):
                return 0
            database = Database.sqlite(context.paths.book, lock_path=context.paths.write_lock, label=_("the window"))
        tasks, reopening = Tasks(database), Reopening(app)
        try:
            code = _show(app, context, preferences, database, tasks, reopening)
        finally:
            tasks.close()
            _back_up(context, database)
            database.close()
        if reopening.work is None:
            return code
        reopening.run()


class Reopening:
    """What is to be done between closing the window and opening it again: a restore needs the book for itself."""

    def __init__(self, app: QApplication) -> None:
        self._app = app
        self.work: Callable[[], object] | None = None
        self.words = ""

    def ask(self, work: Callable[[], object], words: str) -> None:
        """Close the windows; ``work`` is done with the book closed. A window that may not close yet keeps it from happening."""
        self.work, self.words = work, words
        if all(window.close() for window in self._app.topLevelWidgets() if window.isVisible()):
            self._app.exit(0)
        else:
            self.work = None

    def run(self) -> None:
        """Do the work while a note says so. What it answers in words is told, and so is a refusal: the shop is then as it was."""
        from jxc_desktop.gui import prompts
        from jxc_desktop.gui.widgets.waiting import wait_for

        assert self.work is not None
        try:
            said = wait_for(self.words, self.work)
        except JxcError as error:
            prompts.tell(None, _("This did not work"), str(error), "danger")
            return
        if isinstance(said, str):
            prompts.tell(None, _("Done"), said, "success")


def _show_crash(dialog: Any) -> None:
    dialog.exec()
    dialog.deleteLater()


def _ready(context: Context, preferences: Preferences | None = None) -> bool:
    """Whether there is a book of this program's schema: made on first start, upgraded after an update. False: given up."""
    from jxc_desktop.backup.upgrade_book import migrate
    from jxc_desktop.db.safety import look

    try:
        found = look(context.paths)
    except (DamagedFile, BookMissing) as error:
        return _offer_backup(context, error)
    if found == "older":
        migrate(context.paths, now=datetime.now(), window_held=True)
    elif found == "none":
        from jxc_desktop.gui.first_run import first_run

        return first_run(context.paths, context.act_of(1), preferences)
    return True


def _offer_backup(context: Context, error: JxcError) -> bool:
    """The book is gone or damaged: offer the last good backup; what is left of the book goes aside. Raises ``error``."""
    from jxc_desktop.backup.keep import list_backups
    from jxc_desktop.backup.restore import restore
    from jxc_desktop.gui import prompts

    last = next((row for row in list_backups(context.paths.backups) if row.whole), None)
    if last is None:
        raise error
    text = _("The last good backup is of {created}, with {documents} documents. What is here now is kept aside.")
    words = str(error) + "\n\n" + text.format(created=last.manifest.created.replace("T", " "), documents=last.manifest.documents)
    if not prompts.confirm(None, _("The book cannot be opened"), words, _("Restore this backup")):
        raise error
    restore(last.path, context.paths, now=datetime.now(), window_held=True)
    return True


def _show(
    app: QApplication, context: Context, preferences: Preferences, database: Database, tasks: Tasks, reopening: Reopening
) -> int:
    from PySide6.QtCore import QTimer

    window = build_window(context, preferences, database, tasks, reopen=reopening.ask)
    server = _listen(context.paths, window.bring_to_front)
    timer = QTimer(window)
    timer.timeout.connect(lambda: tasks.run(window, lambda: _back_up(context, database), lambda _done: window.refresh_counts()))
    timer.start(FOUR_HOURS_MS)
    if preferences.geometry is None:  # a counter PC has one screen and one program on it
        window.resize(app.primaryScreen().availableGeometry().size())
        window.showMaximized()
    else:
        window.show()
    if database.path is not None:
        _warn(context, window)
        _look_for_damage(context, window, tasks, database)
    try:
        return int(app.exec())
    finally:
        if server is not None:
            server.close()


def _warn(context: Context, window: MainWindow) -> None:
    """Say what about the place of the book endangers it."""
    from jxc_desktop.db.safety import cautions

    for caution in cautions(context.paths):
        window.toasts.show(caution.message, tone="warning")


def _look_for_damage(context: Context, window: MainWindow, tasks: Tasks, database: Database) -> None:
    """Behind the window's back: the engine's quick look once a day, the whole proof of the book once a week."""
    from jxc_desktop.backup.check import check_book
    from jxc_desktop.db.safety import check_due, note_check, quick_check
    from jxc_desktop.gui import prompts

    today = context.today
    due = check_due(context.paths, today)

    def look() -> str:
        if due == "quick":
            quick_check(context.paths, today)
            return ""
        findings = check_book(database)
        if not findings:
            note_check(context.paths, "full", today)
        return "\n".join(finding.message for finding in findings[:5])

    def told(found: str) -> None:
        if found:
            prompts.tell(
                window,
                _("The book does not prove itself"),
                found + "\n\n" + _("Make a backup and ask for help; go on with care."),
                "warning",
            )

    if due:
        tasks.run(window, look, told, lambda error: prompts.tell(window, _("The book is damaged"), str(error), "danger"))


def build_window(
    context: Context,
    preferences: Preferences,
    database: Database,
    tasks: Tasks,
    *,
    reopen: Callable[[Callable[[], object], str], None] | None = None,
) -> MainWindow:
    """The main window of the open book, on its first page."""
    from jxc_desktop.gui.main_window import MainWindow
    from jxc_desktop.gui.palette_sources import palette_sources, scan_hit, sidebar_counts
    from jxc_desktop.gui.screen import goto
    from jxc_desktop.gui.screens import SCREENS
    from jxc_desktop.queries.settings import owner, shop_settings

    with database.read() as session:
        settings, user = shop_settings(session), owner(session)
    names = frozenset(entry.name for entry in SCREENS)

    def today() -> date:
        return context.act_of(user.id, settings.closing_hour).today

    window = MainWindow(
        tasks,
        preferences,
        today=today,
        now=lambda: context.act_of(user.id, settings.closing_hour).at,
        shop_name=settings.shop,
        data_dir=context.paths.root if database.path is not None else None,
        is_demo=settings.demo,
        by=user.name,
        sources=palette_sources(names),
        counts=lambda session: sidebar_counts(session, names),
        lookup=lambda session, code: scan_hit(session, code, names),
        backup_words=lambda: _backup_words(context.paths),
    )
    window.desk = replace(window.desk, reopen=reopen)
    _show_printer(window, tasks)
    if preferences.geometry is not None:
        window.restoreGeometry(preferences.geometry)
    if SCREENS:
        window.navigate(goto(SCREENS[0].name), fresh=True)
    return window


def _show_printer(window: MainWindow, tasks: Tasks) -> None:
    """Say in the status bar which printer there is; asked on another thread, for a network printer takes its time."""
    from jxc_desktop.gui.printers import default_printer

    def told(name: str) -> None:
        words = _("Printer ready: {name}").format(name=name[:24]) if name else _("No printer installed")
        window.status.set_item("printer", words, "success" if name else "")

    window.status.set_item("printer", _("Looking for the printer…"))
    tasks.run(window, default_printer, told)


def _backup_words(paths: ShopPaths) -> str:
    """What the status bar says of the last backup."""
    from jxc_desktop.backup.keep import last_backup

    last = last_backup(paths.backups)
    return _("No backup yet") if last is None else _("Backed up {moment}").format(moment=last.created.strftime("%m-%d %H:%M"))


def _back_up(context: Context, database: Database) -> None:
    """A backup by itself, where something was posted since the last; a failure is logged and never keeps a window open."""
    from jxc_desktop.backup.keep import last_backup, prune
    from jxc_desktop.backup.make import make_backup

    if database.path is None:
        return
    now = datetime.now()
    try:
        last = last_backup(context.paths.backups)
        made = (
            make_backup(database, context.paths.backups, now=now)
            if last is None or _moved(database, last.manifest.audit_seq)
            else None
        )
        if made is not None:
            prune(context.paths.backups, now)
    except JxcError as error:
        log.warning("backup at closing: %s", error)


def _moved(database: Database, audit_seq: int) -> bool:
    """Whether anything was done in the book since the audit trail stood at ``audit_seq``."""
    from jxc_desktop.db.snapshot import by_name, facts_of, opened

    assert database.path is not None
    with by_name(database.path), opened(database.path) as connection:
        return facts_of(connection).audit_seq != audit_seq


# --- the second start ------------------------------------------------------------------------------------------------


def _server_name(paths: ShopPaths) -> str:
    return "jxc-" + hashlib.sha256(str(paths.root.resolve()).encode()).hexdigest()[:16]


def _listen(paths: ShopPaths, bring_to_front: Callable[[], None]) -> QLocalServer | None:
    """Hear from a second start; None where the system offers no such channel (the lock alone then keeps it out)."""
    from PySide6.QtNetwork import QLocalServer

    server = QLocalServer()
    server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
    QLocalServer.removeServer(_server_name(paths))  # left behind by a killed window; the lock says that it is ours

    def heard() -> None:
        while (socket := server.nextPendingConnection()) is not None:
            socket.disconnected.connect(socket.deleteLater)
            socket.write(b"ok")
            socket.flush()
            bring_to_front()

    server.newConnection.connect(heard)
    if not server.listen(_server_name(paths)):
        log.warning("no channel for a second start: %s", server.errorString())
        return None
    return server


def _bring_to_front(paths: ShopPaths) -> bool:
    """Ask the first window to come to the front; False when it does not answer."""
    from PySide6.QtNetwork import QLocalSocket

    socket = QLocalSocket()
    socket.connectToServer(_server_name(paths))
    answered = socket.waitForConnected(ANSWER_MS) and socket.waitForReadyRead(ANSWER_MS)
    socket.abort()
    return bool(answered)
