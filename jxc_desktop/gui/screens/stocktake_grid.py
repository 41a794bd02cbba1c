"""The table of a stocktake: a line for each product or batch, its count typed in place, differences and their reasons painted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import cast

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter
from PySide6.QtWidgets import QMenu, QStyleOptionViewItem

from jxc_desktop.columns import EMPTY, word
from jxc_desktop.domain.documents import kind_of
from jxc_desktop.domain.stocktake import REASONS
from jxc_desktop.gui.document_lines import EditLine
from jxc_desktop.gui.line_cells import FIRST, NUMBER, PAD, PRODUCT, LineDelegate
from jxc_desktop.gui.line_columns import LineColumn
from jxc_desktop.gui.line_editor import LineGrid
from jxc_desktop.gui.screens.stocktake_line import CountLine, signed, tone_of
from jxc_desktop.gui.theme import theme
from jxc_desktop.gui.widgets.paint import draw_badge, draw_text, text_width
from jxc_desktop.i18n import N_, _
from jxc_desktop.queries.stocktake_rows import Place

BLIND = ("book", "difference", "value", "reason", "first")
"""Columns that whoever counts blind does not see."""
TONES = {"damaged": "danger", "expired": "danger", "unrecorded": "info", "unexplained": "warning"}


def reason_tone(reason: str) -> str:
    """The tone of a reason's badge."""
    return next((TONES[code] for code, text in REASONS.items() if _(text) == reason), "warning")


def _of(words: Callable[[CountLine], str]) -> Callable[[EditLine], str]:
    return lambda line: words(cast(CountLine, line))


def _tone(tone: Callable[[CountLine], str | None]) -> Callable[[EditLine], str | None]:
    return lambda line: tone(cast(CountLine, line))


COLUMNS = (
    LineColumn(
        "category", N_("Category"), 96, _of(lambda r: r.row.category.rsplit("/", 1)[-1] or EMPTY), "left", priority=3, muted=True
    ),
    LineColumn("cost", N_("Cost price"), 80, _of(lambda r: word(r.row.cost, "price")), priority=3, muted=True),
    LineColumn("shelf", N_("Shelf mark"), 64, _of(lambda r: r.row.shelf or EMPTY), "left", priority=2, muted=True),
    LineColumn("base_unit", N_("Unit"), 48, _of(lambda r: r.row.units[0].name), "left", muted=True),
    LineColumn("book", N_("Book"), 66, _of(lambda r: word(r.book, "quantity"))),
    LineColumn(
        "first",
        N_("First count"),
        72,
        _of(lambda r: EMPTY if r.found.first is None else word(r.found.first, "quantity")),
        muted=True,
    ),
    LineColumn("quantity", N_("Counted"), 84, _of(lambda r: r.words()), editable=True, walk=True),
    LineColumn(
        "difference", N_("Difference"), 72, _of(lambda r: signed(r.difference)), tone=_tone(lambda r: tone_of(r.difference))
    ),
    LineColumn("value", N_("Value of it"), 88, _of(lambda r: signed(r.value, "money")), tone=_tone(lambda r: tone_of(r.value))),
    LineColumn("reason", N_("Reason"), 88, _of(lambda r: r.reason), "left", priority=2),
    LineColumn("time", N_("Counted at"), 76, _of(lambda r: (r.found.at or "")[11:16] or EMPTY), "left", priority=3, muted=True),
    LineColumn(
        "counter",
        N_("Counted by"),
        104,
        _of(lambda r: r.counters or EMPTY),
        "left",
        priority=3,
        tone=_tone(lambda r: "info" if len(r.found.by) > 1 else "muted"),
    ),
)


