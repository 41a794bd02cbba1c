"""The rules of counting: how counts are typed, add up, what a count is of and whose turn it is."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from jxc_desktop.domain.classes import abc_classes
from jxc_desktop.domain.counting import Entry, Tolerance, found_of
from jxc_desktop.domain.daily_list import Candidate, daily_list
from jxc_desktop.domain.stocktake import Plan, parse_plan, read_count
from jxc_desktop.domain.units import BASE, Factor

D = Decimal


@pytest.mark.parametrize(("said", "found"), [("", None), ("0", 0), ("12", 12), ("3箱2瓶", 38), ("3 箱 2", 38), ("1.5", D("1.5"))])
def test_counts_are_typed_as_people_say_them(said: str, found: Decimal | int | None) -> None:
    assert read_count(said, [("瓶", BASE), ("箱", Factor(12))], field="实盘") == found


def test_a_plan_comes_back_from_its_text() -> None:
    plan = Plan("category", "饮料/碳酸;key=1", True, Tolerance(5, 200))
    assert parse_plan(plan.dump()) == plan
    assert parse_plan("F 区月度盘点") == Plan("free")


def test_entries_add_up_by_counter_and_round() -> None:
    def entry(n: int, who: str, mode: str, quantity: int | None, round_: int = 1) -> Entry:
        return Entry(
            n, 1, "", "", "", None if quantity is None else D(quantity), mode, "", f"2026-03-09T12:00:{n:02}", who, round_
        )

    found = found_of([entry(1, "a", "add", 3), entry(2, "b", "set", 5), entry(3, "a", "add", -9), entry(4, "a", "add", 2)])
    assert (found.counted, found.by, found.since, found.at) == (
        D(7),
        (("a", D(2)), ("b", D(5))),
        "2026-03-09T12:00:01",
        "2026-03-09T12:00:04",
    )
    assert found_of([entry(1, "a", "set", 5), entry(2, "a", "set", None)]).counted is None
    again = found_of([entry(1, "a", "set", 5), entry(2, "b", "set", 0, 2)])
    assert (again.counted, again.round, again.first, again.second) == (D(0), 2, D(5), D(0))


def test_classes_cut_at_eighty_and_ninety_five_percent() -> None:
    assert abc_classes({"x": 70, "y": 20, "z": 6, "w": 4, "n": 0}) == {"x": "A", "y": "A", "z": "B", "w": "C", "n": "C"}
    assert abc_classes({}) == {}


def test_the_daily_list_gives_all_their_turn_and_the_important_ones_more_often() -> None:
    classes = {n: "A" if n < 10 else "B" if n < 30 else "C" for n in range(100)}
    last: dict[int, str] = {}
    turns = dict.fromkeys(classes, 0)
    for n in range(120):
        day = (date(2026, 1, 1) + timedelta(days=n)).isoformat()
        chosen = daily_list([Candidate(p, abc, last.get(p, "")) for p, abc in classes.items()], 5, day)
        assert len(set(chosen)) == 5
        for product in chosen:
            turns[product] += 1
            last[product] = day
        for abc in "ABC":
            of_class = [turns[p] for p, c in classes.items() if c == abc]
            assert max(of_class) - min(of_class) <= 1, "nobody comes again before all had their turn"
    mean = {abc: sum(turns[p] for p, c in classes.items() if c == abc) / sum(c == abc for c in classes.values()) for abc in "ABC"}
    assert mean["A"] > 1.5 * mean["B"] > 1.5 * mean["C"] > 1
