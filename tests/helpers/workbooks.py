"""Spreadsheets made for tests: .xlsx by openpyxl, .ods and older .xls byte by byte, so that they can be wrong on purpose."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import openpyxl

_ODS = (
    '<?xml version="1.0" encoding="UTF-8"?><office:document-content'
    ' xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
    ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
    ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0">'
    "<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>"
)


def csv_file(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(text.encode(encoding))
    return path


def xlsx(path: Path, rows: Sequence[Sequence[Any]], formats: dict[str, str] | None = None) -> Path:
    """A workbook of one sheet; ``formats`` gives cells (``"A2"``) their number format."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(list(row))
    for place, number_format in (formats or {}).items():
        sheet[place].number_format = number_format
    book.save(path)
    return path


def rewritten(source: Path, target: Path, member: str, old: str, new: str) -> Path:
    """A copy of the zip ``source`` in which ``old`` became ``new`` in one member."""
    with zipfile.ZipFile(source) as before, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as after:
        for name in before.namelist():
            data = before.read(name)
            if name == member:
                assert old.encode() in data
                data = data.replace(old.encode(), new.encode())
            after.writestr(name, data)
    return target


def ods(path: Path, rows: str, name: str = "Sheet1") -> Path:
    """An OpenDocument spreadsheet around ready-made ``<table:table-row>`` elements."""
    table = f'<table:table table:name="{escape(name)}">{rows}</table:table>'
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet", zipfile.ZIP_STORED)
        archive.writestr("content.xml", _ODS.format(tables=table))
    return path


def ods_row(*cells: str, repeated: int = 1) -> str:
    return f'<table:table-row table:number-rows-repeated="{repeated}">{"".join(cells)}</table:table-row>'


def ods_text(text: str, repeated: int = 1) -> str:
    more = f' table:number-columns-repeated="{repeated}"' if repeated > 1 else ""
    return f'<table:table-cell office:value-type="string"{more}><text:p>{escape(text)}</text:p></table:table-cell>'


def ods_number(value: str, shown: str | None = None) -> str:
    return (
        f'<table:table-cell office:value-type="float" office:value="{value}"><text:p>{shown or value}</text:p></table:table-cell>'
    )


def ods_empty(repeated: int = 1) -> str:
    return f'<table:table-cell table:number-columns-repeated="{repeated}"/>'


def biff2(path: Path, rows: Sequence[Sequence[str | float]], encoding: str = "gbk") -> Path:
    """The oldest .xls there is, without a word about its code page, as small programs of the nineties and later write it."""
    parts = [struct.pack("<HHHH", 0x0009, 4, 2, 0x10)]
    for r, row in enumerate(rows):
        for c, value in enumerate(row):
            if isinstance(value, str):
                text = value.encode(encoding)
                body = struct.pack("<HH3sB", r, c, b"\0\0\0", len(text)) + text
                parts.append(struct.pack("<HH", 0x0004, len(body)) + body)
            else:
                parts.append(struct.pack("<HHHH3sd", 0x0003, 15, r, c, b"\0\0\0", value))
    path.write_bytes(b"".join(parts) + struct.pack("<HH", 0x000A, 0))
    return path
