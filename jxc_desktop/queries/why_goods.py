"""Derivations of many products together, their quantity, value or orders: one row each, with a derivation of its own."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from jxc_desktop.db.models import Product, Warehouse
from jxc_desktop.domain.money import pieces, yuan
from jxc_desktop.domain.why import Derivation, Term, WhyGroup, WhyKey, WhyRow
from jxc_desktop.i18n import _
from jxc_desktop.queries.costing import method_of
from jxc_desktop.queries.orders import OrderKind, open_quantities
from jxc_desktop.queries.scope import Scope, find_scope
from jxc_desktop.queries.settings import shop_settings
from jxc_desktop.queries.stock import Holding, holding, holding_by_ledger
from jxc_desktop.queries.why_parts import (
    QUANTITY_AND_VALUE,
    capped,
    day_words,
    headings,
    of_whom,
    said,
    told,
    warehouse_words,
)
from jxc_desktop.queries.why_pools import is_past

ALWAYS = "9999-12-31"


def of_many(session: Session, key: WhyKey) -> Derivation:
    """Quantity or value of all products in a scope together: one row each, the most first."""
    scope = find_scope(session, warehouse=key.warehouse, category=key.category, product=key.product, partner=key.partner)
    settings = shop_settings(session)
    names = {
        id: (name, method_of(costing, settings))
        for id, name, costing in session.execute(select(Product.id, Product.name, Product.costing).where(*scope.products()))
    }
    methods = {id: method for id, (_name, method) in names.items()}
    day = key.last.isoformat() if key.last is not None else None
    held = holding_by_ledger(session, scope, day or ALWAYS, methods)
    sums, there = _figures(session, key, scope, held, day), _by_product(held, scope)
    valued, measure = key.shape == "money", yuan if key.shape == "money" else pieces
    ordered = sorted(((figure, id) for id, figure in sums.items() if figure and id in names), key=lambda one: (-one[0], one[1]))
    rows = [
        WhyRow(
            names[id][0], pieces(there[id][0] if valued else figure), measure(figure) if valued else None,
            key=key.about(key.figure, product_id=id, category=None, product=None, partner=None, groups=()),
        )
        for figure, id in ordered
    ]  # fmt: skip
    result, count = measure(sum(figure for figure, _id in ordered)), f"{len(rows):,}"
    words = _("{count} products, the most valuable first") if valued else _("{count} products, the most first")
    terms = (Term("=", result, key.shape, _("sum of {count} products").format(count=count)),)
    past = key.last if is_past(session, key) else None
    where = said(of_whom(key, key.category or ""), warehouse_words(session, key.warehouse), day_words(past))
    quantity, value = (None, result) if valued else (result, None)
    group = WhyGroup(words.format(count=count), quantity, value, capped(rows))
    columns = headings(*QUANTITY_AND_VALUE) if valued else headings(QUANTITY_AND_VALUE[0])
    stored = None
    if past is None:
        kept = _figures(session, key, scope, holding(session, scope, settings=settings), day)
        stored = measure(sum(figure for id, figure in kept.items() if id in names))
    return told(key, where, result, terms, (group,), columns, stored=stored)


def _figures(session: Session, key: WhyKey, scope: Scope, held: Holding, day: str | None) -> dict[int, int]:
    """The figure of each product, in fen or thousandths."""
    if key.figure in ("on_order", "reserved"):
        return _ordered(session, "purchase_order" if key.figure == "on_order" else "sales_order", scope, day)
    found = {id: sums[1 if key.figure == "stock_value" else 0] for id, sums in _by_product(held, scope).items()}
    if key.figure == "available":
        for id, reserved in _ordered(session, "sales_order", scope, day).items():
            found[id] = found.get(id, 0) - reserved
        between = set(session.scalars(select(Warehouse.id).where(Warehouse.transit == 1)))
        for place, quantity in held.quantities.items():
            if place[1] in between and scope.warehouse_id in (None, place[1]):
                found[place[0]] -= quantity
    return found


def _ordered(session: Session, kind: OrderKind, scope: Scope, day: str | None) -> dict[int, int]:
    found: dict[int, int] = {}
    for (product, warehouse), quantity in open_quantities(session, kind, scope, as_of=day).items():
        if scope.warehouse_id in (None, warehouse):
            found[product] = found.get(product, 0) + quantity
    return found


def _by_product(held: Holding, scope: Scope) -> dict[int, tuple[int, int]]:
    """(thousandths, fen) by product; what was never known counts as 0."""
    sums: dict[int, tuple[int, int]] = {}
    values = held.values()
    for place, quantity in held.quantities.items():
        if scope.warehouse_id in (None, place[1]):
            before = sums.get(place[0], (0, 0))
            sums[place[0]] = before[0] + quantity, before[1] + (values[place] or 0)
    return sums
