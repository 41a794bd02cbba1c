"""Restoring a backup: proved on the data disk first, then put in the place of the book, which goes aside."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from jxc_desktop.backup.archive import Manifest, unpack
from jxc_desktop.backup.swap import Step, nobody_writes, recover_locked, stage, swap_in, unstage, window_closed
from jxc_desktop.backup.verify import unpack_proved
from jxc_desktop.db import schema
from jxc_desktop.db.safety import known_shop, remember_shop
from jxc_desktop.db.snapshot import (
    BookFacts,
    Progress,
    act_hash,
    by_name,
    control_totals,
    documents_after,
    engine_check,
    facts_of,
    opened,
)
from jxc_desktop.db.upgrade import inspect
from jxc_desktop.domain.errors import JxcError
from jxc_desktop.paths import ShopPaths

SHOWN_TOTALS = (("pools", "value"), ("money_ledger", "amount"))
"""The sums that a person knows the shop by: what the stock is worth, and the money there is."""


@dataclass(frozen=True, slots=True)
class Restored:
    """A finished restore. ``aside``: the folder with the book that stood here before, None where there was none.

    ``migrated_from``: the schema of the backup when it was older than this program's.
    """

    shop: str
    documents: int
    products: int
    last_document: str
    created: str
    aside: Path | None
    migrated_from: int | None
    findings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """What is in the backup, what stands here now, and what would go.

    ``here`` None: no book, or one that cannot be read (``trouble`` says why). ``same_book``: the backup is an earlier
    state of the book that is here. ``newer``: documents per kind that are here and not in the backup; of another
    book, all of them.
    """

    manifest: Manifest
    here: BookFacts | None = None
    trouble: str = ""
    same_book: bool = False
    newer: dict[str, int] = field(default_factory=dict)
    totals: dict[str, int] = field(default_factory=dict)

    @property
    def newer_documents(self) -> int:
        return sum(self.newer.values())


def restore(
    path: Path,
    paths: ShopPaths,
    *,
    now: datetime,
    progress: Progress | None = None,
    window_held: bool = False,
    step: Step | None = None,
) -> Restored:
    """Put the book of the backup ``path`` in the place of the shop's; the data folder is made where there is none.

    ``window_held``: the caller is the window, holds its lock and has closed its database. Raises :class:`NotABackup`,
    :class:`BackupDamaged`, :class:`NewerBook`, :class:`WindowOpen`, :class:`BookBusy`, storage troubles: what was there is
    then still there.
    """
    source = path.absolute()
    unpack(source, None)  # before anything is made: a file that is no whole backup leaves no trace
    with by_name(paths.root):
        paths.make()
    with window_closed(paths, held=window_held):
        with nobody_writes(paths):
            recover_locked(paths)
        staged = stage(paths)
        try:
            manifest, findings = unpack_proved(source, staged, progress)
            with nobody_writes(paths):
                aside = swap_in(staged, paths, f"before-restore-{now:%Y%m%d-%H%M%S}", step)
        finally:
            unstage(paths)
        engine_check(paths.book, quick=True)
        remember_shop(paths, manifest.shop)
    older = manifest.schema if manifest.schema < schema.SCHEMA else None
    return Restored(
        manifest.shop, manifest.documents, manifest.products, manifest.last_document, manifest.created, aside, older, findings
    )  # fmt: skip


def preview(path: Path, paths: ShopPaths) -> Preview:
    """What a restore of ``path`` would bring and what it would take away. Reads the whole backup, writes nothing.

    Raises :class:`NotABackup`, :class:`BackupDamaged`, :class:`NewerBook`.
    """
    manifest = unpack(path, None)
    if not paths.book.exists():
        return Preview(manifest, trouble="" if known_shop(paths) is None else "missing")
    try:
        inspect(paths.book)
        with by_name(paths.book), opened(paths.book) as connection:
            here = facts_of(connection)
            same = bool(manifest.audit_hash) and act_hash(connection, manifest.audit_seq) == manifest.audit_hash
            newer = documents_after(connection, manifest.counter if same else -1)
            totals = control_totals(connection, SHOWN_TOTALS)
    except JxcError as error:
        return Preview(manifest, trouble=str(error))
    return Preview(manifest, here, "", same, newer, totals)
