"""From a draft to exact lines: products and units looked up, quantities in base units, prices, amounts and totals."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import Session

from jxc_desktop.db import fast
from jxc_desktop.db.models import Document, DocumentLine, Product, ProductUnit, RecipeLine, StockRow
from jxc_desktop.db.types import BigInt, raw
from jxc_desktop.domain import errors
from jxc_desktop.domain.costing import Cost
from jxc_desktop.domain.documents import SELLING, ZERO, DocumentKind, Draft, DraftLine
from jxc_desktop.domain.money import LIMIT, PRICE_PLACES, TOTAL_LIMIT, allocate, line_amount, parse_decimal, round_half_up
from jxc_desktop.domain.units import BASE, Factor, price_in
from jxc_desktop.i18n import _
from jxc_desktop.queries.costing import TRANSFER_PART
from jxc_desktop.queries.orders import OrderLine, open_order_lines
from jxc_desktop.services.batches import line_batches

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
        Product.kit,
    )
    return select(*columns, *prices).where(Product.id.in_(ids))


_UNITS = select(ProductUnit).where(ProductUnit.id.in_(bindparam("ids", expanding=True)))


@dataclass(slots=True)
class Line:
    """A line ready to be posted. ``given``: the value the document fixes for the stock it brings in, None = unknown.

    ``agreed``: the order line that it fulfils, whose price it takes where it has none.
    ``made``: the product that an assembly puts together or a disassembly takes apart. ``parts``: of a kit, (product, base
    units of it in one kit). ``returned_before``: base units that came back of the line it returns (or were taken of the one it
    fulfils) before it.
    """

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
    agreed: OrderLine | None = None
    made: bool = False
    kit: bool = False
    parts: tuple[tuple[Any, Decimal], ...] = ()
    returned_before: Decimal = ZERO
    original_quantity: Decimal = ZERO


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
    typed_lines = _numbered(kind, draft)
    products = _products(session, {typed.product_id for _number, typed in typed_lines if typed.product_id is not None})
    units = _units(session, typed_lines)
    originals = _Originals(session, draft) if kind.is_return else None
    for number, typed in typed_lines:
        line = _line(kind, typed, number, products, units, moment)
        line.made, line.kit = typed is draft.made, bool(line.product.kit)
        done.lines.append(line)
    if draft.order_id is not None:
        _fulfil(session, draft.order_id, done.lines, arriving=kind.family == "stock")
    for line in done.lines:
        if kind.code != "stocktake" and not line.made:
            _price(kind, line, units, price_level, originals, done)
    if kind.makes:
        _share_out(kind, done.lines)
    if any(line.kit for line in done.lines):
        _take_apart(session, kind, done.lines)
    done.warnings += line_batches(session, kind, done.lines, moment[:10])
    _totals(kind, draft, done)
    return done


def _numbered(kind: DocumentKind, draft: Draft) -> list[tuple[int, DraftLine]]:
    """The lines from 1 on. What is put together stands after its parts, what is taken apart before them: as line 0."""
    lines = list(enumerate(draft.lines, start=1))
    if not kind.makes:
        return lines
    if draft.made is None or draft.made.product_id is None:
        raise errors.Missing(field=_("The product that is put together or taken apart"))
    if any(line.product_id == draft.made.product_id for line in draft.lines):
        raise errors.PartOfItself(line=next(n for n, line in lines if line.product_id == draft.made.product_id))
    return [*lines, (len(lines) + 1, draft.made)] if kind.makes > 0 else [(0, draft.made), *lines]


def _products(session: Session, ids: set[int]) -> dict[int, Any]:
    wanted = list(ids)
    found = fast.run(session.connection(), _products_of(len(wanted)), fast.numbered(wanted)) if wanted else ()
    return {row.id: row for row in found}


def _units(session: Session, lines: list[tuple[int, DraftLine]]) -> dict[int, ProductUnit]:
    ids = {line.unit_id for _number, line in lines if line.unit_id is not None}
    return {unit.id: unit for unit in session.scalars(_UNITS, {"ids": list(ids)})} if ids else {}


def _take_apart(session: Session, kind: DocumentKind, lines: list[Line]) -> None:
    """Give each kit its parts: those of its recipe, or the ones that left with the line that comes back.

    Raises :class:`KitHasNoStock` where a kit would be bought, counted, moved or be a part, :class:`NoRecipe`.
    """
    kits = [line for line in lines if line.kit]
    recipes = _recipes(session, {line.product.id for line in kits if line.against is None})
    left = _parts_that_left(session, {line.against for line in kits if line.against is not None})
    wanted = {part for parts in (*recipes.values(), *left.values()) for part, _each in parts}
    parts = _products(session, wanted)
    for line in kits:
        if kind.code not in SELLING:
            raise errors.KitHasNoStock(product=line.product.name, line=line.line)
        named = recipes[line.product.id] if line.against is None else left[line.against]
        if not named:
            raise errors.NoRecipe(product=line.product.name)
        line.parts = tuple((parts[part], each) for part, each in named)


def _recipes(session: Session, kits: set[int]) -> dict[int, list[tuple[int, Decimal]]]:
    found: dict[int, list[tuple[int, Decimal]]] = defaultdict(list)
    rows = select(RecipeLine.product_id, RecipeLine.part_id, RecipeLine.quantity).where(RecipeLine.product_id.in_(kits))
    for kit, part, each in session.execute(rows.order_by(RecipeLine.position, RecipeLine.part_id)):
        found[kit].append((part, each))
    return found


def _parts_that_left(session: Session, lines: set[tuple[int, int]]) -> dict[tuple[int, int], list[tuple[int, Decimal]]]:
    """The products of the rows of sold kits; how many come back follows from the rows themselves."""
    found: dict[tuple[int, int], list[tuple[int, Decimal]]] = defaultdict(list)
    for document_id, line in lines:
        products = select(StockRow.product_id).where(
            StockRow.document_id == document_id, StockRow.line == line, StockRow.void == 0
        )
        found[(document_id, line)] = [(part, ZERO) for part in dict.fromkeys(session.scalars(products.order_by(StockRow.part)))]
    return found


def _share_out(kind: DocumentKind, lines: list[Line]) -> None:
    """Weigh the parts that a product is taken into, as their ``amount``: by what they are said to be worth where every
    line has a price, else by their purchase prices, their retail prices, their quantities - the first that all of them have.
    """
    if kind.makes > 0:
        return
    parts = [line for line in lines if not line.made]
    offered: list[list[Decimal | None]] = [[line.amount for line in parts]]
    offered += [[_worth(line, column) for line in parts] for column in ("purchase_price", "sale_price")]
    complete = (weights for weights in offered if any(weights) and None not in weights)
    weights = next(complete, [line.base_quantity * 10 for line in parts])  # thousandths in the place of fen
    for line, weight in zip(parts, weights, strict=True):
        line.given = line.amount = weight


def _worth(line: Line, column: str) -> Decimal | None:
    price = getattr(line.product, column)
    return None if price is None else line_amount(line.base_quantity, Decimal(price).scaleb(-PRICE_PLACES))


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
    said = ZERO if kind.sets_cost else typed.counted if counting else typed.quantity
    title = (_("Counted quantity in {where}") if counting else _("Quantity in {where}")).format(where=where)
    if said is None:
        raise errors.Missing(field=title, line=number)
    quantity = parse_decimal(said, field=title, places=3)
    if quantity < 0 or (quantity == 0 and not counting and not kind.sets_cost):
        raise errors.NegativeOrder(field=title, line=number)
    base = factor.to_base(quantity, field=title)
    if base > LIMIT:
        raise errors.OutOfRange(field=title, value=str(quantity), low="0", high=str(LIMIT))
    price = None
    if typed.price is not None:
        price = parse_decimal(typed.price, field=_("Price in {where}").format(where=where), places=4, low=ZERO)
    if kind.sets_cost and price is None:
        raise errors.Missing(field=_("Price in {where}").format(where=where), line=number)
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
    if kind.sets_cost:
        return
    unit = units.get(line.draft.unit_id) if line.draft.unit_id is not None else None
    if originals is not None and line.against is not None:
        originals.take(kind, line)
        if line.amount is not None:
            return
    if line.price is None and line.amount is None and line.agreed is not None:
        _agreed_price(line, line.agreed)
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


def _agreed_price(line: Line, of: OrderLine) -> None:
    """The price and discount of the order; in another unit than ordered the amount is worked out from the order's exactly."""
    if of.price is not None:
        line.discount = line.discount or of.discount
        ordered = Factor(of.factor_num, of.factor_den)
        line.price, line.amount = price_in(line.quantity, line.factor, of.price, ordered, line.discount)


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
        line.returned_before, line.original_quantity, line.kit = back, original.base_quantity, bool(original.kit)
        self._back[line.against] = (back + line.base_quantity, refunded + (line.amount or ZERO))


