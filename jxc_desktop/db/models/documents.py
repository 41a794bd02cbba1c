"""Documents, their lines, what they settle, and the counters that number them."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from jxc_desktop.db.models.base import CLUSTERED, MONEY_LIMIT, PRICE_LIMIT, QUANTITY_LIMIT, STRICT, Base, checks, within, yes_no
from jxc_desktop.db.types import BigInt, Money, Price, Quantity, Rate, Word


class Document(Base):
    """The head of a document. A draft keeps what was typed as JSON in ``draft`` and has no number, lines or ledger rows.

    ``seq`` is the posting sequence of the book; ``moment`` local time, ``utc_offset`` its distance from UTC in minutes,
    ``day`` the business day. ``total`` is what is owed or paid; ``paid`` the part that changed hands at once.
    ``made_line``: of an assembly or disassembly, the line of the product that is put together or taken apart; the others
    are its parts. ``closed_day``: the business day on which an order was closed by choice. ``spread``: by what a landed cost is
    shared. ``transit``: a transfer that is under way until accepted.
    """

    __tablename__ = "documents"
    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    kind: Mapped[str] = mapped_column(Word)
    status: Mapped[str] = mapped_column(Word)
    number: Mapped[str | None] = mapped_column(Word, unique=True)
    ref: Mapped[str | None] = mapped_column(Word, unique=True)
    seq: Mapped[int | None] = mapped_column(BigInt, unique=True)
    moment: Mapped[str] = mapped_column(Word)
    utc_offset: Mapped[int] = mapped_column(BigInt, default=480, server_default="480")
    day: Mapped[str] = mapped_column(Word)
    partner_id: Mapped[int | None] = mapped_column(BigInt, ForeignKey("partners.id"))
    warehouse_id: Mapped[int | None] = mapped_column(BigInt, ForeignKey("warehouses.id"))
    to_warehouse_id: Mapped[int | None] = mapped_column(BigInt, ForeignKey("warehouses.id"))
    order_id: Mapped[int | None] = mapped_column(BigInt, ForeignKey("documents.id"), index=True)
    made_line: Mapped[int | None] = mapped_column(BigInt)
    spread: Mapped[str] = mapped_column(Word, default="", server_default="")
    transit: Mapped[int] = yes_no()
    goods: Mapped[Decimal] = mapped_column(Money, default=Decimal(0), server_default="0")
    discount_amount: Mapped[Decimal] = mapped_column(Money, default=Decimal(0), server_default="0")
    freight: Mapped[Decimal] = mapped_column(Money, default=Decimal(0), server_default="0")
    rounding: Mapped[Decimal] = mapped_column(Money, default=Decimal(0), server_default="0")
    total: Mapped[Decimal] = mapped_column(Money, default=Decimal(0), server_default="0")
    paid: Mapped[Decimal] = mapped_column(Money, default=Decimal(0), server_default="0")
    pieces: Mapped[Decimal] = mapped_column(Quantity, default=Decimal(0), server_default="0")
    line_count: Mapped[int] = mapped_column(BigInt, default=0, server_default="0")
    expected: Mapped[str | None] = mapped_column(Word)
    due_day: Mapped[str | None] = mapped_column(Word)
    reason: Mapped[str] = mapped_column(Word, default="", server_default="")
    note: Mapped[str] = mapped_column(Word, default="", server_default="")
    external_number: Mapped[str] = mapped_column(Word, default="", server_default="")
    draft: Mapped[str | None] = mapped_column(Word)
    created_at: Mapped[str] = mapped_column(Word)
    created_by: Mapped[int] = mapped_column(BigInt, ForeignKey("users.id"))
    posted_at: Mapped[str | None] = mapped_column(Word)
    posted_by: Mapped[int | None] = mapped_column(BigInt, ForeignKey("users.id"))
    closed_day: Mapped[str | None] = mapped_column(Word)
    voided_at: Mapped[str | None] = mapped_column(Word)
    voided_by: Mapped[int | None] = mapped_column(BigInt, ForeignKey("users.id"))
    void_reason: Mapped[str] = mapped_column(Word, default="", server_default="")
    __table_args__ = (
        Index("ix_documents_kind_moment", "kind", "moment", "id"),
        Index("ix_documents_moment", "moment", "id"),
        Index("ix_documents_partner_id_moment", "partner_id", "moment"),
        *checks(
            yes_no=("transit",),
            words={"status": ("draft", "posted", "voided", "closed"), "spread": ("", "value", "quantity", "weight")},
            rules={
                "numbered": "(status = 'draft') = (number IS NULL)",
                "sequenced": "(status = 'draft') = (seq IS NULL)",
                "typed": "status = 'draft' OR draft IS NULL",
                **within(MONEY_LIMIT, "goods", "total", "paid"),
            },
        ),
        STRICT,
    )


class DocumentLine(Base):
    """A line of a posted document, frozen. ``amount`` after the line's discount; ``net`` after its share of the whole's.

    ``kit``: its product leaves as its parts, so that the rows of the line are of other products.
    """

    __tablename__ = "document_lines"
    document_id: Mapped[int] = mapped_column(BigInt, ForeignKey("documents.id"), primary_key=True, autoincrement=False)
    line: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=False)
    product_id: Mapped[int] = mapped_column(BigInt, ForeignKey("products.id"))
    product_code: Mapped[str] = mapped_column(Word)
    product_name: Mapped[str] = mapped_column(Word)
    unit: Mapped[str] = mapped_column(Word)
    factor_num: Mapped[int] = mapped_column(BigInt, default=1, server_default="1")
    factor_den: Mapped[int] = mapped_column(BigInt, default=1, server_default="1")
    quantity: Mapped[Decimal] = mapped_column(Quantity)
    base_quantity: Mapped[Decimal] = mapped_column(Quantity)
    price: Mapped[Decimal | None] = mapped_column(Price)
    discount: Mapped[Decimal] = mapped_column(Rate, default=Decimal(0), server_default="0")
    tax_rate: Mapped[Decimal | None] = mapped_column(Rate)
    amount: Mapped[Decimal | None] = mapped_column(Money)
    net: Mapped[Decimal | None] = mapped_column(Money)
    batch_id: Mapped[int | None] = mapped_column(BigInt, ForeignKey("batches.id"))
    against_document_id: Mapped[int | None] = mapped_column(BigInt)
    against_line: Mapped[int | None] = mapped_column(BigInt)
    order_document_id: Mapped[int | None] = mapped_column(BigInt)
    order_line: Mapped[int | None] = mapped_column(BigInt)
    counted: Mapped[Decimal | None] = mapped_column(Quantity)
    counted_at: Mapped[str | None] = mapped_column(Word)
    reason: Mapped[str] = mapped_column(Word, default="", server_default="")
    note: Mapped[str] = mapped_column(Word, default="", server_default="")
    kit: Mapped[int] = yes_no()
    __table_args__ = (
        ForeignKeyConstraint(
            ["against_document_id", "against_line"],
            ["document_lines.document_id", "document_lines.line"],
            name="fk_document_lines_against",
        ),
        ForeignKeyConstraint(
            ["order_document_id", "order_line"],
            ["document_lines.document_id", "document_lines.line"],
            name="fk_document_lines_order",
        ),
        Index("ix_document_lines_product_id", "product_id", "document_id"),
        Index("ix_document_lines_against", "against_document_id", "against_line"),
        Index("ix_document_lines_order", "order_document_id", "order_line"),
        *checks(
            yes_no=("kit",),
            rules={
                "factor": "factor_num > 0 AND factor_den > 0",
                **within(QUANTITY_LIMIT * 1000, "quantity", "base_quantity"),
                "price_limit": f"price BETWEEN 0 AND {PRICE_LIMIT}",
                **within(MONEY_LIMIT, "amount", "net"),
            },
        ),
        CLUSTERED,
    )


class ArrivalCheck(Base):
    """What was checked off so far of a line of a transfer under way; gone when the arrival is posted.

    ``found``: base units that arrived; ``way``: what becomes of the rest ("" = stays under way).
    """

    __tablename__ = "arrival_checks"
    document_id: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=False)
    line: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=False)
    found: Mapped[Decimal] = mapped_column(Quantity)
    way: Mapped[str] = mapped_column(Word, default="", server_default="")
    note: Mapped[str] = mapped_column(Word, default="", server_default="")
    __table_args__ = (
        ForeignKeyConstraint(
            ["document_id", "line"], ["document_lines.document_id", "document_lines.line"], name="fk_arrival_checks_line"
        ),
        *checks(words={"way": ("", "damaged", "short")}, rules=within(QUANTITY_LIMIT * 1000, "found")),
        CLUSTERED,
    )


class LandedShare(Base):
    """What a landed cost (``document_id``) puts onto a stock row of an earlier receipt, as long as it is not voided."""

    __tablename__ = "landed_shares"
    document_id: Mapped[int] = mapped_column(BigInt, ForeignKey("documents.id"), primary_key=True, autoincrement=False)
    target_id: Mapped[int] = mapped_column(BigInt, ForeignKey("documents.id"), primary_key=True, autoincrement=False, index=True)
    target_line: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=False)
    target_part: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=False)
    product_id: Mapped[int] = mapped_column(BigInt, ForeignKey("products.id"), index=True)
    amount: Mapped[Decimal] = mapped_column(Money)
    __table_args__ = (
        ForeignKeyConstraint(
            ["target_id", "target_line", "target_part"],
            ["stock_ledger.document_id", "stock_ledger.line", "stock_ledger.part"],
            name="fk_landed_shares_row",
        ),
        *checks(rules=within(MONEY_LIMIT, "amount")),
        CLUSTERED,
    )


class Settlement(Base):
    """A receipt or payment (``document_id``) pays off a part of an earlier document (``target_id``)."""

    __tablename__ = "settlements"
    document_id: Mapped[int] = mapped_column(BigInt, ForeignKey("documents.id"), primary_key=True, autoincrement=False)
    target_id: Mapped[int] = mapped_column(BigInt, ForeignKey("documents.id"), primary_key=True, autoincrement=False, index=True)
    amount: Mapped[Decimal] = mapped_column(Money)
    __table_args__ = (*checks(rules={"above_zero": "amount > 0"}), CLUSTERED)


class Serial(Base):
    """The last number given per kind and business day."""

    __tablename__ = "serials"
    kind: Mapped[str] = mapped_column(Word, primary_key=True)
    day: Mapped[str] = mapped_column(Word, primary_key=True)
    last: Mapped[int] = mapped_column(BigInt)
    __table_args__ = (CLUSTERED,)
