"""Making a backup: a consistent copy of the book, proved, packed into one file, read back, and only then named."""

from __future__ import annotations

import hashlib
import os
import platform
import re
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from jxc_desktop import __version__
from jxc_desktop.backup.archive import ENDING, FORMAT, Manifest, unpack, write_archive
from jxc_desktop.backup.keep import list_backups
from jxc_desktop.db import schema, upgrade
from jxc_desktop.db.engine import Database
from jxc_desktop.db.safety import FAT_SYSTEMS, filesystem_of, process_alive
from jxc_desktop.db.snapshot import (
    Progress,
    broken_references,
    by_name,
    control_totals,
    copy_book,
    count_rows,
    engine_check,
    facts_of,
    opened,
)
from jxc_desktop.domain.errors import NotAvailable
from jxc_desktop.domain.troubles import BackupDamaged, FileTooLarge, FileTrouble
from jxc_desktop.i18n import _
from jxc_desktop.queries.findings import Finding
from jxc_desktop.queries.proof import prove

FAT_LIMIT = (4 << 30) - 1
LEFTOVER_SECONDS = 3600
_WORK = "making-backup-"
_PART = re.compile(r"shop-\d{8}-\d{6}-\d+(?:-\d+)?\.jxcbak\.([0-9a-f]{8})-(\d+)\.part")


@dataclass(frozen=True, slots=True)
class BackupMade:
    """A finished, verified backup. ``sha256`` is that of the file; ``findings``: codes of the book's own proof (none: whole)."""

    path: Path
    bytes: int
    sha256: str
    manifest: Manifest

    @property
    def findings(self) -> tuple[str, ...]:
        return self.manifest.findings


def make_backup(database: Database, folder: Path, *, now: datetime, progress: Progress | None = None) -> BackupMade:
    """Write exactly one new backup of the book into ``folder``, which must exist; others may write meanwhile.

    A book whose own proof finds something is backed up all the same (the findings stand in the manifest); one that the
    engine finds damaged is not. Raises :class:`NotAvailable` (PostgreSQL), :class:`FileTrouble` (no such folder),
    :class:`DiskFull`, :class:`ReadOnlyBook`, :class:`FileTooLarge` (FAT32), :class:`DamagedFile`, :class:`StorageTrouble`;
    nothing is then left under a final name.
    """
    if database.path is None:
        raise NotAvailable(what=_("Backing up a shop on a database server"))
    return back_up_file(database.path, folder, now=now, progress=progress)


def back_up_file(book: Path, folder: Path, *, now: datetime, progress: Progress | None = None) -> BackupMade:
    """As :func:`make_backup`, for the SQLite file ``book`` of this or an older schema."""
    if not folder.is_dir():
        raise FileTrouble(path=str(folder), why=_("there is no such folder; if it is on a stick, plug it in"))
    _clean(book.parent, folder)
    with by_name(book.parent), tempfile.TemporaryDirectory(prefix=f"{_WORK}{os.getpid()}-", dir=book.parent) as work:
        copy = Path(work) / "shop.db"
        copy_book(book, copy, progress)
        manifest = describe(copy, now=now, serial=_next_serial(folder))
        _fits(copy, manifest, folder)
        return _write(copy, folder, manifest, now, progress)


def describe(copy: Path, *, now: datetime, serial: int = 0) -> Manifest:
    """Prove the copy of a book that nobody else has open, and describe it. Raises :class:`DamagedFile`."""
    engine_check(copy)
    broken = broken_references(copy)
    findings = [f"foreign_key:{table}" for table, _target in broken]
    with by_name(copy), opened(copy) as connection:
        facts = facts_of(connection)
        rows, totals = count_rows(connection), control_totals(connection)
    if facts.schema == schema.SCHEMA:
        findings += [finding.code for finding in proof_of(copy)]
    with by_name(copy), copy.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return Manifest(
        format=FORMAT,
        program=__version__,
        schema=facts.schema,
        shop=facts.shop,
        book_id=facts.book_id,
        counter=facts.counter,
        serial=serial,
        created=now.replace(microsecond=0, tzinfo=None).isoformat(),
        documents=facts.documents,
        products=facts.products,
        last_document=facts.last_document,
        last_moment=facts.last_moment,
        audit_seq=facts.audit_seq,
        audit_hash=facts.audit_hash,
        book_bytes=copy.stat().st_size,
        book_sha256=digest,
        rows=rows,
        totals=totals,
        findings=tuple(sorted(set(findings))),
    )


