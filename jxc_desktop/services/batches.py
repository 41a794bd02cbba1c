"""Batches: found or made for the lines that name them, their dates checked; and put right by hand where one was wrong."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from jxc_desktop.db.models import Batch, Product
from jxc_desktop.domain.acts import Act, parse_day
from jxc_desktop.domain.changes import Changes
from jxc_desktop.domain.documents import DocumentKind
from jxc_desktop.domain.errors import BadValue, Missing, NotFound
from jxc_desktop.i18n import _
from jxc_desktop.services.audit import record

if TYPE_CHECKING:
    from jxc_desktop.services.lines import Line


@dataclass(frozen=True, slots=True)
class Dates:
    """When a batch was made and when it expires, ``YYYY-MM-DD``; None where it is not known."""

    produced: str | None = None
    expiry: str | None = None


def line_batches(session: Session, kind: DocumentKind, lines: Iterable[Line], day: str, *, moving_in: bool = False) -> list[str]:
    """Find or make the batch of each line that names one; goods that come in without one get a batch of their day.

    What leaves makes a batch only when it is ``moving_in`` from a book that knew it. Returns warnings: dates that a known
    batch does not take over, goods that come in when they have expired. Raises :class:`Missing`, :class:`NotFound`,
    :class:`BadValue` for dates that cannot be.
    """
    warnings: list[str] = []
    for line in lines:
        if not line.product.batches or kind.is_order:
            continue
        number = line.draft.batch
        incoming = kind.brings_in(line.made)
        counting = kind.is_count
        if number is None and (counting or (kind.sets_cost and line.product.costing == "batch")):
            raise Missing(field=_("Batch in {where}").format(where=_("line {line}").format(line=line.line)), line=line.line)
        dates = _dates_of(line, None if moving_in else day) if incoming or counting else Dates()
        if number is None and incoming and line.against is None:
            line.batch_id = _batch_of_the_day(session, line, dates, dates.produced or day)
        elif number is not None:
            found = _find(session, line.product.id, number)
            if found is None and not (incoming or counting or moving_in):
                raise NotFound(what=_("batch"), key=number, line=line.line)
            line.batch_id = make_batch(session, line.product.id, number, dates) if found is None else found.id
            if found is not None:
                warnings += _taken_over(session, line, found, dates)
        if incoming and line.against is None and dates.expiry is not None and dates.expiry < day:
            said = _("Line {line}: {product} had expired on {expiry} when it came in.")
            warnings.append(said.format(line=line.line, product=line.product.name, expiry=dates.expiry))
    return warnings


def _dates_of(line: Line, day: str | None) -> Dates:
    """The dates a line says; an expiry that is left out follows from the shelf life. Raises as :func:`check_dates`."""
    produced, expiry = line.draft.produced, line.draft.expiry
    check_dates(Dates(produced, expiry), day, where=_("line {line}").format(line=line.line), line=line.line)
    if expiry is None and produced is not None:
        expiry = end_of_life(produced, line.product.shelf_life_days)
    return Dates(produced, expiry)


def end_of_life(produced: str, days: int | None) -> str | None:
    """The expiry of goods made on a day; None without a shelf life."""
    return (date.fromisoformat(produced) + timedelta(days=days)).isoformat() if days else None


def check_dates(dates: Dates, day: str | None, **facts: Any) -> None:
    """Refuse (:class:`BadValue`) goods made after ``day`` (None: dates put right later say so), and goods that expire before
    they were made.
    """
    if dates.produced is not None and day is not None and dates.produced > day:
        hint = _("Goods cannot be made after the day they came in ({day}).").format(day=day)
        raise BadValue(field=_("Production date"), value=dates.produced, hint=hint, **facts)
    if dates.produced is not None and dates.expiry is not None and dates.expiry < dates.produced:
        hint = _("They cannot expire before they were made ({day}).").format(day=dates.produced)
        raise BadValue(field=_("Expiry date"), value=dates.expiry, hint=hint, **facts)


def _find(session: Session, product_id: int, number: str) -> Any:
    return session.execute(
        select(Batch.id, Batch.number, Batch.produced, Batch.expiry).where(Batch.product_id == product_id, Batch.number == number)
    ).first()


def _batch_of_the_day(session: Session, line: Line, dates: Dates, number: str) -> int:
    """The batch for goods whose batch nobody named: that of the day whose dates agree, else another one of that day."""
    for attempt in count(1):
        found = _find(session, line.product.id, number if attempt == 1 else f"{number}-{attempt}")
        if found is None:
            return make_batch(session, line.product.id, number if attempt == 1 else f"{number}-{attempt}", dates)
        if (found.produced, found.expiry) == (dates.produced, dates.expiry) or dates == Dates():
            return int(found.id)
    raise AssertionError(number)


def _taken_over(session: Session, line: Line, found: Any, dates: Dates) -> list[str]:
    """Fill in what a known batch does not say yet; warn of what it says otherwise."""
    kept, missing = [], {}
    for name, title in (("produced", _("production date")), ("expiry", _("expiry date"))):
        said, there = getattr(dates, name), getattr(found, name)
        typed = getattr(line.draft, name) is not None
        if said is not None and there is None:
            missing[name] = said
        elif typed and said != there:
            text = _("Line {line}: batch {batch} has the {title} {there} already; {said} was not taken over.")
            kept.append(text.format(line=line.line, batch=found.number, title=title, there=there, said=said))
    if missing and not kept:
        session.execute(update(Batch).where(Batch.id == found.id).values(**missing))
    return kept


def make_batch(session: Session, product_id: int, number: str, dates: Dates) -> int:
    """A new batch of a product, whose number it has not yet; returns its id."""
    values = {"product_id": product_id, "number": number, "produced": dates.produced, "expiry": dates.expiry}
    return int(session.execute(insert(Batch).values(**values).returning(Batch.id)).scalar_one())


def change_batch(session: Session, batch_id: int, dates: Dates, act: Act, *, reason: str) -> Changes:
    """Put the dates of a batch right, for the audit trail with a reason. What was sold of it stays as it was.

    Raises :class:`NotFound`, :class:`BadDate`, :class:`BadValue`, :class:`Missing` without a reason.
    """
    row = session.execute(
        select(Batch.number, Batch.produced, Batch.expiry, Product.code)
        .join(Product, Product.id == Batch.product_id)
        .where(Batch.id == batch_id)
    ).first()
    if row is None:
        raise NotFound(what=_("batch"), key=str(batch_id))
    after = Dates(
        dates.produced and parse_day(dates.produced, field=_("Production date")),
        dates.expiry and parse_day(dates.expiry, field=_("Expiry date")),
    )
    before = Dates(row.produced, row.expiry)
    if after == before:
        return Changes.NOTHING
    check_dates(after, act.today.isoformat())
    if not reason.strip():
        raise Missing(field=_("Reason"))
    session.execute(update(Batch).where(Batch.id == batch_id).values(produced=after.produced, expiry=after.expiry))
    said = {"before": [before.produced, before.expiry], "after": [after.produced, after.expiry], "reason": reason.strip()}
    record(session, act, "batch.change", f"{row.code} {row.number}", **said)
    return Changes.PRODUCTS | Changes.STOCK
