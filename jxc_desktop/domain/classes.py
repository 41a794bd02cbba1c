"""ABC classes: which goods bring in most of what is sold."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import TypeVar

K = TypeVar("K", bound=Hashable)

ABC_DAYS = 90
"""Days of sales that decide the classes of a stocktake."""
A_SHARE, B_SHARE = 80, 95
"""Percent of all revenue that class A, and classes A and B together, bring in."""


def abc_classes(revenue: Mapping[K, int]) -> dict[K, str]:
    """``A``, ``B`` or ``C`` for each key, by its revenue (integers of one unit, such as fen).

    In falling order of revenue, whatever begins below 80 % of the sum is A, below 95 % B, the rest C; so the one that
    crosses a border still belongs to the class before it. What brought in nothing is C. Equal revenues keep their order.
    Source: the ABC analysis of H. F. Dickie, "ABC Inventory Analysis Shoots for Dollars, not Pennies", 1951; the borders
    80 and 95 are the usual ones.
    """
    found = dict.fromkeys(revenue, "C")
    selling = sorted((k for k, r in revenue.items() if r > 0), key=lambda k: -revenue[k])
    whole, before = sum(revenue[k] for k in selling), 0
    for key in selling:
        found[key] = "A" if before * 100 < whole * A_SHARE else "B" if before * 100 < whole * B_SHARE else "C"
        before += revenue[key]
    return found
