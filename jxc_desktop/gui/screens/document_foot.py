"""The foot of a document that is being typed: what changes the sum at the left, what it comes to at the right."""

from __future__ import annotations

from decimal import Decimal

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from jxc_desktop.columns import word
from jxc_desktop.domain.documents import ZERO, DocumentKind, Draft, Paid
from jxc_desktop.domain.errors import JxcError
from jxc_desktop.domain.money import in_words
from jxc_desktop.gui.document_lines import Totals, has_price
from jxc_desktop.gui.screens.document_data import Editing
from jxc_desktop.gui.screens.document_dialogs import share_payment
from jxc_desktop.gui.theme import theme
from jxc_desktop.gui.widgets import Combo, Field, MoneyEdit, column, label, row
from jxc_desktop.gui.widgets.paint import RIGHT, draw_text, text_width
from jxc_desktop.gui.widgets.surface import set_property
from jxc_desktop.i18n import N_, _
from jxc_desktop.queries.settings import Named

SEVERAL = "several"
LONG = 11
"""Signs of an amount that is shown large; a longer one would push the fields aside."""
_DUE = {1: N_("Due from them"), -1: N_("Due to them")}


class Elided(QWidget):
    """A quiet line at the right that may be cut, or with ``whole`` left away, where room is short; the tooltip has all of it."""

    def __init__(self, ink: str = "text_tertiary", role: str = "caption", *, whole: bool = False) -> None:
        super().__init__()
        self._words, self._ink, self._role, self._whole = "", ink, role, whole
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def setText(self, words: str) -> None:
        self._words = words
        self.setToolTip(words)
        self.setAccessibleName(words)
        self.update()

    def text(self) -> str:
        return self._words

    def sizeHint(self) -> QSize:
        return QSize(60, theme.line(self._role))

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._whole and text_width(self._words, theme.font(self._role)) > self.width():
            return
        draw_text(QPainter(self), self.rect(), self._words, self._ink, theme.font(self._role), RIGHT)


