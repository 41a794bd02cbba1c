"""Search as you type, and the exact answer to a scanned code."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, case, func, literal, null, select, union_all
from sqlalchemy.orm import Session

from jxc_desktop.db.functions import position_of
from jxc_desktop.db.models import Barcode, Product, ProductSearch, ProductUnit, StockBalance
from jxc_desktop.db.types import BigInt, raw
from jxc_desktop.domain.goods import ENDED
from jxc_desktop.domain.money import pieces
from jxc_desktop.domain.text import NAME_LIMIT
from jxc_desktop.domain.units import Factor

MAX_WORDS = 6
RANKED = 20_000
"""So many hits are put in order; where there are more, what begins with the text is looked for on its own."""
WHOLE, BEGINS, INSIDE, APART = range(4)
"""How well a product fits: a whole field, the beginning of one, inside one, or its words apart from each other."""


@dataclass(frozen=True, slots=True)
class ProductHit:
    """A product in a list of choices. ``quantity``: on hand, in base units; ``barcode``: its first one."""

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


@dataclass(frozen=True, slots=True)
class CodeHit:
    """What a code means: ``quantity`` of ``unit``; ``unit_id`` None = the base unit; ``factor``: base units in one."""

    product_id: int
    code: str
    name: str
    unit_id: int | None
    unit: str
    factor: Factor
    quantity: Decimal
    active: bool


_TEXT = ProductSearch.text
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
).where(Product.id.in_(_IDS))
_STOCK = (
    select(StockBalance.product_id, func.sum(raw(StockBalance.quantity)))
    .where(StockBalance.product_id.in_(_IDS))
    .group_by(StockBalance.product_id)
)
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
    found = list(dict.fromkeys([*exact, *_ranked(session, phrase, limit, include_inactive)]))
    hits = [hit for hit in product_hits(session, found, warehouse_id=warehouse_id) if hit.active or include_inactive]
    return hits[:limit]


def product_hits(session: Session, ids: Sequence[int], *, warehouse_id: int | None = None) -> list[ProductHit]:
    """The products ``ids`` in this order, with what is on hand (in one warehouse, or in all)."""
    connection = session.connection()
    here = _STOCK if warehouse_id is None else _STOCK.where(StockBalance.warehouse_id == warehouse_id)
    stock = {product: pieces(int(quantity)) for product, quantity in connection.execute(here, {"ids": list(ids)})}
    rows = {row.id: row for row in connection.execute(_HITS, {"ids": list(ids)})}
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
        )
        for row in (rows[i] for i in ids if i in rows)
    ]


def find_by_code(session: Session, code: str) -> CodeHit | None:
    """What exactly ``code`` means: a barcode, else a product code. Leading zeros, hyphens and case count."""
    if not findable(code):
        return None
    connection = session.connection()
    for statement, exact in ((_BY_BARCODE, False), (_BY_CODE, True)):
        row = connection.execute(statement, {"said": code}).first()
        if row is not None:
            quantity = Decimal(1) if exact else row[7]
            return CodeHit(row[0], row[1], row[2], row[3], row[4], Factor(row[5], row[6]), quantity, bool(row[8]))
    return None


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


def holding(count: int) -> list[ColumnElement[bool]]:
    """Conditions on ``product_search``: it holds each of the ``count`` words that :func:`bound` binds.

    LIKE with every wildcard escaped is a literal match, and a quarter faster than ``instr`` over the whole table.
    """
    return [_TEXT.like(_bind(f"word{i}"), escape=_ESCAPE) for i in range(count)]


def bound(phrase: str) -> dict[str, str]:
    """The values for :func:`holding`."""
    return {f"word{i}": f"%{_WILD.sub(_escaped, word)}%" for i, word in enumerate(words(phrase))}


_ESCAPE = "/"
_WILD = re.compile("[/%_]")


def _escaped(found: re.Match[str]) -> str:
    return _ESCAPE + found[0]


NOT_ENDED = func.substr(_TEXT, 1, 1) != ENDED


def _bind(name: str) -> Any:
    return bindparam(name, type_=_TEXT.type)


def _rank(count: int) -> ColumnElement[int]:
    """How well a row that holds all ``count`` words fits the phrase."""
    elsewhere = literal(INSIDE) if count == 1 else case((position_of(_TEXT, _bind("phrase")) > 0, INSIDE), else_=APART)
    whole = position_of(_TEXT, _bind("whole")) > 0
    return case((position_of(_TEXT, _bind("begin")) == 0, elsewhere), (whole, WHOLE), else_=BEGINS)


@cache
def _statement(count: int, include_inactive: bool) -> Select[Any]:
    conditions = holding(count) if include_inactive else [*holding(count), NOT_ENDED]
    hits = select(ProductSearch.product_id, _rank(count).label("rank")).where(*conditions).limit(bindparam("cap")).cte("hits")
    total = select(func.count()).select_from(hits).scalar_subquery()
    return (
        select(hits.c.product_id, hits.c.rank, total.label("total"))
        .order_by(hits.c.rank, hits.c.product_id)
        .limit(bindparam("limit"))
    )


@cache
def _beginning(include_inactive: bool) -> Select[Any]:
    begins = position_of(_TEXT, _bind("begin")) > 0
    conditions = [begins] if include_inactive else [begins, NOT_ENDED]
    return select(ProductSearch.product_id).where(*conditions).limit(bindparam("limit"))


def _ranked(session: Session, phrase: str, limit: int, include_inactive: bool) -> list[int]:
    """Ids of what is found, best first: one pass over the narrow table, a second only where hits are very many."""
    given: dict[str, Any] = {
        "phrase": phrase,
        "begin": f"\n{phrase}",
        "whole": f"\n{phrase}\n",
        "cap": RANKED,
        "limit": limit,
        **bound(phrase),
    }
    connection = session.connection()
    rows = connection.execute(_statement(len(words(phrase)), include_inactive), given).all()
    ids = [row.product_id for row in rows]
    if len(rows) < limit or rows[0].total < RANKED or rows[-1].rank <= BEGINS:
        return ids
    begins = connection.execute(_beginning(include_inactive), {"begin": given["begin"], "limit": limit}).scalars()
    return list(dict.fromkeys([*begins, *ids]))[:limit]
