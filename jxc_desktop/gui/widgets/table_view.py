"""The view of a table: which columns fit, the hovered and the current row, mouse and keys."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QTableView,
    QWidget,
)

from jxc_desktop.columns import Column
from jxc_desktop.gui.theme import theme
from jxc_desktop.gui.widgets.paint import text_width
from jxc_desktop.gui.widgets.row_model import RowModel
from jxc_desktop.gui.widgets.table_cells import CHECK_WIDTH, EDGE, NAME_LEAST, NAME_MAX, NAME_MIN, PAD, RowDelegate
from jxc_desktop.gui.widgets.table_header import RowHeader


class LinedView(QTableView):
    """A view with rows of one height, which :class:`WholeRows` may hold. ``fitted``: columns or rows were arranged."""

    fitted = Signal()

    @property
    def line(self) -> int:
        """The height of a row as it was drawn up."""
        return theme.px("row")

    def set_line(self, height: int) -> None:
        """Give every row this height; headings of groups keep theirs."""
        if height != self.verticalHeader().defaultSectionSize():
            self.verticalHeader().setDefaultSectionSize(height)


class RowView(LinedView):
    """The view inside a ``RowTable``. It knows the hovered row and lets the delegate paint the current one."""

    opened = Signal(QModelIndex)

    def __init__(self, model: RowModel, two_lines: bool) -> None:
        super().__init__()
        self.rows, self.two_lines, self.hovered = model, two_lines, -1
        self.user_widths: dict[str, int] = {}
        self.user_hidden: set[str] = set()
        self.put_away: frozenset[str] = frozenset()
        self.explained: tuple[str, ...] = ()
        self.pinned: dict[str, str] = {}
        self._fitting = False
        self.setModel(model)
        self.setItemDelegate(RowDelegate(self))
        header = RowHeader(self)
        self.setHorizontalHeader(header)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        self.setMouseTracking(True)
        self.setAutoScroll(False)
        self.viewport().setAutoFillBackground(False)
        self.apply_heights()
        header.sectionResized.connect(self._resized_by_hand)

    def apply_heights(self) -> None:
        """Row and header heights at the chosen text size."""
        self.verticalHeader().setMinimumSectionSize(20)
        self.set_line(self.line)
        self.horizontalHeader().setFixedHeight(theme.px("table_header") + 1)
        self.verticalScrollBar().setSingleStep(theme.px("row"))

    @property
    def line(self) -> int:
        return theme.px("row_two_line") - 1 if self.two_lines else theme.px("row")

    def keyboardSearch(self, search: str) -> None:
        """Letters are shortcuts or a scan here, never a jump through 100,000 rows."""

    # --- columns -------------------------------------------------------------------------------------------------

    def natural_width(self, column: Column) -> int:
        """What the header, the rows on hand and the pinned total need."""
        look = self.rows.look(column)
        if column.key in self.user_widths:
            return self.user_widths[column.key]
        named = column.key == self.stretch_key()  # in bold while its row is marked
        font, small = theme.font("body", look.bold or named), theme.font("caption")
        widest = text_width(column.heading, small) + (14 if self.rows.sort_key == column.key else 0)
        for row in self.rows.loaded()[:40]:
            words = self.rows.words(column, row)
            extra = 16 if look.kind == "badge" and words else 74 if look.kind == "bar" else 0
            widest = max(
                widest,
                text_width(words, small if look.kind == "badge" else font) + extra,
                text_width(self.rows.second(column, row), small),
            )
        if column.key in self.pinned:
            widest = max(widest, text_width(self.pinned[column.key], theme.font("body", True)))
        wanted = widest + 2 * PAD + 2
        limit = (
            10_000
            if column.numeric or look.kind == "badge" or column.shape in ("date", "moment", "code")
            else theme.px(column.width or 200)
        )
        least = text_width(column.heading, small) + 2 * PAD + 2
        return max(min(wanted, limit), least, theme.px(column.width) if column.width else 48)

    def stretch_key(self) -> str:
        """The column that takes the free width."""
        return next((c.key for c in self.rows.columns if self.rows.look(c).stretch), self.rows.columns[0].key)

    def fit(self) -> None:
        """Choose which columns are shown and how wide: the name column keeps 200 px, priority 2 and 3 give way."""
        if self._fitting or not self.rows.columns:
            return
        self._fitting = True
        name = self.stretch_key()
        area = self.viewport().width() - (CHECK_WIDTH if self.rows.checkable else 0)
        widths = {c.key: self.natural_width(c) for c in self.rows.columns if c.key not in self.user_hidden | self.put_away}
        area -= 2 * (EDGE - PAD)  # what the first and the last one get more, whichever they are
        wide = self.window().width() >= theme.breakpoint("wide_ge")
        shown = [c for c in self.rows.columns if c.key in widths and (c.priority < 3 or wide or c.key == name)]
        free = self._free(area, shown, widths, name)
        for column in sorted(
            (c for c in shown if c.key != name and c.priority > 1), key=lambda c: (-c.priority, -self.rows.section(c.key))
        ):
            if free >= theme.px(NAME_MIN):
                break
            shown.remove(column)
            free = self._free(area, shown, widths, name)
        for column in self.rows.columns:
            if column.key in widths and column not in shown and free - widths[column.key] > theme.px(NAME_MAX):
                shown.append(column)
                free -= widths[column.key]
        number = any(c.key == name and c.shape == "code" for c in shown)  # which is never cut
        widths[name] = max(free, widths[name] if number else theme.px(NAME_LEAST))
        others = [c for c in shown if c.key != name and c.key not in self.user_widths]
        if others and widths[name] > theme.px(NAME_MAX):
            share = min((widths[name] - theme.px(NAME_MAX)) // len(others), 40)
            widths[name] -= share * len(others)
            for column in others:
                widths[column.key] += share
        for key in self._ends([c.key for c in shown]):
            widths[key] += EDGE - PAD
        self._set_widths({c.key for c in shown}, widths)
        self._fitting = False
        self.fitted.emit()

    def _ends(self, shown: list[str]) -> list[str]:
        """The first and the last of the columns ``shown``, in the order in which they stand."""
        header = self.horizontalHeader()
        ordered = sorted(shown, key=lambda key: header.visualIndex(self.rows.section(key)))
        return [*ordered[:1], *ordered[-1:]]

    @staticmethod
    def _free(area: int, shown: list[Column], widths: dict[str, int], name: str) -> int:
        return area - sum(widths[c.key] for c in shown if c.key != name)

    def _set_widths(self, shown: set[str], widths: dict[str, int]) -> None:
        if self.rows.checkable:
            self.setColumnWidth(0, CHECK_WIDTH)
        for column in self.rows.columns:
            section = self.rows.section(column.key)
            self.setColumnHidden(section, column.key not in shown)
            if column.key in shown:
                self.setColumnWidth(section, widths[column.key])

    def _resized_by_hand(self, section: int, _old: int, new: int) -> None:
        column = self.rows.column(section)
        if not self._fitting and column is not None and column.key != self.stretch_key() and new > 0:
            self.user_widths[column.key] = max(new, 40)
            self.fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit()

    # --- mouse and keys ------------------------------------------------------------------------------------------

    def _hover(self, row: int) -> None:
        if row != self.hovered:
            before, self.hovered = self.hovered, row
            for number in (before, row):
                if number >= 0:
                    self.viewport().update(0, self.rowViewportPosition(number), self.viewport().width(), self.rowHeight(number))

    def show_row(self, row: int) -> None:
        """Paint a row anew."""
        if row >= 0:
            self.viewport().update(0, self.rowViewportPosition(row), self.viewport().width(), self.rowHeight(row))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover(self.rowAt(round(event.position().y())))
        if event.buttons() == Qt.MouseButton.NoButton:
            super().mouseMoveEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self._hover(-1)
        super().leaveEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        if self.rows.checkable and index.isValid() and index.column() == 0:
            self.rows.check(index.row())
            return
        super().mousePressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        if index.isValid() and self.rows.column(index.column()) is not None:
            self.opened.emit(index)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        current = self.currentIndex()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            if current.isValid():
                self.opened.emit(current)
        elif event.key() == Qt.Key.Key_Space and self.rows.checkable:
            self.rows.check(current.row())
        elif event.matches(QKeySequence.StandardKey.SelectAll) and self.rows.checkable:
            self.rows.check_all(True)
        elif event.key() == Qt.Key.Key_Escape:
            event.ignore()
        else:
            super().keyPressEvent(event)


SLACK = 4
"""Pixels by which a row may be lower or higher than drawn up, so that whole rows fill the room."""


class WholeRows(QWidget):
    """Holds a view so that no row is cut at its foot: where there are more rows than fit, whole ones fill the room.

    Their height gives or takes a few pixels for that; what is left after it stays empty.
    """

    def __init__(self, view: LinedView) -> None:
        super().__init__()
        self._view = view
        view.setParent(self)
        view.fitted.connect(self.arrange)

    def arrange(self) -> None:
        """Give the rows and the view their heights."""
        view = self._view
        bar = view.horizontalScrollBar()
        room = self.height() - view.horizontalHeader().height() - (bar.sizeHint().height() if bar.maximum() > 0 else 0)
        more = view.model().rowCount() * view.line > room > view.line
        line = _height_of_rows(room, view.line) if more else view.line
        view.set_line(line)
        view.setGeometry(0, 0, self.width(), self.height() - (room % line if more else 0))

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.arrange()

    def sizeHint(self) -> QSize:
        return self._view.sizeHint()

    def minimumSizeHint(self) -> QSize:
        return self._view.minimumSizeHint()


def _height_of_rows(room: int, line: int) -> int:
    """The height near ``line`` of which whole rows leave the least of ``room``; a rest of a few pixels is none."""
    slack = theme.px(SLACK)
    return min(range(line - slack, line + slack + 1), key=lambda height: (room % height // slack, abs(height - line)))
