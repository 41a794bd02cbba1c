"""``post NUMBER|REF``: posts a draft. The document it became, when it is posted already, is answered as existing."""

from __future__ import annotations

import argparse

from jxc_desktop.cli.answers import tell_answer
from jxc_desktop.cli.context import Context, Options
from jxc_desktop.i18n import _


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("key", metavar="NUMBER|REF", help=_("The number of the document, or its outside key."))


def run(context: Context, options: Options) -> int:
    from jxc_desktop.exchange.documents import answer_of
    from jxc_desktop.queries.document_rows import find_document
    from jxc_desktop.services.drafts import load_draft
    from jxc_desktop.services.posting import Posted, post_document

    with context.writing() as database:
        act = context.act(database)
        with database.write() as session:
            found = find_document(session, options.key)
            if found.status == "draft":
                posted = post_document(session, load_draft(session, found.id), act, draft_id=found.id)
            else:
                posted = Posted(found.id, found.number or "", found.status, existing=True)
    tell_answer(context.output, answer_of(found.ref, posted))
    return 0
