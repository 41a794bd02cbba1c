"""OpenDocument spreadsheets (.ods): a capped walk over content.xml that keeps one row in memory and believes no repetition."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from jxc_desktop.domain.troubles import FileTooLarge
from jxc_desktop.exchange.archives import Limited, open_archive, password_protected
from jxc_desktop.exchange.cells import CELL_ERROR, MAX_COLUMNS, MAX_ROWS, NO_VALUE, Cell, Row, Sheet, Unread, number
from jxc_desktop.exchange.choice import choose
from jxc_desktop.i18n import _

_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_CELLS = (_TABLE + "table-cell", _TABLE + "covered-table-cell")
_FINISHED = (_TABLE + "table-row", _OFFICE + "automatic-styles", _OFFICE + "font-face-decls")
_LAST_COLUMN = 1 << 14
_ERRORS = ("#N/A", "#NAME?", "#VALUE!", "#REF!", "#DIV/0!", "#NUM!", "#NULL!", "Err:")


@contextmanager
def open_ods(path: Path, wanted: str | None) -> Iterator[Sheet]:
    """The sheet ``wanted`` (``None``: the first that holds something). Raises what the XML parser does, and refusals of ours."""
    with open_archive(path) as archive:
        if "META-INF/manifest.xml" in archive.namelist() and b"encryption-data" in archive.read("META-INF/manifest.xml"):
            raise password_protected(path)
        used = _tables(path, archive)
        name = choose(path, tuple(used), wanted, lambda n: used[n])
        yield Sheet(name, tuple(used), _rows(path, archive, name))


def _walk(path: Path, archive: ZipFile) -> Iterator[tuple[str, Any]]:
    """Start and end events of content.xml; one row may not be larger than the limit of :class:`Limited`."""
    from defusedxml.ElementTree import iterparse

    with archive.open("content.xml") as file:
        source = Limited(file, path)
        for event, element in iterparse(source, events=("start", "end")):
            yield event, element
            if event == "end" and element.tag in _FINISHED:
                element.clear()
                source.restart()


def _tables(path: Path, archive: ZipFile) -> dict[str, bool]:
    """The names of the tables, each with whether anything is in it."""
    found: dict[str, bool] = {}
    name, inside = "", None
    for event, element in _walk(path, archive):
        if event == "start" and element.tag == _TABLE + "table":
            name, inside = element.get(_TABLE + "name", ""), element
            found[name] = False
        elif event == "end" and element.tag in _CELLS:
            found[name] = found.get(name, False) or _cell(element) is not None
            element.clear()
        elif event == "end" and element.tag == _TABLE + "table-row" and inside is not None:
            _forget(inside)
    return found


def _rows(path: Path, archive: ZipFile, name: str) -> Iterator[Row]:
    table, at, cells = None, 0, list[Cell]()
    for event, element in _walk(path, archive):
        if event == "start" and element.tag == _TABLE + "table" and element.get(_TABLE + "name", "") == name:
            table, at = element, 0
        elif table is None:
            continue
        elif event == "start" and element.tag == _TABLE + "table-row":
            cells = []
        elif event == "end" and element.tag in _CELLS:
            _extend(path, cells, _cell(element), _repeat(element, "number-columns-repeated"))
            element.clear()
        elif event == "end" and element.tag == _TABLE + "table-row":
            times = _repeat(element, "number-rows-repeated")
            yield from _repeated(path, at, cells, times)
            at += times
            _forget(table)
        elif event == "end" and element is table:
            return


def _forget(table: Any) -> None:
    """Drop the finished rows (they also hang below groups and header rows), so that memory holds one at a time."""
    for child in list(table):
        if not len(child) or child.tag == _TABLE + "table-row":
            table.remove(child)


def _repeated(path: Path, at: int, cells: list[Cell], times: int) -> Iterator[Row]:
    if all(cell is None for cell in cells):
        return
    if at + times > MAX_ROWS + 1:
        raise FileTooLarge(path=path.name, why=_("it has more than {rows} rows").format(rows=MAX_ROWS))
    for i in range(times):
        yield at + i + 1, list(cells)


def _extend(path: Path, cells: list[Cell], value: Cell, times: int) -> None:
    """Add ``value`` ``times``; empty cells never add up to more than a sheet is wide, others never beyond our limit."""
    if value is None:
        cells.extend([None] * min(times, _LAST_COLUMN - len(cells)))
    elif len(cells) + times > MAX_COLUMNS:
        raise FileTooLarge(path=path.name, why=_("it has more than {columns} columns").format(columns=MAX_COLUMNS))
    else:
        cells.extend([value] * times)


def _repeat(element: Any, what: str) -> int:
    text = element.get(_TABLE + what, "1")
    return max(int(text), 1) if text.isascii() and text.isdigit() and len(text) < 10 else 1


def _cell(element: Any) -> Cell:
    kind = element.get(_OFFICE + "value-type")
    text = "\n".join(_paragraph(p) for p in element if p.tag == _TEXT + "p")
    if text.startswith(_ERRORS):
        return Unread(text, CELL_ERROR)
    if kind in ("float", "currency", "percentage"):
        return _number(element.get(_OFFICE + "value", ""), text)
    if kind == "date":
        said = element.get(_OFFICE + "date-value", "")[:10]
        try:
            return date.fromisoformat(said)
        except ValueError:
            return said or text
    if kind == "boolean":
        return bool(element.get(_OFFICE + "boolean-value") == "true")
    if kind == "string":
        text = element.get(_OFFICE + "string-value", text)
    if not text and element.get(_TABLE + "formula"):
        return Unread("=", NO_VALUE)
    return text or None


def _number(said: str, displayed: str) -> Cell:
    """The number as stored; where the cell shows the same whole number with leading zeros, the digits it shows."""
    try:
        exact = Decimal(said)
    except InvalidOperation:
        return said or displayed or None
    if displayed.startswith("0") and displayed.isascii() and displayed.isdigit() and Decimal(displayed) == exact:
        return displayed if len(displayed) > 1 else Decimal(0)
    return number(int(said)) if said.isascii() and said.isdigit() and len(said) < 16 else number(float(exact))


def _paragraph(element: Any) -> str:
    """The text of one paragraph: spans joined, ``text:s`` as spaces, notes left out."""
    parts = [element.text or ""]
    for child in element:
        if child.tag == _TEXT + "s":
            count = child.get(_TEXT + "c", "1")
            parts.append(" " * min(int(count) if count.isascii() and count.isdigit() and len(count) < 6 else 1, 1000))
        elif child.tag == _TEXT + "tab":
            parts.append("\t")
        elif child.tag == _TEXT + "line-break":
            parts.append("\n")
        elif child.tag in (_TEXT + "span", _TEXT + "a"):
            parts.append(_paragraph(child))
        parts.append(child.tail or "")
    return "".join(parts)
