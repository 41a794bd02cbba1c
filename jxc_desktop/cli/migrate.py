"""``migrate``: brings the book to this program's schema, on a copy first; ``--status`` only looks."""

from __future__ import annotations

import argparse

from jxc_desktop.cli.context import Context, Options
from jxc_desktop.domain.errors import REFUSED
from jxc_desktop.i18n import _


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--status", action="store_true", help=_("Only say how the book stands to this program."))


def run(context: Context, options: Options) -> int:
    if options.status:
        return _status(context)
    if context.url:
        return _server(context)
    from jxc_desktop.backup.upgrade_book import migrate

    done = migrate(context.paths, now=context.act_of(0).at)
    if context.output.as_json:
        places = {"backup": done.backup, "aside": done.aside}
        context.output.value(
            {"before": done.before, "after": done.after} | {k: None if v is None else str(v) for k, v in places.items()}
        )
    elif done.before == done.after:
        context.output.say(_("The book has schema {schema} already.").format(schema=done.after))
    else:
        words = _("The book went from schema {before} to {after}. The backup made before is {backup}.")
        context.output.say(words.format(before=done.before, after=done.after, backup=done.backup))
    return 0


def _status(context: Context) -> int:
    from jxc_desktop.backup.upgrade_book import status
    from jxc_desktop.db.schema import SCHEMA
    from jxc_desktop.db.upgrade import require_current

    if context.url:
        schema = _server_schema(context)
    else:
        schema = status(context.paths).schema
        if schema > SCHEMA:
            require_current(context.paths.book)
    if context.output.as_json:
        context.output.value({"schema": schema, "program_schema": SCHEMA, "current": schema == SCHEMA})
    else:
        context.output.say(_("Schema of the book {schema}, of the program {program}.").format(schema=schema, program=SCHEMA))
    return 0 if schema == SCHEMA else REFUSED


def _server_schema(context: Context) -> int:
    from jxc_desktop.db.server import open_server, server_schema

    assert context.url is not None
    database = open_server(context.url)
    try:
        return server_schema(database)
    finally:
        database.close()


def _server(context: Context) -> int:
    """On a server the migrations run in one transaction; there is no file to copy."""
    from jxc_desktop.db.schema import SCHEMA
    from jxc_desktop.db.server import open_server, prepare_server, server_schema
    from jxc_desktop.domain.troubles import NewerBook, NoShop

    assert context.url is not None
    database = open_server(context.url)
    try:
        before = server_schema(database)
        if before == 0:
            raise NoShop(path=_("the database"))
        if before > SCHEMA:
            raise NewerBook(path=_("The database"), schema=before, known=SCHEMA)
        prepare_server(database)
    finally:
        database.close()
    if context.output.as_json:
        context.output.value({"before": before, "after": SCHEMA, "backup": None, "aside": None})
    else:
        context.output.say(_("The book went from schema {before} to {after}.").format(before=before, after=SCHEMA))
    return 0
