"""Bringing an older book to this program's schema: backup first, on a copy, proved equal, then swapped."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from jxc_desktop.backup.make import back_up_file
from jxc_desktop.backup.swap import Step, nobody_writes, recover_locked, stage, swap_in, unstage, window_closed
from jxc_desktop.backup.verify import new_schema, upgrade_file
from jxc_desktop.db import schema
from jxc_desktop.db.safety import remember_shop
from jxc_desktop.db.snapshot import (
    broken_references,
    by_name,
    control_totals,
    copy_book,
    count_rows,
    engine_check,
    facts_of,
    opened,
    schema_of,
)
from jxc_desktop.db.upgrade import inspect
from jxc_desktop.domain.troubles import NewerBook, NoShop, UpgradeFailed
from jxc_desktop.i18n import _
from jxc_desktop.paths import ShopPaths


@dataclass(frozen=True, slots=True)
class BookStatus:
    """The schema number of the book and of this program; ``current``: nothing to do."""

    schema: int
    program_schema: int

    @property
    def current(self) -> bool:
        return self.schema == self.program_schema


@dataclass(frozen=True, slots=True)
class Migrated:
    """What an upgrade did. ``backup`` and ``aside`` (the folder with the old file) are None when the book was current."""

    before: int
    after: int
    backup: Path | None = None
    aside: Path | None = None


def status(paths: ShopPaths) -> BookStatus:
    """How the book stands to this program. Raises :class:`NoShop`, :class:`ForeignFile`, :class:`DamagedFile`."""
    if not paths.book.exists():
        raise NoShop(path=str(paths.root))
    return BookStatus(inspect(paths.book).schema, schema.SCHEMA)


def migrate(paths: ShopPaths, *, now: datetime, window_held: bool = False, step: Step | None = None) -> Migrated:
    """Bring the book to this program's schema, or leave it as it was.

    Counts and control totals are the same before and after, and the schema is that of a new book. Raises
    :class:`NoShop`, :class:`ForeignFile`, :class:`DamagedFile`, :class:`NewerBook`, :class:`WindowOpen`,
    :class:`BookBusy`, :class:`UpgradeFailed`, storage troubles.
    """
    if not paths.book.exists():
        raise NoShop(path=str(paths.root))
    before = inspect(paths.book).schema
    if before > schema.SCHEMA:
        raise NewerBook(path=str(paths.book), schema=before, known=schema.SCHEMA)
    if before == schema.SCHEMA:
        return Migrated(before, before)
    with by_name(paths.root):
        paths.make()
    with window_closed(paths, held=window_held), nobody_writes(paths):
        recover_locked(paths)
        saved = back_up_file(paths.book, paths.backups, now=now)
        staged = stage(paths)
        try:
            copy_book(paths.book, staged)
            _upgrade_equal(staged, paths)
            aside = swap_in(staged, paths, f"before-migrate-{now:%Y%m%d-%H%M%S}", step)
        finally:
            unstage(paths)
        engine_check(paths.book, quick=True)
        if saved.manifest.shop:
            remember_shop(paths, saved.manifest.shop)
    return Migrated(before, schema.SCHEMA, saved.path, aside)


def _upgrade_equal(staged: Path, paths: ShopPaths) -> None:
    """Upgrade the copy and prove that nothing else changed. Raises :class:`UpgradeFailed`."""
    rows, totals, told = _facts(staged)
    upgrade_file(staged)
    engine_check(staged)
    new_rows, new_totals, new_told = _facts(staged)
    wrong = ""
    if schema_of(staged) != new_schema():
        wrong = _("its tables are not those of a new book")
    elif broken_references(staged):
        wrong = _("references point nowhere")
    elif any(new_rows.get(name) != count for name, count in rows.items() if name in new_rows and name != "alembic_version"):
        wrong = _("the row counts differ")
    elif any(new_totals.get(name) != total for name, total in totals.items()):
        wrong = _("the control totals differ")
    elif told and new_told != told:
        wrong = _("the last document differs")
    if wrong:
        raise UpgradeFailed(path=str(paths.book), why=wrong)


def _facts(path: Path) -> tuple[dict[str, int], dict[str, int], str]:
    with by_name(path), opened(path) as connection:
        return count_rows(connection), control_totals(connection), facts_of(connection).last_document
