"""The panel beside the lines: what was agreed before about the current line, and where the shop stands with the partner."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QSizePolicy, QWidget

from jxc_desktop.columns import EMPTY, word
from jxc_desktop.domain.documents import ZERO, DocumentKind
from jxc_desktop.gui.document_lines import EditLine, Totals
from jxc_desktop.gui.line_columns import margin_of
from jxc_desktop.gui.theme import theme
from jxc_desktop.gui.widgets import Badge, Button, Card, KeyValues, column, label, row, rule
from jxc_desktop.gui.widgets.paint import RIGHT, draw_text, fill_round
from jxc_desktop.i18n import _
from jxc_desktop.queries.editing import LEVELS, Standing
from jxc_desktop.queries.settings import Named

Item = tuple[str, str] | tuple[str, str, str]


class LimitBar(QWidget):
    """How much of a credit limit is used: before in blue, by this document in amber, the limit as an ink mark."""

    def __init__(self) -> None:
        super().__init__()
        self._used, self._after, self._limit = ZERO, ZERO, ZERO
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set(self, used: Decimal, after: Decimal, limit: Decimal) -> None:
        self._used, self._after, self._limit = used, after, limit
        self.setAccessibleName(f"{after:,.2f} / {limit:,.2f}")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(120, theme.px(36))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, width = QPainter(self), float(self.width())
        most = float(max(self._after, self._limit * Decimal("1.06"), Decimal(1)))
        fill_round(painter, QRectF(0, 5, width, 6), "bg_sunken", 3)
        fill_round(painter, QRectF(0, 5, width * max(float(self._after), 0) / most, 6), "warning", 3)
        fill_round(painter, QRectF(0, 5, width * max(float(min(self._used, self._after)), 0) / most, 6), "primary", 3)
        painter.fillRect(QRectF(width * float(self._limit) / most, 2, 1.5, 12), theme.color("text_primary"))
        caption = theme.font("caption")
        line = QRectF(0, 16, width, theme.px(18))
        draw_text(painter, line, _("Limit {amount}").format(amount=f"¥{self._limit:,.2f}"), "text_secondary", caption)
        over = self._after - self._limit
        if over > 0:
            draw_text(painter, line, _("{amount} over").format(amount=f"¥{over:,.2f}"), "warning_text", caption, RIGHT)


class DocumentSide(Card):
    """The panel. :meth:`show_line` and :meth:`show_partner` fill its two parts; ``statement`` opens the partner's account."""

    def __init__(self, kind: DocumentKind, today: date) -> None:
        super().__init__(padding=1, spacing=0)
        self.kind, self.today = kind, today
        holder = QWidget()
        holder.setProperty("panel", "clear")
        self._inside = column(spacing=8, margins=(16, 16, 16, 16))
        holder.setLayout(self._inside)
        self._scroll(holder)
        self.setFixedWidth(theme.px(300))
        self.line_title, self.line_name = label("", "section"), label("", "caption")
        self.line_name.setMinimumWidth(20)
        self.line_facts, self.partner_facts, self.after = KeyValues(), KeyValues(), KeyValues()
        self.hint = label(
            _("Scan a code or type a name below; what is known of the current line stands here."), "hint", wrap=True
        )
        self._inside.addLayout(row(self.line_title, 1, self.line_name))
        self._inside.addWidget(self.line_facts)
        self._inside.addWidget(self.hint)
        self.partner_name, self.badge = label("", "section"), Badge("", parent=self)
        self.statement = Button(_("Statement"), "link", size="sm")
        self.bar, self.due = LimitBar(), label("", "hint")
        inner = Card(kind="clear", padding=0, spacing=8)
        self._partner = inner
        for item in (
            rule(),
            row(self.partner_name, self.badge, 1, self.statement),
            self.partner_facts,
            rule(),
            self.after,
            self.bar,
            self.due,
        ):
            inner.add(item)
        self._inside.addWidget(inner)
        self._inside.addStretch(1)
        inner.hide()

    def _scroll(self, holder: QWidget) -> None:
        """The panel scrolls inside itself where the window is low."""
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.viewport().setAutoFillBackground(False)
        scroll.setWidget(holder)
        holder.setAutoFillBackground(False)
        self.add(scroll, 1)

    def show_line(
        self, number: int, line: EditLine | None, places: Sequence[Named], warehouse_id: int | None, level: str
    ) -> None:
        """What is known of the line with this number (from 1)."""
        self.hint.setVisible(line is None)
        self.line_facts.setVisible(line is not None)
        self.line_title.setText(_("Line {number}").format(number=number) if line else _("No line yet"))
        self.line_name.setText(line.product.name if line else "")
        self.line_name.setToolTip(line.product.name if line else "")
        if line is not None:
            self.line_facts.set([*self._prices(line, level), *self._stock(line, places, warehouse_id)])

    def _prices(self, line: EditLine, level: str) -> list[Item]:
        product, unit = line.product, line.draft.unit_id
        factor = line.unit.factor
        found: list[Item] = []
        if self.kind.family == "sales":
            own, retail = product.list_price(LEVELS[level], unit), product.list_price("sale_price", unit)
            found.append((_("Level price / retail price"), f"{_price(own)} / {_price(retail)}"))
        if product.last is not None:
            last = product.last.price * factor.numerator / factor.denominator
            title = _("Last price for this customer") if self.kind.family == "sales" else _("Last cost price")
            found.append((title, f"{_price(last)}，{product.last.day[5:]}"))
        if self.kind.family != "sales":
            cost = product.cost * factor.numerator / factor.denominator if product.cost is not None else None
            found.append((_("Present unit cost"), _price(cost)))
            if self.kind.family == "purchase":
                found.append((_("Retail price"), _price(product.list_price("sale_price", unit))))
        share = margin_of(line) if self.kind.bucket == "sold" else None
        if share is not None:
            found.append((_("Margin after discount"), word(share, "percent"), "danger" if share < 0 else ""))
        return found

    def _stock(self, line: EditLine, places: Sequence[Named], warehouse_id: int | None) -> list[Item]:
        product = line.product
        unit = product.units[0].name
        shown = [p for p in places if p.id == warehouse_id or product.on_hand.get(p.id)][:4]
        found: list[Item] = []
        for place in shown:
            free = product.available(place.id)
            found.append(
                (
                    _("Available in {place}").format(place=place.name),
                    f"{word(free, 'quantity')} {unit}",
                    "danger" if free < 0 else "",
                )
            )
        reserved = sum(product.reserved.values(), ZERO)
        if reserved:
            found.append((_("Promised to customers"), f"{word(reserved, 'quantity')} {unit}"))
        if product.on_order:
            found.append((_("On order"), f"{word(product.on_order, 'quantity')} {unit}"))
        return found

    def show_partner(self, standing: Standing | None, totals: Totals, paid: Decimal) -> None:
        """What the partner owes (or is owed) before and after this document."""
        self._partner.setVisible(standing is not None and not self.kind.is_order)
        if standing is None:
            return
        customer = self.kind.family == "sales"
        sign = 1 if customer else -1
        before = standing.balance * sign
        own = self.kind.partner * sign * totals.total
        after = before + own - self.kind.partner * sign * paid
        self.partner_name.setText(standing.name)
        late = standing.overdue_days
        self.badge.set(_("{days} days overdue").format(days=late) if late else "", "danger")
        paid_title = _("Less received now") if self.kind.money > 0 else _("Less paid now")
        self.partner_facts.set(
            [
                (_("Owed before this document") if customer else _("We owe before this document"), _yuan(before)),
                (_("This document"), _yuan(own)),
                (paid_title, _yuan(paid)),
            ]
        )
        self.after.set([(_("Owed after posting") if customer else _("We owe after posting"), _yuan(after))])
        limit = standing.credit_limit if customer else None
        self.bar.setVisible(limit is not None)
        if limit is not None:
            self.bar.set(before, after, limit)
        terms = standing.terms_days
        self.due.setVisible(bool(terms))
        if terms:
            due = self.today + timedelta(days=terms)
            self.due.setText(_("Due {day}, {days} days credit").format(day=due.isoformat(), days=terms))


def _price(value: Decimal | None) -> str:
    return EMPTY if value is None else word(value, "price")


def _yuan(value: Decimal) -> str:
    return f"{'-' if value < 0 else ''}¥{abs(value):,.2f}"
