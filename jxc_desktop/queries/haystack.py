"""The texts that products are found by, kept in memory while the book is open: one pass over 100,000 takes milliseconds.

The book stays the truth: each row of ``product_search`` has the number of the change that wrote it, and before each look what
is newer than what is kept is read. So windows and commands that work on one book find what the others enter.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, chain, groupby, islice
from threading import Lock
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from jxc_desktop.db import fast
from jxc_desktop.db.engine import KEPT, READING
from jxc_desktop.db.models import ProductSearch
from jxc_desktop.domain.goods import ENDED

Rows = Sequence[Any]
"""(product id, text, …) as they stand in ``product_search``."""

SHARE = 4096
"""So many products by number stand in one text; a change puts only their texts together again."""
FEW = 6000
"""So many hits are ranked one by one; of more, the ranks are looked for one after the other."""

_PLACE = "product_search"
_NEWEST = select(func.coalesce(func.max(ProductSearch.version), 0))
_NEWER = (
    select(ProductSearch.product_id, ProductSearch.text, ProductSearch.version)
    .where(ProductSearch.version > bindparam("seen"))
    .order_by(ProductSearch.product_id)
)
_reading = Lock()


class _Texts:
    """The texts of some products, in order of id, as one."""

    __slots__ = ("ids", "starts", "text")

    def __init__(self, rows: Rows) -> None:
        self.ids = array("q", [row[0] for row in rows])
        self.text = "\0".join([row[1] for row in rows])
        self.starts = array("q", accumulate([len(row[1]) + 1 for row in rows], initial=0))

    def rows(self) -> dict[int, str]:
        return dict(zip(self.ids, self.text.split("\0"), strict=True))

    def hits(self, word: str) -> Iterator[re.Match[str]]:
        """Where ``word`` is found. A hit takes the rest of its row with it, so that each row is hit once."""
        return re.compile(re.escape(word) + "[^\0]*").finditer(self.text)

    def product(self, hit: re.Match[str]) -> int:
        """Whose row ``hit`` lies in."""
        found: int = self.ids[bisect_right(self.starts, hit.start()) - 1]
        return found

    def row(self, hit: re.Match[str]) -> str:
        """The whole row that ``hit`` lies in."""
        return self.text[self.text.rfind("\0", 0, hit.start()) + 1 : hit.end()]


Found = list[tuple[_Texts, list[re.Match[str]]]]


@dataclass(frozen=True, slots=True)
class Haystack:
    """The texts as of change ``version``, by share of the products: of those in use, and of all."""

    version: int = 0
    used: dict[int, _Texts] = field(default_factory=dict)
    everyone: dict[int, _Texts] = field(default_factory=dict)

    def changed(self, rows: Rows, version: int) -> Haystack:
        """This with ``rows``, which are in order of id, in place of what they were."""
        used, everyone = dict(self.used), dict(self.everyone)
        for share, fresh in groupby(rows, lambda row: row[0] // SHARE):
            now = list(fresh)
            if share in everyone:
                now = sorted((everyone[share].rows() | {row[0]: row[1] for row in now}).items())
            in_use = [row for row in now if row[1][:1] != ENDED]
            everyone[share] = _Texts(now)
            used[share] = _Texts(in_use) if len(in_use) < len(now) else everyone[share]
        return Haystack(version, dict(sorted(used.items())), dict(sorted(everyone.items())))

    def best(self, phrase: str, words: Sequence[str], limit: int, *, with_ended: bool) -> list[int]:
        """Ids of at most ``limit`` products whose text holds all ``words``, literally.

        First those that have ``phrase`` as a whole field, then those where a field begins with it, then those that hold it,
        then those that hold its words apart from each other; each in order of id.
        """
        parts = list((self.everyone if with_ended else self.used).values())
        few = _few(parts, words)
        if few is not None:
            return _ranked(few, words, phrase, limit)
        begins = f"\n{phrase}"
        beginning = _few(parts, [begins])
        if beginning is not None:
            first: Iterable[int] = _ranked(beginning, [begins], phrase, limit)
        else:
            first = chain(_ids(parts, [begins + "\n"]), _ids(parts, [begins]))
        found: dict[int, None] = {}
        for product in chain(first, _ids(parts, [phrase]), _ids(parts, words)):
            found[product] = None
            if len(found) == limit:
                break
        return list(found)


def _few(parts: Sequence[_Texts], words: Sequence[str]) -> Found | None:
    """Where the rarest of ``words`` is found; None where that is in more than ``FEW`` rows."""
    word, total, found = _rarest(parts, words), 0, []
    for texts in parts:
        hits = list(texts.hits(word))
        found.append((texts, hits))
        total += len(hits)
        if total > FEW:
            return None
    return found


def _ranked(found: Found, words: Sequence[str], phrase: str, limit: int) -> list[int]:
    """The best ``limit`` products of those whose rows hold all ``words``."""
    begins, whole = f"\n{phrase}", f"\n{phrase}\n"
    by_rank: list[list[int]] = [[], [], [], []]
    several = len(words) > 1
    for texts, hits in found:
        for hit in hits:
            row = texts.row(hit) if several else texts.text[max(hit.start() - 1, 0) : hit.end()]
            if several and not all(word in row for word in words):
                continue
            rank = (0 if whole in row else 1) if begins in row else 2 if phrase in row else 3
            if len(by_rank[rank]) < limit:
                by_rank[rank].append(texts.product(hit))
    return list(islice(chain.from_iterable(by_rank), limit))


def _ids(parts: Sequence[_Texts], words: Sequence[str]) -> Iterator[int]:
    """The products whose rows hold all ``words``, in order of id."""
    word = _rarest(parts, words)
    for texts in parts:
        for hit in texts.hits(word):
            if len(words) == 1 or all(other in texts.row(hit) for other in words):
                yield texts.product(hit)


def _rarest(parts: Sequence[_Texts], words: Sequence[str]) -> str:
    """The word that likely fewest products hold, by a look at the first few thousand."""
    if len(words) == 1 or not parts:
        return words[0]
    return min(words, key=lambda word: (parts[0].text.count(word), -len(word)))


def haystack(session: Session) -> Haystack:
    """The texts as ``session`` sees them. Only what was never read in this process, or is new since, comes from the book."""
    kept: dict[str, Haystack] = session.info.get(KEPT, {})
    connection = session.connection()
    with _reading:
        known = kept.get(_PLACE, Haystack())
        newest = fast.scalar(connection, _NEWEST)
        if newest < known.version:  # another book stands in its place
            known = Haystack()
        if newest > known.version:
            rows = connection.execute(_NEWER, {"seen": known.version}).all()
            known = known.changed(rows, max(row[2] for row in rows))
        if session.info.get(READING):
            kept[_PLACE] = known
    return known
