"""The fifteen known ways to be wrong, each a defect of some well-known program, each tried here from end to end.

== ============================================================ =======================================================
 #  what went wrong elsewhere                                    its test here, and where more of it is tried
== ============================================================ =======================================================
 1  a back-dated issue took what a later day needed              test_01, test_posting_story, unit/test_costing_wrong
 2  two lines of 6 of a stock of 10                              test_02, test_posting_story, unit/test_costing_wrong
 3  a back-dated receipt left old cost standing                  test_03, test_posting_story, test_book_machine
 4  a box of 13 for 15.00                                        test_04, test_posting_story, unit/test_costing_wrong
 5  two stocktakes voided in either order                        test_05, test_posting_story, test_book_machine
 6  the first unit's factor for every unit                       test_06, test_posting_story
 7  killed between two statements                                test_07, e2e/test_processes
 8  an upgrade that failed half way                              test_08, test_backup_upgrade
 9  two clicks, two scans                                        test_09, gui/test_known_wrongs_of_windows
10  codes of all kinds                                           test_10, gui/test_known_wrongs_of_windows
11  a count while goods are sold                                 test_11, test_stocktake, unit/test_costing_wrong
12  half a discounted line returned twice                        test_12, test_posting_story
13  sums of 0.1 and 0.2                                          test_13, unit/test_costing_wrong
14  a restore from a stick                                       test_14, test_backup_restore
15  no network                                                   test_15; every test runs with the network closed
== ============================================================ =======================================================
"""

from __future__ import annotations

import itertools
import json
import os
import shutil
import subprocess
import sys
import threading
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, text

from jxc_desktop.backup.check import check_book
from jxc_desktop.db import schema, upgrade
from jxc_desktop.db.engine import Database
from jxc_desktop.db.models import Product
from jxc_desktop.domain.acts import Act
from jxc_desktop.domain.documents import Draft
from jxc_desktop.paths import bundled
from jxc_desktop.services.drafts import save_draft
from jxc_desktop.services.posting import post_document
from tests.helpers.commands import ROOT, TODAY, Ran
from tests.helpers.commands import Shop as Commands
from tests.helpers.shop import Shop, line

pytestmark = pytest.mark.sqlite_only


@pytest.fixture
def jxc(tmp_path: Path) -> Commands:
    """A new shop driven by commands."""
    made = Commands(tmp_path / "D")
    assert made("init", "--shop", "小店").code == 0
    return made


