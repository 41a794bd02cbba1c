"""What makes the first opening of a page as quick as the second: done once, on a reader thread, when nobody waits."""

from __future__ import annotations

from datetime import date
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

PAGES = ("products", "documents", "document_editor")
"""The pages that are opened all day: their modules are read from disk. They make no widget while they are read."""


def load_first() -> None:
    """The first page and what it asks the book with; loading it takes longer than putting up the window."""
    from jxc_desktop.db.engine import load

    import_module("jxc_desktop.gui.screens.dashboard")
    load()


def warm(session: Session, today: date) -> None:
    """Read the texts that products are found by, and ask once what the lists of products ask, so that it stands prepared."""
    from jxc_desktop.queries.product_lines import product_page
    from jxc_desktop.queries.product_search import search_products
    from jxc_desktop.queries.products import ProductFilter

    search_products(session, "0")
    product_page(session, ProductFilter(), limit=200, today=today)
    for page in PAGES:
        import_module(f"jxc_desktop.gui.screens.{page}")
