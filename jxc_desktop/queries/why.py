"""Why a figure is what it is: counted again from the ledger, and compared with what the book has stored."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sqlalchemy.orm import Session

from jxc_desktop.domain.why import Derivation, WhyKey
from jxc_desktop.queries import why_cost, why_document, why_orders, why_partners, why_sales, why_stock, why_turnover

BUILDERS: Mapping[str, Callable[[Session, WhyKey], Derivation]] = {
    "on_hand": why_stock.on_hand,
    "available": why_orders.available,
    "reserved": why_orders.promised,
    "on_order": why_orders.promised,
    "stock_value": why_stock.stock_value,
    "unit_cost": why_stock.unit_cost,
    "line_cost": why_cost.line_cost,
    "line_profit": why_document.line_profit,
    "document_cost": why_document.document_figure,
    "document_profit": why_document.document_figure,
    "sold_quantity": why_sales.selling,
    "revenue": why_sales.selling,
    "cost_of_sales": why_sales.selling,
    "gross_profit": why_sales.selling,
    "margin": why_sales.selling,
    "shrinkage": why_sales.shrinkage,
    "cost_differences": why_sales.cost_differences,
    "freight_income": why_sales.freight_income,
    "net_profit": why_sales.net_profit,
    "opening_value": why_turnover.ends,
    "closing_value": why_turnover.ends,
    "value_change": why_turnover.value_change,
    "average_inventory": why_turnover.average_inventory,
    "turnover": why_turnover.turned,
    "turnover_days": why_turnover.turned,
    "gmroi": why_turnover.turned,
    "balance": why_partners.balance,
    "owed": why_partners.owed,
}


def explain(session: Session, key: WhyKey) -> Derivation:
    """The derivation of the figure that ``key`` names.

    Raises the refusals of what it names (:class:`UnknownProduct`, :class:`UnknownWarehouse`, :class:`UnknownDocument` …),
    ``KeyError`` for a figure without a derivation (a bug of the caller).
    """
    return BUILDERS[key.figure](session, key)
