"""What happened to the pool of one ledger row: what was there before it, what it took or brought and why, what was after it."""

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
from jxc_desktop.domain.errors import UnknownDocument
from jxc_desktop.domain.money import divide_half_up, fen, pieces, yuan
from jxc_desktop.domain.why import WhyGroup, WhyKey, WhyRow
from jxc_desktop.i18n import _
from jxc_desktop.queries.costing import TRANSFER_PART, RowId
from jxc_desktop.queries.why_parts import said
from jxc_desktop.queries.why_pools import Goods, Moved, average, cost_words, counted_again, goods_of, moved


@dataclass(frozen=True, slots=True)
class Piece:
    """A stock row of the line, with what of it is in the ledger only: value or price the document gave, original, landed cost.

    ``product_id`` is that of the line, or of a part of the kit that the line sells.
    """

    row: Moved
    product_id: int
    given: int | None
    price: Decimal | None
    counted: int | None
    original: RowId | None
    landed: int


def piece_of(session: Session, key: WhyKey) -> Piece:
    """The ledger row that ``key`` names. Raises :class:`UnknownDocument` where there is none."""
    assert key.document_id is not None
    assert key.line is not None
    found = next(iter(pieces_of(session, key.document_id, key.line, part=key.part)), None)
    if found is None:
        raise UnknownDocument(what=_("document"), key=f"{key.document_id} / {key.line} / {key.part}")
    return found


def pieces_of(session: Session, document_id: int, line: int, *, part: int | None = None) -> list[Piece]:
    """The rows of a line, arrivals of a transfer and voiding rows left out; or the one row ``part``, whatever it is."""
    which = (StockRow.part < VOID_PART, StockRow.cost != "transfer_in") if part is None else (StockRow.part == part,)
    wanted = (
        select(
            StockRow.document_id, StockRow.line, StockRow.part, StockRow.moment, StockRow.seq, StockRow.day,
            StockRow.warehouse_id, StockRow.batch_id, StockRow.cost, raw(StockRow.quantity), raw(StockRow.value),
            StockRow.provisional, Document.number, Document.kind, StockRow.product_id, raw(StockRow.given),
            StockRow.given_price, raw(StockRow.counted),
            StockRow.original_document_id, StockRow.original_line, StockRow.original_part,
        )
        .join(Document, Document.id == StockRow.document_id)
        .where(StockRow.document_id == document_id, StockRow.line == line, *which)
        .order_by(StockRow.part)
    )  # fmt: skip
    landed = _landed(session, document_id, line)
    found = []
    for row in session.execute(wanted):
        of = Moved._make(row[:14])
        product, given, price, counted, *original = row[14:]
        back: Any = tuple(original) if original[0] is not None else None
        found.append(Piece(of, product, given, price, counted, back, landed.get(of.part, 0)))
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


class Stories:
    """The stories of the goods of a line: of a kit, of each of its parts."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._known: dict[int, Story] = {}

    def of(self, piece: Piece) -> Story:
        if piece.product_id not in self._known:
            self._known[piece.product_id] = Story(self._session, goods_of(self._session, piece.product_id))
        return self._known[piece.product_id]


class Story:
    """What happened to the pool of a row: before it, the row, after it."""

    def __init__(self, session: Session, goods: Goods) -> None:
        self._session, self.goods, self._living = session, goods, moved(session, goods.id)
        self._results: Any = None

    def replayed(self, part: Piece) -> int | None:
        """The value of the row when everything is costed anew from the facts."""
        if self._results is None:
            self._results = counted_again(self._session, self.goods)[1]
        found = self._results.get((part.row.document_id, part.row.line, part.row.part))
        return None if found is None else found.value

    def told(self, key: WhyKey, part: Piece, *, alone: bool) -> list[WhyGroup]:
        """Before, what the row took or brought, after; only the middle where there are many rows."""
        goods, row = self.goods, part.row
        pool = goods.pool(row)
        before = [one for one in self._living if goods.pool(one) == pool and one.order < row.order]
        quantity, value = sum(one.quantity for one in before), sum(one.value or 0 for one in before)
        middle = WhyGroup(
            self._row_words(part, alone=alone), pieces(row.quantity), yuan_or_none(row.value),
            tuple(self._rows(key, part, quantity, value)),
            key=None if alone else key.about("row_value", product_id=goods.id, part=row.part),
        )  # fmt: skip
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

    def _row_words(self, part: Piece, *, alone: bool) -> str:
        row = part.row
        batch = self.goods.batches.get(row.batch_id or 0, "")
        return said(_("This line") if alone else self.goods.name, self.goods.warehouses[row.warehouse_id][1], batch)

    def _latest(self, before: Sequence[Moved]) -> list[WhyRow]:
        """The last arrivals before it: they made the unit cost what it was."""
        came = [one for one in before if one.quantity > 0 and one.cost not in ("transfer_in", "transfer_out")][-5:]
        return [
            WhyRow(
                one.number,
                pieces(one.quantity),
                yuan_or_none(one.value),
                one.document_id,
                note=one.moment[5:16].replace("T", " "),
            )
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
        if cost == "adjust":
            return self._adjusted(part, quantity, value)
        if cost == "transfer_in":
            return self._sent(key, part)
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
            WhyRow(sold.number, pieces(-sold[1]), yuan_or_none(None if sold[2] is None else -sold[2]), document,
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

    def _adjusted(self, part: Piece, quantity: int, value: int) -> list[WhyRow]:
        """What is on hand at the cost that was set, less what it was worth."""
        worth = value + (part.row.value or 0)
        price = "—" if part.price is None else f"{part.price:,.4f}"
        return [
            WhyRow(_("On hand at the new cost of {cost}").format(cost=price), pieces(quantity), yuan(worth)),
            WhyRow(_("less what it was worth before"), None, yuan(-value)),
        ]

    def _sent(self, key: WhyKey, part: Piece) -> list[WhyRow]:
        """What came over from another warehouse is worth what it left there with."""
        row = part.row
        out = key.about("row_value", part=row.part - TRANSFER_PART)
        value = None if row.value is None else yuan(-row.value)
        note = _("left the other warehouse at this cost")
        return [WhyRow(row.number, pieces(-row.quantity), value, row.document_id, out, note)]

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
        if self.goods.method.name == "fifo":
            rows, taken, worth = self._layers(part, there)
        else:
            rows, taken = [], there
            worth = value if there == quantity else _share(value, there, quantity)
            if there and there < wanted:
                rows.append(WhyRow(_("Was there, at {cost}").format(cost=cost_words(self.goods)), pieces(-there), yuan(-worth)))
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
        states, _results = counted_again(self._session, self.goods, before=(row.document_id, row.line, row.part))
        state: PoolState | None = states.get(self.goods.pool(row))
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


def yuan_or_none(value: int | None) -> Decimal | None:
    """Fen as yuan; an unknown value stays unknown."""
    return None if value is None else yuan(value)
