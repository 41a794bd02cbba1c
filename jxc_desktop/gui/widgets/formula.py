"""A formula as it is painted: a figure, and the named terms it is made of."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from jxc_desktop.columns import word
from jxc_desktop.domain.why import Term
from jxc_desktop.gui.theme import theme
from jxc_desktop.gui.widgets.paint import draw_text, fill_round, focus_ring, text_width

GAP = 14


def figure_words(value: object, shape: str) -> str:
    """A figure of a derivation: unit costs always with four places, so that they can be compared."""
    if value is not None and shape == "price":
        return f"{value:,.4f}"
    return word(value, shape)  # type: ignore[arg-type]


class FormulaBox(QWidget):
    """``32.10 = 9 × 3.5667`` with a name below each term. A term with a derivation of its own opens it: ``asked(key)``.

    By hand with a click; by keys ←→ walk, Enter opens, ↓ goes on to what stands below: ``left``.
    """

    asked = Signal(object)
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._terms: tuple[Term, ...] = ()
        self._hover = self._mark = -1
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set(self, terms: Sequence[Term]) -> None:
        self._terms, self._hover, self._mark = tuple(terms), -1, -1
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus if self._leading() else Qt.FocusPolicy.NoFocus)
        said = " ".join(f"{t.operator} {figure_words(t.value, t.shape)} {t.words}".strip() for t in terms)
        self.setAccessibleName(said)
        self.setToolTip("")
        self.updateGeometry()
        self.update()

    def _leading(self) -> list[int]:
        """The places of the terms that open a derivation."""
        return [place for place, term in enumerate(self._terms) if term.key is not None]

    def enter(self) -> None:
        """The keys are for the terms now; where none leads anywhere nothing happens."""
        if self._leading():
            self.setFocus(Qt.FocusReason.TabFocusReason)

    def _boxes(self, width: int) -> list[tuple[QRect, int]]:
        """Where each term stands (with its operator to the left) and the width of the operator."""
        big, small = theme.font("title"), theme.font("caption")
        line, x, y = theme.px(50), 14, 7
        found = []
        for place, term in enumerate(self._terms):
            operator = text_width(term.operator, big) + 2 * GAP if term.operator else 0
            wide = max(text_width(figure_words(term.value, term.shape), big), text_width(term.words, small)) + 1
            if place and x + operator + wide > width - 12 and x > 14:
                x, y = 14, y + line - 4
            found.append((QRect(x, y, operator + min(wide, width - 26 - operator), line - 8), operator))
            x += operator + wide
        return found

    def heightForWidth(self, width: int) -> int:
        boxes = self._boxes(width)
        return (boxes[-1][0].bottom() + 10) if boxes else theme.px(62)

    def hasHeightForWidth(self) -> bool:
        return True

    def sizeHint(self) -> QSize:
        return QSize(200, self.heightForWidth(self.width() or 336))

    def minimumSizeHint(self) -> QSize:
        return QSize(120, self.heightForWidth(self.width() or 336))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        fill_round(painter, self.rect(), "bg_subtle", 6, "border_subtle")
        big, small = theme.font("title"), theme.font("caption")
        for place, (term, (box, operator)) in enumerate(zip(self._terms, self._boxes(self.width()), strict=True)):
            half = box.height() // 2 + 2
            chosen = place == self._mark and self.hasFocus()
            ink = "primary_text" if place == self._hover or chosen else "text_primary"
            left = box.left() + operator
            if chosen:
                focus_ring(painter, QRectF(left - 6, box.top() - 2, box.right() - left + 12, box.height() + 4), 4)
            if term.operator:
                middle = QRect(box.left() + GAP, box.top(), operator - GAP, half)
                draw_text(painter, middle, term.operator, "text_secondary", theme.font("title"))
            draw_text(
                painter, QRect(left, box.top(), box.right() - left + 2, half), figure_words(term.value, term.shape), ink, big
            )
            below = QRect(left, box.top() + half - 1, box.right() - left + 2, box.height() - half)
            draw_text(painter, below, term.words, "text_secondary", small)

    def _at(self, event: QMouseEvent) -> int:
        point = event.position().toPoint()
        for place, (box, operator) in enumerate(self._boxes(self.width())):
            if self._terms[place].key is not None and box.adjusted(operator, 0, 0, 0).contains(point):
                return place
        return -1

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        place = self._at(event)
        if place != self._hover:
            self._hover = place
            self.setCursor(Qt.CursorShape.PointingHandCursor if place >= 0 else Qt.CursorShape.ArrowCursor)
            self.update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        leading = self._leading()
        self._mark = self._mark if self._mark in leading else leading[0] if leading else -1
        self.update()
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.update()
        super().focusOutEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, leading = event.key(), self._leading()
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Right) and self._mark in leading:
            step = 1 if key == Qt.Key.Key_Right else -1
            self._mark = leading[max(0, min(leading.index(self._mark) + step, len(leading) - 1))]
            self.update()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and self._mark in leading:
            self.asked.emit(self._terms[self._mark].key)
        elif key == Qt.Key.Key_Down:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self._hover = -1
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if (place := self._at(event)) >= 0:
            self.asked.emit(self._terms[place].key)
