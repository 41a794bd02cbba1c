"""``print NUMBER|REF --out FILE.pdf``: a document on paper."""

from __future__ import annotations

import argparse

from jxc_desktop.cli.context import Context, Options, target_file
from jxc_desktop.domain.errors import NotFound, UnknownPaper
from jxc_desktop.i18n import _

TEMPLATE, COUNT_SHEET = "standard", "count-sheet"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("key", metavar="NUMBER|REF", help=_("The number of the document, or its outside key."))
    parser.add_argument("--out", required=True, metavar="FILE.pdf", help=_("The file to write."))
    parser.add_argument("--paper", default="A4", metavar="PAPER", help=_("A4, A5, A5P (upright), 241x140, 241x93, 80 or 58."))
    said = _("“standard”, “difference”: the cost difference slip it caused (A4), “count-sheet”: a stocktake to be counted (A4).")
    parser.add_argument("--template", default=TEMPLATE, metavar="NAME", help=said)
    parser.add_argument("--book", action="store_true", help=_("On a count sheet: print what the book holds."))


def run(context: Context, options: Options) -> int:
    from jxc_desktop.exchange.write import replacing
    from jxc_desktop.printing import TEMPLATES, count_sheet, render_difference, render_document
    from jxc_desktop.printing.count_sheet_load import sheet_of_document
    from jxc_desktop.printing.load import difference_paper, document_paper
    from jxc_desktop.queries.document_rows import find_document

    if options.template not in (*TEMPLATES, COUNT_SHEET):
        raise NotFound(what=_("template"), key=options.template)
    if options.template != TEMPLATE and options.paper != "A4":
        raise UnknownPaper(what=_("paper"), key=options.paper, known="A4")
    out = target_file(options.out)
    with context.reading() as database, database.read() as session:
        found = find_document(session, options.key)
        at = context.act_of(0).moment
        if options.template == "difference":
            rendered = render_difference(difference_paper(session, found.id, printed_at=at))
        elif options.template == COUNT_SHEET:
            rendered = count_sheet.render(sheet_of_document(session, found.id, book=options.book, printed_at=at))
        else:
            rendered = render_document(document_paper(session, found.id, printed_at=at), options.paper)
    with replacing(out) as file:
        file.write(rendered.pdf)
    if context.output.as_json:
        context.output.value(
            {"path": str(out), "pages": rendered.pages, "paper": options.paper, "missing": "".join(sorted(rendered.missing))}
        )
    else:
        context.output.say(_("{path}: {pages} pages").format(path=out, pages=rendered.pages))
    return 0
