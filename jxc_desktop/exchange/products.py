"""Products from a spreadsheet into the book."""

from __future__ import annotations

from pathlib import Path

from jxc_desktop.db.engine import Database
from jxc_desktop.domain.acts import Act
from jxc_desktop.exchange.headings import Explicit
from jxc_desktop.exchange.intake import ImportResult, Progress, entry_of, problems_of
from jxc_desktop.exchange.rows import read_products
from jxc_desktop.services.intake import enter_products, plan_products


def import_products(
    database: Database,
    path: Path | str,
    *,
    act: Act,
    mapping: Explicit | None = None,
    sheet: str | None = None,
    dry_run: bool = False,
    atomic: bool = False,
    progress: Progress | None = None,
) -> ImportResult:
    """Enter the good rows of the list at ``path`` and say what was wrong with the others; ``atomic``: all or none.

    The same code updates, the same file again changes nothing. ``dry_run`` answers what would be answered. ``mapping`` is
    what ``headings.parse_map`` made of ``--map``. Raises what the reading of files raises; then nothing was entered.
    """
    parsed = read_products(path, sheet, mapping, progress)
    entries = [entry_of(row) for row in parsed.rows]
    with database.read() if dry_run else database.write() as session:
        plan = plan_products(session, entries, progress)
        errors = sorted([*parsed.errors, *problems_of(plan.refused)], key=lambda problem: problem.row)
        result = ImportResult(parsed.total, plan.created, plan.updated, plan.unchanged, errors, parsed.warnings, parsed.sheet)
        if atomic and errors:
            result.created = result.updated = result.unchanged = 0
        elif not dry_run:
            result.changes = enter_products(session, plan, act, source=Path(path).name)
            result.entered = True
    return result
