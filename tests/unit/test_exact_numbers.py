"""Exact numbers: what is quick must say the same as what is plain."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as some

from jxc_desktop.domain.errors import BadNumber, JxcError, TooFine
from jxc_desktop.domain.money import allocate, parse_decimal, round_half_up
from jxc_desktop.domain.units import Factor
from jxc_desktop.queries.stock import share, share_of

quantities = some.decimals(min_value=-(10**6), max_value=10**6, places=3)
factors = some.builds(Factor, some.integers(1, 5000), some.integers(1, 12))


@given(quantities, factors)
def test_a_quantity_in_base_units_is_exact_or_refused(quantity: Decimal, factor: Factor) -> None:
    exact = Fraction(quantity) * factor.numerator / factor.denominator
    if (exact * 1000).denominator != 1:
        with pytest.raises(TooFine):
            factor.to_base(quantity, field="")
        return
    base = factor.to_base(quantity, field="")
    assert Fraction(base) == exact
    assert base.as_tuple().exponent == -3


@given(some.decimals(min_value=-(10**10), max_value=10**10, places=6), some.sampled_from((0, 2, 3, 4, 6)))
def test_a_number_says_the_same_as_its_text(number: Decimal, places: int) -> None:
    def said(value: Decimal | str) -> str:
        try:
            return str(parse_decimal(value, field="", places=places))
        except JxcError as error:
            return repr((error.code, error.facts))

    assert said(number) == said(str(number))


@pytest.mark.parametrize("value", [Decimal("1E+3"), Decimal("NaN"), Decimal("Infinity"), True, 1.5, None])
def test_what_is_no_plain_number_is_refused_in_any_type(value: object) -> None:
    with pytest.raises(BadNumber):
        parse_decimal(value, field="", places=2)


def test_nothing_is_shared_as_nothing_to_the_fen() -> None:
    assert [str(share) for share in allocate(Decimal(0), [Decimal(3), 0, Decimal("0.5")])] == ["0.00"] * 3
    assert [str(share) for share in allocate(Decimal("0.02"), [0, 0, 0])] == ["0.01", "0.01", "0.00"]


@given(some.decimals(min_value=-(10**6), max_value=10**6, places=6), some.integers(0, 4))
def test_half_is_rounded_away_from_zero(value: Decimal, places: int) -> None:
    rounded = round_half_up(value, places)
    assert rounded.as_tuple().exponent == -places
    assert abs(Fraction(rounded) - Fraction(value)) <= Fraction(1, 2 * 10**places)
    assert abs(rounded) >= abs(value) or abs(Fraction(rounded) - Fraction(value)) < Fraction(1, 2 * 10**places)


@given(
    some.integers(-(10**6), 10**6),
    some.dictionaries(some.tuples(some.integers(1, 3), some.just(1), some.integers(0, 3)), some.integers(-20, 20), min_size=1),
)
def test_the_share_of_one_place_is_the_one_it_has_when_all_are_shared_out(
    value: int, quantities: dict[tuple[int, int, int], int]
) -> None:
    all_of_them = dict(zip(sorted(quantities), share(value, [quantities[one] for one in sorted(quantities)]), strict=True))
    total = sum(quantities.values())
    assert {place: share_of(value, quantities, total, place) for place in quantities} == all_of_them
