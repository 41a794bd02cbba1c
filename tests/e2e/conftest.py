"""Shops for the tests of the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.helpers.commands import Shop


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where a data folder may be made."""
    return tmp_path / "D"


@pytest.fixture
def shop(folder: Path) -> Shop:
    """A new shop on 10 March 2026: moving average, negative stock forbidden."""
    made = Shop(folder)
    assert made("init", "--shop", "小店").code == 0
    return made
