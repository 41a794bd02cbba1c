"""What a stocktake came to, from the entries of all who counted; handing it in, the owner's approval, posting."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from jxc_desktop.db.models import CountApproval, Document, Product, User
from jxc_desktop.domain import errors
from jxc_desktop.domain.acts import Act
from jxc_desktop.domain.changes import Changes
from jxc_desktop.domain.counting import Entry, Found, found_of
from jxc_desktop.domain.documents import Draft, DraftLine
from jxc_desktop.domain.stocktake import Plan, Tally, parse_plan, tally
from jxc_desktop.i18n import _, listed
from jxc_desktop.queries.settings import shop_settings
from jxc_desktop.queries.stocktake_entries import entries_of
from jxc_desktop.queries.stocktake_rows import CountRow, Place, count_rows, moved_since, with_named
from jxc_desktop.services.audit import record
from jxc_desktop.services.drafts import save_draft
from jxc_desktop.services.posting import Posted, post_document
from jxc_desktop.services.stocktake import must_count, open_count


def by_place(entries: Iterable[Entry]) -> dict[Place, list[Entry]]:
    """The entries of each thing that was counted, in order."""
    found: dict[Place, list[Entry]] = defaultdict(list)
    for entry in entries:
        if entry.product_id is not None:
            found[entry.product_id, entry.batch].append(entry)
    return dict(found)


@dataclass(frozen=True, slots=True)
class Result:
    """What a count came to: its draft, what there is to count, what was found of it, the book at each count."""

    draft: Draft
    plan: Plan
    rows: dict[Place, CountRow]
    found: dict[Place, Found]
    books: dict[Place, Decimal]

    @property
    def counted(self) -> dict[Place, Found]:
        return {place: found for place, found in self.found.items() if found.counted is not None}

    @property
    def sums(self) -> Tally:
        return tally((self.books[p], f.counted, self._cost(p)) for p, f in self.counted.items())

    def again(self) -> list[Place]:
        """Lines beyond the tolerance that were counted once only."""
        return [
            place
            for place, found in self.counted.items()
            if found.round == 1
            and found.counted is not None
            and self.plan.tolerance.beyond(self.books[place], found.counted - self.books[place], self._cost(place))
        ]

    def _cost(self, place: Place) -> Decimal | None:
        return self.rows[place].cost if place in self.rows else None


def result_of(session: Session, document_id: int) -> Result:
    """What a count came to so far. Raises :class:`UnknownDocument`, :class:`AlreadyPosted`."""
    draft = open_count(session, document_id)
    found = {place: found_of(entries) for place, entries in by_place(entries_of(session, document_id)).items()}
    at = {place: one.at for place, one in found.items() if one.counted is not None and one.at}
    warehouse_id = draft.warehouse_id or 0
    listed = count_rows(session, Plan("free"), warehouse_id, also={product for product, _batch in found})
    rows = {row.place: row for row in with_named(session, listed, found)}
    moved = moved_since(session, warehouse_id, at)
    books = {
        place: (rows[place].book if place in rows else Decimal(0)) - (moved[place].net if place in moved else Decimal(0))
        for place in found
    }
    return Result(draft, parse_plan(draft.reason), rows, found, books)


def lines_of(result: Result, batched: set[int], day: str) -> list[DraftLine]:
    """The counted lines of a draft, each at its own time, saying who counted.

    Goods kept by batch (``batched``) that name none have the batch of ``day``, as when they come in; none found is no line.
    """
    lines = []
    for (product, batch), found in result.counted.items():
        number = batch or None
        if number is None and product in batched:
            if not found.counted:
                continue
            number = day
        names = listed(name for name, _quantity in found.by if name)
        note = _("counted by {names}").format(names=names) if names else ""
        if found.round == 2:
            note += (" · " if note else "") + _("second count; the first was {first}").format(
                first="—" if found.first is None else f"{found.first.normalize():f}"
            )
        lines.append(DraftLine(product, batch=number, counted=found.counted, counted_at=found.at, reason=found.reason, note=note))
    return lines


def keep_lines(session: Session, document_id: int, act: Act) -> Posted:
    """Write what was counted into the draft, for lists, papers and exports; the entries stay what counts."""
    result = result_of(session, document_id)
    counted = {product for product, _batch in result.counted}
    listed = [DraftLine(d.product_id) for d in result.draft.lines if d.counted is None and d.product_id not in counted]
    result.draft.lines = lines_of(result, set(), act.moment[:10]) + listed
    return save_draft(session, result.draft, act, draft_id=document_id)


def change_plan(session: Session, document_id: int, plan: Plan, act: Act) -> Posted:
    """Count blind or not, with another tolerance; what is counted stays."""
    draft = open_count(session, document_id)
    draft.reason = plan.dump()
    return save_draft(session, draft, act, draft_id=document_id)


# --- approval and posting --------------------------------------------------------------------------------------------


def hand_in(session: Session, document_id: int, act: Act) -> Changes:
    """Nobody counts any more until the owner has approved, or gives it back. Raises :class:`CountAgain`, :class:`NoLines`."""
    must_count(session, document_id)
    result = result_of(session, document_id)
    _complete(result)
    session.execute(delete(CountApproval).where(CountApproval.document_id == document_id))
    session.execute(
        insert(CountApproval).values(
            document_id=document_id, value=result.sums.off_value, asked_at=act.moment, asked_by=act.user_id
        )
    )
    record(session, act, "stocktake.hand_in", str(document_id), value=str(result.sums.off_value))
    keep_lines(session, document_id, act)
    return Changes.DOCUMENTS


def give_back(session: Session, document_id: int, act: Act) -> Changes:
    """Go on counting a stocktake that was handed in."""
    open_count(session, document_id)
    session.execute(delete(CountApproval).where(CountApproval.document_id == document_id))
    record(session, act, "stocktake.give_back", str(document_id))
    return Changes.DOCUMENTS


def post_stocktake(session: Session, document_id: int, act: Act, *, approve: str | None = None) -> Posted:
    """Post the differences of what was counted, by every counter. ``approve``: the owner's reason for approving them.

    Answers ``existing`` when it is posted already. Raises :class:`CountAgain` for lines that need a second count,
    :class:`CountNotApproved` where the differences are above the shop's limit and ``approve`` is None, :class:`NoLines`,
    and the refusals of posting.
    """
    there = session.execute(select(Document.status, Document.number).where(Document.id == document_id)).first()
    if there is not None and there.status != "draft":
        return Posted(document_id, there.number or "", there.status, existing=True)
    result = result_of(session, document_id)
    _complete(result)
    off, limit = result.sums.off_value, shop_settings(session).count_approval
    approved = ""
    if limit and off > limit:
        if approve is None:
            raise errors.CountNotApproved(value=f"¥{off:,.2f}", limit=f"¥{limit:,.2f}")
        approved = _approve(session, document_id, off, approve, act)
    batched = set(
        session.scalars(select(Product.id).where(Product.id.in_({p for p, _b in result.counted}), Product.batches == 1))
    )
    lines = lines_of(result, batched, act.moment[:10])
    draft = Draft(
        "stocktake",
        None,
        warehouse_id=result.draft.warehouse_id,
        lines=lines,
        ref=result.draft.ref,
        note=result.plan.words if result.draft.reason == result.plan.dump() else result.draft.note or result.draft.reason,
        reason=approved,
    )
    posted = post_document(session, draft, act, draft_id=document_id)
    if approved:
        record(session, act, "stocktake.approve", posted.number, value=str(off), reason=approve)
    return posted


def _complete(result: Result) -> None:
    """Refuse a count without a line, and lines that must be counted a second time."""
    if not result.counted:
        raise errors.NoLines()
    again = result.again()
    if again:
        first = result.rows.get(again[0])
        raise errors.CountAgain(count=len(again), product=first.name if first else str(again[0][0]))


def _approve(session: Session, document_id: int, value: Decimal, reason: str, act: Act) -> str:
    """Record the approval; the words that stand on the document. Raises :class:`NotPermitted` for anybody but the owner."""
    user = session.execute(select(User.name, User.role).where(User.id == act.user_id)).one()
    if user.role != "owner":
        raise errors.NotPermitted(user=user.name, right=_("approve a stocktake"))
    given = {"value": value, "approved_at": act.moment, "approved_by": act.user_id, "reason": reason}
    asked = update(CountApproval).where(CountApproval.document_id == document_id).values(**given)
    if session.execute(asked.returning(CountApproval.document_id)).first() is None:
        session.execute(insert(CountApproval).values(**given, document_id=document_id, asked_at=act.moment, asked_by=act.user_id))
    at = act.moment[:16].replace("T", " ")
    return _("Differences approved by {name} {at}: {reason}").format(name=user.name, at=at, reason=reason)
