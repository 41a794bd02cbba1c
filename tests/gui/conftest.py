"""What every test with windows shares: a dressed application, a desk, a book that only pretends, a small shop in a real one."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

from jxc_desktop.db.engine import Database
from jxc_desktop.domain.acts import Act
from jxc_desktop.gui import crash, lookout
from jxc_desktop.gui.main_window import MainWindow
from jxc_desktop.gui.preferences import Preferences
from jxc_desktop.gui.screen import Desk, Target
from jxc_desktop.gui.screens import SCREENS
from jxc_desktop.gui.screens.document_editor import DocumentEditor
from jxc_desktop.gui.tasks import Tasks
from jxc_desktop.gui.theme import theme
from jxc_desktop.gui.widgets.toasts import Toasts
from tests.gui.hand import shown
from tests.gui.shops import TODAY, ClerkShop, FakeBook, autumn_shop, open_new, stock
from tests.helpers.shop import TODAY as MARCH
from tests.helpers.shop import Shop


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
def open_copy(tmp_path: Path) -> Iterator[Callable[[Path], Database]]:
    """Opens a copy of a book that was made once for many tests."""
    opened: list[Database] = []

    def copy(path: Path) -> Database:
        opened.append(Database.sqlite(shutil.copyfile(path, tmp_path / f"shop{len(opened)}.db"), label="test"))
        return opened[-1]

    yield copy
    for book in opened:
        book.close()


@pytest.fixture
def make_tasks(qapp: QApplication, open_copy: object) -> Iterator[Callable[[Any], Tasks]]:
    """Tasks over any database; closed at the end of the test, before the books are."""
    made: list[Tasks] = []

    def make(database: Any) -> Tasks:
        made.append(Tasks(database))
        return made[-1]

    yield make
    idle = [tasks.wait_idle() for tasks in made]
    for tasks in made:
        tasks.close()
    assert all(idle), "something was still under way"


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


# --- a shop ----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def new_book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a shop that opened on 1 January 2026 and in which nothing has happened yet."""
    path = tmp_path_factory.mktemp("new") / "shop.db"
    open_new(path)
    return path


@pytest.fixture
def book(new_book: Path, open_copy: Callable[[Path], Database]) -> Database:
    """A new shop: warehouse MAIN, accounts, owner; moving average, pool per product, negative stock forbidden."""
    return open_copy(new_book)


@pytest.fixture
def shop(book: Database) -> Shop:
    """:func:`book` with a supplier, a customer and a second warehouse, told in a few words on 10 March 2026."""
    return Shop(book, Act(1, datetime(2026, 3, 10, 10), MARCH))


@pytest.fixture
def autumn(book: Database) -> Any:
    """:func:`book` with cola and tea, bought in October and sold today."""
    return autumn_shop(book)


@pytest.fixture(scope="session")
def stocked(new_book: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of :func:`clerk_shop`."""
    path = shutil.copyfile(new_book, tmp_path_factory.mktemp("stocked") / "shop.db")
    stock(path)
    return path


@pytest.fixture
def clerk_shop(stocked: Path, open_copy: Callable[[Path], Database]) -> ClerkShop:
    """Water by the bottle and the box, milk by batch, a supplier, a customer with terms: where documents are typed."""
    return ClerkShop.over(open_copy(stocked))


@pytest.fixture
def went() -> list[Target]:
    """Where the pages at :func:`shop_desk` led to."""
    return []


@pytest.fixture
def shop_desk(make_desk: Callable[..., Desk], shop: Any, went: list[Target]) -> Desk:
    """The desk of ``shop``, whichever that is in a file, on the day of its acts."""
    return make_desk(shop.book, went=went, today=shop.act.today)


@pytest.fixture
def show(shop_desk: Desk, went: list[Target]) -> Callable[..., tuple[Any, list[Target]]]:
    """``show(kind, **arguments)``: any page of the shop, and where it led to."""

    def open_page(kind: Callable[[Desk], Any], /, **arguments: Any) -> tuple[Any, list[Target]]:
        return shown(kind(shop_desk), 1180, 660, **arguments), went

    return open_page


@pytest.fixture
def page(shop_desk: Desk) -> Callable[..., DocumentEditor]:
    """Opens a document of the shop in a window of its own."""
    return lambda **arguments: shown(DocumentEditor(shop_desk), **arguments)


@pytest.fixture
def make_window(make_tasks: Callable[[Any], Tasks], preferences: Preferences) -> Iterator[Callable[..., MainWindow]]:
    """The whole program over a shop on the day of its acts, in front."""
    made: list[MainWindow] = []

    def make(shop: Any) -> MainWindow:
        act = shop.act
        window = MainWindow(
            make_tasks(shop.book), preferences, entries=SCREENS, today=lambda: act.today, now=lambda: act.at, shop_name="小店"
        )
        made.append(shown(window, 1366, 768))
        return window

    yield make
    for window in made:
        if isValid(window):
            window.close()
            window.deleteLater()


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The sidebar and the bell ask at once: no test waits for the first page to have the readers to itself."""
    monkeypatch.setattr(lookout, "FIRST_MS", 0)


@pytest.fixture(autouse=True)
def _no_crash_page() -> Iterator[None]:
    """A test that started the whole program must not leave its crash page to the next one."""
    yield
    crash.uninstall()
