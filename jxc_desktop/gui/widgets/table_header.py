"""The header of a table and its pinned total row, both in the columns of the view."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QRectF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QHeaderView,
    QWidget,
)

from jxc_desktop.gui.icons import paint_icon
from jxc_desktop.gui.theme import theme
from jxc_desktop.gui.widgets.buttons import draw_check
from jxc_desktop.gui.widgets.paint import LEFT, draw_text, fill_round, text_width
from jxc_desktop.gui.widgets.table_cells import EDGE, RowDelegate, alignment
from jxc_desktop.i18n import _

if TYPE_CHECKING:
    from jxc_desktop.gui.widgets.table_view import RowView


class RowHeader(QHeaderView):
    """The header: aligned like its columns, the sort mark after the text, a check for all rows."""

    def __init__(self, view: RowView) -> None:
        super().__init__(Qt.Orientation.Horizontal, view)
        self._view = view
        self.setSectionsClickable(True)
        self.setSectionsMovable(True)
        self.setHighlightSections(False)
        self.setMinimumSectionSize(28)
        self.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self.sectionClicked.connect(self._clicked)

    def _clicked(self, section: int) -> None:
        rows = self._view.rows
        column = rows.column(section)
        if column is None:
            rows.check_all(rows.check_state() != Qt.CheckState.Checked)
            self.viewport().update()
            return
        if self._view.rows.look(column).kind != "link":
            rows.sort_by(column.key, not rows.descending if rows.sort_key == column.key else column.numeric)
            self._view.fit()
            self.viewport().update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        area = QRectF(self.viewport().rect())
        fill_round(painter, area.adjusted(0, 0, 0, 8), "bg_subtle", 7)
        painter.fillRect(QRectF(0, area.height() - 1, area.width(), 1), theme.color("border_default"))
        painter.end()
        super().paintEvent(event)

    def paintSection(self, painter: QPainter, rect: QRect, section: int) -> None:
        rows = self._view.rows
        column = rows.column(section)
        if column is None:
            draw_check(painter, QRectF(rect.left() + EDGE - 1, rect.center().y() - 8, 16, 16), rows.check_state())
            return
        delegate = self._view.itemDelegate()
        inner = delegate.inner(rect, section) if isinstance(delegate, RowDelegate) else rect
        align = alignment(column, rows.look(column))
        sorted_here = rows.sort_key == column.key
        if sorted_here:
            width = min(text_width(column.heading, theme.font("caption")), inner.width() - 14)
            left = inner.left() if align == LEFT else inner.right() - width - 13
            draw_text(
                painter,
                QRect(left, inner.top(), width + 1, inner.height()),
                column.heading,
                "text_primary",
                theme.font("caption"),
            )
            paint_icon(
                painter,
                left + width + 2,
                rect.center().y() - 6,
                "chevron-down" if rows.descending else "chevron-up",
                "text_primary",
                12,
            )
        else:
            draw_text(painter, inner, column.heading, "text_secondary", theme.font("caption"), align)


class TotalBar(QWidget):
    """The pinned sum below the rows, in the same columns. ``asked(column)``: a sum that can be explained was clicked."""

    asked = Signal(str)
    keeps_clear = True

    def __init__(self, view: RowView) -> None:
        super().__init__()
        self._view = view
        self._values: dict[str, str] = {}
        self._explained: frozenset[str] = frozenset()
        self.setFixedHeight(theme.px("row"))
        view.fitted.connect(self.update)
        view.horizontalHeader().sectionResized.connect(lambda *_: self.update())
        view.horizontalScrollBar().valueChanged.connect(lambda _value: self.update())

    def set_values(self, values: dict[str, str]) -> None:
        self._values = dict(values)
        if self._view.pinned != self._values:
            self._view.pinned = self._values
            self._view.fit()
        self.setAccessibleName(", ".join(self._values.values()))
        self.update()

    def set_explained(self, keys: Iterable[str]) -> None:
        """The columns whose sums can tell how they come about."""
        self._explained = frozenset(keys)
        self.setMouseTracking(bool(self._explained))

    def _at(self, event: QMouseEvent) -> str:
        header = self._view.horizontalHeader()
        column = self._view.rows.column(header.logicalIndexAt(event.position().toPoint().x()))
        return column.key if column is not None and column.key in self._explained and self._values.get(column.key) else ""

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        over = bool(self._at(event))
        self.setCursor(Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.ArrowCursor)
        self.setToolTip(_("Why is this the total") if over else "")

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if key := self._at(event):
            self.asked.emit(key)

    def captioned(self) -> str:
        """Where “Total” stands: at the left edge, as the names above it; in the widest column where a sum is there already."""
        header, rows = self._view.horizontalHeader(), self._view.rows
        shown = [c for c in rows.columns if not header.isSectionHidden(rows.section(c.key))]
        first = min(shown, key=lambda c: header.visualIndex(rows.section(c.key)), default=None)
        free = first is not None and not first.numeric and first.key not in self._values
        return first.key if free and first is not None else self._view.stretch_key()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.color("bg_subtle"))
        painter.fillRect(QRect(0, 0, self.width(), 1), theme.color("border_default"))
        header, rows = self._view.horizontalHeader(), self._view.rows
        delegate = self._view.itemDelegate()
        captioned = self.captioned()
        for column in rows.columns:
            section = rows.section(column.key)
            if header.isSectionHidden(section) or not isinstance(delegate, RowDelegate):
                continue
            rect = QRect(header.sectionViewportPosition(section), 0, header.sectionSize(section), self.height())
            text = self._values.get(column.key, _("Total") if column.key == captioned else "")
            draw_text(
                painter,
                delegate.inner(rect, section),
                text,
                font=theme.font("section"),
                align=alignment(column, rows.look(column)),
            )
