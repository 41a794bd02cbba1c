"""Everything about one document: its lines with cost and profit, its payments, and the documents it hangs together with."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from jxc_desktop.db.models import VOID_PART as FIRST_VOID_PART
from jxc_desktop.db.models import (
    Account,
    Batch,
    CostDifference,
    Document,
    DocumentLine,
    LandedShare,
    MoneyRow,
    Product,
    Settlement,
    StockRow,
    User,
)
from jxc_desktop.db.types import raw
from jxc_desktop.domain.documents import kind_of
from jxc_desktop.domain.money import pieces, yuan
from jxc_desktop.queries.documents import SETTLED, DocumentRow, head_row
from jxc_desktop.queries.orders import fulfilled_lines

Role = Literal[
    "order", "fulfilled_by", "original", "return", "settles", "settled_by", "raises", "raised_by", "restated_by", "restated"
]


@dataclass(frozen=True, slots=True)
class DetailLine:
    """A line as posted. Quantities in the line's unit; ``base_quantity`` and what follows in base units.

    ``cost`` and ``profit`` of sales and returns from the stock ledger (None: unknown or none); ``difference`` of a count;
    ``fulfilled`` and ``open`` of an order; ``returned`` what came back of this line already.
    """

    line: int
    product_id: int
    code: str
    name: str
    spec: str
    unit: str
    base_unit: str
    factor_num: int
    factor_den: int
    quantity: Decimal
    base_quantity: Decimal
    price: Decimal | None
    discount: Decimal
    amount: Decimal | None
    net: Decimal | None
    batch: str | None
    expiry: str | None
    against: tuple[str, int] | None
    counted: Decimal | None
    difference: Decimal | None
    cost: Decimal | None
    profit: Decimal | None
    fulfilled: Decimal
    open: Decimal
    returned: Decimal
    reason: str
    note: str


@dataclass(frozen=True, slots=True)
class Payment:
    """Money that changed hands with the document: + came in, - went out."""

    account: str
    name: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Link:
    """A document that this one hangs together with; ``amount`` is what was settled, or the document's total."""

    role: Role
    id: int
    number: str
    kind: str
    status: str
    date: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class DocumentDetail:
    """One document. A draft has no lines here: what was typed stands as JSON in ``draft``.

    ``made``: what an assembly put together or a disassembly took apart; ``lines`` are its parts.
    """

    head: DocumentRow
    partner_id: int | None
    warehouse_id: int | None
    to_warehouse_id: int | None
    order_id: int | None
    goods: Decimal
    discount_amount: Decimal
    freight: Decimal
    rounding: Decimal
    settled: Decimal
    reason: str
    external_number: str
    created_at: str
    posted_at: str | None
    voided_at: str | None
    voided_by: str | None
    void_reason: str
    draft: str | None
    lines: tuple[DetailLine, ...]
    payments: tuple[Payment, ...]
    links: tuple[Link, ...]
    cost: Decimal | None
    profit: Decimal | None
    unknown_costs: int
    made: DetailLine | None = None

    @property
    def unpaid(self) -> Decimal:
        return self.head.unpaid


def document_detail(session: Session, document_id: int) -> DocumentDetail:
    """Everything about the document. Raises :class:`UnknownDocument`."""
    head = head_row(session, document_id)
    voider = aliased(User)
    rest = session.execute(
        select(
            Document.partner_id, Document.warehouse_id, Document.to_warehouse_id, Document.order_id, Document.goods,
            Document.discount_amount,
            Document.freight, Document.rounding, SETTLED, Document.reason, Document.external_number, Document.created_at,
            Document.posted_at,
            Document.voided_at, voider.name, Document.void_reason, Document.draft, Document.made_line,
        ).outerjoin(voider, voider.id == Document.voided_by).where(Document.id == document_id)
    ).one()  # fmt: skip
    *values, made_line = rest
    values[8] = yuan(int(values[8]))
    told = _lines(session, document_id, head)
    made = next((line for line in told if line.line == made_line), None)
    lines = tuple(line for line in told if line is not made)
    costs = [line.cost for line in lines if line.cost is not None]
    profits = [line.profit for line in lines if line.profit is not None]
    sells = kind_of(head.kind).bucket in ("sold", "returned")
    unknown = sum(1 for line in lines if line.cost is None) if kind_of(head.kind).cost else 0
    values += [lines, _payments(session, document_id), _links(session, document_id, rest.order_id)]
    values += [sum(costs, Decimal(0)) if costs else None, sum(profits, Decimal(0)) if sells and profits else None, unknown]
    return replace(DocumentDetail(head, *values), made=made)


