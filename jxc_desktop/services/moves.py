"""What the lines of a document do to stock: one or more ledger rows each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from jxc_desktop.domain.acts import business_day
from jxc_desktop.domain.costing import Cost, Key
from jxc_desktop.domain.documents import DocumentKind
from jxc_desktop.domain.errors import Missing, SameWarehouse, TooFine
from jxc_desktop.domain.money import allocate, fen, milli, myriadth
from jxc_desktop.domain.settings import ShopSettings
from jxc_desktop.i18n import _
from jxc_desktop.queries.costing import TRANSFER_PART
from jxc_desktop.services.batch_choice import BatchChoice, Part, named_batches
from jxc_desktop.services.expired import spoiled_last
from jxc_desktop.services.lines import Line
from jxc_desktop.services.on_hand import Balance, Place
from jxc_desktop.services.origins import OriginalRow, original_rows
from jxc_desktop.services.transit import Route


@dataclass(slots=True)
class Move:
    """A row of the stock ledger about to be written. Quantities in thousandths, values in fen, prices in 10^-4."""

    line: int
    part: int
    moment: str
    day: str
    product: Any
    warehouse_id: int
    batch_id: int | None
    cost: Cost
    bucket: str
    quantity: int
    counted: int | None = None
    given: int | None = None
    given_price: int | None = None
    factor: tuple[int, int] = (1, 1)
    revenue: int | None = None
    original: tuple[int, int, int] | None = None
    value: int | None = None
    provisional: bool = False

    @property
    def place(self) -> Place:
        return self.product.id, self.warehouse_id, self.batch_id or 0


def key_of(move: Move, seq: int) -> Key:
    return move.moment, seq, move.line, move.part


def moves_of(
    session: Session,
    kind: DocumentKind,
    lines: Sequence[Line],
    route: Route,
    *,
    moment: str,
    day: str,
    settings: ShopSettings,
    present: dict[Place, Balance],
) -> list[Move]:
    """The stock rows of ``lines``; goods that are under way are taken as the lines they fulfil sent them.

    Raises :class:`Missing` for a transfer without destination, :class:`SameWarehouse` for one that leads nowhere.
    """
    if kind.cost is None or kind.bucket is None:
        return []
    if kind.is_transfer and route.arrives is None:
        raise Missing(field=_("The warehouse that receives the goods"))
    if kind.is_transfer and route.arrives == route.warehouse:
        raise SameWarehouse()
    originals = original_rows(session, lines, sent=route.sent) if kind.is_return or route.sent else {}
    made: list[Move] = []
    if kind.hands_over:
        present = spoiled_last(session, present, day)
    taken = named_batches([line for line in lines if not kind.brings_in(line.made)])
    choice = BatchChoice(session, route.warehouse, present, moment, taken)
    for line in lines:
        at = line.counted_at or moment
        on = day if at == moment else business_day(at, settings.closing_hour)
        sign = 1 if kind.brings_in(line.made) else -1
        cost = _cost_of(kind, line)
        parts = _line_parts(line, choice, originals, leaves=sign < 0 and not kind.is_count and not kind.sets_cost)
        revenues = _revenues(kind, line, parts)
        for part, (product, batch, quantity, original) in enumerate(parts, start=1):
            move = Move(line.line, part, at, on, product, route.warehouse, batch, cost, kind.bucket, sign * quantity)
            move.original = original
            _say_value(move, kind, line)
            if revenues:
                move.revenue = -sign * revenues[part - 1]
            made.append(move)
    if kind.is_transfer:
        assert route.arrives is not None
        made += [_arrival(out, route.arrives) for out in made]
        made.sort(key=lambda m: (m.line, m.part))
    return made


def _cost_of(kind: DocumentKind, line: Line) -> Cost:
    """How the rows of ``line`` come by their value; the product of an assembly has its parts' cost, and the other way round."""
    assert kind.cost is not None
    if not line.made:
        return kind.cost
    return Cost.MADE if kind.makes > 0 else Cost.ISSUE


