"""The panel beside a list of documents: figures, facts, lines and links of the current one, and what can be done with it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, QRect, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QMenu, QSizePolicy, QWidget

from jxc_desktop.columns import word
from jxc_desktop.domain.documents import kind_of
from jxc_desktop.gui.screens.document_acts import DocumentActs
from jxc_desktop.gui.screens.document_families import pieces_words
from jxc_desktop.gui.screens.document_view import ROLES, quantity_words, status_badge
from jxc_desktop.gui.theme import theme
from jxc_desktop.gui.widgets import Button, DetailPanel, Figures, KeyValues, label, row
from jxc_desktop.gui.widgets.paint import LEFT, RIGHT, draw_text, fill_round
from jxc_desktop.i18n import _
from jxc_desktop.queries.document_detail import DetailLine, DocumentDetail
from jxc_desktop.queries.documents import DocumentRow

MOST = 12
"""Lines shown in the panel; the rest is counted."""


class LineSheet(QWidget):
    """A small table of lines: product, quantity, amount; a heading and a sum."""

    def __init__(self) -> None:
        super().__init__()
        self._lines: tuple[DetailLine, ...] = ()
        self._sums = ("", "")
        self._priced = True
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set(self, detail: DocumentDetail) -> None:
        self._lines = detail.lines
        self._priced = any(line.amount is not None for line in detail.lines)
        pieces = word(detail.head.pieces, "quantity")
        self._sums = (pieces, f"{detail.goods:,.2f}" if self._priced else "")
        self.setAccessibleName("; ".join(f"{line.name} {quantity_words(line)}" for line in detail.lines[:MOST]))
        self.setVisible(bool(detail.lines))
        self.updateGeometry()
        self.update()

    def _rows(self) -> int:
        return min(len(self._lines), MOST) + (1 if len(self._lines) > MOST else 0)

    def sizeHint(self) -> QSize:
        return QSize(200, theme.px(34) + self._rows() * theme.px(32) + theme.px(34))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, width = QPainter(self), self.width()
        fill_round(painter, self.rect(), "bg_surface", 6, "border_subtle")
        head, line = theme.px(34), theme.px(32)
        fill_round(painter, QRect(1, 1, width - 2, head - 1), "bg_subtle", 6)
        painter.fillRect(QRect(0, head, width, 1), theme.color("border_default"))
        caption = theme.font("caption")
        self._paint_line(
            painter, 0, head, (_("Product"), _("Quantity"), _("Amount") if self._priced else ""), "text_secondary", caption
        )
        y = head
        for one in self._lines[:MOST]:
            amount = "" if one.amount is None else f"{one.amount:,.2f}"
            self._paint_line(painter, y, line, (one.name, quantity_words(one), amount), "text_primary", theme.font("body"))
            y += line
            painter.fillRect(QRect(1, y - 1, width - 2, 1), theme.color("border_subtle"))
        if len(self._lines) > MOST:
            more = _("{count} more lines").format(count=len(self._lines) - MOST)
            self._paint_line(painter, y, line, (more, "", ""), "text_tertiary", theme.font("body"))
            y += line
        painter.fillRect(QRect(1, y, width - 2, self.height() - y - 1), theme.color("bg_subtle"))
        painter.fillRect(QRect(0, y - 1, width, 1), theme.color("border_default"))
        self._paint_line(painter, y, self.height() - y, (_("Total"), *self._sums), "text_primary", theme.font("section"))

    def _paint_line(self, painter: QPainter, y: int, height: int, words: tuple[str, str, str], ink: str, font) -> None:  # type: ignore[no-untyped-def]
        amount = theme.px(92) if self._priced else 0
        quantity = theme.px(78)
        right = self.width() - 14
        draw_text(painter, QRect(14, y, right - amount - quantity - 22, height), words[0], ink, font, LEFT)
        draw_text(painter, QRect(right - amount - quantity, y, quantity, height), words[1], ink, font, RIGHT)
        if amount:
            draw_text(painter, QRect(right - amount, y, amount, height), words[2], ink, font, RIGHT)


class DocumentPreview(DetailPanel):
    """The panel. ``open_row`` opens what is shown, ``open_link`` gets the id of a linked document; ``acts`` does the rest."""

    def __init__(
        self, acts: DocumentActs, open_row: Callable[[DocumentRow | None], object], open_link: Callable[[int], object]
    ) -> None:
        super().__init__(388)
        self.acts, self._open = acts, open_link
        self.detail: DocumentDetail | None = None
        self._row: DocumentRow | None = None
        self.more = Button("", "default", "dots", tip=_("More"), on_click=self._menu)
        self.open_button = Button(_("Open"), key="Return", bind_key=False, on_click=lambda: open_row(self._row))
        self.tools.addWidget(self.more)
        self.tools.addWidget(self.open_button)
        self.figures, self.facts, self.sheet = Figures(), KeyValues(), LineSheet()
        self.links_title, self.links = label(_("Linked documents"), "section"), QWidget()
        for item in (self.figures, self.facts, self.sheet, self.links_title):
            self.add(item)
        self._link_lines: list[QWidget] = []
        self.content.addStretch(1)

    def show_row(self, found: DocumentRow | None) -> None:
        """The marked row changed: its head at once, the rest when it was read."""
        self._row = found
        for widget in (self.figures, self.facts, self.sheet, self.links_title):
            widget.setVisible(False)
        self.more.setVisible(found is not None)
        self.open_button.setVisible(found is not None)
        self._clear(self.foot)
        if found is None:
            self.set_title(_("No document"), _("Mark one in the list to see it here."))
            return
        kind = kind_of(found.kind)
        exceptional = found.status in ("voided", "closed", "partly", "draft")
        badge, tone = status_badge(found.status) if exceptional else ("", "neutral")
        sub = "·".join(part for part in (kind.name, found.warehouse_name or "", found.user) if part)
        self.set_title(found.number or _("Draft"), sub, badge if found.number else "", tone)
        for button in self.acts.buttons(found, self._foot_names(found)):
            self.add_foot(button)

    @staticmethod
    def _foot_names(found: DocumentRow) -> tuple[str, ...]:
        if found.status == "draft":
            return ("print", "copy", "delete")
        return ("print", "copy", "settle" if found.unpaid > 0 and found.partner else "follow")

    def show_detail(self, detail: DocumentDetail) -> None:
        """Everything about the marked document."""
        if self._row is None or self._row.id != detail.head.id:
            return
        self.detail = detail
        self.facts.setVisible(True)
        self.facts.set(self._facts(detail))
        self.figures.set(self._figures(detail))
        self.figures.setVisible(bool(self._figures(detail)))
        self.sheet.set(detail)
        self._show_links(detail)

    @staticmethod
    def _figures(detail: DocumentDetail) -> list[tuple[str, str] | tuple[str, str, str]]:
        head, kind = detail.head, kind_of(detail.head.kind)
        if kind.is_order:
            return [
                (_("Order total"), f"¥{head.total:,.2f}"),
                (_("Lines"), str(head.line_count)),
                (_("Pieces"), pieces_words(head.status, head.pieces)),
            ]
        if kind.has_money:
            due, done = (_("Due from them"), _("Received")) if kind.partner > 0 else (_("Due to them"), _("Paid"))
            paid = head.total - head.unpaid if head.status != "draft" else head.paid
            return [(due, f"¥{head.total:,.2f}"), (done, f"¥{paid:,.2f}"), (_("Unpaid"), f"¥{head.unpaid:,.2f}")]
        if not kind.has_lines:
            return [(_("Amount"), f"¥{head.total:,.2f}")]
        if kind.sets_cost:
            change = "—" if detail.cost is None else word(detail.cost, "money")
            return [(_("Lines"), str(head.line_count)), (_("Value changes by"), change)]
        cost = "—" if detail.cost is None else f"¥{abs(detail.cost):,.2f}"
        return [(_("Lines"), str(head.line_count)), (_("Pieces"), pieces_words(head.status, head.pieces)), (_("Cost"), cost)]

    @staticmethod
    def _facts(detail: DocumentDetail) -> list[tuple[str, str] | tuple[str, str, str]]:
        head, kind = detail.head, kind_of(detail.head.kind)
        side = {"supplier": _("Supplier"), "customer": _("Customer")}.get(kind.side or "", _("Partner"))
        found: list[tuple[str, str] | tuple[str, str, str]] = []
        if head.partner_name:
            found.append((side, head.partner_name))
        if head.to_warehouse:
            found.append((_("From → to"), f"{head.warehouse_name} → {head.to_warehouse_name}"))
        found.append((_("Business time"), head.date[:16].replace("T", " ")))
        if head.due_day and not kind.is_order:
            found.append((_("Due day"), head.due_day))
        if head.expected:
            found.append((_("Expected on"), head.expected))
        found += [(p.name, f"¥{abs(p.amount):,.2f}") for p in detail.payments]
        if detail.profit is not None:
            share = f"，{word(detail.profit / detail.goods, 'percent')}" if detail.goods else ""
            found.append((_("Gross profit"), f"¥{detail.profit:,.2f}{share}"))
        if detail.void_reason:
            found.append((_("Voided because"), detail.void_reason))
        if head.note:
            found.append((_("Note"), head.note))
        return found

    def _show_links(self, detail: DocumentDetail) -> None:
        for old in self._link_lines:
            old.hide()
            old.deleteLater()
        self._link_lines = []
        self.links_title.setVisible(bool(detail.links))
        for link in detail.links[:6]:
            line = QWidget()
            button = Button(link.number, "link", size="sm")
            button.clicked.connect(lambda _on=False, document=link.id: self._open(document))
            line.setLayout(row(label(_(ROLES[link.role]), "secondary"), 1, button, spacing=4))
            self.content.insertWidget(self.content.count() - 1, line)
            self._link_lines.append(line)

    def _menu(self) -> None:
        if self._row is not None:
            menu = QMenu(self)
            self.acts.fill_menu(menu, self._row, without=self._foot_names(self._row))
            menu.exec(self.more.mapToGlobal(QPoint(0, self.more.height() + 4)))
            menu.deleteLater()

    @staticmethod
    def _clear(layout) -> None:  # type: ignore[no-untyped-def]
        while (old := layout.takeAt(0)) is not None:
            if (widget := old.widget()) is not None:
                widget.hide()
                widget.deleteLater()
