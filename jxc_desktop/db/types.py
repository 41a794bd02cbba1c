"""Column types of the book, the same meaning on SQLite and PostgreSQL. No other column types are used."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Dialect,
    Insert,
    Integer,
    LargeBinary,
    Table,
    Text,
    bindparam,
    insert,
    type_coerce,
)
from sqlalchemy.types import TypeDecorator

BigInt = BigInteger().with_variant(Integer(), "sqlite")
"""Ids, counts and scaled numbers: 64 bits on both engines (STRICT tables know only INTEGER on SQLite)."""

Word = Text()
"""Text, codes, ISO dates and moments."""

Blob = LargeBinary()


class Scaled(TypeDecorator[Decimal]):
    """An exact decimal with ``places`` decimals, kept as an integer of 10^-places.

    A value that is finer than the column is a programming error (``ValueError``): input is refused before it gets here.
    """

    impl = BigInteger
    cache_ok = True

    def __init__(self, places: int) -> None:
        super().__init__()
        self.places = places

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        return dialect.type_descriptor(BigInt)

    def process_bind_param(self, value: Decimal | int | None, dialect: Dialect) -> int | None:  # noqa: ARG002
        if value is None:
            return None
        if isinstance(value, int):
            return int(value * 10**self.places)
        if not isinstance(value, Decimal):
            raise ValueError(value)
        scaled = value.scaleb(self.places)
        whole = int(scaled)
        if whole != scaled:
            raise ValueError(value)
        return whole

    def process_result_value(self, value: int | None, dialect: Dialect) -> Decimal | None:  # noqa: ARG002
        return None if value is None else Decimal(int(value)).scaleb(-self.places)

    def coerce_compared_value(self, op: Any, value: Any) -> Any:  # noqa: ARG002
        return self


Money, Price, Quantity, Rate = Scaled(2), Scaled(4), Scaled(3), Scaled(6)


def raw(column: Any) -> ColumnElement[Any]:
    """``column`` as the plain scaled integer that stands in the table, for loops over many rows."""
    return type_coerce(column, BigInt)


def raw_insert(table: Table, *, without: tuple[str, ...] = ()) -> Insert:
    """An INSERT of ``table`` that takes scaled columns as the integers that stand in the table: for hot paths.

    Columns in ``without`` take their default.
    """
    columns = [c for c in table.columns if c.name not in without]
    return insert(table).values(
        {c.name: bindparam(c.name, type_=BigInt) if isinstance(c.type, Scaled) else bindparam(c.name) for c in columns}
    )
