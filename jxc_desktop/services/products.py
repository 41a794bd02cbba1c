"""Products: made, changed, given another code, taken out of use; their pictures and in-store codes."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from jxc_desktop.columns import quantity_text
from jxc_desktop.db.models import Barcode, DocumentLine, Picture, Product, StockBalance, table
from jxc_desktop.db.types import raw
from jxc_desktop.domain.acts import Act
from jxc_desktop.domain.barcodes import in_store_code, in_store_serial
from jxc_desktop.domain.changes import Changes
from jxc_desktop.domain.errors import BadValue, StillInUse, UnitLocked
from jxc_desktop.domain.goods import BarcodeForm, ProductForm, UnitForm, checked, title
from jxc_desktop.domain.money import pieces
from jxc_desktop.i18n import _
from jxc_desktop.queries.products import product_form
from jxc_desktop.services.audit import record
from jxc_desktop.services.categories import categories_of
from jxc_desktop.services.product_parts import (
    barcode_warnings,
    must_be_free,
    owners,
    supplier_must_exist,
    values_of,
    write_barcodes,
    write_search,
    write_units,
)

__all__ = [
    "BarcodeForm",
    "ProductForm",
    "ProductSaved",
    "UnitForm",
    "change_code",
    "create_product",
    "end_product",
    "make_in_store_code",
    "resume_product",
    "set_picture",
    "update_product",
]

PICTURE_LIMIT = 64 << 10
FIELDS = tuple(ProductForm.__dataclass_fields__)
LOCKED = ("unit", "batches", "costing")
"""What documents rely on: fixed once a line names the product."""


@dataclass(frozen=True, slots=True)
class ProductSaved:
    """The answer to saving a product. ``warnings`` are sentences to show."""

    product_id: int
    warnings: tuple[str, ...] = ()
    changes: Changes = Changes.PRODUCTS


def create_product(session: Session, form: ProductForm, act: Act) -> ProductSaved:
    """A new product. Raises :class:`Duplicate` naming whose code it is, :class:`UnknownPartner`, and the refusals of the form."""
    form = checked(form)
    must_be_free(session, form)
    supplier_must_exist(session, form.supplier_id)
    category = categories_of(session, [form.category]).get(form.category) if form.category else None
    made = session.connection().execute(insert(table(Product)), values_of(form, category))
    assert made.inserted_primary_key is not None
    product_id = int(made.inserted_primary_key[0])
    _write_parts(session, product_id, form)
    record(session, act, "product.create", form.code, after=changed(None, form))
    return ProductSaved(product_id, (*barcode_warnings(b.code for b in form.barcodes), *_twins(session, product_id, form.name)))


def update_product(session: Session, product_id: int, form: ProductForm, act: Act) -> ProductSaved:
    """Bring a product to ``form``, its code included.

    Raises :class:`UnknownProduct`, :class:`UnitLocked` for a base unit, batch tracking or costing that documents rely on,
    :class:`Duplicate`, :class:`UnknownPartner`, and the refusals of the form. Nothing is written where nothing differs.
    """
    before, form = product_form(session, product_id), checked(form)
    after = changed(before, form)
    if not after:
        return ProductSaved(product_id, changes=Changes.NOTHING)
    _must_be_unlocked(session, product_id, before, after)
    must_be_free(session, form, product_id=product_id)
    supplier_must_exist(session, form.supplier_id)
    category = categories_of(session, [form.category]).get(form.category) if form.category else None
    session.execute(update(Product).where(Product.id == product_id).values(values_of(form, category)))
    _write_parts(session, product_id, form)
    record(session, act, "product.change", before.code, before={name: plain_value(before, name) for name in after}, after=after)
    known = {barcode.code for barcode in before.barcodes}
    warnings = barcode_warnings(b.code for b in form.barcodes if b.code not in known)
    if "name" in after:
        warnings += _twins(session, product_id, form.name)
    if "active" in after and not form.active and (left := on_hand(session, product_id)):
        warnings += (
            _("{name} is no longer in use, but {quantity} {unit} are still on hand.").format(
                name=form.name, quantity=left, unit=form.unit
            ),
        )
    return ProductSaved(product_id, warnings)


def change_code(session: Session, product_id: int, code: str, act: Act) -> ProductSaved:
    """Give a product another code. Its documents keep the code of their time; they stay this product's.

    Raises :class:`UnknownProduct`, :class:`Missing`, :class:`BadText`, :class:`Duplicate`.
    """
    return update_product(session, product_id, replace(product_form(session, product_id), code=code), act)


def end_product(session: Session, product_id: int, act: Act, *, force: bool = False) -> Changes:
    """Take a product out of use: search no longer shows it, what is left can still be sold by its code.

    Raises :class:`UnknownProduct`; :class:`StillInUse` naming what is still on hand, unless ``force``.
    """
    before = product_form(session, product_id)
    left = on_hand(session, product_id)
    if left and not force:
        why = _("{quantity} {unit} are still on hand; sell or write them off first").format(quantity=left, unit=before.unit)
        raise StillInUse(what=_("Product"), key=before.name, why=why, product=before.code, quantity=left)
    return _set_active(session, product_id, before, 0, act, quantity=left or "0")


def resume_product(session: Session, product_id: int, act: Act) -> Changes:
    """Take a product into use again. Raises :class:`UnknownProduct`."""
    return _set_active(session, product_id, product_form(session, product_id), 1, act)


def set_picture(session: Session, product_id: int, jpeg: bytes | None, act: Act) -> Changes:
    """Give a product its picture, a JPEG of at most 64 KB, or take it away (None). Raises :class:`BadValue` …"""
    before = product_form(session, product_id)
    session.execute(delete(Picture).where(Picture.product_id == product_id))
    if jpeg is not None:
        if not (jpeg.startswith(b"\xff\xd8\xff") and jpeg.rstrip(b"\0").endswith(b"\xff\xd9")):
            raise BadValue(field=_("Picture"), value=before.code, hint=_("It must be a whole JPEG."))
        if len(jpeg) > PICTURE_LIMIT:
            hint = _("It has {size} KB; at most {limit} KB fit.").format(size=-(-len(jpeg) // 1024), limit=PICTURE_LIMIT >> 10)
            raise BadValue(field=_("Picture"), value=before.code, hint=hint)
        session.execute(insert(Picture).values(product_id=product_id, jpeg=jpeg))
    record(session, act, "product.picture", before.code, bytes=0 if jpeg is None else len(jpeg))
    return Changes.PRODUCTS


def make_in_store_code(session: Session) -> str:
    """The next free EAN-13 of the shop's own (prefix 29). Raises :class:`OutOfRange` when all are used."""
    own = session.scalars(select(Barcode.code).where(Barcode.code >= "2900000000000", Barcode.code <= "2999999999999"))
    serial = max((s for s in map(in_store_serial, own) if s is not None), default=0) + 1
    while owners(session, [in_store_code(serial)]):
        serial += 1
    return in_store_code(serial)


