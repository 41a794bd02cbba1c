"""The three ledgers: append-only facts, with the derived cost beside them that only a replay may restate."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from jxc_desktop.db.models.base import CLUSTERED, MONEY_LIMIT, QUANTITY_LIMIT, STRICT, Base, checks, within, yes_no
from jxc_desktop.db.types import BigInt, Money, Price, Quantity, Word

_MADE = "cost = 'made' AND void = 0"
_UNPRICED = "given IS NULL AND cost = 'given' AND void = 0"

VOID_PART = 1000
"""The row that voids part p of a line is part p + VOID_PART: it stands directly after its original."""


class StockRow(Base):
    """This product, here, changed by this quantity at this moment, because of this line.

    Order: (moment, seq, line, part). ``given``: the value that the document itself fixes, of goods that were taken apart
    the weight of their share; ``given_price``: of a count with a price or a cost adjustment. ``quantity`` of a count is
    derived from ``counted``. ``revenue``: signed line amount of a sale or its return. ``void``: 1 for a row that undoes its
    twin, and for the twin once undone; such pairs take no part in the replay.
    """

    __tablename__ = "stock_ledger"
    document_id: Mapped[int] = mapped_column(BigInt, ForeignKey("documents.id"), primary_key=True, autoincrement=False)
    line: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=False)
    part: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=False)
    moment: Mapped[str] = mapped_column(Word)
    seq: Mapped[int] = mapped_column(BigInt)
    day: Mapped[str] = mapped_column(Word)
    product_id: Mapped[int] = mapped_column(BigInt, ForeignKey("products.id"))
    warehouse_id: Mapped[int] = mapped_column(BigInt, ForeignKey("warehouses.id"))
    batch_id: Mapped[int | None] = mapped_column(BigInt, ForeignKey("batches.id"))
    cost: Mapped[str] = mapped_column(Word)
    bucket: Mapped[str] = mapped_column(Word)
    quantity: Mapped[Decimal] = mapped_column(Quantity)
    counted: Mapped[Decimal | None] = mapped_column(Quantity)
    given: Mapped[Decimal | None] = mapped_column(Money)
    given_price: Mapped[Decimal | None] = mapped_column(Price)
    revenue: Mapped[Decimal | None] = mapped_column(Money)
    original_document_id: Mapped[int | None] = mapped_column(BigInt)
    original_line: Mapped[int | None] = mapped_column(BigInt)
    original_part: Mapped[int | None] = mapped_column(BigInt)
    value: Mapped[Decimal | None] = mapped_column(Money)
    provisional: Mapped[int] = yes_no()
    void: Mapped[int] = yes_no()
    __table_args__ = (
        ForeignKeyConstraint(
            ["document_id", "line"], ["document_lines.document_id", "document_lines.line"], name="fk_stock_ledger_line"
        ),
        ForeignKeyConstraint(
            ["original_document_id", "original_line", "original_part"],
            ["stock_ledger.document_id", "stock_ledger.line", "stock_ledger.part"],
            name="fk_stock_ledger_original",
        ),
        Index("uq_stock_ledger_order", "product_id", "moment", "seq", "line", "part", unique=True),
        Index("ix_stock_ledger_day", "day"),
        Index("ix_stock_ledger_unpriced", "product_id", sqlite_where=text(_UNPRICED), postgresql_where=text(_UNPRICED)),
        Index("ix_stock_ledger_original", "original_document_id", "original_line"),
        Index("ix_stock_ledger_made", "product_id", sqlite_where=text(_MADE), postgresql_where=text(_MADE)),
        *checks(
            yes_no=("provisional", "void"),
            words={"bucket": ("bought", "sold", "returned", "other", "shrinkage")},
            rules={
                **within(QUANTITY_LIMIT * 1000, "quantity", "counted"),
                **within(MONEY_LIMIT, "given", "revenue", "value"),
            },
        ),
        CLUSTERED,
    )


class PartnerRow(Base):
    """This partner owes us more (+) or less (-), because of this document."""

    __tablename__ = "partner_ledger"
    document_id: Mapped[int] = mapped_column(BigInt, ForeignKey("documents.id"), primary_key=True, autoincrement=False)
    part: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=False)
    moment: Mapped[str] = mapped_column(Word)
    seq: Mapped[int] = mapped_column(BigInt)
    day: Mapped[str] = mapped_column(Word)
    partner_id: Mapped[int] = mapped_column(BigInt, ForeignKey("partners.id"))
    amount: Mapped[Decimal] = mapped_column(Money)
    __table_args__ = (
        Index("ix_partner_ledger_order", "partner_id", "moment", "seq", "part"),
        *checks(rules=within(MONEY_LIMIT, "amount")),
        CLUSTERED,
    )


class MoneyRow(Base):
    """This cash, bank or wallet account changed, because of this document."""

    __tablename__ = "money_ledger"
    document_id: Mapped[int] = mapped_column(BigInt, ForeignKey("documents.id"), primary_key=True, autoincrement=False)
    part: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=False)
    moment: Mapped[str] = mapped_column(Word)
    seq: Mapped[int] = mapped_column(BigInt)
    day: Mapped[str] = mapped_column(Word)
    account_id: Mapped[int] = mapped_column(BigInt, ForeignKey("accounts.id"))
    amount: Mapped[Decimal] = mapped_column(Money)
    __table_args__ = (
        Index("ix_money_ledger_order", "account_id", "moment", "seq", "part"),
        *checks(rules=within(MONEY_LIMIT, "amount")),
        CLUSTERED,
    )


class CostDifference(Base):
    """What one act (``seq``: the posting or void) did to the cost of other documents: the cost difference slip."""

    __tablename__ = "cost_differences"
    seq: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=False)
    document_id: Mapped[int] = mapped_column(
        BigInt, ForeignKey("documents.id"), primary_key=True, autoincrement=False, index=True
    )
    product_id: Mapped[int] = mapped_column(BigInt, ForeignKey("products.id"), primary_key=True, autoincrement=False)
    cause_id: Mapped[int] = mapped_column(BigInt, ForeignKey("documents.id"), index=True)
    old_value: Mapped[Decimal] = mapped_column(Money)
    new_value: Mapped[Decimal] = mapped_column(Money)
    __table_args__ = (CLUSTERED,)


class SeenDifference(Base):
    """Somebody has looked at the cost difference slip of the act ``seq``."""

    __tablename__ = "seen_differences"
    seq: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=False)
    seen_at: Mapped[str] = mapped_column(Word)
    seen_by: Mapped[int] = mapped_column(BigInt, ForeignKey("users.id"))
    __table_args__ = (STRICT,)
