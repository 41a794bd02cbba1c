"""Stocktaking: begin, keep each count the moment it is made, take one back, settle codes that nobody knew."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from jxc_desktop.db.models import Batch, CountEntry, Document, Product, ProductUnit, StockBalance
from jxc_desktop.db.types import raw
from jxc_desktop.domain import errors
from jxc_desktop.domain.acts import Act
from jxc_desktop.domain.counting import Entry, Said
from jxc_desktop.domain.documents import Draft, DraftLine
from jxc_desktop.domain.stocktake import Plan
from jxc_desktop.domain.units import Factor
from jxc_desktop.i18n import _
from jxc_desktop.queries.product_search import CodeHit, find_by_code, search_products
from jxc_desktop.queries.stocktake_entries import approval_of, entries_of, meaning_of
from jxc_desktop.queries.stocktake_rows import Place
from jxc_desktop.queries.stocktake_scopes import countable, listed_products
from jxc_desktop.services.audit import record
from jxc_desktop.services.drafts import load_draft, save_draft
from jxc_desktop.services.posting import Posted

_ADD = insert(CountEntry).returning(CountEntry.id)


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of one :class:`Said`. ``entry``: as it is kept, None for ``nothing``.

    ``state``: ``counted``, ``unknown`` or ``outside`` (kept, but counting nothing yet), ``undone``, or ``nothing`` (there
    was nothing to take back).
    """

    said: Said
    entry: Entry | None
    state: str
    name: str = ""


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


def take(
    session: Session, document_id: int, said: Sequence[Said], act: Act, *, plan: Plan, listed: frozenset[int]
) -> tuple[Taken, ...]:
    """Keep what was scanned and typed, in order, in one transaction.

    A code that nobody knows, or that is not within ``plan``, is kept without a product: it counts nothing until it is
    settled, and is not lost. Raises :class:`AlreadyPosted`, :class:`CountHandedIn`, :class:`UnknownDocument`.
    """
    warehouse_id = must_count(session, document_id)
    done: list[Taken] = []
    for one in said:
        if one.mode == "undo":
            done.append(_undo(session, document_id, one))
        elif one.product_id is not None:
            done.append(Taken(one, _keep(session, document_id, one, act), "counted"))
        else:
            done.append(_scan(session, document_id, warehouse_id, one, act, plan, listed))
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


def _scan(
    session: Session, document_id: int, warehouse_id: int, said: Said, act: Act, plan: Plan, listed: frozenset[int]
) -> Taken:
    hit = _meaning(session, said)
    if hit is None:
        return Taken(said, _keep(session, document_id, said, act), "unknown")
    admitted = bool(countable(session, plan, [hit.product_id], listed)) or _counted(session, document_id, hit)
    if not admitted or session.execute(select(Product.kit).where(Product.id == hit.product_id)).scalar_one():
        return Taken(said, _keep(session, document_id, said, act), "outside", hit.name)
    batch = ""
    if said.prefer is not None and said.prefer[0] == hit.product_id:
        batch = said.prefer[1]
    else:
        batch = first_batch(session, hit.product_id, warehouse_id)
    times = said.quantity if said.quantity is not None else Decimal(1)
    quantity = hit.factor.to_base(times * hit.quantity, field=_("Counted"))
    known = replace(said, product_id=hit.product_id, batch=batch, quantity=quantity)
    return Taken(said, _keep(session, document_id, known, act, unit=hit.unit), "counted", hit.name)


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


def first_batch(session: Session, product_id: int, warehouse_id: int) -> str:
    """The batch a scan means: of those that lie there the first to expire; "" where there is none."""
    found = (
        select(Batch.number)
        .join(StockBalance, StockBalance.batch_id == Batch.id)
        .where(Batch.product_id == product_id, StockBalance.warehouse_id == warehouse_id, raw(StockBalance.quantity) != 0)
        .order_by(Batch.expiry.is_(None), Batch.expiry, Batch.id)
        .limit(1)
    )
    return session.execute(found).scalar() or ""


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


def settle_code(session: Session, document_id: int, code: str, product_id: int | None, act: Act) -> int:
    """Say what an unsettled code means: its scans count for ``product_id`` from now on, or are dropped (None).

    Answers how many scans that were. Raises :class:`UnknownProduct`, :class:`KitHasNoStock` and what :func:`take` raises.
    """
    warehouse_id = must_count(session, document_id)
    open_ = (
        CountEntry.document_id == document_id,
        CountEntry.code == code,
        CountEntry.product_id.is_(None),
        CountEntry.undone == 0,
    )
    rows = session.execute(select(CountEntry.id, CountEntry.quantity).where(*open_)).all()
    if product_id is None:
        session.execute(update(CountEntry).where(*open_).values(undone=1))
        return len(rows)
    product = session.execute(select(Product.code, Product.kit).where(Product.id == product_id)).first()
    if product is None:
        raise errors.UnknownProduct(what=_("product"), key=str(product_id))
    if product.kit:
        raise errors.KitHasNoStock(product=product.code, line=1)
    batch, hit = first_batch(session, product_id, warehouse_id), meaning_of(session, code)
    one = Decimal(1)
    if hit is not None and hit.product_id == product_id:
        one = hit.factor.to_base(hit.quantity, field=_("Counted"))
    for entry, times in rows:
        amount = one * (times if times is not None else Decimal(1))
        session.execute(
            update(CountEntry).where(CountEntry.id == entry).values(product_id=product_id, batch=batch, quantity=amount)
        )
    record(session, act, "stocktake.settle", str(document_id), code=code, product=product.code, scans=len(rows))
    return len(rows)
