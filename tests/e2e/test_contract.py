"""The command line read by a stranger: what its answers name, which values it takes, and what it says beside them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.helpers.commands import Shop, jxc

Document = dict[str, Any]


def line(product: str, quantity: str, price: str | None = None, **more: Any) -> Document:
    return {"product": product, "qty": quantity} | ({} if price is None else {"price": price}) | more


def document(kind: str, ref: str, date: str, *lines: Document, **more: Any) -> Document:
    return {"ref": ref, "kind": kind, "date": date, "create": True, "lines": list(lines)} | more


def receipt(ref: str, date: str, *lines: Document, **more: Any) -> Document:
    return document("purchase_receipt", ref, date, *lines, partner="S1", **more)


def sale(ref: str, date: str, *lines: Document, **more: Any) -> Document:
    return document("sale", ref, date, *lines, partner="C1", **more)


def test_a_landed_cost_and_its_void_name_the_receipts_too_for_their_cost_changed_as_well(shop: Shop) -> None:
    shop.enter(receipt("r1", "2026-03-01", line("P", "10", "1")), receipt("r2", "2026-03-02", line("P", "5", "1")))
    shop.enter(receipt("r3", "2026-03-02", line("Q", "1", "1")), sale("s", "2026-03-03", line("P", "3", "2")))
    freight = {"ref": "f", "kind": "landed_cost", "date": "2026-03-04", "partner": "S1", "against": ["r1", "r2"], "amount": "3"}
    changed = ["JH-20260301-001", "JH-20260302-001", "XS-20260303-001"]
    assert shop.enter(freight).lines[0]["restated"] == changed
    assert shop("void", "f", "--reason", "错").json["restated"] == changed
    # The slip is about what followed: the receipts were raised on purpose.
    assert {row["number"] for row in shop("report", "cost-differences").json} == {"XS-20260303-001"}


def test_an_order_without_a_price_takes_the_list_price_and_is_refused_where_there_is_none(shop: Shop, tmp_path: Any) -> None:
    (tmp_path / "goods.csv").write_text("code,name,unit,units,purchase_price\nP,P,瓶,箱=12,2\n", encoding="utf-8")
    shop("import", "products", tmp_path / "goods.csv")
    ordered = document("purchase_order", "o", "2026-03-01", line("P", "1", unit="箱"), partner="S1")
    assert shop.enter(ordered, ordered | {"ref": "o2", "lines": [line("NEW", "1")]}).lines[1]["error"]["code"] == "no_price"
    assert [row["total"] for row in shop("documents").json] == ["24.00"]


def test_what_goes_beyond_an_order_has_no_agreed_price(shop: Shop) -> None:
    order = document("purchase_order", "o", "2026-03-01", line("P", "5", "2"), partner="S1")
    shop.enter(
        order, receipt("r1", "2026-03-02", line("P", "5"), order="o"), receipt("r2", "2026-03-03", line("P", "5"), order="o")
    )
    rows = shop("report", "stock-ledger").json
    assert [(row["ref"], row["value"], row["provisional"]) for row in rows] == [("r1", "10.00", False), ("r2", "10.00", True)]
    promised = document("sales_order", "so", "2026-03-03", line("P", "2", "9"), partner="C1")
    beyond = sale("s2", "2026-03-04", line("P", "1"), order="so")
    ran = shop.enter(promised, sale("s1", "2026-03-04", line("P", "2"), order="so"), beyond)
    assert [answer["ok"] for answer in ran.lines] == [True, True, False]
    assert ran.lines[2]["error"]["code"] == "no_price"


@pytest.mark.parametrize("number", ["1e999999999999999999999999", "-1e-999999999999999999999999", "9" * 5000, "1e400"])
def test_a_number_that_nothing_can_hold_is_refused_in_its_place_and_the_others_are_entered(shop: Shop, number: str) -> None:
    odd = json.dumps(receipt("odd", "2026-03-01", line("P", "QTY"))).replace('"QTY"', number)
    lines = [
        json.dumps(receipt("r1", "2026-03-01", line("P", "1"))),
        odd,
        json.dumps(receipt("r2", "2026-03-01", line("P", "1"))),
    ]
    ran = shop("import", "documents", "-", stdin="\n".join(lines))
    assert ran.code == 3
    assert [(answer["ref"], answer["ok"]) for answer in ran.lines] == [("r1", True), ("odd", False), ("r2", True)]
    assert ran.lines[1]["error"]["code"] == "bad_number"


def test_a_dry_run_numbers_nothing_not_even_what_is_there(shop: Shop) -> None:
    shop.enter(receipt("r1", "2026-03-01", line("P", "1", "1")))
    ran = shop.enter(receipt("r1", "2026-03-01"), receipt("r2", "2026-03-01", line("P", "1", "1")), options=("--dry-run",))
    assert [(answer["number"], answer.get("existing")) for answer in ran.lines] == [(None, True), (None, None)]


def test_an_answer_is_one_line_also_for_readers_that_know_more_line_ends_than_one(shop: Shop, tmp_path: Any) -> None:
    ref = "a\u2028b\u2029c\x85"
    ran = shop.enter(receipt(ref, "2026-03-01", line("P", "1", "1")))
    assert [answer["ref"] for answer in ran.lines] == [ref]
    shop.enter(receipt("n", "2026-03-01", line("P", "1", "1"), note="a\u2028b"))
    shop("export", "documents", tmp_path / "out.jsonl")
    told = [json.loads(text) for text in (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [one.get("note") for one in told] == [None, "a\u2028b"]


@pytest.mark.parametrize(
    "words",
    [
        ("turnover", "--by", "colour"),
        ("stock", "--by", "product,warehouse"),
        ("low-stock", "--by", "product"),
        ("slow-movers", "--days", "-1"),
        ("slow-movers", "--days", "9" * 5000),
        ("stock", "--as-of", "0001-01-01"),
        ("stock", "--as-of", "2026-W10-1"),
    ],
)
def test_what_no_book_could_make_sense_of_is_wrong_use(shop: Shop, words: tuple[str, ...]) -> None:
    ran = shop("report", *words)
    assert (ran.code, ran.json["error"]["code"]) == (2, "wrong_use")
    assert words[1] in ran.json["error"]["message"]


@pytest.mark.parametrize("day", ["1900-01-01", "9999-12-31"])
@pytest.mark.parametrize("report", ["low-stock", "slow-movers", "expiring", "stock-outs", "ageing", "turnover", "layers"])
def test_any_day_can_be_asked_for(shop: Shop, report: str, day: str) -> None:
    shop.enter(receipt("r", "2026-03-01", line("P", "1", "1", batch="B1", expiry="9999-12-31")))
    for option in ("--from", "--to", "--as-of"):
        assert shop("report", report, option, day).code == 0
    assert shop("report", report, "--as-of", day, "--days", "99999").code == 0
    assert shop("report", report, today="3000-01-01").code == 2


def test_goods_that_expire_today_are_within_no_days(shop: Shop) -> None:
    last = [line("P", "1", "1", batch="B1", expiry="2026-03-10"), line("P", "1", "1", batch="B2", expiry="2026-03-11")]
    shop.enter(receipt("r", "2026-03-01", *last))
    assert [row["batch"] for row in shop("report", "expiring", "--days", "0").json] == ["B1"]


@pytest.mark.parametrize("words", [("void", "\udcff", "--reason", "x"), ("report", "stock", "--product", "\udcff")])
def test_a_word_that_is_no_text_is_refused_and_no_fault(shop: Shop, words: tuple[str, ...]) -> None:
    ran = shop(*words)
    assert (ran.code, ran.json["error"]["code"], ran.json["error"]["value"]) == (3, "bad_text", "\\udcff")


def test_a_partner_is_made_on_the_side_that_the_money_says(shop: Shop) -> None:
    def opening(partner: str, amount: str) -> Document:
        made = {"partner": partner, "create": True, "amount": amount}
        return {"ref": partner, "kind": "opening_balance", "date": "2026-03-01"} | made

    def paying(kind: str, partner: str) -> Document:
        paid = [{"account": "cash", "amount": "5"}]
        return {"ref": partner, "kind": kind, "date": "2026-03-01", "partner": partner, "create": True, "paid": paid}

    shop.enter(opening("A", "-500"), opening("B", "300"), paying("payment", "C"), paying("receipt", "D"))
    owed = {name: [(r["partner"], r["balance"]) for r in shop("report", name).json] for name in ("receivables", "payables")}
    assert owed == {"receivables": [("B", "300.00"), ("D", "-5.00")], "payables": [("A", "500.00"), ("C", "-5.00")]}


def test_taking_what_is_promised_warns_and_delivering_it_does_not(shop: Shop) -> None:
    order = document("sales_order", "o", "2026-03-02", line("P", "8", "3"), partner="C2")
    shop.enter(receipt("r", "2026-03-01", line("P", "10", "1"), line("Q", "1", "1")), order)
    taken = sale("s2", "2026-03-03", line("P", "1", "3"))
    ran = shop.enter(sale("s1", "2026-03-03", line("P", "2", "3"), line("Q", "1", "3")), taken)
    assert [len(answer["warnings"]) for answer in ran.lines] == [0, 1]
    assert "7" in ran.lines[1]["warnings"][0]
    assert "8" in ran.lines[1]["warnings"][0]
    delivered = document("sale", "s3", "2026-03-04", line("P", "5"), partner="C2", order="o")
    moved = document("transfer", "t", "2026-03-04", line("P", "1"), to_warehouse="BACK")
    assert [len(answer["warnings"]) for answer in shop.enter(delivered, moved).lines] == [0, 1]
    whole = document("sales_order", "o2", "2026-03-04", line("W", "8", "3"), partner="C2")
    more = document("sale", "s4", "2026-03-04", line("W", "8"), line("W", "2", "3"), partner="C2", order="o2")
    ran = shop.enter(receipt("r2", "2026-03-01", line("W", "10", "1")), whole, more)
    assert ran.lines[2]["warnings"] == []  # the last two go, but nothing is promised any more


def test_a_promised_kit_promises_its_parts(shop: Shop, tmp_path: Any) -> None:
    shop.enter(receipt("r", "2026-03-01", line("P", "10", "1")))
    (tmp_path / "kit.csv").write_text("code,name,sale_price\nKIT,K,9\n", encoding="utf-8")
    (tmp_path / "recipe.csv").write_text("product,part,quantity,kit\nKIT,P,4,1\n", encoding="utf-8")
    shop("import", "products", tmp_path / "kit.csv")
    shop("import", "recipes", tmp_path / "recipe.csv")
    shop.enter(document("sales_order", "o", "2026-03-02", line("KIT", "2"), partner="C2"))
    ran = shop.enter(sale("s1", "2026-03-03", line("P", "2", "1")), sale("s2", "2026-03-03", line("KIT", "1"), order="o"))
    assert [answer["warnings"] for answer in ran.lines] == [[], []]
    assert len(shop.enter(sale("s3", "2026-03-03", line("KIT", "1"))).lines[0]["warnings"]) == 1


def test_the_sales_say_how_many_rows_have_no_known_cost(shop: Shop) -> None:
    shop.enter(receipt("r", "2026-03-01", line("P", "5"), line("Q", "5", "1")), sale("s", "2026-03-02", line("P", "1", "3")))
    shop.enter(sale("s2", "2026-03-03", line("Q", "1", "3")))
    ran = shop("report", "sales", "--lang", "en")
    assert [(row["key"], row["cost"]) for row in ran.json] == [("P", "0.00"), ("Q", "1.00")]
    assert ran.err.startswith("1 stock row")
    assert shop("report", "sales", "--from", "2026-03-03").err == ""


def test_without_json_the_same_is_said_for_people(shop: Shop) -> None:
    given = json.dumps(receipt("r", "2026-03-01", line("P", "1", "1"))).encode()
    ran = jxc("--data", shop.folder, "--today", shop.today, "--lang", "en", "import", "documents", "-", stdin=given)
    assert (ran.code, ran.out) == (0, "r: JH-20260301-001 Posted\n")
