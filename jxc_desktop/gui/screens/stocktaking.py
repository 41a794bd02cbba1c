"""The page on which goods are counted: scan or type, each count kept at once, see what differs, count again, post."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QHideEvent, QKeyEvent

from jxc_desktop.domain.changes import Changes
from jxc_desktop.domain.counting import FIRST, SECOND, Said
from jxc_desktop.domain.errors import JxcError
from jxc_desktop.domain.stocktake import Plan
from jxc_desktop.domain.why import WhyKey
from jxc_desktop.gui import prompts
from jxc_desktop.gui.screen import Screen
from jxc_desktop.gui.screens.document_data import acting
from jxc_desktop.gui.screens.stocktake_acts import CountActs
from jxc_desktop.gui.screens.stocktake_batch import CountBatches
from jxc_desktop.gui.screens.stocktake_data import Counting, Standing, read_standing
from jxc_desktop.gui.screens.stocktake_desk import CountDesk
from jxc_desktop.gui.screens.stocktake_hand import CountHand
from jxc_desktop.gui.screens.stocktake_line import Sitting
from jxc_desktop.gui.screens.stocktake_post import CountPosting
from jxc_desktop.gui.screens.stocktake_queue import CountQueue
from jxc_desktop.gui.screens.stocktake_setup import SetupCard, scrolling
from jxc_desktop.gui.screens.stocktake_start import CountStart
from jxc_desktop.gui.screens.stocktake_ways import CountWays
from jxc_desktop.gui.screens.why_keys import Answer
from jxc_desktop.gui.widgets import Button
from jxc_desktop.gui.widgets.states import PageInFront
from jxc_desktop.i18n import N_, _
from jxc_desktop.queries.stocktake import choices
from jxc_desktop.queries.stocktake_entries import Pulse, pulse
from jxc_desktop.queries.stocktake_rows import Place
from jxc_desktop.services.stocktake import Taken, adopt, take
from jxc_desktop.services.stocktake_posting import change_plan, keep_lines

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

PULSE_MS = 4000
"""So often the page looks whether somebody else counted, sold or posted."""
COUNTER = "stocktake/counter"
HINTS = (
    ("Ctrl+Z", N_("Undo the last")),
    ("Ctrl+B", N_("Another batch…")),
    ("F6", N_("Why this number")),
    ("F7", N_("Save for later")),
    ("Esc", N_("Back to the scan box")),
)
"""While goods are counted."""


class Stocktaking(Screen):
    """One stocktake: the form before it, then the count."""

    title = N_("Stocktake")
    follows = Changes.STOCK | Changes.PRODUCTS | Changes.SETTINGS
    has_back = True
    hints = (("Esc", N_("Back to the list")),)

    # --- building ------------------------------------------------------------------------------------------------

    def build(self) -> None:
        self.draft_id: int | None = None
        self.counting: Counting | None = None
        self.done = self.unlisted = False
        self.scanned: Place | None = None
        self._awaited: Place | None = None
        self._kept: list[Callable[[], object]] = []
        self.beginning = CountStart(self)
        self.start_button = Button(
            _("Start counting"), "primary", "clipboard-check", key="Ctrl+Return", on_click=self.beginning.start
        )
        self.blind_button = Button(_("Blind count"), icon="eye-off", on_click=self.switch_blind)
        self.recount_button = Button(_("Recount differences"), icon="refresh", on_click=self.recount)
        self.back_button = Button(_("Go on counting"), icon="arrow-back-up", on_click=lambda: self.posting.give_back())
        self.save_button = Button(_("Save for later"), key="Ctrl+S", on_click=self.save_and_leave)
        self.post_button = Button(_("Post the differences"), "primary", key="Ctrl+Return", on_click=self.post)
        self._counting_buttons = (
            self.blind_button,
            self.recount_button,
            self.back_button,
            self.save_button,
            self.post_button,
        )
        for button in (*self._counting_buttons, self.start_button):
            self.add_action(button)
        self.setup = SetupCard()
        self.setup.changed.connect(self.beginning.ask_size)
        self.setup.sheet_wanted.connect(self.beginning.print_sheet)
        self.page = CountDesk(self.desk.today(), self.desk.preferences.text(COUNTER) or self.desk.by)
        self.scan, self.grid, self.tabs, self.notice = self.page.scan, self.page.grid, self.page.tabs, self.page.notice
        self.log = self.page.log
        self.queue = CountQueue(self.tasks, self._keep, self)
        self.hand = CountHand(self.queue, lambda: self.grid.current_line, self._stamp, self)
        self.acts, self.posting = CountActs(self), CountPosting(self)
        self.batches, self.ways = CountBatches(self), CountWays(self)
        self._connect()
        self.pages = PageInFront(scrolling(self.setup), self.page)
        self.add(self.pages, 1)
        self._pulse = QTimer(self, interval=PULSE_MS)
        self._pulse.timeout.connect(self._feel)
        self._show_page(counting=False)

    def _connect(self) -> None:
        page, hand, grid, acts = self.page, self.hand, self.page.grid, self.acts
        page.scan.entered.connect(self._entered)
        page.scan.stepped.connect(hand.step)
        page.line_card.stepped.connect(hand.step)
        page.line_card.digit.connect(self._digit)
        page.line_card.confirmed.connect(lambda: page.scan.returnPressed.emit())
        page.line_card.reason_chosen.connect(lambda words: acts.set_reason(grid.current_line, words))
        page.line_card.reason_asked.connect(lambda: acts.ask_reason(grid.current_line))
        page.log.undone.connect(self.undo)
        page.tabs.chosen.connect(lambda _value: self._filtered())
        page.counter.editingFinished.connect(self._named)
        page.line_card.batch_asked.connect(self._other_batch)
        page.codes.meant.connect(acts.count)
        page.codes.dropped.connect(lambda code: acts.settle(code, None))
        page.codes.asked.connect(acts.ask_product)
        grid.moved.connect(self._show_current)
        grid.refused.connect(lambda text: self.notice.show_notice(text, "danger") if text else self.notice.clear())
        grid.past_end.connect(page.scan.setFocus)
        grid.reason_chosen.connect(acts.set_reason)
        grid.reason_asked.connect(acts.ask_reason)
        grid.cleared.connect(acts.clear)
        grid.chosen.connect(self.batches.remember)
        hand.wrong.connect(lambda words: self.notice.show_notice(words, "danger"))
        hand.doubtful.connect(acts.ask_code)
        self.queue.taken.connect(acts.taken)
        self.queue.refused.connect(acts.not_taken)
        self.queue.waiting_for.connect(acts.in_trouble)
        self.queue.idle.connect(self._all_kept)
        self.shortcut("Ctrl+Z", self.undo)
        self.shortcut("F7", self.save_and_leave)
        self.shortcut("Ctrl+B", self._other_batch)

    def lay_out(self, width: str, height: str) -> None:
        self.page.arrange(width)

    def _show_page(self, *, counting: bool) -> None:
        self.pages.setCurrentIndex(int(counting))
        for button in self._counting_buttons:
            button.setVisible(counting)
        self.start_button.setVisible(not counting)
        if counting:
            self.set_hints([(key, _(words)) for key, words in HINTS])

    # --- opening -------------------------------------------------------------------------------------------------

    def open(self, **arguments: Any) -> None:
        """``document_id``: the saved count to go on with; None for a new one."""
        self.draft_id = arguments.get("document_id")
        self._show_page(counting=self.draft_id is not None)
        if self.draft_id is None:
            self.refresh()
        else:
            self._adopt()

    def _adopt(self) -> None:
        """Counts that came by other ways become entries before the first look."""
        document_id, act = self.draft_id, acting(self.desk)
        assert document_id is not None
        self.tasks.write(self, lambda s: adopt(s, document_id, act), lambda _none: self.refresh(), self.show_error)

    def reload(self) -> None:
        if self.draft_id is None:
            self.set_title(_("New stocktake"), _("where and what is counted"))
            self.tasks.read(self, "choices", choices, self.beginning.fill, self.show_error)
            return
        if self.counting is None:
            self.show_loading()
        document_id = self.draft_id
        self.tasks.read(self, "count", lambda s: read_standing(s, document_id), self._opened, self._gone)

    def begun(self, document_id: int) -> None:
        """The plan is kept: count."""
        self.draft_id = document_id
        self._show_page(counting=True)
        self.refresh()

    def _gone(self, error: JxcError) -> None:
        """Somebody else posted or gave up this count meanwhile."""
        if self.counting is None:
            self.show_error(error)
        else:
            self.done = True
            self.notice.show_notice(str(error), "warning", [(_("Back to the list"), self.leave)])

    def _opened(self, found: Standing) -> None:
        first = self.counting is None
        if first:
            self.show_content()
            sitting = Sitting(self.page.counter.text().strip(), floor=found.pulse.newest)
            place = (found.warehouse_id, found.warehouse, found.warehouse_code)
            self.counting = Counting(found.plan, *place, found.started, found.listed, sitting, self.hand.put)
            self.hand.counting = self.counting
        assert self.counting is not None
        fresh = self.counting.take_standing(found)
        self._show_head()
        if first or fresh:
            self.show_lines()
        else:
            self.show_all()
        awaited, self._awaited = self._awaited, None
        if awaited is not None:
            if awaited in self.counting.lines:
                self.acts.select(awaited)
            self.hand.release("line")
        if first:
            self.scan.setFocus()
            self._pulse.start()
        self.ways.warn(first=first)

    def show_place(self, place: Place) -> None:
        """Read again, and make the line of this place the current one; what is typed meanwhile waits for it."""
        self._awaited = place
        self.hand.hold("line")
        self.refresh()

    def _feel(self) -> None:
        """Look for news of others; while counts are on their way there is enough to do."""
        if self.counting is None or not self.isVisible() or self.queue.busy or self.done:
            return
        document_id = self.draft_id or 0
        self.tasks.read(self, "pulse", lambda s: pulse(s, document_id), self._felt, lambda _error: None)

    def _felt(self, now: Pulse) -> None:
        if self.counting is not None and now != self.counting.seen and not self.queue.busy:
            self.refresh()

    def _stamp(self) -> str:
        return acting(self.desk).moment

    # --- showing -------------------------------------------------------------------------------------------------

    @property
    def waiting(self) -> bool:
        """Whether the count is handed in and waits for approval."""
        return self.counting is not None and self.counting.approval is not None and self.counting.approval.waiting

    def _show_head(self) -> None:
        assert self.counting is not None
        counting, blind = self.counting, self.counting.plan.blind
        text = _("{warehouse}·{what}, begun {time}")
        begun = counting.started[5:16].replace("T", " ")
        self.set_title(_("Stocktake"), text.format(warehouse=counting.warehouse, what=counting.plan.words, time=begun))
        if self.waiting:
            self.header.badge.set(_("Waiting for approval"), "warning")
        else:
            self.header.badge.set(_("Being counted"), "primary", True)
        self.page.foot.set_blind(blind)
        self.blind_button.setText(_("Show the book") if blind else _("Blind count"))
        self.blind_button.set_icon("eye" if blind else "eye-off")
        self.blind_button.setVisible(not self.waiting)
        self.recount_button.setVisible(not self.waiting and (not blind or counting.plan.tolerance.set or bool(counting.closed)))
        self.back_button.setVisible(self.waiting)
        self.scan.setEnabled(not self.waiting)
        self.page.line_card.setEnabled(not self.waiting)
        self.grid.frozen = self.waiting
        self.post_button.setText(_("Approve and post") if self.waiting else _("Post the differences"))
        self.post_button.updateGeometry()

    def _filtered(self) -> None:
        self.grid.commit()
        self.show_lines()

    def show_lines(self) -> None:
        """Show the lines of the chosen tab; in the tab of the second count all that is counted belongs to it."""
        if self.counting is None:
            return
        counting, current = self.counting, self.grid.current_line
        self.page.show_tabs(counting)
        wanted = self.page.wanted
        counting.move_round(SECOND if wanted == "again" else FIRST)
        self.page.show_table(codes=wanted == "codes")
        self.page.codes.show_codes(counting.pending)
        self.grid.set_shape(blind=counting.plan.blind, again=wanted == "again")
        if wanted != "codes":
            free = counting.plan.scope == "free" and not counting.lines
            self.grid.empty_words = _("Scan the first product") if free else _("Nothing to show here")
            self.grid.show_lines(counting.shown(wanted), current.row.place if current else None)
        self.show_all()

    def show_all(self) -> None:
        """Paint again: sums, cards and cells."""
        if self.counting is None:
            return
        counting, sums, due = self.counting, self.counting.tally(), self.counting.due
        self.page.show_tabs(counting)
        self.recount_button.setText(_("Recount differences") + (f" {due}" if due else ""))
        self.recount_button.setEnabled(bool(due))
        self.recount_button.updateGeometry()
        self.post_button.setEnabled(sums.counted > 0 and not self.done)
        self.page.progress.show_progress(counting, sums, self.desk.now())
        self.page.foot.show_sums(sums, counting.settings.count_rate)
        self.page.codes.show_codes(counting.pending)
        self.log.show_steps(counting, len(self.queue))
        self.grid.follow()
        self.grid.refresh()
        self._show_current()

    def _show_current(self) -> None:
        line = self.grid.current_line
        blind = self.counting is not None and self.counting.plan.blind
        self.page.line_card.show_line(line, scanned=line is not None and line.row.place == self.scanned, blind=blind)

    def switch_blind(self) -> None:
        """Show or hide what the book expects."""
        if self.counting is None:
            return
        plan = self.counting.plan
        plan = self.counting.plan = Plan(plan.scope, plan.key, not plan.blind, plan.tolerance)
        self._show_head()
        self.show_lines()
        document_id, act = self.draft_id or 0, acting(self.desk)
        self.tasks.write(self, lambda s: change_plan(s, document_id, plan, act), lambda _kept: None, self.refuse)

    def recount(self) -> None:
        """Only the lines that are to be counted again, the first one ready to be typed."""
        if self.counting is not None:
            self.counting.move_round(SECOND)
            self.page.show_tabs(self.counting)
            self.tabs.set_value("again")
            self.show_lines()
            self.grid.edit_cell(0, "quantity")

    # --- counting ------------------------------------------------------------------------------------------------

    def handle_scan(self, code: str) -> bool:
        if self.counting is None or self.waiting or self.done:
            return False
        self.hand.scanned(code)
        return True

    def _entered(self, text: str) -> None:
        if not self.waiting and not self.done:
            self.hand.typed(text)

    def _digit(self, digit: str) -> None:
        self.scan.setFocus()
        self.scan.insert(digit)

    def _other_batch(self) -> None:
        """Which batch the current line is, and its scans from now on."""
        if not self.waiting and not self.done:
            self.grid.commit()
            self.grid.editor.hide()
            self.batches.of_line(self.grid.current_line)

    def why(self) -> Answer:
        """What the book holds of the current line here now; whoever counts blind is not told."""
        line, counting = self.grid.current_line, self.counting
        if line is None or counting is None:
            return None
        if counting.plan.blind:
            return _("This is a blind count: what the book holds is told when the count is posted.")
        batch = line.row.batch or None
        return WhyKey("on_hand", line.row.product_id, counting.warehouse_code, batch, shown=line.row.book)

    def _named(self) -> None:
        """Somebody else counts here from now on."""
        name = self.page.counter.text().strip()
        if self.counting is not None and name != self.counting.sitting.counter:
            self.counting.sitting.counter = name
            self.counting.doubled = False
            self.desk.preferences.set_text(COUNTER, name)
            self.show_all()

    def _keep(self, said: Sequence[Said]) -> Callable[[Session], tuple[Taken, ...]]:
        """The write of some counts."""
        assert self.counting is not None
        document_id, act, bearings = self.draft_id or 0, acting(self.desk), self.counting.bearings
        return lambda s: take(s, document_id, said, act, bearings)

    def _all_kept(self) -> None:
        waiting, self._kept = self._kept, []
        for act in waiting:
            act()
        if self.counting is not None:
            self.log.show_steps(self.counting, 0)

    def when_kept(self, act: Callable[[], object]) -> None:
        """Do ``act`` as soon as all that was counted is kept."""
        self._kept.append(act)

    def undo(self) -> None:
        """Take back the newest count of this counter."""
        if self.counting is not None and (self.counting.own_steps or self.queue.busy):
            self.grid.editor.hide()
            self.hand.undo()

    # --- leaving and posting -------------------------------------------------------------------------------------

    def save_and_leave(self) -> None:
        """Go on another time."""
        if self.counting is not None and self.may_leave():
            self.desk.toasts.show(_("The count is kept"), note=_("Go on with it from the list of stocktakes."), tone="success")
            self.leave()

    def may_leave(self) -> bool:
        self.grid.commit()
        if self.queue.in_trouble:
            text = _("{count} counts could not be written into the book yet. Whoever leaves now loses them.")
            title = _("Leave the count?")
            if not prompts.confirm(self, title, text.format(count=len(self.queue)), _("Leave all the same"), keep=_("Stay")):
                return False
        self.queue.hurry()
        self._keep_lines()
        return True

    def _keep_lines(self) -> None:
        """What was counted stands in the draft as well, for lists and papers."""
        if self.counting is None or self.done or not self.unlisted:
            return
        self.unlisted = False
        document_id, act = self.draft_id or 0, acting(self.desk)
        self.tasks.write(self, lambda s: keep_lines(s, document_id, act), lambda _kept: None, self.refuse)

    def hideEvent(self, event: QHideEvent) -> None:
        self.queue.hurry()
        super().hideEvent(event)

    def post(self) -> None:
        """Post the differences of what was counted, after saying what that does."""
        self.posting.start()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc goes to the scan box first, then back to the list."""
        if event.key() == Qt.Key.Key_Escape and self.counting is not None and not self.scan.hasFocus():
            self.scan.setFocus()
            return
        super().keyPressEvent(event)
