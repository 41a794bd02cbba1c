"""Check digits, kinds of codes, the shop's own codes, warnings on entry."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jxc_desktop.domain import barcodes
from jxc_desktop.domain.errors import BadBarcode, OutOfRange

# Published examples: EAN-13, EAN-8, UPC-A, GTIN-14, ISBN-13.
RIGHT = ["4006144577350", "9771144875007", "96385074", "036000291452", "10614141000415", "9783769260854", "6901028075831"]


@pytest.mark.parametrize("code", RIGHT)
def test_published_codes_have_the_check_digit_we_compute(code: str) -> None:
    assert barcodes.check_digit(code[:-1]) == code[-1]
    assert barcodes.has_right_check_digit(code)
    assert barcodes.warning(code) is None


@given(st.sampled_from([7, 12]).flatmap(lambda n: st.text("0123456789", min_size=n, max_size=n)), st.integers(1, 9))
def test_any_other_last_digit_is_warned_about_and_printed_as_code_128(body: str, off: int) -> None:
    right = body + barcodes.check_digit(body)
    wrong = body + str((int(right[-1]) + off) % 10)
    found = barcodes.warning(wrong)
    assert found is not None
    assert (found.code, found.expected) == ("wrong_check_digit", right)
    assert right in found.message
    assert barcodes.symbology(wrong) == "code128"
    assert barcodes.symbology(right) == ("ean8" if len(body) == 7 else "ean13")


@pytest.mark.parametrize("code", ["12345", "AB-0012", "0000123", "69011", "690102807583X", "６９０１０２８０７５８３１", ""])
def test_a_code_of_another_shape_is_neither_warned_about_nor_an_ean(code: str) -> None:
    assert barcodes.warning(code) is None
    assert barcodes.symbology(code) == "code128"


def test_the_shops_own_codes_are_right_eans_with_prefix_29_and_say_their_serial() -> None:
    code = barcodes.in_store_code(42)
    assert code == "2900000000421"
    assert barcodes.symbology(code) == "ean13"
    assert barcodes.in_store_serial(code) == 42
    assert barcodes.in_store_serial("6901028075831") is None
    assert barcodes.in_store_serial(barcodes.in_store_code(barcodes.IN_STORE_LIMIT)) == barcodes.IN_STORE_LIMIT
    for serial in (-1, barcodes.IN_STORE_LIMIT + 1):
        with pytest.raises(OutOfRange):
            barcodes.in_store_code(serial)


@pytest.mark.parametrize("code", ["", "苹果", "A\tB", "A\x00", "A\ud800", "é1"])
def test_what_cannot_be_bars_is_refused_and_says_so(code: str) -> None:
    with pytest.raises(BadBarcode) as refused:
        barcodes.require_printable(code)
    assert str(refused.value)
