"""Documents about money only while they are typed: received and paid, with what they settle."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from jxc_desktop.columns import Column
from jxc_desktop.domain.documents import KINDS, ZERO, DocumentKind, Draft, Paid, Settles
from jxc_desktop.domain.errors import JxcError
from jxc_desktop.domain.money import in_words
from jxc_desktop.domain.settings import ShopSettings
from jxc_desktop.gui.row_table import Look, RowTable
from jxc_desktop.gui.screen import Desk
from jxc_desktop.gui.screens.document_data import Editing, side_of
from jxc_desktop.gui.screens.document_dialogs import AmountDialog, share_payment
from jxc_desktop.gui.screens.document_foot import SEVERAL
from jxc_desktop.gui.screens.document_head import DocumentHead
from jxc_desktop.gui.screens.document_notices import Notice, show_date_notice
from jxc_desktop.gui.theme import theme
from jxc_desktop.gui.widgets import (
    Card,
    Combo,
    Field,
    MoneyEdit,
    NoticeBar,
    column,
    label,
    row,
)
from jxc_desktop.i18n import N_, _, clauses
from jxc_desktop.queries.editing import Standing, standing
from jxc_desktop.queries.partner_ledger import OpenDocument, open_documents
from jxc_desktop.queries.settings import Named

TITLES = {kind.code: kind.title for kind in KINDS}


@dataclass(frozen=True, slots=True)
class OpenRow:
    """A document that is not paid yet; ``settles`` is what this payment takes off it."""

    id: int
    number: str
    kind: str
    day: str
    due_day: str | None
    amount: Decimal
    left: Decimal
    settles: Decimal | None
    late: int


COLUMNS = (
    Column("number", N_("Number / kind"), "code", width=170),
    Column("day", N_("Date"), "date"),
    Column("due_day", N_("Due day"), "date", priority=2),
    Column("amount", N_("Amount (yuan)"), "money"),
    Column("left", N_("Open (yuan)"), "money"),
    Column("settles", N_("Settled now (yuan)"), "money"),
    Column("late", N_("State")),
)


class MoneyForm(QWidget):
    """Money received or paid: partner, accounts, and the open documents that are settled, the checked ones first to last."""

    changed = Signal()

    def __init__(self, desk: Desk, kind: DocumentKind) -> None:
        super().__init__()
        self.desk, self.kind = desk, kind
        self._accounts: tuple[Named, ...] = ()
        self._several: list[Paid] = []
        self._own: dict[int, Decimal] = {}
        self._wanted: list[int] = []
        self._rows: list[OpenRow] = []
        self._typed = self._filling = False
        self._ref: str | None = None
        self._settings = ShopSettings()
        self.head = DocumentHead(desk, kind)
        self.notice = NoticeBar()
        self.table = self._make_table()
        self.amount = MoneyEdit(name=_("Amount to receive") if kind.money > 0 else _("Amount to pay"), low=ZERO)
        self.amount.setFixedWidth(theme.px(150))
        self.account = Combo(width=theme.px(160))
        self.due, self.words, self.rest = label("", "kpi"), label("", "hint"), label("", "secondary")
        for made in (self.due, self.words, self.rest):
            made.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        fields = row(
            Field(self.amount.name, self.amount, required=True), Field(_("Account"), self.account, required=True), spacing=10
        )
        foot = Card(padding=14)
        foot.add(row(fields, 1, self.rest, column(self.due, self.words, spacing=0), spacing=24))
        whole = column(self.head, self.notice, spacing=12)
        whole.addWidget(self.table, 1)
        whole.addWidget(foot)
        self.setLayout(whole)
        self.head.changed.connect(self._touched)
        self.head.partner_picked.connect(self._partner_picked)
        self.table.checked_changed.connect(self._shared)
        self.amount.value_changed.connect(self._amount_typed)
        self.amount.problem.connect(self._amount_wrong)
        self.account.chosen.connect(self._account_chosen)

    def _make_table(self) -> RowTable:
        looks = {
            "number": Look(second=lambda r: _(TITLES.get(r.kind, r.kind)), stretch=True),
            "settles": Look(bold=True),
            "late": Look(
                kind="badge",
                words=lambda r: _("{days} days overdue").format(days=r.late) if r.late > 0 else "",
                tone=lambda _r: "danger",
            ),
        }
        table = RowTable(COLUMNS, looks, checkable=True, select_first=True)
        table.set_empty("circle-check", _("Nothing is open"), _("Choose a partner. What is not settled stays as an advance."))
        table.opened.connect(self._ask_amount)
        return table

    # --- values --------------------------------------------------------------------------------------------------

    def show_data(self, data: Editing) -> None:
        """Fill the form from a draft."""
        self._filling = True
        draft = data.draft
        self._ref, self._accounts, self._settings = draft.ref, data.accounts, data.settings
        self.head.show_data(data)
        paid = [p for p in draft.paid or [] if p.amount]
        self._several = paid if len(paid) > 1 else []
        self._show_accounts(SEVERAL if self._several else paid[0].account_id if paid else None)
        total = sum((p.amount for p in paid), ZERO)
        self.amount.set_value(total or None)
        self._typed = bool(total or draft.typed)
        for text in draft.typed.values():
            self.amount.put(text)
        self._own = {s.document_id: s.amount for s in draft.settles if s.amount}
        self._wanted = [s.document_id for s in draft.settles]
        self._filling = False
        self._read_open(draft.partner_id)
        self._say()
        self._show_sums()

    def draft(self) -> Draft:
        """What is typed, as it stands."""
        draft = Draft(self.kind.code, ref=self._ref)
        self.head.fill(draft)
        account = self.account.value
        total = self.total
        if self._several:
            draft.paid = list(self._several)
        elif total and isinstance(account, int):
            draft.paid = [Paid(account, total)]
        draft.settles = [Settles(r.id, r.settles) for r in self._rows if r.settles]
        draft.typed = {"paid": self.amount.text()} if self.amount.wrong else {}
        return draft

    @property
    def total(self) -> Decimal:
        """The amount typed; 0 while it is empty or wrong."""
        try:
            return self.amount.value() or ZERO
        except JxcError:
            return ZERO

    @property
    def empty(self) -> bool:
        return not self.total and not self.amount.wrong

    def complete(self) -> bool:
        """Whether it may be posted; else the focus goes to what is missing."""
        if not self.head.check():
            self.head.first_error()
            return False
        if self.amount.wrong:
            self.amount.put(self.amount.text())
            self.amount.setFocus()
            return False
        if not self.total:
            self.amount.set_error(_("Enter an amount."))
            self.amount.setFocus()
            return False
        return True

    def refuse(self, notice: Notice) -> None:
        self.notice.show_notice(notice.text, notice.tone)

    def refused(self, error: JxcError) -> None:
        """Word a refusal of posting in place."""
        self.refuse(Notice(str(error), "danger"))

    def set_day(self, day: date) -> None:
        """Put another business date; today is now."""
        self.head.set_day(day)

    def start(self) -> None:
        """The focus where typing begins."""
        (self.head.partner if self.head.partner_id is None else self.amount).setFocus()

    # --- open documents ------------------------------------------------------------------------------------------

    def _partner_picked(self, partner_id: int | None) -> None:
        self._own, self._wanted = {}, []
        self._read_open(partner_id)

    def _read_open(self, partner_id: int | None) -> None:
        side, today = side_of(self.kind.code) or "customer", self.desk.today()
        if partner_id is None:
            self._rows = []
            self.table.set_rows([])
            return
        self.table.set_loading()

        def look(session):  # type: ignore[no-untyped-def]
            return standing(session, partner_id, side, today), open_documents(session, partner_id, side, today)

        self.desk.tasks.read(self, "open", look, lambda found: self._open_known(*found))

    def _open_known(self, known: Standing, found: Sequence[OpenDocument]) -> None:
        self.head.set_standing(known)
        today = self.desk.today()
        self._rows = [_open_row(d, today) for d in found]
        self._filling = True
        self.table.set_rows(self._rows)
        for place, one in enumerate(self._rows):
            if one.id in self._wanted:
                self.table.model.check(place, True)
        self._filling = False
        self._shared()

    def _shared(self) -> None:
        """Spread the amount over the checked documents, oldest first; without an amount typed it is their sum."""
        if self._filling:
            return
        checked = {r.id for r in self.table.checked()}
        full = {r.id: min(self._own.get(r.id, r.left), r.left) for r in self._rows if r.id in checked}
        if not self._typed:
            self.amount.set_value(sum(full.values(), ZERO) or None)
            if self.amount.hasFocus():  # typing replaces the proposal
                self.amount.selectAll()
        rest = self.total
        rows = []
        for one in self._rows:
            takes = min(full.get(one.id, ZERO), rest)
            rest -= takes
            rows.append(replace(one, settles=takes or None))
        self._rows = rows
        self._filling = True
        self.table.set_rows(rows)
        self._filling = False
        self._touched()

    def _ask_amount(self, found: OpenRow) -> None:
        dialog = AmountDialog(
            self, _("Settle {number}").format(number=found.number), _("Settled now"), found.settles or found.left, found.left
        )
        if dialog.exec():
            self._own[found.id] = dialog.amount()
            self.table.model.check(self.table.model.find(found.id), bool(dialog.amount()))
            self._shared()
        dialog.deleteLater()

    def _amount_typed(self, value: Decimal | None) -> None:
        self._typed, self._several = value is not None, []
        self._show_accounts(self.account.value if self.account.value != SEVERAL else None)
        self._shared()

    def _amount_wrong(self, said: str) -> None:
        """What cannot be read is nobody's proposal: it stays, and is kept as it was typed."""
        if said and not self._filling:
            self._typed, self._several = True, []
            self._touched()

    def _account_chosen(self, value: object) -> None:
        if value == SEVERAL:
            before = self._several or [Paid(a.id, ZERO) for a in self._accounts]
            shared = share_payment(self, self._accounts, before, self.total)
            if shared is not None:
                self._several, self._typed = shared, True
                self.amount.set_value(sum((p.amount for p in shared), ZERO))
        else:
            self._several = []
        self._show_accounts(SEVERAL if self._several else value)
        self._shared()

    def _show_accounts(self, value: object) -> None:
        options: list[tuple[object, str]] = [(a.id, a.name) for a in self._accounts]
        self.account.set_options(
            [*options, (SEVERAL, _("Several accounts…"))], value if value != SEVERAL or self._several else None
        )

    def _touched(self) -> None:
        if not self._filling:
            self._say()
            self._show_sums()
            self.changed.emit()

    def _say(self) -> None:
        """Above the table: a date that cannot be posted, else what is paid beyond what the chosen documents have open."""
        if show_date_notice(self.notice, self.head.day, self._settings, self.desk.today(), self.head.set_day):
            return
        settled = sum((r.settles or ZERO for r in self._rows), ZERO)
        more = self.total - settled
        if settled and more > 0:
            text = _("{more} more than the chosen documents have open: it is kept as an advance of {partner}.")
            name = self.head.standing.name if self.head.standing else ""
            words = _("Make it {amount}").format(amount=f"¥{settled:,.2f}")
            said = text.format(more=f"¥{more:,.2f}", partner=name)
            self.notice.show_notice(said, "warning", [(words, lambda: self._take_only(settled))])

    def _take_only(self, settled: Decimal) -> None:
        """No more than what is open on the chosen documents."""
        self.amount.set_value(settled)
        self._amount_typed(settled)

    def _show_sums(self) -> None:
        total, settled = self.total, sum((r.settles or ZERO for r in self._rows), ZERO)
        self.due.setText(f"¥{total:,.2f}")
        self.words.setText(_("In words: {words}").format(words=in_words(total)))
        advance = total - settled
        said = _("Settles {amount}").format(amount=f"¥{settled:,.2f}")
        stays = _("{amount} stay as an advance").format(amount=f"¥{advance:,.2f}")
        self.rest.setText(clauses((said, stays)) if advance > 0 else said)


def _open_row(found: OpenDocument, today: date) -> OpenRow:
    late = (today - date.fromisoformat(found.due_day)).days if found.due_day else 0
    return OpenRow(found.document_id, found.number, found.kind, found.day, found.due_day, found.amount, found.left, None, late)
