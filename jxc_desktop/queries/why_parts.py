"""What all derivations share: kinds as sums, documents as rows, words for days and places, the comparison at the end."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from functools import reduce

from sqlalchemy import select
from sqlalchemy.orm import Session

from jxc_desktop.columns import Shape, word
from jxc_desktop.db.models import Product, Warehouse
from jxc_desktop.domain.documents import kind_of
from jxc_desktop.domain.money import pieces, yuan
from jxc_desktop.domain.why import FIGURES, Derivation, Heading, Term, WhyGroup, WhyKey, WhyRow
from jxc_desktop.i18n import N_, _

MOST_ROWS = 200
"""Rows that are listed below one sum; what lies beyond is one row of its own."""
WINDOW = 60
"""So many documents are told one by one; what was there before them is one sum."""


def headings(first: str, second: str = "", shapes: tuple[Shape, Shape] = ("quantity", "money")) -> tuple[Heading, Heading]:
    """The two columns of figures from their marked titles; "" leaves a column out."""
    return Heading(_(first), shapes[0]), Heading(_(second), shapes[1])


QUANTITY_AND_VALUE = (N_("Quantity"), N_("Amount (yuan)"))


@dataclass(frozen=True, slots=True)
class Change:
    """A document's part in a sum. ``quantity`` in thousandths, ``value`` in fen (None: unknown)."""

    document_id: int
    kind: str
    number: str
    moment: str
    quantity: int
    value: int | None
    note: str = ""


def by_kind(
    changes: Iterable[Change],
    *,
    quantity: Callable[[int], Decimal] | None = pieces,
    value: Callable[[int], Decimal] | None = yuan,
    key: Callable[[Change], WhyKey | None] = lambda _change: None,
) -> list[WhyGroup]:
    """A sum per kind of document, what adds before what takes away, the larger first; its documents newest first.

    ``quantity`` and ``value`` turn the integers of the ledger into decimals (None: the column is not there).
    """
    kinds: dict[str, list[Change]] = defaultdict(list)
    for change in changes:
        kinds[change.kind].append(change)
    found = []
    for kind, members in kinds.items():
        whole_quantity, whole_value = _sum(members)
        sign = whole_value if value is not None and whole_value else whole_quantity
        members.sort(key=lambda one: (one.moment, one.document_id), reverse=True)
        rows = [_row(one, quantity, value, key) for one in members[:MOST_ROWS]]
        if rest := members[MOST_ROWS:]:
            rows.append(_rest(rest, quantity, value))
        group = WhyGroup(
            kind_words(kind, len({one.document_id for one in members}), sign),
            quantity(whole_quantity) if quantity else None,
            value(whole_value) if value else None,
            tuple(rows),
        )
        found.append(((sign < 0, -abs(sign), kind), group))
    return [group for _order, group in sorted(found, key=lambda pair: pair[0])]


def _sum(changes: Sequence[Change]) -> tuple[int, int]:
    return sum(one.quantity for one in changes), sum(one.value or 0 for one in changes)


def _row(
    one: Change,
    quantity: Callable[[int], Decimal] | None,
    value: Callable[[int], Decimal] | None,
    key: Callable[[Change], WhyKey | None],
) -> WhyRow:
    return WhyRow(
        one.number,
        quantity(one.quantity) if quantity else None,
        value(one.value) if value and one.value is not None else None,
        one.document_id,
        key(one),
        one.note or one.moment[5:16].replace("T", " "),
    )


def _rest(rest: Sequence[Change], quantity: Callable[[int], Decimal] | None, value: Callable[[int], Decimal] | None) -> WhyRow:
    whole_quantity, whole_value = _sum(rest)
    words = _("{count} earlier ones").format(count=f"{len(rest):,}")
    amounts = quantity(whole_quantity) if quantity else None, value(whole_value) if value else None
    return WhyRow(words, *amounts, count=len(rest))


def kind_words(kind: str, count: int, sign: int) -> str:
    """``加 采购入库单 2 张``."""
    text = _("plus {kind}, {count}") if sign >= 0 else _("less {kind}, {count}")
    return text.format(kind=kind_of(kind).name, count=f"{count:,}")


