"""What was counted, from the entries of those who counted: sums over counters, the second count, what is beyond tolerance."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from jxc_desktop.domain.money import round_half_up

Mode = Literal["add", "set", "reason", "undo"]
ZERO = Decimal(0)
FIRST, SECOND = 1, 2


@dataclass(frozen=True, slots=True)
class Said:
    """What a counter did, before it is kept: a scan (``code``) or a typed count (``product_id``, ``batch``).

    ``quantity`` of a scan: how many times the code counts (None = once); of a typed count base units, None = not counted.
    ``mode`` ``undo`` takes back the newest entry of ``counter`` after the entry ``floor``.
    """

    moment: str
    counter: str
    mode: Mode = "add"
    code: str = ""
    product_id: int | None = None
    batch: str = ""
    quantity: Decimal | None = None
    said: str = ""
    round: int = FIRST
    floor: int = 0


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry as it is kept, its quantity in base units. ``product_id`` None: what the ``code`` means is not settled."""

    id: int
    product_id: int | None
    batch: str
    code: str
    unit: str
    quantity: Decimal | None
    mode: str
    said: str
    moment: str
    counter: str
    round: int = FIRST
    undone: bool = False


@dataclass(slots=True)
class _Own:
    """What one counter found of one thing in one round."""

    quantity: Decimal | None = None
    since: str = ""
    at: str = ""

    def take(self, entry: Entry) -> None:
        if entry.mode == "set":
            self.quantity, self.since = entry.quantity, entry.moment
        else:
            if self.quantity is None:
                self.since = entry.moment
            self.quantity = max((self.quantity or ZERO) + (entry.quantity or ZERO), ZERO)
        self.at = entry.moment


@dataclass(frozen=True, slots=True)
class Found:
    """What was found of one thing. ``counted`` None = not counted; ``at``: when it was counted last, ``since`` when first.

    ``round``: the count that decides. ``by``: (counter, quantity) of that round, in order of their first entry.
    ``first`` and ``second``: what each round found, None where it found nothing yet.
    """

    counted: Decimal | None = None
    at: str | None = None
    since: str | None = None
    round: int = FIRST
    by: tuple[tuple[str, Decimal], ...] = ()
    reason: str = ""
    first: Decimal | None = None
    second: Decimal | None = None
    rounds: tuple[dict[str, Decimal], dict[str, Decimal]] = field(default_factory=lambda: ({}, {}))

    def own(self, counter: str, round_: int) -> Decimal | None:
        """What ``counter`` found in a round."""
        return self.rounds[round_ - 1].get(counter)

    def others(self, counter: str, round_: int) -> Decimal:
        """What all others found in a round."""
        return sum((q for name, q in self.rounds[round_ - 1].items() if name != counter), ZERO)


def found_of(entries: Iterable[Entry]) -> Found:
    """What ``entries`` of one thing (in the order they were made) come to.

    Each counter has a sum of his own: a scan adds to it, a typed count replaces it. The counts of all counters of a round
    add up. Where there is a second count it decides, and its time counts. Entries taken back count nothing.
    """
    rounds: tuple[dict[str, _Own], dict[str, _Own]] = ({}, {})
    reason = ""
    for entry in entries:
        if entry.undone:
            continue
        if entry.mode == "reason":
            reason = entry.said
        else:
            rounds[entry.round - 1].setdefault(entry.counter, _Own()).take(entry)
    known = [{name: own for name, own in each.items() if own.quantity is not None} for each in rounds]
    sums = [sum((own.quantity or ZERO for own in each.values()), ZERO) if each else None for each in known]
    decides = SECOND if sums[1] is not None else FIRST
    last = known[decides - 1]
    return Found(
        counted=sums[decides - 1],
        at=max((own.at for own in last.values()), default=None),
        since=min((own.since for own in last.values()), default=None),
        round=decides,
        by=tuple((name, own.quantity or ZERO) for name, own in last.items()),
        reason=reason,
        first=sums[0],
        second=sums[1],
        rounds=(
            {name: own.quantity or ZERO for name, own in known[0].items()},
            {name: own.quantity or ZERO for name, own in known[1].items()},
        ),
    )


@dataclass(frozen=True, slots=True)
class Tolerance:
    """How far a count may be off without a second count: percent of the book quantity, and value. 0 = not looked at."""

    percent: int = 0
    value: int = 0

    def beyond(self, book: Decimal, difference: Decimal | None, cost: Decimal | None) -> bool:
        """Whether a line that differs by ``difference`` must be counted again. What costs nobody knows how much must."""
        if not difference:
            return False
        if self.percent and abs(difference) * 100 > abs(book) * self.percent:
            return True
        return bool(self.value) and (cost is None or abs(round_half_up(difference * cost, 2)) > self.value)

    @property
    def set(self) -> bool:
        return bool(self.percent or self.value)


NO_TOLERANCE = Tolerance()
