"""The panel beside the list of partners: what is due by how late it is, statement, documents, particulars."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from jxc_desktop.columns import Column, word
from jxc_desktop.domain.documents import STATUSES, kind_of
from jxc_desktop.domain.partners import LEVELS
from jxc_desktop.gui.screens import table_paper
from jxc_desktop.gui.screens.master_parts import AgeingBar, SheetColumn, SheetRow, SmallTable, yuan_words
from jxc_desktop.gui.screens.why_cells import OF_TRADE, list_of_documents, statement_keys
from jxc_desktop.gui.screens.why_keys import Answer
from jxc_desktop.gui.theme import theme
from jxc_desktop.gui.widgets import Button, Combo, DetailPanel, Figures, KeyValues, Tabs, column, label, row
from jxc_desktop.i18n import N_, _, listed
from jxc_desktop.queries.documents import DocumentRow
from jxc_desktop.queries.partner_ledger import StatementLine
from jxc_desktop.queries.partner_lines import PartnerDetail, PartnerLine

NORMAL, WIDE = 440, 520
PERIODS = ((30, N_("Last 30 days")), (90, N_("Last 90 days")), (365, N_("Last year")), (0, N_("From the start")))
SHOWN = 60
"""Lines of a statement in the panel; printing and export have all."""


def statement_sheet(detail: PartnerDetail) -> table_paper.Sheet:
    """The statement as it is printed and exported, seen from its side."""
    up, down = _words_of(detail.side)
    columns = (
        Column("date", N_("Date"), "moment", width=140),
        Column("number", N_("Number"), "code", width=150),
        Column("kind", N_("Kind"), "text", width=120),
        Column("more", up, "money"),
        Column("less", down, "money"),
        Column("balance", N_("Balance"), "money"),
        Column("note", N_("Note"), "text", priority=3),
    )
    found, sign = detail.statement, 1 if detail.side == "customer" else -1
    rows = [
        {
            "date": None,
            "number": "",
            "kind": _("Opening balance"),
            "more": None,
            "less": None,
            "balance": sign * found.opening,
            "note": "",
        }
    ]
    for line in found.lines:
        more, less = _both(line, sign)
        rows.append(
            {
                "date": line.date,
                "number": line.number,
                "kind": kind_of(line.kind).name,
                "more": more or None,
                "less": less or None,
                "balance": sign * line.balance,
                "note": line.note,
            }
        )
    totals = {
        "more": found.debit if sign > 0 else found.credit,
        "less": found.credit if sign > 0 else found.debit,
        "balance": sign * found.closing,
    }
    sub = _("{partner}, {code}").format(partner=found.name, code=found.partner)
    return table_paper.Sheet(_("Statement of {partner}").format(partner=found.name), sub, columns, rows, totals)


def _words_of(side: str) -> tuple[str, str]:
    """How the two columns of a statement are called (marked)."""
    return (N_("Charged"), N_("Received")) if side == "customer" else (N_("Delivered"), N_("Paid"))


def _both(line: StatementLine, sign: int) -> tuple[Decimal, Decimal]:
    return (line.debit, line.credit) if sign > 0 else (line.credit, line.debit)


class PartnerPanel(DetailPanel):
    """The panel. ``opened`` carries the id of a document, ``product_opened`` that of a product."""

    opened = Signal(object)
    product_opened = Signal(object)
    period_chosen = Signal()
    documents_wanted = Signal()

    def __init__(self, more: Button, edit: Button, foot: Sequence[Button]) -> None:
        super().__init__(NORMAL)
        self.detail: PartnerDetail | None = None
        self._wide = False
        self.tools.addWidget(more)
        self.tools.addWidget(edit)
        self._buttons = (more, edit, *foot)
        self.figures, self.bar = Figures(), AgeingBar()
        self.age_title, self.age_note = label(_("Ageing"), "section"), label(_("by due day"), "caption")
        self.tabs = Tabs([("statement", _("Statement")), ("documents", _("Documents")), ("facts", _("Particulars"))])
        self.tabs.chosen.connect(self._show_tab)
        self._head = QWidget()
        self._head.setLayout(column(row(self.age_title, 1, self.age_note), self.bar, spacing=8))
        self.pages = {"statement": self._statement(), "documents": self._documents(), "facts": self._facts()}
        for widget in (self.figures, self._head, self.tabs, *self.pages.values()):
            self.add(widget)
        self.content.addStretch(1)
        for button in foot:
            self.add_foot(button)
        self.show_line(None, "customer")

    def _statement(self) -> QWidget:
        self.period = Combo([(days, _(words)) for days, words in PERIODS], 90, width=theme.px(130))
        self.period.chosen.connect(lambda _value: self.period_chosen.emit())
        self.opening = label("", "caption")
        self.lines = SmallTable([], _("Nothing in this period"))
        self.lines.opened.connect(self.opened)
        self.bought_title, self.bought_note = label("", "section"), label(_("last 90 days"), "caption")
        self.bought = SmallTable(
            [
                SheetColumn(_("Product")),
                SheetColumn(_("Times"), 36, True),
                SheetColumn(_("Last price"), 60, True),
                SheetColumn(_("Amount (yuan)"), 84, True),
            ],
            _("Nothing in 90 days"),
        )
        self.bought.opened.connect(self.product_opened)
        page = QWidget()
        page.setLayout(
            column(
                row(self.opening, 1, self.period),
                self.lines,
                row(self.bought_title, self.bought_note, 1),
                self.bought,
                spacing=8,
            )
        )
        return page

    def _documents(self) -> QWidget:
        self.papers = SmallTable(
            [
                SheetColumn(_("Document")),
                SheetColumn(_("Amount"), 80, True),
                SheetColumn(_("Unpaid"), 80, True),
                SheetColumn(_("State"), 56),
            ],
            _("No documents yet"),
        )
        self.papers.opened.connect(self.opened)
        page = QWidget()
        page.setLayout(column(self.papers))
        return page

    def _facts(self) -> QWidget:
        self.facts = KeyValues((), 1)
        self.note = label("", "secondary", wrap=True)
        page = QWidget()
        page.setLayout(column(self.facts, self.note, spacing=10))
        return page

    # --- showing -------------------------------------------------------------------------------------------------

    def lay_out(self, width: str) -> None:
        self._wide = width == "wide"
        self.setFixedWidth(theme.px(WIDE if self._wide else NORMAL))

    def show_line(self, line: PartnerLine | None, side: str) -> None:
        """The marked row changed: its head at once."""
        self.detail = None
        for widget in (*self._buttons, self.figures, self._head, self.tabs):
            widget.setVisible(line is not None)
        for page in self.pages.values():
            page.hide()
        if line is None:
            self.set_title(_("No partner"), _("Choose one in the list to see it here."))
            return
        badge, tone = state_badge(line)
        self.set_title(line.name, self._sub(line.phone, line.region, line.terms_days), badge, tone)
        self.figures.set(self._figures(side, line.balance, line.overdue, None, None))

    @staticmethod
    def _sub(phone: str, region: str, terms: int | None) -> str:
        days = _("{days} days to pay").format(days=terms) if terms is not None else ""
        return "·".join(part for part in (phone, region, days) if part)

    @staticmethod
    def _figures(
        side: str, balance: Decimal, overdue: Decimal, left: Decimal | None, days: Decimal | None
    ) -> list[tuple[str, str, str]]:
        owed = _("Receivable") if side == "customer" else _("Payable")
        found = [(owed, yuan_words(balance), ""), (_("Overdue"), yuan_words(overdue), "danger" if overdue > 0 else "")]
        if side == "customer":
            found.append((_("Credit left"), yuan_words(left), "danger" if left is not None and left < 0 else ""))
        pays = _("Pays within") if side == "customer" else _("Paid within")
        return [*found, (pays, "—" if days is None else _("{days} days").format(days=f"{days:.0f}"), "")]

    def show_detail(self, detail: PartnerDetail, line: PartnerLine) -> None:
        """Everything of the partner."""
        self.detail = detail
        form, late = detail.card.form, detail.ageing
        sign = 1 if detail.side == "customer" else -1
        badge, tone = state_badge(line)
        self.set_title(form.name, self._sub(form.phone, form.region, form.terms_days), badge, tone)
        overdue = late.overdue if late else Decimal("0.00")
        self.figures.set(
            self._figures(detail.side, sign * detail.card.balance, overdue, detail.card.credit_left, detail.pay_days)
        )
        zero = Decimal("0.00")
        self.bar.set(
            [
                (_("Not due"), late.not_due if late else zero, "chart_1"),
                (_("1–30 days late"), late.d1_30 if late else zero, "warning"),
                (_("31–60 days late"), late.d31_60 if late else zero, "chart_5"),
                (_("Over 60 days late"), late.d61_90 + late.d91 if late else zero, "danger"),
            ]
        )
        self._show_statement(detail, sign)
        self.tabs.set_count("documents", detail.documents)
        self._show_facts(detail)
        self._show_tab(self.tabs.value)

    def _show_statement(self, detail: PartnerDetail, sign: int) -> None:
        found = detail.statement
        up, down = _words_of(detail.side)
        self.lines.set_columns(
            [
                SheetColumn(_("Document / day")),
                SheetColumn(_(up), 70, True),
                SheetColumn(_(down), 70, True),
                SheetColumn(_("Balance"), 76, True),
            ]
        )
        rows = []
        for line in reversed(found.lines[-SHOWN:]):
            more, less = _both(line, sign)
            rows.append(
                SheetRow(
                    (line.number, _money(more), _money(less), f"{sign * line.balance:,.2f}"),
                    second=f"{line.date[5:10]}  {kind_of(line.kind).name}",
                    target=line.document_id,
                    answers=(None, *statement_keys(found.partner, line, detail.side)),
                )
            )
        total = (
            _("Total"),
            f"{found.debit if sign > 0 else found.credit:,.2f}",
            f"{found.credit if sign > 0 else found.debit:,.2f}",
        )
        self.lines.set(rows, (*total, f"{sign * found.closing:,.2f}") if rows else ())
        hidden = len(found.lines) - len(rows)
        parts = [_("Before: {amount}").format(amount=yuan_words(sign * found.opening))]
        if hidden > 0:
            parts.append(_("{count} older lines are printed and exported").format(count=hidden))
        self.opening.setText("  ".join(parts))
        self.bought_title.setText(_("Often bought") if detail.side == "customer" else _("Often delivered"))
        self.bought.set(
            [
                SheetRow(
                    (b.name, str(b.times), word(b.last_price, "price"), f"{b.amount:,.2f}"),
                    target=b.product_id,
                    answers=(None, _(OF_TRADE), _(OF_TRADE), _(OF_TRADE)),
                )
                for b in detail.bought
            ]
        )

    def show_documents(self, rows: Sequence[DocumentRow]) -> None:
        """The latest documents of the partner."""
        self.papers.set(
            [
                SheetRow(
                    (
                        found.number or _("Draft"),
                        f"{found.total:,.2f}",
                        f"{found.unpaid:,.2f}" if found.unpaid else "—",
                        _(STATUSES[found.status]) if found.status != "posted" else "",
                    ),
                    second=f"{found.date[:10]}  {kind_of(found.kind).name}",
                    target=found.id,
                    answers=(None, list_of_documents(found, "signed_total"), list_of_documents(found, "unpaid"), None),
                )
                for found in rows
            ]
        )

    @property
    def marked(self) -> Answer:
        """What is said of the figure that is marked in one of the small tables; None while others have the keys."""
        return next((said for table in self.findChildren(SmallTable) if (said := table.marked) is not None), None)

    def _show_facts(self, detail: PartnerDetail) -> None:
        form = detail.card.form
        sides = [words for on, words in ((form.customer, _("Customer")), (form.supplier, _("Supplier"))) if on]
        facts = [
            (_("Code"), form.code),
            (_("Trades as"), listed(sides)),
            (_("Phone"), form.phone or "—"),
            (_("Region"), form.region or "—"),
            (_("Price level"), _(LEVELS[form.price_level])),
            (_("Credit limit"), yuan_words(form.credit_limit) if form.credit_limit is not None else _("No limit")),
            (_("Days to pay"), "—" if form.terms_days is None else str(form.terms_days)),
        ]
        if form.supplier:
            facts.append((_("Default supplier of"), _("{count} products").format(count=detail.card.products)))
        self.facts.set(facts)
        self.note.setText(form.note)

    def _show_tab(self, value: object) -> None:
        for name, page in self.pages.items():
            page.setVisible(name == value and self.detail is not None)
        if value == "documents" and self.detail is not None:
            self.documents_wanted.emit()


def _money(amount: Decimal) -> str:
    return f"{amount:,.2f}" if amount else "—"


def state_badge(line: PartnerLine) -> tuple[str, str]:
    """What is out of order with a partner, in words and tone; empty where nothing is."""
    if not line.active:
        return _("Not in use"), "neutral"
    if line.overdue > 0 and line.days_overdue > 0:
        return _("{days} days overdue").format(days=line.days_overdue), "danger"
    if line.over_limit:
        return _("Over the limit"), "warning"
    return "", "neutral"
