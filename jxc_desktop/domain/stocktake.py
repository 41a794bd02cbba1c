"""Stocktaking: what is to be counted, how a count is typed, and what the differences come to."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from jxc_desktop.domain.counting import NO_TOLERANCE, Tolerance
from jxc_desktop.domain.errors import OutOfRange
from jxc_desktop.domain.money import LIMIT, QUANTITY_PLACES, parse_decimal, round_half_up, ungrouped
from jxc_desktop.domain.pinyin import initials
from jxc_desktop.domain.units import Factor
from jxc_desktop.i18n import N_, _

SCOPES = {
    "all": N_("All goods"),
    "category": N_("One category"),
    "shelf": N_("One shelf"),
    "abc": N_("One ABC class"),
    "daily": N_("Daily list"),
    "free": N_("Only what is scanned"),
}
LISTED = ("abc", "daily", "free")
"""Scopes whose goods are fixed when the count begins, or by what is counted; they do not follow the master data."""
DAILY = 20
"""So many products are on a daily list unless it is said otherwise."""
REASONS = {
    "damaged": N_("Damaged"),
    "expired": N_("Past its date"),
    "unrecorded": N_("Not recorded"),
    "unexplained": N_("To be looked into"),
}
"""Ready-made reasons; what is kept on the line is the word itself, so that any other may be written too."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is counted: ``scope`` is a key of ``SCOPES``, ``key`` the category path, the beginning of the shelf, the class
    or how many products are on the daily list.

    ``blind``: whoever counts does not see what the book expects. ``tolerance``: beyond it lines are counted twice.
    """

    scope: str = "all"
    key: str = ""
    blind: bool = False
    tolerance: Tolerance = NO_TOLERANCE

    def dump(self) -> str:
        """As one line of text, kept with the draft."""
        off = f"percent={self.tolerance.percent};value={self.tolerance.value}"
        return f"scope={self.scope};blind={int(self.blind)};{off};key={self.key}"

    @property
    def words(self) -> str:
        """What is counted, for a title."""
        if self.scope in _NAMED:
            return _(_NAMED[self.scope]).format(key=self.key)
        return self.key if self.scope == "category" else _(SCOPES[self.scope])


_NAMED = {"shelf": N_("Shelf {key}"), "abc": N_("Class {key} goods"), "daily": N_("Daily list of {key}")}
_PLAN = re.compile(r"scope=(\w+);blind=([01]);percent=(\d{1,3});value=(\d{1,9});key=(.*)")


def parse_plan(text: str) -> Plan:
    """The plan that :meth:`Plan.dump` wrote; a count that came by other ways lists only what is in it."""
    found = _PLAN.fullmatch(text)
    if found is None or found[1] not in SCOPES:
        return Plan("free")
    return Plan(found[1], found[5], found[2] == "1", Tolerance(int(found[3]), int(found[4])))


_WIDE = {code: code - 0xFEE0 for code in (*range(ord("０"), ord("９") + 1), ord("．"), ord("＋"), ord("，"))}
"""What a Chinese input method makes of digits and their signs."""


def read_count(text: str, units: Sequence[tuple[str, Factor]], *, field: str) -> Decimal | None:
    """A count in base units: ``12``, ``3箱2瓶``, ``3 箱 2``, ``3x2p`` (the units by their pinyin initials), ``5+1箱`` for
    what lies in two places.

    None for nothing typed (not counted), 0 is a count of zero. ``units``: names with their factors, the base unit first.
    Raises the refusals of ``parse_decimal`` and :class:`TooFine`.
    """
    said = "".join(text.split()).translate(_WIDE)
    if not said:
        return None
    names = _spellings(said, units)
    total = sum((_part(part, names, field) for part in ungrouped(said, field=field).split("+")), Decimal(0))
    if total < 0:
        raise OutOfRange(field=field, value=said, low="0", high=f"{LIMIT:f}")
    return parse_decimal(total, field=field, places=QUANTITY_PLACES, high=LIMIT)


def _part(said: str, names: dict[str, Factor], field: str) -> Decimal:
    """What lies in one place: numbers with their units, then what is left in the base unit."""
    total, rest = Decimal(0), said
    pattern = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    while pattern and (part := re.match(rf"([0-9.]+)({pattern})", rest)):
        total += names[part[2]].to_base(parse_decimal(part[1], field=field, places=QUANTITY_PLACES), field=field)
        rest = rest[part.end() :]
    if rest or not said:
        total += parse_decimal(rest, field=field, places=QUANTITY_PLACES)
    return total


def _spellings(said: str, units: Sequence[tuple[str, Factor]]) -> dict[str, Factor]:
    """How units may be written: by name and, where letters are typed, by initials that only one of them has."""
    names = {name: factor for name, factor in units if name}
    if re.search("[A-Za-z]", said):
        short = [(initials(name), factor) for name, factor in names.items()]
        for letters, factor in short:
            if letters and letters.isalpha() and sum(letters == other for other, _factor in short) == 1:
                names.setdefault(letters, factor)
                names.setdefault(letters.upper(), factor)
    return names


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
    def off_value(self) -> Decimal:
        """Gains and losses added up, both as positive figures."""
        return self.gain_value - self.loss_value

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
    sums = Sums()
    for book, found, cost in lines:
        sums.put(None, share_of(book, found, cost))
    return sums.tally


Share = tuple[int, int, Decimal, Decimal, Decimal]
"""What one line adds to a tally: whether it was counted, whether it differs, difference, its value, book value."""


def share_of(book: Decimal, found: Decimal | None, cost: Decimal | None) -> Share:
    """The share of one line."""
    if found is None:
        return 0, 0, Decimal(0), Decimal(0), Decimal(0)
    difference = found - book
    worth = round_half_up(book * cost, 2) if cost is not None else Decimal(0)
    return 1, int(bool(difference)), difference, value_of(difference, cost) or Decimal(0), worth


class Sums:
    """A tally that follows single lines: each change of a line is an addition, however many lines there are."""

    def __init__(self) -> None:
        self._lines = self._counted = self._different = 0
        self._gain = self._loss = self._gain_value = self._loss_value = self._book = Decimal(0)

    def put(self, before: Share | None, after: Share) -> None:
        """A line that added ``before`` (None = it is new) adds ``after`` now."""
        if before is None:
            self._lines += 1
        else:
            self._add(before, -1)
        self._add(after, 1)

    def _add(self, share: Share, sign: int) -> None:
        counted, different, difference, value, book = share
        self._counted += sign * counted
        self._different += sign * different
        self._book += sign * book
        if difference > 0:
            self._gain += sign * difference
            self._gain_value += sign * value
        else:
            self._loss += sign * difference
            self._loss_value += sign * value

    @property
    def tally(self) -> Tally:
        return Tally(
            self._lines,
            self._counted,
            self._different,
            self._gain,
            self._loss,
            self._gain_value,
            self._loss_value,
            self._book,
        )
