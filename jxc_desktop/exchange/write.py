"""Lists out as CSV or Excel: texts that cannot become formulas, exact numbers, and a file that is whole or not there."""

from __future__ import annotations

import csv
import errno
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from io import TextIOWrapper
from pathlib import Path
from typing import IO, Any, TextIO

from jxc_desktop.columns import Column, plain
from jxc_desktop.db.upgrade import sync_folder
from jxc_desktop.domain.errors import JxcError
from jxc_desktop.domain.troubles import DiskFull, FileTooLarge, FileTrouble, StorageTrouble
from jxc_desktop.i18n import _

LAST_ROW = 1 << 20
_LONGEST_CELL = 32_767
_GUARD = re.compile(r"'*[=+\-@\t\r\n]")
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_SHEET_NAME = re.compile(r"[\\/*?:\[\]\x00-\x1f\ud800-\udfff\ufffe\uffff']")
_FORMATS = {
    "money": "#,##0.00",
    "price": "#,##0.00##",
    "quantity": "#,##0.###",
    "percent": "0.0%",
    "ratio": "0.00",
    "days": "0.0",
    "integer": "#,##0",
    "text": "@",
    "code": "@",
    "choice": "@",
}
_WIDTHS = {"text": 26, "code": 18, "money": 14, "price": 12, "quantity": 12, "date": 12, "moment": 20, "choice": 16}


def write_csv(target: Path | TextIO, columns: Sequence[Column], rows: Iterable[object]) -> int:
    """Write a heading and ``rows`` (objects or mappings); a path gets UTF-8 with mark, as Excel wants it, and all or nothing.

    Texts that a spreadsheet would take for a formula get a leading ``'``, which our own import takes off again. Numbers are
    exact and without thousands, what does not apply is empty, yes/no is 1/0. Returns the number of rows. Raises
    :class:`FileTrouble`, :class:`DiskFull`, :class:`StorageTrouble`.
    """
    if not isinstance(target, Path):
        return _csv(target, columns, rows)
    with replacing(target) as file:
        text = TextIOWrapper(file, encoding="utf-8-sig", errors="replace", newline="")
        count = _csv(text, columns, rows)
        text.flush()
        text.detach()
    return count


def _csv(stream: Any, columns: Sequence[Column], rows: Iterable[object]) -> int:
    writer = csv.writer(stream)
    writer.writerow([guarded(column.heading) for column in columns])
    count = 0
    for row in rows:
        writer.writerow([_csv_cell(column, row) for column in columns])
        count += 1
    return count


def _csv_cell(column: Column, row: object) -> str:
    value = column.value(row)
    if column.numeric and isinstance(value, int | Decimal) and not isinstance(value, bool):
        return plain(value, column.shape) or ""
    if column.shape == "yes_no" and value is not None:
        return "1" if value else "0"
    return guarded(_worded(column, value))


def guarded(text: str) -> str:
    """``text`` with a leading ``'`` where a spreadsheet would calculate it (``=1+1``, ``-2``, ``@x``) or where it had one."""
    return "'" + text if _GUARD.match(text) else text


def _worded(column: Column, value: Any) -> str:
    """The text of a value that is no number: the words of a choice, everything else as it is."""
    if value is None or value == "":
        return ""
    if column.shape == "choice":
        return _((column.choices or {}).get(str(value), str(value)))
    return str(value)


def write_xlsx(path: Path, columns: Sequence[Column], rows: Iterable[object], title: str = "") -> int:
    """Write one sheet named ``title`` with a heading and ``rows``; texts stay texts, numbers are exact to 15 digits.

    Returns the number of rows. Raises :class:`FileTooLarge` past the last row of a sheet, :class:`FileTrouble`,
    :class:`DiskFull`, :class:`StorageTrouble`.
    """
    with replacing(path) as file:  # around all of it: the library keeps the rows in files of its own until they are saved
        return _xlsx(file, path, columns, rows, title)


