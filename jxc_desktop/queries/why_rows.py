"""One row of a derivation closely: what its document says about these goods, and what the pool was before and after it."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from jxc_desktop.columns import quantity_text
from jxc_desktop.db.models import Document, DocumentLine, Partner, StockRow, User
from jxc_desktop.db.types import raw
from jxc_desktop.domain.documents import kind_of
from jxc_desktop.domain.errors import UnknownDocument
from jxc_desktop.domain.money import pieces, yuan
from jxc_desktop.domain.why import Fact, WhyKey
from jxc_desktop.i18n import _
from jxc_desktop.queries.why_pools import Goods, average, goods_of, moved


def row_facts(session: Session, key: WhyKey, document_id: int) -> tuple[Fact, ...]:
    """What stands behind a document in a derivation. Raises :class:`UnknownDocument`."""
    head = session.execute(
        select(Document.kind, Document.number, Document.moment, Partner.name, User.name, raw(Document.total))
        .outerjoin(Partner, Partner.id == Document.partner_id)
        .outerjoin(User, User.id == Document.posted_by)
        .where(Document.id == document_id)
    ).first()
    if head is None:
        raise UnknownDocument(what=_("document"), key=str(document_id))
    kind = kind_of(head[0])
    facts = [Fact(head[3] or kind.name, head[2][:16].replace("T", " "))]
    if key.product_id is None:
        facts += [Fact(_("Kind"), kind.name)] if head[3] else []
        facts += [Fact(_("Posted by"), head[4] or "—")]
        return (*facts, Fact(_("Total (yuan)"), _money(yuan(head[5])))) if kind.has_money else tuple(facts)
    return (*facts, *_of_goods(session, goods_of(session, key.product_id), document_id))


def _of_goods(session: Session, goods: Goods, document_id: int) -> list[Fact]:
    """Quantity × price of the lines, freight and discount, and the pool before and after."""
    facts = []
    lines = session.execute(
        select(
            DocumentLine.line, DocumentLine.quantity, DocumentLine.unit, DocumentLine.price, DocumentLine.amount, DocumentLine.net
        )
        .where(DocumentLine.document_id == document_id, DocumentLine.product_id == goods.id)
        .order_by(DocumentLine.line)
    ).all()
    for line in lines[:3]:
        if line.price is not None and line.amount is not None:
            said = f"{quantity_text(line.quantity)} × {line.price:,.4f}".removesuffix("00") + f" = {_money(line.amount)}"
            facts.append(Fact(_("Quantity × price"), said))
            if line.net is not None and line.net != line.amount:
                facts.append(Fact(_("Share of the discount on the whole"), _money(line.net - line.amount)))
        elif line.quantity:
            facts.append(Fact(_("Quantity"), f"{quantity_text(line.quantity)} {line.unit}"))
    freight = _freight(session, goods.id, document_id)
    if freight is not None:
        facts.append(Fact(_("Freight put onto it"), _money(freight)))
    return facts + _pool(session, goods, document_id)


def _freight(session: Session, product_id: int, document_id: int) -> Decimal | None:
    """What of the value is more than the lines' amounts: freight of the document and landed costs; None of what leaves."""
    rows = session.execute(
        select(raw(StockRow.value), raw(DocumentLine.net))
        .join(DocumentLine, (DocumentLine.document_id == StockRow.document_id) & (DocumentLine.line == StockRow.line))
        .where(
            StockRow.document_id == document_id, StockRow.product_id == product_id, StockRow.cost == "given", StockRow.void == 0
        )
    ).all()
    if not rows or any(value is None or net is None for value, net in rows):
        return None
    return yuan(sum(value - net for value, net in rows))


def _pool(session: Session, goods: Goods, document_id: int) -> list[Fact]:
    rows = moved(session, goods.id)
    mine = [row for row in rows if row.document_id == document_id]
    if not mine:
        return []
    pool, first, last = goods.pool(mine[0]), mine[0].order, mine[-1].order
    before = [row for row in rows if goods.pool(row) == pool and row.order < first]
    after = [row for row in rows if goods.pool(row) == pool and row.order <= last]
    facts = []
    for words, part in ((_("On hand before it"), before), (_("On hand after it"), after)):
        quantity, value = sum(row.quantity for row in part), sum(row.value or 0 for row in part)
        facts.append(Fact(words, _("{quantity} {unit}, {value} yuan").format(
            quantity=quantity_text(pieces(quantity)), unit=goods.unit, value=_money(yuan(value))
        )))  # fmt: skip
    unit = average(value, quantity)
    if unit is not None and quantity > 0:
        facts.append(Fact(_("Cost of one after it"), f"{_money(yuan(value))} ÷ {quantity_text(pieces(quantity))} = {unit:,.4f}"))
    return facts


def _money(value: Decimal) -> str:
    return f"{value:,.2f}"
