"""The window: sidebar, top bar, the stack of pages with its history, status bar, palette, keys, scans, toasts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QCloseEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QApplication, QLineEdit, QMainWindow, QMenu, QStackedWidget, QWidget

from jxc_desktop.gui import keys, prompts
from jxc_desktop.gui.lookout import AskAlerts, AskBackup, AskCounts, Count, Lookout
from jxc_desktop.gui.preferences import Preferences
from jxc_desktop.gui.scanner import Scanner
from jxc_desktop.gui.screen import Desk, Screen, ScreenEntry, Target, goto
from jxc_desktop.gui.screens import SCREENS
from jxc_desktop.gui.tasks import Tasks
from jxc_desktop.gui.theme import theme
from jxc_desktop.gui.widgets.about import CrashDialog, KeyListDialog
from jxc_desktop.gui.widgets.finder import Finder, PaletteSource
from jxc_desktop.gui.widgets.palette import Palette
from jxc_desktop.gui.widgets.shell import Sidebar, TopBar
from jxc_desktop.gui.widgets.status_bar import StatusBar
from jxc_desktop.gui.widgets.surface import column, row
from jxc_desktop.gui.widgets.toasts import Toasts
from jxc_desktop.i18n import _

__all__ = ["Count", "MainWindow", "PaletteSource", "ScanHit"]

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class ScanHit:
    """What a scanned code is, for screens that cannot use it themselves."""

    text: str
    note: str
    target: Target


@dataclass(slots=True)
class _Page:
    """One open page of the history."""

    entry: ScreenEntry
    screen: Screen
    target: Target


class MainWindow(QMainWindow):
    """The shell. ``counts(session)``: the numbers of the sidebar; ``lookup`` words a scan, ``backup_words()`` the backups."""

    def __init__(
        self,
        tasks: Tasks,
        preferences: Preferences,
        *,
        today: Callable[[], date],
        now: Callable[[], datetime],
        shop_name: str,
        entries: Sequence[ScreenEntry] = SCREENS,
        data_dir: Path | None = None,
        is_demo: bool = False,
        by: str = "",
        sources: Sequence[PaletteSource] = (),
        counts: AskCounts | None = None,
        alerts: AskAlerts | None = None,
        lookup: Callable[[Session, str], ScanHit | None] | None = None,
        backup_words: AskBackup | None = None,
    ) -> None:
        super().__init__()
        self.tasks, self.preferences, self.entries = tasks, preferences, {e.name: e for e in entries}
        self._lookup = lookup
        self._finder = Finder(self, tasks, entries, sources)
        self._history: list[_Page] = []
        self._kept: dict[str, Screen] = {}
        self._width, self._height = "", ""
        self.setWindowTitle(_("{shop} – JXC").format(shop=shop_name) + (" · " + _("Practice book") if is_demo else ""))
        self.setMinimumSize(theme.number("size", "min_window_w"), theme.number("size", "min_window_h"))
        self._pages = QStackedWidget()
        self.top = TopBar(by, is_demo)
        self.status = StatusBar()
        self.sidebar = Sidebar(shop_name, [(e.name, _(e.title), e.icon, e.group, e.key) for e in entries if e.group])
        self._build()
        self.toasts = Toasts(self, bottom=theme.px("statusbar") + 12)
        self.desk = Desk(tasks, preferences, today, now, self.navigate, self.back, self.toasts, shop_name, data_dir, is_demo, by)
        self.scanner = Scanner(self.scanned, wants=lambda: self._takes_scan(QApplication.activeModalWidget()), parent=self)
        self.scanner.install()
        self._connect()
        self.status.set_item("data", _("Data on this computer is fine"), "success")
        self.status.set_item("scanner", _("Scanner ready"), "success")
        self.lookout = Lookout(self, counts, alerts, backup_words)

    def _build(self) -> None:
        middle = QWidget()
        middle.setProperty("panel", "app")
        middle.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        inside = column(self.top, self._pages, self.status, spacing=0)
        inside.setStretch(1, 1)
        middle.setLayout(inside)
        whole = QWidget()
        outer = row(self.sidebar, middle, spacing=0)
        outer.setStretch(1, 1)
        whole.setLayout(outer)
        self.setCentralWidget(whole)
        QWidget.setTabOrder(self.status, self.sidebar)

    def _connect(self) -> None:
        self.sidebar.chosen.connect(lambda name: self.navigate(goto(name), fresh=True))
        self.top.search_clicked.connect(self.open_palette)
        self.top.user_clicked.connect(self._user_menu)
        theme.theme_changed.connect(self._restyled)
        for key, act in (
            (keys.KEY_LIST, self.open_keys),
            (keys.PALETTE, self.open_palette),
            (keys.BACK, self.back),
            (keys.REFRESH, self._refresh),
            (keys.FIND, self._find),
        ):
            QShortcut(QKeySequence(key.sequence), self, act)
        for entry in self.entries.values():
            if entry.key:
                QShortcut(QKeySequence(entry.key), self, lambda name=entry.name: self.navigate(goto(name), fresh=True))

    # --- pages ---------------------------------------------------------------------------------------------------

    @property
    def front(self) -> Screen | None:
        """The page in front."""
        return self._history[-1].screen if self._history else None

    def navigate(self, target: Target, *, fresh: bool = False) -> None:
        """Open a page. ``fresh`` (sidebar, key) starts a new history. Raises ``KeyError`` for an unknown screen."""
        entry = self.entries[target.name]
        if fresh and not self._leave_all():
            return
        if self._history and self._history[-1].entry is entry and (entry.single or self._history[-1].target == target):
            page = self._history[-1]
            page.target = target
        else:
            page = _Page(entry, self._screen_of(entry), target)
            self._history.append(page)
            del self._history[:-30]
        if target.arguments:
            page.screen.open(**target.arguments)
        self._show(page)

    def back(self) -> None:
        """The page before; a page of its own is asked first and then dropped."""
        if len(self._history) < 2:
            return
        page = self._history[-1]
        if not page.entry.single and not page.screen.may_leave():
            return
        self._history.pop()
        self._show(self._history[-1])
        self._drop(page)

    def _screen_of(self, entry: ScreenEntry) -> Screen:
        if entry.single and entry.name in self._kept:
            return self._kept[entry.name]
        screen = entry.factory(self.desk)
        screen.setObjectName(entry.name)
        screen.hints_changed.connect(self._show_hints)
        screen.place_changed.connect(self._mark)
        self._pages.addWidget(screen)
        if entry.single:
            self._kept[entry.name] = screen
        return screen

    def _drop(self, page: _Page) -> None:
        if not page.entry.single and all(other.screen is not page.screen for other in self._history):
            self._pages.removeWidget(page.screen)
            page.screen.hide()
            page.screen.deleteLater()

    def _leave_all(self) -> bool:
        for page in reversed(self._history):
            if not page.entry.single and not page.screen.may_leave():
                return False
        old, self._history = self._history, []
        for page in old:
            self._drop(page)
        return True

    def _show(self, page: _Page) -> None:
        page.screen.lay_out(self._width, self._height)
        had = page.screen.focusWidget()
        self._pages.setCurrentWidget(page.screen)
        self._mark()
        self._show_hints()
        if page.screen.focusWidget() is None or (had is None and page.screen.focusProxy() is not None):
            page.screen.setFocus()  # Qt would take the first button of the page, where Enter exports the list

    def _mark(self) -> None:
        """Mark the page in front in the sidebar; one that is not there, the page it belongs to."""
        for shown in reversed(self._history):
            name = shown.entry.name if shown.entry.group else shown.screen.place or shown.entry.under
            if name:
                self.sidebar.mark(name)
                break

    def _show_hints(self) -> None:
        own = list(self.front.key_hints()) if self.front is not None else []
        self.status.set_hints([*own[:4], ("F1", _("Keys"))])

    def _refresh(self) -> None:
        if self.front is not None:
            self.front.refresh()

    def _find(self) -> None:
        box = self.front.find_field() if self.front is not None else None
        if box is not None:
            box.setFocus(Qt.FocusReason.ShortcutFocusReason)
            if isinstance(box, QLineEdit):
                box.selectAll()

    # --- counts, alerts, status ----------------------------------------------------------------------------------

    def refresh_counts(self) -> None:
        """Read the numbers of the sidebar again."""
        self.lookout.count()

    def _user_menu(self, button: QWidget) -> None:
        menu = QMenu(button)
        for name in ("settings",):
            if name in self.entries:
                menu.addAction(_(self.entries[name].title)).triggered.connect(
                    lambda _checked=False, name=name: self.navigate(goto(name), fresh=True)
                )
        menu.addAction(_("All keys")).triggered.connect(lambda _checked=False: self.open_keys())
        menu.addAction(_("Light / dark")).triggered.connect(lambda _checked=False: self.switch_theme())
        menu.exec(button.mapToGlobal(QPoint(0, button.height() + 4)))
        menu.deleteLater()

    def switch_theme(self) -> None:
        """The other of light and dark, and remember it."""
        self.preferences.mode = "light" if theme.dark else "dark"
        self.apply_look()

    def apply_look(self) -> None:
        """Dress the program as the preferences say."""
        app = QApplication.instance()
        if isinstance(app, QApplication):
            theme.apply(
                app,
                self.preferences.mode,
                self.preferences.scale,
                reduced_motion=self.preferences.reduced_motion,
                high_contrast=self.preferences.high_contrast,
            )

    def _restyled(self) -> None:
        self.sidebar.collapse(self.sidebar.collapsed)
        self._classify()

    # --- palette and keys ----------------------------------------------------------------------------------------

    def open_palette(self) -> None:
        """Search everything (Ctrl+K)."""
        palette = Palette(self, self._finder.ask, self._finder.groups())
        palette.chosen.connect(lambda target: self.navigate(target))
        palette.finished.connect(palette.deleteLater)
        palette.open()

    def open_keys(self) -> None:
        """What every key does (F1)."""
        own = list(self.front.key_hints()) if self.front is not None else []
        pages = [(e.key, _(e.title)) for e in self.entries.values() if e.key]
        dialog = KeyListDialog(self, own, pages)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def show_crash(self, reference: str, log: Path | None) -> None:
        """The page of ``crash.install``: calm, says that the data is safe and where the log is."""
        if self.isVisible():
            dialog = CrashDialog(self, reference, log)
            dialog.finished.connect(dialog.deleteLater)
            dialog.open()

    # --- scans ---------------------------------------------------------------------------------------------------

    def _takes_scan(self, modal: QWidget | None) -> bool:
        if modal is not None:
            return callable(getattr(modal, "handle_scan", None))
        return self.isActiveWindow() or QApplication.activeWindow() is None

    def scanned(self, code: str) -> None:
        """Give a code to the dialog or page in front; show what it is where it cannot be used."""
        modal: Any = QApplication.activeModalWidget()
        front: Any = modal if modal is not None else self.front
        if front is not None and front.handle_scan(code):
            return
        if self._lookup is not None:
            lookup = self._lookup
            self.tasks.read(self, "scan", lambda s: lookup(s, code), lambda hit: self._show_scan(code, hit))

    def _show_scan(self, code: str, hit: ScanHit | None) -> None:
        if hit is None:
            self.toasts.show(_("Nothing has the code {code}").format(code=code), tone="warning")
        else:
            self.toasts.show(hit.text, note=hit.note, tone="info", action=(_("Open"), lambda: self.navigate(hit.target)))

    # --- the window itself ---------------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._classify()

    def _classify(self) -> None:
        """Tell the sidebar and the page in front when the window became another class of width or height."""
        limit = {name: theme.breakpoint(name) for name in ("compact_lt", "wide_ge", "low_height_lt", "very_low_height_lt")}
        width = "compact" if self.width() < limit["compact_lt"] else "wide" if self.width() >= limit["wide_ge"] else "normal"
        height = (
            "very_low"
            if self.height() < limit["very_low_height_lt"]
            else "low"
            if self.height() < limit["low_height_lt"]
            else "normal"
        )
        if (width, height) != (self._width, self._height):
            self._width, self._height = width, height
            self.sidebar.collapse(width == "compact")
            if self.front is not None:
                self.front.lay_out(width, height)

    def bring_to_front(self) -> None:
        """A second start asks for the first window."""
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.show()
        self.raise_()
        self.activateWindow()

    def closeEvent(self, event: QCloseEvent) -> None:
        if self.tasks.writing and not prompts.confirm(
            self,
            _("Close while something is being saved?"),
            _("It will be finished first; nothing is lost."),
            _("Finish and close"),
            danger=False,
        ):
            event.ignore()
            return
        if not self._leave_all() or not all(screen.may_leave() for screen in self._kept.values()):
            event.ignore()
            return
        self.preferences.geometry = self.saveGeometry()
        self.scanner.remove()
        super().closeEvent(event)
