"""The derivation of what a line of a document, or one row of the ledger, cost: the rows of it with their stories."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from sqlalchemy.orm import Session

from jxc_desktop.domain.documents import kind_of
from jxc_desktop.domain.money import pieces
from jxc_desktop.domain.why import Derivation, Term, WhyKey
from jxc_desktop.i18n import _
from jxc_desktop.queries.why_document import document_notes, line_of, line_words
from jxc_desktop.queries.why_parts import QUANTITY_AND_VALUE, compared, headings, told
from jxc_desktop.queries.why_pools import Goods, average, cost_words
from jxc_desktop.queries.why_story import Piece, Stories, piece_of, pieces_of, yuan_or_none


def line_cost(session: Session, key: WhyKey) -> Derivation:
    """Cost of one line: what was in the pool before it, what it took or brought, and what was there after it."""
    detail, line = line_of(session, key)
    kind, made = kind_of(detail.head.kind), line is detail.made
    sign = -kind.cost_sign if made else kind.cost_sign
    return _cost(session, key, pieces_of(session, detail.head.id, line.line), sign, None if made else line.cost)


def row_value(session: Session, key: WhyKey) -> Derivation:
    """What one row of the ledger is worth, signed as it stands there. Raises :class:`UnknownDocument`."""
    return _cost(session, key, [piece_of(session, key)], 1, None)


def row_unit_cost(session: Session, key: WhyKey) -> Derivation:
    """What one piece of a ledger row came to: its value over its quantity."""
    detail, line = line_of(session, key)
    piece = piece_of(session, key)
    value, quantity, story = piece.row.value, piece.row.quantity, Stories(session).of(piece)
    result = None if value is None else average(value, quantity)
    terms = (
        Term("=", yuan_or_none(value), "money", _("amount"), key.about("row_value")),
        Term("÷", pieces(quantity), "quantity", _("quantity ({unit})").format(unit=story.goods.unit), key.about("row_quantity")),
    )
    return told(
        key, line_words(key, detail, line), result, terms, story.told(key, piece, alone=True), headings(*QUANTITY_AND_VALUE),
        notes=(*document_notes(detail), *_cost_notes([piece])), known=result is not None,
    )  # fmt: skip


def _cost(session: Session, key: WhyKey, parts: Sequence[Piece], sign: int, stored: Decimal | None) -> Derivation:
    """The value of these rows of a line, times ``sign``; ``stored``: what the book says it is."""
    detail, line = line_of(session, key)
    known = [part.row.value for part in parts if part.row.value is not None]
    quantity = sign * sum(part.row.quantity for part in parts)
    value = sign * sum(known) if known else None
    result, stories = yuan_or_none(value), Stories(session)
    groups = [group for part in parts for group in stories.of(part).told(key, part, alone=len(parts) == 1)]
    terms: list[Term] = []
    if any(part.product_id != line.product_id for part in parts) and len(parts) > 1:
        terms = [Term("=", result, "money", _("sum of {count} parts of the kit").format(count=len(parts)))]
    elif quantity:
        goods = stories.of(parts[0]).goods
        unit = None if value is None else average(value, quantity)
        terms = [
            Term("=", pieces(quantity), "quantity", _("quantity ({unit})").format(unit=goods.unit)),
            Term("×", unit, "price", _unit_words(goods, parts)),
        ]
    notes = (*document_notes(detail), *_cost_notes(parts))
    subject, columns = line_words(key, detail, line), headings(*QUANTITY_AND_VALUE)
    found = told(key, subject, result, terms, groups, columns, stored=stored, notes=notes, known=result is not None)
    if detail.head.status == "voided":
        return found
    again = [stories.of(part).replayed(part) for part in parts]
    replayed = None if any(one is None for one in again) else yuan_or_none(sign * sum(one or 0 for one in again))
    return compared(found, stored, replayed, known=result is not None)


def _unit_words(goods: Goods, parts: Sequence[Piece]) -> str:
    """How one piece got its cost."""
    costs = {part.row.cost for part in parts}
    if costs == {"given"}:
        return _("what one came to")
    if costs == {"return"} and all(part.original for part in parts):
        return _("cost of the original")
    if costs == {"made"}:
        return _("what went into one")
    if costs == {"transfer_in"}:
        return _("what one left with")
    return cost_words(goods)


def _cost_notes(parts: Sequence[Piece]) -> tuple[str, ...]:
    notes = []
    if any(part.row.value is None for part in parts):
        notes.append(_("The cost is not known yet: no goods of this product ever came with a price."))
    elif any(part.row.provisional for part in parts):
        notes.append(
            _("Provisional: goods left that were not there, or came without a price; the cost follows when it is known.")
        )
    return tuple(notes)
