"""Products as they would be typed: one for the editor, many for comparing lists and for export."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from jxc_desktop.db.models import Barcode, Category, Product, ProductUnit, table
from jxc_desktop.domain.errors import UnknownProduct
from jxc_desktop.domain.goods import PRICES, BarcodeForm, ProductForm, UnitForm
from jxc_desktop.i18n import _

CHUNK = 500
_APART = ("units", "barcodes", "category", "batches", "weighed", "active")
_SAME = tuple(name for name in ProductForm.__dataclass_fields__ if name not in _APART)


def product_form(session: Session, product_id: int) -> ProductForm:
    """The product as it would be typed. Raises :class:`UnknownProduct`."""
    found = dict(_forms(session, Product.id == product_id))
    if product_id not in found:
        raise UnknownProduct(what=_("product"), key=str(product_id))
    return found[product_id]


def forms_by_code(session: Session, codes: Sequence[str]) -> dict[str, tuple[int, ProductForm]]:
    """By code: id and form of the products with these codes."""
    return {
        form.code: (product_id, form)
        for start in range(0, len(codes), CHUNK)
        for product_id, form in _forms(session, Product.code.in_(codes[start : start + CHUNK]))
    }


def all_forms(session: Session) -> Iterator[ProductForm]:
    """All products in order of code, read in portions."""
    codes = list(session.connection().execute(select(Product.code).order_by(Product.code)).scalars())
    for start in range(0, len(codes), CHUNK):
        portion = {form.code: form for _id, form in _forms(session, Product.code.in_(codes[start : start + CHUNK]))}
        yield from (portion[code] for code in codes[start : start + CHUNK])


def _forms(session: Session, which: ColumnElement[bool]) -> Iterator[tuple[int, ProductForm]]:
    connection = session.connection()
    rows = connection.execute(
        select(*table(Product).c, Category.path).outerjoin(Category, Category.id == Product.category_id).where(which)
    ).all()
    ids = [row.id for row in rows]
    names, units = _units(connection, ids)
    barcodes: dict[int, list[BarcodeForm]] = {}
    for b in connection.execute(
        select(table(Barcode)).where(Barcode.product_id.in_(ids)).order_by(Barcode.position, Barcode.code)
    ):
        barcodes.setdefault(b.product_id, []).append(BarcodeForm(b.code, names.get(b.unit_id), b.quantity))
    for row in rows:
        yield (
            row.id,
            ProductForm(
                **{name: getattr(row, name) for name in _SAME},
                category=row.path or "",
                batches=bool(row.batches),
                weighed=bool(row.weighed),
                active=bool(row.active),
                units=tuple(units.get(row.id, ())),
                barcodes=tuple(barcodes.get(row.id, ())),
            ),
        )


def _units(connection: Any, ids: Sequence[int]) -> tuple[dict[int, str], dict[int, list[UnitForm]]]:
    """Names of the further units by id, and the units by product."""
    names: dict[int, str] = {}
    found: dict[int, list[UnitForm]] = {}
    for u in connection.execute(select(table(ProductUnit)).where(ProductUnit.product_id.in_(ids)).order_by(ProductUnit.id)):
        names[u.id] = u.name
        found.setdefault(u.product_id, []).append(UnitForm(u.name, u.numerator, u.denominator, *(getattr(u, p) for p in PRICES)))
    return names, found
