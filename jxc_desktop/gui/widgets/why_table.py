"""The sums of a derivation as they are painted: each unfolds into its documents and parts, by hand and by keys."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from itertools import accumulate

from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from jxc_desktop.domain.why import Derivation, Heading, WhyGroup, WhyRow
from jxc_desktop.gui.icons import paint_icon
from jxc_desktop.gui.theme import theme
from jxc_desktop.gui.widgets.buttons import BY_KEYBOARD
from jxc_desktop.gui.widgets.formula import figure_words
from jxc_desktop.gui.widgets.paint import RIGHT, draw_text, fill_round, focus_ring, text_width
from jxc_desktop.i18n import _

EDGE, GAP = 18, 14
FIRST_ROWS = 2
"""Rows of an open sum that are seen before "the other N" unfolds."""


@dataclass(frozen=True, slots=True)
class _Line:
    """A visible line: a sum, a row, or "the other N" of a sum (neither)."""

    group: int
    row: int = -1
    rest: int = 0


@dataclass(frozen=True, slots=True)
class Place:
    """What is unfolded and marked, to come back to."""

    open: frozenset[int]
    whole: frozenset[int]
    mark: int


class WhyTable(QWidget):
    """Sums with their rows. ←/→ fold and unfold, ↑↓ walk, Enter opens: ``document(id)``, ``asked(key)``; ``marked(row)``.

    ``left``: ↑ on the first line, on to what stands above.
    """

    document = Signal(int)
    left = Signal()
    asked = Signal(object)
    marked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.found: Derivation | None = None
        self.open: set[int] = set()
        self.whole: set[int] = set()
        self._shown: dict[int, int] = {}
        self._mark, self._hover, self._ringed, self._room, self._touched = -1, -1, False, 0, False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set(self, found: Derivation) -> None:
        """Show ``found``. The same figure counted again keeps what is unfolded."""
        same = self.found is not None and self.found.key == found.key and len(self.found.groups) == len(found.groups)
        self.found = found
        if not same:
            self.whole, self._touched, self._mark = set(), False, -1
            self._unfold()
        self._mark = min(max(self._mark, 0 if self.hasFocus() else -1), len(self._lines()) - 1)
        self.setAccessibleName("; ".join(filter(None, (self._words(line) for line in self._lines()[:40]))))
        self._changed()

    def place(self) -> Place:
        """Where a person is in it."""
        return Place(frozenset(self.open), frozenset(self.whole), self._mark)

    def go_to(self, place: Place) -> None:
        """Back to ``place``: the same sums unfolded, the same line marked."""
        self._touched, self.open, self.whole = True, set(place.open), set(place.whole)
        self._changed()
        if place.mark >= 0:
            self.mark(place.mark)

    def set_room(self, height: int) -> None:
        """How high it may be: as many sums are unfolded as fit, until a person folds one."""
        if height != self._room:
            self._room = height
            if not self._touched:
                self._unfold()
                self._changed()

    def _unfold(self) -> None:
        """Open sums from the first one on while there is room; the first with rows always."""
        self.open = set()
        groups = self.found.groups if self.found is not None else ()
        left = self._room - self._head() - theme.px(32) * len(groups) - 4
        for place, group in enumerate(groups):
            count = len(group.rows)
            if not count:
                continue
            shown = count if count <= FIRST_ROWS + 1 else FIRST_ROWS + 1
            need = shown * theme.px(30)
            if need <= left or not self.open:
                self.open.add(place)
                left -= need
        self._shown = {}
        for place in sorted(self.open):
            count = len(groups[place].rows)
            if count > FIRST_ROWS + 1 and (more := max(left, 0) // theme.px(30)):
                self._shown[place] = min(count, FIRST_ROWS + more)
                left -= (self._shown[place] - FIRST_ROWS) * theme.px(30)

    def _changed(self) -> None:
        self.updateGeometry()
        self.update()

    # --- lines ---------------------------------------------------------------------------------------------------

    def _lines(self) -> list[_Line]:
        found: list[_Line] = []
        for place, group in enumerate(self.found.groups if self.found is not None else ()):
            found.append(_Line(place))
            if place in self.open:
                count = len(group.rows)
                shown = count if place in self.whole or count <= FIRST_ROWS + 1 else self._shown.get(place, FIRST_ROWS)
                shown = count if shown >= count - 1 else shown
                found += [_Line(place, row) for row in range(shown)]
                if shown < count:
                    found.append(_Line(place, -1, count - shown))
        return found

    def _of(self, line: _Line) -> WhyGroup | WhyRow | None:
        """The sum or row of a line; None of "the other N"."""
        assert self.found is not None
        group = self.found.groups[line.group]
        return None if line.rest else group if line.row < 0 else group.rows[line.row]

    def _words(self, line: _Line) -> str:
        of = self._of(line)
        if of is not None:
            return of.words
        assert self.found is not None
        rest = self.found.groups[line.group].rows[-line.rest :]
        text = _("the other {count} documents") if rest[0].document_id is not None else _("the other {count}")
        return text.format(count=f"{sum(row.count for row in rest):,}")

    def current(self) -> WhyRow | None:
        """The marked row, where it is one."""
        lines = self._lines()
        of = self._of(lines[self._mark]) if 0 <= self._mark < len(lines) else None
        return of if isinstance(of, WhyRow) else None

    def _head(self) -> int:
        return theme.px(30)

    def _height(self, line: _Line) -> int:
        return theme.px(32) if line.row < 0 and not line.rest else theme.px(30)

    def sizeHint(self) -> QSize:
        return QSize(220, self._head() + sum(self._height(line) for line in self._lines()) + 3)

    def minimumSizeHint(self) -> QSize:
        return QSize(160, self.sizeHint().height())

    # --- painting ------------------------------------------------------------------------------------------------

    def _columns(self) -> list[tuple[Heading, int]]:
        """The columns of figures with their widths, from the left."""
        assert self.found is not None
        bold, small = theme.font("section"), theme.font("caption")
        found = []
        for place, heading in enumerate(self.found.headings):
            if heading.title:
                wide = text_width(heading.title, small)
                values = [each.quantity if place == 0 else each.value for each in self.found.rows]
                values += [self._value(None, line, heading, place) for line in self._lines() if line.rest]
                for value in values:
                    if value is not None:
                        wide = max(wide, text_width(figure_words(value, heading.shape), bold))
                found.append((heading, wide + 2))
        return found

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, width, head = QPainter(self), self.width(), self._head()
        fill_round(painter, self.rect(), "bg_surface", 6, "border_subtle")
        if self.found is None:
            return
        columns, x = self._columns(), width - EDGE
        places: list[tuple[Heading, QRect]] = []
        for heading, wide in reversed(columns):
            places.insert(0, (heading, QRect(x - wide, 0, wide, 0)))
            x -= wide + GAP + 6
        fill_round(painter, QRect(1, 1, width - 2, head), "bg_subtle", 5)
        painter.fillRect(QRect(1, head, width - 2, 1), theme.color("border_default"))
        small = theme.font("caption")
        draw_text(painter, QRect(EDGE, 0, x - EDGE, head), _("Comes from"), "text_secondary", small)
        for heading, box in places:
            draw_text(painter, QRect(box.left(), 0, box.width(), head), heading.title, "text_secondary", small, RIGHT)
        y, lines = head + 1, self._lines()
        for number, line in enumerate(lines):
            height = self._height(line)
            self._paint_line(painter, QRect(1, y, width - 2, height), number, line, places, x, number == len(lines) - 1)
            y += height

    def _paint_line(
        self, painter: QPainter, box: QRect, number: int, line: _Line, places: list[tuple[Heading, QRect]], left: int, last: bool
    ) -> None:
        of = self._of(line)
        group = of if isinstance(of, WhyGroup) else None
        ground = (
            "bg_selected" if number == self._mark and self.hasFocus() else "bg_hover" if number == self._hover
            else "bg_subtle" if group is not None else None
        )  # fmt: skip
        if ground is not None:
            fill_round(painter, box.adjusted(0, 0, 0, -1), ground, 5 if last else 0)
        if not last:
            painter.fillRect(QRect(box.left(), box.bottom(), box.width(), 1), theme.color("border_subtle"))
        if group is not None and group.result:
            painter.fillRect(QRect(box.left(), box.top() - 1, box.width(), 2), theme.color("border_default"))
        font = theme.font("section") if group is not None else theme.font("body")
        if group is not None and group.rows:
            icon = "chevron-down" if line.group in self.open else "chevron-right"
            paint_icon(painter, 4, box.center().y() - 6, icon, "text_tertiary", 12)
        self._paint_words(painter, box, line, of, left - EDGE)
        for place, (heading, column) in enumerate(places):
            value = self._value(of, line, heading, place)
            if value is not None:
                room = QRect(column.left(), box.top(), column.width(), box.height())
                draw_text(painter, room, figure_words(value, heading.shape), "text_primary", font, RIGHT)
        if number == self._mark and self.hasFocus() and self._ringed:
            focus_ring(painter, QRectF(box).adjusted(1, 1, -1, -2), 4)

    def _paint_words(self, painter: QPainter, box: QRect, line: _Line, of: WhyGroup | WhyRow | None, room: int) -> None:
        words = self._words(line)
        leads = of is None or (isinstance(of, WhyRow) and (of.document_id is not None or of.key is not None))
        font = theme.font("section") if isinstance(of, WhyGroup) else theme.font("body")
        draw_text(painter, QRect(EDGE, box.top(), room, box.height()), words, "primary_text" if leads else "text_primary", font)
        note = of.note if isinstance(of, WhyRow) else ""
        taken = text_width(words, font) + 8
        if note and text_width(note, theme.font("caption")) <= room - taken:
            rest = QRect(EDGE + taken, box.top(), room - taken, box.height())
            draw_text(painter, rest, note, "text_tertiary", theme.font("caption"))

    def _value(self, of: WhyGroup | WhyRow | None, line: _Line, heading: Heading, place: int) -> Decimal | None:
        assert self.found is not None
        first = self.found.headings[0] == heading and bool(self.found.headings[0].title) and place == 0
        if of is None:
            rest = self.found.groups[line.group].rows[-line.rest :]
            values = [v for row in rest if (v := row.quantity if first else row.value) is not None]
            return sum(values, Decimal(0)) if values else None
        return of.quantity if first else of.value

    # --- hand and keys -------------------------------------------------------------------------------------------

    def _at(self, y: float) -> int:
        top = self._head() + 1
        for number, line in enumerate(self._lines()):
            top += self._height(line)
            if y < top:
                return number if y > self._head() else -1
        return -1

    def row_edges(self) -> list[int]:
        """Where the heading and each line end, from the top."""
        return list(accumulate((self._height(line) for line in self._lines()), initial=self._head() + 1))

    def line_box(self, number: int) -> QRect:
        """Where a line stands, to scroll to it."""
        top = self._head() + 1 + sum(self._height(line) for line in self._lines()[:number])
        return QRect(0, top, self.width(), self._height(self._lines()[number]))

    def mark(self, number: int) -> None:
        """Mark a line."""
        count = len(self._lines())
        self._mark = max(0, min(number, count - 1)) if count else -1
        self.update()
        self.marked.emit(self.current())

    @property
    def mark_at(self) -> int:
        return self._mark

    def fold(self, group: int, *, whole: bool = False) -> None:
        """Fold a sum or unfold it; ``whole``: with all its rows."""
        self._touched = True
        if whole:
            self.whole.add(group)
            self.open.add(group)
        elif group in self.open:
            self.open.discard(group)
            self.whole.discard(group)
        else:
            self.open.add(group)
        self._changed()

    def press(self, number: int, *, deeper: bool = False) -> None:
        """What Enter (or a click on the words) does on a line; ``deeper``: its derivation rather than its document."""
        lines = self._lines()
        if not 0 <= number < len(lines):
            return
        line = lines[number]
        of = self._of(line)
        if of is None:
            self.fold(line.group, whole=True)
        elif isinstance(of, WhyRow) and of.document_id is not None and not (deeper and of.key is not None):
            self.document.emit(of.document_id)
        elif of.key is not None and (isinstance(of, WhyRow) or deeper or not of.rows):
            self.asked.emit(of.key)
        elif isinstance(of, WhyGroup) and of.rows:
            self.fold(line.group)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, lines = event.key(), self._lines()
        if key == Qt.Key.Key_Up and self._mark <= 0:
            self.left.emit()
        elif key in (Qt.Key.Key_Down, Qt.Key.Key_Up) and lines:
            self._ringed = True
            self.mark(self._mark + (1 if key == Qt.Key.Key_Down else -1))
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End) and lines:
            self.mark(0 if key == Qt.Key.Key_Home else len(lines) - 1)
        elif key == Qt.Key.Key_Right and 0 <= self._mark < len(lines):
            self._unfold_or_deeper(lines[self._mark])
        elif key == Qt.Key.Key_Left and 0 <= self._mark < len(lines):
            self._fold_or_up(lines, lines[self._mark])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.press(self._mark)
        else:
            super().keyPressEvent(event)

    def _unfold_or_deeper(self, line: _Line) -> None:
        of = self._of(line)
        if of is None:
            self.fold(line.group, whole=True)
        elif isinstance(of, WhyGroup) and of.rows and line.group not in self.open:
            self.fold(line.group)
        elif of.key is not None:
            self.asked.emit(of.key)

    def _fold_or_up(self, lines: list[_Line], line: _Line) -> None:
        head = next(n for n, each in enumerate(lines) if each.group == line.group)
        if line.row < 0 and not line.rest:
            if line.group in self.open:
                self.fold(line.group)
        else:
            self.mark(head)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        number = self._at(event.position().y())
        if number != self._hover:
            self._hover = number
            self.update()
        self.setCursor(Qt.CursorShape.PointingHandCursor if self._leads(number, event) else Qt.CursorShape.ArrowCursor)

    def _leads(self, number: int, event: QMouseEvent) -> bool:
        lines = self._lines()
        if not 0 <= number < len(lines):
            return False
        of = self._of(lines[number])
        if isinstance(of, WhyGroup):
            return bool(of.rows) or of.key is not None
        return event.position().x() <= EDGE + text_width(self._words(lines[number]), theme.font("body")) + 4

    def leaveEvent(self, event: QEvent) -> None:
        self._hover = -1
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        number = self._at(event.position().y())
        if number >= 0 and event.button() == Qt.MouseButton.LeftButton:
            self._ringed = False
            self.mark(number)
            if self._leads(number, event):
                self.press(number)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            number, lines = self._at(event.pos().y()), self._lines()
            of = self._of(lines[number]) if 0 <= number < len(lines) else None
            note = of.note if isinstance(of, WhyRow) else ""
            QToolTip.showText(event.globalPos(), f"{of.words} {note}".strip() if of is not None else "", self)
            return True
        return super().event(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._ringed = event.reason() in BY_KEYBOARD
        if self._mark < 0 and self._lines():
            self.mark(0)
        self.update()
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.update()
        super().focusOutEvent(event)