_ORIGINALS = {
    "purchase_return": {"purchase_receipt"},
    "sales_return": {"sale", "retail_sale"},
    "retail_return": {"retail_sale", "sale"},
}


def _fulfil(session: Session, order_id: int, lines: list[Line], *, arriving: bool) -> None:
    """Let each line fulfil the order line it names, or the first open one of the same product.

    Of goods under way (``arriving``) no more can be taken than was sent: raises :class:`MoreThanSent`.
    """
    rows = open_order_lines(session, order_id)
    left: dict[tuple[int, int], Decimal] = {(order_id, row.line): row.open for row in rows}
    products = {(order_id, row.line): row.product_id for row in rows}
    for line in lines:
        named = line.draft.order_line
        fits = [key for key in left if products[key] == line.product.id and (named is None or key == named)]
        chosen = next((key for key in fits if left[key] > 0), fits[0] if fits else None)
        if arriving and (chosen is None or left[chosen] < line.base_quantity):
            raise errors.MoreThanSent(
                line=line.line,
                wanted=f"{line.base_quantity.normalize():f}",
                product=line.product.name,
                left=f"{(left[chosen] if chosen else ZERO).normalize():f}",
                number=session.execute(select(Document.number).where(Document.id == order_id)).scalar(),
            )
        if chosen is not None:
            line.order_line = chosen
            line.agreed = next(row for row in rows if row.line == chosen[1])
            line.returned_before = next(r.ordered for r in rows if r.line == chosen[1]) - left[chosen]
            left[chosen] -= line.base_quantity


