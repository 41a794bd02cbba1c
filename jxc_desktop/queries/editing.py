"""What the editor of documents needs to know: goods with prices and stock, the partner's standing, what can be taken over."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from jxc_desktop.db.models import Batch, Document, DocumentLine, Partner, Pool, Product, ProductUnit, StockBalance
from jxc_desktop.db.types import raw
from jxc_desktop.domain.documents import DELIVERIES, Draft, DraftLine, kind_of
from jxc_desktop.domain.errors import UnknownDocument
from jxc_desktop.domain.goods import PRICES
from jxc_desktop.domain.money import pieces, round_half_up, unit_cost
from jxc_desktop.domain.units import BASE, Factor, price_in
from jxc_desktop.i18n import _
from jxc_desktop.queries.batches import Lot, lots_of
from jxc_desktop.queries.orders import OrderKind, fulfilled_lines, lines_of_orders, open_statement
from jxc_desktop.queries.partner_ledger import open_documents
from jxc_desktop.queries.partners import Side, partner_card
from jxc_desktop.queries.product_search import FIRST_BARCODE
from jxc_desktop.queries.recipes import KitPart, kit_parts

LEVELS = {"sale": "sale_price", "wholesale": "wholesale_price", "member": "member_price"}
SAME_UNIT = (
    (ProductUnit.product_id == DocumentLine.product_id)
    & (ProductUnit.name == DocumentLine.unit)
    & (ProductUnit.numerator == DocumentLine.factor_num)
    & (ProductUnit.denominator == DocumentLine.factor_den)
)
"""The unit of a line, as long as it holds as much as it did then."""
Prices = tuple[Decimal | None, Decimal | None, Decimal | None, Decimal | None]

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class LineUnit:
    """A unit of a product; ``prices`` in the order of ``PRICES``, its own ones only (None = worked out from the base unit)."""

    id: int | None
    name: str
    factor: Factor
    prices: Prices


@dataclass(frozen=True, slots=True)
class LastPrice:
    """What was paid last: ``price`` is per base unit."""

    price: Decimal
    day: str


@dataclass(frozen=True, slots=True)
class LineProduct:
    """A product as a line needs it. Quantities in base units by warehouse; ``cost`` per base unit, None where none is known.

    ``lots``: its batches, first expired first. ``parts``: of a kit, each with what of it lies where. On hand of a kit is how
    many could be sold from its parts, reserved how many less because of what is promised of them, its cost that of its parts.
    """

    id: int
    code: str
    name: str
    spec: str
    barcode: str | None
    batches: bool
    shelf_life_days: int | None
    negative: str | None
    units: tuple[LineUnit, ...]
    on_hand: dict[int, Decimal] = field(default_factory=dict)
    reserved: dict[int, Decimal] = field(default_factory=dict)
    on_order: Decimal = Decimal(0)
    cost: Decimal | None = None
    last: LastPrice | None = None
    parts: tuple[tuple[KitPart, dict[int, Decimal]], ...] = ()
    kit: bool = False
    lots: tuple[Lot, ...] = ()

    def unit(self, unit_id: int | None) -> LineUnit:
        """The unit with this id, the base unit where there is none."""
        return next((unit for unit in self.units if unit.id == unit_id), self.units[0])

    def list_price(self, name: str, unit_id: int | None) -> Decimal | None:
        """The list price ``name`` (one of ``PRICES``) of a unit; a level without price has the retail one, as when posting."""
        unit = self.unit(unit_id)
        fallback = "purchase_price" if name == "purchase_price" else "sale_price"
        for wanted in dict.fromkeys((name, fallback)):
            place = PRICES.index(wanted)
            if unit.prices[place] is not None:
                return unit.prices[place]
            base = self.units[0].prices[place]
            if base is not None:
                return round_half_up(base * unit.factor.numerator / unit.factor.denominator, 4)
        return None

    def available(self, warehouse_id: int | None) -> Decimal:
        """On hand less what is promised, in one warehouse or in all."""
        places = [warehouse_id] if warehouse_id is not None else list({*self.on_hand, *self.reserved})
        nothing = Decimal(0)
        return sum((self.on_hand.get(p, nothing) - self.reserved.get(p, nothing) for p in places), nothing)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the shop stands with a partner. ``balance``: + owes us, - we owe; ``overdue_days`` of the oldest open document."""

    id: int
    name: str
    price_level: str
    balance: Decimal
    credit_limit: Decimal | None
    terms_days: int | None
    overdue_days: int


