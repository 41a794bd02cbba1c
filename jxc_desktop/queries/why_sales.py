"""Derivations of what was sold and earned in a period: revenue, cost, profit, margin, and the way to net profit."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from jxc_desktop.db.models import Document, DocumentLine, StockRow
from jxc_desktop.db.types import raw
from jxc_desktop.domain.documents import KINDS
from jxc_desktop.domain.money import pieces, yuan
from jxc_desktop.domain.why import Derivation, Term, WhyGroup, WhyKey
from jxc_desktop.i18n import N_, _
from jxc_desktop.queries.inventory import ratio, shop_sums
from jxc_desktop.queries.money import FREIGHT, ProfitLine, profit
from jxc_desktop.queries.sales import KITS, sales
from jxc_desktop.queries.why_parts import QUANTITY_AND_VALUE, Change, by_kind, compared, headings, leads, title_of
from jxc_desktop.queries.why_scope import Narrowed, narrowed

RETURNS = tuple(kind.code for kind in KINDS if kind.bucket == "returned")
SALES, LOSSES = ("sold", "returned"), ("shrinkage",)


def selling(session: Session, key: WhyKey) -> Derivation:
    """Quantity sold, revenue, cost of sales, gross profit or margin of a period and whatever it is narrowed by."""
    asked = narrowed(session, key)
    found = _documents(session, asked, SALES)
    quantity, revenue, cost = _sums(found)
    groups, heading = _sales_groups(key, found, whole=not asked.products and not asked.kits)
    back = [one for one in found if one[0].kind in RETURNS]
    result, terms = _sales_formula(key, (quantity, revenue, cost), _sums(back))
    if key.figure == "documents":
        result, count = Decimal(len(found)), Decimal(len(back))
        terms = (
            Term("=", result - count, "integer", _("sales")), Term("+", count, "integer", _("returns of customers")),
        )  # fmt: skip
    unknown = sum(one[4] for one in found)
    notes = (_("{count} rows have no known cost; they count as 0.").format(count=unknown),) if unknown else ()
    derived = Derivation(key, title_of(key), asked.words, result, leads(result, key, *terms), heading, groups, notes)
    return compared(derived, _stored_sales(session, key, asked), known=result is not None)


def _sums(found: Sequence[tuple[Any, int, int, int, int]]) -> tuple[int, int, int]:
    """Quantity, revenue and cost: above zero what was sold."""
    return sum(-one[1] for one in found), sum(one[3] for one in found), sum(-one[2] for one in found)


def _documents(session: Session, asked: Narrowed, buckets: Sequence[str]) -> list[tuple[Any, int, int, int, int]]:
    """(document, thousandths, fen at cost, fen of revenue, rows of unknown cost) of each document, as in the ledger."""
    quantity = KITS if asked.kits == "whole" else raw(StockRow.quantity)
    rows = (
        select(
            StockRow.document_id, func.sum(quantity), func.coalesce(func.sum(raw(StockRow.value)), 0),
            func.coalesce(func.sum(raw(StockRow.revenue)), 0), func.count() - func.count(StockRow.value),
        )
        .where(*asked.in_period, StockRow.bucket.in_(buckets))
        .group_by(StockRow.document_id)
    )  # fmt: skip
    if asked.kits:
        of_row = (DocumentLine.document_id == StockRow.document_id) & (DocumentLine.line == StockRow.line)
        rows = rows.join(DocumentLine, of_row).where(DocumentLine.kit == 1)
    sums = {id: (int(q), int(v), int(r), int(u)) for id, q, v, r, u in session.execute(rows)}
    heads = _heads(session, list(sums))
    return [(heads[id], *figures) for id, figures in sums.items()]


def _heads(session: Session, ids: Sequence[int]) -> dict[int, Any]:
    found: dict[int, Any] = {}
    for chunk in (ids[i : i + 500] for i in range(0, len(ids), 500)):
        rows = select(Document.id, Document.kind, Document.number, Document.moment).where(Document.id.in_(chunk))
        found |= {row.id: row for row in session.execute(rows)}
    return found


def _sales_groups(
    key: WhyKey, found: Sequence[tuple[Any, int, int, int, int]], *, whole: bool
) -> tuple[tuple[WhyGroup, ...], Any]:
    """Sums by kind of document; their two columns depend on what is asked for. ``whole``: all goods of a document count."""
    earns = key.figure in ("gross_profit", "margin")
    changes = []
    for head, quantity, value, revenue, _unknown in found:
        figures = {"cost_of_sales": (-quantity, -value), "documents": (1000, 0)}.get(key.figure, (-quantity, revenue))
        if earns:
            figures = (revenue, revenue + value)
        changes.append(Change(head.id, head.kind, head.number, head.moment, *figures))

    def inside(change: Change) -> WhyKey | None:
        return None if not whole else WhyKey("document_profit" if earns else "document_cost", document_id=change.document_id)

    if earns:
        heading = headings(N_("Revenue"), N_("Profit (yuan)"), ("money", "money"))
        return tuple(by_kind(changes, quantity=yuan, key=inside)), heading
    if key.figure in ("sold_quantity", "documents"):
        title = N_("Quantity") if key.figure == "sold_quantity" else N_("Number of documents")
        return tuple(by_kind(changes, value=None)), headings(title)
    title = N_("Cost (yuan)") if key.figure == "cost_of_sales" else QUANTITY_AND_VALUE[1]
    return tuple(by_kind(changes, key=inside if key.figure == "cost_of_sales" else lambda _c: None)), headings(
        N_("Quantity"), title
    )


def _sales_formula(
    key: WhyKey, whole: tuple[int, int, int], back: tuple[int, int, int]
) -> tuple[Decimal | None, tuple[Term, ...]]:
    quantity, revenue, cost = whole
    sold = Term("=", yuan(revenue), "money", _("revenue"), key.about("revenue"))
    if key.figure == "gross_profit":
        paid = Term("−", yuan(cost), "money", _("cost of sales"), key.about("cost_of_sales"))
        return yuan(revenue - cost), (sold, paid)
    if key.figure == "margin":
        earned = Term("=", yuan(revenue - cost), "money", _("gross profit"), key.about("gross_profit"))
        return ratio(revenue - cost, revenue), (earned, Term("÷", yuan(revenue), "money", _("revenue"), key.about("revenue")))
    if key.figure == "sold_quantity":
        return pieces(quantity), _less_returned(pieces(quantity), pieces(back[0]), key)
    if key.figure == "cost_of_sales":
        return yuan(cost), _less_returned(yuan(cost), yuan(back[2]), key)
    return yuan(revenue), _less_returned(yuan(revenue), yuan(back[1]), key)


def _less_returned(whole: Decimal, back: Decimal, key: WhyKey) -> tuple[Term, Term]:
    """What was sold, less what came back at its own date."""
    if key.figure == "cost_of_sales":
        names = _("cost of what was sold"), _("cost of what came back")
    else:
        names = _("sold"), _("returned")
    return Term("=", whole - back, key.shape, names[0]), Term("−", -back, key.shape, names[1])


def _stored_sales(session: Session, key: WhyKey, asked: Narrowed) -> Decimal | None:
    """The same from the cached days (whole shop) or as the report counts it; None for a row of a report."""
    if not asked.whole:
        return None
    simple = not asked.scope.narrows_products
    if simple and key.figure in ("revenue", "cost_of_sales", "gross_profit"):
        kept = shop_sums(session, asked.period, warehouse_id=asked.scope.warehouse_id)
        return yuan({"revenue": kept.revenue, "cost_of_sales": kept.cost}.get(key.figure, kept.revenue - kept.cost))
    if key.side == "supplier":
        return None
    names = {"sold_quantity": "quantity", "cost_of_sales": "cost"}
    line = sales(session, asked.period, by=("day",), scope=asked.scope).total
    figure = getattr(line, names.get(key.figure, key.figure))
    return None if figure is None else Decimal(figure)


# --- profit ----------------------------------------------------------------------------------------------------------


def net_profit(session: Session, key: WhyKey) -> Derivation:
    """From revenue to net profit: each part with a derivation of its own."""
    asked = narrowed(session, key)
    sold = _documents(session, asked, SALES)
    revenue, cost = sum(one[3] for one in sold), sum(-one[2] for one in sold)
    lost = sum(-one[2] for one in _documents(session, asked, LOSSES))
    back = sum(one.value or 0 for one in [*_returned(session, asked), *_adjusted(session, asked)])
    freight = sum(one.value or 0 for one in _freight(session, asked))
    parts = [
        ("revenue", _("Revenue"), revenue),
        ("cost_of_sales", _("less cost of sales"), -cost),
        ("cost_differences", _("Return and cost differences"), back),
        ("shrinkage", _("less shrinkage"), -lost),
        ("freight_income", _("Freight charged to customers"), freight),
    ]
    total = revenue - cost + back - lost + freight
    groups = [WhyGroup(words, None, yuan(value), key=key.about(figure)) for figure, words, value in parts]
    result = yuan(total)
    groups.append(WhyGroup(_("Net profit"), None, result, result=True))
    terms = (
        Term("=", yuan(revenue - cost), "money", _("gross profit"), key.about("gross_profit")),
        Term("−", yuan(lost), "money", _("shrinkage"), key.about("shrinkage")),
        Term("+", yuan(back + freight), "money", _("differences and freight")),
    )
    found = Derivation(
        key, title_of(key), asked.words, result, leads(result, key, *terms), headings("", QUANTITY_AND_VALUE[1]),
        tuple(groups),
    )  # fmt: skip
    return compared(found, _stored_profit(session, key, asked))


def shrinkage(session: Session, key: WhyKey) -> Derivation:
    """What was lost: written off, missing when counted, used; less what was found. A loss is above zero."""
    asked = narrowed(session, key)
    changes = [
        Change(head.id, head.kind, head.number, head.moment, -quantity, -value)
        for head, quantity, value, _revenue, _unknown in _documents(session, asked, LOSSES)
    ]
    return _of_changes(session, key, asked, changes, _("lost less found, at cost"))


def cost_differences(session: Session, key: WhyKey) -> Derivation:
    """What suppliers credited for goods sent back, less what these goods had cost; and what cost adjustments changed."""
    asked = narrowed(session, key)
    changes = [*_returned(session, asked), *_adjusted(session, asked)]
    return _of_changes(session, key, asked, changes, _("credited less cost, and adjusted"))


def freight_income(session: Session, key: WhyKey) -> Derivation:
    """Freight charged on sales less freight paid back on returns."""
    asked = narrowed(session, key)
    return _of_changes(session, key, asked, _freight(session, asked), _("charged less paid back"))


def _of_changes(session: Session, key: WhyKey, asked: Narrowed, changes: Sequence[Change], words: str) -> Derivation:
    quantity = None if key.figure == "freight_income" else pieces
    result = yuan(sum(one.value or 0 for one in changes))
    heading = headings(*QUANTITY_AND_VALUE) if quantity else headings("", QUANTITY_AND_VALUE[1])
    found = Derivation(
        key, title_of(key), asked.words, result, leads(result, key, Term("=", result, "money", words)), heading,
        tuple(by_kind(changes, quantity=quantity)),
    )  # fmt: skip
    return compared(found, _stored_profit(session, key, asked))


def _returned(session: Session, asked: Narrowed) -> list[Change]:
    """Per purchase return: credited less cost. Of some goods only: of their lines; else of the whole document."""
    rows = (
        select(StockRow.document_id, func.sum(raw(StockRow.quantity)), func.coalesce(func.sum(raw(StockRow.value)), 0))
        .where(*asked.in_period, StockRow.cost == "return_out")
        .group_by(StockRow.document_id)
    )
    sums = {id: (int(quantity), int(value)) for id, quantity, value in session.execute(rows)}
    credited = _credited(session, asked, list(sums))
    heads = _heads(session, list(sums))
    return [
        Change(id, heads[id].kind, heads[id].number, heads[id].moment, quantity, credited.get(id, 0) + value)
        for id, (quantity, value) in sums.items()
    ]


def _adjusted(session: Session, asked: Narrowed) -> list[Change]:
    """Per cost adjustment: what the goods on hand became worth more or less."""
    rows = (
        select(StockRow.document_id, func.coalesce(func.sum(raw(StockRow.value)), 0))
        .where(*asked.in_period, StockRow.cost == "adjust")
        .group_by(StockRow.document_id)
    )
    sums = {id: int(value) for id, value in session.execute(rows)}
    heads = _heads(session, list(sums))
    return [Change(id, heads[id].kind, heads[id].number, heads[id].moment, 0, value) for id, value in sums.items()]


def _credited(session: Session, asked: Narrowed, ids: Sequence[int]) -> dict[int, int]:
    if not asked.products:
        totals = select(Document.id, raw(Document.total)).where(Document.id.in_(ids))
        return {id: int(total) for id, total in session.execute(totals)}
    lines = (
        select(StockRow.document_id, func.sum(raw(DocumentLine.net)))
        .join(DocumentLine, (DocumentLine.document_id == StockRow.document_id) & (DocumentLine.line == StockRow.line))
        .where(*asked.in_period, StockRow.cost == "return_out", StockRow.part == 1)
        .group_by(StockRow.document_id)
    )
    return {id: int(net or 0) for id, net in session.execute(lines)}


def _freight(session: Session, asked: Narrowed) -> list[Change]:
    """Freight belongs to whole documents: of some goods only, none is counted."""
    if asked.products:
        return []
    rows = select(Document.id, Document.kind, Document.number, Document.moment, raw(Document.freight)).where(
        Document.kind.in_(FREIGHT),
        Document.status == "posted",
        Document.day.between(*asked.period.iso),
        raw(Document.freight) != 0,
    )
    if asked.scope.warehouse_id is not None:
        rows = rows.where(Document.warehouse_id == asked.scope.warehouse_id)
    return [
        Change(id, kind, number, moment, 0, FREIGHT[kind] * freight)
        for id, kind, number, moment, freight in session.execute(rows)
    ]


def _stored_profit(session: Session, key: WhyKey, asked: Narrowed) -> Decimal | None:
    """The figure as the profit report has it, from the cached days where it can."""
    if not asked.whole and any(what not in ("month", "shop") for what, _name in key.groups):
        return None
    if key.side == "customer" and asked.scope.partner_id is not None:
        return None
    names = {"freight_income": "other_income"}
    lines: list[ProfitLine] = profit(session, asked.period, scope=asked.scope)
    return sum((getattr(line, names.get(key.figure, key.figure)) for line in lines), Decimal("0.00"))
