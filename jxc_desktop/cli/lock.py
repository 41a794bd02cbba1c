"""``lock --until DATE``: days up to it cannot change any more."""

from __future__ import annotations

import argparse

from jxc_desktop.cli.context import Context, Options, parse_day
from jxc_desktop.i18n import _


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--until", required=True, metavar="DATE", help=_("The last day that is locked."))
    reason_option(parser)


def reason_option(parser: argparse.ArgumentParser) -> None:
    """``--reason``: kept in the audit trail."""
    parser.add_argument("--reason", default="", metavar="TEXT", help=_("Why; it is kept in the audit trail."))


def run(context: Context, options: Options) -> int:
    return put_lock(context, parse_day(options.until, "--until") or "", options.reason)


def put_lock(context: Context, until: str, reason: str) -> int:
    """Lock days up to ``until`` (empty: none) and say so. Raises :class:`DateInFuture`, :class:`NotPermitted`."""
    from jxc_desktop.queries.locking import not_final, told_of
    from jxc_desktop.services.locking import set_lock

    with context.writing() as database:
        act = context.act(database)
        with database.write() as session:
            set_lock(session, until, act, reason=reason)
            guessed = not_final(session, until) if until else []
    warnings = [told_of(guessed)] if guessed else []
    if context.output.as_json:
        context.output.value({"lock_until": until or None, "warnings": warnings})
    elif until:
        context.output.say(_("Days up to {day} are locked.").format(day=until))
        for warning in warnings:
            context.output.say(warning)
    else:
        context.output.say(_("No day is locked."))
    return 0
