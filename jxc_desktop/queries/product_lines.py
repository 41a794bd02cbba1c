"""The products screen: rows of the list with supplier, margin and what sold of late, and why a price tag is due."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from jxc_desktop.db.models import AuditRow, Document, DocumentLine, Partner, Product, StockRow
from jxc_desktop.db.types import raw
from jxc_desktop.domain.money import milli, pieces
from jxc_desktop.domain.settings import ShopSettings
from jxc_desktop.queries.inventory import ratio
from jxc_desktop.queries.product_list import Chosen, ProductFilter, ProductRow
from jxc_desktop.queries.product_search import product_hits
from jxc_desktop.queries.recipes import kit_sales
from jxc_desktop.queries.settings import shop_settings

SALES_DAYS = 30
CHUNK = 500


@dataclass(frozen=True, slots=True)
class ProductLine:
    """A product of the list with what a wide window also shows: ``sold`` in the last 30 days, days that the stock lasts."""

    id: int
    code: str
    name: str
    spec: str
    barcode: str | None
    category: str | None
    unit: str
    supplier: str | None
    purchase_price: Decimal | None
    sale_price: Decimal | None
    margin: Decimal | None
    quantity: Decimal
    sold: Decimal
    days: Decimal | None
    status: str
    active: bool

    @property
    def second(self) -> str:
        """What stands below the name: the barcode, else the code."""
        return self.barcode or self.code


@dataclass(frozen=True, slots=True)
class ProductPage:
    """The first rows of the list, and how many there are in all."""

    count: int
    rows: tuple[ProductLine, ...]


def product_page(
    session: Session,
    filters: ProductFilter,
    *,
    offset: int = 0,
    limit: int = 200,
    today: date,
    settings: ShopSettings | None = None,
) -> ProductPage:
    """Rows ``offset`` … ``offset + limit`` of the products that ``filters`` choose, and the count of all of them."""
    chosen = Chosen(session, filters, today, settings or shop_settings(session))
    rows = chosen.rows(chosen.page(offset, limit))
    return ProductPage(chosen.count(), tuple(_with_sales(session, rows, today)))


def product_lines(
    session: Session, filters: ProductFilter, *, offset: int, limit: int, today: date, settings: ShopSettings | None = None
) -> list[ProductLine]:
    """Rows ``offset`` … ``offset + limit`` of the list, without counting."""
    chosen = Chosen(session, filters, today, settings or shop_settings(session))
    return _with_sales(session, chosen.rows(chosen.page(offset, limit)), today)


def _with_sales(session: Session, rows: Sequence[ProductRow], today: date) -> list[ProductLine]:
    suppliers: dict[int, str] = {}
    sold: dict[int, int] = {}
    first = (today - timedelta(days=SALES_DAYS - 1)).isoformat()
    ids = [row.id for row in rows]
    for chunk in (ids[start : start + CHUNK] for start in range(0, len(ids), CHUNK)):
        named = select(Product.id, Partner.name).join(Partner, Partner.id == Product.supplier_id).where(Product.id.in_(chunk))
        suppliers |= dict(session.execute(named).all())
        sales = (
            select(StockRow.product_id, func.sum(raw(StockRow.quantity)))
            .where(
                StockRow.product_id.in_(chunk),
                StockRow.day.between(first, today.isoformat()),
                StockRow.bucket.in_(("sold", "returned")),
                StockRow.void == 0,
            )
            .group_by(StockRow.product_id)
        )
        sold |= {product: -int(quantity) for product, quantity in session.execute(sales)}
    kits = [row.id for row in rows if row.kit]
    for (kit, _day), (quantity, _revenue) in kit_sales(session, kits, first, today.isoformat()).items() if kits else ():
        sold[kit] = sold.get(kit, 0) + quantity
    return [_line(row, suppliers.get(row.id), sold.get(row.id, 0)) for row in rows]


def _line(row: ProductRow, supplier: str | None, sold: int) -> ProductLine:
    return ProductLine(
        row.id, row.code, row.name, row.spec, row.barcode, row.category, row.unit, supplier, row.purchase_price,
        row.sale_price, margin(row.purchase_price, row.sale_price), row.quantity, pieces(sold),
        ratio(milli(row.quantity) * SALES_DAYS, sold) if sold > 0 and row.quantity > 0 else None, row.status, row.active,
    )  # fmt: skip


def margin(purchase: Decimal | None, sale: Decimal | None) -> Decimal | None:
    """(sale - purchase) / sale, the share of the price that is earned; None where a price is missing or the sale is free."""
    return None if purchase is None or not sale else (sale - purchase) / sale


@dataclass(frozen=True, slots=True)
class TagLine:
    """A product whose tag or label may be wanted. ``reason``: changed, arrived, old or chosen; ``source``: in words why."""

    id: int
    code: str
    name: str
    barcode: str | None
    shelf: str
    sale_price: Decimal | None
    member_price: Decimal | None
    quantity: Decimal
    reason: str = "chosen"
    source: str = ""

    @property
    def second(self) -> str:
        return self.barcode or self.code


def changed_prices(session: Session, since: date) -> dict[str, str]:
    """Code -> ``5.90 → 5.50`` of the products whose retail price was changed since that day, by the audit trail."""
    wanted = select(AuditRow.subject, AuditRow.detail).where(
        AuditRow.at >= since.isoformat(), AuditRow.action == "product.change", AuditRow.detail.contains('"sale_price"')
    )
    found: dict[str, tuple[str, str]] = {}
    for code, text in session.execute(wanted.order_by(AuditRow.seq)):
        detail = json.loads(text)
        before, after = detail["before"].get("sale_price"), detail["after"].get("sale_price")
        new_code = str(detail["after"].get("code", code))
        first = found.pop(code, (str(before or "—"), ""))[0]
        found[new_code] = (first, str(after or "—"))
    return {code: f"{_plain(old)} → {_plain(new)}" for code, (old, new) in found.items() if old != new}


def arrived_goods(session: Session, since: date) -> dict[int, tuple[str, Decimal]]:
    """Product -> (number of the latest receipt, quantity that came in) of purchases since that day."""
    rows = session.execute(
        select(DocumentLine.product_id, Document.number, raw(DocumentLine.base_quantity))
        .join(Document, Document.id == DocumentLine.document_id)
        .where(Document.kind == "purchase_receipt", Document.status == "posted", Document.day >= since.isoformat())
        .order_by(Document.moment, Document.seq, DocumentLine.line)
    )
    found: dict[int, tuple[str, Decimal]] = {}
    for product, number, quantity in rows:
        found[product] = (str(number), found.get(product, ("", Decimal(0)))[1] + pieces(int(quantity)))
    return found


def tag_lines(session: Session, ids: Sequence[int], *, reason: str = "chosen") -> list[TagLine]:
    """What the page of labels shows of these products, in this order."""
    shelves: dict[int, str] = {}
    for chunk in (ids[start : start + CHUNK] for start in range(0, len(ids), CHUNK)):
        shelves |= dict(session.execute(select(Product.id, Product.shelf).where(Product.id.in_(chunk))).all())
    return [
        TagLine(
            hit.id, hit.code, hit.name, hit.barcode, shelves.get(hit.id, ""), hit.sale_price, hit.member_price,
            hit.quantity, reason,
        )
        for hit in product_hits(session, ids)
    ]  # fmt: skip


def due_tags(session: Session, today: date, *, days: int = 7) -> list[TagLine]:
    """Products whose price was changed, then those that came in, in the last ``days`` days; each once."""
    since = today - timedelta(days=days - 1)
    changes, goods = changed_prices(session, since), arrived_goods(session, since)
    codes = list(changes)
    by_code: dict[str, int] = {}
    for chunk in (codes[start : start + CHUNK] for start in range(0, len(codes), CHUNK)):
        by_code |= {
            code: product for product, code in session.execute(select(Product.id, Product.code).where(Product.code.in_(chunk)))
        }
    changed = [product for code, product in by_code.items() if code in changes]
    rest = [product for product in goods if product not in set(changed)]
    return [replace(line, source=changes[line.code]) for line in tag_lines(session, changed, reason="changed")] + [
        replace(line, source=goods[line.id][0]) for line in tag_lines(session, rest, reason="arrived")
    ]


def _plain(text: str) -> str:
    whole, point, rest = text.partition(".")
    return whole + point + rest[:2] + rest[2:].rstrip("0") if point else text
