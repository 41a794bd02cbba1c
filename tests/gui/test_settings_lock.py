"""Closing and reopening days on the settings page: the reason is asked as the command asks it, and stands in the records."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from jxc_desktop.gui import prompts
from jxc_desktop.gui.prompts import ConfirmDialog
from jxc_desktop.gui.screen import Desk
from jxc_desktop.gui.screens.settings import Settings
from jxc_desktop.queries.audit import audit_trail
from jxc_desktop.queries.locking import lock_state
from tests.gui.hand import settle, shown
from tests.helpers.shop import Shop

LEFT = Qt.MouseButton.LeftButton


def lock(page: Settings, day: date, answer: prompts.Answer) -> list[prompts.Question]:
    """What is asked when the days up to ``day`` are locked by hand."""
    with prompts.answering(lambda _asked: answer) as asked:
        page.lock.day.set_value(day)
        QTest.mouseClick(page.lock.lock_button, LEFT)
        settle(page)
    found: list[Any] = list(asked)
    return found


@pytest.mark.parametrize("reason", ["三月已对账", ""])
def test_locking_asks_for_a_reason_that_may_stay_empty(shop: Shop, shop_desk: Desk, reason: str) -> None:
    page = shown(Settings(shop_desk), section="documents")
    (question,) = lock(page, date(2026, 3, 5), prompts.Answer(True, reason))
    assert (question.reason, question.reason_required, question.reason_hint) == ("原因", False, "例如：2026-03 已对账")
    with shop.book.read() as session:
        state = lock_state(session)
        (act,) = [row for row in audit_trail(session) if row.action == "lock.set"]
    assert (state.until, state.acts[0].reason) == ("2026-03-05", reason)
    assert f'"reason": "{reason}"' in act.detail
    assert page.lock.history.text().endswith("原因：三月已对账" if reason else "结账到 2026-03-05")


def test_a_reopening_is_not_done_without_its_reason(shop: Shop, shop_desk: Desk) -> None:
    page = shown(Settings(shop_desk), section="documents")
    lock(page, date(2026, 3, 5), prompts.Answer(True))
    with prompts.answering(lambda _asked: prompts.Answer(True, "供应商的单子来晚了")) as asked:
        QTest.mouseClick(page.lock.unlock_button, LEFT)
        settle(page)
    (question,) = asked
    assert isinstance(question, prompts.Question)
    assert (question.reason, question.reason_required) == ("原因", True)
    with shop.book.read() as session:
        assert [act.reason for act in lock_state(session).acts] == ["供应商的单子来晚了", ""]
    assert "供应商的单子来晚了" in page.lock.history.text().splitlines()[0]
    dialog = ConfirmDialog(page, question)
    dialog.show()
    dialog.act.click()
    assert dialog.isVisible(), "the empty reason was marked and nothing was done"
    dialog.reject()


def test_nothing_is_locked_when_the_question_is_given_up(shop: Shop, shop_desk: Desk) -> None:
    page = shown(Settings(shop_desk), section="documents")
    lock(page, date(2026, 3, 5), prompts.Answer(False, "三月已对账"))
    with shop.book.read() as session:
        assert (lock_state(session).until, lock_state(session).acts) == ("", ())
