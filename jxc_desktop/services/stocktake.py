"""Stocktaking: begin, keep each count the moment it is made, take one back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from jxc_desktop.db.models import CountEntry, Document, Product, ProductUnit
from jxc_desktop.domain import errors
from jxc_desktop.domain.acts import Act
from jxc_desktop.domain.counting import SECOND, Entry, Said
from jxc_desktop.domain.documents import Draft, DraftLine
from jxc_desktop.domain.stocktake import Plan
from jxc_desktop.domain.units import Factor
from jxc_desktop.i18n import _
from jxc_desktop.queries.product_search import CodeHit, find_by_code, search_products
from jxc_desktop.queries.stocktake_batches import possible_batches
from jxc_desktop.queries.stocktake_entries import approval_of, entries_of, meaning_of, second_counted
from jxc_desktop.queries.stocktake_rows import Place
from jxc_desktop.queries.stocktake_scopes import countable, listed_products
from jxc_desktop.services.audit import record
from jxc_desktop.services.drafts import load_draft, save_draft
from jxc_desktop.services.posting import Posted

_ADD = insert(CountEntry).returning(CountEntry.id)


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of one :class:`Said`. ``entry``: as it is kept, None for ``nothing``.

    ``state``: ``counted``; kept, but counting nothing yet: ``unknown`` (nobody has the code), ``outside`` (not within the
    plan), ``batch`` (which batch is not said), ``again`` (not on the list of the second count); ``undone``, or ``nothing``
    (there was nothing to take back). ``name`` and ``product_id``: what the code means, where it means something.
    """

    said: Said
    entry: Entry | None
    state: str
    name: str = ""
    product_id: int | None = None


@dataclass(slots=True, frozen=True)
class Bearings:
    """What scans are read by: the ``plan`` with the products ``listed`` in it, the batch that was named for a product
    (``batches``), and what is on the list of the second count (``due``)."""

    plan: Plan = field(default_factory=Plan)
    listed: frozenset[int] = frozenset()
    batches: Mapping[int, str] = field(default_factory=dict)
    due: frozenset[Place] = frozenset()


def begin(session: Session, plan: Plan, warehouse_id: int, act: Act) -> Posted:
    """Keep a new count as a draft; the goods of a class or of the day's list are fixed now. Raises :class:`NoLines`."""
    listed = listed_products(session, plan, warehouse_id, act.today)
    if plan.scope in ("abc", "daily") and not listed:
        raise errors.NoLines()
    lines = [DraftLine(product) for product in listed]
    return save_draft(session, Draft("stocktake", act.moment, warehouse_id=warehouse_id, lines=lines, reason=plan.dump()), act)


def open_count(session: Session, document_id: int) -> Draft:
    """The draft of a stocktake. Raises :class:`UnknownDocument`, :class:`AlreadyPosted`."""
    draft = load_draft(session, document_id)
    if draft.kind != "stocktake":
        raise errors.UnknownDocument(what=_("document"), key=str(document_id))
    return draft


def adopt(session: Session, document_id: int, act: Act) -> None:
    """Make entries of the counts of a draft that came by other ways (imported, copied), once."""
    draft = open_count(session, document_id)
    there = select(CountEntry.id).where(CountEntry.document_id == document_id).limit(1)
    if session.execute(there).first() is not None:
        return
    for line in draft.lines:
        if line.product_id is None or line.counted is None:
            continue
        base = line.counted
        if line.unit_id is not None:
            base = _in_base(session, line)
        said = Said(line.counted_at or draft.moment or act.moment, "", "set", "", line.product_id, line.batch or "", base)
        _keep(session, document_id, said, act)
        if line.reason:
            _keep(session, document_id, replace(said, mode="reason", said=line.reason, quantity=None), act)


def _in_base(session: Session, line: DraftLine) -> Decimal:
    unit = session.get(ProductUnit, line.unit_id)
    counted = line.counted or Decimal(0)
    return Factor(unit.numerator, unit.denominator).to_base(counted, field=_("Counted")) if unit else counted


def take(session: Session, document_id: int, said: Sequence[Said], act: Act, bearings: Bearings) -> tuple[Taken, ...]:
    """Keep what was scanned and typed, in order, in one transaction.

    A code whose meaning is not clear (see :class:`Taken`) is kept without a product: it counts nothing until it is settled,
    and is not lost. Raises :class:`AlreadyPosted`, :class:`CountHandedIn`, :class:`UnknownDocument`.
    """
    reader = _Reader(session, document_id, must_count(session, document_id), act, bearings)
    done: list[Taken] = []
    for one in said:
        if one.mode == "undo":
            done.append(_undo(session, document_id, one))
        elif one.product_id is not None:
            done.append(Taken(one, _keep(session, document_id, one, act), "counted"))
        else:
            done.append(reader.scan(one))
    return tuple(done)


def must_count(session: Session, document_id: int) -> int:
    """The warehouse of a count that may go on. Raises what :func:`take` raises."""
    row = session.execute(
        select(Document.status, Document.number, Document.warehouse_id, Document.kind).where(Document.id == document_id)
    ).first()
    if row is None or row.kind != "stocktake":
        raise errors.UnknownDocument(what=_("document"), key=str(document_id))
    if row.status != "draft":
        raise errors.AlreadyPosted(number=row.number)
    approval = approval_of(session, document_id)
    if approval is not None and approval.waiting:
        raise errors.CountHandedIn()
    return int(row.warehouse_id or 0)


