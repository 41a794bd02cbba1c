"""The page on which goods are counted: scan or type, see what differs, keep every count at once, post the differences."""

from __future__ import annotations

import re
from decimal import Decimal
from itertools import count
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QHideEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

from jxc_desktop.domain.changes import Changes
from jxc_desktop.domain.documents import Draft
from jxc_desktop.domain.errors import JxcError
from jxc_desktop.domain.stocktake import Plan, read_count
from jxc_desktop.gui import prompts
from jxc_desktop.gui.screen import Screen, goto
from jxc_desktop.gui.screens.document_data import acting
from jxc_desktop.gui.screens.stocktake_cards import LineCard, LogCard, ProgressCard, ScanBox
from jxc_desktop.gui.screens.stocktake_data import Counting, Standing, effect_words, read_book, read_code, read_standing, resume
from jxc_desktop.gui.screens.stocktake_foot import CountFoot
from jxc_desktop.gui.screens.stocktake_grid import CountGrid, CountLine
from jxc_desktop.gui.screens.stocktake_setup import SetupCard
from jxc_desktop.gui.theme import theme
from jxc_desktop.gui.widgets import Button, Card, NoticeBar, Tabs, column, row
from jxc_desktop.i18n import N_, _
from jxc_desktop.queries.product_search import CodeHit
from jxc_desktop.queries.stocktake import Choices, Place, choices, count_rows, count_size
from jxc_desktop.services.drafts import save_draft
from jxc_desktop.services.posting import Posted, post_document

SAVE_AFTER = 600
"""Milliseconds after the first count that is not yet kept: a power cut costs less than a second of work."""
TABS = (
    ("all", N_("All")),
    ("different", N_("With a difference")),
    ("open", N_("Not counted")),
    ("counted", N_("Counted so far")),
)
_SET = re.compile(r"(?:\*|×)(.+)|(.+?)(?:\*|×)")
_TIMES = re.compile(r"([0-9.]+)(?:\*|×)(.+)")
_NUMBER = re.compile(r"[0-9]{1,5}(?:\.[0-9]{1,3})?")


