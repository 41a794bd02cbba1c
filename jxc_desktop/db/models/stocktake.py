"""What is counted in a stocktake, as it is counted; and who approved its differences."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from jxc_desktop.db.models.base import MONEY_LIMIT, QUANTITY_LIMIT, STRICT, Base, checks, within, yes_no
from jxc_desktop.db.types import BigInt, Money, Quantity, Word


class CountEntry(Base):
    """One scan or one typed count, kept the moment it is made. What a stocktake has counted is derived from these.

    ``mode``: ``add`` (``quantity`` base units more), ``set`` (there are ``quantity``; NULL = not counted after all) or
    ``reason`` (``said`` is why the line differs). ``product_id`` NULL: nobody knows yet what the ``code`` means, or it is not
    within what is counted. ``unit`` and ``said``: as it was scanned or typed. ``round`` 2: the second count.
    """

    __tablename__ = "count_entries"
    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    document_id: Mapped[int] = mapped_column(BigInt, ForeignKey("documents.id", ondelete="CASCADE"))
    product_id: Mapped[int | None] = mapped_column(BigInt, ForeignKey("products.id"))
    batch: Mapped[str] = mapped_column(Word, default="", server_default="")
    code: Mapped[str] = mapped_column(Word, default="", server_default="")
    unit: Mapped[str] = mapped_column(Word, default="", server_default="")
    quantity: Mapped[Decimal | None] = mapped_column(Quantity)
    mode: Mapped[str] = mapped_column(Word)
    said: Mapped[str] = mapped_column(Word, default="", server_default="")
    moment: Mapped[str] = mapped_column(Word)
    counter: Mapped[str] = mapped_column(Word, default="", server_default="")
    round: Mapped[int] = mapped_column(BigInt, default=1, server_default="1")
    undone: Mapped[int] = yes_no()
    user_id: Mapped[int] = mapped_column(BigInt, ForeignKey("users.id"))
    __table_args__ = (
        Index("ix_count_entries_document_id", "document_id", "id"),
        *checks(
            yes_no=("undone",),
            words={"mode": ("add", "set", "reason")},
            rules={
                "round_known": "round IN (1, 2)",
                "named": "product_id IS NOT NULL OR code <> ''",
                **within(QUANTITY_LIMIT, "quantity"),
            },
        ),
        STRICT,
    )


class CountApproval(Base):
    """A stocktake whose differences are large: handed in, and approved or not yet. ``value``: gains and losses added up."""

    __tablename__ = "count_approvals"
    document_id: Mapped[int] = mapped_column(
        BigInt, ForeignKey("documents.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    value: Mapped[Decimal] = mapped_column(Money)
    asked_at: Mapped[str] = mapped_column(Word)
    asked_by: Mapped[int] = mapped_column(BigInt, ForeignKey("users.id"))
    approved_at: Mapped[str | None] = mapped_column(Word)
    approved_by: Mapped[int | None] = mapped_column(BigInt, ForeignKey("users.id"))
    reason: Mapped[str] = mapped_column(Word, default="", server_default="")
    __table_args__ = (
        *checks(rules={"approved": "(approved_at IS NULL) = (approved_by IS NULL)", **within(MONEY_LIMIT, "value")}),
        STRICT,
    )
