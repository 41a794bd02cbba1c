"""Text tables (.csv, .txt): encoding, separator, and the marks spreadsheets put before text that must stay text."""

from __future__ import annotations

import codecs
import csv
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import TextIO

from jxc_desktop.domain.troubles import FileTooLarge, NotASpreadsheet
from jxc_desktop.exchange.cells import Cell, Row, Sheet
from jxc_desktop.exchange.choice import choose
from jxc_desktop.i18n import _

MAX_BYTES = 256 << 20
SEPARATORS = (",", "\t", ";")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CHUNK = 1 << 20
_MAX_LINE = 4_000_000
_LOOK_AT = 20
_LITERAL = re.compile(r'="([^"]*)"')
_GUARDED = re.compile(r"'+[=+\-@\t\r\n]")


@contextmanager
def open_csv(path: Path, wanted: str | None) -> Iterator[Sheet]:
    """The table, as one sheet named like the file. Raises :class:`NotASpreadsheet`, :class:`FileTooLarge`, ``OSError``."""
    if path.stat().st_size > MAX_BYTES:
        raise FileTooLarge(path=path.name, why=_("it is larger than {size} MB").format(size=MAX_BYTES >> 20))
    name = choose(path, (path.stem,), wanted, lambda _name: True)
    encoding = encoding_of(path)
    with path.open(encoding=encoding, newline="") as file:
        head = list(islice(_lines(path, file), _LOOK_AT))
        told = re.fullmatch(r"sep=(.)\r?\n?", head[0]) if head else None
        file.seek(0)
        if told:
            file.readline()  # a line for Excel that no spreadsheet shows or counts
        separator = told[1] if told else separator_of(head)
        yield Sheet(name, (name,), _rows(path, csv.reader(_lines(path, file), delimiter=separator)))


def encoding_of(path: Path) -> str:
    """The encoding the whole file is valid in: its mark, else UTF-8, else GB18030; none of them: :class:`NotASpreadsheet`."""
    with path.open("rb") as file:
        head = file.read(4)
    for mark, encoding in _BOMS:
        if head.startswith(mark):
            candidates: tuple[str, ...] = (encoding,)
            break
    else:
        candidates = ("utf-8", "gb18030")
    for encoding in candidates:
        if _valid(path, encoding):
            return encoding
    raise NotASpreadsheet(path=path.name, why=_("its text is neither UTF-8 nor GB18030; save it as “CSV UTF-8”"))


def _valid(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    try:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _lines(path: Path, file: TextIO) -> Iterator[str]:
    """The lines of ``file``, none longer than a row may be: a file without line ends is not read as one."""
    while line := file.readline(_MAX_LINE + 1):
        if len(line) > _MAX_LINE:
            raise FileTooLarge(path=path.name, why=_("one line of it has more than {count} characters").format(count=_MAX_LINE))
        yield line


def separator_of(lines: list[str]) -> str:
    """The separator that cuts most of ``lines`` into the same number of columns; the comma where none does."""

    def agreement(separator: str) -> tuple[int, int]:
        widths = Counter(len(row) for row in csv.reader(lines, delimiter=separator) if len(row) > 1)
        if not widths:
            return 0, 0
        width, rows = max(widths.items(), key=lambda item: (item[1], item[0]))
        return rows, width

    return max(SEPARATORS, key=agreement)


def _rows(path: Path, reader: Iterator[list[str]]) -> Iterator[Row]:
    at = 0
    while True:
        at += 1
        try:
            fields = next(reader)
        except StopIteration:
            return
        except csv.Error as trouble:
            why = _("row {row} holds more text than a cell can; a quotation mark may be missing before it").format(row=at)
            raise FileTooLarge(path=path.name, why=why) from trouble
        yield at, [_cell(text) for text in fields]


def _cell(text: str) -> Cell:
    """``="007"`` and ``'=x`` are texts that were kept from becoming a formula: the mark is taken off again."""
    if not text:
        return None
    if text[0] == "'" and _GUARDED.match(text):
        return text[1:]
    literal = _LITERAL.fullmatch(text) if text[0] == "=" else None
    return literal[1] if literal else text
