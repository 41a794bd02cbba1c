"""``backup [FOLDER]``: exactly one new, verified backup."""

from __future__ import annotations

import argparse
from pathlib import Path

from jxc_desktop.cli.context import Context, Options
from jxc_desktop.domain.errors import REFUSED
from jxc_desktop.i18n import _


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", nargs="?", metavar="FOLDER", help=_("Where to; without it the folder “backups” of the shop."))


def run(context: Context, options: Options) -> int:
    from jxc_desktop.backup.make import make_backup
    from jxc_desktop.db.snapshot import by_name

    folder = Path(options.folder) if options.folder else context.paths.backups
    with context.reading() as database:
        if not options.folder and database.path is not None:
            with by_name(folder):
                folder.mkdir(parents=True, exist_ok=True)
        with context.progress(_("Backing up")) as tell:
            made = make_backup(database, folder, now=context.act_of(0).at, progress=tell)
    if context.output.as_json:
        answer = {"path": str(made.path), "bytes": made.bytes, "sha256": made.sha256}
        context.output.value(answer | ({"findings": list(made.findings)} if made.findings else {}))
    else:
        context.output.say(_("Backed up and verified: {path} ({bytes} bytes)").format(path=made.path, bytes=made.bytes))
    if made.findings:
        context.output.remark(_("The book itself has findings ({codes}); run “check”.").format(codes=", ".join(made.findings)))
        return REFUSED
    return 0
