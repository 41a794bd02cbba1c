"""What was entered in a stocktake: its entries, what is not settled yet, its approval, and a pulse that tells of news."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from jxc_desktop.db.models import CountApproval, CountEntry, Counter, Document, Product, User
from jxc_desktop.domain.counting import SECOND, Entry
from jxc_desktop.domain.errors import JxcError
from jxc_desktop.domain.stocktake import Plan
from jxc_desktop.queries.product_search import CodeHit, find_by_code
from jxc_desktop.queries.stocktake_rows import Place
from jxc_desktop.queries.stocktake_scopes import countable

_ENTRIES: Any = select(
    CountEntry.id,
    CountEntry.product_id,
    CountEntry.batch,
    CountEntry.code,
    CountEntry.unit,
    CountEntry.quantity,
    CountEntry.mode,
    CountEntry.said,
    CountEntry.moment,
    CountEntry.counter,
    CountEntry.round,
    CountEntry.undone == 1,
)


@dataclass(frozen=True, slots=True)
class Pending:
    """A code that counts nothing yet: how often it was scanned, when last and by whom, and what it means if anything.

    ``why``: ``unknown``, ``outside`` of what is counted, ``batch`` (which one is not said), ``again`` (scanned in the second
    count, and not on its list), ``known`` (a product has it by now).
    """

    code: str
    times: int
    moment: str
    counters: str
    why: str = "unknown"
    name: str = ""
    product_id: int | None = None


@dataclass(frozen=True, slots=True)
class Approval:
    """The approval of a stocktake: asked for, and given or not. ``value``: gains and losses added up."""

    value: Decimal
    asked_at: str
    asked_by: str
    approved_at: str | None
    approved_by: str | None
    reason: str

    @property
    def waiting(self) -> bool:
        return self.approved_at is None


@dataclass(frozen=True, slots=True)
class Pulse:
    """What changes when somebody else counts, sells or posts: compare two of them."""

    status: str
    newest: int
    undone: int
    settled: int
    posting: int
    waiting: bool


def entries_of(session: Session, document_id: int) -> list[Entry]:
    """All entries in the order they were made, taken back ones too."""
    rows = session.execute(_ENTRIES.where(CountEntry.document_id == document_id).order_by(CountEntry.id))
    return [Entry(*row) for row in rows]


def second_counted(session: Session, document_id: int) -> set[Place]:
    """What has a second count."""
    living = (
        CountEntry.document_id == document_id,
        CountEntry.product_id.is_not(None),
        CountEntry.round == SECOND,
        CountEntry.undone == 0,
        CountEntry.mode != "reason",
    )
    rows = session.execute(select(CountEntry.product_id, CountEntry.batch).where(*living).distinct())
    return {(product_id, batch) for product_id, batch in rows if product_id is not None}


_ANY = Plan("free")


def pending_codes(session: Session, document_id: int, plan: Plan = _ANY, listed: frozenset[int] = frozenset()) -> list[Pending]:
    """Codes whose meaning is not settled, the newest first."""
    found: dict[str, list[Entry]] = defaultdict(list)
    open_ = (CountEntry.document_id == document_id, CountEntry.product_id.is_(None), CountEntry.undone == 0)
    for row in session.execute(_ENTRIES.where(*open_).order_by(CountEntry.id.desc())):
        entry = Entry(*row)
        found[entry.code].append(entry)
    rows = []
    for code, entries in found.items():
        hit = meaning_of(session, code)
        names = "、".join(dict.fromkeys(e.counter for e in reversed(entries) if e.counter))
        times = int(sum(e.quantity or 1 for e in entries))
        why = _why(session, hit, entries, plan, listed)
        meant = (hit.name, hit.product_id) if hit else ("", None)
        rows.append(Pending(code, times, entries[0].moment, names, why, *meant))
    return rows


def _why(session: Session, hit: CodeHit | None, entries: list[Entry], plan: Plan, listed: frozenset[int]) -> str:
    """Why a code counts nothing yet."""
    if hit is None:
        return "unknown"
    if not countable(session, plan, [hit.product_id], listed):
        return "outside"
    by_batch = session.execute(select(Product.batches).where(Product.id == hit.product_id)).scalar_one()
    return "batch" if by_batch else "again" if any(entry.round == SECOND for entry in entries) else "known"


def meaning_of(session: Session, code: str) -> CodeHit | None:
    """What a code means; None also for the label of a scale that says too little."""
    try:
        return find_by_code(session, code)
    except JxcError:
        return None


def approval_of(session: Session, document_id: int) -> Approval | None:
    """The approval of a stocktake; None where none was asked for."""
    asked, approved = User.__table__.alias("asked"), User.__table__.alias("approved")
    row = session.execute(
        select(
            CountApproval.value,
            CountApproval.asked_at,
            asked.c.name,
            CountApproval.approved_at,
            approved.c.name,
            CountApproval.reason,
        )
        .join(asked, asked.c.id == CountApproval.asked_by)
        .outerjoin(approved, approved.c.id == CountApproval.approved_by)
        .where(CountApproval.document_id == document_id)
    ).first()
    return Approval(*row) if row is not None else None


def pulse(session: Session, document_id: int) -> Pulse:
    """The pulse of a stocktake, from a few indexed figures."""
    entries = session.execute(
        select(
            func.coalesce(func.max(CountEntry.id), 0),
            func.coalesce(func.sum(CountEntry.undone), 0),
            func.count(CountEntry.product_id),
        ).where(CountEntry.document_id == document_id)
    ).one()
    status = session.execute(select(Document.status).where(Document.id == document_id)).scalar() or ""
    posting = session.execute(select(Counter.value).where(Counter.name == "posting")).scalar() or 0
    approval = approval_of(session, document_id)
    return Pulse(
        status, int(entries[0]), int(entries[1]), int(entries[2]), int(posting), approval is not None and approval.waiting
    )
