"""Where a line comes from: the line that it returns, the order or the goods under way that it fulfils."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from jxc_desktop.db.models import Document, DocumentLine, StockRow
from jxc_desktop.db.types import raw
from jxc_desktop.domain import errors
from jxc_desktop.domain.acts import business_day
from jxc_desktop.domain.documents import DELIVERIES, STATUSES, ZERO, DocumentKind, Draft
from jxc_desktop.domain.money import line_amount, round_half_up
from jxc_desktop.i18n import _
from jxc_desktop.queries.costing import TRANSFER_PART
from jxc_desktop.queries.orders import open_order_lines
from jxc_desktop.services.lines import Line


def after_originals(session: Session, kind: DocumentKind, draft: Draft, moment: str, closing_hour: int) -> str:
    """The moment of a return: ``moment``, or that of an original later on the same day, for nothing comes back before it left.

    Raises :class:`ReturnBeforeOriginal` for a day before that of an original.
    """
    named = {line.against[0] for line in draft.lines if line.against} if kind.is_return else set()
    if named:
        day = business_day(moment, closing_hour)
        rows = select(Document.number, Document.moment, Document.day).where(Document.id.in_(named), Document.moment > moment)
        for number, left, on in session.execute(rows):
            if on > day:
                raise errors.ReturnBeforeOriginal(original=number or "", day=on, date=day)
            moment = max(moment, left)
    return moment


class Originals:
    """The lines that returns name: what was sold or bought, and how much of it has come back already."""

    def __init__(self, session: Session, draft: Draft) -> None:
        self._seen: dict[tuple[int, int], Any] = {}
        self._named: dict[int, str] = {}
        self._back: dict[tuple[int, int], tuple[Decimal, Decimal]] = defaultdict(lambda: (ZERO, ZERO))
        keys = {line.against for line in draft.lines if line.against}
        for document_id in {k[0] for k in keys}:
            head = session.execute(
                select(Document.kind, Document.status, Document.number, Document.ref).where(Document.id == document_id)
            ).first()
            if head is None:
                raise errors.UnknownDocument(what=_("document"), key=str(document_id))
            self._named[document_id] = head.number or head.ref or _("The draft")
            if head.status != "posted":
                raise errors.NotPosted(document=self._named[document_id], status=_(STATUSES[head.status]))
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
        if original is None or head.kind not in DELIVERIES[kind.side] or original.product_id != line.product.id:
            raise errors.NotFound(what=_("line to return against"), key=f"{self._named[line.against[0]]}/{line.against[1]}")
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


def fulfil(session: Session, order_id: int, lines: list[Line], *, arriving: bool) -> None:
    """Let each line fulfil the order line it names, or the first open one of the same product; what it brings beyond that one
    fulfils the others of the product that are open, as :func:`lines_of_orders` has it.

    Of goods under way (``arriving``) no more can be taken than was sent: raises :class:`MoreThanSent`.
    """
    rows = open_order_lines(session, order_id)
    left: dict[tuple[int, int], Decimal] = {(order_id, row.line): row.open for row in rows}
    of = {(order_id, row.line): row for row in rows}
    for line in lines:
        named, same = line.draft.order_line, [key for key in left if of[key].product_id == line.product.id]
        fits = [key for key in same if named in (None, key)]
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
            rest, taken = line.base_quantity, []
            for key in dict.fromkeys([chosen, *same]):
                if part := min(rest, left[key]):
                    taken.append((of[key], part))
                    left[key] -= part
                    rest -= part
            line.agreed = tuple(taken)  # what goes beyond the order was not agreed upon


@dataclass(slots=True)
class OriginalRow:
    """A row that a return gives back, or goods under way that are taken: thousandths in all, and what is left of them.

    ``left`` falls as the lines of the document take from it, so that the next line finds what is there.
    """

    document_id: int
    line: int
    part: int
    product_id: int
    batch_id: int | None
    quantity: int
    left: int


def original_rows(session: Session, lines: Iterable[Line], *, sent: bool = False) -> dict[tuple[int, int], list[OriginalRow]]:
    """The stock rows of the lines that ``lines`` return, by (document, line), in order of part.

    ``sent``: instead the arrivals of the transfers that they fulfil, less what of each batch was taken off the road.
    """
    rows: dict[tuple[int, int], list[OriginalRow]] = defaultdict(list)
    named = {key[0] for line in lines if (key := line.order_line if sent else line.against)}
    part = StockRow.part >= TRANSFER_PART if sent else StockRow.part < TRANSFER_PART
    for document_id in named:
        came = _taken_off(session, document_id) if sent else _came_back(session, document_id)
        found = (
            select(StockRow.line, StockRow.part, StockRow.product_id, StockRow.batch_id, raw(StockRow.quantity))
            .where(StockRow.document_id == document_id, StockRow.void == 0, part)
            .order_by(StockRow.line, StockRow.part)
        )
        for line, at, product_id, batch_id, quantity in session.execute(found):
            key = (line, batch_id if sent else at)
            gone = min(abs(quantity), came.get(key, 0))
            came[key] = came.get(key, 0) - gone
            row = OriginalRow(document_id, line, at, product_id, batch_id, abs(quantity), abs(quantity) - gone)
            rows[(document_id, line)].append(row)
    return rows


def _came_back(session: Session, document_id: int) -> dict[tuple[int, int | None], int]:
    """Thousandths that living returns gave back of each (line, part) of a document."""
    back = (
        select(StockRow.original_line, StockRow.original_part, func.sum(raw(StockRow.quantity)))
        .where(StockRow.original_document_id == document_id, StockRow.void == 0)
        .group_by(StockRow.original_line, StockRow.original_part)
    )
    return {(line, part): abs(int(quantity)) for line, part, quantity in session.execute(back)}


def _taken_off(session: Session, document_id: int) -> dict[tuple[int, int | None], int]:
    """Thousandths that living documents took of each (line, batch) of goods under way."""
    line = DocumentLine
    taken = (
        select(line.order_line, StockRow.batch_id, func.sum(raw(StockRow.quantity)))
        .join(StockRow, (StockRow.document_id == line.document_id) & (StockRow.line == line.line))
        .where(line.order_document_id == document_id, StockRow.void == 0, StockRow.part < TRANSFER_PART)
        .group_by(line.order_line, StockRow.batch_id)
    )
    return {(at, batch): abs(int(quantity)) for at, batch, quantity in session.execute(taken)}
