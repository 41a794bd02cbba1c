"""Documents out of one shop and into an empty one: with nothing but the file both hold, cost and owe the same."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.test_contract import Document, document, line, receipt, sale
from tests.helpers.commands import Shop

REPORTS = (
    ("stock", "--by", "warehouse"), ("stock", "--by", "batch"), ("layers",), ("receivables",), ("payables",), ("turnover",),
    ("shrinkage",),
)  # fmt: skip
GOODS = """code,name,unit,units,batches,costing,negative,sale_price,weight
M,奶,盒,板=12,1,,,3,0.1
N,牛,盒,,1,batch,,3,0.2
F,先,个,,,fifo,,3,3
G,负,个,,,,allow,3,2
KIT,礼盒,套,,,,,9,
"""


def recipe(shop: Shop, *parts: str) -> None:
    path = shop.folder.parent / "recipe.csv"
    path.write_text("product,part,quantity,kit\n" + "".join(f"KIT,{part},1\n" for part in parts), encoding="utf-8")
    assert shop("import", "recipes", path).code == 0


def fill(shop: Shop) -> None:
    """A shop with all that a file of documents does not say by itself."""
    (shop.folder.parent / "goods.csv").write_text(GOODS, encoding="utf-8")
    assert shop("import", "products", shop.folder.parent / "goods.csv").code == 0
    recipe(shop, "M,2", "F,0.5")
    batches = [line("M", "12", "1", batch="B1", expiry="2026-05-01"), line("M", "12", "2", batch="B2", expiry="2026-06-01")]
    others = [line("N", "5", "1", batch="X1"), line("N", "5", "7", batch="X2"), line("F", "5", "1"), line("F", "5", "3")]
    entered = [
        document("purchase_order", "po", "2026-01-01", line("M", "4", "36", unit="板"), line("N", "5", "1"), partner="S1"),
        receipt("r1", "2026-01-02", *batches, *others, order="po"),
        sale("v", "2026-01-03", line("M", "6", "3")),
        sale("x1", "2026-01-04", line("M", "8", "3"), line("N", "7", "9")),
        document("transfer", "tr", "2026-01-05", line("M", "5"), to_warehouse="BACK"),
        sale("k1", "2026-01-06", line("KIT", "2", "9")),
        sale("g", "2026-01-06", line("G", "5", "3")),
        receipt("gr", "2026-01-07", line("G", "8", "1.11")),
        document("sales_order", "so", "2026-01-09", line("KIT", "1", "9"), partner="C1"),
        {"ref": "fy", "kind": "landed_cost", "date": "2026-01-12", "partner": "S3", "create": True, "against": ["r1", "gr"],
         "amount": "10", "by": "weight"},
    ]  # fmt: skip
    assert shop.enter(*entered).code == 0
    assert shop("void", "v", "--reason", "错").code == 0  # from here on the first to expire is another batch than it was then
    recipe(shop, "F,1")  # and a kit is something else
    back = document("sales_return", "sr", "2026-01-10", line("KIT", "1", against={"ref": "k1", "line": 1}), partner="C1")
    back["lines"].append(line("M", "8", against={"ref": "x1", "line": 1}))
    unlinked = document("sales_return", "su", "2026-01-10", line("KIT", "1", "9"), partner="C1")
    assert shop.enter(back, unlinked, sale("k2", "2026-01-11", line("KIT", "1"), order="so")).code == 0


def moved(shop: Shop, tmp_path: Path, name: str, *options: str) -> Shop:
    """An empty shop that took what ``shop`` exports."""
    other = Shop(tmp_path / name)
    assert other("init", "--shop", "新店").code == 0
    assert shop("export", "documents", tmp_path / f"{name}.jsonl").code == 0
    ran = other("import", "documents", tmp_path / f"{name}.jsonl", *options)
    assert (ran.code, [answer for answer in ran.lines if not answer["ok"]]) == (0, [])
    return other


def figures(shop: Shop) -> list[Any]:
    """What the reports say, without names and numbers, which the other shop has of its own."""
    told: list[Any] = []
    for words in REPORTS:
        rows = shop("report", *words).json
        told.append([words[0], [{k: v for k, v in row.items() if k not in ("name", "number")} for row in rows]])
    return told


def test_kits_batches_ways_of_costing_and_weights_come_along(shop: Shop, tmp_path: Path) -> None:
    fill(shop)
    other = moved(shop, tmp_path, "other")
    assert figures(other) == figures(shop)
    assert other("check").json["ok"]
    third = moved(other, tmp_path, "third", "--atomic")
    assert figures(third) == figures(shop)


def test_an_order_is_closed_there_too_and_from_the_same_day_on(shop: Shop, tmp_path: Path) -> None:
    order = document("purchase_order", "po", "2026-01-01", line("P", "10", "1"), partner="S1")
    shop.enter(order, receipt("r", "2026-01-02", line("P", "4", "1"), order="po"))
    assert shop("close", "po", today="2026-01-05").code == 0
    for options in ((), ("--atomic",)):
        other = moved(shop, tmp_path, "other" + "".join(options), *options)
        assert [(row["ref"], row["status"]) for row in other("documents").json] == [("po", "closed"), ("r", "posted")]
        open_then = [other("report", "stock", "--as-of", f"2026-01-0{day}").json[0]["on_order"] for day in (4, 5)]
        assert open_then == ["6", "0"]


@pytest.mark.parametrize(
    ("kind", "closed", "code"),
    [
        ("purchase_order", "2026-03-11", "date_in_future"),
        ("purchase_order", "2026-02-28", "bad_value"),
        ("purchase_order", "soon", "bad_date"),
        ("purchase_receipt", "2026-03-02", "bad_value"),
    ],
)
def test_an_order_is_closed_between_its_own_day_and_today(shop: Shop, kind: str, closed: str, code: str) -> None:
    given = document(kind, "o", "2026-03-01", line("P", "1", "1"), partner="S1", closed=closed)
    assert shop.enter(given).lines[0]["error"]["code"] == code
    assert shop("documents").json == []


def test_what_is_there_already_is_not_closed_by_a_file(shop: Shop) -> None:
    order = document("purchase_order", "o", "2026-03-01", line("P", "1", "1"), partner="S1")
    shop.enter(order, order | {"closed": "2026-03-02"})
    assert [row["status"] for row in shop("documents").json] == ["posted"]


def test_drafts_come_back_in_base_units(shop: Shop, tmp_path: Path) -> None:
    (tmp_path / "goods.csv").write_text(GOODS, encoding="utf-8")
    shop("import", "products", tmp_path / "goods.csv")
    recipe(shop, "F,1")
    half = document(
        "sale", "d", "2026-03-01", line("M", "2", "36", unit="板", discount="0.1"), line("KIT", "1"), partner="C1", post=False
    )
    shop.enter(half)
    other = moved(shop, tmp_path, "other")
    other.enter(receipt("r", "2026-02-01", line("M", "24", "1", batch="B1"), line("F", "1", "1")))
    other("export", "documents", tmp_path / "again.jsonl")
    told = [json.loads(text) for text in (tmp_path / "again.jsonl").read_text(encoding="utf-8").splitlines()][-1]
    first, kit = told["lines"]
    assert (first["unit"], first["qty"], first["price"], first["amount"]) == ("盒", "24", "3.0000", "64.80")
    assert kit["create_as"] == {"kit": [{"product": "F", "unit": "个", "create_as": {"costing": "fifo"}, "qty": "1"}]}


def test_parts_are_what_the_line_says_or_refused(shop: Shop) -> None:
    shop.enter(receipt("r", "2026-03-01", line("M", "5", "1", batch="B1"), line("M", "5", "9", batch="B2"), line("P", "5", "1")))

    def sold(*parts: Document, product: str = "M", kind: str = "sale") -> Document:
        lines = [line(product, "2", "10", parts=list(parts))]
        answer: Document = shop.enter(document(kind, "s", "2026-03-02", *lines, partner="C1")).lines[0]
        return answer

    part = {"product": "M", "qty": "2", "batch": "B2"}
    for wrong, code in (
        (part | {"qty": "3"}, "bad_value"), (part | {"product": "P", "batch": None}, "bad_value"),
        (part | {"batch": "B3"}, "not_found"), (part | {"qty": "0"}, "not_above_zero"), (part | {"product": "X1"}, "not_found"),
        ({"product": "M"}, "missing"), (part | {"unit": "箱"}, "unknown_unit"),
    ):  # fmt: skip
        assert sold(wrong)["error"]["code"] == code, wrong
    assert sold(part, kind="purchase_receipt")["error"]["code"] == "bad_value"  # what comes in is not chosen
    assert sold(part)["ok"]
    both = [line("M", "3", "10", parts=[part | {"qty": "3", "batch": "B1"}]), line("M", "4", "10")]
    assert shop.enter(sale("s2", "2026-03-02", *both)).lines[0]["ok"]  # the second line takes what the first leaves of each batch
    rows = [(row["batch"], row["quantity"]) for row in shop("report", "stock-ledger").json if row["ref"] == "s"]
    assert rows == [("B2", "-2")]


@pytest.mark.parametrize("shares", [[(1, "5")], [(1, "5"), (3, "5")], [(1, "3"), (1, "10")], [(1, "5.005"), (2, "4.995")]])
def test_shares_of_a_landed_cost_must_add_up_over_lines_that_are_there(shop: Shop, shares: list[tuple[int, str]]) -> None:
    shop.enter(receipt("r", "2026-03-01", line("P", "5", "1"), line("Q", "5", "1")))
    cost = {"ref": "f", "kind": "landed_cost", "date": "2026-03-02", "partner": "S1", "against": "r", "amount": "10"}

    def shared(*said: tuple[int, str]) -> Document:
        answer: Document = shop.enter(
            cost | {"by": "weight", "shares": [{"ref": "r", "line": at, "amount": amount} for at, amount in said]}
        ).lines[0]
        return answer

    assert shared(*shares)["error"]["code"] in ("bad_value", "too_fine")
    assert shared((1, "3"), (2, "7"))["ok"]
    assert [row["value"] for row in shop("report", "stock-ledger").json] == ["8.00", "12.00"]


@pytest.mark.parametrize("own", [5, {"batches": 1}, {"costing": "lifo"}, {"kit": 5}, {"kit": [{"product": "P"}]}, {"kit": [[]]}])
def test_a_product_is_not_made_of_nonsense(shop: Shop, own: Any) -> None:
    ran = shop.enter(receipt("r", "2026-03-01", line("NEW", "1", "1", create_as=own)))
    assert (ran.code, ran.lines[0]["ok"]) == (3, False)
    assert shop("report", "stock", "--product", "NEW").json["error"]["code"] == "unknown_product"


IN_ORDER = [(), ("--atomic",)]


def replaced(shop: Shop, order: list[str], **goods: Any) -> None:
    """10 are bought twice and sold once, entered in ``order``; then the first receipt is voided, because it was entered twice."""
    documents = {
        "r1": receipt("r1", "2026-03-01", line("P", "10", "1", **goods)),
        "r2": receipt("r2", "2026-03-01", line("P", "10", "3", **goods)),
        "s": sale("s", "2026-03-02", line("P", "10", "5")),
    }
    assert shop.enter(*(documents[ref] for ref in order)).code == 0
    assert shop("void", "r1", "--reason", "重复").code == 0


@pytest.mark.parametrize("options", IN_ORDER)
@pytest.mark.parametrize("goods", [{}, {"batch": "B1", "expiry": "2027-01-01"}])
@pytest.mark.parametrize("order", [["r1", "s", "r2"], ["r1", "r2", "s"], ["r2", "s", "r1"]])
def test_a_sale_that_a_voided_receipt_once_made_room_for_moves_in(
    shop: Shop, tmp_path: Path, order: list[str], goods: dict[str, str], options: tuple[str, ...]
) -> None:
    replaced(shop, order, **goods)
    other = moved(shop, tmp_path, "other", *options)
    assert figures(other) == figures(shop)
    assert other("check").json["ok"]
    assert [(row["ref"], row["quantity"], row["value"]) for row in other("report", "stock-ledger").json] == [
        ("r2", "10", "30.00"), ("s", "-10", "-30.00"),
    ]  # fmt: skip
    assert shop("report", "stock", "--by", "batch").json[-1]["expiry"] == goods.get("expiry")


def test_what_was_allowed_once_moves_in_and_this_shop_forbids_as_before(shop: Shop, tmp_path: Path) -> None:
    lax = Shop(tmp_path / "lax")
    assert lax("init", "--shop", "宽店", "--negative", "allow").code == 0
    assert lax.enter(sale("s", "2026-03-02", line("P", "3", "5")), receipt("r", "2026-03-03", line("P", "2", "1"))).code == 0
    other = moved(lax, tmp_path, "other")
    assert figures(other) == figures(lax)
    answer = other.enter(sale("s2", "2026-03-04", line("P", "1", "5"))).lines[0]
    assert answer["error"]["code"] == "not_enough_stock"


def test_moving_in_goes_on_where_it_was_cut_off(shop: Shop, tmp_path: Path) -> None:
    replaced(shop, ["r1", "s", "r2"])
    shop.enter(sale("s3", "2026-03-03", line("P", "1", "5"), post=False))
    assert shop("export", "documents", tmp_path / "all.jsonl").code == 0
    told = (tmp_path / "all.jsonl").read_text(encoding="utf-8").splitlines()
    other = Shop(tmp_path / "other")
    assert other("init", "--shop", "新店").code == 0
    assert other("import", "documents", "-", stdin="\n".join(told[:2])).code == 0
    short = other("import", "documents", "-", stdin="\n".join([told[1], *told])).lines
    assert [(answer["ok"], answer.get("existing", False)) for answer in short] == [
        (True, True), (True, False), (True, True), (True, False), (True, False),
    ]  # fmt: skip
    assert figures(other) == figures(shop)


def test_a_shop_with_documents_of_its_own_takes_nothing_on_trust(shop: Shop, tmp_path: Path) -> None:
    replaced(shop, ["r1", "s", "r2"], batch="B1")
    assert shop("export", "documents", tmp_path / "all.jsonl").code == 0
    other = Shop(tmp_path / "other")
    assert other("init", "--shop", "新店").code == 0
    assert other.enter(receipt("own", "2026-03-01", line("Q", "1", "1"))).code == 0
    for options in IN_ORDER:
        ran = other("import", "documents", tmp_path / "all.jsonl", "--dry-run", *options)
        assert (ran.code, [answer["ok"] for answer in ran.lines][1]) == (3, False)
    told = [json.loads(text) for text in (tmp_path / "all.jsonl").read_text(encoding="utf-8").splitlines()]
    third = Shop(tmp_path / "third")
    assert third("init", "--shop", "新店").code == 0
    foreign = [{name: value for name, value in one.items() if name != "number"} for one in told[1:]]
    assert third.enter(*foreign).lines[0]["error"]["code"] == "not_enough_stock"  # a file of another program is no book


def test_what_no_batch_had_left_for_stays_so(shop: Shop, tmp_path: Path) -> None:
    lax = Shop(tmp_path / "lax")
    assert lax("init", "--shop", "宽店", "--negative", "allow").code == 0
    lax.enter(receipt("r", "2026-03-01", line("N", "5", "1", batch="X1")), sale("v", "2026-03-02", line("N", "5", "2")))
    lax.enter(sale("s", "2026-03-02", line("N", "2", "2")))
    assert lax("void", "v", "--reason", "错").code == 0
    other = moved(lax, tmp_path, "other")
    assert [(row["batch"], row["quantity"]) for row in other("report", "stock", "--by", "batch").json] == [
        (None, "-2"), ("X1", "5"),
    ]  # fmt: skip
    assert figures(other) == figures(lax)
