"""``check``: proves the book; with ``--rebuild`` the cached figures are computed again first."""

from __future__ import annotations

import argparse

from jxc_desktop.cli.context import Context, Options
from jxc_desktop.domain.errors import REFUSED
from jxc_desktop.i18n import _


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--rebuild", action="store_true", help=_("Compute the cached figures again before looking."))


def run(context: Context, options: Options) -> int:
    from jxc_desktop.backup.check import check_book

    if options.rebuild:
        _rebuild(context)
    with context.reading() as database:
        findings = check_book(database)
    if context.output.as_json:
        context.output.value({"ok": not findings, "findings": [{"code": f.code, "message": f.message} for f in findings]})
    elif not findings:
        context.output.say(_("The book proves itself: nothing to find."))
    else:
        for finding in findings:
            context.output.say(f"{finding.code}: {finding.message}")
    return REFUSED if findings else 0


def _rebuild(context: Context) -> None:
    """Nothing is written to a file that the engine itself finds damaged."""
    from jxc_desktop.db.snapshot import engine_check
    from jxc_desktop.services.rebuild import rebuild

    with context.writing() as database:
        if database.path is not None:
            engine_check(database.path)
        act = context.act(database)
        with database.write() as session:
            rebuild(session, act)
