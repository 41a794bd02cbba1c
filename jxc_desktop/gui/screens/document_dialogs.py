"""The small questions a document asks: a payment over several accounts, which lines come back, an amount to settle."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from PySide6.QtWidgets import QWidget

from jxc_desktop.columns import Column
from jxc_desktop.domain.documents import ZERO, Paid
from jxc_desktop.domain.errors import JxcError
from jxc_desktop.domain.money import parse_decimal
from jxc_desktop.gui.row_table import Look, RowTable
from jxc_desktop.gui.theme import theme
from jxc_desktop.gui.widgets import Dialog, Field, FieldGrid, MoneyEdit, label, row
from jxc_desktop.i18n import N_, _
from jxc_desktop.queries.editing import Returnable
from jxc_desktop.queries.settings import Named


class TenderDialog(Dialog):
    """One amount per account; says what is still open."""

    def __init__(self, parent: QWidget, accounts: Sequence[Named], paid: Sequence[Paid], due: Decimal) -> None:
        super().__init__(parent, _("Payment over several accounts"))
        self._due = due
        known = {p.account_id: p.amount for p in paid}
        grid = FieldGrid(2)
        self.edits: dict[int, MoneyEdit] = {}
        for account in accounts:
            edit = MoneyEdit(known.get(account.id) or None, name=account.name, low=ZERO)
            edit.textChanged.connect(lambda _text: self._say())
            self.edits[account.id] = edit
            grid.add(Field(account.name, edit))
        self.body.addWidget(grid)
        self.left, self.sum = label("", "secondary"), label("", "title")
        self.body.addLayout(row(self.left, 1, self.sum))
        self.add_button(_("Cancel"), key="Esc", reject=True)
        self.add_button(_("Take over"), "primary", key="Ctrl+Return").clicked.connect(self._take)
        self._say()

    def amounts(self) -> list[Paid]:
        """What is typed. Raises the refusals of wrong amounts."""
        found = [(account, edit.value()) for account, edit in self.edits.items()]
        return [Paid(account, amount) for account, amount in found if amount]

    def _say(self) -> None:
        try:
            paid = sum((p.amount for p in self.amounts()), ZERO)
        except JxcError:
            return
        self.sum.setText(f"¥{paid:,.2f}")
        self.left.setText(_("Due {due}, open {left}").format(due=f"¥{self._due:,.2f}", left=f"¥{self._due - paid:,.2f}"))

    def _take(self) -> None:
        for edit in self.edits.values():
            try:
                edit.value()
            except JxcError as error:
                edit.set_error(str(error))
                edit.setFocus()
                return
        self.accept()


def share_payment(parent: QWidget, accounts: Sequence[Named], paid: Sequence[Paid], due: Decimal) -> list[Paid] | None:
    """Ask how a payment is spread over accounts; None when given up."""
    dialog = TenderDialog(parent, accounts, paid, due)
    answer = dialog.amounts() if dialog.exec() else None
    dialog.deleteLater()
    return answer


@dataclass(frozen=True, slots=True)
class _Back:
    """A line that may come back, as the dialog lists it (quantities in base units)."""

    id: int
    code: str
    name: str
    sold: Decimal
    left: Decimal
    net: Decimal | None
    source: Returnable


class ReturnDialog(Dialog):
    """The lines of an original with what is left to return; all that is left is checked at first."""

    COLUMNS = (
        Column("name", N_("Product")),
        Column("sold", N_("Sold or bought"), "quantity"),
        Column("left", N_("Can come back"), "quantity"),
        Column("net", N_("Amount (yuan)"), "money"),
    )

    def __init__(self, parent: QWidget, number: str, lines: Sequence[Returnable]) -> None:
        super().__init__(parent, _("What comes back of {number}").format(number=number), size="md")
        self.table = RowTable(self.COLUMNS, {"name": Look(second="code", stretch=True)}, checkable=True, select_first=True)
        self.table.setFixedHeight(theme.px(340))
        rows = [_Back(n, r.code, r.name, r.base_quantity, r.left, r.net, r) for n, r in enumerate(lines) if r.left > 0]
        self.table.set_rows(rows)
        self.table.set_empty(
            "arrow-back-up", _("Everything came back already"), _("Nothing of this document can be returned any more.")
        )
        self.body.addWidget(self.table)
        self.body.addWidget(label(_("The quantities can be lowered afterwards in the lines."), "hint"))
        self.add_button(_("Cancel"), key="Esc", reject=True)
        self.take = self.add_button(_("Take these lines"), "primary", key="Ctrl+Return", accept=True)
        self.table.checked_changed.connect(lambda: self.take.setEnabled(bool(self.table.checked())))
        self.table.model.check_all(True)
        self.take.setEnabled(bool(rows))
        self.table.setFocus()

    def chosen(self) -> list[Returnable]:
        """The checked lines, in their own order."""
        return [line.source for line in sorted(self.table.checked(), key=lambda line: line.id)]


class AmountDialog(Dialog):
    """One amount of money."""

    def __init__(self, parent: QWidget, title: str, caption: str, value: Decimal, high: Decimal) -> None:
        super().__init__(parent, title)
        self.edit = MoneyEdit(value, name=caption, low=ZERO, high=high)
        self._high = high
        self.body.addWidget(Field(caption, self.edit, hint=_("At most {amount}").format(amount=f"¥{high:,.2f}")))
        self.add_button(_("Cancel"), key="Esc", reject=True)
        self.add_button(_("Take over"), "primary", key="Ctrl+Return").clicked.connect(self._take)
        self.edit.returnPressed.connect(self._take)
        self.edit.setFocus()

    def amount(self) -> Decimal:
        """What is typed, 0 for nothing."""
        return parse_decimal(self.edit.value() or ZERO, field=self.edit.name, places=2, low=ZERO, high=self._high)

    def _take(self) -> None:
        try:
            self.amount()
        except JxcError as error:
            self.edit.set_error(str(error))
            return
        self.accept()
