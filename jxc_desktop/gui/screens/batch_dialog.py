"""The dates of a batch, put right with a reason."""

from __future__ import annotations

from datetime import date

from jxc_desktop.columns import quantity_text
from jxc_desktop.domain.errors import JxcError
from jxc_desktop.gui.screen import Screen
from jxc_desktop.gui.screens.master_parts import act_of
from jxc_desktop.gui.widgets import DateEdit, Dialog, Field, FieldGrid, LineEdit, focus_first_error, label, require
from jxc_desktop.i18n import _
from jxc_desktop.queries.batches import BatchCard, batch_card
from jxc_desktop.services.batches import Dates, change_batch, end_of_life


class BatchDialog(Dialog):
    """Production date, expiry and why they change. The expiry follows the shelf life until it is typed."""

    def __init__(self, screen: Screen, card: BatchCard) -> None:
        super().__init__(screen, _("Dates of batch {batch}").format(batch=card.number), icon="calendar-due")
        self._screen, self._card = screen, card
        self.produced = DateEdit(screen.desk.today, date.fromisoformat(card.produced) if card.produced else None)
        self.expiry = DateEdit(screen.desk.today, date.fromisoformat(card.expiry) if card.expiry else None)
        self.reason = LineEdit("", _("For example: read wrong on the box"))
        life = card.shelf_life_days
        hint = _("Shelf life {days} days").format(days=life) if life else ""
        self.fields = {
            _("Production date"): Field(_("Production date"), self.produced),
            _("Expiry date"): Field(_("Expiry date"), self.expiry, hint=hint),
            _("Reason"): Field(_("Reason"), self.reason, required=True),
        }
        grid = FieldGrid(2)
        for title, field in self.fields.items():
            grid.add(field, 2 if title == _("Reason") else 1)
        said = _("{product}: {quantity} {unit} of it are on hand. What was sold stays as it was.")
        words = said.format(product=card.product, quantity=quantity_text(card.quantity), unit=card.unit)
        self.body.addWidget(label(words, "secondary", wrap=True))
        self.body.addWidget(grid)
        self.produced.value_changed.connect(self._follow)
        self.add_button(_("Cancel"), key="Esc", reject=True)
        self.save = self.add_button(_("Save"), "primary", key="Ctrl+S")
        self.save.clicked.connect(self._save)
        self.expiry.setFocus()

    def _follow(self, made: date | None) -> None:
        end = end_of_life(made.isoformat(), self._card.shelf_life_days) if made else None
        if end is not None:
            self.expiry.set_value(date.fromisoformat(end))

    def _save(self) -> None:
        if not require(self.fields[_("Reason")]):
            return
        try:
            made, end = self.produced.value(), self.expiry.value()
        except JxcError:
            focus_first_error(*self.fields.values())
            return
        dates = Dates(made.isoformat() if made else None, end.isoformat() if end else None)
        batch, reason, act = self._card.id, self.reason.text(), act_of(self._screen.desk)
        self.save.set_busy(True)
        self._screen.tasks.write(
            self, lambda s: change_batch(s, batch, dates, act, reason=reason), lambda _done: self.accept(), self._refused
        )

    def _refused(self, error: JxcError) -> None:
        self.save.set_busy(False)
        field = self.fields.get(str(error.facts.get("field")), self.fields[_("Expiry date")])
        field.set_error(str(error))
        field.control.setFocus()
        self.fit()


def open_batch(screen: Screen, product_id: int, number: str) -> None:
    """Ask for other dates of a batch and write them."""

    def ask(card: BatchCard) -> None:
        dialog = BatchDialog(screen, card)
        if dialog.exec():
            screen.desk.toasts.show(_("The dates of batch {batch} are changed").format(batch=number), tone="success")
        dialog.deleteLater()

    screen.tasks.read(screen, "batch", lambda s: batch_card(s, product_id, number), ask, screen.refuse)
