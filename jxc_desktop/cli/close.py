"""``close NUMBER|REF``: closes what is still open of an order."""

from __future__ import annotations

import argparse

from jxc_desktop.cli.answers import tell_answer
from jxc_desktop.cli.context import Context, Options
from jxc_desktop.i18n import _


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("key", metavar="NUMBER|REF", help=_("The number of the order, or its outside key."))


def run(context: Context, options: Options) -> int:
    from jxc_desktop.exchange.documents import answer_of
    from jxc_desktop.queries.document_rows import find_document
    from jxc_desktop.services.voiding import close_order

    with context.writing() as database:
        act = context.act(database)
        with database.write() as session:
            found = find_document(session, options.key)
            posted = close_order(session, found.id, act)
    tell_answer(context.output, answer_of(found.ref, posted))
    return 0
