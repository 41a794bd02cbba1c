"""How a cell of a table is painted: background, current bar, check, text with second line, badge, bar."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QHelpEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolTip,
)

from jxc_desktop.columns import EMPTY, Column
from jxc_desktop.gui.theme import theme
from jxc_desktop.gui.widgets.buttons import draw_check
from jxc_desktop.gui.widgets.paint import (
    CENTER,
    LEFT,
    RIGHT,
    badge_width,
    draw_badge,
    draw_text,
    fill_round,
    text_width,
    tone_text,
)
from jxc_desktop.gui.widgets.row_model import GroupRow, Look

if TYPE_CHECKING:
    from jxc_desktop.gui.widgets.table_view import RowView

EDGE, PAD = 16, 10
CHECK_WIDTH = 40
NAME_MIN, NAME_MAX = 200, 420
NAME_LEAST = 70
"""What the name keeps where nothing more can give way."""


def alignment(column: Column, look: Look) -> Qt.AlignmentFlag:
    """Text left, numbers right; the header uses the same."""
    if look.align:
        return {"left": LEFT, "right": RIGHT, "center": CENTER}[look.align]
    return RIGHT if column.numeric and look.kind != "badge" else LEFT


class RowDelegate(QStyledItemDelegate):
    """Paints every cell: background, current bar, check, text with second line, badge, bar."""

    def __init__(self, view: RowView) -> None:
        super().__init__(view)
        self._view = view

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(80, self._view.verticalHeader().defaultSectionSize())

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        view, rows = self._view, self._view.rows
        rect: QRect = option.rect
        row, column = rows.row(index.row()), rows.column(index.column())
        current = index.row() == view.currentIndex().row()
        painter.save()
        ground = (
            "bg_subtle"
            if isinstance(row, GroupRow)
            else "bg_selected"
            if current
            else "bg_hover"
            if index.row() == view.hovered
            else None
        )
        if ground:
            painter.fillRect(rect, theme.color(ground))
        painter.fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), theme.color("border_subtle"))
        if current and not isinstance(row, GroupRow) and view.horizontalHeader().visualIndex(index.column()) == self._first():
            painter.fillRect(QRect(rect.left(), rect.top(), 3, rect.height()), theme.color("primary"))
        if column is None:
            if row is not None and not isinstance(row, GroupRow):
                draw_check(
                    painter,
                    QRectF(rect.left() + EDGE - 1, rect.center().y() - 8, 16, 16),
                    Qt.CheckState.Checked if rows.is_checked(row) else Qt.CheckState.Unchecked,
                )
        elif row is None:
            fill_round(
                painter,
                QRectF(self.inner(rect, index.column())).adjusted(
                    0, rect.height() / 2 - 5, -rect.width() * 0.3, -rect.height() / 2 + 5
                ),
                "bg_sunken",
                3,
            )
        else:
            self._paint_cell(painter, self.inner(rect, index.column()), column, row, current)
            if current and index.column() == view.currentIndex().column() and column.key in view.explained and view.hasFocus():
                self._underline(painter, self.inner(rect, index.column()), rows.words(column, row), column)
        painter.restore()

    def _underline(self, painter: QPainter, inner: QRect, words: str, column: Column) -> None:
        """The marked figure of the marked row: F6 explains this one."""
        width = min(text_width(words, theme.font("body")), inner.width())
        left = inner.right() + 1 - width if alignment(column, self._view.rows.look(column)) == RIGHT else inner.left()
        painter.fillRect(QRect(left, inner.center().y() + 10, width, 2), theme.color("primary"))

    def _first(self) -> int:
        header = self._view.horizontalHeader()
        return next((v for v in range(header.count()) if not header.isSectionHidden(header.logicalIndex(v))), 0)

    def inner(self, rect: QRect, section: int) -> QRect:
        """The room for words: 16 at the table's edges, 10 between columns."""
        header = self._view.horizontalHeader()
        visual, first = header.visualIndex(section), self._first()
        last = next((v for v in range(header.count() - 1, -1, -1) if not header.isSectionHidden(header.logicalIndex(v))), 0)
        return rect.adjusted(EDGE if visual == first else PAD, 0, -(EDGE if visual == last else PAD), 0)

    def _paint_cell(self, painter: QPainter, inner: QRect, column: Column, row: Any, current: bool) -> None:
        rows = self._view.rows
        look, words = rows.look(column), rows.words(column, row)
        name = column.key == self._view.stretch_key()
        if isinstance(row, GroupRow):
            self._paint_group(painter, inner, row, column, name, alignment(column, look))
            return
        tone = look.tone(row) if look.tone else None
        if look.kind == "badge":
            if words:
                dot = bool(look.dot and look.dot(row))
                right = alignment(column, look) == RIGHT
                left = max(inner.left(), inner.right() + 1 - badge_width(words, dot)) if right else inner.left()
                draw_badge(painter, left, inner.center().y() + 0.5, words, tone or "neutral", dot)
            return
        if look.kind == "bar":
            inner = self._paint_bar(painter, inner, look.share(row) if look.share else None, tone)
        ink = (
            tone_text(tone)
            if tone
            else "text_tertiary"
            if words == EMPTY
            else "primary_text"
            if look.kind == "link"
            else "text_secondary"
            if look.muted
            else "text_primary"
        )
        font = theme.font("body", look.bold or (name and current))
        second = rows.second(column, row)
        if self._view.two_lines and second:
            middle = inner.center().y()
            draw_text(
                painter,
                QRect(inner.left(), middle - theme.px(20) + 2, inner.width(), theme.px(20)),
                words,
                ink,
                font,
                alignment(column, look),
            )
            draw_text(
                painter,
                QRect(inner.left(), middle + 3, inner.width(), theme.px(16)),
                second,
                "text_tertiary",
                theme.font("caption"),
                alignment(column, look),
            )
        else:
            draw_text(painter, inner, words, ink, font, alignment(column, look))

    def _paint_group(
        self, painter: QPainter, inner: QRect, row: GroupRow, column: Column, name: bool, align: Qt.AlignmentFlag
    ) -> None:
        font = theme.font("section")
        if not name:
            draw_text(painter, inner, row.values.get(column.key, ""), font=font, align=align)
            return
        draw_text(painter, inner, row.title, font=font)
        left = inner.left() + text_width(row.title, font) + 8
        if row.note and left < inner.right():
            draw_text(
                painter,
                QRect(left, inner.top(), inner.right() - left, inner.height()),
                row.note,
                "text_tertiary",
                theme.font("caption"),
            )

    def _paint_bar(self, painter: QPainter, inner: QRect, share: float | None, tone: str | None) -> QRect:
        track = QRectF(inner.left(), inner.center().y() - 2, 60, 6)
        if share is not None:
            fill_round(painter, track, "bg_sunken", 3)
            fill_round(
                painter,
                QRectF(track.left(), track.top(), max(4.0, track.width() * min(1.0, max(0.0, share))), 6),
                tone if tone in ("warning", "danger", "success", "info") else "chart_1",
                3,
            )
        return inner.adjusted(68, 0, 0, 0)

    def helpEvent(
        self, event: QHelpEvent, view: QAbstractItemView, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> bool:
        """A tooltip with the whole text where it was cut."""
        rows = self._view.rows
        row, column = (rows.row(index.row()), rows.column(index.column())) if index.isValid() else (None, None)
        if event.type() != QEvent.Type.ToolTip or row is None or column is None:
            return False
        lines = [t for t in (rows.words(column, row), rows.second(column, row)) if t]
        room = self.inner(
            view.visualRect(QModelIndex(index) if isinstance(index, QModelIndex) else rows.index(index.row(), index.column())),
            index.column(),
        ).width()
        cut = any(text_width(t, theme.font("body" if n == 0 else "caption")) > room for n, t in enumerate(lines))
        QToolTip.showText(event.globalPos(), "\n".join(lines) if cut else "", view)
        return True
