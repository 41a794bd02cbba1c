"""``print NUMBER|REF --out FILE.pdf``: a document on paper."""

from __future__ import annotations

import argparse

from jxc_desktop.cli.context import Context, Options, target_file
from jxc_desktop.domain.errors import NotFound
from jxc_desktop.i18n import _

TEMPLATE = "standard"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("key", metavar="NUMBER|REF", help=_("The number of the document, or its outside key."))
    parser.add_argument("--out", required=True, metavar="FILE.pdf", help=_("The file to write."))
    parser.add_argument("--paper", default="A4", metavar="PAPER", help=_("A4, A5, A5P (upright), 241x140, 241x93, 80 or 58."))
    parser.add_argument("--template", default=TEMPLATE, metavar="NAME", help=_("The template; there is one, “standard”."))


def run(context: Context, options: Options) -> int:
    from jxc_desktop.exchange.write import replacing
    from jxc_desktop.printing import render_document
    from jxc_desktop.printing.load import document_paper
    from jxc_desktop.queries.document_rows import find_document

    if options.template != TEMPLATE:
        raise NotFound(what=_("template"), key=options.template)
    out = target_file(options.out)
    with context.reading() as database, database.read() as session:
        found = find_document(session, options.key)
        paper = document_paper(session, found.id, printed_at=context.act_of(0).moment)
    rendered = render_document(paper, options.paper)
    with replacing(out) as file:
        file.write(rendered.pdf)
    if context.output.as_json:
        context.output.value(
            {"path": str(out), "pages": rendered.pages, "paper": options.paper, "missing": "".join(sorted(rendered.missing))}
        )
    else:
        context.output.say(_("{path}: {pages} pages").format(path=out, pages=rendered.pages))
    return 0
