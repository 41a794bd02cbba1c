"""``verify FILE``: proves that a backup can be restored whole; needs no data folder."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path

from jxc_desktop.cli.context import Context, Options
from jxc_desktop.i18n import _


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help=_("The backup."))


def run(context: Context, options: Options) -> int:
    from jxc_desktop.backup.verify import verify_backup

    with context.progress(_("Verifying")) as tell:
        found = verify_backup(Path(options.file), progress=tell)
    if context.output.as_json:
        context.output.value(asdict(found))
        return 0
    words = _("Whole: {shop}, {documents} documents, the last is {last} of {moment}, schema {schema}.")
    context.output.say(
        words.format(
            shop=found.shop,
            documents=found.documents,
            last=found.last_document or "—",
            moment=found.last_moment or "—",
            schema=found.schema,
        )
    )
    if found.findings:
        context.output.say(_("The book in it has findings of its own: {codes}").format(codes=", ".join(found.findings)))
    return 0
