"""Why a figure is what it is: counted again from the ledger, and compared with what the book has stored."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sqlalchemy.orm import Session

from jxc_desktop.domain.why import Derivation, WhyKey
from jxc_desktop.queries import (
    why_accounts,
    why_acts,
    why_ages,
    why_cost,
    why_counts,
    why_document,
    why_goods,
    why_lines,
    why_listed,
    why_moves,
    why_orders,
    why_partners,
    why_sales,
    why_stock,
    why_turnover,
    why_watch,
)

Builder = Callable[[Session, WhyKey], Derivation]


def explain(session: Session, key: WhyKey) -> Derivation:
    """The derivation of the figure that ``key`` names.

    Raises the refusals of what it names (:class:`UnknownProduct`, :class:`UnknownWarehouse`, :class:`UnknownDocument` …),
    ``KeyError`` for a figure without a derivation (a bug of the caller).
    """
    if key.product_id is None and key.figure in OF_MANY:
        return why_goods.of_many(session, key)
    return BUILDERS[key.figure](session, key)


OF_MANY = ("on_hand", "available", "reserved", "on_order", "stock_value")
"""Figures of goods that many products have together."""


def _each(builder: Builder, *figures: str) -> dict[str, Builder]:
    return dict.fromkeys(figures, builder)


BUILDERS: Mapping[str, Builder] = {
    "on_hand": why_stock.on_hand,
    "available": why_orders.available,
    **_each(why_orders.promised, "reserved", "on_order"),
    "could_sell": why_watch.could_sell,
    "stock_value": why_stock.stock_value,
    "unit_cost": why_stock.unit_cost,
    "aged": why_ages.aged,
    "layer_quantity": why_ages.layer_quantity,
    "layer_cost": why_ages.layer_cost,
    **_each(why_watch.days_left, "days_left", "days_on_hand"),
    "daily_sales": why_watch.daily_sales,
    "suggested": why_watch.suggested,
    "idle_days": why_watch.idle_days,
    "row_quantity": why_moves.row_quantity,
    "row_value": why_cost.row_value,
    "row_unit_cost": why_cost.row_unit_cost,
    **_each(why_moves.left, "left_quantity", "left_value"),
    "line_amount": why_lines.line_amount,
    "line_cost": why_cost.line_cost,
    "line_profit": why_document.line_profit,
    "difference": why_moves.difference,
    **_each(why_lines.progress, "delivered", "still_open", "came_back"),
    "document_total": why_lines.total,
    "document_paid": why_lines.paid,
    "unpaid": why_lines.unpaid,
    "document_pieces": why_lines.document_pieces,
    **_each(why_document.document_figure, "document_cost", "document_profit"),
    "landed_share": why_lines.landed_share,
    **_each(why_sales.selling, "sold_quantity", "revenue", "cost_of_sales", "gross_profit", "margin", "documents"),
    "shrinkage": why_sales.shrinkage,
    "cost_differences": why_sales.cost_differences,
    "freight_income": why_sales.freight_income,
    "net_profit": why_sales.net_profit,
    **_each(why_turnover.ends, "opening_value", "closing_value"),
    "value_change": why_turnover.value_change,
    "average_inventory": why_turnover.average_inventory,
    **_each(why_turnover.turned, "turnover", "turnover_days", "gmroi"),
    **_each(why_watch.out_of_stock, "days_out", "days_watched", "out_rate"),
    "balance": why_partners.balance,
    "due": why_partners.due,
    "credit_left": why_partners.credit_left,
    "pay_days": why_partners.pay_days,
    "owed": why_partners.owed,
    **_each(why_partners.moved, "charged", "credited"),
    "account_balance": why_accounts.account_balance,
    "account_change": why_accounts.account_change,
    **_each(
        why_counts.counted, "counted_lines", "counted_right", "line_accuracy", "counted_value", "count_gain", "count_loss",
        "value_accuracy",
    ),
    **_each(why_acts.changed_cost, "old_cost", "new_cost", "cost_change"),
    "quantity_changed": why_acts.quantity_changed,
    "sum": lambda session, key: why_listed.listed(session, key, explain),
}  # fmt: skip
