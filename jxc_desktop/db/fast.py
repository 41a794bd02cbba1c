"""Hot statements: compiled once, then handed to the driver; what SQLAlchemy adds to a call costs more than SQLite takes.

A statement run here must say its scaled columns with ``raw`` (reads) or take scaled integers (``raw_insert``, ``upsert``):
no column type gets a chance to convert anything. Storage errors are the driver's own; ``Database`` knows them.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache, partial
from itertools import chain
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import Connection, Dialect, Executable, literal_column

Values = Mapping[str, Any]

AT_ONCE = 30
"""Rows that one INSERT takes: to begin and end a statement costs SQLite more than a row. Each number of rows is a text of its
own that the driver keeps prepared, so it is that of the lines of a long document."""

ONE: Any = literal_column("1")
"""``.limit(ONE)`` of a hot statement: where the limit is a parameter, SQLite plans the statement anew at each call."""


class _Ready(NamedTuple):
    """SQL text, parameter names by position (None: by name), the statement's own values, how the values of a call are put in
    their order, how a row is made, and of an INSERT the part of the text that stands for one row."""

    text: str
    order: tuple[str, ...] | None
    own: dict[str, Any]
    bind: Callable[[Values], Any]
    make: Callable[[Any], Any] | None
    group: str


@lru_cache(maxsize=512)
def _ready(statement: Executable, dialect: Dialect) -> _Ready:
    compiled: Any = statement.compile(dialect=dialect)  # type: ignore[attr-defined]  # Executable lacks compile in its typing
    answers = compiled.effective_returning or (not compiled.isinsert and not compiled.isupdate and not compiled.isdelete)
    columns = [column.key for column in statement.exported_columns] if answers else []  # type: ignore[attr-defined]
    names = [key if key and key.isidentifier() else f"c{i}" for i, key in enumerate(columns)]
    make = partial(tuple.__new__, namedtuple("Row", names)) if names else None
    order = None if compiled.positiontup is None else tuple(compiled.positiontup)
    own = {name: value for name, value in compiled.params.items() if value is not None}
    group = f"VALUES ({', '.join('?' * len(order))})" if order and compiled.isinsert else ""
    return _Ready(str(compiled), order, own, _binder(order), make, group if group in str(compiled) else "")


def _binder(order: tuple[str, ...] | None) -> Callable[[Values], Any]:
    if order is None:
        return dict
    if len(order) > 1:
        return itemgetter(*order)
    return lambda values: tuple(values[name] for name in order)


@lru_cache(maxsize=512)
def _for_rows(ready_text: str, group: str, count: int) -> str:
    """The text of an INSERT of one row as one of ``count`` rows."""
    return ready_text.replace(group, group + f", {group.removeprefix('VALUES ')}" * (count - 1), 1)


def _cursor(connection: Connection) -> Any:
    """A cursor of the driver itself."""
    driver: Any = connection.connection.dbapi_connection
    return driver.cursor()


def run(
    connection: Connection, statement: Executable, values: Values | None = None, make: Callable[[Any], Any] | None = None
) -> list[Any]:
    """Execute ``statement`` once with ``values``; the rows it answers, as named tuples or as ``make`` makes them."""
    text, _order, own, bind, named, _group = _ready(statement, connection.dialect)
    cursor = _cursor(connection)
    cursor.execute(text, bind(own if not values else {**own, **values} if own else values))
    rows = list(map(make or named, cursor.fetchall())) if named is not None else []
    cursor.close()
    return rows


def scalar(connection: Connection, statement: Executable, values: Values | None = None) -> Any:
    """The first column of the first row, or None where there is none."""
    rows = run(connection, statement, values)
    return rows[0][0] if rows else None


def first(connection: Connection, statement: Executable, values: Values | None = None) -> Any:
    """The first row, or None where there is none."""
    rows = run(connection, statement, values)
    return rows[0] if rows else None


def run_many(connection: Connection, statement: Executable, rows: Sequence[Values]) -> None:
    """Execute ``statement``, which has no values of its own and answers nothing, once for each of ``rows``."""
    if rows:
        ready = _ready(statement, connection.dialect)
        _execute_many(connection, ready, list(map(ready.bind, rows)))


def run_tuples(connection: Connection, statement: Executable, names: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    """:func:`run_many` for very many rows: tuples of the parameters ``names``, fastest in the order the statement has them."""
    if not rows:
        return
    ready = _ready(statement, connection.dialect)
    given: Sequence[Any] = rows
    if ready.order is None:
        given = [dict(zip(names, row, strict=True)) for row in rows]
    elif ready.order != tuple(names):
        given = list(map(itemgetter(*map(names.index, ready.order)), rows))
    _execute_many(connection, ready, given)


def _execute_many(connection: Connection, ready: _Ready, rows: Sequence[Any]) -> None:
    cursor = _cursor(connection)
    if not ready.group:
        cursor.executemany(ready.text, rows)
    for at in range(0, len(rows) if ready.group else 0, AT_ONCE):
        some = rows[at : at + AT_ONCE]
        cursor.execute(_for_rows(ready.text, ready.group, len(some)), tuple(chain.from_iterable(some)))
    cursor.close()


def numbered(ids: Sequence[int], prefix: str = "i") -> dict[str, int]:
    """``ids`` as the values of the parameters ``i0, i1, …`` of an IN list."""
    return {f"{prefix}{n}": value for n, value in enumerate(ids)}
