"""Histories of goods at moving average with the figures they must come to: short stories, checked by hand."""

from __future__ import annotations

import pytest

from tests.helpers.costing_story import Case, told

CASES = [
    Case(
        "an issue takes the average of two receipts",
        """b1 d1 buy 10 @10
           b2 d2 buy 10 @20
           s1 d3 sell 15""",
        {"s1": "-225.00"},
        {"P": "5 worth 75.00"},
    ),
    Case(
        "the last piece carries the rounding remainder",
        """b1 d1 buy 3 =10.00
           s1 d2 sell 1
           s2 d2 sell 1
           s3 d2 sell 1""",
        {"s1": "-3.33", "s2": "-3.34", "s3": "-3.33"},
        {"P": "0 worth 0.00"},
    ),
    Case(
        "goods found without a price come in at the present cost",
        """b1 d1 buy 10 @10
           b2 d2 buy 10 @20
           s1 d3 sell 15
           f1 d4 find 5""",
        {"f1": "75.00"},
        {"P": "10 worth 150.00"},
    ),
    Case(
        "a return to the supplier leaves like an issue",
        """b1 d1 buy 1 @10
           b2 d2 buy 1 @20
           r1 d3 sendback 1""",
        {"r1": "-15.00"},
        {"P": "1 worth 15.00"},
    ),
    Case(
        "a linked return comes back at the original's cost although the average moved",
        """b1 d1 buy 10 @10
           s1 d2 sell 4
           b2 d3 buy 6 @20
           r1 d4 back 2 of s1""",
        {"s1": "-40.00", "r1": "20.00"},
        {"P": "14 worth 200.00"},
    ),
    Case(
        "an unlinked return comes back at the present cost",
        """b1 d1 buy 10 @10
           s1 d2 sell 4
           b2 d3 buy 6 @20
           r1 d4 back 2""",
        {"r1": "30.00"},
        {"P": "14 worth 210.00"},
    ),
    Case(
        "returned in three parts, the last part takes the rest",
        """b1 d1 buy 6 =20.00
           s1 d2 sell 3
           r1 d3 back 1 of s1
           r2 d4 back 1 of s1
           r3 d5 back 1 of s1""",
        {"s1": "-10.00", "r1": "3.33", "r2": "3.34", "r3": "3.33"},
        {"P": "6 worth 20.00"},
    ),
    Case(
        "freight on a receipt that is sold out raises the sale, not what came later",
        """b1 d1 buy 2 @10
           s1 d2 sell 2
           l1 d3 freight 4.00 of b1
           b2 d4 buy 1 @10""",
        {"b1": "24.00", "s1": "-24.00"},
        {"P": "1 worth 10.00"},
    ),
    Case(
        "a cost adjustment sets the unit cost of what is on hand",
        """b1 d1 buy 10 @10
           s1 d2 sell 4
           a1 d3 reprice 12.50
           s2 d4 sell 2""",
        {"a1": "15.00", "s2": "-25.00"},
        {"P": "4 worth 50.00"},
    ),
    Case(
        "a count with a price makes one cost of it all",
        """b1 d1 buy 10 @10
           c1 d2 count 8 @11
           s1 d3 sell 2""",
        {"c1": "-12.00", "s1": "-22.00"},
        {"P": "6 worth 66.00"},
    ),
    Case(
        "a count without a price values what is missing and what is more at cost",
        """b1 d1 buy 10 @10
           c1 d2 count 7
           c2 d3 count 9""",
        {"c1": "-30.00", "c2": "20.00"},
        {"P": "9 worth 90.00"},
    ),
    Case(
        "a sale dated before a count changes the difference, not the stock",
        """b1 d1 buy 10 @10
           c1 d5 count 7
           s1 d3 sell 2""",
        {"s1": "-20.00", "c1": "-10.00"},
        {"P": "7 worth 70.00"},
    ),
    Case(
        "transfers inside a pool change nothing for it",
        """b1 d1 buy 10 @10
           t1 d2 move 10 to B
           b2 d3 buy 10 @20
           s1 d4 sell 10 in B""",
        {"t1": "-100.00", "t1+": "100.00", "s1": "-150.00"},
        {"P": "10 worth 150.00"},
    ),
    Case(
        "a transfer between pools moves goods at the source's cost",
        """b1 d1 buy 1 @100
           b2 d2 buy 1 @80
           b3 d3 buy 1 @80 in B
           t1 d4 move 1 to B""",
        {"t1": "-90.00", "t1+": "90.00"},
        {"A": "1 worth 90.00", "B": "2 worth 170.00"},
        pool="warehouse",
    ),
    Case(
        "what an assembled product costs is what its parts cost",
        """b1 d1 buy 3 =10.00
           b2 d1 buy 5 @2 in B
           s1 d2 sell 1
           s2 d2 sell 2 in B
           m1 d2 make 1 from s1 s2""",
        {"s1": "-3.33", "s2": "-4.00", "m1": "7.33"},
        {"made": "1 worth 7.33"},
        pool="warehouse",
    ),
]


@pytest.mark.parametrize("case", CASES, ids=Case.id)
def test_a_history_comes_to_its_figures(case: Case) -> None:
    case.comes_to_its_figures()


def test_a_pool_by_itself_is_gone_through_once() -> None:
    assert told("b1 d1 buy 2 @10\ns1 d2 sell 5\nr1 d3 back 4 of s1").passes == 1
