"""``documents``: the list of documents."""

from __future__ import annotations

import argparse

from jxc_desktop.cli.context import Context, Options, parse_day
from jxc_desktop.domain.documents import STATUSES
from jxc_desktop.i18n import _


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--kind", metavar="KIND", help=_("Only this kind."))
    parser.add_argument("--from", dest="day_from", metavar="DATE", help=_("From this day on."))
    parser.add_argument("--to", dest="day_to", metavar="DATE", help=_("Up to this day."))
    parser.add_argument("--partner", metavar="CODE", help=_("Only of this customer or supplier."))
    parser.add_argument("--status", choices=tuple(STATUSES), help=_("Only in this state."))


def run(context: Context, options: Options) -> int:
    from jxc_desktop.columns import plain
    from jxc_desktop.queries.document_rows import COLUMNS, document_rows

    with context.reading() as database, database.read() as session:
        rows = document_rows(
            session,
            kind=options.kind,
            day_from=parse_day(options.day_from, "--from"),
            day_to=parse_day(options.day_to, "--to"),
            partner=options.partner,
            status=options.status,
        )
    if context.output.as_json:
        context.output.value([{c.key: plain(c.value(row), c.shape) for c in COLUMNS} for row in rows])
    else:
        context.output.table(COLUMNS, rows)
    return 0
