"""From a draft to exact lines: products and units looked up, quantities in base units, prices, amounts and totals."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, func, insert, select
from sqlalchemy.orm import Session

from jxc_desktop.db import fast
from jxc_desktop.db.models import Batch, Document, DocumentLine, Product, ProductUnit, StockRow
from jxc_desktop.db.types import BigInt, raw
from jxc_desktop.domain import errors
from jxc_desktop.domain.costing import Cost
from jxc_desktop.domain.documents import ZERO, DocumentKind, Draft, DraftLine
from jxc_desktop.domain.money import LIMIT, PRICE_PLACES, TOTAL_LIMIT, allocate, line_amount, parse_decimal, round_half_up
from jxc_desktop.domain.units import BASE, Factor
from jxc_desktop.i18n import _
from jxc_desktop.queries.orders import open_order_lines

LEVELS = {"sale": "sale_price", "wholesale": "wholesale_price", "member": "member_price"}


@cache
def _products_of(count: int) -> Select[Any]:
    """Prices come as ten-thousandths: they are turned into decimals only where one is needed."""
    ids = [bindparam(f"i{n}", type_=BigInt) for n in range(count)]
    prices = [
        raw(column).label(column.key)
        for column in (Product.purchase_price, Product.sale_price, Product.wholesale_price, Product.member_price)
    ]
    columns = (
        Product.id,
        Product.code,
        Product.name,
        Product.unit,
        Product.batches,
        Product.costing,
        Product.negative,
        Product.shelf_life_days,
    )
    return select(*columns, *prices).where(Product.id.in_(ids))


_UNITS = select(ProductUnit).where(ProductUnit.id.in_(bindparam("ids", expanding=True)))


@dataclass(slots=True)
class Line:
    """A line ready to be posted. ``given``: the value the document fixes for the stock it brings in, None = unknown."""

    line: int
    product: Any
    unit: str
    factor: Factor
    quantity: Decimal
    base_quantity: Decimal
    price: Decimal | None
    discount: Decimal
    amount: Decimal | None
    draft: DraftLine
    net: Decimal | None = None
    given: Decimal | None = None
    batch_id: int | None = None
    against: tuple[int, int] | None = None
    order_line: tuple[int, int] | None = None
    counted: Decimal | None = None
    counted_at: str | None = None


@dataclass(slots=True)
class Prepared:
    """The lines and totals of a document; ``warnings`` are sentences for the answer."""

    lines: list[Line] = field(default_factory=list)
    goods: Decimal = ZERO
    total: Decimal = ZERO
    pieces: Decimal = ZERO
    warnings: list[str] = field(default_factory=list)


def prepare(session: Session, kind: DocumentKind, draft: Draft, *, price_level: str, moment: str) -> Prepared:
    """Work out ``draft``. Raises the refusals of what was typed: missing or unknown things, prices, directions, limits."""
    done = Prepared()
    if not kind.has_lines:
        return done
    if not draft.lines:
        raise errors.NoLines()
    products = _products(session, draft)
    units = _units(session, draft)
    originals = _Originals(session, draft) if kind.is_return else None
    for number, typed in enumerate(draft.lines, start=1):
        line = _line(kind, typed, number, products, units, moment)
        if kind.code != "stocktake":
            _price(kind, line, units, price_level, originals, done)
        done.lines.append(line)
    if kind.origin and kind.origin.endswith("_order") and draft.order_id is not None:
        _fulfil(session, draft.order_id, done.lines)
    _batches(session, kind, done.lines, moment)
    _totals(kind, draft, done)
    return done


def _products(session: Session, draft: Draft) -> dict[int, Any]:
    ids = list({line.product_id for line in draft.lines if line.product_id is not None})
    return {row.id: row for row in fast.run(session.connection(), _products_of(len(ids)), fast.numbered(ids))} if ids else {}


def _units(session: Session, draft: Draft) -> dict[int, ProductUnit]:
    ids = {line.unit_id for line in draft.lines if line.unit_id is not None}
    return {unit.id: unit for unit in session.scalars(_UNITS, {"ids": list(ids)})} if ids else {}


def _line(
    kind: DocumentKind, typed: DraftLine, number: int, products: dict[int, Any], units: dict[int, ProductUnit], moment: str
) -> Line:
    where = _("line {line}").format(line=number)
    if typed.product_id is None:
        raise errors.Missing(field=_("Product in {where}").format(where=where), line=number)
    product = products.get(typed.product_id)
    if product is None:
        raise errors.UnknownProduct(what=_("product"), key=str(typed.product_id))
    unit = units.get(typed.unit_id) if typed.unit_id is not None else None
    if typed.unit_id is not None and (unit is None or unit.product_id != product.id):
        raise errors.UnknownUnit(what=_("unit"), product=product.code, key=str(typed.unit_id), known=product.unit)
    factor = Factor(unit.numerator, unit.denominator) if unit else BASE
    if typed.batch and not product.batches:
        raise errors.BatchNotAllowed(product=product.code, line=number, batch=typed.batch)
    counting = kind.code == "stocktake"
    said = typed.counted if counting else typed.quantity
    title = (_("Counted quantity in {where}") if counting else _("Quantity in {where}")).format(where=where)
    if said is None:
        raise errors.Missing(field=title, line=number)
    quantity = parse_decimal(said, field=title, places=3)
    if quantity < 0 or (quantity == 0 and not counting):
        raise errors.NegativeOrder(field=title, line=number)
    base = factor.to_base(quantity, field=title)
    if base > LIMIT:
        raise errors.OutOfRange(field=title, value=str(quantity), low="0", high=str(LIMIT))
    price = None
    if typed.price is not None:
        price = parse_decimal(typed.price, field=_("Price in {where}").format(where=where), places=4, low=ZERO)
    discount = parse_decimal(
        typed.discount, field=_("Discount in {where}").format(where=where), places=6, low=ZERO, high=Decimal(1)
    )
    amount = None
    if typed.amount is not None:
        amount = parse_decimal(
            typed.amount, field=_("Amount in {where}").format(where=where), places=2, low=ZERO, high=TOTAL_LIMIT
        )
    if counting:
        counted_at = typed.counted_at or moment
        return Line(
            number,
            product,
            unit.name if unit else product.unit,
            factor,
            quantity,
            base,
            price,
            ZERO,
            None,
            typed,
            counted=base,
            counted_at=counted_at,
        )
    return Line(
        number,
        product,
        unit.name if unit else product.unit,
        factor,
        quantity,
        base,
        price,
        discount,
        amount,
        typed,
        against=typed.against,
    )


def _price(
    kind: DocumentKind, line: Line, units: dict[int, ProductUnit], level: str, originals: _Originals | None, done: Prepared
) -> None:
    """Fill the missing price and work out the amount; transfers, write-offs and other issues have neither."""
    if kind.code == "transfer" or (kind.family == "stock" and kind.stock < 0):
        line.price = line.amount = None
        return
    unit = units.get(line.draft.unit_id) if line.draft.unit_id is not None else None
    if originals is not None and line.against is not None:
        originals.take(kind, line)
        if line.amount is not None:
            return
    if line.price is None and line.amount is None:
        if kind.price in ("list", "original", "purchase"):
            line.price = _list_price(kind, line.product, unit, line.factor, level)
            if line.price is None and kind.price != "purchase":
                raise errors.NoPrice(product=line.product.name, line=line.line)
        elif kind.price == "cost":
            done.warnings.append(
                _("Line {line}: {product} has no price; its cost is unknown until you enter one.").format(
                    line=line.line, product=line.product.name
                )
            )
    if line.amount is None and line.price is not None:
        line.amount = line_amount(line.quantity, line.price, line.discount)
        if line.amount > TOTAL_LIMIT:
            raise errors.OutOfRange(field=_("Amount"), value=str(line.amount), low="0", high=str(TOTAL_LIMIT))


def _list_price(kind: DocumentKind, product: Any, unit: ProductUnit | None, factor: Factor, level: str) -> Decimal | None:
    column = "purchase_price" if kind.family == "purchase" else LEVELS[level]
    for name in dict.fromkeys((column, "purchase_price" if kind.family == "purchase" else "sale_price")):
        own = getattr(unit, name) if unit else None
        if own is not None:
            return Decimal(own)
        base = getattr(product, name)
        if base is not None:
            return round_half_up(Decimal(base).scaleb(-PRICE_PLACES) * factor.numerator / factor.denominator, PRICE_PLACES)
    return None


class _Originals:
    """The lines that returns name: what was sold or bought, and how much of it has come back already."""

    def __init__(self, session: Session, draft: Draft) -> None:
        self._seen: dict[tuple[int, int], Any] = {}
        self._back: dict[tuple[int, int], tuple[Decimal, Decimal]] = defaultdict(lambda: (ZERO, ZERO))
        keys = {line.against for line in draft.lines if line.against}
        for document_id in {k[0] for k in keys}:
            head = session.execute(
                select(Document.kind, Document.status, Document.number).where(Document.id == document_id)
            ).first()
            if head is None or head.status != "posted":
                raise errors.NotPosted(document=head.number if head else str(document_id), status=_("voided") if head else "?")
            for row in session.execute(select(DocumentLine).where(DocumentLine.document_id == document_id)).scalars():
                self._seen[(document_id, row.line)] = (head, row)
            back = (
                select(DocumentLine.against_line, func.sum(DocumentLine.base_quantity), func.sum(DocumentLine.amount))
                .join(Document, Document.id == DocumentLine.document_id)
                .where(DocumentLine.against_document_id == document_id, Document.status == "posted")
                .group_by(DocumentLine.against_line)
            )
            for number, quantity, amount in session.execute(back):
                self._back[(document_id, int(number or 0))] = (Decimal(quantity), Decimal(amount or 0))

    def take(self, kind: DocumentKind, line: Line) -> None:
        """Give ``line`` the price of its original: the same share of what was paid, the last part takes the rest."""
        assert line.against is not None
        head, original = self._seen.get(line.against, (None, None))
        if original is None or head.kind not in _ORIGINALS[kind.code] or original.product_id != line.product.id:
            raise errors.NotFound(
                what=_("line to return against"), key=f"{head.number if head else line.against[0]}/{line.against[1]}"
            )
        back, refunded = self._back[line.against]
        left = original.base_quantity - back
        if line.base_quantity > left:
            raise errors.MoreThanOriginal(
                line=line.line,
                wanted=f"{line.base_quantity.normalize():f}",
                product=line.product.name,
                left=f"{left.normalize():f}",
                original=head.number,
            )
        if line.price is None and line.amount is None and original.net is not None:
            exact = original.net * line.base_quantity / original.base_quantity
            line.amount = original.net - refunded if line.base_quantity == left else round_half_up(exact)
            line.price = round_half_up(line.amount / line.quantity, 4)
        elif line.amount is None and line.price is not None:
            line.amount = line_amount(line.quantity, line.price, line.discount)
        self._back[line.against] = (back + line.base_quantity, refunded + (line.amount or ZERO))


_ORIGINALS = {
    "purchase_return": {"purchase_receipt"},
    "sales_return": {"sale", "retail_sale"},
    "retail_return": {"retail_sale", "sale"},
}


def _fulfil(session: Session, order_id: int, lines: list[Line]) -> None:
    """Let each line fulfil the order line it names, or the first open one of the same product."""
    rows = open_order_lines(session, order_id)
    left: dict[tuple[int, int], Decimal] = {(order_id, row.line): row.open for row in rows}
    products = {(order_id, row.line): row.product_id for row in rows}
    for line in lines:
        named = line.draft.order_line
        fits = [key for key in left if products[key] == line.product.id and (named is None or key == named)]
        chosen = next((key for key in fits if left[key] > 0), fits[0] if fits else None)
        if chosen is not None:
            line.order_line = chosen
            left[chosen] -= line.base_quantity


def _batches(session: Session, kind: DocumentKind, lines: Iterable[Line], moment: str) -> None:
    """Find or make the batch of each line that names one; goods that come in without one get the day's batch."""
    for line in lines:
        if not line.product.batches or kind.is_order:
            continue
        number = line.draft.batch
        incoming = kind.stock > 0
        if number is None and kind.code == "stocktake":
            raise errors.Missing(
                field=_("Batch in {where}").format(where=_("line {line}").format(line=line.line)), line=line.line
            )
        if number is None and incoming and line.against is None:
            number = line.draft.produced or moment[:10]
        if number is None:
            continue
        found = session.execute(select(Batch.id).where(Batch.product_id == line.product.id, Batch.number == number)).scalar()
        if found is None and not incoming and kind.code != "stocktake":
            raise errors.NotFound(what=_("batch"), key=number)
        line.batch_id = found or _make_batch(session, line, number)


