"""The editable grid of a document: cells painted by a delegate, one active editor, Enter walks, Esc gives back what was there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from PySide6.QtCore import QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence, QMouseEvent, QPainter, QPaintEvent, QResizeEvent, QShortcut
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QMenu

from jxc_desktop.domain.documents import DocumentKind
from jxc_desktop.gui.cell_edit import CellEdit
from jxc_desktop.gui.document_lines import EditLine
from jxc_desktop.gui.line_cells import ALIGN, EDGE, FIRST, NUMBER, PAD, PRODUCT, LineDelegate, LineHeader, LineModel, frame_of
from jxc_desktop.gui.line_columns import LineColumn, heading
from jxc_desktop.gui.theme import theme
from jxc_desktop.gui.widgets.combo import Choice
from jxc_desktop.gui.widgets.paint import CENTER, draw_text, text_width
from jxc_desktop.gui.widgets.table_view import LinedView

NUMBER_WIDTH, NAME_MIN, NAME_LEAST = 46, 190, 100
LEAST = {"produced": 104, "expiry": 104, "batch": 80, "reason": 80, "quantity": 64, "price": 64}
"""How narrow columns may become whose cells are typed into."""


class LineGrid(LinedView):
    """The grid. ``changed`` after each change of a value, ``moved`` when another line becomes the current one.

    ``past_end``: Enter on the last cell, or Insert; ``refused`` says why a cell is wrong ("" when it is right again).
    ``offered(line, key, text)`` are the choices for what stands in a cell; ``chosen`` carries the number of a line and the
    value of the choice that was taken for its cell ``key``.
    """

    changed = Signal()
    moved = Signal()
    past_end = Signal()
    refused = Signal(str)
    chosen = Signal(int, object)

    def __init__(self, kind: DocumentKind, today: date) -> None:
        super().__init__()
        self.kind, self.today = kind, today
        self.rows = LineModel()
        self.key = "quantity"
        self.empty_words = ""
        self.offered: Callable[[EditLine, str, str], Sequence[Choice]] = lambda _line, _key, _text: ()
        self.setModel(self.rows)
        self.setItemDelegate(LineDelegate(self))
        header = LineHeader(self)
        self.setHorizontalHeader(header)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setShowGrid(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerItem)  # the upper line is read, and is never cut
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        self.setAutoScroll(False)
        self.viewport().setAutoFillBackground(False)
        self.editor = CellEdit(self)
        self._restyle()
        theme.theme_changed.connect(self._restyle)
        within = Qt.ShortcutContext.WidgetWithChildrenShortcut
        QShortcut(QKeySequence("Ctrl+Delete"), self, self.remove_current, within)
        QShortcut(QKeySequence("Ctrl+U"), self, self.choose_unit, within)

    @property
    def line(self) -> int:
        return theme.px(46)

    def _restyle(self) -> None:
        self.set_line(self.line)
        self.horizontalHeader().setFixedHeight(theme.px("table_header") + 1)
        self.fit()

    # --- lines ---------------------------------------------------------------------------------------------------

    @property
    def lines(self) -> list[EditLine]:
        return self.rows.lines

    @property
    def current(self) -> EditLine | None:
        """The line that has the bar."""
        row = self.currentIndex().row()
        return self.lines[row] if 0 <= row < len(self.lines) else None

    def set_lines(self, lines: Sequence[EditLine]) -> None:
        """Show these lines."""
        self.editor.hide()
        self.rows.beginResetModel()
        self.rows.lines = list(lines)
        self.rows.endResetModel()
        if self.lines:
            self.setCurrentIndex(self.rows.index(0, PRODUCT))
        self.fit()
        self._tell()

    def set_columns(self, columns: tuple[LineColumn, ...]) -> None:
        """Show these columns, from left to right."""
        if [c.key for c in columns] == [c.key for c in self.rows.columns]:
            self.rows.columns = columns
            self.viewport().update()
            return
        row = self.currentIndex().row()
        self.rows.beginResetModel()
        self.rows.columns = columns
        self.rows.endResetModel()
        if 0 <= row < len(self.lines):
            self.setCurrentIndex(self.rows.index(row, PRODUCT))
        self.fit()

    def append(self, line: EditLine) -> int:
        """Add a line at the end and make it the current one; its number from 0."""
        return self.insert(len(self.lines), line)

    def insert(self, row: int, line: EditLine) -> int:
        """Add a line with the number ``row`` (from 0) and make it the current one; what is being typed stays with its own."""
        self.left()
        self.rows.beginInsertRows(QModelIndex(), row, row)
        self.lines.insert(row, line)
        self.rows.endInsertRows()
        self.select_row(row)
        self.fit()
        self._tell()
        return row

    def remove_current(self) -> None:
        """Take the current line away."""
        row = self.currentIndex().row()
        if not 0 <= row < len(self.lines):
            return
        had = self.editor.isVisible()
        self.editor.hide()
        self.rows.beginRemoveRows(QModelIndex(), row, row)
        del self.lines[row]
        self.rows.endRemoveRows()
        self.fitted.emit()
        self.refused.emit("")
        self._tell()
        if not self.lines:
            self.past_end.emit()
        elif had:
            self.edit_cell(min(row, len(self.lines) - 1), self.key)
        else:
            self.select_row(min(row, len(self.lines) - 1))

    def select_row(self, row: int) -> None:
        """Make a line the current one and scroll to it."""
        self.setCurrentIndex(self.rows.index(row, PRODUCT))
        self.scrollTo(self.currentIndex())
        self.viewport().update()
        self.moved.emit()

    def refresh(self) -> None:
        """Paint again, after values changed behind the grid."""
        self.viewport().update()

    def _tell(self) -> None:
        self.viewport().update()
        self.changed.emit()
        self.moved.emit()

    # --- the active cell -----------------------------------------------------------------------------------------

    def edit_cell(self, row: int, key: str) -> None:
        """Open the editor over a cell, its text selected."""
        self.commit()
        if not 0 <= row < len(self.lines):
            return
        wanted = self._editable(row, key) or self._editable(row, "quantity")
        if wanted is None:
            return
        self.key = wanted.key
        self.select_row(row)
        self.editor.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, wanted.align == "left")
        self.editor.setAlignment(Qt.AlignmentFlag(int(ALIGN[wanted.align])))
        self.editor.setAccessibleName(f"{row + 1} {heading(wanted)}")
        self.editor.setPlaceholderText(wanted.hint(self.lines[row]) if wanted.hint else "")
        self.editor.setText(self.lines[row].text(wanted.key))
        self._show_problem(self.lines[row])
        self._place_editor()
        self.editor.show()
        self.editor.setFocus(Qt.FocusReason.OtherFocusReason)
        self.editor.selectAll()
        self.show_choices("", before=self.editor.text())

    def show_choices(self, text: str, *, before: str = "") -> None:
        """The list below the active cell of what it may hold, as far as ``text`` is typed; ``before`` is marked in it."""
        found = self.offered(self.lines[self.currentIndex().row()], self.key, text.strip())
        if not found:
            self.editor.choices.hide()
            return
        marked = next((place for place, choice in enumerate(found) if choice.name == before), 0)
        self.editor.choices.show_choices(found, marked if before or self.kind.stock <= 0 else -1)

    def choose(self, choice: Choice) -> None:
        """Take a choice for the active cell, and go on."""
        row = self.currentIndex().row()
        self.editor.setText("" if choice.value is None else choice.name)
        self.editor.choices.hide()
        if self.commit():
            self.step(1)
            self.chosen.emit(row, choice.value)

    def _editable(self, row: int, key: str) -> LineColumn | None:
        found = next((c for c in self.rows.columns if c.key == key and c.editable), None)
        if found is None or self.isColumnHidden(self._section(key)) or (found.applies and not found.applies(self.lines[row])):
            return None
        return found

    def _section(self, key: str) -> int:
        return FIRST + [c.key for c in self.rows.columns].index(key)

    def _place_editor(self) -> None:
        if any(c.key == self.key for c in self.rows.columns):
            box = self.visualRect(self.rows.index(self.currentIndex().row(), self._section(self.key)))
            self.editor.setGeometry(frame_of(box))

    def text_now(self) -> str:
        """What the active cell held before this typing."""
        return self.current.text(self.key) if self.current else ""

    def can_restore(self) -> bool:
        """Whether something was typed that may be taken back, wrong or not."""
        line = self.current
        return line is not None and (self.key in line.errors or self.editor.text() != self.text_now())

    def restore(self) -> None:
        """Give the active cell back what stood in it before this typing, or before it became wrong."""
        line = self.current
        if line is not None and self.key in line.errors:
            self.editor.setText(line.kept.get(self.key, ""))
            self.commit()
        else:
            self.editor.setText(self.text_now())
        self.editor.selectAll()

    def commit(self) -> bool:
        """Take what is typed in the active cell; False when it is wrong (it stays as typed, and ``refused`` says why)."""
        line = self.current
        if line is None or not self.editor.isVisible() or self.editor.text() == line.text(self.key):
            return line is None or self.key not in line.errors
        right = line.put(self.key, self.editor.text(), kind=self.kind, today=self.today)
        if right:
            self.editor.setText(line.text(self.key))
        self._show_problem(line)
        self.fit()
        self._tell()
        return right

    def _show_problem(self, line: EditLine) -> None:
        self.editor.set_error(line.errors.get(self.key, ""))
        self.refused.emit(line.errors.get(self.key, ""))

    def left(self) -> None:
        """The focus went elsewhere: keep what was typed."""
        self.commit()
        self.editor.hide()
        self.viewport().update()

    def step(self, by: int, *, every: bool = False) -> None:
        """The next (previous) cell of the walk, over the ends of lines; past the last one ``past_end``."""
        self.commit()
        row = self.currentIndex().row()
        stops = [
            (r, c.key)
            for r in range(len(self.lines))
            for c in self.rows.columns
            if (c.walk or every) and self._editable(r, c.key)
        ]
        keys = [c.key for c in self.rows.columns]
        here = (row, keys.index(self.key) if self.key in keys else 0)
        order = [(r, keys.index(k)) for r, k in stops]
        later = [place for place in order if place > here] if by > 0 else [place for place in reversed(order) if place < here]
        if later:
            self.edit_cell(later[0][0], keys[later[0][1]])
        elif by > 0:
            self.past_end.emit()

    def move_row(self, by: int) -> None:
        """The same cell of the next line; below the last one ``past_end``."""
        row = self.currentIndex().row() + by
        if 0 <= row < len(self.lines):
            self.edit_cell(row, self.key)
        elif by > 0:
            self.commit()
            self.past_end.emit()

    def first_problem(self) -> bool:
        """Go to the first wrong cell; False when there is none."""
        for row, line in enumerate(self.lines):
            for key in line.errors:
                self.edit_cell(row, key)
                return True
        return False

    def choose_unit(self) -> None:
        """A menu of the current line's units."""
        line = self.current
        if line is None or len(line.product.units) < 2:
            return
        menu = QMenu(self)
        for unit in line.product.units:
            ratio = (
                str(unit.factor.numerator)
                if unit.factor.denominator == 1
                else f"{unit.factor.numerator}/{unit.factor.denominator}"
            )
            size = "" if unit.id is None else f"  = {ratio} {line.product.units[0].name}"
            menu.addAction(unit.name + size).triggered.connect(lambda _on=False, unit=unit: self.set_unit(line, unit.id))
        box = self.visualRect(self.rows.index(self.currentIndex().row(), self._section("unit")))
        menu.exec(self.viewport().mapToGlobal(QPoint(box.left(), box.bottom())))
        menu.deleteLater()

    def set_unit(self, line: EditLine, unit_id: int | None) -> None:
        """Give a line another unit."""
        line.set_unit(unit_id, self.kind)
        if self.editor.isVisible() and self.key in ("quantity", "price"):
            self.editor.setText(line.text(self.key))
        self._tell()

    # --- what Qt asks --------------------------------------------------------------------------------------------

    def fit(self) -> None:
        """Widths: the names take what is free; columns of low priority give way when that is too little.

        What is left may still be too wide (large text, a low window): then columns become as narrow as what stands in them.
        """
        columns = self.rows.columns
        if not columns:
            return
        room = self.viewport().width() - theme.px(NUMBER_WIDTH)
        wide = self.window().width() >= theme.breakpoint("wide_ge")
        used = [c for c in columns if not c.applies or not c.editable or any(c.applies(line) for line in self.lines)]
        shown = [c for c in used if c.priority < 3 or wide]
        for column in sorted((c for c in shown if c.priority > 1), key=lambda c: -c.priority):
            if room - self._sum(shown) >= theme.px(NAME_MIN):
                break
            shown.remove(column)
        tight = room - self._sum(shown) < theme.px(NAME_MIN)
        self.setColumnWidth(NUMBER, theme.px(NUMBER_WIDTH))
        self.setColumnWidth(PRODUCT, max(room - self._sum(shown, tight), theme.px(NAME_LEAST)))
        for place, column in enumerate(columns):
            self.setColumnHidden(FIRST + place, column not in shown)
            self.setColumnWidth(FIRST + place, self._width(column, column is shown[-1] if shown else False, tight))
        self.fitted.emit()
        self._place_editor()

    def _width(self, column: LineColumn, last: bool, tight: bool = False) -> int:
        inset = 12 if column.editable else PAD
        wanted = text_width(heading(column), theme.font("caption")) + 2 * inset + 2
        wanted = max(wanted, theme.px(LEAST.get(column.key, 44) if tight else column.width))
        for line in self.lines[:60]:
            if column.align == "right":
                wanted = max(wanted, text_width(column.words(line), theme.font("body")) + 2 * inset + 2)
        return wanted + (EDGE - PAD if last else 0)

    def _sum(self, columns: Sequence[LineColumn], tight: bool = False) -> int:
        return sum(self._width(c, c is columns[-1], tight) for c in columns)

    def needed_width(self) -> int:
        """What the columns of first priority and the names need."""
        shown = [
            c for c in self.rows.columns if c.priority == 1 and (not c.applies or any(c.applies(line) for line in self.lines))
        ]
        return theme.px(NUMBER_WIDTH) + theme.px(NAME_MIN) + self._sum(shown)

    def resizeEvent(self, event: QResizeEvent) -> None:
        seen = self._sees_current(event.oldSize().height())
        super().resizeEvent(event)
        self.fit()
        if seen:  # a notice that comes above the lines may not push the one away that it is about
            self.scrollTo(self.currentIndex())

    def set_line(self, height: int) -> None:
        seen = self._sees_current(self.viewport().height())
        super().set_line(height)
        if seen:
            self.updateGeometries()  # or the bar would not go as far as the taller lines reach
            self.scrollTo(self.currentIndex())

    def _sees_current(self, height: int) -> bool:
        """Whether a viewport of this height shows the whole current line."""
        box = self.visualRect(self.currentIndex())
        return box.isValid() and box.top() >= 0 and box.bottom() < height

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        super().scrollContentsBy(dx, dy)
        self._place_editor()

    def keyboardSearch(self, search: str) -> None:
        """Letters never jump between lines."""

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if (
            event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason, Qt.FocusReason.OtherFocusReason)
            and self.lines
        ):
            self.edit_cell(max(self.currentIndex().row(), 0), self.key)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        if not index.isValid():
            super().mousePressEvent(event)
            return
        key = self.rows.columns[index.column() - FIRST].key if index.column() >= FIRST else "quantity"
        self.edit_cell(index.row(), key)
        if key == "unit":
            self.choose_unit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F2) and self.lines:
            self.edit_cell(max(self.currentIndex().row(), 0), self.key)
        elif event.key() == Qt.Key.Key_Escape:
            event.ignore()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self.lines and self.empty_words:
            draw_text(QPainter(self.viewport()), self.viewport().rect(), self.empty_words, "text_tertiary", align=CENTER)