Opening = Callable[[date], WhyKey | None]
"""The figure at the end of a day, for what was there before the documents that are told one by one."""


def course(
    changes: Sequence[Change],
    end: str,
    *,
    quantity: Callable[[int], Decimal] | None = pieces,
    value: Callable[[int], Decimal] | None = yuan,
    opening: Opening = lambda _day: None,
) -> tuple[tuple[WhyGroup, ...], tuple[int, int], Sequence[Change]]:
    """From what was there to what is left: the opening, a sum per kind, and ``end`` below a rule.

    ``changes`` stand oldest first. With the (thousandths, fen) of the opening and the changes told since then.
    """
    start = changes[-WINDOW].moment[:10] if len(changes) > WINDOW else ""
    since = [one for one in changes if one.moment[:10] >= start]
    before = _sum([one for one in changes if one.moment[:10] < start])
    after = _sum(changes)

    def whole(words: str, sums: tuple[int, int], key: WhyKey | None = None, *, result: bool = False) -> WhyGroup:
        amounts = quantity(sums[0]) if quantity else None, value(sums[1]) if value else None
        return WhyGroup(words, *amounts, result=result, key=key)

    groups = by_kind(since, quantity=quantity, value=value)
    if len(since) < len(changes):
        key = opening(date.fromisoformat(start) - timedelta(days=1))
        groups.insert(0, whole(_("Opening, at the start of {day}").format(day=start), before, key))
    return (*groups, whole(end, after, result=True)), before, since


def running(
    key: WhyKey,
    subject: str,
    changes: Sequence[Change],
    words: tuple[str, str],
    end: str,
    *,
    stored: Decimal | None = None,
    opening: Opening = lambda _day: None,
    notes: tuple[str, ...] = (),
) -> Derivation:
    """A balance: what was there, what came (``words[0]``), what went (``words[1]``). ``changes`` stand oldest first.

    ``words`` and ``end`` are worded. Quantities or amounts, as the figure is; of goods with their quantities beside.
    """
    of_goods, in_pieces = any(one.quantity for one in changes), key.shape == "quantity"
    measure, place = (pieces, 0) if in_pieces else (yuan, 1)
    groups, before, since = course(
        changes, end, quantity=pieces if of_goods or in_pieces else None, value=None if in_pieces else yuan, opening=opening
    )
    moved = [one.quantity if in_pieces else one.value or 0 for one in since]
    came, went = sum(n for n in moved if n > 0), -sum(n for n in moved if n < 0)
    first = before[place]
    terms = [Term("=", measure(first), key.shape, _("opening"))] if first else []
    terms += [Term("+" if first else "=", measure(came), key.shape, words[0]), Term("−", measure(went), key.shape, words[1])]
    titles = (N_("Quantity"), "") if in_pieces else QUANTITY_AND_VALUE if of_goods else ("", QUANTITY_AND_VALUE[1])
    return told(key, subject, measure(first + came - went), terms, groups, headings(*titles), stored=stored, notes=notes)


def told(
    key: WhyKey,
    subject: str,
    result: Decimal | None,
    terms: Sequence[Term],
    groups: Sequence[WhyGroup],
    columns: tuple[Heading, Heading],
    *,
    stored: Decimal | None = None,
    known: bool = True,
    notes: tuple[str, ...] = (),
) -> Derivation:
    """The derivation, compared with what the book has ``stored`` and what stood on the screen (see :func:`compared`)."""
    formula = leads(result, key, *terms)
    return compared(Derivation(key, title_of(key), subject, result, formula, columns, tuple(groups), notes), stored, known=known)


def earlier(words: str, rows: Sequence[WhyRow], *, key: WhyKey | None = None) -> WhyGroup:
    """A sum over rows that are ready."""
    quantities = [row.quantity for row in rows if row.quantity is not None]
    values = [row.value for row in rows if row.value is not None]
    return WhyGroup(
        words,
        sum(quantities, Decimal(0)) if quantities else None,
        sum(values, Decimal(0)) if values else None,
        tuple(rows),
        key=key,
    )


