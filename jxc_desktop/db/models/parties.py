"""Who and where: partners, warehouses, money accounts, users."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy.orm import Mapped, mapped_column

from jxc_desktop.db.models.base import MONEY_LIMIT, STRICT, Base, checks, within, yes_no
from jxc_desktop.db.types import BigInt, Money, Word


class Partner(Base):
    """A supplier, a customer, or both. ``search``: lower-cased code, name, phone, pinyin initials."""

    __tablename__ = "partners"
    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    code: Mapped[str] = mapped_column(Word, unique=True)
    name: Mapped[str] = mapped_column(Word)
    supplier: Mapped[int] = yes_no()
    customer: Mapped[int] = yes_no()
    phone: Mapped[str] = mapped_column(Word, default="", server_default="")
    region: Mapped[str] = mapped_column(Word, default="", server_default="")
    price_level: Mapped[str] = mapped_column(Word, default="sale", server_default="sale")
    credit_limit: Mapped[Decimal | None] = mapped_column(Money)
    terms_days: Mapped[int | None] = mapped_column(BigInt)
    note: Mapped[str] = mapped_column(Word, default="", server_default="")
    initials: Mapped[str] = mapped_column(Word, default="", server_default="")
    search: Mapped[str] = mapped_column(Word, default="", server_default="")
    active: Mapped[int] = yes_no(1)
    __table_args__ = (
        *checks(
            yes_no=("supplier", "customer", "active"),
            words={"price_level": ("sale", "wholesale", "member")},
            rules={"code_given": "code <> ''", "name_given": "name <> ''", **within(MONEY_LIMIT, "credit_limit")},
        ),
        STRICT,
    )


class Warehouse(Base):
    """A place where goods lie; the one with the lowest ``position`` is the shop's first.

    ``transit``: where goods are between two warehouses; the book makes it itself and nobody chooses it.
    """

    __tablename__ = "warehouses"
    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    code: Mapped[str] = mapped_column(Word, unique=True)
    name: Mapped[str] = mapped_column(Word)
    position: Mapped[int] = mapped_column(BigInt, default=0, server_default="0")
    active: Mapped[int] = yes_no(1)
    transit: Mapped[int] = yes_no()
    __table_args__ = (*checks(yes_no=("active", "transit"), rules={"code_given": "code <> ''"}), STRICT)


class Account(Base):
    """A money account: cash, bank, WeChat, Alipay, card."""

    __tablename__ = "accounts"
    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    code: Mapped[str] = mapped_column(Word, unique=True)
    name: Mapped[str] = mapped_column(Word)
    position: Mapped[int] = mapped_column(BigInt, default=0, server_default="0")
    active: Mapped[int] = yes_no(1)
    __table_args__ = (*checks(yes_no=("active",), rules={"code_given": "code <> ''"}), STRICT)


class User(Base):
    """Someone who works with the book; a new shop has its owner."""

    __tablename__ = "users"
    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    name: Mapped[str] = mapped_column(Word, unique=True)
    role: Mapped[str] = mapped_column(Word)
    password_hash: Mapped[str | None] = mapped_column(Word)
    active: Mapped[int] = yes_no(1)
    __table_args__ = (*checks(yes_no=("active",), rules={"name_given": "name <> ''"}), STRICT)
