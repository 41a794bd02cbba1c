"""A shop that tells its story in a few words: goods, partners, documents - each act its own transaction."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import func, insert, select

from jxc_desktop.db.engine import Database
from jxc_desktop.db.models import Barcode, Document, Partner, Pool, Product, ProductUnit, StockBalance, StockRow, Warehouse
from jxc_desktop.db.types import raw
from jxc_desktop.domain.acts import Act
from jxc_desktop.domain.documents import Draft, DraftLine, Paid
from jxc_desktop.services.posting import Posted, post_document
from jxc_desktop.services.shop import change_settings
from jxc_desktop.services.voiding import void_document

TODAY = date(2026, 3, 10)
"""Where these stories end: days are numbers in March 2026."""


class Shop:
    """Goods by code, partners S (supplier) and C (customer), warehouses MAIN and B, accounts by id (1 = cash)."""

    def __init__(self, book: Database, act: Act) -> None:
        self.book, self.act = book, act
        self.goods: dict[str, int] = {}
        with book.write() as session:
            session.execute(
                insert(Partner),
                [
                    {"code": "S", "name": "供应商", "supplier": 1, "customer": 0},
                    {"code": "C", "name": "客户", "supplier": 0, "customer": 1},
                ],
            )
            session.execute(insert(Warehouse).values(code="B", name="后仓", position=1))
            self.partners = dict(session.execute(select(Partner.code, Partner.id)).all())
            self.warehouses = dict(session.execute(select(Warehouse.code, Warehouse.id)).all())

    def settings(self, **changes: Any) -> None:
        with self.book.write() as session:
            change_settings(session, changes, self.act)

    def product(self, code: str, *, units: dict[str, int] | None = None, **columns: Any) -> int:
        """A product with the base unit 件 and further ``units``; returns its id."""
        with self.book.write() as session:
            columns = {"name": code, "unit": "件", "sale_price": Decimal(20)} | columns
            product = session.execute(insert(Product).values(code=code, **columns).returning(Product.id)).scalar_one()
            for name, factor in (units or {}).items():
                session.execute(insert(ProductUnit).values(product_id=product, name=name, numerator=factor))
            session.execute(insert(Barcode).values(code=f"B-{code}", product_id=product))
            self.goods[code] = int(product)
            return self.goods[code]

    def unit(self, product: int, name: str) -> int:
        with self.book.read() as session:
            return session.execute(
                select(ProductUnit.id).where(ProductUnit.product_id == product, ProductUnit.name == name)
            ).scalar_one()

    def post(
        self, kind: str, day: int | str, *lines: DraftLine, partner: str | None = None, warehouse: str = "MAIN", **more: Any
    ) -> Posted:
        """Post a document on ``day`` of March 2026 (or a full moment); ``paid`` is an amount in cash."""
        moment = f"2026-03-{day:02}T12:00:00" if isinstance(day, int) else day
        draft = Draft(kind, moment, self.partners[partner] if partner else None, self.warehouses[warehouse], lines=list(lines))
        if "to" in more:
            draft.to_warehouse_id = self.warehouses[more.pop("to")]
        if "paid" in more:
            draft.paid = [Paid(1, Decimal(more.pop("paid")))]
        with self.book.write() as session:
            return post_document(session, replace(draft, **more), self.act)

    def buy(self, day: int | str, product: int, quantity: str, price: str | None, **more: Any) -> Posted:
        return self.post("purchase_receipt", day, line(product, quantity, price), partner="S", **more)

    def sell(self, day: int | str, product: int, quantity: str, price: str = "20", **more: Any) -> Posted:
        return self.post("sale", day, line(product, quantity, price), partner="C", **more)

    def void(self, posted: Posted, reason: str = "录错") -> Posted:
        with self.book.write() as session:
            return void_document(session, posted.document_id, self.act, reason=reason)

    def on_hand(self, product: int, warehouse: str | None = None) -> Decimal:
        """Quantity from the cached balances."""
        with self.book.read() as session:
            wanted = select(func.coalesce(func.sum(raw(StockBalance.quantity)), 0)).where(StockBalance.product_id == product)
            if warehouse:
                wanted = wanted.where(StockBalance.warehouse_id == self.warehouses[warehouse])
            return Decimal(int(session.execute(wanted).scalar_one())) / 1000

    def value(self, product: int) -> Decimal:
        """Value from the cached pools."""
        with self.book.read() as session:
            wanted = select(func.coalesce(func.sum(raw(Pool.value)), 0)).where(Pool.product_id == product)
            return Decimal(int(session.execute(wanted).scalar_one())) / 100

    def cost(self, posted: Posted) -> Decimal | None:
        """Value of the document's stock rows, signed as in the ledger."""
        with self.book.read() as session:
            found = session.scalars(select(StockRow.value).where(StockRow.document_id == posted.document_id)).all()
            return None if any(v is None for v in found) else sum((v for v in found if v is not None), Decimal(0))

    def status(self, posted: Posted) -> str:
        with self.book.read() as session:
            return str(session.execute(select(Document.status).where(Document.id == posted.document_id)).scalar_one())


def line(product: int, quantity: str | None, price: str | None = None, **more: Any) -> DraftLine:
    return DraftLine(
        product, None if quantity is None else Decimal(quantity), price=None if price is None else Decimal(price), **more
    )
