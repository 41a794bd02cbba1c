"""Histories of goods of which the oldest leave first, with their figures and layers, checked by hand."""

from __future__ import annotations

import pytest

from tests.helpers.costing_story import Case

CASES = [
    Case(
        "the oldest goods leave first, whatever the order of entry",
        """b1 d2 buy 5 @111.11
           b2 d1 buy 4 @100
           b3 d3 buy 6 @122.22
           s1 d4 sell 12""",
        {"s1": "-1322.21"},
        {"P": "3 worth 366.66"},
        method="fifo",
        layers=[("d3", "3", "366.66")],
    ),
    Case(
        "goods brought back become the youngest layer at the original's cost",
        """b1 d1 buy 20 @10
           s1 d2 sell 15
           b2 d3 buy 20 @15
           r1 d4 back 10 of s1
           s2 d5 sell 6""",
        {"r1": "100.00", "s2": "-65.00"},
        {"P": "29 worth 385.00"},
        method="fifo",
        layers=[("d3", "19", "285.00"), ("d4", "10", "100.00")],
    ),
    Case(
        "layers travel as they are and keep their place in time",
        """b1 d1 buy 2 @10
           b2 d3 buy 2 @14
           b3 d2 buy 1 @12 in B
           t1 d4 move 3 to B
           s1 d5 sell 2 in B""",
        {"t1": "-34.00", "s1": "-20.00"},
        {"A": "1 worth 14.00", "B": "2 worth 26.00"},
        method="fifo",
        pool="warehouse",
    ),
    Case(
        "a count with a price gives every layer that cost and keeps the dates",
        """b1 d1 buy 20 @1000
           b2 d2 buy 10 @700
           s1 d3 sell 15
           c1 d4 count 15 @1000
           s2 d5 sell 6""",
        {"c1": "3000.00", "s2": "-6000.00"},
        {"P": "9 worth 9000.00"},
        method="fifo",
        layers=[("d2", "9", "9000.00")],
    ),
    Case(
        "a covered gap takes the receipt's cost and the rest is a layer of it",
        """b1 d1 buy 1 @100
           s1 d2 sell 6
           b2 d3 buy 6 @10""",
        {"s1": "-150.00"},
        {"P": "1 worth 10.00"},
        method="fifo",
        layers=[("d3", "1", "10.00")],
    ),
    Case(
        "freight after a return to the supplier raises what went back",
        """b1 d1 buy 5 @100
           r1 d2 sendback 2
           l1 d3 freight 50 of b1""",
        {"r1": "-220.00"},
        {"P": "3 worth 330.00"},
        method="fifo",
        layers=[("d1", "3", "330.00")],
    ),
    Case(
        "a transfer inside the pool leaves the layers alone",
        """b1 d1 buy 5 @10
           b2 d2 buy 5 @20
           t1 d3 move 6 to B
           s1 d4 sell 6 in B""",
        {"t1": "-70.00", "t1+": "70.00", "s1": "-70.00"},
        {"P": "4 worth 80.00"},
        method="fifo",
        layers=[("d2", "4", "80.00")],
    ),
]


@pytest.mark.parametrize("case", CASES, ids=Case.id)
def test_a_history_comes_to_its_figures(case: Case) -> None:
    case.comes_to_its_figures()