def _xlsx(file: IO[bytes], path: Path, columns: Sequence[Column], rows: Iterable[object], title: str) -> int:
    import openpyxl
    from openpyxl.utils import get_column_letter

    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet(_SHEET_NAME.sub(" ", title)[:31].strip() or "Sheet1")
    for place, column in enumerate(columns, 1):
        sheet.column_dimensions[get_column_letter(place)].width = _width(column)
    sheet.freeze_panes = "A2"
    try:
        count = _fill(sheet, path, columns, rows)
    except BaseException:
        sheet.close()  # lets go of the file behind it
        raise
    if columns:
        sheet.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{count + 1}"
    book.save(file)
    return count


def _fill(sheet: Any, path: Path, columns: Sequence[Column], rows: Iterable[object]) -> int:
    sheet.append([_heading(sheet, column) for column in columns])
    count = 0
    for row in rows:
        count += 1
        if count >= LAST_ROW:
            raise FileTooLarge(path=path.name, why=_("it has more than {rows} rows").format(rows=LAST_ROW - 1))
        sheet.append([_xlsx_cell(sheet, column, row) for column in columns])
    return count


def _heading(sheet: Any, column: Column) -> Any:
    from openpyxl.styles import Alignment, Font, PatternFill

    cell = _text_cell(sheet, column.heading)
    cell.font = Font(bold=True)
    cell.fill = PatternFill("solid", fgColor="EDEFF2")
    cell.alignment = Alignment(horizontal="right" if column.numeric else "left", vertical="center")
    return cell


def _xlsx_cell(sheet: Any, column: Column, row: object) -> Any:
    from openpyxl.cell import WriteOnlyCell

    value = column.value(row)
    if value is None or value == "":
        return None
    if column.numeric and isinstance(value, int | Decimal) and not isinstance(value, bool):
        cell = WriteOnlyCell(sheet, value=value)
    elif column.shape == "yes_no":
        cell = WriteOnlyCell(sheet, value=1 if value else 0)
    else:
        cell = _text_cell(sheet, _worded(column, value))
    cell.number_format = _FORMATS.get(column.shape, "General")
    return cell


def _text_cell(sheet: Any, text: str) -> Any:
    """A cell that holds ``text`` as text, whatever it begins with; what no workbook can hold becomes U+FFFD."""
    from openpyxl.cell import WriteOnlyCell

    cell = WriteOnlyCell(sheet, value=_UNWRITABLE.sub("\ufffd", text)[:_LONGEST_CELL])
    cell.data_type = "s"
    return cell


def _width(column: Column) -> float:
    """Characters a column is wide; Chinese headings count double."""
    heading = sum(2 if ord(char) > 0x2E7F else 1 for char in column.heading) + 4
    return max(_WIDTHS.get(column.shape, 10), min(heading, 40))


@contextmanager
def replacing(path: Path) -> Iterator[IO[bytes]]:
    """A file that takes the name ``path`` when it is complete and on the disk; until then what was there stays.

    Raises :class:`FileTrouble` (no folder, no right, open in another program), :class:`DiskFull`, :class:`StorageTrouble`.
    """
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        try:
            with part.open("wb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            os.replace(part, path)
            sync_folder(path.parent)
        finally:
            part.unlink(missing_ok=True)
    except OSError as trouble:
        raise _refusal(path, trouble) from trouble


def _refusal(path: Path, trouble: OSError) -> JxcError:
    if trouble.errno in (errno.ENOSPC, errno.EDQUOT):
        return DiskFull(path=path, free="0 MB")
    if isinstance(trouble, FileNotFoundError):
        return FileTrouble(path=path, why=_("there is no such folder"))
    if isinstance(trouble, IsADirectoryError):
        return FileTrouble(path=path, why=_("it is a folder"))
    if isinstance(trouble, PermissionError):
        return FileTrouble(path=path, why=_("it is open in another program, or you may not write there"))
    return StorageTrouble(path=path, why=trouble.strerror or str(trouble))
