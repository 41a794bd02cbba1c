"""What the product form begins with, and keeping what was typed. Runs off the GUI thread."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from jxc_desktop.domain.acts import Act
from jxc_desktop.domain.changes import Changes
from jxc_desktop.domain.goods import BarcodeForm, ProductForm
from jxc_desktop.queries.products import brands, category_tree, product_card, product_choices, product_form, product_picture

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class Opened:
    """What the form begins with."""

    form: ProductForm
    supplier: str
    picture: bytes | None
    moved: bool
    categories: tuple[str, ...]
    brands: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Kept:
    """The product after saving, with what is worth saying about it."""

    product_id: int
    warnings: tuple[str, ...]
    changes: Changes


def open_form(session: Session, product: int | None, source: int | None, barcode: str, name: str, today: date) -> Opened:
    """The form of ``product``; of a new one with the values of ``source`` where that is given. Raises :class:`UnknownProduct`."""
    form, supplier, picture, moved = ProductForm(code=barcode, name=name), "", None, False
    if source is not None:
        form = product_form(session, source)
        card = product_card(session, source, today=today)
        supplier, picture, moved = card.supplier_name or "", product_picture(session, source), card.moved
    if product is None:
        codes = (BarcodeForm(barcode),) if barcode else ()
        form, moved = replace(form, code=barcode or next_code(session), barcodes=codes, active=True), False
    paths = tuple(node.path for node in category_tree(session))
    return Opened(form, supplier, picture, moved, paths, tuple(brands(session)))


def next_code(session: Session) -> str:
    """The next free product code: one above the highest number in use, as long as the shop writes them."""
    codes = [
        one.code
        for one in product_choices(session, include_inactive=True)
        if one.code.isascii() and one.code.isdigit() and len(one.code) <= 8
    ]
    if not codes:
        return "00001"
    highest = max(codes, key=int)
    return str(int(highest) + 1).zfill(len(highest))


def keep_product(session: Session, product: int | None, form: ProductForm, picture: tuple[bool, bytes | None], act: Act) -> Kept:
    from jxc_desktop.services.products import create_product, set_picture, update_product

    saved = create_product(session, form, act) if product is None else update_product(session, product, form, act)
    touched, jpeg = picture
    changes = saved.changes
    if touched:
        changes |= set_picture(session, saved.product_id, jpeg, act)
    return Kept(saved.product_id, saved.warnings, changes)
