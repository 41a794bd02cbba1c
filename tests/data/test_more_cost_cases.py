"""Cost histories through the command line, told in short lines, with the figures worked out by hand from the rules
(:mod:`tests.helpers.cost_lines` says how they are told), with two more words: ``v b1`` is a void, and

    ! s2 3 sell 4 day 5      is refused, and the day it names is 5 March

Expected are, after the last line, the values of rows by
reference (parts after a slash), what lies in MAIN and in B, and the documents that a line restated.
"""

from __future__ import annotations

import shlex
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.helpers.commands import Shop
from tests.helpers.cost_lines import document, moment

pytestmark = pytest.mark.sqlite_only


@dataclass(frozen=True)
class Case:
    """A history and what must come of it. ``shop``: method, pool, negative. ``batch``: P is kept by batch at its own cost."""

    name: str
    shop: str
    story: str
    rows: str
    stock: str
    restated: dict[str, str] = field(default_factory=dict)
    batch: bool = False


CASES = [
    Case(
        "the first receipt comes last",
        "average product forbid",
        "b2 5 buy 10 @20; s1 6 sell 5; b1 1 buy 10 @10",
        "s1 -75.00",
        "15 225.00",
        {"b1": "s1"},
    ),
    Case(
        "three for ten, one by one",
        "average product forbid",
        "b1 1 buy 3 =10; s1 2 sell 1; s2 2 sell 1; s3 2 sell 1",
        "s1 -3.33 s2 -3.34 s3 -3.33",
        "0 0.00",
    ),
    Case(
        "oldest first across two layers",
        "fifo product forbid",
        "b1 1 buy 3 =10; b2 2 buy 3 =11; s1 3 sell 4; s2 4 sell 1; s3 5 sell 1",
        "s1 -13.67 s2 -3.67 s3 -3.66",
        "0 0.00",
    ),
    Case(
        "an older layer is entered last",
        "fifo product forbid",
        "b2 2 buy 5 @9; s1 3 sell 4; b1 1 buy 2 @7",
        "s1 -32.00",
        "3 27.00",
        {"b1": "s1"},
    ),
    Case(
        "a younger receipt leaves an older sale alone",
        "fifo product forbid",
        "b1 1 buy 5 @9; s1 3 sell 4; b2 2 buy 2 @7",
        "s1 -36.00",
        "3 23.00",
        {"b2": ""},
    ),
    Case(
        "missing goods take the cost of those that come",
        "average product allow",
        "b1 1 buy 2 @10; s1 2 sell 5; b2 3 buy 10 @13",
        "s1 -59.00",
        "7 91.00",
        {"b2": "s1"},
    ),
    Case(
        "missing goods are covered by one receipt after the other",
        "fifo product allow",
        "b1 1 buy 1 @10; s1 2 sell 6; b2 3 buy 2 @12; b3 4 buy 2 @14; b4 5 buy 10 @16",
        "s1 -78.00",
        "9 144.00",
        {"b4": "s1"},
    ),
    Case(
        "two sales wait, the older is covered first",
        "average product allow",
        "b1 1 buy 1 @10; s1 2 sell 3; s2 3 sell 2; b2 4 buy 3 @20; b3 5 buy 2 @30",
        "s1 -50.00 s2 -50.00",
        "1 30.00",
        {"b2": "s1 s2"},
    ),
    Case(
        "a receipt dated back is there before the sale",
        "average product allow",
        "b1 1 buy 2 @10; s1 3 sell 5; b2 4 buy 10 @13; b0 2 buy 2 @16",
        "s1 -65.00",
        "9 117.00",
        {"b0": "s1"},
    ),
    Case(
        "what was missing is brought back before it came",
        "average product allow",
        "b1 1 buy 1 @10; s0 2 sell 1; s1 3 sell 5; r1 4 back 2 of s1; b2 5 buy 3 @12",
        "s1 -60.00 r1 24.00",
        "0 0.00",
        {"b2": "s1 r1"},
    ),
    Case(
        "a return of a sale that was half there",
        "average product allow",
        "b1 1 buy 2 @10; s1 2 sell 4; b2 3 buy 6 @20; r1 4 back 2 of s1; r2 5 back 2 of s1",
        "s1 -60.00 r1 30.00 r2 30.00",
        "8 140.00",
    ),
    Case(
        "a return is restated with its sale",
        "fifo product forbid",
        "b1 2 buy 4 @10; s1 3 sell 4; r1 5 back 3 of s1; b0 1 buy 2 @4; s2 6 sell 4",
        "s1 -28.00 r1 21.00 s2 -34.00",
        "1 7.00",
        {"b0": "s1 r1"},
    ),
    Case(
        "a return that names no sale comes at the present cost",
        "average product forbid",
        "b1 1 buy 2 @10; b2 2 buy 2 @20; s1 3 sell 1; r1 4 back 2",
        "s1 -15.00 r1 30.00",
        "5 75.00",
    ),
    Case(
        "a void takes a receipt out of the middle",
        "average product forbid",
        "b1 1 buy 4 @10; b2 2 buy 4 @16; s1 3 sell 2; r1 4 back 1 of s1; v b2",
        "s1 -20.00 r1 10.00",
        "3 30.00",
        {"v b2": "s1 r1"},
    ),
    Case(
        "voids in the other order of entry",
        "fifo product allow",
        "b1 1 buy 2 @5; b2 2 buy 2 @6; s1 3 sell 3; s2 4 sell 3; v b1; v s1",
        "s2 -18.00",
        "-1 -6.00",
    ),
    Case(
        "a count in the middle of what is missing",
        "average product allow",
        "b1 1 buy 2 @10; s1 2 sell 5; c1 3 count 4; b2 4 buy 4 @20",
        "s1 -50.00 c1 70.00",
        "8 120.00",
    ),
    Case(
        "a count with a price in the middle of what is missing",
        "average product allow",
        "b1 1 buy 2 @10; s1 2 sell 5; c1 3 count 4 @12; s2 5 sell 1",
        "s1 -56.00 c1 84.00 s2 -12.00",
        "3 36.00",
        {"c1": "s1"},
    ),
    Case(
        "paper that comes late changes the difference and not the count",
        "average product forbid",
        "b1 1 buy 10 @2; c1 5 count 8; s1 3 sell 2; b2 2 buy 4 @3.4",
        "s1 -4.80 c1 -9.60",
        "8 19.20",
        {"s1": "c1", "b2": "s1 c1"},
    ),
    Case(
        "sold between the counting and the posting of it",
        "fifo product forbid",
        "b1 1 buy 6 @2; b2 2 buy 6 @3; s1 3T11:00 sell 5; c1 3T18:00 count 10 at 3T10:00",
        "c1 -4.00 s1 -11.00",
        "5 15.00",
        {"c1": "s1"},
    ),
    Case(
        "all of it costs what the count says, layer by layer",
        "fifo product forbid",
        "b1 1 buy 2 @5; b2 2 buy 2 @9; c1 3 count 5 @6; s1 4 sell 3",
        "c1 2.00 s1 -18.00",
        "2 12.00",
    ),
    Case(
        "a price set, and a receipt before it entered late",
        "average product forbid",
        "b1 1 buy 4 @5; a1 3 reprice 8; s1 4 sell 2; b2 2 buy 4 @7",
        "a1 16.00 s1 -16.00",
        "6 48.00",
        {"b2": "a1"},
    ),
    Case(
        "layers travel between warehouses and keep their dates",
        "fifo warehouse forbid",
        "b1 1 buy 2 @5; b2 3 buy 2 @7; b3 2 buy 2 @6 in B; t1 4 move 3 to B; s1 5 sell 3 in B; s2 6 sell 1 in B; s3 7 sell 1",
        "t1 -17.00/17.00 s1 -16.00 s2 -6.00 s3 -7.00",
        "0 0.00 B=1 7.00",
    ),
    Case(
        "goods that were missing are moved on, and come later",
        "average warehouse allow",
        "b1 1 buy 1 @10; t1 2 move 4 to B; s1 3 sell 2 in B; b2 4 buy 5 @12",
        "t1 -46.00/46.00 s1 -23.00",
        "2 24.00 B=2 23.00",
        {"b2": "t1 s1"},
    ),
    Case(
        "a transfer inside a pool changes no value",
        "average product forbid",
        "b1 1 buy 3 =10; t1 2 move 1 to B; b2 3 buy 3 @5 in B; s1 4 sell 2",
        "t1 -3.33/3.33 s1 -8.33",
        "0 0.00 B=4 16.67",
    ),
    Case(
        "each batch has its own cost, the first to expire leaves first, and each part comes back to its own",
        "average product forbid",
        "b1 1 buy 3 @10 batch A to 2026-05-01; b2 1 buy 3 @20 batch B to 2026-04-01; s1 2 sell 5;"
        "r1 3 back 4 of s1; r2 4 back 1 of s1",
        "s1 -60.00/-20.00 r1 60.00/10.00 r2 10.00",
        "6 90.00",
        batch=True,
    ),
    Case(
        "a batch has a cost for each warehouse",
        "average warehouse forbid",
        "b1 1 buy 4 @10 batch A; b2 2 buy 2 @16 batch A in B; t1 3 move 2 to B batch A; s1 4 sell 1 in B batch A;"
        "b0 1 buy 4 @4 batch A",
        "t1 -14.00/14.00 s1 -11.50",
        "6 42.00 B=3 34.50",
        {"b0": "t1 s1"},
        batch=True,
    ),
    Case(
        "the first cost that is known holds from the start",
        "average product allow",
        "b1 1 buy 4 @?; s1 2 sell 1; b2 3 buy 3 @9; s2 4 sell 1",
        "b1 36.00 s1 -9.00 s2 -9.00",
        "5 45.00",
        {"b2": "b1 s1"},
    ),
    Case(
        "goods of unknown cost join at the present one",
        "fifo product forbid",
        "b1 1 buy 2 @4; b2 2 buy 3 @6; b3 3 buy 5 @?; s1 4 sell 6",
        "b3 26.00 s1 -31.20",
        "4 20.80",
    ),
    Case(
        "a gift costs nothing and makes the rest cheaper",
        "average product forbid",
        "b1 1 buy 4 @10; b2 2 buy 1 @0; s1 3 sell 2",
        "s1 -16.00",
        "3 24.00",
    ),
    Case(
        "freight by value on two receipts, one of them sold out",
        "fifo product forbid",
        "b1 1 buy 2 @10; s1 2 sell 2; b2 3 buy 3 @20; l1 4 freight 8 on b1 b2; s2 5 sell 1",
        "s1 -22.00 b2 66.00 s2 -22.00",
        "2 44.00",
        {"l1": "b1 s1 b2"},
    ),
    Case(
        "freight by quantity, voided again",
        "average product forbid",
        "b1 1 buy 1 @10; b2 1 buy 2 @10; s1 2 sell 1; l1 3 freight 1 on b1 b2 by quantity; s2 4 sell 1; v l1",
        "s1 -10.00 s2 -10.00",
        "1 10.00",
        {"l1": "b1 b2 s1", "v l1": "b1 b2 s1 s2"},
    ),
    Case(
        "back to the supplier leaves the oldest layer, not the receipt it names",
        "fifo product forbid",
        "b1 1 buy 3 @5; b2 2 buy 3 @8; x1 3 sendback 2 of b2; s1 4 sell 2",
        "x1 -10.00 s1 -13.00",
        "2 16.00",
    ),
    Case(
        "an overage without a price has the present cost, with one its own",
        "average product forbid",
        "b1 1 buy 4 @5; f1 2 find 1; f2 3 find 5 @8; s1 4 sell 2",
        "f1 5.00 f2 40.00 s1 -13.00",
        "8 52.00",
    ),
    Case(
        "moved away from under a later sale",
        "average warehouse forbid",
        "b1 1 buy 5 @2; s1 5 sell 4; ! t1 3 move 2 to B day 5; t2 3 move 1 to B",
        "s1 -8.00 t2 -2.00/2.00",
        "0 0.00 B=1 2.00",
    ),
    Case(
        "a count that leaves too little for a later day",
        "average product forbid",
        "b1 1 buy 5 @2; s1 5 sell 4; ! c1 3 count 3 day 5; c2 3 count 4",
        "s1 -8.00 c2 -2.00",
        "0 0.00",
    ),
    Case(
        "a return cannot be voided when its goods were sold again",
        "average product forbid",
        "b1 1 buy 2 @3; s1 2 sell 2; r1 3 back 1 of s1; s2 4 sell 1; ! v r1 day 4; v s2; v r1",
        "s1 -6.00",
        "0 0.00",
    ),
    Case(
        "written off before they came",
        "average product allow",
        "b1 1 buy 1 @10; w1 2 lose 3; b2 3 buy 3 @8",
        "w1 -26.00",
        "1 8.00",
        {"b2": "w1"},
    ),
    Case(
        "a price set while goods are missing holds for what leaves next",
        "average product allow",
        "b1 1 buy 1 @10; s1 2 sell 3; a1 3 reprice 15; s2 4 sell 1; b2 5 buy 2 @20",
        "s1 -50.00 a1 0.00 s2 -15.00",
        "-1 -15.00",
        {"a1": "", "b2": "s1"},
    ),
    Case(
        "a gift covers what is missing for nothing",
        "fifo product allow",
        "b1 1 buy 1 @10; s1 2 sell 3; b2 3 buy 1 @0; b3 4 buy 2 @12",
        "s1 -22.00",
        "1 12.00",
        {"b2": "s1", "b3": "s1"},
    ),
    Case(
        "what comes back without its sale covers what is missing at the last known cost",
        "fifo product allow",
        "b1 1 buy 2 @10; s1 2 sell 5; r1 3 back 2; b2 4 buy 5 @13",
        "s1 -53.00 r1 20.00",
        "4 52.00",
        {"r1": "", "b2": "s1"},
    ),
    Case(
        "freight on goods of unknown cost waits until their cost is known",
        "average product allow",
        "b1 1 buy 5 @?; s1 2 sell 2; l1 3 freight 10 on b1 by quantity; b2 4 buy 5 @8",
        "b1 50.00 s1 -20.00",
        "8 70.00",
        {"l1": "", "b2": "b1 s1"},
    ),
    Case(
        "freight on goods that were moved on, sold there and brought back here",
        "fifo warehouse forbid",
        "b1 1 buy 2 @5; b2 2 buy 2 @7; t1 3 move 3 to B; s1 4 sell 2 in B; r1 5 back 1 of s1; l1 6 freight 4 on b1",
        "t1 -21.00/21.00 s1 -14.00 r1 7.00",
        "2 14.00 B=1 7.00",
        {"l1": "b1 t1 s1 r1"},
    ),
    Case(
        "freight after some of it went back to the supplier",
        "fifo product forbid",
        "b1 1 buy 10 @10; x1 2 sendback 5 of b1; l1 3 freight 10 on b1",
        "b1 110.00 x1 -55.00",
        "5 55.00",
        {"l1": "b1 x1"},
    ),
    Case(
        "a count with a price tells what goods of unknown cost have cost all along",
        "fifo product allow",
        "b1 1 buy 5 @?; s1 2 sell 2; c1 3 count 3 @9",
        "b1 45.00 s1 -18.00 c1 0.00",
        "3 27.00",
        {"c1": "b1 s1"},
    ),
    Case(
        "so does a cost adjustment",
        "average product allow",
        "b1 1 buy 5 @?; s1 2 sell 2; a1 3 reprice 9; v a1",
        "b1 None s1 None",
        "3 None",
        {"a1": "b1 s1", "v a1": "b1 s1"},
    ),
    Case(
        "goods that are missing in a warehouse come from another",
        "average warehouse allow",
        "b1 1 buy 10 @10; b2 1 buy 1 @4 in B; s1 2 sell 3 in B; t1 3 move 5 to B",
        "s1 -24.00 t1 -50.00/50.00",
        "5 50.00 B=3 30.00",
        {"t1": "s1"},
    ),
    Case(
        "a receipt gives way to a dearer one after goods of it were sold",
        "average product forbid",
        "b1 1 buy 10 @10; s1 2 sell 4; b2 1 buy 10 @12; v b1",
        "s1 -48.00",
        "6 72.00",
        {"b2": "s1", "v b1": "s1"},
    ),
    Case(
        "counts entered in another order than they were made",
        "average product forbid",
        "b1 3 buy 10 @10; b2 4 buy 1 @10; b3 6 buy 1 @10; c2 5 count 6; b0 2T10:00 buy 10 @10; c1 2T12:00 count 8",
        "c2 -130.00 c1 -20.00",
        "7 70.00",
        {"c2": "", "b0": "c2", "c1": "c2"},
    ),
    Case(
        "a fen over three thousandths",
        "average product forbid",
        "b1 1 buy 0.003 =0.01; s1 2 sell 0.001; s2 3 sell 0.001; s3 4 sell 0.001",
        "s1 0.00 s2 -0.01 s3 0.00",
        "0 0.00",
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name.replace(" ", "-"))
def test_a_history_comes_to_the_figures_worked_out_by_hand(tmp_path: Path, case: Case) -> None:
    shop = Shop(tmp_path / "D")
    method, pool, negative = case.shop.split()
    assert shop("init", "--shop", "小店", "--costing", method, "--pool", pool, "--negative", negative).code == 0
    if case.batch:
        (tmp_path / "goods.csv").write_text("code,name,batches,costing\nP,P,1,batch\n", encoding="utf-8")
        assert shop("import", "products", tmp_path / "goods.csv").code == 0
    restated: dict[str, list[str]] = {}
    refs: dict[str, str] = {}
    for text in case.story.split(";"):
        words = shlex.split(text)
        day = words.pop() if words[0] == "!" else ""
        words = words[1:-1] if day else words
        void = words[0] == "v"
        ran = shop("void", words[1], "--reason", "错") if void else shop.enter(document(words))
        answer = ran.lines[0]
        if day:
            assert ran.code == 3, text
            assert answer["error"]["code"] == "not_enough_stock"
            assert answer["error"]["day"] == moment(day)
            continue
        assert ran.code == 0, (text, ran.out)
        refs[answer["number"]] = words[1] if void else words[0]
        restated[" ".join(words[:2]) if void else words[0]] = [refs[number] for number in answer["restated"]]
    assert rows_of(shop, case) == case.rows
    assert stock_of(shop) == case.stock
    assert {ref: " ".join(restated[ref]) for ref in case.restated} == case.restated
    assert shop("check").json == {"ok": True, "findings": []}


def rows_of(shop: Shop, case: Case) -> str:
    """The values of the rows that the case speaks of, parts after a slash."""
    found: dict[str, list[str]] = {}
    for row in shop("report", "stock-ledger").json:
        found.setdefault(row["ref"], []).append(row["value"])
    return " ".join(f"{ref} {'/'.join(map(str, found[ref]))}" for ref in case.rows.split()[::2])


def stock_of(shop: Shop) -> str:
    """All of it, or MAIN and B where B has some."""
    held = {row["warehouse"]: f"{row['quantity']} {row['value']}" for row in shop("report", "stock", "--by", "warehouse").json}
    return held["MAIN"] + (f" B={held['B']}" if "B" in held else "")
