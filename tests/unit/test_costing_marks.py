"""States on the way of a replay: going on from a mark gives what the whole gives, and goods may leave any pool at once."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from jxc_desktop.domain.costing import Cost, Entry, EntryResult, Known, Mark, Marks, PoolState, append, replay
from tests.helpers.costing_story import entries_of
from tests.unit.test_costing_model import amounts, histories

METHODS = st.sampled_from(["average", "fifo"])


@st.composite
def moved(draw: st.DrawFn) -> list[Entry]:
    """Histories of two pools with transfers strewn in, costs not known at first, gaps and returns."""
    rows = [replace(entry, pool=entry.place) for entry in draw(histories(size=24))]
    for number in range(100, 100 + draw(st.integers(0, 5))):
        day, quantity = draw(st.integers(1, 9)), draw(amounts)
        here, there = draw(st.permutations("AB"))
        key = f"d{day}", number, 1, 1
        rows.append(Entry(key, number, here, here, Cost.TRANSFER_OUT, -quantity, twin=-number))
        rows.append(Entry((*key[:3], 2), -number, there, there, Cost.TRANSFER_IN, quantity, twin=number))
    return sorted(rows, key=lambda entry: entry.key)


def known_before(rows: list[Entry], mark: Mark, results: dict[Any, EntryResult]) -> dict[Any, Known]:
    """What a ledger says of the rows before ``mark``."""
    known: dict[Any, Known] = {}
    for entry in rows[: mark.rows]:
        one, state = results[entry.row], mark.states[entry.pool]
        back = [results[other.row] for other in rows[: mark.rows] if other.original == entry.row]
        returned = sum(r.quantity for r in back), sum(r.value or 0 for r in back)
        assert state is not None
        known[entry.row] = Known(one.quantity, one.value, *returned, one.provisional, None, state.assumed)
    return known


@given(moved(), METHODS, st.integers(1, 6))
@settings(max_examples=400)
def test_going_on_from_any_sound_mark_equals_the_whole(rows: list[Entry], method: str, every: int) -> None:
    marks = Marks(every)
    whole = replay({}, rows, method, marks=marks)
    assert whole.marks == (marks.made if whole.direct else [])
    for mark in whole.marks:
        assert rows[mark.rows - 1].key[:2] == mark.at
        assert mark.rows == len(rows) or rows[mark.rows].key[:2] > mark.at
        if not all(mark.states.values()):
            continue
        started: dict[Any, PoolState] = {name: state for name, state in mark.states.items() if state is not None}
        rest = replay(started, rows[mark.rows :], method, known=known_before(rows, mark, whole.results))
        if rest.direct:
            assert rest.results == {entry.row: whole.results[entry.row] for entry in rows[mark.rows :]}
            assert rest.states == whole.states
            assert {n: s.assumed for n, s in rest.states.items()} == {n: s.assumed for n, s in whole.states.items()}


@given(moved(), METHODS, st.integers(1, 6), st.data())
@settings(max_examples=200)
def test_what_comes_behind_a_sound_mark_changes_nothing_before_it(
    rows: list[Entry], method: str, every: int, data: st.DataObject
) -> None:
    whole = replay({}, rows, method, marks=Marks(every))
    for mark in whole.marks:
        if not all(mark.states.values()):
            continue
        kept = [entry for entry in rows[mark.rows :] if data.draw(st.booleans())]
        twins = {entry.row for entry in kept}
        kept = [e for e in kept if e.twin is None or e.twin in twins]
        late = Entry(("d99", 999, 1, 1), 999, data.draw(st.sampled_from("AB")), "A", Cost.GIVEN, 7, given=7777)
        held = {entry.row for entry in rows[: mark.rows]} | {entry.row for entry in kept}
        other = replay({}, [*rows[: mark.rows], *(e for e in kept if e.original is None or e.original in held), late], method)
        if other.direct:
            assert all(other.results[entry.row] == whole.results[entry.row] for entry in rows[: mark.rows])


@given(moved(), METHODS, st.integers(1, 6))
def test_states_can_be_asked_for_at_given_places(rows: list[Entry], method: str, every: int) -> None:
    found = replay({}, rows, method, marks=Marks(every)).marks
    again = replay({}, rows, method, marks=Marks(at=[mark.at for mark in found])).marks
    assert [mark.at for mark in again] == [mark.at for mark in found]
    for one, other in zip(found, again, strict=True):
        assert {name: state for name, state in one.states.items() if state} == {
            name: state for name, state in other.states.items() if one.states[name]
        }
    places = [("d0", 0), ("d99", 9)]
    ends = replay({}, rows, method, marks=Marks(at=places)).marks
    assert [mark.rows for mark in ends] == [0, len(rows)]


@given(histories(places="A"), METHODS, amounts)
def test_goods_may_leave_any_pool_without_its_history(entries: list[Entry], method: str, quantity: int) -> None:
    """Also one that misses goods or never had a cost: a new latest issue changes no row before it."""
    rows = sorted(entries, key=lambda entry: entry.key)
    late = Entry(("d99", 999, 1, 1), 999, "P", "A", Cost.ISSUE, -quantity)
    state = replay({}, rows, method).states.get("P", PoolState.empty(method))
    whole = replay({}, [*rows, late], method)
    assert append(state, late) == whole.results[999]
    assert (state.quantity, state.value, state.last, state.clean) == (
        whole.states["P"].quantity,
        whole.states["P"].value,
        whole.states["P"].last,
        whole.states["P"].clean,
    )


def test_no_mark_stands_inside_a_document_or_where_goods_are_missing() -> None:
    rows = entries_of("b1 d1 buy 2 @1\ns1 d2 sell 1\ns2 d2 sell 3\nb2 d3 buy 5 @2\ns3 d4 sell 1")
    rows[2].key = rows[1].key[:2] + (2, 1)
    found = replay({}, rows, marks=Marks(2))
    assert [(mark.rows, all(mark.states.values())) for mark in found.marks] == [(4, True)]


def test_a_cost_that_was_assumed_is_settled_only_by_the_row_that_told_it() -> None:
    rows = entries_of("b1 d1 buy 4 @?\nb2 d2 buy 4 @?\nb3 d3 buy 1 @3\ns1 d4 sell 1")
    found = replay({}, rows, marks=Marks(1))
    assert [mark.at[0] for mark in found.marks] == ["d3", "d4"]
