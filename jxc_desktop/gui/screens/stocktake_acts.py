"""What happens to counts once they are kept, and what is done to a line: its reason, taking it back, unknown codes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

from jxc_desktop.domain.changes import Changes
from jxc_desktop.domain.counting import Said
from jxc_desktop.domain.errors import JxcError
from jxc_desktop.gui import prompts
from jxc_desktop.gui.screens.document_data import acting
from jxc_desktop.gui.screens.stocktake_codes import Known, WhichProduct
from jxc_desktop.gui.screens.stocktake_line import CountLine
from jxc_desktop.i18n import _
from jxc_desktop.queries.stocktake_entries import meaning_of, pending_codes
from jxc_desktop.queries.stocktake_rows import Place
from jxc_desktop.services.stocktake import Taken, clear_line
from jxc_desktop.services.stocktake_codes import remember_code, settle_code

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from jxc_desktop.gui.screens.stocktaking import Stocktaking


@dataclass(frozen=True, slots=True)
class Settled:
    """What a code that was settled left to be said, and what it changed."""

    warnings: tuple[str, ...]
    changes: Changes


class CountActs(QObject):
    """Acts on the lines of a page, and the answers of its queue."""

    def __init__(self, page: Stocktaking) -> None:
        super().__init__(page)
        self.page = page

    # --- counts that are kept ------------------------------------------------------------------------------------

    def taken(self, answers: tuple[Taken, ...]) -> None:
        """Counts are kept: show them. Lines that were not on the list are read first."""
        if self.page.counting is None:
            return
        self.page.unlisted = True
        last: Place | None = None
        for answer in answers:
            place = self.page.counting.answer(answer)
            if answer.state == "batch":
                self.page.hand.unclear = answer.said.code
                self.page.batches.of_scans(answer.product_id or 0)
            elif answer.state in ("unknown", "outside", "again"):
                self._unsettled(answer)
                self.page.hand.lost = answer.said.code
            elif place is not None and answer.said.mode != "reason":
                last = place
                self.page.hand.lost = ""
                if answer.said.code:
                    self.page.scanned = place
        if last is not None and last not in self.page.counting.lines:
            self.page.show_place(last)
        elif any(answer.state == "undone" for answer in answers):
            self.page.refresh()
        if last is not None and last in self.page.counting.lines:
            self.select(last, keep_editor=not any(answer.said.code for answer in answers))
        self.page.show_all()

    def select(self, place: Place, *, keep_editor: bool = False) -> None:
        """The line just counted is the current one; a scan takes the focus back to the scan box."""
        if keep_editor and self.page.grid.editor.isVisible():
            return
        self.page.grid.commit()
        self.page.grid.editor.hide()
        if not self.page.grid.select_place(place):
            if self.page.page.wanted != "again":
                self.page.tabs.set_value("all")
            self.page.show_lines()
            self.page.grid.select_place(place)
        self.page.scan.setFocus()

    def _unsettled(self, answer: Taken) -> None:
        """A code that counts nothing yet: seen, heard, kept and listed."""
        assert self.page.counting is not None
        self.page.scan.flash()
        code, what, product = answer.said.code, self.page.counting.plan.words, answer.product_id or 0
        count_it = _("Count it too"), lambda: self.count(code, product)
        if answer.state == "unknown":
            text = _("Nothing has the code {code}. It is kept under “{tab}”.").format(code=code, tab=_("Codes to settle"))
            links = [(_("Which product is it…"), lambda: self.ask_product(code))]
        elif answer.state == "outside":
            text = _("{name} is not within {what}.").format(name=answer.name, what=what)
            links = [count_it]
        else:
            text = _("{name} is not on the list of the second count. What was counted of it stands.").format(name=answer.name)
            links = [(_("Count it again too"), count_it[1]), (_("Drop"), lambda: self.settle(code, None))]
        self.page.notice.show_notice(text, "warning", links)
        self.read_codes()

    def read_codes(self) -> None:
        """What is to be settled now."""
        counting = self.page.counting
        if counting is not None:
            document_id, plan, listed = self.page.draft_id or 0, counting.plan, counting.listed
            self.page.tasks.read(
                self, "codes", lambda s: tuple(pending_codes(s, document_id, plan, listed)), self._codes_read, self.page.refuse
            )

    def _codes_read(self, pending: Any) -> None:
        if self.page.counting is not None:
            self.page.counting.pending = pending
            self.page.show_all()

    def not_taken(self, said: Said, error: JxcError) -> None:
        if self.page.counting is not None:
            self.page.counting.refuse(said)
        self.page.notice.show_notice(f"{said.code or said.said}: {error}" if said.code or said.said else str(error), "danger")
        self.page.show_all()

    def in_trouble(self, error: JxcError) -> None:
        count = len(self.page.queue)
        text = _("{count} counts are not kept yet and are tried again: {why}").format(count=count, why=error)
        self.page.notice.show_notice(text, "danger")

    def set_reason(self, line: CountLine | None, words: str) -> None:
        """Why there is more or less."""
        if line is not None and line.difference:
            self.page.hand.reason(line, words)
            self.page.show_all()

    def ask_reason(self, line: CountLine | None) -> None:
        """A reason in other words."""
        if line is None or not line.difference:
            return
        title = _("Why does {product} differ?").format(product=line.row.name)
        answer = prompts.ask(
            self.page, prompts.Question(title, "", _("Write it down"), danger=False, reason=_("Reason"), reason_hint=line.reason)
        )
        if answer.yes and answer.reason != line.reason:
            self.set_reason(line, answer.reason)

    def clear(self, line: CountLine) -> None:
        """Nothing of this line was counted after all; counts of others are asked about."""
        if len(line.found.by) < 2 and line.own is not None:
            self.page.hand.put(line, None, "")
            self.page.show_all()
            return
        names = line.counters
        title = _("Take back all counts of {product}?").format(product=line.row.name)
        text = _("{names} counted it. The line is not counted any more, by nobody.").format(names=names)
        if prompts.confirm(self.page, title, text, _("Take them back")):
            document_id, act, place = self.page.draft_id or 0, acting(self.page.desk), line.row.place
            self.page.tasks.write(
                self, lambda s: clear_line(s, document_id, place, act), lambda _n: self.page.refresh(), self.page.refuse
            )

    # --- codes that nobody knew ----------------------------------------------------------------------------------

    def ask_product(self, code: str) -> None:
        """Which product is it?"""
        dialog = WhichProduct(self.page, code, lambda product, known: self.count(code, product, known))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def count(self, code: str, product: int, known: Known | None = None) -> None:
        """A code means this product; of goods kept by batch it is asked which. ``known``: it is its barcode from now on."""
        self.page.batches.ask(product, lambda batch: self.settle(code, product, batch, known))

    def settle(self, code: str, product: int | None, batch: str = "", known: Known | None = None) -> None:
        """A code means this product (``batch`` of it), or nothing."""
        document_id, act = self.page.draft_id or 0, acting(self.page.desk)

        def write(session: Session) -> Settled:
            warnings = remember_code(session, code, product, known.unit, act) if known and product is not None else ()
            settle_code(session, document_id, code, product, act, batch=batch)
            return Settled(warnings, Changes.PRODUCTS if known else Changes.NOTHING)

        def done(settled: Settled) -> None:
            self.page.notice.clear()
            self.page.hand.lost = ""
            if settled.warnings:
                self.page.notice.show_notice(" ".join(settled.warnings), "warning")
            self.page.show_place((product, batch)) if product is not None else self.page.refresh()

        self.page.tasks.write(self, write, done, self.page.refuse)

    def ask_code(self, text: str) -> None:
        """A number was taken as a quantity: say so where it is a product's code as well."""

        def say(hit: Any) -> None:
            if hit is not None:
                words = _("The quantity is set to {number}. It is also the code of {name}.").format(number=text, name=hit.name)
                self.page.notice.show_notice(words, "info", [(_("Count that product instead"), lambda: self._instead(text))])

        self.page.tasks.read(self, "number", lambda s: meaning_of(s, text), say, self.page.refuse)

    def _instead(self, code: str) -> None:
        self.page.notice.clear()
        self.page.undo()
        self.page.hand.scanned(code)
