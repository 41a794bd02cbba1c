"""``tour``: drives the real windows through a shop's day and keeps what it saw."""

from __future__ import annotations

import argparse
import re
from pathlib import Path

from jxc_desktop.cli.context import Context, Options
from jxc_desktop.domain.errors import NotAvailable, WrongUse
from jxc_desktop.domain.troubles import NoShop
from jxc_desktop.i18n import _

SMALLEST, LARGEST = (800, 600), (7680, 4320)


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--out", required=True, metavar="DIR", help=_("The folder for the pictures and papers."))
    parser.add_argument("--size", default="1366x768", metavar="WxH", help=_("The size of the window."))
    parser.add_argument("--theme", choices=("light", "dark"), default="light", help=_("Light or dark."))


def run(context: Context, options: Options) -> int:
    if context.tour is None:
        raise NotAvailable(what=_("The tour of the windows"))
    named = re.fullmatch(r"(\d{3,4})x(\d{3,4})", options.size)
    size = (int(named[1]), int(named[2])) if named else (0, 0)
    if not (SMALLEST[0] <= size[0] <= LARGEST[0] and SMALLEST[1] <= size[1] <= LARGEST[1]):
        raise WrongUse(why=_("--size “{size}” is not a size such as 1366x768.").format(size=options.size[:20]))
    return context.tour(context=context, source=_source(context), out=Path(options.out), size=size, look=options.theme)


def _source(context: Context) -> Path | None:
    """The book in the data folder, looked at but never touched; None without one (the tour then makes a demo)."""
    try:
        with context.reading() as database:
            return database.path
    except NoShop:
        return None
