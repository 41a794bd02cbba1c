"""The lock date: set and taken back by the owner only, kept with its reason; what a refusal says, and what it leads to."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from sqlalchemy import insert, select

from jxc_desktop.db.models import User
from jxc_desktop.domain import errors
from jxc_desktop.queries.locking import lock_state, not_final, told_of
from jxc_desktop.queries.shortages import shortage_help
from jxc_desktop.services.locking import reopen_from, set_lock
from jxc_desktop.services.shop import change_settings
from tests.helpers.shop import Shop, line


def test_a_month_is_closed_and_reopened_with_who_when_and_why(shop: Shop) -> None:
    with shop.book.write() as session:
        set_lock(session, "2026-03-05", shop.act)
        reopen_from(session, "2026-03-04", shop.act, reason="补一张入库单")
        state = lock_state(session)
    assert state.until == "2026-03-03"
    assert [(a.before, a.after, a.reason, a.user) for a in state.acts] == [
        ("2026-03-05", "2026-03-03", "补一张入库单", "店主"),
        ("", "2026-03-05", "", "店主"),
    ]
    with shop.book.write() as session, pytest.raises(errors.DateInFuture):
        set_lock(session, "2026-03-11", shop.act)


def test_only_the_owner_closes_and_reopens(shop: Shop) -> None:
    with shop.book.write() as session:
        session.execute(insert(User).values(name="早班", role="cashier"))
        clerk = session.execute(select(User.id).where(User.name == "早班")).scalar_one()
    act = replace(shop.act, user_id=clerk)
    for change in (lambda s: set_lock(s, "2026-03-05", act), lambda s: change_settings(s, {"lock_until": "2026-03-05"}, act)):
        with pytest.raises(errors.NotPermitted, match="早班"), shop.book.write() as session:
            change(session)
    with shop.book.read() as session:
        assert lock_state(session).until == ""


def test_a_shortage_names_product_and_warehouse_and_its_facts_keep_the_codes(shop: Shop) -> None:
    tea = shop.product("TEA", name="龙井茶 250g", unit="盒")
    shop.buy(1, tea, "7", "10", warehouse="B")
    shop.buy(2, tea, "3", "10")
    shop.buy(8, tea, "9", "10")
    with pytest.raises(errors.NotEnoughStock) as refused:
        shop.sell(5, tea, "4")
    said = str(refused.value)
    assert all(word in said for word in ("龙井茶 250g", "2026-03-05", "3 盒", "4 盒")), said
    assert "MAIN" not in said
    facts = refused.value.as_json()
    assert (facts["product"], facts["warehouse"], facts["available"], facts["wanted"]) == ("TEA", "MAIN", "3", "4")
    with shop.book.read() as session:
        found = shortage_help(session, "TEA", "MAIN")
    assert (found.product_id, found.here, found.unit) == (tea, Decimal(12), "盒")
    assert [(one.name, one.quantity) for one in found.elsewhere] == [("后仓", Decimal(7))]


def test_what_hangs_on_a_document_is_named_one_by_one(shop: Shop) -> None:
    tea = shop.product("TEA")
    shop.buy(1, tea, "10", "10")
    sold = shop.sell(2, tea, "5")
    back = [shop.post("sales_return", day, line(tea, "1", against=(sold.document_id, 1)), partner="C") for day in (3, 4)]
    with pytest.raises(errors.HasDependents) as refused:
        shop.void(sold)
    assert refused.value.facts["documents"] == [one.number for one in back]


def test_who_locks_days_with_a_guessed_cost_is_told_and_told_again_when_it_is_made_good(shop: Shop) -> None:
    tea = shop.product("TEA", negative="allow")
    shop.buy(1, tea, "1", "10")
    known = shop.sell(1, tea, "1")
    short = shop.sell(2, tea, "2")
    with shop.book.write() as session:
        assert not_final(session, "2026-03-01") == []
        assert not_final(session, "2026-03-05") == [short.number]
        assert short.number in told_of(not_final(session, "2026-03-05"))
        set_lock(session, "2026-03-05", shop.act)
    came = shop.buy(6, tea, "5", "12")
    assert came.restated == (short.number,)
    (said,) = came.warnings
    assert all(day in said for day in ("2026-03-02", "2026-03-05")), said
    with shop.book.read() as session:
        assert not_final(session, "2026-03-05") == []
    assert known.number not in came.restated
    gone = shop.void(came)
    assert gone.restated == (short.number,)
    assert len(gone.warnings) == 1


def test_costs_of_open_days_change_without_a_word_about_the_lock(shop: Shop) -> None:
    tea = shop.product("TEA")
    shop.buy(6, tea, "10", "10")
    shop.sell(8, tea, "5")
    with shop.book.write() as session:
        set_lock(session, "2026-03-05", shop.act)
    assert shop.buy(7, tea, "10", "12").warnings == ()
