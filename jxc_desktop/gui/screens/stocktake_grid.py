"""The table of a stocktake: a line for each product or batch, its count typed in place, differences and their reasons painted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import cast

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter
from PySide6.QtWidgets import QMenu, QStyleOptionViewItem

from jxc_desktop.columns import EMPTY, quantity_text, word
from jxc_desktop.domain.documents import DocumentKind, DraftLine, kind_of
from jxc_desktop.domain.errors import JxcError
from jxc_desktop.domain.stocktake import REASONS, read_count, value_of
from jxc_desktop.gui.document_lines import EditLine
from jxc_desktop.gui.line_cells import FIRST, NUMBER, PAD, PRODUCT, LineDelegate
from jxc_desktop.gui.line_columns import LineColumn
from jxc_desktop.gui.line_editor import LineGrid
from jxc_desktop.gui.theme import theme
from jxc_desktop.gui.widgets.paint import draw_badge, draw_text
from jxc_desktop.i18n import N_, _
from jxc_desktop.queries.editing import LineProduct, LineUnit
from jxc_desktop.queries.stocktake import CountRow, Place

BLIND = ("book", "difference", "value", "reason")
"""Columns that whoever counts blind does not see."""
TONES = {"damaged": "danger", "expired": "danger", "unrecorded": "info", "unexplained": "warning"}


@dataclass(slots=True)
class CountLine(EditLine):
    """One thing to count. ``draft.counted`` None = not counted; ``moved``: what came and went since it was counted.

    ``stamp`` tells the moment now, ``YYYY-MM-DDTHH:MM:SS``; ``before``: count and moment that the newest count replaced.
    """

    row: CountRow = field(kw_only=True)
    stamp: Callable[[], str] = field(kw_only=True)
    moved: Decimal = Decimal(0)
    before: tuple[Decimal | None, str | None] = (None, None)

    @property
    def counted(self) -> Decimal | None:
        return self.draft.counted

    @property
    def book(self) -> Decimal:
        """What the book held when this was counted; what it holds now while it is not."""
        return self.row.book - self.moved if self.counted is not None else self.row.book

    @property
    def difference(self) -> Decimal | None:
        return None if self.counted is None else self.counted - self.book

    @property
    def value(self) -> Decimal | None:
        return value_of(self.difference, self.row.cost)

    def count(self, quantity: Decimal | None) -> None:
        """There are ``quantity`` base units now; None takes the count back."""
        self.errors.pop("quantity", None)
        self.draft.typed.pop("quantity", None)
        self.before = self.draft.counted, self.draft.counted_at
        self.draft.counted = quantity
        self.draft.counted_at = None if quantity is None else self.stamp()
        self.moved = Decimal(0)

    def text(self, key: str) -> str:
        if key == "quantity":
            found = self.draft.typed.get(key)
            return found if found is not None else "" if self.counted is None else quantity_text(self.counted)
        return self.draft.reason if key == "reason" else ""

    def put(self, key: str, text: str, *, kind: DocumentKind, today: date) -> bool:
        """Take a typed count: ``12``, ``3箱2瓶``, nothing for not counted. What is wrong stays as typed and is no count."""
        self.errors.pop(key, None)
        self.draft.typed.pop(key, None)
        try:
            self.count(read_count(text, [(u.name, u.factor) for u in self.row.units], field=_("Counted")))
        except JxcError as error:
            self.count(None)
            self.errors[key] = str(error)
            self.draft.typed[key] = text
            return False
        return True


def line_of(row: CountRow, draft: DraftLine, stamp: Callable[[], str]) -> CountLine:
    """The line of something to count, with what was counted of it."""
    found = CountLine(draft, product_of(row), row=row, stamp=stamp)
    if "quantity" in draft.typed:
        found.put("quantity", draft.typed["quantity"], kind=kind_of("stocktake"), today=date.min)
    return found


def product_of(row: CountRow) -> LineProduct:
    """The two lines of the name cell: product, and code with the batch."""
    units = tuple(LineUnit(None if n == 0 else n, u.name, u.factor, (None, None, None, None)) for n, u in enumerate(row.units))
    below = row.barcode or row.code
    if row.batch:
        below += "  " + _("batch {number}").format(number=row.batch)
    return LineProduct(row.product_id, row.code, row.name, "", below, bool(row.batch), None, None, units)


def signed(value: Decimal | None, shape: str = "quantity") -> str:
    """``+3``, ``-¥10.80``, ``0``; a dash for none."""
    if value is None:
        return EMPTY
    words = word(abs(value), "money" if shape == "money" else "quantity")
    if not value:
        return words
    return ("+" if value > 0 else "-") + ("¥" if shape == "money" else "") + words


def tone_of(value: Decimal | None) -> str | None:
    """Gains are info, losses danger, nothing is ink."""
    return None if not value else "info" if value > 0 else "danger"


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
    LineColumn("quantity", N_("Counted"), 84, _of(lambda r: r.text("quantity")), editable=True, walk=True),
    LineColumn(
        "difference", N_("Difference"), 72, _of(lambda r: signed(r.difference)), tone=_tone(lambda r: tone_of(r.difference))
    ),
    LineColumn("value", N_("Value of it"), 88, _of(lambda r: signed(r.value, "money")), tone=_tone(lambda r: tone_of(r.value))),
    LineColumn("reason", N_("Reason"), 88, _of(lambda r: r.draft.reason), "left"),
    LineColumn(
        "time", N_("Counted at"), 76, _of(lambda r: (r.draft.counted_at or "")[11:16] or EMPTY), "left", priority=3, muted=True
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
        if line.draft.reason:
            draw_badge(painter, rect.left() + PAD, rect.center().y(), line.draft.reason, reason_tone(line.draft.reason))
        elif line.difference is not None:
            words = _("Choose…") if line.difference else EMPTY
            draw_text(painter, rect.adjusted(PAD, 0, -PAD, 0), words, "text_tertiary")
        painter.restore()


class CountGrid(LineGrid):
    """The grid. ``reason_chosen(line, reason)``: a reason was picked in its cell; ``cleared(line)``: its count is to go."""

    reason_chosen = Signal(object, str)
    cleared = Signal(object)

    def __init__(self, today: date) -> None:
        super().__init__(kind_of("stocktake"), today)
        self.setItemDelegate(CountDelegate(self))
        self.set_columns(COLUMNS)

    def set_blind(self, blind: bool) -> None:
        """Hide or show what the book expects."""
        self.set_columns(tuple(c for c in COLUMNS if not blind or c.key not in BLIND))

    def show_lines(self, lines: Sequence[CountLine], keep: Place | None) -> None:
        """Show these lines; the one at ``keep`` stays the current one."""
        self.set_lines(lines)
        place = next((n for n, line in enumerate(lines) if line.row.place == keep), -1)
        if place >= 0:
            self.select_row(place)

    @property
    def current_line(self) -> CountLine | None:
        return cast("CountLine | None", self.current)

    def select_place(self, place: Place) -> bool:
        """Make the line of a place the current one; False when it is not shown."""
        for number, line in enumerate(self.lines):
            if cast(CountLine, line).row.place == place:
                self.select_row(number)
                return True
        return False

    def remove_current(self) -> None:
        """Lines follow the plan: the key takes the count back, not the line."""
        line = self.current_line
        if line is not None and line.counted is not None:
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
            return
        super().mousePressEvent(event)

    def choose_reason(self) -> None:
        """A menu of reasons for the current line, where it has a difference."""
        line = self.current_line
        if line is None or not line.difference:
            return
        menu = QMenu(self)
        for words in [_(text) for text in REASONS.values()]:
            menu.addAction(words).triggered.connect(lambda _on=False, words=words: self.reason_chosen.emit(line, words))
        if line.draft.reason:
            menu.addSeparator()
            menu.addAction(_("No reason")).triggered.connect(lambda _on=False: self.reason_chosen.emit(line, ""))
        place = FIRST + [c.key for c in self.rows.columns].index("reason")
        box = self.visualRect(self.rows.index(self.currentIndex().row(), place))
        menu.exec(self.viewport().mapToGlobal(QPoint(box.left(), box.bottom())))
        menu.deleteLater()
