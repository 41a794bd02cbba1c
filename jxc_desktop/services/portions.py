"""Lines that say themselves what left or came for them - the parts of a kit, the batches - so that nothing is chosen."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from jxc_desktop.db.models import Batch
from jxc_desktop.domain import errors
from jxc_desktop.domain.documents import ZERO, DocumentKind, Portion
from jxc_desktop.domain.money import LIMIT, QUANTITY_PLACES, milli, parse_decimal
from jxc_desktop.i18n import _
from jxc_desktop.services.batches import Dates, make_batch
from jxc_desktop.services.lines import Line, products_by_id


def take_portions(session: Session, kind: DocumentKind, lines: list[Line], *, moving_in: bool = False) -> None:
    """Give each line that says its portions the rows it moves; an order moves nothing, and keeps none.

    ``moving_in``: a batch that is not there is made. Raises :class:`UnknownProduct`, :class:`NotFound` for a batch,
    :class:`BadValue` where portions have no place or are not what the line says, :class:`KitHasNoStock` for a kit among them,
    and what is wrong with a number.
    """
    said = [line for line in lines if line.draft.portions] if kind.cost else []
    products = products_by_id(session, {portion.product_id for line in said for portion in line.draft.portions})
    for line in said:
        follows = line.made or line.against or (line.order_line and kind.takes_goods_under_way)
        if follows or kind.sets_cost or kind.is_count or (kind.brings_in(line.made) and not line.kit):
            raise _wrong(line, _("What this line moves follows from what it names. Leave them out."))
        line.rows = [_row(session, line, products, portion, moving_in) for portion in line.draft.portions]
        total = sum((portion.quantity for portion in line.draft.portions), ZERO)
        if not line.kit and ({row[0].id for row in line.rows} != {line.product.id} or total != line.base_quantity):
            quantity = f"{line.base_quantity.normalize():f}"
            hint = _("They must be {quantity} {unit} of {product} together.")
            raise _wrong(line, hint.format(quantity=quantity, unit=line.product.unit, product=line.product.name))
        if line.kit:
            line.parts = tuple((product, ZERO) for product in {row[0].id: row[0] for row in line.rows}.values())


def _row(
    session: Session, line: Line, products: dict[int, Any], portion: Portion, moving_in: bool
) -> tuple[Any, int | None, int, None]:
    """(product, batch, thousandths, no original) of one portion."""
    product = products.get(portion.product_id)
    if product is None:
        raise errors.UnknownProduct(what=_("product"), key=str(portion.product_id))
    if product.kit:
        raise errors.KitHasNoStock(product=product.name, line=line.line)
    field = _("Quantity in {where}").format(where=_("line {line}").format(line=line.line))
    quantity = parse_decimal(portion.quantity, field=field, places=QUANTITY_PLACES, low=ZERO, high=LIMIT)
    if not quantity:
        raise errors.NotAboveZero(field=field)
    if portion.batch is None:
        return product, None, milli(quantity), None
    if not product.batches:
        raise errors.BatchNotAllowed(product=product.code, line=line.line, batch=portion.batch)
    batch = session.scalars(select(Batch.id).where(Batch.product_id == product.id, Batch.number == portion.batch)).first()
    if batch is None and not moving_in:
        raise errors.NotFound(what=_("batch"), key=portion.batch)
    if batch is None:
        batch = make_batch(session, product.id, portion.batch, Dates())
    return product, batch, milli(quantity), None


def _wrong(line: Line, hint: str) -> errors.BadValue:
    told = ", ".join(f"{portion.quantity.normalize():f}" for portion in line.draft.portions)
    field = _("Parts in {where}").format(where=_("line {line}").format(line=line.line))
    return errors.BadValue(field=field, value=told[:80], hint=hint, line=line.line)
