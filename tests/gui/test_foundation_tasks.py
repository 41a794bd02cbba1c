"""The door between window and book: what answers, what is dropped, what is announced."""

from __future__ import annotations

import gc
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, Qt, QThread
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import delete

from jxc_desktop.domain.changes import Changes
from jxc_desktop.domain.errors import JxcError, NoLines
from jxc_desktop.gui import crash, garbage, prompts
from jxc_desktop.gui.tasks import Progress, Tasks
from jxc_desktop.queries.collector import at_rest, resting
from tests.gui.shops import FakeBook

Make = Callable[[Any], Tasks]


@dataclass(frozen=True)
class Posted:
    number: str
    changes: Changes


def test_an_answer_arrives_on_the_gui_thread_and_the_question_ran_elsewhere(qapp: QApplication, make_tasks: Make) -> None:
    tasks, owner = make_tasks(FakeBook()), QObject()
    seen: list[tuple[str, bool]] = []
    tasks.read(
        owner,
        "rows",
        lambda _s: threading.current_thread().name,
        lambda name: seen.append((name, QThread.currentThread() is qapp.thread())),
    )
    assert tasks.wait_idle()
    assert len(seen) == 1
    assert seen[0][0].startswith("reader")
    assert seen[0][1]


def test_of_several_questions_only_the_newest_answers(qapp: QApplication, make_tasks: Make) -> None:
    tasks, owner = make_tasks(FakeBook()), QObject()
    gate, seen = threading.Event(), list[str]()
    tasks.read(owner, "rows", lambda _s: gate.wait(5) and "old", seen.append)
    tasks.read(owner, "rows", lambda _s: "new", seen.append)
    tasks.read(owner, "other", lambda _s: "beside", seen.append)
    gate.set()
    assert tasks.wait_idle()
    assert sorted(seen) == ["beside", "new"]


def test_a_question_that_is_outdated_before_it_starts_is_never_asked(qapp: QApplication, make_tasks: Make) -> None:
    tasks, owner = make_tasks(FakeBook()), QObject()
    gate, asked = threading.Event(), list[int]()
    for slot in ("a", "b"):  # both readers are kept busy
        tasks.read(owner, slot, lambda _s: gate.wait(5), lambda _answer: None)
    for n in range(20):
        tasks.read(owner, "rows", lambda _s, n=n: asked.append(n), lambda _answer: None)
    gate.set()
    assert tasks.wait_idle()
    assert asked == [19]


def test_nobody_is_called_after_it_was_deleted_but_the_write_is_announced(qapp: QApplication, make_tasks: Make) -> None:
    tasks, owner = make_tasks(FakeBook()), QObject()
    gate, seen, heard = threading.Event(), list[object](), list[object]()
    tasks.changed.connect(heard.append)
    tasks.read(owner, "rows", lambda _s: gate.wait(5), seen.append)
    tasks.write(owner, lambda _s: Posted("JH-1", Changes.STOCK | Changes.DOCUMENTS), seen.append)
    delete(owner)
    gate.set()
    assert tasks.wait_idle()
    assert seen == []
    assert heard == [Changes.STOCK | Changes.DOCUMENTS]


def test_a_refused_write_is_rolled_back_and_told_to_whoever_asked(qapp: QApplication, make_tasks: Make) -> None:
    book = FakeBook()
    tasks, owner = make_tasks(book), QObject()
    errors, heard = list[JxcError](), list[object]()
    tasks.changed.connect(heard.append)

    def refuse(_session: Any) -> None:
        raise NoLines

    tasks.write(owner, refuse, lambda _answer: None, errors.append)
    assert tasks.writing
    assert tasks.wait_idle()
    assert [error.code for error in errors] == ["no_lines"]
    assert (book.kept, book.rolled_back, heard) == (0, 1, [])


def test_a_refusal_nobody_handles_is_still_said(qapp: QApplication, make_tasks: Make) -> None:
    tasks, owner = make_tasks(FakeBook()), QObject()

    def refuse(_session: Any) -> None:
        raise NoLines

    with prompts.answering(lambda _asked: None) as said:
        tasks.write(owner, refuse, lambda _answer: None)
        assert tasks.wait_idle()
    assert [message.text for message in said if isinstance(message, prompts.Message)] == [str(NoLines())]


