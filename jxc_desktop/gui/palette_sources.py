"""What the window asks the book by itself: the groups of the palette, the numbers of the sidebar, what a scan is.

Queries are loaded when they are first asked, on the asking thread, so that the window need not wait for them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from jxc_desktop.columns import word
from jxc_desktop.domain.documents import KINDS, STATUSES, kind_of
from jxc_desktop.domain.errors import UnknownDocument
from jxc_desktop.gui.main_window import Count, PaletteSource, ScanHit
from jxc_desktop.gui.screen import Target, goto
from jxc_desktop.gui.screens.document_families import FAMILIES
from jxc_desktop.gui.widgets.finder import initials
from jxc_desktop.gui.widgets.palette import Hit
from jxc_desktop.i18n import N_, _, language

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from jxc_desktop.queries.product_search import ProductHit

PRODUCTS, DOCUMENTS, PARTNERS = 4, 3, 2
"""How many of each the palette is given: every group is to be seen without scrolling far."""
BEGUN_BY_HAND = tuple(kind for kind in KINDS if kind.code not in ("stocktake", "retail_sale", "retail_return"))
"""Kinds that a person begins in the editor; counting and the till have pages of their own."""


@dataclass(frozen=True, slots=True)
class Places:
    """Where things are opened: only pages that this window has."""

    names: frozenset[str]

    def of(self, *candidates: str, **arguments: object) -> Target | None:
        """The first of these pages that there is; None where there is none."""
        name = next((name for name in candidates if name in self.names), None)
        return None if name is None else goto(name, **arguments)


def palette_sources(names: Iterable[str]) -> tuple[PaletteSource, ...]:
    """Products, documents, partners and functions for a window with the pages ``names``."""
    places = Places(frozenset(names))
    return (
        PaletteSource(N_("Products"), lambda session, text: _products(session, text, places)),
        PaletteSource(N_("Documents"), lambda session, text: _documents(session, text, places)),
        PaletteSource(N_("Partners"), lambda session, text: _partners(session, text, places)),
        PaletteSource(N_("New and reports"), lambda _session, text: functions(text, places)),
    )


def _products(session: Session, text: str, places: Places) -> list[Hit]:
    from jxc_desktop.queries.product_search import search_products

    found = []
    for hit in search_products(session, text, limit=PRODUCTS):
        target = places.of("products", id=hit.id)
        if target is not None:
            found.append(Hit(_named(hit), _stock_words(hit, hit.barcode or hit.code), target, "box"))
    return found


def _named(hit: ProductHit) -> str:
    """The name with its specification, unless that stands in the name already."""
    return hit.name if hit.spec in hit.name else f"{hit.name} {hit.spec}"


def _stock_words(hit: ProductHit, code: str) -> str:
    """``6908812071932, 18 盒 on hand, ¥9.90``"""
    words = _("{code}, kit, {quantity} {unit} could be sold") if hit.kit else _("{code}, {quantity} {unit} on hand")
    said = words.format(code=code, quantity=word(hit.quantity, "quantity"), unit=hit.unit)
    return said if hit.sale_price is None else said + _(", ") + f"¥{word(hit.sale_price, 'money')}"


def _documents(session: Session, text: str, places: Places) -> list[Hit]:
    from jxc_desktop.queries.at_a_glance import search_documents

    target = places.of("document")
    if target is None:
        return []
    found = []
    for hit in search_documents(session, text, limit=DOCUMENTS):
        kind = kind_of(hit.kind)
        parts = [hit.partner, hit.moment[:16].replace("T", " "), _(STATUSES[hit.status])]
        if kind.has_money:
            parts.append(f"¥{word(hit.total, 'money')}")
        name = f"{kind.name} {hit.number or hit.ref or ''}".strip()
        found.append(Hit(name, _(", ").join(part for part in parts if part), goto("document", id=hit.id), "file-text"))
    return found


def _partners(session: Session, text: str, places: Places) -> list[Hit]:
    from jxc_desktop.queries.partners import search_partners

    found = []
    for hit in search_partners(session, text, limit=PARTNERS):
        target = places.of("partners", id=hit.id)
        if target is not None:
            side = _("Customer") if hit.customer else _("Supplier")
            note = _(", ").join(part for part in (side, hit.code, hit.phone) if part)
            found.append(Hit(hit.name, note, target, "users"))
    return found


def functions(text: str, places: Places) -> list[Hit]:
    """What can be begun or asked: a new document of each kind, each report; by name, pinyin initials or English words."""
    from jxc_desktop.reports import REPORTS

    sought = text.strip().lower()
    if not sought:
        return []
    found = []
    known = _function_words(language())
    for kind in BEGUN_BY_HAND:
        if (target := places.of("document", kind=kind.code)) and sought in known[f"new {kind.code}"]:
            found.append(Hit(_("New {kind}").format(kind=kind.name), _("Documents"), target, "file-text"))
    for report in REPORTS:
        if (target := places.of("report", name=report.name)) and sought in known[f"report {report.name}"]:
            found.append(Hit(_(report.title), _("Reports"), target, "report-analytics"))
    return found


@cache
def _function_words(_language: str) -> dict[str, str]:
    """What each function is found by, in lower case: its name, the initials of its name, its short name."""
    from jxc_desktop.reports import REPORTS

    titles = {f"new {kind.code}": _("New {kind}").format(kind=kind.name) for kind in BEGUN_BY_HAND}
    titles |= {f"report {report.name}": _(report.title) for report in REPORTS}
    short = initials(titles)
    return {key: f"{title} {short[key]} {key}".lower() for key, title in titles.items()}


def sidebar_counts(session: Session, names: Iterable[str]) -> Mapping[str, Count]:
    """The numbers behind the pages of the sidebar: unfinished documents, open orders, running counts, goods that run low."""
    from jxc_desktop.queries.at_a_glance import below_minimum, open_drafts, open_orders

    there = set(names)
    drafts, orders = open_drafts(session), open_orders(session)
    counts = {}
    if "stocktake" in there:
        running = drafts.pop("stocktake", 0)
        counts["stocktake"] = Count(running, _("{count} counts under way").format(count=running))
    for family in FAMILIES:
        if family.name in there:
            begun = sum(drafts.get(kind, 0) for kind in family.kinds)
            waiting = sum(orders.get(kind, 0) for kind in family.kinds)
            words = [_("{count} drafts").format(count=begun)] if begun else []
            words += [_("{count} orders with goods to come or to go").format(count=waiting)] if waiting else []
            counts[family.name] = Count(begun + waiting, _(", ").join(words))
    low = below_minimum(session)
    for page in ("stock", "replenish", "warnings"):
        if page in there:
            counts[page] = Count(low, _("{count} products below their minimum").format(count=low))
    return counts


def scan_hit(session: Session, code: str, names: Iterable[str]) -> ScanHit | None:
    """What a scanned code is, for a page that has no use for it: a product, else a document by its number."""
    from jxc_desktop.queries.documents import find_document, head_row
    from jxc_desktop.queries.product_search import find_by_code, product_hits

    places = Places(frozenset(names))
    product = find_by_code(session, code)
    if product is not None:
        target = places.of("products", id=product.product_id)
        if target is None:
            return None
        (hit,) = product_hits(session, [product.product_id])
        said = f"{word(product.quantity, 'quantity')} {product.unit}" if product.label else code
        return ScanHit(_named(hit), _stock_words(hit, said), target)
    try:
        row = head_row(session, find_document(session, code))
    except UnknownDocument:
        return None
    if (target := places.of("document", id=row.id)) is None:
        return None
    return ScanHit(f"{kind_of(row.kind).name} {row.number or row.ref}", row.partner_name or "", target)
