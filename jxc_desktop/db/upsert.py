"""Insert-or-add for the cached figures: one statement on both engines, built once per table and dialect."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import Any

from sqlalchemy import Executable, Table, bindparam, func

from jxc_desktop.db.types import BigInt, Scaled


@cache
def upsert(
    table: Table,
    dialect: str,
    *,
    add: tuple[str, ...] = (),
    replace: tuple[str, ...] = (),
    latest: tuple[str, ...] = (),
    answer: str | None = None,
) -> Executable:
    """``INSERT``; where the key exists, ``add`` columns grow, ``replace`` take the new value, ``latest`` the greater one.

    ``answer``: the column whose new value is wanted back. Scaled columns take the integers that stand in the table.
    """
    make: Any = import_module(f"sqlalchemy.dialects.{dialect}").insert
    names = [c.name for c in table.primary_key.columns] + [*add, *replace, *latest]
    binds = {n: bindparam(n, type_=BigInt) if isinstance(table.c[n].type, Scaled) else bindparam(n) for n in names}
    statement = make(table).values(binds)
    given = statement.excluded
    greater = func.max if dialect == "sqlite" else func.greatest
    changes = (
        {n: table.c[n] + given[n] for n in add}
        | {n: given[n] for n in replace}
        | {n: greater(table.c[n], given[n]) for n in latest}
    )
    result: Any = statement.on_conflict_do_update(index_elements=list(table.primary_key.columns), set_=changes)
    written: Executable = result if answer is None else result.returning(table.c[answer])
    return written