def _say_value(move: Move, kind: DocumentKind, line: Line) -> None:
    """Tell the row what the document fixes: the value of what it brings in, or what was counted and the unit cost."""
    if move.cost in (Cost.COUNT, Cost.ADJUST):
        move.counted = -move.quantity if kind.is_count else None
        move.quantity = 0
        move.given_price = None if line.price is None else myriadth(line.price)
        move.factor = line.factor.numerator, line.factor.denominator
    elif move.cost in (Cost.GIVEN, Cost.MADE):
        move.given = None if line.given is None else fen(line.given)
        if move.cost is Cost.GIVEN and line.given is None and kind.price == "none":
            move.cost = Cost.PRESENT  # goods that turned up are worth what those on hand are


def _arrival(out: Move, to_warehouse: int) -> Move:
    """The other side of a transfer: part n + 500, so that every departure of a line stands before its arrivals."""
    return Move(
        out.line,
        out.part + TRANSFER_PART,
        out.moment,
        out.day,
        out.product,
        to_warehouse,
        out.batch_id,
        Cost.TRANSFER_IN,
        out.bucket,
        -out.quantity,
    )


LinePart = tuple[Any, *Part]
"""(product, batch, quantity, original row)."""


def _line_parts(
    line: Line, choice: BatchChoice, originals: dict[tuple[int, int], list[OriginalRow]], *, leaves: bool
) -> list[LinePart]:
    """The rows of a line: one for each batch that it takes from, and of a kit those of each of its parts."""
    base = milli(line.base_quantity)
    if line.rows:
        return list(line.rows)
    if not line.parts:
        rows = originals.get(line.against or line.order_line or (0, 0), [])
        found = choice.parts(line.product, line.batch_id, base, leaves=leaves, originals=rows)
        if line.order_line is not None:  # goods under way are taken, not given back
            found = [(batch, quantity, None) for batch, quantity, _original in found]
        return [(line.product, *part) for part in found]
    all_parts: list[LinePart] = []
    sold = originals.get(line.against or (0, 0), [])
    for product, each in line.parts:
        rows = [row for row in sold if row.product_id == product.id]
        wanted = _came_back(line, rows) if sold else _exact_milli(line.base_quantity * each, line, product)
        if not wanted:
            continue
        found = choice.parts(product, None, wanted, leaves=leaves, originals=rows)
        all_parts += [(product, *part) for part in found]
    return all_parts


def _came_back(line: Line, rows: Sequence[OriginalRow]) -> int:
    """What comes back of a part of a kit: its share of what left then, whatever the recipe says today."""
    whole, before = sum(row.quantity for row in rows), milli(line.returned_before)
    of = milli(line.original_quantity)
    until: int = whole * (before + milli(line.base_quantity)) // of
    return until - whole * before // of


def _exact_milli(quantity: Decimal, line: Line, product: Any) -> int:
    """``quantity`` in thousandths. Raises :class:`TooFine` where a part of a kit would be finer than that."""
    scaled = quantity * 1000
    if scaled != scaled.to_integral_value():
        field = _("{part} in line {line}").format(part=product.name, line=line.line)
        raise TooFine(field=field, value=f"{quantity.normalize():f}", places=3)
    return int(scaled)


def _revenues(kind: DocumentKind, line: Line, parts: Sequence[LinePart]) -> list[int]:
    """Fen of the line's amount for each row: all for the first; of a kit shared by what its parts sell for alone.

    Nothing where the kind earns none.
    """
    if kind.bucket not in ("sold", "returned") or line.net is None:
        return []
    if not line.parts:
        return [fen(line.net)] + [0] * (len(parts) - 1)
    weights = [(product.sale_price or 0) * quantity for product, _batch, quantity, _original in parts]
    if not any(weights):
        weights = [quantity for _product, _batch, quantity, _original in parts]
    return [fen(share) for share in allocate(line.net, weights)]
