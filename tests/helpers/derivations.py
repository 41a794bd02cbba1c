"""Derivations asked for and told briefly, so that a test can compare what they say."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from jxc_desktop.domain.why import Derivation, WhyGroup, WhyKey
from jxc_desktop.queries.why import explain
from tests.helpers.shop import Shop


def D(*texts: str) -> tuple[Decimal, ...]:
    return tuple(Decimal(text) for text in texts)


def ask(shop: Shop, figure: str, product: int | None = None, **more: Any) -> Derivation:
    """Why a figure is what it is; ``more`` are further fields of its :class:`WhyKey`."""
    with shop.book.read() as session:
        return explain(session, WhyKey(figure, product, **more))


def terms(found: Derivation) -> list[tuple[str, Decimal | None]]:
    """(operator, value) of the formula."""
    return [(term.operator, term.value) for term in found.formula]


def sums(found: Derivation) -> list[tuple[Decimal | None, Decimal | None]]:
    """(quantity, value) of each group."""
    return [(group.quantity, group.value) for group in found.groups]


def parts(group: WhyGroup) -> list[tuple[str, Decimal | None, Decimal | None]]:
    """(words, quantity, value) of the rows behind a sum."""
    return [(row.words, row.quantity, row.value) for row in group.rows]