def _make_batch(session: Session, line: Line, number: str) -> int:
    produced, expiry = line.draft.produced, line.draft.expiry
    if expiry is None and produced is not None and line.product.shelf_life_days:
        expiry = (date.fromisoformat(produced) + timedelta(days=line.product.shelf_life_days)).isoformat()
    made = session.execute(
        insert(Batch).values(product_id=line.product.id, number=number, produced=produced, expiry=expiry).returning(Batch.id)
    )
    return int(made.scalar_one())


def _totals(kind: DocumentKind, draft: Draft, done: Prepared) -> None:
    amounts = [line.amount or ZERO for line in done.lines]
    done.goods = sum(amounts, ZERO)
    done.pieces = sum((line.base_quantity for line in done.lines), ZERO)
    off, freight = ZERO, ZERO
    if kind.has_money:
        off = _money(draft.discount_amount, _("Discount on the whole")) + _money(draft.rounding, _("Rounding off"))
        freight = _money(draft.freight, _("Freight"))
    if off > done.goods:
        raise errors.OutOfRange(field=_("Discount on the whole"), value=str(off), low="0", high=str(done.goods))
    done.total = done.goods - off + freight
    if done.total > TOTAL_LIMIT:
        raise errors.OutOfRange(field=_("Total"), value=str(done.total), low="0", high=str(TOTAL_LIMIT))
    for line, share in zip(done.lines, allocate(off, amounts), strict=True):
        line.net = None if line.amount is None else line.amount - share
    nets = [line.net or ZERO for line in done.lines]
    carried = freight if kind.cost is Cost.GIVEN else ZERO
    for line, share in zip(done.lines, allocate(carried, nets), strict=True):
        line.given = None if line.net is None or kind.cost is not Cost.GIVEN else line.net + share


def _money(value: Decimal, title: str) -> Decimal:
    return parse_decimal(value, field=title, places=2, low=ZERO, high=TOTAL_LIMIT)


def original_rows(session: Session, lines: Iterable[Line]) -> dict[tuple[int, int], list[Any]]:
    """The stock rows of the lines that ``lines`` return, by (document, line), in order of part."""
    rows: dict[tuple[int, int], list[Any]] = defaultdict(list)
    for document_id in {line.against[0] for line in lines if line.against}:
        found = (
            select(StockRow).where(StockRow.document_id == document_id, StockRow.void == 0).order_by(StockRow.line, StockRow.part)
        )
        for row in session.scalars(found):
            rows[(row.document_id, row.line)].append(row)
    return rows