class Stocktaking(Screen):
    """One stocktake: the form before it, then the count."""

    title = N_("Stocktake")
    follows = Changes.STOCK | Changes.PRODUCTS
    has_back = True
    hints = (("*", N_("Set the quantity")), ("Ctrl+Z", N_("Undo the last")), ("Esc", N_("Back to the scan box")))

    # --- building ------------------------------------------------------------------------------------------------

    def build(self) -> None:
        self.draft_id: int | None = None
        self.counting: Counting | None = None
        self._unsaved = self._done = False
        self._just_scanned: Place | None = None
        self._numbers = count()
        self._save_soon = QTimer(self, singleShot=True, interval=SAVE_AFTER)
        self._save_soon.timeout.connect(self.save)
        self.start_button = Button(_("Start counting"), "primary", "clipboard-check", key="Ctrl+Return", on_click=self.start)
        self.blind_button = Button(_("Blind count"), icon="eye-off", on_click=self.switch_blind)
        self.recount_button = Button(_("Recount differences"), icon="refresh", on_click=self.recount)
        self.save_button = Button(_("Save for later"), key="Ctrl+S", on_click=self.save_and_leave)
        self.post_button = Button(_("Post the differences"), "primary", key="Ctrl+Return", on_click=self.post)
        self._counting_buttons = (self.blind_button, self.recount_button, self.save_button, self.post_button)
        for button in (*self._counting_buttons, self.start_button):
            self.add_action(button)
        self.setup = SetupCard()
        self.setup.changed.connect(self._ask_size)
        self.pages = QStackedWidget()
        self.pages.addWidget(self.setup)
        self.pages.addWidget(self._build_counting())
        self.add(self.pages, 1)
        self._show_page(counting=False)

    def _build_counting(self) -> QWidget:
        self.grid = CountGrid(self.desk.today())
        self.scan = ScanBox()
        self.scan.entered.connect(self.take)
        self.notice = NoticeBar()
        self.progress, self.line_card, self.log = ProgressCard(), LineCard(), LogCard()
        self.line_card.stepped.connect(lambda by: self.add_to(self.grid.current_line, Decimal(by)))
        self.line_card.reason_chosen.connect(lambda words: self.set_reason(self.grid.current_line, words))
        self.log.undone.connect(self.undo)
        self.shortcut("Ctrl+Z", self.undo)
        self.side = QWidget()
        beside = column(self.scan, self.progress, self.line_card, self.log, 1, spacing=12)
        beside.setStretch(3, 1000)
        self.side.setLayout(beside)
        self.side.setFixedWidth(theme.px(348))
        self.tabs = Tabs([(value, _(words)) for value, words in TABS])
        self.tabs.chosen.connect(lambda _value: self._show_lines())
        self.grid.empty_words = _("Nothing to show here")
        self.grid.changed.connect(self._typed)
        self.grid.moved.connect(self._show_current)
        self.grid.refused.connect(lambda text: self.notice.show_notice(text, "danger") if text else self.notice.clear())
        self.grid.past_end.connect(self.scan.setFocus)
        self.grid.reason_chosen.connect(self.set_reason)
        self.grid.cleared.connect(lambda line: self._make_step(line, None))
        self.foot = CountFoot()
        card = Card(padding=1, spacing=0)
        card.add(row(self.tabs, margins=(16, 2, 16, 0)))
        for item, stretch in ((self.grid, 1), (self.foot, 0)):
            card.add(item, stretch)
        right = column(self.notice, spacing=12)
        right.addWidget(card, 1)
        page = QWidget()
        page.setLayout(row(self.side, right, spacing=12))
        return page

    def lay_out(self, width: str, height: str) -> None:
        self.side.setFixedWidth(theme.px(300 if width == "compact" else 348))
        self.log.setVisible(height == "normal")

    def _show_page(self, *, counting: bool) -> None:
        self.pages.setCurrentIndex(int(counting))
        for button in self._counting_buttons:
            button.setVisible(counting)
        self.start_button.setVisible(not counting)

    # --- opening -------------------------------------------------------------------------------------------------

    def open(self, **arguments: Any) -> None:
        """``document_id``: the saved count to go on with; None for a new one."""
        self.draft_id = arguments.get("document_id")
        self._show_page(counting=self.draft_id is not None)
        self.refresh()

    def reload(self) -> None:
        if self.draft_id is None:
            self.set_title(_("New stocktake"), _("where and what is counted"))
            self.tasks.read(self, "choices", choices, self._fill, self.show_error)
        elif self.counting is None:
            self.show_loading()
            draft_id = self.draft_id
            self.tasks.read(self, "count", lambda s: read_standing(s, draft_id), self._opened, self.show_error)
        else:
            counting = self.counting
            plan, warehouse, at = counting.plan, counting.warehouse_id, counting.counted_at()
            also = {product for product, _batch in counting.lines}
            self.tasks.read(self, "book", lambda s: (at, read_book(s, plan, warehouse, also, at)), self._reread, self.refuse)

    def _fill(self, found: Choices) -> None:
        self.setup.fill(found)
        self.setup.warehouse.setFocus()

    def _ask_size(self) -> None:
        plan = self.setup.plan()
        if plan is not None:
            self.tasks.read(
                self, "size", lambda s: count_size(s, plan), lambda found: self.setup.say_size(plan, found), self.refuse
            )

    def start(self) -> None:
        """Keep the plan as a draft, and begin."""
        plan, warehouse = self.setup.plan(), self.setup.warehouse_id
        if plan is None or warehouse is None:
            missing = (
                self.setup.category_field if plan is None and self.setup.scope.value == "category" else self.setup.shelf_field
            )
            missing.set_error(_("Choose one; there is none yet where the list is empty."))
            return
        act = acting(self.desk)
        draft = Draft("stocktake", act.moment, warehouse_id=warehouse, reason=plan.dump())
        self.start_button.set_busy(True)
        self.tasks.write(self, lambda s: save_draft(s, draft, act), self._started, self._not_started)

    def _started(self, kept: Posted) -> None:
        self.start_button.set_busy(False)
        self.draft_id = kept.document_id
        self._show_page(counting=True)
        self.refresh()

    def _not_started(self, error: JxcError) -> None:
        self.start_button.set_busy(False)
        self.refuse(error)

    def _opened(self, found: Standing) -> None:
        self.show_content()
        self.counting = resume(found, self._stamp)
        started = self.counting.started
        self.set_title(
            _("Stocktake"),
            _("{warehouse} · {what}, begun {time}").format(
                warehouse=found.warehouse, what=self.counting.plan.words, time=started[5:16].replace("T", " ")
            ),
        )
        self.header.badge.set(_("Being counted"), "primary", True)
        self._show_blind()
        self._show_lines()
        self.scan.setFocus()

    def _reread(self, answer: tuple[dict[Place, str], tuple[Any, dict[Place, Decimal]]]) -> None:
        if self.counting is None:
            return
        at, (rows, moved) = answer
        now = self.counting.counted_at()
        if self.counting.take_rows(rows, {p: q for p, q in moved.items() if now.get(p) == at.get(p)}, self._stamp):
            self._show_lines()
        else:
            self.grid.refresh()
            self._show_sums()
            self._show_current()

    def _stamp(self) -> str:
        return acting(self.desk).moment

    # --- showing -------------------------------------------------------------------------------------------------

    def _show_blind(self) -> None:
        assert self.counting is not None
        blind = self.counting.plan.blind
        self.grid.set_blind(blind)
        self.foot.set_blind(blind)
        self.recount_button.setVisible(not blind)
        self.blind_button.setText(_("Show the book") if blind else _("Blind count"))
        self.blind_button.set_icon("eye" if blind else "eye-off")
        if blind and self.tabs.value == "different":
            self.tabs.set_value("all")

    def _show_lines(self) -> None:
        if self.counting is None:
            return
        current = self.grid.current_line
        wanted = str(self.tabs.value)
        if wanted == "different" and self.counting.plan.blind:
            wanted = "counted"
        free = self.counting.plan.scope == "free"
        self.grid.empty_words = _("Scan the first product") if free and not self.counting.lines else _("Nothing to show here")
        self.grid.show_lines(self.counting.shown(wanted), current.row.place if current else None)
        self._show_sums()

    def _show_sums(self) -> None:
        if self.counting is None:
            return
        sums = self.counting.tally()
        blind = self.counting.plan.blind
        for value, number in (
            ("all", sums.lines),
            ("different", None if blind else sums.different),
            ("open", sums.lines - sums.counted),
            ("counted", sums.counted),
        ):
            self.tabs.set_count(value, number)
        self.recount_button.setText(_("Recount differences") + (f" {sums.different}" if sums.different else ""))
        self.recount_button.setEnabled(bool(sums.different))
        self.recount_button.updateGeometry()
        self.post_button.setEnabled(sums.counted > 0)
        self.progress.show_progress(self.counting, sums, self.desk.now())
        self.foot.show_sums(sums)
        self.log.show_steps(self.counting.steps)

    def _show_current(self) -> None:
        line = self.grid.current_line
        scanned = line is not None and line.row.place == self._just_scanned
        self.line_card.show_line(line, scanned=scanned, blind=self.counting is not None and self.counting.plan.blind)

    def switch_blind(self) -> None:
        """Show or hide what the book expects."""
        if self.counting is not None:
            plan = self.counting.plan
            self.counting.plan = Plan(plan.scope, plan.key, not plan.blind)
            self._show_blind()
            self._show_lines()
            self._show_current()
            self._keep_soon()

    def recount(self) -> None:
        """Only the lines that differ, the first one ready to be typed again."""
        self.tabs.set_value("different")
        self._show_lines()
        self.grid.edit_cell(0, "quantity")

    # --- counting ------------------------------------------------------------------------------------------------

    def handle_scan(self, code: str) -> bool:
        if self.counting is None:
            return False
        self.look_up(code, None)
        return True

    def take(self, said: str) -> None:
        """What was typed in the scan box: a code, ``6*code``, ``*6`` or a bare quantity for the current line."""
        times, setting = _TIMES.fullmatch(said), _SET.fullmatch(said)
        try:
            if times:
                self.look_up(times[2], read_count(times[1], (), field=_("Counted")))
            elif setting:
                self.set_count(self.grid.current_line, setting[1] or setting[2])
            else:
                self.look_up(said, None)
        except JxcError as error:
            self.notice.show_notice(str(error), "danger")

    def look_up(self, code: str, quantity: Decimal | None) -> None:
        """Find what a code means and count it. Every scan is a question of its own: none overtakes or replaces another."""
        self.tasks.read(
            self,
            f"code {next(self._numbers)}",
            lambda s: read_code(s, code),
            lambda hit: self._found(code, quantity, hit),
            self.refuse,
        )

    def _found(self, code: str, quantity: Decimal | None, hit: CodeHit | None) -> None:
        if self.counting is None:
            return
        if hit is None:
            if quantity is None and _NUMBER.fullmatch(code) and self.grid.current_line is not None:
                self.set_count(self.grid.current_line, code)
                return
            again = (_("Scan again"), self.scan.setFocus)
            self.notice.show_notice(_("Nothing has the code {code}").format(code=code), "warning", [again])
            return
        base = hit.factor.to_base((quantity or Decimal(1)) * hit.quantity, field=_("Counted"))
        line = self.counting.line_for(hit.product_id, self.grid.current_line)
        if line is not None:
            self.notice.clear()
            self._scanned(line, base)
        elif self.counting.plan.scope == "free":
            self._fetch(hit, base)
        else:
            text = _("{name} is not within {what}.").format(name=hit.name, what=self.counting.plan.words)
            self.notice.show_notice(text, "warning", [(_("Count it too"), lambda: self._fetch(hit, base))])

    def _fetch(self, hit: CodeHit, base: Decimal) -> None:
        assert self.counting is not None
        self.notice.clear()
        warehouse, product = self.counting.warehouse_id, hit.product_id
        slot = f"line {next(self._numbers)}"
        self.tasks.read(
            self,
            slot,
            lambda s: count_rows(s, Plan("free"), warehouse, also=[product]),
            lambda rows: self._fetched(rows, base),
            self.refuse,
        )

    def _fetched(self, rows: list[Any], base: Decimal) -> None:
        assert self.counting is not None
        new = [r for r in rows if r.place not in self.counting.lines]
        self.counting.take_rows(new, {}, self._stamp)
        if self.tabs.value != "all":
            self.tabs.set_value("all")
        self._show_lines()
        self._scanned(self.counting.lines[rows[0].place], base)

    def _scanned(self, line: CountLine, base: Decimal) -> None:
        self._just_scanned = line.row.place
        self._make_step(line, (line.counted or Decimal(0)) + base)
        self.scan.setFocus()

    def add_to(self, line: CountLine | None, by: Decimal) -> None:
        """One more or less of the current line."""
        if line is not None:
            self._make_step(line, max((line.counted or Decimal(0)) + by, Decimal(0)))

    def set_count(self, line: CountLine | None, text: str) -> None:
        """The current line has the quantity ``text``."""
        if line is None:
            self.notice.show_notice(_("Scan a product first, then its quantity."), "warning")
            return
        try:
            self._make_step(line, read_count(text, [(u.name, u.factor) for u in line.row.units], field=_("Counted")))
            self.notice.clear()
        except JxcError as error:
            self.notice.show_notice(str(error), "danger")

    def _make_step(self, line: CountLine, quantity: Decimal | None) -> None:
        assert self.counting is not None
        self.grid.editor.hide()
        self.counting.step(line, quantity)
        if not self.grid.select_place(line.row.place):
            self.tabs.set_value("all")
            self._show_lines()
            self.grid.select_place(line.row.place)
        self._counted()

    def _typed(self) -> None:
        """A cell of the table took a value (or the lines were shown anew)."""
        if self.counting is not None and self.grid.editor.isVisible():
            line = self.grid.current_line
            if line is not None:
                self.counting.note(line)
            self._counted()

    def set_reason(self, line: CountLine | None, words: str) -> None:
        """Why there is more or less."""
        if line is not None and line.difference:
            line.draft.reason = "" if line.draft.reason == words else words
            self._counted()

    def undo(self) -> None:
        """Take the newest count back."""
        line = self.counting.undo() if self.counting is not None else None
        if line is not None:
            self.grid.editor.hide()
            self.grid.select_place(line.row.place)
            self._counted()
            self.refresh()

    def _counted(self) -> None:
        self.grid.refresh()
        self._show_sums()
        self._show_current()
        self._keep_soon()

    # --- keeping -------------------------------------------------------------------------------------------------

    def _keep_soon(self) -> None:
        self._unsaved = True
        if not self._save_soon.isActive():
            self._save_soon.start()

    def save(self) -> None:
        """Keep the count as it is now."""
        self._save_soon.stop()
        if self.counting is None or not self._unsaved or self._done:
            return
        self._unsaved = False
        draft, act, draft_id = self.counting.draft(), acting(self.desk), self.draft_id
        self.tasks.write(self, lambda s: save_draft(s, draft, act, draft_id=draft_id), lambda _kept: None, self._not_saved)

    def _not_saved(self, error: JxcError) -> None:
        self._unsaved = True
        self._save_soon.start()
        self.refuse(error)

    def save_and_leave(self) -> None:
        """Go on another time."""
        self.grid.commit()
        self.save()
        self.desk.toasts.show(_("The count is kept"), note=_("Go on with it from the list of stocktakes."), tone="success")
        self.leave()

    def may_leave(self) -> bool:
        self.grid.commit()
        self.save()
        return True

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In the lowest windows the ring gives way to the line; the tabs still say how many are counted."""
        super().resizeEvent(event)
        self.progress.setVisible(self.height() >= theme.px(540))

    def hideEvent(self, event: QHideEvent) -> None:
        self.save()
        super().hideEvent(event)

    # --- posting -------------------------------------------------------------------------------------------------

    def post(self) -> None:
        """Post the differences of what was counted, after saying what that does."""
        if self.counting is None or not self.grid.commit() or self.grid.first_problem():
            return
        self.save()
        sums = self.counting.tally()
        text = effect_words(sums)
        title = _("Post the stocktake “{what}”?").format(what=self.counting.plan.words)
        if not prompts.confirm(self, title, text, _("Post the differences"), danger=False, keep=_("Go on counting")):
            return
        draft, act, draft_id = self.counting.posting(), acting(self.desk), self.draft_id
        self.post_button.set_busy(True)
        self.tasks.write(self, lambda s: post_document(s, draft, act, draft_id=draft_id), self._posted, self._not_posted)

    def _posted(self, posted: Posted) -> None:
        self.post_button.set_busy(False)
        self._done = True
        self.desk.toasts.show(
            _("Stocktake {number} posted").format(number=posted.number),
            tone="success",
            action=(_("View"), lambda: self.desk.navigate(goto("document", id=posted.document_id))),
        )
        self.leave()

    def _not_posted(self, error: JxcError) -> None:
        self.post_button.set_busy(False)
        self.notice.show_notice(str(error), "danger")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc goes to the scan box first, then back to the list."""
        if event.key() == Qt.Key.Key_Escape and self.counting is not None and not self.scan.hasFocus():
            self.scan.setFocus()
            return
        super().keyPressEvent(event)
