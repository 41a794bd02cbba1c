"""An opening balance while it is typed: of a customer or supplier, or of a money account."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from jxc_desktop.domain.documents import DocumentKind, Draft
from jxc_desktop.domain.errors import JxcError
from jxc_desktop.domain.settings import ShopSettings
from jxc_desktop.gui.screen import Desk
from jxc_desktop.gui.screens.document_data import Editing
from jxc_desktop.gui.screens.document_head import partner_search
from jxc_desktop.gui.screens.document_notices import Notice, show_date_notice
from jxc_desktop.gui.widgets import (
    Card,
    Choice,
    Combo,
    DateEdit,
    Field,
    FieldGrid,
    LineEdit,
    MoneyEdit,
    NoticeBar,
    Picker,
    Segmented,
    column,
    row,
)
from jxc_desktop.i18n import _


class OpeningForm(QWidget):
    """An opening balance: what a partner owed (or was owed), or what lay in an account, on the first day."""

    changed = Signal()

    def __init__(self, desk: Desk, kind: DocumentKind) -> None:
        super().__init__()
        self.desk, self.kind = desk, kind
        self._ref: str | None = None
        self._settings = ShopSettings()
        self.notice = NoticeBar()
        self.about = Segmented([("partner", _("Customer or supplier")), ("account", _("Money account"))], "partner")
        self.partner = Picker(partner_search(desk, self), _("Name, code, phone or initials"))
        self.account = Combo()
        self.way = Combo([(1, _("They owe us")), (-1, _("We owe them"))], 1)
        self.amount = MoneyEdit(name=_("Amount"))
        self.day = DateEdit(desk.today)
        self.note = LineEdit("", _("Optional, printed on the document"))
        grid = FieldGrid(4)
        self.fields = {
            "partner": Field(_("Partner"), self.partner, required=True),
            "account": Field(_("Money account"), self.account, required=True),
            "way": Field(_("Direction"), self.way),
            "amount": Field(_("Amount"), self.amount, required=True),
            "day": Field(_("Business date"), self.day, required=True),
            "note": Field(_("Note"), self.note),
        }
        for name, field in self.fields.items():
            grid.add(field, 4 if name == "note" else 1)
        card = Card()
        card.add(row(self.about, 1))
        card.add(grid)
        self.setLayout(column(self.notice, card, 1, spacing=12))
        self._connect()

    def _connect(self) -> None:
        self.about.chosen.connect(lambda _value: self._choose())
        for signal in (
            self.partner.picked,
            self.account.chosen,
            self.way.chosen,
            self.amount.value_changed,
            self.day.value_changed,
        ):
            signal.connect(lambda _value: self._touched())
        self.note.textEdited.connect(lambda _text: self._touched())

    def _touched(self) -> None:
        self._say_date()
        self.changed.emit()

    def _say_date(self) -> None:
        show_date_notice(self.notice, self.day, self._settings, self.desk.today(), self.set_day)

    def _choose(self) -> None:
        partner = self.about.value == "partner"
        for name in ("partner", "way"):
            self.fields[name].setVisible(partner)
        self.fields["account"].setVisible(not partner)

    def show_data(self, data: Editing) -> None:
        """Fill the form from a draft."""
        draft = data.draft
        self._ref, self._settings = draft.ref, data.settings
        self.account.set_options([(a.id, a.name) for a in data.accounts], draft.account_id)
        self.about.set_value("account" if draft.account_id is not None else "partner")
        self.partner.set_choice(Choice(data.partner.id, data.partner.name) if data.partner else None)
        negative = draft.amount is not None and draft.amount < 0 and draft.account_id is None
        self.way.set_value(-1 if negative else 1)
        self.amount.set_value(abs(draft.amount) if draft.amount is not None and draft.account_id is None else draft.amount)
        self.day.set_value(date.fromisoformat(draft.moment[:10]) if draft.moment else self.desk.today())
        self.note.setText(draft.note)
        self._choose()
        self._say_date()

    def draft(self) -> Draft:
        """What is typed, as it stands."""
        partner = self.about.value == "partner"
        try:
            amount, day = self.amount.value(), self.day.value()
        except JxcError:
            amount, day = None, None
        sign = -1 if partner and self.way.value == -1 else 1
        now = self.desk.now()
        return Draft(
            self.kind.code,
            moment=None if day is None or day == now.date() else f"{day}T00:00:00",
            partner_id=self.partner.value if partner and isinstance(self.partner.value, int) else None,
            account_id=self.account.value if not partner and isinstance(self.account.value, int) else None,
            amount=None if amount is None else sign * amount,
            note=self.note.text().strip(),
            ref=self._ref,
        )

    @property
    def empty(self) -> bool:
        return self.partner.value is None and not self.amount.text()

    def complete(self) -> bool:
        """Whether it may be posted; else the focus goes to what is missing."""
        wanted = ["partner" if self.about.value == "partner" else "account", "amount", "day"]
        for name in wanted:
            control = self.fields[name].control
            try:
                value = getattr(control, "value", None)
                missing = (value() if callable(value) else value) is None
            except JxcError:
                missing = True
            if missing:
                self.fields[name].set_error(self.fields[name].error or _("Fill this in."))
                control.setFocus()
                return False
        return True

    def refuse(self, notice: Notice) -> None:
        self.notice.show_notice(notice.text, notice.tone)

    def refused(self, error: JxcError) -> None:
        """Word a refusal of posting in place."""
        self.refuse(Notice(str(error), "danger"))

    def set_day(self, day: date) -> None:
        """Put another business date."""
        self.day.set_value(day)
        self._touched()

    def start(self) -> None:
        """The focus where typing begins."""
        self.partner.setFocus()
