"""Accepting a transfer that is under way: check off what arrived, say what became of the rest, post it in one go.

What is checked off is kept in the book at once, so that neither leaving the page nor a power cut loses any of it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

from PySide6.QtCore import QTimer

from jxc_desktop.columns import quantity_text, word
from jxc_desktop.domain.arrivals import Received
from jxc_desktop.domain.documents import ZERO
from jxc_desktop.domain.errors import JxcError
from jxc_desktop.domain.why import WhyKey
from jxc_desktop.gui import print_preview
from jxc_desktop.gui.screen import Desk, Screen
from jxc_desktop.gui.screens.accept_line import AcceptGrid, AcceptLine, line_of, signed
from jxc_desktop.gui.screens.accept_ways import Outcomes, outcome
from jxc_desktop.gui.screens.document_data import acting
from jxc_desktop.gui.screens.insight_parts import Figure, FigureStrip
from jxc_desktop.gui.widgets import Button, Card, KeyChip, NoticeBar, label, row, rule, set_tone
from jxc_desktop.i18n import N_, _, listed
from jxc_desktop.queries.product_search import find_by_code
from jxc_desktop.queries.transit import UnderWay, under_way
from jxc_desktop.services.acceptance import Accepted, accept_transfer, keep_checks

KEEP_MS = 300
"""How long after the last change what is checked off is kept."""


class Accept(Screen):
    """Lines start without a count; Ctrl+D takes the rest as sent. A scan adds one to its line."""

    title = N_("Accept a transfer")
    has_back = True
    hints = (
        ("Enter", N_("Next cell")),
        ("Ctrl+D", N_("The rest as sent")),
        ("Ctrl+R", N_("What becomes of it")),
        ("Esc", N_("Back to the list")),
    )

    def __init__(self, desk: Desk, title: str = "") -> None:
        self.sent: UnderWay | None = None
        self._kept: list[Received] = []
        self._only_short = False
        super().__init__(desk, title)
        self._keeping = QTimer(self, singleShot=True, interval=KEEP_MS)
        self._keeping.timeout.connect(self.keep)

    def build(self) -> None:
        self.print_button = Button(_("Print"), icon="printer", key="Ctrl+P", on_click=self.print)
        self.post_button = Button(_("Post what arrived"), "primary", key="Ctrl+Return", on_click=self.post)
        self.add_action(self.print_button)
        self.add_action(self.post_button)
        self.figures = FigureStrip("title")
        self.notice = NoticeBar()
        self.grid = AcceptGrid(self.desk.today())
        self.grid.changed.connect(self._work_out)
        self.grid.way_chosen.connect(self._work_out)
        self.grid.refused.connect(self._wrong_cell)
        self.totals, self.missing = label("", "secondary"), label("", "secondary")
        card = Card(padding=1, spacing=0)
        card.add(self.grid, 1)
        card.add(rule())
        chips = row(KeyChip("Ctrl+D"), label(_("The rest as sent"), "caption"), spacing=6)
        card.add(row(label(_("A scan adds one to its line"), "hint"), 1, chips, margins=(16, 8, 16, 8)))
        card.add(rule())
        card.add(row(self.totals, 1, self.missing, margins=(16, 10, 16, 10)))
        self.ways = Card(_("What becomes of the difference"), _("With posting, in the same act"))
        other = Button(_("Something else"), "link", size="sm", key="Ctrl+R", bind_key=False, on_click=self.choose_way)
        self.ways.add_tool(other)
        self.outcomes = Outcomes()
        self.ways.add(self.outcomes)
        self.add(self.figures)
        self.add(self.notice)
        self.add(card, 1)
        self.add(self.ways)
        self.shortcut("Ctrl+D", self.take_rest)
        self.shortcut("Ctrl+R", self.choose_way)

    def open(self, **arguments: Any) -> None:
        """``id``: the transfer that is under way."""
        self.set_place("moves")
        transfer = int(arguments["id"])
        self.show_loading()
        self.tasks.read(self, "open", lambda s: under_way(s, transfer), self._opened, self.show_error)

    def reload(self) -> None:
        """What is typed stays; the transfer itself does not change."""

    def _opened(self, sent: UnderWay) -> None:
        self.sent = sent
        self.show_content()
        self.set_title(_("Transfer"), sent.number)
        self.set_badge(_("In transit"), "info")
        left = _how_long(self.desk.now() - datetime.fromisoformat(sent.moment))
        pieces = sum((line.open for line in sent.lines), ZERO)
        left_at = _("Sent {time}").format(time=f"{sent.moment[5:10]} {sent.moment[11:16]}")
        self.figures.set(
            [
                Figure(_("From"), sent.from_name, note=" ".join(filter(None, (left_at, sent.by))), whole=True),
                Figure(_("To"), sent.to_name, note=_("What arrives lies there when it is posted"), whole=True),
                Figure(_("Under way for"), left, note=_("Sent and not accepted: in neither warehouse"), whole=True),
                Figure(_("Sent"), _("{count} pieces").format(count=quantity_text(pieces)), note=sent.note, whole=True),
            ]
        )
        lines = [line_of(line, sent.checked.get(line.line)) for line in sent.lines if line.open]
        self.grid.set_lines(lines)
        self._kept = self._received()
        self._work_out()
        waiting = next((place for place, line in enumerate(lines) if line.found is None), 0)
        self.grid.edit_cell(waiting, "quantity")

    @property
    def lines(self) -> list[AcceptLine]:
        return cast("list[AcceptLine]", self.grid.lines)

    def handle_scan(self, code: str) -> bool:
        def found(hit: Any) -> None:
            line = next((one for one in self.lines if hit is not None and one.product.id == hit.product_id), None)
            if line is None:
                self.notice.show_notice(
                    _("{code} is not on this transfer. Enter it as an overage when it belongs here.").format(code=code), "warning"
                )
                return
            self.grid.commit()
            wanted = (line.found or ZERO) + hit.quantity
            line.put("quantity", quantity_text(wanted), kind=self.grid.kind, today=self.desk.today())
            self.grid.select_row(self.lines.index(line))
            self._work_out()

        self.tasks.read(self, f"scan-{code}", lambda s: find_by_code(s, code), found, self.refuse)
        return True

    def choose_way(self) -> None:
        """What becomes of the difference of the current line, also while its number is still being typed."""
        self.grid.commit()
        self.grid.choose_way()

    def take_rest(self) -> None:
        """Everything that nothing was said of arrived as it was sent."""
        self.grid.commit()
        self.grid.editor.hide()  # or what it shows would be committed over what is taken now
        for line in self.lines:
            if line.found is None and "quantity" not in line.errors:
                line.found = line.of.open
        self.grid.refresh()
        self._work_out()

    def _work_out(self) -> None:
        """The sums, which lines differ, and what will be posted."""
        self._keeping.start()
        lines = self.lines
        said = [line for line in lines if line.found is not None]
        short = [line for line in said if line.difference]
        arrived = sum((line.found or ZERO for line in said), ZERO)
        sent = sum((line.of.open for line in lines), ZERO)
        missing = sum((line.difference or ZERO for line in short), ZERO)
        worth = sum((line.worth or ZERO for line in short), ZERO)
        text = _("{kinds} products, sent {sent}, arrived {arrived}")
        self.totals.setText(
            text.format(kinds=len(lines), sent=quantity_text(sent), arrived=quantity_text(arrived)) if lines else ""
        )
        self.missing.setText(
            _("Difference {missing}, {worth}").format(missing=signed(missing), worth=f"-¥{word(-worth, 'money')}")
            if short
            else ""
        )
        set_tone(self.missing, "danger" if short else "")
        if short:
            numbers = listed(str(lines.index(line) + 1) for line in short)
            text = _("Lines {lines} differ from what was sent, {pieces} pieces in all. Say why before posting.")
            link = (_("All lines") if self._only_short else _("Only those"), self._narrow)
            self.notice.show_notice(text.format(lines=numbers, pieces=quantity_text(-missing)), "warning", [link])
        else:
            self._only_short = False
            self.notice.clear()
        for place, line in enumerate(lines):
            self.grid.setRowHidden(place, self._only_short and line not in short)
        self.ways.setVisible(bool(short))
        if self.sent is not None:
            self.outcomes.set([outcome(line, self.sent) for line in short])

    def _narrow(self) -> None:
        """Show only the lines that differ, or all of them again."""
        self.grid.commit()
        self._only_short = not self._only_short
        self._work_out()

    def _wrong_cell(self, why: str) -> None:
        """Say above the lines what is wrong with what was typed; the sums come back when it is right."""
        if why:
            self.notice.show_notice(why, "danger")
        else:
            self._work_out()

    def why(self) -> WhyKey | None:
        """What of the marked line is still to be accepted."""
        line = cast("AcceptLine | None", self.grid.current)
        if line is None or self.sent is None:
            return None
        of = line.of
        return WhyKey("still_open", of.product_id, document_id=self.sent.id, line=of.line, shown=of.open)

    def _received(self) -> list[Received]:
        return [said for line in self.lines if (said := line.received()) is not None]

    def keep(self) -> None:
        """Keep what is checked off, where it is not what is kept already."""
        self._keeping.stop()
        received = self._received()
        if self.sent is None or received == self._kept:
            return
        transfer, self._kept = self.sent.id, received
        self.tasks.write(self, lambda s: keep_checks(s, transfer, received), lambda _done: None, self._failed)

    def may_leave(self) -> bool:
        """What was checked off is there when the page is opened again."""
        if self.sent is not None:
            self.grid.commit()
            self.keep()
            if self._kept:
                self.desk.toasts.show(_("What you checked off is kept"), note=self.sent.number)
        return True

    def post(self) -> None:
        """Post the arrival and what becomes of the differences."""
        self.grid.commit()
        if self.grid.first_problem() or self.sent is None:
            return
        received = self._received()
        if not received:
            self.notice.show_notice(
                _("Nothing is checked off yet. Enter what arrived, or press Ctrl+D for all of it."), "warning"
            )
            return
        self._keeping.stop()
        transfer, act = self.sent.id, acting(self.desk)
        self.post_button.set_busy(True)
        self.tasks.write(self, lambda s: accept_transfer(s, transfer, received, act), self._posted, self._failed)

    def _posted(self, done: Accepted) -> None:
        self.post_button.set_busy(False)
        self.sent = None
        self.desk.toasts.show(_("The transfer is accepted"), note=listed(done.numbers), tone="success")
        self.leave()

    def _failed(self, error: JxcError) -> None:
        self.post_button.set_busy(False)
        self.notice.show_notice(str(error), "danger")

    def print(self) -> None:
        """The transfer on paper, to check it off by hand."""
        if self.sent is not None:
            print_preview.preview(self, self.desk, [self.sent.id], f"{_('Transfer')} {self.sent.number}", "transfer")


def _how_long(passed: Any) -> str:
    """``22 小时 42 分``; days from two days on."""
    minutes = max(int(passed.total_seconds()) // 60, 0)
    if minutes >= 2 * 24 * 60:
        return _("{days} days").format(days=minutes // (24 * 60))
    return _("{hours} h {minutes} min").format(hours=minutes // 60, minutes=minutes % 60)
