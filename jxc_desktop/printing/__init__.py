"""Papers and labels: plain values in, PDF bytes out. ``PAPERS`` lists the papers a document can be printed on.

To add one: a ``Format`` in ``form.py`` or a ``Roll`` in ``slip.py`` (or a module of its own with ``render``), and one
line in ``PAPERS``. Label papers stand in ``labels.LABELS``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from jxc_desktop.domain.errors import UnknownPaper
from jxc_desktop.i18n import N_, _
from jxc_desktop.printing import form, slip, table
from jxc_desktop.printing.labels import LABELS, render_labels, sheet_of
from jxc_desktop.printing.values import (
    DocumentPaper,
    LabelPaper,
    PaperLine,
    PaperPayment,
    Rendered,
    TablePaper,
)

if TYPE_CHECKING:
    from jxc_desktop.printing.difference import DifferencePaper


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper documents are printed on. ``name`` is how it is asked for, ``title`` (marked) how a person reads it."""

    name: str
    title: str
    render: Callable[[DocumentPaper], Rendered]


PAPERS: tuple[Paper, ...] = (
    Paper("A4", N_("A4"), partial(form.render, sheet=form.A4)),
    Paper("A5", N_("A5 lying"), partial(form.render, sheet=form.A5)),
    Paper("A5P", N_("A5 upright"), partial(form.render, sheet=form.A5_UPRIGHT)),
    Paper("241x140", N_("241 × 140 mm continuous, half page"), partial(form.render, sheet=form.FORM_140)),
    Paper("241x93", N_("241 × 93 mm continuous, third of a page"), partial(form.render, sheet=form.FORM_93)),
    Paper("80", N_("80 mm slip"), partial(slip.render, roll=slip.ROLL_80)),
    Paper("58", N_("58 mm slip"), partial(slip.render, roll=slip.ROLL_58)),
)


TEMPLATES: dict[str, str] = {
    "standard": N_("The document itself"),
    "difference": N_("Cost difference slip that it caused"),
}
"""What can be printed of a document: the name it is asked for by, and its title."""


def render_document(value: DocumentPaper, paper: str = "A4") -> Rendered:
    """``value`` on the paper named ``paper``. Raises :class:`UnknownPaper` naming the known ones."""
    for each in PAPERS:
        if each.name == paper:
            return each.render(value)
    raise UnknownPaper(what=_("paper"), key=paper, known=", ".join(each.name for each in PAPERS))


def render_difference(value: DifferencePaper) -> Rendered:
    """A cost difference slip on A4."""
    from jxc_desktop.printing import difference  # it words what the book says, and so reads it

    return difference.render(value)


def render_table(value: TablePaper) -> Rendered:
    """A report on A4, upright or lying as its columns need."""
    return table.render(value)


__all__ = [
    "LABELS",
    "PAPERS",
    "TEMPLATES",
    "DocumentPaper",
    "LabelPaper",
    "Paper",
    "PaperLine",
    "PaperPayment",
    "Rendered",
    "TablePaper",
    "render_difference",
    "render_document",
    "render_labels",
    "render_table",
    "sheet_of",
]
