"""The shops that the windows are tried on, from one that only pretends to one in which documents are typed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from jxc_desktop.db.engine import Database
from jxc_desktop.db.upgrade import create_book
from jxc_desktop.domain.acts import Act
from jxc_desktop.domain.documents import Draft, DraftLine
from jxc_desktop.domain.goods import BarcodeForm, ProductForm, UnitForm
from jxc_desktop.domain.partners import PartnerForm
from jxc_desktop.domain.settings import ShopSettings
from jxc_desktop.queries.document_detail import DocumentDetail, document_detail
from jxc_desktop.queries.documents import DocumentFilter, document_list
from jxc_desktop.queries.editing import line_products
from jxc_desktop.queries.partners import partner_id
from jxc_desktop.queries.products import product_id, units_of
from jxc_desktop.services.partners import create_partner
from jxc_desktop.services.posting import post_document
from jxc_desktop.services.products import create_product
from jxc_desktop.services.shop import open_shop
from tests.helpers.shop import Shop, line

TODAY = date(2026, 11, 24)
ACT = Act(user_id=1, at=datetime(2026, 11, 24, 9, 0), today=TODAY)


class FakeBook:
    """Gives out sessions that remember nothing; counts what was kept and what was rolled back."""

    def __init__(self) -> None:
        self.kept = 0
        self.rolled_back = 0
        self.rows: list[Any] = []

    @contextmanager
    def read(self) -> Iterator[Any]:
        yield self

    @contextmanager
    def write(self) -> Iterator[Any]:
        try:
            yield self
        except BaseException:
            self.rolled_back += 1
            raise
        self.kept += 1


def open_new(path: Path) -> None:
    """A shop that opened on 1 January 2026 and in which nothing has happened yet."""
    create_book(path)
    book = Database.sqlite(path)
    with book.write() as session:
        open_shop(session, ShopSettings(shop="邻里便利店"), Act(1, datetime(2026, 1, 1, 9), date(2026, 1, 1)))
    book.close()


def autumn_shop(book: Database) -> Any:
    """Cola: 10 at 2.00 in October (``bought``), 5 moved to the back, 4 sold today at 5.00 (``sold``). Tea: 3 at 1.00."""
    told: Any = Shop(book, Act(1, datetime(2026, 11, 24, 14), TODAY))
    cola, tea = told.product("COLA", name="可乐"), told.product("TEA", name="绿茶")
    told.bought = told.buy("2026-10-02T10:00:00", cola, "10", "2.00")
    told.buy("2026-10-02T11:00:00", tea, "3", "1.00")
    told.post("transfer", "2026-10-03T10:00:00", line(cola, "5"), to="B")
    told.sold = told.sell("2026-11-24T11:00:00", cola, "4", "5.00")
    return told


@dataclass
class ClerkShop:
    """A small shop: water by the bottle and the box of 12, milk by batch, one supplier, one customer; 5 bottles in stock."""

    book: Database
    water: int
    box: int
    milk: int
    supplier: int
    customer: int
    act: Act = ACT

    def detail(self, **wanted: Any) -> DocumentDetail:
        """The newest document that fits."""
        with self.book.read() as session:
            found = document_list(session, DocumentFilter(**wanted))
            return document_detail(session, found.rows[0].id)

    def count(self, **wanted: Any) -> int:
        with self.book.read() as session:
            return document_list(session, DocumentFilter(**wanted)).count

    def on_hand(self, product: int) -> Decimal:
        with self.book.read() as session:
            return sum(line_products(session, [product])[product].on_hand.values(), Decimal(0))

    def post(self, draft: Draft) -> int:
        with self.book.write() as session:
            return post_document(session, draft, ACT).document_id

    @classmethod
    def over(cls, book: Database) -> ClerkShop:
        """The shop in a copy of the book that :func:`stock` has filled."""
        with book.read() as session:
            water = product_id(session, "W1")
            box = next(unit.id for unit in units_of(session, water) if unit.name == "箱")
            assert box is not None
            return cls(book, water, box, product_id(session, "M1"), partner_id(session, "S0001"), partner_id(session, "C0001"))


def stock(path: Path) -> None:
    """Put goods and partners into a new book, and the five bottles."""
    book = Database.sqlite(path)
    with book.write() as session:
        water = ProductForm(
            "W1", "清泉饮用天然水 550ml", "瓶", purchase_price=Decimal("1.20"), sale_price=Decimal("2"),
            wholesale_price=Decimal("1.8"), units=(UnitForm("箱", 12, 1),),
            barcodes=(BarcodeForm("6908812040006"), BarcodeForm("6908812040990", "箱")),
        )  # fmt: skip
        milk = ProductForm(
            "M1", "原味酸奶 200g", "杯", purchase_price=Decimal("3.6"), sale_price=Decimal("5.5"), batches=True,
            shelf_life_days=21,
        )  # fmt: skip
        made = [create_product(session, form, ACT).product_id for form in (water, milk)]
        supplier = create_partner(session, PartnerForm("城南饮料批发部", supplier=True), ACT).partner_id
        buyer = PartnerForm("阳光食堂", customer=True, price_level="wholesale", credit_limit=Decimal(100), terms_days=30)
        create_partner(session, buyer, ACT)
        opening = [DraftLine(made[0], Decimal(5), price=Decimal("1.20"))]
        post_document(session, Draft("purchase_receipt", partner_id=supplier, lines=opening), ACT)
    book.close()
