"""The known ways to be wrong about cost and quantity, each with its test."""

from __future__ import annotations

from itertools import permutations

from jxc_desktop.domain.availability import Move, Shortage, lowest_from, running_balances, shortage
from jxc_desktop.domain.costing import Cost, Entry, place_values, replay, unit_cost_of_price
from tests.helpers.costing_story import entries_of, milli, stock_of, told, values_of


def moves(*rows: tuple[str, int, str]) -> list[Move]:
    """(day, posting sequence, pieces), in ledger order; ``=3`` is a count of 3."""
    found: list[Move] = []
    for line, (day, sequence, pieces) in enumerate(rows, 1):
        counted = milli(pieces[1:]) if pieces.startswith("=") else None
        found.append(((day, sequence, line, 1), 0 if counted is not None else milli(pieces), counted))
    return found


def test_a_back_dated_sale_that_starves_a_later_one_is_told_the_later_day() -> None:
    old = moves(("d1", 1, "10"), ("d5", 2, "-10"), ("d6", 3, "10"))
    new = moves(("d1", 1, "10"), ("d3", 4, "-5"), ("d5", 2, "-10"), ("d6", 3, "10"))
    found = shortage(old, new)
    assert found is not None
    assert (found.key[0], found.quantity, found.available) == ("d5", milli("-5"), 0)


def test_two_lines_of_one_document_count_together() -> None:
    old = moves(("d1", 1, "10"))
    new = moves(("d1", 1, "10"), ("d2", 2, "-6"), ("d2", 2, "-6"))
    assert shortage(old, new) == Shortage(("d2", 2, 3, 1), milli("-2"), milli("10"))
    assert shortage(old, moves(("d1", 1, "10"), ("d2", 2, "-6"), ("d2", 2, "-4"))) is None


def test_lines_that_only_pass_through_zero_within_a_document_are_no_shortage() -> None:
    assert shortage([], moves(("d1", 1, "-3"), ("d1", 1, "3"))) is None


def test_a_receipt_is_never_refused_for_what_was_short_before() -> None:
    old = moves(("d1", 1, "-5"), ("d9", 2, "-1"))
    assert shortage(old, moves(("d1", 1, "-5"), ("d2", 3, "2"), ("d9", 2, "-1"))) is None
    worse = shortage(old, moves(("d1", 1, "-5"), ("d2", 3, "-1"), ("d9", 2, "-1")))
    assert worse is not None
    assert worse.key[0] == "d2"


def test_a_receipt_cannot_be_voided_under_a_later_sale() -> None:
    old = moves(("d1", 1, "10"), ("d2", 2, "5"), ("d3", 3, "-12"))
    found = shortage(old, moves(("d1", 1, "10"), ("d3", 3, "-12")))
    assert found is not None
    assert found.key[0] == "d3"


def test_a_count_states_what_was_there_so_nothing_before_it_starves_what_follows() -> None:
    old = moves(("d1", 1, "10"), ("d4", 2, "=10"), ("d5", 3, "-10"))
    new = moves(("d1", 1, "10"), ("d3", 4, "-5"), ("d4", 2, "=10"), ("d5", 3, "-10"))
    assert [balance for _, balance in running_balances(new)] == [10000, 5000, 10000, 0]
    assert shortage(old, new) is None


def test_a_back_dated_count_that_leaves_too_little_names_the_sale_it_starves() -> None:
    old = moves(("d1", 1, "10"), ("d3", 2, "-2"))
    found = shortage(old, moves(("d1", 1, "10"), ("d2", 3, "=1"), ("d3", 2, "-2")))
    assert found is not None
    assert (found.key[0], found.quantity) == ("d3", milli("-1"))


def test_what_may_leave_is_the_least_that_ever_lies_there_until_the_next_count() -> None:
    later = moves(("d5", 2, "-10"), ("d6", 3, "10"))
    assert lowest_from(milli("10"), later).quantity == 0
    assert lowest_from(milli("10"), later).key == ("d5", 2, 1, 1)
    assert lowest_from(milli("10"), []) == (milli("10"), None)
    assert lowest_from(milli("4"), moves(("d5", 2, "=0"), ("d6", 3, "10"))).quantity == milli("4")