def on_hand(session: Session, product_id: int) -> str:
    """What is on hand anywhere, in words without unit; empty when nothing is (also where + and - make up for each other)."""
    rows = session.execute(
        select(func.sum(raw(StockBalance.quantity)), func.count()).where(
            StockBalance.product_id == product_id, raw(StockBalance.quantity) != 0
        )
    ).one()
    return quantity_text(pieces(int(rows[0]))) if rows[1] else ""


def changed(before: ProductForm | None, after: ProductForm) -> dict[str, Any]:
    """The fields of ``after`` that differ, as plain values; without ``before`` those that say something."""
    old = before or ProductForm(code="", name="")
    return {name: plain_value(after, name) for name in FIELDS if _compared(old, name) != _compared(after, name)}


def plain_value(form: ProductForm, name: str) -> Any:
    """A field as it stands in the audit trail."""
    value = getattr(form, name)
    return [asdict(part) for part in value] if name in ("units", "barcodes") else value


def _compared(form: ProductForm, name: str) -> Any:
    """The order of barcodes says which is the first; that of units says nothing."""
    return sorted(form.units, key=lambda unit: unit.name) if name == "units" else getattr(form, name)


def _write_parts(session: Session, product_id: int, form: ProductForm) -> None:
    write_barcodes(session, product_id, form, write_units(session, product_id, form))
    write_search(session, product_id)


def _set_active(session: Session, product_id: int, before: ProductForm, active: int, act: Act, **detail: Any) -> Changes:
    if before.active == bool(active):
        return Changes.NOTHING
    session.execute(update(Product).where(Product.id == product_id).values(active=active))
    write_search(session, product_id)
    record(session, act, "product.resume" if active else "product.end", before.code, **detail)
    return Changes.PRODUCTS


def has_lines(session: Session, product_id: int) -> bool:
    """Whether a document names the product."""
    return session.execute(select(DocumentLine.line).where(DocumentLine.product_id == product_id).limit(1)).first() is not None


def _must_be_unlocked(session: Session, product_id: int, before: ProductForm, after: dict[str, Any]) -> None:
    locked = [name for name in LOCKED if name in after]
    if locked and has_lines(session, product_id):
        raise UnitLocked(what=title(locked[0]), product=before.name, field=locked[0])


def _twins(session: Session, product_id: int, name: str) -> tuple[str, ...]:
    """Whether another product has the same name: allowed, but said."""
    twin = session.execute(select(Product.code).where(Product.name == name, Product.id != product_id).limit(1)).scalar()
    return () if twin is None else (_("{code} has the same name.").format(code=twin),)
