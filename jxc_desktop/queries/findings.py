"""What a proof of the book finds: one kind of row for all of them, and how many are told one by one."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, case

from jxc_desktop.columns import EMPTY
from jxc_desktop.db.models import Document
from jxc_desktop.domain.documents import KINDS, DocumentKind
from jxc_desktop.domain.money import yuan
from jxc_desktop.i18n import _

LIMIT = 20
"""How many of one kind of finding are told one by one."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something in the book that does not agree. ``code`` names the proof that failed, ``message`` says where."""

    code: str
    message: str


def told(code: str, text: str, rows: Iterable[Any], amounts: tuple[str, ...] = ()) -> list[Finding]:
    """One finding per row (``text`` filled with its columns), and one that says when there are more than ``LIMIT``.

    The columns named in ``amounts`` are fen.
    """
    listed = [dict(row._mapping) | {name: money(getattr(row, name)) for name in amounts} for row in rows]
    found = [Finding(code, text.format(**row)) for row in listed[:LIMIT]]
    if len(listed) > LIMIT:
        found.append(Finding(code, _("… and more of the same kind after {last}.").format(last=listed[LIMIT - 1]["number"])))
    return found


def money(fen: int | None) -> str:
    """An amount in words; ``—`` where it is unknown."""
    return EMPTY if fen is None else f"{yuan(int(fen)):.2f}"


def by_kind(value: Callable[[DocumentKind], Any]) -> ColumnElement[Any]:
    """A CASE over the kinds of documents: ``value(kind)`` where it is not None, else 0."""
    whens = [(Document.kind == kind.code, said) for kind in KINDS if (said := value(kind)) is not None]
    return case(*whens, else_=0)
