"""The families of documents that have a list of their own: their kinds, their columns, what goes into a spreadsheet."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from jxc_desktop.columns import EMPTY, Column, word
from jxc_desktop.domain.documents import STATUSES, kind_of
from jxc_desktop.i18n import N_

DAYS = (("today", N_("Today")), ("7", N_("7 days")), ("30", N_("30 days")), ("own", N_("Days…")))
ORDER_STATES = ("posted", "partly", "done", "closed", "draft", "voided")


@dataclass(frozen=True, slots=True)
class Family:
    """A list: the name of its screen, its title, the kinds in it (the first is the one most often made)."""

    name: str
    title: str
    kinds: tuple[str, ...]
    new: tuple[str, ...]
    side: str = ""


FAMILIES = (
    Family(
        "sales",
        N_("Sales documents"),
        ("sale", "sales_return", "sales_order"),
        ("sale", "sales_order", "sales_return"),
        "customer",
    ),
    Family(
        "purchases",
        N_("Purchase documents"),
        ("purchase_receipt", "purchase_return", "purchase_order", "landed_cost"),
        ("purchase_receipt", "purchase_order", "purchase_return", "landed_cost"),
        "supplier",
    ),
    Family("retail", N_("Retail documents"), ("retail_sale", "retail_return"), ("retail_sale", "retail_return"), "customer"),
    Family(
        "moves",
        N_("Transfers and other movements"),
        (
            "transfer",
            "stock_in",
            "stock_out",
            "write_off",
            "overage",
            "assembly",
            "disassembly",
            "cost_adjustment",
            "stocktake",
            "opening_stock",
        ),
        (
            "transfer",
            "stock_in",
            "stock_out",
            "write_off",
            "overage",
            "assembly",
            "disassembly",
            "cost_adjustment",
            "opening_stock",
        ),
    ),
    Family(
        "money_documents",
        N_("Money documents"),
        ("receipt", "payment", "opening_balance"),
        ("receipt", "payment", "opening_balance"),
    ),
)


def family_of(kind: str) -> str:
    """The page of the sidebar where documents of this kind are listed; "" for a kind that is listed nowhere."""
    return next((family.name for family in FAMILIES if kind in family.kinds), "")


_KINDS = {code: kind_of(code).title for family in FAMILIES for code in family.kinds}

MONEY_COLUMNS = (
    Column("number", N_("Number / kind"), "code"),
    Column("date", N_("Time"), "moment"),
    Column("partner_name", N_("Partner")),
    Column("warehouse_name", N_("Warehouse"), priority=3),
    Column("user", N_("By"), priority=3),
    Column("pieces", N_("Pieces"), "quantity", priority=3),
    Column("signed_total", N_("Amount (yuan)"), "money"),
    Column("unpaid", N_("Unpaid (yuan)"), "money"),
    Column("status", N_("State"), "choice", choices=STATUSES),
)
MOVE_COLUMNS = (
    Column("number", N_("Number / kind"), "code"),
    Column("date", N_("Time"), "moment"),
    Column("warehouse_name", N_("Warehouse")),
    Column("to_warehouse_name", N_("To"), priority=2),
    Column("line_count", N_("Lines"), "integer"),
    Column("pieces", N_("Pieces"), "quantity"),
    Column("user", N_("By"), priority=2),
    Column("note", N_("Note"), priority=3),
    Column("status", N_("State"), "choice", choices=STATUSES),
)
EXPORT = (
    Column("number", N_("Number"), "code"),
    Column("kind", N_("Kind"), "choice", choices=_KINDS),
    Column("status", N_("State"), "choice", choices=STATUSES),
    Column("date", N_("Time"), "moment"),
    Column("partner", N_("Partner’s code"), "code"),
    Column("partner_name", N_("Partner")),
    Column("warehouse_name", N_("Warehouse")),
    Column("line_count", N_("Lines"), "integer"),
    Column("pieces", N_("Pieces"), "quantity"),
    Column("signed_total", N_("Amount (yuan)"), "money"),
    Column("paid", N_("Paid"), "money"),
    Column("unpaid", N_("Unpaid (yuan)"), "money"),
    Column("due_day", N_("Due day"), "date"),
    Column("user", N_("By")),
    Column("note", N_("Note")),
)


def pieces_words(status: str, pieces: Decimal) -> str:
    """How many pieces a document moves; a draft moves none yet, and what it will is not counted."""
    return EMPTY if status == "draft" else word(pieces, "quantity")
