"""The columns of the stock page: products with their warehouses, and the movements of one product."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Any

from jxc_desktop.columns import EMPTY, Column
from jxc_desktop.domain.documents import KINDS
from jxc_desktop.gui.row_table import Look
from jxc_desktop.i18n import N_, _
from jxc_desktop.queries.settings import Named
from jxc_desktop.queries.stock_view import Movement, StockRow

MOST_PLACES = 3
"""Warehouses that get a column of their own; of more than these only the sum is shown."""
ZERO = Decimal(0)
KIND_TITLES = {kind.code: kind.title for kind in KINDS}


@dataclass(frozen=True, slots=True)
class PlaceColumn(Column):
    """What lies in one warehouse; its title is the warehouse's own name."""

    code: str = ""

    @property
    def heading(self) -> str:
        return self.title

    def value(self, row: object) -> Any:
        assert isinstance(row, StockRow)
        return row.places.get(self.code, ZERO)


NAME = Column("name", N_("Product / barcode"))
CATEGORY = Column("category", N_("Category"), priority=3)
UNIT = Column("unit", N_("Unit"), width=52)
SUMS = (
    Column("quantity", N_("On hand"), "quantity", total=True),
    Column("on_order", N_("On order"), "quantity", priority=2, total=True),
    Column("reserved", N_("Reserved"), "quantity", priority=2, total=True),
    Column("available", N_("Available"), "quantity", total=True),
    Column("minimum", N_("Minimum"), "quantity", priority=3),
    Column("unit_cost", N_("Unit cost"), "price", priority=2),
    Column("value", N_("Stock value (yuan)"), "money", total=True),
)
CODES = (Column("code", N_("Code"), "code"), Column("name", N_("Name")), Column("barcode", N_("Barcode"), "code"))
"""What stands in files and on paper instead of the two-line name."""
LEDGER = (
    Column("date", N_("Time"), "moment"),
    Column("kind", N_("Kind"), "choice", choices=KIND_TITLES),
    Column("number", N_("Document"), "code"),
    Column("warehouse", N_("Warehouse"), priority=2),
    Column("batch", N_("Batch"), "code", priority=2),
    Column("came", N_("Goods in"), "quantity"),
    Column("went", N_("Goods out"), "quantity"),
    Column("balance", N_("Left on hand"), "quantity"),
    Column("unit_cost", N_("Unit cost"), "price", priority=2),
    Column("value", N_("Amount"), "money"),
    Column("balance_value", N_("Value left"), "money"),
)


def stock_columns(places: Sequence[Named]) -> tuple[Column, ...]:
    """The columns of the list: a few warehouses each have their own."""
    own = [PlaceColumn(f"at_{p.code}", p.name, "quantity", priority=2, code=p.code) for p in places]
    return (NAME, CATEGORY, UNIT, *(own if 1 < len(own) <= MOST_PLACES else ()), *SUMS)


def stock_looks(places: Sequence[Named]) -> dict[str, Look]:
    """How they are painted: zero is quiet, what is low or below nothing is red."""
    return {
        "name": Look(second="barcode", stretch=True),
        "category": Look(muted=True),
        "unit": Look(muted=True),
        **{f"at_{p.code}": Look(tone=partial(_zero_tone, p.code)) for p in places},
        "quantity": Look(second="mixed"),
        "on_order": Look(tone=lambda r: None if r.on_order else "muted"),
        "reserved": Look(tone=lambda r: None if r.reserved else "muted"),
        "available": Look(bold=True, tone=lambda r: "danger" if r.low else None),
        "minimum": Look(muted=True),
        "unit_cost": Look(words=cost_words, muted=True),
    }


def cost_words(found: Any) -> str:
    """A unit cost always with four places, so that a column can be read down."""
    return EMPTY if found.unit_cost is None else f"{found.unit_cost:,.4f}"


def _zero_tone(code: str, found: StockRow) -> str | None:
    """Nothing there is quiet, less than nothing is wrong."""
    quantity = found.places.get(code, ZERO)
    return "danger" if quantity < 0 else None if quantity else "muted"


def _kind_words(found: Movement) -> str:
    title = _(KIND_TITLES.get(found.kind, found.kind))
    return _("{kind} (voided)").format(kind=title) if found.voided else title


LEDGER_LOOKS = {
    "date": Look(muted=True, words=lambda m: m.date[5:16].replace("T", " ")),
    "kind": Look(words=_kind_words, tone=lambda m: "faint" if m.voided else None),
    "number": Look(kind="link", stretch=True),
    "balance": Look(bold=True, tone=lambda m: "danger" if m.balance < 0 else None),
    "unit_cost": Look(words=cost_words, muted=True, tone=lambda m: "warning" if m.provisional else None),
    "value": Look(words=lambda m: "—" if m.value is None else f"{m.value:+,.2f}" if m.value > 0 else f"{m.value:,.2f}"),
}
