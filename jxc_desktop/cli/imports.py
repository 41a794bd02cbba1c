"""``import``: spreadsheets of products, partners, opening stock and recipes, and documents as JSON Lines."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from jxc_desktop.cli.answers import tell_answer
from jxc_desktop.cli.context import Context, Options, parse_day
from jxc_desktop.domain.errors import REFUSED, WrongUse
from jxc_desktop.domain.troubles import FileTrouble
from jxc_desktop.i18n import _

if TYPE_CHECKING:
    from jxc_desktop.exchange.intake import ImportResult

WHAT = ("products", "partners", "opening-stock", "recipes", "documents")


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", choices=WHAT, help=_("What the file holds."))
    parser.add_argument("file", nargs="?", metavar="FILE", help=_("The file; “-” reads documents from the input."))
    parser.add_argument(
        "--map", nargs="+", action="extend", default=[], metavar="FIELD=COLUMN", help=_("Which column holds a field.")
    )
    parser.add_argument("--sheet", metavar="NAME", help=_("The sheet of a workbook."))
    parser.add_argument("--date", metavar="DAY", help=_("The day of the opening stock."))
    parser.add_argument("--dry-run", action="store_true", help=_("Only say what would happen."))
    parser.add_argument("--atomic", action="store_true", help=_("All or none."))


def run(context: Context, options: Options) -> int:
    file = _file(options)
    if options.what == "documents":
        if options.map or options.sheet or options.date:
            raise WrongUse(why=_("--map, --sheet and --date are for spreadsheets."))
        return _documents(context, file, options)
    if options.date is not None and options.what != "opening-stock":
        raise WrongUse(why=_("--date is for the opening stock."))
    return _spreadsheet(context, Path(file), options)


def _file(options: Options) -> str:
    """The file, also when it stands behind the columns of ``--map`` and was taken for one of them."""
    if options.file is None and options.map and "=" not in options.map[-1]:
        options.file = options.map.pop()
    if options.file is None:
        raise WrongUse(why=_("Name the file to import."))
    return str(options.file)


def _spreadsheet(context: Context, file: Path, options: Options) -> int:
    from jxc_desktop.exchange.headings import parse_map

    kind = options.what.replace("-", "_")
    mapping = parse_map(kind, options.map)
    with context.writing() as database:
        act = context.act(database)
        with context.progress(_("Reading {file}").format(file=file.name)) as tell:
            common: dict[str, Any] = {
                "mapping": mapping, "sheet": options.sheet, "dry_run": options.dry_run, "atomic": options.atomic,
                "progress": lambda rows: tell(rows, 0),
            }  # fmt: skip
            if kind == "products":
                from jxc_desktop.exchange.products import import_products

                result = import_products(database, file, act=act, **common)
            elif kind == "partners":
                from jxc_desktop.exchange.partners import import_partners

                result = import_partners(database, file, act=act, **common)
            elif kind == "recipes":
                from jxc_desktop.exchange.recipes import import_recipes

                result = import_recipes(database, file, act=act, **common)
            else:
                from jxc_desktop.exchange.opening import import_opening_stock

                result = import_opening_stock(database, file, day=parse_day(options.date, "--date"), act=act, **common)
    _tell_result(context, result)
    return REFUSED if result.errors else 0


def _tell_result(context: Context, result: ImportResult) -> None:
    if context.output.as_json:
        context.output.value(result.as_json())
        return
    words = _("{rows} rows: {created} new, {updated} changed, {unchanged} as they were, {errors} refused.")
    context.output.say(
        words.format(
            rows=result.rows,
            created=result.created,
            updated=result.updated,
            unchanged=result.unchanged,
            errors=len(result.errors),
        )
    )
    for problem in [*result.errors, *result.warnings]:
        context.output.say(_("  row {row}: {message}").format(row=problem.row, message=problem.message))


def _documents(context: Context, file: str, options: Options) -> int:
    from jxc_desktop.exchange.documents import import_documents

    refused = False
    with context.writing() as database, _opened(file) as stream:
        act = context.act(database)
        answers = import_documents(database, _lines(stream), act, atomic=options.atomic, dry_run=options.dry_run)
        for answer in answers:
            refused = refused or not answer["ok"]
            tell_answer(context.output, answer)
    return REFUSED if refused else 0


@contextmanager
def _opened(file: str) -> Iterator[IO[bytes]]:
    if file == "-":
        yield sys.stdin.buffer
        return
    try:
        stream = Path(file).open("rb")  # noqa: SIM115 - closed below; only the opening is worded here
    except OSError as error:
        raise FileTrouble(path=file, why=error.strerror or str(error)) from error
    with stream:
        yield stream


def _lines(stream: IO[bytes]) -> Iterator[str]:
    """The lines as they come; what is no UTF-8 stays visible as such, and of a line without end only the beginning is kept."""
    from jxc_desktop.exchange.documents import MAX_LINE

    limit = MAX_LINE * 4
    while line := stream.readline(limit):
        text = line.decode("utf-8", "surrogateescape")
        while len(line) == limit and not line.endswith(b"\n"):
            line = stream.readline(limit)
        yield text
