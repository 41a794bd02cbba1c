"""The end of a count: what is missing, the question with its figures, the owner's approval, the posting."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from jxc_desktop.columns import word
from jxc_desktop.domain.changes import Changes
from jxc_desktop.domain.errors import JxcError
from jxc_desktop.domain.stocktake import Tally
from jxc_desktop.gui import prompts
from jxc_desktop.gui.screen import goto
from jxc_desktop.gui.screens.document_acts import say_restated, slip_of_act
from jxc_desktop.gui.screens.document_data import acting
from jxc_desktop.gui.screens.document_ways import First, offer_lock_again
from jxc_desktop.gui.screens.stocktake_data import effect_words
from jxc_desktop.i18n import _
from jxc_desktop.queries.differences import SlipHead
from jxc_desktop.queries.settings import shop_settings
from jxc_desktop.queries.stocktake_entries import pending_codes
from jxc_desktop.services.posting import Posted
from jxc_desktop.services.stocktake_posting import Result, give_back, hand_in, post_stocktake, result_of

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from jxc_desktop.gui.screens.stocktaking import Stocktaking


@dataclass(frozen=True, slots=True)
class Asked:
    """What is read before the question: the result, the shop's limit for approval, how many codes are not settled."""

    result: Result
    limit: int
    unsettled: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """A posting and what it changed in other documents."""

    posted: Posted
    slip: SlipHead | None
    changes: Changes


class CountPosting(QObject):
    """Posts the count of a page. All figures are read from the book, so that the counts of others are in them."""

    def __init__(self, page: Stocktaking) -> None:
        super().__init__(page)
        self.page = page

    def start(self) -> None:
        """Ask with figures, then post; the button is busy meanwhile."""
        page = self.page
        document_id = page.draft_id
        if page.counting is None or document_id is None or not page.grid.commit() or page.grid.first_problem():
            return
        if page.queue.busy:
            page.when_kept(self.start)
            return
        page.post_button.set_busy(True)
        page.tasks.read(self, "result", lambda s: _look(s, document_id), self._ask, self._not_read)

    def _ask(self, asked: Asked) -> None:
        result, limit, page = asked.result, asked.limit, self.page
        page.post_button.set_busy(False)
        if page.counting is None:
            return
        again = result.again()
        if again:
            first = result.rows[again[0]].name if again[0] in result.rows else ""
            text = _("{count} lines differ by more than the tolerance, such as {product}. They are counted a second time.")
            page.notice.show_notice(
                text.format(count=len(again), product=first), "warning", [(_("Count them now"), page.recount)]
            )
            return
        sums = _with_open(result.sums, page.counting.tally())
        text, what = effect_words(sums), result.plan.words
        if asked.unsettled:
            text += " " + _("{count} codes are not settled: what was scanned of them is not in it.").format(count=asked.unsettled)
        if limit and result.sums.off_value > limit:
            self._ask_owner(text, what, result.sums.off_value, limit)
        elif prompts.confirm(
            page,
            _("Post the stocktake “{what}”?").format(what=what),
            text,
            _("Post the differences"),
            danger=False,
            keep=_("Go on counting"),
        ):
            self.post(None)

    def _ask_owner(self, text: str, what: str, off: Decimal, limit: int) -> None:
        page = self.page
        more = _("Gains and losses together are ¥{off}, more than ¥{limit}: the owner approves them and says why.")
        waiting = page.counting is not None and page.counting.approval is not None and page.counting.approval.waiting
        answer = prompts.ask(
            page,
            prompts.Question(
                _("Approve and post the stocktake “{what}”?").format(what=what),
                text + " " + more.format(off=word(off, "money"), limit=word(Decimal(limit), "money")),
                _("Approve and post"),
                keep=_("Leave it waiting") if waiting else _("Go on counting"),
                danger=False,
                reason=_("Why they are right"),
                other="" if waiting else _("Hand in for approval"),
            ),
        )
        if answer.other:
            self._hand_in()
        elif answer.yes:
            self.post(answer.reason)

    def post(self, approve: str | None, first: First | None = None, *, reopened: str = "") -> None:
        """Post. ``first`` is done in the same transaction before it; ``reopened``: the lock date that it takes back."""
        page, act = self.page, acting(self.page.desk)
        document_id = page.draft_id
        assert document_id is not None
        page.post_button.set_busy(True)

        def write(session: Session) -> Outcome:
            if first is not None:
                first(session)
            posted = post_stocktake(session, document_id, act, approve=approve)
            changes = posted.changes | (Changes.SETTINGS if first is not None else Changes.NOTHING)
            return Outcome(posted, slip_of_act(session, posted), changes)

        def done(outcome: Outcome) -> None:
            self._posted(outcome)
            if reopened:
                offer_lock_again(page, reopened)

        page.tasks.write(self, write, done, lambda error: self._not_posted(error, approve))

    def _posted(self, outcome: Outcome) -> None:
        page, posted = self.page, outcome.posted
        page.post_button.set_busy(False)
        page.done = True
        note = "  ".join(posted.warnings)
        if outcome.slip is not None:
            say_restated(page, outcome.slip, note)
        else:
            page.desk.toasts.show(
                _("Stocktake {number} posted").format(number=posted.number),
                note=note,
                tone="success",
                action=(_("View"), lambda: page.desk.navigate(goto("document", id=posted.document_id))),
            )
        page.leave()

    def _not_posted(self, error: JxcError, approve: str | None) -> None:
        self.page.post_button.set_busy(False)
        self.page.ways.offer(error, approve)

    def _not_read(self, error: JxcError) -> None:
        self.page.post_button.set_busy(False)
        self.page.notice.show_notice(str(error), "danger")

    # --- waiting for the owner -----------------------------------------------------------------------------------

    def _hand_in(self) -> None:
        page, act = self.page, acting(self.page.desk)
        document_id = page.draft_id
        assert document_id is not None
        page.tasks.write(self, lambda s: hand_in(s, document_id, act), self._handed_in, self._not_read)

    def _handed_in(self, _changes: Changes) -> None:
        note = _("It is in the list of stocktakes until the owner approves it.")
        self.page.desk.toasts.show(_("The count is handed in"), note=note, tone="success")
        self.page.leave()

    def give_back(self) -> None:
        """Go on counting a stocktake that waits for approval."""
        page, act = self.page, acting(self.page.desk)
        document_id = page.draft_id
        assert document_id is not None
        page.tasks.write(self, lambda s: give_back(s, document_id, act), lambda _changes: page.refresh(), page.refuse)


def _look(session: Session, document_id: int) -> Asked:
    result = result_of(session, document_id)
    listed = frozenset(line.product_id for line in result.draft.lines if line.product_id)
    return Asked(result, shop_settings(session).count_approval, len(pending_codes(session, document_id, result.plan, listed)))


def _with_open(found: Tally, shown: Tally) -> Tally:
    """What was found, with the lines that were not counted."""
    return replace(found, lines=max(shown.lines, found.counted))
