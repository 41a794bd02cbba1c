"""Scans of a count that were kept and count nothing yet: what their codes mean, which batch they are, what becomes known."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from jxc_desktop.db.models import Batch, CountEntry, Product
from jxc_desktop.domain import errors
from jxc_desktop.domain.acts import Act, parse_day
from jxc_desktop.domain.text import clean_code
from jxc_desktop.i18n import _
from jxc_desktop.queries.products import product_form
from jxc_desktop.queries.stocktake_batches import possible_batches
from jxc_desktop.queries.stocktake_entries import meaning_of
from jxc_desktop.services.audit import record
from jxc_desktop.services.batches import Dates, check_dates, end_of_life
from jxc_desktop.services.products import BarcodeForm, update_product
from jxc_desktop.services.stocktake import must_count


def _open(document_id: int, code: str) -> tuple[Any, ...]:
    return (
        CountEntry.document_id == document_id,
        CountEntry.code == code,
        CountEntry.product_id.is_(None),
        CountEntry.undone == 0,
    )


def settle_code(
    session: Session, document_id: int, code: str, product_id: int | None, act: Act, *, batch: str | None = None
) -> int:
    """Say what an unsettled code means: its scans count for ``product_id`` from now on, or are dropped (None).

    ``batch``: of goods kept by batch, which one ("" = not known); None: the first to expire of those that are there.
    Answers how many scans that were. Raises :class:`UnknownProduct`, :class:`KitHasNoStock` and what :func:`take` raises.
    """
    warehouse_id = must_count(session, document_id)
    rows = session.execute(select(CountEntry.id, CountEntry.quantity).where(*_open(document_id, code))).all()
    if product_id is None:
        session.execute(update(CountEntry).where(*_open(document_id, code)).values(undone=1))
        return len(rows)
    product = session.execute(select(Product.code, Product.kit).where(Product.id == product_id)).first()
    if product is None:
        raise errors.UnknownProduct(what=_("product"), key=str(product_id))
    if product.kit:
        raise errors.KitHasNoStock(product=product.code, line=1)
    if batch is None:
        batch = next(iter(possible_batches(session, document_id, warehouse_id, product_id)), "")
    _count(session, code, [(entry, times) for entry, times in rows], product_id, batch)
    record(session, act, "stocktake.settle", str(document_id), code=code, product=product.code, batch=batch, scans=len(rows))
    return len(rows)


def settle_batch(session: Session, document_id: int, product_id: int, batch: str, counter: str, act: Act) -> int:
    """Say which batch of a product a counter has been scanning: all his scans of it that wait count for ``batch``.

    Answers how many that were. Raises what :func:`take` raises.
    """
    must_count(session, document_id)
    waiting = (
        CountEntry.document_id == document_id,
        CountEntry.counter == counter,
        CountEntry.product_id.is_(None),
        CountEntry.undone == 0,
    )
    of_code: dict[str, list[tuple[int, Decimal | None]]] = {}
    for entry, code, times in session.execute(select(CountEntry.id, CountEntry.code, CountEntry.quantity).where(*waiting)):
        of_code.setdefault(code, []).append((entry, times))
    done = 0
    for code, entries in of_code.items():
        hit = meaning_of(session, code)
        if hit is not None and hit.product_id == product_id:
            _count(session, code, entries, product_id, batch)
            done += len(entries)
    record(session, act, "stocktake.batch", str(document_id), product=product_id, batch=batch, counter=counter, scans=done)
    return done


def _count(session: Session, code: str, entries: list[tuple[int, Decimal | None]], product_id: int, batch: str) -> None:
    """Let kept scans of ``code`` count; a code that is another's, or nobody's, counts one piece."""
    hit, one, unit = meaning_of(session, code), Decimal(1), ""
    if hit is not None and hit.product_id == product_id:
        one, unit = hit.factor.to_base(hit.quantity, field=_("Counted")), hit.unit
    for entry, times in entries:
        values = {"product_id": product_id, "batch": batch, "unit": unit, "quantity": one * (1 if times is None else times)}
        session.execute(update(CountEntry).where(CountEntry.id == entry).values(**values))


def remember_code(session: Session, code: str, product_id: int, unit: str | None, act: Act) -> tuple[str, ...]:
    """Make a code a barcode of a product, of its further ``unit`` or of the base unit (None). Answers warnings to show.

    Raises :class:`Duplicate` naming whose it is already, :class:`UnknownUnit`, the refusals of a code.
    """
    code = clean_code(code, field=_("Barcode"))
    form = product_form(session, product_id)
    return update_product(session, product_id, replace(form, barcodes=(*form.barcodes, BarcodeForm(code, unit))), act).warnings


@dataclass(frozen=True, slots=True)
class NamedBatch:
    """A batch that a counter named, with the expiry the book has for it."""

    number: str
    expiry: str | None


def name_batch(session: Session, product_id: int, number: str, dates: Dates, act: Act) -> NamedBatch:
    """The batch with this number, made where there is none: goods whose receipt nobody entered lie on the shelf.

    An expiry that is left out follows from the shelf life; a batch that is known keeps its dates. Raises :class:`Missing`,
    :class:`BadText`, :class:`BadDate`, :class:`BadValue` for dates that cannot be.
    """
    number = clean_code(number, field=_("Batch"))
    known = session.execute(select(Batch.expiry).where(Batch.product_id == product_id, Batch.number == number)).first()
    if known is not None:
        return NamedBatch(number, known.expiry)
    product = session.execute(select(Product.code, Product.shelf_life_days).where(Product.id == product_id)).one()
    produced = dates.produced and parse_day(dates.produced, field=_("Production date"))
    expiry = dates.expiry and parse_day(dates.expiry, field=_("Expiry date"))
    check_dates(Dates(produced, expiry), act.today.isoformat())
    if produced and not expiry:
        expiry = end_of_life(produced, product.shelf_life_days)
    session.execute(insert(Batch).values(product_id=product_id, number=number, produced=produced, expiry=expiry))
    record(session, act, "batch.create", f"{product.code} {number}", produced=produced, expiry=expiry)
    return NamedBatch(number, expiry)
