"""Stocktaking in the book: counts kept at once, several counters, movements while counting, second counts, approval, voids."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import func, select

from jxc_desktop.db.models import AuditRow, CountEntry, Document, DocumentLine, StockRow
from jxc_desktop.db.types import raw
from jxc_desktop.domain.counting import Said, Tolerance
from jxc_desktop.domain.documents import Draft, DraftLine
from jxc_desktop.domain.errors import AlreadyPosted, CountAgain, CountHandedIn, CountNotApproved
from jxc_desktop.domain.stocktake import Plan
from jxc_desktop.queries.periods import Period
from jxc_desktop.queries.stocktake import stocktakes
from jxc_desktop.queries.stocktake_entries import approval_of, entries_of, pulse
from jxc_desktop.queries.stocktake_history import accuracy_of, past_counts
from jxc_desktop.queries.stocktake_rows import count_rows
from jxc_desktop.queries.stocktake_scopes import listed_products
from jxc_desktop.services.drafts import delete_draft, load_draft, save_draft
from jxc_desktop.services.posting import Posted
from jxc_desktop.services.stocktake import adopt, clear_line
from jxc_desktop.services.stocktake_posting import give_back, hand_in, keep_lines, result_of
from tests.helpers.count import Count
from tests.helpers.shop import Shop

D = Decimal
pytestmark = pytest.mark.usefixtures("without_limits")


def test_a_sale_after_a_line_was_counted_changes_nothing_and_one_before_it_counts(shop: Shop, cola: int) -> None:
    count = Count(shop)
    shop.sell("2026-03-09T11:00:00", cola, "3")
    count.scan("B-COLA", "12:00", times=6)
    shop.sell("2026-03-09T13:00:00", cola, "2")
    with shop.book.read() as session:
        result = result_of(session, count.id)
    assert result.books[cola, ""] == 7, "seven were on the shelf at noon"
    posted = count.post()
    with shop.book.read() as session:
        row = session.execute(select(StockRow).where(StockRow.document_id == posted.document_id)).scalar_one()
    assert (row.moment, row.quantity, row.value) == ("2026-03-09T12:00:00", -1, -2)
    assert shop.on_hand(cola) == 4


def test_two_counters_add_up_each_typing_over_his_own_and_both_stand_on_the_line(shop: Shop, cola: int) -> None:
    count = Count(shop)
    count.scan("B-COLA", who="小王", times=4)
    count.type(cola, "7", who="小李")
    count.type(cola, "5", who="小李", at="12:05")
    assert count.counted() == {cola: D(9)}
    posted = count.post()
    with shop.book.read() as session:
        note = session.execute(select(DocumentLine.note).where(DocumentLine.document_id == posted.document_id)).scalar_one()
    assert "小王" in note
    assert "小李" in note
    assert shop.on_hand(cola) == 9


def test_undo_takes_back_only_ones_own_newest_entry_of_this_sitting(shop: Shop, cola: int) -> None:
    count = Count(shop)
    count.scan("B-COLA", who="小王", times=2)
    with shop.book.read() as session:
        floor = pulse(session, count.id).newest
    count.scan("B-COLA", who="小李")
    count.type(cola, "8", who="小王")
    undo = Said("2026-03-09T12:01:00", "小王", "undo", floor=floor)
    assert [taken.state for taken in count.say(undo, undo)] == ["undone", "nothing"]
    assert count.counted() == {cola: D(3)}


def test_the_second_count_decides_and_what_is_beyond_tolerance_needs_one(shop: Shop, cola: int) -> None:
    count = Count(shop, Plan("free", tolerance=Tolerance(percent=20)))
    count.type(cola, "7")
    with pytest.raises(CountAgain) as refused:
        count.post()
    assert "可乐" in str(refused.value)
    count.type(cola, "6", at="12:30", who="小李", round=2)
    assert count.counted() == {cola: D(6)}, "the first count is not added"
    count.post()
    assert shop.on_hand(cola) == 6


def test_two_stocktakes_voided_in_either_order_leave_the_same_balances(shop: Shop, cola: int) -> None:
    def both() -> tuple[Posted, Posted]:
        posted = []
        for quantity, at in (("8", "10:00"), ("11", "15:00")):
            count = Count(shop)
            count.type(cola, quantity, at=at)
            posted.append(count.post())
        assert shop.on_hand(cola) == 11
        return posted[0], posted[1]

    first, second = both()
    shop.void(first)
    shop.void(second)
    forward = shop.on_hand(cola), shop.value(cola)
    first, second = both()
    shop.void(second)
    assert shop.on_hand(cola) == 8
    shop.void(first)
    assert (shop.on_hand(cola), shop.value(cola)) == forward == (10, 20)


def test_a_count_over_midnight_goes_by_the_moment_of_each_line(shop: Shop, cola: int) -> None:
    tea = shop.product("TEA")
    shop.buy(1, tea, "10", "2.00")
    count = Count(shop)
    count.type(cola, "9", at="23:50")
    shop.sell("2026-03-09T23:55:00", cola, "2")
    shop.sell("2026-03-09T23:58:00", tea, "1")
    count.say(Said("2026-03-10T00:05:00", "早班", "set", product_id=tea, quantity=D(9)))
    posted = count.post()
    with shop.book.read() as session:
        rows = session.execute(
            select(StockRow.product_id, StockRow.day, StockRow.quantity).where(StockRow.document_id == posted.document_id)
        )
        assert {tuple(row) for row in rows} == {(cola, "2026-03-09", -1), (tea, "2026-03-10", 0)}
    assert (shop.on_hand(cola), shop.on_hand(tea)) == (7, 9)


def test_a_receipt_that_comes_late_changes_the_difference_and_not_what_was_counted(shop: Shop, cola: int) -> None:
    count = Count(shop)
    count.type(cola, "16", at="12:00")
    posted = count.post()
    late = shop.buy("2026-03-09T08:00:00", cola, "6", "2.00")
    assert posted.number in late.restated
    assert (shop.on_hand(cola), shop.value(cola)) == (16, 32)
    shop.void(late)
    shop.void(posted)
    assert (shop.on_hand(cola), shop.value(cola)) == (10, 20)


def test_clearing_a_line_takes_back_every_counter_and_deleting_the_draft_takes_its_entries(shop: Shop, cola: int) -> None:
    count = Count(shop)
    count.scan("B-COLA", who="小王")
    count.type(cola, "3", who="小李")
    with shop.book.write() as session:
        assert clear_line(session, count.id, (cola, ""), shop.act) == 2
    assert count.counted() == {cola: None}
    with shop.book.write() as session:
        delete_draft(session, count.id, shop.act)
    with shop.book.read() as session:
        assert session.execute(select(CountEntry.id)).all() == []


def test_large_differences_wait_for_the_owner_who_says_why(shop: Shop, cola: int) -> None:
    shop.settings(count_approval=10)
    count = Count(shop)
    count.type(cola, "4")
    with pytest.raises(CountNotApproved):
        count.post()
    with shop.book.write() as session:
        hand_in(session, count.id, shop.act)
    with shop.book.read() as session:
        assert [(row.status, row.lines) for row in stocktakes(session)] == [("waiting", 1)]
        approval = approval_of(session, count.id)
    assert approval is not None
    assert (approval.value, approval.waiting) == (D(12), True)
    with pytest.raises(CountHandedIn):
        count.scan("B-COLA")
    posted = count.post(approve="后门丢了一箱")
    with shop.book.read() as session:
        approval = approval_of(session, count.id)
        reason = session.execute(select(Document.reason).where(Document.id == count.id)).scalar_one()
        acts = session.scalars(select(AuditRow.action).where(AuditRow.subject == posted.number)).all()
    assert approval is not None
    assert (approval.approved_by, approval.approved_at, approval.reason) == (
        approval.asked_by,
        "2026-03-10T10:00:00",
        "后门丢了一箱",
    )
    assert "后门丢了一箱" in reason
    assert "stocktake.approve" in acts


def test_a_count_given_back_goes_on_and_a_posted_one_takes_nothing_more(shop: Shop, cola: int) -> None:
    count = Count(shop)
    count.type(cola, "9")
    with shop.book.write() as session:
        hand_in(session, count.id, shop.act)
        give_back(session, count.id, shop.act)
    count.scan("B-COLA")
    first = count.post()
    with pytest.raises(AlreadyPosted):
        count.scan("B-COLA")
    assert count.post().existing
    assert first.number == count.post().number
    assert shop.on_hand(cola) == 10


def test_a_draft_that_came_by_other_ways_is_adopted_once(shop: Shop, cola: int) -> None:
    box = shop.unit(cola, "箱")
    lines = [DraftLine(cola, unit_id=box, counted=D(2), counted_at="2026-03-09T09:00:00", reason="破损")]
    with shop.book.write() as session:
        draft = save_draft(session, Draft("stocktake", None, warehouse_id=shop.warehouses["MAIN"], lines=lines), shop.act)
        adopt(session, draft.document_id, shop.act)
        adopt(session, draft.document_id, shop.act)
        keep_lines(session, draft.document_id, shop.act)
        kept = load_draft(session, draft.document_id).lines
    assert [(k.counted, k.counted_at, k.reason) for k in kept] == [(D(24), "2026-03-09T09:00:00", "破损")]


def test_classes_and_the_daily_list_are_fixed_when_the_count_begins(shop: Shop) -> None:
    goods = {}
    for code, sold in (("BEST", "80"), ("GOOD", "15"), ("SLOW", "5"), ("NEVER", "")):
        goods[code] = shop.product(code)
        shop.buy(1, goods[code], "100", "1")
        if sold:
            shop.sell(5, goods[code], sold, "1.00")
    with shop.book.read() as session:
        main, today = shop.warehouses["MAIN"], date(2026, 3, 10)
        by_class = {abc: listed_products(session, Plan("abc", abc), main, today) for abc in "ABC"}
        tomorrow = [listed_products(session, Plan("daily", "2"), main, today + timedelta(days=n)) for n in (0, 0, 1)]
    assert by_class == {"A": [goods["BEST"]], "B": [goods["GOOD"]], "C": [goods["SLOW"], goods["NEVER"]]}
    assert tomorrow[0] == tomorrow[1]
    count = Count(shop, Plan("abc", "A"))
    assert count.listed == {goods["BEST"]}
    with shop.book.read() as session:
        assert [row.code for row in count_rows(session, count.plan, main, also=count.listed)] == ["BEST"]


def test_accuracy_is_kept_by_lines_and_by_value_at_the_cost_of_its_time(shop: Shop, cola: int) -> None:
    tea = shop.product("TEA")
    shop.buy(2, tea, "20", "4.00")
    count = Count(shop)
    count.type(cola, "10")
    count.type(tea, "19")
    posted = count.post()
    shop.buy(10, tea, "100", "9.00")
    with shop.book.read() as session:
        accuracy = accuracy_of(session, posted.document_id)
        past = past_counts(session, Period(date(2026, 3, 1), date(2026, 3, 31)))
    assert (accuracy.lines, accuracy.right, accuracy.off_value, accuracy.book_value) == (2, 1, D(4), D(100))
    assert (accuracy.by_lines, accuracy.by_value) == (D("0.5"), D("0.96"))
    assert [(p.counters, p.accuracy) for p in past] == [("早班", accuracy)]


WORKER = """
import sys
from datetime import date, datetime
from pathlib import Path
from jxc_desktop.db.engine import Database
from jxc_desktop.domain.acts import Act
from jxc_desktop.db.types import raw
from jxc_desktop.domain.counting import Said
from jxc_desktop.domain.stocktake import Plan
from jxc_desktop.services.stocktake import Bearings, take
book = Database.sqlite(Path(sys.argv[1]), label=sys.argv[3])
act = Act(1, datetime(2026, 3, 10, 10, 0), date(2026, 3, 10))
for n in range(int(sys.argv[4])):
    said = Said(f"2026-03-09T12:{n // 60 % 60:02}:{n % 60:02}", sys.argv[3], code="B-COLA")
    with book.write() as session:
        take(session, int(sys.argv[2]), [said], act, Bearings(Plan("free")))
    sys.stdout.write(f"{n + 1}\\n")
    sys.stdout.flush()
