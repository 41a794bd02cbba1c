"""Excel files (.xlsx, .xlsm) by openpyxl, row by row: what the file declares about its size is never believed."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import date
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from jxc_desktop.exchange.archives import MAX_ROW_BYTES, open_archive, row_too_large
from jxc_desktop.exchange.cells import CELL_ERROR, NO_VALUE, Cell, Row, Sheet, Unread, day, number
from jxc_desktop.exchange.choice import choose

_LAST_ROW = 1 << 20
_CHUNK = 256 << 10
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


@contextmanager
def open_xlsx(path: Path, wanted: str | None) -> Iterator[Sheet]:
    """The sheet ``wanted`` (``None``: the first that holds something). Raises what openpyxl raises, and refusals of ours."""
    with open_archive(path) as archive:
        formulas = _look_over(path, archive)
    with ExitStack() as stack:
        book = _load(path, stack, data_only=True)
        pages = {str(page.title): page for page in book.worksheets}
        name = choose(path, tuple(pages), wanted, lambda n: _used(pages[n]))
        written = {str(p.title): p for p in _load(path, stack, data_only=False).worksheets}[name] if formulas else None
        yield Sheet(name, tuple(pages), _rows(pages[name], written))


def _load(path: Path, stack: ExitStack, *, data_only: bool) -> Any:
    import openpyxl

    # Remarks about charts and styles that will be lost: nothing is written back.
    warnings.filterwarnings("ignore", category=UserWarning, module=r"openpyxl\.")
    file = stack.enter_context(path.open("rb"))
    return stack.enter_context(closing(openpyxl.load_workbook(file, read_only=True, data_only=data_only)))


def _look_over(path: Path, archive: ZipFile) -> bool:
    """Whether any sheet has formulas; refuses sheets of which one row alone would fill the memory."""
    formulas = False
    for member in archive.namelist():
        if not member.lower().startswith("xl/worksheets/") or not member.lower().endswith(".xml"):
            continue
        since_row = 0
        with archive.open(member) as file:
            tail = b""
            while chunk := file.read(_CHUNK):
                text = tail + chunk
                formulas = formulas or b"<f>" in text or b"<f " in text or b":f>" in text or b"<f/" in text
                row = max(text.rfind(b"row>"), text.rfind(b"<row"))
                since_row = len(text) - row if row >= 0 else since_row + len(chunk)
                if since_row > MAX_ROW_BYTES:
                    raise row_too_large(path)
                tail = text[-8:]
    return formulas


def _used(page: Any) -> bool:
    return any(cell.value is not None for row in _cells(page) for cell in row)


def _cells(page: Any) -> Iterator[Any]:
    """Rows of cells from A1 on, each as wide as its last cell, whatever size the sheet declares."""
    page.reset_dimensions()
    return iter(page.iter_rows(max_row=_LAST_ROW))


def _rows(page: Any, formulas: Any) -> Iterator[Row]:
    if formulas is None:
        for at, cells in enumerate(_cells(page), 1):
            yield at, [_cell(c) for c in cells]
        return
    for at, (cells, written) in enumerate(zip(_cells(page), _cells(formulas), strict=True), 1):
        pairs = zip(cells, written, strict=True)
        yield at, [Unread("=", NO_VALUE) if c.value is None and w.data_type == "f" else _cell(c) for c, w in pairs]


def _cell(cell: Any) -> Cell:
    value = cell.value
    if value is None:
        return None
    if isinstance(value, str):
        return Unread(value, CELL_ERROR) if cell.data_type == "e" else _ESCAPED.sub(lambda m: chr(int(m[1], 16)), value)
    if isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        return number(value, cell.number_format or "")
    return day(value) if isinstance(value, date) else str(value)
