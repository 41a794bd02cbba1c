"""Units of a product: integer ratios to the base unit, exact both ways."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from jxc_desktop.domain.errors import TooFine
from jxc_desktop.domain.money import QUANTITY_PLACES


@dataclass(frozen=True, slots=True)
class Factor:
    """How many base units one unit holds: ``numerator / denominator``, both positive integers."""

    numerator: int = 1
    denominator: int = 1

    def to_base(self, quantity: Decimal, *, field: str) -> Decimal:
        """``quantity`` of this unit in base units. Raises :class:`TooFine` when it does not come out to 10^-3 exactly."""
        exact = Fraction(quantity) * self.numerator / self.denominator * 10**QUANTITY_PLACES
        if exact.denominator != 1:
            raise TooFine(field=field, value=str(quantity), places=QUANTITY_PLACES)
        return Decimal(exact.numerator).scaleb(-QUANTITY_PLACES)

    def from_base(self, quantity: Decimal) -> Fraction:
        """``quantity`` base units in this unit, as an exact fraction."""
        return Fraction(quantity) * self.denominator / self.numerator


BASE = Factor()


def mixed(quantity: Decimal, units: list[tuple[str, Factor]], base_unit: str) -> str:
    """A quantity as people say it: ``3 箱 2 瓶``, the largest unit first; whole units only, the rest in base units."""
    rest, parts = abs(quantity), []
    for name, factor in sorted(units, key=lambda u: Fraction(u[1].numerator, u[1].denominator), reverse=True):
        size = Decimal(factor.numerator) / factor.denominator
        whole = int(rest // size) if factor.denominator == 1 and size > 1 else 0
        if whole:
            parts.append(f"{whole} {name}")
            rest -= whole * size
    if rest or not parts:
        text = f"{rest:f}"
        parts.append(f"{text.rstrip('0').rstrip('.') if '.' in text else text} {base_unit}")
    return ("-" if quantity < 0 else "") + " ".join(parts)