@dataclass(frozen=True, slots=True)
class Returnable:
    """A line that may come back: ``left`` base units of ``base_quantity``, ``net`` was paid, ``refunded`` of it given back."""

    document_id: int
    line: int
    product_id: int
    code: str
    name: str
    unit_id: int | None
    unit: str
    factor: Factor
    quantity: Decimal
    base_quantity: Decimal
    net: Decimal | None
    left: Decimal
    refunded: Decimal
    batch: str | None


def line_products(
    session: Session, ids: Iterable[int], *, partner_id: int | None = None, side: Side | None = None
) -> dict[int, LineProduct]:
    """The products ``ids`` with units, stock by warehouse, cost, and the last price of this partner (of anybody without one)."""
    wanted = sorted(set(ids))
    if not wanted:
        return {}
    units, on_hand = _units(session, wanted), _on_hand(session, wanted)
    reserved, ordered = _open(session, "sales_order", wanted), _open(session, "purchase_order", wanted)
    costs, last = _costs(session, wanted), _last_prices(session, wanted, partner_id, side) if side else {}
    rows = session.execute(select(Product, FIRST_BARCODE).where(Product.id.in_(wanted))).all()
    by_batch = [product.id for product, _barcode in rows if product.batches]
    lots = lots_of(session, by_batch) if by_batch else {}
    found = {}
    for product, barcode in rows:
        base = LineUnit(
            None, product.unit, BASE, (product.purchase_price, product.sale_price, product.wholesale_price, product.member_price)
        )
        found[product.id] = LineProduct(
            product.id,
            product.code,
            product.name,
            product.spec,
            barcode,
            bool(product.batches),
            product.shelf_life_days,
            product.negative,
            (base, *units[product.id]),
            on_hand[product.id],
            reserved[product.id],
            sum(ordered[product.id].values(), Decimal(0)),
            costs.get(product.id),
            last.get(product.id),
            kit=bool(product.kit),
            lots=lots.get(product.id, ()),
        )
    kits = [product_id for product_id in wanted if product_id in found and found[product_id].kit]
    return found | _kits(session, [found[kit] for kit in kits]) if kits else found


_Places = Mapping[int, Mapping[int, Decimal]]
"""Base units by product and warehouse."""


def _kits(session: Session, kits: list[LineProduct]) -> dict[int, LineProduct]:
    """The kits with their parts, and what follows from those."""
    parts = kit_parts(session, [kit.id for kit in kits])
    ids = sorted({part.id for listed in parts.values() for part in listed})
    on_hand, promised, costs = _on_hand(session, ids), _open(session, "sales_order", ids), _costs(session, ids)
    found = {}
    for kit in kits:
        listed = parts.get(kit.id, ())
        places = {place for part in listed for place in on_hand[part.id]}
        nothing: dict[int, dict[int, Decimal]] = {}
        could = {place: _could(listed, place, on_hand, nothing) for place in places}
        free = {place: _could(listed, place, on_hand, promised) for place in places}
        known = [costs[part.id] * part.each for part in listed if part.id in costs]
        found[kit.id] = replace(
            kit,
            on_hand=could,
            reserved={place: could[place] - free[place] for place in places},
            cost=sum(known, ZERO) if len(known) == len(listed) else None,
            parts=tuple((part, on_hand[part.id]) for part in listed),
        )
    return found


