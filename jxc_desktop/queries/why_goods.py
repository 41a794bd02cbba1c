"""The derivation of the value of many products: one row each, with a derivation of its own."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from jxc_desktop.db.models import Product
from jxc_desktop.domain.money import pieces, yuan
from jxc_desktop.domain.why import Derivation, Term, WhyGroup, WhyKey, WhyRow
from jxc_desktop.i18n import _
from jxc_desktop.queries.costing import method_of
from jxc_desktop.queries.scope import Scope, find_scope
from jxc_desktop.queries.settings import shop_settings
from jxc_desktop.queries.stock import Holding, holding, holding_by_ledger
from jxc_desktop.queries.why_parts import (
    QUANTITY_AND_VALUE,
    capped,
    compared,
    day_words,
    headings,
    leads,
    of_whom,
    said,
    title_of,
    warehouse_words,
)
from jxc_desktop.queries.why_pools import is_past

ALWAYS = "9999-12-31"


def value_of_many(session: Session, key: WhyKey) -> Derivation:
    """The value of all products in a scope: one row each, the most valuable first."""
    scope = find_scope(session, warehouse=key.warehouse, category=key.category, product=key.product, partner=key.partner)
    settings = shop_settings(session)
    names = {
        id: (name, method_of(costing, settings))
        for id, name, costing in session.execute(select(Product.id, Product.name, Product.costing).where(*scope.products()))
    }
    methods = {id: method for id, (_name, method) in names.items()}
    day = key.last.isoformat() if key.last is not None else ALWAYS
    sums = _by_product(holding_by_ledger(session, scope, day, methods), scope)
    total = sum(value for _quantity, value in sums.values())
    ordered = sorted(sums.items(), key=lambda one: (-one[1][1], one[0]))
    rows = [
        WhyRow(
            names[id][0], pieces(quantity), yuan(value),
            key=key.about("stock_value", product_id=id, category=None, product=None, partner=None, groups=()),
        )
        for id, (quantity, value) in ordered
        if quantity or value
    ]  # fmt: skip
    result = yuan(total)
    words = _("{count} products, the most valuable first").format(count=f"{len(rows):,}")
    terms = (Term("=", result, "money", _("sum of {count} products").format(count=f"{len(rows):,}")),)
    past = key.last if is_past(session, key) else None
    where = said(of_whom("stock_value", key.category or ""), warehouse_words(session, key.warehouse), day_words(past))
    groups = (WhyGroup(words, None, result, capped(rows)),)
    found = Derivation(key, title_of(key), where, result, leads(result, key, *terms), headings(*QUANTITY_AND_VALUE), groups)
    stored = None
    if past is None:
        kept = _by_product(holding(session, scope, settings=settings), scope)
        stored = yuan(sum(value for _quantity, value in kept.values()))
    return compared(found, stored)


def _by_product(held: Holding, scope: Scope) -> dict[int, tuple[int, int]]:
    """(thousandths, fen) by product; what was never known counts as 0."""
    sums: dict[int, tuple[int, int]] = {}
    values = held.values()
    for place, quantity in held.quantities.items():
        if scope.warehouse_id in (None, place[1]):
            before = sums.get(place[0], (0, 0))
            sums[place[0]] = before[0] + quantity, before[1] + (values[place] or 0)
    return sums