class DocumentFoot(QWidget):
    """Discount, freight, rounding off, payment and account; lines, pieces, goods and the amount due. ``changed`` after any."""

    changed = Signal()
    keeps_clear = True

    def __init__(self, kind: DocumentKind) -> None:
        super().__init__()
        self.kind = kind
        self._accounts: tuple[Named, ...] = ()
        self._several: list[Paid] = []
        self._paid_by_hand = False
        self.totals = Totals()
        self.money: dict[str, MoneyEdit] = {}
        self._left, self._fields = row(spacing=10), list[Field]()
        if kind.has_money:
            self._build_money()
        self.count: Elided | QLabel = Elided("text_secondary", "body", whole=True) if kind.has_money else label("", "secondary")
        self.goods, self.words, self.problem = label("", "section"), Elided(), label("", "hint", tone="danger")
        self.due_caption, self.due = label("", "secondary"), label("", "kpi")
        self.problem.hide()
        if kind.has_money:
            for made in (self.due_caption, self.due, self.goods):
                made.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            middle = column(row(self.count, self.goods, spacing=10), self.words, spacing=4)
            sums = row(self._left, middle, column(self.due_caption, self.due, spacing=0), spacing=14)
            sums.setStretch(1, 1)
            self.setLayout(column(sums, self.problem, spacing=4, margins=(16, 8, 16, 8)))
        else:
            self.setLayout(row(self.count, 1, self.goods, margins=(16, 10, 16, 10)))

    def _build_money(self) -> None:
        paid = _("Deposit") if self.kind.is_order else _("Received now") if self.kind.money > 0 else _("Paid now")
        titles = {"discount": _("Off the total"), "freight": _("Freight"), "rounding": _("Rounding off"), "paid": paid}
        if self.kind.is_retail:
            titles.pop("freight")
        for name, title in titles.items():
            edit = MoneyEdit(ZERO, name=title, low=ZERO)
            edit.value_changed.connect(lambda _value, name=name: self._typed(name))
            self.money[name] = edit
            field = Field(title, edit, narrow=True)
            field.setFixedWidth(theme.px(84))
            edit.problem.connect(lambda text, name=name: self._say_problem(name, text))
            self._fields.append(field)
            self._left.addWidget(field)
        self.account = Combo(width=theme.px(106))
        self.account.chosen.connect(self._account_chosen)
        self._left.addWidget(Field(_("Account"), self.account))

    def _say_problem(self, name: str, said: str) -> None:
        """What is wrong with the first amount that is, in one line below all of them; it is kept as it was typed."""
        text = next((field.error for field in self._fields if field.error), "")
        self.problem.setText(text)
        self.problem.setVisible(bool(text))
        if said:
            self._paid_by_hand |= name == "paid"
            self.changed.emit()

    def _typed(self, name: str) -> None:
        if name == "paid":
            self._paid_by_hand = True
            self._several = []
            self._show_accounts(self.account.value if self.account.value != SEVERAL else None)
        self.changed.emit()

    def start(self) -> None:
        """Go to the first amount; where there is none the focus stays where lines are added."""
        for edit in self.money.values():
            edit.setFocus()
            return

    def pay(self, amount: Decimal) -> None:
        """Put another amount that is paid now."""
        self.money["paid"].set_value(amount)
        self._typed("paid")

    def _account_chosen(self, value: object) -> None:
        if value == SEVERAL:
            before = self._several or [Paid(a.id, ZERO) for a in self._accounts]
            shared = share_payment(self, self._accounts, before, self.totals.total)
            if shared is not None:
                self._several, self._paid_by_hand = shared, True
                self.money["paid"].set_value(sum((p.amount for p in shared), ZERO))
        else:
            self._several = []
        self._show_accounts(SEVERAL if self._several else value)
        self.changed.emit()

    def _show_accounts(self, value: object) -> None:
        options: list[tuple[object, str]] = [(a.id, a.name) for a in self._accounts]
        options.append((SEVERAL, _("Several accounts…")))
        self.account.set_options(options, value if value != SEVERAL or self._several else None)

    # --- values --------------------------------------------------------------------------------------------------

    def show_data(self, data: Editing) -> None:
        """Fill the fields from a draft."""
        if not self.kind.has_money:
            return
        draft = data.draft
        self._accounts = data.accounts
        for name, value in (("discount", draft.discount_amount), ("freight", draft.freight), ("rounding", draft.rounding)):
            if name in self.money:
                self.money[name].set_value(value)
        paid = [p for p in draft.paid or [] if p.amount]
        self._paid_by_hand = draft.paid is not None
        self._several = paid if len(paid) > 1 else []
        self.money["paid"].set_value(sum((p.amount for p in paid), ZERO))
        self._show_accounts(SEVERAL if self._several else paid[0].account_id if paid else None)
        for name, text in draft.typed.items():
            self.money[name].put(text)

    def value(self, name: str) -> Decimal:
        """A field's amount; 0 while it is empty or wrong (the field says why)."""
        try:
            return (self.money[name].value() if name in self.money else None) or ZERO
        except JxcError:
            return ZERO

    @property
    def off(self) -> Decimal:
        """What is taken off the whole."""
        return self.value("discount") + self.value("rounding")

    def fill(self, draft: Draft) -> None:
        """Put the fields into ``draft``."""
        if not self.kind.has_money:
            return
        draft.discount_amount, draft.freight, draft.rounding = (
            self.value("discount"),
            self.value("freight"),
            self.value("rounding"),
        )
        draft.typed = {name: edit.text() for name, edit in self.money.items() if edit.wrong}
        if self._several:
            draft.paid = [p for p in self._several if p.amount]
        elif self._paid_by_hand or self.kind.is_retail:
            account = self.account.value
            amount = self.value("paid")
            draft.paid = [Paid(account, amount)] if isinstance(account, int) and amount else []
        else:
            draft.paid = None

    def check(self) -> bool:
        """Whether every amount can be read; the focus goes to the first that cannot."""
        for edit in self.money.values():
            try:
                edit.value()
            except JxcError as error:
                edit.set_error(str(error))
                edit.setFocus()
                return False
        return True

    def show_totals(self, totals: Totals) -> None:
        """Say what it comes to. A retail document is paid at once, unless somebody typed otherwise."""
        self.totals = totals
        words = _("{lines} lines, {pieces} pieces").format(lines=totals.lines, pieces=word(totals.pieces, "quantity"))
        self.count.setText(words)
        if not self.kind.has_money:
            said = has_price(self.kind) and not self.kind.sets_cost  # an adjustment has no amount of its own
            self.goods.setText(_("Amount {amount}").format(amount=f"¥{totals.goods:,.2f}") if said else "")
            return
        if self.kind.is_retail and not self._paid_by_hand:
            self.money["paid"].set_value(max(totals.total, ZERO))
        self.goods.setText(_("Goods {amount}").format(amount=f"¥{totals.goods:,.2f}"))
        caption = _("Order total") if self.kind.is_order else _(_DUE[self.kind.partner])
        change = self.value("paid") - totals.total
        if self.kind.is_retail and change > 0 and totals.lines:
            caption = _("{caption}, change {change}").format(caption=caption, change=f"¥{change:,.2f}")
        self.due_caption.setText(caption)
        self.due.setText(f"{'-' if totals.total < 0 else ''}¥{abs(totals.total):,.2f}")
        set_property(self.due, "role", "kpi" if len(self.due.text()) <= LONG else "title")
        self.words.setText(in_words(totals.total))
