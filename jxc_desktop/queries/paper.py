"""What a document says on paper, and what a label says of a product: plain facts, worded by the papers themselves."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import Session, aliased

from jxc_desktop.db.models import (
    VOID_PART,
    Account,
    Batch,
    Document,
    DocumentLine,
    LandedShare,
    MoneyRow,
    Partner,
    PartnerRow,
    Product,
    ProductUnit,
    Settlement,
    StockRow,
    User,
    Warehouse,
)  # fmt: skip
from jxc_desktop.db.types import raw
from jxc_desktop.domain.errors import UnknownDocument
from jxc_desktop.domain.money import pieces, round_half_up, yuan
from jxc_desktop.i18n import _
from jxc_desktop.queries.product_search import FIRST_BARCODE


@dataclass(frozen=True, slots=True)
class HeadFacts:
    """The head of a document. ``made_by`` posted it, or wrote the draft; names are empty where there is none."""

    id: int
    kind: str
    status: str
    number: str | None
    moment: str
    day: str
    seq: int | None
    partner_id: int | None
    partner: str
    partner_phone: str
    warehouse: str
    to_warehouse: str
    made_by: str
    note: str
    goods: Decimal
    discount_amount: Decimal
    freight: Decimal
    rounding: Decimal
    total: Decimal
    paid: Decimal
    draft: str | None
    made_line: int | None


@dataclass(frozen=True, slots=True)
class PaperLineFacts:
    """A line. Of a stocktake ``counted`` and ``difference`` are in base units, and so is ``base_unit``."""

    line: int
    code: str
    name: str
    spec: str
    barcode: str
    unit: str
    base_unit: str
    quantity: Decimal
    base_quantity: Decimal
    price: Decimal | None
    discount: Decimal
    amount: Decimal | None
    batch: str
    produced: str
    expiry: str
    counted: Decimal | None
    difference: Decimal
    note: str


@dataclass(frozen=True, slots=True)
class GoodsFacts:
    """What a label or an unfinished line needs to know of a product and one of its units (``unit_id`` None = base)."""

    product_id: int
    code: str
    name: str
    spec: str
    barcode: str
    unit: str
    shelf: str
    sale_price: Decimal | None
    member_price: Decimal | None


def paper_head(session: Session, document_id: int) -> HeadFacts:
    """The head of a document. Raises :class:`UnknownDocument`."""
    there, maker = aliased(Warehouse), func.coalesce(Document.posted_by, Document.created_by)
    row = session.execute(
        select(
            Document.id, Document.kind, Document.status, Document.number, Document.moment, Document.day, Document.seq,
            Document.partner_id,
            func.coalesce(Partner.name, ""), func.coalesce(Partner.phone, ""), func.coalesce(Warehouse.name, ""),
            func.coalesce(there.name, ""),
            func.coalesce(User.name, ""), Document.note, Document.goods, Document.discount_amount, Document.freight,
            Document.rounding,
            Document.total, Document.paid, Document.draft, Document.made_line,
        )
        .outerjoin(Partner, Partner.id == Document.partner_id)
        .outerjoin(Warehouse, Warehouse.id == Document.warehouse_id)
        .outerjoin(there, there.id == Document.to_warehouse_id)
        .outerjoin(User, User.id == maker)
        .where(Document.id == document_id)
    ).first()  # fmt: skip
    if row is None:
        raise UnknownDocument(what=_("document"), key=str(document_id))
    values: Any = row
    return HeadFacts(*values)


def paper_lines(session: Session, document_id: int) -> list[PaperLineFacts]:
    """The lines of a posted document in their order."""
    differences: dict[int, Any] = dict(
        session.execute(
            select(StockRow.line, func.sum(raw(StockRow.quantity)))
            .where(StockRow.document_id == document_id, StockRow.part < VOID_PART)
            .group_by(StockRow.line)
        ).all()
    )
    rows = session.execute(
        select(
            DocumentLine.line, DocumentLine.product_code, DocumentLine.product_name, Product.spec, FIRST_BARCODE,
            DocumentLine.unit, Product.unit,
            DocumentLine.quantity, DocumentLine.base_quantity, DocumentLine.price, DocumentLine.discount, DocumentLine.amount,
            func.coalesce(Batch.number, ""), func.coalesce(Batch.produced, ""), func.coalesce(Batch.expiry, ""),
            DocumentLine.counted,
            DocumentLine.note,
        )
        .join(Product, Product.id == DocumentLine.product_id)
        .outerjoin(Batch, Batch.id == DocumentLine.batch_id)
        .where(DocumentLine.document_id == document_id)
        .order_by(DocumentLine.line)
    )  # fmt: skip
    return [_line(row, pieces(int(differences.get(row[0], 0)))) for row in rows]


def _line(row: Any, difference: Decimal) -> PaperLineFacts:
    values: Any = list(row)
    values[4] = values[4] or ""
    values.insert(16, difference)
    return PaperLineFacts(*values)


def paper_payments(session: Session, document_id: int) -> list[tuple[str, Decimal]]:
    """(account, amount >= 0) of what changed hands with the document."""
    rows = session.execute(
        select(Account.name, MoneyRow.amount)
        .join(Account, Account.id == MoneyRow.account_id)
        .where(MoneyRow.document_id == document_id, MoneyRow.part < VOID_PART)
        .order_by(MoneyRow.part)
    )
    return [(name, abs(amount)) for name, amount in rows]


def paper_raised(session: Session, document_id: int) -> list[tuple[str, Decimal]]:
    """(number, share) of the receipts that a landed cost raises."""
    rows = session.execute(
        select(Document.number, func.sum(raw(LandedShare.amount)))
        .join(Document, Document.id == LandedShare.target_id)
        .where(LandedShare.document_id == document_id)
        .group_by(Document.number, Document.seq)
        .order_by(Document.seq)
    )
    return [(number or "", yuan(int(amount))) for number, amount in rows]


def paper_values(session: Session, document_id: int) -> dict[int, Decimal]:
    """What the rows of each line are worth together, signed as in the stock ledger."""
    rows = session.execute(
        select(StockRow.line, func.sum(raw(StockRow.value)))
        .where(StockRow.document_id == document_id, StockRow.part < VOID_PART, StockRow.value.is_not(None))
        .group_by(StockRow.line)
    )
    return {line: yuan(int(value)) for line, value in rows}


def paper_settles(session: Session, document_id: int) -> list[tuple[str, Decimal]]:
    """(number, amount) of the documents that this one pays off."""
    rows = session.execute(
        select(Document.number, Settlement.amount)
        .join(Document, Document.id == Settlement.target_id)
        .where(Settlement.document_id == document_id)
        .order_by(Document.seq)
    )
    return [(number or "", amount) for number, amount in rows]


def partner_balances(session: Session, head: HeadFacts) -> tuple[Decimal, Decimal] | None:
    """What the partner owed us just before this document and just after it; None where it touches no partner."""
    if head.partner_id is None or head.seq is None:
        return None
    own = session.execute(
        select(func.sum(raw(PartnerRow.amount))).where(PartnerRow.document_id == head.id, PartnerRow.part < VOID_PART)
    ).scalar()
    if own is None:
        return None
    until = tuple_(PartnerRow.moment, PartnerRow.seq) < tuple_(head.moment, head.seq)
    before = session.execute(
        select(func.sum(raw(PartnerRow.amount))).where(PartnerRow.partner_id == head.partner_id, until)
    ).scalar()
    return yuan(int(before or 0)), yuan(int(before or 0) + int(own))


def goods_facts(session: Session, wanted: list[tuple[int, int | None]]) -> dict[tuple[int, int | None], GoodsFacts]:
    """Facts by (product, unit); prices are the unit's own, else its base unit's times its size."""
    products = {row[0]: row for row in session.execute(
        select(Product.id, Product.code, Product.name, Product.spec, FIRST_BARCODE, Product.unit, Product.shelf,
        Product.sale_price, Product.member_price)
        .where(Product.id.in_({p for p, _unit in wanted}))
    )}  # fmt: skip
    units = {
        u.id: u for u in session.scalars(select(ProductUnit).where(ProductUnit.id.in_({u for _p, u in wanted if u is not None})))
    }
    found = {}
    for product_id, unit_id in wanted:
        row = products.get(product_id)
        if row is None:
            continue
        unit = units.get(unit_id) if unit_id is not None else None
        name, prices = row[5], [row[7], row[8]]
        if unit is not None:
            name, prices = unit.name, [_unit_price(unit, "sale_price", row[7]), _unit_price(unit, "member_price", row[8])]
        found[(product_id, unit_id)] = GoodsFacts(product_id, row[1], row[2], row[3], row[4] or "", name, row[6], *prices)
    return found


def _unit_price(unit: ProductUnit, name: str, base: Decimal | None) -> Decimal | None:
    own: Decimal | None = getattr(unit, name)
    if own is not None or base is None:
        return own
    return round_half_up(base * unit.numerator / unit.denominator, 4)


def label_lines(session: Session, document_id: int) -> list[tuple[int, int | None, Decimal]]:
    """(product, unit None, base quantity) of the lines of a document, summed per product in their order."""
    rows = session.execute(
        select(DocumentLine.product_id, DocumentLine.base_quantity)
        .where(DocumentLine.document_id == document_id)
        .order_by(DocumentLine.line)
    )
    summed: dict[int, Decimal] = {}
    for product_id, quantity in rows:
        summed[product_id] = summed.get(product_id, Decimal(0)) + quantity
    return [(product_id, None, quantity) for product_id, quantity in summed.items()]