def _totals(kind: DocumentKind, draft: Draft, done: Prepared) -> None:
    amounts = [line.amount or ZERO for line in done.lines]
    done.goods = sum(amounts, ZERO)
    done.pieces = sum((line.base_quantity for line in done.lines if not line.made), ZERO)
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
        if kind.cost is Cost.GIVEN:
            line.given = None if line.net is None else line.net + share


def _money(value: Decimal, title: str) -> Decimal:
    return parse_decimal(value, field=title, places=2, low=ZERO, high=TOTAL_LIMIT)


class OriginalRow(NamedTuple):
    """A row that a return gives back, or an arrival that is accepted: thousandths in all, and what has not come back yet."""

    document_id: int
    line: int
    part: int
    product_id: int
    batch_id: int | None
    quantity: int
    left: int


def original_rows(session: Session, lines: Iterable[Line], *, sent: bool = False) -> dict[tuple[int, int], list[OriginalRow]]:
    """The stock rows of the lines that ``lines`` return, by (document, line), in order of part.

    ``sent``: instead the arrivals of the transfers that they fulfil, of which nothing has been taken off.
    """
    rows: dict[tuple[int, int], list[OriginalRow]] = defaultdict(list)
    named = {key[0] for line in lines if (key := line.order_line if sent else line.against)}
    part = StockRow.part >= TRANSFER_PART if sent else StockRow.part < TRANSFER_PART
    for document_id in named:
        back = (
            select(StockRow.original_line, StockRow.original_part, func.sum(raw(StockRow.quantity)))
            .where(StockRow.original_document_id == document_id, StockRow.void == 0)
            .group_by(StockRow.original_line, StockRow.original_part)
        )
        came = {(line, at): abs(int(quantity)) for line, at, quantity in session.execute(back)}
        found = (
            select(StockRow.line, StockRow.part, StockRow.product_id, StockRow.batch_id, raw(StockRow.quantity))
            .where(StockRow.document_id == document_id, StockRow.void == 0, part)
            .order_by(StockRow.line, StockRow.part)
        )
        for line, at, product_id, batch_id, quantity in session.execute(found):
            left = abs(quantity) - came.get((line, at), 0)
            rows[(document_id, line)].append(OriginalRow(document_id, line, at, product_id, batch_id, abs(quantity), left))
    return rows
