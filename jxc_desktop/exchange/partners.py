"""Partners from a spreadsheet into the book."""

from __future__ import annotations

from pathlib import Path

from jxc_desktop.db.engine import Database
from jxc_desktop.domain.acts import Act
from jxc_desktop.exchange.headings import Explicit
from jxc_desktop.exchange.intake import ImportResult, Progress, entry_of, problems_of
from jxc_desktop.exchange.rows import read_partners
from jxc_desktop.services.partner_intake import enter_partners, plan_partners


def import_partners(
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
    """Enter the good rows of the list at ``path``; as :func:`jxc_desktop.exchange.products.import_products`.

    Where only the headings say that these are customers (or suppliers), a partner that is both stays both.
    """
    parsed = read_partners(path, sheet, mapping, progress)
    entries = [entry_of(row) for row in parsed.rows]
    with database.read() if dry_run else database.write() as session:
        plan = plan_partners(session, entries, add_side=parsed.recognition.partner_type is not None)
        errors = sorted([*parsed.errors, *problems_of(plan.refused)], key=lambda problem: problem.row)
        result = ImportResult(parsed.total, plan.created, plan.updated, plan.unchanged, errors, parsed.warnings, parsed.sheet)
        if atomic and errors:
            result.created = result.updated = result.unchanged = 0
        elif not dry_run:
            result.changes = enter_partners(session, plan, act, source=Path(path).name)
            result.entered = True
    return result
