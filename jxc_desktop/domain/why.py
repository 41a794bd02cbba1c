"""Why a figure is what it is: what may be asked for, and the answer as formula, sums and the documents behind them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Literal

from jxc_desktop.columns import Shape
from jxc_desktop.i18n import N_

Group = tuple[str, str | None]
"""What a row of a report is grouped by and the key it stands for: ("category", "饮料"); None = those without one."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure that can be explained: its title (marked) and how it is worded."""

    title: str
    shape: Shape


FIGURES: dict[str, Figure] = {
    "on_hand": Figure(N_("Quantity on hand"), "quantity"),
    "available": Figure(N_("Available quantity"), "quantity"),
    "reserved": Figure(N_("Reserved quantity"), "quantity"),
    "on_order": Figure(N_("Quantity on order"), "quantity"),
    "stock_value": Figure(N_("Value of stock"), "money"),
    "unit_cost": Figure(N_("Cost of one unit"), "price"),
    "line_cost": Figure(N_("Cost of the line"), "money"),
    "line_profit": Figure(N_("Profit of the line"), "money"),
    "document_cost": Figure(N_("Cost of the document"), "money"),
    "document_profit": Figure(N_("Profit of the document"), "money"),
    "sold_quantity": Figure(N_("Quantity sold"), "quantity"),
    "revenue": Figure(N_("Revenue"), "money"),
    "cost_of_sales": Figure(N_("Cost of sales"), "money"),
    "gross_profit": Figure(N_("Gross profit"), "money"),
    "margin": Figure(N_("Margin"), "percent"),
    "shrinkage": Figure(N_("Shrinkage"), "money"),
    "cost_differences": Figure(N_("Return and cost differences"), "money"),
    "freight_income": Figure(N_("Freight charged to customers"), "money"),
    "net_profit": Figure(N_("Net profit"), "money"),
    "opening_value": Figure(N_("Stock value at the start"), "money"),
    "closing_value": Figure(N_("Stock value at the end"), "money"),
    "value_change": Figure(N_("Change of stock value"), "money"),
    "average_inventory": Figure(N_("Average inventory"), "money"),
    "turnover": Figure(N_("Turnover rate"), "ratio"),
    "turnover_days": Figure(N_("Turnover days"), "days"),
    "gmroi": Figure(N_("Gross profit per yuan of stock"), "ratio"),
    "balance": Figure(N_("What is owed"), "money"),
    "owed": Figure(N_("What all of them owe"), "money"),
}
"""Every figure with a derivation. To add one: an entry here, a builder in ``queries/why.py: BUILDERS``."""


@dataclass(frozen=True, slots=True)
class WhyKey:
    """Which figure, of what. Codes as screens have them; None = not narrowed by it.

    ``product_id`` and ``partner_id``: of the one that is explained; ``product``, ``partner``, ``category`` (path, with all
    below it) and ``groups`` narrow sums. ``first`` … ``last``: the days of a period; of stock ``last`` is the day (None: now).
    ``shown``: the very figure that stands on the screen, to be compared with what is counted again.
    """

    figure: str
    product_id: int | None = None
    warehouse: str | None = None
    batch: str | None = None
    document_id: int | None = None
    line: int | None = None
    partner_id: int | None = None
    side: Literal["customer", "supplier"] = "customer"
    category: str | None = None
    product: str | None = None
    partner: str | None = None
    groups: tuple[Group, ...] = ()
    first: date | None = None
    last: date | None = None
    average: Literal["daily", "ends"] = "daily"
    shown: Decimal | None = field(default=None, compare=False)

    def about(self, figure: str, **changes: object) -> WhyKey:
        """Another figure of the same."""
        return replace(self, figure=figure, shown=None, **changes)  # type: ignore[arg-type]

    @property
    def shape(self) -> Shape:
        return FIGURES[self.figure].shape


@dataclass(frozen=True, slots=True)
class Term:
    """A part of the formula: what stands before it (``=``, ``×``, ``÷``, ``+``, ``−``; "" for the figure itself), value, name."""

    operator: str
    value: Decimal | None
    shape: Shape
    words: str
    key: WhyKey | None = None


@dataclass(frozen=True, slots=True)
class WhyRow:
    """A line below a sum. It leads to the document ``document_id`` or to a further derivation ``key``; ``note`` is quiet."""

    words: str
    quantity: Decimal | None = None
    value: Decimal | None = None
    document_id: int | None = None
    key: WhyKey | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class WhyGroup:
    """A sum and the rows it comes from (the newest first). ``result``: it closes the list, with a rule above it."""

    words: str
    quantity: Decimal | None = None
    value: Decimal | None = None
    rows: tuple[WhyRow, ...] = ()
    result: bool = False
    key: WhyKey | None = None


@dataclass(frozen=True, slots=True)
class Heading:
    """One of the two columns of figures: its title (worded) and shape; an empty title leaves the column out."""

    title: str
    shape: Shape


@dataclass(frozen=True, slots=True)
class Derivation:
    """How a figure comes about. ``result``: counted again from the ledger rows.

    ``checked``: whether it equals what the book has stored and what stood on the screen (None: there was nothing to compare
    with), ``check`` says so in a sentence. ``notes``: what is unusual about it (a guess, an unknown cost).
    """

    key: WhyKey
    title: str
    subject: str
    result: Decimal | None
    formula: tuple[Term, ...]
    headings: tuple[Heading, Heading]
    groups: tuple[WhyGroup, ...]
    notes: tuple[str, ...] = ()
    checked: bool | None = None
    check: str = ""

    @property
    def rows(self) -> list[WhyGroup | WhyRow]:
        """Sums and rows in the order in which they are read."""
        found: list[WhyGroup | WhyRow] = []
        for group in self.groups:
            found += [group, *group.rows]
        return found


@dataclass(frozen=True, slots=True)
class Fact:
    """One line about a row of a derivation: what it is, and what it says."""

    words: str
    value: str