def proof_of(copy: Path) -> list[Finding]:
    """The book's own proof, run on a copy."""
    database = Database.sqlite(copy, read_only=True)
    try:
        with database.read() as session:
            return prove(session)
    finally:
        database.close()


def _next_serial(folder: Path) -> int:
    return 1 + max((row.manifest.serial for row in list_backups(folder)), default=0)


def _fits(copy: Path, manifest: Manifest, folder: Path) -> None:
    """FAT32 holds no file of 4 GiB or more: noticed before the first byte is written. Raises :class:`FileTooLarge`."""
    if manifest.book_bytes <= FAT_LIMIT or filesystem_of(folder) not in FAT_SYSTEMS:
        return
    size, _digest = write_archive(copy, None, manifest)
    if size > FAT_LIMIT:
        raise FileTooLarge(path=str(folder), why=_("its file system FAT32 holds no file above 4 GiB; format the stick as exFAT"))


def _write(copy: Path, folder: Path, manifest: Manifest, now: datetime, progress: Progress | None) -> BackupMade:
    stem = f"shop-{now:%Y%m%d-%H%M%S}-{manifest.counter:08}"
    part = _free_name(folder, stem, f".{_node()}-{os.getpid()}.part")
    with by_name(folder), part.open("xb") as out, _removed_on_failure(part):
        size, digest = write_archive(copy, out, manifest, progress)
        out.flush()
        os.fsync(out.fileno())
        _forget(out.fileno())
        _read_back(part, digest, manifest)
    with by_name(folder), _removed_on_failure(part):
        final = _free_name(folder, stem)
        os.rename(part, final)
    with by_name(folder), _removed_on_failure(final):
        upgrade.sync_folder(folder)
    return BackupMade(final, size, digest, manifest)


def _read_back(part: Path, digest: str, manifest: Manifest) -> None:
    """Open the file again: its bytes must hash to what was written, and the book inside to the copy that was proved."""
    with part.open("rb") as file:
        same = hashlib.file_digest(file, "sha256").hexdigest() == digest
    if not same or unpack(part, None) != manifest:
        raise BackupDamaged(path=str(part), why=_("what was read back is not what was written"))


def _forget(handle: int) -> None:
    """Ask the system to drop its own copy of the file, so that reading back reads the disk."""
    if hasattr(os, "posix_fadvise"):
        os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)


@contextmanager
def _removed_on_failure(file: Path) -> Iterator[None]:
    try:
        yield
    except BaseException:
        try:
            file.unlink(missing_ok=True)
        except OSError:
            pass  # the stick is gone; the next backup clears what is left
        raise


def _free_name(folder: Path, stem: str, ending: str = "") -> Path:
    """A name that nothing stands under: ``stem``, else ``stem-2`` and so on."""
    number, name = 1, folder / (stem + ENDING + ending)
    while name.exists():
        number += 1
        name = folder / f"{stem}-{number}{ENDING}{ending}"
    return name


def _node() -> str:
    """Eight characters that stand for this computer: a process number means something only together with it."""
    return hashlib.sha256(platform.node().encode()).hexdigest()[:8]


def _clean(data: Path, folder: Path) -> None:
    """Remove what backups that were interrupted have left: parts on the target, working copies beside the book."""
    with by_name(folder):
        for part in list(folder.iterdir()):
            named = _PART.fullmatch(part.name)
            if named and _abandoned(part, int(named[2]) if named[1] == _node() else None):
                part.unlink(missing_ok=True)
    for work in data.glob(f"{_WORK}*"):
        pid = work.name.removeprefix(_WORK).partition("-")[0]
        if pid.isdigit() and _abandoned(work, int(pid)):
            shutil.rmtree(work, ignore_errors=True)


def _abandoned(left: Path, pid: int | None) -> bool:
    try:
        age = time.time() - left.stat().st_mtime
    except FileNotFoundError:
        return False
    return age > LEFTOVER_SECONDS or (pid is not None and pid != os.getpid() and not process_alive(pid))
