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


Of = Literal["goods", "row", "document", "partner", "account", "period", "counts", "act", "list"]
"""What a figure is of, so which fields of a key name it:

goods: a product, in a place, at the end of a day; row: a line of a document, or one ledger row of it (``part``); document;
partner; account; period: days with their groupings; counts: one stocktake, or those of a period; act: the posting or void
that changed the cost of goods in a document; list: the rows of a list added up.
"""


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure that can be explained: its title (marked), how it is worded and what it is of."""

    title: str
    shape: Shape
    of: Of


FIGURES: dict[str, Figure] = {
    "on_hand": Figure(N_("Quantity on hand"), "quantity", "goods"),
    "available": Figure(N_("Available quantity"), "quantity", "goods"),
    "reserved": Figure(N_("Reserved quantity"), "quantity", "goods"),
    "on_order": Figure(N_("Quantity on order"), "quantity", "goods"),
    "could_sell": Figure(N_("How many could be sold"), "quantity", "goods"),
    "stock_value": Figure(N_("Value of stock"), "money", "goods"),
    "unit_cost": Figure(N_("Cost of one unit"), "price", "goods"),
    "aged": Figure(N_("Stock value by age"), "money", "goods"),
    "layer_quantity": Figure(N_("Quantity of the layer"), "quantity", "goods"),
    "layer_cost": Figure(N_("Unit cost of the layer"), "price", "goods"),
    "days_left": Figure(N_("Days that the available stock lasts"), "days", "goods"),
    "days_on_hand": Figure(N_("Days that the stock lasts"), "days", "goods"),
    "daily_sales": Figure(N_("Sold per day"), "quantity", "goods"),
    "suggested": Figure(N_("Suggested order"), "quantity", "goods"),
    "idle_days": Figure(N_("Days without sale"), "integer", "goods"),
    "row_quantity": Figure(N_("Quantity of the row"), "quantity", "row"),
    "row_value": Figure(N_("Amount of the row"), "money", "row"),
    "row_unit_cost": Figure(N_("Cost of one unit in the row"), "price", "row"),
    "left_quantity": Figure(N_("Left after the row"), "quantity", "row"),
    "left_value": Figure(N_("Value left after the row"), "money", "row"),
    "line_amount": Figure(N_("Amount of the line"), "money", "row"),
    "line_cost": Figure(N_("Cost of the line"), "money", "row"),
    "line_profit": Figure(N_("Profit of the line"), "money", "row"),
    "difference": Figure(N_("Difference of the count"), "quantity", "row"),
    "delivered": Figure(N_("Delivered of the line"), "quantity", "row"),
    "still_open": Figure(N_("Still open of the line"), "quantity", "row"),
    "came_back": Figure(N_("Returned of the line"), "quantity", "row"),
    "document_total": Figure(N_("Amount of the document"), "money", "document"),
    "document_paid": Figure(N_("Paid of the document"), "money", "document"),
    "unpaid": Figure(N_("Unpaid of the document"), "money", "document"),
    "document_pieces": Figure(N_("Pieces of the document"), "quantity", "document"),
    "document_cost": Figure(N_("Cost of the document"), "money", "document"),
    "document_profit": Figure(N_("Profit of the document"), "money", "document"),
    "landed_share": Figure(N_("Share of the landed cost"), "money", "document"),
    "sold_quantity": Figure(N_("Quantity sold"), "quantity", "period"),
    "revenue": Figure(N_("Revenue"), "money", "period"),
    "cost_of_sales": Figure(N_("Cost of sales"), "money", "period"),
    "gross_profit": Figure(N_("Gross profit"), "money", "period"),
    "margin": Figure(N_("Margin"), "percent", "period"),
    "documents": Figure(N_("Sales and returns, number"), "integer", "period"),
    "shrinkage": Figure(N_("Shrinkage"), "money", "period"),
    "cost_differences": Figure(N_("Return and cost differences"), "money", "period"),
    "freight_income": Figure(N_("Freight charged to customers"), "money", "period"),
    "net_profit": Figure(N_("Net profit"), "money", "period"),
    "opening_value": Figure(N_("Stock value at the start"), "money", "period"),
    "closing_value": Figure(N_("Stock value at the end"), "money", "period"),
    "value_change": Figure(N_("Change of stock value"), "money", "period"),
    "average_inventory": Figure(N_("Average inventory"), "money", "period"),
    "turnover": Figure(N_("Turnover rate"), "ratio", "period"),
    "turnover_days": Figure(N_("Turnover days"), "days", "period"),
    "gmroi": Figure(N_("Gross profit per yuan of stock"), "ratio", "period"),
    "days_out": Figure(N_("Days out of stock"), "integer", "period"),
    "days_watched": Figure(N_("Days looked at"), "integer", "period"),
    "out_rate": Figure(N_("Stock-out rate"), "percent", "period"),
    "balance": Figure(N_("What is owed"), "money", "partner"),
    "due": Figure(N_("What is owed by due day"), "money", "partner"),
    "credit_left": Figure(N_("Credit left"), "money", "partner"),
    "pay_days": Figure(N_("Days until payment"), "days", "partner"),
    "owed": Figure(N_("What all of them owe"), "money", "partner"),
    "charged": Figure(N_("Charged"), "money", "partner"),
    "credited": Figure(N_("Paid or credited"), "money", "partner"),
    "account_balance": Figure(N_("Balance of the account"), "money", "account"),
    "account_change": Figure(N_("Moved on the accounts"), "money", "account"),
    "counted_lines": Figure(N_("Lines counted"), "integer", "counts"),
    "counted_right": Figure(N_("Lines found right"), "integer", "counts"),
    "line_accuracy": Figure(N_("Lines right"), "percent", "counts"),
    "counted_value": Figure(N_("Book value of what was counted"), "money", "counts"),
    "count_gain": Figure(N_("Gains"), "money", "counts"),
    "count_loss": Figure(N_("Losses"), "money", "counts"),
    "value_accuracy": Figure(N_("Right by value"), "percent", "counts"),
    "old_cost": Figure(N_("Old cost"), "money", "act"),
    "new_cost": Figure(N_("New cost"), "money", "act"),
    "quantity_changed": Figure(N_("Quantity whose cost changed"), "quantity", "act"),
    "cost_change": Figure(N_("Cost difference"), "money", "act"),
    "sum": Figure(N_("Total"), "money", "list"),
}
"""Every figure with a derivation. To add one: an entry here, a builder in ``queries/why.py: BUILDERS``."""

Layer = tuple[str, int, int, int]
"""The place in the ledger of the row that a cost layer came with: moment, posting sequence, line, part."""


@dataclass(frozen=True, slots=True)
class WhyKey:
    """Which figure, of what. Codes as screens have them; None = not narrowed by it.

    ``product_id`` and ``partner_id``: of the one that is explained; ``product``, ``partner``, ``category`` (path, with all
    below it) and ``groups`` narrow sums. ``first`` … ``last``: the days of a period; of stock ``last`` is the day (None: now).
    ``part``: one ledger row of a line. ``target_id``: the receipt that a landed cost raises. ``age``: the name of a column of
    an ageing report. ``parts``: of a list, (words, figure) of its rows, the largest first, ``rest`` how many others there
    are and what they come to.
    ``shown``: the very figure that stands on the screen, to be compared with what is counted again.
    """

    figure: str
    product_id: int | None = None
    warehouse: str | None = None
    batch: str | None = None
    document_id: int | None = None
    line: int | None = None
    part: int | None = None
    target_id: int | None = None
    partner_id: int | None = None
    account: str | None = None
    age: str = ""
    layer: Layer | None = None
    act: int | None = None
    side: Literal["customer", "supplier"] = "customer"
    category: str | None = None
    product: str | None = None
    partner: str | None = None
    groups: tuple[Group, ...] = ()
    first: date | None = None
    last: date | None = None
    average: Literal["daily", "ends"] = "daily"
    parts: tuple[tuple[str, WhyKey], ...] = ()
    rest: tuple[int, Decimal] | None = None
    shown: Decimal | None = field(default=None, compare=False)

    def about(self, figure: str, **changes: object) -> WhyKey:
        """Another figure of the same."""
        return replace(self, figure=figure, shown=None, **changes)  # type: ignore[arg-type]

    @property
    def shape(self) -> Shape:
        return self.parts[0][1].shape if self.parts else FIGURES[self.figure].shape


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
    """A line below a sum. It leads to the document ``document_id`` or to a further derivation ``key``; ``note`` is quiet.

    ``count``: so many rows stand in it together.
    """

    words: str
    quantity: Decimal | None = None
    value: Decimal | None = None
    document_id: int | None = None
    key: WhyKey | None = None
    note: str = ""
    count: int = 1


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
