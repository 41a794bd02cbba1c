"""``demo``: fills an empty shop with a generated trade that ends today."""

from __future__ import annotations

import argparse

from jxc_desktop.cli.context import Context, Options
from jxc_desktop.domain.errors import WrongUse
from jxc_desktop.i18n import _

LIMITS = {"products": (1, 200_000), "months": (1, 120)}


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--products", type=int, default=360, metavar="N", help=_("How many products."))
    parser.add_argument("--months", type=int, default=12, metavar="M", help=_("How many months of trade."))
    parser.add_argument("--seed", type=int, default=1, metavar="S", help=_("The same seed on the same day gives the same trade."))


def run(context: Context, options: Options) -> int:
    from jxc_desktop.exchange.demo import fill_demo

    for name, (low, high) in LIMITS.items():
        if not low <= getattr(options, name) <= high:
            raise WrongUse(why=_("--{name} must lie between {low} and {high}.").format(name=name, low=low, high=high))
    with context.writing() as database:
        act = context.act(database)
        with context.progress(_("A year of trade is being played")) as tell:
            documents = fill_demo(
                database, act, products=options.products, months=options.months, seed=options.seed, progress=tell
            )
    if context.output.as_json:
        context.output.value(
            {"documents": documents, "products": options.products, "months": options.months, "seed": options.seed}
        )
    else:
        context.output.say(_("The demo shop is filled: {documents} documents.").format(documents=documents))
    return 0
