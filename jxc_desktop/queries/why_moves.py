"""Derivations of the rows of the stock ledger: their quantity, what was there after them, the difference of a count."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from jxc_desktop.db.models import StockRow
from jxc_desktop.domain.money import pieces, yuan
from jxc_desktop.domain.why import Derivation, Term, WhyGroup, WhyKey, WhyRow
from jxc_desktop.i18n import N_, _
from jxc_desktop.queries.why_document import document_notes, line_of, line_words
from jxc_desktop.queries.why_parts import (
    QUANTITY_AND_VALUE,
    course,
    headings,
    of_whom,
    running,
    said,
    told,
    warehouse_words,
)
from jxc_desktop.queries.why_pools import Goods, Moved, average, changes, cost_words, goods_of, moved
from jxc_desktop.queries.why_stock import held_of, is_here, of_places, shared_group
from jxc_desktop.queries.why_story import Piece, piece_of, pieces_of

ZERO = Decimal(0)


def left(session: Session, key: WhyKey) -> Derivation:
    """Quantity or value after a row, of the warehouse and batch that are asked for: all rows up to it, voided ones, too.

    What lies in a part of a pool has no value of its own, but its share of the pool's. Raises :class:`UnknownDocument`.
    """
    piece = piece_of(session, key)
    goods = goods_of(session, piece.product_id)
    until = [row for row in moved(session, goods.id, voided=True) if row.order <= piece.row.order]
    rows = [row for row in until if is_here(goods, key, row)]
    words = _("after line {line} of {number}").format(line=piece.row.line, number=piece.row.number)
    subject = said(of_whom(key, goods.name), warehouse_words(session, key.warehouse), key.batch or "", words)
    pools = {goods.pool(row) for row in rows}
    whole = [row for row in until if goods.pool(row) in pools]
    if key.shape == "money" and len(whole) > len(rows):
        return _share_left(key, goods, subject, whole)
    in_and_out = (_("came in"), _("went out"))
    return running(key, subject, changes(rows), in_and_out, _("Left after this row"))


def _share_left(key: WhyKey, goods: Goods, subject: str, whole: list[Moved]) -> Derivation:
    """The value of a place as its share of its pools, whose rows up to the one asked about are ``whole``."""
    held = held_of(goods, whole)
    quantity, value = of_places(held, goods, key)
    result = yuan(value or 0)  # what was never known counts as nothing, as the ledger lists it
    terms = (
        Term("=", pieces(quantity), "quantity", _("on hand ({unit})").format(unit=goods.unit), key.about("left_quantity")),
        Term("×", average(value or 0, quantity), "price", cost_words(goods)),
    )
    course_of_pools, _before, _since = course(changes(whole), _("Left after this row"))
    groups = (shared_group(goods, held, key, sorted(held.quantities), ("left_value", "left_value")), *course_of_pools)
    return told(key, subject, result, terms, groups, headings(*QUANTITY_AND_VALUE))


def difference(session: Session, key: WhyKey) -> Derivation:
    """What a line of a count found more or less: counted, less what the rows before it came to."""
    detail, line = line_of(session, key)
    parts = pieces_of(session, detail.head.id, line.line)
    stored = sum((pieces(part.row.quantity) for part in parts), ZERO)
    return _counted(session, key, parts[0], stored)


def row_quantity(session: Session, key: WhyKey) -> Derivation:
    """How much a row moved: what its line says in its unit, a part of it, or the difference of a count."""
    piece = piece_of(session, key)
    if piece.counted is not None and not piece.row.part > 1:
        return _counted(session, key, piece, pieces(piece.row.quantity))
    detail, line = line_of(session, key)
    goods, quantity, base = goods_of(session, piece.product_id), pieces(piece.row.quantity), line.base_quantity
    named = _("quantity ({unit})")
    sign = -1 if quantity < 0 else 1
    if abs(quantity) != base:
        terms = [Term("=", quantity, "quantity", _("a part of the line"))]
    elif (line.factor_num, line.factor_den) == (1, 1):
        terms = [Term("=", quantity, "quantity", named.format(unit=line.unit))]
    else:
        factor = Decimal(line.factor_num) / line.factor_den
        terms = [
            Term("=", sign * line.quantity, "quantity", named.format(unit=line.unit)),
            Term("×", factor, "quantity", _("{base} in one {unit}").format(base=goods.unit, unit=line.unit)),
        ]
    groups = [WhyGroup(_("Rows of the line"), None, rows=tuple(_rows_of_line(session, key, detail.head.id, line.line)))]
    return told(
        key, line_words(key, detail, line), quantity, terms, groups, headings(N_("Quantity")), notes=document_notes(detail),
    )  # fmt: skip


def _rows_of_line(session: Session, key: WhyKey, document_id: int, line: int) -> list[WhyRow]:
    """Every row that the line wrote: of each part of a kit, of each batch, of both sides of a transfer."""
    parts = session.scalars(
        select(StockRow.part).where(StockRow.document_id == document_id, StockRow.line == line).order_by(StockRow.part)
    ).all()
    rows = []
    for part in parts:
        piece = piece_of(session, key.about(key.figure, line=line, part=part))
        goods = goods_of(session, piece.product_id)
        place = goods.warehouses[piece.row.warehouse_id][1]
        words = said(goods.name, place, goods.batches.get(piece.row.batch_id or 0, ""))
        own = None if part == key.part else WhyKey("row_quantity", goods.id, document_id=document_id, line=line, part=part)
        rows.append(WhyRow(words, pieces(piece.row.quantity), None, document_id, own, piece.row.number))
    return rows


def _counted(session: Session, key: WhyKey, piece: Piece, stored: Decimal) -> Derivation:
    """What was counted less what was in the book at that place just before."""
    detail, line = line_of(session, key)
    goods, row = goods_of(session, piece.product_id), piece.row
    place = (row.warehouse_id, row.batch_id or 0)
    living = moved(session, goods.id)
    before = [one for one in living if (one.warehouse_id, one.batch_id or 0) == place and one.order < row.order]
    there = sum(one.quantity for one in before)
    counted = piece.counted or 0
    result = pieces(counted - there)
    groups, _opening, _since = course(changes(before), _("In the book at {time}").format(time=_time(row)), value=None)
    terms = (
        Term("=", pieces(counted), "quantity", _("counted")),
        Term("−", pieces(there), "quantity", _("in the book at that moment")),
    )
    return told(
        key, line_words(key, detail, line), result, terms,
        (WhyGroup(_("Counted"), pieces(counted)), *groups), headings(N_("Quantity")), stored=stored, notes=document_notes(detail),
    )  # fmt: skip


def _time(row: Moved) -> str:
    return row.moment[:16].replace("T", " ")
