"""What a stranger's file may hold: dates back, batches that came later, half-filled drafts, yes and no in words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from jxc_desktop.domain.troubles import DiskFull
from jxc_desktop.exchange import documents
from tests.helpers.commands import Shop

Document = dict[str, Any]


def receipt(ref: str, date: str, *lines: Document) -> Document:
    return {"ref": ref, "kind": "purchase_receipt", "date": date, "partner": "S1", "create": True, "lines": list(lines)}


def sale(ref: str, date: str, *lines: Document, **more: Any) -> Document:
    return {"ref": ref, "kind": "sale", "date": date, "partner": "C1", "create": True, "lines": list(lines)} | more


def line(product: str, quantity: str, **more: Any) -> Document:
    return {"product": product, "qty": quantity, "price": "10.00"} | more


def test_a_count_dated_back_is_refused_when_later_sales_would_want_more_than_it_found(shop: Shop) -> None:
    shop.enter(receipt("r", "2026-03-01", line("P", "10")), sale("s", "2026-03-05", line("P", "2")))
    count = {"ref": "c", "kind": "stocktake", "date": "2026-03-02", "lines": [{"product": "P", "counted": "1"}]}
    error = shop.enter(count).lines[0]["error"]
    assert (error["code"], error["day"], error["available"], error["wanted"]) == ("not_enough_stock", "2026-03-05", "8", "9")
    assert shop.enter(count | {"lines": [{"product": "P", "counted": "2"}]}).lines[0]["ok"]


def test_a_sale_dated_back_takes_a_batch_that_was_there_then(shop: Shop) -> None:
    shop.enter(
        receipt("r1", "2026-03-01", line("M", "5", batch="B1", expiry="2026-05-01")),
        receipt("r2", "2026-03-06", line("M", "5", batch="B0", expiry="2026-04-01")),
    )
    assert shop.enter(sale("s", "2026-03-02", line("M", "4"))).lines[0]["ok"]
    rows = shop("report", "stock-ledger", "--product", "M").json
    assert [(row["batch"], row["quantity"]) for row in rows if row["ref"] == "s"] == [("B1", "-4")]


def test_two_lines_of_one_sale_share_the_batches_and_a_shortage_speaks_of_all_of_them(shop: Shop) -> None:
    one, other = line("M", "3", batch="B1", expiry="2026-04-01"), line("M", "3", batch="B2", expiry="2026-05-01")
    shop.enter(receipt("r", "2026-03-01", one, other))
    assert shop.enter(sale("s", "2026-03-02", line("M", "2"), line("M", "2"))).lines[0]["ok"]
    rows = shop("report", "stock-ledger", "--product", "M").json
    assert [(row["batch"], row["quantity"]) for row in rows if row["ref"] == "s"] == [("B1", "-2"), ("B1", "-1"), ("B2", "-1")]
    error = shop.enter(sale("t", "2026-03-03", line("M", "5"))).lines[0]["error"]
    assert (error["code"], error["available"], error["wanted"]) == ("not_enough_stock", "2", "5")


def test_a_count_is_not_taken_at_a_time_to_come_or_in_a_closed_period(shop: Shop) -> None:
    shop.enter(receipt("r", "2026-03-01", line("P", "10")))
    shop("lock", "--until", "2026-03-03")
    for at, code in (("2026-03-11", "date_in_future"), ("2026-03-02T09:00:00", "period_closed")):
        count = {"kind": "stocktake", "date": "2026-03-09", "lines": [{"product": "P", "counted": "1", "at": at}]}
        assert shop.enter(count).lines[0]["error"]["code"] == code


def test_a_payment_without_an_amount_is_refused_and_not_taken_for_nothing(shop: Shop) -> None:
    for paid in ([{"account": "cash"}], [{"account": "cash", "amount": None}]):
        ran = shop.enter(receipt("r", "2026-03-01", line("P", "1")) | {"paid": paid})
        assert (ran.code, ran.lines[0]["error"]["code"], ran.lines[0]["error"]["field"]) == (3, "missing", "amount")


@pytest.mark.parametrize("name", ["post", "create"])
@pytest.mark.parametrize("word", ["no", 0, "false"])
def test_yes_and_no_in_words_are_refused_because_they_would_all_mean_yes(shop: Shop, name: str, word: Any) -> None:
    ran = shop.enter(receipt("r", "2026-03-01", line("P", "1")) | {name: word})
    assert (ran.code, ran.lines[0]["error"]["code"], ran.lines[0]["error"]["field"]) == (3, "bad_value", name)


@pytest.mark.parametrize("day", ["0026-03-01", "1899-12-31", "2026-W10-1", "2026-3-1", "20260301", "２０２６-03-01"])
def test_a_day_is_year_month_and_day_and_no_slip_of_the_hand(shop: Shop, day: str) -> None:
    ran = shop.enter(receipt("r", day, line("P", "1")))
    assert (ran.code, ran.lines[0]["error"]["code"]) == (3, "bad_date")


def test_a_draft_may_lack_its_date_and_quantities_and_is_refused_only_when_posted(shop: Shop) -> None:
    shop.enter(receipt("r", "2026-03-01", line("P", "1")))
    draft = {"ref": "d", "kind": "sale", "partner": "C1", "create": True, "post": False, "lines": [{"product": "P"}]}
    assert shop.enter(draft).lines[0]["status"] == "draft"
    assert shop("post", "d").json["error"]["code"] == "missing"
    assert shop.enter(draft | {"post": True}).lines[0]["error"]["code"] == "missing"


def test_the_layers_of_a_first_in_first_out_shop_name_the_arrivals_that_are_left(tmp_path: Path) -> None:
    shop = Shop(tmp_path / "F")
    shop("init", "--shop", "小店", "--costing", "fifo", "--pool", "warehouse")
    shop.enter(
        receipt("r1", "2026-03-01", line("P", "10")),
        receipt("r2", "2026-03-02", line("P", "4", price="12.00")),
        sale("s", "2026-03-03", line("P", "7")),
    )
    kept = [(row["warehouse"], row["date"], row["quantity"], row["unit_cost"]) for row in shop("report", "layers").json]
    assert kept == [("MAIN", "2026-03-01", "3", "10.0000"), ("MAIN", "2026-03-02", "4", "12.0000")]
    before = shop("report", "layers", "--as-of", "2026-03-01").json
    assert [(row["quantity"], row["unit_cost"]) for row in before] == [("10", "10.0000")]


def test_a_disk_that_fills_up_ends_the_import_as_trouble_and_keeps_what_was_answered(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    enter = documents.enter_document

    def until_full(session: Any, given: Any, act: Any, **more: Any) -> Any:
        if given["ref"] == "r2":
            raise DiskFull(path="shop.db", free="0 MiB")
        return enter(session, given, act, **more)

    monkeypatch.setattr(documents, "enter_document", until_full)
    ran = shop.enter(*(receipt(ref, "2026-03-01", line("P", "1")) for ref in ("r1", "r2", "r3")))
    assert (ran.code, [answer.get("ok") for answer in ran.lines]) == (4, [True, False, None])
    assert ran.lines[1]["error"]["code"] == ran.lines[2]["error"]["code"] == "disk_full"
    assert shop("report", "stock").json[0]["quantity"] == "1"
