"""Which ledger rows a figure over many documents is about: days, warehouse, goods, customers; as conditions and in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from jxc_desktop.db.models import Category, Document, DocumentLine, Partner, Product, StockRow, User, Warehouse
from jxc_desktop.domain.why import WhyKey
from jxc_desktop.i18n import _
from jxc_desktop.queries.periods import Period, month_end
from jxc_desktop.queries.scope import Scope, find_scope, first_day
from jxc_desktop.queries.settings import shop_settings
from jxc_desktop.queries.stock import latest_day
from jxc_desktop.queries.why_parts import period_words, said, spaced, title_of

Condition = ColumnElement[bool]
TIME = ("day", "week", "month")


@dataclass(frozen=True, slots=True)
class Narrowed:
    """``rows``: conditions on the stock ledger but for the days; ``products``: those of them about goods alone.

    ``kits``: only lines that sell kits count, each as one (``whole``) or with the quantities of its parts (``parts``).
    ``warehouse``: whether a single warehouse is asked for; ``scope`` and ``whole`` (no groups) for the figures the book stores.
    """

    period: Period
    rows: tuple[Condition, ...]
    products: tuple[Condition, ...]
    warehouse: str | None
    scope: Scope
    whole: bool
    words: str
    kits: str = ""

    @property
    def in_period(self) -> tuple[Condition, ...]:
        return (StockRow.day.between(*self.period.iso), StockRow.void == 0, *self.rows)


def narrowed(session: Session, key: WhyKey) -> Narrowed:
    """Raises the refusals of :func:`find_scope`."""
    supplier = key.side == "supplier"
    scope = find_scope(session, warehouse=key.warehouse, category=key.category, product=key.product, partner=key.partner)
    goods: list[Condition] = [*scope.of_product(StockRow.product_id, supplier=supplier)]
    by = {what for what, _name in key.groups}
    kits = ("parts" if "product" in by else "whole") if "kit" in by else ""
    if key.product_id is not None:
        kit = bool(session.execute(select(Product.kit).where(Product.id == key.product_id)).scalar())
        kits = "whole" if kit else kits
        goods.append(DocumentLine.product_id == key.product_id if kit else StockRow.product_id == key.product_id)
    others: list[Condition] = []
    if scope.partner_id is not None and not supplier:
        others.append(StockRow.document_id.in_(select(Document.id).where(Document.partner_id == scope.partner_id)))
    warehouse, names = key.warehouse, []
    for what, name in key.groups:
        if what == "warehouse":
            warehouse = name
        elif what == "kit":  # without a name: any kit
            goods += [] if name is None else [DocumentLine.product_id.in_(select(Product.id).where(Product.code == name))]
        elif what in _GOODS:
            goods.append(_GOODS[what](name))
        elif what in _OTHERS:
            others.append(_OTHERS[what](name))
        names.append(_("kits") if what == "kit" and name is None else _name(session, what, name))
    if warehouse is not None:
        others.append(StockRow.warehouse_id.in_(select(Warehouse.id).where(Warehouse.code == warehouse)))
    period = _period(session, key)
    own = (
        "" if key.product_id is None else session.execute(select(Product.name).where(Product.id == key.product_id)).scalar() or ""
    )
    words = said(
        _figure_words(session, key, said(own, *(name for name in names if name))), period_words(period.first, period.last)
    )
    whole = not any(what != "shop" for what, _key in key.groups) and key.product_id is None
    return Narrowed(period, (*goods, *others), tuple(goods), warehouse, scope, whole, words, kits)


def _period(session: Session, key: WhyKey) -> Period:
    last = key.last or date.fromisoformat(latest_day(session) or date.max.isoformat())
    first = key.first
    if first is None:
        known = first_day(session)
        first = date.fromisoformat(known) if known else last
    for what, name in key.groups:
        if what in TIME and name:
            begin = date.fromisoformat(name if what != "month" else f"{name}-01")
            end = begin if what == "day" else month_end(begin) if what == "month" else begin + timedelta(days=6)
            first, last = max(first, begin), min(last, end)
    return Period(first, last)


def _figure_words(session: Session, key: WhyKey, names: str) -> str:
    """``饮料 的销售成本``; what the question is narrowed by stands before the days."""
    narrowed_by = [names, key.category or ""]
    if key.warehouse is not None:
        narrowed_by.append(session.execute(select(Warehouse.name).where(Warehouse.code == key.warehouse)).scalar() or "")
    if key.product is not None:
        narrowed_by.append(session.execute(select(Product.name).where(Product.code == key.product)).scalar() or key.product)
    if key.partner is not None:
        narrowed_by.append(session.execute(select(Partner.name).where(Partner.code == key.partner)).scalar() or key.partner)
    of = said(*narrowed_by) or shop_settings(session).shop or _("the shop")
    return _("{figure} of {name}").format(figure=title_of(key), name=spaced(of)).strip()


def _of_products(*conditions: Condition) -> Condition:
    return StockRow.product_id.in_(select(Product.id).where(*conditions))


def _of_documents(*conditions: Condition) -> Condition:
    return StockRow.document_id.in_(select(Document.id).where(*conditions))


def _category(path: str | None) -> Condition:
    if path is None:
        return _of_products(Product.category_id.is_(None))
    return _of_products(Product.category_id.in_(select(Category.id).where(Category.path == path)))


def _supplier(code: str | None) -> Condition:
    if code is None:
        return _of_products(Product.supplier_id.is_(None))
    return _of_products(Product.supplier_id.in_(select(Partner.id).where(Partner.code == code)))


def _customer(code: str | None) -> Condition:
    if code is None:
        return _of_documents(Document.partner_id.is_(None))
    return _of_documents(Document.partner_id.in_(select(Partner.id).where(Partner.code == code)))


def _region(name: str | None) -> Condition:
    known = select(Partner.id).where(Partner.region != "") if name is None else select(Partner.id).where(Partner.region == name)
    inside = Document.partner_id.in_(known)
    return _of_documents(inside) if name is not None else ~_of_documents(inside)


_GOODS: Mapping[str, Callable[[str | None], Condition]] = {
    "product": lambda code: _of_products(Product.code == code),
    "category": _category,
    "supplier": _supplier,
    "brand": lambda name: _of_products(Product.brand == (name or "")),
}
_OTHERS: Mapping[str, Callable[[str | None], Condition]] = {
    "customer": _customer,
    "region": _region,
    "user": lambda name: _of_documents(Document.posted_by.in_(select(User.id).where(User.name == name))),
    "hour": lambda hour: func.substr(StockRow.moment, 12, 2) == hour,
}


def _name(session: Session, what: str, key: str | None) -> str:
    """What a group is called; nothing for the whole shop and for days, which stand in the period."""
    if what == "shop" or what in TIME:
        return ""
    if key is None:
        return _("(none)")
    models: dict[str, tuple[Any, Any]] = {
        "product": (Product.code, Product.name), "kit": (Product.code, Product.name), "supplier": (Partner.code, Partner.name),
        "customer": (Partner.code, Partner.name), "warehouse": (Warehouse.code, Warehouse.name),
    }  # fmt: skip
    if what == "hour":
        return _("from {hour}:00").format(hour=key)
    if what not in models:
        return key
    code, name = models[what]
    return session.execute(select(name).where(code == key)).scalar() or key
