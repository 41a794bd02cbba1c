"""What is free to leave: running balances of one place (product + warehouse, or + batch), with counts as facts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from jxc_desktop.domain.costing_pool import Key

Move = tuple[Key, int, int | None]
"""One row of a place: (key, signed quantity, counted); where ``counted`` is not None it is the fact, the quantity is derived."""


class Low(NamedTuple):
    """The lowest balance, and the key of the row from which it stands (None: it stood before the first row)."""

    quantity: int
    key: Key | None


class Shortage(NamedTuple):
    """A change that cannot be: at ``key`` the place would first hold only ``quantity``; ``available`` could have left."""

    key: Key
    quantity: int
    available: int


def running_balances(rows: Iterable[Move], before: int = 0) -> Iterator[tuple[Key, int]]:
    """(key, balance after it) for every row of one place, in key order. A count sets the balance, whatever came before."""
    balance = before
    for key, quantity, counted in rows:
        balance = balance + quantity if counted is None else counted
        yield key, balance


def lowest_from(before: int, rows: Iterable[Move]) -> Low:
    """The least that ever lies in the place from a point onward: what may still leave at that point.

    ``before`` is the balance at the point, ``rows`` what follows in key order, up to the next count (a count states what
    was there, so nothing before it can take from what comes after). The lines of one document count together.
    """
    lowest = Low(before, None)
    for key, balance in _after_documents(_until_count(rows), before):
        if balance < lowest.quantity:
            lowest = Low(balance, key)
    return lowest


def shortage(old: Sequence[Move], new: Sequence[Move], *, before: int = 0, floor: int = 0) -> Shortage | None:
    """Where a change of one place's rows from ``old`` to ``new`` (both in key order, from the same point) first goes too far.

    That is the first document after which less than ``floor`` lies there *and* less than without the change: what was
    below before is not held against a receipt. ``available`` is how much could have left at the place of the first row
    that differs (not below 0). None: the change is possible.
    """
    was = list(_after_documents(old, before))
    at, held = 0, before
    for key, balance in _after_documents(new, before):
        while at < len(was) and was[at][0][:2] <= key[:2]:
            held = was[at][1]
            at += 1
        if balance < floor and balance < held:
            return Shortage(key, balance, max(0, _available(old, new, before) - floor))
    return None


def _available(old: Sequence[Move], new: Sequence[Move], before: int) -> int:
    same = 0
    while same < min(len(old), len(new)) and old[same] == new[same]:
        same += 1
    for _, balance in running_balances(old[:same], before):
        before = balance
    return lowest_from(before, old[same:]).quantity


def _until_count(rows: Iterable[Move]) -> Iterator[Move]:
    for row in rows:
        if row[2] is not None:
            return
        yield row


def _after_documents(rows: Iterable[Move], before: int) -> Iterator[tuple[Key, int]]:
    """Balances where a document ends (moment and posting sequence change): its lines happen together."""
    last: tuple[Key, int] | None = None
    for key, balance in running_balances(rows, before):
        if last is not None and last[0][:2] != key[:2]:
            yield last
        last = key, balance
    if last is not None:
        yield last
