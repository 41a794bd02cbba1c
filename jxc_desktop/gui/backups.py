"""The backups that are made by themselves: at closing and every four hours, with a second copy where one is wanted."""

from __future__ import annotations

import logging
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from jxc_desktop.domain.errors import JxcError
from jxc_desktop.gui.alerts import Trouble
from jxc_desktop.i18n import _
from jxc_desktop.paths import ShopPaths

if TYPE_CHECKING:
    from jxc_desktop.db.engine import Database
    from jxc_desktop.gui.preferences import Preferences

log = logging.getLogger("jxc_desktop")

OLD_DAYS = 3
_failed: dict[str, str] = {}
"""Why the last backup by itself did not succeed, by data folder."""


def backup_words(paths: ShopPaths) -> str:
    """What the status bar says of the last backup."""
    from jxc_desktop.backup.keep import last_backup

    last = last_backup(paths.backups)
    return _("No backup yet") if last is None else _("Backed up {moment}").format(moment=last.created.strftime("%m-%d %H:%M"))


def backup_trouble(paths: ShopPaths, now: datetime) -> Trouble | None:
    """What is wrong with the backups: none, an old one, one whose book does not prove itself, or one that just failed."""
    from jxc_desktop.backup.keep import last_backup

    last = last_backup(paths.backups)
    if said := _failed.get(str(paths.root)):
        return Trouble(_("The last backup failed"), said)
    if last is None:
        return Trouble(_("There is no backup yet"), _("One is made at every closing, or now with Ctrl+B"))
    days = (now.replace(tzinfo=None) - last.created).days
    if days >= OLD_DAYS:
        return Trouble(_("The last backup is {days} days old").format(days=days), _("Make one now, best onto a stick"))
    if not last.whole:
        return Trouble(_("The book in the last backup does not prove itself"), _("Have the book checked before going on"))
    return None


def back_up(paths: ShopPaths, database: Database, preferences: Preferences | None = None) -> None:
    """A backup by itself, where something was posted since the last; a failure is logged and never keeps a window open.

    Where this computer has a folder for second copies and it is plugged in, the backup is made there, too.
    """
    from jxc_desktop.backup.keep import last_backup, prune
    from jxc_desktop.backup.make import make_backup

    if database.path is None:
        return
    now = datetime.now()
    try:
        last = last_backup(paths.backups)
        made = (
            make_backup(database, paths.backups, now=now) if last is None or _moved(database, last.manifest.audit_seq) else None
        )
        if made is not None:
            prune(paths.backups, now)
        _failed.pop(str(paths.root), None)
    except JxcError as error:
        log.warning("backup at closing: %s", error)
        _failed[str(paths.root)] = str(error)
        return
    if made is not None and preferences is not None:
        _copy_outside(database, preferences, now)


def _copy_outside(database: Database, preferences: Preferences, now: datetime) -> None:
    """The second copy of a backup; a stick that is not plugged in is nothing to speak of."""
    from jxc_desktop.backup.keep import prune
    from jxc_desktop.backup.make import make_backup
    from jxc_desktop.gui.screens.backup_data import AUTO_EXTERNAL, EXTERNAL, remember_external

    said = preferences.text(EXTERNAL)
    if not (said and preferences.flag(AUTO_EXTERNAL) and Path(said).is_dir()):
        return
    try:
        make_backup(database, Path(said), now=now)
        prune(Path(said), now)
    except JxcError as error:
        log.warning("second copy in %s: %s", said, error)
    else:
        remember_external(preferences, Path(said), now)


def _moved(database: Database, audit_seq: int) -> bool:
    """Whether anything was done in the book since the audit trail stood at ``audit_seq``."""
    from jxc_desktop.db.snapshot import by_name, facts_of, opened

    assert database.path is not None
    with by_name(database.path), opened(database.path) as connection:
        return facts_of(connection).audit_seq != audit_seq
