"""Exit codes, JSON errors and options: what a script can rely on when something is not as it should be."""

from __future__ import annotations

import importlib
import json
from pathlib import Path

import pytest

from jxc_desktop.cli import COMMANDS
from jxc_desktop.cli.options import Parser, shared
from tests.helpers.commands import Shop, jxc


def receipt(ref: str, quantity: str = "10", **more: object) -> dict[str, object]:
    line = {"product": "TEA", "qty": quantity, "price": "10.00"}
    return {"ref": ref, "kind": "purchase_receipt", "date": "2026-03-01", "partner": "S1", "create": True, "lines": [line]} | more


def retail(ref: str | None, quantity: str = "1", **more: object) -> dict[str, object]:
    given = {"kind": "retail_sale", "date": "2026-03-02", "lines": [{"product": "TEA", "qty": quantity, "price": "18.00"}]}
    return ({"ref": ref} if ref else {}) | given | more


@pytest.mark.parametrize(
    ("words", "code", "error"),
    [
        (["frobnicate"], 2, "wrong_use"),
        (["report", "stock", "--no-such-option"], 2, "wrong_use"),
        (["report", "stock", "--from", "yesterday"], 2, "wrong_use"),
        (["report", "stock", "--format", "pdf"], 2, "wrong_use"),
        (["report", "stock", "--format", "hologram"], 2, "wrong_use"),
        (["worker", "--sales", "many"], 2, "wrong_use"),
        (["restore"], 2, "wrong_use"),
        (["void", "r1"], 2, "wrong_use"),
        (["documents", "--status", "lost"], 2, "wrong_use"),
        (["labels", "--out", "x.pdf"], 2, "wrong_use"),
        (["report", "no-such-report"], 3, "unknown_report"),
        (["report", "stock", "--product", "NOPE"], 3, "unknown_product"),
        (["report", "statement"], 3, "missing"),
        (["documents", "--kind", "poem"], 3, "unknown_kind"),
        (["void", "NOPE", "--reason", "x"], 3, "unknown_document"),
        (["post", "NOPE"], 3, "unknown_document"),
        (["close", "NOPE"], 3, "unknown_document"),
        (["print", "NOPE", "--out", "x.pdf"], 3, "unknown_document"),
        (["lock", "--until", "2026-03-11"], 3, "date_in_future"),
        (["init", "--shop", "again"], 3, "shop_exists"),
        (["user", "list"], 3, "not_available"),
        (["login"], 3, "not_available"),
        (["move", "--to", "postgresql://x/y"], 3, "not_available"),
        (["import", "products", "nowhere.xlsx"], 4, "file_trouble"),
        (["import", "documents", "nowhere.jsonl"], 4, "file_trouble"),
        (["verify", "nowhere.jxcbak"], 4, "file_trouble"),
        (["backup", "no/such/folder"], 4, "file_trouble"),
    ],
)
def test_every_failure_has_its_exit_code_and_its_json_error(shop: Shop, words: list[str], code: int, error: str) -> None:
    ran = shop(*words)
    assert (ran.code, ran.json["error"]["code"]) == (code, error)
    assert set(ran.json) == {"error"}
    assert ran.json["error"]["message"]
    assert "Traceback" not in ran.err + ran.out
    assert ran.err.strip()


