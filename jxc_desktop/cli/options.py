"""The options that every command has, before or after its word, and what is left when they are taken out."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from typing import NoReturn

from jxc_desktop.domain.errors import WrongUse
from jxc_desktop.i18n import LANGUAGES, _

WITH_VALUE = ("--data", "--database", "--user", "--today", "--lang")


class Parser(argparse.ArgumentParser):
    """A parser that refuses as everything else does: :class:`WrongUse`, exit code 2."""

    def error(self, message: str) -> NoReturn:
        raise WrongUse(why=_("{why}. See “{program} --help”.").format(why=message.rstrip("."), program=self.prog))


def shared(parser: argparse.ArgumentParser) -> None:
    """Add the options that every command has."""
    group = parser.add_argument_group(_("For every command"))
    group.add_argument("--data", metavar="DIR", help=_("The data folder of the shop."))
    group.add_argument(
        "--database",
        metavar="URL",
        default=os.environ.get("JXC_DATABASE") or None,
        help=_("Another database, such as a PostgreSQL server."),
    )
    group.add_argument("--user", metavar="NAME", help=_("Act as this user."))
    group.add_argument("--today", metavar="DATE", default=os.environ.get("JXC_TODAY") or None, help=_("Take this as today."))
    group.add_argument("--lang", choices=LANGUAGES, help=_("The language of this run."))
    group.add_argument("--json", action="store_true", help=_("One JSON value or JSON Lines on the output."))
    group.add_argument("--yes", action="store_true", help=_("Do not ask."))


def command_word(words: Sequence[str]) -> int | None:
    """Where the command stands in ``words``: the first that is neither an option nor the value of one; None without."""
    skip = False
    for place, word in enumerate(words):
        if skip:
            skip = False
        elif word in WITH_VALUE:
            skip = True
        elif not word.startswith("-"):
            return place
    return None


def language_in(words: Sequence[str]) -> str:
    """The language that ``words`` ask for, before anything is parsed, so that even a refusal is in it."""
    for place, word in enumerate(words):
        name, equals, value = word.partition("=")
        if name == "--lang":
            said = value if equals else (words[place + 1] if place + 1 < len(words) else "")
            if said in LANGUAGES:
                return said
    return LANGUAGES[0]
