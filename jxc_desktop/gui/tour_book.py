"""What the tour asks the book after each step: whether what was done in the windows stands there."""

from __future__ import annotations

from decimal import Decimal

from jxc_desktop.db.engine import Database
from jxc_desktop.domain.errors import NotFound
from jxc_desktop.queries.document_detail import DocumentDetail, document_detail
from jxc_desktop.queries.documents import DocumentFilter, DocumentRow, document_list
from jxc_desktop.queries.money import account_balances
from jxc_desktop.queries.partners import PartnerFilter, PartnerRow, partner_list
from jxc_desktop.queries.product_search import ProductHit, find_by_code, product_hits
from jxc_desktop.queries.proof import prove
from jxc_desktop.queries.settings import warehouses
from jxc_desktop.queries.stock import stock_on_hand


class Book:
    """Questions to one book, each in a session of its own."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def documents(self, kind: str, status: str | None = None) -> tuple[DocumentRow, ...]:
        """Documents of a kind, newest first."""
        with self.database.read() as session:
            return document_list(session, DocumentFilter(kinds=(kind,), status=status)).rows

    def newest(self, kind: str) -> DocumentRow:
        """The newest posted document of a kind. Raises :class:`NotFound`."""
        found = [row for row in self.documents(kind) if row.number and row.status != "voided"]
        if not found:
            raise NotFound(what=kind, key="")
        return found[0]

    def detail(self, document_id: int) -> DocumentDetail:
        """One document with everything on it."""
        with self.database.read() as session:
            return document_detail(session, document_id)

    def product(self, code: str) -> ProductHit | None:
        """The product with this code or barcode."""
        with self.database.read() as session:
            found = find_by_code(session, code)
            return None if found is None else product_hits(session, [found.product_id])[0]

    def stock(self, code: str, warehouse: str | None = None) -> Decimal:
        """Pieces of a product on hand, in all warehouses or the one named."""
        with self.database.read() as session:
            lines = stock_on_hand(session, by="product" if warehouse is None else "warehouse")
        return sum((s.quantity for s in lines if s.product == code and warehouse in (None, s.warehouse_name)), Decimal(0))

    def places(self) -> list[str]:
        """The names of the warehouses."""
        with self.database.read() as session:
            return [place.name for place in warehouses(session)]

    def place_id(self, name: str) -> int:
        with self.database.read() as session:
            return next(place.id for place in warehouses(session) if place.name == name)

    def partner(self, name: str) -> PartnerRow | None:
        """The partner with this name; ``balance`` + owes the shop, - is owed."""
        with self.database.read() as session:
            return next((p for p in partner_list(session, PartnerFilter(text=name)) if p.name == name), None)

    def balance(self, name: str) -> Decimal:
        found = self.partner(name)
        return Decimal(0) if found is None else found.balance

    def money(self) -> Decimal:
        """What lies in all accounts together."""
        with self.database.read() as session:
            return sum((account.balance for account in account_balances(session)), Decimal(0))

    def findings(self) -> list[str]:
        """What the book's own proof finds wrong with it."""
        with self.database.read() as session:
            return [finding.message for finding in prove(session)]
