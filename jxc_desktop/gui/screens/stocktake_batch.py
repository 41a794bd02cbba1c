"""Which batch is counted: asked once for each product that several batches may be of, and remembered for its next scans."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from jxc_desktop.columns import quantity_text
from jxc_desktop.domain.errors import JxcError
from jxc_desktop.gui.prompts import Way, Ways, WaysDialog
from jxc_desktop.gui.screens.document_data import acting
from jxc_desktop.gui.screens.stocktake_line import CountLine, batch_words
from jxc_desktop.gui.widgets import DateEdit, Field, LineEdit, column, row
from jxc_desktop.i18n import _, clauses
from jxc_desktop.queries.stocktake_batches import BatchOption, BatchQuestion, batch_question
from jxc_desktop.services.batches import Dates
from jxc_desktop.services.stocktake_codes import NamedBatch, name_batch, settle_batch

if TYPE_CHECKING:
    from jxc_desktop.gui.screens.stocktaking import Stocktaking

Then = Callable[[str], object]
"""What is done with the batch that was named ("" = its number is not known)."""
OTHER, NAMELESS = "other", "nameless"


class WhichBatch(WaysDialog):
    """The batches of a product as buttons, and fields for one that is not among them. Scans go on: ``scanned(code)``.

    ``said(number)`` for a batch that is known, ``named(number, dates)`` for another one.
    """

    said = Signal(str)
    named = Signal(str, object)
    scanned = Signal(str)

    def __init__(self, parent: QWidget, asked: BatchQuestion, today: date, *, blind: bool, closed: bool) -> None:
        ways = [Way(f"batch {o.number}", batch_words(o.number, None), _note(o, asked.unit, blind)) for o in asked.options]
        if not closed:
            words = _("With its production or expiry date, where they can be read")
            ways.append(Way(OTHER, _("None of these…") if asked.options else _("Type its number…"), words, "plus"))
        if not closed and not asked.options:
            words = _("Posting puts it into the batch of its day")
            ways.append(Way(NAMELESS, _("Its number is not known"), words, "help-circle"))
        text = _("Its scans count for the batch you choose, those that follow too. The scanner may go on meanwhile.")
        title = _("Which batch of {product}?").format(product=asked.name)
        super().__init__(parent, Ways(title, text, tuple(ways), keep=_("Later")))
        self._icon, self._tone = "calendar-due", "primary"  # a question, nothing is wrong
        self.number = LineEdit("", _("As it stands on the packing"))
        self.produced, self.expiry = DateEdit(lambda: today), DateEdit(lambda: today)
        self.number_field = Field(_("Batch"), self.number, required=True)
        hint = _("Follows from the shelf life of {days} days when left out").format(days=asked.shelf_life_days)
        self.produced_field = Field(_("Production date"), self.produced)
        self.expiry_field = Field(_("Expiry date"), self.expiry, hint=hint if asked.shelf_life_days else "")
        self.form = QWidget()
        self.form.setLayout(column(self.number_field, row(self.produced_field, self.expiry_field, spacing=12), spacing=8))
        self.form.hide()
        self.body.addWidget(self.form)
        self.go = self.add_button(_("It is this one"), "primary", key="Ctrl+Return")
        self.go.hide()
        self.go.clicked.connect(self._name)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        next(iter(self.buttons.values())).setFocus(Qt.FocusReason.TabFocusReason)  # with its ring: Enter takes it

    def _take(self, name: str) -> None:
        if name == OTHER:
            self._open_form()
            return
        self.accept()
        self.said.emit("" if name == NAMELESS else name.removeprefix("batch "))

    def _open_form(self) -> None:
        """Instead of the buttons, so that the dialog is no higher."""
        for button in self.buttons.values():
            button.hide()
        self.form.show()
        self.go.show()
        self.fit()
        self.number.setFocus()

    def _name(self) -> None:
        """Take what is typed, or say in its field what is wrong."""
        self.number_field.set_error("")
        number = self.number.text().strip()
        if not number:
            self.number_field.set_error(_("Type its number, or go back and choose one."))
            self.number.setFocus()
            return
        days: list[str | None] = []
        for edit, place in ((self.produced, self.produced_field), (self.expiry, self.expiry_field)):
            try:
                value = edit.value()
            except JxcError as error:
                place.set_error(str(error))
                edit.setFocus()
                return
            days.append(value.isoformat() if value is not None else None)
        self.named.emit(number, Dates(*days))

    def refuse(self, error: JxcError) -> None:
        """What was typed cannot be: it still stands there."""
        self.number_field.set_error(str(error))

    def handle_scan(self, code: str) -> bool:
        """The counter goes on scanning while it is asked."""
        self.scanned.emit(code)
        return True


def _note(option: BatchOption, unit: str, blind: bool) -> str:
    """When it expires, and, unless counting blind, how many of it the book holds here."""
    parts = [_("expires {day}").format(day=option.expiry)] if option.expiry else []
    if not option.expiry and option.produced:
        parts.append(_("made {day}").format(day=option.produced))
    if not blind:
        here = _("the book holds {quantity} {unit}").format(quantity=quantity_text(option.book), unit=unit)
        parts.append(here if option.book else _("none left here by the book"))
    return clauses(parts)


class CountBatches(QObject):
    """Asks for batches on a page, one product after the other."""

    def __init__(self, page: Stocktaking) -> None:
        super().__init__(page)
        self.page = page
        self.dialog: WhichBatch | None = None
        self._waiting: deque[tuple[int, Then, bool]] = deque()
        self._asking: int | None = None

    def of_scans(self, product: int) -> None:
        """Scans of a product wait for its batch: ask, unless it is being asked already."""
        if product != self._asking and all(product != other for other, _then, _always in self._waiting):
            self.ask(product, lambda batch: self._settle(product, batch))

    def of_line(self, line: CountLine | None) -> None:
        """The person wants another batch than that of a line: his next scans of it count there."""
        if line is not None and line.row.by_batch:
            self.ask(line.row.product_id, lambda batch: self._settle(line.row.product_id, batch), always=True)

    def ask(self, product: int, then: Then, *, always: bool = False) -> None:
        """``then`` gets the batch of a product: at once where it is clear, unless ``always``; nothing comes if it is put off."""
        self._waiting.append((product, then, always))
        self._next()

    def remember(self, line: CountLine | None) -> None:
        """A line was chosen by hand: scans of its product mean its batch."""
        if line is not None and line.row.by_batch and self.page.counting is not None:
            self.page.counting.sitting.batches[line.row.product_id] = line.row.batch

    def _next(self) -> None:
        counting = self.page.counting
        if self._asking is not None or not self._waiting or counting is None:
            return
        product, then, always = self._waiting.popleft()
        self._asking = product
        self.page.hand.hold("batch")
        document_id, warehouse = self.page.draft_id or 0, counting.warehouse_id
        self.page.tasks.read(
            self,
            "batches",
            lambda s: batch_question(s, document_id, warehouse, product),
            lambda asked: self._ask(asked, then, always),
            self._failed,
        )

    def _ask(self, asked: BatchQuestion | None, then: Then, always: bool) -> None:
        counting = self.page.counting
        if asked is None or counting is None:
            self._answer("", then)
            return
        due = {batch for product, batch in counting.bearings.due if product == asked.product_id}
        if due:
            asked = BatchQuestion(
                asked.product_id,
                asked.name,
                asked.unit,
                asked.shelf_life_days,
                tuple(option for option in asked.options if option.number in due),
                "" in due,
            )
        if asked.clear is not None and not always:
            self._answer(asked.clear, then)
            return
        dialog = WhichBatch(self.page, asked, self.page.desk.today(), blind=counting.plan.blind, closed=bool(due))
        expiries = {option.number: option.expiry for option in asked.options}
        dialog.said.connect(lambda number: self._answer(number, then, expiries.get(number)))
        dialog.named.connect(lambda number, dates: self._make(number, dates, then))
        dialog.scanned.connect(self.page.handle_scan)
        dialog.rejected.connect(self._put_off)
        dialog.finished.connect(dialog.deleteLater)
        self.dialog = dialog
        dialog.open()

    def _make(self, number: str, dates: Dates, then: Then) -> None:
        """Another batch: it is made with its dates, then counted."""
        product, act, dialog = self._asking or 0, acting(self.page.desk), self.dialog
        assert dialog is not None

        def made(kept: NamedBatch) -> None:
            dialog.accept()
            self._answer(kept.number, then, kept.expiry)

        self.page.tasks.write(self, lambda s: name_batch(s, product, number, dates, act), made, dialog.refuse)

    def _answer(self, batch: str, then: Then, expiry: str | None = None) -> None:
        product, counting = self._asking, self.page.counting
        assert product is not None
        if counting is not None:
            counting.sitting.batches[product] = batch
            counting.add_batch((product, batch), expiry)
        self.page.hand.unclear = ""
        then(batch)
        self._done()

    def _settle(self, product: int, batch: str) -> None:
        """Count the scans that waited; the line is the current one from now on."""
        assert self.page.counting is not None
        document_id, act, counter = self.page.draft_id or 0, acting(self.page.desk), self.page.counting.sitting.counter
        self.page.hand.hold("line")

        def failed(error: JxcError) -> None:
            self.page.hand.release("line")
            self.page.refuse(error)

        self.page.tasks.write(
            self,
            lambda s: settle_batch(s, document_id, product, batch, counter, act),
            lambda _scans: self.page.show_place((product, batch)),
            failed,
        )

    def _put_off(self) -> None:
        """Not now: the scans are kept under the codes to settle, and a number typed next is not about them."""
        self.page.hand.lost, self.page.hand.unclear = self.page.hand.unclear, ""
        self._done()

    def _failed(self, error: JxcError) -> None:
        self.page.refuse(error)
        self._put_off()

    def _done(self) -> None:
        self.dialog, self._asking = None, None
        self.page.hand.release("batch")
        self._next()
