"""When the window looks for circles of objects: not while it is busy, and never again at what stood there from the start."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QTimerEvent
from PySide6.QtWidgets import QApplication

from jxc_desktop.gui import garbage
from jxc_desktop.gui.garbage import GarbageCollection

Made = Callable[[Callable[[], bool]], GarbageCollection]


@pytest.fixture
def collected(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The generations that were collected, in order."""
    seen: list[int] = []
    monkeypatch.setattr(gc, "collect", lambda generation=2: seen.append(generation))
    monkeypatch.setattr(gc, "get_count", lambda: (garbage.YOUNG, 0, 0))
    return seen


@pytest.fixture
def make(qapp: QApplication) -> Iterator[Made]:
    made: list[GarbageCollection] = []

    def collection(idle: Callable[[], bool]) -> GarbageCollection:
        made.append(GarbageCollection(idle))
        return made[-1]

    yield collection
    for one in made:
        one.end()


def tick(collection: GarbageCollection, times: int = 1) -> None:
    for _time in range(times):
        collection.timerEvent(QTimerEvent(0))


def test_a_busy_window_is_left_alone_but_not_for_ever(make: Made, collected: list[int]) -> None:
    busy = make(lambda: False)
    tick(busy, garbage.PATIENCE)
    assert collected == []
    tick(busy)
    assert collected == [1]
    tick(busy, garbage.PATIENCE)
    assert collected == [1]


def test_an_idle_window_looks_at_the_young_and_now_and_then_at_all(make: Made, collected: list[int]) -> None:
    tick(make(lambda: True), 1 + 2 * garbage.FULL_AFTER)
    assert collected == ([1] * (garbage.FULL_AFTER - 1) + [2]) * 2


def test_what_stands_at_the_start_is_not_looked_at_again_until_the_window_goes(make: Made, collected: list[int]) -> None:
    idle = [False]
    collection = make(lambda: idle[0])
    tick(collection, garbage.PATIENCE + 1)
    assert gc.get_freeze_count() == 0
    idle[0] = True
    tick(collection)
    there = gc.get_freeze_count()
    assert there > 10_000
    assert collected == [1], "it holds the window up when it has just come"
    tick(collection)
    assert (gc.get_freeze_count(), collected) == (there, [1, 1])
    collection.end()
    assert gc.get_freeze_count() == 0
