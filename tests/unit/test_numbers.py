"""Numbers as people and spreadsheets say them: commas part thousands, or the number is refused. Scripts say none."""

from __future__ import annotations

from decimal import Decimal

import pytest

from jxc_desktop.domain.errors import BadComma, BadNumber
from jxc_desktop.domain.money import parse_decimal, ungrouped
from jxc_desktop.domain.stocktake import read_count
from jxc_desktop.domain.units import BASE, Factor

GROUPED = {"1,234": "1234", "12,345.60": "12345.6", "-1,234,567.5": "-1234567.5", "999": "999", "1,000,000": "1000000"}
WRONG = ("1,5", "12,34", "1,23,456", "0,123", "1234,567", "1.234,50", "1,2345", ",5", "5,", "1,,000", "1,234.5,6")


@pytest.mark.parametrize(("said", "meant"), GROUPED.items())
def test_a_comma_parts_thousands(said: str, meant: str) -> None:
    assert parse_decimal(ungrouped(said, field="qty"), field="qty", places=2) == Decimal(meant)


@pytest.mark.parametrize("said", ["1,234", *WRONG])
def test_what_a_script_says_has_no_commas(said: str) -> None:
    with pytest.raises(BadNumber):
        parse_decimal(said, field="qty", places=4)


@pytest.mark.parametrize("said", WRONG)
def test_any_other_comma_is_refused_and_says_what_to_type(said: str) -> None:
    with pytest.raises(BadComma) as caught:
        ungrouped(said, field="qty")
    assert caught.value.as_json()["code"] == BadNumber.code
    assert "1.5" in str(caught.value)


def test_a_count_of_several_units_may_part_thousands_too() -> None:
    units = [("瓶", BASE), ("箱", Factor(12))]
    assert read_count("1,000箱2瓶", units, field="实盘") == 12002
    with pytest.raises(BadComma):
        read_count("1,5箱", units, field="实盘")
