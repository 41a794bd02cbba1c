"""Codes of scales: what labels say, which rules can stand, units of weight, mixed units."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jxc_desktop.domain import scale_codes as scales
from jxc_desktop.domain.barcodes import check_digit, in_store_code
from jxc_desktop.domain.errors import BadValue, Duplicate, Missing, TooFine
from jxc_desktop.domain.scale_codes import ScaleRule
from jxc_desktop.domain.units import BASE, Factor, mixed, of_kilograms, price_in

WEIGHT, AMOUNT, BOTH = scales.DEFAULTS
VERIFIED = ScaleRule("校验", ("23",), "FFWWWWWVEEEEC")


def _full(body: str) -> str:
    return body + check_digit(body)


def test_thirteen_digits_say_the_item_and_grams() -> None:
    said = scales.read(_full("210012300356"), scales.DEFAULTS)
    assert said is not None
    assert (said.item, said.weight, said.amount, said.rule) == ("00123", Decimal("0.356"), None, WEIGHT)


def test_thirteen_digits_say_the_item_and_fen() -> None:
    said = scales.read(_full("221234501280"), scales.DEFAULTS)
    assert said is not None
    assert (said.item, said.weight, said.amount) == ("12345", None, Decimal("12.80"))


def test_eighteen_digits_say_amount_and_weight() -> None:
    said = scales.read(_full("25" + "12345" + "01280" + "00800"), scales.DEFAULTS)
    assert said is not None
    assert (said.item, said.amount, said.weight) == ("12345", Decimal("12.80"), Decimal("0.800"))


@given(st.integers(1, 99999), st.integers(1, 99999), st.sampled_from([WEIGHT, AMOUNT]))
def test_what_a_scale_prints_is_what_is_read(item: int, measure: int, rule: ScaleRule) -> None:
    value = {"weight": Decimal(measure).scaleb(-3)} if rule is WEIGHT else {"amount": Decimal(measure).scaleb(-2)}
    code = scales.label_code(rule, f"{item:05d}", **value)
    said = scales.read(code, scales.DEFAULTS)
    assert said is not None
    assert (said.item, said.weight, said.amount) == (f"{item:05d}", value.get("weight"), value.get("amount"))


@given(st.integers(0, 10**10 - 1), st.integers(1, 9), st.integers(0, 11))
def test_one_wrong_digit_is_never_read(body: int, off: int, place: int) -> None:
    """Every single wrong digit of an EAN-13 changes its check digit."""
    right = _full(f"21{body:010d}")
    digit = str((int(right[place]) + off) % 10)
    assert scales.read(right[:place] + digit + right[place + 1 :], scales.DEFAULTS) is None


def test_the_inner_check_digit_is_the_one_of_gs1() -> None:
    """The worked examples of the GS1 General Specifications, 7.9: 28.75 has 9, 146.85 has 6."""
    assert (scales.measure_check_digit("2875"), scales.measure_check_digit("14685")) == ("9", "6")
    good = scales.label_code(VERIFIED, "54321", amount=Decimal("28.75"))
    assert good[7:12] == "92875"
    said = scales.read(good, [VERIFIED])
    assert said is not None
    assert (said.item, said.amount) == ("54321", Decimal("28.75"))
    bad = _full(good[:7] + "8" + good[8:12])
    assert scales.read(bad, [VERIFIED]) is None
    assert "9" in scales.why_not(bad, [VERIFIED])


def test_other_decimals_are_said_by_the_rule() -> None:
    coarse = replace(WEIGHT, weight_places=2), replace(AMOUNT, amount_places=1)
    weighed, priced = (scales.read(_full(body), coarse) for body in ("211234500125", "221234500125"))
    assert weighed is not None
    assert priced is not None
    assert (weighed.weight, priced.amount) == (Decimal("1.25"), Decimal("12.5"))


@pytest.mark.parametrize(
    "code",
    [
        _full("211234500000"),  # no weight at all
        "2112345003567",  # a wrong check digit
        _full("291234500356"),  # the shop's own prefix
        _full("241234500356"),  # a prefix without rule
        in_store_code(21),
        "21123450035",
        "２１１２３４５００３５６６",
        "21ABC45003566",
        "",
    ],
)
def test_what_is_no_label_is_not_read_and_the_reason_is_a_sentence(code: str) -> None:
    assert scales.read(code, scales.DEFAULTS) is None
    assert scales.why_not(code, scales.DEFAULTS)


def test_a_rule_out_of_use_reads_nothing() -> None:
    code = _full("211234500356")
    assert scales.read(code, [replace(WEIGHT, active=False)]) is None
    assert scales.why_not(code, scales.DEFAULTS) == ""


@pytest.mark.parametrize(
    "layout",
    [
        "FFWWWWWC",  # neither weight nor amount
        "FFNNNNNNNNNNC",  # no item
        "FFWWNNNNNWWWC",  # an item in two parts
        "WWWWWFFNNNNNC",
        "FFWWWWWNNNNNN",  # thirteen digits without their check digit
        "FFWWWWWVNNNNNEEEEEC",  # a check digit of what?
        "FFWWWWWNNNNNQ",
        "FFWWWWWNNNNNC" * 2,
        "",
    ],
)
def test_a_layout_that_leaves_a_doubt_is_refused(layout: str) -> None:
    with pytest.raises(BadValue):
        scales.checked(replace(WEIGHT, layout=layout))


def test_rules_are_put_straight_and_two_cannot_read_the_same_code() -> None:
    assert scales.checked(ScaleRule(" 熟食 ", ("23", "23", "24"), " ffwwwwwnnnnnc ")) == ScaleRule(
        "熟食", ("23", "24"), "FFWWWWWNNNNNC"
    )
    with pytest.raises(Duplicate) as refused:
        scales.checked(ScaleRule("另一台", ("23", "21"), "FFWWWWWEEEEEC"), [replace(WEIGHT, id=1)])
    assert refused.value.facts["key"] == "21"
    assert scales.checked(ScaleRule("长码", ("21",), "FFWWWWWEEEEENNNNNX"), [replace(WEIGHT, id=1)]).prefixes == ("21",)
    for wrong in (
        ScaleRule("", ("23",), WEIGHT.layout),
        ScaleRule("店内码", ("29",), WEIGHT.layout),
        ScaleRule("无", (), WEIGHT.layout),
    ):
        with pytest.raises((BadValue, Missing)):
            scales.checked(wrong)


@pytest.mark.parametrize(
    ("unit", "quantity"), [("千克", "0.356"), ("KG", "0.356"), ("公斤", "0.356"), ("克", "356"), ("斤", "0.712"), ("两", "7.12")]
)
def test_a_weight_is_said_in_the_unit_of_the_product(unit: str, quantity: str) -> None:
    assert of_kilograms(Decimal("0.356"), unit, field="重量") == Decimal(quantity)


def test_a_weight_is_never_rounded_and_pieces_have_none() -> None:
    assert of_kilograms(Decimal("0.356"), "件", field="重量") is None
    with pytest.raises(TooFine):
        of_kilograms(Decimal("0.356"), "吨", field="重量")


def test_quantities_are_said_in_mixed_units() -> None:
    units = [("提", Factor(6)), ("箱", Factor(24)), ("半箱", Factor(25, 2)), ("克", Factor(1, 1000))]
    assert mixed(Decimal(80), units[:2], "瓶") == "3 箱 1 提 2 瓶"
    assert mixed(Decimal(-26), units[:2], "瓶") == "-1 箱 2 瓶"
    assert mixed(Decimal(0), units, "瓶") == "0 瓶"
    assert mixed(Decimal("25.5"), units[2:], "千克") == "2 半箱 0.5 千克"


@given(st.integers(0, 10**6), st.integers(2, 60), st.integers(2, 60))
def test_mixed_units_add_up_to_the_quantity(thousandths: int, small: int, large: int) -> None:
    quantity, sizes = Decimal(thousandths).scaleb(-3), {"提": small, "箱": large, "瓶": 1}
    said = mixed(quantity, [("提", Factor(small)), ("箱", Factor(large))], "瓶").split(" ")
    assert sum(Decimal(number) * sizes[unit] for number, unit in zip(said[::2], said[1::2], strict=True)) == quantity


def test_a_price_of_a_box_is_worked_out_for_bottles_without_losing_a_fen() -> None:
    price, amount = price_in(Decimal(13000), BASE, Decimal("15.00"), Factor(13), Decimal(0))
    assert (price, amount) == (Decimal("1.1538"), Decimal("15000.00"))
    assert price_in(Decimal(2), Factor(13), Decimal("15.00"), Factor(13), Decimal(0)) == (Decimal("15.00"), None)
    ratio = price_in(Decimal(3), Factor(1, 3), Decimal("10"), BASE, Decimal("0.1"))
    assert ratio == (Decimal("3.3333"), Decimal("9.00"))
    assert Factor(1, 3).from_base(Decimal(1)) == Fraction(3)
