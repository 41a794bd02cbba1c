"""``lock --until DATE``: days up to it cannot change any more."""

from __future__ import annotations

import argparse

from jxc_desktop.cli.context import Context, Options, parse_day
from jxc_desktop.domain.errors import DateInFuture
from jxc_desktop.i18n import _


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--until", required=True, metavar="DATE", help=_("The last day that is locked."))


def run(context: Context, options: Options) -> int:
    return set_lock(context, parse_day(options.until, "--until") or "")


def set_lock(context: Context, until: str) -> int:
    """Lock days up to ``until`` (empty: none) and say so. Raises :class:`DateInFuture`."""
    from jxc_desktop.services.shop import change_settings

    with context.writing() as database:
        act = context.act(database)
        if until > act.today.isoformat():
            raise DateInFuture(date=until, today=act.today.isoformat())
        with database.write() as session:
            change_settings(session, {"lock_until": until}, act)
    if context.output.as_json:
        context.output.value({"lock_until": until or None})
    elif until:
        context.output.say(_("Days up to {day} are locked.").format(day=until))
    else:
        context.output.say(_("No day is locked."))
    return 0
