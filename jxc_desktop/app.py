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
from jxc_desktop.domain.errors import JxcError
from jxc_desktop.domain.troubles import BookMissing, DamagedFile, StorageTrouble, WindowOpen
from jxc_desktop.i18n import N_, _

if TYPE_CHECKING:
    from PySide6.QtNetwork import QLocalServer
    from PySide6.QtWidgets import QApplication
    from sqlalchemy.orm import Session

    from jxc_desktop.db.engine import Database
    from jxc_desktop.domain.settings import ShopSettings
    from jxc_desktop.gui.main_window import MainWindow
    from jxc_desktop.gui.preferences import Preferences
    from jxc_desktop.gui.screen import Target
    from jxc_desktop.gui.tasks import Tasks
    from jxc_desktop.paths import ShopPaths
    from jxc_desktop.queries.alerts import Alert

log = logging.getLogger("jxc_desktop")

FOUR_HOURS_MS = 4 * 3600 * 1000
SEEN_MS = 20
"""So long after it is shown the window has been painted, and may share the processor with what it asks."""
IDLE_MS = 1500
"""So long the first page has the processor for itself, before what can wait begins."""
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
    from jxc_desktop.gui.backups import back_up
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
        tasks, reopening = Tasks(database, start=False), Reopening(app)
        try:
            code = _show(app, context, preferences, database, tasks, reopening)
        finally:
            tasks.close()
            back_up(context.paths, database, preferences)
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
    from jxc_desktop.db.safety import look

    try:
        found = look(context.paths)
    except (DamagedFile, BookMissing) as error:
        return _offer_backup(context, error)
    if found == "older":
        from jxc_desktop.backup.upgrade_book import migrate

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

    from jxc_desktop.gui.backups import back_up

    window = build_window(context, preferences, database, tasks, reopen=reopening.ask)
    server = _listen(context.paths, window.bring_to_front)
    timer = QTimer(window)

    def save() -> None:
        tasks.run(window, lambda: back_up(context.paths, database, preferences), lambda _done: window.refresh_counts())

    timer.timeout.connect(save)
    timer.start(FOUR_HOURS_MS)
    if preferences.geometry is None:  # a counter PC has one screen and one program on it
        window.resize(app.primaryScreen().availableGeometry().size())
        window.showMaximized()
    else:
        window.show()
    QTimer.singleShot(SEEN_MS, window, tasks.start)
    if database.path is not None:
        _warn(context, window)
        QTimer.singleShot(IDLE_MS, window, lambda: _look_for_damage(context, window, tasks, database))
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
    from jxc_desktop.db.safety import check_due, note_check, quick_check
    from jxc_desktop.gui import prompts

    today = context.today
    due = check_due(context.paths, today)

    def look() -> str:
        if due == "quick":
            quick_check(context.paths, today)
            return ""
        from jxc_desktop.backup.check import check_book

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
    """The main window of the open book; its first page follows as soon as what asks the book is loaded."""
    from jxc_desktop.gui.backups import backup_trouble, backup_words
    from jxc_desktop.gui.main_window import MainWindow
    from jxc_desktop.gui.palette_sources import palette_sources, scan_hit, sidebar_counts
    from jxc_desktop.gui.screen import goto
    from jxc_desktop.gui.screens import SCREENS
    from jxc_desktop.gui.till_clock import TillClock
    from jxc_desktop.gui.widgets.numbers import NumberEdit

    settings, user, by = _at_the_door(database)
    names = frozenset(entry.name for entry in SCREENS)

    clock = TillClock(lambda: context.act_of(user, settings.closing_hour))
    window = MainWindow(
        tasks,
        preferences,
        today=clock.today,
        now=clock.now,
        shop_name=settings.shop,
        data_dir=context.paths.root if database.path is not None else None,
        is_demo=settings.demo,
        by=by,
        sources=palette_sources(names),
        counts=lambda session: sidebar_counts(session, names),
        alerts=_alerts,
        lookup=lambda session, code: scan_hit(session, code, names),
        backup_words=lambda: (backup_words(context.paths), backup_trouble(context.paths, datetime.now())),
    )
    clock.setParent(window)
    clock.follow(tasks)
    window.desk = replace(window.desk, reopen=reopen)
    NumberEdit.steps = preferences.arrow_keys_step
    _show_printer(window, tasks)
    if preferences.geometry is not None:
        window.restoreGeometry(preferences.geometry)
    _open_first_page(window, tasks, goto(SCREENS[0].name))
    return window


def _at_the_door(database: Database) -> tuple[ShopSettings, int, str]:
    """The shop's choices, and its owner's id and name; of a file without loading what questions need."""
    from jxc_desktop.domain.settings import ShopSettings

    if database.path is None:
        from jxc_desktop.queries.settings import owner, shop_settings

        with database.read() as session:
            user = owner(session)
            return shop_settings(session), user.id, user.name
    from jxc_desktop.db.snapshot import at_the_door, by_name, opened

    with by_name(database.path), opened(database.path) as connection:
        choices, number, name = at_the_door(connection)
    known = set(ShopSettings.names())
    return ShopSettings(**{key: value for key, value in choices.items() if key in known}), number, name


def _open_first_page(window: MainWindow, tasks: Tasks, first: Target) -> None:
    """Load what asks the book on another thread, then open the page; what only makes later pages quicker comes last."""
    from PySide6.QtCore import QTimer

    from jxc_desktop.gui.warm import load_first, warm

    def prepare() -> None:
        today = window.desk.today()
        tasks.read(window, "warm", lambda session: warm(session, today), lambda _done: None)

    def loaded(_done: None) -> None:
        if window.front is None:
            window.navigate(first, fresh=True)
        QTimer.singleShot(IDLE_MS, window, prepare)

    tasks.run(window, load_first, loaded)


def _alerts(session: Session, today: date) -> Sequence[Alert]:
    from jxc_desktop.queries.alerts import alerts

    return alerts(session, today)


def _show_printer(window: MainWindow, tasks: Tasks) -> None:
    """Say in the status bar which printer there is; asked on another thread, for a network printer takes its time."""
    from jxc_desktop.gui.printers import default_printer

    def told(name: str) -> None:
        words = _("Printer ready: {name}").format(name=name[:24]) if name else _("No printer installed")
        window.status.set_item("printer", words, "success" if name else "")

    window.status.set_item("printer", _("Looking for the printer…"))
    tasks.run(window, default_printer, told)


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