def doc(kind: str, day: int | str, *lines: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A document of March 2026 as the import reads it; partners and goods are made."""
    at = f"2026-03-{day:02}" if isinstance(day, int) else day
    partner = {"purchase_receipt": "S", "purchase_return": "S", "sale": "C", "sales_return": "C"}.get(kind)
    return {"kind": kind, "date": at, "create": True, "lines": list(lines)} | ({"partner": partner} if partner else {}) | more


def of(product: str, qty: str, price: str | None = None, **more: Any) -> dict[str, Any]:
    return {"product": product, "qty": qty} | ({} if price is None else {"price": price}) | more


def done(ran: Ran) -> list[Any]:
    assert ran.code == 0, ran.out + ran.err
    return ran.lines


def stock(jxc: Commands) -> dict[str, tuple[str, str]]:
    return {row["product"]: (row["quantity"], row["value"]) for row in jxc("report", "stock").json}


def test_01_a_back_dated_issue_is_refused_naming_the_later_day_it_would_starve(jxc: Commands) -> None:
    done(jxc.enter(doc("purchase_receipt", 1, of("TEA", "10", "1")), doc("sale", 5, of("TEA", "10", "2")),
                   doc("purchase_receipt", 6, of("TEA", "10", "1"))))  # fmt: skip
    late = jxc.enter(doc("sale", 3, of("TEA", "5", "2")))
    error = late.lines[0]["error"]
    assert (late.code, error["code"], error["day"]) == (3, "not_enough_stock", "2026-03-05")
    assert "2026-03-05" in error["message"]
    assert stock(jxc)["TEA"][0] == "10"


def test_02_two_lines_of_one_document_are_taken_together(jxc: Commands) -> None:
    done(jxc.enter(doc("purchase_receipt", 1, of("TEA", "10", "1"))))
    for kind in ("sale", "retail_sale", "write_off", "purchase_return"):
        refused = jxc.enter(doc(kind, 2, of("TEA", "6", "2"), of("TEA", "6", "2")))
        error = refused.lines[0]["error"]
        assert (refused.code, error["code"], error["available"], error["wanted"]) == (3, "not_enough_stock", "10", "12"), kind
    assert [d["kind"] for d in jxc("documents").json] == ["purchase_receipt"]


def test_03_a_back_dated_receipt_leaves_the_book_of_one_who_entered_it_in_time(jxc: Commands, tmp_path: Path) -> None:
    receipts = [doc("purchase_receipt", 1, of("TEA", "10", "1")), doc("purchase_receipt", 2, of("TEA", "10", "3"))]
    sale = doc("sale", 4, of("TEA", "4", "5"), ref="s")
    answers = done(jxc.enter(receipts[0], sale, receipts[1]))
    assert answers[2]["restated"] == [answers[1]["number"]]
    fresh = Commands(tmp_path / "E")
    assert fresh("init", "--shop", "小店").code == 0
    done(fresh.enter(*receipts, sale))
    for report in (["stock"], ["profit"], ["sales"], ["turnover"]):
        assert jxc("report", *report).json == fresh("report", *report).json, report
    assert [row["cost"] for row in jxc("report", "sales").json] == ["8.00"]
    assert stock(jxc)["TEA"] == ("16", "32.00")


def test_04_a_box_of_thirteen_for_fifteen_sold_one_by_one_costs_fifteen(jxc: Commands, tmp_path: Path) -> None:
    goods = tmp_path / "goods.csv"
    goods.write_text("code,name,unit,units\nEGG,蛋,个,盒=13\n", encoding="utf-8")
    assert jxc("import", "products", goods).code == 0
    done(jxc.enter(doc("purchase_receipt", 1, of("EGG", "1", "15.00", unit="盒"))))
    done(jxc.enter(*(doc("retail_sale", 2, of("EGG", "1", "2.00")) for _each in range(13))))
    rows = jxc("report", "stock-ledger", "--product", "EGG").json
    assert sum(Decimal(row["value"]) for row in rows if row["kind"] == "retail_sale") == Decimal("-15.00")
    assert (rows[-1]["balance_quantity"], rows[-1]["balance_value"]) == ("0", "0.00")


@pytest.mark.parametrize("order", list(itertools.permutations(("c1", "c2"))))
def test_05_two_stocktakes_may_be_voided_in_either_order(jxc: Commands, order: tuple[str, str]) -> None:
    story = [doc("purchase_receipt", 1, of("TEA", "10", "3")), doc("sale", 3, of("TEA", "2", "5"))]
    counts = [
        doc("stocktake", 2, {"product": "TEA", "counted": "7"}, ref="c1"),
        doc("stocktake", 4, {"product": "TEA", "counted": "9", "price": "4"}, ref="c2"),
    ]
    done(jxc.enter(*story, *counts))
    assert stock(jxc)["TEA"] == ("9", "36.00")
    for ref in order:
        assert jxc("void", ref, "--reason", "错").code == 0
    assert stock(jxc)["TEA"] == ("8", "24.00")
    assert jxc("check").json == {"ok": True, "findings": []}


def test_06_each_unit_has_its_own_factor_and_price(jxc: Commands, tmp_path: Path) -> None:
    goods = tmp_path / "goods.csv"
    goods.write_text("code,name,unit,units,sale_price\nBEER,啤酒,瓶,提=6;箱=24,3\n", encoding="utf-8")
    assert jxc("import", "products", goods).code == 0
    done(jxc.enter(doc("purchase_receipt", 1, of("BEER", "5", "48.00", unit="箱"))))
    for unit, left in (("箱", "96"), ("提", "90"), ("瓶", "89")):
        done(jxc.enter(doc("sale", 2, of("BEER", "1", unit=unit))))
        assert stock(jxc)["BEER"][0] == left
    assert [d["total"] for d in jxc("documents", "--kind", "sale").json] in (
        ["72.00", "18.00", "3.00"],
        ["3.00", "18.00", "72.00"],
    )


@pytest.mark.skipif(sys.platform == "win32", reason="kills as Unix does")
def test_07_killed_between_any_two_statements_there_is_no_half_document_and_no_number_is_burnt(
    shop: Shop, book: Database, act: Act, tmp_path: Path
) -> None:
    tea, rice = shop.product("TEA"), shop.product("RICE")
    shop.post("purchase_receipt", 1, line(tea, "10", "1"), line(rice, "10", "2"), partner="S")
    late = Draft("purchase_receipt", "2026-03-02T12:00:00", shop.partners["S"], 1, lines=[line(tea, "5", "3")])
    sale = Draft("sale", "2026-03-05T12:00:00", shop.partners["C"], 1, lines=[line(tea, "4", "9"), line(rice, "1", "9")])
    path = tmp_path / "shop.db"
    book.close()
    died = 0
    for draft, number in ((sale, "XS-20260305-001"), (late, "JH-20260302-001")):  # appended, and with a replay behind it
        before = _rows(path)
        for statement in itertools.count():
            if _post_and_die(path, draft, act, statement):
                break
            died += 1
            assert _rows(path) == before, statement
        database = Database.sqlite(path, label="test")
        with database.read() as session:
            assert number in set(session.scalars(text("SELECT number FROM documents")))
        assert check_book(database) == []
        database.close()
    assert died > 30


def _post_and_die(path: Path, draft: Draft, act: Act, statement: int) -> bool:
    """Post in a process that dies before its ``statement``-th statement; whether it came to the end."""
    child = os.fork()
    if not child:
        try:
            database, left = Database.sqlite(path, label="test"), statement

            def count(_sql: str) -> None:
                nonlocal left
                left -= 1
                if left < 0:
                    os._exit(9)

            with database.write() as session:
                session.connection().connection.driver_connection.set_trace_callback(count)  # type: ignore[union-attr]
                post_document(session, draft, act)
            os._exit(0)
        finally:
            os._exit(1)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert code in (0, 9)
    return code == 0


def _rows(path: Path) -> dict[str, list[Any]]:
    """Everything in the book."""
    database = Database.sqlite(path, label="test")
    with database.read() as session:
        names = session.scalars(text("SELECT name FROM sqlite_master WHERE type = 'table'")).all()
        found = {name: sorted(map(repr, session.execute(text(f'SELECT * FROM "{name}"')))) for name in names}
    database.close()
    return found


def test_08_a_migration_that_fails_half_way_twice_the_same_day_leaves_the_book_and_a_copy_of_each_time(
    jxc: Commands, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, log_errors: list[str]
) -> None:
    done(jxc.enter(doc("purchase_receipt", 1, of("TEA", "10", "1"))))
    before = (jxc.folder / "shop.db").read_bytes()
    scripts, number = tmp_path / "migrations", schema.SCHEMA + 1
    shutil.copytree(bundled("migrations"), scripts, ignore=shutil.ignore_patterns("__pycache__"))
    (scripts / "versions" / f"{number:04}_half.py").write_text(
        f'revision, down_revision, branch_labels, depends_on = "{number:04}", "{schema.SCHEMA:04}", None, None\n\n\n'
        "def upgrade():\n    from alembic import op\n\n"
        '    op.execute("ALTER TABLE warehouses ADD COLUMN half TEXT")\n    op.execute("INSERT INTO nowhere VALUES (1)")\n'
    )
    monkeypatch.setattr(upgrade, "bundled", lambda name: scripts if name == "migrations" else bundled(name))
    monkeypatch.setattr(schema, "SCHEMA", number)
    monkeypatch.setattr(upgrade, "SCHEMA", number)
    for times in (1, 2):
        assert jxc("migrate").code in (3, 4, 5)
        assert (jxc.folder / "shop.db").read_bytes() == before
        assert len(list((jxc.folder / "backups").iterdir())) == times
    log_errors.clear()


def test_09_the_same_document_posted_twice_at_once_is_one_document(shop: Shop, book: Database, act: Act) -> None:
    tea = shop.product("TEA")
    shop.buy(1, tea, "10", "1")
    sale = Draft("retail_sale", "2026-03-02T12:00:00", lines=[line(tea, "2", "9")])
    with book.write() as session:
        draft_id = save_draft(session, sale, act).document_id
    answers = []
    ready = threading.Barrier(2)

    def click() -> None:
        ready.wait(10)
        with book.write() as session:
            answers.append(post_document(session, sale, act, draft_id=draft_id))

    clicks = [threading.Thread(target=click) for _each in range(2)]
    for one in clicks:
        one.start()
    for one in clicks:
        one.join(30)
    assert sorted(answer.existing for answer in answers) == [False, True]
    assert {answer.number for answer in answers} == {"LS-20260302-001"}
    assert shop.on_hand(tea) == 8


def test_10_every_kind_of_code_means_exactly_its_product(jxc: Commands, tmp_path: Path) -> None:
    codes = {"A": "96385074", "B": "6901234567892", "C": "20731", "D": "AB-12-7", "E": "0012345", "F": "12345"}
    goods = tmp_path / "goods.csv"
    goods.write_text("code,name,barcode\n" + "".join(f"{c},{c},{code}\n" for c, code in codes.items()), encoding="utf-8")
    assert jxc("import", "products", goods).json["created"] == 6
    done(jxc.enter(*(doc("stock_in", 1, of(code, str(i), "1")) | {"create": False} for i, code in enumerate(codes.values(), 1))))
    assert {product: held[0] for product, held in stock(jxc).items()} == {c: str(i) for i, c in enumerate(codes, 1)}
    for strange in ("012345", "AB127", "6901234567893", "9638507", "０012345"):
        refused = jxc.enter(doc("stock_in", 1, of(strange, "1", "1")) | {"create": False})
        assert (refused.code, refused.lines[0]["error"]["code"]) == (3, "unknown_product"), strange


def test_11_a_count_among_sales_misses_only_what_was_missing(jxc: Commands) -> None:
    done(jxc.enter(
        doc("purchase_receipt", 1, of("TEA", "10", "2")),
        doc("retail_sale", "2026-03-02T09:00:00", of("TEA", "1", "5")),
        doc("retail_sale", "2026-03-02T10:30:00", of("TEA", "3", "5")),
        doc("stocktake", "2026-03-02T18:00:00", {"product": "TEA", "counted": "8", "at": "2026-03-02T10:00:00"}, ref="c"),
        doc("retail_sale", "2026-03-02T09:30:00", of("TEA", "1", "5")),
    ))  # fmt: skip
    row = next(row for row in jxc("report", "stock-ledger").json if row["ref"] == "c")
    assert (row["date"], row["quantity"], row["value"]) == ("2026-03-02T10:00:00", "0", "0.00")
    assert stock(jxc)["TEA"] == ("5", "10.00")


def test_12_half_a_discounted_line_returned_twice_refunds_what_was_paid_and_costs_what_it_cost(jxc: Commands) -> None:
    done(jxc.enter(doc("purchase_receipt", 1, of("TEA", "3", "3.335"))))
    done(jxc.enter(doc("sale", 2, of("TEA", "2", "9.99", discount="0.15"), discount_amount="0.97", ref="s")))
    done(jxc.enter(doc("purchase_receipt", 3, of("TEA", "7", "8"))))
    back = [doc("sales_return", day, of("TEA", "1", against={"ref": "s", "line": 1}), ref=f"r{day}") for day in (4, 5)]
    done(jxc.enter(*back))
    totals = {d["ref"]: Decimal(d["total"]) for d in jxc("documents").json}
    assert totals["s"] == Decimal("16.01") == totals["r4"] + totals["r5"]
    rows = {row["ref"]: Decimal(row["value"]) for row in jxc("report", "stock-ledger").json if row["ref"]}
    assert rows["s"] == Decimal("-6.67") == -(rows["r4"] + rows["r5"])
    third = jxc.enter(doc("sales_return", 6, of("TEA", "1", against={"ref": "s", "line": 1})))
    assert third.lines[0]["error"]["code"] == "more_than_original"


def test_13_a_hundred_thousand_tenths_and_fifths_add_up_exactly(bare: Database) -> None:
    with bare.write() as session:
        for start in range(0, 100_000, 10_000):
            session.execute(
                insert(Product),
                [{"code": f"P{n}", "name": "x", "unit": "件", "sale_price": Decimal("0.1") if n % 2 else Decimal("0.2"),
                  "minimum": Decimal("0.2") if n % 2 else Decimal("0.1")} for n in range(start, start + 10_000)],
            )  # fmt: skip
    with bare.read() as session:
        found = session.execute(text("SELECT sum(sale_price), sum(minimum), typeof(sum(sale_price)) FROM products")).one()
        declared = session.execute(
            text("SELECT m.name, p.name, upper(p.type) FROM sqlite_master m, pragma_table_info(m.name) p")
        ).all()
        kept = session.execute(text("SELECT DISTINCT typeof(sale_price), typeof(minimum) FROM products")).all()
    assert found == (150_000_000, 15_000_000, "integer")
    assert kept == [("integer", "integer")]
    inexact = ("REAL", "FLOA", "DOUB", "NUMERIC", "DECIMAL")
    assert [column for column in declared if any(word in column[2] for word in inexact)] == []
    assert len(declared) > 200


def test_14_a_stick_brings_the_whole_shop_to_a_clean_machine_and_a_tampered_file_brings_nothing(
    jxc: Commands, tmp_path: Path
) -> None:
    done(jxc.enter(doc("purchase_receipt", 1, of("TEA", "10", "1")), doc("sale", 2, of("TEA", "4", "5"))))
    stick, clean = tmp_path / "stick", Commands(tmp_path / "clean")
    stick.mkdir()
    made = Path(jxc("backup", stick).json["path"])
    tampered = stick / f"tampered{made.suffix}"
    content = bytearray(made.read_bytes())
    content[len(content) // 2] ^= 1
    tampered.write_bytes(content)
    assert clean("verify", tampered).code == 5
    assert clean("restore", tampered, "--yes").code == 5
    assert not (clean.folder / "shop.db").exists()
    assert clean("restore", made, "--yes").code == 0
    for command in (
        ["documents"],
        ["report", "stock"],
        ["report", "stock-ledger"],
        ["report", "receivables"],
        ["report", "payables"],
    ):
        assert clean(*command).json == jxc(*command).json, command
    assert clean("check").json == {"ok": True, "findings": []}
    assert done(clean.enter(doc("sale", 2, of("TEA", "1", "5"))))[0]["number"] == "XS-20260302-002"


_CLOSED = """
import io, json, socket, sys
def closed(*_given, **_named): raise SystemExit("reached for the network")
class Closed(socket.socket):
    connect = connect_ex = bind = sendto = closed
socket.socket, socket.getaddrinfo, socket.gethostbyname, socket.create_connection = Closed, closed, closed, closed
from jxc_desktop.cli.run import run
out, commands = sys.stdout, json.load(sys.stdin)
for words, given in commands:
    sys.stdin, sys.stdout = io.TextIOWrapper(io.BytesIO(given.encode()), encoding="utf-8"), io.StringIO()
    code, said = run(words), sys.stdout.getvalue()
    print(words, code, said, file=sys.stderr)
    if code:
        sys.exit(code)
out.write(said)
"""


def test_15_a_day_of_the_shop_needs_no_network(tmp_path: Path) -> None:
    day = [doc("purchase_receipt", 1, of("TEA", "10", "1")), doc("sale", 2, of("TEA", "4", "5"), ref="s")]
    commands: list[tuple[str, str]] = [
        ("init --shop 小店", ""),
        ("import documents -", "\n".join(json.dumps(one) for one in day)),
        ("report stock --format xlsx --out OUT/stock.xlsx", ""),
        ("print s --out OUT/s.pdf", ""),
        ("labels --product TEA --out OUT/labels.pdf", ""),
        ("backup", ""),
        ("check", ""),
    ]
    words = [
        (f"--data OUT/D --json --today {TODAY} {command}".replace("OUT", str(tmp_path)).split(), given)
        for command, given in commands
    ]
    ran = subprocess.run(
        [sys.executable, "-c", _CLOSED], input=json.dumps(words), capture_output=True, text=True, encoding="utf-8", timeout=120,
        env=os.environ | {"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"},
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout) == {"ok": True, "findings": []}
    assert {file.suffix for file in tmp_path.rglob("*.*")} >= {".xlsx", ".pdf", ".db"}
