"""What holds for every test: noise fails, the network is closed, nothing touches the owner's own data.

The folder gives the marker (``unit``, ``data``, ``gui``, ``e2e``); the order is random (pytest-randomly).
``JXC_TEST_POSTGRES=1`` runs the tests in tests/data on PostgreSQL.
"""

from __future__ import annotations

import logging
import os
import socket
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from jxc_desktop import i18n, paths

pytest.register_assert_rewrite("tests.helpers", "tests.gui")

FOLDERS = ("unit", "data", "gui", "e2e")
HERE = Path(__file__).resolve().parent

settings.register_profile("shop", deadline=None, max_examples=60, database=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("shop")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "sqlite_only: says something about SQLite alone; not run on PostgreSQL")
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    for name in ("JXC_DATABASE", "JXC_TODAY", "JXC_PASSWORD", "SHOP", "ARGS"):
        os.environ.pop(name, None)
    # Preferences and the default data folder of this computer stay out of reach.
    home = tempfile.mkdtemp(prefix="jxc-tests-")
    config.add_cleanup(lambda: _remove(home))
    for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "APPDATA", "LOCALAPPDATA"):
        os.environ[name] = os.path.join(home, name.lower())
    socket.socket = _NoNetwork  # type: ignore[misc]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    skip = pytest.mark.skip(reason="says something about SQLite alone")
    for item in items:
        folder = item.path.relative_to(HERE).parts[0] if item.path.is_relative_to(HERE) else ""
        if folder in FOLDERS:
            item.add_marker(folder)
        if os.environ.get("JXC_TEST_POSTGRES") and item.get_closest_marker("sqlite_only"):
            item.add_marker(skip)


class _NoNetwork(socket.socket):
    """A socket that only speaks to this computer's own processes through a file."""

    def __init__(self, family: int = -1, *args: Any, **named: Any) -> None:
        if family != getattr(socket, "AF_UNIX", None) and sys.platform != "win32":
            raise RuntimeError("a test reached for the network")
        super().__init__(family, *args, **named)


def _remove(folder: str) -> None:
    import shutil

    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(autouse=True)
def _language(request: pytest.FixtureRequest) -> None:
    """Chinese, as in the shop; ``@pytest.mark.language("en")`` chooses another."""
    marker = request.node.get_closest_marker("language")
    i18n.use(marker.args[0] if marker else "zh_CN", paths.bundled("resources/locale"))


class _Errors(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(f"{record.name}: {record.getMessage()}")


@pytest.fixture(autouse=True)
def log_errors() -> Iterator[list[str]]:
    """The errors that were logged, as lines. A test that means them to happen looks at the list and clears it."""
    handler = _Errors()
    root = logging.getLogger()
    root.addHandler(handler)
    yield handler.lines
    root.removeHandler(handler)
    assert not handler.lines, "errors were logged"


@pytest.fixture(autouse=True)
def qt_messages(request: pytest.FixtureRequest) -> Iterator[list[str]]:
    """What Qt complained about during a test with windows; that the offscreen platform cannot move real windows is no complaint.

    A test that means it to happen clears the list.
    """
    complaints: list[str] = []
    if request.node.get_closest_marker("gui") is None:
        yield complaints
        return
    from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler

    def note(kind: QtMsgType, _context: QMessageLogContext, message: str) -> None:
        if kind not in (QtMsgType.QtDebugMsg, QtMsgType.QtInfoMsg) and not message.startswith("This plugin does not support"):
            complaints.append(message)

    before = qInstallMessageHandler(note)
    yield complaints
    qInstallMessageHandler(before)
    assert not complaints, "Qt complained"
