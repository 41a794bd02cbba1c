"""Cost difference slips: what one posting or void did to the cost of other documents. Their why: :mod:`difference_why`."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, aliased

from jxc_desktop.db.models import (
    VOID_PART,
    AuditRow,
    CostDifference,
    Document,
    LandedShare,
    Partner,
    Product,
    SeenDifference,
    StockRow,
    User,
)
from jxc_desktop.db.types import raw
from jxc_desktop.domain.money import fen, milli, pieces, unit_cost, yuan
from jxc_desktop.queries.scope import ALL, Scope

ZERO = Decimal(0)
SALES = ("sold", "returned")
"""Groups of ledger rows whose cost is the cost of sales."""


@dataclass(frozen=True, slots=True)
class SlipHead:
    """One act and what it changed. ``voided``: the act was a void of the cause, else its posting; ``at``, ``user`` did it.

    Effects are new less old, in yuan: ``cost_of_sales`` and ``gross_profit`` of sales and customers' returns, ``shrinkage``,
    ``return_difference`` (what supplier returns brought above cost) and ``stock_value`` of what is on hand.
    """

    seq: int
    at: str
    user: str | None
    voided: bool
    cause_id: int
    number: str
    kind: str
    date: str
    documents: int
    products: int
    first_day: str
    last_day: str
    cost_of_sales: Decimal
    shrinkage: Decimal
    return_difference: Decimal
    stock_value: Decimal
    seen_at: str | None
    seen_by: str | None

    @property
    def gross_profit(self) -> Decimal:
        return -self.cost_of_sales


@dataclass(frozen=True, slots=True)
class DifferenceRow:
    """What one document's cost of one product was and became. ``quantity`` and costs count what left; what came in is negative.

    Profits are of sales and customers' returns (revenue less cost), None for anything else. ``moves``: goods that only changed
    their place at another cost, so that the document's own sum is what it was.
    """

    id: str
    seq: int
    document_id: int
    product_id: int
    cause_id: int
    date: str
    day: str
    number: str
    kind: str
    bucket: str
    partner: str | None
    product: str
    name: str
    unit: str
    quantity: Decimal
    old_cost: Decimal
    new_cost: Decimal
    revenue: Decimal | None

    @property
    def difference(self) -> Decimal:
        return self.new_cost - self.old_cost

    @property
    def old_profit(self) -> Decimal | None:
        return None if self.revenue is None else self.revenue - self.old_cost

    @property
    def new_profit(self) -> Decimal | None:
        return None if self.revenue is None else self.revenue - self.new_cost

    @property
    def old_unit_cost(self) -> Decimal | None:
        return _per_piece(self.old_cost, self.quantity)

    @property
    def new_unit_cost(self) -> Decimal | None:
        return _per_piece(self.new_cost, self.quantity)

    @property
    def moves(self) -> bool:
        return self.old_cost == self.new_cost


@dataclass(frozen=True, slots=True)
class DifferenceSum:
    """The rows of one day or one kind together (``key``). ``profit_change`` is None where nothing of it is sold."""

    key: str
    documents: int
    old_cost: Decimal
    new_cost: Decimal
    old_profit: Decimal | None
    new_profit: Decimal | None

    @property
    def difference(self) -> Decimal:
        return self.new_cost - self.old_cost

    @property
    def profit_change(self) -> Decimal | None:
        return None if self.old_profit is None or self.new_profit is None else self.new_profit - self.old_profit


def difference_slips(
    session: Session, *, cause_id: int | None = None, unseen: bool = False, limit: int | None = 200
) -> list[SlipHead]:
    """The acts that changed the cost of other documents, newest first; those of one cause, or those nobody has looked at."""
    wanted = select(CostDifference.seq).distinct().order_by(CostDifference.seq.desc()).limit(limit)
    if cause_id is not None:
        wanted = wanted.where(CostDifference.cause_id == cause_id)
    if unseen:
        wanted = wanted.where(CostDifference.seq.not_in(select(SeenDifference.seq)))
    seqs = list(session.scalars(wanted))
    rows = difference_rows(session, CostDifference.seq.in_(seqs)) if seqs else []
    by_seq: dict[int, list[DifferenceRow]] = defaultdict(list)
    for row in rows:
        by_seq[row.seq].append(row)
    return slip_heads(session, by_seq)


def difference_count(session: Session, cause_id: int) -> int:
    """How many documents got another cost by the last act of this cause that changed any."""
    heads = difference_slips(session, cause_id=cause_id, limit=1)
    return heads[0].documents if heads else 0


def differences(
    session: Session, day_from: str | None, day_to: str | None, *, scope: Scope = ALL
) -> list[tuple[DifferenceRow, str]]:
    """(row, number of the cause) of changed documents of these business days, in the order of the acts."""
    where = [*scope.of_product(CostDifference.product_id)]
    if day_from is not None:
        where.append(Document.day >= day_from)
    if day_to is not None:
        where.append(Document.day <= day_to)
    if scope.warehouse_id is not None:
        where.append(Document.warehouse_id == scope.warehouse_id)
    rows = [row for row in difference_rows(session, *where) if not row.moves]
    ids = sorted({row.cause_id for row in rows})
    numbers: dict[int, str] = {}
    for chunk in (ids[i : i + 500] for i in range(0, len(ids), 500)):
        numbers |= {
            id: number or "" for id, number in session.execute(select(Document.id, Document.number).where(Document.id.in_(chunk)))
        }
    return [(row, numbers[row.cause_id]) for row in rows]


def difference_rows(session: Session, *where: ColumnElement[bool]) -> list[DifferenceRow]:
    """The recorded differences that fit, in the order of acts and ledger; receipts that a landed cost raises left out."""
    raised = (
        select(LandedShare.target_id)
        .where(LandedShare.document_id == CostDifference.cause_id, LandedShare.target_id == CostDifference.document_id)
        .exists()
    )
    found = session.execute(
        select(
            CostDifference.seq, CostDifference.document_id, CostDifference.product_id, CostDifference.cause_id, Document.moment,
            Document.day, Document.number, Document.kind, Partner.name, Product.code, Product.name, Product.unit,
            raw(CostDifference.old_value), raw(CostDifference.new_value),
        )
        .join(Document, Document.id == CostDifference.document_id)
        .join(Product, Product.id == CostDifference.product_id)
        .outerjoin(Partner, Partner.id == Document.partner_id)
        .where(*where, ~raised)
        .order_by(CostDifference.seq, Document.moment, Document.seq, CostDifference.product_id)
    ).all()  # fmt: skip
    moved = moved_goods(session, {row[1] for row in found})
    rows = []
    for seq, document, product, cause, moment, day, number, kind, partner, code, name, unit, old, new in found:
        bucket, quantity, revenue = moved[document, product]
        rows.append(
            DifferenceRow(
                f"{seq}-{document}-{product}", seq, document, product, cause, moment, day, number or "", kind, bucket, partner,
                code, name, unit, pieces(-quantity), yuan(-old), yuan(-new), yuan(revenue) if bucket in SALES else None,
            )
        )  # fmt: skip
    return rows


def moved_goods(session: Session, documents: Iterable[int]) -> dict[tuple[int, int], tuple[str, int, int]]:
    """(document, product) -> group, thousandths and fen of revenue, as the ledger has them (voiding rows left out)."""
    found: dict[tuple[int, int], tuple[str, int, int]] = {}
    ids = sorted(documents)
    for chunk in (ids[i : i + 500] for i in range(0, len(ids), 500)):
        rows = session.execute(
            select(
                StockRow.document_id, StockRow.product_id, func.min(StockRow.bucket), func.sum(raw(StockRow.quantity)),
                func.coalesce(func.sum(raw(StockRow.revenue)), 0),
            )
            .where(StockRow.document_id.in_(chunk), StockRow.part < VOID_PART)
            .group_by(StockRow.document_id, StockRow.product_id)
        )  # fmt: skip
        found |= {(document, product): (bucket, int(q), int(r)) for document, product, bucket, q, r in rows}
    return found


def slip_heads(session: Session, by_seq: dict[int, list[DifferenceRow]]) -> list[SlipHead]:
    """The heads of these acts from their rows, newest first."""
    causes = {rows[0].cause_id for rows in by_seq.values()}
    poster, voider, seer = aliased(User), aliased(User), aliased(User)
    about: dict[int, Any] = {
        row.id: row
        for row in session.execute(
            select(
                Document.id, Document.seq, Document.number, Document.kind, Document.moment, Document.posted_at,
                Document.voided_at, poster.name.label("poster"), voider.name.label("voider"),
            )
            .outerjoin(poster, poster.id == Document.posted_by)
            .outerjoin(voider, voider.id == Document.voided_by)
            .where(Document.id.in_(causes))
        )
    }  # fmt: skip
    seen = {
        seq: (at, by)
        for seq, at, by in session.execute(
            select(SeenDifference.seq, SeenDifference.seen_at, seer.name)
            .outerjoin(seer, seer.id == SeenDifference.seen_by)
            .where(SeenDifference.seq.in_(list(by_seq)))
        )
    }
    heads = []
    for seq in sorted(by_seq, reverse=True):
        cause, rows = about[by_seq[seq][0].cause_id], by_seq[seq]
        voided = seq != cause.seq
        changed = [row for row in rows if not row.moves]
        brought = sum(brought_values(session, cause.id, seq, voided, {row.product_id for row in rows}).values())
        days = [row.day for row in changed] or [cause.moment[:10]]
        at_by: tuple[str | None, str | None] = seen.get(seq, (None, None))
        heads.append(
            SlipHead(
                seq, (cause.voided_at if voided else cause.posted_at) or "", cause.voider if voided else cause.poster, voided,
                cause.id, cause.number, cause.kind, cause.moment, len({row.document_id for row in changed}),
                len({row.product_id for row in changed}), min(days), max(days), _sum(rows, *SALES), _sum(rows, "shrinkage"),
                -sum((row.difference for row in rows if row.kind == "purchase_return"), ZERO),
                yuan(brought) - sum((row.difference for row in rows), ZERO), *at_by,
            )
        )  # fmt: skip
    return heads


def brought_values(session: Session, cause_id: int, seq: int, voided: bool, products: Iterable[int]) -> dict[int, int]:
    """What the act itself put into (+) or took out of (-) stock by product, in fen: own rows, a landed cost's shares."""
    wanted = list(products)
    sign = -1 if voided else 1
    own = select(StockRow.product_id, func.coalesce(func.sum(raw(StockRow.value)), 0)).where(
        StockRow.document_id == cause_id, StockRow.product_id.in_(wanted), StockRow.part < VOID_PART
    )
    values = {product: int(value) for product, value in session.execute(own.group_by(StockRow.product_id))}
    if not voided:  # as it was then: what a later act made of it is undone
        later = select(CostDifference.product_id, CostDifference.seq, raw(CostDifference.old_value)).where(
            CostDifference.document_id == cause_id, CostDifference.product_id.in_(wanted), CostDifference.seq > seq
        )
        until: dict[int, int] = {}
        for product, changed, old in session.execute(later.order_by(CostDifference.seq.desc())):
            values[product], until[product] = old, changed
        raised = LandedShare.target_id == cause_id, LandedShare.product_id.in_(wanted)
        for product, _target, act, share in landed_acts(session, *raised):
            if seq < act < until.get(product, act + 1):
                values[product] = values.get(product, 0) - share
    shares = select(LandedShare.product_id, func.sum(raw(LandedShare.amount))).where(
        LandedShare.document_id == cause_id, LandedShare.product_id.in_(wanted)
    )
    for product, share in session.execute(shares.group_by(LandedShare.product_id)):
        values[product] = values.get(product, 0) + int(share)
    return {product: sign * values.get(product, 0) for product in wanted}


