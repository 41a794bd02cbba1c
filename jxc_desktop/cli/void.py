"""``void NUMBER|REF --reason TEXT``: voids a posted document at its own place in time."""

from __future__ import annotations

import argparse

from jxc_desktop.cli.answers import tell_answer
from jxc_desktop.cli.context import Context, Options
from jxc_desktop.i18n import _


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("key", metavar="NUMBER|REF", help=_("The number of the document, or its outside key."))
    parser.add_argument("--reason", required=True, metavar="TEXT", help=_("Why it is voided; it is kept with the document."))


def run(context: Context, options: Options) -> int:
    from jxc_desktop.domain.text import clean_text
    from jxc_desktop.exchange.documents import answer_of
    from jxc_desktop.queries.document_rows import find_document
    from jxc_desktop.services.voiding import void_document

    reason = clean_text(options.reason, field=_("The reason"), limit=200)
    with context.writing() as database:
        act = context.act(database)
        with database.write() as session:
            found = find_document(session, options.key)
            posted = void_document(session, found.id, act, reason=reason)
    tell_answer(context.output, answer_of(found.ref, posted))
    return 0
