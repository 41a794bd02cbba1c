"""The proof that the three ledgers say what the documents say: quantities, revenue, debts, money, voids."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, and_, case, func, or_, select
from sqlalchemy.orm import Session, aliased

from jxc_desktop.db.models import (
    VOID_PART,
    Batch,
    Document,
    DocumentLine,
    LandedShare,
    MoneyRow,
    PartnerRow,
    Settlement,
    StockRow,
    Warehouse,
)
from jxc_desktop.db.types import raw
from jxc_desktop.domain.documents import DocumentKind
from jxc_desktop.i18n import _
from jxc_desktop.queries.costing import TRANSFER_PART
from jxc_desktop.queries.findings import LIMIT, Finding, by_kind, told

LIVES = Document.status != "draft"


# --- the stock ledger against the lines ------------------------------------------------------------------------------


def lines_against_stock(session: Session) -> list[Finding]:
    """Each line's rows together must move what the line says, bring in its revenue and carry what it fixes."""
    quantity = raw(StockRow.quantity)
    moved = (
        select(
            StockRow.document_id,
            StockRow.line,
            func.sum(case((StockRow.part < TRANSFER_PART, quantity), else_=0)).label("here"),
            func.sum(case((StockRow.part >= TRANSFER_PART, quantity), else_=0)).label("there"),
            func.coalesce(func.sum(raw(StockRow.revenue)), 0).label("revenue"),
            func.max(raw(StockRow.counted)).label("counted"),
        )
        .where(StockRow.part < VOID_PART)
        .group_by(StockRow.document_id, StockRow.line)
        .subquery()
    )
    base, net = raw(DocumentLine.base_quantity), func.coalesce(raw(DocumentLine.net), 0)
    here, there = func.coalesce(moved.c.here, 0), func.coalesce(moved.c.there, 0)
    turned = case((DocumentLine.line == Document.made_line, -1), else_=1)
    plain = by_kind(lambda k: None if k.cost is None else here if k.is_count else base * (k.stock or -1) * turned)
    expected = case((DocumentLine.kit == 1, here), else_=plain)  # a kit leaves as its parts
    arriving = by_kind(lambda k: base if k.is_transfer else None)
    counted = by_kind(lambda k: base + 1 if k.is_count else None)
    revenue = by_kind(lambda k: net * -k.stock if k.bucket in ("sold", "returned") else None)
    wrong = or_(
        here != expected,
        there != arriving,
        func.coalesce(moved.c.counted + 1, 0) != counted,
        func.coalesce(moved.c.revenue, 0) != revenue,
    )
    rows = session.execute(
        select(Document.number, DocumentLine.line)
        .join(Document, Document.id == DocumentLine.document_id)
        .outerjoin(moved, and_(moved.c.document_id == DocumentLine.document_id, moved.c.line == DocumentLine.line))
        .where(LIVES, wrong)
        .order_by(Document.id, DocumentLine.line)
        .limit(LIMIT + 1)
    )
    found = told("stock_ledger", _("{number}, line {line}: the stock ledger does not say what the document says."), rows)
    return found + told(
        "stock_ledger",
        _("{number}: the receipt’s value in the stock ledger is not what the document says."),
        session.execute(_given()),
    )


def _given() -> Select[*tuple[Any, ...]]:
    """Receipts whose rows together do not carry the lines' amounts and the freight; lines of unknown cost excuse them."""
    stated = (
        select(StockRow.document_id, func.sum(raw(StockRow.given)).label("given"))
        .where(StockRow.part < VOID_PART, StockRow.cost == "given")
        .group_by(StockRow.document_id)
        .subquery()
    )
    lines = (
        select(
            DocumentLine.document_id,
            func.sum(raw(DocumentLine.net)).label("net"),
            func.count().label("lines"),
            func.count(raw(DocumentLine.net)).label("known"),
        )
        .group_by(DocumentLine.document_id)
        .subquery()
    )
    freight = by_kind(lambda k: raw(Document.freight) if k.has_money else None)
    return (
        select(Document.number)
        .join(stated, stated.c.document_id == Document.id)
        .join(lines, lines.c.document_id == Document.id)
        .where(lines.c.lines == lines.c.known, stated.c.given != lines.c.net + freight)
        .order_by(Document.id)
        .limit(LIMIT + 1)
    )


