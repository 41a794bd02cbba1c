"""What a question is about: one warehouse, category, product, partner or all of them; codes are looked up once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from jxc_desktop.db.models import Barcode, Category, Document, Partner, Product, Warehouse
from jxc_desktop.domain import errors
from jxc_desktop.i18n import _


@dataclass(frozen=True, slots=True)
class Scope:
    """Ids to narrow a question by; None = all. ``partner_id`` is the customer of a sale, else the product's supplier.

    ``product_ids``: only these products, a page of a list.
    """

    warehouse_id: int | None = None
    category_ids: tuple[int, ...] | None = None
    product_id: int | None = None
    partner_id: int | None = None
    product_ids: tuple[int, ...] | None = None

    @property
    def narrows_products(self) -> bool:
        """Whether not all products are asked for (suppliers counted)."""
        return any(ids is not None for ids in (self.category_ids, self.product_id, self.partner_id, self.product_ids))

    def products(self, *, supplier: bool = True) -> list[ColumnElement[bool]]:
        """Conditions on ``Product``."""
        found: list[ColumnElement[bool]] = []
        if self.product_id is not None:
            found.append(Product.id == self.product_id)
        if self.product_ids is not None:
            found.append(Product.id.in_(self.product_ids))
        if self.category_ids is not None:
            found.append(Product.category_id.in_(self.category_ids))
        if supplier and self.partner_id is not None:
            found.append(Product.supplier_id == self.partner_id)
        return found

    def of_product(self, column: Any, *, supplier: bool = True) -> list[ColumnElement[bool]]:
        """The same conditions on a product id kept in another table."""
        only_products = self.category_ids is None and not (supplier and self.partner_id is not None)
        if only_products and self.product_id is not None and self.product_ids is None:
            return [column == self.product_id]
        if only_products and self.product_ids is not None and self.product_id is None:
            return [column.in_(self.product_ids)]
        conditions = self.products(supplier=supplier)
        return [column.in_(select(Product.id).where(*conditions))] if conditions else []


ALL = Scope()


def find_scope(
    session: Session,
    *,
    warehouse: str | None = None,
    category: str | None = None,
    product: str | None = None,
    partner: str | None = None,
) -> Scope:
    """The scope that these codes name (a product also by barcode, a category by its path, with all below it).

    Raises :class:`UnknownWarehouse`, :class:`UnknownProduct`, :class:`UnknownPartner` or :class:`NotFound`.
    """
    return Scope(
        warehouse_id=_warehouse(session, warehouse) if warehouse else None,
        category_ids=_category(session, category) if category else None,
        product_id=_product(session, product) if product else None,
        partner_id=_partner(session, partner) if partner else None,
    )


def _warehouse(session: Session, code: str) -> int:
    known = {
        row.code: row.id
        for row in session.execute(select(Warehouse.code, Warehouse.id).order_by(Warehouse.position, Warehouse.id))
    }
    if code not in known:
        raise errors.UnknownWarehouse(what=_("warehouse"), key=code, known=", ".join(known))
    return int(known[code])


def _category(session: Session, path: str) -> tuple[int, ...]:
    below = Category.path.startswith(path + "/", autoescape=True)
    found = tuple(session.scalars(select(Category.id).where(or_(Category.path == path, below))))
    if not found:
        raise errors.NotFound(what=_("category"), key=path)
    return found


def _product(session: Session, code: str) -> int:
    found = session.execute(select(Product.id).where(Product.code == code)).scalar()
    if found is None:
        found = session.execute(select(Barcode.product_id).where(Barcode.code == code)).scalar()
    if found is None:
        raise errors.UnknownProduct(what=_("product"), key=code)
    return found


def _partner(session: Session, code: str) -> int:
    found = session.execute(select(Partner.id).where(Partner.code == code)).scalar()
    if found is None:
        raise errors.UnknownPartner(what=_("partner"), key=code)
    return found


def first_day(session: Session) -> str | None:
    """The business day of the earliest living document; None in an empty book."""
    living = select(Document.day).where(Document.status.in_(("posted", "closed"))).order_by(Document.moment, Document.id).limit(1)
    return session.execute(living).scalar()


def last_day(session: Session) -> str | None:
    """The business day of the latest document, drafts included; None in an empty book."""
    return session.execute(select(Document.day).order_by(Document.moment.desc(), Document.id.desc()).limit(1)).scalar()