def landed_acts(session: Session, *where: ColumnElement[bool]) -> list[tuple[int, int, int, int]]:
    """(product, receipt, posting sequence, fen) of every act that raised a receipt, or took that back with a void.

    Such an act stands in no difference of the receipt itself: its shares say by how much.
    """
    rows = session.execute(
        select(LandedShare.product_id, LandedShare.target_id, Document.id, Document.seq, raw(LandedShare.amount))
        .join(Document, Document.id == LandedShare.document_id)
        .where(*where, Document.seq.is_not(None))
    ).all()
    ends = void_acts(session, {row[2] for row in rows})
    found = [(product, target, seq or 0, share) for product, target, _id, seq, share in rows]
    return found + [(product, target, ends[id], -share) for product, target, id, _seq, share in rows if id in ends]


def void_acts(session: Session, documents: Iterable[int]) -> dict[int, int]:
    """Document -> posting sequence of the act that voided it, as the audit trail has it; those that stand are left out."""
    wanted = list(documents)
    if not wanted:
        return {}
    voided = select(Document.id, Document.number).where(Document.id.in_(wanted), Document.status == "voided")
    numbers = {number or "": id for id, number in session.execute(voided)}
    if not numbers:
        return {}
    rows = session.execute(
        select(AuditRow.subject, AuditRow.detail).where(AuditRow.action == "document.void", AuditRow.subject.in_(list(numbers)))
    )
    return {numbers[subject]: int(json.loads(detail)["seq"]) for subject, detail in rows}


