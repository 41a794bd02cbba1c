"""Documents as a list: what stands on each, what is unpaid, how far an order is. Their details: :mod:`document_detail`."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from jxc_desktop.db.models import Document, DocumentLine, OpenLine, Partner, Settlement, User, Warehouse
from jxc_desktop.db.types import raw
from jxc_desktop.domain.documents import KINDS, ORDERS
from jxc_desktop.domain.errors import UnknownDocument
from jxc_desktop.domain.money import yuan
from jxc_desktop.i18n import _
from jxc_desktop.queries.orders import fulfilled_of

_NEGATIVE = tuple(
    kind.code
    for kind in KINDS
    if (kind.family == "sales" and kind.partner < 0) or (kind.family == "purchase" and kind.partner > 0)
)
"""Returns: they take off from the sum of their family."""


@dataclass(frozen=True, slots=True)
class DocumentFilter:
    """Which documents: empty or None = all. ``status`` also knows ``partly`` and ``done`` of orders.

    ``open_only``: what is not paid in full. ``text`` is looked for in number, reference, note, partner and products.
    """

    kinds: tuple[str, ...] = ()
    day_from: str | None = None
    day_to: str | None = None
    partner_id: int | None = None
    product_id: int | None = None
    status: str | None = None
    text: str = ""
    open_only: bool = False
    offset: int = 0
    limit: int | None = None
    newest_first: bool = True


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """One document. ``partner``, ``warehouse`` are codes; ``unpaid`` is the total less what was paid and settled by name."""

    id: int
    number: str | None
    ref: str | None
    kind: str
    status: str
    date: str
    partner: str | None
    partner_name: str | None
    warehouse: str | None
    warehouse_name: str | None
    to_warehouse: str | None
    total: Decimal
    paid: Decimal
    unpaid: Decimal
    pieces: Decimal
    line_count: int
    due_day: str | None
    expected: str | None
    user: str
    note: str
    to_warehouse_name: str | None = None

    @property
    def signed_total(self) -> Decimal:
        """The total, negative for returns."""
        return -self.total if self.kind in _NEGATIVE else self.total


@dataclass(frozen=True, slots=True)
class DocumentList:
    """A page of documents. ``count``, ``total`` and ``unpaid`` are of all that match (voided ones and drafts add nothing);

    ``statuses``: how many there are of each status, whatever status is asked for.
    """

    rows: tuple[DocumentRow, ...]
    count: int
    total: Decimal
    unpaid: Decimal
    statuses: dict[str, int]


_settling = aliased(Document)
SETTLED = (
    select(func.coalesce(func.sum(raw(Settlement.amount)), 0))
    .join(_settling, _settling.id == Settlement.document_id)
    .where(Settlement.target_id == Document.id, _settling.status == "posted")
    .correlate(Document)
    .scalar_subquery()
)
"""Fen that posted receipts and payments settled of the document of the enclosing statement."""

_OWED = case(
    (and_(Document.kind.in_(tuple(k.code for k in KINDS if k.has_money and not k.is_order)), Document.status == "posted"),
    raw(Document.total) - raw(Document.paid) - SETTLED),
    else_=0,
)  # fmt: skip


def _derived_status() -> ColumnElement[str]:
    """Orders are partly done or done by what was delivered on them, transfers in two steps under way until all of it is
    accepted; everything else is what stands in its row.
    """
    line, head = aliased(DocumentLine), aliased(Document)
    delivered = (
        select(line.line)
        .join(head, head.id == line.document_id)
        .where(line.order_document_id == Document.id, head.status == "posted")
        .correlate(Document)
        .exists()
    )
    still_open = select(OpenLine.line).where(OpenLine.document_id == Document.id).correlate(Document).exists()
    on_the_road = (
        select(DocumentLine.line)
        .where(DocumentLine.document_id == Document.id, raw(DocumentLine.base_quantity) > fulfilled_of())
        .correlate(Document)
        .exists()
    )
    order = case((~delivered, "posted"), (still_open, "partly"), else_="done")
    under_way = case((on_the_road, "transit"), else_="done")
    return case(
        (and_(Document.kind.in_(ORDERS), Document.status == "posted"), order),
        (and_(Document.transit == 1, Document.status == "posted"), under_way),
        else_=Document.status,
    )


STATUS = _derived_status()
_target = aliased(Warehouse)
_COLUMNS = (
    Document.id, Document.number, Document.ref, Document.kind, STATUS, Document.moment, Partner.code, Partner.name,
    Warehouse.code, Warehouse.name,
    _target.code, Document.total, Document.paid, _OWED, Document.pieces, Document.line_count, Document.due_day,
    Document.expected, User.name,
    Document.note, _target.name,
)  # fmt: skip


def document_list(session: Session, wanted: DocumentFilter) -> DocumentList:
    """The documents that match, newest first (drafts by the moment typed), with counts and sums of all that match."""
    where = _conditions(wanted)
    status = [wanted.status == STATUS] if wanted.status else []
    order = [Document.moment.desc(), Document.id.desc()] if wanted.newest_first else [Document.moment, Document.seq, Document.id]
    rows = session.execute(
        _joined(*_COLUMNS).where(*where, *status).order_by(*order).offset(wanted.offset or None).limit(wanted.limit)
    )
    sign = case((Document.kind.in_(_NEGATIVE), -1), else_=1)
    counts = or_(Document.status == "posted", Document.status == "closed")
    said = STATUS.label("said")
    sums = (
        _joined(said, func.count(), func.sum(case((counts, raw(Document.total) * sign), else_=0)), func.sum(_OWED * sign))
        .where(*where)
        .group_by(said)
    )
    statuses: dict[str, int] = {}
    total = unpaid = 0
    for name, count, amount, owed in session.execute(sums):
        statuses[name] = count
        if wanted.status in (None, "", name):
            total += int(amount or 0)
            unpaid += int(owed or 0)
    matching = statuses.get(wanted.status, 0) if wanted.status else sum(statuses.values())
    return DocumentList(tuple(document_row(row) for row in rows), matching, yuan(total), yuan(unpaid), statuses)


def document_row(row: Any) -> DocumentRow:
    """A :class:`DocumentRow` from a row of the columns that the list selects."""
    values = list(row)
    values[13] = yuan(int(values[13]))
    return DocumentRow(*values)


def head_row(session: Session, document_id: int) -> DocumentRow:
    """One document. Raises :class:`UnknownDocument`."""
    found = session.execute(_joined(*_COLUMNS).where(Document.id == document_id)).first()
    if found is None:
        raise UnknownDocument(what=_("document"), key=str(document_id))
    return document_row(found)


def find_document(session: Session, text: str) -> int:
    """The id of the document with this number or, where no number fits, this reference. Raises :class:`UnknownDocument`."""
    key = text.strip()
    for column in (Document.number, Document.ref):
        found = session.execute(select(Document.id).where(column == key)).scalar()
        if found is not None:
            return int(found)
    raise UnknownDocument(what=_("document"), key=text)


def _joined(*columns: Any) -> Any:
    return (
        select(*columns)
        .select_from(Document)
        .outerjoin(Partner, Partner.id == Document.partner_id)
        .outerjoin(Warehouse, Warehouse.id == Document.warehouse_id)
        .outerjoin(_target, _target.id == Document.to_warehouse_id)
        .join(User, User.id == func.coalesce(Document.posted_by, Document.created_by))
    )


def _conditions(wanted: DocumentFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.kinds:
        found.append(Document.kind.in_(wanted.kinds))
    if wanted.day_from:
        found.append(Document.day >= wanted.day_from)
    if wanted.day_to:
        found.append(Document.day <= wanted.day_to)
    if wanted.partner_id is not None:
        found.append(Document.partner_id == wanted.partner_id)
    if wanted.product_id is not None:
        found.append(exists().where(DocumentLine.document_id == Document.id, DocumentLine.product_id == wanted.product_id))
    if wanted.open_only:
        found.append(_OWED > 0)
    if wanted.text.strip():
        found.append(_matches(wanted.text.strip().lower()))
    return found


def _matches(text: str) -> ColumnElement[bool]:
    columns = (Document.number, Document.ref, Document.note, Document.external_number, Partner.search, Partner.name, Partner.code)
    line = exists().where(
        DocumentLine.document_id == Document.id,
        or_(
            func.lower(DocumentLine.product_name).contains(text, autoescape=True),
            func.lower(DocumentLine.product_code).contains(text, autoescape=True),
        ),
    )
    return or_(*(func.lower(column).contains(text, autoescape=True) for column in columns), line)
