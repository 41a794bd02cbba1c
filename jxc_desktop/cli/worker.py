"""``worker``: posts sales in a loop, for load and fault tests. ``ACK <number>`` is said only after the commit has returned."""

from __future__ import annotations

import argparse
import time
from decimal import Decimal
from typing import TYPE_CHECKING

from jxc_desktop.cli.context import Context, Options
from jxc_desktop.domain.errors import WrongUse
from jxc_desktop.i18n import _

if TYPE_CHECKING:
    from jxc_desktop.db.engine import Database
    from jxc_desktop.domain.documents import Draft

SALES, LINES_LIMIT = 100, 500
AN_HOUR = 3_600_000
"""Pieces of stock for each second a worker may run: no machine sells faster."""


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--sales", type=int, metavar="N", help=_("So many sales."))
    parser.add_argument("--seconds", type=float, metavar="S", help=_("For so long."))
    parser.add_argument("--lines", type=int, default=3, metavar="L", help=_("Lines on each sale."))


def run(context: Context, options: Options) -> int:
    if options.sales is not None and options.seconds is not None:
        raise WrongUse(why=_("Give --sales or --seconds, not both."))
    if not 1 <= options.lines <= LINES_LIMIT or (options.sales or 0) < 0 or not 0 <= (options.seconds or 0) <= 86_400:
        raise WrongUse(
            why=_("--sales, --seconds and --lines must be above zero, and a sale has at most {limit} lines.").format(
                limit=LINES_LIMIT
            )
        )
    sales = None if options.seconds is not None else (SALES if options.sales is None else options.sales)
    end = None if options.seconds is None else time.monotonic() + options.seconds
    with context.writing() as database:
        user_id = context.act(database).user_id
        products = _stock(context, database, user_id, options.lines, sales if sales is not None else AN_HOUR)
        done = 0
        while (sales is None or done < sales) and (end is None or time.monotonic() < end):
            number = _sell(context, database, user_id, products)
            context.output.raw(f"ACK {number}\n")
            done += 1
    return 0


def _stock(context: Context, database: Database, user_id: int, lines: int, pieces: int) -> list[int]:
    """Make the products that are missing and bring in what this worker will sell; ids of the products."""
    from jxc_desktop.domain.goods import ProductForm
    from jxc_desktop.queries.products import find_by_code
    from jxc_desktop.services.posting import post_document
    from jxc_desktop.services.products import create_product

    with database.write() as session:
        act = context.act_of(user_id)
        products = []
        for number in range(1, lines + 1):
            code = f"WORKER-{number}"
            found = find_by_code(session, code)
            made = found or create_product(
                session, ProductForm(code=code, name=_("Load test {number}").format(number=number), sale_price=Decimal(1)), act
            )
            products.append(made.product_id)
        receipt = _draft("stock_in", products, Decimal(max(pieces, 1)), Decimal("0.5"))
        post_document(session, receipt, act)
    return products


def _sell(context: Context, database: Database, user_id: int, products: list[int]) -> str:
    from jxc_desktop.services.posting import post_document

    with database.write() as session:
        # The moment is asked behind the lock: of several workers nobody sells before a sale that is in the book already.
        posted = post_document(session, _draft("retail_sale", products, Decimal(1), Decimal(1)), context.act_of(user_id))
    return posted.number


def _draft(kind: str, products: list[int], quantity: Decimal, price: Decimal) -> Draft:
    from jxc_desktop.domain.documents import Draft, DraftLine

    return Draft(kind, lines=[DraftLine(product_id=product, quantity=quantity, price=price) for product in products])
