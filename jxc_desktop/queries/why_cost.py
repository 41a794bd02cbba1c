"""The derivation of what one line of a document cost: the pool before it, what it took or brought, the pool after it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from jxc_desktop.db.models import VOID_PART, Document, DocumentLine, LandedShare, Product, StockRow
from jxc_desktop.db.types import raw
from jxc_desktop.domain.costing import PoolState
from jxc_desktop.domain.documents import kind_of
from jxc_desktop.domain.money import divide_half_up, fen, pieces, yuan
from jxc_desktop.domain.why import Derivation, Term, WhyGroup, WhyKey, WhyRow
from jxc_desktop.i18n import _
from jxc_desktop.queries.costing import RowId
from jxc_desktop.queries.why_document import document_notes, line_of, line_words
from jxc_desktop.queries.why_parts import QUANTITY_AND_VALUE, compared, headings, leads, said, title_of
from jxc_desktop.queries.why_pools import Goods, Moved, average, cost_words, counted_again, goods_of, moved

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Piece:
    """A stock row of the line, with what of it is in the ledger only: value the document gave, original, landed cost."""

    row: Moved
    given: int | None
    counted: int | None
    original: RowId | None
    landed: int


# --- one line --------------------------------------------------------------------------------------------------------


def line_cost(session: Session, key: WhyKey) -> Derivation:
    """Cost of one line: what was in the pool before it, what it took or brought, and what was there after it."""
    detail, line = line_of(session, key)
    kind = kind_of(detail.head.kind)
    goods = goods_of(session, line.product_id)
    parts = _pieces(session, detail.head.id, line.line)
    made = line is detail.made
    sign = -kind.cost_sign if made else kind.cost_sign
    told = None if made else line.cost
    known = [part.row.value for part in parts if part.row.value is not None]
    quantity = sign * sum(part.row.quantity for part in parts)
    value = sign * sum(known) if known else None
    result = None if value is None else yuan(value)
    living = moved(session, goods.id)
    story = _Story(session, goods, living)
    groups = tuple(group for part in parts for group in story.told(key, part, alone=len(parts) == 1))
    terms = (
        Term("=", pieces(quantity), "quantity", _("quantity ({unit})").format(unit=goods.unit)),
        Term("×", None if value is None else average(value, quantity), "price", story.unit_words(parts)),
    )
    found = Derivation(
        key, title_of(key), line_words(key, detail, line), result,
        leads(result, key, *terms if quantity else ()), headings(*QUANTITY_AND_VALUE), groups,
        (*document_notes(detail), *_cost_notes(parts)),
    )  # fmt: skip
    if detail.head.status == "voided":
        return compared(found, told, known=result is not None)
    again = [story.replayed(part) for part in parts]
    stored = None if any(one is None for one in again) else yuan(sign * sum(one or 0 for one in again))
    return compared(found, told, stored, known=result is not None)


def _pieces(session: Session, document_id: int, line: int) -> list[Piece]:
    """The rows of a line, arrivals of a transfer and voiding rows left out."""
    wanted = (
        select(
            StockRow.document_id, StockRow.line, StockRow.part, StockRow.moment, StockRow.seq, StockRow.day,
            StockRow.warehouse_id, StockRow.batch_id, StockRow.cost, raw(StockRow.quantity), raw(StockRow.value),
            StockRow.provisional, Document.number, Document.kind, raw(StockRow.given), raw(StockRow.counted),
            StockRow.original_document_id, StockRow.original_line, StockRow.original_part,
        )
        .join(Document, Document.id == StockRow.document_id)
        .where(
            StockRow.document_id == document_id, StockRow.line == line, StockRow.part < VOID_PART,
            StockRow.cost != "transfer_in",
        )
        .order_by(StockRow.part)
    )  # fmt: skip
    landed = _landed(session, document_id, line)
    found = []
    for row in session.execute(wanted):
        of = Moved._make(row[:14])
        given, counted, *original = row[14:]
        back: Any = tuple(original) if original[0] is not None else None
        found.append(Piece(of, given, counted, back, landed.get(of.part, 0)))
    return found


def _landed(session: Session, document_id: int, line: int) -> dict[int, int]:
    """Fen that living landed costs put onto the parts of the line."""
    wanted = (
        select(LandedShare.target_part, raw(LandedShare.amount))
        .join(Document, Document.id == LandedShare.document_id)
        .where(LandedShare.target_id == document_id, LandedShare.target_line == line, Document.status == "posted")
    )
    found: dict[int, int] = {}
    for part, amount in session.execute(wanted):
        found[part] = found.get(part, 0) + amount
    return found


def _cost_notes(parts: Sequence[Piece]) -> tuple[str, ...]:
    notes = []
    if any(part.row.value is None for part in parts):
        notes.append(_("The cost is not known yet: no goods of this product ever came with a price."))
    elif any(part.row.provisional for part in parts):
        notes.append(
            _("Provisional: goods left that were not there, or came without a price; the cost follows when it is known.")
        )
    return tuple(notes)


class _Story:
    """What happened to the pool of a row: before it, the row, after it."""

    def __init__(self, session: Session, goods: Goods, living: Sequence[Moved]) -> None:
        self._session, self._goods, self._living = session, goods, living
        self._results: Any = None

    def replayed(self, part: Piece) -> int | None:
        """The value of the row when everything is costed anew from the facts."""
        if self._results is None:
            self._results = counted_again(self._session, self._goods)[1]
        found = self._results.get((part.row.document_id, part.row.line, part.row.part))
        return None if found is None else found.value

    def unit_words(self, parts: Sequence[Piece]) -> str:
        costs = {part.row.cost for part in parts}
        if costs == {"given"}:
            return _("what one came to")
        if costs == {"return"} and all(part.original for part in parts):
            return _("cost of the original")
        if costs == {"made"}:
            return _("what went into one")
        return cost_words(self._goods)

    def told(self, key: WhyKey, part: Piece, *, alone: bool) -> list[WhyGroup]:
        """Before, what the row took or brought, after; only the middle where there are many rows."""
        goods, row = self._goods, part.row
        pool = goods.pool(row)
        before = [one for one in self._living if goods.pool(one) == pool and one.order < row.order]
        quantity, value = sum(one.quantity for one in before), sum(one.value or 0 for one in before)
        middle = WhyGroup(
            self._row_words(part), pieces(row.quantity), _yuan(row.value), tuple(self._rows(key, part, quantity, value))
        )
        if not alone:
            return [middle]
        unit = average(value, quantity)
        words = _("Before it on hand")
        if unit is not None and quantity > 0:
            words = _("Before it on hand, {cost} each").format(cost=f"{unit:,.4f}")
        after = quantity + row.quantity, value + (row.value or 0)
        last = _("After it on hand")
        if (unit := average(after[1], after[0])) is not None and after[0] > 0:
            last = _("After it on hand, {cost} each").format(cost=f"{unit:,.4f}")
        start = WhyGroup(words, pieces(quantity), yuan(value), tuple(self._latest(before)))
        return [start, middle, WhyGroup(last, pieces(after[0]), yuan(after[1]), result=True)]

    def _row_words(self, part: Piece) -> str:
        row = part.row
        batch = self._goods.batches.get(row.batch_id or 0, "")
        return said(_("This line"), self._goods.warehouses[row.warehouse_id][1], batch)

    def _latest(self, before: Sequence[Moved]) -> list[WhyRow]:
        """The last arrivals before it: they made the unit cost what it was."""
        came = [one for one in before if one.quantity > 0 and one.cost not in ("transfer_in", "transfer_out")][-5:]
        return [
            WhyRow(one.number, pieces(one.quantity), _yuan(one.value), one.document_id, note=one.moment[5:16].replace("T", " "))
            for one in reversed(came)
        ]

    def _rows(self, key: WhyKey, part: Piece, quantity: int, value: int) -> list[WhyRow]:
        cost = part.row.cost
        if cost == "given":
            return self._given(part)
        if cost == "return" and part.original is not None:
            return self._returned(key, part)
        if cost == "count":
            return self._counted(part)
        if cost == "made":
            return self._made(key, part)
        if cost in ("issue", "return_out", "transfer_out"):
            return self._taken(part, quantity, value)
        return []

    def _given(self, part: Piece) -> list[WhyRow]:
        """What the document itself says: amount, share of discount and freight, and what came on top later."""
        row = part.row
        line = self._session.execute(
            select(DocumentLine.amount, DocumentLine.net).where(
                DocumentLine.document_id == row.document_id, DocumentLine.line == row.line
            )
        ).one()
        if part.given is None or line.amount is None:
            return []
        net = line.net if line.net is not None else line.amount
        rows = [WhyRow(_("Amount of the line"), pieces(row.quantity), line.amount)]
        extras = (
            (_("Share of the discount on the whole"), net - line.amount),
            (_("Share of the freight"), yuan(part.given - fen(net))),
        )
        rows += [WhyRow(words, None, extra) for words, extra in extras if extra]
        return rows + self._landed_rows(part)

    def _landed_rows(self, part: Piece) -> list[WhyRow]:
        wanted = (
            select(Document.id, Document.number, raw(LandedShare.amount))
            .join(Document, Document.id == LandedShare.document_id)
            .where(
                LandedShare.target_id == part.row.document_id, LandedShare.target_line == part.row.line,
                LandedShare.target_part == part.row.part, Document.status == "posted",
            )
        )  # fmt: skip
        note = _("landed cost added later")
        return [WhyRow(number, None, yuan(amount), id, note=note) for id, number, amount in self._session.execute(wanted)]

    def _returned(self, key: WhyKey, part: Piece) -> list[WhyRow]:
        """The original's cost and the share of it that comes back."""
        assert part.original is not None
        document, line, number_of_part = part.original
        sold = self._session.execute(
            select(Document.number, raw(StockRow.quantity), raw(StockRow.value))
            .join(Document, Document.id == StockRow.document_id)
            .where(StockRow.document_id == document, StockRow.line == line, StockRow.part == number_of_part)
        ).one()
        note = _("sold then; its share comes back")
        return [
            WhyRow(sold.number, pieces(-sold[1]), _yuan(None if sold[2] is None else -sold[2]), document,
                   key.about("line_cost", document_id=document, line=line), note)
        ]  # fmt: skip

    def _made(self, key: WhyKey, part: Piece) -> list[WhyRow]:
        """What went into it: the parts of what was put together, or the whole of what was taken apart."""
        wanted = (
            select(StockRow.line, Product.name, func.sum(raw(StockRow.quantity)), func.sum(raw(StockRow.value)))
            .join(Product, Product.id == StockRow.product_id)
            .where(StockRow.document_id == part.row.document_id, StockRow.cost == "issue", StockRow.part < VOID_PART)
            .group_by(StockRow.line, Product.name)
            .order_by(StockRow.line)
        )
        return [
            WhyRow(
                name, pieces(-int(quantity)), None if value is None else yuan(-int(value)), key=key.about("line_cost", line=line)
            )
            for line, name, quantity, value in self._session.execute(wanted)
        ]

    def _counted(self, part: Piece) -> list[WhyRow]:
        row = part.row
        counted = part.counted or 0
        return [
            WhyRow(_("Counted"), pieces(counted)),
            WhyRow(_("In the book before"), pieces(counted - row.quantity)),
        ]

    def _taken(self, part: Piece, quantity: int, value: int) -> list[WhyRow]:
        """Of which layers, or of the average; what was not there stands apart."""
        row = part.row
        if row.value is None:
            return []
        wanted = -row.quantity
        there = min(max(quantity, 0), wanted)
        if self._goods.method.name == "fifo":
            rows, taken, worth = self._layers(part, there)
        else:
            rows, taken = [], there
            worth = value if there == quantity else _share(value, there, quantity)
            if there and there < wanted:
                rows.append(WhyRow(_("Was there, at {cost}").format(cost=cost_words(self._goods)), pieces(-there), yuan(-worth)))
        missing = wanted - taken
        if missing:
            text = (
                _("Was not there: guessed at the last known cost")
                if row.provisional
                else _("Was not there: cost of what came later")
            )
            rows.append(WhyRow(text, pieces(-missing), yuan(row.value + worth)))
        return rows

    def _layers(self, part: Piece, there: int) -> tuple[list[WhyRow], int, int]:
        """The layers a row took, oldest first; with how much and what it was worth."""
        row = part.row
        states, _results = counted_again(self._session, self._goods, before=(row.document_id, row.line, row.part))
        state: PoolState | None = states.get(self._goods.pool(row))
        documents = {one.seq: one for one in self._living}
        rows, taken, worth, left = [], 0, 0, there
        for layer in (state.layers if state is not None else None) or ():
            if not left:
                break
            take = min(layer.quantity, left)
            cost = layer.value if take == layer.quantity else _share(layer.value, take, layer.quantity)
            source = documents.get(layer.key[1])
            unit = average(layer.value, layer.quantity)
            note = _("{day}, {cost} each").format(day=layer.key[0][:10], cost=f"{unit:,.4f}" if unit is not None else "—")
            rows.append(
                WhyRow(
                    source.number if source else layer.key[0][:10],
                    pieces(-take),
                    yuan(-cost),
                    source.document_id if source else None,
                    note=note,
                )
            )
            left, taken, worth = left - take, taken + take, worth + cost
        return rows, taken, worth


def _share(value: int, part: int, whole: int) -> int:
    return divide_half_up(value * part, whole) if whole else 0


def _yuan(value: int | None) -> Decimal | None:
    return None if value is None else yuan(value)
