"""Cached figures, written in the same transaction as their ledger rows; ``jxc check`` computes each one again."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from jxc_desktop.db.models.base import CLUSTERED, STRICT, Base, yes_no
from jxc_desktop.db.types import BigInt, Money, Quantity, Word


class StockBalance(Base):
    """Quantity on hand per product + warehouse + batch (0 = no batch), and the moment of its latest row."""

    __tablename__ = "stock_balances"
    product_id: Mapped[int] = mapped_column(BigInt, ForeignKey("products.id"), primary_key=True, autoincrement=False)
    warehouse_id: Mapped[int] = mapped_column(BigInt, ForeignKey("warehouses.id"), primary_key=True, autoincrement=False)
    batch_id: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=False, default=0)
    quantity: Mapped[Decimal] = mapped_column(Quantity)
    last_moment: Mapped[str] = mapped_column(Word)
    __table_args__ = (CLUSTERED,)


class Pool(Base):
    """Quantity and value of a cost pool (``warehouse_id`` 0 where the pool is the product; ``batch_id`` 0 without batches).

    ``cost_value / cost_quantity`` is the last known unit cost as an exact ratio of value and quantity. ``clean``: no deficit,
    no provisional or unknown row, so that a later row can be added without reading the ledger. ``layers``: what lies in a
    clean pool that is costed first in, first out, as JSON. ``marked``: the moment of the product's last cost checkpoint (or a
    later one), ``unmarked``: rows of the pool since then.
    """

    __tablename__ = "pools"
    product_id: Mapped[int] = mapped_column(BigInt, ForeignKey("products.id"), primary_key=True, autoincrement=False)
    warehouse_id: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=False, default=0)
    batch_id: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=False, default=0)
    quantity: Mapped[Decimal] = mapped_column(Quantity)
    value: Mapped[Decimal] = mapped_column(Money)
    cost_value: Mapped[int | None] = mapped_column(BigInt)
    cost_quantity: Mapped[int | None] = mapped_column(BigInt)
    last_moment: Mapped[str] = mapped_column(Word)
    last_sale: Mapped[str | None] = mapped_column(Word)
    clean: Mapped[int] = yes_no(1)
    layers: Mapped[str | None] = mapped_column(Word)
    marked: Mapped[str | None] = mapped_column(Word)
    unmarked: Mapped[int] = mapped_column(BigInt, default=0, server_default="0")
    __table_args__ = (CLUSTERED,)


class CostCheckpoint(Base):
    """The state of all pools of a product after its rows up to (``moment``, ``seq``), as JSON: a later replay starts there.

    It stands only where no later row can change an earlier one; it goes when a row enters or leaves at or before its place.
    """

    __tablename__ = "cost_checkpoints"
    product_id: Mapped[int] = mapped_column(BigInt, ForeignKey("products.id"), primary_key=True, autoincrement=False)
    moment: Mapped[str] = mapped_column(Word, primary_key=True)
    seq: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=False)
    state: Mapped[str] = mapped_column(Word)
    __table_args__ = (CLUSTERED,)


class StockMonth(Base):
    """What happened to a product in a warehouse in a month, by group, and the sums that give average inventory.

    ``*_days``: the sum of change x days from its day to the end of the month, both included.
    """

    __tablename__ = "stock_months"
    product_id: Mapped[int] = mapped_column(BigInt, ForeignKey("products.id"), primary_key=True, autoincrement=False)
    warehouse_id: Mapped[int] = mapped_column(BigInt, ForeignKey("warehouses.id"), primary_key=True, autoincrement=False)
    month: Mapped[str] = mapped_column(Word, primary_key=True)
    bought_quantity: Mapped[Decimal] = mapped_column(Quantity)
    bought_value: Mapped[Decimal] = mapped_column(Money)
    sold_quantity: Mapped[Decimal] = mapped_column(Quantity)
    sold_value: Mapped[Decimal] = mapped_column(Money)
    returned_quantity: Mapped[Decimal] = mapped_column(Quantity)
    returned_value: Mapped[Decimal] = mapped_column(Money)
    other_quantity: Mapped[Decimal] = mapped_column(Quantity)
    other_value: Mapped[Decimal] = mapped_column(Money)
    shrinkage_quantity: Mapped[Decimal] = mapped_column(Quantity)
    shrinkage_value: Mapped[Decimal] = mapped_column(Money)
    revenue: Mapped[Decimal] = mapped_column(Money)
    quantity_days: Mapped[Decimal] = mapped_column(Quantity)
    value_days: Mapped[Decimal] = mapped_column(Money)
    __table_args__ = (Index("ix_stock_months_month", "month", "product_id"), CLUSTERED)


class DayTotal(Base):
    """One row per business day and warehouse: the figures of the dashboard and of the shop's turnover."""

    __tablename__ = "day_totals"
    day: Mapped[str] = mapped_column(Word, primary_key=True)
    warehouse_id: Mapped[int] = mapped_column(BigInt, ForeignKey("warehouses.id"), primary_key=True, autoincrement=False)
    revenue: Mapped[Decimal] = mapped_column(Money)
    cost: Mapped[Decimal] = mapped_column(Money)
    shrinkage: Mapped[Decimal] = mapped_column(Money)
    change: Mapped[Decimal] = mapped_column(Money)
    sales: Mapped[int] = mapped_column(BigInt)
    __table_args__ = (CLUSTERED,)


class OpenLine(Base):
    """What is still to come or to go of an order's line: base units, more than 0. A line that is done has no row."""

    __tablename__ = "open_lines"
    product_id: Mapped[int] = mapped_column(BigInt, ForeignKey("products.id"), primary_key=True, autoincrement=False)
    document_id: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=False)
    line: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=False)
    quantity: Mapped[Decimal] = mapped_column(Quantity)
    __table_args__ = (
        ForeignKeyConstraint(
            ["document_id", "line"], ["document_lines.document_id", "document_lines.line"], name="fk_open_lines_line"
        ),
        Index("ix_open_lines_document_id", "document_id"),
        CLUSTERED,
    )


class PartnerBalance(Base):
    """What a partner owes us (+) or we owe (-) now."""

    __tablename__ = "partner_balances"
    partner_id: Mapped[int] = mapped_column(BigInt, ForeignKey("partners.id"), primary_key=True, autoincrement=False)
    balance: Mapped[Decimal] = mapped_column(Money)
    __table_args__ = (STRICT,)


class AccountBalance(Base):
    """What is in a money account now."""

    __tablename__ = "account_balances"
    account_id: Mapped[int] = mapped_column(BigInt, ForeignKey("accounts.id"), primary_key=True, autoincrement=False)
    balance: Mapped[Decimal] = mapped_column(Money)
    __table_args__ = (STRICT,)
