"""What the import page asks of a file and of the book; runs off the GUI thread, knows no widgets."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from jxc_desktop.domain.acts import Act
from jxc_desktop.domain.errors import JxcError
from jxc_desktop.i18n import N_, _

if TYPE_CHECKING:
    from jxc_desktop.db.engine import Database
    from jxc_desktop.exchange.headings import Recognition
    from jxc_desktop.exchange.intake import ImportResult
    from jxc_desktop.gui.tasks import BookDoor

KINDS = {"products": N_("Products"), "partners": N_("Partners"), "opening_stock": N_("Opening stock"), "recipes": N_("Recipes")}
SAMPLE = 60
"""Rows shown as they stand in the file."""
FILES = N_("Spreadsheets (*.xlsx *.xlsm *.xls *.ods *.csv *.txt)")


@dataclass(frozen=True, slots=True)
class FileLook:
    """A file as it was opened: its sheets, the headings found, what they were taken for, and the first rows below them."""

    path: Path
    sheet: str
    sheets: tuple[str, ...]
    headings: tuple[str, ...]
    columns: Mapping[str, tuple[int, ...]]
    sample: tuple[tuple[int, tuple[str, ...]], ...]
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Job:
    """What is to be imported: ``mapping`` says which column holds a field, where the person chose so."""

    kind: str
    path: Path
    sheet: str
    mapping: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    day: str = ""


def look_at(kind: str, path: Path, sheet: str | None, mapping: Mapping[str, tuple[str, ...]]) -> FileLook:
    """Open the file and recognise its headings. Raises what opening raises; unknown headings stand in ``problem``."""
    from jxc_desktop.exchange.cells import shown
    from jxc_desktop.exchange.headings import LOOK_AT, recognise
    from jxc_desktop.exchange.sheets import open_sheet

    with open_sheet(path, sheet) as opened:
        rows = [(number, list(cells)) for number, cells in islice(opened.rows, LOOK_AT + SAMPLE)]
        name, names = opened.name, opened.names
    head = [row for row in rows if row[0] <= LOOK_AT] or rows[:1]
    found: Recognition | None = None
    problem = ""
    try:
        found = recognise(kind, head, mapping, path=path.name)
    except JxcError as error:
        problem = str(error)
    number = found.row if found is not None else head[0][0] if head else 0
    texts = {row: tuple(shown(cell).strip() for cell in cells) for row, cells in rows}
    headings = found.headings if found is not None else texts.get(number, ())
    sample = tuple((row, cells) for row, cells in texts.items() if row > number)[:SAMPLE]
    return FileLook(path, name, tuple(names), headings, found.columns if found is not None else {}, sample, problem)


def run_import(book: BookDoor, job: Job, act: Act, *, dry_run: bool, progress: Callable[[int], None]) -> ImportResult:
    """Enter the good rows (or only say what would happen). ``progress`` may raise to give up; then nothing was entered."""
    database = cast("Database", book)
    common: dict[str, Any] = {"act": act, "mapping": job.mapping, "sheet": job.sheet, "dry_run": dry_run, "progress": progress}
    if job.kind == "products":
        from jxc_desktop.exchange.products import import_products

        return import_products(database, job.path, **common)
    if job.kind == "partners":
        from jxc_desktop.exchange.partners import import_partners

        return import_partners(database, job.path, **common)
    if job.kind == "recipes":
        from jxc_desktop.exchange.recipes import import_recipes

        return import_recipes(database, job.path, **common)
    from jxc_desktop.exchange.opening import import_opening_stock

    return import_opening_stock(database, job.path, day=job.day or None, **common)


def field_titles(kind: str) -> dict[str, str]:
    """The fields of an import with their titles, in order."""
    from jxc_desktop.exchange.headings import FIELDS

    return {each.name: _(each.title) for each in FIELDS[kind]}


def needed_fields(kind: str) -> tuple[str, ...]:
    """Fields without which nothing can be entered."""
    from jxc_desktop.exchange.headings import NEEDED

    return NEEDED[kind]


def write_blank(kind: str, path: Path) -> Path:
    """An empty list with the headings of this import, to be filled in. Raises what the writing of files raises."""
    from jxc_desktop.columns import Column
    from jxc_desktop.exchange.headings import FIELDS
    from jxc_desktop.exchange.write import write_xlsx

    columns = [Column(each.name, each.title) for each in FIELDS[kind] if each.name not in ("supplier_name", "stopped")]
    write_xlsx(path, columns, [], _(KINDS[kind]))
    return path
