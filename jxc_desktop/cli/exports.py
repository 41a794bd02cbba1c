"""``export``: products, partners, recipes, documents as files that ``import`` reads, or everything as a folder of tables."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from jxc_desktop.cli.context import Context, Options, target_file
from jxc_desktop.i18n import _

if TYPE_CHECKING:
    from jxc_desktop.db.engine import Database

WHAT = ("products", "partners", "recipes", "documents", "everything")


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", choices=WHAT, help=_("What to write."))
    parser.add_argument(
        "path", metavar="PATH", help=_("The file (.csv, .xlsx; documents: JSON Lines), or the folder for everything.")
    )


def run(context: Context, options: Options) -> int:
    path = target_file(options.path)
    with context.reading() as database:
        count = _write(context, database, options.what, path)
    if context.output.as_json:
        context.output.value({"path": str(path), "rows": count})
    else:
        context.output.say(_("{path}: {rows} rows").format(path=path, rows=count))
    return 0


def _write(context: Context, database: Database, what: str, path: Path) -> int:
    if what == "documents":
        from jxc_desktop.exchange.export_documents import export_documents

        return export_documents(database, path)
    if what == "everything":
        from jxc_desktop.exchange.everything import export_everything

        return export_everything(database, path, exported_at=context.act_of(0).moment)
    from jxc_desktop.exchange import export

    if what == "recipes":
        return export.export_recipes(database, path)
    return export.export_products(database, path) if what == "products" else export.export_partners(database, path)