book.close()
"""


@pytest.fixture
def counting_process(shop: Shop) -> Iterator[object]:
    """Starts counters in processes of their own; whatever still runs at the end is ended."""
    if shop.book.path is None:
        pytest.skip("processes of their own are tried on a file")
    running: list[subprocess.Popen[str]] = []

    def start(document_id: int, who: str, scans: int) -> subprocess.Popen[str]:
        words = [sys.executable, "-c", WORKER, str(shop.book.path), str(document_id), who, str(scans)]
        root = Path(__file__).resolve().parents[2]
        environment = dict(os.environ, PYTHONPATH=str(root))
        running.append(subprocess.Popen(words, stdout=subprocess.PIPE, text=True, cwd=root, env=environment))
        return running[-1]

    yield start
    for process in running:
        if process.poll() is None:
            process.kill()
        process.wait(timeout=10)
        if process.stdout is not None:
            process.stdout.close()


def test_a_process_killed_while_counting_loses_nothing_that_was_acknowledged(
    shop: Shop, cola: int, counting_process: object
) -> None:
    count = Count(shop)
    process = counting_process(count.id, "小王", 100_000)  # type: ignore[operator]
    for _scan in range(40):
        acknowledged = int(process.stdout.readline())
    os.kill(process.pid, signal.SIGKILL)
    acknowledged = max([acknowledged, *(int(said) for said in process.stdout.read().split())])
    counted = count.counted()[cola]
    assert counted is not None
    assert acknowledged <= counted <= acknowledged + 1, "at most the scan whose answer was under way"
    count.scan("B-COLA", who="小王")
    assert count.counted() == {cola: counted + 1}, "the book goes on"


def test_two_processes_count_one_stocktake_at_once(shop: Shop, cola: int, counting_process: object) -> None:
    count = Count(shop)
    both = [counting_process(count.id, who, 60) for who in ("小王", "小李")]  # type: ignore[operator]
    for process in both:
        assert process.wait(timeout=60) == 0
    with shop.book.read() as session:
        found = result_of(session, count.id).found[cola, ""]
        assert len({e.id for e in entries_of(session, count.id)}) == 120
    assert (found.counted, dict(found.by)) == (D(120), {"小王": D(60), "小李": D(60)})


def test_the_same_goods_in_two_lines_of_a_count_are_told_as_the_last_one_holds(shop: Shop, cola: int) -> None:
    tea = shop.product("T", name="茶")

    def counted(product: int, quantity: str, at: str | None = None) -> DraftLine:
        return DraftLine(product, D(0), counted=D(quantity), counted_at=at)

    posted = shop.post("stocktake", 2, counted(cola, "3"), counted(tea, "1"), counted(cola, "4"))
    (said,) = posted.warnings
    assert "第 1、3 行" in said
    again = shop.post("stocktake", 3, counted(cola, "5", "2026-03-03T09:00:00"), counted(cola, "6", "2026-03-03T10:00:00"))
    assert again.warnings == (), "two times of counting are two statements"
    with shop.book.read() as session:
        moved = dict(
            session.execute(select(StockRow.document_id, func.sum(raw(StockRow.quantity))).group_by(StockRow.document_id)).all()
        )
    assert (moved[posted.document_id], moved[again.document_id]) == (-6000 + 1000, 2000), "ten were there, and no tea"
