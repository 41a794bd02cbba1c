"""The shop's settings: what is refused before it can spoil a posting."""

from __future__ import annotations

import pytest

from jxc_desktop.domain import errors
from tests.helpers.shop import Shop


@pytest.mark.parametrize(
    "pattern", ["{prefix}-{serial}", "{day}-{serial}", "{prefix}{day}", "{prefix}{day}{serial}{x}", "{prefix", "{0}", "x" * 50]
)
def test_a_pattern_that_cannot_number_every_document_is_refused(shop: Shop, pattern: str) -> None:
    with pytest.raises(errors.BadValue):
        shop.settings(number_pattern=pattern)


def test_a_good_pattern_numbers_the_next_document(shop: Shop) -> None:
    shop.settings(number_pattern="{prefix}{day}/{serial:04}")
    assert shop.buy(1, shop.product("TEA"), "1", "1").number == "JH20260301/0001"


def test_the_cost_method_is_fixed_once_goods_have_moved(shop: Shop) -> None:
    shop.settings(pool="warehouse")
    shop.buy(1, shop.product("TEA"), "1", "1")
    with pytest.raises(errors.UnitLocked):
        shop.settings(pool="product")
