"""A landed cost while it is typed: the receipts it belongs to, what it comes to, and each product's share of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from jxc_desktop.columns import Column
from jxc_desktop.domain.documents import SPREADS, ZERO, DocumentKind, Draft, Paid
from jxc_desktop.domain.errors import JxcError
from jxc_desktop.domain.settings import ShopSettings
from jxc_desktop.gui.row_table import Look, RowTable
from jxc_desktop.gui.screen import Desk
from jxc_desktop.gui.screens.document_data import Editing
from jxc_desktop.gui.screens.document_head import partner_search
from jxc_desktop.gui.screens.document_notices import Notice, show_date_notice
from jxc_desktop.gui.theme import theme
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
    SearchEdit,
    column,
    label,
    row,
)
from jxc_desktop.i18n import N_, _
from jxc_desktop.queries.landed import Receipt, names_of, receipts
from jxc_desktop.queries.settings import shop_settings
from jxc_desktop.services.landed import landed_shares

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

RECENT = 90
"""Days back for which receipts are offered before anything is searched."""


@dataclass(frozen=True, slots=True)
class ShareRow:
    """What one product gets of the cost."""

    id: int
    code: str
    name: str
    amount: Decimal


RECEIPTS = (
    Column("number", N_("Receipt"), "code"),
    Column("day", N_("Date"), "date"),
    Column("pieces", N_("Pieces"), "quantity", priority=2),
    Column("goods", N_("Amount (yuan)"), "money"),
    Column("landed", N_("Landed so far"), "money", priority=2),
)
SHARES = (Column("name", N_("Product")), Column("amount", N_("Share (yuan)"), "money", total=True))


class LandedForm(QWidget):
    """Freight and the like: who charged it, how much, and the receipts whose goods become dearer by it."""

    changed = Signal()

    def __init__(self, desk: Desk, kind: DocumentKind) -> None:
        super().__init__()
        self.desk, self.kind = desk, kind
        self._ref: str | None = None
        self._wanted: tuple[int, ...] = ()
        self._filling = False
        self._settings = ShopSettings()
        self.notice = NoticeBar()
        self.partner = Picker(partner_search(desk, self, "supplier"), _("Name, code, phone or initials"))
        self.amount = MoneyEdit(name=_("Amount"))
        self.spread = Combo([(value, _(words)) for value, words in SPREADS.items()], "value")
        self.paid = MoneyEdit(name=_("Paid now"))
        self.account = Combo()
        self.day = DateEdit(desk.today)
        self.note = LineEdit("", _("Optional, printed on the document"))
        self.search = SearchEdit(_("Number or supplier"))
        self.fields = {
            "partner": Field(_("Who charged it"), self.partner),
            "amount": Field(_("Amount"), self.amount, required=True),
            "spread": Field(_("Shared"), self.spread),
            "day": Field(_("Business date"), self.day, required=True),
            "paid": Field(_("Paid now"), self.paid),
            "account": Field(_("Out of account"), self.account),
            "note": Field(_("Note"), self.note),
        }
        grid = FieldGrid(4)
        for name, field in self.fields.items():
            grid.add(field, 2 if name == "note" else 1)
        head = Card(padding=16)
        head.add(grid)
        whole = column(head, self.notice, spacing=12)
        whole.addLayout(self._tables(), 1)
        self.setLayout(whole)
        self._connect()

    def _tables(self) -> QHBoxLayout:
        looks = {"number": Look(second="partner", stretch=True), "goods": Look(bold=True), "landed": Look(muted=True)}
        self.receipts = RowTable(RECEIPTS, looks, checkable=True)
        self.receipts.set_empty("package-import", _("No receipts"), _("Search for an older one by its number or supplier."))
        self.shares = RowTable(SHARES, {"name": Look(second="code", stretch=True), "amount": Look(bold=True)}, totals=True)
        self.shares.set_empty("coins", _("Nothing to share yet"), _("Choose receipts and enter what the cost comes to."))
        left = column(row(label(_("Belongs to these receipts"), "section"), 1, self.search), spacing=8)
        left.addWidget(self.receipts, 1)
        dearer = label(_("Makes these goods dearer"), "section")
        dearer.setMinimumHeight(self.search.sizeHint().height())  # so that both tables begin at the same height
        right = column(dearer, spacing=8)
        right.addWidget(self.shares, 1)
        both = row(spacing=12)
        both.addLayout(left, 3)
        both.addLayout(right, 2)
        self.search.setMaximumWidth(theme.px(240))
        return both

    def _connect(self) -> None:
        for signal in (self.partner.picked, self.account.chosen, self.paid.value_changed, self.day.value_changed):
            signal.connect(lambda _value: self._touched())
        for signal in (self.amount.value_changed, self.spread.chosen):
            signal.connect(lambda _value: self._share())
        self._soon = QTimer(self, singleShot=True, interval=150)
        self._soon.timeout.connect(self._share)
        self.amount.textEdited.connect(lambda _text: self._soon.start())
        self.note.textEdited.connect(lambda _text: self._touched())
        self.receipts.checked_changed.connect(self._share)
        self.search.searched.connect(lambda _text: self._look())

    def _touched(self) -> None:
        if not self._filling:
            show_date_notice(self.notice, self.day, self._settings, self.desk.today(), self.set_day)
            self.changed.emit()

    # --- reading ---------------------------------------------------------------------------------------------------

    def _look(self) -> None:
        """The receipts that are offered: what is checked stays."""
        keep = self._targets() or self._wanted
        text = self.search.text().strip()
        since = "" if text else (self.desk.today() - timedelta(days=RECENT)).isoformat()
        self.desk.tasks.read(
            self, "receipts", lambda s: receipts(s, text=text, since=since, keep=keep), lambda rows: self._offer(rows, keep)
        )

    def _offer(self, rows: list[Receipt], keep: tuple[int, ...]) -> None:
        self._filling = True
        self.receipts.set_rows(rows)
        self.receipts.check_keys(keep)
        self._filling = False
        self._wanted = ()
        self._share()

    def _targets(self) -> tuple[int, ...]:
        return tuple(r.id for r in self.receipts.checked())

    def _share(self) -> None:
        """What each product would get, as posting will share it."""
        draft = self.draft()
        self._touched()
        if not draft.targets or not draft.amount:
            self.shares.set_rows([])
            return

        def look(session: Session) -> list[ShareRow]:
            shares = landed_shares(session, draft, shop_settings(session))
            names = names_of(session, [share["product_id"] for share in shares])
            sums: dict[int, Decimal] = {}
            for share in shares:
                sums[share["product_id"]] = sums.get(share["product_id"], ZERO) + share["amount"]
            return [ShareRow(product, *names[product], amount) for product, amount in sums.items()]

        self.desk.tasks.read(self, "shares", look, self.shares.set_rows, self._cannot_share)

    def _cannot_share(self, error: JxcError) -> None:
        self.shares.set_rows([])
        links = (
            [(_("Share by value instead"), self._by_value)] if self.spread.value == "weight" and error.code == "missing" else []
        )
        self.notice.show_notice(str(error), "warning", links)

    def _by_value(self) -> None:
        """The way out when a product has no weight."""
        self.spread.set_value("value")
        self._share()

    # --- the form ----------------------------------------------------------------------------------------------------

    def show_data(self, data: Editing) -> None:
        """Fill the form from a draft."""
        draft = data.draft
        self._filling = True
        self._ref, self._wanted, self._settings = draft.ref, tuple(draft.targets), data.settings
        self.account.set_options([(a.id, a.name) for a in data.accounts], data.accounts[0].id if data.accounts else None)
        self.partner.set_choice(Choice(data.partner.id, data.partner.name) if data.partner else None)
        self.amount.set_value(draft.amount)
        self.spread.set_value(draft.spread)
        if draft.paid:
            self.paid.set_value(draft.paid[0].amount)
            self.account.set_value(draft.paid[0].account_id)
        self.day.set_value(date.fromisoformat(draft.moment[:10]) if draft.moment else self.desk.today())
        self.note.setText(draft.note)
        self._filling = False
        self._look()

    def draft(self) -> Draft:
        """What is typed, as it stands."""
        amount, paid, day = (_typed(control) for control in (self.amount, self.paid, self.day))
        account = self.account.value
        now = self.desk.now()
        return Draft(
            self.kind.code,
            moment=None if day is None or day == now.date() else f"{day}T12:00:00",
            partner_id=self.partner.value if isinstance(self.partner.value, int) else None,
            amount=amount,
            targets=list(self._targets() or self._wanted),
            spread=str(self.spread.value),
            paid=[Paid(account, paid)] if paid and isinstance(account, int) else [],
            note=self.note.text().strip(),
            ref=self._ref,
        )

    @property
    def empty(self) -> bool:
        return self.partner.value is None and not self.amount.text() and not self._targets()

    def complete(self) -> bool:
        """Whether it may be posted; else what is missing says so."""
        for name in ("amount", "day"):
            if _typed(self.fields[name].control) is None:
                self.fields[name].set_error(self.fields[name].error or _("Fill this in."))
                self.fields[name].control.setFocus()
                return False
        if not self._targets():
            self.refuse(Notice(_("Choose the receipts that the cost belongs to."), "danger"))
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


def _typed(control: QWidget):  # type: ignore[no-untyped-def]
    """The value of a field; None where it is empty or wrong (the field says why)."""
    try:
        return control.value()  # type: ignore[attr-defined]
    except JxcError:
        return None
