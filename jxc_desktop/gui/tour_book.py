"""What the tour asks the book after each step: whether what was done in the windows stands there."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from jxc_desktop.db.engine import Database
from jxc_desktop.domain.errors import NotFound
from jxc_desktop.queries.differences import SlipHead, difference_slips
from jxc_desktop.queries.document_detail import DocumentDetail, document_detail
from jxc_desktop.queries.documents import DocumentFilter, DocumentRow, document_list
from jxc_desktop.queries.money import account_balances
from jxc_desktop.queries.partners import PartnerFilter, PartnerRow, partner_list
from jxc_desktop.queries.periods import Period
from jxc_desktop.queries.product_search import ProductHit, find_by_code, product_hits
from jxc_desktop.queries.proof import prove
from jxc_desktop.queries.scope import Scope
from jxc_desktop.queries.settings import warehouses
from jxc_desktop.queries.stock import stock_on_hand
from jxc_desktop.queries.turnover import TurnoverLine, turnover
from jxc_desktop.queries.warnings import shrinkage


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

    def takings(self) -> tuple[Decimal, Decimal]:
        """What was sold less what came back, and what that earned, added up from the documents themselves."""
        revenue = profit = Decimal(0)
        for kind in ("sale", "retail_sale", "sales_return", "retail_return"):
            for row in self.documents(kind, "posted"):
                revenue += row.signed_total
                earned = self.detail(row.id).profit
                profit += earned if earned is not None else Decimal(0)
        return revenue, profit

    def turnover(self, today: date, days: int = 30) -> TurnoverLine:
        """The shop's turnover of the last days."""
        with self.database.read() as session:
            return turnover(session, Period(today - timedelta(days=days - 1), today)).total

    def losses(self, today: date) -> list[tuple[str, str, Decimal, str]]:
        """(warehouse, product, quantity, reason) of everything written off so far."""
        found = []
        period = Period(today - timedelta(days=365), today)
        for name in self.places():
            with self.database.read() as session:
                scope = Scope(warehouse_id=self.place_id(name))
                found += [(name, r.product, r.quantity, r.reason) for r in shrinkage(session, period, scope=scope)]
        return found

    def available(self, code: str, place: str | None = None) -> Decimal:
        """Pieces that can be sold: on hand less what is promised."""
        with self.database.read() as session:
            lines = stock_on_hand(session, by="product" if place is None else "warehouse")
        return sum((s.available for s in lines if s.product == code and place in (None, s.warehouse_name)), Decimal(0))

    def plenty(self, place: str, most: int) -> list[tuple[str, Decimal]]:
        """(code, pieces) of the goods of which the most lies in a warehouse."""
        with self.database.read() as session:
            lines = [s for s in stock_on_hand(session, by="warehouse") if s.warehouse_name == place and s.available >= 4]
        lines.sort(key=lambda s: (-s.available, s.product))
        return [(s.product, s.available) for s in lines[:most]]

    def slips(self) -> list[SlipHead]:
        """The cost difference slips, newest first."""
        with self.database.read() as session:
            return difference_slips(session)

    def findings(self) -> list[str]:
        """What the book's own proof finds wrong with it."""
        with self.database.read() as session:
            return [finding.message for finding in prove(session)]
