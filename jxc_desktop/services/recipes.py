"""Recipes: what a product is put together from. A kit is sold as one and leaves as its parts; other products are assembled."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from jxc_desktop.db.models import DocumentLine, Product, RecipeLine
from jxc_desktop.domain import errors
from jxc_desktop.domain.acts import Act
from jxc_desktop.domain.changes import Changes
from jxc_desktop.domain.documents import DraftLine
from jxc_desktop.domain.money import LIMIT, parse_decimal
from jxc_desktop.i18n import _
from jxc_desktop.queries.recipes import recipe_of
from jxc_desktop.services.audit import record

ONE = Decimal(1)


def save_recipe(
    session: Session,
    product_id: int,
    parts: Sequence[tuple[int, Decimal]],
    act: Act,
    *,
    makes: Decimal = ONE,
    kit: bool = False,
) -> Changes:
    """Keep what ``makes`` base units of a product are put together from: (product, base units) each; none: no recipe any more.

    Raises :class:`PartOfItself` for a product in its own recipe, directly or by its parts' recipes, :class:`Duplicate` for
    a part named twice, :class:`KitHasNoStock` for a kit among the parts, :class:`UnitLocked` when a product that moved
    stock should become a kit, :class:`NoRecipe` for a kit without parts, and what is wrong with a number.
    """
    product = session.get(Product, product_id)
    if product is None:
        raise errors.UnknownProduct(what=_("product"), key=str(product_id))
    makes = _above_zero(makes, _("What the recipe makes"))
    rows: list[dict[str, Any]] = []
    for position, (part_id, quantity) in enumerate(parts, start=1):
        part = session.get(Product, part_id)
        if part is None:
            raise errors.UnknownProduct(what=_("product"), key=str(part_id))
        if part_id == product_id or product_id in _all_parts(session, part_id):
            raise errors.PartOfItself(line=position)
        if part.kit:
            raise errors.KitHasNoStock(product=part.name, line=position)
        if any(row["part_id"] == part_id for row in rows):
            raise errors.Duplicate(what=_("part"), key=part.code, owner=product.name)
        field = _("Quantity in {where}").format(where=_("line {line}").format(line=position))
        rows.append(
            {"product_id": product_id, "part_id": part_id, "position": position, "quantity": _above_zero(quantity, field)}
        )
    if kit:
        _may_be_kit(session, product, bool(rows), makes)
    session.execute(delete(RecipeLine).where(RecipeLine.product_id == product_id))
    if rows:
        session.execute(insert(RecipeLine), rows)
    product.kit, product.makes = int(kit), makes
    session.flush()
    listed = ", ".join(f"{row['part_id']}×{row['quantity']}" for row in rows)
    record(session, act, "product.recipe", product.code, kit=kit, makes=str(makes), parts=listed)
    return Changes.PRODUCTS


def _may_be_kit(session: Session, product: Product, has_parts: bool, makes: Decimal) -> None:
    if not has_parts:
        raise errors.NoRecipe(product=product.name)
    if makes != ONE:
        raise errors.BadValue(field=_("What the recipe makes"), value=f"{makes:f}", hint=_("The recipe of a kit is for one."))
    moved = select(DocumentLine.line).where(DocumentLine.product_id == product.id, DocumentLine.kit == 0).limit(1)
    used = select(RecipeLine.product_id).where(RecipeLine.part_id == product.id).limit(1)
    if not product.kit and (session.execute(moved).first() or session.execute(used).first()):
        raise errors.UnitLocked(what=_("Kit or not"), product=product.name)


def _above_zero(value: Decimal, field: str) -> Decimal:
    found = parse_decimal(value, field=field, places=3, low=Decimal(0), high=LIMIT)
    if not found:
        raise errors.OutOfRange(field=field, value="0", low="0.001", high=str(LIMIT))
    return found


def _all_parts(session: Session, product_id: int) -> set[int]:
    """The parts of a product, their parts, and so on."""
    found: set[int] = set()
    new = {product_id}
    while new:
        new = set(session.scalars(select(RecipeLine.part_id).where(RecipeLine.product_id.in_(new)))) - found
        found |= new
    return found


def lines_of_recipe(session: Session, product_id: int, quantity: Decimal) -> list[DraftLine]:
    """The parts that the recipe takes for ``quantity`` base units. Raises :class:`NoRecipe`, or :class:`TooFine` for a part
    that would be finer than 10^-3.
    """
    recipe = recipe_of(session, product_id)
    if recipe is None:
        raise errors.NoRecipe(product=session.execute(select(Product.name).where(Product.id == product_id)).scalar_one())
    lines = []
    for part in recipe.parts:
        exact = part.quantity * quantity
        share = (exact / recipe.makes).quantize(Decimal("0.001"))
        if share * recipe.makes != exact:
            raise errors.TooFine(field=part.name, value=f"{exact / recipe.makes:.6f}", places=3)
        lines.append(DraftLine(part.part_id, share))
    return lines
