"""A book on a PostgreSQL server: its address, whether there is a book yet, and what the server calls itself."""

from __future__ import annotations

import importlib.util

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from jxc_desktop.db.engine import Database
from jxc_desktop.db.upgrade import current_schema, upgrade
from jxc_desktop.domain.errors import NotAvailable, WrongUse
from jxc_desktop.i18n import _

CONNECT_SECONDS = "10"


def open_server(url: str) -> Database:
    """Open the database behind a ``postgresql://`` address; nothing is sent yet.

    Raises :class:`WrongUse` for anything else, :class:`NotAvailable` where the driver is not installed.
    """
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError) as error:
        raise WrongUse(why=_("--database is not an address such as postgresql://user@server/shop.")) from error
    if parsed.get_backend_name() not in ("postgresql", "postgres"):
        raise WrongUse(why=_("--database is not an address such as postgresql://user@server/shop."))
    if importlib.util.find_spec("psycopg") is None:
        raise NotAvailable(what=_("PostgreSQL (install the extra “postgres”)"))
    if "connect_timeout" not in parsed.query:
        parsed = parsed.update_query_dict({"connect_timeout": CONNECT_SECONDS})
    return Database.postgres(parsed.set(drivername="postgresql").render_as_string(hide_password=False))


def server_schema(database: Database) -> int:
    """The schema number of the book on the server; 0 where there is none yet. Raises :class:`StorageTrouble`."""
    with database.read() as session:
        return current_schema(session.connection())


def server_version(database: Database) -> str:
    """The server's own version, such as ``16.4``."""
    with database.read() as session:
        found = session.connection().dialect.server_version_info
    return ".".join(str(part) for part in found or ())


def prepare_server(database: Database) -> None:
    """Make the tables on an empty server."""
    upgrade(database.writer)
