"""Everything out: a folder with one CSV file per table of the book, in plain words, and a README that explains them."""

from __future__ import annotations

from pathlib import Path

from jxc_desktop.db.engine import Database
from jxc_desktop.domain.troubles import FileTrouble
from jxc_desktop.exchange.write import replacing, write_csv
from jxc_desktop.i18n import _
from jxc_desktop.queries.everything import SHEETS, Sheet, rows_of
from jxc_desktop.queries.settings import shop_settings

README = "README.txt"


def export_everything(database: Database, folder: Path, *, exported_at: str) -> int:
    """Write every table into ``folder``, which is made where there is none; all of one moment. Returns the number of rows.

    Raises :class:`FileTrouble`, :class:`DiskFull`, :class:`StorageTrouble`.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FileTrouble(path=str(folder), why=error.strerror or str(error)) from error
    with database.read() as session:
        shop = shop_settings(session).shop
        counts = {sheet.name: write_csv(folder / f"{sheet.name}.csv", sheet.columns, rows_of(session, sheet)) for sheet in SHEETS}
    with replacing(folder / README) as file:
        file.write(_readme(shop, counts, exported_at).encode("utf-8-sig", "replace"))
    return sum(counts.values())


def _readme(shop: str, counts: dict[str, int], exported_at: str) -> str:
    lines = [
        _("Everything in the book of {shop}, written {moment}.").format(shop=shop, moment=exported_at.replace("T", " ")),
        "",
        _("The files are CSV in UTF-8 with a heading; spreadsheets open them."),
        _("A text that begins with a sign a spreadsheet would calculate has a ' before it."),
        _("Amounts have two decimals, prices four, quantities up to three; yes is 1, no is 0."),
        _("What does not apply is empty. Times are local."),
        "",
    ]
    for sheet in SHEETS:
        lines += [_chapter(sheet, counts[sheet.name]), ""]
    return "\r\n".join(lines)


def _chapter(sheet: Sheet, count: int) -> str:
    head = _("{file}.csv: {rows} rows. {about}").format(file=sheet.name, rows=count, about=_(sheet.about))
    return "\r\n".join([head, *(f"    {column.heading}" for column in sheet.columns)])
