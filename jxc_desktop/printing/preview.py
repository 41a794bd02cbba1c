"""Pages of a PDF as pictures: the preview is the very paper that will be printed."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal

LARGEST_SIDE = 20_000
"""Pixels a page may have on a side; a longer one is drawn at a lower resolution."""

# PDFium keeps state of its own for the whole process and may be entered by one thread at a time.
_pdfium = threading.Lock()


@dataclass(frozen=True, slots=True)
class RasterPage:
    """One page: ``pixels`` row by row from the top, three bytes a pixel (``rgb``) or one (``gray``), without padding."""

    width: int
    height: int
    pixels: bytes
    colours: Literal["rgb", "gray"] = "rgb"


def page_images(
    pdf: bytes, dpi: float, *, pages: Iterable[int] | None = None, colours: Literal["rgb", "gray"] = "rgb"
) -> list[RasterPage]:
    """The ``pages`` (0-based; all by default) of ``pdf`` at ``dpi`` dots an inch on white.

    Raises ``ValueError`` for bytes that are no PDF, ``IndexError`` for a page it does not have.
    """
    with _opened(pdf) as document:
        wanted = range(len(document)) if pages is None else pages
        return [_page(document, number, dpi, colours) for number in wanted]


def page_sizes(pdf: bytes) -> list[tuple[float, float]]:
    """Width and height of each page in mm. Raises ``ValueError`` for bytes that are no PDF."""
    with _opened(pdf) as document:
        return [tuple(side * 25.4 / 72 for side in document.get_page_size(number)) for number in range(len(document))]


@contextmanager
def _opened(pdf: bytes) -> Iterator[Any]:
    """The document for as long as nobody else may enter PDFium; typed as little as the library itself is."""
    import pypdfium2

    with _pdfium:
        try:
            document = pypdfium2.PdfDocument(pdf)
        except pypdfium2.PdfiumError as error:
            raise ValueError("not a PDF") from error
        try:
            yield document
        finally:
            document.close()


def _page(document: Any, number: int, dpi: float, colours: Literal["rgb", "gray"]) -> RasterPage:
    if not 0 <= number < len(document):
        raise IndexError(number)
    page = document[number]
    longest = max(page.get_size())
    scale = min(dpi / 72, LARGEST_SIDE / longest)
    bitmap = page.render(scale=scale, grayscale=colours == "gray", rev_byteorder=True)
    depth = 1 if colours == "gray" else 3
    line = bitmap.width * depth
    data = bytes(bitmap.buffer)
    if bitmap.stride != line:
        data = b"".join(data[start : start + line] for start in range(0, bitmap.stride * bitmap.height, bitmap.stride))
    made = RasterPage(bitmap.width, bitmap.height, data, colours)
    bitmap.close()
    page.close()
    return made
