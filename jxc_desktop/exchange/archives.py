"""Zip-based spreadsheets (.xlsx, .ods): opened only after sizes and ratios were looked at; nothing is ever unpacked."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO
from zipfile import ZipFile

from jxc_desktop.domain.troubles import FileTooLarge, NotASpreadsheet
from jxc_desktop.i18n import _

MAX_MEMBERS = 2_000
MAX_MEMBER_BYTES = 400 << 20
MAX_TOTAL_BYTES = 600 << 20
MAX_RATIO = 200
MAX_ROW_BYTES = 8 << 20
"""A single row may not fill the memory either."""
_RATIO_COUNTS_FROM = 1 << 20
_ENCRYPTED = 0x1


@contextmanager
def open_archive(path: Path) -> Iterator[ZipFile]:
    """The archive at ``path``, its declared sizes checked (the zip reader never yields more than was declared).

    Raises :class:`FileTooLarge`, :class:`NotASpreadsheet` (password), ``zipfile.BadZipFile``, ``OSError``.
    """
    with ZipFile(path) as archive:
        members = archive.infolist()
        if len(members) > MAX_MEMBERS or sum(m.file_size for m in members) > MAX_TOTAL_BYTES:
            raise _unpacked_too_large(path, MAX_TOTAL_BYTES)
        for member in members:
            if member.flag_bits & _ENCRYPTED:
                raise password_protected(path)
            if member.file_size > MAX_MEMBER_BYTES:
                raise _unpacked_too_large(path, MAX_MEMBER_BYTES)
            if member.file_size > _RATIO_COUNTS_FROM and member.file_size > MAX_RATIO * max(member.compress_size, 1):
                raise FileTooLarge(path=path.name, why=_("it is packed far more tightly than any list of goods"))
        yield archive


def _unpacked_too_large(path: Path, limit: int) -> FileTooLarge:
    return FileTooLarge(path=path.name, why=_("unpacked it would be larger than {size} MB").format(size=limit >> 20))


def password_protected(path: Path) -> NotASpreadsheet:
    """The refusal of a file with a password."""
    return NotASpreadsheet(path=path.name, why=_("it is protected by a password; save it without one"))


class Limited:
    """A file of which no more than ``MAX_ROW_BYTES`` are read between two calls of :meth:`restart`."""

    def __init__(self, file: IO[bytes], path: Path) -> None:
        self._file, self._path = file, path
        self._read = 0

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(size)
        self._read += len(data)
        if self._read > MAX_ROW_BYTES:
            raise row_too_large(self._path)
        return data

    def restart(self) -> None:
        self._read = 0


def row_too_large(path: Path) -> FileTooLarge:
    """The refusal of a sheet of which one row would fill the memory."""
    return FileTooLarge(path=path.name, why=_("a single row of it is larger than {size} MB").format(size=MAX_ROW_BYTES >> 20))
