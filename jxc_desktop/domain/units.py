"""Units of a product: integer ratios to the base unit, exact both ways."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from jxc_desktop.domain.errors import TooFine
from jxc_desktop.domain.money import MONEY_PLACES, PRICE_PLACES, QUANTITY_PLACES, rounded


@dataclass(frozen=True, slots=True)
class Factor:
    """How many base units one unit holds: ``numerator / denominator``, both positive integers."""

    numerator: int = 1
    denominator: int = 1

    def to_base(self, quantity: Decimal, *, field: str) -> Decimal:
        """``quantity`` of this unit in base units. Raises :class:`TooFine` when it does not come out to 10^-3 exactly."""
        above, below = quantity.as_integer_ratio()
        exact, rest = divmod(above * self.numerator * 10**QUANTITY_PLACES, below * self.denominator)
        if rest:
            raise TooFine(field=field, value=str(quantity), places=QUANTITY_PLACES)
        return Decimal(exact).scaleb(-QUANTITY_PLACES)

    def from_base(self, quantity: Decimal) -> Fraction:
        """``quantity`` base units in this unit, as an exact fraction."""
        return Fraction(quantity) * self.denominator / self.numerator


BASE = Factor()

_IN_A_KILOGRAM = {
    **dict.fromkeys(("千克", "公斤", "kg"), Fraction(1)),
    **dict.fromkeys(("斤", "市斤"), Fraction(2)),
    **dict.fromkeys(("克", "g"), Fraction(1000)),
    **dict.fromkeys(("吨", "t"), Fraction(1, 1000)),
    "两": Fraction(20),
}


def in_a_kilogram(unit: str) -> Fraction | None:
    """How many of a unit of weight are a kilogram, by its name; None for every other unit."""
    return _IN_A_KILOGRAM.get(unit.strip().lower())


def of_kilograms(weight: Decimal, unit: str, *, field: str) -> Decimal | None:
    """``weight`` kg in ``unit``; None where that is no unit of weight. Raises :class:`TooFine` when 10^-3 do not say it."""
    size = in_a_kilogram(unit)
    return None if size is None else Factor(size.numerator, size.denominator).to_base(weight, field=field)


def price_in(
    quantity: Decimal, unit: Factor, price: Decimal, priced: Factor, discount: Decimal
) -> tuple[Decimal, Decimal | None]:
    """What ``quantity`` of ``unit`` costs when ``price`` is of the unit ``priced``: (price of the unit to 10^-4, exact amount).

    The amount is None where both are the same unit: then quantity, price and discount say it.
    """
    ratio = Fraction(unit.numerator * priced.denominator, unit.denominator * priced.numerator)
    if ratio == 1:
        return price, None
    exact = Fraction(price) * ratio
    return rounded(exact, PRICE_PLACES), rounded(Fraction(quantity) * exact * (1 - Fraction(discount)), MONEY_PLACES)


def mixed(quantity: Decimal, units: list[tuple[str, Factor]], base_unit: str) -> str:
    """A quantity as people say it: ``3 箱 2 瓶``, the largest unit first; whole units only, the rest in base units."""
    rest, parts = abs(quantity), []
    for name, factor in sorted(units, key=lambda u: Fraction(u[1].numerator, u[1].denominator), reverse=True):
        size = Decimal(factor.numerator) / factor.denominator
        whole = int(rest // size) if 1000 % factor.denominator == 0 and size > 1 else 0
        if whole:
            parts.append(f"{whole} {name}")
            rest -= whole * size
    if rest or not parts:
        text = f"{rest:f}"
        parts.append(f"{text.rstrip('0').rstrip('.') if '.' in text else text} {base_unit}")
    return ("-" if quantity < 0 else "") + " ".join(parts)
