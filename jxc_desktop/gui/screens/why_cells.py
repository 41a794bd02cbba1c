"""Which figure stands in a cell of a page that is no report: documents, stock, products, partners, cost difference slips."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

from jxc_desktop.domain.documents import kind_of
from jxc_desktop.domain.why import WhyKey
from jxc_desktop.gui.screens.why_keys import Answer, list_key
from jxc_desktop.i18n import N_, _
from jxc_desktop.queries.document_detail import DocumentDetail
from jxc_desktop.queries.product_lines import SALES_DAYS

if TYPE_CHECKING:
    from jxc_desktop.queries.differences import DifferenceRow
    from jxc_desktop.queries.documents import DocumentRow
    from jxc_desktop.queries.partner_ledger import StatementLine
    from jxc_desktop.queries.partner_lines import PartnerDetail, PartnerLine
    from jxc_desktop.queries.product_lines import ProductLine
    from jxc_desktop.queries.products import ProductCard
    from jxc_desktop.queries.recipes import Lying
    from jxc_desktop.queries.stock import StockLine
    from jxc_desktop.queries.stock_ledger import LedgerLine
    from jxc_desktop.queries.stock_view import Movement, StockQuestion, StockRow, StockTotals

TYPED = N_("This was typed into the document; it comes from no sum.")
OF_DRAFT = N_("This is a draft: its numbers are typed and move nothing. Post it, then F6 tells how they come about.")
ON_PRODUCT = N_("This was set on the product; open the product to change it.")
ON_PARTNER = N_("This was set on the partner; open the partner to change it.")
OF_PRICES = N_("(retail price − purchase price) ÷ retail price, of the prices that are set on the product.")
OF_ORIGINAL = N_("This is the price of the line that it returns.")
OF_RECIPE = N_("This was set in the recipe of the product; open the product to change it.")
NOT_THERE = N_("Nothing of it lies in a warehouse.")
OF_TRADE = N_("This is counted over the posted deliveries of the last 90 days; the sales report lists them by product.")
OF_SLIP = N_("Open the slip: it tells which documents this change comes from.")

LINES: Mapping[str, str] = {
    "profit": "line_profit", "cost": "line_cost", "amount": "line_amount", "fulfilled": "delivered", "open": "still_open",
    "returned": "came_back",
}  # fmt: skip
"""Columns of the lines of a document; quantity, price and discount are typed, the quantity of a count is its difference."""
TYPED_COLUMNS = ("quantity", "price", "discount")
DOCUMENTS: Mapping[str, str] = {"signed_total": "document_total", "unpaid": "unpaid", "pieces": "document_pieces"}
STOCK: Mapping[str, str] = {
    "value": "stock_value", "quantity": "on_hand", "available": "available", "unit_cost": "unit_cost", "reserved": "reserved",
    "on_order": "on_order",
}  # fmt: skip
MOVEMENTS: Mapping[str, str] = {
    "value": "row_value", "unit_cost": "row_unit_cost", "came": "row_quantity", "went": "row_quantity",
    "balance": "left_quantity", "balance_value": "left_value",
}  # fmt: skip
PRODUCTS = ("quantity", "sold", "days", "margin", "purchase_price", "sale_price")
PARTNERS = ("balance", "overdue", "credit_limit", "terms_days")
DIFFERENCES: Mapping[str, str] = {
    "difference": "cost_change", "old_cost": "old_cost", "new_cost": "new_cost",
}  # fmt: skip
"""Columns whose figures can be explained, by page; the first is meant where another is marked."""


# --- documents -------------------------------------------------------------------------------------------------------


def document_columns(detail: DocumentDetail, columns: Sequence[str]) -> list[str]:
    """Those of ``columns`` of which something can be said, what is counted first."""
    if not kind_of(detail.head.kind).has_lines:
        return ["amount"]
    return [key for key in (*LINES, *TYPED_COLUMNS) if key in columns]


def document_key(detail: DocumentDetail, row: Any, column: str) -> Answer:
    """The figure of a cell in the lines of a document, or in its payments and links where it has no lines."""
    of = detail.head.id
    if not kind_of(detail.head.kind).has_lines:
        target = next((link for link in detail.links if link.role == "raises" and row["line"] == f"s{link.id}"), None)
        if target is None:
            return _(TYPED)
        return WhyKey("landed_share", document_id=of, target_id=target.id, shown=target.amount)
    line = next((one for one in detail.lines if one.line == row.line), None)
    if line is None:
        return None
    if column == "quantity" and line.counted is not None:
        return WhyKey("difference", line.product_id, document_id=of, line=line.line, shown=line.difference)
    if column in TYPED_COLUMNS:
        return _(OF_ORIGINAL) if column == "price" and line.against is not None else _(TYPED)
    values = {"fulfilled": line.fulfilled, "open": line.open, "returned": line.returned}
    shown = values[column] if column in values else getattr(line, column)
    return WhyKey(LINES[column], line.product_id, document_id=of, line=line.line, shown=shown)


def document_total(detail: DocumentDetail, column: str) -> Answer:
    """What stands below a column of the lines."""
    of = {"cost": ("document_cost", detail.cost), "profit": ("document_profit", detail.profit)}.get(column)
    if of is not None and of[1] is not None:
        return WhyKey(of[0], document_id=detail.head.id, shown=of[1])
    if column == "amount":
        lines = [line for line in detail.lines if line.amount is not None]
        keys = [WhyKey("line_amount", document_id=detail.head.id, line=line.line, shown=line.amount) for line in lines]
        total = sum((line.amount for line in lines if line.amount is not None), Decimal(0))
        return list_key([(line.name, key) for line, key in zip(lines, keys, strict=True)], total)
    return None


def list_of_documents(row: DocumentRow, column: str) -> Answer:
    """The figure of a document in a list of them."""
    if row.status == "draft":
        return _(OF_DRAFT)
    shown = row.unpaid if column == "unpaid" else row.signed_total if column == "signed_total" else row.pieces
    return WhyKey(DOCUMENTS[column], document_id=row.id, shown=shown)


# --- stock -----------------------------------------------------------------------------------------------------------


def stock_key(row: StockRow, column: str, asked: StockQuestion, last: date | None) -> Answer:
    """A figure of a product on the stock page, at the end of a past day or now (None)."""
    if column == "minimum":
        return _(ON_PRODUCT)
    if column not in STOCK:
        code = column.removeprefix("at_")
        return WhyKey("on_hand", row.id, warehouse=code, last=last, shown=row.places.get(code, Decimal(0)))
    return WhyKey(STOCK[column], row.id, asked.warehouse, last=last, shown=getattr(row, column))


def stock_total(totals: StockTotals, column: str, asked: StockQuestion, last: date | None) -> Answer:
    """The sum of a column of the stock page over all products of a warehouse and category."""
    if asked.text.strip() or asked.below_minimum:
        return _("This is the sum of what is listed. F6 on a row tells how its number comes about.")
    if column.startswith("at_"):
        code = column.removeprefix("at_")
        return WhyKey("on_hand", warehouse=code, category=asked.category, last=last, shown=totals.places.get(code, Decimal(0)))
    figure = STOCK.get(column)
    if figure is None or figure == "unit_cost":
        return None
    return WhyKey(figure, warehouse=asked.warehouse, category=asked.category, last=last, shown=getattr(totals, column))


def movement_key(product_id: int, moved: Movement, column: str, asked: StockQuestion) -> Answer:
    """A figure of a movement of a product, or what was left after it in the warehouses that are asked for."""
    shown: dict[str, Decimal | None] = {
        "value": moved.value, "unit_cost": moved.unit_cost, "balance": moved.balance, "balance_value": moved.balance_value,
        "came": moved.came, "went": None if moved.went is None else -moved.went,
    }  # fmt: skip
    if column in ("came", "went"):  # the other one is empty, or nothing moved
        shown[column] = next((one for one in (shown["came"], shown["went"]) if one is not None), Decimal(0))
    if column == "balance_value" and moved.balance_value is None:
        return _("The value is kept for the whole product, not per warehouse.")
    return WhyKey(
        MOVEMENTS[column], product_id, asked.warehouse, None, moved.document_id, moved.line, moved.part, shown=shown[column]
    )


# --- products, partners ----------------------------------------------------------------------------------------------


def product_key(row: ProductLine, column: str, today: date) -> Answer:
    """A figure of the list of products."""
    if column == "margin":
        return _(OF_PRICES)
    if column in ("purchase_price", "sale_price"):
        return _(ON_PRODUCT)
    if column == "quantity":
        return WhyKey("could_sell" if row.status == "kit" else "on_hand", row.id, shown=row.quantity)
    if column == "days":
        return WhyKey("days_on_hand", row.id, last=today, shown=row.days)
    first = today - timedelta(days=SALES_DAYS - 1)
    return WhyKey("sold_quantity", row.id, first=first, last=today, shown=row.sold)


def product_figure(card: ProductCard, daily: Decimal, days_left: Decimal | None, place: int, today: date) -> WhyKey:
    """One of the key figures beside the list: available (of a kit: could be sold), on the way, sold per day, days left."""
    first = WhyKey("could_sell" if card.kit else "available", card.id, shown=card.available)
    return (
        first, WhyKey("on_order", card.id, shown=card.on_order), WhyKey("daily_sales", card.id, last=today, shown=daily),
        WhyKey("days_left", card.id, last=today, shown=days_left),
    )[place]  # fmt: skip


def partner_key(row: PartnerLine, column: str, side: Literal["customer", "supplier"], today: date) -> Answer:
    """A figure of the list of partners."""
    if column in ("credit_limit", "terms_days"):
        return _(ON_PARTNER)
    if column == "overdue":
        return WhyKey("due", partner_id=row.id, side=side, age="overdue", last=today, shown=row.overdue)
    return WhyKey("balance", partner_id=row.id, side=side, shown=row.balance)


def partner_figure(detail: PartnerDetail, row: PartnerLine, place: int, today: date) -> Answer:
    """One of the key figures beside the list: balance, overdue, of customers the credit left, days until payment."""
    if place < 2:
        return partner_key(row, ("balance", "overdue")[place], detail.side, today)
    if place == 2 and detail.side == "customer":
        if detail.card.credit_left is None:
            return _("No credit limit is set on this customer.")
        return WhyKey("credit_left", partner_id=row.id, shown=detail.card.credit_left)
    return WhyKey("pay_days", partner_id=row.id, side=detail.side, last=today, shown=detail.pay_days)


# --- the small tables of their panels ----------------------------------------------------------------------------------


def place_keys(of: StockLine, columns: Sequence[str]) -> tuple[Answer, ...]:
    """Figures of a product in a warehouse, or of a batch of it there, as :data:`STOCK` names their columns."""
    return tuple(WhyKey(STOCK[column], of.product_id, of.warehouse, of.batch, shown=getattr(of, column)) for column in columns)


def ledger_keys(of: LedgerLine) -> tuple[Answer, Answer]:
    """What a movement moved, and what it left in its warehouse and batch."""
    of_row = WhyKey("row_quantity", of.product_id, of.warehouse, of.batch or "", of.document_id, of.line, of.part)
    return replace(of_row, shown=of.quantity), replace(of_row, figure="left_quantity", shown=of.balance_quantity)


def recipe_keys(part_id: int, lying: Sequence[Lying]) -> tuple[Answer, Answer]:
    """How much of a part goes into the product, and how much of it lies in the warehouses."""
    keys = [(one.warehouse_name, WhyKey("on_hand", part_id, one.warehouse, shown=one.quantity)) for one in lying]
    there: Answer = keys[0][1] if len(keys) == 1 else list_key(keys, sum((one.quantity for one in lying), Decimal(0)))
    return _(OF_RECIPE), there if there is not None else _(NOT_THERE)


def statement_keys(partner: str, of: StatementLine, side: Literal["customer", "supplier"]) -> tuple[Answer, Answer, Answer]:
    """The figures of a line of a statement, from the left: what it adds to what is owed, what it takes off, what is left.

    They are explained as the ledger has them: + the partner owes us.
    """
    charged = WhyKey("charged", partner=partner, document_id=of.document_id, shown=of.debit)
    credited = replace(charged, figure="credited", shown=of.credit)
    more, less = (charged, credited) if side == "customer" else (credited, charged)
    return more, less, replace(charged, figure="balance", shown=of.balance)


# --- cost difference slips -------------------------------------------------------------------------------------------


def difference_key(row: DifferenceRow, column: str) -> WhyKey:
    """A figure of a document on a cost difference slip."""
    shown = getattr(row, column)
    return WhyKey(DIFFERENCES[column], row.product_id, document_id=row.document_id, act=row.seq, shown=shown)


def difference_total(rows: Sequence[DifferenceRow], column: str) -> WhyKey | None:
    """The sum of a column over these documents."""
    keys = [(f"{row.number} {row.name}", difference_key(row, column)) for row in rows]
    return list_key(keys, sum((getattr(row, column) for row in rows), Decimal(0)))
