"""Every page that the window knows can be made: the list names them by words, which nothing else checks."""

from __future__ import annotations

import pytest

from jxc_desktop.gui.screen import Desk, Screen, ScreenEntry
from jxc_desktop.gui.screens import SCREENS


@pytest.mark.parametrize("entry", SCREENS, ids=lambda entry: entry.name)
def test_the_page_is_there(entry: ScreenEntry, desk: Desk) -> None:
    screen = entry.factory(desk)
    assert isinstance(screen, Screen)
    screen.deleteLater()


def test_no_two_pages_share_a_name() -> None:
    assert len({entry.name for entry in SCREENS}) == len(SCREENS)
