"""Derivations of what is free, promised and still to come: stock on hand against the open orders."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session

from jxc_desktop.columns import quantity_text
from jxc_desktop.db.models import Document, DocumentLine, RecipeLine, Warehouse
from jxc_desktop.db.types import raw
from jxc_desktop.domain.money import pieces
from jxc_desktop.domain.why import Derivation, Term, WhyGroup, WhyKey, WhyRow
from jxc_desktop.i18n import N_, _
from jxc_desktop.queries.orders import OrderKind, lines_of_orders, open_quantities, still_open
from jxc_desktop.queries.scope import Scope
from jxc_desktop.queries.why_parts import capped, headings, told
from jxc_desktop.queries.why_pools import Goods
from jxc_desktop.queries.why_stock import by_place, is_here, rows_of, stock_subject, stored_quantity

ZERO = Decimal(0)


def available(session: Session, key: WhyKey) -> Derivation:
    """On hand less what open sales orders promise, and less what is under way between warehouses."""
    goods, rows = rows_of(session, key)
    between = set(session.scalars(select(Warehouse.id).where(Warehouse.transit == 1)))
    mine = [row for row in rows if is_here(goods, key, row)]
    here = pieces(sum(row.quantity for row in mine))
    under_way = pieces(sum(row.quantity for row in mine if row.warehouse_id in between))
    promised = [] if key.batch is not None else _orders(session, goods, key, "sales_order")
    reserved = sum((row.quantity or ZERO for row in promised), ZERO)
    result = here - reserved - under_way
    terms = [
        Term("=", here, "quantity", _("on hand"), key.about("on_hand")),
        Term("−", reserved, "quantity", _("reserved"), key.about("reserved")),
    ]
    groups = [
        WhyGroup(_("On hand"), here, rows=tuple(by_place(goods, rows, key)), key=key.about("on_hand")),
        WhyGroup(_("less open sales orders, {count}").format(count=len(promised)), -reserved, rows=tuple(map(_less, promised))),
    ]
    if under_way:
        code = next(goods.warehouses[row.warehouse_id][0] for row in mine if row.warehouse_id in between)
        road = key.about("on_hand", warehouse=code)
        terms.append(Term("−", under_way, "quantity", _("under way"), road))
        groups.append(WhyGroup(_("less under way between warehouses"), -under_way, key=road))
    groups.append(WhyGroup(_("Available"), result, result=True))
    stored = stored_quantity(session, goods, key)
    kept = None if stored is None else stored - under_way - _open_now(session, goods, key, "sales_order")
    subject = stock_subject(session, goods, key)
    return told(key, subject, result, terms, groups, headings(N_("Quantity")), stored=kept)


def promised(session: Session, key: WhyKey) -> Derivation:
    """What open sales orders reserve, or purchase orders let expect: ordered less delivered."""
    kind: OrderKind = "sales_order" if key.figure == "reserved" else "purchase_order"
    goods, _rows = rows_of(session, key)
    rows = [] if key.batch is not None else _orders(session, goods, key, kind)
    result = None if key.batch is not None else sum((row.quantity or ZERO for row in rows), ZERO)
    words = _("Open sales orders, {count}") if kind == "sales_order" else _("Open purchase orders, {count}")
    groups = (WhyGroup(words.format(count=len(rows)), result, rows=capped(rows)),)
    terms = (Term("=", result, "quantity", _("ordered and not delivered")),)
    notes = (_("Orders name no batch, so that nothing is reserved or to come of a batch."),) if key.batch is not None else ()
    return told(
        key, stock_subject(session, goods, key), result, terms, groups, headings(N_("Quantity")),
        stored=None if key.batch is not None else _open_now(session, goods, key, kind), notes=notes, known=result is not None,
    )  # fmt: skip


def _less(row: WhyRow) -> WhyRow:
    return WhyRow(row.words, -(row.quantity or ZERO), None, row.document_id, None, row.note)


def _orders(session: Session, goods: Goods, key: WhyKey, kind: OrderKind) -> list[WhyRow]:
    """The open lines of ``kind`` by order, the newest first; of a kit the part that is asked about, by its present recipe."""
    as_of = key.last.isoformat() if key.last is not None else None
    wanted = [Document.kind == kind, still_open(as_of)]
    if (place := goods.warehouse_id(key.warehouse)) is not None:
        wanted.append(Document.warehouse_id == place)

    def lines(*more: ColumnElement[bool]) -> Select[Any]:
        of = lines_of_orders(*wanted, *more, as_of=as_of).c
        columns = (Document.moment, Document.id, of.line, Document.number, of.ordered, of.fulfilled)
        named = (DocumentLine.document_id == of.document_id) & (DocumentLine.line == of.line)
        return select(*columns).join(Document, Document.id == of.document_id).join(DocumentLine, named)

    kits = select(RecipeLine.product_id).where(RecipeLine.part_id == goods.id)
    of_kits = (
        lines(DocumentLine.kit == 1, DocumentLine.product_id.in_(kits))
        .add_columns(raw(RecipeLine.quantity), DocumentLine.product_name)
        .join(RecipeLine, (RecipeLine.product_id == DocumentLine.product_id) & (RecipeLine.part_id == goods.id))
    )
    rows: list[tuple[Any, ...]] = [(*row, 1000, "") for row in session.execute(lines(*_for_itself(kind, goods)))]
    if kind == "sales_order":
        rows += [tuple(row) for row in session.execute(of_kits)]
    found = []
    for _moment, id, _line, number, quantity, done, each, kit in sorted(
        rows, key=lambda row: (row[0], row[1], -row[2]), reverse=True
    ):
        if quantity > int(done):
            note = _("ordered {ordered}, delivered {done}").format(ordered=_plain(quantity), done=_plain(int(done)))
            note = _("{kit}: {note}").format(kit=kit, note=note) if kit else note
            found.append(WhyRow(number, pieces((quantity - int(done)) * each // 1000), None, id, None, note))
    return found


def _for_itself(kind: OrderKind, goods: Goods) -> list[Any]:
    """A kit that is sold reserves its parts and not itself."""
    return [DocumentLine.product_id == goods.id, *([DocumentLine.kit == 0] if kind == "sales_order" else [])]


def _plain(quantity: int) -> str:
    return quantity_text(pieces(quantity))


def _open_now(session: Session, goods: Goods, key: WhyKey, kind: OrderKind) -> Decimal:
    if key.batch is not None:
        return ZERO
    as_of = key.last.isoformat() if key.last is not None else None
    place = goods.warehouse_id(key.warehouse)
    sums = open_quantities(session, kind, Scope(product_id=goods.id), as_of=as_of)
    return pieces(sum(quantity for (_product, warehouse), quantity in sums.items() if place in (None, warehouse)))