class CountDelegate(LineDelegate):
    """As in a document, with the reason as a badge and differences in semibold."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        super().paint(painter, option, index)
        if index.column() < FIRST:
            return
        column = self._grid.rows.columns[index.column() - FIRST]
        if column.key == "reason":
            self._paint_reason(painter, option.rect, cast(CountLine, self._grid.lines[index.row()]))

    def _paint_product(self, painter: QPainter, inner: QRect, line: EditLine, current: bool) -> None:  # type: ignore[override]
        """As in a document; behind the code stands what happened after it was counted, and that several counted it."""
        LineDelegate._paint_product(painter, inner, line, current)
        counted = cast(CountLine, line)
        blind = cast(CountGrid, self._grid).blind
        marks = [(counted.since, "warning_text")] if counted.since and not blind else []
        if len(counted.found.by) > 1:
            marks.append((_("{count} counters").format(count=len(counted.found.by)), "info_text"))
        left = inner.left() + text_width(line.product.barcode or line.product.code, theme.font("caption")) + 10
        for words, ink in marks:
            box = QRect(left, inner.center().y() + 3, inner.right() - left, theme.px(16))
            if box.width() > 20:
                draw_text(painter, box, words, ink, theme.font("caption"))
            left += text_width(words, theme.font("caption")) + 10

    def _paint_cell(self, painter: QPainter, rect: QRect, line: EditLine, column: LineColumn) -> None:
        if column.key == "reason":
            return
        if column.key == "difference" and cast(CountLine, line).difference:
            words, tone = column.words(line), tone_of(cast(CountLine, line).difference)
            align = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            draw_text(painter, rect.adjusted(PAD, 0, -PAD, 0), words, f"{tone}_text", theme.font("body", True), align)
            return
        super()._paint_cell(painter, rect, line, column)

    @staticmethod
    def _paint_reason(painter: QPainter, rect: QRect, line: CountLine) -> None:
        painter.save()
        painter.setClipRect(rect.adjusted(0, 0, -4, 0))
        if line.reason:
            draw_badge(painter, rect.left() + PAD, rect.center().y(), line.reason, reason_tone(line.reason))
        elif line.difference is not None:
            words = _("Choose…") if line.difference else EMPTY
            draw_text(painter, rect.adjusted(PAD, 0, -PAD, 0), words, "text_tertiary")
        painter.restore()


class CountGrid(LineGrid):
    """The grid. ``reason_chosen(line, reason)``: a reason was picked in its cell, ``reason_asked(line)``: it is to be written.

    ``cleared(line)``: its count is to go; ``chosen(line)``: the person went to it with keys or mouse.
    """

    reason_asked = Signal(object)
    reason_chosen = Signal(object, str)
    cleared = Signal(object)
    chosen = Signal(object)

    def __init__(self, today: date) -> None:
        super().__init__(kind_of("stocktake"), today)
        self.setItemDelegate(CountDelegate(self))
        self._places: dict[Place, int] = {}
        self.blind = self.frozen = False
        self._began = ""
        self.set_shape(blind=False, again=False)

    def set_shape(self, *, blind: bool, again: bool) -> None:
        """Hide or show what the book expects; ``again``: the second count, beside what the first one found."""
        self.blind = blind
        hidden = BLIND if blind else () if again else ("first",)
        self.set_columns(tuple(c for c in COLUMNS if c.key not in hidden))

    def show_lines(self, lines: Sequence[CountLine], keep: Place | None) -> None:
        """Show these lines; the one at ``keep`` stays the current one."""
        self._places = {line.row.place: number for number, line in enumerate(lines)}
        self.set_lines(lines)
        self.scrollToTop()
        if keep is not None and keep in self._places:
            self.select_row(self._places[keep])

    def edit_cell(self, row: int, key: str) -> None:
        """As in a document; while the count is handed in (``frozen``) the line is only chosen."""
        if self.frozen:
            self.select_row(row)
            return
        super().edit_cell(row, key)
        self._began = self.editor.text()
        self.editor.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, True)  # 3箱2瓶
        self.chosen.emit(self.current_line)

    def commit(self) -> bool:
        """Take what was typed. A text that nobody touched is no count, even if the line was scanned meanwhile."""
        line = self.current_line
        if line is not None and self.editor.isVisible() and self.editor.text() == self._began:
            return self.key not in line.errors
        right = super().commit()
        self._began = self.editor.text()
        return right

    def restore(self) -> None:
        super().restore()
        self._began = self.editor.text()

    def follow(self) -> None:
        """The line under the editor was counted elsewhere: an untouched editor shows that."""
        line = self.current_line
        if line is None or not self.editor.isVisible() or self.editor.text() != self._began:
            return
        if self._began != line.text(self.key):
            self._began = line.text(self.key)
            self.editor.setText(self._began)
            self.editor.selectAll()

    @property
    def current_line(self) -> CountLine | None:
        return cast("CountLine | None", self.current)

    def select_place(self, place: Place) -> bool:
        """Make the line of a place the current one; False when it is not shown."""
        number = self._places.get(place)
        if number is None:
            return False
        self.select_row(number)
        return True

    def remove_current(self) -> None:
        """Lines follow the plan: the key takes the count back, not the line."""
        line = self.current_line
        if line is not None and line.counted is not None and not self.frozen:
            self.editor.hide()
            self.cleared.emit(line)

    def choose_unit(self) -> None:
        """Counts are kept in the base unit; other units are typed with their names."""

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        if index.isValid() and index.column() >= FIRST and self.rows.columns[index.column() - FIRST].key == "reason":
            self.commit()
            self.editor.hide()
            self.select_row(index.row())
            self.choose_reason()
            return
        if index.isValid() and index.column() in (NUMBER, PRODUCT):
            self.commit()
            self.editor.hide()
            self.select_row(index.row())
            self.chosen.emit(self.current_line)
            return
        super().mousePressEvent(event)

    def choose_reason(self) -> None:
        """A menu of reasons for the current line, where it has a difference."""
        line = self.current_line
        if line is None or not line.difference or self.frozen:
            return
        menu = QMenu(self)
        for words in [_(text) for text in REASONS.values()]:
            menu.addAction(words).triggered.connect(lambda _on=False, words=words: self.reason_chosen.emit(line, words))
        menu.addAction(_("Another reason…")).triggered.connect(lambda _on=False: self.reason_asked.emit(line))
        if line.reason:
            menu.addSeparator()
            menu.addAction(_("No reason")).triggered.connect(lambda _on=False: self.reason_chosen.emit(line, ""))
        place = FIRST + [c.key for c in self.rows.columns].index("reason")
        box = self.visualRect(self.rows.index(self.currentIndex().row(), place))
        menu.exec(self.viewport().mapToGlobal(QPoint(box.left(), box.bottom())))
        menu.deleteLater()
