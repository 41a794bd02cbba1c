"""The daily list: a few products to count each day, so that in the end all had their turn, the important ones more often."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

WEIGHTS = {"A": 4, "B": 2, "C": 1}
"""How often a product of a class is counted while one of class C is counted once."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A product that can be counted: its ABC class, and the day of its last count before today ("" = never)."""

    product_id: int
    abc: str
    last: str = ""


def daily_list(candidates: Sequence[Candidate], number: int, day: str) -> list[int]:
    """``number`` products for ``day``, the same ones whenever it is asked that day.

    Each class gets its share of the list by its size times its weight (largest remainder). Within a class those whose last
    count lies furthest back come first, so that none comes again before all the others had their turn; equals are drawn by
    lot, and the lot hangs on the day. Source: cycle counting with ABC frequencies, as in APICS' "Cycle Counting"; see
    R. B. Brooks, L. W. Wilson, "Inventory Record Accuracy", 2007.
    """
    classes = {name: sorted((c for c in candidates if c.abc == name), key=lambda c: _turn(c, day)) for name in WEIGHTS}
    found: list[int] = []
    for name, count in _shares({name: len(members) for name, members in classes.items()}, number).items():
        found += [c.product_id for c in classes[name][:count]]
    return found


def _turn(candidate: Candidate, day: str) -> tuple[str, str]:
    lot = hashlib.sha256(f"{day}/{candidate.product_id}".encode()).hexdigest()
    return candidate.last, lot


def _shares(sizes: dict[str, int], number: int) -> dict[str, int]:
    """How many of each class, never more than it has; what a small class cannot fill goes to the others."""
    given = dict.fromkeys(sizes, 0)
    left = min(number, sum(sizes.values()))
    while left > 0:
        weights = {name: sizes[name] * WEIGHTS[name] for name in sizes if given[name] < sizes[name]}
        whole = sum(weights.values())
        parts = {name: divmod(left * weight, whole) for name, weight in weights.items()}
        extra = left - sum(part for part, _rest in parts.values())
        for place, name in enumerate(sorted(parts, key=lambda n: (-parts[n][1], n))):
            more = parts[name][0] + (1 if place < extra else 0)
            given[name] = min(given[name] + more, sizes[name])
        left = min(number, sum(sizes.values())) - sum(given.values())
    return given
