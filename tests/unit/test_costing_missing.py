"""Histories with goods that are missing or whose cost is unknown: what is guessed, what covers it, what stays a guess."""

from __future__ import annotations

import pytest

from jxc_desktop.domain.costing import append
from tests.helpers.costing_story import Case, entries_of, told, values_of

CASES = [
    Case(
        "what is missing leaves at the last known cost",
        """b1 d1 buy 2 @10
           s1 d2 sell 5""",
        {"s1": "-50.00"},
        {"P": "-3 worth -30.00"},
    ),
    Case(
        "a receipt covers the gap at its own cost and the rest has it too",
        """b1 d1 buy 1 @100
           s1 d2 sell 2
           b2 d2 buy 2 @120
           b3 d3 buy 3 @100""",
        {"s1": "-220.00"},
        {"P": "4 worth 420.00"},
    ),
    Case(
        "a gap is covered oldest first, by as many receipts as it takes",
        """b1 d1 buy 2 @10
           s1 d2 sell 5
           s2 d3 sell 3
           b2 d4 buy 4 @12
           b3 d5 buy 4 @15""",
        {"s1": "-56.00", "s2": "-42.00"},
        {"P": "2 worth 30.00"},
    ),
    Case(
        "while a gap is only partly covered the rest of it keeps its guess",
        """b1 d1 buy 1 @10
           s1 d2 sell 5
           b2 d3 buy 1 @12""",
        {"s1": "-52.00"},
        {"P": "-3 worth -30.00"},
    ),
    Case(
        "a receipt that just covers the gap leaves nothing worth nothing",
        """b1 d1 buy 1 @10
           s1 d2 sell 4
           b2 d3 buy 3 =10.00""",
        {"s1": "-20.00"},
        {"P": "0 worth 0.00"},
    ),
    Case(
        "goods brought back close their own gap and cost what the rest of the sale cost",
        """b1 d1 buy 1 @10
           s0 d1 sell 1
           s1 d2 sell 5
           r1 d3 back 2 of s1
           b2 d4 buy 10 @12""",
        {"s1": "-60.00", "r1": "24.00"},
        {"P": "7 worth 84.00"},
    ),
    Case(
        "more brought back than was missing brings the rest into stock",
        """b1 d1 buy 2 @10
           s1 d2 sell 5
           r1 d3 back 4 of s1""",
        {"s1": "-50.00", "r1": "40.00"},
        {"P": "1 worth 10.00"},
    ),
    Case(
        "a count in a negative pool covers the gap",
        """b1 d1 buy 15 @900
           s1 d2 sell 20
           c1 d3 count 50 @1000
           b2 d4 buy 15 @1200""",
        {"s1": "-18500.00", "c1": "55000.00"},
        {"P": "65 worth 68000.00"},
    ),
    Case(
        "a transfer of goods that were missing is trued up on both sides and beyond",
        """b1 d1 buy 1 @10
           t1 d2 move 3 to B
           s1 d3 sell 2 in B
           b2 d4 buy 5 @13""",
        {"t1": "-36.00", "t1+": "36.00", "s1": "-24.00"},
        {"A": "3 worth 39.00", "B": "1 worth 12.00"},
        pool="warehouse",
    ),
    Case(
        "in a pool that never had a cost values are unknown",
        """b1 d1 buy 4 @?
           s1 d2 sell 1
           f1 d3 find 2""",
        {"b1": None, "s1": None, "f1": None},
        {"P": "5 worth 0.00"},
    ),
    Case(
        "the first known cost counts from the pool's start",
        """b1 d1 buy 4 @?
           s1 d2 sell 1
           b2 d3 buy 1 @8
           s2 d4 sell 2""",
        {"b1": "32.00", "s1": "-8.00", "b2": "8.00", "s2": "-16.00"},
        {"P": "2 worth 16.00"},
    ),
    Case(
        "a sale before any cost was known is trued up by the first receipt",
        """s1 d1 sell 2
           b1 d2 buy 20 @3.33""",
        {"s1": "-6.66"},
        {"P": "18 worth 59.94"},
    ),
    Case(
        "a cost adjustment gives the unknown goods their cost",
        """b1 d1 buy 4 @?
           s1 d2 sell 1
           a1 d3 reprice 7""",
        {"b1": "28.00", "s1": "-7.00", "a1": "0.00"},
        {"P": "3 worth 21.00"},
    ),
    Case(
        "goods of unknown cost take the present cost, or the last known one",
        """b1 d1 buy 2 @10
           b2 d2 buy 2 @?
           s1 d3 sell 4
           b3 d4 buy 1 @?""",
        {"b2": "20.00", "s1": "-40.00", "b3": "10.00"},
        {"P": "1 worth 10.00"},
    ),
    Case(
        "a gift costs nothing, and that is known",
        """b1 d1 buy 1 @10
           b2 d2 buy 1 @0
           s1 d3 sell 1
           r1 d4 back 1 of s1""",
        {"b2": "0.00", "s1": "-5.00", "r1": "5.00"},
        {"P": "2 worth 10.00"},
    ),
    Case(
        "a pool learns its first cost from a transfer",
        """f1 d1 find 2 in B
           b1 d2 buy 5 @10
           t1 d3 move 1 to B
           b2 d9 buy 5 @20 in B""",
        {"f1": "20.00", "t1+": "10.00"},
        {"B": "8 worth 130.00"},
        pool="warehouse",
    ),
]


