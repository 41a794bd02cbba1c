"""Verifying a backup: everything a restore would need is done on a copy that is thrown away."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from jxc_desktop import __version__
from jxc_desktop.backup.archive import Manifest, unpack
from jxc_desktop.backup.make import proof_of
from jxc_desktop.db import schema, upgrade
from jxc_desktop.db.engine import sqlite_engine
from jxc_desktop.db.snapshot import (
    Progress,
    broken_references,
    by_name,
    control_totals,
    count_rows,
    engine_check,
    facts_of,
    opened,
    schema_of,
    stand_alone,
)
from jxc_desktop.domain.troubles import BackupDamaged, DamagedFile, ForeignFile, NewerBook, UpgradeFailed
from jxc_desktop.i18n import _

COMPARED = (
    "shop",
    "schema",
    "counter",
    "documents",
    "products",
    "last_document",
    "last_moment",
    "audit_seq",
    "audit_hash",
    "book_id",
)


@dataclass(frozen=True, slots=True)
class Verified:
    """A backup that can be restored whole, and what is in it. ``findings``: codes of what the book's own proof found."""

    ok: bool
    path: str
    shop: str
    schema: int
    program: str
    created: str
    counter: int
    documents: int
    products: int
    last_document: str
    last_moment: str
    bytes: int
    findings: tuple[str, ...]


def verify_backup(path: Path, *, temp_folder: Path | None = None, progress: Progress | None = None) -> Verified:
    """Prove that the backup ``path`` can be restored whole: hash, engine, references, schema, counts, totals, book proof.

    Works in ``temp_folder`` (default: the system's). Raises :class:`NotABackup`, :class:`BackupDamaged`,
    :class:`NewerBook`, and :class:`DiskFull` or :class:`FileTrouble` where it cannot be looked at.
    """
    place = temp_folder or Path(tempfile.gettempdir())
    with by_name(place), tempfile.TemporaryDirectory(prefix="verifying-backup-", dir=place) as folder:
        manifest, findings = unpack_proved(path, Path(folder) / "shop.db", progress)
    with by_name(path):
        size = path.stat().st_size
    return Verified(
        True, str(path), manifest.shop, manifest.schema, manifest.program, manifest.created, manifest.counter, manifest.documents,
        manifest.products, manifest.last_document, manifest.last_moment, size, findings,
    )  # fmt: skip


def unpack_proved(path: Path, target: Path, progress: Progress | None = None) -> tuple[Manifest, tuple[str, ...]]:
    """Write the book inside the backup to ``target``, proved and brought to this program's schema.

    Returns what the backup says of itself and what the book's own proof finds. Raises as :func:`verify_backup`.
    """
    manifest = unpack(path, target, progress)
    try:
        found = upgrade.inspect(target).schema
        if found > schema.SCHEMA:
            raise NewerBook(path=str(path), schema=found, known=schema.SCHEMA)
        engine_check(target)
        _compare(path, target, manifest)
        if found < schema.SCHEMA:
            upgrade_file(target)
        if schema_of(target) != new_schema():
            raise BackupDamaged(path=str(path), why=_("its tables are not those of this program"))
        findings = tuple(sorted({finding.code for finding in proof_of(target)}))
    except BackupDamaged:
        raise
    except (ForeignFile, DamagedFile) as error:
        raise BackupDamaged(path=str(path), why=error.facts.get("why", "")) from error
    if manifest.program == __version__ and manifest.schema == schema.SCHEMA and set(findings) - set(manifest.findings):
        raise BackupDamaged(
            path=str(path), why=_("the book inside does not prove itself: {codes}").format(codes=", ".join(findings))
        )
    return manifest, findings


def _compare(path: Path, target: Path, manifest: Manifest) -> None:
    """What the backup says of itself must be what the book inside says. Raises :class:`BackupDamaged`."""
    broken = broken_references(target)
    if broken and not any(code.startswith("foreign_key") for code in manifest.findings):
        raise BackupDamaged(path=str(path), why=_("references of {table} point nowhere").format(table=broken[0][0]))
    with by_name(target), opened(target) as connection:
        facts, rows, totals = facts_of(connection), count_rows(connection), control_totals(connection)
    if rows != manifest.rows:
        raise BackupDamaged(path=str(path), why=_("the row counts differ"))
    if totals != manifest.totals:
        raise BackupDamaged(path=str(path), why=_("the control totals differ"))
    for name in COMPARED:
        if getattr(facts, name) != getattr(manifest, name):
            raise BackupDamaged(path=str(path), why=_("its description is of another book"))


def upgrade_file(path: Path) -> None:
    """Bring the SQLite file ``path``, which nobody else has open, to this program's schema, and leave it as one file.

    Raises :class:`UpgradeFailed`; the file is then of no use.
    """
    engine = sqlite_engine(path, foreign_keys=False)
    try:
        upgrade.upgrade(engine)
    except SQLAlchemyError as error:
        raise UpgradeFailed(path=str(path), why=str(error).splitlines()[0]) from error
    finally:
        engine.dispose()
    if not stand_alone(path):
        raise DamagedFile(path=str(path), why=_("in use"))


def new_schema() -> frozenset[tuple[str, str, str, str]]:
    """What the schema of a new book declares."""
    return _new_schema(schema.SCHEMA)


@cache
def _new_schema(_number: int) -> frozenset[tuple[str, str, str, str]]:
    with tempfile.TemporaryDirectory(prefix="new-book-") as folder:
        book = Path(folder) / "shop.db"
        upgrade.create_book(book)
        return schema_of(book)
