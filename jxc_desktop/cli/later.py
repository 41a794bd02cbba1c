"""Commands that have their place and are not built yet: each is refused by name."""

from __future__ import annotations

import argparse

from jxc_desktop.cli.context import Context, Options
from jxc_desktop.domain.errors import NotAvailable
from jxc_desktop.i18n import N_, _

WHAT = {
    "user": N_("Users and rights"),
    "login": N_("Logging in"),
    "move": N_("Moving the book to another database engine"),
}


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("words", nargs=argparse.REMAINDER, help=argparse.SUPPRESS)
    parser.add_argument("--to", metavar="URL", help=argparse.SUPPRESS)


def run(context: Context, options: Options) -> int:
    raise NotAvailable(what=_(WHAT[options.command]), command=options.command)
