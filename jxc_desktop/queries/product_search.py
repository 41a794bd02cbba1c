"""Search as you type, and the exact answer to a scanned code."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, bindparam, false, func, literal, null, select, union_all
from sqlalchemy.orm import Session, aliased

from jxc_desktop.db.models import Barcode, Product, ProductSearch, ProductUnit, StockBalance
from jxc_desktop.db.types import BigInt, raw
from jxc_desktop.domain.goods import ENDED
from jxc_desktop.domain.money import pieces
from jxc_desktop.domain.text import NAME_LIMIT
from jxc_desktop.domain.units import Factor
from jxc_desktop.queries.haystack import haystack
from jxc_desktop.queries.recipes import could_be_made
from jxc_desktop.queries.scale_codes import find_label

MAX_WORDS = 6
_TEXT, _ESCAPE, _WILD = ProductSearch.text, "/", re.compile("[/%_]")


@dataclass(frozen=True, slots=True)
class ProductHit:
    """A product in a list of choices. ``quantity``: on hand, in base units, of a ``kit`` how many could be sold from its parts.

    ``barcode``: its first one.
    """

    id: int
    code: str
    name: str
    spec: str
    unit: str
    barcode: str | None
    purchase_price: Decimal | None
    sale_price: Decimal | None
    wholesale_price: Decimal | None
    member_price: Decimal | None
    quantity: Decimal
    batches: bool
    weighed: bool
    active: bool
    kit: bool = False


@dataclass(frozen=True, slots=True)
class CodeHit:
    """What a code means: ``quantity`` of ``unit``; ``unit_id`` None = the base unit; ``factor``: base units in one.

    ``label``: it came from a scale, and is a piece of its own; ``amount`` is what the label asks for it (None: not said).
    """

    product_id: int
    code: str
    name: str
    unit_id: int | None
    unit: str
    factor: Factor
    quantity: Decimal
    active: bool
    label: bool = False
    amount: Decimal | None = None


FIRST_BARCODE = (
    select(Barcode.code)
    .where(Barcode.product_id == Product.id)
    .order_by(Barcode.unit_id.is_not(None), Barcode.position, Barcode.code)
    .limit(1)
    .correlate(Product)
    .scalar_subquery()
)
"""Of the product of the enclosing statement: the first barcode of its base unit, else any."""
_IDS: Any = bindparam("ids", expanding=True)
_HITS = select(
    Product.id,
    Product.code,
    Product.name,
    Product.spec,
    Product.unit,
    FIRST_BARCODE.label("barcode"),
    Product.purchase_price,
    Product.sale_price,
    Product.wholesale_price,
    Product.member_price,
    Product.batches,
    Product.weighed,
    Product.active,
    Product.kit,
).where(Product.id.in_(_IDS))
_STOCK = (
    select(StockBalance.product_id, func.sum(raw(StockBalance.quantity)))
    .where(StockBalance.product_id.in_(_IDS))
    .group_by(StockBalance.product_id)
)
_OTHER = aliased(Product)
_PRODUCT_IDS = select(_OTHER.id)
_CODES: Any = bindparam("codes", expanding=True)
_EXACT = union_all(select(Barcode.product_id).where(Barcode.code.in_(_CODES)), select(Product.id).where(Product.code.in_(_CODES)))
_BY_BARCODE = (
    select(
        Product.id,
        Product.code,
        Product.name,
        Barcode.unit_id,
        func.coalesce(ProductUnit.name, Product.unit),
        func.coalesce(ProductUnit.numerator, 1),
        func.coalesce(ProductUnit.denominator, 1),
        Barcode.quantity,
        Product.active,
    )
    .select_from(Barcode)
    .join(Product, Product.id == Barcode.product_id)
    .outerjoin(ProductUnit, ProductUnit.id == Barcode.unit_id)
    .where(Barcode.code == bindparam("said"))
)
_BY_CODE = select(
    Product.id,
    Product.code,
    Product.name,
    null().label("unit_id"),
    Product.unit,
    literal(1),
    literal(1),
    literal(1000, BigInt),
    Product.active,
).where(Product.code == bindparam("said"))


def search_products(
    session: Session, text: str, *, limit: int = 50, include_inactive: bool = False, warehouse_id: int | None = None
) -> list[ProductHit]:
    """Products whose code, barcode, name, spec or pinyin initials hold ``text``, literally; its words may stand apart.

    The product whose code or barcode it is comes first, then what begins with it, then the rest, each in order of entry.
    ``warehouse_id``: count the quantity on hand there only. An empty text finds nothing.
    """
    said = text.strip()
    phrase = needle(said)
    if not phrase or not findable(said):
        return []
    exact = session.connection().execute(_EXACT, {"codes": list({said, said.upper(), said.lower()})}).scalars()
    called = haystack(session).best(phrase, words(phrase), limit, with_ended=include_inactive)
    found = list(dict.fromkeys([*exact, *called]))
    hits = [hit for hit in product_hits(session, found, warehouse_id=warehouse_id) if hit.active or include_inactive]
    return hits[:limit]


def is_called(text: str, *, with_ended: bool) -> ColumnElement[bool]:
    """Whether the product of the enclosing statement is called ``text`` (not empty) as in :func:`search_products`."""
    said = text.strip()
    if not findable(said):
        return false()
    like = [_TEXT.like(f"%{_WILD.sub(lambda sign: _ESCAPE + sign[0], word)}%", escape=_ESCAPE) for word in words(needle(said))]
    hits = select(ProductSearch.product_id).where(*like)
    codes = (said, said.upper(), said.lower())
    exact = (select(Barcode.product_id).where(Barcode.code.in_(codes)), _PRODUCT_IDS.where(_OTHER.code.in_(codes)))
    return Product.id.in_(union_all(hits if with_ended else hits.where(func.substr(_TEXT, 1, 1) != ENDED), *exact))


def product_hits(session: Session, ids: Sequence[int], *, warehouse_id: int | None = None) -> list[ProductHit]:
    """The products ``ids`` in this order, with what is on hand (in one warehouse, or in all), of kits what could be sold."""
    connection = session.connection()
    here = _STOCK if warehouse_id is None else _STOCK.where(StockBalance.warehouse_id == warehouse_id)
    stock = {product: pieces(int(quantity)) for product, quantity in connection.execute(here, {"ids": list(ids)})}
    rows = {row.id: row for row in connection.execute(_HITS, {"ids": list(ids)})}
    kits = [row.id for row in rows.values() if row.kit]
    if kits:
        stock |= {kit: Decimal(count) for kit, count in could_be_made(connection, kits, warehouse_id).items()}
    nothing = Decimal(0)
    return [
        ProductHit(
            row.id,
            row.code,
            row.name,
            row.spec,
            row.unit,
            row.barcode,
            row.purchase_price,
            row.sale_price,
            row.wholesale_price,
            row.member_price,
            stock.get(row.id, nothing),
            bool(row.batches),
            bool(row.weighed),
            bool(row.active),
            bool(row.kit),
        )
        for row in (rows[i] for i in ids if i in rows)
    ]


def find_by_code(session: Session, code: str) -> CodeHit | None:
    """What exactly ``code`` means: a barcode, else a product code, else what the rules for scales read in it.

    Leading zeros, hyphens and case count. Raises :class:`NoScaleUnit`, :class:`NoScalePrice` for labels that say too little.
    """
    if not findable(code):
        return None
    connection = session.connection()
    for statement, exact in ((_BY_BARCODE, False), (_BY_CODE, True)):
        row = connection.execute(statement, {"said": code}).first()
        if row is not None:
            quantity = Decimal(1) if exact else row[7]
            return CodeHit(row[0], row[1], row[2], row[3], row[4], Factor(row[5], row[6]), quantity, bool(row[8]))
    said = find_label(session, code)
    if said is None:
        return None
    return CodeHit(
        said.product_id, said.code, said.name, said.unit_id, said.unit, said.factor, said.quantity, said.active, True, said.amount
    )


def findable(text: str) -> bool:
    """Whether the book could hold ``text`` at all: not longer than its fields, no NUL, no half characters."""
    return len(text) <= NAME_LIMIT and "\0" not in text and not any("\ud800" <= char <= "\udfff" for char in text)


def needle(text: str) -> str:
    """``text`` as it is looked for: in lower case, its words parted by one space."""
    return " ".join(text.lower().replace(ENDED, " ").split())


def words(phrase: str) -> list[str]:
    """The words of a phrase, each of which must be found; too many are taken as one."""
    parts = list(dict.fromkeys(phrase.split(" ")))
    return parts if len(parts) <= MAX_WORDS else [phrase]
