"""Lists written as CSV or Excel hold texts as texts, numbers exactly, and come back unchanged."""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from jxc_desktop.columns import Column
from jxc_desktop.domain.troubles import FileTrouble
from jxc_desktop.exchange.sheets import open_sheet
from jxc_desktop.exchange.write import guarded, write_csv, write_xlsx

COLUMNS = (
    Column("code", "code", "code"),
    Column("name", "name"),
    Column("price", "price", "price"),
    Column("amount", "amount", "money"),
    Column("active", "active", "yes_no"),
    Column("kind", "kind", "choice", choices={"sale": "Sale"}),
)
NAMES = ["=1+1", "+1", "-2", "@SUM(A1)", "'=x", "''", "'tis", "\tx", "茶🍵", 'a"b,c;d', "<b>x", "#N/A", "\u202eabc"]


def row(name: str, code: str = "007", price: str = "0.0001") -> dict[str, object]:
    return {"code": code, "name": name, "price": Decimal(price), "amount": Decimal("-1234567.10"), "active": 1, "kind": "sale"}


@pytest.mark.language("en")
def test_every_name_comes_back_from_csv_and_excel_as_it_was(tmp_path: Path) -> None:
    rows = [row(name) for name in NAMES]
    assert write_csv(tmp_path / "a.csv", COLUMNS, rows) == len(NAMES)
    assert write_xlsx(tmp_path / "a.xlsx", COLUMNS, rows, "进货/明细: [1]") == len(NAMES)
    with open_sheet(tmp_path / "a.csv") as sheet:
        back = [cells for _at, cells in sheet.rows]
    assert [cells[1] for cells in back[1:]] == NAMES
    assert back[1] == ["007", "=1+1", "0.0001", "-1234567.10", "1", "Sale"]
    with open_sheet(tmp_path / "a.xlsx") as sheet:
        assert sheet.name == "进货 明细   1"
        back = [cells for _at, cells in sheet.rows]
    assert back[1] == ["007", "=1+1", Decimal("0.0001"), Decimal("-1234567.1"), Decimal(1), "Sale"]
    assert [getattr(cells[1], "shown", cells[1]) for cells in back[1:]] == NAMES


@pytest.mark.language("en")
def test_nothing_in_a_file_can_be_calculated(tmp_path: Path) -> None:
    write_csv(tmp_path / "a.csv", COLUMNS, [row(name) for name in NAMES])
    content = (tmp_path / "a.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    for line in csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")):
        assert not line[1].startswith(("=", "+", "-", "@", "\t"))
    write_xlsx(tmp_path / "a.xlsx", COLUMNS, [row(name) for name in NAMES])
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    assert {cell.data_type for cells in book.worksheets[0].iter_rows(max_col=2) for cell in cells} == {"s"}
    assert book.worksheets[0]["D2"].number_format == "#,##0.00"
    assert guarded("茶") == "茶"


def test_what_no_file_can_hold_does_not_break_it(tmp_path: Path) -> None:
    rows = [row("a\ud83db"), row("a\x00b"), row("茶" * 40_000), row("a\ufffe")]
    write_csv(tmp_path / "a.csv", COLUMNS, rows)
    write_xlsx(tmp_path / "a.xlsx", COLUMNS, rows)
    with open_sheet(tmp_path / "a.xlsx") as sheet:
        names = [cells[1] for _at, cells in sheet.rows][1:]
    assert names == ["a\ufffdb", "a\ufffdb", "茶" * 32_767, "a\ufffd"]


def test_a_file_that_fails_half_way_leaves_the_old_one(tmp_path: Path) -> None:
    def rows() -> object:
        yield row("茶")
        raise ZeroDivisionError

    for name, write in (("a.csv", write_csv), ("a.xlsx", write_xlsx)):
        (tmp_path / name).write_text("old")
        with pytest.raises(ZeroDivisionError):
            write(tmp_path / name, COLUMNS, rows())  # type: ignore[operator]
        assert (tmp_path / name).read_text() == "old"
    assert {p.name for p in tmp_path.iterdir()} == {"a.csv", "a.xlsx"}
    with pytest.raises(FileTrouble):
        write_csv(tmp_path / "none" / "a.csv", COLUMNS, [])
