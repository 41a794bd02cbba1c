"""What all tables share: naming of constraints, STRICT tables, yes/no columns."""

from __future__ import annotations

from typing import Any, cast

from sqlalchemy import CheckConstraint, MetaData, Table
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from jxc_desktop.db.types import BigInt

STRICT: dict[str, Any] = {"sqlite_strict": True}
CLUSTERED: dict[str, Any] = {"sqlite_strict": True, "sqlite_with_rowid": False}
"""For tables whose key is several columns or a text: kept in key order, one tree fewer to write."""


class Base(DeclarativeBase):
    """Every table of the book. All constraints are named, so that each can be found and changed by a later migration."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


def table(model: type[Base]) -> Table:
    """The table of ``model``, for Core statements."""
    return cast(Table, model.__table__)


def yes_no(default: int = 0) -> Mapped[int]:
    """A column that holds 0 or 1; the CHECK comes from :func:`checks`."""
    return mapped_column(BigInt, default=default, server_default=str(default))


def checks(
    *, yes_no: tuple[str, ...] = (), words: dict[str, tuple[str, ...]] | None = None, rules: dict[str, str] | None = None
) -> tuple[CheckConstraint, ...]:
    """CHECK constraints: yes/no columns, columns that hold one of some words, and named rules as SQL."""
    found = [CheckConstraint(f"{name} IN (0, 1)", name=name) for name in yes_no]
    for name, allowed in (words or {}).items():
        listed = ", ".join(f"'{word}'" for word in allowed)
        found.append(CheckConstraint(f"{name} IN ({listed})", name=name))
    found += [CheckConstraint(rule, name=name) for name, rule in (rules or {}).items()]
    return tuple(found)


MONEY_LIMIT = 10**15
QUANTITY_LIMIT = 10**12
PRICE_LIMIT = 10**13


def within(limit: int, *columns: str) -> dict[str, str]:
    """Rules that keep scaled integers inside what the book can hold."""
    return {f"{c}_limit": f"{c} BETWEEN -{limit} AND {limit}" for c in columns}