def _lines(session: Session, document_id: int, head: DocumentRow) -> tuple[DetailLine, ...]:
    moved = _moved(session, document_id)
    back = aliased(DocumentLine)
    heads = aliased(Document)
    returned = (
        select(func.coalesce(func.sum(raw(back.base_quantity)), 0))
        .join(heads, heads.id == back.document_id)
        .where(
            back.against_document_id == DocumentLine.document_id, back.against_line == DocumentLine.line, heads.status == "posted"
        )
        .correlate(DocumentLine)
        .scalar_subquery()
    )
    original = aliased(Document)
    rows = session.execute(
        select(DocumentLine, Product.spec, Product.unit, Batch.number, Batch.expiry, original.number, returned)
        .join(Product, Product.id == DocumentLine.product_id)
        .outerjoin(Batch, Batch.id == DocumentLine.batch_id)
        .outerjoin(original, original.id == DocumentLine.against_document_id)
        .where(DocumentLine.document_id == document_id)
        .order_by(DocumentLine.line)
    )
    kind = kind_of(head.kind)
    done = fulfilled_lines(session, document_id)
    found = []
    for of, spec, base_unit, batch, expiry, against, came_back in rows:
        quantity, value = moved.get(of.line, (0, None))
        cost = None if value is None else yuan(value * kind.cost_sign)
        profit = None
        if kind.bucket in ("sold", "returned") and cost is not None and of.net is not None:
            profit = of.net - cost if kind.bucket == "sold" else cost - of.net
        left = (
            max(of.base_quantity - done[of.line], Decimal(0))
            if (kind.is_order and head.status in ("posted", "partly")) or head.status == "transit"
            else Decimal(0)
        )
        found.append(
            DetailLine(
                of.line, of.product_id, of.product_code, of.product_name, spec, of.unit, base_unit, of.factor_num,
                of.factor_den, of.quantity,
                of.base_quantity, of.price, of.discount, of.amount, of.net, batch, expiry, (against,
                of.against_line) if against else None, of.counted,
                pieces(quantity) if of.counted is not None else None, cost, profit, done[of.line], left,
                pieces(int(came_back)), of.reason, of.note,
            )
        )  # fmt: skip
    return tuple(found)


def _moved(session: Session, document_id: int) -> dict[int, tuple[int, int | None]]:
    """(thousandths, fen or None) per line as it was posted, arrivals of a transfer and voiding rows left out."""
    rows = session.execute(
        select(StockRow.line, func.sum(raw(StockRow.quantity)), func.sum(raw(StockRow.value)))
        .where(StockRow.document_id == document_id, StockRow.part < FIRST_VOID_PART, StockRow.cost != "transfer_in")
        .group_by(StockRow.line)
    )
    return {line: (int(quantity), None if value is None else int(value)) for line, quantity, value in rows}


def _payments(session: Session, document_id: int) -> tuple[Payment, ...]:
    rows = session.execute(
        select(Account.code, Account.name, MoneyRow.amount)
        .join(Account, Account.id == MoneyRow.account_id)
        .where(MoneyRow.document_id == document_id, MoneyRow.part < FIRST_VOID_PART)
        .order_by(MoneyRow.part)
    )
    return tuple(Payment(*row) for row in rows)


def _links(session: Session, document_id: int, order_id: int | None) -> tuple[Link, ...]:
    columns = (Document.id, Document.number, Document.kind, Document.status, Document.moment)
    total = raw(Document.total)
    lines = select(*columns, total).join(DocumentLine, DocumentLine.document_id == Document.id)
    own = select(DocumentLine.against_document_id).where(DocumentLine.document_id == document_id)
    settled = select(*columns, raw(Settlement.amount))
    wanted: list[tuple[Role, Any]] = [
        ("order", select(*columns, total).where(Document.id == order_id)),
        ("fulfilled_by", select(*columns, total).where(Document.order_id == document_id)),
        ("original", select(*columns, total).where(Document.id.in_(own))),
        ("return", lines.where(DocumentLine.against_document_id == document_id).distinct()),
        ("settles", settled.join(Settlement, Settlement.target_id == Document.id).where(Settlement.document_id == document_id)),
        (
            "settled_by",
            settled.join(Settlement, Settlement.document_id == Document.id).where(Settlement.target_id == document_id),
        ),
        ("raises", _shares(columns, LandedShare.target_id, LandedShare.document_id, document_id)),
        ("raised_by", _shares(columns, LandedShare.document_id, LandedShare.target_id, document_id)),
        ("restated_by", _restated(columns, CostDifference.cause_id, CostDifference.document_id, document_id)),
        ("restated", _restated(columns, CostDifference.document_id, CostDifference.cause_id, document_id)),
    ]
    found = []
    for role, statement in wanted:
        if role == "order" and order_id is None:
            continue
        for id, number, kind, status, date, amount in session.execute(statement.order_by(Document.moment, Document.id)):
            found.append(Link(role, id, number, kind, status, date, yuan(int(amount))))
    return tuple(found)


def _shares(columns: Any, other: Any, own: Any, document_id: int) -> Any:
    """The documents on the other side of a landed cost, with what they were raised by."""
    shared = func.sum(raw(LandedShare.amount))
    return select(*columns, shared).join(LandedShare, other == Document.id).where(own == document_id).group_by(*columns)


def _restated(columns: Any, other: Any, own: Any, document_id: int) -> Any:
    """The documents on the other side of a cost difference, with the change of cost."""
    change = func.sum(raw(CostDifference.new_value) - raw(CostDifference.old_value))
    return select(*columns, change).join(CostDifference, other == Document.id).where(own == document_id).group_by(*columns)