def _could(parts: Iterable[KitPart], place: int, there: _Places, promised: _Places) -> Decimal:
    """How many whole kits the parts in a warehouse suffice for, without what is promised of them."""
    left = [(there[p.id].get(place, ZERO) - promised.get(p.id, {}).get(place, ZERO), p.each) for p in parts]
    return min((max(quantity, ZERO) // each for quantity, each in left), default=ZERO)


def _units(session: Session, ids: list[int]) -> dict[int, list[LineUnit]]:
    found: dict[int, list[LineUnit]] = defaultdict(list)
    for unit in session.scalars(select(ProductUnit).where(ProductUnit.product_id.in_(ids)).order_by(ProductUnit.id)):
        prices = (unit.purchase_price, unit.sale_price, unit.wholesale_price, unit.member_price)
        found[unit.product_id].append(LineUnit(unit.id, unit.name, Factor(unit.numerator, unit.denominator), prices))
    return found


def _on_hand(session: Session, ids: list[int]) -> dict[int, dict[int, Decimal]]:
    found: dict[int, dict[int, Decimal]] = defaultdict(dict)
    rows = session.execute(
        select(StockBalance.product_id, StockBalance.warehouse_id, func.sum(raw(StockBalance.quantity)))
        .where(StockBalance.product_id.in_(ids))
        .group_by(StockBalance.product_id, StockBalance.warehouse_id)
    )
    for product, warehouse, quantity in rows:
        found[product][warehouse] = pieces(int(quantity))
    return found


def _open(session: Session, kind: OrderKind, ids: list[int]) -> dict[int, dict[int, Decimal]]:
    found: dict[int, dict[int, Decimal]] = defaultdict(dict)
    for product, warehouse, quantity in session.execute(open_statement(kind, products=ids)):
        if quantity:
            found[product][warehouse] = pieces(int(quantity))
    return found


def _costs(session: Session, ids: list[int]) -> dict[int, Decimal]:
    """The present average cost per base unit, else the last one known."""
    rows = session.execute(
        select(Pool.product_id, raw(Pool.quantity), raw(Pool.value), Pool.cost_value, Pool.cost_quantity)
        .where(Pool.product_id.in_(ids))
        .order_by(Pool.product_id, Pool.last_moment)
    )
    sums: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    known: dict[int, Decimal] = {}
    for product, quantity, value, cost_value, cost_quantity in rows:
        sums[product][0] += quantity
        sums[product][1] += value
        if cost_value is not None and cost_quantity:
            known[product] = unit_cost(cost_value, cost_quantity)
    return known | {
        product: unit_cost(value, quantity) for product, (quantity, value) in sums.items() if quantity > 0 and value > 0
    }


def _last_prices(session: Session, ids: list[int], partner_id: int | None, side: Side) -> dict[int, LastPrice]:
    """The price after discount of the newest living sale to (receipt from) the partner, per base unit."""
    living = [
        Document.status == "posted",
        Document.kind.in_(DELIVERIES[side]),
        *([] if partner_id is None else [Document.partner_id == partner_id]),
    ]
    newest = (
        select(DocumentLine.product_id, func.max(Document.seq).label("seq"))
        .join(Document, Document.id == DocumentLine.document_id)
        .where(DocumentLine.product_id.in_(ids), DocumentLine.price.is_not(None), *living)
        .group_by(DocumentLine.product_id)
        .subquery()
    )
    rows = session.execute(
        select(DocumentLine.product_id, DocumentLine.price, DocumentLine.factor_num, DocumentLine.factor_den, Document.day)
        .join(Document, Document.id == DocumentLine.document_id)
        .join(newest, (newest.c.product_id == DocumentLine.product_id) & (newest.c.seq == Document.seq))
        .where(DocumentLine.price.is_not(None))
    )
    return {
        product: LastPrice(round_half_up(price * den / num, 4), day)
        for product, price, num, den, day in rows
        if price is not None
    }


def standing(session: Session, partner_id: int, side: Side, today: date) -> Standing:
    """Balance, limit and delay of a partner now. Raises :class:`UnknownPartner`."""
    card = partner_card(session, partner_id)
    late = [(today - date.fromisoformat(d.due_day)).days for d in open_documents(session, partner_id, side, today) if d.due_day]
    form = card.form
    return Standing(partner_id, form.name, form.price_level, card.balance, form.credit_limit, form.terms_days, max([0, *late]))


def delivery_of(session: Session, order_id: int, kind: str) -> Draft:
    """A new document of ``kind`` that fulfils what is open of an order. Raises :class:`UnknownDocument`."""
    head = session.get(Document, order_id)
    if head is None:
        raise UnknownDocument(what=_("document"), key=str(order_id))
    rows = session.execute(
        select(DocumentLine, ProductUnit.id)
        .outerjoin(ProductUnit, SAME_UNIT)
        .where(DocumentLine.document_id == order_id)
        .order_by(DocumentLine.line)
    )
    done, lines = fulfilled_lines(session, order_id), []
    for of, unit_id in rows:
        left = of.base_quantity - done[of.line]
        if left <= 0:
            continue
        factor = Factor(of.factor_num, of.factor_den)
        exact = factor.from_base(left)
        whole = (exact * 1000).denominator == 1 and (unit_id is not None or factor == BASE)
        quantity = Decimal((exact * 1000).numerator).scaleb(-3) if whole else left
        price, amount = of.price, None
        if not whole and of.price is not None:
            price, amount = price_in(left, BASE, of.price, factor, of.discount)
        lines.append(
            DraftLine(
                of.product_id,
                quantity,
                unit_id if whole else None,
                price,
                of.discount,
                amount,
                order_line=(order_id, of.line),
                note=of.note,
            )
        )
    return Draft(kind, partner_id=head.partner_id, warehouse_id=head.warehouse_id, lines=lines, order_id=order_id)


def ordered_quantities(session: Session, order_id: int) -> dict[int, Decimal]:
    """Base units that are still open, by line of the order."""
    of = lines_of_orders(DocumentLine.document_id == order_id).c
    rows = session.execute(select(of.line, of.ordered, of.fulfilled))
    return {line: pieces(max(ordered - int(done), 0)) for line, ordered, done in rows}


def returnable_lines(session: Session, document_ids: Iterable[int]) -> list[Returnable]:
    """The lines of posted sales or receipts with what may still come back of each."""
    ids = sorted(set(document_ids))
    back, heads = aliased(DocumentLine), aliased(Document)
    sums = (func.sum(raw(back.base_quantity)).label("quantity"), func.sum(raw(back.amount)).label("amount"))
    given = (
        select(back.against_document_id, back.against_line, *sums)
        .join(heads, heads.id == back.document_id)
        .where(back.against_document_id.in_(ids), heads.status == "posted")
        .group_by(back.against_document_id, back.against_line)
        .subquery()
    )
    rows = session.execute(
        select(DocumentLine, ProductUnit.id, Batch.number, func.coalesce(given.c.quantity, 0), func.coalesce(given.c.amount, 0))
        .outerjoin(ProductUnit, SAME_UNIT)
        .outerjoin(Batch, Batch.id == DocumentLine.batch_id)
        .outerjoin(given, (given.c.against_document_id == DocumentLine.document_id) & (given.c.against_line == DocumentLine.line))
        .where(DocumentLine.document_id.in_(ids))
        .order_by(DocumentLine.document_id, DocumentLine.line)
    )
    return [
        Returnable(
            of.document_id,
            of.line,
            of.product_id,
            of.product_code,
            of.product_name,
            unit_id,
            of.unit,
            Factor(of.factor_num, of.factor_den),
            of.quantity,
            of.base_quantity,
            of.net,
            of.base_quantity - pieces(int(quantity)),
            Decimal(int(amount)).scaleb(-2),
            batch,
        )
        for of, unit_id, batch, quantity, amount in rows
    ]


def partner_name(session: Session, partner_id: int) -> str:
    """The name that stands on documents."""
    return str(session.execute(select(Partner.name).where(Partner.id == partner_id)).scalar_one())


def title_of(session: Session, document_id: int) -> str:
    """The number of a document, or its kind where it is a draft. Raises :class:`UnknownDocument`."""
    row = session.execute(select(Document.number, Document.kind).where(Document.id == document_id)).first()
    if row is None:
        raise UnknownDocument(what=_("document"), key=str(document_id))
    return row.number or kind_of(row.kind).name
