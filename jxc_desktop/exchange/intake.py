"""What an import of a list answers, and the way from its rows to the book: plan, then enter, all in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from jxc_desktop.domain.changes import Changes
from jxc_desktop.exchange.fields import RowProblem, short
from jxc_desktop.services.intake import Entry, Refused

Progress = Callable[[int], None]
"""Called with the count of rows now and then; may raise to give up, and then nothing was entered."""


@dataclass(slots=True)
class ImportResult:
    """Of ``rows`` rows so many made, changed or met something; ``entered`` is False of a dry run or a refused whole."""

    rows: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    errors: list[RowProblem] = field(default_factory=list)
    warnings: list[RowProblem] = field(default_factory=list)
    sheet: str = ""
    entered: bool = False
    changes: Changes = Changes.NOTHING

    def as_json(self) -> dict[str, Any]:
        """The answer of the command line: counts, errors and warnings."""
        return {
            "rows": self.rows,
            "created": self.created,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "errors": [problem.as_json() for problem in self.errors],
            "warnings": [problem.as_json() for problem in self.warnings],
        }


def entry_of(row: Any) -> Entry:
    """The fields that a parsed row speaks of."""
    return Entry(row.row, row.code, {name: getattr(row, name) for name in row.given if name != "code"})


def problems_of(refused: Iterable[Refused]) -> list[RowProblem]:
    """Refusals of the book as remarks on rows."""
    return [RowProblem(r.row, r.field, short(r.value), r.error.code, str(r.error)) for r in refused]