def by_day(rows: Sequence[DifferenceRow]) -> list[DifferenceSum]:
    """The rows day by day."""
    return _grouped(rows, "day")


def by_kind(rows: Sequence[DifferenceRow]) -> list[DifferenceSum]:
    """The rows kind by kind, the largest change first."""
    return sorted(_grouped(rows, "kind"), key=lambda one: (-abs(one.difference), one.key))


def _grouped(rows: Sequence[DifferenceRow], by: str) -> list[DifferenceSum]:
    groups: dict[str, list[DifferenceRow]] = defaultdict(list)
    for row in rows:
        groups[getattr(row, by)].append(row)
    return [sum_of(key, found) for key, found in sorted(groups.items())]


def sum_of(key: str, rows: Sequence[DifferenceRow]) -> DifferenceSum:
    """All of ``rows`` together."""
    sold = [(row.old_profit, row.new_profit) for row in rows if row.old_profit is not None and row.new_profit is not None]
    return DifferenceSum(
        key,
        len({row.document_id for row in rows}),
        sum((row.old_cost for row in rows), ZERO),
        sum((row.new_cost for row in rows), ZERO),
        sum((old for old, _new in sold), ZERO) if sold else None,
        sum((new for _old, new in sold), ZERO) if sold else None,
    )


def _sum(rows: Sequence[DifferenceRow], *buckets: str) -> Decimal:
    return sum((row.difference for row in rows if row.bucket in buckets), ZERO)


def _per_piece(cost: Decimal, quantity: Decimal) -> Decimal | None:
    """The cost of one, to 10^-4, half up; None of none."""
    return unit_cost(fen(cost), milli(quantity)) if quantity else None
