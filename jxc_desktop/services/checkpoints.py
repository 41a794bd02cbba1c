"""Keeping cost checkpoints: made on the way of a replay, dropped where a row enters or leaves at or before their place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sqlalchemy import bindparam, delete, or_
from sqlalchemy.orm import Session

from jxc_desktop.db import fast
from jxc_desktop.db.models import CostCheckpoint, table
from jxc_desktop.db.types import raw_insert
from jxc_desktop.domain.costing import Mark
from jxc_desktop.queries import checkpoints
from jxc_desktop.queries.checkpoints import Last, Place
from jxc_desktop.queries.costing import Loaded, PoolKey

END: Place = ("9999-12-31T23:59:59", 0)
"""Behind every row: a replay from the very last checkpoint on."""

_KEEP = raw_insert(table(CostCheckpoint))
_DROP = delete(CostCheckpoint).where(
    CostCheckpoint.product_id == bindparam("product"),
    CostCheckpoint.moment >= bindparam("moment"),
    or_(CostCheckpoint.moment > bindparam("moment"), CostCheckpoint.seq >= bindparam("seq")),
)


class Kept(NamedTuple):
    """What is to be known of the pools beside their states.

    last       moments of the last row and the last sale per pool
    marked     moment of the last checkpoint per product
    unmarked   how many rows lie behind it per pool, less those looked at in vain
    """

    last: dict[PoolKey, Last]
    marked: dict[int, str]
    unmarked: dict[PoolKey, int]

    def of(self, pool: PoolKey) -> tuple[str, str | None, str | None, int]:
        """(moment, moment of the last sale, of the last checkpoint, rows behind it) of ``pool``."""
        return *self.last[pool], self.marked.get(pool[0]), self.unmarked.get(pool, 0)


def drop(session: Session, products: Iterable[int], since: Place | None) -> None:
    """Forget the checkpoints of ``products`` at ``since`` and behind it; None = all of them."""
    moment, seq = since or ("", 0)
    for product_id in products:
        fast.run(session.connection(), _DROP, {"product": product_id, "moment": moment, "seq": seq})


def keep(session: Session, loaded: Loaded, marks: Sequence[Mark]) -> Kept:
    """Write what ``marks`` say of each product that is sound there with all that it is made of, where enough of its rows lie
    between."""
    courses = loaded.courses()
    marked = {product_id: start.at[0] for product_id, start in loaded.starts.items() if start.at is not None}
    parts, looked, kept = _parts(loaded), dict.fromkeys(courses, 0), []
    for mark in marks:
        for course in courses.values():
            course.go_to(mark)
        for product_id, course in courses.items():
            if course.count - looked[product_id] < checkpoints.EVERY:
                continue
            if all(courses[part].sound(mark) for part in parts[product_id]):
                moment, seq = mark.at
                kept.append({"product_id": product_id, "moment": moment, "seq": seq, "state": course.text(mark)})
                looked[product_id], marked[product_id] = course.count, moment
    fast.run_many(session.connection(), _KEEP, kept)
    last: dict[PoolKey, Last] = {}
    unmarked: dict[PoolKey, int] = {}
    for product_id, course in courses.items():
        behind = course.pools[looked[product_id] :]
        unmarked |= {pool: count % checkpoints.EVERY for pool, count in Counter(behind).items()}
        last |= course.finish()
    return Kept(last, marked, unmarked)


def _parts(loaded: Loaded) -> dict[int, set[int]]:
    """Each product with all that it took value from, and what that took value from, and so on.

    Rows that are not here, because the replay of their product begins behind them, may be of any product of the group.
    """
    product_of = (
        {(row.document_id, row.line, row.part): row.product_id for row in loaded.stored} if len(loaded.methods) > 1 else {}
    )
    parts = {product_id: {product_id} for product_id in loaded.methods}
    for entry in loaded.entries if product_of else ():
        for row in entry.sources:
            of = product_of.get(row)  # type: ignore[call-overload]
            parts[entry.pool[0]].update(loaded.methods if of is None else (of,))  # type: ignore[index]
    grown = True
    while grown:
        sizes = [len(of) for of in parts.values()]
        for of in parts.values():
            of.update(*(parts[part] for part in of))
        grown = sizes != [len(of) for of in parts.values()]
    return parts
