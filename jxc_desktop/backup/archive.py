"""The backup file: one stream that is written and read in a single pass, with a hash over everything.

    magic 8 bytes | manifest length 4 | manifest, JSON | chunks | SHA-256 of all that stands before, 32 bytes
    chunk: length 4 | stored length 4 | stored bytes (zlib, or as they are where that is no shorter); lengths 0, 0 end them

Numbers are unsigned, big-endian. The manifest says how large the book is; nothing larger is ever unpacked.
"""

from __future__ import annotations

import hashlib
import json
import struct
import zlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import IO, Any

from jxc_desktop.db.snapshot import Progress, by_name
from jxc_desktop.domain.troubles import BackupDamaged, NewerBook, NotABackup
from jxc_desktop.i18n import _

MAGIC = b"JXCBAK\r\n"
FORMAT = 1
ENDING = ".jxcbak"
CHUNK = 1 << 20
# Level 1 makes a book three times smaller at 130 MB/s; level 6 gains a tenth more for twice the time.
LEVEL = 1
MANIFEST_LIMIT = 1 << 20
_LENGTHS = struct.Struct(">II")
_LENGTH = struct.Struct(">I")
_HASH = 32


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup says of the book inside it. ``created`` is local time; ``serial`` counts the backups of a folder.

    ``counter`` is the posting sequence; ``rows`` the number of rows per table; ``totals`` the control totals as scaled
    integers; ``findings`` the codes of what the book's own proof found when the backup was made (none: proved whole).
    """

    format: int
    program: str
    schema: int
    shop: str
    book_id: str
    counter: int
    serial: int
    created: str
    documents: int
    products: int
    last_document: str
    last_moment: str
    audit_seq: int
    audit_hash: str
    book_bytes: int
    book_sha256: str
    rows: dict[str, int] = field(default_factory=dict)
    totals: dict[str, int] = field(default_factory=dict)
    findings: tuple[str, ...] = ()


class HashingWriter:
    """A file written from beginning to end, counted and hashed on the way; ``out`` None counts only."""

    def __init__(self, out: IO[bytes] | None) -> None:
        self._out = out
        self._hash = hashlib.sha256()
        self.bytes = 0

    def write(self, data: bytes) -> None:
        if self._out is not None:
            self._out.write(data)
        self._hash.update(data)
        self.bytes += len(data)

    @property
    def digest(self) -> bytes:
        return self._hash.digest()


class _HashingReader:
    """A backup read from beginning to end; what is missing is damage."""

    def __init__(self, source: IO[bytes], path: Path) -> None:
        self._source = source
        self._path = path
        self._hash = hashlib.sha256()

    def take(self, length: int) -> bytes:
        with by_name(self._path):
            data = self._source.read(length)
        if len(data) != length:
            raise BackupDamaged(path=str(self._path), why=_("cut short"))
        self._hash.update(data)
        return data

    def start(self) -> None:
        """Read the magic. Raises :class:`NotABackup`."""
        head = self._source.read(len(MAGIC))
        if head != MAGIC:
            raise NotABackup(path=str(self._path), why=_("0 bytes") if not head else _("another kind of file"))
        self._hash.update(head)

    def finish(self) -> None:
        """Compare the hash, and refuse anything that stands behind it."""
        expected = self._hash.digest()
        if self._source.read(_HASH) != expected:
            raise BackupDamaged(path=str(self._path), why=_("its contents are not what was written"))
        if self._source.read(1):
            raise BackupDamaged(path=str(self._path), why=_("more than was written"))


def write_archive(book: Path, out: IO[bytes] | None, manifest: Manifest, progress: Progress | None = None) -> tuple[int, str]:
    """Write the backup of the file ``book`` to ``out``; returns (bytes, SHA-256 in hex) of the whole backup.

    With ``out`` None nothing is written and only the size counts. Raises ``OSError``.
    """
    writer = HashingWriter(out)
    said = json.dumps(asdict(manifest), ensure_ascii=False, separators=(",", ":")).encode()
    writer.write(MAGIC + _LENGTH.pack(len(said)) + said)
    done = 0
    with book.open("rb") as source:
        while chunk := source.read(CHUNK):
            packed = zlib.compress(chunk, LEVEL)
            stored = packed if len(packed) < len(chunk) else chunk
            writer.write(_LENGTHS.pack(len(chunk), len(stored)))
            writer.write(stored)
            done += len(chunk)
            if progress is not None:
                progress(done, manifest.book_bytes)
    writer.write(_LENGTHS.pack(0, 0))
    writer.write(writer.digest)
    return writer.bytes, writer.digest.hex()


def read_manifest(path: Path) -> Manifest:
    """What the backup ``path`` says of itself, without proving it. Raises :class:`NotABackup`, :class:`BackupDamaged`."""
    with by_name(path), path.open("rb") as source:
        return _manifest(_HashingReader(source, path), path)


def unpack(path: Path, target: Path | None, progress: Progress | None = None) -> Manifest:
    """Read the whole backup ``path``, prove its hash and write the book inside to the new file ``target`` (None: nowhere).

    Raises :class:`NotABackup`, :class:`BackupDamaged`, :class:`NewerBook` (a newer format), :class:`DiskFull` and the
    like; ``target`` is then of no use.
    """
    with by_name(path), path.open("rb") as source:
        reader = _HashingReader(source, path)
        manifest = _manifest(reader, path)
        if target is None:
            _prove(_chunks(reader, path, manifest), path, manifest, None, progress)
        else:
            with by_name(target), target.open("xb") as out:
                _prove(_chunks(reader, path, manifest), path, manifest, out, progress)
        reader.finish()
    return manifest


def _prove(chunks: Iterator[bytes], path: Path, manifest: Manifest, out: IO[bytes] | None, progress: Progress | None) -> None:
    seen, done = hashlib.sha256(), 0
    for chunk in chunks:
        seen.update(chunk)
        done += len(chunk)
        if out is not None:
            out.write(chunk)
        if progress is not None:
            progress(done, manifest.book_bytes)
    if done != manifest.book_bytes or seen.hexdigest() != manifest.book_sha256:
        raise BackupDamaged(path=str(path), why=_("its contents are not what was written"))


def _manifest(reader: _HashingReader, path: Path) -> Manifest:
    reader.start()
    (length,) = _LENGTH.unpack(reader.take(_LENGTH.size))
    if length > MANIFEST_LIMIT:
        raise BackupDamaged(path=str(path), why=_("its description cannot be read"))
    try:
        said = json.loads(reader.take(length))
    except ValueError as error:
        raise BackupDamaged(path=str(path), why=_("its description cannot be read")) from error
    return _understood(said, path)


def _understood(said: Any, path: Path) -> Manifest:
    """The manifest in ``said``, each field of its type; fields that a later program added are left aside."""
    if not isinstance(said, dict) or not _whole(said.get("format")):
        raise BackupDamaged(path=str(path), why=_("its description cannot be read"))
    if said["format"] > FORMAT:
        raise NewerBook(path=str(path), schema=said.get("schema", "?"), known=FORMAT)
    known: dict[str, Any] = {}
    for column in fields(Manifest):
        value = said.get(column.name)
        known[column.name] = tuple(value) if isinstance(value, list) else value
        if not _FITS[str(column.type)](known[column.name]):
            raise BackupDamaged(path=str(path), why=_("its description cannot be read"))
    return Manifest(**known)


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _numbers(value: Any) -> bool:
    return isinstance(value, dict) and all(_whole(number) for number in value.values())


def _words(value: Any) -> bool:
    return isinstance(value, tuple) and all(isinstance(word, str) for word in value)


_FITS = {"int": _whole, "str": lambda value: isinstance(value, str), "dict[str, int]": _numbers, "tuple[str, ...]": _words}


def _chunks(reader: _HashingReader, path: Path, manifest: Manifest) -> Iterator[bytes]:
    """The book piece by piece; never more than the manifest says."""
    left = manifest.book_bytes
    while True:
        length, stored = _LENGTHS.unpack(reader.take(_LENGTHS.size))
        if not length and not stored:
            return
        if not 0 < length <= min(CHUNK, left) or not 0 < stored <= length:
            raise BackupDamaged(path=str(path), why=_("a piece does not fit"))
        left -= length
        data = reader.take(stored)
        yield data if stored == length else _inflated(data, length, path)


def _inflated(data: bytes, length: int, path: Path) -> bytes:
    inflater = zlib.decompressobj()
    try:
        chunk = inflater.decompress(data, length)
        # The end of the stream may stand behind the last byte that was asked for.
        rest = inflater.decompress(inflater.unconsumed_tail, 1) if not inflater.eof else b""
    except zlib.error as error:
        raise BackupDamaged(path=str(path), why=_("a piece does not fit")) from error
    if len(chunk) != length or rest or not inflater.eof or inflater.unused_data:
        raise BackupDamaged(path=str(path), why=_("a piece does not fit"))
    return chunk