def test_a_fault_of_ours_goes_to_the_log_and_never_to_the_callback(
    qapp: QApplication, make_tasks: Make, log_errors: list[str]
) -> None:
    tasks, owner = make_tasks(FakeBook()), QObject()
    seen: list[object] = []
    tasks.read(owner, "rows", lambda _s: 1 // 0, seen.append, seen.append)
    assert tasks.wait_idle()
    assert seen == []
    assert len(log_errors) == 1
    assert "ZeroDivisionError" in log_errors[0]
    log_errors.clear()


def test_writes_keep_their_order_and_closing_finishes_them(qapp: QApplication) -> None:
    book = FakeBook()
    tasks, owner = Tasks(book), QObject()
    for n in range(30):
        tasks.write(owner, lambda session, n=n: session.rows.append(n), lambda _answer: None)
    tasks.close()
    assert book.rows == list(range(30))
    assert tasks.idle


def test_progress_can_be_told_from_a_worker(qapp: QApplication, make_tasks: Make) -> None:
    tasks, owner = make_tasks(FakeBook()), QObject()
    heard: list[Progress] = []
    tasks.progress.connect(heard.append)
    tasks.run(owner, lambda: tasks.report("导入", 3, 10), lambda _answer: None)
    assert tasks.wait_idle()
    assert heard == [Progress("导入", 3, 10)]


def test_the_crash_page_shows_once_and_the_log_has_the_traceback(
    qapp: QApplication, tmp_path: Any, log_errors: list[str]
) -> None:
    import sys

    hook, thread_hook, pages = sys.excepthook, threading.excepthook, list[str]()

    def page(reference: str, log: object) -> None:
        pages.append(reference)
        crash.report(RuntimeError("while the page is shown"))

    try:
        crash.install(tmp_path, page)
        try:
            raise ValueError("line one\nERROR forged line")
        except ValueError as error:
            sys.excepthook(type(error), error, error.__traceback__)
    finally:
        sys.excepthook, threading.excepthook = hook, thread_hook
        crash.uninstall()
    text = (tmp_path / "jxc.log").read_text("utf-8")
    assert len(pages) == 1
    assert pages[0] in text
    assert "Traceback" in text
    assert not any(line.startswith("ERROR") for line in text.splitlines())
    log_errors.clear()


def test_widgets_in_a_circle_are_collected_on_the_gui_thread_alone(qapp: QApplication, make_tasks: Make) -> None:
    tasks, owner = make_tasks(FakeBook()), QObject()
    on_gui_thread: list[bool] = []

    def circle() -> None:
        widget = QWidget()
        widget.circle = widget  # type: ignore[attr-defined]
        widget.destroyed.connect(
            lambda: on_gui_thread.append(QThread.currentThread() is qapp.thread()), Qt.ConnectionType.DirectConnection
        )

    def many(_session: Any) -> int:
        """Far more than lets the interpreter collect by itself."""
        return len([[{}] for _ in range(200_000)])

    gc.collect(1)
    circle()
    tasks.read(owner, "rows", many, lambda _answer: None)
    assert tasks.wait_idle()
    end = time.monotonic() + 10

    def work_until(done: Callable[[], object]) -> None:
        while not done() and time.monotonic() < end:
            kept = [[] for _ in range(10 * garbage.YOUNG)]
            QApplication.processEvents()
            del kept

    work_until(gc.get_freeze_count)  # what is there by then stays
    assert on_gui_thread == []
    circle()
    work_until(lambda: on_gui_thread)
    assert on_gui_thread == [True]


def test_the_collector_rests_while_many_rows_are_loaded(qapp: QApplication, make_tasks: Make) -> None:
    tasks = make_tasks(FakeBook())
    assert not gc.isenabled()
    with at_rest(), at_rest():
        assert resting()
    assert not resting()
    assert not gc.isenabled()
    tasks.close()
    assert gc.isenabled()
    with at_rest():
        assert not gc.isenabled()
    assert gc.isenabled()