@pytest.mark.parametrize("case", CASES, ids=Case.id)
def test_a_history_comes_to_its_figures(case: Case) -> None:
    case.comes_to_its_figures()


def test_goods_brought_back_elsewhere_cost_what_the_sale_came_to_in_the_end() -> None:
    found = told(
        """b0 d0 buy 1 @10 in B
           s0 d0 sell 1 in B
           s1 d1 sell 3 in B
           r1 d2 back 1 of s1
           b1 d3 buy 1 @13 in B
           r2 d4 back 1 of s1
           b2 d5 buy 1 @7 in B""",
        pool="warehouse",
    )
    assert {row: values_of(found)[row] for row in ("s1", "r1", "r2")} == {"s1": "-30.00", "r1": "10.00", "r2": "10.00"}


def test_a_row_is_provisional_while_its_cost_rests_on_a_guess() -> None:
    marks = {row: one.provisional for row, one in told("b1 d1 buy 1 @10\ns1 d2 sell 3\nb2 d3 buy 1 @12").results.items()}
    assert marks == {"b1": False, "s1": True, "b2": False}
    covered = told("b1 d1 buy 1 @10\ns1 d2 sell 3\nb2 d3 buy 2 @12\nb3 d4 buy 1 @?\nf1 d5 find 1")
    assert [row for row, one in covered.results.items() if one.provisional] == ["b3"]


def test_a_transfer_is_provisional_with_its_other_side() -> None:
    found = told("b1 d1 buy 1 @10\nt1 d2 move 3 to B", pool="warehouse")
    assert found.results["t1"].provisional
    assert found.results["t1+"].provisional


def test_a_state_that_later_rows_could_change_is_not_appended_to() -> None:
    found = told("b1 d1 buy 1 @10\ns1 d2 sell 3")
    late = entries_of("b2 d3 buy 1 @10")[0]
    with pytest.raises(ValueError, match="replay the pool"):
        append(found.states["P"], late)


def test_a_return_whose_original_was_not_given_is_a_bug_that_shows() -> None:
    rows = entries_of("b1 d1 buy 1 @10\nr1 d2 back 1 of s9")
    with pytest.raises(ValueError, match="s9"):
        told("b1 d1 buy 1 @10\nr1 d2 back 1 of s9")
    state = told("b1 d1 buy 1 @10").states["P"]
    with pytest.raises(ValueError, match="s9"):
        append(state, rows[1])