def test_a_back_dated_receipt_gives_the_sale_the_cost_of_a_fresh_replay() -> None:
    late = told("b1 d1 buy 10 @1\ns1 d3 sell 4\nb2 d2 buy 10 @3")
    fresh = told("b1 d1 buy 10 @1\nb2 d2 buy 10 @3\ns1 d3 sell 4")
    assert values_of(late) == values_of(fresh) == {"b1": "10.00", "b2": "30.00", "s1": "-8.00"}
    assert stock_of(late) == "16 worth 32.00"


def test_a_box_of_thirteen_sold_one_by_one_costs_what_was_paid_and_leaves_nothing() -> None:
    for method in ("average", "fifo"):
        found = told("b d1 buy 13 =15.00\n" + "\n".join(f"s{n} d2 sell 1" for n in range(13)), method)
        assert sum(found.results[f"s{n}"].value or 0 for n in range(13)) == -1500
        assert stock_of(found) == "0 worth 0.00"


def test_two_stocktakes_voided_in_either_order_leave_the_same_book() -> None:
    story = "b1 d1 buy 10 @3\nc1 d2 count 7\ns1 d3 sell 2\nc2 d4 count 4 @5\ns2 d5 sell 1"
    rows = {str(row.row): row for row in entries_of(story)}
    ends = set()
    for order in permutations(("c1", "c2")):
        left = dict(rows)
        for void in order:
            del left[void]
            ends.add((len(left), stock_of(replay({}, left.values()))))
    assert {end for size, end in ends if size == 3} == {"7 worth 21.00"}


def test_a_price_for_a_box_is_an_exact_unit_cost() -> None:
    rows = [
        Entry(("d1", 1, 1, 1), "c", "P", "A", Cost.COUNT, counted=milli("36"), price=unit_cost_of_price(1_000_000, 12)),
    ]
    assert replay({}, rows).results["c"].value == 30_000  # 3 boxes of 12 at 100.00, not 36 x 8.3333


def test_sales_after_the_moment_of_counting_are_no_part_of_the_difference() -> None:
    found = told("b1 d1 buy 10 @2\ns1 d2T10:05 sell 3\nc1 d2T10:00 count 9")
    assert found.results["c1"].difference == milli("-1")
    assert stock_of(found) == "6 worth 12.00"


def test_half_of_a_sale_returned_twice_brings_back_all_it_cost() -> None:
    for method in ("average", "fifo"):
        found = told("b1 d1 buy 3 =10.01\ns1 d2 sell 2\nb2 d3 buy 9 @7\nr1 d4 back 1 of s1\nr2 d5 back 1 of s1", method)
        sold, *back = (found.results[row].value or 0 for row in ("s1", "r1", "r2"))
        assert sold == -667
        assert sum(back) == 667


def test_a_return_is_restated_with_its_original() -> None:
    early = told("b1 d2 buy 10 @10\ns1 d3 sell 4\nr1 d4 back 1 of s1")
    late = told("b1 d2 buy 10 @10\ns1 d3 sell 4\nr1 d4 back 1 of s1\nb0 d1 buy 10 @20")
    assert values_of(early)["r1"] == "10.00"
    assert values_of(late)["r1"] == "15.00"


def test_a_hundred_thousand_small_quantities_add_up_exactly() -> None:
    rows = [Entry(("d1", n, 1, 1), n, "P", "A", Cost.GIVEN, milli("0.1" if n % 2 else "0.2"), given=3) for n in range(100_000)]
    state = replay({}, rows).states["P"]
    assert (state.quantity, state.value) == (milli("15000"), 300_000)


def test_warehouses_share_the_pool_and_an_empty_one_is_worth_nothing() -> None:
    found = told("b1 d1 buy 3 =10.00\nt1 d2 move 2 to B\ns1 d3 sell 1")
    state = found.states["P"]
    assert place_values(state.value, state.places) == {"A": 0, "B": 667}
    assert place_values(1000, {"A": 1, "B": 1, "C": 1}) == {"A": 334, "B": 333, "C": 333}
    assert place_values(0, {"A": 5, "B": -5}) == {"A": 0, "B": 0}
