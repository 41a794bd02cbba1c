"""What can be done when a count cannot be posted as it is: days that were closed, later sales that would be short."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from jxc_desktop.columns import quantity_text
from jxc_desktop.domain.errors import JxcError
from jxc_desktop.gui import prompts
from jxc_desktop.gui.prompts import Way, Ways
from jxc_desktop.gui.screens.document_add import Wanted
from jxc_desktop.gui.screens.document_ways import First, ask_reopening, offer_lock_again, reopen_way, shortage_words
from jxc_desktop.i18n import _
from jxc_desktop.queries.shortages import ShortageHelp, shortage_help

if TYPE_CHECKING:
    from jxc_desktop.gui.screens.stocktaking import Stocktaking


class CountWays(QObject):
    """The ways out for the page of a count."""

    def __init__(self, page: Stocktaking) -> None:
        super().__init__(page)
        self.page = page
        self._told = ""

    # --- before posting ------------------------------------------------------------------------------------------

    def warn(self, *, first: bool) -> None:
        """Say while it can still be mended what would keep the count from being posted, each thing once."""
        counting = self.page.counting
        if counting is None or self.page.done:
            return
        locked, closed = counting.settings.lock_until, len(counting.closed)
        today = self.page.desk.today().isoformat()
        if locked and (closed or counting.is_closed(f"{today}T23:59:59")):
            self._say_closed(f"{locked} {closed}", closed, locked, today)
        elif counting.doubled and not self.page.queue.busy and self._told != counting.sitting.counter:
            self._told = counting.sitting.counter
            text = _("Somebody else counts as “{name}” too: typed counts of the two replace one another. Change the name here.")
            link = (_("Change the name"), self._to_name)
            self.page.notice.show_notice(text.format(name=counting.sitting.counter), "warning", [link])
        elif first:
            self._told = ""

    def _say_closed(self, state: str, closed: int, locked: str, today: str) -> None:
        if state == self._told:
            return
        self._told = state
        counting = self.page.counting
        assert counting is not None
        day = counting.first_closed or today
        reopen = (_("Reopen from {day} on…").format(day=day), lambda: self.reopen(day, locked))
        if closed and locked < today:
            text = _("{count} lines were counted on days that are closed since (up to {locked}): they are counted again first.")
            links = [(_("Count them now"), self.page.recount), reopen]
        else:
            text = _("Today is closed (days up to {locked} are locked): what is counted now can be posted once it is reopened.")
            links = [reopen]
        self.page.notice.show_notice(text.format(count=closed, locked=locked), "warning", links)

    def _to_name(self) -> None:
        self.page.page.counter.setFocus()
        self.page.page.counter.selectAll()

    def reopen(self, day: str, locked: str) -> None:
        """Take the lock date back before anything is posted."""
        first = ask_reopening(self.page, day, locked)
        if first is not None:
            self.page.tasks.write(self, first, lambda _changes: self._reopened(locked), self.page.refuse)

    def _reopened(self, locked: str) -> None:
        self.page.notice.clear()
        offer_lock_again(self.page, locked)

    # --- refused -------------------------------------------------------------------------------------------------

    def offer(self, error: JxcError, approve: str | None) -> None:
        """Ask what to do about a refused posting, ``approve`` is the reason the owner gave for it."""
        if error.code == "period_closed":
            self._locked(error, approve)
        elif error.code == "not_enough_stock":
            product, warehouse = str(error.facts["product"]), str(error.facts["warehouse"])
            self.page.tasks.read(
                self, "shortage", lambda s: shortage_help(s, product, warehouse), lambda found: self._short(error, found)
            )
        elif error.code in ("count_again", "count_not_approved"):
            self.page.post()  # somebody else counted meanwhile: look and ask anew
        else:
            self.page.notice.show_notice(str(error), "danger")

    def _locked(self, error: JxcError, approve: str | None) -> None:
        day, locked = str(error.facts["date"]), str(error.facts["locked"])
        counting = self.page.counting
        ways = [reopen_way(day)]
        if counting is not None and counting.closed and locked < self.page.desk.today().isoformat():
            words = _("Count {count} lines again").format(count=len(counting.closed))
            ways.insert(0, Way("again", words, _("They get today’s time; sales since are reckoned with"), "refresh"))
        text = _("What was counted on {day} cannot be posted: days up to {locked} are locked, because they were reported.")
        taken = prompts.choose(
            self.page,
            Ways(
                _("{day} is closed").format(day=day),
                text.format(day=day, locked=locked) + " " + _("All counts are kept."),
                tuple(ways),
                keep=_("Go on counting"),
            ),
        )
        if taken == "again":
            self.page.recount()
        elif taken == "reopen":
            first: First | None = ask_reopening(self.page, day, locked)
            if first is not None:
                self.page.posting.post(approve, first, reopened=locked)

    def _short(self, error: JxcError, found: ShortageHelp) -> None:
        """What was sold after the count is more than was counted: one of the two is wrong, or a receipt is missing."""
        missing = max(Decimal(str(error.facts["wanted"])) - Decimal(str(error.facts["available"])), Decimal(0))
        note = _("A purchase receipt is opened with {quantity} {unit}").format(quantity=quantity_text(missing), unit=found.unit)
        ways = (
            Way("again", _("Count {product} again").format(product=found.name), _("Its line is opened"), "refresh"),
            Way("receive", _("Receive it first"), note, "package-import"),
        )
        sentence = _("With what was counted more would have been sold than there was. {sentence}")
        taken = prompts.choose(
            self.page,
            Ways(
                _("{product} does not add up").format(product=found.name),
                sentence.format(sentence=shortage_words(error)) + " " + _("All counts are kept."),
                ways,
                keep=_("Go on counting"),
            ),
        )
        if taken == "again":
            self._to_line(found.product_id)
        elif taken == "receive":
            wanted = (Wanted(found.product_id, None, missing),)
            self.page.navigate("document", kind="purchase_receipt", warehouse=found.warehouse_id, wanted=wanted)

    def _to_line(self, product: int) -> None:
        counting = self.page.counting
        place = next((place for place in counting.lines if place[0] == product), None) if counting is not None else None
        if place is not None:
            self.page.acts.select(place)
            self.page.grid.edit_cell(self.page.grid.currentIndex().row(), "quantity")
