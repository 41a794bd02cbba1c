"""Pieces of detail panels and footers: key figures, label-value grids, the panel itself, the batch bar."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QPoint, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from jxc_desktop.gui.theme import theme
from jxc_desktop.gui.widgets.buttons import Button
from jxc_desktop.gui.widgets.paint import draw_text, fill_round, focus_ring, text_width, tone_text
from jxc_desktop.gui.widgets.surface import Badge, Card, ShortLabel, column, label, row, set_property
from jxc_desktop.i18n import _


class Figures(QWidget):
    """A strip of key figures: caption above, value 16/600 below, each (caption, value, tone).

    ``asked`` carries the place of a figure that was clicked to see how it comes about (:meth:`set_explained`); by keys ←→
    mark one, Enter asks.
    """

    asked = Signal(int)

    def __init__(self, figures: Sequence[tuple[str, str] | tuple[str, str, str]] = (), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._figures: list[tuple[str, str, str]] = []
        self._explained: tuple[int, ...] = ()
        self._over = self._mark = -1
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
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus if places else Qt.FocusPolicy.NoFocus)

    @property
    def marked(self) -> int | None:
        """The place of the figure that is marked by keys; None while others have them."""
        return self._mark if self.hasFocus() and self._mark in self._places() else None

    def _places(self) -> list[int]:
        """The figures that can be asked for, of those that are there."""
        return [place for place in self._explained if place < len(self._figures)]

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
            ink = "primary_text" if place in (self._over, self.marked) else tone_text(tone)
            if place == self.marked:
                focus_ring(painter, QRectF(x - 6, 4, width + 12, self.height() - 8), 4)
            draw_text(painter, QRectF(x, 6, width, half - 6), caption, "text_secondary", theme.font("caption"))
            draw_text(painter, QRectF(x, half - 1, width, half - 5), value, ink, theme.font("title"))

    def _at(self, event: QMouseEvent) -> int:
        for place, (x, width) in enumerate(self._lefts()):
            if place in self._places() and x - 4 <= event.position().x() <= x + width + 4:
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

    def focusInEvent(self, event: QFocusEvent) -> None:
        if self._mark not in (places := self._places()):
            self._mark = places[0] if places else -1
        self.update()
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.update()
        super().focusOutEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        places = self._places()
        if event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right) and self._mark in places:
            step = 1 if event.key() == Qt.Key.Key_Right else -1
            self._mark = places[max(0, min(places.index(self._mark) + step, len(places) - 1))]
            self.update()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and self._mark in places:
            self.asked.emit(self._mark)
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if (place := self._at(event)) >= 0:
            self._mark = place
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
            value.setMinimumWidth(min(value.sizeHint().width(), theme.px(170)))
            caption = ShortLabel(item[0], "secondary")  # what it is called may be cut before what it is
            self._grid.addWidget(caption, line, side * 3)
            self._grid.addWidget(value, line, side * 3 + 1)
            if side < self._columns - 1:
                self._grid.setColumnMinimumWidth(side * 3 + 2, 14)
        for side in range(self._columns):
            self._grid.setColumnStretch(side * 3 + 1, 1)


class FoldedScroll(QScrollArea):
    """Scrolls ``inside``; as it comes, no line of a table is cut at its foot (what has ``row_edges`` is one)."""

    def __init__(self, inside: QWidget) -> None:
        super().__init__()
        self._inside = inside
        inside.installEventFilter(self)
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._fold)
        self.verticalScrollBar().valueChanged.connect(lambda _value: self._soon.start())

    def _fold(self) -> None:
        """Leave empty what is below the last whole line; once scrolled, everything up to the foot is shown."""
        room, over = self.contentsRect().height(), 0
        if self.verticalScrollBar().value() == 0:
            for table in self._inside.findChildren(QWidget):
                top = table.mapTo(self._inside, QPoint()).y()
                if hasattr(table, "row_edges") and table.isVisible() and top < room < top + table.height():
                    over = min((room - top - edge for edge in table.row_edges() if edge <= room - top), default=0)
        self.setViewportMargins(0, 0, 8 if self.verticalScrollBar().maximum() > 0 else 0, over)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._soon.start()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._inside and event.type() in (QEvent.Type.Resize, QEvent.Type.LayoutRequest):
            self._soon.start()
        return super().eventFilter(watched, event)


class DetailPanel(Card):
    """The panel at the right of a list: title, badge, sub line, tools; then ``content`` (scrolls); ``foot`` buttons stay."""

    def __init__(self, width: int = 0, parent: QWidget | None = None) -> None:
        super().__init__(padding=16, spacing=10, parent=parent)
        self.setFixedWidth(theme.px(width) if width else theme.px("detail_panel"))
        self.title_label, self.badge, self.sub_label = ShortLabel("", "title"), Badge("", parent=self), ShortLabel("", "caption")
        self.tools = row(spacing=8)
        for part in (self.title_label, self.sub_label):
            part.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        names = row(column(row(self.title_label, self.badge, 1), row(self.sub_label, 1), spacing=2), self.tools)
        names.setStretch(0, 1)
        self.body.addLayout(names)
        self._holder = QWidget()
        self._holder.setProperty("panel", "clear")
        self.content = QVBoxLayout(self._holder)
        self.content.setContentsMargins(0, 0, 0, 0)
        self.content.setSpacing(10)
        scroll = FoldedScroll(self._holder)
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
