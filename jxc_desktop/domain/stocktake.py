"""Stocktaking: what is to be counted, how a count is typed, and what the differences come to."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from jxc_desktop.domain.errors import NegativeOrder
from jxc_desktop.domain.money import LIMIT, QUANTITY_PLACES, parse_decimal, round_half_up
from jxc_desktop.domain.units import Factor
from jxc_desktop.i18n import N_, _

SCOPES = {
    "all": N_("All goods"),
    "category": N_("One category"),
    "shelf": N_("One shelf"),
    "free": N_("Only what is scanned"),
}
REASONS = {
    "damaged": N_("Damaged"),
    "expired": N_("Past its date"),
    "unrecorded": N_("Not recorded"),
    "unexplained": N_("To be looked into"),
}
"""Ready-made reasons; what is kept on the line is the word itself, so that any other may be written too."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is counted: ``scope`` is a key of ``SCOPES``, ``key`` the category path or the beginning of the shelf.

    ``blind``: whoever counts does not see what the book expects.
    """

    scope: str = "all"
    key: str = ""
    blind: bool = False

    def dump(self) -> str:
        """As one line of text, kept with the draft."""
        return f"scope={self.scope};blind={int(self.blind)};key={self.key}"

    @property
    def words(self) -> str:
        """What is counted, for a title."""
        if self.scope == "shelf":
            return _("Shelf {key}").format(key=self.key)
        return self.key if self.scope == "category" else _(SCOPES[self.scope])


def parse_plan(text: str) -> Plan:
    """The plan that :meth:`Plan.dump` wrote; a count that came by other ways lists only what is in it."""
    found = re.fullmatch(r"scope=(\w+);blind=([01]);key=(.*)", text)
    if found is None or found[1] not in SCOPES:
        return Plan("free")
    return Plan(found[1], found[3], found[2] == "1")


def read_count(text: str, units: Sequence[tuple[str, Factor]], *, field: str) -> Decimal | None:
    """A count in base units: ``12``, ``3箱2瓶``, ``3 箱 2``; None for nothing typed (not counted), 0 is a count of zero.

    ``units``: names with their factors, the base unit first. Raises the refusals of ``parse_decimal`` and :class:`TooFine`.
    """
    said = "".join(text.split())
    if not said:
        return None
    total, rest = Decimal(0), said
    names = {name: factor for name, factor in units if name}
    pattern = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    while pattern and (part := re.match(rf"([0-9.０-９]+)({pattern})", rest)):
        total += names[part[2]].to_base(parse_decimal(part[1], field=field, places=QUANTITY_PLACES), field=field)
        rest = rest[part.end() :]
    if rest:
        total += parse_decimal(rest, field=field, places=QUANTITY_PLACES)
    if total < 0:
        raise NegativeOrder(field=field, line=_("this line"))
    return parse_decimal(total, field=field, places=QUANTITY_PLACES, high=LIMIT)


def value_of(difference: Decimal | None, cost: Decimal | None) -> Decimal | None:
    """What a difference is worth at cost; None where either is unknown. Nothing is worth nothing."""
    if difference is None:
        return None
    if difference == 0:
        return Decimal(0)
    return None if cost is None else round_half_up(difference * cost, 2)


@dataclass(frozen=True, slots=True)
class Tally:
    """How far a count is and what it found. Pieces and values of gains are >= 0, of losses <= 0."""

    lines: int = 0
    counted: int = 0
    different: int = 0
    gain: Decimal = Decimal(0)
    loss: Decimal = Decimal(0)
    gain_value: Decimal = Decimal(0)
    loss_value: Decimal = Decimal(0)
    book_value: Decimal = Decimal(0)

    @property
    def net_value(self) -> Decimal:
        return self.gain_value + self.loss_value

    @property
    def accuracy(self) -> Decimal | None:
        """Lines right / lines counted; None before the first count."""
        return Decimal(self.counted - self.different) / self.counted if self.counted else None

    @property
    def rate(self) -> Decimal | None:
        """Value of all differences, gains and losses alike, over the book value of what was counted."""
        return (self.gain_value - self.loss_value) / self.book_value if self.book_value > 0 else None


def tally(lines: Iterable[tuple[Decimal, Decimal | None, Decimal | None]]) -> Tally:
    """Add up lines of (book quantity, counted or None, cost per base unit or None)."""
    total = counted = different = 0
    sums = [Decimal(0)] * 5
    for book, found, cost in lines:
        total += 1
        if found is None:
            continue
        counted += 1
        difference = found - book
        value = value_of(difference, cost) or Decimal(0)
        sums[4] += round_half_up(book * cost, 2) if cost is not None else Decimal(0)
        if difference:
            different += 1
            place = 0 if difference > 0 else 1
            sums[place] += difference
            sums[place + 2] += value
    return Tally(total, counted, different, *sums)
