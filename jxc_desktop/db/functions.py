"""SQL functions that have another name on each engine."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement


class position_of(FunctionElement[int]):  # noqa: N801 - stands in statements like a function of the database
    """``position_of(text, part)``: where ``part`` stands in ``text``, literally and counted from 1; 0 where it does not."""

    name = "position_of"
    type = BigInteger()
    inherit_cache = True


@compiles(position_of)
def _instr(element: position_of, compiler: Any, **options: Any) -> str:
    return f"instr({compiler.process(element.clauses, **options)})"


@compiles(position_of, "postgresql")
def _strpos(element: position_of, compiler: Any, **options: Any) -> str:
    return f"strpos({compiler.process(element.clauses, **options)})"