def test_a_day_that_is_none_is_wrong_use_also_from_the_environment(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    assert shop("report", "stock", today="2026-02-30").code == 2
    monkeypatch.setenv("JXC_TODAY", "soon")
    assert jxc("--data", shop.folder, "check").code == 2


def test_options_stand_before_or_after_the_command(shop: Shop) -> None:
    before = jxc("--data", shop.folder, "--json", "--today", "2026-03-10", "report", "stock")
    after = jxc("report", "stock", f"--data={shop.folder}", "--json", "--today", "2026-03-10")
    between = jxc("--json", "report", "--data", shop.folder, "stock", "--today", "2026-03-10")
    assert before == after == between
    assert before.json == []


def test_without_json_a_refusal_is_a_message_beside_an_empty_output(shop: Shop) -> None:
    ran = jxc("--data", shop.folder, "report", "no-such-report")
    assert (ran.code, ran.out) == (3, "")
    assert "no-such-report" in ran.err


def test_the_language_of_a_run_is_chosen(shop: Shop) -> None:
    english, chinese = shop("void", "X", "--reason", "x", "--lang", "en"), shop("void", "X", "--reason", "x", "--lang", "zh_CN")
    assert english.json["error"]["message"] == "No document has the number or reference “X”."
    assert "单" in chinese.json["error"]["message"]


def test_no_command_finds_a_shop_where_there_is_none_and_none_makes_one(folder: Path) -> None:
    nobody = Shop(folder)
    for words in (["check"], ["report", "stock"], ["backup"], ["documents"], ["migrate", "--status"], ["worker", "--sales", "1"]):
        ran = nobody(*words)
        assert (ran.code, ran.json["error"]["code"]) == (4, "no_shop"), words
    assert not folder.exists()


def test_a_book_that_is_gone_is_missed_and_never_made_anew(shop: Shop) -> None:
    for name in ("shop.db", "shop.db-wal", "shop.db-shm"):
        (shop.folder / name).unlink(missing_ok=True)
    for words in (["check"], ["init", "--shop", "new"], ["report", "stock"]):
        ran = shop(*words)
        assert (ran.code, ran.json["error"]["code"]) == (4, "book_missing")
    assert not (shop.folder / "shop.db").exists()


@pytest.mark.parametrize("content", [b"", b"not a database, " * 20, b"SQLite format 3\0" + bytes(84)])
def test_a_file_that_is_no_book_is_named_and_left_untouched(folder: Path, content: bytes) -> None:
    folder.mkdir()
    (folder / "shop.db").write_bytes(content)
    for words in (["check"], ["migrate"], ["migrate", "--status"], ["init", "--shop", "x"], ["report", "stock"]):
        assert Shop(folder)(*words).code == 5, words
    assert (folder / "shop.db").read_bytes() == content


def test_a_fault_of_the_program_is_logged_and_never_shown(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, log_errors: list[str]
) -> None:
    from jxc_desktop.cli import documents

    def broken(*_words: object) -> int:
        raise ZeroDivisionError("inside")

    monkeypatch.setattr(documents, "run", broken)
    ran = shop("documents")
    log = Path(ran.json["error"]["log"])
    assert (ran.code, ran.json["error"]["code"]) == (4, "fault")
    assert str(log) in ran.err
    assert "Traceback" not in ran.err + ran.out
    assert log.is_relative_to(shop.folder)
    assert "ZeroDivisionError: inside" in log.read_text(encoding="utf-8")


def test_every_command_helps(capsys: pytest.CaptureFixture[str]) -> None:
    for entry in COMMANDS:
        parser = Parser(prog=entry.name)
        shared(parser)
        importlib.import_module(f"jxc_desktop.cli.{entry.module}").arguments(parser)
        with pytest.raises(SystemExit) as ended:
            parser.parse_args(["--help"])
        assert ended.value.code == 0
        assert "--data" in capsys.readouterr().out
    ran = jxc("--help")
    assert ran.code == 0
    assert all(f"  {entry.name}" in ran.out for entry in COMMANDS)


# --- documents as JSON Lines ------------------------------------------------------------------------------------------


def test_a_line_that_is_no_json_is_answered_with_its_number_and_the_others_are_posted(shop: Shop) -> None:
    text = json.dumps(receipt("r1")) + '\n{"ref": \n\n[1]\nNaN\n' + json.dumps(retail("s1"))
    ran = shop("import", "documents", "-", stdin=text)
    assert ran.code == 3
    assert [(a["ok"], a.get("line"), a.get("error", {}).get("code")) for a in ran.lines] == [
        (True, None, None), (False, 2, "bad_json"), (False, 4, "bad_json"), (False, 5, "bad_json"), (True, None, None),
    ]  # fmt: skip
    assert all(a["ref"] is None for a in ran.lines if not a["ok"])


def test_bytes_that_are_no_utf8_are_refused_and_nothing_breaks(shop: Shop) -> None:
    named = json.dumps(receipt("r1", note="好"), ensure_ascii=False).encode("gb18030")
    ran = shop("import", "documents", "-", stdin=named + b"\n" + json.dumps(receipt("r2")).encode())
    assert ran.code == 3
    assert [a["ok"] for a in ran.lines] == [False, True]


def test_the_same_ref_posts_once_and_a_refused_one_stays_free(shop: Shop) -> None:
    assert shop.enter(retail("s1")).code == 3
    assert shop.enter(receipt("r1"), retail("s1"), retail("s1")).lines[2]["existing"] is True
    assert len(shop("documents").json) == 2
    assert shop.enter(retail(None), retail(None)).code == 0
    assert len(shop("documents").json) == 4


def test_atomic_enters_all_or_none(shop: Shop) -> None:
    ran = shop.enter(receipt("r1"), retail("s1", "11"), retail("s2"), options=("--atomic",))
    assert ran.code == 3
    assert [a["error"]["code"] for a in ran.lines] == ["rolled_back", "not_enough_stock", "rolled_back"]
    assert shop("documents").json == []
    assert shop("check").json["ok"]
    assert shop.enter(receipt("r1"), retail("s1", "10"), options=("--atomic",)).code == 0


def test_a_dry_run_answers_the_same_without_numbers_and_keeps_nothing(shop: Shop) -> None:
    ran = shop.enter(receipt("r1"), retail("s1", "11"), retail("s2"), options=("--dry-run",))
    assert [(a["ok"], a.get("number")) for a in ran.lines] == [(True, None), (False, None), (True, None)]
    assert shop("documents").json == []


def test_a_draft_is_posted_by_its_ref_and_only_once(shop: Shop) -> None:
    saved = shop.enter(receipt("r1", post=False)).lines[0]
    assert (saved["status"], saved["number"]) == ("draft", None)
    assert shop("report", "stock").json == []
    posted = shop("post", "r1").json
    assert (posted["status"], posted["number"]) == ("posted", "JH-20260301-001")
    assert shop("post", "r1").json["existing"] is True
    assert shop("report", "stock").json[0]["quantity"] == "10"


def test_a_locked_day_cannot_change_until_it_is_unlocked(shop: Shop) -> None:
    shop.enter(receipt("r1"))
    assert shop("lock", "--until", "2026-03-01").json == {"lock_until": "2026-03-01", "warnings": []}
    assert shop.enter(receipt("r2")).lines[0]["error"]["code"] == "period_closed"
    assert shop("void", "r1", "--reason", "x").json["error"]["code"] == "period_closed"
    assert shop("unlock").json == {"lock_until": None, "warnings": []}
    assert shop("void", "r1", "--reason", "x").code == 0


def test_an_order_is_partly_done_then_done_or_closed(shop: Shop) -> None:
    shop.enter(receipt("o1", "10", kind="purchase_order"), receipt("r1", "4", order="o1"))
    assert [d["status"] for d in shop("documents", "--kind", "purchase_order").json] == ["partly"]
    assert shop("report", "stock").json[0]["on_order"] == "6"
    assert shop("close", "o1").json["status"] == "closed"
    assert shop("report", "stock").json[0]["on_order"] == "0"
    shop.enter(receipt("o2", "3", kind="purchase_order"), receipt("r2", "3", order="o2"))
    assert [d["ref"] for d in shop("documents", "--status", "done").json] == ["o2"]


def test_a_list_is_narrowed_by_kind_day_partner_and_status(shop: Shop) -> None:
    shop.enter(receipt("r1"), receipt("r2", date="2026-03-03", partner="S2"), retail("s1"))
    shop("void", "r2", "--reason", "x")

    def listed(*words: str) -> list[str]:
        return [d["ref"] for d in shop("documents", *words).json]

    assert listed() == ["r1", "s1", "r2"]
    assert listed("--kind", "retail_sale") == ["s1"]
    assert listed("--from", "2026-03-02", "--to", "2026-03-02") == ["s1"]
    assert listed("--partner", "S2") == ["r2"]
    assert listed("--status", "voided") == ["r2"]
    assert set(shop("documents").json[0]) >= {
        "number",
        "ref",
        "kind",
        "status",
        "date",
        "partner",
        "warehouse",
        "total",
        "paid",
        "note",
    }
