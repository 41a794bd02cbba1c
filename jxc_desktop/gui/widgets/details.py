"""Pieces of detail panels and footers: key figures, label-value grids, the panel itself, the batch bar."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from jxc_desktop.gui.theme import theme
from jxc_desktop.gui.widgets.buttons import Button
from jxc_desktop.gui.widgets.paint import draw_text, fill_round, text_width, tone_text
from jxc_desktop.gui.widgets.surface import Badge, Card, column, label, row, set_property
from jxc_desktop.i18n import _


class Figures(QWidget):
    """A strip of key figures: caption above, value 16/600 below, each (caption, value, tone).

    ``asked`` carries the place of a figure that was clicked to see how it comes about (:meth:`set_explained`).
    """

    asked = Signal(int)

    def __init__(self, figures: Sequence[tuple[str, str] | tuple[str, str, str]] = (), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._figures: list[tuple[str, str, str]] = []
        self._explained: tuple[int, ...] = ()
        self._over = -1
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.set(figures)

    def set(self, figures: Sequence[tuple[str, str] | tuple[str, str, str]]) -> None:
        self._figures = [(f[0], f[1], f[2] if len(f) > 2 else "") for f in figures]
        self.setAccessibleName("; ".join(f"{c} {v}" for c, v, _tone in self._figures))
        self.updateGeometry()
        self.update()

    def _widths(self) -> list[int]:
        caption, value = theme.font("caption"), theme.font("title")
        return [max(text_width(c, caption), text_width(v, value)) + 1 for c, v, _tone in self._figures]

    def sizeHint(self) -> QSize:
        return QSize(sum(self._widths()) + 28 + 16 * max(0, len(self._figures) - 1), theme.px(56))

    def minimumSizeHint(self) -> QSize:
        return QSize(120, theme.px(56))

    def set_explained(self, places: Sequence[int]) -> None:
        """Which figures can tell how they come about."""
        self._explained = tuple(places)
        self.setMouseTracking(bool(places))

    def _lefts(self) -> list[tuple[float, int]]:
        """Left edge and width of each figure."""
        widths = self._widths()
        free = self.width() - 28 - sum(widths)
        gap = free / (len(widths) - 1) if len(widths) > 1 else 0
        x, found = 14.0, []
        for width in widths:
            found.append((x, width))
            x += width + max(gap, 8)
        return found

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        fill_round(painter, self.rect(), "bg_subtle", 6, "border_subtle")
        half = self.height() / 2
        for place, ((caption, value, tone), (x, width)) in enumerate(zip(self._figures, self._lefts(), strict=True)):
            ink = "primary_text" if place == self._over else tone_text(tone)
            draw_text(painter, QRectF(x, 6, width, half - 6), caption, "text_secondary", theme.font("caption"))
            draw_text(painter, QRectF(x, half - 1, width, half - 5), value, ink, theme.font("title"))

    def _at(self, event: QMouseEvent) -> int:
        for place, (x, width) in enumerate(self._lefts()):
            if place in self._explained and x - 4 <= event.position().x() <= x + width + 4:
                return place
        return -1

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        place = self._at(event)
        if place != self._over:
            self._over = place
            self.setCursor(Qt.CursorShape.PointingHandCursor if place >= 0 else Qt.CursorShape.ArrowCursor)
            self.setToolTip(_("Why is this the number") if place >= 0 else "")
            self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._over = -1
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if (place := self._at(event)) >= 0:
            self.asked.emit(place)


class KeyValues(QWidget):
    """Labels at the left, values at the right, in one or two columns. Items: (label, value) or (label, value, tone)."""

    def __init__(
        self, items: Sequence[tuple[str, str] | tuple[str, str, str]] = (), columns: int = 1, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._columns = columns
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(10)
        self._grid.setVerticalSpacing(3)
        self.set(items)

    def set(self, items: Sequence[tuple[str, str] | tuple[str, str, str]]) -> None:
        while (old := self._grid.takeAt(0)) is not None:
            if (widget := old.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for place, item in enumerate(items):
            line, side = divmod(place, self._columns)
            value = label(item[1], tone=item[2] if len(item) > 2 else "", selectable=True)
            value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            value.setToolTip(item[1] if len(item[1]) > 16 else "")
            value.setMinimumWidth(20)
            self._grid.addWidget(label(item[0], "secondary"), line, side * 3)
            self._grid.addWidget(value, line, side * 3 + 1)
            if side < self._columns - 1:
                self._grid.setColumnMinimumWidth(side * 3 + 2, 14)
        for side in range(self._columns):
            self._grid.setColumnStretch(side * 3 + 1, 1)


class DetailPanel(Card):
    """The panel at the right of a list: title, badge, sub line, tools; then ``content`` (scrolls); ``foot`` buttons stay."""

    def __init__(self, width: int = 0, parent: QWidget | None = None) -> None:
        super().__init__(padding=16, spacing=10, parent=parent)
        self.setFixedWidth(theme.px(width) if width else theme.px("detail_panel"))
        self.title_label, self.badge, self.sub_label = label("", "title"), Badge("", parent=self), label("", "caption")
        self.title_label.setMinimumWidth(40)
        self.tools = row(spacing=8)
        self.body.addLayout(row(column(row(self.title_label, self.badge, 1), self.sub_label, spacing=2), 1, self.tools))
        self._holder = QWidget()
        self._holder.setProperty("panel", "clear")
        self.content = QVBoxLayout(self._holder)
        self.content.setContentsMargins(0, 0, 0, 0)
        self.content.setSpacing(10)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.viewport().setAutoFillBackground(False)
        scroll.setWidget(self._holder)
        self._holder.setAutoFillBackground(False)
        self.body.addWidget(scroll, 1)
        self.foot: QHBoxLayout = row(spacing=8)
        self.body.addLayout(self.foot)

    def set_title(self, title: str, sub: str = "", badge: str = "", tone: str = "neutral") -> None:
        self.title_label.setText(title)
        self.title_label.setToolTip(title)
        self.sub_label.setText(sub)
        self.badge.set(badge, tone)

    def add(self, item: QWidget | QLayout, stretch: int = 0) -> None:
        """Append to the scrolling content."""
        if isinstance(item, QLayout):
            self.content.addLayout(item, stretch)
        else:
            self.content.addWidget(item, stretch)

    def add_foot(self, button: Button) -> None:
        """Pin a button to the foot; buttons share its width."""
        button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.foot.addWidget(button)


class BatchBar(QWidget):
    """The foot of a table while rows are checked: count, sum, what can be done with them, and the way out."""

    cleared = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        set_property(self, "panel", "foot")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._count, self._note = label("", "section"), label("", "secondary")
        self._buttons = row(spacing=8)
        self._row = row(
            self._count,
            self._note,
            1,
            self._buttons,
            Button(_("Clear selection"), "ghost", on_click=self.cleared.emit),
            spacing=10,
            margins=(16, 0, 8, 0),
        )
        self.setLayout(self._row)

    def add(self, button: Button) -> None:
        self._buttons.addWidget(button)

    def say(self, count: str, note: str = "") -> None:
        self._count.setText(count)
        self._note.setText(note)
