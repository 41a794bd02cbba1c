"""Goods that are moved on and back again, so that a cost hangs on itself."""

from __future__ import annotations

from tests.helpers.costing_story import stock_of, told


def test_goods_moved_on_while_missing_and_moved_back_take_the_cost_they_had_in_between() -> None:
    found = told(
        """b0 d0 buy 1 @10
           s0 d1 sell 1
           b1 d1 buy 5 @12 in B
           t1 d2 move 5 to B
           t2 d3 move 5 in B to A""",
        pool="warehouse",
    )
    out, there, back, here = (found.results[row].value or 0 for row in ("t1", "t1+", "t2", "t2+"))
    assert out + there == back + here == 0
    assert abs(there - 6000) <= 1  # half of what lay in B came from there: c = (c + 12) / 2, to the fen
    assert (stock_of(found, "A"), stock_of(found, "B")) == ("0 worth 0.00", "5 worth 60.00")
    assert not found.circular


def test_a_cost_that_rests_on_nothing_but_itself_stays_a_marked_guess() -> None:
    found = told(
        """a1 d0 reprice 1 in B
           c1 d1 count 1 in A
           t1 d2 move 1 in B to A
           a2 d3 reprice 12 in B
           t2 d4 move 3 in A to B""",
        "fifo",
        "warehouse",
    )
    assert found.circular == {"t1"}
    assert found.results["t1+"].value == 100
    assert found.results["t1+"].provisional
    for name, rows in (("A", ("c1", "t1+", "t2")), ("B", ("a1", "t1", "a2", "t2+"))):
        assert sum(found.results[row].value or 0 for row in rows) == found.states[name].value


def test_goods_that_go_in_circles_never_arrive_with_less_than_nothing() -> None:
    found = told(
        """t1 d0 move 8 in B to A
           t2 d1 move 5 in A to B
           t3 d2 move 7 in A to B
           t4 d3 move 6 in A to B
           b1 d4 buy 2 @1 in A
           a1 d5 reprice 8 in B
           s1 d6 sell 1 in A
           s2 d7 sell 6 in B""",
        pool="warehouse",
    )
    arrived = [found.results[f"t{n}+"].value or 0 for n in (1, 2, 3, 4)]
    assert min(arrived) >= 0
    assert found.circular
    assert found.passes < 20