def stray_rows(session: Session) -> list[Finding]:
    """Rows that say another product, place, moment or sequence than their document, or belong to a draft."""
    moment = func.coalesce(DocumentLine.counted_at, Document.moment)
    between = select(Warehouse.id).where(Warehouse.transit == 1).scalar_subquery()
    arrives = case((Document.transit == 1, between), else_=Document.to_warehouse_id)
    stray = or_(
        Document.status == "draft",
        and_(StockRow.product_id != DocumentLine.product_id, DocumentLine.kit == 0),
        and_(StockRow.product_id == DocumentLine.product_id, DocumentLine.kit == 1),
        StockRow.seq != Document.seq,
        StockRow.moment != moment,
        StockRow.warehouse_id != case((StockRow.part % VOID_PART >= TRANSFER_PART, arrives), else_=Document.warehouse_id),
    )
    rows = session.execute(
        select(func.coalesce(Document.number, "?").label("number"), StockRow.line, StockRow.part)
        .join(Document, Document.id == StockRow.document_id)
        .join(DocumentLine, and_(DocumentLine.document_id == StockRow.document_id, DocumentLine.line == StockRow.line))
        .where(stray)
        .order_by(StockRow.document_id, StockRow.line, StockRow.part)
        .limit(LIMIT + 1)
    )
    found = told(
        "stock_row", _("{number}, line {line}, part {part}: the row’s product, place or time is not the document’s."), rows
    )
    for ledger, partner in ((PartnerRow, True), (MoneyRow, False)):
        wrong = [
            Document.status == "draft",
            ledger.seq != Document.seq,
            ledger.moment != Document.moment,
            ledger.day != Document.day,
        ]
        if partner:
            wrong.append(func.coalesce(Document.partner_id, 0) != PartnerRow.partner_id)
        rows = session.execute(
            select(func.coalesce(Document.number, "?").label("number"), ledger.part)
            .join(Document, Document.id == ledger.document_id)
            .where(or_(*wrong))
            .limit(LIMIT + 1)
        )
        found += told("money_row", _("{number}, part {part}: the row’s partner or time is not the document’s."), rows)
    return found


def void_pairs(session: Session) -> list[Finding]:
    """Of a voided document every row has its opposite and both are marked; of a living one none."""
    twin = aliased(StockRow)
    pair = and_(twin.document_id == StockRow.document_id, twin.line == StockRow.line, twin.part == StockRow.part - VOID_PART)
    sums = [
        func.coalesce(raw(getattr(StockRow, n)), 0) + func.coalesce(raw(getattr(twin, n)), 0) != 0
        for n in ("quantity", "value", "revenue")
    ]
    unlike = or_(
        twin.product_id != StockRow.product_id,
        twin.warehouse_id != StockRow.warehouse_id,
        twin.moment != StockRow.moment,
        twin.bucket != StockRow.bucket,
    )
    alone = (
        select(Document.number)
        .join(StockRow, StockRow.document_id == Document.id)
        .outerjoin(twin, pair)
        .where(StockRow.part >= VOID_PART, or_(twin.part.is_(None), *sums, unlike))
    )
    marked = (
        select(Document.number)
        .join(StockRow, StockRow.document_id == Document.id)
        .group_by(Document.id, Document.number, Document.status)
        .having(
            or_(
                func.sum(StockRow.void) != case((Document.status == "voided", func.count()), else_=0),
                func.sum(case((StockRow.part >= VOID_PART, 1), else_=0)) * 2
                != case((Document.status == "voided", func.count()), else_=0),
            )
        )
    )
    text = _("{number}: the voided rows and their opposites do not cancel out.")
    rows = {row.number: row for statement in (alone, marked) for row in session.execute(statement.limit(LIMIT + 1))}
    return told("void", text, rows.values())


# --- partners, money, heads ------------------------------------------------------------------------------------------


def _owed(kind: DocumentKind) -> Any:
    total, paid = raw(Document.total), raw(Document.paid)
    if kind.opens_balance:
        return case((Document.partner_id.is_not(None), total), else_=0)
    if not kind.partner:
        return None
    owed = -paid if kind.is_order else total - paid if kind.has_money else total
    return case((Document.partner_id.is_not(None), owed * kind.partner), else_=0)


def _flowed(kind: DocumentKind) -> Any:
    if kind.opens_balance:
        return case((Document.partner_id.is_(None), raw(Document.total)), else_=0)
    return raw(Document.paid) * kind.money if kind.money else None


def money_against_documents(session: Session) -> list[Finding]:
    """What a document says is owed and paid stands in the two ledgers; of a voided one the sum is nothing."""
    found: list[Finding] = []
    texts = (
        ("partner_ledger", PartnerRow, _owed, _("{number}: the partner ledger says {said}, the document {expected}.")),
        ("money_ledger", MoneyRow, _flowed, _("{number}: the money ledger says {said}, the document {expected}.")),
    )
    for code, ledger, rule, text in texts:
        entered = (
            select(
                ledger.document_id,
                func.sum(case((ledger.part < VOID_PART, raw(ledger.amount)), else_=0)).label("first"),
                func.sum(raw(ledger.amount)).label("whole"),
            )
            .group_by(ledger.document_id)
            .subquery()
        )
        expected = by_kind(rule)
        first, whole = func.coalesce(entered.c.first, 0), func.coalesce(entered.c.whole, 0)
        left = case((Document.status == "voided", 0), else_=expected)
        statement = (
            select(
                Document.number,
                case((first != expected, first), else_=whole).label("said"),
                case((first != expected, expected), else_=left).label("expected"),
            )
            .outerjoin(entered, entered.c.document_id == Document.id)
            .where(LIVES, or_(first != expected, whole != left))
            .order_by(Document.id)
            .limit(LIMIT + 1)
        )
        found += told(code, text, session.execute(statement), ("said", "expected"))
    return found


