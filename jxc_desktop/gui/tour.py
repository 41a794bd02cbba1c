"""The tour: the real windows driven through a shop's day in a folder of their own, every effect looked up in the book.

First a new shop lives its first day, from the first start to a restored backup; then the pages are shown with the book of
a shop that has been trading for a while: a copy of the given one, or a demo made for the occasion. No book of the person's
is ever written to.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from jxc_desktop.domain.acts import Act
from jxc_desktop.i18n import _
from jxc_desktop.paths import ShopPaths

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from jxc_desktop.db.engine import Database
    from jxc_desktop.gui.main_window import MainWindow
    from jxc_desktop.gui.preferences import Preferences
    from jxc_desktop.gui.tasks import Tasks
    from jxc_desktop.gui.tour_hand import Hand

Reopen = Callable[[Callable[[], object], str], None]


class Build(Protocol):
    """How the program puts a window together: the tour works in the very window that a person gets."""

    def __call__(
        self, paths: ShopPaths, preferences: Preferences, database: Database, tasks: Tasks, reopen: Reopen
    ) -> MainWindow: ...


@dataclass(frozen=True, slots=True)
class Toured:
    """What the tour left in its folder, and how many steps had their effect."""

    pictures: tuple[str, ...]
    papers: tuple[str, ...]
    steps: int


def run_tour(
    *, build: Build, source: Path | None, out: Path, size: tuple[int, int], look: str, act: Act, say: Callable[[str], None]
) -> Toured:
    """Tour the windows at ``size`` in the theme ``look`` (light, dark); pictures and papers go to the folder ``out``.

    ``source``: the book whose copy the pages are shown with; None makes a demo. ``say`` hears each step that had its effect.
    Raises :class:`TourStopped` for one that had not, storage troubles.
    """
    from jxc_desktop.db.snapshot import by_name

    with by_name(out):
        out.mkdir(parents=True, exist_ok=True)
    if sys.platform.startswith("linux") and not any(os.environ.get(n) for n in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")):
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    with tempfile.TemporaryDirectory(prefix="jxc-tour-", ignore_cleanup_errors=True) as folder:
        return _tour(Stage(build, Path(folder), out, size, look, act, say), source)


class Stage:
    """What every part of the tour works with: the application, the hands, and windows over books in the tour's own folder."""

    def __init__(
        self, build: Build, folder: Path, out: Path, size: tuple[int, int], look: str, act: Act, say: Callable[[str], None]
    ) -> None:
        from PySide6.QtCore import QSettings

        from jxc_desktop.gui.preferences import Preferences
        from jxc_desktop.gui.theme import theme
        from jxc_desktop.gui.tour_hand import Hand

        self.build, self.folder, self.out, self.size, self.act, self.say = build, folder, out, size, act, say
        self.app = _application()
        self.preferences = Preferences(QSettings(str(folder / "preferences.ini"), QSettings.Format.IniFormat))
        self.preferences.mode = "dark" if look == "dark" else "light"
        self.preferences.reduced_motion = True
        theme.apply(self.app, self.preferences.mode, 100, reduced_motion=True)
        self.hand: Hand = Hand(out, f"{size[0]}x{size[1]}_{look}")
        self.steps = 0
        self.work: Callable[[], object] | None = None

    def step(self, words: str, do: Callable[[], object]) -> None:
        """Do one thing and say that it had its effect."""
        self.hand.step = words
        do()
        self.hand.settle()
        self.steps += 1
        self.say(f"✓ {words}")

    @contextmanager
    def window(self, paths: ShopPaths) -> Iterator[Database]:
        """The main window over the book in ``paths``, at its size, for the length of the block."""
        from PySide6.QtTest import QTest

        from jxc_desktop.db.engine import Database
        from jxc_desktop.gui.tasks import Tasks

        database = Database.sqlite(paths.book, lock_path=paths.write_lock, label=_("The tour of the windows"))
        tasks = Tasks(database)
        self.preferences.geometry = None
        try:
            window = self.build(paths, self.preferences, database, tasks, self._reopen)
            window.resize(*self.size)
            window.show()
            window.activateWindow()
            QTest.qWaitForWindowActive(window)
            self.hand.take(window, tasks)
            window.lookout.count()  # at once: the first picture is taken before it would ask by itself
            window.lookout.look_around()
            self.hand.settle()
            try:
                yield database
            except BaseException:
                self.hand.see("stopped")
                raise
            finally:
                tasks.wait_idle()
                window.close()
                window.scanner.remove()
                tasks.wait_idle()
                window.deleteLater()
                self.hand.let_go()
        finally:
            tasks.close()
            database.close()

    def show_controls(self) -> None:
        """A page of all controls, at the size of the reference picture."""
        from jxc_desktop.gui.tour_gallery import SIZE, gallery

        page = gallery()
        page.show()
        self.hand.see("components", page, f"{SIZE[0]}x{SIZE[1]}_{self.hand.look.rpartition('_')[2]}")
        page.close()
        page.deleteLater()

    def show_papers(self) -> None:
        """The papers that were saved during the day on one sheet."""
        from jxc_desktop.gui.tour_gallery import paper_sheet

        dark = self.preferences.mode == "dark"
        file = self.out / ("print_samples_dark.png" if dark else "print_samples.png")
        if not paper_sheet(self.out, file):
            raise self.hand.stop(_("the picture {file} cannot be written.").format(file=file.name))
        self.hand.pictures.append(file.name)

    def _reopen(self, work: Callable[[], object], _words: str) -> None:
        self.work = work

    def reopened(self) -> None:
        """Do what a page asked for with the book closed (a restore)."""
        if self.work is None:
            raise self.hand.stop(_("waited in vain for {what}.").format(what=_("the restore")))
        self.work()
        self.work = None


def _application() -> QApplication:
    from PySide6.QtWidgets import QApplication

    app = QApplication.instance() or QApplication([sys.argv[0]])
    assert isinstance(app, QApplication)
    app.setQuitOnLastWindowClosed(False)
    return app


def _tour(stage: Stage, source: Path | None) -> Toured:
    from jxc_desktop.gui import crash
    from jxc_desktop.gui.tour_day import live_a_day
    from jxc_desktop.gui.tour_pages import show_pages

    hooks = sys.excepthook
    logs = stage.out / "logs"
    logs.mkdir(exist_ok=True)
    crash.install(logs, lambda reference, file: stage.hand.faults.append(f"{reference}, {file}"))
    try:
        papers = live_a_day(stage)
        show_pages(stage, source)
        stage.step(_("Picture: {name}").format(name="components"), stage.show_controls)
        stage.step(_("Picture: {name}").format(name="print_samples"), stage.show_papers)
    finally:
        crash.uninstall()
        sys.excepthook = hooks
        if not any(logs.iterdir()):
            logs.rmdir()
    return Toured(tuple(sorted(stage.hand.pictures)), tuple(papers), stage.steps)
