"""What the grid of document lines is made of: its model, and how cells and headings are painted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractTableModel, QEvent, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QStyledItemDelegate, QStyleOptionViewItem, QToolTip

from jxc_desktop.columns import EMPTY
from jxc_desktop.gui.document_lines import EditLine
from jxc_desktop.gui.icons import paint_icon
from jxc_desktop.gui.line_columns import LineColumn, heading
from jxc_desktop.gui.theme import theme
from jxc_desktop.gui.widgets.paint import CENTER, LEFT, RIGHT, draw_text, fill_round, tone_text
from jxc_desktop.i18n import _

if TYPE_CHECKING:
    from jxc_desktop.gui.line_editor import LineGrid

Index = QModelIndex | QPersistentModelIndex
NUMBER, PRODUCT, FIRST = 0, 1, 2
EDGE, PAD = 16, 10
ALIGN = {"left": LEFT, "right": RIGHT, "center": CENTER}


class LineModel(QAbstractTableModel):
    """The lines as text, for the view and for assistive tools. The grid changes ``lines`` and says so."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[EditLine] = []
        self.columns: tuple[LineColumn, ...] = ()

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self.lines)

    def columnCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else FIRST + len(self.columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole) or index.row() >= len(self.lines):
            return None
        line = self.lines[index.row()]
        if index.column() == NUMBER:
            return str(index.row() + 1)
        if index.column() == PRODUCT:
            return line.product.name
        return self.columns[index.column() - FIRST].words(line)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation != Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        return ("#", _("Product / barcode"))[section] if section < FIRST else heading(self.columns[section - FIRST])


def frame_of(cell: QRect) -> QRect:
    """The frame of an editable cell inside its rectangle."""
    return cell.adjusted(4, 4, -4, -5)


class LineDelegate(QStyledItemDelegate):
    """Paints every cell of the grid."""

    def __init__(self, grid: LineGrid) -> None:
        super().__init__(grid)
        self._grid = grid

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(60, theme.px(46))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        grid, rect = self._grid, option.rect
        line = grid.lines[index.row()]
        current = index.row() == grid.currentIndex().row()
        painter.save()
        if current:
            painter.fillRect(rect, theme.color("bg_selected"))
        painter.fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), theme.color("border_subtle"))
        if index.column() == NUMBER:
            if current:
                painter.fillRect(QRect(rect.left(), rect.top(), 3, rect.height()), theme.color("primary"))
            draw_text(painter, rect.adjusted(8, 0, 0, 0), str(index.row() + 1), "text_secondary", align=CENTER)
        elif index.column() == PRODUCT:
            self._paint_product(painter, rect.adjusted(PAD, 0, -PAD, 0), line, current)
        else:
            self._paint_cell(painter, rect, line, grid.rows.columns[index.column() - FIRST])
        painter.restore()

    @staticmethod
    def _paint_product(painter: QPainter, inner: QRect, line: EditLine, current: bool) -> None:
        middle = inner.center().y()
        name = QRect(inner.left(), middle - theme.px(20) + 2, inner.width(), theme.px(20))
        draw_text(painter, name, line.product.name, font=theme.font("body", current))
        below = QRect(inner.left(), middle + 3, inner.width(), theme.px(16))
        draw_text(painter, below, line.product.barcode or line.product.code, "text_tertiary", theme.font("caption"))

    def _paint_cell(self, painter: QPainter, rect: QRect, line: EditLine, column: LineColumn) -> None:
        if column.applies and not column.applies(line):
            return
        wrong = column.key in line.errors
        inner = rect.adjusted(PAD, 0, -PAD, 0)
        if column.editable:
            box = frame_of(rect)
            fill_round(painter, box, "bg_edit", 6, "danger" if wrong else "border_default", 2 if wrong else 1)
            inner = box.adjusted(8, 0, -8, 0)
        if column.key == "unit" and len(line.product.units) > 1:
            paint_icon(painter, inner.right() - 8, inner.center().y() - 6, "chevron-down", "text_secondary", 12)
        words = column.words(line)
        quiet = not words and column.hint is not None
        if column.hint is not None and quiet:
            words = column.hint(line)
        tone = "danger" if wrong else column.tone(line) if column.tone else None
        ink = (
            tone_text(tone)
            if tone
            else "text_tertiary"
            if quiet or words == EMPTY
            else "text_secondary"
            if column.muted
            else "text_primary"
        )
        draw_text(painter, inner, words, ink, align=ALIGN[column.align])

    def helpEvent(self, event: QHelpEvent, view: QAbstractItemView, option: QStyleOptionViewItem, index: Index) -> bool:
        """Why a cell is wrong, or the whole of what may be cut in it."""
        if event.type() != QEvent.Type.ToolTip or not index.isValid():
            return False
        line = self._grid.lines[index.row()]
        column = self._grid.rows.columns[index.column() - FIRST] if index.column() >= FIRST else None
        words = line.product.name if index.column() == PRODUCT else ""
        if column is not None:
            words = line.errors.get(column.key, "") or (column.hint(line) if column.hint else "")
        QToolTip.showText(event.globalPos(), words, view)
        return True


class LineHeader(QHeaderView):
    """The header, aligned like its columns."""

    def __init__(self, grid: LineGrid) -> None:
        super().__init__(Qt.Orientation.Horizontal, grid)
        self._grid = grid
        self.setSectionsClickable(False)
        self.setMinimumSectionSize(28)
        self.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        area = self.viewport().rect()
        fill_round(painter, area.adjusted(0, 0, 0, 8), "bg_subtle", 7)
        painter.fillRect(QRect(0, area.height() - 1, area.width(), 1), theme.color("border_default"))
        painter.end()
        super().paintEvent(event)

    def paintSection(self, painter: QPainter, rect: QRect, section: int) -> None:
        words = str(self._grid.rows.headerData(section, Qt.Orientation.Horizontal) or "")
        if section == NUMBER:
            draw_text(painter, rect.adjusted(8, 0, 0, 0), words, "text_secondary", theme.font("caption"), CENTER)
            return
        column = self._grid.rows.columns[section - FIRST] if section >= FIRST else None
        inset = 12 if column is not None and column.editable else PAD
        align = LEFT if column is None else ALIGN[column.align]
        draw_text(painter, rect.adjusted(inset, 0, -inset, 0), words, "text_secondary", theme.font("caption"), align)
