"""What commands read and write: spreadsheets, exports that come back, papers, reports in every form, backups."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from jxc_desktop.reports import REPORTS
from tests.e2e.test_answers import receipt, retail
from tests.helpers.commands import Shop, jxc


def busy(shop: Shop) -> None:
    """A shop with a box, a batch, a discount, a return, a count, a void and a draft."""
    sheet = shop.folder.parent / "products.csv"
    sheet.write_text("货号,品名,单位,辅助单位,零售价,批次\nBOX,糖,颗,箱=13,1.50,\nMILK,奶,盒,,5,1\n", encoding="utf-8")
    assert shop("import", "products", sheet, "--map", "units=辅助单位", "batches=批次").json["created"] == 2
    lines = [
        {"product": "BOX", "qty": "2", "unit": "箱", "price": "15.00"},
        {"product": "MILK", "qty": "6", "price": "3.3333", "batch": "B1", "expiry": "2026-06-01"},
    ]
    ran = shop.enter(
        receipt("r1", lines=lines, freight="1.00"),
        receipt("r2", "3"),
        {"ref": "s1", "kind": "sale", "date": "2026-03-03", "partner": "C1", "create": True, "discount_amount": "0.07",
         "lines": [{"product": "BOX", "qty": "1", "unit": "箱", "price": "20.00", "discount": "0.05"}, {"product": "MILK",
         "qty": "2"}]},
        {"ref": "b1", "kind": "sales_return", "date": "2026-03-04", "partner": "C1", "lines": [{"product": "BOX",
        "qty": "3", "against": {"ref": "s1", "line": 1}}]},
        {"ref": "c1", "kind": "stocktake", "date": "2026-03-05T09:00:00", "lines": [{"product": "BOX", "counted": "15"}]},
        receipt("r3", "7"),
        retail("t1", "2"),
        receipt("d1", "1", post=False),
    )  # fmt: skip
    assert ran.code == 0, ran.out
    assert shop("void", "r3", "--reason", "重复").code == 0


def stock(shop: Shop) -> list[tuple[Any, ...]]:
    return [(r["product"], r["batch"], r["quantity"], r["value"]) for r in shop("report", "stock", "--by", "batch").json]


def test_exported_documents_make_an_empty_shop_count_the_same(shop: Shop, tmp_path: Path) -> None:
    busy(shop)
    file = tmp_path / "documents.jsonl"
    assert shop("export", "documents", file).json == {"path": str(file), "rows": 8}
    written = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    assert [d["ref"] for d in written if d.get("status") == "voided"] == ["r3"]
    other = Shop(tmp_path / "other")
    other("init", "--shop", "另一家")
    ran = other("import", "documents", file)
    assert ran.code == 0, ran.out
    assert stock(other) == stock(shop)
    for name in ("receivables", "payables", "turnover"):
        first, second = shop("report", name).json, other("report", name).json
        for row in (*first, *second):
            row.pop("name")
        assert first == second, name
    assert {d["ref"] for d in other("documents").json} == {"r1", "r2", "s1", "b1", "c1", "t1", "d1"}
    assert other("check").json["ok"]


def test_a_box_of_thirteen_sold_singly_costs_exactly_what_it_cost(shop: Shop) -> None:
    busy(shop)
    assert ("BOX", None, "13", "15.46") in stock(shop) or sum(1 for row in stock(shop) if row[0] == "BOX") == 1


def test_everything_is_a_folder_of_tables_with_a_readme(shop: Shop, tmp_path: Path) -> None:
    busy(shop)
    target = tmp_path / "all"
    assert shop("export", "everything", target).code == 0
    readme = (target / "README.txt").read_text(encoding="utf-8-sig")
    names = {file.stem for file in target.glob("*.csv")}
    assert {
        "products",
        "partners",
        "documents",
        "document_lines",
        "stock_ledger",
        "partner_ledger",
        "money_ledger",
        "audit",
    } <= names
    assert all(f"{name}.csv" in readme for name in names)
    with (target / "stock_ledger.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert len(rows) - 1 == len(shop("report", "stock-ledger").json) > 8


def test_exported_lists_come_back_without_a_change(shop: Shop, tmp_path: Path) -> None:
    busy(shop)
    for what, ending in (("products", "csv"), ("products", "xlsx"), ("partners", "csv")):
        file = tmp_path / f"{what}.{ending}"
        assert shop("export", what, file).code == 0
        answer = shop("import", what, file).json
        assert (answer["created"], answer["updated"], answer["errors"]) == (0, 0, []), what


def test_opening_stock_enters_good_rows_lists_bad_ones_and_doubles_nothing(shop: Shop, tmp_path: Path) -> None:
    busy(shop)
    sheet = tmp_path / "opening.csv"
    sheet.write_text(
        "product,warehouse,batch,quantity,unit_cost\nBOX,MAIN,,20,1.25\nMILK,,B7,4,3\nNOPE,,,1,1\nBOX,X,,1,1\n", encoding="utf-8"
    )
    words = ("import", "opening-stock", sheet, "--date", "2026-02-01")
    assert shop(*words, "--atomic").json["created"] == 0
    assert [d for d in shop("documents").json if d["kind"] == "opening_stock"] == []
    ran = shop(*words)
    assert (ran.code, ran.json["created"]) == (3, 2)
    assert [(e["row"], e["field"], e["code"]) for e in ran.json["errors"]] == [
        (4, "product", "unknown_product"),
        (5, "warehouse", "unknown_warehouse"),
    ]
    again = shop(*words).json
    assert (again["created"], again["unchanged"]) == (0, 2)
    sheet.write_text("product,quantity,unit_cost\nBOX,21,1.25\n", encoding="utf-8")
    assert shop(*words).json["errors"][0]["code"] == "duplicate"
    assert shop("check").json["ok"]


@pytest.mark.parametrize("report", [report.name for report in REPORTS])
def test_every_report_comes_in_every_form(shop: Shop, tmp_path: Path, report: str) -> None:
    busy(shop)
    words = ["report", report, *(["--partner", "C1"] if report == "statement" else [])]
    rows = shop(*words).json
    columns = next(r["columns"] for r in shop("report").json if r["name"] == report)
    assert all(set(columns) == set(row) for row in rows)
    table = jxc("--data", shop.folder, "--today", shop.today, *words)
    assert table.code == 0
    assert table.out.strip()
    for form, head in (("csv", b"\xef\xbb\xbf"), ("xlsx", b"PK"), ("pdf", b"%PDF"), ("json", b"[")):
        file = tmp_path / f"out.{form}"
        answer = shop(*words, "--out", file)
        assert answer.json == {"path": str(file), "format": form, "rows": len(rows)}
        assert file.read_bytes().startswith(head)


@pytest.mark.parametrize("paper", ["A4", "A5", "241x140", "241x93", "80", "58"])
def test_documents_go_on_every_paper_posted_voided_or_as_a_draft(shop: Shop, tmp_path: Path, paper: str) -> None:
    busy(shop)
    for key in ("r1", "r3", "s1", "b1", "c1", "t1", "d1"):
        file = tmp_path / f"{key}.pdf"
        assert shop("print", key, "--out", file, "--paper", paper).code == 0, key
        assert file.read_bytes().startswith(b"%PDF")


def test_a_printed_sale_says_what_was_sold_and_owed(shop: Shop, tmp_path: Path) -> None:
    import pypdfium2

    busy(shop)
    shop("print", "s1", "--out", tmp_path / "s1.pdf")
    document = pypdfium2.PdfDocument(tmp_path / "s1.pdf")
    text = "".join(page.get_textpage().get_text_bounded() for page in document)
    document.close()
    assert all(word in text for word in ("XS-20260303-001", "小店", "C1", "糖", "28.93"))


def test_labels_are_counted_by_copies_and_by_pieces(shop: Shop, tmp_path: Path) -> None:
    busy(shop)
    file = tmp_path / "labels.pdf"
    assert shop("labels", "--out", file, "--product", "BOX=3", "MILK").json["labels"] == 4
    assert shop("labels", "--out", file, "--document", "r2").json["labels"] == 3
    assert shop("labels", "--out", file, "--product", "NOPE").code == 3
    assert shop("labels", "--out", file, "--product", "BOX=x").code == 2


def test_a_backup_is_one_new_file_that_verifies_and_restores_elsewhere(shop: Shop, tmp_path: Path) -> None:
    busy(shop)
    made = shop("backup").json
    path = Path(made["path"])
    assert path.stat().st_size == made["bytes"]
    assert [*(shop.folder / "backups").iterdir()] == [path]
    seen = jxc("verify", path, "--json").json
    assert seen["ok"]
    assert seen["shop"] == "小店"
    assert seen["documents"] == 7
    other = Shop(tmp_path / "other")
    assert other("restore", path).code == 0
    assert stock(other) == stock(shop)
    assert other("check").json["ok"]
    assert other("restore", path).json["error"]["code"] == "confirmation_needed"
    assert other("restore", path, "--yes").json["aside"]
    path.write_bytes(path.read_bytes()[:-40] + bytes(40))
    assert jxc("verify", path, "--json").code == 5


def test_rebuilding_leaves_a_book_that_proves_itself(shop: Shop) -> None:
    busy(shop)
    before = stock(shop)
    assert shop("check", "--rebuild").json == {"ok": True, "findings": []}
    assert stock(shop) == before


def test_a_demo_shop_is_filled_once_and_proves_itself(shop: Shop) -> None:
    words = ("demo", "--products", "30", "--months", "1")
    assert shop(*words).json["documents"] > 50
    assert shop(*words).json["error"]["code"] == "shop_exists"
    assert shop("check").json == {"ok": True, "findings": []}
