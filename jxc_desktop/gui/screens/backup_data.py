"""The backups of the shop as rows, and the acts on them that run off the GUI thread: make, verify, restore."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from jxc_desktop.backup.archive import ENDING
from jxc_desktop.backup.keep import BackupRow, list_backups
from jxc_desktop.backup.make import BackupMade, back_up_file
from jxc_desktop.backup.restore import Preview, Restored, preview, restore
from jxc_desktop.backup.verify import Verified, verify_backup
from jxc_desktop.columns import Column
from jxc_desktop.domain.documents import kind_of
from jxc_desktop.gui import sticks
from jxc_desktop.gui.preferences import Preferences
from jxc_desktop.i18n import N_, _
from jxc_desktop.paths import ShopPaths

EXTERNAL = "backup/external"
EXTERNAL_AT = "backup/external_at"
AUTO_EXTERNAL = "backup/external_auto"
"""Whether every backup is copied to the folder ``EXTERNAL``, where that is plugged in."""
FILTER = f"(*{ENDING})"
COLUMNS = (
    Column("moment", N_("Time")),
    Column("documents", N_("Documents"), "integer"),
    Column("last_document", N_("Last document"), "code", priority=2),
    Column("size", N_("Size")),
    Column("place", N_("Where")),
    Column("state", N_("State")),
)


@dataclass(frozen=True, slots=True)
class Row:
    """A backup as it stands in the list. ``state`` is empty where nothing is to be said of it."""

    key: str
    path: Path
    moment: str
    documents: int
    last_document: str
    size: str
    place: str
    state: str
    tone: str
    whole: bool


@dataclass(frozen=True, slots=True)
class Overview:
    """What the page says of the backups in all: the rows, the newest, how many, free bytes, sticks that are plugged in."""

    rows: tuple[Row, ...]
    newest: BackupRow | None
    bytes: int
    free: int
    sticks: tuple[sticks.Stick, ...]


def overview(paths: ShopPaths, external: str, today: date, verified: Sequence[str]) -> Overview:
    """Read the descriptions of the backups beside the book and, where it is plugged in, of the folder ``external``."""
    plugged = tuple(sticks.sticks())
    home = list_backups(paths.backups)
    away = list_backups(Path(external)) if external and Path(external).is_dir() else []
    named = {row.path.name for row in away}
    rows = [_row(row, today, row.path.name in named, verified) for row in home]
    known = {row.path.name for row in home}
    rows += [_row(row, today, None, verified) for row in away if row.path.name not in known]
    rows.sort(key=lambda row: row.path.name, reverse=True)
    total = sum(row.bytes for row in home)
    return Overview(tuple(rows), home[0] if home else None, total, sticks.free_space(paths.root), plugged)


def _row(row: BackupRow, today: date, twice: bool | None, verified: Sequence[str]) -> Row:
    place = _("Outside") if twice is None else _("This computer, outside") if twice else _("This computer")
    if not row.whole:
        state, tone = _("Does not prove itself"), "danger"
    elif str(row.path) in verified:
        state, tone = _("Verified now"), "success"
    else:
        state, tone = "", "success"
    manifest = row.manifest
    return Row(
        str(row.path),
        row.path,
        moment_words(row.created, today),
        manifest.documents,
        manifest.last_document,
        sticks.size_words(row.bytes),
        place,
        state,
        tone,
        row.whole,
    )


def moment_words(moment: datetime, today: date) -> str:
    """``Today 12:30``, ``11-23 21:30``, in another year with the year."""
    clock = f"{moment:%H:%M}"
    if moment.date() == today:
        return _("Today {clock}").format(clock=clock)
    if moment.date() == today - timedelta(days=1):
        return _("Yesterday {clock}").format(clock=clock)
    return f"{moment:%m-%d} {clock}" if moment.year == today.year else f"{moment:%Y-%m-%d} {clock}"


def make(paths: ShopPaths, folder: Path, now: datetime, progress: Callable[[int, int], None]) -> BackupMade:
    """One new, verified backup in ``folder``. Raises what :func:`back_up_file` raises."""
    return back_up_file(paths.book, folder, now=now, progress=progress)


def remember_external(preferences: Preferences, folder: Path, now: datetime) -> None:
    """Note where the copy outside this computer went, and when."""
    preferences.set_text(EXTERNAL, str(folder))
    preferences.set_text(EXTERNAL_AT, now.replace(microsecond=0, tzinfo=None).isoformat())


def external_words(preferences: Preferences, today: date) -> tuple[str, str]:
    """When the last copy outside this computer was made and where it is, in words."""
    said = preferences.text(EXTERNAL_AT)
    try:
        moment = datetime.fromisoformat(said)
    except ValueError:
        return _("None yet"), _("A stick survives the disk")
    return moment_words(moment, today), preferences.text(EXTERNAL)


def newer_words(found: Preview) -> str:
    """What a restore would take away: ``LS 142, XS 9`` in the names of the kinds."""
    return _(", ").join(f"{kind_of(kind).name} {count}" for kind, count in found.newer.items() if count)


def look_into(path: Path, paths: ShopPaths) -> Preview:
    """What a restore of ``path`` would bring and take away."""
    return preview(path, paths)


def prove(path: Path, paths: ShopPaths, progress: Callable[[int, int], None]) -> Verified:
    """Open the backup beside the book and prove it whole, on the disk of the book."""
    return verify_backup(path, temp_folder=paths.root, progress=progress)


def put_back(path: Path, paths: ShopPaths, now: datetime) -> str:
    """Put the backup in the place of the book, which the window has closed; says what was done."""
    done: Restored = restore(path, paths, now=now, window_held=True)
    aside = "" if done.aside is None else _("The book that was here is kept in {folder}.").format(folder=done.aside)
    words = _("Restored: {shop}, {documents} documents, the last is {last}.")
    return words.format(shop=done.shop, documents=done.documents, last=done.last_document or "—") + "\n" + aside
