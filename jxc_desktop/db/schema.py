"""The numbers by which a book is known: light, because ``--version`` shows them without opening anything."""

from __future__ import annotations

APPLICATION_ID = 0x4A584301
SCHEMA = 2
"""The schema number of this program: the number of the newest migration (``0001`` is 1)."""


def sqlite_version() -> str:
    """The version of the SQLite that this program brings along."""
    from pysqlite3 import sqlite_version as version

    return str(version)
