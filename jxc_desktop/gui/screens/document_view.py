"""A document that stands: its facts, its lines with cost and profit, its sums, payments and what it hangs together with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial

from PySide6.QtWidgets import QGridLayout, QWidget

from jxc_desktop.columns import Column, quantity_text, word
from jxc_desktop.domain.documents import STATUSES, kind_of
from jxc_desktop.domain.money import in_words
from jxc_desktop.domain.why import WhyKey
from jxc_desktop.gui.row_table import Look, RowTable
from jxc_desktop.gui.screen import Desk
from jxc_desktop.gui.screens.why_cells import document_columns, document_key, document_total
from jxc_desktop.gui.screens.why_keys import Answer
from jxc_desktop.gui.theme import theme
from jxc_desktop.gui.widgets import Button, Card, KeyValues, NoticeBar, column, label, row, rule
from jxc_desktop.i18n import N_, _
from jxc_desktop.queries.differences import difference_count
from jxc_desktop.queries.document_detail import DetailLine, DocumentDetail, Link

ROLES = {
    "order": N_("Fulfils"),
    "fulfilled_by": N_("Fulfilled by"),
    "original": N_("Returns from"),
    "return": N_("Returned by"),
    "settles": N_("Settles"),
    "settled_by": N_("Settled by"),
    "raises": N_("Makes dearer"),
    "raised_by": N_("Made dearer by"),
    "restated_by": N_("Cost changed by"),
    "restated": N_("Changed the cost of"),
}
TONES = {
    "voided": "neutral",
    "closed": "neutral",
    "partly": "warning",
    "transit": "info",
    "done": "success",
    "posted": "success",
    "draft": "neutral",
}


def status_badge(detail_status: str) -> tuple[str, str]:
    """The words and the tone of a status."""
    return _(STATUSES[detail_status]), TONES[detail_status]


class Facts(Card):
    """Captions with values below them, four to a row."""

    def __init__(self) -> None:
        super().__init__(padding=16)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(2)
        self.add(self._grid)

    def set(self, items: list[tuple[str, str]], per_row: int = 4) -> None:
        while (old := self._grid.takeAt(0)) is not None:
            if (widget := old.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for place, (caption, value) in enumerate(items):
            line, side = divmod(place, per_row)
            shown = label(" ".join(value.splitlines()), selectable=True)
            shown.setToolTip(value)
            shown.setMinimumWidth(40)
            self._grid.addWidget(label(caption, "caption"), line * 3, side)
            self._grid.addWidget(shown, line * 3 + 1, side)
            self._grid.setRowMinimumHeight(line * 3 + 2, 6 if (line + 1) * per_row < len(items) else 0)
        for side in range(per_row):
            self._grid.setColumnStretch(side, 1)


@dataclass(frozen=True, slots=True)
class _Shown:
    """A line as the table shows it."""

    line: int
    name: str
    code: str
    unit: str
    quantity: Decimal
    fulfilled: Decimal | None
    open: Decimal | None
    returned: Decimal | None
    price: Decimal | None
    discount: Decimal | None
    amount: Decimal | None
    batch: str | None
    expiry: str | None
    cost: Decimal | None
    profit: Decimal | None
    reason: str


def _columns(detail: DocumentDetail) -> tuple[Column, ...]:
    kind = kind_of(detail.head.kind)
    lines = detail.lines
    counting = kind.code == "stocktake"
    found = [
        Column("line", "#", "integer", width=40),
        Column("name", N_("Product / code")),
        Column("unit", N_("Unit"), width=56),
    ]
    if not kind.sets_cost:
        found.append(Column("quantity", N_("Difference") if counting else N_("Quantity"), "quantity", total=True))
    if kind.is_order:
        found += [Column("fulfilled", N_("Delivered"), "quantity"), Column("open", N_("Still open"), "quantity")]
    if any(line.returned for line in lines):
        found.append(Column("returned", N_("Returned"), "quantity", priority=2))
    if any(line.price is not None for line in lines):
        found += [Column("price", N_("New unit cost") if kind.sets_cost else N_("Unit price"), "price")]
    if any(line.discount for line in lines):
        found.append(Column("discount", N_("Discount"), "percent", priority=2, width=80))
    if any(line.amount is not None for line in lines) and not kind.makes:
        found.append(Column("amount", N_("Amount (yuan)"), "money", total=True))
    if any(line.batch for line in lines):
        found += [Column("batch", N_("Batch"), "code", priority=2), Column("expiry", N_("Expiry date"), "date", priority=2)]
    if kind.cost is not None:
        found.append(
            Column("cost", N_("Value changes by") if kind.sets_cost else N_("Cost (yuan)"), "money", priority=2, total=True)
        )
    if kind.bucket in ("sold", "returned"):
        found.append(Column("profit", N_("Profit (yuan)"), "money", priority=2, total=True))
    if any(line.reason or line.note for line in lines):
        found.append(Column("reason", N_("Reason"), priority=2))
    return tuple(found)


def _shown(line: DetailLine, kind_code: str) -> _Shown:
    order = kind_of(kind_code).is_order
    quantity = line.difference if kind_code == "stocktake" and line.difference is not None else line.quantity
    factor = Decimal(line.factor_num) / line.factor_den
    return _Shown(
        line=line.line,
        name=line.name,
        code=line.code,
        unit=line.unit,
        quantity=quantity,
        fulfilled=line.fulfilled / factor if order else None,
        open=line.open / factor if order else None,
        returned=line.returned / factor if line.returned else None,
        price=line.price,
        discount=line.discount or None,
        amount=line.amount,
        batch=line.batch,
        expiry=line.expiry,
        cost=line.cost,
        profit=line.profit,
        reason=line.reason or line.note,
    )


class DocumentView(QWidget):
    """The read-only body of the page.

    ``open_link`` gets the id of a document that it hangs together with, ``open_slip`` its own: the slip that it caused.
    """

    def __init__(self, desk: Desk, open_link: Callable[[int], object], open_slip: Callable[[int], object]) -> None:
        super().__init__()
        self._desk, self._open, self._open_slip = desk, open_link, open_slip
        self.facts, self.notice = Facts(), NoticeBar()
        self.table: RowTable | None = None
        self.side = Card(padding=16, spacing=8)
        self.side.setFixedWidth(theme.px(300))
        self.sums, self.links = KeyValues(), column(spacing=2)
        self.detail: DocumentDetail | None = None
        why = _("Why this cost and profit")
        self.why_button = Button(why, "link", "math-function", size="sm", on_click=lambda: self._explain())
        self.explain: Callable[[WhyKey | str | None], object] = lambda _key: None
        self.words = label("", "hint", wrap=True)
        self.links_title, self.links_rule = label(_("Linked documents"), "section"), rule()
        sums = (label(_("Sums"), "section"), self.sums, self.why_button, self.words)
        for item in (*sums, self.links_rule, self.links_title, self.links):
            self.side.add(item)
        self.side.body.addStretch(1)
        self._middle = row(spacing=12)
        self._holder = Card(padding=1)
        self._middle.addWidget(self._holder, 1)
        self._middle.addWidget(self.side)
        whole = column(self.facts, self.notice, spacing=12)
        whole.addLayout(self._middle, 1)
        self.setLayout(whole)

    def show_detail(self, detail: DocumentDetail, restated: str = "") -> None:
        """Show a document; ``restated`` says what its posting did to others."""
        self.facts.set(self._facts(detail))
        self.detail = detail
        self.why_button.setVisible(detail.cost is not None)
        head = detail.head
        if head.status == "voided":
            text = _("Voided {day}: {reason}").format(
                day=(detail.voided_at or "")[:16].replace("T", " "), reason=detail.void_reason
            )
            self.notice.show_notice(text, "neutral")
        elif restated:
            link = (_("See what changed"), lambda: self._open_slip(head.id))
            caused = any(one.role == "restated" for one in detail.links)
            self.notice.show_notice(restated, "info", [link] if caused else [])
        elif detail.unknown_costs:
            self.notice.show_notice(_("{count} lines have no known cost yet.").format(count=detail.unknown_costs), "warning")
        else:
            self.notice.clear()
        self._show_lines(detail)
        self.sums.set(self._sums(detail))
        money = kind_of(head.kind).has_money or not kind_of(head.kind).has_lines
        self.words.setText(_("In words: {words}").format(words=in_words(head.total)) if money else "")
        self._show_links(detail)

    def _facts(self, detail: DocumentDetail) -> list[tuple[str, str]]:
        head, kind = detail.head, kind_of(detail.head.kind)
        side = {"supplier": _("Supplier"), "customer": _("Customer")}.get(kind.side or "", _("Partner"))
        found = [(side, head.partner_name or "")]
        if head.to_warehouse:
            found += [(_("From"), head.warehouse_name or ""), (_("To"), head.to_warehouse_name or "")]
        elif kind.has_lines:
            found.append((_("Warehouse"), head.warehouse_name or ""))
        if detail.made is not None:
            title = _("Put together") if kind.makes > 0 else _("Taken apart")
            found.append((title, f"{detail.made.name} × {word(detail.made.quantity, 'quantity')} {detail.made.unit}"))
        found += [
            (_("Business time"), head.date[:16].replace("T", " ")),
            (_("Due day"), "" if kind.is_order else head.due_day or ""),
            (_("Expected on"), head.expected or ""),
            (_("Their number"), detail.external_number),
            (_("Reason"), detail.reason),
            (_("Posted by"), f"{head.user} {(detail.posted_at or '')[:16].replace('T', ' ')}".strip()),
            (_("Note"), head.note),
        ]
        return [(caption, value) for caption, value in found if value]

    def _show_lines(self, detail: DocumentDetail) -> None:
        kind = kind_of(detail.head.kind)
        columns = (
            _columns(detail)
            if kind.has_lines
            else (Column("name", N_("Account / document")), Column("amount", N_("Amount (yuan)"), "money", total=True))
        )
        if self.table is not None:
            self._middle.removeWidget(self.table)
            self.table.hide()
            self.table.deleteLater()
        looks = {
            "line": Look(muted=True, align="center"),
            "name": Look(second="code", stretch=True) if kind.has_lines else Look(second="note", stretch=True),
            "unit": Look(muted=True),
            "open": Look(tone=lambda r: "warning" if r.open else None),
            "profit": Look(tone=lambda r: "danger" if r.profit is not None and r.profit < 0 else None),
        }
        self.table = RowTable(
            columns,
            looks,
            key="line",
            select_first=True,
            totals=True,
            name=f"document-{kind.code}",
            preferences=self._desk.preferences,
        )
        self._holder.hide()
        self._middle.insertWidget(0, self.table, 1)
        known = document_columns(detail, [column.key for column in columns])
        self.table.set_explained(known, lambda: self.explain(None), lambda: self.explain(self.why_total()))
        if kind.has_lines:
            self.table.set_rows([_shown(line, kind.code) for line in detail.lines])
        else:
            rows = [
                {"line": f"p{n}", "name": p.name, "note": _("Money account"), "amount": p.amount}
                for n, p in enumerate(detail.payments)
            ]
            settled = [link for link in detail.links if link.role in ("settles", "raises")]
            self.table.total_bar.hide()
            self.table.set_rows(
                rows
                + [
                    {"line": f"s{link.id}", "name": link.number, "note": _(ROLES[link.role]), "amount": link.amount}
                    for link in settled
                ]
            )

    def why(self) -> Answer:
        """The marked figure of the marked line."""
        figure = self.table.figure() if self.table is not None else None
        return None if figure is None or self.detail is None else document_key(self.detail, *figure)

    def why_total(self) -> Answer:
        """What stands below the marked column; the document's amount below any other."""
        column = self.table.figure_column() if self.table is not None else None
        if self.detail is None:
            return None
        head = self.detail.head
        return document_total(self.detail, column or "") or WhyKey("document_total", document_id=head.id, shown=head.total)

    def _explain(self) -> None:
        """Profit of the whole document, where it has one; else its cost."""
        if self.detail is not None:
            profit = self.detail.profit
            figure, shown = ("document_profit", profit) if profit is not None else ("document_cost", self.detail.cost)
            self.explain(WhyKey(figure, document_id=self.detail.head.id, shown=shown))

    def _sums(self, detail: DocumentDetail) -> list[tuple[str, str] | tuple[str, str, str]]:
        head, kind = detail.head, kind_of(detail.head.kind)
        found: list[tuple[str, str] | tuple[str, str, str]] = []
        if kind.has_lines:
            found.append((_("Lines / pieces"), f"{head.line_count} / {word(head.pieces, 'quantity')}"))
        if kind.has_money and kind.has_lines:
            found.append((_("Goods"), _yuan(detail.goods)))
        if kind.has_money:
            amounts = (
                (_("Discount on the whole"), -detail.discount_amount),
                (_("Rounding off"), -detail.rounding),
                (_("Freight"), detail.freight),
            )
            found += [(caption, _yuan(value)) for caption, value in amounts if value]
        if kind.has_money or not kind.has_lines:
            found.append((_("Total"), _yuan(head.total)))
        if kind.has_money:
            found += [(p.name, _yuan(abs(p.amount))) for p in detail.payments]
            if detail.settled:
                found.append((_("Settled later"), _yuan(detail.settled)))
            late = head.due_day is not None and head.due_day < self._desk.today().isoformat()
            found.append((_("Unpaid"), _yuan(head.unpaid), "danger" if head.unpaid > 0 and late else ""))
        if detail.cost is not None:
            found.append((_("Value changes by") if kind.sets_cost else _("Cost"), _yuan(detail.cost)))
        if detail.profit is not None:
            share = f"，{word(detail.profit / detail.goods, 'percent')}" if detail.goods else ""
            found.append((_("Gross profit"), _yuan(detail.profit) + share))
        return found

    def _show_links(self, detail: DocumentDetail) -> None:
        links: tuple[Link, ...] = detail.links
        while (old := self.links.takeAt(0)) is not None:
            if (widget := old.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self.links_title.setVisible(bool(links))
        self.links_rule.setVisible(bool(links))
        for link in [one for one in links if one.role != "restated"][:12]:
            self._add_link(_(ROLES[link.role]), link.number, partial(self._open, link.id))
        if any(link.role == "restated" for link in links):
            self._desk.tasks.read(
                self, "slip", lambda s: difference_count(s, detail.head.id), lambda count: self._add_slip(detail.head.id, count)
            )

    def _add_slip(self, document_id: int, count: int) -> None:
        """Where this document changed the cost of others: how many, and the way to the slip."""
        if count:
            words = _("{count} documents").format(count=count)
            self._add_link(_("Cost worked out again"), words, lambda: self._open_slip(document_id))

    def _add_link(self, caption: str, words: str, act: Callable[[], object]) -> None:
        line = QWidget()
        line.setLayout(row(label(caption, "secondary"), 1, Button(words, "link", size="sm", on_click=act), spacing=4))
        self.links.addWidget(line)


def overdue_days(due_day: str | None, unpaid: Decimal, today: date) -> int:
    """How many days something unpaid is late; 0 when it is not."""
    if not due_day or unpaid <= 0:
        return 0
    return max((today - date.fromisoformat(due_day)).days, 0)


def quantity_words(line: DetailLine) -> str:
    """``30 箱``."""
    return f"{quantity_text(line.quantity)} {line.unit}"


def _yuan(value: Decimal) -> str:
    return f"{'-' if value < 0 else ''}¥{abs(value):,.2f}"
