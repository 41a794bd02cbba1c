"""Kits as the parts that leave or come back for them, and what a product is worth that is taken into its parts."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from jxc_desktop.db.models import RecipeLine, StockRow
from jxc_desktop.domain import errors
from jxc_desktop.domain.documents import ZERO, DocumentKind
from jxc_desktop.domain.money import PRICE_PLACES, line_amount
from jxc_desktop.services.lines import Line, products_by_id


def take_apart(session: Session, kind: DocumentKind, lines: list[Line]) -> None:
    """Give each kit its parts: those of its recipe, or the ones that left with the line that comes back.

    Raises :class:`KitHasNoStock` where a kit would be bought, counted, moved or be a part, :class:`NoRecipe`.
    """
    kits = [line for line in lines if line.kit]
    recipes = _recipes(session, {line.product.id for line in kits if line.against is None})
    left = _parts_that_left(session, {line.against for line in kits if line.against is not None})
    wanted = {part for parts in (*recipes.values(), *left.values()) for part, _each in parts}
    parts = products_by_id(session, wanted)
    for line in kits:
        if not kind.names_kits:
            raise errors.KitHasNoStock(product=line.product.name, line=line.line)
        named = recipes[line.product.id] if line.against is None else left[line.against]
        if not named:
            raise errors.NoRecipe(product=line.product.name)
        line.parts = tuple((parts[part], each) for part, each in named)


def _recipes(session: Session, kits: set[int]) -> dict[int, list[tuple[int, Decimal]]]:
    found: dict[int, list[tuple[int, Decimal]]] = defaultdict(list)
    rows = select(RecipeLine.product_id, RecipeLine.part_id, RecipeLine.quantity).where(RecipeLine.product_id.in_(kits))
    for kit, part, each in session.execute(rows.order_by(RecipeLine.position, RecipeLine.part_id)):
        found[kit].append((part, each))
    return found


def _parts_that_left(session: Session, lines: set[tuple[int, int]]) -> dict[tuple[int, int], list[tuple[int, Decimal]]]:
    """The products of the rows of sold kits; how many come back follows from the rows themselves."""
    found: dict[tuple[int, int], list[tuple[int, Decimal]]] = defaultdict(list)
    for document_id, line in lines:
        products = select(StockRow.product_id).where(
            StockRow.document_id == document_id, StockRow.line == line, StockRow.void == 0
        )
        found[(document_id, line)] = [(part, ZERO) for part in dict.fromkeys(session.scalars(products.order_by(StockRow.part)))]
    return found


def share_out(kind: DocumentKind, lines: list[Line]) -> None:
    """Weigh the parts that a product is taken into, as their ``amount``: by what they are said to be worth where every
    line has a price, else by their purchase prices, their retail prices, their quantities - the first that all of them have.
    """
    if kind.makes > 0:
        return
    parts = [line for line in lines if not line.made]
    offered: list[list[Decimal | None]] = [[line.amount for line in parts]]
    offered += [[_worth(line, column) for line in parts] for column in ("purchase_price", "sale_price")]
    complete = (weights for weights in offered if any(weights) and None not in weights)
    weights = next(complete, [line.base_quantity * 10 for line in parts])  # thousandths in the place of fen
    for line, weight in zip(parts, weights, strict=True):
        line.given = line.amount = weight


def _worth(line: Line, column: str) -> Decimal | None:
    price = getattr(line.product, column)
    return None if price is None else line_amount(line.base_quantity, Decimal(price).scaleb(-PRICE_PLACES))
