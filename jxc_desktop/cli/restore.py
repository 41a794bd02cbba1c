"""``restore FILE``: puts the book of a backup in the place of the shop; what was there goes aside."""

from __future__ import annotations

import argparse
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from jxc_desktop.cli.context import Context, Options
from jxc_desktop.domain.errors import NotAvailable
from jxc_desktop.domain.troubles import ConfirmationNeeded
from jxc_desktop.i18n import _

if TYPE_CHECKING:
    from jxc_desktop.backup.restore import Preview


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help=_("The backup."))


def run(context: Context, options: Options) -> int:
    from jxc_desktop.backup.restore import preview, restore

    if context.url:
        raise NotAvailable(what=_("Restoring a shop on a database server"))
    source = Path(options.file)
    seen = preview(source, context.paths)
    if (seen.here is not None or seen.trouble) and not context.yes:
        _ask(context, seen)
    with context.progress(_("Restoring")) as tell:
        done = restore(source, context.paths, now=context.act_of(0).at, progress=tell)
    if context.output.as_json:
        context.output.value(
            asdict(done) | {"aside": None if done.aside is None else str(done.aside), "findings": list(done.findings)}
        )
        return 0
    context.output.say(
        _("Restored: {shop}, {documents} documents, the last is {last}.").format(
            shop=done.shop, documents=done.documents, last=done.last_document or "—"
        )
    )
    if done.aside is not None:
        context.output.say(_("The book that was here is kept in {folder}.").format(folder=done.aside))
    return 0


def _ask(context: Context, seen: Preview) -> None:
    """Ask at a terminal. Raises :class:`ConfirmationNeeded` where nobody can be asked or the answer is no."""
    shop = seen.here.shop if seen.here is not None else str(context.paths.root)
    needed = ConfirmationNeeded(shop=shop, newer_documents=seen.newer_documents)
    if context.output.as_json or not (sys.stdin and sys.stdin.isatty() and context.output.is_terminal):
        raise needed
    question = _("The backup of “{shop}” is of {created}. {newer} documents that are here now would go. Restore it? Type yes: ")
    context.output.remark(question.format(shop=seen.manifest.shop, created=seen.manifest.created, newer=seen.newer_documents))
    if sys.stdin.readline().strip().lower() not in ("yes", "y", "是"):
        raise needed
