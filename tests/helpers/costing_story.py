"""Stock histories told in short lines, one event each, for the tests of the costing engine.

    b1 d1 buy 10 @10.00          a receipt; ``@?`` = cost unknown; ``=15.00`` = amount of the whole line
    s1 d3 sell 4                 an issue; ``sendback 4`` is a return to the supplier
    r1 d4 back 1 of s1           a customer's return; without ``of`` it is not linked
    f1 d5 find 2                 an overage without a price
    c1 d6 count 9 @11.00         a stocktake; the price may be left out
    a1 d7 reprice 12.00          a cost adjustment
    t1 d8 move 3 to B            a transfer; its other side is called t1+
    l1 d9 freight 4.00 of b1     a landed cost
    m1 d9 make 1 from s1 s2      an assembled product that costs what the named issues took

``in B`` names a place other than A. Equal days are ordered as written. Amounts are yuan, quantities pieces.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

from jxc_desktop.domain.costing import Cost, Entry, Replay, replay, unit_cost_of_price
from jxc_desktop.domain.money import line_amount

_PLAIN = {"sell": (Cost.ISSUE, -1), "sendback": (Cost.RETURN_OUT, -1), "find": (Cost.PRESENT, 1), "back": (Cost.RETURN, 1)}


def milli(text: str) -> int:
    return int(Decimal(text) * 1000)


def fen(text: str) -> int:
    return int(Decimal(text) * 100)


def ratio(price: str) -> tuple[int, int]:
    return unit_cost_of_price(int(Decimal(price) * 10_000))


def entries_of(story: str, pool: str = "product") -> list[Entry]:
    """The story's rows; every place is a pool of its own when ``pool`` is ``warehouse``."""
    lines = [shlex.split(line) for line in story.strip().splitlines()]
    freight: dict[str, int] = {}
    for words in lines:
        if words[2] == "freight":
            freight[words[5]] = freight.get(words[5], 0) + fen(words[3])
    rows: list[Entry] = []
    for number, words in enumerate(lines):
        rows.extend(_rows(number, words, freight, pool))
    return rows


def _rows(number: int, words: list[str], freight: dict[str, int], pool: str) -> Iterable[Entry]:
    name, day, verb, figure = words[:4]
    rest = words[4:]

    def after(word: str) -> str | None:
        return rest[rest.index(word) + 1] if word in rest else None

    def pool_of(place: str) -> str:
        return place if pool == "warehouse" else "P"

    place = after("in") or "A"
    key = (day, number, 1, 1)
    price = next((word[1:] for word in rest if word.startswith("@")), None)
    if verb == "buy":
        amount = next((word[1:] for word in rest if word.startswith("=")), None)
        if amount is None and price != "?":
            amount = str(line_amount(Decimal(figure), Decimal(price or "0")))
        given = None if amount is None else fen(amount)
        yield Entry(key, name, pool_of(place), place, Cost.GIVEN, milli(figure), given=given, landed=freight.get(name, 0))
    elif verb == "count":
        at = None if price is None else ratio(price)
        yield Entry(key, name, pool_of(place), place, Cost.COUNT, counted=milli(figure), price=at)
    elif verb == "reprice":
        yield Entry(key, name, pool_of(place), place, Cost.ADJUST, price=ratio(figure))
    elif verb == "move":
        to = after("to") or "B"
        inside = pool_of(place) == pool_of(to)
        quantity = milli(figure)
        yield Entry(key, name, pool_of(place), place, Cost.TRANSFER_OUT, -quantity, twin=name + "+", inside=inside)
        yield Entry((*key[:3], 2), name + "+", pool_of(to), to, Cost.TRANSFER_IN, quantity, twin=name, inside=inside)
    elif verb == "make":
        yield Entry(key, name, "made", "made", Cost.MADE, milli(figure), sources=rest[1:])
    elif verb != "freight":
        cost, sign = _PLAIN[verb]
        yield Entry(key, name, pool_of(place), place, cost, sign * milli(figure), original=after("of"))


def told(story: str, method: str = "average", pool: str = "product") -> Replay:
    return replay({}, entries_of(story, pool), method)


def values_of(found: Replay) -> dict[object, str | None]:
    """Value per row in yuan; None where unknown."""
    return {row: None if one.value is None else f"{Decimal(one.value) / 100:.2f}" for row, one in found.results.items()}


def stock_of(found: Replay, pool: str = "P") -> str:
    """``quantity worth value`` of a pool."""
    state = found.states[pool]
    return f"{Decimal(state.quantity) / 1000:f} worth {Decimal(state.value) / 100:.2f}".replace(".000 ", " ")


def layers_of(found: Replay, pool: str = "P") -> list[tuple[str, str, str]]:
    """(day, quantity, value) of the FIFO layers, oldest first."""
    layers = found.states[pool].layers or ()
    return [(one.key[0], f"{Decimal(one.quantity) / 1000:g}", f"{Decimal(one.value) / 100:.2f}") for one in layers]


class Case(NamedTuple):
    """A story and what it must come to: values of rows, stock of pools, layers where the oldest leave first."""

    name: str
    story: str
    values: dict[str, str | None]
    stock: dict[str, str]
    method: str = "average"
    pool: str = "product"
    layers: list[tuple[str, str, str]] | None = None

    def id(self) -> str:
        return self.name.replace(" ", "-")

    def comes_to_its_figures(self) -> None:
        """Look at all that was said, and that the rows of each pool add up to its value."""
        found = told(self.story, self.method, self.pool)
        assert {row: value for row, value in values_of(found).items() if row in self.values} == self.values
        assert {pool: stock_of(found, pool) for pool in self.stock} == self.stock
        if self.layers is not None:
            assert layers_of(found) == self.layers
        for name, state in found.states.items():
            rows = [found.results[entry.row] for entry in entries_of(self.story, self.pool) if entry.pool == name]
            assert sum(row.value or 0 for row in rows) == state.value
