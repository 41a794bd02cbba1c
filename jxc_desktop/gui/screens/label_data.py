"""Labels made for the page of labels: the file, and the picture of the page that is shown. Runs off the GUI thread."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from jxc_desktop.i18n import N_, _

if TYPE_CHECKING:
    from jxc_desktop.printing import Rendered
    from jxc_desktop.printing.labels import LabelSheet
    from jxc_desktop.printing.preview import RasterPage

DPI = 200
LAYOUTS = {"goods": N_("Goods label {size}"), "tag": N_("Shelf tag {size}")}


@dataclass(frozen=True, slots=True)
class ShownPage:
    """One page as it will be printed: its picture, the sheet it is on, and the positions with labels on it (from 0)."""

    page: RasterPage
    sheet: LabelSheet
    first: int
    count: int


@dataclass(frozen=True, slots=True)
class Made:
    """The labels as a file, how many there are, and the page that is shown of them."""

    rendered: Rendered
    labels: int
    page: ShownPage


def paper_words(sheet: LabelSheet) -> str:
    """How a paper is called: what is on it, its size, and how many lie on a sheet."""
    size = f"{sheet.label[0]:g}×{sheet.label[1]:g}"
    words = _(LAYOUTS[sheet.layout]).format(size=size)
    if sheet.positions == 1:
        return _("{label}, roll").format(label=words)
    return _("{label}, A4 with {across}×{down}").format(label=words, across=sheet.across, down=sheet.down)


def make_labels(
    session: Any,
    wanted: Sequence[tuple[int, int]],
    paper: str,
    sheet: LabelSheet,
    start: int,
    shift: tuple[float, float],
    day: str,
    page: int,
) -> Made:
    """Render the labels and the picture of one page. Raises the refusals of :func:`render_labels`."""
    from jxc_desktop.printing import render_labels
    from jxc_desktop.printing.load import label_papers
    from jxc_desktop.printing.preview import page_images

    papers = label_papers(session, [(product, None, "") for product, _copies in wanted], day=day)
    pairs = [(one, copies) for one, (_product, copies) in zip(papers, wanted, strict=True)]
    done = render_labels(pairs, paper, start=start, shift=shift)
    page = min(page, done.pages - 1)
    total = sum(copies for _product, copies in wanted)
    first = start - 1 if page == 0 else 0
    before = page * sheet.positions - (start - 1) if page else 0
    return Made(
        done,
        total,
        ShownPage(page_images(done.pdf, DPI, pages=[page])[0], sheet, first, min(sheet.positions - first, total - before)),
    )