def heads_against_lines(session: Session) -> list[Finding]:
    """Goods, pieces, number of lines and total of each document are those of its lines; drafts have none.

    What an assembly makes is no line of its own here, nor is what a disassembly takes apart.
    """
    head = aliased(Document)
    part = or_(head.made_line.is_(None), head.made_line != DocumentLine.line)
    lines = (
        select(
            DocumentLine.document_id,
            func.sum(case((part, 1), else_=0)).label("lines"),
            func.coalesce(func.sum(raw(DocumentLine.amount)), 0).label("goods"),
            func.coalesce(func.sum(raw(DocumentLine.net)), 0).label("net"),
            func.sum(case((part, raw(DocumentLine.base_quantity)), else_=0)).label("pieces"),
        )
        .join(head, head.id == DocumentLine.document_id)
        .group_by(DocumentLine.document_id)
        .subquery()
    )
    count, goods, net, pieces = (func.coalesce(lines.c[n], 0) for n in ("lines", "goods", "net", "pieces"))
    off = raw(Document.discount_amount) + raw(Document.rounding)
    total = by_kind(
        lambda k: raw(Document.total) if not k.has_lines else goods - off + raw(Document.freight) if k.has_money else goods
    )
    shared = by_kind(lambda k: goods - off if k.has_money else goods)
    wrong = or_(
        and_(Document.status != "draft", count != Document.line_count),
        and_(Document.status == "draft", count != 0),
        and_(
            LIVES, or_(goods != raw(Document.goods), pieces != raw(Document.pieces), total != raw(Document.total), net != shared)
        ),
    )
    rows = session.execute(
        select(func.coalesce(Document.number, Document.ref, "?").label("number"))
        .outerjoin(lines, lines.c.document_id == Document.id)
        .where(wrong)
        .order_by(Document.id)
        .limit(LIMIT + 1)
    )
    return told("document", _("{number}: the totals are not those of its lines."), rows)


def settlements(session: Session) -> list[Finding]:
    """No receipt or payment settles more than it is, and none that lives settles a document that is voided."""
    over = (
        select(Document.number)
        .join(Settlement, Settlement.document_id == Document.id)
        .group_by(Document.id, Document.number, Document.total)
        .having(func.sum(raw(Settlement.amount)) > raw(Document.total))
    )
    target = aliased(Document)
    dead = (
        select(Document.number)
        .join(Settlement, Settlement.document_id == Document.id)
        .join(target, target.id == Settlement.target_id)
        .where(Document.status == "posted", target.status.not_in(("posted", "closed")))
    )
    rows = {row.number: row for statement in (over, dead) for row in session.execute(statement.limit(LIMIT + 1))}
    return told("settlement", _("{number}: what it settles is more than it is, or voided."), rows.values())


def landed(session: Session) -> list[Finding]:
    """What a landed cost comes to is shared out whole, and none that lives raises a receipt that is voided."""
    shares = (
        select(LandedShare.document_id, func.sum(raw(LandedShare.amount)).label("shared"))
        .group_by(LandedShare.document_id)
        .subquery()
    )
    unequal = (
        select(Document.number)
        .outerjoin(shares, shares.c.document_id == Document.id)
        .where(Document.kind == "landed_cost", LIVES, func.coalesce(shares.c.shared, 0) != raw(Document.total))
    )
    target = aliased(Document)
    dead = (
        select(Document.number)
        .join(LandedShare, LandedShare.document_id == Document.id)
        .join(target, target.id == LandedShare.target_id)
        .where(Document.status == "posted", target.status != "posted")
    )
    rows = {row.number: row for statement in (unequal, dead) for row in session.execute(statement.limit(LIMIT + 1))}
    return told("landed_cost", _("{number}: its shares are not what it comes to, or lie on a voided receipt."), rows.values())


def batches(session: Session) -> list[Finding]:
    """A row's batch is a batch of its product."""
    rows = session.execute(
        select(Document.number)
        .join(StockRow, StockRow.document_id == Document.id)
        .join(Batch, Batch.id == StockRow.batch_id)
        .where(Batch.product_id != StockRow.product_id)
        .limit(LIMIT + 1)
    )
    return told("batch", _("{number}: a batch belongs to another product."), rows)
