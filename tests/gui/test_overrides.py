"""A fault in an override of Qt's is an error like any other: each is raised in a process of its own, which must live on."""

from __future__ import annotations

import subprocess
import sys

import pytest

PROGRAM = """
import jxc_desktop.gui
from PySide6.QtCore import QAbstractTableModel, QEvent, QModelIndex, QObject, Qt
from PySide6.QtWidgets import QApplication, QTableView, QWidget
from shiboken6 import delete

app = QApplication([])
gone = QObject()
delete(gone)
faults = {{"type": lambda: None + 1, "index": lambda: [][3], "gone": lambda: gone.objectName(), "key": lambda: {{}}["k"],
          "ours": lambda: int("x"), "name": lambda: nobody}}
fault = faults["{fault}"]

class Listener:
    def eventFilter(self, watched, event):
        return fault() if event.type() == QEvent.Type.User else False

class Filter(Listener, QObject):
    pass

class Drawn(QWidget):
    def paintEvent(self, event):
        fault()

class Rows(QAbstractTableModel):
    def rowCount(self, parent=QModelIndex()):
        return 1
    def columnCount(self, parent=QModelIndex()):
        return 1
    def data(self, index, role=Qt.ItemDataRole.DisplayRole):
        return fault()

def send():
    listener = Filter()
    app.installEventFilter(listener)
    try:
        app.sendEvent(app, QEvent(QEvent.Type.User))
    finally:
        app.removeEventFilter(listener)

def draw():
    Drawn().grab()

def show():
    view, rows = QTableView(), Rows()
    view.setModel(rows)
    view.grab()

try:
    {act}()
except Exception as error:
    print(type(error).__name__)
"""


@pytest.mark.parametrize("act", ["send", "draw", "show"])
@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ("type", "TypeError"),
        ("index", "IndexError"),
        ("gone", "RuntimeError"),
        ("key", "KeyError"),
        ("ours", "ValueError"),
        ("name", "NameError"),
    ],
)
def test_a_fault_in_an_override_is_raised_where_it_was_called_from(act: str, fault: str, kind: str) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(act=act, fault=fault)], capture_output=True, text=True, timeout=60, check=False
    )
    assert (ended.returncode, ended.stdout.split()) == (0, [kind]), ended.stderr