def capped(rows: Sequence[WhyRow]) -> tuple[WhyRow, ...]:
    """The first rows, and one for what lies beyond."""
    if len(rows) <= MOST_ROWS + 1:
        return tuple(rows)
    rest = rows[MOST_ROWS:]
    quantities = [row.quantity for row in rest if row.quantity is not None]
    values = [row.value for row in rest if row.value is not None]
    last = WhyRow(
        _("{count} more").format(count=f"{len(rest):,}"),
        sum(quantities, Decimal(0)) if quantities else None,
        sum(values, Decimal(0)) if values else None,
        count=len(rest),
    )
    return (*rows[:MOST_ROWS], last)


# --- words -----------------------------------------------------------------------------------------------------------


def warehouse_words(session: Session, code: str | None) -> str:
    """The name of a warehouse, or that all are meant."""
    if code is None:
        return _("all warehouses")
    return session.execute(select(Warehouse.name).where(Warehouse.code == code)).scalar() or code


def day_words(day: date | None) -> str:
    """``now`` or the end of a past day."""
    return _("now") if day is None else _("at the end of {day}").format(day=day.isoformat())


def period_words(first: date, last: date) -> str:
    """``2026-11-01 至 2026-11-24``, or the one day."""
    if first == last:
        return first.isoformat()
    return _("{first} to {last}").format(first=first.isoformat(), last=last.isoformat())


def product_name(session: Session, product_id: int) -> str:
    return session.execute(select(Product.name).where(Product.id == product_id)).scalar() or ""


def said(*parts: str) -> str:
    """The parts of a subject, one after another."""
    words = [part for part in parts if part]
    return reduce(lambda one, two: _("{one}, {two}").format(one=one, two=two), words) if words else ""


AGES: dict[str, str] = {
    "overdue": N_("Overdue"), "not_due": N_("Not due"),
    "d1_30": N_("1-30 days overdue"), "d31_60": N_("31-60 days overdue"), "d61_90": N_("61-90 days overdue"),
    "d91": N_("Over 90 days overdue"),
}  # fmt: skip
"""The columns of what is owed by its due day."""
STOCK_AGES: dict[str, str] = {
    "d0_30": N_("0-30 days"), "d31_60": N_("31-60 days"), "d61_90": N_("61-90 days"), "d91_180": N_("91-180 days"),
    "d181": N_("Over 180 days"),
}  # fmt: skip
"""The columns of stock by the days since it came in."""


def title_of(key: WhyKey) -> str:
    """What the figure is called."""
    if key.figure == "due":
        return _(AGES[key.age])
    if key.figure == "aged":
        return _("Stock value, {age}").format(age=_(STOCK_AGES[key.age]))
    return _(FIGURES[key.figure].title)


def of_whom(key: WhyKey, name: str) -> str:
    """``原味酸奶 200g 的库存金额``."""
    title = title_of(key)
    return _("{figure} of {name}").format(figure=title, name=spaced(name)).strip() if name else title


def spaced(name: str) -> str:
    """``name`` with a gap behind Latin letters and digits, as Chinese text wants it before the next word."""
    return f"{name} " if name[-1:].isascii() else name


def leads(result: Decimal | None, key: WhyKey, *terms: Term) -> tuple[Term, ...]:
    """The figure itself, then what it is made of."""
    return (Term("", result, key.shape, title_of(key)), *terms)


# --- the comparison --------------------------------------------------------------------------------------------------


def compared(found: Derivation, *stored: Decimal | None, known: bool = True) -> Derivation:
    """``found`` with the sentence that says whether it equals what the book has stored and what stood on the screen.

    ``known`` False: the book may not have it at all (a cost that was never known), so that None is as good as equal.
    """
    others = [one for one in (*stored, found.key.shown) if one is not None]
    if not others:
        if found.result is None or not known:
            return replace(found, checked=None, check=_("Nothing to compare with."))
        return replace(found, checked=None, check=_("Counted again from the ledger; the book keeps no such figure."))
    wrong = next((one for one in others if found.result is None or one != found.result), None)
    if wrong is None:
        return replace(found, checked=True, check=_("Counted again from the ledger: it agrees with what is stored."))
    text = _("Counted again from the ledger it is {counted}, but {stored} is stored. Check the book: Settings and backup.")
    shape = found.key.shape
    return replace(found, checked=False, check=text.format(counted=word(found.result, shape), stored=word(wrong, shape)))
