"""What hangs on a product and is written with it: units, barcodes and the row it is found by."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from jxc_desktop.db.models import Barcode, Partner, Product, ProductSearch, ProductUnit, table
from jxc_desktop.domain import barcodes as rules
from jxc_desktop.domain.errors import Duplicate, UnknownPartner
from jxc_desktop.domain.goods import ProductForm, search_text, title
from jxc_desktop.domain.pinyin import initials
from jxc_desktop.i18n import _

_PLAIN = tuple(name for name in ProductForm.__dataclass_fields__ if name not in ("units", "barcodes", "category"))
_FLAGS = ("batches", "weighed", "active")


def values_of(form: ProductForm, category_id: int | None) -> dict[str, Any]:
    """The columns of the products table for a checked ``form``."""
    values = {name: getattr(form, name) for name in _PLAIN}
    return values | {name: int(values[name]) for name in _FLAGS} | {"category_id": category_id, "initials": initials(form.name)}


def must_be_free(session: Session, form: ProductForm, *, product_id: int | None = None) -> None:
    """Refuse (:class:`Duplicate`) a code or barcode that already means another product."""
    codes = [form.code, *(barcode.code for barcode in form.barcodes)]
    taken = owners(session, codes)
    for code in codes:
        owner, name = taken.get(code, (None, ""))
        if owner is not None and owner != product_id:
            raise Duplicate(what=title("code" if code == form.code else "barcode"), key=code, owner=name)


def owners(session: Session, codes: Iterable[str]) -> dict[str, tuple[int, str]]:
    """By code or barcode, of those in ``codes`` that are taken: (product id, its name with its code)."""
    wanted = list(dict.fromkeys(codes))
    connection = session.connection()
    found: dict[str, tuple[int, str]] = {}
    for code, product_id, name, own in [
        *connection.execute(select(Product.code, Product.id, Product.name, Product.code).where(Product.code.in_(wanted))),
        *connection.execute(
            select(Barcode.code, Product.id, Product.name, Product.code)
            .join(Product, Product.id == Barcode.product_id)
            .where(Barcode.code.in_(wanted))
        ),
    ]:
        found[code] = (product_id, f"{name} ({own})")
    return found


def supplier_must_exist(session: Session, supplier_id: int | None) -> None:
    """Raises :class:`UnknownPartner` for a default supplier there is not."""
    if supplier_id is not None and session.execute(select(Partner.id).where(Partner.id == supplier_id)).first() is None:
        raise UnknownPartner(what=_("partner"), key=str(supplier_id))


def write_units(session: Session, product_id: int, form: ProductForm) -> dict[str, int]:
    """Bring the further units of a product to those of ``form``; a unit that keeps its name keeps its id. Ids by name."""
    connection = session.connection()
    known = dict(connection.execute(select(ProductUnit.name, ProductUnit.id).where(ProductUnit.product_id == product_id)).all())
    for unit in form.units:
        if unit.name in known:
            connection.execute(update(table(ProductUnit)).where(ProductUnit.id == known[unit.name]).values(asdict(unit)))
        else:
            made = connection.execute(insert(table(ProductUnit)), asdict(unit) | {"product_id": product_id})
            assert made.inserted_primary_key is not None
            known[unit.name] = int(made.inserted_primary_key[0])
    gone = [i for name, i in known.items() if name not in {unit.name for unit in form.units}]
    if gone:
        connection.execute(delete(table(Barcode)).where(Barcode.unit_id.in_(gone)))
        connection.execute(delete(table(ProductUnit)).where(ProductUnit.id.in_(gone)))
    return known


def write_barcodes(session: Session, product_id: int, form: ProductForm, units: dict[str, int]) -> None:
    """Bring the barcodes of a product to those of ``form``, in its order."""
    connection = session.connection()
    connection.execute(delete(table(Barcode)).where(Barcode.product_id == product_id))
    rows = [
        {
            "code": b.code,
            "product_id": product_id,
            "unit_id": units[b.unit] if b.unit else None,
            "quantity": b.quantity,
            "position": i,
        }
        for i, b in enumerate(form.barcodes)
    ]
    if rows:
        connection.execute(insert(table(Barcode)), rows)


def write_search(session: Session, product_id: int) -> None:
    """Write again what a product is found by, from what stands in the book now."""
    connection = session.connection()
    row = connection.execute(
        select(Product.code, Product.name, Product.spec, Product.initials, Product.active).where(Product.id == product_id)
    ).one()
    codes = connection.execute(
        select(Barcode.code).where(Barcode.product_id == product_id).order_by(Barcode.position, Barcode.code)
    ).scalars()
    text = search_text(row.code, codes, row.name, row.spec, row.initials, active=bool(row.active))
    changed = connection.execute(update(table(ProductSearch)).where(ProductSearch.product_id == product_id).values(text=text))
    if not changed.rowcount:
        connection.execute(insert(table(ProductSearch)), {"product_id": product_id, "text": text})


def barcode_warnings(codes: Iterable[str]) -> tuple[str, ...]:
    """What is odd about these barcodes, in sentences: wrong check digits are kept, but said."""
    return tuple(found.message for found in map(rules.warning, codes) if found is not None)
