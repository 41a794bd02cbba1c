"""Opening a spreadsheet of any kind: what a file is, is told by its content; its name may lie."""

from __future__ import annotations

import errno
import logging
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from zipfile import ZipFile

from jxc_desktop.domain.errors import JxcError
from jxc_desktop.domain.troubles import FileTooLarge, FileTrouble, NotASpreadsheet
from jxc_desktop.exchange.cells import MAX_COLUMNS, MAX_ROWS, Row, Sheet, trimmed
from jxc_desktop.exchange.read_csv import open_csv
from jxc_desktop.exchange.read_ods import open_ods
from jxc_desktop.exchange.read_xls import open_xls
from jxc_desktop.exchange.read_xlsx import open_xlsx
from jxc_desktop.i18n import N_, _

_log = logging.getLogger(__name__)

Reader = Callable[[Path, str | None], AbstractContextManager[Sheet]]

_HEAD = 64 << 10
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BIFF = (b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00", b"\x09\x08\x08\x00", b"\x09\x08\x10\x00")
_MARKED_TEXT = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_WEB_PAGES = (b"<!doctype html", b"<html", b"<table", b"<meta", b"<head", b"<style")
_TEXT_CONTROLS = frozenset(b"\t\n\r\x0b\x0c\x1a\x1b")
_OTHERS = (
    (b"%PDF", N_("it is a PDF")),
    (b"\x89PNG", N_("it is a picture")),
    (b"\xff\xd8\xff", N_("it is a picture")),
    (b"GIF8", N_("it is a picture")),
    (b"SQLite format 3", N_("it is a database")),
    (b"{\\rtf", N_("it is a text document")),
    (b"Rar!", N_("it is a packed file; unpack it first")),
    (b"7z\xbc\xaf", N_("it is a packed file; unpack it first")),
    (b"\x1f\x8b", N_("it is a packed file; unpack it first")),
)


@contextmanager
def open_sheet(path: Path | str, sheet: str | None = None) -> Iterator[Sheet]:
    """Open ``sheet`` of the file at ``path`` (``None``: the first sheet that holds something; a CSV file has one).

    Rows come one at a time, empty ones left out, each with its number in the spreadsheet. At most ``MAX_ROWS`` rows
    below the heading and ``MAX_COLUMNS`` columns, else :class:`FileTooLarge`; also :class:`FileTrouble` (missing,
    locked), :class:`NotASpreadsheet` (foreign, damaged, empty, with a password), :class:`UnknownSheet`. The rows raise
    the same, for what is wrong further down.
    """
    path = Path(path)
    with ExitStack() as stack:
        try:
            found = stack.enter_context(_reader(path)(path, sheet))
        except Exception as trouble:  # parsers of foreign bytes raise whatever they like; each is named below
            raise _refusal(path, trouble) from trouble
        yield Sheet(found.name, found.names, _guarded(path, found.rows))


def _guarded(path: Path, rows: Iterator[Row]) -> Iterator[Row]:
    try:
        for number, cells in rows:
            kept = trimmed(cells)
            if not kept:
                continue
            _require_size(path, number, len(kept))
            yield number, kept
    except Exception as trouble:  # see open_sheet
        raise _refusal(path, trouble) from trouble


def _require_size(path: Path, rows: int, columns: int) -> None:
    if rows > MAX_ROWS + 1:
        raise FileTooLarge(path=path.name, why=_("it has more than {rows} rows").format(rows=MAX_ROWS))
    if columns > MAX_COLUMNS:
        raise FileTooLarge(path=path.name, why=_("it has more than {columns} columns").format(columns=MAX_COLUMNS))


def _refusal(path: Path, trouble: Exception) -> JxcError:
    """What to say about a file that could not be read."""
    if isinstance(trouble, JxcError):
        return trouble
    _log.info("unreadable spreadsheet %r", path.name, exc_info=trouble)
    if isinstance(trouble, MemoryError):
        return FileTooLarge(path=path.name, why=_("the memory of this computer is not enough for it"))
    if isinstance(trouble, FileNotFoundError):
        return FileTrouble(path=path, why=_("there is no such file"))
    if isinstance(trouble, IsADirectoryError):
        return FileTrouble(path=path, why=_("it is a folder"))
    if isinstance(trouble, PermissionError):
        return FileTrouble(path=path, why=_("it is open in another program, or you may not read it"))
    if isinstance(trouble, OSError) and trouble.errno not in (None, errno.EINVAL):  # EINVAL: a place before the file's start
        return FileTrouble(path=path, why=trouble.strerror or str(trouble))
    return NotASpreadsheet(path=path.name, why=_("it is damaged or was not saved to its end"))


def _reader(path: Path) -> Reader:
    """Which of our readers the content asks for. Raises :class:`NotASpreadsheet`, ``OSError``."""
    if path.is_dir():
        raise IsADirectoryError(path)
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if not head:
        raise NotASpreadsheet(path=path.name, why=_("there is nothing in it"))
    if head.startswith(b"PK"):
        return _zip_reader(path)
    if head.startswith(_OLE):
        return _ole_reader(path)
    if head.startswith(_BIFF):
        return open_xls
    for magic, what in _OTHERS:
        if head.startswith(magic):
            raise NotASpreadsheet(path=path.name, why=_(what))
    return _text_reader(path, head)


def _zip_reader(path: Path) -> Reader:
    with ZipFile(path) as archive:
        names = set(archive.namelist())
    if "xl/workbook.bin" in names:
        raise NotASpreadsheet(path=path.name, why=_("it is a binary workbook (.xlsb); save it as .xlsx"))
    if any(name.startswith("xl/") for name in names):
        return open_xlsx
    if "content.xml" in names:
        return open_ods
    raise NotASpreadsheet(path=path.name, why=_("it is a packed file or a document of another program"))


def _ole_reader(path: Path) -> Reader:
    """Excel puts a workbook with a password into the same container as the old files."""
    with path.open("rb") as file:
        if "EncryptedPackage".encode("utf-16-le") in file.read(4 << 20):
            raise NotASpreadsheet(path=path.name, why=_("it is protected by a password; save it without one"))
    return open_xls


def _text_reader(path: Path, head: bytes) -> Reader:
    save_as = _("open it in Excel or WPS and save it as .xlsx")
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if b"urn:schemas-microsoft-com:office:spreadsheet" in head:
        raise NotASpreadsheet(path=path.name, why=_("it is an XML table; {save_as}").format(save_as=save_as))
    if start.startswith(_WEB_PAGES) or b"<html" in start[:2000]:
        why = _("it is a web page, whatever its name says; {save_as}").format(save_as=save_as)
        raise NotASpreadsheet(path=path.name, why=why)
    if start.startswith(b"<?xml"):
        raise NotASpreadsheet(path=path.name, why=_("it is an XML file"))
    controls = sum(byte < 32 and byte not in _TEXT_CONTROLS for byte in head)
    if controls > len(head) // 50 + 1 and not head.startswith(_MARKED_TEXT):
        raise NotASpreadsheet(path=path.name, why=_("it holds no table but data of another program"))
    return open_csv
