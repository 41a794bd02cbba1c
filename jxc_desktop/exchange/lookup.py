"""Codes of the outside world to the ids of the book, making what is missing where that was asked for."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from jxc_desktop.db.models import Account, Batch, Document, Partner, Product, ProductUnit, Warehouse
from jxc_desktop.domain import errors
from jxc_desktop.domain.acts import Act
from jxc_desktop.domain.documents import STATUSES, DocumentKind
from jxc_desktop.domain.goods import BASE_UNIT, ProductForm
from jxc_desktop.domain.partners import PartnerForm
from jxc_desktop.i18n import _
from jxc_desktop.queries.products import find_by_code
from jxc_desktop.services.batches import Dates, make_batch
from jxc_desktop.services.partners import create_partner
from jxc_desktop.services.places import create_warehouse
from jxc_desktop.services.posting import Posted
from jxc_desktop.services.products import create_product
from jxc_desktop.services.recipes import save_recipe

ONE = Decimal(1)


class Meant(NamedTuple):
    """What a code means: so many of a unit (None = the base unit), for the amount that a label asks (None: it asks none)."""

    product_id: int
    unit_id: int | None = None
    quantity: Decimal = ONE
    amount: Decimal | None = None


class MadeAs(NamedTuple):
    """What a product is made as that is not there yet; ``kit``: the parts of one, (product, base units) each."""

    batches: bool = False
    costing: str | None = None
    negative: str | None = None
    kit: tuple[tuple[int, Decimal], ...] = ()


class Lookup:
    """Looks codes up in one session; ``create`` makes unknown products, partners and warehouses with their code as name, and
    the batches that goods leave of.
    """

    def __init__(self, session: Session, act: Act, *, create: bool) -> None:
        self._session = session
        self._act = act
        self._create = create

    def settled(self, ref: str | None) -> Posted | None:
        """What stands under ``ref``, when it is more than a draft that may be replaced."""
        if ref is None:
            return None
        found = self._session.execute(select(Document.id, Document.number, Document.status).where(Document.ref == ref)).first()
        if found is None or found.status == "draft":
            return None
        return Posted(found.id, found.number, found.status, existing=True)

    def partner(self, code: str, side: str) -> int:
        """The partner with ``code``. Raises :class:`UnknownPartner`."""
        found = self._session.execute(select(Partner.id).where(Partner.code == code)).scalar()
        if found is not None:
            return int(found)
        if not self._create:
            raise errors.UnknownPartner(what=_("partner"), key=code)
        return create_partner(
            self._session, PartnerForm(code=code, name=code, supplier=side == "supplier", customer=side == "customer"), self._act
        ).partner_id

    def warehouse(self, code: str) -> int:
        """The warehouse with ``code``. Raises :class:`UnknownWarehouse`."""
        known = dict(self._session.execute(select(Warehouse.code, Warehouse.id)).all())
        if code in known:
            return known[code]
        if not self._create:
            raise errors.UnknownWarehouse(what=_("warehouse"), key=code, known=", ".join(known))
        create_warehouse(self._session, code, code, self._act)
        return int(self._session.execute(select(Warehouse.id).where(Warehouse.code == code)).scalar_one())

    def account(self, code: str) -> int:
        """The money account with ``code``. Raises :class:`UnknownAccount`."""
        known = dict(self._session.execute(select(Account.code, Account.id)).all())
        if code not in known:
            raise errors.UnknownAccount(what=_("account"), key=code, known=", ".join(known))
        return known[code]

    def product(self, code: str, unit: str | None, *, made_as: Callable[[], MadeAs]) -> Meant:
        """What ``code`` means: a product code, a barcode or the label of a scale; a named unit wins over the barcode's.

        With ``create`` an unknown one is made as ``made_as`` says. Raises :class:`UnknownProduct`, :class:`UnknownUnit`.
        """
        found = find_by_code(self._session, code)
        if found is None:
            if not self._create:
                raise errors.UnknownProduct(what=_("product"), key=code)
            own = made_as()
            form = ProductForm(
                code=code, name=code, unit=unit or BASE_UNIT, batches=own.batches, costing=own.costing, negative=own.negative
            )
            made = create_product(self._session, form, self._act).product_id
            if own.kit:
                save_recipe(self._session, made, own.kit, self._act, kit=True)
            return Meant(made)
        if unit is None:
            return Meant(found.product_id, found.unit_id, found.quantity, found.amount)
        base = self._session.execute(select(Product.unit).where(Product.id == found.product_id)).scalar_one()
        if unit == base:
            return Meant(found.product_id)
        units = dict(
            self._session.execute(
                select(ProductUnit.name, ProductUnit.id).where(ProductUnit.product_id == found.product_id)
            ).all()
        )
        if unit not in units:
            raise errors.UnknownUnit(what=_("unit"), product=code, key=unit, known=", ".join([base, *units]))
        return Meant(found.product_id, units[unit])

    def batch_of_issue(self, product_id: int, number: str) -> None:
        """With ``create``, make the batch ``number`` that goods leave of before anything came in under it: whether as much may
        be missing is for the policy of the shop to say. What comes in makes its batch itself, with its dates.
        """
        if not self._create or not self._session.scalar(select(Product.batches).where(Product.id == product_id)):
            return
        there = select(Batch.id).where(Batch.product_id == product_id, Batch.number == number)
        if self._session.scalar(there) is None:
            make_batch(self._session, product_id, number, Dates())

    def document(self, key: str) -> int:
        """The document with this number or ``ref``. Raises :class:`UnknownDocument`."""
        found = (
            self._session.execute(
                select(Document.id).where((Document.ref == key) | (Document.number == key)).order_by(Document.ref != key)
            )
            .scalars()
            .first()
        )
        if found is None:
            raise errors.UnknownDocument(what=_("document"), key=key)
        return int(found)

    def order(self, key: str, kind: DocumentKind) -> int:
        """The open order (or the transfer under way) that a document of ``kind`` may fulfil.

        Raises :class:`NotAnOrder`, :class:`OrderClosed`."""
        order = self._session.get(Document, self.document(key))
        under_way = order is not None and bool(order.transit) and kind.takes_goods_under_way
        if order is None or not (order.kind == kind.origin or under_way) or order.status == "draft":
            raise errors.NotAnOrder(document=key)
        if order.status != "posted":
            raise errors.OrderClosed(number=order.number, status=_(STATUSES[order.status]))
        return order.id
