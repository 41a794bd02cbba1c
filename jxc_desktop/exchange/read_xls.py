"""Old Excel files (.xls) by xlrd: codes with the zeros they show, and the GBK text of programs that named no code page."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from jxc_desktop.domain.troubles import FileTooLarge
from jxc_desktop.exchange.archives import password_protected
from jxc_desktop.exchange.cells import CELL_ERROR, Cell, Row, Sheet, Unread, day, number
from jxc_desktop.exchange.choice import choose
from jxc_desktop.i18n import _

MAX_BYTES = 64 << 20
_BIFF8 = 80
_UNTOLD_CODE_PAGES = (None, 1252)
"""What a writer leaves in a file older than BIFF8 when it did not think of Chinese."""


@contextmanager
def open_xls(path: Path, wanted: str | None) -> Iterator[Sheet]:
    """The sheet ``wanted`` (``None``: the first that holds something). Raises what xlrd raises, and refusals of ours."""
    if path.stat().st_size > MAX_BYTES:
        raise FileTooLarge(path=path.name, why=_("it is larger than {size} MB").format(size=MAX_BYTES >> 20))
    book = _open(path)
    try:
        names = tuple(str(name) for name in book.sheet_names())
        name = choose(path, names, wanted, lambda n: _used(book.sheet_by_name(n)))
        yield Sheet(name, names, _rows(book, book.sheet_by_name(name)))
    finally:
        book.release_resources()


def _open(path: Path) -> Any:
    import xlrd

    def load(encoding: str | None) -> Any:
        with open(os.devnull, "w", encoding="utf-8") as silence:  # xlrd prints its remarks where nobody reads them
            return xlrd.open_workbook(
                str(path), formatting_info=True, ragged_rows=True, logfile=silence, encoding_override=encoding
            )

    try:
        book = load(None)
    except xlrd.XLRDError as trouble:
        if "encrypted" in str(trouble).lower():
            raise password_protected(path) from trouble
        raise
    if book.biff_version < _BIFF8 and book.codepage in _UNTOLD_CODE_PAGES:
        try:
            return load("gb18030")
        except UnicodeDecodeError:
            return book  # its texts are no Chinese: as the file says, then
    return book


def _used(sheet: Any) -> bool:
    return any(value not in ("", None) for row in range(sheet.nrows) for value in sheet.row_values(row))


def _rows(book: Any, sheet: Any) -> Iterator[Row]:
    formats = [book.format_map[xf.format_key].format_str if xf.format_key in book.format_map else "" for xf in book.xf_list]
    for row in range(sheet.nrows):
        yield row + 1, [_cell(book, c, formats[c.xf_index] if c.xf_index < len(formats) else "") for c in sheet.row(row)]


def _cell(book: Any, cell: Any, number_format: str) -> Cell:
    import xlrd

    ctype, value = cell.ctype, cell.value
    if ctype == xlrd.XL_CELL_TEXT:
        return str(value)
    if ctype == xlrd.XL_CELL_NUMBER:
        return number(value, number_format)
    if ctype == xlrd.XL_CELL_DATE:
        return _date(book, value)
    if ctype == xlrd.XL_CELL_BOOLEAN:
        return bool(value)
    if ctype == xlrd.XL_CELL_ERROR:
        return Unread(xlrd.error_text_from_code.get(value, "#?"), CELL_ERROR)
    return None


def _date(book: Any, value: float) -> Cell:
    """The day of a date serial; a number outside the calendar, or a time of day alone, stays the number it is."""
    import xlrd

    try:
        moment: datetime = xlrd.xldate_as_datetime(value, book.datemode)
    except (xlrd.xldate.XLDateError, OverflowError, ValueError):
        return number(value)
    return day(moment) if value >= 1 else number(value)
