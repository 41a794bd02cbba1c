"""The batches of a line that is typed: which one posting will take, which may be chosen, and a line split over two."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from jxc_desktop.columns import quantity_text
from jxc_desktop.domain.documents import ZERO, DocumentKind
from jxc_desktop.gui.document_lines import EditLine, Part
from jxc_desktop.gui.widgets import Choice
from jxc_desktop.i18n import _
from jxc_desktop.queries.batches import Lot


def takes_batches(kind: DocumentKind) -> bool:
    """Whether the lines of this kind take goods out of batches that are there."""
    return not kind.is_order and (kind.stock < 0 or kind.code == "transfer")


def is_spoilt(lot: Lot, day: date) -> bool:
    """Whether it is past its date on ``day``."""
    return lot.expiry is not None and lot.expiry < day.isoformat()


def plan_batches(kind: DocumentKind, lines: Sequence[EditLine], warehouse_id: int | None, day: date, today: date) -> None:
    """Note at each line what posting will take for it, first expired first out, after what other lines name.

    What is past its date stands last where goods are handed over. Of a document that is dated back nothing is noted: what
    lay there then is not known here.
    """
    named: dict[tuple[int, str], Decimal] = defaultdict(Decimal)
    for line in lines:
        if line.draft.batch:
            named[(line.product.id, line.draft.batch)] += line.base_quantity
    for line in lines:
        line.planned = ()
        if not line.product.batches or line.draft.batch or line.original is not None or not takes_batches(kind) or day != today:
            continue
        rest = line.base_quantity
        for lot in _in_order(kind, line, day):
            key = (line.product.id, lot.number)
            take = min(rest, lot.on_hand.get(warehouse_id or 0, ZERO) - named[key])
            if take > 0:
                named[key] += take
                rest -= take
                line.planned = (*line.planned, Part(lot, take))


def _in_order(kind: DocumentKind, line: EditLine, day: date) -> list[Lot]:
    return sorted(line.product.lots, key=lambda lot: kind.hands_over and is_spoilt(lot, day))


def planned_words(line: EditLine) -> str:
    """``B1``, or ``B1 6 + B2 4`` where one batch does not suffice."""
    if len(line.planned) == 1:
        return line.planned[0].lot.number
    return " + ".join(f"{part.lot.number} {quantity_text(part.quantity)}" for part in line.planned)


def batch_choices(kind: DocumentKind, line: EditLine, warehouse_id: int | None, day: date, text: str) -> list[Choice]:
    """The batches a line may name, those that ``text`` is a part of; of goods that leave, only what is there.

    The value of a choice is its :class:`Lot`; None, first and only while nothing is typed, is to leave it to the program.
    """
    leaves, here = takes_batches(kind), warehouse_id or 0
    lots = [lot for lot in _in_order(kind, line, day) if not leaves or lot.on_hand.get(here, ZERO) > 0]
    shown = [lot for lot in lots if text.casefold() in lot.number.casefold()]
    unit = line.product.units[0].name
    found = [
        Choice(lot, lot.number, _life(lot, day), _("{quantity} {unit} here").format(quantity=_here(lot, here), unit=unit))
        for lot in (shown if leaves else reversed(shown))
    ]
    if leaves and not text and found:
        found.insert(0, Choice(None, _("What expires first"), planned_words(line)))
    return found


def _here(lot: Lot, warehouse_id: int) -> str:
    return quantity_text(lot.on_hand.get(warehouse_id, ZERO))


def _life(lot: Lot, day: date) -> str:
    if lot.expiry is None:
        return _("No expiry date")
    left = (date.fromisoformat(lot.expiry) - day).days
    words = _("Expired on {day}") if left < 0 else _("Expires on {day}, {left} days left")
    return words.format(day=lot.expiry, left=left)


def more_than_there(line: EditLine, warehouse_id: int | None) -> Decimal | None:
    """How many base units the named batch lacks in a warehouse; None: it suffices, or is not known."""
    lot = line.lot
    if lot is None or line.original is not None:
        return None
    missing = line.base_quantity - max(lot.on_hand.get(warehouse_id or 0, ZERO), ZERO)
    return missing if missing > 0 else None


def split_line(line: EditLine, missing: Decimal, kind: DocumentKind) -> EditLine:
    """Leave to the named batch what it has; the ``missing`` base units as a line of their own without a batch."""
    rest = EditLine(replace(line.draft, batch=None, produced=None, expiry=None, amount=None, typed={}), line.product)
    rest.by_hand = line.by_hand - {"batch", "quantity"}
    if line.ordered is not None:
        line.ordered, rest.ordered = line.ordered - missing, missing
    rest.take_base(missing, kind)
    line.take_base(line.base_quantity - missing, kind)
    return rest