class _Reader:
    """Reads scans of one count, one after the other."""

    def __init__(self, session: Session, document_id: int, warehouse_id: int, act: Act, bearings: Bearings) -> None:
        self._session, self._document, self._warehouse, self._act = session, document_id, warehouse_id, act
        self._by = bearings

    @cached_property
    def _second(self) -> set[Place]:
        """What has a second count already."""
        return second_counted(self._session, self._document)

    def scan(self, said: Said) -> Taken:
        """Keep one scan, as what it means or for later."""
        hit = _meaning(self._session, said)
        if hit is None:
            return Taken(said, self._keep(said), "unknown")
        product = self._session.execute(select(Product.kit, Product.batches).where(Product.id == hit.product_id)).one()
        within = countable(self._session, self._by.plan, [hit.product_id], self._by.listed)
        if product.kit or not (within or _counted(self._session, self._document, hit)):
            return Taken(said, self._keep(said), "outside", hit.name, hit.product_id)
        again = {batch for product_id, batch in self._by.due | self._second if product_id == hit.product_id}
        if said.round == SECOND and not again:
            return Taken(said, self._keep(said), "again", hit.name, hit.product_id)
        batch = self._batch(hit.product_id, again if said.round == SECOND else set()) if product.batches else ""
        if batch is None:
            return Taken(said, self._keep(said), "batch", hit.name, hit.product_id)
        times = said.quantity if said.quantity is not None else Decimal(1)
        quantity = hit.factor.to_base(times * hit.quantity, field=_("Counted"))
        # what was counted a second time goes by that count: one more of it found later adds to it
        which = SECOND if (hit.product_id, batch) in self._second else said.round
        known = replace(said, product_id=hit.product_id, batch=batch, quantity=quantity, round=which)
        if which == SECOND:
            self._second.add((hit.product_id, batch))
        return Taken(said, self._keep(known, unit=hit.unit), "counted", hit.name, hit.product_id)

    def _batch(self, product_id: int, among: set[str]) -> str | None:
        """The batch that is meant: the one that was named, else the only one there can be; None where that must be asked."""
        named = self._by.batches.get(product_id)
        if named is not None and (not among or named in among):
            return named
        possible = among or set(possible_batches(self._session, self._document, self._warehouse, product_id))
        return possible.pop() if len(possible) == 1 else None

    def _keep(self, said: Said, *, unit: str = "") -> Entry:
        return _keep(self._session, self._document, said, self._act, unit=unit)


def _meaning(session: Session, said: Said) -> CodeHit | None:
    """What the code means; a typed text that finds exactly one product means it too."""
    found = meaning_of(session, said.code)
    if found is not None or not said.said:
        return found
    hits = search_products(session, said.code, limit=2)
    return find_by_code(session, hits[0].code) if len(hits) == 1 else None


def _counted(session: Session, document_id: int, hit: CodeHit) -> bool:
    """Whether the product was admitted to this count before."""
    found = select(CountEntry.id).where(
        CountEntry.document_id == document_id, CountEntry.product_id == hit.product_id, CountEntry.undone == 0
    )
    return session.execute(found.limit(1)).first() is not None


def _keep(session: Session, document_id: int, said: Said, act: Act, *, unit: str = "") -> Entry:
    values: dict[str, Any] = {
        "product_id": said.product_id,
        "batch": said.batch,
        "code": said.code,
        "unit": unit,
        "quantity": said.quantity,
        "mode": "add" if said.product_id is None else said.mode,
        "said": said.said,
        "moment": said.moment,
        "counter": said.counter,
        "round": said.round,
    }
    new = session.execute(_ADD, values | {"document_id": document_id, "user_id": act.user_id}).scalar_one()
    return Entry(new, **values)


def _undo(session: Session, document_id: int, said: Said) -> Taken:
    """Take back the newest living entry of a counter that is younger than ``said.floor``."""
    newest = session.execute(
        select(CountEntry.id)
        .where(
            CountEntry.document_id == document_id,
            CountEntry.counter == said.counter,
            CountEntry.id > said.floor,
            CountEntry.undone == 0,
            CountEntry.mode != "reason",
        )
        .order_by(CountEntry.id.desc())
        .limit(1)
    ).scalar()
    if newest is None:
        return Taken(said, None, "nothing")
    session.execute(update(CountEntry).where(CountEntry.id == newest).values(undone=1))
    entry = next(e for e in entries_of(session, document_id) if e.id == newest)
    return Taken(said, entry, "undone")


def clear_line(session: Session, document_id: int, place: Place, act: Act) -> int:
    """Take back all counts of a line, of every counter and both rounds; how many that were."""
    must_count(session, document_id)
    done = session.execute(
        update(CountEntry)
        .where(
            CountEntry.document_id == document_id,
            CountEntry.product_id == place[0],
            CountEntry.batch == place[1],
            CountEntry.undone == 0,
            CountEntry.mode != "reason",
        )
        .values(undone=1)
        .returning(CountEntry.id)
    ).all()
    record(session, act, "stocktake.clear", str(document_id), product=place[0], batch=place[1], entries=len(done))
    return len(done)
