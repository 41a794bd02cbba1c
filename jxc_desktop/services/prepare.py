"""From a draft to exact lines: products and units looked up, quantities in base units, prices, amounts and totals."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from jxc_desktop.db.models import ProductUnit
from jxc_desktop.domain import errors
from jxc_desktop.domain.costing import Cost
from jxc_desktop.domain.documents import ZERO, DocumentKind, Draft, DraftLine
from jxc_desktop.domain.money import LIMIT, TOTAL_LIMIT, allocate, parse_decimal
from jxc_desktop.domain.units import BASE, Factor
from jxc_desktop.i18n import _, listed
from jxc_desktop.services.batches import line_batches
from jxc_desktop.services.kits import share_out, take_apart
from jxc_desktop.services.lines import Line, products_by_id
from jxc_desktop.services.origins import Originals, fulfil
from jxc_desktop.services.portions import take_portions
from jxc_desktop.services.pricing import price_line

_UNITS = select(ProductUnit).where(ProductUnit.id.in_(bindparam("ids", expanding=True)))


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
    products = products_by_id(session, {typed.product_id for _number, typed in typed_lines if typed.product_id is not None})
    units = _units(session, typed_lines)
    originals = Originals(session, draft) if kind.is_return else None
    for number, typed in typed_lines:
        line = _line(kind, typed, number, products, units, moment)
        line.made, line.kit = typed is draft.made, bool(line.product.kit)
        done.lines.append(line)
    if draft.order_id is not None:
        fulfil(session, draft.order_id, done.lines, arriving=kind.family == "stock")
    for line in done.lines:
        if not kind.is_count and not line.made:
            done.warnings += price_line(kind, line, units, price_level, originals)
    if kind.makes:
        share_out(kind, done.lines)
    if any(line.kit for line in done.lines):
        take_apart(session, kind, done.lines)
    done.warnings += line_batches(session, kind, done.lines, moment[:10], moving_in=draft.moving_in)
    if kind.is_count:
        done.warnings += _counted_twice(done.lines)
    if any(line.draft.portions for line in done.lines):
        take_portions(session, kind, done.lines, moving_in=draft.moving_in)
    _totals(kind, draft, done)
    return done


def _counted_twice(lines: list[Line]) -> list[str]:
    """Of the same goods counted at the same time the last line says how many there are: right after a correction, wrong where
    they lie on two shelves.
    """
    same: dict[tuple[int, int | None, str | None], list[Line]] = defaultdict(list)
    for line in lines:
        same[(line.product.id, line.batch_id, line.counted_at)].append(line)
    said = _("{product} is counted in lines {lines}: only the last one holds. Put what lies in two places into one line.")
    return [
        said.format(product=several[0].product.name, lines=listed([str(line.line) for line in several]))
        for several in same.values()
        if len(several) > 1
    ]


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


def _units(session: Session, lines: list[tuple[int, DraftLine]]) -> dict[int, ProductUnit]:
    ids = {line.unit_id for _number, line in lines if line.unit_id is not None}
    return {unit.id: unit for unit in session.scalars(_UNITS, {"ids": list(ids)})} if ids else {}


def _line(
    kind: DocumentKind, typed: DraftLine, number: int, products: dict[int, Any], units: dict[int, ProductUnit], moment: str
) -> Line:
    where = _("line {line}").format(line=number)
    product, unit = _goods(typed, number, where, products, units)
    factor = Factor(unit.numerator, unit.denominator) if unit else BASE
    quantity, base = _quantity(kind, typed, number, where, factor)
    price = None
    if typed.price is not None:
        price = parse_decimal(typed.price, field=_("Price in {where}").format(where=where), places=4, low=ZERO)
    if kind.sets_cost and price is None:
        raise errors.Missing(field=_("Price in {where}").format(where=where), line=number)
    discount = ZERO
    if typed.discount != ZERO:
        title = _("Discount in {where}").format(where=where)
        discount = parse_decimal(typed.discount, field=title, places=6, low=ZERO, high=Decimal(1))
    amount = None
    if typed.amount is not None:
        amount = _money(typed.amount, _("Amount in {where}").format(where=where))
    line = Line(
        number, product, unit.name if unit else product.unit, factor, quantity, base, price, discount, amount, typed,
        against=typed.against,
    )  # fmt: skip
    if kind.is_count:  # what was counted is neither sold nor returned
        line.discount, line.amount, line.against = ZERO, None, None
        line.counted, line.counted_at = base, typed.counted_at or moment
    return line


def _goods(
    typed: DraftLine, number: int, where: str, products: dict[int, Any], units: dict[int, ProductUnit]
) -> tuple[Any, ProductUnit | None]:
    """The product and the unit (None: its base unit) of a line."""
    if typed.product_id is None:
        raise errors.Missing(field=_("Product in {where}").format(where=where), line=number)
    product = products.get(typed.product_id)
    if product is None:
        raise errors.UnknownProduct(what=_("product"), key=str(typed.product_id))
    unit = units.get(typed.unit_id) if typed.unit_id is not None else None
    if typed.unit_id is not None and (unit is None or unit.product_id != product.id):
        raise errors.UnknownUnit(what=_("unit"), product=product.code, key=str(typed.unit_id), known=product.unit)
    if typed.batch and not product.batches:
        raise errors.BatchNotAllowed(product=product.code, line=number, batch=typed.batch)
    return product, unit


def _quantity(kind: DocumentKind, typed: DraftLine, number: int, where: str, factor: Factor) -> tuple[Decimal, Decimal]:
    """What is said in the line's unit, and in base units."""
    said = ZERO if kind.sets_cost else typed.counted if kind.is_count else typed.quantity
    title = (_("Counted quantity in {where}") if kind.is_count else _("Quantity in {where}")).format(where=where)
    if said is None:
        raise errors.Missing(field=title, line=number)
    quantity = parse_decimal(said, field=title, places=3)
    if quantity < 0 or (quantity == 0 and not kind.is_count and not kind.sets_cost):
        raise errors.NegativeOrder(field=title, line=number)
    base = factor.to_base(quantity, field=title)
    if base > LIMIT:
        raise errors.OutOfRange(field=title, value=str(quantity), low="0", high=str(LIMIT))
    return quantity, base


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
