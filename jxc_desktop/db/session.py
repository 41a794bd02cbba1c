"""The session of an act: it lives for one transaction, and hot statements ask it for its connection again and again."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection
from sqlalchemy.orm import Session


class BookSession(Session):
    """A session that remembers its connection: to find it takes SQLAlchemy longer than SQLite takes for a small statement."""

    _found: Connection | None = None

    def connection(self, *args: Any, **options: Any) -> Connection:
        """The connection of the transaction; options count when it begins."""
        if self._found is None or self._found.closed:
            self._found = super().connection(*args, **options)
        return self._found
