"""Two products that are one: what is left of the one goes over to the other, with its barcodes and units."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from jxc_desktop.columns import quantity_text
from jxc_desktop.db.models import Batch, Product, RecipeLine, StockBalance, StockRow, Warehouse
from jxc_desktop.db.types import raw
from jxc_desktop.domain.acts import Act
from jxc_desktop.domain.changes import Changes
from jxc_desktop.domain.documents import Draft, DraftLine
from jxc_desktop.domain.errors import StillInUse
from jxc_desktop.domain.goods import BarcodeForm, ProductForm
from jxc_desktop.domain.money import yuan
from jxc_desktop.domain.units import Factor
from jxc_desktop.i18n import _
from jxc_desktop.queries.orders import open_statement
from jxc_desktop.queries.products import product_form
from jxc_desktop.services.audit import record
from jxc_desktop.services.posting import Posted, post_document
from jxc_desktop.services.product_parts import write_barcodes, write_search, write_units


@dataclass(frozen=True, slots=True)
class Merged:
    """The answer to a merge: the numbers of the documents that carried the stock over, two per warehouse."""

    product_id: int
    documents: tuple[str, ...]
    warnings: tuple[str, ...]
    changes: Changes


def merge_products(session: Session, keep_id: int, gone_id: int, act: Act) -> Merged:
    """Make ``gone_id`` a part of ``keep_id``: its stock goes over at cost by posted documents, its barcodes and units move,
    and it is no longer in use. What it did before stays its own, for ledgers do not change.

    Raises :class:`UnknownProduct`, and :class:`StillInUse` where it cannot be: the same product, another base unit, stock
    below zero, open orders.
    """
    keep, gone = product_form(session, keep_id), product_form(session, gone_id)
    stock = _stock(session, gone_id)
    _must_fit(session, keep_id, keep, gone_id, gone, stock)
    posted = _carry_over(session, keep, keep_id, gone_id, gone, stock, act)
    grown = _with_parts_of(keep, gone)
    write_barcodes(session, gone_id, replace(gone, barcodes=()), {})
    write_barcodes(session, keep_id, grown, write_units(session, keep_id, grown))
    session.execute(update(Product).where(Product.id == gone_id).values(active=0))
    write_search(session, gone_id)
    write_search(session, keep_id)
    numbers = tuple(document.number for document in posted)
    record(
        session,
        act,
        "product.merge",
        keep.code,
        gone=gone.code,
        barcodes=[b.code for b in gone.barcodes],
        documents=list(numbers),
    )
    changes = Changes.PRODUCTS
    for document in posted:
        changes |= document.changes
    return Merged(keep_id, numbers, tuple(w for document in posted for w in document.warnings), changes)


def _stock(session: Session, product_id: int) -> list[Any]:
    """(warehouse_id, batch number, produced, expiry, quantity, last_moment) of all that is on hand."""
    return list(
        session.execute(
            select(
                StockBalance.warehouse_id,
                Batch.number,
                Batch.produced,
                Batch.expiry,
                StockBalance.quantity,
                StockBalance.last_moment,
            )
            .join(Warehouse, Warehouse.id == StockBalance.warehouse_id)
            .outerjoin(Batch, Batch.id == StockBalance.batch_id)
            .where(StockBalance.product_id == product_id, raw(StockBalance.quantity) != 0)
            .order_by(Warehouse.position, Warehouse.id, func.coalesce(Batch.expiry, "9999"), Batch.number)
        )
    )


def _must_fit(session: Session, keep_id: int, keep: ProductForm, gone_id: int, gone: ProductForm, stock: list[Any]) -> None:
    why = ""
    if keep_id == gone_id:
        why = _("it is the same product")
    elif keep.unit != gone.unit:
        why = _("its base unit is {unit}, that of {keep} is {other}").format(unit=gone.unit, keep=keep.name, other=keep.unit)
    elif short := [row for row in stock if row.quantity < 0]:
        why = _("its stock is below zero ({quantity}); enter the missing receipt first").format(
            quantity=quantity_text(short[0].quantity)
        )
    elif any(_open(session, gone_id, kind) for kind in ("purchase_order", "sales_order")):
        why = _("open orders name it; close them first")
    elif recipe := session.execute(
        select(Product.name).join(RecipeLine, RecipeLine.product_id == Product.id).where(RecipeLine.part_id == gone_id).limit(1)
    ).scalar():
        why = _("it is a part of {product}; change that recipe first").format(product=recipe)
    if why:
        raise StillInUse(what=_("Product"), key=gone.name, why=why, product=gone.code)


def _open(session: Session, product_id: int, kind: Any) -> int:
    each = open_statement(kind, parts=False).subquery()
    return int(
        session.execute(select(func.coalesce(func.sum(each.c.open), 0)).where(each.c.product_id == product_id)).scalar_one()
    )


def _carry_over(
    session: Session, keep: ProductForm, keep_id: int, gone_id: int, gone: ProductForm, stock: list[Any], act: Act
) -> list[Posted]:
    """Per warehouse one document that takes the goods out of the one and one that brings them into the other, at their cost."""
    by_warehouse: dict[int, list[Any]] = defaultdict(list)
    for row in stock:
        by_warehouse[row.warehouse_id].append(row)
    posted: list[Posted] = []
    for warehouse_id, rows in by_warehouse.items():
        moment = max(act.moment, *(row.last_moment for row in rows))
        out = post_document(
            session,
            Draft(
                "stock_out",
                moment=moment,
                warehouse_id=warehouse_id,
                reason=_("Merged into {code}").format(code=keep.code),
                lines=[DraftLine(gone_id, row.quantity, batch=row.number) for row in rows],
            ),
            act,
        )
        values = _values(session, out.document_id)
        lines = [
            DraftLine(
                keep_id,
                row.quantity,
                amount=values[number],
                batch=row.number if keep.batches else None,
                produced=row.produced if keep.batches else None,
                expiry=row.expiry if keep.batches else None,
            )
            for number, row in enumerate(rows, start=1)
        ]
        reason = _("Merged from {code}").format(code=gone.code)
        posted += [
            out,
            post_document(session, Draft("stock_in", moment=moment, warehouse_id=warehouse_id, reason=reason, lines=lines), act),
        ]
    return posted


def _values(session: Session, document_id: int) -> dict[int, Decimal | None]:
    """What each line of an issue was worth at cost; None where it is not known."""
    rows = session.execute(
        select(StockRow.line, func.sum(raw(StockRow.value)), func.count(StockRow.value), func.count())
        .where(StockRow.document_id == document_id)
        .group_by(StockRow.line)
    )
    return {line: yuan(-int(value)) if known == count else None for line, value, known, count in rows}


def _with_parts_of(keep: ProductForm, gone: ProductForm) -> ProductForm:
    """``keep`` with the units and barcodes of ``gone``. A barcode of a unit that has another size there means base units."""
    names = {unit.name: unit.factor for unit in keep.units}
    units = keep.units + tuple(unit for unit in gone.units if unit.name not in names and unit.name != keep.unit)
    moved = []
    factors = {unit.name: unit for unit in gone.units}
    for barcode in gone.barcodes:
        unit = factors.get(barcode.unit) if barcode.unit else None
        if unit is not None and unit.name in names and names[unit.name] != unit.factor:
            base = Factor(unit.numerator, unit.denominator).to_base(barcode.quantity, field=barcode.code)
            barcode = BarcodeForm(barcode.code, None, base)
        moved.append(barcode)
    return replace(keep, units=units, barcodes=keep.barcodes + tuple(moved))
