"""The batches of a line that is typed: which one posting will take, which may be chosen, and a line split over two."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from jxc_desktop.columns import quantity_text
from jxc_desktop.domain.documents import ZERO, DocumentKind
from jxc_desktop.gui.document_lines import EditLine, Part
from jxc_desktop.gui.widgets import Choice
from jxc_desktop.i18n import _
from jxc_desktop.queries.batches import Lot

Taken = Mapping[tuple[int, str], Decimal]
"""Base units by product and number of the batch."""


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
    named = defaultdict(Decimal, named_batches(lines))
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


def named_batches(lines: Iterable[EditLine]) -> Taken:
    """What ``lines`` take out of the batches they name."""
    named: defaultdict[tuple[int, str], Decimal] = defaultdict(Decimal)
    for line in lines:
        if line.draft.batch:
            number = line.lot.number if line.lot is not None else line.draft.batch
            named[(line.product.id, number)] += line.base_quantity
    return named


def left_of(lot: Lot, line: EditLine, taken: Taken, warehouse_id: int | None) -> Decimal:
    """Base units in a warehouse of a batch of the line's product after other lines have ``taken`` theirs; never below 0."""
    return max(lot.on_hand.get(warehouse_id or 0, ZERO) - taken.get((line.product.id, lot.number), ZERO), ZERO)


def _in_order(kind: DocumentKind, line: EditLine, day: date) -> list[Lot]:
    return sorted(line.product.lots, key=lambda lot: kind.hands_over and is_spoilt(lot, day))


def planned_words(line: EditLine) -> str:
    """``B1``, or ``B1 6 + B2 4`` where one batch does not suffice."""
    if len(line.planned) == 1:
        return line.planned[0].lot.number
    return " + ".join(f"{part.lot.number} {quantity_text(part.quantity)}" for part in line.planned)


def batch_choices(
    kind: DocumentKind, line: EditLine, taken: Taken, warehouse_id: int | None, day: date, text: str
) -> list[Choice]:
    """The batches a line may name, those that ``text`` is a part of; of goods that leave, only those of which something is there
    after what the other lines of the document have ``taken``.

    The value of a choice is its :class:`Lot`; None, first and only while nothing is typed, is to leave it to the program.
    """
    leaves, here = takes_batches(kind), warehouse_id or 0
    unit = line.product.units[0].name

    def shown(lot: Lot) -> Choice:
        there, left = lot.on_hand.get(here, ZERO), left_of(lot, line, taken, here)
        words = _("{left} of {quantity} {unit} left") if leaves and left < there else _("{quantity} {unit} here")
        facts = {"quantity": quantity_text(there), "unit": unit, "left": quantity_text(left)}
        return Choice(lot, lot.number, _life(lot, day), words.format(**facts))

    lots = [lot for lot in _in_order(kind, line, day) if not leaves or left_of(lot, line, taken, here) > 0]
    fitting = [lot for lot in lots if text.casefold() in lot.number.casefold()]
    found = [shown(lot) for lot in (fitting if leaves else reversed(fitting))]
    if leaves and not text and found:
        found.insert(0, Choice(None, _("What expires first"), planned_words(line)))
    return found


def _life(lot: Lot, day: date) -> str:
    if lot.expiry is None:
        return _("No expiry date")
    left = (date.fromisoformat(lot.expiry) - day).days
    words = _("Expired on {day}") if left < 0 else _("Expires on {day}, {left} days left")
    return words.format(day=lot.expiry, left=left)


def more_than_there(line: EditLine, taken: Taken, warehouse_id: int | None) -> Decimal | None:
    """How many base units the named batch lacks in a warehouse after other lines have ``taken`` theirs; None: it suffices, or is
    not known.
    """
    lot = line.lot
    if lot is None or line.original is not None:
        return None
    missing = line.base_quantity - left_of(lot, line, taken, warehouse_id)
    return missing if missing > 0 else None


def short_batches(lines: Sequence[EditLine], warehouse_id: int | None) -> Iterator[tuple[int, Decimal, bool]]:
    """Each line (from 0) whose batch lacks something after the lines before it, how many base units, and whether those lines
    took of the same batch.
    """
    taken: dict[tuple[int, str], Decimal] = {}
    for number, line in enumerate(lines):
        lot = line.lot if line.draft.batch else None
        if lot is None:
            continue
        missing, key = more_than_there(line, taken, warehouse_id), (line.product.id, lot.number)
        if missing is not None:
            yield number, missing, key in taken
        taken[key] = taken.get(key, ZERO) + line.base_quantity


def split_line(line: EditLine, missing: Decimal, kind: DocumentKind) -> EditLine:
    """Leave to the named batch what it has; the ``missing`` base units as a line of their own without a batch."""
    rest = EditLine(replace(line.draft, batch=None, produced=None, expiry=None, amount=None, typed={}), line.product)
    rest.by_hand = line.by_hand - {"batch", "quantity"}
    if line.ordered is not None:
        line.ordered, rest.ordered = line.ordered - missing, missing
    rest.take_base(missing, kind)
    line.take_base(line.base_quantity - missing, kind)
    return rest
