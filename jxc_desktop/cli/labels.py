"""``labels``: barcode labels and shelf tags of products, or one for each piece of a document."""

from __future__ import annotations

import argparse
from decimal import ROUND_CEILING
from typing import TYPE_CHECKING

from jxc_desktop.cli.context import Context, Options, target_file
from jxc_desktop.domain.errors import UnknownProduct, WrongUse
from jxc_desktop.i18n import _

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

MOST_COPIES = 100_000
Wanted = list[tuple[int, int | None, str, int]]
"""(product, unit, barcode, copies)."""


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--out", required=True, metavar="FILE.pdf", help=_("The file to write."))
    parser.add_argument(
        "--product",
        nargs="+",
        action="extend",
        default=[],
        metavar="CODE[=COPIES]",
        help=_("Codes or barcodes, with the number of labels."),
    )
    parser.add_argument("--document", metavar="NUMBER", help=_("One label for each piece of this document."))
    parser.add_argument(
        "--paper", default="40x30", metavar="PAPER", help=_("40x30, 50x30, 60x40, 70x38, another WxH, or a sheet such as A4-3x8.")
    )


def run(context: Context, options: Options) -> int:
    from jxc_desktop.exchange.write import replacing
    from jxc_desktop.printing import render_labels, sheet_of
    from jxc_desktop.printing.load import label_papers

    if bool(options.product) == (options.document is not None):
        raise WrongUse(why=_("Name either --product or --document."))
    out = target_file(options.out)
    sheet_of(options.paper)
    with context.reading() as database:
        day = context.act(database).today.isoformat()
        with database.read() as session:
            wanted = _of_document(session, options.document) if options.document else _of_products(session, options.product)
            papers = label_papers(session, [(product, unit, code) for product, unit, code, _copies in wanted], day=day)
    rendered = render_labels([(label, copies) for label, (*_goods, copies) in zip(papers, wanted, strict=True)], options.paper)
    with replacing(out) as file:
        file.write(rendered.pdf)
    count = sum(copies for *_goods, copies in wanted)
    if context.output.as_json:
        context.output.value({"path": str(out), "labels": count, "pages": rendered.pages, "paper": options.paper})
    else:
        context.output.say(_("{path}: {labels} labels").format(path=out, labels=count))
    return 0


def _of_document(session: Session, key: str) -> Wanted:
    from jxc_desktop.queries.document_rows import find_document
    from jxc_desktop.queries.paper import label_lines

    lines = label_lines(session, find_document(session, key).id)
    return [(product, unit, "", int(quantity.to_integral_value(ROUND_CEILING))) for product, unit, quantity in lines]


def _of_products(session: Session, said: list[str]) -> Wanted:
    """``CODE`` or ``CODE=COPIES``; a code that holds ``=`` itself is taken as it stands where a product has it."""
    from jxc_desktop.queries.product_search import find_by_code

    wanted: Wanted = []
    for text in said:
        code, equals, number = text.rpartition("=")
        hit = find_by_code(session, text)
        if hit is not None or not equals:
            code, number = text, "1"
        if not (number.isascii() and number.isdigit() and 1 <= int(number) <= MOST_COPIES):
            raise WrongUse(why=_("“{text}” is not CODE=COPIES.").format(text=text[:60]))
        hit = hit or find_by_code(session, code)
        if hit is None:
            raise UnknownProduct(what=_("product"), key=code)
        wanted.append((hit.product_id, hit.unit_id, code if code != hit.code else "", int(number)))
    return wanted
