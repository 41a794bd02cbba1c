"""Derivations of changed costs: what one act made of the cost of goods in a document, and every later act up to now."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from jxc_desktop.db.models import VOID_PART, CostDifference, Document, LandedShare, StockRow
from jxc_desktop.db.types import raw
from jxc_desktop.domain.errors import UnknownDocument
from jxc_desktop.domain.money import pieces, yuan
from jxc_desktop.domain.why import Derivation, Term, WhyGroup, WhyKey, WhyRow
from jxc_desktop.i18n import N_, _
from jxc_desktop.queries.why_parts import headings, of_whom, product_name, said, told
from jxc_desktop.queries.why_pools import goods_of, moved


def changed_cost(session: Session, key: WhyKey) -> Derivation:
    """Old cost, new cost or their difference. The acts follow one another: what one made of it the next one found, and what
    the last one made of it is what the ledger has now. Raises :class:`UnknownDocument`."""
    assert key.document_id is not None
    assert key.product_id is not None
    acts = _acts(session, key)
    act = next((one for one in acts if one.seq == key.act), None)
    if act is None:
        raise UnknownDocument(what=_("document"), key=str(key.document_id))
    number = session.execute(select(Document.number).where(Document.id == key.document_id)).scalar()
    name = product_name(session, key.product_id)
    old, new = yuan(-act.old), yuan(-act.new)
    result = {"old_cost": old, "new_cost": new}.get(key.figure, new - old)
    terms = [
        Term("=", new, "money", _("new cost"), key.about("new_cost")),
        Term("−", old, "money", _("old cost"), key.about("old_cost")),
    ]
    if key.figure != "cost_change":
        terms = [Term("=", result, "money", _("as recorded when {number} was posted or voided").format(number=act.number))]
    rows = tuple(_row(key, one) for one in reversed(acts))
    now = _now(session, key)
    groups = (
        WhyGroup(_("As first costed"), None, yuan(-acts[0].old)),
        WhyGroup(_("Changed by, {count} times").format(count=len(acts)), None, yuan(-sum(a.new - a.old for a in acts)), rows),
        WhyGroup(_("Cost now, from the ledger"), None, yuan(-now), result=True),
    )
    return told(
        key, said(of_whom(key, name), number or ""), result, terms, groups, headings("", N_("Cost (yuan)")),
        stored=_chained(session, key, acts, now),
    )  # fmt: skip


def quantity_changed(session: Session, key: WhyKey) -> Derivation:
    """How much of the goods left with the document (what came in is negative): its rows in the ledger."""
    assert key.document_id is not None
    assert key.product_id is not None
    goods = goods_of(session, key.product_id)
    rows = [row for row in moved(session, goods.id, voided=True) if row.document_id == key.document_id and row.part < VOID_PART]
    result = pieces(-sum(row.quantity for row in rows))
    told_rows = tuple(
        WhyRow(
            said(goods.warehouses[row.warehouse_id][1], goods.batches.get(row.batch_id or 0, "")), pieces(-row.quantity), None,
            key=WhyKey("row_quantity", goods.id, document_id=row.document_id, line=row.line, part=row.part),
            note=_("line {line}").format(line=row.line),
        )
        for row in rows
    )  # fmt: skip
    terms = (Term("=", result, "quantity", _("sum of {count} rows").format(count=len(rows))),)
    number = rows[0].number if rows else ""
    group = WhyGroup(_("Rows of the document, {count}").format(count=len(rows)), result, None, told_rows)
    return told(key, said(of_whom(key, goods.name), number), result, terms, (group,), headings(N_("Quantity")))


def _chained(session: Session, key: WhyKey, acts: Sequence[Any], now: int) -> Decimal | None:
    """The figure as its neighbours have it: what the act before left, what the act behind found, at last the ledger.

    None where a landed cost raised the document itself: such an act stands in no difference of it.
    """
    if session.execute(select(LandedShare.target_id).where(LandedShare.target_id == key.document_id).limit(1)).first():
        return None
    place = next(n for n, act in enumerate(acts) if act.seq == key.act)
    old = acts[place - 1].new if place else acts[place].old
    new = acts[place + 1].old if place + 1 < len(acts) else now
    return yuan(-{"old_cost": old, "new_cost": new}.get(key.figure, new - old))


def _row(key: WhyKey, act: Any) -> WhyRow:
    note = _("{old} → {new}").format(old=f"{yuan(-act.old):,.2f}", new=f"{yuan(-act.new):,.2f}")
    own = None if (key.figure, act.seq) == ("cost_change", key.act) else key.about("cost_change", act=act.seq)
    return WhyRow(act.number, None, yuan(-(act.new - act.old)), act.cause_id, own, note)


def _acts(session: Session, key: WhyKey) -> list[Any]:
    cause = aliased(Document)
    rows = (
        select(
            CostDifference.seq, CostDifference.cause_id, cause.number,
            raw(CostDifference.old_value).label("old"), raw(CostDifference.new_value).label("new"),
        )
        .join(cause, cause.id == CostDifference.cause_id)
        .where(CostDifference.document_id == key.document_id, CostDifference.product_id == key.product_id)
        .order_by(CostDifference.seq)
    )  # fmt: skip
    return list(session.execute(rows))


def _now(session: Session, key: WhyKey) -> int:
    """Fen that the goods of the document are worth in the ledger, as it was posted."""
    rows = select(func.coalesce(func.sum(raw(StockRow.value)), 0)).where(
        StockRow.document_id == key.document_id, StockRow.product_id == key.product_id, StockRow.part < VOID_PART
    )
    return int(session.execute(rows).scalar_one())
