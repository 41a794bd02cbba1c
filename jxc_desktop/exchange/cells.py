"""What one cell of a spreadsheet can hold, how a stored number becomes it, and how much of a sheet is read."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache

from jxc_desktop.i18n import N_, _

MAX_ROWS = 200_000
"""Rows of goods that are read from one sheet; one heading row comes on top."""
MAX_COLUMNS = 100

_SURE_DIGITS = 10**15
"""Spreadsheets keep numbers as binary floats: from here on the last digits are not what was typed."""

NO_VALUE = "formula_without_value"
CELL_ERROR = "cell_error"
DIGITS_LOST = "digits_lost"

_WHY = {
    NO_VALUE: N_("It is a formula whose result was not saved. Open the file in Excel or WPS, save it, and import it again."),
    CELL_ERROR: N_("The spreadsheet itself shows an error there. Correct the cell."),
    DIGITS_LOST: N_("It was kept as a number and its last digits are lost. Set the column to “text” and enter the code again."),
}


@dataclass(frozen=True, slots=True)
class Unread:
    """A cell that holds something, but nothing that may be believed. ``code`` is one of the three above."""

    shown: str
    code: str

    @property
    def message(self) -> str:
        return _(_WHY[self.code])


Cell = str | Decimal | date | bool | Unread | None
Row = tuple[int, list[Cell]]
"""The row's number as the spreadsheet counts it (the first is 1) and its cells up to the last that holds something."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: its name, the names of all sheets of the file, and its rows that are not empty, in order."""

    name: str
    names: tuple[str, ...]
    rows: Iterator[Row]


def number(value: float, number_format: str = "") -> Cell:
    """The exact decimal a spreadsheet shows for the stored ``value`` (15 significant digits, as Excel counts).

    With a format of zeros only (``0000000000000``) a whole number becomes text with its leading zeros. Infinity and
    NaN become text, which no field takes for a number.
    """
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, float) and abs(value) >= _SURE_DIGITS:
        return Unread(f"{value:.0f}" if abs(value) < 1e40 else str(value), DIGITS_LOST)
    exact = Decimal(value) if isinstance(value, int) else Decimal(format(value, ".15g"))
    if exact != exact.to_integral_value():
        return exact
    digits = padding(number_format)
    return str(int(exact)).zfill(digits) if digits and exact >= 0 else Decimal(int(exact))


@lru_cache(maxsize=256)
def padding(number_format: str) -> int:
    """How many digits a format of zeros only asks for (``00000`` -> 5); 0 for every other format."""
    first = number_format.split(";")[0].strip()
    return len(first) if re.fullmatch(r"0{2,30}", first) else 0


def day(value: datetime | date) -> date:
    """The day of a date or moment."""
    return value.date() if isinstance(value, datetime) else value


def shown(cell: Cell) -> str:
    """``cell`` as text, the way a person would copy it: whole numbers without point, dates ISO."""
    if cell is None:
        return ""
    if isinstance(cell, Unread):
        return cell.shown
    if isinstance(cell, Decimal):
        return f"{cell:f}"
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    return str(cell)


def trimmed(cells: list[Cell]) -> list[Cell]:
    """``cells`` without the empty ones at the end; a text of spaces only is empty."""
    last = len(cells)
    while last and (cells[last - 1] is None or (isinstance(text := cells[last - 1], str) and not text.strip())):
        last -= 1
    return cells[:last]
