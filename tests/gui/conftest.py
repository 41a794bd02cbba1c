"""What every test with windows shares: a dressed application, a desk, a book that only pretends."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMessageLogContext, QSettings, QtMsgType, qInstallMessageHandler
from PySide6.QtWidgets import QApplication, QWidget

from jxc_desktop.gui import crash, lookout
from jxc_desktop.gui.preferences import Preferences
from jxc_desktop.gui.screen import Desk, Target
from jxc_desktop.gui.tasks import Tasks
from jxc_desktop.gui.theme import theme
from jxc_desktop.gui.widgets.toasts import Toasts

TODAY = date(2026, 11, 24)


class FakeBook:
    """Gives out sessions that remember nothing; counts what was kept and what was rolled back."""

    def __init__(self) -> None:
        self.kept = 0
        self.rolled_back = 0
        self.rows: list[Any] = []

    @contextmanager
    def read(self) -> Iterator[Any]:
        yield self

    @contextmanager
    def write(self) -> Iterator[Any]:
        try:
            yield self
        except BaseException:
            self.rolled_back += 1
            raise
        self.kept += 1


@pytest.fixture(autouse=True)
def qt_messages() -> Iterator[list[str]]:
    """What Qt complained about; that the offscreen platform cannot move real windows is no complaint."""
    complaints: list[str] = []

    def note(kind: QtMsgType, _context: QMessageLogContext, message: str) -> None:
        if kind not in (QtMsgType.QtDebugMsg, QtMsgType.QtInfoMsg) and not message.startswith("This plugin does not support"):
            complaints.append(message)

    before = qInstallMessageHandler(note)
    yield complaints
    qInstallMessageHandler(before)
    assert not complaints, "Qt complained"


@pytest.fixture(scope="session")
def application() -> QApplication:
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    app.setQuitOnLastWindowClosed(False)
    return app


@pytest.fixture
def qapp(application: QApplication) -> Iterator[QApplication]:
    """The application in the light theme; whatever a test leaves open is closed."""
    if (theme.mode, theme.scale) != ("light", 100) or not application.styleSheet():
        theme.apply(application, "light")
    yield application
    for window in application.topLevelWidgets():
        window.close()
        window.deleteLater()
    application.processEvents()


@pytest.fixture
def preferences(tmp_path: Path) -> Preferences:
    return Preferences(QSettings(str(tmp_path / "preferences.ini"), QSettings.Format.IniFormat))


@pytest.fixture
def make_tasks(qapp: QApplication) -> Iterator[Callable[[Any], Tasks]]:
    """Tasks over any database; closed at the end of the test."""
    made: list[Tasks] = []

    def make(database: Any) -> Tasks:
        made.append(Tasks(database))
        return made[-1]

    yield make
    for tasks in made:
        tasks.wait_idle()
        tasks.close()


@pytest.fixture
def make_desk(make_tasks: Callable[[Any], Tasks], preferences: Preferences, tmp_path: Path) -> Callable[..., Desk]:
    """A desk over any database. ``went`` collects where screens navigated to: ``make_desk(database, went=[])``."""

    def make(database: Any, *, went: list[Target] | None = None, today: date = TODAY) -> Desk:
        host = QWidget()
        places = went if went is not None else []
        return Desk(
            tasks=make_tasks(database),
            preferences=preferences,
            today=lambda: today,
            now=lambda: datetime(today.year, today.month, today.day, 14, 22),
            navigate=places.append,
            back=lambda: places.append(Target("back")),
            toasts=Toasts(host),
            shop_name="邻里便利店",
            data_dir=tmp_path,
            by="店长",
        )

    return make


@pytest.fixture
def desk(make_desk: Callable[..., Desk]) -> Desk:
    return make_desk(FakeBook())


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The sidebar and the bell ask at once: no test waits for the first page to have the readers to itself."""
    monkeypatch.setattr(lookout, "FIRST_MS", 0)


@pytest.fixture(autouse=True)
def _no_crash_page() -> Iterator[None]:
    """A test that started the whole program must not leave its crash page to the next one."""
    yield
    crash.uninstall()
