"""Spreadsheets are read as they are, and what is none is refused with a sentence, whatever its name says."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import zipfile
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from jxc_desktop.domain.errors import JxcError, UnknownSheet
from jxc_desktop.domain.troubles import FileTooLarge, FileTrouble, NotASpreadsheet
from jxc_desktop.exchange.cells import CELL_ERROR, DIGITS_LOST, NO_VALUE, Row, Unread
from jxc_desktop.exchange.sheets import open_sheet
from tests.helpers.workbooks import biff2, csv_file, ods, ods_empty, ods_number, ods_row, ods_text, rewritten, xlsx

CATALOGUE = Path(__file__).parents[1] / "fixtures" / "catalogue.xls"


def read(path: Path, sheet: str | None = None) -> list[Row]:
    with open_sheet(path, sheet) as opened:
        return list(opened.rows)


def test_an_old_excel_file_keeps_padded_codes_dates_and_decimals() -> None:
    rows = dict(read(CATALOGUE))
    assert rows[2] == ["导出日期", date(2026, 3, 1)]
    assert rows[6][:3] == [Decimal(2), "0000012345670", "散装核桃"]
    assert rows[6][6] == Decimal("0.3")  # stored as 0.30000000000000004
    assert rows[7][1] == "00101"
    assert 3 not in rows
    assert rows[8][0] == "合计"


def test_the_first_sheet_that_holds_something_is_read_and_another_can_be_named(tmp_path: Path) -> None:
    with open_sheet(CATALOGUE) as opened:
        assert (opened.name, opened.names) == ("商品", ("说明", "商品"))
    assert read(CATALOGUE, "说明") == []
    with pytest.raises(UnknownSheet, match="说明、商品"):
        read(CATALOGUE, "库存")


def test_gbk_text_of_a_file_that_names_no_code_page_is_chinese(tmp_path: Path) -> None:
    assert read(biff2(tmp_path / "旧.xls", [["货号", "品名"], ["007", "搪瓷杯"]])) == [
        (1, ["货号", "品名"]),
        (2, ["007", "搪瓷杯"]),
    ]


def test_an_excel_file_keeps_text_numbers_dates_and_what_looks_like_a_formula(tmp_path: Path) -> None:
    rows = [
        ["货号", "品名", "价", "日期", "有效"],
        [6901234567892, "茶", 12.5, datetime(2026, 3, 1, 8, 30), True],
        [123, "_x0041_B", 0.1 + 0.2, date(2026, 3, 1), None],
    ]
    path = xlsx(tmp_path / "a.xlsx", rows, {"A3": "0000000000000"})
    assert read(path)[1:] == [
        (2, [Decimal("6901234567892"), "茶", Decimal("12.5"), date(2026, 3, 1), True]),
        (3, ["0000000000123", "AB", Decimal("0.3"), date(2026, 3, 1)]),
    ]


def test_a_formula_gives_its_saved_result_and_without_one_it_says_so(tmp_path: Path) -> None:
    path = xlsx(tmp_path / "a.xlsx", [["货号", "价"], ["A1", "=1+1"], ["A2", "#N/A"], ["A3", 1e17]])
    rows = dict(read(path))
    assert rows[2] == ["A1", Unread("=", NO_VALUE)]
    assert rows[3] == ["A2", Unread("#N/A", CELL_ERROR)]
    assert rows[4] == ["A3", Unread("100000000000000000", DIGITS_LOST)]
    saved = rewritten(path, tmp_path / "b.xlsx", "xl/worksheets/sheet1.xml", "<f>1+1</f><v />", "<f>1+1</f><v>2</v>")
    assert dict(read(saved))[2] == ["A1", Decimal(2)]


def test_an_open_document_keeps_text_numbers_and_the_zeros_it_shows(tmp_path: Path) -> None:
    note = "<office:annotation><text:p>check</text:p></office:annotation>"
    paragraphs = '<text:p>a<text:s text:c="2"/>b</text:p><text:p>c</text:p>'
    cell = f'<table:table-cell office:value-type="string">{note}{paragraphs}</table:table-cell>'
    day = '<table:table-cell office:value-type="date" office:date-value="2026-03-01T00:00:00"/>'
    path = ods(
        tmp_path / "a.ods",
        ods_row(ods_text("货号"), ods_empty(3), ods_text("价"), ods_empty(16380))
        + ods_row(ods_empty(16384), repeated=3)
        + ods_row(ods_number("12345670", "0000012345670"), cell, day, ods_text("x", repeated=2))
        + ods_row(ods_number("6901234567892"), ods_number("0.30000000000000004", "0.3"))
        + ods_row(ods_empty(16384), repeated=1_048_000),
    )
    assert read(path) == [
        (1, ["货号", None, None, None, "价"]),
        (5, ["0000012345670", "a  b\nc", date(2026, 3, 1), "x", "x"]),
        (6, [Decimal("6901234567892"), Decimal("0.3")]),
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("separator", [",", "\t", ";"])
def test_a_text_table_is_read_in_any_usual_encoding_and_separator(tmp_path: Path, encoding: str, separator: str) -> None:
    lines = [["货号", "品名", "零售价"], ["001", f"茶{separator}叶", "18.80"], ["", "", ""], ["002", '"好"茶', "3"]]
    quoted = "\r\n".join(separator.join('"' + f.replace('"', '""') + '"' for f in line) for line in lines)
    rows = read(csv_file(tmp_path / "a.csv", quoted, encoding))
    assert rows == [(1, ["货号", "品名", "零售价"]), (2, ["001", f"茶{separator}叶", "18.80"]), (4, ["002", '"好"茶', "3"])]


def test_marks_that_keep_text_from_becoming_a_formula_are_taken_off(tmp_path: Path) -> None:
    path = csv_file(tmp_path / "a.csv", "sep=;\r\ncode;name\r\n=\"007\";'=1+1\r\n1;''-x\r\n2;=1+1\r\n3;'tis\r\n")
    assert [cells for _at, cells in read(path)] == [["code", "name"], ["007", "=1+1"], ["1", "'-x"], ["2", "=1+1"], ["3", "'tis"]]
    assert read(path)[0][0] == 1


def test_a_far_cell_is_refused_without_filling_the_memory(tmp_path: Path) -> None:
    """Measured in a process that may have 400 MB: the same workbook takes 2 GB where the declared size is believed."""
    small = xlsx(tmp_path / "small.xlsx", [["货号"]])
    in_a_row = '<row r="{row}"><c r="{place}"><v>1</v></c></row></sheetData>'
    for place, old, new in [
        ("XFD1048576", "</sheetData>", in_a_row),
        ("A1048576", "</sheetData>", in_a_row),
        ("XFD1", "</row>", '<c r="XFD1"><v>1</v></c></row>'),
    ]:
        new = new.format(place=place, row=place.lstrip("XFDA"))
        bomb = rewritten(small, tmp_path / f"{place}.xlsx", "xl/worksheets/sheet1.xml", old, new)
        assert _in_small_process(bomb) == "FileTooLarge"


def test_repetitions_of_an_open_document_are_capped(tmp_path: Path) -> None:
    assert _in_small_process(ods(tmp_path / "a.ods", ods_row(ods_text("x", repeated=999_999_999)))) == "FileTooLarge"
    assert _in_small_process(ods(tmp_path / "b.ods", ods_row(ods_text("x"), repeated=999_999_999))) == "FileTooLarge"
    assert _in_small_process(ods(tmp_path / "c.ods", ods_row(ods_empty(999_999_999), ods_text("x")))) == "FileTooLarge"
    assert _in_small_process(ods(tmp_path / "d.ods", ods_row(*[ods_empty()] * 600_000, ods_text("x")))) == "FileTooLarge"


def test_an_archive_packed_too_tightly_or_with_entities_is_refused(tmp_path: Path) -> None:
    assert _in_small_process(ods(tmp_path / "a.ods", ods_row(ods_text("x" * 60_000_000)))) == "FileTooLarge"
    laugh = '<?xml version="1.0"?><!DOCTYPE z [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><z>&b;</z>'
    with zipfile.ZipFile(tmp_path / "b.ods", "w") as archive:
        archive.writestr("content.xml", laugh)
    assert _in_small_process(tmp_path / "b.ods") == "NotASpreadsheet"


def test_more_rows_or_columns_than_the_limit_are_refused(tmp_path: Path) -> None:
    with pytest.raises(FileTooLarge, match="200000"):
        read(csv_file(tmp_path / "a.csv", "code\n" + "1\n" * 200_001))
    assert len(read(csv_file(tmp_path / "b.csv", "code\n" + "1\n" * 200_000))) == 200_001
    with pytest.raises(FileTooLarge, match="100"):
        read(csv_file(tmp_path / "c.csv", ",".join("x" * 101)))
    assert read(csv_file(tmp_path / "d.csv", "a,b" + "," * 500))[0] == (1, ["a", "b"])


@pytest.mark.language("en")
@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("empty.xlsx", b"", "there is nothing in it"),
        ("page.xls", "<html><table><tr><td>货号</td></tr></table></html>".encode("gbk"), "web page"),
        ("table.xls", b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>', "XML table"),
        ("scan.csv", b"%PDF-1.7 ...", "PDF"),
        ("noise.csv", bytes(range(1, 32)) * 40, "data of another program"),
        ("cut.xlsx", b"PK\x03\x04" + b"\0" * 60, "damaged"),
        ("cut.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "damaged"),
        ("locked.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "password"),
        ("latin.csv", b"code,name\n1,caf\xff\xe9\n", "neither UTF-8 nor GB18030"),
        ("shop.csv", b"SQLite format 3\0" + b"\0" * 90, "database"),
    ],
)
def test_what_is_no_spreadsheet_is_refused_with_the_reason(tmp_path: Path, name: str, content: bytes, why: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(NotASpreadsheet, match=why):
        read(tmp_path / name)


def test_the_content_decides_and_not_the_ending(tmp_path: Path) -> None:
    assert read(xlsx(tmp_path / "a.xls", [["货号"], ["1"]])) == [(1, ["货号"]), (2, ["1"])]
    assert read(csv_file(tmp_path / "b.xls", "货号\t品名\n1\t茶\n", "gb18030"))[1] == (2, ["1", "茶"])
    (tmp_path / "c.xlsx").write_bytes(CATALOGUE.read_bytes())
    assert dict(read(tmp_path / "c.xlsx"))[7][1] == "00101"


def test_a_missing_file_and_a_folder_are_told_apart(tmp_path: Path) -> None:
    for path in (tmp_path / "none.xls", tmp_path):
        with pytest.raises(FileTrouble):
            read(path)


def test_a_broken_quotation_is_named_by_its_row(tmp_path: Path) -> None:
    with pytest.raises(FileTooLarge, match="2"):
        read(csv_file(tmp_path / "a.csv", 'code,name\n1,"tea\n' + "2,rice\n" * 40_000))


def test_damaged_files_are_read_or_refused_but_never_crash(tmp_path: Path) -> None:
    """A few dozen rounds of random damage, always the same ones; the seeds differ per kind of file."""
    sources = [
        CATALOGUE,
        xlsx(tmp_path / "s.xlsx", [["货号", "品名"], ["1", "茶"], [2, 3.5]]),
        ods(tmp_path / "s.ods", ods_row(ods_text("货号"), ods_number("1")) * 5),
        csv_file(tmp_path / "s.csv", "货号,品名\n1,茶\n" * 9),
        biff2(tmp_path / "b.xls", [["货号", 1.5], ["1", 2.0]]),
    ]
    sentences = []
    for kind, source in enumerate(sources):
        dice, whole = random.Random(kind), source.read_bytes()
        for turn in range(25):
            damaged = tmp_path / f"d{kind}_{turn}{source.suffix}"
            damaged.write_bytes(damage(whole, dice))
            try:
                read(damaged)
            except JxcError as error:
                sentences.append(str(error))
    assert 20 < len(sentences) < 125  # some damage is invisible, much of it is not
    assert all(sentences)


def damage(whole: bytes, dice: random.Random) -> bytes:
    """``whole`` with some bytes changed, or cut short, or with a piece moved."""
    data = bytearray(whole)
    match dice.randrange(4):
        case 0:
            for _ in range(dice.randrange(1, 30)):
                data[dice.randrange(len(data))] = dice.randrange(256)
        case 1:
            del data[dice.randrange(len(data)) :]
        case 2:
            at = dice.randrange(len(data))
            data[at : at + 4] = dice.choice([b"\xff\xff\xff\xff", b"\0\0\0\0", b"\xff\xff\xff\x7f"])
        case 3:
            at, size = dice.randrange(len(data)), dice.randrange(1, 64)
            data[at:at] = data[at : at + size]
    return bytes(data)


def _in_small_process(path: Path) -> str:
    """The name of the refusal of ``path`` in a process that may have 400 MB, or how it ended."""
    script = (
        "import sys, resource; resource.setrlimit(resource.RLIMIT_AS, (400 << 20, 400 << 20))\n"
        "from jxc_desktop.exchange.sheets import open_sheet\n"
        "try:\n"
        "    with open_sheet(sys.argv[1]) as sheet: print(len(list(sheet.rows)))\n"
        "except Exception as error: print(type(error).__name__)\n"
    )
    if sys.platform == "win32":
        script = script.replace(
            "import sys, resource; resource.setrlimit(resource.RLIMIT_AS, (400 << 20, 400 << 20))", "import sys"
        )
    env = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run(
        [sys.executable, "-c", script, str(path)], capture_output=True, text=True, timeout=120, env=env, check=False
    )
    return done.stdout.strip() or done.stderr[-300:]
